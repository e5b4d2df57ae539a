-- Making people who sign in: only admins, only safe names, exactly the rights that were given.
\ir people.inc
select plan(38);
create function tap.as_admin(q text) returns jsonb language sql as $$ select tap.as_person('t_admin', q)::jsonb $$;
create function tap.refused(q text) returns text language sql as $$ select tap.as_admin(q)->'error'->>'id' $$;
create function tap.groups_of(r text) returns text language sql as $$
  select string_agg(m.roleid::regrole::text, ' ' order by m.roleid::regrole::text) from pg_auth_members m where m.member = quote_ident(r)::regrole $$;

select throws_ok(format($$ select tap.as_person(%L, 'select desk.user_add(''t_evil'', ''x'', ''{admin}'')') $$, l), '42501', null, l || ' may not add people')
  from unnest(array['t_agent', 't_lead', 't_auditor', 't_caller']) l;
select is(tap.as_admin($$ select desk.user_add('t_new', 'New One', '{agent,lead}', '{Network}', 'Gamma', true) $$)->>'ok', 'true', 'an admin may');
select is(tap.groups_of('t_new'), 'desk_agent desk_lead', 'the role of the server has the group roles and nothing else');
select is((select (rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolreplication)::text from pg_roles where rolname = 't_new'), '(t,f,f,f,f,f)', 'it may sign in and no more');
select is((select o.name from desk.person p join desk.org o on o.id = p.org_id where p.login = 't_new'), 'Gamma', 'a new organisation is made');
select is((select count(*)::int from desk.group_member m join desk.person p on p.id = m.person_id where p.login = 't_new'), 1, 'the membership too');
select is(tap.as_person('t_new', 'select desk.me()'), (select id::text from desk.person where login = 't_new'), 'and the person is known');
select is(tap.refused($$ select desk.user_add('t_new') $$), 'login_taken', 'an existing person is refused');
select is(tap.refused($$ select desk.user_add(rolname) from pg_roles where rolsuper limit 1 $$), 'bad_login', 'so is a superuser of the server');
create role t_foreign;
select is(tap.refused($$ select desk.user_add('t_foreign') $$), 'login_taken', 'so is any role of the server');
drop role t_foreign;
select is(tap.refused(format('select desk.user_add(%L)', l)), 'bad_login', 'refused: ' || coalesce(l, 'null'))
  from unnest(array['desk_admin2', 'pg_x', 'Upper', 'a b', 'x";drop', '', null, 'public']) l;
select is(tap.refused($$ select desk.user_add('t_other', 'x', '{superuser}') $$), 'unknown_role', 'no role but the desk''s');
select is(tap.refused($$ select desk.user_add('t_other', 'x', '{pg_execute_server_program}') $$), 'unknown_role', 'least of all the server''s');
select is(tap.as_admin($$ select desk.user_add('t_other', 'x', '{agent}', '{}', 'Gama') $$)::jsonb->'error' #>> '{args,near}', '["Gamma"]', 'no organisation that is not there, unless that is said');
select is((select count(*)::int from desk.org where name = 'Gama'), 0, 'nor is it made');
select is(tap.refused($$ select desk.user_add('t_other', 'x', '{agent}', '{Nobody}') $$), 'unknown_group', 'no group that is not there');
select ok(not exists (select from pg_roles where rolname = 't_other'), 'a refusal leaves nothing behind');

select is(tap.as_admin($$ select desk.user_role('t_new', 'auditor') $$)->>'changed', '1', 'a role is given');
select is(tap.as_admin($$ select desk.user_role('t_new', 'agent', false) $$)->>'changed', '1', 'and taken');
select is(tap.groups_of('t_new'), 'desk_auditor desk_lead', 'the group roles follow');
select is(tap.refused($$ select desk.user_role('t_admin', 'admin', false) $$), 'not_yourself', 'an admin keeps the role');
select is(tap.as_admin($$ select desk.user_report('t_new') $$)->'roles'->0->>'role', 'auditor', 'the report names the rows');
select is(tap.as_admin($$ select desk.user_disable('t_new') $$)->>'active', 'false', 'a person is disabled');
select is(tap.as_person('t_new', 'select desk.me()'), null, 'and is nobody any more');
select is((select bool_or(u->>'login' = 't_new' and not (u->>'active')::boolean) from jsonb_array_elements(tap.as_admin('select desk.user_list()')) u), true, 'the list says so');

-- erasing
select tap.do_create('t_caller', '{"subject": "mine"}') as a \gset
select is(tap.as_admin(format('select desk.person_erase(%s, ''asked for it'')', (select id from desk.person where login = 't_caller')))->>'ok', 'true', 'a person is erased');
select is((select count(*)::int from desk.person p where p::text ~ 'Caller One|t_caller'), 0, 'name and login are gone');
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->>'ok', 'true', 'the journal still verifies');
select * from finish();
