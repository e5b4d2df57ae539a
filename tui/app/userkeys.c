#include "config.h"
#include "tui/app/userkeys.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/query/nearest.h"
#include "svcdesk/cfg.h"
#include "svcdesk/mem.h"
#include "tui/app/actions.h"

static const struct {
	const char *name;
	unsigned contexts;
} panes[] = {{"views", CTX_VIEWS}, {"queue", CTX_QUEUE}, {"ticket", CTX_DETAIL}, {"messages", CTX_LOG}, {"inbox", CTX_INBOX},
	{"dashboard", CTX_DASHBOARD}, {"analysis", CTX_ANALYSIS}, {"war-room", CTX_WARROOM}, {"triage", CTX_TRIAGE}};
enum { NPANES = sizeof panes / sizeof *panes };

static __attribute__((format(printf, 3, 4))) void problem(struct userkeys *u, const char *place, const char *fmt, ...)
{
	struct sd_str s = {0};
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	sd_str_addf(&s, "%s%s%s", place, *place ? ": " : "", text);
	*SD_PUSH(u->problem, u->nproblems, u->capproblems) = sd_str_take(&s);
}

const char *contexts_name(unsigned contexts, char *buf, size_t size)
{
	size_t len = 0;

	*buf = '\0';
	if ((contexts & CTX_ALL) == CTX_ALL || contexts == CTX_SEARCH)
		return buf;
	for (size_t i = 0; i < NPANES; i++)
		if ((contexts & panes[i].contexts) && len < size)
			len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? ", " : "", panes[i].name);
	return buf;
}

/* ---- names ---- */
static int command_id(const struct userkeys *u, const char *name)
{
	for (size_t i = 0; i < u->ncommands; i++)
		if (!strcmp(u->command[i].name, name))
			return ACT_USER + (int)i;
	return ACT_NONE;
}

static const char *name_of(const struct userkeys *u, int action)
{
	const struct action_def *a = action < ACT_VERB ? action_get((enum action)action) : NULL;

	return a ? a->name : action >= ACT_USER ? u->command[action - ACT_USER].name : _("an act");
}

static void unknown_name(struct userkeys *u, const char *place, const char *name)
{
	const char **list = sd_calloc(actions_n + u->ncommands + 1, sizeof *list), *near;

	for (size_t i = 0; i < actions_n; i++)
		list[i] = actions[i].name;
	for (size_t i = 0; i < u->ncommands; i++)
		list[actions_n + i] = u->command[i].name;
	near = nearest_word(name, list);
	if (near)
		problem(u, place, _("there is no action %s; did you mean %s?"), name, near);
	else
		problem(u, place, _("there is no action %s; svcdesk keys lists them, an act is verb.NAME"), name);
	free(list);
}

/* Contexts of a section; 0: it is none of ours. */
static unsigned section_contexts(struct userkeys *u, const char *section, const char *place)
{
	const char *pane;

	if (!strcmp(section, "keys"))
		return CTX_ALL | CTX_SEARCH;
	if (strncmp(section, "keys ", 5) != 0) {
		if (strcmp(section, "commands") != 0) /* what stands in it would be lost without a word */
			problem(u, place,
				_("[%s] is no section: options stand before the first one, keys in [keys] or [keys queue], commands in "
				  "[commands]"),
				section);
		return 0;
	}
	pane = section + 5;
	for (size_t i = 0; i < NPANES; i++)
		if (!strcmp(panes[i].name, pane))
			return panes[i].contexts;
	problem(u, place, _("there is no pane %s: they are views, queue, ticket, messages and inbox"), pane);
	return 0;
}

/* ---- binding ---- */
struct giving {
	struct userkeys *u;
	const char *place;
	int action;
};

static void gives_way(void *arg, const struct binding *lost)
{
	struct giving *g = arg;

	if (lost->user && lost->action == g->action)
		problem(
			g->u, g->place, _("the keys of %s begin like others of the same action: only these count"), name_of(g->u, g->action));
	else if (lost->user)
		problem(g->u, g->place, _("these keys, or some that begin like them, were given to %s before; now they are %s"),
			name_of(g->u, lost->action), name_of(g->u, g->action));
}

/* Why this sequence can never be typed, or NULL. */
static const char *never_typed(const char *keys, size_t len)
{
	char word[32];
	struct key k;
	size_t n = len > 1 && memchr(keys + 1, ',', len - 1) ? (size_t)((const char *)memchr(keys + 1, ',', len - 1) - keys) : len;

	if (n >= sizeof word)
		return NULL;
	memcpy(word, keys, n);
	word[n] = '\0';
	if (!key_parse(word, &k))
		return NULL;
	if (k.code == KEY_CODE_ESC && n < len)
		return _("Esc takes back what was typed; a letter with Alt is written Alt-x");
	if (!k.mods && k.code >= '1' && k.code <= '9')
		return _("digits before an action are a count");
	if (k.mods == KEY_CTRL && (k.code == 'i' || k.code == 'm' || k.code == '['))
		return _("terminals send Tab for Ctrl-i, Enter for Ctrl-m and Esc for Ctrl-[: write those");
	if (k.code >= KEY_CODE_PASTE && k.code <= KEY_CODE_EOF)
		return _("nobody types that");
	return NULL;
}

static void bind(
	struct userkeys *u, struct keymap *km, const char *name, const char *keys, const char *place, int action, unsigned contexts)
{
	struct giving g = {u, place, action};

	for (; *keys; keys += strspn(keys, " \t")) {
		size_t n = strcspn(keys, " \t");
		const char *never = never_typed(keys, n);

		if (never)
			problem(u, place, _("keys of %s: %.*s: %s"), name, (int)n, keys, never);
		else if (n && !keymap_bind_over(km, keys, n, action, contexts, gives_way, &g))
			problem(u, place,
				_("keys of %s: %.*s is no key; keys are written j, Ctrl-d, Alt-1, F5, Space, and g,x one after the other"), name,
				(int)n, keys);
		keys += n;
	}
}

static bool said_twice(const struct sd_cfg *cfg, size_t i)
{
	const char *section, *name, *value, *s, *n, *v, *place = sd_cfg_entry_place(cfg, i);
	size_t file = strlen(place) - strlen(strrchr(place, ':') ? strrchr(place, ':') : "");

	sd_cfg_entry(cfg, i, &section, &name, &value);
	for (size_t k = 0; k < i && sd_cfg_entry(cfg, k, &s, &n, &v); k++)
		if (!strcmp(s, section) && !strcmp(n, name) && !strncmp(sd_cfg_entry_place(cfg, k), place, file + 1))
			return true;
	return false;
}

static bool whole(struct userkeys *u, const char *name, const char *value, const char *place)
{
	if (!value)
		problem(u, place, _("\"%s\" is neither name = value nor a comment"), name);
	return value;
}

static void take_key(struct userkeys *u, const struct sd_cfg *cfg, size_t i, struct keymap *km)
{
	const char *section, *name, *value, *place = sd_cfg_entry_place(cfg, i);
	const struct action_def *a;
	unsigned in, contexts;
	char where[64];
	int action;

	sd_cfg_entry(cfg, i, &section, &name, &value);
	in = section_contexts(u, section, place);
	if (!in || !whole(u, name, value, place))
		return;
	if (said_twice(cfg, i))
		problem(u, place, _("%s stands twice in [%s]; the later line counts"), name, section);
	if (!strncmp(name, "verb.", 5)) {
		struct user_verb *v = SD_PUSH(u->verb, u->nverbs, u->capverbs);

		*v = (struct user_verb){sd_strdup(name + 5), sd_strdup(value), sd_strdup(place), in & CTX_TICKET};
		if (!v->contexts)
			problem(u, place, _("an act on a ticket has keys in the queue and in the ticket only"));
		return;
	}
	a = action_find(name);
	action = a ? (int)a->id : command_id(u, name);
	contexts = a ? a->contexts : CTX_ALL;
	if (action == ACT_NONE) {
		unknown_name(u, place, name);
	} else if (!(contexts & in)) {
		if (contexts == CTX_SEARCH)
			problem(u, place, _("%s has the same keys in every pane: put it into [keys]"), name);
		else
			problem(u, place, _("%s does nothing there; it belongs to: %s"), name, contexts_name(contexts, where, sizeof where));
	} else {
		keymap_unbind_in(km, action, contexts & in);
		bind(u, km, name, value, place, action, contexts & in);
	}
}

static void take_command(struct userkeys *u, const char *name, const char *value, const char *place)
{
	bool confirm = *value == '?';
	const char *line = value + confirm;
	struct user_command c;
	int old = command_id(u, name);

	line += strspn(line, " ");
	line += *line == ':';
	line += strspn(line, " ");
	if (action_find(name)) {
		problem(u, place, _("%s is the name of an action already"), name);
		return;
	}
	if (!*line || strchr(name, ' ')) {
		problem(u, place, _("a command is one word = a line as it is typed after \":\""));
		return;
	}
	c = (struct user_command){sd_strdup(name), sd_strdup(line), sd_strdup(place), confirm};
	if (old == ACT_NONE) {
		*SD_PUSH(u->command, u->ncommands, u->capcommands) = c;
		return;
	}
	free(u->command[old - ACT_USER].name);
	free(u->command[old - ACT_USER].line);
	free(u->command[old - ACT_USER].place);
	u->command[old - ACT_USER] = c;
}

/* ---- what lost its keys ---- */
static bool has_key(const struct keymap *km, int action)
{
	for (size_t i = 0; i < km->n; i++)
		if (km->v[i].action == action)
			return true;
	return false;
}

static bool in_file(const struct sd_cfg *cfg, const char *action)
{
	const char *section, *name, *value;

	for (size_t i = 0; sd_cfg_entry(cfg, i, &section, &name, &value); i++)
		if (value && !strncmp(section, "keys", 4) && !strcmp(name, action))
			return true;
	return false;
}

static void tell_losses(struct userkeys *u, const struct sd_cfg *cfg, const struct keymap *km)
{
	for (size_t i = 0; i < actions_n; i++) {
		struct sd_str s = {0};

		if (has_key(km, (int)actions[i].id) || in_file(cfg, actions[i].name) || !*actions[i].keys)
			continue;
		sd_str_addf(&s, _("%s has lost its keys to those of your file; the palette still knows it"), actions[i].name);
		*SD_PUSH(u->note, u->nnotes, u->capnotes) = sd_str_take(&s);
	}
}

void userkeys_load(struct userkeys *u, const struct sd_cfg *cfg, struct keymap *km)
{
	const char *section, *name, *value;

	*u = (struct userkeys){0};
	if (!cfg)
		return;
	userkeys_aliases(u, sd_cfg_text(cfg, "key-aliases"), sd_cfg_source(cfg, "key-aliases"), km);
	for (size_t i = 0; sd_cfg_entry(cfg, i, &section, &name, &value); i++)
		if (!strcmp(section, "commands") && whole(u, name, value, sd_cfg_entry_place(cfg, i)))
			take_command(u, name, value, sd_cfg_entry_place(cfg, i));
	for (int one = 0; one < 2; one++) /* what is said of one pane wins over what is said of all */
		for (size_t i = 0; sd_cfg_entry(cfg, i, &section, &name, &value); i++)
			if (strcmp(section, "commands") != 0 && one == (strcmp(section, "keys") != 0))
				take_key(u, cfg, i, km);
	tell_losses(u, cfg, km);
}

bool userkeys_has_verb(const struct userkeys *u, const char *verb)
{
	for (size_t i = 0; i < u->nverbs; i++)
		if (!strcmp(u->verb[i].name, verb))
			return true;
	return false;
}

void userkeys_verbs(struct userkeys *u, struct keymap *km, const char *const *names, size_t n)
{
	const char **list = sd_calloc(n + 1, sizeof *list);

	for (size_t i = 0; i < n; i++)
		list[i] = names[i];
	for (size_t i = 0; i < u->nverbs; i++) {
		const struct user_verb *v = &u->verb[i];
		size_t at = 0;

		if (!v->contexts)
			continue; /* told already */
		while (at < n && strcmp(names[at], v->name) != 0)
			at++;
		if (at < n) {
			keymap_unbind_in(km, ACT_VERB + (int)at, v->contexts);
			bind(u, km, v->name, v->keys, v->place, ACT_VERB + (int)at, v->contexts);
		} else if (nearest_word(v->name, list)) {
			problem(u, v->place, _("this desk knows no act %s; did you mean verb.%s?"), v->name, nearest_word(v->name, list));
		} else {
			problem(u, v->place, _("this desk knows no act %s"), v->name);
		}
	}
	free(list);
}

static void free_texts(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(v[i]);
	free(v);
}

void userkeys_free(struct userkeys *u)
{
	for (size_t i = 0; i < u->ncommands; i++) {
		free(u->command[i].name);
		free(u->command[i].line);
		free(u->command[i].place);
	}
	for (size_t i = 0; i < u->nverbs; i++) {
		free(u->verb[i].name);
		free(u->verb[i].keys);
		free(u->verb[i].place);
	}
	free(u->command);
	free(u->verb);
	free_texts(u->problem, u->nproblems);
	free_texts(u->note, u->nnotes);
	*u = (struct userkeys){0};
}

/* ---- aliases ---- */
/* Letters that stand where the Latin one stands on the keyboard: pairs of characters. */
static const struct {
	const char *name, *pairs;
} layouts[] = {
	{"cyrillic", "йqцwуeкrеtнyгuшiщoзpх[ъ]фaыsвdаfпgрhоjлkдlж;э'яzчxсcмvиbтnьmб,ю.ё`"
				 "ЙQЦWУEКRЕTНYГUШIЩOЗPХ{Ъ}ФAЫSВDАFПGРHОJЛKДLЖ:Э\"ЯZЧXСCМVИBТNЬMБ<Ю>Ё~іsїєґІSЇЄҐ№#"},
	{"greek", "αaβbψcδdεeφfγgηhιiξjκkλlμmνnοoπpρrσsτtθuωvςwχxυyζzΑAΒBΨCΔDΕEΦFΓGΗHΙIΞJΚKΛLΜMΝNΟOΠPΡRΣSΤTΘUΩVΧXΥYΖZ"},
	{"german", "ö[ä]Ö{Ä}ü@Ü\\"},
	{"french", "&1é2\"3'4(5-6è7_8ç9à0"},
};

static bool layout_alias(const char *word, struct keymap *km)
{
	for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
		const char *p = layouts[i].pairs;

		if (strcmp(layouts[i].name, word) != 0)
			continue;
		while (*p) {
			struct key from, to;
			char one[8];
			size_t n = 1;

			while (((unsigned char)p[n] & 0xC0) == 0x80)
				n++;
			snprintf(one, sizeof one, "%.*s", (int)n, p);
			key_parse(one, &from);
			p += n;
			snprintf(one, sizeof one, "%.1s", p);
			key_parse(one, &to);
			p++;
			keymap_alias(km, from.code, to.code);
		}
		return true;
	}
	return false;
}

void userkeys_aliases(struct userkeys *u, const char *words, const char *place, struct keymap *km)
{
	while (*(words += strspn(words, " \t,"))) {
		size_t n = strcspn(words, " \t");
		char word[64], *eq;
		struct key from, to;

		snprintf(word, sizeof word, "%.*s", (int)n, words);
		words += n;
		eq = *word ? strchr(word + 1, '=') : NULL; /* == is a pair too */
		if (layout_alias(word, km))
			continue;
		if (eq)
			*eq = '\0';
		if (eq && key_parse(word, &from) && key_parse(eq + 1, &to) && !from.mods && !to.mods)
			keymap_alias(km, from.code, to.code);
		else
			problem(u, place, _("key-aliases: %s is neither cyrillic, greek, german, french, nor a pair as ö=["), word);
	}
}
