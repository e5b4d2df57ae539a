-- A small desk of every kind of thing that a desk can hold, for the dumps of earlier schemas: see make.
\ir ../../db/rulebook.inc
\set QUIET on
\o /dev/null
begin;
set local role desk_owner;
set local search_path = pg_catalog, pg_temp;
\ir ../../db/kinds/maintenance.sql
\ir ../../db/kinds/loan.sql
commit;
select tap.add('t_owner', '{process_owner}');
insert into desk.service(name) values ('Mail'), ('Network access');
insert into desk.ci(name) values ('host-1'), ('库房打印机');
-- incidents through their whole life
select tap.do_create('t_agent', jsonb_build_object('subject', s, 'category', 'General', 'impact', i % 3 + 1, 'urgency', 2, 'requester', 'Caller One'))
  from unnest('{Printer is silent,打印机没有反应,"Mail is late","VPN drops","Disk full","Badge reader","Payroll question"}'::text[]) with ordinality u(s, i);
select tap.do_act('t_agent', 1, 'take');
select tap.do_act('t_agent', 1, 'reply', '{"body": "We look at it"}');
select tap.do_act('t_agent', 1, 'resolve', '{"code": "fixed", "category": "General", "body": "Reseated the cable"}');
select tap.do_act('t_lead', 1, 'reopen', '{"reason": "It is silent again"}');
select tap.do_act('t_agent', 2, 'take');
select tap.do_act('t_agent', 2, 'hold', '{"reason": "supplier", "until": "2126-01-01T00:00Z", "ref": "SUP-7", "body": "等待供应商"}');
select tap.do_act('t_agent', 3, 'assign', '{"group": "Network", "assignee": "t_lead"}');
select tap.do_act('t_lead', 3, 'edit', '{"ci": "host-1", "service": "Mail", "subject": "Mail is very late"}');
select tap.do_act('t_agent', 4, 'cancel', '{"reason": "withdrawn"}');
select tap.do_act('t_agent', 5, 'note', '{"body": "the password is hunter2"}');
select tap.do_act('t_lead', 5, 'redact', '{"event": 2, "reason": "a password"}');
-- files, seen and internal
select tap.as_person('t_agent', $$ select desk.blob_put(sha256('hello'), 0, 'hello', true) $$);
select tap.do_act('t_agent', 5, 'attach', jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', 'a.txt', 'media_type', 'text/plain',
  'sha256', encode(sha256('hello'), 'hex')))));
-- a restricted ticket, with what was written in it
select tap.do_act('t_lead', 7, 'restrict', '{"people": "t_lead,t_agent"}');
select tap.do_act('t_lead', 7, 'note', '{"body": "only for those named"}');
-- other kinds
select tap.new('t_agent', '{"subject": "Mail server", "service": "Mail", "risk": "low", "from": "2126-01-01T20:00Z", "to": "2126-01-01T22:00Z"}', p_kind => 'maintenance');
select tap.new('t_agent', '{"what": "Notebook", "borrower": "Caller One", "insured": "yes", "condition": "used"}', p_kind => 'loan');
select tap.do_act('t_agent', 8, 'edit', '{"backout": "the old one"}');
-- histories of another system
select tap.as_person('t_admin', $$ select desk.import_begin('src', 'file.csv', '\x01') $$);
select tap.as_person('t_admin', format('select desk.import_history(''src'', 1, %L)', (select jsonb_agg(jsonb_build_object('line', i, 'ext_id', 'S' || i / 3,
    'ext_version', i % 3, 'at', '2020-01-01T10:00:00Z'::timestamptz + i * interval '1 hour', 'actor', 'Somebody ' || i % 3, 'hash', encode(sha256(i::text::bytea), 'hex'),
    'fields', jsonb_build_object('state', (array['new', 'in_progress', 'closed'])[i % 3 + 1], 'group', 'Far group', 'priority', 3, 'subject', 'Old ticket ' || i / 3),
    'custom', jsonb_build_object('location', 'L' || i))) from generate_series(3, 20) i)));
select tap.as_person('t_agent', 'select desk.tick()');
-- one event behind the last seal
select tap.do_act('t_agent', 6, 'note', '{"body": "not sealed"}');
do $$ begin
  if (select count(distinct kind) || '/' || count(*) || '/' || count(*) filter (where restricted) from desk.ticket) <> '3/15/1' then
    raise exception 'the desk is not what it should be';
  end if;
end $$;
drop extension if exists pgtap;
drop schema tap cascade;
