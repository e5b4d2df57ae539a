/* The knowledge base over the whole screen: the list of articles with a filter, one article to read, the difference of two of its
 * versions. What is done with articles is in tui/app/kb.h. */
#ifndef TUI_PANE_KB_H
#define TUI_PANE_KB_H

#include "svcdesk/kb.h"
#include "svcdesk/markdown.h"
#include "tui/pane/board.h"
#include "tui/widget/list.h"
#include "tui/widget/textview.h"

enum kb_mode { KB_LIST, KB_READ, KB_DIFF };
enum { KB_TRAIL = 32, KB_LIMIT = 300, KB_MORE = 4 };

/* Where a reader was. */
struct kb_place {
	char number[24], version[16];
	uint64_t key; /* of the line */
};

struct kb {
	struct board board; /* first; its page is not used */
	enum kb_mode mode, asked;
	char filter[200]; /* as it was typed */
	int limit;        /* rows that are asked for: more as one comes to the end of them */
	struct sd_kb_list *rows;
	struct list list;
	char number[24], version[16]; /* what is read, or asked for; version "": what readers get */
	char against[16];             /* KB_DIFF: the older version */
	struct sd_kb *a, *older;
	struct sd_md *md;
	struct sd_md_page *page;
	struct textview text;
	int built;   /* width the text was made for; 0: anew */
	int link;    /* chosen; 0: none */
	uint64_t to; /* the line to go to, once it is there; 0: stay */
	bool resume; /* its form is opened as it has come: a draft waits in it */
	bool direct; /* opened at an article: Esc leaves, and does not go to the list */
	struct kb_place trail[KB_TRAIL];
	int ntrail, at; /* at: the place that is shown */
	int64_t ticket; /* the one it was opened from; 0: none */
	char ticket_number[32], ticket_kind[32], ticket_state[32];
	int ticket_version;
	char wanted[256]; /* the page that is looked for */
	const struct session *s;
	struct sd_arena *scratch;
};

struct board *kb_new(void);

/* Shows an article next, from the top; version NULL or "": what readers get. kb_go also keeps the place it comes from. */
void kb_choose(struct kb *k, const char *number, const char *version);
void kb_go(struct kb *k, const char *number, const char *version);
bool kb_trail(struct kb *k, int by); /* back (-1) or forth (1); false: there is nothing */
void kb_list_mode(struct kb *k);
void kb_compare(struct kb *k, const char *older, const char *newer);
void kb_filter(struct kb *k, const char *typed);

const struct sd_kb *kb_article(const struct kb *k); /* what is read; NULL: not there yet, or the list is shown */
const struct sd_kb_row *kb_row(const struct kb *k); /* at the cursor of the list; NULL */
const char *kb_here(const struct kb *k);            /* number of the article acts are for; "": none */
/* The link chosen, or number n of the article (from 1); NULL. */
const struct sd_md_link *kb_link(const struct kb *k, int n);
int kb_links(const struct kb *k);
void kb_link_step(struct kb *k, int dir);
void kb_heading_to(struct kb *k, int n); /* heading n, from 0 */
bool kb_anchor(struct kb *k, const char *slug);
const char *kb_code(const struct kb *k); /* the block of code at the cursor; NULL */
void kb_mouse(struct kb *k, const struct session *s, const struct key *key, struct effects *fx);

/* Words for people. */
const char *kb_state_word(const char *state);
const char *kb_word(const char *word); /* of types, audiences and how sure one is */
const char *kb_field_label(enum sd_kb_field f);
const char *kb_text_label(enum sd_kb_text t);
const char *kb_verb_label(const char *verb);

/* -- parts of the module -- */
void kb_build(struct kb *k, const struct session *s, int width);
void kb_build_diff(struct kb *k);
void kb_draw_article(struct kb *k, const struct session *s, struct region r, bool focus);
enum element kb_element(const struct sd_md_span *s);

#endif
