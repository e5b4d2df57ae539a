/* Carries out what the model asked for, and brings the answers back. */
#include "config.h"
#include "tui/app/app_int.h"
#include "tui/app/outbox.h"
#include "tui/plain/line.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"

/* ---- requests ---- */
static bool quiet(const struct req *r)
{
	return r->kind == REQ_FEED || r->kind == REQ_TICK || r->kind == REQ_PRESENCE || r->kind == REQ_PRESENT;
}

static void request_free(struct app_request *r)
{
	*r->link = r->next;
	if (r->next)
		r->next->link = r->link;
	if (!quiet(&r->req))
		r->app->outstanding--;
	free(r);
}

void app_requests_drop(struct app *app)
{
	struct app_request *next;

	for (struct app_request *r = app->requests; r; r = next) {
		next = r->next;
		free(r);
	}
	app->requests = NULL;
	app->outstanding = 0;
}

/* The rows as a table of borrowed strings, in the arena. */
static struct table *table_of(struct sd_arena *a, const struct sd_result *res)
{
	struct table *t = sd_arena_alloc(a, sizeof *t);
	const char **names, **values;

	t->rows = sd_result_rows(res);
	t->cols = sd_result_cols(res);
	names = sd_arena_alloc(a, ((size_t)t->cols + 1) * sizeof *names);
	values = sd_arena_alloc(a, ((size_t)t->cols * (size_t)t->rows + 1) * sizeof *values);
	for (int c = 0; c < t->cols; c++)
		names[c] = sd_result_name(res, c);
	for (int r = 0; r < t->rows; r++)
		for (int c = 0; c < t->cols; c++)
			values[(size_t)r * (size_t)t->cols + (size_t)c] = sd_result_get(res, r, c);
	t->names = names;
	t->values = values;
	return t;
}

/* An answer of the feed without a change is no work: an idle program stays idle. */
static bool is_news(const struct answer *a)
{
	return !quiet(&a->req) || (a->req.kind == REQ_FEED && table_get(a->table, 0, 1));
}

static void on_done(void *arg, const struct sd_result *res, const struct sd_err *err)
{
	struct app_request *r = arg;
	struct app *app = r->app;
	struct answer a = {.req = r->req, .err = err};
	bool dropped = r->dropped;

	request_free(r);
	if (dropped)
		return;
	if (app->performing) { /* refused at once: the model is not to be called from inside */
		*SD_PUSH(app->failed, app->nfailed, app->capfailed) = (struct app_failure){a.req, *err};
		return;
	}
	app_begin(app);
	if (res) {
		a.table = table_of(app->fx->arena, res);
		a.err = NULL;
	}
	if (is_news(&a))
		app->worked = true;
	if (app->line)
		line_answer(app, &a);
	model_answer(app->model, &a, app->fx);
	app_perform(app);
}

_Static_assert((int)FX_FAST == SD_DB_FAST && (int)FX_BRIEF == SD_DB_BRIEF && (int)FX_ASIDE == SD_DB_ASIDE &&
				   (int)FX_ACT == SD_DB_ACT && (int)FX_SAME_PLAN == SD_DB_SAME_PLAN,
	"flags of a query");

/* ---- the second line: for what may take long, while the first one stays free for everything else ---- */
enum { ASIDE_IDLE_MS = 60000 };

static void aside_idle(void *arg)
{
	struct app *app = arg;

	app->aside_timer = 0;
	if (sd_db_pending(app->aside))
		app->aside_timer = sd_loop_timer(app->loop, ASIDE_IDLE_MS, aside_idle, app);
	else
		app_aside_close(app);
}

void app_aside_close(struct app *app)
{
	if (app->aside_timer)
		sd_loop_timer_cancel(app->loop, app->aside_timer);
	sd_db_free(app->aside);
	app->aside = NULL;
	app->aside_timer = 0;
}

/* Nobody waits for it any more. The line can be closed where nothing else is on it: that stops the server, too. */
static void cancel(struct app *app, const struct req *req)
{
	bool others = false;

	for (struct app_request *r = app->requests; r; r = r->next) {
		if (r->aside && r->req.kind == req->kind && r->req.id == req->id)
			r->dropped = true;
		others = others || (r->aside && !r->dropped);
	}
	if (others || !app->aside)
		return;
	for (struct app_request *next, *r = app->requests; r; r = next) {
		next = r->next;
		if (r->aside)
			request_free(r);
	}
	app_aside_close(app);
}

static struct sd_db *line_for(struct app *app, int flags)
{
	static const struct sd_db_events nobody = {.state = NULL};

	if (!(flags & SD_DB_ASIDE))
		return app->db;
	if (!app->aside)
		app->aside = sd_db_new(app->loop, app->start->target->conninfo, &nobody);
	if (app->aside_timer)
		sd_loop_timer_cancel(app->loop, app->aside_timer);
	app->aside_timer = sd_loop_timer(app->loop, ASIDE_IDLE_MS, aside_idle, app);
	return app->aside;
}

static void send(struct app *app, const struct fx *f)
{
	struct app_request *r = sd_calloc(1, sizeof *r);

	r->app = app;
	r->req = f->req;
	r->aside = f->flags & SD_DB_ASIDE;
	r->next = app->requests;
	r->link = &app->requests;
	if (r->next)
		r->next->link = &r->next;
	app->requests = r;
	if (!quiet(&f->req))
		app->outstanding++;
	sd_db_send(line_for(app, f->flags), f->sql, f->nparams, f->params, f->flags, on_done, r);
}

/* The content of a file, chunk by chunk, in front of the act that names it. A chunk can be sent twice. */
static void upload(struct app *app, const char *path)
{
	static const char sql[] = "select desk.blob_put(decode($1, 'hex'), $2::int, decode($3, 'hex'), $4::bool)";
	struct sd_arena *a = sd_arena_new();
	struct sd_err err = {0};
	struct sd_file file;
	bool ok = sd_file_describe(&file, a, path, &err);

	for (int n = 0; ok && n < file.chunks; n++) {
		struct sd_arena *mem = sd_arena_new();
		const char *params[] = {file.sha256, sd_arena_printf(mem, "%d", n), sd_file_chunk(&file, mem, n, &err),
			n + 1 == file.chunks ? "true" : "false"};
		struct fx f = {.req = {REQ_UPLOAD, 0, 0, 0}, .flags = SD_DB_KEEP, .sql = sql, .nparams = 4, .params = params};

		ok = params[2] != NULL;
		if (ok)
			send(app, &f);
		sd_arena_free(mem);
	}
	if (!ok)
		sd_log(SD_LOG_ERROR, "%s", err.text); /* the act is then refused: the desk does not know the content */
	sd_arena_free(a);
}

/* ---- timers ---- */
static void on_timer(void *arg)
{
	struct app_timer *t = arg;
	struct app *app = t->app;

	t->handle = 0;
	if (t->id < TIMER_SHORT_END || t->id == TIMER_DRAFT)
		app->worked = true;
	app_begin(app);
	model_timer(app->model, t->id, app->fx);
	app_perform(app);
	if (t->id == TIMER_CLOCK || (t->id == TIMER_FEED && !app->trimmed)) {
		app->trimmed = true;
		sd_mem_trim();
	}
}

static void set_timer(struct app *app, const struct fx *f)
{
	struct app_timer *t = &app->timers[f->timer];

	if (t->handle)
		sd_loop_timer_cancel(app->loop, t->handle);
	t->handle = f->ms < 0 ? 0 : sd_loop_timer(app->loop, f->ms, on_timer, t);
}

/* ---- the rest ---- */
static void save_draft(struct app *app, const struct sd_draft *d)
{
	struct sd_err err = {0};
	bool ok = sd_draft_save(app->drafts_dir, d, &err);

	model_draft_saved(app->model, ok ? NULL : err.text, app->fx);
}

static void save_unsent(struct app *app, const struct sd_unsent *u)
{
	struct sd_err err = {0};
	bool ok = sd_outbox_save(app->outbox, u, &err);

	model_unsent_kept(app->model, u, ok ? NULL : err.text, app->fx);
}

static void put_theme(struct app *app, const char *name)
{
	struct sd_err err = {0};
	struct theme *t = theme_load(name, &err);

	if (!t) {
		sd_log(SD_LOG_WARN, "%s", err.text);
		if (app->theme) {
			app_toast(app, EL_WARN, err.text);
			return;
		}
		t = theme_plain();
	}
	term_theme(app->term, t);
	theme_free(app->theme);
	app->theme = t;
	term_redraw(app->term);
}

void app_toast(struct app *app, enum element el, const char *text)
{
	toast_show(&app->model->toast, el, text, app->model->session.ms, 0);
	app->model->dirty = true;
	if (app->line)
		line_told(app, text);
}

void app_theme(struct app *app, const char *name)
{
	app->theme_auto = !strcmp(name, "auto");
	if (!app->term) {
		app_toast(app, EL_WARN, _("There are no colours in lines"));
		return;
	}
	put_theme(app, app->theme_auto ? "dark" : name);
	if (app->theme_auto)
		term_ask_background(app->term);
}

void app_background(struct app *app, bool light)
{
	if (app->theme_auto)
		put_theme(app, light ? "light" : "dark");
	app->model->dirty = true;
}

static void carry_out(struct app *app, const struct fx *f)
{
	switch (f->kind) {
	case FX_QUERY:
		send(app, f);
		break;
	case FX_CANCEL:
		cancel(app, &f->req);
		break;
	case FX_TIMER:
		set_timer(app, f);
		break;
	case FX_EDITOR:
		app_editor(app, f->text);
		break;
	case FX_BROWSE:
		app_browse(app, f->text);
		break;
	case FX_UPLOAD:
		upload(app, f->text);
		break;
	case FX_SAVE:
		app_save(app, f->id, f->size, f->params[0], f->text, f->sql);
		break;
	case FX_DRAFT_SAVE:
		save_draft(app, f->draft);
		break;
	case FX_DRAFT_DROP:
		sd_draft_drop(app->drafts_dir, f->text);
		break;
	case FX_UNSENT_SAVE:
		save_unsent(app, f->unsent);
		break;
	case FX_UNSENT_DROP:
		sd_outbox_drop(app->outbox, f->text, (int)f->id);
		break;
	case FX_COPY:
		app_copy(app, f->text, f->params[0], f->params[1]);
		break;
	case FX_HISTORY:
		app_history(app, f->text);
		break;
	case FX_MOUSE:
		term_mouse(app->term, f->id != 0);
		break;
	case FX_THEME:
		app_theme(app, f->text);
		break;
	case FX_LOCK:
		app_lock(app);
		break;
	case FX_UNLOCK:
		app_unlock(app, f->text);
		break;
	case FX_SET:
		app_set(app, f->params[0], f->text);
		break;
	case FX_BELL:
		if (app->term)
			term_write_raw(app->term, "\a", 1);
		break;
	case FX_REDRAW:
		if (app->term)
			term_redraw(app->term);
		break;
	case FX_SUSPEND:
		if (app->term)
			app_suspend(app);
		break;
	case FX_QUIT:
		app_quit(app, 0);
		break;
	case FX_TOAST:
		if (app->line)
			line_told(app, f->text);
		break;
	default:
		break; /* told inside the model */
	}
}

void app_begin(struct app *app)
{
	model_clock(app->model, sd_clock_mono_ms());
}

void app_perform(struct app *app)
{
	app->performing = true;
	for (;;) {
		struct app_failure failure;
		struct answer a;

		for (size_t i = 0; i < app->fx->n; i++)
			carry_out(app, &app->fx->v[i]);
		effects_reset(app->fx);
		if (!app->nfailed)
			break;
		failure = app->failed[0];
		memmove(app->failed, app->failed + 1, --app->nfailed * sizeof *app->failed);
		a = (struct answer){.req = failure.req, .err = &failure.err};
		model_answer(app->model, &a, app->fx);
	}
	app->performing = false;
}
