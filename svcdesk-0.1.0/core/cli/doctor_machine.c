/* What doctor looks at without a database. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/base/zone.h"
#include "core/cli/doctor.h"
#include "svcdesk/cfg.h"
#include "svcdesk/data.h"
#include "svcdesk/env.h"
#include "svcdesk/locale.h"

enum { LEAST_COLUMNS = 40, LEAST_LINES = 10, SPACE_WARN_MB = 100, SPACE_FAIL_MB = 1 };

static void (*probe)(struct sd_cli_terminal *out);

void sd_cli_terminal_probe(void (*fn)(struct sd_cli_terminal *out))
{
	probe = fn;
}

/* ---- program and configuration ---- */

static void program(struct doctor *d)
{
	char *dir = sd_env_exe_dir();
	char *theme = sd_data_find("themes", "dark", ".theme");
	doctor_say(d, "program", DOCTOR_OK,
		doctor_text(d, _("svcdesk %s in %s, libpq %s, jansson %s"), PACKAGE_VERSION, dir ? dir : "?", sd_db_client_version(),
			JANSSON_VERSION),
		"");
	if (theme)
		doctor_say(d, "data", DOCTOR_OK, doctor_text(d, _("themes and maps found (%s)"), theme), "");
	else
		doctor_say(d, "data", DOCTOR_WARN, doctor_text(d, _("no themes beside the program nor in %s"), PKGDATADIR),
			_("install the program whole: make install"));
	free(dir);
	free(theme);
}

static bool there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void one_file(struct doctor *d, const char *path)
{
	if (!there(path))
		return;
	if (access(path, R_OK) != 0)
		doctor_say(d, "config", DOCTOR_WARN, doctor_text(d, _("%s is there and cannot be read: %s"), path, strerror(errno)),
			doctor_text(d, _("let this account read it, or remove it: %s"), path));
	else
		doctor_say(d, "config", DOCTOR_OK, doctor_text(d, _("%s is read"), path), "");
}

static void config(struct doctor *d)
{
	struct cli *c = doctor_cli(d);
	const char *named = sd_env_get("SVCDESK_CONFIG");
	char *dir = sd_env_config_dir();
	const char *own = named ? named : dir ? doctor_text(d, "%s/config", dir) : NULL;
	one_file(d, SYSCONFDIR "/svcdesk/config");
	if (own)
		one_file(d, own);
	if (c->cfg_err.cls != SD_ERR_NONE)
		doctor_say(d, "config", DOCTOR_FAIL, c->cfg_err.text, _("mend that line, or comment it out with #; svcdesk-config(5)"));
	else if (!there(SYSCONFDIR "/svcdesk/config") && !(own && there(own)))
		doctor_say(d, "config", DOCTOR_OK, doctor_text(d, _("no file: everything as built in (%s)"), own ? own : "-"), "");
	free(dir);
}

/* ---- language and time ---- */

static void language(struct doctor *d)
{
	const char *named = sd_env_get("LC_ALL");
	const char *want = sd_cfg_text(doctor_cli(d)->cfg, "language");
	if (!named)
		named = sd_env_get("LC_CTYPE");
	if (!named)
		named = sd_env_get("LANG");
	const char *text = doctor_text(d, _("locale %s, %s, messages in %s"), named ? named : _("not set"),
		sd_locale_utf8() ? "UTF-8" : _("no UTF-8"), sd_locale_language());
	if (!sd_locale_utf8())
		doctor_say(d, "language", DOCTOR_WARN, text, _("letters outside of ASCII are shown by stand-ins: set LANG=C.UTF-8"));
	else if (*want && strcmp(want, "en") != 0 && strcmp(want, sd_locale_language()) != 0)
		doctor_say(d, "language", DOCTOR_WARN, text,
			doctor_text(d, _("there is no catalogue for language = %s; there are en and zh_CN"), want));
	else
		doctor_say(d, "language", DOCTOR_OK, text, "");
	/* the msgid is a word of this file: what it becomes shows whether the catalogue of a language is found */
	if (strcmp(sd_locale_language(), "zh_CN") == 0 && strcmp(_("warning"), "warning") == 0)
		doctor_say(d, "catalogue", DOCTOR_WARN, doctor_text(d, _("no catalogue in %s"), LOCALEDIR),
			_("install the program whole: make install"));
}

static void zone(struct doctor *d)
{
	const char *own = sd_cfg_text(doctor_cli(d)->cfg, "zone"), *tz = sd_env_get("TZ");
	if (!zone_get("Europe/Berlin"))
		doctor_say(d, "zone", DOCTOR_FAIL, _("there is no time zone data on this machine"), _("install tzdata"));
	else if (*own && !zone_get(own))
		doctor_say(d, "zone", DOCTOR_FAIL, doctor_text(d, _("zone = %s is not known"), own),
			_("zones look like Europe/Berlin or Asia/Shanghai"));
	else
		doctor_say(d, "zone", DOCTOR_OK,
			doctor_text(d, _("times are shown in %s"),
				*own ? own
				: tz ? doctor_text(d, "TZ=%s", tz)
					 : _("the person's zone, else this machine's")),
			"");
}

/* ---- terminal ---- */

/* What stands between: programs that show the screen once more. */
static const char *between(struct doctor *d)
{
	const char *term = sd_env_get("TERM");
	if (sd_env_get("TMUX"))
		return doctor_text(d, _(", in tmux"));
	if (sd_env_get("STY") || (term && strncmp(term, "screen", 6) == 0))
		return doctor_text(d, _(", in screen"));
	return sd_env_get("SSH_TTY") ? doctor_text(d, _(", over SSH")) : "";
}

static void terminal(struct doctor *d)
{
	struct sd_cli_terminal t = {0};
	struct winsize w = {0};
	const char *term = sd_env_get("TERM");
	bool tty = isatty(STDOUT_FILENO) || isatty(STDIN_FILENO) || isatty(STDERR_FILENO);
	if (probe)
		probe(&t);
	if (!term)
		doctor_say(d, "terminal", tty ? DOCTOR_FAIL : DOCTOR_WARN, _("TERM is not set"),
			_("a terminal sets it by itself; else: export TERM=xterm-256color"));
	else if (probe && !t.known)
		doctor_say(d, "terminal", tty ? DOCTOR_FAIL : DOCTOR_WARN,
			doctor_text(d, _("nothing describes the terminal %s here"), term),
			_("install ncurses-term (ncurses-base has the usual ones), or set TERM=xterm-256color"));
	else if (probe && !t.moves)
		doctor_say(d, "terminal", tty ? DOCTOR_FAIL : DOCTOR_WARN,
			doctor_text(d, _("a terminal %s cannot place its cursor"), term),
			_("use the commands, or another terminal for the console"));
	else
		doctor_say(d, "terminal", DOCTOR_OK,
			doctor_text(d, _("TERM=%s%s%s, %d colours%s, bracketed paste %s, mouse %s"), term,
				sd_env_get("COLORTERM") ? doctor_text(d, " COLORTERM=%s", sd_env_get("COLORTERM")) : "", between(d),
				t.colors > 0 ? t.colors : 0, sd_env_no_color() ? _(" (NO_COLOR is set: none are used)") : "",
				t.paste ? _("yes") : _("as terminals of this kind do"),
				sd_cfg_bool(doctor_cli(d)->cfg, "mouse") ? (t.mouse ? _("yes") : _("no")) : _("off")),
			"");
	if (!tty) {
		doctor_say(d, "size", DOCTOR_OK, _("no terminal here: the console needs one, the commands do not"), "");
		return;
	}
	int fd = isatty(STDOUT_FILENO) ? STDOUT_FILENO : isatty(STDERR_FILENO) ? STDERR_FILENO : STDIN_FILENO;
	bool known = ioctl(fd, TIOCGWINSZ, &w) == 0 && w.ws_col && w.ws_row;
	if (!known)
		doctor_say(d, "size", DOCTOR_WARN, _("the terminal does not say how large it is"), _("stty cols 80 rows 24"));
	else if (w.ws_col < LEAST_COLUMNS || w.ws_row < LEAST_LINES)
		doctor_say(d, "size", DOCTOR_WARN, doctor_text(d, _("%d columns, %d lines"), w.ws_col, w.ws_row),
			doctor_text(d, _("the console wants %d columns and %d lines at least"), LEAST_COLUMNS, LEAST_LINES));
	else
		doctor_say(d, "size", DOCTOR_OK, doctor_text(d, _("%d columns, %d lines"), w.ws_col, w.ws_row), "");
}

/* ---- editor and folders ---- */

static bool in_path(const char *program, size_t n)
{
	const char *path = sd_env_get("PATH");
	struct sd_str s = {0};
	bool found = false;
	if (memchr(program, '/', n)) {
		sd_str_addn(&s, program, n);
		found = access(s.data, X_OK) == 0;
	}
	while (!found && path && *path && !memchr(program, '/', n)) {
		size_t len = strcspn(path, ":");
		sd_str_reset(&s);
		sd_str_addn(&s, path, len);
		sd_str_addc(&s, '/');
		sd_str_addn(&s, program, n);
		found = access(s.data, X_OK) == 0;
		path += len + (path[len] == ':');
	}
	sd_str_free(&s);
	return found;
}

static void editor(struct doctor *d)
{
	const char *own = sd_cfg_text(doctor_cli(d)->cfg, "editor"), *e = *own ? own : sd_env_editor();
	if (in_path(e, strcspn(e, " ")))
		doctor_say(d, "editor", DOCTOR_OK, e, "");
	else
		doctor_say(d, "editor", DOCTOR_WARN, doctor_text(d, _("%s is not there"), e),
			_("set editor = NAME, or VISUAL or EDITOR: Ctrl-x e opens it; the console's own editor works without"));
}

/* A file can be made here, and there is room. */
static void folder(struct doctor *d, const char *id, const char *path, const char *what)
{
	struct statvfs v;
	struct stat st;
	struct sd_str probe_path = {0};
	sd_str_addf(&probe_path, "%s/.svcdesk-doctor-XXXXXX", path);
	int fd = mkstemp(probe_path.data);
	int why = errno;
	if (fd >= 0) {
		close(fd);
		unlink(probe_path.data);
	}
	sd_str_free(&probe_path);
	long mb = statvfs(path, &v) == 0 ? (long)((double)v.f_bavail * (double)v.f_frsize / 1e6) : -1;
	if (fd < 0)
		doctor_say(d, id, DOCTOR_FAIL, doctor_text(d, _("%s cannot be written: %s"), path, strerror(why)),
			doctor_text(d, _("%s: make it writable for this account"), what));
	else if (mb >= 0 && mb < SPACE_WARN_MB)
		doctor_say(d, id, mb < SPACE_FAIL_MB ? DOCTOR_FAIL : DOCTOR_WARN, doctor_text(d, _("%s has %ld MB left"), path, mb),
			_("make room on that file system"));
	else if (strcmp(id, "state") == 0 && stat(path, &st) == 0 && (st.st_mode & 077))
		doctor_say(d, id, DOCTOR_WARN, doctor_text(d, _("others may look into %s"), path), doctor_text(d, "chmod 700 %s", path));
	else
		doctor_say(d, id, DOCTOR_OK, doctor_text(d, _("%s (%ld MB left)"), path, mb), "");
}

static void folders(struct doctor *d)
{
	struct sd_err err;
	char *state = sd_env_state_dir(&err);
	const char *tmp = sd_env_get("TMPDIR");
	if (state)
		folder(d, "state", state, _("drafts are kept there"));
	else
		doctor_say(d, "state", DOCTOR_FAIL, err.text,
			_("drafts are kept there: give this account a home folder, or set XDG_STATE_HOME"));
	free(state);
	folder(d, "temporary", tmp ? tmp : "/tmp", _("imports and the editor need it (TMPDIR names another)"));
}

void doctor_machine(struct doctor *d)
{
	program(d);
	config(d);
	language(d);
	zone(d);
	terminal(d);
	editor(d);
	folders(d);
}
