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
-- time
update desk.my_presence set at = clock_timestamp() - interval '31 seconds' where console = :'a';
select is(tap.here('t_lead', :t1), '', 'gone after 30 s');
select tap.as_person('t_agent', format('select desk.presence(%L, %s, ''viewing'')', :'a', :t1)) \g /dev/null
select is(tap.here('t_lead', :t1), 't_agent viewing', 'and there again');
update desk.my_presence set at = clock_timestamp() - interval '61 minutes' where console = :'a';
delete from desk.my_presence where console = :'c';
select tap.as_person('t_agent', format('select desk.presence(%L, 0, ''viewing'')', :'c')) \g /dev/null
select is((select count(*) from desk.my_presence where console = :'a'), 0::bigint, 'what was silent for an hour is taken away');
select is(tap.try('t_agent', 'delete from desk.my_presence'), 'done', 'one leaves');
select is((select count(*) from desk.my_presence), 1::bigint, 'alone');
select * from finish();
