/* Wrapped, styled text with a current line, scrolling, search and foldable groups (the ticket's timeline). The content is rebuilt
 * with begin/add/end; fold states, scroll place and current line survive by key. */
#ifndef TUI_WIDGET_TEXTVIEW_H
#define TUI_WIDGET_TEXTVIEW_H

#include "tui/widget/widget.h"

struct tv_span {
	enum element element;
	const char *text; /* clean; may hold LF */
};

struct tv_par;
struct tv_line;
struct tv_fold {
	uint64_t key;
	bool folded;
};
struct sd_arena;
struct sd_str;

struct textview {
	struct sd_arena *mem;      /* paragraphs */
	struct sd_arena *wrap_mem; /* lines of the current width */
	struct tv_par *par;
	size_t npars, cappars;
	struct tv_line *line;
	size_t nlines, caplines;
	int *vis; /* indexes of the lines that are not folded away */
	size_t nvis, capvis;
	struct tv_fold *fold; /* kept over rebuilds */
	size_t nfolds, capfolds;
	int wrapped; /* width the lines were made for; 0 = none */
	/* Long content is made and wrapped as far as somebody looks: laid paragraphs have their lines, and more() adds further ones.
	 */
	size_t laid;
	bool (*more)(void *arg);
	void *more_arg;
	size_t made, rest; /* pieces more() has added and will add, for the scroll bar */
	struct scroll scroll;
	struct motion_keys keys;
	uint64_t group;      /* group being added, 0 = none */
	int group_fold;      /* its fold */
	size_t fold_hint;    /* where the next one is looked for first */
	uint64_t anchor_key; /* paragraph key and line in it of the current line: kept over rebuild, wrap and fold */
	int anchor_line;
	size_t anchor_par; /* the same where the key is 0 */
	char search[256];
	int found, found_nth;      /* lines that matched at the last search, and which of them was gone to */
	size_t found_line, origin; /* the line gone to, and the one typing began at */
};

void textview_init(struct textview *v);
void textview_free(struct textview *v);

void textview_begin(struct textview *v); /* forgets the content, keeps place and folds */
/* One paragraph, wrapped, indent cells from the left (less in a narrow window). Of several spans the first stands in that space
 * if it fits there, as the label of the rest. key identifies it over rebuilds (event id, field number ...); 0 = whatever comes.
 */
void textview_add(struct textview *v, uint64_t key, int indent, enum element e, const char *text);
void textview_spans(struct textview *v, uint64_t key, int indent, const struct tv_span *spans, int n);
void textview_rule(struct textview *v, uint64_t key, const char *title); /* a line across, with a title */
void textview_blank(struct textview *v);
/* A foldable group: its head is always seen, indent (2 or more) cells from the left; what is added until textview_group_end goes
 * when it is folded. folded: its first state. */
void textview_group(struct textview *v, uint64_t key, int indent, enum element e, const char *head, bool folded);
void textview_group_end(struct textview *v);
/* What is not added yet comes from more, which adds a few paragraphs each time it is called, until it returns false: before
 * textview_end. It keeps made and rest up to date. */
void textview_source(struct textview *v, bool (*more)(void *arg), void *arg);
void textview_end(struct textview *v);
/* Makes a little of what nobody has looked at yet; true: there is more of it. */
bool textview_idle(struct textview *v);

enum widget_result textview_move(struct textview *v, enum motion m, int count);
enum widget_result textview_update(
	struct textview *v, const struct key *k); /* motions; Enter or Space folds the group at the cursor */
void textview_draw(struct textview *v, struct region r, bool focus);
const char *textview_text(const struct textview *v);        /* of the current line */
bool textview_sees(const struct textview *v, uint64_t key); /* a line of it is on the screen */
uint64_t textview_key(const struct textview *v);            /* key of the paragraph at the current line */
bool textview_goto(struct textview *v, uint64_t key);
void textview_top(struct textview *v, uint64_t key);   /* goes there and puts it on top of the window */
uint64_t textview_group_key(const struct textview *v); /* of the group the current line is in, 0 = none */
/* Folds or unfolds the groups that are of a kind; of those that are not made yet the owner decides. */
void textview_fold_some(struct textview *v, bool (*is)(uint64_t key), bool folded);
bool textview_fold(struct textview *v, uint64_t key, int how); /* how: 1 fold, 0 unfold, -1 toggle; false: no such group */
void textview_fold_all(struct textview *v, bool folded);
bool textview_folded(const struct textview *v, uint64_t key);

void textview_search_set(struct textview *v, const char *needle);
/* dir: so many matches forward, or backward when negative. typing: from where the search began, which may match itself. Unfolds
 * what it finds. */
bool textview_search(struct textview *v, int dir, bool typing, bool *wrapped);
void textview_search_begin(struct textview *v);           /* typing begins at the current line */
void textview_search_cancel(struct textview *v);          /* ends the search and goes back there */
int textview_matches(const struct textview *v, int *nth); /* at the last search; *nth = the one the cursor is on, 0 = none */
/* Everything that is not folded away, in lines of at most width cells. The next draw lays it out anew. */
void textview_plain(struct textview *v, int width, struct sd_str *out);
const char *textview_position(const struct textview *v, char *buf, size_t size); /* "34%", "top", "end", "all" */

#endif
