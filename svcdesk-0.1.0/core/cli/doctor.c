/* doctor: what is right and wrong between this machine and the desk, and how to mend it. Nothing is changed. */
#include "core/cli/doctor.h"

#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/text.h"

struct doctor {
	struct cli *c;
	json_t *checks;
	int count[3];
};

static const char *word_of(enum doctor_status s)
{
	static const char *const words[] = {"ok", "warn", "fail"};
	return words[s];
}

struct cli *doctor_cli(const struct doctor *d)
{
	return d->c;
}

void doctor_say(struct doctor *d, const char *id, enum doctor_status status, const char *text, const char *mend)
{
	struct sd_str s = {0};
	d->count[status]++;
	if (d->c->json) {
		json_array_append_new(
			d->checks, json_pack("{s:s,s:s,s:s,s:s}", "id", id, "status", word_of(status), "text", text, "mend", mend));
		return;
	}
	const char *label = status == DOCTOR_OK ? _("ok") : status == DOCTOR_WARN ? _("warning") : _("FAIL");
	sd_str_add(&s, label);
	for (int n = sd_text_width(label); n < 8; n++)
		sd_str_addc(&s, ' ');
	sd_str_addf(&s, "%-12s %s\n", id, text);
	if (*mend)
		sd_str_addf(&s, "%21s-> %s\n", "", mend);
	cli_print_clean(d->c, s.data);
	sd_str_free(&s);
}

int cli_doctor(struct cli *c)
{
	struct doctor d = {.c = c, .checks = json_array()};
	doctor_machine(&d);
	doctor_desk(&d);
	bool ok = d.count[DOCTOR_FAIL] == 0;
	if (c->json) {
		json_t *j = json_pack(
			"{s:b,s:i,s:i,s:O}", "ok", ok, "failed", d.count[DOCTOR_FAIL], "warned", d.count[DOCTOR_WARN], "checks", d.checks);
		cli_print_json(c, j);
		json_decref(j);
	} else {
		cli_print_clean(c, sd_arena_printf(c->a, _("%d right, %d warnings, %d failed\n"), d.count[DOCTOR_OK],
							   d.count[DOCTOR_WARN], d.count[DOCTOR_FAIL]));
	}
	json_decref(d.checks);
	return ok ? 0 : 1;
}
