-- Problem hints: incidents of the last 30 days that are alike and hang on the same device or lie in the same category, three or more: something
-- behind them may be worth a problem of its own. Found in small batches beside the tick (desk.hint_step) and, whoever asks, up to this moment.
--
-- Alike: the words of subject and beginning of the text, each weighed by how rare it is among the tickets of these days (taken for 300 at least: of
-- few tickets the words of three that are alike would pass for frequent ones), shared / sqrt(own * own)
-- (the cosine with binary counts): 0.3 on the same device, 0.4 in the same category. A ticket joins the hint of which it is like at least two
-- tickets; two that are in none and are like it begin one with it. So a hint is held together by its tickets and not by a chain of chances.
reset role; set local role desk_owner;

create table desk.hint(
  id          int generated always as identity primary key,
  made_at     timestamptz not null,
  state       text not null default 'open' check (state in ('open', 'dismissed')),
  state_at    timestamptz, state_by int references desk.person, reason text);
comment on table desk.hint is 'Similar incidents that may have one cause';
create table desk.hint_item(
  ticket_id   bigint primary key,
  kind        text not null,
  at          timestamptz not null,          -- opened
  ci_id       bigint, category_id int,
  words       bigint[] not null,             -- hashes
  weight      real not null,                 -- of all of them, when it was looked at
  hint_id     int references desk.hint,
  score       real);                         -- how like the others it was when it came to them
comment on table desk.hint_item is 'Tickets of the last 30 days as problem hints see them';
create index hint_item_ci_key on desk.hint_item(ci_id, at) where ci_id is not null;
create index hint_item_category_key on desk.hint_item(category_id, at) where category_id is not null;
create index hint_item_at_key on desk.hint_item(at);
create index hint_item_hint_key on desk.hint_item(hint_id) where hint_id is not null;
create table desk.hint_word(word bigint primary key, n int not null);
comment on table desk.hint_word is 'In how many of these tickets a word stands';
create table desk.hint_state(
  one   boolean primary key default true check (one),
  at    timestamptz, id bigint,              -- tickets opened up to here are taken in as the desk begins; null at: that is over, or has not begun
  epoch smallint, x xid8);                   -- events before this have been looked at
insert into desk.hint_state(one) values (true);
insert into desk.setting values ('hints.days', '30'), ('hints.least', '3');
insert into desk.label(key, lang, text) values
  ('error.hint_unknown', 'en', 'There is no hint {hint} of at least three tickets that you may see: svcdesk hints --all lists them'),
  ('error.hint_unknown', 'zh_CN', '没有编号为 {hint} 且你能看到至少三张工单的提示：svcdesk hints --all 会列出全部');

do $$
declare t text;
begin
  foreach t in array array['hint', 'hint_item', 'hint_word', 'hint_state'] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
  end loop;
end $$;

reset role; set local role desk_api;

-- Takes a ticket out. What is left of its hint stays together as long as somebody is in it.
create function desk.hint_forget(p_ids bigint[]) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update desk.hint_word w set n = w.n - d.n from (
    select u.w, count(*)::int as n from desk.hint_item i cross join lateral unnest(i.words) u(w) where i.ticket_id = any (p_ids) group by u.w) d where w.word = d.w;
  delete from desk.hint_word w where w.n <= 0 and w.word in (select unnest(i.words) from desk.hint_item i where i.ticket_id = any (p_ids));
  with gone as (delete from desk.hint_item i where i.ticket_id = any (p_ids) returning i.hint_id)
    delete from desk.hint h where h.id in (select g.hint_id from gone g) and not exists (
      select from desk.hint_item i where i.hint_id = h.id and i.ticket_id <> all (p_ids));
end $$;

-- Words of subject and beginning of the text. Numbers say nothing, nor do pairs of endings and particles of Japanese and with small words of Chinese,
-- which are to these what stop words are to English.
create function desk.hint_words(t desk.ticket) returns bigint[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(hashtextextended(l.w, 48)), '{}') from (
    select w.w from unnest(desk.lexemes(t.subject || E'\n' || left(coalesce((select x.body from desk.ticket_text x where x.id = t.id), ''), 400))) w(w)
     where length(w.w) between 2 and 40 and w.w !~ '^\d+$|^[ぁ-ゟー]+$|^[がにでをはのともへ].$|[的了吗嗎呢吧啊请請又很也]' order by hashtextextended(w.w, 48) limit 60) l $$;

-- How rare each of these words is; one that stands in more than every third ticket tells nothing and is none of them.
create function desk.hint_rarity(p_words bigint[]) returns table(word bigint, rarity float8) language sql stable set search_path = pg_catalog, pg_temp as $$
  select d.word, ln((n.n + 1.0) / (d.n + 0.5)) from (select greatest(count(*), 300)::int as n from desk.hint_item) n, desk.hint_word d
   where d.word = any (p_words) and d.n * 3 <= n.n $$;

-- The tickets of these days on its device or in its category that are like this one, the most alike first.
create function desk.hint_near(i desk.hint_item, p_since timestamptz) returns table(ticket_id bigint, hint_id int, score float8) language sql stable
  set search_path = pg_catalog, pg_temp as $$
  with w as materialized (select r.word, r.rarity as idf from desk.hint_rarity(i.words) r),
  rare as (select coalesce(array_agg(r.word), '{}') as words from (select w.word from w order by w.idf desc, w.word limit 12) r),
  c as materialized (
    select o.* from (
      (select * from desk.hint_item o where o.ci_id = i.ci_id and o.at > p_since order by o.at desc limit 500)
      union
      (select * from desk.hint_item o where o.category_id = i.category_id and o.at > p_since order by o.at desc limit 500)) o, rare
     where o.kind = i.kind and o.ticket_id <> i.ticket_id and o.words && rare.words),
  s as (
    select c.ticket_id, c.hint_id, c.ci_id, c.weight, sum(w.idf) as shared from c cross join lateral unnest(c.words) u(word) join w on w.word = u.word
     group by c.ticket_id, c.hint_id, c.ci_id, c.weight)
  select s.ticket_id, s.hint_id, s.shared / sqrt(s.weight * i.weight) from s
   where s.weight > 0 and i.weight > 0 and s.shared >= case when s.ci_id = i.ci_id then 0.3 else 0.4 end * sqrt(s.weight * i.weight)
   order by 3 desc, 1 $$;

-- What all words of a ticket weigh together, as often as they stand now.
create function desk.hint_weight(p_words bigint[]) returns real language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(sum(r.rarity), 0)::real from desk.hint_rarity(p_words) r $$;

-- Puts a ticket where it belongs now; one that is cancelled, restricted, older than these days or of a kind without category belongs nowhere.
create function desk.hint_place(p_id bigint, p_since timestamptz, p_now timestamptz) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare t desk.ticket; o desk.hint_item; i desk.hint_item; v_hint int; v_near bigint[]; v_score float8;
begin
  select * into t from desk.ticket x where x.id = p_id;
  select * into o from desk.hint_item x where x.ticket_id = p_id;
  if t.id is null or t.restricted or t.state = 'cancelled' or t.opened_at <= p_since or t.kind <> all (desk.propose_kinds()) then
    if o.ticket_id is not null then perform desk.hint_forget(array[p_id]); end if;
    return;
  end if;
  i.ticket_id := t.id; i.kind := t.kind; i.at := t.opened_at; i.ci_id := nullif(t.ci_id, 0); i.category_id := nullif(t.category_id, 0); i.words := desk.hint_words(t);
  if (o.ci_id, o.category_id, o.words, o.at) is not distinct from (i.ci_id, i.category_id, i.words, i.at) then return; end if;
  if o.ticket_id is not null then perform desk.hint_forget(array[p_id]); end if;
  insert into desk.hint_word as d(word, n) select u.w, 1 from unnest(i.words) u(w) on conflict (word) do update set n = d.n + 1;
  i.weight := desk.hint_weight(i.words);
  insert into desk.hint_item select i.*;
  if i.ci_id is null and i.category_id is null then return; end if;
  select n.hint_id, avg(n.score) into v_hint, v_score from desk.hint_near(i, p_since) n where n.hint_id is not null
   group by n.hint_id having count(*) >= 2 order by count(*) desc, avg(n.score) desc, n.hint_id limit 1;
  if v_hint is null then
    select array_agg(n.ticket_id), avg(n.score) into v_near, v_score from desk.hint_near(i, p_since) n where n.hint_id is null;
    if cardinality(v_near) >= 2 then
      insert into desk.hint(made_at) values (p_now) returning id into v_hint;
      update desk.hint_item x set hint_id = v_hint, score = v_score where x.ticket_id = any (v_near);
    end if;
  end if;
  if v_hint is not null then update desk.hint_item x set hint_id = v_hint, score = v_score where x.ticket_id = p_id; end if;
end $$;

-- One small batch; true: there is more. At first the tickets of these days in the order they were opened, then what changes, then what is too old goes.
create function desk.hint_step() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare s desk.hint_state; v_now timestamptz := desk.now(); v_since timestamptz; v_ids bigint[]; v_at timestamptz; v_id bigint;
  v_top xid8 := pg_snapshot_xmin(pg_current_snapshot()); v_epoch smallint := desk.epoch(); v_last xid8; v_last_epoch smallint;
begin
  if not pg_try_advisory_xact_lock(7205759, 48) then return false; end if;
  v_since := v_now - desk.setting_int('hints.days', 30) * interval '1 day';
  select * into s from desk.hint_state x;
  if s.x is null then
    update desk.hint_state x set at = v_since, id = 0, epoch = v_epoch, x = (v_top::text::numeric - 1)::text::xid8;
    return true;
  end if;
  if s.at is not null then
    select array_agg(q.id order by q.opened_at, q.id), (array_agg(q.opened_at order by q.opened_at desc, q.id desc))[1], (array_agg(q.id order by q.opened_at desc, q.id desc))[1]
      into v_ids, v_at, v_id from (select t.id, t.opened_at from desk.ticket t where (t.opened_at, t.id) > (s.at, s.id) order by t.opened_at, t.id limit 20) q;
    update desk.hint_state x set at = v_at, id = v_id;
    perform desk.hint_place(u.id, v_since, v_now) from unnest(v_ids) u(id);
    return true;
  end if;
  select array_agg(distinct q.ticket_id), (array_agg(q.x order by q.epoch desc, q.x desc))[1], max(q.epoch) into v_ids, v_last, v_last_epoch from (
    select e.ticket_id, e.epoch, e.x from desk.event e where (e.epoch, e.x) > (s.epoch, s.x) and (e.epoch, e.x) < (v_epoch, v_top)
     order by e.epoch, e.x fetch first 25 rows with ties) q;
  if v_ids is not null then
    update desk.hint_state x set epoch = v_last_epoch, x = v_last;
    -- most of what happens does not concern a ticket of these days
    perform desk.hint_place(t.id, v_since, v_now) from (select k.id from desk.ticket k where k.id = any (v_ids) and (k.opened_at > v_since or exists (
      select from desk.hint_item i where i.ticket_id = k.id)) order by k.opened_at, k.id) t;
    return true;
  end if;
  v_ids := array(select i.ticket_id from desk.hint_item i where i.at <= v_since order by i.at limit 100);
  perform desk.hint_forget(v_ids);
  return v_ids <> '{}';
end $$;

-- What stands now, of tickets the caller may see only: a hint of which he sees less than three is none for him.
create function desk.hints(p_id int default null, p_all boolean default false) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_since timestamptz := desk.now() - desk.setting_int('hints.days', 30) * interval '1 day'; v_least int := desk.setting_int('hints.least', 3);
begin
  if v_me is null or not desk.i_am_staff() then return null; end if;
  return (
    with m as (
      select i.hint_id, i.ci_id, i.category_id, i.score, t.id, t.number, t.subject, t.state, t.phase, t.priority, t.opened_at
        from desk.hint_item i join desk.ticket t on t.id = i.ticket_id
       where i.hint_id is not null and (p_id is null or i.hint_id = p_id) and i.at > v_since and not t.restricted and t.state <> 'cancelled' and desk.can_see(t.id, v_me)),
    h as (
      select m.hint_id, count(*) as n, count(*) filter (where m.phase < 3) as open, min(m.opened_at) as first_at, max(m.opened_at) as last_at,
             mode() within group (order by m.ci_id) as ci_id, mode() within group (order by m.category_id) as category_id,
             jsonb_agg(jsonb_build_object('number', m.number, 'subject', m.subject, 'state', m.state, 'priority', m.priority, 'opened_at', desk.iso(m.opened_at), 'score', round(m.score::numeric, 3))
               order by m.opened_at desc, m.id desc) as members
        from m group by m.hint_id having count(*) >= v_least)
    select coalesce(jsonb_agg(jsonb_build_object('id', h.hint_id, 'state', x.state, 'tickets', h.n, 'open', h.open, 'first_at', desk.iso(h.first_at), 'last_at', desk.iso(h.last_at),
        'ci', (select c.name from desk.ci c where c.id = h.ci_id and desk.ci_seen(c, v_me)), 'category', desk.name_of('category', to_jsonb(h.category_id)),
        'subject', h.members #>> '{0,subject}', 'reason', x.reason, 'members', h.members) order by h.n desc, h.last_at desc, h.hint_id), '[]')
      from h join desk.hint x on x.id = h.hint_id where p_all or p_id is not null or x.state = 'open');
end $$;

-- Says that a hint is none, or that it is one after all. Refusals are values, as everywhere.
create function desk.hint_set(p_id int, p_state text, p_reason text default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v jsonb := desk.hints(p_id, true);
begin
  if v is null then return null; end if;
  if not desk.has_role('agent', 'lead', 'process_owner') then return desk.refuse('role_denied', 'denied', null, '{"verb": "hint", "roles": ["agent", "lead", "process_owner"]}'); end if;
  if coalesce(p_state not in ('open', 'dismissed'), true) then return desk.refuse('bad_value', 'input', 'state', jsonb_build_object('value', left(p_state, 40), 'field', 'state', 'type', 'open, dismissed')); end if;
  if jsonb_array_length(v) = 0 then return desk.refuse('hint_unknown', 'notfound', null, jsonb_build_object('hint', p_id)); end if;
  update desk.hint h set state = p_state, state_at = desk.now(), state_by = desk.me(), reason = nullif(btrim(left(p_reason, 500)), '') where h.id = p_id;
  return desk.hints(p_id, true)->0;
end $$;

-- ---- the inbox: what is no ticket ---------------------------------------------------------------------------------------------------------
-- New hints, for those who manage problems: one item a hint, however it grows, as long as it is open.
create function desk.hint_inbox(p_me int) returns table(ticket_id bigint, seq int, number text, kind text, subject text, state text, reason text, actor_id int, at timestamptz, excerpt text, unread boolean)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now(); v_since timestamptz := v_now - desk.setting_int('hints.days', 30) * interval '1 day'; v_least int := desk.setting_int('hints.least', 3); h record; v record;
begin
  if not desk.has_role('lead', 'process_owner') then return; end if;
  for h in select x.id, x.made_at, coalesce(m.read, false) as read from desk.hint x left join desk.my_inbox m on m.person_id = p_me and m.ticket_id = -2000000000000 and m.seq = x.id
            where x.state = 'open' and x.made_at >= v_now - desk.setting_int('inbox.days', 30) * interval '1 day' order by x.made_at desc, x.id desc limit 50 loop
    -- as many as make a hint, of those he sees
    select count(*) as n, (array_agg(q.subject))[1] as subject, (array_agg(q.ci_id))[1] as ci_id, (array_agg(q.category_id))[1] as category_id into v from (
      select t.subject, i.ci_id, i.category_id from desk.hint_item i join desk.ticket t on t.id = i.ticket_id
       where i.hint_id = h.id and i.at > v_since and not t.restricted and t.state <> 'cancelled' and desk.can_see(t.id, p_me) order by i.at limit v_least) q;
    continue when v.n < v_least;
    ticket_id := -2000000000000; seq := h.id; number := 'hint'; kind := 'hint'; subject := v.subject; state := 'open'; reason := 'hint'; actor_id := null; at := h.made_at; unread := not h.read;
    excerpt := coalesce((select c.name from desk.ci c where c.id = v.ci_id and desk.ci_seen(c, p_me)), desk.name_of('category', to_jsonb(v.category_id)) #>> '{}');
    return next;
  end loop;
end $$;

-- What waits in the CMDB, for those who answer for an item (its owner, its group; of one without either the process owner): changes without a change
-- ticket that others made, and how many of their items break a rule. A rule's item is told anew when there are more.
create function desk.ci_inbox(p_me int) returns table(ticket_id bigint, seq int, number text, kind text, subject text, state text, reason text, actor_id int, at timestamptz, excerpt text, unread boolean)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_since timestamptz := desk.now() - desk.setting_int('inbox.days', 30) * interval '1 day'; v_owner boolean := desk.has_role('process_owner'); v_orgs int[] := desk.ci_orgs();
  v_groups int[] := (select coalesce(array_agg(m.group_id), '{}') from desk.group_member m where m.person_id = p_me);
begin
  return query
    select -1000000000000 - q.ci_id, q.id::int, q.ident, 'ci', q.name, q.state, 'unplanned', q.by_id, q.at,
        (select left(string_agg(case when strpos(k.key, ' > ') > 0 then case when v_orgs is null then k.key else split_part(k.key, ' > ', 1) end
             else format('%s: %s -> %s', k.key, coalesce(k.value->>0, '-'), coalesce(k.value->>1, '-')) end, ', ' order by k.key), 160) from jsonb_each(desk.ci_words(q.changes)) k),
        not coalesce(m.read, false)
      from (select d.id, d.ci_id, d.state, d.by_id, d.at, d.changes, c.ident, c.name from desk.ci_drift d join desk.ci c on c.id = d.ci_id
             where d.state = 'unplanned' and d.at >= v_since and d.by_id <> p_me and (c.owner_id = p_me or c.group_id = any (v_groups) or (v_owner and c.owner_id is null and c.group_id is null))
               and desk.ci_seen(c, p_me) order by d.at desc, d.id desc limit 100) q
      left join desk.my_inbox m on m.person_id = p_me and m.ticket_id = -1000000000000 - q.ci_id and m.seq = q.id;
  return query
    select q.no, q.seq, q.rule, 'rule', coalesce(q.description, q.query), q.query, 'audit', 1, q.grew_at, q.items::text, not coalesce(m.read, false)
      from (select x.*, -3000000000000 - (hashtext(x.rule)::bigint + 2147483648) as no, (extract(epoch from x.grew_at) / 60)::int as seq from (
        select r.name as rule, r.description, r.query, sum(n.items) as items, max(n.grew_at) as grew_at from desk.ci_rule_count n join desk.ci_rule r on r.name = n.rule
         where (n.person_id = p_me or n.group_id = any (v_groups) or (v_owner and n.person_id = 0 and n.group_id = 0))
           and (v_orgs is null or n.org_id = 0 or n.org_id = any (v_orgs) or n.person_id = p_me) group by r.name) x where x.grew_at >= v_since) q
      left join desk.my_inbox m on m.person_id = p_me and m.ticket_id = q.no and m.seq = q.seq;
end $$;

create function desk.inbox_beside(p_me int) returns table(ticket_id bigint, seq int, number text, kind text, subject text, state text, reason text, actor_id int, at timestamptz, excerpt text, unread boolean)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not desk.is_staff(p_me) then return; end if;
  return query select x.ticket_id, x.seq, x.number, 'article', x.subject, x.state, x.reason, x.actor_id, x.at, x.excerpt, x.unread from desk.kb_inbox(p_me) x;
  return query select * from desk.ci_inbox(p_me);
  return query select * from desk.hint_inbox(p_me);
end $$;

revoke execute on function desk.hint_forget(bigint[]), desk.hint_words(desk.ticket), desk.hint_weight(bigint[]), desk.hint_near(desk.hint_item, timestamptz), desk.hint_place(bigint, timestamptz, timestamptz),
  desk.hint_step(), desk.hints(int, boolean), desk.hint_set(int, text, text), desk.hint_inbox(int), desk.ci_inbox(int), desk.inbox_beside(int) from public;
grant execute on function desk.hint_step(), desk.hints(int, boolean), desk.hint_set(int, text, text) to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text) values
  ('inbox.unplanned', 'en', 'unplanned change'), ('inbox.unplanned', 'zh_CN', '计划外变更'),
  ('inbox.audit', 'en', 'breaks a rule'), ('inbox.audit', 'zh_CN', '不合规则'),
  ('inbox.hint', 'en', 'maybe a problem'), ('inbox.hint', 'zh_CN', '可能是问题');
