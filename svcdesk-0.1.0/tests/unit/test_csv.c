/* The CSV reader: RFC 4180, line numbers, xz, and files made to hurt. */
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/intake/csv.h"
#include "core/intake/names.h"
#include "core/intake/sha256.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

static char path[64];

static void write_file(const void *data, size_t n)
{
	snprintf(path, sizeof path, "/tmp/svcdesk-csv-XXXXXX");
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	FILE *f = fdopen(fd, "wb");
	assert_int_equal(fwrite(data, 1, n, f), n);
	fclose(f);
}

static struct csv_reader *open_bytes(const void *data, size_t n)
{
	struct sd_err err;

	write_file(data, n);
	struct csv_reader *r = csv_open(path, &err);
	assert_non_null(r);
	unlink(path);
	return r;
}

static struct csv_reader *open_text(const char *text)
{
	return open_bytes(text, strlen(text));
}

/* All records as LINE[a|b|c], bad ones as LINE!, e.g. "1[a|b]2[c]". */
static char *read_all(struct csv_reader *r)
{
	struct sd_str s = {0};
	struct csv_record rec;
	struct sd_err err;
	enum csv_got got;

	while ((got = csv_next(r, &rec, &err)) != CSV_END) {
		assert_int_not_equal(got, CSV_FAILED);
		sd_str_addf(&s, "%ld%c", rec.line, got == CSV_BAD ? '!' : '[');
		if (got == CSV_BAD) {
			assert_non_null(rec.why);
			continue;
		}
		for (int i = 0; i < rec.n; i++)
			sd_str_addf(&s, "%s%s", i ? "|" : "", rec.field[i]);
		sd_str_addc(&s, ']');
	}
	csv_close(r);
	return sd_str_take(&s);
}

static void expect(const char *text, const char *want)
{
	char *got = read_all(open_text(text));

	assert_string_equal(got, want);
	free(got);
}

static void test_rfc4180(void **state)
{
	(void)state;
	expect("a,b\nc,d\n", "1[a|b]2[c|d]");
	expect("a,b\r\nc,d", "1[a|b]2[c|d]");
	expect("a,,\n,\n", "1[a||]2[|]");
	expect("\"a\",\"b,c\"\n", "1[a|b,c]");
	expect("\"say \"\"hi\"\"\",x\n", "1[say \"hi\"|x]");
	expect("\"\",\"\"\"\"\n", "1[|\"]");
	expect("\xef\xbb\xbf"
		   "a,b\n",
		"1[a|b]");
	expect("\xef\xbb\xbf"
		   "\"a\",b\n",
		"1[a|b]");
	expect("\"a\"", "1[a]");
	expect("a,", "1[a|]");
	expect("", "");
	expect("a\r", "1[a]");
}

static void test_lines(void **state)
{
	(void)state;
	expect("h,h\n\"one\ntwo\",x\ny,z\n", "1[h|h]2[one\ntwo|x]4[y|z]");
	expect("\n\r\n\na\n\nb\n", "4[a]6[b]");
	expect("\"a\r\nb\"\nc\n", "1[a\r\nb]3[c]");
}

static void test_bad_records(void **state)
{
	(void)state;
	expect("a,b\"c\nd,e\n", "1!2[d|e]");
	expect("\"a\"b,c\nd\n", "1!2[d]");
	expect("a\rb\nc\n", "1!2[c]");
	expect("a,\"b\nc,d\n", "1!2[c|d]");
	char *got = read_all(open_bytes("a,b\0c\nd\n", 8));
	assert_string_equal(got, "1!2[d]");
	free(got);
	got = read_all(open_bytes("\"a\0\"\nd\n", 7));
	assert_string_equal(got, "1!2[d]");
	free(got);
}

/* A quote out of place costs the line it stands in, not those it swallows. */
static void test_stray_quotes(void **state)
{
	(void)state;
	expect("a,\"b\n", "1!");
	expect("a,\"b", "1!");
	expect("a,\"b\nc,d\ne,\"f\"\ng,h\n", "1!2[c|d]3[e|f]4[g|h]");
	expect("a,\"b\n\"c,d\n\"e,f\ng,\"h\"\n", "1!2!3!4[g|h]");
	expect("a,\"b\n\nc,\"d\ne\"\nf,\"g\nh", "1!3[c|d\ne]5!6[h]");
	expect("\"a\nb\"c\nd,e\n\"f\ng\"h\n", "1!2!3[d|e]4!5!");

	/* over the borders of buffers, and more than one time */
	struct sd_str s = {0}, want = {0};
	for (int i = 1; i <= 40000; i++) {
		bool stray = i % 10000 == 1;
		sd_str_addf(&s, stray ? "\"%d,some words\n" : "%d,some words of a line\n", i);
		sd_str_addf(&want, stray ? "%d!" : "%d[%d|some words of a line]", i, i);
	}
	expect(s.data, want.data);
	sd_str_free(&s);
	sd_str_free(&want);
}

static void test_again(void **state)
{
	(void)state;
	struct csv_record rec;
	struct sd_err err;
	struct csv_reader *r = open_text("a,\"b\nc\",d\ne,f\n");
	assert_int_equal(csv_next(r, &rec, &err), CSV_RECORD);
	assert_int_equal(rec.n, 3);
	assert_true(csv_again(r));
	assert_false(csv_again(r));
	assert_int_equal(csv_next(r, &rec, &err), CSV_BAD);
	assert_int_equal(rec.line, 2);
	assert_int_equal(csv_next(r, &rec, &err), CSV_RECORD);
	assert_string_equal(rec.field[1], "f");
	assert_int_equal(rec.line, 3);
	assert_false(csv_again(r));
	csv_close(r);
}

static void test_limits(void **state)
{
	(void)state;
	size_t n = (size_t)CSV_MAX_RECORD + (1 << 20);
	char *big = sd_malloc(n + 3);
	memset(big, 'x', n);
	memcpy(big + n, "\nz\n", 3);
	char *got = read_all(open_bytes(big, n + 3));
	assert_string_equal(got, "1!2[z]");
	free(got);
	big[0] = '"'; /* a quote never closed: the record ends by its size, the rest of the line with it */
	got = read_all(open_bytes(big, n + 3));
	assert_string_equal(got, "1!2[z]");
	free(got);
	memset(big, ',', 2000);
	memcpy(big + 2000, "\nz\n", 3);
	got = read_all(open_bytes(big, 2003));
	assert_string_equal(got, "1!2[z]");
	free(got);
	free(big);
}

/* Every place where a buffer can end: records must not depend on where the file's pieces meet. */
static void test_buffer_borders(void **state)
{
	(void)state;
	static const char row[] = "\"q\"\"uo,\nte\",plain\r\n";
	size_t unit = sizeof row - 1, reps = 15000;
	char *data = sd_malloc(unit * (reps + 1));
	for (size_t shift = 1; shift <= unit; shift++) {
		memset(data, 'x', shift);
		data[shift - 1] = '\n';
		for (size_t i = 0; i < reps; i++)
			memcpy(data + shift + i * unit, row, unit);
		struct csv_reader *r = open_bytes(data, shift + reps * unit);
		struct csv_record rec;
		struct sd_err err;
		size_t good = 0;
		for (enum csv_got got; (got = csv_next(r, &rec, &err)) != CSV_END;)
			if (got == CSV_RECORD && rec.n == 2 && strcmp(rec.field[0], "q\"uo,\nte") == 0 && strcmp(rec.field[1], "plain") == 0)
				good++;
		csv_close(r);
		assert_int_equal(good, reps);
	}
	free(data);
}

static void test_xz(void **state)
{
	(void)state;
	struct sd_str text = {0};
	for (int i = 0; i < 200000; i++)
		sd_str_addf(&text, "%d,\"a\nb\"\n", i);
	size_t cap = lzma_stream_buffer_bound(text.len), len = 0;
	unsigned char *packed = sd_malloc(cap);
	assert_int_equal(
		lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, (unsigned char *)text.data, text.len, packed, &len, cap), LZMA_OK);
	char *a = read_all(open_bytes(packed, len)), *b = read_all(open_bytes(text.data, text.len));
	assert_string_equal(a, b);
	free(a);
	free(b);
	/* cut off, and damaged: an error that says so, never a silent end */
	for (int i = 0; i < 2; i++) {
		struct sd_err err;
		struct csv_record rec;
		enum csv_got got = CSV_RECORD;
		if (i)
			packed[len / 2] ^= 0x55;
		write_file(packed, i ? len : len - 20);
		struct csv_reader *r = csv_open(path, &err);
		while (r && got != CSV_END && got != CSV_FAILED)
			got = csv_next(r, &rec, &err);
		assert_true(!r || got == CSV_FAILED);
		assert_string_equal(err.id, "file_packed");
		csv_close(r);
		unlink(path);
	}
	free(packed);
	sd_str_free(&text);
}

static void test_no_file(void **state)
{
	(void)state;
	struct sd_err err;

	assert_null(csv_open("/nonexistent/x.csv", &err));
	assert_int_equal(err.cls, SD_ERR_NOT_FOUND);
	assert_null(csv_open("/tmp", &err));
	assert_int_equal(err.cls, SD_ERR_INPUT);
}

static void digest_of(const char *text, size_t times, char hex[65])
{
	struct sha256 s;
	unsigned char d[32];

	sha256_init(&s);
	for (size_t i = 0; i < times; i++)
		sha256_add(&s, text, strlen(text));
	sha256_end(&s, d);
	sha256_hex(d, hex);
}

static void test_sha256(void **state)
{
	(void)state;
	char hex[65];

	digest_of("", 1, hex);
	assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	digest_of("abc", 1, hex);
	assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, hex);
	assert_string_equal(hex, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	digest_of("aaaaaaaaaa", 100000, hex);
	assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Of the file as it is on disk, so that the same upload is recognised packed or not read to the end. */
static void test_digest(void **state)
{
	(void)state;
	unsigned char d[32];
	char hex[65], want[65];
	struct csv_reader *r = open_text("a,b\nc,d\n");
	struct csv_record rec;
	struct sd_err err;

	while (csv_next(r, &rec, &err) != CSV_END)
		;
	csv_digest(r, d);
	sha256_hex(d, hex);
	digest_of("a,b\nc,d\n", 1, want);
	assert_string_equal(hex, want);
	csv_close(r);
}

static void test_names(void **state)
{
	(void)state;
	struct names *n = names_new();
	char name[32];

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 5000; i++) {
			snprintf(name, sizeof name, "INC%07d%s", i * 7, round ? "  " : "");
			assert_int_equal(names_ordinal(n, name), i);
		}
	assert_int_equal(names_ordinal(n, "INC"), 5000);
	names_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc4180),
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_stray_quotes),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_buffer_borders),
		cmocka_unit_test(test_xz),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
