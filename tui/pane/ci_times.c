/* What is different about an item between two times, as desk.ci_diff says it: fields, and links that came or ended. */
#include "config.h"
#include "tui/pane/ci.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/clock.h"

enum { ABOVE = 9 };

static const char *value(struct sd_arena *a, const json_t *v)
{
	return !v || json_is_null(v) ? "-" : store_value(a, v);
}

static const char *when(const struct cmdb *c, const json_t *j, const char *key)
{
	return json_is_string(json_object_get(j, key))
			   ? sd_time_local(c->arena, store_time(j, key), c->s ? c->s->zone : NULL, "%Y-%m-%d %H:%M:%S")
			   : _("now");
}

static struct ci_line *line(struct cmdb *c, const char *key, enum element el, const char *text)
{
	struct ci_line *l = ci_line_add(c, CL_DIFF, key, ABOVE);

	l->el = el;
	l->text = l->copy = text;
	return l;
}

static void field(struct cmdb *c, const json_t *e)
{
	const json_t *old = json_object_get(e, "from"), *new = json_object_get(e, "to");
	const char *name = store_text(c->arena, e, "field");

	line(c, name,
		json_is_null(old)   ? EL_OK
		: json_is_null(new) ? EL_ERROR
							: EL_NORMAL,
		sd_arena_printf(c->arena, "    %s: %s %s %s", name, value(c->arena, old), ci_arrow(false), value(c->arena, new)));
}

static void link(struct cmdb *c, const json_t *e)
{
	bool added = !strcmp(store_text(c->arena, e, "did"), "added"), in = !strcmp(store_text(c->arena, e, "direction"), "in");
	const char *text = sd_arena_printf(c->arena, "    %s %s %s %s", added ? "+" : "-", store_text(c->arena, e, "type"),
		ci_arrow(in), store_text(c->arena, e, "ci"));

	line(c, text, added ? EL_OK : EL_ERROR, text);
}

void ci_times_lines(struct cmdb *c)
{
	struct sd_err ignored;
	json_t *j = c->diff ? store_object(c->diff, "desk.ci_diff", &ignored) : NULL, *e;
	json_t *fields = json_object_get(j, "changes"), *links = json_object_get(j, "links");
	size_t i;

	if (!j)
		return;
	line(c, "times", EL_HEADER, sd_arena_printf(c->arena, _("From %s to %s"), when(c, j, "from"), when(c, j, "to")))->kind =
		CL_HEAD;
	json_array_foreach(fields, i, e) field(c, e);
	json_array_foreach(links, i, e) link(c, e);
	if (!json_array_size(fields) && !json_array_size(links))
		line(c, "same", EL_NORMAL, _("    nothing is different"));
	json_decref(j);
}

void ci_differs(struct cmdb *c, const struct session *s, const char *json)
{
	c->s = s;
	free(c->diff);
	c->diff = json ? sd_strdup(json) : NULL;
	if (c->here.level != CI_PAGE || !c->about)
		return;
	ci_lines_make(c);
	for (size_t i = 0; i < c->nlines; i++)
		if (c->line[i].key == ci_hash(ABOVE, "times"))
			list_select(&c->lines, c->line[i].key);
}
