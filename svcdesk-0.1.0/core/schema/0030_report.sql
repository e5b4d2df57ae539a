-- What reports ask. Every figure comes from desk.metric_get, desk.availability or the lists that are behind them, for the caller as he may
-- see it; rows come back as arrays of plain values, so that their hash is that of the data and of nothing else.
reset role; set local role desk_api;

-- A period for a report: whole days in the zone of the desk, by a word that means the same tomorrow. {text, from, to, previous {text, from,
-- to}, trend {from, to}, by, trend_by}; null when it is none, or moves with the clock (24h). previous: as long, just before.
create function desk.report_period(p text) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_zone text := desk.zone(); r tstzrange := desk.period(p); a timestamp := lower(r) at time zone v_zone; b timestamp := upper(r) at time zone v_zone;
  v_unit interval; v_text text; v_before text; c timestamp; v_trend timestamp;
begin
  -- nor is one with which there is nothing before to compare it
  if r is null or lower(r) = upper(r) or p ~* '^\s*\d+[hdw]\s*$' or a - timestamp '0001-01-01' < b - a + interval '2 days' then return null; end if;
  v_unit := case when a = date_trunc('year', a) and b = a + interval '1 year' then interval '1 year'
    when a = date_trunc('quarter', a) and b = a + interval '3 months' then interval '3 months'
    when a = date_trunc('month', a) and b = a + interval '1 month' then interval '1 month'
    when a = date_trunc('week', a) and b = a + interval '7 days' then interval '7 days'
    when b = a + interval '1 day' then interval '1 day' end;
  c := a - coalesce(v_unit, b - a);
  v_text := desk.report_word(a, b, v_unit); v_before := desk.report_word(c, a, v_unit);
  -- what a trend shows: twelve months, quarters or years, thirteen weeks, fourteen days; of any other time the time itself
  v_trend := case when v_unit >= interval '1 month' then b - 12 * least(v_unit, interval '3 months') when v_unit = interval '7 days' then b - interval '91 days'
    when v_unit = interval '1 day' then b - interval '14 days' else a end;
  return jsonb_build_object('text', v_text, 'from', desk.iso(lower(r)), 'to', desk.iso(upper(r)), 'zone', v_zone,
    'previous', jsonb_build_object('text', v_before, 'from', desk.iso(c at time zone v_zone), 'to', desk.iso(lower(r))),
    'by', case when b - a <= interval '2 days' then 'hour' when b - a <= interval '62 days' then 'day' when b - a <= interval '200 days' then 'week' else 'month' end,
    'trend', jsonb_build_object('from', desk.iso(v_trend at time zone v_zone), 'to', desk.iso(upper(r)),
      'text', desk.report_word(v_trend, b, null), 'by', case when v_unit >= interval '1 month' then 'month' when v_unit = interval '7 days' then 'week'
        when v_unit = interval '1 day' or b - a <= interval '62 days' then 'day' when b - a <= interval '200 days' then 'week' else 'month' end),
    'goes_on', upper(r) > desk.now());
end $$;

create function desk.report_word(a timestamp, b timestamp, p_unit interval) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_unit when interval '1 year' then to_char(a, 'YYYY') when interval '3 months' then to_char(a, 'YYYY-"Q"Q') when interval '1 month' then to_char(a, 'YYYY-MM')
    when interval '7 days' then to_char(a, 'IYYY-"W"IW') when interval '1 day' then to_char(a, 'YYYY-MM-DD')
    else to_char(a, 'YYYY-MM-DD') || '..' || to_char(b - interval '1 day', 'YYYY-MM-DD') end $$;

-- The customer of a report: {ok, id, name}, or a refusal: no such organisation, or one whose tickets the caller does not see.
create function desk.report_customer(p text) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_id int; v_name text;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  select o.id, o.name into v_id, v_name from desk.org o where lower(o.name) = lower(btrim(p)) and o.id > 0
     and (desk.is_staff(v_me) or o.id = (select x.org_id from desk.person x where x.id = v_me));
  if v_id is null then
    return desk.refuse('unknown_org', 'notfound', 'customer', jsonb_build_object('value', left(p, 80), 'near', case when desk.is_staff(v_me) then desk.near_names('org', p) end));
  end if;
  if desk.is_staff(v_me) and not desk.scope_all() and not v_id = any (desk.scope_orgs()) then
    return desk.refuse('report_customer', 'denied', 'customer', jsonb_build_object('value', v_name));
  end if;
  return jsonb_build_object('ok', true, 'id', v_id, 'name', v_name);
end $$;

-- Key figures: [metric, value, n, previous, previous_n, change %, target, held, unit, direction]; metrics this desk has not are left out.
create function desk.report_glance(p_ids text[], p_from timestamptz, p_to timestamptz, p_before timestamptz, p_filter jsonb, p_services jsonb default null) returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(m.id, v.value, v.n, w.value, w.n, round(100 * (v.value - w.value) / nullif(abs(w.value), 0), 1), m.target,
      case m.direction when 'up' then v.value >= m.target else v.value <= m.target end, m.unit, m.direction) order by i.n), '[]')
    from unnest(p_ids) with ordinality i(id, n) join desk.metric m on m.id = i.id
    cross join lateral (select case when m.id = 'availability' and p_services is not null then jsonb_build_object('service', p_services) else p_filter end as f) f
    cross join lateral desk.metric_get(m.id, p_from, p_to, null, f.f) v cross join lateral desk.metric_get(m.id, p_before, p_from, null, f.f) w);
end $$;

-- Figures of several metrics side by side: [label, value, n, value, n ...], in the order of the metrics asked for. By priority or time in
-- its order, else the most numerous of the first metric first. A metric this desk has not gives nulls.
create function desk.report_by(p_ids text[], p_by text, p_from timestamptz, p_to timestamptz, p_filter jsonb, p_services jsonb default null, p_limit int default 1000) returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    with f as materialized (
      select i.n as col, g.key, g.label, g.value, g.n, g.ord from unnest(p_ids) with ordinality i(id, n) join desk.metric m on m.id = i.id
        cross join lateral desk.metric_get(m.id, p_from, p_to, p_by,
          case when m.id = 'availability' and p_services is not null then jsonb_build_object('service', p_services) else p_filter end) with ordinality g(key, label, value, n, p50, p90, business, ord)),
    k as (select f.key, min(case when p_by = 'kind' then f.key else f.label end) as label, min(f.ord) as ord, sum(f.n) filter (where f.col = 1) as n from f group by f.key),
    r as (select jsonb_build_array(nullif(k.label, 'none')) || (select jsonb_agg(x order by c.n, o) from unnest(p_ids) with ordinality c(id, n)
        left join f on f.col = c.n and f.key = k.key cross join lateral (values (1, to_jsonb(f.value)), (2, to_jsonb(f.n))) v(o, x)) as row,
      row_number() over (order by case when p_by in ('hour', 'day', 'week', 'month') then k.ord end, case when p_by = 'priority' then k.key end, k.n desc nulls last, k.label) as ord from k)
    select coalesce(jsonb_agg(r.row order by r.ord), '[]') from r where r.ord <= p_limit);
end $$;

-- What makes most of the tickets opened: [label or word, n, share %, cumulative share %, one of those that make 80 %], the largest first.
-- Kinds, causes and resolution codes come as their words. Tickets with nothing there are in none of the shares.
create function desk.report_pareto(p_by text, p_period text, p_filter jsonb, p_limit int default 20) returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(case p_by when 'kind' then x->'key' when 'cause' then to_jsonb(split_part(x->>'key', '=', 2)) else x->'label' end,
      x->'n', x->'share', x->'cumulative', x->'in_set') order by n), '[]')
    from jsonb_array_elements(desk.pareto(p_period, p_by, p_filter)->'rows') with ordinality r(x, n) where n <= p_limit);
end $$;

-- The services of a customer: its own, those contracts name, those it opened tickets for in the period. Null: of no customer, all.
create function desk.report_services(p_org int, p_from timestamptz, p_to timestamptz) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_org is null then return null; end if;
  return (select coalesce(jsonb_agg(s.id order by s.id), '[]') from desk.service s where s.active and (s.org_id = p_org
    or desk.report_contracted(p_org, s.id, p_from, p_to)
    or s.id::text in (select g.key from desk.metric_get('opened', p_from, p_to, 'service', jsonb_build_object('org', p_org)) g)));
end $$;
create function desk.report_contracted(p_org int, p_service int, p_from timestamptz, p_to timestamptz) returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if desk.me() is null or not (desk.is_staff(desk.me()) or p_org = (select x.org_id from desk.person x where x.id = desk.me())) then return null; end if;
  return exists (select from desk.contract c where c.org_id = p_org and c.service_id = p_service and c.type = 'sla' and c.valid_from < p_to and c.valid_to > p_from
    and c.ended_at = 'infinity');
end $$;

-- [service, availability, target, agreed, down, degraded, planned, budget, left, outages, mtbf, mtrs], of a period in the zone of each service.
create function desk.report_availability(p_period text, p_services jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if desk.me() is null then return '[]'; end if;
  return (select coalesce(jsonb_agg(jsonb_build_array(a->'service', a->'availability', a->'target', a->'ast_minutes', a->'down_minutes', a->'degraded_minutes',
      a->'planned_minutes', a->'budget_minutes', a->'budget_left_minutes', a->'outages', a->'mtbf_minutes', a->'mtrs_minutes') order by a->>'service'), '[]')
    from jsonb_array_elements(desk.availability_get(null, p_period)) a where p_services is null or p_services @> (a->'service_id'));
end $$;

-- [service, kind, from, until, agreed minutes, ticket]: outages that touch the period, in order; notes are for staff and stay out.
create function desk.report_outages(p_from timestamptz, p_to timestamptz, p_services jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(o->'service', o->'kind', o->'from', o->'until', o->'agreed_minutes', o->'ticket') order by o->>'from', o->>'service', o->>'id'), '[]')
    from jsonb_array_elements(desk.outage_list(null, p_from, p_to)) o
   where p_services is null or o->>'service' in (select s.name from desk.service s where p_services @> to_jsonb(s.id)));
end $$;

-- Clocks that ran out in the period and had not stopped in time.
create view desk.report_breach with (security_invoker = true) as
  select t.id as ticket_id, t.number, t.subject, t.priority, t.org_id, t.group_id, t.category_id, c.metric, c.due_at, c.stopped_at, c.calendar_version,
    -- why: reopened, reassigned (more than once), late_accept (nobody had taken it when three quarters of the time were gone), waiting
    -- (it stood still for more than half of the time until it was due), work
    case when t.reopens > 0 then 'reopened' when t.reassignments > 1 then 'reassigned'
      when t.acknowledged_at is null or t.acknowledged_at > c.started_at + (c.due_at - c.started_at) * 0.75 then 'late_accept'
      when (select coalesce(sum(extract(epoch from least(x.u, c.due_at) - x.f)), 0) from unnest(c.pause_from, c.pause_until) x(f, u) where x.f < c.due_at) * 2
        > extract(epoch from c.due_at - c.started_at) then 'waiting' else 'work' end as why
    from desk.sla_clock c join desk.metric_ticket t on t.id = c.ticket_id where c.cancelled_at is null and (c.stopped_at is null or c.stopped_at > c.due_at);
create function desk.report_breached(p_from timestamptz, p_to timestamptz, p_org int) returns setof desk.report_breach language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_to timestamptz := least(p_to, desk.now());
begin
  return query select b.* from desk.report_breach b where b.stopped_at is null and b.due_at >= p_from and b.due_at < v_to and (p_org is null or b.org_id = p_org)
    union all select b.* from desk.report_breach b where b.stopped_at >= p_from and b.due_at >= p_from and b.due_at < v_to and (p_org is null or b.org_id = p_org);
end $$;
-- The latest first: [number, subject, priority, group, clock, due, minutes of open time it is late (until it stopped or now), category, why].
create function desk.report_breaches(p_from timestamptz, p_to timestamptz, p_org int, p_limit int default 100) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now();
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(x.number, x.subject, 'P' || x.priority, g.name, x.metric, desk.iso(x.due_at),
      round(desk.bt_between(x.calendar_version, x.due_at, coalesce(x.stopped_at, v_now)) / 60.0, 1),
      (select concat_ws(' / ', u.name, k.name) from desk.category k left join desk.category u on u.id = k.parent_id where k.id = x.category_id), x.why) order by x.due_at desc, x.number, x.metric), '[]')
    from (select b.* from desk.report_breached(p_from, p_to, p_org) b order by b.due_at desc, b.number, b.metric limit p_limit) x
    left join desk.support_group g on g.id = x.group_id and g.id > 0);
end $$;
-- [why, n, %, cumulative %] of the same clocks, the most frequent first.
create function desk.report_breach_causes(p_from timestamptz, p_to timestamptz, p_org int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(x.why, x.n, round(100.0 * x.n / x.total, 1), round(100.0 * x.upto / x.total, 1)) order by x.n desc, x.why), '[]') from (
    select b.why, count(*) as n, sum(count(*)) over () as total, sum(count(*)) over (order by count(*) desc, b.why) as upto
      from desk.report_breached(p_from, p_to, p_org) b group by b.why) x);
end $$;

-- Open at the end of the period (or now), the longest first: [number, subject, priority, group, assignee, opened, days].
create function desk.report_oldest(p_to timestamptz, p_filter jsonb, p_limit int default 20) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb;
begin
  execute format('select coalesce(jsonb_agg(jsonb_build_array(x.number, x.subject, ''P'' || x.priority, x.grp, x.who, desk.iso(x.opened_at), round(x.value, 1)) order by x.opened_at, x.number), ''[]'')
    from (select t.number, t.subject, t.priority, g.name as grp, coalesce(p.login, p.name) as who, t.opened_at, f.value
      from desk.metric_backlog_age($1) f join desk.ticket t on t.id = f.ticket_id left join desk.support_group g on g.id = f.group_id and g.id > 0
      left join desk.person p on p.id = f.assignee_id and p.id > 0 where %s order by t.opened_at, t.number limit $2) x', desk.metric_where(p_filter))
    into r using case when p_to < desk.now() then p_to end, p_limit;
  return r;
end $$;

-- Age of what was open at the end of the period: [bucket, n] in six buckets of days.
create function desk.report_ages(p_to timestamptz, p_filter jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb;
begin
  if desk.me() is null then return '[]'; end if;
  execute format('with a as materialized (select f.value from desk.metric_backlog_age($1) f where %s)
    select jsonb_agg(jsonb_build_array(b.name, (select count(*) from a where a.value >= b.lo and a.value < b.hi)) order by b.lo)
    from (values (''0-1'', 0, 2), (''2-3'', 2, 4), (''4-7'', 4, 8), (''8-14'', 8, 15), (''15-30'', 15, 31), (''>30'', 31, 1000000)) b(name, lo, hi)', desk.metric_where(p_filter))
    into r using case when p_to < desk.now() then p_to end;
  return r;
end $$;

-- Major incidents that were open in the period: [number, subject, service, opened, resolved, minutes, cause as the report after it says].
create function desk.report_majors(p_from timestamptz, p_to timestamptz, p_org int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_array(t.number, t.subject, s.name, desk.iso(t.opened_at), desk.iso(t.resolved_at),
      round((extract(epoch from coalesce(t.resolved_at, least(p_to, desk.now())) - t.opened_at) / 60)::numeric, 1), i.report_cause) order by t.opened_at, t.number), '[]')
    from desk.metric_ticket t left join desk.service s on s.id = t.service_id left join desk.incident i on i.id = t.id
   where t.major = 'accepted' and t.opened_at < p_to and (t.resolved_at is null or t.resolved_at >= p_from) and (p_org is null or t.org_id = p_org));
end $$;

-- What is to be done, as the figures and the reports on major incidents say: [what, about, is, was to be, unit, who answers for it].
-- what: target (a metric missed its target), budget (a service used more than its error budget, in minutes), major (actions agreed after
-- a major incident; is: the text), causes (so many per cent of the tickets opened come from this category, from a tenth on).
create function desk.report_actions(p_ids text[], p_period text, p_from timestamptz, p_to timestamptz, p_filter jsonb, p_services jsonb, p_org int) returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_target jsonb; v_budget jsonb; v_major jsonb; v_cause jsonb;
begin
  if desk.me() is null then return '[]'; end if;
  select jsonb_agg(jsonb_build_array('target', g->0, g->1, g->6, g->8, m.owner) order by n) into v_target
    from jsonb_array_elements(desk.report_glance(p_ids, p_from, p_to, p_from, p_filter, p_services)) with ordinality x(g, n) join desk.metric m on m.id = g->>0
   where g->7 = 'false';
  select jsonb_agg(jsonb_build_array('budget', a->0, a->4, a->7, 'minutes', 'process_owner') order by n) into v_budget
    from jsonb_array_elements(desk.report_availability(p_period, p_services)) with ordinality x(a, n) where (a->>8)::numeric < 0;
  select jsonb_agg(jsonb_build_array('major', t.number, i.report_actions, null, null, (select coalesce(p.login, p.name) from desk.person p where p.id = i.commander_id))
      order by t.opened_at, t.number) into v_major
    from desk.metric_ticket t join desk.incident i on i.id = t.id
   where t.major = 'accepted' and i.reported_at >= p_from and i.reported_at < p_to and btrim(i.report_actions) <> '' and (p_org is null or t.org_id = p_org);
  select jsonb_agg(jsonb_build_array('causes', c->0, c->2, null, 'percent', 'process_owner') order by n) into v_cause
    from jsonb_array_elements(desk.report_pareto('category', p_period, p_filter, 3)) with ordinality x(c, n) where (c->>2)::numeric >= 10;
  return coalesce(v_target, '[]') || coalesce(v_budget, '[]') || coalesce(v_major, '[]') || coalesce(v_cause, '[]');
end $$;

-- Ratings of the period: [score, n], five to one.
create function desk.report_scores(p_from timestamptz, p_to timestamptz, p_org int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select case when sum(x.n) = 0 then '[]' else jsonb_agg(jsonb_build_array(x.score, x.n) order by x.score desc) end from (
    select g.score, (select count(*) from desk.metric_csat f where f.at >= p_from and f.at < p_to and f.value = g.score and (p_org is null or f.org_id = p_org)) as n
      from generate_series(1, 5) g(score)) x);
end $$;

-- ---- the page of services ------------------------------------------------------------------------------------------------
-- Services below those that depend on them, with state and figures of a period, and its outages: {now, period {text, before, after, from, to},
-- services: [{id, key, depth, service, state, availability, ..., open, on: [outage ids]}], outages: [...], more}. A service stands under each
-- that depends on it; one in a circle stands where one comes to it first.
create function desk.service_page(p_period text default '') returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_period jsonb := desk.period_json(coalesce(nullif(btrim(p_period), ''), 'this-month')); v_services jsonb; v_outages jsonb; v_figures jsonb;
begin
  if desk.me() is null then return desk.refuse('not_a_person', 'denied'); end if;
  v_figures := desk.availability_get(null, v_period->>'text');
  v_outages := desk.outage_list(null, (v_period->>'from')::timestamptz, (v_period->>'to')::timestamptz, false, 201);
  with recursive a as materialized (
    select (x->>'service_id')::int as id, x->>'service' as name, x - '{calendar,period,service_id,from,to}'::text[] as figures from jsonb_array_elements(v_figures) x),
  l as materialized (select k.parent_id, k.child_id from desk.service_link k where k.parent_id in (select a.id from a) and k.child_id in (select a.id from a)),
  t(id, path, names) as (
    select a.id, array[a.id], array[a.name] from a where a.id not in (select l.child_id from l)
    union all select c.id, t.path || c.id, t.names || c.name from t join l on l.parent_id = t.id join a c on c.id = l.child_id where c.id <> all (t.path) and cardinality(t.path) < 8),
  s as (select * from t union all select a.id, array[a.id], array[a.name] from a where a.id not in (select t.id from t)),
  n as (select x.service_id, count(*) as n, min(x.priority) as worst from desk.ticket x where x.phase < 3 and not x.restricted and x.service_id is not null group by x.service_id)
  select coalesce(jsonb_agg(a.figures || jsonb_build_object('id', s.id, 'key', array_to_string(s.path, '.'), 'depth', cardinality(s.path) - 1, 'open', coalesce(n.n, 0), 'worst', n.worst,
      'query', 'state:open service:' || desk.query_quote(a.name),
      'on', (select coalesce(jsonb_agg(o->'id'), '[]') from jsonb_array_elements(v_outages) o where o->>'service' = a.name and o->>'state' = 'on')) order by s.names), '[]') into v_services
    from (select * from s order by s.names limit 1000) s join a on a.id = s.id left join n on n.service_id = s.id;
  return jsonb_build_object('now', desk.iso(desk.now()), 'period', v_period, 'services', v_services, 'more', jsonb_array_length(v_outages) > 200,
    'outages', (select coalesce(jsonb_agg(o order by o->>'state' <> 'on', n), '[]') from jsonb_array_elements(v_outages) with ordinality x(o, n) where n <= 200));
end $$;
grant execute on function desk.service_page(text) to desk_person;

revoke execute on function desk.report_customer(text), desk.report_contracted(int, int, timestamptz, timestamptz) from public;
grant execute on function desk.report_period(text), desk.report_word(timestamp, timestamp, interval), desk.report_customer(text),
  desk.report_glance(text[], timestamptz, timestamptz, timestamptz, jsonb, jsonb), desk.report_by(text[], text, timestamptz, timestamptz, jsonb, jsonb, int),
  desk.report_pareto(text, text, jsonb, int), desk.report_services(int, timestamptz, timestamptz), desk.report_contracted(int, int, timestamptz, timestamptz), desk.report_availability(text, jsonb),
  desk.report_outages(timestamptz, timestamptz, jsonb), desk.report_breached(timestamptz, timestamptz, int), desk.report_breaches(timestamptz, timestamptz, int, int),
  desk.report_breach_causes(timestamptz, timestamptz, int), desk.report_oldest(timestamptz, jsonb, int), desk.report_ages(timestamptz, jsonb),
  desk.report_majors(timestamptz, timestamptz, int), desk.report_actions(text[], text, timestamptz, timestamptz, jsonb, jsonb, int), desk.report_scores(timestamptz, timestamptz, int) to desk_person;
grant select on desk.report_breach to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text) values
  ('error.report_customer', 'en', 'you do not see the tickets of {value}: its figures would be wrong'),
  ('error.report_customer', 'zh_CN', '您无权查看 {value} 的工单：数字会不正确'),
  ('report.action.target', 'en', 'missed its target'), ('report.action.target', 'zh_CN', '未达目标'),
  ('report.action.budget', 'en', 'error budget used up'), ('report.action.budget', 'zh_CN', '错误预算用尽'),
  ('report.action.major', 'en', 'agreed after a major incident'), ('report.action.major', 'zh_CN', '重大事件后的约定'),
  ('report.action.causes', 'en', 'share of all tickets'), ('report.action.causes', 'zh_CN', '占全部工单的比例'),
  ('report.why.reopened', 'en', 'it was reopened'), ('report.why.reopened', 'zh_CN', '曾被重开'),
  ('report.why.reassigned', 'en', 'handed on more than once'), ('report.why.reassigned', 'zh_CN', '多次转派'),
  ('report.why.late_accept', 'en', 'taken late'), ('report.why.late_accept', 'zh_CN', '受理过晚'),
  ('report.why.waiting', 'en', 'waited for most of its time'), ('report.why.waiting', 'zh_CN', '大部分时间在等待'),
  ('report.why.work', 'en', 'the work took longer'), ('report.why.work', 'zh_CN', '处理时间过长');
