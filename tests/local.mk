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
