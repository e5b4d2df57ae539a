/* The wallboard as a program: the loop, the terminal and the line to the desk around the pure wall. It only reads, and goes on
 * whatever happens to the line: the last figures stay, with their age. */
#include "tui/wall/program.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "svcdesk/clock.h"
#include "svcdesk/db.h"
#include "svcdesk/env.h"
#include "svcdesk/err.h"
#include "svcdesk/locale.h"
#include "svcdesk/loop.h"
#include "svcdesk/mem.h"
#include "tui/surface/surface.h"
#include "tui/surface/theme.h"
#include "tui/term/term.h"
#include "tui/wall/ask.h"
#include "tui/wall/wall.h"

struct program {
	const struct wall_start *start;
	struct sd_loop *loop;
	struct term *term;
	struct surface *surface;
	struct theme *theme;
	char theme_name[128];
	struct sd_db *db;
	struct wall *wall;
	struct wall_ask *ask;
	int watch, timer, esc_timer;
	int status;
	int outstanding;
	/* test hook: a line each time the program is idle */
	int idle_fd;
	long idle_count;
	bool worked;
};

/* ---- colours ---- */
static bool put_theme(struct program *p, const char *name)
{
	struct sd_err err = {0};
	struct theme *t;

	if (!strcmp(name, p->theme_name))
		return true;
	t = theme_load(name, &err);
	if (!t) {
		snprintf(p->wall->trouble, sizeof p->wall->trouble, "%.299s", err.text);
		if (p->theme)
			return false;
		t = theme_plain();
	}
	term_theme(p->term, t);
	theme_free(p->theme);
	p->theme = t;
	snprintf(p->theme_name, sizeof p->theme_name, "%s", name);
	term_redraw(p->term);
	p->wall->dirty = true;
	return true;
}

static void theme_now(struct program *p)
{
	const char *name = wall_theme(p->wall);

	if (name)
		put_theme(p, name);
	else if (!p->theme)
		put_theme(p, p->start->theme && strcmp(p->start->theme, "auto") != 0 ? p->start->theme : "night");
}

/* ---- the desk ---- */
struct count_request {
	struct program *p;
	size_t spec;
};

static void on_count(void *arg, const struct sd_result *res, const struct sd_err *err)
{
	struct count_request *r = arg;
	const char *n = res && sd_result_rows(res) ? sd_result_get(res, 0, 0) : NULL;

	(void)err;
	r->p->outstanding--;
	wall_counted(r->p->wall, r->spec, n ? strtol(n, NULL, 10) : -1);
	r->p->worked = true;
	free(r);
}

static void ask_counts(struct program *p)
{
	struct sd_arena *a = sd_arena_new();

	for (size_t i = 0; i < p->wall->layout->nspecs; i++) {
		struct wall_question q;
		struct count_request *r;

		if (!wall_ask_count(p->wall, i, a, &q))
			continue;
		r = sd_malloc(sizeof *r);
		*r = (struct count_request){p, i};
		p->outstanding++;
		sd_db_send(p->db, q.sql, q.nparams, q.params, SD_DB_BRIEF, on_count, r);
	}
	sd_arena_free(a);
}

static const char *const *row_of(const struct sd_result *res, const char *row[4])
{
	if (!res || !sd_result_rows(res))
		return NULL;
	for (int i = 0; i < 4; i++)
		row[i] = sd_result_get(res, 0, i);
	return row;
}

static void on_answer(void *arg, const struct sd_result *res, const struct sd_err *err)
{
	struct program *p = arg;
	const char *row[4];

	p->outstanding--;
	wall_clock(p->wall, sd_clock_mono_ms());
	if (wall_ask_answered(p->ask, p->wall, row_of(res, row), err ? err->text : NULL))
		ask_counts(p);
	p->worked = true;
}

static void ask(struct program *p)
{
	struct sd_arena *a = sd_arena_new();
	struct wall_question q;

	if (wall_ask_now(p->ask, p->wall, p->start->language, a, &q)) {
		p->outstanding++;
		sd_db_send(p->db, q.sql, q.nparams, q.params, 0, on_answer, p);
	}
	sd_arena_free(a);
}

static void on_state(void *arg, enum sd_db_state s, const struct sd_err *why)
{
	struct program *p = arg;

	wall_clock(p->wall, sd_clock_mono_ms());
	wall_online(p->wall, s == SD_DB_READY, why ? why->text : NULL);
	p->worked = true;
}

/* ---- the terminal ---- */
static void leave(struct program *p, int status)
{
	p->status = status;
	sd_loop_stop(p->loop);
}

static void fit(struct program *p)
{
	int w, h;

	term_size(p->term, &w, &h);
	surface_resize(p->surface, w, h);
	wall_clock(p->wall, sd_clock_mono_ms());
	wall_resize(p->wall, w, h);
	p->worked = true;
}

static void read_keys(struct program *p);

static void on_esc(void *arg)
{
	struct program *p = arg;

	p->esc_timer = 0;
	decoder_flush(term_decoder(p->term));
	read_keys(p);
}

static void one_key(struct program *p, const struct key *k)
{
	const char *query;

	if (k->code == KEY_CODE_EOF) {
		leave(p, 1);
		return;
	}
	if (k->code == 'l' && k->mods == KEY_CTRL)
		term_redraw(p->term);
	wall_clock(p->wall, sd_clock_mono_ms());
	if (wall_key(p->wall, k, &query) == WALL_LEAVE)
		leave(p, 0);
}

static void read_keys(struct program *p)
{
	struct decoder *d = term_decoder(p->term);
	struct key k;

	while (decoder_next(d, &k)) {
		p->worked = true;
		one_key(p, &k);
	}
	if (p->esc_timer)
		sd_loop_timer_cancel(p->loop, p->esc_timer);
	p->esc_timer =
		decoder_waiting(d) ? sd_loop_timer(p->loop, decoder_pasting(d) ? DECODER_PASTE_MS : DECODER_ESC_SSH_MS, on_esc, p) : 0;
}

static void on_terminal(void *arg, int ready)
{
	struct program *p = arg;

	if (ready & SD_LOOP_WRITE)
		term_flush(p->term);
	if (ready & (SD_LOOP_READ | SD_LOOP_HANGUP)) {
		term_read(p->term);
		read_keys(p);
	}
}

static void on_signal(void *arg, int signo)
{
	struct program *p = arg;

	if (signo == SIGWINCH) {
		term_resized(p->term);
		fit(p);
	} else if (signo == SIGCONT) {
		term_resume(p->term);
		term_redraw(p->term);
		fit(p);
	} else {
		leave(p, 128 + signo);
	}
}

/* ---- the end of a turn ---- */
static void on_time(void *arg)
{
	struct program *p = arg;

	p->timer = 0;
	wall_clock(p->wall, sd_clock_mono_ms());
	p->wall->dirty = true; /* a countdown, the clock, an age: only cells that differ reach the line */
}

static void tell_idle(struct program *p)
{
	char line[120];
	int n, cols, rows;

	p->worked = false;
	p->idle_count++;
	if (p->idle_fd < 0)
		return;
	term_size(p->term, &cols, &rows);
	n = snprintf(line, sizeof line, "idle %ld %ld %ld %d %d 0\n", p->idle_count, term_bytes_read(p->term), term_bytes(p->term),
		cols, rows);
	if (write(p->idle_fd, line, (size_t)n) != n)
		p->idle_fd = -1;
}

static void before_poll(void *arg)
{
	struct program *p = arg;

	ask(p);
	theme_now(p);
	if (p->wall->dirty) {
		wall_draw(p->wall, p->surface);
		term_paint(p->term, p->surface);
		p->worked = true;
	}
	sd_loop_fd_set(p->loop, p->watch, term_fd(p->term), SD_LOOP_READ | (term_behind(p->term) ? SD_LOOP_WRITE : 0));
	if (p->timer)
		sd_loop_timer_cancel(p->loop, p->timer);
	p->timer = sd_loop_timer(p->loop, wall_next(p->wall), on_time, p);
	if (p->worked && !p->outstanding && !p->esc_timer && !term_behind(p->term))
		tell_idle(p);
}

/* ---- start and end ---- */
static enum term_colors colors_of(const char *word)
{
	return !word                   ? TERM_COLORS_AUTO
		   : !strcmp(word, "mono") ? TERM_COLORS_MONO
		   : !strcmp(word, "8")    ? TERM_COLORS_8
		   : !strcmp(word, "16")   ? TERM_COLORS_16
								   : TERM_COLORS_256;
}

static enum wall_light light_of(const char *theme)
{
	if (!theme || !strcmp(theme, "auto"))
		return WALL_LIGHT_AUTO;
	return !strcmp(theme, "day") ? WALL_LIGHT_DAY : !strcmp(theme, "night") ? WALL_LIGHT_NIGHT : WALL_LIGHT_KEEP;
}

static void run(struct program *p)
{
	static const int signos[] = {SIGWINCH, SIGCONT, SIGHUP, SIGTERM, SIGINT};
	struct sd_db_events ev = {on_state, p};
	int w, h;

	glyphs_ascii(term_ascii(p->term));
	term_size(p->term, &w, &h);
	p->surface = surface_new(w, h);
	p->watch = sd_loop_fd(p->loop, term_fd(p->term), SD_LOOP_READ, on_terminal, p);
	for (size_t i = 0; i < sizeof signos / sizeof *signos; i++)
		sd_loop_signal(p->loop, signos[i], on_signal, p);
	fit(p);
	sd_loop_before_poll(p->loop, before_poll, p);
	p->db = sd_db_new(p->loop, p->start->target->conninfo, &ev);
	sd_loop_run(p->loop);
}

static void shut_down(struct program *p)
{
	if (p->db)
		sd_db_free(p->db);
	if (p->term)
		term_close(p->term);
	if (p->surface)
		surface_free(p->surface);
	theme_free(p->theme);
	wall_ask_free(p->ask);
	wall_free(p->wall);
	sd_loop_free(p->loop);
}

/* Better now than at seven in the evening. */
static bool themes_are_there(const struct wall_start *s, const struct wall_layout *l, struct sd_err *err)
{
	bool own = light_of(s->theme) == WALL_LIGHT_KEEP;
	const char *names[] = {own ? s->theme : l->day_theme, own ? s->theme : l->night_theme};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct theme *t = theme_load(names[i], err);

		if (!t)
			return false;
		theme_free(t);
	}
	return true;
}

static bool open_all(struct program *p, struct sd_err *err)
{
	struct term_opts opts = {.ascii = p->start->ascii || !sd_locale_utf8(), .colors = colors_of(p->start->colors)};
	struct wall_layout *layout = wall_layout_load(p->start->layout, err);
	const char *fd = sd_env_get("SVCDESK_IDLE_FD");

	if (!layout)
		return false;
	p->idle_fd = fd ? atoi(fd) : -1;
	p->wall = wall_new(layout, false, light_of(p->start->theme));
	if (!themes_are_there(p->start, layout, err))
		return false;
	p->ask = wall_ask_new();
	p->term = term_open(&opts, err);
	return p->term != NULL;
}

int wall_main(const struct wall_start *start)
{
	struct program p = {.start = start, .loop = sd_loop_new()};
	struct sd_err err = {0};

	if (!sd_env_get("PGTARGETSESSIONATTRS")) /* of several servers one that only follows will do */
		sd_env_put("PGTARGETSESSIONATTRS", "any");
	if (open_all(&p, &err))
		run(&p);
	else
		p.status = sd_err_exit_code(&err);
	shut_down(&p);
	if (err.text[0])
		fprintf(stderr, "svcdesk: %s\n", err.text);
	return p.status;
}
