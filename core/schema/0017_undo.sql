-- Undo of ten thousand tickets in seconds: as in desk.act_many, what is the same for many is asked once, and rows are written together.
reset role; set local role desk_api;

-- As in 0010_undo.sql, but that a restricted ticket may go back to somebody who is not named: as it was before.
create or replace function desk.undo_breaks(t desk.ticket, p_changes jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare n desk.ticket; r jsonb; l record;
begin
  if p_changes ?| array['group', 'assignee'] then
    n := jsonb_populate_record(t, desk.undo_cols(t, p_changes));
    r := desk.assignee_refusal(n.group_id, n.assignee_id);
    if r is not null then return r; end if;
  end if;
  for l in select v->>'type' as type, (v->>'to')::bigint as id from jsonb_array_elements(coalesce(p_changes->'links'->0, '[]')) v loop
    r := desk.link_refusal(t, l.type, l.id);
    if r is not null then return r; end if;
  end loop;
  return null;
end $$;

-- The columns of the header as they were before an event.
create or replace function desk.undo_cols(t desk.ticket, p_changes jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_object_agg(c.col, case when c.old <> 'null' then c.old when c.col in ('group_id', 'assignee_id') then '0'
      when c.col = 'due_at' then '"infinity"' when c.col = 'custom' then '{}' else 'null' end), '{}')
    from (select coalesce(f.col, k.key) as col, k.value->0 as old from jsonb_each(p_changes) k left join desk.field f on f.kind = t.kind and f.field = k.key
           where coalesce(f.store, 'ticket') = 'ticket' and to_jsonb(t) ? coalesce(f.col, k.key)) c);
end $$;

create or replace function desk.undo_answer(p_id bigint, p_op uuid) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare t desk.ticket;
begin
  select x.* into t from desk.ticket x where x.id = p_id;
  return desk.act_answer(t, p_op);
end $$;

-- Whether an event can be written the short way: the last one of its ticket, not of a restricted one, by the person himself, in time, and
-- with nothing in it but columns of the header that concern this ticket alone, and words, items and watchers of sets.
create function desk.undo_short(p_me int, t desk.ticket, e desk.event, p_changes jsonb, p_since timestamptz) returns boolean language plpgsql immutable as $$
begin
  return t.last_seq = e.seq and e.actor_id = p_me and e.channel <> 'parent' and not t.restricted and e.at >= p_since
    and (p_changes - '{state,group,assignee,impact,urgency,priority,priority_reason,acknowledged_at,resolved_at,closed_at,hold_reason,hold_until,hold_ref,resolution_code,cancel_reason,reassignments,reopens,service,category,ci,due_at,reason,tags,cis,watchers}'::text[]) = '{}';
end $$;

-- Takes back operation p_op as operation p_new; call it for part 0 .. parts - 1. The last part of p_op goes first, because a later part
-- may have acted on what an earlier one did. Answers like act_many: one result a ticket of that part on which p_op had done something.
create or replace function desk.undo(p_op uuid, p_new uuid, p_part int default 0, p_channel text default 'api') returns jsonb language plpgsql
  security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set plan_cache_mode = force_generic_plan as $$
declare v_me int := desk.me(); v_new uuid := coalesce(p_new, gen_random_uuid()); v_part int := coalesce(p_part, 0); v_parts int; o desk.op;
  v_hash bytea := desk.request_hash(p_op::text, 'undo'); r jsonb; u record; v_rows jsonb; v_now timestamptz; v_since timestamptz;
  v_epoch smallint; v_x xid8 := pg_current_xact_id(); v_known text[] := '{}'; k text; c jsonb; v_key text; t desk.ticket; n desk.ticket; e desk.event; v_salt bytea; i int;
  v_out jsonb[] := '{}'; v_n desk.ticket[] := '{}'; v_e desk.event[] := '{}'; v_t desk.event_text[] := '{}'; v_s desk.span[] := '{}';
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_channel !~ '^[a-z][a-z0-9_-]{0,19}$' or coalesce(p_channel in ('import', 'parent', 'tick'), true) then return desk.bad_channel(p_channel); end if;
  r := desk.replay(v_new, v_part, v_me, v_hash);
  if r is not null then return r; end if;
  select count(*) into v_parts from desk.op x where x.op_id = p_op;
  if v_parts > 0 and v_part not between 0 and v_parts - 1 then
    return desk.refuse('out_of_range', 'input', 'part', jsonb_build_object('value', v_part, 'min', 0, 'max', v_parts - 1));
  end if;
  select x.* into o from desk.op x where x.op_id = p_op and x.part = v_parts - 1 - v_part;
  select coalesce(jsonb_agg(q.v order by q.n), '[]') into v_rows
    from jsonb_array_elements(case when o.result ? 'results' then o.result->'results' when o.result ? 'id' then jsonb_build_array(o.result) else '[]' end)
           with ordinality q(v, n)
   where q.v ? 'seq' and (o.actor_id = v_me or desk.can_see((q.v->>'id')::bigint, v_me));  -- of others' acts only what one may see
  if v_rows = '[]' and o.actor_id is distinct from v_me then
    return desk.refuse('undo_no_op', 'notfound', 'op', jsonb_build_object('op', p_op, 'number', '-'));
  end if;
  perform desk.undo_lock((select array_agg((q.v->>'id')::bigint) from jsonb_array_elements(v_rows) q(v)));
  insert into desk.op(op_id, part, actor_id, request_hash) values (v_new, v_part, v_me, v_hash) on conflict do nothing;
  if not found then return desk.replay(v_new, v_part, v_me, v_hash); end if;
  v_now := desk.now(); v_since := v_now - desk.undo_minutes() * interval '1 minute'; v_epoch := desk.epoch();
  for u in
    with rows as materialized (select (q.v->>'id')::bigint as id, (q.v->>'seq')::int as seq, q.n from jsonb_array_elements(v_rows) with ordinality q(v, n)),
    first as materialized (select x.id, min(x.n) as n from rows x group by x.id),
    units as materialized (
      select array_agg(v.ticket_id order by v.ticket_id, v.seq) as ids, array_agg(v.seq order by v.ticket_id, v.seq) as seqs, min(f.n) as n, count(*) as many
        from desk.undo_events(p_op, (select array_agg(x.id) from rows x), (select array_agg(x.seq) from rows x), not o.result ? 'results') v
        left join first f on f.id = v.ticket_id group by v.unit)
    select q.*, (select array_agg(f.id order by f.n) from first f where f.id = any (q.ids)) as named, tk as row, v as event, y.changes, y.body, y.salt, y as text
      from units q left join desk.ticket tk on q.many = 1 and tk.id = q.ids[1]
      left join desk.event v on q.many = 1 and v.ticket_id = q.ids[1] and v.seq = q.seqs[1]
      left join desk.event_text y on q.many = 1 and y.ticket_id = q.ids[1] and y.seq = q.seqs[1]
     order by q.n
  loop
    r := null; t := u.row; e := u.event;
    if u.many = 1 and u.salt is not null and coalesce(desk.undo_short(v_me, t, e, u.changes, v_since), false) then
      -- the questions whose answer hangs on this alone are asked once
      k := concat_ws('|', t.kind, t.state, e.verb, e.visibility, u.body is null, e.voids is null, t.org_id, t.group_id, t.requester_id = v_me, t.opened_by = v_me, t.assignee_id = v_me,
        (select string_agg(q.key, ',') from jsonb_each(u.changes) q), u.changes->'group'->0, u.changes->'assignee'->0);
      if e.voids is not null then
        k := k || '|' || (select v.verb from desk.event v where v.ticket_id = t.id and v.seq = desk.void_root(t.id, e.seq));
      end if;
      if k = any (v_known) or (desk.undo_right(v_me, t, e, u.changes) is null and desk.undo_never(t, e, u.text) is null and desk.undo_breaks(t, u.changes) is null) then
        if k <> all (v_known) then v_known := v_known || k; end if;
        n := t; c := '{}';
        if u.changes <> '{}' then n := jsonb_populate_record(t, desk.undo_cols(t, u.changes)); end if;
        if n.state <> t.state then select s.phase into n.phase from desk.kind_state s where s.kind = n.kind and s.state = n.state; end if;
        foreach v_key in array '{tags,cis,watchers}'::text[] loop
          if u.changes ? v_key then c := c || desk.undo_set(t, v_key, u.changes->v_key, v_now); end if;
        end loop;
        c := desk.header_changes(t, n) || c;
        v_salt := uuid_send(gen_random_uuid());
        e := row(t.id, t.last_seq + 1, v_now, clock_timestamp(), v_me, null, session_user, p_channel, 'undo', e.visibility, v_new, e.seq,
          false, v_epoch, v_x, sha256(v_salt || convert_to(c::text || chr(31), 'UTF8')), null)::desk.event;
        e.hash := desk.event_hash(t.last_hash, e);
        n.last_seq := e.seq; n.last_hash := e.hash; n.version := t.version + 1; n.updated_at := v_now;
        i := cardinality(v_n) + 1;
        v_n[i] := n; v_e[i] := e; v_t[i] := row(e.ticket_id, e.seq, v_salt, c, null, null)::desk.event_text;
        if c ?| array['state', 'group', 'assignee'] then
          v_s[cardinality(v_s) + 1] := row(n.id, n.last_seq, n.state, n.group_id, n.assignee_id, v_now, null)::desk.span;
        end if;
        v_out[cardinality(v_out) + 1] := desk.act_answer(n, v_new);
        continue;
      end if;
    end if;
    -- a child in this part may have taken its parent in another part along
    if not exists (select from unnest(u.ids, u.seqs) q(id, seq)
        where (select true from desk.event w where w.ticket_id = q.id and w.voids = q.seq and w.op = v_new limit 1)) then
      r := desk.undo_unit(v_me, u.ids, u.seqs, v_new, p_channel);
    end if;
    for t in select x.* from unnest(u.named) with ordinality q(id, n) join desk.ticket x on x.id = q.id order by q.n loop
      v_out[cardinality(v_out) + 1] := case when r is null then desk.act_answer(t, v_new)
        when r->'error'->>'class' = 'notfound' then r || jsonb_build_object('id', t.id) else r || jsonb_build_object('id', t.id, 'number', t.number) end;
    end loop;
  end loop;
  if cardinality(v_n) > 0 then perform desk.store_many(v_n, v_e, v_t, v_s); end if;
  r := jsonb_build_object('ok', true, 'op', v_new, 'replay', false, 'parts', v_parts, 'results', to_jsonb(v_out));
  update desk.op x set result = r where x.op_id = v_new and x.part = v_part;
  return r;
end $$;

-- My acts of the last minutes, the newest first, each with whether it can be undone now and why not. Of a bulk act the first tickets
-- are looked at, not all ten thousand.
create or replace function desk.undo_list(p_limit int default 50) returns table(op uuid, at timestamptz, verb text, tickets int, number text, undone boolean,
    is_undo boolean, ok boolean, why jsonb)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set plan_cache_mode = force_generic_plan as $$
declare v_me int := desk.me(); v_since timestamptz := desk.now() - desk.undo_minutes() * interval '1 minute'; o record; d record; v record; r jsonb; u record; n int := 0; v_limit int := greatest(0, least(coalesce(p_limit, 50), 500));
begin
  for o in
    select x.op_id, max(x.at) as last from desk.op x
     where x.actor_id = v_me and x.result is not null
       -- a desk with a clock of its own may stand still for hours
       and x.at >= case when (select c.frozen_at from desk.clock c) is null then v_since - interval '1 minute' else '-infinity' end
     group by x.op_id order by 2 desc
  loop
    exit when n >= v_limit;
    select bool_or(x.result ? 'results') as bulk, count(*) filter (where (r.v->>'ok')::boolean) as many,
           (array_agg(r.v order by x.part, r.n) filter (where r.v ? 'seq'))[1:5] as rows into d
      from desk.op x, jsonb_array_elements(case when x.result ? 'results' then x.result->'results' else jsonb_build_array(x.result) end) with ordinality r(v, n)
     where x.op_id = o.op_id;
    op := null; ok := null; why := null; undone := true;
    for v in
      select e.ticket_id, e.seq, e.at as e_at, e.verb as e_verb, t.number as e_number from unnest(d.rows) with ordinality q(v, i)
        join desk.event e on e.ticket_id = (q.v->>'id')::bigint and e.seq = (q.v->>'seq')::int and e.op = o.op_id join desk.ticket t on t.id = e.ticket_id
       where e.at >= v_since order by q.i
    loop
      if op is null then
        op := o.op_id; at := v.e_at; verb := v.e_verb; tickets := d.many; is_undo := v.e_verb = 'undo';
        number := case when desk.can_see(v.ticket_id, v_me) then v.e_number end;
      end if;
      undone := undone and desk.event_voided(v.ticket_id, v.seq);
      if ok is distinct from true then
        u := desk.undo_of(v.ticket_id, v.seq);
        r := desk.undo_refusal(v_me, u.ids, u.seqs);
        ok := r is null;
        why := case when not ok then coalesce(why, r->'error') end;
      end if;
    end loop;
    if op is not null then
      n := n + 1;
      return next;
    end if;
  end loop;
end $$;
-- Every look-up inside is by key: no planning for each ticket.
alter function desk.undo_act(int, bigint, jsonb, int, uuid, text) set plan_cache_mode = force_generic_plan;
alter function desk.undo_locked(int, desk.ticket, jsonb, int, uuid, text) set plan_cache_mode = force_generic_plan;
