/* The terminal driver against an emulator: what arrives on the screen is what was drawn, on many kinds of terminal, with a line
 * that is slow, and the terminal is put back however the program ends. The child draws, the parent is the terminal. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <vterm.h>

#include "svcdesk/err.h"
#include "svcdesk/loop.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/surface/surface.h"
#include "tui/surface/theme.h"
#include "tui/term/term.h"
#include "tui/term/term_int.h"

/* The children end in the middle of things on purpose; what they leave behind is no leak. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* Written by the child behind each frame; an unknown OSC, so the emulator drops it. */
#define FRAME "\033]777;frame\007"

/* ---- random screens, the same in both processes ---- */
static unsigned rnd(unsigned *seed, unsigned n)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 8) % n;
}

static const char *const words[] = {
	"printer", " ", "offline", "打印机", "日本", "Zürich", "─┬┐", "é", "ok", "x", "…", "●", "終了 ", "한글"};

static void mutate(struct surface *s, unsigned *seed)
{
	struct region r = surface_region(s);
	int w = surface_width(s), h = surface_height(s);

	for (unsigned i = 0, n = rnd(seed, 12); i < n; i++) {
		const char *word = words[rnd(seed, sizeof words / sizeof *words)];
		int x = (int)rnd(seed, (unsigned)w), y = (int)rnd(seed, (unsigned)h);
		enum element e = (enum element)rnd(seed, EL_COUNT);

		switch (rnd(seed, 5)) {
		case 0:
			draw_fill(r, x, y, (int)rnd(seed, 30), (int)rnd(seed, 6), e, rnd(seed, 3) ? " " : "中");
			break;
		case 1:
			draw_element(r, 0, y, w, 1, e);
			break;
		case 2:
			draw_box(region_sub(r, x, y, (int)rnd(seed, 40), (int)rnd(seed, 10)), e, word);
			break;
		default:
			draw_text(r, x, y, e, word);
		}
	}
	surface_cursor(s, (int)rnd(seed, (unsigned)w), (int)rnd(seed, (unsigned)h), rnd(seed, 4) != 0);
}

/* ---- the parent's side ---- */
struct emu {
	int fd;
	pid_t pid;
	VTerm *vt;
	VTermScreen *screen;
	struct sd_str all; /* every byte that came */
	size_t shown;      /* of all: the emulator has it */
	bool visible, alt, eof;
};

static int set_prop(VTermProp prop, VTermValue *val, void *user)
{
	struct emu *e = user;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		e->visible = val->boolean;
	if (prop == VTERM_PROP_ALTSCREEN)
		e->alt = val->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = {.settermprop = set_prop};

struct scenario {
	const char *term;
	int cols, rows;
	void (*child)(const struct scenario *sc);
	unsigned seed;
	int frames;
	const char *no_color;
	struct term_opts opts;
};

static void emu_start(struct emu *e, const struct scenario *sc)
{
	struct winsize ws = {.ws_col = (unsigned short)sc->cols, .ws_row = (unsigned short)sc->rows};

	memset(e, 0, sizeof *e);
	e->vt = vterm_new(sc->rows, sc->cols);
	vterm_set_utf8(e->vt, 1);
	e->screen = vterm_obtain_screen(e->vt);
	vterm_screen_set_callbacks(e->screen, &callbacks, e);
	vterm_screen_enable_altscreen(e->screen, 1);
	vterm_screen_reset(e->screen, 1);
	e->visible = true;
	e->pid = forkpty(&e->fd, NULL, NULL, &ws);
	assert_true(e->pid >= 0);
	if (e->pid == 0) {
		setenv("TERM", sc->term, 1);
		unsetenv("NO_COLOR");
		if (sc->no_color)
			setenv("NO_COLOR", sc->no_color, 1);
		sc->child(sc);
		exit(0);
	}
	fcntl(e->fd, F_SETFL, O_NONBLOCK);
}

/* Reads what is there; waits for it at most until the deadline of the whole test run kills us. */
static bool emu_read(struct emu *e)
{
	struct pollfd p = {.fd = e->fd, .events = POLLIN};
	char buf[65536];
	ssize_t n;

	if (poll(&p, 1, 20000) <= 0)
		fail_msg("nothing came for 20 s");
	n = read(e->fd, buf, sizeof buf);
	if (n <= 0) {
		e->eof = n == 0 || errno == EIO;
		return false;
	}
	sd_str_addn(&e->all, buf, (size_t)n);
	return true;
}

/* Shows the emulator what came up to that place: never more than the frame that is looked at. */
static void emu_show(struct emu *e, size_t to)
{
	vterm_input_write(e->vt, e->all.data + e->shown, to - e->shown);
	e->shown = to;
}

static void emu_frame(struct emu *e)
{
	for (;;) {
		const char *at = e->all.data ? memmem(e->all.data + e->shown, e->all.len - e->shown, FRAME, sizeof FRAME - 1) : NULL;

		if (at) {
			emu_show(e, (size_t)(at - e->all.data) + sizeof FRAME - 1);
			return;
		}
		if (!emu_read(e) && e->eof)
			fail_msg("the child ended before its frame: %s", e->all.data ? e->all.data : "");
	}
}

static int emu_end(struct emu *e)
{
	int status;

	while (!e->eof)
		emu_read(e);
	if (e->all.len > e->shown)
		emu_show(e, e->all.len);
	waitpid(e->pid, &status, 0);
	return status;
}

static void emu_free(struct emu *e)
{
	close(e->fd);
	vterm_free(e->vt);
	sd_str_free(&e->all);
}

static void compare(struct emu *e, const struct surface *s, const char *what, int frame)
{
	for (int y = 0; y < surface_height(s); y++)
		for (int x = 0; x < surface_width(s); x++) {
			const struct cell *c = surface_cell(s, x, y);
			VTermScreenCell v;
			uint32_t have, want;
			const char *p = c->text;
			wchar_t wc = L' ';

			if (c->width == 0)
				continue;
			vterm_screen_get_cell(e->screen, (VTermPos){.row = y, .col = x}, &v);
			if (*p)
				mbtowc(&wc, p, strlen(p));
			want = (uint32_t)wc;
			have = v.chars[0] ? v.chars[0] : ' ';
			if (have != want || v.width != c->width)
				fail_msg("%s frame %d: cell %d,%d is U+%04X width %d, want U+%04X width %d", what, frame, x, y, have, v.width,
					want, c->width);
		}
	int x, y;
	VTermPos at;

	vterm_state_get_cursorpos(vterm_obtain_state(e->vt), &at);
	/* A vt100 cannot hide its cursor. */
	if (surface_cursor_get(s, &x, &y) != e->visible && strcmp(what, "vt100") != 0 && strncmp(what, "no-such", 7) != 0)
		fail_msg("%s frame %d: cursor visible %d", what, frame, e->visible);
	if (e->visible) {
		assert_int_equal(at.col, x);
		assert_int_equal(at.row, y);
	}
}

/* ---- children ---- */
static struct term *child_open(const struct scenario *sc)
{
	struct sd_err err = {0};
	struct term *t = term_open(&sc->opts, &err);

	if (!t) {
		printf("ERR %s", err.id);
		fflush(stdout);
		exit(3);
	}
	return t;
}

static void child_wait(struct term *t)
{
	while (term_behind(t)) {
		struct pollfd p = {.fd = term_fd(t), .events = POLLOUT};

		poll(&p, 1, 1000);
		term_flush(t);
	}
}

static void child_frames(const struct scenario *sc)
{
	struct term *t = child_open(sc);
	struct surface *s = surface_new(sc->cols, sc->rows);
	unsigned seed = sc->seed;

	for (int i = 0; i < sc->frames; i++) {
		mutate(s, &seed);
		term_paint(t, s);
		child_wait(t);
		term_write_raw(t, FRAME, sizeof FRAME - 1);
		child_wait(t);
	}
	surface_free(s);
	term_close(t);
}

static void run_frames(const char *term)
{
	struct scenario sc = {.term = term, .cols = 80, .rows = 24, .child = child_frames, .seed = 7, .frames = 60};
	struct surface *s = surface_new(sc.cols, sc.rows);
	unsigned seed = sc.seed;
	struct emu e;

	emu_start(&e, &sc);
	for (int i = 0; i < sc.frames; i++) {
		mutate(s, &seed);
		emu_frame(&e);
		compare(&e, s, term, i);
	}
	assert_int_equal(emu_end(&e), 0);
	emu_free(&e);
	surface_free(s);
}

static void test_frames_arrive(void **state)
{
	(void)state;
	run_frames("xterm-256color");
	run_frames("tmux-256color");
	run_frames("linux");
	run_frames("screen");
	run_frames("xterm");
	run_frames("vt220");
	run_frames("vt100");
	run_frames("no-such-terminal");
}

/* Painting faster than the line takes: never waits, and in the end the newest frame stands there. */
static void child_flood(const struct scenario *sc)
{
	struct term *t = child_open(sc);
	struct surface *s = surface_new(sc->cols, sc->rows);
	unsigned seed = sc->seed;
	long before;

	for (int i = 0; i < sc->frames; i++) {
		mutate(s, &seed);
		term_paint(t, s);
	}
	before = term_bytes(t);
	/* The parent reads nothing before this file is there: had a paint waited, we would never come here. */
	kill(getppid(), SIGUSR1);
	child_wait(t);
	if (before > 200000)
		exit(4);
	term_write_raw(t, FRAME, sizeof FRAME - 1);
	child_wait(t);
	surface_free(s);
	term_close(t);
}

static volatile sig_atomic_t flooded;
static void on_usr1(int signo)
{
	(void)signo;
	flooded = 1;
}

static void test_slow_line(void **state)
{
	(void)state;
	struct scenario sc = {.term = "xterm-256color", .cols = 80, .rows = 24, .child = child_flood, .seed = 3, .frames = 4000};
	struct surface *s = surface_new(sc.cols, sc.rows);
	unsigned seed = sc.seed;
	sigset_t block, old;
	struct emu e;

	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigprocmask(SIG_BLOCK, &block, &old);
	signal(SIGUSR1, on_usr1);
	emu_start(&e, &sc);
	while (!flooded)
		sigsuspend(&old);
	sigprocmask(SIG_SETMASK, &old, NULL);
	for (int i = 0; i < sc.frames; i++)
		mutate(s, &seed);
	emu_frame(&e);
	compare(&e, s, "flood", sc.frames);
	assert_int_equal(emu_end(&e), 0);
	emu_free(&e);
	surface_free(s);
}

/* What costs nothing, and what a cursor step costs. */
static void child_bytes(const struct scenario *sc)
{
	struct term *t = child_open(sc);
	struct surface *s = surface_new(sc->cols, sc->rows);
	struct region r = surface_region(s);
	long at, full, step;
	struct theme *th;
	struct sd_err err;

	th = theme_load(SRCDIR "/themes/dark.theme", &err);
	term_theme(t, th);
	for (int y = 0; y < sc->rows; y++)
		draw_textf(r, 0, y, y == 3 ? EL_SELECTED : EL_NORMAL,
			"INC%06d  Printer on floor %d prints blank pages since this morning  P3", y, y);
	term_paint(t, s);
	child_wait(t);
	full = term_bytes(t);
	term_paint(t, s);
	term_paint(t, s);
	at = term_bytes(t);
	if (at != full)
		_exit(5);
	draw_element(r, 0, 3, sc->cols, 1, EL_NORMAL);
	draw_element(r, 0, 4, sc->cols, 1, EL_SELECTED);
	surface_cursor(s, 0, 4, true);
	term_paint(t, s);
	child_wait(t);
	step = term_bytes(t) - at;
	at = term_bytes(t);
	term_redraw(t);
	term_paint(t, s);
	child_wait(t);
	term_close(t);
	theme_free(th);
	surface_free(s);
	printf("STEP %ld FULL %ld\n", step, full);
	fflush(stdout);
	if (step > 400 || full > 8192)
		_exit(6);
	_exit(0);
}

static void test_bytes(void **state)
{
	(void)state;
	struct scenario sc = {.term = "xterm-256color", .cols = 160, .rows = 50, .child = child_bytes};
	struct emu e;
	int status;

	emu_start(&e, &sc);
	status = emu_end(&e);
	if (status != 0)
		fail_msg("status %d: %s", status, e.all.data ? strstr(e.all.data, "STEP") : "");
	emu_free(&e);
}

/* ---- how it ends ---- */
static void child_dies(const struct scenario *sc)
{
	struct term *t = child_open(sc);
	struct surface *s = surface_new(sc->cols, sc->rows);

	draw_text(surface_region(s), 0, 0, EL_TITLE, "here");
	term_paint(t, s);
	child_wait(t);
	term_write_raw(t, FRAME, sizeof FRAME - 1);
	child_wait(t);
	for (struct key k; !decoder_next(term_decoder(t), &k);) {
		struct pollfd p = {.fd = term_fd(t), .events = POLLIN};

		poll(&p, 1, 1000);
		term_read(t);
	}
	if (sc->frames == 0)
		exit(0); /* without term_close */
	if (sc->frames == -1) {
		term_close(t);
		surface_free(s);
		_exit(0);
	}
	/* A sanitizer would turn these into its own exit; what is tested is ours. */
	if (sc->frames != SIGABRT)
		raise(sc->frames);
	else
		abort();
	_exit(9);
}

static void check_restored(int how)
{
	struct scenario sc = {
		.term = "xterm-256color", .cols = 80, .rows = 24, .child = child_dies, .frames = how, .opts = {.mouse = true}};
	struct termios during, after;
	struct emu e;

	emu_start(&e, &sc);
	emu_frame(&e);
	assert_true(e.alt);
	tcgetattr(e.fd, &during);
	assert_false(during.c_lflag & (ICANON | ECHO | ISIG));
	assert_int_equal(write(e.fd, "x", 1), 1);
	emu_end(&e);
	tcgetattr(e.fd, &after);
	if (!(after.c_lflag & ICANON) || !(after.c_lflag & ECHO) || !(after.c_oflag & OPOST))
		fail_msg("ended by %d: modes of the line not restored", how);
	if (e.alt || !e.visible)
		fail_msg("ended by %d: alternate screen %d, cursor %d", how, e.alt, e.visible);
	for (size_t i = 0; i < 4; i++) {
		static const char *const off[] = {"\033[?2004l", "\033[?1004l", "\033[?1000l", "\033[?1006l"};

		if (!strstr(e.all.data, off[i]))
			fail_msg("ended by %d: mode %zu left on", how, i);
	}
	emu_free(&e);
}

static void test_restored(void **state)
{
	(void)state;
	check_restored(-1);
	check_restored(0);
	check_restored(SIGTERM);
	check_restored(SIGHUP);
	check_restored(SIGINT);
	check_restored(SIGABRT);
	check_restored(SIGSEGV);
}

/* The order of a program that ends: the loop took the signals over from the guard, the terminal is closed, the loop gives them
 * back. A hangup then (a closed window sends more than one) must end it, not go round for ever. */
static void nothing(void *arg, int signo)
{
	(void)arg;
	(void)signo;
}

static void child_hung_up_late(const struct scenario *sc)
{
	struct term *t = child_open(sc);
	struct sd_loop *l = sd_loop_new();

	sd_loop_signal(l, SIGHUP, nothing, NULL);
	term_close(t);
	sd_loop_free(l);
	alarm(20);
	raise(SIGHUP);
	_exit(9);
}

static void test_hung_up_late(void **state)
{
	(void)state;
	struct scenario sc = {.term = "xterm-256color", .cols = 80, .rows = 24, .child = child_hung_up_late};
	struct emu e;

	emu_start(&e, &sc);
	int status = emu_end(&e);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGHUP);
	emu_free(&e);
}

/* ---- suspending ---- */
static void child_suspends(const struct scenario *sc)
{
	struct term *t = child_open(sc);
	struct surface *s = surface_new(sc->cols, sc->rows);

	draw_text(surface_region(s), 5, 5, EL_NORMAL, "before and after");
	surface_cursor(s, 5, 5, true);
	term_paint(t, s);
	term_suspend(t);
	term_paint(t, s); /* must not reach the terminal */
	if (write(STDOUT_FILENO, FRAME "editor was here", sizeof FRAME + 14) < 0)
		_exit(7);
	if (getchar() == EOF)
		_exit(8);
	term_resume(t);
	term_paint(t, s);
	child_wait(t);
	term_write_raw(t, FRAME, sizeof FRAME - 1);
	child_wait(t);
	surface_free(s);
	term_close(t);
}

static void test_suspend(void **state)
{
	(void)state;
	struct scenario sc = {.term = "xterm-256color", .cols = 60, .rows = 20, .child = child_suspends};
	struct surface *s = surface_new(sc.cols, sc.rows);
	struct termios line;
	struct emu e;

	draw_text(surface_region(s), 5, 5, EL_NORMAL, "before and after");
	surface_cursor(s, 5, 5, true);
	emu_start(&e, &sc);
	emu_frame(&e);
	assert_false(e.alt);
	tcgetattr(e.fd, &line);
	assert_true(line.c_lflag & ICANON);
	assert_int_equal(write(e.fd, "\n", 1), 1);
	emu_frame(&e);
	assert_true(e.alt);
	compare(&e, s, "resumed", 0);
	assert_int_equal(emu_end(&e), 0);
	emu_free(&e);
	surface_free(s);
}

/* ---- kinds of terminals ---- */
static void child_note(const struct scenario *sc)
{
	struct term *t = child_open(sc);
	struct surface *s = surface_new(sc->cols, sc->rows);
	struct sd_err err = {0};
	struct theme *th = theme_load(SRCDIR "/themes/dark.theme", &err);
	char note[300];

	snprintf(note, sizeof note, "%s", term_note(t) ? term_note(t) : "none");
	term_theme(t, th);
	draw_text(surface_region(s), 0, 0, EL_P1, "urgent");
	term_paint(t, s);
	child_wait(t);
	bool ascii = term_ascii(t);

	term_close(t);
	printf("NOTE %s;ascii %d\n", note, ascii);
	fflush(stdout);
	_exit(0);
}

static char *run_note(const char *term, const char *no_color, bool ascii)
{
	struct scenario sc = {
		.term = term, .cols = 80, .rows = 24, .child = child_note, .no_color = no_color, .opts = {.ascii = ascii}};
	struct emu e;
	char *out;

	emu_start(&e, &sc);
	emu_end(&e);
	out = sd_strdup(e.all.data ? e.all.data : "");
	emu_free(&e);
	return out;
}

static void test_kinds(void **state)
{
	char *out;

	(void)state;
	out = run_note("xterm-256color", NULL, false);
	assert_non_null(strstr(out, "NOTE none"));
	assert_non_null(strstr(out, "48;5;160")); /* the background of p1 */
	free(out);
	out = run_note("xterm-256color", "1", false);
	assert_null(strstr(out, "48;5"));
	assert_null(strstr(out, "\033[31"));
	free(out);
	out = run_note("xterm-ghostly", NULL, false);
	assert_non_null(strstr(out, "using xterm-256color"));
	free(out);
	out = run_note("strange9000", NULL, false);
	assert_non_null(strstr(out, "using vt100"));
	assert_null(strstr(out, "\033[?2004h")); /* not bothered with modes it cannot know */
	free(out);
	out = run_note("dumb", NULL, false);
	assert_non_null(strstr(out, "ERR terminal_dumb"));
	free(out);
}

/* ---- glyphs ---- */
static void check_glyph(const char *text, int width, int cells, wchar_t first, wchar_t second)
{
	struct cell c = {.width = (uint8_t)width};
	struct glyph_out g;

	snprintf(c.text, sizeof c.text, "%s", text);
	glyph_of(&c, false, &g);
	assert_int_equal(g.cells, cells);
	assert_int_equal(g.ch[0][0], first);
	if (cells == 2)
		assert_int_equal(g.ch[1][0], second);
}

static void test_glyphs(void **state)
{
	(void)state;
	check_glyph("a", 1, 1, L'a', 0);
	check_glyph("中", 2, 1, L'中', 0);
	check_glyph("e\xCC\x81", 1, 1, L'e', 0);
	check_glyph("\xE2\x9D\xA4\xEF\xB8\x8F", 2, 2, 0x2764, L' ');                   /* heart as emoji */
	check_glyph("\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", 2, 1, 0x1F468, 0); /* a family */
	check_glyph("\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD", 2, 1, 0x1F44D, 0);             /* skin tone */
	check_glyph("\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA", 2, 2, L'D', L'E');             /* a flag */
	check_glyph("\xF0\x9F\xAB\xA8", 2, wcwidth(0x1FAE8) == 2 ? 1 : 1, wcwidth(0x1FAE8) == 2 ? 0x1FAE8 : 0x3013, 0); /* too new */
}

/* Whatever a cell holds, what goes to ncurses is exactly as wide by the C library. */
static void test_glyph_widths(void **state)
{
	unsigned seed = 99;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		char text[200] = "";
		const char *p = text;
		struct sd_grapheme sg;
		size_t n = 0;

		for (unsigned k = 0, count = 1 + rnd(&seed, 6); k < count; k++) {
			static const uint32_t base[] = {
				0x20, 0x300, 0x900, 0x1100, 0x2000, 0x2600, 0x3000, 0xAC00, 0xFE00, 0x1F1E6, 0x1F300, 0x1F900, 0xE0000};
			struct key key = {.code = base[rnd(&seed, 13)] + rnd(&seed, 256)};
			char one[5];

			n += key_utf8(&key, one);
			strcat(text, one);
		}
		struct sd_str clean = {0};

		sd_text_clean(&clean, text, n, SD_CLEAN_LINE);
		p = clean.data ? clean.data : "";
		while (sd_text_next(&p, &sg)) {
			struct cell c = {.width = (uint8_t)sg.width};
			struct glyph_out g;
			int w = 0;

			if (sg.width < 1 || sg.len >= sizeof c.text)
				continue;
			memcpy(c.text, sg.s, sg.len);
			for (int ascii = 0; ascii < 2; ascii++) {
				w = 0;
				glyph_of(&c, ascii, &g);
				for (int k = 0; k < g.cells; k++) {
					w += wcwidth(g.ch[k][0]);
					for (int m = 1; g.ch[k][m]; m++)
						assert_int_equal(wcwidth(g.ch[k][m]), 0);
				}
				if (w != sg.width)
					fail_msg("grapheme of U+%04X...: %d cells, want %d", (unsigned)g.ch[0][0], w, sg.width);
			}
		}
		sd_str_free(&clean);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_glyphs),
		cmocka_unit_test(test_glyph_widths),
		cmocka_unit_test(test_frames_arrive),
		cmocka_unit_test(test_slow_line),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_restored),
		cmocka_unit_test(test_hung_up_late),
		cmocka_unit_test(test_suspend),
		cmocka_unit_test(test_kinds),
	};

	signal(SIGHUP, SIG_DFL); /* nohup, and a shell for what it runs behind, hand on that they are ignored */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	setlocale(LC_ALL, "C.UTF-8");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
