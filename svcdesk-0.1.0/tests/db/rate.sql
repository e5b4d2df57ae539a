-- Satisfaction: who rates, when, how often, what is counted.
\ir rulebook.inc
select no_plan();
\o /dev/null
create function tap.ended(p_fields jsonb default '{}') returns bigint language plpgsql as $$
declare v bigint := tap.do_create('t_agent', '{"subject": "Mail", "requester": "t_caller", "group": "Network"}'::jsonb || p_fields);
begin
  perform tap.do_act('t_agent', v, 'take'); perform tap.do_act('t_agent', v, 'resolve', '{"code": "fixed", "category": "General", "body": "Done."}');
  return v;
end $$;
create function tap.csat() returns text language sql as $$ select round(sum(value) / sum(weight) * 100, 1)::text from desk.metric_csat $$;
update desk.clock set frozen_at = '2026-03-02 08:00Z';
select tap.ended() as t, tap.ended() as u, tap.do_create('t_agent', '{"subject": "open", "requester": "t_caller"}') as o \gset
\o
select is(tap.why(tap.act('t_caller', :o, 'rate', '{"score": 5}')), 'state wrong_state', 'not before it is resolved');
select is(tap.why(tap.act('t_agent', :t, 'rate', '{"score": 5}')), 'denied role_denied', 'not by who solved it');
select is(tap.why(tap.act('t_beta', :t, 'rate', '{"score": 5}')), 'notfound not_found', 'nor by who does not see it');
select is(tap.why(tap.act('t_caller', :t, 'rate')), 'input field_required score', 'a score is needed');
select is(tap.why(tap.act('t_caller', :t, 'rate', format('{"score": %s}', v)::jsonb)), 'input bad_choice score', 'not ' || v) from unnest('{0,6,-1}'::text[]) v;
select is(tap.why(tap.act('t_caller', :t, 'rate', '{"score": 2, "body": "took too long"}')), 'ok', 'rated');
select is((tap.row(:t)).state, 'resolved', 'the state stays');
select row_eq(format('select score, by_id from desk.rating where ticket_id = %s', :t), row(2::smallint, tap.person('t_caller')), 'kept');
select is(tap.show('t_agent', :t)->'rating', '{"score": 2, "at": "2026-03-02T08:00:00Z", "by": "t_caller", "comment": "took too long"}', 'staff see it in the ticket');
select is(tap.show('t_caller', :t)->'rating'->>'score', '2', 'so does the requester');
select is(tap.show('t_agent', :u)->'rating', 'null', 'none is null');
select is(tap.csat(), '40.0', 'csat: sum of scores / sum of the best ones');
-- changed, within days
update desk.clock set frozen_at = '2026-03-09 08:00Z';
select is(tap.why(tap.act('t_caller', :t, 'rate', '{"score": 4}')), 'ok', 'changed within days');
select is(tap.show('t_agent', :t)->'rating', '{"score": 4, "at": "2026-03-09T08:00:00Z", "by": "t_caller", "comment": null}', 'the last word counts, once');
select is(tap.csat(), '80.0', 'one rating a ticket');
select is(jsonb_path_query_array(tap.show('t_agent', :t), '$.events[*] ? (@.verb == "rate").changes.rating'), '[[[], [2]], [[2], [4]]]', 'the journal has both');
update desk.clock set frozen_at = '2026-03-09 08:00:01Z';
select is(tap.why(tap.act('t_caller', :t, 'rate', '{"score": 1}')), 'state rate_fixed score', 'not after: counted from the first');
-- taken back
select is(tap.why(tap.act('t_caller', :t, 'undo')), 'ok', 'undone');
select is(tap.show('t_agent', :t)->'rating', '{"score": 2, "at": "2026-03-02T08:00:00Z", "by": "t_caller", "comment": "took too long"}', 'then the one before counts');
select is(tap.why(tap.act('t_caller', :t, 'undo', jsonb_build_object('op', (select op from desk.event where ticket_id = :t order by seq desc limit 1)))), 'ok', 'redone');
select is((select score from desk.rating where ticket_id = :t), 4::smallint, 'and the new one again');
-- late
update desk.clock set frozen_at = '2026-04-01 08:00Z';
select is(tap.why(tap.act('t_caller', :u, 'rate', '{"score": 5}')), 'ok', 'thirty days after it was resolved');
\o /dev/null
select tap.do_act('t_caller', :u, 'undo');
\o
select is((select count(*) from desk.rating where ticket_id = :u), 0::bigint, 'a first one undone leaves none');
update desk.clock set frozen_at = '2026-04-01 08:00:01Z';
select is(tap.why(tap.act('t_caller', :u, 'rate', '{"score": 5}')), 'state rate_late score', 'and not later');
-- closed by the requester: the days begin with that
select tap.ended('{"requester": "t_beta"}') as c \gset
\o /dev/null
select tap.do_act('t_beta', :c, 'close');
\o
select is(tap.why(tap.act('t_beta', :c, 'rate', '{"score": 1, "body": "still angry"}')), 'ok', 'a closed one is rated too');
select is((tap.row(:c)).state, 'closed', 'and stays closed');
-- low scores, and whether somebody called
select is((select sum(value)::int || '/' || sum(weight)::int from desk.metric_dsat_recovery), '0/1', 'one low score, nobody called');
update desk.clock set frozen_at = '2026-04-02 08:00:01Z';
\o /dev/null
select tap.do_act('t_agent', :c, 'note', '{"body": "called, it works now"}');
\o
select is((select sum(value)::int || '/' || sum(weight)::int from desk.metric_dsat_recovery), '1/1', 'within a day somebody did');
-- response: closed tickets of a requester, also of one who does not sign in: ratings come from imports and mail, too
\o /dev/null
select tap.do_act('t_caller', :t, 'close'), tap.do_act('t_caller', :u, 'close');
insert into desk.person(name, org_id) select 'No Login', id from desk.org where name = 'Acme';
select tap.ended('{"requester": "No Login"}') as n, tap.ended() as x \gset
select tap.do_act('t_lead', :n, 'close', '{"reason": "x"}');
select tap.do_act('t_caller', :o, 'cancel', '{"reason": "withdrawn"}');
\o
select is((select sum(value)::int || '/' || sum(weight)::int from desk.metric_csat_response), '2/4', 'answered / sent: neither open nor cancelled');
\o /dev/null
insert into desk.rating(ticket_id, seq, score, at, by_id) select :n, 1, 4, t.closed_at, t.requester_id from desk.ticket t where t.id = :n;
\o
select is((select sum(value)::int || '/' || sum(weight)::int from desk.metric_csat_response), '3/4', 'whoever rated is among those who were asked');
\o /dev/null
delete from desk.rating where ticket_id = :n;
\o
select is((select count(*)::int from desk.metric_tickets('csat@2026@missed') m), (select count(*)::int from desk.rating where score < 5), 'missed: those who did not give the highest score');
select is((select count(*)::int from desk.metric_tickets('csat@2026@met') m), (select count(*)::int from desk.rating where score = 5), 'met: those who did');
select is(tap.why(tap.act('t_caller', :o, 'rate', '{"score": 5}')), 'state wrong_state', 'what was cancelled is not rated');
-- who reads it
select is(tap.as_person('t_caller', 'select count(*) from desk.rating'), '1', 'a requester reads his own');
select is(tap.as_person('t_agent', 'select count(*) from desk.rating'), '2', 'staff all they see');
\o /dev/null
select tap.do_act('t_lead', :c, 'restrict');
\o
select is(tap.as_person('t_agent', 'select count(*) from desk.rating'), '1', 'of restricted tickets nobody');
select is(tap.try('t_caller', 'update desk.rating set score = 5'), '42501', 'and nobody writes it');
-- every kind that is closed by somebody can be rated
select is_empty($$ select x.kind, s from desk.transition x, unnest(array[x.from_state, x.to_state]) s where x.verb = 'close'
  and not exists (select from desk.transition r where r.kind = x.kind and r.from_state = s and r.verb = 'rate') $$, 'whatever can be closed can be rated');
select is_empty($$ select kind from desk.transition where verb = 'rate' and from_state in ('new', 'cancelled') $$, 'and nothing else');
-- the proof
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems', '[]', 'it replays from its journal');
update desk.rating set score = 5 where ticket_id = :t;
select is(jsonb_array_length(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'problems'), 1, 'a score changed behind the rulebook is found');
select * from finish();
