/* The keys of what lies on top - a form, a list, a page - as the last line of the screen names them. */
#include "config.h"
#include "tui/app/footers.h"

#include "core/base/i18n.h"
#include "tui/app/bulk.h"
#include "tui/app/kb.h"
#include "tui/app/macros.h"
#include "tui/app/match.h"
#include "tui/app/merge.h"
#include "tui/pane/match.h"

/* Ends with an entry without a key. */
struct keys {
	const char *key, *label;
};
#define END                                                                                                                      \
	{                                                                                                                            \
		NULL, NULL                                                                                                               \
	}

static const struct keys form[] = {{"Ctrl-s", N_("send")}, {"Tab", N_("next field")}, {"Esc", N_("close, keep the draft")},
	{"Ctrl-x e", N_("own editor")}, {"Ctrl-x m", N_("text")}, {"Ctrl-x d", N_("throw the draft away")}, END};
static const struct keys article[] = {{"Ctrl-s", N_("send")}, {"Tab", N_("next field")}, {"Esc", N_("close, keep the draft")},
	{"Ctrl-x e", N_("own editor")}, {"Ctrl-x d", N_("throw the draft away")}, END};
static const struct keys plain_form[] = {{"Ctrl-s", N_("send")}, {"Tab", N_("next field")}, {"Esc", N_("close")}, END};
static const struct keys pick[] = {{"Esc", N_("close")}, {"Enter", N_("take")}, END};
static const struct keys texts[] = {{"Esc", N_("close")}, {"Delete", N_("remove")}, END};
static const struct keys texts_form[] = {{"Esc", N_("close")}, {"Delete", N_("remove")}, {"Enter", N_("insert")},
	{"Ctrl-s", N_("keep what you wrote under this name")}, END};
static const struct keys merge_all[] = {{"m", N_("mine")}, {"t", N_("theirs")}, {"e", N_("edit")}, {"Ctrl-s", N_("send")},
	{"Esc", N_("back")}, {"M T", N_("all mine, all theirs")}, {"b", N_("both (long texts)")}, END};
static const struct keys merge_off[] = {{"Esc", N_("back")}, {"n", N_("send the text as a note")}, END};
static const struct keys merge_edit[] = {{"Ctrl-s", N_("take it")}, {"Esc", N_("cancel")}, END};
static const struct keys scrolled[] = {{"j k", N_("scroll")}, {"Enter", N_("fold")}, {"Esc", N_("close")}, END};
static const struct keys help_read[] = {
	{"a", N_("apply")}, {"x", N_("dismiss")}, {"j k", N_("scroll")}, {"Esc", N_("close")}, END};
static const struct keys read[] = {{"j k", N_("scroll")}, {"Esc", N_("close")}, END};
static const struct keys everything[] = {
	{"Enter", N_("open")}, {"Tab", N_("tickets, articles or items only")}, {"Up Down", N_("choose")}, {"Esc", N_("close")}, END};

/* Lists. */
static const struct keys menu[] = {{"Enter", N_("do it")}, {"Esc", N_("close")}, END};
static const struct keys drafts[] = {{"Enter", N_("open")}, {"Esc", N_("close")}, {"D", N_("throw the draft away")}, END};
static const struct keys failed[] = {{"Enter", N_("open")}, {"Esc", N_("close")}, {"r", N_("try these again")}, END};
static const struct keys unwound[] = {{"Enter", N_("open")}, {"Esc", N_("close")}, END};
static const struct keys unsent[] = {
	{"Enter", N_("open the ticket")}, {"r", N_("send again")}, {"x", N_("take back")}, {"Esc", N_("close")}, END};
static const struct keys undo[] = {{"Enter", N_("take back")}, {"Esc", N_("close")}, END};
static const struct keys hints[] = {
	{"Enter", N_("its tickets")}, {"x", N_("it is nothing")}, {"u", N_("take that back")}, {"Esc", N_("close")}, END};
static const struct keys helps[] = {
	{"Enter", N_("read")}, {"a", N_("apply")}, {"x", N_("dismiss")}, {"u", N_("take that back")}, {"Esc", N_("close")}, END};
static const struct keys helps_typed[] = {{"Enter", N_("read")}, {"Esc", N_("close")}, END};
static const struct keys files[] = {{"Enter", N_("save")}, {"x", N_("remove")}, {"Esc", N_("close")}, END};
static const struct keys answers[] = {{"Enter", N_("answer")}, {"Esc", N_("close")}, END};
static const struct keys go_to[] = {{"Enter", N_("go there")}, {"Esc", N_("close")}, END};
static const struct keys shown[] = {{"Enter", N_("show")}, {"Esc", N_("close")}, END};
static const struct keys types[] = {
	{"Enter", N_("only this one")}, {"Space", N_("with or without it")}, {"a", N_("all types")}, {"Esc", N_("close")}, END};
static const struct keys copied[] = {{"Enter", N_("copy")}, {"Esc", N_("close")}, END};

static const struct keys *of_article(const struct overlay *o)
{
	switch ((enum kb_menu)o->command) {
	case KB_MENU_FILES:
		return files;
	case KB_MENU_ANSWERS:
		return answers;
	case KB_MENU_OUTLINE:
		return go_to;
	case KB_MENU_VERSIONS:
	case KB_MENU_COMPARE:
		return shown;
	case KB_MENU_COPY:
		return copied;
	default:
		return menu;
	}
}

static const struct keys *of_list(const struct model *m, const struct overlay *o)
{
	switch (o->use) {
	case DLG_DRAFTS:
		return drafts;
	case DLG_OUTBOX:
		return unsent;
	case DLG_RESULTS:
		return m->bulk->undo ? unwound : failed;
	case DLG_UNDO:
		return undo;
	case DLG_HINTS:
		return hints;
	case DLG_MATCH:
		return o->command ? helps_typed : helps;
	case DLG_COPY:
		return copied;
	case DLG_CI_TYPES:
		return types;
	case DLG_KB:
		return of_article(o);
	default:
		return menu;
	}
}

static const struct keys *of_merge(const struct overlay *o)
{
	return o->merge->editing >= 0 ? merge_edit : o->merge->c->off ? merge_off : merge_all;
}

static const struct keys *of(struct model *m, const struct overlay *o)
{
	switch (o->kind) {
	case OV_FORM:
		return form;
	case OV_KB:
		return o->kb->what == KB_DO_NEW || o->kb->what == KB_DO_EDIT ? article : plain_form;
	case OV_OUTAGE:
	case OV_DUTY:
	case OV_CI:
		return plain_form;
	case OV_MACROS:
		return form_under_macros(m) ? texts_form : texts;
	case OV_TRIAGE:
	case OV_CI_PICK:
		return pick;
	case OV_EXPLAIN:
		return scrolled;
	case OV_MATCH:
		return o->match->ticket ? help_read : read;
	case OV_MERGE:
		return of_merge(o);
	case OV_MENU:
		return of_list(m, o);
	case OV_FIND:
		return everything;
	default:
		return NULL;
	}
}

bool overlay_footer(struct model *m, struct region line)
{
	const struct overlay *o = overlay_top(m);
	const struct keys *k = o ? of(m, o) : NULL;
	struct hint h[8];
	size_t n = 0;

	for (; k && k->key && n < sizeof h / sizeof *h; k++)
		h[n++] = (struct hint){k->key, _(k->label), false};
	if (o)
		footer_draw(line, h, n, false);
	return o != NULL;
}
