# Every test speaks TAP, so that the summary counts cases and not programs. Goldens and texts do not depend on who runs them.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = SVCDESK_LOCALEDIR='$(abs_top_builddir)/locale'; export SVCDESK_LOCALEDIR; \
	SVCDESK_BUILDDIR='$(abs_top_builddir)'; export SVCDESK_BUILDDIR; \
	LSAN_OPTIONS='suppressions=$(abs_top_srcdir)/tests/lib/leaks:print_suppressions=0'; export LSAN_OPTIONS; \
	unset LANGUAGE LC_ALL LC_MESSAGES NO_COLOR SVCDESK_DB PGHOST PGDATABASE PGUSER PGSERVICE; LANG=C.UTF-8; export LANG;

# Each kind of test lists its own programs in its folder.
include tests/lib/local.mk
include tests/unit/local.mk
include tests/db/local.mk
include tests/screen/local.mk
include tests/pty/local.mk
include tests/e2e/local.mk
include tests/fuzz/local.mk
include tests/bench/local.mk

# The names of all tests, for running a part of them: make check TESTS="..."
print-tests:
	@echo $(TESTS)
.PHONY: print-tests

# make soak: the same tests with ROUNDS times the counts and another seed each time; both are printed, so that a failure can be
# had again: make soak SEED=... ROUNDS=...
soak: all
	@seed=$${SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')} rounds=$${ROUNDS:-20}; \
	echo "soak: SEED=$$seed ROUNDS=$$rounds"; \
	SEED=$$seed ROUNDS=$$rounds $(MAKE) check && SEED=$$seed RUNS=0 sh $(srcdir)/tests/fuzz/run $$((rounds * 15)) && \
	echo "soak: passed with SEED=$$seed ROUNDS=$$rounds"
.PHONY: soak
EXTRA_DIST += tests/lib/leaks
