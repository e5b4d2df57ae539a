#include "core/intake/csv.h"

#include <errno.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/intake/sha256.h"
#include "core/text/utf8.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/restrict.h"

enum { CHUNK = 256 << 10, XZ_MEMORY = 256 << 20 };

#define NOT_THERE ((size_t)-1)

struct csv_reader {
	FILE *f;
	char *path;
	struct sha256 sha;
	bool packed, file_end, xz_end;
	lzma_stream xz;
	unsigned char in[CHUNK];      /* bytes of the file */
	unsigned char out[CHUNK];     /* bytes of the text; in use when packed */
	const unsigned char *p, *end; /* what of the text is not yet read */
	long line;                    /* of the next byte */
	long record_line;             /* where the record began */
	/* A quote that is never closed swallows the lines after it. So that they are not lost, what a record reads behind its first
	 * line is kept (tail) and can be read again: then p and end stand in again, and what was not yet read of in or out waits. */
	struct sd_str tail, again;
	bool keeping, rereading;
	size_t tail_at; /* where tail begins in again, if that was being read; NOT_THERE otherwise */
	const unsigned char *wait_p, *wait_end;
	struct csv_form form;
	struct sd_str text; /* fields of the record, NUL after each */
	struct sd_str utf8; /* the same of a file that is in another encoding */
	size_t *start;      /* where each begins in text; pointers only once text has stopped moving */
	size_t n, cap;
	char **field;
};

/* ---- bytes ---- */

/* Reads the next piece of the file into in; n = 0 at the end. */
static bool file_fill(struct csv_reader *r, size_t *n, struct sd_err *err)
{
	*n = r->file_end ? 0 : fread(r->in, 1, sizeof r->in, r->f);
	if (*n < sizeof r->in) {
		if (ferror(r->f)) {
			sd_err_set(err, SD_ERR_INPUT, "file_read", _("%s: cannot be read: %s"), r->path, strerror(errno));
			return false;
		}
		r->file_end = true;
	}
	sha256_add(&r->sha, r->in, *n);
	return true;
}

static bool xz_failed(struct csv_reader *r, lzma_ret ret, struct sd_err *err)
{
	if (ret == LZMA_MEMLIMIT_ERROR)
		sd_err_set(err, SD_ERR_INPUT, "file_packed",
			_("%s: unpacking would take more than %d MiB of memory; unpack it with xz first"), r->path, XZ_MEMORY >> 20);
	else if (ret == LZMA_BUF_ERROR || ret == LZMA_OK)
		sd_err_set(err, SD_ERR_INPUT, "file_packed", _("%s: the packed file is cut off"), r->path);
	else
		sd_err_set(err, SD_ERR_INPUT, "file_packed", _("%s: the packed file is damaged"), r->path);
	return false;
}

static bool xz_fill(struct csv_reader *r, struct sd_err *err)
{
	r->xz.next_out = r->out;
	r->xz.avail_out = sizeof r->out;
	while (r->xz.avail_out == sizeof r->out && !r->xz_end) {
		if (r->xz.avail_in == 0 && !r->file_end) {
			size_t n;
			if (!file_fill(r, &n, err))
				return false;
			r->xz.next_in = r->in;
			r->xz.avail_in = n;
		}
		lzma_ret ret = lzma_code(&r->xz, r->file_end ? LZMA_FINISH : LZMA_RUN);
		if (ret == LZMA_STREAM_END)
			r->xz_end = true;
		else if (ret != LZMA_OK)
			return xz_failed(r, ret, err);
	}
	r->p = r->out;
	r->end = r->out + (sizeof r->out - r->xz.avail_out);
	return true;
}

/* More text; p == end afterwards means the end. */
static bool fill(struct csv_reader *r, struct sd_err *err)
{
	size_t n;

	if (r->rereading) {
		r->rereading = false;
		r->p = r->wait_p;
		r->end = r->wait_end;
		if (r->p < r->end)
			return true;
	}
	if (r->packed)
		return xz_fill(r, err);
	if (!file_fill(r, &n, err))
		return false;
	r->p = r->in;
	r->end = r->in + n;
	return true;
}

/* Next byte, -1 at the end, -2 on failure. */
static int next_byte(struct csv_reader *r, struct sd_err *err)
{
	if (r->p == r->end && !fill(r, err))
		return -2;
	if (r->p == r->end)
		return -1;
	if (r->keeping)
		sd_str_addc(&r->tail, (char)*r->p);
	return *r->p++;
}

static void unread(struct csv_reader *r)
{
	r->p--; /* only ever the byte just read, which lies in the buffer */
	if (r->keeping)
		r->tail.len--;
}

struct csv_reader *csv_open(const char *path, struct sd_err *err)
{
	static const unsigned char magic[6] = {0xfd, '7', 'z', 'X', 'Z', 0};
	struct csv_reader *r;
	size_t n;

	if (!sd_restrict_path(path, err))
		return NULL;
	FILE *f = fopen(path, "rb");
	if (!f) {
		sd_err_set(err, errno == ENOENT ? SD_ERR_NOT_FOUND : SD_ERR_INPUT, "file_open", _("%s: cannot be opened: %s"), path,
			strerror(errno));
		return NULL;
	}
	r = sd_calloc(1, sizeof *r);
	r->f = f;
	r->path = sd_strdup(path);
	r->line = 1;
	csv_set_form(r, &(struct csv_form){0});
	sha256_init(&r->sha);
	if (!file_fill(r, &n, err))
		goto failed;
	r->p = r->in;
	r->end = r->in + n;
	if (n >= sizeof magic && memcmp(r->in, magic, sizeof magic) == 0) {
		r->packed = true;
		r->xz = (lzma_stream)LZMA_STREAM_INIT;
		lzma_ret ret = lzma_stream_decoder(&r->xz, XZ_MEMORY, LZMA_CONCATENATED);
		if (ret != LZMA_OK) {
			xz_failed(r, ret, err);
			goto failed;
		}
		r->xz.next_in = r->in;
		r->xz.avail_in = n;
		if (!xz_fill(r, err))
			goto failed;
	}
	if (r->end - r->p >= 3 && memcmp(r->p, "\xef\xbb\xbf", 3) == 0)
		r->p += 3;
	if (r->end - r->p >= 2 && (memcmp(r->p, "\xff\xfe", 2) == 0 || memcmp(r->p, "\xfe\xff", 2) == 0)) {
		sd_err_set(err, SD_ERR_INPUT, "file_encoding", _("%s is UTF-16; make UTF-8 of it first: iconv -f UTF-16 -t UTF-8"), path);
		goto failed;
	}
	return r;
failed:
	csv_close(r);
	return NULL;
}

void csv_close(struct csv_reader *r)
{
	if (!r)
		return;
	if (r->packed)
		lzma_end(&r->xz);
	fclose(r->f);
	sd_str_free(&r->text);
	sd_str_free(&r->utf8);
	sd_str_free(&r->tail);
	sd_str_free(&r->again);
	free(r->start);
	free(r->field);
	free(r->path);
	free(r);
}

void csv_set_form(struct csv_reader *r, const struct csv_form *f)
{
	r->form = *f;
	if (!r->form.delimiter)
		r->form.delimiter = ',';
	if (!r->form.quote)
		r->form.quote = '"';
}

void csv_digest(struct csv_reader *r, unsigned char out[32])
{
	struct sha256 copy = r->sha;

	sha256_end(&copy, out);
}

/* ---- records ---- */

static void field_begin(struct csv_reader *r)
{
	*SD_PUSH(r->start, r->n, r->cap) = r->text.len;
}

/* The first line of a record is read: what follows may have to be read again. */
static void keep_from_here(struct csv_reader *r)
{
	if (r->keeping)
		return;
	r->keeping = true;
	sd_str_reset(&r->tail);
	r->tail_at = r->rereading ? (size_t)(r->p - (const unsigned char *)r->again.data) : NOT_THERE;
}

bool csv_again(struct csv_reader *r)
{
	if (!r->keeping)
		return false;
	r->keeping = false;
	r->line = r->record_line + 1;
	if (r->tail.len == 0) /* the file ends here */
		return true;
	if (r->rereading && r->tail_at != NOT_THERE) {
		r->p = (const unsigned char *)r->again.data + r->tail_at;
		return true;
	}
	struct sd_str old = r->again;
	r->again = r->tail;
	r->tail = old;
	r->wait_p = r->p;
	r->wait_end = r->end;
	r->p = (const unsigned char *)r->again.data;
	r->end = r->p + r->again.len;
	r->rereading = true;
	return true;
}

/* The rest of a bad record: to the next line end. Inside quotes nobody can tell where it ends; its first line is the safe guess.
 */
static enum csv_got skip_line(struct csv_reader *r, struct sd_err *err)
{
	if (csv_again(r))
		return CSV_BAD;
	for (;;) {
		int c = next_byte(r, err);
		if (c == -2)
			return CSV_FAILED;
		if (c == '\n')
			r->line++;
		if (c == '\n' || c == -1)
			return CSV_BAD;
	}
}

/* Copies plain bytes up to the next one that means something in state; much faster than byte by byte. */
static void copy_run(struct csv_reader *r, bool quoted)
{
	const unsigned char *q = r->p, *end = r->end;
	const unsigned char quote = (unsigned char)r->form.quote, delimiter = (unsigned char)r->form.delimiter;

	if (quoted)
		while (q < end && *q != quote && *q != '\n' && *q != 0)
			q++;
	else
		while (q < end && *q != delimiter && *q != quote && *q != '\n' && *q != '\r' && *q != 0)
			q++;
	if (q > r->p)
		sd_str_addn(&r->text, (const char *)r->p, (size_t)(q - r->p));
	if (q > r->p && r->keeping)
		sd_str_addn(&r->tail, (const char *)r->p, (size_t)(q - r->p));
	r->p = q;
}

/* After the opening quote: up to and over the closing one. */
static enum csv_got quoted_field(struct csv_reader *r, struct csv_record *rec, struct sd_err *err)
{
	for (;;) {
		copy_run(r, true);
		if (r->text.len > CSV_MAX_RECORD) {
			rec->why = _("the record is longer than 4 MiB (a quote that is never closed?)");
			return skip_line(r, err);
		}
		int c = next_byte(r, err);
		if (c == -2)
			return CSV_FAILED;
		if (c == -1) {
			rec->why = _("a quoted field is never closed");
			csv_again(r);
			return CSV_BAD;
		}
		if (c == 0) {
			rec->why = _("a NUL byte in the text");
			return skip_line(r, err);
		}
		if (c == r->form.quote) {
			c = next_byte(r, err);
			if (c == -2)
				return CSV_FAILED;
			if (c == r->form.quote) {
				sd_str_addc(&r->text, (char)c);
				continue;
			}
			if (c != -1)
				unread(r);
			return CSV_RECORD;
		}
		if (c == '\n') {
			r->line++;
			keep_from_here(r);
		}
		sd_str_addc(&r->text, (char)c);
	}
}

/* Between a field and what follows. *more: another field comes. */
static enum csv_got field_end(struct csv_reader *r, struct csv_record *rec, int c, bool *more, struct sd_err *err)
{
	*more = c == (unsigned char)r->form.delimiter;
	if (c == '\r') {
		c = next_byte(r, err);
		if (c == -2)
			return CSV_FAILED;
		if (c != '\n' && c != -1) {
			unread(r);
			rec->why = _("a carriage return in the middle of a line");
			return skip_line(r, err);
		}
	}
	if (c == '\n')
		r->line++;
	sd_str_addc(&r->text, 0);
	if (*more && r->n >= CSV_MAX_FIELDS) {
		rec->why = _("more than 1024 fields");
		return skip_line(r, err);
	}
	return CSV_RECORD;
}

static enum csv_got one_field(struct csv_reader *r, struct csv_record *rec, bool *more, struct sd_err *err)
{
	bool quoted = false;

	field_begin(r);
	for (;;) {
		if (!quoted)
			copy_run(r, false);
		if (r->text.len > CSV_MAX_RECORD) {
			rec->why = _("the record is longer than 4 MiB (a quote that is never closed?)");
			return skip_line(r, err);
		}
		int c = next_byte(r, err);
		if (c == -2)
			return CSV_FAILED;
		bool quote = c == r->form.quote && c != CSV_NO_QUOTE;
		if (c == (unsigned char)r->form.delimiter || c == '\n' || c == '\r' || c == -1)
			return field_end(r, rec, c, more, err);
		if (quote && !quoted && r->text.len == r->start[r->n - 1]) {
			enum csv_got got = quoted_field(r, rec, err);
			if (got != CSV_RECORD)
				return got;
			quoted = true;
		} else if (c == 0 || quoted || quote) {
			rec->why = c == 0 ? _("a NUL byte in the text") : _("a quote in the middle of a field");
			return skip_line(r, err);
		} else {
			sd_str_addc(&r->text, (char)c); /* first byte after a buffer refill */
		}
	}
}

/* Passes over empty lines; CSV_RECORD when a record begins. */
static enum csv_got skip_empty(struct csv_reader *r, struct sd_err *err)
{
	for (;;) {
		int c = next_byte(r, err);
		if (c == -2)
			return CSV_FAILED;
		if (c == -1)
			return CSV_END;
		if (c == '\r') {
			c = next_byte(r, err);
			if (c == -2)
				return CSV_FAILED;
			if (c != '\n' && c != -1) {
				unread(r);
				continue;
			}
		}
		if (c == '\n') {
			r->line++;
			continue;
		}
		if (c != -1)
			unread(r);
		return c == -1 ? CSV_END : CSV_RECORD;
	}
}

/* What cp1252 has from 0x80 to 0x9f; the five that mean nothing stay the control characters of Latin-1. */
static const uint16_t cp1252[32] = {0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039,
	0x0152, 0x8d, 0x017d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a,
	0x0153, 0x9d, 0x017e, 0x0178};

/* The text of the record in UTF-8; where its fields begin moves with it. */
static void recode(struct csv_reader *r)
{
	size_t next = 0;

	sd_str_reset(&r->utf8);
	for (size_t i = 0; i < r->text.len; i++) {
		unsigned char c = (unsigned char)r->text.data[i];
		char out[4];
		while (next < r->n && r->start[next] == i)
			r->start[next++] = r->utf8.len;
		int32_t cp = r->form.encoding == CSV_CP1252 && c >= 0x80 && c < 0xa0 ? cp1252[c - 0x80] : c;
		sd_str_addn(&r->utf8, out, utf8_encode(cp, out));
	}
	struct sd_str other = r->text;
	r->text = r->utf8;
	r->utf8 = other;
}

enum csv_got csv_next(struct csv_reader *r, struct csv_record *rec, struct sd_err *err)
{
	r->keeping = false;
	enum csv_got got = skip_empty(r, err);
	bool more = true;

	memset(rec, 0, sizeof *rec);
	rec->line = r->record_line = r->line;
	if (got != CSV_RECORD)
		return got;
	sd_str_reset(&r->text);
	r->n = 0;
	while (more) {
		got = one_field(r, rec, &more, err);
		if (got != CSV_RECORD)
			return got;
	}
	if (r->form.encoding != CSV_UTF8)
		recode(r);
	r->field = sd_realloc(r->field, r->cap * sizeof *r->field);
	for (size_t i = 0; i < r->n; i++)
		r->field[i] = r->text.data + r->start[i];
	rec->field = r->field;
	rec->n = (int)r->n;
	return CSV_RECORD;
}
