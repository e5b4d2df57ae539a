/* What the desk answered instead of doing it, in the person's language and the person's time. */
#include "config.h"
#include "tui/app/act.h"

#include <ctype.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

/* How long a time as the desk writes it ("2026-03-02T09:00:00.5Z") stands here; 0: none. */
static size_t iso_time(const char *s)
{
	static const char shape[] = "0000-00-00T00:00:00";
	size_t n = sizeof shape - 1;

	for (size_t i = 0; i < n; i++)
		if (shape[i] == '0' ? !isdigit((unsigned char)s[i]) : s[i] != shape[i])
			return 0;
	if (s[n] == '.')
		for (n++; isdigit((unsigned char)s[n]); n++)
			;
	return s[n] == 'Z' ? n + 1 : 0;
}

char *act_refusal(
	const struct model *m, struct sd_arena *a, const char *kind, const char *id, const char *args, const char *fallback)
{
	/* What the command line is told to add, the form has as a field. */
	bool form = !strcmp(id, "field_required");
	const char *text = sd_meta_refusal(m->meta, a, kind, form ? "" : id, args, form ? _("{verb} needs {field}") : fallback);
	struct sd_str s = {0};
	char *out;

	while (*text) {
		size_t n = iso_time(text);
		struct sd_err err;
		sd_time at;

		if (n && sd_time_parse(sd_arena_strndup(a, text, n), "UTC", &at, &err)) {
			sd_str_add(&s, sd_time_local(a, at, m->session.zone, "%Y-%m-%d %H:%M"));
			text += n;
		} else {
			sd_str_addc(&s, *text++);
		}
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}
