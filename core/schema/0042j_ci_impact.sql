-- The criticality of an item is the impact of a ticket that names it when its writer gives none: vital 1, high 2, medium and minor 3. That is decided
-- here alone, and the event that opens the ticket says so as its reason. A form does not propose an impact, so that nobody gives one unawares
-- (process/incident_ci.sql).
reset role; set local role desk_api;
create or replace function desk.create_as(p_actor int, p_kind text, p_fields jsonb, p_op uuid, p_channel text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  k desk.kind; p jsonb; r jsonb; n desk.ticket; o desk.ticket; e desk.event; v_now timestamptz := desk.now(); v_hash bytea; v_body text;
  v_changes jsonb; v_vis smallint; v_need smallint; v_rule text; v_level int; v_why text;
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
  if n.ci_id is not null and not p->'cols' ? 'impact' then   -- how much it matters, where nobody says how much this does
    select least(c.criticality, 3), format('%s: criticality %s, impact %s', c.ident, c.criticality, least(c.criticality, 3)) into v_level, v_why from desk.ci c where c.id = n.ci_id and c.criticality is not null;
    n.impact := coalesce(v_level, n.impact);
  end if;
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
  if v_why is not null then v_changes := v_changes || jsonb_build_object('reason', jsonb_build_array(null, v_why)); end if;
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
