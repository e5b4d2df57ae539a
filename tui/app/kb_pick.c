/* Fields of an article that name something of the desk - owner, group, customer, category, class of items - are picked from what
 * there is by some letters; what is picked goes as its id, what is typed out as its name. */
#include "config.h"
#include "tui/app/kb.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/kb.h"
#include "tui/app/act.h"

static const char owners[] = "select id, name, hint from desk.find_member($1, '', 20)";
static const char orgs[] = "select name, name, '' from desk.org where id > 0 and active and strpos(lower(name), lower($1)) > 0 "
						   "order by lower(name) limit 20";
static const char classes[] =
	"select e->>'class', e->>'class', e->>'description' from jsonb_array_elements(desk.ci_class_list()) e "
	"where strpos(lower(e->>'class'), lower($1)) > 0 order by 1 limit 20";

static const char *finder(const char *field)
{
	const struct {
		enum sd_kb_field field;
		const char *sql;
	} finders[] = {{SD_KB_OWNER, owners}, {SD_KB_GROUP, act_finder("group")}, {SD_KB_CATEGORY, act_finder("category")},
		{SD_KB_ORG, orgs}, {SD_KB_CI_CLASS, classes}};

	for (size_t i = 0; i < sizeof finders / sizeof *finders; i++)
		if (!strcmp(sd_kb_field_name(finders[i].field), field))
			return finders[i].sql;
	return NULL;
}

bool kb_picks(const char *field)
{
	return finder(field) != NULL;
}

json_t *kb_pick_value(const struct form *f, const struct form_field *field)
{
	const char *v = form_value(f, field->name);
	const char *sql = finder(field->name);
	bool id = sql && sql != orgs && sql != classes && field->picked && !strcmp(v, field->picked) &&
			  strspn(v, "0123456789") == strlen(v);

	return id ? json_integer(strtoll(v, NULL, 10)) : json_string(v);
}

bool kb_pick_timer(struct model *m, struct effects *fx)
{
	struct overlay *o = overlay_top(m);
	struct form_request want;
	const char *sql, *params[1];

	if (!o || o->kind != OV_KB)
		return false;
	if (!form_request_get(&o->kb->form, &want) || !(sql = finder(want.field)))
		return true;
	params[0] = want.text;
	fx_query(fx, (struct req){REQ_KB, want.generation, KB_DO_PICK, 0}, 0, sql, 1, params);
	return true;
}

/* The field that is typed in is the one that asked: another has another generation, or takes no rows. */
void kb_pick_rows(struct model *m, const struct answer *a, struct effects *fx)
{
	struct overlay *o = overlay_top(m);
	const struct form_field *field = o && o->kind == OV_KB ? form_current(&o->kb->form) : NULL;
	int n = a->table ? a->table->rows : 0;
	struct picker_row *rows;

	if (a->err)
		fx_toast(fx, EL_ERROR, "%s", a->err->text);
	if (!field)
		return;
	rows = sd_arena_alloc(fx->arena, ((size_t)n + 1) * sizeof *rows);
	for (int i = 0; i < n; i++)
		rows[i] = (struct picker_row){table_get(a->table, i, 0), clean_copy(fx->arena, table_get(a->table, i, 1)),
			clean_copy(fx->arena, table_get(a->table, i, 2)), NULL};
	form_feed(&o->kb->form, field->name, a->req.gen, rows, (size_t)n);
}
