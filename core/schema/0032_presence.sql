-- Presence on the tickets somebody has before him: who looks at them and who writes what since when, for all of a page at once. A row
-- is renewed about every 15 s and is nobody's 24 s after: who reads it each five seconds has seen it go within 30. A console writes at
-- most once in 10 s, so what it costs follows the people, not what they do. Technical time, so clock_timestamp().
alter table desk.my_presence add column verb text not null default '', add column since timestamptz not null default clock_timestamp();
comment on column desk.my_presence.verb is 'What is written: the verb it will be';
comment on column desk.my_presence.since is 'Since when it is so';
-- only what is at a ticket: renewing a row changes no column of it
create index my_presence_ticket on desk.my_presence(ticket_id) where ticket_id > 0;
insert into desk.label(key, lang, text) values
  ('presence.reply', 'en', 'writing a reply'), ('presence.reply', 'zh_CN', '正在写回复'),
  ('presence.note', 'en', 'writing a note'), ('presence.note', 'zh_CN', '正在写备注');

reset role;
set local role desk_api;
drop function desk.presence(uuid, bigint, text), desk.present(bigint);

-- This console is still there; false: nobody's is. Another person's console is never renewed: the identity of one is only known to itself.
-- A ticket one does not see is none that one has before oneself. A console that comes anew takes away those that have been silent for an hour, and
-- of its person all but the last twenty.
create function desk.presence(p_console uuid, p_ticket bigint, p_mode text, p_verb text default '') returns boolean language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  me int := desk.me(); v_ticket bigint := coalesce(p_ticket, 0); v_mode text := case p_mode when 'writing' then 'writing' else 'viewing' end;
  v_verb text := case when p_mode = 'writing' and p_verb ~ '^[a-z_]{1,40}$' then p_verb else '' end;
begin
  if me is null or p_console is null then return false; end if;
  -- nothing new: only the time
  update desk.my_presence p set at = clock_timestamp()
   where p.console = p_console and p.person_id = me and p.ticket_id = v_ticket and p.mode = v_mode and p.verb = v_verb;
  if found then return true; end if;
  if v_ticket <> 0 and not desk.can_see(v_ticket, me) then v_ticket := 0; end if;
  update desk.my_presence p set ticket_id = v_ticket, mode = v_mode, verb = v_verb, at = clock_timestamp(), since = clock_timestamp()
   where p.console = p_console and p.person_id = me;
  if found then return true; end if;
  delete from desk.my_presence p where p.at < clock_timestamp() - interval '1 hour'
    or p.console in (select x.console from desk.my_presence x where x.person_id = me order by x.at desc offset 19);
  insert into desk.my_presence(console, person_id, ticket_id, mode, verb) values (p_console, me, v_ticket, v_mode, v_verb) on conflict do nothing;
  return found;
end $$;

-- Who is there now: on one ticket, or everybody who works at the desk (null). For those who do; a ticket one does not see is not named, and
-- nobody is told who has a restricted one before him but those who may open it. A standby knows nobody.
create function desk.present(p_ticket bigint default null)
  returns table(person_id int, login text, name text, ticket_id bigint, mode text, at timestamptz, console uuid, verb text, seconds int, number text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.me();
begin
  if pg_is_in_recovery() or not desk.i_am_staff() then return; end if;
  if p_ticket is not null and not desk.can_see(p_ticket, me) then return; end if;
  return query
    select p.id, p.login, p.name, t.id, x.mode, x.at, case when x.person_id = me then x.console end,
      case when t.id is not null then x.verb else '' end, extract(epoch from clock_timestamp() - x.since)::int, t.number
      from desk.my_presence x join desk.person p on p.id = x.person_id and p.active
      left join desk.ticket t on t.id = x.ticket_id and x.ticket_id > 0 and (p_ticket is not null or desk.can_see(x.ticket_id, me))
     where x.at > clock_timestamp() - interval '24 seconds' and case when p_ticket is null then desk.is_staff(x.person_id) else x.ticket_id = p_ticket end
     order by (x.mode = 'writing') desc, p.name, x.at desc;
end $$;

-- The same for the tickets on a screen, for one read each few seconds: those one sees, with who is at them, who writes first. Of oneself
-- the console is told: which one asks is known to itself.
create function desk.present_on(p_tickets bigint[])
  returns table(ticket_id bigint, login text, name text, mode text, verb text, seconds int, console uuid)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int; v_now timestamptz := clock_timestamp(); v_all boolean;
begin
  if pg_is_in_recovery() or not exists (select from desk.my_presence x where x.ticket_id = any (p_tickets) and x.ticket_id > 0
      and x.at > v_now - interval '24 seconds') then return; end if; -- nobody is there: no right is asked about
  v_all := desk.scope_all(); -- who sees every ticket is asked ticket by ticket about restricted ones only
  if not v_all and not desk.i_am_staff() then return; end if;
  me := desk.me();
  return query
    select x.ticket_id, coalesce(p.login, ''), p.name, x.mode, x.verb, extract(epoch from v_now - x.since)::int, case when x.person_id = me then x.console end
      from desk.my_presence x join desk.person p on p.id = x.person_id and p.active join desk.ticket t on t.id = x.ticket_id
     where x.ticket_id = any (p_tickets) and x.ticket_id > 0 and x.at > v_now - interval '24 seconds'
       and case when v_all and not t.restricted then true else desk.can_see(x.ticket_id, me) end
     order by x.ticket_id, (x.mode = 'writing') desc, x.since, p.id limit 200;
end $$;
grant execute on function desk.presence(uuid, bigint, text, text), desk.present(bigint), desk.present_on(bigint[]) to desk_person;
