#include "tui/wall/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"
#include "tui/wall/wall.h"

struct wall_ask {
	char epoch[24], x[40], seq[40]; /* of the feed: figures are those of that instant; "": none yet */
};

/* The place of the feed is that of the same snapshot as the figures: what is behind it changes them. */
static const char sql[] =
	"select c.epoch, c.x, c.seq, case when $4::boolean or exists (select from desk.feed($1::int, $2, $3::bigint)) "
	"then desk.wall($5::jsonb) end from desk.feed_cursor() c";

struct wall_ask *wall_ask_new(void)
{
	return sd_calloc(1, sizeof(struct wall_ask));
}

void wall_ask_free(struct wall_ask *k)
{
	free(k);
}

bool wall_ask_now(struct wall_ask *k, struct wall *w, const char *language, struct sd_arena *a, struct wall_question *q)
{
	const char **params;
	bool force, slow;
	char *request;

	if (!wall_wants(w, &force, &slow))
		return false;
	params = sd_arena_alloc(a, 5 * sizeof *params);
	params[0] = *k->x ? sd_arena_strdup(a, k->epoch) : NULL;
	params[1] = *k->x ? sd_arena_strdup(a, k->x) : NULL;
	params[2] = *k->x ? sd_arena_strdup(a, k->seq) : NULL;
	params[3] = force || slow || !*k->x ? "t" : "f";
	request = wall_request(w, language, slow);
	params[4] = sd_arena_strdup(a, request);
	free(request);
	*q = (struct wall_question){sql, 5, params};
	wall_asked(w);
	return true;
}

bool wall_ask_answered(struct wall_ask *k, struct wall *w, const char *const row[4], const char *trouble)
{
	if (!row) {
		wall_answer(w, NULL, trouble);
		return false;
	}
	snprintf(k->epoch, sizeof k->epoch, "%s", row[0] ? row[0] : "");
	snprintf(k->x, sizeof k->x, "%s", row[1] ? row[1] : "");
	snprintf(k->seq, sizeof k->seq, "%s", row[2] ? row[2] : "0");
	wall_answer(w, row[3], row[3] || w->read_ms >= 0 ? NULL : _("You have no part in this desk: ask an administrator"));
	return row[3] != NULL;
}

bool wall_ask_count(const struct wall *w, size_t spec, struct sd_arena *a, struct wall_question *q)
{
	const struct wall_spec *s = &w->layout->spec[spec];
	struct sd_query_opts o = {.mode = SD_QUERY_COUNT, .zone = *w->data->zone ? w->data->zone : NULL};
	struct sd_query *query = s->kind == WALL_QUERY ? sd_query_parse(a, s->query, NULL, 0, &(struct sd_err){0}) : NULL;
	struct sd_query_sql out;

	if (!query || !sd_query_sql(query, a, &o, &out, &(struct sd_err){0}))
		return false;
	*q = (struct wall_question){out.sql, out.nparams, out.params};
	return true;
}
