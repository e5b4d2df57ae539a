-- What time brings: auto-close, follow-ups, the desk's own clock, the feed, rotation of the change log, epoch, partitions.
\ir people.inc
select plan(49);

create function tap.tick() returns jsonb language sql as $$ select tap.as_person('t_caller', 'select desk.tick()')::jsonb $$;
create function tap.state(p_id bigint) returns text language sql as $$ select state from desk.ticket where id = p_id $$;

-- a clock that moves by hand
select throws_ok($$ select tap.as_person('t_admin', 'select desk.clock_advance(''1 hour'')') $$, '55000', null, 'a desk on real time refuses to be advanced');
update desk.clock set frozen_at = '2026-03-01 10:00+00';
select is(tap.as_person('t_agent', 'select desk.clock_advance(''4 hours'')')::timestamptz, '2026-03-01 14:00+00', 'a desk with a clock of its own advances');
select is(desk.now(), '2026-03-01 14:00+00', 'and desk.now() is that clock');
select throws_ok($$ select tap.as_person('t_agent', 'select desk.clock_advance(''-1 hour'')') $$, '22023', null, 'not backwards');

-- auto-close: from the time it was resolved, not from the last update
select tap.do_create('t_agent', '{"subject": "one", "requester": "t_caller", "category": "General"}') as a \gset
select tap.do_create('t_agent', '{"subject": "two", "requester": "t_caller", "category": "General"}') as b \gset
\o /dev/null
select tap.do_act('t_agent', :a, 'take');
select tap.do_act('t_agent', :a, 'resolve', '{"code": "fixed", "body": "done"}');
select tap.do_act('t_agent', :b, 'take');
select tap.do_act('t_agent', :b, 'hold', '{"reason": "supplier", "ref": "S-1", "until": "2026-03-03T09:00Z"}');
select tap.as_person('t_agent', 'select desk.clock_advance(''4 days'')');
select tap.do_act('t_agent', :a, 'note', '{"body": "still fine"}');
\o
select is(tap.tick()->>'resumed', '1', 'a follow-up whose day has come wakes');
select is(tap.state(:b), 'in_progress', 'the ticket is in progress again');
select is(tap.state(:a), 'resolved', 'four days after it was resolved a ticket is still resolved');
select tap.as_person('t_agent', 'select desk.clock_advance(''1 day'')') \g /dev/null
select is(tap.tick()->>'closed', '1', 'a note does not delay the closing');
select is(tap.state(:a), 'closed', 'five days after, the tick closes it');
select is((select (e.actor_id, e.channel, e.verb)::text from desk.event e where e.ticket_id = :a order by seq desc limit 1), '(1,tick,close)', 'as the system');
select is((select closed_at from desk.ticket where id = :a), '2026-03-06 14:00+00'::timestamptz, 'at the desk''s time');
select is(tap.tick() - 'board' - 'seals', '{"ok": true, "busy": false, "more": false, "ops": 0, "closed": 0, "resumed": 0, "refused": 0, "proposed": 0, "articles": 0, "rotated": false, "partitions": 0, "calendars": 0, "warned": 0, "assigned": 0, "epoch_raised": false}',
  'a second tick finds nothing to do');
select is((select data->>'open' from desk.board where name = 'open'), '1', 'the board row counts what is open');

-- the feed
create function tap.feed(p_login text, e int, x text, s bigint) returns text language sql as $$
  select tap.as_person(p_login, format('select string_agg(coalesce(f.ticket_id::text, ''all''), '' '') from desk.feed(%s, %L, %s) f', e, x, s)) $$;
select x as x0 from desk.feed_cursor() \gset
select tap.do_act('t_agent', :b, 'note', '{"body": "x"}') \g /dev/null
select is(tap.feed('t_agent', 1, :'x0', 0), :'b', 'an act is in the feed of an agent');
select is(tap.feed('t_caller', 1, :'x0', 0), :'b', 'and of people of its organisation');
select is(tap.feed('t_beta', 1, :'x0', 0), null, 'not of others');
select is(tap.feed('t_agent', 0, :'x0', 0), 'all', 'a cursor of another epoch needs everything anew');
select is(tap.feed('t_agent', 1, 'rubbish', 0), 'all', 'so does one that is none');
select is(tap.feed('t_agent', 1, '9000000000000000000', 0), 'all', 'and one from the future');
-- digit boundary of the transaction number: text sorts 1000 before 999
begin;
truncate desk.change_log_0;
insert into desk.change_log_0(epoch, x, seq, org_id, ticket_id) select 1, v.x::text::xid8, v.s, (select id from desk.org where name = 'Acme'), v.t
  from (values (98, 5, 1), (99, 9, 2), (99, 10, 3), (100, 6, 4), (101, 2, 5)) v(x, s, t);
select is(tap.feed('t_agent', 1, '9', 0), '1 2 3 4 5', 'rows come in the order of numbers');
select is(tap.feed('t_agent', 1, '99', 9), '3 4 5', 'the cursor crosses from 99 to 100 without loss or repetition');
select is(tap.as_person('t_agent', $$ select string_agg(x || '/' || seq, ' ') from desk.feed(1, '99', 10) $$), '100/6 101/2', 'each row is the next cursor');
rollback;
-- at most 500 rows; going on from the last one gives the rest once
begin;
insert into desk.change_log_0(epoch, x, seq, org_id, ticket_id) select 1, (300 + i % 300)::text::xid8, 100000 + i, (select id from desk.org where name = 'Acme'), i
  from generate_series(1, 1300) i;
create temporary table got(e int, x text, s bigint, t bigint);
grant all on got to public;
set session authorization t_agent;
do $$
declare cx text := '250'; cs bigint := 0; n int;
begin
  loop
    insert into got select * from desk.feed(1, cx, cs);
    get diagnostics n = row_count;
    exit when n = 0;
    select g.x, g.s into cx, cs from got g order by g.x::numeric desc, g.s desc limit 1;
  end loop;
end $$;
reset session authorization;
select is((select (count(*), count(distinct t))::text from got where s > 100000), '(1300,1300)', 'a long feed comes in parts, each row once');
select ok(tap.as_person('t_agent', $$ select count(*) from desk.feed(1, '250', 0) $$)::int = 500, 'a part has 500 rows at most');
rollback;
-- 100,000 rows: the plan must read an index from the cursor on
begin;
insert into desk.change_log_0(epoch, x, seq, org_id, ticket_id) select 1, i::text::xid8, 100000 + i, (select id from desk.org where name = 'Acme'), i from generate_series(1, 50000) i;
analyze desk.change_log_0;
create function tap.plan(p_login text) returns text language plpgsql as $$
declare l text; res text := '';
begin
  execute format('set session authorization %I', p_login);
  for l in execute 'explain select l.* from desk.change_log_0 l where l.epoch = 1 and (l.x, l.seq) > (''49900''::xid8, 5) and l.x < ''60000''::xid8 order by l.epoch, l.x, l.seq limit 500' loop
    res := res || l || E'\n';
  end loop;
  reset session authorization;
  return res;
end $$;
select matches(tap.plan('t_agent'), 'Index Scan using change_log_0_pkey.*Index Cond: \(\(epoch = 1\) AND \(ROW\(x, seq\) >', 'under row-level security the poll still uses the key from the cursor on');
rollback;

-- rotation
update desk.change_slot set since = clock_timestamp() - interval '25 hours';
select is(tap.tick()->>'rotated', 'true', 'after half the time that is kept the log is rotated');
select is(tap.tick()->>'rotated', 'false', 'once');
select is((select slot::int from desk.change_slot), 1, 'the next table is written');
select x as x1 from desk.feed_cursor() \gset
select tap.do_act('t_agent', :b, 'note', '{"body": "y"}') \g /dev/null
select is((select count(*)::int from desk.change_log_1), 1, 'acts write there');
select is(tap.feed('t_agent', 1, :'x0', 0), :'b' || ' ' || :'b', 'the feed reads over both');
update desk.change_slot set since = clock_timestamp() - interval '25 hours';
select tap.tick() \g /dev/null
update desk.change_slot set since = clock_timestamp() - interval '25 hours';
select tap.tick() \g /dev/null
select is((select count(*)::int from desk.change_log_0), 0, 'the oldest is emptied');
select is(tap.feed('t_agent', 1, :'x0', 0), 'all', 'a cursor behind what is kept needs everything anew');
select is(tap.feed('t_agent', 1, :'x1', 0), :'b', 'a younger one goes on');

-- a cluster whose counter is behind what the journal holds
begin;
insert into desk.change_log_0(epoch, x, seq, org_id, ticket_id) values (1, '8000000000000000000', 7777777, 1, 1);
select is(tap.tick()->>'epoch_raised', 'true', 'after dump and restore the tick raises the epoch');
select is((select feed_epoch::int from desk.clock), 2, 'by one');
select is(tap.tick()->>'epoch_raised', 'false', 'once');
select is(tap.feed('t_agent', 1, :'x1', 0), 'all', 'readers of the old epoch load everything anew');
rollback;

-- partitions made ahead
select is(desk.make_partitions(), 0, 'nothing to make while the first range is not 3/4 full');
insert into desk.ticket(id, number, kind, state, phase, org_id, requester_id, opened_by, channel, subject, impact, urgency, priority, opened_at, updated_at)
  select 13000000, 'INC13100000', 'incident', 'closed', 3, org_id, id, id, 'test', 'far', 3, 3, 5, now(), now() from desk.person where login = 't_agent';
select is(tap.tick()->>'partitions', '4', 'beyond it the next four are made');
select is((select count(*)::int from pg_class where relname ~ '^(ticket|ticket_text|event|event_text)_p1$' and relrowsecurity and relacl is null), 4, 'guarded like the others: no grants');

-- answers of old operations
update desk.lease set until = '-infinity' where name = 'ops';
update desk.op set at = clock_timestamp() - interval '31 days' where op_id = (select op from desk.event where ticket_id = :a and seq = 1);
update desk.op set at = clock_timestamp() - interval '401 days' where op_id = (select op from desk.event where ticket_id = :b and seq = 1);
select is(tap.tick()->>'ops', '2', 'old answers are dropped, older operations too');
select is((select count(*)::int from desk.op where result is null), 1, 'the row is kept longer than its answer');

-- many consoles tick in turns
update desk.lease set until = clock_timestamp() - interval '26 seconds' where name = 'tick';
select is(tap.as_person('t_agent', 'select desk.wants_tick()'), 'true', 'a tick is wanted where the last one began long ago');
select is(tap.as_person('t_agent', $$ select desk.wants_tick('1 minute') $$), 'false', 'not within the time one says');
select isnt((select tap.tick()), null, 'one ticks');
select is(tap.as_person('t_agent', 'select desk.wants_tick()'), 'false', 'nobody else does now');
delete from desk.lease where name = 'tick';
select is(tap.as_person('t_agent', 'select desk.wants_tick()'), 'true', 'the very first one is wanted');

-- a poll reads what is new by index, whatever the planner believes of a log that was emptied and filled again
select desk.feed_note(1, :a, 1::smallint) from generate_series(1, 3000) \g /dev/null
select coalesce(sum(seq_scan), 0)::int as seqs from pg_stat_xact_user_tables where relname ~ '^change_log_' \gset
select tap.feed('t_agent', 1, x, 0), tap.feed('t_beta', 1, x, 0) from desk.feed_cursor() \g /dev/null
select is((select sum(seq_scan)::int from pg_stat_xact_user_tables where relname ~ '^change_log_'), :seqs, 'no poll reads the whole log');
select cmp_ok((select sum(idx_scan)::int from pg_stat_xact_user_tables where relname ~ '^change_log_'), '>', 0, 'but by its index');
select * from finish();
