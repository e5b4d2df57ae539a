#include "core/cli/restricted.h"

#include <string.h>

#include "core/base/i18n.h"

/* They read files by their nature, make desks, run servers or tell about the host. What may open a file besides (an attachment, a
 * report, a calendar) asks sd_restrict_path. */
static const char *const not_here[] = {"completion", "config", "db init", "db migrate", "demo", "doctor", "import", "kb import"};

/* --set could name a program; the others another desk or another person. */
static const char *const kept[] = {"db", "dir", "as", "set", "restricted"};

/* Adds one word to out; the place behind it. NULL: a quote has no end. */
static const char *word_at(const char *p, struct sd_str *out)
{
	char quote = 0;

	sd_str_addn(out, "", 0);
	for (; *p && (quote || !strchr(" \t\n", *p)); p++) {
		if (quote && *p == quote) {
			quote = 0;
		} else if (!quote && (*p == '\'' || *p == '"')) {
			quote = *p;
		} else if (*p == '\\' && p[1] && (!quote || (quote == '"' && strchr("\"\\", p[1])))) {
			sd_str_addc(out, *++p);
		} else {
			sd_str_addc(out, *p);
		}
	}
	return quote ? NULL : p;
}

char **restricted_words(struct sd_arena *a, const char *line, int *n, struct sd_err *err)
{
	char **words = sd_arena_alloc(a, (strlen(line) / 2 + 2) * sizeof *words);
	struct sd_str s = {0};

	*n = 0;
	for (const char *p = line + strspn(line, " \t\n"); *p; p += strspn(p, " \t\n")) {
		sd_str_reset(&s);
		p = word_at(p, &s);
		if (!p) {
			sd_err_set(err, SD_ERR_INPUT, "usage", "%s", _("a quotation mark has no end"));
			sd_str_free(&s);
			return NULL;
		}
		words[(*n)++] = sd_arena_strdup(a, s.data);
	}
	sd_str_free(&s);
	if (*n && strcmp(words[0], "svcdesk") == 0) {
		words++;
		(*n)--;
	}
	return words;
}

bool restricted_command(const char *words, struct sd_err *err)
{
	for (size_t i = 0; i < sizeof not_here / sizeof *not_here; i++) {
		size_t n = strlen(not_here[i]);
		if (strncmp(words, not_here[i], n) == 0 && (!words[n] || words[n] == ' ')) {
			sd_err_set(
				err, SD_ERR_DENIED, "restricted", _("svcdesk %s is not to be had here: this host serves only the desk"), words);
			return false;
		}
	}
	return true;
}

bool restricted_option(const char *name, struct sd_err *err)
{
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		if (strcmp(name, kept[i]) == 0) {
			sd_err_set(err, SD_ERR_DENIED, "restricted", _("--%s is not to be had here: this host serves only the desk"), name);
			return false;
		}
	}
	return true;
}
