# tests/fuzz: the parsers over a corpus and mutations of it; run lets libFuzzer search
if HAVE_TESTLIBS
check_PROGRAMS += tests/fuzz/test_fuzz
TESTS += tests/fuzz/test_fuzz
tests_fuzz_test_fuzz_SOURCES = tests/fuzz/test_fuzz.c tests/fuzz/targets.c tests/fuzz/targets.h
tests_fuzz_test_fuzz_LDADD = $(TEST_LIBS)
endif
EXTRA_DIST += tests/fuzz/run tests/fuzz/libfuzzer.c tests/fuzz/corpus tests/fuzz/dict

# clang's libFuzzer over every parser, SECONDS each (60): make fuzz SECONDS=600 FUZZ_ONLY=query
fuzz: all
	@RUNS=$${RUNS:-0} sh $(srcdir)/tests/fuzz/run $${SECONDS:-60}
.PHONY: fuzz
