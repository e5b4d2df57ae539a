-- Why a clock stands where it stands: its stretches of time, who paused it and why, and what led to its target.
reset role; set local role desk_api;

create function desk.sla_minutes(p_seconds numeric) returns numeric language sql immutable set search_path = pg_catalog, pg_temp as $$
  select trim_scale(round(p_seconds / 60, 3)) $$;

-- Why a calendar is closed then: the name of its exception; null: outside its hours.
create function desk.calendar_why(p_version int, p_at timestamptz) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select x->>'name' from desk.calendar_version v, lateral (select (p_at at time zone v.zone)::date as d) l, jsonb_array_elements(v.spec->'exceptions') x
   where v.id = p_version and x->>'name' is not null
     and (x->>'date' = l.d::text or (l.d::text between x->>'from' and x->>'to') or x->>'yearly' = to_char(l.d, 'MM-DD'))
   order by x ? 'date' desc, x ? 'from' desc limit 1 $$;

-- The stretches of a clock, in order: {"from", "until", "what": running | paused | closed, "minutes" of open time in it, "by", "why", "event",
-- "ahead"}. One that runs goes on to its due time (ahead: not yet). p_staff: else who acted on what the requester may not read stays out.
create function desk.sla_segments(c desk.sla_clock, p_now timestamptz, p_staff boolean) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_end timestamptz := coalesce(c.stopped_at, c.cancelled_at); v_to timestamptz; v_open tstzmultirange; v_paused tstzmultirange := '{}'; v jsonb := '[]'; i int; r record; v_running tstzmultirange;
begin
  v_to := coalesce(v_end, greatest(p_now, c.due_at));
  if v_to <= c.started_at or not isfinite(v_to) then return v; end if;
  for i in 1 .. cardinality(c.pause_from) loop
    if c.pause_from[i] < least(coalesce(c.pause_until[i], v_to), v_to) then
      v_paused := v_paused + tstzmultirange(tstzrange(greatest(c.pause_from[i], c.started_at), least(coalesce(c.pause_until[i], v_to), v_to)));
    end if;
  end loop;
  v_open := desk.calendar_open(c.calendar_version, c.started_at, v_to) * tstzmultirange(tstzrange(c.started_at, v_to));
  v_running := v_open - v_paused;
  for r in
    with cut as (                           -- what runs, what the calendar cuts out of it, each split at the present
      select x.what, p.rng, upper(p.rng) > p_now as ahead from (
          select 'running' as what, unnest(v_running) as rng union all select 'closed', unnest(tstzmultirange(tstzrange(c.started_at, v_to)) - v_open - v_paused)) x,
        lateral (values (x.rng * tstzrange(null, p_now)), (x.rng * tstzrange(p_now, null))) p(rng) where not isempty(p.rng)),
    pause as (
      select greatest(c.pause_from[n], c.started_at) as a, least(coalesce(c.pause_until[n], v_to), v_to) as z, c.pause_seq[n] as seq
        from generate_series(1, cardinality(c.pause_from)) n where c.pause_from[n] < least(coalesce(c.pause_until[n], v_to), v_to))
    select lower(u.rng) as a, upper(u.rng) as z, u.what, u.ahead, null::int as seq from cut u
    union all select p.a, p.z, 'paused', false, p.seq from pause p
    order by 1, 2
  loop
    v := v || jsonb_build_object('from', desk.iso(r.a), 'until', desk.iso(r.z), 'what', r.what,
      'minutes', case r.what when 'closed' then 0 else desk.sla_minutes(desk.bt_between(c.calendar_version, r.a, r.z)) end, 'ahead', r.ahead, 'event', r.seq,
      'by', (select coalesce(p.login, p.name) from desk.event e join desk.person p on p.id = e.actor_id
              where e.ticket_id = c.ticket_id and e.seq = r.seq and e.actor_id > 0 and (p_staff or e.visibility = 2)),
      'why', case r.what when 'closed' then desk.calendar_why(c.calendar_version, r.a)
        when 'paused' then (select coalesce(x.changes->'hold_reason'->>1, x.changes->'state'->>1) from desk.event_text x where x.ticket_id = c.ticket_id and x.seq = r.seq) end);
  end loop;
  return v;
end $$;

-- What led to the target of a clock, as data and as one sentence.
create function desk.sla_rule(c desk.sla_clock) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('agreement', s.name, 'type', s.type, 'version', t.version, 'current', s.version, 'customer', o.name, 'service', v.name, 'kind', t.kind, 'priority', t.priority,
      'group', g.name, 'major', t.major,
      'text', format('%s version %s holds %s; of it the %s target for %s', s.name, t.version,
        case when o.id is not null and v.id is not null then format('for customer %s with service %s', o.name, v.name) when o.id is not null then 'for customer ' || o.name
          when v.id is not null then 'for service ' || v.name when s.type = 'uc' and k.id is null then 'by its name in the hold' else 'for everybody without an agreement of their own' end,
        t.metric, coalesce(nullif(concat_ws(', ', case t.major when true then 'major incidents' when false then 'no major incidents' end, 'group ' || g.name, 'kind ' || t.kind, 'priority ' || t.priority), ''), 'everything')))
    from desk.sla_target t join desk.sla s on s.id = t.sla_id left join desk.contract k on k.id = c.contract_id left join desk.org o on o.id = k.org_id
      left join desk.service v on v.id = k.service_id left join desk.support_group g on g.id = t.group_id where t.id = c.target_id $$;

create function desk.sla_explain_clock(c desk.sla_clock, p_now timestamptz, p_staff boolean) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare n record; t desk.sla_target; v_rule jsonb := desk.sla_rule(c);
begin
  select x.* into n from desk.clock_now x where x.clock_id = c.id;
  select x.* into t from desk.sla_target x where x.id = c.target_id;
  return jsonb_build_object('clock', c.id, 'metric', c.metric, 'sla_type', c.type, 'cycle', c.cycle, 'sla', v_rule->>'agreement', 'target', c.target_id, 'rule', v_rule->>'text', 'chosen', v_rule - 'text',
      'group', (select g.name from desk.support_group g where g.id = nullif(c.group_id, 0)), 'state', n.state, 'open', n.open, 'superseded', n.superseded, 'cancel_reason', c.cancel_reason,
      'target_minutes', desk.sla_minutes(c.target_s), 'calendar', (select jsonb_build_object('name', k.name, 'version', v.version, 'zone', v.zone, 'id', v.id) from desk.calendar_version v
        join desk.calendar k on k.id = v.calendar_id where v.id = c.calendar_version),
      'started_at', desk.iso(c.started_at), 'due_at', desk.iso(c.due_at), 'elapsed_minutes', desk.sla_minutes(n.elapsed_s), 'paused_minutes', desk.sla_minutes(n.paused_s),
      'stopped_at', desk.iso(c.stopped_at), 'cancelled_at', desk.iso(c.cancelled_at), 'breached_at', desk.iso(n.breached_at), 'pauses', to_jsonb(t.pauses), 'reopen', t.reopen,
      'stop', coalesce(t.stop_on, case c.metric when 'resolution' then 'resolved_at' end), 'mode', t.mode, 'segments', desk.sla_segments(c, p_now, p_staff),
      'warnings', (select coalesce(jsonb_agg(jsonb_build_object('percent', w, 'at', desk.iso(desk.clock_at(c, c.target_s * w / 100)), 'written', w <= c.warned) order by w), '[]') from unnest(t.warn) w));
end $$;

-- How long a ticket was in each group, hand and state, by the clock on the wall: what was undone has never been.
create view desk.span_time with (security_invoker = true) as
  select s.ticket_id, s.group_id, s.assignee_id, s.state, s.hold_reason, sum(extract(epoch from coalesce(s.until_at, greatest(n.now, s.from_at)) - s.from_at)) as seconds, count(*) as times
    from desk.span_effective s cross join (select desk.now() as now offset 0) n group by 1, 2, 3, 4, 5;
grant select on desk.span_time to desk_person;

-- Every clock of a ticket with its reasons; null: no such ticket to be seen. What runs inside the desk and with suppliers is for staff.
create function desk.sla_explain(p_ticket bigint) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
declare v_me int := desk.me(); t desk.ticket; v_who text[]; v_now timestamptz := date_trunc('second', desk.now()); v_staff boolean;
begin
  if v_me is null then return null; end if;
  select x.* into t from desk.ticket x where x.id = p_ticket;
  if t.id is null then return null; end if;
  v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
  if not 'sees' = any (v_who) then
    if t.restricted then perform desk.log_denied(v_me, t.id, 'sla'); end if;
    return null;
  end if;
  if t.restricted and not exists (select from desk.access_log l where l.ticket_id = t.id and l.person_id = v_me and l.what = 'opened' and l.at > clock_timestamp() - interval '10 minutes') then
    perform desk.log_opened(v_me, t.id, 'sla');
  end if;
  v_staff := 'staff' = any (v_who);
  return jsonb_build_object('number', t.number, 'now', desk.iso(v_now), 'clocks', (
    select coalesce(jsonb_agg(desk.sla_explain_clock(c, v_now, v_staff) order by (c.stopped_at is not null or c.cancelled_at is not null), c.type <> 'sla', c.started_at, c.id), '[]')
      from desk.sla_clock c where c.ticket_id = t.id and (v_staff or c.type = 'sla')),
    'breakdown', (select coalesce(jsonb_agg(jsonb_build_object('group', g.name, 'assignee', case when v_staff then coalesce(p.login, p.name) end, 'state', s.state, 'hold_reason', s.hold_reason,
        'minutes', desk.sla_minutes(s.seconds), 'times', s.times) order by s.seconds desc, s.state), '[]')
      from desk.span_time s left join desk.support_group g on g.id = nullif(s.group_id, 0) left join desk.person p on p.id = nullif(s.assignee_id, 0) where s.ticket_id = t.id));
end $$;
grant execute on function desk.sla_explain(bigint) to desk_person;
