-- Clocks: started, paused, resumed, stopped and cancelled by what happens to their ticket.
--
-- There is one machine, desk.sla_step: from the clocks of a ticket, what the ticket was and what it is after an event, it makes the
-- clocks after that event, and reads no table but the calendars. It is fed in two ways that give the same:
--   one event, as it is written (desk.sla_act, on the way of an act);
--   the whole journal of a ticket, without what was undone (desk.sla_replay): undo, changes that choose another target, imports, reclock.
-- Times are whole seconds, as the header keeps them: opened_at starts, resolved_at stops.
--
-- What starts and stops them, in the order in which an event is looked at (new, stop, cancel, restart, pause, resume):
--   response    from opened_at until the first public text of somebody who is neither the requester nor a program (reply), until the work
--               is taken on (accept), or until somebody has it (assign); cancelled when the end of the ticket came before any of these
--   resolution  from opened_at until resolved_at
--   update      A: from the first response, and again from each public text of the staff, until the next one; B: from the oldest message
--               of the requester that nobody has answered. Never while the response clock runs. Of an accepted major incident from the
--               moment it was accepted, and again from each status update (verb update), also one that stays inside
--   ola         from the moment a group has the ticket until another has it, or it is resolved: a new one each time, with all its time
--   uc          from a hold for the supplier until it ends
-- Which states pause a clock says its target. An end without resolved_at cancels what runs. Reopened, a clock goes on without the time in
-- between (resume), with it (continue), or another cycle begins (cycle), as its target says.
-- Another priority, service, customer or major state chooses anew: where the target is another one, the clock is cancelled as superseded
-- and one is made that counts from the same start, as if its target had held from there on.
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
         case when c.due_at < least(c.stopped_at, c.cancelled_at, n.now) then c.due_at end as breached_at,
         desk.clock_elapsed(c.calendar_version, c.started_at, coalesce(c.stopped_at, c.cancelled_at, n.now), c.pause_from, c.pause_until) as elapsed_s,
         desk.clock_paused(c.calendar_version, c.started_at, coalesce(c.stopped_at, c.cancelled_at, n.now), c.pause_from, c.pause_until) as paused_s,
         case when c.metric = 'ola' then c.group_id else t.group_id end as group_id, t.service_id, t.org_id, t.priority, t.kind,
         c.cancelled_at, c.cancel_reason
    from desk.sla_clock c join desk.ticket t on t.id = c.ticket_id cross join (select desk.now() as now offset 0) n;
grant select on desk.clock_now to desk_person;

-- What a ticket was or is at one event, as far as clocks care. said: whose public text the event brought, agent or requester.
create type desk.sla_fact as (
  ticket_id bigint, seq int, at timestamptz, kind text, opened_at timestamptz, as_of timestamptz, floor timestamptz,
  state text, phase smallint, hold text, ref text, org_id int, service_id int, priority smallint, major boolean,
  group_id int, assignee_id int, acked_at timestamptz, resolved_at timestamptz, cancel_reason text, said text);

-- What is promised for a ticket: at most one target a metric, the contract that led to it, and the version of its calendar.
create type desk.sla_pick as (targets desk.sla_target[], contracts int[], versions int[], metrics text[]);

-- ---- which target ------------------------------------------------------------------------------------------------------
-- p_as_of: as the definitions were then; infinity: as they are.
create function desk.sla_choose(p_kind text, p_org int, p_service int, p_priority smallint, p_group int, p_major boolean, p_opened timestamptz,
    p_as_of timestamptz, p_ref text) returns desk.sla_pick language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare p desk.sla_pick;
begin
  if not p_major and not exists (select from desk.contract) then return p; end if;
  -- what is done as soon as it is written has no clocks
  if exists (select from desk.kind k join desk.kind_state s on s.kind = k.kind and s.state = k.initial where k.kind = p_kind and s.phase = 3) then return p; end if;
  with held as (
    select distinct on (c.type) c.id, c.sla_id from desk.contract c join desk.sla a on a.id = c.sla_id
     where (((c.org_id is null or c.org_id = p_org) and (c.service_id is null or c.service_id = p_service))
            or (c.type = 'uc' and lower(a.name) = lower(p_ref)))
       and c.valid_from <= p_opened and p_opened < c.valid_to and c.made_at <= p_as_of and (c.ended_at > p_as_of or c.ended_at = 'infinity')
     order by c.type, (c.type = 'uc' and lower(a.name) = lower(p_ref)) is not true, c.service_id is null, c.org_id is null, c.made_at desc, c.id desc),
  best as (
    -- agreement 1 is that of every major incident: it promises what the others do not
    select distinct on (t.metric) t, h.id as contract_id from (select * from held union all select null, 1 where p_major) h
      join desk.sla_version v on v.sla_id = h.sla_id and v.made_at <= p_as_of and (v.ended_at > p_as_of or v.ended_at = 'infinity')
      join desk.sla_target t on t.sla_id = v.sla_id and t.version = v.version
     where (t.kind is null or t.kind = p_kind) and (t.priority is null or t.priority = p_priority) and (t.group_id is null or t.group_id = p_group)
       and (t.major is null or t.major = p_major)
     order by t.metric, h.id is null, t.major is null, t.group_id is null, t.kind is null, t.priority is null)
  select array_agg(b.t order by (b.t).metric), array_agg(b.contract_id order by (b.t).metric), array_agg(desk.calendar_current((b.t).calendar_id) order by (b.t).metric),
         array_agg((b.t).metric order by (b.t).metric) into p from best b;
  return p;
end $$;

-- Whether a target is the same promise as another, in whatever version of its agreement.
create function desk.sla_same(a desk.sla_target, b desk.sla_target) returns boolean language plpgsql immutable as $$
begin
  return (a.sla_id, a.metric, a.kind, a.priority, a.group_id, a.major) is not distinct from (b.sla_id, b.metric, b.kind, b.priority, b.group_id, b.major);
end $$;

-- ---- one clock -----------------------------------------------------------------------------------------------------------
create function desk.clock_new(f desk.sla_fact, p desk.sla_pick, p_metric text, p_cycle int, p_from timestamptz) returns desk.sla_clock language plpgsql immutable as $$
declare c desk.sla_clock; i int;
begin
  for i in 1 .. coalesce(cardinality(p.targets), 0) loop
    continue when p.targets[i].metric <> p_metric;
    c := row(null, f.ticket_id, p.targets[i].id, p.contracts[i], case p_metric when 'ola' then 'ola' when 'uc' then 'uc' else 'sla' end, p_metric, p_cycle,
      case p_metric when 'ola' then f.group_id else 0 end, f.seq, f.seq, p.versions[i], p.targets[i].minutes * 60, p_from, null, null, null, 0,
      null, null, null, null, '{}', '{}', '{}', '{}', f.floor)::desk.sla_clock;
    return c;
  end loop;
  return null;
end $$;

create function desk.pick_target(p desk.sla_pick, p_id int) returns desk.sla_target language plpgsql immutable as $$
declare i int;
begin
  for i in 1 .. coalesce(cardinality(p.targets), 0) loop
    if p.targets[i].id = p_id then return p.targets[i]; end if;
  end loop;
  return null;
end $$;

-- Ends a pause that is open.
create function desk.clock_go(c desk.sla_clock, p_at timestamptz, p_seq int) returns desk.sla_clock language plpgsql immutable as $$
declare n int := cardinality(c.pause_from);
begin
  if n > 0 and c.pause_until[n] is null then
    c.pause_until[n] := greatest(p_at, c.pause_from[n]); c.resume_seq[n] := p_seq;
  end if;
  return c;
end $$;

-- Stops it; a pause it stands in ends with it, or ended when the ticket moved on.
create function desk.clock_stop(c desk.sla_clock, f desk.sla_fact, p_at timestamptz) returns desk.sla_clock language plpgsql immutable as $$
begin
  c.stopped_at := greatest(p_at, c.started_at); c.stop_seq := f.seq;
  return desk.clock_go(c, least(f.at, c.stopped_at), f.seq);
end $$;

create function desk.clock_cancel(c desk.sla_clock, f desk.sla_fact, p_why text) returns desk.sla_clock language plpgsql immutable as $$
begin
  c.cancelled_at := greatest(f.at, c.started_at); c.cancel_reason := p_why; c.stop_seq := f.seq;
  return desk.clock_go(c, c.cancelled_at, f.seq);
end $$;

-- The instant at which it has run p_s seconds; null: it stands still before that. A pause that begins later moves nothing.
create function desk.clock_at(c desk.sla_clock, p_s bigint) returns timestamptz language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v timestamptz := desk.bt_add_us(c.calendar_version, c.started_at, p_s * 1000000); us bigint := 0; i int;
begin
  for i in 1 .. cardinality(c.pause_from) loop
    exit when c.pause_from[i] > v or c.pause_from[i] >= c.stopped_at;
    if c.pause_until[i] is null then return null; end if;
    us := us + desk.bt_between_us(c.calendar_version, greatest(c.pause_from[i], c.started_at), least(c.pause_until[i], c.stopped_at));
    v := desk.bt_add_us(c.calendar_version, c.started_at, p_s * 1000000 + us);
  end loop;
  return v;
end $$;

-- Its due time and what hangs on it. One that was cancelled keeps what it had.
create function desk.clock_settle(c desk.sla_clock, p_warn smallint[]) returns desk.sla_clock language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_next smallint; n int := cardinality(c.pause_from);
begin
  c.risk_at := null; c.warn_at := null;
  if c.cancelled_at is not null and c.due_at is not null then return c; end if;
  c.due_at := desk.clock_at(c, c.target_s);
  if c.stopped_at is not null or c.cancelled_at is not null then return c; end if;
  if n = 0 or c.pause_until[n] is not null then c.risk_at := desk.clock_at(c, c.target_s * 3 / 4); end if;
  select min(w) into v_next from unnest(p_warn) w where w > c.warned;
  if v_next is not null then
    c.warn_at := case v_next when 100 then c.due_at when 75 then coalesce(c.risk_at, desk.clock_at(c, c.target_s * 3 / 4)) else desk.clock_at(c, c.target_s * v_next / 100) end;
  end if;
  return c;
end $$;

-- ---- the machine -----------------------------------------------------------------------------------------------------------
-- The clocks (k, with their targets kt) after an event: o is the ticket before it (seq null: there was none), f after. p is what is
-- promised now; null: nothing new begins.
create function desk.sla_step(inout k desk.sla_clock[], inout kt desk.sla_target[], o desk.sla_fact, f desk.sla_fact, p desk.sla_pick) language plpgsql immutable as $$
declare
  n int := coalesce(cardinality(k), 0); i int; c desk.sla_clock; g desk.sla_target; m text;
  v_done boolean := f.phase = 3; v_was boolean := coalesce(o.phase = 3, false); v_again boolean := v_was and not v_done;
  v_over boolean := f.state = 'cancelled' or f.cancel_reason is not null; v_why text; v_end timestamptz;
  v_supplier boolean := f.phase = 2 and f.hold = 'supplier'; v_ola boolean := false; v_uc boolean := false; v_update boolean := false;
  v_waiting boolean := false; v_answered boolean := false; v_response boolean := false; v_last int := 0; v_segments int := 0; v_calls int := 0; v_rounds int := 0; v_want boolean;
begin
  if v_done then
    v_why := coalesce(f.cancel_reason, case when v_over then 'cancelled' else 'not_resolved' end);
    if not v_over then v_end := f.resolved_at; end if;
  end if;
  if o.seq is null then
    foreach m in array '{response,resolution}'::text[] loop
      continue when not coalesce(m = any (p.metrics), false);
      c := desk.clock_new(f, p, m, 1, f.opened_at);
      n := n + 1; k[n] := c; kt[n] := desk.pick_target(p, c.target_id);
    end loop;
  end if;
  for i in 1 .. n loop
    case k[i].metric when 'update' then v_last := greatest(v_last, k[i].cycle); when 'ola' then v_segments := greatest(v_segments, k[i].cycle);
      when 'uc' then v_calls := greatest(v_calls, k[i].cycle); when 'resolution' then v_rounds := greatest(v_rounds, k[i].cycle);
      else v_response := v_response or k[i].cancel_reason is distinct from 'superseded'; end case;
  end loop;

  for i in 1 .. n loop
    c := k[i]; g := kt[i];
    continue when c.cancel_reason = 'superseded';
    -- a reopened ticket
    if v_again and coalesce(c.stopped_at, c.cancelled_at) is not null
       and ((c.metric = 'resolution' and c.cycle = v_rounds) or (c.metric = 'ola' and c.cycle = v_segments and c.group_id = f.group_id)) then
      if g.reopen = 'cycle' then
        if c.metric = 'resolution' then
          c := desk.clock_new(f, p, 'resolution', c.cycle + 1, f.at);
          if c.metric is not null then n := n + 1; k[n] := c; kt[n] := desk.pick_target(p, c.target_id); end if;
        end if;
        continue;
      end if;
      if g.reopen = 'resume' and coalesce(c.stopped_at, c.cancelled_at) < f.at then
        c.pause_from := c.pause_from || coalesce(c.stopped_at, c.cancelled_at); c.pause_until := c.pause_until || f.at;
        c.pause_seq := c.pause_seq || c.stop_seq; c.resume_seq := c.resume_seq || f.seq;
      end if;
      c.stopped_at := null; c.cancelled_at := null; c.cancel_reason := null; c.stop_seq := null;
      k[i] := c;
    end if;
    -- the source corrected when it was resolved
    if v_done and v_was and c.metric = 'resolution' and f.resolved_at is distinct from o.resolved_at and (c.stopped_at is not null or c.cancel_reason = 'not_resolved')
       and v_end is not null then
      c.cancelled_at := null; c.cancel_reason := null;
      k[i] := desk.clock_stop(c, f, v_end);
      continue;
    end if;
    continue when c.stopped_at is not null or c.cancelled_at is not null;
    -- stop, cancel
    case c.metric
    when 'response' then
      if g.stop_on = 'reply' and f.said = 'agent' then c := desk.clock_stop(c, f, f.at);
      elsif g.stop_on = 'accept' and (f.acked_at is not null or f.state = 'in_progress') then c := desk.clock_stop(c, f, coalesce(f.acked_at, f.at));
      elsif g.stop_on = 'assign' and f.assignee_id <> 0 then c := desk.clock_stop(c, f, f.at);
      elsif v_done then c := desk.clock_cancel(c, f, case when v_over then v_why else 'no_response' end); end if;
      if c.stopped_at is not null then v_answered := true; elsif c.cancelled_at is null then v_waiting := true; end if;
    when 'update' then
      if f.said in ('agent', 'status') then c := desk.clock_stop(c, f, f.at);
      elsif v_done then c := desk.clock_cancel(c, f, case when v_over then v_why else 'resolved' end);
      else v_update := true; end if;
    else
      if c.metric = 'ola' and c.group_id <> f.group_id then c := desk.clock_stop(c, f, f.at);
      elsif v_done and v_end is not null then c := desk.clock_stop(c, f, v_end);
      elsif v_done then c := desk.clock_cancel(c, f, v_why);
      elsif c.metric = 'uc' and not v_supplier then c := desk.clock_stop(c, f, f.at);
      elsif c.metric = 'ola' then v_ola := true;
      elsif c.metric = 'uc' then v_uc := true; end if;
    end case;
    if c.stopped_at is not null or c.cancelled_at is not null then k[i] := c; end if;
  end loop;

  -- what begins again and again
  if not v_done and p.metrics && '{ola,uc,update}'::text[] then
    foreach m in array '{ola,uc,update}'::text[] loop
      continue when not m = any (p.metrics) or case m when 'ola' then v_ola or f.group_id = 0 or not (o.seq is null or f.group_id <> o.group_id or v_again)
        when 'uc' then v_uc or not v_supplier or coalesce(o.phase = 2 and o.hold = 'supplier', false) else v_update or (v_waiting and not f.major) end;
      c := desk.clock_new(f, p, m, case m when 'ola' then v_segments when 'uc' then v_calls else v_last end + 1, f.at);
      g := desk.pick_target(p, c.target_id);
      if m = 'update' then
        continue when not case g.mode when 'A' then coalesce(f.said in ('agent', 'status'), false) or v_answered or (v_again and v_last > 0) or (f.major and not coalesce(o.major, false))
          else coalesce(f.said = 'requester', false) or (o.seq is null and not v_response) end;
        if o.seq is null then c.started_at := f.opened_at; end if;
      end if;
      n := n + 1; k[n] := c; kt[n] := g;
    end loop;
  end if;

  -- pause, resume
  for i in 1 .. n loop
    c := k[i]; g := kt[i];
    continue when c.stopped_at is not null or c.cancelled_at is not null or g.pauses = '{}';
    v_want := (f.state = any (g.pauses) or coalesce(f.hold = any (g.pauses), false)) and (g.pauses_major or not f.major);
    if v_want and (cardinality(c.pause_from) = 0 or c.pause_until[cardinality(c.pause_from)] is not null) then
      c.pause_from := c.pause_from || greatest(f.at, c.started_at); c.pause_until := c.pause_until || null::timestamptz;
      c.pause_seq := c.pause_seq || f.seq; c.resume_seq := c.resume_seq || null::int;
      k[i] := c;
    elsif not v_want and cardinality(c.pause_from) > 0 and c.pause_until[cardinality(c.pause_from)] is null then
      k[i] := desk.clock_go(c, f.at, f.seq);
    end if;
  end loop;
end $$;

-- Whether a clock by the one target has the pauses and stops that one by the other would have.
create function desk.sla_alike(a desk.sla_target, b desk.sla_target) returns boolean language plpgsql immutable as $$
begin
  return (a.pauses, a.pauses_major, a.reopen, a.stop_on, a.mode) is not distinct from (b.pauses, b.pauses_major, b.reopen, b.stop_on, b.mode);
end $$;

-- Chooses anew after an event that may have changed what is promised; h: what the ticket was at each event before f, or (not p_whole) at
-- the last one only: k is null then where that is not enough to tell. A clock that has stopped stands, unless the ticket is reopened.
create function desk.sla_retarget(inout k desk.sla_clock[], inout kt desk.sla_target[], h desk.sla_fact[], f desk.sla_fact, p desk.sla_pick, p_whole boolean)
  language plpgsql immutable as $$
declare m text; i int; v_at int; c desk.sla_clock; b desk.sla_clock; v_none desk.sla_fact; x desk.sla_fact; r record; kk desk.sla_clock[]; kkt desk.sla_target[]; v_again boolean := f.phase < 3 and h[cardinality(h)].phase = 3;
begin
  foreach m in array '{response,resolution,update,ola,uc}'::text[] loop
    v_at := 0;
    for i in 1 .. coalesce(cardinality(k), 0) loop
      if k[i].metric = m and k[i].cancel_reason is distinct from 'superseded' and (v_at = 0 or k[i].cycle >= k[v_at].cycle) then v_at := i; end if;
    end loop;
    if v_at = 0 then
      continue when m not in ('response', 'resolution') or not coalesce(m = any (p.metrics), false);
      c := desk.clock_new(f, p, m, 1, f.opened_at);
      c.base_seq := h[1].seq;
    else
      b := k[v_at];
      continue when (b.stopped_at is not null or b.cancelled_at is not null) and not (v_again and m = 'resolution');
      continue when m = 'ola' and b.group_id <> f.group_id;
      c := desk.clock_new(f, p, m, b.cycle, b.started_at);
      continue when c.metric is not null and desk.sla_same(kt[v_at], desk.pick_target(p, c.target_id));
      c.base_seq := b.base_seq; c.group_id := b.group_id;
      if m = 'update' and f.major and not h[cardinality(h)].major then c.started_at := f.at; c.base_seq := f.seq; end if;
      k[v_at] := desk.clock_cancel(b, f, 'superseded');
    end if;
    continue when c.metric is null;
    if v_at > 0 and c.base_seq < f.seq and desk.sla_alike(kt[v_at], desk.pick_target(p, c.target_id)) and b.stopped_at is null and b.cancelled_at is null then
      c.pause_from := b.pause_from; c.pause_until := b.pause_until; c.pause_seq := b.pause_seq; c.resume_seq := b.resume_seq;
      k := k || c; kt := kt || desk.pick_target(p, c.target_id);
      continue;
    end if;
    if not p_whole and c.base_seq < f.seq then k := null; return; end if;
    -- as if it had held from there on
    kk := array[c]; kkt := array[desk.pick_target(p, c.target_id)];
    for i in 1 .. cardinality(h) loop
      continue when h[i].seq < c.base_seq;
      x := h[i];
      if x.seq = c.base_seq and m = 'update' then x.said := null; end if;
      r := desk.sla_step(kk, kkt, case when i > 1 then h[i - 1] else v_none end, x, null);
      kk := r.k; kkt := r.kt;
    end loop;
    k := k || kk; kt := kt || kkt;
  end loop;
end $$;
