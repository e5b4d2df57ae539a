-- The clocks on the way of an act: what cannot move is not read, and what is promised is asked only where something begins.
reset role; set local role desk_api;

-- As in 0021_clock.sql; with the version of a calendar read in the same statement and nothing sorted twice.
create or replace function desk.sla_choose(p_kind text, p_org int, p_service int, p_priority smallint, p_group int, p_major boolean, p_opened timestamptz,
    p_as_of timestamptz, p_ref text) returns desk.sla_pick language plpgsql stable as $$
declare p desk.sla_pick;
begin
  if not p_major and not exists (select from desk.contract) then return p; end if;
  -- what is done as soon as it is written has no clocks
  if exists (select from desk.kind k join desk.kind_state s on s.kind = k.kind and s.state = k.initial where k.kind = p_kind and s.phase = 3) then return p; end if;
  select array_agg(b.t), array_agg(b.contract_id), array_agg(b.version), array_agg((b.t).metric) into p from (
    select distinct on (t.metric) t, h.id as contract_id,
           (select y.id from desk.calendar_version y where y.calendar_id = t.calendar_id order by y.version desc limit 1) as version
      from (
        -- agreement 1 is that of every major incident: it promises what the others do not
        select null::int as id, 1 as sla_id where p_major
        union all
        (select distinct on (c.type) c.id, c.sla_id from desk.contract c left join desk.sla a on c.type = 'uc' and a.id = c.sla_id and lower(a.name) = lower(p_ref)
          where ((c.org_id is null or c.org_id = p_org) and (c.service_id is null or c.service_id = p_service) or a.id is not null)
            and c.valid_from <= p_opened and p_opened < c.valid_to and c.made_at <= p_as_of and (c.ended_at > p_as_of or c.ended_at = 'infinity')
          order by c.type, a.id is null, c.service_id is null, c.org_id is null, c.made_at desc, c.id desc)) h
      join desk.sla_version v on v.sla_id = h.sla_id and v.made_at <= p_as_of and (v.ended_at > p_as_of or v.ended_at = 'infinity')
      join desk.sla_target t on t.sla_id = v.sla_id and t.version = v.version
     where (t.kind is null or t.kind = p_kind) and (t.priority is null or t.priority = p_priority) and (t.group_id is null or t.group_id = p_group)
       and (t.major is null or t.major = p_major)
     order by t.metric, h.id is null, t.major is null, t.group_id is null, t.kind is null, t.priority is null) b;
  return p;
end $$;

-- As in 0021b_replay.sql. Of the promises only updates to the customer begin with words or with a first response; where no target asks for
-- any, neither is asked for them. A change that is no change of state, group or promise moves only clocks that wait for words or a person.
create or replace function desk.sla_act(t desk.ticket, n desk.ticket, e desk.event, c jsonb, p_text boolean) returns timestamptz language plpgsql as $$
declare
  k desk.sla_clock[] := '{}'; kt desk.sla_target[] := '{}'; was desk.sla_clock[]; r record; o desk.sla_fact; f desk.sla_fact; p desk.sla_pick; x desk.sla_clock; i int;
  v_floor timestamptz := '-infinity'; v_said text; v_due timestamptz := 'infinity'; v_old int := 0; v_waits boolean := false; v_anew boolean; v_updates boolean := true;
begin
  if not exists (select from desk.contract) and coalesce(n.major, t.major) is null then return n.due_at; end if;
  if t.id is not null then
    if desk.sla_again(t, n, e.voids) then
      perform desk.sla_replay(array[n.id]);
      return desk.sla_due(n.id);
    end if;
    v_updates := exists (select from desk.sla_target g where g.metric = 'update' and (g.major is not true or n.major = 'accepted'));
    if not v_updates and not c ?| '{state,group,hold_reason,hold_ref,priority,service,org_id,major,resolved_at,cancel_reason}'::text[]
       and not exists (select from desk.sla_clock s where s.ticket_id = n.id and s.metric in ('response', 'update') and s.stopped_at is null and s.cancelled_at is null) then
      return n.due_at;
    end if;
    select array_agg(q.s), array_agg(q.g), max((q.s).as_of), coalesce(bool_or((q.s).metric = 'response' and (q.s).stopped_at is null and (q.s).cancelled_at is null), false) into k, kt, v_floor, v_waits
      from (select s, g from desk.sla_clock s join desk.sla_target g on g.id = s.target_id where s.ticket_id = n.id order by s.id) q;
    if k is null then k := '{}'; kt := '{}'; v_floor := '-infinity'; end if;
    if p_text and e.visibility = 2 then v_said := desk.sla_said(coalesce(e.on_behalf_id, e.actor_id), n.requester_id, n.opened_by);
    elsif p_text and e.verb = 'update' then v_said := 'status'; end if;
    o := desk.sla_fact_of(t, t.last_seq, t.updated_at, null, v_floor);
    v_old := cardinality(k);
  end if;
  f := desk.sla_fact_of(n, e.seq, greatest(e.at, t.updated_at), v_said, v_floor);
  was := k;
  v_anew := t.id is not null and (f.priority, f.org_id, f.service_id, f.major) is distinct from (o.priority, o.org_id, o.service_id, o.major);
  if t.id is null or v_anew or f.group_id <> o.group_id or (f.hold = 'supplier' and o.hold is distinct from 'supplier') or (v_updates and (v_waits or v_said is not null)) then
    p := desk.sla_choose(f.kind, f.org_id, f.service_id, f.priority, f.group_id, f.major, f.opened_at, 'infinity', f.ref);
  end if;
  if v_anew then
    r := desk.sla_retarget(k, kt, array[o], f, p, false);
    if r.k is null then
      perform desk.sla_replay(array[n.id]);
      return desk.sla_due(n.id);
    end if;
    k := r.k; kt := r.kt;
  end if;
  if k = '{}' and p.targets is null then return n.due_at; end if;
  r := desk.sla_step(k, kt, o, f, p);
  for i in 1 .. coalesce(cardinality(r.k), 0) loop
    x := r.k[i];
    if i > v_old then
      x := desk.clock_settle(x, (r.kt[i]).warn);
      insert into desk.sla_clock(ticket_id, target_id, contract_id, type, metric, cycle, group_id, seq, base_seq, calendar_version, target_s, started_at, due_at, risk_at,
          warn_at, warned, stopped_at, stop_seq, cancelled_at, cancel_reason, pause_from, pause_until, pause_seq, resume_seq, as_of)
        values (x.ticket_id, x.target_id, x.contract_id, x.type, x.metric, x.cycle, x.group_id, x.seq, x.base_seq, x.calendar_version, x.target_s, x.started_at, x.due_at, x.risk_at,
          x.warn_at, x.warned, x.stopped_at, x.stop_seq, x.cancelled_at, x.cancel_reason, x.pause_from, x.pause_until, x.pause_seq, x.resume_seq, x.as_of);
    elsif x is distinct from was[i] then
      x := desk.clock_settle(x, (r.kt[i]).warn);
      update desk.sla_clock s set due_at = x.due_at, risk_at = x.risk_at, warn_at = x.warn_at, stopped_at = x.stopped_at, stop_seq = x.stop_seq, cancelled_at = x.cancelled_at,
        cancel_reason = x.cancel_reason, pause_from = x.pause_from, pause_until = x.pause_until, pause_seq = x.pause_seq, resume_seq = x.resume_seq where s.id = x.id;
    end if;
    if x.type = 'sla' and x.stopped_at is null and x.cancelled_at is null then v_due := least(v_due, x.due_at); end if;
  end loop;
  return v_due;
end $$;
