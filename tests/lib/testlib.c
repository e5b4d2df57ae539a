#include "tests/lib/testlib.h"

#include <dirent.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <utf8proc.h>

#include "svcdesk/mem.h"

void test_begin(void)
{
	signal(SIGHUP, SIG_DFL); /* nohup hands on that it is ignored: what is tested would ignore it too */
	const char *only = getenv("ONLY");
	cmocka_set_message_output(CM_OUTPUT_TAP);
	if (only && *only)
		cmocka_set_test_filter(only);
}

void test_wait_end(pid_t pid, const char *words)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	if (fd < 0) /* gone already */
		return;
	if (poll(&p, 1, 60000) != 1)
		fail_msg("%s", words);
	close(fd);
}

struct rng rng_new(uint64_t seed)
{
	const char *env = getenv("SEED");
	return (struct rng){env && *env ? strtoull(env, NULL, 0) : seed};
}

uint64_t rng_next(struct rng *r)
{
	uint64_t z = (r->state += UINT64_C(0x9e3779b97f4a7c15));
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

unsigned rng_below(struct rng *r, unsigned n)
{
	return (unsigned)(rng_next(r) % n);
}

unsigned test_rounds(unsigned n)
{
	const char *env = getenv("ROUNDS");
	unsigned long times = env && *env ? strtoul(env, NULL, 10) : 1;
	return n * (unsigned)(times ? times : 1);
}

char *test_read_file(const char *path, size_t *size)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		fail_msg("cannot read %s", path);
	struct sd_str s = {0};
	char buf[65536];
	size_t n;
	while ((n = fread(buf, 1, sizeof buf, f)) > 0)
		sd_str_addn(&s, buf, n);
	fclose(f);
	if (size)
		*size = s.len;
	return sd_str_take(&s);
}

char *test_read_data(const char *name, size_t *size)
{
	char path[4096];
	snprintf(path, sizeof path, "%s/tests/data/%s", SRCDIR, name);
	return test_read_file(path, size);
}

char *test_unhex(const char *hex, size_t *size)
{
	struct sd_str s = {0};
	for (unsigned v; sscanf(hex, "%2x", &v) == 1 && hex[1]; hex += 2)
		sd_str_addc(&s, (char)(unsigned char)v);
	*size = s.len;
	return sd_str_take(&s);
}

char *test_quote(const char *bytes, size_t n)
{
	struct sd_str s = {0};
	for (size_t i = 0; i < n && s.len < 2000; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c >= 0x20 && c < 0x7f && c != '\\')
			sd_str_addc(&s, (char)c);
		else
			sd_str_addf(&s, "\\x%02x", c);
	}
	return sd_str_take(&s);
}

char *test_make_dir(void)
{
	const char *tmp = getenv("TMPDIR");
	struct sd_str s = {0};
	sd_str_addf(&s, "%s/svcdesk-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	char *path = sd_str_take(&s);
	if (!mkdtemp(path))
		fail_msg("cannot make %s", path);
	return path;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void test_remove_dir(char *path)
{
	if (path)
		nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	free(path);
}

static void each_naughty(void (*fn)(void *arg, const char *name, const char *bytes, size_t n), void *arg)
{
	char *text = test_read_data("terminal/naughty.txt", NULL), *save = NULL;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *tab = strchr(line, '\t');
		if (*line == '#' || !tab)
			continue;
		*tab = '\0';
		size_t n;
		char *bytes = test_unhex(tab + 1, &n);
		fn(arg, line, bytes, n);
		free(bytes);
	}
	free(text);
}

static int is_input(const struct dirent *d)
{
	size_t n = strlen(d->d_name);
	return n > 3 && strcmp(d->d_name + n - 3, ".in") == 0;
}

void test_each_hostile(void (*fn)(void *arg, const char *name, const char *bytes, size_t n), void *arg)
{
	size_t n;
	char *text = test_read_data("terminal/UTF-8-test.txt", &n);
	fn(arg, "UTF-8-test.txt", text, n);
	free(text);
	each_naughty(fn, arg);
	struct dirent **list;
	int count = scandir(SRCDIR "/tests/data/terminal/xtermjs", &list, is_input, alphasort);
	if (count <= 0)
		fail_msg("no escape sequence samples");
	for (int i = 0; i < count; i++) {
		char name[512];
		snprintf(name, sizeof name, "terminal/xtermjs/%s", list[i]->d_name);
		text = test_read_data(name, &n);
		fn(arg, list[i]->d_name, text, n);
		free(text);
		free(list[i]);
	}
	free(list);
}

/* Fragments chosen to hurt. */
static const struct {
	const char *s;
	size_t n;
} hurts[] = {
#define F(x)                                                                                                                     \
	{                                                                                                                            \
		x, sizeof x - 1                                                                                                          \
	}
	F("a"),
	F("Zz 9"),
	F(" "),
	F("\t"),
	F("\n"),
	F("\r\n"),
	F("\r"),
	F("\0"),
	F("\033"),
	F("\033[31m"),
	F("\033[2J"),
	F("\033[?1049h"),
	F("\033[6n"),
	F("\033]0;title\a"),
	F("\033]52;c;aGk=\033\\"),
	F("\033]8;;http://x"),
	F("\033P+q544e\033\\"),
	F("\033P"),
	F("\033X"),
	F("\033^pm\033\\"),
	F("\033_apc"),
	F("\033c"),
	F("\033(0"),
	F("\033#8"),
	F("\033[38;5;1"),
	F("\233"),
	F("\302\233"),
	F("\302\2335m"),
	F("\302\235"),
	F("\302\220"),
	F("\302\234"),
	F("\302\205"),
	F("\302\240"),
	F("\a\b\v\f\016\017"),
	F("\177"),
	F("\030"),
	F("\032"),
	F("\xe2\x80\xae"),
	F("\xe2\x81\xa6"),
	F("\xe2\x80\x8e"),
	F("\xe2\x80\xa8"),
	F("\xe2\x80\xa9"),
	F("\xe2\x80\x8b"),
	F("\xe2\x80\x8d"),
	F("\xe2\x80\x8c"),
	F("\xef\xbb\xbf"),
	F("\xef\xbf\xbe"),
	F("\xef\xbf\xbd"),
	F("\xc2\xad"),
	F("\xcc\x81"),
	F("\xcd\x8f"),
	F("\xd8\x80"),
	F("\xe0\xa4\x95\xe0\xa4\xbf"),
	F("\xe0\xa4\xbf"),
	F("\xef\xb8\x8f"),
	F("\xef\xb8\x8e"),
	F("\xe2\x83\xa3"),
	F("#\xef\xb8\x8f\xe2\x83\xa3"),
	F("\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7"),
	F("\xf0\x9f\x91\xa9"),
	F("\xf0\x9f\x8f\xbd"),
	F("\xf0\x9f\x87\xa9"),
	F("\xf0\x9f\x87\xaa"),
	F("\xe2\x9d\xa4\xef\xb8\x8f"),
	F("\xe4\xb8\xad\xe6\x96\x87"),
	F("\xe3\x80\x82"),
	F("\xe3\x80\x80"),
	F("\xe1\x84\x80"),
	F("\xe1\x85\xa1"),
	F("\xe1\x86\xa8"),
	F("\xea\xb0\x80"),
	F("\xef\xbd\xb6\xef\xbe\x9e"),
	F("\xd9\x85\xd8\xb1\xd8\xad"),
	F("\xf0\x9f\x8f\xb4\xf3\xa0\x81\xa7\xf3\xa0\x81\xbf"),
	F("\xf3\xa0\x81\xa7"),
	F("\xf3\xa0\x84\x80"),
	F("\xed\xa0\x80"),
	F("\xc0\x80"),
	F("\xe2\x80"),
	F("\xf0\x9f"),
	F("\xf4\x90\x80\x80"),
	F("\xff\xfe"),
	F("\x80\x80"),
	F("\xee\x80\x80"),
	F("\xf0\x9b\xb2\xa0"),
	F("\xef\xbf\xb9x\xef\xbf\xbb"),
	F("--"),
	F("averyveryverylongwordwithoutanyblankinit"),
	F("\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89\xcc\x8a\xcc\x8b\xcc\x8c\xcc\x8d\xcc\x8e\xcc"
	  "\x8f\xcc\x90"),
#undef F
};

char *test_random_hostile(struct rng *r, unsigned fragments, size_t *size)
{
	struct sd_str s = {0};
	for (unsigned i = 0; i < fragments; i++) {
		unsigned pick = rng_below(r, (unsigned)(sizeof hurts / sizeof *hurts) + 2);
		if (pick < sizeof hurts / sizeof *hurts)
			sd_str_addn(&s, hurts[pick].s, hurts[pick].n);
		else
			sd_str_addc(&s, (char)(unsigned char)rng_below(r, 256));
	}
	*size = s.len;
	return sd_str_take(&s);
}

const char *test_unclean(const char *text, size_t n, bool block)
{
	const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
	utf8proc_int32_t cp, before = 0;
	for (size_t i = 0; i < n; before = cp) {
		utf8proc_ssize_t k = utf8proc_iterate(p + i, (utf8proc_ssize_t)(n - i), &cp);
		if (k <= 0)
			return "invalid UTF-8";
		i += (size_t)k;
		if (cp == '\n' || cp == '\t') {
			if (!block)
				return "line break or tab in a line";
			continue;
		}
		if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
			return "control character";
		if ((cp >= 0x202a && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200e || cp == 0x200f || cp == 0x61c)
			return "bidi control";
		if (cp == 0x2028 || cp == 0x2029)
			return "line separator";
		if (cp == 0x200b || cp == 0xfeff || cp == 0x2060 || cp == 0xad || (cp >= 0xfff9 && cp <= 0xfffb))
			return "invisible character";
		if ((cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef))
			return "noncharacter";
		utf8proc_category_t cat = utf8proc_category(cp);
		bool bare = before == 0 || before == '\n' || before == '\t';
		if (bare && (cat == UTF8PROC_CATEGORY_MN || cat == UTF8PROC_CATEGORY_ME || cp == 0x200d || cp == 0x200c))
			return "mark without a letter";
	}
	return NULL;
}
