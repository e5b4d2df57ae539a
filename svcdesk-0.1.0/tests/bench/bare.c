/* bare URI: the floor of a console's memory: libpq connected, ncurses started, one row read, one screen drawn. Waits for a key.
 */
#include <libpq-fe.h>
#include <locale.h>
#include <ncurses.h>

int main(int argc, char **argv)
{
	setlocale(LC_ALL, "C.UTF-8");
	PGconn *c = PQconnectdb(argc > 1 ? argv[1] : "");
	PGresult *r = PQexec(c, "select number, subject from desk.ticket order by id limit 1");
	initscr();
	start_color();
	raw();
	keypad(stdscr, TRUE);
	for (int y = 0; y < LINES; y++)
		mvprintw(y, 0, "%s %s", PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) ? PQgetvalue(r, 0, 1) : "-", "x");
	refresh();
	getch();
	endwin();
	PQclear(r);
	PQfinish(c);
	return 0;
}
