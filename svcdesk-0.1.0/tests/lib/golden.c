#include "tests/lib/golden.h"
#include "tests/lib/testlib.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "svcdesk/mem.h"
#include "tui/surface/surface.h"

/* The two lines around the first difference, so that the message says enough. */
static void show_difference(const char *name, const char *want, const char *got)
{
	int line = 1;
	const char *w = want, *g = got;
	while (*w && *g) {
		size_t n = strcspn(w, "\n"), m = strcspn(g, "\n");
		if (n != m || memcmp(w, g, n) != 0)
			break;
		w += n + (w[n] == '\n');
		g += m + (g[m] == '\n');
		line++;
	}
	print_message("# golden %s, line %d\n# is:       %.*s\n# expected: %.*s\n", name, line, (int)strcspn(g, "\n"), g,
		(int)strcspn(w, "\n"), w);
}

static void write_text(const char *path, const char *text)
{
	char dir[4096];
	snprintf(dir, sizeof dir, "%s", path);
	for (char *p = dir + 1; *p; p++) { /* every folder on the way */
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(dir, 0777) != 0 && errno != EEXIST)
			fail_msg("cannot make %s", dir);
		*p = '/';
	}
	FILE *f = fopen(path, "w");
	if (!f)
		fail_msg("cannot write %s", path);
	fputs(text, f);
	fclose(f);
}

void golden_check(const char *name, const char *text)
{
	char path[4096], kept[4096];
	snprintf(path, sizeof path, "%s/tests/golden/%s.txt", SRCDIR, name);
	const char *generate = getenv("GENERATE"), *build = getenv("SVCDESK_BUILDDIR");
	if (generate && *generate == '1') {
		write_text(path, text);
		return;
	}
	if (access(path, R_OK) != 0)
		fail_msg("no golden %s: make it with GENERATE=1 and look at it", path);
	char *want = test_read_file(path, NULL);
	snprintf(kept, sizeof kept, "%s/tests/golden/%s.new", build ? build : ".", name);
	if (strcmp(want, text) == 0) {
		unlink(kept);
		free(want);
		return;
	}
	show_difference(name, want, text);
	write_text(kept, text);
	free(want);
	fail_msg("golden %s differs; see %s", name, kept);
}

static void add_row(struct sd_str *out, const struct surface *s, int y)
{
	size_t start = out->len;
	for (int x = 0; x < surface_width(s); x++) {
		const struct cell *c = surface_cell(s, x, y);
		if (c->width > 0)
			sd_str_add(out, *c->text ? c->text : " ");
	}
	while (out->len > start && out->data[out->len - 1] == ' ')
		out->data[--out->len] = '\0';
	sd_str_addc(out, '\n');
}

char *golden_surface(const struct surface *s, bool elements)
{
	static const char letters[] = ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	struct sd_str out = {0};
	bool used[EL_COUNT] = {false};
	for (int y = 0; y < surface_height(s); y++)
		add_row(&out, s, y);
	for (int y = 0; elements && y < surface_height(s); y++) {
		for (int x = 0; x < surface_width(s); x++) {
			int e = surface_cell(s, x, y)->element;
			assert_true(e < EL_COUNT && (size_t)e < sizeof letters - 1);
			used[e] = true;
			sd_str_addc(&out, letters[e]);
		}
		sd_str_addc(&out, '\n');
	}
	for (int e = 0; elements && e < EL_COUNT; e++)
		if (used[e])
			sd_str_addf(&out, "%c %s\n", letters[e], element_name((enum element)e));
	return sd_str_take(&out);
}
