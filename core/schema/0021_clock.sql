-- Clocks: started, paused and stopped by what happens to their ticket.
reset role; set local role desk_api;

-- Seconds of open time a clock ran up to an instant: from its start, without its pauses.
create function desk.clock_elapsed(p_version int, p_from timestamptz, p_to timestamptz, p_pause_from timestamptz[], p_pause_until timestamptz[]) returns bigint
  language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  if p_version is null or p_from is null or p_to is null then return null; end if;
  return desk.bt_between(p_version, p_from, p_to) - desk.clock_paused(p_version, p_from, p_to, p_pause_from, p_pause_until);
end $$;

-- Seconds of open time inside its pauses, up to an instant.
create function desk.clock_paused(p_version int, p_from timestamptz, p_to timestamptz, p_pause_from timestamptz[], p_pause_until timestamptz[]) returns bigint
  language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp as $$
declare s bigint := 0; i int;
begin
  for i in 1 .. coalesce(cardinality(p_pause_from), 0) loop
    s := s + desk.bt_between(p_version, greatest(p_pause_from[i], p_from), least(p_pause_until[i], p_to));
  end loop;
  return s;
end $$;
grant execute on function desk.clock_elapsed(int, timestamptz, timestamptz, timestamptz[], timestamptz[]),
  desk.clock_paused(int, timestamptz, timestamptz, timestamptz[], timestamptz[]) to desk_person;

-- Every clock as it stands now. A breach is a fact of time: nothing needs to have run since.
create view desk.clock_now with (security_invoker = true) as
  select c.ticket_id, c.id as clock_id, c.target_id, c.type as sla_type, c.metric, c.cycle,
         case when c.cancelled_at is not null then 'cancelled' when c.due_at < coalesce(c.stopped_at, n.now) then 'breached'
           when c.stopped_at is not null then 'met' when c.due_at is null then 'paused'
           when c.pause_from[cardinality(c.pause_from)] is not null and c.pause_until[cardinality(c.pause_from)] is null then 'paused' else 'running' end as state,
         c.stopped_at is null and c.cancelled_at is null as open,
         c.cancelled_at is not null and c.cancel_reason = 'superseded' as superseded,
         c.target_s, c.calendar_version, c.started_at, c.due_at, c.risk_at, c.stopped_at,
         case when c.due_at < coalesce(c.stopped_at, c.cancelled_at, n.now) then c.due_at end as breached_at,
         desk.clock_elapsed(c.calendar_version, c.started_at, coalesce(c.stopped_at, c.cancelled_at, n.now), c.pause_from, c.pause_until) as elapsed_s,
         desk.clock_paused(c.calendar_version, c.started_at, coalesce(c.stopped_at, c.cancelled_at, n.now), c.pause_from, c.pause_until) as paused_s,
         case when c.metric = 'ola' then c.group_id else t.group_id end as group_id, t.service_id, t.org_id, t.priority, t.kind,
         c.cancelled_at, c.cancel_reason
    from desk.sla_clock c join desk.ticket t on t.id = c.ticket_id cross join (select desk.now() as now offset 0) n;
grant select on desk.clock_now to desk_person;
