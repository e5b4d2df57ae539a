/* The app object: what the model is carried by. */
#ifndef TUI_APP_APP_INT_H
#define TUI_APP_APP_INT_H

#include <signal.h>
#include <sys/types.h>
#include "svcdesk/db.h"
#include "svcdesk/loop.h"
#include "tui/app/app.h"
#include "tui/app/model.h"
#include "tui/surface/theme.h"
#include "tui/term/term.h"

struct app;
struct line;
struct sd_outbox;
struct app_timer {
	struct app *app;
	enum timer_id id;
	int handle; /* of the loop; 0 = not set */
};

/* A request on its way. */
struct app_request {
	struct app *app;
	struct req req;
	bool aside, dropped; /* dropped: nobody waits for the answer any more */
	struct app_request *next, **link;
};

/* A request that failed before it was sent: answered after the effects have been carried out. */
struct app_failure {
	struct req req;
	struct sd_err err;
};

struct app {
	const struct app_start *start;
	struct sd_loop *loop;
	struct term *term; /* NULL: plain */
	struct line *line; /* the plain console; NULL: there is a screen */
	struct theme *theme;
	bool theme_auto; /* follows the background of the terminal */
	struct surface *surface;
	struct sd_db *db;
	struct sd_db *aside; /* the second line; NULL: not needed now */
	int aside_timer;     /* until it is closed */
	struct model *model;
	struct effects *fx;
	char *state_dir, *drafts_dir, *host, *history;
	struct sd_outbox *outbox;
	struct sd_err draft_err; /* why drafts cannot be kept */
	int watch;               /* of the terminal in the loop */
	struct app_timer timers[TIMER_IDS];
	int lay_timer;         /* more of a long ticket is laid out in the next turn */
	int esc_timer, esc_ms; /* how long the rest of an Esc is waited for */
	struct app_request *requests;
	int outstanding; /* requests but feed and tick */
	struct app_failure *failed;
	size_t nfailed, capfailed;
	bool performing;
	bool trimmed; /* what the start left behind was given back */
	bool ever_ready;
	int exit_status;
	struct sd_err exit_err;

	/* the editor */
	pid_t editor;
	pid_t unlock;                  /* who looks whether it may be unlocked; 0: nobody */
	enum lock_how lock_how;        /* settled when it locks: a lost connection opens nothing */
	struct sigaction on_interrupt; /* before it */
	char *editor_file, *editor_text;

	struct app_save *save; /* an attachment on its way into a file; NULL: none */

	/* test hook: a line each time the program is idle */
	int idle_fd;
	long idle_count;
	bool worked;

	/* crash path: only written */
	char *crash_path, *crash_beside, *crash_bytes;
	size_t crash_n;
	const void *crash_form; /* what they were made of: the form, and how often anything was typed by then */
	unsigned crash_typed;
	bool crash_saved;
};

void app_perform(struct app *app); /* carries out what the model wants; then paints at the end of the turn */
void app_begin(struct app *app);   /* before the model is called */
void app_requests_drop(struct app *app);
void app_aside_close(struct app *app);
void app_quit(struct app *app, int status);
void app_paint_mode(struct app *app, bool on);                      /* the terminal is ours, or somebody else's */
bool app_is_idle(const struct app *app);                            /* nothing is under way, nothing is due soon */
void app_toast(struct app *app, enum element el, const char *text); /* a message of the app itself */
void app_theme(struct app *app, const char *name);                  /* "auto": dark, or light once the terminal has said so */
/* unlock.c */
void app_lock(struct app *app);
void app_unlock(struct app *app, const char *word);
void app_unlock_done(struct app *app);

/* session_file.c */
void app_session_load(struct app *app);
void app_session_save(struct app *app);

void app_set(struct app *app, const char *name, const char *value); /* for this session */
void app_background(struct app *app, bool light);                   /* it has */

/* external.c */
void app_editor(struct app *app, const char *text);
void app_editor_done(struct app *app);
void app_browse(struct app *app, const char *link); /* by the program of the option browser, beside the console */
void app_suspend(struct app *app);

/* save.c */
/* to "": its own name, here; sql: gives chunk $2 of file $1 in hex; NULL: of the attachment of a ticket */
void app_save(struct app *app, int64_t id, int64_t size, const char *name, const char *to, const char *sql);
void app_save_drop(struct app *app, bool keep);

/* escape.c */
int app_escape_ms(const struct sd_cfg *cfg); /* the option, else 25, over SSH 50 */

/* history.c */
void app_history_load(struct app *app);
void app_history(struct app *app, const char *line); /* with its mark */

/* clipboard.c */
void app_copy(struct app *app, const char *text, const char *what, const char *path); /* path NULL: to the clipboard */

/* crash.c */
void app_crash_arm(struct app *app);    /* handlers in place */
void app_crash_update(struct app *app); /* what to write if we die now */
void app_crash_disarm(void);

#endif
