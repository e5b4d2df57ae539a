-- Major incidents: who proposes and decides, rules, roles, updates, children, the end and the report.
\ir rulebook.inc
select no_plan();
\o /dev/null
create function tap.major(p_id bigint) returns text language sql as $$ select major from desk.ticket where id = p_id $$;
create function tap.by(p_id bigint) returns text language sql as $$ select major_rule from desk.incident where id = p_id $$;
create function tap.list(p_login text, p_all boolean default false) returns text language sql as $$
  select string_agg(x->>'subject', ' ' order by n) from jsonb_array_elements(tap.as_person(p_login, format('select desk.major_list(%L)', p_all))::jsonb) with ordinality e(x, n) $$;
create function tap.tick() returns jsonb language sql as $$ select tap.as_person('t_agent', 'select desk.tick()')::jsonb $$;
select tap.add('m_owner', '{process_owner}'), tap.add('m_two', '{agent}');
insert into desk.service(name, vip) values ('Payments', true), ('Canteen', false);
update desk.clock set frozen_at = '2026-03-02 08:00Z';
select tap.do_create('t_agent', '{"subject": "Mail", "requester": "t_caller", "group": "Network", "impact": 2, "urgency": 3}') as t \gset
\o

-- ---- proposing, deciding ------------------------------------------------------------------------------------------------
select is(tap.why(tap.act('t_caller', :t, 'propose_major')), 'denied role_denied', 'a requester does not propose');
select is(tap.why(tap.act('t_agent', :t, 'propose_major', '{"reason": "the whole house"}')), 'ok', 'an agent does');
select is(tap.major(:t), 'candidate', 'a candidate');
select is(tap.by(:t), 'person', 'proposed by a person');
select is(tap.why(tap.act('t_agent', :t, 'propose_major')), 'state major_already major', 'once');
select is(tap.show('t_agent', :t)->>'major', 'candidate', 'seen in the ticket');
select is(tap.list('t_lead'), 'Mail', 'and in the list of what is to be decided');
select is(tap.list('t_beta'), null, 'by those who see the ticket');
select is(tap.why(tap.act('t_agent', :t, v, '{"commander": "t_agent", "reason": "x"}'::jsonb - case v when 'accept_major' then '' else 'commander' end)), 'denied role_denied', 'no agent decides: ' || v)
  from unnest('{accept_major,reject_major,demote_major}'::text[]) v;
select is(tap.why(tap.act('t_lead', :t, 'reject_major')), 'input field_required reason', 'no without a reason');
select is(tap.why(tap.act('t_lead', :t, 'demote_major', '{"reason": "x"}')), 'state major_not_accepted', 'what is not accepted is not demoted');
select is(tap.why(tap.act('t_agent', :t, 'update', '{"body": "x"}')), 'state major_not_accepted', 'nor has it updates');
select is(tap.why(tap.act('t_agent', :t, 'major_roles', '{"scribe": "t_agent"}')), 'state major_not_accepted', 'or roles');
select is(tap.why(tap.act('t_agent', :t, 'report', '{"summary": "x", "timeline": "x", "cause": "x", "actions": "x"}')), 'state major_not_accepted', 'or a report');
select is(tap.why(tap.act('t_lead', :t, 'reject_major', '{"reason": "one mailbox"}')), 'ok', 'rejected');
select is(tap.major(:t), 'rejected', 'it stands');
select is(tap.list('t_lead'), null, 'and leaves the list');
select is(tap.list('t_lead', true), 'Mail', 'of all it is one');
select is(tap.why(tap.act('t_agent', :t, 'propose_major')), 'input field_required reason', 'again only with a reason');
select is(tap.why(tap.act('t_agent', :t, 'propose_major', '{"reason": "now all"}')), 'ok', 'with one, again');
select is(tap.why(tap.act('m_owner', :t, 'accept_major')), 'input field_required commander', 'somebody must command');
select is(tap.why(tap.act('m_owner', :t, 'accept_major', '{"commander": "t_caller"}')), 'input major_role_staff commander', 'who works at the desk');
select is(tap.why(tap.act('m_owner', :t, 'accept_major', '{"commander": "t_lead", "scribe": "t_agent"}')), 'ok', 'a process owner accepts');
select is(tap.major(:t), 'accepted', 'accepted');
select row_eq(format('select commander_id, communications_id, scribe_id from desk.incident where id = %s', :t), row(tap.person('t_lead'), null::int, tap.person('t_agent')), 'with its roles');
select is(tap.why(tap.act('m_owner', :t, 'accept_major', '{"commander": "t_lead"}')), 'state major_already major', 'once');
select is(tap.why(tap.act('t_agent', :t, 'major_roles', '{"communications": "m_two"}')), 'ok', 'roles are handed on');
select is(tap.why(tap.act('t_agent', :t, 'major_roles', '{"commander": null}')), 'input field_required commander', 'but never without a commander');
select is(tap.why(tap.act('t_agent', :t, 'major_roles')), 'input field_required commander', 'one of them is named');
select is(tap.why(tap.act('t_agent', :t, 'undo')), 'ok', 'undone');
select is((select communications_id from desk.incident where id = :t), null, 'the role is as before');
select is(tap.why(tap.act('m_owner', :t, 'undo')), 'ok', 'an acceptance is undone');
select is(tap.major(:t), 'candidate', 'a candidate again');
\o /dev/null
select tap.do_act('t_lead', :t, 'accept_major', '{"commander": "t_lead"}');
select tap.do_act('t_lead', :t, 'demote_major', '{"reason": "smaller than it looked"}');
\o
select is(tap.major(:t), 'demoted', 'demoted');
select is(tap.why(tap.act('t_lead', :t, 'accept_major', '{"commander": "t_lead"}')), 'ok', 'a lead may accept straight away');

-- ---- updates ---------------------------------------------------------------------------------------------------------------
\o /dev/null
select tap.do_act('t_agent', :t, 'take');
select tap.do_create('t_agent', '{"subject": "c1", "requester": "t_beta", "group": "Network"}') as c1, tap.do_create('t_agent', '{"subject": "c2", "requester": "t_caller", "group": "Network"}') as c2,
  tap.do_create('t_agent', '{"subject": "c3", "requester": "t_caller", "group": "Network"}') as c3, tap.do_create('t_agent', '{"subject": "c4", "requester": "t_caller", "group": "Network"}') as c4 \gset
\o
select is((select count(*) from jsonb_array_elements(tap.as_person('t_agent', format('select desk.act_many(%L, ''link'', %L, gen_random_uuid())', array[:c1, :c2, :c3, :c4],
  jsonb_build_object('type', 'parent', 'to', 'INC' || 100000 + :t)))::jsonb->'results') r where (r->>'ok')::boolean), 4::bigint, 'children are adopted in bulk');
select is(tap.why(tap.act('t_caller', :t, 'update', '{"body": "x"}')), 'denied role_denied', 'a requester posts none');
select is(tap.why(tap.act('t_agent', :t, 'update')), 'input field_required body', 'an update says something');
select is(tap.why(tap.act('t_agent', :t, 'update', '{"body": "The provider looks at it."}')), 'ok', 'a status update');
select is(jsonb_path_query_array(tap.show('t_beta', :c1), '$.events[*] ? (@.verb == "update").text'), '["The provider looks at it."]', 'who opened a child is told');
select is(jsonb_path_query_array(tap.show('t_caller', :t), '$.events[*] ? (@.verb == "update").text'), '["The provider looks at it."]', 'so is the requester');
select is(tap.why(tap.act('t_agent', :t, 'update', '{"body": "Blame the provider.", "public": "no"}')), 'ok', 'an internal one');
select is(jsonb_array_length(jsonb_path_query_array(tap.show('t_beta', :c1), '$.events[*] ? (@.verb == "update")')), 1, 'stays inside');
select is(jsonb_array_length(jsonb_path_query_array(tap.show('t_caller', :t), '$.events[*] ? (@.verb == "update")')), 1, 'for the requester too');
select is(tap.why(tap.act('t_agent', :t, 'update', '{"body": "Half done.", "children": "no"}')), 'ok', 'one for this ticket alone');
select is(jsonb_array_length(jsonb_path_query_array(tap.show('t_beta', :c1), '$.events[*] ? (@.verb == "update")')), 1, 'does not reach the children');
select is(tap.why(tap.act('t_agent', :t, 'undo', jsonb_build_object('op', (select op from desk.event where ticket_id = :t order by seq desc limit 1)))), 'state undo_said', 'what was read is not taken back');

-- ---- parent and children: what copies down --------------------------------------------------------------------------------------
\o /dev/null
create function tap.kids() returns text language sql as $$
  select string_agg(state || coalesce('(' || hold_reason || ')', ''), ' ' order by id) from desk.ticket where parent_id = (select min(id) from desk.ticket where major = 'accepted') $$;
\o
\o /dev/null
create function tap.holds(p bigint) returns text language plpgsql as $$
declare v text; r text[];
begin
  foreach v in array '{change,problem,supplier}'::text[] loop
    perform tap.do_act('t_agent', p, 'resume');
    perform tap.do_act('t_agent', p, 'hold', jsonb_build_object('reason', v, 'until', '+1d', 'ref', 'R1'));
    r := r || tap.kids();
  end loop;
  return array_to_string(r, ' | ');
end $$;
\o
select is(tap.kids(), 'new new new new', 'adopted, they are as they were');
\o /dev/null
select tap.do_act('t_agent', :t, 'assign', '{"assignee": "t_agent"}'), tap.do_act('t_agent', :t, 'take');
\o
select is(tap.kids(), 'in_progress in_progress in_progress in_progress', 'in progress copies down');
\o /dev/null
select tap.do_act('t_agent', :t, 'hold', '{"reason": "requester", "until": "+1d", "body": "?"}');
\o
select is(tap.kids(), 'in_progress in_progress in_progress in_progress', 'on hold for the requester does not');
\o /dev/null
select tap.do_act('t_agent', :t, 'resume'), tap.do_act('t_agent', :t, 'hold', '{"reason": "scheduled", "until": "+1d"}');
\o
select is(tap.kids(), 'in_progress in_progress in_progress in_progress', 'nor for scheduled work');
select is(tap.holds(:t), 'on_hold(change) on_hold(change) on_hold(change) on_hold(change) | on_hold(problem) on_hold(problem) on_hold(problem) on_hold(problem) | on_hold(supplier) on_hold(supplier) on_hold(supplier) on_hold(supplier)',
  'for a change, a problem, a supplier it does, and in progress again between');
\o /dev/null
select tap.do_act('t_agent', :c4, 'resume'), tap.do_act('t_agent', :c4, 'resolve', '{"code": "workaround", "category": "General", "body": "own way"}');
update desk.clock set frozen_at = '2026-03-02 10:00Z';
select tap.do_act('t_agent', :t, 'resolve', '{"code": "fixed", "category": "General", "body": "New router."}');
\o
select is(tap.kids(), 'resolved resolved resolved resolved', 'resolved copies down');
select is((select string_agg(resolution_code, ' ' order by id) from desk.ticket where parent_id = :t), 'fixed fixed fixed workaround', 'with its code, but not to what was resolved before');
select is(jsonb_path_query_array(tap.show('t_beta', :c1), '$.events[*] ? (@.verb == "resolve").text'), '["New router."]', 'and its text');

-- ---- the end ---------------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.act('t_caller', :t, 'close')), 'denied major_not_yours', 'the requester does not close it');
select is(tap.why(tap.act('t_lead', :t, 'close')), 'state major_no_report report', 'nobody without a report');
select is(tap.why(tap.act('t_caller', :t, 'cancel', '{"reason": "withdrawn"}')), 'state wrong_state', 'resolved, nothing is cancelled');
update desk.clock set frozen_at = '2026-03-20 10:00Z';
select is((tap.tick()->>'closed')::int, 4, 'its children close by themselves');
select is((tap.row(:t)).state, 'resolved', 'a major incident never does');
\o /dev/null
-- it stays in order whatever the children are
select tap.do_act('t_caller', :t, 'reopen', '{"reason": "again"}');
\o
select is(tap.kids(), 'closed closed closed closed', 'closed ones stay closed');
select is(tap.why(tap.act('t_caller', :t, 'cancel', '{"reason": "withdrawn"}')), 'denied major_not_yours', 'nor cancels it');
select is(tap.why(tap.act('t_lead', :t, 'cancel', '{"reason": "withdrawn"}')), 'state major_demote_first', 'a lead demotes it first');
\o /dev/null
select tap.do_act('t_agent', :t, 'resolve', '{"code": "fixed", "category": "General", "body": "Another router."}');
\o
select alike(report_timeline, E'%08:00  Agent One  New%Lead One  Accept as major incident%Agent One  Status update: Half done.%2026-03-20 10:00  Agent One  Resolve: Another router.', 'a draft of the timeline')
  from desk.incident where id = :t;
select unalike(report_timeline, '%Blame%', 'without what is internal') from desk.incident where id = :t;
select alike(report_summary, E'Mail\nFrom 2026-03-02 08:00 until %minutes\nAffected: -. Customers: 2. Further tickets: 4%', 'and of the summary') from desk.incident where id = :t;
select is(tap.why(tap.act('t_caller', :t, 'report', '{"cause": "x", "actions": "y"}')), 'denied role_denied', 'the requester writes no report');
select is(tap.why(tap.act('t_agent', :t, 'report', '{"cause": "A router."}')), 'input field_required actions', 'a report says what will be done');
select is(tap.why(tap.act('t_agent', :t, 'report', '{"cause": "A router.", "actions": "Two routers.", "well": "calm", "badly": "late"}')), 'ok', 'the draft of summary and timeline will do');
select row_eq(format('select reported_by, report_cause, report_well, report_badly, report_actions from desk.incident where id = %s', :t),
  row(tap.person('t_agent'), 'A router.'::text, 'calm'::text, 'late'::text, 'Two routers.'::text), 'kept');
select is(tap.why(tap.act('t_agent', :t, 'undo')), 'ok', 'undone');
select is(tap.why(tap.act('t_lead', :t, 'close')), 'state major_no_report report', 'then there is none');
\o /dev/null
select tap.do_act('t_agent', :t, 'report', '{"cause": "A router.", "actions": "Two routers."}');
\o
select is(tap.list('t_agent'), 'Mail', 'it is on the list until it is closed');
select is(tap.why(tap.act('t_lead', :t, 'close')), 'ok', 'closed');
select is(tap.list('t_agent'), null, 'then it is not');
select is(tap.why(tap.act('t_agent', :t, 'report', '{"cause": "z"}')), 'denied role_denied', 'a closed report is amended');
select is(tap.why(tap.act('t_lead', :t, 'report', '{"cause": "A router, and nobody knew."}')), 'ok', 'by a lead');
-- a demoted one is as any other
\o /dev/null
select tap.do_create('t_agent', '{"subject": "Fax", "requester": "t_caller", "group": "Network"}') as f \gset
select tap.do_act('t_lead', :f, 'accept_major', '{"commander": "t_lead"}'), tap.do_act('t_lead', :f, 'demote_major', '{"reason": "x"}'), tap.do_act('t_agent', :f, 'take'),
  tap.do_act('t_agent', :f, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}');
\o
select is(tap.why(tap.act('t_caller', :f, 'close')), 'ok', 'a demoted one is closed by its requester');

-- ---- reopening and children -------------------------------------------------------------------------------------------------------
\o /dev/null
select tap.do_create('t_agent', '{"subject": "Web", "requester": "t_caller", "group": "Network"}') as p, tap.do_create('t_agent', '{"subject": "k", "requester": "t_beta", "group": "Network"}') as k \gset
select tap.do_act('t_agent', :k, 'link', jsonb_build_object('type', 'parent', 'to', 'INC' || 100000 + :p)), tap.do_act('t_agent', :p, 'take'),
  tap.do_act('t_agent', :p, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}'), tap.do_act('t_caller', :p, 'reopen', '{"reason": "no"}');
\o
select is((tap.row(:k)).state, 'resolved', 'reopened by the requester: children stay');
\o /dev/null
select tap.do_act('t_agent', :p, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}'), tap.do_act('t_agent', :p, 'reopen', '{"reason": "no"}');
\o
select is((tap.row(:k)).state, 'in_progress', 'reopened by the desk: they come along');
\o /dev/null
select tap.do_act('t_agent', :p, 'cancel', '{"reason": "test"}');
\o
select is((tap.row(:k)).state, 'in_progress', 'cancelled does not copy down');

-- ---- rules ----------------------------------------------------------------------------------------------------------------------
\o /dev/null
select tap.do_create('t_agent', '{"subject": "r1", "group": "Network", "impact": 1, "urgency": 1}') as r1, tap.do_create('t_agent', '{"subject": "r2", "group": "Network", "impact": 1, "urgency": 2}') as r2,
  tap.do_create('t_agent', '{"subject": "r3", "group": "Network", "impact": 1, "urgency": 2, "service": "Payments"}') as r3,
  tap.do_create('t_agent', '{"subject": "r4", "group": "Network", "impact": 1, "urgency": 2, "service": "Canteen"}') as r4 \gset
\o
select is(tap.major(:r1) || ' ' || tap.by(:r1), 'candidate priority', 'priority 1 is proposed as it is opened');
select is(tap.show('t_agent', :r1)->'events'->0->'changes'->'major', '[null, "candidate"]', 'its first event says so');
select is(tap.show('t_agent', :r1)->'events'->0->'changes'->'major_rule', '[null, "priority"]', 'and why');
select is(tap.major(:r2), null, 'priority 2 is not');
select is(tap.major(:r3) || ' ' || tap.by(:r3), 'candidate service', 'of a VIP service it is');
select is(tap.major(:r4), null, 'of another it is not');
select is(tap.why(tap.act('t_agent', :r2, 'edit', '{"urgency": 1}')), 'ok', 'a priority that rises');
select is(tap.major(:r2) || ' ' || tap.by(:r2), 'candidate priority', 'proposes');
select is(tap.show('t_agent', :r2)->'events'->1->'changes'->'major', '[null, "candidate"]', 'in the same event');
select is(tap.why(tap.act('t_agent', :r2, 'undo')), 'ok', 'which is undone');
select is(tap.major(:r2), null, 'as a whole');
select is(tap.why(tap.act('t_agent', :r2, 'edit', '{"urgency": 1}')), 'ok', 'and done again');
select is(tap.major(:r2), 'candidate', 'proposes again');
\o /dev/null
select tap.do_act('t_lead', :r2, 'reject_major', '{"reason": "one person"}'), tap.do_act('t_agent', :r2, 'edit', '{"urgency": 2}'), tap.do_act('t_agent', :r2, 'edit', '{"urgency": 1}');
\o
select is(tap.major(:r2), 'rejected', 'what was rejected is not proposed again by the same rule');
select is((tap.tick()->>'proposed')::int, 0, 'nor by time');
update desk.person set vip = true where login = 't_caller';
\o /dev/null
select tap.do_act('t_agent', :r2, 'edit', '{"requester": "t_caller"}');
\o
select is(tap.major(:r2) || ' ' || tap.by(:r2), 'candidate vip', 'but by another one');
-- in bulk, as alone
\o /dev/null
select tap.do_create('t_agent', '{"subject": "b1", "group": "Network"}') as b1, tap.do_create('t_agent', '{"subject": "b2", "group": "Network"}') as b2 \gset
select tap.as_person('t_agent', format('select desk.act_many(%L, ''edit'', ''{"impact": 1, "urgency": 1}'', gen_random_uuid())', array[:b1, :b2]));
\o
select is(tap.major(:b1) || tap.by(:b1) || tap.major(:b2) || tap.by(:b2), 'candidateprioritycandidatepriority', 'the rules hold in bulk, too');
select is(tap.why(tap.as_person('t_lead', format('select desk.act_many(%L, ''reject_major'', ''{"reason": "x"}'', gen_random_uuid())', array[:b1, :b2]))::jsonb->'results'->1), 'ok', 'decided in bulk');
select is(tap.major(:b1) || ' ' || tap.major(:b2), 'rejected rejected', 'both');
-- a rule that is off
update desk.major_rule set active = false where rule = 'priority';
\o /dev/null
select tap.do_create('t_agent', '{"subject": "off", "group": "Network", "impact": 1, "urgency": 1}') as o1 \gset
\o
select is(tap.major(:o1), null, 'a rule that is off proposes nothing');
update desk.major_rule set active = true where rule = 'priority';
select is((tap.tick()->>'proposed')::int, 1, 'switched on, time finds it');
select is(tap.major(:o1) || ' ' || tap.by(:o1), 'candidate priority', 'with its reason');
select row_eq(format($$ select e.actor_id, e.channel, e.verb, x.changes->'reason' from desk.event e join desk.event_text x using (ticket_id, seq) where e.ticket_id = %s order by e.seq desc limit 1 $$, :o1),
  row(1, 'rule'::text, 'propose_major'::text, '[null, "P1 <= P1"]'::jsonb), 'the desk itself did it');
select is(tap.why(tap.act('t_lead', :o1, 'undo')), 'state undo_none', 'which is rejected, not undone');
-- VIP by time
update desk.person set vip = false where login = 't_caller';
\o /dev/null
select tap.do_create('t_agent', '{"subject": "v", "group": "Network", "requester": "t_caller", "impact": 1, "urgency": 2}') as v1 \gset
\o
select is(tap.major(:v1), null, 'nobody special');
update desk.person set vip = true where login = 't_caller';
select is((tap.tick()->>'proposed')::int, 1, 'one who becomes a VIP');
select is(tap.by(:v1), 'vip', 'is noticed');
-- many children in a while
update desk.clock set frozen_at = '2026-03-22 10:00Z';
update desk.major_rule set n = 3, minutes = 30 where rule = 'children';
\o /dev/null
select tap.do_create('t_agent', '{"subject": "storm", "group": "Network"}') as s, tap.do_create('t_agent', '{"subject": "s1", "group": "Network"}') as s1, tap.do_create('t_agent', '{"subject": "s2", "group": "Network"}') as s2,
  tap.do_create('t_agent', '{"subject": "s3", "group": "Network"}') as s3, tap.do_create('t_agent', '{"subject": "s4", "group": "Network"}') as s4 \gset
select tap.do_act('t_agent', :s1, 'link', jsonb_build_object('type', 'parent', 'to', 'INC' || 100000 + :s));
update desk.clock set frozen_at = '2026-03-22 10:31Z';
select tap.do_act('t_agent', :s2, 'cancel', jsonb_build_object('reason', 'duplicate', 'to', 'INC' || 100000 + :s)), tap.do_act('t_agent', :s3, 'link', jsonb_build_object('type', 'parent', 'to', 'INC' || 100000 + :s));
\o
select is(tap.major(:s), null, 'two in half an hour, one before');
\o /dev/null
select tap.do_act('t_agent', :s4, 'link', jsonb_build_object('type', 'parent', 'to', 'INC' || 100000 + :s));
\o
select is(tap.major(:s) || ' ' || tap.by(:s), 'candidate children', 'the third one proposes their parent');
select is((select x.changes->'reason'->>1 from desk.event e join desk.event_text x using (ticket_id, seq) where e.ticket_id = :s and e.verb = 'propose_major'), '3 >= 3 / 30 min', 'with its figures');
select is(tap.why(tap.act('t_agent', :s4, 'undo')), 'ok', 'the link itself can be undone');

-- ---- the update clock --------------------------------------------------------------------------------------------------------------
\o /dev/null
create function tap.upd(p bigint) returns text language sql as $$
  select string_agg(state || ' ' || to_char(started_at at time zone 'UTC', 'HH24:MI') || coalesce('-' || to_char(stopped_at at time zone 'UTC', 'HH24:MI'), ''), ', ' order by cycle, clock_id)
    from desk.clock_now where ticket_id = p and metric = 'update' and not superseded $$;
update desk.clock set frozen_at = '2026-03-23 08:00Z';
select tap.do_create('t_agent', '{"subject": "down", "group": "Network", "requester": "t_beta"}') as u \gset
select tap.do_act('t_agent', :u, 'take');
update desk.clock set frozen_at = '2026-03-23 08:10Z';
select tap.do_act('t_lead', :u, 'accept_major', '{"commander": "t_lead"}');
\o
select is(tap.upd(:u), 'running 08:10', 'it runs from the moment of acceptance');
select is((tap.row(:u)).due_at, '2026-03-23 08:40Z'::timestamptz, 'and is due half an hour later: so is the ticket');
update desk.clock set frozen_at = '2026-03-23 08:40Z';
select is(tap.upd(:u), 'running 08:10', 'in time to the second');
\o /dev/null
select tap.do_act('t_agent', :u, 'update', '{"body": "we look", "public": "no"}');
\o
select is(tap.upd(:u), 'met 08:10-08:40, running 08:40', 'an update stops it and starts the next, also one that stays inside');
update desk.clock set frozen_at = '2026-03-23 09:10:01Z';
select is(tap.upd(:u), 'met 08:10-08:40, breached 08:40', 'a second late it is breached, whatever runs');
select is(tap.as_person('t_agent', format('select desk.war_room(%s)', :u))::jsonb->'room'->'update',
  '{"open": true, "since": "2026-03-23T08:40:00Z", "state": "breached", "due_at": "2026-03-23T09:10:00Z", "minutes": 30, "breaches": 1}', 'seen in the war room');
\o /dev/null
select tap.do_act('t_agent', :u, 'hold', '{"reason": "supplier", "until": "+1d", "ref": "R1"}');
\o
select is(tap.upd(:u), 'met 08:10-08:40, breached 08:40', 'on hold it does not stand still');
\o /dev/null
select tap.do_act('t_agent', :u, 'update', '{"body": "the supplier looks"}');
\o
select is(tap.upd(:u), 'met 08:10-08:40, breached 08:40-09:10, running 09:10', 'a late one is late for ever; the next begins');
\o /dev/null
update desk.clock set frozen_at = '2026-03-23 09:20Z';
select tap.do_act('t_lead', :u, 'demote_major', '{"reason": "smaller"}');
\o
select is(tap.upd(:u), 'met 08:10-08:40, breached 08:40-09:10', 'demoted, none runs');
select is((tap.row(:u)).due_at, 'infinity'::timestamptz, 'and nothing is due');
select is(tap.why(tap.act('t_lead', :u, 'undo')), 'ok', 'the demotion is undone');
select is(tap.upd(:u), 'met 08:10-08:40, breached 08:40-09:10, running 09:10', 'as if it had never been');
\o /dev/null
select tap.do_act('t_agent', :u, 'resume'), tap.do_act('t_agent', :u, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}');
\o
select is(tap.upd(:u), 'met 08:10-08:40, breached 08:40-09:10, met 09:10-09:20', 'resolved with a text for the requester, no further update is due');

-- ---- the war room -----------------------------------------------------------------------------------------------------------------
select tap.as_person('t_agent', format('select desk.war_room(%s)', :s))::jsonb->'room' as w \gset
select is(jsonb_path_query_array(:'w', '$.children[*].subject'), '["s1", "s3"]', 'its children');
select is(:'w'::jsonb->'states', '[{"n": 2, "state": "new"}]', 'how many in which state');
select is(:'w'::jsonb->'customers', '["Acme"]', 'the customers');
select is(tap.as_person('t_beta', format('select desk.war_room(%s)', :s)), null, 'for those who see the ticket');
-- the proof
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'all of it replays from the journal');
select * from finish();
