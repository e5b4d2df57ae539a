-- Undo and redo: an act and its undo leave everything as it was, but the journal.
\ir undo.inc
select no_plan();
\o /dev/null
update desk.clock set frozen_at = '2026-06-01 08:00:00+00';
insert into desk.service(name) values ('Mail');
insert into desk.ci(name) values ('srv-1'), ('srv-2');
insert into desk.group_member(group_id, person_id) select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login = 't_agent';
create function tap.tick(p interval) returns void language sql as $$ update desk.clock set frozen_at = frozen_at + p $$;
\o

-- ---- every verb ------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "One", "requester": "t_caller", "category": "General", "body": "first"}') as a \gset
select tap.do_create('t_agent', '{"subject": "Other"}') as b \gset
select is(tap.there_and_back('t_agent', :a, 'take'), 'ok', 'take');
select is(tap.there_and_back('t_agent', :a, 'assign', '{"group": "Network", "assignee": "t_lead"}'), 'ok', 'assign');
select is(tap.there_and_back('t_agent', :a, 'start'), 'ok', 'start');
select is(tap.there_and_back('t_agent', :a, 'edit', '{"impact": 1, "symptom": "smoke", "description": "second", "subject": "Two", "service": "mail", "ci": "srv-1"}'), 'ok', 'edit: header, typed row, text');
select is(tap.there_and_back('t_agent', :a, 'edit', '{"priority": 1, "reason": "board"}'), 'ok', 'edit: priority with its reason');
select is(tap.there_and_back('t_agent', :a, 'edit', '{"requester": "t_beta"}'), 'ok', 'edit: requester and organisation');
select is(tap.there_and_back('t_agent', :a, 'note', '{"body": "psst"}'), 'ok', 'note');
select is(tap.there_and_back('t_agent', :a, 'tag', '{"add": "vip"}'), 'ok', 'tag');
select tap.do_act('t_agent', :a, 'tag', '{"add": "floor"}') \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'tag', '{"add": "vip, new", "remove": "floor"}'), 'ok', 'tag, added and removed');
select is(tap.there_and_back('t_agent', :a, 'ci', '{"add": "srv-1, srv-2"}'), 'ok', 'ci');
select tap.do_act('t_agent', :a, 'ci', '{"add": "srv-2"}') \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'ci', '{"remove": "srv-2"}'), 'ok', 'ci removed');
select is(tap.there_and_back('t_agent', :a, 'watch'), 'ok', 'watch');
select tap.do_act('t_agent', :a, 'watch', '{"person": "t_lead"}') \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'unwatch', '{"person": "t_lead"}'), 'ok', 'unwatch');
select is(tap.there_and_back('t_agent', :a, 'time', '{"minutes": 25}'), 'ok', 'time');
select is(tap.there_and_back('t_agent', :a, 'link', format('{"type": "related", "to": %s}', :b)::jsonb), 'ok', 'link');
select is(tap.there_and_back('t_agent', :a, 'link', format('{"type": "parent", "to": %s}', :b)::jsonb), 'ok', 'link to a parent');
select tap.do_act('t_agent', :a, 'link', format('{"type": "parent", "to": %s}', :b)::jsonb) \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'unlink', format('{"type": "parent", "to": %s}', :b)::jsonb), 'ok', 'unlink');
select tap.do_act('t_agent', :a, 'unlink', format('{"type": "parent", "to": %s}', :b)::jsonb) \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'cancel', format('{"reason": "duplicate", "to": %s}', :b)::jsonb), 'ok', 'cancel as a duplicate');
select is(tap.there_and_back('t_agent', :a, 'restrict', '{"people": "t_lead"}'), 'ok', 'restrict');
select tap.do_act('t_agent', :a, 'restrict', '{"people": "t_lead"}') \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'edit', '{"subject": "Hidden"}'), 'ok', 'edit the subject of a restricted one');
select is(tap.there_and_back('t_agent', :a, 'restrict', '{}'), 'ok', 'restrict to fewer');
select is(tap.there_and_back('t_agent', :a, 'unrestrict'), 'ok', 'unrestrict');
select tap.do_act('t_agent', :a, 'unrestrict') \g /dev/null
select tap.do_act('t_agent', :a, 'take') \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'hold', '{"reason": "requester", "until": "+1d", "body": "which?"}'), 'ok', 'hold, with a question');
select tap.do_act('t_agent', :a, 'hold', '{"reason": "scheduled", "until": "+1d"}') \g /dev/null
select is(tap.there_and_back('t_agent', :a, 'resume'), 'ok', 'resume');
select is(tap.there_and_back('t_agent', :a, 'assign', '{"assignee": "t_lead"}'), 'ok', 'assign on hold');
select is(tap.there_and_back('t_agent', :a, 'resolve', '{"code": "fixed", "body": "done"}'), 'ok', 'resolve');
select tap.do_act('t_agent', :a, 'resolve', '{"code": "fixed", "body": "done"}') \g /dev/null
select is(tap.there_and_back('t_lead', :a, 'close'), 'ok', 'close');
select is(tap.there_and_back('t_lead', :a, 'reopen', '{"reason": "again"}'), 'ok', 'reopen, with its count');
select is(tap.there_and_back('t_caller', :a, 'close'), 'ok', 'a requester too may change his mind');
select is(tap.verify(), '[]', 'the journal verifies');

-- ---- what is never undone ------------------------------------------------------------------------------------------------
create function tap.undo_why(p_login text, p_id bigint, p_op uuid) returns text language sql as $$ select tap.why(tap.act(p_login, p_id, 'undo', jsonb_build_object('op', p_op))) $$;
select gen_random_uuid() as o1, gen_random_uuid() as o2, gen_random_uuid() as o3, gen_random_uuid() as o4, gen_random_uuid() as o5 \gset
select tap.new('t_agent', '{"subject": "N", "requester": "t_caller", "category": "General"}', :'o1')->>'id' as n \gset
select is(tap.undo_why('t_agent', :n, :'o1'), 'state undo_create', 'not the opening');
select tap.act('t_agent', :n, 'reply', '{"body": "hello"}', null, :'o2') \g /dev/null
select is(tap.undo_why('t_agent', :n, :'o2'), 'state undo_said', 'not a reply');
select tap.as_person('t_agent', format('select desk.blob_put(%L, 0, %L, true)', sha256('x'), 'x'::bytea)) \g /dev/null
select is(tap.why(tap.act('t_agent', :n, 'attach', jsonb_build_object('file', jsonb_build_object('name', 'f', 'sha256', encode(sha256('x'), 'hex'))), null, :'o3')), 'ok', 'a file');
select is(tap.undo_why('t_agent', :n, :'o3'), 'state undo_attach', 'not a file');
select tap.act('t_agent', :n, 'edit', '{"symptom": "secret"}', null, :'o4') \g /dev/null
select is(tap.why(tap.act('t_lead', :n, 'redact', format('{"event": %s, "reason": "x"}', (tap.row(:n)).last_seq)::jsonb, null, :'o5')), 'ok', 'redact');
select is(tap.undo_why('t_lead', :n, :'o5'), 'state undo_redact', 'not a redaction');
select is(tap.undo_why('t_agent', :n, :'o4'), 'state undo_redacted', 'nor what was redacted');
select is(tap.undo_why('t_agent', :n, gen_random_uuid()), 'notfound undo_no_op op', 'nor what never was');
select is(tap.why(tap.act('t_agent', :n, 'undo', '{"op": "yesterday"}')), 'input bad_value op', 'an operation has a number');
select is(tap.why(tap.act('t_agent', :n, 'undo', '{"when": "now"}')), 'input unknown_field when', 'and that is all undo asks for');
select is(tap.why(tap.act('t_agent', :n, 'undo', '{}', 99)), 'state undo_none', 'nothing left that could be undone');
select tap.act('t_agent', :n, 'take') \g /dev/null
select is(tap.why(tap.act('t_agent', :n, 'undo', '{}', 99)), 'input bad_version version', 'a version that never was');
select is(tap.act('t_agent', :n, 'undo')->'undone'->>'verb', 'take', 'without a number: my last act');
select is((tap.row(:n)).state, 'new', 'which was the take');
select is(tap.why(tap.act('t_agent', :n, 'undo')), 'state undo_none', 'before that there is nothing');

-- the desk's own acts
select tap.do_act('t_agent', :n, 'take') \g /dev/null
select tap.do_act('t_agent', :n, 'hold', '{"reason": "scheduled", "until": "+1h"}') \g /dev/null
select tap.tick('61 minutes') \g /dev/null
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select op as o1 from desk.event where ticket_id = :n order by seq desc limit 1 \gset
select is(tap.undo_why('t_lead', :n, :'o1'), 'state undo_desk', 'what the desk did by itself');

-- ---- fifteen minutes ----------------------------------------------------------------------------------------------------
select gen_random_uuid() as o1, gen_random_uuid() as o2 \gset
select tap.act('t_agent', :n, 'edit', '{"impact": 1}', null, :'o1') \g /dev/null
select tap.tick('15 minutes') \g /dev/null
select is(tap.why(tap.act('t_agent', :n, 'undo', jsonb_build_object('op', :'o1'), null, :'o2')), 'ok', 'after fifteen minutes still');
select tap.tick('15 minutes') \g /dev/null
select is(tap.undo_why('t_agent', :n, :'o2'), 'ok', 'and fifteen more for the redo');
select gen_random_uuid() as o1 \gset
select tap.act('t_agent', :n, 'edit', '{"impact": 2}', null, :'o1') \g /dev/null
select tap.tick('15 minutes 1 second') \g /dev/null
select is(tap.undo_why('t_agent', :n, :'o1'), 'state undo_late', 'not a second later');
select is(tap.why(tap.act('t_agent', :n, 'undo')), 'state undo_none', 'nor without its number');

-- ---- what others did since ----------------------------------------------------------------------------------------------
select gen_random_uuid() as o1, gen_random_uuid() as o2, gen_random_uuid() as o3 \gset
select tap.act('t_agent', :n, 'edit', '{"impact": 3, "symptom": "x"}', null, :'o1') \g /dev/null
select is(tap.undo_why('t_beta', :n, :'o1'), 'notfound not_found', 'who cannot see it finds nothing');
select tap.add('t_other', '{agent}') \g /dev/null
select is(tap.undo_why('t_other', :n, :'o1'), 'denied undo_not_yours', 'another agent does not undo mine');
select ok((select count(*) from desk.access_log where ticket_id = :n and detail = 'undo') >= 1, 'which is logged');
select tap.act('t_lead', :n, 'edit', '{"symptom": "y"}', null, :'o2') \g /dev/null
select tap.act('t_agent', :n, 'undo', jsonb_build_object('op', :'o1')) as r \gset
select is(tap.why(:'r'), 'conflict undo_moved symptom', 'another changed a field of it');
select is((:'r'::jsonb->'error'->'args') - 'at'::text, jsonb_build_object('by', 't_lead', 'field', 'symptom', 'theirs', 'y', 'number', (tap.row(:n)).number), 'who and what');
select is((tap.row(:n)).impact::int, 3, 'then nothing of it is undone');
select is(tap.undo_why('t_lead', :n, :'o2'), 'ok', 'he takes that back');
select is(tap.undo_why('t_lead', :n, :'o1'), 'ok', 'and a lead then undoes mine');
select row_eq(format('select t.impact::int, i.symptom from desk.ticket t join desk.incident i using (id) where t.id = %s', :n), row(2, '[redacted]'::text), 'all is as before');
select is(tap.undo_why('t_agent', :n, :'o1'), 'state undo_done', 'undone is undone');
select gen_random_uuid() as o1 \gset
select tap.act('t_agent', :n, 'tag', '{"add": "p q"}', null, :'o1') \g /dev/null
select tap.act('t_lead', :n, 'tag', '{"add": "r"}') \g /dev/null
select is(tap.undo_why('t_agent', :n, :'o1'), 'ok', 'other words of a set do not matter');
select is(tap.show('t_agent', :n)->'tags', '["r"]', 'they stay');
select gen_random_uuid() as o2 \gset
select tap.act('t_agent', :n, 'tag', '{"add": "s"}', null, :'o2') \g /dev/null
select tap.do_act('t_lead', :n, 'tag', '{"remove": "s"}') \g /dev/null
select tap.do_act('t_lead', :n, 'tag', '{"add": "s"}') \g /dev/null
select is(tap.undo_why('t_agent', :n, :'o2'), 'conflict undo_moved tags', 'the same words do');
-- state, group and assignee stand for each other
select gen_random_uuid() as o1 \gset
select tap.act('t_agent', :n, 'assign', '{"group": "Network", "assignee": ""}', null, :'o1') \g /dev/null
select tap.do_act('t_lead', :n, 'take') \g /dev/null
select is(tap.undo_why('t_agent', :n, :'o1'), 'conflict undo_moved assignee', 'whoever took it on the strength of an assignment keeps it');
select is(tap.verify(), '[]', 'the journal verifies');

-- mistakes of other kinds meanwhile
select tap.do_create('t_agent', '{"subject": "Gone", "category": "General"}') as g \gset
select tap.add('t_gone', '{agent}') as gone \gset
insert into desk.group_member(group_id, person_id) select id, :gone from desk.support_group where name = 'Network';
select tap.do_act('t_agent', :g, 'assign', '{"group": "Network", "assignee": "t_gone"}') \g /dev/null
select tap.act('t_agent', :g, 'assign', '{"assignee": "t_lead"}', null, :'o3') \g /dev/null
delete from desk.group_member where person_id = :gone;
select is(tap.undo_why('t_agent', :g, :'o3'), 'input not_member assignee', 'not back to somebody who has left the group');

-- ---- out of sight ----------------------------------------------------------------------------------------------------
-- an agent of one group sends a ticket to another by mistake
select tap.add('t_narrow', '{agent}', null, 'Service desk') as narrow \gset
insert into desk.group_member(group_id, person_id) select id, :narrow from desk.support_group where name = 'Service desk';
select tap.do_create('t_agent', '{"subject": "Narrow", "group": "Service desk"}') as w \gset
select gen_random_uuid() as o1, gen_random_uuid() as o2 \gset
select is(tap.why(tap.act('t_narrow', :w, 'assign', '{"group": "Network", "assignee": ""}', null, :'o1')), 'ok', 'sent away');
select is(tap.show('t_narrow', :w), null, 'and out of sight');
select is(tap.why(tap.undo('t_narrow', :'o1', :'o2')->'results'->0), 'ok', 'he can still fetch it back');
select isnt(tap.show('t_narrow', :w), null, 'and sees it again');
select gen_random_uuid() as o1 \gset
select tap.act('t_narrow', :w, 'assign', '{"group": "Network", "assignee": ""}', null, :'o1') \g /dev/null
select tap.do_act('t_lead', :w, 'take') \g /dev/null
select is((tap.undo('t_narrow', :'o1')->'results'->0->'error'->'args') - 'field'::text, '{"by": null, "at": null, "number": "?", "theirs": null}', 'but learns nothing of what became of it');
-- restricted meanwhile: nothing at all
select tap.do_create('t_agent', '{"subject": "Secret", "group": "Service desk"}') as s \gset
select gen_random_uuid() as o2 \gset
select tap.act('t_narrow', :s, 'edit', '{"impact": 1}', null, :'o2') \g /dev/null
select tap.do_act('t_lead', :s, 'restrict') \g /dev/null
select is(tap.undo_why('t_narrow', :s, :'o2'), 'notfound not_found', 'a restricted ticket is none');
select is(tap.why(tap.undo('t_narrow', :'o2')->'results'->0), 'notfound not_found', 'by the number of the act neither');
select ok((select count(*) from desk.access_log where ticket_id = :s and what = 'denied') >= 2, 'both are logged');

-- ---- families --------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Parent", "category": "General"}') as p \gset
select tap.do_create('t_agent', '{"subject": "Child 1"}') as c1 \gset
select tap.do_create('t_agent', '{"subject": "Child 2"}') as c2 \gset
select tap.do_act('t_agent', id, 'link', format('{"type": "parent", "to": %s}', :p)::jsonb) from unnest(array[:c1, :c2]) id \g /dev/null
select is(tap.there_and_back('t_agent', :p, 'take'), 'ok', 'take runs down to the children, and back');
select tap.do_act('t_agent', :p, 'take') \g /dev/null
select is(tap.there_and_back('t_agent', :p, 'hold', '{"reason": "supplier", "until": "+1d", "ref": "S"}'), 'ok', 'so does hold');
select is(tap.there_and_back('t_agent', :p, 'resolve', '{"code": "fixed", "body": "all"}'), 'ok', 'and resolve');
select gen_random_uuid() as o1, gen_random_uuid() as o2, gen_random_uuid() as o3 \gset
select tap.act('t_agent', :p, 'resolve', '{"code": "fixed", "body": "all"}', null, :'o1') \g /dev/null
select tap.family(:p) as before \gset
select is(tap.there_and_back('t_lead', :p, 'reopen', '{"reason": "again"}'), 'ok', 'and a reopening');
select tap.do_act('t_lead', :c2, 'close') \g /dev/null
select tap.act('t_agent', :p, 'undo', jsonb_build_object('op', :'o1')) as r \gset
select is(tap.why(:'r'), 'conflict undo_moved state', 'one child that moved on keeps the whole');
select is(:'r'::jsonb->'error'->'args'->>'number', (tap.row(:c2)).number, 'it is named');
select is((tap.row(:c1)).state, 'resolved', 'the other child was not touched');
select tap.act('t_lead', :c2, 'undo') \g /dev/null
select is(tap.why(tap.act('t_agent', :c1, 'undo', jsonb_build_object('op', :'o1'), null, :'o2')), 'ok', 'undone from a child, the whole goes back');
select is((select string_agg(state, ' ' order by id) from desk.ticket where id in (:p, :c1, :c2)), 'in_progress in_progress in_progress', 'parent and children');
select is((select count(*)::int from desk.event where op = :'o2' and verb = 'undo'), 3, 'an event each');
select is((select count(*)::int from desk.event_effective where ticket_id in (:p, :c1, :c2) and verb = 'resolve'), 0, 'no resolve counts');
select is((select string_agg(text, ' ') from (select e->>'text' as text from jsonb_array_elements(tap.show('t_agent', :p)->'events') e where e->>'op' = :'o1' and (e->>'undone')::boolean) x), 'all',
  'the text stays in the journal, marked as undone');
select is(tap.why(tap.undo('t_agent', :'o2', :'o3')->'results'->0), 'ok', 'redo');
select is((select string_agg(state, ' ' order by id) from desk.ticket where id in (:p, :c1, :c2)), 'resolved resolved resolved', 'all of them again');
-- a child that cannot be linked back
select gen_random_uuid() as o1 \gset
select tap.act('t_agent', :c1, 'unlink', format('{"type": "parent", "to": %s}', :p)::jsonb, null, :'o1') \g /dev/null
select tap.do_act('t_agent', :b, 'link', format('{"type": "parent", "to": %s}', :c1)::jsonb) \g /dev/null
select is(tap.undo_why('t_agent', :c1, :'o1'), 'state parent_has_children to', 'no third generation through an undo');

-- ---- operations ------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Ops"}') as d \gset
select gen_random_uuid() as o1, gen_random_uuid() as o2, gen_random_uuid() as o3 \gset
select tap.act('t_agent', :d, 'take', '{}', null, :'o1') \g /dev/null
select tap.act('t_agent', :d, 'undo', jsonb_build_object('op', :'o1'), null, :'o2') as r \gset
select is(tap.act('t_agent', :d, 'undo', jsonb_build_object('op', :'o1'), null, :'o2'), :'r'::jsonb || '{"replay": true}', 'sent again: the first answer');
select is(tap.why(tap.act('t_agent', :d, 'undo', '{}', null, :'o2')), 'conflict op_reused op', 'another request under it');
select is((select count(*)::int from desk.event where ticket_id = :d), 3, 'one undo');
select is((select visibility::int from desk.event where ticket_id = :d and verb = 'undo'), 1, 'as visible as what it undoes');
select is((tap.show('t_agent', :d)->'events'->2->>'voids')::int, 2, 'and says what that is');
select is(tap.why(tap.undo('t_agent', :'o2', :'o3', 1)), 'input out_of_range part', 'no such part');
select tap.undo('t_agent', :'o2', :'o3') as r \gset
select is(:'r'::jsonb - 'results', jsonb_build_object('ok', true, 'op', :'o3', 'replay', false, 'parts', 1), 'redo by its number');
select is(tap.undo('t_agent', :'o2', :'o3'), :'r'::jsonb || '{"replay": true}', 'sent again: the first answer');
select is((tap.row(:d)).state, 'in_progress', 'taken again');
select is(tap.why(tap.undo('t_agent', gen_random_uuid())), 'notfound undo_no_op op', 'an operation that never was');
select is(tap.why(tap.undo('t_caller', :'o3')), 'notfound undo_no_op op', 'nor has there been one for who sees nothing of it');
select is(tap.why(tap.undo('t_other', :'o3')->'results'->0), 'denied undo_not_yours', 'who sees it is told whose it is');

-- ---- in bulk ---------------------------------------------------------------------------------------------------------
select array_agg(tap.do_create('t_agent', jsonb_build_object('subject', 'Bulk ' || i))) as many from generate_series(1, 6) i \gset
select tap.do_act('t_agent', (:'many'::bigint[])[2], 'link', format('{"type": "parent", "to": %s}', (:'many'::bigint[])[1])::jsonb) \g /dev/null
select tap.do_act('t_lead', (:'many'::bigint[])[6], 'cancel', '{"reason": "test"}') \g /dev/null
select jsonb_agg(tap.snap(i)) as before from unnest(:'many'::bigint[]) i \gset
select gen_random_uuid() as o1, gen_random_uuid() as o2, gen_random_uuid() as o3, gen_random_uuid() as o4 \gset
create function tap.many(p_login text, p_ids bigint[], p_verb text, p_fields jsonb, p_op uuid, p_part int default 0) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.act_many(%L, %L, %L, %L, %L)', p_ids, p_verb, p_fields, p_op, p_part))::jsonb $$;
-- the parent first, its child in the second part: the child's own take stands on what ran down to it
select tap.many('t_agent', (:'many'::bigint[])[1:1] || (:'many'::bigint[])[4:5], 'take', '{}', :'o1', 0) \g /dev/null
select tap.many('t_agent', (:'many'::bigint[])[2:3] || (:'many'::bigint[])[6:6], 'take', '{}', :'o1', 1) \g /dev/null
select jsonb_agg(tap.snap(i)) as after from unnest(:'many'::bigint[]) i \gset
select tap.undo('t_agent', :'o1', :'o2', 0) as r0 \gset
select tap.undo('t_agent', :'o1', :'o2', 1) as r1 \gset
select is((:'r0'::jsonb->>'parts')::int, 2, 'a bulk act has parts');
select is((select string_agg(v->>'ok', ' ') from jsonb_array_elements((:'r0'::jsonb->'results') || (:'r1'::jsonb->'results')) v), 'true true true true true', 'all that was done is undone; what was refused is not named');
select is(tap.diffs(:'before', (select jsonb_agg(tap.snap(i)) from unnest(:'many'::bigint[]) i)), null, 'everything as before');
select is(tap.undo('t_agent', :'o1', :'o2', 1), :'r1'::jsonb || '{"replay": true}', 'a part sent again');
select tap.undo('t_agent', :'o2', :'o3', p) from generate_series(0, 1) p \g /dev/null
select is(tap.diffs(:'after', (select jsonb_agg(tap.snap(i)) from unnest(:'many'::bigint[]) i)), null, 'redo: everything as after it');
select tap.do_act('t_lead', (:'many'::bigint[])[4], 'resolve', '{"code": "fixed", "category": "General", "body": "x"}') \g /dev/null
select tap.undo('t_agent', :'o3', :'o4', 0)->'results' || (tap.undo('t_agent', :'o3', :'o4', 1)->'results') as r \gset
select is((select count(*)::int from jsonb_array_elements(:'r') v where (v->>'ok')::boolean), 4, 'one that moved on does not keep the others');
select is((select v->'error'->'args'->>'number' from jsonb_array_elements(:'r') v where not (v->>'ok')::boolean), (tap.row((:'many'::bigint[])[4])).number, 'it is named');
-- a lead takes back what an agent did to many, as far as he sees it
select gen_random_uuid() as o7 \gset
select tap.many('t_agent', (:'many'::bigint[])[1:3], 'edit', '{"urgency": 1}', :'o7') \g /dev/null
select is((select string_agg(v->>'ok', ' ') from jsonb_array_elements(tap.undo('t_lead', :'o7')->'results') v), 'true true true', 'a lead takes back what an agent did to many');
select is((select count(*)::int from desk.ticket where id = any (:'many') and urgency = 3), 6, 'all of it');
select is((select distinct p.login from desk.event e join desk.person p on p.id = e.actor_id where e.voids is not null and e.ticket_id = (:'many'::bigint[])[1]
  and e.seq = (tap.row((:'many'::bigint[])[1])).last_seq), 't_lead', 'in his name');
-- undo as a verb on many
select gen_random_uuid() as o6 \gset
select tap.many('t_agent', (:'many'::bigint[])[1:3], 'edit', '{"impact": 1}', :'o6') \g /dev/null
select is((select string_agg(v->>'ok', ' ') from jsonb_array_elements(tap.many('t_agent', (:'many'::bigint[])[1:3], 'undo', jsonb_build_object('op', :'o6'), gen_random_uuid())->'results') v), 'true true true', 'undo as a verb on many');
select is((select count(*)::int from desk.ticket where id = any (:'many') and impact = 3), 6, 'back to what they were');

-- ---- the list --------------------------------------------------------------------------------------------------------
select tap.list('t_agent') as l \gset
select is((select count(*)::int from jsonb_array_elements(:'l') v where (v->>'is_undo')::boolean and (v->>'tickets')::int = 5), 2, 'undo and redo of the bulk act are there');
select is((select jsonb_agg(v->'at') from jsonb_array_elements(:'l') v), (select jsonb_agg(v->'at' order by v->>'at' desc) from jsonb_array_elements(:'l') v), 'the newest first');
select is((select v->>'undone' from jsonb_array_elements(:'l') v where v->>'op' = :'o6'), 'true', 'with what is undone');
select is((select v->'why'->>'id' from jsonb_array_elements(:'l') v where v->>'op' = :'o6'), 'undo_done', 'and why not again');
select ok((select bool_and((v->>'ok')::boolean = (v->'why' = 'null')) from jsonb_array_elements(:'l') v), 'a reason for each that cannot be undone');
select is(jsonb_array_length(tap.as_person('t_agent', 'select jsonb_agg(to_jsonb(l)) from desk.undo_list(2) l')::jsonb), 2, 'no more than asked for');
select is(tap.list('t_auditor'), '[]', 'who did nothing has none');
select tap.tick('16 minutes') \g /dev/null
select is(tap.list('t_agent'), '[]', 'after a while it is empty');

-- ---- kinds of one file ---------------------------------------------------------------------------------------------------
begin;
set local role desk_owner;
set local search_path = pg_catalog, pg_temp;
\o /dev/null
\ir kinds/loan.sql
\ir kinds/maintenance.sql
\o
commit;
select tap.new('t_agent', '{"what": "Projector", "borrower": "t_caller"}', p_kind => 'loan')->>'id' as l \gset
select is(tap.there_and_back('t_agent', :l, 'edit', '{"pieces": 2, "insured": "no", "order_no": "7", "grade": 2, "terms": "bring it back"}'), 'ok', 'a loan: fields of every type');
select is(tap.there_and_back('t_agent', :l, 'hand_out', '{"until": "+7d"}'), 'ok', 'handed out');
select tap.do_act('t_agent', :l, 'hand_out', '{"until": "+7d"}') \g /dev/null
select is(tap.there_and_back('t_agent', :l, 'extend', '{"until": "+9d", "why": "ill", "body": "as you asked"}'), 'ok', 'words to the requester that came with a change: the change is taken back');
select is(tap.there_and_back('t_agent', :l, 'chase'), 'ok', 'chased');
select is(tap.there_and_back('t_agent', :l, 'take_back', '{"condition": "worn_out", "body": "thank you"}'), 'ok', 'taken back');
select tap.new('t_agent', '{"subject": "Server", "from": "2126-01-01", "to": "2126-01-02"}', p_kind => 'maintenance')->>'id' as m \gset
select gen_random_uuid() as o1 \gset
select tap.act('t_agent', :m, 'edit', '{"window_to": "2126-01-05"}', null, :'o1') \g /dev/null
select tap.do_act('t_lead', :m, 'edit', '{"window_from": "2126-01-04"}') \g /dev/null
select is(tap.undo_why('t_agent', :m, :'o1'), 'input value_refused window_to', 'a rule of the typed row holds for an undo too');
select is((select downtime is null and window_to = '2126-01-05' from desk.maintenance where id = :m), true, 'and nothing of it is done');

-- ---- what counts -----------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Counted", "category": "General"}') as k \gset
select tap.do_act('t_agent', :k, 'take') \g /dev/null
select tap.tick('5 minutes') \g /dev/null
select tap.do_act('t_agent', :k, 'resolve', '{"code": "fixed", "body": "done"}') \g /dev/null
select tap.tick('10 minutes') \g /dev/null
select tap.do_act('t_agent', :k, 'undo') \g /dev/null
select is((select jsonb_agg(jsonb_build_array(state, extract(epoch from until_at - from_at)::int / 60) order by seq) from desk.span_effective where ticket_id = :k), '[["new", 0], ["in_progress", null]]',
  'an undone resolve has no time of its own: the work went on');
select is((select count(*)::int from desk.span where ticket_id = :k), 4, 'the journal knows better');
select tap.tick('10 days') \g /dev/null
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is((tap.row(:k)).state, 'in_progress', 'nothing closes by itself that is not resolved');

-- ---- what is possible now ---------------------------------------------------------------------------------------------
create function tap.can_undo(p_login text, p_id bigint) returns text language sql as $$
  select coalesce(v->'why'->>'id', 'ok') from jsonb_array_elements(tap.show(p_login, p_id)->'verbs') v where v->>'verb' = 'undo' $$;
select is(tap.can_undo('t_agent', :d), 'undo_none', 'show says why not');
select tap.do_act('t_agent', :d, 'edit', '{"impact": 2}') \g /dev/null
select is(tap.can_undo('t_agent', :d), 'ok', 'or that it is');
select is(tap.can_undo('t_lead', :d), 'undo_none', 'to each his own');
select tap.do_act('t_lead', :d, 'edit', '{"impact": 1}') \g /dev/null
select is(tap.can_undo('t_agent', :d), 'undo_moved', 'or what moved on');
select is_empty($$ select k.kind from desk.kind k where not exists (select from desk.verb v where v.kind = k.kind and v.verb = 'undo') $$, 'every kind has it');
select is(tap.verify(), '[]', 'the journal verifies');
select * from finish();
