-- Warnings: each level of a clock once, to whoever has the ticket, else to the leads of its group; into the inbox.
reset role; set local role desk_api;

create function desk.warn_people(t desk.ticket) returns int[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(p), '{}') from (
    select t.assignee_id as p where t.assignee_id <> 0
    union all select m.person_id from desk.group_member m where t.assignee_id = 0 and t.group_id <> 0 and m.group_id = t.group_id and m.lead) x
   where desk.can_see(t.id, x.p) $$;

-- Writes the warnings that are due by the time of the desk, the oldest first; after a time when nobody looked all that were missed.
-- Gives how many clocks it looked at. One that somebody acts on right now waits for the next tick.
create function desk.tick_warnings(p_limit int) returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
declare c desk.sla_clock; t desk.ticket; g desk.sla_target; w smallint; v_at timestamptz; v_now timestamptz := desk.now(); n int := 0; v_people int[]; v_epoch smallint := desk.epoch();
begin
  for c in select x.* from desk.sla_clock x where x.warn_at <= v_now order by x.warn_at limit p_limit for update skip locked loop
    n := n + 1;
    select x.* into g from desk.sla_target x where x.id = c.target_id;
    select x.* into t from desk.ticket x where x.id = c.ticket_id;
    if c.stopped_at is null and c.cancelled_at is null and t.id is not null then
      v_people := desk.warn_people(t);
      foreach w in array array(select y from unnest(g.warn) y where y > c.warned order by y) loop
        v_at := desk.clock_at(c, c.target_s * w / 100);
        exit when v_at is null or v_at > v_now;
        insert into desk.sla_warning(clock_id, ticket_id, person_id, percent, at) select c.id, t.id, p, w, v_at from unnest(v_people) p;
        c.warned := w;
      end loop;
      if v_people <> '{}' then perform desk.feed_note(t.org_id, t.id, v_epoch); end if;
    end if;
    c := desk.clock_settle(c, g.warn);
    update desk.sla_clock x set warned = c.warned, warn_at = c.warn_at where x.id = c.id;
  end loop;
  return n;
end $$;

create or replace function desk.tick() returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' set lock_timeout = '3s' as $$
declare raised boolean; res jsonb; v_warned int;
begin
  begin
    insert into desk.lease values ('tick', session_user, 0, '-infinity') on conflict do nothing;
    update desk.lease l set holder = session_user, epoch = l.epoch + 1, until = clock_timestamp() where l.name = 'tick';
  exception when lock_not_available then
    return '{"ok": true, "busy": true, "more": false}';
  end;
  raised := desk.epoch_check();
  v_warned := desk.tick_warnings(2000);    -- before what ends or wakes by itself: what ran until now had its level
  res := desk.tick_acts(250);              -- few at a time: who follows the feed waits for the end of a transaction
  return jsonb_build_object('ok', true, 'busy', false, 'epoch_raised', raised, 'seals', desk.seal_complete(),
    'rotated', desk.tick_rotate(), 'partitions', desk.tick_partitions(), 'ops', desk.tick_ops(), 'board', desk.tick_board(),
    'calendars', desk.tick_calendars(), 'warned', v_warned) || res || jsonb_build_object('more', (res->>'more')::boolean or v_warned = 2000);
end $$;

-- The word by which an item is named: INC100042.w3 is a warning.
create or replace function desk.inbox_word(p_number text, p_seq int) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_number || '.' || case when p_seq < -1000000000 then 'w' || -p_seq - 1000000000 when p_seq < 0 then 'f' || -p_seq else p_seq::text end $$;

-- Everything in my inbox, in no order. seq < 0: the follow-up with that number; seq < -1000000000: the warning with the rest.
create or replace function desk.inbox_items(p_me int) returns table(ticket_id bigint, seq int, reason text, actor_id int, at timestamptz, excerpt text, unread boolean)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_since timestamptz := desk.now() - desk.setting_int('inbox.days', 30) * interval '1 day'; v_now timestamptz := desk.now();
  v_groups int[] := (select coalesce(array_agg(m.group_id), '{}') from desk.group_member m where m.person_id = p_me);
  m record; e record; t desk.ticket; v_who text[]; v_staff boolean; v_reason text; v_seen int;
begin
  for m in
    select x.id, bool_or(x.watch) as watch, bool_or(x.mine) as mine, array_agg(distinct x.named) filter (where x.named > 0) as named, max(x.handover) as handover
      from (
      select k.id, false as watch, true as mine, 0 as named, 0 as handover from desk.ticket k where k.assignee_id = p_me and k.phase < 3 and k.updated_at >= v_since
      union all select k.id, false, true, 0, 0 from desk.ticket k where k.assignee_id = p_me and k.state = 'resolved' and k.updated_at >= v_since
      union all select k.id, true, true, 0, 0 from desk.watcher w join desk.ticket k on k.id = w.ticket_id where w.person_id = p_me and k.updated_at >= v_since
      union all select k.id, false, true, 0, 0 from desk.ticket k where k.requester_id = p_me and k.updated_at >= v_since
      union all select n.ticket_id, false, false, n.seq, 0 from desk.mention n where n.person_id = p_me and n.group_id = 0 and n.at >= v_since
      union all select n.ticket_id, false, false, n.seq, 0 from desk.mention n where n.person_id = 0 and n.group_id = any (v_groups) and n.at >= v_since
      union all select h.ticket_id, false, false, 0, h.seq from desk.handover_unsigned(v_groups) h) x
     group by x.id
  loop
    select k.* into t from desk.ticket k where k.id = m.id;
    continue when not found;
    v_who := desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
    continue when not 'sees' = any (v_who);
    v_staff := 'staff' = any (v_who);
    select r.seq into v_seen from desk.my_read r where r.person_id = p_me and r.ticket_id = t.id;
    for e in
      select v as ev, x.changes, x.body, i.read from desk.event v join desk.event_text x on x.ticket_id = v.ticket_id and x.seq = v.seq
        left join desk.my_inbox i on i.person_id = p_me and i.ticket_id = v.ticket_id and i.seq = v.seq
       where v.ticket_id = t.id and v.at >= v_since and (m.mine or v.seq = any (m.named) or v.seq = m.handover)
         and v.actor_id <> p_me and not v.late and v.channel <> 'import' and v.voids is null and (v_staff or v.visibility = 2)
         and not exists (select from desk.event u where u.ticket_id = v.ticket_id and u.voids = v.seq and not desk.event_voided(u.ticket_id, u.seq))
    loop
      ticket_id := t.id; seq := (e.ev).seq; actor_id := (e.ev).actor_id; at := (e.ev).at;
      v_reason := case when seq = m.handover then 'handover' when seq = any (m.named) then 'mention'
        when m.mine then desk.inbox_reason(t, e.ev, coalesce(e.changes, '{}'), e.body is not null, p_me, m.watch) end;
      continue when v_reason is null;
      reason := v_reason;
      excerpt := case when t.restricted then null when v_reason = 'priority' then format('P%s -> P%s', e.changes->'priority'->>0, e.changes->'priority'->>1)
        else desk.excerpt(e.body) end;
      unread := not coalesce(e.read, v_reason <> 'handover' and v_seen >= seq, false);
      return next;
    end loop;
  end loop;
  for m in select f.* from desk.my_follow_up f where f.person_id = p_me and f.due_at <= v_now and f.due_at >= v_since loop
    continue when not desk.can_see(m.ticket_id, p_me);
    ticket_id := m.ticket_id; seq := -m.id; reason := 'follow_up'; actor_id := p_me; at := m.due_at; excerpt := nullif(m.text, ''); unread := m.done_at is null;
    return next;
  end loop;
  for m in select w.*, c.metric, c.due_at, i.read from desk.sla_warning w join desk.sla_clock c on c.id = w.clock_id
      left join desk.my_inbox i on i.person_id = p_me and i.ticket_id = w.ticket_id and i.seq = -1000000000 - w.id
     where w.person_id = p_me and w.at >= v_since loop
    continue when not desk.can_see(m.ticket_id, p_me);
    ticket_id := m.ticket_id; seq := -1000000000 - m.id; reason := case when m.percent >= 100 then 'breach' else 'at_risk' end; actor_id := 1; at := m.at;
    excerpt := format('%s %s %%', m.metric, m.percent); unread := not coalesce(m.read, false);
    return next;
  end loop;
end $$;

create or replace function desk.inbox_mark(p_items text[], p_read boolean default true) returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_n int := 0; n int; i record;
begin
  if v_me is null then return 0; end if;
  for i in select x.*, t.number from desk.inbox_items(v_me) x join desk.ticket t on t.id = x.ticket_id
            where x.unread = coalesce(p_read, true) and (p_items is null or desk.inbox_word(t.number, x.seq) = any (p_items)) loop
    v_n := v_n + 1;
    if i.seq between -1000000000 and -1 then
      update desk.my_follow_up f set done_at = case when coalesce(p_read, true) then clock_timestamp() end where f.id = -i.seq;
    else
      insert into desk.my_inbox(person_id, ticket_id, seq, read) values (v_me, i.ticket_id, i.seq, coalesce(p_read, true))
        on conflict (person_id, ticket_id, seq) do update set read = excluded.read, at = excluded.at;
    end if;
  end loop;
  if coalesce(p_read, true) then            -- one that is named is done before it is due
    update desk.my_follow_up f set done_at = clock_timestamp() from desk.ticket t
     where f.person_id = v_me and f.done_at is null and t.id = f.ticket_id and desk.inbox_word(t.number, -f.id) = any (p_items);
    get diagnostics n = row_count;
    v_n := v_n + n;
  end if;
  delete from desk.my_inbox x where x.person_id = v_me and x.at < clock_timestamp() - interval '1 year';
  return v_n;
end $$;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text) values
  ('inbox.at_risk', 'en', 'time running out'), ('inbox.at_risk', 'zh_CN', '时限将到'),
  ('inbox.breach', 'en', 'out of time'), ('inbox.breach', 'zh_CN', '已超时');
