/* svcdesk sla explain: why the clocks of a ticket stand where they stand. The desk says it all (desk.sla_explain). */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "core/cli/sla.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"

struct explain {
	struct cli *c;
	const char *zone;
	struct sd_str out;
};

static double number(const json_t *j, const char *key)
{
	return json_number_value(json_object_get(j, key));
}

/* A time of an answer in the zone of the reader; "-" where there is none. */
static const char *when(struct explain *x, const json_t *j, const char *key)
{
	struct sd_err ignored;
	sd_time t;

	return sd_time_parse(cli_word(j, key), "UTC", &t, &ignored) ? sd_time_local(x->c->a, t, x->zone, "%a %Y-%m-%d %H:%M") : "-";
}

/* Which rule chose the target, in the reader's language. */
static void rule(struct explain *x, const json_t *clock)
{
	const json_t *r = json_object_get(clock, "chosen");
	const char *customer = cli_word(r, "customer"), *service = cli_word(r, "service");

	sd_str_addf(&x->out, _("  agreement  %s, version %d"), cli_word(r, "agreement"), (int)number(r, "version"));
	if ((int)number(r, "version") != (int)number(r, "current"))
		sd_str_addf(&x->out, _(" (now %d: this clock began before)"), (int)number(r, "current"));
	sd_str_addc(&x->out, '\n');
	if (*customer && *service)
		sd_str_addf(&x->out, _("  because    %s has it for %s"), customer, service);
	else if (*customer)
		sd_str_addf(&x->out, _("  because    %s has it for every service"), customer);
	else if (*service)
		sd_str_addf(&x->out, _("  because    it holds for %s, whoever asks"), service);
	else
		sd_str_addf(&x->out, "%s", _("  because    no agreement is closer: it holds for everybody"));
	if (json_is_integer(json_object_get(r, "priority")))
		sd_str_addf(&x->out, _("; for priority %d"), (int)number(r, "priority"));
	if (*cli_word(r, "kind"))
		sd_str_addf(&x->out, _("; for kind %s"), cli_word(r, "kind"));
	if (*cli_word(r, "group"))
		sd_str_addf(&x->out, _("; for group %s"), cli_word(r, "group"));
	if (json_is_boolean(json_object_get(r, "major")))
		sd_str_addf(
			&x->out, "; %s", json_is_true(json_object_get(r, "major")) ? _("for major incidents") : _("not for major incidents"));
	sd_str_addc(&x->out, '\n');
}

/* One stretch a line; of the hours the calendar cuts out only what has a name or lies between two others. */
static void segments(struct explain *x, const json_t *clock)
{
	const json_t *list = json_object_get(clock, "segments"), *s;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)list, i, s)
	{
		const char *what = cli_word(s, "what"), *why = cli_word(s, "why"), *by = cli_word(s, "by");
		sd_str_addf(&x->out, "  %s  %s .. %s", json_is_true(json_object_get(s, "ahead")) ? "." : " ", when(x, s, "from"),
			when(x, s, "until"));
		sd_str_addf(
			&x->out, "  %7s  %s", strcmp(what, "closed") == 0 ? "" : sla_hours(x->c->a, number(s, "minutes")), sla_word(what));
		if (*why)
			sd_str_addf(&x->out, ": %s", strcmp(what, "closed") == 0 ? why : sla_word(why));
		if (*by)
			sd_str_addf(&x->out, " (%s)", by);
		sd_str_addc(&x->out, '\n');
	}
}

static void clock_out(struct explain *x, const json_t *clock)
{
	const json_t *calendar = json_object_get(clock, "calendar");
	struct cli *c = x->c;

	sd_str_addf(&x->out, "\n%s  %s", sla_word(cli_word(clock, "metric")), sla_word(cli_word(clock, "state")));
	if (*cli_word(clock, "group"))
		sd_str_addf(&x->out, "  %s", cli_word(clock, "group"));
	if (*cli_word(clock, "cancel_reason"))
		sd_str_addf(&x->out, "  (%s)", sla_word(cli_word(clock, "cancel_reason")));
	sd_str_addf(&x->out, "\n");
	rule(x, clock);
	sd_str_addf(&x->out, _("  target     %s of open time by calendar %s (%s, version %d)\n"),
		sla_hours(c->a, number(clock, "target_minutes")), cli_word(calendar, "name"), cli_word(calendar, "zone"),
		(int)number(calendar, "version"));
	sd_str_addf(&x->out, _("  started    %s   due %s\n"), when(x, clock, "started_at"), when(x, clock, "due_at"));
	sd_str_addf(&x->out, _("  used       %s   paused %s"), sla_hours(c->a, number(clock, "elapsed_minutes")),
		sla_hours(c->a, number(clock, "paused_minutes")));
	if (*cli_word(clock, "stopped_at"))
		sd_str_addf(&x->out, _("   stopped %s"), when(x, clock, "stopped_at"));
	if (*cli_word(clock, "breached_at"))
		sd_str_addf(&x->out, _("   breached %s"), when(x, clock, "breached_at"));
	sd_str_addc(&x->out, '\n');
	segments(x, clock);
}

int cli_sla_explain(struct cli *c)
{
	struct sd_err err = {0};
	struct explain x = {.c = c, .zone = sd_cfg_text(c->cfg, "zone")};
	const char *params[] = {c->arg[0]};
	json_t *j = cli_connect(c, &err)
					? cli_json(c, &err, "select coalesce(desk.sla_explain(desk.ticket_id($1)), 'null')", 1, params)
					: NULL;
	const json_t *k;
	size_t i;

	if (!*x.zone)
		x.zone = NULL;
	if (j && !json_is_object(j)) {
		json_decref(j);
		j = NULL;
		if (cli_is_person(c, &err))
			sd_err_set(&err, SD_ERR_NOT_FOUND, "not_found", _("there is no ticket %s that you may see"), c->arg[0]);
	}
	if (!j)
		return cli_fail(c, &err);
	if (c->json) {
		cli_print_json(c, j);
	} else {
		sd_str_addf(&x.out, _("%s at %s\n"), cli_word(j, "number"), when(&x, j, "now"));
		if (!json_array_size(json_object_get(j, "clocks")))
			sd_str_add(&x.out, _("no clock: nothing is promised for it\n"));
		json_array_foreach(json_object_get(j, "clocks"), i, k) clock_out(&x, k);
		cli_print_clean(c, x.out.data);
		sd_str_free(&x.out);
	}
	json_decref(j);
	return cli_done(c, 0);
}
