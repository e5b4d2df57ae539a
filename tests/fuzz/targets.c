#include "tests/fuzz/targets.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/cli/calc_case.h"
#include "core/cli/calendar_text.h"
#include "core/cli/cli.h"
#include "core/cli/rota.h"
#include "core/cli/sla.h"
#include "core/intake/csv.h"
#include "core/intake/kb_file.h"
#include "core/intake/map.h"
#include "core/intake/timefmt.h"
#include "svcdesk/assign.h"
#include "svcdesk/cfg.h"
#include "svcdesk/clock.h"
#include "svcdesk/err.h"
#include "svcdesk/markdown.h"
#include "svcdesk/mem.h"
#include "svcdesk/outbox.h"
#include "svcdesk/query.h"
#include "svcdesk/text.h"
#include "tui/app/keymap.h"
#include "tui/app/userkeys.h"
#include "tui/surface/theme.h"
#include "tui/term/term.h"
#include "tui/wall/wall.h"

#define PROMISE(x)                                                                                                               \
	do {                                                                                                                         \
		if (!(x)) {                                                                                                              \
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #x);                                                      \
			abort();                                                                                                             \
		}                                                                                                                        \
	} while (0)

static char *text_of(const char *bytes, size_t n)
{
	char *s = malloc(n + 1);
	if (n)
		memcpy(s, bytes, n);
	s[n] = '\0';
	return s;
}

/* For parsers that read files: one in memory, by a path. */
static int file_of(const char *bytes, size_t n, char path[40])
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	PROMISE(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
	snprintf(path, 40, "/proc/self/fd/%d", fd);
	return fd;
}

/* Keys: everything is taken, whole or in pieces; after a flush nothing is left waiting. */
static void decoder(const char *bytes, size_t n)
{
	struct decoder *d = decoder_new();
	struct key k;
	size_t piece = n ? 1 + (size_t)((unsigned char)bytes[0] % 7) : 1;
	for (size_t at = 0; at < n; at += piece) {
		decoder_feed(d, bytes + at, n - at < piece ? n - at : piece);
		while (decoder_next(d, &k))
			;
	}
	decoder_flush(d);
	while (decoder_next(d, &k))
		;
	PROMISE(!decoder_waiting(d));
	decoder_eof(d);
	while (decoder_next(d, &k))
		;
	decoder_free(d);
}

/* Cleaning gives clean text, and cleaning that changes nothing. */
static void clean(const char *bytes, size_t n)
{
	for (int mode = SD_CLEAN_LINE; mode <= SD_CLEAN_BLOCK; mode++) {
		struct sd_str once = {0}, twice = {0};
		sd_text_clean(&once, bytes, n, (enum sd_clean)mode);
		PROMISE(sd_text_is_clean(once.data ? once.data : "", once.len, (enum sd_clean)mode));
		sd_text_clean(&twice, once.data ? once.data : "", once.len, (enum sd_clean)mode);
		PROMISE(once.len == twice.len && (once.len == 0 || memcmp(once.data, twice.data, once.len) == 0));
		sd_str_free(&once);
		sd_str_free(&twice);
	}
}

/* A query is refused with a reason, or has one canonical form and compiles in every way. */
static void query(const char *bytes, size_t n)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_err err = {0};
	struct sd_query_sql sql;
	char *text = text_of(bytes, n);
	struct sd_query *q = sd_query_parse(a, text, NULL, 0, &err);
	PROMISE(q || err.text[0]);
	for (int mode = SD_QUERY_PAGE; q && mode <= SD_QUERY_IDS; mode++) {
		struct sd_query_opts o = {.mode = (enum sd_query_mode)mode, .limit = 50, .zone = "Europe/Berlin"};
		PROMISE(sd_query_sql(q, a, &o, &sql, &err));
		for (int i = 0; i < sql.nparams; i++)
			PROMISE(sql.params[i] != NULL);
	}
	if (q) {
		struct sd_query *again = sd_query_parse(a, text, NULL, 0, &err);
		PROMISE(again && strcmp(sd_query_json(q, a), sd_query_json(again, a)) == 0);
		struct sd_query_opts o = {.zone = "Europe/Berlin"};
		sd_query_check(q, a, &o, &sql);
	}
	free(text);
	sd_arena_free(a);
}

static void theme(const char *bytes, size_t n)
{
	struct sd_err err = {0};
	char *text = text_of(bytes, n);
	struct theme *t = theme_parse("fuzz.theme", text, &err);
	PROMISE(t || err.text[0]);
	for (int tier = 0; t && tier < THEME_TIERS; tier++)
		theme_get(t, EL_NORMAL, (enum theme_tier)tier);
	theme_free(t);
	free(text);
}

static void config(const char *bytes, size_t n)
{
	struct sd_err err = {0};
	struct sd_cfg *c = sd_cfg_new();
	char path[40];
	const char *section, *name, *value;
	int fd = file_of(bytes, n, path);
	PROMISE(sd_cfg_load_file(c, path, &err) || err.text[0]);
	for (size_t i = 0; i < sd_cfg_options_n; i++)
		PROMISE(sd_cfg_text(c, sd_cfg_options[i].name) != NULL);
	for (size_t i = 0; sd_cfg_entry(c, i, &section, &name, &value); i++)
		PROMISE(section && name && sd_cfg_entry_place(c, i)[0]);
	sd_cfg_free(c);
	close(fd);
}

/* What binds can be named, and the name binds again. */
static void keys(const char *bytes, size_t n)
{
	struct keymap km = {0}, again = {0};
	char buf[256], *text = text_of(bytes, n);
	if (keymap_bind(&km, text, ACT_DOWN, 1) && km.n > 0) {
		keymap_keys(&km, ACT_DOWN, true, buf, sizeof buf);
		PROMISE(buf[0]);
	}
	keymap_free(&km);
	keymap_free(&again);
	free(text);
}

/* Whatever the sections say: no two keys of one pane are the same or one the beginning of another, every line that is wrong is
 * told, and what binds can be named. */
static void userkeys(const char *bytes, size_t n)
{
	static const char *const verbs[] = {"take", "resolve", "reply"};
	struct sd_err err = {0};
	struct sd_cfg *c = sd_cfg_new();
	struct userkeys u;
	struct keymap km;
	char path[40], name[64];
	int fd = file_of(bytes, n, path);
	sd_cfg_load_file(c, path, &err);
	keymap_init(&km);
	userkeys_load(&u, c, &km);
	userkeys_verbs(&u, &km, verbs, 3);
	for (size_t i = 0; i < km.n; i++) {
		const struct binding *a = &km.v[i];
		PROMISE(a->n > 0 && a->n <= KEYMAP_STROKES && a->contexts);
		PROMISE(a->action < ACT_COUNT || (a->action >= ACT_VERB && a->action < ACT_VERB + 3) ||
				(a->action >= ACT_USER && a->action < ACT_USER + (int)u.ncommands));
		for (int s = 0; s < a->n; s++)
			PROMISE(key_name(&a->stroke[s], name, sizeof name)[0]);
		for (size_t k = i + 1; k < km.n; k++) {
			const struct binding *b = &km.v[k];
			int both = a->n < b->n ? a->n : b->n, same = 0;
			while (same < both && a->stroke[same].code == b->stroke[same].code && a->stroke[same].mods == b->stroke[same].mods)
				same++;
			PROMISE(same < both || !(a->contexts & b->contexts));
		}
	}
	for (size_t i = 0; i < u.nproblems; i++)
		PROMISE(u.problem[i][0]);
	userkeys_free(&u);
	keymap_free(&km);
	sd_cfg_free(c);
	close(fd);
}

/* A file is read to its end, by whatever its first byte says of delimiter, quote and encoding: lines rise, and each record says
 * what it is. */
static void csv(const char *bytes, size_t n)
{
	static const struct csv_form forms[] = {{0}, {';', '\'', CSV_CP1252}, {'\t', CSV_NO_QUOTE, CSV_LATIN1}, {'|', 0, CSV_UTF8}};
	struct sd_err err = {0};
	struct csv_record rec;
	char path[40];
	int fd = file_of(bytes, n, path);
	struct csv_reader *r = csv_open(path, &err);
	long line = 0;
	PROMISE(r || err.text[0]);
	if (r)
		csv_set_form(r, &forms[n ? (unsigned char)bytes[0] % 4 : 0]);
	for (enum csv_got got; r && (got = csv_next(r, &rec, &err)) != CSV_END && got != CSV_FAILED;) {
		PROMISE(rec.line > line);
		line = rec.line;
		PROMISE(got == CSV_RECORD ? rec.n > 0 && rec.n <= CSV_MAX_FIELDS : rec.why != NULL);
		for (int i = 0; got == CSV_RECORD && i < rec.n; i++)
			PROMISE(rec.field[i] != NULL);
	}
	csv_close(r);
	close(fd);
}

/* A map is refused with its place, or fills every rule of a row with clean text. */
static void map(const char *bytes, size_t n)
{
	static const char desk[] =
		"{\"kinds\":[\"incident\"],\"states\":[\"new\",\"closed\"],\"verbs\":[\"note\",\"reply\"],\"fields\":{"
		"\"state\":{\"type\":\"state\",\"must\":true},\"subject\":{\"type\":\"text\",\"must\":true},\"body\":{\"type\":"
		"\"multiline\"},"
		"\"priority\":{\"type\":\"level\",\"must\":true},\"category\":{\"type\":\"category\"},"
		"\"hold_reason\":{\"type\":\"choice\",\"choices\":[\"supplier\",\"change\"]},\"opened_at\":{\"type\":\"time\"}}}";
	static char *header[] = {"id", "at", "a", "b", "what"},
				*rows[][5] = {{"1", "2016-03-01", "", "x / y", "lines\nof \x1b[1mtext"},
					{"", "?", "\xc3\xa4\xff", "EMPTY", "a long text that is cut somewhere at a word of it"}};
	struct sd_err err = {0};
	struct sd_str unknown = {0}, value = {0};
	char *text = text_of(bytes, n);
	struct map *m = map_parse("fuzz.map", text, &err);
	PROMISE(m || strstr(err.text, "fuzz.map:"));
	bool fits = m && map_check(m, desk, &err) && map_header(m, 5, header, &unknown, &err);
	PROMISE(fits || err.text[0]);
	for (size_t r = 0; fits && r < 2; r++)
		for (size_t i = 0; i < m->n_rules; i++) {
			const struct map_rule *rule = m->rule[i];
			if (!map_fill(m, rule, rows[r], &value))
				continue;
			PROMISE(value.len && strlen(value.data) == value.len);
			if (!rule->value.constant)
				PROMISE(map_word(rule, value.data) != value.data || !rule->words);
			for (size_t k = 0; k < m->n_time; k++) {
				sd_time t;
				if (intake_time(value.data, m->time[k], m->zone, &t))
					PROMISE(t >= 0);
			}
		}
	map_free(m);
	sd_str_free(&unknown);
	sd_str_free(&value);
	free(text);
}

/* The first line is a format, the second a text: what it reads is a moment, and the format was one that reads moments. */
static void timefmt(const char *bytes, size_t n)
{
	char *text = text_of(bytes, n), *second = strchr(text, '\n');
	sd_time t;
	if (second) {
		*second++ = '\0';
		if (intake_time_format(text) && intake_time(second, text, "Asia/Shanghai", &t))
			PROMISE(t >= -86400 * INT64_C(1000000) && t < INT64_C(7258118400) * 1000000 + 86400 * INT64_C(1000000));
	}
	free(text);
}

/* Completion at every place of a query: what is offered stands in place of what is typed. */
static void complete(const char *bytes, size_t n)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_query_completion out;
	char *text = text_of(bytes, n < 200 ? n : 200);
	for (size_t at = 0; at <= strlen(text); at++) {
		sd_query_complete(a, text, at, NULL, NULL, 0, &out);
		PROMISE(out.from <= at);
		for (size_t i = 0; i < out.n; i++)
			PROMISE(out.offer[i].text && *out.offer[i].text);
		sd_arena_reset(a);
	}
	free(text);
	sd_arena_free(a);
}

/* What is read as a time is written and read back the same. */
static void times(const char *bytes, size_t n)
{
	struct sd_arena *a = sd_arena_new();
	struct sd_err err = {0};
	sd_time t, again;
	int64_t us;
	char *text = text_of(bytes, n);
	if (sd_time_parse(text, "Europe/Berlin", &t, &err)) {
		PROMISE(sd_time_parse(sd_time_iso(a, t), "UTC", &again, &err));
		PROMISE(t == again);
	}
	if (sd_duration_parse(text, &us))
		PROMISE(us >= 0);
	free(text);
	sd_arena_free(a);
}

static bool known_yes(void *arg, const char *text, size_t n)
{
	(void)arg;
	return n > 0 && *text == '{';
}

/* A case is taken or told what is wrong with it; what is taken is JSON with a calendar, and its times can be read again. */
static void calc(const char *bytes, size_t n)
{
	struct calc_case k;
	struct sd_str why = {0}, out = {0};
	struct calc_time t;

	if (calc_case_parse(&k, bytes, n, NULL, NULL, &why)) {
		json_t *line = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, NULL), *calendar = json_loads(k.calendar, 0, NULL);
		PROMISE(json_is_object(line) && json_equal(calendar, json_object_get(line, "calendar")));
		PROMISE(k.between || (k.us >= 0 && k.us <= CALC_MINUTES_MAX * INT64_C(60000000)));
		if (k.at.us > -INT64_C(2208902400000000) && k.at.us < INT64_C(7258032000000000)) {
			calc_time_write(&out, k.at.us, 0);
			PROMISE(calc_time_parse(out.data, &t) && t.us == k.at.us && !t.wall);
		}
		json_decref(line);
		json_decref(calendar);
		free(k.calendar);
		sd_str_reset(&why);
		PROMISE(calc_case_parse(&k, bytes, n, known_yes, NULL, &why));
		free(k.calendar);
	} else {
		PROMISE(why.len && !k.calendar);
	}
	sd_str_free(&why);
	sd_str_free(&out);
}

/* A file of a calendar: taken, or an error with its place; what is taken can be written. */
static void calendar(const char *bytes, size_t n)
{
	char *text = text_of(bytes, n), *name;
	struct sd_err err = {0};
	struct sd_str when = {0}, what = {0};
	json_t *spec = calendar_parse("fuzz", text, &name, &err), *x;
	size_t i;

	if (spec) {
		PROMISE(json_is_object(json_object_get(spec, "week")) && json_is_array(json_object_get(spec, "exceptions")));
		calendar_week_write(&what, json_object_get(spec, "week"), ", ");
		json_array_foreach(json_object_get(spec, "exceptions"), i, x) calendar_exception_write(&when, &what, x);
	} else {
		PROMISE(strncmp(err.text, "fuzz:", 5) == 0 && !name);
	}
	json_decref(spec);
	free(name);
	free(text);
	sd_str_free(&when);
	sd_str_free(&what);
}

/* A policy file: taken, or an error with its place. */
static void policy(const char *bytes, size_t n)
{
	char *text = text_of(bytes, n);
	struct sd_err err = {0};
	json_t *p = sla_policy_parse("fuzz", text, &err);

	PROMISE(p ? json_is_object(p) : strncmp(err.text, "fuzz:", 5) == 0);
	json_decref(p);
	free(text);
}

/* A layout is refused with its line, or has pages, and each of them can be drawn on any screen. */
static void layout(const char *bytes, size_t n)
{
	struct sd_err err = {0};
	char *text = text_of(bytes, n);
	struct wall_layout *l = wall_layout_parse("fuzz.wall", text, &err);
	PROMISE(l || (err.text[0] && strncmp(err.text, "fuzz.wall:", 10) == 0));
	if (l) {
		struct wall *w = wall_new(l, true, WALL_LIGHT_AUTO);
		struct surface *s = surface_new(1 + (int)(n % 90), 1 + (int)(n % 30));
		PROMISE(l->npages > 0);
		wall_clock(w, 1000);
		wall_resize(w, surface_width(s), surface_height(s));
		wall_answer(w, "{\"now\": \"2026-01-05T09:00:00Z\", \"live\": {}, \"slow\": {}}", NULL);
		for (size_t i = 0; i < l->npages && i < 8; i++) {
			w->page = (int)i;
			wall_draw(w, s);
		}
		PROMISE(wall_next(w) > 0);
		wall_theme(w);
		surface_free(s);
		wall_free(w);
	}
	free(text);
}

/* An act that waits: refused with a reason, or one that is written down and read again as the same. */
static void unsent(const char *bytes, size_t n)
{
	char why[SD_UNSENT_WHY] = "";
	struct sd_unsent *u = sd_unsent_read(bytes, n, why), *again;
	size_t a, b;

	PROMISE(u || *why);
	if (u) {
		char *first = sd_unsent_bytes(u, &a), *second;
		PROMISE(sd_uuid_valid(u->op) && *u->place && u->version >= 0);
		again = sd_unsent_read(first, a, why);
		PROMISE(again);
		second = sd_unsent_bytes(again, &b);
		PROMISE(a == b && !memcmp(first, second, a));
		sd_unsent_free(again);
		free(first);
		free(second);
	}
	sd_unsent_free(u);
}

/* Definitions of rules and rotas: refused with their line, or a list of them, and each is written so that it is read again. */
static void sheet(const char *bytes, size_t n)
{
	static const char *const firsts[] = {"rule", "rota"};
	char *text = text_of(bytes, n);
	for (int f = 0; f < 2; f++) {
		struct sd_arena *a = sd_arena_new();
		struct sd_err err = {0};
		const char *out = sd_sheet_read(a, "fuzz", text, firsts[f], &err), *key;
		json_t *list = json_loads(out ? out : "[]", 0, NULL), *o, *v;
		size_t i;
		PROMISE(out ? json_array_size(list) > 0 : strncmp(err.text, "fuzz:", 5) == 0);
		json_array_foreach(list, i, o)
		{
			char *one = json_dumps(o, 0), *sheet = sd_sheet_text(a, one, firsts[f]);
			const char *again = sd_sheet_read(a, "fuzz", sheet, firsts[f], &err);
			json_t *read = json_loads(again ? again : "[]", 0, NULL);
			PROMISE(json_is_string(json_object_get(o, firsts[f])) && json_is_integer(json_object_get(o, "line")));
			PROMISE(json_array_size(read) == 1);
			json_object_foreach(o, key, v)
				PROMISE(strcmp(key, "line") == 0 || json_equal(v, json_object_get(json_array_get(read, 0), key)));
			json_decref(read);
			free(one);
		}
		json_decref(list);
		sd_arena_free(a);
	}
	free(text);
}

/* A table of shifts: refused, or rotas with a name, a group and their shifts. */
static void rotacsv(const char *bytes, size_t n)
{
	struct cli c = {.a = sd_arena_new()};
	struct sd_err err = {0};
	char path[40];
	int fd = file_of(bytes, n, path);
	json_t *list = rota_csv(&c, path, &err), *o;
	size_t i;
	PROMISE(list || err.text[0]);
	json_array_foreach(list, i, o)
	{
		PROMISE(json_is_string(json_object_get(o, "rota")) && json_is_string(json_object_get(o, "group")));
		PROMISE(json_array_size(json_object_get(o, "shifts")) > 0);
	}
	json_decref(list);
	close(fd);
	sd_arena_free(c.a);
}

/* Any bytes are an article: its lines fit, are clean and as wide as they say. */
static void markdown(const char *bytes, size_t n)
{
	static const int widths[] = {1, 9, 40, 100};
	struct sd_md *md = sd_md_parse(bytes, n);
	for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
		struct sd_md_page *p = sd_md_layout(md, widths[w], w % 2 ? SD_MD_ASCII : 0);
		PROMISE(p->n <= 8 * n + 64);
		for (size_t i = 0; i < p->n; i++) {
			int cells = 0;
			for (int k = 0; k < p->line[i].n; k++) {
				const struct sd_md_span *s = &p->line[i].span[k];
				PROMISE(sd_text_is_clean(s->text, strlen(s->text), SD_CLEAN_LINE));
				PROMISE(sd_text_width(s->text) == s->cells);
				cells += s->cells;
			}
			PROMISE(cells <= p->width || cells <= 2);
		}
		sd_md_page_free(p);
	}
	sd_md_free(md);
}

/* A file of Markdown: an article with a title, whatever its front matter says; written to be edited it reads as it was. */
static void front(const char *bytes, size_t n)
{
	struct sd_arena *a = sd_arena_new();
	struct kb_file f, again;
	const json_t *o;
	size_t i;
	kb_file_read(a, "fuzz.md", bytes, n, false, &f);
	const char *title = json_string_value(json_object_get(f.fields, "title"));
	PROMISE(title && json_is_string(json_object_get(f.fields, "body")));
	PROMISE(sd_text_is_clean(title, strlen(title), SD_CLEAN_BLOCK));
	json_array_foreach(f.faults, i, o) PROMISE(json_integer_value(json_object_get(o, "line")) > 0);
	const char *text = kb_file_text(a, f.fields);
	kb_file_read(a, "fuzz.md", text, strlen(text), true, &again);
	PROMISE(json_array_size(again.faults) == 0);
	PROMISE(strcmp(text, kb_file_text(a, again.fields)) == 0);
	json_decref(f.fields);
	json_decref(f.faults);
	json_decref(again.fields);
	json_decref(again.faults);
	sd_arena_free(a);
}

const struct fuzz_target fuzz_targets[] = {{"decoder", decoder}, {"clean", clean}, {"query", query}, {"theme", theme},
	{"config", config}, {"keys", keys}, {"userkeys", userkeys}, {"csv", csv}, {"map", map}, {"timefmt", timefmt},
	{"complete", complete}, {"times", times}, {"calc", calc}, {"calendar", calendar}, {"policy", policy}, {"layout", layout},
	{"unsent", unsent}, {"sheet", sheet}, {"rotacsv", rotacsv}, {"markdown", markdown}, {"front", front}, {NULL, NULL}};
