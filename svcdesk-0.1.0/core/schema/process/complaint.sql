-- Complaint: a customer is not content with a service, or with how a ticket was handled. Whose it is: the organisation of its
-- requester. Its cause is a word out of a list, so that causes can be counted (Pareto), and stands fast when it is resolved.
create table desk.complaint(
  id            bigint primary key,
  about         bigint,                     -- the ticket it is about, if it is about one
  cause         text,
  wanted        text,
  agreed_action text,
  action_by     timestamptz);
comment on table desk.complaint is 'What a complaint has besides its ticket';

insert into desk.kind(kind, prefix, typed_table, initial, sort) values ('complaint', 'CMP', 'desk.complaint', 'new', 20);
insert into desk.kind_state(kind, state, phase, sort) values
  ('complaint', 'new', 1, 1), ('complaint', 'in_progress', 1, 2), ('complaint', 'on_hold', 2, 3),
  ('complaint', 'resolved', 3, 4), ('complaint', 'closed', 3, 5), ('complaint', 'cancelled', 3, 6);

insert into desk.field(kind, field, store, col, type, choices, editable, sort, list_sort, list_width) values
  ('complaint', 'subject', 'ticket', 'subject', 'text', null, true, 1, 3, 40),
  ('complaint', 'description', 'text', 'body', 'multiline', null, true, 0, 0, 40),
  ('complaint', 'requester', 'ticket', 'requester_id', 'person', null, true, 2, 6, 14),
  ('complaint', 'about', 'typed', 'about', 'ticket', null, true, 3, 7, 10),
  ('complaint', 'cause', 'typed', 'cause', 'choice', '{waiting,not_solved,recurring,quality,communication,conduct,availability,billing,other}', true, 4, 2, 13),
  ('complaint', 'group', 'ticket', 'group_id', 'group', null, false, 5, 5, 14),
  ('complaint', 'assignee', 'ticket', 'assignee_id', 'person', null, false, 6, 4, 12),
  ('complaint', 'impact', 'ticket', 'impact', 'level', '{1,2,3}', true, 7, 0, 6),
  ('complaint', 'urgency', 'ticket', 'urgency', 'level', '{1,2,3}', true, 8, 0, 7),
  ('complaint', 'priority', 'ticket', 'priority', 'level', '{1,2,3,4,5}', true, 9, 1, 3),
  ('complaint', 'priority_reason', 'ticket', 'priority_reason', 'text', null, false, 10, 0, 20),
  ('complaint', 'service', 'ticket', 'service_id', 'service', null, true, 11, 0, 16),
  ('complaint', 'category', 'ticket', 'category_id', 'category', null, true, 12, 0, 16),
  ('complaint', 'ci', 'ticket', 'ci_id', 'ci', null, true, 13, 0, 16),
  ('complaint', 'wanted', 'typed', 'wanted', 'text', null, true, 14, 0, 20),
  ('complaint', 'agreed_action', 'typed', 'agreed_action', 'multiline', null, true, 15, 0, 20),
  ('complaint', 'action_by', 'typed', 'action_by', 'time', null, true, 16, 0, 16),
  ('complaint', 'hold_reason', 'ticket', 'hold_reason', 'choice', '{requester,change,problem,supplier,scheduled}', false, 17, 0, 12),
  ('complaint', 'hold_until', 'ticket', 'hold_until', 'time', null, false, 18, 0, 16),
  ('complaint', 'hold_ref', 'ticket', 'hold_ref', 'text', null, false, 19, 0, 12),
  ('complaint', 'resolution_code', 'ticket', 'resolution_code', 'choice', '{remedied,explained,compensated,not_justified}', false, 20, 0, 14),
  ('complaint', 'cancel_reason', 'ticket', 'cancel_reason', 'choice', '{duplicate,not_a_complaint,test,withdrawn}', false, 21, 0, 14);

insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values
  ('complaint', 'create', 0, null, 2, 1, false), ('complaint', 'take', 1, 't', 1, 0, true), ('complaint', 'assign', 2, 'a', 1, 1, true),
  ('complaint', 'reply', 4, 'R', 2, 2, true), ('complaint', 'note', 5, 'N', 1, 2, true),
  ('complaint', 'edit', 6, 'E', 1, 0, true), ('complaint', 'hold', 7, 'p', 1, 1, true), ('complaint', 'resume', 8, 'P', 1, 1, true),
  ('complaint', 'resolve', 9, 'r', 2, 2, true), ('complaint', 'close', 10, 'c', 2, 1, true), ('complaint', 'reopen', 11, 'o', 2, 1, true),
  ('complaint', 'cancel', 12, 'x', 2, 1, true), ('complaint', 'link', 13, null, 1, 0, true), ('complaint', 'unlink', 14, null, 1, 0, true),
  ('complaint', 'ci', 15, 'i', 1, 0, true), ('complaint', 'tag', 16, null, 1, 0, true), ('complaint', 'watch', 17, 'w', 1, 0, true),
  ('complaint', 'unwatch', 18, null, 1, 0, true), ('complaint', 'time', 19, 'T', 1, 1, true), ('complaint', 'attach', 20, 'A', 1, 1, true),
  ('complaint', 'restrict', 21, null, 1, 0, true), ('complaint', 'unrestrict', 22, null, 1, 0, true), ('complaint', 'redact', 23, null, 1, 0, true);

insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort) values
  ('complaint', 'create', 'requester', 'requester', 'person', null, 1, '@me', 1),
  ('complaint', 'create', 'subject', 'subject', 'text', null, 2, null, 2),
  ('complaint', 'create', 'about', 'about', 'ticket', null, 1, null, 3),
  ('complaint', 'create', 'cause', 'cause', 'choice', null, 1, null, 4),
  ('complaint', 'create', 'service', 'service', 'service', null, 1, null, 5),
  ('complaint', 'create', 'impact', 'impact', 'level', null, 1, '3', 6),
  ('complaint', 'create', 'urgency', 'urgency', 'level', null, 1, '2', 7),
  ('complaint', 'create', 'wanted', 'wanted', 'text', null, 1, null, 8),
  ('complaint', 'create', 'group', 'group', 'group', null, 1, null, 9),
  ('complaint', 'create', 'assignee', 'assignee', 'person', null, 0, null, 10),
  ('complaint', 'create', 'category', 'category', 'category', null, 0, null, 11),
  ('complaint', 'create', 'ci', 'ci', 'ci', null, 0, null, 12),
  ('complaint', 'assign', 'group', 'group', 'group', null, 1, '=', 1),
  ('complaint', 'assign', 'assignee', 'assignee', 'person', null, 1, null, 2),
  ('complaint', 'assign', 'reason', null, 'text', null, 1, null, 3),
  ('complaint', 'edit', 'reason', null, 'text', null, 1, null, 90),
  ('complaint', 'hold', 'reason', 'hold_reason', 'choice', null, 2, 'requester', 1),
  ('complaint', 'hold', 'until', 'hold_until', 'time', null, 2, 'tomorrow 09:00', 2),
  ('complaint', 'hold', 'ref', 'hold_ref', 'text', null, 1, null, 3),
  ('complaint', 'resolve', 'code', 'resolution_code', 'choice', null, 2, 'remedied', 1),
  ('complaint', 'resolve', 'cause', 'cause', 'choice', null, 2, '=', 2),
  ('complaint', 'resolve', 'action', 'agreed_action', 'multiline', null, 1, '=', 3),
  ('complaint', 'resolve', 'by', 'action_by', 'time', null, 1, '=', 4),
  ('complaint', 'close', 'reason', null, 'text', null, 1, null, 1),
  ('complaint', 'reopen', 'reason', null, 'text', null, 2, null, 1),
  ('complaint', 'cancel', 'reason', 'cancel_reason', 'choice', null, 2, 'withdrawn', 1),
  ('complaint', 'cancel', 'to', null, 'ticket', null, 1, null, 2),
  ('complaint', 'link', 'type', null, 'choice', '{parent,duplicate_of,caused_by,fixed_by,related,blocks,follow_up_of}', 2, 'related', 1),
  ('complaint', 'link', 'to', null, 'ticket', null, 2, null, 2),
  ('complaint', 'unlink', 'type', null, 'choice', '{parent,duplicate_of,caused_by,fixed_by,related,blocks,follow_up_of}', 2, 'related', 1),
  ('complaint', 'unlink', 'to', null, 'ticket', null, 2, null, 2),
  ('complaint', 'ci', 'add', null, 'cis', null, 1, null, 1), ('complaint', 'ci', 'remove', null, 'cis', null, 1, null, 2),
  ('complaint', 'tag', 'add', null, 'tags', null, 1, null, 1), ('complaint', 'tag', 'remove', null, 'tags', null, 1, null, 2),
  ('complaint', 'watch', 'person', null, 'person', null, 1, '@me', 1), ('complaint', 'unwatch', 'person', null, 'person', null, 1, '@me', 1),
  ('complaint', 'time', 'minutes', null, 'int', null, 2, '15', 1),
  ('complaint', 'attach', 'file', null, 'files', null, 2, null, 1), ('complaint', 'attach', 'public', null, 'bool', null, 1, 'false', 2),
  ('complaint', 'restrict', 'people', null, 'people', null, 1, null, 1),
  ('complaint', 'redact', 'event', null, 'int', null, 2, null, 1), ('complaint', 'redact', 'reason', null, 'text', null, 2, null, 2);

-- Nobody settles the complaint about himself: the agreed action of a justified one is somebody's promise to the customer.
reset role; set local role desk_api;
create function desk.guard_complaint_resolve(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if t.requester_id = p_me then return desk.refuse('complaint_own', 'denied'); end if;
  if a->>'code' in ('remedied', 'compensated') and coalesce(a->>'action', desk.typed_json(t.kind, t.id)->>'agreed_action', '') = '' then
    return desk.refuse('field_required', 'input', 'action', '{"verb": "resolve"}');
  end if;
  return null;
end $$;
reset role; set local role desk_owner;

insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect)
  select 'complaint', s, t.verb, t.to_state, t.roles::text[], ('desk.' || t.guard || '(desk.ticket,jsonb,int)')::regprocedure,
         ('desk.' || t.effect || '(desk.ticket,jsonb,int)')::regprocedure from (values
    ('new,in_progress,on_hold', 'take', 'in_progress', '{agent,lead,process_owner}', null, 'effect_take'),
    ('new,in_progress,on_hold', 'assign', '=', '{agent,lead,process_owner}', 'guard_assign', 'effect_assign'),
    ('new,in_progress,on_hold,resolved', 'edit', '=', '{agent,lead,process_owner}', 'guard_edit', 'effect_edit'),
    ('in_progress', 'hold', 'on_hold', '{agent,lead,process_owner}', 'guard_hold', 'effect_hold'),
    ('on_hold', 'resume', 'in_progress', '{agent,lead,process_owner,system}', null, 'effect_resume'),
    ('in_progress,on_hold', 'resolve', 'resolved', '{agent,lead,process_owner}', 'guard_complaint_resolve', 'effect_resolve'),
    ('resolved', 'close', 'closed', '{requester,lead,agent,process_owner,system}', 'guard_close', 'effect_close'),
    ('resolved', 'reopen', 'in_progress', '{requester,opener,agent,lead,process_owner}', null, 'effect_reopen'),
    ('new,in_progress,on_hold', 'cancel', 'cancelled', '{requester,agent,lead,process_owner}', 'guard_cancel', 'effect_cancel'),
    ('new,in_progress,on_hold,resolved', 'reply', '=', '{requester,opener,assignee,agent,lead,process_owner}', null, 'effect_reply'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'note', '=', '{agent,lead,process_owner}', null, null),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'link', '=', '{agent,lead,process_owner}', 'guard_link', 'effect_link'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'unlink', '=', '{agent,lead,process_owner}', 'guard_unlink', 'effect_unlink'),
    ('new,in_progress,on_hold,resolved', 'ci', '=', '{agent,lead,process_owner}', 'guard_add_remove', 'effect_ci'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'tag', '=', '{agent,lead,process_owner}', 'guard_add_remove', 'effect_tag'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'watch', '=', '{requester,opener,agent,lead,process_owner}', 'guard_watch', 'effect_watch'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'unwatch', '=', '{requester,opener,agent,lead,process_owner}', 'guard_watch', 'effect_unwatch'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'time', '=', '{agent,lead,process_owner}', 'guard_time', 'effect_time'),
    ('new,in_progress,on_hold,resolved', 'attach', '=', '{requester,opener,agent,lead,process_owner}', null, 'effect_attach'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'restrict', '=', '{agent,lead,process_owner}', null, 'effect_restrict'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'unrestrict', '=', '{agent,lead,process_owner}', null, 'effect_unrestrict'),
    ('new,in_progress,on_hold,resolved,closed,cancelled', 'redact', '=', '{lead}', 'guard_redact', 'effect_redact')
  ) t(froms, verb, to_state, roles, guard, effect), unnest(string_to_array(t.froms, ',')) s;

insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
kind.complaint                  | Complaint | 投诉
state.complaint.new             | New | 新建
state.complaint.in_progress     | In progress | 处理中
state.complaint.on_hold         | On hold | 挂起
state.complaint.resolved        | Resolved | 已解决
state.complaint.closed          | Closed | 已关闭
state.complaint.cancelled       | Cancelled | 已取消
field.complaint.requester       | Complainant | 投诉人
field.complaint.about           | About | 涉及工单
field.complaint.cause           | Cause | 原因
field.complaint.wanted          | Wanted | 期望的处理
field.complaint.agreed_action   | Agreed action | 商定措施
field.complaint.action_by       | To be done by | 措施期限
field.complaint.resolution_code | Outcome | 处理结果
choice.cause.waiting            | waited too long | 等待过久
choice.cause.not_solved         | not solved | 未解决
choice.cause.recurring          | comes back | 反复出现
choice.cause.quality            | quality of the work | 工作质量
choice.cause.communication      | not kept informed | 沟通不畅
choice.cause.conduct            | how one was treated | 服务态度
choice.cause.availability       | service not available | 服务不可用
choice.cause.billing            | billing | 计费
choice.cause.other              | other | 其他
choice.complaint.resolution_code.remedied      | remedied | 已补救
choice.complaint.resolution_code.explained     | explained | 已说明
choice.complaint.resolution_code.compensated   | compensated | 已补偿
choice.complaint.resolution_code.not_justified | not justified | 投诉不成立
choice.complaint.hold_reason.requester         | requester | 请求人
choice.complaint.hold_reason.change            | change | 变更
choice.complaint.hold_reason.problem           | problem | 问题
choice.complaint.hold_reason.supplier          | supplier | 供应商
choice.complaint.hold_reason.scheduled         | scheduled work | 已排期的工作
choice.complaint.cancel_reason.duplicate       | duplicate | 重复
choice.complaint.cancel_reason.test            | test | 测试
choice.complaint.cancel_reason.withdrawn       | withdrawn | 已撤回
choice.complaint.cancel_reason.not_a_complaint | not a complaint | 不是投诉
param.complaint.cancel.to       | Duplicate of | 重复于
param.complaint.resolve.by      | To be done by | 措施期限
error.complaint_own             | who complained does not settle it himself | 投诉人不能自己了结投诉
$w$, E'\n') line, regexp_split_to_array(line, '\s*\|\s*') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where btrim(line) <> '';
select desk.kind_install('complaint');
