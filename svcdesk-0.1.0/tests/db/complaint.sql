-- Complaints: a kind of their own.
\ir rulebook.inc
select no_plan();
insert into desk.service(name) values ('Mail');
update desk.clock set frozen_at = '2026-03-02 08:00Z';
select is_empty($$ select desk.kind_problems('complaint') $$, 'the kind is complete');
select tap.do_create('t_caller', '{"subject": "Mail"}') as i \gset
select tap.new('t_caller', jsonb_build_object('subject', 'Three days for a mailbox', 'about', 'INC' || 100000 + :i, 'service', 'Mail', 'cause', 'waiting', 'urgency', 2, 'body', 'Nobody called.'), p_kind => 'complaint') as r \gset
select :'r'::jsonb->>'id' as c \gset
select is(:'r'::jsonb->>'number', 'CMP' || 100000 + :c, 'a requester complains');
select is(:'r'::jsonb->>'state', 'new', 'it is new');
select is((tap.row(:c)).priority, 4::smallint, 'impact and urgency make its priority');
select is((select o.name from desk.org o where o.id = (tap.row(:c)).org_id), 'Acme', 'the customer is the organisation of who complains');
select is(tap.show('t_agent', :c)->>'about', 'INC' || 100000 + :i, 'about a ticket, by its number');
select is(tap.why(tap.new('t_beta', jsonb_build_object('subject', 'x', 'about', 'INC' || 100000 + :i), p_kind => 'complaint')), 'input unknown_ticket about', 'only about one that one sees');
select is(tap.why(tap.new('t_caller', '{"subject": "x", "cause": "weather"}', p_kind => 'complaint')), 'input bad_choice cause', 'causes are of a list');
select is(tap.why(tap.act('t_agent', :c, 'resolve', '{"code": "explained", "cause": "waiting", "body": "x"}')), 'state wrong_state', 'not before somebody has it');
select is(tap.why(tap.act('t_agent', :c, 'take')), 'ok', 'take');
select is((tap.row(:c)).state, 'in_progress', 'in progress');
select is(tap.why(tap.act('t_agent', :c, 'hold', '{"reason": "requester", "until": "+2d", "body": "What would help?"}')), 'ok', 'on hold');
select is(tap.why(tap.act('t_caller', :c, 'reply', '{"body": "an apology"}')), 'ok', 'the requester answers');
select is((tap.row(:c)).state, 'in_progress', 'that ends the wait');
select is(tap.why(tap.act('t_agent', :c, 'resolve', '{"code": "remedied", "body": "Sorry."}')), 'input field_required action', 'what was remedied names the action agreed on');
select is(tap.why(tap.act('t_agent', :c, 'resolve', '{"code": "remedied", "cause": "communication", "action": "Call back within a day", "by": "+7d", "body": "Sorry."}')), 'ok', 'resolved');
select row_eq(format('select cause, agreed_action, action_by from desk.complaint where id = %s', :c), row('communication'::text, 'Call back within a day'::text, '2026-03-09 08:00Z'::timestamptz), 'with the cause that was found');
select is(tap.why(tap.act('t_caller', :c, 'reopen', '{"reason": "no"}')), 'ok', 'who is not content reopens');
select is(tap.why(tap.act('t_agent', :c, 'resolve', '{"code": "compensated", "body": "A voucher."}')), 'ok', 'the action and the cause it has will do');
select is(tap.why(tap.act('t_agent', :c, 'undo')), 'ok', 'undone');
select is((tap.row(:c)).state, 'in_progress', 'as before');
\o /dev/null
select tap.do_act('t_agent', :c, 'resolve', '{"code": "explained", "body": "x"}'), tap.do_act('t_caller', :c, 'close');
\o
select is((tap.row(:c)).state, 'closed', 'closed by who complained');
select is(tap.why(tap.act('t_caller', :c, 'rate', '{"score": 5}')), 'ok', 'and rated');
-- nobody settles his own
select tap.new('t_agent', '{"subject": "Coffee"}', p_kind => 'complaint')->>'id' as own \gset
\o /dev/null
select tap.do_act('t_agent', :own, 'take');
\o
select is(tap.why(tap.act('t_agent', :own, 'resolve', '{"code": "explained", "cause": "other", "body": "x"}')), 'denied complaint_own', 'nobody settles his own');
select is(tap.why(tap.act('t_lead', :own, 'resolve', '{"code": "explained", "body": "x"}')), 'input field_required cause', 'a cause is needed');
select is(tap.why(tap.act('t_agent', :own, 'cancel', '{"reason": "not_a_complaint"}')), 'ok', 'cancelled');
-- the desk's clock
select tap.new('t_caller', '{"subject": "Slow"}', p_kind => 'complaint')->>'id' as s \gset
\o /dev/null
select tap.do_act('t_agent', :s, 'take'), tap.do_act('t_agent', :s, 'hold', '{"reason": "scheduled", "until": "+1d"}');
update desk.clock set frozen_at = '2026-03-03 08:00Z';
select tap.as_person('t_agent', 'select desk.tick()');
\o
select is((tap.row(:s)).state, 'in_progress', 'what was put aside comes back');
\o /dev/null
select tap.do_act('t_agent', :s, 'resolve', '{"code": "explained", "cause": "quality", "body": "x"}');
update desk.clock set frozen_at = '2026-03-08 08:00Z';
select tap.as_person('t_agent', 'select desk.tick()');
\o
select is((tap.row(:s)).state, 'closed', 'what was resolved closes by itself');
select is(tap.as_person('t_agent', 'select string_agg(kind || '' '' || state, '','' order by id) from desk.ticket_row where number like ''CMP%'''), 'complaint closed,complaint cancelled,complaint closed', 'in the lists');
select is(tap.as_person('t_beta', 'select count(*) from desk.complaint'), '0', 'others do not read it');
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'it replays from its journal');
select * from finish();
