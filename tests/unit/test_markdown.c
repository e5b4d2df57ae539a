/* Markdown as it is laid out: real articles against goldens, and what must hold for any text whatever. */
#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>

#include "svcdesk/markdown.h"
#include "svcdesk/mem.h"
#include "svcdesk/text.h"

static struct sd_md *parsed(const char *text)
{
	return sd_md_parse(text, strlen(text));
}

/* Every line as text, spans told apart where asked: {style text}. */
static char *dump(const struct sd_md_page *p, bool styles)
{
	struct sd_str s = {0};
	for (size_t i = 0; i < p->n; i++) {
		for (int k = 0; k < p->line[i].n; k++) {
			const struct sd_md_span *span = &p->line[i].span[k];
			if (styles && span->style)
				sd_str_addf(&s, "{%x%s%.*d %s}", (unsigned)span->style, span->link ? "#" : "", span->link ? 1 : 0, span->link,
					span->text);
			else
				sd_str_add(&s, span->text);
		}
		sd_str_addc(&s, '\n');
	}
	return sd_str_take(&s);
}

static char *laid(const char *text, int width, int flags)
{
	struct sd_md *md = parsed(text);
	struct sd_md_page *p = sd_md_layout(md, width, flags);
	char *out = dump(p, false);
	sd_md_page_free(p);
	sd_md_free(md);
	return out;
}

static void expect(const char *text, int width, const char *lines)
{
	char *got = laid(text, width, 0);
	assert_string_equal(got, lines);
	free(got);
}

/* What holds for every page: lines fit, cells are what the terminal will take, the text is clean, numbers lead somewhere. */
static void check_page(const struct sd_md *md, const struct sd_md_page *p, const char *name)
{
	size_t nlinks, nheadings, ncodes;
	sd_md_links(md, &nlinks);
	sd_md_headings(md, &nheadings);
	sd_md_codes(md, &ncodes);
	for (size_t i = 0; i < p->n; i++) {
		int cells = 0;
		for (int k = 0; k < p->line[i].n; k++) {
			const struct sd_md_span *s = &p->line[i].span[k];
			if (!sd_text_is_clean(s->text, strlen(s->text), SD_CLEAN_LINE) || sd_text_width(s->text) != s->cells)
				fail_msg("%s:%zu: not clean or not %d cells: %s", name, i + 1, s->cells, s->text);
			assert_true(s->link >= 0 && (size_t)s->link <= nlinks);
			cells += s->cells;
		}
		if (cells > p->width && cells > 2)
			fail_msg("%s:%zu: %d cells at width %d", name, i + 1, cells, p->width);
		assert_true((size_t)p->line[i].code <= ncodes && (size_t)p->line[i].heading <= nheadings);
		assert_true(i == 0 || p->line[i].block >= p->line[i - 1].block);
	}
	for (size_t i = 0; i < nlinks; i++)
		assert_true(p->link_line[i] <= p->n);
	for (size_t i = 0; i < nheadings; i++)
		assert_true(p->heading_line[i] < p->n && p->line[p->heading_line[i]].heading == (int)i + 1);
}

static void check_text(const char *text, size_t n, const char *name)
{
	static const int widths[] = {1, 2, 3, 7, 13, 40, 80, 200};
	struct sd_md *md = sd_md_parse(text, n);
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		struct sd_md_page *p = sd_md_layout(md, widths[i], i % 2 ? SD_MD_ASCII : 0);
		check_page(md, p, name);
		sd_md_page_free(p);
	}
	sd_md_free(md);
}

/* ---- goldens ---- */
static void goldens(void **state)
{
	static const struct {
		const char *file;
		int width, flags;
	} all[] = {{"everything", 80, 0}, {"everything", 40, 0}, {"everything", 18, SD_MD_ASCII},
		{"NodeClockNotSynchronising", 78, 0}, {"zendesk", 78, 0}, {"zendesk", 30, SD_MD_ASCII}, {"git-commit.zh", 40, 0},
		{"tar.ar", 60, 0}, {"ls.th", 40, 0}};
	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char name[128];
		size_t n;
		snprintf(name, sizeof name, "kb/%s.md", all[i].file);
		char *text = test_read_data(name, &n);
		struct sd_md *md = sd_md_parse(text, n);
		struct sd_md_page *p = sd_md_layout(md, all[i].width, all[i].flags);
		check_page(md, p, name);
		char *lines = dump(p, all[i].width == 80);
		snprintf(name, sizeof name, "markdown/%s-%d%s", all[i].file, all[i].width, all[i].flags ? "-ascii" : "");
		golden_check(name, lines);
		free(lines);
		sd_md_page_free(p);
		sd_md_free(md);
		check_text(text, n, all[i].file);
		free(text);
	}
}

/* ---- what a reader follows ---- */
static void links_have_one_number_each(void **state)
{
	(void)state;
	struct sd_md *md = parsed("[a](x) [b](y) [c](x) ![d](z.png) [e]() <https://h/>\n\n[f][r]\n\n[r]: KB0000012 'title'\n");
	size_t n;
	const struct sd_md_link *l = sd_md_links(md, &n);
	assert_int_equal(n, 5);
	assert_string_equal(l[0].target, "x");
	assert_string_equal(l[0].text, "a");
	assert_string_equal(l[1].target, "y");
	assert_string_equal(l[2].target, "z.png");
	assert_true(l[2].image);
	assert_string_equal(l[3].target, "https://h/");
	assert_string_equal(l[4].target, "KB0000012");
	assert_string_equal(l[4].text, "f");
	struct sd_md_page *p = sd_md_layout(md, 80, 0);
	assert_int_equal(p->link_line[0], 0);
	assert_int_equal(p->link_line[4], 2);
	sd_md_page_free(p);
	sd_md_free(md);
}

static void headings_and_code_are_found(void **state)
{
	(void)state;
	struct sd_md *md = parsed("# One *two*\n\ntext\n\n```sh\nls -l\n\nrm x\n```\n\nTwo\n---\n\n    indented\n");
	size_t nh, nc;
	const struct sd_md_heading *h = sd_md_headings(md, &nh);
	const struct sd_md_code *c = sd_md_codes(md, &nc);
	assert_int_equal(nh, 2);
	assert_string_equal(h[0].text, "One two");
	assert_int_equal(h[1].level, 2);
	assert_int_equal(nc, 2);
	assert_string_equal(c[0].text, "ls -l\n\nrm x\n");
	assert_string_equal(c[0].lang, "sh");
	assert_string_equal(c[1].text, "indented\n");
	struct sd_md_page *p = sd_md_layout(md, 30, 0);
	assert_int_equal(p->heading_line[1], 9);
	assert_int_equal(p->code_line[0], 5);
	for (size_t i = p->code_line[0]; i < p->code_line[0] + 3; i++)
		assert_int_equal(p->line[i].code, 1);
	sd_md_page_free(p);
	sd_md_free(md);
}

/* ---- how it looks ---- */
static void shapes(void **state)
{
	(void)state;
	expect("a  \nb\nc", 20, "a\nb c\n");
	expect("中文第一行\n第二行 and\nmore", 40, "中文第一行第二行 and more\n");
	expect("第一行\n", 3, "第\n一\n行\n");
	expect("**abc** def ghi", 7, "abc def\nghi\n");
	expect("- a\n- b\n\n1. c\n", 20, "• a\n• b\n\n1. c\n");
	expect("-\n- x", 20, "•\n• x\n");
	expect("[^1]: note\n", 20, "[^1]: note\n");
	expect("---\ntitle: x\n---\nBody", 20, "---\ntitle: x\n---\n\nBody\n");
	expect("a<br>b<br/>c", 20, "a\nb\nc\n");
	expect("", 20, "");
	expect("|a|b|\n|---|--:|\n|1|2|\n", 20, "a │ b\n──┼──\n1 │ 2\n");
	expect("|Name|Value|Other|\n|---|---|---|\n|first one|1|2|\n", 10, "Name:\nfirst one\nValue: 1\nOther: 2\n");
}

/* ---- hostile ---- */
static void nothing_dirty_comes_out(void **state)
{
	(void)state;
	static const char *const texts[] = {"&#27;[31mred", "[x](http://a/&#27;]0;t&#7;)", "a&#x202e;b", "\033]0;title\007x",
		"`\033[2J`", "```\033[1m\n\033[2J\n```", "![&#x9b;31m](\302\233)", "a\xff\xfez", "&#0;&#xd800;&#x110000;",
		"# \033[31m&#8238;\n", "| &#27;[H |\n|----|\n| &#x200b;&#xfeff; |", "<a href=\"\033[31m\">", "a\r\nb\rc\fd"};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		char *got = laid(texts[i], 40, 0);
		for (const char *p = got; *p; p++)
			assert_true((unsigned char)*p >= 0x20 || *p == '\n');
		assert_null(strstr(got, "\u202e"));
		free(got);
		check_text(texts[i], strlen(texts[i]), texts[i]);
	}
}

static char *repeated(const char *unit, size_t n)
{
	struct sd_str s = {0};
	while (s.len < n)
		sd_str_add(&s, unit);
	return sd_str_take(&s);
}

static size_t lines_of(const char *text)
{
	struct sd_md *md = parsed(text);
	struct sd_md_page *p = sd_md_layout(md, 80, 0);
	size_t n = p->n;
	check_page(md, p, "repeated");
	sd_md_page_free(p);
	sd_md_free(md);
	return n;
}

/* What is short to write and could be long to understand. */
static void endless_nesting_ends(void **state)
{
	(void)state;
	static const char *const units[] = {"> ", "- ", "1. ", "[", "![", "](", "*a_ ", "`", "<", "<!-- ", "|", "a|", "&", "\\",
		"[a](", "[a][", "<a href=\"", "**a*b ", "[^", "({{< ", "](({{<", "[a]({{< ", "- [ ] ", "\t", "=\n", "| a |\n", "> - 1. "};
	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		char *text = repeated(units[i], 60000);
		lines_of(text);
		free(text);
	}
}

/* A table of many columns and empty rows would be a page of cells for each of its bytes. */
static void a_text_does_not_grow_beyond_itself(void **state)
{
	(void)state;
	struct sd_str s = {0};
	for (int row = 0; row < 2; row++) {
		for (int i = 0; i < 2000; i++)
			sd_str_add(&s, row ? "|---" : "|a");
		sd_str_add(&s, "|\n");
	}
	for (int i = 0; i < 20000; i++)
		sd_str_add(&s, "|\n");
	struct sd_md *md = parsed(s.data);
	struct sd_md_page *p = sd_md_layout(md, 80, 0);
	assert_true(p->n < 40000);
	sd_md_page_free(p);
	sd_md_free(md);
	sd_str_free(&s);
}

static void the_end_of_a_huge_text_is_plain(void **state)
{
	(void)state;
	struct sd_str s = {0};
	while (s.len < SD_MD_MOST)
		sd_str_add(&s, "word *stress* word\n\n");
	sd_str_add(&s, "\n# not a title\n");
	struct sd_md *md = parsed(s.data);
	size_t n;
	sd_md_headings(md, &n);
	assert_int_equal(n, 0);
	struct sd_md_page *p = sd_md_layout(md, 80, 0);
	assert_string_equal(p->line[p->n - 1].span[0].text, "# not a title");
	sd_md_page_free(p);
	sd_md_free(md);
	sd_str_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goldens),
		cmocka_unit_test(links_have_one_number_each),
		cmocka_unit_test(headings_and_code_are_found),
		cmocka_unit_test(shapes),
		cmocka_unit_test(nothing_dirty_comes_out),
		cmocka_unit_test(endless_nesting_ends),
		cmocka_unit_test(a_text_does_not_grow_beyond_itself),
		cmocka_unit_test(the_end_of_a_huge_text_is_plain),
	};
	return TEST_MAIN(tests);
}
