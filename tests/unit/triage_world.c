#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "svcdesk/mem.h"
#include "tests/unit/triage_world.h"
#include "tui/app/board.h"

static struct req asked; /* the page that is waited for */

static char *file(const char *name)
{
	char path[256], buf[4096];
	struct sd_str s = {0};
	size_t n;
	FILE *f;

	snprintf(path, sizeof path, SRCDIR "/tests/unit/data/%s", name);
	f = fopen(path, "r");
	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	fclose(f);
	return sd_str_take(&s);
}

struct triage *triage_of(struct world *w)
{
	return (struct triage *)board_get(w->m, BOARD_TRIAGE);
}

struct world *triage_world(int width, int height)
{
	struct world *w = world_without_desk();
	char *meta = file("meta_triage.json");

	surface_resize(w->s, width, height);
	begin(w);
	model_resize(w->m, width, height, w->fx);
	answer_json(w, (struct req){REQ_META, 0, 0, 0}, meta);
	free(meta);
	rows(w, (struct req){REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST}, four, 0);
	keys(w, "T");
	assert_int_equal(board_shown(w->m), BOARD_TRIAGE);
	assert_non_null(find(w, REQ_BOARD));
	return w;
}

void triage_given(struct world *w, int left, const char *tickets, const char *more)
{
	struct sd_str s = {0};
	struct triage *t = triage_of(w);

	asked = (struct req){REQ_BOARD, t->board.gen, CTX_TRIAGE, 0};
	sd_str_addf(&s, "{\"left\":%d,\"tickets\":[%s]%s%s}", left, tickets, *more ? "," : "", more);
	assert_true(t->board.loading);
	answer_json(w, asked, s.data);
	sd_str_free(&s);
	model_draw(w->m, w->s);
}

const char *triage_doc(struct world *w, int id, const char *subject, const char *more)
{
	return sd_arena_printf(w->m->cand_arena,
		"{\"id\":%d,\"number\":\"INC%d\",\"kind\":\"incident\",\"state\":\"new\",\"version\":1,\"subject\":\"%s\",\"restricted\":"
		"false,"
		"\"untriaged\":true,\"opened_at\":\"2026-03-02T09:30:00Z\",\"channel\":\"phone\",\"impact\":3,\"urgency\":3,\"priority\":"
		"5,"
		"\"body\":\"The text of %s\\nsecond "
		"line\",\"attachments\":[\"screen.png\"],\"group\":null,\"assignee\":null,"
		"\"service\":\"Wifi\",\"ci\":null,\"org\":\"Acme\",\"requester\":\"uma\",\"parent\":null,\"ask\":\"Hello Uma, which "
		"one?\",\"not_ours\":"
		"\"Hello Uma, not ours.\",\"card\":{\"person\":{\"name\":\"Uma User\",\"login\":\"uma\",\"place\":\"floor "
		"3\",\"phone\":\"+49 "
		"1\",\"vip\":true},\"open\":[{\"id\":%d,\"number\":\"INC%d\",\"subject\":\"itself\"},{\"id\":77,\"number\":\"INC77\","
		"\"subject\":"
		"\"other thing\"}]},\"last\":{\"by\":\"Uma User\"},\"propose\":{\"ticket\":%d,\"fields\":["
		"{\"field\":\"category\",\"current\":null,\"choices\":[{\"id\":11,\"value\":\"Network / Wifi\",\"label\":\"Network / "
		"Wifi\",\"confidence\":0.9,\"basis\":\"x\"},{\"id\":12,\"value\":\"Network / VPN\",\"label\":\"Network / "
		"VPN\",\"confidence\":0.06},{\"id\":13,\"value\":\"Mail\",\"label\":\"Mail\",\"confidence\":0.03}],\"more\":[99,15]},"
		"{\"field\":\"impact\",\"current\":3,\"choices\":[{\"id\":2,\"value\":2,\"label\":\"2\",\"confidence\":0.8},{\"id\":3,"
		"\"value\":3,"
		"\"label\":\"3\",\"confidence\":0.2}]},"
		"{\"field\":\"urgency\",\"current\":3,\"choices\":[{\"id\":3,\"value\":3,\"label\":\"3\",\"confidence\":0.7},{\"id\":1,"
		"\"value\":1,"
		"\"label\":\"1\",\"confidence\":0.3}]},"
		"{\"field\":\"group\",\"current\":null,\"choices\":[{\"id\":21,\"value\":\"Radio\",\"label\":\"Radio\",\"confidence\":0."
		"8},{\"id\":22,"
		"\"value\":\"Service desk\",\"label\":\"Service desk\",\"confidence\":0.15}]},"
		"{\"field\":\"assignee\",\"current\":null,\"choices\":[{\"id\":31,\"value\":\"ann\",\"label\":\"Ann "
		"Agent\",\"confidence\":0.7}]}],\"duplicates\":[{\"id\":901,\"number\":\"INC901\",\"subject\":\"wifi "
		"down\",\"state\":\"in_progress\",\"score\":0.8,\"why\":\"same "
		"words\"}],\"parents\":[{\"id\":902,\"number\":\"INC902\",\"subject\":"
		"\"outage\",\"state\":\"new\",\"score\":0.6,\"why\":\"major\"}]}%s%s}",
		id, id, subject, subject, id, id, id, *more ? "," : "", more);
}

struct req triage_act_req(struct world *w, const char **verb, const char **fields)
{
	struct fx *f = find(w, REQ_ACT);

	assert_non_null(f);
	if (verb)
		*verb = f->params[1];
	if (fields)
		*fields = f->params[2];
	return f->req;
}

void triage_done_as(struct world *w, struct req req, int id, const char *state)
{
	char json[256];

	snprintf(json, sizeof json,
		"{\"ok\":true,\"id\":%d,\"number\":\"INC%d\",\"version\":2,\"seq\":2,\"state\":\"%s\",\"op\":\"00000000-0000-4000-8000-"
		"00000000%04d\","
		"\"replay\":false}",
		id, id, state, id);
	answer_json(w, req, json);
}

void triage_refused_as(struct world *w, struct req req, const char *error)
{
	struct sd_str s = {0};

	sd_str_addf(&s, "{\"ok\":false,\"error\":%s}", error);
	answer_json(w, req, s.data);
	sd_str_free(&s);
}
