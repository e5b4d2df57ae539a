/* What an item touches, or what touches it: a tree of the ways by which it was reached. Nothing is ever left out without its
 * number: what is folded says how many stand below, what is cut says how many more there are, and Enter shows them. */
#include "config.h"
#include "tui/pane/ci.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"

enum { UNFOLDED = 200, NAMES_SHOWN = 12 };

/* Node n is the item itself. */
struct tree {
	const struct ci_reached *r;
	int *first, *next, *below; /* children in their order; how many stand below */
	bool *hot;                 /* it, or something below it, has a ticket or is vital: such come first */
};

struct spot { /* where an item stands, to find who a node was reached through */
	int64_t id;
	int at;
};

static int compare_ids(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static struct spot *index_of(struct sd_arena *a, const struct ci_reached *r)
{
	struct spot *v = sd_arena_alloc(a, ((size_t)r->n + 1) * sizeof *v);

	for (int i = 0; i < r->n; i++)
		v[i] = (struct spot){r->v[i].id, i};
	qsort(v, (size_t)r->n, sizeof *v, compare_ids);
	return v;
}

static int parent_of(const struct ci_reached *r, const struct spot *index, int i)
{
	struct spot key = {r->v[i].via, 0};
	const struct spot *found = bsearch(&key, index, (size_t)r->n, sizeof *index, compare_ids);

	/* who is not told, or comes later, is no parent: the node stands below the item itself, so that it is not lost */
	return found && found->at < i ? found->at : r->n;
}

static struct tree tree_of(struct sd_arena *a, const struct ci_reached *r)
{
	size_t size = ((size_t)r->n + 1) * sizeof(int);
	struct tree t = {
		r, sd_arena_alloc(a, size), sd_arena_alloc(a, size), sd_arena_alloc(a, size), sd_arena_alloc(a, (size_t)r->n + 1)};
	struct spot *index = index_of(a, r);
	int *up = sd_arena_alloc(a, size);

	for (int i = 0; i <= r->n; i++)
		t.first[i] = t.next[i] = -1;
	for (int i = r->n - 1; i >= 0; i--) { /* nearest come first: those below were here before */
		up[i] = parent_of(r, index, i);
		t.hot[i] = t.hot[i] || r->v[i].open || r->v[i].changes || r->v[i].crit == 1;
		t.hot[up[i]] = t.hot[up[i]] || t.hot[i];
		t.below[up[i]] += t.below[i] + 1;
	}
	for (int hot = 0; hot < 2; hot++) /* each goes before those that are there */
		for (int i = r->n - 1; i >= 0; i--)
			if (t.hot[i] == (hot == 1)) {
				t.next[i] = t.first[up[i]];
				t.first[up[i]] = i;
			}
	return t;
}

/* ---- lines ---- */
static void more_line(struct cmdb *c, uint64_t key, const char *text, int more)
{
	struct ci_line *l = ci_line_add(c, CL_MORE, "", 0);

	l->key = key;
	l->more = more;
	l->el = EL_LINK;
	l->text = sd_arena_printf(c->arena, "%s%s", text, sd_arena_printf(c->arena, _("... %d more"), more));
}

static void children(struct cmdb *c, const struct tree *t, int at, uint64_t key, const char *stem);

static void node(struct cmdb *c, const struct tree *t, int at, uint64_t above, const char *stem, bool last)
{
	const struct ci_node *n = &t->r->v[at];
	char word[24];
	struct ci_line *l;
	uint64_t key;
	bool open;

	snprintf(word, sizeof word, "%" PRId64, n->id);
	l = ci_line_add(c, CL_CI, word, above);
	ci_node_line(c, l, n);
	key = l->key;
	l->folds = t->first[at] >= 0;
	l->open = open = l->folds && ci_is_open(c, key, t->r->n <= UNFOLDED || n->depth < 2);
	l->text = sd_arena_printf(c->arena, "%s%s %s%s", ci_branch(c->arena, stem, last, false),
		glyph(!l->folds ? GL_H
			  : open    ? GL_DOWN
						: GL_RIGHT),
		n->name, l->folds && !open ? sd_arena_printf(c->arena, "  +%d", t->below[at]) : "");
	if (open)
		children(c, t, at, key, ci_branch(c->arena, stem, last, true));
}

static void children(struct cmdb *c, const struct tree *t, int at, uint64_t key, const char *stem)
{
	uint64_t more = ci_hash(key, "more");
	bool all = ci_is_open(c, more, false);
	int shown = 0, hidden = 0;

	for (int i = t->first[at]; i >= 0; i = t->next[i], shown++) {
		if (!all && shown >= CI_CHILDREN)
			hidden += t->below[i] + 1;
		else
			node(c, t, i, key, stem, t->next[i] < 0);
	}
	if (hidden)
		more_line(c, more, ci_branch(c->arena, stem, true, false), hidden);
}

static const char *name_of(const struct ci_word *w)
{
	return strcmp(w->label, "*") ? w->label : _("every customer");
}

/* "Services (16): Mail, Web, ... 3 more"; unfolded each has a line. */
static void names_line(struct cmdb *c, const char *key, const char *label, const struct ci_word *v, int n)
{
	struct ci_line *l;
	struct sd_str s = {0};
	uint64_t above;
	bool open;

	if (!n)
		return;
	for (int i = 0; i < n && i < NAMES_SHOWN; i++)
		sd_str_addf(&s, "%s%s", i ? _(", ") : "", name_of(&v[i]));
	if (n > NAMES_SHOWN)
		sd_str_addf(&s, _(", ... %d more"), n - NAMES_SHOWN);
	l = ci_line_add(c, CL_HEAD, key, 6);
	above = l->key;
	l->folds = true;
	l->open = open = ci_is_open(c, above, false);
	l->el = EL_STRONG;
	l->text = sd_arena_printf(
		c->arena, "%s %s (%d)%s%s", glyph(open ? GL_DOWN : GL_RIGHT), label, n, open ? "" : ": ", open ? "" : s.data);
	l->copy = sd_arena_strdup(c->arena, s.data);
	sd_str_free(&s);
	for (int i = 0; open && i < n; i++) {
		l = ci_line_add(c, CL_WORD, v[i].id, above);
		l->text = sd_arena_printf(c->arena, "  %s", name_of(&v[i]));
		l->copy = v[i].label;
	}
}

static const char *found_text(const struct cmdb *c, const struct ci_reached *r)
{
	bool up = c->here.up;
	unsigned long n = (unsigned long)(r->count < 0 ? r->n : r->count);

	if (!r->count && *c->types)
		return up ? _("It needs nothing over these links; f takes others")
				  : _("Nothing suffers over these links if it fails; f takes others");
	if (!r->count)
		return up ? _("It needs nothing that is known here") : _("Nothing suffers if it fails, as far as is known here");
	if (r->count < 0)
		return sd_arena_printf(
			c->arena, up ? _("What it needs: more than %d items") : _("What suffers if it fails: more than %d items"), r->n);
	return sd_arena_printf(c->arena,
		up ? ngettext("What it needs: %d item", "What it needs: %d items", n)
		   : ngettext("What suffers if it fails: %d item", "What suffers if it fails: %d items", n),
		r->count);
}

static void summary(struct cmdb *c, const struct ci_reached *r)
{
	struct ci_line *l = ci_line_add(c, CL_WORD, "summary", 6);

	l->el = EL_HEADER;
	l->text = found_text(c, r);
	names_line(c, "services", _("Services"), r->service, r->nservices);
	names_line(c, "customers", _("Customers"), r->customer, r->ncustomers);
}

void ci_impact_lines(struct cmdb *c)
{
	const struct ci_reached *r = c->reached;
	struct tree t;
	struct ci_line *l;
	uint64_t key;

	if (!r->ci.id)
		return;
	summary(c, r);
	ci_ticket_lines(c, _("Open tickets on it"), r->open, r->nopen, r->nopen <= 5);
	ci_ticket_lines(c, _("Changes within 7 days"), r->change, r->nchanges, r->nchanges <= 5);
	l = ci_line_add(c, CL_CI, "root", 7);
	ci_node_line(c, l, &r->ci);
	l->el = EL_STRONG;
	l->text = r->ci.name;
	key = l->key;
	t = tree_of(c->arena, r);
	children(c, &t, r->n, key, "");
	if (r->count > r->n || r->count < 0) {
		more_line(c, ci_hash(key, "server"), "", r->count < 0 ? 1 : r->count - r->n);
		l = &c->line[c->nlines - 1];
		l->more = -l->more;
		if (r->count < 0)
			l->text = _("... more, being counted");
	}
}

/* ---- over which types of links ---- */
json_t *ci_types_json(const struct cmdb *c)
{
	json_t *j = *c->types ? json_array() : json_null();

	for (const char *p = c->types; *p; p += strcspn(p, " ") + 1)
		json_array_append_new(j, json_stringn(p, strcspn(p, " ")));
	return j;
}

/* "  over depends_on", or "  without includes" where fewer are left out than stay. */
void ci_types_text(const struct cmdb *c, char *buf, size_t size)
{
	const struct ci_reached *r = c->reached;
	struct sd_str in = {0}, out = {0};
	int nin = 0, nout = 0;

	*buf = '\0';
	for (int i = 0; *c->types && r && i < r->ntypes; i++) {
		bool over = ci_over(c, r->type[i].id);
		int *n = over ? &nin : &nout;

		sd_str_addf(over ? &in : &out, "%s%s", (*n)++ ? ", " : "", r->type[i].label);
	}
	if (nin || nout)
		snprintf(buf, size, nout < nin ? _("  without %.120s") : _("  over %.120s"), (nout < nin ? &out : &in)->data);
	sd_str_free(&in);
	sd_str_free(&out);
}

bool ci_over(const struct cmdb *c, const char *type)
{
	size_t n = strlen(type);

	for (const char *p = c->types; *p; p += strcspn(p, " ") + 1)
		if (strcspn(p, " ") == n && !strncmp(p, type, n))
			return true;
	return !*c->types;
}

static void take_types(struct cmdb *c, const struct session *s, const char *types, struct effects *fx)
{
	if (!strcmp(c->types, types))
		return;
	snprintf(c->types, sizeof c->types, "%s", types);
	board_read(&c->board, s, fx);
}

void ci_only(struct cmdb *c, const struct session *s, const char *type, struct effects *fx)
{
	take_types(c, s, type ? sd_arena_printf(fx->arena, "%.200s ", type) : "", fx);
}

void ci_without(struct cmdb *c, const struct session *s, const char *type, struct effects *fx)
{
	const struct ci_reached *r = c->reached;
	struct sd_str left = {0};
	int n = 0;

	for (int i = 0; r && i < r->ntypes; i++)
		if (ci_over(c, r->type[i].id) != !strcmp(r->type[i].id, type)) {
			sd_str_addf(&left, "%.200s ", r->type[i].id);
			n++;
		}
	if (n && left.len < sizeof c->types)
		take_types(c, s, n == r->ntypes ? "" : left.data, fx);
	else
		fx_toast(fx, EL_WARN, "%s", _("One type of links has to stay"));
	sd_str_free(&left);
}
