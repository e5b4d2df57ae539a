-- Run once by a superuser in a new database (svcdesk db init), before the migrations. Roles belong to the cluster and
-- may be there already, or be made by another desk at this moment: each is tried again by the caller on a unique violation.
do $$
declare r text;
begin
  foreach r in array array['desk_owner','desk_api','desk_provision','desk_person','desk_requester','desk_agent','desk_lead',
                           'desk_process_owner','desk_auditor','desk_worker','desk_admin'] loop
    if not exists (select from pg_catalog.pg_roles where rolname = r) then execute format('create role %I nologin', r); end if;
  end loop;
  execute 'alter role desk_provision createrole';
  foreach r in array array['desk_requester','desk_agent','desk_lead','desk_process_owner','desk_auditor','desk_worker','desk_admin'] loop
    if not pg_has_role(r, 'desk_person', 'member') then execute format('grant desk_person to %I', r); end if;
    -- from 16 on the right to make roles is none to give them; the role that gives them needs not be any of them
    if current_setting('server_version_num')::int >= 160000 then
      execute format('grant %I to desk_provision with admin true, inherit false, set false', r);
    end if;
  end loop;
end $$;
create schema if not exists desk authorization desk_owner;
grant usage on schema desk to desk_person, desk_api, desk_provision;
grant create on schema desk to desk_api, desk_provision;
revoke create on schema public from public;
-- What was applied here. Written by the migrating program in the transaction of the file.
create table if not exists desk.schema_migration(
  name         text primary key,             -- 0001_tables, process/incident
  sha256       text not null,
  applied_at   timestamptz not null default clock_timestamp(),
  applied_by   text not null default session_user,
  ms           int not null,
  tool_version text not null);
alter table desk.schema_migration owner to desk_owner;
alter table desk.schema_migration enable row level security;
do $$ begin
  if not exists (select from pg_catalog.pg_policy where polrelid = 'desk.schema_migration'::regclass) then
    create policy schema_migration_read on desk.schema_migration for select to desk_person using (true);
  end if;
end $$;
grant select on desk.schema_migration to desk_person;
-- Nobody keeps things of his own in here: no temporary tables, no large objects.
revoke execute on function lo_creat(int), lo_create(oid), lo_from_bytea(oid, bytea) from public;
do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to desk_person', current_database());
end $$;
alter default privileges for role desk_api revoke execute on functions from public;
alter default privileges for role desk_provision revoke execute on functions from public;
alter default privileges for role desk_owner revoke execute on functions from public;
