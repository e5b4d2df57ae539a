-- The count of the inbox after a change of others: most of what happens on a desk concerns somebody else, and that is found out by the
-- keys of what has changed, without going through one's tickets.
reset role; set local role desk_api;

-- desk.inbox_count() again if one of these tickets is mine, was, or names me; no row: the count stays as it was. What goes by itself (a
-- day passes, a warning comes) is found by counting all of it now and then.
create function desk.inbox_recount(p_changed bigint[]) returns table(unread int, next_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set plan_cache_mode = force_generic_plan as $$
declare v_me int := desk.me(); v_since timestamptz := desk.now() - desk.setting_int('inbox.days', 30) * interval '1 day';
begin
  if v_me is null then return; end if;
  if exists (select from desk.ticket k where k.id = any (p_changed) and (k.assignee_id = v_me or k.requester_id = v_me or k.kind = 'handover'))
     or exists (select from desk.span s where s.ticket_id = any (p_changed) and s.assignee_id = v_me)
     or exists (select from desk.watcher w where w.person_id = v_me and w.ticket_id = any (p_changed))
     or exists (select from desk.mention n where n.person_id = v_me and n.group_id = 0 and n.at >= v_since and n.ticket_id = any (p_changed))
     or exists (select from desk.mention n where n.person_id = 0 and n.at >= v_since and n.ticket_id = any (p_changed)
                  and n.group_id in (select m.group_id from desk.group_member m where m.person_id = v_me))
     or exists (select from desk.sla_warning w where w.person_id = v_me and w.at >= v_since and w.ticket_id = any (p_changed)) then
    return query select c.unread, c.next_at from desk.inbox_count() c;
  end if;
end $$;
grant execute on function desk.inbox_recount(bigint[]) to desk_person;
