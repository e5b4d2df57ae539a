-- Classes of configuration items, with what they inherit; values checked by the type of their attribute; who may write.
reset role; set local role desk_owner;

-- Each class with itself and all above it; dist 0 is itself.
create view desk.ci_line with (security_invoker = true) as
  with recursive l(class, up, dist) as (
    select k.class, k.class, 0 from desk.ci_class k
    union all select l.class, k.parent, l.dist + 1 from l join desk.ci_class k on k.class = l.up where k.parent is not null and l.dist < 30)
  select l.class, l.up, l.dist from l;
-- The attributes of a class, its own and inherited ones; the nearest declaration counts.
create view desk.ci_class_attr with (security_invoker = true) as
  select distinct on (l.class, a.attr) l.class, a.attr, a.type, a.required, a.recommended, a.choices, a.ref_class, a.noise, a.description, a.sort, a.class as declared
    from desk.ci_line l join desk.ci_attr a on a.class = l.up order by l.class, a.attr, l.dist;
grant select on desk.ci_line, desk.ci_class_attr to desk_person, desk_api;

-- Every change of classes, attributes, keys, ranks, link types, pairs and rules.
create table desk.ci_log(
  id    int generated always as identity primary key,
  at    timestamptz not null,
  by_id int not null,
  what  text not null,
  name  text not null,
  old   jsonb,
  new   jsonb);
alter table desk.ci_log enable row level security;
create policy api on desk.ci_log to desk_api using (true) with check (true);
create policy reader on desk.ci_log for select to desk_person using ((select desk.i_am_staff()));
grant select, insert on desk.ci_log to desk_api;
grant select on desk.ci_log to desk_person;
grant usage on all sequences in schema desk to desk_api;

reset role; set local role desk_api;
-- The fields every item has; an attribute is never called so.
create function desk.ci_fields() returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{name,class,description,org,service,owner,group,place,environment,lifecycle,op_state,criticality,redundancy}'::text[] $$;
create function desk.ci_reserved() returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select desk.ci_fields() || '{id,ident,ci,ci_id,type,active,version,stale,attrs,source,target,health,is,line,links}'::text[] $$;

-- Characters that nobody sees or that turn the direction of a text, as code points; null: none. What is named by such a text would pass for
-- something else. Breaks and tabs are seen. p_joined: the joiners and variants that some scripts and pictures need are let through.
create function desk.unseen(p_text text, p_joined boolean default false) returns text language plpgsql immutable parallel safe
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_set text := '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e00ff'
    || case when p_joined then '' else '\u034f\u180b-\u180d\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef' end || ']';
begin
  if p_text is null or p_text !~ v_set then return null; end if;
  return (select string_agg(distinct 'U+' || lpad(upper(to_hex(ascii(m[1]))), 4, '0'), ', ') from regexp_matches(left(p_text, 10000), '(' || v_set || ')', 'g') m);
end $$;
create function desk.unseen_refusal(p_field text, p_value text, p_joined boolean default false) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select desk.refuse('unseen', 'input', p_field, jsonb_build_object('value', left(p_value, 80), 'codes', desk.unseen(p_value, p_joined))) where desk.unseen(p_value, p_joined) is not null $$;

-- Who changes items of an organisation (null: of none): agents, leads and process owners who serve it, and administrators.
create function desk.ci_may(p_org int, p_me int) returns boolean language plpgsql stable as $$
declare v_now timestamptz := desk.now();
begin
  return p_me = 1 or exists (select from desk.person_role r where r.person_id = p_me and r.role in ('agent', 'lead', 'process_owner', 'admin')
    and (r.org_id is null or r.org_id = p_org) and r.valid_from <= v_now and v_now < r.valid_to);
end $$;
-- Who is asking, where nobody has to be at the desk: a superuser of the database is the desk itself.
create function desk.ci_me() returns int language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(desk.me(), case when (select r.rolsuper from pg_roles r where r.rolname = session_user) then 1 end);
end $$;
-- Who declares classes, link types, ranks and rules.
create function desk.ci_declares(p_me int) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(p_me = 1 or desk.has_role('process_owner', 'admin'), false);
end $$;

-- A value of an attribute as it is kept; SQL null: it is none of this type. JSON null and empty words: no value.
create function desk.ci_value(p_type text, p_choices text[], p_value jsonb) returns jsonb language plpgsql immutable as $$
declare s text := btrim(p_value #>> '{}', E' \t\r\n'); w text; v text[];
begin
  if s is null or s = '' then return 'null'; end if;
  if jsonb_typeof(p_value) in ('object', 'array') or length(s) > 4000 then return null; end if;
  case p_type
  when 'text', 'ref' then return case when desk.unseen(s, true) is null then to_jsonb(s) end;
  when 'int' then if s ~ '^[-+]?\d{1,18}$' then return to_jsonb(s::bigint); end if;
  when 'number' then if s ~ '^[-+]?\d{1,30}(\.\d{1,30})?$' then return to_jsonb(s::numeric); end if;
  when 'bool' then
    if lower(s) in ('true', 'yes', 'y', '1', 'on') then return 'true'; elsif lower(s) in ('false', 'no', 'n', '0', 'off') then return 'false'; end if;
  when 'date' then
    if s ~ '^\d{4}-\d\d-\d\d$' then
      begin
        return to_jsonb(to_char(make_date(substr(s, 1, 4)::int, substr(s, 6, 2)::int, substr(s, 9, 2)::int), 'YYYY-MM-DD'));
      exception when data_exception then return null;
      end;
    end if;
  when 'choice' then return (select to_jsonb(c) from unnest(p_choices) c where lower(c) = lower(s) limit 1);
  when 'ip' then
    foreach w in array regexp_split_to_array(s, '[\s,;]+') loop
      if w !~ '^[0-9a-fA-F:.]{2,45}(/\d{1,3})?$' then return null; end if;
      begin
        v := v || abbrev(w::inet);
      exception when data_exception then return null;
      end;
    end loop;
    return to_jsonb(array_to_string(v, ' '));
  end case;
  return null;
end $$;

-- ---- declaring ------------------------------------------------------------------------------------------------------------------
create function desk.ci_noted(p_me int, p_what text, p_name text, p_old jsonb, p_new jsonb) returns void language sql set search_path = pg_catalog, pg_temp as $$
  insert into desk.ci_log(at, by_id, what, name, old, new) select desk.now(), p_me, p_what, p_name, p_old, p_new where p_old is distinct from p_new $$;

create function desk.ci_no_class(p_class text) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select desk.refuse('ci_class', 'input', 'class', jsonb_build_object('value', left(p_class, 80),
    'near', (select coalesce(jsonb_agg(k.class order by k.class), '[]') from (select c.class from desk.ci_class c
      order by left(c.class, 2) = left(lower(p_class), 2) desc, c.class limit 8) k))) $$;

-- Makes or changes a class: parent, description, stale_days, parent_link, keys [[part, ...], ...]. What is not named stays.
create function desk.ci_class_set(p_class text, p jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); k desk.ci_class; v_class text := lower(btrim(p_class)); v_parent text; v_old jsonb; v_days text := p->>'stale_days'; v_part text;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.ci_declares(me) then return desk.refuse('ci_role', 'denied', 'class'); end if;
  if coalesce(v_class !~ '^[a-z][a-z0-9_]{0,59}$', true) then return desk.refuse('ci_word', 'input', 'class', jsonb_build_object('value', left(p_class, 80))); end if;
  perform pg_advisory_xact_lock(7205759, 4201);
  select * into k from desk.ci_class c where c.class = v_class;
  v_old := desk.ci_class_json(v_class);
  v_parent := case when p ? 'parent' then lower(btrim(p->>'parent')) when k.class is null then 'ci' else k.parent end;
  if v_class = 'ci' and v_parent is not null then return desk.refuse('ci_root', 'input', 'parent'); end if;
  if v_class <> 'ci' and not exists (select from desk.ci_class c where c.class = v_parent) then return desk.ci_no_class(coalesce(v_parent, '')); end if;
  if exists (select from desk.ci_line l where l.class = v_parent and l.up = v_class) then
    return desk.refuse('ci_circle', 'input', 'parent', jsonb_build_object('value', v_parent, 'class', v_class));
  end if;
  if v_days is not null and (v_days !~ '^\d{1,4}$' or v_days::int not between 1 and 3650) then
    return desk.refuse('ci_days', 'input', 'stale_days', jsonb_build_object('value', left(v_days, 80)));
  end if;
  if p->>'parent_link' is not null and not exists (select from desk.ci_link_type t where t.type = p->>'parent_link') then return desk.ci_no_type(p->>'parent_link'); end if;
  for v_part in select x from jsonb_array_elements(case jsonb_typeof(p->'keys') when 'array' then p->'keys' else '[]' end) y,
      jsonb_array_elements_text(case jsonb_typeof(y) when 'array' then nullif(y, '[]') else jsonb_build_array(y) end) x loop
    if not (v_part in ('name', 'place') or exists (select from desk.ci_class_attr a where a.class in (v_class, v_parent) and a.attr = v_part)
        or exists (select from desk.ci_link_type t where '@' || t.type = v_part)) then
      return desk.refuse('ci_key_part', 'input', 'keys', jsonb_build_object('value', left(v_part, 80), 'class', v_class));
    end if;
  end loop;
  insert into desk.ci_class as c(class, parent, description, stale_days, parent_link) values (v_class, v_parent, p->>'description', v_days::smallint, p->>'parent_link')
    on conflict (class) do update set parent = v_parent, by_import = false,
      description = case when p ? 'description' then excluded.description else c.description end,
      stale_days = case when p ? 'stale_days' then excluded.stale_days else c.stale_days end,
      parent_link = case when p ? 'parent_link' then excluded.parent_link else c.parent_link end;
  if p ? 'keys' then
    delete from desk.ci_key y where y.class = v_class;
    insert into desk.ci_key(class, pos, parts)
      select v_class, y.n, array(select jsonb_array_elements_text(y.k)) from jsonb_array_elements(coalesce(nullif(p->'keys', 'null'), '[]')) with ordinality y(k, n);
  end if;
  perform desk.ci_noted(me, 'class', v_class, v_old, desk.ci_class_json(v_class));
  return jsonb_build_object('ok', true, 'class', desk.ci_class_json(v_class));
end $$;

-- Declares or changes an attribute of a class: type, required, recommended, choices, ref, noise, description; {"drop": true} takes it away where
-- no item has a value. A changed type must fit every value there is.
create function desk.ci_attr_set(p_class text, p_attr text, p jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); a desk.ci_attr; v_attr text := lower(btrim(p_attr)); v_choices text[]; v_old jsonb; v_bad text; v_classes text[];
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.ci_declares(me) then return desk.refuse('ci_role', 'denied', 'class'); end if;
  if not exists (select from desk.ci_class c where c.class = p_class) then return desk.ci_no_class(p_class); end if;
  if coalesce(v_attr !~ '^[a-z][a-z0-9_]{0,59}$' or v_attr = any (desk.ci_reserved()), true) then return desk.refuse('ci_word', 'input', 'attr', jsonb_build_object('value', left(p_attr, 80))); end if;
  perform pg_advisory_xact_lock(7205759, 4201);
  select * into a from desk.ci_attr x where x.class = p_class and x.attr = v_attr;
  v_old := to_jsonb(a);
  v_classes := array(select l.class from desk.ci_line l where l.up = p_class);
  if p->>'drop' = 'true' then
    select c.ident into v_bad from desk.ci c where c.class = any (v_classes) and c.attrs ? v_attr
      and not exists (select from desk.ci_line l join desk.ci_attr x on x.class = l.up and x.attr = v_attr where l.class = c.class and l.up <> p_class) limit 1;
    if v_bad is not null then return desk.refuse('ci_attr_used', 'state', 'attr', jsonb_build_object('value', v_attr, 'ci', v_bad)); end if;
    delete from desk.ci_attr x where x.class = p_class and x.attr = v_attr;
    perform desk.ci_noted(me, 'attr', p_class || '.' || v_attr, v_old, null);
    return jsonb_build_object('ok', true, 'class', desk.ci_class_json(p_class));
  end if;
  if a.attr is null then a.class := p_class; a.attr := v_attr; a.type := 'text'; a.required := false; a.recommended := false; a.noise := false; a.sort := 100; end if;
  if p ? 'choices' then v_choices := array(select btrim(x) from jsonb_array_elements_text(nullif(p->'choices', 'null')) x where btrim(x) <> ''); end if;
  a.type := coalesce(p->>'type', case when cardinality(v_choices) > 0 then 'choice' end, a.type);
  if a.type not in ('text', 'int', 'number', 'bool', 'date', 'choice', 'ip', 'ref') then
    return desk.refuse('bad_choice', 'input', 'type', jsonb_build_object('value', left(a.type, 80), 'allowed', '{text,int,number,bool,date,choice,ip,ref}'::text[]));
  end if;
  a.choices := case when a.type = 'choice' then coalesce(v_choices, a.choices) end;
  if a.type = 'choice' and coalesce(cardinality(a.choices), 0) = 0 then return desk.refuse('field_required', 'input', 'choices', jsonb_build_object('verb', 'class attr')); end if;
  if p ? 'ref' then a.ref_class := p->>'ref'; end if;
  if a.type <> 'ref' then a.ref_class := null; end if;
  if a.ref_class is not null and not exists (select from desk.ci_class c where c.class = a.ref_class) then return desk.ci_no_class(a.ref_class); end if;
  a.required := coalesce((p->>'required')::boolean, a.required);
  a.recommended := coalesce((p->>'recommended')::boolean, a.recommended);
  a.noise := coalesce((p->>'noise')::boolean, a.noise);
  a.sort := coalesce((p->>'sort')::smallint, a.sort);
  if p ? 'description' then a.description := p->>'description'; end if;
  select c.ident into v_bad from desk.ci c where c.class = any (v_classes) and c.attrs ? v_attr
    and desk.ci_value(a.type, a.choices, c.attrs->v_attr) is null limit 1;
  if v_bad is not null then return desk.refuse('ci_attr_kept', 'state', 'type', jsonb_build_object('value', a.type, 'attr', v_attr, 'ci', v_bad)); end if;
  delete from desk.ci_attr x where x.class = p_class and x.attr = v_attr;
  insert into desk.ci_attr select a.*;
  perform desk.ci_noted(me, 'attr', p_class || '.' || v_attr, v_old, to_jsonb(a));
  return jsonb_build_object('ok', true, 'class', desk.ci_class_json(p_class));
end $$;

create function desk.ci_no_type(p_type text) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select desk.refuse('ci_link_type', 'input', 'type', jsonb_build_object('value', left(p_type, 80),
    'allowed', (select jsonb_agg(t.type order by t.type) from desk.ci_link_type t))) $$;

-- Makes or changes a type of link: impact (1, -1, 0), description, pairs [[from class, to class], ...]; no pairs: anything to anything.
create function desk.ci_link_type_set(p_type text, p jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v_type text := lower(btrim(p_type)); v_old jsonb; v_pair jsonb; v_class text;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.ci_declares(me) then return desk.refuse('ci_role', 'denied', 'type'); end if;
  if coalesce(v_type !~ '^[a-z][a-z0-9_]{0,59}$', true) then return desk.refuse('ci_word', 'input', 'type', jsonb_build_object('value', left(p_type, 80))); end if;
  if p->>'impact' is not null and p->>'impact' not in ('1', '-1', '0') then
    return desk.refuse('bad_choice', 'input', 'impact', jsonb_build_object('value', left(p->>'impact', 80), 'allowed', '{1,-1,0}'::text[]));
  end if;
  if jsonb_typeof(p->'pairs') not in ('array', 'null') or exists (select from jsonb_array_elements(case jsonb_typeof(p->'pairs') when 'array' then p->'pairs' else '[]' end) e where jsonb_typeof(e) <> 'array') then return desk.refuse('bad_fields', 'input', 'pairs'); end if;
  for v_class in select jsonb_array_elements_text(e) from jsonb_array_elements(coalesce(nullif(p->'pairs', 'null'), '[]')) e loop
    if not exists (select from desk.ci_class c where c.class = v_class) then return desk.ci_no_class(v_class); end if;
  end loop;
  perform pg_advisory_xact_lock(7205759, 4201);
  v_old := desk.ci_type_json(v_type);
  insert into desk.ci_link_type as t(type, impact, description) values (v_type, coalesce((p->>'impact')::smallint, 0), p->>'description')
    on conflict (type) do update set by_import = false, impact = coalesce((p->>'impact')::smallint, t.impact),
      description = case when p ? 'description' then excluded.description else t.description end;
  if p ? 'pairs' then
    delete from desk.ci_pair x where x.type = v_type;
    for v_pair in select e from jsonb_array_elements(coalesce(nullif(p->'pairs', 'null'), '[]')) e loop
      insert into desk.ci_pair(type, from_class, to_class) values (v_type, v_pair->>0, v_pair->>1) on conflict do nothing;
    end loop;
  end if;
  perform desk.ci_noted(me, 'link_type', v_type, v_old, desk.ci_type_json(v_type));
  return jsonb_build_object('ok', true, 'type', desk.ci_type_json(v_type));
end $$;

-- Whom to believe: rank 1 is the strongest; null takes the rule away.
create function desk.ci_rank_set(p_class text, p_attr text, p_source text, p_rank int) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v_attr text := coalesce(nullif(lower(btrim(p_attr)), ''), '*'); v_source text := desk.ci_source(p_source); v_old jsonb;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.ci_declares(me) then return desk.refuse('ci_role', 'denied', 'class'); end if;
  if not exists (select from desk.ci_class c where c.class = p_class) then return desk.ci_no_class(coalesce(p_class, '')); end if;
  if v_attr <> '*' and not v_attr = any (desk.ci_fields()) and not exists (select from desk.ci_line l join desk.ci_class_attr a on a.class = l.class where l.up = p_class and a.attr = v_attr) then
    return desk.ci_no_attr(p_class, p_class, v_attr);
  end if;
  if v_source is null then return desk.refuse('ci_source', 'input', 'source', jsonb_build_object('value', left(p_source, 80))); end if;
  if p_rank is not null and p_rank not between 1 and 999 then return desk.refuse('ci_rank', 'input', 'rank', jsonb_build_object('value', p_rank)); end if;
  select to_jsonb(r.rank) into v_old from desk.ci_rank r where r.class = p_class and r.attr = v_attr and r.source = v_source;
  delete from desk.ci_rank r where r.class = p_class and r.attr = v_attr and r.source = v_source;
  if p_rank is not null then insert into desk.ci_rank values (p_class, v_attr, v_source, p_rank); end if;
  perform desk.ci_noted(me, 'rank', concat_ws('.', p_class, v_attr, v_source), v_old, to_jsonb(p_rank));
  return jsonb_build_object('ok', true, 'class', p_class, 'attr', v_attr, 'source', v_source, 'rank', p_rank);
end $$;
create function desk.ci_source(p text) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when s ~ '^[[:alnum:]][[:alnum:]_.:/@+ -]{0,79}$' then s end from (select btrim(coalesce(p, 'manual'))) x(s) $$;
create function desk.ci_no_attr(p_ci text, p_class text, p_attr text) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select desk.refuse('ci_attr', 'input', left(p_attr, 60), jsonb_build_object('ci', p_ci, 'value', left(p_attr, 80), 'class', p_class,
    'allowed', (select jsonb_agg(x order by o, x) from (select unnest(desk.ci_fields()) x, 1 o union all select a.attr, 0 from desk.ci_class_attr a where a.class = p_class) y))) $$;

-- ---- reading --------------------------------------------------------------------------------------------------------------------
-- The nearest class with keys of its own.
create function desk.ci_key_class(p_class text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select l.up from desk.ci_line l where l.class = p_class and exists (select from desk.ci_key y where y.class = l.up) order by l.dist limit 1 $$;
create function desk.ci_class_json(p_class text) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('class', k.class, 'parent', k.parent, 'description', k.description, 'parent_link', k.parent_link, 'by_import', k.by_import,
      'stale_days', (select c.stale_days from desk.ci_line l join desk.ci_class c on c.class = l.up where l.class = k.class and c.stale_days is not null order by l.dist limit 1),
      'keys', (select coalesce(jsonb_agg(y.parts order by y.pos), '[]') from desk.ci_key y where y.class = desk.ci_key_class(k.class)),
      'attributes', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('attr', a.attr, 'type', a.type, 'required', nullif(a.required, false), 'recommended', nullif(a.recommended, false),
          'noise', nullif(a.noise, false), 'choices', a.choices, 'ref', a.ref_class, 'description', a.description, 'from', nullif(a.declared, k.class))) order by a.sort, a.attr), '[]')
        from desk.ci_class_attr a where a.class = k.class),
      'ranks', (select coalesce(jsonb_agg(jsonb_build_object('class', r.class, 'attr', r.attr, 'source', r.source, 'rank', r.rank) order by l.dist, r.attr = '*', r.attr, r.rank, r.source), '[]')
        from desk.ci_line l join desk.ci_rank r on r.class = l.up where l.class = k.class))
    from desk.ci_class k where k.class = p_class $$;
create function desk.ci_type_json(p_type text) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('type', t.type, 'impact', t.impact, 'description', t.description, 'by_import', t.by_import,
      'pairs', (select coalesce(jsonb_agg(jsonb_build_array(p.from_class, p.to_class) order by p.from_class, p.to_class), '[]') from desk.ci_pair p where p.type = t.type))
    from desk.ci_link_type t where t.type = p_type $$;

create function desk.ci_class_list() returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_orgs int[] := desk.ci_orgs();
begin
  if not coalesce(desk.i_am_staff(), false) then return '[]'; end if;
  return (select coalesce(jsonb_agg(jsonb_build_object('class', k.class, 'parent', k.parent, 'line', x.line, 'attributes', (select count(*) from desk.ci_class_attr a where a.class = k.class),
      'items', coalesce(n.n, 0), 'description', k.description) order by x.line), '[]')
    from desk.ci_class k
    join lateral (select string_agg(l.up, '/' order by l.dist desc) as line from desk.ci_line l where l.class = k.class) x on true
    left join (select c.class, count(*) as n from desk.ci c where c.active and (v_orgs is null or c.org_id is null or c.org_id = any (v_orgs)) group by c.class) n on n.class = k.class);
end $$;
create function desk.ci_class_show(p_class text) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if desk.ci_me() is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not coalesce(desk.i_am_staff(), false) then return desk.refuse('ci_role', 'denied', 'class'); end if;
  return coalesce(desk.ci_class_json(lower(btrim(p_class))), desk.ci_no_class(coalesce(p_class, '')));
end $$;
create function desk.ci_type_list() returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if not coalesce(desk.i_am_staff(), false) then return '[]'; end if;
  return (select coalesce(jsonb_agg(desk.ci_type_json(t.type) order by t.type), '[]') from desk.ci_link_type t);
end $$;

-- What a file needs that is not declared: a class below the root, attributes as they look. Nothing that is there is changed.
-- p_attrs: {attr: type}. Gives {class: made, attrs: [made]}, or a refusal.
create function desk.ci_declare(p_me int, p_class text, p_attrs jsonb) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_new boolean; v_made text[] := '{}'; v_attr text; v_type text;
begin
  v_new := not exists (select from desk.ci_class k where k.class = p_class);
  for v_attr, v_type in select e.key, e.value #>> '{}' from jsonb_each(coalesce(p_attrs, '{}')) e
      where not exists (select from desk.ci_class_attr a where a.class = p_class and a.attr = e.key) and not e.key = any (desk.ci_fields()) order by e.key loop
    if v_attr !~ '^[a-z][a-z0-9_]{0,59}$' or v_attr = any (desk.ci_reserved()) then
      return desk.refuse('ci_word', 'input', left(v_attr, 60), jsonb_build_object('value', left(v_attr, 80)));
    end if;
    v_made := v_made || v_attr;
  end loop;
  if not v_new and v_made = '{}' then return jsonb_build_object('ok', true, 'class', null, 'attrs', '[]'::jsonb); end if;
  if not desk.ci_declares(p_me) then return desk.refuse('ci_role', 'denied', 'class'); end if;
  if p_class !~ '^[a-z][a-z0-9_]{0,59}$' then return desk.refuse('ci_word', 'input', 'class', jsonb_build_object('value', left(p_class, 80))); end if;
  perform pg_advisory_xact_lock(7205759, 4201);
  insert into desk.ci_class(class, parent, by_import) select p_class, 'ci', true on conflict do nothing;
  insert into desk.ci_attr(class, attr, type) select p_class, a, case when p_attrs->>a in ('int', 'number', 'bool', 'date', 'ip') then p_attrs->>a else 'text' end
    from unnest(v_made) a on conflict do nothing;
  perform desk.ci_noted(p_me, 'class', p_class, null, jsonb_build_object('by_import', v_new, 'attrs', v_made));
  return jsonb_build_object('ok', true, 'class', case when v_new then p_class end, 'attrs', v_made);
end $$;

revoke execute on function desk.unseen(text, boolean), desk.unseen_refusal(text, text, boolean), desk.ci_fields(), desk.ci_reserved(), desk.ci_may(int, int), desk.ci_me(), desk.ci_declares(int), desk.ci_value(text, text[], jsonb), desk.ci_noted(int, text, text, jsonb, jsonb),
  desk.ci_no_class(text), desk.ci_class_set(text, jsonb), desk.ci_attr_set(text, text, jsonb), desk.ci_no_type(text), desk.ci_link_type_set(text, jsonb), desk.ci_rank_set(text, text, text, int),
  desk.ci_source(text), desk.ci_no_attr(text, text, text), desk.ci_class_json(text), desk.ci_key_class(text), desk.ci_type_json(text), desk.ci_class_list(), desk.ci_class_show(text), desk.ci_type_list(),
  desk.ci_declare(int, text, jsonb) from public;
grant execute on function desk.ci_class_set(text, jsonb), desk.ci_attr_set(text, text, jsonb), desk.ci_link_type_set(text, jsonb), desk.ci_rank_set(text, text, text, int), desk.ci_class_list(),
  desk.ci_class_show(text), desk.ci_type_list() to desk_person;
