-- Items by a query: the language of tickets (svcdesk-query(7)) over the fields, attributes, links and health of items. It is turned into a condition
-- here and nowhere else: fields come from a closed set, values are literals, so that what is kept as a rule of the audit runs nothing of its writer's.
--   server lifecycle:production -owner:none os:debian* cpus>=8 depends_on:service:mail stale or duplicate
reset role; set local role desk_api;

-- 'text' as it stands in a LIKE: * is anything.
create function desk.ci_like(p text) returns text language sql immutable as $$
  select replace(regexp_replace(lower(p), '([\\%_])', '\\\1', 'g'), '*', '%') $$;

create function desk.ci_ask_bad(p_id text, p_place int, p_args jsonb) returns jsonb language plpgsql stable as $$
declare r jsonb;
begin
  case p_id
  when 'field' then r := desk.refuse('ci_query_field', 'input', 'query', p_args || jsonb_build_object('place', p_place));
  when 'value' then r := desk.refuse('ci_query_value', 'input', 'query', p_args || jsonb_build_object('place', p_place));
  else r := desk.refuse('ci_query_form', 'input', 'query', p_args || jsonb_build_object('place', p_place));
  end case;
  return r;
end $$;

-- A text field: values may have *, and are looked for without regard to capitals.
create function desk.ci_ask_text(p_expr text, p_values text[]) returns text language sql immutable as $$
  select '(' || string_agg(case lower(v) when 'none' then format('coalesce(%s, '''') = ''''', p_expr) when 'any' then format('coalesce(%s, '''') <> ''''', p_expr)
    else case when strpos(v, '*') > 0 then format('lower(%s) like %L', p_expr, desk.ci_like(v)) else format('lower(%s) = %L', p_expr, lower(v)) end end, ' or ') || ')' from unnest(p_values) v $$;

-- A number or a time: comparisons and ranges. p_cast: what the value becomes.
create function desk.ci_ask_number(p_expr text, p_op text, p_values text[], p_re text, p_cast text) returns text language plpgsql immutable as $$
declare v text; v_out text[] := '{}'; m text[];
begin
  foreach v in array p_values loop
    if lower(v) = 'none' then v_out := v_out || format('%s is null', p_expr); continue; end if;
    if lower(v) = 'any' then v_out := v_out || format('%s is not null', p_expr); continue; end if;
    m := regexp_match(v, '^(' || p_re || ')?\.\.(' || p_re || ')?$');
    if m is not null and coalesce(m[1], m[2]) is not null then
      v_out := v_out || concat_ws(' and ', format('%s >= %L::%s', p_expr, m[1], p_cast), case when m[2] is not null then format('%s <= %L::%s', p_expr, m[2], p_cast) end);
      if m[1] is null then v_out[cardinality(v_out)] := format('%s <= %L::%s', p_expr, m[2], p_cast); end if;
      continue;
    end if;
    if v !~ ('^' || p_re || '$') then return null; end if;
    v_out := v_out || format('%s %s %L::%s', p_expr, case p_op when ':' then '=' else p_op end, v, p_cast);
  end loop;
  return '((' || array_to_string(v_out, ') or (') || '))';
end $$;

-- The condition for one term over the item c; null and a refusal.
create function desk.ci_ask_term(p_field text, p_op text, p_values text[], p_place int, p_now timestamptz, p_me int, out sql text, out error jsonb) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare f text := lower(p_field); v text; a record; v_not boolean := p_op = '!='; v_op text := case p_op when '!=' then ':' when '=' then ':' else p_op end; v_ids bigint[]; v_list text[]; v_expr text; t timestamptz; m text[]; v_types text[]; v_seen text;
begin
  f := case f when 'env' then 'environment' when 'op' then 'op_state' when 'id' then 'ident' when 'crit' then 'criticality' when 'customer' then 'org' else f end;
  if v_op <> ':' and not (f in ('criticality', 'version', 'links', 'reported', 'changed', 'created') or exists (select from desk.ci_attr x where x.attr = f)) then
    error := desk.ci_ask_bad('form', p_place, jsonb_build_object('value', p_field || p_op)); return;
  end if;
  -- the other end of a link tells only those who see it
  v_seen := case when p_me = 1 or desk.ci_orgs() is null then 'true' else format('(%s o.org_id = any (%L::int[]) or o.owner_id = %s)',
    case when desk.ci_orgs() <> '{}' then 'o.org_id is null or' else '' end, desk.ci_orgs(), p_me) end;
  case
  when f = 'class' then
    foreach v in array p_values loop
      if not exists (select from desk.ci_class k where k.class like desk.ci_like(v)) then error := desk.ci_ask_bad('value', p_place, jsonb_build_object('attr', 'class', 'value', left(v, 80),
        'allowed', (select jsonb_agg(k.class order by k.class) from desk.ci_class k))); return; end if;
    end loop;
    v_list := array(select distinct l.class from desk.ci_line l, unnest(p_values) u where l.up like desk.ci_like(u));
    sql := format('c.class = any (%L::text[])', v_list);
  when f in ('name', 'ident', 'place', 'environment', 'description') then sql := desk.ci_ask_text('c.' || f, p_values);
  when f = 'lifecycle' or f = 'op_state' then
    foreach v in array p_values loop
      if not lower(v) = any (case f when 'lifecycle' then array(select s.state from desk.ci_state s) else '{operational,warning,incident}' end) then
        error := desk.ci_ask_bad('value', p_place, jsonb_build_object('attr', f, 'value', left(v, 80), 'allowed', case f when 'lifecycle' then (select jsonb_agg(s.state order by s.sort) from desk.ci_state s) else '["operational", "warning", "incident"]' end)); return;
      end if;
    end loop;
    sql := format('c.%I = any (%L::text[])', f, array(select lower(u) from unnest(p_values) u));
  when f = 'state' then   -- as it is: an incident elsewhere warns what leans on it
    v_ids := desk.ci_warned();
    sql := '(' || (select string_agg(case lower(u) when 'warning' then format('c.op_state = ''warning'' or (c.op_state = ''operational'' and c.id = any (%L::bigint[]))', v_ids)
      when 'incident' then 'c.op_state = ''incident''' when 'operational' then format('c.op_state = ''operational'' and c.id <> all (%L::bigint[])', v_ids) end, ' or ') from unnest(p_values) u) || ')';
    if exists (select from unnest(p_values) u where lower(u) not in ('operational', 'warning', 'incident')) then
      error := desk.ci_ask_bad('value', p_place, jsonb_build_object('attr', f, 'value', left(array_to_string(p_values, ','), 80), 'allowed', '["operational", "warning", "incident"]'::jsonb)); return;
    end if;
  when f = 'criticality' then
    sql := desk.ci_ask_number('c.criticality', v_op, array(select coalesce(array_position('{vital,high,medium,minor}'::text[], lower(u))::text, u) from unnest(p_values) u), '[1-4]', 'smallint');
  when f = 'version' then sql := desk.ci_ask_number('c.version', v_op, p_values, '\d{1,9}', 'int');
  when f in ('org', 'service', 'group') then
    v_expr := format('(select n.name from desk.%I n where n.id = c.%I)', case f when 'group' then 'support_group' else f end, f || '_id');
    sql := desk.ci_ask_text(v_expr, p_values);
  when f = 'owner' then
    sql := '(' || (select string_agg(case lower(u) when 'none' then 'c.owner_id is null' when 'any' then 'c.owner_id is not null' when '@me' then format('c.owner_id = %s', p_me)
      else format('exists (select from desk.person n where n.id = c.owner_id and (n.login = %L or lower(n.name) like %L))', u, desk.ci_like(u)) end, ' or ') from unnest(p_values) u) || ')';
  when f = 'source' then sql := format('exists (select from desk.ci_report r where r.ci_id = c.id and r.source = any (%L::text[]))', p_values);
  when f = 'links' then sql := desk.ci_ask_number('(select count(*) from desk.ci_link l' || case v_seen when 'true' then '' else ' join desk.ci o on o.id = l.from_id + l.to_id - c.id and ' || v_seen end
    || ' where l.until is null and (l.from_id = c.id or l.to_id = c.id))', v_op, p_values, '\d{1,9}', 'bigint');
  when f = 'missing' then
    sql := '(' || (select string_agg(case lower(u) when 'required' then 'exists (select from desk.ci_class_attr a where a.class = c.class and a.required and coalesce(c.attrs->>a.attr, '''') = '''')'
      when 'recommended' then 'exists (select from desk.ci_class_attr a where a.class = c.class and (a.recommended or a.required) and coalesce(c.attrs->>a.attr, '''') = '''')'
      else format('(coalesce(c.attrs->>%1$L, '''') = '''' and exists (select from desk.ci_class_attr a where a.class = c.class and a.attr = %1$L))', lower(u)) end, ' or ') from unnest(p_values) u) || ')';
  when f in ('reported', 'changed', 'created') then
    v_expr := case f when 'reported' then '(select max(r.at) from desk.ci_report r where r.ci_id = c.id)' when 'changed' then '(select max(h.at) from desk.ci_version h where h.ci_id = c.id)'
      else '(select min(h.at) from desk.ci_version h where h.ci_id = c.id)' end;
    if p_values[1] in ('none', 'any') then sql := format('%s is %s null', v_expr, case p_values[1] when 'any' then 'not' else '' end);
    else
      -- 30d: an age, longer than (>) or shorter; else a time
      m := regexp_match(p_values[1], '^(\d{1,5})([mhdw])$');
      if m is not null then t := p_now - (m[1] || case m[2] when 'm' then ' minutes' when 'h' then ' hours' when 'd' then ' days' else ' weeks' end)::interval;
        v_op := case v_op when '>' then '<' when '>=' then '<=' when '<' then '>' when '<=' then '>=' else '>=' end;
      else t := desk.parse_time(p_values[1], (select p.zone from desk.person p where p.id = p_me));
      end if;
      if t is null then error := desk.ci_ask_bad('value', p_place, jsonb_build_object('attr', f, 'value', left(p_values[1], 80), 'allowed', '["30d", "8h", "2026-01-31"]'::jsonb)); return; end if;
      if v_op = ':' then sql := format('(%1$s >= %2$L::timestamptz and %1$s < %2$L::timestamptz + interval ''1 day'')', v_expr, t); else sql := format('%s %s %L::timestamptz', v_expr, v_op, t); end if;
    end if;
  else
    select x.attr, array_agg(distinct x.type) as types, (select z.choices from desk.ci_attr z where z.attr = f and z.choices is not null order by z.class limit 1) as choices into a from desk.ci_attr x where x.attr = f group by x.attr;
    if found then
      v_types := a.types;
      if v_op <> ':' or (a.types <@ '{int,number}' and exists (select from unnest(p_values) u where u ~ '\.\.')) then
        if a.types <@ '{int,number}' then sql := desk.ci_ask_number(format('(case when c.attrs->>%1$L ~ ''^-?[0-9]+([.][0-9]+)?$'' then (c.attrs->>%1$L)::numeric end)', f), v_op, p_values, '-?\d+(?:\.\d+)?', 'numeric');
        elsif a.types = '{date}' then sql := desk.ci_ask_number(format('(c.attrs->>%L collate "C")', f), v_op, p_values, '\d{4}-\d\d-\d\d', 'text');
        end if;
      else
        -- numbers, words of a choice ... by index; texts as they are written, or with *
        sql := '(' || (select string_agg(case lower(u) when 'none' then format('coalesce(c.attrs->>%L, '''') = ''''', f) when 'any' then format('coalesce(c.attrs->>%L, '''') <> ''''', f)
          else case when strpos(u, '*') > 0 then format('lower(c.attrs->>%L) like %L', f, desk.ci_like(u))
            else (select string_agg(format('c.attrs @> %L::jsonb', jsonb_build_object(f, w)), ' or ') from (select to_jsonb(u) as w union
              select desk.ci_value(y, a.choices, to_jsonb(u)) from unnest(a.types) y where y <> 'text' and coalesce(desk.ci_value(y, a.choices, to_jsonb(u)), 'null') <> 'null') z) end end, ' or ') from unnest(p_values) u) || ')';
      end if;
    elsif exists (select from desk.ci_link_type k where k.type = regexp_replace(f, '^by_', '')) then
      v := case when exists (select from desk.ci_link_type k where k.type = f) then 'out' else 'in' end;
      sql := '(' || (select string_agg(format('%s exists (select from desk.ci_link l %s where l.%s = c.id and l.type = %L and l.until is null %s)', case lower(u) when 'none' then 'not' else '' end,
          case when lower(u) in ('any', 'none') and v_seen = 'true' then '' else format('join desk.ci o on o.id = l.%s and %s', case v when 'out' then 'to_id' else 'from_id' end, v_seen) end,
          case v when 'out' then 'from_id' else 'to_id' end, regexp_replace(f, case v when 'in' then '^by_' else '^$' end, ''),
          case when lower(u) in ('any', 'none') then '' else format('and (lower(o.ident) like %1$L or lower(o.name) like %1$L)', desk.ci_like(u)) end), ' or ') from unnest(p_values) u) || ')';
    end if;
  end case;
  if sql is null then
    if v_types is not null or f in ('criticality', 'version', 'links') then error := desk.ci_ask_bad('value', p_place, jsonb_build_object('attr', f, 'value', left(array_to_string(p_values, ','), 80), 'allowed', case when f = 'criticality' then '["1", "2", "3", "4", "vital", "high", "medium", "minor"]' else to_jsonb(coalesce(v_types, '{int}')) end));
    else error := desk.ci_ask_bad('field', p_place, jsonb_build_object('value', left(p_field, 80), 'near', (select coalesce(jsonb_agg(n.w), '[]') from (select w from (
        select unnest(desk.ci_fields()) as w union select k.attr from desk.ci_attr k union select k.type from desk.ci_link_type k) y order by left(w, 2) = left(f, 2) desc, left(w, 1) = left(f, 1) desc, w limit 8) n)));
    end if;
    return;
  end if;
  sql := case when v_not then 'not ' else '' end || 'coalesce(' || sql || ', false)';
end $$;

-- A word alone: a class, a state, a problem, or a part of a name.
create function desk.ci_ask_word(p_word text, p_quoted boolean, p_now timestamptz) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare w text := lower(p_word);
begin
  if not p_quoted then
    case w
    when 'stale' then return format('coalesce((select max(r.at) from desk.ci_report r where r.ci_id = c.id and r.gone_at is null) < %L::timestamptz - (case c.class %s else 60 end) * interval ''1 day'', false)', p_now,
      (select string_agg(format('when %L then %s', k.class, desk.ci_stale_days(k.class)), ' ') from desk.ci_class k));
    when 'gone' then return 'exists (select from desk.ci_report r where r.ci_id = c.id and r.gone_at is not null)';
    when 'orphan' then return format('(case when c.class = any (%1$L::text[]) then not exists (select from desk.ci_link l where l.from_id = c.id and l.until is null and l.type = (select k.parent_link from desk.ci_line n join desk.ci_class k on k.class = n.up
        where n.class = c.class and k.parent_link is not null order by n.dist limit 1))
      else not exists (select from desk.ci_link l where l.from_id = c.id and l.until is null) and not exists (select from desk.ci_link l where l.to_id = c.id and l.until is null) end)',
      array(select distinct l.class from desk.ci_line l join desk.ci_class k on k.class = l.up where k.parent_link is not null));
    when 'duplicate' then return 'c.id in (select d.id from desk.ci_double() d)';
    when 'incomplete' then return 'exists (select from desk.ci_class_attr a where a.class = c.class and a.required and coalesce(c.attrs->>a.attr, '''') = '''')';
    when 'unplanned' then return 'exists (select from desk.ci_drift d where d.ci_id = c.id and d.state = ''unplanned'')';
    when 'retired', 'disposed' then return format('c.lifecycle = %L', w);
    else null;
    end case;
  end if;
  return format('(strpos(lower(c.name), %1$L) > 0 or strpos(lower(c.ident), %1$L) > 0 or strpos(lower(coalesce(c.description, '''')), %1$L) > 0)', w);
end $$;

-- A query as a condition over c: {ok, sql, all: it speaks of what is retired itself}, or a refusal that says where.
create function desk.ci_where(p_query text, p_now timestamptz, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare s text := coalesce(p_query, ''); i int := 1; n int := length(coalesce(p_query, '')); m text[]; v_out text := ''; v_open int := 0; v_operand boolean := false; v_terms int := 0; t record; v_values text[]; v_rest text; v_all boolean := false; v_word text; v_at int;
begin
  if n > 8000 then return desk.refuse('ci_query_form', 'input', 'query', jsonb_build_object('value', 'length', 'place', 8000)); end if;
  while i <= n loop
    v_rest := substr(s, i);
    if v_rest ~ '^\s' then i := i + length((regexp_match(v_rest, '^\s+'))[1]); continue; end if;
    v_at := i;
    if left(v_rest, 1) = ')' then
      if v_open = 0 or not v_operand then return desk.ci_ask_bad('form', i, '{"value": ")"}'); end if;
      v_out := v_out || ')'; v_open := v_open - 1; i := i + 1; continue;
    end if;
    if v_rest ~* '^or(\s|\(|$)' then
      if not v_operand then return desk.ci_ask_bad('form', i, '{"value": "or"}'); end if;
      v_out := v_out || ' or '; v_operand := false; i := i + 2; continue;
    end if;
    if v_rest ~* '^and(\s|\(|$)' then
      if not v_operand then return desk.ci_ask_bad('form', i, '{"value": "and"}'); end if;
      i := i + 3; continue;
    end if;
    if v_operand then v_out := v_out || ' and '; v_operand := false; end if;
    if v_rest ~ '^[-!]\S' then v_out := v_out || 'not '; i := i + 1; continue; end if;
    if v_rest ~* '^not(\s|\()' then v_out := v_out || 'not '; i := i + 3; continue; end if;
    if left(v_rest, 1) = '(' then
      if v_open >= 50 then return desk.ci_ask_bad('form', i, '{"value": "("}'); end if;
      v_out := v_out || '('; v_open := v_open + 1; i := i + 1; continue;
    end if;
    v_terms := v_terms + 1;
    if v_terms > 200 then return desk.ci_ask_bad('form', i, '{"value": "200"}'); end if;
    m := regexp_match(v_rest, '^([A-Za-z][A-Za-z0-9_]*)(:?(?:<=|>=|!=|<|>|=)|:)');
    if m is not null then
      i := i + length(m[1]) + length(m[2]);
      v_values := '{}';
      loop
        m := m || regexp_match(substr(s, i), '^("(?:[^"\\]|\\.)*"|[^\s(),"]+)');
        if m[3] is null then return desk.ci_ask_bad('form', v_at, jsonb_build_object('value', m[1] || m[2])); end if;
        i := i + length(m[3]);
        v_values := v_values || case when left(m[3], 1) = '"' then regexp_replace(substr(m[3], 2, length(m[3]) - 2), '\\(.)', '\1', 'g') else m[3] end;
        m := m[1:2];
        exit when substr(s, i, 1) <> ',' or cardinality(v_values) >= 200;
        i := i + 1;
      end loop;
      select * into t from desk.ci_ask_term(m[1], case when length(m[2]) > 1 then ltrim(m[2], ':') else m[2] end, v_values, v_at, p_now, p_me);
      if t.error is not null then return t.error; end if;
      v_all := v_all or lower(m[1]) in ('lifecycle', 'active');
      v_out := v_out || t.sql; v_operand := true; continue;
    end if;
    m := regexp_match(v_rest, '^("(?:[^"\\]|\\.)*"|[^\s()"]+)');
    if m is null then return desk.ci_ask_bad('form', i, jsonb_build_object('value', left(v_rest, 20))); end if;
    i := i + length(m[1]);
    v_word := case when left(m[1], 1) = '"' then regexp_replace(substr(m[1], 2, length(m[1]) - 2), '\\(.)', '\1', 'g') else m[1] end;
    v_all := v_all or v_word in ('retired', 'disposed');
    v_out := v_out || desk.ci_ask_word(v_word, left(m[1], 1) = '"', p_now); v_operand := true;
  end loop;
  if v_open > 0 or (v_terms > 0 and not v_operand) or (v_terms = 0 and v_out <> '') then return desk.ci_ask_bad('form', n, jsonb_build_object('value', right(s, 20))); end if;
  return jsonb_build_object('ok', true, 'sql', case when v_terms > 0 then '(' || v_out || ')' else 'true' end, 'all', v_all);
end $$;

-- Items that are the same by a key of their class as another one: each with its set (the least id in it).
create function desk.ci_double() returns table(id bigint, set_id bigint, key text) language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
declare k record; v_group text; v_above text[] := '{}'; v_class text;
begin
  for k in select y.class, y.pos, y.parts, array(select l.class from desk.ci_line l where l.up = y.class and desk.ci_key_class(l.class) = y.class) as classes from desk.ci_key y order by y.class, y.pos loop
    if v_class is distinct from k.class then v_above := '{}'; v_class := k.class; end if;
    if k.classes <> '{}' then
      v_group := (select string_agg(case when p = 'name' then 'lower(c.name)' when p = 'place' then 'lower(c.place)'
        when p like '@%' then format('(select min(l.to_id)::text from desk.ci_link l where l.from_id = c.id and l.type = %L and l.until is null)', substr(p, 2)) else format('lower(c.attrs->>%L)', p) end, ' || chr(1) || ') from unnest(k.parts) p);
      -- a key of the name alone holds within the class; a serial number among all classes that have the key
      return query execute format('with k as materialized (select c.id, c.class, %s as key, %s as above from desk.ci c where c.active and c.class = any ($1)),
        s as (select array_agg(k.id order by k.id) as ids, k.key from k where k.key <> '''' group by k.key %s having count(*) > 1 and (count(*) > count(k.above) or count(distinct k.above) < count(*)))
        select u, s.ids[1], %L::text from s, unnest(s.ids) u', v_group, case when v_above = '{}' then 'null::text' else (select 'coalesce(' || string_agg(format('lower(nullif(c.attrs->>%L, ''''))', a), ', ') || ')' from unnest(v_above) a) end,
        case when 'name' = any (k.parts) then ', k.class' else '' end, array_to_string(k.parts, '+')) using k.classes;
    end if;
    if cardinality(k.parts) = 1 and k.parts[1] <> 'name' then v_above := v_above || k.parts; end if;
  end loop;
end $$;

-- One row of a list.
create function desk.ci_row(c desk.ci, p_state text) returns jsonb language sql stable as $$
  select jsonb_build_object('id', c.ident, 'key', c.id, 'name', c.name, 'class', c.class, 'lifecycle', c.lifecycle, 'op_state', c.op_state, 'state', p_state, 'criticality', c.criticality,
    'owner', desk.ci_say('owner', to_jsonb(c.owner_id)), 'group', desk.ci_say('group', to_jsonb(c.group_id)), 'org', desk.ci_say('org', to_jsonb(c.org_id)), 'service', desk.ci_say('service', to_jsonb(c.service_id)),
    'environment', c.environment, 'place', c.place, 'description', c.description, 'version', c.version, 'attributes', c.attrs) $$;

-- The items of a query that one sees, by ident: {ok, items, more}, or with p_count {ok, count}. p_after: those after this ident. Retired ones only when
-- the query speaks of a lifecycle, or p_all.
create function desk.ci_list(p_query text default '', p_limit int default 200, p_after text default null, p_all boolean default false, p_count boolean default false) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off as $$
declare me int := desk.ci_me(); w jsonb; v_orgs int[]; v_sight text; v_where text; n int := greatest(0, least(coalesce(p_limit, 200), 200000)); v jsonb; v_count bigint; v_warned bigint[];
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  w := desk.ci_where(p_query, desk.now(), me);
  if w->>'ok' <> 'true' then return w; end if;
  v_orgs := case when me = 1 then null else desk.ci_orgs() end;
  v_sight := case when v_orgs is null then 'true' when v_orgs = '{}' then format('c.owner_id = %s', me) else format('(c.org_id is null or c.org_id = any (%L::int[]) or c.owner_id = %s)', v_orgs, me) end;
  v_where := v_sight || case when coalesce(p_all, false) or (w->>'all')::boolean then '' else ' and c.active' end || ' and ' || (w->>'sql');
  if p_count then
    execute format('select count(*) from desk.ci c where %s', v_where) into v_count;
    return jsonb_build_object('ok', true, 'count', v_count);
  end if;
  v_warned := desk.ci_warned();
  execute format($q$select jsonb_agg(desk.ci_row(x.c, case when (x.c).op_state = 'operational' and (x.c).id = any ($1) then 'warning' else (x.c).op_state end) order by (x.c).ident)
    from (select c from desk.ci c where %s %s order by c.ident limit %s) x$q$, v_where, case when p_after is not null then format('and c.ident > %L', p_after) else '' end, n + 1) into v using v_warned;
  v := coalesce(v, '[]');
  return jsonb_build_object('ok', true, 'items', case when jsonb_array_length(v) > n then v - n else v end, 'more', jsonb_array_length(v) > n);
end $$;

-- Sets of items that are the same by a key: [{key, items}], at most p_limit.
create function desk.ci_duplicates(p_limit int default 200) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off as $$
declare me int := desk.ci_me(); v_orgs int[] := desk.ci_orgs();
begin
  if me is null or not coalesce(desk.i_am_staff() or me = 1, false) then return '[]'; end if;
  if me = 1 then v_orgs := null; end if;
  return (select coalesce(jsonb_agg(jsonb_build_object('key', q.key, 'items', q.items) order by q.items->>0), '[]') from (
    select d.key, jsonb_agg(c.ident order by c.ident) as items from desk.ci_double() d join desk.ci c on c.id = d.id
     where v_orgs is null or c.org_id is null or c.org_id = any (v_orgs) group by d.key, d.set_id having count(*) > 1 order by 2 limit greatest(1, least(coalesce(p_limit, 200), 10000))) q);
end $$;

revoke execute on function desk.ci_like(text), desk.ci_ask_bad(text, int, jsonb), desk.ci_ask_text(text, text[]), desk.ci_ask_number(text, text, text[], text, text),
  desk.ci_ask_term(text, text, text[], int, timestamptz, int), desk.ci_ask_word(text, boolean, timestamptz), desk.ci_where(text, timestamptz, int), desk.ci_double(), desk.ci_row(desk.ci, text),
  desk.ci_list(text, int, text, boolean, boolean), desk.ci_duplicates(int) from public;
grant execute on function desk.ci_list(text, int, text, boolean, boolean), desk.ci_duplicates(int) to desk_person;
