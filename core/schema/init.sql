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
  end loop;
end $$;
create schema if not exists desk authorization desk_owner;
grant usage on schema desk to desk_person, desk_api, desk_provision;
grant create on schema desk to desk_api, desk_provision;
revoke create on schema public from public;
do $$ begin
  execute format('revoke all on database %I from public', current_database());
  execute format('grant connect on database %I to desk_person', current_database());
end $$;
alter default privileges for role desk_api revoke execute on functions from public;
alter default privileges for role desk_provision revoke execute on functions from public;
alter default privileges for role desk_owner revoke execute on functions from public;
