-- What an incident has as a major one: who leads it, its report, the verbs. The rules are in 0025_major.sql.
alter table desk.incident
  add column major_rule text,
  add column commander_id int references desk.person,
  add column communications_id int references desk.person,
  add column scribe_id int references desk.person,
  add column report_summary text,
  add column report_timeline text,
  add column report_cause text,
  add column report_well text,
  add column report_badly text,
  add column report_actions text,
  add column reported_at timestamptz,
  add column reported_by int references desk.person;

insert into desk.field(kind, field, store, col, type, choices, editable, sort, list_sort, list_width) values
  ('incident', 'major', 'ticket', 'major', 'choice', '{candidate,accepted,rejected,demoted}', false, 24, 0, 10),
  ('incident', 'major_rule', 'typed', 'major_rule', 'choice', '{priority,service,vip,children,person}', false, 25, 0, 10),
  ('incident', 'commander', 'typed', 'commander_id', 'person', null, false, 26, 0, 12),
  ('incident', 'communications', 'typed', 'communications_id', 'person', null, false, 27, 0, 12),
  ('incident', 'scribe', 'typed', 'scribe_id', 'person', null, false, 28, 0, 12),
  ('incident', 'reported_at', 'typed', 'reported_at', 'time', null, false, 29, 0, 16),
  ('incident', 'reported_by', 'typed', 'reported_by', 'person', null, false, 0, 0, 12),
  ('incident', 'report_summary', 'typed', 'report_summary', 'multiline', null, false, 0, 0, 20),
  ('incident', 'report_timeline', 'typed', 'report_timeline', 'multiline', null, false, 0, 0, 20),
  ('incident', 'report_cause', 'typed', 'report_cause', 'multiline', null, false, 0, 0, 20),
  ('incident', 'report_well', 'typed', 'report_well', 'multiline', null, false, 0, 0, 20),
  ('incident', 'report_badly', 'typed', 'report_badly', 'multiline', null, false, 0, 0, 20),
  ('incident', 'report_actions', 'typed', 'report_actions', 'multiline', null, false, 0, 0, 20);

insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values
  ('incident', 'propose_major', 40, '!', 1, 1, true), ('incident', 'accept_major', 41, null, 1, 1, true), ('incident', 'reject_major', 42, null, 1, 1, true),
  ('incident', 'update', 43, null, 2, 2, true), ('incident', 'major_roles', 44, null, 1, 0, true), ('incident', 'report', 45, null, 1, 0, true),
  ('incident', 'demote_major', 46, null, 1, 1, true);

insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort) values
  ('incident', 'propose_major', 'reason', null, 'text', null, 1, null, 1),
  ('incident', 'accept_major', 'commander', 'commander', 'person', null, 2, '@me', 1),
  ('incident', 'accept_major', 'communications', 'communications', 'person', null, 1, null, 2),
  ('incident', 'accept_major', 'scribe', 'scribe', 'person', null, 1, null, 3),
  ('incident', 'accept_major', 'reason', null, 'text', null, 1, null, 4),
  ('incident', 'reject_major', 'reason', null, 'text', null, 2, null, 1),
  ('incident', 'demote_major', 'reason', null, 'text', null, 2, null, 1),
  ('incident', 'major_roles', 'commander', 'commander', 'person', null, 1, '=', 1),
  ('incident', 'major_roles', 'communications', 'communications', 'person', null, 1, '=', 2),
  ('incident', 'major_roles', 'scribe', 'scribe', 'person', null, 1, '=', 3),
  ('incident', 'update', 'public', null, 'bool', null, 1, 'true', 1),
  ('incident', 'update', 'children', null, 'bool', null, 1, 'true', 2),
  ('incident', 'report', 'summary', 'report_summary', 'multiline', null, 2, '=', 1),
  ('incident', 'report', 'timeline', 'report_timeline', 'multiline', null, 2, '=', 2),
  ('incident', 'report', 'cause', 'report_cause', 'multiline', null, 2, '=', 3),
  ('incident', 'report', 'well', 'report_well', 'multiline', null, 1, '=', 4),
  ('incident', 'report', 'badly', 'report_badly', 'multiline', null, 1, '=', 5),
  ('incident', 'report', 'actions', 'report_actions', 'multiline', null, 2, '=', 6);

insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect)
  select 'incident', s, t.verb, '=', t.roles::text[], ('desk.' || t.guard || '(desk.ticket,jsonb,int)')::regprocedure,
         ('desk.' || t.effect || '(desk.ticket,jsonb,int)')::regprocedure from (values
    ('new,assigned,in_progress,on_hold,resolved', 'propose_major', '{agent,lead,process_owner}', 'guard_major_propose', 'effect_major_propose'),
    ('new,assigned,in_progress,on_hold,resolved', 'accept_major', '{lead,process_owner}', 'guard_major_accept', 'effect_major_accept'),
    ('new,assigned,in_progress,on_hold,resolved', 'reject_major', '{lead,process_owner}', 'guard_major', 'effect_major_reject'),
    ('new,assigned,in_progress,on_hold,resolved', 'demote_major', '{lead,process_owner}', 'guard_major', 'effect_major_demote'),
    ('new,assigned,in_progress,on_hold,resolved', 'major_roles', '{agent,lead,process_owner}', 'guard_major_roles', null),
    ('new,assigned,in_progress,on_hold,resolved', 'update', '{agent,lead,process_owner}', 'guard_major', 'effect_major_update'),
    ('new,assigned,in_progress,on_hold,resolved', 'report', '{agent,lead,process_owner}', 'guard_major', 'effect_major_report'),
    ('closed', 'report', '{lead,process_owner}', 'guard_major', 'effect_major_report')
  ) t(froms, verb, roles, guard, effect), unnest(string_to_array(t.froms, ',')) s;

insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
verb.incident.propose_major       | Propose as major incident | 提议为重大事件
verb.incident.accept_major        | Accept as major incident | 确认为重大事件
verb.incident.reject_major        | Not a major incident | 驳回重大事件提议
verb.incident.demote_major        | Demote major incident | 降级重大事件
verb.incident.major_roles         | Roles of the major incident | 重大事件角色
verb.incident.update              | Status update | 状态通报
verb.incident.report              | Post-incident report | 事后报告
field.incident.major              | Major incident | 重大事件
field.incident.major_rule         | Proposed because | 提议依据
field.incident.commander          | Commander | 总指挥
field.incident.communications     | Communications | 通报负责人
field.incident.scribe             | Scribe | 记录员
field.incident.reported_at        | Report of | 报告时间
field.incident.reported_by        | Report by | 报告人
field.incident.report_summary     | Summary | 概要
field.incident.report_timeline    | Timeline | 时间线
field.incident.report_cause       | Cause | 原因
field.incident.report_well        | What went well | 做得好的方面
field.incident.report_badly       | What went badly | 不足之处
field.incident.report_actions     | Actions | 改进措施
param.incident.update.children    | Tell the child tickets too | 同时通知下级工单
choice.major.candidate            | candidate | 候选
choice.major.accepted             | accepted | 已确认
choice.major.rejected             | rejected | 已驳回
choice.major.demoted              | demoted | 已降级
choice.major_rule.priority        | its priority | 优先级
choice.major_rule.service         | VIP service | VIP 服务
choice.major_rule.vip             | a VIP asks | VIP 请求人
choice.major_rule.children        | many children | 下级工单众多
choice.major_rule.person          | a person | 人工提议
$w$, E'\n') line, regexp_split_to_array(line, '\s*\|\s*') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where btrim(line) <> '';
select desk.kind_install('incident');
