# tests/lib: what the test programs share
EXTRA_DIST += tests/lib/check-all tests/lib/check-static tests/lib/check-objects
if HAVE_TESTLIBS
check_LIBRARIES = tests/lib/libtest.a
tests_lib_libtest_a_SOURCES = tests/lib/testlib.c tests/lib/testlib.h tests/lib/golden.c tests/lib/golden.h \
	tests/lib/pty.c tests/lib/pty.h tests/lib/wire.c tests/lib/wire.h \
	tests/lib/slowline.c tests/lib/slowline.h tests/lib/sshd.c tests/lib/sshd.h
TEST_LIBS = tests/lib/libtest.a libtui.a libsvcdesk.a $(VTERM_LIBS) $(CMOCKA_LIBS) $(PQ_LIBS) $(NCURSES_LIBS) $(JANSSON_LIBS) \
	$(UTF8PROC_LIBS) $(INIH_LIBS) $(LZMA_LIBS) $(LTLIBINTL) -lutil
# preloaded into another program, so without what this one is instrumented with
check_DATA = tests/lib/ownpts.so
tests/lib/ownpts.so: $(top_srcdir)/tests/lib/ownpts.c
	$(AM_V_GEN)$(MKDIR_P) tests/lib && $(CC) -shared -fPIC -O1 -o $@ $(top_srcdir)/tests/lib/ownpts.c -ldl
CLEANFILES += tests/lib/ownpts.so
endif
EXTRA_DIST += tests/lib/ownpts.c
