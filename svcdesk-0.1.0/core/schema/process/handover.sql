-- Shift handover. It counts as done as soon as it is written: it is a record, not work, and the lists of open work stay free of
-- it. One that is disputed is work again. What it says stays as it was sent: there is no verb edit; notes go on.
insert into desk.kind(kind, prefix, typed_table, initial, sort, create_guard) values
  ('handover', 'SHO', 'desk.handover', 'written', 90, 'desk.guard_handover_create(desk.ticket,jsonb,int)');
insert into desk.kind_state(kind, state, phase, sort) values
  ('handover', 'written', 3, 1), ('handover', 'disputed', 1, 2), ('handover', 'signed', 3, 3), ('handover', 'withdrawn', 3, 4);

insert into desk.field(kind, field, store, col, type, choices, editable, sort, list_sort, list_width) values
  ('handover', 'subject', 'ticket', 'subject', 'text', null, false, 1, 2, 40),
  ('handover', 'description', 'text', 'body', 'multiline', null, false, 0, 0, 40),
  ('handover', 'group', 'ticket', 'group_id', 'group', null, false, 2, 3, 14),
  ('handover', 'requester', 'ticket', 'requester_id', 'person', null, false, 3, 4, 12),
  ('handover', 'shift_from', 'typed', 'shift_from', 'time', null, false, 4, 0, 16),
  ('handover', 'shift_until', 'typed', 'shift_until', 'time', null, false, 5, 0, 16),
  ('handover', 'signed_by', 'typed', 'signed_by', 'person', null, false, 6, 0, 12),
  ('handover', 'signed_at', 'typed', 'signed_at', 'time', null, false, 7, 0, 16),
  ('handover', 'facts', 'typed', 'facts', 'multiline', null, false, 0, 0, 20);

insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values
  ('handover', 'create', 0, null, 1, 2, false), ('handover', 'sign', 1, 'Y', 1, 1, true), ('handover', 'dispute', 2, null, 1, 2, true),
  ('handover', 'note', 3, 'N', 1, 2, true), ('handover', 'withdraw', 4, null, 1, 1, true), ('handover', 'link', 5, null, 1, 0, true),
  ('handover', 'unlink', 6, null, 1, 0, true), ('handover', 'redact', 7, null, 1, 0, true);

insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort) values
  ('handover', 'create', 'group', 'group', 'group', null, 2, '@mine', 1),
  ('handover', 'create', 'subject', 'subject', 'text', null, 2, null, 2),
  ('handover', 'create', 'from', 'shift_from', 'time', null, 1, null, 3),
  ('handover', 'create', 'until', 'shift_until', 'time', null, 0, null, 4),
  ('handover', 'create', 'facts', 'facts', 'multiline', null, 0, null, 5),
  ('handover', 'link', 'type', null, 'choice', '{parent,duplicate_of,caused_by,fixed_by,related,blocks,follow_up_of}', 2, 'related', 1),
  ('handover', 'link', 'to', null, 'ticket', null, 2, null, 2),
  ('handover', 'unlink', 'type', null, 'choice', '{parent,duplicate_of,caused_by,fixed_by,related,blocks,follow_up_of}', 2, 'related', 1),
  ('handover', 'unlink', 'to', null, 'ticket', null, 2, null, 2),
  ('handover', 'redact', 'event', null, 'int', null, 2, null, 1), ('handover', 'redact', 'reason', null, 'text', null, 2, null, 2);

insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect)
  select 'handover', s, t.verb, t.to_state, t.roles::text[], t.guard::regprocedure, t.effect::regprocedure from (values
    ('written,disputed', 'sign', 'signed', '{agent,lead,process_owner}', 'desk.guard_handover_sign(desk.ticket,jsonb,int)', 'desk.effect_handover_sign(desk.ticket,jsonb,int)'),
    ('written', 'dispute', 'disputed', '{agent,lead,process_owner}', 'desk.guard_handover_sign(desk.ticket,jsonb,int)', null),
    ('written,disputed', 'withdraw', 'withdrawn', '{opener,lead}', null, null),
    ('written,disputed,signed,withdrawn', 'note', '=', '{agent,lead,process_owner}', null, null),
    ('written,disputed,signed,withdrawn', 'link', '=', '{agent,lead,process_owner}', 'desk.guard_link(desk.ticket,jsonb,int)', 'desk.effect_link(desk.ticket,jsonb,int)'),
    ('written,disputed,signed,withdrawn', 'unlink', '=', '{agent,lead,process_owner}', 'desk.guard_unlink(desk.ticket,jsonb,int)', 'desk.effect_unlink(desk.ticket,jsonb,int)'),
    ('written,disputed,signed,withdrawn', 'redact', '=', '{lead}', 'desk.guard_redact(desk.ticket,jsonb,int)', 'desk.effect_redact(desk.ticket,jsonb,int)')
  ) t(froms, verb, to_state, roles, guard, effect), unnest(string_to_array(t.froms, ',')) s;

insert into desk.label(key, lang, text) values
  ('kind.handover', 'en', 'Shift handover'), ('kind.handover', 'zh_CN', '交接班'),
  ('state.handover.written', 'en', 'Written'), ('state.handover.written', 'zh_CN', '已写'),
  ('state.handover.disputed', 'en', 'Disputed'), ('state.handover.disputed', 'zh_CN', '有异议'),
  ('state.handover.signed', 'en', 'Signed'), ('state.handover.signed', 'zh_CN', '已签收'),
  ('state.handover.withdrawn', 'en', 'Withdrawn'), ('state.handover.withdrawn', 'zh_CN', '已撤回'),
  ('verb.handover.sign', 'en', 'Sign'), ('verb.handover.sign', 'zh_CN', '签收'),
  ('verb.handover.dispute', 'en', 'Dispute'), ('verb.handover.dispute', 'zh_CN', '提出异议'),
  ('verb.handover.withdraw', 'en', 'Withdraw'), ('verb.handover.withdraw', 'zh_CN', '撤回'),
  ('field.handover.requester', 'en', 'Written by'), ('field.handover.requester', 'zh_CN', '编写人'),
  ('field.handover.shift_from', 'en', 'Shift from'), ('field.handover.shift_from', 'zh_CN', '班次开始'),
  ('field.handover.shift_until', 'en', 'Shift until'), ('field.handover.shift_until', 'zh_CN', '班次结束'),
  ('field.handover.signed_by', 'en', 'Signed by'), ('field.handover.signed_by', 'zh_CN', '签收人'),
  ('field.handover.signed_at', 'en', 'Signed'), ('field.handover.signed_at', 'zh_CN', '签收时间'),
  ('field.handover.facts', 'en', 'Facts'), ('field.handover.facts', 'zh_CN', '数据');
select desk.kind_install('handover');
