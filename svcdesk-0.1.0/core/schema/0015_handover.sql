-- Shift handover: what one shift leaves to the next, written by an agent of the group and signed by another.
-- A record of a kind of its own (process/handover.sql). Here: its table, who may write and sign, and what it says, drawn from
-- the journal and the spans.

-- Who may open a record of a kind, besides the roles every kind asks for: desk.guard_*(new ticket, args, person); null: nothing more.
alter table desk.kind add column create_guard regprocedure;

create table desk.handover(
  id          bigint primary key,
  shift_from  timestamptz,
  shift_until timestamptz not null default desk.now(),
  facts       text,                         -- JSON of desk.handover_facts when it was written
  signed_by   int references desk.person,
  signed_at   timestamptz);
comment on table desk.handover is 'What a handover has besides its ticket';
create index handover_unsigned_key on desk.handover(id) where signed_at is null;

insert into desk.setting values ('handover.hours', '8'),  -- a shift, where nothing was handed over before
  ('handover.list', '15');                                -- tickets named in each part

reset role; set local role desk_api;

-- ---- who ---------------------------------------------------------------------------------------------------------------
create function desk.guard_handover_create(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_me > 1 and not desk.is_member(t.group_id, p_me) then
    return desk.refuse('handover_member', 'denied', 'group', jsonb_build_object('group', desk.name_of('group', to_jsonb(t.group_id))));
  end if;
  if (a->>'from')::timestamptz >= coalesce((a->>'until')::timestamptz, desk.now()) then
    return desk.refuse('handover_times', 'input', 'from');
  end if;
  return null;
end $$;

-- Another member of the group signs; who wrote it only as a lead.
create function desk.guard_handover_sign(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not desk.is_member(t.group_id, p_me) then
    return desk.refuse('handover_member', 'denied', null, jsonb_build_object('group', desk.name_of('group', to_jsonb(t.group_id))));
  end if;
  if t.opened_by = p_me and not a->'_who' ? 'lead' and a->>'_verb' = 'sign' then return desk.refuse('handover_own', 'denied'); end if;
  return null;
end $$;

create function desk.effect_handover_sign(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_at timestamptz := desk.at_of(a);
begin
  update desk.handover h set signed_by = p_me, signed_at = v_at where h.id = t.id;
  return jsonb_build_object('@changes', jsonb_build_object('signed_by', jsonb_build_array(null, p_me), 'signed_at', jsonb_build_array(null, desk.iso(v_at))));
end $$;

-- Unsigned handovers of these groups, with the event that wrote them.
create function desk.handover_unsigned(p_groups int[]) returns table(ticket_id bigint, seq int) language sql stable
  set search_path = pg_catalog, pg_temp as $$
  select t.id, 1 from desk.handover h join desk.ticket t on t.id = h.id
   where h.signed_at is null and t.state = 'written' and t.group_id = any (p_groups) $$;

-- ---- what ----------------------------------------------------------------------------------------------------------------
-- Up to a number of tickets as {n, tickets: [{number, subject, ...}]}. Restricted ones stay out: the text is for the whole group.
create function desk.handover_part(p_ids bigint[], p_limit int) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('n', coalesce(cardinality(p_ids), 0), 'tickets', coalesce((
    select jsonb_agg(jsonb_build_object('number', t.number, 'priority', t.priority, 'state', t.state, 'kind', t.kind, 'subject', t.subject,
      'assignee', coalesce(p.login, p.name), 'opened_at', desk.iso(t.opened_at), 'due_at', desk.iso(t.due_at), 'hold_until', desk.iso(t.hold_until),
      'vip', coalesce(r.vip, false)) order by x.n)
      from unnest(p_ids) with ordinality x(id, n) join desk.ticket t on t.id = x.id
      left join desk.person p on p.id = nullif(t.assignee_id, 0) left join desk.person r on r.id = t.requester_id
     where x.n <= p_limit), '[]')) $$;

-- What changed for a group between two times and how it stands, as p_me sees it:
--   opened, came (from other groups), resolved, reopened  within the times, events that were undone left out
--   hot         open now: priority 1 or 2, due within p_until + 8 h or overdue, or a VIP asks
--   wakes       on hold, by the time it comes back; due: due within 24 h; follow_ups: my own on tickets of the group
--   unassigned, oldest   open now, longest waiting first
create function desk.handover_facts(p_group int, p_from timestamptz, p_until timestamptz, p_me int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare
  v_n int := desk.setting_int('handover.list', 15);
  v_opened bigint[]; v_came bigint[]; v_resolved bigint[]; v_reopened bigint[]; v_hot bigint[]; v_wakes bigint[]; v_due bigint[]; v_free bigint[]; v_old bigint[];
begin
  -- what moved: tickets touched since, then their spans
  select array_agg(x.id order by x.priority, x.id) filter (where x.opened), array_agg(x.id order by x.priority, x.id) filter (where x.came and not x.opened),
         array_agg(x.id order by x.priority, x.id) filter (where x.resolved), array_agg(x.id order by x.priority, x.id) filter (where x.reopened)
    into v_opened, v_came, v_resolved, v_reopened
    from (
      select t.id, t.priority, t.opened_at >= p_from and t.opened_at < p_until and t.group_id = p_group as opened,
          bool_or(s.group_id = p_group and s.was_group is distinct from p_group and s.seq > 1) as came,
          bool_or(s.group_id = p_group and s.phase = 3 and s.was_phase < 3) as resolved,
          bool_or(s.group_id = p_group and s.phase < 3 and s.was_phase = 3) as reopened
        from desk.ticket t
        join lateral (
          select h.seq, h.group_id, h.from_at, ks.phase, lag(h.group_id) over w as was_group, lag(ks.phase) over w as was_phase
            from desk.span_effective h join desk.kind_state ks on ks.kind = t.kind and ks.state = h.state
           where h.ticket_id = t.id
          window w as (order by h.seq)) s on s.from_at >= p_from and s.from_at < p_until
       where t.updated_at >= p_from and t.kind <> 'handover' and not t.restricted and desk.can_see(t.id, p_me)
       group by t.id, t.priority, t.opened_at, t.group_id) x;
  -- how it stands
  select array_agg(x.id order by x.priority, x.due_at, x.id) filter (where x.priority <= 2 or x.due_at < p_until + interval '8 hours' or x.vip),
         array_agg(x.id order by x.hold_until, x.id) filter (where x.phase = 2 and x.hold_until is not null),
         array_agg(x.id order by x.due_at, x.id) filter (where x.due_at < p_until + interval '24 hours'),
         array_agg(x.id order by x.opened_at, x.id) filter (where x.assignee_id = 0),
         array_agg(x.id order by x.opened_at, x.id)
    into v_hot, v_wakes, v_due, v_free, v_old
    from (select t.id, t.priority, t.phase, t.due_at, t.hold_until, t.assignee_id, t.opened_at, coalesce(r.vip, false) as vip
            from desk.ticket t left join desk.person r on r.id = t.requester_id
           where t.group_id = p_group and t.phase < 3 and not t.restricted and t.kind <> 'handover' and desk.can_see(t.id, p_me)) x;
  return jsonb_build_object('group', (select g.name from desk.support_group g where g.id = p_group), 'from', desk.iso(p_from), 'until', desk.iso(p_until),
    'opened', desk.handover_part(v_opened, v_n), 'came', desk.handover_part(v_came, v_n), 'resolved', desk.handover_part(v_resolved, v_n),
    'reopened', desk.handover_part(v_reopened, v_n), 'hot', desk.handover_part(v_hot, v_n), 'wakes', desk.handover_part(v_wakes, v_n),
    'due', desk.handover_part(v_due, v_n), 'unassigned', desk.handover_part(v_free, v_n), 'open', coalesce(cardinality(v_old), 0),
    'oldest', desk.handover_part(v_old[1:5], 5),
    'follow_ups', (select coalesce(jsonb_agg(jsonb_build_object('number', t.number, 'due_at', desk.iso(f.due_at), 'text', f.text) order by f.due_at), '[]')
      from desk.my_follow_up f join desk.ticket t on t.id = f.ticket_id
     where f.person_id = p_me and f.done_at is null and t.group_id = p_group and not t.restricted and desk.can_see(t.id, p_me)));
end $$;

create function desk.handover_time(p text, p_zone text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select to_char(p::timestamptz at time zone p_zone, 'MM-DD HH24:MI') $$;

-- One part of the text: a headline with the number, a line for each ticket; nothing if there is none.
create function desk.handover_lines(p_lang text, p_part text, f jsonb, p_when text, p_zone text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when (f->p_part->>'n')::int > 0 then
    E'\n' || replace(desk.label_of(p_lang, 'handover.' || p_part), '{n}', f->p_part->>'n') || E'\n' || coalesce((
      select string_agg('- ' || (t->>'number') || ' P' || (t->>'priority') || ' ' || coalesce(desk.label_of(p_lang, 'state.' || (t->>'kind') || '.' || (t->>'state')), t->>'state')
        || case when (t->>'vip')::boolean then ' VIP' else '' end || coalesce(', ' || (t->>'assignee'), '')
        || case when t->>p_when is not null then ', ' || desk.handover_time(t->>p_when, p_zone) else '' end || ': ' || (t->>'subject'), E'\n' order by n)
        from jsonb_array_elements(f->p_part->'tickets') with ordinality e(t, n)), '')
    || case when (f->p_part->>'n')::int > jsonb_array_length(f->p_part->'tickets') then E'\n- ...' else '' end || E'\n' else '' end $$;

create function desk.handover_text(f jsonb, p_lang text, p_zone text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select btrim(replace(desk.label_of(p_lang, 'handover.open'), '{n}', f->>'open') || E'\n'
    || string_agg(desk.handover_lines(p_lang, x.part, f, x.at, p_zone), '' order by x.n)
    || case when f->'follow_ups' <> '[]' then E'\n' || desk.label_of(p_lang, 'handover.follow_ups') || E'\n' || (
        select string_agg('- ' || (u->>'number') || ', ' || desk.handover_time(u->>'due_at', p_zone) || ': ' || (u->>'text'), E'\n' order by n)
          from jsonb_array_elements(f->'follow_ups') with ordinality e(u, n)) || E'\n' else '' end
    || E'\n' || desk.label_of(p_lang, 'handover.notes') || E'\n', E'\n')
    from (values ('hot', 'due_at', 1), ('opened', 'opened_at', 2), ('came', null, 3), ('resolved', null, 4), ('reopened', null, 5), ('wakes', 'hold_until', 6),
      ('due', 'due_at', 7), ('unassigned', 'opened_at', 8), ('oldest', 'opened_at', 9)) x(part, at, n) $$;

-- When the shift began that p_group hands over at p_until: with the end of the last one that was signed.
create function desk.handover_since(p_group int, p_until timestamptz) returns timestamptz language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select max(h.shift_until) from desk.handover h join desk.ticket t on t.id = h.id
                    where t.group_id = p_group and t.state = 'signed' and h.shift_until <= p_until),
    p_until - desk.setting_int('handover.hours', 8) * interval '1 hour') $$;

-- What a handover of this group would hold now, to be looked at, edited and sent with desk.create('handover', fields).
-- p_group null: the first group one is a member of. p_since null: since the last one that was signed.
create function desk.handover_begin(p_group text default null, p_since timestamptz default null, p_lang text default 'en') returns jsonb
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_group bigint; v_until timestamptz := date_trunc('second', desk.now()); v_from timestamptz; v_zone text; f jsonb; v_name text;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if coalesce(btrim(p_group), '') = '' then
    select m.group_id into v_group from desk.group_member m join desk.support_group g on g.id = m.group_id
     where m.person_id = v_me and g.active order by m.group_id limit 1;
    if v_group is null then return desk.refuse('handover_no_group', 'denied', 'group'); end if;
  else
    v_group := desk.ref_id('group', p_group, null, v_me);
    if v_group is null then
      return desk.refuse('unknown_group', 'input', 'group', jsonb_build_object('value', left(p_group, 80), 'near', desk.near_names('group', p_group)));
    end if;
  end if;
  select g.name into v_name from desk.support_group g where g.id = v_group;
  if not desk.is_member(v_group::int, v_me) then
    return desk.refuse('handover_member', 'denied', 'group', jsonb_build_object('group', v_name));
  end if;
  v_from := date_trunc('second', coalesce(p_since, desk.handover_since(v_group::int, v_until)));
  if v_from >= v_until then return desk.refuse('handover_times', 'input', 'from'); end if;
  select coalesce(p.zone, 'UTC') into v_zone from desk.person p where p.id = v_me;
  f := desk.handover_facts(v_group::int, v_from, v_until, v_me);
  return jsonb_build_object('ok', true, 'group', v_name, 'from', desk.iso(v_from), 'until', desk.iso(v_until), 'facts', f,
    'subject', format('%s: %s - %s', v_name, desk.handover_time(desk.iso(v_from), v_zone), desk.handover_time(desk.iso(v_until), v_zone)),
    'body', desk.handover_text(f, coalesce(p_lang, 'en'), v_zone));
end $$;

-- The number of the latest handover of a group (of any of mine); unsigned ones first.
create function desk.handover_last(p_group text default null) returns text
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v text;
begin
  if v_me is null then return null; end if;
  select t.number into v from desk.handover h join desk.ticket t on t.id = h.id
   where t.state in ('written', 'disputed', 'signed') and desk.can_see(t.id, v_me)
     and case when coalesce(btrim(p_group), '') = '' then desk.is_member(t.group_id, v_me) else t.group_id = desk.ref_id('group', p_group, null, v_me) end
   order by h.signed_at is not null, t.id desc limit 1;
  return v;
end $$;
grant execute on function desk.handover_begin(text, timestamptz, text), desk.handover_last(text) to desk_person;

-- ---- the rulebook: a kind may ask who opens a record of it ------------------------------------------------------------
create or replace function desk.create_as(p_actor int, p_kind text, p_fields jsonb, p_op uuid, p_channel text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  k desk.kind; p jsonb; r jsonb; n desk.ticket; o desk.ticket; e desk.event; v_now timestamptz := desk.now(); v_hash bytea; v_body text;
  v_changes jsonb; v_vis smallint; v_need smallint;
begin
  select x.* into k from desk.kind x where x.kind = p_kind;
  if not found then
    return desk.refuse('unknown_kind', 'input', 'kind', jsonb_build_object('value', coalesce(p_kind, ''), 'allowed', (select jsonb_agg(x.kind order by x.sort, x.kind) from desk.kind x)));
  end if;
  select v.visibility, v.body into v_vis, v_need from desk.verb v where v.kind = p_kind and v.verb = 'create';
  p := desk.take_params(p_kind, 'create', coalesce(p_fields, '{}'), v_need, p_actor, n);
  if p ? 'ok' then
    if p->'error'->>'class' = 'denied' then perform desk.log_denied(p_actor, null, 'create'); end if;
    return p;
  end if;
  n.kind := p_kind; n.state := k.initial; n.desk_id := 1; n.requester_id := p_actor; n.opened_by := p_actor; n.channel := p_channel;
  n.group_id := 0; n.assignee_id := 0; n.impact := 3; n.urgency := 3; n.restricted := false; n.due_at := 'infinity'; n.reassignments := 0;
  n.reopens := 0; n.version := 1; n.last_seq := 0; n.custom := '{}'; n.opened_at := date_trunc('second', v_now); n.updated_at := v_now;
  n := jsonb_populate_record(n, jsonb_strip_nulls(p->'cols'));
  n.priority := coalesce(n.priority, desk.priority_of(p_kind, n.impact, n.urgency));
  select s.phase into n.phase from desk.kind_state s where s.kind = p_kind and s.state = k.initial;
  select x.org_id into n.org_id from desk.person x where x.id = n.requester_id;
  r := coalesce(desk.create_refusal(p_actor, p->'args', n.requester_id, n.org_id), desk.assignee_refusal(n.group_id, n.assignee_id));
  if r is null and k.create_guard is not null then
    r := desk.run_guard(k.create_guard, n, p->'args' || jsonb_build_object('_at', v_now, '_fields', p->'fields', '_verb', 'create'), p_actor);
    if r->'error'->>'class' = 'denied' then perform desk.log_denied(p_actor, null, 'create'); end if;
  end if;
  if r is not null then return r; end if;
  v_hash := desk.request_hash(p_kind, p_fields::text);
  insert into desk.op(op_id, part, actor_id, request_hash) values (p_op, 0, p_actor, v_hash) on conflict do nothing;
  if not found then return desk.replay(p_op, 0, p_actor, v_hash); end if;
  n.id := nextval('desk.ticket_id_seq'); n.number := k.prefix || (100000 + n.id);
  begin
    perform desk.typed_write(p_kind, n.id, p->'typed', true);
  exception when integrity_constraint_violation or data_exception then
    delete from desk.op x where x.op_id = p_op and x.part = 0;
    return desk.refuse('value_refused', 'input', (select x from jsonb_object_keys(p->'typed') x limit 1));
  end;
  v_body := p->'args'->>'body';
  select coalesce(jsonb_object_agg(x.key, jsonb_build_array(null, x.value[1])), '{}') into v_changes from (
    select c.key, array[c.value->1] as value from jsonb_each(desk.header_changes(o, n)) c
    union all select t.key, array[t.value] from jsonb_each(desk.typed_json(p_kind, n.id)) t) x
   where coalesce(x.value[1], 'null') not in ('null', '{}') and not (x.key in ('reopens', 'reassignments', 'restricted', 'desk_id'));
  e := desk.journal_append(n, 'create', p_actor, null, p_channel, p_op, v_now, v_vis, v_changes, v_body);
  n.last_seq := e.seq; n.last_hash := e.hash;
  insert into desk.ticket values (n.*);
  insert into desk.ticket_text(id, body, tsv) values (n.id, v_body, desk.tsv(n.subject, v_body));
  insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at) values (n.id, 1, n.state, n.group_id, n.assignee_id, v_now);
  r := jsonb_build_object('ok', true, 'id', n.id, 'number', n.number, 'version', n.version, 'seq', n.last_seq, 'state', n.state,
    'op', p_op, 'replay', false);
  update desk.op x set result = r where x.op_id = p_op and x.part = 0;
  return r;
end $$;

create or replace function desk.dispatch_generate() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_write text; v_json text; v_guard text; v_effect text;
begin
  select coalesce(string_agg(format('when %L then perform desk.write_%s(p_id, p, p_new);', k.kind, k.kind), E'\n  ' order by k.kind), ''),
         coalesce(string_agg(format('when %L then desk.json_%s(p_id)', k.kind, k.kind), ' ' order by k.kind), '')
    into v_write, v_json from desk.kind k where to_regprocedure(format('desk.write_%s(bigint, jsonb, boolean)', k.kind)) is not null;
  execute format($f$create or replace function desk.typed_write(p_kind text, p_id bigint, p jsonb, p_new boolean) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $g$
begin
  case p_kind
  %s
  end case;
end $g$ $f$, v_write);
  execute format($f$create or replace function desk.typed_json(p_kind text, p_id bigint) returns jsonb language sql stable
  set search_path = pg_catalog, pg_temp as $g$ select case p_kind %s end $g$ $f$, v_json);
  select coalesce(string_agg(distinct format('when %L::regprocedure then return %s(t, a, p_me);', g.p, g.p::regproc), E'\n  '), '') into v_guard
    from (select x.guard as p from desk.transition x where x.guard is not null union select k.create_guard from desk.kind k where k.create_guard is not null) g;
  select coalesce(string_agg(distinct format('when %L::regprocedure then return %s(t, a, p_me);', g.p, g.p::regproc), E'\n  '), '') into v_effect
    from (select distinct x.side_effect as p from desk.transition x where x.side_effect is not null) g;
  execute format($f$create or replace function desk.run_guard(p_fn regprocedure, t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable as $g$
begin
  case p_fn
  %s
  end case;
end $g$ $f$, coalesce(nullif(v_guard, ''), 'when 0 then null;'));
  execute format($f$create or replace function desk.run_effect(p_fn regprocedure, t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql as $g$
begin
  case p_fn
  %s
  end case;
end $g$ $f$, coalesce(nullif(v_effect, ''), 'when 0 then null;'));
end $$;

insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
error.handover_member     | only members of {group} write and sign its handovers | 只有 {group} 的成员可以编写和签收其交接班记录
error.handover_no_group   | you are a member of no group; name one with group= | 您不是任何组的成员；请用 group= 指定一个组
error.handover_own        | you wrote it: another member of the group signs it, or a team lead | 这是您写的：须由组内其他成员或组长签收
error.handover_times      | the shift must begin before it ends, and before now | 班次的开始须早于结束，也须早于现在
handover.open             | Open now: {n} | 当前未结：{n}
handover.hot              | Hot: urgent, due soon or a VIP asks: {n} | 紧要：紧急、即将到期或 VIP 请求：{n}
handover.opened           | Opened in this shift: {n} | 本班新开：{n}
handover.came             | Came from other groups: {n} | 由其他组转来：{n}
handover.resolved         | Done in this shift: {n} | 本班办结：{n}
handover.reopened         | Reopened: {n} | 重新打开：{n}
handover.wakes            | On hold, comes back: {n} | 挂起，将恢复处理：{n}
handover.due              | Due within a day: {n} | 一天内到期：{n}
handover.unassigned       | Nobody's yet: {n} | 尚无受理人：{n}
handover.oldest           | Open for longest: {n} | 最早未结：{n}
handover.follow_ups       | My follow-ups: | 我的跟进提醒：
handover.notes            | Notes: | 说明：
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
