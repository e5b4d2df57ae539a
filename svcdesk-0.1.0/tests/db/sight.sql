-- What one does not see one neither locks nor learns of: by acts, by programs that watch, by queries judged ticket by ticket.
\ir undo.inc
select no_plan();
\o /dev/null
select tap.add('s_two', '{agent}');
select tap.do_create('t_agent', '{"subject": "Theirs", "requester": "t_caller", "category": "General"}') as a \gset
select tap.do_create('t_agent', '{"subject": "Child", "category": "General"}') as c \gset
select tap.do_create('t_agent', '{"subject": "Secret", "requester": "t_caller", "category": "General"}') as r \gset
select tap.do_act('t_agent', :r, 'tag', '{"add": "hush"}'), tap.do_act('t_agent', :r, 'edit', '{"symptom": "smoke"}'), tap.do_act('t_agent', :r, 'restrict', '{"people": "t_lead"}');
create function tap.locked(p bigint) returns boolean language sql as $$ select xmax <> 0 from desk.ticket where id = p $$;
create function tap.matched(p_login text, p_id bigint, p_field text, p_value jsonb) returns text language sql as $$
  select tap.as_person(p_login, format('select desk.matches(%L::jsonb, %s)', jsonb_build_object('field', p_field, 'op', '=', 'value', jsonb_build_array(p_value)), p_id)) $$;
\o

-- ---- locks: a transaction that is left open stops nobody it has no business with ----------------------------------------
select tap.do_create('t_agent', '{"subject": "Not locked", "category": "General"}') as n \gset
select is(tap.locked(:n), false, 'nobody holds it');
select is(tap.why(tap.act('t_beta', :n, v, '{"body": "x"}')) || ' ' || tap.locked(:n), 'notfound not_found false', 'out of sight: ' || v) from unnest('{note,undo,resolve}'::text[]) v;
select is((tap.as_person('t_beta', format('select desk.act_many(array[%s], %L, ''{}'', gen_random_uuid())', :n, v))::jsonb->'results'->0->'error'->>'id') || ' ' || tap.locked(:n),
  'not_found false', 'out of sight, in bulk: ' || v) from unnest('{take,undo}'::text[]) v;
select is((select count(*)::int from desk.access_log l where l.ticket_id = :r and l.what = 'denied' and l.person_id = tap.person('s_two')), 0, 'nothing was denied yet');
select is(tap.why(tap.act('s_two', :r, 'note', '{"body": "x"}')), 'notfound not_found', 'a restricted one is not there');
select is(tap.as_person('s_two', format('select desk.act_many(array[%s], ''take'', ''{}'', gen_random_uuid())', :r))::jsonb->'results'->0->'error'->>'id', 'not_found', 'in bulk, too');
select is((select count(*)::int from desk.access_log l where l.ticket_id = :r and l.what = 'denied' and l.person_id = tap.person('s_two')), 2, 'and both are logged');
select is(tap.why(tap.act('t_agent', :n, 'take')) || ' ' || tap.locked(:n), 'ok true', 'who works on it locks it');

-- what one sent out of sight is fetched back, and an answer that was lost is given again
select tap.do_act('t_agent', :a, 'assign', '{"group": "Network"}') \g /dev/null
update desk.person_role set group_id = (select id from desk.support_group where name = 'Network') where person_id = tap.person('s_two');
select gen_random_uuid() as o \gset
select is(tap.why(tap.act('s_two', :a, 'assign', '{"group": "Service desk"}', null, :'o')), 'ok', 'to another group');
select is(tap.why(tap.act('s_two', :a, 'note', '{"body": "x"}')), 'notfound not_found', 'it is out of sight');
select is(tap.act('s_two', :a, 'assign', '{"group": "Service desk"}', null, :'o')->>'replay', 'true', 'what was sent twice is done once');
select is(tap.why(tap.act('s_two', :a, 'undo', jsonb_build_object('op', :'o'))), 'ok', 'and fetched back');

-- ---- programs that watch: of what is out of sight neither that it is there nor when it moved ------------------------------
select is(tap.as_person('t_beta', format('select string_agg(visible || '' '' || last || '' '' || events, '' '' order by n) from desk.events_at(1, array[%s, 2000000000], array[''0'', ''0''])', :n)),
  'false true [] false true []', 'there or not: the same');
select is(tap.as_person('t_beta', format('select count(*) from desk.events_at(1, array[%s, 2000000000], array[null, ''x''])', :n)), '0', 'nor by a change that is none');
select is(tap.as_person('t_agent', format('select visible || '' '' || last from desk.events_at(1, array[%s], array[''0''])', :n)), 'true false', 'for who sees it: as it is');

-- ---- queries of one ticket: no more than a list says -----------------------------------------------------------------------
select tap.do_act('t_agent', :a, 'watch', '{"person": "t_lead"}'), tap.do_act('t_agent', :a, 'tag', '{"add": "floor"}') \g /dev/null
select is(tap.matched('t_agent', :a, 'watcher', '"t_lead"'), 'true', 'who works on it knows who watches');
select is(tap.matched('t_caller', :a, 'watcher', '"t_lead"'), 'false', 'the requester does not');
select is(tap.matched('t_caller', :a, 'watcher', '{"any": true}'), 'false', 'nor whether anybody does');
select is(tap.as_person('t_caller', format('select count(*) from desk.watcher where ticket_id = %s', :a)), '0', 'as the table says');
select is(tap.matched('t_caller', :a, 'tag', '"floor"'), 'true', 'words are as public as the header');
select is(tap.matched('t_lead', :r, 'state', '"new"'), 'true', 'a restricted one, for who is named: its header');
select is(tap.matched('t_lead', :r, 'tag', '"hush"') || tap.matched('t_lead', :r, 'tag', '{"any": true}') || tap.matched('t_lead', :r, 'symptom', '{"any": true}'), 'falsefalsefalse', 'and nothing beside it');

-- ---- a child that left its family is locked for the undo of what ran down to it ---------------------------------------------
select tap.do_create('t_agent', '{"subject": "Parent", "category": "General"}') as p \gset
select gen_random_uuid() as down \gset
select tap.do_act('t_agent', :c, 'link', format('{"type": "parent", "to": %s}', :p)::jsonb) \g /dev/null
select tap.do_act('t_agent', :p, 'take') \g /dev/null
select is(tap.why(tap.act('t_agent', :p, 'resolve', '{"code": "fixed", "body": "done"}', null, :'down')), 'ok', 'parent and child are resolved');
select tap.do_act('t_agent', :c, 'unlink', format('{"type": "parent", "to": %s}', :p)::jsonb) \g /dev/null
select is(tap.why(tap.act('t_agent', :p, 'undo', jsonb_build_object('op', :'down'))), 'ok', 'both are taken back');
select is((select string_agg(state, ' ' order by state desc) from desk.ticket where id in (:p, :c)), 'in_progress in_progress', 'the child that left, too');
select is(tap.verify(), '[]', 'the journal verifies');

-- ---- small things ------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.as_person('t_agent', format('select desk.follow_up(%s, ''infinity'', ''x'')', :a))::jsonb), 'input bad_time when', 'no reminder for never');
select tap.add('s_lead', '{agent}') \g /dev/null
insert into desk.person_role(person_id, role, org_id) select tap.person('s_lead'), 'lead', org_id from desk.person where login = 't_beta';
select is(tap.why(tap.as_person('s_lead', 'select desk.macro_save(''mine'', ''x'', ''Network'')')::jsonb), 'denied macro_group group', 'who leads for one customer writes no texts of a group of all');
insert into desk.group_member(group_id, person_id, lead) select g.id, tap.person('s_lead'), true from desk.support_group g where g.name = 'Network';
select is(tap.why(tap.as_person('s_lead', 'select desk.macro_save(''mine'', ''x'', ''Network'')')::jsonb), 'ok', 'who leads the group by his membership does');
select * from finish();
