/* Arena, strings, identifiers, environment, log, language. */
#include "tests/lib/testlib.h"

#include <libintl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "svcdesk/env.h"
#include "svcdesk/err.h"
#include "svcdesk/locale.h"
#include "svcdesk/log.h"
#include "svcdesk/mem.h"
#include "svcdesk/uuid.h"

static void arena(void **state)
{
	(void)state;
	struct sd_arena *a = sd_arena_new();
	struct rng r = rng_new(1);
	enum { N = 3000 };
	unsigned char *p[N];
	size_t size[N];
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < N; i++) {
			size[i] = rng_below(&r, i % 100 == 0 ? 70000 : 200);
			p[i] = sd_arena_alloc(a, size[i]);
			assert_int_equal((uintptr_t)p[i] % _Alignof(max_align_t), 0);
			for (size_t k = 0; k < size[i]; k++)
				assert_int_equal(p[i][k], 0); /* zeroed also after a reset */
			memset(p[i], i & 255, size[i]);
		}
		for (int i = 0; i < N; i++) /* nothing overlaps */
			for (size_t k = 0; k < size[i]; k++)
				assert_int_equal(p[i][k], i & 255);
		sd_arena_reset(a);
	}
	assert_string_equal(sd_arena_printf(a, "%s-%d", "x", 42), "x-42");
	assert_string_equal(sd_arena_strndup(a, "hello", 3), "hel");
	assert_string_equal(sd_arena_strndup(a, "hi", 30), "hi");
	assert_null(sd_arena_strdup(a, NULL));
	sd_arena_free(a);
	sd_arena_free(NULL);
}

static void strings(void **state)
{
	(void)state;
	struct sd_str s = {0};
	char *empty = sd_str_take(&s);
	assert_string_equal(empty, "");
	free(empty);
	for (int i = 0; i < 1000; i++) {
		sd_str_addc(&s, 'a');
		sd_str_add(&s, "bc");
		sd_str_addf(&s, "%03d", i);
		assert_int_equal(s.len, strlen(s.data));
		assert_true(s.cap > s.len);
	}
	assert_int_equal(s.len, 6000);
	assert_memory_equal(s.data + 5994, "abc999", 7);
	sd_str_reset(&s);
	assert_string_equal(s.data, "");
	sd_str_addn(&s, "a\0b", 3);
	assert_int_equal(s.len, 3);
	char *t = sd_str_take(&s);
	assert_memory_equal(t, "a\0b", 4);
	assert_null(s.data);
	free(t);
	sd_str_free(&s);
}

static void vectors(void **state)
{
	(void)state;
	int *v = NULL;
	size_t n = 0, cap = 0;
	for (int i = 0; i < 1000; i++)
		*SD_PUSH(v, n, cap) = i;
	assert_int_equal(n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v[i], i);
	free(v);
}

static int oom_pipe[2];

static void on_oom(void *arg)
{
	ssize_t rc = write(oom_pipe[1], arg, 5);
	(void)rc;
}

static void out_of_memory(void **state)
{
	(void)state;
	assert_int_equal(pipe(oom_pipe), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(2);
		sd_oom_hook(on_oom, "saved");
		struct sd_arena *a = sd_arena_new();
		sd_arena_alloc(a, SIZE_MAX - 4); /* refused before any allocator sees it, so sanitizers agree */
		_exit(0);
	}
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	close(oom_pipe[1]);
	char buf[6] = "";
	assert_int_equal(read(oom_pipe[0], buf, 5), 5);
	assert_string_equal(buf, "saved");
	close(oom_pipe[0]);
}

static int by_text(const void *x, const void *y)
{
	return strcmp(x, y);
}

static void uuids(void **state)
{
	(void)state;
	enum { N = 2000 };
	static char u[N][SD_UUID_TEXT];
	for (int i = 0; i < N; i++) {
		sd_uuid_v4(u[i]);
		assert_true(sd_uuid_valid(u[i]));
		assert_int_equal(u[i][14], '4');
		assert_non_null(strchr("89ab", u[i][19]));
	}
	qsort(u, N, sizeof *u, by_text);
	for (int i = 1; i < N; i++)
		assert_string_not_equal(u[i - 1], u[i]);
	assert_true(sd_uuid_valid("12345678-9ABC-def0-1234-567890abcdef"));
	assert_false(sd_uuid_valid("12345678-9abc-def0-1234-567890abcde"));
	assert_false(sd_uuid_valid("12345678-9abc-def0-1234-567890abcdeg"));
	assert_false(sd_uuid_valid("123456789-abc-def0-1234-567890abcdef"));
	assert_false(sd_uuid_valid(""));
}

static void folders(void **state)
{
	(void)state;
	struct sd_err err;
	char *tmp = test_make_dir(), below[512];
	struct stat st;
	snprintf(below, sizeof below, "%s/a/b", tmp);
	sd_env_put("XDG_STATE_HOME", below);
	char *dir = sd_env_state_dir(&err);
	assert_non_null(dir);
	strcat(below, "/svcdesk");
	assert_string_equal(dir, below);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	free(dir);
	sd_env_put("XDG_STATE_HOME", "relative/is/ignored");
	sd_env_put("HOME", tmp);
	dir = sd_env_state_dir(&err);
	snprintf(below, sizeof below, "%s/.local/state/svcdesk", tmp);
	assert_string_equal(dir, below);
	free(dir);
	sd_env_put("XDG_STATE_HOME", NULL);
	sd_env_put("XDG_CONFIG_HOME", NULL);
	dir = sd_env_config_dir();
	snprintf(below, sizeof below, "%s/.config/svcdesk", tmp);
	assert_string_equal(dir, below);
	assert_int_not_equal(stat(dir, &st), 0); /* reading configuration makes nothing */
	free(dir);
	snprintf(below, sizeof below, "%s/file", tmp);
	FILE *f = fopen(below, "w");
	fclose(f);
	strcat(below, "/x");
	assert_false(sd_env_make_dir(below, &err));
	assert_non_null(strstr(err.text, below));
	sd_env_put("XDG_STATE_HOME", below);
	assert_null(sd_env_state_dir(&err));
	sd_env_put("XDG_STATE_HOME", NULL);
	test_remove_dir(tmp);
}

static void environment(void **state)
{
	(void)state;
	sd_env_put("SD_TEST", "");
	assert_null(sd_env_get("SD_TEST"));
	sd_env_put("SD_TEST", "x");
	assert_string_equal(sd_env_get("SD_TEST"), "x");
	sd_env_put("SD_TEST", NULL);
	assert_null(sd_env_get("SD_TEST"));
	sd_env_put("VISUAL", NULL);
	sd_env_put("EDITOR", "ed");
	assert_string_equal(sd_env_editor(), "ed");
	sd_env_put("VISUAL", "vi");
	assert_string_equal(sd_env_editor(), "vi");
	sd_env_put("NO_COLOR", "");
	assert_false(sd_env_no_color());
	sd_env_put("NO_COLOR", "1");
	assert_true(sd_env_no_color());
	char *exe = sd_env_exe_dir();
	assert_true(exe[0] == '/');
	free(exe);
}

static void log_ring(void **state)
{
	(void)state;
	struct sd_log_entry e;
	sd_log(SD_LOG_WARN, "a\nb\tc\033[31md\x7f %s", "\xc2\x9b\xff\xe2\x80\xae");
	assert_true(sd_log_get(sd_log_count() - 1, &e));
	assert_string_equal(e.text, "a\\nb\\tc\\x1b[31md\\x7f \\x9b\xef\xbf\xbd\xef\xbf\xbd");
	assert_int_equal(e.level, SD_LOG_WARN);
	for (int i = 0; i < 1200; i++)
		sd_log(SD_LOG_INFO, "message %d", i);
	assert_int_equal(sd_log_count(), SD_LOG_KEEP);
	assert_true(sd_log_get(0, &e));
	assert_string_equal(e.text, "message 700");
	assert_true(sd_log_get(SD_LOG_KEEP - 1, &e));
	assert_string_equal(e.text, "message 1199");
	assert_int_equal(e.seq, sd_log_last());
	assert_false(sd_log_get(SD_LOG_KEEP, &e));
}

/* One start in a process of its own: "utf8 language translation". */
static void locale_is(const char *lang, const char *lc_all, const char *language, const char *option, const char *want)
{
	int p[2];
	assert_int_equal(pipe(p), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		sd_env_put("LC_CTYPE", NULL);
		sd_env_put("LC_MESSAGES", NULL);
		sd_env_put("LANG", lang);
		sd_env_put("LC_ALL", lc_all);
		sd_env_put("LANGUAGE", language);
		bool utf8 = sd_locale_start(option);
		char out[256];
		int n = snprintf(out, sizeof out, "%s %s %.1f %s", utf8 ? "utf8" : "ascii", sd_locale_language(), 1.5, gettext("Quit"));
		ssize_t rc = write(p[1], out, (size_t)n);
		_exit(rc == n ? 0 : 1);
	}
	close(p[1]);
	char got[256] = "";
	ssize_t n = read(p[0], got, sizeof got - 1);
	assert_true(n > 0);
	close(p[0]);
	int status;
	waitpid(pid, &status, 0);
	assert_string_equal(got, want);
}

/* A catalogue of one message, written byte by byte (GNU MO, little endian). */
static void write_catalogue(const char *dir)
{
	static const char head[] = "Content-Type: text/plain; charset=UTF-8\n", en[] = "Quit", zh[] = "退出";
	char path[600];
	snprintf(path, sizeof path, "%s/zh_CN/LC_MESSAGES", dir);
	struct sd_err err;
	assert_true(sd_env_make_dir(path, &err));
	strcat(path, "/svcdesk.mo");
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	uint32_t at = 28 + 32;
	uint32_t table[] = {0x950412de, 0, 2, 28, 44, 0, 0, 0, at, sizeof en - 1, at + 1, sizeof head - 1,
		at + 1 + (uint32_t)sizeof en, sizeof zh - 1, at + 1 + (uint32_t)sizeof en + (uint32_t)sizeof head};
	fwrite(table, sizeof table, 1, f);
	fwrite("", 1, 1, f);
	fwrite(en, sizeof en, 1, f);
	fwrite(head, sizeof head, 1, f);
	fwrite(zh, sizeof zh, 1, f);
	fclose(f);
}

static void language(void **state)
{
	(void)state;
	char *tmp = test_make_dir();
	write_catalogue(tmp);
	sd_env_put("SVCDESK_LOCALEDIR", tmp);
	locale_is("C.UTF-8", NULL, NULL, NULL, "utf8 en 1.5 Quit");
	locale_is("C.UTF-8", NULL, NULL, "zh_CN", "utf8 zh_CN 1.5 退出");
	locale_is("C.UTF-8", NULL, "zh_CN", NULL, "utf8 zh_CN 1.5 退出");
	locale_is("C.UTF-8", NULL, "de:zh_CN:en", NULL, "utf8 zh_CN 1.5 退出");
	locale_is("C.UTF-8", NULL, "zh_CN", "en", "utf8 en 1.5 Quit");  /* the option wins */
	locale_is("xx_YY.UTF-8", NULL, NULL, NULL, "utf8 en 1.5 Quit"); /* not installed */
	locale_is("xx_YY.UTF-8", NULL, NULL, "zh_CN", "utf8 zh_CN 1.5 退出");
	locale_is(NULL, NULL, NULL, NULL, "utf8 en 1.5 Quit"); /* a bare machine says nothing */
	locale_is(NULL, NULL, NULL, "zh_CN", "utf8 zh_CN 1.5 退出");
	locale_is(NULL, "C", NULL, "zh_CN", "ascii en 1.5 Quit");
	locale_is("xx_YY.ISO-8859-1", NULL, NULL, NULL, "ascii en 1.5 Quit");
	sd_env_put("SVCDESK_LOCALEDIR", NULL);
	test_remove_dir(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena),
		cmocka_unit_test(strings),
		cmocka_unit_test(vectors),
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(uuids),
		cmocka_unit_test(folders),
		cmocka_unit_test(environment),
		cmocka_unit_test(log_ring),
		cmocka_unit_test(language),
	};
	return TEST_MAIN(tests);
}
