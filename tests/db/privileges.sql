-- What each role can select, write and call, signed in as itself.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('p_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
select tap.add('p_group', '{agent}', p_group => 'Network');
select tap.add('p_pair', '{agent}', p_org => 'Beta', p_group => 'Network');
select tap.add('p_owner', '{process_owner}');
select tap.add('p_worker', '{worker}');
select tap.add('p_named', '{requester}');
select tap.add('p_off', '{agent,lead,auditor,admin}');
select tap.add('p_old', '{agent}');
create role p_stranger login; grant desk_agent, desk_auditor, desk_admin to p_stranger;
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login = 't_agent';
-- 1 Acme, Network; 2 Beta, Network; 3 Acme, no group; 4 Beta, Service desk; 5 Acme, restricted to t_lead and p_named; 6 Beta, no group, requester p_off
select tap.do_create('t_agent', '{"subject": "one", "requester": "t_caller", "group": "Network", "body": "text of one"}') as t1,
  tap.do_create('t_agent', '{"subject": "two", "requester": "t_beta", "group": "Network", "body": "text of two"}') as t2,
  tap.do_create('t_agent', '{"subject": "three", "requester": "t_lead", "body": "text of three"}') as t3,
  tap.do_create('t_agent', '{"subject": "four", "requester": "t_beta", "group": "Service desk", "body": "text of four"}') as t4,
  tap.do_create('t_agent', '{"subject": "five", "requester": "t_caller", "group": "Network", "body": "text of five"}') as t5,
  tap.do_create('t_agent', '{"subject": "six", "requester": "p_off", "body": "text of six"}') as t6 \gset
select tap.do_act('t_agent', x, 'note', '{"body": "inside"}'), tap.do_act('t_agent', x, 'reply', '{"body": "outside"}'), tap.do_act('t_agent', x, 'tag', '{"add": "tagged"}'),
  tap.do_act('t_agent', x, 'time', '{"minutes": 5}'), tap.do_act('t_agent', x, 'watch', '{"person": "t_lead"}'), tap.do_act('t_agent', x, 'edit', '{"symptom": "noise"}')
  from unnest(array[:t1, :t2, :t3, :t4, :t5, :t6]) x;
select tap.do_act('t_agent', :t1, 'link', format('{"type": "related", "to": %s}', :t2)::jsonb);
select tap.do_act('t_agent', :t1, 'link', format('{"type": "related", "to": %s}', :t3)::jsonb);
select tap.do_act('t_lead', :t5, 'restrict', '{"people": "p_named"}');
select tap.as_person('t_agent', 'select desk.tick()');
update desk.person set active = false where login = 'p_off';
update desk.person_role set valid_to = desk.now() - interval '1 hour' where person_id = tap.person('p_old');
create function tap.n(p bigint) returns text language sql as $$ select (p - (select min(id) from desk.ticket) + 1)::text $$;
\o

-- ---- tickets --------------------------------------------------------------------------------------------------------
create table tap.expected(login text, tickets text, internal text, public text);
insert into tap.expected values
  ('t_agent', '1 2 3 4 6', '1 2 3 4 6', '1 2 3 4 6'), ('t_lead', '1 2 3 4 5 6', '1 2 3 4 6', '1 2 3 4 6'), ('p_owner', '1 2 3 4 6', '1 2 3 4 6', '1 2 3 4 6'),
  ('t_auditor', '1 2 3 4 6', '1 2 3 4 6', '1 2 3 4 6'), ('p_org', '2 4', '2 4', '2 4'), ('p_group', '1 2', '1 2', '1 2'), ('p_pair', '2', '2', '2'),
  ('t_caller', '1', null, '1'), ('t_beta', '2 4', null, '2 4'), ('p_named', '5', null, null),
  ('t_admin', null, null, null), ('p_worker', null, null, null), ('p_off', null, null, null), ('p_old', null, null, null), ('p_stranger', null, null, null);
create function tap.list(p_login text, p_query text) returns text language sql as $$
  select string_agg(tap.n(x::bigint), ' ' order by x::bigint) from unnest(tap.as_person(p_login, 'select array_agg(distinct id) from (' || p_query || ') q(id)')::bigint[]) x $$;
select is(tap.list(login, 'select id from desk.ticket'), tickets, login || ': tickets') from tap.expected;
select is(tap.list(login, 'select id from desk.ticket_row'), tickets, login || ': ticket_row') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.event where visibility = 1'), internal, login || ': internal events') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.event where visibility = 2'), public, login || ': public events') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.event_text where body = ''inside'''), internal, login || ': internal texts') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.event_text where body = ''outside'''), public, login || ': public texts') from tap.expected;
select is(tap.list(login, 'select id from desk.ticket_text'), public, login || ': descriptions') from tap.expected;
select is(tap.list(login, 'select id from desk.incident'), public, login || ': the typed table') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.ticket_tag'), public, login || ': tags') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.span'), public, login || ': spans') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.time_entry'), internal, login || ': time') from tap.expected;
select is(tap.list(login, 'select ticket_id from desk.watcher where person_id <> desk.me()'), case login when 't_lead' then null else internal end, login || ': watchers') from tap.expected;
select is(tap.as_person('t_lead', format('select subject || ''|'' || coalesce(array_to_string(tags, '',''), '''') from desk.ticket_row where id = %s', :t5)), '|', 'the header of a restricted ticket says nothing');
select is(tap.as_person('t_lead', 'select count(*) from desk.ticket_text where subject is not null'), '0', 'nor does another table');
select is(tap.as_person('p_org', 'select count(*) from desk.ticket_link'), '0', 'a link with an end one cannot see');
select is(tap.as_person('t_agent', 'select count(*) from desk.ticket_link'), '2', 'links with both');
select is(tap.list(login, format('select x from unnest(array[%s, %s, %s, %s, %s, %s]::bigint[]) x where desk.show(x) is not null', :t1, :t2, :t3, :t4, :t5, :t6)), tickets, login || ': show')
  from tap.expected where login <> 'p_stranger';
select is(tap.as_person('p_stranger', format('select desk.show(%s)', :t1)), null, 'a role without a person: show');
-- both judges for everybody and everything
select is((select array_agg(t.id order by t.id) from desk.ticket t where desk.can_see(t.id, p.id)),
  tap.as_person(p.login, 'select array_agg(id order by id) from desk.ticket')::bigint[], p.login || ': policies and desk.can_see agree')
  from desk.person p where p.login is not null;
select is_empty($$ select x.login, t.id from desk.person x, desk.ticket t where x.login is not null and desk.can_see(t.id, x.id)
  and tap.as_person(x.login, format('select desk.ticket_id(%L)', t.number)) is distinct from t.id::text $$, 'numbers find what one can see');
select is_empty($$ select x.login, t.id from desk.person x, desk.ticket t where x.login is not null and not desk.can_see(t.id, x.id)
  and tap.as_person(x.login, format('select desk.ticket_id(%L)', t.number)) is not null $$, 'and nothing else');

-- what one reads of one ticket
select is((select string_agg(e->>'verb', ' ') from jsonb_array_elements(tap.show('t_caller', :t1)->'events') e), 'create reply', 'a requester reads the public events');
select is(tap.show('t_caller', :t1)->'minutes', 'null', 'no times');
select is(tap.show('t_caller', :t1)->'links', '[]', 'no links to what he cannot see');
select is((select count(*) from jsonb_array_elements(tap.show('t_caller', :t1)->'verbs') v where v->>'ok' = 'true'), 5::bigint, 'and may reply, cancel, attach, watch, unwatch');
select is((select string_agg(e->>'verb', ' ') from jsonb_array_elements(tap.show('p_named', :t5)->'events') e), 'create reply', 'a named requester too');
select is(tap.show('t_lead', :t5)->>'subject', 'five', 'a named lead reads it all');
select is((select string_agg(x, ' ' order by x) from jsonb_array_elements(tap.show('p_group', :t1)->'links') l, lateral (select l->>'subject') s(x)), 'two', 'links only to what one sees');
select unalike(tap.show('p_group', :t1)::text, '%INC' || (100000 + :t3) || '%', 'and the journal names no other number');

-- ---- other tables -------------------------------------------------------------------------------------------------------
create function tap.tables() returns setof regclass language sql as $$
  select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p', 'v') order by c.relname $$;
create function tap.readable(p_login text) returns text language sql as $$
  select string_agg(replace(t::text, 'desk.', ''), ' ' order by t::text) from tap.tables() t where tap.try(p_login, format('select count(*) from %s', t)) <> '42501' $$;
select is(tap.readable('t_caller'), tap.readable('t_agent'), 'requesters and agents meet the same tables');
select is_empty($$ select t from tap.tables() t where t::text ~ '_p(\d+|default)$' and tap.try('t_agent', format('select count(*) from %s', t)) <> '42501' $$, 'partitions are closed');
select is_empty($$ select l, t from unnest(array['t_caller', 't_agent', 't_lead', 'p_owner', 't_admin', 'p_worker']) l, unnest(array['seal', 'op', 'access_log', 'blob', 'blob_chunk', 'blob_upload', 'blob_upload_chunk', 'lease']) t
  where tap.try(l, format('select count(*) from desk.%I', t)) <> '42501' $$, 'audit and contents are closed to all others');
select cmp_ok(tap.try('t_auditor', 'select count(*) from desk.seal')::int, '>', 0, 'an auditor reads seals');
select cmp_ok(tap.try('t_auditor', 'select count(op_id) from desk.op')::int, '>', 0, 'and operations');
select is(tap.try('t_auditor', 'select result from desk.op limit 1'), '42501', 'but not their answers');
select is(tap.try('t_auditor', 'select request_hash from desk.op limit 1'), '42501', 'nor what would tell a guessed text');
select cmp_ok(tap.try('t_auditor', 'select count(*) from desk.access_log')::int, '>', 0, 'and the access log');
select is_empty($$ select t, tap.try('p_off', format('select count(*) from %s', t)) from tap.tables() t
  where t::text not in ('desk.schema_migration') and tap.try('p_off', format('select count(*) from %s', t)) not in ('0', '42501') $$, 'a disabled person reads nothing at all');
select is_empty($$ select t from tap.tables() t where t::text not in ('desk.schema_migration')
  and tap.try('p_stranger', format('select count(*) from %s', t)) not in ('0', '42501') $$, 'nor a role without a person');
select is(tap.try('t_caller', 'select phone from desk.person limit 1'), '42501', 'a requester reads no telephone numbers');
select is(tap.try('t_caller', 'select * from desk.person limit 1'), '42501', 'nor whole rows of people');
select is(tap.try('t_caller', 'select string_agg(name, '','' order by name) from desk.person where id > 0'), 'Agent One,Caller One', 'but the names of those on his tickets, and no others');
select is(tap.try('p_named', 'select string_agg(login, '','' order by login) from desk.person'), 'p_named,t_agent,t_caller', 'so does who is named in one');
select is(tap.try('t_beta', 'select count(*) from desk.person where login = ''t_caller'''), '0', 'nobody of another organisation');
insert into desk.service(name, org_id) select 'Mail of ' || name, id from desk.org where name in ('Acme', 'Beta') union all select 'Telephone', null;
insert into desk.support_group(name, org_id) select 'Floor of ' || name, id from desk.org where name in ('Acme', 'Beta');
select is(tap.try('t_caller', 'select string_agg(name, '','') from desk.org'), 'Acme', 'a requester knows his own organisation only');
select is(tap.try('t_agent', 'select string_agg(name, '','' order by id) from desk.org where id > 0'), 'Acme,Beta', 'staff know the customers');
select is(tap.try('t_caller', 'select string_agg(name, '','' order by name) from desk.service'), 'Mail of Acme,Telephone', 'services of his organisation and of all');
select is(tap.try('t_caller', 'select string_agg(name, '','' order by name) from desk.find_service('''')'), 'Mail of Acme,Telephone', 'to pick from, too');
select is(tap.try('t_caller', 'select string_agg(name, '','' order by name) from desk.find_group(''Floor'')'), 'Floor of Acme', 'groups as well');
select is(tap.try('t_caller', 'select string_agg(name, '','' order by name) from desk.support_group where name like ''Floor%'''), 'Floor of Acme', 'and from the table');
select is(tap.try('t_caller', 'select count(*) from desk.group_member'), '0', 'not who works in them');
-- what is typed is resolved the same way: a name one may not know is no name
select is(tap.new('t_caller', jsonb_build_object('subject', 'x', f, k))->'error'->>'id', tap.new('t_caller', jsonb_build_object('subject', 'x', f, n))->'error'->>'id', f || ' ' || k || ': there or not is the same')
  from (values ('requester', 't_beta', 'nobody'), ('requester', 'Caller Two', 'No Body'), ('service', 'Mail of Beta', 'Mail of None'), ('group', 'Floor of Beta', 'Floor of None')) x(f, k, n);
select is(tap.try('p_worker', 'select string_agg(login, '','') from desk.person'), 'p_worker', 'a worker only himself');
select is(tap.try('t_agent', 'select phone from desk.person where login = ''p_org'''), '+49 123', 'staff do');
select is(tap.try('t_agent', 'select count(*) from desk.person_role where person_id <> desk.me()'), '0', 'the rights of others');
select cmp_ok(tap.try('t_admin', 'select count(*) from desk.person_role where person_id <> desk.me()')::int, '>', 0, 'are for administrators');
select is(tap.try('t_caller', 'select count(*) from desk.attachment'), '0', 'attachments');
select is(tap.try('t_agent', 'select sha256 from desk.attachment'), '42501', 'no hash of a content');
insert into desk.ci(name, owner_id, org_id) select 'pc-1', tap.person('t_caller'), o.id from desk.org o where name = 'Acme';
insert into desk.ci(name, org_id) select 'pc-2', o.id from desk.org o where name = 'Beta';
select is(tap.try('t_caller', 'select string_agg(name, '' '') from desk.ci'), 'pc-1', 'a requester sees his devices');
select is(tap.try('p_org', 'select string_agg(name, '' '') from desk.ci'), 'pc-2', 'a scoped agent those of his organisation');
select is(tap.try('t_agent', 'select string_agg(name, '' '' order by name) from desk.ci'), 'pc-1 pc-2', 'an agent all');
select is(tap.try('p_org', 'select string_agg(distinct ticket_id::text, '' '') from desk.change_log_0 where org_id <> (select org_id from desk.ticket limit 1)'), null, 'the change log of other organisations');

-- catalogue and statistics
analyze;
select is_empty($$ select l, n from unnest(array['t_caller', 't_agent', 't_auditor', 't_admin']) l, lateral (select tap.try(l, 'select string_agg(tablename || ''.'' || attname, '' '') from pg_stats
  where schemaname = ''desk''')) s(n) where n is not null $$, 'no statistics of any table');
select is(tap.try('t_agent', 'select count(*) from pg_statistic'), '42501', 'nor of the catalogue');
select is(tap.try('p_org', format('select count(*) from desk.ticket where 1 / (case when subject = ''one'' then 0 else 1 end) > 0')), '2', 'a condition never meets a row one cannot see');
select is(tap.try('p_org', format('select count(*) from desk.ticket_row where 1 / (case when subject = ''one'' then 0 else 1 end) > 0')), '2', 'nor through the view');
select is(tap.try('t_caller', 'select count(*) from desk.event_text where 1 / (case when body = ''inside'' then 0 else 1 end) > 0'), '2', 'nor in the journal');

-- ---- writing ----------------------------------------------------------------------------------------------------------------
create table tap.attempt as
  select l.login, t.rel, w.how, format(w.how, t.rel, (select a.attname from pg_attribute a where a.attrelid = t.rel and a.attnum > 0 order by a.attnum limit 1)) as query
    from (select unnest(array['t_caller', 't_agent', 't_lead', 'p_owner', 't_auditor', 't_admin', 'p_worker', 'p_off']) as login) l,
         (select r as rel from tap.tables() r where r::text !~ '^desk\.(my_|group_view)') t, (values ('insert into %1$s select from pg_class where false'), ('update %1$s set %2$I = %2$I'), ('delete from %1$s'), ('truncate %1$s')) w(how);
select cmp_ok((select count(*) from tap.attempt), '>', 1000::bigint, 'attempts to write');
select is_empty($$ select login, query, tap.try(login, query) from tap.attempt where tap.try(login, query) not in ('42501', '55000', '42809', '428C9') $$, 'none succeeds');
select is(tap.try('t_agent', 'select nextval(''desk.ticket_id_seq'')'), '42501', 'sequences are closed');
select is(tap.try('t_admin', q), '42501', q) from unnest(array['set role desk_owner', 'set role desk_api', 'set role desk_provision',
  'create table desk.x()', 'create table public.x()', 'create function desk.f() returns int language sql as ''select 1''', 'create temp table x()', 'alter table desk.ticket disable row level security',
  'create policy x on desk.ticket using (true)', 'drop table desk.ticket', 'create role x', 'grant desk_lead to t_agent', 'alter role t_lead login', 'comment on table desk.ticket is ''x''',
  'copy desk.ticket to stdout', 'lock table desk.ticket in exclusive mode', 'vacuum desk.ticket']) q
  where q not like 'vacuum%' and q not like 'copy%';
select is(tap.try('t_agent', format('select desk.%s', f)), '42501', 'inner function ' || f) from unnest(array['act_as(1, 1, ''take'', ''{}'', null, gen_random_uuid(), ''x'')',
  'create_as(1, ''incident'', ''{}'', gen_random_uuid(), ''x'')', 'can_see(1, 1)', 'who(1, 1, 1, 1, 1, 1, 1, false)', 'seal_complete()', 'log_denied(1, 1, ''x'')', 'kind_install(''incident'')', 'typed_write(''incident'', 1, ''{}'', false)',
  'write_incident(1, ''{}'', false)', 'make_partitions()', 'store_act(null, null, ''x'', 1, ''x'', null, now(), 1::smallint, ''{}'', null)']) f;

-- sessions: nothing that anybody may set makes him somebody else or opens more
select is(tap.try(l, 'set row_security = off'), 'done', l || ' may say he wants no row-level security') from unnest(array['t_caller', 't_agent']) l;
set row_security = off;
select is(tap.try(l, 'select count(*) from desk.ticket'), '42501', l || ' is then told nothing') from unnest(array['t_caller', 't_agent', 't_auditor', 't_admin']) l;
reset row_security;
select is(tap.try('t_agent', q), '42501', q) from unnest(array['set role t_lead', 'set role desk_lead', 'set role postgres', 'alter role t_agent superuser', 'alter role t_agent bypassrls',
  'set session_replication_role = replica', 'set log_statement = ''none''', 'select pg_read_file(''postgresql.conf'')', 'select * from pg_authid limit 1',
  'select pg_terminate_backend(pid) from pg_stat_activity where usename = ''postgres'' limit 1', 'copy (select 1) to program ''true''', 'copy (select 1) to ''/tmp/svcdesk-test''', 'copy desk.my_read from program ''true''',
  'create extension pgcrypto', 'create schema x', 'create view pg_temp.v as select 1', 'create operator public.=== (function = pg_catalog.int4eq, leftarg = int, rightarg = int)',
  'create function pg_temp.f(text) returns boolean language sql cost 0.0001 as ''select true''', 'create language plperl', 'create trigger x before insert on desk.event execute function x()', 'create rule x as on select to desk.seal do instead select 1',
  'select lo_create(0)', 'select lo_from_bytea(0, ''x'')', 'create publication x', 'create statistics x on state, phase from desk.ticket', 'create index on desk.ticket(subject)', 'create server x foreign data wrapper y', 'security label on table desk.ticket is ''x''',
  'reassign owned by desk_owner to t_agent', 'drop owned by desk_owner', 'grant select on desk.seal to t_agent', 'grant desk_admin to t_agent']) q
  where q not like 'security label%' and q not like 'set role t%' and q not like 'create rule%' and q not like 'create server%' and q not like 'create language%' and q not like 'create operator%';
select is(tap.try('t_admin', 'set role desk_agent'), '42501', 'an admin who is no agent cannot become one by himself') where not pg_has_role('t_admin', 'desk_agent', 'member');
select is(tap.as_person('t_agent', 'select set_config(''role'', ''desk_agent'', false) || '' '' || desk.me()'), 'desk_agent ' || tap.person('t_agent'), 'another role is the same person');
-- every function that people may call, with nothing in it, by everybody: no answer and no fault of the code
create table tap.called as
  select l.login, p.oid::regprocedure as f, tap.try(l.login, format('select %s(%s)', p.oid::regproc, (select string_agg(case when p.provariadic <> 0 then 'variadic ' else '' end || 'null::' || format_type(t, null), ', ') from unnest(p.proargtypes) t))) as answer
    from pg_proc p, (select unnest(array['t_caller', 't_agent', 't_auditor', 't_admin', 'p_worker', 'p_off', 'p_stranger', 'p_pair']) as login) l
   where p.pronamespace = 'desk'::regnamespace and has_function_privilege(l.login, p.oid, 'execute');
select is_empty($$ select login, f, answer from tap.called where answer ~ '^[0-9A-Z]{5}$' and answer not in ('42501', '22023', '55000') and f::text !~ 'import_begin' $$, 'nothing as argument ends in an answer or a refusal');
select is_empty($$ select login, f, answer from tap.called where login in ('p_off', 'p_stranger') and answer is not null
  and answer !~ '^(42501|55000|0|false|[{]}|[{]NULL}|[[]]|.*not_a_person.*)$' and f::text !~ '(now|iso|tick|wants_tick|sum_figures|has_role|feed_cursor|zone|period|period_word|metric_(dims|apart|rolled|where|bys|key|label|get|json|word|filter_query|key_query)|query_quote|pareto(_bys|_label|_count)?|metric_figures|period_json|dash(_clocks|_shares|_trend)?|analysis)\(' $$, 'a disabled person or none is told nothing by any function');
-- the pieces of figures are texts; the figures themselves are of what one sees
select is(tap.as_person(l, 'select string_agg(distinct concat(g.value, g.n), '','') from unnest(''{opened,resolved,backlog}''::text[]) m, desk.metric_get(m, ''-infinity'', ''infinity'') g'),
  n, l || ': counts in figures what he sees') from (values ('t_agent', '00,55'), ('p_org', '00,22'), ('t_lead', '00,55'), ('t_caller', '00,11')) x(l, n);
select throws_ok(format('select tap.as_person(%L, ''select value from desk.metric_get(''''opened'''', ''''-infinity'''', ''''infinity'''')'')', l), '22023', null, l || ' has no metrics') from unnest(array['p_off', 'p_stranger']) l;

-- personal things
select is(tap.try('t_agent', format('insert into desk.my_read values (desk.me(), %s, 1)', :t1)), 'done', 'a read mark of one''s own');
select is(tap.try('t_agent', format('insert into desk.my_read values (%s, %s, 1)', tap.person('t_lead'), :t1)), '42501', 'not for another');
select is(tap.try('t_lead', 'select count(*) from desk.my_read'), '0', 'nor to be seen by another');
select tap.try('t_lead', 'delete from desk.my_read') \g /dev/null
select is((select count(*) from desk.my_read), 1::bigint, 'nor to be deleted');
select is(tap.try('p_off', format('insert into desk.my_read values (%s, 1, 1)', tap.person('p_off'))), '42501', 'a disabled person has none');

-- ---- acting ------------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.act(login, :t1, 'take')), case login when 't_agent' then 'ok' when 't_lead' then 'ok' when 'p_owner' then 'ok' when 'p_group' then 'ok'
    when 't_caller' then 'denied role_denied' when 't_auditor' then 'denied role_denied' when 'p_off' then 'denied not_a_person' when 'p_stranger' then 'denied not_a_person'
    else 'notfound not_found' end, login || ' takes one') from tap.expected;
select is(tap.act('p_org', :t1, 'note', '{"body": "x"}'), tap.act('p_org', 99999999, 'note', '{"body": "x"}'), 'not visible and not there are the same answer');
select is((tap.act('p_org', :t2, 'link', format('{"type": "related", "to": "INC%s"}', 100000 + :t1)::jsonb)->'error'->'args') - 'value'::text,
  (tap.act('p_org', :t2, 'link', '{"type": "related", "to": "INC999999"}')->'error'->'args') - 'value'::text, 'so they are as a target');
select is(tap.why(tap.new('p_org', '{"subject": "x", "requester": "t_beta"}')), 'ok', 'a scoped agent opens for his organisation');
select is(tap.why(tap.new('p_org', '{"subject": "x", "requester": "t_caller"}')), 'denied requester_denied requester', 'not for another');
select is(tap.why(tap.act('p_org', :t2, 'edit', '{"requester": "t_caller"}')), 'denied requester_elsewhere requester', 'nor does he send one there');
select is(tap.why(tap.act('p_org', :t2, 'edit', '{"requester": "p_org"}')), 'ok', 'within it he may');
select is(tap.why(tap.act('p_org', :t2, 'edit', '{"requester": "t_beta"}')), 'ok', 'and back');
select is(tap.why(tap.new('p_off', '{"subject": "x"}')), 'denied not_a_person', 'a disabled person opens none');
select is(tap.as_person('p_off', 'select desk.meta(''en'')'), null, 'and is told nothing');
select is(tap.why(tap.as_person('p_off', 'select desk.whoami()')::jsonb), 'denied not_a_person', 'only that he is none');
select is(tap.try('t_caller', 'select desk.audit_verify()'), '42501', 'a requester verifies nothing');
select is(tap.try('t_agent', 'select desk.import_begin(''x'', ''x'', ''x'')'), '42501', 'an agent imports nothing');

-- files: what is answered to an upload does not tell whether the desk has the file
select tap.as_person('t_lead', $$ select desk.blob_put(sha256('a secret list'), 0, 'a secret list', true) $$) \g /dev/null
select is(tap.as_person('t_caller', $$ select desk.blob_put(sha256('a secret list'), 0, 'not it', true) $$), tap.as_person('t_caller', $$ select desk.blob_put(sha256('another list'), 0, 'not it', true) $$), 'wrong content of a file that is there, or not');
select is(tap.as_person('t_caller', $$ select desk.blob_put(sha256('a secret list'), 0, decode(repeat('00', 262144), 'hex'), false) $$),
  tap.as_person('t_caller', $$ select desk.blob_put(sha256('another list'), 0, decode(repeat('00', 262144), 'hex'), false) $$), 'its first part');
select is(tap.as_person('t_lead', $$ select desk.blob_put(sha256('a secret list'), 0, 'a secret list', true) $$)::jsonb->>'done', 'true', 'and nobody is disturbed by that');
select is((select string_agg(convert_from(data, 'UTF8'), ',') from desk.blob_chunk where sha256 = sha256('a secret list')), 'a secret list', 'the content is the one that fits');
update desk.blob_upload set at = at - interval '2 days' where sha256 <> sha256('a secret list') or person_id = tap.person('t_caller');
delete from desk.lease where name = 'ops';
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is((select count(*) from desk.blob_upload_chunk), 0::bigint, 'uploads that never ended are thrown away');
update desk.blob_upload set at = at - interval '2 days';
delete from desk.lease where name = 'ops';
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is((select count(*) from desk.blob) + (select count(*) from desk.blob_upload), 0::bigint, 'so are files that nobody attached');

-- restricted tickets: who opened one, or was refused, stays known when he takes the transaction back
create function tap.taken_back(p_login text, p_query text) returns void language plpgsql as $$
begin
  begin perform tap.as_person(p_login, p_query); raise exception using errcode = 'TAP01';
  exception when sqlstate 'TAP01' then null; end;
end $$;
select tap.taken_back('t_lead', format('select desk.open_restricted(%s)', :t5)), tap.taken_back('t_agent', format('select desk.show(%s)', :t5)) \g /dev/null
create function tap.said() returns text language sql as $$ select pg_read_file(split_part(current_setting('unix_socket_directories'), ',', 1) || '/server.log') $$;
select alike(tap.said(), format('%%svcdesk: ticket %s opened: person %s%%', :t5, tap.person('t_lead')), 'opened and taken back: the log of the server has it');
select alike(tap.said(), format('%%svcdesk: ticket %s denied: person %s, show%%', :t5, tap.person('t_agent')), 'refused and taken back: too');
select is(tap.try('t_lead', format('select desk.act(%s, ''note'', ''{"body": "x"}'', null, null)->>''ok''', :t5)), 'true', 'a named lead works on it');
select ok(exists (select from desk.access_log where ticket_id = :t5 and login = 't_agent' and what = 'denied' and detail = 'number'), 'looking for its number was logged');
select is_empty(format($$ select login from tap.expected where login <> 't_lead' and tap.try(login, 'select count(*) from desk.event where ticket_id = %1$s') <> '0' $$, :t5), 'nobody reads its journal from the table');

-- what a scoped agent is in a ticket of his own outside of his scope: its requester, no more
select tap.do_create('t_agent', '{"subject": "mine", "requester": "p_group"}') as own \gset
select tap.do_act('t_agent', :own, 'watch', '{"person": "t_lead"}'), tap.do_act('t_agent', :own, 'note', '{"body": "inside"}') \g /dev/null
select is(tap.list('p_group', format('select id from desk.ticket where id = %s', :own)), tap.n(:own), 'he sees it');
select is(tap.try('p_group', format('select count(*) from desk.watcher where ticket_id = %s', :own)), '0', 'not who watches it');
select is(tap.try('p_group', format('select count(*) from desk.event where ticket_id = %s and visibility = 1', :own)), '0', 'nor what is internal');
select is(tap.show('p_group', :own)->'watchers', '[]', 'the whole ticket says the same');
select is(tap.why(tap.act('p_group', :own, 'take')), 'denied role_denied', 'and he may not work on it');

-- answers are for who asked
select '00000000-0000-4000-8000-0000000000aa' as op \gset
select tap.act('t_agent', :t1, 'note', '{"body": "first"}', null, :'op') \g /dev/null
select is(tap.act('t_lead', :t1, 'note', '{"body": "first"}', null, :'op')->'error'->>'id', 'op_reused', 'an operation of another gives no answer');
select is(tap.act('p_org', :t1, 'note', '{"body": "first"}', null, :'op')->'error'->>'id', tap.act('p_org', 99999999, 'note', '{"body": "first"}', null, :'op')->'error'->>'id', 'whether one sees the ticket or not');
select is((tap.act('p_org', :t2, x.verb, format(x.args, t.n)::jsonb)->'error') - 'args' - 'text', (tap.act('p_org', :t2, x.verb, format(x.args, 'INC999999')::jsonb)->'error') - 'args' - 'text', x.verb || ' names no ticket that one cannot see: ' || t.what)
  from (values ('link', '{"type": "parent", "to": "%s"}'), ('link', '{"type": "duplicate_of", "to": "%s"}'), ('unlink', '{"type": "related", "to": "%s"}'), ('cancel', '{"reason": "duplicate", "to": "%s"}')) x(verb, args),
    (values ('restricted', 'INC' || (100000 + :t5)), ('of another', 'INC' || (100000 + :t1)), ('by its id', (:t1)::text)) t(what, n);
select is(tap.try('p_org', format('select count(*) from desk.search(%L)', 'INC' || (100000 + :t5))), '0', 'search does not find its number');
select is(tap.try('t_lead', $$ select count(*) from desk.search('five') $$), '0', 'nor its text, not even for those named');
-- columns in conditions, casts and joins over what one cannot see
select is(tap.try('p_org', q), '0', q) from unnest(array['select count(*) from desk.ticket where subject::int > 0 and id = ' || :t1, 'select count(*) from desk.ticket t join desk.event_text e on e.ticket_id = t.id where e.body::xml is not null and t.id = ' || :t1,
  'select count(*) from desk.ticket_text where id = ' || :t1 || ' and (body || ''x'')::int is not null', 'select count(*) from desk.incident where id = ' || :t1 || ' and symptom::date is not null',
  'select count(*) from desk.span where ticket_id = ' || :t5, 'select count(*) from desk.ticket_ci where ticket_id = ' || :t5, 'select count(*) from desk.external_ref where ticket_id = ' || :t5, 'select count(*) from desk.attachment where ticket_id = ' || :t5,
  'select count(*) from desk.ticket_access where person_id <> desk.me()', 'select count(*) from desk.watcher where ticket_id = ' || :t1, 'select count(*) from desk.ticket_link where to_id = ' || :t1 || ' or from_id = ' || :t1]) q;

-- pickers
select is(tap.as_person('t_caller', 'select string_agg(name, '','') from desk.find_person('''')'), 'Caller One', 'a requester finds himself');
select is(tap.as_person('t_agent', 'select string_agg(name, '','') from desk.find_person(''lead'')'), 'Lead One', 'staff find by name');
select is(tap.as_person('t_agent', 'select count(*) from desk.find_person(''+49'')')::int > 0, true, 'by telephone');
select is(tap.as_person('t_agent', 'select string_agg(name, '','') from desk.find_person(''one lead'')'), 'Lead One', 'by the last name first');
select is(tap.as_person('t_agent', 'select count(*) from desk.find_person(''9-123'')')::int > 0, true, 'by the last digits of the telephone, however they are written');
select is(tap.as_person('t_agent', 'select count(*) from desk.find_person(''7777'')'), '0', 'digits of nobody find nobody');
select is(tap.as_person('t_agent', 'select count(*) from desk.find_group(''acme'')')::int > 0, true, 'groups by any of their words');
select is(tap.as_person('t_agent', 'select count(*) from desk.find_person(''%'')'), '0', 'a sign of a pattern is only a sign');
select is(tap.as_person('p_off', 'select count(*) from desk.find_person('''')'), '0', 'a disabled person finds nobody');
select is(tap.as_person('p_off', 'select count(*) from desk.find_group('''')'), '0', 'and no group');
select is(tap.as_person('t_agent', format('select count(*) from desk.find_member('''', %L)', g.id::text)), count(m.*)::text, 'everybody of a group: ' || g.name)
  from desk.support_group g left join (desk.group_member m join desk.person p on p.id = m.person_id and p.active) on m.group_id = g.id
 where g.org_id is null and g.active group by g.id having count(m.*) between 1 and 20 order by g.id limit 3;
select is(tap.as_person('t_agent', 'select count(*) from desk.find_member('''', ''no such group'')'), '0', 'nobody of none');
select is(tap.as_person('t_caller', 'select count(*) from desk.find_member('''', null)'), '0', 'a requester gives work to nobody');
select is(tap.as_person('p_org', 'select string_agg(name, '','') from desk.find_ci(''pc'')'), 'pc-2', 'devices within the scope');
select is(tap.as_person('t_caller', format('select desk.caller_card(%s)', tap.person('t_lead'))), null, 'no card of another for a requester');
select is(jsonb_array_length(tap.as_person('p_org', format('select desk.caller_card(%s)', tap.person('t_caller')))::jsonb->'open'), 0, 'a card shows only tickets one sees');
select is(jsonb_array_length(tap.as_person('t_agent', format('select desk.caller_card(%s)', tap.person('t_caller')))::jsonb->'open'), 1, 'restricted ones not');
select is(tap.why(tap.new('t_caller', '{"subject": "x", "service": "Mail of Acme", "requester": "Caller One"}')), 'ok', 'his own are found');
-- operators and functions of somebody else's schema, first in the path: what names its schemas and what pins its path sees none of them
\o /dev/null
create schema evil; grant usage on schema evil to public;
create function evil.clock_timestamp() returns timestamptz language sql as 'select ''2000-01-01''::timestamptz';
create function evil.yes(text, text) returns boolean language sql as 'select true';
create function evil.yes(int, int) returns boolean language sql as 'select true';
create function evil.yes(timestamptz, timestamptz) returns boolean language sql as 'select true';
create operator evil.= (function = evil.yes, leftarg = text, rightarg = text);
create operator evil.= (function = evil.yes, leftarg = int, rightarg = int);
create operator evil.<= (function = evil.yes, leftarg = timestamptz, rightarg = timestamptz);
create operator evil.< (function = evil.yes, leftarg = timestamptz, rightarg = timestamptz);
grant execute on all functions in schema evil to public;
create function tap.trapped(p_login text, p_query text) returns text language plpgsql set search_path = evil, pg_catalog as $$ begin return tap.as_person(p_login, p_query); end $$;
\o
select is(tap.trapped('p_old', 'select ''a''::text = ''b'''), 'true', 'a path with traps');
select is(tap.trapped('p_stranger', 'select desk.me()'), null, 'nobody stays nobody');
select is(tap.trapped('t_caller', 'select desk.me()'), tap.person('t_caller')::text, 'and a requester himself');
select is(tap.trapped('t_caller', 'select desk.i_am_staff()'), 'false', 'no staff');
select is(tap.trapped('p_old', 'select desk.i_am_staff()'), 'false', 'nor who was once');
select is(tap.trapped('p_old', 'select desk.scope_all()'), 'false', 'with no scope');
select is(tap.trapped('t_agent', 'select extract(year from desk.now())')::int > 2000, true, 'the clock is the real one');
select is(tap.trapped('t_caller', 'select count(*) from desk.person where id > 0')::int < 5, true, 'no other people');
select * from finish();
