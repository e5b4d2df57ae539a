#include "config.h"
#include "tui/app/bare.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/app/actions.h"
#include "tui/pane/copy.h"
#include "tui/pane/log.h"

struct bare {
	char *text; /* NULL: the ticket, laid out when the width is known */
	struct sd_arena *mem;
	struct sd_lines lines;
	int width; /* they were made for; 0 = none */
	struct scroll scroll;
};

void bare_open(struct model *m, struct effects *fx)
{
	struct bare *b = sd_calloc(1, sizeof *b);
	struct sd_str s = {0};
	char keys[64];

	b->mem = sd_arena_new();
	if (m->focus == PANE_LOG) {
		log_text(m->pane[PANE_LOG], &m->session, true, &s);
		b->text = sd_str_take(&s);
	} else if (m->focus != PANE_DETAIL || !m->detail->ticket) {
		copy_list(m->queue, &m->session, m->width, &s);
		b->text = sd_str_take(&s);
	}
	bare_free(m);
	m->bare = b;
	fx_add(fx, FX_MOUSE)->id = 0;
	fx_toast(
		fx, EL_DIM, _("%s comes back from here; the mouse selects"), keymap_keys(&m->keymap, ACT_BACK, true, keys, sizeof keys));
}

static void close_it(struct model *m, struct effects *fx)
{
	bare_free(m);
	toast_clear(&m->toast);
	fx_add(fx, FX_MOUSE)->id = m->mouse;
}

void bare_free(struct model *m)
{
	if (!m->bare)
		return;
	free(m->bare->text);
	sd_arena_free(m->bare->mem);
	free(m->bare);
	m->bare = NULL;
}

void bare_key(struct model *m, const struct key *k, struct effects *fx)
{
	int action = ACT_NONE, count = 0;

	toast_clear(&m->toast);
	if (key_is(k, KEY_CODE_ESC, 0)) {
		close_it(m, fx);
		return;
	}
	if (keymap_feed(&m->keymap, &m->keys, k, CTX_DETAIL, &action, &count) != KEYMAP_ACTION)
		return;
	if (action >= ACT_DOWN && action < ACT_MOTION_END)
		scroll_move(&m->bare->scroll, (enum motion)(MOTION_DOWN + (action - ACT_DOWN)), count);
	else if (action == ACT_BACK || action == ACT_BARE)
		close_it(m, fx);
}

/* What the ticket says may change meanwhile; the text is made when the width is known, and stays as it is then. */
static void lay_out(struct model *m, int width)
{
	struct bare *b = m->bare;

	sd_arena_reset(b->mem);
	if (!b->text) {
		struct sd_str s = {0};

		copy_ticket(m->detail, &m->session, width, &s);
		b->text = sd_str_take(&s);
	}
	b->lines = sd_text_wrap(b->mem, b->text, width);
	b->width = width;
	b->scroll.count = (int)b->lines.n;
}

void bare_draw(struct model *m, struct surface *s)
{
	struct region r = surface_region(s);
	struct bare *b = m->bare;

	if (r.w < 1 || r.h < 1)
		return;
	if (b->width != r.w)
		lay_out(m, r.w);
	b->scroll.height = r.h;
	scroll_fix(&b->scroll);
	for (int y = 0; y < r.h && b->scroll.top + y < b->scroll.count; y++)
		draw_text(r, 0, y, EL_NORMAL, b->lines.line[b->scroll.top + y]);
	surface_cursor(s, 0, b->scroll.cur - b->scroll.top, true);
	toast_draw(&m->toast, region_sub(r, 0, r.h - 1, r.w, 1), region_sub(r, 0, 0, r.w, r.h - 1));
}
