-- Triage: what came in and nobody has looked at yet gets its category, impact, urgency, group and, where that is clear, its assignee by one
-- act, with one event and one undo; a question to the requester puts it aside until he answers, and then it comes back to where it was.
--
-- Untriaged is a ticket in state new (active) without a group or without a category: the word "untriaged" of the query language.
reset role; set local role desk_owner;

-- The line of them, oldest first. Only what is new and not complete stands in it: an act on another ticket does not pay for it.
create index ticket_untriaged_key on desk.ticket(opened_at, id) where phase = 1 and state = 'new' and (group_id = 0 or category_id is null);

-- Texts to the requester, by language; {requester} and {number} are filled in. ask: what is needed to go on; not_ours: why it is cancelled.
insert into desk.setting values
  ('triage.ask', jsonb_build_object(
    'en', E'Hello {requester},\n\nthank you for your report. To help you we need to know more:\n\n- What exactly happens, and since when?\n- On which device or in which application?\n- Does it concern you alone, or others too?\n\nWe go on as soon as you answer.',
    'zh_CN', E'{requester}，您好：\n\n感谢您的报告。为了帮助您，我们还需要了解：\n\n- 具体现象是什么，从何时开始？\n- 发生在哪台设备或哪个应用上？\n- 只影响您，还是也影响其他人？\n\n收到您的回复后我们会立即继续处理。')),
  ('triage.not_ours', jsonb_build_object(
    'en', E'Hello {requester},\n\nthis is nothing our service desk takes care of, so we close the ticket {number}. If you think that we are mistaken, please answer.',
    'zh_CN', E'{requester}，您好：\n\n此事不属于本服务台的受理范围，因此我们关闭工单 {number}。如果您认为有误，请回复我们。')),
  ('triage.ask_days', '3');                 -- how long one waits for an answer where no time is named

insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
verb.*.triage         | Triage | 分诊
verb.*.ask            | Ask the requester | 询问请求人
param.*.triage.parent | Child of | 上级工单
param.*.ask.until     | Wait until | 等待至
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line <> '';

reset role; set local role desk_api;
create function desk.is_untriaged(t desk.ticket) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select t.phase = 1 and t.state = 'new' and (t.group_id = 0 or t.category_id is null) $$;

-- ---- the verb triage -----------------------------------------------------------------------------------------------------
-- With what guards as assign has, and category and group in the end: else it would still be untriaged. parent: it becomes a child of that one.
create function desk.guard_triage(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_parent bigint := (a->>'parent')::bigint; r jsonb;
begin
  if coalesce((a->>'group')::int, t.group_id) = 0 then return desk.refuse('field_required', 'input', 'group', '{"verb": "triage"}'); end if;
  r := desk.guard_assign(t, a || jsonb_build_object('group', coalesce((a->>'group')::int, t.group_id)), p_me);
  if r is null and v_parent is not null then r := desk.link_refusal(t, 'parent', v_parent); end if;
  if r->'error'->>'field' = 'to' then r := jsonb_set(r, '{error,field}', '"parent"'); end if;
  if r->'error'->>'id' = 'field_required' then return desk.refuse('field_required', 'input', r->'error'->>'field', '{"verb": "triage"}'); end if;
  return r;
end $$;

create function desk.effect_triage(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return desk.effect_assign(t, a, p_me) || case when a->>'parent' is not null then desk.link_add(t, 'parent', (a->>'parent')::bigint, a) else '{}' end;
end $$;

-- ---- the verb ask --------------------------------------------------------------------------------------------------------
create function desk.guard_ask(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if (a->>'until')::timestamptz <= (a->>'_at')::timestamptz then return desk.refuse('time_past', 'input', 'until', jsonb_build_object('value', a->>'until')); end if;
  return null;
end $$;

create function desk.effect_ask(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return jsonb_build_object('hold_reason', 'requester', 'hold_until', coalesce(a->>'until', desk.iso(desk.at_of(a) + desk.setting_int('triage.ask_days', 3) * interval '1 day')));
end $$;

-- Where a wait leads that ends: what was put aside before anybody had triaged it is to be triaged again. '{}': where the table says.
create function desk.resume_to(t desk.ticket) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_from text;
begin
  if t.group_id <> 0 and t.category_id is not null then return '{}'; end if;
  select s.state into v_from from desk.span_effective s where s.ticket_id = t.id and s.state <> t.state order by s.seq desc limit 1;
  return case when v_from = 'new' then '{"state": "new"}'::jsonb else '{}' end;
end $$;

-- As in 0003c_effects.sql, but for that.
create or replace function desk.effect_resume(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp
  as $$ begin return desk.no_hold() || desk.resume_to(t); end $$;

create or replace function desk.effect_reply(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_to text;
begin
  if t.phase = 2 and t.requester_id = p_me then
    select x.to_state into v_to from desk.transition x where x.kind = t.kind and x.from_state = t.state and x.verb = 'resume';
    if v_to <> '=' then return desk.no_hold() || jsonb_build_object('state', v_to) || desk.resume_to(t); end if;
  end if;
  return '{}';
end $$;

-- As in 0025_major.sql, with these.
create or replace function desk.act_own() returns regprocedure[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array(select ('desk.' || f || '(desk.ticket,jsonb,int)')::regprocedure from unnest('{guard_assign,guard_edit,guard_hold,guard_close,guard_cancel,guard_add_remove,guard_watch,guard_time,guard_major,guard_major_propose,guard_major_accept,guard_major_roles,guard_triage,guard_ask,effect_take,effect_assign,effect_start,effect_edit,effect_hold,effect_resume,effect_reply,effect_resolve,effect_close,effect_reopen,effect_cancel,effect_tag,effect_ci,effect_watch,effect_unwatch,effect_time,effect_major_propose,effect_major_accept,effect_major_reject,effect_major_demote,effect_triage,effect_ask}'::text[]) f) $$;

-- ---- which kinds have them ----------------------------------------------------------------------------------------------------
-- Every kind that begins as new, has a category and is assigned to groups gets triage; one that can wait for its requester gets ask too. The key of
-- "time" becomes Y: T is the triage mode of the console.
create function desk.triage_install(p_kind text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare x desk.transition; v_wait text;
begin
  update desk.verb v set key = 'Y' where v.kind = p_kind and v.verb = 'time' and v.key = 'T';
  select n.* into x from desk.transition n where n.kind = p_kind and n.verb = 'assign' and n.from_state = 'new';
  if not found or not exists (select from desk.verb_param a where a.kind = p_kind and a.verb = 'assign' and a.field = 'group')
     or not exists (select from desk.field f where f.kind = p_kind and f.field = 'category') then return; end if;
  insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values (p_kind, 'triage', 38, null, 1, 1, true) on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort) values
    (p_kind, 'triage', 'category', 'category', 'category', null, 2, '=', 1), (p_kind, 'triage', 'impact', 'impact', 'level', null, 1, '=', 2),
    (p_kind, 'triage', 'urgency', 'urgency', 'level', null, 1, '=', 3), (p_kind, 'triage', 'group', 'group', 'group', null, 2, '=', 4),
    (p_kind, 'triage', 'assignee', 'assignee', 'person', null, 1, '=', 5), (p_kind, 'triage', 'parent', null, 'ticket', null, 0, null, 6),
    (p_kind, 'triage', 'reason', null, 'text', null, 0, null, 7) on conflict do nothing;
  insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect) values (p_kind, 'new', 'triage', x.to_state, x.roles,
    'desk.guard_triage(desk.ticket,jsonb,int)'::regprocedure, 'desk.effect_triage(desk.ticket,jsonb,int)'::regprocedure) on conflict do nothing;
  select n.to_state into v_wait from desk.transition n where n.kind = p_kind and n.verb = 'hold' and n.to_state <> '='
     and exists (select from desk.transition r where r.kind = p_kind and r.verb = 'resume' and r.from_state = n.to_state)
     and exists (select from desk.field f where f.kind = p_kind and f.field = 'hold_reason' and 'requester' = any (f.choices)) order by n.from_state limit 1;
  if v_wait is null or not exists (select from desk.field f where f.kind = p_kind and f.field = 'hold_until') then return; end if;
  insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values (p_kind, 'ask', 39, null, 2, 2, true) on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort) values (p_kind, 'ask', 'until', 'hold_until', 'time', null, 1, null, 1) on conflict do nothing;
  insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect) values (p_kind, 'new', 'ask', v_wait, x.roles,
    'desk.guard_ask(desk.ticket,jsonb,int)'::regprocedure, 'desk.effect_ask(desk.ticket,jsonb,int)'::regprocedure) on conflict do nothing;
end $$;

-- As in 0026_rate.sql, with the verbs of triage.
create or replace function desk.kind_install(p_kind text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_role text := current_user; v_table regclass; v_bad text; f regprocedure;
begin
  select k.typed_table into v_table from desk.kind k where k.kind = p_kind;
  -- a file need not know which role owns what: its table and its functions get their owners here
  execute 'reset role';
  if v_table is not null then execute format('alter table %s owner to desk_owner', v_table); end if;
  for f in select distinct x.f from desk.transition t, lateral (values (t.guard), (t.side_effect)) x(f) join pg_proc p on p.oid = x.f
            where t.kind = p_kind and p.proowner <> 'desk_api'::regrole loop
    execute format('alter function %s owner to desk_api', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
  execute 'set local role desk_owner';
  insert into desk.field(kind, field, store, col, type, choices, editable, sort)
    select p_kind, b.field, 'ticket', b.col, b.type, b.choices, false, 0 from (values
      ('subject', 'subject', 'text', null::text[]), ('requester', 'requester_id', 'person', null), ('group', 'group_id', 'group', null),
      ('assignee', 'assignee_id', 'person', null), ('service', 'service_id', 'service', null), ('category', 'category_id', 'category', null),
      ('ci', 'ci_id', 'ci', null), ('impact', 'impact', 'level', '{1,2,3}'), ('urgency', 'urgency', 'level', '{1,2,3}'),
      ('priority', 'priority', 'level', '{1,2,3,4,5}')) b(field, col, type, choices)
    on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort)
    select p_kind, 'edit', f.field, f.field, f.type, f.choices, 1, '=', f.sort from desk.field f
     where f.kind = p_kind and f.editable and exists (select from desk.verb v where v.kind = p_kind and v.verb = 'edit')
    on conflict do nothing;
  insert into desk.verb(kind, verb, sort, menu) values (p_kind, 'undo', 999, false) on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, type, ask) values (p_kind, 'undo', 'op', 'text', 0) on conflict do nothing;
  insert into desk.transition(kind, from_state, verb, to_state, roles)
    select s.kind, s.state, 'undo', '=', '{requester,opener,assignee,agent,lead,process_owner}' from desk.kind_state s where s.kind = p_kind on conflict do nothing;
  perform desk.rate_install(p_kind);
  perform desk.triage_install(p_kind);
  select string_agg(p, '; ') into v_bad from desk.kind_problems(p_kind) p;
  if v_bad is not null then raise exception 'kind %: %', p_kind, v_bad; end if;
  execute format('alter table %s enable row level security', v_table);
  execute format('grant select, insert, update, delete on %s to desk_api', v_table);
  execute format('grant select on %s to desk_person', v_table);
  execute format('drop policy if exists api on %s', v_table);
  execute format('create policy api on %s to desk_api using (true) with check (true)', v_table);
  execute format('drop policy if exists reader on %s', v_table);
  execute format('create policy reader on %1$s for select to desk_person using (exists (
    select from desk.ticket t where t.id = %1$s.id and not t.restricted))', v_table);
  execute 'set local role desk_api';
  perform desk.kind_generate(p_kind, v_table);
  perform desk.dispatch_generate();
  execute format('set local role %I', v_role);
end $$;

-- ---- the query language: as in 0022b_pareto.sql, with untriaged ------------------------------------------------------------------
create or replace function desk.match_node(t desk.ticket, n jsonb, p_me int, p_internal boolean, p_zone text, p_now timestamptz) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k jsonb; words text := '';
begin
  if n ? 'and' then
    for k in select x from jsonb_array_elements(n->'and') x loop
      -- words side by side stand in one text
      if k->>'field' = 'text' and desk.match_term(k->'value'->0) is not null then words := concat_ws(' ', nullif(words, ''), desk.match_term(k->'value'->0));
      elsif not desk.match_node(t, k, p_me, p_internal, p_zone, p_now) then return false; end if;
    end loop;
    return words = '' or desk.match_words(t, words, p_internal);
  elsif n ? 'or' then
    for k in select x from jsonb_array_elements(n->'or') x loop
      if desk.match_node(t, k, p_me, p_internal, p_zone, p_now) then return true; end if;
    end loop;
    return false;
  elsif n ? 'not' then return not desk.match_node(t, n->'not', p_me, p_internal, p_zone, p_now);
  elsif n ? 'field' then
    if not coalesce(n->>'op' in ('=', '<', '<=', '>', '>='), false) then
      raise exception 'desk.matches: there is no operator %', n->>'op' using errcode = 'invalid_parameter_value';
    end if;
    if n->>'field' = 'metric' then
      return exists (select from jsonb_array_elements_text(n->'value') x where desk.match_metric(t, x, p_internal, p_now));
    end if;
    if n->>'field' in ('breached', 'clock', 'sla', 'left') then return coalesce(desk.match_clock(t, n, p_internal, p_now), false); end if;
    if n->>'field' = 'untriaged' then
      return exists (select from jsonb_array_elements_text(n->'value') x where desk.is_untriaged(t) = x::boolean);
    end if;
    for k in select x from jsonb_array_elements(n->'value') x loop
      if coalesce(desk.match_value(t, n->>'field', n->>'op', k, p_me, p_internal, p_zone, p_now), false) then return true; end if;
    end loop;
    return false;
  end if;
  raise exception 'desk.matches: this is no node of a query: %', left(n::text, 200) using errcode = 'invalid_parameter_value';
end $$;

-- ---- what the triage mode of a console reads -----------------------------------------------------------------------------------
-- A text of the settings in the language of a person, else in English.
create function desk.triage_text(p_key text, p_person int, p_number text) returns text language sql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
  select replace(replace(coalesce(s.value->>p.language, s.value->>'en', ''), '{requester}', p.name), '{number}', coalesce(p_number, ''))
    from desk.setting s, desk.person p where s.key = 'triage.' || p_key and p_key in ('ask', 'not_ours') and p.id = p_person and desk.i_am_staff() $$;

-- One ticket as it is to be triaged, as the caller may see it; p_propose: what desk.propose_many said of it.
create function desk.triage_ticket(p_id bigint, p_propose jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare t desk.ticket;
begin
  select * into t from desk.ticket x where x.id = p_id;
  if not found then return null; end if;
  return jsonb_build_object('id', t.id, 'number', t.number, 'kind', t.kind, 'state', t.state, 'version', t.version, 'subject', t.subject, 'restricted', t.restricted,
      'untriaged', t.phase = 1 and t.state = 'new' and (t.group_id = 0 or t.category_id is null), 'opened_at', desk.iso(t.opened_at), 'channel', t.channel, 'impact', t.impact, 'urgency', t.urgency, 'priority', t.priority,
      'body', (select left(x.body, 20000) from desk.ticket_text x where x.id = t.id),
      'attachments', (select coalesce(jsonb_agg(x.name order by x.id), '[]') from desk.attachment x where x.ticket_id = t.id))
    || (select jsonb_build_object('category', r.category, 'category_id', t.category_id, 'group_id', r.group_id, 'assignee_id', r.assignee_id, 'group', r."group", 'assignee', r.assignee, 'service', r.service, 'ci', r.ci, 'org', r.org, 'requester', r.requester)
          from desk.ticket_row r where r.id = t.id)
    || jsonb_build_object('parent', (select x.number from desk.ticket x where x.id = t.parent_id), 'card', desk.caller_card(t.requester_id), 'propose', p_propose,
      'ask', desk.triage_text('ask', t.requester_id, t.number), 'not_ours', desk.triage_text('not_ours', t.requester_id, t.number),
      'last', (select jsonb_build_object('by', (select p.name from desk.person p where p.id = e.actor_id), 'verb', e.verb, 'at', desk.iso(e.at), 'mine', e.actor_id = desk.me())
        from desk.event e where e.ticket_id = t.id order by e.seq desc limit 1));
end $$;

-- The next of the line in one round trip: {left, present, turn, tickets, gone}. p_have: tickets the console holds; of those it learns which are untriaged no
-- more, by whom. p_read: tickets to be read anew. p_more: how many others of the line, oldest first, at most 20; those somebody else has before him last.
-- Several people at one line each begin with tickets of their own: turn [n, i] says that of n I am the i-th and first take those whose id leaves i when
-- divided by n. p_lists: with what can be chosen for a field, too. Null for who is no staff.
create function desk.triage_page(p_have bigint[], p_read bigint[], p_more int, p_lists boolean default false) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_busy bigint[]; v_n int; v_i int; v_present jsonb; v_ids bigint[]; v_tickets jsonb; v_have bigint[] := coalesce(p_have, '{}'); v_read bigint[] := coalesce(p_read[1:20], '{}'); v_more int := greatest(0, least(coalesce(p_more, 0), 20));
begin
  if desk.me() is null or not desk.i_am_staff() then return null; end if;
  select coalesce(jsonb_agg(jsonb_build_object('ticket', p.ticket_id, 'name', p.name, 'mode', p.mode)), '[]') into v_present  -- who has one before him, but oneself
    from desk.present() p where p.ticket_id is not null and p.person_id <> (select desk.me());
  select count(*), coalesce(sum((w.person_id < m.me)::int), 0) into v_n, v_i from (select desk.me() as me) m left join lateral (
    select distinct p.person_id from desk.present() p join desk.ticket t on t.id = p.ticket_id and t.phase = 1 and t.state = 'new' and (t.group_id = 0 or t.category_id is null)
     where p.person_id <> m.me union select m.me) w on true;
  select coalesce(array_agg(distinct (p->>'ticket')::bigint), '{}') into v_busy from jsonb_array_elements(v_present) p;
  v_ids := v_read || array(select q.id from (
      select t.id, t.opened_at from desk.ticket t where t.phase = 1 and t.state = 'new' and (t.group_id = 0 or t.category_id is null) and t.id <> all (v_have) and t.id <> all (v_read)
         and exists (select from desk.verb v where v.kind = t.kind and v.verb = 'triage')
       order by t.opened_at, t.id limit case when v_more > 0 then v_more * v_n + cardinality(v_busy) else 0 end) q
    order by q.id = any (v_busy), q.id % v_n <> v_i, q.opened_at, q.id limit v_more);
  with p as materialized (select j, (j->>'ticket')::bigint as id from desk.propose_many(v_ids) j)
  select coalesce(jsonb_agg(d.doc order by u.n), '[]') into v_tickets from unnest(v_ids) with ordinality u(id, n)
    left join p on p.id = u.id cross join lateral (select desk.triage_ticket(u.id, p.j) as doc) d where d.doc is not null;
  return jsonb_build_object('present', v_present, 'turn', jsonb_build_array(v_n, v_i), 'tickets', v_tickets,
      'left', (select count(*) from (select from desk.ticket t where t.phase = 1 and t.state = 'new' and (t.group_id = 0 or t.category_id is null)
         and exists (select from desk.verb v where v.kind = t.kind and v.verb = 'triage') limit 1000) c),
      'gone', (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'state', t.state, 'by', e.name, 'verb', e.verb, 'mine', e.actor_id = desk.me())), '[]') from unnest(v_have) u(id)
         left join desk.ticket t on t.id = u.id
         left join lateral (select e.verb, e.actor_id, p.name from desk.event e left join desk.person p on p.id = e.actor_id where e.ticket_id = t.id order by e.seq desc limit 1) e on true
        where t.id is null or not (t.phase = 1 and t.state = 'new' and (t.group_id = 0 or t.category_id is null))))
    || case when p_lists then jsonb_build_object(
      'categories', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.path) order by lower(c.path)), '[]') from (select c.id, coalesce(p.name || ' / ', '') || c.name as path from desk.category c
         left join desk.category p on p.id = c.parent_id where c.active and coalesce(p.active, true)) c),
      'groups', (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'members', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'login', coalesce(p.login, p.name), 'name', p.name)
           order by lower(p.name)), '[]') from desk.group_member m join desk.person p on p.id = m.person_id and p.active where m.group_id = g.id)) order by lower(g.name)), '[]')
         from desk.support_group g where g.active and g.id <> 0)) else '{}' end;
end $$;

revoke execute on function desk.is_untriaged(desk.ticket), desk.guard_triage(desk.ticket, jsonb, int), desk.effect_triage(desk.ticket, jsonb, int), desk.guard_ask(desk.ticket, jsonb, int),
  desk.effect_ask(desk.ticket, jsonb, int), desk.resume_to(desk.ticket), desk.triage_install(text), desk.triage_text(text, int, text), desk.triage_ticket(bigint, jsonb),
  desk.triage_page(bigint[], bigint[], int, boolean) from public;
grant execute on function desk.triage_text(text, int, text), desk.triage_ticket(bigint, jsonb), desk.triage_page(bigint[], bigint[], int, boolean) to desk_person;
grant execute on function desk.triage_install(text) to desk_owner;

reset role; set local role desk_owner;
select desk.triage_install(k.kind) from desk.kind k;
reset role; set local role desk_api;
do $$ begin if exists (select from desk.kind) then perform desk.dispatch_generate(); end if; end $$;
