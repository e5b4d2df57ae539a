-- The configuration items: classes and attributes as data, the items, their links, and all that was known of both at any instant.
-- Everything here is written through one door (0042b_ci_write.sql), which keeps the versions; a row put in directly has none and
-- is shown as it stands.
--
-- An item has an ident, which files and commands name it by, and a name, which two items may share. What a class adds are attributes,
-- kept in attrs and checked by desk.ci_attr of the class and of the classes above it.
-- A version is the whole item after a change; links carry the times between which they held. seq orders both: an instant within which
-- several things were written is told apart by it.
reset role; set local role desk_owner;

create table desk.ci_class(
  class       text primary key check (class ~ '^[a-z][a-z0-9_]*$' and length(class) <= 60),
  parent      text references desk.ci_class check (parent <> class), -- null: the root alone
  description text,
  stale_days  smallint check (stale_days between 1 and 3650),        -- null: as the parent says
  parent_link text,                                                  -- items of this class hang on another one by this link: part of their keys
  by_import   boolean not null default false);                       -- a file named it first
create index ci_class_parent_key on desk.ci_class(parent);

create table desk.ci_attr(
  class       text not null references desk.ci_class,
  attr        text not null check (attr ~ '^[a-z][a-z0-9_]*$' and length(attr) <= 60),
  type        text not null default 'text' check (type in ('text', 'int', 'number', 'bool', 'date', 'choice', 'ip', 'ref')),
  required    boolean not null default false,
  recommended boolean not null default false,
  choices     text[] check ((type = 'choice') = (choices is not null)),
  ref_class   text references desk.ci_class,                          -- type ref: of this class, or below it
  noise       boolean not null default false,                         -- a change of it alone is never unplanned
  description text,
  sort        smallint not null default 100,
  primary key (class, attr));

-- How an item of a class is known again: the first key all parts of which have a value decides. Parts: attributes, name, place, and @TYPE,
-- the item that a link of this type leads to. A class without keys has those of its parent.
create table desk.ci_key(
  class text not null references desk.ci_class,
  pos   smallint not null,
  parts text[] not null check (parts <> '{}'),
  primary key (class, pos));

-- Whom to believe: the lowest rank of the nearest class wins, an attribute named before '*'. Sources not listed have 100; among equals
-- the last word stands.
create table desk.ci_rank(
  class  text not null references desk.ci_class,
  attr   text not null,
  source text not null,
  rank   smallint not null check (rank between 1 and 999),
  primary key (class, attr, source));

create table desk.ci_state(
  state  text primary key,
  sort   smallint not null,
  active boolean not null,        -- offered in tickets
  live   boolean not null);       -- serves somebody: what changes here without a change ticket is looked at
create table desk.ci_state_step(
  from_state text not null references desk.ci_state,
  to_state   text not null references desk.ci_state,
  primary key (from_state, to_state));

create table desk.ci_link_type(
  type        text primary key check (type ~ '^[a-z][a-z0-9_]*$' and length(type) <= 60),
  impact      smallint not null default 0 check (impact in (-1, 0, 1)), -- 1: the source suffers when the target fails; -1: the other way round
  description text,
  by_import   boolean not null default false);
-- Between which classes (or classes below them) a type may stand; a type without rows may stand anywhere.
create table desk.ci_pair(
  type       text not null references desk.ci_link_type,
  from_class text not null references desk.ci_class,
  to_class   text not null references desk.ci_class,
  primary key (type, from_class, to_class));

create sequence desk.ci_seq;

insert into desk.ci_class(class, parent, description, stale_days, parent_link) values
  ('ci', null, 'anything the desk keeps a record of', 60, null), ('hardware', 'ci', 'something one can touch', null, null), ('software', 'ci', 'programs and what they are made of', null, null),
  ('logical', 'ci', 'a name, a group, a place in a network', null, null), ('location', 'ci', 'where things stand', 3650, null), ('organisation', 'ci', 'who answers for things', 3650, null),
  ('business_service', 'ci', 'what customers use', null, null),
  ('device', 'hardware', 'what people work with', 365, null), ('server', 'hardware', null, null, null), ('network_device', 'hardware', 'switch, router, firewall', null, null), ('storage', 'hardware', null, null, null),
  ('printer', 'device', null, null, null), ('laptop', 'device', null, null, null), ('monitor', 'device', null, null, null), ('desktop', 'device', null, null, null), ('phone', 'device', null, null, null),
  ('virtual_machine', 'logical', null, null, null), ('application', 'software', null, null, null), ('database', 'software', null, null, null), ('package', 'software', null, null, null), ('source', 'software', null, null, null),
  ('software_component', 'software', null, null, null), ('role', 'logical', 'what a server is for', null, null), ('cluster', 'logical', null, null, null), ('database_cluster', 'cluster', null, null, null),
  ('network', 'logical', null, null, null), ('service_endpoint', 'logical', null, null, null), ('dns_record', 'logical', null, null, null),
  ('datacentre', 'location', null, null, null), ('site', 'location', null, null, null), ('rack', 'location', null, null, 'located_in'), ('team', 'organisation', null, null, null);
insert into desk.ci_class(class, parent) select distinct c.class, 'ci' from desk.ci c where c.class ~ '^[a-z][a-z0-9_]*$' and length(c.class) <= 60 on conflict do nothing;

insert into desk.ci_attr(class, attr, type, required, recommended, choices, noise, sort) values
  ('hardware', 'serial', 'text', false, false, null, false, 10), ('hardware', 'asset_tag', 'text', false, false, null, false, 11), ('hardware', 'model', 'text', false, false, null, false, 12),
  ('hardware', 'vendor', 'text', false, false, null, false, 13), ('hardware', 'ip', 'ip', false, false, null, false, 14), ('hardware', 'mac', 'text', false, false, null, false, 15),
  ('hardware', 'bought', 'date', false, false, null, false, 16), ('hardware', 'warranty_until', 'date', false, false, null, false, 17),
  ('server', 'os', 'text', false, false, null, false, 20), ('server', 'cpus', 'int', false, false, null, false, 21), ('server', 'ram_gib', 'number', false, false, null, false, 22),
  ('hardware', 'last_seen', 'date', false, false, null, true, 90),
  ('virtual_machine', 'ip', 'ip', false, false, null, false, 14), ('virtual_machine', 'os', 'text', false, false, null, false, 20), ('virtual_machine', 'cpus', 'int', false, false, null, false, 21),
  ('virtual_machine', 'ram_gib', 'number', false, false, null, false, 22),
  ('software', 'version', 'text', false, false, null, false, 10), ('software', 'vendor', 'text', false, false, null, false, 11),
  ('package', 'section', 'text', false, false, null, false, 20), ('package', 'priority', 'choice', false, false, '{required,important,standard,optional,extra}', false, 21),
  ('package', 'architecture', 'text', false, false, null, false, 22), ('package', 'installed_kib', 'int', false, false, null, true, 23), ('package', 'download_bytes', 'int', false, false, null, true, 24),
  ('business_service', 'state', 'text', false, false, null, false, 10), ('business_service', 'critical', 'bool', false, false, null, false, 11), ('business_service', 'port', 'int', false, false, null, false, 12),
  ('business_service', 'ip', 'ip', false, false, null, false, 13), ('business_service', 'encryption', 'bool', false, false, null, false, 14),
  ('service_endpoint', 'port', 'int', false, false, null, false, 12), ('service_endpoint', 'ip', 'ip', false, false, null, false, 13),
  ('network', 'ip', 'ip', false, false, null, false, 13);
insert into desk.ci_key(class, pos, parts) values
  ('ci', 1, '{name}'), ('hardware', 1, '{serial}'), ('hardware', 2, '{asset_tag}'), ('hardware', 3, '{name}'), ('rack', 1, '{@located_in,name}');
insert into desk.ci_rank(class, attr, source, rank) values ('ci', '*', 'manual', 10);

insert into desk.ci_state(state, sort, active, live) values ('planned', 1, true, false), ('build', 2, true, false), ('stock', 3, true, false), ('production', 4, true, true),
  ('maintenance', 5, true, true), ('retired', 6, false, false), ('disposed', 7, false, false);
insert into desk.ci_state_step values ('planned', 'build'), ('planned', 'stock'), ('planned', 'production'), ('planned', 'retired'), ('build', 'stock'), ('build', 'production'), ('build', 'retired'),
  ('stock', 'build'), ('stock', 'production'), ('stock', 'retired'), ('stock', 'disposed'), ('production', 'maintenance'), ('production', 'stock'), ('production', 'retired'),
  ('maintenance', 'production'), ('maintenance', 'stock'), ('maintenance', 'retired'), ('retired', 'production'), ('retired', 'stock'), ('retired', 'disposed');

insert into desk.ci_link_type(type, impact, description) values
  ('depends_on', 1, 'does not work without it'), ('requires', 1, 'does not start without it'), ('located_in', 1, 'stands there'), ('includes', 1, 'is made of it'), ('runs_role', 1, 'does this work'),
  ('provides', -1, 'is what the other one is served by'), ('published_as', -1, 'is reached by this name'), ('member_of', -1, 'is one of those that make it up'),
  ('owned_by', 0, 'this team answers for it'), ('recommends', 0, 'better with it'), ('breaks', 0, 'not beside it'), ('conflicts_with', 0, 'not beside it'), ('built_from', 0, 'was made of it'),
  ('connects_to', 0, 'a cable or a route leads there'), ('backs_up', 0, 'keeps copies of it'), ('runs_on', 1, 'runs on it'), ('hosted_by', 1, 'is kept there'), ('powers', -1, 'feeds it'), ('used_by', 0, 'works with it');

-- ---- the items ------------------------------------------------------------------------------------------------------------------
alter table desk.ci drop constraint ci_name_key;
alter table desk.ci
  add column ident       text,
  add column description text,
  add column attrs       jsonb not null default '{}' check (jsonb_typeof(attrs) = 'object'),
  add column lifecycle   text not null default 'production',
  add column op_state    text not null default 'operational' check (op_state in ('operational', 'warning', 'incident')),
  add column criticality smallint check (criticality between 1 and 4),   -- 1 vital .. 4 minor; null: nobody said
  add column group_id    int references desk.support_group,
  add column environment text,
  add column version     int not null default 0;                         -- 0: never went through the door
update desk.ci set class = 'ci' where class not in (select k.class from desk.ci_class k);
update desk.ci set ident = class || ':' || name;
alter table desk.ci alter column ident set not null, add constraint ci_ident_key unique (ident), add constraint ci_class_fkey foreign key (class) references desk.ci_class,
  add constraint ci_lifecycle_fkey foreign key (lifecycle) references desk.ci_state;
create index ci_name_key on desk.ci(name);
create index ci_ident_lower_key on desk.ci(lower(ident) text_pattern_ops);
create index ci_class_key on desk.ci(class, lower(name));
create index ci_attrs_key on desk.ci using gin (attrs jsonb_path_ops);
create index ci_group_key on desk.ci(group_id) where group_id is not null;
create index ci_incident_key on desk.ci(id) where op_state = 'incident';
create index ci_service_key on desk.ci(service_id) where service_id is not null;

-- An item put in without an ident has class:name; the second of that name gets :2.
create function desk.ci_ident() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v text := new.class || ':' || new.name; n int := 1;
begin
  new.ident := v;
  while exists (select from desk.ci c where c.ident = new.ident) loop n := n + 1; new.ident := v || ':' || n; end loop;
  return new;
end $$;
revoke execute on function desk.ci_ident() from public;
create trigger ci_ident before insert on desk.ci for each row when (new.ident is null) execute function desk.ci_ident();

create table desk.ci_redundancy(          -- the item suffers by links of this type only when fewer than so many of the others still work
  ci_id bigint not null references desk.ci,
  type  text not null references desk.ci_link_type,
  needs smallint not null check (needs >= 1),
  primary key (ci_id, type));

create table desk.ci_link(
  id      bigint generated always as identity primary key,
  from_id bigint not null references desk.ci,
  type    text not null references desk.ci_link_type,
  to_id   bigint not null references desk.ci,
  source  text not null default 'manual',
  since   timestamptz not null,
  until   timestamptz check (until >= since),          -- null: it holds
  seq     bigint not null default nextval('desk.ci_seq'),
  until_seq bigint check ((until is null) = (until_seq is null)),
  by_id    int not null default 1,
  ended_by int);
create unique index ci_link_from_key on desk.ci_link(from_id, type, to_id) where until is null;
create index ci_link_to_key on desk.ci_link(to_id, type, from_id) where until is null;
create index ci_link_past_from_key on desk.ci_link(from_id) where until is not null;
create index ci_link_past_to_key on desk.ci_link(to_id) where until is not null;

-- The item after each change: row holds its fields (ids, not names), its attributes and its redundancy.
create table desk.ci_version(
  ci_id   bigint not null references desk.ci,
  version int not null,
  at      timestamptz not null,
  seq     bigint not null default nextval('desk.ci_seq'),
  by_id   int not null,
  source  text not null,
  op      text not null check (op in ('create', 'set', 'retire')),
  changes jsonb,                                        -- {field: [before, after]}; null: made
  row     jsonb not null,
  primary key (ci_id, version));
create index ci_version_at_key on desk.ci_version(at);

-- What each source last said of an item. A value that is not the item's own is one that lost.
create table desk.ci_report(
  ci_id  bigint not null references desk.ci,
  source text not null,
  ext_id text not null,                                 -- what the source calls it
  at     timestamptz not null,
  said   jsonb not null default '{}',
  gone_at timestamptz,                                  -- the source names it no more
  primary key (ci_id, source));
create unique index ci_report_ext_key on desk.ci_report(source, ext_id);

do $$
declare t text;
begin
  foreach t in array '{ci_class,ci_attr,ci_key,ci_rank,ci_state,ci_state_step,ci_link_type,ci_pair,ci_redundancy,ci_link,ci_version,ci_report}'::text[] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('grant select on desk.%I to desk_person', t);
  end loop;
  foreach t in array '{ci_class,ci_attr,ci_key,ci_rank,ci_state,ci_state_step,ci_link_type,ci_pair}'::text[] loop
    execute format('create policy reader on desk.%I for select to desk_person using ((select desk.i_am_staff()))', t);
  end loop;
end $$;
grant usage on sequence desk.ci_seq to desk_api;

-- ---- who sees what: staff the items of the organisations they serve and those of none; anybody what he uses himself ------------------
reset role; set local role desk_api;
create or replace function desk.ci_seen(c desk.ci, p_person int) returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select p_person = 1 or c.owner_id = p_person or exists (select from desk.person_role r, desk.now() n
    where r.person_id = p_person and r.role in ('agent', 'lead', 'process_owner', 'auditor', 'admin')
      and (r.org_id is null or c.org_id is null or r.org_id = c.org_id) and r.valid_from <= n and n < r.valid_to) $$;
-- The same once for a statement: the organisations; null: all of them. Nobody of the staff has {}.
create function desk.ci_orgs() returns int[] language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now();
begin
  if v_me = 1 then return null; end if;
  return (select case when coalesce(bool_or(r.org_id is null), false) then null else coalesce(array_agg(distinct r.org_id), '{}') end
    from desk.person_role r where r.person_id = v_me and r.role in ('agent', 'lead', 'process_owner', 'auditor', 'admin') and r.valid_from <= v_now and v_now < r.valid_to);
end $$;
create function desk.ci_all() returns boolean language plpgsql stable parallel restricted security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$ begin return desk.ci_orgs() is null; end $$;
revoke execute on function desk.ci_orgs(), desk.ci_all() from public;
grant execute on function desk.ci_orgs(), desk.ci_all() to desk_person, desk_owner;

reset role; set local role desk_owner;
drop policy reader on desk.ci;
create policy reader on desk.ci for select to desk_person using ((select desk.ci_all())
  or (org_id is null and (select desk.ci_orgs()) <> '{}') or org_id = any ((select desk.ci_orgs())::int[]) or owner_id = (select desk.me()));
create policy reader on desk.ci_link for select to desk_person using ((select desk.ci_all())
  or (exists (select from desk.ci c where c.id = from_id) and exists (select from desk.ci c where c.id = to_id)));
do $$
declare t text;
begin
  foreach t in array '{ci_redundancy,ci_version,ci_report}'::text[] loop
    execute format('create policy reader on desk.%I for select to desk_person using ((select desk.ci_all())
      or ((select desk.ci_orgs()) <> ''{}'' and exists (select from desk.ci c where c.id = ci_id)))', t);
  end loop;
end $$;
