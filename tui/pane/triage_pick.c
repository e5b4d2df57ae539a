/* What a category or a group can be, for a picker: in the order of how likely it is. */
#include "config.h"
#include "tui/pane/triage.h"

#include <inttypes.h>
#include <stdlib.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "tui/widget/picker.h"

struct picks {
	struct sd_arena *a;
	struct picker_row *row;
	size_t n;
};

static bool has(const struct picks *p, int64_t id)
{
	for (size_t i = 0; i < p->n; i++)
		if (strtoll(p->row[i].value, NULL, 10) == id)
			return true;
	return false;
}

static void put(struct picks *p, int64_t id, const char *value, const char *label, const char *hint)
{
	if (!has(p, id))
		p->row[p->n++] = (struct picker_row){sd_arena_printf(p->a, "%" PRId64 " %s", id, value), label, hint, NULL};
}

static const struct triage_pick *nth(const struct triage *t, enum triage_field_id f, int i)
{
	return f == TRIAGE_GROUP ? &t->group[i].group : &t->category[i];
}

static void put_pick(struct picks *p, const struct triage_pick *k, const char *hint)
{
	put(p, k->id, k->value, k->label, hint);
}

size_t triage_picks(
	const struct triage *t, const struct triage_item *it, enum triage_field_id f, struct sd_arena *a, struct picker_row **out)
{
	const struct triage_field *field = &it->field[f];
	int all = f == TRIAGE_GROUP ? t->ngroups : t->ncategories;
	int64_t now = triage_id(it, f);
	struct picks p = {.a = a, .row = sd_arena_alloc(a, (size_t)(field->n + all + 1) * sizeof *p.row)};

	for (int i = 0; i < field->n; i++)
		if (field->choice[i].id != now)
			put(&p, field->choice[i].id, field->choice[i].value, field->choice[i].label,
				sd_arena_printf(a, "%2d%%", (int)(field->choice[i].confidence * 100 + 0.5)));
	for (int k = 0; k < field->nmore; k++)
		for (int i = 0; i < all; i++)
			if (nth(t, f, i)->id == field->more[k] && field->more[k] != now)
				put_pick(&p, nth(t, f, i), NULL);
	for (int i = 0; i < all; i++)
		if (nth(t, f, i)->id != now)
			put_pick(&p, nth(t, f, i), NULL);
	if (now)
		put(&p, now, triage_value(it, f), triage_label(it, f), _("chosen now"));
	*out = p.row;
	return p.n;
}
