-- Many hands on one ticket. An act may name the version of the ticket its person saw. What others changed since is merged field by
-- field: other fields silently; the same field to the same value, or one that is again as it was seen, too; what is left is refused
-- with all of it at once: what it was, what they made of it, what is wanted, who and when. Public words are never a field; but who
-- did not see what was said to the requester meanwhile is shown it before his own words go out.
-- No lock is held while a person thinks: only the transaction of the act itself locks rows, in order of id.
reset role; set local role desk_api;

-- What others made of the fields of a ticket since a version: {field: {base, theirs, seq, by, at, public: the requester can read who}}. Who: the one whose value stands,
-- not who undid another's. Sets, and what an event only tells (reason, minutes), are not fields.
create function desk.changed_since(t desk.ticket, p_version int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    with w as materialized (
      select v.seq, v.actor_id, v.at, v.voids, v.visibility from desk.event v where v.ticket_id = t.id and not v.late order by v.seq desc limit t.version - p_version),
    c as materialized (
      select k.key, k.value->0 as was, k.value->1 as is_now, w.* from w join desk.event_text x on x.ticket_id = t.id and x.seq = w.seq
        cross join lateral jsonb_each(x.changes) k
       where k.key <> all (desk.set_keys()) and k.key not in ('reason', 'minutes', 'attachments', 'redacted')),
    n as (select c.key, (array_agg(c.was order by c.seq))[1] as base, (array_agg(c.is_now order by c.seq desc))[1] as theirs from c group by c.key)
    select coalesce(jsonb_object_agg(n.key, jsonb_build_object('base', n.base, 'theirs', n.theirs, 'seq', b.seq, 'by', b.actor_id, 'at', desk.iso(b.at), 'public', b.visibility = 2)), '{}')
      from n cross join lateral (
        select c.seq, c.actor_id, c.at, c.visibility from c where c.key = n.key
         order by (c.is_now = n.theirs and c.voids is null and not desk.event_voided(t.id, c.seq)) desc, c.seq desc limit 1) b
     where n.base is distinct from n.theirs);
end $$;

-- The same for the members of one set: {member: {in, seq, by, at}} of those that are in now and were not, or the other way round.
create function desk.members_since(t desk.ticket, p_version int, p_key text) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (
    with w as materialized (
      select v.seq, v.actor_id, v.at from desk.event v where v.ticket_id = t.id and not v.late order by v.seq desc limit t.version - p_version),
    c as materialized (
      select coalesce(m->>'ci', m #>> '{}') as member, s.is_in, w.* from w join desk.event_text x on x.ticket_id = t.id and x.seq = w.seq
        cross join lateral (values (x.changes->p_key->0, false), (x.changes->p_key->1, true)) s(list, is_in)
        cross join lateral jsonb_array_elements(coalesce(nullif(s.list, 'null'), '[]')) m where x.changes ? p_key),
    n as (select c.member, (array_agg(c.is_in order by c.seq))[1] as first_in, (array_agg(c.is_in order by c.seq desc))[1] as last_in, max(c.seq) as seq from c group by c.member)
    select coalesce(jsonb_object_agg(n.member, jsonb_build_object('in', n.last_in, 'seq', n.seq, 'by', c.actor_id, 'at', desk.iso(c.at))), '{}')
      from n join c on c.member = n.member and c.seq = n.seq and c.is_in = n.last_in where n.first_in = n.last_in);
end $$;

-- What an act on an older version wants of fields, {field: value}: what was typed, and what the verb does by itself. ch: desk.changed_since.
create function desk.act_wants(p_me int, t desk.ticket, tr desk.act_rule, p jsonb, ch jsonb) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare m jsonb := coalesce(p->'fields', '{}'); v_effect text; g record; v_seen int;
begin
  v_effect := substring(tr.side_effect::text from '^(?:desk\.)?(\w+)\(');
  if tr.to_state <> '=' then m := m || jsonb_build_object('state', tr.to_state); end if;
  v_seen := coalesce((case when ch ? 'assignee' then ch->'assignee'->>'base' else t.assignee_id::text end)::int, 0);
  if v_effect = 'effect_take' or (v_effect = 'effect_start' and v_seen in (0, p_me)) then
    m := m || jsonb_build_object('assignee', p_me);
  elsif v_effect = 'effect_assign' and p->'args' ?| array['group', 'assignee'] then
    g := desk.assign_target(t, p->'args');  -- who is not in the new group is let go; who is named was meant for the group that was seen
    m := m || jsonb_build_object('assignee', nullif(g.p_assignee, 0),
      'group', case when p->'args' ? 'group' then to_jsonb(nullif(g.p_group, 0)) when ch ? 'group' then ch->'group'->'base' else to_jsonb(nullif(t.group_id, 0)) end);
  end if;
  -- a priority that somebody set by hand meanwhile is not to be computed away
  if m ?| array['impact', 'urgency'] and not m ? 'priority' and ch ? 'priority' and t.priority <> desk.priority_of(t.kind, t.impact, t.urgency) then
    m := m || jsonb_build_object('priority', desk.priority_of(t.kind, coalesce((m->>'impact')::smallint, t.impact), coalesce((m->>'urgency')::smallint, t.urgency)));
  end if;
  return m;
end $$;

-- The conflicts of an act on an older version, by field, state first: [{field, type, base, theirs, mine, by, own: it was oneself, at, seconds, seq}].
create function desk.act_conflicts(p_me int, p_staff boolean, t desk.ticket, p_version int, p_wants jsonb, p_args jsonb, tr desk.act_rule, ch jsonb, p_always text, p_now timestamptz)
  returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_set text; v jsonb := '[]'; s record; v_in jsonb := '[]'; v_out jsonb := '[]'; v_type text;
begin
  select coalesce(jsonb_agg(jsonb_build_object('field', c.key, 'type', c.type, 'base', desk.render_value(c.type, c.value->'base', p_me),
      'theirs', desk.render_value(c.type, c.value->'theirs', p_me), 'mine', desk.render_value(c.type, p_wants->c.key, p_me),
      'by', case when p_staff or (c.value->>'public')::boolean then desk.name_of('person', c.value->'by') end, 'own', (c.value->>'by')::int = p_me, 'at', c.value->>'at', 'seq', c.value->'seq',
      'seconds', greatest(0, floor(extract(epoch from p_now - (c.value->>'at')::timestamptz))::int))
      order by c.key = 'state' desc, c.sort, c.key), '[]') into v
    from (select k.key, k.value, coalesce(f.type, '') as type, coalesce(f.sort, 0) as sort from jsonb_each(ch) k
            left join desk.field f on f.kind = t.kind and f.field = k.key
           where p_wants ? k.key and (k.key = p_always or p_wants->k.key is distinct from k.value->'theirs')) c;
  case substring(tr.side_effect::text from '^(?:desk\.)?(\w+)\(')
  when 'effect_tag' then v_set := 'tags'; v_in := p_args->'add'; v_out := p_args->'remove';
  when 'effect_ci' then v_set := 'cis'; v_in := p_args->'add'; v_out := p_args->'remove';
  when 'effect_watch' then v_set := 'watchers'; v_in := jsonb_build_array(coalesce((p_args->>'person')::int, p_me));
  when 'effect_unwatch' then v_set := 'watchers'; v_out := jsonb_build_array(coalesce((p_args->>'person')::int, p_me));
  else return v;
  end case;
  v_type := case v_set when 'cis' then 'ci' when 'watchers' then 'person' else '' end;
  for s in select k.key, k.value, to_jsonb(k.key) as name from jsonb_each(desk.members_since(t, p_version, v_set)) k
      where exists (select from jsonb_array_elements_text(case when (k.value->>'in')::boolean then coalesce(nullif(v_out, 'null'), '[]')
                                                            else coalesce(nullif(v_in, 'null'), '[]') end) m where m = k.key)
      order by k.key loop
    s.name := desk.name_of(v_type, case v_type when '' then s.name else to_jsonb(s.key::bigint) end);
    v := v || jsonb_build_object('field', v_set, 'type', '', 'base', case when not (s.value->>'in')::boolean then s.name end,
      'theirs', case when (s.value->>'in')::boolean then s.name end, 'mine', case when not (s.value->>'in')::boolean then s.name end,
      'by', desk.name_of('person', s.value->'by'), 'own', (s.value->>'by')::int = p_me, 'at', s.value->>'at', 'seq', s.value->'seq',
      'seconds', greatest(0, floor(extract(epoch from p_now - (s.value->>'at')::timestamptz))::int));
  end loop;
  return v;
end $$;

-- What others said to the requester since a version, oldest first, of it the last 20: [{by, at, seconds, seq, verb, text, files, undone}].
create function desk.said_since(p_me int, t desk.ticket, p_version int, p_now timestamptz) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('by', desk.name_of('person', to_jsonb(q.actor_id)), 'at', desk.iso(q.at), 'seq', q.seq, 'verb', q.verb,
      'seconds', greatest(0, floor(extract(epoch from p_now - q.at))::int), 'text', left(q.body, 20000),
      'files', coalesce(desk.render_value('files', q.files, p_me), 'null'), 'undone', desk.event_voided(t.id, q.seq)) order by q.seq), '[]')
    from (select w.*, x.body, x.changes->'attachments'->1 as files
            from (select v.seq, v.actor_id, v.at, v.verb, v.visibility from desk.event v where v.ticket_id = t.id and not v.late
                   order by v.seq desc limit t.version - p_version) w
            join desk.event_text x on x.ticket_id = t.id and x.seq = w.seq
           where w.visibility = 2 and w.actor_id <> p_me and (x.body is not null or x.changes ? 'attachments')
           order by w.seq desc limit 20) q);
end $$;

-- Whether an act says something to the requester: words, or a file for everybody.
create function desk.act_speaks(p_who text[], tr desk.act_rule, p_args jsonb, p_body boolean) returns boolean language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
begin
  case substring(tr.side_effect::text from '^(?:desk\.)?(\w+)\(')
  when 'effect_attach' then return coalesce(p_args->>'public' = 'true', false) or not 'staff' = any (p_who);
  when 'effect_hold' then return p_body and (tr.visibility = 2 or coalesce(p_args->>'reason' = 'requester', false));
  when 'effect_major_update' then return p_body and coalesce(p_args->>'public' <> 'false', true);
  else return p_body and tr.visibility = 2;
  end case;
end $$;

-- Why an act that saw an older version is not done as it is; null: it can be. p: what desk.take_params made of it, null where the verb
-- is not possible any more.
--   field_conflict {field, base, theirs, mine, by, at, seconds: of the first; conflicts: all; version: what the ticket is now; off: true where
--                   the verb is not possible in the state it came to, possible: what is; crossed: as below}
--   reply_crossed  {by, at, seq, text, seconds, files, undone: of the last; n, crossed: all; version}
-- Sent again with that version it is done.
create function desk.merge_refusal(p_me int, t desk.ticket, p_who text[], p_version int, tr desk.act_rule, p_verb text, p jsonb, p_body boolean, p_now timestamptz)
  returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare ch jsonb; v_seen text; v_wants jsonb; v_all jsonb; v_said jsonb := '[]'; v_first jsonb; v_off boolean := tr.kind is null;
begin
  if p_version < 1 or p_version > t.version then
    return desk.refuse('bad_version', 'input', 'version', jsonb_build_object('value', p_version, 'current', t.version));
  end if;
  ch := desk.changed_since(t, p_version);
  if v_off then
    v_seen := ch->'state'->>'base';
    select x.kind, x.from_state, x.to_state, x.roles, x.guard, x.side_effect, v.visibility, v.body into tr
      from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb where x.kind = t.kind and x.from_state = v_seen and x.verb = p_verb;
    if not found then return null; end if;
    v_wants := jsonb_build_object('state', nullif(tr.to_state, '='));
  else v_wants := desk.act_wants(p_me, t, tr, p, ch);
  end if;
  v_all := desk.act_conflicts(p_me, 'staff' = any (p_who), t, p_version, v_wants, coalesce(p->'args', '{}'), tr, ch, case when v_off then 'state' end, p_now)
    || desk.redacted_since(t, p_version, v_wants - array(select jsonb_object_keys(ch)), p_now);
  if desk.act_speaks(p_who, tr, coalesce(p->'args', '{}'), p_body) then v_said := desk.said_since(p_me, t, p_version, p_now); end if;
  if v_all <> '[]' then
    v_first := v_all->0;
    return desk.refuse('field_conflict', 'conflict', v_first->>'field', (v_first - 'field' - 'type' - 'seq' - 'own')
      || jsonb_build_object('conflicts', v_all, 'version', t.version)
      || case when v_said <> '[]' then jsonb_build_object('crossed', v_said) else '{}' end
      || case when v_off then jsonb_build_object('off', true, 'verb', p_verb, 'possible', desk.verb_refusal(t, p_verb, p_who)->'error'->'args'->'possible', 'state', t.state) else '{}' end);
  elsif v_said <> '[]' then
    v_first := v_said->-1;
    return desk.refuse('reply_crossed', 'conflict', 'body', (v_first - 'verb')
      || jsonb_build_object('n', jsonb_array_length(v_said), 'crossed', v_said, 'version', t.version));
  end if;
  return null;
end $$;

-- What was redacted since leaves no old value to compare with: who writes a text that he saw before it has to look at it again.
create function desk.redacted_since(t desk.ticket, p_version int, p_wants jsonb, p_now timestamptz) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare e record; v_now jsonb;
begin
  if not exists (select from jsonb_object_keys(p_wants) k join desk.field f on f.kind = t.kind and f.field = k where f.type in ('text', 'multiline')) then return '[]'; end if;
  select w.* into e from (select v.seq, v.actor_id, v.at from desk.event v where v.ticket_id = t.id and not v.late order by v.seq desc limit t.version - p_version) w
    join desk.event_text x on x.ticket_id = t.id and x.seq = w.seq where x.changes ? 'redacted' order by w.seq desc limit 1;
  if not found then return '[]'; end if;
  v_now := desk.typed_json(t.kind, t.id) || jsonb_build_object('body', (select x.body from desk.ticket_text x where x.id = t.id),
    'subject', case when t.restricted then (select x.subject from desk.ticket_text x where x.id = t.id) else t.subject end);
  return (select coalesce(jsonb_agg(jsonb_build_object('field', f.field, 'type', f.type, 'base', null,
      'theirs', desk.redacted(), 'mine', p_wants->f.field, 'by', desk.name_of('person', to_jsonb(e.actor_id)), 'at', desk.iso(e.at), 'seq', e.seq,
      'seconds', greatest(0, floor(extract(epoch from p_now - e.at))::int)) order by f.sort), '[]')
    from desk.field f where f.kind = t.kind and f.type in ('text', 'multiline') and p_wants ? f.field
     and p_wants->f.field <> 'null' and coalesce(case f.store when 'typed' then v_now->f.field else v_now->f.col end, 'null')
       in (to_jsonb(desk.redacted()), case f.store when 'text' then 'null' else to_jsonb(desk.redacted()) end));
end $$;

-- For a form that is being written, and for the merge of an act that was refused: what happened since the version it began with, and
-- why the act would not be done as it is. Changes nothing, locks nothing. p_fields null: nothing is judged.
-- {"ok": true, "version", "changed": [{field, base, theirs, by, at, seconds}], "said": as in reply_crossed,
--  "error": the refusal or null}; of what one did oneself nothing
create function desk.look(p_id bigint, p_verb text, p_fields jsonb, p_version int) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); t desk.ticket; v_who text[]; tr desk.act_rule; p jsonb; r jsonb; v_now timestamptz := desk.now(); ch jsonb;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  select x.* into t from desk.ticket x where x.id = p_id;
  v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
  if t.id is null or not 'sees' = any (v_who) then return desk.refuse('not_found', 'notfound'); end if;
  if p_version is null or p_version < 1 or p_version > t.version then
    return desk.refuse('bad_version', 'input', 'version', jsonb_build_object('value', p_version, 'current', t.version));
  end if;
  if t.restricted then perform desk.log_opened(v_me, t.id, 'look'); end if;
  ch := desk.changed_since(t, p_version);
  if p_fields is not null and p_version < t.version then
    select x.kind, x.from_state, x.to_state, x.roles, x.guard, x.side_effect, v.visibility, v.body into tr
      from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb where x.kind = t.kind and x.from_state = t.state and x.verb = p_verb;
    if tr.kind is not null then p := desk.take_params(t.kind, p_verb, p_fields, tr.body, v_me, t); end if;
    if p is null or not p ? 'ok' then
      r := desk.merge_refusal(v_me, t, v_who, p_version, tr, p_verb, p, case when p is null then coalesce(p_fields->>'body', '') <> '' else p->'args' ? 'body' end, v_now);
    end if;
  end if;
  return jsonb_build_object('ok', true, 'version', t.version, 'said', desk.said_since(v_me, t, p_version, v_now), 'error', r->'error',
    'changed', (select coalesce(jsonb_agg(jsonb_build_object('field', f.field, 'base', desk.render_value(f.type, k.value->'base', v_me),
        'theirs', desk.render_value(f.type, k.value->'theirs', v_me), 'by', desk.name_of('person', k.value->'by'), 'at', k.value->>'at',
        'seconds', greatest(0, floor(extract(epoch from v_now - (k.value->>'at')::timestamptz))::int)) order by f.sort, f.field), '[]')
      from jsonb_each(ch) k join (select d.field, d.type, d.sort from desk.field d where d.kind = t.kind
        union all select 'state', '', -1) f on f.field = k.key
        where (k.value->>'by')::int <> v_me and 'staff' = any (v_who)));
end $$;
grant execute on function desk.look(bigint, text, jsonb, int) to desk_person;

-- As in 0025_major.sql; an act on an older version is merged or refused by what is said above.
create or replace function desk.act_plan(p_me int, inout t desk.ticket, p_who text[], tr desk.act_rule, p_verb text, p_fields jsonb, p_version int, p_now timestamptz,
    p_params jsonb, out r jsonb, out n desk.ticket, out changes jsonb, out body text, out visibility smallint, out copies jsonb)
  language plpgsql as $$
declare
  p jsonb := p_params; a jsonb; eff jsonb := '{}'; v_old jsonb; v_rule text;
begin
  changes := '{}';
  if not 'sees' = any (p_who) then
    if t.restricted then perform desk.log_denied(p_me, t.id, p_verb); end if;
    r := desk.refuse('not_found', 'notfound');
    return;
  end if;
  if tr.kind is null then
    if p_version <> t.version then
      r := desk.merge_refusal(p_me, t, p_who, p_version, tr, p_verb, null, coalesce(btrim(p_fields->>'body', E' \t\r\n'), '') <> '', p_now);
    end if;
    r := coalesce(r, desk.verb_refusal(t, p_verb, p_who));
    return;
  end if;
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
    r := desk.merge_refusal(p_me, t, p_who, p_version, tr, p_verb, p, p->'args' ? 'body', p_now);
    if r is not null then return; end if;
  end if;
  if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
  if tr.guard is null and tr.side_effect is null and tr.to_state = '=' and (p->'args') - 'body' = '{}' and p - 'args' = '{"cols": {}, "typed": {}, "text": {}, "fields": {}}' then
    n := t; visibility := tr.visibility; body := p->'args'->>'body';  -- words alone
    return;
  end if;
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
  if n.kind = 'incident' and n.phase < 3 and (n.major is null or n.major in ('rejected', 'demoted')) and p_verb not in ('reject_major', 'demote_major')
     and (n.priority < t.priority or n.requester_id <> t.requester_id or n.service_id is distinct from t.service_id or t.phase = 3) then
    v_rule := desk.major_rule_of(n, p_now);
    if v_rule is not null then
      n.major := 'candidate';
      changes := changes || jsonb_build_object('major_rule', jsonb_build_array(desk.typed_json(t.kind, t.id)->'major_rule', v_rule));
      perform desk.typed_write(t.kind, t.id, jsonb_build_object('major_rule', v_rule), false);
    end if;
  end if;
  visibility := coalesce((eff->>'@visibility')::smallint, tr.visibility);
  body := coalesce(eff->>'@body', p->'args'->>'body');
end $$;
drop function desk.merge_check(desk.ticket, int, jsonb, boolean, text, int);

reset role; set local role desk_owner;
update desk.label l set text = w.text from (values
  ('en', '{field} was changed meanwhile by {by} ({theirs}; you wanted {mine}): nothing was done. Look at the ticket and act on version {version}'),
  ('zh_CN', '{field} 已被 {by} 改为 {theirs}（您要的是 {mine}），未作任何更改：请查看工单，再按版本 {version} 操作')) w(lang, text)
 where l.key = 'error.field_conflict' and l.lang = w.lang;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
error.reply_crossed | {by} wrote to the requester meanwhile, {seconds} s ago: nothing was sent. Read it (event {seq}) and act on version {version} to send yours anyway | {by} 已在 {seconds} 秒前回复请求人，您的内容未发送：请先阅读（记录 {seq}），仍要发送请按版本 {version} 操作
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line <> '';
