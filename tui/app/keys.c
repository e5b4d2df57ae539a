/* Keys beyond the action table: those of the person's file, those of the desk's acts, and the file's own commands. */
#include "config.h"
#include "tui/app/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/app/actions.h"
#include "tui/app/bulk.h"

static void log_problems(const struct userkeys *u, size_t from)
{
	for (size_t i = from; i < u->nproblems; i++)
		sd_log(SD_LOG_WARN, "%s", u->problem[i]);
}

void model_user_keys(struct model *m)
{
	userkeys_load(&m->user, m->env.cfg, &m->keymap);
	log_problems(&m->user, 0);
	for (size_t i = 0; i < m->user.nnotes; i++)
		sd_log(SD_LOG_INFO, "%s", m->user.note[i]);
}

void model_key_aliases(struct model *m, const char *words)
{
	size_t told = m->user.nproblems;

	m->keymap.naliases = 0;
	userkeys_aliases(&m->user, words, "", &m->keymap);
	log_problems(&m->user, told);
	if (m->user.nproblems > told)
		toast_show(&m->toast, EL_WARN, m->user.problem[told], m->session.ms, 0);
}

void model_keys_tell(struct model *m, struct effects *fx)
{
	char keys[64];
	int n = (int)m->user.nproblems;

	if (n)
		fx_toast(fx, EL_WARN, _("Lines about keys in your configuration are wrong (%d): %s shows them"), n,
			keymap_keys(&m->keymap, ACT_PANE_4, true, keys, sizeof keys));
}

/* ---- the desk's acts ---- */
void model_free_verbs(struct model *m)
{
	for (size_t i = 0; i < m->nverbs; i++) {
		free(m->verbs[i].verb);
		free(m->verbs[i].label);
	}
	free(m->verbs);
	m->verbs = NULL;
	m->nverbs = 0;
}

/* The first of its name: its key is asked for; a verb of several kinds is one action. */
static bool add_verb(struct model *m, const struct sd_verb *v)
{
	for (size_t i = 0; i < m->nverbs; i++)
		if (!strcmp(m->verbs[i].verb, v->verb))
			return false;
	m->verbs = sd_realloc(m->verbs, (m->nverbs + 1) * sizeof *m->verbs);
	m->verbs[m->nverbs++] = (struct verb_action){sd_strdup(v->verb), sd_strdup(v->label), ""};
	return true;
}

static void collect_verbs(struct model *m)
{
	for (int k = 0; k < m->meta->nkinds; k++) {
		for (int i = 0; i < m->meta->kinds[k].nverbs; i++) {
			const struct sd_verb *v = &m->meta->kinds[k].verbs[i];

			/* these two have actions of their own */
			if (strcmp(v->verb, "create") != 0 && strcmp(v->verb, "undo") != 0 && add_verb(m, v))
				snprintf(m->verbs[m->nverbs - 1].key, sizeof m->verbs->key, "%s", v->key);
		}
	}
}

/* Two verbs that no kind has both may have one key: the ticket says which of them is meant. */
static bool may_share(const struct model *m, const char *a, int taken)
{
	if (taken < ACT_VERB || taken >= ACT_USER)
		return false;
	for (int k = 0; k < m->meta->nkinds; k++)
		if (sd_kind_verb(&m->meta->kinds[k], a) && sd_kind_verb(&m->meta->kinds[k], m->verbs[taken - ACT_VERB].verb))
			return false;
	return true;
}

int model_verb_meant(const struct model *m, int action)
{
	struct target t = bulk_wanted(m) ? bulk_sample(m) : model_target(m);
	const struct sd_kind *k = m->meta && t.id ? sd_meta_kind(m->meta, t.kind) : NULL;
	const struct verb_action *v = &m->verbs[action - ACT_VERB];

	for (size_t i = 0; k && *v->key && !sd_kind_verb(k, v->verb) && i < m->nverbs; i++)
		if (!strcmp(m->verbs[i].key, v->key) && sd_kind_verb(k, m->verbs[i].verb))
			return ACT_VERB + (int)i;
	return action;
}

static void bind_desk_key(struct model *m, int n)
{
	const struct verb_action *v = &m->verbs[n];
	int taken;

	if (!*v->key || userkeys_has_verb(&m->user, v->verb))
		return;
	taken = keymap_taken(&m->keymap, v->key, CTX_TICKET);
	if (taken != ACT_NONE && !may_share(m, v->verb, taken))
		sd_log(SD_LOG_INFO, _("the key %s of %s is taken: use the menu or the palette"), v->key, v->label);
	else
		keymap_bind(&m->keymap, v->key, ACT_VERB + n, CTX_TICKET);
}

/* A verb gets the key its row names, unless that key means something else already: then it has none and stays in the menu and
 * the palette. Keys of the person's file win over those of the desk and of the action table. */
void model_bind_verbs(struct model *m)
{
	const char **names;
	size_t told = m->user.nproblems;

	for (size_t i = 0; i < m->nverbs; i++)
		keymap_unbind(&m->keymap, ACT_VERB + (int)i);
	model_free_verbs(m);
	collect_verbs(m);
	names = sd_calloc(m->nverbs + 1, sizeof *names);
	for (size_t i = 0; i < m->nverbs; i++)
		names[i] = m->verbs[i].verb;
	userkeys_verbs(&m->user, &m->keymap, names, m->nverbs);
	log_problems(&m->user, told);
	free(names);
	for (size_t i = 0; i < m->nverbs; i++)
		bind_desk_key(m, (int)i);
	for (size_t i = 0; i < m->nverbs; i++)
		keymap_keys(&m->keymap, ACT_VERB + (int)i, true, m->verbs[i].key, sizeof m->verbs[i].key);
}

const char *model_verb_label(const struct model *m, const char *verb)
{
	for (size_t i = 0; i < m->nverbs; i++)
		if (!strcmp(m->verbs[i].verb, verb))
			return m->verbs[i].label;
	return verb;
}

/* ---- what lies above the panes has keys of its own ---- */
/* Who has moved his motions wants them there, too: a key of the file stands for the one that menus and help know. */
struct key model_key_above(const struct model *m, const struct key *k)
{
	static const struct {
		int action;
		struct key key;
	} known[] = {{ACT_DOWN, {.code = KEY_CODE_DOWN}}, {ACT_UP, {.code = KEY_CODE_UP}}, {ACT_TOP, {.code = KEY_CODE_HOME}},
		{ACT_BOTTOM, {.code = KEY_CODE_END}}, {ACT_HALF_DOWN, {.code = 'd', .mods = KEY_CTRL}},
		{ACT_HALF_UP, {.code = 'u', .mods = KEY_CTRL}}, {ACT_PAGE_DOWN, {.code = KEY_CODE_PGDN}},
		{ACT_PAGE_UP, {.code = KEY_CODE_PGUP}}, {ACT_HIGH, {.code = 'H'}}, {ACT_MIDDLE, {.code = 'M'}}, {ACT_LOW, {.code = 'L'}},
		{ACT_LINE_DOWN, {.code = 'e', .mods = KEY_CTRL}}, {ACT_LINE_UP, {.code = 'y', .mods = KEY_CTRL}},
		{ACT_BACK, {.code = KEY_CODE_ESC}}};
	const struct overlay *o = m->noverlays ? m->overlay[m->noverlays - 1] : NULL;

	if (o && o->kind == OV_MENU && menu_takes(&o->menu, k))
		return *k;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (keymap_yours(&m->keymap, k, known[i].action))
			return known[i].key;
	return keymap_meant(&m->keymap, k);
}

/* ---- commands of the file ---- */
const char *model_label(const struct model *m, int action)
{
	const struct action_def *a;

	if (action >= ACT_USER)
		return m->user.command[action - ACT_USER].name;
	if (action >= ACT_VERB)
		return m->verbs[action - ACT_VERB].label;
	a = action_get((enum action)action);
	return a ? _(a->label) : "";
}

int model_command_find(const struct model *m, const char *name)
{
	for (size_t i = 0; i < m->user.ncommands && !m->in_command; i++)
		if (!strcmp(m->user.command[i].name, name))
			return (int)i;
	return -1;
}

void model_command(struct model *m, int n, bool asked, struct effects *fx)
{
	const struct user_command *c = &m->user.command[n];
	struct overlay *o;

	if (!c->confirm || asked) {
		m->in_command = true; /* a command of the file knows no others of it: they could go round for ever */
		command_run(m, c->line, fx);
		m->in_command = false;
		return;
	}
	o = overlay_push(m, OV_DIALOG);
	o->use = DLG_COMMAND;
	o->command = n;
	dialog_confirm(&o->dialog, c->name, c->line);
}
