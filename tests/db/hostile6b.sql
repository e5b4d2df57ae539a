-- More of who means harm with items and articles: texts that pass for others, counts of customers one does not serve, edits that take back what others did.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('y_beta', '{agent}', p_org => 'Beta', p_home => 'Acme'), tap.add('y_po', '{process_owner}');
create function tap.call(p_login text, p_call text, variadic p text[] default '{}') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select to_jsonb(desk.%s(%s))', p_call, (select string_agg(quote_nullable(x), ', ' order by n) from unnest(p) with ordinality u(x, n))))::jsonb $$;
create function tap.new_ci(p_login text, p jsonb, p_ident text default null) returns jsonb language sql as $$ select tap.as_person(p_login, format('select desk.ci_set(%L, %L, ''manual'', null, true)', p_ident, p))::jsonb $$;
create function tap.save(p_login text, p_number text, p_fields jsonb, p_base text default null) returns jsonb language sql as $$
  select tap.call(p_login, 'kb_save', p_number, p_fields::text, p_base, gen_random_uuid()::text) $$;
create function tap.file(p_login text, f jsonb) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.kb_import(''docs'', %L, true)->''files''->0', jsonb_build_array(jsonb_build_object('path', 'a.md', 'fields', f))))::jsonb $$;
\o

-- ---- texts that pass for others --------------------------------------------------------------------------------------------------------
select is(tap.why(tap.new_ci('t_agent', '{"class": "server", "name": "db"}', 'server:db' || chr(c))), 'input unseen id', 'an ident with U+' || to_hex(c)) from unnest('{8203,8205,8238,8294,155,7,65279,917569,65039,173,847}'::int[]) c;
select is(tap.new_ci('t_agent', '{"class": "server", "name": "db"}', U&'server:\202Ebd')->'error'->'args'->>'codes', 'U+202E', 'the refusal says which');
select is(tap.why(tap.new_ci('t_agent', '{"class": "server", "name": "db"}', 'server:数据库')), 'ok', 'other scripts are idents');
select is(tap.why(tap.new_ci('t_agent', f)), w, f::text) from (values (U&'{"class": "server", "name": "a\200Bb"}'::jsonb, 'input unseen name'), (U&'{"class": "server", "name": "c", "serial": "1\202E2"}', 'input unseen serial'), (U&'{"class": "server", "name": "c", "place": "\0085x"}', 'input unseen place'),
  ('{"class": "server", "name": "c", "place": "a\nb"}', 'input ci_value_line place'), (U&'{"class": "server", "name": "c", "description": "x\2066y"}', 'input unseen description'), (U&'{"class": "server", "name": "\0645\06CC\200C\062E"}', 'ok')) x(f, w);
select is(tap.why(tap.call('t_agent', 'ci_baseline_set', U&'Q1\200B')), 'input unseen baseline', 'a baseline');
select is(tap.why(tap.save('t_agent', null, f)), w, f::text) from (values (U&'{"title": "a\202Eb"}'::jsonb, 'input unseen title'), (U&'{"title": "a", "tags": ["vpn\200B"]}', 'input unseen tags'), (U&'{"title": "a", "tags": "vpn\200B"}', 'input unseen tags'),
  (U&'{"title": "a", "product": "\2067x"}', 'input unseen product'), (U&'{"title": "\26A0\FE0F \0645\06CC\200C\062E", "body": "b"}', 'ok')) x(f, w);

-- ---- an attribute that names an item names it to all who see who has it -----------------------------------------------------------------
select tap.call('y_po', 'ci_attr_set', 'server', 'spare', '{"type": "ref"}') \g /dev/null
select is(tap.why(tap.new_ci('y_po', f)), w, f::text) from (values ('{"class": "server", "name": "r1", "org": "Acme"}'::jsonb, 'ok'), ('{"class": "server", "name": "r2", "org": "Beta", "spare": "r1"}', 'input ci_beyond spare'), ('{"class": "server", "name": "r3", "spare": "r1"}', 'input ci_beyond spare'),
  ('{"class": "server", "name": "r4", "org": "Acme", "spare": "r1"}', 'ok'), ('{"class": "server", "name": "r5"}', 'ok'), ('{"class": "server", "name": "r6", "org": "Beta", "spare": "r5"}', 'ok')) x(f, w);
select is(tap.why(tap.as_person('y_po', format('select desk.ci_set(%L, %L)', c, f))::jsonb), w, c || f) from (values ('r1', '{"org": "Beta"}', 'input ci_beyond org'), ('r1', '{"org": null}', 'ok'), ('r4', '{"org": "Beta"}', 'ok'), ('r5', '{"org": "Acme"}', 'input ci_beyond org'),
  ('r5', '{"org": "Beta"}', 'ok'), ('r6', '{"org": "Acme"}', 'input ci_beyond spare'), ('r6', '{"org": "Acme", "spare": null}', 'ok')) x(c, f, w);

-- ---- fields beside the content, changed by two -------------------------------------------------------------------------------------------
select tap.save('t_agent', null, '{"title": "Two at once", "body": "x", "tags": "a, b", "product": "P"}')->>'number' as kb \gset
select is(tap.save('t_agent', :'kb', '{"tags": "a, b, c", "product": "Q", "was": {"tags": "a, b", "product": "P"}}')->'changed', '["tags", "product"]', 'one changes tags and product');
select is(tap.why(tap.save('y_po', :'kb', '{"product": "R", "was": {"product": "P"}}')), 'conflict kb_conflict product', 'who saw the old product is told');
select is((tap.save('y_po', :'kb', '{"product": "R", "was": {"product": "P"}}')->'error'->'args') - 'at' - 'conflicts', '{"field": "product", "base": "P", "theirs": "Q", "mine": "R", "version": "1.0", "saw": "1.0", "by": "t_agent"}', 'with all three and who it was');
select is(tap.save('y_po', :'kb', '{"tags": "b, d", "was": {"tags": "a, b"}}')->>'ok', 'true', 'tags of both');
select is(tap.call('y_po', 'kb_show', :'kb')->'tags', '["b", "c", "d"]', 'are joined: what one took away is gone, what both added is there');
select is(tap.save('y_po', :'kb', '{"product": "Q", "was": {"product": "P"}}')->'changed', '[]', 'the same change twice is none');
select is(tap.save('y_po', :'kb', '{"product": "R", "owner": "y_po", "was": {"product": "Q", "owner": "nobody"}}')->'changed', '["owner", "product"]', 'who is gone is no conflict');
select is(tap.why(tap.save('y_po', :'kb', '{"product": "S", "was": [1]}')), 'input bad_value was', 'was is an object');
-- a file that comes again does not take back what was set here
select is(tap.file('y_po', '{"title": "F", "body": "one", "audience": "public", "tags": ["x"]}')->>'status', 'added', 'a file');
select tap.save('y_po', 'kb' || (select id from desk.article where path = 'a.md'), '{"audience": "internal", "tags": "x, y"}') \g /dev/null
select is(tap.file('y_po', '{"title": "F", "body": "two", "audience": "public", "tags": ["x", "z"]}')->>'status', 'changed', 'it has changed');
select is((select a.audience || (select string_agg(t.tag, ',' order by t.tag) from desk.article_tag t where t.article_id = a.id) from desk.article a where path = 'a.md'), 'internalx,y,z', 'what was closed here stays closed, tags are joined');
select is(tap.file('y_po', '{"title": "F", "body": "three", "audience": "group", "group": "Network"}')->'error'->'args'->>'field', 'audience', 'a file that says something else of it is in conflict');

-- ---- counts of customers one does not serve ------------------------------------------------------------------------------------------------
\o /dev/null
select tap.save('y_po', null, '{"title": "The quagga", "body": "quagga stripes", "audience": "public"}')->>'number' as q \gset
select tap.call('y_po', 'kb_state', :'q', 'submit'), tap.call('t_admin', 'kb_state', :'q', 'approve');
select tap.do_create('t_agent', '{"subject": "acme", "requester": "t_caller", "category": "General"}') as t1, tap.do_create('t_agent', '{"subject": "beta", "requester": "t_beta", "category": "General"}') as t2, tap.do_create('t_agent', '{"subject": "own", "requester": "y_beta"}') as t3 \gset
select tap.as_person('t_agent', format('select desk.match_use(%s, ''article'', %L, ''applied'')', t, :'q')) from unnest(array[:t1, :t2]) t;
\o
select is(tap.call(l, 'kb_show', :'q')->>'used', w, 'uses that ' || l || ' is told') from (values ('t_agent', '2'), ('y_beta', '1')) x(l, w);
select is(tap.as_person(l, format('select used from desk.kb_list(''{"text": "quagga"}'')')), w, 'in the list, too') from (values ('t_agent', '2'), ('y_beta', '1')) x(l, w);
select is(tap.as_person(l, 'select why->>''used'' from desk.match(''quagga'', ''{"category": "General"}'', 1)'), w, 'and by matching: ' || l) from (values ('t_agent', '2'), ('y_beta', '1')) x(l, w);
select is(tap.as_person('y_beta', format('select count(*) from desk.match_ticket(%s)', :t3)), '0', 'who is staff elsewhere and asked here is shown what is for who asks');
select isnt(tap.as_person('t_agent', format('select count(*) from desk.match_ticket(%s)', :t1)), '0', 'staff of the ticket are shown it');
-- a score that would tell which words stand in what one may not read
create function tap.score(p_login text, p_text text) returns text language sql as $$ select tap.as_person(p_login, format('select score from desk.match(%L, ''{}'', 1)', p_text)) $$;
select tap.score('t_caller', 'quagga hunter2') as before_caller, tap.score('y_beta', 'quagga hunter2') as before_beta \gset
select tap.save('y_po', null, '{"title": "Keys", "body": "the word is hunter2", "audience": "internal", "org": "Acme"}')->>'number' as k \gset
select tap.call('y_po', 'kb_state', :'k', 'submit'), tap.call('t_admin', 'kb_state', :'k', 'approve') \g /dev/null
select is(tap.as_person('t_agent', format('select bool_or(id = %L) from desk.match(''hunter2'', ''{}'', 5)', :'k')), 'true', 'who may read it finds it');
select is(tap.score(l, 'quagga hunter2'), w, l || ' sees no difference') from (values ('t_caller', :'before_caller'), ('y_beta', :'before_beta')) x(l, w);

-- words of others are no patterns
select is(tap.why(tap.new_ci('t_agent', '{"class": "(((a*)*)*)*\\1"}', repeat('a', 60) || ':b')), 'input ci_class class', 'a class is no pattern that an ident is held against');
select is(tap.as_person('t_agent', 'select count(*) from desk.kb_list(''[1]'')'), '5', 'a filter that is none');
select is(tap.why(tap.call('t_agent', 'hint_set', '1', 'gone')), 'input bad_value state', 'a state of hints that is none');
select finish();
