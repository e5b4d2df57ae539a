#include "tests/pty/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "svcdesk/mem.h"
#include "tests/lib/testlib.h"

/* What belongs to the person: NAME.idle, NAME.pid and the folder NAME.state. */
static const char *place(const char *login, const char *what)
{
	static char path[4][400];
	static int i;
	i = (i + 1) % 4;
	snprintf(path[i], sizeof path[i], "%s/%s.%s", getenv("XDG_STATE_HOME"), login, what);
	return path[i];
}

/* What a sanitizer was told must be known there too. */
static void pass_environment(struct sd_str *s)
{
	static const char *const names[] = {"ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "XDG_CONFIG_HOME"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (getenv(names[i]))
			sd_str_addf(s, "export %s='%s'\n", names[i], getenv(names[i]));
}

void remote_person(struct sshd *s, const char *login, const char *target)
{
	struct sd_str script = {0};
	char *program = realpath(desk_program(), NULL);
	assert_non_null(program);
	assert_int_equal(mkfifo(place(login, "idle"), 0600), 0);
	assert_int_equal(mkdir(place(login, "state"), 0700), 0);
	pass_environment(&script);
	sd_str_addf(&script, "export HOME='%s' XDG_STATE_HOME='%s' LANG=C.UTF-8 SVCDESK_RESTORE=no\n", place(login, "state"),
		place(login, "state"));
	sd_str_addf(&script, "[ -z \"${SSH_TTY-}\" ] || { echo $$ >'%s'; exec 9>'%s'; export SVCDESK_IDLE_FD=9; }\n",
		place(login, "pid"), place(login, "idle"));
	sd_str_addf(&script, "exec '%s' --restricted %s%s%s %s\n", program, strncmp(target, "--db", 4) ? "--dir '" : "",
		strncmp(target, "--db", 4) ? desk_dir() : "", strncmp(target, "--db", 4) ? "'" : "", target);
	sshd_key(s, login, script.data);
	sd_str_free(&script);
	free(program);
}

struct pty *remote_console(struct sshd *s, const char *login, int port, struct pty_opts o)
{
	static const char *const tty[] = {"-tt", NULL};
	o.argv = sshd_client(s, login, port, tty, NULL);
	o.idle = place(login, "idle");
	return pty_start(&o);
}

pid_t remote_pid(struct sshd *s, const char *login)
{
	char *text = test_read_file(place(login, "pid"), NULL);
	pid_t pid = (pid_t)atol(text);
	(void)s;
	free(text);
	assert_true(pid > 1);
	return pid;
}

const struct run *remote_run(
	struct sshd *s, const char *login, int port, const char *in, const char *const *options, const char *const *words)
{
	return desk_exec(in, sshd_client(s, login, port, options, words));
}
