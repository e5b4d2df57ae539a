-- Fills a desk that holds the sample with :tickets tickets: each sample ticket (a real incident's history) is copied under new
-- numbers, one copy a day further back, with the text of another ticket. Of the open ones only enough are copied to leave
-- about 50,000 open in a million. Run by a superuser on a desk made for measuring: the copies are no proof of anything.
\set ON_ERROR_STOP on
set client_min_messages = warning;
set synchronous_commit = off;
set maintenance_work_mem = '1GB';
set work_mem = '256MB';
set session_replication_role = replica;

create temp table index_kept as
  select indexrelid::regclass::text as name, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as def
    from pg_index where indrelid in ('desk.ticket'::regclass, 'desk.ticket_text'::regclass, 'desk.event'::regclass, 'desk.event_text'::regclass)
     and not indisprimary;
select format('drop index %s', name) from index_kept \gexec

create temp table source as
  select t.id, row_number() over (order by t.id) - 1 as n, t.phase, count(*) over () as total,
         count(*) filter (where t.phase < 3) over () as open
    from desk.ticket t where not t.restricted;
create temp table words as
  select row_number() over (order by t.id) - 1 as n, t.subject, x.body, x.tsv
    from desk.ticket t join desk.ticket_text x using (id) where not t.restricted;
create unique index on words(n);
-- copy k of source row s gets id first + k * total + n
create temp table copy as
  select s.id as old_id, (select max(id) from desk.ticket) + 1 + k * s.total + s.n as id, k, s.n, s.total
    from source s, generate_series(0, (select (:tickets / (total - open))::int from source limit 1)) k
   where s.phase = 3 or k * s.open < :tickets * 0.05;
create index on copy(old_id);
analyze copy;

insert into desk.ticket(id, number, kind, state, phase, desk_id, org_id, requester_id, opened_by, channel, subject, group_id, assignee_id, service_id,
  category_id, ci_id, impact, urgency, priority, priority_reason, parent_id, restricted, opened_at, updated_at, due_at, acknowledged_at, resolved_at,
  closed_at, hold_reason, hold_until, hold_ref, resolution_code, cancel_reason, reassignments, reopens, external, version, last_seq, last_hash, custom)
select c.id, 'INC' || (100000 + c.id), t.kind, t.state, t.phase, t.desk_id, t.org_id, t.requester_id, t.opened_by, t.channel, w.subject, t.group_id,
  t.assignee_id, t.service_id, t.category_id, t.ci_id, t.impact, t.urgency, t.priority, t.priority_reason, null, false,
  t.opened_at - c.k * interval '1 day', t.updated_at - c.k * interval '1 day', t.due_at, t.acknowledged_at - c.k * interval '1 day',
  t.resolved_at - c.k * interval '1 day', t.closed_at - c.k * interval '1 day', t.hold_reason, t.hold_until + interval '30 days', t.hold_ref,
  t.resolution_code, t.cancel_reason, t.reassignments, t.reopens, null, t.version, t.last_seq, t.last_hash, t.custom
  from copy c join desk.ticket t on t.id = c.old_id join words w on w.n = (c.n + c.k * 7919) % c.total;

insert into desk.incident select (jsonb_populate_record(i, jsonb_build_object('id', c.id))).* from copy c join desk.incident i on i.id = c.old_id;

insert into desk.ticket_text(id, body, tsv)
select c.id, w.body, w.tsv from copy c join words w on w.n = (c.n + c.k * 7919) % c.total;

insert into desk.event(ticket_id, seq, at, recorded_at, actor_id, on_behalf_id, recorded_by, channel, verb, visibility, op, voids, late, epoch, x, content, hash)
select c.id, e.seq, e.at - c.k * interval '1 day', e.recorded_at, e.actor_id, e.on_behalf_id, e.recorded_by, e.channel, e.verb, e.visibility, e.op, e.voids,
  e.late, e.epoch, e.x, e.content, e.hash
  from copy c join desk.event e on e.ticket_id = c.old_id;

insert into desk.event_text(ticket_id, seq, salt, changes, body, tsv)
select c.id, x.seq, x.salt, x.changes, x.body, x.tsv from copy c join desk.event_text x on x.ticket_id = c.old_id;

insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at, until_at)
select c.id, s.seq, s.state, s.group_id, s.assignee_id, s.from_at - c.k * interval '1 day', s.until_at - c.k * interval '1 day'
  from copy c join desk.span s on s.ticket_id = c.old_id;

insert into desk.sla_clock(ticket_id, target_id, contract_id, type, metric, cycle, group_id, seq, base_seq, calendar_version, target_s, started_at, due_at, risk_at, warn_at,
  warned, stopped_at, stop_seq, cancelled_at, cancel_reason, pause_from, pause_until, pause_seq, resume_seq, as_of)
select c.id, s.target_id, s.contract_id, s.type, s.metric, s.cycle, s.group_id, s.seq, s.base_seq, s.calendar_version, s.target_s, s.started_at - c.k * interval '1 day',
  case when t.phase < 3 then s.due_at else s.due_at - c.k * interval '1 day' end, case when t.phase < 3 then s.risk_at else s.risk_at - c.k * interval '1 day' end, null,
  s.warned, s.stopped_at - c.k * interval '1 day', s.stop_seq, s.cancelled_at - c.k * interval '1 day', s.cancel_reason, case when t.phase < 3 then s.pause_from else
  array(select x - c.k * interval '1 day' from unnest(s.pause_from) x) end, case when t.phase < 3 then s.pause_until else array(select x - c.k * interval '1 day' from unnest(s.pause_until) x) end,
  s.pause_seq, s.resume_seq, s.as_of
  from copy c join desk.sla_clock s on s.ticket_id = c.old_id join desk.ticket t on t.id = c.old_id;

select def from index_kept \gexec
select setval('desk.ticket_id_seq', (select max(id) from desk.ticket));
vacuum analyze desk.ticket;
vacuum analyze desk.ticket_text;
vacuum analyze desk.event;
vacuum analyze desk.event_text;
vacuum analyze desk.span;
vacuum analyze desk.incident;
checkpoint;
