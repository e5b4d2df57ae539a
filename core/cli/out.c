/* Output: JSON, CSV, tables, errors. What comes from the desk is cleaned or escaped before a terminal sees it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/env.h"
#include "svcdesk/locale.h"
#include "svcdesk/text.h"

void cli_print(struct cli *c, const char *text, size_t n)
{
	if (!c->pipe_closed && n && fwrite(text, 1, n, stdout) != n && errno == EPIPE)
		c->pipe_closed = true;
}

int cli_done(struct cli *c, int status)
{
	if (!c->pipe_closed && fflush(stdout) != 0 && errno == EPIPE)
		c->pipe_closed = true;
	if (c->pipe_closed || !ferror(stdout))
		return status;
	fprintf(stderr, "svcdesk: %s\n", _("the output could not be written"));
	return status ? status : 1;
}

void cli_print_clean(struct cli *c, const char *text)
{
	struct sd_str s = {0};
	sd_text_clean(&s, text, strlen(text), SD_CLEAN_BLOCK);
	cli_print(c, s.data, s.len);
	sd_str_free(&s);
}

/* ---- JSON ---- */

/* Bytes of a character that a terminal would obey or that would turn its text round: C1 controls, direction marks, line
 * separators. */
static unsigned hostile(const unsigned char *s, size_t *len)
{
	unsigned u = 0;
	if (s[0] == 0xc2 && s[1] >= 0x80 && s[1] < 0xa0) {
		*len = 2;
		return s[1];
	}
	if (s[0] == 0xd8 && s[1] == 0x9c) {
		*len = 2;
		return 0x61c;
	}
	if ((s[0] == 0xe2 && (s[1] == 0x80 || s[1] == 0x81)) || (s[0] == 0xef && s[1] == 0xbb))
		u = ((unsigned)(s[0] & 0x0f) << 12) | ((unsigned)(s[1] & 0x3f) << 6) | (unsigned)(s[2] & 0x3f);
	*len = 3;
	bool bad = u == 0x200e || u == 0x200f || (u >= 0x2028 && u <= 0x202e) || (u >= 0x2060 && u <= 0x206f) || u == 0xfeff;
	return bad ? u : 0;
}

void cli_json_string(struct sd_str *out, const char *text)
{
	sd_str_addc(out, '"');
	const unsigned char *s = (const unsigned char *)text;
	while (*s) {
		size_t plain = 0, len = 1;
		while (s[plain] >= 0x20 && s[plain] < 0x7f && s[plain] != '"' && s[plain] != '\\')
			plain++;
		if (plain) {
			sd_str_addn(out, (const char *)s, plain);
			s += plain;
			continue;
		}
		unsigned u = *s >= 0x80 ? hostile(s, &len) : 0;
		if (*s == '"' || *s == '\\')
			sd_str_addf(out, "\\%c", *s);
		else if (*s == '\n')
			sd_str_add(out, "\\n");
		else if (*s == '\t')
			sd_str_add(out, "\\t");
		else if (*s < 0x20 || *s == 0x7f)
			sd_str_addf(out, "\\u%04x", *s);
		else if (u)
			sd_str_addf(out, "\\u%04x", u);
		else {
			len = 1;
			sd_str_addc(out, (char)*s);
		}
		s += len;
	}
	sd_str_addc(out, '"');
}

static void line_break(struct sd_str *out, int indent)
{
	if (indent < 0)
		return;
	sd_str_addc(out, '\n');
	for (int i = 0; i < indent; i++)
		sd_str_add(out, "  ");
}

static void write_list(struct sd_str *out, const json_t *j, int indent)
{
	int inner = indent < 0 ? -1 : indent + 1;
	size_t i;
	const char *key, *comma = "";
	json_t *v;
	sd_str_addc(out, json_is_array(j) ? '[' : '{');
	if (json_is_array(j)) {
		json_array_foreach((json_t *)(uintptr_t)j, i, v)
		{
			sd_str_add(out, comma);
			line_break(out, inner);
			cli_json_write(out, v, inner);
			comma = ",";
		}
	} else {
		json_object_foreach((json_t *)(uintptr_t)j, key, v)
		{
			sd_str_add(out, comma);
			line_break(out, inner);
			cli_json_string(out, key);
			sd_str_add(out, indent < 0 ? ":" : ": ");
			cli_json_write(out, v, inner);
			comma = ",";
		}
	}
	if (*comma)
		line_break(out, indent);
	sd_str_addc(out, json_is_array(j) ? ']' : '}');
}

/* A number as the desk wrote it, not as a double comes near it: 99.98, not 99.980000000000004. */
static void write_real(struct sd_str *out, double value)
{
	char text[40];
	int digits = 15;
	do
		snprintf(text, sizeof text, "%.*g", digits, value);
	while (digits++ < 17 && strtod(text, NULL) != value);
	sd_str_add(out, text);
}

void cli_json_write(struct sd_str *out, const json_t *j, int indent)
{
	char *text;
	switch (json_typeof(j)) {
	case JSON_OBJECT:
	case JSON_ARRAY:
		write_list(out, j, indent);
		break;
	case JSON_STRING:
		cli_json_string(out, json_string_value(j));
		break;
	case JSON_REAL:
		write_real(out, json_real_value(j));
		break;
	default:
		text = json_dumps(j, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)); /* 0.1 is 0.1 */
		sd_str_add(out, text ? text : "null");
		free(text);
	}
}

void cli_print_json(struct cli *c, const json_t *j)
{
	struct sd_str s = {0};
	cli_json_write(&s, j, isatty(STDOUT_FILENO) ? 0 : -1);
	sd_str_addc(&s, '\n');
	cli_print(c, s.data, s.len);
	sd_str_free(&s);
}

void cli_csv_field(struct sd_str *out, const char *text)
{
	if (!strpbrk(text, "\",\r\n")) {
		sd_str_add(out, text);
		return;
	}
	sd_str_addc(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			sd_str_addc(out, '"');
		sd_str_addc(out, *text);
	}
	sd_str_addc(out, '"');
}

/* ---- errors ---- */

/* Text of an error may quote what was typed, whatever bytes that were. */
static json_t *clean_string(const char *text)
{
	struct sd_str s = {0};
	sd_text_clean(&s, text, strlen(text), SD_CLEAN_LINE);
	json_t *j = json_string(s.data ? s.data : "");
	sd_str_free(&s);
	return j;
}

json_t *cli_error_json(const struct sd_err *err)
{
	json_t *field = *err->field ? clean_string(err->field) : json_null();
	return json_pack("{s:s,s:s,s:o,s:o}", "id", err->id, "class", sd_err_class_word(err->cls), "field", field, "text",
		clean_string(err->text));
}

int cli_fail(struct cli *c, const struct sd_err *err)
{
	struct sd_str s = {0};
	struct sd_err needs = *err;
	if (c->cmd && c->cmd->roles && strcmp(err->sqlstate, "42501") == 0) { /* the database names a function: that helps nobody */
		snprintf(needs.text, sizeof needs.text, _("%s needs one of the roles %s; svcdesk whoami shows yours"), c->cmd->words,
			c->cmd->roles);
		err = &needs;
	}
	sd_text_clean(&s, err->text, strlen(err->text), SD_CLEAN_LINE);
	if (c->json) {
		json_t *j = json_pack("{s:o}", "error", cli_error_json(err));
		if (c->conflict && err->cls == SD_ERR_CONFLICT)
			json_object_set(json_object_get(j, "error"), "conflict", c->conflict);
		cli_print_json(c, j);
		json_decref(j);
	}
	fflush(stdout);
	fprintf(stderr, "svcdesk: %s\n", s.data ? s.data : "");
	sd_str_reset(&s);
	if (c->query && err->place && !c->json && isatty(STDERR_FILENO)) { /* programs get the one line */
		cli_caret(&s, c->query, err->place, 80);
		fputs(s.data, stderr);
	}
	if (!c->json && err->cls == SD_ERR_CONFLICT)
		cli_conflict_tell(c);
	sd_str_free(&s);
	return sd_err_exit_code(err);
}

/* ---- tables for people ---- */

enum { HELD_ROWS = 1000, MIN_WIDTH = 4 };

struct cli_table {
	struct cli *c;
	size_t n;
	const char *const *titles;
	int *width;  /* of the widest cell so far, then what is given to it */
	char **cell; /* rows held back */
	size_t rows, cap;
	bool flowing;
};

/* What is no terminal has no edge: nothing is cut there. */
static int terminal_width(void)
{
	struct winsize w;
	const char *columns = sd_env_get("COLUMNS");
	if (columns && atoi(columns) > 0)
		return atoi(columns);
	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_col > 0 ? w.ws_col : isatty(STDOUT_FILENO) ? 80 : INT_MAX;
}

struct cli_table *cli_table_new(struct cli *c, const char *const *titles, size_t n)
{
	struct cli_table *t = sd_arena_alloc(c->a, sizeof *t);
	*t = (struct cli_table){.c = c, .n = n, .titles = titles};
	t->width = sd_arena_alloc(c->a, (n + 1) * sizeof *t->width);
	for (size_t i = 0; i < n; i++)
		t->width[i] = sd_text_width(titles[i]);
	return t;
}

/* Takes cells from the widest columns until the line fits. */
static void fit_widths(struct cli_table *t)
{
	int total = 2 * ((int)t->n - 1), room = terminal_width();
	for (size_t i = 0; i < t->n; i++)
		total += t->width[i];
	while (total > room) {
		size_t widest = 0;
		for (size_t i = 1; i < t->n; i++)
			if (t->width[i] > t->width[widest])
				widest = i;
		if (t->width[widest] <= MIN_WIDTH)
			break;
		t->width[widest]--;
		total--;
	}
}

static void print_row(struct cli_table *t, const char *const *cells)
{
	struct sd_str s = {0};
	struct sd_arena *a = sd_arena_new();
	for (size_t i = 0; i < t->n; i++) {
		bool last = i + 1 == t->n;
		char *cell = sd_text_fit(a, cells[i] ? cells[i] : "", t->width[i], sd_locale_utf8() ? "…" : "~", !last);
		sd_str_add(&s, sd_locale_utf8() ? cell : sd_text_ascii(a, cell));
		sd_str_add(&s, last ? "\n" : "  ");
	}
	cli_print(t->c, s.data, s.len);
	sd_arena_free(a);
	sd_str_free(&s);
}

static void release(struct cli_table *t)
{
	t->flowing = true;
	fit_widths(t);
	print_row(t, t->titles);
	for (size_t r = 0; r < t->rows; r++)
		print_row(t, (const char *const *)&t->cell[r * t->n]);
	for (size_t i = 0; i < t->rows * t->n; i++)
		free(t->cell[i]);
	free(t->cell);
	t->cell = NULL;
	t->rows = 0;
}

static char *clean_line(const char *text)
{
	struct sd_str s = {0};
	sd_text_clean(&s, text, strlen(text), SD_CLEAN_LINE);
	return sd_str_take(&s);
}

void cli_table_row(struct cli_table *t, const char *const *cells)
{
	if (!t->cell)
		t->cell = sd_calloc(HELD_ROWS * t->n, sizeof *t->cell);
	char **row = &t->cell[t->rows * t->n];
	for (size_t i = 0; i < t->n; i++) {
		row[i] = clean_line(cells[i] ? cells[i] : "");
		int w = t->flowing ? 0 : sd_text_width(row[i]);
		if (w > t->width[i])
			t->width[i] = w;
	}
	if (t->flowing) {
		print_row(t, (const char *const *)row);
		for (size_t i = 0; i < t->n; i++)
			free(row[i]);
		return;
	}
	if (++t->rows == HELD_ROWS)
		release(t);
}

void cli_table_end(struct cli_table *t)
{
	if (!t->flowing)
		release(t);
	free(t->cell);
	t->cell = NULL;
}
