-- Who may see and do what: the desk's clock, who is asking, scopes, grants and row-level security.
--
-- Two judges that must agree: the policies here for direct SELECT, and desk.can_see() inside the rulebook. Functions of
-- desk_api see every row (policy "api"), so they ask can_see(); people (desk_person) meet the reader policies.
-- Scopes stand in the policies as uncorrelated sub-selects, so that each is one init-plan and never a call per row.

-- ---- what the rulebook's own role may do: the journal is append only even for it ---------------------------------
do $$
declare r record;
begin
  for r in select c.oid::regclass as t, c.relname from pg_class c
      where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition loop
    execute format('grant %s on %s to desk_api',
      case when r.relname in ('event', 'seal', 'access_log') then 'select, insert'
           when r.relname = 'event_text' then 'select, insert, update'
           when r.relname ~ '^change_log_' then 'select, insert, delete, truncate'
           else 'select, insert, update, delete' end, r.t);
  end loop;
end $$;
grant usage on all sequences in schema desk to desk_api;
grant execute on function desk.content_hash(bytea, jsonb, text), desk.event_hash(bytea, desk.event) to desk_api;

-- ---- the clock and the person ------------------------------------------------------------------------------------------
reset role;
set local role desk_api;

-- PL/pgSQL, not SQL: these are called once or twice in nearly every statement, and a plan kept in the session makes such a
-- call cost microseconds where a SQL function is planned anew.
-- A pinned search path costs some 0.5 us a call: every function has one that runs as another role or that anybody but the
-- rulebook may call; those on the way of each act inherit it from there.

-- The only clock of the rulebook. clock_timestamp(), not now(): after waiting for a row lock an act must not carry a
-- time before the act it waited for.
create function desk.now() returns timestamptz language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(c.frozen_at, clock_timestamp()) from desk.clock c);
end $$;

create function desk.iso(p timestamptz) returns text language plpgsql immutable parallel safe strict
  set search_path = pg_catalog, pg_temp as $$
begin
  return case when isfinite(p) then to_char(p at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') end;
end $$;

-- The person behind this session; null for roles without an active person. The only reader of session_user.
create function desk.me() returns int language plpgsql stable parallel safe security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  -- collate: a name cast to text has collation C, with which the index on login cannot be used
  return (select p.id from desk.person p where p.login = session_user::text collate "default" and p.active);
end $$;

create function desk.has_role(variadic p_roles text[]) returns boolean language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return exists (select from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
    and r.role = any (p_roles));
end $$;

-- My role rows that hold now.
create function desk.my_role() returns setof desk.person_role language sql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
  select r.* from desk.person_role r, desk.now() n
   where r.person_id = desk.me() and r.valid_from <= n and n < r.valid_to $$;

-- Those who work at the desk know its people and customers; requesters know themselves and whom they meet.
create function desk.is_staff(p_person int) returns boolean language plpgsql stable parallel restricted as $$
declare v_now timestamptz := desk.now();
begin
  return p_person = 1 or exists (select from desk.person_role r where r.person_id = p_person and r.valid_from <= v_now and v_now < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor', 'admin'));
end $$;
create function desk.i_am_staff() returns boolean language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return v_me = 1 or exists (select from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor', 'admin'));
end $$;
-- Whether a person may know of what belongs to this organisation alone (null: to all).
create function desk.org_known(p_org int, p_person int) returns boolean language plpgsql stable parallel restricted
  set search_path = pg_catalog, pg_temp as $$
begin
  return p_org is null or desk.is_staff(p_person) or exists (select from desk.person p where p.id = p_person and p.org_id = p_org);
end $$;

-- Me, if I hold a role that lets me have tickets of my own: an administrator or worker alone has none.
create function desk.me_own() returns int language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
begin
  return case when desk.has_role('requester', 'agent', 'lead', 'process_owner', 'auditor') then desk.me() end;
end $$;

-- The scope of my staff roles, in four parts: everything; whole organisations; whole groups; one group of one organisation.
create function desk.scope_all() returns boolean language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return (select coalesce(bool_or(true), false) from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor')
    and r.org_id is null and r.group_id is null);
end $$;
create function desk.scope_orgs() returns int[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return (select coalesce(array_agg(distinct r.org_id), '{}') from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor')
    and r.org_id is not null and r.group_id is null);
end $$;
create function desk.scope_groups() returns int[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return (select coalesce(array_agg(distinct r.group_id), '{}') from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor')
    and r.org_id is null and r.group_id is not null);
end $$;
create function desk.scope_pairs() returns bigint[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return (select coalesce(array_agg(distinct (r.org_id::bigint << 32) | r.group_id), '{}') from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor')
    and r.org_id is not null and r.group_id is not null);
end $$;
-- Restricted tickets that name me.
create function desk.my_access() returns bigint[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me();
begin
  return (select coalesce(array_agg(a.ticket_id), '{}') from desk.ticket_access a where a.person_id = v_me);
end $$;
-- Me and the people on the tickets I requested or am named in: whose names a requester may read.
create function desk.met() returns int[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_own int := desk.me_own();
begin
  return (select array_agg(distinct p) from desk.ticket t, unnest(array[t.requester_id, t.opened_by, t.assignee_id]) p
    where t.requester_id = v_own or t.id = any (desk.my_access())) || v_me;
end $$;
-- Organisations whose change-log rows I may read; those who serve a group over all organisations read all.
create function desk.feed_all() returns boolean language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return (select coalesce(bool_or(true), false) from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor')
    and r.org_id is null);
end $$;
create function desk.feed_orgs() returns int[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_own int := desk.me_own(); v_now timestamptz := desk.now();
begin
  return (select coalesce(array_agg(distinct o), '{}') from (
    select r.org_id o from desk.person_role r where r.person_id = v_me and r.org_id is not null and r.valid_from <= v_now and v_now < r.valid_to
    union all select p.org_id from desk.person p where p.id = v_own) s);
end $$;

-- What a person is to a ticket: the staff roles whose scope covers it, and requester, opener, assignee, named.
-- 'sees' = may see its header; 'staff' = in scope, internal text too.
create function desk.who(p_person int, p_id bigint, p_org int, p_group int, p_requester int, p_opener int, p_assignee int,
    p_restricted boolean) returns text[] language plpgsql stable as $$
declare v text[]; v_any boolean; v_staff boolean; v_named boolean := false; v_now timestamptz;
begin
  if p_person = 1 then return array['system', 'staff', 'sees']; end if;
  v_now := desk.now();
  select array_agg(distinct r.role) filter (where r.role <> 'requester' and (r.org_id is null or r.org_id = p_org)
                                              and (r.group_id is null or r.group_id = p_group)),
         bool_or(r.role in ('requester', 'agent', 'lead', 'process_owner', 'auditor'))
    into v, v_any
    from desk.person_role r
   where r.person_id = p_person and r.valid_from <= v_now and v_now < r.valid_to;
  v := coalesce(v, '{}');
  v_staff := v && array['agent', 'lead', 'process_owner', 'auditor'];
  if p_restricted then
    v_named := exists (select from desk.ticket_access a where a.ticket_id = p_id and a.person_id = p_person);
    if not v_named then return v; end if;
    -- being named opens it to staff of any scope
    select v || array['named', 'sees'] || coalesce(array_agg(distinct r.role) filter (where r.role in ('agent', 'lead', 'process_owner', 'auditor')), '{}')
      into v from desk.person_role r where r.person_id = p_person and r.valid_from <= v_now and v_now < r.valid_to;
    if v && array['agent', 'lead', 'process_owner', 'auditor'] then v := v || 'staff'::text; end if;
  elsif v_staff then
    v := v || array['staff', 'sees'];
  end if;
  if v_any then
    if p_requester = p_person then v := v || array['requester', 'sees']; end if;
    if p_opener = p_person then v := v || array['opener', 'sees']; end if;
    if p_assignee = p_person then v := v || 'assignee'::text; end if;
  end if;
  return v;
end $$;

create function desk.can_see(p_ticket bigint, p_person int) returns boolean language sql stable
  set search_path = pg_catalog, pg_temp as $$
  select coalesce((select desk.who(p_person, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted)
                   @> array['sees'] from desk.ticket t where t.id = p_ticket
                   and exists (select from desk.person p where p.id = p_person and (p.active or p.id = 1))), false) $$;

grant execute on function desk.now(), desk.iso(timestamptz), desk.me(), desk.my_role(), desk.has_role(text[]), desk.me_own(),
  desk.i_am_staff(), desk.scope_all(), desk.scope_orgs(), desk.scope_groups(), desk.scope_pairs(), desk.my_access(), desk.met(), desk.feed_all(), desk.feed_orgs()
  to desk_person;

-- ---- grants and policies for people ------------------------------------------------------------------------------------
reset role;
set local role desk_owner;

do $$
declare r record; t text;
begin
  for r in select c.oid::regclass as t from pg_class c
      where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') loop
    execute format('alter table %s enable row level security', r.t);
  end loop;
  for r in select c.oid::regclass as t from pg_class c
      where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition loop
    execute format('create policy api on %s to desk_api using (true) with check (true)', r.t);
  end loop;
  -- what every active person may read: the desk's own catalogue
  foreach t in array array['setting', 'clock', 'category', 'priority_matrix', 'kind',
                           'kind_state', 'field', 'verb', 'verb_param', 'transition', 'label'] loop
    execute format('grant select on desk.%I to desk_person', t);
    execute format('create policy reader on desk.%I for select to desk_person using ((select desk.me()) is not null)', t);
  end loop;
  -- what hangs on a ticket and is as public as its header: the sub-select on desk.ticket meets that table's policy
  foreach t in array array['ticket_ci', 'ticket_tag', 'external_ref', 'span'] loop
    execute format('grant select on desk.%I to desk_person', t);
    execute format('create policy reader on desk.%I for select to desk_person using (exists (
      select from desk.ticket t where t.id = ticket_id and not t.restricted))', t);
  end loop;
  -- personal things: direct DML
  foreach t in array array['my_view', 'my_read', 'my_draft', 'my_setting'] loop
    execute format('grant select, insert, update, delete on desk.%I to desk_person', t);
    execute format('create policy mine on desk.%I to desk_person using (person_id = (select desk.me()))
      with check (person_id = (select desk.me()))', t);
  end loop;
  foreach t in array array['change_log_0', 'change_log_1', 'change_log_2'] loop
    execute format('grant select on desk.%I to desk_person', t);
    execute format('create policy reader on desk.%I for select to desk_person using (
      (select desk.feed_all()) or org_id = any ((select desk.feed_orgs())::int[]))', t);
  end loop;
end $$;
grant select on desk.change_slot to desk_person;
create policy reader on desk.change_slot for select to desk_person using ((select desk.me()) is not null);

-- people: staff know everybody; others themselves and those they meet on their tickets, without addresses
grant select (id, login, name, org_id, active) on desk.person to desk_person;
grant select on desk.person to desk_agent, desk_lead, desk_process_owner, desk_auditor, desk_admin;
create policy reader on desk.person for select to desk_person using (
  (select desk.i_am_staff()) or id = any ((select desk.met())::int[]));
-- the same for customers, and for groups and services of one of them
grant select on desk.org, desk.support_group, desk.group_member, desk.service to desk_person;
create policy reader on desk.org for select to desk_person using ((select desk.i_am_staff())
  or id = (select p.org_id from desk.person p where p.id = (select desk.me())));
create policy reader on desk.support_group for select to desk_person using ((select desk.i_am_staff())
  or ((select desk.me()) is not null and (org_id is null or org_id = (select p.org_id from desk.person p where p.id = (select desk.me())))));
create policy reader on desk.service for select to desk_person using ((select desk.i_am_staff())
  or ((select desk.me()) is not null and (org_id is null or org_id = (select p.org_id from desk.person p where p.id = (select desk.me())))));
create policy reader on desk.group_member for select to desk_person using ((select desk.i_am_staff()) or person_id = (select desk.me()));
grant select on desk.person_role to desk_person;
create policy reader on desk.person_role for select to desk_person using (
  person_id = (select desk.me()) or (select desk.has_role('admin', 'auditor')));

grant select on desk.ci to desk_person;
create policy reader on desk.ci for select to desk_person using (
  (select desk.feed_all()) or org_id = any ((select desk.scope_orgs())::int[]) or owner_id = (select desk.me()));

grant select on desk.ticket to desk_person;
-- Two policies: what everybody has is found by indexes alone, and somebody who only asks never meets the other one, which is not.
create policy reader on desk.ticket for select to desk_person using (
  (not restricted and (requester_id = (select desk.me_own()) or opened_by = (select desk.me_own())))
  or (restricted and id = any ((select desk.my_access())::bigint[])));
create policy reader_scope on desk.ticket for select to desk_agent, desk_lead, desk_process_owner, desk_auditor using (
  not restricted and ((select desk.scope_all())
    or org_id = any ((select desk.scope_orgs())::int[])
    or group_id = any ((select desk.scope_groups())::int[])
    or ((org_id::bigint << 32) | group_id) = any ((select desk.scope_pairs())::bigint[])));

-- Texts and journal of a restricted ticket: only through desk.open_restricted(), which writes the access log.
grant select on desk.ticket_text to desk_person;
create policy reader on desk.ticket_text for select to desk_person using (exists (
  select from desk.ticket t where t.id = ticket_text.id and not t.restricted));
grant select on desk.event to desk_person;
create policy reader on desk.event for select to desk_person using (exists (
  select from desk.ticket t where t.id = ticket_id and not t.restricted and (visibility = 2
    or (select desk.scope_all()) or t.org_id = any ((select desk.scope_orgs())::int[])
    or t.group_id = any ((select desk.scope_groups())::int[])
    or ((t.org_id::bigint << 32) | t.group_id) = any ((select desk.scope_pairs())::bigint[]))));
grant select on desk.event_text to desk_person;
create policy reader on desk.event_text for select to desk_person using (exists (
  select from desk.event e where e.ticket_id = event_text.ticket_id and e.seq = event_text.seq));
-- the hash of a file's content is left out: who knows it need not have the file
grant select (id, ticket_id, seq, name, media_type, size) on desk.attachment to desk_person;
create policy reader on desk.attachment for select to desk_person using (exists (
  select from desk.event e where e.ticket_id = attachment.ticket_id and e.seq = attachment.seq));
grant select on desk.time_entry to desk_person;
create policy reader on desk.time_entry for select to desk_person using (exists (
  select from desk.event e where e.ticket_id = time_entry.ticket_id and e.seq = time_entry.seq));
grant select on desk.watcher to desk_person;
create policy reader on desk.watcher for select to desk_person using (person_id = (select desk.me()) or exists (
  select from desk.ticket t where t.id = ticket_id and not t.restricted
    and ((select desk.scope_all()) or t.org_id = any ((select desk.scope_orgs())::int[])
    or t.group_id = any ((select desk.scope_groups())::int[])
    or ((t.org_id::bigint << 32) | t.group_id) = any ((select desk.scope_pairs())::bigint[]))));
grant select on desk.ticket_link to desk_person;
create policy reader on desk.ticket_link for select to desk_person using (
  exists (select from desk.ticket t where t.id = from_id and not t.restricted)
  and exists (select from desk.ticket t where t.id = to_id and not t.restricted));
grant select on desk.ticket_access to desk_person;
create policy reader on desk.ticket_access for select to desk_person using (person_id = (select desk.me()));

-- audit. desk.op without its answers, which may quote a restricted ticket, and without the hash of what was asked, by which
-- a text could be guessed
grant select on desk.seal to desk_auditor;
create policy reader on desk.seal for select to desk_auditor using ((select desk.has_role('auditor')));
grant select (op_id, part, actor_id, at) on desk.op to desk_auditor;
create policy reader on desk.op for select to desk_auditor using ((select desk.has_role('auditor')));
grant select on desk.access_log to desk_auditor;
create policy reader on desk.access_log for select to desk_auditor using ((select desk.has_role('auditor')));
grant select on desk.import_file to desk_auditor, desk_admin;
create policy reader on desk.import_file for select to desk_auditor, desk_admin using ((select desk.has_role('auditor', 'admin')));
grant select on desk.board to desk_person;
create policy reader on desk.board for select to desk_person using ((select desk.scope_all()));

insert into desk.priority_matrix(kind, impact, urgency, priority)
  select '*', i, u, least(5, i + u - 1) from generate_series(1, 3) i, generate_series(1, 3) u;

-- Uploads on their way, each person's apart from what is there and from those of others: neither the answers nor what is stored
-- tell whether somebody has this file already. An attach needs a whole upload by the same person, so that knowing the hash of a
-- file does not open it.
create table desk.blob_upload(
  sha256 bytea not null, person_id int not null references desk.person,
  next int not null default 0, done boolean not null default false, at timestamptz not null default clock_timestamp(),
  primary key (sha256, person_id));
create table desk.blob_upload_chunk(
  sha256 bytea not null, person_id int not null, n int not null, data bytea not null check (length(data) <= 262144),
  primary key (sha256, person_id, n), foreign key (sha256, person_id) references desk.blob_upload on delete cascade);
create index blob_upload_at_key on desk.blob_upload(at);
alter table desk.blob_upload enable row level security;
alter table desk.blob_upload_chunk enable row level security;
create policy api on desk.blob_upload to desk_api using (true) with check (true);
create policy api on desk.blob_upload_chunk to desk_api using (true) with check (true);
grant select, insert, update, delete on desk.blob_upload, desk.blob_upload_chunk to desk_api;
