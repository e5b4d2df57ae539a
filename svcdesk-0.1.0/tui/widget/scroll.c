/* Scrolling and motions, shared by everything that shows lines. */
#include "tui/widget/widget.h"

static int clamp(int v, int lo, int hi)
{
	if (v > hi)
		v = hi;
	return v < lo ? lo : v;
}

static int margin_of(const struct scroll *s)
{
	int most = (s->height - 1) / 2;

	return clamp(s->margin, 0, most < 0 ? 0 : most);
}

static int max_top(const struct scroll *s)
{
	return s->count > s->height ? s->count - s->height : 0;
}

void scroll_fix(struct scroll *s)
{
	int m;

	if (s->height < 1)
		s->height = 1;
	if (s->count < 0)
		s->count = 0;
	s->cur = clamp(s->cur, 0, s->count > 0 ? s->count - 1 : 0);
	m = margin_of(s);
	if (s->cur < s->top + m)
		s->top = s->cur - m - s->jump;
	if (s->cur > s->top + s->height - 1 - m)
		s->top = s->cur - s->height + 1 + m + s->jump;
	s->top = clamp(s->top, 0, max_top(s));
}

static int step(int by, int count)
{
	/* A count like 999999999 must not overflow. */
	long n = (long)by * (count > 0 ? count : 1);

	return n > 1000000000 ? 1000000000 : (int)n;
}

/* Motions that move the window and take the current line along only as far as needed. */
static void move_window(struct scroll *s, enum motion m, int count)
{
	int at = s->cur - s->top, mg = margin_of(s);

	switch (m) {
	case MOTION_CENTER:
		s->top = s->cur - s->height / 2;
		break;
	case MOTION_SCROLL_TOP:
		s->top = s->cur - mg;
		break;
	case MOTION_SCROLL_BOTTOM:
		s->top = s->cur - s->height + 1 + mg;
		break;
	case MOTION_LINE_DOWN:
		s->top = clamp(s->top + step(1, count), 0, max_top(s));
		s->cur = clamp(s->cur, s->top + mg, s->top + s->height - 1);
		break;
	case MOTION_LINE_UP:
		s->top = clamp(s->top - step(1, count), 0, max_top(s));
		s->cur = clamp(s->cur, s->top, s->top + s->height - 1 - mg);
		break;
	case MOTION_PAGE_DOWN:
	case MOTION_PAGE_UP: {
		int page = s->height > 2 ? s->height - 2 : 1, by = step(page, count);

		s->cur = clamp(m == MOTION_PAGE_DOWN ? s->cur + by : s->cur - by, 0, s->count - 1);
		s->top = s->cur - at;
		break;
	}
	case MOTION_HALF_DOWN:
	case MOTION_HALF_UP: {
		int by = count > 0 ? count : s->height > 1 ? s->height / 2 : 1;

		s->cur = clamp(m == MOTION_HALF_DOWN ? s->cur + by : s->cur - by, 0, s->count - 1);
		s->top = s->cur - at;
		break;
	}
	default:
		break;
	}
	s->top = clamp(s->top, 0, max_top(s));
}

bool scroll_move(struct scroll *s, enum motion m, int count)
{
	int cur, top, last, bottom;

	scroll_fix(s);
	if (s->count == 0)
		return false;
	cur = s->cur;
	top = s->top;
	last = s->count - 1;
	bottom = s->top + s->height - 1 < last ? s->top + s->height - 1 : last;
	if (count > 1000000000)
		count = 1000000000;
	switch (m) {
	case MOTION_NONE:
		return false;
	case MOTION_DOWN:
		s->cur = clamp(s->cur + step(1, count), 0, last);
		break;
	case MOTION_UP:
		s->cur = clamp(s->cur - step(1, count), 0, last);
		break;
	case MOTION_TOP:
		s->cur = count > 0 ? clamp(count - 1, 0, last) : 0;
		break;
	case MOTION_BOTTOM:
		s->cur = count > 0 ? clamp(count - 1, 0, last) : last;
		break;
	case MOTION_HIGH:
		s->cur = clamp(s->top + (count > 0 ? count - 1 : 0), s->top ? s->top + margin_of(s) : 0, bottom);
		break;
	case MOTION_MIDDLE:
		s->cur = s->top + (bottom - s->top) / 2;
		break;
	case MOTION_LOW:
		s->cur = clamp(bottom - (count > 0 ? count - 1 : 0), s->top, bottom == last ? last : bottom - margin_of(s));
		break;
	default:
		move_window(s, m, count);
	}
	scroll_fix(s);
	return s->cur != cur || s->top != top;
}

bool key_is(const struct key *k, uint32_t code, int mods)
{
	return k->code == code && k->mods == mods;
}

static enum motion motion_of(const struct key *k)
{
	static const struct {
		uint32_t code;
		int mods;
		enum motion m;
	} table[] = {{'j', 0, MOTION_DOWN}, {KEY_CODE_DOWN, 0, MOTION_DOWN}, {'n', KEY_CTRL, MOTION_DOWN}, {'k', 0, MOTION_UP},
		{KEY_CODE_UP, 0, MOTION_UP}, {'p', KEY_CTRL, MOTION_UP}, {'G', 0, MOTION_BOTTOM}, {KEY_CODE_END, 0, MOTION_BOTTOM},
		{KEY_CODE_HOME, 0, MOTION_TOP}, {'d', KEY_CTRL, MOTION_HALF_DOWN}, {'u', KEY_CTRL, MOTION_HALF_UP},
		{'f', KEY_CTRL, MOTION_PAGE_DOWN}, {'b', KEY_CTRL, MOTION_PAGE_UP}, {KEY_CODE_PGDN, 0, MOTION_PAGE_DOWN},
		{KEY_CODE_PGUP, 0, MOTION_PAGE_UP}, {'H', 0, MOTION_HIGH}, {'M', 0, MOTION_MIDDLE}, {'L', 0, MOTION_LOW},
		{'e', KEY_CTRL, MOTION_LINE_DOWN}, {'y', KEY_CTRL, MOTION_LINE_UP}};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (key_is(k, table[i].code, table[i].mods))
			return table[i].m;
	return MOTION_NONE;
}

static enum motion motion_after(uint32_t prefix, uint32_t code)
{
	if (prefix == 'g')
		return code == 'g' ? MOTION_TOP : MOTION_NONE;
	return code == 'z' ? MOTION_CENTER : code == 't' ? MOTION_SCROLL_TOP : code == 'b' ? MOTION_SCROLL_BOTTOM : MOTION_NONE;
}

bool motion_key(struct motion_keys *mk, const struct key *k, enum motion *m, int *count)
{
	*m = MOTION_NONE;
	*count = 0;
	if (mk->pending) {
		*m = k->mods ? MOTION_NONE : motion_after(mk->pending, k->code);
		*count = mk->count;
		*mk = (struct motion_keys){0};
		return *m != MOTION_NONE;
	}
	if (k->mods == 0 && k->code < 0x80 && k->code >= (mk->count ? '0' : '1') && k->code <= '9') {
		if (mk->count < 100000000)
			mk->count = mk->count * 10 + (int)(k->code - '0');
		return true;
	}
	if (k->mods == 0 && (k->code == 'g' || k->code == 'z')) {
		mk->pending = k->code;
		return true;
	}
	*m = motion_of(k);
	*count = mk->count;
	mk->count = 0;
	return *m != MOTION_NONE;
}
