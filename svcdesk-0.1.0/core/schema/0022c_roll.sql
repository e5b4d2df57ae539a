-- Figures of the past without counting it again. What tickets contributed that were resolved on one day (of the desk's zone) is kept summed up,
-- a batch for each such day, made by tick when the day is over. Figures of who sees everything are batches plus what no batch holds: open tickets
-- and those resolved since. Whatever changes in a batch's tickets later leaves a mark, and a marked batch counts for nothing until it is made
-- anew: figures are always those of the views, whether tick has run or not. Who sees only a part, or filters, is counted from the views.
reset role; set local role desk_owner;

-- Where figures of a time find their tickets. Only resolved tickets stand in them: acts on open ones do not touch them.
create index ticket_done_key on desk.ticket(resolved_at) where resolved_at is not null;
create index ticket_unresolved_key on desk.ticket(updated_at) where phase = 3 and resolved_at is null;
create index ticket_acknowledged_key on desk.ticket using brin (acknowledged_at) with (pages_per_range = 16); -- costs acts nothing
create index ticket_odd_key on desk.ticket(resolved_at) where resolved_at < opened_at or resolved_at < acknowledged_at; -- imports know such

create table desk.metric_batch(
  day     date primary key,
  zone    text not null,
  made_at timestamptz not null default clock_timestamp());
comment on table desk.metric_batch is 'Days whose resolved tickets are summed up in desk.metric_roll';
create table desk.metric_dirty(day date not null);
create index metric_dirty_day_key on desk.metric_dirty(day);
comment on table desk.metric_dirty is 'Marks: something changed in the tickets resolved on this day';
create table desk.metric_roll(
  metric text not null, dim text not null, day date not null, batch date not null, key text not null,
  value numeric not null, weight numeric not null, n bigint not null, business numeric, business_n bigint,
  vals float8[],                            -- of means, for their percentiles
  primary key (metric, dim, day, batch, key));
create index metric_roll_batch_key on desk.metric_roll(batch);
do $$
declare t text;
begin
  foreach t in array array['metric_batch', 'metric_dirty', 'metric_roll'] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
    execute format('grant select on desk.%I to desk_person', t);
    execute format('create policy reader on desk.%I for select to desk_person using ((select desk.scope_all()))', t);
  end loop;
end $$;

reset role; set local role desk_api;

-- Who sees all tickets that are not restricted needs no look at each ticket for what hangs on it. (Of two policies the later by name is tried first.)
create function desk.restricted_ids() returns bigint[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if not desk.scope_all() then return '{}'; end if;
  return (select coalesce(array_agg(t.id), '{}') from desk.ticket t where t.restricted);
end $$;
revoke execute on function desk.restricted_ids() from public;
grant execute on function desk.restricted_ids() to desk_agent, desk_lead, desk_process_owner, desk_auditor;
reset role; set local role desk_owner;
create policy reader_wide on desk.span for select to desk_agent, desk_lead, desk_process_owner, desk_auditor using (
  (select desk.scope_all()) and not ticket_id = any ((select desk.restricted_ids())::bigint[]));
create policy reader_wide on desk.event for select to desk_agent, desk_lead, desk_process_owner, desk_auditor using (
  (select desk.scope_all()) and not ticket_id = any ((select desk.restricted_ids())::bigint[]));
create policy reader_wide on desk.sla_clock for select to desk_agent, desk_lead, desk_process_owner, desk_auditor using (
  (select desk.scope_all()) and not ticket_id = any ((select desk.restricted_ids())::bigint[]));

reset role; set local role desk_api;

-- ---- marks -------------------------------------------------------------------------------------------------------------
-- A batch is made an hour after its day at the earliest; what is younger than half an hour is in none.
create function desk.metric_mark(p_resolved timestamptz) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if p_resolved < desk.now() - interval '30 minutes' then
    insert into desk.metric_dirty(day) values ((p_resolved at time zone desk.zone())::date);
  end if;
end $$;
create function desk.metric_touch_ticket() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    if old.phase = 3 then perform desk.metric_mark(old.resolved_at); end if;
    if old.phase = 3 and new.phase = 3 and old.resolved_at = new.resolved_at then return null; end if;
  end if;
  if new.phase = 3 then perform desk.metric_mark(new.resolved_at); end if;
  return null;
end $$;
create function desk.metric_touch_clock() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform desk.metric_mark(t.resolved_at) from desk.ticket t
   where t.id = case when tg_op = 'DELETE' then old.ticket_id else new.ticket_id end and t.phase = 3 and t.resolved_at is not null;
  return null;
end $$;
grant execute on function desk.metric_touch_ticket(), desk.metric_touch_clock() to desk_owner;
reset role; set local role desk_owner;
-- The conditions stand here, not in the functions: on the way of an ordinary act nothing is called.
create trigger metric_touch_update after update on desk.ticket for each row
  when ((old.phase = 3 and old.resolved_at is not null or new.phase = 3 and new.resolved_at is not null)
    and (old.phase, old.state = 'cancelled', old.kind, old.org_id, old.group_id, old.assignee_id, old.service_id, old.category_id, old.ci_id, old.priority, old.restricted, old.opened_at, old.acknowledged_at,
         old.resolved_at, old.reassignments, old.reopens)
      is distinct from (new.phase, new.state = 'cancelled', new.kind, new.org_id, new.group_id, new.assignee_id, new.service_id, new.category_id, new.ci_id, new.priority, new.restricted, new.opened_at,
         new.acknowledged_at, new.resolved_at, new.reassignments, new.reopens))
  execute function desk.metric_touch_ticket();
create trigger metric_touch_insert after insert on desk.ticket for each row when (new.phase = 3 and new.resolved_at is not null)
  execute function desk.metric_touch_ticket();
create trigger metric_touch_update after update on desk.sla_clock for each row when (old.stopped_at is not null and old.* is distinct from new.*)
  execute function desk.metric_touch_clock();
create trigger metric_touch_insert after insert on desk.sla_clock for each row when (new.stopped_at is not null) execute function desk.metric_touch_clock();
create trigger metric_touch_delete after delete on desk.sla_clock for each row when (old.stopped_at is not null) execute function desk.metric_touch_clock();
reset role; set local role desk_api;

-- ---- batches -----------------------------------------------------------------------------------------------------------
create function desk.metric_dims() returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{priority,group,service,customer,kind}'::text[] $$;

-- Whether batches tell a metric apart by these: not means, whose percentiles need every value, and not what lies on other days than that of the
-- batch, where there would be as many sums as tickets.
create function desk.metric_apart(m desk.metric) returns boolean language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select m.agg <> 'mean' and m.id not in ('opened', 'net_flow', 'response_attainment') $$;

-- Days that are summed up and have no mark.
create function desk.metric_batches() returns date[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(b.day order by b.day), '{}') from desk.metric_batch b where b.zone = desk.zone() and not exists (select from desk.metric_dirty d where d.day = b.day) $$;

-- All is worked out before anything is written: whoever follows the feed waits for transactions that have written, and a large day takes seconds.
-- A mark that comes meanwhile stays.
create function desk.metric_roll_day(p_day date) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_zone text := desk.zone(); v_ids bigint[]; m desk.metric; d text; v_keys text := ''; v_rows desk.metric_roll[] := '{}'; v_more desk.metric_roll[];
  v_marks tid[] := array(select x.ctid from desk.metric_dirty x where x.day = p_day);
begin
  select coalesce(array_agg(t.id), '{}') into v_ids from desk.ticket t
   where t.phase = 3 and t.resolved_at >= p_day::timestamp at time zone v_zone and t.resolved_at < (p_day + 1)::timestamp at time zone v_zone and not t.restricted;
  foreach d in array desk.metric_dims() loop v_keys := v_keys || format(', (%L, %s)', d, desk.metric_key(d, v_zone)); end loop;
  for m in select x.* from desk.metric x where x.rolled is not null and x.view is not null and v_ids <> '{}' loop
    execute format($q$select array_agg(row(%L, q.dim, q.day, $2, q.key, q.value, q.weight, q.n, q.business, q.business_n, q.vals)::desk.metric_roll) from (
      select k.dim, (f.at at time zone %L)::date as day, k.key, sum(f.value) as value, sum(f.weight) as weight, count(*) as n, %s,
             case when k.dim = '' and %L then array_agg(f.value::float8) end as vals
        from %s f cross join lateral (values ('', '')%s) k(dim, key) where f.ticket_id = any ($1) and (k.dim = '' or %L) group by 1, 2, 3) q$q$,
      m.id, v_zone, case when m.business then 'sum(f.business) as business, count(f.business) as business_n' else 'null::numeric as business, null::bigint as business_n' end, m.agg = 'mean',
      m.view, v_keys, desk.metric_apart(m)) using v_ids, p_day into v_more;
    v_rows := v_rows || v_more;
  end loop;
  select array_agg(row('backlog', '', q.day, p_day, '', q.n, q.n, q.n, null, null, null)::desk.metric_roll) into v_more from (
    select b.day, count(*) as n
      from (select s.ticket_id, s.state, s.from_at, lead(s.from_at) over (partition by s.ticket_id order by s.seq) as until_at from desk.span s where s.ticket_id = any (v_ids)
               and not exists (select from desk.event v where v.ticket_id = s.ticket_id and v.voids = s.seq and not desk.event_voided(v.ticket_id, v.seq))
               and not exists (select from desk.event u where u.ticket_id = s.ticket_id and u.seq = s.seq and u.voids is not null)) s
      join desk.ticket t on t.id = s.ticket_id join desk.kind_state k on k.kind = t.kind and k.state = s.state and k.phase < 3
      cross join lateral (select g::date as day from generate_series((s.from_at at time zone v_zone)::date::timestamp, (s.until_at at time zone v_zone)::date::timestamp, interval '1 day') g
        where s.from_at <= (g + interval '1 day') at time zone v_zone and s.until_at > (g + interval '1 day') at time zone v_zone) b
     group by b.day) q;
  v_rows := v_rows || v_more;
  delete from desk.metric_dirty x where x.ctid = any (v_marks);
  delete from desk.metric_roll x where x.batch = p_day;
  insert into desk.metric_roll select * from unnest(v_rows);
  insert into desk.metric_batch(day, zone) values (p_day, v_zone) on conflict (day) do update set zone = excluded.zone, made_at = clock_timestamp();
end $$;

-- Sums up the latest day (from 1970 on) that is over and is not yet; false: there is none.
create function desk.metric_roll_next() returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_zone text := desk.zone(); v_day date; v_last date := ((desk.now() - interval '1 hour') at time zone v_zone)::date - 1;
  v_first date := (select greatest((min(t.resolved_at) at time zone v_zone)::date, '1970-01-01') from desk.ticket t where t.resolved_at is not null); v_have date[] := desk.metric_batches();
begin
  select g::date into v_day from generate_series(v_last::timestamp, v_first::timestamp, interval '-1 day') g where g::date <> all (v_have) order by g desc limit 1;
  if found then perform desk.metric_roll_day(v_day); return true; end if;
  delete from desk.metric_dirty d where d.day > v_last or d.day < v_first;  -- of days that are in no batch
  return false;
end $$;

-- Sums up one day, the latest that is not yet; true: there are more. Called beside desk.tick, never within it: this can take seconds, and what tick has
-- written must be seen at once. One at a time does it.
create function desk.sum_figures() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if not pg_try_advisory_xact_lock(7205759, 22) then return false; end if;
  return desk.metric_roll_next();
end $$;

-- ---- reading -----------------------------------------------------------------------------------------------------------
-- The tickets no batch holds and that may have facts from p_from on: resolved on other days since then (before p_to), resolved before they were opened or
-- accepted, resolved nobody knows when, and (p_open) open ones. Nothing of a ticket stops after it was resolved.
create function desk.metric_live(p_batches date[], p_open boolean, p_from timestamptz, p_to timestamptz) returns bigint[] language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_zone text := desk.zone(); v bigint[] := '{}'; r record;
begin
  for r in                                  -- range by range: each is found by the index
    select greatest(coalesce(lower(x)::timestamp at time zone v_zone, '-infinity'), p_from) as lo, least(coalesce(upper(x)::timestamp at time zone v_zone, 'infinity'), p_to) as hi
      from unnest('{(,)}'::datemultirange - coalesce((select range_agg(daterange(d, d + 1)) from unnest(p_batches) d), '{}')) x
  loop
    continue when r.lo >= r.hi;
    v := v || array(select t.id from desk.ticket t where t.phase = 3 and t.resolved_at >= r.lo and t.resolved_at < r.hi);
  end loop;
  if p_open then
    v := v || array(select t.id from desk.ticket t where t.phase < 3) || array(select t.id from desk.ticket t where t.phase = 3 and t.resolved_at is null and t.state <> 'cancelled')
      || array(select t.id from desk.ticket t where t.phase = 3 and t.resolved_at < p_from and (t.resolved_at < t.opened_at or t.resolved_at < t.acknowledged_at)
                 and (t.resolved_at at time zone v_zone)::date <> all (p_batches));
  end if;
  return v;
end $$;

-- Facts of a metric as desk.metric_get groups them (key, value, n, p50, p90, business), as SQL with the live tickets as $1: batches for whole days, the
-- views for the rest. Nulls: it has to count from the views.
create function desk.metric_rolled(m desk.metric, p_from timestamptz, p_to timestamptz, p_by text, p_filter jsonb, out facts text, out live bigint[]) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_zone text := desk.zone(); v_days date[]; v_time boolean := p_by in ('day', 'week', 'month'); lo date := (p_from at time zone v_zone)::date; hi date := (p_to at time zone v_zone)::date;
  v_lo timestamptz; v_hi timestamptz; v_none text := quote_literal('') || '::text'; v_key text := coalesce(desk.metric_key(p_by, v_zone), 'null'); v_bus text;
begin
  if m.rolled is null or coalesce(p_filter, '{}') <> '{}' or not (p_by is null or v_time or (desk.metric_apart(m) and case p_by when 'org' then 'customer' else p_by end = any (desk.metric_dims())))
     or not desk.scope_all() then return; end if;
  if lo::timestamp at time zone v_zone < p_from then lo := lo + 1; end if;
  v_lo := lo::timestamp at time zone v_zone; v_hi := hi::timestamp at time zone v_zone;
  v_days := desk.metric_batches();
  if lo >= hi or v_days = '{}' then return; end if;
  if p_by is null then v_key := v_none; end if;
  live := desk.metric_live(v_days, m.rolled = 'any', v_lo, case m.rolled when 'done' then v_hi else 'infinity' end);
  if cardinality(live) > 200000 then return; end if;       -- little is summed up yet
  v_bus := case when m.business then 'f.business' else 'null::numeric' end;
  facts := format($q$with l as materialized (
      select %1$s as key, f.value, f.weight, %2$s as business from %3$s f where f.at >= %4$L and f.at < %5$L and f.ticket_id = any ($1)%6$s),
    r as materialized (select %7$s as key, x.value, x.weight, x.n, x.business, x.business_n, x.vals from desk.metric_roll x
      where x.metric = %8$L and x.dim = %9$L and x.day >= %10$L and x.day < %11$L and x.batch = any (%12$L)),
    s as (select q.key, sum(q.value) as value, sum(q.weight) as weight, sum(q.n) as n, sum(q.b) / nullif(sum(q.bn), 0) as business from (
        select r.key, r.value, r.weight, r.n, r.business as b, r.business_n as bn from r
        union all select l.key, l.value, l.weight, 1, l.business, (l.business is not null)::int from l) q group by q.key),
    p as (select q.key, percentile_cont(0.5) within group (order by q.v)::numeric as p50, percentile_cont(0.9) within group (order by q.v)::numeric as p90
      from (select r.key, unnest(r.vals) as v from r union all select l.key, l.value::float8 from l where %13$L) q group by q.key)
    select %14$s as key, %15$s as value, s.n::bigint as n, p.p50, p.p90, s.business from s left join p on p.key = s.key$q$,
    v_key, v_bus, m.view, v_lo, v_hi,
    case when p_from < v_lo or v_hi < p_to then format(' union all select %s, f.value, f.weight, %s from %s f where (f.at >= %L and f.at < %L) or (f.at >= %L and f.at < %L)',
      v_key, v_bus, m.view, p_from, v_lo, v_hi, p_to) else '' end,
    case when p_by is null then v_none when v_time then format('desk.metric_bucket(x.day::timestamp at time zone %L, %L, %L)', v_zone, p_by, v_zone) else 'x.key' end,
    m.id, case when p_by is null or v_time then '' when p_by = 'org' then 'customer' else p_by end, lo, hi, v_days, m.agg = 'mean',
    case when p_by is null then 'null::text' else 's.key' end,
    case m.agg when 'sum' then 's.value' when 'ratio' then '100 * s.value / nullif(s.weight, 0)' else 's.value / nullif(s.weight, 0)' end);
end $$;

revoke execute on function desk.metric_mark(timestamptz), desk.metric_touch_ticket(), desk.metric_touch_clock(), desk.metric_dims(), desk.metric_apart(desk.metric), desk.metric_batches(), desk.metric_roll_day(date), desk.metric_roll_next(), desk.sum_figures(),
  desk.metric_live(date[], boolean, timestamptz, timestamptz), desk.metric_rolled(desk.metric, timestamptz, timestamptz, text, jsonb) from public;
grant execute on function desk.metric_dims(), desk.metric_apart(desk.metric), desk.metric_batches(), desk.metric_live(date[], boolean, timestamptz, timestamptz), desk.metric_rolled(desk.metric, timestamptz, timestamptz, text, jsonb) to desk_person;
grant execute on function desk.sum_figures() to desk_person;
