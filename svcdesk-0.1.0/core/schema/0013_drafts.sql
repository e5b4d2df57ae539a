-- Drafts that follow their writer, and texts that are written often. A draft is a row of desk.my_draft: the text of what stood in the
-- form, as its console wrote it (kind is KIND|VERB; ticket_id of a new ticket is 0 or less); an empty text says to the console of that
-- host that the draft was finished elsewhere. Nobody else reads it, and it goes with the act.
alter table desk.my_draft add constraint my_draft_host check (length(host) between 1 and 255),
  add constraint my_draft_body check (octet_length(body) <= 16 * 1024 * 1024);

-- When a ticket was read: "new since 10:42". One value for the rows that are there already, which are not rewritten.
alter table desk.my_read add column at timestamptz not null default now();

-- ---- texts with places to fill in ------------------------------------------------------------------------------------------------
create domain desk.macro_name as text check (length(value) between 1 and 40 and value !~ '[[:space:][:cntrl:]:{}|]');
create domain desk.macro_body as text check (length(value) between 1 and 20000);
create table desk.my_macro(
  person_id int not null references desk.person, name desk.macro_name not null, body desk.macro_body not null,
  primary key (person_id, name));
create table desk.group_macro(
  group_id int not null references desk.support_group, name desk.macro_name not null, body desk.macro_body not null,
  by_id int not null references desk.person, at timestamptz not null default clock_timestamp(),
  primary key (group_id, name));
alter table desk.my_macro enable row level security;
alter table desk.group_macro enable row level security;
grant select, insert, update, delete on desk.my_macro to desk_person, desk_api;
grant select, insert, update, delete on desk.group_macro to desk_api;
grant select on desk.group_macro to desk_person;
create policy mine on desk.my_macro to desk_person using (person_id = (select desk.me())) with check (person_id = (select desk.me()));
create policy api on desk.my_macro to desk_api using (true) with check (true);
create policy api on desk.group_macro to desk_api using (true) with check (true);
insert into desk.label(key, lang, text) values
  ('error.macro_name', 'en', 'a text is called by one word of at most 40 characters without : { } |, not {value}'),
  ('error.macro_name', 'zh_CN', '文本的名称为一个词，最多 40 个字符，不含 : { } |，而不是 {value}'),
  ('error.macro_body', 'en', 'a text holds 1 to 20000 characters'), ('error.macro_body', 'zh_CN', '文本长度为 1 到 20000 个字符'),
  ('error.macro_group', 'en', 'texts of {value} are written by its team leads'), ('error.macro_group', 'zh_CN', '{value} 的文本由其组长编写'),
  ('error.no_macro', 'en', 'there is no text {value}'), ('error.no_macro', 'zh_CN', '没有文本 {value}');

reset role;
set local role desk_api;

-- The groups whose texts I use: those I work in, and those I lead; and those whose texts I write.
create function desk.macro_groups(p_lead boolean) returns setof int language sql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
  select g.id from desk.support_group g
   where g.active and g.id > 0 and desk.i_am_staff()
     and (exists (select from desk.group_member m where m.group_id = g.id and m.person_id = desk.me() and (m.lead or not p_lead))
       or exists (select from desk.my_role() r where r.role = 'lead' and (r.group_id = g.id or (r.group_id is null
                    and (r.org_id is null or r.org_id = g.org_id))))) $$;
grant execute on function desk.macro_groups(boolean) to desk_person;

-- The texts I may use; of one name mine stands before those of groups.
create function desk.macros() returns table("group" text, name text, body text, writable boolean) language sql stable security definer
  set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
  select null, m.name::text, m.body::text, true from desk.my_macro m where m.person_id = desk.me()
  union all
  select g.name, m.name::text, m.body::text, g.id in (select desk.macro_groups(true)) from desk.group_macro m join desk.support_group g on g.id = m.group_id
   where g.id in (select desk.macro_groups(false))
  order by 2, 1 nulls first $$;

-- A text of mine, or of a group (p_group: its name). One that is there is written anew.
create function desk.macro_save(p_name text, p_body text, p_group text default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_group int; v_name text := btrim(p_name);
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied', null); end if;
  if v_name is null or length(v_name) not between 1 and 40 or v_name ~ '[[:space:][:cntrl:]:{}|]' then
    return desk.refuse('macro_name', 'input', 'name', jsonb_build_object('value', left(p_name, 80)));
  end if;
  if p_body is null or length(p_body) not between 1 and 20000 then return desk.refuse('macro_body', 'input', 'body'); end if;
  if p_group is null then
    insert into desk.my_macro as m values (v_me, v_name, p_body) on conflict (person_id, name) do update set body = excluded.body;
    return jsonb_build_object('ok', true, 'name', v_name, 'group', null);
  end if;
  select g.id into v_group from desk.support_group g where lower(g.name) = lower(btrim(p_group)) and g.id in (select desk.macro_groups(true));
  if v_group is null then return desk.refuse('macro_group', 'denied', 'group', jsonb_build_object('value', left(p_group, 80))); end if;
  insert into desk.group_macro as m(group_id, name, body, by_id) values (v_group, v_name, p_body, v_me)
    on conflict (group_id, name) do update set body = excluded.body, by_id = excluded.by_id, at = clock_timestamp();
  return jsonb_build_object('ok', true, 'name', v_name, 'group', (select g.name from desk.support_group g where g.id = v_group));
end $$;

create function desk.macro_delete(p_name text, p_group text default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_group int; v_gone boolean;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied', null); end if;
  if p_group is null then
    delete from desk.my_macro m where m.person_id = v_me and m.name = btrim(p_name) returning true into v_gone;
  else
    select g.id into v_group from desk.support_group g where lower(g.name) = lower(btrim(p_group)) and g.id in (select desk.macro_groups(true));
    if v_group is null then return desk.refuse('macro_group', 'denied', 'group', jsonb_build_object('value', left(p_group, 80))); end if;
    delete from desk.group_macro m where m.group_id = v_group and m.name = btrim(p_name) returning true into v_gone;
  end if;
  if v_gone is null then return desk.refuse('no_macro', 'notfound', 'name', jsonb_build_object('value', left(p_name, 80))); end if;
  return jsonb_build_object('ok', true, 'name', btrim(p_name), 'group', p_group);
end $$;
grant execute on function desk.macros(), desk.macro_save(text, text, text), desk.macro_delete(text, text) to desk_person;

-- ---- drafts that were being sent -------------------------------------------------------------------------------------------------
-- Which of these operations the desk has done for me: their drafts are done with.
create function desk.ops_done(p_ops uuid[]) returns setof uuid language sql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
  select o.op_id from desk.op o where o.op_id = any (p_ops) and o.part = 0 and o.actor_id = desk.me() and coalesce((o.result->>'ok')::boolean, true) $$;
grant execute on function desk.ops_done(uuid[]) to desk_person;

reset role;
create policy reader on desk.group_macro for select to desk_person using (group_id in (select desk.macro_groups(false)));
