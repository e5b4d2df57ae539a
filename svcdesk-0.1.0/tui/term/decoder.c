/* Bytes of a terminal into keys. Pure: no terminal, no clock. The state is the bytes not yet understood; each step takes at least
 * one byte away or says that more are needed, so no input can make it loop. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"
#include "svcdesk/text.h"
#include "tui/term/decoder_int.h"
#include "tui/term/term.h"

enum { MAX_SEQUENCE = 64, MAX_PASTE = 1024 * 1024, ESC = 0x1B };

struct sequence {
	char *bytes;
	size_t len;
	uint32_t code;
	int mods;
};

struct decoder {
	struct sd_str in; /* from pos on: not yet understood */
	size_t pos;
	struct sequence *seq; /* of this terminal, beside the table */
	size_t nseq, capseq;
	bool pasting, skipping; /* inside a bracketed paste; the rest of an endless control string is thrown away */
	bool background_asked;  /* one answer about the background is taken */
	bool flush;             /* what is there is all there will be: a lone Esc is the Esc key */
	bool eof, eof_sent;
	size_t quiet;        /* a paste paused when it had so many bytes; SIZE_MAX: it did not yet */
	bool ended;          /* the person said so */
	bool cut;            /* it is longer than is taken */
	struct sd_str raw;   /* the paste as it came */
	struct sd_str paste; /* and cleaned */
};

struct decoder *decoder_new(void)
{
	return sd_calloc(1, sizeof(struct decoder));
}

void decoder_free(struct decoder *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < d->nseq; i++)
		free(d->seq[i].bytes);
	free(d->seq);
	sd_str_free(&d->in);
	sd_str_free(&d->raw);
	sd_str_free(&d->paste);
	free(d);
}

static int match_escape(struct decoder *d, const char *p, size_t n, struct key *k);

/* Would the sequence make the meaning of the bytes depend on how they arrive? No key may begin with another whole key. */
static bool ambiguous(struct decoder *d, const char *sequence, size_t n)
{
	for (size_t i = 0; i < d->nseq; i++) {
		size_t common = n < d->seq[i].len ? n : d->seq[i].len;

		if (memcmp(sequence, d->seq[i].bytes, common) == 0)
			return true;
	}
	for (size_t i = 2; i < n; i++) {
		struct key k = {.code = KEY_NOTHING};
		bool pasting = d->pasting;
		int used = match_escape(d, sequence, i, &k);

		d->pasting = pasting;
		if (used > 0)
			return true;
	}
	return false;
}

bool decoder_add(struct decoder *d, const char *sequence, uint32_t code, int mods)
{
	size_t n = strlen(sequence);

	/* Only what begins with Esc or is a single control byte can be told from typed text. */
	if (n == 0 || n > MAX_SEQUENCE ||
		(sequence[0] != ESC && (n > 1 || ((unsigned char)sequence[0] >= 0x20 && sequence[0] != 0x7F))))
		return false;
	if ((n == 1 && sequence[0] == ESC) || ambiguous(d, sequence, n))
		return false;
	*SD_PUSH(d->seq, d->nseq, d->capseq) = (struct sequence){sd_strdup(sequence), n, code, mods};
	return true;
}

void decoder_feed(struct decoder *d, const char *bytes, size_t n)
{
	if (d->pos == d->in.len) {
		sd_str_reset(&d->in);
		d->pos = 0;
	} else if (d->pos > 4096) {
		memmove(d->in.data, d->in.data + d->pos, d->in.len - d->pos);
		d->in.len -= d->pos;
		d->pos = 0;
	}
	if (n)
		d->flush = false;
	sd_str_addn(&d->in, bytes, n);
}

/* A paste whose end mark was lost would swallow every key. After a pause Esc or Ctrl-c alone ends it; anything else still belongs
 * to it, because the rest of a slow paste must not be taken for commands. */
static void paste_paused(struct decoder *d)
{
	size_t left = d->in.len - d->pos, since = d->quiet == SIZE_MAX ? 0 : d->raw.len - d->quiet;

	if (d->quiet != SIZE_MAX && since == 0 && left == 1) { /* kept back: an Esc could begin the end mark */
		d->pos++;
		d->ended = true;
	} else if (d->quiet != SIZE_MAX && since == 1 && left == 0 && d->raw.data[d->quiet] == '\003') {
		d->raw.len--;
		d->ended = true;
	}
	d->quiet = d->raw.len;
}

void decoder_flush(struct decoder *d)
{
	d->flush = true;
	if (d->pasting)
		paste_paused(d);
}

void decoder_eof(struct decoder *d)
{
	d->eof = d->flush = true;
}

bool decoder_waiting(const struct decoder *d)
{
	return (d->pos < d->in.len || d->pasting) && !d->flush;
}

bool decoder_pasting(const struct decoder *d)
{
	return d->pasting;
}

/* ---- one key each; return bytes used, 0 = more are needed, NOT_MINE = something else ---- */
enum { NOT_MINE = -1 };

static int match_table(const struct decoder *d, const char *p, size_t n, struct key *k)
{
	bool more = false;

	for (size_t i = 0; i < d->nseq; i++) {
		const struct sequence *s = &d->seq[i];

		if (n < s->len) {
			if (memcmp(p, s->bytes, n) == 0)
				more = true;
		} else if (memcmp(p, s->bytes, s->len) == 0) {
			k->code = s->code;
			k->mods = s->mods;
			return (int)s->len;
		}
	}
	return more ? 0 : NOT_MINE;
}

/* xterm's modifier parameter: 1 + shift 1 + alt 2 + ctrl 4 (+ meta 8). */
static int mods_of(int param)
{
	int bits = param > 1 ? param - 1 : 0, mods = 0;

	if (bits & 1)
		mods |= KEY_SHIFT;
	if (bits & (2 | 8))
		mods |= KEY_ALT;
	if (bits & 4)
		mods |= KEY_CTRL;
	return mods;
}

/* Esc [ < button ; x ; y M|m, called with the parameters. */
static void mouse_key(struct key *k, const int *param, int n, char final)
{
	int b = n > 0 ? param[0] : 0;

	k->code = KEY_CODE_MOUSE;
	k->x = n > 1 && param[1] > 0 ? param[1] - 1 : 0;
	k->y = n > 2 && param[2] > 0 ? param[2] - 1 : 0;
	k->mods = (b & 4 ? KEY_SHIFT : 0) | (b & 8 ? KEY_ALT : 0) | (b & 16 ? KEY_CTRL : 0);
	if (b & 64)
		k->button = (b & 3) == 0 ? 4 : (b & 3) == 1 ? 5 : 0;
	else if ((b & 32) || final == 'm' || (b & 3) == 3)
		k->button = 0; /* motion and release are nothing to us */
	else
		k->button = (b & 3) + 1;
	if (k->button == 0)
		k->code = KEY_NOTHING;
}

static uint32_t tilde_code(int n)
{
	static const struct {
		short n;
		uint32_t code;
	} table[] = {{1, KEY_CODE_HOME}, {2, KEY_CODE_INSERT}, {3, KEY_CODE_DELETE}, {4, KEY_CODE_END}, {5, KEY_CODE_PGUP},
		{6, KEY_CODE_PGDN}, {7, KEY_CODE_HOME}, {8, KEY_CODE_END}, {11, KEY_CODE_F1}, {12, KEY_CODE_F1 + 1},
		{13, KEY_CODE_F1 + 2}, {14, KEY_CODE_F1 + 3}, {15, KEY_CODE_F1 + 4}, {17, KEY_CODE_F1 + 5}, {18, KEY_CODE_F1 + 6},
		{19, KEY_CODE_F1 + 7}, {20, KEY_CODE_F1 + 8}, {21, KEY_CODE_F1 + 9}, {23, KEY_CODE_F1 + 10}, {24, KEY_CODE_F12}};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (table[i].n == n)
			return table[i].code;
	return KEY_NOTHING;
}

static uint32_t letter_code(char c)
{
	switch (c) {
	case 'A':
		return KEY_CODE_UP;
	case 'B':
		return KEY_CODE_DOWN;
	case 'C':
		return KEY_CODE_RIGHT;
	case 'D':
		return KEY_CODE_LEFT;
	case 'H':
		return KEY_CODE_HOME;
	case 'F':
		return KEY_CODE_END;
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return KEY_CODE_F1 + (uint32_t)(c - 'P');
	case 'Z':
		return KEY_CODE_BACKTAB;
	default:
		return KEY_NOTHING;
	}
}

/* A key reported by its character: "Esc [ 27 ; mods ; char ~" or "Esc [ char ; mods u". */
static void char_key(struct key *k, int ch, int mods)
{
	k->mods = mods;
	switch (ch) {
	case 9:
		k->code = mods & KEY_SHIFT ? KEY_CODE_BACKTAB : KEY_CODE_TAB;
		k->mods &= ~KEY_SHIFT;
		break;
	case 13:
		k->code = KEY_CODE_ENTER;
		break;
	case 27:
		k->code = KEY_CODE_ESC;
		break;
	case 8:
	case 127:
		k->code = KEY_CODE_BACKSPACE;
		break;
	default:
		k->code = ch >= 32 && ch < 0x110000 && !(ch >= 0xD800 && ch < 0xE000) && !(ch >= 0x80 && ch < 0xA0) ? (uint32_t)ch
																											: KEY_NOTHING;
		if (mods & KEY_CTRL && k->code >= 'A' && k->code <= 'Z')
			k->code += 'a' - 'A';
		k->mods &= ~KEY_SHIFT;
	}
}

struct csi {
	char mark;  /* one of < = > ? or 0 */
	char inter; /* an intermediate byte or 0 */
	char final;
	int param[8];
	int n;
};

/* rxvt: Esc [ 5 ^ (Ctrl) $ (Shift) @ (both); Esc [ a..d (Shift-arrows). */
static bool rxvt_key(const struct csi *c, struct key *k)
{
	if (c->final >= 'a' && c->final <= 'd' && c->n == 0) {
		k->code = letter_code((char)(c->final - 'a' + 'A'));
		k->mods = KEY_SHIFT;
		return true;
	}
	if ((c->final == '^' || c->final == '$' || c->final == '@') && c->n == 1) {
		k->code = tilde_code(c->param[0]);
		k->mods = c->final == '^' ? KEY_CTRL : c->final == '$' ? KEY_SHIFT : KEY_CTRL | KEY_SHIFT;
		return true;
	}
	return false;
}

static void csi_key(struct decoder *d, const struct csi *c, struct key *k)
{
	k->code = KEY_NOTHING;
	if (c->mark == '<' && (c->final == 'M' || c->final == 'm')) {
		mouse_key(k, c->param, c->n, c->final);
		return;
	}
	if (c->mark || c->inter)
		return; /* an answer of the terminal, not a key */
	if (rxvt_key(c, k))
		return;
	if (c->final == 'I' || c->final == 'O') {
		k->code = c->n ? KEY_NOTHING : c->final == 'I' ? KEY_CODE_FOCUS_IN : KEY_CODE_FOCUS_OUT;
	} else if (c->final == '~' && c->n > 0) {
		if (c->param[0] == 200) {
			d->pasting = true;
			d->ended = d->cut = false;
			d->quiet = SIZE_MAX;
			sd_str_reset(&d->raw);
		} else if (c->param[0] == 27 && c->n >= 3) {
			char_key(k, c->param[2], mods_of(c->param[1]));
		} else {
			k->code = tilde_code(c->param[0]);
			k->mods = c->n > 1 ? mods_of(c->param[1]) : 0;
		}
	} else if (c->final == 'u' && c->n > 0) {
		char_key(k, c->param[0], c->n > 1 ? mods_of(c->param[1]) : 0);
	} else if (!(c->final == 'R' && c->n > 1 && c->param[0] != 1)) {
		/* "Esc [ row ; col R" is the answer to a question about the cursor; F3 with modifiers is "Esc [ 1 ; mods R". */
		k->code = letter_code(c->final);
		k->mods = c->n > 1 ? mods_of(c->param[1]) : 0;
		if (k->code == KEY_CODE_BACKTAB)
			k->mods = 0;
	}
}

/* The two forms of "Esc [" that are no standard sequences. */
static int match_csi_odd(const char *p, size_t n, struct key *k)
{
	/* The Linux console: Esc [ [ A..E are F1 to F5. */
	if (p[2] == '[') {
		if (n < 4)
			return 0;
		k->code = p[3] >= 'A' && p[3] <= 'E' ? KEY_CODE_F1 + (uint32_t)(p[3] - 'A') : KEY_NOTHING;
		return p[3] >= 0x20 && p[3] < 0x7F ? 4 : 3;
	}
	/* The old mouse, from terminals that do not know the numbers we ask for: three bytes, each 32 up. */
	if (p[2] == 'M') {
		int param[3];

		if (n < 6)
			return 0;
		for (int i = 0; i < 3; i++)
			param[i] = (unsigned char)p[3 + i] - 32;
		mouse_key(k, param, 3, 'M');
		return 6;
	}
	return NOT_MINE;
}

/* p points at "Esc [". */
static int match_csi(struct decoder *d, const char *p, size_t n, struct key *k)
{
	struct csi c = {0};
	size_t i = 2;
	bool digit = false;

	if (n < 3)
		return 0;
	int odd = match_csi_odd(p, n, k);

	if (odd != NOT_MINE)
		return odd;
	if (p[2] >= '<' && p[2] <= '?')
		c.mark = p[i++];
	for (; i < n && i < MAX_SEQUENCE; i++) {
		unsigned char b = (unsigned char)p[i];

		if (b >= '0' && b <= '9') {
			if (c.n == 0 || !digit)
				c.n += c.n < 8;
			digit = true;
			if (c.param[c.n - 1] < 1000000)
				c.param[c.n - 1] = c.param[c.n - 1] * 10 + (b - '0');
		} else if (b == ';' || b == ':') {
			if (!digit)
				c.n += c.n < 8;
			digit = false;
		} else if (b == '$' && !c.mark) {
			/* An intermediate byte in the standard, the Shift keys of rxvt: those have one number and nothing after it. */
			c.final = '$';
			csi_key(d, &c, k);
			return (int)i + 1;
		} else if (b >= 0x20 && b < 0x30) {
			c.inter = (char)b;
		} else if (b >= 0x40 && b < 0x7F) {
			c.final = (char)b;
			csi_key(d, &c, k);
			return (int)i + 1;
		} else {
			/* Not part of any sequence: this byte begins something new; what came before is Alt-[ or garbage. */
			k->code = i == 2 ? '[' : KEY_NOTHING;
			k->mods = i == 2 ? KEY_ALT : 0;
			return (int)i;
		}
	}
	if (i < MAX_SEQUENCE)
		return 0;
	k->code = KEY_NOTHING;
	return (int)i;
}

/* p points at "Esc O": application keys, VT keypad, Ctrl-arrows of rxvt. */
static int match_ss3(const char *p, size_t n, struct key *k)
{
	static const char pad[] = "jklmnopqrstuvwxy", pad_text[] = "*+,-./0123456789";
	size_t i = 2;
	int mods = 0;
	const char *at;

	while (i < n && i < 4 && p[i] >= '0' && p[i] <= '9')
		mods = mods * 10 + (p[i++] - '0'); /* old xterm: Esc O 5 A */
	if (i >= n)
		return 0;
	if (p[i] >= 'a' && p[i] <= 'd') {
		k->code = letter_code((char)(p[i] - 'a' + 'A'));
		k->mods = KEY_CTRL;
		return (int)i + 1;
	}
	at = p[i] ? strchr(pad, p[i]) : NULL;
	k->mods = mods_of(mods);
	if (p[i] == 'M')
		k->code = KEY_CODE_ENTER;
	else if (at)
		k->code = (uint32_t)pad_text[at - pad];
	else if ((unsigned char)p[i] >= 0x20 && (unsigned char)p[i] < 0x7F)
		k->code = letter_code(p[i]);
	else {
		*k = (struct key){.code = i == 2 ? 'O' : KEY_NOTHING, .mods = KEY_ALT}; /* Alt-O and then something else */
		return (int)i;
	}
	return (int)i + 1;
}

/* "11;rgb:ffff/ffff/ffff", of one to four digits each: light when it is brighter than the middle. */
static void background_key(struct decoder *d, const char *p, size_t n, struct key *k)
{
	static const double weight[3] = {0.2126, 0.7152, 0.0722};
	char copy[64];
	double light = 0;
	const char *at;

	if (n >= sizeof copy || n < 4 || memcmp(p, "11;", 3) != 0)
		return;
	memcpy(copy, p, n);
	copy[n] = '\0';
	at = strchr(copy, ':');
	for (int i = 0; i < 3; i++) {
		size_t digits = at ? strspn(at + 1, "0123456789abcdefABCDEF") : 0;

		if (!digits || digits > 4)
			return;
		light += weight[i] * (double)strtol(at + 1, NULL, 16) / (double)((1L << (4 * digits)) - 1);
		at += 1 + digits;
	}
	d->background_asked = false;
	k->code = KEY_CODE_BACKGROUND;
	k->x = light > 0.5;
}

void decoder_expect_background(struct decoder *d)
{
	d->background_asked = true;
}

/* Control strings (OSC, DCS, APC, PM, SOS): answers of the terminal, thrown away up to ST or BEL. p points at Esc. */
static int match_string(struct decoder *d, const char *p, size_t n, struct key *k)
{
	k->code = KEY_NOTHING;
	for (size_t i = 2; i < n; i++) {
		if (d->background_asked && (p[i] == 0x07 || (p[i] == ESC && i + 1 < n && p[i + 1] == '\\')))
			background_key(d, p + 2, i - 2, k);
		if (p[i] == 0x07)
			return (int)i + 1;
		if (p[i] == 0x18 || p[i] == 0x1A)
			return (int)i + 1;
		if (p[i] == ESC) {
			if (i + 1 == n)
				return 0;
			return p[i + 1] == '\\' ? (int)i + 2 : (int)i;
		}
		if (i >= 4096) {
			d->skipping = true;
			return (int)i;
		}
	}
	return 0;
}

/* Length of the UTF-8 sequence at p by its first byte; 1 for bytes that cannot begin one. */
static size_t utf8_need(unsigned char b)
{
	return b < 0xC2 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : b < 0xF5 ? 4 : 1;
}

static int match_utf8(const char *p, size_t n, struct key *k)
{
	unsigned char b = (unsigned char)p[0];
	size_t need = utf8_need(b);
	uint32_t ch = need == 2 ? b & 0x1Fu : need == 3 ? b & 0x0Fu : b & 0x07u;

	if (need == 1) {
		k->code = 0xFFFD;
		return 1;
	}
	for (size_t i = 1; i < need; i++) {
		if (i >= n)
			return 0;
		if (((unsigned char)p[i] & 0xC0) != 0x80) {
			k->code = 0xFFFD;
			return (int)i;
		}
		ch = ch << 6 | ((unsigned char)p[i] & 0x3Fu);
	}
	/* Overlong forms, surrogates and C1 controls are no characters anybody typed. */
	if ((need == 3 && ch < 0x800) || (need == 4 && (ch < 0x10000 || ch > 0x10FFFF)) || (ch >= 0xD800 && ch < 0xE000))
		ch = 0xFFFD;
	k->code = ch >= 0x80 && ch < 0xA0 ? KEY_NOTHING : ch;
	return (int)need;
}

static void control_key(unsigned char b, struct key *k)
{
	switch (b) {
	case 9:
		k->code = KEY_CODE_TAB;
		break;
	case 13:
		k->code = KEY_CODE_ENTER;
		break;
	case 127:
		k->code = KEY_CODE_BACKSPACE;
		break;
	case 0:
		k->code = ' ';
		k->mods = KEY_CTRL;
		break;
	default:
		/* 1-26 letters, 28-31 the signs \ ] ^ _ (10 is Ctrl-j: Enter sends 13 here). */
		k->code = b <= 26 ? (uint32_t)('a' + b - 1) : (uint32_t)('@' + b);
		k->mods = KEY_CTRL;
	}
}

static int match_plain(const struct decoder *d, const char *p, size_t n, struct key *k)
{
	unsigned char b = (unsigned char)p[0];
	int r = match_table(d, p, n, k);

	if (r > 0)
		return r;
	if (b < 0x20 || b == 0x7F) {
		control_key(b, k);
		return 1;
	}
	if (b < 0x80) {
		k->code = b;
		return 1;
	}
	return match_utf8(p, n, k);
}

/* p[0] is Esc. */
static int match_escape(struct decoder *d, const char *p, size_t n, struct key *k)
{
	int r = match_table(d, p, n, k);

	if (r > 0)
		return r;
	if (n == 1)
		return 0;
	if (p[1] == '[')
		return match_csi(d, p, n, k);
	if (p[1] == 'O')
		return match_ss3(p, n, k);
	if (p[1] && strchr("]PX^_", p[1]))
		return match_string(d, p, n, k);
	if (r == 0)
		return 0;
	if (p[1] == ESC) {
		if (n == 2)
			return 0;
		/* Esc before a sequence is Alt with that key; else it is the Esc key, and what follows stands for itself. */
		if (p[2] != '[' && p[2] != 'O') {
			k->code = KEY_CODE_ESC;
			return 1;
		}
		r = match_escape(d, p + 1, n - 1, k);
	} else {
		r = match_plain(d, p + 1, n - 1, k);
	}
	k->mods |= KEY_ALT;
	return r == 0 ? 0 : r + 1;
}

/* Nothing more will come: the bytes that began a sequence are what was typed. "Esc [" is Alt-[, "Esc O" Alt-O; a longer beginning
 * that broke off is thrown away whole, so that its tail is not taken for commands. */
static int match_flushed(const char *p, size_t n, struct key *k)
{
	*k = (struct key){.code = KEY_NOTHING};
	if (p[0] != ESC) {
		k->code = 0xFFFD; /* a UTF-8 sequence that broke off */
		return (int)n;
	}
	if (n == 1) {
		k->code = KEY_CODE_ESC;
		return 1;
	}
	if (p[1] == ESC) {
		k->code = KEY_CODE_ESC;
		return 1;
	}
	if (n == 2) {
		k->code = (unsigned char)p[1] < 0x80 ? (uint32_t)p[1] : KEY_NOTHING;
		k->mods = KEY_ALT;
		return 2;
	}
	return (int)n;
}

/* Bytes of a paste up to its end mark. True: the paste is complete. */
static bool take_paste(struct decoder *d)
{
	static const char end[] = "\033[201~";
	const char *p = d->in.data + d->pos;
	size_t n = d->in.len - d->pos, keep = 0;
	const char *at = n ? memmem(p, n, end, sizeof end - 1) : NULL;
	size_t take;

	if (!at) {
		/* The end mark may be cut in two: its beginning stays. */
		for (keep = sizeof end - 2; keep > 0; keep--)
			if (n >= keep && memcmp(p + n - keep, end, keep) == 0)
				break;
	}
	take = at ? (size_t)(at - p) : n - keep;
	if (d->raw.len + take <= MAX_PASTE)
		sd_str_addn(&d->raw, p, take);
	else {
		sd_str_addn(&d->raw, p, MAX_PASTE - d->raw.len);
		d->cut = true;
	}
	d->pos += take;
	if (at)
		d->pos += sizeof end - 1;
	return at != NULL;
}

static bool next_paste(struct decoder *d, struct key *k)
{
	if (!d->ended && !take_paste(d) && !d->eof)
		return false;
	d->pasting = false;
	sd_str_reset(&d->paste);
	sd_text_clean(&d->paste, d->raw.data ? d->raw.data : "", d->raw.len, SD_CLEAN_BLOCK);
	*k = (struct key){.code = KEY_CODE_PASTE, .paste = d->paste.data ? d->paste.data : "", .cut = d->cut};
	return true;
}

/* The rest of an endless control string. False: all of it is gone. */
static bool skip_string(struct decoder *d)
{
	while (d->pos < d->in.len) {
		char c = d->in.data[d->pos];

		if (c == ESC) {
			/* Its end (Esc \) or the beginning of something else. */
			if (d->pos + 1 == d->in.len && !d->flush)
				return false;
			if (d->pos + 1 < d->in.len && d->in.data[d->pos + 1] == '\\')
				d->pos += 2;
			d->skipping = false;
			return true;
		}
		d->pos++;
		if (c == 0x07 || c == 0x18 || c == 0x1A) {
			d->skipping = false;
			return true;
		}
	}
	return false;
}

bool decoder_next(struct decoder *d, struct key *k)
{
	for (;;) {
		const char *p;
		size_t n;
		int used;

		if (d->pasting)
			return next_paste(d, k);
		if (d->skipping && !skip_string(d))
			break;
		if (d->pos >= d->in.len)
			break;
		p = d->in.data + d->pos;
		n = d->in.len - d->pos;
		*k = (struct key){.code = KEY_NOTHING};
		used = p[0] == ESC ? match_escape(d, p, n, k) : match_plain(d, p, n, k);
		if (used <= 0) {
			if (!d->flush)
				return false;
			used = match_flushed(p, n, k);
		}
		d->pos += (size_t)used;
		if (k->code != KEY_NOTHING)
			return true;
	}
	if (d->eof && !d->eof_sent) {
		d->eof_sent = true;
		*k = (struct key){.code = KEY_CODE_EOF};
		return true;
	}
	return false;
}
