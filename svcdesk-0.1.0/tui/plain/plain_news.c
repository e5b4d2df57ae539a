/* What others have done meanwhile to the tickets that were shown: a line each, before the next question. */
#include "config.h"
#include "tui/plain/plain_int.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"

enum { WATCHED_MOST = 200 };

static const char news_sql[] =
	"select t.number, t.kind, e.verb, coalesce(a.login, a.name), e.ticket_id, e.seq from unnest($1::bigint[], $2::int[]) s(id, "
	"seq) "
	"join desk.event e on e.ticket_id = s.id and e.seq > s.seq and e.actor_id is distinct from desk.me() "
	"join desk.ticket t on t.id = e.ticket_id left join desk.person a on a.id = nullif(e.actor_id, 0) order by e.at, "
	"e.ticket_id, "
	"e.seq limit 50";

void plain_seen(struct plain *p, int64_t id, int seq)
{
	for (size_t i = 0; i < p->nrows; i++)
		if (p->row[i].id == id && p->row[i].seq < seq)
			p->row[i].seq = seq;
	if (p->open == id && p->open_seq < seq)
		p->open_seq = seq;
}

void plain_news_ask(struct plain *p, struct effects *fx)
{
	struct sd_str id = {0}, seq = {0};
	size_t from = p->nrows > WATCHED_MOST ? p->nrows - WATCHED_MOST : 0;
	bool open = p->open != 0;

	p->news = false;
	if (!p->m->session.online)
		return;
	sd_str_addc(&id, '{');
	sd_str_addc(&seq, '{');
	for (size_t i = from; i < p->nrows; i++) {
		sd_str_addf(&id, "%s%" PRId64, id.len > 1 ? "," : "", p->row[i].id);
		sd_str_addf(&seq, "%s%d", seq.len > 1 ? "," : "", p->row[i].seq);
		open = open && p->row[i].id != p->open;
	}
	if (open) {
		sd_str_addf(&id, "%s%" PRId64, id.len > 1 ? "," : "", p->open);
		sd_str_addf(&seq, "%s%d", seq.len > 1 ? "," : "", p->open_seq);
	}
	if (id.len > 1) {
		sd_str_addc(&id, '}');
		sd_str_addc(&seq, '}');
		p->asking = true;
		fx_query(fx, (struct req){REQ_NEWS, 0, 0, 0}, 0, news_sql, 2, (const char *const[]){id.data, seq.data});
	}
	sd_str_free(&id);
	sd_str_free(&seq);
}

void plain_news_tell(struct plain *p, const struct answer *a)
{
	struct sd_arena *mem = sd_arena_new();

	p->asking = false;
	for (int i = 0; a->table && i < a->table->rows; i++) {
		const char *number = table_get(a->table, i, 0), *kind = table_get(a->table, i, 1), *verb = table_get(a->table, i, 2),
				   *who = clean_copy(mem, table_get(a->table, i, 3)), *id = table_get(a->table, i, 4),
				   *seq = table_get(a->table, i, 5);

		if (!number || !kind || !verb || !id || !seq)
			continue;
		plain_say(p, _("%s: %s by %s"), number, sd_meta_verb(p->m->meta, kind, verb), *who ? who : _("the desk"));
		plain_seen(p, strtoll(id, NULL, 10), (int)strtol(seq, NULL, 10));
	}
	sd_arena_free(mem);
}
