/* What the model does with the knowledge base: opens it, follows links, writes articles, moves them through their states, links
 * them with the ticket one came from. The pane is tui/pane/kb.h. */
#ifndef TUI_APP_KB_H
#define TUI_APP_KB_H

#include <jansson.h>
#include "tui/app/model.h"

struct act;
struct kb;
struct merge;

bool kb_shown(const struct model *m);
struct kb *kb_pane(const struct model *m);
/* g k: the list, or what was read last; from a ticket it is remembered which. */
void kb_open(struct model *m, struct effects *fx);
/* Shows an article, from wherever one is; version NULL: what readers get. */
void kb_open_article(struct model *m, const char *number, const char *version, struct effects *fx);
/* A key of the pane; false: not its business. */
bool kb_act(struct model *m, enum action a, struct effects *fx);
bool kb_back(struct model *m, struct effects *fx);                           /* Esc: one layer; false: further */
void kb_filter_typed(struct model *m, const char *text, struct effects *fx); /* NULL: given up, all are shown */
void kb_taken(struct model *m, const struct answer *a, struct effects *fx);  /* of REQ_KB */
void kb_menu_key(struct model *m, struct overlay *o, const struct key *k, struct effects *fx);
/* Words of the palette: kb [NUMBER [VERSION]], link NUMBER. */
void kb_command(struct model *m, const char *rest, struct effects *fx);
void kb_link_command(struct model *m, const char *rest, struct effects *fx);

/* Why not; NULL: possible. */
const char *kb_reads_off(const struct model *m);
const char *kb_writes_off(const struct model *m);
const char *kb_edit_off(const struct model *m);
const char *kb_attach_off(const struct model *m);
const char *kb_ticket_off(const struct model *m);

/* -- forms: kb_form.c -- */
enum kb_what {
	KB_DO_NEW,
	KB_DO_EDIT,
	KB_DO_FIELDS,
	KB_DO_STEP,
	KB_DO_FEEDBACK,
	KB_DO_ATTACH,
	KB_DO_QUOTE,
	KB_DO_FIND,
	KB_DO_PICK,
	KB_DO_SAVE, /* from here on: kb_tools.c */
	KB_DO_DETACH,
	KB_DO_ANSWER,
	KB_DO_CHECK
};
struct kb_form {
	struct form form;
	enum kb_what what;
	char *number, *base, *verb; /* base: the version its writer has before him; verb: of KB_DO_STEP, else the id it is about */
	char *theirs;               /* the version it clashed with */
	char **was;                 /* value of each field at the beginning */
	char op[SD_UUID_TEXT];
	bool saved;  /* what stands in it is in the draft */
	bool ctrl_x; /* was the last key: d behind it throws the draft away */
	int saves;
};
void kb_form_new(struct model *m, struct effects *fx);
void kb_form_edit(struct model *m, struct effects *fx);
void kb_after(struct model *m, struct effects *fx); /* an answer has come to the board: a draft that waited for it is opened */
void kb_form_fields(struct model *m);
void kb_form_step(struct model *m, const char *verb, bool reason);
void kb_form_feedback(struct model *m);
void kb_form_attach(struct model *m);
void kb_form_free(struct kb_form *f);
void kb_form_draw(struct kb_form *f, struct region r);
void kb_form_key(struct model *m, struct kb_form *f, const struct key *k, struct effects *fx);
void kb_form_keep(struct model *m, struct kb_form *f, struct effects *fx);             /* into its draft */
char *kb_form_json(const struct kb_form *f);                                           /* what is to be saved; malloc'ed */
void kb_edited(struct model *m, const char *text, struct effects *fx);                 /* $EDITOR has ended */
void kb_resume(struct model *m, const char *key, int64_t article, struct effects *fx); /* a draft is opened */
char *kb_draft_key(const struct model *m, struct sd_arena *a, const char *number);     /* "": of a new one */
struct kb_form *kb_form_waiting(const struct model *m, enum kb_what what);
struct kb_form *kb_form_begin(struct model *m, enum kb_what what, const char *number, const char *base, const char *title);
void kb_form_show(struct model *m, struct kb_form *f); /* on top; only what differs from now on is a change */
/* What kb_taken reads: the columns of a call r that answers like an act. */
#define KB_ANSWER "select r->'error'->>'id', r->'error'->>'args', r->'error'->>'text', r->'error'->>'field', r::text from "
void kb_form_send(enum kb_what what, const char *sql, int n, const char *const *params, struct effects *fx);
/* Sends what was written; base: the version it is meant for. */
void kb_save(struct model *m, const char *number, const char *fields, const char *base, enum kb_what what, struct effects *fx);
void kb_step(struct model *m, const char *number, const char *verb, const char *args, struct effects *fx);

/* -- fields that are picked by some letters: kb_pick.c -- */
bool kb_picks(const char *field);
json_t *kb_pick_value(const struct form *f, const struct form_field *field); /* as it is sent */
bool kb_pick_timer(struct model *m, struct effects *fx);                     /* false: no form of an article is on top */
void kb_pick_rows(struct model *m, const struct answer *a, struct effects *fx);

/* -- files, checklist, answers: kb_tools.c -- */
enum kb_menu { KB_MENU_OUTLINE, KB_MENU_VERSIONS, KB_MENU_COMPARE, KB_MENU_STEPS, KB_MENU_COPY, KB_MENU_FILES, KB_MENU_ANSWERS };
struct overlay *kb_menu(struct model *m, enum kb_menu what, const char *title);
const char *kb_files_off(const struct model *m);
const char *kb_answer_off(const struct model *m);
void kb_files(struct model *m, struct effects *fx);
void kb_file_form(struct model *m, int i, bool gone, struct effects *fx); /* file i is saved, or removed */
void kb_answers(struct model *m, struct effects *fx);
void kb_answer_form(struct model *m, int i, struct effects *fx);
void kb_check_form(struct model *m);
bool kb_tool_submit(struct model *m, struct kb_form *f, struct effects *fx); /* true: an answer comes */

/* -- links and quoting: kb_follow.c -- */
void kb_follow(struct model *m, int n, struct effects *fx); /* n: of the link; 0: the chosen one */
void kb_copy(struct model *m, struct effects *fx);
void kb_copy_what(struct model *m, int what, struct effects *fx);
void kb_to_ticket(struct model *m, struct effects *fx);
void kb_quote(struct model *m, struct effects *fx);
void kb_found(struct model *m, const char *number, struct effects *fx); /* the page a link leads to; NULL: there is none */
void kb_quoted(struct model *m, const char *json, struct effects *fx);

/* -- two who wrote at once: kb_merge.c -- */
/* Opens the merge of a save that was refused with kb_conflict; args: of the refusal. False: there is no room for it. */
bool kb_conflict(struct model *m, struct kb_form *f, const char *args, struct effects *fx);
void kb_merged(struct model *m, struct act *act, struct merge *g, struct effects *fx); /* all is decided: it is saved */
void kb_merge_left(struct model *m, struct act *act, struct merge *g, struct effects *fx);

#endif
