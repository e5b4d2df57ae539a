-- Business time: laid out and computed are the same, at every edge; versions stay; nobody waits for null.
\ir rulebook.inc
select no_plan();
\o /dev/null
set timezone = 'UTC';
update desk.clock set frozen_at = '2026-03-01 10:00+00';
create function tap.cal(p_spec text) returns int language sql as $$ select (desk.calendar_put(1, 'T', p_spec::jsonb, null, null)->>'id')::int $$;
select tap.cal('{"zone": "Europe/Berlin", "week": {"mon": [["09:00", "12:00"], ["13:00", "17:00"]], "fri": [["22:00", "02:30"]], "sun": [["00:00", "24:00"]]},
  "exceptions": [{"date": "2026-12-25", "spans": []}, {"yearly": "05-01", "spans": []}, {"from": "2026-08-03", "to": "2026-08-14", "spans": [["10:00", "12:00"]]}]}') as v \gset
select tap.cal('{"zone": "Asia/Kolkata", "week": {"tue": [["09:00", "17:00"]]}, "exceptions": []}') as w \gset
select desk.calendar_put(1, 'once', '{"zone": "UTC", "week": {}, "exceptions": [{"date": "2026-03-05", "spans": [["09:00", "10:00"]]}]}', null, null)->>'id' as o \gset
\o
-- the built-in one
select is((select array_agg(name || ' ' || desk.calendar_current(id)) from desk.calendar where id = 1), '{24x7 1}', '24x7 is there');
select is(desk.bt_add(1, '2026-01-01 00:00+00', 3600), '2026-01-01 01:00+00', 'and always open');
select is(desk.bt_between(1, '1950-01-01 00:00+00', '2150-01-01 00:00+00'), 6311433600, 'for two hundred years');
-- what lies there
select is((select (lo, hi)::text from desk.calendar_reach where version_id = :v), '("2024-01-01 00:00:00+00","2029-01-01 00:00:00+00")', 'two years back and ahead are laid out, in whole years');
select is_empty(format($$ select c.s from desk.calendar_span c where c.version_id = %s and c.edge = 0 and c.cum_e - c.cum <> extract(epoch from c.e - c.s) * 1000000 $$, :v), 'each span is as long as it says');
select is_empty(format($$ select x.s from (select c.*, lag(c.e) over w as was, lag(c.cum_e) over w as cum_was from desk.calendar_span c where c.version_id = %s window w as (order by c.s, c.edge)) x
  where x.s < x.was or x.cum <> x.cum_was $$, :v), 'they follow each other without a gap in what is counted');
-- laid out and computed, over all edges of what is laid out
create temp table probe as select timestamptz '2020-01-01 00:00+00' + (i * 7919 % 5000000) * interval '1 minute' + (i % 7) * interval '1.000001 s' as t, (i * 31 % 20000) * 60000000::bigint + i % 3 as us from generate_series(1, 1500) i;
select is_empty(format($$ select t from probe where desk.bt_between_us(%s, t, t + interval '40 days') <> desk.open_us(%s, t, t + interval '40 days') $$, :v, :v), 'between two instants, laid out or not');
select is_empty(format($$ select t, us from probe where us > 0 and desk.bt_add_us(%s, t, us) <> desk.walk_us(%s, t, us) $$, :v, :v), 'after an instant, laid out or not');
select is_empty(format($$ select t, us from probe where desk.bt_between_us(%s, t, desk.bt_add_us(%s, t, us)) <> us $$, :v, :v), 'and back again');
\o /dev/null
create temp table before as select t, us, desk.bt_us(:v, t) as pos, desk.bt_add_us(:v, t, us) as due from probe;
select desk.calendar_cover(:v, '2022-05-01', '2022-06-01'), desk.calendar_cover(:v, '2031-05-01', '2031-06-01');
\o
select is((select (lo, hi)::text from desk.calendar_reach where version_id = :v), '("2022-01-01 00:00:00+00","2032-01-01 00:00:00+00")', 'more is laid out in both directions');
select is_empty(format($$ select t from before where desk.bt_us(%s, t) <> pos or desk.bt_add_us(%s, t, us) <> due $$, :v, :v), 'and nothing is elsewhere than it was');
select is(desk.calendar_cover(:v, '2025-05-01', '2026-06-01'), 0, 'what is there is not laid out again');
select is((select count(*) from desk.calendar_span where version_id = :v and edge <> 0), 2::bigint, 'one edge at either end');
-- at closing time, in closed time, nothing to add, microseconds
select is(desk.bt_add(:v, '2026-01-05 08:00+00', 10800), '2026-01-05 11:00+00', 'a time that falls on closing time stays there');
select is(desk.bt_add(:v, '2026-01-05 08:00+00', 10801), '2026-01-05 12:00:01+00', 'one second later it is behind the break');
select is(desk.bt_add(:v, '2026-01-06 08:00+00', 0), '2026-01-06 08:00+00', 'no time to pass: the instant itself');
select is(desk.bt_add(:v, '2026-01-06 08:00+00', -5), '2026-01-06 08:00+00', 'nor less than none');
select is(desk.bt_add(:v, '2026-01-05 10:59:59.5+00', 1), '2026-01-05 12:00:00.5+00', 'half a second before the break, half behind it');
select is(desk.bt_between(:v, '2026-01-05 10:59:59.5+00', '2026-01-05 12:00:00.5+00'), 1::bigint, 'which is one second');
select is(desk.bt_between(:v, '2026-01-05 10:00+00', '2026-01-05 09:00+00'), 0::bigint, 'backwards is nothing');
select is(desk.bt_pos(:v, '2026-01-05 11:00+00') - desk.bt_pos(:v, '2026-01-05 08:00+00'), 10800::bigint, 'positions tell the same');
-- changes of clocks: 02:30 is on the wall twice, or not at all
select is(desk.bt_between(:v, '2026-10-23 20:00+00', '2026-10-24 06:00+00'), 16200::bigint, 'a night as ever');
select is(desk.bt_between(:v, '2026-10-24 22:00+00', '2026-10-25 23:00+00'), 90000::bigint, 'a Sunday of 25 hours');
select is(desk.bt_between(:v, '2026-03-28 23:00+00', '2026-03-29 22:00+00'), 82800::bigint, 'one of 23');
select is(desk.wall_at('2026-03-29 02:30', 'Europe/Berlin'), '2026-03-29 01:30+00', 'a time that does not exist counts on');
select is(desk.wall_at('2026-10-25 02:30', 'Europe/Berlin'), '2026-10-25 00:30+00', 'of two the first one');
select is(desk.wall_at('2011-12-30 12:00', 'Pacific/Apia'), '2011-12-30 22:00+00', 'a whole day that does not exist');
select results_eq($$ select lo, hi, off from desk.zone_segments('Pacific/Apia', '2011-12-01 00:00+00', '2012-01-10 00:00+00') $$,
  $$ values ('2011-12-01 00:00+00'::timestamptz, '2011-12-30 10:00+00'::timestamptz, interval '-10 hours'), ('2011-12-30 10:00+00', '2012-01-10 00:00+00', interval '14 hours') $$, 'the change to the second');
-- a time that never comes
select is(desk.bt_add(:v, '2026-01-05 08:00+00', 9223372036854775807), 'infinity', 'more than there is');
select is(desk.bt_add(:o, '2026-01-01', 3601), 'infinity', 'a calendar that was open once');
select is(desk.bt_add(:o, '2026-01-01', 3600), '2026-03-05 10:00+00', 'just in time');
select is(desk.bt_add(:v, 'infinity', 5), 'infinity', 'never stays never');
select cmp_ok(desk.bt_add(:v, '2150-01-01', 3600000), '>', '2150-01-01', 'far beyond what is laid out it is computed');
select is(desk.bt_add(:v, '1899-01-01', 1) is null, false, 'before all calendars too');
-- versions
select is((select array_agg(version order by version) from desk.calendar_version v join desk.calendar c on c.id = v.calendar_id where c.name = 'T'), '{1,2}', 'an edit makes a version');
select is(desk.calendar_current((select id from desk.calendar where name = 'T')), :w, 'the last one is current');
select is((select zone from desk.calendar_version where id = :v), 'Europe/Berlin', 'the first stays what it was');
select is(desk.calendar_put(1, 'T', '{"week": {"tue": [["9:00", "17:00:00"], ["09:00", "17:00"]], "mon": []}, "zone": "Asia/Kolkata"}', 'x', null) - 'id', '{"ok": true, "unchanged": true, "calendar": "T", "version": 2}',
  'what says the same in other words is no change');
select is(tap.why(desk.calendar_put(1, 'T', '{"zone": "UTC", "week": {"mon": [["09:00", "10:00"]]}}', null, 1)), 'conflict calendar_changed name', 'who saw another version is told');
select throws_ok($$ set role desk_api; update desk.calendar_version set zone = 'UTC' $$, '42501', null, 'not even the rulebook changes one');
reset role;
-- who
select tap.add('c_owner', '{process_owner}') \g /dev/null
create function tap.save(p_login text) returns text language sql as $$
  select tap.why(tap.as_person(p_login, format('select desk.calendar_save(%L, %L)', 'by ' || p_login, '{"zone": "UTC", "week": {"mon": [["09:00", "10:00"]]}}'))::jsonb) $$;
select is(tap.save(l), w, l || ' writes: ' || w) from (values ('c_owner', 'ok'), ('t_admin', 'ok'), ('t_agent', 'denied calendar_role'), ('t_lead', 'denied calendar_role'),
  ('t_auditor', 'denied calendar_role'), ('t_caller', 'denied calendar_role')) x(l, w);
select is(tap.as_person(l, 'select count(*) from desk.calendar where name = ''T''') || tap.as_person(l, 'select count(*) from desk.calendar_version where calendar_id is not null and zone = ''Asia/Kolkata'''), w, l || ' reads')
  from (values ('t_agent', '11'), ('t_auditor', '11'), ('c_owner', '11'), ('t_admin', '11'), ('t_caller', '00')) x(l, w);
select is(tap.try('t_agent', 'select count(*) from desk.' || t), '42501', t || ' is for the functions') from unnest(array['calendar_span', 'calendar_reach']) t;
select is(tap.try('t_agent', 'insert into desk.calendar(name) values (''x'')'), '42501', 'nobody writes the tables');
select is(tap.as_person('t_caller', format('select desk.bt_add(%s, ''2026-01-06 03:30+00'', 60)', :w))::timestamptz, '2026-01-06 03:31+00', 'a clock of his own ticket is for a requester too');
-- what people send
select is(tap.why(desk.calendar_put(1, n, s::jsonb, null, null)), w, w || ': ' || left(s, 60)) from (values
  ('', '{}', 'input calendar_name name'), ('x', '[]', 'input calendar_object'), ('x', '{"zone": "UTC", "week": {}}', 'input calendar_never week'), ('x', '{"zone": "UTC"}', 'input calendar_week week'),
  ('x', '{"zone": "Utc+3", "week": {}}', 'input calendar_zone zone'), ('x', '{"zone": 7, "week": {}}', 'input calendar_zone zone'), ('x', '{"zone": "UTC", "week": [], "x": 1}', 'input calendar_key'),
  ('x', '{"zone": "UTC", "week": {"mon": {"a": 1}}}', 'input calendar_spans mon'), ('x', '{"zone": "UTC", "week": {"mon": [["09:00", "9:60"]]}}', 'input calendar_time mon'),
  ('x', '{"zone": "UTC", "week": {}, "exceptions": [{"date": "2026-02-29", "spans": []}]}', 'input calendar_date date'), ('x', '{"zone": "UTC", "week": {}, "exceptions": [{"yearly": "02-30", "spans": []}]}', 'input calendar_date yearly'),
  ('x', '{"zone": "UTC", "week": {}, "exceptions": [{"date": "2026-02-01", "yearly": "01-01", "spans": []}]}', 'input calendar_exception exceptions'), ('x', '{"zone": "UTC", "week": {}, "exceptions": [{"date": "2026-02-01"}]}', 'input calendar_exception exceptions'),
  ('x', '{"zone": "UTC", "week": {}, "exceptions": [{"from": "2026-02-02", "to": "2026-02-01", "spans": []}]}', 'input calendar_range exceptions'), ('24x7', '{"zone": "UTC", "week": {"mon": [["09:00", "10:00"]]}}', 'input calendar_fixed name')) x(n, s, w);
select is((select count(*) from desk.calendar where name = 'x'), 0::bigint, 'a refused one leaves no name');
-- calendars only calculated with: equal ones are one, nobody lays out without end
select is((select count(distinct x->>'id') || ' ' || count(*) from tap.as_person('t_caller', $$ select jsonb_agg(r) from desk.calendar_scratch(array['{"zone": "UTC", "week": {"mon": [["09:00", "10:00"]]}}',
  '{"week": {"mon": [["9:00", "10:00"]]}, "zone": "UTC"}', '{"zone": "UTC", "week": {"mon": [["09:00", "11:00"]]}}']::jsonb[]) r $$) j, jsonb_array_elements(j::jsonb) x), '2 3', 'equal calendars are one');
create function tap.cover(p_from text, p_to text) returns int language sql as $$
  select tap.as_person('t_caller', format('select desk.calendar_scratch_cover(array[%s], array[%L::timestamptz], array[%L::timestamptz])',
    (select max(id) from desk.calendar_version where calendar_id is null), p_from, p_to))::int $$;
select cmp_ok(tap.cover('2020-01-01', '2025-01-01'), '>', 300, 'some years are laid out');
select is(tap.cover('1900-01-01', '2199-01-01'), 0, 'not all');
insert into desk.calendar_version(zone, spec, key, created_at, created_by) select 'UTC', '{}', convert_to(i::text, 'UTF8'), now(), 1 from generate_series(1, 60) i;
insert into desk.calendar_reach select id, '2000-01-01', '2055-01-01' from desk.calendar_version where spec = '{}';
select is(tap.cover('2010-01-01', '2025-01-01'), 0, 'nor many of them together');
delete from desk.calendar_version where spec = '{}';
-- the tick lays out ahead
update desk.clock set frozen_at = '2027-06-01 10:00+00';
select is(tap.as_person('t_agent', 'select desk.tick()->>''calendars'''), '0', 'a year ahead is enough');
update desk.clock set frozen_at = '2028-06-01 10:00+00';
select cmp_ok(tap.as_person('t_agent', 'select desk.tick()->>''calendars''')::int, '>=', 2, 'less is laid out by the tick');
select cmp_ok((select min(hi) from desk.calendar_reach r join desk.calendar_version c on c.id = r.version_id where c.calendar_id is not null), '>=', '2030-01-01 00:00+00'::timestamptz, 'two years ahead');
select * from finish();
