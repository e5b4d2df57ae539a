-- The wallboard: everything it shows in one answer. Only reads, so a server that merely follows will do, and an account that may read is enough:
-- it asks as its reader. Figures are those of the metrics: restricted tickets count nowhere, but how many there are is told to those who
-- may open them.
--
-- What is open now ("live") costs by the open records. What is reckoned from the past ("slow") is asked once a minute.
reset role; set local role desk_api;

-- The clocks that run, one row a ticket in my sight: whether one has run out, whether three quarters of one are used (0022_metric.sql), which runs
-- out next. The policy of the clocks would look for each one's ticket by itself.
create function desk.wall_clocks() returns table(ticket_id bigint, breached boolean, at_risk boolean, next_due timestamptz, next_metric text)
  language plpgsql stable rows 5000 security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_now timestamptz := desk.now(); v_all boolean := desk.scope_all(); v_orgs int[] := desk.scope_orgs(); v_groups int[] := desk.scope_groups();
  v_pairs bigint[] := desk.scope_pairs(); v_own int := desk.me_own();
begin
  if desk.me() is null then return; end if;
  return query
    select x.id, bool_or(x.due_at < v_now), bool_or(x.risk_at <= v_now), min(x.due_at) filter (where x.due_at >= v_now and x.type = 'sla'),
           (array_agg(x.metric order by x.due_at) filter (where x.due_at >= v_now and x.type = 'sla'))[1]
      from (select t.id, c.due_at, c.risk_at, c.metric, c.type, v_all or t.org_id = any (v_orgs) or t.group_id = any (v_groups)
                or ((t.org_id::bigint << 32) | t.group_id) = any (v_pairs) as scope, t.requester_id = v_own or t.opened_by = v_own as own
              from desk.sla_clock c join desk.ticket t on t.id = c.ticket_id
             where c.stopped_at is null and c.cancelled_at is null and c.due_at is not null and t.phase < 3 and not t.restricted) x
     where x.scope or (x.own and x.type = 'sla') group by x.id;
end $$;

-- The services worth a line: of a tree, with an outage, or in p_used; in the order of the tree, each once, with how it stands now.
create function desk.wall_services(p_used int[]) returns table(id int, parent int, depth int, name text, state text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  if v_me is null then return; end if;
  return query
    with recursive hit(id) as (
      select o.service_id from desk.outage o where o.cancelled_at is null and o.from_at <= v_now and (o.until_at is null or o.until_at > v_now)
      union select l.parent_id from desk.service_link l join hit h on h.id = l.child_id),
    shown as materialized (
      select s.id, s.name, (select min(l.parent_id) from desk.service_link l join desk.service p on p.id = l.parent_id and p.active where l.child_id = s.id) as parent
        from desk.service s where s.active and desk.org_known(s.org_id, v_me)
         and (s.id = any (p_used) or s.id in (select h.id from hit h) or exists (select from desk.service_link l where s.id in (l.parent_id, l.child_id)))
       order by s.name limit 500),
    tree(id, parent, depth, name, path) as (
      select s.id, 0, 0, s.name, array[s.name] from shown s where s.parent is null or not exists (select from shown p where p.id = s.parent)
      union all
      select s.id, s.parent, t.depth + 1, s.name, t.path || s.name from shown s join tree t on s.parent = t.id where t.depth < 20)
    select t.id, t.parent, t.depth, t.name, case when t.id in (select h.id from hit h) then desk.service_state_at(t.id, v_now) else 'ok' end from tree t order by t.path;
end $$;

-- {"parts": ["live", "slow"], "lang": "en", "groups": [names: only their tickets], "metrics": [ids]}. What is not asked for is not in the answer;
-- svcdesk-wall(5) and core/cli/schema/wall.schema.json say what each member is.
create function desk.wall(p jsonb default '{}') returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_me int := desk.me(); v_lang text := coalesce(p->>'lang', 'en'); v_parts jsonb := coalesce(p->'parts', '["live", "slow"]'); v_groups int[]; v_unknown jsonb := '[]';
  v_out jsonb;
begin
  if v_me is null then return null; end if;
  if jsonb_typeof(p->'groups') = 'array' and jsonb_array_length(p->'groups') > 0 then
    select coalesce(array_agg(g.id) filter (where g.id is not null), '{}'), coalesce(jsonb_agg(x) filter (where g.id is null), '[]') into v_groups, v_unknown
      from jsonb_array_elements_text(p->'groups') x left join desk.support_group g on lower(g.name) = lower(x) and g.id > 0;
  end if;
  v_out := jsonb_build_object('now', desk.iso(desk.now()), 'frozen', (select c.frozen_at is not null from desk.clock c), 'standby', pg_is_in_recovery(), 'zone', desk.zone(),
    'desk', (select s.value #>> '{}' from desk.setting s where s.key = 'desk.name'), 'unknown_groups', v_unknown);
  if v_parts ? 'live' then v_out := v_out || jsonb_build_object('live', desk.wall_live(v_groups)); end if;
  if v_parts ? 'slow' then v_out := v_out || jsonb_build_object('slow', desk.wall_slow(v_groups, v_lang, p->'metrics')); end if;
  return v_out;
end $$;

create function desk.wall_live(p_groups int[]) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_now timestamptz := desk.now(); v_zone text := desk.zone(); v_today timestamptz := date_trunc('day', v_now at time zone v_zone) at time zone v_zone;
  v_hour timestamptz := date_trunc('hour', v_now at time zone v_zone) at time zone v_zone - interval '23 hours'; v_out jsonb; v_flow jsonb; v_services jsonb;
begin
  if desk.me() is null then return null; end if;
  with o as materialized (
    select t.id, t.number, t.kind, t.subject, t.priority, t.phase, t.state, t.group_id, t.assignee_id, t.service_id, t.opened_at, t.major, c.breached, c.next_due, c.next_metric,
           c.at_risk and not c.breached as at_risk, case when t.opened_at > v_now - interval '2 days' then 1 when t.opened_at > v_now - interval '4 days' then 2 when t.opened_at > v_now - interval '8 days' then 3
             when t.opened_at > v_now - interval '15 days' then 4 when t.opened_at > v_now - interval '31 days' then 5 else 6 end as age
      from desk.ticket t left join desk.wall_clocks() c on c.ticket_id = t.id
     where t.phase < 3 and not t.restricted and (p_groups is null or t.group_id = any (p_groups))),
  here as materialized (
    select q.person_id, bool_or(q.mode = 'writing') as writing, (array_agg(q.ticket_id order by q.at desc) filter (where q.ticket_id is not null))[1] as ticket_id from desk.present() q group by 1)
  select jsonb_build_object(
    'open', (select jsonb_build_object('n', count(*), 'unassigned', count(*) filter (where o.assignee_id = 0), 'breached', count(*) filter (where o.breached),
        'at_risk', count(*) filter (where o.at_risk), 'on_hold', count(*) filter (where o.phase = 2)) from o)
      || jsonb_build_object('restricted', (select count(*) from desk.ticket r where r.phase < 3 and r.restricted),
        'by_priority', (select jsonb_agg(jsonb_build_object('priority', g.p, 'n', coalesce(x.n, 0), 'unassigned', coalesce(x.unassigned, 0), 'breached', coalesce(x.breached, 0),
            'at_risk', coalesce(x.at_risk, 0)) order by g.p) from generate_series(1, 5) g(p) left join (
              select o.priority, count(*) as n, count(*) filter (where o.assignee_id = 0) as unassigned, count(*) filter (where o.breached) as breached,
                     count(*) filter (where o.at_risk) as at_risk from o group by 1) x on x.priority = g.p)),
    'oldest', (select coalesce(jsonb_agg(jsonb_build_object('number', x.number, 'subject', x.subject, 'priority', x.priority, 'opened_at', desk.iso(x.opened_at), 'group', g.name)
        order by x.opened_at, x.id), '[]') from (select * from o where o.assignee_id = 0 order by o.opened_at, o.id limit 30) x left join desk.support_group g on g.id = x.group_id and g.id > 0),
    'breaching', jsonb_build_object('in15', (select count(*) from o where o.next_due <= v_now + interval '15 minutes'), 'in60', (select count(*) from o where o.next_due <= v_now + interval '1 hour'),
      'list', (select coalesce(jsonb_agg(jsonb_build_object('number', x.number, 'subject', x.subject, 'priority', x.priority, 'metric', x.next_metric, 'opened_at', desk.iso(x.opened_at),
          'due_at', desk.iso(x.next_due), 'group', g.name, 'assignee', p.name) order by x.next_due, x.priority, x.id), '[]')
        from (select * from o where o.next_due is not null order by o.next_due, o.priority, o.id limit 60) x left join desk.support_group g on g.id = x.group_id and g.id > 0
          left join desk.person p on p.id = x.assignee_id and p.id > 0)),
    'forecast', (select jsonb_agg(coalesce(x.n, 0) order by h.h) from generate_series(0, 23) h(h) left join (
        select floor(extract(epoch from o.next_due - v_now) / 3600)::int as h, count(*) as n from o where o.next_due < v_now + interval '24 hours' group by 1) x on x.h = h.h),
    'age', (select jsonb_agg(coalesce(x.n, 0) order by a.a) from generate_series(1, 6) a(a) left join (select o.age, count(*) as n from o group by 1) x on x.age = a.a),
    'groups', (select coalesce(jsonb_agg(jsonb_build_object('name', coalesce(g.name, '-'), 'open', x.n, 'unassigned', x.unassigned, 'breached', x.breached, 'at_risk', x.at_risk, 'age', x.age)
        order by x.n desc, g.name), '[]') from (
          select o.group_id, count(*) as n, count(*) filter (where o.assignee_id = 0) as unassigned, count(*) filter (where o.breached) as breached, count(*) filter (where o.at_risk) as at_risk,
                 array[count(*) filter (where o.age = 1), count(*) filter (where o.age = 2), count(*) filter (where o.age = 3), count(*) filter (where o.age = 4),
                   count(*) filter (where o.age = 5), count(*) filter (where o.age = 6)] as age
            from o group by 1 order by 2 desc, 1 limit 60) x left join desk.support_group g on g.id = x.group_id and g.id > 0),
    'online', case when pg_is_in_recovery() then null else (select count(*) from here) end,
    'agents', (select coalesce(jsonb_agg(jsonb_build_object('name', x.name, 'open', x.n, 'urgent', x.urgent, 'online', x.online, 'writing', x.writing, 'on', x.number)
        order by x.online desc, x.n desc, x.name), '[]') from (
          select p.name, coalesce(h.n, 0) as n, coalesce(h.urgent, 0) as urgent, e.person_id is not null as online, coalesce(e.writing, false) as writing,
                 (select t.number from desk.ticket t where t.id = e.ticket_id and not t.restricted) as number
            from (select o.assignee_id, count(*) as n, count(*) filter (where o.priority <= 2) as urgent from o where o.assignee_id > 0 group by 1) h
            full join here e on e.person_id = h.assignee_id join desk.person p on p.id = coalesce(h.assignee_id, e.person_id)
           order by 4 desc, 2 desc, 1 limit 80) x),
    'candidates', (select count(*) from o where o.major = 'candidate'),
    'majors', (select coalesce(jsonb_agg(jsonb_build_object('number', o.number, 'subject', o.subject, 'state', o.state, 'priority', o.priority, 'opened_at', desk.iso(o.opened_at),
        'service', (select s.name from desk.service s where s.id = o.service_id),
        'manager', (select m.name from desk.incident i join desk.person m on m.id = (to_jsonb(i)->>'commander_id')::int where i.id = o.id),
        'children', (select count(*) from desk.ticket c where c.parent_id = o.id and not c.restricted),
        'updates', (select count(*) from desk.event_effective e where e.ticket_id = o.id and e.verb = 'update'),
        'next_update_at', (select desk.iso(min(c.due_at)) from desk.sla_clock c where c.ticket_id = o.id and c.metric = 'update' and c.stopped_at is null and c.cancelled_at is null))
        order by o.priority, o.opened_at), '[]') from o where o.major = 'accepted'),
    'by_service', (select coalesce(jsonb_object_agg(x.service_id, jsonb_build_array(x.n, x.urgent)), '{}') from (
        select o.service_id, count(*) as n, count(*) filter (where o.priority <= 2) as urgent from o where o.service_id is not null group by 1) x))
    into v_out;
  with i as materialized (select f.at from desk.metric_opened f where f.at >= least(v_today, v_hour) and f.at <= v_now and (p_groups is null or f.group_id = any (p_groups))),
  r as materialized (select f.at from desk.metric_resolved f where f.at >= least(v_today, v_hour) and f.at <= v_now and (p_groups is null or f.group_id = any (p_groups))),
  h as (select g, v_hour + g * interval '1 hour' as lo, v_hour + (g + 1) * interval '1 hour' as hi from generate_series(0, 23) g)
  select jsonb_build_object('from', desk.iso(v_hour), 'in_today', (select count(*) from i where i.at >= v_today), 'out_today', (select count(*) from r where r.at >= v_today),
    'in', (select jsonb_agg((select count(*) from i where i.at >= h.lo and i.at < h.hi) order by h.g) from h),
    'out', (select jsonb_agg((select count(*) from r where r.at >= h.lo and r.at < h.hi) order by h.g) from h)) into v_flow;
  select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'parent', s.parent, 'depth', s.depth, 'name', s.name, 'state', s.state,
      'open', coalesce((v_out->'by_service'->s.id::text->>0)::int, 0), 'urgent', coalesce((v_out->'by_service'->s.id::text->>1)::int, 0)) order by s.ordinality), '[]') into v_services
    from desk.wall_services(array(select k::int from jsonb_object_keys(v_out->'by_service') k)) with ordinality s;
  return (v_out - 'by_service') || jsonb_build_object('flow', v_flow, 'services', v_services);
end $$;

-- Figures of metrics as desk.metric_get gives them, of today; content of the last seven days, because few answer on one.
create function desk.wall_slow(p_groups int[], p_lang text, p_metrics jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_filter jsonb := case when p_groups is null then '{}' else jsonb_build_object('group', to_jsonb(p_groups)) end; m desk.metric; g record; v_period text; v_range tstzrange;
  v_metrics jsonb := '[]'; v_week tstzrange := desk.period('7d');
begin
  if desk.me() is null then return null; end if;
  for m in select x.* from desk.metric x where x.agg <> 'share' and x.id <> 'availability'
      and x.id in (select jsonb_array_elements_text('["fcr", "reopen_rate", "csat", "mttr", "response_attainment", "resolution_attainment"]' || case jsonb_typeof(p_metrics) when 'array' then p_metrics else '[]' end))
      order by x.sort, x.id loop
    v_period := case when m.level is not null then 'now' when m.id ~ '^(csat|dsat)' then '7d' else 'today' end;
    v_range := desk.period(v_period);
    select * into g from desk.metric_get(m.id, lower(v_range), case v_period when 'now' then 'infinity' else least(upper(v_range), desk.now() + interval '1 microsecond') end, null, v_filter);
    v_metrics := v_metrics || jsonb_build_object('id', m.id, 'name', coalesce((select l.text from desk.label l where l.key = 'metric.' || m.id || '.name' and l.lang = p_lang), m.id),
      'unit', m.unit, 'direction', m.direction, 'target', m.target, 'value', g.value, 'n', g.n, 'period', v_period);
  end loop;
  return jsonb_build_object('metrics', v_metrics,
    'causes', (select coalesce(jsonb_agg(jsonb_build_object('label', desk.pareto_label('category', x.key, p_lang), 'n', x.n) order by x.n desc, x.key), '[]') from (
      select q.key, q.n from desk.pareto_count(lower(v_week), upper(v_week), 'category', v_filter) q where q.key <> 'none' order by q.n desc, q.key limit 10) x),
    'availability', (select coalesce(jsonb_agg(jsonb_build_object('service', s->'service', 'availability', s->'availability', 'target', s->'target', 'budget_minutes', s->'budget_minutes',
        'budget_left_minutes', s->'budget_left_minutes') order by (s->>'budget_left_percent')::numeric nulls last, s->>'service'), '[]')
      from jsonb_array_elements(desk.service_list()) s where s->>'availability' is not null));
end $$;

revoke execute on function desk.wall(jsonb), desk.wall_live(int[]), desk.wall_slow(int[], text, jsonb), desk.wall_clocks(), desk.wall_services(int[]) from public;
grant execute on function desk.wall(jsonb), desk.wall_live(int[]), desk.wall_slow(int[], text, jsonb), desk.wall_clocks(), desk.wall_services(int[]) to desk_person;
