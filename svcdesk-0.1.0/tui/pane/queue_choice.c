/* The columns a person or a view has chosen: "number,subject:60,assignee". */
#include "config.h"
#include "tui/pane/queue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/meta.h"

enum { WIDTH_MOST = 200 };

static const struct {
	const char *name;
	int width, grow;
	bool right;
} widths[] = {{"priority", 1, 0, false}, {"impact", 1, 0, false}, {"urgency", 1, 0, false}, {"number", 10, 0, false},
	{"subject", 44, 4, false}, {"state", 11, 0, false}, {"kind", 10, 0, false}, {"age", 4, 0, true}, {"updated_at", 6, 0, true},
	{"due_at", 6, 0, true}, {"left", COUNTDOWN_CELLS, 0, true}, {"version", 3, 0, true}, {"reopens", 3, 0, true},
	{"reassignments", 3, 0, true}, {"category", 18, 0, false}, {"opened_at", 20, 0, false}, {"resolved_at", 20, 0, false},
	{"closed_at", 20, 0, false}, {"hold_until", 20, 0, false}};

static bool known(const struct session *s, const char *name)
{
	struct sd_query_extra extra[QUEUE_EXTRAS];
	size_t n = queue_extras(s, extra);

	if (!strcmp(name, "age") || !strcmp(name, "left") || sd_query_column_known(NULL, name))
		return true;
	for (size_t i = 0; i < n; i++)
		if (!strcmp(extra[i].field, name))
			return true;
	return false;
}

static const char *title(const struct session *s, const char *name)
{
	const char *label = s->meta && s->meta->nkinds ? sd_meta_field(s->meta, s->meta->kinds[0].kind, name) : name;

	return !strcmp(name, "age")                       ? _("Age")
		   : !strcmp(name, "left")                    ? _("Left")
		   : !strcmp(name, "number") && label == name ? _("Number")
													  : label;
}

static struct queue_column column(const struct session *s, const char *name, int width, int place)
{
	struct queue_column c = {.width = 14, .priority = place};

	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
		if (!strcmp(widths[i].name, name)) {
			c.width = widths[i].width;
			c.grow = width ? 0 : widths[i].grow;
			c.right = widths[i].right;
		}
	if (width)
		c.width = width;
	c.min = c.width > 8 && !width ? 8 : c.width;
	snprintf(c.field, sizeof c.field, "%s", name);
	snprintf(c.title, sizeof c.title, "%s", title(s, name));
	return c;
}

bool queue_choose(struct queue *q, const struct session *s, const char *text, struct sd_err *err)
{
	struct queue_column chosen[LIST_COLUMNS];
	int n = 0;

	while (text && *text) {
		char name[32];
		size_t len = strcspn(text, ","), word = strcspn(text, ",:"), lead = strspn(text, " ");
		long width = word < len ? strtol(text + word + 1, NULL, 10) : 0;

		snprintf(name, sizeof name, "%.*s", (int)(word - (lead < word ? lead : word)), text + lead);
		while (*name && name[strlen(name) - 1] == ' ')
			name[strlen(name) - 1] = '\0';
		if (!known(s, name) && strlen(name) + sizeof "_at" <= sizeof name) { /* as queries call it: due, opened */
			char at[sizeof name + sizeof "_at"];

			snprintf(at, sizeof at, "%s_at", name);
			if (known(s, at))
				memcpy(name, at, sizeof name);
		}
		if (!known(s, name)) {
			sd_err_set(err, SD_ERR_INPUT, "unknown_column", _("there is no column %s; Tab lists them"), name);
			return false;
		}
		if (width < 0 || width > WIDTH_MOST || (word < len && width == 0)) {
			sd_err_set(err, SD_ERR_INPUT, "bad_width", _("a width is 1 to %d: %.*s"), WIDTH_MOST, (int)len, text);
			return false;
		}
		if (n < LIST_COLUMNS - 1) {
			chosen[n] = column(s, name, (int)width, n);
			n++;
		}
		text += len + (text[len] == ',');
	}
	memcpy(q->chosen, chosen, (size_t)n * sizeof *chosen);
	q->nchosen = n;
	return true;
}
