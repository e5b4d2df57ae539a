-- Satisfaction: the requester says how content he is, one to five, once his ticket was resolved. He rates once; for some days he may
-- change his mind. The state stays what it is. Every kind that is closed by somebody can be rated.
reset role; set local role desk_owner;
insert into desk.setting values
  ('rate.days', '30'),         -- so long after it was resolved a ticket can be rated
  ('rate.change_days', '7'),   -- so long after that the rating can be changed
  ('rate.low', '2');           -- a score up to this one asks for somebody to call the customer
create table desk.rating(
  ticket_id bigint primary key,
  seq       int not null,                   -- the event it came with
  score     smallint not null check (score between 1 and 5),
  at        timestamptz not null,
  by_id     int not null references desk.person);
comment on table desk.rating is 'How content the requester of a ticket is: his last word; his text stands in the journal alone, where it can be redacted';
create index rating_at_key on desk.rating(at);
alter table desk.rating enable row level security;
grant select, insert, update, delete on desk.rating to desk_api;
create policy api on desk.rating to desk_api using (true) with check (true);
grant select on desk.rating to desk_person;
create policy reader on desk.rating for select to desk_person using (exists (
  select from desk.ticket t where t.id = rating.ticket_id and not t.restricted));
create index ticket_closed_key on desk.ticket(closed_at) where closed_at is not null;

-- A field may name a ticket: what a complaint is about.
alter table desk.field drop constraint field_type_check;
alter table desk.field add constraint field_type_check check (type in
  ('text','multiline','int','bool','time','person','group','category','service','ci','choice','level','ticket'));

reset role; set local role desk_api;
create function desk.guard_rate(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_at timestamptz := (a->>'_at')::timestamptz; v_first timestamptz; v_days int;
begin
  select r.at into v_first from desk.rating r where r.ticket_id = t.id;
  if found then
    v_days := desk.setting_int('rate.change_days', 7);
    select min(e.at) into v_first from desk.event_effective e where e.ticket_id = t.id and e.verb = 'rate';
    if v_at > v_first + v_days * interval '1 day' then
      return desk.refuse('rate_fixed', 'state', 'score', jsonb_build_object('days', v_days, 'at', desk.iso(v_first)));
    end if;
    return null;
  end if;
  v_days := desk.setting_int('rate.days', 30);
  if v_at > coalesce(t.closed_at, t.resolved_at, v_at) + v_days * interval '1 day' then
    return desk.refuse('rate_late', 'state', 'score', jsonb_build_object('days', v_days));
  end if;
  return null;
end $$;

-- The score is kept in the journal like an element of a set: [[old], [new]].
create function desk.effect_rate(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_old jsonb;
begin
  select jsonb_build_array(r.score) into v_old from desk.rating r where r.ticket_id = t.id;
  insert into desk.rating(ticket_id, seq, score, at, by_id)
    values (t.id, t.last_seq + 1, (a->>'score')::smallint, (a->>'_at')::timestamptz, p_me)
    on conflict (ticket_id) do update set seq = excluded.seq, score = excluded.score, at = excluded.at, by_id = excluded.by_id;
  return jsonb_build_object('@changes', jsonb_build_object('rating', jsonb_build_array(coalesce(v_old, '[]'), jsonb_build_array((a->>'score')::int))));
end $$;

-- A kind that is closed by a verb of this name can be rated before and after that.
create function desk.rate_install(p_kind text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from desk.transition x where x.kind = p_kind and x.verb = 'close') then return; end if;
  insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values (p_kind, 'rate', 30, null, 2, 1, true) on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, type, choices, ask, initial, sort)
    values (p_kind, 'rate', 'score', 'level', '{1,2,3,4,5}', 2, null, 1) on conflict do nothing;
  insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect)
    select distinct p_kind, s, 'rate', '=', '{requester}'::text[], 'desk.guard_rate(desk.ticket,jsonb,int)'::regprocedure, 'desk.effect_rate(desk.ticket,jsonb,int)'::regprocedure
      from desk.transition x, unnest(array[x.from_state, x.to_state]) s where x.kind = p_kind and x.verb = 'close' on conflict do nothing;
end $$;
revoke execute on function desk.rate_install(text) from public;
grant execute on function desk.rate_install(text) to desk_owner;

-- ---- undo: a rating without words is taken back like a tag; the one before it counts again ---------------------------------
create or replace function desk.set_keys() returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select '{tags,cis,watchers,access,links,rating}'::text[] $$;

create function desk.rating_back(t desk.ticket, v jsonb) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from desk.rating r where r.ticket_id = t.id;
  if v = '[]' then return; end if;
  insert into desk.rating(ticket_id, seq, score, at, by_id)
    select e.ticket_id, e.seq, (v->>0)::smallint, e.at, e.actor_id
      from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
     where e.ticket_id = t.id and e.verb = 'rate' and x.changes->'rating'->1 = v order by e.seq desc limit 1;
end $$;

create or replace function desk.undo_set(t desk.ticket, p_key text, v jsonb, p_at timestamptz) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  case p_key
  when 'tags' then
    delete from desk.ticket_tag g where g.ticket_id = t.id and v->1 ? g.tag;
    insert into desk.ticket_tag(ticket_id, tag) select t.id, o from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'cis' then
    delete from desk.ticket_ci g where g.ticket_id = t.id and g.ci_id in (select (o->>'ci')::bigint from jsonb_array_elements(v->1) o);
    insert into desk.ticket_ci(ticket_id, ci_id, role) select t.id, (o->>'ci')::bigint, o->>'role' from jsonb_array_elements(v->0) o on conflict do nothing;
  when 'watchers' then
    delete from desk.watcher g where g.ticket_id = t.id and v->1 @> to_jsonb(g.person_id);
    insert into desk.watcher(ticket_id, person_id) select t.id, o::int from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'access' then
    delete from desk.ticket_access g where g.ticket_id = t.id and v->1 @> to_jsonb(g.person_id);
    insert into desk.ticket_access(ticket_id, person_id) select t.id, o::int from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'links' then
    delete from desk.ticket_link g where g.from_id = t.id
      and exists (select from jsonb_array_elements(v->1) o where o->>'type' = g.type and (o->>'to')::bigint = g.to_id);
    insert into desk.ticket_link(from_id, type, to_id, seq, at)
      select t.id, o->>'type', (o->>'to')::bigint, t.last_seq + 1, p_at from jsonb_array_elements(v->0) o on conflict do nothing;
  when 'rating' then perform desk.rating_back(t, v->0);
  end case;
  return jsonb_build_object(p_key, jsonb_build_array(v->1, v->0));
end $$;

-- As in 0011_undo.sql, with ratings: the score of the record is the one the journal gives.
create or replace function desk.audit_sets() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with c as (
    select e.ticket_id, e.seq, e.at, e.actor_id, e.voids, k.key, k.value as v
      from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq, jsonb_each(x.changes) k
     where not e.late and x.changes ?| array['tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments', 'rating']
       and k.key in ('tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments', 'rating')),
  ops as (
    select c.ticket_id, c.seq, c.at, c.key, d.gain, el.v
      from c, (values (false, 0), (true, 1)) d(gain, i),
           lateral jsonb_array_elements(case jsonb_typeof(c.v->d.i) when 'array' then c.v->d.i else '[]' end) el(v)
     where c.key in ('tags', 'links', 'cis', 'watchers', 'access', 'rating')),
  want as (
    select l.ticket_id, l.key, case l.key when 'links' then l.v || jsonb_build_object('seq', l.seq, 'at', l.at) else l.v end as v from (
      select distinct on (o.ticket_id, o.key, o.v) o.* from ops o order by o.ticket_id, o.key, o.v, o.seq desc, o.gain desc) l where l.gain
    union all select c.ticket_id, c.key, jsonb_build_array(c.seq, c.v->1, c.actor_id) from c where c.key = 'minutes' and c.voids is null
      and not exists (select from desk.event u where u.ticket_id = c.ticket_id and u.voids = c.seq and not desk.event_voided(u.ticket_id, u.seq))
    union all select c.ticket_id, c.key, jsonb_build_array(c.seq) || case when el.v ? 'name'
        then jsonb_build_array(el.v->'id', el.v->'name', el.v->'media_type', el.v->'size', el.v->'sha256')
        else jsonb_build_array(el.v->'id', desk.redacted(), 'application/octet-stream', 0, null) end
      from c, lateral jsonb_array_elements(case jsonb_typeof(c.v->1) when 'array' then c.v->1 else '[]' end) el(v) where c.key = 'attachments'),
  have as (
    select g.ticket_id, 'tags' as key, to_jsonb(g.tag) as v from desk.ticket_tag g
    union all select l.from_id, 'links', jsonb_build_object('type', l.type, 'to', l.to_id, 'seq', l.seq, 'at', l.at) from desk.ticket_link l
    union all select i.ticket_id, 'cis', jsonb_build_object('ci', i.ci_id, 'role', i.role) from desk.ticket_ci i
    union all select w.ticket_id, 'watchers', to_jsonb(w.person_id) from desk.watcher w
    union all select a.ticket_id, 'access', to_jsonb(a.person_id) from desk.ticket_access a
    union all select r.ticket_id, 'rating', to_jsonb(r.score) from desk.rating r
    union all select m.ticket_id, 'minutes', jsonb_build_array(m.seq, m.minutes, m.person_id) from desk.time_entry m
    union all select f.ticket_id, 'attachments', jsonb_build_array(f.seq, f.id, f.name, f.media_type, f.size, encode(f.sha256, 'hex'))
      from desk.attachment f)
  select distinct coalesce(w.ticket_id, h.ticket_id), null::int, coalesce(w.key, h.key)
    from want w full join have h on h.ticket_id = w.ticket_id and h.key = w.key and h.v = w.v
   where w.ticket_id is null or h.ticket_id is null $$;

-- What a reader of the ticket is shown of it; null: none was given.
create function desk.show_rating(p_id bigint) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select jsonb_build_object('score', r.score, 'at', desk.iso(r.at), 'by', desk.name_of('person', to_jsonb(r.by_id)), 'comment', x.body)
    from desk.rating r left join desk.event_text x on x.ticket_id = r.ticket_id and x.seq = r.seq where r.ticket_id = p_id);
end $$;

-- As in 0004_read.sql, with the rating and where it stands as a major incident.
create or replace function desk.show_header(t desk.ticket) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select jsonb_build_object('id', r.id, 'number', r.number, 'kind', r.kind, 'state', r.state, 'phase', r.phase, 'priority', r.priority,
      'impact', r.impact, 'urgency', r.urgency, 'subject', t.subject, 'requester', r.requester, 'requester_id', r.requester_id,
      'requester_name', p.name, 'vip', p.vip, 'group', r."group", 'group_id', r.group_id, 'assignee', r.assignee, 'assignee_id', r.assignee_id,
      'category', r.category, 'service', r.service, 'ci', r.ci, 'opened_at', desk.iso(r.opened_at), 'updated_at', desk.iso(r.updated_at),
      'resolved_at', desk.iso(r.resolved_at), 'closed_at', desk.iso(r.closed_at), 'due_at', desk.iso(r.due_at))
    || jsonb_build_object('reassignments', r.reassignments, 'reopens', r.reopens, 'version', r.version, 'org', r.org, 'org_id', r.org_id,
      'channel', r.channel, 'hold_reason', r.hold_reason, 'hold_until', desk.iso(r.hold_until), 'hold_ref', r.hold_ref,
      'resolution_code', r.resolution_code, 'cancel_reason', r.cancel_reason, 'external', r.external, 'restricted', r.restricted,
      'acknowledged_at', desk.iso(t.acknowledged_at), 'priority_reason', t.priority_reason, 'opened_by', desk.name_of('person', to_jsonb(t.opened_by)),
      'last_seq', r.last_seq, 'unread', r.unread, 'custom', t.custom, 'rating', desk.show_rating(t.id), 'major', t.major, 'clocks', desk.show_clocks(t))
    from desk.ticket_row r left join desk.person p on p.id = r.requester_id where r.id = t.id);
end $$;

-- ---- the figures ----------------------------------------------------------------------------------------------------
-- Facts as every metric has them. CSAT: sum of scores / sum of the highest scores possible. Cancelled tickets are none.
create view desk.metric_csat with (security_invoker = true) as
  select t.id as ticket_id, r.at, r.score::numeric as value, 5::numeric as weight, t.kind, t.org_id, nullif(t.group_id, 0) as group_id, t.service_id,
         t.category_id, t.ci_id, t.priority, nullif(t.assignee_id, 0) as assignee_id
    from desk.rating r join desk.ticket t on t.id = r.ticket_id where t.state <> 'cancelled' and not t.restricted;
-- Everybody who asked for something could answer, by whatever way a rating comes in: the portal, a mail, an import. One fact for each ticket
-- closed, of the time it was closed.
create view desk.metric_csat_response with (security_invoker = true) as
  select t.id as ticket_id, t.closed_at as at, (r.ticket_id is not null)::int::numeric as value, 1::numeric as weight, t.kind, t.org_id,
         nullif(t.group_id, 0) as group_id, t.service_id, t.category_id, t.ci_id, t.priority, nullif(t.assignee_id, 0) as assignee_id
    from desk.ticket t left join desk.rating r on r.ticket_id = t.id
   where t.closed_at is not null and t.state <> 'cancelled' and not t.restricted and t.requester_id > 1
     and exists (select from desk.verb v where v.kind = t.kind and v.verb = 'rate');
-- Low scores after which somebody of the desk wrote, called (noted it) or took it up again within a day. Of the time of the score.
create view desk.metric_dsat_recovery with (security_invoker = true) as
  select t.id as ticket_id, r.at, (exists (select from desk.event_effective e where e.ticket_id = t.id and e.seq > r.seq and e.actor_id > 1
           and e.actor_id <> t.requester_id and e.at <= r.at + interval '1 day' and e.verb in ('reply', 'note', 'reopen', 'time')))::int::numeric as value,
         1::numeric as weight, t.kind, t.org_id, nullif(t.group_id, 0) as group_id, t.service_id, t.category_id, t.ci_id, t.priority,
         nullif(t.assignee_id, 0) as assignee_id
    from desk.rating r join desk.ticket t on t.id = r.ticket_id
   where t.state <> 'cancelled' and not t.restricted and r.score <= coalesce((select (s.value #>> '{}')::int from desk.setting s where s.key = 'rate.low'), 2);
grant select on desk.metric_csat, desk.metric_csat_response, desk.metric_dsat_recovery to desk_person;

-- ---- installing a kind: as in 0011_undo.sql, with the verb rate ---------------------------------------------------------
reset role; set local role desk_api;
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

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
verb.*.rate         | Rate | 评价
param.*.rate.score  | Score, 5 is best | 评分（5 分最佳）
choice.score.1      | 1 very dissatisfied | 1 非常不满意
choice.score.2      | 2 dissatisfied | 2 不满意
choice.score.3      | 3 neutral | 3 一般
choice.score.4      | 4 satisfied | 4 满意
choice.score.5      | 5 very satisfied | 5 非常满意
field.*.rating      | Rating | 评价
error.rate_fixed    | the rating was given at {at} and can be changed for {days} days | 评价提交于 {at}，只能在 {days} 天内更改
error.rate_late     | a ticket can be rated for {days} days after it was closed | 工单只能在关闭后 {days} 天内评价
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line <> '';
select desk.rate_install(k.kind) from desk.kind k;
reset role; set local role desk_api;
do $$ begin if exists (select from desk.kind) then perform desk.dispatch_generate(); end if; end $$;
