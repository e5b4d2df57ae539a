/* Journeys through the CMDB: from a ticket by one key to what its item touches, a ticket from an item, an item onto a ticket, and
 * every way back. */
#include "tests/lib/testlib.h"
#include "tests/pty/console.h"

#include <stdio.h>
#include <string.h>

static const char *with_item, *without;

static void fill(void)
{
	desk_sql("insert into desk.ci(ident, name, class, criticality) values ('server:db1', 'db1', 'server', 1), "
			 "('server:web1', 'web1', 'server', null), ('server:web2', '网站二', 'server', null), "
			 "('business_service:shop', 'Shop', 'business_service', 1);"
			 "insert into desk.ci_link(from_id, type, to_id, since) select f.id, v.t, g.id, desk.now() from (values "
			 "('server:web1', 'depends_on', 'server:db1'), ('server:web2', 'depends_on', 'server:db1'), "
			 "('server:web1', 'provides', 'business_service:shop'), ('server:db1', 'depends_on', 'server:web2')) v(f, t, g) "
			 "join desk.ci f on f.ident = v.f join desk.ci g on g.ident = v.g");
	without = desk_ticket("Nobody knows what is broken");
	with_item = desk_ticket("The shop is slow");
	desk_ok(NULL, "ticket act %s edit ci=server:db1", with_item);
}

static void test_impact(void **state)
{
	struct pty *p = console_start((struct pty_opts){.cols = 100, .rows = 30}, NULL);

	(void)state;
	press(p, "g 4");
	pty_until(p, "The shop is slow");
	press(p, "#");
	type(p, with_item);
	press(p, "Enter");
	pty_until(p, "db1");
	press(p, "D"); /* one key */
	pty_until(p, "What suffers if it fails: 3 items");
	pty_until(p, "Services (1): Shop");
	pty_until(p, "网站二");
	press(p, "Tab"); /* cycles are legal: web2 needs db1, and db1 needs web2 */
	pty_until(p, "What it needs: 1 item");
	press(p, "Tab 1");
	pty_until(p, "depth 1");
	press(p, "/");
	type(p, "网站");
	press(p, "Enter Enter"); /* from item to item */
	pty_until(p, "server:web2");
	press(p, "[");
	pty_until(p, "depth 1");
	press(p, "Esc"); /* back to the very ticket */
	pty_until(p, "The shop is slow");
	pty_gone(p, "What suffers");
	quit(p);
}

static void test_ticket_and_item(void **state)
{
	struct pty *p = console_start((struct pty_opts){.cols = 100, .rows = 30}, NULL);

	(void)state;
	press(p, "g 4");
	pty_until(p, "Nobody knows");
	press(p, "#");
	type(p, without);
	press(p, "Enter");
	pty_until(p, "Nobody knows");
	press(p, "D"); /* it has none: one is chosen by some letters */
	pty_until(p, "Item: letters");
	type(p, "wb1");
	pty_until(p, "web1");
	press(p, "Enter");
	pty_until(p, "What suffers if it fails: 1 item");
	press(p, "i"); /* and the ticket is about it from now on */
	pty_until(p, "1 open");
	assert_string_equal(
		desk_ask("select count(*) from desk.ticket t join desk.ci c on c.id = t.ci_id where c.ident = 'server:web1'"), "1");
	press(p, "C"); /* a ticket from it */
	pty_until(p, "New: ");
	pty_until(p, "web1");
	press(p, "Tab");
	type(p, "Opened from its item");
	press(p, "Ctrl-s");
	pty_gone(p, "New: ");
	press(p, "F5");
	pty_until(p, "Opened from its item");
	assert_string_equal(
		desk_ask("select count(*) from desk.ticket t join desk.ci c on c.id = t.ci_id where c.ident = 'server:web1'"), "2");
	quit(p);
}

static int start(void **state)
{
	if (desk_start(state) != 0)
		return 1;
	fill();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_impact), cmocka_unit_test(test_ticket_and_item)};
	return TEST_MAIN_WITH(tests, start, desk_stop);
}
