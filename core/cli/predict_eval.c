/* predict eval: learns from one table and says how good that is on another. No desk is needed: it is the code of the live models
 * (core/predict) on rows of files. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/intake/csv.h"
#include "core/predict/predict.h"
#include "svcdesk/text.h"

const struct cli_opt predict_eval_opts[] = {{"train", "FILE", N_("what to learn from")},
	{"test", "FILE", N_("what to try it on")}, {"text", "COLUMN", N_("a column of texts")},
	{"fields", "A,B,...", N_("columns of values, separated by commas")}, {"label", "COLUMN", N_("what is to be predicted")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};

enum { LONG_VALUE = 80, CLASSES_TOLD = 200, TIMES_MAX = 4, CHOOSE_ROWS = 15000 };

/* Which columns, by name, and where they stand in the file that is read now. */
struct wanted {
	const char *text, *label, *field[PREDICT_MAX_FIELDS];
	size_t fields;
	int text_at, label_at, field_at[PREDICT_MAX_FIELDS];
	bool hours; /* the hour and the day of the week of times are looked at */
	bool timed, as_time[PREDICT_MAX_FIELDS], as_other[PREDICT_MAX_FIELDS]; /* what stood in the rows to learn from */
};

/* What a row says, in the form the models want. */
struct given {
	struct sd_arena *a;
	struct sd_str text;
	struct predict_field f[PREDICT_MAX_FIELDS];
	struct moment {
		const char *name;
		double minutes;
	} time[TIMES_MAX];
	size_t n, times;
	bool hours;
	const char *label;
};

static bool place(const struct csv_record *head, const char *path, const char *name, int *at, struct sd_err *err)
{
	for (int i = 0; i < head->n; i++)
		if (strcmp(head->field[i], name) == 0) {
			*at = i;
			return true;
		}
	struct sd_str there = {0};
	for (int i = 0; i < head->n && there.len < 400; i++)
		sd_str_addf(&there, i ? ", %s" : "%s", head->field[i]);
	sd_err_set(err, SD_ERR_INPUT, "predict_column", _("%s has no column \"%s\"; its first line names: %s"), path, name,
		there.len ? there.data : "");
	sd_str_free(&there);
	return false;
}

static bool places(struct wanted *w, const struct csv_record *head, const char *path, struct sd_err *err)
{
	w->text_at = -1;
	if (!place(head, path, w->label, &w->label_at, err) || (w->text && !place(head, path, w->text, &w->text_at, err)))
		return false;
	for (size_t i = 0; i < w->fields; i++)
		if (!place(head, path, w->field[i], &w->field_at[i], err))
			return false;
	return true;
}

static void add_field(struct given *g, const char *name, const char *value)
{
	if (g->n < PREDICT_MAX_FIELDS)
		g->f[g->n++] = (struct predict_field){name, value};
}

/* How long it is from each time that stands before it to this one. */
static void add_spans(struct given *g, const char *name, double minutes)
{
	for (size_t i = 0; i < g->times; i++) {
		double d = minutes - g->time[i].minutes;
		add_field(g, sd_arena_printf(g->a, "%s-%s", name, g->time[i].name),
			sd_arena_printf(g->a, "%s%.0f", d < 0 ? "-" : "", log2(fabs(d) + 1)));
	}
	if (g->times < TIMES_MAX)
		g->time[g->times++] = (struct moment){name, minutes};
}

/* Of a time the hour and the day of the week tell something about the next one, and how long after another time it was: 29/2/2016
 * 01:16, 2016-02-29T01:16:00Z. */
static bool add_time(struct given *g, const char *name, const char *v)
{
	static const int shift[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4},
					 before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
	int year, month, day, hour = -1, minute;
	char sep;
	if (sscanf(v, "%4d-%2d-%2d%c%2d:%2d", &year, &month, &day, &sep, &hour, &minute) != 6 &&
		sscanf(v, "%2d/%2d/%4d%c%2d:%2d", &day, &month, &year, &sep, &hour, &minute) != 6)
		return false;
	if (month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 24 || year < 1000)
		return false;
	int y = year - (month < 3), weekday = (y + y / 4 - y / 100 + y / 400 + shift[month - 1] + day) % 7;
	if (g->hours) {
		add_field(g, sd_arena_printf(g->a, "%s.hour", name), sd_arena_printf(g->a, "%d", hour));
		add_field(g, sd_arena_printf(g->a, "%s.weekday", name), sd_arena_printf(g->a, "%d", weekday));
	}
	int days = y * 365 + y / 4 - y / 100 + y / 400 + before[month - 1] + day + (month < 3 ? 365 : 0);
	add_spans(g, name, ((double)days * 24 + hour) * 60 + minute);
	return true;
}

/* A larger number tells by its size. */
static void add_number(struct given *g, const char *name, const char *v)
{
	char *end;
	double x = strtod(v, &end);
	if (end == v || *end || !isfinite(x) || strlen(v) < 3)
		return;
	add_field(
		g, sd_arena_printf(g->a, "%s.size", name), sd_arena_printf(g->a, "%s%.0f", x < 0 ? "-" : "", 2 * log2(fabs(x) + 1)));
}

static void take(struct given *g, struct wanted *w, const struct csv_record *r)
{
	sd_arena_reset(g->a);
	sd_str_reset(&g->text);
	g->n = g->times = 0;
	g->hours = w->hours;
	g->label = w->label_at < r->n ? r->field[w->label_at] : "";
	if (w->text_at >= 0 && w->text_at < r->n)
		sd_str_add(&g->text, r->field[w->text_at]);
	for (size_t i = 0; i < w->fields; i++) {
		const char *v = w->field_at[i] < r->n ? r->field[w->field_at[i]] : "";
		if (strlen(v) > LONG_VALUE) { /* that is a text */
			sd_str_addc(&g->text, '\n');
			sd_str_add(&g->text, v);
			w->as_other[i] = true;
		} else if (*v && add_time(g, w->field[i], v)) {
			w->timed = w->as_time[i] = true;
		} else if (*v) {
			add_field(g, w->field[i], v);
			add_number(g, w->field[i], v);
			w->as_other[i] = true;
		}
	}
}

struct tally {
	size_t bad, unlabelled;
	bool quiet; /* bad rows were told of before */
};

/* Calls each for the rows of a file that have a label. */
static bool read_file(struct cli *c, const char *path, struct wanted *w, struct tally *t,
	void (*each)(void *arg, const struct given *g), void *arg, struct sd_err *err)
{
	struct csv_reader *in = csv_open(path, err);
	struct csv_record r;
	struct given g = {.a = sd_arena_new()};
	enum csv_got got = CSV_FAILED;
	bool head = false, ok = in != NULL;
	while (ok && (got = csv_next(in, &r, err)) != CSV_END) {
		if (got == CSV_FAILED || (got == CSV_BAD && !head)) {
			if (got == CSV_BAD)
				sd_err_set(err, SD_ERR_INPUT, "predict_csv", "%s:%ld: %s", path, r.line, r.why);
			ok = false;
		} else if (got == CSV_BAD) {
			if (!t->bad++ && !t->quiet)
				fprintf(stderr, "%s:%ld: %s\n", path, r.line, r.why);
		} else if (!head) {
			ok = places(w, &r, path, err);
			head = true;
		} else {
			take(&g, w, &r);
			if (*g.label)
				each(arg, &g);
			else
				t->unlabelled++;
		}
	}
	if (ok && !head) {
		sd_err_set(err, SD_ERR_INPUT, "predict_csv", _("%s is empty: its first line has to name the columns"), path);
		ok = false;
	}
	csv_close(in);
	sd_arena_free(g.a);
	sd_str_free(&g.text);
	(void)c;
	return ok;
}

/* A model and the rows it learns from. */
struct learnt {
	struct predict_set *s;
	struct predict_model *m;
	size_t skip; /* first rows that are left out */
};

static void learn(void *arg, const struct given *g)
{
	struct learnt *l = arg;
	if (l->skip)
		l->skip--;
	else
		predict_set_add(l->s, g->text.len ? g->text.data : NULL, g->f, g->n, g->label);
}

static void count(void *arg, const struct given *g)
{
	(void)g;
	++*(size_t *)arg;
}

/* ---- measuring ---- */

struct class_count {
	size_t truly, said, right;
};
struct measured {
	struct predict_model *m;
	size_t n, k, top1, top3, base1, base3, unseen, cap;
	double loss;               /* of the rows whose label training saw */
	double *p, *sure, *second; /* of labels; of each row: of the first; of the class that is rarer */
	bool *right, *is_second;
	struct class_count *of;
};

static void grow(struct measured *m)
{
	if (m->n < m->cap)
		return;
	m->cap = m->cap ? m->cap * 2 : 1024;
	m->sure = sd_realloc(m->sure, m->cap * sizeof *m->sure);
	m->second = sd_realloc(m->second, m->cap * sizeof *m->second);
	m->right = sd_realloc(m->right, m->cap * sizeof *m->right);
	m->is_second = sd_realloc(m->is_second, m->cap * sizeof *m->is_second);
}

static void ask(void *arg, const struct given *g)
{
	struct measured *m = arg;
	size_t y = predict_label_of(m->m, g->label), best = 0, above = 0;
	predict_ask(m->m, g->text.len ? g->text.data : NULL, g->f, g->n, m->p);
	for (size_t k = 0; k < m->k; k++) {
		if (m->p[k] > m->p[best])
			best = k;
		above += y < m->k && (m->p[k] > m->p[y] || (m->p[k] >= m->p[y] && k < y));
	}
	grow(m);
	m->top1 += best == y;
	m->top3 += y < m->k && above < 3;
	m->base1 += y == 0; /* labels are numbered by how frequent they are */
	m->base3 += y < 3 && y < m->k;
	m->unseen += y == m->k;
	m->loss -= y < m->k ? log(m->p[y] + 1e-9) : 0;
	m->of[y].truly++;
	m->of[best].said++;
	m->of[best].right += best == y;
	m->sure[m->n] = m->p[best];
	m->right[m->n] = best == y;
	m->second[m->n] = m->k > 1 ? m->p[1] : 0;
	m->is_second[m->n++] = y == 1;
}

static json_t *share(size_t part, size_t of)
{
	return of ? json_real(round(10000 * (double)part / (double)of) / 10000) : json_null();
}

/* A label as it can be written, whatever bytes the file has. */
static json_t *written(const char *label)
{
	struct sd_str s = {0};
	sd_text_clean(&s, label, strlen(label), SD_CLEAN_LINE);
	json_t *j = json_string(s.data ? s.data : "");
	sd_str_free(&s);
	return j;
}

static json_t *classes(const struct measured *m)
{
	json_t *list = json_array();
	for (size_t k = 0; k < m->k && k < CLASSES_TOLD; k++)
		json_array_append_new(
			list, json_pack("{s:o,s:I,s:o,s:o}", "label", written(predict_label(m->m, k)), "n", (json_int_t)m->of[k].truly,
					  "precision", share(m->of[k].right, m->of[k].said), "recall", share(m->of[k].right, m->of[k].truly)));
	return list;
}

/* Of rows of one class alone nothing can be said. */
static json_t *auc(const struct measured *m)
{
	if (!m->of[1].truly || m->of[1].truly == m->n)
		return json_null();
	return json_real(round(10000 * predict_auc(m->second, m->is_second, m->n)) / 10000);
}

static void name_used(json_t *list, const char *name, const char *of)
{
	struct sd_str s = {0};
	sd_str_addf(&s, "%s%s", name, of);
	json_array_append_new(list, written(s.data));
	sd_str_free(&s);
}

/* What is looked at: columns as they stand, and of times what was made of them. */
static json_t *used(const struct wanted *w)
{
	json_t *list = json_array();
	size_t times = 0, at[TIMES_MAX];
	if (w->text)
		name_used(list, w->text, "");
	for (size_t i = 0; i < w->fields; i++) {
		if (w->as_other[i])
			name_used(list, w->field[i], "");
		if (!w->as_time[i])
			continue;
		if (w->hours) {
			name_used(list, w->field[i], ".hour");
			name_used(list, w->field[i], ".weekday");
		}
		for (size_t j = 0; j < times; j++) {
			struct sd_str of = {0};
			sd_str_addf(&of, "-%s", w->field[at[j]]);
			name_used(list, w->field[i], of.data);
			sd_str_free(&of);
		}
		if (times < TIMES_MAX)
			at[times++] = i;
	}
	return list;
}

static json_t *answer(const struct measured *m, const struct predict_set *s, const struct tally *train, const struct tally *test)
{
	struct predict_how how = predict_how(m->m);
	json_t *j = json_pack("{s:I,s:o,s:o}", "n", (json_int_t)m->n, "top1", share(m->top1, m->n), "top3", share(m->top3, m->n));
	if (m->k == 2)
		json_object_set_new(j, "auc", auc(m));
	json_object_set_new(j, "ece", json_real(round(10000 * predict_ece(m->sure, m->right, m->n)) / 10000));
	if (m->n > m->unseen)
		json_object_set_new(j, "log_loss", json_real(round(10000 * m->loss / (double)(m->n - m->unseen)) / 10000));
	json_object_set_new(j, "baseline",
		json_pack("{s:s,s:o,s:o}", "name", "frequent", "top1", share(m->base1, m->n), "top3", share(m->base3, m->n)));
	json_object_set_new(j, "trained_on", json_integer((json_int_t)predict_set_rows(s)));
	json_object_set_new(j, "labels", json_integer((json_int_t)m->k));
	json_object_set_new(j, "unseen", json_integer((json_int_t)m->unseen));
	json_object_set_new(j, "bad_rows", json_integer((json_int_t)train->bad + (json_int_t)test->bad));
	json_object_set_new(j, "unlabelled", json_integer((json_int_t)train->unlabelled + (json_int_t)test->unlabelled));
	json_object_set_new(j, "model",
		json_pack("{s:f,s:f,s:f,s:b,s:b,s:f,s:i,s:I}", "counts", how.mix, "fading", how.decay, "slope", how.slope,
			"last_pass_in_time", how.last, "mean", how.mean, "recent", how.recent, "passes", how.epochs, "features",
			(json_int_t)predict_features(m->m)));
	json_object_set_new(j, "classes", classes(m));
	return j;
}

static void free_measured(struct measured *m)
{
	free(m->p);
	free(m->sure);
	free(m->second);
	free(m->right);
	free(m->is_second);
	free(m->of);
}

/* ---- the command ---- */

static const char *percent(struct cli *c, const json_t *j, const char *key)
{
	const json_t *v = json_object_get(j, key);
	return json_is_number(v) ? sd_arena_printf(c->a, "%.1f %%", 100 * json_number_value(v)) : "-";
}

static void tell(struct cli *c, const json_t *j)
{
	const char *titles[] = {"", _("n"), _("first"), _("among 3")};
	const json_t *base = json_object_get(j, "baseline");
	struct cli_table *t = cli_table_new(c, titles, 4);
	const char *n = sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(j, "n")));
	const char *mine[] = {_("learnt"), n, percent(c, j, "top1"), percent(c, j, "top3")};
	const char *other[] = {_("most frequent"), n, percent(c, base, "top1"), percent(c, base, "top3")};
	cli_table_row(t, mine);
	cli_table_row(t, other);
	cli_table_end(t);
	cli_print_clean(c, sd_arena_printf(c->a, _("calibration error %s"), percent(c, j, "ece")));
	if (json_is_number(json_object_get(j, "auc")))
		cli_print_clean(c, sd_arena_printf(c->a, ", AUC %.3f", json_number_value(json_object_get(j, "auc"))));
	cli_print_clean(c, "\n");
}

static bool wanted_of(struct cli *c, struct wanted *w, struct sd_err *err)
{
	const char *fields = cli_get(c, "fields");
	w->text = cli_get(c, "text");
	w->label = cli_get(c, "label");
	if (!cli_get(c, "train") || !cli_get(c, "test") || !w->label) {
		sd_err_set(err, SD_ERR_INPUT, "predict_eval", "%s", _("predict eval needs --train FILE, --test FILE and --label COLUMN"));
		return false;
	}
	for (char *save = NULL, *f = strtok_r(sd_arena_strdup(c->a, fields ? fields : ""), ",", &save); f;
		 f = strtok_r(NULL, ",", &save)) {
		if (w->fields == PREDICT_MAX_FIELDS / 2) {
			sd_err_set(err, SD_ERR_INPUT, "predict_eval", _("--fields names more than %d columns"), PREDICT_MAX_FIELDS / 2);
			return false;
		}
		w->field[w->fields++] = f;
		if (strcmp(f, w->label) == 0) {
			sd_err_set(err, SD_ERR_INPUT, "predict_eval", _("--fields names the label \"%s\" itself"), f);
			return false;
		}
	}
	if (w->text && strcmp(w->text, w->label) == 0) {
		sd_err_set(err, SD_ERR_INPUT, "predict_eval", _("--text names the label \"%s\" itself"), w->text);
		return false;
	}
	if (!w->text && !w->fields) {
		sd_err_set(err, SD_ERR_INPUT, "predict_eval", "%s",
			_("nothing to predict from: name a column of texts (--text COLUMN), fields (--fields A,B) or both"));
		return false;
	}
	return true;
}

static void no_label(struct sd_err *err, const char *path, const char *label)
{
	sd_err_set(err, SD_ERR_INPUT, "predict_empty", _("%s has no row with a label in column \"%s\""), path, label);
}

static void free_learnt(struct learnt *l)
{
	predict_model_free(l->m);
	predict_set_free(l->s);
}

static bool learn_file(struct cli *c, struct wanted *w, bool hours, size_t skip, struct learnt *l, struct sd_err *err)
{
	struct tally again = {.quiet = true};
	*l = (struct learnt){.s = predict_set_new(), .skip = skip};
	w->hours = hours;
	if (read_file(c, cli_get(c, "train"), w, &again, learn, l, err)) {
		l->m = predict_train(l->s);
		if (l->m)
			return true;
		no_label(err, cli_get(c, "train"), w->label);
	}
	free_learnt(l);
	return false;
}

/* Hours and days of the week can do harm where what happens at one changes: they are looked at where it is better with them on
 * the last of the rows that are learnt from. Of very many rows the newest are enough to tell. */
static bool learn_best(struct cli *c, struct wanted *w, size_t rows, struct learnt *best, struct sd_err *err)
{
	size_t skip = rows > CHOOSE_ROWS ? rows - CHOOSE_ROWS : 0;
	struct learnt other;
	if (!w->timed)
		return learn_file(c, w, false, 0, best, err);
	if (!learn_file(c, w, true, skip, best, err))
		return false;
	if (!learn_file(c, w, false, skip, &other, err)) {
		free_learnt(best);
		return false;
	}
	bool hours = predict_lost(best->m) < predict_lost(other.m);
	free_learnt(hours ? &other : best);
	if (!hours)
		*best = other;
	w->hours = hours;
	if (!skip)
		return true;
	free_learnt(best);
	return learn_file(c, w, hours, 0, best, err);
}

static json_t *evaluate(struct cli *c, struct wanted *w, struct sd_err *err)
{
	struct learnt l;
	struct tally train = {0}, test = {0};
	size_t rows = 0;
	if (!read_file(c, cli_get(c, "train"), w, &train, count, &rows, err) || !learn_best(c, w, rows, &l, err))
		return NULL;
	json_t *j = NULL, *of = used(w);
	struct measured m = {.m = l.m, .k = predict_labels(l.m)};
	m.p = sd_calloc(m.k + 1, sizeof *m.p);
	m.of = sd_calloc(m.k + 1, sizeof *m.of);
	if (read_file(c, cli_get(c, "test"), w, &test, ask, &m, err)) {
		if (m.n) {
			j = answer(&m, l.s, &train, &test);
			json_object_set(j, "used", of);
		} else
			no_label(err, cli_get(c, "test"), w->label);
	}
	json_decref(of);
	free_measured(&m);
	free_learnt(&l);
	return j;
}

int cli_predict_eval(struct cli *c)
{
	struct sd_err err;
	struct wanted w = {0};
	if (!wanted_of(c, &w, &err))
		return cli_fail(c, &err);
	json_t *j = evaluate(c, &w, &err);
	if (!j)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, j);
	else
		tell(c, j);
	json_decref(j);
	return 0;
}
