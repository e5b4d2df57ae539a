#include "tests/lib/sshd.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "svcdesk/mem.h"
#include "tests/lib/testlib.h"

enum { WAIT_MS = 60000, TRIES = 5, WORDS = 48, LOG_ROOM = 1 << 20 };

struct sshd {
	char *dir;
	int port, log; /* log: what it writes, a pipe that is read now and then */
	pid_t pid;
	struct sd_str said;
	struct sd_arena *a;
	const char *user;
};

static char *path(struct sshd *s, const char *name)
{
	return sd_arena_printf(s->a, "%s/%s", s->dir, name);
}

static void write_file(const char *name, const char *text, const char *mode)
{
	FILE *f = fopen(name, mode);
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void run(const char *const *argv)
{
	int status = 1;
	pid_t pid = fork();
	if (pid == 0) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		fail_msg("%s does not run: apt-get install openssh-client", argv[0]);
}

/* The key NAME and NAME.pub. */
static void make_key(struct sshd *s, const char *name)
{
	const char *argv[] = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", path(s, name), NULL};
	run(argv);
}

/* It cannot be found along PATH where that is an ordinary person's, and must be called by its whole name. */
static const char *program(void)
{
	static const char *const places[] = {"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"};
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (access(places[i], X_OK) == 0)
			return places[i];
	fail_msg("there is no sshd here: apt-get install openssh-server (./quickstart check does it)");
	return NULL;
}

/* One that was free a moment ago. */
static int free_port(void)
{
	struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof here;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&here, sizeof here), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&here, &n), 0);
	close(fd);
	return ntohs(here.sin_port);
}

static void drain_log(struct sshd *s)
{
	char buf[8192];
	ssize_t n;
	while ((n = read(s->log, buf, sizeof buf)) > 0)
		sd_str_addn(&s->said, buf, (size_t)n);
}

/* Until it listens; false: it has ended, as one does whose port somebody else has got meanwhile. */
static bool listens(struct sshd *s)
{
	struct pollfd p = {.fd = s->log, .events = POLLIN};
	for (;;) {
		drain_log(s);
		if (s->said.data && strstr(s->said.data, "Server listening on"))
			return true;
		if (poll(&p, 1, WAIT_MS) <= 0 || !(p.revents & POLLIN))
			return false;
	}
}

static void launch(struct sshd *s, const char *config)
{
	char line[40];
	int log[2];
	s->port = free_port();
	snprintf(line, sizeof line, "Port %d\n", s->port);
	write_file(path(s, "config"), line, "w");
	write_file(path(s, "config"),
		sd_arena_printf(s->a,
			"ListenAddress 127.0.0.1\nHostKey %s/host\nAuthorizedKeysFile %s/keys\nPidFile none\nUsePAM no\nStrictModes no\n"
			"PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\nSubsystem sftp "
			"/usr/lib/openssh/sftp-server\nAcceptEnv LANG LC_*\n%s",
			s->dir, s->dir, config ? config : ""),
		"a");
	assert_int_equal(pipe2(log, O_CLOEXEC), 0);
	fcntl(log[1], F_SETPIPE_SZ, LOG_ROOM);
	fcntl(log[0], F_SETFL, O_NONBLOCK);
	s->log = log[0];
	const char *argv[] = {program(), "-D", "-e", "-f", path(s, "config"), NULL};
	char *preload = realpath("tests/lib/ownpts.so", NULL); /* see ownpts.c */
	assert_non_null(preload);
	s->pid = fork();
	if (s->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* as in wire.c */
		dup2(log[1], 2);
		if (geteuid() != 0)
			setenv("LD_PRELOAD", preload, 1);
		for (int fd = 3; fd < 256; fd++)
			close(fd);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	free(preload);
	close(log[1]);
}

static void end(struct sshd *s)
{
	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		waitpid(s->pid, NULL, 0);
	}
	if (s->log >= 0)
		close(s->log);
	s->pid = 0;
	s->log = -1;
}

struct sshd *sshd_start(const char *config)
{
	struct sshd *s = sd_calloc(1, sizeof *s);
	const struct passwd *pw = getpwuid(getuid());
	s->a = sd_arena_new();
	s->dir = test_make_dir();
	s->log = -1;
	s->user = sd_arena_strdup(s->a, pw ? pw->pw_name : "root");
	if (getuid() == 0) /* where its unprivileged half lives; the package's service makes it */
		mkdir("/run/sshd", 0755);
	make_key(s, "host");
	write_file(path(s, "keys"), "", "w");
	for (int i = 0; i < TRIES; i++) {
		sd_str_reset(&s->said);
		launch(s, config);
		if (listens(s)) {
			char *pub = test_read_file(path(s, "host.pub"), NULL);
			write_file(path(s, "known"), sd_arena_printf(s->a, "desk %s", pub), "w");
			free(pub);
			return s;
		}
		end(s);
	}
	fail_msg("sshd does not start: %s", s->said.data ? s->said.data : "");
	return NULL;
}

void sshd_free(struct sshd *s)
{
	if (!s)
		return;
	end(s);
	test_remove_dir(s->dir);
	sd_str_free(&s->said);
	sd_arena_free(s->a);
	free(s);
}

int sshd_port(const struct sshd *s)
{
	return s->port;
}

void sshd_key(struct sshd *s, const char *name, const char *script)
{
	const char *file = sd_arena_printf(s->a, "%s/%s.sh", s->dir, name);
	make_key(s, name);
	write_file(file, script, "w");
	char *pub = test_read_file(path(s, sd_arena_printf(s->a, "%s.pub", name)), NULL);
	write_file(path(s, "keys"), sd_arena_printf(s->a, "command=\"exec sh %s\" %s", file, pub), "a");
	free(pub);
}

const char *const *sshd_client(struct sshd *s, const char *name, int port, const char *const *options, const char *const *words)
{
	const char **argv = sd_arena_alloc(s->a, WORDS * sizeof *argv);
	size_t n = 0;
	const char *const fixed[] = {"ssh", "-F", "none", "-e", "none", "-q", "-i", path(s, name), "-p",
		sd_arena_printf(s->a, "%d", port), "-l", s->user, "-o", "HostKeyAlias=desk", "-o",
		sd_arena_printf(s->a, "UserKnownHostsFile=%s/known", s->dir), "-o", "StrictHostKeyChecking=yes", "-o",
		"IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-o", "LogLevel=QUIET",
		/* newer ones send keys in the middle of others that nobody has pressed, so that nobody can count them: we want to */
		"-o", "IgnoreUnknown=ObscureKeystrokeTiming", "-o", "ObscureKeystrokeTiming=no", NULL};
	for (size_t i = 0; fixed[i]; i++)
		argv[n++] = fixed[i];
	for (; options && *options; options++)
		argv[n++] = *options;
	argv[n++] = "--"; /* else options among the words would be its own */
	argv[n++] = "127.0.0.1";
	for (; words && *words; words++)
		argv[n++] = *words;
	assert_true(n < WORDS);
	argv[n] = NULL;
	return argv;
}
