-- What lies on the way of an impact: services, customers, tickets, changes.
reset role; set local role desk_api;

-- The item a command names, and whether these are types of links: {ok, id, ident, name, class} or a refusal.
create function desk.ci_impact_of(p_text text, p_types text[]) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare v jsonb; v_type text; me int := desk.ci_me();
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  v := desk.ci_find(p_text, me);
  if v->>'ok' <> 'true' then return v; end if;
  select t into v_type from unnest(p_types) t where not exists (select from desk.ci_link_type k where k.type = t) limit 1;
  if v_type is not null then return desk.ci_no_type(v_type); end if;
  return (select v || jsonb_build_object('ident', c.ident, 'name', c.name, 'class', c.class) from desk.ci c where c.id = (v->>'id')::bigint);
end $$;

-- What is reached from an item, itself with it, as far as the one who asks may see it:
-- {count, services: [{id, name, depth}], items: [{id, ident, name, depth}] business services among the items, customers: [{id, name, depth}],
--  all_customers: a service reached is promised to every customer, people: how many use an item reached,
--  tickets: {count, at_risk, breached, list: [{id, number, kind, subject, state, phase, priority, ci, depth, due_at, risk}]},
--  changes: {count, list: [{what: ticket|outage|record, at, until, ...}]}}. Lists have at most p_list entries, the nearest first.
-- changes: change tickets that are planned or were touched, planned outages of services reached, and changes of the items' own records, within
-- p_days of now. A restricted ticket is counted for those alone who are named, and has no subject here.
create function desk.ci_reach(p_ci bigint, p_direction text default 'down', p_types text[] default null, p_depth int default null, p_days int default 7, p_list int default 50) returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off set work_mem = '32MB' as $$
declare me int := coalesce(desk.me(), 0); v_now timestamptz := desk.now(); v_ids bigint[] := '{}'; v_depths int[] := '{}'; l record; v bigint[]; r jsonb; v_services int[]; v_service_depths int[]; v_days interval := make_interval(days => least(greatest(p_days, 0), 366));
begin
  if desk.ci_visible(array[p_ci]) = '{}' then return null; end if;
  v_ids := array[p_ci]; v_depths := array[0];
  for l in select * from desk.ci_levels(p_ci, p_direction, p_types, p_depth) loop
    v := desk.ci_visible(l.ids);
    v_ids := v_ids || v; v_depths := v_depths || array_fill(l.depth, array[cardinality(v)]);
  end loop;
  -- services: those the items belong to, and what depends on these
  with recursive s(id, depth) as (
      select c.service_id, min(w.d) from unnest(v_ids, v_depths) w(id, d) join desk.ci c on c.id = w.id where c.service_id is not null group by 1),
    u(id, depth) as (select * from s union select k.parent_id, u.depth from u join desk.service_link k on k.child_id = u.id and p_direction = 'down')
    select coalesce(array_agg(x.id), '{}'), coalesce(array_agg(x.depth), '{}') into v_services, v_service_depths
      from (select u.id, min(u.depth) as depth from u group by 1) x join desk.service g on g.id = x.id and g.active where desk.org_known(g.org_id, me);
  r := jsonb_build_object('count', cardinality(v_ids) - 1,
    'services', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name, 'depth', x.d) order by x.d, x.name), '[]')
      from (select g.id, g.name, s.d from unnest(v_services, v_service_depths) s(id, d) join desk.service g on g.id = s.id order by s.d, g.name limit p_list) x),
    'items', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'ident', x.ident, 'name', x.name, 'depth', x.d, 'criticality', x.criticality) order by x.d, x.criticality, x.ident), '[]')
      from (select c.id, c.ident, c.name, w.d, c.criticality from unnest(v_ids, v_depths) w(id, d) join desk.ci c on c.id = w.id
        where c.class in (select y.class from desk.ci_line y where y.up = 'business_service') order by w.d, c.criticality, c.ident limit p_list) x));
  -- customers: whose the items are, who uses them, who was promised a service reached
  r := r || (with o as (
      select c.org_id as id, w.d from unnest(v_ids, v_depths) w(id, d) join desk.ci c on c.id = w.id where c.org_id is not null
      union all select p.org_id, w.d from unnest(v_ids, v_depths) w(id, d) join desk.ci c on c.id = w.id join desk.person p on p.id = c.owner_id
      union all select g.org_id, s.d from unnest(v_services, v_service_depths) s(id, d) join desk.service g on g.id = s.id where g.org_id is not null
      union all select k.org_id, s.d from unnest(v_services, v_service_depths) s(id, d) join desk.contract k on k.service_id = s.id
        where k.type = 'sla' and k.org_id is not null and k.ended_at = 'infinity' and k.valid_from <= v_now and v_now < k.valid_to),
    x as (select o.id, g.name, min(o.d) as d from o join desk.org g on g.id = o.id where desk.ci_orgs() is null or o.id = any (desk.ci_orgs()) group by 1, 2 order by 3, 2)
    select jsonb_build_object('customers', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name, 'depth', x.d) order by x.d, x.name), '[]') from (select * from x order by x.d, x.name limit p_list) x),
      'customer_count', (select count(*) from x),
      'all_customers', exists (select from desk.contract k where k.service_id = any (v_services) and k.type = 'sla' and k.org_id is null and k.ended_at = 'infinity' and k.valid_from <= v_now and v_now < k.valid_to),
      'people', (select count(distinct c.owner_id) from unnest(v_ids) w(id) join desk.ci c on c.id = w.id where c.owner_id is not null)));
  return r || desk.ci_reach_tickets(me, v_now, v_ids, v_depths, p_list) || desk.ci_reach_changes(me, v_now, v_ids, v_depths, v_services, v_days, p_list);
end $$;

-- Open tickets of these items: their own item, or one of those named with it. From the open tickets to the items: there are fewer of them.
create function desk.ci_reach_tickets(p_me int, p_now timestamptz, p_ids bigint[], p_depths int[], p_list int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (with w as materialized (select * from unnest(p_ids, p_depths) w(id, d)),
    x as materialized (
      select t.id, min(w.d) as d from desk.ticket t join w on w.id = t.ci_id where t.phase < 3 and t.ci_id is not null group by 1
      union all
      select t.id, min(w.d) from desk.ticket_ci k join w on w.id = k.ci_id join desk.ticket t on t.id = k.ticket_id and t.phase < 3 where k.role <> 'not_impacted' group by 1),
    y as materialized (select x.id, min(x.d) as d from x where desk.can_see(x.id, p_me) group by 1),
    z as materialized (select t.id, t.number, t.kind, t.subject, t.state, t.phase, t.priority, t.due_at, y.d, t.ci_id, coalesce(k.breached, false) as breached, coalesce(k.risk, false) and not coalesce(k.breached, false) as risk
      from y join desk.ticket t on t.id = y.id left join lateral (select bool_or(c.due_at < p_now) as breached, bool_or(c.risk_at <= p_now) as risk from desk.sla_clock c
        where c.ticket_id = t.id and c.stopped_at is null and c.cancelled_at is null) k on true)
    select jsonb_build_object('tickets', jsonb_build_object('count', (select count(*) from z), 'at_risk', (select count(*) from z where z.risk), 'breached', (select count(*) from z where z.breached),
      'list', (select coalesce(jsonb_agg(jsonb_build_object('id', q.id, 'number', q.number, 'kind', q.kind, 'subject', q.subject, 'state', q.state, 'phase', q.phase, 'priority', q.priority,
          'ci', (select c.ident from desk.ci c where c.id = q.ci_id), 'depth', q.d, 'due_at', case when isfinite(q.due_at) then desk.iso(q.due_at) end,
          'risk', case when q.breached then 'breached' when q.risk then 'at_risk' end) order by q.d, q.priority, q.id), '[]') from (select * from z order by z.d, z.priority, z.id limit p_list) q))));
end $$;

create function desk.ci_reach_changes(p_me int, p_now timestamptz, p_ids bigint[], p_depths int[], p_services int[], p_days interval, p_list int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
begin
  return (with w as materialized (select * from unnest(p_ids, p_depths) w(id, d)),
    t as (select t.id, t.number, t.subject, t.state, min(w.d) as d,
          -- of several times the one nearest to now
          (select x from unnest(array[nullif(t.due_at, 'infinity'), t.opened_at, t.updated_at, t.resolved_at, t.closed_at]) x where x between p_now - p_days and p_now + p_days order by greatest(x - p_now, p_now - x) limit 1) as at
        from desk.ticket t join (select t.id as ticket, t.ci_id as ci from desk.ticket t where t.kind = 'change' and t.ci_id is not null
            union select k.ticket_id, k.ci_id from desk.ticket_ci k where k.role <> 'not_impacted') k on k.ticket = t.id join w on w.id = k.ci
       where t.kind = 'change' and t.state <> 'cancelled' group by t.id, t.number, t.subject, t.state, t.due_at, t.opened_at, t.updated_at, t.resolved_at, t.closed_at),
    o as (select u.id, g.name, u.from_at, u.until_at, u.note, u.ticket_id from desk.outage u join desk.service g on g.id = u.service_id
       where u.kind = 'planned' and u.cancelled_at is null and u.service_id = any (p_services) and u.from_at <= p_now + p_days and coalesce(u.until_at, 'infinity') >= p_now - p_days),
    v as (select c.id, c.ident, w.d, max(n.at) as at, count(*) as n from w join desk.ci_version n on n.ci_id = w.id and n.op <> 'create' join desk.ci c on c.id = w.id
       where n.at between p_now - p_days and p_now group by 1, 2, 3),
    x as (
      select jsonb_build_object('what', 'ticket', 'id', t.id, 'number', t.number, 'subject', t.subject, 'state', t.state, 'at', desk.iso(t.at), 'depth', t.d) as j, 0 as o, t.d as d, t.at as at
        from t where t.at is not null and desk.can_see(t.id, p_me)
      union all select jsonb_build_object('what', 'outage', 'id', o.id, 'service', o.name, 'note', case when desk.is_staff(p_me) then o.note end, 'at', desk.iso(o.from_at), 'until', desk.iso(o.until_at)), 1, 0, o.from_at from o
      union all select jsonb_build_object('what', 'record', 'id', v.id, 'ci', v.ident, 'at', desk.iso(v.at), 'changes', v.n, 'depth', v.d), 2, v.d, v.at from v)
    select jsonb_build_object('changes', jsonb_build_object('count', (select count(*) from x), 'list', (select coalesce(jsonb_agg(q.j order by q.o, q.d, q.at, q.j::text), '[]')
      from (select * from x order by x.o, x.d, x.at, x.j::text limit p_list) q))));
end $$;

revoke execute on function desk.ci_impact_of(text, text[]), desk.ci_reach(bigint, text, text[], int, int, int), desk.ci_reach_tickets(int, timestamptz, bigint[], int[], int),
  desk.ci_reach_changes(int, timestamptz, bigint[], int[], int[], interval, int) from public;
grant execute on function desk.ci_impact_of(text, text[]), desk.ci_reach(bigint, text, text[], int, int, int) to desk_person;
