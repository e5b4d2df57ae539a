# tests/pty: the program in a terminal
if HAVE_TESTLIBS
pty_tests = tests/pty/test_bulk tests/pty/test_wire tests/pty/test_pty tests/pty/test_console tests/pty/test_hostile tests/pty/test_kinds
pty_tests += tests/pty/test_drafts
pty_tests += tests/pty/test_kill
pty_tests += tests/pty/test_line
pty_tests += tests/pty/test_keys
pty_tests += tests/pty/test_lines
pty_tests += tests/pty/test_terms
pty_tests += tests/pty/test_session
check_PROGRAMS += $(pty_tests)
TESTS += $(pty_tests)
tests_pty_test_drafts_SOURCES = tests/pty/test_drafts.c tests/e2e/desk.c
tests_pty_test_drafts_LDADD = $(TEST_LIBS)
tests_pty_test_line_SOURCES = tests/pty/test_line.c tests/e2e/desk.c
tests_pty_test_line_LDADD = $(TEST_LIBS)
tests_pty_test_kill_SOURCES = tests/pty/test_kill.c tests/e2e/desk.c
tests_pty_test_kill_LDADD = $(TEST_LIBS)
tests_pty_test_keys_SOURCES = tests/pty/test_keys.c tests/e2e/desk.c
tests_pty_test_keys_LDADD = $(TEST_LIBS)
tests_pty_test_bulk_SOURCES = tests/pty/test_bulk.c tests/e2e/desk.c
tests_pty_test_bulk_LDADD = $(TEST_LIBS)
tests_pty_test_kinds_SOURCES = tests/pty/test_kinds.c tests/e2e/desk.c
tests_pty_test_kinds_LDADD = $(TEST_LIBS)
tests_pty_test_hostile_SOURCES = tests/pty/test_hostile.c tests/e2e/desk.c
tests_pty_test_hostile_LDADD = $(TEST_LIBS)
tests_pty_test_wire_SOURCES = tests/pty/test_wire.c tests/e2e/desk.c
tests_pty_test_wire_LDADD = $(TEST_LIBS)
tests_pty_test_pty_LDADD = $(TEST_LIBS)
tests_pty_test_console_SOURCES = tests/pty/test_console.c tests/e2e/desk.c
tests_pty_test_console_LDADD = $(TEST_LIBS)
tests_pty_test_session_SOURCES = tests/pty/test_session.c tests/e2e/desk.c
tests_pty_test_session_LDADD = $(TEST_LIBS)
tests_pty_test_terms_SOURCES = tests/pty/test_terms.c tests/e2e/desk.c
tests_pty_test_terms_LDADD = $(TEST_LIBS)
tests_pty_test_lines_SOURCES = tests/pty/test_lines.c tests/e2e/desk.c
tests_pty_test_lines_LDADD = $(TEST_LIBS)
endif
