#include "svcdesk/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct sd_str *s, size_t more)
{
	if (more > SIZE_MAX / 2 - s->len - 1)
		sd_oom();
	size_t need = s->len + more + 1;
	if (need <= s->cap)
		return;
	size_t cap = s->cap ? s->cap * 2 : 32;
	if (cap < need)
		cap = need;
	s->data = sd_realloc(s->data, cap);
	s->cap = cap;
}

void sd_str_free(struct sd_str *s)
{
	free(s->data);
	*s = (struct sd_str){0};
}

void sd_str_reset(struct sd_str *s)
{
	s->len = 0;
	if (s->data)
		s->data[0] = '\0';
}

void sd_str_addn(struct sd_str *s, const char *bytes, size_t n)
{
	reserve(s, n);
	if (n)
		memcpy(s->data + s->len, bytes, n);
	s->len += n;
	s->data[s->len] = '\0';
}

void sd_str_add(struct sd_str *s, const char *text)
{
	sd_str_addn(s, text, strlen(text));
}

void sd_str_addc(struct sd_str *s, char c)
{
	sd_str_addn(s, &c, 1);
}

void sd_str_addf(struct sd_str *s, const char *fmt, ...)
{
	va_list ap, again;
	va_start(ap, fmt);
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	reserve(s, (size_t)n);
	s->data[s->len] = '\0';
	vsnprintf(s->data + s->len, (size_t)n + 1, fmt, again);
	va_end(again);
	s->len += (size_t)n;
}

char *sd_str_take(struct sd_str *s)
{
	reserve(s, 0);
	s->data[s->len] = '\0';
	char *p = s->data;
	*s = (struct sd_str){0};
	return p;
}
