#include "core/text/utf8.h"

#include <utf8proc.h>

size_t utf8_decode(const char *s, size_t n, int32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char c = p[0];
	if (c < 0x80) {
		*cp = c;
		return 1;
	}
	*cp = -1;
	if (c < 0xc2 || c > 0xf4)
		return 1;
	size_t need = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	int32_t v = c & (0x3f >> need);
	/* the second byte's range keeps out overlong forms, surrogates and what lies above U+10FFFF */
	unsigned char lo = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80, hi = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	for (size_t i = 1; i <= need; i++) {
		if (i >= n || p[i] < lo || p[i] > hi)
			return i;
		v = v << 6 | (p[i] & 0x3f);
		lo = 0x80;
		hi = 0xbf;
	}
	*cp = v;
	return need + 1;
}

size_t utf8_encode(int32_t cp, char out[4])
{
	return (size_t)utf8proc_encode_char(cp, (utf8proc_uint8_t *)out);
}

bool text_break(int32_t before, int32_t after, int32_t *state)
{
	if (utf8proc_grapheme_break_stateful(before, after, state))
		return true;
	if (utf8proc_get_property(before)->boundclass != UTF8PROC_BOUNDCLASS_PREPEND)
		return false;
	int next = (int)utf8proc_get_property(after)->boundclass;
	if (next == UTF8PROC_BOUNDCLASS_EXTEND || next == UTF8PROC_BOUNDCLASS_SPACINGMARK || next == UTF8PROC_BOUNDCLASS_ZWJ)
		return false;
	*state = 0;
	return true;
}
