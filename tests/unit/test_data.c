/* The text modules over the whole shared data set: make check-data DATA=FOLDER. Not part of make check: the set is not in here.
 */
#include "tests/lib/testlib.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "svcdesk/markdown.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

enum { BIG = 4 << 20 };

static const char *data;
static unsigned files, sequences;

static char *data_path(const char *name)
{
	struct sd_str s = {0};
	sd_str_addf(&s, "%s/%s", data, name);
	return sd_str_take(&s);
}

static void check_wrap(struct sd_arena *a, const char *name, const char *block, int width)
{
	struct sd_grapheme g;
	struct sd_lines l = sd_text_wrap(a, block, width);
	for (size_t i = 0; i < l.n; i++) {
		const char *p = l.line[i];
		if (sd_text_width(p) > width && (!sd_text_next(&p, &g) || *p))
			fail_msg("%s: a line of %d cells at width %d: %s", name, sd_text_width(l.line[i]), width, l.line[i]);
	}
	sd_arena_reset(a);
}

static void check_bytes(const char *name, const char *bytes, size_t n)
{
	static const int widths[] = {1, 2, 3, 7, 20, 40, 79, 80, 132, 200};
	for (int mode = SD_CLEAN_LINE; mode <= SD_CLEAN_BLOCK; mode++) {
		struct sd_str s = {0};
		sd_text_clean(&s, bytes, n, (enum sd_clean)mode);
		const char *wrong = test_unclean(s.data, s.len, mode == SD_CLEAN_BLOCK);
		if (!wrong && !sd_text_is_clean(s.data, s.len, (enum sd_clean)mode))
			wrong = "cleaning twice gives something else";
		if (wrong)
			fail_msg("%s: %s", name, wrong);
		struct sd_arena *a = sd_arena_new();
		for (size_t i = 0; mode == SD_CLEAN_BLOCK && n < 65536 && i < sizeof widths / sizeof *widths; i++)
			check_wrap(a, name, s.data, widths[i]);
		if (n < 65536)
			assert_int_equal(sd_text_width(sd_text_ascii(a, s.data)), sd_text_width(s.data));
		sd_arena_free(a);
		sd_str_free(&s);
	}
	files++;
}

static int one_file(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)ftw;
	if (flag != FTW_F || st->st_size > BIG)
		return 0;
	size_t n;
	char *bytes = test_read_file(path, &n);
	check_bytes(path, bytes, n);
	for (size_t i = 0; i < n && n < 400000;) { /* and each of its lines alone, as subjects */
		const char *end = memchr(bytes + i, '\n', n - i);
		size_t len = end ? (size_t)(end - bytes) - i : n - i;
		check_bytes(path, bytes + i, len);
		i += len + 1;
	}
	free(bytes);
	return 0;
}

static void whole_folder(const char *name)
{
	char *path = data_path(name);
	files = 0;
	if (nftw(path, one_file, 16, FTW_PHYS) != 0)
		fail_msg("cannot read %s: %s", path, strerror(errno));
	if (files < 10)
		fail_msg("%s holds next to nothing", path);
	print_message("# %s: %u texts\n", name, files);
	free(path);
}

static void terminal(void **state)
{
	(void)state;
	whole_folder("terminal");
}

static void mail(void **state)
{
	(void)state;
	whole_folder("mail");
}

static void alerts(void **state)
{
	(void)state;
	whole_folder("alerts");
}

static void knowledge(void **state)
{
	(void)state;
	whole_folder("kb/prometheus-runbooks");
	whole_folder("kb/govuk-manual");
}

/* An article at several widths: lines fit, are clean and as wide as they say. */
static int one_article(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	static const int widths[] = {9, 40, 78, 120};
	size_t n, len = strlen(path);
	char *bytes;
	struct sd_md *md;
	(void)ftw;
	if (flag != FTW_F || st->st_size > BIG || len < 3 || strcmp(path + len - 3, ".md") != 0)
		return 0;
	bytes = test_read_file(path, &n);
	md = sd_md_parse(bytes, n);
	for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
		struct sd_md_page *p = sd_md_layout(md, widths[w], w % 2 ? SD_MD_ASCII : 0);
		for (size_t i = 0; i < p->n; i++) {
			int cells = 0;
			for (int k = 0; k < p->line[i].n; k++) {
				const struct sd_md_span *s = &p->line[i].span[k];
				if (test_unclean(s->text, strlen(s->text), false) || sd_text_width(s->text) != s->cells)
					fail_msg("%s: not clean, or not %d cells: %s", path, s->cells, s->text);
				cells += s->cells;
			}
			if (cells > widths[w])
				fail_msg("%s: a line of %d cells at width %d", path, cells, widths[w]);
		}
		sd_md_page_free(p);
	}
	sd_md_free(md);
	free(bytes);
	files++;
	return 0;
}

/* All articles, those in the archives too. */
static void articles(void **state)
{
	static const char *const archives[] = {"servicenow-docs-itsm", "servicenow-docs-more", "tldr-en", "tldr-i18n"};
	char dir[] = "/tmp/svcdesk-articles-XXXXXX", command[1024], *kb = data_path("kb");
	(void)state;
	assert_non_null(mkdtemp(dir));
	files = 0;
	assert_int_equal(nftw(kb, one_article, 16, FTW_PHYS), 0);
	assert_true(files >= 400);
	for (size_t i = 0; i < sizeof archives / sizeof *archives; i++) {
		snprintf(command, sizeof command, "tar -xJf '%s/%s.tar.xz' -C '%s'", kb, archives[i], dir);
		assert_int_equal(system(command), 0);
	}
	assert_int_equal(nftw(dir, one_article, 16, FTW_PHYS), 0);
	print_message("# kb: %u articles\n", files);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
	free(kb);
}

/* Calls fn for the code points and the status of each line "1F468 200D 2764 ; fully-qualified # ..." */
static void each_sequence(const char *name, void (*fn)(const char *text, const char *status))
{
	char *path = data_path(name), *file = test_read_file(path, NULL), *save = NULL;
	for (char *line = strtok_r(file, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *semi = strchr(line, ';');
		struct sd_str s = {0};
		if (*line == '#' || !semi || strstr(line, ".."))
			continue;
		for (char *p = line, *end; p < semi; p = end) {
			unsigned long cp = strtoul(p, &end, 16);
			if (end == p)
				break;
			if (cp < 0x80)
				sd_str_addc(&s, (char)cp);
			else if (cp < 0x800)
				sd_str_addf(&s, "%c%c", (int)(0xc0 | cp >> 6), (int)(0x80 | (cp & 63)));
			else if (cp < 0x10000)
				sd_str_addf(&s, "%c%c%c", (int)(0xe0 | cp >> 12), (int)(0x80 | (cp >> 6 & 63)), (int)(0x80 | (cp & 63)));
			else
				sd_str_addf(&s, "%c%c%c%c", (int)(0xf0 | cp >> 18), (int)(0x80 | (cp >> 12 & 63)), (int)(0x80 | (cp >> 6 & 63)),
					(int)(0x80 | (cp & 63)));
		}
		semi += 1 + strspn(semi + 1, " ");
		semi[strcspn(semi, " #")] = '\0';
		fn(s.data, semi);
		sequences++;
		sd_str_free(&s);
	}
	free(file);
	free(path);
}

static void emoji_stays_whole(const char *text, const char *status)
{
	struct sd_grapheme g;
	const char *p = text;
	if (strcmp(status, "component") == 0)
		return;
	if (!sd_text_is_clean(text, strlen(text), SD_CLEAN_LINE)) {
		char *q = test_quote(text, strlen(text));
		fail_msg("cleaning takes %s (%s) apart", text, q);
	}
	assert_true(sd_text_next(&p, &g));
	if (*p || (strcmp(status, "fully-qualified") == 0 && g.width != 2))
		fail_msg("%s is %s, of width %d", text, *p ? "several graphemes" : "one grapheme", g.width);
}

static void emoji(void **state)
{
	(void)state;
	sequences = 0;
	each_sequence("terminal/unicode-15.0/emoji-test.txt", emoji_stays_whole);
	assert_true(sequences > 4000);
}

static void zwj_sequences(void **state)
{
	(void)state;
	sequences = 0;
	each_sequence("terminal/unicode-15.0/emoji-zwj-sequences.txt", emoji_stays_whole);
	assert_true(sequences > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terminal),
		cmocka_unit_test(mail),
		cmocka_unit_test(alerts),
		cmocka_unit_test(knowledge),
		cmocka_unit_test(articles),
		cmocka_unit_test(emoji),
		cmocka_unit_test(zwj_sequences),
	};
	data = getenv("DATA");
	if (!data || access(data, R_OK) != 0) {
		printf("Bail out! no data at %s: make check-data DATA=FOLDER\n", data ? data : "DATA");
		return 1;
	}
	return TEST_MAIN(tests);
}
