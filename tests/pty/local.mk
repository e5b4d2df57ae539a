# tests/pty: the program in a terminal
if HAVE_TESTLIBS
check_PROGRAMS += tests/pty/test_pty tests/pty/test_console
TESTS += tests/pty/test_pty tests/pty/test_console
tests_pty_test_pty_LDADD = $(TEST_LIBS)
tests_pty_test_console_SOURCES = tests/pty/test_console.c tests/e2e/desk.c
tests_pty_test_console_LDADD = $(TEST_LIBS)
endif
