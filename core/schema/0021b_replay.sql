-- The machine of 0021_clock.sql at work: on the way of an act, and over whole journals.
reset role; set local role desk_api;

-- Whose words a public text is: the requester's side, the staff, or nobody's (the desk itself, programs).
create function desk.sla_said(p_actor int, p_requester int, p_opener int) returns text language plpgsql stable as $$
declare v_staff boolean; v_worker boolean;
begin
  if p_actor <= 1 then return null; end if;
  if p_actor = p_requester then return 'requester'; end if;
  select bool_or(r.role in ('agent', 'lead', 'process_owner')), bool_or(r.role = 'worker') into v_staff, v_worker from desk.person_role r where r.person_id = p_actor;
  if v_staff then return 'agent'; end if;
  return case when v_worker then null when p_actor = p_opener then 'requester' else 'agent' end;
end $$;

-- What may move a clock: keys of changes.
create function desk.sla_keys() returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select '{state,group,assignee,hold_reason,hold_ref,priority,service,org_id,major,acknowledged_at,resolved_at,cancel_reason}'::text[] $$;

-- Header and event as a fact.
create function desk.sla_fact_of(t desk.ticket, p_seq int, p_at timestamptz, p_said text, p_floor timestamptz) returns desk.sla_fact language plpgsql immutable as $$
begin
  return row(t.id, p_seq, date_trunc('second', p_at), t.kind, t.opened_at, 'infinity', p_floor, t.state, t.phase, t.hold_reason, t.hold_ref, t.org_id, t.service_id,
    t.priority, coalesce(t.major = 'accepted', false), t.group_id, t.assignee_id, t.acknowledged_at, t.resolved_at, t.cancel_reason, p_said)::desk.sla_fact;
end $$;

-- What the journal of these tickets tells, ticket by ticket in the order of time; late entries only bring words. p_as_of: the
-- definitions to choose from; null: those of the time when each event was written, or of the last reclock.
create function desk.sla_facts(p_ids bigint[], p_as_of timestamptz, p_floor timestamptz) returns desk.sla_fact[] language plpgsql stable
  set search_path = pg_catalog, pg_temp set enable_hashjoin = off set enable_seqscan = off as $$
declare
  v desk.sla_fact[] := '{}'; f desk.sla_fact; r record; c jsonb; n int := 0; v_phases jsonb; v_requester int; v_floor timestamptz;
  -- what no target there has ever been asks for is not read
  v_words boolean := exists (select from desk.sla_target g where g.metric in ('response', 'update'));
  v_keys text[] := '{state,hold_reason,hold_ref,priority,service,org_id,major,acknowledged_at,resolved_at,cancel_reason}'::text[]
    || case when exists (select from desk.sla_target g where g.metric = 'ola' or g.group_id is not null) then '{group}'::text[] else '{}' end
    || case when exists (select from desk.sla_target g where g.stop_on = 'assign') then '{assignee}'::text[] else '{}' end;
begin
  select jsonb_object_agg(s.kind || ' ' || s.state, s.phase) into v_phases from desk.kind_state s;
  for r in
    -- ticket for ticket by the keys: else the planner reads the whole journal for a batch
    select t.id, t.kind, t.opened_at, t.opened_by, e.*
      from unnest(p_ids) i(id) join desk.ticket t on t.id = i.id cross join lateral (
        select e.seq, e.recorded_at, e.late, coalesce(e.on_behalf_id, e.actor_id) as actor, x.changes, e.visibility,
               (e.visibility = 2 or e.verb = 'update') and e.seq > 1 and (x.body is not null or x.salt is null) as public,
               case when e.late then e.at else max(e.at) filter (where not e.late) over (order by e.seq) end as at
          from desk.event e join desk.event_text x on x.ticket_id = i.id and x.seq = e.seq
         where e.ticket_id = i.id and e.voids is null
           and (x.changes ?| v_keys or (v_words and (e.visibility = 2 or e.verb = 'update') and (x.body is not null or x.salt is null)))
           and not exists (select from desk.event u where u.ticket_id = i.id and u.voids = e.seq and not desk.event_voided(u.ticket_id, u.seq))
         order by at, e.seq) e
  loop
    if f.ticket_id is distinct from r.id then
      continue when r.late;                 -- nothing can have been said before it was opened
      f := row(r.id, null, null, r.kind, r.opened_at, null, null, null, null, null, null, null, null, null, false, 0, 0, null, null, null, null)::desk.sla_fact;
      v_requester := null;
      v_floor := coalesce(p_floor, (select max(k.as_of) from desk.sla_clock k where k.ticket_id = r.id), '-infinity');
      f.floor := v_floor;
    end if;
    c := r.changes; f.said := null;
    if not r.late then
      if c ? 'state' then f.state := c->'state'->>1; f.phase := v_phases->>(f.kind || ' ' || f.state); end if;
      if c ? 'hold_reason' then f.hold := c->'hold_reason'->>1; end if;
      if c ?| '{group,assignee}'::text[] then
        if c ? 'group' then f.group_id := coalesce((c->'group'->>1)::int, 0); end if;
        if c ? 'assignee' then f.assignee_id := coalesce((c->'assignee'->>1)::int, 0); end if;
      end if;
      if c ?| '{priority,service,org_id,requester,major,acknowledged_at,resolved_at,cancel_reason,hold_ref}'::text[] then
        if c ? 'hold_ref' then f.ref := c->'hold_ref'->>1; end if;
        if c ? 'priority' then f.priority := c->'priority'->>1; end if;
        if c ? 'service' then f.service_id := c->'service'->>1; end if;
        if c ? 'org_id' then f.org_id := c->'org_id'->>1; end if;
        if c ? 'requester' then v_requester := c->'requester'->>1; end if;
        if c ? 'major' then f.major := coalesce(c->'major'->>1 = 'accepted', false); end if;
        if c ? 'acknowledged_at' then f.acked_at := c->'acknowledged_at'->>1; end if;
        if c ? 'resolved_at' then f.resolved_at := c->'resolved_at'->>1; end if;
        if c ? 'cancel_reason' then f.cancel_reason := c->'cancel_reason'->>1; end if;
      end if;
    end if;
    if r.public then f.said := case r.visibility when 2 then desk.sla_said(r.actor, coalesce(v_requester, 0), r.opened_by) else 'status' end; end if;
    continue when r.late and f.said is null;
    f.seq := r.seq; f.at := date_trunc('second', r.at); f.as_of := coalesce(p_as_of, greatest(r.recorded_at, v_floor));
    n := n + 1; v[n] := f;
  end loop;
  return v;
end $$;

-- The clocks that follow from facts of many tickets. p_old: clocks these tickets have now. One that is found again keeps its id and its warnings, and (p_keep) the version of its calendar.
create function desk.sla_run(p_f desk.sla_fact[], p_old desk.sla_clock[], p_keep boolean) returns desk.sla_clock[] language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare
  f desk.sla_fact; o desk.sla_fact; v_none desk.sla_fact; k desk.sla_clock[] := '{}'; kt desk.sla_target[] := '{}'; h desk.sla_fact[] := '{}'; nh int := 0;
  p desk.sla_pick; v_memo desk.sla_pick[] := '{}'; v_memo_keys text[] := '{}'; v_key text; r record; c desk.sla_clock; v_out desk.sla_clock[] := '{}'; n int := 0; i int; j int; q int;
  v_many int := cardinality(p_f); v_ranges boolean := exists (select from desk.contract x where x.valid_from <> '-infinity' or x.valid_to <> 'infinity');
  v_places jsonb := (select jsonb_object_agg(concat_ws('|', w.ticket_id, w.metric, w.seq, w.cycle, w.group_id), w.ordinality) from unnest(p_old) with ordinality w); -- by their natural keys
begin
  for q in 1 .. v_many loop
    f := p_f[q];
    if o.seq is null or (f.org_id, f.service_id, f.priority, f.group_id, f.major, f.as_of) is distinct from (o.org_id, o.service_id, o.priority, o.group_id, o.major, o.as_of)
        or f.hold is distinct from o.hold and 'supplier' in (f.hold, o.hold) or f.ref is distinct from o.ref then
      v_key := concat_ws('|', f.kind, f.org_id, coalesce(f.service_id, 0), f.priority, f.group_id, f.major, f.as_of, case when f.hold = 'supplier' then coalesce(f.ref, '') end,
        case when v_ranges then f.opened_at end);
      i := array_position(v_memo_keys, v_key);
      if i is null then
        p := desk.sla_choose(f.kind, f.org_id, f.service_id, f.priority, f.group_id, f.major, f.opened_at, f.as_of, f.ref);
        v_memo_keys := v_memo_keys || v_key; v_memo := v_memo || p;
      else p := v_memo[i]; end if;
    end if;
    if o.seq is not null and ((f.priority, f.org_id, f.service_id, f.major) is distinct from (o.priority, o.org_id, o.service_id, o.major) or (o.phase = 3 and f.phase < 3)) then
      r := desk.sla_retarget(k, kt, h, f, p, true);
      k := r.k; kt := r.kt;
    end if;
    r := desk.sla_step(k, kt, o, f, p);
    k := r.k; kt := r.kt;
    nh := nh + 1; h[nh] := f; o := f;
    if q = v_many or p_f[q + 1].ticket_id <> f.ticket_id then
      for j in 1 .. cardinality(k) loop
        c := k[j];
        i := v_places->>concat_ws('|', c.ticket_id, c.metric, c.seq, c.cycle, c.group_id);
        if i is not null then
          c.id := p_old[i].id; c.warned := p_old[i].warned;
          if p_keep and p_old[i].target_id = c.target_id then c.calendar_version := p_old[i].calendar_version; c.as_of := p_old[i].as_of; end if;
        end if;
        n := n + 1; v_out[n] := desk.clock_settle(c, kt[j].warn);
      end loop;
      k := '{}'; kt := '{}'; h := '{}'; nh := 0; o := v_none;
    end if;
  end loop;
  return v_out;
end $$;

-- Makes the clocks of these tickets anew from their journals. Gives how many rows were made, changed and taken away. The tickets are
-- locked, or theirs is this transaction. p_as_of, p_floor: see desk.sla_facts; p_run: the reclock that keeps what it changes.
create function desk.sla_replay(p_ids bigint[], p_as_of timestamptz default null, p_floor timestamptz default null, p_run int default null,
    out made bigint, out moved bigint, out gone bigint) language plpgsql
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare v_f desk.sla_fact[]; v_old desk.sla_clock[]; v_new desk.sla_clock[]; v_gone bigint[];
begin
  v_f := desk.sla_facts(p_ids, p_as_of, p_floor);
  v_old := array(select c from desk.sla_clock c where c.ticket_id = any (p_ids));
  v_new := desk.sla_run(v_f, v_old, p_as_of is null);
  if p_run is not null then
    insert into desk.sla_clock_was(reclock_id, clock) select p_run, o from unnest(v_old) o left join unnest(v_new) u on u.id = o.id
      where u.id is null or (o.target_id, o.calendar_version, o.due_at, o.stopped_at, o.cancelled_at) is distinct from (u.target_id, u.calendar_version, u.due_at, u.stopped_at, u.cancelled_at);
  end if;
  v_gone := array(select u.id from unnest(v_old) u except select u.id from unnest(v_new) u);
  gone := cardinality(v_gone);
  if gone > 0 then delete from desk.sla_clock c where c.id = any (v_gone); end if;
  with changed as (
    update desk.sla_clock c set target_id = u.target_id, contract_id = u.contract_id, base_seq = u.base_seq, calendar_version = u.calendar_version, target_s = u.target_s,
        started_at = u.started_at, due_at = u.due_at, risk_at = u.risk_at, warn_at = u.warn_at, stopped_at = u.stopped_at, stop_seq = u.stop_seq,
        cancelled_at = u.cancelled_at, cancel_reason = u.cancel_reason, pause_from = u.pause_from, pause_until = u.pause_until, pause_seq = u.pause_seq,
        resume_seq = u.resume_seq, as_of = u.as_of
      from unnest(v_new) u where c.id = u.id and c is distinct from u returning 1),
  fresh as (
    insert into desk.sla_clock(ticket_id, target_id, contract_id, type, metric, cycle, group_id, seq, base_seq, calendar_version, target_s, started_at, due_at, risk_at,
        warn_at, warned, stopped_at, stop_seq, cancelled_at, cancel_reason, pause_from, pause_until, pause_seq, resume_seq, as_of)
      select u.ticket_id, u.target_id, u.contract_id, u.type, u.metric, u.cycle, u.group_id, u.seq, u.base_seq, u.calendar_version, u.target_s, u.started_at, u.due_at, u.risk_at,
        u.warn_at, u.warned, u.stopped_at, u.stop_seq, u.cancelled_at, u.cancel_reason, u.pause_from, u.pause_until, u.pause_seq, u.resume_seq, u.as_of
        from unnest(v_new) u where u.id is null returning 1)
  select (select count(*) from fresh), (select count(*) from changed) into made, moved;
end $$;

-- The due time the journal says for a ticket that has no clocks: none, but that imports may bring one.
create function desk.sla_due_journal(p_ticket bigint) returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select (x.changes->'due_at'->>1)::timestamptz from desk.event_text x where x.ticket_id = p_ticket and x.changes ? 'due_at' order by x.seq desc limit 1), 'infinity') $$;

-- The due time of a ticket by its clocks; without any, also where the last one just went, that of its journal.
create function desk.sla_due(p_ticket bigint) returns timestamptz language plpgsql stable as $$
declare v timestamptz; n bigint;
begin
  select min(c.due_at) filter (where c.type = 'sla' and c.stopped_at is null and c.cancelled_at is null), count(*) into v, n from desk.sla_clock c where c.ticket_id = p_ticket;
  return case when n = 0 then desk.sla_due_journal(p_ticket) else coalesce(v, 'infinity') end;
end $$;

-- The same for many, written.
create function desk.sla_due_write(p_ids bigint[]) returns void language sql set search_path = pg_catalog, pg_temp as $$
  with d as materialized (
    select i.id, case when count(c.id) = 0 then desk.sla_due_journal(i.id)
        else coalesce(min(c.due_at) filter (where c.type = 'sla' and c.stopped_at is null and c.cancelled_at is null), 'infinity') end as due
      from unnest(p_ids) i(id) left join desk.sla_clock c on c.ticket_id = i.id group by i.id),
  w as (
    update desk.ticket t set due_at = d.due from d where t.id = d.id and t.due_at <> d.due returning t.org_id, t.id)
  select desk.feed_note(w.org_id, w.id, desk.epoch()) from w $$;

-- Whether an event can move clocks at all.
create function desk.sla_moves(c jsonb, p_visibility smallint, p_text boolean, p_voids int) returns boolean language plpgsql immutable as $$
begin
  -- what an undo takes back stands in its changes, turned round; words leave none
  return (p_voids is not null and (p_visibility = 2 or c = '{}')) or (p_text and p_visibility = 2)
    or c ?| '{state,group,assignee,hold_reason,hold_ref,priority,service,org_id,major,acknowledged_at,resolved_at,cancel_reason}'::text[];
end $$;

-- Whether the journal must be read again: an undo, a reopened ticket.
create function desk.sla_again(t desk.ticket, n desk.ticket, p_voids int) returns boolean language plpgsql immutable as $$
begin
  return p_voids is not null or (t.phase = 3 and n.phase < 3);
end $$;

-- The clocks of a ticket after an event that was just written: t before it (id null: there was none), n after. Gives its due time.
-- What is promised is asked only where something may begin: each question is paid by every act.
create function desk.sla_act(t desk.ticket, n desk.ticket, e desk.event, c jsonb, p_text boolean) returns timestamptz language plpgsql as $$
declare
  k desk.sla_clock[] := '{}'; kt desk.sla_target[] := '{}'; was desk.sla_clock[]; r record; o desk.sla_fact; f desk.sla_fact; p desk.sla_pick; x desk.sla_clock; i int;
  v_floor timestamptz := '-infinity'; v_said text; v_due timestamptz := 'infinity'; v_old int := 0; v_waits boolean := false;
begin
  if not exists (select from desk.contract) and coalesce(n.major, t.major) is null then return n.due_at; end if;
  if t.id is not null then
    if desk.sla_again(t, n, e.voids) then
      perform desk.sla_replay(array[n.id]);
      return desk.sla_due(n.id);
    end if;
    select array_agg(s order by s.id), array_agg(g order by s.id), max(s.as_of), coalesce(bool_or(s.metric = 'response' and s.stopped_at is null and s.cancelled_at is null), false) into k, kt, v_floor, v_waits
      from desk.sla_clock s join desk.sla_target g on g.id = s.target_id where s.ticket_id = n.id;
    if k is null then k := '{}'; kt := '{}'; v_floor := '-infinity'; end if;
    if p_text and e.visibility = 2 then v_said := desk.sla_said(coalesce(e.on_behalf_id, e.actor_id), n.requester_id, n.opened_by);
    elsif p_text and e.verb = 'update' then v_said := 'status'; end if;
    o := desk.sla_fact_of(t, t.last_seq, t.updated_at, null, v_floor);
    v_old := cardinality(k);
  end if;
  f := desk.sla_fact_of(n, e.seq, greatest(e.at, t.updated_at), v_said, v_floor);
  was := k;
  if t.id is null or v_waits or v_said is not null or f.group_id <> o.group_id or (f.hold = 'supplier' and o.hold is distinct from 'supplier')
     or (f.priority, f.org_id, f.service_id, f.major) is distinct from (o.priority, o.org_id, o.service_id, o.major) then
    p := desk.sla_choose(f.kind, f.org_id, f.service_id, f.priority, f.group_id, f.major, f.opened_at, 'infinity', f.ref);
  end if;
  if t.id is not null and (f.priority, f.org_id, f.service_id, f.major) is distinct from (o.priority, o.org_id, o.service_id, o.major) then
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

-- The same after a bulk act: the tickets with their due times. Their headers are not written yet.
create function desk.sla_acts(p_n desk.ticket[], p_e desk.event[], p_x desk.event_text[]) returns desk.ticket[] language plpgsql as $$
declare t desk.ticket; v_again int[] := '{}'; i int;
begin
  if not exists (select from desk.contract) and not exists (select from unnest(p_n) x where x.major is not null) then return p_n; end if;
  for i in 1 .. cardinality(p_n) loop
    continue when not desk.sla_moves(p_x[i].changes, case p_e[i].verb when 'update' then 2::smallint else p_e[i].visibility end, p_x[i].body is not null, p_e[i].voids);
    select x.* into t from desk.ticket x where x.id = p_n[i].id;
    if desk.sla_again(t, p_n[i], p_e[i].voids) then v_again := v_again || i;
    else p_n[i].due_at := desk.sla_act(t, p_n[i], p_e[i], p_x[i].changes, p_x[i].body is not null); end if;
  end loop;
  if v_again <> '{}' then
    perform desk.sla_replay(array(select p_n[a].id from unnest(v_again) a));
    foreach i in array v_again loop p_n[i].due_at := desk.sla_due(p_n[i].id); end loop;
  end if;
  return p_n;
end $$;

-- Imported histories run by the source's times: much behind the present.
create function desk.sla_imported(p_ids bigint[]) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from desk.contract) or p_ids = '{}' then return; end if;
  perform desk.sla_cover(p_ids);
  perform desk.sla_replay(p_ids);
  perform desk.sla_due_write(p_ids);
end $$;

-- Lays out the calendars that targets go by for the times of these tickets.
create function desk.sla_cover(p_ids bigint[]) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select desk.calendar_cover(desk.calendar_current(g.calendar_id), t.lo, t.hi + interval '1 year') from (select distinct x.calendar_id from desk.sla_target x) g,
    (select min(t.opened_at) as lo, max(t.updated_at) as hi from desk.ticket t where t.id = any (p_ids)) t $$;
