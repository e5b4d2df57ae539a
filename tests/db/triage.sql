-- Triage: the verbs triage and ask, the line of what is untriaged, and what a console reads of it.
\ir rulebook.inc
select no_plan();
\o /dev/null
insert into desk.category(name) values ('Wifi'), ('Mail');
insert into desk.support_group(name) values ('Radio');
insert into desk.group_member(group_id, person_id) select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Radio' and p.login in ('t_agent', 't_lead');
update desk.person set language = 'zh_CN' where login = 't_beta';
update desk.clock set frozen_at = '2026-03-02 08:00Z';
create function tap.line(p_login text) returns text language sql as $$
  select string_agg(t->>'subject', ' ' order by n) from jsonb_array_elements(tap.as_person(p_login, 'select desk.triage_page(''{}'', ''{}'', 20)')::jsonb->'tickets') with ordinality x(t, n) $$;
create function tap.untriaged(p_login text, p_id bigint) returns text language sql as $$
  select tap.as_person(p_login, format('select desk.matches(''{"field": "untriaged", "op": "=", "value": [true]}'', %s)', p_id)) $$;
\o
-- ---- which kinds ------------------------------------------------------------------------------------------------------------
select is((select string_agg(x.kind || ' ' || x.verb || ' ' || x.to_state, ', ' order by x.kind, x.verb) from desk.transition x where x.verb in ('triage', 'ask')),
  'complaint ask on_hold, complaint triage =, incident ask on_hold, incident triage assigned', 'kinds that begin as new with category and group; a handover has neither');
select is((select string_agg(distinct v.key, ',') from desk.verb v where v.verb = 'time'), 'Y', 'the key T is free for the console');
select is_empty($$ select desk.kind_problems(k.kind) from desk.kind k $$, 'every kind is complete');

-- ---- guards -----------------------------------------------------------------------------------------------------------------
select tap.do_create('t_caller', '{"subject": "one", "body": "wifi is gone"}') as a, tap.do_create('t_beta', '{"subject": "two"}') as b,
  tap.do_create('t_agent', '{"subject": "three", "requester": "t_caller", "group": "Network"}') as c, tap.do_create('t_agent', '{"subject": "four", "requester": "t_caller", "category": "Mail", "group": "Network"}') as d \gset
select is(tap.untriaged('t_agent', :a), 'true', 'neither group nor category');
select is(tap.untriaged('t_agent', :c), 'true', 'no category');
select is(tap.untriaged('t_agent', :d), 'false', 'both');
select is(tap.line('t_agent'), 'one two three', 'the line: what came first first');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"group": "Radio"}')), 'input field_required category', 'it wants a category');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Wifi"}')), 'input field_required group', 'and a group');
select is(tap.act('t_agent', :a, 'triage', '{"category": "Wifi"}')->'error'->'args'->>'verb', 'triage', 'by its own name');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "", "group": "Radio"}')), 'input field_required category', 'an empty one is none');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "group": "Radio", "assignee": "t_caller"}')), 'input not_member assignee', 'whose work it is is a member');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Weather", "group": "Radio"}')), 'input unknown_category category', 'of what there is');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "group": "Radio", "state": "closed"}')), 'input unknown_field state', 'and nothing else');
select is(tap.why(tap.act('t_caller', :a, 'triage', '{"category": "Wifi", "group": "Radio"}')), 'denied role_denied', 'not by who asks');
select is(tap.why(tap.act('t_auditor', :a, 'triage', '{"category": "Wifi", "group": "Radio"}')), 'denied role_denied', 'nor by who looks on');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "group": "Radio"}', 9)), 'input bad_version version', 'a version that never was');

-- ---- one act, one event, one undo -----------------------------------------------------------------------------------------------
select tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "impact": 1, "urgency": 2, "group": "Radio", "assignee": "t_lead", "body": "third call"}', 1) as r \gset
select is(tap.why(:'r'), 'ok', 'triaged');
select is(:'r'::jsonb->>'state', 'assigned', 'it is assigned');
select is((select count(*) from desk.event where ticket_id = :a), 2::bigint, 'one event');
select is((select array_agg(k order by k) from desk.event_text x, jsonb_object_keys(x.changes) k where x.ticket_id = :a and x.seq = 2), '{assignee,category,group,impact,priority,state,urgency}', 'with all of it');
select is((tap.row(:a)).priority, desk.priority_of('incident', 1::smallint, 2::smallint), 'the priority follows the matrix');
select is((tap.row(:a)).reassignments, 0, 'it did not change hands');
select is(tap.untriaged('t_agent', :a), 'false', 'it is triaged');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Mail", "group": "Radio"}')), 'state wrong_state', 'once');
select is(tap.why(tap.act('t_agent', :a, 'undo')), 'ok', 'undone at once');
select is(((tap.row(:a)).state, (tap.row(:a)).group_id, (tap.row(:a)).assignee_id, (tap.row(:a)).category_id, (tap.row(:a)).impact, (tap.row(:a)).priority), ('new'::text, 0, 0, null::int, 3::smallint, desk.priority_of('incident', 3::smallint, 3::smallint)), 'all of it');
select is(tap.line('t_agent'), 'one two three', 'and it stands in the line again');
-- two agents at one ticket
select is(tap.why(tap.act('t_lead', :a, 'edit', '{"urgency": 1}')), 'ok', 'another changes the urgency');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "urgency": 3, "group": "Radio"}', 3)), 'conflict field_conflict urgency', 'the same field does not');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "group": "Radio"}', 3)), 'ok', 'what he did not touch merges');
select is(tap.why(tap.act('t_agent', :a, 'undo')), 'ok', 'back');
select is(tap.why(tap.act('t_lead', :a, 'triage', '{"category": "Mail", "group": "Network"}')), 'ok', 'another was faster');
select is((tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "group": "Radio"}', (tap.row(:a)).version - 1)->'error'->>'class'), 'conflict', 'then what he did is told');
select is(tap.why(tap.act('t_agent', :a, 'triage', '{"category": "Wifi", "group": "Radio"}')), 'state wrong_state', 'and it is done once');
select is(tap.why(tap.act('t_lead', :a, 'undo')), 'ok', 'taken back by the other');
-- what the ticket holds already will do
select is(tap.why(tap.act('t_agent', :c, 'triage', '{"category": "Mail"}')), 'ok', 'it had a group');
select is((tap.row(:c)).state, 'assigned', 'assigned');
-- a child of a parent: in the same act
select is(tap.why(tap.act('t_agent', :b, 'triage', format('{"category": "Wifi", "group": "Radio", "parent": %s}', :d)::jsonb)), 'ok', 'with its parent');
select is((tap.row(:b)).parent_id, :d::bigint, 'it is its child');
select is((select count(*) from desk.event where ticket_id = :b), 2::bigint, 'by one event');
select is(tap.why(tap.act('t_agent', :b, 'undo')), 'ok', 'undone');
select is((tap.row(:b)).parent_id, null, 'it is nobody''s');
select is((select count(*) from desk.ticket_link), 0::bigint, 'no link is left');
select is(tap.why(tap.act('t_agent', :b, 'triage', format('{"category": "Wifi", "group": "Radio", "parent": %s}', :b)::jsonb)), 'input link_self parent', 'not its own parent');
-- many at once
select is((select string_agg(r->>'ok', ' ') from jsonb_array_elements(tap.as_person('t_agent', format('select desk.act_many(array[%s, %s]::bigint[], ''triage'', ''{"category": "Wifi", "group": "Radio"}'', gen_random_uuid())', :a, :b))::jsonb->'results') r), 'true true', 'in bulk');
select is(tap.why(tap.act('t_agent', x, 'undo')), 'ok', 'each undone') from unnest(array[:a, :b]) x;

-- ---- needs info --------------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.act('t_agent', :b, 'ask')), 'input field_required body', 'a question is asked in words');
select is(tap.why(tap.act('t_agent', :b, 'ask', '{"body": "Which?", "until": "2026-03-01"}')), 'input time_past until', 'and waited for in the future');
select is(tap.why(tap.act('t_agent', :b, 'ask', '{"body": "Which?"}')), 'ok', 'asked, by one act');
select is(((tap.row(:b)).state, (tap.row(:b)).hold_reason, (tap.row(:b)).hold_until), ('on_hold'::text, 'requester'::text, '2026-03-05 08:00Z'::timestamptz), 'it waits for the requester, three days');
select is((select visibility from desk.event where ticket_id = :b order by seq desc limit 1), 2::smallint, 'who reads it');
select is(tap.line('t_agent'), 'one', 'out of the line');
select is(tap.why(tap.act('t_beta', :b, 'reply', '{"body": "The blue one"}')), 'ok', 'he answers');
select is(((tap.row(:b)).state, (tap.row(:b)).hold_reason, (tap.row(:b)).hold_until), ('new'::text, null::text, null::timestamptz), 'then it is to be triaged');
select is(tap.line('t_agent'), 'one two', 'at its place');
select tap.do_act('t_agent', :b, 'ask', '{"body": "Which?"}') \g /dev/null
select is(tap.why(tap.act('t_agent', :b, 'undo')), 'ok', 'a question is undone');
select is(((tap.row(:b)).state, (tap.row(:b)).hold_reason), ('new'::text, null::text), 'it waits no more');
select tap.do_act('t_agent', :b, 'ask', '{"body": "Which?", "until": "2026-03-02T09:00Z"}') \g /dev/null
update desk.clock set frozen_at = '2026-03-02 10:00Z';
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is((tap.row(:b)).state, 'new', 'without an answer it comes back in time');
select tap.do_act('t_agent', :b, 'ask', '{"body": "Which?"}') \g /dev/null
select is(tap.why(tap.act('t_agent', :b, 'take')), 'ok', 'who takes it works on it');
select is((tap.row(:b)).state, 'in_progress', 'it goes on');
select tap.do_act('t_agent', :b, 'hold', '{"reason": "requester", "until": "+1d", "body": "And now?"}') \g /dev/null
select is(tap.why(tap.act('t_beta', :b, 'reply', '{"body": "Yes"}')), 'ok', 'a wait of work');
select is((tap.row(:b)).state, 'in_progress', 'leads back to work');

-- ---- duplicates, and what is not ours -------------------------------------------------------------------------------------------------
select is(tap.why(tap.act('t_agent', :a, 'cancel', format('{"reason": "duplicate", "to": %s}', :d)::jsonb)), 'ok', 'a duplicate');
select is((select type || ' ' || to_id from desk.ticket_link where from_id = :a), 'duplicate_of ' || :d, 'of that one');
select is(tap.why(tap.act('t_agent', :a, 'undo')), 'ok', 'undone');
select is((tap.row(:a)).state, 'new', 'it is untriaged');
select is((select count(*) from desk.ticket_link), 0::bigint, 'and linked to nothing');
select is(tap.why(tap.act('t_agent', :a, 'cancel', '{"reason": "not_an_incident", "body": "Not ours"}')), 'ok', 'not ours');
select is(tap.why(tap.act('t_agent', :a, 'undo')), 'ok', 'undone, too');

-- ---- complaints ---------------------------------------------------------------------------------------------------------------------
select (tap.new('t_caller', '{"subject": "five"}', p_kind => 'complaint'))->>'id' as k \gset
select is(tap.line('t_agent'), 'one five', 'a complaint stands in the line');
select is(tap.why(tap.act('t_agent', :k, 'triage', '{"category": "Mail", "group": "Radio", "urgency": 1}')), 'ok', 'and is triaged');
select is((tap.row(:k)).state, 'new', 'it has no such state');
select is(tap.untriaged('t_agent', :k), 'false', 'but out of the line it is');
select is(tap.why(tap.act('t_agent', :k, 'undo')), 'ok', 'undone');
select is(tap.untriaged('t_agent', :k), 'true', 'untriaged');

-- ---- what a console reads --------------------------------------------------------------------------------------------------------------
select tap.as_person('t_agent', format('select desk.triage_page(array[%s, %s]::bigint[], ''{}'', 5, true)', :d, :k))::jsonb as p \gset
select is(:'p'::jsonb->'tickets'->0->>'subject', 'one', 'the next one');
select is(:'p'::jsonb->>'left', '2', 'how many there are');
select is(:'p'::jsonb->'tickets'->0->>'body', 'wifi is gone', 'what it says');
select is(:'p'::jsonb->'tickets'->0->'card'->'person'->>'login', 't_caller', 'who asks');
select is(:'p'::jsonb->'tickets'->0->'propose'->'ticket', to_jsonb(:a), 'with what it may be');
select is(:'p'::jsonb->'gone'->0->>'id', :d::text, 'and which of those it holds are triaged');
select ok(:'p'::jsonb->'groups' @> '[{"name": "Radio", "members": [{"login": "t_agent"}, {"login": "t_lead"}]}]', 'groups and their members');
select ok(:'p'::jsonb->'categories' @> '[{"name": "Wifi"}]', 'categories');
select alike(:'p'::jsonb->'tickets'->0->>'ask', 'Hello Caller One,%', 'a question in the language of who asks');
select is(jsonb_array_length(tap.as_person('t_agent', format('select desk.triage_page(''{}'', array[%s]::bigint[], 0)', :b))::jsonb->'tickets'), 1, 'one is read anew, triaged or not');
select alike(tap.as_person('t_agent', format('select desk.triage_text(''ask'', %s, ''x'')', tap.person('t_beta'))), '%您好%', 'in Chinese for whom that is');
select is(tap.as_person('t_caller', 'select desk.triage_page(''{}'', ''{}'', 5, true)'), null, 'nothing for who asks');
select is(tap.as_person('t_caller', format('select desk.triage_text(''ask'', %s, ''x'')', tap.person('t_beta'))), null, 'no name of another');
-- others at it
select tap.as_person('t_lead', format('select desk.presence(gen_random_uuid(), %s, ''viewing'')', :a)) \g /dev/null
select is(tap.line('t_agent'), 'five one', 'what another has before him comes last');
select is(tap.as_person('t_agent', 'select desk.triage_page(null, null, 0)')::jsonb->'present'->0->>'name', 'Lead One', 'who that is');
select is(tap.line('t_lead'), 'one five', 'to himself he is nobody');
-- restricted ones
select tap.do_act('t_lead', :a, 'restrict', '{}') \g /dev/null
select is(tap.line('t_agent'), 'five', 'a restricted one is not there for others');
select is(tap.as_person('t_agent', format('select desk.triage_page(''{}'', array[%s]::bigint[], 0)', :a))::jsonb->'tickets', '[]', 'by its number neither');
select is(tap.as_person('t_agent', format('select desk.triage_page(array[%s]::bigint[], ''{}'', 0)', :a))::jsonb->'gone'->0->>'by', null, 'nor who acted on it');
select is((tap.as_person('t_lead', 'select desk.triage_page(''{}'', ''{}'', 5)')::jsonb->'tickets'->0) @> '{"subject": "", "body": null, "restricted": true}', true, 'for who is named it is a header');
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'it all replays from its journal');
select * from finish();
