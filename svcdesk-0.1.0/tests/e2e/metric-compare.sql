-- Compares the figures of an imported log with figures worked out from the file alone: psql -f metric-compare.sql <FILE. The file is
-- read a second time by another reader (COPY); nothing of the desk but desk.metric_get at the end is used. Prints "figures N wrong M",
-- then what differs, then how many records differ between the two ways to say when a record was resolved (resolved_at, and the last
-- row that leads into Resolved or Closed). The desk must hold this file and nothing else, and the file every column of the log.
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
-- one row a version; a state word that is none keeps the state before it
create temp table version as
  select r.number, r.k, r.at, r.reopened::int as reopened, left(r.priority, 1)::int as priority, to_timestamp(nullif(r.opened_at, '?'), 'DD/MM/YYYY HH24:MI') as opened,
         to_timestamp(nullif(r.resolved_at, '?'), 'DD/MM/YYYY HH24:MI') as resolved, first_value(r.word) over (partition by r.number, r.known order by r.k) as state
    from (select w.*, to_timestamp(w.updated_at, 'DD/MM/YYYY HH24:MI') as at, w.known_word as word, count(w.known_word) over v as known, row_number() over v as k
            from (select raw.*, case when raw.state in ('New', 'Active', 'Awaiting User Info', 'Awaiting Vendor', 'Awaiting Problem', 'Awaiting Evidence', 'Resolved', 'Closed')
                    then raw.state end as known_word from raw) w
          window v as (partition by w.number order by to_timestamp(w.updated_at, 'DD/MM/YYYY HH24:MI'), w.version, w.line)) r;
create index on version(number, k);
create temp table record as
  select distinct on (number) *, state in ('Resolved', 'Closed') and resolved is not null as counts from version order by number, k desc;
create temp table pause as   -- rows of Awaiting User Info, each until the next row of the record
  select v.number, v.at as lo, lead(v.at) over (partition by v.number order by v.k) as hi, v.state from version v;
create temp table done as
  select r.number, r.resolved, r.priority, r.reopened > 0 as reopened, extract(epoch from r.resolved - r.opened) / 60 - coalesce((
           select sum(extract(epoch from least(p.hi, r.resolved) - greatest(p.lo, r.opened))) / 60 from pause p
            where p.number = r.number and p.state = 'Awaiting User Info' and p.lo < r.resolved and coalesce(p.hi, r.resolved) > r.opened), 0) as minutes
    from record r where r.counts;
-- ten instants: nine evenly through the log and one exactly at a row
create temp table instant as
  select i, lo + (hi - lo) * i / 10 as at from (select min(at) as lo, max(at) as hi from version where at < (select min(at) + interval '120 days' from version)) m, generate_series(1, 9) i
  union all select 10, (select at from version where state = 'Resolved' order by number, k limit 1 offset (select count(*) / 3 from version where state = 'Resolved'));
create temp table figure(what text, want numeric, got numeric, want_n bigint, got_n bigint);
insert into figure select 'mttr', avg(minutes), g.value, count(*), g.n from done, desk.metric_get('mttr', '2000-01-01', '2100-01-01') g group by g.value, g.n;
insert into figure select 'mttr of ' || m.m, x.v, g.value, x.n, g.n from (select date_trunc('month', resolved) as m, avg(minutes) as v, count(*) as n from done group by 1) x(m, v, n),
  lateral (select x.m) m(m), lateral desk.metric_get('mttr', m.m, m.m + interval '1 month') g;
insert into figure select 'mttr P' || x.p, x.v, g.value, x.n, g.n from (select priority as p, avg(minutes) as v, count(*) as n from done group by 1) x
  left join desk.metric_get('mttr', '2000-01-01', '2100-01-01', 'priority') g on g.key = x.p::text;
insert into figure select 'mttr p50', percentile_cont(0.5) within group (order by minutes), g.p50, count(*), g.n from done, desk.metric_get('mttr', '2000-01-01', '2100-01-01') g group by g.p50, g.n;
insert into figure select 'mttr p90', percentile_cont(0.9) within group (order by minutes), g.p90, count(*), g.n from done, desk.metric_get('mttr', '2000-01-01', '2100-01-01') g group by g.p90, g.n;
insert into figure select 'reopen_rate', 100.0 * count(*) filter (where reopened) / count(*), g.value, count(*), g.n from done, desk.metric_get('reopen_rate', '2000-01-01', '2100-01-01') g group by g.value, g.n;
insert into figure select 'opened', count(*), g.value, count(*), g.n from record, desk.metric_get('opened', '2000-01-01', '2100-01-01') g group by g.value, g.n;
insert into figure
  select 'backlog at ' || i.at, b.n, g.value, b.n, g.n from instant i
   cross join lateral (select count(*) as n from record r cross join lateral (select v.state from version v where v.number = r.number and v.at <= i.at order by v.k desc limit 1) s
                        where s.state not in ('Resolved', 'Closed')) b
   cross join lateral desk.metric_get('backlog', i.at, i.at) g;
create temp table wrong as select * from figure where round(want, 3) is distinct from round(got, 3) or want_n is distinct from got_n;
select 'figures ' || (select count(*) from figure) || ' wrong ' || count(*) from wrong;
select what, round(want, 3), round(got, 3), want_n, got_n from wrong order by what limit 20;
select 'records ' || count(*) || ', resolved ' || count(*) filter (where r.counts) || ', without resolved_at ' || count(*) filter (where r.resolved is null)
    || ', resolved_at is not when the history says ' || count(*) filter (where r.counts and h.at is distinct from r.resolved)
  from record r left join lateral (
    select v.at from (select x.at, x.k, x.state in ('Resolved', 'Closed') as done, lag(x.state in ('Resolved', 'Closed'), 1, false) over (order by x.k) as before from version x where x.number = r.number) v
     where v.done and not v.before order by v.k desc limit 1) h on true;
