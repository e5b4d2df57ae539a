-- Undo of what was done in parts, where something went wrong on the way.
\ir undo.inc
select no_plan();
\o /dev/null
create function tap.many(p_login text, p_ids bigint[], p_verb text, p_fields jsonb, p_op uuid, p_part int) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.act_many(%L, %L, %L, %L, %s)', p_ids, p_verb, p_fields, p_op, p_part))::jsonb $$;
create function tap.whys(r jsonb) returns text language sql as $$
  select case when r ? 'error' then tap.why(r) else (select string_agg(tap.why(v), ', ' order by n) from jsonb_array_elements(r->'results') with ordinality x(v, n)) end $$;
select array_agg(tap.do_create('t_agent', '{"subject": "Part", "category": "General"}')) as ids from generate_series(1, 4) \gset
select gen_random_uuid() as o, gen_random_uuid() as o2, gen_random_uuid() as o3, gen_random_uuid() as new \gset
\o

-- a part that failed on its way leaves a gap in their numbers
select tap.many('t_agent', (:'ids'::bigint[])[1:2], 'tag', '{"add": "one"}', :'o', 0), tap.many('t_agent', (:'ids'::bigint[])[3:4], 'tag', '{"add": "one"}', :'o', 2) \g /dev/null
select is(tap.undo('t_agent', :'o', :'new', 0)->>'parts', '2', 'there are two');
select is((select count(*)::int from desk.ticket_tag where ticket_id = any ((:'ids'::bigint[])[3:4])), 0, 'the last one is taken back first');
select is(tap.whys(tap.undo('t_agent', :'o', :'new', 1)), 'ok, ok', 'then the first');
select is((select count(*)::int from desk.ticket_tag where tag = 'one'), 0, 'and nothing is left of it');
select is(tap.undo('t_agent', :'o', :'new', 2)->'error'->>'id', 'out_of_range', 'there is no third');

-- an operation belongs to one person: nobody adds to what another did
select tap.many('t_agent', :'ids', 'tag', '{"add": "two"}', :'o2', 0) \g /dev/null
select is(tap.many('t_lead', :'ids', 'tag', '{"add": "x"}', :'o2', 1)->'error'->>'id', 'op_reused', 'no part in bulk');
select is(tap.why(tap.act('t_lead', (:'ids'::bigint[])[1], 'tag', '{"add": "x"}', null, :'o2')), 'conflict op_reused op', 'nor a single act');
select is(tap.as_person('t_lead', format('select desk.undo(%L, %L, 1)', :'o', :'o2'))::jsonb->'error'->>'id', 'op_reused', 'nor an undo');
select is((select count(*)::int from desk.op where op_id = :'o2'), 1, 'it has one part still');
select is(tap.whys(tap.undo('t_agent', :'o2')), 'ok, ok, ok, ok', 'and is taken back');

-- what is asked once for many holds for all of them: also whether the assignee may have it back
select tap.add('p_one', '{agent}'), tap.add('p_two', '{agent}') \g /dev/null
insert into desk.group_member(group_id, person_id) select g.id, tap.person(l) from desk.support_group g, unnest('{p_one,p_two}'::text[]) l where g.name in ('Network', 'Service desk');
select tap.do_act('t_agent', (:'ids'::bigint[])[1], 'assign', '{"group": "Network", "assignee": "p_one"}'), tap.do_act('t_agent', (:'ids'::bigint[])[2], 'assign', '{"group": "Network", "assignee": "p_two"}') \g /dev/null
select is(tap.whys(tap.many('t_agent', (:'ids'::bigint[])[1:2], 'assign', '{"group": "Service desk"}', :'o3', 0)), 'ok, ok', 'to another group, in the same hands');
delete from desk.group_member m using desk.support_group g where g.id = m.group_id and g.name = 'Network' and m.person_id = tap.person('p_two');
select is(tap.whys(tap.undo('t_agent', :'o3')), 'ok, input not_member assignee', 'who has left the group since does not get it back');

-- a redaction makes the desk forget what the operation answered: that is said, not passed over
select gen_random_uuid() as o4 \gset
select tap.many('t_agent', (:'ids'::bigint[])[3:4], 'note', '{"body": "a secret"}', :'o4', 0) \g /dev/null
select tap.do_act('t_lead', (:'ids'::bigint[])[3], 'redact', jsonb_build_object('event', (select max(seq) from desk.event where ticket_id = (:'ids'::bigint[])[3]), 'reason', 'a name')) \g /dev/null
select is(tap.why(tap.undo('t_agent', :'o4')), 'state undo_forgotten op', 'an operation that was forgotten');
select is(tap.why(tap.undo('t_lead', :'o4')), 'notfound undo_no_op op', 'nothing of that to others');
select is(tap.verify(), '[]', 'the journal verifies');
select * from finish();
