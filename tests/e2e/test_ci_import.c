/* An estate through the command line: imported, imported again, dry; impact as worked out from the files alone. With --data
 * FOLDER over both whole estates. */
#include "tests/e2e/desk.h"
#include "tests/e2e/graph.h"
#include "tests/lib/testlib.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *data;

static int people(void **state)
{
	int rc = desk_start(state);
	if (rc)
		return rc;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	return 0;
}

static char *file(const char *name, const char *text)
{
	return desk_file(name, text, strlen(text));
}

/* "added changed returned vanished unchanged left_out" */
static const char *counts(const json_t *r, const char *what)
{
	static char out[200];
	const json_t *n = at(r, what);
	snprintf(out, sizeof out, "%ld %ld %ld %ld %ld %ld", number(n, "added"), number(n, "changed"), number(n, "returned"),
		number(n, "vanished"), number(n, "unchanged"), number(n, "left_out"));
	return out;
}

/* "file:line:column id", in the order of the report */
static const char *problems(const json_t *r)
{
	static char out[2000];
	size_t i;
	json_t *p;
	out[0] = 0;
	json_array_foreach(at(r, "problems"), i, p)
	{
		const char *path = text(p, "file"), *slash = strrchr(path, '/');
		long column = json_is_null(at(p, "column")) ? 0 : number(p, "column");
		size_t n = strlen(out);
		snprintf(out + n, sizeof out - n, "%s%.2s:%ld:%ld", n ? " " : "", slash ? slash + 1 : path, number(p, "line"), column);
		assert_true(strlen(text(p, "reason")) > 5);
	}
	return out;
}

static void test_small(void **state)
{
	(void)state;
	char *a = file("a.csv", "\xef\xbb\xbfname,class,ci_id,port,critical,state,checked\r\n"
							"web,Web Site,w:1,443,yes,live,2026-01-02\r\n"
							"\"base, the \"\"old\"\" one\",database,d:1,5432,no,,2026-01-03\r\n"
							"disk,disk,k:1,,,,\r\n");
	char *b = file("b.csv", "target,type,source,note\nd:1,depends_on,w:1,x\nk:1,depends_on,d:1,\nw:1,Looks At,k:1,\n");
	char *a2 = file("a2.csv", "ci_id,class,name,port,critical,state,checked\nw:1,web_site,web,8443,no,live,2026-01-02\n"
							  "d:1,database,\"base, the \"\"old\"\" one\",5432,no,,2026-01-03\nn:1,disk,new,,,,\n");
	char *b2 = file("b2.csv", "source,type,target\nw:1,depends_on,d:1\nd:1,depends_on,n:1\n");

	desk_refused("anna", 4, "ci_import_role", "ci import %s", a);
	desk_refused("rosa", 4, "ci_import_role", "ci import %s", a);
	json_t *dry = desk_ok(NULL, "ci import %s --relations %s --dry-run", a, b);
	assert_true(json_is_false(at(dry, "written")));
	desk_refused(NULL, 3, "no_ci", "ci impact w:1");
	json_t *r = desk_ok(NULL, "ci import %s --relations %s", a, b);
	assert_string_equal(counts(r, "cis"), "3 0 0 0 0 0");
	assert_string_equal(counts(r, "relations"), "3 0 0 0 0 0");
	/* the dry run said the same */
	json_object_set_new(r, "written", json_false());
	json_object_set_new(r, "dry_run", json_true());
	assert_true(json_equal(r, dry));
	assert_string_equal(text(r, "declared.classes.0"), "disk");
	assert_string_equal(text(r, "declared.classes.1"), "web_site");
	assert_string_equal(text(r, "declared.types.0"), "looks_at");
	assert_string_equal(desk_ask("select string_agg(class || '.' || attr || ' ' || type, ', ' order by class, attr) from "
								 "desk.ci_attr where class in ('web_site', 'disk')"),
		"web_site.checked date, web_site.critical bool, web_site.port int, web_site.state text");
	assert_string_equal(
		desk_ask("select name || '|' || (attrs->>'port') from desk.ci where ident = 'd:1'"), "base, the \"old\" one|5432");
	assert_string_equal(problems(r), "b.:1:4");
	r = desk_ok(NULL, "ci import %s --relations %s", a, b);
	assert_string_equal(counts(r, "cis"), "0 0 0 0 3 0");
	assert_string_equal(counts(r, "relations"), "0 0 0 0 3 0");
	assert_int_equal(json_array_size(at(r, "changes.cis")) + json_array_size(at(r, "changes.relations")), 0);
	/* changed, gone, new; of another file of the same source */
	r = desk_ok(NULL, "ci import %s --relations %s", a2, b2);
	assert_string_equal(text(r, "source"), "a");
	assert_string_equal(counts(r, "cis"), "1 1 0 1 1 0");
	assert_string_equal(counts(r, "relations"), "1 0 0 2 1 0");
	const json_t *changed = at(r, "changes.cis.0.changes");
	assert_string_equal(text(r, "changes.cis.0.id"), "w:1");
	assert_int_equal(json_array_size(changed), 3); /* port, critical, and what follows from that */
	char *both = json_dumps(changed, JSON_SORT_KEYS | JSON_COMPACT);
	assert_non_null(strstr(both, "{\"attr\":\"port\",\"new\":8443,\"old\":443}"));
	free(both);
	assert_string_equal(
		desk_ask("select gone_at is not null from desk.ci_report r join desk.ci c on c.id = r.ci_id where ident = 'k:1'"), "t");
	/* what was gone comes back */
	r = desk_ok(NULL, "ci import %s --relations %s", a, b);
	assert_string_equal(counts(r, "cis"), "0 1 1 1 1 0");
	assert_string_equal(counts(r, "relations"), "0 0 2 1 1 0");
	/* without a file of links they stay */
	r = desk_ok(NULL, "ci import %s", a);
	assert_true(json_is_null(at(r, "relations")));
	assert_int_equal(number(desk_ok(NULL, "ci impact k:1"), "count"), 2);
	free(a), free(b), free(a2), free(b2);
}

/* What is not seen would make one item pass for another. */
static void test_unseen(void **state)
{
	(void)state;
	char *a = file("u.csv", "ci_id,class,name\nsrv:db,server,db\nsrv:\xe2\x80\x8b"
							"db,server,other\nsrv:x\xe2\x80\xaey,server,xy\nsrv:\xc2\x9bz,server,z\n");
	char *b = file("u-rel.csv", "source,type,target\nsrv:db,depends_on,srv:d\xe2\x80\x8b"
								"b\n");
	json_t *r = desk_ok(NULL, "ci import %s --relations %s", a, b);
	assert_string_equal(counts(r, "cis"), "1 0 0 0 0 3");
	assert_string_equal(counts(r, "relations"), "0 0 0 0 0 1");
	assert_string_equal(problems(r), "u.:3:1 u.:4:1 u.:5:1 u-:2:3");
	assert_string_equal(desk_ask("select string_agg(name, ',') from desk.ci where ident like 'srv:%'"), "db");
	free(a), free(b);
}

static void test_bad_rows(void **state)
{
	(void)state;
	char *a = file("p.csv",
		"ci_id,class,name,bought\nb:1,laptop,one,2026-01-01\n,laptop,two,\nb:1,laptop,again,\nb:2,laptop,\"wide\nname\",\nb:3,!,"
		"x,\n"
		"b:4,laptop,\xff\xfe,\nb:5,laptop,five,soon\nb:6,laptop,six\nb:7,\xe7\xb1\xbb,x,\nb:8,,eight,\nb:9,laptop,\"open,\n");
	char *b = file("q.csv", "source,type,target\nb:1,depends_on,b:2\nb:1,depends_on,b:99\nb:99,depends_on,b:1\nb:1,depends_on,b:"
							"1\nb:1,depends_on,b:2\nb:1,,b:2\nb:1,\xe7\xb1\xbb,b:2\nb:1,depends_on\n");

	json_t *r = desk_ok(NULL, "ci import %s --relations %s --source bad", a, b);
	assert_string_equal(counts(r, "cis"), "2 0 0 0 0 9");
	assert_string_equal(counts(r, "relations"), "1 0 0 0 0 7");
	assert_string_equal(problems(r),
		"p.:3:1 p.:4:1 p.:7:2 p.:8:3 p.:9:4 p.:10:0 p.:11:2 p.:12:2 p.:13:0 q.:3:3 q.:4:1 q.:5:3 q.:6:0 q.:7:2 q.:8:2 q.:9:0");
	const char *out = desk_run(NULL, NULL, "ci import %s --relations %s --source bad", a, b)->out;
	assert_non_null(strstr(out, "16 rows were left out, the rest went in."));
	assert_non_null(strstr(out, "p.csv, line 9, column 4 (bought): "));
	free(a), free(b);
	/* a file that cannot be one of items says so, and nothing is written */
	char *none = file("n.csv", "name,class\nx,laptop\n"), *empty = file("e.csv", ""), *links = file("l.csv", "a,b\n");
	desk_refused(NULL, 2, "ci_header", "ci import %s", none);
	desk_refused(NULL, 2, "header_missing", "ci import %s", empty);
	desk_refused(NULL, 2, "ci_header", "ci import %s --relations %s", links, links);
	desk_refused(NULL, 3, "file_open", "ci import nowhere.csv");
	/* one of no items takes none away unless that is what is said */
	char *bare = file("b.csv", "ci_id,class,name\n");
	desk_refused(NULL, 2, "ci_none", "ci import %s", bare);
	assert_string_equal(counts(desk_ok(NULL, "ci import %s --source bad --dry-run", bare), "cis"), "0 0 0 2 0 0");
	free(none), free(empty), free(links), free(bare);
}

/* Rows that say nothing of what they are about: then nobody knows what is gone. */
static void test_unsure(void **state)
{
	(void)state;
	char *a = file("u.csv", "ci_id,class,name,x\nu:1,laptop,one,\nu:2,laptop,two,\nu:3,laptop,three,\n");
	char *part = file("u2.csv", "ci_id,class,name\nu:1,laptop\nu:2,laptop,two\n");
	char *broken = file("u3.csv", "ci_id,class,name\nu:1,laptop,\"one\nu:2,laptop,two\n");
	desk_ok(NULL, "ci import %s --source unsure", a);
	json_t *r = desk_ok(NULL, "ci import %s --source unsure", broken);
	assert_string_equal(counts(r, "cis"), "0 0 0 0 1 1");
	assert_true(json_is_true(at(r, "vanished_not_marked")));
	r = desk_ok(NULL, "ci import %s --source unsure", part);
	assert_string_equal(counts(r, "cis"), "0 0 0 1 1 1"); /* of u:1 there is a row */
	/* another source has nothing to say of these */
	r = desk_ok(NULL, "ci import %s --source other", part);
	assert_string_equal(counts(r, "cis"), "0 0 0 0 1 1");
	free(a), free(part), free(broken);
}

/* Who is believed: what people wrote stays, and the report says so. */
static void test_ranks(void **state)
{
	(void)state;
	char *a = file("r.csv", "ci_id,class,name,model\nr:1,laptop,ranked,A\n");
	char *b = file("r2.csv", "ci_id,class,name,model\nr:1,laptop,ranked,B\n");
	desk_ok(NULL, "ci import %s --source ranks", a);
	desk_sql("select desk.ci_set('r:1', '{\"model\": \"Mine\"}')");
	json_t *r = desk_ok(NULL, "ci import %s --source ranks", b);
	assert_string_equal(counts(r, "cis"), "0 0 0 0 1 0");
	assert_int_equal(number(r, "kept"), 1);
	assert_string_equal(desk_ask("select attrs->>'model' from desk.ci where ident = 'r:1'"), "Mine");
	free(a), free(b);
}

/* ---- impact against the graph ---- */

static void compare(const struct graph *g, const char *from, bool up, const char *list, int most, int *depth)
{
	char options[200] = "", words[160];
	size_t found = graph_impact(g, from, up, list, most, depth), i;
	json_t *o;

	if (list) {
		snprintf(words, sizeof words, "%s", list);
		for (char *p = words; (p = strchr(p, ' '));)
			*p = ',';
		snprintf(options, sizeof options, " --types %s", words);
	}
	if (most >= 0)
		snprintf(options + strlen(options), sizeof options - strlen(options), " --depth %d", most);
	json_t *r = desk_ok(NULL, "ci impact '%s' --direction %s%s", from, up ? "up" : "down", options);
	assert_int_equal(json_object_size(r), 3); /* ci, count, cis: the contract */
	if (number(r, "count") != (long)found || json_array_size(at(r, "cis")) != found)
		fail_msg("%s %s%s: the desk has %ld, the graph %zu", from, up ? "up" : "down", options, number(r, "count"), found);
	json_array_foreach(at(r, "cis"), i, o)
	{
		size_t k = graph_find(g, text(o, "id"));
		if (k == graph_size(g) || depth[k] != number(o, "depth"))
			fail_msg("%s %s%s: %s is at %ld", from, up ? "up" : "down", options, text(o, "id"), number(o, "depth"));
	}
}

static void compare_all(const struct graph *g, const char *from, int *depth)
{
	static const char *const lists[] = {
		NULL, "depends_on", "depends_on requires provides", "located_in member_of runs_role includes", "owned_by built_from"};
	for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
		for (int way = 0; way < 2; way++)
			compare(g, from, way, lists[k], k % 2 ? 2 : -1, depth);
	compare(g, from, false, NULL, 1, depth);
}

/* A random estate, of which the files are written here. */
static void test_random(void **state)
{
	(void)state;
	static const char *const kinds[] = {"depends_on", "requires", "located_in", "includes", "runs_role", "provides",
		"published_as", "member_of", "owned_by", "recommends", "breaks", "conflicts_with", "built_from"};
	enum { ITEMS = 120, LINKS = 260 };
	char *cis = calloc(1, 64 * ITEMS), *links = calloc(1, 64 * LINKS), *p = cis;
	static bool there[13][ITEMS][ITEMS];
	unsigned seed = 20260105;

	p += sprintf(p, "ci_id,class,name\n");
	for (int i = 0; i < ITEMS; i++)
		p += sprintf(p, "g:%d,server,g%d\n", i, i);
	p = links + sprintf(links, "source,type,target\n");
	for (int i = 0; i < LINKS; i++) {
		seed = seed * 1103515245u + 12345u;
		unsigned a = (seed >> 8) % ITEMS, t = (seed >> 20) % 13;
		seed = seed * 1103515245u + 12345u;
		unsigned b = (seed >> 8) % (i % 3 ? ITEMS : 7);
		if (a == b || there[t][a][b])
			continue;
		there[t][a][b] = true;
		p += sprintf(p, "g:%u,%s,g:%u\n", a, kinds[t], b);
	}
	char *a = file("g.csv", cis), *b = file("h.csv", links);
	assert_int_equal(number(desk_ok(NULL, "ci import %s --relations %s --source graph", a, b), "cis.added"), ITEMS);
	struct graph *g = graph_read(b);
	int *depth = calloc(graph_size(g), sizeof *depth);
	for (size_t i = 0; i < graph_size(g); i += 37)
		compare_all(g, graph_name(g, i), depth);
	compare_all(g, "g:1", depth);
	free(depth);
	graph_free(g);
	free(a), free(b), free(cis), free(links);
}

static void test_tree(void **state)
{
	(void)state;
	char *a =
		file("t.csv", "ci_id,class,name\nt:room,site,Room 1\nt:host,server,host\nt:app,application,app\nt:site,web_site,site\n");
	char *b = file("t2.csv", "source,type,target\nt:host,located_in,t:room\nt:app,runs_on,t:host\nt:site,depends_on,t:app\n");
	desk_ok(NULL, "ci import %s --relations %s --source tree", a, b);
	assert_string_equal(desk_run(NULL, NULL, "ci impact 'room 1'")->out,
		"What suffers when t:room fails: 3\n  t:host  (server)\n    t:app  (application)\n      t:site  (web_site)\n");
	assert_string_equal(desk_run(NULL, NULL, "ci impact t:site --direction up --limit 1")->out,
		"What t:site needs: 3\n  t:app  (application)\n  the nearest 1 of 3\n");
	/* whom that reaches */
	desk_ok("anna", "ticket new 'subject=It is slow' category=General ci=t:app");
	json_t *reach = desk_ok("anna", "ci reach t:room");
	assert_int_equal(number(reach, "count"), 3);
	assert_int_equal(number(reach, "tickets.count"), 1);
	assert_string_equal(text(reach, "tickets.list.0.subject"), "It is slow");
	assert_non_null(strstr(desk_run("anna", NULL, "ci reach t:room")->out, "It is slow"));
	desk_refused(NULL, 2, "usage", "ci impact t:site --direction sideways");
	desk_refused(NULL, 2, "ci_link_type", "ci impact t:site --types wat");
	assert_int_equal(number(desk_ok("anna", "ci impact t:room --limit 1"), "count"), 3);
	desk_refused("rosa", 3, "no_ci", "ci impact t:room");
	free(a), free(b);
}

/* ---- both whole estates ---- */

static void whole(const char *folder, const char *ending, long items, long links, const char *const *from, size_t n)
{
	char path[1000];
	snprintf(path, sizeof path, "%s/%s/relations.csv%s", data, folder, ending);
	struct graph *g = graph_read(path);
	int *depth = calloc(graph_size(g), sizeof *depth);

	for (int again = 0; again < 2; again++) {
		json_t *r = desk_ok(NULL, "ci import %s/%s/cis.csv%s --relations %s", data, folder, ending, path);
		assert_int_equal(number(r, again ? "cis.unchanged" : "cis.added"), items);
		assert_int_equal(number(r, again ? "relations.unchanged" : "relations.added"), links);
		assert_int_equal(json_array_size(at(r, "problems")), 0);
	}
	for (size_t i = 0; i < n; i++)
		compare_all(g, from[i], depth);
	/* and some here and there */
	for (size_t i = 0; i < graph_size(g); i += graph_size(g) / 12)
		compare_all(g, graph_name(g, i), depth);
	free(depth);
	graph_free(g);
}

static void test_whole(void **state)
{
	(void)state;
	static const char *const wikimedia[] = {"site:eqiad", "role:mariadb::core"}, *const debian[] = {
																					 "libc6", "libssl3", "perl", "0ad"};
	if (!data)
		return;
	whole("cmdb-wikimedia", "", 4147, 10636, wikimedia, 2);
	whole("cmdb-debian-packages", ".xz", 97605, 363184, debian, 4);
}

/* Who interrupts the last and longest step, here one that waits for somebody else, is heard at once and told that nothing was
 * written. */
static void test_interrupted(void **state)
{
	(void)state;
	char *a = file("int.csv", "ci_id,class,name\ni:1,server,one\ni:2,server,two\n");
	char *b = file("intrel.csv", "source,type,target\ni:1,depends_on,i:2\n");
	char *fifo = file("hold", "");
	char imports[32];

	snprintf(imports, sizeof imports, "%s", desk_ask("select count(*) from desk.ci_import"));
	const char *said =
		desk_shell("rm '%s'; mkfifo '%s'; psql '%s' -qAt <'%s' >/dev/null & exec 3>'%s'; "
				   "echo 'begin; lock table desk.ci_link in share mode;' >&3; "
				   "until [ \"$(psql '%s' -qAt -c \"select count(*) from pg_locks where granted and mode = 'ShareLock' "
				   "and relation = 'desk.ci_link'::regclass\")\" = 1 ]; do :; done; "
				   "'%s' --dir '%s' ci import '%s' --relations '%s' --source int --json 2>/dev/null >'%s.out' & p=$!; "
				   "until [ \"$(psql '%s' -qAt -c \"select count(*) from pg_locks where not granted and "
				   "relation = 'desk.ci_link'::regclass\")\" = 1 ]; do :; done; "
				   "kill -INT $p; wait $p; echo $? $(cat '%s.out' | tr -d '\\n'); exec 3>&-; wait",
			fifo, fifo, desk_dba(), fifo, fifo, desk_dba(), desk_program(), desk_dir(), a, b, fifo, desk_dba(), fifo);
	assert_non_null(strstr(said, "\"id\":\"interrupted\""));
	assert_true(said[0] > '0' && said[0] <= '9');
	assert_string_equal(desk_ask("select count(*) from desk.ci_import"), imports);
	assert_string_equal(desk_ask("select count(*) from desk.ci where ident in ('i:1', 'i:2')"), "0");
	assert_string_equal(desk_ask("select (select count(*) from desk.ci_stage) + (select count(*) from desk.ci_stage_link)"), "0");
	assert_int_equal(number(desk_ok(NULL, "ci import %s --relations %s --source int", a, b), "relations.added"), 1);
	free(a), free(b), free(fifo);
}

int main(int argc, char **argv)
{
	data = argc > 2 && strcmp(argv[1], "--data") == 0 ? argv[2] : NULL;
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_small), cmocka_unit_test(test_unseen),
		cmocka_unit_test(test_bad_rows), cmocka_unit_test(test_unsure), cmocka_unit_test(test_ranks),
		cmocka_unit_test(test_random), cmocka_unit_test(test_tree), cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_whole)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ci import", tests, people, desk_stop);
}
