-- What tickets are sorted into: organisations, groups with their members, categories. An administrator adds one, and retires one that is
-- no longer used: it stays for the tickets that have it. Who did it stands in the log of people.
reset role;
alter table desk.people_log alter column person_id drop not null;
set local role desk_owner;
grant insert, update on desk.org, desk.support_group, desk.category to desk_api;
grant insert, update, delete on desk.group_member to desk_api;
insert into desk.label(key, lang, text) values
  ('error.name_taken', 'en', 'there is {value} already'), ('error.name_taken', 'zh_CN', '{value} 已存在'),
  ('error.name_bad', 'en', 'a name has 1 to 80 characters and no " / ": {value}'), ('error.name_bad', 'zh_CN', '名称为 1 到 80 个字符，不能含有“ / ”：{value}'),
  ('error.in_use', 'en', '{value} is used by {n} open tickets: give them to another one first (svcdesk ticket list shows them)'),
  ('error.in_use', 'zh_CN', '{value} 仍有 {n} 个未关闭工单在使用：请先转给别的（可用 svcdesk ticket list 查看）')
  on conflict do nothing;

reset role; set local role desk_api;
-- A name as it is kept: one line, no blanks at its ends; null: none.
create function desk.record_name(p text) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when length(x) between 1 and 80 and strpos(x, ' / ') = 0 then x end from (select btrim(regexp_replace(p, '[\x01-\x20\x7f]+', ' ', 'g'))) n(x) $$;
create function desk.record_noted(p_by int, p_what text, p_detail jsonb) returns void language sql set search_path = pg_catalog, pg_temp as $$
  insert into desk.people_log(by_id, what, detail) values (p_by, p_what, p_detail) $$;

create function desk.org_add(p_name text) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); v_name text := desk.record_name(p_name); v_id int;
begin
  if v_name is null then return desk.refuse('name_bad', 'input', 'org', jsonb_build_object('value', left(p_name, 80))); end if;
  if exists (select from desk.org o where lower(o.name) = lower(v_name)) then return desk.refuse('name_taken', 'state', 'org', jsonb_build_object('value', v_name)); end if;
  insert into desk.org(name) values (v_name) returning id into v_id;
  perform desk.record_noted(me, 'org', jsonb_build_object('add', v_name));
  return jsonb_build_object('ok', true, 'id', v_id, 'org', v_name);
end $$;

-- p_org: the only organisation it serves; null: all.
create function desk.group_add(p_name text, p_org text default null) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); v_name text := desk.record_name(p_name); v_id int; v_org int;
begin
  if v_name is null then return desk.refuse('name_bad', 'input', 'group', jsonb_build_object('value', left(p_name, 80))); end if;
  if exists (select from desk.support_group g where lower(g.name) = lower(v_name)) then
    return desk.refuse('name_taken', 'state', 'group', jsonb_build_object('value', v_name));
  end if;
  if p_org is not null then
    select o.id into v_org from desk.org o where lower(o.name) = lower(btrim(p_org)) and o.id > 0;
    if v_org is null then return desk.refuse('unknown_org', 'input', 'org', jsonb_build_object('value', left(p_org, 80), 'near', desk.near_names('org', p_org))); end if;
  end if;
  insert into desk.support_group(name, org_id) values (v_name, v_org) returning id into v_id;
  perform desk.record_noted(me, 'group', jsonb_build_object('add', v_name, 'org', p_org));
  return jsonb_build_object('ok', true, 'id', v_id, 'group', v_name);
end $$;

-- Who belongs to a group, and who leads it.
create function desk.group_member_set(p_group text, p_login text, p_in boolean default true, p_lead boolean default false) returns jsonb language plpgsql
  security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); g desk.support_group; v_person int; n int;
begin
  select * into g from desk.support_group x where lower(x.name) = lower(btrim(p_group)) and x.id > 0;
  if g.id is null then return desk.refuse('unknown_group', 'input', 'group', jsonb_build_object('value', left(p_group, 80), 'near', desk.near_names('group', p_group))); end if;
  select p.id into v_person from desk.person p where p.login = p_login and p.id > 1;
  if v_person is null then return desk.refuse('no_such_login', 'notfound', 'login', jsonb_build_object('value', left(p_login, 80))); end if;
  if p_in then
    insert into desk.group_member as m(group_id, person_id, lead) values (g.id, v_person, p_lead)
      on conflict (group_id, person_id) do update set lead = excluded.lead where m.lead <> excluded.lead;
  else
    delete from desk.group_member m where m.group_id = g.id and m.person_id = v_person;
  end if;
  get diagnostics n = row_count;
  if n > 0 then
    insert into desk.people_log(by_id, person_id, what, detail) values (me, v_person, 'member', jsonb_build_object('group', g.name, 'in', p_in, 'lead', p_in and p_lead));
  end if;
  return jsonb_build_object('ok', true, 'group', g.name, 'login', p_login, 'changed', n);
end $$;

-- A category, "Network / VPN" below another one; those on the way there are made too.
create function desk.category_add(p_path text) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); v_part text; v_name text; v_id int; v_parent int; v_path text; v_new boolean := false;
begin
  foreach v_part in array regexp_split_to_array(coalesce(p_path, ''), ' / ') loop
    v_name := desk.record_name(v_part);
    if v_name is null then return desk.refuse('name_bad', 'input', 'category', jsonb_build_object('value', left(p_path, 80))); end if;
  end loop;
  foreach v_part in array regexp_split_to_array(p_path, ' / ') loop
    v_name := desk.record_name(v_part);
    select c.id, c.name into v_id, v_part from desk.category c where c.parent_id is not distinct from v_parent and lower(c.name) = lower(v_name);
    v_new := v_id is null;
    if v_new then
      insert into desk.category(parent_id, name) values (v_parent, v_name) returning id, name into v_id, v_part;
    end if;
    v_parent := v_id;
    v_path := concat_ws(' / ', v_path, v_part);
  end loop;
  if not v_new then return desk.refuse('name_taken', 'state', 'category', jsonb_build_object('value', v_path)); end if;
  perform desk.record_noted(me, 'category', jsonb_build_object('add', v_path));
  return jsonb_build_object('ok', true, 'id', v_id, 'category', v_path);
end $$;

-- A category by its path, or by its own name where only one has it; 0: there is none, or several.
create function desk.category_at(p_path text) returns int language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive c(id, path, name) as (
    select k.id, k.name, k.name from desk.category k where k.parent_id is null
    union all select k.id, c.path || ' / ' || k.name, k.name from desk.category k join c on k.parent_id = c.id),
  f as (select c.id, lower(c.path) = lower(btrim(p_path)) as whole from c where lower(btrim(p_path)) in (lower(c.path), lower(c.name)))
  select coalesce((select case when count(*) filter (where f.whole) = 1 then max(f.id) filter (where f.whole) when count(*) = 1 then max(f.id) end from f), 0) $$;

-- No longer offered, or (p_back) offered again. A group or organisation with open tickets stays.
create function desk.record_retire(p_what text, p_name text, p_back boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); v_id int; n bigint := 0;
begin
  case p_what
  when 'org' then select o.id into v_id from desk.org o where lower(o.name) = lower(btrim(p_name)) and o.id > 0;
  when 'group' then select g.id into v_id from desk.support_group g where lower(g.name) = lower(btrim(p_name)) and g.id > 0;
  when 'category' then v_id := nullif(desk.category_at(p_name), 0);
  else return desk.refuse('bad_fields', 'input', 'what');
  end case;
  if v_id is null then
    case p_what
    when 'org' then return desk.refuse('unknown_org', 'notfound', 'org', jsonb_build_object('value', left(p_name, 80), 'near', desk.near_names(p_what, p_name)));
    when 'group' then return desk.refuse('unknown_group', 'notfound', 'group', jsonb_build_object('value', left(p_name, 80), 'near', desk.near_names(p_what, p_name)));
    else return desk.refuse('unknown_category', 'notfound', 'category', jsonb_build_object('value', left(p_name, 80), 'near', desk.near_names(p_what, p_name)));
    end case;
  end if;
  if not p_back and p_what <> 'category' then
    select count(*) into n from desk.ticket t where t.phase < 3 and case p_what when 'org' then t.org_id = v_id else t.group_id = v_id end;
    if n > 0 then return desk.refuse('in_use', 'state', p_what, jsonb_build_object('value', p_name, 'n', n)); end if;
  end if;
  case p_what
  when 'org' then update desk.org o set active = p_back where o.id = v_id and o.active <> p_back;
  when 'group' then update desk.support_group g set active = p_back where g.id = v_id and g.active <> p_back;
  else update desk.category c set active = p_back where c.id = v_id and c.active <> p_back;
  end case;
  get diagnostics n = row_count;
  if n > 0 then perform desk.record_noted(me, p_what, jsonb_build_object(case when p_back then 'back' else 'retire' end, p_name)); end if;
  return jsonb_build_object('ok', true, p_what, p_name, 'active', p_back, 'changed', n);
end $$;

create function desk.record_list(p_what text) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
begin
  if not desk.i_am_staff() then return '[]'; end if;
  case p_what
  when 'org' then
    return (select coalesce(jsonb_agg(jsonb_build_object('org', o.name, 'active', o.active,
        'people', (select count(*) from desk.person p where p.org_id = o.id and p.active)) order by lower(o.name)), '[]') from desk.org o where o.id > 0);
  when 'group' then
    return (select coalesce(jsonb_agg(jsonb_build_object('group', g.name, 'org', o.name, 'active', g.active,
        'leads', (select coalesce(jsonb_agg(coalesce(p.login, p.name) order by 1), '[]') from desk.group_member m join desk.person p on p.id = m.person_id where m.group_id = g.id and m.lead and p.active),
        'members', (select coalesce(jsonb_agg(coalesce(p.login, p.name) order by 1), '[]') from desk.group_member m join desk.person p on p.id = m.person_id where m.group_id = g.id and not m.lead and p.active))
        order by lower(g.name)), '[]') from desk.support_group g left join desk.org o on o.id = g.org_id where g.id > 0);
  else
    return (with recursive c(id, path, active) as (
        select k.id, k.name, k.active from desk.category k where k.parent_id is null
        union all select k.id, c.path || ' / ' || k.name, k.active and c.active from desk.category k join c on k.parent_id = c.id)
      select coalesce(jsonb_agg(jsonb_build_object('category', c.path, 'active', c.active) order by lower(c.path)), '[]') from c);
  end case;
end $$;

revoke execute on function desk.org_add(text), desk.group_add(text, text), desk.group_member_set(text, text, boolean, boolean), desk.category_add(text),
  desk.record_retire(text, text, boolean), desk.record_list(text), desk.record_name(text), desk.record_noted(int, text, jsonb), desk.category_at(text) from public;
grant execute on function desk.org_add(text), desk.group_add(text, text), desk.group_member_set(text, text, boolean, boolean), desk.category_add(text),
  desk.record_retire(text, text, boolean) to desk_admin;
grant execute on function desk.record_list(text) to desk_person;
