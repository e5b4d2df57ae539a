/* Completion of queries in the prompts: what core/query offers at the cursor, and names the desk is asked for meanwhile. */
#include "config.h"
#include "tui/app/model.h"

#include <string.h>
#include "svcdesk/db.h"
#include "svcdesk/mem.h"
#include "svcdesk/query.h"

enum { MOST = 300 };

/* The part of the line that is the query; the cursor stands in it. */
static bool offered(struct model *m, const struct lineedit *l, size_t start, struct sd_query_completion *out)
{
	struct sd_query_extra extra[QUEUE_EXTRAS];
	const char *text = lineedit_text(l);

	if (l->edit.cursor < start || strlen(text) < start)
		return false;
	sd_arena_reset(m->cand_arena);
	sd_query_complete(m->cand_arena, text + start, l->edit.cursor - start, m->meta, extra, queue_extras(&m->session, extra), out);
	return true;
}

void query_complete(struct model *m, enum prompt p, size_t start, bool asked, struct effects *fx)
{
	struct lineedit *l = &m->lines[p];
	struct lineedit_candidate v[MOST];
	struct sd_query_completion c;
	size_t n = 0;

	if (!offered(m, l, start, &c) || (c.empty && !asked && !c.names)) {
		lineedit_candidates(l, l->generation, 0, v, 0);
		return;
	}
	for (; n < c.n && n < MOST; n++)
		v[n] = (struct lineedit_candidate){c.offer[n].text, c.offer[n].hint};
	lineedit_candidates(l, l->generation, start + c.from, v, n);
	if (c.names && m->session.online) {
		const char *params[] = {c.typed};

		fx_query(fx, (struct req){REQ_COMPLETE, l->generation, 1 + (int64_t)p, (int)start}, SD_DB_FAST, c.names, 1, params);
	}
}

void query_found(struct model *m, const struct answer *a)
{
	enum prompt p = (enum prompt)(a->req.id - 1);
	struct lineedit *l = &m->lines[p];
	struct lineedit_candidate v[MOST];
	struct sd_query_completion c;
	size_t n = 0;

	if (!a->table || m->prompt != p || a->req.gen != l->generation || l->picked >= 0 || !offered(m, l, (size_t)a->req.arg, &c))
		return;
	for (size_t i = 0; !*c.typed && i < c.n && n < MOST; i++) /* nothing typed: the few words before the many names */
		v[n++] = (struct lineedit_candidate){c.offer[i].text, c.offer[i].hint};
	for (int i = 0; i < a->table->rows && n < MOST; i++) {
		const char *name = clean_copy(m->cand_arena, table_get(a->table, i, 0));
		const char *hint = clean_copy(m->cand_arena, table_get(a->table, i, 1));

		v[n++] = (struct lineedit_candidate){sd_query_quote(m->cand_arena, name), strcmp(name, hint) != 0 ? hint : NULL};
	}
	for (size_t i = 0; *c.typed && i < c.n && n < MOST; i++)
		v[n++] = (struct lineedit_candidate){c.offer[i].text, c.offer[i].hint};
	lineedit_candidates(l, l->generation, (size_t)a->req.arg + c.from, v, n);
}
