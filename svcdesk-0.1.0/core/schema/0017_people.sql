-- People: an organisation is made only when that is said (a slip of the pen in its name made one, and the person belonged to it); who is
-- erased leaves nothing personal.
update desk.label l set text = case l.lang when 'en' then 'no organisation {value}; near it: {near}' else '没有组织 {value}；相近的有：{near}' end
 where l.key = 'error.unknown_org' and l.lang in ('en', 'zh_CN');

reset role; set local role desk_api;
create or replace function desk.near_names(p_type text, p_text text) returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
  select jsonb_agg(n.name order by n.d, n.name) from (
    select x.name, abs(length(x.name) - length(p_text)) as d
      from (select g.name from desk.support_group g where p_type = 'group' and g.active
            union select o.name from desk.org o where p_type = 'org' and o.id > 0 and o.active
            union select s.name from desk.service s where p_type = 'service' and s.active
            union select coalesce(p.name || ' / ', '') || c.name from desk.category c left join desk.category p on p.id = c.parent_id
                   where p_type = 'category' and c.active) x
     where left(lower(x.name), 2) = left(lower(btrim(p_text)), 2) or strpos(lower(x.name), lower(btrim(p_text))) > 0
     order by 2, 1 limit 5) n $$;

reset role; set local role desk_provision;
drop function desk.user_add(text, text, text[], text[], text);
-- A new person who signs in: login, name, roles (requester if none is named), groups they are members of.
-- p_org: the organisation they belong to, null = the caller's; one that is not there is refused unless p_new_org says to make it.
-- Roles hold for every organisation and group: desk.user_role gives narrower ones.
create function desk.user_add(p_login text, p_name text default null, p_roles text[] default '{}', p_groups text[] default '{}', p_org text default null,
    p_new_org boolean default false) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); v_id int; v_org int; v_groups int[]; r text; old desk.person;
begin
  if p_login is null or p_login !~ '^[a-z_][a-z0-9_.-]{0,62}$' or p_login ~ '^(pg_|desk_)'
     or p_login in ('public', 'none', 'current_user', 'session_user', 'current_role', 'user', 'postgres', 'root', 'system', 'nobody') then
    return desk.refuse('bad_login', 'input', 'login', jsonb_build_object('value', left(p_login, 80)));
  end if;
  foreach r in array coalesce(p_roles, '{}') loop
    if desk.group_role(r) is null then
      return desk.refuse('unknown_role', 'input', 'role', jsonb_build_object('value', left(r, 80)));
    end if;
  end loop;
  select array_agg(g.id) into v_groups from desk.support_group g where g.name = any(p_groups) and g.id > 0;
  if coalesce(cardinality(v_groups), 0) < (select count(distinct g) from unnest(p_groups) g) then
    return desk.refuse('unknown_group', 'input', 'group', (select jsonb_build_object('value', g, 'near', desk.near_names('group', g))
      from unnest(p_groups) g where g not in (select s.name from desk.support_group s) limit 1));
  end if;
  select * into old from desk.person p where p.login = p_login;
  if found or exists (select from pg_roles x where x.rolname = p_login) then
    return desk.refuse('login_taken', 'input', 'login', jsonb_build_object('value', p_login));
  end if;
  if p_org is null then  -- a superuser who makes the first admin belongs to none: the first one of the desk
    select coalesce(nullif(p.org_id, 0), (select min(o.id) from desk.org o where o.id > 0 and o.active), 0) into v_org from desk.person p where p.id = me;
  else
    select o.id into v_org from desk.org o where o.name = p_org and o.id > 0;
    if v_org is null and not coalesce(p_new_org, false) then
      return desk.refuse('unknown_org', 'input', 'org', jsonb_build_object('value', left(p_org, 80), 'near', desk.near_names('org', p_org)));
    end if;
    if v_org is null then insert into desk.org(name) values (p_org) returning id into v_org; end if;
  end if;
  insert into desk.person(login, name, org_id) values (p_login, coalesce(nullif(btrim(p_name), ''), p_login), v_org) returning id into v_id;
  execute format('create role %I login inherit nosuperuser nocreatedb nocreaterole noreplication', p_login);
  insert into desk.person_role(person_id, role) select distinct v_id, x from unnest(case when coalesce(cardinality(p_roles), 0) = 0 then array['requester'] else p_roles end) x;
  insert into desk.group_member(group_id, person_id) select x, v_id from unnest(v_groups) x;
  perform desk.sync_roles(v_id);
  insert into desk.people_log(by_id, person_id, what, detail) values (me, v_id, 'add', jsonb_build_object('login', p_login, 'roles', p_roles, 'groups', p_groups, 'org', p_org));
  return jsonb_build_object('ok', true, 'id', v_id, 'login', p_login);
end $$;
revoke execute on function desk.user_add(text, text, text[], text[], text, boolean) from public;
grant execute on function desk.user_add(text, text, text[], text[], text, boolean) to desk_admin;

create or replace function desk.user_role(p_login text, p_role text, p_grant boolean default true, p_org text default null, p_group text default null)
  returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); v_id int; v_org int; v_group int; n int := 0;
begin
  select p.id into v_id from desk.person p where p.login = p_login;
  if v_id is null then return desk.refuse('no_such_login', 'notfound', 'login', jsonb_build_object('value', left(p_login, 80))); end if;
  if desk.group_role(p_role) is null then
    return desk.refuse('unknown_role', 'input', 'role', jsonb_build_object('value', left(p_role, 80)));
  end if;
  if p_org is not null then
    select o.id into v_org from desk.org o where o.name = p_org and o.id > 0;
    if v_org is null then return desk.refuse('unknown_org', 'input', 'org', jsonb_build_object('value', left(p_org, 80), 'near', desk.near_names('org', p_org))); end if;
  end if;
  if p_group is not null then
    select g.id into v_group from desk.support_group g where g.name = p_group and g.id > 0;
    if v_group is null then return desk.refuse('unknown_group', 'input', 'group', jsonb_build_object('value', left(p_group, 80), 'near', desk.near_names('group', p_group))); end if;
  end if;
  if p_grant then
    if not exists (select from desk.person_role r where r.person_id = v_id and r.role = p_role and r.org_id is not distinct from v_org
                      and r.group_id is not distinct from v_group and r.valid_to > clock_timestamp()) then
      insert into desk.person_role(person_id, role, org_id, group_id) values (v_id, p_role, v_org, v_group);
      n := 1;
    end if;
  else
    if v_id = me and p_role = 'admin' then return desk.refuse('not_yourself', 'state', 'login', '{}'); end if;
    delete from desk.person_role r where r.person_id = v_id and r.role = p_role and (p_org is null or r.org_id = v_org) and (p_group is null or r.group_id = v_group);
    get diagnostics n = row_count;
  end if;
  perform desk.sync_roles(v_id);
  insert into desk.people_log(by_id, person_id, what, detail) values (me, v_id, case when p_grant then 'grant' else 'revoke' end,
    jsonb_build_object('role', p_role, 'org', p_org, 'group', p_group));
  return jsonb_build_object('ok', true, 'id', v_id, 'login', p_login, 'changed', n);
end $$;

-- ---- erasing ---------------------------------------------------------------------------------------------------------
-- No draft, no texts, views, settings, read marks or follow-ups.
reset role;
grant select, delete on desk.my_draft, desk.my_macro, desk.my_view, desk.my_read, desk.my_setting, desk.my_inbox, desk.my_follow_up, desk.mention to desk_provision;
do $$
declare t text;
begin
  foreach t in array array['my_draft', 'my_macro', 'my_view', 'my_read', 'my_setting', 'my_inbox', 'my_follow_up', 'mention'] loop
    execute format('create policy provision on desk.%I to desk_provision using (true)', t);
  end loop;
end $$;
set local role desk_provision;
create or replace function desk.person_erase(p_person int, p_reason text) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); p desk.person;
begin
  select * into p from desk.person x where x.id = p_person for update;
  if p.id is null or p.id <= 1 then return desk.refuse('no_such_login', 'notfound', 'person', jsonb_build_object('value', p_person)); end if;
  if p.id = me then return desk.refuse('not_yourself', 'state', 'person', '{}'); end if;
  if coalesce(btrim(p_reason), '') = '' then
    return desk.refuse('field_required', 'input', 'reason', '{"verb": "erase"}');
  end if;
  if p.login is not null and exists (select from pg_roles r where r.rolname = p.login and not r.rolsuper) then
    execute format('alter role %I nologin', p.login);
  end if;
  update desk.person x set active = false where x.id = p.id;
  delete from desk.person_role r where r.person_id = p.id;
  delete from desk.group_member g where g.person_id = p.id;
  delete from desk.my_draft x where x.person_id = p.id;
  delete from desk.my_macro x where x.person_id = p.id;
  delete from desk.my_view x where x.person_id = p.id;
  delete from desk.my_read x where x.person_id = p.id;
  delete from desk.my_setting x where x.person_id = p.id;
  delete from desk.my_inbox x where x.person_id = p.id;
  delete from desk.my_follow_up x where x.person_id = p.id;
  delete from desk.mention x where x.person_id = p.id;
  update desk.person x set login = null, name = 'person ' || p.id, email = null, phone = null, place = null, vip = false, language = null, zone = null,
    erased_at = clock_timestamp() where x.id = p.id;
  insert into desk.people_log(by_id, person_id, what, detail) values (me, p.id, 'erase', jsonb_build_object('reason', p_reason));
  return jsonb_build_object('ok', true, 'id', p.id);
end $$;
reset role;
