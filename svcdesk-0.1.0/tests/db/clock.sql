-- The rules of clocks, one by one, and the cases by which other desks are known to go wrong.
\ir clock.inc
select no_plan();
\o /dev/null
select tap.at('2026-06-01 06:00:00+00'); -- a Monday
insert into desk.service(name) select 'V' || i from generate_series(1, 30) i;
select tap.add('t_worker', '{worker,requester}'), tap.add('t_second', '{agent}'), tap.add('t_boss', '{lead}', p_group => 'Service desk');
insert into desk.group_member(group_id, person_id, lead) select g.id, p.id, p.login = 't_boss' from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login in ('t_second', 't_boss');
select tap.calendar('office', 'UTC', tap.week('08:00-18:00')), tap.calendar('till five', 'UTC', tap.week('08:00-17:00')), tap.calendar('nine', 'UTC', tap.week('09:00-17:00')), tap.calendar('short', 'UTC', tap.week('08:00-16:00')),
  tap.calendar('odd', 'UTC', '{"mon": [["09:00", "17:00"]], "tue": [["09:00", "16:00"]], "thu": [["08:00", "17:00"]]}'),
  tap.calendar('lunch', 'UTC', tap.week('09:00-18:00'), '[{"date": "2026-06-01", "closed": [["13:00", "14:00"]], "name": "lunch"}]'),
  tap.calendar('berlin', 'Europe/Berlin', '{"mon": [["00:00", "24:00"]], "tue": [["00:00", "24:00"]], "wed": [["00:00", "24:00"]], "thu": [["00:00", "24:00"]], "fri": [["00:00", "24:00"]], "sat": [["00:00", "24:00"]], "sun": [["00:00", "24:00"]]}');
-- An agreement for one of the services V1 ...: its targets
create function tap.promise(p_n int, variadic p jsonb[]) returns void language plpgsql as $$
declare r jsonb;
begin
  r := tap.policy(jsonb_build_object('agreements', jsonb_build_array(jsonb_build_object('name', 'A' || p_n, 'type', 'sla', 'targets', to_jsonb(p), 'contracts', jsonb_build_array(jsonb_build_object('service', 'V' || p_n))))));
  if not (r->>'ok')::boolean then raise exception 'A%: %', p_n, r; end if;
end $$;
create function tap.res(p_minutes int, p_calendar text, p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object('metric', 'resolution', 'minutes', p_minutes, 'calendar', p_calendar) || p_more $$;
create function tap.open(p_n int, p_at timestamptz, p_more jsonb default '{}') returns bigint language plpgsql as $$
begin
  perform tap.at(p_at);
  return tap.do_create('t_agent', jsonb_build_object('subject', 'V' || p_n, 'requester', 't_caller', 'service', 'V' || p_n, 'category', 'General') || p_more);
end $$;
create function tap.then(p_at timestamptz, p_login text, p_id bigint, p_verb text, p_fields jsonb default '{}') returns void language plpgsql as $$
begin
  perform tap.at(p_at);
  perform tap.do_act(p_login, p_id, p_verb, p_fields);
end $$;
create function tap.hold(p_at timestamptz, p_id bigint, p_reason text) returns void language sql as $$
  select tap.then(p_at, 't_agent', p_id, 'hold', jsonb_build_object('reason', p_reason, 'until', '+900d', 'ref', 'S-1', 'body', 'which one?')) $$;
create function tap.resolve(p_at timestamptz, p_id bigint) returns void language sql as $$
  select tap.then(p_at, 't_agent', p_id, 'resolve', '{"code": "fixed", "body": "done"}') $$;
create function tap.due(p_id bigint, p_metric text default 'resolution') returns text language sql as $$ select tap.iso((tap.clock(p_id, p_metric)).due_at) $$;
create function tap.state(p_id bigint, p_metric text default 'resolution') returns text language sql as $$ select (tap.clock(p_id, p_metric)).state $$;
create function tap.used(p_id bigint, p_metric text default 'resolution') returns text language sql as $$
  select format('%s:%s', n.elapsed_s / 3600, to_char(n.elapsed_s / 60 % 60, 'FM00')) from tap.clock(p_id, p_metric) n $$;
select tap.promise(1, tap.res(240, 'office')), tap.promise(2, tap.res(480, 'till five')), tap.promise(3, tap.res(960, 'odd')), tap.promise(4, tap.res(300, 'lunch')), tap.promise(5, tap.res(480, 'nine')),
  tap.promise(6, tap.res(1440, 'berlin')), tap.promise(7, tap.res(480, 'short')),
  tap.promise(8, tap.res(480, 'office'), tap.res(240, 'office', '{"priority": 1}')),
  tap.promise(9, tap.res(480, 'office', '{"reopen": "resume"}')), tap.promise(10, tap.res(480, 'office', '{"reopen": "continue"}')), tap.promise(11, tap.res(480, 'office', '{"reopen": "cycle"}')),
  tap.promise(12, tap.res(480, 'office', '{"pauses": ["new", "requester"]}')),
  tap.promise(13, '{"metric": "response", "minutes": 60, "stop_on": "reply"}', '{"metric": "update", "minutes": 120, "mode": "A"}', tap.res(4800, '24x7')),
  tap.promise(14, '{"metric": "response", "minutes": 60, "stop_on": "reply"}', '{"metric": "update", "minutes": 120, "mode": "B"}', '{"metric": "update", "minutes": 30, "mode": "A", "major": true}'),
  tap.promise(15, '{"metric": "response", "minutes": 60, "stop_on": "accept"}'), tap.promise(16, '{"metric": "response", "minutes": 60, "stop_on": "assign"}');
select tap.policy('{"agreements": [{"name": "inside", "type": "ola", "targets": [{"metric": "ola", "minutes": 120, "calendar": "office"}, {"metric": "ola", "minutes": 60, "calendar": "office", "group": "Service desk"}], "contracts": [{"service": "V20"}]},
  {"name": "S-1", "type": "uc", "targets": [{"metric": "uc", "minutes": 600, "calendar": "berlin"}], "contracts": [{"service": "V20"}]}]}');
\o

-- ---- business time, as it is known to go wrong ---------------------------------------------------------------------------
select tap.open(1, '2026-06-01 17:00+00') as a \gset
select is(tap.due(:a), '2026-06-02 11:00:00', '4 h from Monday 17:00 are due on Tuesday at 11:00');
select is(tap.iso((tap.clock(:a, 'resolution')).risk_at), '2026-06-02 10:00:00', 'an hour before is 10:00, not midnight');
select is(tap.due(tap.open(1, '2026-06-01 16:00+00')), '2026-06-02 10:00:00', '4 h from 16:00: 10:00 the next day');
select tap.open(2, '2026-06-05 21:00+00') as a, tap.at('2026-06-08 09:30+00') \gset
select is(tap.used(:a), '1:30', 'opened on Friday night, on Monday at 9:30 an hour and a half is used');
select is(tap.due(tap.open(3, '2026-06-01 11:00+00')), '2026-06-04 11:00:00', 'different hours each day');
select is(tap.due(tap.open(4, '2026-06-01 09:00+00')), '2026-06-01 15:00:00', 'a lunch break that is an exception');
select tap.open(5, '2026-06-05 09:00+00') as a \gset
\o /dev/null
select tap.then('2026-06-05 09:00+00', 't_agent', :a, 'take'), tap.hold('2026-06-05 16:00+00', :a, 'requester');
\o
select is(concat_ws(' ', tap.state(:a), tap.due(:a), tap.used(:a), (tap.row(:a)).due_at), 'paused - 7:00 infinity', 'on hold: it stands still, nothing is due');
\o /dev/null
select tap.then('2026-06-08 10:00+00', 't_agent', :a, 'resume');
\o
select is(concat_ws(' ', tap.state(:a), tap.due(:a), tap.used(:a)), 'running 2026-06-08 11:00:00 7:00', 'the weekend in a hold costs nothing else');
select is((tap.row(:a)).due_at, '2026-06-08 11:00+00', 'the ticket is due by its clock');
select is(tap.iso((tap.clock(tap.open(6, '2026-03-28 12:00 Europe/Berlin'), 'resolution')).due_at), '2026-03-29 11:00:00', '24 h over the change of clocks: 13:00 local');
select tap.open(1, '2026-06-01 09:00+00') as a \gset
\o /dev/null
select tap.then('2026-06-01 09:00+00', 't_agent', :a, 'take'), tap.hold('2026-06-01 10:00+00', :a, 'requester'), tap.resolve('2026-07-31 10:00+00', :a);
\o
select is(concat_ws(' ', tap.state(:a), tap.used(:a), (tap.clock(:a, 'resolution')).paused_s / 3600), 'met 1:00 440', 'resolved straight from a hold of sixty days: all of it is taken off');
select is(tap.due(tap.open(7, '2026-06-01 08:00+00')), '2026-06-01 16:00:00', 'eight hours are one day of eight hours (9)');

-- ---- 1: order -------------------------------------------------------------------------------------------------------------
select tap.open(12, '2026-06-01 09:00+00') as a \gset
select is(tap.state(:a), 'paused', 'a pause at the start stands still, it does not cancel');
\o /dev/null
select tap.then('2026-06-01 11:00+00', 't_agent', :a, 'take');
\o
select is(concat_ws(' ', tap.state(:a), tap.due(:a)), 'running 2026-06-02 09:00:00', 'and runs when that is over');

-- ---- 2: another priority ---------------------------------------------------------------------------------------------------
select tap.open(8, '2026-06-01 09:00+00') as a \gset
\o /dev/null
select tap.then('2026-06-01 09:00+00', 't_agent', :a, 'take'), tap.hold('2026-06-01 10:00+00', :a, 'requester'), tap.then('2026-06-01 12:00+00', 't_agent', :a, 'resume'),
  tap.then('2026-06-01 13:00+00', 't_agent', :a, 'edit', '{"priority": 1, "reason": "board"}');
\o
select is((select string_agg(concat_ws(' ', n.state, n.target_s / 60, tap.iso(n.started_at), n.paused_s / 60, n.elapsed_s / 60, n.cancel_reason), '; ' order by n.clock_id) from desk.clock_now n where n.ticket_id = :a),
  'cancelled 480 2026-06-01 09:00:00 120 120 superseded; running 240 2026-06-01 09:00:00 120 120', 'another priority: the old clock is superseded, the new one starts when the ticket was opened and inherits the pauses');
select is(tap.due(:a), '2026-06-01 15:00:00', 'and is due by the new target');
select is((tap.row(:a)).due_at, '2026-06-01 15:00+00', 'so is the ticket');
\o /dev/null
select tap.at('2026-06-01 13:10+00'), tap.do_act('t_agent', :a, 'undo');
\o
select is((select string_agg(concat_ws(' ', n.state, n.target_s / 60, n.paused_s / 60), '; ' order by n.clock_id) from desk.clock_now n where n.ticket_id = :a), 'running 480 120', 'undone, it has never been');
\o /dev/null
select tap.then('2026-06-01 14:00+00', 't_agent', :a, 'edit', '{"service": "V1"}');
\o
select is((select string_agg(concat_ws(' ', n.state, n.target_s / 60, n.paused_s / 60, tap.iso(n.due_at)), '; ' order by n.clock_id) from desk.clock_now n where n.ticket_id = :a and not superseded), 'running 240 120 2026-06-01 15:00:00',
  'another service chooses anew in the same way');

-- ---- 3: reopened -----------------------------------------------------------------------------------------------------------
select tap.open(9, '2026-06-01 08:00+00') as a, tap.open(10, '2026-06-01 08:00+00') as b, tap.open(11, '2026-06-01 08:00+00') as c \gset
\o /dev/null
select tap.then('2026-06-01 08:00+00', 't_agent', x, 'take'), tap.resolve('2026-06-01 10:00+00', x), tap.then('2026-06-01 13:00+00', 't_caller', x, 'reopen', '{"reason": "again"}') from unnest(array[:a, :b, :c]) x;
\o
select is(concat_ws(' ', tap.state(:a), tap.used(:a), tap.due(:a)), 'running 2:00 2026-06-02 09:00:00', 'reopened: it goes on with what was used, without the time in between');
select is(concat_ws(' ', tap.state(:b), tap.used(:b), tap.due(:b)), 'running 5:00 2026-06-01 16:00:00', 'continue: with the time in between');
select is((select string_agg(concat_ws(' ', n.cycle, n.state, n.elapsed_s / 60, tap.iso(n.due_at)), '; ' order by n.cycle) from desk.clock_now n where n.ticket_id = :c), '1 met 120 2026-06-01 16:00:00; 2 running 0 2026-06-02 11:00:00',
  'cycle: a second one with all its time, the first stays met');

-- ---- 4: a breach is a fact ---------------------------------------------------------------------------------------------------
select tap.open(1, '2026-06-01 08:00+00') as a \gset
\o /dev/null
select tap.then('2026-06-01 08:00+00', 't_agent', :a, 'take'), tap.at('2026-06-01 12:00:00+00');
\o
select is(concat_ws(' ', tap.state(:a), (tap.clock(:a, 'resolution')).breached_at is null), 'running t', 'at its due time it is not breached');
select tap.at('2026-06-01 12:00:01+00') \gset x
select is(concat_ws(' ', tap.state(:a), tap.iso((tap.clock(:a, 'resolution')).breached_at)), 'breached 2026-06-01 12:00:00', 'a second later it is, and nothing has run');
\o /dev/null
select tap.hold('2026-06-01 13:00+00', :a, 'requester'), tap.then('2026-06-01 17:00+00', 't_agent', :a, 'resume');
\o
select is(concat_ws(' ', tap.state(:a), tap.due(:a), tap.used(:a)), 'breached 2026-06-01 12:00:00 5:00', 'a pause after it moves nothing');
\o /dev/null
select tap.resolve('2026-06-02 09:00+00', :a);
\o
select is(concat_ws(' ', tap.state(:a), tap.iso((tap.clock(:a, 'resolution')).breached_at), (tap.clock(:a, 'resolution')).open), 'breached 2026-06-01 12:00:00 f', 'stopped late it stays breached');
select tap.open(1, '2026-06-01 08:00+00') as a \gset
\o /dev/null
select tap.then('2026-06-01 08:00+00', 't_agent', :a, 'take'), tap.resolve('2026-06-01 12:00:00+00', :a);
\o
select is(tap.state(:a), 'met', 'stopped exactly when due it is met');

-- ---- 5: versions ------------------------------------------------------------------------------------------------------------
select tap.open(1, '2026-06-01 08:00+00') as a \gset
\o /dev/null
select tap.at('2026-06-01 09:00+00'), tap.promise(1, tap.res(120, 'office'));
\o
select is(tap.due(:a), '2026-06-01 12:00:00', 'a change of the agreement leaves what runs');
select is(tap.due(tap.open(1, '2026-06-01 08:00+00')), '2026-06-01 10:00:00', 'what begins goes by the new version');
\o /dev/null
select tap.then('2026-06-01 09:30+00', 't_agent', :a, 'take'), tap.hold('2026-06-01 09:30+00', :a, 'requester'), tap.then('2026-06-01 09:40+00', 't_agent', :a, 'resume');
\o
select is(tap.drift(array[:a::bigint]), 'ok', 'the journal says the same, whatever is in force now');
\o /dev/null
select (tap.as_person('t_admin', $$ select desk.sla_reclock_begin('', 'shorter', 1) $$)::jsonb->>'reclock')::int as run \gset
\o
select is(tap.as_person('t_admin', format('select desk.sla_reclock_part(null, null, %L, true)', array[:a]))::jsonb - 'ok', '{"tickets": 1, "made": 0, "moved": 1, "gone": 0}', 'a dry run counts');
select is(tap.due(:a), '2026-06-01 12:10:00', 'and changes nothing');
select is(tap.as_person('t_admin', format('select desk.sla_reclock_part(%s, 1, %L)', :run, array[:a]))::jsonb - 'ok', '{"tickets": 1, "made": 0, "moved": 1, "gone": 0}', 'a reclock moves it');
select is(tap.due(:a), '2026-06-01 10:10:00', 'to the version of now, pauses kept');
select is(tap.as_person('t_admin', format('select desk.sla_reclock_part(%s, 1, %L)', :run, array[:a]))::jsonb->>'tickets', '0', 'the same part again does nothing');
select is(tap.as_person('t_admin', $$ select desk.sla_reclock_begin('', 'shorter', 1) $$)::jsonb->>'resumed', 'true', 'one that was interrupted goes on');
select is(tap.as_person('t_admin', format('select desk.sla_reclock_end(%s)', :run))::jsonb->>'moved', '1', 'it ends with its sums');
select is((select string_agg(detail->>'reason', ', ' order by id) from desk.sla_change where what = 'reclock'), 'shorter, shorter', 'and is on record');
select is((select (w.clock).target_s from desk.sla_clock_was w), 14400::bigint, 'with what was before');
select is(tap.drift(array[:a::bigint]), 'ok', 'from then on the journal gives the reclocked one');
select is(tap.why(tap.as_person('t_agent', $$ select desk.sla_reclock_begin('', null, 1) $$)::jsonb), 'denied reclock_role', 'not for everybody');
\o /dev/null
select tap.promise(1, tap.res(240, 'office')), tap.open(8, '2026-06-01 08:00+00') as a \gset
select tap.calendar('office', 'UTC', tap.week('08:00-10:00'));
\o
select is(tap.due(:a), '2026-06-01 16:00:00', 'a change of the calendar leaves what runs, too');
\o /dev/null
select tap.calendar('office', 'UTC', tap.week('08:00-18:00'));
\o

-- ---- 6: the calendar's zone -----------------------------------------------------------------------------------------------------
\o /dev/null
select tap.calendar('shanghai', 'Asia/Shanghai', tap.week('09:00-18:00')), tap.promise(17, tap.res(60, 'shanghai'));
set timezone = 'America/New_York';
\o
select tap.open(17, '2026-06-01 00:30+00') as a \gset
select is(concat_ws(' ', tap.state(:a), tap.due(:a)), 'running 2026-06-01 02:00:00', 'opened at half past eight in Shanghai: due at ten there, whoever looks, and not failed at birth');
reset timezone;

-- ---- 7: warnings ------------------------------------------------------------------------------------------------------------------
select tap.open(8, '2026-06-05 16:00+00', '{"group": "Network", "assignee": "t_agent"}') as a \gset
\o /dev/null
select tap.at('2026-06-06 12:00+00'), tap.tick();
\o
select is((select count(*) from desk.sla_warning where ticket_id = :a), 0::bigint, 'nothing to warn of on a Saturday');
\o /dev/null
select tap.at('2026-06-08 15:00+00'), tap.tick();
\o
select is((select string_agg(concat_ws(' ', p.login, w.percent, tap.iso(w.at)), '; ' order by w.id) from desk.sla_warning w join desk.person p on p.id = w.person_id where w.ticket_id = :a),
  't_agent 50 2026-06-08 10:00:00; t_agent 75 2026-06-08 12:00:00; t_agent 100 2026-06-08 14:00:00', 'after a time when nobody looked each level once, with its time on the calendar');
\o /dev/null
select tap.tick();
\o
select is((select count(*) from desk.sla_warning w where w.ticket_id = :a), 3::bigint, 'and not again');
select is(tap.as_person('t_agent', format('select string_agg(reason || '' '' || excerpt, ''; '' order by at) from desk.inbox() where ticket_id = %s and reason in (''at_risk'', ''breach'')', :a)),
  'at_risk resolution 50 %; at_risk resolution 75 %; breach resolution 100 %', 'they stand in the inbox');
select is(tap.as_person('t_agent', format('select desk.inbox_mark(array(select item from desk.inbox() where ticket_id = %s and reason = ''breach''))', :a)), '1', 'one can be marked read');
select is(tap.as_person('t_agent', format('select count(*) from desk.inbox() where ticket_id = %s and reason in (''at_risk'', ''breach'') and unread', :a)), '2', 'by itself');
select tap.open(8, '2026-06-08 08:00+00', '{"group": "Service desk"}') as a \gset
\o /dev/null
select tap.at('2026-06-08 13:00+00'), tap.tick();
\o
select is((select string_agg(p.login || ' ' || w.percent, '; ') from desk.sla_warning w join desk.person p on p.id = w.person_id where w.ticket_id = :a), 't_boss 50',
  'nobody has it: the leads of the group are warned');

-- ---- 8, and first responses -----------------------------------------------------------------------------------------------------------
select tap.open(13, '2026-06-01 09:00+00') as a, tap.open(14, '2026-06-01 09:00+00') as b \gset
\o /dev/null
select tap.then('2026-06-01 09:05+00', 't_caller', x, 'reply', '{"body": "anybody?"}'), tap.then('2026-06-01 09:06+00', 't_agent', x, 'note', '{"body": "internal"}') from unnest(array[:a, :b]) x;
\o
select is(tap.clocks(:a, 'update'), null, 'no update clock before the first response');
select is(tap.clocks(:b, 'update'), null, 'nor by a question of the requester');
select is(concat_ws(' ', tap.state(:a, 'response'), (tap.row(:a)).due_at = '2026-06-01 10:00+00'), 'running t', 'neither the requester nor a note answers, and the response is what is due first');
\o /dev/null
select tap.at('2026-06-01 09:10+00');
select desk.store_act(t, t, 'reply', tap.person('t_worker'), 'api', gen_random_uuid(), desk.now(), 2::smallint, '{}', 'We got your message.') from desk.ticket t where t.id = :a;
select tap.at('2026-06-01 09:11+00');
select desk.store_act(t, t, 'reply', 1, 'tick', gen_random_uuid(), desk.now(), 2::smallint, '{}', 'We got your message.') from desk.ticket t where t.id = :a;
\o
select is(tap.state(:a, 'response'), 'running', 'automatic replies never count');
\o /dev/null
select tap.then('2026-06-01 09:30+00', 't_agent', x, 'reply', '{"body": "on it"}') from unnest(array[:a, :b]) x;
\o
select is(concat_ws(' ', tap.state(:a, 'response'), tap.used(:a, 'response')), 'met 0:30', 'the first human public reply does');
select is(tap.due(:a, 'update'), '2026-06-01 11:30:00', 'A: the next update is due from then on');
select is(tap.clocks(:b, 'update'), null, 'B: nobody waits');
\o /dev/null
select tap.then('2026-06-01 10:00+00', 't_caller', x, 'reply', '{"body": "and?"}'), tap.then('2026-06-01 10:20+00', 't_caller', x, 'reply', '{"body": "well?"}') from unnest(array[:a, :b]) x;
\o
select is(tap.due(:a, 'update'), '2026-06-01 11:30:00', 'A: whatever the requester says');
select is(tap.due(:b, 'update'), '2026-06-01 12:00:00', 'B: from the oldest message that nobody answered');
\o /dev/null
select tap.then('2026-06-01 11:00+00', 't_agent', x, 'reply', '{"body": "soon"}') from unnest(array[:a, :b]) x;
\o
select is((select string_agg(concat_ws(' ', n.cycle, n.state, tap.iso(n.due_at)), '; ' order by n.cycle) from desk.clock_now n where n.ticket_id = :a and n.metric = 'update'), '1 met 2026-06-01 11:30:00; 2 running 2026-06-01 13:00:00', 'A: met, and the next one');
select is(tap.clocks(:b, 'update') ~ '^update met', true, 'B: answered, none runs after the agent spoke');
\o /dev/null
select tap.at('2026-06-01 11:30+00');
select desk.store_act(t, jsonb_populate_record(t, '{"major": "accepted"}'), 'edit', 1, 'api', gen_random_uuid(), desk.now(), 1::smallint, '{}', null) from desk.ticket t where t.id = :b;
\o
select is(concat_ws(' ', tap.state(:b, 'update'), tap.due(:b, 'update')), 'running 2026-06-01 12:00:00', 'a major incident has its own update clock from the moment it is one');
\o /dev/null
select tap.then('2026-06-01 11:31+00', 't_agent', :b, 'take'), tap.hold('2026-06-01 11:40+00', :b, 'supplier');
\o
select is(concat_ws(' ', tap.state(:b, 'update'), tap.due(:b, 'update')), 'running 2026-06-01 12:00:00', 'which stands still for no hold');
select tap.open(15, '2026-06-01 09:00+00') as a, tap.open(16, '2026-06-01 09:00+00') as b \gset
\o /dev/null
select tap.then('2026-06-01 09:20+00', 't_agent', x, 'assign', '{"assignee": "t_agent"}'), tap.then('2026-06-01 09:40+00', 't_agent', x, 'start') from unnest(array[:a, :b]) x;
\o
select is(tap.used(:a, 'response') || ' ' || tap.used(:b, 'response'), '0:40 0:20', 'a response can be that it is accepted, or that somebody has it');

-- ---- OLA and UC ---------------------------------------------------------------------------------------------------------------------
select tap.open(20, '2026-06-01 09:00+00', '{"group": "Network"}') as a \gset
\o /dev/null
select tap.then('2026-06-01 09:30+00', 't_agent', :a, 'take'), tap.then('2026-06-01 09:45+00', 't_lead', :a, 'take');
\o
select is((select string_agg(concat_ws(' ', n.cycle, n.state, n.target_s / 60, tap.iso(n.started_at)), '; ' order by n.cycle) from desk.clock_now n where n.ticket_id = :a), '1 running 120 2026-06-01 09:00:00', 'taking it does not restart the clock of the group');
\o /dev/null
select tap.then('2026-06-01 10:30+00', 't_agent', :a, 'assign', '{"group": "Service desk", "assignee": "t_second", "reason": "theirs"}');
\o
select is((select string_agg(concat_ws(' ', n.cycle, g.name, n.state, n.target_s / 60, n.elapsed_s / 60, tap.iso(n.due_at)), '; ' order by n.cycle) from desk.clock_now n join desk.support_group g on g.id = n.group_id where n.ticket_id = :a),
  '1 Network met 120 90 2026-06-01 11:00:00; 2 Service desk running 60 0 2026-06-01 11:30:00', 'handed on, the next group has its own clock with all its time');
\o /dev/null
select tap.then('2026-06-01 10:40+00', 't_second', :a, 'start'), tap.then('2026-06-01 10:40+00', 't_second', :a, 'hold', '{"reason": "supplier", "until": "+9d", "ref": "s-1"}');
\o
select is(concat_ws(' ', tap.state(:a, 'uc'), tap.due(:a, 'uc'), tap.state(:a, 'ola')), 'running 2026-06-01 20:40:00 running', 'on hold for the supplier his clock runs, by his calendar');
\o /dev/null
select tap.then('2026-06-01 12:40+00', 't_second', :a, 'resume');
\o
select is(concat_ws(' ', tap.state(:a, 'uc'), tap.used(:a, 'uc')), 'met 2:00', 'until he answers');
select is(tap.as_person('t_caller', format('select count(*) from desk.clock_now where ticket_id = %s', :a)), '0', 'which is no matter of the requester');
select is(jsonb_array_length(tap.as_person('t_caller', format('select desk.sla_explain(%s)', :a))::jsonb->'clocks'), 0, 'in the explanation neither');

-- ---- the end ---------------------------------------------------------------------------------------------------------------------------
select tap.open(1, '2026-06-01 08:00+00') as a, tap.open(1, '2026-06-01 08:00+00') as b \gset
\o /dev/null
select tap.then('2026-06-01 09:00+00', 't_agent', :b, 'cancel', format('{"reason": "duplicate", "to": "INC%s"}', 100000 + :a)::jsonb);
\o
select is(concat_ws(' ', tap.state(:b), (tap.clock(:b, 'resolution')).cancel_reason, (tap.row(:b)).due_at), 'cancelled duplicate infinity', 'a duplicate: cancelled, nothing is due');
select is((select count(*) from desk.sla_clock where ticket_id = :b and warn_at is not null), 0::bigint, 'and nobody warned');

-- ---- which agreement ---------------------------------------------------------------------------------------------------------------------
\o /dev/null
select tap.policy(jsonb_build_object('agreements', jsonb_build_array(
  jsonb_build_object('name', 'all', 'type', 'sla', 'targets', jsonb_build_array(tap.res(1, '24x7'))),
  jsonb_build_object('name', 'beta', 'type', 'sla', 'targets', jsonb_build_array(tap.res(2, '24x7')), 'contracts', '[{"customer": "Beta"}]'::jsonb),
  jsonb_build_object('name', 'both', 'type', 'sla', 'targets', jsonb_build_array(tap.res(4, '24x7'), tap.res(5, '24x7', '{"kind": "incident"}'), tap.res(6, '24x7', '{"priority": 1}')), 'contracts', '[{"customer": "Beta", "service": "V21"}]'::jsonb),
  jsonb_build_object('name', 'service', 'type', 'sla', 'targets', jsonb_build_array(tap.res(3, '24x7')), 'contracts', '[{"service": "V21"}, {"service": "V22", "from": "2027-01-01"}]'::jsonb))));
create function tap.chosen(p_requester text, p_service text, p_more jsonb default '{}') returns int language sql as $$
  select (tap.clock(tap.do_create('t_agent', jsonb_strip_nulls(jsonb_build_object('subject', 'x', 'requester', p_requester, 'service', p_service)) || p_more), 'resolution')).target_s / 60 $$;
select tap.at('2026-06-01 08:00+00');
\o
select is(tap.chosen('t_caller', null), 1, 'no closer agreement: that for everybody');
select is(tap.chosen('t_beta', null), 2, 'that of the customer');
select is(tap.chosen('t_beta', 'V30'), 2, 'for each of its services');
select is(tap.chosen('t_caller', 'V21'), 3, 'that of the service');
select is(tap.chosen('t_beta', 'V21'), 5, 'that of both comes first; there the target of the kind before that of all');
select is(tap.chosen('t_beta', 'V21', '{"impact": 1, "urgency": 1}'), 5, 'a named kind before a named priority');
select is(tap.chosen('t_caller', 'V22'), 1, 'one that does not hold yet');
select is((select c->>'rule' from jsonb_array_elements(tap.as_person('t_agent', format('select desk.sla_explain(%s)', (select max(id) from desk.ticket where service_id = (select id from desk.service where name = 'V21'))))::jsonb->'clocks') c),
  'both version 1 holds for customer Beta with service V21; of it the resolution target for kind incident', 'and it says why');

-- ---- 10, 11: explained ---------------------------------------------------------------------------------------------------------------------
select tap.open(4, '2026-06-01 12:00+00') as a \gset
\o /dev/null
select tap.then('2026-06-01 12:00+00', 't_agent', :a, 'take'), tap.hold('2026-06-01 15:00+00', :a, 'requester'), tap.then('2026-06-02 10:00+00', 't_agent', :a, 'resume'), tap.at('2026-06-02 11:00+00');
\o
select is((select string_agg(concat_ws(' ', s->>'what', to_char((s->>'from')::timestamptz at time zone 'UTC', 'DD HH24:MI'), (s->>'minutes')::float, s->>'by', s->>'why', case when (s->>'ahead')::boolean then 'ahead' end), '; ' order by n)
    from jsonb_array_elements(tap.as_person('t_agent', format('select desk.sla_explain(%s)', :a))::jsonb->'clocks'->0->'segments') with ordinality q(s, n)),
  'running 01 12:00 60; closed 01 13:00 0 lunch; running 01 14:00 60; paused 01 15:00 240 t_agent requester; running 02 10:00 60; running 02 11:00 120 ahead',
  'each stretch, what the calendar cuts out and why, who paused it and why, what lies ahead') where true;
select is((select sum((s->>'minutes')::numeric) from jsonb_array_elements(tap.as_person('t_agent', format('select desk.sla_explain(%s)', :a))::jsonb->'clocks'->0->'segments') s where s->>'what' = 'running'), 300::numeric, 'what runs is the target');
select is((select string_agg(concat_ws(' ', b->>'state', (b->>'minutes')::float), '; ' order by b->>'state') from jsonb_array_elements(tap.as_person('t_agent', format('select desk.sla_explain(%s)', :a))::jsonb->'breakdown') b),
  'in_progress 240; new 0; on_hold 1140', 'how long it was in each state');

-- ---- who sees what ---------------------------------------------------------------------------------------------------------------------------
\o /dev/null
select tap.do_act('t_lead', :a, 'restrict');
\o
select is(tap.as_person('t_agent', format('select count(*) from desk.clock_now where ticket_id = %s', :a)), '0', 'clocks of a restricted ticket are not to be read');
select is(tap.as_person('t_lead', format('select count(*) from desk.sla_clock where ticket_id = %s', :a)), '0', 'not even by those it names');
select is(tap.as_person('t_agent', format('select desk.sla_explain(%s)', :a)), null, 'nor explained');
select is(jsonb_array_length(tap.as_person('t_lead', format('select desk.sla_explain(%s)', :a))::jsonb->'clocks'), 1, 'but to those');
select is((select string_agg(what || ' ' || detail, ', ' order by id) from desk.access_log where ticket_id = :a), 'denied sla, opened sla', 'which is on record');
select is(tap.as_person('t_caller', 'select count(*) from desk.sla_target'), '0', 'definitions are for staff');
select is(tap.why(tap.as_person('t_agent', $$ select desk.sla_policy_add('{"agreements": [{"name": "x", "type": "sla", "targets": [{"metric": "resolution", "minutes": 1}]}]}') $$)::jsonb), 'denied policy_role', 'and written by process owners and administrators');
select is(tap.verify(), '[]', 'the journal verifies');
\o /dev/null
update desk.ticket set due_at = '2026-01-01' where id = (select max(id) from desk.ticket);
\o
select is(jsonb_array_length(tap.verify()), 1, 'a due time that is none of its clocks is found');
select * from finish();
