-- Planned maintenance: a second kind, by this file alone. Applied like a file of core/schema/process.
create table desk.maintenance(
  id          bigint primary key,
  window_from timestamptz,
  window_to   timestamptz,
  risk        text not null default 'low' check (risk in ('low', 'medium', 'high')),
  backout     text,
  downtime    int check (downtime >= 0),
  approver_id int references desk.person,
  notified    boolean not null default false,
  check (window_to > window_from));
comment on table desk.maintenance is 'Work announced for a window of time';

insert into desk.kind values ('maintenance', 'MNT', 'desk.maintenance', 'planned', 60);
insert into desk.kind_state(kind, state, phase, sort) values
  ('maintenance', 'planned', 1, 1), ('maintenance', 'approved', 2, 2), ('maintenance', 'under_way', 1, 3),
  ('maintenance', 'done', 3, 4), ('maintenance', 'abandoned', 3, 5);
insert into desk.field(kind, field, store, col, type, choices, editable, sort, list_sort, list_width) values
  ('maintenance', 'subject', 'ticket', 'subject', 'text', null, true, 1, 2, 40),
  ('maintenance', 'description', 'text', 'body', 'multiline', null, true, 0, 0, 40),
  ('maintenance', 'service', 'ticket', 'service_id', 'service', null, true, 2, 0, 16),
  ('maintenance', 'risk', 'typed', 'risk', 'choice', '{low,medium,high}', true, 3, 1, 6),
  ('maintenance', 'window_from', 'typed', 'window_from', 'time', null, true, 4, 3, 16),
  ('maintenance', 'window_to', 'typed', 'window_to', 'time', null, true, 5, 4, 16),
  ('maintenance', 'downtime', 'typed', 'downtime', 'int', null, true, 6, 0, 8),
  ('maintenance', 'backout', 'typed', 'backout', 'multiline', null, true, 7, 0, 20),
  ('maintenance', 'approver', 'typed', 'approver_id', 'person', null, false, 8, 5, 12),
  ('maintenance', 'notified', 'typed', 'notified', 'bool', null, true, 9, 0, 6);
insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values
  ('maintenance', 'create', 0, null, 2, 1, false), ('maintenance', 'approve', 1, 'p', 2, 1, true), ('maintenance', 'begin', 2, 'b', 2, 0, true),
  ('maintenance', 'finish', 3, 'x', 2, 2, true), ('maintenance', 'abandon', 4, 'k', 2, 1, true), ('maintenance', 'edit', 5, 'e', 1, 0, true),
  ('maintenance', 'assign', 6, 'a', 1, 0, true), ('maintenance', 'note', 7, 'n', 1, 2, true), ('maintenance', 'reply', 8, 'r', 2, 2, true),
  ('maintenance', 'ci', 9, 'i', 1, 0, true);
insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort) values
  ('maintenance', 'create', 'subject', 'subject', 'text', null, 2, null, 1),
  ('maintenance', 'create', 'service', 'service', 'service', null, 1, null, 2),
  ('maintenance', 'create', 'risk', 'risk', 'choice', null, 1, 'low', 3),
  ('maintenance', 'create', 'from', 'window_from', 'time', null, 1, '+1d', 4),
  ('maintenance', 'create', 'to', 'window_to', 'time', null, 1, '+2d', 5),
  ('maintenance', 'approve', 'backout', 'backout', 'multiline', null, 2, '=', 1),
  ('maintenance', 'approve', 'approver', 'approver', 'person', null, 2, '@me', 2),
  ('maintenance', 'finish', 'downtime', 'downtime', 'int', null, 2, '0', 1),
  ('maintenance', 'abandon', 'reason', null, 'text', null, 2, null, 1),
  ('maintenance', 'edit', 'reason', null, 'text', null, 0, null, 90),
  ('maintenance', 'assign', 'group', 'group', 'group', null, 1, '=', 1), ('maintenance', 'assign', 'assignee', 'assignee', 'person', null, 1, null, 2),
  ('maintenance', 'assign', 'reason', null, 'text', null, 1, null, 3),
  ('maintenance', 'ci', 'add', null, 'cis', null, 1, null, 1), ('maintenance', 'ci', 'remove', null, 'cis', null, 1, null, 2);

reset role; set local role desk_api;
-- No approval without a window, and not by the one who planned it.
create function desk.guard_maintenance_approve(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from desk.maintenance m where m.id = t.id and m.window_to is not null) then
    return desk.refuse('maintenance_no_window', 'state', 'window_from');
  end if;
  if t.opened_by = p_me then return desk.refuse('maintenance_own', 'denied', 'approver'); end if;
  return null;
end $$;
reset role; set local role desk_owner;

insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect) values
  ('maintenance', 'planned', 'approve', 'approved', '{lead,process_owner}', 'desk.guard_maintenance_approve(desk.ticket,jsonb,int)', null),
  ('maintenance', 'approved', 'begin', 'under_way', '{agent,lead}', null, 'desk.effect_start(desk.ticket,jsonb,int)'),
  ('maintenance', 'under_way', 'finish', 'done', '{agent,lead}', null, 'desk.effect_resolve(desk.ticket,jsonb,int)'),
  ('maintenance', 'planned', 'abandon', 'abandoned', '{requester,agent,lead}', null, null),
  ('maintenance', 'approved', 'abandon', 'abandoned', '{agent,lead}', null, null),
  ('maintenance', 'planned', 'edit', '=', '{agent,lead}', 'desk.guard_edit(desk.ticket,jsonb,int)', null),
  ('maintenance', 'planned', 'assign', '=', '{agent,lead}', 'desk.guard_assign(desk.ticket,jsonb,int)', 'desk.effect_assign(desk.ticket,jsonb,int)'),
  ('maintenance', 'planned', 'reply', '=', '{requester,agent,lead}', null, null),
  ('maintenance', 'approved', 'reply', '=', '{requester,agent,lead}', null, null);
insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect)
  select 'maintenance', s.state, v.verb, '=', '{agent,lead}', v.guard::regprocedure, v.effect::regprocedure from desk.kind_state s, (values
    ('note', null, null), ('ci', 'desk.guard_add_remove(desk.ticket,jsonb,int)', 'desk.effect_ci(desk.ticket,jsonb,int)')) v(verb, guard, effect)
   where s.kind = 'maintenance';

insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
kind.maintenance              | Maintenance | 维护
state.maintenance.planned     | Planned | 已计划
state.maintenance.approved    | Approved | 已批准
state.maintenance.under_way   | Under way | 进行中
state.maintenance.done        | Done | 已完成
state.maintenance.abandoned   | Abandoned | 已放弃
verb.maintenance.approve      | Approve | 批准
verb.maintenance.begin        | Begin | 开始
verb.maintenance.finish       | Finish | 完成
verb.maintenance.abandon      | Abandon | 放弃
field.maintenance.risk        | Risk | 风险
field.maintenance.window_from | Window from | 窗口开始
field.maintenance.window_to   | Window to | 窗口结束
field.maintenance.downtime    | Downtime, minutes | 停机分钟数
field.maintenance.backout     | Way back | 回退方案
field.maintenance.approver    | Approved by | 批准人
field.maintenance.notified    | Users told | 已通知用户
choice.risk.low               | low | 低
choice.risk.medium            | medium | 中
choice.risk.high              | high | 高
error.maintenance_no_window   | without a window there is nothing to approve | 没有维护窗口，无法批准
error.maintenance_own         | nobody approves his own maintenance | 不能批准自己的维护
$w$, E'\n') line, regexp_split_to_array(line, '\s*\|\s*') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where btrim(line) <> '';
select desk.kind_install('maintenance');
