/* The driver. ncurses is given a file in memory to write to: it only works out which bytes turn one screen into the next. Those
 * bytes, the modes and the keys go through our own non-blocking line, so that a slow terminal never stops the program, frames can
 * be skipped, bytes counted, and nothing is ever painted behind our back. */
#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#define key_name curses_key_name /* a name of ours, too */
#include <curses.h>
#undef key_name

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "svcdesk/env.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/surface/surface.h"
#include "tui/surface/theme.h"
#include "tui/term/osc52.h"
#include "tui/term/slim.h"
#include "tui/term/term.h"
#include "tui/term/term_int.h"

enum { PLAIN_PAIR = EL_COUNT + 1 }; /* the terminal's own colours */

struct look {
	attr_t attr;
	short pair;
	bool ground; /* has a background of its own */
};

struct term {
	struct tty tty;
	int sink; /* what ncurses takes for the terminal */
	FILE *sink_file, *null_in;
	struct slim slim;
	SCREEN *screen;
	struct decoder *decoder;
	struct surface *shown;  /* what stdscr of ncurses holds */
	struct surface *latest; /* the newest frame, while the line is behind */
	bool shown_valid, latest_waits, force, suspended;
	struct look look[EL_COUNT];
	enum theme_tier tier;
	bool default_colors, ascii, mouse, sync, modes;
	int cursor; /* 1 visible, 0 hidden, -1 not known */
	int cols, rows;
	char note[256];
	char restore[256];
};

/* ---- finding a terminal description ---- */

/* ncurses cannot ask a file in memory how large it is: it is told through its variables, for as long as it looks. The margins it
 * sets at the start must be those of the real screen, else lines below them neither scroll nor take deleted characters. */
static char *swap_variable(const char *name, const char *value)
{
	const char *old = sd_env_get(name);
	char *kept = old ? sd_strdup(old) : NULL;

	sd_env_put(name, value);
	return kept;
}

static SCREEN *newterm_sized(struct term *t, const char *name)
{
	char lines[16], columns[16];
	int cols, rows;

	tty_size(&t->tty, &cols, &rows);
	snprintf(lines, sizeof lines, "%d", rows);
	snprintf(columns, sizeof columns, "%d", cols);
	char *old_lines = swap_variable("LINES", lines), *old_columns = swap_variable("COLUMNS", columns);
	SCREEN *s = newterm(name, t->sink_file, t->null_in);
	free(swap_variable("LINES", old_lines));
	free(swap_variable("COLUMNS", old_columns));
	free(old_lines);
	free(old_columns);
	return s;
}

/* newterm puts in handlers of its own for signals that are none of its business here. */
static SCREEN *quiet_newterm(struct term *t, const char *name)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH, SIGCONT, SIGQUIT};
	enum { N = sizeof signals / sizeof *signals };
	struct sigaction old[N];
	SCREEN *s;

	for (int i = 0; i < N; i++)
		sigaction(signals[i], NULL, &old[i]);
	s = newterm_sized(t, name);
	for (int i = 0; i < N; i++)
		sigaction(signals[i], &old[i], NULL);
	return s;
}

static bool open_screen(struct term *t, enum term_colors colors, struct sd_err *err)
{
	const char *name = sd_env_get("TERM");
	const char *next[3] = {NULL, NULL, NULL};
	char buf[80];

	if (!name)
		name = "unknown";
	t->screen = quiet_newterm(t, term_name_of_256(name, colors, buf, sizeof buf));
	if (t->screen && !tigetstr("cup")) {
		sd_err_set(err, SD_ERR_INPUT, "terminal_dumb",
			_("a terminal of type \"%s\" cannot place its cursor; set TERM, or use the commands: svcdesk ticket list"), name);
		return false;
	}
	if (t->screen)
		return true;
	if (strncmp(name, "tmux", 4) == 0 || strncmp(name, "screen", 6) == 0)
		next[0] = "screen-256color";
	next[1] = term_looks_like_xterm(name) ? "xterm-256color" : "vt100";
	next[2] = "vt100";
	for (int i = 0; i < 3 && !t->screen; i++) {
		if (!next[i])
			continue;
		t->screen = quiet_newterm(t, next[i]);
		if (t->screen)
			snprintf(t->note, sizeof t->note, _("terminal type \"%s\" is not known here; using %s"), name, next[i]);
	}
	if (t->screen)
		return true;
	sd_err_set(err, SD_ERR_INPUT, "terminal_unknown",
		_("no description of terminal \"%s\" and no other to fall back on; install ncurses-base or set TERMINFO"), name);
	return false;
}

/* ---- modes and restoring ---- */

/* A capability without its padding marks; "" when the terminal has not got it. */
static void add_cap(struct sd_str *s, const char *cap)
{
	const char *v = tigetstr(cap);

	if (!v || v == (char *)-1)
		return;
	while (*v) {
		const char *end;

		if (v[0] == '$' && v[1] == '<' && (end = strchr(v, '>'))) {
			v = end + 1;
			continue;
		}
		sd_str_addc(s, *v++);
	}
}

static const char *modes_off(const struct term *t)
{
	if (!t->modes)
		return "";
	return t->mouse ? "\033[?1006l\033[?1000l\033[?1004l\033[?2004l" : "\033[?1004l\033[?2004l";
}

static const char *modes_on(const struct term *t)
{
	if (!t->modes)
		return "";
	return t->mouse ? "\033[?2004h\033[?1004h\033[?1000h\033[?1006h" : "\033[?2004h\033[?1004h";
}

static void make_restore(struct term *t)
{
	struct sd_str s = {0};

	sd_str_add(&s, modes_off(t));
	if (t->sync)
		sd_str_add(&s, "\033[?2026l");
	add_cap(&s, "sgr0");
	add_cap(&s, "op");
	add_cap(&s, "cnorm");
	add_cap(&s, "rmcup");
	sd_str_add(&s, "\r");
	snprintf(t->restore, sizeof t->restore, "%s", s.data);
	sd_str_free(&s);
}

static void add_key(struct term *t, const char *cap, uint32_t code, int mods)
{
	const char *v = tigetstr(cap);

	if (v && v != (char *)-1)
		decoder_add(t->decoder, v, code, mods);
}

static void learn_keys(struct term *t)
{
	static const struct {
		const char *cap;
		uint32_t code;
		int mods;
	} keys[] = {{"kcuu1", KEY_CODE_UP, 0}, {"kcud1", KEY_CODE_DOWN, 0}, {"kcub1", KEY_CODE_LEFT, 0}, {"kcuf1", KEY_CODE_RIGHT, 0},
		{"khome", KEY_CODE_HOME, 0}, {"kend", KEY_CODE_END, 0}, {"kpp", KEY_CODE_PGUP, 0}, {"knp", KEY_CODE_PGDN, 0},
		{"kdch1", KEY_CODE_DELETE, 0}, {"kich1", KEY_CODE_INSERT, 0}, {"kcbt", KEY_CODE_BACKTAB, 0}, {"kent", KEY_CODE_ENTER, 0},
		{"kbs", KEY_CODE_BACKSPACE, 0}, {"kHOM", KEY_CODE_HOME, KEY_SHIFT}, {"kEND", KEY_CODE_END, KEY_SHIFT},
		{"kLFT", KEY_CODE_LEFT, KEY_SHIFT}, {"kRIT", KEY_CODE_RIGHT, KEY_SHIFT}, {"kDC", KEY_CODE_DELETE, KEY_SHIFT},
		{"kri", KEY_CODE_UP, KEY_SHIFT}, {"kind", KEY_CODE_DOWN, KEY_SHIFT}, {"kPRV", KEY_CODE_PGUP, KEY_SHIFT},
		{"kNXT", KEY_CODE_PGDN, KEY_SHIFT}};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		add_key(t, keys[i].cap, keys[i].code, keys[i].mods);
	for (unsigned i = 0; i < 12; i++) {
		char cap[8];

		snprintf(cap, sizeof cap, "kf%u", i + 1);
		add_key(t, cap, KEY_CODE_F1 + i, 0);
	}
	if (t->tty.saved.c_cc[VERASE] == '\b')
		decoder_add(t->decoder, "\b", KEY_CODE_BACKSPACE, 0);
}

/* ---- colours ---- */

static void choose_tier(struct term *t, enum term_colors want)
{
	int have = has_colors() ? COLORS : 0;

	if (want == TERM_COLORS_AUTO && sd_env_no_color())
		want = TERM_COLORS_MONO;

	t->tier = have >= 256 ? THEME_256 : have >= 16 ? THEME_16 : have >= 8 ? THEME_8 : THEME_MONO;
	if (want == TERM_COLORS_MONO)
		t->tier = THEME_MONO;
	else if (want == TERM_COLORS_8 && t->tier < THEME_8)
		t->tier = THEME_8;
	else if (want == TERM_COLORS_16 && t->tier < THEME_16)
		t->tier = THEME_16;
}

static attr_t attrs_of(unsigned a)
{
	return (a & THEME_BOLD ? A_BOLD : 0) | (a & THEME_DIM ? A_DIM : 0) | (a & THEME_ITALIC ? A_ITALIC : 0) |
		   (a & THEME_UNDERLINE ? A_UNDERLINE : 0) | (a & THEME_REVERSE ? A_REVERSE : 0);
}

void term_theme(struct term *t, const struct theme *th)
{
	short plain = t->tier != THEME_MONO && t->default_colors && init_pair(PLAIN_PAIR, -1, -1) != ERR ? PLAIN_PAIR : 0;

	for (int e = 0; e < EL_COUNT; e++) {
		struct theme_style s = theme_get(th, (enum element)e, t->tier);

		t->look[e] = (struct look){.attr = attrs_of(s.attr)};
		if (t->tier == THEME_MONO || e + 1 >= COLOR_PAIRS)
			continue;
		if (s.fg < 0 && s.bg < 0) { /* a pair all the same: ncurses would end every attribute to go back to none */
			t->look[e].pair = plain;
			continue;
		}
		if (!t->default_colors) {
			s.fg = s.fg < 0 ? COLOR_WHITE : s.fg;
			s.bg = s.bg < 0 ? COLOR_BLACK : s.bg;
		}
		if (init_pair((short)(e + 1), s.fg, s.bg) != ERR)
			t->look[e].pair = (short)(e + 1);
		t->look[e].ground = s.bg >= 0;
	}
	t->shown_valid = false;
}

/* ---- opening and closing ---- */

static bool open_sink(struct term *t, struct sd_err *err)
{
	t->sink = memfd_create("screen", MFD_CLOEXEC);
	t->sink_file = t->sink >= 0 ? fdopen(t->sink, "w+") : NULL;
	t->null_in = fopen("/dev/null", "re");
	if (t->sink_file && t->null_in)
		return true;
	sd_err_set(err, SD_ERR_INTERNAL, "terminal_memory", _("cannot prepare the screen: %s"), strerror(errno));
	return false;
}

/* Takes what ncurses has written since the last time. */
static void collect(struct term *t)
{
	struct sd_str out = {0};
	off_t end;
	char *bytes;

	fflush(t->sink_file);
	end = lseek(t->sink, 0, SEEK_CUR);
	if (end <= 0)
		return;
	bytes = sd_malloc((size_t)end);
	if (pread(t->sink, bytes, (size_t)end, 0) == end) {
		slim(&t->slim, bytes, (size_t)end, &out);
		tty_put(&t->tty, out.data ? out.data : "", out.len);
	} else
		t->force = true;
	free(bytes);
	sd_str_free(&out);
	lseek(t->sink, 0, SEEK_SET);
	if (ftruncate(t->sink, 0) != 0)
		t->force = true; /* what is left would come again: paint anew */
}

/* Modes beyond terminfo are for terminals of xterm's family; a real VT or a plain console is not bothered with them. */
static bool knows_modes(void)
{
	const char *mouse_key = tigetstr("kmous"), *name = termname();

	return (mouse_key && mouse_key != (char *)-1) || (name && term_looks_like_xterm(name));
}

static void close_parts(struct term *t)
{
	if (t->screen) {
		endwin();
		delscreen(t->screen);
	}
	if (t->sink_file)
		fclose(t->sink_file);
	else if (t->sink >= 0)
		close(t->sink);
	if (t->null_in)
		fclose(t->null_in);
	decoder_free(t->decoder);
	surface_free(t->shown);
	surface_free(t->latest);
	tty_close(&t->tty);
	free(t);
}

static void set_up_screen(struct term *t, const struct term_opts *o)
{
	struct theme *plain = theme_plain();

	typeahead(-1);
	nonl();
	start_color();
	t->default_colors = use_default_colors() != ERR;
	choose_tier(t, o->colors);
	leaveok(stdscr, FALSE);
	scrollok(stdscr, FALSE);
	/* Moving whole lines saves bytes only when the full width scrolls; ncurses sees that itself. */
	idlok(stdscr, TRUE);
	term_theme(t, plain);
	theme_free(plain);
	t->modes = knows_modes();
	make_restore(t);
	learn_keys(t);
}

struct term *term_open(const struct term_opts *o, struct sd_err *err)
{
	struct term *t = sd_calloc(1, sizeof *t);

	t->sink = -1;
	t->cursor = -1;
	t->ascii = o->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	t->mouse = o->mouse;
	t->sync = o->sync;
	t->decoder = decoder_new();
	if (!tty_open(&t->tty, err)) {
		t->tty.own = false;
		close_parts(t);
		return NULL;
	}
	if (!open_sink(t, err) || !open_screen(t, o->colors, err)) {
		close_parts(t);
		return NULL;
	}
	set_up_screen(t, o);
	glyphs_ascii(t->ascii);
	t->shown = surface_new(1, 1);
	t->latest = surface_new(1, 1);
	tty_guard(&t->tty, t->restore);
	tty_raw(&t->tty);
	collect(t);
	tty_put(&t->tty, modes_on(t), strlen(modes_on(t)));
	term_resized(t);
	return t;
}

static void leave_screen(struct term *t)
{
	tty_put(&t->tty, modes_off(t), strlen(modes_off(t)));
	if (t->cursor == 0)
		curs_set(1);
	t->cursor = -1;
	endwin();
	collect(t);
	tty_drain(&t->tty);
	tty_shell(&t->tty);
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (!t->suspended)
		leave_screen(t);
	tty_unguard();
	close_parts(t);
}

void term_suspend(struct term *t)
{
	if (t->suspended)
		return;
	t->suspended = true;
	t->latest_waits = false;
	leave_screen(t);
	tty_unguard();
}

void term_resume(struct term *t)
{
	if (!t->suspended)
		return;
	t->suspended = false;
	tty_guard(&t->tty, t->restore);
	tty_raw(&t->tty);
	tty_put(&t->tty, modes_on(t), strlen(modes_on(t)));
	term_resized(t);
	t->force = true;
}

const char *term_note(const struct term *t)
{
	return t->note[0] ? t->note : NULL;
}

void term_size(const struct term *t, int *cols, int *rows)
{
	*cols = t->cols;
	*rows = t->rows;
}

/* ncurses sets the margins once and some terminals keep them when their size changes. What this does to the cursor is mended by
 * the clear that follows. */
static void whole_scroll_region(struct term *t)
{
	const char *cap = tigetstr("csr");

	if (!cap || cap == (const char *)-1)
		return;
	collect(t);
	const char *bytes = tiparm(cap, 0, t->rows - 1);

	if (bytes)
		tty_put(&t->tty, bytes, strlen(bytes));
}

void term_resized(struct term *t)
{
	int cols, rows;

	tty_size(&t->tty, &cols, &rows);
	if (cols == t->cols && rows == t->rows)
		return;
	t->cols = cols;
	t->rows = rows;
	resize_term(rows, cols);
	werase(stdscr);
	whole_scroll_region(t);
	t->shown_valid = false;
	/* Terminals differ in what they keep when their size changes: only painting everything is right on all of them. */
	t->force = true;
	t->latest_waits = false;
}

/* ---- painting ---- */

static const struct look *look_of(const struct term *t, const struct cell *c)
{
	return &t->look[c->element < EL_COUNT ? c->element : EL_NORMAL];
}

/* A blank of this look cannot be told from any other such blank. */
static bool blank_alike(const struct look *l)
{
	return !l->ground && !(l->attr & (A_UNDERLINE | A_REVERSE));
}

static bool is_blank(const struct cell *c)
{
	return c->width == 1 && c->text[0] == ' ' && !c->text[1];
}

/* The look of a cell. Every change of it costs some bytes: a single blank takes that of what is before it, if nobody can see
 * that. Longer runs stay as they are, ncurses erases them in one go. */
static const struct look *thrifty_look(const struct term *t, const struct cell *row, int x, int w)
{
	const struct look *l = look_of(t, &row[x]);

	if (x == 0 || x + 1 >= w || !is_blank(&row[x]) || is_blank(&row[x - 1]) || is_blank(&row[x + 1]) || !blank_alike(l) ||
		!blank_alike(look_of(t, &row[x - 1])))
		return l;
	return look_of(t, &row[x - 1]);
}

static void put_cell(struct term *t, int x, int y, const struct cell *row, int w)
{
	const struct cell *c = &row[x];
	const struct look *l = thrifty_look(t, row, x, w);
	struct glyph_out g;

	glyph_of(c, t->ascii, &g);
	for (int i = 0; i < g.cells; i++) {
		cchar_t cc;

		if (setcchar(&cc, g.ch[i], l->attr, l->pair, NULL) == ERR)
			setcchar(&cc, L"?", l->attr, l->pair, NULL);
		/* The bottom right cell is written although the cursor cannot move on: that ERR is none. */
		(void)mvwadd_wch(stdscr, y, x + i, &cc);
	}
}

static bool same_cell(const struct cell *a, const struct cell *b)
{
	return a->element == b->element && a->width == b->width && strcmp(a->text, b->text) == 0;
}

/* Cells that differ go to stdscr; true if there were any. */
static bool put_changes(struct term *t, const struct surface *s)
{
	int w = surface_width(s) < t->cols ? surface_width(s) : t->cols;
	int h = surface_height(s) < t->rows ? surface_height(s) : t->rows;
	bool all = !t->shown_valid || surface_width(t->shown) != surface_width(s) || surface_height(t->shown) != surface_height(s);
	bool any = all;

	if (all)
		werase(stdscr);
	for (int y = 0; y < h; y++) {
		const struct cell *now = surface_cell(s, 0, y), *was = all ? NULL : surface_cell(t->shown, 0, y);

		for (int x = 0; x < w; x++) {
			if (now[x].width == 0 || (was && same_cell(&now[x], &was[x])))
				continue;
			/* A wide glyph cut off by a surface larger than the screen. */
			if (now[x].width == 2 && x + 1 >= t->cols)
				continue;
			put_cell(t, x, y, now, w);
			any = true;
		}
	}
	return any;
}

static void paint_now(struct term *t, const struct surface *s)
{
	int x, y, old_x, old_y;
	bool cursor = surface_cursor_get(s, &x, &y);
	bool moved = surface_cursor_get(t->shown, &old_x, &old_y) != cursor || x != old_x || y != old_y || t->cursor < 0;
	bool changed = put_changes(t, s);
	size_t before;

	if (!changed && !moved && !t->force)
		return;
	surface_copy(t->shown, s);
	t->shown_valid = true;
	if (t->force) {
		clearok(curscr, TRUE);
		slim_forget(&t->slim);
	}
	t->force = false;
	if (t->cursor != cursor)
		curs_set(cursor);
	t->cursor = cursor;
	wmove(stdscr, y < t->rows ? y : t->rows - 1, x < t->cols ? x : t->cols - 1);
	before = t->tty.buf.len;
	if (t->sync)
		tty_put(&t->tty, "\033[?2026h", 8);
	wnoutrefresh(stdscr);
	doupdate();
	collect(t);
	if (t->sync) {
		if (t->tty.buf.len == before + 8)
			t->tty.buf.len = before;
		else
			tty_put(&t->tty, "\033[?2026l", 8);
	}
	tty_send(&t->tty);
}

void term_paint(struct term *t, const struct surface *s)
{
	if (t->suspended)
		return;
	tty_send(&t->tty);
	if (tty_behind(&t->tty)) {
		surface_copy(t->latest, s);
		t->latest_waits = true;
		return;
	}
	t->latest_waits = false;
	paint_now(t, s);
}

void term_flush(struct term *t)
{
	if (t->suspended)
		return;
	tty_send(&t->tty);
	if (!tty_behind(&t->tty) && t->latest_waits) {
		t->latest_waits = false;
		paint_now(t, t->latest);
	}
}

bool term_behind(const struct term *t)
{
	return tty_behind(&t->tty);
}

void term_redraw(struct term *t)
{
	t->force = true;
}

void term_ask_background(struct term *t)
{
	static const char question[] = "\033]11;?\033\\";

	if (t->suspended || !t->modes || !term_looks_like_xterm(termname()))
		return;
	decoder_expect_background(t->decoder);
	term_write_raw(t, question, sizeof question - 1);
}

bool term_write_raw(struct term *t, const char *bytes, size_t n)
{
	if (t->suspended || t->tty.dead)
		return false;
	tty_put(&t->tty, bytes, n);
	tty_send(&t->tty);
	return true;
}

/* ---- clipboard and mouse ---- */

static enum osc52_way way_out(void)
{
	const char *name = termname();

	if (sd_env_get("TMUX") || (name && !strncmp(name, "tmux", 4)))
		return OSC52_TMUX;
	if (sd_env_get("STY") || (name && !strncmp(name, "screen.", 7)))
		return OSC52_SCREEN;
	return name && !strncmp(name, "screen", 6) ? OSC52_EITHER : OSC52_PLAIN;
}

enum term_copied term_copy(struct term *t, const char *text, size_t n)
{
	struct sd_str s = {0};
	enum term_copied how = TERM_COPY_NONE;

	if (t->modes && !osc52(&s, text, n, way_out()))
		how = TERM_COPY_LONG;
	else if (t->modes && term_write_raw(t, s.data, s.len))
		how = TERM_COPIED;
	sd_str_free(&s);
	return how;
}

void term_mouse(struct term *t, bool ours)
{
	if (t->mouse == ours)
		return;
	if (t->modes && !t->suspended) {
		const char *bytes = ours ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l";

		term_write_raw(t, bytes, strlen(bytes));
	}
	t->mouse = ours;
	make_restore(t);
	if (!t->suspended)
		tty_guard_bytes(t->restore);
}

/* ---- input and facts ---- */

bool term_read(struct term *t)
{
	char buf[4096];

	for (int i = 0; i < 16; i++) {
		ssize_t n = read(t->tty.in, buf, sizeof buf);

		if (n > 0) {
			t->tty.bytes_read += n;
			decoder_feed(t->decoder, buf, (size_t)n);
			/* Without a non-blocking line of our own a second read could wait. */
			if (!t->tty.own || (size_t)n < sizeof buf)
				return true;
		} else if (n < 0 && errno == EINTR) {
			continue;
		} else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			return true;
		} else {
			decoder_eof(t->decoder);
			return false;
		}
	}
	return true;
}

struct decoder *term_decoder(struct term *t)
{
	return t->decoder;
}

int term_fd(const struct term *t)
{
	return t->tty.in;
}

bool term_ascii(const struct term *t)
{
	return t->ascii;
}

long term_bytes(const struct term *t)
{
	return t->tty.bytes;
}

long term_bytes_read(const struct term *t)
{
	return t->tty.bytes_read;
}
