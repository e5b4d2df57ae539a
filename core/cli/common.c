/* What several commands need: options as values, the connection, answers of the rulebook. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/query/nearest.h"
#include "svcdesk/cfg.h"
#include "svcdesk/env.h"
#include "svcdesk/locale.h"
#include "svcdesk/restrict.h"
#include "svcdesk/text.h"

bool cli_number(const struct cli *c, const char *opt, long min, long max, long *value, struct sd_err *err)
{
	const char *text = cli_get(c, opt);
	char *end;
	if (!text)
		return true;
	errno = 0;
	long n = strtol(text, &end, 10);
	if (errno || end == text || *end || n < min || n > max) {
		if (!errno && end != text && !*end && n > max)
			sd_err_set(err, SD_ERR_INPUT, "option_value", _("--%s wants a whole number from %ld to %ld, not \"%s\""), opt, min,
				max, text);
		else
			sd_err_set(err, SD_ERR_INPUT, "option_value", _("--%s wants a whole number from %ld on, not \"%s\""), opt, min, text);
		return false;
	}
	*value = n;
	return true;
}

char *cli_rest(const struct cli *c, size_t i)
{
	struct sd_str s = {0};
	for (; i < c->narg; i++)
		sd_str_addf(&s, "%s%s", s.len ? " " : "", c->arg[i]);
	char *out = sd_arena_strndup(c->a, s.data ? s.data : "", s.len);
	sd_str_free(&s);
	return out;
}

static bool read_all(FILE *f, struct sd_str *s)
{
	char buf[16384];
	size_t n;
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(s, buf, n);
	return !ferror(f);
}

bool cli_text_opt(const struct cli *c, const char *opt, const char **text, struct sd_err *err)
{
	struct sd_str raw = {0}, clean = {0};
	*text = NULL;
	const char *given = cli_get(c, opt);
	if (!given)
		return true;
	if (strcmp(given, "-") != 0) {
		sd_str_add(&raw, given);
	} else if (!read_all(stdin, &raw)) {
		sd_err_set(err, SD_ERR_INTERNAL, "stdin", _("cannot read standard input: %s"), strerror(errno));
		sd_str_free(&raw);
		return false;
	}
	sd_text_clean(&clean, raw.data ? raw.data : "", raw.len, SD_CLEAN_BLOCK);
	while (clean.len && clean.data[clean.len - 1] == '\n')
		clean.len--;
	*text = sd_arena_strndup(c->a, clean.data ? clean.data : "", clean.len);
	sd_str_free(&raw);
	sd_str_free(&clean);
	return true;
}

/* ---- the database ---- */

struct sd_db_want cli_want(const struct cli *c)
{
	return (struct sd_db_want){
		.db = cli_get(c, "db"), .config = sd_cfg_text(c->cfg, "db"), .dir = cli_get(c, "dir"), .as = cli_get(c, "as")};
}

bool cli_connect(struct cli *c, struct sd_err *err)
{
	struct sd_db_want want = cli_want(c);
	if (c->conn)
		return true;
	if (!sd_db_target_find(&c->target, &want, err))
		return false;
	c->conn = sd_conn_open(c->target.conninfo, err);
	return c->conn != NULL;
}

char *cli_value(struct cli *c, struct sd_err *err, const char *sql, int n, const char *const *params)
{
	struct sd_result *r = sd_conn_query(c->conn, sql, n, params, err);
	if (!r)
		return NULL;
	const char *v = sd_result_rows(r) > 0 && sd_result_cols(r) > 0 ? sd_result_get(r, 0, 0) : NULL;
	char *out = v ? sd_arena_strdup(c->a, v) : NULL;
	sd_result_free(r);
	if (!out && cli_is_person(c, err))
		sd_err_set(err, SD_ERR_INTERNAL, "no_answer", "%s", _("the desk gave no answer"));
	return out;
}

json_t *cli_parse(const char *text, struct sd_err *err)
{
	json_error_t why;
	json_t *j = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);
	if (!j)
		sd_err_set(err, SD_ERR_INTERNAL, "bad_answer", _("the desk gave an answer that cannot be read: %s"), why.text);
	return j;
}

json_t *cli_json(struct cli *c, struct sd_err *err, const char *sql, int n, const char *const *params)
{
	char *text = cli_value(c, err, sql, n, params);
	json_t *j = text ? cli_parse(text, err) : NULL;
	if (!j || !json_is_false(json_object_get(j, "ok")))
		return j;
	const json_t *error = json_object_get(j, "error");
	if (!error)
		return j; /* {"ok":false} of a check is an answer, not a refusal */
	cli_refusal(c, error, err);
	json_decref(j);
	return NULL;
}

const char *cli_word(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : "";
}

const char *cli_dumped(struct cli *c, const json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT);
	const char *out = sd_arena_strdup(c->a, text ? text : "{}");
	free(text);
	return out;
}

const char *cli_local(struct cli *c, const char *iso)
{
	struct sd_err ignored;
	sd_time t;
	const char *zone = sd_cfg_text(c->cfg, "zone");
	return *iso && sd_time_parse(iso, "UTC", &t, &ignored) ? sd_time_local(c->a, t, *zone ? zone : NULL, "%Y-%m-%d %H:%M") : iso;
}

bool cli_now(struct cli *c, sd_time *now, struct sd_err *err)
{
	const char *us = cli_value(c, err, "select (extract(epoch from desk.now()) * 1000000)::bigint", 0, NULL);
	if (us)
		*now = strtoll(us, NULL, 10);
	return us != NULL;
}

/* An argument as the texts want it: lists with commas, nothing as a dash. */
static void arg(struct sd_str *out, const json_t *v)
{
	size_t i;
	json_t *item;
	if (json_is_string(v))
		sd_str_add(out, json_string_value(v));
	else if (json_is_array(v))
		json_array_foreach((json_t *)(uintptr_t)v, i, item)
		{
			sd_str_add(out, i ? ", " : "");
			arg(out, item);
		}
	else if (json_is_null(v))
		sd_str_addc(out, '-');
	else
		cli_json_write(out, v, -1);
}

/* {name} in a translated text -> what the refusal said about it. */
static void fill(struct sd_str *out, const char *text, const json_t *args)
{
	for (; *text; text++) {
		const char *end = *text == '{' ? strchr(text, '}') : NULL;
		char name[64];
		snprintf(name, sizeof name, "%.*s", end ? (int)(end - text - 1) : 0, text + 1);
		const json_t *v = end ? json_object_get(args, name) : NULL;
		if (!v) {
			sd_str_addc(out, *text);
			continue;
		}
		arg(out, v);
		text = end;
	}
}

static void translate(struct cli *c, const json_t *error, struct sd_err *err)
{
	struct sd_err ignored;
	const char *params[] = {err->id, sd_locale_language()};
	char *label =
		cli_value(c, &ignored, "select l.text from desk.label l where l.key = 'error.' || $1 and l.lang = $2", 2, params);
	if (!label)
		return;
	struct sd_str s = {0};
	fill(&s, label, json_object_get(error, "args"));
	snprintf(err->text, sizeof err->text, "%s", s.data ? s.data : "");
	sd_str_free(&s);
}

static const char *member(const json_t *j, const char *key, const char *fallback)
{
	const char *s = json_string_value(json_object_get(j, key));
	return s ? s : fallback;
}

/* A word the desk does not know, among those it does: the one that was probably meant. */
static void propose(struct cli *c, const json_t *args, struct sd_err *err)
{
	static const char *const keys[][2] = {
		{"unknown_verb", "verb"}, {"unknown_field", "field"}, {"unknown_kind", "value"}, {"bad_choice", "value"}};
	const json_t *allowed = json_object_get(args, "allowed");
	size_t i, n = json_array_size(allowed);
	json_t *v;
	const char **list = sd_arena_alloc(c->a, (n + 1) * sizeof *list), *near = NULL;
	json_array_foreach((json_t *)(uintptr_t)allowed, i, v) list[i] = json_is_string(v) ? json_string_value(v) : "";
	for (size_t k = 0; n && k < sizeof keys / sizeof *keys; k++)
		if (strcmp(err->id, keys[k][0]) == 0)
			near = nearest_word(member(args, keys[k][1], ""), list);
	bool org = strcmp(err->id, "unknown_org") == 0 && c->cmd && c->cmd->run == cli_user_add;
	if (!near && !org)
		return;
	char *text = org ? sd_arena_printf(c->a, _("%s; --new-org makes it"), err->text)
					 : sd_arena_printf(c->a, _("%s; did you mean %s?"), err->text, near);
	snprintf(err->text, sizeof err->text, "%s", text);
}

/* "no group x; near it: -" says enough without its second clause. */
static void cut_near(const json_t *args, struct sd_err *err)
{
	const json_t *near = json_object_get(args, "near");
	char *semicolon = strrchr(err->text, ';'), *wide = strstr(err->text, "；");
	if (near && !json_array_size(near) && !json_string_length(near) && (semicolon || wide))
		*(semicolon ? semicolon : wide) = '\0';
}

void cli_refusal(struct cli *c, const json_t *error, struct sd_err *err)
{
	sd_err_set(err, sd_err_class_of(member(error, "class", "internal")), member(error, "id", "refused"), "%s",
		member(error, "text", _("refused")));
	snprintf(err->field, sizeof err->field, "%s", member(error, "field", ""));
	cli_conflict_keep(c, error);
	if (!c->json && strcmp(sd_locale_language(), "en") != 0)
		translate(c, error, err);
	cut_near(json_object_get(error, "args"), err);
	propose(c, json_object_get(error, "args"), err);
}

bool cli_is_person(struct cli *c, struct sd_err *err)
{
	char *me = cli_value(c, err, "select (desk.me() is not null)::text", 0, NULL);
	if (me && strcmp(me, "true") != 0)
		sd_err_set(err, SD_ERR_DENIED, "not_a_person", "%s",
			_("you are not an active person of this desk; an administrator can add you"));
	return me && strcmp(me, "true") == 0;
}

bool cli_read_text(const char *path, struct sd_str *out, bool *missing)
{
	enum { MOST = 1 << 20 };
	bool in = strcmp(path, "-") == 0;
	FILE *f = in ? stdin : sd_restricted() ? NULL : fopen(path, "re");
	char buf[8192];
	size_t n;

	*missing = !f && !sd_restricted() && errno == ENOENT;
	while (f && out->len <= MOST && (n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(out, buf, n);
	bool ok = f && !ferror(f) && out->len <= MOST && (!out->len || !memchr(out->data, 0, out->len));
	if (f && !in)
		fclose(f);
	return ok;
}
