#include "core/embed/sample_articles.h"

#include <lzma.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/embed/sample_data.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

/* articles.txt, a line of JSON for each, as one array. malloc'ed; NULL and err. */
static char *unpack(struct sd_err *err)
{
	size_t packed_len, in_pos = 0, out_pos = 0, cap = 1 << 20;
	const unsigned char *packed = embed_articles_packed(&packed_len);
	uint64_t limit = UINT64_MAX;
	char *text = sd_malloc(cap + 2);

	if (lzma_stream_buffer_decode(&limit, 0, NULL, packed, &in_pos, packed_len, (uint8_t *)text + 1, &out_pos, cap) != LZMA_OK ||
		!out_pos) {
		sd_err_set(err, SD_ERR_INTERNAL, "sample", _("The sample inside the program cannot be unpacked"));
		free(text);
		return NULL;
	}
	text[0] = '[';
	for (size_t i = 1; i < out_pos; i++)
		if (text[i] == '\n')
			text[i] = ',';
	text[out_pos] = ']'; /* over the last line break */
	text[out_pos + 1] = '\0';
	return text;
}

/* Runs a statement whose rows are what was refused. */
static bool done(struct sd_conn *db, const char *sql, int n, const char *const *params, struct sd_err *err)
{
	struct sd_result *r = sd_conn_query(db, sql, n, params, err);
	const char *wrong = r && sd_result_rows(r) ? sd_result_get(r, 0, 0) : NULL;

	if (wrong)
		sd_err_set(err, SD_ERR_INTERNAL, "sample", _("An article of the sample was refused: %s"), wrong);
	sd_result_free(r);
	return r && !wrong;
}

#define ARTICLE(name) "(select a.number from desk.article a where a.path = 'sample/" name ".md')"
#define REFUSED(call) "select r::text from (select " call " as r) x where r->>'ok' <> 'true'"
#define STEP(name, verb, args) REFUSED("desk.kb_state(" ARTICLE(name) ", '" verb "', '" args "')")

/* One article in each state, and words of a reader. */
static const struct {
	const char *login, *sql;
} act[] = {
	{"agent",
		REFUSED(
			"desk.kb_save(null, '{\"title\": \"A meeting room screen shows no picture\", \"category\": \"E-mail and calendar / "
			"Meeting room\", \"tags\": \"meeting room, screen\", \"language\": \"en\", \"group\": \"Service desk\", \"body\": "
			"\"1. Is the screen on the right input? The remote control hangs beside the door.\\n2. Take the cable out on both "
			"ends "
			"and put it in again.\\n3. Press the button *Present* on the table.\\n\\nTo do: what the new rooms in Leeds "
			"have.\"}')")},
	{"agent", REFUSED("desk.kb_save(" ARTICLE(
				  "printer") ", jsonb_build_object('note', 'Follow-me printing is everywhere now', 'body', replace("
							 "desk.kb_show(" ARTICLE("printer") ")->>'body', '4. Remove the printer', '4. Follow-me queue: "
																"sign in at another printer.\n5. Remove the printer')))")},
	{"agent", STEP("printer", "submit", "{}")},
	{"agent",
		REFUSED(
			"desk.kb_save(null, '{\"title\": \"The new VPN client\", \"audience\": \"public\", \"category\": \"Network / VPN\", "
			"\"tags\": \"vpn\", \"language\": \"en\", \"group\": \"Network\", \"body\": \"From Monday on laptops get the new "
			"client "
			"by themselves. Sign in with the badge or the phone; the old icon goes away after a restart.\"}')")},
	{"agent", REFUSED("desk.kb_state((select v.number from desk.kb_list('{\"text\": \"new vpn client\"}') v), 'submit')")},
	{"owner",
		REFUSED("desk.kb_state((select v.number from desk.kb_list('{\"text\": \"new vpn client\"}') v), 'approve', '{\"at\": "
				"\"+5d\"}')")},
	{"owner", STEP("folder-rights", "retire", "{\"reason\": \"The file server is replaced in spring\"}")},
	{"requester", REFUSED("desk.kb_feedback(" ARTICLE("wifi") ", false, 'There is no power saving in my settings any more.')")},
	{"requester", REFUSED("desk.kb_feedback(" ARTICLE("password") ", true)")},
};

/* What is older than today: the articles, and what they were good for. Two in three of the tickets that were solved in a category
 * were so by its article. Such uses have no event of their own: they are as old as the tickets. */
static const char past[] =
	"update desk.article_version v set at = v.at - (90 + v.id % 60) * interval '1 day', approved_at = v.approved_at - (88 + v.id "
	"% 60) * "
	"interval '1 day' from desk.article a where a.id = v.article_id and a.path_root = 'sample';"
	"update desk.article_log l set at = l.at - (90 + v.id % 60) * interval '1 day' from desk.article_version v join desk.article "
	"a on "
	"a.id = v.article_id where v.id = l.version_id and a.path_root = 'sample';"
	"update desk.article a set made_at = a.made_at - (90 + a.id % 60) * interval '1 day', changed_at = a.changed_at - (90 + a.id "
	"% 60) * "
	"interval '1 day' where a.path_root = 'sample';"
	"update desk.article a set valid_to = (desk.now() + interval '20 days')::date where a.path = 'sample/shared-mailbox.md';"
	"insert into desk.article_link(ticket_id, article_id, version, how, person_id, at)"
	" select t.id, a.id, '1.0', 'applied', coalesce(nullif(t.assignee_id, 0), t.opened_by), t.resolved_at from desk.article a"
	" cross join lateral (select t.* from desk.ticket t where t.category_id = a.category_id and t.kind = 'incident' and t.phase "
	"= 3"
	" and t.resolved_at is not null and t.state <> 'cancelled' and not t.restricted and t.id % 3 > 0"
	" and (octet_length(t.subject) > length(t.subject)) = (a.language = 'zh_CN') order by t.id desc limit 25) t"
	" where a.path_root = 'sample' and a.category_id is not null";

bool sample_articles(struct sd_conn *dba, char *(*uri_of)(void *arg, const char *login), void *arg, struct sd_err *err)
{
	char *rows = unpack(err);
	const char *params[] = {rows};
	bool ok = rows != NULL;

	for (size_t i = 0; ok && i <= sizeof act / sizeof *act; i++) {
		char *uri = uri_of(arg, i ? act[i - 1].login : "owner");
		struct sd_conn *db = sd_conn_open(uri, err);

		free(uri);
		ok = db &&
			 (i ? done(db, act[i - 1].sql, 0, NULL, err)
				: done(db,
					  "select coalesce(f->'error', f->'warnings', r)::text from (select desk.kb_import('sample', $1::jsonb, "
					  "true) as r) x"
					  " left join lateral jsonb_array_elements(r->'files') f on f->>'status' <> 'added' or f->'warnings' <> '[]'"
					  " where r->>'ok' <> 'true' or f is not null",
					  1, params, err) &&
						 sd_conn_script(dba, past, err));
		sd_conn_close(db);
	}
	free(rows);
	return ok;
}
