-- Who is at a console now: renewed by itself, gone 30 s after the last, seen only by those who see the ticket.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('e_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
select tap.do_create('t_agent', '{"subject": "one", "requester": "t_caller", "group": "Network"}') as t1,
  tap.do_create('t_agent', '{"subject": "two", "requester": "t_caller", "group": "Network"}') as t2 \gset
select tap.do_act('t_lead', :t2, 'restrict', '{"people": "t_lead"}');
create function tap.here(p_login text, p_ticket bigint) returns text language sql as $$
  select coalesce(tap.as_person(p_login, format('select string_agg(login || '' '' || mode, '', '' order by login) from desk.present(%s)', coalesce(p_ticket::text, ''))), '') $$;
select '00000000-0000-4000-8000-00000000000a' as a, '00000000-0000-4000-8000-00000000000b' as b, '00000000-0000-4000-8000-00000000000c' as c \gset
\o
select is((select relpersistence from pg_class where oid = 'desk.my_presence'::regclass), 'u', 'it is not logged');
select is(tap.here('t_lead', :t1), '', 'nobody is there');
select tap.as_person('t_agent', format('select desk.presence(%L, %s, ''viewing'')', :'a', :t1)) \g /dev/null
select is(tap.here('t_lead', :t1), 't_agent viewing', 'one looks at it');
select tap.as_person('t_agent', format('select desk.presence(%L, %s, ''writing'')', :'a', :t1)) \g /dev/null
select tap.as_person('t_lead', format('select desk.presence(%L, %s, ''viewing'')', :'b', :t1)) \g /dev/null
select is(tap.here('t_lead', :t1), 't_agent writing, t_lead viewing', 'and writes; one row a console');
select is((select count(*) from desk.my_presence), 2::bigint, 'no row more');
select is(tap.here('t_agent', null), 't_agent writing, t_lead viewing', 'everybody who is there');
select is(tap.as_person('t_agent', format('select count(console) from desk.present(%s)', :t1)), '1', 'one knows one''s own console, nobody else''s');
-- rights
select is(tap.here('t_caller', :t1), '', 'a requester is not told');
select is(tap.here('e_org', :t1), '', 'nor who does not see the ticket');
select is(tap.as_person('e_org', 'select count(*) from desk.present() where ticket_id is not null'), '0', 'nor is it named to him');
select tap.as_person('t_lead', format('select desk.presence(%L, %s, ''writing'')', :'b', :t2)) \g /dev/null
select is(tap.here('t_agent', :t2), '', 'a restricted ticket tells nobody');
select is(tap.here('t_lead', :t2), 't_lead writing', 'but those who may open it');
select is(tap.as_person('t_agent', 'select count(*) from desk.present() where login = ''t_lead'' and ticket_id is null'), '1', 'he is there, with nothing that can be named');
select is(tap.as_person('t_agent', format('select desk.presence(%L, %s, ''viewing'')', :'b', :t1)), 'false', 'the console of another');
select is(tap.here('t_lead', :t2), 't_lead writing', 'cannot be taken');
select is(tap.try('t_agent', format('insert into desk.my_presence(console, person_id) values (%L, desk.me())', :'c')), '42501', 'only through the function');
select is(tap.try('t_agent', 'select count(*) from desk.my_presence'), '1', 'the table shows one''s own');
select is(tap.try('t_agent', format('select desk.presence(%L, null, ''x'')', :'c')), 'true', 'anything else is looking on');
select is((select mode || ticket_id from desk.my_presence where console = :'c'), 'viewing0', 'at nothing');
-- nobody: who left, and a role without a person
select tap.add('e_off', '{agent,lead,auditor}') \g /dev/null
update desk.person set active = false where login = 'e_off';
create role e_stranger login; grant desk_agent, desk_auditor, desk_admin to e_stranger;
select is(tap.try(l, q), '0', l || ': ' || q) from unnest('{e_off,e_stranger}'::text[]) l, unnest(array['select count(*) from desk.present()', format('select count(*) from desk.present(%s)', :t1),
  'select count(*) from desk.calendar_hours(1, ''2026-06-01'', 3)']) q;
select is(tap.try('e_off', 'select desk.i_am_staff()'), 'false', 'nobody is staff');
-- requesters are there, too, but at no desk; and nobody is at what he does not see
select is(tap.as_person('t_caller', format('select desk.presence(gen_random_uuid(), %s, ''writing'')', :t1)), 'true', 'a requester at his ticket');
select is(tap.here('t_lead', :t1), 't_agent writing, t_caller writing', 'is seen there');
delete from desk.my_presence where console = :'c';
select is(tap.here('t_lead', null), 't_agent writing, t_lead writing', 'and not among those who work');
select is(tap.as_person('e_org', format('select desk.presence(gen_random_uuid(), %s, ''writing'')', :t1)), 'true', 'who does not see it');
select is(tap.here('t_lead', :t1), 't_agent writing, t_caller writing', 'is not at it');
select count(tap.as_person('t_caller', 'select desk.presence(gen_random_uuid(), 0, ''viewing'')')) from generate_series(1, 30) \g /dev/null
select is((select count(*) from desk.my_presence where person_id = tap.person('t_caller')), 20::bigint, 'of one person there are twenty consoles at most');
delete from desk.my_presence where person_id in (tap.person('t_caller'), tap.person('e_org'));
-- time
update desk.my_presence set at = clock_timestamp() - interval '25 seconds' where console = :'a';
select is(tap.here('t_lead', :t1), '', 'gone 24 s after the last: who reads it each few seconds has seen it within 30');
select tap.as_person('t_agent', format('select desk.presence(%L, %s, ''viewing'')', :'a', :t1)) \g /dev/null
select is(tap.here('t_lead', :t1), 't_agent viewing', 'and there again');
update desk.my_presence set at = clock_timestamp() - interval '61 minutes' where console = :'a';
delete from desk.my_presence where console = :'c';
select tap.as_person('t_agent', format('select desk.presence(%L, 0, ''viewing'')', :'c')) \g /dev/null
select is((select count(*) from desk.my_presence where console = :'a'), 0::bigint, 'what was silent for an hour is taken away');
select is(tap.try('t_agent', 'delete from desk.my_presence'), 'done', 'one leaves');
select is((select count(*) from desk.my_presence), 1::bigint, 'alone');
-- all of a page at once: what is written since when, for who sees the ticket
create function tap.on_page(p_login text, p_tickets bigint[]) returns text language sql as $$
  select coalesce(tap.as_person(p_login, format('select string_agg(concat_ws('' '', ticket_id, login, mode, nullif(verb, ''''), case when console is not null then ''own'' end), '', '')
    from desk.present_on(%L)', p_tickets)), '') $$;
delete from desk.my_presence;
select tap.as_person('t_agent', format('select desk.presence(%L, %s, ''writing'', ''reply'')', :'a', :t1)) \g /dev/null
select tap.as_person('t_lead', format('select desk.presence(%L, %s, ''viewing'', ''reply'')', :'b', :t1)) \g /dev/null
select is(tap.on_page('t_lead', array[:t1, :t2]::bigint[]), format('%s t_agent writing reply, %s t_lead viewing own', :t1, :t1), 'who writes stands first, who looks at it writes nothing; of oneself one knows the console');
select is(tap.on_page('t_lead', array[:t2]::bigint[]), '', 'of the tickets asked for alone');
select is(tap.on_page('t_lead', '{}'), '', 'of none nothing');
select is(tap.on_page('t_lead', null), '', 'nor of null');
select is(tap.on_page('t_caller', array[:t1]::bigint[]), '', 'a requester is told nothing');
select is(tap.on_page('e_org', array[:t1]::bigint[]), '', 'nor who does not see the ticket');
select is(tap.on_page('e_off', array[:t1]::bigint[]), '', 'nor who is disabled');
select tap.as_person('t_lead', format('select desk.presence(%L, %s, ''writing'', ''note'')', :'b', :t2)) \g /dev/null
select is(tap.on_page('t_agent', array[:t1, :t2]::bigint[]), format('%s t_agent writing reply own', :t1), 'a restricted ticket tells nobody');
select is(tap.on_page('t_lead', array[:t2]::bigint[]), format('%s t_lead writing note own', :t2), 'but those who may open it');
select is(tap.as_person('t_agent', 'select count(*) from desk.present() where verb <> '''' and login = ''t_lead'' or number is null and ticket_id is not null'), '0', 'nor does the list of all say what is written there');
select tap.as_person('t_agent', format('select desk.presence(%L, %s, ''writing'', E''x\e[31m'')', :'a', :t1)) \g /dev/null
select is((select verb from desk.my_presence where console = :'a'), '', 'what is no verb is none');
-- since when: kept while nothing changes, anew with the ticket, the mode and what is written
create function tap.since(p_verb text, p_mode text, p_ticket bigint) returns boolean language plpgsql as $$
begin
  update desk.my_presence set since = '2020-01-01' where console = '00000000-0000-4000-8000-00000000000a';
  perform tap.as_person('t_agent', format('select desk.presence(''00000000-0000-4000-8000-00000000000a'', %s, %L, %L)', p_ticket, p_mode, p_verb));
  return (select since = '2020-01-01' from desk.my_presence where console = '00000000-0000-4000-8000-00000000000a');
end $$;
select is(tap.since('reply', 'writing', :t1), false, 'something else is written');
select is(tap.since('reply', 'writing', :t1), true, 'the same goes on');
select is(tap.since('', 'viewing', :t1), false, 'not any more');
select is(tap.since('', 'viewing', 0), false, 'another ticket');
select is(tap.since('', 'viewing', 0), true, 'still none');
update desk.person set active = false where login = 't_agent';
select is(tap.on_page('t_lead', array[:t1]::bigint[]), '', 'who was disabled is shown no more');
update desk.person set active = true where login = 't_agent';
select tap.as_person('t_agent', format('select desk.presence(%L, %s, ''writing'', ''reply'')', :'a', :t1)) \g /dev/null
update desk.my_presence set at = clock_timestamp() - interval '25 seconds' where console = :'a';
select is(tap.on_page('t_lead', array[:t1]::bigint[]), '', 'gone 24 s after the last');
-- what it costs: the page is found by the index, and renewing touches none
insert into desk.my_presence(console, person_id, ticket_id) select gen_random_uuid(), tap.person('t_lead'), n from generate_series(100, 3000) n;
analyze desk.my_presence;
create function tap.plan(p_query text) returns text language plpgsql as $$
declare line text; plan text := '';
begin for line in execute 'explain (costs off) ' || p_query loop plan := plan || line || E'\n'; end loop; return plan; end $$;
select matches(tap.plan(format('select 1 from desk.my_presence x where x.ticket_id = any (array[%s, %s, 200]) and x.ticket_id > 0', :t1, :t2)), 'my_presence_ticket', 'tickets are found by the index');
delete from desk.my_presence where ticket_id between 100 and 3000;
select is((select count(*) from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey) where i.indrelid = 'desk.my_presence'::regclass and a.attname in ('at', 'since', 'mode', 'verb')), 0::bigint,
  'no index holds what a renewal writes: its rows stay in their page');
select * from finish();
