/* A parsed Markdown text and the parts that make and lay it out. */
#ifndef CORE_TEXT_MARKDOWN_INT_H
#define CORE_TEXT_MARKDOWN_INT_H

#include "svcdesk/markdown.h"
#include "svcdesk/mem.h"

/* Text in one style. Clean; a LF in it is where the source breaks its line, which only means a blank. */
struct md_run {
	const char *text;
	int style, link;
	bool brk; /* no text: the line ends here */
};

enum md_type { MD_DOC, MD_PARA, MD_QUOTE, MD_LIST, MD_ITEM, MD_TITLE, MD_CODE, MD_HTML, MD_RULE, MD_TABLE, MD_ROW, MD_CELL };
enum md_side { MD_LEFT, MD_CENTER, MD_RIGHT };

struct md_block {
	enum md_type type;
	struct md_block *first, *last, *next, *parent;
	int nchildren;
	struct md_run *run; /* of paragraphs, titles, cells, HTML */
	size_t nruns;
	int number; /* of the block, in the order of the text */
	int level;  /* title: 1 to 6; title and code: its number in which */
	int which;
	bool loose, ordered; /* list */
	unsigned start;
	int task;          /* item: 0 none, 1 open, 2 done */
	enum md_side side; /* cell */
	bool head;         /* row */
	bool open;         /* a paragraph that text without a block of its own goes to */
};

struct sd_md {
	struct sd_arena *a;
	struct md_block *doc;
	struct sd_md_link *link;
	size_t nlinks, link_cap;
	struct sd_md_heading *heading;
	size_t nheadings, heading_cap;
	struct sd_md_code *code;
	size_t ncodes, code_cap;
};

/* markdown_source.c: what is made simpler before the parser sees it: clean text in which references to other pages are plain
 * links, footnotes stay text, and nothing is nested or long without end. front: bytes of a head between --- lines, with them. */
void md_source(struct sd_str *out, const char *text, size_t n, size_t *front);
/* The character an entity stands for, appended; one that is not known as it is written. */
void md_entity(struct sd_str *out, const char *s, size_t n);

/* markdown_wrap.c: a line as it is broken. */
struct md_glyph {
	const char *s;
	unsigned char len, width;
	unsigned char kind; /* enum md_kind */
	short style;
	int link;
};
enum md_kind { MD_INK, MD_BLANK, MD_BREAK };
struct md_glyphs {
	struct md_glyph *v;
	size_t n, cap;
};
void md_glyphs_add(struct md_glyphs *g, const struct md_run *run, size_t n, int style); /* style: added to that of each run */
/* The same where a line break ends the line and a tab goes to its stop. */
void md_glyphs_lines(struct md_glyphs *g, const struct md_run *run, size_t n, int style);
void md_glyphs_text(struct md_glyphs *g, const char *text, int style, int link); /* every blank counts */
int md_glyphs_width(const struct md_glyphs *g);                                  /* of the widest line, not wrapped */
/* Calls line(arg, from, to) for each line. hard: blanks at the beginning of a line stay, as in code. */
void md_wrap(const struct md_glyphs *g, int width, bool hard, void (*line)(void *arg, size_t from, size_t to), void *arg);

/* markdown_layout.c: the page under way. */
struct md_prefix {
	const char *first, *rest; /* of the first line and the following ones */
	int cells, style;
	bool used;
};
enum { MD_DEPTH = 24 };
struct md_out {
	const struct sd_md *md;
	struct sd_md_page *page;
	struct sd_arena *a;
	struct sd_md_line *line;
	size_t nlines, line_cap;
	struct sd_md_span *span; /* of the line under way */
	int nspans, span_cap;
	struct md_prefix prefix[MD_DEPTH + 2];
	int nprefix, indent; /* indent: cells of all of them */
	int width;
	bool ascii;
	int code, heading, block; /* of the lines that come */
	struct md_glyphs glyphs;
	size_t *link_line, *heading_line, *code_line;
};
void md_begin(struct md_out *o);                                                         /* a line, with its prefixes */
void md_put(struct md_out *o, const char *text, int cells, int style, int link);         /* text: in the arena or static */
void md_put_glyphs(struct md_out *o, const struct md_glyphs *g, size_t from, size_t to); /* trailing blanks are left out */
void md_pad(struct md_out *o, int cells);
void md_fill(struct md_out *o, const char *glyph, int cells, int style);
void md_end(struct md_out *o);
int md_avail(const struct md_out *o); /* cells between the prefixes and the edge, at least 1 */

/* markdown_table.c */
void md_table(struct md_out *o, const struct md_block *table);

/* wrap.c: what East Asian text may not be broken before and after. */
bool wrap_may_not_start(const char *s, size_t n);
bool wrap_may_not_end(const char *s, size_t n);

#endif
