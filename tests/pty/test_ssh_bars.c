/* What people who come over ssh do not get: a shell, a file, a program, a forwarded port, or somebody else's name. The lines of
 * sshd_config are those of core/cfg/team/sshd.conf. */
#include "tests/lib/slowline.h"
#include "tests/lib/testlib.h"
#include "tests/pty/remote.h"

#include <dirent.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "svcdesk/mem.h"

static struct sshd *server;
static char *secret;

static struct pty *console(const char *login)
{
	struct pty *p = remote_console(server, login, sshd_port(server), (struct pty_opts){.cols = 100, .rows = 30});
	pty_until(p, "by priority");
	pty_settle(p);
	return p;
}

static void leave(struct pty *p)
{
	pty_type(p, ":quit\r");
	assert_int_equal(pty_wait(p), 0);
	pty_free(p);
}

/* ---- instead of a shell ---- */

static void words_for_a_shell_are_refused(void **state)
{
	static const char *const asked[][4] = {{"id"}, {"bash"}, {"sh", "-c", "id"}, {"scp", "-t", "."}, {"demo"}, {"config"},
		{"/bin/sh -i"}, {"whoami; id"}, {"--as", "admin", "whoami"}, {"--set", "editor=sh"}};
	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		const char *words[5] = {asked[i][0], asked[i][1], asked[i][2], asked[i][3], NULL};
		const struct run *r = remote_run(server, "anna", sshd_port(server), "id\n", NULL, words);
		if ((r->status != 2 && r->status != 4) || *r->out)
			fail_msg("%s: status %d: %s%s", asked[i][0], r->status, r->out, r->err);
	}
	static const char *const subsystem[] = {"-s", NULL}, *const sftp[] = {"sftp", NULL}, *const nothing[] = {NULL};
	const struct run *r = remote_run(server, "anna", sshd_port(server), NULL, subsystem, sftp);
	assert_int_equal(r->status, 2);
	assert_string_equal(r->out, "");
	r = remote_run(server, "anna", sshd_port(server), "id\n", NULL, nothing); /* no terminal, no words */
	assert_int_equal(r->status, 2);
	assert_string_equal(r->out, "");
}

static void words_of_the_desk_are_run(void **state)
{
	static const char *const who[] = {"svcdesk", "whoami", "--json", NULL}, *const list[] = {
																				"ticket", "list", "prio<=5", "--count", NULL};
	(void)state;
	const char *nr = desk_ticket("From elsewhere");
	assert_string_equal(text(desk_json(remote_run(server, "anna", sshd_port(server), NULL, NULL, who)), "login"), "anna");
	assert_string_equal(text(desk_json(remote_run(server, "bob", sshd_port(server), NULL, NULL, who)), "login"), "bob");
	const struct run *r = remote_run(server, "anna", sshd_port(server), NULL, NULL, list);
	assert_int_equal(r->status, 0);
	assert_in_range(atol(r->out), 1, 1000);
	const char *note[] = {"ticket", "act", nr, "note", "--body", "-", NULL};
	assert_int_equal(remote_run(server, "bob", sshd_port(server), "over the line\n", NULL, note)->status, 0);
	json_t *t = desk_ok(NULL, "ticket show %s", nr);
	assert_string_equal(text(t, "events.1.text"), "over the line");
	assert_string_equal(text(t, "events.1.actor"), "bob");
}

static void nothing_is_forwarded(void **state)
{
	char there[40], from[60], to[60];
	(void)state;
	snprintf(there, sizeof there, "127.0.0.1:%d", sshd_port(server));
	snprintf(from, sizeof from, "0:%s", there);
	snprintf(to, sizeof to, "127.0.0.1:0:%s", there);
	const char *const through[] = {"-W", there, NULL}, *const back[] = {"-o", "ExitOnForwardFailure=yes", "-R", to, NULL};
	const char *const count[] = {"ticket", "list", "--count", NULL}, *const nothing[] = {NULL};
	const struct run *r = remote_run(server, "anna", sshd_port(server), "hello\n", through, nothing);
	assert_int_not_equal(r->status, 0);
	assert_string_equal(r->out, ""); /* no greeting of the sshd behind it */
	r = remote_run(server, "anna", sshd_port(server), NULL, back, count);
	assert_int_equal(r->status, 255);
}

/* ---- inside the console ---- */

/* It has started nothing. */
static void alone(pid_t pid)
{
	char path[64], *said;
	snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	said = test_read_file(path, NULL);
	if (*said)
		fail_msg("the console has children: %s", said);
	free(said);
}

static void the_console_has_no_way_out(void **state)
{
	char line[700];
	struct stat st;
	(void)state;
	const char *nr = desk_ticket("A way out");
	desk_ok(NULL, "ticket act %s attach file=%s", nr, secret);
	struct pty *p = console("anna");
	pid_t pid = remote_pid(server, "anna");
	pty_press(p, "Ctrl-z");
	pty_until(p, "desk alone");
	pty_press(p, "#");
	pty_type(p, nr);
	pty_press(p, "Enter");
	pty_until(p, "A way out");
	pty_press(p, "S");
	pty_until(p, "desk alone");
	snprintf(line, sizeof line, ":save secret.txt %s.out\r", secret);
	pty_type(p, line);
	pty_until(p, "out of reach");
	alone(pid);
	pty_press(p, "N");
	pty_until(p, "Ctrl-s send");
	pty_type(p, "text");
	pty_press(p, "Ctrl-x e");
	pty_until(p, "No other program runs here");
	alone(pid);
	pty_press(p, "Ctrl-z");
	pty_settle(p);
	assert_true(pty_alt_screen(p));
	pty_press(p, "Ctrl-s");
	pty_until(p, "Note:");
	pty_press(p, "A");
	pty_until(p, "Ctrl-s send");
	pty_type(p, secret);
	pty_press(p, "Ctrl-s");
	pty_until(p, "out of reach");
	pty_press(p, "Esc Esc");
	pty_settle(p);
	pty_type(p, ":theme /etc/passwd\r");
	pty_until(p, "out of reach");
	pty_type(p, ":set lock-command=sh\r");
	pty_settle(p);
	pty_press(p, "g l");
	pty_settle(p);
	alone(pid);
	pty_press(p, "Enter");
	pty_until(p, "by priority");
	leave(p);
	snprintf(line, sizeof line, "%s.out", secret);
	assert_int_not_equal(stat(line, &st), 0);
	assert_int_equal(json_array_size(at(desk_ok(NULL, "ticket show %s", nr), "attachments")), 1);
}

/* ---- who one is ---- */

/* A server as a team has one: the account of the host says who somebody is, through a map, and no option says otherwise. */
static void the_account_says_who_one_is(void **state)
{
	static const char *const who[] = {"whoami", "--json", NULL};
	struct sd_str hba = {0}, target = {0};
	const struct passwd *pw = getpwuid(getuid());
	(void)state;
	sd_str_addf(&hba,
		"cat >'%s/data/pg_hba.conf' <<'E'\nlocal all postgres trust\nlocal all svcdesk trust\nlocal all all peer map=desk\nE\n"
		"cat >'%s/data/pg_ident.conf' <<'E'\ndesk \"%s\" carla\nE\n",
		desk_dir(), desk_dir(), pw->pw_name);
	desk_shell("%s", hba.data);
	assert_int_equal(desk_run(NULL, NULL, "demo stop")->status, 0);
	desk_run("carla", NULL, "whoami"); /* starts it again */
	sd_str_addf(&target, "--db 'postgresql://carla@%s'", strchr(desk_uri() + 13, '@') + 1);
	remote_person(server, "carla", target.data);
	sd_str_reset(&target);
	sd_str_addf(&target, "--db 'postgresql://dinh@%s'", strchr(desk_uri() + 13, '@') + 1);
	remote_person(server, "dinh", target.data);
	assert_string_equal(text(desk_json(remote_run(server, "carla", sshd_port(server), NULL, NULL, who)), "login"), "carla");
	const struct run *r = remote_run(server, "dinh", sshd_port(server), NULL, NULL, who);
	assert_int_equal(r->status, 6);
	assert_non_null(strstr(r->err, "dinh"));
	struct pty *p = console("carla");
	pty_until(p, "carla");
	leave(p);
	sd_str_free(&hba);
	sd_str_free(&target);
}

/* ---- */

/* The lines of the team's sshd_config, but for whom they are and what is run: both are the test's own. */
static char *team_config(void)
{
	struct sd_str s = {0};
	const struct passwd *pw = getpwuid(getuid());
	char *file = test_read_file(SRCDIR "/core/cfg/team/sshd.conf", NULL);
	bool forced = false;
	sd_str_addf(&s, "Match User %s\n", pw->pw_name);
	for (char *rest = file, *row; (row = strsep(&rest, "\n"));) {
		row += strspn(row, " \t");
		forced = forced || strncmp(row, "ForceCommand /usr/local/bin/svcdesk --restricted", 48) == 0;
		if (*row != '#' && strncmp(row, "Match", 5) != 0 && strncmp(row, "ForceCommand", 12) != 0 &&
			strncmp(row, "AuthorizedKeysFile", 18) != 0)
			sd_str_addf(&s, "%s\n", row);
	}
	assert_true(forced);
	free(file);
	return sd_str_take(&s);
}

static int start(void **state)
{
	static const char *const people[] = {"anna", "bob", "carla", "dinh"};
	if (desk_start(state) != 0)
		return 1;
	for (size_t i = 0; i < sizeof people / sizeof *people; i++)
		desk_ok(NULL, "user add %s --role agent --group 'Service desk'", people[i]);
	char *config = team_config();
	server = sshd_start(config);
	free(config);
	remote_person(server, "anna", "--as anna");
	remote_person(server, "bob", "--as bob");
	secret = desk_file("secret.txt", "of the host", 11);
	return 0;
}

static int stop(void **state)
{
	free(secret);
	sshd_free(server);
	return desk_stop(state);
}

int main(void)
{
	signal(SIGPIPE, SIG_IGN);
	const struct CMUnitTest tests[] = {cmocka_unit_test(words_for_a_shell_are_refused),
		cmocka_unit_test(words_of_the_desk_are_run), cmocka_unit_test(nothing_is_forwarded),
		cmocka_unit_test(the_console_has_no_way_out), cmocka_unit_test(the_account_says_who_one_is)};
	return TEST_MAIN_WITH(tests, start, stop);
}
