#include "svcdesk/locale.h"

#include <langinfo.h>
#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "svcdesk/env.h"
#include "svcdesk/mem.h"

#define DOMAIN "svcdesk"

/* The locale is process-wide in libc already; this is what was found out about it. */
static struct {
	bool utf8;
	char language[16];
} loc = {.language = "en"};

/* The locale named by the environment for a category, or NULL when nothing names one. */
static const char *named(const char *category)
{
	const char *v = sd_env_get("LC_ALL");
	if (!v)
		v = sd_env_get(category);
	return v ? v : sd_env_get("LANG");
}

static bool says_other_charset(const char *name)
{
	const char *dot = name ? strchr(name, '.') : NULL;
	return dot && strncasecmp(dot, ".utf-8", 6) != 0 && strncasecmp(dot, ".utf8", 5) != 0;
}

/* Where the message catalogues lie: told by tests, beside an executable that runs where it was built, or installed. */
static void bind_catalogues(void)
{
	struct sd_str s = {0};
	const char *told = sd_env_get("SVCDESK_LOCALEDIR");
	if (told) {
		sd_str_add(&s, told);
	} else {
		char *dir = sd_env_exe_dir();
		if (dir)
			sd_str_addf(&s, "%s/locale", dir);
		free(dir);
		struct sd_str probe = {0};
		sd_str_addf(&probe, "%s/zh_CN/LC_MESSAGES/" DOMAIN ".mo", s.data ? s.data : "");
		if (!s.data || access(probe.data, R_OK) != 0) {
			sd_str_reset(&s);
			sd_str_add(&s, LOCALEDIR);
		}
		sd_str_free(&probe);
	}
	bindtextdomain(DOMAIN, s.data);
	bind_textdomain_codeset(DOMAIN, "UTF-8"); /* inside, text is UTF-8 whatever the terminal speaks */
	textdomain(DOMAIN);
	sd_str_free(&s);
}

/* The first of a colon separated list that is English or has a catalogue. Traditional Chinese has none. */
static const char *known_language(const char *list)
{
	for (const char *p = list; p && *p; p += *p == ':') {
		size_t n = strcspn(p, ":");
		if (strncasecmp(p, "en", 2) == 0)
			return "en";
		if ((n == 2 && strncasecmp(p, "zh", 2) == 0) || strncasecmp(p, "zh_CN", 5) == 0 || strncasecmp(p, "zh-CN", 5) == 0)
			return "zh_CN";
		p += n;
	}
	return "en";
}

static const char *wanted_language(const char *option)
{
	if (option && *option)
		return known_language(option);
	const char *messages = named("LC_MESSAGES");
	/* as gettext does it: LANGUAGE counts unless the locale is plain C */
	if (messages && (strcmp(messages, "C") == 0 || strcmp(messages, "POSIX") == 0))
		return "en";
	const char *list = sd_env_get("LANGUAGE");
	return known_language(list ? list : messages);
}

bool sd_locale_start(const char *language)
{
	const char *name = named("LC_CTYPE");
	bool found = name && setlocale(LC_ALL, "");
	/* A bare machine has only C, C.UTF-8 and POSIX, and often no LANG at all; its terminals speak UTF-8. */
	if (!found && !says_other_charset(name))
		found = setlocale(LC_ALL, "C.UTF-8") != NULL;
	if (!found)
		setlocale(LC_ALL, "C");
	loc.utf8 = strcasecmp(nl_langinfo(CODESET), "UTF-8") == 0;
	const char *want = wanted_language(language);
	/* no terminal without UTF-8 shows another language's script for us */
	snprintf(loc.language, sizeof loc.language, "%s", loc.utf8 ? want : "en");
	if (loc.utf8) {
		/* glibc reads LANGUAGE for every locale but C, also for C.UTF-8 */
		const char *messages = setlocale(LC_MESSAGES, NULL);
		if (strcmp(messages, "C") == 0 || strcmp(messages, "POSIX") == 0)
			setlocale(LC_MESSAGES, "C.UTF-8");
		if (strcmp(want, "en") != 0 || (language && *language))
			sd_env_put("LANGUAGE", loc.language);
	}
	setlocale(LC_NUMERIC, "C"); /* JSON and SQL want a point */
	bind_catalogues();
	return loc.utf8;
}

bool sd_locale_utf8(void)
{
	return loc.utf8;
}

const char *sd_locale_language(void)
{
	return loc.language;
}
