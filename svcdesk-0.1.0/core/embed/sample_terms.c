#include "core/embed/sample_terms.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/embed/sample_data.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"

#define DAYS(spans) "\"mon\": " spans ", \"tue\": " spans ", \"wed\": " spans ", \"thu\": " spans ", \"fri\": " spans
/* $1: the table of holidays (core/embed/sample/holidays.tsv): calendar, day, "closed" or the time from which, name */
#define CALENDAR(name, zone, week)                                                                                               \
	"select desk.calendar_save('" name "', jsonb_build_object('zone', '" zone "', 'week', '{" week "}'::jsonb, 'exceptions',"    \
	" (select jsonb_agg(jsonb_build_object('date', f[2], 'name', f[4], 'source', 'sample') || case f[3] when 'closed' then"      \
	" '{\"spans\": []}'::jsonb else jsonb_build_object('closed', jsonb_build_array(jsonb_build_array(f[3], '24:00'))) end"       \
	" order by f[2]) from regexp_split_to_table($1, E'\\n') l, string_to_array(l, E'\\t') f where f[1] = '" name "')))"

static const char *const calendar[] = {CALENDAR("Berlin", "Europe/Berlin", DAYS("[[\"08:00\", \"18:00\"]]")),
	CALENDAR("Shanghai", "Asia/Shanghai", DAYS("[[\"09:00\", \"12:00\"], [\"13:00\", \"18:00\"]]")),
	CALENDAR("New York", "America/New_York", DAYS("[[\"08:00\", \"18:00\"]]"))};

static const char services[] =
	"select desk.service_set(s, jsonb_build_object('calendar', c, 'target', t)) from (values ('E-mail and calendar', '24x7', "
	"'99.9'),"
	" ('Wi-Fi and LAN', '24x7', '99.9'), ('Identity and access', '24x7', '99.95'), ('Remote access', '24x7', '99.5'), ('ERP', "
	"'Berlin', '99.5'),"
	" ('CRM', 'Berlin', '99.5'), ('HR and payroll', 'Berlin', '99'), ('File storage', '24x7', '99.9'), ('Printing', 'Berlin', "
	"'98'),"
	" ('Telephony', '24x7', '99.9'), ('Video meetings', 'Berlin', '99')) x(s, c, t)"
	" union all select desk.service_depend(p, c) from (values ('E-mail and calendar', 'Identity and access'), ('E-mail and "
	"calendar', 'Wi-Fi and LAN'),"
	" ('ERP', 'Identity and access'), ('ERP', 'File storage'), ('CRM', 'Identity and access'), ('HR and payroll', 'ERP'),"
	" ('Remote access', 'Identity and access'), ('Video meetings', 'Wi-Fi and LAN'), ('Telephony', 'Wi-Fi and LAN')) x(p, c)";

static bool say(struct sd_conn *owner, const char *sql, const char *param, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(owner, sql, param ? 1 : 0, &param, err);
	bool ok = r != NULL;

	for (int i = 0; ok && i < sd_result_rows(r); i++) {
		const char *v = sd_result_get(r, i, 0);
		ok = v && strstr(v, "\"ok\": true");
		if (!ok)
			sd_err_set(err, SD_ERR_INTERNAL, "sample", _("What %s does in the sample was refused: %s"), "owner", v ? v : "null");
	}
	sd_result_free(r);
	return ok;
}

bool sample_terms(struct sd_conn *owner, struct sd_err *err)
{
	char *holidays = embed_sample_text(EMBED_HOLIDAYS), *policy = embed_sample_text(EMBED_POLICY);
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof calendar / sizeof *calendar; i++)
		ok = say(owner, calendar[i], holidays, err);
	ok = ok && say(owner, "select desk.sla_policy_add($1::jsonb)", policy, err) && say(owner, services, NULL, err);
	free(holidays);
	free(policy);
	return ok;
}
