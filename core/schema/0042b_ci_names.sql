-- An item in a ticket, a query, an import: by its ident, or by its name where only one has it. What several are called is refused and
-- lists them.
reset role; set local role desk_owner;
insert into desk.label(key, lang, text) values
  ('error.ambiguous_ci', 'en', '{value} is the name of several configuration items; write one of {near}'),
  ('error.ambiguous_ci', 'zh_CN', '{value} 是多个配置项的名称；请写其中之一：{near}');

reset role; set local role desk_api;
-- The name of an item, its ident where another one in use has the same name.
create function desk.ci_word(p_id bigint) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when exists (select from desk.ci o where lower(o.name) = lower(c.name) and o.id <> c.id and o.active) then c.ident else c.name end
    from desk.ci c where c.id = p_id $$;
-- The idents of the items of this name that a person sees, at most ten.
create function desk.ci_idents(p_name text, p_me int) returns text[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select array_agg(x.ident order by x.ident) from (
    select c.ident from desk.ci c where lower(c.name) = lower(btrim(p_name)) and c.active and desk.ci_seen(c, p_me) order by c.ident limit 10) x $$;
revoke execute on function desk.ci_word(bigint), desk.ci_idents(text, int) from public;

create or replace function desk.name_of(p_type text, v jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r text; s text := v #>> '{}';
begin
  if v is null or s is null or s !~ '^\d+$' then return v; end if;
  if s = '0' and p_type in ('person', 'group') then return 'null'; end if;
  case p_type
  when 'person' then select coalesce(p.login, p.name) into r from desk.person p where p.id = s::int;
  when 'group' then select g.name into r from desk.support_group g where g.id = s::int;
  when 'service' then select x.name into r from desk.service x where x.id = s::int;
  when 'ci' then r := desk.ci_word(s::bigint);
  when 'category' then
    select coalesce(p.name || ' / ', '') || c.name into r from desk.category c left join desk.category p on p.id = c.parent_id where c.id = s::int;
  when 'org' then select o.name into r from desk.org o where o.id = s::int;
  when 'ticket' then select t.number into r from desk.ticket t where t.id = s::bigint;
  else return v;
  end case;
  return coalesce(to_jsonb(r), v);
end $$;

create or replace function desk.ref_id(p_type text, p_text text, p_id bigint, p_me int) returns bigint language plpgsql stable
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
    else
      select array_agg(c.id) into v from desk.ci c where c.ident = btrim(p_text) and c.active and desk.ci_seen(c, p_me);
      if v is null then select array_agg(c.id) into v from desk.ci c where lower(c.ident) = s and c.active and desk.ci_seen(c, p_me); end if;
      if v is null then select array_agg(c.id) into v from desk.ci c where lower(c.name) = s and c.active and desk.ci_seen(c, p_me); end if;
    end if;
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

create or replace function desk.value_of(p_type text, p_param text, p_choices text[], p_value jsonb, p_me int) returns jsonb language plpgsql stable as $$
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
    if n = -1 and p_type = 'ci' then
      return desk.refuse('ambiguous_ci', 'input', p_param, jsonb_build_object('value', left(s, 80), 'near', desk.ci_idents(s, p_me)));
    end if;
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

create or replace function desk.import_names(p_types text[], p_names text[], p_org int) returns table(type text, name text, id bigint) language plpgsql rows 300
  set search_path = pg_catalog, pg_temp set enable_nestloop = on set enable_seqscan = off as $$
declare t record; path text[];
begin
  for t in select u.type, array_agg(u.name) as names from unnest(p_types, p_names) u(type, name) group by u.type loop
    if t.type = 'person' then
      return query select 'person', p.name, p.id::bigint from desk.import_people(t.names, p_org) p;
    elsif t.type = 'group' then
      insert into desk.support_group(name) select n from unnest(t.names) n on conflict do nothing;
      return query select 'group', g.name, g.id::bigint from desk.support_group g where g.name = any(t.names);
    elsif t.type = 'service' then
      insert into desk.service(name) select n from unnest(t.names) n on conflict do nothing;
      return query select 'service', s.name, s.id::bigint from desk.service s where s.name = any(t.names);
    elsif t.type = 'ci' then
      -- an ident, else a name; of several items of that name the first one in use
      insert into desk.ci(name) select n from unnest(t.names) n
        where not exists (select from desk.ci c where c.ident = n) and not exists (select from desk.ci c where c.name = n) on conflict do nothing;
      return query select distinct on (x.n) 'ci', x.n, x.id from (
          select c.ident as n, c.id, 0 as rank from desk.ci c where c.ident = any(t.names)
          union all select c.name, c.id, case when c.active then 1 else 2 end from desk.ci c where c.name = any(t.names)) x order by x.n, x.rank, x.id;
    else
      for i in 1 .. cardinality(t.names) loop
        path := case when t.names[i] like '[%' then array(select jsonb_array_elements_text(t.names[i]::jsonb)) else string_to_array(t.names[i], ' / ') end;
        return query select 'category', t.names[i], desk.import_category(path)::bigint;
      end loop;
    end if;
  end loop;
end $$;

-- Items whose name, a later word of it, or ident begins like this.
create or replace function desk.find_ci(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on
  set plan_cache_mode = force_custom_plan as $$
declare v_like text := desk.like_prefix(p_text); v_me int := desk.me(); n int := greatest(0, least(coalesce(p_limit, 20), 20));
begin
  if v_me is null then return; end if;
  return query
    with f as materialized (
      (select c.* from desk.ci c where c.active and lower(c.name) like v_like and desk.ci_seen(c, v_me) order by lower(c.name) using ~<~, c.id limit n)
      union (select c.* from desk.ci c where c.active and lower(c.ident) like v_like and desk.ci_seen(c, v_me) order by lower(c.ident) using ~<~, c.id limit n))
    select f.id, coalesce(desk.ci_word(f.id), f.name), concat_ws(' · ', f.class, f.place, (select p.name from desk.person p where p.id = f.owner_id))
      from f order by lower(f.name), f.id limit n;
end $$;
