/* Tells the server that nobody waits any more for what it is doing on a connection. PQcancel of libpq 15 waits for a connection
 * of its own, which a server that hangs never takes: so a process of its own does it, which nobody waits for and which ends soon.
 */
#include "core/db/async.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_S = 3 };

/* Nothing of ours stays open in it: not the terminal, which would be held, nor the lock of a file. */
static _Noreturn void tell_server(PGcancel *cancel)
{
	char why[256];
	sigset_t none;

	for (int s = 1; s < NSIG; s++)
		signal(s, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
	close_range(0, ~0U, 0);
	alarm(PATIENCE_S);
	PQcancel(cancel, why, sizeof why);
	_exit(0);
}

void async_cancel(const struct sd_db *db)
{
	PGcancel *cancel = PQgetCancel(db->pg);
	pid_t pid = cancel ? fork() : -1;

	if (pid == 0) {
		pid = fork(); /* so that nobody has to ask how it ended */
		if (pid == 0)
			tell_server(cancel);
		_exit(0);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
	PQfreeCancel(cancel);
}
