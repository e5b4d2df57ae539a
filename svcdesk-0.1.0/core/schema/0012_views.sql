-- Saved views of groups beside those of persons, and what lists need besides.
reset role; set local role desk_owner;

-- Every built-in order stays on an index over the whole desk, too. Open tickets have theirs (ticket_open_due_key ...); these hold
-- only what is done, so that an act on an open ticket does not pay for them. The client reads both side by side.
create index ticket_done_due_key on desk.ticket(due_at, id) where phase = 3;
create index ticket_done_priority_key on desk.ticket(priority, id) where phase = 3;

-- ---- views --------------------------------------------------------------------------------------------------------------
-- columns: names of columns in their order, "subject:60" with a width; null: what the kinds say. pos: place in its section.
alter table desk.my_view
  add constraint my_view_name check (name ~ '\S' and length(name) <= 60) not valid,
  add constraint my_view_query check (length(query) <= 8192) not valid,
  add constraint my_view_columns check (length(columns::text) <= 4000) not valid;

create table desk.group_view(
  group_id int not null references desk.support_group,
  name     text not null check (name ~ '\S' and length(name) <= 60),
  query    text not null check (length(query) <= 8192),
  columns  text[] check (length(columns::text) <= 4000),
  pos      smallint not null default 100,
  primary key (group_id, name));
comment on table desk.group_view is 'Views a group shares: its leads write them, its members see them';
grant select, insert, update, delete on desk.group_view to desk_api;
alter table desk.group_view enable row level security;
create policy api on desk.group_view to desk_api using (true) with check (true);

reset role; set local role desk_api;
-- The groups whose views I may write: those I lead, by membership or by a role; administrators all.
create function desk.led_groups() returns int[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  return (select coalesce(array_agg(g.id), '{}') from desk.support_group g where g.id <> 0 and (
      exists (select from desk.group_member m where m.group_id = g.id and m.person_id = v_me and m.lead)
      or exists (select from desk.person_role r where r.person_id = v_me and r.valid_from <= v_now and v_now < r.valid_to
                  and (r.role = 'admin' or (r.role = 'lead' and (r.group_id = g.id or (r.group_id is null and
                        (r.org_id is null or r.org_id = g.org_id))))))));
end $$;
create function desk.my_groups() returns int[] language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me();
begin
  return (select coalesce(array_agg(m.group_id), '{}') from desk.group_member m where m.person_id = v_me);
end $$;
revoke execute on function desk.led_groups(), desk.my_groups() from public;
grant execute on function desk.led_groups(), desk.my_groups() to desk_person;

reset role; set local role desk_owner;
grant select, insert, update, delete on desk.group_view to desk_person;
create policy reader on desk.group_view for select to desk_person using (
  group_id = any ((select desk.my_groups())::int[]) or group_id = any ((select desk.led_groups())::int[]));
create policy writer_insert on desk.group_view for insert to desk_person with check (group_id = any ((select desk.led_groups())::int[]));
create policy writer_update on desk.group_view for update to desk_person using (group_id = any ((select desk.led_groups())::int[]))
  with check (group_id = any ((select desk.led_groups())::int[]));
create policy writer_delete on desk.group_view for delete to desk_person using (group_id = any ((select desk.led_groups())::int[]));

-- ---- what every list asks ---------------------------------------------------------------------------------------------------
-- The same answers as before: the time is read in the statement itself instead of by another function, since each page of a list
-- asks these a few times.
reset role; set local role desk_api;
create or replace function desk.i_am_staff() returns boolean language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me();
begin
  return v_me = 1 or exists (select from desk.person_role r, desk.clock c where r.person_id = v_me
    and r.valid_from <= coalesce(c.frozen_at, clock_timestamp()) and coalesce(c.frozen_at, clock_timestamp()) < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor', 'admin'));
end $$;
create or replace function desk.scope_all() returns boolean language plpgsql stable parallel restricted security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me();
begin
  return exists (select from desk.person_role r, desk.clock c where r.person_id = v_me
    and r.valid_from <= coalesce(c.frozen_at, clock_timestamp()) and coalesce(c.frozen_at, clock_timestamp()) < r.valid_to
    and r.role in ('agent', 'lead', 'process_owner', 'auditor') and r.org_id is null and r.group_id is null);
end $$;
