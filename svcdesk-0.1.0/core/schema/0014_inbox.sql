-- The inbox: what concerns a person, drawn from the journal when it is asked for; follow-ups; who is mentioned in a text.
--
-- Nothing is counted and no row is written for it on the way of an act, with one exception: a text that holds an '@' is looked
-- through for the people and groups it names (desk.mention). Everything else follows from the journal of the tickets that are
-- mine: assigned to me, watched by me, asked for by me. Events an undo took back, and the undo itself, bring nothing.
create table desk.mention(
  person_id int not null,                   -- 0: a group
  group_id  int not null,                   -- 0: a person
  ticket_id bigint not null,
  seq       int not null,
  at        timestamptz not null,           -- of the event
  primary key (person_id, group_id, at, ticket_id, seq));
comment on table desk.mention is 'Who is named with @ in the text of an event';

-- What of the inbox was marked by hand, over what the read mark of the ticket says.
create table desk.my_inbox(
  person_id int not null references desk.person,
  ticket_id bigint not null,
  seq       int not null,                   -- of the event
  read      boolean not null,
  at        timestamptz not null default clock_timestamp(),
  primary key (person_id, ticket_id, seq));
comment on table desk.my_inbox is 'Marks read and unread in the inbox of a person';

-- Reminders a person sets for himself: no part of the ticket and of no journal.
create table desk.my_follow_up(
  id        int generated always as identity primary key,
  person_id int not null references desk.person,
  ticket_id bigint not null,
  due_at    timestamptz not null,
  text      text not null default '',
  made_at   timestamptz not null default clock_timestamp(),
  done_at   timestamptz);
comment on table desk.my_follow_up is 'Personal reminders on tickets';
create index my_follow_up_due_key on desk.my_follow_up(person_id, due_at);

-- "assigned to me" goes on after the work is done: the requester may still answer
create index ticket_resolved_mine_key on desk.ticket(assignee_id, id) where state = 'resolved' and assignee_id <> 0;

insert into desk.setting values ('inbox.days', '30');  -- how far back an inbox goes

do $$
declare t text;
begin
  foreach t in array array['mention', 'my_inbox', 'my_follow_up'] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
  end loop;
  foreach t in array array['my_inbox', 'my_follow_up'] loop
    execute format('create policy mine on desk.%I to desk_person using (person_id = (select desk.me())) with check (person_id = (select desk.me()))', t);
  end loop;
end $$;
grant select, insert, update, delete on desk.my_inbox to desk_person;
grant select, update, delete on desk.my_follow_up to desk_person;  -- made by desk.follow_up, which asks whether one sees the ticket

reset role;
set local role desk_api;

-- ---- mentions ------------------------------------------------------------------------------------------------------------
-- How a group is written after an @: "Service desk" is @service-desk.
create function desk.mention_word(p_name text) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select btrim(regexp_replace(lower(p_name), '[\s\x01-\x2c\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]+', '-', 'g'), '-') $$;

-- The people and groups a text names: @login or @group-name, whatever its case, not in an address, not in code between
-- back-ticks and not in what is quoted from others. A name may stand in the middle of Chinese text.
create function desk.mentions_in(p_body text) returns table(person_id int, group_id int) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_text text; v_word text; v_login text;
begin
  v_text := regexp_replace(p_body, '```.*?(```|$)', ' ', 'g');
  v_text := regexp_replace(v_text, '`[^`\n]*`', ' ', 'g');
  v_text := regexp_replace(v_text, '^[ \t]*>[^\n]*$', '', 'ng');
  for v_word in
    select distinct lower(m[1]) from regexp_matches(v_text, '(?:^|[^A-Za-z0-9_.+%=&/@:~-])@([^\s@,;:!?()<>"''`\[\]{}，。；：！？（）、]{1,80})', 'g') m limit 50
  loop
    v_login := rtrim(substring(v_word from '^[a-z_][a-z0-9_.-]*'), '.-');
    person_id := null; group_id := null;
    select p.id into person_id from desk.person p where p.login = v_login and p.active;
    if person_id is null then
      select g.id into group_id from desk.support_group g
       where g.active and g.id > 0 and starts_with(v_word, desk.mention_word(g.name)) and desk.mention_word(g.name) <> ''
         and substr(v_word, length(desk.mention_word(g.name)) + 1) !~ '^[.-]*[a-z0-9_]'
       order by length(g.name) desc limit 1;
    end if;
    if person_id is not null or group_id is not null then
      person_id := coalesce(person_id, 0); group_id := coalesce(group_id, 0);
      return next;
    end if;
  end loop;
end $$;

-- An imported text names people who were told long ago.
create function desk.mention_note() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_at timestamptz;
begin
  select e.at into v_at from desk.event e where e.ticket_id = new.ticket_id and e.seq = new.seq and not e.late and e.channel <> 'import';
  if found then
    insert into desk.mention(person_id, group_id, ticket_id, seq, at)
      select m.person_id, m.group_id, new.ticket_id, new.seq, v_at from desk.mentions_in(new.body) m on conflict do nothing;
  end if;
  return null;
end $$;
grant execute on function desk.mention_note() to desk_owner;
reset role; set local role desk_owner;
create trigger mention after insert on desk.event_text for each row
  when (new.body is not null and strpos(new.body, '@') > 0) execute function desk.mention_note();
reset role; set local role desk_api;

-- Who can be named on this ticket: those who work at the desk and groups, by what was typed after the @.
create function desk.find_mention(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language sql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
  select x.id, x.name, x.hint from (
    select distinct p.id::bigint as id, p.login as name, p.name as hint, 1 as n from desk.person p join desk.person_role r on r.person_id = p.id
     where p.active and r.role in ('agent', 'lead', 'process_owner') and p.login is not null
       and (p.login like desk.like_prefix(p_text) or lower(p.name) like desk.like_prefix(p_text))
    union all
    select g.id, desk.mention_word(g.name), g.name, 2 from desk.support_group g where g.active and g.id > 0 and desk.org_known(g.org_id, desk.me())
       and (desk.mention_word(g.name) like desk.like_prefix(p_text) or lower(g.name) like desk.like_prefix(p_text))) x
   where desk.i_am_staff() order by x.n, x.name limit greatest(0, least(coalesce(p_limit, 20), 20)) $$;
grant execute on function desk.find_mention(text, int) to desk_person;

-- ---- the inbox ---------------------------------------------------------------------------------------------------------
create function desk.phase_of(p_kind text, p_state text) returns smallint language sql stable set search_path = pg_catalog, pg_temp as $$
  select s.phase from desk.kind_state s where s.kind = p_kind and s.state = p_state $$;

-- The first line of a text that is no quotation.
create function desk.excerpt(p_body text) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select left(btrim(regexp_replace(l, '\s+', ' ', 'g')), 160) from regexp_split_to_table(left(p_body, 4000), '\n') with ordinality x(l, n)
   where l ~ '\S' and l !~ '^\s*>' order by n limit 1 $$;

-- What one event means to me, as (reason); null: nothing. Mentions and handovers are found elsewhere.
--   assigned   somebody made it mine              reply     its requester wrote
--   answer     my request was answered            reopened, resolved, priority   of what is mine, watched or asked for
--   woke       what was put aside came back
create function desk.inbox_reason(t desk.ticket, e desk.event, p_changes jsonb, p_text boolean, p_me int, p_watch boolean) returns text
  language plpgsql stable as $$
declare v_mine boolean := t.assignee_id = p_me; v_asked boolean := t.requester_id = p_me; v_from smallint; v_to smallint;
begin
  if v_mine and (p_changes->'assignee'->>1) = p_me::text then return 'assigned'; end if;
  if e.seq > 1 and p_changes ? 'state' then
    v_from := desk.phase_of(t.kind, p_changes->'state'->>0); v_to := desk.phase_of(t.kind, p_changes->'state'->>1);
    if v_from = 3 and v_to < 3 then return 'reopened'; end if;
    if v_from < 3 and v_to = 3 then return 'resolved'; end if;
    if v_mine and v_from = 2 and v_to < 2 and e.channel = 'tick' then return 'woke'; end if;
  end if;
  if e.seq > 1 and p_text and e.visibility = 2 then
    if (v_mine or p_watch) and t.requester_id in (e.actor_id, coalesce(e.on_behalf_id, e.actor_id)) then return 'reply'; end if;
    if v_asked then return 'answer'; end if;
  end if;
  if e.seq > 1 and (v_mine or p_watch) and (p_changes->'priority'->>1)::int < (p_changes->'priority'->>0)::int then return 'priority'; end if;
  return null;
end $$;

-- Everything in my inbox, in no order. seq < 0: the follow-up with that number.
create function desk.inbox_items(p_me int) returns table(ticket_id bigint, seq int, reason text, actor_id int, at timestamptz, excerpt text, unread boolean)
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
end $$;

-- The word by which an item of the inbox is named: INC100042.7 is event 7 of that ticket, INC100042.f3 a follow-up on it.
create function desk.inbox_word(p_number text, p_seq int) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select p_number || '.' || case when p_seq < 0 then 'f' || -p_seq else p_seq::text end $$;

-- My inbox, newest first. p_after: cursor of the last item of the page before. Items are unread until their ticket was read up
-- to their event, or they were marked by hand.
create function desk.inbox(p_limit int default 100, p_after text default null, p_unread boolean default false)
  returns table(item text, cursor text, ticket_id bigint, seq int, number text, kind text, subject text, state text, priority smallint, reason text,
    actor text, at timestamptz, excerpt text, unread boolean)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_at timestamptz; v_id bigint; v_seq int;
begin
  if v_me is null then return; end if;
  if p_after ~ '^\d{1,17}:\d{1,18}:-?\d{1,9}$' then
    v_at := timestamptz 'epoch' + split_part(p_after, ':', 1)::bigint * interval '1 microsecond';
    v_id := split_part(p_after, ':', 2); v_seq := split_part(p_after, ':', 3);
  end if;
  return query
    select desk.inbox_word(t.number, i.seq), (extract(epoch from i.at) * 1000000)::bigint || ':' || i.ticket_id || ':' || i.seq,
      i.ticket_id, i.seq, t.number, t.kind, t.subject, t.state, t.priority, i.reason, coalesce(p.login, p.name), i.at, i.excerpt, i.unread
      from desk.inbox_items(v_me) i join desk.ticket t on t.id = i.ticket_id left join desk.person p on p.id = i.actor_id
     where (v_at is null or (i.at, i.ticket_id, i.seq) < (v_at, v_id, v_seq)) and (i.unread or not coalesce(p_unread, false))
     order by i.at desc, i.ticket_id desc, i.seq desc limit greatest(0, least(coalesce(p_limit, 100), 1000));
end $$;

-- How many are unread, and when the next follow-up comes due: until then, and without a change of the desk, it stays so.
create function desk.inbox_count() returns table(unread int, next_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me();
begin
  if v_me is null then return; end if;
  select count(*) into unread from desk.inbox_items(v_me) i where i.unread;
  select min(f.due_at) into next_at from desk.my_follow_up f where f.person_id = v_me and f.done_at is null and f.due_at > desk.now();
  return next;
end $$;

-- Marks items read, or unread; null: all that are there now. A follow-up that was read is done. Gives how many changed.
create function desk.inbox_mark(p_items text[], p_read boolean default true) returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_n int := 0; n int; i record;
begin
  if v_me is null then return 0; end if;
  for i in select x.*, t.number from desk.inbox_items(v_me) x join desk.ticket t on t.id = x.ticket_id
            where x.unread = coalesce(p_read, true) and (p_items is null or desk.inbox_word(t.number, x.seq) = any (p_items)) loop
    v_n := v_n + 1;
    if i.seq < 0 then
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

-- Reminds me of a ticket.
create function desk.follow_up(p_ticket bigint, p_due timestamptz, p_text text default '') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_id int; v_text text := btrim(regexp_replace(coalesce(p_text, ''), '[\x01-\x1f\x7f]+', ' ', 'g'));
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.can_see(p_ticket, v_me) then return desk.refuse('not_found', 'notfound'); end if;
  if p_due is null then return desk.refuse('field_required', 'input', 'when', '{"verb": "follow-up"}'); end if;
  if p_due = 'infinity' then return desk.refuse('bad_time', 'input', 'when', jsonb_build_object('value', p_due)); end if;
  if p_due <= desk.now() then return desk.refuse('time_past', 'input', 'when', jsonb_build_object('value', desk.iso(p_due))); end if;
  if length(v_text) > 1000 then return desk.refuse('too_long', 'input', 'text', jsonb_build_object('max', 1000)); end if;
  insert into desk.my_follow_up(person_id, ticket_id, due_at, text) values (v_me, p_ticket, p_due, v_text) returning id into v_id;
  return jsonb_build_object('ok', true, 'item', (select desk.inbox_word(t.number, -v_id) from desk.ticket t where t.id = p_ticket),
    'number', (select t.number from desk.ticket t where t.id = p_ticket), 'due_at', desk.iso(p_due), 'text', v_text);
end $$;
grant execute on function desk.inbox(int, text, boolean), desk.inbox_count(), desk.inbox_mark(text[], boolean), desk.follow_up(bigint, timestamptz, text) to desk_person;

-- ---- watching ------------------------------------------------------------------------------------------------------------
-- The events of one ticket that this reader may see, as watching programs get them.
create function desk.watch_event(t desk.ticket, e desk.event, p_changes jsonb, p_me int) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('at', desk.iso(e.at), 'number', t.number, 'id', t.id, 'seq', e.seq, 'verb', e.verb,
    'actor', desk.name_of('person', to_jsonb(e.actor_id)), 'changes', desk.render_changes(t.kind, p_changes, p_me), 'state', t.state) $$;

-- What one transaction wrote to each of these tickets, for the rows of desk.feed (which tells nobody of other organisations).
-- visible: the ticket is there for this reader. last: nothing came after it. Events of restricted tickets are not told here.
create function desk.events_at(p_epoch int, p_ids bigint[], p_xs text[]) returns table(n int, visible boolean, last boolean, events jsonb)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); t desk.ticket; v_who text[];
begin
  if v_me is null or cardinality(p_ids) > 500 then return; end if;
  for i in 1 .. coalesce(cardinality(p_ids), 0) loop
    n := i; visible := false; last := true; events := '[]';
    continue when p_xs[i] is null or p_xs[i] !~ '^[0-9]{1,19}$';
    select k.* into t from desk.ticket k where k.id = p_ids[i];
    if found then
      v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
      visible := 'sees' = any (v_who);
      -- of a ticket out of sight not even that it is there
      last := not visible or exists (select from desk.event e where e.ticket_id = t.id and e.seq = t.last_seq and e.epoch = p_epoch and e.x <= p_xs[i]::xid8);
      if visible and not t.restricted then
        select coalesce(jsonb_agg(desk.watch_event(t, e, c.changes, v_me) order by e.seq), '[]') into events
          from desk.event e join desk.event_text c on c.ticket_id = e.ticket_id and c.seq = e.seq
         where e.ticket_id = t.id and e.epoch = p_epoch and e.x = p_xs[i]::xid8 and ('staff' = any (v_who) or e.visibility = 2);
      end if;
    end if;
    return next;
  end loop;
end $$;

-- Events of these tickets since a time, of transactions before that of a cursor: what a watcher begins with.
create function desk.events_since(p_ids bigint[], p_since timestamptz, p_epoch int, p_x text) returns table(ticket_id bigint, event jsonb)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me();
begin
  if v_me is null or p_x is null or p_x !~ '^[0-9]{1,19}$' then return; end if;
  return query
    select e.ticket_id, desk.watch_event(t, e, c.changes, v_me)
      from desk.ticket t
      cross join lateral desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted) w
      join desk.event e on e.ticket_id = t.id join desk.event_text c on c.ticket_id = e.ticket_id and c.seq = e.seq
     where t.id = any (p_ids) and t.updated_at >= p_since and not t.restricted and 'sees' = any (w) and ('staff' = any (w) or e.visibility = 2)
       and e.at >= p_since and (e.epoch < p_epoch or e.x < p_x::xid8)
     order by e.at, e.ticket_id, e.seq;
end $$;
grant execute on function desk.events_at(int, bigint[], text[]), desk.events_since(bigint[], timestamptz, int, text) to desk_person;

insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
inbox.assigned            | assigned to you | 指派给您
inbox.mention             | mentions you | 提到您
inbox.reply               | requester replied | 请求人回复
inbox.answer              | answered | 已答复
inbox.reopened            | reopened | 重新打开
inbox.resolved            | done | 已办结
inbox.priority            | more urgent | 优先级提高
inbox.woke                | came back | 恢复处理
inbox.follow_up           | follow-up | 跟进提醒
inbox.handover            | to be signed | 待签收
param.*.*.when            | When | 时间
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
