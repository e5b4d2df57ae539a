-- The feed is what every console asks twice a second: who sees what is found out once in a call, not once for each of the three tables, and
-- only where something has changed at all. By index whatever the statistics say: a log that is emptied and filled again has had none since,
-- and each of the open consoles would keep a plan that reads all of it.
reset role; set local role desk_api;
create or replace function desk.feed(p_epoch int, p_x text, p_seq bigint) returns table(epoch int, x text, seq bigint, ticket_id bigint)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  x0 xid8; ep smallint; lost_ep smallint; lost_to xid8; n bigint := 0; v_all boolean; v_orgs int[];
begin
  select c.feed_epoch, s.lost_epoch, s.lost_x into ep, lost_ep, lost_to from desk.clock c, desk.change_slot s;
  if not found or desk.me() is null then return; end if;
  if p_x ~ '^[0-9]{1,19}$' then x0 := p_x::xid8; end if;
  if x0 is null or p_epoch is distinct from ep or (lost_ep = ep and x0 < lost_to) or x0 > pg_snapshot_xmax(pg_current_snapshot()) then
    return query select ep::int, horizon::text, 0::bigint, null::bigint;
    return;
  end if;
  if x0 < horizon and (exists (select from desk.change_log_0 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon)
      or exists (select from desk.change_log_1 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon)
      or exists (select from desk.change_log_2 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon)) then
    v_all := desk.feed_all();
    if not v_all then v_orgs := desk.feed_orgs(); end if;
    return query
      select c.epoch::int, c.x::text, c.seq, c.ticket_id from (
        (select l.* from desk.change_log_0 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon and (v_all or l.org_id = any (v_orgs)) order by l.epoch, l.x, l.seq limit 500)
        union all
        (select l.* from desk.change_log_1 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon and (v_all or l.org_id = any (v_orgs)) order by l.epoch, l.x, l.seq limit 500)
        union all
        (select l.* from desk.change_log_2 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon and (v_all or l.org_id = any (v_orgs)) order by l.epoch, l.x, l.seq limit 500)) c
      order by c.epoch, c.x, c.seq limit 500;   -- qualified: the output column x is text and sorts 1000 before 999
    get diagnostics n = row_count;
  end if;
  if n = 0 and (horizon::text)::numeric - p_x::numeric > 1000 then
    return query select ep::int, horizon::text, 0::bigint, 0::bigint;
  end if;
end $$;
