-- Acts and imports as they are since clocks run: a span knows the reason of a hold, a ticket whether it is a major incident.
-- The bodies are those of 0003, 0005, 0008, 0010 and 0011 with what is said above each.
reset role; set local role desk_owner;

-- What a hold waits for, in the spans of holds; and a span of its own where only that changed (imports: from one kind of waiting to another).
update desk.span s set hold_reason = (
    select x.changes->'hold_reason'->>1 from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
     where e.ticket_id = s.ticket_id and e.seq <= s.seq and not e.late and x.changes ? 'hold_reason' order by e.seq desc limit 1)
  from (select distinct x.ticket_id from desk.event_text x where x.changes ? 'hold_reason') h where h.ticket_id = s.ticket_id;
insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at, hold_reason)
  select e.ticket_id, e.seq, p.state, p.group_id, p.assignee_id, e.at, x.changes->'hold_reason'->>1
    from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
      cross join lateral (select s.* from desk.span s where s.ticket_id = e.ticket_id and s.seq < e.seq order by s.seq desc limit 1) p
   where not e.late and x.changes ? 'hold_reason' and not x.changes ?| array['state', 'group', 'assignee'];
update desk.span s set until_at = n.next_at
  from (select w.ticket_id, w.seq, lead(w.from_at) over (partition by w.ticket_id order by w.seq) as next_at from desk.span w) n
 where n.ticket_id = s.ticket_id and n.seq = s.seq and s.until_at is distinct from n.next_at;

reset role; set local role desk_api;

create or replace view desk.span_effective with (security_invoker = true) as
  select s.ticket_id, s.seq, s.state, s.group_id, s.assignee_id, s.from_at,
         lead(s.from_at) over (partition by s.ticket_id order by s.seq) as until_at, s.hold_reason
    from desk.span s where not exists (
      select from desk.event v where v.ticket_id = s.ticket_id and v.voids = s.seq and not desk.event_voided(v.ticket_id, v.seq))
      and not exists (select from desk.event u where u.ticket_id = s.ticket_id and u.seq = s.seq and u.voids is not null);

-- major is a column like others.
create or replace function desk.header_changes(o desk.ticket, n desk.ticket) returns jsonb language plpgsql stable as $$
declare c jsonb := '{}';
begin
  -- in groups: an act touches one or two of them, and every expression is made ready anew in each transaction
  if (n.state, n.assignee_id, n.group_id) is distinct from (o.state, o.assignee_id, o.group_id) then
    if n.state is distinct from o.state then c := c || jsonb_build_object('state', jsonb_build_array(o.state, n.state)); end if;
    if n.assignee_id is distinct from o.assignee_id then
      c := c || jsonb_build_object('assignee', jsonb_build_array(nullif(o.assignee_id, 0), nullif(n.assignee_id, 0))); end if;
    if n.group_id is distinct from o.group_id then
      c := c || jsonb_build_object('group', jsonb_build_array(nullif(o.group_id, 0), nullif(n.group_id, 0))); end if;
  end if;
  if (n.impact, n.urgency, n.priority, n.priority_reason) is distinct from (o.impact, o.urgency, o.priority, o.priority_reason) then
    if n.impact is distinct from o.impact then c := c || jsonb_build_object('impact', jsonb_build_array(o.impact, n.impact)); end if;
    if n.urgency is distinct from o.urgency then c := c || jsonb_build_object('urgency', jsonb_build_array(o.urgency, n.urgency)); end if;
    if n.priority is distinct from o.priority then c := c || jsonb_build_object('priority', jsonb_build_array(o.priority, n.priority)); end if;
    if n.priority_reason is distinct from o.priority_reason then
      c := c || jsonb_build_object('priority_reason', jsonb_build_array(o.priority_reason, n.priority_reason)); end if;
  end if;
  if (n.acknowledged_at, n.resolved_at, n.closed_at, n.hold_reason, n.hold_until, n.hold_ref, n.resolution_code, n.cancel_reason, n.reassignments, n.reopens)
      is distinct from (o.acknowledged_at, o.resolved_at, o.closed_at, o.hold_reason, o.hold_until, o.hold_ref, o.resolution_code, o.cancel_reason, o.reassignments, o.reopens) then
    if n.acknowledged_at is distinct from o.acknowledged_at then
      c := c || jsonb_build_object('acknowledged_at', jsonb_build_array(desk.iso(o.acknowledged_at), desk.iso(n.acknowledged_at))); end if;
    if n.resolved_at is distinct from o.resolved_at then c := c || jsonb_build_object('resolved_at', jsonb_build_array(desk.iso(o.resolved_at), desk.iso(n.resolved_at))); end if;
    if n.closed_at is distinct from o.closed_at then c := c || jsonb_build_object('closed_at', jsonb_build_array(desk.iso(o.closed_at), desk.iso(n.closed_at))); end if;
    if n.hold_reason is distinct from o.hold_reason then c := c || jsonb_build_object('hold_reason', jsonb_build_array(o.hold_reason, n.hold_reason)); end if;
    if n.hold_until is distinct from o.hold_until then c := c || jsonb_build_object('hold_until', jsonb_build_array(desk.iso(o.hold_until), desk.iso(n.hold_until))); end if;
    if n.hold_ref is distinct from o.hold_ref then c := c || jsonb_build_object('hold_ref', jsonb_build_array(o.hold_ref, n.hold_ref)); end if;
    if n.resolution_code is distinct from o.resolution_code then
      c := c || jsonb_build_object('resolution_code', jsonb_build_array(o.resolution_code, n.resolution_code)); end if;
    if n.cancel_reason is distinct from o.cancel_reason then c := c || jsonb_build_object('cancel_reason', jsonb_build_array(o.cancel_reason, n.cancel_reason)); end if;
    if n.reassignments is distinct from o.reassignments then c := c || jsonb_build_object('reassignments', jsonb_build_array(o.reassignments, n.reassignments)); end if;
    if n.reopens is distinct from o.reopens then c := c || jsonb_build_object('reopens', jsonb_build_array(o.reopens, n.reopens)); end if;
  end if;
  if (n.subject, n.requester_id, n.org_id, n.service_id, n.category_id, n.ci_id, n.parent_id, n.restricted, n.due_at, n.external, n.custom, n.major)
      is distinct from (o.subject, o.requester_id, o.org_id, o.service_id, o.category_id, o.ci_id, o.parent_id, o.restricted, o.due_at, o.external, o.custom, o.major) then
    if n.subject is distinct from o.subject then c := c || jsonb_build_object('subject', jsonb_build_array(o.subject, n.subject)); end if;
    if n.requester_id is distinct from o.requester_id then c := c || jsonb_build_object('requester', jsonb_build_array(o.requester_id, n.requester_id)); end if;
    if n.org_id is distinct from o.org_id then c := c || jsonb_build_object('org_id', jsonb_build_array(o.org_id, n.org_id)); end if;
    if n.service_id is distinct from o.service_id then c := c || jsonb_build_object('service', jsonb_build_array(o.service_id, n.service_id)); end if;
    if n.category_id is distinct from o.category_id then c := c || jsonb_build_object('category', jsonb_build_array(o.category_id, n.category_id)); end if;
    if n.ci_id is distinct from o.ci_id then c := c || jsonb_build_object('ci', jsonb_build_array(o.ci_id, n.ci_id)); end if;
    if n.parent_id is distinct from o.parent_id then c := c || jsonb_build_object('parent_id', jsonb_build_array(o.parent_id, n.parent_id)); end if;
    if n.restricted is distinct from o.restricted then c := c || jsonb_build_object('restricted', jsonb_build_array(o.restricted, n.restricted)); end if;
    if n.due_at is distinct from o.due_at then c := c || jsonb_build_object('due_at', jsonb_build_array(desk.iso(o.due_at), desk.iso(n.due_at))); end if;
    if n.external is distinct from o.external then c := c || jsonb_build_object('external', jsonb_build_array(o.external, n.external)); end if;
    if n.major is distinct from o.major then c := c || jsonb_build_object('major', jsonb_build_array(o.major, n.major)); end if;
    if n.custom is distinct from o.custom then c := c || jsonb_build_object('custom', jsonb_build_array(o.custom, n.custom)); end if;
  end if;
  if o.id is null then                      -- a new ticket: what never changes again
    c := c || jsonb_build_object('kind', jsonb_build_array(null, n.kind), 'number', jsonb_build_array(null, n.number),
      'opened_by', jsonb_build_array(null, n.opened_by), 'opened_at', jsonb_build_array(null, desk.iso(n.opened_at)),
      'channel', jsonb_build_array(null, n.channel), 'desk_id', jsonb_build_array(null, n.desk_id));
  end if;
  return c;
end $$;

create or replace function desk.store_act(t desk.ticket, n desk.ticket, p_verb text, p_actor int, p_channel text, p_op uuid, p_at timestamptz,
    p_visibility smallint, p_changes jsonb, p_body text, p_voids int default null) returns desk.ticket language plpgsql as $$
declare c jsonb := desk.header_changes(t, n) || p_changes; e desk.event; v_subject text := n.subject;
begin
  if c = '{}' and p_body is null and p_voids is null then return t; end if;
  e := desk.journal_append(n, p_verb, p_actor, null, p_channel, p_op, p_at, p_visibility, c, p_body, false, p_voids);
  if desk.sla_moves(c, case p_verb when 'update' then 2::smallint else p_visibility end, p_body is not null, p_voids) then n.due_at := desk.sla_act(t, n, e, c, p_body is not null); end if;
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
    external = n.external, version = n.version, last_seq = n.last_seq, last_hash = n.last_hash, custom = n.custom,
    major = n.major
   where x.id = n.id;
  if c ?| array['state', 'group', 'assignee', 'hold_reason'] then
    update desk.span s set until_at = p_at where s.ticket_id = n.id and s.until_at is null;
    insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at, hold_reason)
      values (n.id, n.last_seq, n.state, n.group_id, n.assignee_id, p_at, n.hold_reason);
  end if;
  if n.org_id <> t.org_id then              -- the organisation it left must see it go
    t.last_seq := n.last_seq;
    perform desk.feed_note(t.org_id, t.id, e.epoch);
  end if;
  return n;
end $$;

create or replace function desk.store_many(p_n desk.ticket[], p_e desk.event[], p_x desk.event_text[], p_s desk.span[]) returns void language plpgsql as $$
declare v_slot smallint;
begin
  insert into desk.event select * from unnest(p_e);
  insert into desk.event_text select * from unnest(p_x);
  p_n := desk.sla_acts(p_n, p_e, p_x);
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
    external = n.external, version = n.version, last_seq = n.last_seq, last_hash = n.last_hash, custom = n.custom, major = n.major
   from unnest(p_n) n where x.id = n.id;
  if cardinality(p_s) > 0 then
    update desk.span s set until_at = b.from_at from unnest(p_s) b where s.ticket_id = b.ticket_id and s.until_at is null;
    insert into desk.span select * from unnest(p_s);
  end if;
end $$;

create or replace function desk.create_as(p_actor int, p_kind text, p_fields jsonb, p_op uuid, p_channel text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  k desk.kind; p jsonb; r jsonb; n desk.ticket; o desk.ticket; e desk.event; v_now timestamptz := desk.now(); v_hash bytea; v_body text;
  v_changes jsonb; v_vis smallint; v_need smallint; v_rule text;
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
  if r is null and k.create_guard is not null then
    r := desk.run_guard(k.create_guard, n, p->'args' || jsonb_build_object('_at', v_now, '_fields', p->'fields', '_verb', 'create'), p_actor);
    if r->'error'->>'class' = 'denied' then perform desk.log_denied(p_actor, null, 'create'); end if;
  end if;
  if r is not null then return r; end if;
  if p_kind = 'incident' then               -- see 0025_major.sql
    v_rule := desk.major_rule_of(n, v_now);
    if v_rule is not null then
      n.major := 'candidate';
      p := jsonb_set(p, '{typed,major_rule}', to_jsonb(v_rule));
    end if;
  end if;
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
  n.last_seq := e.seq; n.last_hash := e.hash; n.due_at := desk.sla_act(o, n, e, v_changes, v_body is not null);
  insert into desk.ticket values (n.*);
  insert into desk.ticket_text(id, body, tsv) values (n.id, v_body, desk.tsv(n.subject, v_body));
  insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at) values (n.id, 1, n.state, n.group_id, n.assignee_id, v_now);
  r := jsonb_build_object('ok', true, 'id', n.id, 'number', n.number, 'version', n.version, 'seq', n.last_seq, 'state', n.state,
    'op', p_op, 'replay', false);
  update desk.op x set result = r where x.op_id = p_op and x.part = 0;
  return r;
end $$;

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
            if c ?| array['state', 'group', 'assignee', 'hold_reason'] then
              v_s[cardinality(v_s) + 1] := row(n.id, n.last_seq, n.state, n.group_id, n.assignee_id, v_now, null, n.hold_reason)::desk.span;
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
        if c ?| array['state', 'group', 'assignee', 'hold_reason'] then
          v_s[cardinality(v_s) + 1] := row(n.id, n.last_seq, n.state, n.group_id, n.assignee_id, v_now, null, n.hold_reason)::desk.span;
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

-- Where a ticket has clocks, due_at is what they say.
create or replace function desk.audit_header(p_from bigint, p_to bigint) returns setof desk.audit_problem language sql stable
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' set enable_nestloop = off as $$
  with base as materialized (select desk.column_defaults('desk.ticket') - array['id', 'last_seq', 'last_hash'] || '{"due_at": "infinity", "requester_id": 0}' as d),
  renamed as materialized (         -- header fields whose column has another name
    select f.kind, array_agg(f.field) as keys, array_agg(f.col) as cols from desk.field f where f.store = 'ticket' and f.field <> f.col group by f.kind),
  bodied as materialized (select f.kind, min(f.field) as key from desk.field f where f.store = 'text' and f.col = 'body' group by f.kind),
  phases as materialized (select s.kind, jsonb_object_agg(s.state, s.phase) as p from desk.kind_state s group by s.kind),
  tail as (select e.ticket_id, count(*) filter (where not e.late) as acts, max(e.seq) filter (where not e.late) as last
             from desk.event e where e.ticket_id >= p_from and e.ticket_id < p_to group by e.ticket_id),
  r as materialized (
    select t, tt, y.body as first_body, v.vals, b.key as body_key,
      jsonb_populate_record(t, base.d
        || jsonb_build_object('opened_at', e1.at, 'opened_by', e1.actor_id, 'channel', e1.channel, 'version', tail.acts, 'updated_at', el.at)
        || jsonb_strip_nulls(v.vals - 'custom')
        || coalesce((select jsonb_object_agg(u.col, v.vals->u.key) from unnest(n.keys, n.cols) u(key, col) where v.vals->>u.key is not null), '{}')
        || jsonb_build_object('custom', coalesce(nullif(v.vals->'custom', 'null'), '{}'), 'phase', ph.p->(v.vals->>'state')) || case when ck.due is not null then jsonb_build_object('due_at', ck.due) else '{}' end) as want
      from desk.ticket t cross join base
      join tail on tail.ticket_id = t.id
      left join desk.ticket_text tt on tt.id = t.id and tt.id >= p_from and tt.id < p_to
      left join desk.audit_values(p_from, p_to) v on v.ticket_id = t.id
      left join (select c.ticket_id, coalesce(min(c.due_at) filter (where c.type = 'sla' and c.stopped_at is null and c.cancelled_at is null), 'infinity') as due
                   from desk.sla_clock c where c.ticket_id >= p_from and c.ticket_id < p_to group by c.ticket_id) ck on ck.ticket_id = t.id
      left join renamed n on n.kind = v.vals->>'kind'
      left join bodied b on b.kind = v.vals->>'kind'
      left join phases ph on ph.kind = v.vals->>'kind'
      left join desk.event e1 on e1.ticket_id = t.id and e1.seq = 1 and e1.ticket_id >= p_from and e1.ticket_id < p_to
      left join desk.event_text y on y.ticket_id = t.id and y.seq = 1 and y.ticket_id >= p_from and y.ticket_id < p_to
      left join desk.event el on el.ticket_id = t.id and el.seq = tail.last and el.ticket_id >= p_from and el.ticket_id < p_to
     where t.id >= p_from and t.id < p_to),
  n as materialized (
    select r.*, case when (r.want).restricted then jsonb_populate_record(r.want, '{"subject": ""}') else r.want end as head from r)
  select (n.t).id, null::int, p.kind from n, lateral (
    select desk.differing('ticket', to_jsonb(n.t), to_jsonb(n.head)) as kind where n.t is distinct from n.head
    union all select 'subject' where (n.want).restricted and (n.tt).subject is distinct from (n.want).subject
    union all select 'body' where (n.tt).body is distinct from case when n.vals ? n.body_key then n.vals->>n.body_key else n.first_body end) p $$;

-- One span for each event that moves state, group, assignee or what a hold waits for.
create or replace function desk.audit_spans() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with e as (
    select e.ticket_id, e.seq, e.at, x.changes from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
     where not e.late and (x.changes ? 'state' or x.changes ? 'group' or x.changes ? 'assignee' or x.changes ? 'hold_reason')),
  s as (
    select s.*, lag(s.state) over w as p_state, lag(s.group_id) over w as p_group, lag(s.assignee_id) over w as p_assignee, lag(s.hold_reason) over w as p_hold,
           lead(s.from_at) over w as next_at
      from desk.span s window w as (partition by s.ticket_id order by s.seq))
  select coalesce(e.ticket_id, s.ticket_id), coalesce(e.seq, s.seq), 'span'
    from e full join s on s.ticket_id = e.ticket_id and s.seq = e.seq
   where e.seq is null or s.seq is null or s.from_at <> e.at or s.until_at is distinct from s.next_at
      or s.state is distinct from case when e.changes ? 'state' then e.changes->'state'->>1 else s.p_state end
      or s.group_id is distinct from case when e.changes ? 'group' then coalesce((e.changes->'group'->>1)::int, 0) else coalesce(s.p_group, 0) end
      or s.assignee_id is distinct from case when e.changes ? 'assignee' then coalesce((e.changes->'assignee'->>1)::int, 0) else coalesce(s.p_assignee, 0) end
      or s.hold_reason is distinct from case when e.changes ? 'hold_reason' then e.changes->'hold_reason'->>1 else s.p_hold end $$;

-- A change of what is waited for begins a span.
create or replace function desk.import_apply(p_source text, p_file int, p_kind text, p_batch jsonb, p_by int, p_dry boolean) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  k desk.kind; org int; r record; t desk.ticket; cur jsonb; ch jsonb; blank jsonb; text_key text; v text; prev_id text := null; id bigint; seq int; h bytea; c bytea;
  acts int; last_at timestamptz; last_ver bigint; ver bigint; late boolean; born boolean; own boolean; moved boolean; more jsonb; s0 text; s1 text; ph0 int; ph1 int;
  phases jsonb; steps text[]; vis jsonb; stamp timestamptz := clock_timestamp(); stamp_us bigint := (extract(epoch from stamp) * 1000000)::bigint;
  ep smallint := desk.epoch(); xid xid8 := pg_current_xact_id(); op uuid := gen_random_uuid(); login text := session_user; tail text;
  problems jsonb := '[]'; unusual int := 0; fresh_n int := -1;
  -- events
  e_id bigint[] := '{}'; e_seq int[] := '{}'; e_at timestamptz[] := '{}'; e_actor int[] := '{}'; e_verb text[] := '{}'; e_vis smallint[] := '{}';
  e_late boolean[] := '{}'; e_content bytea[] := '{}'; e_hash bytea[] := '{}'; e_salt bytea[] := '{}'; e_changes jsonb[] := '{}'; e_body text[] := '{}';
  x_id text[] := '{}'; x_ver text[] := '{}'; x_hash bytea[] := '{}';
  -- spans
  s_id bigint[] := '{}'; s_seq int[] := '{}'; s_cur jsonb[] := '{}'; s_at timestamptz[] := '{}';
  -- tickets
  t_id bigint[] := '{}'; t_cur jsonb[] := '{}'; t_seq int[] := '{}'; t_hash bytea[] := '{}'; t_acts int[] := '{}'; t_at timestamptz[] := '{}'; t_born boolean[] := '{}';
begin
  select * into k from desk.kind d where d.kind = p_kind;
  if not found then raise invalid_parameter_value using message = 'no kind ' || coalesce(p_kind, '(null)'); end if;
  select p.org_id into org from desk.person p where p.id = p_by;
  select jsonb_object_agg(s.state, s.phase) into phases from desk.kind_state s where s.kind = p_kind;
  select array_agg(w.from_state || '|' || w.verb || '|' || case w.to_state when '=' then w.from_state else w.to_state end) into steps
    from desk.transition w where w.kind = p_kind;
  select jsonb_object_agg(w.verb, w.visibility) into vis from desk.verb w where w.kind = p_kind;
  select coalesce(min(f.key), 'body') into text_key from desk.import_keys(p_kind) f where f.store = 'text' and f.col = 'body' and f.key = f.name;
  blank := jsonb_build_object('state', k.initial, 'impact', 3, 'urgency', 3, 'channel', 'import', 'requester', 0);
  insert into desk.lease values ('import', login, 1, 'infinity') on conflict (name) do update set holder = excluded.holder, epoch = lease.epoch + 1;

  for r in select * from desk.import_rows(p_source, p_kind, p_batch, org) loop
    if r.ext_id is distinct from prev_id then
      if prev_id is not null then
        t_id := t_id || id; t_cur := t_cur || cur; t_seq := t_seq || seq; t_hash := t_hash || h; t_acts := t_acts || acts; t_at := t_at || last_at; t_born := t_born || born;
      end if;
      prev_id := r.ext_id; born := r.ticket_id is null; own := false;
      if born then
        if p_dry then id := fresh_n; fresh_n := fresh_n - 1; else id := nextval('desk.ticket_id_seq'); end if;
        cur := '{}'; seq := 0; h := null; acts := 0; last_at := null; last_ver := null;
      else
        select * into t from desk.ticket y where y.id = r.ticket_id for update;
        id := t.id; cur := desk.import_current(t); seq := t.last_seq; h := t.last_hash; acts := t.version; last_at := t.updated_at;
        select max(f.ext_version::bigint) into last_ver from desk.external_ref f join desk.event e on e.ticket_id = f.ticket_id and e.seq = f.seq
         where f.ticket_id = t.id and e.at = t.updated_at and not e.late and f.ext_version ~ '^[0-9]{1,18}$';
      end if;
    end if;
    for i in 1 .. coalesce(cardinality(r.bad), 0) loop
      problems := problems || jsonb_build_object('line', r.line, 'reason', r.bad[i]);
    end loop;
    ver := case when r.ext_version ~ '^[0-9]{1,18}$' then r.ext_version::bigint end;
    late := not born and (r.at < last_at or (r.at = last_at and ver < last_ver));
    seq := seq + 1; moved := false;
    if late then
      select jsonb_object_agg(f.key, jsonb_build_array(null, f.value)) into ch from jsonb_each(r.norm) f;
      v := coalesce(r.verb, 'edit');
    else
      s0 := cur->>'state'; s1 := coalesce(r.norm->>'state', s0);
      if s0 is null then                    -- the first row of a new ticket
        s1 := coalesce(s1, k.initial);
        r.norm := desk.import_implied((phases->>k.initial)::int, (phases->>s1)::int, s1, r.at, r.given, '{}') || r.norm;
        cur := blank || jsonb_build_object('subject', r.ext_id, 'opened_at', desk.iso(r.at), 'opened_by', r.actor_id) || jsonb_strip_nulls(r.norm - 'custom');
        if r.norm ? 'custom' then cur := cur || jsonb_build_object('custom', r.norm->'custom'); end if;
        if not cur ? 'priority' then
          cur := cur || jsonb_build_object('priority', coalesce((select m.priority from desk.priority_matrix m where m.kind in (p_kind, '*')
            and m.impact = (cur->>'impact')::int and m.urgency = (cur->>'urgency')::int order by m.kind = '*' limit 1), 5));
        end if;
        cur := cur || jsonb_build_object('kind', p_kind, 'number', k.prefix || (100000 + id), 'external', r.ext_id,
          'org_id', coalesce((select p.org_id from desk.person p where p.id = (cur->>'requester')::int and p.id > 1), org));
        select jsonb_object_agg(f.key, jsonb_build_array(null, f.value)) into ch from jsonb_each(cur - text_key) f;
        v := 'create'; moved := true;
        if s1 <> k.initial then unusual := unusual + 1; end if;
      else
        if s1 <> s0 then
          ph0 := (phases->>s0)::int; ph1 := (phases->>s1)::int;
          -- what belongs to a hold or an end goes with it, unless the source speaks of it
          more := desk.import_implied(ph0, ph1, s1, r.at, r.given, cur);
          if more <> '{}' then r.norm := more || r.norm; own := true; end if;
        end if;
        if born and not own then
          ch := r.ch;                       -- no value but the source's so far: already compared with the row before
        else
          select jsonb_object_agg(f.key, jsonb_build_array(cur->f.key, f.value)) into ch from jsonb_each(r.norm) f
           where f.value is distinct from coalesce(cur->f.key, 'null');
        end if;
        ch := coalesce(ch, '{}');
        moved := ch ?| array['group', 'assignee', 'hold_reason'];
        v := r.verb;
        if v is null then
          v := case when s0 = s1 then case when ch ?| array['group', 'assignee'] then 'assign' else 'edit' end
            when ph0 = 3 and ph1 < 3 then 'reopen' when s1 = 'in_progress' then case when ph0 = 2 then 'resume' else 'start' end
            when s1 = 'assigned' then 'assign' when ph1 = 2 then 'hold' when s1 = 'resolved' then 'resolve' when s1 = 'closed' then 'close'
            when s1 = 'cancelled' then 'cancel' else 'edit' end;
        end if;
        if s1 <> s0 then
          moved := true;
          if not (s0 || '|' || v || '|' || s1) = any(steps) then unusual := unusual + 1; end if;
        end if;
        cur := cur || r.norm;
      end if;
      acts := acts + 1; last_at := r.at; last_ver := ver;
      if moved then s_id := s_id || id; s_seq := s_seq || seq; s_cur := s_cur || jsonb_build_object('s', s1, 'g', cur->'group', 'a', cur->'assignee', 'h', cur->'hold_reason'); s_at := s_at || r.at; end if;
    end if;
    ch := coalesce(ch, '{}');
    if v = 'create' and seq = 1 then r.body := coalesce(cur->>text_key, r.body); cur := cur || jsonb_build_object(text_key, r.body); end if;
    r.visibility := coalesce(r.visibility, (vis->>v)::smallint, 1);
    c := sha256(r.salt || convert_to(ch::text || chr(31) || coalesce(r.body, ''), 'UTF8'));
    tail := concat_ws('|', id, seq, (extract(epoch from r.at) * 1000000)::bigint, stamp_us, r.actor_id, 0, 'import', v, r.visibility, op, 0, late, ep, xid, login);
    h := sha256(coalesce(h, '') || c || convert_to(tail, 'UTF8'));
    e_id := e_id || id; e_seq := e_seq || seq; e_at := e_at || r.at; e_actor := e_actor || r.actor_id; e_verb := e_verb || v; e_vis := e_vis || r.visibility;
    e_late := e_late || late; e_content := e_content || c; e_hash := e_hash || h; e_salt := e_salt || r.salt; e_changes := e_changes || ch; e_body := e_body || r.body;
    x_id := x_id || r.ext_id; x_ver := x_ver || r.ext_version; x_hash := x_hash || r.hash;
  end loop;
  if prev_id is not null then
    t_id := t_id || id; t_cur := t_cur || cur; t_seq := t_seq || seq; t_hash := t_hash || h; t_acts := t_acts || acts; t_at := t_at || last_at; t_born := t_born || born;
  end if;

  insert into desk.event(ticket_id, seq, at, recorded_at, actor_id, channel, verb, visibility, op, late, epoch, x, content, hash)
    select u.id, u.seq, u.at, stamp, u.actor, 'import', u.verb, u.vis, op, u.late, ep, xid, u.content, u.hash
      from unnest(e_id, e_seq, e_at, e_actor, e_verb, e_vis, e_late, e_content, e_hash) u(id, seq, at, actor, verb, vis, late, content, hash);
  insert into desk.event_text(ticket_id, seq, salt, changes, body, tsv)
    select u.id, u.seq, u.salt, u.ch, u.body, case when u.seq > 1 then desk.tsv(null, u.body) end
      from unnest(e_id, e_seq, e_salt, e_changes, e_body) u(id, seq, salt, ch, body);
  insert into desk.external_ref(source, ext_id, ext_version, content_hash, ticket_id, seq, file_id)
    select p_source, u.x, u.ver, u.hash, u.id, u.seq, p_file from unnest(x_id, x_ver, x_hash, e_id, e_seq) u(x, ver, hash, id, seq);
  perform desk.import_tickets(k, text_key, t_id, t_cur, t_seq, t_hash, t_acts, t_at, t_born);
  update desk.span s set until_at = u.at from (select w.id, min(w.seq) as seq, min(w.at) as at from unnest(s_id, s_seq, s_at) w(id, seq, at) group by w.id) u
    where s.ticket_id = u.id and s.until_at is null and s.seq < u.seq;
  insert into desk.span(ticket_id, seq, state, group_id, assignee_id, hold_reason, from_at, until_at)
    select u.id, u.seq, u.c->>'s', coalesce((u.c->>'g')::int, 0), coalesce((u.c->>'a')::int, 0), u.c->>'h', u.at,
           lead(u.at) over (partition by u.id order by u.seq)
      from unnest(s_id, s_seq, s_cur, s_at) u(id, seq, c, at);
  perform desk.sla_imported(t_id);
  return jsonb_build_object('rows', jsonb_array_length(p_batch), 'rows_skipped', jsonb_array_length(p_batch) - cardinality(e_id),
    'tickets_created', (select count(*) from unnest(t_born) b(y) where y), 'tickets_updated', (select count(*) from unnest(t_born) b(y) where not y),
    'events_created', cardinality(e_id), 'transitions_unusual', unusual, 'problems', problems);
end $$;

-- What an import does not know stays: whether a ticket is a major incident is decided here.
create or replace function desk.import_tickets(k desk.kind, p_text text, p_id bigint[], p_cur jsonb[], p_seq int[], p_hash bytea[], p_acts int[], p_at timestamptz[], p_born boolean[])
  returns void language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  base jsonb := (desk.column_defaults('desk.ticket') || '{"due_at": "infinity", "requester_id": 0}') - array['id', 'last_seq', 'last_hash', 'version', 'updated_at']; row jsonb; cols text; sets text; slot int; n_typed int;
  key name := desk.typed_key(k.typed_table); from_keys text[]; to_cols text[]; phases jsonb; w desk.ticket; r record; new desk.ticket[] := '{}'; old desk.ticket[] := '{}';
begin
  select array_agg(i.key), array_agg(i.col) into from_keys, to_cols from desk.import_keys(k.kind) i where i.store = 'ticket' and i.key = i.name and i.key <> i.col;
  select jsonb_object_agg(s.state, s.phase) into phases from desk.kind_state s where s.kind = k.kind;
  for r in select * from unnest(p_id, p_cur, p_seq, p_hash, p_acts, p_at, p_born) u(id, cur, seq, hash, acts, at, born) loop
    row := '{}';
    for i in 1 .. cardinality(from_keys) loop
      if r.cur->>from_keys[i] is not null then row := jsonb_set(row, to_cols[i:i], r.cur->from_keys[i]); end if;
    end loop;
    w := jsonb_populate_record(w, base || jsonb_strip_nulls(r.cur - 'custom') || row || jsonb_build_object('phase', phases->(r.cur->>'state'),
      'custom', coalesce(nullif(r.cur->'custom', 'null'), '{}')));
    w.id := r.id; w.last_seq := r.seq; w.last_hash := r.hash; w.version := r.acts; w.updated_at := r.at;
    if r.born then new := new || w; else old := old || w; end if;
  end loop;
  insert into desk.ticket select (u).* from unnest(new) u;
  if cardinality(old) > 0 then
    select string_agg(format('%1$I = w.%1$I', a.attname), ', ') into sets from pg_attribute a
     where a.attrelid = 'desk.ticket'::regclass and a.attnum > 0 and not a.attisdropped
       and a.attname not in ('id', 'number', 'kind', 'desk_id', 'org_id', 'restricted', 'parent_id', 'external', 'subject', 'major');
    execute format('update desk.ticket t set %s, subject = case when t.restricted then %L else w.subject end from unnest($1) w where t.id = w.id', sets, '') using old;
  end if;
  insert into desk.ticket_text(id, body, tsv)
    select u.id, u.cur->>p_text, desk.tsv(u.cur->>'subject', u.cur->>p_text) from unnest(p_id, p_cur) u(id, cur)
    on conflict (id) do update set body = excluded.body, tsv = excluded.tsv, subject = case when ticket_text.subject is not null then
      (select y.cur->>'subject' from unnest(p_id, p_cur) y(id, cur) where y.id = ticket_text.id) end;
  select string_agg(quote_ident(f.col), ', '), string_agg(format('%1$I = excluded.%1$I', f.col), ', '), count(*) into cols, sets, n_typed
    from desk.field f where f.kind = k.kind and f.store = 'typed';
  execute format($q$insert into %1$s(%2$I %3$s) select y.%2$I %4$s from unnest($1, $2) u(id, cur),
      lateral (select coalesce(jsonb_object_agg(f.col, u.cur->f.field), '{}') as c from desk.field f where f.kind = $3 and f.store = 'typed' and u.cur ? f.field) m,
      lateral jsonb_populate_record(null::%1$s, $4 || jsonb_strip_nulls(m.c) || jsonb_build_object(%2$L, u.id)) y
    on conflict (%2$I) do %5$s$q$, k.typed_table, key, ', ' || cols, (select string_agg(format(', y.%I', f.col), '') from desk.field f where f.kind = k.kind and f.store = 'typed'),
      case when n_typed > 0 then 'update set ' || sets else 'nothing' end)
    using p_id, p_cur, k.kind, desk.column_defaults(k.typed_table);
  select c.slot into slot from desk.change_slot c;
  execute format('insert into desk.change_log_%s(epoch, seq, org_id, ticket_id)
    select $2, nextval(''desk.change_seq''), t.org_id, t.id from unnest($1) i(id) join desk.ticket t on t.id = i.id', slot) using p_id, desk.epoch();
end $$;
