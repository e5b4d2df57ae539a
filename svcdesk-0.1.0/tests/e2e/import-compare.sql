-- Compares an imported log with the journal: psql -f import-compare.sql <FILE. The file is read a second time by another
-- reader (COPY) and another mapping; state, group, assignee and priority after each row are rebuilt from desk.event_text.changes
-- alone; the record as it stands must be the last row. Prints "rows R events E wrong W", then up to ten rows that differ. The
-- desk must hold this file and nothing else of its numbers, and the file every column in the order of the log.
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
create temp table want as
  select r.*, row_number() over w as k, count(s.ours) over w as known, s.ours
    from raw r left join (values ('New', 'new'), ('Active', 'in_progress'), ('Awaiting User Info', 'on_hold'), ('Awaiting Vendor', 'on_hold'),
      ('Awaiting Problem', 'on_hold'), ('Awaiting Evidence', 'on_hold'), ('Resolved', 'resolved'), ('Closed', 'closed')) s(theirs, ours) on s.theirs = r.state
  window w as (partition by r.number order by to_timestamp(r.updated_at, 'DD/MM/YYYY HH24:MI'), r.version, r.line);
-- an unknown state word keeps the state before it; a record that begins with one is new
create temp table want2 as
  select number, k, line, coalesce(first_value(ours) over (partition by number, known order by k), 'new') as state,
         nullif(regexp_replace(trim(grp), ' +', ' ', 'g'), '?') as grp, nullif(regexp_replace(trim(assignee), ' +', ' ', 'g'), '?') as assignee,
         left(priority, 1) as priority
    from want;
analyze want2;
create temp table got as
  with e as materialized (
    select t.external as number, t.id, e.seq as k, x.changes as c, e.late
      from desk.ticket t join desk.event e on e.ticket_id = t.id join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
     where t.external in (select number from raw)),
  n as (select *, count(c->'state') over w as ns, count(c->'group') over w as ng, count(c->'assignee') over w as na, count(c->'priority') over w as np
          from e window w as (partition by id order by k)),
  v as (select number, k, late,
      first_value(c->'state'->>1) over (partition by id, ns order by k) as state,
      case when ng > 0 then first_value((c->'group'->>1)::int) over (partition by id, ng order by k) end as gid,
      case when na > 0 then first_value((c->'assignee'->>1)::int) over (partition by id, na order by k) end as aid,
      first_value(c->'priority'->>1) over (partition by id, np order by k) as priority from n)
  select v.*, g.name as grp, p.name as assignee from v left join desk.support_group g on g.id = nullif(v.gid, 0) left join desk.person p on p.id = nullif(v.aid, 0);
analyze got;
create temp table wrong as
  select coalesce(w.number, g.number) as number, coalesce(w.k, g.k) as k, w.line + 1 as line, w.state as want_state, g.state, w.grp as want_group, g.grp,
         w.assignee as want_assignee, g.assignee, w.priority as want_priority, g.priority, g.late
    from want2 w full join got g using (number, k)
   where (w.state, w.grp, w.assignee, w.priority) is distinct from (g.state, g.grp, g.assignee, g.priority) or g.late;
-- the record as it stands must be the last row, too
insert into wrong select t.external, 0, w.line + 1, w.state, t.state, w.grp, g.name, w.assignee, p.name, w.priority, t.priority::text, false
  from (select distinct on (number) * from want2 order by number, k desc) w join desk.ticket t on t.external = w.number
    left join desk.support_group g on g.id = nullif(t.group_id, 0) left join desk.person p on p.id = nullif(t.assignee_id, 0)
 where (w.state, w.grp, w.assignee, w.priority) is distinct from (t.state, g.name, p.name, t.priority::text);
create function pg_temp.say(text) returns text language sql immutable as $$ select nullif(regexp_replace(trim($1), ' +', ' ', 'g'), '?') $$;
create function pg_temp.clock(text) returns text language sql immutable as $$ select to_timestamp(nullif($1, '?'), 'DD/MM/YYYY HH24:MI')::text $$;
insert into wrong(number, k, want_state, state)
  select t.external, 0, v.what || ' ' || coalesce(v.want, '-'), v.got
    from (select distinct on (w.number) w.state as ours, r.* from want2 w join raw r using (line) order by w.number, w.k desc) l
    join desk.ticket t on t.external = l.number join desk.incident i on i.id = t.id
    left join desk.person p on p.id = nullif(t.requester_id, 0) left join desk.person o on o.id = nullif(t.opened_by, 0)
    left join desk.category c on c.id = t.category_id left join desk.category u on u.id = c.parent_id left join desk.ci on ci.id = t.ci_id,
    lateral (values ('caller', pg_temp.say(l.caller), p.name), ('opened by', pg_temp.say(l.opened_by), o.name),
      ('opened', pg_temp.clock(l.opened_at), t.opened_at::text),
      ('resolved', case when l.ours in ('resolved', 'closed') then pg_temp.clock(l.resolved_at) end, t.resolved_at::text),
      ('closed', case when l.ours = 'closed' then pg_temp.clock(l.closed_at) end, t.closed_at::text),
      ('code', case when l.ours in ('resolved', 'closed') then pg_temp.say(l.code) end, t.resolution_code),
      ('impact', left(l.impact, 1), t.impact::text), ('urgency', left(l.urgency, 1), t.urgency::text),
      ('category', concat_ws(' / ', pg_temp.say(l.category), pg_temp.say(l.subcategory)), concat_ws(' / ', u.name, c.name)),
      ('ci', pg_temp.say(l.ci), ci.name), ('reassignments', l.reassigned, t.reassignments::text), ('reopens', l.reopened, t.reopens::text),
      ('sla', l.made_sla, i.made_sla::text), ('symptom', pg_temp.say(l.symptom), i.symptom), ('problem', pg_temp.say(l.problem), i.problem_ref),
      ('change', pg_temp.say(l.rfc), i.change_ref), ('vendor', pg_temp.say(l.vendor), i.vendor_ref),
      ('caused by', pg_temp.say(l.caused_by), i.caused_by_ref), ('location', pg_temp.say(l.location), t.custom->>'location')) v(what, want, got)
   where v.want is distinct from v.got;
select format('rows %s events %s wrong %s', (select count(*) from raw), (select count(*) from got), (select count(*) from wrong));
select '# ' || w from wrong w order by number, k limit 10;
