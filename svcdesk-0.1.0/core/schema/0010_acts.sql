-- Acts as they are since they can be taken back, and acts on many tickets: what is the same for every ticket of a call is asked once,
-- and the rows of a bulk act are written together. The rules stay in one place: desk.act_plan decides an act, for one ticket as for
-- ten thousand; who writes what it decided is all that differs.
reset role; set local role desk_api;

-- As in 0003b_acts.sql, with the event that is taken back.
drop function desk.store_act(desk.ticket, desk.ticket, text, int, text, uuid, timestamptz, smallint, jsonb, text);
create function desk.store_act(t desk.ticket, n desk.ticket, p_verb text, p_actor int, p_channel text, p_op uuid, p_at timestamptz,
    p_visibility smallint, p_changes jsonb, p_body text, p_voids int default null) returns desk.ticket language plpgsql as $$
declare c jsonb := desk.header_changes(t, n) || p_changes; e desk.event; v_subject text := n.subject;
begin
  if c = '{}' and p_body is null and p_voids is null then return t; end if;
  e := desk.journal_append(n, p_verb, p_actor, null, p_channel, p_op, p_at, p_visibility, c, p_body, false, p_voids);
  if n.restricted or t.restricted then
    update desk.ticket_text x set subject = case when n.restricted then n.subject end,
      tsv = case when n.subject <> t.subject then desk.tsv(n.subject, x.body) else x.tsv end where x.id = n.id;
    if n.restricted then v_subject := ''; end if;
  elsif n.subject <> t.subject then
    update desk.ticket_text x set tsv = desk.tsv(n.subject, x.body) where x.id = n.id;
  end if;
  n.last_seq := e.seq; n.last_hash := e.hash; n.version := t.version + 1; n.updated_at := p_at;
  update desk.ticket x set state = n.state, phase = n.phase, org_id = n.org_id, requester_id = n.requester_id, subject = v_subject,
    group_id = n.group_id, assignee_id = n.assignee_id, service_id = n.service_id, category_id = n.category_id, ci_id = n.ci_id,
    impact = n.impact, urgency = n.urgency, priority = n.priority, priority_reason = n.priority_reason, parent_id = n.parent_id,
    restricted = n.restricted, updated_at = n.updated_at, due_at = n.due_at, acknowledged_at = n.acknowledged_at,
    resolved_at = n.resolved_at, closed_at = n.closed_at, hold_reason = n.hold_reason, hold_until = n.hold_until, hold_ref = n.hold_ref,
    resolution_code = n.resolution_code, cancel_reason = n.cancel_reason, reassignments = n.reassignments, reopens = n.reopens,
    external = n.external, version = n.version, last_seq = n.last_seq, last_hash = n.last_hash, custom = n.custom
   where x.id = n.id;
  if c ?| array['state', 'group', 'assignee'] then
    update desk.span s set until_at = p_at where s.ticket_id = n.id and s.until_at is null;
    insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at) values (n.id, n.last_seq, n.state, n.group_id, n.assignee_id, p_at);
  end if;
  if n.org_id <> t.org_id then              -- the organisation it left must see it go
    t.last_seq := n.last_seq;
    perform desk.feed_note(t.org_id, t.id, e.epoch);
  end if;
  return n;
end $$;

-- As in 0003b_acts.sql, but that all parts of an operation are of one person: who knows the name of another's adds none to it.
create or replace function desk.replay(p_op uuid, p_part int, p_actor int, p_hash bytea) returns jsonb language plpgsql stable as $$
declare o desk.op;
begin
  select x.* into o from desk.op x where x.op_id = p_op order by x.part = p_part desc limit 1;
  if not found or (o.part <> p_part and o.actor_id = p_actor) then return null; end if;
  if o.actor_id <> p_actor or o.request_hash <> p_hash then return desk.refuse('op_reused', 'conflict', 'op'); end if;
  return coalesce(o.result, '{"ok": true}') || jsonb_build_object('op', p_op, 'replay', true);
end $$;

-- Of these tickets those a person may act on at all: what he sees, and for an undo what he did a while ago and sent out of his sight.
-- Asked before any of them is locked: else who may see none of them could stop the work of all by leaving a transaction open.
create function desk.lockable(p_me int, p_ids bigint[], p_verb text) returns bigint[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(array_agg(t.id), '{}') from desk.ticket t where t.id = any (p_ids)
    and ('sees' = any (desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted))
      or (p_verb = 'undo' and exists (select from desk.event e where e.ticket_id = t.id and e.actor_id = p_me
            and e.at >= desk.now() - desk.undo_minutes() * interval '1 minute'))));
end $$;
revoke execute on function desk.lockable(int, bigint[], text) from public;

create or replace function desk.act_as(p_actor int, p_id bigint, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb
  language plpgsql as $$
declare t desk.ticket; r jsonb; v_hash bytea := desk.request_hash(p_id::text, p_verb, p_fields::text, p_version::text);
begin
  if desk.lockable(p_actor, array[p_id], p_verb) = '{}' then
    r := desk.replay(p_op, 0, p_actor, v_hash);
    if r is not null then return r; end if;
    perform desk.log_denied(p_actor, x.id, p_verb) from desk.ticket x where x.id = p_id and x.restricted;
    return desk.refuse('not_found', 'notfound');
  end if;
  if p_verb = 'undo' then return desk.undo_act(p_actor, p_id, p_fields, p_version, p_op, p_channel); end if;
  if exists (select from desk.ticket x where x.parent_id = p_id) then
    perform from desk.ticket x where x.id = p_id or x.parent_id = p_id order by x.id for update;
  end if;
  select x.* into t from desk.ticket x where x.id = p_id for update;
  r := desk.replay(p_op, 0, p_actor, v_hash);
  if r is not null then return r; end if;
  if t.id is null then return desk.refuse('not_found', 'notfound'); end if;
  r := desk.act_locked(p_actor, t, p_verb, p_fields, p_version, p_op, p_channel);
  if (r->>'ok')::boolean then
    insert into desk.op(op_id, part, actor_id, request_hash, result) values (p_op, 0, p_actor, v_hash, r);
  end if;
  return r;
end $$;

-- Why a verb is not in the table: no such verb at all, or not in this state; then which ones are. (Undo depends on what was done.)
create or replace function desk.verb_refusal(t desk.ticket, p_verb text, p_who text[]) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from desk.verb v where v.kind = t.kind and v.verb = p_verb and v.verb <> 'create') then
    return desk.refuse('unknown_verb', 'input', null, jsonb_build_object('verb', coalesce(p_verb, ''), 'allowed',
      (select jsonb_agg(v.verb order by v.sort) from desk.verb v where v.kind = t.kind and v.verb <> 'create')));
  end if;
  return desk.refuse('wrong_state', 'state', null, jsonb_build_object('verb', p_verb, 'state', t.state, 'possible',
    coalesce((select jsonb_agg(x.verb order by v.sort) from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb
               where x.kind = t.kind and x.from_state = t.state and x.roles && p_who and x.verb <> 'undo'), '[]')));
end $$;

-- ---- one act ----------------------------------------------------------------------------------------------------------
-- What the table of transitions says about a verb in a state.
create type desk.act_rule as (kind text, state text, to_state text, roles text[], guard regprocedure, side_effect regprocedure, visibility smallint, body smallint);

-- Sight, transition, role, values, version, guard, effect of an act on a ticket that is locked. r: the refusal, then nothing was written;
-- else n is the ticket as it shall be (with its real subject), and typed row, texts and sets are written already.
-- p_params: what desk.take_params made of p_fields, where that is known for the kind.
create function desk.act_plan(p_me int, inout t desk.ticket, p_who text[], tr desk.act_rule, p_verb text, p_fields jsonb, p_version int, p_now timestamptz,
    p_params jsonb, out r jsonb, out n desk.ticket, out changes jsonb, out body text, out visibility smallint, out copies jsonb)
  language plpgsql as $$
declare
  p jsonb := p_params; a jsonb; eff jsonb := '{}'; v_old jsonb;
begin
  changes := '{}';
  if not 'sees' = any (p_who) then
    if t.restricted then perform desk.log_denied(p_me, t.id, p_verb); end if;
    r := desk.refuse('not_found', 'notfound');
    return;
  end if;
  if tr.kind is null then r := desk.verb_refusal(t, p_verb, p_who); return; end if;
  if not tr.roles && p_who then
    perform desk.log_denied(p_me, t.id, p_verb);
    r := desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', p_verb, 'roles', tr.roles));
    return;
  end if;
  if p is null then
    p := desk.take_params(t.kind, p_verb, coalesce(p_fields, '{}'), tr.body, p_me, t);
    if p ? 'ok' then r := p; return; end if;
  end if;
  if p_version <> t.version then
    r := desk.merge_check(t, p_version, p->'fields', tr.to_state <> '=' or p->'fields' ?| array['group', 'assignee'], tr.to_state,
      case p_verb when 'take' then p_me end);
    if r is not null then return; end if;
  end if;
  if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
  if tr.guard is not null or tr.side_effect is not null then
    a := p->'args' || jsonb_build_object('_who', p_who, '_at', p_now, '_fields', p->'fields', '_to', tr.to_state, '_verb', p_verb);
    if tr.guard is not null then
      r := desk.run_guard(tr.guard, t, a, p_me);
      if r is not null then return; end if;
    end if;
  end if;
  -- the typed row first: only its own constraints can still refuse
  if p->'typed' <> '{}' then
    v_old := desk.typed_json(t.kind, t.id);
    begin
      perform desk.typed_write(t.kind, t.id, p->'typed', false);
    exception when integrity_constraint_violation or data_exception then
      r := desk.refuse('value_refused', 'input', (select k from jsonb_object_keys(p->'typed') k limit 1));
      return;
    end;
    select coalesce(jsonb_object_agg(f.field, jsonb_build_array(v_old->f.field, p->'fields'->f.field)), '{}') into changes
      from desk.field f where f.kind = t.kind and f.store = 'typed' and p->'fields' ? f.field and v_old->f.field is distinct from p->'fields'->f.field;
  end if;
  if tr.side_effect is not null then
    eff := coalesce(desk.run_effect(tr.side_effect, t, a, p_me), '{}');
    if eff ? '@changes' then changes := changes || (eff->'@changes'); end if;
    if eff ? 'redacted' then                -- the redaction has changed the record itself
      changes := changes || jsonb_build_object('redacted', jsonb_build_array(null, eff->'redacted'));
      copies := nullif(eff->'copies', '[]');
      select x.* into t from desk.ticket x where x.id = t.id;
      if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
      eff := eff - 'redacted' - 'copies';
    end if;
  end if;
  if p->'text' <> '{}' then changes := changes || desk.text_write(t.id, t.kind, t.subject, p->'text'); end if;
  if p->'args' ? 'reason' and not p->'fields' ? 'cancel_reason' and not p->'fields' ? 'hold_reason' and p->'args'->'reason' <> 'null' then
    changes := changes || jsonb_build_object('reason', jsonb_build_array(null, p->'args'->'reason'));
  end if;
  n := t;
  if p->'cols' <> '{}' or eff <> '{}' then n := jsonb_populate_record(t, p->'cols' || eff); end if;
  if tr.to_state <> '=' and not eff ? 'state' then n.state := tr.to_state; end if;
  if n.state <> t.state then select s.phase into n.phase from desk.kind_state s where s.kind = n.kind and s.state = n.state; end if;
  if (n.impact <> t.impact or n.urgency <> t.urgency) and not p->'cols' ? 'priority' then
    n.priority := desk.priority_of(n.kind, n.impact, n.urgency); n.priority_reason := null;
  end if;
  if n.requester_id <> t.requester_id then select x.org_id into n.org_id from desk.person x where x.id = n.requester_id; end if;
  visibility := coalesce((eff->>'@visibility')::smallint, tr.visibility);
  body := coalesce(eff->>'@body', p->'args'->>'body');
end $$;

create function desk.act_answer(n desk.ticket, p_op uuid) returns jsonb language plpgsql immutable as $$
begin
  return jsonb_build_object('ok', true, 'id', n.id, 'number', n.number, 'version', n.version, 'seq', n.last_seq, 'state', n.state, 'op', p_op, 'replay', false);
end $$;

-- One act on a ticket that is locked, children too.
create or replace function desk.act_locked(p_me int, t desk.ticket, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb
  language plpgsql as $$
declare
  v_who text[] := desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
  tr desk.act_rule; v_now timestamptz := desk.now(); pl record;
begin
  select x.kind, x.from_state, x.to_state, x.roles, x.guard, x.side_effect, v.visibility, v.body into tr
    from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb
   where x.kind = t.kind and x.from_state = t.state and x.verb = p_verb;
  pl := desk.act_plan(p_me, t, v_who, tr, p_verb, p_fields, p_version, v_now, null);
  if pl.r is not null then return pl.r; end if;
  return desk.act_finish(p_me, pl.t, pl.n, p_verb, pl.changes, pl.body, pl.visibility, pl.copies, v_who, p_op, p_channel, v_now);
end $$;

-- Writes what was planned, and what follows from it in other tickets.
create function desk.act_finish(p_me int, t desk.ticket, n desk.ticket, p_verb text, p_changes jsonb, p_body text, p_visibility smallint, p_copies jsonb,
    p_who text[], p_op uuid, p_channel text, p_now timestamptz) returns jsonb language plpgsql as $$
begin
  n := desk.store_act(t, n, p_verb, p_me, p_channel, p_op, p_now, p_visibility, p_changes, p_body);
  if p_copies is not null then perform desk.redact_copies(p_copies, p_me, p_op, p_now, p_changes - 'redacted'); end if;
  if n.state <> t.state then perform desk.cascade(n, t.state, p_verb, 'staff' = any (p_who), p_me, p_op, p_now, p_body); end if;
  return desk.act_answer(n, p_op);
end $$;

-- ---- in bulk ---------------------------------------------------------------------------------------------------------
-- Guards and side effects that look at their own ticket only, in what is written late. With others each ticket is written before
-- the next one is decided.
create function desk.act_own() returns regprocedure[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array(select ('desk.' || f || '(desk.ticket,jsonb,int)')::regprocedure from unnest('{guard_assign,guard_edit,guard_hold,guard_close,guard_cancel,guard_add_remove,guard_watch,guard_time,effect_take,effect_assign,effect_start,effect_edit,effect_hold,effect_resume,effect_reply,effect_resolve,effect_close,effect_reopen,effect_cancel,effect_tag,effect_ci,effect_watch,effect_unwatch,effect_time}'::text[]) f) $$;

-- Writes the events and the new headers of many tickets at once, and the spans that begin with them. What desk.store_act does,
-- but for subjects, restricted tickets and changes of organisation: with those it is not called.
create function desk.store_many(p_n desk.ticket[], p_e desk.event[], p_x desk.event_text[], p_s desk.span[]) returns void language plpgsql as $$
declare v_slot smallint;
begin
  insert into desk.event select * from unnest(p_e);
  insert into desk.event_text select * from unnest(p_x);
  select s.slot into v_slot from desk.change_slot s;
  case v_slot
  when 0 then insert into desk.change_log_0(epoch, x, seq, org_id, ticket_id) select p_e[1].epoch, p_e[1].x, nextval('desk.change_seq'), n.org_id, n.id from unnest(p_n) n;
  when 1 then insert into desk.change_log_1(epoch, x, seq, org_id, ticket_id) select p_e[1].epoch, p_e[1].x, nextval('desk.change_seq'), n.org_id, n.id from unnest(p_n) n;
  else insert into desk.change_log_2(epoch, x, seq, org_id, ticket_id) select p_e[1].epoch, p_e[1].x, nextval('desk.change_seq'), n.org_id, n.id from unnest(p_n) n;
  end case;
  update desk.ticket x set state = n.state, phase = n.phase, requester_id = n.requester_id,
    group_id = n.group_id, assignee_id = n.assignee_id, service_id = n.service_id, category_id = n.category_id, ci_id = n.ci_id,
    impact = n.impact, urgency = n.urgency, priority = n.priority, priority_reason = n.priority_reason, parent_id = n.parent_id,
    updated_at = n.updated_at, due_at = n.due_at, acknowledged_at = n.acknowledged_at,
    resolved_at = n.resolved_at, closed_at = n.closed_at, hold_reason = n.hold_reason, hold_until = n.hold_until, hold_ref = n.hold_ref,
    resolution_code = n.resolution_code, cancel_reason = n.cancel_reason, reassignments = n.reassignments, reopens = n.reopens,
    external = n.external, version = n.version, last_seq = n.last_seq, last_hash = n.last_hash, custom = n.custom
   from unnest(p_n) n where x.id = n.id;
  if cardinality(p_s) > 0 then
    update desk.span s set until_at = b.from_at from unnest(p_s) b where s.ticket_id = b.ticket_id and s.until_at is null;
    insert into desk.span select * from unnest(p_s);
  end if;
end $$;

-- The same act on many tickets, each on its own, in one transaction a part. All are locked first, in order of id. Tickets without family
-- whose act looks at nothing else are decided one after the other and written together at the end; the others at once.
create or replace function desk.act_many(p_ids bigint[], p_verb text, p_fields jsonb, p_op uuid, p_part int default 0, p_channel text default 'api') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_me int := desk.me(); v_op uuid := coalesce(p_op, gen_random_uuid()); v_part int := coalesce(p_part, 0); v_hash bytea := desk.request_hash(p_ids::text, p_verb, p_fields::text);
  v record; t desk.ticket; n desk.ticket; e desk.event; pl record; r jsonb; c jsonb; k text; i int; v_now timestamptz; v_epoch smallint; v_x xid8 := pg_current_xact_id();
  v_mine bigint[]; v_parents bigint[]; v_twice boolean; v_rules desk.act_rule[]; tr desk.act_rule; v_params jsonb := '{}'; v_keys text[] := '{}'; v_whos text[] := '{}'; v_who text[];
  v_salt bytea; v_body text; v_tsv tsvector; v_all jsonb[] := '{}'; v_n desk.ticket[] := '{}'; v_e desk.event[] := '{}'; v_t desk.event_text[] := '{}'; v_s desk.span[] := '{}';
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_channel !~ '^[a-z][a-z0-9_-]{0,19}$' or coalesce(p_channel in ('import', 'parent', 'tick'), true) then return desk.bad_channel(p_channel); end if;
  if cardinality(p_ids) > 250 then return desk.refuse('too_many', 'input', 'ids', '{"max": 250}'); end if;
  r := desk.replay(v_op, v_part, v_me, v_hash);
  if r is not null then return r; end if;
  v_mine := desk.lockable(v_me, p_ids, p_verb);
  if p_verb = 'undo' then perform desk.undo_lock(v_mine); end if;
  perform from desk.ticket x where x.id = any (v_mine) or x.parent_id = any (v_mine) order by x.id for update;
  insert into desk.op(op_id, part, actor_id, request_hash) values (v_op, v_part, v_me, v_hash) on conflict do nothing;
  if not found then return desk.replay(v_op, v_part, v_me, v_hash); end if;
  v_now := desk.now(); v_epoch := desk.epoch();
  select coalesce(array_agg(distinct x.parent_id), '{}') into v_parents from desk.ticket x where x.parent_id = any (p_ids);
  select count(*) <> count(distinct u) into v_twice from unnest(p_ids) u;
  select coalesce(array_agg(row(x.kind, x.from_state, x.to_state, x.roles, x.guard, x.side_effect, b.visibility, b.body)::desk.act_rule), '{}') into v_rules
    from desk.transition x join desk.verb b on b.kind = x.kind and b.verb = x.verb where x.verb = p_verb;
  for v in select u.id, x as row from unnest(p_ids) with ordinality u(id, o) left join desk.ticket x on x.id = u.id order by u.o loop
    t := v.row;
    -- an act before this one may have run down to it
    if t.parent_id is not null or v_twice or p_verb = 'undo' then select x.* into t from desk.ticket x where x.id = v.id; end if;
    if t.id is null or t.id <> all (v_mine) then
      if t.restricted then perform desk.log_denied(v_me, t.id, p_verb); end if;
      r := desk.refuse('not_found', 'notfound');
    elsif p_verb = 'undo' then r := desk.undo_locked(v_me, t, p_fields, null, v_op, p_channel);
    else
      if t.restricted then v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
      else                                  -- what I am to it hangs on these alone
        k := concat_ws('|', t.org_id, t.group_id, t.requester_id = v_me, t.opened_by = v_me, t.assignee_id = v_me);
        i := array_position(v_keys, k);
        if i is null then
          v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
          v_keys := v_keys || k; v_whos := v_whos || array_to_string(v_who, ' ');
        else v_who := string_to_array(v_whos[i], ' '); end if;
      end if;
      if tr.kind is distinct from t.kind or tr.state is distinct from t.state then
        tr := null;
        for i in 1 .. cardinality(v_rules) loop
          if v_rules[i].kind = t.kind and v_rules[i].state = t.state then tr := v_rules[i]; exit; end if;
        end loop;
        -- what was typed means the same for each ticket of a kind, unless the answer depends on the ticket
        if tr.kind is not null and not v_params ? t.kind then
          n := null;
          c := desk.take_params(t.kind, p_verb, coalesce(p_fields, '{}'), tr.body, v_me, n);
          v_params := v_params || jsonb_build_object(t.kind, case when not c ? 'ok' then c end);
        end if;
      end if;
      pl := desk.act_plan(v_me, t, v_who, tr, p_verb, p_fields, null, v_now, nullif(v_params->t.kind, 'null'));
      r := pl.r;
      if r is null then
        t := pl.t; n := pl.n;
        if v_twice or t.parent_id is not null or t.id = any (v_parents) or t.restricted or n.restricted or n.subject <> t.subject or n.org_id <> t.org_id or n.parent_id is not null
           or pl.copies is not null or not (coalesce(tr.guard = any (desk.act_own()), true) and coalesce(tr.side_effect = any (desk.act_own()), true)) then
          r := desk.act_finish(v_me, t, n, p_verb, pl.changes, pl.body, pl.visibility, pl.copies, v_who, v_op, p_channel, v_now);
        else
          c := desk.header_changes(t, n) || pl.changes;
          if c = '{}' and pl.body is null then r := desk.act_answer(t, v_op);
          else
            v_salt := uuid_send(gen_random_uuid());
            e := row(t.id, t.last_seq + 1, v_now, clock_timestamp(), v_me, null, session_user, p_channel, p_verb, pl.visibility, v_op, null,
              false, v_epoch, v_x, sha256(v_salt || convert_to(c::text || chr(31) || coalesce(pl.body, ''), 'UTF8')), null)::desk.event;
            e.hash := desk.event_hash(t.last_hash, e);
            if pl.body is distinct from v_body then v_body := pl.body; v_tsv := case when v_body is not null then desk.tsv(null, v_body) end; end if;
            n.last_seq := e.seq; n.last_hash := e.hash; n.version := t.version + 1; n.updated_at := v_now;
            i := cardinality(v_n) + 1;
            v_n[i] := n; v_e[i] := e; v_t[i] := row(e.ticket_id, e.seq, v_salt, c, pl.body, v_tsv)::desk.event_text;
            if c ?| array['state', 'group', 'assignee'] then
              v_s[cardinality(v_s) + 1] := row(n.id, n.last_seq, n.state, n.group_id, n.assignee_id, v_now, null)::desk.span;
            end if;
            r := desk.act_answer(n, v_op);
          end if;
        end if;
      end if;
    end if;
    if r->'error'->>'class' is distinct from 'notfound' then r := r || jsonb_build_object('id', v.id, 'number', t.number);
    else r := r || jsonb_build_object('id', v.id); end if;
    v_all[cardinality(v_all) + 1] := r;
  end loop;
  if cardinality(v_n) > 0 then perform desk.store_many(v_n, v_e, v_t, v_s); end if;
  r := jsonb_build_object('ok', true, 'op', v_op, 'replay', false, 'results', to_jsonb(v_all));
  update desk.op o set result = r where o.op_id = v_op and o.part = v_part;
  return r;
end $$;

-- What act_many would do, without doing it: it is done, looked at and taken back. {"ok": true, "results": [{id, number, ok, state, changes | error}],
-- "others": tickets that it would run down to}. What would be denied is logged like what was.
create function desk.act_preview(p_ids bigint[], p_verb text, p_fields jsonb) returns jsonb language plpgsql
  security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_op uuid := gen_random_uuid(); r jsonb; v_all jsonb := '[]'; v_others int := 0;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  begin
    r := desk.act_many(p_ids, p_verb, p_fields, v_op, 0, 'api');
    if (r->>'ok')::boolean then
      select coalesce(jsonb_agg(case when not (q.v->>'ok')::boolean then q.v else jsonb_build_object('id', q.v->'id', 'number', q.v->'number', 'ok', true, 'state', q.v->'state',
          'changes', desk.render_changes(t.kind, y.changes, v_me)) end order by q.n), '[]') into v_all
        from jsonb_array_elements(r->'results') with ordinality q(v, n)
        left join desk.event e on e.ticket_id = (q.v->>'id')::bigint and e.seq = (q.v->>'seq')::int and e.op = v_op
        left join desk.event_text y on y.ticket_id = e.ticket_id and y.seq = e.seq left join desk.ticket t on t.id = e.ticket_id;
      select count(distinct e.ticket_id) into v_others from desk.event e
       where e.epoch = desk.epoch() and e.x = pg_current_xact_id() and e.op = v_op and e.ticket_id <> all (p_ids);
    end if;
    raise exception using errcode = 'DK001';
  exception when sqlstate 'DK001' then null;
  end;
  if not (r->>'ok')::boolean then return r; end if;
  perform desk.log_denied(v_me, t.id, p_verb) from jsonb_array_elements(v_all) v join desk.ticket t on t.id = (v->>'id')::bigint
    where v->'error'->>'class' = 'denied' or (v->'error'->>'class' = 'notfound' and t.restricted);
  return jsonb_build_object('ok', true, 'results', v_all, 'others', v_others);
end $$;
grant execute on function desk.act_preview(bigint[], text, jsonb) to desk_person;

-- A plan made while a set was still empty reads the whole table, and is kept while a bulk act fills it: ten thousand tags took as
-- many readings. These look up by key, whatever the table was like when the session began.
alter function desk.effect_tag(desk.ticket, jsonb, int) set enable_seqscan = off;
alter function desk.effect_ci(desk.ticket, jsonb, int) set enable_seqscan = off;
alter function desk.effect_watch(desk.ticket, jsonb, int) set enable_seqscan = off;
alter function desk.effect_unwatch(desk.ticket, jsonb, int) set enable_seqscan = off;
