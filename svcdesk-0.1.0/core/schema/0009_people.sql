-- People of the desk: who may sign in, as what, and why. Only admins call these; the functions that make or change
-- PostgreSQL roles belong to desk_provision (CREATEROLE). That right is wide in PostgreSQL 15, so every name is checked here and
-- no other function of desk_provision exists.
grant select, insert, update on desk.person to desk_provision;
grant select, insert, update, delete on desk.person_role, desk.group_member to desk_provision;
grant select on desk.org, desk.support_group to desk_provision;
grant insert on desk.org to desk_provision;
grant select on desk.label to desk_provision;
create policy provision on desk.label to desk_provision using (true);
grant usage on all sequences in schema desk to desk_provision;
create policy provision on desk.person to desk_provision using (true) with check (true);
create policy provision on desk.person_role to desk_provision using (true) with check (true);
create policy provision on desk.group_member to desk_provision using (true) with check (true);
create policy provision on desk.org to desk_provision using (true) with check (true);
create policy provision on desk.support_group to desk_provision using (true) with check (true);

-- What an admin did to people: no ticket, no journal, but kept.
create table desk.people_log(
  id bigint generated always as identity primary key, at timestamptz not null default clock_timestamp(), by_id int not null,
  login text not null default session_user, person_id int not null references desk.person, what text not null, detail jsonb not null default '{}');
alter table desk.people_log enable row level security;
create policy api on desk.people_log to desk_api, desk_provision using (true) with check (true);
create policy reader on desk.people_log for select to desk_auditor, desk_admin using ((select desk.has_role('auditor', 'admin')));
grant select, insert on desk.people_log to desk_api, desk_provision;
grant select on desk.people_log to desk_auditor, desk_admin;

insert into desk.label(key, lang, text) values
  ('error.bad_login', 'en', 'a login is lower-case letters, digits, _ . - and begins with a letter; names of the system are taken: {value}'),
  ('error.bad_login', 'zh_CN', '登录名由小写字母、数字和 _ . - 组成，以字母开头，不能使用系统保留的名称：{value}'),
  ('error.unknown_role', 'en', 'there is no role {value}; roles are requester, agent, lead, process_owner, auditor, worker, admin'),
  ('error.unknown_role', 'zh_CN', '没有角色 {value}；可用角色：requester、agent、lead、process_owner、auditor、worker、admin'),
  ('error.unknown_org', 'en', 'there is no organisation {value}'), ('error.unknown_org', 'zh_CN', '没有组织 {value}'),
  ('error.login_taken', 'en', 'the login {value} is taken'), ('error.login_taken', 'zh_CN', '登录名 {value} 已被使用'),
  ('error.no_such_login', 'en', 'nobody signs in as {value}'), ('error.no_such_login', 'zh_CN', '没有登录名为 {value} 的人员'),
  ('error.not_yourself', 'en', 'nobody can do this to themselves'), ('error.not_yourself', 'zh_CN', '不能对自己执行此操作');

reset role; set local role desk_api;
grant execute on function desk.need_admin(), desk.refuse(text, text, text, jsonb), desk.me(), desk.has_role(text[]), desk.my_role(), desk.now(),
  desk.near_names(text, text) to desk_provision;
reset role; set local role desk_provision;

create function desk.group_role(p_role text) returns name language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_role in ('requester', 'agent', 'lead', 'process_owner', 'auditor', 'worker', 'admin') then ('desk_' || p_role)::name end $$;

-- The PostgreSQL role of a person has exactly the group roles that their rows give.
create function desk.sync_roles(p_person int) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare p desk.person; r text; want boolean; have boolean;
begin
  select * into p from desk.person x where x.id = p_person;
  if p.login is null or not exists (select from pg_roles x where x.rolname = p.login and not x.rolsuper) then return; end if;
  foreach r in array array['requester', 'agent', 'lead', 'process_owner', 'auditor', 'worker', 'admin'] loop
    want := p.active and exists (select from desk.person_role x where x.person_id = p_person and x.role = r and x.valid_to > clock_timestamp());
    have := exists (select from pg_auth_members m where m.roleid = desk.group_role(r)::regrole and m.member = quote_ident(p.login)::regrole);
    if want and not have then execute format('grant %I to %I', desk.group_role(r), p.login); end if;
    -- taken away only here: another desk of this cluster may still need what this one does not
    if have and not want and p.active then execute format('revoke %I from %I', desk.group_role(r), p.login); end if;
  end loop;
end $$;
revoke execute on function desk.group_role(text), desk.sync_roles(int) from public;

-- A new person who signs in: login, name, roles (requester if none is named), groups they are members of.
-- p_org: the organisation they belong to, made if it is new; null = the caller's. Roles hold for every organisation and group:
-- desk.user_role gives narrower ones.
create function desk.user_add(p_login text, p_name text default null, p_roles text[] default '{}', p_groups text[] default '{}', p_org text default null)
  returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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

-- A disabled person may do and see nothing here; the PostgreSQL role stays, another desk of the cluster may use it.
create function desk.user_disable(p_login text, p_disable boolean default true) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare me int := desk.need_admin(); v_id int;
begin
  select p.id into v_id from desk.person p where p.login = p_login;
  if v_id is null then return desk.refuse('no_such_login', 'notfound', 'login', jsonb_build_object('value', left(p_login, 80))); end if;
  if v_id = me then return desk.refuse('not_yourself', 'state', 'login', '{}'); end if;
  update desk.person p set active = not p_disable where p.id = v_id;
  perform desk.sync_roles(v_id);
  insert into desk.people_log(by_id, person_id, what) values (me, v_id, case when p_disable then 'disable' else 'enable' end);
  return jsonb_build_object('ok', true, 'id', v_id, 'login', p_login, 'active', not p_disable);
end $$;

-- Gives or takes a role, for every organisation and group or for one.
create function desk.user_role(p_login text, p_role text, p_grant boolean default true, p_org text default null, p_group text default null)
  returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare me int := desk.need_admin(); v_id int; v_org int; v_group int; n int := 0;
begin
  select p.id into v_id from desk.person p where p.login = p_login;
  if v_id is null then return desk.refuse('no_such_login', 'notfound', 'login', jsonb_build_object('value', left(p_login, 80))); end if;
  if desk.group_role(p_role) is null then
    return desk.refuse('unknown_role', 'input', 'role', jsonb_build_object('value', left(p_role, 80)));
  end if;
  if p_org is not null then
    select o.id into v_org from desk.org o where o.name = p_org and o.id > 0;
    if v_org is null then return desk.refuse('unknown_org', 'input', 'org', jsonb_build_object('value', left(p_org, 80))); end if;
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

-- Takes a person's name and addresses out of the desk: the journal holds only the number of the person. The login goes too, and its
-- role may not sign in any more. Texts that name the person are redacted one by one. (event.recorded_by keeps the login of staff: it is
-- part of the chain.)
create function desk.person_erase(p_person int, p_reason text) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
  update desk.person x set login = null, name = 'person ' || p.id, email = null, phone = null, place = null, vip = false, language = null, zone = null,
    erased_at = clock_timestamp() where x.id = p.id;
  insert into desk.people_log(by_id, person_id, what, detail) values (me, p.id, 'erase', jsonb_build_object('reason', p_reason));
  return jsonb_build_object('ok', true, 'id', p.id);
end $$;

revoke execute on function desk.user_add(text, text, text[], text[], text), desk.user_disable(text, boolean),
  desk.user_role(text, text, boolean, text, text), desk.person_erase(int, text) from public;
grant execute on function desk.user_add(text, text, text[], text[], text), desk.user_disable(text, boolean),
  desk.user_role(text, text, boolean, text, text), desk.person_erase(int, text) to desk_admin;

-- ---- reading: these need no right to make roles -------------------------------------------------------------------------
reset role; set local role desk_api;

create function desk.user_list() returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform desk.need_admin();
  return (select coalesce(jsonb_agg(jsonb_build_object('login', p.login, 'name', p.name, 'org', o.name, 'active', p.active,
      'roles', (select coalesce(jsonb_agg(distinct r.role), '[]') from desk.person_role r where r.person_id = p.id and r.valid_to > clock_timestamp()),
      'groups', (select coalesce(jsonb_agg(g.name order by g.name), '[]') from desk.group_member m join desk.support_group g on g.id = m.group_id
                  where m.person_id = p.id)) order by p.login), '[]')
    from desk.person p join desk.org o on o.id = p.org_id where p.login is not null);
end $$;

-- What a person may do and see, and which row says so. sees: their own tickets, those in the scope of a role that are not
-- restricted, restricted ones that name them.
create function desk.user_report(p_login text) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare p desk.person;
begin
  if not desk.has_role('auditor') then perform desk.need_admin(); end if;
  select * into p from desk.person x where x.login = p_login;
  if p.id is null then
    return desk.refuse('no_such_login', 'notfound', 'login', jsonb_build_object('value', left(p_login, 80)));
  end if;
  return jsonb_build_object('ok', true, 'login', p.login, 'name', p.name, 'org', (select o.name from desk.org o where o.id = p.org_id), 'active', p.active,
    'superuser', coalesce((select r.rolsuper from pg_roles r where r.rolname = p.login), false),
    'groups', (select coalesce(jsonb_agg(g.name order by g.name), '[]') from desk.group_member m join desk.support_group g on g.id = m.group_id where m.person_id = p.id),
    'roles', (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'org', o.name, 'group', g.name,
        'from', case when isfinite(r.valid_from) then desk.iso(r.valid_from) end, 'to', case when isfinite(r.valid_to) then desk.iso(r.valid_to) end) order by r.role, o.name, g.name), '[]')
      from desk.person_role r left join desk.org o on o.id = r.org_id left join desk.support_group g on g.id = r.group_id where r.person_id = p.id),
    'sees', (select coalesce(jsonb_agg(w.x), '[]') from (
      select '{"what": "own"}'::jsonb as x where exists (select from desk.person_role r where r.person_id = p.id and r.role in ('requester', 'agent', 'lead', 'process_owner', 'auditor'))
      union all
      select distinct jsonb_build_object('what', 'scope', 'role', r.role, 'org', o.name, 'group', g.name)
        from desk.person_role r left join desk.org o on o.id = r.org_id left join desk.support_group g on g.id = r.group_id
       where r.person_id = p.id and r.role in ('agent', 'lead', 'process_owner', 'auditor') and desk.now() >= r.valid_from and desk.now() < r.valid_to
      union all
      select jsonb_build_object('what', 'named', 'count', count(*)) from desk.ticket_access a where a.person_id = p.id having count(*) > 0) w),
    'verbs', (select coalesce(jsonb_object_agg(v.kind, v.verbs), '{}') from (
      select t.kind, jsonb_object_agg(t.verb, t.why) as verbs from (
        select t.kind, t.verb, jsonb_agg(distinct u.r order by u.r) as why from desk.transition t, unnest(t.roles) u(r)
         where u.r in ('opener', 'assignee') or u.r in (select r.role from desk.person_role r where r.person_id = p.id and desk.now() >= r.valid_from and desk.now() < r.valid_to)
         group by t.kind, t.verb) t group by t.kind) v where p.active));
end $$;
revoke execute on function desk.user_list(), desk.user_report(text) from public;
grant execute on function desk.user_list() to desk_admin;
grant execute on function desk.user_report(text) to desk_admin, desk_auditor;

-- ---- the last of the common files: what a session may not change ---------------------------------------------------------
-- standard_conforming_strings decides how the backslashes in these bodies are read, and anybody can set it: what people call
-- from outside reads them as they are written. (Those that policies ask for every row have none.)
reset role;
do $$
declare f regprocedure;
begin
  for f in select p.oid from pg_proc p where p.pronamespace = 'desk'::regnamespace and p.prosecdef
      and p.proname !~ '^(now|me|has_role|my_role|me_own|met|i_am_staff|my_access|scope_.*|feed_.*)$' loop
    execute format('alter function %s set standard_conforming_strings = on', f);
  end loop;
end $$;
