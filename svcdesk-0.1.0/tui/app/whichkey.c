/* After the first keys of a sequence: which keys go on, in a box at the bottom, until one of them or Esc comes. */
#include "config.h"
#include "tui/app/model.h"

#include <stdio.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/actions.h"

enum { ENTRIES_MAX = 128, CELL_MIN = 12, CELL_MOST = 34, GAP = 2 };

struct entry {
	char key[32];
	const char *label;
};

/* What was typed so far, as the status line shows it: "12 g". */
const char *model_pending(const struct model *m, char *buf, size_t size)
{
	size_t len = 0;
	char name[32];

	*buf = '\0';
	if (m->keys.count)
		len += (size_t)snprintf(buf, size, "%d", m->keys.count);
	for (int i = 0; i < m->keys.n && len < size; i++)
		len += (size_t)snprintf(buf + len, size - len, "%s%s", len ? " " : "", key_name(&m->keys.typed[i], name, sizeof name));
	return buf;
}

/* The views have names of their own. */
static const char *label_of(const struct model *m, int action)
{
	int n = action - ACT_VIEW_1;

	if (action >= ACT_VIEW_1 && action <= ACT_VIEW_9)
		return n < m->views->nviews ? (m->views->view[n].saved ? m->views->view[n].label : _(m->views->view[n].label)) : NULL;
	return model_label(m, action);
}

static int collect(const struct model *m, struct entry *out)
{
	unsigned contexts = (unsigned)m->pane[m->focus]->ops->context | (*m->search ? CTX_SEARCH : 0);
	const struct binding *b;
	int n = 0;

	for (size_t i = 0; n < ENTRIES_MAX && (b = keymap_next(&m->keymap, &m->keys, contexts, i)) != NULL; i++) {
		bool more = b->n > m->keys.n + 1, seen = false;

		out[n].label = more ? "..." : label_of(m, b->action);
		key_name(&b->stroke[m->keys.n], out[n].key, sizeof out[n].key);
		for (int k = 0; more && k < n; k++)
			seen = seen || !strcmp(out[k].key, out[n].key);
		n += out[n].label && !seen;
	}
	return n;
}

/* Columns as wide as they need to be, narrower when else not all would be seen. */
static int cell_width(const struct entry *e, int n, struct region r, int rows)
{
	int want = CELL_MIN, cols;

	for (int i = 0; i < n; i++) {
		int w = sd_text_width(e[i].key) + 1 + sd_text_width(e[i].label);

		want = w > want ? w : want;
	}
	want = (want > CELL_MOST ? CELL_MOST : want) + GAP;
	cols = (n + rows - 1) / rows;
	if (cols * want > r.w && cols > 0)
		want = r.w / cols;
	return want < CELL_MIN ? CELL_MIN : want > r.w ? r.w : want;
}

static void draw_entries(struct region box, const struct entry *e, int n, int cell)
{
	int cols = box.w / cell > 0 ? box.w / cell : 1, rows = (n + cols - 1) / cols, seen = n;

	if (rows > box.h) {
		rows = box.h;
		seen = rows * cols - 1 < n ? rows * cols - 1 : n;
	}
	for (int i = 0; i < seen; i++) {
		int x = i / rows * cell, y = i % rows, used = draw_text(box, x, y, EL_KEY, e[i].key);

		draw_fit(box, x + used + 1, y, cell - used - GAP, EL_DIALOG, e[i].label, false);
	}
	if (seen < n) {
		char more[48];

		snprintf(more, sizeof more, _("%d more"), n - seen);
		draw_fit(box, (cols - 1) * cell, rows - 1, cell - 1, EL_DIM, more, false);
	}
}

void whichkey_draw(struct model *m, struct region body)
{
	struct entry e[ENTRIES_MAX];
	char typed[64];
	int n, cell, cols, rows, most = body.h > 3 ? body.h - 2 : body.h - 1;
	struct region box;

	if (!m->keys.n || body.h < 2)
		return;
	n = collect(m, e);
	cell = cell_width(e, n, region_sub(body, 1, 0, body.w - 2, body.h), most);
	cols = (body.w - 2) / cell > 0 ? (body.w - 2) / cell : 1;
	rows = (n + cols - 1) / cols;
	rows = rows > most ? most : rows;
	box = region_sub(body, 0, body.h - rows - 1, body.w, rows + 1);
	draw_fill(box, 0, 0, box.w, box.h, EL_DIALOG, " ");
	draw_hline(box, 0, 0, box.w, EL_BORDER_FOCUS);
	draw_text(box, 1, 0, EL_TITLE, " ");
	cols = 2 + draw_text(box, 2, 0, EL_TITLE, model_pending(m, typed, sizeof typed));
	draw_text(box, cols, 0, EL_TITLE, " ");
	draw_entries(region_sub(box, 1, 1, box.w - 2, rows), e, n, cell);
}
