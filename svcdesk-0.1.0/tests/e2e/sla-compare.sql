-- Compares the resolution clocks of an imported log with verdicts worked out from the file alone: psql -f sla-compare.sql <FILE. The policy
-- is that of tests/e2e/data/standard.policy: Monday to Friday 08-18 UTC, P1 240, P2 480, P3 2400, P4 4800 minutes of open time, from
-- opened_at to resolved_at, without the time in rows of Awaiting User Info. Nothing of the desk but desk.clock_now and desk.metric_get at
-- the end is used, and no calendar of it. Prints "incidents N wrong M" and what differs; then attainment both ways and how many end
-- without resolved_at. Late is who was not resolved by the instant at which the open time was used up: where that falls on closing time,
-- also who was resolved before the next opening (said apart).
\set ON_ERROR_STOP 1
\set QUIET 1
\pset tuples_only on
\pset format unaligned
set client_min_messages = warning;
set timezone = 'UTC';
create temp table raw(line bigserial, number text, state text, active text, reassigned text, reopened text, version int, made_sla text, caller text,
  opened_by text, opened_at text, created_by text, created_at text, updated_by text, updated_at text, contact text, location text, category text,
  subcategory text, symptom text, ci text, impact text, urgency text, priority text, grp text, assignee text, knowledge text, confirmed text,
  notify text, problem text, rfc text, vendor text, caused_by text, code text, resolved_by text, resolved_at text, closed_at text);
\copy raw(number,state,active,reassigned,reopened,version,made_sla,caller,opened_by,opened_at,created_by,created_at,updated_by,updated_at,contact,location,category,subcategory,symptom,ci,impact,urgency,priority,grp,assignee,knowledge,confirmed,notify,problem,rfc,vendor,caused_by,code,resolved_by,resolved_at,closed_at) from pstdin csv header
-- open seconds since Monday 1 January 2001, by days and weeks alone
create function pg_temp.worked(t timestamp) returns bigint language sql immutable as $$
  select (d / 7) * 180000 + least(d % 7, 5) * 36000 + case when d % 7 < 5 then greatest(0, least(extract(epoch from t - date_trunc('day', t))::bigint, 64800) - 28800) else 0 end
    from (select (t::date - date '2001-01-01')::bigint as d) x $$;
create function pg_temp.between(a timestamp, b timestamp) returns bigint language sql immutable as $$ select case when b > a then pg_temp.worked(b) - pg_temp.worked(a) else 0 end $$;
create function pg_temp.at(v text) returns timestamp language sql stable as $$ select to_timestamp(nullif(v, '?'), 'DD/MM/YYYY HH24:MI')::timestamp $$;
create temp table version as
  select r.number, row_number() over w as k, pg_temp.at(r.updated_at) as at, left(r.priority, 1)::int as priority, pg_temp.at(r.opened_at) as opened, pg_temp.at(r.resolved_at) as resolved, r.state,
         lead(pg_temp.at(r.updated_at)) over w as until
    from raw r window w as (partition by r.number order by pg_temp.at(r.updated_at), r.version, r.line);
create index on version(number, k);
analyze version;
create temp table record as select distinct on (number) * from version order by number, k desc;
create temp table verdict as
  select r.number, r.resolved, r.priority, (array[240, 480, 2400, 4800])[r.priority] * 60 as target, x.paused, pg_temp.between(r.opened, r.resolved) - x.paused as used,
         -- open time left over a second before it was resolved
         pg_temp.between(r.opened, r.resolved - interval '1 second') - x.paused_before as used_before
    from record r cross join lateral (
      select coalesce(sum(pg_temp.between(greatest(p.at, r.opened), least(p.until, r.resolved))), 0) as paused,
             coalesce(sum(pg_temp.between(greatest(p.at, r.opened), least(p.until, r.resolved - interval '1 second'))), 0) as paused_before
        from version p where p.number = r.number and p.state = 'Awaiting User Info') x;
create temp table want as
  select v.*, case when r.state not in ('Resolved', 'Closed') then 'open' when v.resolved is null then 'cancelled' when v.used_before >= v.target then 'breached' else 'met' end as state
    from verdict v join record r using (number);
create temp table got as
  select t.external as number, c.state, c.open, c.target_s, c.elapsed_s, c.paused_s, c.cancel_reason, c.stopped_at at time zone 'UTC' as stopped
    from desk.ticket t join desk.clock_now c on c.ticket_id = t.id and c.metric = 'resolution' and not c.superseded;
create temp table wrong as
  select w.number, w.state as want, g.state as got, w.used, g.elapsed_s, w.paused, g.paused_s from want w full join got g using (number)
   where case when w.state = 'open' then not coalesce(g.open, false)
     else (w.state, w.target) is distinct from (g.state, g.target_s) or (w.state <> 'cancelled' and (w.used, w.paused, w.resolved) is distinct from (g.elapsed_s, g.paused_s, g.stopped))
       or (w.state = 'cancelled' and g.cancel_reason is distinct from 'not_resolved') end;
select 'incidents ' || (select count(*) from want) || ' wrong ' || count(*) from wrong;
select * from wrong order by number limit 20;
select 'attainment ' || round(100.0 * count(*) filter (where state = 'met') / nullif(count(*) filter (where state in ('met', 'breached')), 0), 6) || ' of the file, '
    || (select round(g.value, 6) from desk.metric_get('resolution_attainment', '2000-01-01', '2100-01-01') g) || ' of the desk; met ' || count(*) filter (where state = 'met') || ', breached '
    || count(*) filter (where state = 'breached') || ', without resolved_at ' || count(*) filter (where state = 'cancelled') || ', not done ' || count(*) filter (where state = 'open')
    || '; late by less than one open second: ' || count(*) filter (where state = 'breached' and used = target)
  from want;
