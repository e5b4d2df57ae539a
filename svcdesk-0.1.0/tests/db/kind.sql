-- A second kind with one SQL file: installed, worked, seen everywhere, with nothing else changed.
\ir rulebook.inc
select no_plan();

begin;
set local role desk_owner;
set local search_path = pg_catalog, pg_temp;
\o /dev/null
\ir kinds/maintenance.sql
\o
commit;
insert into desk.service(name) values ('Mail');
select is_empty($$ select desk.kind_problems('maintenance') $$, 'the kind is complete');

-- Keys that hands press for the terminal, tmux or vim do not change a record.
select is_empty($$ select kind, verb, key from desk.verb where key ~ '(^|,)Ctrl-[abcdkqrsuwz](,|$)' or key ~ '\\' $$,
  'no act on Ctrl-a/b/c/d/k/q/r/s/u/w/z or the backslash');
select is_empty($$ select kind, verb from desk.verb where key ~ '(^|,)e(,|$)' and kind <> 'maintenance' $$, 'e explains the clocks, whatever the kind');
select is(key, 'E', 'an incident is edited with E') from desk.verb where kind = 'incident' and verb = 'edit';

-- what people are told of it
select tap.as_person('t_agent', $$ select desk.meta('zh_CN') $$)::jsonb as m \gset
select is(jsonb_path_query_first(:'m', '$.kinds[*] ? (@.kind == "maintenance").label')::text, '"维护"', 'in meta, in Chinese');
select is(jsonb_path_query_array(:'m', '$.kinds[*] ? (@.kind == "maintenance").states[*].label')::text, '["已计划", "已批准", "进行中", "已完成", "已放弃"]', 'its states');
select is((select jsonb_agg(f->'field' order by (f->>'list_sort')::int) from jsonb_path_query(:'m', '$.kinds[*] ? (@.kind == "maintenance").fields[*] ? (@.list_sort > 0)') f),
  '["risk", "subject", "window_from", "window_to", "approver"]', 'its list columns');
select ok(jsonb_path_query_array(:'m', '$.kinds[*] ? (@.kind == "maintenance").verbs[*] ? (@.verb == "edit").params[*].param') @> '["backout", "risk", "reason"]', 'its forms');
select is(jsonb_path_query_first(:'m', '$.kinds[*].verbs[*].params[*] ? (@.label == null)'), null, 'no form without a label');
select ok(tap.as_person('t_agent', 'select desk.kind_list()')::jsonb @> '[{"kind": "maintenance", "prefix": "MNT"}]', 'in the list of kinds');
select is(jsonb_path_query_first(tap.as_person('t_agent', $$ select desk.kind_json('maintenance') $$)::jsonb, '$.transitions[*] ? (@.verb == "finish")'),
  '{"to": "done", "from": "under_way", "verb": "finish", "roles": ["agent", "lead"], "required": ["body", "downtime"]}', 'its transitions');

-- worked
select tap.new('t_agent', '{"subject": "Mail server", "service": "mail"}', p_kind => 'maintenance') as r \gset
select (:'r'::jsonb)->>'id' as a \gset
select is((:'r'::jsonb)->>'state', 'planned', 'created');
select is((:'r'::jsonb)->>'number', 'MNT' || (100000 + :a), 'with its prefix');
select row_eq(format('select risk, notified, window_from from desk.maintenance where id = %s', :a), row('low'::text, false, null::timestamptz), 'defaults of its own table');
select is(tap.why(tap.new('t_agent', '{"subject": "x", "risk": "huge"}', p_kind => 'maintenance')), 'input bad_choice risk', 'its choices');
select count(*) as n from desk.ticket \gset
select is(tap.why(tap.new('t_agent', '{"subject": "x", "from": "2126-01-02", "to": "2126-01-01"}', p_kind => 'maintenance')), 'input value_refused window_to', 'its constraints, as a refusal');
select is((select count(*) from desk.ticket), :n::bigint, 'that left nothing');
select is(tap.why(tap.act('t_agent', :a, 'take')), 'input unknown_verb', 'an incident''s verb is not its');
select is(tap.why(tap.act('t_agent', :a, 'approve')), 'denied role_denied', 'an agent does not approve');
select is(tap.why(tap.act('t_lead', :a, 'approve', '{"approver": "@me"}')), 'input field_required backout', 'a way back is needed');
select is(tap.why(tap.act('t_lead', :a, 'approve', '{"approver": "@me", "backout": "old one"}')), 'state maintenance_no_window window_from', 'its own guard');
select is(tap.why(tap.act('t_agent', :a, 'edit', '{"window_from": "2126-01-01T20:00Z", "window_to": "2126-01-01T22:00Z", "backout": "old one", "notified": "yes"}')), 'ok', 'edit');
select is(tap.why(tap.act('t_agent', :a, 'edit', '{"window_to": "2126-01-01T19:00Z"}')), 'input value_refused window_to', 'an edit against its constraints');
select is(tap.why(tap.act('t_agent', :a, 'edit', '{"window_to": "2126-01-01T23:00Z"}', 1)), 'conflict field_conflict window_to', 'versions of its fields');
select is(tap.why(tap.act('t_lead', :a, 'approve', '{"approver": "@me"}')), 'ok', 'approve: the way back it has will do');
select is(tap.why(tap.act('t_agent', :a, 'begin')), 'ok', 'begin');
select is(tap.why(tap.act('t_agent', :a, 'finish', '{"downtime": 12, "body": "went well"}')), 'ok', 'finish');
select is(tap.why(tap.act('t_agent', :a, 'note', '{"body": "x"}')), 'ok', 'note');
select is(tap.as_person('t_agent', format($$ select jsonb_object_agg(k, v) from jsonb_each(desk.show(%s)) x(k, v) where k in ('kind', 'state', 'risk', 'window_from', 'approver', 'downtime', 'service') $$, :a))::jsonb,
  '{"kind": "maintenance", "state": "done", "risk": "low", "window_from": "2126-01-01T20:00:00Z", "approver": "t_lead", "downtime": 12, "service": "Mail"}', 'show');
select is(tap.show('t_agent', :a)->'events'->2->'changes'->'approver', '[null, "t_lead"]', 'the journal names people');
select is(tap.as_person('t_agent', 'select kind || state from desk.ticket_row where number like ''MNT%'''), 'maintenancedone', 'in the lists');

-- seen as any ticket is
select is(tap.as_person('t_caller', 'select count(*) from desk.maintenance'), '0', 'its table is under row-level security');
select is(tap.as_person('t_agent', 'select count(*) from desk.maintenance'), '1', 'staff see it');
select is(tap.try('t_agent', 'update desk.maintenance set risk = ''high'''), '42501', 'and do not write it');
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'it replays from its journal');

-- a kind with a hole is refused
prepare hole as select desk.kind_install('maintenance');
delete from desk.label where key = 'state.maintenance.done' and lang = 'zh_CN';
select throws_like('hole', '%no label in zh_CN: state.maintenance.done%', 'a missing word is named');
insert into desk.label values ('state.maintenance.done', 'zh_CN', '已完成');
update desk.transition set to_state = 'nowhere' where kind = 'maintenance' and verb = 'begin';
select throws_like('hole', '%no state nowhere%', 'so is a way to nowhere');
select * from finish();
