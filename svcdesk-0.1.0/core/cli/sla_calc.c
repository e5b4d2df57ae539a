/* svcdesk sla calc: cases of business time from standard input, a line each, by the functions of the desk's own clocks. One batch
 * is calculated while the next one is read. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/calc_case.h"
#include "core/cli/cli.h"

enum {
	BATCH = 1000,
	LINE_MAX_BYTES = 1 << 20,
	KEPT = 2000,  /* calendars kept at a time */
	OFTEN = 32,   /* uses after which the desk lays one out */
	SPREAD = 60,  /* years that are laid out at most */
	SLOTS = 4096, /* of the hash table: a power of two */
	TRIES = 3,
};
#define YEAR_US INT64_C(31556952000000)

/* A definition as it was written, and what the desk calls it. */
struct calendar {
	char *text;
	size_t n;
	struct calendar *next; /* in its slot */
	char id[12];           /* "": not asked for yet */
	char *error;           /* what is wrong with it */
	long uses;
	int64_t lo, hi;           /* times it was used for */
	int64_t laid_lo, laid_hi; /* of these the desk has it laid out */
};

struct answer {
	char *error;        /* NULL: calculated */
	struct calendar *c; /* of what is calculated */
	struct calc_case k;
};

struct batch {
	struct answer answer[BATCH];
	size_t n;
};

struct calc {
	struct cli *c;
	struct calendar *slot[SLOTS];
	size_t kept;
	struct batch batch[2];
	int filling; /* the batch being filled; the other one may be with the desk */
	bool asked;
	struct sd_str out;
};

/* ---- calendars ---- */

static size_t hash(const char *text, size_t n)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
	return (size_t)(h ^ h >> 32) & (SLOTS - 1);
}

static struct calendar *find(struct calc *x, const char *text, size_t n, size_t *slot)
{
	*slot = hash(text, n);
	for (struct calendar *k = x->slot[*slot]; k; k = k->next)
		if (k->n == n && memcmp(k->text, text, n) == 0)
			return k;
	return NULL;
}

static bool known(void *arg, const char *text, size_t n)
{
	size_t slot;

	return find(arg, text, n, &slot) != NULL;
}

static void forget(struct calc *x)
{
	for (size_t i = 0; i < SLOTS; i++)
		for (struct calendar *k = x->slot[i], *next; k; k = next) {
			next = k->next;
			free(k->text);
			free(k->error);
			free(k);
		}
	memset(x->slot, 0, sizeof x->slot);
	x->kept = 0;
}

/* Takes text. */
static struct calendar *calendar_of(struct calc *x, char *text)
{
	size_t slot, n = strlen(text);
	struct calendar *k = find(x, text, n, &slot);

	if (k) {
		free(text);
		return k;
	}
	k = sd_calloc(1, sizeof *k);
	*k = (struct calendar){.text = text, .n = n, .next = x->slot[slot], .lo = INT64_MAX, .hi = INT64_MIN, .laid_lo = INT64_MAX};
	k->laid_hi = INT64_MIN;
	x->slot[slot] = k;
	x->kept++;
	return k;
}

static void use(struct calendar *k, int64_t us)
{
	k->lo = us < k->lo ? us : k->lo;
	k->hi = us > k->hi ? us : k->hi;
}

/* ---- arrays of PostgreSQL as text ---- */

static void element(struct sd_str *s, const char *text)
{
	sd_str_addc(s, s->len ? ',' : '{');
	sd_str_add(s, text);
}

static void number(struct sd_str *s, int64_t v)
{
	sd_str_addf(s, "%c%lld", s->len ? ',' : '{', (long long)v);
}

static void quoted(struct sd_str *s, const char *text)
{
	element(s, "\"");
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			sd_str_addc(s, '\\');
		sd_str_addc(s, *text);
	}
	sd_str_addc(s, '"');
}

static const char *array(struct sd_str *s)
{
	sd_str_add(s, s->len ? "}" : "{}");
	return s->data;
}

/* ---- asking ---- */

/* What the desk calls the calendars of a batch, or what is wrong with them. */
static bool name_calendars(struct calc *x, const struct batch *b, struct sd_err *err)
{
	struct sd_str specs = {0};
	struct calendar *want[BATCH];
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		struct calendar *k = b->answer[i].c;
		if (!k || *k->id || k->error)
			continue;
		quoted(&specs, k->text);
		strcpy(k->id, "?");
		want[n++] = k;
	}
	const char *params[] = {n ? array(&specs) : NULL};
	struct sd_result *r = n ? sd_conn_query(x->c->conn, "select desk.calendar_scratch($1)", 1, params, err) : NULL;
	sd_str_free(&specs);
	for (size_t i = 0; i < n; i++)
		*want[i]->id = '\0';
	for (size_t i = 0; r && i < n && i < (size_t)sd_result_rows(r); i++) {
		json_t *j = cli_parse(sd_result_get(r, (int)i, 0), err);
		struct sd_err why = {0};
		if (json_is_true(json_object_get(j, "ok"))) {
			snprintf(want[i]->id, sizeof want[i]->id, "%d", (int)json_integer_value(json_object_get(j, "id")));
		} else {
			cli_refusal(x->c, json_object_get(j, "error"), &why);
			want[i]->error = sd_strdup(why.text);
		}
		json_decref(j);
	}
	sd_result_free(r);
	return r || !n;
}

static void iso(struct sd_str *s, int64_t us)
{
	struct sd_str t = {0};

	calc_time_write(&t, us, 0);
	element(s, t.data);
	sd_str_free(&t);
}

/* Has the calendars laid out that come often. Only a matter of speed. */
static bool lay_out(struct calc *x, const struct batch *b, struct sd_err *err)
{
	struct sd_str id = {0}, from = {0}, to = {0};
	bool ok = true;

	for (size_t i = 0; i < b->n; i++) {
		struct calendar *k = b->answer[i].c;
		if (!k || k->error || k->uses < OFTEN || (k->laid_lo <= k->lo && k->hi <= k->laid_hi) || k->hi - k->lo > SPREAD * YEAR_US)
			continue;
		element(&id, k->id);
		iso(&from, k->lo);
		iso(&to, k->hi);
		k->laid_lo = k->lo;
		k->laid_hi = k->hi;
	}
	if (id.len) {
		const char *params[] = {array(&id), array(&from), array(&to)};
		struct sd_result *r = sd_conn_query(x->c->conn, "select desk.calendar_scratch_cover($1, $2, $3)", 3, params, err);
		ok = r != NULL;
		sd_result_free(r);
	}
	sd_str_free(&id);
	sd_str_free(&from);
	sd_str_free(&to);
	return ok;
}

static bool send(struct calc *x, const struct batch *b, struct sd_err *err)
{
	struct sd_str version = {0}, at = {0}, wall = {0}, us = {0}, until = {0}, until_wall = {0};

	for (size_t i = 0; i < b->n; i++) {
		const struct answer *a = &b->answer[i];
		if (!a->c || a->c->error)
			continue;
		element(&version, a->c->id);
		number(&at, a->k.at.us);
		element(&wall, a->k.at.wall ? "t" : "f");
		if (a->k.between)
			element(&us, "null");
		else
			number(&us, a->k.us);
		number(&until, a->k.until.us);
		element(&until_wall, a->k.until.wall ? "t" : "f");
	}
	const char *params[] = {array(&version), array(&at), array(&wall), array(&us), array(&until), array(&until_wall)};
	bool ok = sd_conn_start(x->c->conn, "select * from desk.calendar_calc($1, $2, $3, $4, $5, $6)", 6, params, err);
	sd_str_free(&version);
	sd_str_free(&at);
	sd_str_free(&wall);
	sd_str_free(&us);
	sd_str_free(&until);
	sd_str_free(&until_wall);
	return ok;
}

static bool ask(struct calc *x, const struct batch *b, struct sd_err *err)
{
	return name_calendars(x, b, err) && lay_out(x, b, err) && send(x, b, err);
}

/* ---- answering ---- */

static void answer_error(struct sd_str *out, const char *text)
{
	sd_str_add(out, "{\"error\": ");
	cli_json_string(out, text);
	sd_str_add(out, "}\n");
}

static void answer(struct calc *x, struct answer *a, const struct sd_result *r, int row)
{
	const char *us = sd_result_get(r, row, 0), *off = sd_result_get(r, row, 1);
	int64_t v = us ? strtoll(us, NULL, 10) : 0;

	if (!us) {
		answer_error(&x->out, _("the calendar is never open so long"));
	} else if (a->k.between) {
		sd_str_add(&x->out, "{\"minutes\": ");
		calc_minutes_write(&x->out, v);
		sd_str_add(&x->out, "}\n");
	} else {
		use(a->c, v);
		sd_str_add(&x->out, "{\"due\": \"");
		calc_time_write(&x->out, v, off ? (int32_t)strtol(off, NULL, 10) : 0);
		sd_str_add(&x->out, "\"}\n");
	}
}

static size_t calculated(const struct batch *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->answer[i].c && !b->answer[i].c->error;
	return n;
}

/* Prints the answers to a batch that the desk has. A calendar that went meanwhile is asked for again. */
static bool collect(struct calc *x, struct batch *b, struct sd_err *err)
{
	struct sd_result *r = sd_conn_finish(x->c->conn, err);
	int row = 0;

	for (int i = 0; r && (size_t)sd_result_rows(r) < calculated(b) && i < TRIES; i++) {
		sd_result_free(r);
		for (size_t k = 0; k < b->n; k++)
			if (b->answer[k].c) {
				*b->answer[k].c->id = '\0';
				b->answer[k].c->laid_lo = INT64_MAX;
			}
		r = ask(x, b, err) ? sd_conn_finish(x->c->conn, err) : NULL;
	}
	if (!r)
		return false;
	if ((size_t)sd_result_rows(r) < calculated(b)) {
		sd_result_free(r);
		sd_err_set(err, SD_ERR_INTERNAL, "no_answer", "%s", _("the desk gave no answer"));
		return false;
	}
	for (size_t i = 0; i < b->n; i++) {
		struct answer *a = &b->answer[i];
		if (!a->c || a->c->error)
			answer_error(&x->out, a->c ? a->c->error : a->error);
		else
			answer(x, a, r, row++);
		free(a->error);
	}
	sd_result_free(r);
	b->n = 0;
	cli_print(x->c, x->out.data ? x->out.data : "", x->out.len);
	fflush(stdout);
	sd_str_reset(&x->out);
	return true;
}

/* What was asked is answered, then what was read is asked; all: and answered too. */
static bool turn(struct calc *x, bool all, struct sd_err *err)
{
	struct batch *b = &x->batch[x->filling];

	if (x->asked && !collect(x, &x->batch[!x->filling], err))
		return false;
	x->asked = false;
	if (x->kept > KEPT) { /* nothing is with the desk: the calendars of what was read are found again */
		char *text[BATCH] = {NULL};
		for (size_t i = 0; i < b->n; i++)
			text[i] = b->answer[i].c ? sd_strdup(b->answer[i].c->text) : NULL;
		forget(x);
		for (size_t i = 0; i < b->n; i++)
			b->answer[i].c = text[i] ? calendar_of(x, text[i]) : NULL;
	}
	if (!b->n)
		return true;
	if (!ask(x, b, err))
		return false;
	x->asked = true;
	x->filling = !x->filling;
	return !all || turn(x, false, err);
}

/* ---- reading ---- */

static bool take_line(struct calc *x, const char *line, size_t n, struct sd_err *err)
{
	struct batch *b = &x->batch[x->filling];
	struct answer *a = &b->answer[b->n++];
	struct sd_str why = {0};

	*a = (struct answer){0};
	if (n > LINE_MAX_BYTES) {
		sd_str_addf(&why, _("the line is longer than %d bytes"), LINE_MAX_BYTES);
	} else if (calc_case_parse(&a->k, line, n, known, x, &why)) {
		a->c = calendar_of(x, a->k.calendar);
		a->k.calendar = NULL;
		a->c->uses++;
		use(a->c, a->k.at.us);
		if (a->k.between)
			use(a->c, a->k.until.us);
	}
	if (!a->c)
		a->error = sd_strdup(why.data ? why.data : "");
	sd_str_free(&why);
	return b->n < BATCH || turn(x, false, err);
}

/* Takes the lines out of what was read; the rest, without its end yet, stays. */
static bool take_lines(struct calc *x, struct sd_str *in, bool end, struct sd_err *err)
{
	size_t at = 0;
	char *nl;

	while (at < in->len && (nl = memchr(in->data + at, '\n', in->len - at))) {
		if (!take_line(x, in->data + at, (size_t)(nl - in->data) - at, err))
			return false;
		at = (size_t)(nl - in->data) + 1;
	}
	if (end && at < in->len && !take_line(x, in->data + at, in->len - at, err))
		return false;
	memmove(in->data, in->data + at, in->len - at);
	in->len -= at;
	if (in->len > LINE_MAX_BYTES + 1) /* its end will come: what it is counts no more */
		in->len = LINE_MAX_BYTES + 1;
	return true;
}

static bool run(struct calc *x, struct sd_err *err)
{
	struct sd_str in = {0};
	char buf[65536];
	bool ok = true;

	sd_str_add(&in, "");
	while (ok && !x->c->pipe_closed) {
		struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
		if (poll(&p, 1, 0) == 0 && !(ok = turn(x, true, err))) /* whoever writes may wait for an answer */
			break;
		ssize_t n = read(STDIN_FILENO, buf, sizeof buf);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			sd_err_set(err, SD_ERR_INTERNAL, "stdin", _("cannot read standard input: %s"), strerror(errno));
			ok = false;
		} else {
			sd_str_addn(&in, buf, (size_t)n);
			ok = take_lines(x, &in, n == 0, err);
		}
		if (n <= 0)
			break;
	}
	ok = ok && turn(x, true, err);
	sd_str_free(&in);
	return ok;
}

int cli_sla_calc(struct cli *c)
{
	struct sd_err err = {0};
	struct calc *x = sd_calloc(1, sizeof *x);
	bool ok = false;

	x->c = c;
	if (cli_connect(c, &err) && cli_is_person(c, &err)) {
		sd_conn_timeout(c->conn, 600000);
		ok = run(x, &err);
	}
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < x->batch[k].n; i++)
			free(x->batch[k].answer[i].error);
	forget(x);
	sd_str_free(&x->out);
	free(x);
	return ok ? cli_done(c, 0) : cli_fail(c, &err);
}
