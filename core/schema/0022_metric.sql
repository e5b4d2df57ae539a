-- Metrics: one registry, one SQL view per metric, one function that gives figures. Dashboard, wallboard, reports and the command line
-- take their numbers from here and from nowhere else.
--
-- A view desk.metric_ID holds facts, one row a thing that counts, with the columns of desk.fact: value and weight such that the metric over
-- any set of facts is sum(value) / sum(weight) (agg mean; times 100 for agg ratio) or sum(value) (agg sum). at says to which
-- period a fact belongs. A metric that is a level (backlog) is a function of an instant with the same columns; its value in a period is
-- that at the end of the period, or now while the period goes on.
--
-- What every metric leaves out: cancelled tickets, and restricted ones, also for those who may open them: figures are passed on. What
-- was undone does not count. Views ask as their reader: everybody gets figures of the tickets he may see.
reset role; set local role desk_owner;

create table desk.metric(
  id        text primary key check (id ~ '^[a-z][a-z0-9_]*$'),
  unit      text not null check (unit in ('minutes', 'percent', 'count', 'days', 'score')),
  direction text not null check (direction in ('up', 'down')), -- which way is better
  owner     text not null,                  -- the role that answers for it
  target    numeric,
  agg       text not null check (agg in ('mean', 'ratio', 'sum', 'share')),
  view      regclass,                       -- facts; null: a level
  level     regproc,                        -- facts at an instant: (timestamptz) returns setof desk.fact
  business  boolean not null default false, -- the facts also have minutes of open time: column business
  sort      smallint not null,
  rolled    text check (rolled in ('done', 'any')), -- summed up by 0022c_roll.sql: facts only of done tickets, at the time they were resolved; of any
  check (agg = 'share' or (view is null) <> (level is null)));
comment on table desk.metric is 'Names and definitions are labels: metric.ID.name, metric.ID.definition';
insert into desk.setting values ('desk.zone', '"UTC"') on conflict do nothing; -- in which days, weeks and months begin

grant select on desk.metric to desk_person;
grant select, insert, update, delete on desk.metric to desk_api;
alter table desk.metric enable row level security;
create policy api on desk.metric to desk_api using (true) with check (true);
create policy reader on desk.metric for select to desk_person using ((select desk.me()) is not null);

reset role; set local role desk_api;

create type desk.fact as (ticket_id bigint, at timestamptz, value numeric, weight numeric, kind text, org_id int, group_id int, service_id int,
  category_id int, ci_id bigint, priority smallint, assignee_id int);

-- ---- periods ---------------------------------------------------------------------------------------------------------
create function desk.zone() returns text language sql stable parallel safe set search_path = pg_catalog, pg_temp as $$
  select coalesce((select s.value #>> '{}' from desk.setting s where s.key = 'desk.zone'), 'UTC') $$;

-- One word of a period as local times; nulls when it is none.
create function desk.period_word(p text, p_today date, out lo timestamp, out hi timestamp) language plpgsql immutable
  set search_path = pg_catalog, pg_temp as $$
declare m text[]; w text := lower(btrim(p)); v_unit text;
begin
  m := regexp_match(w, '^(\d{4})-(\d\d)-(\d\d)$');
  if m is not null then
    if m[2]::int not between 1 and 12 or m[3]::int not between 1 and 31 or m[1]::int < 1 then return; end if;
    lo := make_date(m[1]::int, m[2]::int, 1) + (m[3]::int - 1);
    if extract(month from lo) <> m[2]::int then lo := null; return; end if;
    hi := lo + interval '1 day';
    return;
  end if;
  m := regexp_match(w, '^(\d{4})-w(\d\d?)$');
  if m is not null then                     -- 4 January is always in week 1
    if m[1]::int < 1 or m[2]::int not between 1 and 53 then return; end if;
    lo := date_trunc('week', make_date(m[1]::int, 1, 4)::timestamp) + (m[2]::int - 1) * interval '7 days';
    if extract(isoyear from lo) <> m[1]::int then lo := null; return; end if;
    hi := lo + interval '7 days';
    return;
  end if;
  m := regexp_match(w, '^(\d{4})(?:-(?:(\d\d)|q([1-4])))?$');
  if m is not null then
    if m[1]::int < 1 or m[2]::int not between 1 and 12 then return; end if;
    lo := make_date(m[1]::int, coalesce(m[2]::int, m[3]::int * 3 - 2, 1), 1);
    hi := lo + case when m[2] is not null then interval '1 month' when m[3] is not null then interval '3 months' else interval '1 year' end;
    return;
  end if;
  m := regexp_match(w, '^(this|last)[- _](day|week|month|quarter|year)$');
  if w in ('today', 'yesterday') then m := array[case w when 'today' then 'this' else 'last' end, 'day']; end if;
  if m is not null then
    v_unit := case m[2] when 'quarter' then '3 months' else '1 ' || m[2] end;
    lo := date_trunc(m[2], p_today::timestamp) - case m[1] when 'last' then v_unit::interval else interval '0' end;
    hi := lo + v_unit::interval;
  end if;
end $$;

-- What a word for a period stands for, in the zone of the desk: 2026, 2026-Q4, 2026-10, 2026-W41, 2026-10-05, today, yesterday,
-- this-week, last-month ..., A..B (B wholly inside), 24h, 7d, 12w (the time up to now), now and 2026-10-05T12:00 (instants, for what
-- is a level: ranges without length; T12:00..T18:00 between two).
-- Null when it is none.
create function desk.period(p text) returns tstzrange language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now(); v_zone text := desk.zone(); v_today date := (v_now at time zone v_zone)::date; a record; b record; m text[];
  v_from timestamptz; v_to timestamptz;
begin
  if p ~ '\d[T ]\d' then
    v_from := desk.parse_time(btrim(split_part(p, '..', 1)), v_zone);
    v_to := case when position('..' in p) > 0 then desk.parse_time(btrim(split_part(p, '..', 2)), v_zone) else v_from end;
    return case when v_from <= v_to then tstzrange(v_from, v_to, case when v_from = v_to then '[]' else '[)' end) end;
  end if;
  if lower(btrim(p)) = 'now' then return tstzrange(v_now, v_now, '[]'); end if;
  m := regexp_match(lower(btrim(p)), '^(\d{1,4})(h|d|w)$');
  if m is not null then
    if m[1]::int = 0 then return null; end if;
    return tstzrange(v_now - m[1]::int * case m[2] when 'h' then interval '1 hour' when 'd' then interval '1 day' else interval '7 days' end, v_now);
  end if;
  if position('..' in p) > 0 then
    a := desk.period_word(split_part(p, '..', 1), v_today); b := desk.period_word(split_part(p, '..', 2), v_today);
  else
    a := desk.period_word(p, v_today); b := a;
  end if;
  if a.lo is null or b.hi is null or b.hi <= a.lo then return null; end if;
  return tstzrange(a.lo at time zone v_zone, b.hi at time zone v_zone);
end $$;

-- ---- facts -----------------------------------------------------------------------------------------------------------
-- The tickets that count. What begins as done (a handover) is a record and not work: it is neither opened nor resolved.
create view desk.metric_ticket with (security_invoker = true) as
  select t.* from desk.ticket t where not t.restricted and t.state <> 'cancelled'
    and t.kind in (select k.kind from desk.kind k join desk.kind_state s on s.kind = k.kind and s.state = k.initial where s.phase < 3);

create view desk.metric_opened with (security_invoker = true) as
  select t.id as ticket_id, t.opened_at as at, 1::numeric as value, 1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id,
         t.priority, t.assignee_id from desk.metric_ticket t;
create view desk.metric_resolved with (security_invoker = true) as
  select t.id as ticket_id, t.resolved_at as at, 1::numeric as value, 1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id,
         t.priority, t.assignee_id from desk.metric_ticket t where t.phase = 3 and t.resolved_at is not null;
create view desk.metric_net_flow with (security_invoker = true) as
  select * from desk.metric_opened
  union all
  select r.ticket_id, r.at, -r.value, r.weight, r.kind, r.org_id, r.group_id, r.service_id, r.category_id, r.ci_id, r.priority, r.assignee_id from desk.metric_resolved r;

-- Minutes of open time by the calendar of the response clock.
create view desk.metric_mtta with (security_invoker = true) as
  select t.id as ticket_id, t.acknowledged_at as at, extract(epoch from t.acknowledged_at - t.opened_at) / 60 as value, 1::numeric as weight, t.kind, t.org_id,
         t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id,
         (select desk.bt_between(c.calendar_version, t.opened_at, t.acknowledged_at) / 60.0 from desk.sla_clock c
           where c.ticket_id = t.id and c.metric = 'response' and c.type = 'sla' and c.cancelled_at is null order by c.id limit 1) as business
    from desk.metric_ticket t where t.acknowledged_at is not null;

-- Pauses are those of the resolution clocks; of a ticket without one, the times on hold for the requester or for scheduled work.
create view desk.metric_mttr with (security_invoker = true) as
  select t.id as ticket_id, t.resolved_at as at, (extract(epoch from t.resolved_at - t.opened_at) - coalesce(case when k.n > 0 then k.s else p.s end, 0)) / 60 as value,
         1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id, k.business
    from desk.metric_ticket t
    left join lateral (
      select count(*) as n, sum((select sum(extract(epoch from least(u.until_at, t.resolved_at) - greatest(u.from_at, t.opened_at)))
          from unnest(c.pause_from, c.pause_until) u(from_at, until_at) where u.from_at < t.resolved_at and coalesce(u.until_at, t.resolved_at) > t.opened_at)) as s,
        sum(desk.clock_elapsed(c.calendar_version, c.started_at, coalesce(c.stopped_at, t.resolved_at), c.pause_from, c.pause_until)) / 60.0 as business
        from desk.sla_clock c where c.ticket_id = t.id and c.metric = 'resolution' and c.type = 'sla' and c.cancelled_at is null) k on true
    left join lateral (
      select sum(extract(epoch from least(h.until_at, t.resolved_at) - greatest(h.from_at, t.opened_at))) as s from desk.span_effective h
       where k.n = 0 and h.ticket_id = t.id and h.hold_reason in ('requester', 'scheduled') and h.from_at < t.resolved_at and coalesce(h.until_at, t.resolved_at) > t.opened_at) p on true
   where t.phase = 3 and t.resolved_at is not null;

-- Clocks that stopped in time, of those that stopped: met (1) or breached (0) at the instant of the stop. Stop exactly when due is met.
create view desk.metric_clock with (security_invoker = true) as
  select c.ticket_id, c.stopped_at as at, case when c.due_at < c.stopped_at then 0 else 1 end::numeric as value, 1::numeric as weight, t.kind, t.org_id,
         case when c.type = 'ola' then c.group_id else t.group_id end as group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id, c.type, c.metric
    from desk.sla_clock c join desk.metric_ticket t on t.id = c.ticket_id where c.stopped_at is not null and c.cancelled_at is null;
create view desk.metric_response_attainment with (security_invoker = true) as select * from desk.metric_clock c where c.type = 'sla' and c.metric = 'response';
create view desk.metric_resolution_attainment with (security_invoker = true) as select * from desk.metric_clock c where c.type = 'sla' and c.metric = 'resolution';
create view desk.metric_ola_attainment with (security_invoker = true) as select * from desk.metric_clock c where c.type = 'ola';
create view desk.metric_uc_attainment with (security_invoker = true) as select * from desk.metric_clock c where c.type = 'uc';

create view desk.metric_reopen_rate with (security_invoker = true) as
  select t.id as ticket_id, t.resolved_at as at, (t.reopens > 0)::int::numeric as value, 1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id,
         t.category_id, t.ci_id, t.priority, t.assignee_id from desk.metric_ticket t where t.phase = 3 and t.resolved_at is not null;
create view desk.metric_first_assignment with (security_invoker = true) as
  select t.id as ticket_id, t.resolved_at as at, (t.reassignments = 0)::int::numeric as value, 1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id,
         t.category_id, t.ci_id, t.priority, t.assignee_id from desk.metric_ticket t where t.phase = 3 and t.resolved_at is not null;
create view desk.metric_hop_rate with (security_invoker = true) as
  select t.id as ticket_id, t.resolved_at as at, t.reassignments::numeric as value, 1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id,
         t.category_id, t.ci_id, t.priority, t.assignee_id from desk.metric_ticket t where t.phase = 3 and t.resolved_at is not null;

-- In the first contact: by its first handler, without a wait and without coming back.
create view desk.metric_fcr with (security_invoker = true) as
  select t.id as ticket_id, t.resolved_at as at,
         (t.reassignments = 0 and t.reopens = 0 and not exists (
            select from desk.span_effective s join desk.kind_state k on k.kind = t.kind and k.state = s.state and k.phase = 2
             where s.ticket_id = t.id))::int::numeric as value,
         1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id
    from desk.metric_ticket t where t.phase = 3 and t.resolved_at is not null;

-- ---- levels ------------------------------------------------------------------------------------------------------------
-- The tickets that were open at an instant (null: now), one fact each, by what the journal says of that instant; of now by the tickets
-- themselves. Group and assignee are those of then, the other columns those of today. Tickets done before and untouched since are
-- passed over without a look at their past. One that was cancelled later was open then.
create function desk.metric_backlog(p_at timestamptz) returns setof desk.fact language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now();
begin
  if p_at is null then
    return query select t.id, v_now, 1::numeric, 1::numeric, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id
      from desk.ticket t where t.phase < 3 and not t.restricted;
    return;
  end if;
  return query
    select t.id, p_at, 1::numeric, 1::numeric, t.kind, t.org_id, s.group_id, t.service_id, t.category_id, t.ci_id, t.priority, s.assignee_id
      from (select c.* from desk.ticket c where c.phase < 3 and not c.restricted
            union all select c.* from desk.ticket c where c.phase = 3 and c.updated_at > p_at and not c.restricted) t
      cross join lateral (
        select x.state, x.group_id, x.assignee_id from desk.span x
         where x.ticket_id = t.id and x.from_at <= p_at and not exists (select from desk.event u where u.ticket_id = x.ticket_id and u.seq = x.seq and u.voids is not null)
           and not exists (select from desk.event v where v.ticket_id = x.ticket_id and v.voids = x.seq and not desk.event_voided(v.ticket_id, v.seq))
         order by x.seq desc limit 1) s
      join desk.kind_state k on k.kind = t.kind and k.state = s.state and k.phase < 3;
end $$;

-- Days since they were opened, of those open at an instant.
create function desk.metric_backlog_age(p_at timestamptz) returns setof desk.fact language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now();
begin
  if p_at is null then                      -- as metric_backlog has it, without looking each ticket up again
    return query select t.id, v_now, greatest(extract(epoch from v_now - t.opened_at) / 86400, 0), 1::numeric, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id,
        t.priority, t.assignee_id from desk.ticket t where t.phase < 3 and not t.restricted;
    return;
  end if;
  return query select b.ticket_id, b.at, greatest(extract(epoch from b.at - t.opened_at) / 86400, 0), b.weight, b.kind, b.org_id, b.group_id, b.service_id,
      b.category_id, b.ci_id, b.priority, b.assignee_id
    from desk.metric_backlog(p_at) b join desk.ticket t on t.id = b.ticket_id;
end $$;

-- Of those open at an instant: nobody had done anything with them for five days.
create function desk.metric_stale(p_at timestamptz) returns setof desk.fact language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now();
begin
  if p_at is null then
    return query select t.id, v_now, (t.updated_at < v_now - interval '5 days')::int::numeric, 1::numeric, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id,
        t.priority, t.assignee_id from desk.ticket t where t.phase < 3 and not t.restricted;
    return;
  end if;
  return query select b.ticket_id, b.at, ((select max(e.at) from desk.event e where e.ticket_id = b.ticket_id and e.at <= p_at) < b.at - interval '5 days')::int::numeric,
      b.weight, b.kind, b.org_id, b.group_id, b.service_id, b.category_id, b.ci_id, b.priority, b.assignee_id
    from desk.metric_backlog(p_at) b;
end $$;

-- Tickets with a clock that had run out at an instant (null: now) and had not stopped then.
create function desk.metric_breached_open(p_at timestamptz) returns setof desk.fact language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query select q.ticket_id, q.at, q.value, q.weight, q.kind, q.org_id, q.group_id, q.service_id, q.category_id, q.ci_id, q.priority, q.assignee_id from desk.metric_clock_level(p_at, true) q;
end $$;
-- Tickets with a clock that had used three quarters of its time and ran, and none that had run out.
create function desk.metric_at_risk(p_at timestamptz) returns setof desk.fact language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return query select q.ticket_id, q.at, q.value, q.weight, q.kind, q.org_id, q.group_id, q.service_id, q.category_id, q.ci_id, q.priority, q.assignee_id from desk.metric_clock_level(p_at, false) q;
end $$;
-- One fact a ticket. Of now from the due times; of the past from what the clock had run by then.
create function desk.metric_clock_level(p_at timestamptz, p_breached boolean) returns setof desk.fact language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now();
begin
  if p_at is null then
    return query select t.id, v_now, 1::numeric, 1::numeric, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id
      from desk.ticket t join (select c.ticket_id, bool_or(c.due_at < v_now) as breached from desk.sla_clock c
          where c.stopped_at is null and c.cancelled_at is null and (c.due_at < v_now or c.risk_at <= v_now) group by 1) c on c.ticket_id = t.id
     where c.breached = p_breached and t.phase < 3 and not t.restricted;
    return;
  end if;
  return query select t.id, p_at, 1::numeric, 1::numeric, t.kind, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id
    from desk.metric_ticket t join (
      select c.ticket_id, bool_or(e.s > c.target_s) as breached from (
          select * from desk.sla_clock x where x.stopped_at is null and x.cancelled_at is null
          union all select * from desk.sla_clock x where x.stopped_at > p_at or (x.stopped_at is null and x.cancelled_at > p_at)) c
        cross join lateral (select desk.clock_elapsed(c.calendar_version, c.started_at, p_at, c.pause_from, c.pause_until) as s) e
       where c.started_at <= p_at and (e.s > c.target_s or (e.s * 4 >= c.target_s * 3
         and not exists (select from unnest(c.pause_from, c.pause_until) u(from_at, until_at) where u.from_at <= p_at and (u.until_at is null or u.until_at > p_at))))
       group by 1) c on c.ticket_id = t.id
   where c.breached = p_breached;
end $$;

-- ---- figures -----------------------------------------------------------------------------------------------------------
-- A filter as a condition on the facts f. {"priority": 1, "group": "Network", "org": [3, 4], "kind": ..., "service", "category", "ci", "assignee",
-- "major": true, "tree": a query as the client parses it}. A name nobody has matches nothing.
create function desk.metric_where(p_filter jsonb) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k text; v jsonb; v_ids text; v_out text := 'true'; v_words jsonb;
begin
  for k, v in select e.key, e.value from jsonb_each(coalesce(p_filter, '{}')) e loop
    v_words := case jsonb_typeof(v) when 'array' then v else jsonb_build_array(v) end;
    continue when k = 'figure';
    if k = 'tree' then v_out := v_out || format(' and desk.matches(%L::jsonb, f.ticket_id, %L)', v, desk.zone());
    elsif k = 'major' then v_out := v_out || format(' and exists (select from desk.ticket t where t.id = f.ticket_id and (t.major is not distinct from ''accepted'') = %L)', v = 'true');
    elsif k = 'kind' then v_out := v_out || format(' and f.kind in (select jsonb_array_elements_text(%L::jsonb))', v_words);
    elsif k = 'priority' then v_out := v_out || format(' and f.priority::text in (select jsonb_array_elements_text(%L::jsonb))', v_words);
    elsif k in ('org', 'customer', 'group', 'service', 'category', 'ci', 'assignee') then
      v_ids := format(case k
        when 'group' then 'f.group_id in (select g.id from desk.support_group g join jsonb_array_elements(%L::jsonb) x on x = to_jsonb(g.id) or lower(x #>> ''{}'') = lower(g.name) or (x #>> ''{}'' = ''none'' and g.id = 0))'
        when 'service' then '(f.service_id in (select g.id from desk.service g join jsonb_array_elements(%1$L::jsonb) x on x = to_jsonb(g.id) or lower(x #>> ''{}'') = lower(g.name)) or (f.service_id is null and %1$L::jsonb ? ''none''))'
        when 'category' then '(exists (select from jsonb_array_elements(%1$L::jsonb) x where x = to_jsonb(f.category_id) or desk.match_category(f.category_id, x #>> ''{}'')) or (f.category_id is null and %1$L::jsonb ? ''none''))'
        when 'ci' then '(f.ci_id in (select g.id from desk.ci g join jsonb_array_elements(%1$L::jsonb) x on x = to_jsonb(g.id) or lower(x #>> ''{}'') = lower(g.name)) or (f.ci_id is null and %1$L::jsonb ? ''none''))'
        when 'assignee' then 'f.assignee_id in (select g.id from desk.person g join jsonb_array_elements(%L::jsonb) x on x = to_jsonb(g.id) or x #>> ''{}'' = g.login or lower(x #>> ''{}'') = lower(g.name) or (x #>> ''{}'' = ''none'' and g.id = 0))'
        else 'f.org_id in (select g.id from desk.org g join jsonb_array_elements(%L::jsonb) x on x = to_jsonb(g.id) or lower(x #>> ''{}'') = lower(g.name))' end, v_words);
      v_out := v_out || ' and ' || v_ids;
    else
      raise exception 'desk.metric_get: there is no filter %', k using errcode = 'invalid_parameter_value';
    end if;
  end loop;
  return v_out;
end $$;

-- By what figures can be told apart.
create function desk.metric_bys() returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{priority,group,service,customer,org,category,ci,kind,assignee,hour,day,week,month}'::text[] $$;

-- The key of a fact f, and the name of a key (g: what the key stands for), as SQL.
create function desk.metric_key(p_by text, p_zone text) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_by is null then 'null::text' when p_by in ('org', 'customer') then 'f.org_id::text'
    when p_by in ('priority', 'kind') then format('f.%I::text', p_by)
    when p_by in ('group', 'assignee') then format('coalesce(nullif(f.%I, 0)::text, ''none'')', p_by || '_id')
    when p_by in ('service', 'category', 'ci') then format('coalesce(f.%I::text, ''none'')', p_by || '_id')
    else format('desk.metric_bucket(f.at, %L, %L)', p_by, p_zone) end $$;
create function desk.metric_label(p_by text) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case p_by when 'priority' then '''P'' || a.key'
    when 'kind' then '(select l.text from desk.label l where l.key = ''kind.'' || a.key and l.lang = ''en'')'
    when 'group' then '(select g.name from desk.support_group g where g.id::text = a.key)'
    when 'assignee' then '(select g.name from desk.person g where g.id::text = a.key)'
    when 'service' then '(select g.name from desk.service g where g.id::text = a.key)'
    when 'ci' then '(select g.name from desk.ci g where g.id::text = a.key)'
    when 'category' then '(select concat_ws('' / '', u.name, g.name) from desk.category g left join desk.category u on u.id = g.parent_id where g.id::text = a.key)'
    when 'org' then '(select g.name from desk.org g where g.id::text = a.key)' when 'customer' then '(select g.name from desk.org g where g.id::text = a.key)'
    else 'a.key' end $$;
create function desk.metric_bucket(p_at timestamptz, p_by text, p_zone text) returns text language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp as $$
  select to_char(p_at at time zone p_zone, case p_by when 'hour' then 'YYYY-MM-DD"T"HH24' when 'day' then 'YYYY-MM-DD' when 'week' then 'IYYY-"W"IW' else 'YYYY-MM' end) $$;
-- The hours, days ... of a period, each with its end; at most 1000.
create function desk.metric_buckets(p_from timestamptz, p_to timestamptz, p_by text, p_zone text) returns table(key text, from_at timestamptz, until_at timestamptz)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select desk.metric_bucket(b at time zone p_zone, p_by, p_zone), greatest(b at time zone p_zone, p_from), least((b + ('1 ' || p_by)::interval) at time zone p_zone, p_to)
    from generate_series(date_trunc(p_by, p_from at time zone p_zone), least(p_to at time zone p_zone, date_trunc(p_by, p_from at time zone p_zone) + 1000 * ('1 ' || p_by)::interval),
      ('1 ' || p_by)::interval) b -- never more are made than are given
   where b at time zone p_zone < p_to limit 1000 $$;

-- The figures of a metric from p_from to before p_to, one row; with p_by one row for each key that has facts, by time one for each hour,
-- day ... of the period. value is null where nothing counts, but that a sum of nothing is 0. n: how many facts. p50, p90: of mean
-- metrics. A level is that at p_to, or now if p_to is to come. business: the mean in minutes of open time, where the metric has it. Key "none": without group, service ...
create function desk.metric_get(p_id text, p_from timestamptz, p_to timestamptz, p_by text default null, p_filter jsonb default '{}')
  returns table(key text, label text, value numeric, n bigint, p50 numeric, p90 numeric, business numeric) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare m desk.metric; v_zone text := desk.zone(); v_time boolean := p_by in ('hour', 'day', 'week', 'month'); v_now timestamptz := desk.now();
  v_source text; v_value text; v_facts text; v_sql text; v_rolled record;
begin
  select * into m from desk.metric x where x.id = p_id;
  if not found then raise exception 'desk.metric_get: there is no metric %', p_id using errcode = 'invalid_parameter_value'; end if;
  if p_by <> all (case when m.agg = 'share' then desk.pareto_bys() else desk.metric_bys() end) then raise exception 'desk.metric_get: figures are not told apart by %', p_by using errcode = 'invalid_parameter_value'; end if;
  if m.agg = 'share' then                   -- of the opened tickets with something behind p_by: the share of each, or of the most frequent
    return query with a as materialized (select c.key, c.n, sum(c.n) over () as total from desk.pareto_count(p_from, p_to, coalesce(p_by, 'category'), p_filter) c where c.key <> 'none')
      select case when p_by is not null then a.key end, case when p_by is not null then desk.pareto_label(p_by, a.key, 'en') end,
             trim_scale(round(100.0 * a.n / a.total, 3)), case when p_by is null then a.total::bigint else a.n end, null::numeric, null::numeric, null::numeric
        from (values (1)) o left join a on true where p_by is not null and a.key is not null or p_by is null order by a.n desc nulls last, 2 limit case when p_by is null then 1 end;
    return;
  end if;
  if p_id = 'backlog' and v_time and p_by <> 'hour' then  -- the same numbers, not found day by day
    return query select b.key, b.key, case when b.from_at < v_now then q.n::numeric end, case when b.from_at < v_now then q.n else 0 end, null::numeric, null::numeric, null::numeric
      from desk.metric_buckets(p_from, p_to, p_by, v_zone) b join desk.backlog_trend(p_from, p_to, p_by, p_filter) q using (key) order by b.until_at;
    return;
  end if;
  v_value := case m.agg when 'sum' then 'coalesce(sum(f.value), 0)' when 'ratio' then '100 * sum(f.value) / nullif(sum(f.weight), 0)' else 'sum(f.value) / nullif(sum(f.weight), 0)' end;
  v_source := case when m.view is not null then format('%s f where f.at >= %L and f.at < %L', m.view, p_from, p_to)
    when v_time then format('desk.metric_buckets(%L, %L, %L, %L) b cross join lateral %s(case when b.until_at < %L then b.until_at end) f where b.from_at < %L',
      p_from, p_to, p_by, v_zone, m.level, v_now, v_now)
    else format('%s(%L) f where true', m.level, case when p_to < v_now then p_to end) end;
  v_facts := format('select %s as key, %s as value, count(f.value) as n, %s as p50, %s as p90, %s as business from %s and %s group by 1',
    case when v_time and m.view is null then 'b.key' else desk.metric_key(p_by, v_zone) end, v_value,
    case when m.agg = 'mean' then 'percentile_cont(0.5) within group (order by f.value::float8)::numeric' else 'null::numeric' end,
    case when m.agg = 'mean' then 'percentile_cont(0.9) within group (order by f.value::float8)::numeric' else 'null::numeric' end,
    case when m.business then 'avg(f.business)' else 'null::numeric' end, v_source, desk.metric_where(p_filter));
  v_rolled := desk.metric_rolled(m, p_from, p_to, p_by, p_filter);
  v_facts := coalesce(v_rolled.facts, v_facts);
  if v_time then
    v_sql := format('select b.key, b.key, %s, coalesce(a.n, 0), a.p50, a.p90, a.business from desk.metric_buckets(%L, %L, %L, %L) b left join (%s) a on a.key = b.key order by b.until_at',
      case when m.agg = 'sum' then format('coalesce(a.value, case when b.from_at < %L or %L then 0 end)', v_now, m.view is not null) else 'a.value' end, p_from, p_to, p_by, v_zone, v_facts);
  elsif p_by is null then
    v_sql := format('select a.key, null::text, %s, coalesce(a.n, 0), a.p50, a.p90, a.business from (values (1)) o left join (%s) a on true',
      case when m.agg = 'sum' then 'coalesce(a.value, 0)' else 'a.value' end, v_facts);
  else
    v_sql := format('select a.key, coalesce(%s, a.key), a.value, a.n, a.p50, a.p90, a.business from (%s) a order by %s', desk.metric_label(p_by), v_facts,
      case when p_by = 'priority' then 'a.key' else 'a.n desc, 2' end);
  end if;
  return query execute format('select q.key, q.label, trim_scale(round(q.value, 3)), q.n, trim_scale(round(q.p50, 3)), trim_scale(round(q.p90, 3)), trim_scale(round(q.business, 3)) from (%s) q(key, label, value, n, p50, p90, business)', v_sql)
    using v_rolled.live;
end $$;

-- The same as the answer of svcdesk metric get: {id, name, unit, direction, period {text, from, to}, value, n, p50, p90, target, ok, business, by, rows, compare}.
-- ok: the target is held; null without target or value. compare: the other period and its figures, difference, percent, better.
create function desk.metric_json(p_id text, p_period text, p_by text default null, p_compare text default null, p_filter jsonb default '{}', p_lang text default 'en')
  returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare m desk.metric; r tstzrange := desk.period(p_period); c tstzrange := desk.period(p_compare); v record; w record; v_to timestamptz; v_c timestamptz; v_rows jsonb; v_out jsonb;
begin
  select * into m from desk.metric x where x.id = p_id;
  if not found then raise exception 'there is no metric %', p_id using errcode = 'invalid_parameter_value'; end if;
  if r is null or (p_compare is not null and c is null) then
    raise exception 'this is no period: %', case when r is null then p_period else p_compare end using errcode = 'invalid_parameter_value';
  end if;
  v_to := case when lower(r) = upper(r) then 'infinity' else upper(r) end;
  v_c := case when lower(c) = upper(c) then 'infinity' else upper(c) end;
  select * into v from desk.metric_get(p_id, lower(r), v_to, null, p_filter);
  v_out := jsonb_build_object('id', m.id, 'name', coalesce((select l.text from desk.label l where l.key = 'metric.' || m.id || '.name' and l.lang = p_lang), m.id),
    'unit', m.unit, 'direction', m.direction, 'period', jsonb_build_object('text', p_period, 'from', desk.iso(lower(r)), 'to', desk.iso(upper(r))),
    'value', v.value, 'n', v.n, 'p50', v.p50, 'p90', v.p90, 'target', m.target,
    'ok', case m.direction when 'up' then v.value >= m.target else v.value <= m.target end);
  if m.agg = 'share' then v_out := v_out || jsonb_build_object('set', desk.pareto(p_period, coalesce(p_by, 'category'), p_filter)->'set'); end if;
  if m.business then v_out := v_out || jsonb_build_object('business', v.business); end if;
  if p_by is not null then
    select coalesce(jsonb_agg(jsonb_build_object('key', g.key, 'label', g.label, 'value', g.value, 'n', g.n, 'p50', g.p50, 'p90', g.p90)
        || case when m.business then jsonb_build_object('business', g.business) else '{}' end
        || case when p_compare is null or p_by in ('hour', 'day', 'week', 'month') then '{}'
             else jsonb_build_object('before', b.value, 'before_n', coalesce(b.n, 0), 'difference', trim_scale(g.value - b.value)) end order by g.ord), '[]') into v_rows
      from desk.metric_get(p_id, lower(r), v_to, p_by, p_filter) with ordinality g(key, label, value, n, p50, p90, business, ord)
      left join (select * from desk.metric_get(p_id, lower(c), v_c, p_by, p_filter)
                  where p_compare is not null and p_by not in ('hour', 'day', 'week', 'month')) b on b.key = g.key;
    v_out := v_out || jsonb_build_object('by', p_by, 'rows', v_rows);
  end if;
  if p_compare is not null then
    select * into w from desk.metric_get(p_id, lower(c), v_c, null, p_filter);
    v_out := v_out || jsonb_build_object('compare', jsonb_build_object('period', jsonb_build_object('text', p_compare, 'from', desk.iso(lower(c)), 'to', desk.iso(upper(c))),
      'value', w.value, 'n', w.n, 'p50', w.p50, 'p90', w.p90, 'difference', trim_scale(v.value - w.value), 'percent', trim_scale(round(100 * (v.value - w.value) / nullif(abs(w.value), 0), 3)),
      'better', case when v.value = w.value then null when m.direction = 'up' then v.value > w.value else v.value < w.value end));
  end if;
  return v_out;
end $$;

revoke execute on function desk.zone(), desk.period_word(text, date), desk.period(text), desk.metric_backlog(timestamptz), desk.metric_backlog_age(timestamptz), desk.metric_stale(timestamptz),
  desk.metric_breached_open(timestamptz), desk.metric_at_risk(timestamptz), desk.metric_clock_level(timestamptz, boolean), desk.metric_where(jsonb), desk.metric_bys(), desk.metric_key(text, text), desk.metric_label(text), desk.metric_bucket(timestamptz, text, text),
  desk.metric_buckets(timestamptz, timestamptz, text, text), desk.metric_get(text, timestamptz, timestamptz, text, jsonb), desk.metric_json(text, text, text, text, jsonb, text) from public;
-- These ask as their caller: tables and views give him what he may see.
grant execute on function desk.zone(), desk.parse_time(text, text), desk.period_word(text, date), desk.period(text), desk.metric_backlog(timestamptz), desk.metric_backlog_age(timestamptz), desk.metric_stale(timestamptz),
  desk.metric_breached_open(timestamptz), desk.metric_at_risk(timestamptz), desk.metric_clock_level(timestamptz, boolean), desk.metric_where(jsonb), desk.metric_bys(), desk.metric_key(text, text), desk.metric_label(text), desk.metric_bucket(timestamptz, text, text),
  desk.metric_buckets(timestamptz, timestamptz, text, text), desk.metric_get(text, timestamptz, timestamptz, text, jsonb), desk.metric_json(text, text, text, text, jsonb, text), desk.event_voided(bigint, int), desk.match_category(int, text) to desk_person;
grant select on desk.event_effective, desk.span_effective, desk.metric_ticket, desk.metric_opened, desk.metric_resolved, desk.metric_net_flow, desk.metric_mtta, desk.metric_mttr,
  desk.metric_reopen_rate, desk.metric_first_assignment, desk.metric_hop_rate, desk.metric_fcr, desk.metric_clock, desk.metric_response_attainment, desk.metric_resolution_attainment,
  desk.metric_ola_attainment, desk.metric_uc_attainment to desk_person;

-- ---- the registry ------------------------------------------------------------------------------------------------------
insert into desk.metric(id, unit, direction, owner, target, agg, view, level, business, sort) values
  ('opened', 'count', 'down', 'process_owner', null, 'sum', 'desk.metric_opened', null, false, 10),
  ('resolved', 'count', 'up', 'process_owner', null, 'sum', 'desk.metric_resolved', null, false, 11),
  ('net_flow', 'count', 'down', 'process_owner', 0, 'sum', 'desk.metric_net_flow', null, false, 12),
  ('backlog', 'count', 'down', 'process_owner', null, 'sum', null, 'desk.metric_backlog', false, 20),
  ('backlog_age', 'days', 'down', 'process_owner', null, 'mean', null, 'desk.metric_backlog_age', false, 21),
  ('stale', 'percent', 'down', 'lead', 10, 'ratio', null, 'desk.metric_stale', false, 22),
  ('at_risk', 'count', 'down', 'lead', null, 'sum', null, 'desk.metric_at_risk', false, 23),
  ('breached_open', 'count', 'down', 'lead', 0, 'sum', null, 'desk.metric_breached_open', false, 24),
  ('mtta', 'minutes', 'down', 'lead', 15, 'mean', 'desk.metric_mtta', null, true, 30),
  ('mttr', 'minutes', 'down', 'process_owner', 30, 'mean', 'desk.metric_mttr', null, true, 31),
  ('response_attainment', 'percent', 'up', 'process_owner', 95, 'ratio', 'desk.metric_response_attainment', null, false, 32),
  ('resolution_attainment', 'percent', 'up', 'process_owner', 95, 'ratio', 'desk.metric_resolution_attainment', null, false, 33),
  ('ola_attainment', 'percent', 'up', 'lead', 95, 'ratio', 'desk.metric_ola_attainment', null, false, 34),
  ('uc_attainment', 'percent', 'up', 'process_owner', 95, 'ratio', 'desk.metric_uc_attainment', null, false, 35),
  ('fcr', 'percent', 'up', 'lead', 70, 'ratio', 'desk.metric_fcr', null, false, 40),
  ('first_assignment', 'percent', 'up', 'lead', 80, 'ratio', 'desk.metric_first_assignment', null, false, 41),
  ('reopen_rate', 'percent', 'down', 'lead', 5, 'ratio', 'desk.metric_reopen_rate', null, false, 42),
  ('hop_rate', 'count', 'down', 'lead', 1, 'mean', 'desk.metric_hop_rate', null, false, 43),
  ('pareto_share', 'percent', 'down', 'process_owner', null, 'share', null, null, false, 70);

update desk.metric m set rolled = case when m.id ~ '_attainment$' then 'any' else 'done' end where m.view is not null and m.id not in ('opened', 'net_flow', 'mtta'); -- these an index finds

insert into desk.label(key, lang, text) values
  ('metric.opened.name', 'en', 'Opened'), ('metric.opened.name', 'zh_CN', '新开工单'),
  ('metric.opened.definition', 'en', 'Tickets opened in the period (opened_at)'),
  ('metric.opened.definition', 'zh_CN', '期间内打开的工单数（opened_at）'),
  ('metric.resolved.name', 'en', 'Resolved'), ('metric.resolved.name', 'zh_CN', '已解决工单'),
  ('metric.resolved.definition', 'en', 'Tickets whose last resolution lies in the period (resolved_at); one that was reopened counts when it is resolved again'),
  ('metric.resolved.definition', 'zh_CN', '最后一次解决时间在期间内的工单数（resolved_at）；重开的工单在再次解决时计入'),
  ('metric.net_flow.name', 'en', 'Net flow'), ('metric.net_flow.name', 'zh_CN', '净流量'),
  ('metric.net_flow.definition', 'en', 'Opened minus resolved in the period'), ('metric.net_flow.definition', 'zh_CN', '期间内新开数减去已解决数'),
  ('metric.backlog.name', 'en', 'Backlog'), ('metric.backlog.name', 'zh_CN', '积压'),
  ('metric.backlog.definition', 'en', 'Tickets open or waiting at the end of the period, or now: by the last row of the history up to that instant; resolved, closed and cancelled are done'),
  ('metric.backlog.definition', 'zh_CN', '期末（或当前）仍打开或等待的工单数：以该时刻之前最后一条历史记录为准；已解决、已关闭、已取消视为完成'),
  ('metric.backlog_age.name', 'en', 'Age of the backlog'), ('metric.backlog_age.name', 'zh_CN', '积压时长'),
  ('metric.backlog_age.definition', 'en', 'Mean days since opening of the tickets in the backlog'), ('metric.backlog_age.definition', 'zh_CN', '积压工单自打开以来的平均天数'),
  ('metric.stale.name', 'en', 'Stale'), ('metric.stale.name', 'zh_CN', '停滞率'),
  ('metric.stale.definition', 'en', 'Share of the backlog with nothing done for five days'), ('metric.stale.definition', 'zh_CN', '积压中五天内无任何动作的比例'),
  ('metric.mtta.name', 'en', 'MTTA'), ('metric.mtta.name', 'zh_CN', '平均响应受理时间（MTTA）'),
  ('metric.mtta.definition', 'en', 'Mean minutes from opening to the first acceptance, of tickets accepted in the period (acknowledged_at)'),
  ('metric.mtta.definition', 'zh_CN', '期间内受理的工单从打开到首次受理的平均分钟数（acknowledged_at）'),
  ('metric.mttr.name', 'en', 'MTTR'), ('metric.mttr.name', 'zh_CN', '平均解决时间（MTTR）'),
  ('metric.mttr.definition', 'en', 'Mean minutes from opening to resolution without allowed pauses, of tickets resolved in the period: pauses of the resolution clock, without one the times on hold for the requester or scheduled work'),
  ('metric.mttr.definition', 'zh_CN', '期间内解决的工单从打开到解决的平均分钟数，扣除允许的暂停：有解决时钟的以其暂停为准，否则为等待请求人或已排期工作的挂起时间'),
  ('metric.at_risk.name', 'en', 'At risk'), ('metric.at_risk.name', 'zh_CN', '有违约风险'),
  ('metric.at_risk.definition', 'en', 'Tickets with a running clock (SLA, OLA or UC) that has used three quarters of its time, and none that has run out'),
  ('metric.at_risk.definition', 'zh_CN', '有正在运行的时钟（SLA、OLA 或 UC）已用去四分之三时间、且没有时钟超时的工单数'),
  ('metric.breached_open.name', 'en', 'Breached, still open'), ('metric.breached_open.name', 'zh_CN', '已违约未停止'),
  ('metric.breached_open.definition', 'en', 'Tickets with a clock (SLA, OLA or UC) that has run out and has not stopped'), ('metric.breached_open.definition', 'zh_CN', '有时钟（SLA、OLA 或 UC）已超时且尚未停止的工单数'),
  ('metric.response_attainment.name', 'en', 'Response attainment'), ('metric.response_attainment.name', 'zh_CN', '响应达成率'),
  ('metric.response_attainment.definition', 'en', 'Response clocks met, of those that stopped in the period'), ('metric.response_attainment.definition', 'zh_CN', '期间内停止的响应时钟中按时达成的比例'),
  ('metric.resolution_attainment.name', 'en', 'Resolution attainment'), ('metric.resolution_attainment.name', 'zh_CN', '解决达成率'),
  ('metric.resolution_attainment.definition', 'en', 'Resolution clocks met, of those that stopped in the period'), ('metric.resolution_attainment.definition', 'zh_CN', '期间内停止的解决时钟中按时达成的比例'),
  ('metric.ola_attainment.name', 'en', 'OLA attainment'), ('metric.ola_attainment.name', 'zh_CN', 'OLA 达成率'),
  ('metric.ola_attainment.definition', 'en', 'OLA clocks of groups met, of those that stopped in the period'), ('metric.ola_attainment.definition', 'zh_CN', '期间内停止的各组 OLA 时钟中按时达成的比例'),
  ('metric.uc_attainment.name', 'en', 'UC attainment'), ('metric.uc_attainment.name', 'zh_CN', 'UC 达成率'),
  ('metric.uc_attainment.definition', 'en', 'Clocks of underpinning contracts met, of those that stopped in the period'), ('metric.uc_attainment.definition', 'zh_CN', '期间内停止的支撑合同时钟中按时达成的比例'),
  ('metric.fcr.name', 'en', 'First contact resolution'), ('metric.fcr.name', 'zh_CN', '首次接触解决率'),
  ('metric.fcr.definition', 'en', 'Share of tickets resolved in the period that were never reassigned, never reopened and never put on hold'),
  ('metric.fcr.definition', 'zh_CN', '期间内解决的工单中从未转派、从未重开、从未挂起的比例'),
  ('metric.first_assignment.name', 'en', 'First assignment resolution'), ('metric.first_assignment.name', 'zh_CN', '首次指派解决率'),
  ('metric.first_assignment.definition', 'en', 'Share of tickets resolved in the period that were never reassigned'), ('metric.first_assignment.definition', 'zh_CN', '期间内解决的工单中从未转派的比例'),
  ('metric.reopen_rate.name', 'en', 'Reopen rate'), ('metric.reopen_rate.name', 'zh_CN', '重开率'),
  ('metric.reopen_rate.definition', 'en', 'Share of tickets resolved in the period that had been reopened'), ('metric.reopen_rate.definition', 'zh_CN', '期间内解决的工单中曾被重开的比例'),
  ('metric.pareto_share.name', 'en', 'Share of the top cause'), ('metric.pareto_share.name', 'zh_CN', '首要原因占比'),
  ('metric.pareto_share.definition', 'en', 'Share of the most frequent category (or service, CI, cause, customer ...) among the tickets opened in the period that have one'),
  ('metric.pareto_share.definition', 'zh_CN', '期间内打开且已分类的工单中，最常见类别（或服务、配置项、原因、客户等）所占的比例'),
  ('metric.hop_rate.name', 'en', 'Reassignments'), ('metric.hop_rate.name', 'zh_CN', '转派次数'),
  ('metric.hop_rate.definition', 'en', 'Mean number of reassignments of tickets resolved in the period'), ('metric.hop_rate.definition', 'zh_CN', '期间内解决的工单的平均转派次数');
