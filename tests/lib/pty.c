#include "tests/lib/pty.h"
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <vterm.h>

#include "svcdesk/mem.h"

enum { DEADLINE_MS = 60000, IDLE_FD = 9 };

struct pty {
	int master, idle; /* -1 once closed */
	bool no_cursor, fifo;
	pid_t pid; /* 0 once reaped */
	int status;
	VTerm *vt;
	VTermScreen *screen;
	int cols, rows;
	long sent, received, replies;
	struct sd_str output; /* since the mark */
	struct sd_str idle_line;
	struct {
		long count, read, written;
		int cols, rows, unsaved;
	} said; /* the newest idle line */
	bool cursor_visible, alt, held;
	struct sd_str title, text, row, cell;
};

/* ---- the screen's side ---- */

static int on_prop(VTermProp prop, VTermValue *val, void *arg)
{
	struct pty *p = arg;
	if (prop == VTERM_PROP_CURSORVISIBLE)
		p->cursor_visible = val->boolean;
	else if (prop == VTERM_PROP_ALTSCREEN)
		p->alt = val->boolean;
	else if (prop == VTERM_PROP_TITLE) {
		sd_str_reset(&p->title);
		sd_str_add(&p->title, val->string);
	}
	return 1;
}

static void reply(const char *bytes, size_t n, void *arg)
{
	((struct pty *)arg)->replies += (long)n;
	pty_send(arg, bytes, n); /* what a terminal answers to a question is input like any other */
}

static void screen_new(struct pty *p)
{
	static const VTermScreenCallbacks cb = {.settermprop = on_prop};
	p->vt = vterm_new(p->rows, p->cols);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, reply, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_set_callbacks(p->screen, &cb, p);
	vterm_screen_reset(p->screen, 1);
	p->cursor_visible = true;
}

/* ---- starting and ending ---- */

static void child(const struct pty_opts *o, int idle)
{
	if (idle >= 0 && idle != IDLE_FD) {
		dup2(idle, IDLE_FD);
		close(idle);
	}
	for (int fd = 3; fd < 256; fd++)
		if (fd != IDLE_FD)
			close(fd);
	for (int s = 1; s < 32; s++)
		signal(s, SIG_DFL);
	setenv("TERM", o->term ? o->term : "xterm-256color", 1);
	if (idle >= 0)
		setenv("SVCDESK_IDLE_FD", "9", 1);
	setenv("SVCDESK_RESTORE", "no", 1); /* every test begins at the same place */
	unsetenv("COLUMNS");
	unsetenv("LINES");
	for (size_t i = 0; o->env && o->env[i]; i++) {
		char *copy = sd_strdup(o->env[i]), *eq = strchr(copy, '=');
		if (eq) {
			*eq = '\0';
			setenv(copy, eq + 1, 1);
		} else {
			unsetenv(copy);
		}
		free(copy);
	}
	if (o->cwd && chdir(o->cwd) != 0)
		_exit(126);
	execvp(o->argv[0], (char *const *)(uintptr_t)o->argv);
	_exit(127);
}

struct pty *pty_start(const struct pty_opts *o)
{
	struct pty *p = sd_calloc(1, sizeof *p);
	int idle[2];
	p->cols = o->cols ? o->cols : 80;
	p->rows = o->rows ? o->rows : 24;
	p->said.count = -1;
	struct winsize ws = {.ws_row = (unsigned short)p->rows, .ws_col = (unsigned short)p->cols};
	if (o->idle) { /* for writing too: so it has no end before it has begun */
		idle[0] = open(o->idle, O_RDWR | O_CLOEXEC);
		idle[1] = -1;
		p->fifo = true;
		assert_true(idle[0] >= 0);
	} else {
		assert_int_equal(pipe2(idle, O_CLOEXEC), 0);
	}
	p->pid = forkpty(&p->master, NULL, NULL, &ws);
	if (p->pid < 0)
		fail_msg("forkpty: %s", strerror(errno));
	if (p->pid == 0)
		child(o, idle[1]);
	if (!p->fifo)
		close(idle[1]);
	p->idle = idle[0];
	p->no_cursor = o->no_cursor;
	fcntl(p->idle, F_SETFL, O_NONBLOCK);
	fcntl(p->master, F_SETFL, O_NONBLOCK);
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	screen_new(p);
	return p;
}

pid_t pty_pid(const struct pty *p)
{
	return p->pid;
}

static void reap(struct pty *p, int flags)
{
	int status;
	if (p->pid && waitpid(p->pid, &status, flags) == p->pid) {
		p->pid = 0;
		p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}

void pty_free(struct pty *p)
{
	if (!p)
		return;
	if (p->pid) {
		kill(p->pid, SIGKILL);
		reap(p, 0);
	}
	if (p->master >= 0)
		close(p->master);
	if (p->idle >= 0)
		close(p->idle);
	vterm_free(p->vt);
	sd_str_free(&p->output);
	sd_str_free(&p->idle_line);
	sd_str_free(&p->title);
	sd_str_free(&p->text);
	sd_str_free(&p->row);
	sd_str_free(&p->cell);
	free(p);
}

/* ---- waiting ---- */

static int64_t now_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int64_t deadline(void)
{
	const char *env = getenv("TEST_DEADLINE_MS");
	return now_ms() + (env && *env ? atol(env) : DEADLINE_MS);
}

static void fail_with_screen(struct pty *p, const char *what, const char *detail)
{
	char quoted[300];
	snprintf(quoted, sizeof quoted, "%s", detail);
	print_message("# screen %dx%d, idle line %ld (read %ld of %ld, wrote %ld, received %ld):\n", p->cols, p->rows, p->said.count,
		p->said.read, p->sent, p->said.written, p->received);
	for (int y = 0; y < p->rows; y++) /* cmocka cuts long messages */
		print_message("# %s\n", pty_row(p, y));
	pty_free(p); /* the failing test jumps away: nothing may be left running */
	fail_msg("%s%s", what, quoted);
}

static void pump_output(struct pty *p)
{
	char buf[65536];
	while (p->master >= 0 && !p->held) {
		ssize_t n = read(p->master, buf, sizeof buf);
		if (n > 0) {
			p->received += n;
			sd_str_addn(&p->output, buf, (size_t)n);
			vterm_input_write(p->vt, buf, (size_t)n);
		} else if (n < 0 && errno == EINTR) {
			continue;
		} else if (n < 0 && errno == EAGAIN) {
			return;
		} else { /* EIO: nobody has the other side open any more */
			close(p->master);
			p->master = -1;
		}
	}
}

static void take_idle_line(struct pty *p, const char *line)
{
	long count, in, out;
	int cols, rows, unsaved;
	if (sscanf(line, "idle %ld %ld %ld %d %d %d", &count, &in, &out, &cols, &rows, &unsaved) != 6)
		fail_with_screen(p, "not an idle line: ", line);
	p->said.count = count;
	p->said.read = in;
	p->said.written = out;
	p->said.cols = cols;
	p->said.rows = rows;
	p->said.unsaved = unsaved;
}

static void pump_idle(struct pty *p)
{
	char buf[4096];
	while (p->idle >= 0) {
		ssize_t n = read(p->idle, buf, sizeof buf);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		if (n == 0) {
			close(p->idle);
			p->idle = -1;
			break;
		}
		sd_str_addn(&p->idle_line, buf, (size_t)n);
	}
	for (char *nl; p->idle_line.len && (nl = strchr(p->idle_line.data, '\n'));) {
		*nl = '\0';
		take_idle_line(p, p->idle_line.data);
		size_t used = (size_t)(nl + 1 - p->idle_line.data);
		p->idle_line.len -= used;
		memmove(p->idle_line.data, nl + 1, p->idle_line.len + 1);
	}
}

/* Waits for anything to come; false when the deadline has passed. */
static bool wait_more(struct pty *p, int64_t until)
{
	int64_t left = until - now_ms();
	if (left <= 0 || (p->master < 0 && p->idle < 0))
		return false;
	struct pollfd f[2] = {{.fd = p->master, .events = POLLIN}, {.fd = p->idle, .events = POLLIN}};
	int rc = poll(f, 2, left > 1000000 ? 1000000 : (int)left);
	/* idle first: output that an idle line speaks of may still be on its way, never the other way round */
	pump_idle(p);
	pump_output(p);
	return rc != 0;
}

static bool settled(const struct pty *p)
{
	return p->said.count >= 0 && p->said.read >= p->sent && p->said.cols == p->cols && p->said.rows == p->rows &&
		   p->received >= p->said.written;
}

static void settle(struct pty *p, int64_t until)
{
	pump_idle(p);
	pump_output(p);
	while (!settled(p)) {
		if (p->master < 0)
			fail_with_screen(p, "the program has ended", "");
		if (!wait_more(p, until))
			fail_with_screen(p, "the program does not become idle", "");
	}
	/* what a screen reader follows: a full screen never rests without its cursor */
	if (pty_alt_screen(p) && !p->cursor_visible && !p->no_cursor)
		fail_with_screen(p, "the cursor is hidden", "");
}

void pty_settle(struct pty *p)
{
	settle(p, deadline());
}

void pty_saved(struct pty *p)
{
	int64_t until = deadline();
	settle(p, until);
	while (p->said.unsaved) {
		if (!wait_more(p, until))
			fail_with_screen(p, "what was typed is not saved", "");
		settle(p, until);
	}
}

void pty_next_idle(struct pty *p)
{
	int64_t until = deadline();
	long before = p->said.count;
	settle(p, until);
	while (p->said.count == before)
		if (!wait_more(p, until))
			fail_with_screen(p, "the program does not become idle again", "");
	settle(p, until);
}

static void until_holds(struct pty *p, const char *text, bool there)
{
	int64_t until = deadline();
	for (;;) {
		settle(p, until);
		if (pty_has(p, text) == there)
			return;
		if (!wait_more(p, until))
			fail_with_screen(p, there ? "never on the screen: " : "never gone: ", text);
	}
}

void pty_until(struct pty *p, const char *text)
{
	until_holds(p, text, true);
}

void pty_gone(struct pty *p, const char *text)
{
	until_holds(p, text, false);
}

void pty_expect(struct pty *p, const char *text)
{
	int64_t until = deadline();
	pump_output(p);
	while (!pty_has(p, text))
		if (!wait_more(p, until))
			fail_with_screen(p, "never on the screen: ", text);
}

int pty_wait(struct pty *p)
{
	int64_t until = deadline();
	while (p->pid) {
		if (p->fifo && p->master < 0 && p->idle >= 0) { /* nobody else would close it */
			close(p->idle);
			p->idle = -1;
		}
		if (p->master < 0 && p->idle < 0) {
			reap(p, 0); /* nothing of it is open: it is ending */
			break;
		}
		reap(p, WNOHANG);
		if (p->pid && !wait_more(p, until) && p->master >= 0)
			fail_with_screen(p, "the program does not end", "");
	}
	pump_output(p);
	return p->status;
}

/* ---- input ---- */

void pty_send(struct pty *p, const char *bytes, size_t n)
{
	int64_t until = deadline();
	p->sent += (long)n;
	while (n > 0 && p->master >= 0) {
		ssize_t put = write(p->master, bytes, n);
		if (put > 0) {
			bytes += put;
			n -= (size_t)put;
			continue;
		}
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno != EAGAIN)
			fail_with_screen(p, "the program takes no input: ", strerror(errno));
		struct pollfd f = {.fd = p->master, .events = POLLOUT | POLLIN};
		if (poll(&f, 1, (int)(until > now_ms() ? until - now_ms() : 0)) == 0)
			fail_with_screen(p, "the program takes no input", "");
		pump_output(p); /* it may wait for us to read */
	}
}

void pty_hold(struct pty *p, bool on)
{
	p->held = on;
}

void pty_taken(struct pty *p)
{
	int64_t until = deadline();
	int left = 1, slave = open(ptsname(p->master), O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		fail_with_screen(p, "the other side of the terminal: ", strerror(errno));
	while (ioctl(slave, FIONREAD, &left) == 0 && left > 0 && now_ms() < until)
		sched_yield();
	close(slave);
	if (left > 0)
		fail_with_screen(p, "the program takes no input", "");
}

void pty_type(struct pty *p, const char *text)
{
	pty_send(p, text, strlen(text));
}

static const char *key_bytes(const char *name, char buf[8])
{
	static const char *const named[][2] = {{"Enter", "\r"}, {"Esc", "\033"}, {"Tab", "\t"}, {"Shift-Tab", "\033[Z"},
		{"Backspace", "\177"}, {"Space", " "}, {"Up", "\033OA"}, {"Down", "\033OB"}, {"Right", "\033OC"}, {"Left", "\033OD"},
		{"Home", "\033OH"}, {"End", "\033OF"}, {"PgUp", "\033[5~"}, {"PgDn", "\033[6~"}, {"Insert", "\033[2~"},
		{"Delete", "\033[3~"}, {"F1", "\033OP"}, {"F2", "\033OQ"}, {"F3", "\033OR"}, {"F4", "\033OS"}, {"F5", "\033[15~"},
		{"F6", "\033[17~"}, {"F7", "\033[18~"}, {"F8", "\033[19~"}, {"F9", "\033[20~"}, {"F10", "\033[21~"}, {"F11", "\033[23~"},
		{"F12", "\033[24~"}};
	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (strcmp(name, named[i][0]) == 0)
			return named[i][1];
	if (strncmp(name, "Ctrl-", 5) == 0 && name[5] && !name[6]) {
		buf[0] = (char)(name[5] & 0x1f);
		buf[1] = '\0';
		return buf;
	}
	if (strncmp(name, "Alt-", 4) == 0 && name[4] && !name[5]) {
		buf[0] = '\033';
		buf[1] = name[4];
		buf[2] = '\0';
		return buf;
	}
	if (name[1] && (unsigned char)name[0] < 0xc0)
		fail_msg("no key is called %s", name);
	return name;
}

void pty_press(struct pty *p, const char *keys)
{
	char name[32], buf[8];
	while (*keys) {
		size_t n = strcspn(keys, " ");
		assert_true(n < sizeof name);
		memcpy(name, keys, n);
		name[n] = '\0';
		if (n)
			pty_type(p, key_bytes(name, buf));
		keys += n;
		keys += *keys == ' ';
	}
}

void pty_paste(struct pty *p, const char *text)
{
	vterm_keyboard_start_paste(p->vt);
	pty_type(p, text);
	vterm_keyboard_end_paste(p->vt);
}

void pty_resize(struct pty *p, int cols, int rows)
{
	struct winsize ws = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
	p->cols = cols;
	p->rows = rows;
	vterm_set_size(p->vt, rows, cols);
	if (ioctl(p->master, TIOCSWINSZ, &ws) != 0)
		fail_with_screen(p, "resize: ", strerror(errno));
}

void pty_signal(struct pty *p, int signo)
{
	assert_true(p->pid > 0);
	kill(p->pid, signo);
}

void pty_hangup(struct pty *p)
{
	pump_output(p);
	close(p->master);
	p->master = -1;
}

/* ---- looking ---- */

static void add_cell(struct sd_str *s, const VTermScreenCell *c)
{
	if (c->chars[0] == 0) {
		sd_str_addc(s, ' ');
		return;
	}
	for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && c->chars[i]; i++) {
		uint32_t u = c->chars[i];
		char b[4];
		size_t n = 0;
		if (u < 0x80) {
			b[n++] = (char)u;
		} else if (u < 0x800) {
			b[n++] = (char)(0xc0 | u >> 6);
		} else if (u < 0x10000) {
			b[n++] = (char)(0xe0 | u >> 12);
			b[n++] = (char)(0x80 | (u >> 6 & 63));
		} else {
			b[n++] = (char)(0xf0 | u >> 18);
			b[n++] = (char)(0x80 | (u >> 12 & 63));
			b[n++] = (char)(0x80 | (u >> 6 & 63));
		}
		if (u >= 0x80)
			b[n++] = (char)(0x80 | (u & 63));
		sd_str_addn(s, b, n);
	}
}

static bool get_cell(const struct pty *p, int x, int y, VTermScreenCell *c)
{
	VTermPos pos = {.row = y, .col = x};
	return x >= 0 && y >= 0 && x < p->cols && y < p->rows && vterm_screen_get_cell(p->screen, pos, c) &&
		   c->chars[0] != (uint32_t)-1;
}

static void add_row(const struct pty *p, struct sd_str *s, int y)
{
	size_t start = s->len;
	VTermScreenCell c;
	sd_str_addn(s, "", 0);
	for (int x = 0; x < p->cols; x++)
		if (get_cell(p, x, y, &c))
			add_cell(s, &c);
	while (s->len > start && s->data[s->len - 1] == ' ')
		s->data[--s->len] = '\0';
}

const char *pty_screen(struct pty *p)
{
	sd_str_reset(&p->text);
	for (int y = 0; y < p->rows; y++) {
		add_row(p, &p->text, y);
		sd_str_addc(&p->text, '\n');
	}
	return p->text.data;
}

const char *pty_row(struct pty *p, int y)
{
	sd_str_reset(&p->row);
	add_row(p, &p->row, y);
	return p->row.data;
}

const char *pty_cell(struct pty *p, int x, int y)
{
	VTermScreenCell c;
	sd_str_reset(&p->cell);
	sd_str_addn(&p->cell, "", 0);
	if (get_cell(p, x, y, &c))
		add_cell(&p->cell, &c);
	return p->cell.data;
}

bool pty_find(struct pty *p, const char *text, int *x, int *y)
{
	size_t want = strlen(text);
	for (int row = 0; row < p->rows; row++) {
		const char *at = strstr(pty_row(p, row), text);
		if (!at)
			continue;
		size_t before = (size_t)(at - p->row.data), bytes = 0;
		int col = 0;
		for (; col < p->cols && bytes < before; col++)
			bytes += strlen(pty_cell(p, col, row));
		if (x)
			*x = col;
		if (y)
			*y = row;
		return want > 0;
	}
	return false;
}

bool pty_has(struct pty *p, const char *text)
{
	return strstr(pty_screen(p), text) != NULL;
}

void pty_cursor(const struct pty *p, int *x, int *y, bool *visible)
{
	VTermPos pos;
	vterm_state_get_cursorpos(vterm_obtain_state(p->vt), &pos);
	if (x)
		*x = pos.col;
	if (y)
		*y = pos.row;
	if (visible)
		*visible = p->cursor_visible;
}

bool pty_alt_screen(const struct pty *p)
{
	return p->alt;
}

const char *pty_title(const struct pty *p)
{
	return p->title.data ? p->title.data : "";
}

static int color(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return -1;
	return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : -2;
}

struct pty_attr pty_attr(struct pty *p, int x, int y)
{
	VTermScreenCell c;
	VTermPos pos = {.row = y, .col = x};
	struct pty_attr a = {.fg = -1, .bg = -1};
	if (x > 0 && !*pty_cell(p, x, y)) /* the second half of a wide one: the emulator leaves there what was before */
		pos.col = x - 1;
	if (vterm_screen_get_cell(p->screen, pos, &c)) {
		a.bold = c.attrs.bold;
		a.italic = c.attrs.italic;
		a.underline = c.attrs.underline;
		a.reverse = c.attrs.reverse;
		a.blink = c.attrs.blink;
		a.fg = color(&c.fg);
		a.bg = color(&c.bg);
	}
	return a;
}

static bool same_attr(const struct pty_attr *a, const struct pty_attr *b)
{
	return a->bold == b->bold && a->italic == b->italic && a->underline == b->underline && a->reverse == b->reverse &&
		   a->blink == b->blink && a->fg == b->fg && a->bg == b->bg;
}

/* How a cell looks. What makes letters bold or coloured shows on no blank, and whether a blank has it depends on what stood there
 * before: the terminal library clears such blanks as it comes cheapest. */
static struct pty_attr looks(struct pty *p, int x, int y)
{
	struct pty_attr a = pty_attr(p, x, y);

	if (!strcmp(pty_cell(p, x, y), " ") && !a.underline) {
		a.bold = a.italic = a.blink = false;
		a.fg = a.reverse ? a.fg : -1;
	}
	return a;
}

/* One letter per kind of cell in the order they are met, and what the letters mean. */
static void add_attr_map(struct pty *p, struct sd_str *s)
{
	static const char letters[] = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	struct pty_attr seen[sizeof letters - 1] = {{.fg = -1, .bg = -1}};
	size_t n = 1;
	for (int y = 0; y < p->rows; y++) {
		for (int x = 0; x < p->cols; x++) {
			struct pty_attr a = looks(p, x, y);
			size_t k = 0;
			while (k < n && !same_attr(&seen[k], &a))
				k++;
			if (k == n) {
				assert_true(n < sizeof letters - 1);
				seen[n++] = a;
			}
			sd_str_addc(s, letters[k]);
		}
		sd_str_addc(s, '\n');
	}
	for (size_t k = 1; k < n; k++)
		sd_str_addf(s, "%c%s%s%s%s%s fg %d bg %d\n", letters[k], seen[k].bold ? " bold" : "", seen[k].italic ? " italic" : "",
			seen[k].underline ? " underline" : "", seen[k].reverse ? " reverse" : "", seen[k].blink ? " blink" : "", seen[k].fg,
			seen[k].bg);
}

/* Digits of every place that looks like the mask become question marks. */
static void mask_digits(char *text, const char *mask)
{
	size_t n = strlen(mask);
	for (; strlen(text) >= n; text++) {
		size_t i = 0;
		while (i < n && (mask[i] == '?' ? text[i] >= '0' && text[i] <= '9' : text[i] == mask[i]))
			i++;
		if (i == n)
			memcpy(text, mask, n);
	}
}

void pty_golden(struct pty *p, const char *name, bool attributes, const char *mask)
{
	struct sd_str s = {0};
	int x, y;
	bool visible;
	sd_str_add(&s, pty_screen(p));
	if (mask)
		mask_digits(s.data, mask);
	pty_cursor(p, &x, &y, &visible);
	sd_str_addf(&s, "-- %dx%d, cursor %s %d,%d\n", p->cols, p->rows, visible ? "at" : "hidden", x, y);
	if (attributes)
		add_attr_map(p, &s);
	golden_check(name, s.data);
	sd_str_free(&s);
}

long pty_bytes(const struct pty *p)
{
	return p->received;
}

void pty_mark(struct pty *p)
{
	sd_str_reset(&p->output);
}

const char *pty_output(const struct pty *p, size_t *n)
{
	*n = p->output.len;
	return p->output.data ? p->output.data : "";
}

long pty_idle_count(const struct pty *p)
{
	return p->said.count;
}

long pty_replies(const struct pty *p)
{
	return p->replies;
}
