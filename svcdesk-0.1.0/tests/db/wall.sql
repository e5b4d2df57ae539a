-- The wallboard: one answer, only read, as its reader may see it, with the figures of the metrics.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('w_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
select tap.add('w_group', '{agent}', p_group => 'Network');
update desk.clock set frozen_at = '2026-01-05 09:30+00';
insert into desk.service(name) values ('Workplace'), ('Mail'), ('VPN');
insert into desk.service_link select p.id, c.id from desk.service p, desk.service c where p.name = 'Workplace' and c.name in ('Mail', 'VPN');
insert into desk.sla(id, name, type) values (50, 'Wall', 'sla');
insert into desk.sla_version(sla_id, version, by_id) values (50, 1, 1);
select tap.do_create('t_agent', '{"subject": "one", "requester": "t_caller", "group": "Network", "service": "Mail"}') as t1,
  tap.do_create('t_agent', '{"subject": "two", "requester": "t_beta", "group": "Network"}') as t2,
  tap.do_create('t_agent', '{"subject": "three", "requester": "t_beta", "group": "Service desk", "service": "VPN"}') as t3,
  tap.do_create('t_agent', '{"subject": "four secret", "requester": "t_caller", "group": "Network"}') as t4,
  tap.do_create('t_agent', '{"subject": "five", "requester": "t_caller", "group": "Network"}') as t5 \gset
select tap.do_act('t_agent', :t2, 'take'), tap.do_act('t_agent', :t5, 'cancel', '{"reason": "test"}');
select tap.do_act('t_lead', :t4, 'restrict', '{"people": "t_lead"}');
delete from desk.sla_clock;
insert into desk.sla_target(id, sla_id, version, metric, minutes) values (50, 50, 1, 'resolution', 60);
-- breached, at risk and due in ten minutes, due in two hours
insert into desk.sla_clock(ticket_id, target_id, type, metric, seq, base_seq, calendar_version, target_s, started_at, due_at, risk_at) values
  (:t1, 50, 'sla', 'resolution', 1, 1, 1, 3600, '2026-01-05 08:00+00', '2026-01-05 09:00+00', '2026-01-05 08:45+00'),
  (:t2, 50, 'sla', 'resolution', 1, 1, 1, 3600, '2026-01-05 08:40+00', '2026-01-05 09:40+00', '2026-01-05 09:25+00'),
  (:t3, 50, 'sla', 'resolution', 1, 1, 1, 7200, '2026-01-05 09:30+00', '2026-01-05 11:30+00', '2026-01-05 11:00+00'),
  (:t4, 50, 'sla', 'resolution', 1, 1, 1, 3600, '2026-01-05 08:00+00', '2026-01-05 09:00+00', '2026-01-05 08:45+00');
insert into desk.outage(service_id, kind, from_at, created_at, created_by) select s.id, 'unplanned', '2026-01-05 09:00+00', '2026-01-05 09:00+00', 1 from desk.service s where s.name = 'VPN';
create function tap.wall(p_login text, p jsonb default '{}') returns jsonb language sql as $$ select tap.as_person(p_login, format('select desk.wall(%L)', p))::jsonb $$;
\o
select is(tap.wall(l)->'live'->'open'->>'n', n, l || ': open tickets') from (values ('t_agent', '3'), ('t_lead', '3'), ('w_org', '2'), ('w_group', '2'), ('t_auditor', '3'), ('t_caller', '1'), ('t_admin', '0')) x(l, n);
select is(tap.wall('t_lead')->'live'->'open'->>'restricted', '1', 'who may open a restricted one is told that there is one');
select is(tap.wall('t_agent')->'live'->'open'->>'restricted', '0', 'others are not');
select unalike(tap.wall(l)::text, '%secret%', l || ' reads no word of it') from unnest(array['t_agent', 't_lead', 't_auditor', 'w_group']) l;
select unalike(tap.wall(l)::text, '%INC' || (100000 + :t4) || '%', l || ' nor its number') from unnest(array['t_agent', 't_lead']) l;
select is((tap.wall('t_agent')->'live'->'open') - 'by_priority'::text, '{"n": 3, "unassigned": 2, "breached": 1, "at_risk": 1, "on_hold": 0, "restricted": 0}'::jsonb, 'figures');
select is(jsonb_array_length(tap.wall('t_agent')->'live'->'open'->'by_priority'), 5, 'of every priority');
select is((tap.wall('t_agent')->'live'->'breaching') - 'list'::text, '{"in15": 1, "in60": 1}'::jsonb, 'what breaches soon');
select is((select string_agg(x->>'subject', ' ') from jsonb_array_elements(tap.wall('t_agent')->'live'->'breaching'->'list') x), 'two three', 'the next one first');
select is(tap.wall('t_agent')->'live'->'forecast'->>0 || ' ' || (tap.wall('t_agent')->'live'->'forecast'->>2), '1 1', 'hour by hour');
select is((select string_agg(x->>'subject', ' ' order by x->>'number') from jsonb_array_elements(tap.wall('t_agent')->'live'->'oldest') x), 'one three', 'nobody has them');
select is((select string_agg(concat_ws(' ', x->>'name', x->>'open', x->>'breached'), ', ') from jsonb_array_elements(tap.wall('t_agent')->'live'->'groups') x), 'Network 2 1, Service desk 1 0', 'groups');
select is((select string_agg(concat_ws(' ', x->>'depth', x->>'name', x->>'state', x->>'open'), ', ') from jsonb_array_elements(tap.wall('t_agent')->'live'->'services') x),
  '0 Workplace down 0, 1 Mail ok 1, 1 VPN down 1', 'the tree of services');
select is(tap.wall('t_agent')->'live'->'flow'->>'in_today', '3', 'opened today; cancelled ones do not count');
select is(jsonb_array_length(tap.wall('t_agent')->'live'->'flow'->'in'), 24, 'by hours');
-- the same figures as the metrics, for everybody
select is(tap.wall(l)->'live'->'open'->>k, tap.as_person(l, format('select value from desk.metric_get(%L, now(), ''infinity'')', m)), l || ': ' || m)
  from unnest(array['t_agent', 't_lead', 'w_org', 'w_group', 't_auditor', 't_caller']) l, (values ('n', 'backlog'), ('breached', 'breached_open'), ('at_risk', 'at_risk')) x(k, m);
-- one team
select is(tap.wall('t_agent', '{"groups": ["network"]}')->'live'->'open'->>'n', '2', 'only of a group');
select is(tap.wall('t_agent', '{"groups": ["Netwerk"]}')->'unknown_groups', '["Netwerk"]'::jsonb, 'a group nobody knows is told');
select is(tap.wall('t_agent', '{"groups": ["Netwerk"]}')->'live'->'open'->>'n', '0', 'and has nothing');
select is(tap.wall('t_agent', '{"parts": ["live"]}')->'slow', null, 'only what is asked for');
select is(tap.wall('t_agent', '{"parts": ["slow"], "metrics": ["backlog"]}')->'slow'->'metrics' @> '[{"id": "backlog", "value": 3, "period": "now"}]', true, 'other metrics when they are asked for');
select is(tap.wall('t_agent', '{"parts": ["slow"], "lang": "zh_CN"}')->'slow'->'metrics' @> '[{"id": "fcr", "name": "首次接触解决率"}]', true, 'in a language');
-- who is there
select is((tap.wall('t_agent')->'live'->>'online')::int, 0, 'nobody is at a console');
select tap.as_person('t_agent', format('select desk.presence(gen_random_uuid(), %s, ''writing'')', :t1)) \g /dev/null
select is((select x from jsonb_array_elements(tap.wall('t_lead')->'live'->'agents') x), jsonb_build_object('name', 'Agent One', 'open', 1, 'urgent', 0, 'online', true, 'writing', true, 'on', 'INC' || (100000 + :t1)), 'who is there, and what he holds');
-- a major incident
update desk.ticket set major = 'accepted' where id = :t1;
insert into desk.sla_clock(ticket_id, target_id, type, metric, seq, base_seq, calendar_version, target_s, started_at, due_at, risk_at) values (:t1, 50, 'sla', 'update', 1, 1, 1, 1800, '2026-01-05 09:15+00', '2026-01-05 09:45+00', '2026-01-05 09:38+00');
select is(tap.wall('t_agent')->'live'->'majors'->0 @> '{"subject": "one", "next_update_at": "2026-01-05T09:45:00Z", "service": "Mail", "children": 0}', true, 'a major incident with its next update');
-- it writes nothing
create function tap.read_only(p_login text, p_query text) returns text language plpgsql as $$
begin
  set transaction_read_only = on;
  return tap.as_person(p_login, p_query);
end $$;
select is(tap.read_only('t_agent', 'select desk.wall()->''live'' is not null'), 'true', 'where nothing can be written');
select is(tap.wall('t_off'), null, 'nobody is told nothing') where exists (select from desk.person where login = 't_off');
select * from finish();
