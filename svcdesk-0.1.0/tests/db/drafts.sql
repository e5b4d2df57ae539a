-- Drafts of a person and texts to fill in: who reads and writes them.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('d_lead', '{agent,lead}', p_group => 'Service desk');
select tap.add('d_off', '{agent}');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login = 'd_lead';
select tap.do_create('t_agent', '{"subject": "one", "requester": "t_caller", "group": "Network"}') as t1 \gset
update desk.person set active = false where login = 'd_off';
create function tap.did(p_login text, p_query text) returns text language plpgsql as $$
declare n int;
begin
  execute format('set session authorization %I', p_login);
  begin execute p_query; get diagnostics n = row_count; exception when others then reset session authorization; return sqlstate; end;
  reset session authorization;
  return n::text;
end $$;
\o

-- ---- drafts -----------------------------------------------------------------------------------------------------------------
select is(tap.did('t_agent', format('insert into desk.my_draft(person_id, ticket_id, kind, host, body) values (desk.me(), %s, ''incident|note'', ''a'', ''{"body": "secret words"}'')', :t1)), '1', 'one keeps a draft');
select is(tap.did('t_agent', format('insert into desk.my_draft(person_id, ticket_id, kind, host, body) values (desk.me(), %s, ''incident|note'', ''b'', ''{"body": "others"}'')', :t1)), '1', 'another host another one');
select is(tap.did('t_agent', format('insert into desk.my_draft(person_id, ticket_id, kind, host, body) values (%s, %s, ''incident|note'', ''a'', ''{}'')', tap.person('t_lead'), :t1)), '42501', 'not in the name of another');
select is(tap.as_person(l, 'select count(*) from desk.my_draft'), '0', l || ' reads no draft of another') from unnest(array['t_lead', 't_admin', 't_auditor', 't_caller', 'd_lead', 'd_off']) l;
select is(tap.did(l, 'update desk.my_draft set body = ''x'''), '0', l || ' changes none') from unnest(array['t_lead', 't_admin', 't_auditor', 't_caller', 'd_off']) l;
select is(tap.did(l, 'delete from desk.my_draft'), '0', l || ' removes none') from unnest(array['t_lead', 't_admin', 't_auditor', 't_caller', 'd_off']) l;
select is(tap.as_person('t_agent', 'select count(*) from desk.my_draft'), '2', 'the person has both');
select is(tap.did('t_agent', 'delete from desk.my_draft where host = ''a'''), '1', 'and removes one');
select is((select count(*) from desk.my_draft where body ~ 'secret words'), 0::bigint, 'its text is gone with it');
select is(tap.did('t_agent', 'insert into desk.my_draft(person_id, ticket_id, kind, host, body) values (desk.me(), 0, ''incident|create'', '''', ''x'')'), '23514', 'a draft is of a host');

-- ---- what was being sent ----------------------------------------------------------------------------------------------------
select '00000000-0000-4000-8000-00000000d001' as op, '00000000-0000-4000-8000-00000000d002' as other \gset
select is(tap.as_person('t_agent', format('select count(*) from desk.ops_done(array[%L, %L]::uuid[])', :'op', :'other')), '0', 'nothing was done yet');
select is(tap.act('t_agent', :t1, 'note', '{"body": "sent once"}', 1, :'op')->>'replay', 'false', 'an act');
select is(tap.as_person('t_agent', format('select string_agg(o::text, '','') from desk.ops_done(array[%L, %L]::uuid[]) o', :'op', :'other')), :'op', 'it was done');
select is(tap.as_person('t_lead', format('select count(*) from desk.ops_done(array[%L]::uuid[])', :'op')), '0', 'which is nobody else''s to know');
select is(tap.act('t_agent', :t1, 'note', '{"body": "sent once"}', 1, :'op')->>'replay', 'true', 'the same again is answered, not done');
select is((select count(*) from desk.event where op = :'op'), 1::bigint, 'there is one event');
select is(tap.as_person('t_caller', 'select count(*) from desk.ops_done(null)'), '0', 'of nothing nothing');

-- ---- texts to fill in -------------------------------------------------------------------------------------------------------
create function tap.save(p_login text, p_name text, p_body text, p_group text default null) returns text language sql as $$
  select tap.why(tap.as_person(p_login, format('select desk.macro_save(%L, %L, %L)', p_name, p_body, p_group))::jsonb) $$;
create function tap.names(p_login text) returns text language sql as $$
  select tap.as_person(p_login, 'select string_agg(coalesce(m."group" || ''/'', '''') || m.name || case when m.writable then ''*'' else '''' end, '' '' order by m.name, m."group" nulls first) from desk.macros() m') $$;
select is(tap.save('t_agent', 'hello', 'Dear {requester_name},'), 'ok', 'one''s own');
select is(tap.save('t_agent', 'hello', 'Hi {requester_name}'), 'ok', 'written anew');
select is(tap.as_person('t_agent', 'select body from desk.macros() where name = ''hello'''), 'Hi {requester_name}', 'it is the new one');
select is(tap.save('t_agent', '问候', '您好'), 'ok', 'in any letters');
select is(tap.save('t_agent', n, 'x'), 'input macro_name name', 'no name: ' || coalesce(n, 'null')) from unnest(array['', 'two words', 'a:b', 'a{b}', repeat('x', 41), E'a\nb', null]) n;
select is(tap.save('t_agent', 'x', b), 'input macro_body body', 'no text') from unnest(array['', repeat('x', 20001), null]) b;
select is(tap.save('t_agent', 'net', 'x', 'Network'), 'denied macro_group group', 'an agent writes none for a group');
select is(tap.save('t_lead', 'net', 'Check the switch', 'network'), 'ok', 'a lead does');
select is(tap.save('d_lead', 'net', 'x', 'Network'), 'denied macro_group group', 'not for a group led by another');
select is(tap.save('d_lead', 'desk', 'Thank you for calling', 'Service desk'), 'ok', 'for the own one');
select is(tap.save('t_lead', 'x', 'x', 'no such group'), 'denied macro_group group', 'nor for one that is not there');
select is(tap.save('t_caller', 'net', 'x', 'Network'), 'denied macro_group group', 'a requester writes none for a group');
select is(tap.save('d_off', 'x', 'x'), 'denied not_a_person', 'a disabled person none at all');
select is(tap.names('t_agent'), 'hello* Network/net 问候*', 'an agent has his own and those of his groups');
select is(tap.names('d_lead'), 'Service desk/desk*', 'the lead of another group has other ones');
select is(tap.names('t_caller'), null, 'a requester has none');
select is(tap.as_person('t_agent', 'select count(*) from desk.group_macro'), '1', 'the table says the same');
select is(tap.as_person('t_lead', 'select count(*) from desk.my_macro'), '0', 'nobody reads those of another');
select is(tap.did('t_agent', format('insert into desk.my_macro values (%s, ''y'', ''y'')', tap.person('t_lead'))), '42501', 'nor writes them');
select is(tap.did('t_agent', 'update desk.group_macro set body = ''x'''), '42501', 'the table of groups is written through the function only');
select is(tap.why(tap.as_person('t_agent', 'select desk.macro_delete(''net'', ''Network'')')::jsonb), 'denied macro_group group', 'an agent removes none of a group');
select is(tap.why(tap.as_person('t_agent', 'select desk.macro_delete(''hello'')')::jsonb), 'ok', 'one''s own');
select is(tap.why(tap.as_person('t_agent', 'select desk.macro_delete(''hello'')')::jsonb), 'notfound no_macro name', 'which is gone then');
select is(tap.why(tap.as_person('t_lead', 'select desk.macro_delete(''net'', ''Network'')')::jsonb), 'ok', 'the lead removes that of the group');

-- ---- who is erased leaves none of it -------------------------------------------------------------------------------------------
select tap.person('t_agent') as gone \gset
select is(tap.save('t_agent', 'mine', 'x'), 'ok', 'a text');
insert into desk.my_follow_up(person_id, ticket_id, due_at, text) values (:gone, 1, now(), 'call him');
insert into desk.my_inbox(person_id, ticket_id, seq, read) values (:gone, 1, 1, true);
select is(tap.why(tap.as_person('t_admin', format('select desk.person_erase(%s, ''left'')', tap.person('t_agent')))::jsonb), 'ok', 'erased');
create function tap.rows_of(p_table regclass, p_person int) returns bigint language plpgsql as $$
declare n bigint;
begin
  execute format('select count(*) from %s where person_id = $1', p_table) into n using p_person;
  return n;
end $$;
select is(tap.rows_of(c.oid, :gone), 0::bigint, 'nothing is left in ' || c.oid::regclass)
  from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind = 'r' and c.relname ~ '^my_' order by c.relname;
select * from finish();
