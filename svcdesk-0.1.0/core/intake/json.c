#include "core/intake/json.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"

void intake_json_text(struct sd_str *s, const char *text, size_t n)
{
	size_t from = 0;

	sd_str_addc(s, '"');
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		sd_str_addn(s, text + from, i - from);
		from = i + 1;
		if (c == '\n')
			sd_str_add(s, "\\n");
		else if (c == '"' || c == '\\')
			sd_str_addf(s, "\\%c", c);
		else
			sd_str_addf(s, "\\u%04x", c);
	}
	sd_str_addn(s, text + from, n - from);
	sd_str_addc(s, '"');
}

void intake_json_key(struct sd_str *s, const char *key)
{
	sd_str_add(s, ",\"");
	sd_str_add(s, key);
	sd_str_add(s, "\":");
}

static void digits(char *at, int n, int64_t v)
{
	for (; n-- > 0; v /= 10)
		at[n] = (char)('0' + v % 10);
}

void intake_json_time(struct sd_str *s, sd_time t)
{
	int64_t sec = t / 1000000, day = sec / 86400, rest = sec % 86400;

	if (rest < 0) {
		rest += 86400;
		day--;
	}
	int64_t z = day + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153, d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9;
	int64_t y = yoe + era * 400 + (m <= 2);
	char text[] = "\"0000-00-00T00:00:00Z\"";
	digits(text + 1, 4, y);
	digits(text + 6, 2, m);
	digits(text + 9, 2, d);
	digits(text + 12, 2, rest / 3600);
	digits(text + 15, 2, rest / 60 % 60);
	digits(text + 18, 2, rest % 60);
	sd_str_addn(s, text, sizeof text - 1);
}

void intake_json_close(struct sd_str *s, size_t from)
{
	if (s->len > from && s->data[from] == ',') {
		memmove(s->data + from, s->data + from + 1, s->len - from - 1);
		s->data[--s->len] = 0;
	}
	sd_str_addc(s, '}');
}

static bool squeezed(const char *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] < 0x20 || v[i] > 0x7e || (v[i] == ' ' && (i == 0 || i + 1 == n || v[i + 1] == ' ')))
			return false;
	return true;
}

void intake_squeeze(struct sd_str *out, const char *v, size_t n)
{
	struct sd_str s = {0};
	size_t from = out->len;

	if (squeezed(v, n)) {
		sd_str_addn(out, v, n);
		return;
	}
	sd_text_clean(&s, v, n, SD_CLEAN_LINE);
	for (size_t i = 0; i < s.len; i++)
		if (s.data[i] != ' ' || (out->len > from && out->data[out->len - 1] != ' '))
			sd_str_addc(out, s.data[i]);
	while (out->len > from && out->data[out->len - 1] == ' ')
		out->data[--out->len] = 0;
	sd_str_free(&s);
}
