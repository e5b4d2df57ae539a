-- The rulebook: create, every verb of an incident, refusals, counters, versions, operations, families.
\ir rulebook.inc
select no_plan();

-- ---- create --------------------------------------------------------------------------------------------------------
select tap.new('t_agent', '{"subject": "Printer"}') as r \gset
select :'r'::jsonb->>'id' as a \gset
select is((tap.row(:a)).number, 'INC' || (100000 + :a), 'number: prefix and digits');
select is(:'r'::jsonb - array['op', 'id', 'number'], '{"ok": true, "version": 1, "seq": 1, "state": "new", "replay": false}', 'answer of create');
select row_eq(format($$ select requester_id, opened_by, impact::int, urgency::int, priority::int, channel, group_id, assignee_id, phase::int from desk.ticket where id = %s $$, :a),
  row(tap.person('t_agent'), tap.person('t_agent'), 3, 3, 5, 'phone'::text, 0, 0, 1), 'a subject alone is enough: me, 3, 3, no group');
select is((tap.row(:a)).org_id, (select org_id from desk.person where login = 't_agent'), 'organisation of the requester');
select is(tap.why(tap.new('t_agent', '{}')), 'input field_required subject', 'a subject is needed');
select is(tap.why(tap.new('t_agent', '{"subject": "  "}')), 'input field_required subject', 'blanks are none');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "colour": "red"}')), 'input unknown_field colour', 'unknown field');
select ok(tap.new('t_agent', '{"subject": "x", "colour": "red"}')->'error'->'args'->'allowed' ? 'category', 'the refusal names what there is');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "impact": "4"}')), 'input bad_choice impact', 'impact 4');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "impact": "high"}')), 'input bad_choice impact', 'impact in words');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "impact": {}}')), 'input bad_value impact', 'an object as a value');
select is(tap.why(tap.new('t_agent', '{"subject": ["x"]}')), 'input bad_value subject', 'an array as a text');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "requester": "nobody at all"}')), 'input unknown_person requester', 'unknown person');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "requester": 99999}')), 'input unknown_person requester', 'unknown id');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "requester": 0}')), 'input unknown_person requester', 'nobody is no requester');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "requester": 1.5}')), 'input unknown_person requester', 'a broken id');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "category": "Nothing / Here"}')), 'input unknown_category category', 'unknown category');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "service": "?"}')), 'input unknown_service service', 'unknown service');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "ci": "?"}')), 'input unknown_ci ci', 'unknown configuration item');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "group": "?"}')), 'input unknown_group group', 'unknown group');
select is(tap.why(tap.new('t_agent', '[1]')), 'input bad_fields', 'fields that are none');
select is(tap.why(tap.new('t_agent', '{"subject": "x"}', p_kind => 'nonsense')), 'input unknown_kind kind', 'unknown kind');
select is(tap.why(tap.new('t_agent', jsonb_build_object('subject', repeat('x', 1001)))), 'input too_long subject', 'a subject of 1001 characters');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "group": "Service desk", "assignee": "t_lead"}')), 'input not_member assignee', 'assignee outside the group');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "assignee": "t_caller"}')), 'input not_staff assignee', 'a requester is no assignee');
select is((tap.row((tap.new('t_agent', E'{"subject": "a\\u0007b\\nc"}')->>'id')::bigint)).subject, 'a b c', 'control characters become blanks');
insert into desk.category(name, parent_id) select 'WLAN', id from desk.category where name = 'General';
select is((tap.show('t_agent', (tap.new('t_agent', '{"subject": "x", "category": "general/wlan", "body": "the text"}')->>'id')::bigint))->>'category', 'General / WLAN', 'category by path');

-- requesters
select is(tap.why(tap.new('t_caller', '{"subject": "x", "requester": "t_beta"}')), 'denied requester_denied requester', 'a requester opens only his own');
select is(tap.why(tap.new('t_caller', '{"subject": "x", "group": "Network"}')), 'denied field_denied group', 'and leaves the handling to the desk');
select is(tap.why(tap.new('t_caller', '{"subject": "x", "urgency": 1}')), 'ok', 'but may say that it is urgent');
select is(tap.why(tap.new('t_admin', '{"subject": "x"}')), 'denied role_denied', 'an administrator alone opens none');
select is(tap.why(tap.new('t_auditor', '{"subject": "x"}')), 'denied role_denied', 'nor an auditor');
select is((select count(*) from desk.access_log where what = 'denied' and detail = 'create'), 4::bigint, 'denied attempts are in the access log');

-- the matrix
select results_eq($$ select priority::int from desk.priority_matrix where kind = '*' order by impact, urgency $$, array[1,2,3,2,3,4,3,4,5], 'priority matrix');
select is((select string_agg((tap.row((tap.new('t_agent', jsonb_build_object('subject', 'x', 'impact', i, 'urgency', u))->>'id')::bigint)).priority::text, ' ' order by i, u)
  from generate_series(1, 3) i, generate_series(1, 3) u), '1 2 3 2 3 4 3 4 5', 'priority follows impact and urgency');

-- ---- verbs -----------------------------------------------------------------------------------------------------------
select is(tap.why(tap.act('t_agent', :a, 'dance')), 'input unknown_verb', 'unknown verb');
select is(tap.why(tap.act('t_agent', :a, 'create')), 'input unknown_verb', 'create is no act');
select is(tap.why(tap.act('t_agent', :a, null)), 'input unknown_verb', 'no verb at all');
select is(tap.why(tap.act('t_agent', :a, 'resolve')), 'state wrong_state', 'impossible in this state');
select is(tap.act('t_agent', :a, 'resolve')->'error'->'args'->>'state', 'new', 'the refusal says the state');
select ok(tap.act('t_agent', :a, 'resolve')->'error'->'args'->'possible' @> '["take", "assign", "start"]', 'and what is possible');
select ok(not tap.act('t_agent', :a, 'resolve')->'error'->'args'->'possible' ? 'redact', 'for this person');
select is(tap.why(tap.act('t_agent', 99999999, 'take')), 'notfound not_found', 'no such ticket');
select is(tap.why(tap.act('t_agent', null, 'take')), 'notfound not_found', 'no id');
select is(tap.why(tap.act('t_caller', :a, 'take')), 'notfound not_found', 'not visible is not there');

select is(tap.why(tap.act('t_agent', :a, 'take')), 'ok', 'take');
select row_eq(format($$ select state, assignee_id, group_id, reassignments, acknowledged_at is not null from desk.ticket where id = %s $$, :a),
  row('in_progress'::text, tap.person('t_agent'), (select id from desk.support_group where name = 'Network'), 0, true), 'take: mine, my group, started');
select is((select changes from desk.event_text where ticket_id = :a and seq = 2) - 'acknowledged_at',
  jsonb_build_object('state', '["new", "in_progress"]'::jsonb, 'assignee', jsonb_build_array(null, tap.person('t_agent')),
    'group', jsonb_build_array(null, (select id from desk.support_group where name = 'Network'))), 'journal: old and new, references as ids');
select is(tap.why(tap.act('t_agent', :a, 'assign')), 'input field_required assignee', 'assign to whom');
select is(tap.why(tap.act('t_agent', :a, 'assign', '{"assignee": "t_caller"}')), 'input not_member assignee', 'not a member');
select is(tap.why(tap.act('t_agent', :a, 'assign', '{"group": "Service desk"}')), 'ok', 'to another group');
select row_eq(format($$ select state, assignee_id, reassignments from desk.ticket where id = %s $$, :a), row('assigned'::text, 0, 1), 'who is no member is let go, one reassignment');
select is(tap.why(tap.act('t_agent', :a, 'assign', '{"group": "Network", "assignee": "t_lead"}')), 'ok', 'and back');
select is((tap.row(:a)).reassignments, 2, 'two reassignments');
select is(tap.why(tap.act('t_agent', :a, 'assign', '{"assignee": "t_agent"}')), 'input field_required reason', 'the third needs a reason');
select is(tap.why(tap.act('t_agent', :a, 'assign', '{"assignee": "t_agent", "reason": "knows it"}')), 'ok', 'with a reason');
select is((select changes->'reason' from desk.event_text x join desk.ticket t on t.id = x.ticket_id and t.last_seq = x.seq where t.id = :a), '[null, "knows it"]', 'the reason is kept');
select is(tap.why(tap.act('t_agent', :a, 'assign', '{"group": "Service desk", "assignee": "t_agent", "reason": "x"}')), 'input not_member assignee', 'group and assignee must fit');
select is(tap.why(tap.act('t_lead', :a, 'start')), 'ok', 'start');
select is((tap.row(:a)).assignee_id, tap.person('t_agent'), 'start keeps the assignee');

-- hold
select is(tap.why(tap.act('t_agent', :a, 'hold')), 'input field_required reason', 'hold why');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "rain", "until": "+1d"}')), 'input bad_choice reason', 'not for that');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "scheduled"}')), 'input field_required until', 'until when');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "scheduled", "until": "soon"}')), 'input bad_time until', 'soon is no time');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "scheduled", "until": "2026-02-30"}')), 'input bad_time until', 'no such day');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "scheduled", "until": "2026-01-01T25:00Z"}')), 'input bad_time until', 'no such hour');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "scheduled", "until": "2001-01-01"}')), 'input time_past until', 'in the past');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "requester", "until": "+1d"}')), 'input field_required body', 'the requester must be asked something');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "supplier", "until": "+1d"}')), 'input field_required ref', 'a supplier has a reference');
select is(tap.why(tap.act('t_agent', :a, 'hold', '{"reason": "requester", "until": "2126-01-31T14:00:00+02:00", "body": "which one?"}')), 'ok', 'hold');
select is((tap.row(:a)).hold_until, '2126-01-31 12:00:00+00'::timestamptz, 'a time with its zone');
select is((select e.visibility::int from desk.event e join desk.ticket t on t.id = e.ticket_id and t.last_seq = e.seq where t.id = :a), 2, 'the question is public');
select is((tap.row(:a)).phase::int, 2, 'on hold is waiting');
select is(tap.why(tap.act('t_agent', :a, 'assign', '{"assignee": "t_lead", "reason": "x"}')), 'ok', 'assign on hold');
select is((tap.row(:a)).state, 'on_hold', 'keeps the state');
select is(tap.why(tap.act('t_lead', :a, 'resume')), 'ok', 'resume');
select ok((tap.row(:a)).hold_reason is null and (tap.row(:a)).hold_until is null and (tap.row(:a)).state = 'in_progress', 'nothing is left of the wait');

-- resolve, close, reopen
select is(tap.why(tap.act('t_agent', :a, 'resolve')), 'input field_required code', 'resolve how');
select is(tap.why(tap.act('t_agent', :a, 'resolve', '{"code": "magic"}')), 'input bad_choice code', 'not by magic');
select is(tap.why(tap.act('t_agent', :a, 'resolve', '{"code": "fixed", "body": "done"}')), 'input field_required category', 'a category is needed');
select is(tap.why(tap.act('t_agent', :a, 'resolve', '{"code": "fixed", "category": "General"}')), 'input field_required body', 'and a text');
select is(tap.why(tap.act('t_agent', :a, 'resolve', '{"code": "fixed", "category": "General", "body": " \n"}')), 'input field_required body', 'blanks are no text');
select is((tap.row(:a)).category_id, null, 'a refusal has changed nothing');
select is(tap.why(tap.act('t_agent', :a, 'resolve', '{"code": "fixed", "category": "General", "body": "done"}')), 'ok', 'resolve');
select ok((tap.row(:a)).resolved_at is not null and (tap.row(:a)).resolution_code = 'fixed' and (tap.row(:a)).phase = 3, 'resolved');
select is(tap.why(tap.act('t_lead', :a, 'reopen')), 'input field_required reason', 'reopen why');
select is(tap.why(tap.act('t_lead', :a, 'reopen', '{"reason": "again"}')), 'ok', 'reopen');
select row_eq(format($$ select state, reopens, resolved_at is null, resolution_code is null from desk.ticket where id = %s $$, :a), row('in_progress'::text, 1, true, true), 'open again, counted');
select is(tap.why(tap.act('t_agent', :a, 'resolve', '{"code": "fixed", "body": "done"}')), 'ok', 'the category it has will do');
select tap.add('t_other', '{agent}') \g /dev/null
select is(tap.why(tap.act('t_other', :a, 'close')), 'input field_required reason', 'an agent closes with a reason');
select is(tap.why(tap.act('t_lead', :a, 'close')), 'ok', 'a lead without');
select is(tap.why(tap.act('t_agent', :a, 'reply', '{"body": "x"}')), 'state wrong_state', 'no reply to a closed one');
select is(tap.why(tap.act('t_agent', :a, 'note', '{"body": "x"}')), 'ok', 'a note still');
select is(tap.why(tap.act('t_agent', :a, 'note', '{}')), 'input field_required body', 'a note has a text');
select is(tap.why(tap.act('t_agent', :a, 'take', '{"body": "x"}')), 'state wrong_state', 'closed is closed');

-- a requester's own
select tap.new('t_agent', '{"subject": "Mail", "requester": "t_caller", "category": "General"}')->>'id' as b \gset
select tap.do_act('t_agent', :b, 'take') \g /dev/null
select tap.do_act('t_agent', :b, 'hold', '{"reason": "requester", "until": "+1d", "body": "?"}') \g /dev/null
select is(tap.why(tap.act('t_caller', :b, 'note', '{"body": "x"}')), 'denied role_denied', 'a requester writes no notes');
select is(tap.why(tap.act('t_caller', :b, 'edit', '{"impact": 1}')), 'denied role_denied', 'nor edits');
select is((select count(*) from desk.access_log where ticket_id = :b and what = 'denied'), 2::bigint, 'both were logged');
select is(tap.why(tap.act('t_agent', :b, 'reply', '{"body": "hello?"}')), 'ok', 'an agent replies');
select is((tap.row(:b)).state, 'on_hold', 'that ends no wait');
select is(tap.why(tap.act('t_caller', :b, 'reply', '{"body": "the red one"}')), 'ok', 'the requester replies');
select row_eq(format($$ select state, hold_reason is null from desk.ticket where id = %s $$, :b), row('in_progress'::text, true), 'that resumes by itself');
select tap.do_act('t_agent', :b, 'resolve', '{"code": "workaround", "body": "use the other"}') \g /dev/null
select is(tap.why(tap.act('t_caller', :b, 'close')), 'ok', 'a requester closes his own');

-- edit
select tap.new('t_agent', '{"subject": "Edit me", "impact": 2, "urgency": 2, "body": "first"}')->>'id' as c \gset
select is(tap.why(tap.act('t_agent', :c, 'edit')), 'input nothing_to_edit', 'edit what');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"state": "closed"}')), 'input unknown_field state', 'a state is not edited');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"assignee": "t_lead"}')), 'input unknown_field assignee', 'nor an assignee');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"impact": null}')), 'input field_required impact', 'an impact cannot be cleared');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"impact": "1", "symptom": "smoke", "description": "second"}')), 'ok', 'edit');
select is((tap.row(:c)).priority::int, 2, 'priority follows');
select is((select symptom from desk.incident where id = :c), 'smoke', 'the typed row');
select is((select body from desk.ticket_text where id = :c), 'second', 'the description');
select is((select changes from desk.event_text where ticket_id = :c and seq = 2),
  '{"impact": [2, 1], "priority": [3, 2], "symptom": [null, "smoke"], "description": ["first", "second"]}', 'all of it in the journal');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"priority": 1}')), 'input field_required reason', 'another priority needs a reason');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"priority": 1, "reason": "the board"}')), 'ok', 'with one');
select row_eq(format($$ select priority::int, priority_reason from desk.ticket where id = %s $$, :c), row(1, 'the board'::text), 'it stands with its reason');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"urgency": 3}')), 'ok', 'urgency changes');
select row_eq(format($$ select priority::int, priority_reason is null from desk.ticket where id = %s $$, :c), row(3, true), 'the matrix rules again');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"requester": "t_beta"}')), 'ok', 'a wrong caller is corrected');
select is((tap.row(:c)).org_id, (select id from desk.org where name = 'Beta'), 'with the organisation');
select is((select count(distinct org_id) from desk.change_log_0 where ticket_id = :c), 2::bigint, 'both organisations hear of it');
select is(tap.act('t_agent', :c, 'edit', '{"urgency": 3}')->>'seq', (tap.row(:c)).last_seq::text, 'what changes nothing writes no event');

-- sets
select is(tap.why(tap.act('t_agent', :c, 'tag', '{"add": "VIP, floor-2"}')), 'ok', 'tags');
select is(tap.why(tap.act('t_agent', :c, 'tag', '{"add": "vip new", "remove": "floor-2 none"}')), 'ok', 'tags added and removed');
select is((select changes from desk.event_text x join desk.ticket t on t.id = x.ticket_id and t.last_seq = x.seq where t.id = :c), '{"tags": [["floor-2"], ["new"]]}', 'only what moved');
select is(tap.show('t_agent', :c)->'tags', '["new", "vip"]', 'in lower case');
select is(tap.why(tap.act('t_agent', :c, 'tag')), 'input field_required add', 'tag what');
insert into desk.ci(name, owner_id) values ('srv-1', tap.person('t_caller')), ('srv-2', null);
select is(tap.why(tap.act('t_agent', :c, 'ci', '{"add": "srv-1, SRV-2"}')), 'ok', 'configuration items');
select is(tap.why(tap.act('t_agent', :c, 'ci', '{"add": "srv-9"}')), 'input unknown_ci add', 'unknown one');
select is(tap.why(tap.act('t_agent', :c, 'ci', '{"remove": "srv-1"}')), 'ok', 'taken off');
select is(tap.show('t_agent', :c)->'cis', '[{"name": "srv-2", "role": "manual", "class": "device"}]', 'one is left');
select is(tap.why(tap.act('t_beta', :c, 'watch', '{"person": "t_agent"}')), 'denied field_denied person', 'a requester lets nobody else watch');
select is(tap.why(tap.act('t_beta', :c, 'watch')), 'ok', 'only himself');
select is(tap.why(tap.act('t_agent', :c, 'watch', '{"person": "t_lead"}')), 'ok', 'staff may');
select is(tap.why(tap.act('t_agent', :c, 'unwatch', '{"person": "t_beta"}')), 'ok', 'unwatch');
select is(tap.show('t_agent', :c)->'watchers', '["t_lead"]', 'watchers');
select is(tap.why(tap.act('t_agent', :c, 'time', '{"minutes": "0"}')), 'input out_of_range minutes', 'no minutes');
select is(tap.why(tap.act('t_agent', :c, 'time', '{"minutes": "a lot"}')), 'input bad_integer minutes', 'a lot is no number');
select is(tap.why(tap.act('t_agent', :c, 'time', '{"minutes": "99999999999999"}')), 'input bad_integer minutes', 'nor is that');
select is(tap.why(tap.act('t_agent', :c, 'time', '{"minutes": "25"}')), 'ok', 'time');
select is(tap.show('t_agent', :c)->'minutes', '25', 'logged');

-- links, duplicates
select is(tap.why(tap.act('t_agent', :c, 'link', '{"type": "friend", "to": "INC100001"}')), 'input bad_choice type', 'no such link');
select is(tap.why(tap.act('t_agent', :c, 'link', '{"to": "INC999999", "type": "related"}')), 'input unknown_ticket to', 'no such ticket');
select is(tap.why(tap.act('t_agent', :c, 'link', format('{"to": %s, "type": "related"}', :c)::jsonb)), 'input link_self to', 'not to itself');
select is(tap.why(tap.act('t_agent', :c, 'link', format('{"to": "inc%s", "type": "related"}', 100000 + :b)::jsonb)), 'ok', 'link by number');
select is(tap.show('t_agent', :b)->'links'->0->>'direction', 'from', 'seen from the other side too');
select is(tap.why(tap.act('t_agent', :c, 'unlink', format('{"to": %s, "type": "blocks"}', :b)::jsonb)), 'input no_such_link to', 'that link there is not');
select is(tap.why(tap.act('t_agent', :c, 'unlink', format('{"to": %s, "type": "related"}', :b)::jsonb)), 'ok', 'unlink');
select is(tap.why(tap.act('t_agent', :c, 'cancel', '{"reason": "duplicate"}')), 'input field_required to', 'a duplicate of what');
select is(tap.why(tap.act('t_agent', :c, 'cancel', format('{"reason": "duplicate", "to": %s}', :b)::jsonb)), 'ok', 'cancelled as a duplicate');
select row_eq(format($$ select t.state, t.cancel_reason, t.closed_at is not null, l.to_id from desk.ticket t join desk.ticket_link l on l.from_id = t.id and l.type = 'duplicate_of' where t.id = %s $$, :c),
  row('cancelled'::text, 'duplicate'::text, true, :b::bigint), 'with its link');
select is(tap.why(tap.act('t_agent', :b, 'link', format('{"type": "duplicate_of", "to": %s}', :c)::jsonb)), 'state link_circle to', 'no circle');

-- ---- solved on the phone ---------------------------------------------------------------------------------------------
select count(*) as before from desk.ticket \gset
select is(tap.why(tap.new('t_agent', '{"subject": "Phone", "resolve": {"code": "fixed"}}')), 'input field_required category', 'resolve refused');
select is((select count(*) from desk.ticket), :before::bigint, 'then nothing was created');
select is((select count(*) from desk.op where result is null), 0::bigint, 'nor an operation');
select '00000000-0000-4000-8000-000000000001' as op \gset
select tap.new('t_agent', '{"subject": "Phone", "category": "General", "body": "no tone", "resolve": {"code": "fixed", "body": "plugged in"}}', :'op') as r \gset
select is(:'r'::jsonb->>'state', 'resolved', 'created and resolved');
select is((select string_agg(verb, ' ' order by seq) from desk.event where op = :'op'), 'create take resolve', 'three events, one operation');
select is(tap.new('t_agent', '{"subject": "Phone", "category": "General", "body": "no tone", "resolve": {"code": "fixed", "body": "plugged in"}}', :'op'),
  :'r'::jsonb || '{"replay": true}', 'sent again: the first answer');

-- ---- operations --------------------------------------------------------------------------------------------------------
select '00000000-0000-4000-8000-000000000002' as op \gset
select tap.new('t_agent', '{"subject": "Once"}', :'op') as r \gset
select is(tap.new('t_agent', '{"subject": "Once"}', :'op'), :'r'::jsonb || '{"replay": true}', 'create again: the first answer');
select is((select count(*) from desk.ticket where subject = 'Once'), 1::bigint, 'and one ticket');
select is(tap.why(tap.new('t_agent', '{"subject": "Twice"}', :'op')), 'conflict op_reused op', 'another request under it');
select is(tap.why(tap.new('t_lead', '{"subject": "Once"}', :'op')), 'conflict op_reused op', 'another person under it');
select :'r'::jsonb->>'id' as d \gset
select '00000000-0000-4000-8000-000000000003' as op \gset
select tap.act('t_agent', :d, 'note', '{"body": "n"}', null, :'op') as r \gset
select is(tap.act('t_agent', :d, 'note', '{"body": "n"}', null, :'op'), :'r'::jsonb || '{"replay": true}', 'act again: the first answer');
select is(tap.why(tap.act('t_agent', :d, 'note', '{"body": "other"}', null, :'op')), 'conflict op_reused op', 'another act under it');
select is(tap.why(tap.act('t_agent', :a, 'note', '{"body": "n"}', null, :'op')), 'conflict op_reused op', 'another ticket under it');
select is((select count(*) from desk.event where ticket_id = :d), 2::bigint, 'one note');
select is(tap.why(tap.act('t_agent', :d, 'resolve', '{}', null, '00000000-0000-4000-8000-000000000004')), 'state wrong_state', 'a refused act');
select is(tap.why(tap.act('t_agent', :d, 'take', '{}', null, '00000000-0000-4000-8000-000000000004')), 'ok', 'leaves its operation free');

-- ---- versions ------------------------------------------------------------------------------------------------------------
select tap.new('t_agent', '{"subject": "Versions", "category": "General"}')->>'id' as v \gset
select tap.do_act('t_agent', :v, 'edit', '{"impact": 1}') \g /dev/null
select is(tap.why(tap.act('t_lead', :v, 'edit', '{"symptom": "smoke"}', 1)), 'ok', 'other fields merge');
select is(tap.why(tap.act('t_lead', :v, 'edit', '{"impact": "1"}', 1)), 'ok', 'the same value is no conflict');
select tap.act('t_lead', :v, 'edit', '{"impact": 2, "symptom": "x"}', 1) as r \gset
select is(tap.why(:'r'), 'conflict field_conflict impact', 'the same field is one');
select is((:'r'::jsonb->'error'->'args') - '{at,seconds,conflicts}'::text[], '{"base": 3, "mine": 2, "theirs": 1, "by": "t_agent", "field": "impact", "version": 3}', 'with both values and who');
select is((select symptom from desk.incident where id = :v), 'smoke', 'nothing of it was done');
select is(tap.why(tap.act('t_lead', :v, 'note', '{"body": "x"}', 1)), 'ok', 'texts never conflict');
select is(tap.why(tap.act('t_lead', :v, 'tag', '{"add": "x"}', 1)), 'ok', 'nor tags');
select is(tap.why(tap.act('t_lead', :v, 'take', '{}', 1)), 'ok', 'a take after edits of other fields');
select is(tap.why(tap.act('t_agent', :v, 'take', '{}', 1)), 'conflict field_conflict assignee', 'but not after another took it');
select is(tap.why(tap.act('t_agent', :v, 'take', '{}', 99)), 'input bad_version version', 'a version that never was');
select is(tap.why(tap.act('t_agent', :v, 'take', '{}', (tap.row(:v)).version)), 'ok', 'with the present version');
select is((tap.row(:v)).version, (tap.row(:v)).last_seq, 'the version counts the events');

-- ---- families ------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Parent", "category": "General"}') as p \gset
select tap.do_create('t_agent', '{"subject": "Child 1"}') as c1 \gset
select tap.do_create('t_agent', '{"subject": "Child 2"}') as c2 \gset
select is(tap.why(tap.act('t_agent', :c1, 'link', format('{"type": "parent", "to": %s}', :p)::jsonb)), 'ok', 'a child');
select tap.do_act('t_agent', :c2, 'link', format('{"type": "parent", "to": %s}', :p)::jsonb) \g /dev/null
select is((tap.row(:c1)).parent_id, :p::bigint, 'knows its parent');
select is(tap.why(tap.act('t_agent', :p, 'link', format('{"type": "parent", "to": %s}', :c1)::jsonb)), 'state parent_is_child to', 'no circle');
select is(tap.why(tap.act('t_agent', :p, 'link', format('{"type": "parent", "to": %s}', :v)::jsonb)), 'state parent_has_children to', 'two generations');
select is(tap.why(tap.act('t_agent', :c1, 'link', format('{"type": "parent", "to": %s}', :v)::jsonb)), 'state has_parent to', 'one parent');
select '00000000-0000-4000-8000-000000000005' as op \gset
select is(tap.why(tap.act('t_agent', :p, 'take', '{}', null, :'op')), 'ok', 'the parent is taken');
select is((tap.row(:c1)).state, 'in_progress', 'the children start');
select is((select count(*) from desk.event where op = :'op'), 3::bigint, 'under the same operation');
select tap.do_act('t_agent', :p, 'hold', '{"reason": "requester", "until": "+1d", "body": "?"}') \g /dev/null
select is((tap.row(:c1)).state, 'in_progress', 'waiting for a requester is not copied down');
select tap.do_act('t_agent', :p, 'resume') \g /dev/null
select tap.do_act('t_agent', :p, 'hold', '{"reason": "supplier", "until": "+1d", "ref": "S-1"}') \g /dev/null
select row_eq(format($$ select state, hold_reason, hold_ref from desk.ticket where id = %s $$, :c2), row('on_hold'::text, 'supplier'::text, 'S-1'::text), 'waiting for a supplier is');
select tap.do_act('t_agent', :c1, 'take') \g /dev/null
select tap.do_act('t_agent', :p, 'resume') \g /dev/null
select is((tap.row(:c2)).state, 'in_progress', 'so is the end of the wait');
select tap.do_act('t_agent', :p, 'resolve', '{"code": "by_change", "body": "rolled back"}') \g /dev/null
select row_eq(format($$ select t.state, t.resolution_code, x.body from desk.ticket t join desk.event_text x on x.ticket_id = t.id and x.seq = t.last_seq where t.id = %s $$, :c1),
  row('resolved'::text, 'by_change'::text, 'rolled back'::text), 'resolved copies state and notes');
select tap.do_act('t_lead', :p, 'close') \g /dev/null
select is((tap.row(:c1)).state, 'resolved', 'closed does not');
select tap.do_create('t_agent', '{"subject": "Parent 2", "requester": "t_caller", "category": "General"}') as p2 \gset
select tap.do_create('t_agent', '{"subject": "Child 3", "category": "General"}') as c3 \gset
select tap.do_act('t_agent', :c3, 'link', format('{"type": "parent", "to": %s}', :p2)::jsonb) \g /dev/null
select tap.do_act('t_agent', :p2, 'take') \g /dev/null
select tap.do_act('t_agent', :p2, 'resolve', '{"code": "fixed", "body": "x"}') \g /dev/null
select tap.do_act('t_caller', :p2, 'reopen', '{"reason": "no"}') \g /dev/null
select is((tap.row(:c3)).state, 'resolved', 'reopened by the requester: the children stay');
select tap.do_act('t_agent', :p2, 'resolve', '{"code": "fixed", "body": "x"}') \g /dev/null
select tap.do_act('t_agent', :p2, 'reopen', '{"reason": "no"}') \g /dev/null
select row_eq(format($$ select state, reopens from desk.ticket where id = %s $$, :c3), row('in_progress'::text, 1), 'reopened by staff: the children too');

-- ---- many ------------------------------------------------------------------------------------------------------------------
select tap.as_person('t_agent', format($$ select desk.act_many(array[%s, 99999999, %s, %s]::bigint[], 'tag', '{"add": "bulk"}', '00000000-0000-4000-8000-000000000006') $$, :c3, :p, :a)) as r \gset
select is((select string_agg(x->>'ok', ' ' order by n) from jsonb_array_elements(:'r'::jsonb->'results') with ordinality e(x, n)), 'true false true true', 'each on its own, in the order given');
select is(:'r'::jsonb->'results'->1->'error'->>'id', 'not_found', 'with its reason');
select is((tap.as_person('t_agent', format($$ select desk.act_many(array[%s, 99999999, %s, %s]::bigint[], 'tag', '{"add": "bulk"}', '00000000-0000-4000-8000-000000000006') $$, :c3, :p, :a))::jsonb)->>'replay', 'true', 'a part sent again');
select is(tap.why(tap.as_person('t_agent', $$ select desk.act_many(array(select generate_series(1, 251)::bigint), 'take', '{}', gen_random_uuid()) $$)::jsonb), 'input too_many ids', 'at most 250');
select is(tap.why(tap.as_person('t_agent', format($$ select desk.act(%s, 'note', '{"body": "x"}', null, gen_random_uuid(), 'No Channel!') $$, :a))::jsonb), 'input bad_value channel', 'a channel is a word');
select is(tap.why(tap.as_person('t_agent', format($$ select desk.act(%s, 'note', '{"body": "x"}', null, gen_random_uuid(), %L) $$, :a, c))::jsonb), 'input bad_value channel', 'and not ' || c || ', which is the desk itself')
  from unnest(array['import', 'parent', 'tick']) c;

-- ---- files -----------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Files", "requester": "t_caller"}') as f \gset
select is(tap.why(tap.act('t_agent', :f, 'attach', jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', 'a', 'sha256', repeat('0', 64)))))), 'input file_missing file', 'nothing was sent');
select is(tap.as_person('t_agent', $$ select desk.blob_put(sha256('hello'), 0, 'hallo', true) $$)::jsonb->'error'->>'id', 'file_damaged', 'the hash is checked');
select is(tap.as_person('t_agent', $$ select desk.blob_put(sha256('hello'), 0, 'hello', true) $$)::jsonb, '{"ok": true, "done": true}', 'sent whole');
select is(tap.why(tap.act('t_lead', :f, 'attach', jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', 'a', 'sha256', encode(sha256('hello'), 'hex')))))), 'input file_missing file', 'knowing the hash is not having the file');
select is(tap.why(tap.act('t_agent', :f, 'attach', jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', '../a.txt', 'media_type', 'text/plain', 'sha256', encode(sha256('hello'), 'hex')))))), 'ok', 'attach');
select tap.show('t_agent', :f)->'attachments'->0 as att \gset
select is(:'att'::jsonb - 'id'::text - 'event'::text, '{"name": ".._a.txt", "size": 5, "media_type": "text/plain"}', 'in the ticket');
select is(tap.as_person('t_lead', format('select convert_from(desk.blob_get(%s, 0), ''UTF8'')', :'att'::jsonb->>'id')), 'hello', 'and to be read');
select is(tap.as_person('t_caller', format('select desk.blob_get(%s, 0)', :'att'::jsonb->>'id')), null, 'an internal one not by the requester');
select is(tap.show('t_caller', :f)->'attachments', '[]', 'who does not see it either');
select is(tap.as_person('t_beta', format('select desk.blob_get(%s, 0)', :'att'::jsonb->>'id')), null, 'nor by a stranger');
update desk.setting set value = '4' where key = 'attachment.max_bytes';
select is(tap.as_person('t_agent', $$ select desk.blob_put(sha256('hello2'), 0, 'hello2', true) $$)::jsonb->'error'->>'id', 'file_too_big', 'size limit');

-- ---- restricted --------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Salary list", "requester": "t_caller", "body": "secret"}') as s \gset
select is(tap.why(tap.act('t_agent', :s, 'restrict', '{"people": "t_lead"}')), 'ok', 'restrict');
select is((tap.row(:s)).subject, '', 'the subject leaves the header');
select is(tap.show('t_lead', :s)->>'subject', 'Salary list', 'those named open it');
select is(tap.show('t_other', :s), null, 'others do not');
select is(tap.show('t_caller', :s), null, 'nor the requester, who is not named');
select is(tap.why(tap.act('t_other', :s, 'note', '{"body": "x"}')), 'notfound not_found', 'it is not there for them');
select is((select string_agg(what || ' ' || login, ', ' order by id) from desk.access_log where ticket_id = :s), 'opened t_lead, denied t_other, denied t_caller, denied t_other', 'all of it is logged');
select is(tap.as_person('t_other', format('select desk.ticket_id(%L)', 'INC' || (100000 + :s))), null, 'the number finds nothing');
select is(tap.why(tap.act('t_agent', :s, 'assign', '{"assignee": "t_other"}')), 'state not_named assignee', 'only to those named');
select is(tap.why(tap.act('t_lead', :s, 'edit', '{"subject": "Salary list 2"}')), 'ok', 'the named work on it');
select row_eq(format($$ select t.subject, x.subject from desk.ticket t join desk.ticket_text x using (id) where t.id = %s $$, :s), row(''::text, 'Salary list 2'::text), 'the subject stays apart');
select is(tap.why(tap.act('t_lead', :s, 'unrestrict')), 'ok', 'unrestrict');
select is((tap.row(:s)).subject, 'Salary list 2', 'the subject is back');
select is((select count(*) from desk.ticket_access where ticket_id = :s), 0::bigint, 'nobody is named any more');

-- ---- redact --------------------------------------------------------------------------------------------------------------------
select tap.do_act('t_agent', :s, 'note', '{"body": "my password is hunter2"}')->>'seq' as n \gset
select is(tap.why(tap.act('t_agent', :s, 'redact', format('{"event": %s, "reason": "password"}', :n)::jsonb)), 'denied role_denied', 'an agent does not redact');
select is(tap.why(tap.act('t_lead', :s, 'redact', '{"event": 999, "reason": "x"}')), 'input no_such_event event', 'no such event');
select is(tap.why(tap.act('t_lead', :s, 'redact', format('{"event": %s, "reason": "password"}', :n)::jsonb)), 'ok', 'a lead does');
select is((select body from desk.event_text where ticket_id = :s and seq = :n), null, 'the text is gone');
select is((tap.show('t_agent', :s)->'events'->(:n - 1)->>'redacted'), 'true', 'and shown as redacted');

-- ---- the proof -------------------------------------------------------------------------------------------------------------------
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb - 'events'::text - 'tickets'::text, '{"ok": true, "count": 0, "rooted": false, "problems": [], "redacted": 1}',
  'every record equals the replay of its journal');
select * from finish();
