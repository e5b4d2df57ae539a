/* The environment of the process. Nothing else under core/ or tui/ calls getenv(). */
#ifndef SVCDESK_ENV_H
#define SVCDESK_ENV_H

#include <stdbool.h>

struct sd_err;

/* Value of an environment variable; NULL when it is not set or empty. Borrowed, valid until sd_env_put of the same name. */
const char *sd_env_get(const char *name);
/* Sets (value NULL: removes) a variable, for children and libraries that read the environment. */
void sd_env_put(const char *name, const char *value);

/* Folders of this account, malloc'ed, absolute: $XDG_CONFIG_HOME/svcdesk and so on, else below the home folder.
 * The configuration folder is only named (NULL when there is no home); the state folder is made with mode 0700 (missing
 * parents too), NULL and err when that fails. */
char *sd_env_config_dir(void);
char *sd_env_state_dir(struct sd_err *err);

/* Makes path and its missing parents with mode 0700. An existing folder is left as it is. */
bool sd_env_make_dir(const char *path, struct sd_err *err);

char *sd_env_home(void);      /* malloc'ed; $HOME, else the password file; NULL if neither */
char *sd_env_sudo_user(void); /* malloc'ed; who called sudo when we are root through it, else NULL */
char *sd_env_host(void);      /* malloc'ed; SVCDESK_HOST, else the name of this machine */
char *sd_env_exe_dir(void);   /* malloc'ed folder of the running program; NULL if unknown */

const char *sd_env_editor(void); /* VISUAL, EDITOR, else "editor" */
bool sd_env_no_color(void);      /* NO_COLOR is set and not empty */

#endif
