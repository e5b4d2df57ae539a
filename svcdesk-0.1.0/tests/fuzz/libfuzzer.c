/* The entry for clang's libFuzzer; FUZZ_TARGET names the parser. */
#include "tests/fuzz/targets.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fuzz_target *target;
	if (!target) {
		const char *name = getenv("FUZZ_TARGET");
		for (target = fuzz_targets; name && target->name && strcmp(target->name, name) != 0; target++)
			;
		if (!name || !target->name) {
			fprintf(stderr, "FUZZ_TARGET names no parser\n");
			exit(2);
		}
	}
	target->run((const char *)data, size);
	return 0;
}
