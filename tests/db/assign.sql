-- Assignment rules: who writes them, which one decides, whom it chooses and why, what is left alone, undo, bulk, waiting, trying.
\ir rulebook.inc
select no_plan();
\o /dev/null
update desk.clock set frozen_at = '2026-03-03 10:00+00';
select tap.add('a_ann', '{agent}'), tap.add('a_bob', '{agent}'), tap.add('a_eva', '{agent}'), tap.add('a_lead', '{agent,lead}', p_group => 'Network'), tap.add('a_desk', '{agent,lead}', p_group => 'Service desk');
delete from desk.group_member;
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Network' and p.login in ('a_ann', 'a_bob', 'a_eva');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login in ('a_desk', 'a_ann');
create function tap.call(p_login text, p_call text, variadic p text[] default '{}') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.%s(%s)', p_call, (select string_agg(quote_nullable(x), ', ' order by n) from unnest(p) with ordinality u(x, n))))::jsonb $$;
create function tap.rule(p jsonb, p_on boolean default true) returns jsonb language plpgsql as $$
declare r jsonb;
begin
  r := tap.call('t_admin', 'assign_rule_save', (p || case when p ? 'tree' or p->>'query' = '' then '{}' else jsonb_build_object('query', 'state:new', 'tree', '{"field": "state", "op": "=", "value": ["open"]}'::jsonb) end)::text);
  if (r->>'ok')::boolean and p_on then return tap.call('t_admin', 'assign_rule_enable', p->>'rule', 'true', 'true'); end if;
  return r;
end $$;
create function tap.clear() returns void language sql as $$ delete from desk.assign_wait; delete from desk.assign_hit; delete from desk.assign_rule; update desk.ticket set assignee_id = 0 where phase < 3 and assignee_id <> 0; $$;
create function tap.mk(p jsonb default '{}', p_login text default 't_agent') returns bigint language sql as $$ select tap.do_create(p_login, '{"subject": "x"}'::jsonb || p) $$;
-- group and person of a ticket, and what the last event says about why
create function tap.got(p_id bigint) returns text language sql as $$
  select concat_ws(' ', t.state, nullif(g.name, '(none)'), p.login, x.changes->'rule'->1->>'why') from desk.ticket t join desk.support_group g on g.id = t.group_id left join desk.person p on p.id = nullif(t.assignee_id, 0)
    join desk.event_text x on x.ticket_id = t.id and x.seq = t.last_seq where t.id = p_id $$;
\o

-- ---- without a rule nothing happens ------------------------------------------------------------------------------------------
select tap.mk('{"group": "Network"}') as t0 \gset
select is(tap.got(:t0), 'new Network', 'no rule: a ticket stays as it was opened');
select is((select count(*) from desk.event where ticket_id = :t0), 1::bigint, 'with one event');

-- ---- who writes them --------------------------------------------------------------------------------------------------------
select is(tap.why(tap.call(who, 'assign_rule_save', '{"rule": "r", "query": "", "group": "Network"}')), w, who || ' writes a rule') from (values
  ('t_caller', 'denied not_a_person'), ('a_ann', 'denied assign_role rule'), ('a_desk', 'denied assign_role rule'), ('t_auditor', 'denied assign_role rule'), ('a_lead', 'ok')) v(who, w);
select is(tap.why(tap.call(who, 'assign_rule_save', '{"rule": "all", "query": ""}')), w, who || ' writes one for every group') from (values
  ('a_lead', 'denied assign_role rule'), ('t_lead', 'ok'), ('t_admin', 'ok')) v(who, w);
select is(tap.why(tap.call('a_desk', 'assign_rule_save', '{"rule": "r", "group": "Service desk"}')), 'denied assign_role rule', 'nobody takes the rule of another group');
select is(tap.why(tap.call('a_desk', f, variadic a)), 'denied assign_role rule', f) from (values ('assign_rule_enable', '{r,true}'::text[]), ('assign_rule_order', '{r,2}'), ('assign_rule_drop', '{r}')) v(f, a);
select is(tap.why(tap.call('a_lead', 'assign_rule_enable', 'r', 'true')), 'state assign_untried rule', 'a rule that was never tried is not turned on just so');
select is(tap.call('a_lead', 'assign_simulate', '{"rule": "r"}')->>'matched', '1', 'tried');
select is(tap.why(tap.call('a_lead', 'assign_rule_enable', 'r', 'true')), 'ok', 'it is');
select is(tap.why(tap.call('a_lead', 'assign_rule_enable', 'r', 'false')), 'ok', 'off again');
select is(tap.call('a_lead', 'assign_rule_save', '{"rule": "r", "capacity": 5}')->>'version', '2', 'a change is another version');
select is(tap.why(tap.call('a_lead', 'assign_rule_enable', 'r', 'true')), 'state assign_untried rule', 'which was not tried');
select is(tap.why(tap.call('a_lead', 'assign_rule_enable', 'r', 'true', 'true')), 'ok', 'unless somebody says so');
select is(tap.call('a_lead', 'assign_rule_save', '{"rule": "R", "capacity": "5"}')->>'changed', 'true', 'a name may change its letters');
select is(tap.call('a_lead', 'assign_rule_save', '{"rule": "R", "capacity": "5"}')->>'changed', 'false', 'the same again is no change');
select is((select array_agg(l.what || ' ' || coalesce(l.old->>'version', l.old->>'enabled', '-') || '>' || coalesce(l.new->>'version', l.new->>'enabled', '-') order by l.id) from desk.rota_log l where lower(l.name) = 'r'),
  '{"rule ->1","rule false>true","rule true>false","rule 1>2","rule false>true","rule 2>3"}', 'all of it is in the journal');
select is(tap.why(tap.call('t_admin', 'assign_rule_save', x::text)), w, x::text) from (values
  ('{"rule": ""}'::jsonb, 'input assign_name rule'), ('{"rule": "n"}', 'input assign_query query'), ('{"rule": "n", "query": "x"}', 'input assign_query query'), ('{"rule": "n", "query": "", "method": "luck"}', 'input policy_choice method'),
  ('{"rule": "n", "query": "@me", "tree": {"field": "assignee", "op": "=", "value": ["@me"]}}', 'input assign_me query'), ('{"rule": "n", "query": "x", "tree": {"field": "nofield", "op": "=", "value": ["x"]}}', 'input assign_query query'),
  ('{"rule": "n", "query": "", "method": "fixed"}', 'input assign_fixed person'), ('{"rule": "n", "query": "", "method": "fixed", "person": "a_desk", "group": "Network"}', 'input not_member person'),
  ('{"rule": "n", "query": "", "method": "group_only"}', 'input assign_nothing group'), ('{"rule": "n", "query": "", "skill": "magic"}', 'input no_skill skill'), ('{"rule": "n", "query": "", "weights": "1,2"}', 'input assign_weights weights'),
  ('{"rule": "n", "query": "", "capacity": "many"}', 'input out_of_range capacity'), ('{"rule": "n", "query": "", "wait": "perhaps"}', 'input policy_choice wait'), ('{"rule": "n", "query": "", "kinds": "thing"}', 'input policy_choice kinds'),
  ('{"rule": "n", "query": "", "group": "Nowhere"}', 'input rota_group group'), ('[]', 'input bad_fields rule')) v(x, w);
select is(tap.as_person('t_caller', 'select count(*) from desk.assign_rule_list()'), '0', 'requesters read none');
select is(tap.try('t_lead', 'update desk.assign_rule set enabled = true'), '42501', 'nobody writes the table');
select is(tap.why(tap.call('t_caller', 'assign_simulate', '{"rule": "r"}')), 'denied not_a_person', 'nor do they try one');

-- ---- methods ----------------------------------------------------------------------------------------------------------------
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "round_robin"}') \g /dev/null
select is(array_agg(tap.got(tap.mk())), '{assigned Network a_ann turn,assigned Network a_bob turn,assigned Network a_eva turn,assigned Network a_ann turn}', 'one after the other') from generate_series(1, 4);
select is((select string_agg(e.verb || ' ' || e.channel || ' ' || e.visibility, ', ' order by e.seq) from desk.event e where e.ticket_id = (select max(id) from desk.ticket)), 'create api 2, assign rule 1',
  'an event of the desk, which requesters do not read');
select is((select count(distinct e.op) from desk.event e where e.ticket_id = (select max(id) from desk.ticket)), 1::bigint, 'under the operation that led to it');
select is((tap.new('t_agent', '{"subject": "x"}'))->>'version', '2', 'the answer knows the version that is there then');
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "least_loaded"}'), tap.mk('{"group": "Network", "assignee": "a_ann"}'), tap.mk('{"group": "Network", "assignee": "a_ann"}'), tap.mk('{"group": "Network", "assignee": "a_bob"}') \g /dev/null
select is(array_agg(tap.got(tap.mk())), '{assigned Network a_eva least,assigned Network a_bob least,assigned Network a_eva least,assigned Network a_ann least,assigned Network a_bob least,assigned Network a_eva least}', 'who has least; of those alike who waits the longest')
  from generate_series(1, 6);
select is((select x.changes->'rule'->1->'people' from desk.event_text x where x.ticket_id = (select max(id) from desk.ticket) and x.seq = 2),
  (select jsonb_agg(jsonb_build_object('person', tap.person(l), 'load', n, 'state', 'ok')) from (values ('a_eva', 2), ('a_ann', 3), ('a_bob', 3)) v(l, n)), 'the journal says how it was');
select is(tap.show('t_agent', (select max(id) from desk.ticket))->'events'->1->'changes'->'rule'->1->>'person', 'a_eva', 'and is read with names');
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "least_loaded", "weights": "8,4,2,1,1"}'), tap.mk('{"group": "Network", "assignee": "a_ann", "impact": 1, "urgency": 1}'), tap.mk('{"group": "Network", "assignee": "a_bob"}'),
  tap.mk('{"group": "Network", "assignee": "a_bob"}'), tap.mk('{"group": "Network", "assignee": "a_eva"}'), tap.mk('{"group": "Network", "assignee": "a_eva"}'), tap.mk('{"group": "Network", "assignee": "a_eva"}') \g /dev/null
select is(tap.got(tap.mk()), 'assigned Network a_bob least', 'one P1 weighs more than two P5');
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "round_robin", "capacity": 1}') \g /dev/null
select is(array_agg(tap.got(tap.mk())), '{assigned Network a_ann turn,assigned Network a_bob turn,assigned Network a_eva turn,assigned Network all_full}', 'nobody gets more than fits') from generate_series(1, 4);
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "fixed", "person": "a_eva"}') \g /dev/null
select is(tap.got(tap.mk()), 'assigned Network a_eva fixed', 'always the same');
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "group_only"}') \g /dev/null
select is(tap.got(tap.mk()), 'assigned Network group_only', 'the group alone');
select is(tap.got(tap.mk('{"group": "Network"}')), 'new Network', 'which is no event where the group has it');

-- ---- whom it may choose ------------------------------------------------------------------------------------------------------
select tap.clear(), tap.call('t_admin', 'skill_set', 'a_bob', 'wifi', '2'), tap.call('t_admin', 'skill_set', 'a_eva', 'wifi'), tap.rule('{"rule": "net", "group": "Network", "skill": "wifi >= 2"}') \g /dev/null
select is(array_agg(tap.got(tap.mk())), '{assigned Network a_bob turn,assigned Network a_bob turn}', 'who has the skill at that level') from generate_series(1, 2);
select tap.call('t_admin', 'absence_add', '{"person": "a_bob", "from": "2026-03-03 09:00+00", "until": "2026-03-03 12:00+00"}') \g /dev/null
select is(tap.got(tap.mk()), 'assigned Network nobody_skilled', 'nobody with the skill is there: the group, and the journal says why');
update desk.clock set frozen_at = '2026-03-03 12:00+00';
select is(tap.got(tap.mk()), 'assigned Network a_bob turn', 'until he is back');
update desk.clock set frozen_at = '2026-03-03 10:00+00';
select tap.clear(), tap.rule('{"rule": "net", "group": "Network"}') \g /dev/null
select is(array_agg(tap.got(tap.mk())), '{assigned Network a_ann turn,assigned Network a_eva turn,assigned Network a_ann turn}', 'who is away is passed over') from generate_series(1, 3);
update desk.person set active = false where login = 'a_eva';
select is(array_agg(tap.got(tap.mk())), '{assigned Network a_ann turn,assigned Network a_ann turn}', 'so is who was disabled') from generate_series(1, 2);
update desk.person set active = true where login = 'a_eva';
update desk.person_role set valid_to = desk.now() where person_id = tap.person('a_eva');
select is(tap.got(tap.mk()), 'assigned Network a_ann turn', 'and who has no role any more');
update desk.person_role set valid_to = 'infinity' where person_id = tap.person('a_eva');
select tap.call('t_admin', 'rota_save', '{"rotas": [{"rota": "Net", "group": "Network", "zone": "UTC", "shifts": ["mon-fri 08:00-16:00 a_bob, a_eva"]}]}') \g /dev/null
select is(array_agg(tap.got(tap.mk())), '{assigned Network a_eva turn,assigned Network a_eva turn}', 'and who is not on duty') from generate_series(1, 2);
update desk.clock set frozen_at = '2026-03-03 20:00+00';
select is(tap.got(tap.mk()), 'assigned Network nobody_on_duty', 'at night nobody is');
update desk.clock set frozen_at = '2026-03-03 10:00+00';
-- restricted: only who may open it
select tap.clear(), tap.rule('{"rule": "net"}'), tap.mk('{"group": "Service desk", "assignee": "a_desk"}') as tr \gset
select tap.do_act('a_desk', :tr, 'restrict', '{"people": "a_bob, a_desk"}') \g /dev/null
select is(tap.got((tap.do_act('a_desk', :tr, 'assign', '{"group": "Network", "reason": "x"}')->>'id')::bigint), 'assigned Network nobody_may', 'of a restricted ticket those who are named, and he is away');
select is((select x.subject from desk.ticket_text x where x.id = :tr) || (select t.subject from desk.ticket t where t.id = :tr), 'x', 'its subject stays where it was');
update desk.clock set frozen_at = '2026-03-03 13:00+00';
select is(tap.got((tap.do_act('a_desk', :tr, 'assign', '{"group": "Service desk", "reason": "x"}')->>'id')::bigint), 'assigned Service desk a_desk turn', 'a_desk is');
select is(tap.got((tap.do_act('a_desk', :tr, 'assign', '{"group": "Network", "reason": "x"}')->>'id')::bigint), 'assigned Network a_bob turn', 'he is back');
update desk.clock set frozen_at = '2026-03-03 10:00+00';

select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "least_loaded"}') \g /dev/null
select tap.mk('{"group": "Network", "assignee": "a_eva"}') as tq \gset
select tap.do_act('a_eva', :tq, 'restrict', '{"people": "a_eva"}') \g /dev/null
select tap.mk() as ts \gset
select is((select x.changes #>> '{rule,1,people}' ~ '"load": [^0]' from desk.event_text x where x.ticket_id = :ts and x.seq = 2), false, 'no load tells of a restricted ticket');
-- what is offered where work is given by hand
select is(tap.as_person(who, 'select string_agg(f.name || '' '' || f.open || '' '' || f.duty, '', '' order by f.name) from desk.find_assignee('''', ''Network'') f'), w, who || ' is offered') from (values
  ('t_agent', 'A_Ann 0 off, A_Bob 0 away, A_Eva 1 on'), ('t_caller', null)) v(who, w);
-- ---- which one decides -------------------------------------------------------------------------------------------------------
select tap.clear() \g /dev/null
select tap.rule('{"rule": "urgent", "group": "Network", "method": "fixed", "person": "a_eva", "query": "priority:1", "tree": {"field": "priority", "op": "=", "value": [1]}}'),
  tap.rule('{"rule": "gen", "group": "Service desk", "query": "category:General", "tree": {"field": "category", "op": "=", "value": ["General"]}, "method": "fixed", "person": "a_desk"}'),
  tap.rule('{"rule": "rest", "query": "", "method": "least_loaded"}'), tap.rule('{"rule": "complaints", "query": "", "kinds": "complaint", "group": "Network"}') \g /dev/null
select is(tap.got(tap.mk(x)), w, x::text) from (values
  ('{"impact": 1, "urgency": 1, "category": "General"}'::jsonb, 'assigned Network a_eva fixed'), ('{"category": "General"}', 'assigned Service desk a_desk fixed'), ('{}', 'new'),
  -- a group that was chosen by hand stands: rules of other groups are passed over
  ('{"impact": 1, "urgency": 1, "group": "Service desk"}', 'assigned Service desk a_ann least'), ('{"category": "General", "group": "Network"}', 'assigned Network a_eva least'),
  ('{"category": "General", "group": "Network", "assignee": "a_bob"}', 'new Network a_bob')) v(x, w);
select is(tap.call('t_admin', 'assign_rule_order', 'gen', '1')->>'changed', 'true', 'the order changes');
select is(tap.got(tap.mk('{"impact": 1, "urgency": 1, "category": "General"}')), 'assigned Service desk a_desk fixed', 'and what decides');
select is(tap.as_person('a_ann', 'select string_agg(r->>''place'' || (r->>''rule'') || (r->>''week''), '' '') from desk.assign_rule_list() r'), '1gen2 2urgent1 3rest2 4complaints0', 'the list says what each did');
select is(array_agg(tap.why(tap.call('t_admin', 'assign_rule_order', 'gen', x))), '{input out_of_range place,input out_of_range place,ok}', 'places') from unnest('{0,9,4}'::text[]) x;
select is(tap.as_person('a_ann', 'select string_agg(r->>''rule'', '' '') from desk.assign_rule_list() r'), 'urgent rest complaints gen', 'to the end');
select is(tap.call('a_ann', 'assign_explain', tap.mk('{"group": "Network", "category": "General"}')::text) #>> '{rules,1,would,person}', 'a_eva', 'explained');
select is((select string_agg(r->>'rule' || ':' || (r->>'verdict'), ' ') from jsonb_array_elements(tap.call('a_ann', 'assign_explain', (select max(id) from desk.ticket)::text)->'rules') r), 'urgent:query rest:fits complaints:kind gen:group', 'every rule with its verdict');
select is(tap.why(tap.call(who, 'assign_explain', :'tr')), w, who || ' asks about a restricted ticket') from (values ('t_agent', 'notfound not_found'), ('t_caller', 'notfound not_found'), ('a_desk', 'ok')) v(who, w);
select ok(exists (select from desk.access_log l where l.ticket_id = :tr and l.person_id = tap.person('a_desk') and l.what = 'opened' and l.detail = 'assign explain'), 'which is in the access log');
-- a query whose field is gone is passed over, and opening a ticket goes on
update desk.assign_rule set tree = '{"field": "gone", "op": "=", "value": ["x"]}' where name = 'urgent';
select is(tap.got(tap.mk('{"group": "Network"}')), 'assigned Network a_eva least', 'a rule that cannot be read stops nobody');
select is(tap.call('a_ann', 'assign_explain', (select max(id) from desk.ticket)::text) #>> '{rules,0,verdict}', 'error', 'and says so');

-- ---- what leads to it ----------------------------------------------------------------------------------------------------------
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "query": "group:Network", "tree": {"field": "group", "op": "=", "value": ["Network"]}}') \g /dev/null
select tap.mk() as t1 \gset
select is(tap.got(:t1), 'new', 'without the group nothing');
select tap.act('t_agent', :t1, 'assign', '{"group": "Network"}', 1, '00000000-0000-4000-8000-0000000000aa') as a1 \gset
select is(tap.got(:t1), 'assigned Network a_eva turn', 'with it a person');
select is((:'a1'::jsonb)->>'version', '3', 'the answer tells the version after both');
select is((select array_agg(e.seq || e.verb order by e.seq) from desk.event e where e.ticket_id = :t1), '{1create,2assign,3assign}', 'in two events');
select is(tap.got((tap.do_act('t_agent', :t1, 'assign', '{"group": "Service desk", "assignee": "a_ann"}')->>'id')::bigint), 'assigned Service desk a_ann', 'who is chosen by hand stands');
select is(tap.why(tap.act('t_agent', tap.mk(), 'take')), 'ok', 'who takes it has it');
select is(tap.got(((tap.new('a_ann', '{"subject": "on the phone", "group": "Network", "resolve": {"code": "fixed", "category": "General", "body": "x"}}'))->>'id')::bigint), 'resolved Network a_ann', 'what was solved on the phone is of whoever did it');
select is((select count(*) from desk.event e where e.ticket_id = (select max(id) from desk.ticket) and e.actor_id = 1), 0::bigint, 'no rule was asked');
select is(tap.got(tap.mk('{}', 't_caller')), 'new', 'requesters open tickets');
select tap.mk() as t4 \gset
select tap.act('t_agent', :t4, 'triage', '{"group": "Network", "category": "General"}') \g /dev/null
select is(tap.got(:t4), 'assigned Network a_eva turn', 'triage without a person leaves that to the rules');
select is((select e.channel || (e.op = (select x.op from desk.event x where x.ticket_id = e.ticket_id and x.seq = e.seq - 1))::text from desk.event e where e.ticket_id = :t4 order by e.seq desc limit 1), 'ruletrue', 'under its operation');
select is(tap.why(tap.act('t_agent', :t4, 'undo')) || ' ' || tap.got(:t4), 'ok new', 'and goes back with it');
select tap.act('t_agent', :t4, 'triage', '{"group": "Network", "category": "General", "assignee": "a_ann"}') \g /dev/null
select is(tap.got(:t4), 'assigned Network a_ann', 'a person that was chosen stands');
-- undo takes both back, by who did it; redo brings both
select tap.mk() as t2 \gset
select tap.act('t_agent', :t2, 'assign', '{"group": "Network"}', null, '00000000-0000-4000-8000-0000000000ab') \g /dev/null
select is(tap.why(tap.act('a_bob', :t2, 'undo', '{"op": "00000000-0000-4000-8000-0000000000ab"}')), 'denied undo_not_yours', 'not by anybody');
select is(tap.why(tap.act('t_agent', :t2, 'undo', '{}', null, '00000000-0000-4000-8000-0000000000ac')), 'ok', 'undo');
select is(tap.got(:t2), 'new', 'takes both back');
select is((select array_agg(e.voids order by e.seq) from desk.event e where e.ticket_id = :t2 and e.voids is not null), '{3,2}', 'each event by one of its own');
select is(tap.why(tap.act('t_agent', :t2, 'undo', '{"op": "00000000-0000-4000-8000-0000000000ac"}')), 'ok', 'redo');
select is((select t.state || t.assignee_id from desk.ticket t where t.id = :t2), 'assigned' || (select t.assignee_id from desk.ticket t join desk.event_text x on x.ticket_id = t.id and x.seq = 3 where t.id = :t2 and t.assignee_id = (x.changes->'assignee'->>1)::int), 'brings both');
select is((select (count(*))::text from desk.event e where e.ticket_id = :t2), '7', 'and no rule was asked again');
select is(tap.why(tap.act('t_agent', tap.mk('{"group": "Network"}'), 'undo')), 'state undo_none', 'the opening cannot be undone, nor what came with it');
-- nobody: the event only says why, and is undone with the act
update desk.clock set frozen_at = '2026-03-03 20:00+00';
select tap.mk() as t3 \gset
select tap.act('t_agent', :t3, 'assign', '{"group": "Network"}') \g /dev/null
select is(tap.got(:t3), 'assigned Network nobody_on_duty', 'nobody is there');
select is(tap.why(tap.act('t_agent', :t3, 'undo')), 'ok', 'undone');
select is((select t.state from desk.ticket t where t.id = :t3), 'new', 'it is new again');
-- in bulk: each sees what those before it got
update desk.clock set frozen_at = '2026-03-03 13:00+00';
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "method": "least_loaded"}') \g /dev/null
select array_agg(tap.mk('{"group": "Service desk"}')) as ids from generate_series(1, 6) \gset
select is((select count(*) from jsonb_array_elements(tap.as_person('t_agent', format('select desk.act_many(%L, ''assign'', ''{"group": "Network"}'', ''00000000-0000-4000-8000-0000000000ad'')', :'ids'))::jsonb->'results') r where (r->>'ok')::boolean and r->>'version' = '3'), 6::bigint, 'many at once');
select is((select string_agg(p.login || n, ' ' order by p.login) from (select assignee_id, count(*) as n from desk.ticket where id = any (:'ids'::bigint[]) group by 1) x join desk.person p on p.id = x.assignee_id), 'a_bob3 a_eva3', 'are spread evenly');
select is((select count(*) from jsonb_array_elements(tap.as_person('t_agent', 'select desk.undo(''00000000-0000-4000-8000-0000000000ad'', gen_random_uuid())')::jsonb->'results') r where (r->>'ok')::boolean), 6::bigint, 'undone as one');
select is((select count(*) from desk.ticket t join desk.support_group g on g.id = t.group_id where t.id = any (:'ids'::bigint[]) and t.state = 'new' and t.assignee_id = 0 and g.name = 'Service desk'), 6::bigint, 'all of them as before');
select is((tap.as_person('t_agent', format('select desk.act_preview(%L, ''assign'', ''{"group": "Network"}'')', :'ids'))::jsonb #>> '{results,0,changes,group,1}'), 'Network', 'a preview shows the act itself');

-- ---- waiting --------------------------------------------------------------------------------------------------------------
update desk.clock set frozen_at = '2026-03-03 20:00+00';
select tap.clear(), tap.rule('{"rule": "net", "group": "Network", "wait": "yes"}') \g /dev/null
select tap.mk() as w1, tap.mk() as w2, tap.mk() as w3 \gset
select is(tap.got(:w1), 'assigned Network nobody_on_duty', 'nobody is there');
select is(tap.as_person('t_agent', 'select desk.tick()')::jsonb->>'assigned', '0', 'the tick finds nobody either');
select is((select count(*) from desk.event where ticket_id = :w1), 2::bigint, 'and says nothing');
select tap.do_act('t_agent', :w2, 'take') \g /dev/null
update desk.clock set frozen_at = '2026-03-04 08:00+00';
select is(tap.as_person('t_agent', 'select desk.tick()')::jsonb->>'assigned', '2', 'when the shift begins, the tick gives them out');
select is(tap.got(:w1) || ', ' || tap.got(:w3), 'assigned Network a_bob turn, assigned Network a_eva turn', 'one after the other');
select is((select count(*) from desk.assign_wait), 0::bigint, 'nobody waits any more');
select is(tap.as_person('t_agent', 'select desk.tick()')::jsonb->>'assigned', '0', 'once');
select is((select t.assignee_id from desk.ticket t where t.id = :w2), tap.person('t_agent'), 'who took one has it');
select is(tap.why(tap.act('t_lead', :w1, 'undo', jsonb_build_object('op', (select e.op from desk.event e where e.ticket_id = :w1 and e.seq = 3)))), 'state undo_desk', 'what the desk did by itself is not undone');
update desk.clock set frozen_at = '2026-03-04 20:00+00';
select tap.mk() as w4 \gset
select tap.call('t_admin', 'assign_rule_enable', 'net', 'false'), tap.call('t_admin', 'assign_rule_enable', 'net', 'true', 'true') \g /dev/null
update desk.clock set frozen_at = '2026-03-05 08:00+00';
select is(tap.as_person('t_agent', 'select desk.tick()')::jsonb->>'assigned', '0', 'a rule that was turned off keeps nobody waiting');

-- ---- trying -----------------------------------------------------------------------------------------------------------------
select tap.clear(), tap.call('t_admin', 'rota_drop', 'Net') \g /dev/null
create table tap.tried(method text, id bigint, would text, did text);
create function tap.try_and_do(p_rule jsonb) returns text language plpgsql as $$
declare v bigint[]; r jsonb; n int;
begin
  perform tap.clear();
  update desk.clock set frozen_at = frozen_at + interval '1 hour';
  select array_agg(tap.mk(jsonb_build_object('impact', 1 + i % 3, 'urgency', 1 + i % 2) || case when i % 4 = 0 then '{"group": "Service desk"}'::jsonb else '{}' end)) into v from generate_series(1, 24) i;
  perform tap.mk('{"group": "Network", "assignee": "a_ann"}');
  perform tap.rule(p_rule, false);
  select count(*) into n from desk.event;
  r := tap.call('t_agent', 'assign_simulate', jsonb_build_object('rule', p_rule->>'rule')::text, v::text);
  if (select count(*) from desk.event) <> n or (select sum(version) from desk.ticket where id = any (v)) <> 24 then return 'it wrote something'; end if;
  perform tap.call('t_admin', 'assign_rule_enable', p_rule->>'rule', 'true', 'true');
  -- the same tickets, one after the other, as the rules meet them
  perform desk.assign_auto(i, gen_random_uuid(), desk.now()) from unnest(v) i;
  return concat_ws(' ', r->>'looked', r->>'matched', r->>'given', (select count(*) from desk.ticket t where t.id = any (v) and t.last_seq = 2),
    (select string_agg(p.login || x.n, ' ' order by p.login) from (select t.assignee_id, count(*) n from desk.ticket t where t.id = any (v) and t.assignee_id > 0 group by 1) x join desk.person p on p.id = x.assignee_id) =
    (select string_agg((x->>'person') || (x->>'n'), ' ' order by x->>'person') from jsonb_array_elements(r->'people') x));
end $$;
select is(tap.try_and_do(x), w, 'what was tried is what happens: ' || x::text) from (values
  ('{"rule": "s1", "group": "Network"}'::jsonb, '24 18 18 18 t'), ('{"rule": "s2", "group": "Network", "method": "least_loaded"}', '24 18 18 18 t'), ('{"rule": "s3", "group": "Network", "method": "least_loaded", "weights": "9,5,3,2,1"}', '24 18 18 18 t'),
  ('{"rule": "s4", "group": "Network", "capacity": 4}', '24 18 11 18 t'), ('{"rule": "s5", "method": "least_loaded"}', '24 6 6 6 t'), ('{"rule": "s6", "group": "Network", "skill": "wifi"}', '24 18 18 18 t'),
  ('{"rule": "s7", "group": "Network", "query": "priority:1..2", "tree": {"field": "priority", "op": "=", "value": [[1, 2]]}}', '24 8 8 8 t')) v(x, w);
-- the past: as the ticket was when the rule would have been asked
select tap.clear() \g /dev/null
select tap.mk() as p1 \gset
select tap.do_act('t_agent', :p1, 'assign', '{"group": "Network", "assignee": "a_eva"}'), tap.do_act('a_eva', :p1, 'start'), tap.do_act('a_eva', :p1, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}') \g /dev/null
select is(tap.call('t_agent', 'assign_simulate', '{"rule": "new one", "query": "x", "group": "Network", "tree": {"and": [{"field": "state", "op": "=", "value": ["new"]}, {"field": "group", "op": "=", "value": [null]}]}}', array[:p1]::text) - 'examples' - 'people',
  '{"ok": true, "rule": "new one", "looked": 1, "matched": 1, "given": 1, "earlier": 0, "group_same": 1, "person_same": 0, "nobody": {}, "partial": false, "version": 0}', 'resolved by now, new and without a group then');
select is(tap.call('t_agent', 'assign_simulate', '{"rule": "s7", "method": "fixed", "person": "a_eva", "group": "Network", "query": ""}', array[:p1]::text)->>'person_same', '1', 'as it ended');
-- nobody is told of what he does not see
select is(tap.call('t_agent', 'assign_simulate', '{"rule": "x", "query": "", "group": "Service desk"}', array[:tr]::text)->>'looked', '0', 'a restricted ticket is not looked at');
select is(tap.call('t_admin', 'assign_simulate', '{"rule": "x", "query": "", "group": "Service desk"}')->>'looked', '0', 'who sees no ticket looks at none');
select is(tap.why(tap.call('t_agent', 'assign_simulate', '{"rule": "gone"}')), 'notfound no_rule rule', 'no such rule');

-- no number tells of a ticket one does not see
select tap.clear(), tap.rule('{"rule": "spy", "group": "Service desk", "method": "fixed", "person": "a_desk"}') \g /dev/null
select tap.mk('{"group": "Service desk"}') as v1, tap.mk('{"group": "Service desk"}') as v2 \gset
select tap.do_act('a_desk', :v2, 'restrict', '{"people": "a_desk"}') \g /dev/null
select is(tap.as_person(who, 'select r->>''week'' from desk.assign_rule_list() r'), w, who || ' is told of what the rule did') from (values ('a_desk', '2'), ('t_agent', '1'), ('t_auditor', '1')) v(who, w);
-- a group that is retired, or serves another organisation, is given nothing
select tap.clear(), tap.rule('{"rule": "net", "group": "Network"}') \g /dev/null
update desk.support_group set active = false where name = 'Network';
select is(tap.got(tap.mk()), 'new', 'a retired group gets nothing');
update desk.support_group set active = true, org_id = (select id from desk.org where name = 'Beta') where name = 'Network';
select is(tap.got(tap.mk()), 'new', 'nor does one that serves others');
select is(tap.call('t_agent', 'assign_explain', (select max(id)::text from desk.ticket)) #>> '{rules,0,verdict}', 'serves', 'which is told');
update desk.support_group set org_id = null where name = 'Network';
-- a rule that cannot be looked up stops nobody from opening a ticket
update desk.assign_rule set query = 'x', tree = (repeat('{"not":', 1500) || '{"field": "state", "op": "=", "value": ["new"]}' || repeat('}', 1500))::jsonb;
select is(tap.got(tap.mk()), 'new', 'it decides nothing');
select is(tap.why(tap.call('t_admin', 'assign_rule_save', jsonb_build_object('rule', 'long', 'query', repeat('x', 4001), 'tree', '{"field": "state", "op": "=", "value": ["new"]}'::jsonb)::text)), 'input assign_query query', 'nor is a query as long as a book one');

select * from finish();
