-- Presence: who is at a console now, and which ticket he has before him. One row a console, renewed every 10 s, gone from view 30 s
-- after the last. It is unlogged: nothing of it is worth a write to the log, a crash or a standby has none of it, and no act waits
-- for it. Technical time, so clock_timestamp().
create unlogged table desk.my_presence(
  console   uuid primary key,               -- made by the console when it starts
  person_id int not null references desk.person,
  ticket_id bigint not null default 0,      -- 0: none
  mode      text not null default 'viewing' check (mode in ('viewing', 'writing')),
  at        timestamptz not null default clock_timestamp()) with (fillfactor = 50);
comment on table desk.my_presence is 'Who is at a console now; readable for others through desk.present';
alter table desk.my_presence enable row level security;
grant select, insert, update, delete on desk.my_presence to desk_api;
grant select, delete on desk.my_presence to desk_person;
create policy api on desk.my_presence to desk_api using (true) with check (true);
create policy mine on desk.my_presence to desk_person using (person_id = (select desk.me())) with check (person_id = (select desk.me()));
insert into desk.label(key, lang, text) values
  ('presence.viewing', 'en', 'looking at it'), ('presence.viewing', 'zh_CN', '正在查看'),
  ('presence.writing', 'en', 'writing'), ('presence.writing', 'zh_CN', '正在编写');

reset role;
set local role desk_api;

-- This console is still there; false: nobody's is. Another person's console is never renewed: the identity of one is only known to itself.
-- A ticket one does not see is none that one has before oneself. A console that comes anew takes away those that have been silent for an hour, and
-- of its person all but the last twenty.
create function desk.presence(p_console uuid, p_ticket bigint, p_mode text) returns boolean language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.me(); v_ticket bigint := coalesce(p_ticket, 0);
begin
  if me is null or p_console is null then return false; end if;
  if v_ticket <> 0 and not desk.can_see(v_ticket, me) then v_ticket := 0; end if;
  update desk.my_presence p set ticket_id = v_ticket, mode = case p_mode when 'writing' then 'writing' else 'viewing' end, at = clock_timestamp()
   where p.console = p_console and p.person_id = me;
  if not found then
    delete from desk.my_presence p where p.at < clock_timestamp() - interval '1 hour'
      or p.console in (select x.console from desk.my_presence x where x.person_id = me order by x.at desc offset 19);
    insert into desk.my_presence(console, person_id, ticket_id, mode) values (p_console, me, v_ticket, case p_mode when 'writing' then 'writing' else 'viewing' end)
      on conflict do nothing;
    return found;
  end if;
  return true;
end $$;

-- Who is there now: on one ticket, or everybody who works at the desk (null). For those who do; a ticket one does not see is not named, and
-- nobody is told who has a restricted one before him but those who may open it. A standby knows nobody.
create function desk.present(p_ticket bigint default null)
  returns table(person_id int, login text, name text, ticket_id bigint, mode text, at timestamptz, console uuid)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.me();
begin
  if pg_is_in_recovery() or not desk.i_am_staff() then return; end if;
  if p_ticket is not null and not desk.can_see(p_ticket, me) then return; end if;
  return query
    select p.id, p.login, p.name, case when p_ticket is not null or (x.ticket_id > 0 and desk.can_see(x.ticket_id, me)) then x.ticket_id end,
      x.mode, x.at, case when x.person_id = me then x.console end
      from desk.my_presence x join desk.person p on p.id = x.person_id and p.active
     where x.at > clock_timestamp() - interval '30 seconds' and case when p_ticket is null then desk.is_staff(x.person_id) else x.ticket_id = p_ticket end
     order by (x.mode = 'writing') desc, p.name, x.at desc;
end $$;
grant execute on function desk.presence(uuid, bigint, text), desk.present(bigint) to desk_person;
