# tests/pty: the program in a terminal
if HAVE_TESTLIBS
check_PROGRAMS += tests/pty/test_pty
TESTS += tests/pty/test_pty
tests_pty_test_pty_LDADD = $(TEST_LIBS)
endif
