/* Two texts of one draft, written on two hosts: both are shown, and the person says which is to stand. */
#include "config.h"
#include "tui/app/drafts.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"

enum { HERE, THERE, BOTH, SHOWN = 400 };

/* What stands in the form as a draft, whether it is to be kept or not. */
static struct sd_draft *present(struct model *m, struct act_form *f)
{
	bool saved = f->saved;
	struct sd_draft *d;

	f->saved = false;
	d = act_form_snapshot(m, f);
	f->saved = saved;
	return d;
}

static void add_words(struct sd_str *s, const struct sd_draft *d)
{
	char *words = *d->body ? sd_strdup(d->body) : draft_words(d);
	size_t n = strlen(words) > SHOWN ? SHOWN : strlen(words);

	while (n < strlen(words) && ((unsigned char)words[n] & 0xC0) == 0x80)
		n--;
	sd_str_addf(s, "%.*s%s\n", (int)n, words, words[n] ? " ..." : "");
	free(words);
}

static void ask(struct model *m, const struct sd_draft *own, const struct known_draft *other)
{
	struct overlay *o = overlay_push(m, OV_DIALOG);
	struct sd_arena *a = sd_arena_new();
	struct sd_str text = {0};

	sd_str_addf(&text, _("Here, %s:\n"), sd_time_local(a, own->at, m->session.zone, "%Y-%m-%d %H:%M"));
	add_words(&text, own);
	sd_str_addf(&text, _("\nOn %s, %s:\n"), other->host, sd_time_local(a, other->d->at, m->session.zone, "%Y-%m-%d %H:%M"));
	add_words(&text, other->d);
	o->use = DLG_HOSTS;
	dialog_init(&o->dialog, _("Two drafts: which is to stand?"), text.data);
	dialog_button(&o->dialog, _("The one here"), 'h');
	dialog_button(&o->dialog, _("The other"), 'o');
	dialog_button(&o->dialog, _("Both, one behind the other"), 'b');
	dialog_default(&o->dialog, BOTH, -1);
	sd_str_free(&text);
	sd_arena_free(a);
}

static struct act_form *form_on_top(struct model *m)
{
	struct overlay *o = overlay_top(m);

	return o && o->kind == OV_FORM ? o->form : NULL;
}

void draft_hosts_ask(struct model *m)
{
	struct act_form *f = form_on_top(m);
	struct sd_draft *own = f && !m->prompt ? present(m, f) : NULL;
	const struct known_draft *other = own ? drafts_other(m, f->draft_key, own) : NULL;

	if (other)
		ask(m, own, other);
	sd_draft_free(own);
}

/* Whatever is chosen, that state of the other is dealt with; it goes from the database with the act. */
void draft_hosts_choice(struct model *m, int choice, struct effects *fx)
{
	struct act_form *f = form_on_top(m);
	struct sd_draft *own = f ? present(m, f) : NULL;
	const struct known_draft *other = own ? drafts_other(m, f->draft_key, own) : NULL;
	struct sd_str both = {0};

	if (other && choice == THERE)
		act_form_take(f, other->d);
	if (other && choice == BOTH) {
		sd_str_addf(&both, "%s%s%s", own->body, *own->body && *other->d->body ? "\n\n" : "", other->d->body);
		form_set(&f->form, "body", both.data, NULL);
	}
	if (other) {
		sd_draft_from(f->base, other->host, other->d->saves);
		act_form_edited(m, f, fx);
		act_form_draft(m, f, fx);
	}
	sd_str_free(&both);
	sd_draft_free(own);
}
