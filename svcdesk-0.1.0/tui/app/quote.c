/* A reply with what stands at the cursor quoted, as in mail. What is internal is never quoted into what the requester reads. */
#include "config.h"
#include "tui/app/act.h"

#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "tui/app/drafts.h"

/* Who wrote the description: the requester. */
static char *quoted(const struct model *m, const struct sd_event *e, const char *text, struct sd_arena *a)
{
	const struct sd_ticket *t = m->detail->ticket;
	const char *who = e ? (*e->on_behalf ? e->on_behalf : e->actor) : sd_ticket_get(t, "requester_name"), *rest = text;
	sd_time at = e ? e->at : SD_TIME_NONE;
	struct sd_str s = {0};
	struct sd_err err;
	char *out;

	if (!e && !sd_time_parse(sd_ticket_get(t, "opened_at"), "UTC", &at, &err))
		at = SD_TIME_NONE;
	sd_str_addf(&s, _("On %s, %s wrote:\n"), at == SD_TIME_NONE ? "?" : sd_time_local(a, at, m->session.zone, "%Y-%m-%d %H:%M"),
		*who ? who : _("the desk"));
	while (*rest) {
		struct quote_part part = quote_next(&rest);

		for (const char *p = part.text; part.kind != QUOTE_SIGNATURE && p < part.text + part.len;) {
			size_t n = strcspn(p, "\n");

			sd_str_addf(&s, n ? "> %.*s\n" : ">\n", (int)n, p);
			p += n + (p[n] == '\n');
		}
	}
	while (s.len > 3 && !strcmp(s.data + s.len - 3, "\n>\n")) /* blank lines at the end say nothing */
		s.data[s.len -= 2] = '\0';
	sd_str_addc(&s, '\n');
	out = sd_arena_strdup(a, s.data);
	sd_str_free(&s);
	return out;
}

/* The act that writes a text people outside read, or one that they do not. */
static const struct sd_verb *writing(const struct sd_kind *k, bool to_requester)
{
	const struct sd_verb *v = sd_kind_verb(k, to_requester ? "reply" : "note");

	for (int i = 0; !v && k && i < k->nverbs; i++) {
		const struct sd_verb *w = &k->verbs[i];

		if (w->body == 2 && !w->nparams && (w->visibility == 2) == to_requester && strcmp(w->verb, "create") != 0)
			v = w;
	}
	return v;
}

void quote_start(struct model *m, struct effects *fx)
{
	const struct sd_event *e;
	const struct sd_ticket *t = m->detail->ticket;
	const char *text = t ? detail_words(m->detail, &e) : NULL;
	const struct sd_verb *v;
	struct sd_str all = {0};
	struct overlay *o;

	if (!text) {
		fx_toast(fx, EL_WARN, "%s", _("Nothing was written there that could be quoted"));
		return;
	}
	v = writing(sd_meta_kind(m->meta, t->kind), !e || e->is_public);
	if (!v) {
		fx_toast(fx, EL_WARN, "%s", _("Nobody can be answered here"));
		return;
	}
	act_start(m, v->verb, NULL, 0, fx);
	o = overlay_top(m);
	if (!o || o->kind != OV_FORM || o->form->ticket != t->id || strcmp(o->form->verb, v->verb) != 0)
		return; /* it said why */
	sd_str_addf(&all, "%s%s%s", form_value(&o->form->form, "body"), *form_value(&o->form->form, "body") ? "\n" : "",
		quoted(m, e, text, fx->arena));
	form_set(&o->form->form, "body", all.data, NULL);
	form_focus(&o->form->form, "body");
	act_form_edited(m, o->form, fx);
	sd_str_free(&all);
}
