/* What was typed and never sent: told at the start, and a menu that opens each where it belongs. */
#include "config.h"
#include "tui/app/model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/act.h"
#include "tui/app/actions.h"
#include "tui/app/bulk.h"
#include "tui/app/drafts.h"
#include "tui/app/kb.h"

void draft_place(const struct model *m, struct sd_str *out)
{
	if (m->meta && *m->meta->desk_id)
		sd_str_addf(out, "%s/%d", m->meta->desk_id, m->meta->me.id);
	else
		sd_str_add(out, m->env.where);
}

struct kept {
	char *key, *label;
	sd_time at;
};
struct pile {
	struct kept *v;
	size_t n, cap;
};

static int newest_first(const void *x, const void *y)
{
	const struct kept *a = x, *b = y;

	return (a->at < b->at) - (a->at > b->at);
}

/* Those that are not being sent: such a one goes when that is confirmed, and comes back with its form if not. A state of another
 * host is not shown beside that of this one: opening asks which is to stand. */
static struct pile collect(const struct model *m)
{
	const struct drafts *b = m->drafts;
	struct pile p = {0};

	for (size_t i = 0; i < b->n; i++) {
		const struct known_draft *k = &b->v[i];

		if (drafts_shown(m, k)) {
			struct kept *one = SD_PUSH(p.v, p.n, p.cap);
			char *words = draft_words(k->d);
			struct sd_str label = {0};

			sd_str_addf(&label, k->host ? _("%s (on %s)") : "%s", words, k->host);
			free(words);
			*one = (struct kept){sd_strdup(k->key), sd_str_take(&label), k->d->at};
		}
	}
	if (p.n)
		qsort(p.v, p.n, sizeof *p.v, newest_first);
	return p;
}

static void drop(struct kept *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(v[i].key);
		free(v[i].label);
	}
	free(v);
}

void drafts_menu_free(struct overlay *o)
{
	drop(o->draft, o->ndrafts);
	o->draft = NULL;
	o->ndrafts = 0;
}

void drafts_tell(struct model *m, struct effects *fx)
{
	struct pile p = collect(m);
	char keys[64];

	keymap_keys(&m->keymap, ACT_DRAFTS, true, keys, sizeof keys);
	if (m->env.draft_trouble)
		fx_toast(fx, EL_ERROR, "%s", m->env.draft_trouble);
	else if (p.n)
		fx_toast(fx, EL_WARN,
			ngettext("%zu draft was not sent: %s shows it", "%zu drafts were not sent: %s shows them", (unsigned long)p.n), p.n,
			keys);
	drop(p.v, p.n);
}

static void fill(struct model *m, struct overlay *o)
{
	struct sd_arena *a = sd_arena_new();

	menu_free(&o->menu);
	menu_init(&o->menu, _("Drafts"));
	for (size_t i = 0; i < o->ndrafts; i++)
		menu_add(&o->menu, &(struct menu_entry){.id = (int)i,
							   .label = sd_text_fit(a, o->draft[i].label, 50, glyph(GL_ELLIPSIS), false),
							   .hint = sd_time_local(a, o->draft[i].at, m->session.zone, "%Y-%m-%d %H:%M")});
	sd_arena_free(a);
}

void drafts_open(struct model *m, struct effects *fx)
{
	struct pile p;
	struct overlay *o;

	drafts_read(m);
	drafts_ask(m, fx);
	p = collect(m);
	if (!p.n) {
		fx_toast(fx, EL_OK, "%s", _("No drafts are kept"));
		return;
	}
	o = overlay_push(m, OV_MENU);
	o->use = DLG_DRAFTS;
	o->draft = p.v;
	o->ndrafts = p.n;
	fill(m, o);
}

/* The key ends in kind|ticket|verb. */
static bool take_apart(char *key, char **kind, int64_t *ticket, char **verb)
{
	char *bar[3];

	for (int i = 2; i >= 0; i--) {
		bar[i] = strrchr(key, '|');
		if (!bar[i])
			return false;
		*bar[i] = '\0';
	}
	*kind = bar[0] + 1;
	*ticket = strtoll(bar[1] + 1, NULL, 10);
	*verb = bar[2] + 1;
	return true;
}

static void resume(struct model *m, const char *draft, struct effects *fx)
{
	char *key = sd_arena_strdup(fx->arena, draft), *kind, *verb;
	int64_t ticket;

	if (!take_apart(key, &kind, &ticket, &verb))
		return;
	if (!strcmp(kind, "article")) {
		kb_resume(m, draft, -ticket, fx);
		return;
	}
	if (ticket == 0 && strcmp(verb, "create") != 0) { /* of several tickets: which, the marks say */
		model_focus(m, PANE_QUEUE, fx);
		if (bulk_wanted(m))
			bulk_start(m, verb, NULL, 0, fx);
		else
			fx_toast(fx, EL_WARN, "%s", _("This text was for several tickets: mark them, then open it again"));
		return;
	}
	if (ticket <= 0) {
		new_open(m, kind, ticket, fx);
		return;
	}
	free(m->wait_verb);
	m->wait_verb = sd_strdup(verb);
	m->wait_id = ticket;
	queue_select(m->queue, ticket);
	model_open(m, ticket, fx);
	if (m->detail->ticket && m->detail->ticket->id == ticket)
		act_resume(m, ticket, fx);
}

static void throw_away(struct model *m, struct overlay *o, size_t i, struct effects *fx)
{
	drafts_forget(m, o->draft[i].key, fx);
	fx_toast(fx, EL_WARN, "%s", _("Draft thrown away"));
	free(o->draft[i].key);
	free(o->draft[i].label);
	for (o->ndrafts--; i < o->ndrafts; i++)
		o->draft[i] = o->draft[i + 1];
	if (o->ndrafts)
		fill(m, o);
	else
		overlay_pop(m);
}

void drafts_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	const struct menu_item *it = menu_selected(&o->menu);
	enum widget_result r;
	char *key;

	if (it && (key_is(k, 'D', 0) || key_is(k, KEY_CODE_DELETE, 0))) {
		throw_away(m, o, (size_t)it->id, fx);
		return;
	}
	r = menu_update(&o->menu, k);
	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	key = r == W_SUBMIT ? sd_arena_strdup(fx->arena, o->draft[menu_selected(&o->menu)->id].key) : NULL;
	overlay_pop(m);
	if (key)
		resume(m, key, fx);
}
