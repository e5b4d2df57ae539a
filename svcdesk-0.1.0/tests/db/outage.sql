-- Outages: who records them, that nothing is altered silently, and availability against a count minute by minute.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('o_out', '{agent}', p_org => 'Beta'), tap.add('o_net', '{agent}'), tap.add('o_owner', '{process_owner}');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Network' and p.login = 'o_net';
create function tap.j(p_login text, p_query text) returns jsonb language sql as $$ select tap.as_person(p_login, p_query)::jsonb $$;
create function tap.out(p_login text, p jsonb, p_op uuid default gen_random_uuid()) returns jsonb language sql as $$
  select tap.j(p_login, format('select desk.outage_add(%L, %L)', p, p_op)) $$;
create function tap.oact(p_login text, p_id bigint, p_what text, p jsonb default '{}', p_op uuid default gen_random_uuid()) returns jsonb language sql as $$
  select tap.j(p_login, format('select desk.outage_act(%s, %L, %L, %L)', p_id, p_what, p, p_op)) $$;
create function tap.avail(p_name text, p_from timestamptz, p_to timestamptz, p_login text default 't_agent') returns jsonb language sql as $$
  select tap.j(p_login, format('select desk.availability(%s, %L, %L)', (select id from desk.service where name = p_name), p_from, p_to)) $$;
create function tap.sid(p_name text) returns int language sql as $$ select id from desk.service where name = p_name $$;
update desk.clock set frozen_at = '2026-10-20 12:00Z';
insert into desk.service(name, org_id) values ('Mail', null), ('Web', null), ('Database', null), ('Storage', null), ('Own', (select id from desk.org where name = 'Beta'));
\o

-- ---- recording ---------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "mail is down", "service": "Mail"}') as tk \gset
select tap.row(:tk) as row \gset
select tap.out('t_agent', jsonb_build_object('service', 'mail', 'from', '2026-10-05T08:00Z', 'until', '2026-10-05 09:30Z', 'ticket', 'INC' || 100000 + :tk, 'note', 'disk full')) as r \gset
select is((:'r'::jsonb->'outage') - 'id', jsonb_build_object('service', 'Mail', 'kind', 'unplanned', 'from', '2026-10-05T08:00:00Z', 'until', '2026-10-05T09:30:00Z', 'state', 'over',
  'minutes', 90, 'agreed_minutes', 90, 'weight', null, 'ticket', 'INC' || 100000 + :tk, 'version', 1, 'note', 'disk full', 'by', 't_agent', 'recorded_at', '2026-10-20T12:00:00Z'), 'recorded');
select :'r'::jsonb->'outage'->>'id' as o1 \gset
select is(tap.out('t_agent', '{"service": "Mail"}', '00000000-0000-4000-8000-000000000001')->'outage'->>'state', 'on', 'one that begins now goes on');
select is(tap.out('t_agent', '{"service": "Mail"}', '00000000-0000-4000-8000-000000000001')->>'replay', 'true', 'sent again it is the same one');
select is((select count(*) from desk.outage), 2::bigint, 'and not a second one');
select is(tap.why(tap.out('t_lead', '{"service": "Mail"}', '00000000-0000-4000-8000-000000000001')), 'conflict op_reused op', 'nor anybody else''s');
select is(tap.out('t_agent', jsonb_build_object('ticket', 'INC' || 100000 + :tk))->'outage'->>'service', 'Mail', 'the service is that of the ticket');
select is(tap.why(tap.out('t_agent', '{}')), 'input outage_service service', 'or must be said');
select is(tap.why(tap.out('t_agent', '{"service": "Mial"}')), 'notfound unknown_service service', 'a service that is none');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "kind": "broken"}')), 'input outage_kind kind', 'a kind that is none');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "from": "yesterday"}')), 'input bad_time from', 'a time that is none');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "from": "2026-10-05", "until": "2026-10-05"}')), 'input outage_times until', 'an end before the beginning');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "from": "2026-10-25"}')), 'input outage_ahead from', 'only a planned one lies ahead');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "until": "2026-10-25"}')), 'input outage_ahead until', 'and ends ahead');
select is(tap.out('t_agent', '{"service": "Mail", "from": "2026-10-25", "until": "2026-10-25T02:00Z", "kind": "planned"}')->'outage'->>'state', 'ahead', 'a planned one may');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "kind": "degraded", "weight": "2"}')), 'input bad_weight weight', 'a weight is a part');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "ticket": "INC999"}')), 'input unknown_ticket ticket', 'a ticket nobody has');
select is(tap.why(tap.out('t_agent', '{"service": "Mail", "colour": "red"}')), 'input unknown_field colour', 'a field that is none');
select is(tap.why(tap.out(p, '{"service": "Mail"}')), 'denied outage_denied service', p || ' does not record') from unnest('{t_caller,t_auditor,t_admin}'::text[]) p;
select is(tap.why(tap.out('t_lead', '{"service": "Mail"}')), 'ok', 'a lead does');
select is(tap.why(tap.out('t_caller', '{"service": "Own"}')), 'notfound unknown_service service', 'a service of others is not there');
select is(tap.why(tap.j('o_owner', $$ select desk.service_set('Web', '{"groups": "Network"}') $$)), 'ok', 'a group runs a service');
select is(tap.why(tap.out('o_net', '{"service": "Web", "from": "2026-10-01", "until": "2026-10-01T00:01Z"}')), 'ok', 'its members record');
select is(tap.out('o_out', '{"service": "Web"}')->'error'->'args'->'groups', '["Network"]', 'others are told who does');
select is(tap.why(tap.j('o_owner', $$ select desk.service_set('Web', '{"groups": ""}') $$)), 'ok', 'and no group again');

-- ---- correcting --------------------------------------------------------------------------------------------------------
select is(tap.why(tap.oact('t_agent', :o1, 'end')), 'state outage_over until', 'what is over is not ended');
select is(tap.why(tap.oact('t_agent', :o1, 'change', '{"until": "2026-10-05T10:00Z", "reason": "log of the switch", "version": 1}')), 'ok', 'but corrected');
select is(tap.why(tap.oact('t_agent', :o1, 'change', '{"until": "2026-10-05T11:00Z", "version": 1}')), 'conflict outage_changed version', 'not unseen');
select is(tap.why(tap.oact('t_agent', :o1, 'change', '{"until": "2026-10-05T10:00Z"}')), 'state outage_same', 'to something else');
select is(tap.why(tap.oact('t_agent', :o1, 'change', '{"from": "2026-10-05T12:00Z"}')), 'input outage_times until', 'that can be');
select is(tap.why(tap.oact('t_agent', :o1, 'drop')), 'input unknown_verb verb', 'nothing is deleted');
select is(tap.why(tap.oact('t_agent', :o1, 'cancel')), 'input field_required reason', 'who cancels says why');
select is(tap.why(tap.oact('t_agent', :o1, 'cancel', '{"reason": "it was Web"}')), 'ok', 'cancelled');
select is(tap.why(tap.oact('t_agent', :o1, 'change', '{"note": "x"}')), 'state outage_cancelled id', 'is over');
select is(tap.why(tap.oact('t_caller', :o1, 'change', '{"note": "x"}')), 'denied outage_denied service', 'not by a requester');
select is(tap.why(tap.oact('t_agent', 999, 'end')), 'notfound no_outage id', 'one that is none');
select is((select jsonb_agg(x - 'at' - 'seq') from jsonb_array_elements(tap.j('t_agent', format('select desk.outage_show(%s)', :o1))->'journal') x) #- '{0,changes}', jsonb_build_array(
  '{"by": "t_agent", "what": "add", "reason": null}'::jsonb,
  '{"by": "t_agent", "what": "change", "reason": "log of the switch", "changes": {"until": ["2026-10-05T09:30:00Z", "2026-10-05T10:00:00Z"]}}'::jsonb,
  '{"by": "t_agent", "what": "cancel", "reason": "it was Web", "changes": {"cancelled": [null, "2026-10-20T12:00:00Z"]}}'::jsonb), 'the journal has what was before');
select is((tap.avail('Mail', '2026-10-05', '2026-10-06')->>'down_minutes')::numeric, 0::numeric, 'what was cancelled counts nowhere');
select is(tap.try('t_agent', q), '42501', 'nobody writes behind the functions') from unnest(array['update desk.outage set from_at = now()', 'delete from desk.outage',
  'select ticket_id from desk.outage', 'select note from desk.outage', 'select * from desk.outage_log', 'delete from desk.outage_log']) q;
-- a ticket that is restricted is not named to who does not see it
\o /dev/null
select tap.out('t_agent', jsonb_build_object('service', 'Storage', 'from', '2026-10-02', 'until', '2026-10-02T01:00Z', 'ticket', 'INC' || 100000 + :tk)), tap.do_act('t_lead', :tk, 'restrict');
\o
select is(tap.j('o_net', format('select desk.outage_list(%s)', tap.sid('Storage')))->0->'ticket', 'null', 'a restricted ticket is not named');
select is(tap.j('t_lead', format('select desk.outage_list(%s)', tap.sid('Storage')))->0->>'ticket', 'INC' || 100000 + :tk, 'but to who may see it');
select is(tap.j('t_caller', format('select desk.outage_list(%s)', tap.sid('Storage')))->0 ? 'note', false, 'requesters get no notes');
select is(tap.j('t_caller', 'select to_jsonb(count(*)) from desk.service where name = ''Own''')::text, '0', 'nor services of others');
select is(tap.avail('Own', '2026-10-01', '2026-10-02', 't_caller'), null, 'nor their figures');
select is((tap.avail('Own', '2026-10-01', '2026-10-02', 't_beta')->>'availability')::numeric, 100::numeric, 'their own they have');

-- ---- what is agreed ----------------------------------------------------------------------------------------------------
select is(tap.why(tap.j('t_lead', $$ select desk.service_set('Mail', '{"target": "99.98"}') $$)), 'denied service_denied', 'not for leads');
select is(tap.j('t_admin', $$ select desk.service_set('Mail', '{"target": "99.98"}') $$)->>'target', '99.9800', 'a target');
select is(tap.why(tap.j('t_admin', format('select desk.service_set(''Mail'', %L)', x))), w, x) from (values
  ('{"target": "101"}', 'input bad_target target'), ('{"target": "0"}', 'input bad_target target'), ('{"calendar": "Moon"}', 'input no_calendar calendar'),
  ('{"groups": "Netwrk"}', 'input unknown_group groups'), ('{"colour": "1"}', 'input unknown_field colour')) v(x, w);
select is(tap.why(tap.j('t_admin', $$ select desk.service_set('Mail', '{}', true) $$)), 'state service_taken service', 'a name is taken once');
select is(tap.why(tap.j('t_admin', $$ select desk.service_set('Shop', '{"org": "Acme"}', true) $$)), 'ok', 'a new service');
select is(tap.why(tap.j('t_admin', format('select desk.service_depend(%L, %L)', p, c))), w, p || ' on ' || c) from (values
  ('Web', 'Database', 'ok'), ('Database', 'Storage', 'ok'), ('Mail', 'Storage', 'ok'), ('Storage', 'Web', 'state service_circle child'),
  ('Web', 'Web', 'state service_circle child'), ('Web', 'Nix', 'notfound unknown_service service'), ('Web', 'Storage', 'ok')) v(p, c, w);
select is(tap.why(tap.j('t_admin', $$ select desk.service_depend('Mail', 'Storage', true) $$)), 'ok', 'no longer');
select is((select count(*) from desk.service_log), 9::bigint, 'all of it is in a journal');

-- ---- figures by hand: 99.98 % of 30 days are 8.64 minutes ------------------------------------------------------------------
\o /dev/null
truncate desk.outage, desk.outage_log;
select tap.out('t_agent', x || '{"service": "Mail"}') from unnest(array[
  '{"from": "2026-09-03T10:00Z", "until": "2026-09-03T10:04Z"}', '{"from": "2026-09-03T10:02Z", "until": "2026-09-03T10:08Z"}',
  '{"from": "2026-09-10T01:00Z", "until": "2026-09-10T03:00Z", "kind": "planned"}', '{"from": "2026-09-10T02:58Z", "until": "2026-09-10T03:02Z"}',
  '{"from": "2026-09-20T00:00Z", "until": "2026-09-20T01:00Z", "kind": "degraded", "weight": "0.25"}',
  '{"from": "2026-09-20T00:30Z", "until": "2026-09-20T02:00Z", "kind": "degraded", "weight": "0.5"}']::jsonb[]) x;
\o
select is(tap.avail('Mail', '2026-09-01 00:00Z', '2026-10-01 00:00Z') - '{calendar,service_id,state}'::text[], '{"service": "Mail", "from": "2026-09-01T00:00:00Z", "to": "2026-10-01T00:00:00Z",
  "until": "2026-10-01T00:00:00Z", "ast_minutes": 43200, "down_minutes": 10, "degraded_minutes": 120, "degraded_weighted_minutes": 52.5, "planned_minutes": 120,
  "availability": 99.976852, "availability_weighted": 99.855324, "target": 99.98, "budget_minutes": 8.64, "budget_left_minutes": -1.36, "budget_left_percent": -15.741,
  "outages": 3, "mtbf_minutes": 14396.667, "mtrs_minutes": 3.333}'::jsonb, 'overlap counts once, planned time is none, the heavier degradation wins');
select is(tap.avail('Web', '2026-11-01', '2026-12-01')->'availability', 'null', 'what is yet to come has no availability');
select is((tap.avail('Web', '2026-10-20 00:00Z', '2026-10-21 00:00Z')->>'ast_minutes')::numeric, 720::numeric, 'a period ends at the instant asked');
select is((tap.avail('Web', '2026-10-20 00:00Z', '2026-10-21 00:00Z')->>'budget_minutes')::numeric, 1.44::numeric, 'its budget is that of the whole');

-- ---- against a count minute by minute ------------------------------------------------------------------------------------
-- Calendars: every hour, and weekdays 08-18 with a break in Berlin, over the change of the clocks on 2026-10-25.
\o /dev/null
update desk.clock set frozen_at = '2026-10-28 10:30Z';
truncate desk.outage, desk.outage_log;
insert into desk.calendar(id, name) values (7, 'Office');
insert into desk.calendar_version(id, calendar_id, zone, spec, created_at, created_by) select 7, 7, 'Europe/Berlin', jsonb_build_object('zone', 'Europe/Berlin', 'week',
  jsonb_object_agg(d, '[["08:00", "12:00"], ["13:00", "18:00"]]'::jsonb), 'exceptions', '[{"date": "2026-10-26", "spans": [["22:00", "02:00"]]}]'::jsonb), now(), 1 from unnest('{mon,tue,wed,thu,fri}'::text[]) d;
insert into desk.service_calendar values (tap.sid('Web'), 7, 99.5), (tap.sid('Database'), 1, 99) on conflict (service_id) do update set calendar_id = excluded.calendar_id, target = excluded.target;
select setseed(0.27);
insert into desk.outage(service_id, kind, from_at, until_at, weight, created_at, created_by)
  select s, k, f, case when on_ then null else f + m * interval '1 minute' end, (array[0.25, 0.5, 1])[1 + floor(random() * 3)::int], f, 1 from (
    select (array[tap.sid('Web'), tap.sid('Database'), tap.sid('Storage'), tap.sid('Mail')])[1 + floor(random() * 4)::int] as s,
      (array['unplanned', 'unplanned', 'planned', 'degraded'])[1 + floor(random() * 4)::int] as k,
      '2026-10-15 00:00Z'::timestamptz + floor(random() * 19000) * interval '1 minute' as f, 1 + floor(random() * 400) as m, random() < 0.02 as on_, i
    from generate_series(1, 300) i) x;
create table tap.minute as select g as at, (g at time zone 'Europe/Berlin') as wall from generate_series('2026-10-14 00:00Z'::timestamptz, '2026-10-28 10:29Z', interval '1 minute') g;
create function tap.office(w timestamp) returns boolean language sql as $$
  select case when w >= '2026-10-26 22:00' and w < '2026-10-27 02:00' then true
    when extract(isodow from w) > 5 or w::date = '2026-10-26' then false
    else extract(hour from w) between 8 and 11 or extract(hour from w) between 13 and 17 end $$;
-- for each minute of a service: was it agreed, and what was going on at the service or below it
create function tap.slow(p_name text, p_below text[], p_from timestamptz, p_to timestamptz) returns jsonb language sql as $$
  with m as materialized (
    select case when p_name = 'Web' then tap.office(x.wall) else true end as agreed,
      exists (select from desk.outage o where o.service_id = any (i.ids) and o.kind = 'planned' and o.from_at <= x.at and coalesce(o.until_at, 'infinity') > x.at) as planned,
      exists (select from desk.outage o where o.service_id = any (i.ids) and o.kind = 'unplanned' and o.from_at <= x.at and coalesce(o.until_at, 'infinity') > x.at) as down,
      (select max(o.weight) from desk.outage o where o.service_id = any (i.ids) and o.kind = 'degraded' and o.from_at <= x.at and coalesce(o.until_at, 'infinity') > x.at) as w
    from tap.minute x, (select array_agg(tap.sid(b)) as ids from unnest(p_below) b) i where x.at >= p_from and x.at < p_to)
  select jsonb_build_object('ast_minutes', count(*) filter (where agreed), 'down_minutes', count(*) filter (where agreed and down and not planned),
    'planned_minutes', count(*) filter (where agreed and planned), 'degraded_minutes', count(*) filter (where agreed and w is not null and not down and not planned),
    'degraded_weighted_minutes', coalesce(sum(w) filter (where agreed and not down and not planned), 0)) from m $$;
create function tap.slow_n(p_name text, p_below text[], p_from timestamptz, p_to timestamptz) returns bigint language sql as $$
  select count(*) from desk.outage o where o.kind = 'unplanned' and o.service_id = any (select tap.sid(b) from unnest(p_below) b) and exists (
    select from tap.minute x where x.at >= p_from and x.at < p_to and x.at >= o.from_at and x.at < coalesce(o.until_at, 'infinity')
      and (p_name <> 'Web' or tap.office(x.wall)) and not exists (select from desk.outage p where p.kind = 'planned'
        and p.service_id = any (select tap.sid(b) from unnest(p_below) b) and p.from_at <= x.at and coalesce(p.until_at, 'infinity') > x.at)) $$;
create table tap.cases as select n.name, n.below, p.f, p.t from (values ('Mail', '{Mail}'::text[]), ('Storage', '{Storage}'), ('Database', '{Database,Storage}'), ('Web', '{Web,Database,Storage}')) n(name, below),
  (values ('2026-10-14 00:00Z'::timestamptz, '2026-11-14 00:00Z'::timestamptz), ('2026-10-19 22:00Z', '2026-10-26 23:00Z'), ('2026-10-24 22:00Z', '2026-10-25 23:00Z'), ('2026-10-20 07:13Z', '2026-10-20 09:02Z')) p(f, t);
create table tap.both as select c.*, tap.avail(c.name, c.f, c.t) as fast, tap.slow(c.name, c.below, c.f, c.t) as slow, tap.slow_n(c.name, c.below, c.f, c.t) as n from tap.cases c;
\o
select is_empty($$ select name, f, k.key, fast->k.key, k.value from tap.both, jsonb_each(slow) k where (fast->>k.key)::numeric <> (k.value #>> '{}')::numeric $$, 'every figure is that of the count');
select is_empty($$ select name, f, fast->'outages', n from tap.both where (fast->>'outages')::bigint <> n $$, 'so is the number of outages');
select is_empty($$ select name, f, fast from tap.both where (slow->>'ast_minutes')::numeric > 0 and abs((fast->>'availability')::numeric -
  100 * ((slow->>'ast_minutes')::numeric - (slow->>'down_minutes')::numeric) / (slow->>'ast_minutes')::numeric) > 0.000001 $$, 'availability');
select is_empty($$ select name, f from tap.both where n > 0 and (abs((fast->>'mtrs_minutes')::numeric - (slow->>'down_minutes')::numeric / n) > 0.001
  or abs((fast->>'mtbf_minutes')::numeric - ((slow->>'ast_minutes')::numeric - (slow->>'down_minutes')::numeric) / n) > 0.001) $$, 'MTBF and MTRS');
select cmp_ok((select sum((slow->>'down_minutes')::numeric) from tap.both), '>', 10000::numeric, 'there was something to count');
-- the metric adds up to the same, in whole days of the service's zone
select is_empty($$ select s.name, x.f, m.v, a->>'down_minutes' from desk.service s, (values ('2026-10-14'::date, '2026-10-28'::date), ('2026-10-24', '2026-10-26')) x(f, t)
  cross join lateral (select tap.j('t_agent', format('select to_jsonb(coalesce(sum(weight - value), 0) / 60) from desk.metric_availability where service_id = %s and at >= %L and at < %L',
    s.id, x.f::timestamp at time zone 'UTC', x.t::timestamp at time zone 'UTC'))::numeric as v) m
  cross join lateral (select tap.avail(s.name, x.f::timestamp at time zone case when s.name = 'Web' then 'Europe/Berlin' else 'UTC' end,
    x.t::timestamp at time zone case when s.name = 'Web' then 'Europe/Berlin' else 'UTC' end) as a) a
  where s.name in ('Mail', 'Web', 'Database') and (a->>'down_minutes')::numeric <> m.v $$, 'the metric counts the same');
select is_empty($$ select s.name, g.value, a->'availability' from (select x.* from jsonb_to_recordset(tap.j('t_agent',
    'select jsonb_agg(g) from desk.metric_get(''availability'', ''2026-10-14'', ''2026-10-28'', ''service'') g')) x(key text, value numeric)) g
  join desk.service s on s.id = g.key::int cross join lateral (select tap.avail(s.name, '2026-10-14'::timestamp at time zone desk.service_zone(s.id), '2026-10-28'::timestamp at time zone desk.service_zone(s.id)) as a) a
  where g.value <> round((a->>'availability')::numeric, 3) $$, 'and gives the same per cent');
select isnt(tap.j('t_agent', 'select to_jsonb(value) from desk.metric_get(''availability'', ''2026-10-14'', ''2026-10-28'')'), null, 'over all services too');
select is(tap.j('t_agent', $$ select desk.availability_get('web', '2026-10') $$) - '{period,state}'::text[], tap.avail('Web', '2026-09-30 22:00Z', '2026-10-31 23:00Z') - 'state', 'a period by its word is one of the zone of the service');
select is(tap.j('t_agent', $$ select desk.availability_get('web', '2026-10-24..2026-10-25') $$)->>'from', '2026-10-23T22:00:00Z', 'from a day');
select is(tap.j('t_agent', $$ select desk.availability_get('web', '2026-10-24..2026-10-25') $$)->>'to', '2026-10-25T23:00:00Z', 'to a day');
select is(jsonb_array_length(tap.j('t_agent', $$ select desk.availability_get(null, '24h') $$)), 6, 'of every service');
select is(tap.why(tap.j('t_agent', format('select desk.availability_get(%L, %L)', s, p))), w, p) from (values ('Web', '2026-13', 'input bad_period period'),
  ('Web', '2026-10-05..2026-10-04', 'input bad_period period'), ('Webb', '2026-10', 'notfound unknown_service service')) v(s, p, w);

-- ---- the tree ------------------------------------------------------------------------------------------------------------
\o /dev/null
truncate desk.outage, desk.outage_log;
select tap.out('t_agent', '{"service": "Storage", "from": "2026-10-28T10:00Z", "kind": "degraded"}'), tap.out('t_agent', '{"service": "Database", "from": "2026-10-28T10:00Z", "kind": "planned"}'),
  tap.out('t_agent', '{"service": "Database", "from": "2026-10-28T10:00Z"}');
create function tap.states(p_login text) returns text language sql as $$
  select string_agg((x->>'service') || ' ' || (x->>'state'), ', ' order by x->>'service') from jsonb_array_elements(tap.j(p_login, 'select desk.service_list()')) x $$;
\o
select is(tap.states('t_agent'), 'Database degraded, Mail ok, Own ok, Shop ok, Storage degraded, Web degraded', 'the worst of itself and what it depends on');
select is(tap.why(tap.out('t_agent', '{"service": "Storage", "from": "2026-10-28T10:20Z"}')), 'ok', 'the storage fails');
select is(tap.states('t_agent'), 'Database down, Mail ok, Own ok, Shop ok, Storage down, Web down', 'and all that depends on it');
select is(tap.states('t_beta'), 'Database down, Mail ok, Own ok, Storage down, Web down', 'a requester sees the services for all and his own');
insert into desk.service_link values (tap.sid('Storage'), tap.sid('Web'));
select is(tap.states('t_agent'), 'Database down, Mail ok, Own ok, Shop ok, Storage down, Web down', 'a circle in the table does no harm');
create function tap.page(p_login text) returns text language sql as $$
  select string_agg(repeat('-', (x->>'depth')::int) || (x->>'service'), ' ' order by n) from jsonb_array_elements(tap.j(p_login, 'select desk.service_page()')->'services') with ordinality e(x, n) $$;
select is(tap.page('t_agent'), 'Database Mail Own Shop Storage Web', 'the page shows what stands in a circle too');
delete from desk.service_link where parent_id = tap.sid('Storage');
select is(tap.page('t_agent'), 'Mail Own Shop Web -Database --Storage -Storage', 'each service under those that depend on it');
select is(tap.page('t_beta'), 'Mail Own Web -Database --Storage -Storage', 'for others those they may see');
select is((select jsonb_agg(x->'open') from jsonb_array_elements(tap.j('t_agent', 'select desk.service_page()')->'services') x where x->>'service' = 'Mail'), '[0]', 'a restricted ticket is not counted');
select is(tap.j('t_agent', 'select desk.service_page()')->'outages'->0->>'state', 'on', 'what goes on comes first');
select is(jsonb_array_length(tap.j('t_agent', 'select desk.outage_list()')), 4, 'the list');
select is(jsonb_array_length(tap.j('t_agent', format('select desk.outage_list(%s)', tap.sid('Mail')))), 0, 'of one service');
select * from finish();
