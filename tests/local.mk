# Every test speaks TAP, so that the summary counts cases and not programs. Goldens and texts do not depend on who runs them.
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
AM_TESTS_ENVIRONMENT = SVCDESK_LOCALEDIR='$(abs_top_builddir)/locale'; export SVCDESK_LOCALEDIR; \
	SVCDESK_BUILDDIR='$(abs_top_builddir)'; export SVCDESK_BUILDDIR; \
	unset LANGUAGE LC_ALL LC_MESSAGES NO_COLOR SVCDESK_DB PGHOST PGDATABASE PGUSER PGSERVICE; LANG=C.UTF-8; export LANG;

# Each kind of test lists its own programs in its folder.
include tests/lib/local.mk
include tests/unit/local.mk
include tests/db/local.mk
include tests/screen/local.mk
include tests/pty/local.mk
include tests/e2e/local.mk
include tests/bench/local.mk

# The names of all tests, for running a part of them: make check TESTS="..."
print-tests:
	@echo $(TESTS)
.PHONY: print-tests
