-- The rulebook, first part: refusals, values as people type them, the journal, installing a kind.
-- 0003b_acts.sql has create and act, 0003c_effects.sql the guards and side effects transitions point at.
--
-- Refusals are values and nothing is written before the last of them; an exception is a fault of this code.
reset role;
set local role desk_api;

-- ---- refusals ----------------------------------------------------------------------------------------------------
-- {"ok": false, "error": {id, class, field, args, text}}. The client translates by label error.ID with {placeholders} from
-- args; text is the English of it. Every id stands literally in a call of this function: a test collects them.
create function desk.refuse(p_id text, p_class text, p_field text default null, p_args jsonb default '{}') returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_text text; v_args jsonb := p_args; r record;
begin
  if p_field is not null then v_args := v_args || jsonb_build_object('field', p_field); end if;
  select l.text into v_text from desk.label l where l.key = 'error.' || p_id and l.lang = 'en';
  for r in select a.key, case jsonb_typeof(a.value) when 'array' then
             (select string_agg(e #>> '{}', ', ') from jsonb_array_elements(a.value) e) else a.value #>> '{}' end as value
             from jsonb_each(v_args) a loop
    v_text := replace(v_text, '{' || r.key || '}', coalesce(r.value, '-'));
  end loop;
  return jsonb_build_object('ok', false, 'error', jsonb_build_object('id', p_id, 'class', p_class, 'field', p_field,
    'args', v_args, 'text', coalesce(v_text, p_id)));
end $$;

-- ---- values ----------------------------------------------------------------------------------------------------------
-- A time as people and programs write it: ISO 8601, or +4h, +2d from now. Null when it is none. A date or time without
-- zone is meant in the zone of the person. Whole seconds: a journal value must come back exactly.
create function desk.parse_time(p text, p_zone text) returns timestamptz language plpgsql stable
  set search_path = pg_catalog, pg_temp set datestyle = 'ISO, YMD' as $$
declare m text[]; v timestamptz;
begin
  m := regexp_match(p, '^\+(\d{1,5})([mhdw])$');
  if m is not null then
    return date_trunc('second', desk.now()) + m[1]::int * case m[2] when 'm' then interval '1 minute' when 'h' then interval '1 hour'
      when 'd' then interval '1 day' else interval '7 days' end;
  end if;
  m := regexp_match(p, '^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?)\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$', 'i');
  if m is null then return null; end if;
  begin
    if m[3] is not null then v := (m[1] || ' ' || m[2] || ' ' || case when upper(m[3]) = 'Z' then '+00' else m[3] end)::timestamptz;
    else v := (m[1] || ' ' || coalesce(m[2], '00:00'))::timestamp at time zone coalesce(p_zone, 'UTC'); end if;
  exception when data_exception then return null;
  end;
  return date_trunc('second', v);
end $$;

-- Id of a person, group ... by what was typed. Null: there is none that p_me may know of. -1: more than one.
create function desk.ref_id(p_type text, p_text text, p_id bigint, p_me int) returns bigint language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v bigint[]; s text := lower(btrim(p_text));
begin
  case p_type
  when 'person' then
    if p_id is not null then select array_agg(p.id) into v from desk.person p where p.id = p_id and p.active;
    elsif s in ('@me', 'me') then return p_me;
    else
      select array_agg(p.id) into v from desk.person p where p.login = btrim(p_text) and p.active;
      if v is null then select array_agg(p.id) into v from desk.person p where lower(p.name) = s and p.active; end if;
      if v is null and s like '%@%' then select array_agg(p.id) into v from desk.person p where lower(p.email) = s and p.active; end if;
    end if;
    if v is not null and not desk.is_staff(p_me) then
      select array_agg(x) into v from unnest(v) x where x = any (desk.met());
    end if;
  when 'group' then
    select array_agg(g.id) into v from desk.support_group g
     where g.active and case when p_id is null then lower(g.name) = s else g.id = p_id end and desk.org_known(g.org_id, p_me);
  when 'service' then
    select array_agg(g.id) into v from desk.service g
     where g.active and case when p_id is null then lower(g.name) = s else g.id = p_id end and desk.org_known(g.org_id, p_me);
  when 'ci' then
    if p_id is not null then select array_agg(c.id) into v from desk.ci c where c.id = p_id and c.active and desk.ci_seen(c, p_me);
    else select array_agg(c.id) into v from desk.ci c where lower(c.name) = s and c.active and desk.ci_seen(c, p_me); end if;
  when 'category' then
    if p_id is not null then select array_agg(c.id) into v from desk.category c where c.id = p_id and c.active;
    else
      select array_agg(c.id) into v from desk.category c join desk.category p on p.id = c.parent_id
       where c.active and s ~ '/' and lower(p.name) = btrim(split_part(s, '/', 1)) and lower(c.name) = btrim(substr(s, strpos(s, '/') + 1));
      if v is null then select array_agg(c.id) into v from desk.category c where c.active and lower(c.name) = s and c.parent_id is null; end if;
      if v is null then select array_agg(c.id) into v from desk.category c where c.active and lower(c.name) = s; end if;
    end if;
  when 'ticket' then
    if p_id is not null then select array_agg(t.id) into v from desk.ticket t where t.id = p_id and desk.can_see(t.id, p_me);
    else v := array[desk.ticket_by_number(p_text, p_me)]; end if;
  end case;
  return case when cardinality(v) > 1 then -1 else v[1] end;
end $$;

-- Up to five names that begin like what was typed, or hold it: what a refusal proposes.
create function desk.near_names(p_type text, p_text text) returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select jsonb_agg(n.name order by n.d, n.name) from (
    select x.name, abs(length(x.name) - length(p_text)) as d
      from (select g.name from desk.support_group g where p_type = 'group' and g.active
            union select s.name from desk.service s where p_type = 'service' and s.active
            union select coalesce(p.name || ' / ', '') || c.name from desk.category c left join desk.category p on p.id = c.parent_id
                   where p_type = 'category' and c.active) x
     where left(lower(x.name), 2) = left(lower(btrim(p_text)), 2) or strpos(lower(x.name), lower(btrim(p_text))) > 0
     order by 2, 1 limit 5) n $$;

-- A requester knows only his own devices; staff those of the organisations they serve.
create function desk.ci_seen(c desk.ci, p_person int) returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_person = 1 or c.owner_id = p_person or exists (select from desk.person_role r, desk.now() n
    where r.person_id = p_person and r.role in ('agent', 'lead', 'process_owner', 'auditor')
      and (r.org_id is null or c.org_id is null or r.org_id = c.org_id) and r.valid_from <= n and n < r.valid_to) $$;

-- The ticket with this number, or with this number in the system it came from, if the person can see it.
create function desk.ticket_by_number(p_number text, p_me int) returns bigint language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v bigint; s text := btrim(p_number);
begin
  select t.id into v from desk.ticket t where t.number = upper(s) and desk.can_see(t.id, p_me) limit 1;
  if v is null then
    select t.id into v from desk.ticket t where t.external = s and desk.can_see(t.id, p_me) order by t.id desc limit 1;
  end if;
  return v;
end $$;

-- One value as typed to its canonical form (ids for references, ISO times, words of choices), or a refusal (an object with "ok").
create function desk.value_of(p_type text, p_param text, p_choices text[], p_value jsonb, p_me int) returns jsonb language plpgsql stable as $$
declare v_kind text := jsonb_typeof(p_value); s text := p_value #>> '{}'; n bigint; v_time timestamptz; v_word text; r jsonb; v_out jsonb;
begin
  if p_type = 'files' then return desk.files_of(p_param, p_value, p_me); end if;
  if v_kind in ('object', 'boolean') and p_type <> 'bool' or v_kind = 'object'
     or v_kind = 'array' and p_type not in ('tags', 'people', 'cis') then
    return desk.refuse('bad_value', 'input', p_param, jsonb_build_object('value', left(p_value::text, 80), 'type', p_type));
  end if;
  if p_type in ('tags', 'people', 'cis') then
    v_out := '[]';
    if p_type = 'tags' and v_kind = 'array' then  -- no tag holds a blank: "a b" in a list is two as it is alone
      s := (select string_agg(x, ',') from jsonb_array_elements_text(p_value) x); v_kind := 'string';
    end if;
    for v_word, v_kind in select btrim(e #>> '{}'), jsonb_typeof(e) from jsonb_array_elements(case v_kind when 'array' then p_value
        when 'null' then '[]' when 'number' then jsonb_build_array(p_value)
        else to_jsonb(regexp_split_to_array(s, case p_type when 'tags' then '[,\s]+' else ',' end)) end) e loop
      continue when v_word is null or v_word = '';
      r := desk.value_of(case p_type when 'tags' then 'tag' when 'people' then 'person' else 'ci' end, p_param, null,
        case v_kind when 'number' then to_jsonb(v_word::numeric) else to_jsonb(v_word) end, p_me);
      if jsonb_typeof(r) = 'object' then return r; end if;
      if not v_out @> jsonb_build_array(r) then v_out := v_out || r; end if;
    end loop;
    return v_out;
  end if;
  if p_type not in ('multiline') then s := btrim(regexp_replace(s, '[\x01-\x1f\x7f]+', ' ', 'g')); end if;
  if s is null or s = '' then return 'null'; end if;
  case p_type
  when 'text' then
    if length(s) > 1000 then return desk.refuse('too_long', 'input', p_param, jsonb_build_object('max', 1000)); end if;
    return to_jsonb(s);
  when 'multiline' then
    if length(s) > 1000000 then return desk.refuse('too_long', 'input', p_param, jsonb_build_object('max', 1000000)); end if;
    return to_jsonb(s);
  when 'tag' then
    s := lower(s);
    if s !~ '^[^\s,]{1,64}$' then return desk.refuse('bad_tag', 'input', p_param, jsonb_build_object('value', left(s, 80))); end if;
    return to_jsonb(s);
  when 'int' then
    if s !~ '^[+-]?\d{1,9}$' then return desk.refuse('bad_integer', 'input', p_param, jsonb_build_object('value', left(s, 80))); end if;
    return to_jsonb(s::int);
  when 'level' then
    p_choices := coalesce(p_choices, array['1', '2', '3']);
    if not s = any (p_choices) then
      return desk.refuse('bad_choice', 'input', p_param, jsonb_build_object('value', left(s, 80), 'allowed', p_choices));
    end if;
    return to_jsonb(s::int);
  when 'choice' then
    if not lower(s) = any (p_choices) then
      return desk.refuse('bad_choice', 'input', p_param, jsonb_build_object('value', left(s, 80), 'allowed', p_choices));
    end if;
    return to_jsonb(lower(s));
  when 'bool' then
    if lower(s) in ('true', 'yes', 'y', '1', 'on') then return 'true'; elsif lower(s) in ('false', 'no', 'n', '0', 'off') then return 'false'; end if;
    return desk.refuse('bad_choice', 'input', p_param, jsonb_build_object('value', left(s, 80), 'allowed', array['true', 'false']));
  when 'time' then
    v_time := desk.parse_time(s, (select p.zone from desk.person p where p.id = p_me));
    if v_time is null then return desk.refuse('bad_time', 'input', p_param, jsonb_build_object('value', left(s, 80))); end if;
    return to_jsonb(desk.iso(v_time));
  else
    if v_kind = 'number' and s !~ '^\d{1,18}$' then n := null;
    else n := desk.ref_id(p_type, s, case when v_kind = 'number' then s::bigint end, p_me); end if;
    if n = -1 then return desk.refuse('ambiguous', 'input', p_param, jsonb_build_object('value', left(s, 80), 'type', p_type)); end if;
    if n is not null then return to_jsonb(n); end if;
    -- who may name only himself is told that, not whether there is such a person
    if p_type = 'person' and not desk.is_staff(p_me) then
      if p_param = 'requester' then return desk.refuse('requester_denied', 'denied', p_param); end if;
      return desk.refuse('field_denied', 'denied', p_param);
    end if;
    return case p_type
      when 'person' then desk.refuse('unknown_person', 'input', p_param, jsonb_build_object('value', left(s, 80)))
      when 'group' then desk.refuse('unknown_group', 'input', p_param, jsonb_build_object('value', left(s, 80), 'near', desk.near_names(p_type, s)))
      when 'category' then desk.refuse('unknown_category', 'input', p_param, jsonb_build_object('value', left(s, 80), 'near', desk.near_names(p_type, s)))
      when 'service' then desk.refuse('unknown_service', 'input', p_param, jsonb_build_object('value', left(s, 80), 'near', desk.near_names(p_type, s)))
      when 'ci' then desk.refuse('unknown_ci', 'input', p_param, jsonb_build_object('value', left(s, 80)))
      else desk.refuse('unknown_ticket', 'input', p_param, jsonb_build_object('value', left(s, 80))) end;
  end case;
end $$;

-- Files of an attach: [{"name", "media_type", "sha256"}], each sent whole by this person with desk.blob_put before.
create function desk.files_of(p_param text, p_value jsonb, p_me int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare f jsonb; v_size bigint; v_out jsonb := '[]';
begin
  for f in select e from jsonb_array_elements(case jsonb_typeof(p_value) when 'array' then p_value else jsonb_build_array(p_value) end) e loop
    if jsonb_typeof(f) <> 'object' or coalesce(f->>'name', '') = '' or coalesce(f->>'sha256', '') !~ '^[0-9a-f]{64}$'
       or length(f->>'name') > 255 or length(f->>'media_type') > 127 then
      return desk.refuse('bad_value', 'input', p_param, jsonb_build_object('value', left(f::text, 80), 'type', 'file'));
    end if;
    select b.size into v_size from desk.blob b join desk.blob_upload u on u.sha256 = b.sha256 and u.person_id = p_me and u.done
     where b.sha256 = decode(f->>'sha256', 'hex');
    if not found then return desk.refuse('file_missing', 'input', p_param, jsonb_build_object('name', f->>'name')); end if;
    v_out := v_out || jsonb_build_object('name', regexp_replace(f->>'name', '[\x01-\x1f\x7f/]+', '_', 'g'),
      'media_type', coalesce(f->>'media_type', 'application/octet-stream'), 'sha256', f->>'sha256', 'size', v_size);
  end loop;
  if v_out = '[]' then return 'null'; end if;
  return v_out;
end $$;

-- What was typed for a verb, checked: {"args": {param: value}, "cols": {column of desk.ticket: value}, "typed": {column: value},
-- "text": {column: value}, "fields": {field: value}}, or a refusal. t is the ticket as it stands, null for a new one.
create function desk.take_params(p_kind text, p_verb text, p_fields jsonb, p_body smallint, p_me int, t desk.ticket) returns jsonb
  language plpgsql stable as $$
declare p record; v jsonb; v_args jsonb := '{}'; v_cols jsonb := '{}'; v_typed jsonb := '{}'; v_text jsonb := '{}'; v_fields jsonb := '{}';
  v_known text[] := '{}'; v_key text; v_old jsonb;
begin
  if jsonb_typeof(p_fields) <> 'object' then return desk.refuse('bad_fields', 'input'); end if;
  for p in select a.param, a.field, a.type, coalesce(a.choices, f.choices) as choices, a.ask, a.initial, f.store, f.col
             from desk.verb_param a left join desk.field f on f.kind = a.kind and f.field = a.field
            where a.kind = p_kind and a.verb = p_verb and (a.ask = 2 or p_fields ? a.param) order by a.sort, a.param loop
    if p_fields ? p.param then
      v_known := v_known || p.param;
      v := desk.value_of(p.type, p.param, p.choices, p_fields->p.param, p_me);
      if jsonb_typeof(v) = 'object' then return v; end if;
      if v = 'null' and (p.ask = 2 or p.col in ('subject', 'requester_id', 'impact', 'urgency', 'priority')) then
        return desk.refuse('field_required', 'input', p.param, jsonb_build_object('verb', p_verb));
      end if;
      v_args := v_args || jsonb_build_object(p.param, v);
      if p.store is null then continue; end if;
      v_fields := v_fields || jsonb_build_object(p.field, v);
      case p.store
      when 'ticket' then
        if v = 'null' and p.col in ('group_id', 'assignee_id') then v := '0'; end if;
        v_cols := v_cols || jsonb_build_object(p.col, v);
      when 'typed' then v_typed := v_typed || jsonb_build_object(p.col, v);
      else v_text := v_text || jsonb_build_object(p.col, v);
      end case;
    elsif p.ask = 2 then
      -- '=': what the ticket holds already will do
      if p.initial = '=' and t.id is not null then
        v_old := case p.store when 'typed' then desk.typed_json(p_kind, t.id)->p.field else to_jsonb(t)->p.col end;
        if coalesce(v_old, 'null') not in ('null', '""') then continue; end if;
      end if;
      return desk.refuse('field_required', 'input', p.param, jsonb_build_object('verb', p_verb));
    end if;
  end loop;
  if p_body > 0 then v_known := v_known || 'body'::text; end if;
  if p_fields - v_known <> '{}' then
    select k into v_key from jsonb_object_keys(p_fields - v_known) k limit 1;
    select array_agg(a.param order by a.sort, a.param) into v_known from desk.verb_param a where a.kind = p_kind and a.verb = p_verb;
    if p_body > 0 then v_known := v_known || 'body'::text; end if;
    return desk.refuse('unknown_field', 'input', v_key, jsonb_build_object('verb', p_verb, 'allowed', v_known));
  end if;
  if p_body > 0 and p_fields ? 'body' then
    v := desk.value_of('multiline', 'body', null, p_fields->'body', p_me);
    if jsonb_typeof(v) = 'object' then return v; end if;
    if v <> 'null' and btrim(v #>> '{}', E' \t\r\n') <> '' then v_args := v_args || jsonb_build_object('body', v); end if;
  end if;
  if p_body = 2 and not v_args ? 'body' then return desk.refuse('field_required', 'input', 'body', jsonb_build_object('verb', p_verb)); end if;
  return jsonb_build_object('args', v_args, 'cols', v_cols, 'typed', v_typed, 'text', v_text, 'fields', v_fields);
end $$;

-- ---- the journal -------------------------------------------------------------------------------------------------------
-- What differs between two states of a header, as the journal keeps it (see the head of 0005_audit.sql).
create function desk.header_changes(o desk.ticket, n desk.ticket) returns jsonb language plpgsql stable as $$
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
  if (n.subject, n.requester_id, n.org_id, n.service_id, n.category_id, n.ci_id, n.parent_id, n.restricted, n.due_at, n.external, n.custom)
      is distinct from (o.subject, o.requester_id, o.org_id, o.service_id, o.category_id, o.ci_id, o.parent_id, o.restricted, o.due_at, o.external, o.custom) then
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
    if n.custom is distinct from o.custom then c := c || jsonb_build_object('custom', jsonb_build_array(o.custom, n.custom)); end if;
  end if;
  if o.id is null then                      -- a new ticket: what never changes again
    c := c || jsonb_build_object('kind', jsonb_build_array(null, n.kind), 'number', jsonb_build_array(null, n.number),
      'opened_by', jsonb_build_array(null, n.opened_by), 'opened_at', jsonb_build_array(null, desk.iso(n.opened_at)),
      'channel', jsonb_build_array(null, n.channel), 'desk_id', jsonb_build_array(null, n.desk_id));
  end if;
  return c;
end $$;

-- Appends one event to the chain of ticket t, writes its text and its row of the change log. The caller holds the lock on the
-- ticket and then stores seq, hash and (unless late) version + 1 and updated_at in it.
create function desk.journal_append(t desk.ticket, p_verb text, p_actor int, p_on_behalf int, p_channel text, p_op uuid, p_at timestamptz,
    p_visibility smallint, p_changes jsonb, p_body text, p_late boolean default false, p_voids int default null) returns desk.event
  language plpgsql as $$
declare e desk.event; v_salt bytea := uuid_send(gen_random_uuid()); v_slot smallint;
begin
  -- one expression in the order of the columns: as many assignments would each cost as much
  e := row(t.id, t.last_seq + 1, p_at, clock_timestamp(), p_actor, p_on_behalf, session_user, p_channel, p_verb, p_visibility, p_op, p_voids,
    p_late, desk.epoch(), pg_current_xact_id(),
    sha256(v_salt || convert_to(coalesce(p_changes::text, '') || chr(31) || coalesce(p_body, ''), 'UTF8')), null)::desk.event;
  select s.slot into v_slot from desk.change_slot s;
  e.hash := desk.event_hash(t.last_hash, e);
  insert into desk.event values (e.*);
  insert into desk.event_text(ticket_id, seq, salt, changes, body, tsv)
    values (e.ticket_id, e.seq, v_salt, p_changes, p_body, case when p_body is not null then desk.tsv(null, p_body) end);
  case v_slot
  when 0 then insert into desk.change_log_0(epoch, x, seq, org_id, ticket_id) values (e.epoch, e.x, nextval('desk.change_seq'), t.org_id, t.id);
  when 1 then insert into desk.change_log_1(epoch, x, seq, org_id, ticket_id) values (e.epoch, e.x, nextval('desk.change_seq'), t.org_id, t.id);
  else insert into desk.change_log_2(epoch, x, seq, org_id, ticket_id) values (e.epoch, e.x, nextval('desk.change_seq'), t.org_id, t.id);
  end case;
  return e;
end $$;
