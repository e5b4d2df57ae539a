/* A multi-line text editor: grapheme-aware, readline keys, soft wrap, own undo (Ctrl-_ / Alt-u; Alt-r again), kill and yank. */
#ifndef TUI_WIDGET_EDITOR_H
#define TUI_WIDGET_EDITOR_H

#include "svcdesk/mem.h"
#include "tui/widget/widget.h"

struct editor_undo {
	size_t at;
	char *gone, *come; /* what was replaced by what */
	size_t cursor;     /* before */
};

struct editor {
	struct sd_str text; /* clean UTF-8, LF between lines */
	size_t cursor;      /* byte offset of a grapheme's start */
	int goal;           /* column that up and down try to keep; -1 = take the current */
	int top;            /* first visible wrapped line */
	int left;           /* single: first visible cell */
	int width, height;  /* of the last draw */
	struct sd_str kill;
	bool killing;    /* the last key killed: the next kill is appended */
	bool killed;     /* this key did */
	uint32_t prefix; /* 'x' after Ctrl-x */
	bool single;     /* one line: Enter is not for us, pasted line breaks become blanks (lineedit and form use it) */
	bool offered;    /* the text was put there for the person: what is typed first replaces it */
	bool typing;     /* the last change was typing: the next joins its undo */
	size_t limit;    /* bytes; 0 = 1 MiB */
	struct editor_undo *undo;
	size_t nundo, capundo, undone; /* undone: entries beyond the present that redo brings back */
};

void editor_init(struct editor *e, bool single);
void editor_free(struct editor *e);
void editor_set(struct editor *e, const char *text);    /* cleans; cursor at the end; forgets undo */
const char *editor_text(const struct editor *e);        /* never NULL; valid until the next change */
void editor_insert(struct editor *e, const char *text); /* at the cursor, as if pasted */
void editor_erase_back(struct editor *e, size_t n);     /* so many bytes before the cursor */
bool editor_empty(const struct editor *e);              /* nothing but blanks */

/* CHANGED, HANDLED (moved), SUBMIT (Ctrl-s or Alt-Enter), CANCEL (Esc), EXTERNAL (Ctrl-x e), IGNORED (Tab, Up at the top of a
 * single line ...) */
enum widget_result editor_update(struct editor *e, const struct key *k);
void editor_draw(struct editor *e, struct region r, enum element el, bool focus);

#endif
