#include "config.h"
#include "tui/pane/log.h"

#include <stdio.h>
#include <stdlib.h>
#include "core/base/i18n.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "tui/pane/search.h"
#include "tui/widget/list.h"

struct log_pane {
	struct pane pane;
	struct list list;
	long seen; /* newest message when last drawn: the cursor follows it while it stands at the end */
	const struct session *s;
	struct sd_arena *scratch;
};

static int source_count(void *arg)
{
	(void)arg;
	return (int)sd_log_count();
}

static uint64_t source_key(void *arg, int row)
{
	struct sd_log_entry e;

	(void)arg;
	return sd_log_get((size_t)row, &e) ? (uint64_t)e.seq : 0;
}

static void source_cell(void *arg, int row, int col, struct list_cell *out)
{
	struct log_pane *l = arg;
	struct sd_log_entry e;

	if (!sd_log_get((size_t)row, &e))
		return;
	if (col == 0) {
		out->text = l->s ? sd_time_local(l->scratch, e.at, l->s->zone, "%H:%M:%S") : "";
		out->element = EL_DIM;
	} else if (col == 1) {
		out->text = e.level == SD_LOG_ERROR ? "!!" : e.level == SD_LOG_WARN ? "!" : ""; /* as the line below the panes has them */
		out->element = e.level == SD_LOG_ERROR ? EL_ERROR : e.level == SD_LOG_WARN ? EL_WARN : EL_NORMAL;
	} else {
		out->text = e.text;
	}
}

void log_text(const struct pane *p, const struct session *s, bool all, struct sd_str *out)
{
	const struct log_pane *l = (const struct log_pane *)p;
	struct sd_arena *a = sd_arena_new();
	struct sd_log_entry e;

	for (size_t i = 0; i < sd_log_count(); i++)
		if ((all || (int)i == list_row(&l->list)) && sd_log_get(i, &e))
			sd_str_addf(out, "%s %s%s", sd_time_local(a, e.at, s->zone, "%Y-%m-%d %H:%M:%S"), e.text, all ? "\n" : "");
	sd_arena_free(a);
}

static bool log_action(struct pane *p, const struct session *s, enum action a, int count, struct effects *fx)
{
	(void)s;
	(void)fx;
	if (a < ACT_DOWN || a >= ACT_MOTION_END)
		return false;
	list_move(&((struct log_pane *)p)->list, (enum motion)(MOTION_DOWN + (a - ACT_DOWN)), count);
	return true;
}

static void log_answer(struct pane *p, const struct session *s, const struct answer *a, struct effects *fx)
{
	(void)p;
	(void)s;
	(void)a;
	(void)fx;
}

static void log_search(struct pane *p, const char *text, int dir, struct effects *fx)
{
	search_list(&((struct log_pane *)p)->list, text, dir, fx);
}

static int log_matches(const struct pane *p, int *nth)
{
	return list_matches(&((const struct log_pane *)p)->list, nth);
}

static void log_draw(struct pane *p, const struct session *s, struct region r, bool focus)
{
	struct log_pane *l = (struct log_pane *)p;

	l->s = s;
	if (sd_log_last() != l->seen) {
		bool at_end = list_row(&l->list) < 0 || list_row(&l->list) >= l->list.scroll.count - 1;

		list_sync(&l->list);
		if (at_end)
			list_select_row(&l->list, (int)sd_log_count() - 1);
		l->seen = sd_log_last();
	}
	list_draw(&l->list, r, focus);
	sd_arena_reset(l->scratch);
	l->s = NULL;
}

static const char *log_headline(const struct pane *p, const struct session *s, char *buf, size_t size)
{
	(void)p;
	(void)s;
	snprintf(buf, size, "%s", _("Messages"));
	return buf;
}

static void log_close(struct pane *p)
{
	struct log_pane *l = (struct log_pane *)p;

	sd_arena_free(l->scratch);
	free(l);
}

static const struct pane_ops ops = {
	.title = N_("Messages"),
	.context = CTX_LOG,
	.close = log_close,
	.action = log_action,
	.answer = log_answer,
	.search = log_search,
	.matches = log_matches,
	.draw = log_draw,
	.headline = log_headline,
};

struct pane *log_pane_new(void)
{
	static const struct list_column cols[] = {
		{.title = "", .width = 8}, {.title = "", .width = 2}, {.title = "", .width = 40, .grow = 1}};
	struct log_pane *l = sd_calloc(1, sizeof *l);
	struct list_source src = {l, source_count, source_key, source_cell, NULL};

	l->pane.ops = &ops;
	l->scratch = sd_arena_new();
	list_init(&l->list, &src);
	list_columns(&l->list, cols, 3);
	l->list.header = false;
	l->list.empty = _("No messages yet");
	return &l->pane;
}
