/* triage evaluate: how good proposals are on tickets of the past. The desk goes through them in short steps (desk.trial_*,
 * 0035c); here are only the way through the steps, the keys one would press, and the tables. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/triage.h"
#include "svcdesk/cfg.h"
#include "svcdesk/locale.h"
#include "svcdesk/text.h"
#include "svcdesk/when.h"

/* The console gives nine digits to what it proposes beside the first: four to categories, three to groups where impact and
 * urgency are sure. */
enum { CATEGORY_DIGITS = 4, GROUP_DIGITS = 3 };
static const char category_names[] = "select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name) order by x.name), "
									 "'[]') from (select c.id, coalesce(p.name || ' / ', '') "
									 "|| c.name as name from desk.category c left join desk.category p on p.id = c.parent_id) x";
static const char group_names[] = "select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name) order by g.name), "
								  "'[]') from desk.support_group g where g.id <> 0";

/* ---- the steps ---- */

static bool time_of(struct cli *c, const char *opt, const char **iso, struct sd_err *err)
{
	const char *zone = sd_cfg_text(c->cfg, "zone"), *text = cli_get(c, opt);
	sd_time t, now;
	*iso = NULL;
	if (!text)
		return true;
	if (!cli_now(c, &now, err))
		return false;
	if (!sd_when_past(c->a, text, now, *zone ? zone : NULL, &t)) {
		sd_err_set(err, SD_ERR_INPUT, "option_value", _("--%s wants a time (2026-10-05, 30d), not \"%s\""), opt, text);
		return false;
	}
	*iso = sd_arena_strdup(c->a, sd_time_iso(c->a, t));
	return true;
}

/* The run; NULL and err. */
static const char *begin(struct cli *c, struct sd_err *err)
{
	const char *model = cli_get(c, "model"), *kind = cli_get(c, "kind"), *from, *until;
	long last = 200;
	if (!cli_number(c, "last", 1, 1000000, &last, err) || !cli_connect(c, err) || !time_of(c, "from", &from, err) ||
		!time_of(c, "until", &until, err))
		return NULL;
	const char *params[] = {model ? model : "", kind ? kind : "incident", from, until,
		cli_has(c, "last") || !(from || until) ? sd_arena_printf(c->a, "%ld", last) : NULL};
	return cli_value(c, err,
		"select desk.trial_begin(array[$1, 'frequent', 'requester'], $2, $3::timestamptz, $4::timestamptz, $5::int)", 5, params);
}

static void say_left(const json_t *step)
{
	if (isatty(STDERR_FILENO)) {
		fputs("\r                    \r", stderr);
		fprintf(stderr, _("%lld to go"), (long long)json_integer_value(json_object_get(step, "left")));
		fflush(stderr);
	}
}

static bool go(struct cli *c, const char *run, struct sd_err *err)
{
	const char *more = "t";
	while (*more == 't') {
		more = cli_value(c, err, "select desk.trial_prepare($1::int)", 1, &run);
		if (!more)
			return false;
	}
	for (bool done = false; !done;) {
		json_t *step = cli_json(c, err, "select desk.trial_step($1::int)", 1, &run);
		if (!step)
			return false;
		done = json_is_true(json_object_get(step, "done"));
		say_left(step);
		json_decref(step);
	}
	if (isatty(STDERR_FILENO))
		fputs("\r                    \r", stderr);
	return true;
}

/* ---- keys ---- */

/* What a field can be, as the picker of the console holds it. */
struct names {
	size_t n;
	int64_t *id;
	const char **folded;
	size_t *place;
};

static bool read_names(struct cli *c, const char *sql, struct names *out, struct sd_err *err)
{
	json_t *list = cli_json(c, err, sql, 0, NULL), *o;
	size_t i;
	if (!list)
		return false;
	out->n = json_array_size(list);
	out->id = sd_arena_alloc(c->a, (out->n + 1) * sizeof *out->id);
	out->folded = sd_arena_alloc(c->a, (out->n + 1) * sizeof *out->folded);
	out->place = sd_arena_alloc(c->a, (out->n + 1) * sizeof *out->place);
	json_array_foreach(list, i, o)
	{
		out->id[i] = json_integer_value(json_object_get(o, "id"));
		out->folded[i] = sd_text_fold(c->a, cli_word(o, "name"));
	}
	json_decref(list);
	return true;
}

/* Where each name stands in the picker: what is likely comes first, what stands on the screen already last. */
static void order(struct names *v, const json_t *ids)
{
	for (size_t k = 0; k < v->n; k++) {
		v->place[k] = json_array_size(ids) + k;
		for (size_t i = 0; i < json_array_size(ids); i++)
			if (json_integer_value(json_array_get(ids, i)) == v->id[k])
				v->place[k] = i ? i - 1 : json_array_size(ids) + v->n;
	}
}

/* Whether the picker puts the k-th name first. */
static bool found(const struct names *v, size_t k, const char *typed)
{
	int mine = sd_text_match(v->folded[k], typed);
	for (size_t i = 0; mine && i < v->n; i++) {
		int other = i == k ? 0 : sd_text_match(v->folded[i], typed);
		if (other > mine || (other == mine && v->place[i] < v->place[k]))
			return false;
	}
	return mine > 0;
}

enum { WORDS = 8, LETTERS = 6 };
struct start {
	const char *at;
	size_t n;
};

/* Where words begin in a name. */
static size_t starts(const char *s, struct start *out)
{
	size_t n = 0;
	for (const char *p = s; *p && n < WORDS;) {
		size_t k = strcspn(p, " /");
		if (k)
			out[n++] = (struct start){p, k < LETTERS ? k : LETTERS};
		p += k;
		p += strspn(p, " /");
	}
	return n;
}

/* The fewest letters that find a name: the beginning of one of its words, or of two with a blank between them. */
static int letters(struct cli *c, const struct names *v, size_t k)
{
	struct start w[WORDS];
	size_t n = starts(v->folded[k], w);
	for (size_t total = 1; total <= 2 * LETTERS + 1; total++)
		for (size_t i = 0; i < n; i++) {
			if (total <= w[i].n && found(v, k, sd_arena_strndup(c->a, w[i].at, total)))
				return (int)total;
			for (size_t j = 0; j < n && total >= 3; j++)
				for (size_t a = 1; a + 2 <= total && a <= w[i].n; a++)
					if (i != j && total - 1 - a <= w[j].n &&
						found(v, k, sd_arena_printf(c->a, "%.*s %.*s", (int)a, w[i].at, (int)(total - 1 - a), w[j].at)))
						return (int)total;
		}
	return (int)strlen(v->folded[k]);
}

/* Keys to make a field right: none when it is proposed first, a digit, or the key of the field, letters (or steps down) and
 * Enter. */
static int field_keys(struct cli *c, const json_t *truth, const json_t *ids, struct names *v, int digits)
{
	int place = -1, best = 1 << 20;
	if (!json_is_integer(truth)) /* it has no such value in the end */
		return 0;
	for (size_t i = 0; i < json_array_size(ids); i++)
		if (json_equal(json_array_get(ids, i), truth))
			place = (int)i;
	if (place >= 0 && place <= digits)
		return place > 0;
	if (place > 0)
		best = place - 1; /* steps down */
	order(v, ids);
	for (size_t k = 0; k < v->n; k++)
		if (v->id[k] == json_integer_value(truth)) {
			int n = letters(c, v, k);
			best = n < best ? n : best;
		}
	return 2 + best;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static json_t *keys(struct cli *c, const json_t *rows, struct names *category, struct names *group)
{
	size_t n = json_array_size(rows), one = 0, three = 0;
	int *v = sd_malloc((n + 1) * sizeof *v), sum = 0;
	for (size_t i = 0; i < n; i++) {
		const json_t *row = json_array_get(rows, i);
		v[i] = 1 +
			   field_keys(c, json_object_get(row, "category"), json_object_get(row, "categories"), category, CATEGORY_DIGITS) +
			   field_keys(c, json_object_get(row, "group"), json_object_get(row, "groups"), group, GROUP_DIGITS);
		sum += v[i];
		one += v[i] == 1;
		three += v[i] <= 3;
	}
	qsort(v, n, sizeof *v, compare);
	json_t *j = n ? json_pack("{s:i,s:i,s:f,s:f,s:f}", "median", v[(n - 1) / 2], "p90", v[(n * 9 + 9) / 10 - 1], "mean",
						(double)sum / (double)n, "one", (double)one / (double)n, "three", (double)three / (double)n)
				  : json_object();
	free(v);
	return j;
}

/* ---- output ---- */

static const char *share(struct cli *c, const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);
	return json_is_number(v) ? sd_arena_printf(c->a, "%.1f %%", 100 * json_number_value(v)) : "-";
}

static const char *field_name(struct cli *c, const json_t *f)
{
	const json_t *given = json_object_get(f, "given");
	const char *name = cli_triage_field(c, cli_word(f, "field"));
	if (!given)
		return name;
	return json_array_size(given) == 1 ? sd_arena_printf(c->a, _("%s, category known"), name)
									   : sd_arena_printf(c->a, _("%s, category and group known"), name);
}

static void accuracy_out(struct cli *c, const json_t *r)
{
	const char *titles[] = {_("model"), _("field"), _("n"), _("first"), _("among 3"), _("among 9"), _("sure"),
		_("right when sure"), _("calibration error")};
	struct cli_table *t = cli_table_new(c, titles, 9);
	size_t i, k;
	json_t *m, *f;
	json_array_foreach(json_object_get(r, "models"), i, m)
	{
		json_array_foreach(json_object_get(m, "fields"), k, f)
		{
			if (i && json_object_get(f, "given"))
				continue;
			const char *cells[] = {cli_word(m, "model"), field_name(c, f),
				sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(f, "n"))), share(c, f, "top1"),
				share(c, f, "top3"), share(c, f, "top9"), share(c, f, "sure"), share(c, f, "right_when_sure"),
				share(c, f, "ece")};
			cli_table_row(t, cells);
		}
		const json_t *both = json_object_get(m, "both");
		const char *cells[] = {cli_word(m, "model"), _("category and group"),
			sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(both, "n"))), share(c, both, "top1"),
			share(c, both, "top3"), "", "", "", ""};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

static void reliability_out(struct cli *c, const json_t *m)
{
	const char *titles[] = {_("field"), _("confidence"), _("n"), _("said"), _("came true")};
	struct cli_table *t = cli_table_new(c, titles, 5);
	size_t i, k;
	json_t *f, *b;
	json_array_foreach(json_object_get(m, "fields"), i, f)
	{
		if (json_object_get(f, "given"))
			continue;
		json_array_foreach(json_object_get(f, "reliability"), k, b)
		{
			double from = json_number_value(json_object_get(b, "from"));
			const char *cells[] = {cli_triage_field(c, cli_word(f, "field")),
				sd_arena_printf(c->a, "%.0f-%.0f %%", 100 * from, 100 * from + 10),
				sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(b, "n"))), share(c, b, "said"),
				share(c, b, "came")};
			cli_table_row(t, cells);
		}
	}
	cli_table_end(t);
}

static void report_out(struct cli *c, const json_t *r)
{
	const json_t *k = json_object_get(r, "keys");
	cli_print_clean(
		c, sd_arena_printf(c->a, _("%lld tickets opened %s to %s; each by what was known before it, %lld to %lld tickets\n\n"),
			   (long long)json_integer_value(json_object_get(r, "tests")), cli_word(r, "from"), cli_word(r, "until"),
			   (long long)json_integer_value(json_object_get(r, "learnt_first")),
			   (long long)json_integer_value(json_object_get(r, "learnt_last"))));
	accuracy_out(c, r);
	cli_print_clean(c, "\n");
	reliability_out(c, json_array_get(json_object_get(r, "models"), 0));
	cli_print_clean(c,
		sd_arena_printf(c->a,
			_("\nkeys until category and group are right: median %lld, p90 %lld, mean %.1f; one key for %s, three at most for "
			  "%s\n"),
			(long long)json_integer_value(json_object_get(k, "median")), (long long)json_integer_value(json_object_get(k, "p90")),
			json_number_value(json_object_get(k, "mean")), share(c, k, "one"), share(c, k, "three")));
}

int cli_triage_evaluate(struct cli *c)
{
	struct sd_err err, ignored;
	const char *run = begin(c, &err);
	json_t *r = NULL, *rows = NULL;
	struct names category = {0}, group = {0};
	if (run && go(c, run, &err) && (r = cli_json(c, &err, "select desk.trial_report($1::int)", 1, &run)) != NULL)
		rows = cli_json(c, &err, "select coalesce(jsonb_agg(p), '[]') from desk.trial_places($1::int) p", 1, &run);
	if (rows && !(read_names(c, category_names, &category, &err) && read_names(c, group_names, &group, &err))) {
		json_decref(rows);
		rows = NULL;
	}
	if (run)
		cli_value(c, &ignored, "select desk.trial_end($1::int)::text", 1, &run);
	if (rows && !json_array_size(rows)) {
		sd_err_set(
			&err, SD_ERR_NOT_FOUND, "no_past", "%s", _("no ticket of that time is done: there is nothing to try proposals on"));
		json_decref(rows);
		rows = NULL;
	}
	if (!rows) {
		json_decref(r);
		return cli_fail(c, &err);
	}
	json_object_set_new(r, "keys", keys(c, rows, &category, &group));
	if (c->json)
		cli_print_json(c, r);
	else
		report_out(c, r);
	json_decref(rows);
	json_decref(r);
	return 0;
}
