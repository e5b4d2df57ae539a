/* The program dies, hangs or loses its terminal at a random point of somebody's work, again and again: what the desk has
 * confirmed stands there once, what was typed and kept comes back, and the terminal is as it was. The seed is printed when a
 * round fails: SEED=... gives the same keys and signals again. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "svcdesk/mem.h"

enum { TICKETS = 12, WORDS = 6, NOTES = 4000 };

static char numbers[TICKETS][24];

/* One note of the whole test: its words are its own, so that it is known wherever it turns up. */
struct note {
	int ticket;
	int words; /* typed */
	int kept;  /* of those, how many were seen to be kept */
	bool confirmed;
};
static struct note notes[NOTES];
static int nnotes;

static void word(char *buf, size_t size, int note, int n)
{
	snprintf(buf, size, "n%dw%d.", note, n);
}

/* ---- the console ---- */

static struct pty *console(struct rng *r)
{
	return console_start((struct pty_opts){.cols = 80 + (int)rng_below(r, 80), .rows = 24 + (int)rng_below(r, 20)}, NULL);
}

static void open_ticket(struct pty *p, int ticket)
{
	char head[32];
	press(p, "#");
	pty_type(p, numbers[ticket]);
	press(p, "Enter");
	snprintf(head, sizeof head, "▸ %s ", numbers[ticket]);
	pty_until(p, head);
}

/* What a fresh painting of everything would show is what is there. */
static void same_after_redraw(struct pty *p)
{
	pty_next_idle(p); /* what others did, and what came of it, is painted */
	pty_settle(p);
	char *before = sd_strdup(pty_screen(p)), *rest = before;
	press(p, "Ctrl-l");
	for (int y = 0; rest && *rest; y++) {
		char *row = strsep(&rest, "\n");
		if (strcmp(row, pty_row(p, y)) != 0)
			fail_msg("row %d was \"%s\", painted anew \"%s\"", y, row, pty_row(p, y));
	}
	free(before);
}

static void note_form(struct pty *p)
{
	press(p, "N");
	pty_until(p, "Ctrl-s");
}

/* How many words of the note stand on the screen; they must be the first ones, without a hole. */
static int words_shown(struct pty *p, int note)
{
	int n = 0;
	for (int i = 0; i < notes[note].words; i++) {
		char w[32];
		word(w, sizeof w, note, i);
		if (!pty_has(p, w))
			continue;
		if (n != i) {
			print_message("%s", pty_screen(p));
			fail_msg("word %d of note %d came back without those before it", i, note);
		}
		n = i + 1;
	}
	return n;
}

static void show(struct pty *p)
{
	for (int y = 0; *pty_row(p, y) || y < 20; y++)
		print_message("# %s\n", pty_row(p, y));
}

static void all_shown(struct pty *p, int note)
{
	int n = words_shown(p, note);
	if (n == notes[note].words)
		return;
	show(p);
	fail_msg("%d of %d words of note %d are shown", n, notes[note].words, note);
}

static void type_words(struct pty *p, int note, int n)
{
	for (int i = 0; i < n; i++) {
		char w[40];
		word(w, sizeof w - 1, note, notes[note].words++);
		strcat(w, " ");
		pty_type(p, w);
	}
}

static int begin_note(struct pty *p, struct rng *r)
{
	int note = nnotes++;
	assert_true(nnotes < NOTES);
	notes[note] = (struct note){.ticket = (int)rng_below(r, TICKETS)};
	open_ticket(p, notes[note].ticket);
	note_form(p);
	type_words(p, note, 1 + (int)rng_below(r, WORDS));
	return note;
}

/* Esc keeps it, and it is opened again. */
static void keep(struct pty *p, int note)
{
	pty_settle(p);
	press(p, "Esc");
	pty_until(p, "Kept as a draft");
	note_form(p);
	notes[note].kept = notes[note].words;
	all_shown(p, note);
}

/* What the form holds now is sent and confirmed. */
static void confirm(struct pty *p, int note, int words)
{
	press(p, "Ctrl-s");
	pty_until(p, "Note:");
	notes[note].words = words;
	notes[note].confirmed = true;
}

/* ---- the desk ---- */

/* How many events of the ticket hold the first word of the note; the last one's count of words in *words. */
static int in_journal(int note, int *words)
{
	json_t *t = desk_ok(NULL, "ticket show %s", numbers[notes[note].ticket]), *e;
	size_t i;
	int n = 0;
	json_array_foreach(at(t, "events"), i, e)
	{
		const char *body = json_string_value(json_object_get(e, "text"));
		char w[32];
		word(w, sizeof w, note, 0);
		if (!body || !strstr(body, w))
			continue;
		n++;
		for (*words = 0; word(w, sizeof w, note, *words), strstr(body, w); ++*words)
			;
	}
	return n;
}

/* ---- what happens to it ---- */

static void dies(struct pty *p, int signo)
{
	pty_signal(p, signo);
	assert_int_not_equal(pty_wait(p), 0);
	if (signo != SIGKILL) { /* the terminal is as it was */
		bool visible;
		assert_false(pty_alt_screen(p));
		pty_cursor(p, NULL, NULL, &visible);
		assert_true(visible);
	}
	pty_free(p);
}

/* After the next start: what was kept is there, and what came after it up to some point. */
static struct pty *comes_back(struct rng *r, int note)
{
	struct pty *p = console(r);
	int back;
	open_ticket(p, notes[note].ticket);
	note_form(p);
	back = words_shown(p, note);
	assert_true(back >= notes[note].kept);
	if (back)
		confirm(p, note, back);
	else
		press(p, "Esc");
	return p;
}

/* Killed while typing: what was kept comes back, the rest as far as it got. */
static struct pty *killed_while_typing(struct pty *p, struct rng *r)
{
	int note = begin_note(p, r);
	if (rng_below(r, 4))
		keep(p, note);
	type_words(p, note, (int)rng_below(r, WORDS));
	if (rng_below(r, 2))
		pty_settle(p);
	dies(p, SIGKILL);
	return comes_back(r, note);
}

/* A signal that asks, or the end of the line: every word that it has taken comes back. */
static struct pty *told_to_end(struct pty *p, struct rng *r)
{
	int note = begin_note(p, r);
	pty_settle(p);
	notes[note].kept = notes[note].words;
	switch (rng_below(r, 4)) {
	case 0:
		dies(p, SIGHUP);
		break;
	case 1:
		dies(p, SIGTERM);
		break;
	case 2:
		dies(p, SIGABRT);
		break;
	default:
		pty_hangup(p);
		assert_int_not_equal(pty_wait(p), 0);
		pty_free(p);
	}
	return comes_back(r, note);
}

/* Killed in the moment of sending: the note is in the journal once, or it comes back as a draft. Sent again, it is there once. */
static struct pty *killed_while_sending(struct pty *p, struct rng *r)
{
	int note = begin_note(p, r), words = 0, before;
	keep(p, note);
	pty_press(p, "Ctrl-s");
	for (unsigned i = rng_below(r, 3); i > 0; i--)
		pty_type(p, ""); /* a little later */
	if (rng_below(r, 3) == 0)
		pty_settle(p);
	dies(p, SIGKILL);
	before = in_journal(note, &words);
	assert_in_range(before, 0, 1);
	p = console(r);
	open_ticket(p, notes[note].ticket);
	note_form(p);
	press(p, "Ctrl-s");
	if (pty_has(p, "this is needed")) { /* no draft has come back */
		assert_int_equal(before, 1);    /* nowhere is lost */
		press(p, "Esc");
	} else {
		pty_gone(p, "Ctrl-s send"); /* sent, or known to be there already */
	}
	notes[note].confirmed = true;
	return p;
}

/* Stopped in the middle of keys and sent on: it takes them all, and the screen is right. */
static struct pty *stopped_for_a_while(struct pty *p, struct rng *r)
{
	int note = begin_note(p, r);
	pty_signal(p, SIGSTOP);
	type_words(p, note, (int)rng_below(r, WORDS));
	pty_signal(p, SIGCONT);
	pty_next_idle(p); /* the end of a turn that had begun before the signal came */
	pty_next_idle(p); /* that of the one that painted anew */
	all_shown(p, note);
	keep(p, note); /* nothing is written any more while the screen is looked at */
	same_after_redraw(p);
	confirm(p, note, notes[note].words);
	return p;
}

/* Something of a working day between two accidents. */
static void works(struct pty *p, struct rng *r)
{
	static const char *const some[] = {"j", "k", "g 4", "g 7", "Enter", "Esc", "?", "Esc", "Ctrl-d", "G", "g g", "m", "Esc",
		"Tab", "Z", "Z", "J", "K", "-", ":", "Esc"};
	for (unsigned i = rng_below(r, 12); i > 0; i--)
		pty_press(p, some[rng_below(r, sizeof some / sizeof *some)]);
	if (rng_below(r, 5) == 0)
		pty_resize(p, 60 + (int)rng_below(r, 100), 20 + (int)rng_below(r, 30));
	press(p, "Esc Esc Esc");
}

static void nothing_confirmed_is_lost(void **state)
{
	static struct pty *(*const accident[])(struct pty *, struct rng *) = {
		killed_while_typing, told_to_end, killed_while_sending, stopped_for_a_while};
	(void)state;
	struct rng r = rng_new(2026);
	print_message("# seed %llu\n", (unsigned long long)r.state);
	struct pty *p = console(&r);
	for (unsigned i = 0; i < test_rounds(25); i++) {
		works(p, &r);
		if (rng_below(&r, 3) == 0) {
			int note = begin_note(p, &r);
			confirm(p, note, notes[note].words);
		}
		p = accident[i % 4](p, &r);
	}
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
	for (int i = 0; i < nnotes; i++) {
		int words = 0;
		int n = in_journal(i, &words);
		if (n != (notes[i].confirmed ? 1 : 0))
			fail_msg("note %d stands %d times in the journal", i, n);
		if (n && words != notes[i].words)
			fail_msg("note %d has %d words, not %d", i, words, notes[i].words);
	}
	assert_int_equal(desk_run(NULL, NULL, "audit verify")->status, 0);
}

static int group_start(void **state)
{
	signal(SIGPIPE, SIG_IGN);
	if (desk_start(state) != 0)
		return 1;
	for (int i = 0; i < TICKETS; i++)
		snprintf(numbers[i], sizeof numbers[i], "%s",
			text(desk_ok(NULL, "ticket new kind=incident 'subject=Station %d stands still'", i), "number"));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_confirmed_is_lost)};
	return TEST_MAIN_WITH(tests, group_start, desk_stop);
}
