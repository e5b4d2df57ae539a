#include "config.h"
#include "tui/app/app.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "core/base/i18n.h"
#include "svcdesk/draft.h"
#include "svcdesk/env.h"
#include "svcdesk/restrict.h"
#include "svcdesk/locale.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "svcdesk/outbox.h"
#include "svcdesk/uuid.h"
#include "tui/app/app_int.h"
#include "tui/app/drafts.h"
#include "tui/app/lock.h"
#include "tui/plain/line.h"
#include "tui/wall/layout.h"

enum { PLAIN_W = 60, PLAIN_H = 24 }; /* no screen: too narrow for a preview nobody would see */

void app_quit(struct app *app, int status)
{
	app->exit_status = status;
	sd_loop_stop(app->loop);
}

/* ---- terminal ---- */
static void fit(struct app *app)
{
	int w, h;

	term_size(app->term, &w, &h);
	surface_resize(app->surface, w, h);
	app_begin(app);
	model_resize(app->model, w, h, app->fx);
	app_perform(app);
	app->worked = true;
}

static void read_terminal(struct app *app);

static void on_esc(void *arg)
{
	struct app *app = arg;

	app->esc_timer = 0;
	decoder_flush(term_decoder(app->term));
	if (decoder_pasting(term_decoder(app->term))) {
		app_begin(app);
		toast_show(
			&app->model->toast, EL_WARN, _("A paste has begun and does not end: Esc ends it"), app->model->session.ms, INT64_MAX);
		app->model->dirty = true;
		app->worked = true;
	}
	read_terminal(app);
}

/* Every key that is there; then the rest of a lone Esc is waited for. */
static void read_terminal(struct app *app)
{
	struct decoder *d = term_decoder(app->term);
	struct key k;

	while (!app->editor && decoder_next(d, &k)) {
		app->worked = true;
		if (k.code == KEY_CODE_BACKGROUND) {
			app_background(app, k.x != 0);
			continue;
		}
		if (k.code == KEY_CODE_EOF) { /* the line is gone */
			app_begin(app);
			model_save(app->model, app->fx);
			app_perform(app);
			app_quit(app, 1);
			return;
		}
		app_begin(app);
		model_key(app->model, &k, app->fx);
		app_perform(app);
	}
	if (app->esc_timer)
		sd_loop_timer_cancel(app->loop, app->esc_timer);
	app->esc_timer =
		decoder_waiting(d) ? sd_loop_timer(app->loop, decoder_pasting(d) ? DECODER_PASTE_MS : app->esc_ms, on_esc, app) : 0;
}

static void on_terminal(void *arg, int ready)
{
	struct app *app = arg;

	if (ready & SD_LOOP_WRITE)
		term_flush(app->term);
	if (ready & (SD_LOOP_READ | SD_LOOP_HANGUP)) {
		term_read(app->term);
		read_terminal(app);
	}
}

void app_paint_mode(struct app *app, bool on)
{
	if (app->line) {
		line_watch(app, on);
		return;
	}
	if (!on) {
		sd_loop_fd_remove(app->loop, app->watch);
		app->watch = 0;
		term_suspend(app->term);
		return;
	}
	term_resume(app->term);
	term_resized(app->term);
	term_redraw(app->term);
	app->watch = sd_loop_fd(app->loop, term_fd(app->term), SD_LOOP_READ, on_terminal, app);
	fit(app);
}

/* ---- the end of a turn ---- */
bool app_is_idle(const struct app *app)
{
	if ((app->outstanding && app->model->session.online) || app->nfailed || app->esc_timer || app->lay_timer || app->editor ||
		app->unlock || (app->term && term_behind(app->term)))
		return false;
	for (int i = 0; i < TIMER_SHORT_END; i++)
		if (app->timers[i].handle)
			return false;
	return app->ever_ready || app->model->conn != CONN_CONNECTING;
}

static void tell_idle(struct app *app)
{
	char line[120];
	int n, cols, rows;
	long in, out;

	app->worked = false;
	app->idle_count++;
	if (app->idle_fd < 0)
		return;
	/* what was taken in, put out, the size painted and whether typed text is on no disk yet: a test knows by them that this is
	 * about what it has just done */
	if (app->line) {
		line_facts(app, &cols, &rows, &in, &out);
	} else {
		term_size(app->term, &cols, &rows);
		in = term_bytes_read(app->term);
		out = term_bytes(app->term);
	}
	n = snprintf(
		line, sizeof line, "idle %ld %ld %ld %d %d %d\n", app->idle_count, in, out, cols, rows, drafts_unsaved(app->model));
	if (write(app->idle_fd, line, (size_t)n) != n)
		app->idle_fd = -1;
}

static void on_lay(void *arg)
{
	struct app *app = arg;

	app->lay_timer = 0;
	app->worked = true;
}

static void before_poll(void *arg)
{
	struct app *app = arg;

	if (app->watch && app->model->dirty) {
		app_begin(app);
		model_draw(app->model, app->surface);
		term_paint(app->term, app->surface);
	}
	app_crash_update(app);
	if (app->watch && !app->lay_timer && model_lay(app->model)) /* a little between the keys */
		app->lay_timer = sd_loop_timer(app->loop, 0, on_lay, app);
	if (app->watch)
		sd_loop_fd_set(app->loop, app->watch, term_fd(app->term), SD_LOOP_READ | (term_behind(app->term) ? SD_LOOP_WRITE : 0));
	if (app->line && line_turn(app))
		return;
	if (app->worked && app_is_idle(app))
		tell_idle(app);
}

/* ---- signals ---- */
static void on_signal(void *arg, int signo)
{
	struct app *app = arg;

	switch (signo) {
	case SIGWINCH:
		if (app->watch) {
			term_resized(app->term);
			fit(app);
		}
		break;
	case SIGCONT:
		if (app->watch) { /* somebody stopped us from outside */
			term_resume(app->term);
			term_redraw(app->term);
			fit(app);
		}
		break;
	case SIGINT: /* of a screen it is a key */
		line_interrupt(app);
		break;
	case SIGCHLD:
		app_editor_done(app);
		app_unlock_done(app);
		break;
	default:
		app_begin(app);
		model_save(app->model, app->fx);
		app_perform(app);
		app_quit(app, 128 + signo);
	}
}

/* ---- connection ---- */
static void on_state(void *arg, enum sd_db_state s, const struct sd_err *why)
{
	struct app *app = arg;
	static const enum conn conns[] = {[SD_DB_CONNECTING] = CONN_CONNECTING, [SD_DB_READY] = CONN_READY, [SD_DB_LOST] = CONN_LOST};

	if (s == SD_DB_LOST && !app->ever_ready) { /* it never was there: say so where it can be read */
		app->exit_err = *why;
		app_quit(app, sd_err_exit_code(why));
		return;
	}
	app->ever_ready = app->ever_ready || s == SD_DB_READY;
	app->worked = true;
	app_begin(app);
	model_conn(app->model, conns[s], why ? why->text : NULL, app->fx);
	app_perform(app);
	if (app->line)
		line_conn(app);
}

/* ---- start and end ---- */
static void make_uuid(void *arg, char out[SD_UUID_TEXT])
{
	(void)arg;
	sd_uuid_v4(out);
}

static struct sd_draft *load_draft(void *arg, const char *key)
{
	struct app *app = arg;
	struct sd_err err = {0};
	struct sd_draft *d = sd_draft_load(app->drafts_dir, key, &err);

	if (err.text[0])
		sd_log(SD_LOG_WARN, "%s", err.text);
	return d;
}

static void each_draft(void *arg, const char *start, void (*each)(void *to, const struct sd_draft *d), void *to)
{
	struct app *app = arg;

	sd_draft_each(app->drafts_dir, start, each, to);
}

static bool describe_file(void *arg, const char *path, struct sd_file *out, struct sd_arena *a, struct sd_err *err)
{
	(void)arg;
	return sd_file_describe(out, a, path, err);
}

static struct wall_layout *load_layout(void *arg, struct sd_err *err)
{
	(void)arg;
	return wall_layout_load(NULL, err);
}

static void take_unsent(void *arg, const char *place, void (*each)(void *to, const struct sd_unsent *u),
	void (*bad)(void *to, const char *text), void *to)
{
	struct app *app = arg;

	sd_outbox_take(app->outbox, place, each, bad, to);
}

static enum term_colors colors_of(const char *word)
{
	return !word                   ? TERM_COLORS_AUTO
		   : !strcmp(word, "mono") ? TERM_COLORS_MONO
		   : !strcmp(word, "8")    ? TERM_COLORS_8
		   : !strcmp(word, "16")   ? TERM_COLORS_16
								   : TERM_COLORS_256;
}

static bool open_all(struct app *app, struct sd_err *err)
{
	const struct app_start *s = app->start;
	struct term_opts opts = {.ascii = s->ascii || !sd_locale_utf8(), .mouse = !s->no_mouse, .colors = colors_of(s->colors)};
	struct sd_str drafts = {0}, outbox = {0};
	const char *fd = sd_env_get("SVCDESK_IDLE_FD");

	app->idle_fd = fd ? atoi(fd) : -1;
	app->esc_ms = app_escape_ms(s->cfg);
	app->state_dir = s->state_dir ? sd_strdup(s->state_dir) : sd_env_state_dir(err);
	if (!app->state_dir)
		return false;
	sd_str_addf(&drafts, "%s/drafts", app->state_dir);
	app->drafts_dir = sd_str_take(&drafts);
	sd_str_addf(&outbox, "%s/outbox", app->state_dir);
	app->outbox = sd_outbox_new(outbox.data);
	sd_str_free(&outbox);
	app->host = sd_env_host();
	if (!s->cfg || sd_cfg_bool(s->cfg, "drafts-disk"))
		(void)sd_draft_possible(app->drafts_dir, &app->draft_err);
	if (s->plain)
		return true;
	app->term = term_open(&opts, err);
	if (!app->term)
		return false;
	glyphs_ascii(term_ascii(app->term));
	return true;
}

static void start_screen(struct app *app)
{
	app_theme(app, app->start->theme ? app->start->theme : "auto");
	if (term_note(app->term))
		sd_log(SD_LOG_WARN, "%s", term_note(app->term));
	app->watch = sd_loop_fd(app->loop, term_fd(app->term), SD_LOOP_READ, on_terminal, app);
}

static void start_lines(struct app *app)
{
	line_open(app, app->start->ascii || !sd_locale_utf8());
	sd_loop_signal(app->loop, SIGINT, on_signal, app);
}

static void start_up(struct app *app)
{
	const struct app_start *s = app->start;
	struct model_env env = {app, make_uuid, load_draft, each_draft, describe_file, s->target->conninfo, s->note ? s->note : "",
		s->language ? s->language : sd_locale_language(), s->view, s->zone, s->cfg, app->host,
		app->draft_err.text[0] ? app->draft_err.text : NULL, load_layout, sd_restricted(), take_unsent};
	struct sd_db_events ev = {on_state, app};
	static const int signos[] = {SIGWINCH, SIGCONT, SIGCHLD, SIGHUP, SIGTERM};
	int w = PLAIN_W, h = PLAIN_H;

	if (app->term)
		term_size(app->term, &w, &h);
	app->surface = surface_new(w, h);
	app->fx = effects_new();
	app->model = model_new(&env);
	app_history_load(app);
	app_session_load(app);
	for (int i = 0; i < TIMER_IDS; i++)
		app->timers[i] = (struct app_timer){app, (enum timer_id)i, 0};
	if (app->term)
		start_screen(app);
	else
		start_lines(app);
	for (size_t i = 0; i < sizeof signos / sizeof *signos; i++)
		sd_loop_signal(app->loop, signos[i], on_signal, app);
	sd_loop_before_poll(app->loop, before_poll, app);
	app_crash_arm(app);
	app_begin(app);
	if (app->term)
		lock_touch(app->model, app->fx);
	model_resize(app->model, w, h, app->fx);
	app_perform(app);
	app->db = sd_db_new(app->loop, s->target->conninfo, &ev);
}

static void on_left(void *arg, const struct sd_result *res, const struct sd_err *err)
{
	(void)res;
	(void)err;
	sd_loop_stop(arg);
}

static void waited(void *arg)
{
	sd_loop_stop(arg);
}

/* Nobody is at this console any more: others see it at once, not when its word has grown old. Nobody waits long for that. */
static void leave(struct app *app)
{
	enum { LEAVE_MS = 150 };
	const char *params[] = {app->model->console_id};

	if (!*app->model->console_id || app->model->presence.off || !app->model->session.online || !app->db)
		return;
	if (app->watch)
		sd_loop_fd_remove(app->loop, app->watch);
	app->watch = 0;
	sd_db_send(app->db, "delete from desk.my_presence where console = $1::uuid", 1, params, 0, on_left, app->loop);
	sd_loop_timer(app->loop, LEAVE_MS, waited, app->loop);
	if (app->line)
		sd_loop_turn(app->loop, 0); /* it is sent; a prompt would come before the answer */
	else
		sd_loop_run(app->loop);
}

static void shut_down(struct app *app)
{
	app_crash_disarm();
	if (app->model)
		app_session_save(app);
	if (app->model)
		leave(app);
	if (app->db)
		sd_db_free(app->db);
	app_aside_close(app);
	app_save_drop(app, false);
	app_requests_drop(app);
	line_close(app);
	if (app->term)
		term_close(app->term);
	model_free(app->model);
	effects_free(app->fx);
	if (app->surface)
		surface_free(app->surface);
	theme_free(app->theme);
	sd_loop_free(app->loop);
	free(app->failed);
	free(app->crash_path);
	free(app->crash_beside);
	free(app->crash_bytes);
	free(app->editor_file);
	free(app->editor_text);
	free(app->state_dir);
	free(app->drafts_dir);
	sd_outbox_free(app->outbox);
	free(app->history);
	free(app->host);
}

int app_console_main(const struct app_start *start)
{
	struct app app = {.start = start};
	struct sd_err err = {0};

	if (!start->plain && (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))) {
		fprintf(stderr, "svcdesk: %s\n", _("the console needs a terminal; see svcdesk --help for the commands that do not"));
		return 2;
	}
	app.loop = sd_loop_new();
	if (open_all(&app, &err)) {
		start_up(&app);
		sd_loop_run(app.loop);
	} else {
		app.exit_err = err;
		app.exit_status = 1;
	}
	shut_down(&app);
	if (app.exit_err.text[0])
		fprintf(stderr, "svcdesk: %s\n", app.exit_err.text);
	return app.exit_status;
}
