# tests/screen: what the console draws, against files that were looked at
if HAVE_TESTLIBS
check_PROGRAMS += tests/screen/test_screens tests/screen/test_aids
TESTS += tests/screen/test_screens tests/screen/test_aids
tests_screen_test_aids_SOURCES = tests/screen/test_aids.c $(console_test)
tests_screen_test_aids_LDADD = $(TEST_LIBS)
tests_screen_test_screens_SOURCES = tests/screen/test_screens.c $(console_test)
tests_screen_test_screens_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/screen/test_inbox_screens
TESTS += tests/screen/test_inbox_screens
tests_screen_test_inbox_screens_SOURCES = tests/screen/test_inbox_screens.c $(console_test)
tests_screen_test_inbox_screens_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/screen/test_board_screens
TESTS += tests/screen/test_board_screens
tests_screen_test_board_screens_SOURCES = tests/screen/test_board_screens.c tests/unit/console_world.c tests/unit/console_world.h
tests_screen_test_board_screens_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/screen/test_ci_screens
TESTS += tests/screen/test_ci_screens
EXTRA_DIST += tests/unit/data/ci_list.json tests/unit/data/ci_page.json tests/unit/data/ci_impact.json
tests_screen_test_ci_screens_SOURCES = tests/screen/test_ci_screens.c tests/unit/console_world.c tests/unit/console_world.h
tests_screen_test_ci_screens_LDADD = $(TEST_LIBS)
check_PROGRAMS += tests/screen/test_kb
TESTS += tests/screen/test_kb
EXTRA_DIST += tests/unit/data/kb_list.json tests/unit/data/kb_show.json
tests_screen_test_kb_SOURCES = tests/screen/test_kb.c tests/unit/console_world.c tests/unit/console_world.h
tests_screen_test_kb_LDADD = $(TEST_LIBS)
endif
EXTRA_DIST += tests/golden
