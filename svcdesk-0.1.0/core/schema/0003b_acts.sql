-- The rulebook, second part: create, act, act_many, the merge of versions, what a parent does to its children.
--
-- Locks: the ticket and its children in order of id, before anything is read that decides. Then one answer and no way back.
reset role;
set local role desk_api;

create function desk.request_hash(variadic p text[]) returns bytea language plpgsql immutable as $$
begin
  return sha256(convert_to(array_to_string(p, chr(31), ''), 'UTF8'));
end $$;

-- The answer to an operation that was done already; null if it was not.
create function desk.replay(p_op uuid, p_part int, p_actor int, p_hash bytea) returns jsonb language plpgsql stable as $$
declare o desk.op;
begin
  select x.* into o from desk.op x where x.op_id = p_op and x.part = p_part;
  if not found then return null; end if;
  if o.actor_id <> p_actor or o.request_hash <> p_hash then return desk.refuse('op_reused', 'conflict', 'op'); end if;
  return coalesce(o.result, '{"ok": true}') || jsonb_build_object('op', p_op, 'replay', true);
end $$;

create function desk.priority_of(p_kind text, p_impact smallint, p_urgency smallint) returns smallint language plpgsql stable as $$
begin
  return (select m.priority from desk.priority_matrix m where m.kind in (p_kind, '*') and m.impact = p_impact and m.urgency = p_urgency
    order by m.kind = '*' limit 1);
end $$;

-- Restricted tickets that were opened, and what was denied: refusals are values, so the row is committed with them. Who takes the
-- transaction back is found in the log of the server, which keeps what was said to it.
create function desk.log_access(p_me int, p_ticket bigint, p_what text, p_detail text) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  insert into desk.access_log(person_id, ticket_id, what, detail) values (p_me, p_ticket, p_what, left(p_detail, 100));
  raise log 'svcdesk: ticket % %: person %, %', p_ticket, p_what, p_me, left(regexp_replace(coalesce(p_detail, '-'), '[^[:print:]]', '?', 'g'), 100);
end $$;
create function desk.log_opened(p_me int, p_ticket bigint, p_detail text) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select desk.log_access(p_me, p_ticket, 'opened', p_detail) $$;
create function desk.log_denied(p_me int, p_ticket bigint, p_detail text) returns void language sql set search_path = pg_catalog, pg_temp as $$
  select desk.log_access(p_me, p_ticket, 'denied', p_detail) $$;

-- A name for an id, for texts of refusals.
create function desk.name_of(p_type text, v jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r text; s text := v #>> '{}';
begin
  if v is null or s is null or s !~ '^\d+$' then return v; end if;
  if s = '0' and p_type in ('person', 'group') then return 'null'; end if;
  case p_type
  when 'person' then select coalesce(p.login, p.name) into r from desk.person p where p.id = s::int;
  when 'group' then select g.name into r from desk.support_group g where g.id = s::int;
  when 'service' then select x.name into r from desk.service x where x.id = s::int;
  when 'ci' then select x.name into r from desk.ci x where x.id = s::bigint;
  when 'category' then
    select coalesce(p.name || ' / ', '') || c.name into r from desk.category c left join desk.category p on p.id = c.parent_id where c.id = s::int;
  when 'org' then select o.name into r from desk.org o where o.id = s::int;
  when 'ticket' then select t.number into r from desk.ticket t where t.id = s::bigint;
  else return v;
  end case;
  return coalesce(to_jsonb(r), v);
end $$;

-- An act that saw an older version: what others changed since against what it changes. Null: the two do not touch.
-- p_moves: the verb moves the record, so state, group and assignee must stand as they were seen. p_taker: to whom it would go.
create function desk.merge_check(t desk.ticket, p_version int, p_fields jsonb, p_moves boolean, p_to text, p_taker int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare c record; v_mine jsonb;
begin
  if p_version < 1 or p_version > t.version then
    return desk.refuse('bad_version', 'input', 'version', jsonb_build_object('value', p_version, 'current', t.version));
  end if;
  for c in
    select distinct on (k.key) k.key, k.value->1 as theirs, e.actor_id, e.at, f.type
      from (select v.seq, v.actor_id, v.at from desk.event v where v.ticket_id = t.id and not v.late order by v.seq desc limit t.version - p_version) e
      join desk.event_text x on x.ticket_id = t.id and x.seq = e.seq
      cross join lateral jsonb_each(x.changes) k
      left join desk.field f on f.kind = t.kind and f.field = k.key
     where p_fields ? k.key or (p_moves and k.key in ('state', 'group', 'assignee'))
     order by k.key, e.seq desc
  loop
    if p_fields ? c.key then
      v_mine := p_fields->c.key;
      continue when v_mine = c.theirs;
    else
      v_mine := case c.key when 'state' then to_jsonb(nullif(p_to, '=')) when 'assignee' then to_jsonb(p_taker) end;
      continue when v_mine = c.theirs;
    end if;
    return desk.refuse('field_conflict', 'conflict', c.key, jsonb_build_object('mine', desk.name_of(c.type, v_mine),
      'theirs', desk.name_of(c.type, c.theirs), 'by', desk.name_of('person', to_jsonb(c.actor_id)), 'at', desk.iso(c.at)));
  end loop;
  return null;
end $$;

-- Stores the new state n of ticket t with its event. Both carry the real subject, restricted or not. Gives the stored row.
create function desk.store_act(t desk.ticket, n desk.ticket, p_verb text, p_actor int, p_channel text, p_op uuid, p_at timestamptz,
    p_visibility smallint, p_changes jsonb, p_body text) returns desk.ticket language plpgsql as $$
declare c jsonb := desk.header_changes(t, n) || p_changes; e desk.event; v_subject text := n.subject;
begin
  if c = '{}' and p_body is null then return t; end if;
  e := desk.journal_append(n, p_verb, p_actor, null, p_channel, p_op, p_at, p_visibility, c, p_body);
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

create function desk.feed_note(p_org int, p_ticket bigint, p_epoch smallint) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare v_slot smallint;
begin
  select s.slot into v_slot from desk.change_slot s;
  case v_slot
  when 0 then insert into desk.change_log_0(epoch, seq, org_id, ticket_id) values (p_epoch, nextval('desk.change_seq'), p_org, p_ticket);
  when 1 then insert into desk.change_log_1(epoch, seq, org_id, ticket_id) values (p_epoch, nextval('desk.change_seq'), p_org, p_ticket);
  else insert into desk.change_log_2(epoch, seq, org_id, ticket_id) values (p_epoch, nextval('desk.change_seq'), p_org, p_ticket);
  end case;
end $$;

-- In progress, on hold for others than the requester, and resolved copy down to the children; so does a reopening by staff.
-- Closed and cancelled do not. The children are locked already.
create function desk.cascade(t desk.ticket, p_from text, p_verb text, p_staff boolean, p_actor int, p_op uuid, p_at timestamptz, p_body text) returns void
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare c desk.ticket; n desk.ticket; v_verb text; v_vis smallint;
begin
  for c in select x.* from desk.ticket x where x.parent_id = t.id and x.kind = t.kind order by x.id loop
    if c.restricted then select x.subject into c.subject from desk.ticket_text x where x.id = c.id; end if;
    n := c; v_verb := null;
    if p_verb = 'reopen' then
      if p_staff and c.state = 'resolved' then
        v_verb := 'reopen'; n.reopens := c.reopens + 1; n.resolved_at := null; n.resolution_code := null;
      end if;
    elsif t.state = 'resolved' and c.phase < 3 then
      v_verb := 'resolve'; n.resolved_at := t.resolved_at; n.resolution_code := t.resolution_code;
      n.category_id := coalesce(c.category_id, t.category_id);
      n.acknowledged_at := coalesce(c.acknowledged_at, t.resolved_at);
    elsif t.phase = 2 and t.hold_reason in ('change', 'problem', 'supplier') and c.phase = 1 and c.state = p_from then
      v_verb := 'hold';
    elsif t.phase = 1 and t.state = 'in_progress' and c.phase = 1 and c.state <> t.state then
      v_verb := 'start'; n.acknowledged_at := coalesce(c.acknowledged_at, t.acknowledged_at);
      if c.assignee_id = 0 and c.group_id in (0, t.group_id) and not c.restricted then n.assignee_id := t.assignee_id; n.group_id := t.group_id; end if;
    elsif t.phase = 1 and t.state = 'in_progress' and c.phase = 2 and c.hold_reason in ('change', 'problem', 'supplier') then
      v_verb := 'resume';
    end if;
    continue when v_verb is null;
    n.state := t.state; n.phase := t.phase;
    n.hold_reason := t.hold_reason; n.hold_until := t.hold_until; n.hold_ref := t.hold_ref;
    select v.visibility into v_vis from desk.verb v where v.kind = c.kind and v.verb = v_verb;
    perform desk.store_act(c, n, v_verb, p_actor, 'parent', p_op, p_at, v_vis, '{}', case when v_verb in ('resolve', 'hold') then p_body end);
  end loop;
end $$;

-- One act on a ticket that is locked, children too. Sight, transition, role, values, version, guard, effect, journal.
create function desk.act_locked(p_me int, t desk.ticket, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb
  language plpgsql as $$
declare
  v_who text[] := desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
  tr record; p jsonb; a jsonb; r jsonb; eff jsonb := '{}'; n desk.ticket; v_changes jsonb := '{}'; v_now timestamptz; v_old jsonb; v_copies jsonb;
begin
  if not 'sees' = any (v_who) then
    if t.restricted then perform desk.log_denied(p_me, t.id, p_verb); end if;
    return desk.refuse('not_found', 'notfound');
  end if;
  select x.to_state, x.roles, x.guard, x.side_effect, v.visibility, v.body into tr
    from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb
   where x.kind = t.kind and x.from_state = t.state and x.verb = p_verb;
  if not found then return desk.verb_refusal(t, p_verb, v_who); end if;
  if not tr.roles && v_who then
    perform desk.log_denied(p_me, t.id, p_verb);
    return desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', p_verb, 'roles', tr.roles));
  end if;
  p := desk.take_params(t.kind, p_verb, coalesce(p_fields, '{}'), tr.body, p_me, t);
  if p ? 'ok' then return p; end if;
  if p_version <> t.version then
    r := desk.merge_check(t, p_version, p->'fields', tr.to_state <> '=' or p->'fields' ?| array['group', 'assignee'], tr.to_state,
      case p_verb when 'take' then p_me end);
    if r is not null then return r; end if;
  end if;
  v_now := desk.now();
  if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
  if tr.guard is not null or tr.side_effect is not null then
    a := p->'args' || jsonb_build_object('_who', v_who, '_at', v_now, '_fields', p->'fields', '_to', tr.to_state, '_verb', p_verb);
    if tr.guard is not null then
      r := desk.run_guard(tr.guard, t, a, p_me);
      if r is not null then return r; end if;
    end if;
  end if;
  -- the typed row first: only its own constraints can still refuse
  if p->'typed' <> '{}' then
    v_old := desk.typed_json(t.kind, t.id);
    begin
      perform desk.typed_write(t.kind, t.id, p->'typed', false);
    exception when integrity_constraint_violation or data_exception then
      return desk.refuse('value_refused', 'input', (select k from jsonb_object_keys(p->'typed') k limit 1));
    end;
    select coalesce(jsonb_object_agg(f.field, jsonb_build_array(v_old->f.field, p->'fields'->f.field)), '{}') into v_changes
      from desk.field f where f.kind = t.kind and f.store = 'typed' and p->'fields' ? f.field and v_old->f.field is distinct from p->'fields'->f.field;
  end if;
  if tr.side_effect is not null then
    eff := coalesce(desk.run_effect(tr.side_effect, t, a, p_me), '{}');
    v_changes := v_changes || coalesce(eff->'@changes', '{}');
    if eff ? 'redacted' then                -- the redaction has changed the record itself
      v_changes := v_changes || jsonb_build_object('redacted', jsonb_build_array(null, eff->'redacted'));
      v_copies := nullif(eff->'copies', '[]');
      select x.* into t from desk.ticket x where x.id = t.id;
      if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
      eff := eff - 'redacted' - 'copies';
    end if;
  end if;
  if p->'text' <> '{}' then v_changes := v_changes || desk.text_write(t.id, t.kind, t.subject, p->'text'); end if;
  if p->'args' ? 'reason' and not p->'fields' ? 'cancel_reason' and not p->'fields' ? 'hold_reason' and p->'args'->'reason' <> 'null' then
    v_changes := v_changes || jsonb_build_object('reason', jsonb_build_array(null, p->'args'->'reason'));
  end if;
  if p->'cols' <> '{}' or eff <> '{}' then n := jsonb_populate_record(t, p->'cols' || eff);
  else n := t; end if;
  if not eff ? 'state' and tr.to_state <> '=' then n.state := tr.to_state; end if;
  if n.state <> t.state then select s.phase into n.phase from desk.kind_state s where s.kind = n.kind and s.state = n.state; end if;
  if (n.impact <> t.impact or n.urgency <> t.urgency) and not p->'cols' ? 'priority' then
    n.priority := desk.priority_of(n.kind, n.impact, n.urgency); n.priority_reason := null;
  end if;
  if n.requester_id <> t.requester_id then select x.org_id into n.org_id from desk.person x where x.id = n.requester_id; end if;
  n := desk.store_act(t, n, p_verb, p_me, p_channel, p_op, v_now, coalesce((eff->>'@visibility')::smallint, tr.visibility), v_changes,
    coalesce(eff->>'@body', p->'args'->>'body'));
  if v_copies is not null then perform desk.redact_copies(v_copies, p_me, p_op, v_now, v_changes - 'redacted'); end if;
  if n.state <> t.state then
    perform desk.cascade(n, t.state, p_verb, 'staff' = any (v_who), p_me, p_op, v_now, p->'args'->>'body');
  end if;
  return jsonb_build_object('ok', true, 'id', n.id, 'number', n.number, 'version', n.version, 'seq', n.last_seq, 'state', n.state,
    'op', p_op, 'replay', false);
end $$;

-- Why a verb is not in the table: no such verb at all, or not in this state; then which ones are.
create function desk.verb_refusal(t desk.ticket, p_verb text, p_who text[]) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from desk.verb v where v.kind = t.kind and v.verb = p_verb and v.verb <> 'create') then
    return desk.refuse('unknown_verb', 'input', null, jsonb_build_object('verb', coalesce(p_verb, ''), 'allowed',
      (select jsonb_agg(v.verb order by v.sort) from desk.verb v where v.kind = t.kind and v.verb <> 'create')));
  end if;
  return desk.refuse('wrong_state', 'state', null, jsonb_build_object('verb', p_verb, 'state', t.state, 'possible',
    coalesce((select jsonb_agg(x.verb order by v.sort) from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb
               where x.kind = t.kind and x.from_state = t.state and x.roles && p_who), '[]')));
end $$;

-- The description and other long texts, kept apart from the header.
create function desk.text_write(p_id bigint, p_kind text, p_subject text, p_text jsonb) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare v_old text; v_new text := p_text->>'body'; v_field text;
begin
  if not p_text ? 'body' then return '{}'; end if;
  select x.body into v_old from desk.ticket_text x where x.id = p_id;
  if v_old is not distinct from v_new then return '{}'; end if;
  update desk.ticket_text x set body = v_new, tsv = desk.tsv(p_subject, v_new) where x.id = p_id;
  select f.field into v_field from desk.field f where f.kind = p_kind and f.store = 'text' and f.col = 'body';
  return jsonb_build_object(v_field, jsonb_build_array(v_old, v_new));
end $$;

-- A channel is a word, and none of those by which the desk says that it did something by itself.
create function desk.bad_channel(p_channel text) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select desk.refuse('bad_value', 'input', 'channel', jsonb_build_object('value', left(p_channel, 40), 'type', 'channel')) $$;

-- For functions of the rulebook that act for somebody, or for the desk itself (person 1). Nobody else may call it.
create function desk.act_as(p_actor int, p_id bigint, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb
  language plpgsql as $$
declare t desk.ticket; r jsonb; v_hash bytea := desk.request_hash(p_id::text, p_verb, p_fields::text, p_version::text);
begin
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

create function desk.act(p_id bigint, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text default 'api') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me();
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_channel !~ '^[a-z][a-z0-9_-]{0,19}$' or coalesce(p_channel in ('import', 'parent', 'tick'), true) then return desk.bad_channel(p_channel); end if;
  return desk.act_as(v_me, p_id, p_verb, p_fields, p_version, coalesce(p_op, gen_random_uuid()), p_channel);
end $$;

-- The same act on many tickets, each on its own, in one transaction a part. All are locked first, in order of id.
create function desk.act_many(p_ids bigint[], p_verb text, p_fields jsonb, p_op uuid, p_part int default 0, p_channel text default 'api') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_me int := desk.me(); v_op uuid := coalesce(p_op, gen_random_uuid()); v_part int := coalesce(p_part, 0); v_id bigint; t desk.ticket; r jsonb; v_all jsonb := '[]';
  v_hash bytea := desk.request_hash(p_ids::text, p_verb, p_fields::text);
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_channel !~ '^[a-z][a-z0-9_-]{0,19}$' or coalesce(p_channel in ('import', 'parent', 'tick'), true) then return desk.bad_channel(p_channel); end if;
  if cardinality(p_ids) > 250 then return desk.refuse('too_many', 'input', 'ids', '{"max": 250}'); end if;
  perform from desk.ticket x where x.id = any (p_ids) or x.parent_id = any (p_ids) order by x.id for update;
  insert into desk.op(op_id, part, actor_id, request_hash) values (v_op, v_part, v_me, v_hash) on conflict do nothing;
  if not found then return desk.replay(v_op, v_part, v_me, v_hash); end if;
  foreach v_id in array coalesce(p_ids, '{}') loop
    select x.* into t from desk.ticket x where x.id = v_id;
    if found then r := desk.act_locked(v_me, t, p_verb, p_fields, null, v_op, p_channel);
    else r := desk.refuse('not_found', 'notfound'); end if;
    if r->'error'->>'class' is distinct from 'notfound' then r := r || jsonb_build_object('number', t.number); end if;
    v_all := v_all || (r || jsonb_build_object('id', v_id));
  end loop;
  r := jsonb_build_object('ok', true, 'op', v_op, 'replay', false, 'results', v_all);
  update desk.op o set result = r where o.op_id = v_op and o.part = v_part;
  return r;
end $$;

-- ---- create --------------------------------------------------------------------------------------------------------------
-- Who may open a ticket with these values; null: may. Requesters open their own and leave the handling to the desk.
create function desk.create_refusal(p_me int, p_args jsonb, p_requester int, p_org int) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare v_roles text[]; v_here boolean; v_key text;
begin
  if p_me = 1 then return null; end if;
  select coalesce(array_agg(r.role), '{}'), coalesce(bool_or(r.role in ('agent', 'lead', 'process_owner') and (r.org_id is null or r.org_id = p_org)), false)
    into v_roles, v_here from desk.person_role r, desk.now() n
   where r.person_id = p_me and r.valid_from <= n and n < r.valid_to;
  if not v_roles && array['requester', 'agent', 'lead', 'process_owner'] then
    perform desk.log_denied(p_me, null, 'create');
    return desk.refuse('role_denied', 'denied', null, '{"verb": "create", "roles": ["requester", "agent", "lead", "process_owner"]}');
  end if;
  if v_here then return null; end if;
  if p_requester <> p_me then
    perform desk.log_denied(p_me, null, 'create');
    return desk.refuse('requester_denied', 'denied', 'requester');
  end if;
  foreach v_key in array array['group', 'assignee', 'priority'] loop
    if coalesce(p_args->v_key, 'null') <> 'null' then
      perform desk.log_denied(p_me, null, 'create');
      return desk.refuse('field_denied', 'denied', v_key, '{"verb": "create"}');
    end if;
  end loop;
  return null;
end $$;

create function desk.create_as(p_actor int, p_kind text, p_fields jsonb, p_op uuid, p_channel text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  k desk.kind; p jsonb; r jsonb; n desk.ticket; o desk.ticket; e desk.event; v_now timestamptz := desk.now(); v_hash bytea; v_body text;
  v_changes jsonb; v_vis smallint; v_need smallint;
begin
  select x.* into k from desk.kind x where x.kind = p_kind;
  if not found then
    return desk.refuse('unknown_kind', 'input', 'kind', jsonb_build_object('value', coalesce(p_kind, ''), 'allowed', (select jsonb_agg(x.kind order by x.sort, x.kind) from desk.kind x)));
  end if;
  select v.visibility, v.body into v_vis, v_need from desk.verb v where v.kind = p_kind and v.verb = 'create';
  p := desk.take_params(p_kind, 'create', coalesce(p_fields, '{}'), v_need, p_actor, n);
  if p ? 'ok' then
    if p->'error'->>'class' = 'denied' then perform desk.log_denied(p_actor, null, 'create'); end if;
    return p;
  end if;
  n.kind := p_kind; n.state := k.initial; n.desk_id := 1; n.requester_id := p_actor; n.opened_by := p_actor; n.channel := p_channel;
  n.group_id := 0; n.assignee_id := 0; n.impact := 3; n.urgency := 3; n.restricted := false; n.due_at := 'infinity'; n.reassignments := 0;
  n.reopens := 0; n.version := 1; n.last_seq := 0; n.custom := '{}'; n.opened_at := date_trunc('second', v_now); n.updated_at := v_now;
  n := jsonb_populate_record(n, jsonb_strip_nulls(p->'cols'));
  n.priority := coalesce(n.priority, desk.priority_of(p_kind, n.impact, n.urgency));
  select s.phase into n.phase from desk.kind_state s where s.kind = p_kind and s.state = k.initial;
  select x.org_id into n.org_id from desk.person x where x.id = n.requester_id;
  r := coalesce(desk.create_refusal(p_actor, p->'args', n.requester_id, n.org_id), desk.assignee_refusal(n.group_id, n.assignee_id));
  if r is not null then return r; end if;
  v_hash := desk.request_hash(p_kind, p_fields::text);
  insert into desk.op(op_id, part, actor_id, request_hash) values (p_op, 0, p_actor, v_hash) on conflict do nothing;
  if not found then return desk.replay(p_op, 0, p_actor, v_hash); end if;
  n.id := nextval('desk.ticket_id_seq'); n.number := k.prefix || (100000 + n.id);
  begin
    perform desk.typed_write(p_kind, n.id, p->'typed', true);
  exception when integrity_constraint_violation or data_exception then
    delete from desk.op x where x.op_id = p_op and x.part = 0;
    return desk.refuse('value_refused', 'input', (select x from jsonb_object_keys(p->'typed') x limit 1));
  end;
  v_body := p->'args'->>'body';
  select coalesce(jsonb_object_agg(x.key, jsonb_build_array(null, x.value[1])), '{}') into v_changes from (
    select c.key, array[c.value->1] as value from jsonb_each(desk.header_changes(o, n)) c
    union all select t.key, array[t.value] from jsonb_each(desk.typed_json(p_kind, n.id)) t) x
   where coalesce(x.value[1], 'null') not in ('null', '{}') and not (x.key in ('reopens', 'reassignments', 'restricted', 'desk_id'));
  e := desk.journal_append(n, 'create', p_actor, null, p_channel, p_op, v_now, v_vis, v_changes, v_body);
  n.last_seq := e.seq; n.last_hash := e.hash;
  insert into desk.ticket values (n.*);
  insert into desk.ticket_text(id, body, tsv) values (n.id, v_body, desk.tsv(n.subject, v_body));
  insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at) values (n.id, 1, n.state, n.group_id, n.assignee_id, v_now);
  r := jsonb_build_object('ok', true, 'id', n.id, 'number', n.number, 'version', n.version, 'seq', n.last_seq, 'state', n.state,
    'op', p_op, 'replay', false);
  update desk.op x set result = r where x.op_id = p_op and x.part = 0;
  return r;
end $$;

-- Solved on the phone: create, take and resolve under one operation. Either all of it happens or none.
create function desk.create_resolved(p_actor int, p_kind text, p_fields jsonb, p_op uuid, p_channel text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r jsonb; v_hash bytea := desk.request_hash(p_kind, p_fields::text); t desk.ticket; v_verb text;
begin
  r := desk.replay(p_op, 0, p_actor, v_hash);
  if r is not null then return r; end if;
  begin
    r := desk.create_as(p_actor, p_kind, p_fields - 'resolve', p_op, p_channel);
    if (r->>'ok')::boolean and not (r->>'replay')::boolean then
      foreach v_verb in array array['take', 'resolve'] loop
        select x.* into t from desk.ticket x where x.id = (r->>'id')::bigint;
        r := desk.act_locked(p_actor, t, v_verb, case v_verb when 'resolve' then p_fields->'resolve' else '{}' end, null, p_op, p_channel);
        exit when not (r->>'ok')::boolean;
      end loop;
    end if;
    if not (r->>'ok')::boolean then raise exception using errcode = 'DK001'; end if;
    update desk.op x set result = r, request_hash = v_hash where x.op_id = p_op and x.part = 0;
  exception when sqlstate 'DK001' then return r;
  end;
  return r;
end $$;

create function desk.create(p_kind text, p_fields jsonb, p_op uuid, p_channel text default 'api') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_op uuid := coalesce(p_op, gen_random_uuid());
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_channel !~ '^[a-z][a-z0-9_-]{0,19}$' or coalesce(p_channel in ('import', 'parent', 'tick'), true) then return desk.bad_channel(p_channel); end if;
  if jsonb_typeof(p_fields) = 'object' and p_fields ? 'resolve' and p_fields->'resolve' <> 'null' then
    if jsonb_typeof(p_fields->'resolve') <> 'object' then return desk.refuse('bad_fields', 'input', 'resolve'); end if;
    return desk.create_resolved(v_me, p_kind, p_fields, v_op, p_channel);
  end if;
  return desk.create_as(v_me, p_kind, p_fields, v_op, p_channel);
end $$;

grant execute on function desk.create(text, jsonb, uuid, text), desk.act(bigint, text, jsonb, int, uuid, text),
  desk.act_many(bigint[], text, jsonb, uuid, int, text) to desk_person;
