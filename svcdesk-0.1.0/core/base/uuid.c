#include "svcdesk/uuid.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

void sd_random_bytes(void *out, size_t n)
{
	unsigned char *p = out;
	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fputs("svcdesk: the kernel gives no random bytes\n", stderr);
			abort();
		}
		p += got;
		n -= (size_t)got;
	}
}

void sd_uuid_v4(char out[SD_UUID_TEXT])
{
	unsigned char b[16];
	sd_random_bytes(b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40); /* version 4 */
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80); /* RFC 4122 variant */
	char *p = out;
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*p++ = '-';
		snprintf(p, 3, "%02x", b[i]);
		p += 2;
	}
}

bool sd_uuid_valid(const char *text)
{
	if (strlen(text) != SD_UUID_TEXT - 1)
		return false;
	for (int i = 0; i < SD_UUID_TEXT - 1; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i]))
			return false;
	}
	return true;
}
