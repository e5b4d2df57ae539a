/* predict train, list, backtest, explain: the models of the desk. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/predict/live.h"
#include "svcdesk/clock.h"

const struct cli_opt predict_train_opts[] = {
	{"full", NULL, N_("from nothing, whatever is stored")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
const struct cli_opt predict_list_opts[] = {
	{"all", NULL, N_("with earlier versions")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};

static const char *share(struct cli *c, const json_t *v)
{
	return json_is_number(v) ? sd_arena_printf(c->a, "%.1f %%", 100 * json_number_value(v)) : "-";
}

static const char *area(struct cli *c, const json_t *v)
{
	return json_is_number(v) ? sd_arena_printf(c->a, "%.3f", json_number_value(v)) : "-";
}

static json_t *baseline(const json_t *m, const char *name, const char *key)
{
	return json_object_get(json_object_get(json_object_get(json_object_get(m, "backtest"), "baselines"), name), key);
}

static const char *used(struct cli *c, const json_t *m)
{
	const char *better = cli_word(json_object_get(m, "backtest"), "better");
	if (json_is_true(json_object_get(m, "used")))
		return _("yes");
	return *better ? sd_arena_printf(c->a, _("no: better is: %s"),
						 !strcmp(better, "pool")        ? _("pool")
						 : !strcmp(better, "requester") ? _("requester")
														: _("most frequent"))
				   : _("no: a baseline was better");
}

static void table(struct cli *c, const json_t *list)
{
	const char *titles[] = {_("model"), _("version"), _("learnt"), _("tickets"), _("tested on"), _("first"), _("among 3"), "AUC",
		_("calibration error"), _("most frequent"), _("requester"), _("pool"), _("used")};
	struct cli_table *t = cli_table_new(c, titles, 13);
	size_t i;
	json_t *m;
	json_array_foreach(list, i, m)
	{
		const json_t *b = json_object_get(m, "backtest");
		bool auc = json_object_get(b, "auc") != NULL;
		const char *cells[] = {cli_word(m, "model"),
			sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(m, "version"))),
			cli_local(c, cli_word(m, "at")),
			sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(m, "tickets"))),
			sd_arena_printf(c->a, "%lld", (long long)json_integer_value(json_object_get(b, "n"))),
			share(c, json_object_get(b, "top1")), share(c, json_object_get(b, "top3")), area(c, json_object_get(b, "auc")),
			share(c, json_object_get(b, "ece")),
			auc ? area(c, baseline(m, "frequent", "auc")) : share(c, baseline(m, "frequent", "top1")),
			auc ? area(c, baseline(m, "requester", "auc")) : share(c, baseline(m, "requester", "top1")),
			share(c, baseline(m, "pool", "top1")), used(c, m)};
		cli_table_row(t, cells);
	}
	cli_table_end(t);
}

static void warnings(struct cli *c, const json_t *list)
{
	size_t i, k;
	json_t *m, *w;
	json_array_foreach(list, i, m)
	{
		json_array_foreach(json_object_get(json_object_get(m, "backtest"), "warning"), k, w)
		{
			cli_print_clean(
				c, sd_arena_printf(c->a,
					   _("at a risk of %d %% and more: %lld warned of, %s of them came, %s of all breaches, %s an hour before\n"),
					   (int)json_integer_value(json_object_get(w, "percent")),
					   (long long)json_integer_value(json_object_get(w, "warned")), share(c, json_object_get(w, "precision")),
					   share(c, json_object_get(w, "recall")), share(c, json_object_get(w, "early"))));
		}
	}
}

static int show(struct cli *c, bool all)
{
	struct sd_err err;
	const char *params[] = {c->narg ? c->arg[0] : NULL, all ? "t" : "f"};
	json_t *list = cli_connect(c, &err) ? cli_json(c, &err, "select desk.predict_list($1, $2::boolean)", 2, params) : NULL;
	if (!list)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, list);
	else if (!json_array_size(list))
		cli_print_clean(c, _("nothing is learnt yet: svcdesk predict train\n"));
	else {
		table(c, list);
		warnings(c, list);
	}
	json_decref(list);
	return 0;
}

int cli_predict_list(struct cli *c)
{
	return show(c, cli_has(c, "all"));
}

int cli_predict_backtest(struct cli *c)
{
	return show(c, false);
}

/* What is going on, for who waits at a terminal. */
struct telling {
	const char *name;
	int64_t at;
};

static void tell(void *arg, enum predict_live_phase phase, size_t done, size_t all)
{
	struct telling *t = arg;
	int64_t now = sd_clock_mono_ms();
	if (t->at && now - t->at < 250)
		return;
	t->at = now;
	fprintf(stderr, "\r\033[K");
	if (phase == PREDICT_READING)
		fprintf(stderr, _("%s: reading, %zu"), t->name, done);
	else if (phase == PREDICT_STORING)
		fprintf(stderr, _("%s: storing, %zu of %zu"), t->name, done, all);
	else
		fprintf(stderr, _("%s: learning"), t->name);
	fflush(stderr);
}

static const char *why(const char *key)
{
	return !strcmp(key, "asked")      ? _("as you asked")
		   : !strcmp(key, "format")   ? _("what is stored is of another release")
		   : !strcmp(key, "growth")   ? _("half as much again has come since")
		   : !strcmp(key, "drift")    ? _("it was right less often than before")
		   : !strcmp(key, "baseline") ? _("a simple rule was better")
									  : _("there was none");
}

static void learnt(struct cli *c, const char *name, const json_t *told)
{
	long long n = json_integer_value(json_object_get(told, "learnt")), rows = json_integer_value(json_object_get(told, "rows"));
	double seconds = json_number_value(json_object_get(told, "seconds"));
	if (!strcmp(cli_word(told, "mode"), "none"))
		cli_print_clean(c, sd_arena_printf(c->a, _("%s: no ticket has ended since, nothing is new\n"), name));
	else if (!strcmp(cli_word(told, "mode"), "more"))
		cli_print_clean(
			c, sd_arena_printf(c->a, _("%s: learnt %lld more tickets in %.1f s, %lld in all\n"), name, n, seconds, rows));
	else
		cli_print_clean(c, sd_arena_printf(c->a, _("%s: learnt from nothing, %s: %lld tickets in %.1f s\n"), name,
							   why(cli_word(told, "why")), n, seconds));
}

static bool train(struct cli *c, const char *name, json_t *list, struct sd_err *err)
{
	struct telling t = {name, 0};
	struct predict_live_watch w = {tell, &t};
	bool shown = !c->json && isatty(STDERR_FILENO);
	json_t *told = NULL;
	bool ok = predict_live_train(c->conn, name, true, cli_has(c, "full"), shown ? &w : NULL, &told, err);
	if (shown && t.at)
		fprintf(stderr, "\r\033[K");
	if (ok && json_object_get(told, "error")) {
		cli_refusal(c, json_object_get(told, "error"), err);
		ok = false;
	} else if (ok && told) {
		json_array_append(list, told);
		if (!c->json)
			learnt(c, name, told);
	} else if (ok && !c->json)
		cli_print_clean(c, sd_arena_printf(c->a, _("%s: there are not a hundred tickets to learn it from\n"), name));
	json_decref(told);
	return ok;
}

int cli_predict_train(struct cli *c)
{
	struct sd_err err;
	json_t *list = json_array();
	bool ok = cli_connect(c, &err);
	if (c->narg)
		ok = ok && train(c, c->arg[0], list, &err);
	for (size_t i = 0; !c->narg && ok && predict_live_names[i]; i++)
		ok = train(c, predict_live_names[i], list, &err);
	if (ok && c->json)
		cli_print_json(c, list);
	json_decref(list);
	return ok ? 0 : cli_fail(c, &err);
}

static void explain_out(struct cli *c, const json_t *r)
{
	const char *titles[] = {_("model"), _("value"), _("confidence")};
	struct cli_table *t = cli_table_new(c, titles, 3);
	size_t i, k;
	json_t *m, *o;
	json_array_foreach(json_object_get(r, "models"), i, m)
	{
		json_array_foreach(json_object_get(m, "choices"), k, o)
		{
			const char *cells[] = {
				k ? "" : cli_word(m, "model"), cli_word(o, "label"), share(c, json_object_get(o, "confidence"))};
			cli_table_row(t, cells);
		}
	}
	cli_table_end(t);
	const json_t *risk = json_object_get(r, "risk");
	if (!json_is_object(risk))
		return;
	cli_print_clean(
		c, sd_arena_printf(c->a, _("risk of a breach: %lld %%\n"), (long long)json_integer_value(json_object_get(risk, "risk"))));
	json_array_foreach(json_object_get(risk, "reasons"), i, o)
	{
		cli_print_clean(c, sd_arena_printf(c->a, "  %s\n", cli_word(o, "feature")));
	}
}

int cli_predict_explain(struct cli *c)
{
	struct sd_err err;
	const char *params[] = {c->arg[0]};
	json_t *r = cli_connect(c, &err)
					? cli_json(c, &err, "select coalesce(desk.predict_explain(desk.ticket_id($1)), 'null')", 1, params)
					: NULL;
	if (json_is_null(r)) {
		sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("there is no ticket %s"), c->arg[0]);
		json_decref(r);
		r = NULL;
	}
	if (!r)
		return cli_fail(c, &err);
	if (c->json)
		cli_print_json(c, r);
	else
		explain_out(c, r);
	json_decref(r);
	return 0;
}
