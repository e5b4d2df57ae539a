/* The lines of the plain console: taken from standard input, one after another, each when what the one before asked for is there.
 * The terminal is left as it was found: its own line editing is the editor here. */
#include "config.h"
#include "tui/plain/line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "svcdesk/env.h"
#include "tui/app/app_int.h"
#include "tui/plain/plain.h"

enum { LINE_MOST = 1024 * 1024, WIDTH = 80, ROWS = 20, ROWS_LEAST = 5, QUESTION_ROWS = 4 };

struct line {
	struct plain *plain;
	struct sd_str in;
	int watch, timer, cols, rows;
	long bytes_in, bytes_out;
	bool asked;                          /* the question stands there, and nothing has been said since */
	bool eof, hangup, echo, ascii, gone; /* gone: nobody reads what is written */
};

static void put(struct line *l, const char *text)
{
	struct sd_arena *a = l->ascii ? sd_arena_new() : NULL;
	const char *at = a ? sd_text_ascii(a, text) : text;
	size_t n = strlen(at);

	while (n && !l->gone) {
		ssize_t w = write(STDOUT_FILENO, at, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			l->gone = true;
		else
			l->bytes_out += w;
		at += w > 0 ? w : 0;
		n -= w > 0 ? (size_t)w : 0;
	}
	sd_arena_free(a);
}

static void flush(struct app *app)
{
	put(app->line, plain_take(app->line->plain));
}

static void leave(struct app *app, int status)
{
	app_begin(app);
	model_save(app->model, app->fx);
	app_perform(app);
	app_quit(app, status);
}

/* Takes a line off the input; NULL: none is whole yet. In a. */
static char *take_line(struct line *l, struct sd_arena *a)
{
	char *end = l->in.len ? memchr(l->in.data, '\n', l->in.len) : NULL;
	size_t n = end ? (size_t)(end - l->in.data) : l->in.len, used = n + (end != NULL);
	char *text;

	if (!end && (!l->eof || !l->in.len) && l->in.len < LINE_MOST)
		return NULL;
	text = sd_arena_strndup(a, l->in.data ? l->in.data : "", n);
	memmove(l->in.data, l->in.data + used, l->in.len - used + 1);
	l->in.len -= used;
	text[strcspn(text, "\r")] = '\0';
	return text;
}

static void one_line(struct app *app)
{
	struct line *l = app->line;
	struct sd_arena *a = sd_arena_new();
	char *text = take_line(l, a);

	if (text) {
		if (l->echo) {
			struct sd_str clean = {0};

			sd_text_clean(&clean, text, strlen(text), SD_CLEAN_LINE);
			put(l, clean.data ? clean.data : "");
			put(l, "\n");
			sd_str_free(&clean);
		}
		l->asked = false;
		app_begin(app);
		plain_line(l->plain, text, app->fx);
		app_perform(app);
		app->worked = true;
	} else if (l->eof) {
		put(l, "\n");
		leave(app, l->hangup ? 1 : 0);
	}
	sd_arena_free(a);
}

static void on_turn(void *arg)
{
	struct app *app = arg;

	app->line->timer = 0;
	if (!app_is_idle(app))
		return;
	app_begin(app);
	app->line->asked = plain_settled(app->line->plain, app->fx);
	app_perform(app);
	flush(app);
	if (app->line->gone)
		leave(app, 1);
	else if (app_is_idle(app))
		one_line(app);
}

bool line_turn(struct app *app)
{
	struct line *l = app->line;
	bool waits = l->in.len && (memchr(l->in.data, '\n', l->in.len) || l->in.len >= LINE_MOST);

	if (!l->timer && (!l->asked || waits || l->eof) && app_is_idle(app))
		l->timer = sd_loop_timer(app->loop, 0, on_turn, app);
	return l->timer != 0;
}

void line_facts(const struct app *app, int *cols, int *rows, long *in, long *out)
{
	const struct line *l = app->line;

	*cols = l->cols;
	*rows = l->rows;
	*in = l->bytes_in;
	*out = l->bytes_out;
}

static void on_input(void *arg, int ready)
{
	struct app *app = arg;
	struct line *l = app->line;
	char buf[4096];
	ssize_t n = read(STDIN_FILENO, buf, sizeof buf);

	if (n > 0) {
		sd_str_addn(&l->in, buf, (size_t)n);
		l->bytes_in += n;
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN))
		l->eof = true;
	l->hangup = l->eof && !l->echo && (n < 0 || ready & SD_LOOP_HANGUP);
	app->worked = true;
	if (l->eof || l->in.len >= LINE_MOST) {
		sd_loop_fd_remove(app->loop, l->watch);
		l->watch = 0;
	}
}

void line_watch(struct app *app, bool on)
{
	struct line *l = app->line;

	if (l->watch && !on)
		sd_loop_fd_remove(app->loop, l->watch);
	l->watch = on && !l->eof ? (l->watch ? l->watch : sd_loop_fd(app->loop, STDIN_FILENO, SD_LOOP_READ, on_input, app)) : 0;
}

void line_interrupt(struct app *app)
{
	app_begin(app);
	app->line->asked = false;
	plain_cancel(app->line->plain, app->fx);
	app_perform(app);
	app->worked = true;
}

void line_told(struct app *app, const char *text)
{
	app->line->asked = false;
	plain_told(app->line->plain, text);
	app->worked = true;
}

void line_conn(struct app *app)
{
	app->line->asked = false;
	plain_conn(app->line->plain);
}

void line_answer(struct app *app, const struct answer *a)
{
	plain_answer(app->line->plain, a, app->fx);
}

static int number_of(const char *name)
{
	const char *s = sd_env_get(name);

	return s ? atoi(s) : 0;
}

void line_open(struct app *app, bool ascii)
{
	struct line *l = sd_calloc(1, sizeof *l);
	struct winsize ws = {0};
	int cols = number_of("COLUMNS"), rows = number_of("LINES");

	if (isatty(STDOUT_FILENO) && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0) {
		cols = ws.ws_col > 0 ? ws.ws_col : cols;
		rows = ws.ws_row > 0 ? ws.ws_row : rows;
	}
	l->cols = cols;
	l->rows = rows;
	rows = rows > 0 ? rows - QUESTION_ROWS : ROWS;
	l->plain = plain_new(app->model, cols > 0 ? cols : WIDTH, rows < ROWS_LEAST ? ROWS_LEAST : rows);
	l->ascii = ascii;
	l->echo = !isatty(STDIN_FILENO);
	app->line = l;
	line_watch(app, true);
}

void line_close(struct app *app)
{
	if (!app->line)
		return;
	if (!app->line->gone)
		flush(app);
	plain_free(app->line->plain);
	sd_str_free(&app->line->in);
	free(app->line);
	app->line = NULL;
}
