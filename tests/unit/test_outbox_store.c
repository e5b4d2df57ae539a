/* The outbox on the disk: whole files that only their owner reads, one console's at a time, and whatever else lies there. */
#include "tests/lib/testlib.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <dirent.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/outbox.h"

#define OP "00000000-0000-4000-8000-00000000000"

static struct sd_unsent *one(const char *op, const char *place)
{
	struct sd_unsent *u = sd_unsent_new(SD_UNSENT_ACT, op);

	sd_unsent_put(&u->place, place);
	sd_unsent_put(&u->label, "INC1 Note");
	sd_unsent_put(&u->kind, "incident");
	sd_unsent_put(&u->verb, "note");
	sd_unsent_put(&u->fields, "{\"body\":\"It is the \\\"cable\\\".\"}");
	sd_unsent_put(&u->draft, "k|incident|1|note");
	sd_unsent_add_file(u, "/tmp/a b.txt");
	u->ticket = 1;
	u->version = 4;
	u->order = 17;
	u->at = 123456;
	return u;
}

struct got {
	int n, bad;
	struct sd_unsent *last;
	char text[500];
};

static void each(void *arg, const struct sd_unsent *u)
{
	struct got *g = arg;

	g->n++;
	sd_unsent_free(g->last);
	g->last = sd_unsent_copy(u);
}

static void bad(void *arg, const char *text)
{
	struct got *g = arg;

	g->bad++;
	snprintf(g->text, sizeof g->text, "%s", text);
}

static struct got taken(struct sd_outbox *b, const char *place)
{
	struct got g = {0};

	sd_outbox_take(b, place, each, bad, &g);
	return g;
}

/* Runs in a process of its own, which ends as a killed console does: the locks go, the files stay. */
static void killed_after(const char *dir, const char *op, const char *place)
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct sd_outbox *b = sd_outbox_new(dir);
		struct sd_unsent *u = one(op, place);
		struct sd_err err;

		_exit(sd_outbox_save(b, u, &err) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Its entries; modes of all of them. */
static int files_in(const char *dir, const char *suffix)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	while (d && (e = readdir(d))) {
		char path[600];
		struct stat st;
		size_t len = strlen(e->d_name), s = strlen(suffix);

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		assert_int_equal(lstat(path, &st), 0);
		if (S_ISDIR(st.st_mode)) {
			assert_int_equal(st.st_mode & 0777, 0700);
			n += files_in(path, suffix);
		} else if (len >= s && !strcmp(e->d_name + len - s, suffix)) {
			assert_int_equal(st.st_mode & 0777, 0600);
			n++;
		}
	}
	if (d)
		closedir(d);
	return n;
}

static void test_what_is_kept_comes_back_to_the_next_console(void **state)
{
	char *dir = test_make_dir(), box[300];
	struct got g;

	(void)state;
	snprintf(box, sizeof box, "%s/outbox", dir);
	killed_after(box, OP "1", "desk/7");
	killed_after(box, OP "2", "desk/8");
	assert_int_equal(files_in(box, ".unsent"), 2);

	struct sd_outbox *b = sd_outbox_new(box);
	g = taken(b, "desk/7");
	assert_int_equal(g.n, 1); /* the other one is somebody else's */
	assert_int_equal(g.bad, 0);
	assert_string_equal(g.last->op, OP "1");
	assert_string_equal(g.last->fields, "{\"body\":\"It is the \\\"cable\\\".\"}");
	assert_string_equal(g.last->draft, "k|incident|1|note");
	assert_string_equal(g.last->files[0], "/tmp/a b.txt");
	assert_int_equal(g.last->version, 4);
	assert_int_equal(g.last->order, 17);
	sd_unsent_free(g.last);
	assert_int_equal(taken(b, "desk/7").n, 0); /* once */

	struct sd_outbox *second = sd_outbox_new(box); /* while the first one lives nobody else has it */
	assert_int_equal(taken(second, "desk/7").n, 0);
	sd_outbox_drop(b, OP "1", 0);
	assert_int_equal(files_in(box, ".unsent"), 1);
	sd_outbox_free(b);
	g = taken(second, "desk/8");
	assert_int_equal(g.n, 1);
	sd_unsent_free(g.last);
	sd_outbox_drop(second, OP "2", 0);
	sd_outbox_free(second);
	assert_int_equal(files_in(box, ""), 0); /* nothing is left behind, no folder either */
	test_remove_dir(dir);
}

static void test_an_ordinary_end_leaves_it_too(void **state)
{
	char *dir = test_make_dir(), box[300];
	struct sd_unsent *u = one(OP "1", "p");
	struct sd_err err;
	struct got g;

	(void)state;
	snprintf(box, sizeof box, "%s/outbox", dir);
	struct sd_outbox *b = sd_outbox_new(box);
	assert_int_equal(access(box, F_OK), -1); /* nothing is made before it is needed */
	assert_true(sd_outbox_save(b, u, &err));
	u->version = 9;
	assert_true(sd_outbox_save(b, u, &err)); /* in its place */
	assert_int_equal(files_in(box, ".unsent"), 1);
	sd_outbox_free(b);
	b = sd_outbox_new(box);
	g = taken(b, "p");
	assert_int_equal(g.n, 1);
	assert_int_equal(g.last->version, 9);
	sd_unsent_free(g.last);
	sd_outbox_free(b);
	sd_unsent_free(u);
	test_remove_dir(dir);
}

static void put(const char *dir, const char *name, const char *text)
{
	char path[600];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void test_files_that_are_none_are_told_of_and_left(void **state)
{
	char *dir = test_make_dir(), dead[300], path[600];
	struct got g;

	(void)state;
	snprintf(dead, sizeof dead, "%s/%s", dir, OP "9");
	assert_int_equal(mkdir(dead, 0700), 0);
	put(dead, OP "1.0.unsent", "");
	put(dead, OP "2.0.unsent", "{\"call\":\"act\",\"place\":\"p\",\"op\":\"x");
	put(dead, OP "3.0.unsent", "{\"call\":\"shell\",\"place\":\"p\",\"op\":\"" OP "3\",\"fields\":\"{}\"}");
	put(dead, OP "4.0.unsent.123", "{\"half"); /* written when its console was killed */
	snprintf(path, sizeof path, "%s/" OP "5.0.unsent", dead);
	assert_int_equal(mkfifo(path, 0600), 0); /* nobody waits for it */
	snprintf(path, sizeof path, "%s/" OP "6.0.unsent", dead);
	assert_int_equal(symlink("/dev/zero", path), 0);
	snprintf(path, sizeof path, "%s/" OP "8", dir);
	assert_int_equal(symlink("/tmp", path), 0); /* a folder that leads elsewhere is not looked into */
	put(dir, OP "7", "a file where folders are");

	struct sd_outbox *b = sd_outbox_new(dir);
	g = taken(b, "p");
	assert_int_equal(g.n, 0);
	assert_int_equal(g.bad, 5);
	assert_non_null(strstr(g.text, dead));
	assert_int_equal(taken(b, "p").bad, 0); /* each once */
	assert_int_equal(files_in(dead, ".123"), 0);
	snprintf(path, sizeof path, "%s/" OP "2.0.unsent", dead);
	assert_int_equal(access(path, F_OK), 0);
	sd_outbox_free(b);
	test_remove_dir(dir);
}

static void test_broken_bytes_are_refused(void **state)
{
	struct rng r = rng_new(11);
	struct sd_unsent *u = one(OP "1", "p");
	char why[SD_UNSENT_WHY];
	size_t n;
	char *bytes = sd_unsent_bytes(u, &n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		assert_null(sd_unsent_read(bytes, i, why));
	for (unsigned i = 0; i < test_rounds(2000); i++) {
		char *evil = sd_malloc(n);
		memcpy(evil, bytes, n);
		for (unsigned k = 1 + rng_below(&r, 3); k; k--)
			evil[rng_below(&r, (unsigned)n)] = (char)rng_below(&r, 256);
		sd_unsent_free(sd_unsent_read(evil, n, why));
		free(evil);
	}
	free(bytes);
	for (unsigned i = 0; i < 200; i++) {
		size_t len;
		char *text = test_random_hostile(&r, 8, &len);
		sd_unsent_put(&u->label, text);
		sd_unsent_put(&u->why, text);
		bytes = sd_unsent_bytes(u, &n);
		struct sd_unsent *got = sd_unsent_read(bytes, n, why);
		if (got) {
			assert_null(test_unclean(got->label, strlen(got->label), false));
			assert_null(test_unclean(got->why, strlen(got->why), false));
		}
		sd_unsent_free(got);
		free(bytes);
		free(text);
	}
	sd_unsent_free(u);
}

static void test_a_full_disk_is_said(void **state)
{
	char *dir = test_make_dir();
	struct sd_unsent *u = one(OP "1", "p");
	struct rlimit was, none;
	struct sd_err err;

	(void)state;
	struct sd_outbox *b = sd_outbox_new(dir);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	none = (struct rlimit){.rlim_cur = 10, .rlim_max = was.rlim_max};
	setrlimit(RLIMIT_FSIZE, &none);
	assert_false(sd_outbox_save(b, u, &err));
	setrlimit(RLIMIT_FSIZE, &was);
	assert_non_null(strstr(err.text, dir));
	assert_int_equal(files_in(dir, ".unsent"), 0);
	assert_true(sd_outbox_save(b, u, &err));
	sd_outbox_free(b);
	sd_unsent_free(u);
	test_remove_dir(dir);
}

/* Many at once look for what one has left: one of them gets it. */
static void test_only_one_of_many_takes_it(void **state)
{
	enum { MANY = 8 };
	char *dir = test_make_dir();
	pid_t pid[MANY];
	int total = 0, wait_for[2], status;

	(void)state;
	for (unsigned round = 0; round < test_rounds(5); round++) {
		killed_after(dir, OP "1", "p");
		assert_int_equal(pipe(wait_for), 0);
		for (int i = 0; i < MANY; i++) {
			pid[i] = fork();
			if (pid[i] == 0) {
				struct sd_outbox *b = sd_outbox_new(dir);
				char c;
				close(wait_for[1]);
				(void)!read(wait_for[0], &c, 1); /* all at the same moment */
				int n = taken(b, "p").n;
				if (n)
					sd_outbox_drop(b, OP "1", 0);
				sd_outbox_free(b);
				_exit(n);
			}
		}
		close(wait_for[0]);
		close(wait_for[1]);
		total = 0;
		for (int i = 0; i < MANY; i++) {
			assert_int_equal(waitpid(pid[i], &status, 0), pid[i]);
			total += WEXITSTATUS(status);
		}
		assert_int_equal(total, 1);
		assert_int_equal(files_in(dir, ".unsent"), 0);
	}
	test_remove_dir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_kept_comes_back_to_the_next_console),
		cmocka_unit_test(test_an_ordinary_end_leaves_it_too),
		cmocka_unit_test(test_files_that_are_none_are_told_of_and_left),
		cmocka_unit_test(test_broken_bytes_are_refused),
		cmocka_unit_test(test_a_full_disk_is_said),
		cmocka_unit_test(test_only_one_of_many_takes_it),
	};
	return TEST_MAIN(tests);
}
