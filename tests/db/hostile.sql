-- What somebody could try who means harm: spans of thousands of years, figures of what is not his, words that pass through a definer.
\ir clock.inc
select no_plan();
\o /dev/null
select tap.add('h_group', '{agent}', p_group => 'Network');
select tap.add('h_owner', '{process_owner}');
insert into desk.support_group(name, org_id) select 'Floor of ' || name, id from desk.org where name in ('Acme', 'Beta');
insert into desk.service(name) values ('Mail');
select tap.at('2026-06-01 08:00Z');
select tap.policy('{"agreements": [{"name": "inside", "type": "ola", "targets": [{"metric": "ola", "minutes": "10"}]}, {"name": "all", "type": "sla", "targets": [{"metric": "resolution", "minutes": "600"}]}]}');
select tap.do_create('t_agent', '{"subject": "one", "requester": "t_caller", "group": "Network", "category": "General"}') as t1,
  tap.do_create('t_agent', '{"subject": "two", "requester": "t_caller", "group": "Network", "category": "General"}') as t2 \gset
select tap.at('2026-06-01 10:00Z');
select tap.do_act('t_agent', x, 'take') from unnest(array[:t1, :t2]) x;
select tap.do_act('t_agent', x, 'resolve', '{"code": "fixed", "body": "done"}') from unnest(array[:t1, :t2]) x;
\o
-- ---- spans of thousands of years -----------------------------------------------------------------------------------
set temp_file_limit = '1MB';
set session authorization t_agent;
select is((select count(*) from desk.metric_buckets('0001-01-01', '9999-12-31', 'hour', 'UTC')), 1000::bigint, 'no more hours are made than are given');
select is((select count(*) from desk.metric_get('opened', '0001-01-01', '9999-12-31', 'hour')), 1000::bigint, 'nor for figures');
reset session authorization;
reset temp_file_limit;
select is(tap.try('t_agent', format('select (%s) is not null', q)), 'true', q)
  from unnest('{"desk.dash(''0001..9999'')","desk.dash(''0001'')","desk.analysis(''0001..9999'')","desk.analysis(''7d'')","desk.service_page(''0001..9999'')","desk.dash(''9999-12-31'')"}'::text[]) q;
select is(tap.try('t_agent', format('select desk.report_period(%L) is null', p)), 'true', p || ': nothing before to compare it with') from unnest('{0001,0001..9999,0001-01..9999-12}'::text[]) p;
select is(tap.try('t_agent', 'select desk.report_period(''1970'') is null'), 'false', 'a report of what is long ago');
select is(desk.bt_between(1, '2300-01-01', '2400-01-01'), 0::bigint, 'time behind all calendars');
select is(desk.bt_between(1, a, b), extract(epoch from b - a)::bigint, a || ' to ' || b) from (values ('2100-01-01Z'::timestamptz, '2150-01-01Z'::timestamptz), ('1901-01-01Z', '1902-01-01Z'), ('1950-01-01Z', '2150-01-01Z')) x(a, b);
select tap.calendar('nights', 'Europe/Berlin', '{"mon": [["22:00", "06:00"]], "sun": [["01:30", "03:30"]]}') \g /dev/null
select is(desk.bt_between(v.id, a, b), desk.open_us(v.id, a, b) / 1000000, a || ' to ' || b) from desk.calendar_version v join desk.calendar c on c.id = v.calendar_id and c.name = 'nights',
  (values ('1950-01-01Z'::timestamptz, '1951-01-01Z'::timestamptz), ('2100-01-01Z', '2101-01-01Z'), ('2020-01-01Z', '2031-01-01Z'), ('1990-01-01Z', '2060-01-01Z')) x(a, b);
select is(tap.as_person('h_owner', format('select desk.outage_add(%L)', jsonb_build_object('service', 'Mail', 'from', f)))::jsonb->'error'->>'id', w, 'an outage since ' || f)
  from (values ('0206-05-01T08:00:00Z', 'bad_time'), ('0001-01-01', 'bad_time'), ('2026-05-01T08:00:00Z', null)) x(f, w);
insert into desk.outage(service_id, kind, from_at, until_at, created_at, created_by) select id, 'unplanned', '0001-01-01', '0001-01-02', desk.now(), 1 from desk.service where name = 'Mail';
select is(tap.as_person('t_agent', 'select desk.measured_since() at time zone ''UTC'''), '1970-01-01 00:00:00', 'nothing is measured from before 1970');
delete from desk.outage where from_at < '1900-01-01';
-- ---- what runs inside is for those who handle it, also behind a word of a query --------------------------------------
create function tap.word(p_login text, p text) returns text language sql as $$
  select tap.as_person(p_login, format('select count(*) from desk.ticket t where desk.matches(%L, t.id)', jsonb_build_object('field', 'metric', 'op', '=', 'value', jsonb_build_array(p)))) $$;
select is(tap.word('t_agent', 'ola_attainment@2026-06@missed'), '2', 'an agent finds what missed the time of its group');
select is(tap.word('t_caller', 'ola_attainment@2026-06@missed'), '0', 'a requester does not');
select is(tap.word('t_caller', 'ola_attainment@2026-06'), '0', 'nor whether there was one');
select is(tap.word('t_caller', 'resolution_attainment@2026-06@met'), '2', 'what was promised to him he does');
-- ---- who runs a service, and what hangs on a major incident ------------------------------------------------------------------
select tap.as_person('h_owner', 'select desk.service_set(''Mail'', ''{"groups": "Floor of Beta"}'')') \g /dev/null
select is(tap.as_person('t_agent', 'select desk.service_list()->0->''groups''')::jsonb, '["Floor of Beta"]', 'staff know who runs a service');
select is(tap.as_person('t_caller', 'select desk.service_list()->0->''groups''')::jsonb, '[]', 'others do not');
select tap.do_create('t_agent', '{"subject": "all dark", "requester": "t_caller", "group": "Network", "category": "General", "impact": "1", "urgency": "1"}') as m,
  tap.do_create('t_agent', '{"subject": "dark too", "requester": "t_beta", "group": "Service desk", "category": "General"}') as c1,
  tap.do_create('t_agent', '{"subject": "mine too", "requester": "t_caller", "group": "Service desk", "category": "General"}') as c2 \gset
select tap.do_act('t_lead', :m, 'accept_major', '{"commander": "t_lead"}') \g /dev/null
select tap.do_act('t_agent', x, 'link', format('{"type": "parent", "to": %s}', :m)::jsonb) from unnest(array[:c1, :c2]) x \g /dev/null
create function tap.room(p_login text, p_id bigint, p_what text) returns text language sql as $$ select tap.as_person(p_login, format('select desk.war_room(%s)->''room''->>%L', p_id, p_what)) $$;
select is(tap.room(l, :m, 'states')::jsonb, format('[{"state": "new", "n": %s}]', n)::jsonb, l || ' counts the children he sees') from (values ('t_lead', 2), ('t_caller', 1)) x(l, n);
select is(tap.as_person(l, 'select desk.major_list()->0->>''children'''), n, l || ' in the list, too') from (values ('t_lead', '2'), ('t_caller', '1'), ('h_group', '0')) x(l, n);
select tap.do_act('t_agent', :m, 'take') \g /dev/null
select tap.do_act('t_agent', :m, 'resolve', '{"code": "fixed", "body": "light"}') \g /dev/null
select unalike(tap.show('t_caller', :m)::text, '%Beta%', 'a requester reads of no other customer in the report');
select is(tap.try('t_agent', format('select count(*) from desk.metric_tickets(%L)', 'opened@2026-06@priority=' || w)), n, 'priority ' || w) from (values ('5', '4'), ('x', '0'), ('99999999999', '0')) x(w, n);
-- ---- restricted tickets count nowhere -----------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "secret", "requester": "t_caller", "category": "General"}') as r \gset
select tap.do_act('t_agent', :r, 'take'), tap.do_act('t_agent', :r, 'resolve', '{"code": "fixed", "body": "done"}'), tap.do_act('t_caller', :r, 'rate', '{"score": "1"}') \g /dev/null
select tap.do_act('t_lead', :r, 'close', '{"reason": "sure"}'), tap.do_act('t_lead', :r, 'restrict', '{"people": "t_lead"}') \g /dev/null
select is_empty(format($$ select m.id from desk.metric m where m.view is not null and tap.try('t_lead', format('select count(*) from %%s where ticket_id = %s', m.view)) <> '0' $$, :r),
  'also not for who may open them, in no metric');
-- ---- what is written besides an outage --------------------------------------------------------------------------------------
select (tap.as_person('h_owner', 'select desk.outage_add(''{"service": "Mail"}'', null, null)')::jsonb->'outage'->>'id')::bigint as o \gset
select is(tap.as_person('h_owner', format('select desk.outage_act(%s, ''cancel'', %L, null)', :o, jsonb_build_object('reason', e'\x1b[31mred\n' || repeat('y', 2000000))))::jsonb->>'ok', 'true', 'no operation is one of its own');
select is((select concat_ws(' ', channel, left(reason, 7), length(reason)) from desk.outage_log where what = 'cancel'), 'api [31mred 999', 'a reason is one line of some length');
-- ---- a due time goes with the last clock ------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "due", "requester": "t_caller", "category": "General"}') as d \gset
select gen_random_uuid() as op, gen_random_uuid() as back \gset
select tap.policy('{"agreements": [{"name": "all", "type": "sla", "targets": [{"metric": "resolution", "minutes": "600"}], "contracts": [{"customer": "Beta"}]}]}') \g /dev/null
select tap.do_create('t_agent', '{"subject": "due", "requester": "t_caller", "category": "General"}') as e \gset
select tap.act('t_agent', :e, 'propose_major', '{"reason": "big"}') \g /dev/null
select tap.act('t_lead', :e, 'accept_major', '{"commander": "t_lead"}', null, :'op') \g /dev/null
select tap.act('t_lead', :e, 'update', '{"body": "news"}') \g /dev/null
select isnt((select due_at from desk.ticket where id = :e), 'infinity', 'a major incident is due');
select tap.as_person('t_lead', format('select desk.undo(%L, %L)', :'op', :'back')) \g /dev/null
select is((select concat_ws(' ', major, due_at, (select count(*) from desk.sla_clock c where c.ticket_id = t.id)) from desk.ticket t where id = :e), 'candidate infinity 0', 'when that is undone nothing is');
select isnt((select due_at from desk.ticket where id = :d), 'infinity', 'due by an agreement');
select tap.as_person('t_admin', format('select desk.sla_reclock_part((desk.sla_reclock_begin(''x'', ''y'', 1)->>''reclock'')::int, 1, array[%s]::bigint[])', :d)) \g /dev/null
select is((select concat_ws(' ', due_at, (select count(*) from desk.sla_clock c where c.ticket_id = t.id)) from desk.ticket t where id = :d), 'infinity 0', 'that holds no more: nor after its clocks were made anew');
select is(tap.verify(), '[]', 'the journal agrees');
select * from finish();
