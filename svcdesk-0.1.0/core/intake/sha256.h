/* SHA-256 (FIPS 180-4), streaming. */
#ifndef CORE_INTAKE_SHA256_H
#define CORE_INTAKE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t h[8];
	uint64_t bytes;
	unsigned char block[64];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
void sha256_end(struct sha256 *s, unsigned char out[32]);

/* 64 hexadecimal digits and a NUL. */
void sha256_hex(const unsigned char digest[32], char out[65]);

#endif
