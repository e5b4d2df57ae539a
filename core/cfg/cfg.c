#include "svcdesk/cfg.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/query/nearest.h"
#include "svcdesk/env.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static const char *const color_words[] = {"auto", "always", "never", NULL};
static const char *const clipboard_words[] = {"osc52", "none", NULL};
static const char *const colors_words[] = {"auto", "256", "16", "8", "mono", NULL};
static const char *const plain_words[] = {"auto", "yes", "no", NULL};
static const char *const bell_words[] = {"no", "visual", "yes", NULL};
static const char *const width_words[] = {"1", "2", NULL};

const struct sd_cfg_option sd_cfg_options[] = {
	{"db", SD_CFG_TEXT, "", 0, 0, NULL, N_("database: a libpq URI or key words; empty: the private desk of this account")},
	{"language", SD_CFG_TEXT, "", 0, 0, NULL, N_("language of messages: en, zh_CN; empty: what the locale says")},
	{"theme", SD_CFG_TEXT, "auto", 0, 0, NULL,
		N_("colours of the console: dark, light, high-contrast, colour-blind, 16-colour, mono, or a file; auto: dark or light, "
		   "as the terminal is")},
	{"color", SD_CFG_CHOICE, "auto", 0, 0, color_words, N_("when to use colours")},
	{"colors", SD_CFG_CHOICE, "auto", 0, 0, colors_words, N_("how many colours: 256, 16, 8, mono; auto: what the terminal has")},
	{"ascii", SD_CFG_BOOL, "no", 0, 0, NULL, N_("draw lines and marks with ASCII characters only")},
	{"plain", SD_CFG_CHOICE, "auto", 0, 0, plain_words,
		N_("lines and questions instead of a screen; auto: on a terminal that can do nothing else")},
	{"bell", SD_CFG_CHOICE, "no", 0, 0, bell_words, N_("tell of news in the inbox: yes rings and says so, visual only says so")},
	{"mouse", SD_CFG_BOOL, "yes", 0, 0, NULL, N_("let the console use the mouse")},
	{"escape-delay", SD_CFG_INT, "25", 1, 1000, NULL,
		N_("milliseconds to wait whether Esc begins a key sequence; over SSH 50 unless it is set")},
	{"key-aliases", SD_CFG_TEXT, "cyrillic greek", 0, 0, NULL,
		N_("keys that mean nothing themselves stand for others: cyrillic, greek, german, french, and pairs as ö=[")},
	{"clipboard", SD_CFG_CHOICE, "osc52", 0, 0, clipboard_words,
		N_("how y copies: osc52 asks the terminal, none leaves its clipboard alone")},
	{"link-format", SD_CFG_TEXT, "svcdesk:{desk}/{number}", 0, 0, NULL,
		N_("what y l copies: {number}, {desk} and {subject} are filled in")},
	{"ambiguous-width", SD_CFG_CHOICE, "1", 0, 0, width_words, N_("cells of characters whose width terminals disagree about")},
	{"emoji-width", SD_CFG_CHOICE, "2", 0, 0, width_words, N_("cells of emoji")},
	{"editor", SD_CFG_TEXT, "", 0, 0, NULL, N_("editor for long texts; empty: VISUAL, EDITOR")},
	{"browser", SD_CFG_TEXT, "", 0, 0, NULL, N_("program that opens web links of articles; empty: they are copied")},
	{"zone", SD_CFG_TEXT, "", 0, 0, NULL, N_("time zone in which times are shown; empty: the person's, else TZ")},
	{"drafts-disk", SD_CFG_BOOL, "yes", 0, 0, NULL,
		N_("keep what is typed and not sent in the state folder, and acts that wait for the line")},
	{"drafts-database", SD_CFG_BOOL, "yes", 0, 0, NULL,
		N_("keep it in the database too, so that it follows you to another host")},
	{"draft-rest", SD_CFG_INT, "1000", 10, 1500, NULL, N_("milliseconds after which what is typed is saved")},
	{"restore", SD_CFG_BOOL, "yes", 0, 0, NULL, N_("begin where the last session ended: view, filter, order, ticket")},
	{"lock-after", SD_CFG_INT, "0", 0, 1440, NULL, N_("minutes without a key after which the console locks; 0: never")},
	{"lock-command", SD_CFG_TEXT, "", 0, 0, NULL,
		N_("program that unlocks when it ends with 0; empty: the password of the database, or a word given when it locks")},
	{"log-file", SD_CFG_TEXT, "", 0, 0, NULL, N_("file to which messages are also written")},
};
const size_t sd_cfg_options_n = sizeof sd_cfg_options / sizeof *sd_cfg_options;
enum { NOPTIONS = sizeof sd_cfg_options / sizeof *sd_cfg_options };

struct entry {
	char *section, *name, *value, *place; /* place: "file:line" */
};

struct sd_cfg {
	char *value[NOPTIONS]; /* NULL: the initial one */
	char *source[NOPTIONS];
	struct entry *entry;
	size_t nentry, capentry;
};

struct sd_cfg *sd_cfg_new(void)
{
	return sd_calloc(1, sizeof(struct sd_cfg));
}

void sd_cfg_free(struct sd_cfg *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < NOPTIONS; i++) {
		free(c->value[i]);
		free(c->source[i]);
	}
	for (size_t i = 0; i < c->nentry; i++) {
		free(c->entry[i].section);
		free(c->entry[i].name);
		free(c->entry[i].value);
		free(c->entry[i].place);
	}
	free(c->entry);
	free(c);
}

static size_t option_index(const char *name)
{
	size_t i = 0;
	while (i < NOPTIONS && strcmp(sd_cfg_options[i].name, name) != 0)
		i++;
	return i;
}

static int bool_of(const char *s)
{
	static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false", "off", "0"};
	for (size_t i = 0; i < 4; i++) {
		if (strcasecmp(s, yes[i]) == 0)
			return 1;
		if (strcasecmp(s, no[i]) == 0)
			return 0;
	}
	return -1;
}

/* The value as it is kept, malloc'ed; NULL and err if it does not fit. */
static char *fitted(const struct sd_cfg_option *o, const char *value, struct sd_err *err)
{
	struct sd_str words = {0};
	char *end;
	switch (o->type) {
	case SD_CFG_TEXT:
		return sd_strdup(value);
	case SD_CFG_BOOL:
		if (bool_of(value) >= 0)
			return sd_strdup(bool_of(value) ? "yes" : "no");
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("option %s is yes or no, not \"%s\""), o->name, value);
		return NULL;
	case SD_CFG_INT:
		errno = 0;
		long n = strtol(value, &end, 10);
		if (!errno && end != value && !*end && n >= o->min && n <= o->max)
			return sd_strdup(value);
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("option %s is a number from %d to %d, not \"%s\""), o->name, o->min,
			o->max, value);
		return NULL;
	case SD_CFG_CHOICE:
		for (const char *const *w = o->choice; *w; w++) {
			if (strcmp(*w, value) == 0) {
				sd_str_free(&words);
				return sd_strdup(value);
			}
			sd_str_addf(&words, "%s%s", words.len ? ", " : "", *w);
		}
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("option %s is one of %s, not \"%s\""), o->name, words.data, value);
		sd_str_free(&words);
		return NULL;
	}
	return NULL;
}

static size_t known_option(const char *name, struct sd_err *err)
{
	size_t i = option_index(name);
	if (i < NOPTIONS)
		return i;
	const char *list[NOPTIONS + 1] = {0};
	for (size_t k = 0; k < NOPTIONS; k++)
		list[k] = sd_cfg_options[k].name;
	const char *near = nearest_word(name, list);
	if (near)
		sd_err_set(err, SD_ERR_INPUT, "unknown_option", _("there is no option %s; did you mean %s?"), name, near);
	else
		sd_err_set(err, SD_ERR_INPUT, "unknown_option", _("there is no option %s; svcdesk config and :set list them"), name);
	return i;
}

bool sd_cfg_check(const char *name, const char *value, struct sd_err *err)
{
	size_t i = known_option(name, err);
	char *kept = i < NOPTIONS ? fitted(&sd_cfg_options[i], value, err) : NULL;
	free(kept);
	return kept != NULL;
}

bool sd_cfg_set(struct sd_cfg *c, const char *name, const char *value, const char *source, struct sd_err *err)
{
	size_t i = known_option(name, err);
	char *kept = i < NOPTIONS ? fitted(&sd_cfg_options[i], value, err) : NULL;
	if (!kept)
		return false;
	free(c->value[i]);
	free(c->source[i]);
	c->value[i] = kept;
	c->source[i] = sd_strdup(source);
	return true;
}

bool sd_cfg_live(const char *name)
{
	static const char *const live[] = {"theme", "mouse", "escape-delay", "ambiguous-width", "emoji-width", "clipboard",
		"link-format", "editor", "browser", "zone", "draft-rest", "lock-after", NULL};
	for (size_t i = 0; live[i]; i++)
		if (strcmp(live[i], name) == 0)
			return true;
	return false;
}

struct reading {
	struct sd_cfg *c;
	const char *path;
	struct sd_err *err; /* of the first wrong line */
	bool failed;
	FILE *file;
	int line;
	bool inside; /* of a line longer than the reader's buffer */
	char section[64];
};

static void note_section(struct reading *r, const char *line)
{
	size_t n = strcspn(line + 1, "]");
	if (line[1 + n])
		snprintf(r->section, sizeof r->section, "%.*s", (int)n, line + 1);
}

/* Neither a comment, nor blank, nor the rest of the line before, nor `name = value`. */
static bool broken(const char *line)
{
	return !strchr(";# \t\r\n", *line) && !strpbrk(line, "=:");
}

static struct entry *add_entry(struct reading *r, const char *section, const char *name, const char *value)
{
	struct entry *e = SD_PUSH(r->c->entry, r->c->nentry, r->c->capentry);
	struct sd_str place = {0};
	sd_str_addf(&place, "%s:%d", r->path, r->line);
	*e = (struct entry){sd_strdup(section), sd_strdup(name), value ? sd_strdup(value) : NULL, sd_str_take(&place)};
	return e;
}

/* Who the section is for says what is wrong in it; here it ends nothing. */
static void put_aside(struct reading *r, char *line)
{
	struct entry *e = add_entry(r, r->section, line, NULL);
	e->name[strcspn(e->name, "\r\n")] = '\0';
	*line = ';'; /* a comment for the parser */
}

/* Lines are counted as they are read: the library keeps their number to itself. */
static char *next_line(char *buf, int size, void *arg)
{
	struct reading *r = arg;
	char *got = fgets(buf, size, r->file);
	bool begins = !r->inside;
	if (!got)
		return NULL;
	r->line += begins;
	r->inside = !strchr(buf, '\n');
	if (begins && *buf == '[')
		note_section(r, buf);
	else if (begins && *r->section && broken(buf))
		put_aside(r, buf);
	return got;
}

static int line_read(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;
	if (r->failed)
		return 0;
	if (*section) {
		add_entry(r, section, name, value);
		return 1;
	}
	r->failed = !sd_cfg_set(r->c, name, value, r->path, r->err);
	return !r->failed;
}

bool sd_cfg_load_file(struct sd_cfg *c, const char *path, struct sd_err *err)
{
	struct reading r = {.c = c, .path = path, .err = err, .file = fopen(path, "re")};
	if (!r.file) {
		sd_err_set(err, SD_ERR_INPUT, "config_file", _("cannot read the configuration %s: %s"), path, strerror(errno));
		return false;
	}
	int line = ini_parse_stream(next_line, &r, line_read, &r);
	fclose(r.file);
	if (line == 0)
		return true;
	struct sd_str what = {0};
	if (line < 0)
		sd_str_add(&what, _("cannot be read"));
	else
		sd_str_add(&what, r.failed ? err->text : _("neither `name = value`, nor [section], nor a comment"));
	sd_err_set(err, SD_ERR_INPUT, "config_file", "%s:%d: %s", path, line, what.data);
	sd_str_free(&what);
	return false;
}

static bool load_if_there(struct sd_cfg *c, const char *path, struct sd_err *err)
{
	FILE *f = fopen(path, "re");
	if (!f && (errno == ENOENT || errno == ENOTDIR || errno == EACCES))
		return true;
	if (f)
		fclose(f);
	return sd_cfg_load_file(c, path, err);
}

char *sd_cfg_system_file(void)
{
	return sd_strdup(SYSCONFDIR "/svcdesk/config");
}

char *sd_cfg_user_file(void)
{
	const char *named = sd_env_get("SVCDESK_CONFIG");
	if (named)
		return sd_strdup(named);
	char *dir = sd_env_config_dir();
	if (!dir)
		return NULL;
	struct sd_str path = {0};
	sd_str_addf(&path, "%s/config", dir);
	free(dir);
	return sd_str_take(&path);
}

/* SVCDESK_DB is no option but comes before the variables of libpq, which come before the files. */
const char *sd_cfg_variable(const char *name, char *buf, size_t size)
{
	snprintf(buf, size, "%s%s", strcmp(name, "db") == 0 ? "" : "SVCDESK_", strcmp(name, "db") == 0 ? "" : name);
	for (char *p = buf; *p; p++)
		*p = *p == '-' ? '_' : *p >= 'a' && *p <= 'z' ? (char)(*p - 'a' + 'A') : *p;
	return buf;
}

static bool load_environment(struct sd_cfg *c, struct sd_err *err)
{
	for (size_t i = 0; i < NOPTIONS; i++) {
		char variable[64], source[100];
		struct sd_err why = {0};
		const char *value = *sd_cfg_variable(sd_cfg_options[i].name, variable, sizeof variable) ? sd_env_get(variable) : NULL;
		snprintf(source, sizeof source, "environment: %s", variable);
		if (!value || sd_cfg_set(c, sd_cfg_options[i].name, value, source, &why))
			continue;
		sd_err_set(err, SD_ERR_INPUT, "config_environment", "%s: %s", variable, why.text);
		return false;
	}
	return true;
}

bool sd_cfg_load(struct sd_cfg *c, struct sd_err *err)
{
	char *system = sd_cfg_system_file(), *user = sd_cfg_user_file();
	bool ok = load_if_there(c, system, err);
	if (ok && user)
		ok = sd_env_get("SVCDESK_CONFIG") ? sd_cfg_load_file(c, user, err) : load_if_there(c, user, err);
	free(system);
	free(user);
	return ok && load_environment(c, err);
}

const char *sd_cfg_text(const struct sd_cfg *c, const char *name)
{
	size_t i = option_index(name);
	if (i == NOPTIONS)
		return "";
	return c->value[i] ? c->value[i] : sd_cfg_options[i].initial;
}

int sd_cfg_int(const struct sd_cfg *c, const char *name)
{
	return atoi(sd_cfg_text(c, name));
}

bool sd_cfg_bool(const struct sd_cfg *c, const char *name)
{
	return bool_of(sd_cfg_text(c, name)) == 1;
}

const char *sd_cfg_source(const struct sd_cfg *c, const char *name)
{
	size_t i = option_index(name);
	return i < NOPTIONS && c->source[i] ? c->source[i] : "";
}

bool sd_cfg_entry(const struct sd_cfg *c, size_t i, const char **section, const char **name, const char **value)
{
	if (i >= c->nentry)
		return false;
	*section = c->entry[i].section;
	*name = c->entry[i].name;
	*value = c->entry[i].value;
	return true;
}

const char *sd_cfg_entry_place(const struct sd_cfg *c, size_t i)
{
	return i < c->nentry ? c->entry[i].place : "";
}
