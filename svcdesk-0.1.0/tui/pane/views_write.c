/* Changes to views: one statement each, and the one that takes it back. Row-level security is the judge of what is for whom; a
 * statement that changed nothing says so. */
#include "config.h"
#include "tui/pane/views.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"

static const char mine_save[] = "with w as (insert into desk.my_view(person_id, name, query, columns) values (desk.me(), $1, $2, "
								"nullif(string_to_array($3, ','), "
								"'{}')) on conflict (person_id, name) do update set query = excluded.query, columns = "
								"excluded.columns returning 1) select count(*) "
								"from w";
static const char group_save[] = "with w as (insert into desk.group_view(group_id, name, query, columns) select g.id, $1, $2, "
								 "nullif(string_to_array($3, ','), '{}') "
								 "from desk.support_group g where g.id <> 0 and (lower(g.name) = lower($4) or g.id::text = $4) "
								 "on conflict (group_id, name) do update "
								 "set query = excluded.query, columns = excluded.columns returning 1) select count(*) from w";
static const char mine_delete[] =
	"with w as (delete from desk.my_view where person_id = desk.me() and name = $1 returning 1) select count(*) from w";
static const char group_delete[] =
	"with w as (delete from desk.group_view where group_id = $2::int and name = $1 returning 1) select count(*) from w";
static const char mine_rename[] =
	"with w as (update desk.my_view set name = $2 where person_id = desk.me() and name = $1 returning 1) select count(*) from w";
static const char group_rename[] =
	"with w as (update desk.group_view set name = $2 where group_id = $3::int and name = $1 returning 1) select count(*) from w";
static const char mine_order[] = "with w as (update desk.my_view v set pos = o.n from unnest($1::text[]) with ordinality o(name, "
								 "n) where v.person_id = desk.me() and "
								 "v.name = o.name returning 1) select count(*) from w";
static const char group_order[] = "with w as (update desk.group_view v set pos = o.n from unnest($1::text[]) with ordinality "
								  "o(name, n) where v.group_id = $2::int and "
								  "v.name = o.name returning 1) select count(*) from w";
static const char setting_save[] = "with w as (insert into desk.my_setting(person_id, key, value) values (desk.me(), 'views', "
								   "$1::jsonb) on conflict (person_id, key) do "
								   "update set value = excluded.value returning 1) select count(*) from w";

void views_forget(struct views *v)
{
	for (int i = 0; i < v->undo_n; i++)
		free(v->undo_param[i]);
	free(v->undo_param);
	free(v->undo_sql);
	free(v->undo_what);
	free(v->said);
	v->undo_param = NULL;
	v->undo_sql = v->undo_what = v->said = NULL;
	v->undo_n = 0;
}

static void write(const char *sql, int n, const char *const *params, struct effects *fx)
{
	fx_query(fx, (struct req){REQ_SAVED, 0, 0, 0}, 0, sql, n, params);
}

/* Sends a change, and keeps what takes it back. */
static void change(struct views *v, const char *sql, int n, const char *const *params, const char *back, int nback,
	const char *const *back_params, const char *said, bool gone, struct effects *fx)
{
	views_forget(v);
	v->undo_sql = sd_strdup(back);
	v->undo_what = sd_strdup(said);
	v->said = sd_strdup(gone ? sd_arena_printf(fx->arena, _("%s; u in the views takes it back"), said) : said);
	v->undo_param = sd_calloc((size_t)nback + 1, sizeof *v->undo_param);
	v->undo_n = nback;
	for (int i = 0; i < nback; i++)
		v->undo_param[i] = sd_strdup(back_params[i]);
	write(sql, n, params, fx);
}

static const struct view *saved_at(struct views *v, int n, struct effects *fx)
{
	const struct view *w = n < 0 || n >= v->nviews ? NULL : &v->view[n];

	if (!w)
		return NULL;
	if (!w->saved)
		fx_toast(fx, EL_WARN, _("%s is a view every console has: save it under a name of yours"), view_label(w));
	else if (!w->may)
		fx_toast(fx, EL_WARN, _("%s is for the leads of the group to change"), w->label);
	return w->saved && w->may ? w : NULL;
}

static const char *number(struct effects *fx, int n)
{
	return sd_arena_printf(fx->arena, "%d", n);
}

void views_save(struct views *v, const char *name, const char *group, const char *query, const char *columns, struct effects *fx)
{
	const char *params[] = {name, query, columns, group};
	const char *said = sd_arena_printf(fx->arena, _("View %s saved"), name);
	const struct view *old = NULL;

	for (int i = 0; i < v->nviews; i++) {
		const struct view *w = &v->view[i];
		size_t g = strlen(group);

		if (w->saved && !strcmp(w->name, name) &&
			(w->section == VIEW_MINE ? !*group : *group && !strncmp(w->label, group, g) && w->label[g] == ':'))
			old = w;
	}
	if (old) {
		const char *back[] = {old->name, old->query, old->columns, number(fx, old->group_id)};

		change(v, *group ? group_save : mine_save, *group ? 4 : 3, params, *group ? group_save : mine_save, *group ? 4 : 3, back,
			said, false, fx);
	} else {
		const char *back[] = {name, group};
		static const char group_gone[] = "with w as (delete from desk.group_view v using desk.support_group g where g.id = "
										 "v.group_id and lower(g.name) = lower($2) and "
										 "v.name = $1 returning 1) select count(*) from w";

		change(v, *group ? group_save : mine_save, *group ? 4 : 3, params, *group ? group_gone : mine_delete, *group ? 2 : 1,
			back, said, false, fx);
	}
}

void views_want(struct views *v, const char *name, const char *group)
{
	struct sd_str s = {0};

	sd_str_addf(&s, "%s%s%s", group, *group ? ": " : "", name);
	free(v->wanted);
	v->wanted = sd_str_take(&s);
}

void views_edit(struct views *v, int n, const char *query, const char *columns, struct effects *fx)
{
	const struct view *w = saved_at(v, n, fx);
	const char *group;

	if (!w)
		return;
	group = number(fx, w->group_id);
	const char *params[] = {w->name, query, columns, group}, *back[] = {w->name, w->query, w->columns, group};
	bool mine = w->section == VIEW_MINE;

	change(v, mine ? mine_save : group_save, mine ? 3 : 4, params, mine ? mine_save : group_save, mine ? 3 : 4, back,
		sd_arena_printf(fx->arena, _("View %s saved"), w->label), false, fx);
}

void views_rename(struct views *v, int n, const char *name, struct effects *fx)
{
	const struct view *w = saved_at(v, n, fx);

	if (!w)
		return;
	const char *group = number(fx, w->group_id);
	const char *params[] = {w->name, name, group}, *back[] = {name, w->name, group};
	bool mine = w->section == VIEW_MINE;

	change(v, mine ? mine_rename : group_rename, mine ? 2 : 3, params, mine ? mine_rename : group_rename, mine ? 2 : 3, back,
		sd_arena_printf(fx->arena, _("View %s is now called %s"), w->name, name), false, fx);
}

/* ---- order ---- */
static void json_text(struct sd_str *s, const char *text) /* ids of built-in views: nothing in them wants escaping */
{
	sd_str_addf(s, "%s\"%s\"", s->data[s->len - 1] == '[' ? "" : ",", text);
}

/* The built-in views as they are shown, without the one left out; those that are hidden are all others. */
static const char *setting(struct views *v, const int *order, int n, struct effects *fx)
{
	struct sd_str s = {0};
	const char *out;

	sd_str_add(&s, "{\"order\":[");
	for (int i = 0; i < n; i++)
		json_text(&s, v->view[order[i]].id);
	sd_str_add(&s, "],\"hidden\":[");
	for (size_t k = 0; k < sd_views_n; k++) {
		bool there = false;

		for (int i = 0; i < n; i++)
			there = there || !strcmp(v->view[order[i]].id, sd_views[k].id);
		if (!there)
			json_text(&s, sd_views[k].id);
	}
	sd_str_add(&s, "]}");
	out = sd_arena_strdup(fx->arena, s.data);
	sd_str_free(&s);
	return out;
}

/* The views of n's section (and group) as they stand. */
static int section_of(const struct views *v, int n, int *order)
{
	int count = 0;

	for (int i = 0; i < v->nviews; i++)
		if (v->view[i].section == v->view[n].section && v->view[i].group_id == v->view[n].group_id)
			order[count++] = i;
	return count;
}

static const char *names_array(const struct views *v, const int *order, int n, struct effects *fx)
{
	struct sd_str s = {0};
	const char *out;

	sd_str_addc(&s, '{');
	for (int i = 0; i < n; i++) {
		sd_str_add(&s, i ? ",\"" : "\"");
		for (const char *p = v->view[order[i]].name; *p; p++) {
			if (*p == '"' || *p == '\\')
				sd_str_addc(&s, '\\');
			sd_str_addc(&s, *p);
		}
		sd_str_addc(&s, '"');
	}
	sd_str_addc(&s, '}');
	out = sd_arena_strdup(fx->arena, s.data);
	sd_str_free(&s);
	return out;
}

void views_move(struct views *v, int n, int dir, struct effects *fx)
{
	int *order = sd_arena_alloc(fx->arena, ((size_t)v->nviews + 1) * sizeof *order), count, at = 0, to;
	const char *before[2], *after[2];

	if (n < 0 || n >= v->nviews || (v->view[n].saved && !saved_at(v, n, fx)))
		return;
	count = section_of(v, n, order);
	while (order[at] != n)
		at++;
	to = at + dir < 0 ? 0 : at + dir >= count ? count - 1 : at + dir;
	if (to == at)
		return;
	before[0] = v->view[n].saved ? names_array(v, order, count, fx) : setting(v, order, count, fx);
	memmove(order + at, order + at + 1, (size_t)(count - 1 - at) * sizeof *order);
	memmove(order + to + 1, order + to, (size_t)(count - 1 - to) * sizeof *order);
	order[to] = n;
	after[0] = v->view[n].saved ? names_array(v, order, count, fx) : setting(v, order, count, fx);
	before[1] = after[1] = number(fx, v->view[n].group_id);
	bool group = v->view[n].section == VIEW_GROUP;
	const char *sql = !v->view[n].saved ? setting_save : group ? group_order : mine_order;

	change(v, sql, group ? 2 : 1, after, sql, group ? 2 : 1, before, "", false, fx);
}

void views_delete(struct views *v, int n, struct effects *fx)
{
	int *order = sd_arena_alloc(fx->arena, ((size_t)v->nviews + 1) * sizeof *order), count, left = 0;
	const struct view *w;

	if (n < 0 || n >= v->nviews)
		return;
	if (!v->view[n].saved) {
		const char *before, *after;

		count = section_of(v, n, order);
		if (count == 1) {
			fx_toast(fx, EL_WARN, "%s", _("The last of them stays"));
			return;
		}
		before = setting(v, order, count, fx);
		for (int i = 0; i < count; i++)
			if (order[i] != n)
				order[left++] = order[i];
		after = setting(v, order, left, fx);
		change(v, setting_save, 1, &after, setting_save, 1, &before,
			sd_arena_printf(fx->arena, _("View %s is hidden"), view_label(&v->view[n])), true, fx);
		return;
	}
	if (!(w = saved_at(v, n, fx)))
		return;
	const char *params[] = {w->name, number(fx, w->group_id)}, *back[] = {w->name, w->query, w->columns, params[1]};
	bool mine = w->section == VIEW_MINE;

	change(v, mine ? mine_delete : group_delete, mine ? 1 : 2, params, mine ? mine_save : group_save, mine ? 3 : 4, back,
		sd_arena_printf(fx->arena, _("View %s deleted"), w->label), true, fx);
}

void views_reset(struct views *v, struct effects *fx)
{
	int *order = sd_arena_alloc(fx->arena, ((size_t)v->nviews + 1) * sizeof *order), count = 0;
	const char *before, *after = "{}";

	for (int i = 0; i < v->nviews; i++)
		if (!v->view[i].saved)
			order[count++] = i;
	before = setting(v, order, count, fx);
	change(v, setting_save, 1, &after, setting_save, 1, &before, _("The views are as at first"), false, fx);
}

void views_undo(struct views *v, struct effects *fx)
{
	if (!v->undo_sql) {
		fx_toast(fx, EL_WARN, "%s", _("No change to the views to take back"));
		return;
	}
	write(v->undo_sql, v->undo_n, (const char *const *)v->undo_param, fx);
	const char *said = sd_arena_printf(fx->arena, *v->undo_what ? _("Taken back: %s") : _("Taken back%s"), v->undo_what);

	views_forget(v);
	v->said = sd_strdup(said);
}

void views_saved(struct views *v, const struct answer *a, struct effects *fx)
{
	const char *n = table_get(a->table, 0, 0);

	if (a->err || (n && !strcmp(n, "0"))) {
		fx_toast(fx, EL_ERROR, "%s",
			a->err && a->err->cls == SD_ERR_DENIED ? _("The views of a group are for its leads to write")
			: a->err                               ? a->err->text
					 : _("Nothing was written: there is no such view or group, or it is not for you to change"));
		views_forget(v);
	} else if (v->said && *v->said) {
		fx_toast(fx, EL_OK, "%s", v->said);
	}
	views_ask(v, fx);
}
