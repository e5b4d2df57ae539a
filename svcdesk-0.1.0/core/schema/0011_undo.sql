-- Undo and redo. An act is taken back as a whole, by a new event for each of its events: verb undo, "voids" = the event undone,
-- changes the other way round. Nothing is ever deleted from the journal; redo is the undo of the undo.
--
-- What can be undone: by the one who did it, or a lead of the ticket, for 15 minutes, while nobody has changed the same fields
-- since. State, group and assignee count as one field: what others did on the strength of a state must not stand on another.
-- A set (tags, links ...) counts by its elements.
-- What cannot: words the requester can read (reply), files, a redaction, the opening of a ticket, what the desk did by
-- itself or an import brought. Where a public text came with a change of the record (resolve, close, a question to the requester)
-- the change is taken back; the text stays in the journal, marked as undone.
-- Cascades carry the op of the act that caused them: parent and children are undone together or not at all. The tickets of a
-- bulk act were acted on each on its own, and so they are undone: each with its children, with its own answer.
reset role; set local role desk_owner;

create index event_voids_key on desk.event(ticket_id, voids) where voids is not null;

reset role; set local role desk_api;

-- ---- what counts -----------------------------------------------------------------------------------------------------
-- Whether an event is taken back as things stand: by an undo that was not undone in its turn.
create function desk.event_voided(p_ticket bigint, p_seq int) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v int;
begin
  for v in select e.seq from desk.event e where e.ticket_id = p_ticket and e.voids = p_seq loop
    if not desk.event_voided(p_ticket, v) then return true; end if;
  end loop;
  return false;
end $$;

-- The journal for everything that counts or measures: without undone acts and without undos. An act that was redone counts again,
-- at the time when it was done first.
create view desk.event_effective with (security_invoker = true) as
  select e.* from desk.event e where e.voids is null and not exists (
    select from desk.event v where v.ticket_id = e.ticket_id and v.voids = e.seq and not desk.event_voided(v.ticket_id, v.seq));

-- The same for times in a state, group or hand: as if what was undone had never been.
create view desk.span_effective with (security_invoker = true) as
  select s.ticket_id, s.seq, s.state, s.group_id, s.assignee_id, s.from_at,
         lead(s.from_at) over (partition by s.ticket_id order by s.seq) as until_at
    from desk.span s where not exists (
      select from desk.event v where v.ticket_id = s.ticket_id and v.voids = s.seq and not desk.event_voided(v.ticket_id, v.seq))
      and not exists (select from desk.event u where u.ticket_id = s.ticket_id and u.seq = s.seq and u.voids is not null);

create function desk.undo_minutes() returns int language sql immutable set search_path = pg_catalog, pg_temp as $$ select 15 $$;

-- The act behind an undo, a redo, an undo of that: the event that voids none.
create function desk.void_root(p_ticket bigint, p_seq int) returns int language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare n int := p_seq; v int;
begin
  loop
    select e.voids into v from desk.event e where e.ticket_id = p_ticket and e.seq = n;
    if v is null then return n; end if;
    n := v;
  end loop;
end $$;

-- ---- may it be undone ------------------------------------------------------------------------------------------------
create function desk.set_keys() returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select '{tags,cis,watchers,access,links}'::text[] $$;

-- Why an act of this sort is never undone; null if it can be.
create function desk.undo_never(t desk.ticket, e desk.event, x desk.event_text) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_key text;
begin
  if e.actor_id <= 1 or e.channel = 'import' then return desk.refuse('undo_desk', 'state', null, jsonb_build_object('verb', e.verb)); end if;
  if e.verb = 'create' then return desk.refuse('undo_create', 'state', null, jsonb_build_object('number', t.number)); end if;
  if x.changes ? 'redacted' then return desk.refuse('undo_redact', 'state'); end if;
  if x.salt is null then return desk.refuse('undo_redacted', 'state', null, jsonb_build_object('verb', e.verb)); end if;
  if x.changes ? 'attachments' then return desk.refuse('undo_attach', 'state'); end if;
  -- words to the requester, and a verb that is for nothing else
  if e.visibility = 2 and x.body is not null and e.voids is null
     and not exists (select from desk.transition r where r.kind = t.kind and r.verb = e.verb and r.to_state <> '=')
     and not exists (select from desk.verb_param a where a.kind = t.kind and a.verb = e.verb and a.field is not null) then
    return desk.refuse('undo_said', 'state', null, jsonb_build_object('verb', e.verb));
  end if;
  -- what a kind keeps in places of its own is not known here
  select k into v_key from jsonb_object_keys(x.changes) k
   where k not in ('reason', 'minutes') and k <> all (desk.set_keys()) and not to_jsonb(t) ? k
     and not exists (select from desk.field f where f.kind = t.kind and f.field = k) limit 1;
  if found then return desk.refuse('undo_unknown', 'state', v_key, jsonb_build_object('verb', e.verb)); end if;
  return null;
end $$;

-- Whether two entries of a set name the same element.
create function desk.set_meets(a jsonb, b jsonb) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select exists (select from jsonb_array_elements((a->0) || (a->1)) v where (b->0) || (b->1) @> jsonb_build_array(v)) $$;

-- What was changed since of that which event e changed, the last of it; p_with: events undone together with it. A later act that
-- was undone itself has changed nothing.
create function desk.undo_moved(p_me int, t desk.ticket, e desk.event, p_changes jsonb, p_with int[]) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare c record; v_see boolean; v_type text;
begin
  if t.last_seq = e.seq then return null; end if;
  for c in
    select k.key, k.value->1 as theirs, v.seq, v.actor_id, v.at from desk.event v
      join desk.event_text y on y.ticket_id = v.ticket_id and y.seq = v.seq cross join lateral jsonb_each(y.changes) k
     where v.ticket_id = t.id and v.seq > e.seq and not v.late and v.seq <> all (p_with) and (v.voids is null or v.voids <= e.seq)
       and case when k.key in ('reason', 'minutes') then false
             when k.key = any (desk.set_keys()) then p_changes ? k.key and desk.set_meets(k.value, p_changes->k.key)
             when k.key in ('state', 'group', 'assignee') then p_changes ?| array['state', 'group', 'assignee']
             else p_changes ? k.key end
     order by v.seq desc, k.key
  loop
    continue when desk.event_voided(t.id, c.seq);
    v_see := desk.can_see(t.id, p_me);
    select f.type into v_type from desk.field f where f.kind = t.kind and f.field = c.key;
    return desk.refuse('undo_moved', 'conflict', case c.key when 'org_id' then 'org' when 'parent_id' then 'parent' else c.key end,
      jsonb_build_object('number', case when v_see then t.number else '?' end,
        'by', case when v_see then desk.name_of('person', to_jsonb(c.actor_id)) end, 'at', case when v_see then desk.iso(c.at) end,
        'theirs', case when v_see then desk.render_value(case c.key when 'parent_id' then 'ticket' else coalesce(v_type, '') end, c.theirs, p_me) end));
  end loop;
  return null;
end $$;

-- The columns of the header as they were before an event.
create function desk.undo_cols(t desk.ticket, p_changes jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_object_agg(c.col, case when c.old <> 'null' then c.old when c.col in ('group_id', 'assignee_id') then '0'
      when c.col = 'due_at' then '"infinity"' when c.col = 'custom' then '{}' else 'null' end), '{}')
    from (select coalesce(f.col, k.key) as col, k.value->0 as old from jsonb_each(p_changes) k left join desk.field f on f.kind = t.kind and f.field = k.key
           where coalesce(f.store, 'ticket') = 'ticket' and to_jsonb(t) ? coalesce(f.col, k.key)) c);
end $$;

-- As in 0010_undo.sql, but that a restricted ticket may go back to somebody who is not named: as it was before.
create function desk.undo_breaks(t desk.ticket, p_changes jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
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

-- Sight and right of the person who undoes, on the ticket that was acted on. Who sent a ticket out of his own sight may fetch it back,
-- unless it was restricted.
create function desk.undo_right(p_me int, t desk.ticket, e desk.event, p_changes jsonb) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_who text[] := desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted); n desk.ticket; v_roles text[];
begin
  if not 'sees' = any (v_who) and e.actor_id = p_me and not t.restricted then
    n := jsonb_populate_record(t, desk.undo_cols(t, p_changes));
    v_who := desk.who(p_me, n.id, n.org_id, n.group_id, n.requester_id, n.opened_by, n.assignee_id, n.restricted);
  end if;
  if not 'sees' = any (v_who) then return desk.refuse('not_found', 'notfound'); end if;
  if e.actor_id <> p_me then
    if 'lead' = any (v_who) then return null; end if;
    return desk.refuse('undo_not_yours', 'denied', null, jsonb_build_object('verb', e.verb, 'by', desk.name_of('person', to_jsonb(e.actor_id))));
  end if;
  select array_agg(distinct r) into v_roles from desk.event o join desk.transition x on x.kind = t.kind and x.verb = o.verb, unnest(x.roles) r
   where o.ticket_id = t.id and o.seq = desk.void_root(t.id, e.seq);
  if coalesce(v_roles && v_who, true) then return null; end if;  -- without a role: an act that undo_never refuses
  return desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', 'undo', 'roles', v_roles));
end $$;

-- Whether these events (ticket and seq, side by side) can be undone together; null: they can. The first reason is given.
-- Writes nothing. The tickets are locked, or the answer is only a forecast.
create function desk.undo_refusal(p_me int, p_ids bigint[], p_seqs int[]) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb; v_now timestamptz := desk.now(); u record; v record;
begin
  for u in select t, e, y, array(select q.seq from unnest(p_ids, p_seqs) q(id, seq) where q.id = t.id) as with_seqs
      from unnest(p_ids, p_seqs) p(id, seq) join desk.ticket t on t.id = p.id join desk.event e on e.ticket_id = p.id and e.seq = p.seq
      join desk.event_text y on y.ticket_id = p.id and y.seq = p.seq
     order by (e.channel = 'parent'), e.ticket_id, e.seq desc
  loop
    if (u.e).channel <> 'parent' then
      r := desk.undo_right(p_me, u.t, u.e, (u.y).changes);
      if r is not null then return r; end if;
    end if;
    r := desk.undo_never(u.t, u.e, u.y);
    if r is not null then return r; end if;
    select w.actor_id, w.at into v from desk.event w where w.ticket_id = (u.e).ticket_id and w.voids = (u.e).seq
       and not desk.event_voided(w.ticket_id, w.seq) limit 1;
    if found then
      return desk.refuse('undo_done', 'state', null, jsonb_build_object('verb', (u.e).verb, 'by', desk.name_of('person', to_jsonb(v.actor_id)), 'at', desk.iso(v.at)));
    end if;
    if (u.e).at < v_now - desk.undo_minutes() * interval '1 minute' then
      return desk.refuse('undo_late', 'state', null, jsonb_build_object('verb', (u.e).verb, 'at', desk.iso((u.e).at), 'minutes', desk.undo_minutes()));
    end if;
    r := coalesce(desk.undo_moved(p_me, u.t, u.e, (u.y).changes, u.with_seqs), desk.undo_breaks(u.t, (u.y).changes));
    if r is not null then return r; end if;
  end loop;
  return null;
end $$;

-- ---- undoing ---------------------------------------------------------------------------------------------------------
-- Takes back what an event did to a set; gives its entry for the journal.
create function desk.undo_set(t desk.ticket, p_key text, v jsonb, p_at timestamptz) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  case p_key
  when 'tags' then
    delete from desk.ticket_tag g where g.ticket_id = t.id and v->1 ? g.tag;
    insert into desk.ticket_tag(ticket_id, tag) select t.id, o from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'cis' then
    delete from desk.ticket_ci g where g.ticket_id = t.id and g.ci_id in (select (o->>'ci')::bigint from jsonb_array_elements(v->1) o);
    insert into desk.ticket_ci(ticket_id, ci_id, role) select t.id, (o->>'ci')::bigint, o->>'role' from jsonb_array_elements(v->0) o on conflict do nothing;
  when 'watchers' then
    delete from desk.watcher g where g.ticket_id = t.id and v->1 @> to_jsonb(g.person_id);
    insert into desk.watcher(ticket_id, person_id) select t.id, o::int from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'access' then
    delete from desk.ticket_access g where g.ticket_id = t.id and v->1 @> to_jsonb(g.person_id);
    insert into desk.ticket_access(ticket_id, person_id) select t.id, o::int from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'links' then
    delete from desk.ticket_link g where g.from_id = t.id
      and exists (select from jsonb_array_elements(v->1) o where o->>'type' = g.type and (o->>'to')::bigint = g.to_id);
    insert into desk.ticket_link(from_id, type, to_id, seq, at)
      select t.id, o->>'type', (o->>'to')::bigint, t.last_seq + 1, p_at from jsonb_array_elements(v->0) o on conflict do nothing;
  end case;
  return jsonb_build_object(p_key, jsonb_build_array(v->1, v->0));
end $$;

-- Takes back one event of a ticket that is locked and holds its real subject; gives the ticket as stored.
create function desk.undo_event(p_me int, t desk.ticket, e desk.event, p_changes jsonb, p_op uuid, p_channel text, p_at timestamptz) returns desk.ticket
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare c record; v_typed jsonb := '{}'; v_text jsonb := '{}'; v_out jsonb := '{}'; n desk.ticket := t; v_root int;
begin
  if p_changes <> '{}' then n := jsonb_populate_record(t, desk.undo_cols(t, p_changes)); end if;
  if n.state <> t.state then select s.phase into n.phase from desk.kind_state s where s.kind = n.kind and s.state = n.state; end if;
  for c in select k.key, k.value, f.store, f.col from jsonb_each(p_changes) k left join desk.field f on f.kind = t.kind and f.field = k.key loop
    if c.store = 'typed' then
      v_typed := v_typed || jsonb_build_object(c.col, c.value->0);
      v_out := v_out || jsonb_build_object(c.key, jsonb_build_array(c.value->1, c.value->0));
    elsif c.store = 'text' then v_text := v_text || jsonb_build_object(c.col, c.value->0);
    elsif c.key = any (desk.set_keys()) then v_out := v_out || desk.undo_set(t, c.key, c.value, p_at);
    elsif c.key = 'minutes' then            -- one row, that of the act at the root
      v_root := desk.void_root(t.id, e.seq);
      if c.value->1 <> 'null' then delete from desk.time_entry m where m.ticket_id = t.id and m.seq = v_root;
      else
        insert into desk.time_entry(ticket_id, seq, person_id, minutes)
          select t.id, v_root, o.actor_id, (c.value->>0)::int from desk.event o where o.ticket_id = t.id and o.seq = v_root;
      end if;
      v_out := v_out || jsonb_build_object('minutes', jsonb_build_array(c.value->1, c.value->0));
    end if;
  end loop;
  if v_typed <> '{}' then perform desk.typed_write(t.kind, t.id, v_typed, false); end if;
  if v_text <> '{}' then v_out := v_out || desk.text_write(t.id, t.kind, t.subject, v_text); end if;
  return desk.store_act(t, n, 'undo', p_me, case e.channel when 'parent' then 'parent' else p_channel end, p_op, p_at, e.visibility, v_out, null, e.seq);
end $$;

create function desk.undo_apply(p_me int, p_ids bigint[], p_seqs int[], p_op uuid, p_channel text) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare u record; t desk.ticket; v_now timestamptz := desk.now();
begin
  for u in select e, x.changes from unnest(p_ids, p_seqs) p(id, seq) join desk.event e on e.ticket_id = p.id and e.seq = p.seq
      join desk.event_text x on x.ticket_id = p.id and x.seq = p.seq order by e.ticket_id, e.seq desc loop
    select k.* into t from desk.ticket k where k.id = (u.e).ticket_id;
    if t.restricted then select y.subject into t.subject from desk.ticket_text y where y.id = t.id; end if;
    perform desk.undo_event(p_me, t, u.e, u.changes, p_op, p_channel, v_now);
  end loop;
end $$;

-- Undoes these events together, or none of them: then the refusal. The tickets are locked.
create function desk.undo_unit(p_me int, p_ids bigint[], p_seqs int[], p_op uuid, p_channel text) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare r jsonb; v_field text;
begin
  perform from desk.ticket k where k.id = any (p_ids) order by k.id for update;  -- a child may have left its family since
  r := desk.undo_refusal(p_me, p_ids, p_seqs);
  if r is not null then
    if r->'error'->>'class' in ('denied', 'notfound') then
      perform desk.log_denied(p_me, k.id, 'undo') from desk.ticket k where k.id = any (p_ids) and (k.restricted or r->'error'->>'class' = 'denied') limit 1;
    end if;
    return r;
  end if;
  select min(f.field) into v_field from unnest(p_ids, p_seqs) p(id, seq) join desk.event_text x on x.ticket_id = p.id and x.seq = p.seq
    join desk.ticket k on k.id = p.id join desk.field f on f.kind = k.kind and f.store = 'typed' and x.changes ? f.field;
  if v_field is null then
    perform desk.undo_apply(p_me, p_ids, p_seqs, p_op, p_channel);
    return null;
  end if;
  begin                                     -- the constraints of a typed row can still refuse: another column moved on
    perform desk.undo_apply(p_me, p_ids, p_seqs, p_op, p_channel);
  exception when integrity_constraint_violation or data_exception then
    return desk.refuse('value_refused', 'input', v_field);
  end;
  return null;
end $$;

-- What an operation did to p_ids (the tickets of one part) and whatever hangs together with that: a ticket with the children its act
-- ran down to. p_one: the operation was one act, all of it hangs together. Found by the transaction, which one event (p_seqs) of
-- each ticket names.
create function desk.undo_events(p_op uuid, p_ids bigint[], p_seqs int[], p_one boolean) returns table(ticket_id bigint, seq int, unit bigint)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  with w as materialized (
    select distinct e.epoch, e.x from unnest(p_ids, p_seqs) p(id, seq) join desk.event e on e.ticket_id = p.id and e.seq = p.seq and e.op = p_op),
  a as materialized (select e.ticket_id, e.seq, e.channel from w join desk.event e on e.epoch = w.epoch and e.x = w.x and e.op = p_op),
  c as materialized (                       -- children and the parent they had then
    select a.ticket_id, coalesce((select (y.changes->'parent_id'->>0)::bigint from desk.event_text y where y.ticket_id = a.ticket_id and y.seq > max(a.seq)
        and y.changes ? 'parent_id' order by y.seq limit 1), (select t.parent_id from desk.ticket t where t.id = a.ticket_id)) as parent
      from a where a.channel = 'parent' and not p_one group by a.ticket_id),
  u as materialized (select a.ticket_id, a.seq, case when p_one then 0 else coalesce(c.parent, a.ticket_id) end as unit from a left join c using (ticket_id))
  select u.ticket_id, u.seq, u.unit from u where u.unit in (select m.unit from u m where m.ticket_id = any (p_ids)) $$;

create function desk.undo_answer(p_id bigint, p_op uuid) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare t desk.ticket;
begin
  select x.* into t from desk.ticket x where x.id = p_id;
  return desk.act_answer(t, p_op);
end $$;

-- My last act on a ticket that can be undone at all; 0 if there is none.
create function desk.undo_last(p_me int, t desk.ticket) returns int language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v record;
begin
  for v in select e, y from desk.event e join desk.event_text y on y.ticket_id = e.ticket_id and y.seq = e.seq
      where e.ticket_id = t.id and e.actor_id = p_me and e.voids is null and not e.late
        and e.at >= desk.now() - desk.undo_minutes() * interval '1 minute' order by e.seq desc limit 50 loop
    if not desk.event_voided(t.id, (v.e).seq) and desk.undo_never(t, v.e, v.y) is null then return (v.e).seq; end if;
  end loop;
  return 0;
end $$;

-- The events that undoing event p_seq of a ticket would take back.
create function desk.undo_of(p_ticket bigint, p_seq int, out ids bigint[], out seqs int[]) language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_op uuid; v_one boolean;
begin
  select e.op into v_op from desk.event e where e.ticket_id = p_ticket and e.seq = p_seq;
  select not coalesce(bool_or(o.result ? 'results'), false) into v_one from desk.op o where o.op_id = v_op;
  with u as materialized (
    select * from desk.undo_events(v_op, array[p_ticket], array[p_seq], v_one))
  select array_agg(u.ticket_id order by u.ticket_id, u.seq), array_agg(u.seq order by u.ticket_id, u.seq) into ids, seqs
    from u where u.unit = (select m.unit from u m where m.ticket_id = p_ticket and m.seq = p_seq);
end $$;

-- The verb undo on a ticket: the whole of the act with op (of a bulk act: what it did to this ticket and its children), else of my
-- last act here.
create function desk.undo_locked(p_me int, t desk.ticket, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare v_seen boolean; p jsonb; r jsonb; v_seq int; u record; v_op uuid; v_verb text;
begin
  v_seen := 'sees' = any (desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted));
  p := desk.take_params(t.kind, 'undo', coalesce(p_fields, '{}'), 0::smallint, p_me, t);
  if not p ? 'ok' and coalesce(p->'args'->>'op', '') <> '' and p->'args'->>'op' !~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
    p := desk.refuse('bad_value', 'input', 'op', jsonb_build_object('value', left(p->'args'->>'op', 80), 'type', 'operation'));
  end if;
  if p ? 'ok' then return case when v_seen then p else desk.refuse('not_found', 'notfound') end; end if;
  if p->'args'->>'op' is null then
    v_seq := desk.undo_last(p_me, t);
    if v_seq = 0 and v_seen then return desk.refuse('undo_none', 'state', null, jsonb_build_object('number', t.number, 'minutes', desk.undo_minutes())); end if;
  else
    select e.seq into v_seq from desk.event e where e.ticket_id = t.id and e.op = (p->'args'->>'op')::uuid order by e.seq desc limit 1;
    if not found and v_seen then return desk.refuse('undo_no_op', 'notfound', 'op', jsonb_build_object('op', p->'args'->>'op', 'number', t.number)); end if;
  end if;
  if coalesce(v_seq, 0) = 0 then
    if t.restricted then perform desk.log_denied(p_me, t.id, 'undo'); end if;
    return desk.refuse('not_found', 'notfound');
  end if;
  if p_version < 1 or p_version > t.version then
    return desk.refuse('bad_version', 'input', 'version', jsonb_build_object('value', p_version, 'current', t.version));
  end if;
  select e.op, o.verb into v_op, v_verb from desk.event e join desk.event o on o.ticket_id = e.ticket_id and o.seq = desk.void_root(e.ticket_id, e.seq)
   where e.ticket_id = t.id and e.seq = v_seq;
  -- a bulk undo that reaches a child after its parent finds the work done
  if not exists (select from desk.event w where w.ticket_id = t.id and w.voids = v_seq and w.op = p_op) then
    u := desk.undo_of(t.id, v_seq);
    r := desk.undo_unit(p_me, u.ids, u.seqs, p_op, p_channel);
    if r is not null then return r; end if;
  end if;
  return desk.undo_answer(t.id, p_op) || jsonb_build_object('undone', jsonb_build_object('op', v_op, 'verb', v_verb));
end $$;

-- Locks what an undo on these tickets can reach: whole families, in order of id.
create function desk.undo_lock(p_ids bigint[]) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_ids bigint[];
begin
  select array_agg(distinct coalesce(t.parent_id, t.id)) || p_ids into v_ids from desk.ticket t where t.id = any (p_ids);
  perform from desk.ticket x where x.id = any (v_ids) or x.parent_id = any (v_ids) order by x.id for update;
end $$;

create function desk.undo_act(p_me int, p_id bigint, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare t desk.ticket; r jsonb; v_hash bytea := desk.request_hash(p_id::text, 'undo', p_fields::text, p_version::text);
begin
  perform desk.undo_lock(array[p_id]);
  select x.* into t from desk.ticket x where x.id = p_id;
  r := desk.replay(p_op, 0, p_me, v_hash);
  if r is not null then return r; end if;
  if t.id is null then return desk.refuse('not_found', 'notfound'); end if;
  r := desk.undo_locked(p_me, t, p_fields, p_version, p_op, p_channel);
  if (r->>'ok')::boolean then
    insert into desk.op(op_id, part, actor_id, request_hash, result) values (p_op, 0, p_me, v_hash, r);
  end if;
  return r;
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
create function desk.undo(p_op uuid, p_new uuid, p_part int default 0, p_channel text default 'api') returns jsonb language plpgsql
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
  select x.* into o from desk.op x where x.op_id = p_op order by x.part desc limit 1 offset v_part;  -- a part that failed has no number
  select coalesce(jsonb_agg(q.v order by q.n), '[]') into v_rows
    from jsonb_array_elements(case when o.result ? 'results' then o.result->'results' when o.result ? 'id' then jsonb_build_array(o.result) else '[]' end)
           with ordinality q(v, n)
   where q.v ? 'seq' and (o.actor_id = v_me or desk.can_see((q.v->>'id')::bigint, v_me));  -- of others' acts only what one may see
  if v_rows = '[]' and o.actor_id is distinct from v_me then
    return desk.refuse('undo_no_op', 'notfound', 'op', jsonb_build_object('op', p_op, 'number', '-'));
  end if;
  if o.result is null then return desk.refuse('undo_forgotten', 'state', 'op', jsonb_build_object('op', p_op)); end if;
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
        (select string_agg(q.key, ',') from jsonb_each(u.changes) q), u.changes->'group'->0, u.changes->'assignee'->0, case when u.changes ? 'group' then t.assignee_id end);
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
create function desk.undo_list(p_limit int default 50) returns table(op uuid, at timestamptz, verb text, tickets int, number text, undone boolean,
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
grant execute on function desk.undo(uuid, uuid, int, text), desk.undo_list(int) to desk_person;

-- ---- where the rest of the rulebook meets it -------------------------------------------------------------------------
-- Why my last act on this ticket cannot be undone now; null: it can.
create function desk.undo_now(p_me int, t desk.ticket) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_seq int := desk.undo_last(p_me, t); u record;
begin
  if v_seq = 0 then return desk.refuse('undo_none', 'state', null, jsonb_build_object('number', t.number, 'minutes', desk.undo_minutes()))->'error'; end if;
  u := desk.undo_of(t.id, v_seq);
  return desk.undo_refusal(p_me, u.ids, u.seqs)->'error';
end $$;

-- What one may do now: every verb of the kind, with the reason where it is not possible.
create or replace function desk.verbs_of(t desk.ticket, p_who text[]) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_undo jsonb := desk.undo_now(desk.me(), t);
begin
  return (select coalesce(jsonb_agg(case
      when v.verb = 'undo' then jsonb_build_object('verb', v.verb, 'ok', v_undo is null, 'why', v_undo)
      when x.verb is null then jsonb_build_object('verb', v.verb, 'ok', false, 'why',
        desk.refuse('not_in_state', 'state', null, jsonb_build_object('verb', v.verb, 'state', t.state))->'error')
      when not x.roles && p_who then jsonb_build_object('verb', v.verb, 'ok', false, 'why',
        desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', v.verb, 'roles', x.roles))->'error')
      else jsonb_build_object('verb', v.verb, 'ok', true, 'why', null) end order by v.sort, v.verb), '[]')
    from desk.verb v left join desk.transition x on x.kind = v.kind and x.verb = v.verb and x.from_state = t.state
   where v.kind = t.kind and v.verb <> 'create');
end $$;

-- The text of each event is looked up by its key: a planner that expects three events a ticket joined all texts with all events, and a
-- ticket of four thousand took two seconds to open.
create or replace function desk.show_events(t desk.ticket, p_staff boolean, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'at', desk.iso(e.at), 'recorded_at', desk.iso(e.recorded_at),
      'actor', coalesce(a.login, a.name), 'on_behalf', coalesce(b.login, b.name), 'channel', e.channel, 'verb', e.verb,
      'changes', desk.render_changes(t.kind, x.changes, p_me), 'text', x.body,
      'visibility', case e.visibility when 2 then 'public' else 'internal' end, 'op', e.op, 'late', e.late, 'voids', e.voids,
      'undone', z.by is not null, 'redacted', x.salt is null) order by e.at, e.seq), '[]')
    from desk.event e left join lateral (select y.changes, y.body, y.salt from desk.event_text y where y.ticket_id = e.ticket_id and y.seq = e.seq limit 1) x on true
      left join desk.person a on a.id = nullif(e.actor_id, 0) left join desk.person b on b.id = e.on_behalf_id
      left join lateral (select v.seq as by from desk.event v where v.ticket_id = e.ticket_id and v.voids = e.seq and not desk.event_voided(v.ticket_id, v.seq) limit 1) z on true
   where e.ticket_id = t.id and (p_staff or e.visibility = 2));
end $$;

create or replace function desk.audit_sets() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with c as (
    select e.ticket_id, e.seq, e.at, e.actor_id, e.voids, k.key, k.value as v
      from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq, jsonb_each(x.changes) k
     where not e.late and x.changes ?| array['tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments']
       and k.key in ('tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments')),
  ops as (
    select c.ticket_id, c.seq, c.at, c.key, d.gain, el.v
      from c, (values (false, 0), (true, 1)) d(gain, i),
           lateral jsonb_array_elements(case jsonb_typeof(c.v->d.i) when 'array' then c.v->d.i else '[]' end) el(v)
     where c.key in ('tags', 'links', 'cis', 'watchers', 'access')),
  want as (
    select l.ticket_id, l.key, case l.key when 'links' then l.v || jsonb_build_object('seq', l.seq, 'at', l.at) else l.v end as v from (
      select distinct on (o.ticket_id, o.key, o.v) o.* from ops o order by o.ticket_id, o.key, o.v, o.seq desc, o.gain desc) l where l.gain
    union all select c.ticket_id, c.key, jsonb_build_array(c.seq, c.v->1, c.actor_id) from c where c.key = 'minutes' and c.voids is null
      and not exists (select from desk.event u where u.ticket_id = c.ticket_id and u.voids = c.seq and not desk.event_voided(u.ticket_id, u.seq))
    union all select c.ticket_id, c.key, jsonb_build_array(c.seq) || case when el.v ? 'name'
        then jsonb_build_array(el.v->'id', el.v->'name', el.v->'media_type', el.v->'size', el.v->'sha256')
        else jsonb_build_array(el.v->'id', desk.redacted(), 'application/octet-stream', 0, null) end
      from c, lateral jsonb_array_elements(case jsonb_typeof(c.v->1) when 'array' then c.v->1 else '[]' end) el(v) where c.key = 'attachments'),
  have as (
    select g.ticket_id, 'tags' as key, to_jsonb(g.tag) as v from desk.ticket_tag g
    union all select l.from_id, 'links', jsonb_build_object('type', l.type, 'to', l.to_id, 'seq', l.seq, 'at', l.at) from desk.ticket_link l
    union all select i.ticket_id, 'cis', jsonb_build_object('ci', i.ci_id, 'role', i.role) from desk.ticket_ci i
    union all select w.ticket_id, 'watchers', to_jsonb(w.person_id) from desk.watcher w
    union all select a.ticket_id, 'access', to_jsonb(a.person_id) from desk.ticket_access a
    union all select m.ticket_id, 'minutes', jsonb_build_array(m.seq, m.minutes, m.person_id) from desk.time_entry m
    union all select f.ticket_id, 'attachments', jsonb_build_array(f.seq, f.id, f.name, f.media_type, f.size, encode(f.sha256, 'hex'))
      from desk.attachment f)
  select distinct coalesce(w.ticket_id, h.ticket_id), null::int, coalesce(w.key, h.key)
    from want w full join have h on h.ticket_id = w.ticket_id and h.key = w.key and h.v = w.v
   where w.ticket_id is null or h.ticket_id is null $$;

create or replace function desk.kind_problems(p_kind text) returns setof text language sql stable set search_path = pg_catalog, pg_temp as $$
  with k as (select * from desk.kind where kind = p_kind),
  langs as (select distinct lang from desk.label),
  need as (
    select array['kind.' || p_kind] as keys
    union all select array['state.' || p_kind || '.' || s.state, 'state.*.' || s.state] from desk.kind_state s where s.kind = p_kind
    union all select array['verb.' || p_kind || '.' || v.verb, 'verb.*.' || v.verb] from desk.verb v where v.kind = p_kind
    union all select array['field.' || p_kind || '.' || f.field, 'field.*.' || f.field] from desk.field f where f.kind = p_kind
    union all select array['param.' || p_kind || '.' || a.verb || '.' || a.param, 'param.*.' || a.verb || '.' || a.param, 'param.*.*.' || a.param,
                           'field.' || p_kind || '.' || coalesce(a.field, '?'), 'field.*.' || coalesce(a.field, '?')] from desk.verb_param a where a.kind = p_kind
    union all select array['choice.' || p_kind || '.' || f.field || '.' || c, 'choice.' || f.field || '.' || c]
      from desk.field f, unnest(f.choices) c where f.kind = p_kind and f.type = 'choice'
    union all select array['choice.' || p_kind || '.' || coalesce(a.field, a.param) || '.' || c, 'choice.' || coalesce(a.field, a.param) || '.' || c]
      from desk.verb_param a, unnest(a.choices) c where a.kind = p_kind and a.type = 'choice')
  select 'no kind ' || p_kind where not exists (select from k)
  union all select 'no state ' || k.initial from k where not exists (select from desk.kind_state s where s.kind = p_kind and s.state = k.initial)
  union all select 'no verb create' where not exists (select from desk.verb v where v.kind = p_kind and v.verb = 'create')
  union all select distinct 'no state ' || t.to_state from desk.transition t where t.kind = p_kind and t.to_state <> '='
      and not exists (select from desk.kind_state s where s.kind = p_kind and s.state = t.to_state)
  union all select 'verb without transition: ' || v.verb from desk.verb v where v.kind = p_kind and v.verb <> 'create'
      and not exists (select from desk.transition t where t.kind = p_kind and t.verb = v.verb)
  union all select 'unknown role ' || r from desk.transition t, unnest(t.roles) r where t.kind = p_kind
      and r not in ('requester', 'opener', 'assignee', 'agent', 'lead', 'process_owner', 'auditor', 'admin', 'worker', 'system')
  union all select 'no column for field ' || f.field from desk.field f, k where f.kind = p_kind and not exists (
      select from pg_attribute a where a.attname = f.col and a.attnum > 0 and not a.attisdropped and a.attrelid =
        case f.store when 'ticket' then 'desk.ticket'::regclass when 'text' then 'desk.ticket_text'::regclass else k.typed_table end)
  union all select 'parameter of an unknown field: ' || a.verb || ' ' || a.param from desk.verb_param a where a.kind = p_kind and a.field is not null
      and not exists (select from desk.field f where f.kind = p_kind and f.field = a.field)
  union all select 'no key column id in ' || k.typed_table from k where not exists (
      select from pg_attribute a where a.attrelid = k.typed_table and a.attname = 'id')
  union all select format('no label in %s: %s', langs.lang, need.keys[1]) from need, langs
      where not exists (select from desk.label l where l.key = any (need.keys) and l.lang = langs.lang) $$;

create or replace function desk.kind_install(p_kind text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_role text := current_user; v_table regclass; v_bad text; f regprocedure;
begin
  select k.typed_table into v_table from desk.kind k where k.kind = p_kind;
  -- a file need not know which role owns what: its table and its functions get their owners here
  execute 'reset role';
  if v_table is not null then execute format('alter table %s owner to desk_owner', v_table); end if;
  for f in select distinct x.f from desk.transition t, lateral (values (t.guard), (t.side_effect)) x(f) join pg_proc p on p.oid = x.f
            where t.kind = p_kind and p.proowner <> 'desk_api'::regrole loop
    execute format('alter function %s owner to desk_api', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
  execute 'set local role desk_owner';
  insert into desk.field(kind, field, store, col, type, choices, editable, sort)
    select p_kind, b.field, 'ticket', b.col, b.type, b.choices, false, 0 from (values
      ('subject', 'subject', 'text', null::text[]), ('requester', 'requester_id', 'person', null), ('group', 'group_id', 'group', null),
      ('assignee', 'assignee_id', 'person', null), ('service', 'service_id', 'service', null), ('category', 'category_id', 'category', null),
      ('ci', 'ci_id', 'ci', null), ('impact', 'impact', 'level', '{1,2,3}'), ('urgency', 'urgency', 'level', '{1,2,3}'),
      ('priority', 'priority', 'level', '{1,2,3,4,5}')) b(field, col, type, choices)
    on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort)
    select p_kind, 'edit', f.field, f.field, f.type, f.choices, 1, '=', f.sort from desk.field f
     where f.kind = p_kind and f.editable and exists (select from desk.verb v where v.kind = p_kind and v.verb = 'edit')
    on conflict do nothing;
  insert into desk.verb(kind, verb, sort, menu) values (p_kind, 'undo', 999, false) on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, type, ask) values (p_kind, 'undo', 'op', 'text', 0) on conflict do nothing;
  insert into desk.transition(kind, from_state, verb, to_state, roles)
    select s.kind, s.state, 'undo', '=', '{requester,opener,assignee,agent,lead,process_owner}' from desk.kind_state s where s.kind = p_kind on conflict do nothing;
  select string_agg(p, '; ') into v_bad from desk.kind_problems(p_kind) p;
  if v_bad is not null then raise exception 'kind %: %', p_kind, v_bad; end if;
  execute format('alter table %s enable row level security', v_table);
  execute format('grant select, insert, update, delete on %s to desk_api', v_table);
  execute format('grant select on %s to desk_person', v_table);
  execute format('drop policy if exists api on %s', v_table);
  execute format('create policy api on %s to desk_api using (true) with check (true)', v_table);
  execute format('drop policy if exists reader on %s', v_table);
  execute format('create policy reader on %1$s for select to desk_person using (exists (
    select from desk.ticket t where t.id = %1$s.id and not t.restricted))', v_table);
  execute 'set local role desk_api';
  perform desk.kind_generate(p_kind, v_table);
  perform desk.dispatch_generate();
  execute format('set local role %I', v_role);
end $$;

reset role; set local role desk_owner;
insert into desk.verb(kind, verb, sort, menu) select k.kind, 'undo', 999, false from desk.kind k;
insert into desk.verb_param(kind, verb, param, type, ask) select k.kind, 'undo', 'op', 'text', 0 from desk.kind k;
insert into desk.transition(kind, from_state, verb, to_state, roles)
  select s.kind, s.state, 'undo', '=', '{requester,opener,assignee,agent,lead,process_owner}' from desk.kind_state s;

insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
verb.*.undo         | Undo | 撤销
param.*.undo.op     | Operation | 操作编号
error.undo_attach   | a file that was attached cannot be undone; a lead can redact it | 添加附件不能撤销；组长可以涂销它
error.undo_create   | the opening of a ticket cannot be undone; cancel {number} instead | 开单不能撤销；请取消 {number}
error.undo_desk     | the desk did {verb} by itself, or an import brought it; do the opposite instead | {verb} 由服务台自行执行或来自导入；请改做相反的操作
error.undo_done     | {verb} is undone already, by {by} at {at}; to redo it, undo that | {verb} 已由 {by} 于 {at} 撤销；如需重做，请撤销那次撤销
error.undo_forgotten | what operation {op} did is not kept any more: a text of it was redacted, or it is old; change the fields by hand | 操作 {op} 的结果已不再保存：其文字已被涂销，或时间过久；请手工修改字段
error.undo_late     | {verb} was done at {at}; an act can be undone for {minutes} minutes | {verb} 执行于 {at}；操作只能在 {minutes} 分钟内撤销
error.undo_moved    | {field} of {number} has changed since, by {by} at {at}; undo that first, or change it by hand | {number} 的 {field} 此后已被 {by} 于 {at} 更改；请先撤销该更改，或手工修改
error.undo_no_op    | operation {op} did nothing here that you could undo | 操作 {op} 在此没有您能撤销的内容
error.undo_none     | you did nothing to {number} in the last {minutes} minutes that can be undone | 最近 {minutes} 分钟内，您对 {number} 没有可撤销的操作
error.undo_not_yours | {verb} was done by {by}: only {by} or a lead of the ticket can undo it | {verb} 由 {by} 执行：只有 {by} 或工单的组长能撤销
error.undo_redact   | a redaction cannot be undone: the text is gone | 涂销不能撤销：文字已不存在
error.undo_redacted | a text of this act ({verb}) was redacted since; change the fields by hand | 此操作（{verb}）的文字此后已被涂销；请手工修改字段
error.undo_said     | the requester may have read it already: {verb} cannot be undone; write another | 请求人可能已经看到：{verb} 不能撤销；请另写一条
error.undo_unknown  | {verb} changed {field}, which undo does not know | {verb} 更改了 {field}，撤销功能不认识它
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line <> '';
