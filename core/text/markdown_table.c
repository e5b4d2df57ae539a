/* Tables: columns as wide as they need where that fits, else narrowed fairly and wrapped; where even that leaves no room, each
 * row as a list of "title: value". */
#include "core/text/markdown_int.h"

#include <stdlib.h>
#include <string.h>
#include "svcdesk/text.h"

enum { CELL_LEAST = 6, COLUMNS_MOST = 64, GAP = 3 };

struct column {
	int width, natural;
	enum md_side side;
};

/* One line of a wrapped cell. */
struct piece {
	size_t from, to;
};
struct cell {
	struct md_glyphs g;
	struct piece *v;
	size_t n, cap;
};

static void add_piece(void *arg, size_t from, size_t to)
{
	struct cell *c = arg;

	*SD_PUSH(c->v, c->n, c->cap) = (struct piece){from, to};
}

static int natural_width(struct md_out *o, const struct md_block *cell)
{
	o->glyphs.n = 0;
	md_glyphs_add(&o->glyphs, cell->run, cell->nruns, 0);
	return md_glyphs_width(&o->glyphs);
}

static int measure(struct md_out *o, const struct md_block *table, struct column *col)
{
	int n = 0;

	for (const struct md_block *row = table->first; row; row = row->next) {
		int i = 0;

		for (const struct md_block *cell = row->first; cell && i < COLUMNS_MOST; cell = cell->next, i++) {
			int w = natural_width(o, cell);

			if (i == n)
				col[n++] = (struct column){.side = cell->side};
			col[i].natural = w > col[i].natural ? w : col[i].natural;
		}
		if (i == COLUMNS_MOST)
			return COLUMNS_MOST;
	}
	return n;
}

/* Columns below the fair share keep what they need, the others share what is left. */
static void share(struct column *col, int n, int room)
{
	bool settled[COLUMNS_MOST] = {false};
	int left = n;

	for (bool again = true; again && left;) {
		int fair = room / left;

		again = false;
		for (int i = 0; i < n; i++)
			if (!settled[i] && col[i].natural <= fair) {
				settled[i] = again = true;
				col[i].width = col[i].natural < 1 ? 1 : col[i].natural;
				room -= col[i].width;
				left--;
			}
	}
	for (int i = 0; i < n; i++)
		if (!settled[i]) {
			col[i].width = room / left;
			room -= col[i].width;
			left--;
		}
}

static int cells_of(const struct md_glyphs *g, size_t from, size_t to)
{
	int cells = 0;

	while (to > from && g->v[to - 1].kind == MD_BLANK)
		to--;
	for (size_t i = from; i < to; i++)
		cells += g->v[i].width;
	return cells;
}

static void put_cell(struct md_out *o, const struct cell *c, size_t line, const struct column *col)
{
	int cells = line < c->n ? cells_of(&c->g, c->v[line].from, c->v[line].to) : 0;
	int free_cells = col->width > cells ? col->width - cells : 0;
	int before = col->side == MD_RIGHT ? free_cells : col->side == MD_CENTER ? free_cells / 2 : 0;

	md_pad(o, before);
	if (line < c->n)
		md_put_glyphs(o, &c->g, c->v[line].from, c->v[line].to);
	md_pad(o, free_cells - before);
}

/* Returns how many lines the row took. */
static size_t put_row(struct md_out *o, const struct md_block *row, const struct column *col, int n)
{
	struct cell *cells = sd_calloc((size_t)n, sizeof *cells);
	const struct md_block *b = row->first;
	size_t height = 1;

	for (int i = 0; i < n && b; i++, b = b->next) {
		md_glyphs_add(&cells[i].g, b->run, b->nruns, row->head ? SD_MD_STRONG : 0);
		md_wrap(&cells[i].g, col[i].width, false, add_piece, &cells[i]);
		height = cells[i].n > height ? cells[i].n : height;
	}
	for (size_t line = 0; line < height; line++) {
		md_begin(o);
		for (int i = 0; i < n; i++) {
			if (i)
				md_put(o, o->ascii ? " | " : " │ ", GAP, SD_MD_MARK, 0);
			put_cell(o, &cells[i], line, &col[i]);
		}
		md_end(o);
	}
	for (int i = 0; i < n; i++) {
		free(cells[i].g.v);
		free(cells[i].v);
	}
	free(cells);
	return height;
}

static void put_rule(struct md_out *o, const struct column *col, int n)
{
	md_begin(o);
	for (int i = 0; i < n; i++) {
		if (i)
			md_put(o, o->ascii ? "-+-" : "─┼─", GAP, SD_MD_MARK, 0);
		md_fill(o, o->ascii ? "-" : "─", col[i].width, SD_MD_MARK);
	}
	md_end(o);
}

static void put_grid(struct md_out *o, const struct md_block *table, const struct column *col, int n)
{
	bool tall = false;

	for (const struct md_block *row = table->first; row; row = row->next) {
		if (row != table->first && (row->head || tall))
			put_rule(o, col, n);
		tall = put_row(o, row, col, n) > 1;
		if (row->head) {
			put_rule(o, col, n);
			tall = false;
		}
	}
}

struct stacked {
	struct md_out *o;
	const struct md_glyphs *g;
};

static void put_stacked(void *arg, size_t from, size_t to)
{
	struct stacked *s = arg;

	md_begin(s->o);
	md_put_glyphs(s->o, s->g, from, to);
	md_end(s->o);
}

static void put_list(struct md_out *o, const struct md_block *table)
{
	const struct md_block *head = table->first;
	struct stacked s = {o, &o->glyphs};

	for (const struct md_block *row = head->head ? head->next : head; row; row = row->next) {
		const struct md_block *title = head->head ? head->first : NULL;

		if (row != head && row != head->next) {
			md_begin(o);
			md_end(o);
		}
		for (const struct md_block *cell = row->first; cell; cell = cell->next, title = title ? title->next : NULL) {
			if (!cell->nruns)
				continue;
			o->glyphs.n = 0;
			if (title && title->nruns) {
				md_glyphs_add(&o->glyphs, title->run, title->nruns, SD_MD_STRONG);
				md_glyphs_text(&o->glyphs, ": ", SD_MD_MARK, 0);
			}
			md_glyphs_add(&o->glyphs, cell->run, cell->nruns, 0);
			md_wrap(&o->glyphs, md_avail(o), false, put_stacked, &s);
		}
	}
}

void md_table(struct md_out *o, const struct md_block *table)
{
	struct column col[COLUMNS_MOST];
	int n = measure(o, table, col), room = md_avail(o) - GAP * (n - 1), need = 0;

	if (!n)
		return;
	for (int i = 0; i < n; i++)
		need += col[i].natural < CELL_LEAST ? col[i].natural : CELL_LEAST;
	if (n == COLUMNS_MOST || need > room) {
		put_list(o, table);
		return;
	}
	share(col, n, room);
	put_grid(o, table, col, n);
}
