-- Histories of other systems: every row an event, the state after each row as the source says, nothing twice.
\ir people.inc
select plan(53);

create function tap.row(p_line int, p_id text, p_ver int, p_at text, p_fields jsonb, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('line', p_line, 'ext_id', p_id, 'ext_version', p_ver::text, 'at', p_at, 'actor', 'Updated by 1', 'fields', p_fields,
    'hash', encode(sha256(convert_to(p_id || p_ver || p_at || p_fields::text, 'UTF8')), 'hex')) || p_more $$;
create function tap.import(p_batch jsonb, p_dry boolean default false) returns jsonb language sql as $$
  select tap.as_person('t_admin', format('select desk.import_history(''src'', %s, %L)', case when p_dry then 'null' else '1' end, p_batch))::jsonb $$;
-- state, group, assignee, priority after each event, rebuilt from the journal alone; late ones stand for themselves
create function tap.replayed(p_ext text) returns text language plpgsql as $$
declare e record; cur jsonb := '{}'; res text := '';
begin
  for e in select v.seq, v.late, x.changes from desk.event v join desk.event_text x using (ticket_id, seq) join desk.ticket t on t.id = v.ticket_id
      where t.external = p_ext order by v.seq loop
    if not e.late then
      cur := cur || coalesce((select jsonb_object_agg(k.key, k.value->1) from jsonb_each(e.changes) k), '{}');
    end if;
    res := res || concat_ws('/', case when e.late then '~' || (e.changes->'state'->>1) else cur->>'state' end,
      (select g.name from desk.support_group g where g.id = (cur->>'group')::int), (select p.name from desk.person p where p.id = (cur->>'assignee')::int), cur->>'priority') || ' ';
  end loop;
  return btrim(res);
end $$;

select throws_ok($$ select tap.as_person('t_agent', 'select desk.import_begin(''src'', ''f'', '''')') $$, '42501', null, 'an agent may not import');
select throws_ok($$ select tap.as_person('t_lead', 'select desk.import_history(''src'', 1, ''[]'')') $$, '42501', null, 'nor may a lead');
select is(tap.as_person('t_admin', $$ select desk.import_begin('src', 'file.csv', '\x01') $$), '1', 'an admin may');

select jsonb_build_array(
  tap.row(2, 'S1', 0, '2020-01-01T10:00:00Z', '{"state": "new", "requester": "Caller  9", "opened_by": "Opener 1", "group": "G1", "priority": "3", "impact": "2", "urgency": "2",
    "category": ["Cat 1", "Sub 1"], "ci": "host-1", "opened_at": "2020-01-01T09:55:00Z", "reassignments": "0", "reopens": "0", "subject": "打印机 broken", "channel": "phone"}',
    '{"custom": {"location": "L1"}}'),
  tap.row(3, 'S1', 1, '2020-01-01T11:00:00Z', '{"state": "in_progress", "group": "G1", "assignee": "Res 1", "priority": "3"}'),
  tap.row(4, 'S1', 2, '2020-01-01T11:00:00Z', '{"state": "in_progress", "group": "G1", "assignee": "Res 1", "priority": "3"}'),
  tap.row(5, 'S1', 3, '2020-01-01T12:00:00Z', '{"state": "on_hold", "hold_reason": "requester", "group": "G2", "assignee": "Res 2", "priority": "2", "reassignments": "1"}'),
  tap.row(6, 'S1', 4, '2020-01-01T13:00:00Z', '{"state": "-100", "group": "G2", "assignee": "Res 2", "priority": "2"}'),
  tap.row(7, 'S1', 5, '2020-01-01T14:00:00Z', '{"state": "in_progress", "group": "G2", "assignee": null, "priority": "2"}'),
  tap.row(8, 'S1', 6, '2020-01-02T10:00:00Z', '{"state": "resolved", "resolution_code": "code 6", "resolved_at": "2020-01-02T09:59:00Z", "made_sla": "true"}'),
  tap.row(9, 'S1', 7, '2020-01-07T10:00:00Z', '{"state": "closed", "closed_at": "2020-01-07T10:00:00Z", "made_sla": "false"}'),
  tap.row(10, 'S2', 0, '2020-02-01T10:00:00Z', '{"state": "resolved"}'),
  tap.row(11, 'S2', 1, '2020-02-02T10:00:00Z', '{"state": "in_progress", "reopens": "1"}', '{"verb": "reopen", "body": "again the printer", "visibility": 2}')) as batch \gset

select is(tap.import(:'batch', true) - 'problems', '{"rows": 10, "rows_skipped": 0, "tickets_created": 2, "tickets_updated": 0, "events_created": 10, "transitions_unusual": 1}', 'a dry run counts');
select is((select count(*) from desk.event) + (select count(*) from desk.ticket) + (select count(*) from desk.person where login is null and id > 1)
  + (select count(*) from desk.external_ref), 0::bigint, 'and writes nothing');
select tap.import(:'batch') as answer \gset
select is(:'answer'::jsonb - 'problems', tap.import(:'batch', true) - 'problems' || '{"rows_skipped": 0, "tickets_created": 2, "events_created": 10, "transitions_unusual": 1}', 'the import says the same');
select is(:'answer'::jsonb->'problems', '[{"line": 6, "reason": "unknown state -100"}]', 'an unknown state word is a problem with its line');
select is((select string_agg(number, ' ' order by id) from desk.ticket), 'INC100001 INC100002', 'the dry run used no number');
select is(tap.replayed('S1'), 'new/G1/3 in_progress/G1/Res 1/3 in_progress/G1/Res 1/3 on_hold/G2/Res 2/2 on_hold/G2/Res 2/2 in_progress/G2/2 resolved/G2/2 closed/G2/2',
  'the journal alone gives state, group, assignee and priority after each row');
select is((select string_agg(verb, ' ' order by seq) from desk.event e join desk.ticket t on t.id = e.ticket_id where t.external = 'S1'),
  'create start edit hold edit resume resolve close', 'the verbs are derived');
select is((select string_agg(verb || visibility, ' ' order by seq) from desk.event e join desk.ticket t on t.id = e.ticket_id where t.external = 'S2'), 'create2 reopen2', 'or given');
select is((select min(e.at) from desk.event e join desk.ticket t on t.id = e.ticket_id where t.external = 'S1'), '2020-01-01 10:00+00', 'times are the source''s');
select ok((select bool_and(recorded_at > '2025-01-01' and channel = 'import' and recorded_by = 't_admin') from desk.event), 'recorded now, by whom it was');
select is((select (t.state, t.phase, t.priority, t.impact, t.reassignments, t.reopens, t.resolution_code, t.opened_at at time zone 'UTC', t.resolved_at at time zone 'UTC', t.closed_at at time zone 'UTC', i.made_sla)::text
  from desk.ticket t join desk.incident i using (id) where t.external = 'S1'),
  '(closed,3,2,2,1,0,"code 6","2020-01-01 09:55:00","2020-01-02 09:59:00","2020-01-07 10:00:00",f)', 'the ticket is as the source says');
select is((select (c.name, p.name)::text from desk.ticket t join desk.category c on c.id = t.category_id join desk.category p on p.id = c.parent_id where t.external = 'S1'), '("Sub 1","Cat 1")', 'categories are made');
select is((select (c.name, r.name, o.name)::text from desk.ticket t join desk.ci c on c.id = t.ci_id join desk.person r on r.id = t.requester_id join desk.person o on o.id = t.opened_by where t.external = 'S1'),
  '(host-1,"Caller  9","Opener 1")', 'so are devices and people');
select is((select count(*)::int from desk.person where login is null and id > 1), 5, 'each once, without login');
select is((select custom from desk.ticket where external = 'S1'), '{"location": "L1"}', 'what we have no field for is kept');
select is((select resolved_at from desk.ticket where external = 'S2'), null, 'a reopened ticket is not resolved');
select is((select count(*)::int from desk.span s join desk.ticket t on t.id = s.ticket_id where t.external = 'S1'), 6, 'a span for each move');
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'the desk verifies');
select is(tap.as_person('t_agent', 'select count(*) from desk.search(''打印机'')'), '1', 'subjects are found');
select is(tap.as_person('t_agent', 'select count(*) from desk.search(''again prin'')'), '1', 'texts too');

-- again, and overlapping
select is(tap.import(:'batch') - 'problems', '{"rows": 10, "rows_skipped": 10, "tickets_created": 0, "tickets_updated": 0, "events_created": 0, "transitions_unusual": 0}', 'the same file adds nothing');
select is(tap.import(:'batch'::jsonb || jsonb_build_array(tap.row(12, 'S2', 2, '2020-02-03T10:00:00Z', '{"state": "resolved", "resolution_code": "code 7"}'))) - 'problems',
  '{"rows": 11, "rows_skipped": 10, "tickets_created": 0, "tickets_updated": 1, "events_created": 1, "transitions_unusual": 0}', 'an overlapping file adds what is new');
select is((select (state, resolution_code, last_seq, version)::text from desk.ticket where external = 'S2'), '(resolved,"code 7",3,3)', 'to the ticket that is there');
select is((select resolved_at from desk.ticket where external = 'S2'), '2020-02-03 10:00+00', 'a source without a time of resolution has the row''s');
select is(tap.import(jsonb_build_array(tap.row(1, 'S3', 0, '2020-01-01T00:00:00Z', '{"state": "new"}'), tap.row(1, 'S3', 0, '2020-01-01T00:00:00Z', '{"state": "new"}')))->>'events_created', '1', 'a row repeated in one file counts once');
select is(tap.import(jsonb_build_array(tap.row(2, 'S3', 0, '2020-01-01T00:00:00Z', '{"state": "in_progress"}')))->>'events_created', '1', 'another row under the same version is a row');
select is(tap.import(jsonb_build_array(tap.row(3, 'S3', 1, '2020-01-01T00:00:00Z', '{"nonsense": "1"}')))->'problems'->0->>'reason', 'unknown field nonsense', 'an unknown field is a problem');

-- behind what the ticket holds
select is(tap.import(jsonb_build_array(tap.row(20, 'S1', 9, '2020-01-01T10:30:00Z', '{"state": "assigned", "priority": "1", "reassignments": "7"}')))->>'events_created', '1', 'an older row is taken in');
select is((select (state, priority, reassignments, last_seq, version)::text from desk.ticket where external = 'S1'), '(closed,2,1,9,8)', 'but changes no current field');
select is((select (late, verb)::text from desk.event e join desk.ticket t on t.id = e.ticket_id where t.external = 'S1' and seq = 9), '(t,edit)', 'as a late event');
select ok(tap.replayed('S1') ~ '~assigned/G2/2$', 'that says what the row said');
-- worked on here since
select id as s2 from desk.ticket where external = 'S2' \gset
select tap.do_act('t_agent', :s2, 'reopen', '{"reason": "here"}') \g /dev/null
select tap.do_act('t_agent', :s2, 'restrict', '{"people": "t_lead"}') \g /dev/null
select is(tap.import(jsonb_build_array(tap.row(21, 'S2', 3, '2020-02-04T10:00:00Z', '{"state": "closed"}')))->>'events_created', '1', 'a row of the source after work done here');
select is((select state from desk.ticket where id = :s2), 'in_progress', 'does not undo that work');
select is(tap.import(jsonb_build_array(tap.row(22, 'S2', 4, '2099-02-04T10:00:00Z', '{"state": "resolved", "subject": "new subject"}')))->>'events_created', '1', 'a row that is newer applies');
select is((select (t.state, t.subject, x.subject)::text from desk.ticket t join desk.ticket_text x using (id) where t.id = :s2), '(resolved,"","new subject")', 'and a restricted ticket stays covered');
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'all of it verifies');
select is(tap.as_person('t_agent', format('select exists (select from desk.change_log_0 where ticket_id = %s)', :s2)), 'true', 'imports are in the feed');
select lives_ok($$ select tap.as_person('t_admin', 'select desk.import_end(1, ''{"rows_read": 1}'')') $$, 'the report is kept with the file');
select ok((select finished_at is not null and report = '{"rows_read": 1}' from desk.import_file where id = 1), 'and the time');

-- what a ticket cannot be without
select is(tap.import(jsonb_build_array(
    tap.row(30, 'S4', 0, '2020-03-01T10:00:00Z', '{"state": "new", "opened_at": "2020-03-01T09:00:00Z", "opened_by": null, "requester": null, "impact": 2}'),
    tap.row(31, 'S4', 1, '2020-03-01T11:00:00Z', '{"state": null, "opened_at": null, "opened_by": "Opener 2", "impact": null, "priority": "", "channel": null, "subject": null}')))->'problems',
  '[{"line": 31, "reason": "no value for state"}, {"line": 31, "reason": "no value for impact"}, {"line": 31, "reason": "no value for channel"}, {"line": 31, "reason": "no value for subject"}, {"line": 31, "reason": "no value for priority"}, {"line": 31, "reason": "no value for opened_at"}]',
  'an empty value for what a ticket cannot be without is a problem of the line');
select is((select (t.state, t.impact, t.opened_at at time zone 'UTC', t.requester_id, p.name)::text from desk.ticket t join desk.person p on p.id = t.opened_by where t.external = 'S4'),
  '(new,2,"2020-03-01 09:00:00",0,"Opener 2")', 'and the former value stays');
select is((select (x.changes->'opened_by'->>1)::int from desk.event_text x join desk.ticket t on t.id = x.ticket_id where t.external = 'S4' and x.seq = 1), 0, 'who opened it is not made up');
select is(tap.import(jsonb_build_array(tap.row(32, 'S4', 2, '2020-03-01T12:00:00Z', '{"opened_by": null}')))->'problems', '[]', 'nobody may have opened it');
select is((select opened_by from desk.ticket where external = 'S4'), 0, 'and that is kept');
select is(tap.as_person('t_agent', format('select desk.show(%s)', (select id from desk.ticket where external = 'S4')))::jsonb - 'events' @>
  '{"requester": null, "requester_id": null, "requester_name": null, "opened_by": null}', true, 'nobody is null to a reader');
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'and verifies');
-- the source goes on after a resolution: the desk does not close behind its back before its own days are over
select is(tap.import(jsonb_build_array(tap.row(33, 'S5', 0, '2020-03-01T10:00:00Z', '{"state": "resolved"}')))->>'events_created', '1', 'resolved long ago, imported now');
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is((select state from desk.ticket where external = 'S5'), 'resolved', 'it is not closed before the source could go on');
select is((select count(*)::int from desk.ticket where external in ('S1', 'S2', 'S5') and state = 'resolved'), 2, 'any of them');
update desk.import_file set started_at = started_at - interval '6 days';
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is((select state from desk.ticket where external = 'S5'), 'closed', 'but when it has been here for as long as any other');
select * from finish();
