#include "config.h"
#include "tui/pane/msg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "svcdesk/draft.h"
#include "svcdesk/mem.h"
#include "svcdesk/outbox.h"
#include "svcdesk/text.h"

const char *table_get(const struct table *t, int row, int col)
{
	if (!t || row < 0 || col < 0 || row >= t->rows || col >= t->cols)
		return NULL;
	return t->values[(size_t)row * (size_t)t->cols + (size_t)col];
}

struct effects *effects_new(void)
{
	struct effects *fx = sd_calloc(1, sizeof *fx);

	fx->arena = sd_arena_new();
	return fx;
}

void effects_reset(struct effects *fx)
{
	for (size_t i = 0; i < fx->n; i++) {
		sd_draft_free(fx->v[i].draft);
		sd_unsent_free(fx->v[i].unsent);
	}
	fx->n = fx->done = 0;
	sd_arena_reset(fx->arena);
}

void effects_free(struct effects *fx)
{
	if (!fx)
		return;
	effects_reset(fx);
	sd_arena_free(fx->arena);
	free(fx->v);
	free(fx);
}

struct fx *fx_add(struct effects *fx, enum fx_kind kind)
{
	struct fx *f = SD_PUSH(fx->v, fx->n, fx->cap);

	*f = (struct fx){.kind = kind};
	return f;
}

void fx_query(struct effects *fx, struct req req, int flags, const char *sql, int nparams, const char *const *params)
{
	struct fx *f = fx_add(fx, FX_QUERY);
	const char **copy = sd_arena_alloc(fx->arena, ((size_t)nparams + 1) * sizeof *copy);

	for (int i = 0; i < nparams; i++)
		copy[i] = sd_arena_strdup(fx->arena, params[i]);
	f->req = req;
	f->flags = flags;
	f->sql = sd_arena_strdup(fx->arena, sql);
	f->nparams = nparams;
	f->params = copy;
}

void fx_timer(struct effects *fx, enum timer_id timer, int64_t ms)
{
	struct fx *f = fx_add(fx, FX_TIMER);

	f->timer = timer;
	f->ms = ms;
}

void fx_event(struct effects *fx, enum event_kind event, int64_t id)
{
	struct fx *f = fx_add(fx, FX_EVENT);

	f->event = event;
	f->id = id;
}

void fx_toast(struct effects *fx, enum element element, const char *fmt, ...)
{
	struct fx *f = fx_add(fx, FX_TOAST);
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	f->element = element;
	f->text = sd_arena_strdup(fx->arena, text);
}

const struct pending_mark *session_pending(const struct session *s, int64_t id)
{
	for (int i = 0; i < s->npending; i++)
		if (s->pending[i].id == id)
			return &s->pending[i];
	return NULL;
}

char *clean_copy(struct sd_arena *a, const char *text)
{
	struct sd_str s = {0};
	char *copy;

	if (text)
		sd_text_clean(&s, text, strlen(text), SD_CLEAN_LINE);
	copy = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return copy;
}

const struct draft_mark *session_draft(const struct session *s, int64_t id)
{
	for (int i = 0; i < s->ndrafts; i++)
		if (s->drafts[i].id == id)
			return &s->drafts[i];
	return NULL;
}
