#include "config.h"
#include "tui/app/lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/cfg.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { WORD_MAX = 200, WAIT_MOST_S = 30, MINUTE_MS = 60000, LINES = 5 };

struct lock {
	enum lock_how how;
	char word[WORD_MAX]; /* typed so far; wiped after each try */
	size_t n;
	bool checking;
	int tries;     /* wrong ones */
	int64_t until; /* no key before that */
};

static void wipe(struct lock *l)
{
	explicit_bzero(l->word, sizeof l->word);
	l->n = 0;
}

void lock_free(struct model *m)
{
	if (m->lock)
		wipe(m->lock);
	free(m->lock);
	m->lock = NULL;
}

void lock_touch(struct model *m, struct effects *fx)
{
	int minutes = m->env.cfg ? sd_cfg_int(m->env.cfg, "lock-after") : 0;

	if (minutes && !m->lock)
		fx_timer(fx, TIMER_LOCK, (int64_t)minutes * MINUTE_MS);
}

void lock_timer(struct model *m, struct effects *fx)
{
	if (m->lock)
		m->dirty = true;
	else if (m->env.cfg && sd_cfg_int(m->env.cfg, "lock-after"))
		fx_add(fx, FX_LOCK);
}

void lock_on(struct model *m, enum lock_how how, struct effects *fx)
{
	if (m->lock)
		return;
	model_save(m, fx);
	m->lock = sd_calloc(1, sizeof *m->lock);
	m->lock->how = how;
	m->keys = (struct keystate){0};
	m->dirty = true;
}

static void try_it(struct model *m, struct effects *fx)
{
	struct lock *l = m->lock;

	fx_add(fx, FX_UNLOCK)->text = sd_arena_strdup(fx->arena, l->word);
	l->checking = true;
	wipe(l);
}

void lock_key(struct model *m, const struct key *k, struct effects *fx)
{
	struct lock *l = m->lock;
	char text[5];
	size_t n = key_utf8(k, text);

	if (key_is(k, 'l', KEY_CTRL))
		fx_add(fx, FX_REDRAW);
	if (l->checking || m->session.ms < l->until)
		return;
	if (key_is(k, KEY_CODE_ENTER, 0)) {
		try_it(m, fx);
	} else if (key_is(k, KEY_CODE_ESC, 0) || key_is(k, 'u', KEY_CTRL)) {
		wipe(l);
	} else if (key_is(k, KEY_CODE_BACKSPACE, 0)) {
		while (l->n && ((unsigned char)l->word[--l->n] & 0xC0) == 0x80)
			;
		l->word[l->n] = '\0';
	} else if (n && l->how == LOCK_PASSWORD && l->n + n < WORD_MAX) {
		memcpy(l->word + l->n, text, n);
		l->n += n;
		l->word[l->n] = '\0';
	}
	m->dirty = true;
}

/* 1, 2, 4 ... seconds after a wrong one. */
void lock_answer(struct model *m, bool right, struct effects *fx)
{
	struct lock *l = m->lock;
	int seconds;

	if (!l)
		return;
	l->checking = false;
	m->dirty = true;
	if (right) {
		int tries = l->tries;

		lock_free(m);
		lock_touch(m, fx);
		if (tries)
			fx_toast(fx, EL_WARN, _("Wrong tries to unlock: %d"), tries);
		model_events(m, fx);
		return;
	}
	l->tries++;
	seconds = l->tries > 5 ? WAIT_MOST_S : 1 << (l->tries - 1);
	l->until = m->session.ms + seconds * 1000;
	fx_timer(fx, TIMER_LOCK, seconds * 1000);
}

static const char *what_to_do(const struct lock *l)
{
	switch (l->how) {
	case LOCK_PASSWORD:
		return _("Your password of the database, then Enter");
	case LOCK_COMMAND:
		return _("Enter asks who you are");
	default:
		return _("Hidden, not locked: Enter shows it again (option lock-command is not set)");
	}
}

void lock_draw(struct model *m, struct surface *s)
{
	struct region all = surface_region(s);
	const struct lock *l = m->lock;
	char stars[64] = "", who[200];
	const char *line[LINES];
	int n = 0, w = 0, y;

	snprintf(who, sizeof who, "%s  %s",
		l->how == LOCK_PASSWORD || l->how == LOCK_COMMAND ? _("svcdesk is locked") : _("svcdesk is hidden"),
		m->meta ? m->meta->me.login : "");
	for (size_t i = 0, at = 0; i < l->n && at + 1 < sizeof stars; i++)
		if (((unsigned char)l->word[i] & 0xC0) != 0x80) {
			stars[at++] = '*';
			stars[at] = '\0';
		}
	line[n++] = who;
	line[n++] = what_to_do(l);
	line[n++] = "";
	line[n++] = l->checking ? _("One moment ...") : m->session.ms < l->until ? _("Wait a little ...") : stars;
	line[n++] = l->tries && !l->checking ? _("That was not right") : "";
	for (int i = 0; i < n; i++)
		w = sd_text_width(line[i]) > w ? sd_text_width(line[i]) : w;
	y = all.h > n ? (all.h - n) / 2 : 0;
	for (int i = 0; i < n && y + i < all.h; i++)
		draw_fit(all, all.w > w ? (all.w - w) / 2 : 0, y + i, all.w > w ? w : all.w, i ? EL_NORMAL : EL_STRONG, line[i], false);
	surface_cursor(s, (all.w > w ? (all.w - w) / 2 : 0) + sd_text_width(stars), y + 3 < all.h ? y + 3 : all.h - 1, true);
}
