/* The page of an item: its fields, its links both ways as a tree that unfolds, its tickets, its versions and what lies between
 * two of them. */
#include "config.h"
#include "tui/pane/ci.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { LABEL_W = 19, PATH_MOST = 64 };

const char *ci_field_label(const struct ci_field *f)
{
	static const char *const labels[][2] = {{"ident", N_("Ident")}, {"name", N_("Name")}, {"class", N_("Class")},
		{"description", N_("Description")}, {"lifecycle", N_("Lifecycle")}, {"op_state", N_("Operation")},
		{"criticality", N_("Criticality")}, {"owner", N_("Owner")}, {"group", N_("Owner group")}, {"service", N_("Service")},
		{"org", N_("Customer")}, {"environment", N_("Environment")}, {"place", N_("Place")}, {"reported_at", N_("Reported")},
		{"version", N_("Version")}, {"source", N_("Source")}, {"redundancy", N_("Redundancy")}, {"ci", N_("Ident")}};

	for (size_t i = 0; !f->declared && i < sizeof labels / sizeof *labels; i++)
		if (!strcmp(labels[i][0], f->name))
			return _(labels[i][1]);
	return *f->label ? f->label : f->name;
}

static const char *value_of(const struct cmdb *c, const struct ci_field *f)
{
	struct sd_err ignored;
	sd_time at;

	if (!f->declared && !strcmp(f->name, "lifecycle"))
		return ci_lifecycle(f->value);
	if (!f->declared && !strcmp(f->name, "op_state"))
		return ci_op(f->value);
	if (!f->declared && !strcmp(f->name, "criticality") && *f->value)
		return sd_arena_printf(c->arena, "%s (%s)", ci_crit(atoi(f->value)), f->value);
	if (!f->declared && !strcmp(f->name, "reported_at") && sd_time_parse(f->value, "UTC", &at, &ignored))
		return sd_time_local(c->arena, at, c->s ? c->s->zone : NULL, "%Y-%m-%d %H:%M");
	return f->value;
}

static void field_lines(struct cmdb *c)
{
	for (int i = 0; i < c->about->nfields; i++) {
		const struct ci_field *f = &c->about->field[i];
		struct ci_line *l;

		if (!*f->value && !f->missing)
			continue;
		l = ci_line_add(c, CL_FIELD, f->name, f->declared ? 2 : 1);
		l->id = i;
		l->copy = f->value;
		l->el = f->missing && !*f->value ? EL_WARN : EL_NORMAL;
		l->text = sd_arena_printf(c->arena, "%s %s", sd_text_fit(c->arena, ci_field_label(f), LABEL_W, glyph(GL_ELLIPSIS), true),
			*f->value ? value_of(c, f) : _("missing"));
	}
}

/* ---- links ---- */
struct way { /* from the page's item down to a line: no item unfolds below itself */
	int64_t id[PATH_MOST];
	int n;
};

static bool on_way(const struct way *w, int64_t id)
{
	for (int i = 0; i < w->n; i++)
		if (w->id[i] == id)
			return true;
	return w->n == PATH_MOST;
}

const char *ci_arrow(bool in)
{
	return glyphs_are_ascii() ? (in ? "<-" : "->") : in ? "←" : "→";
}

static void more_line(struct cmdb *c, uint64_t above, const char *text, int more)
{
	struct ci_line *l = ci_line_add(c, CL_MORE, "more", above);

	l->more = -more;
	l->el = EL_LINK;
	l->text = sd_arena_printf(c->arena, "%s%s", text, sd_arena_printf(c->arena, _("... %d more"), more));
}

static void node_line(
	struct cmdb *c, const struct ci_node *n, uint64_t above, const char *stem, bool last, bool typed, struct way *way);

static void near_lines(struct cmdb *c, int64_t id, uint64_t key, const char *stem, struct way *way)
{
	const struct ci_near *near = ci_near_of(c, id);
	struct ci_line *l;

	if (!near || !near->v) {
		l = ci_line_add(c, CL_WORD, "reading", key);
		l->el = EL_DIM;
		l->text = sd_arena_printf(c->arena, "%s %s", ci_branch(c->arena, stem, true, false), _("Reading ..."));
		return;
	}
	way->id[way->n++] = id;
	for (int i = 0; i < near->n; i++)
		node_line(c, &near->v[i], key, stem, i == near->n - 1 && near->count <= near->n, true, way);
	way->n--;
	if (near->count > near->n) {
		more_line(c, key, ci_branch(c->arena, stem, true, false), near->count - near->n);
		c->line[c->nlines - 1].id = id;
	} else if (!near->n) {
		l = ci_line_add(c, CL_WORD, "none", key);
		l->el = EL_DIM;
		l->text = sd_arena_printf(c->arena, "%s %s", ci_branch(c->arena, stem, true, false), _("no links"));
	}
}

static void node_line(
	struct cmdb *c, const struct ci_node *n, uint64_t above, const char *stem, bool last, bool typed, struct way *way)
{
	char word[64];
	bool again = on_way(way, n->id), open;
	struct ci_line *l;
	uint64_t key;

	snprintf(word, sizeof word, "%" PRId64 " %d %.30s", n->id, n->in, n->type);
	l = ci_line_add(c, CL_CI, word, above);
	ci_node_line(c, l, n);
	l->type = n->type;
	l->in = n->in;
	l->linked = !typed;
	l->folds = !again;
	l->open = open = !again && ci_is_open(c, l->key, false);
	key = l->key;
	l->text = sd_arena_printf(c->arena, "%s%s%s%s%s%s%s%s", ci_branch(c->arena, stem, last, false),
		glyph(again  ? GL_H
			  : open ? GL_DOWN
					 : GL_RIGHT),
		" ", typed ? ci_arrow(n->in) : "", typed ? n->type : "", typed ? " " : "", n->name, again ? _("  (above)") : "");
	if (open)
		near_lines(c, n->id, key, ci_branch(c->arena, stem, last, true), way);
}

static void group_lines(struct cmdb *c, const struct ci_word *g, bool last, struct way *way)
{
	struct ci_about *p = c->about;
	bool in = strlen(g->id) && g->id[strlen(g->id) - 1] == '<', open;
	struct ci_line *l = ci_line_add(c, CL_GROUP, g->id, 3);
	uint64_t key = l->key;
	int shown = 0, have = 0;

	l->folds = true;
	l->open = open = ci_is_open(c, key, g->n <= CI_CHILDREN);
	l->el = EL_LABEL;
	l->copy = g->label;
	l->text = sd_arena_printf(c->arena, "%s%s %s %s (%d)", ci_branch(c->arena, "", last, false), glyph(open ? GL_DOWN : GL_RIGHT),
		ci_arrow(in), g->label, g->n);
	for (int i = 0; i < p->nlinks; i++)
		have += p->link[i].in == in && !strcmp(p->link[i].type, g->label);
	for (int i = 0; open && i < p->nlinks; i++)
		if (p->link[i].in == in && !strcmp(p->link[i].type, g->label)) {
			shown++;
			node_line(c, &p->link[i], key, ci_branch(c->arena, "", last, true), shown == have && have >= g->n, false, way);
		}
	if (open && have < g->n)
		more_line(c, key, ci_branch(c->arena, ci_branch(c->arena, "", last, true), true, false), g->n - have);
}

static void link_lines(struct cmdb *c)
{
	struct ci_about *p = c->about;
	struct way way = {{p->ci.id}, 1};
	struct ci_line *l = ci_line_add(c, CL_HEAD, "links", 0);
	int all = 0;

	for (int i = 0; i < p->ngroups; i++)
		all += p->group[i].n;
	l->el = EL_HEADER;
	l->text = all ? sd_arena_printf(c->arena, _("Links (%d)"), all) : _("Links: none");
	for (int i = 0; i < p->ngroups; i++)
		group_lines(c, &p->group[i], i == p->ngroups - 1, &way);
}

/* ---- versions ---- */
static const char *json_word(struct sd_arena *a, const json_t *v)
{
	return !v || json_is_null(v) ? "-" : store_value(a, v);
}

static void diff_line(struct cmdb *c, const char *key, const json_t *old, const json_t *new)
{
	struct ci_line *l = ci_line_add(c, CL_DIFF, key, 5);
	const char *name = store_line(c->arena, key);

	l->text = sd_arena_printf(c->arena, "    %s %s %s %s", sd_text_fit(c->arena, name, LABEL_W, glyph(GL_ELLIPSIS), true),
		json_word(c->arena, old), ci_arrow(false), json_word(c->arena, new));
	l->el = old && new ? EL_NORMAL : new ? EL_OK : EL_ERROR;
	l->copy = l->text;
}

/* Attributes stand in an object of their own: what differs in it is said one by one. */
static int diff_objects(struct cmdb *c, const json_t *old, const json_t *new)
{
	const char *key;
	json_t *v;
	int n = 0;

	json_object_foreach((json_t *)(uintptr_t) new, key, v)
	{
		json_t *was = json_object_get(old, key);

		if (json_is_object(v)) {
			n += diff_objects(c, was, v);
		} else if ((!was || !json_equal(was, v)) && strcmp(key, "version") != 0) {
			diff_line(c, key, was, v);
			n++;
		}
	}
	json_object_foreach((json_t *)(uintptr_t)old, key, v)
	{
		if (!json_object_get(new, key) && !json_is_object(v)) {
			diff_line(c, key, v, NULL);
			n++;
		}
	}
	return n;
}

static const struct ci_version *version_find(const struct ci_about *p, int version)
{
	for (int i = 0; version && i < p->nversions; i++)
		if (p->version[i].version == version)
			return &p->version[i];
	return NULL;
}

static void diff_lines(struct cmdb *c)
{
	bool turned = c->mark[0] > c->mark[1];
	const struct ci_version *from = version_find(c->about, c->mark[turned]), *to = version_find(c->about, c->mark[!turned]);
	struct sd_err ignored;
	struct ci_line *l;
	json_t *old, *new;

	if (!from || !to)
		return;
	l = ci_line_add(c, CL_HEAD, "diff", 5);
	l->el = EL_LABEL;
	l->text = sd_arena_printf(c->arena, _("  What changed from version %d to %d"), from->version, to->version);
	old = store_object(from->row, "version", &ignored);
	new = store_object(to->row, "version", &ignored);
	if (!diff_objects(c, old, new)) {
		l = ci_line_add(c, CL_DIFF, "same", 5);
		l->text = _("    nothing");
	}
	json_decref(old);
	json_decref(new);
}

static void version_lines(struct cmdb *c)
{
	struct ci_about *p = c->about;
	struct ci_line *l = ci_line_add(c, CL_HEAD, "history", 0);

	l->el = EL_HEADER;
	l->text = sd_arena_printf(c->arena, _("History (%d)  Space on two versions compares them"), p->versions_all);
	diff_lines(c);
	for (int i = 0; i < p->nversions; i++) {
		const struct ci_version *v = &p->version[i];
		char word[24];
		bool marked = v->version == c->mark[0] || v->version == c->mark[1];

		snprintf(word, sizeof word, "%d", v->version);
		l = ci_line_add(c, CL_VERSION, word, 4);
		l->id = v->version;
		l->copy = v->row;
		l->el = marked ? EL_STRONG : EL_NORMAL;
		l->text = sd_arena_printf(c->arena, "%s %4d  %s  %s %s%s%s", marked ? glyph(GL_MARK) : " ", v->version,
			v->at == SD_TIME_NONE ? _("before that     ") /* as it was found: nobody wrote down when it came */
								  : sd_time_local(c->arena, v->at, c->s ? c->s->zone : NULL, "%Y-%m-%d %H:%M"),
			v->by, v->source, *v->changed ? ": " : "", v->changed);
	}
	if (p->versions_all > p->nversions)
		more_line(c, 4, "  ", p->versions_all - p->nversions);
}

void ci_page_lines(struct cmdb *c)
{
	field_lines(c);
	ci_times_lines(c);
	ci_ticket_lines(c, _("Open tickets"), c->about->open, c->about->nopen, true);
	ci_ticket_lines(c, _("Changes within 7 days"), c->about->change, c->about->nchanges, true);
	link_lines(c);
	version_lines(c);
	ci_ticket_lines(c, _("Other tickets"), c->about->other, c->about->nother, false);
}
