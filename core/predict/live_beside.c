/* Training beside the desk: a process of its own, so that no tick ever waits for it. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/predict/live.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"

static bool due(struct sd_conn *c)
{
	struct sd_err err;
	struct sd_result *r = sd_conn_query(c, "select desk.predict_due()", 0, NULL, &err);
	bool is = r && sd_result_get(r, 0, 0) && strcmp(sd_result_get(r, 0, 0), "t") == 0;
	sd_result_free(r);
	return is;
}

/* Everything of who called is left: the connection, locks, the terminal. Others come first. */
static void train(const char *conninfo)
{
	struct sd_err err;
	setsid();
	for (int fd = 0; fd < 256; fd++)
		close(fd);
	for (int fd = 0; fd < 3; fd++)
		if (open("/dev/null", O_RDWR) < 0)
			return;
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	setpriority(PRIO_PROCESS, 0, 10);
	struct sd_conn *c = sd_conn_open(conninfo, &err);
	for (size_t i = 0; c && predict_live_names[i]; i++) {
		json_t *told = NULL;
		if (!predict_live_train(c, predict_live_names[i], false, false, NULL, &told, &err))
			break;
		json_decref(told);
	}
	sd_conn_close(c);
}

void predict_live_beside(struct sd_conn *c, const char *conninfo)
{
	if (!conninfo || !due(c))
		return;
	pid_t pid = fork();
	if (pid > 0)
		waitpid(pid, NULL, 0);
	if (pid != 0)
		return;
	/* twice, so that nobody has to ask how it ended */
	if (fork() == 0)
		train(conninfo);
	_exit(0);
}
