#include "config.h"
#include "tui/app/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/cfg.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/surface/theme.h"

static const struct sd_cfg_option *find(const char *name)
{
	for (size_t i = 0; i < sd_cfg_options_n; i++)
		if (!strcmp(sd_cfg_options[i].name, name))
			return &sd_cfg_options[i];
	return NULL;
}

static const char *source_of(const struct model *m, const char *name)
{
	const char *source = m->env.cfg ? sd_cfg_source(m->env.cfg, name) : "";

	return *source ? source : _("built in");
}

static const char *value_of(const struct model *m, const struct sd_cfg_option *o)
{
	return m->env.cfg ? sd_cfg_text(m->env.cfg, o->name) : o->initial;
}

static void options_open(struct model *m)
{
	struct overlay *o = overlay_push(m, OV_MENU);
	struct sd_arena *a = sd_arena_new();

	o->use = DLG_OPTIONS;
	menu_init(&o->menu, _("Options"));
	for (size_t i = 0; i < sd_cfg_options_n; i++) {
		const struct sd_cfg_option *c = &sd_cfg_options[i];
		const char *value = strcmp(c->name, "db") ? value_of(m, c) : "..."; /* may hold a password */
		const char *from = source_of(m, c->name);

		menu_add(&o->menu, &(struct menu_entry){.id = (int)i,
							   .label = sd_arena_printf(a, "%s = %s", c->name, value),
							   .hint = sd_cfg_live(c->name) ? from : sd_arena_printf(a, _("%s; at the next start"), from)});
	}
	sd_arena_free(a);
}

static void change(const struct sd_cfg_option *o, const char *value, struct effects *fx)
{
	struct sd_err err = {0};
	const char **name = sd_arena_alloc(fx->arena, sizeof *name);
	char *file = sd_cfg_user_file();
	struct fx *f;

	if (!sd_cfg_check(o->name, value, &err)) {
		fx_toast(fx, EL_WARN, "%s", err.text);
	} else if (!sd_cfg_live(o->name)) {
		fx_toast(fx, EL_WARN, _("%s is read at the start: write it into %s"), o->name, file ? file : "?");
	} else {
		*name = o->name;
		f = fx_add(fx, FX_SET);
		f->params = name;
		f->text = sd_arena_strdup(fx->arena, value);
		/* the program never writes the person's file */
		fx_toast(fx, EL_OK, _("%s = %s for this session; to keep it write that into %s"), o->name, value, file ? file : "?");
	}
	free(file);
}

void options_set(struct model *m, const char *rest, struct effects *fx)
{
	size_t n = strcspn(rest, "=? ");
	const char *name = sd_arena_strndup(fx->arena, rest, n);
	const struct sd_cfg_option *o = find(name);
	struct sd_err err = {0};

	if (!n) {
		options_open(m);
	} else if (!o) {
		sd_cfg_check(name, "", &err);
		fx_toast(fx, EL_WARN, "%s", err.text);
	} else if (rest[n] == '=') {
		change(o, rest + n + 1, fx);
	} else {
		fx_toast(fx, EL_OK, _("%s = %s  (from: %s)  %s"), o->name, value_of(m, o), source_of(m, o->name), _(o->help));
	}
}

/* ---- completion ---- */
struct offering {
	void (*offer)(void *arg, const char *text, const char *hint);
	void *arg;
};

static void offer_value(const struct offering *f, const char *name, const char *value)
{
	char text[300];

	snprintf(text, sizeof text, "%s=%s", name, value);
	f->offer(f->arg, text, NULL);
}

static void offer_theme(void *arg, const char *name)
{
	offer_value(arg, "theme", name);
}

void options_offer(const char *word, void (*offer)(void *arg, const char *text, const char *hint), void *arg)
{
	static const char *const yes_no[] = {"yes", "no", NULL};
	struct offering f = {offer, arg};
	const char *eq = strchr(word, '=');

	for (size_t i = 0; i < sd_cfg_options_n; i++) {
		const struct sd_cfg_option *o = &sd_cfg_options[i];
		const char *const *value = o->type == SD_CFG_BOOL ? yes_no : o->choice;

		if (!eq)
			offer(arg, o->name, _(o->help));
		if (!eq || strlen(o->name) != (size_t)(eq - word) || strncmp(o->name, word, (size_t)(eq - word)) != 0)
			continue;
		for (; value && *value; value++)
			offer_value(&f, o->name, *value);
		if (!strcmp(o->name, "theme")) {
			offer_value(&f, "theme", "auto");
			theme_list(offer_theme, &f);
		}
	}
}

/* Enter goes on to the value. */
void options_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	enum widget_result r = menu_update(&o->menu, k);
	const struct sd_cfg_option *c;

	if (r != W_SUBMIT && r != W_CANCEL)
		return;
	c = r == W_SUBMIT ? &sd_cfg_options[menu_selected(&o->menu)->id] : NULL;
	overlay_pop(m);
	if (c && sd_cfg_live(c->name))
		prompt_open(m, PROMPT_PALETTE, sd_arena_printf(fx->arena, "set %s=%s", c->name, value_of(m, c)));
	else if (c)
		options_set(m, c->name, fx);
}

/* ---- themes ---- */
static void add_theme(void *arg, const char *name)
{
	struct menu *menu = arg;

	menu_add(menu, &(struct menu_entry){.id = (int)menu->nitems, .label = name});
}

static const char *theme_now(const struct model *m)
{
	return value_of(m, find("theme"));
}

void themes_open(struct model *m)
{
	struct overlay *o = overlay_push(m, OV_MENU);

	o->use = DLG_THEME;
	menu_init(&o->menu, _("Theme"));
	add_theme(&o->menu, "auto");
	theme_list(add_theme, &o->menu);
	for (size_t i = 0; i < o->menu.nitems; i++)
		if (!strcmp(o->menu.item[i].label, theme_now(m)))
			o->menu.scroll.cur = (int)i;
}

void themes_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx)
{
	const struct menu_item *was = menu_selected(&o->menu), *is;
	enum widget_result r = menu_update(&o->menu, k);
	const char *name;

	is = menu_selected(&o->menu);
	name = sd_arena_strdup(fx->arena, is && r != W_CANCEL ? is->label : theme_now(m));
	if (r == W_CANCEL || r == W_SUBMIT)
		overlay_pop(m);
	if (r == W_SUBMIT)
		change(find("theme"), name, fx);
	else if (r == W_CANCEL || is != was)
		fx_add(fx, FX_THEME)->text = name;
}
