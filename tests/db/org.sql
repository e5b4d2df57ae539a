-- Organisations, groups, categories: an administrator makes them, retires them, and nobody else does.
\ir people.inc
select plan(30);
create function tap.as_admin(q text) returns jsonb language sql as $$ select tap.as_person('t_admin', q)::jsonb $$;
create function tap.refused(q text) returns text language sql as $$ select tap.as_admin(q)->'error'->>'id' $$;

select throws_ok(format($$ select tap.as_person(%L, %L) $$, l, q), '42501', null, l || ' may not: ' || q)
  from unnest(array['t_agent', 't_lead', 't_caller']) l, unnest(array['select desk.org_add(''Evil'')', 'select desk.group_add(''Evil'')']) q;
select is(tap.as_admin($$ select desk.org_add(E' New\n Works ') $$)->>'org', 'New Works', 'a name is one line');
select is(tap.refused($$ select desk.org_add('new works') $$), 'name_taken', 'and there once, whatever its letters');
select is(tap.refused(format('select desk.org_add(%L)', n)), 'name_bad', 'no name: ' || left(n, 9)) from unnest(array['', E' \t', repeat('x', 81), 'a / b']) n;
select is(tap.as_admin($$ select desk.group_add('Works desk', 'new works') $$)->>'ok', 'true', 'a group of an organisation');
select is(tap.refused($$ select desk.group_add('X', 'Nix') $$), 'unknown_org', 'that has to be there');
select is(tap.as_admin($$ select desk.group_member_set('works desk', 't_agent', true, true) $$)->>'changed', '1', 'a member who leads');
select is(tap.as_admin($$ select desk.group_member_set('works desk', 't_agent', true, true) $$)->>'changed', '0', 'once');
select is((select g->>'leads' from jsonb_array_elements(tap.as_person('t_agent', $$ select desk.record_list('group') $$)::jsonb) g where g->>'group' = 'Works desk'), '["t_agent"]', 'the list says so');
select is(tap.as_person('t_caller', $$ select desk.record_list('group') $$), '[]', 'not to a requester');
select is(tap.as_admin($$ select desk.group_member_set('works desk', 't_agent', false) $$)->>'changed', '1', 'and no longer');
select is(tap.refused($$ select desk.group_member_set('works desk', 'nobody') $$), 'no_such_login', 'nobody is no member');
select is(tap.as_admin($$ select desk.category_add('Tools / Saw / Blade') $$)->>'category', 'Tools / Saw / Blade', 'a category with those above it');
select is(tap.as_admin($$ select desk.category_add('tools / drill') $$)->>'category', 'Tools / drill', 'below one that is there');
select is(tap.refused($$ select desk.category_add('TOOLS / saw') $$), 'name_taken', 'not twice');
select is(tap.refused($$ select desk.category_add('Tools /  / x') $$), 'name_bad', 'nor one without a name');
select is(tap.as_admin($$ select desk.record_retire('category', 'blade') $$)->>'changed', '1', 'one is retired by its own name');
select is((select c->>'active' from jsonb_array_elements(tap.as_admin($$ select desk.record_list('category') $$)) c where c->>'category' = 'Tools / Saw / Blade'), 'false', 'and listed as such');
select tap.do_create('t_agent', '{"subject": "stuck", "group": "Network"}') as a \gset
select is(tap.refused($$ select desk.record_retire('group', 'Network') $$), 'in_use', 'a group with open tickets stays');
select is(tap.as_admin($$ select desk.record_retire('group', 'Works desk') $$)->>'active', 'false', 'one without goes');
select is(tap.as_admin($$ select desk.record_retire('group', 'works desk', true) $$)->>'active', 'true', 'and comes back');
select is((select count(*)::int from desk.people_log where what in ('org', 'group', 'category', 'member')), 9, 'each is in the log');
select * from finish();
