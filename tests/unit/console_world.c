#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "svcdesk/cfg.h"
#include "svcdesk/draft.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/outbox.h"
#include "tests/unit/console_world.h"
#include "tui/app/board.h"
#include "tui/app/inbox.h"
#include "tui/pane/board.h"

const struct sd_cfg *world_cfg;

static void fake_uuid(void *arg, char out[SD_UUID_TEXT])
{
	struct world *w = arg;

	snprintf(out, SD_UUID_TEXT, "00000000-0000-4000-8000-%012d", ++w->uuids);
}

static struct sd_draft *fake_draft(void *arg, const char *key)
{
	struct world *w = arg;
	struct sd_draft *d;

	if (!w->stored || strcmp(w->stored->key, key))
		return NULL;
	d = sd_draft_new(key, w->stored->label, w->stored->at, w->stored->body);
	for (int i = 0; i < w->stored->nfields; i++)
		sd_draft_add(d, w->stored->fields[i].name, w->stored->fields[i].value, w->stored->fields[i].shown);
	d->saves = w->stored->saves;
	sd_draft_from(d, w->stored->from_host, w->stored->from_saves);
	sd_draft_sent(d, w->stored->op, w->stored->sent, w->stored->version);
	return d;
}

static void fake_drafts(void *arg, const char *start, void (*each)(void *to, const struct sd_draft *d), void *to)
{
	struct world *w = arg;

	if (w->stored && !strncmp(w->stored->key, start, strlen(start)))
		each(to, w->stored);
}

static void fake_unsent(void *arg, const char *place, void (*each)(void *to, const struct sd_unsent *u),
	void (*bad)(void *to, const char *text), void *to)
{
	struct world *w = arg;

	(void)bad;
	for (int i = 0; i < w->nleft; i++)
		if (!strcmp(w->left[i]->place, place))
			each(to, w->left[i]);
}

/* The files of this console. */
static void keep_unsent(struct world *w, struct fx *f)
{
	int at = 0;

	while (at < w->nkept && (strcmp(w->kept[at]->op, f->unsent ? f->unsent->op : f->text) != 0 ||
								w->kept[at]->part != (f->unsent ? f->unsent->part : (int)f->id)))
		at++;
	if (at < w->nkept) {
		sd_unsent_free(w->kept[at]);
		memmove(&w->kept[at], &w->kept[at + 1], (size_t)(--w->nkept - at) * sizeof w->kept[0]);
	}
	if (f->unsent) {
		assert_true(w->nkept < KEPT_MOST);
		w->kept[w->nkept++] = f->unsent;
		f->unsent = NULL;
	}
}

/* ---- driving ---- */
void begin(struct world *w)
{
	/* drafts are kept as the app would keep them */
	for (size_t i = 0; i < w->fx->n; i++) {
		struct fx *f = &w->fx->v[i];

		if (f->kind == FX_DRAFT_SAVE) {
			sd_draft_free(w->stored);
			w->stored = f->draft;
			f->draft = NULL;
		} else if (f->kind == FX_DRAFT_DROP && w->stored && !strcmp(w->stored->key, f->text)) {
			sd_draft_free(w->stored);
			w->stored = NULL;
		} else if (f->kind == FX_UNSENT_SAVE || f->kind == FX_UNSENT_DROP) {
			keep_unsent(w, f);
		}
	}
	effects_reset(w->fx);
	w->ms += 10;
	model_clock(w->m, w->ms);
}

/* What a screen reader follows: after every key the real cursor is seen, and in a list or a menu it stands on what is selected.
 */
void check_cursor(struct world *w)
{
	struct model *m = w->m;
	struct overlay *o = overlay_top(m);
	int x, y;

	if (w->m->wallscreen) /* nobody types there */
		return;
	model_draw(m, w->s);
	if (!surface_cursor_get(w->s, &x, &y))
		fail_msg("the cursor is hidden");
	if (x < 0 || y < 0 || x >= surface_width(w->s) || y >= surface_height(w->s))
		fail_msg("the cursor is at %d,%d", x, y);
	bool figures = board_shown(m) && m->focus == PANE_QUEUE && page_here(&board_get(m, board_shown(m))->page);
	const struct list *l = m->focus == PANE_VIEWS ? &m->views->list : inbox_shown(m) ? &m->inbox->list : &m->queue->list;
	bool list = !o && (m->focus == PANE_QUEUE || m->focus == PANE_VIEWS) && (board_shown(m) ? figures : list_count(l) > 0);
	bool menu = o && ((o->kind == OV_MENU && o->menu.nitems) || (o->kind == OV_HELP && o->help.nshown));
	enum element e = (enum element)surface_cell(w->s, x, y)->element;
	bool writes = m->prompt || (o && (e == EL_INPUT || e == EL_INPUT_FOCUS)); /* the line in which one searches */
	bool hint = m->keys.n > 0;                                                /* keys that could follow lie over it */
	if (m->lock || m->bare || writes || hint || m->layout.too_small || (!list && !menu))
		return;
	if (e != EL_SELECTED)
		fail_msg("the cursor at %d,%d is not on the selection but on [%s]", x, y, element_name(e));
}

void keys(struct world *w, const char *names)
{
	while (*names) {
		size_t n = strcspn(names, " ");
		char name[32];
		struct key k;

		snprintf(name, sizeof name, "%.*s", (int)n, names);
		assert_true(key_parse(name, &k));
		begin(w);
		model_key(w->m, &k, w->fx);
		check_cursor(w);
		names += n;
		names += *names == ' ';
	}
}

void type(struct world *w, const char *text)
{
	for (; *text; text++) {
		struct key k = {.code = (uint32_t)(unsigned char)*text};

		begin(w);
		model_key(w->m, &k, w->fx);
		check_cursor(w);
	}
}

struct fx *find(struct world *w, enum req_kind kind)
{
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == FX_QUERY && w->fx->v[i].req.kind == kind)
			return &w->fx->v[i];
	return NULL;
}

struct fx *effect(struct world *w, enum fx_kind kind)
{
	for (size_t i = 0; i < w->fx->n; i++)
		if (w->fx->v[i].kind == kind)
			return &w->fx->v[i];
	return NULL;
}

void answer(struct world *w, struct req req, int rows, int cols, const char *const *names, const char *const *values)
{
	struct table t = {rows, cols, names, values};
	struct answer a = {.req = req, .table = &t};

	begin(w);
	model_answer(w->m, &a, w->fx);
}

void answer_json(struct world *w, struct req req, const char *json)
{
	static const char *const names[] = {"json"};
	const char *values[] = {json};

	answer(w, req, 1, 1, names, values);
}

void answer_error(struct world *w, struct req req, enum sd_err_class cls, const char *text)
{
	struct sd_err err = {.cls = cls};
	struct answer a = {.req = req, .err = &err};

	snprintf(err.text, sizeof err.text, "%s", text);
	begin(w);
	model_answer(w->m, &a, w->fx);
}

static const char *const row_names[COLS] = {
	"id", "number", "kind", "state", "phase", "priority", "version", "subject", "opened_at", "room"};

void rows(struct world *w, struct req req, const char *(*values)[COLS], int n)
{
	answer(w, req, n, COLS, row_names, &values[0][0]);
}

/* Four tickets in order of priority. */
const char *four[4][COLS] = {{"1", "INC1", "incident", "new", "1", "1", "1", "first", "2026-03-02T08:00:00Z", NULL},
	{"2", "INC2", "incident", "in_progress", "1", "2", "4", "second", "2026-03-02T08:00:00Z", NULL},
	{"3", "MOV3", "move", "open", "1", "3", "1", "third", "2026-03-02T08:00:00Z", NULL},
	{"4", "INC4", "incident", "closed", "3", "4", "9", "fourth", "2026-03-02T08:00:00Z", NULL}};

static char *meta_text(void)
{
	FILE *f = fopen(SRCDIR "/tests/unit/data/meta.json", "r");
	struct sd_str s = {0};
	char buf[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	fclose(f);
	return sd_str_take(&s);
}

static struct req page_req(struct world *w)
{
	return (struct req){REQ_PAGE, w->m->queue->gen, 0, PAGE_FIRST};
}

static struct sd_cfg *config_of(const char *text)
{
	char path[] = "/tmp/svcdesk-config-XXXXXX";
	struct sd_cfg *c = sd_cfg_new();
	struct sd_err err = {0};
	int fd = mkstemp(path);

	assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
	close(fd);
	if (!sd_cfg_load_file(c, path, &err))
		fail_msg("%s", err.text);
	unlink(path);
	return c;
}

static struct world *before_the_desk(int width, int height, const char *config)
{
	struct world *w = calloc(1, sizeof *w);
	struct model_env env = {w, fake_uuid, fake_draft, fake_drafts, NULL, "testdesk", "", "en", NULL, "UTC", world_cfg, "here",
		NULL, NULL, false, fake_unsent};

	if (config)
		env.cfg = w->cfg = config_of(config);
	w->fx = effects_new();
	w->m = model_new(&env);
	w->s = surface_new(width, height);
	begin(w);
	model_resize(w->m, width, height, w->fx);
	begin(w);
	model_conn(w->m, CONN_READY, NULL, w->fx);
	assert_non_null(find(w, REQ_META)); /* everything the first screen needs goes out in one flush */
	assert_non_null(find(w, REQ_PAGE));
	assert_non_null(find(w, REQ_COUNT));
	assert_non_null(find(w, REQ_VIEWS));
	return w;
}

void world_desk(struct world *w)
{
	char *meta = meta_text();

	answer_json(w, (struct req){REQ_META, 0, 0, 0}, meta);
	free(meta);
}

static int setup_all(void **state, int width, int height, const char *config)
{
	struct world *w = before_the_desk(width, height, config);

	world_desk(w);
	rows(w, page_req(w), four, 4);
	*state = w;
	return 0;
}

struct world *world_without_desk(void)
{
	return before_the_desk(80, 24, NULL);
}

int setup(void **state)
{
	return setup_all(state, 80, 24, NULL);
}

int setup_wide(void **state)
{
	return setup_all(state, 200, 60, NULL);
}

struct world *world_config(int width, int height, const char *config)
{
	void *state = NULL;

	setup_all(&state, width, height, config);
	return state;
}

void world_end(struct world *w)
{
	void *state = w;

	teardown(&state);
}

int teardown(void **state)
{
	struct world *w = *state;

	begin(w);
	model_free(w->m);
	effects_free(w->fx);
	surface_free(w->s);
	sd_draft_free(w->stored);
	for (int i = 0; i < w->nkept; i++)
		sd_unsent_free(w->kept[i]);
	for (int i = 0; i < w->nleft; i++)
		sd_unsent_free(w->left[i]);
	sd_cfg_free(w->cfg);
	free(w);
	return 0;
}

/* The text of the screen. */
bool on_screen(struct world *w, const char *text)
{
	char *dump;
	bool found;

	model_draw(w->m, w->s);
	dump = surface_dump(w->s, NULL);
	found = strstr(dump, text) != NULL;
	free(dump);
	return found;
}

void check_screen(struct world *w, const char *text)
{
	char *dump;

	if (on_screen(w, text))
		return;
	dump = surface_dump(w->s, NULL);
	fprintf(stderr, "%s\n", dump);
	free(dump);
	fail_msg("\"%s\" is not on the screen", text);
}
