-- What a superuser may do to the journal and the records behind the rulebook's back, and that the proof finds each, with ticket and event.
\ir rulebook.inc
select no_plan();
create function tap.verify(p_roots jsonb default null) returns jsonb language sql as $$
  select tap.as_person('t_auditor', format('select desk.audit_verify(%L)', p_roots))::jsonb $$;
-- Does something, proves, and takes it back. Gives "KIND NUMBER/SEQ ..." of what was found, numbers as letters.
create function tap.tamper(p_do text, p_roots jsonb default null) returns text language plpgsql as $$
declare v jsonb; r text;
begin
  begin
    execute p_do;
    v := tap.verify(p_roots);
    raise exception using errcode = 'TAP01';
  exception when sqlstate 'TAP01' then null;
  end;
  if (v->>'ok')::boolean <> (v->'problems' = '[]') then return 'ok does not agree with the problems'; end if;
  select string_agg(x, ' ' order by x) into r from (
    select distinct p->>'kind' || coalesce(' ' || coalesce((select n.name from tap.names n where n.number = p->>'number'), p->>'number') || coalesce('/' || (p->>'seq'), ''), '') as x
      from jsonb_array_elements(v->'problems') p) y;
  return coalesce(r, 'ok');
end $$;

\o /dev/null
create table tap.names(name text, number text);
select tap.do_create('t_agent', '{"subject": "VPN drops", "requester": "t_caller", "category": "General", "body": "since monday"}') as a \gset
select tap.do_create('t_caller', '{"subject": "Printer jam", "body": "second floor"}') as b \gset
select tap.do_create('t_agent', '{"subject": "Phone dead", "requester": "t_beta", "category": "General", "body": "no tone"}') as c \gset
insert into tap.names select n, 'INC' || (100000 + i) from (values ('A', :a), ('B', :b), ('C', :c)) x(n, i);
insert into desk.ci(name) values ('router-1');
select tap.do_act('t_agent', :a, 'take');                                                                        -- 2
select tap.do_act('t_agent', :a, 'note', '{"body": "looking"}');                                                 -- 3
select tap.do_act('t_agent', :a, 'tag', '{"add": "vpn"}');                                                       -- 4
select tap.do_act('t_agent', :a, 'link', format('{"type": "related", "to": %s}', :b)::jsonb);                    -- 5
select tap.do_act('t_agent', :a, 'watch', '{"person": "t_lead"}');                                               -- 6
select tap.do_act('t_agent', :a, 'time', '{"minutes": 15}');                                                     -- 7
select tap.do_act('t_agent', :a, 'ci', '{"add": "router-1"}');                                                   -- 8
select tap.as_person('t_agent', $$ select desk.blob_put(sha256('hello'), 0, 'hello', true) $$);
select tap.do_act('t_agent', :a, 'attach', jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', 'a.txt', 'sha256', encode(sha256('hello'), 'hex'))))); -- 9
select tap.do_act('t_agent', :a, 'edit', '{"symptom": "noise"}');                                                -- 10
select tap.do_act('t_agent', :b, 'assign', '{"group": "Network", "assignee": "t_lead"}');                        -- 2
select tap.do_act('t_lead', :c, 'restrict', '{"people": "t_agent"}');                                            -- 2
select tap.as_person('t_agent', 'select desk.tick()');
select tap.do_act('t_agent', :b, 'note', '{"body": "later"}');                                                   -- 3
select tap.as_person('t_auditor', 'select jsonb_agg(r) from desk.audit_roots() r') as roots \gset
select tap.do_act('t_agent', :b, 'note', '{"body": "not sealed yet"}');                                          -- 4
\o
select is(tap.tamper(''), 'ok', 'untouched');
select is(tap.tamper('', :'roots'), 'ok', 'and with roots');

-- events and their texts
select is(tap.tamper(format('update desk.event_text set body = ''x'' where ticket_id = %s and seq = 3', :a)), 'content A/3', 'a text');
select is(tap.tamper(format('update desk.event_text set changes = jsonb_set(changes, ''{assignee,1}'', ''1'') where ticket_id = %s and seq = 2', :a)), 'content A/2 span A/2 ticket:assignee_id A', 'changes');
select is(tap.tamper(format('with s as (select * from desk.event_text where seq = 1 and ticket_id in (%1$s, %2$s))
  update desk.event_text x set (salt, body) = (select s.salt, s.body from s where s.ticket_id <> x.ticket_id) where x.seq = 1 and x.ticket_id in (%1$s, %2$s)', :a, :b)),
  'body A body B content A/1 content B/1', 'two texts changed places');
select is(tap.tamper(format('update desk.event_text set salt = null, body = null where ticket_id = %s and seq = 3', :a)), 'redacted_unvouched A/3', 'a redaction that nobody did');
select is(tap.tamper(format('delete from desk.event_text where ticket_id = %s and seq = 3', :a)), 'text_missing A/3', 'a text gone');
select is(tap.tamper(format('update desk.event set %s where ticket_id = %s and seq = 3', c, :a)), 'chain A/3', 'event: ' || c) from unnest(array['recorded_at = recorded_at + interval ''1 second''',
  'actor_id = 1', 'recorded_by = ''t_lead''', 'channel = ''x''', 'verb = ''reply''', 'visibility = 2', 'on_behalf_id = 1', 'voids = 2']) c;
select is(tap.tamper(format('update desk.event set at = at + interval ''1 second'' where ticket_id = %s and seq = 3', :a)), 'chain A/3', 'event: at');
select is(tap.tamper(format('update desk.event set op = gen_random_uuid() where ticket_id = %s and seq = 3', :a)), 'chain A/3', 'event: op');
select ok(tap.tamper(format('update desk.event set hash = sha256(''x'') where ticket_id = %s and seq = 3', :a)) ~ 'chain A/3 chain A/4.* seal_root', 'event: hash');
select ok(tap.tamper(format('delete from desk.event where ticket_id = %1$s and seq = 3; delete from desk.event_text where ticket_id = %1$s and seq = 3', :a))
  ~ '^chain A/4 event_missing A/3 gap A/3 seal_root', 'an event gone from the middle');
select ok(tap.tamper(format('delete from desk.event where ticket_id = %1$s and seq = 3; delete from desk.event_text where ticket_id = %1$s and seq = 3;
  delete from desk.event where ticket_id = %1$s and seq = 4; delete from desk.event_text where ticket_id = %1$s and seq = 4; delete from desk.seal where batch = (select max(batch) from desk.seal)', :b)) ~ 'head B/4', 'the newest and their seal');
-- made to fit in the ticket: only what was answered to the act knows of it
create function tap.cut(p bigint) returns text language sql as $$ select format('delete from desk.event x using desk.ticket t where t.id = %1$s and x.ticket_id = t.id and x.seq = t.last_seq;
  delete from desk.event_text x using desk.ticket t where t.id = %1$s and x.ticket_id = t.id and x.seq = t.last_seq;
  update desk.ticket t set (last_seq, last_hash, version, updated_at) = (select e.seq, e.hash, e.seq, e.at from desk.event e where e.ticket_id = t.id order by e.seq desc limit 1) where t.id = %1$s;', p) $$;
select is(tap.tamper(tap.cut(:b)), 'event_missing B/4', 'the newest, before it was sealed');
select is(tap.tamper(tap.cut(:b) || tap.cut(:b) || 'delete from desk.seal where batch = (select max(batch) from desk.seal); delete from desk.op where result->>''seq'' in (''3'', ''4'') and result->>''id'' = ''' || :b || ''''),
  'ok', 'the newest with its seal and its operation fit');
select ok(tap.tamper(tap.cut(:b) || tap.cut(:b) || 'delete from desk.seal where batch = (select max(batch) from desk.seal); delete from desk.op where result->>''seq'' in (''3'', ''4'') and result->>''id'' = ''' || :b || '''', :'roots')
  ~ '^root_missing', 'but the roots know of the seal');
create function tap.kill(p bigint) returns text language sql as $$ select string_agg(format('delete from desk.%I where %I = %s', x.t, x.c, p), ';')
  from (values ('ticket', 'id'), ('ticket_text', 'id'), ('incident', 'id'), ('event', 'ticket_id'), ('event_text', 'ticket_id'), ('span', 'ticket_id'), ('ticket_access', 'ticket_id')) x(t, c) $$;
select ok(tap.tamper(tap.kill(:c)) ~ '^event_missing #\d+/1 event_missing #\d+/2 seal_root', 'a whole ticket with its journal');
select ok(tap.tamper(format('delete from desk.ticket where id = %s', :c)) ~ 'text_without_ticket C ticket_missing C/2', 'only its header');
-- a forged event with a chain that fits, outside of every operation and below the last seal, or above it
create function tap.forge(p bigint, p_x xid8, p_op uuid) returns text language sql as $$ select format($q$ do $d$ declare e desk.event; t desk.ticket; begin
  select * into t from desk.ticket where id = %1$s;
  select * into e from desk.event where ticket_id = t.id and seq = t.last_seq;
  e.seq := e.seq + 1; e.verb := 'note'; e.op := %3$L; e.x := coalesce(%2$L, pg_current_xact_id()::text)::xid8; e.recorded_at := clock_timestamp() + interval '2 hours'; e.content := desk.content_hash('s', '{}', 'forged');
  e.hash := desk.event_hash(t.last_hash, e);
  insert into desk.event values (e.*); insert into desk.event_text(ticket_id, seq, salt, changes, body) values (t.id, e.seq, 's', '{}', 'forged');
  update desk.ticket set last_seq = e.seq, last_hash = e.hash, version = version + 1, updated_at = e.at where id = t.id; end $d$ $q$, p, p_x::text, p_op) $$;
select ok(tap.tamper(tap.forge(:b, (select x_from from desk.seal order by batch desc limit 1), (select op from desk.event where ticket_id = :b and seq = 4))) ~ '^unsealed B/5$|^seal_root', 'a forged event below the last seal');
select is(tap.tamper(tap.forge(:b, null, gen_random_uuid())), 'op_missing B/5', 'a forged event above it, without an operation');

-- seals
select ok(tap.tamper('update desk.seal set root = sha256(''x'') where batch = 1') ~ 'seal_chain.* seal_root', 'a seal');
select ok(tap.tamper('update desk.seal set n = n + 1 where batch = 1') ~ 'seal_root', 'the number in it');
select ok(tap.tamper('delete from desk.seal where batch = 1') ~ 'seal_chain', 'the first seal gone');
select ok(tap.tamper('delete from desk.seal', :'roots') ~ 'root_missing', 'all seals gone');
select ok(tap.tamper('update desk.seal set x_to = x_from where batch = 1') ~ 'seal_chain.* seal_root.* unsealed', 'its interval');

-- records
create function tap.header(p bigint, p_set text) returns text language sql as $$ select format('update desk.ticket set %s where id = %s', p_set, p) $$;
select is(tap.tamper(tap.header(:b, x)), 'ticket:' || split_part(x, '=', 1) || ' B', 'ticket: ' || x) from unnest(array['subject=''x''', 'state=''new''', 'priority=1', 'impact=1',
  'urgency=1', 'group_id=0', 'assignee_id=0', 'requester_id=1', 'opened_by=1', 'channel=''x''', 'org_id=0', 'external=''x''', 'custom=''{"a": 1}''', 'opened_at=now()', 'updated_at=now()', 'due_at=now()',
  'acknowledged_at=now()', 'resolved_at=now()', 'closed_at=now()', 'hold_reason=''x''', 'hold_until=now()', 'hold_ref=''x''', 'resolution_code=''x''', 'cancel_reason=''x''', 'reassignments=9', 'reopens=9', 'version=9',
  'priority_reason=''x''', 'parent_id=1', 'phase=3', 'desk_id=2', 'category_id=(select min(id) from desk.category)', 'ci_id=(select min(id) from desk.ci)']) x;
select ok(tap.tamper(tap.header(:b, 'number = ''INC1''')) ~ '^ticket:number INC1$', 'ticket: number');
select ok(tap.tamper(tap.header(:b, 'restricted = true')) ~ 'ticket:restricted', 'ticket: restricted');
select ok(tap.tamper(tap.header(:c, 'restricted = false')) ~ 'ticket:restricted', 'and no more');
select is(tap.tamper(tap.header(:b, 'last_seq = 3')), 'head B/4', 'ticket: the last event');
select is(tap.tamper(format('update desk.ticket_text set body = ''x'' where id = %s', :b)), 'body B', 'the text');
select is(tap.tamper(format('delete from desk.ticket_text where id = %s', :b)), 'body B', 'no text');
select is(tap.tamper(format('with s as (select * from desk.ticket_text) update desk.ticket_text x set body = (select s.body from s where s.id <> x.id and s.id in (%1$s, %2$s)) where x.id in (%1$s, %2$s)', :a, :b)), 'body A body B', 'the texts of two');
select is(tap.tamper(format('update desk.ticket_text set subject = ''x'' where id = %s', :c)), 'subject C', 'the subject of a restricted one');
select is(tap.tamper('insert into desk.ticket_text(id, body) values (4000000, ''x'')'), 'text_without_ticket #4000000', 'a text of no ticket');
select is(tap.tamper('insert into desk.incident(id) values (4000000)'), 'incident_without_ticket #4000000', 'a typed row of no ticket');
select is(tap.tamper('insert into desk.incident(id) values (-1)'), 'incident_without_ticket #-1', 'wherever it is');
select is(tap.tamper(format('update desk.incident set symptom = ''x'' where id = %s', :a)), 'incident:symptom A', 'the typed row');
select is(tap.tamper(format('delete from desk.incident where id = %s', :a)), 'typed_missing A', 'no typed row');
select ok(tap.tamper(format('insert into desk.ticket select (jsonb_populate_record(t, ''{"id": 4000000, "number": "INC4100000"}'')).* from desk.ticket t where id = %s', :a)) ~ 'journal_missing INC4100000', 'a ticket without a journal');

-- what hangs on it
select is(tap.tamper(format(q, :a)), k || ' A', q) from (values ('delete from desk.ticket_tag where ticket_id = %s', 'tags'), ('insert into desk.ticket_tag values (%s, ''x'')', 'tags'),
  ('delete from desk.ticket_link where from_id = %s', 'links'), ('update desk.ticket_link set type = ''blocks'' where from_id = %s', 'links'), ('update desk.ticket_link set seq = 1 where from_id = %s', 'links'), ('update desk.ticket_link set at = now() where from_id = %s', 'links'),
  ('delete from desk.ticket_ci where ticket_id = %s', 'cis'), ('update desk.ticket_ci set role = ''not_impacted'' where ticket_id = %s', 'cis'), ('delete from desk.watcher where ticket_id = %s', 'watchers'),
  ('insert into desk.watcher select %s, id from desk.person where login = ''t_admin''', 'watchers'), ('delete from desk.time_entry where ticket_id = %s', 'minutes'), ('update desk.time_entry set minutes = 1 where ticket_id = %s', 'minutes'),
  ('update desk.time_entry set person_id = 1 where ticket_id = %s', 'minutes'), ('delete from desk.attachment where ticket_id = %s', 'attachments'), ('update desk.attachment set name = ''b.txt'' where ticket_id = %s', 'attachments'),
  ('update desk.attachment set media_type = ''x'' where ticket_id = %s', 'attachments'), ('update desk.attachment set size = 1 where ticket_id = %s', 'attachments'), ('update desk.attachment set sha256 = null where ticket_id = %s', 'attachments'),
  ('insert into desk.ticket_access select %s, id from desk.person where login = ''t_caller''', 'access')) x(q, k);
select is(tap.tamper(format('delete from desk.ticket_access where ticket_id = %s and person_id = %s', :c, tap.person('t_agent'))), 'access C', 'who may open it');
select is(tap.tamper('update desk.blob_chunk set data = ''hallo'''), 'file A/9', 'the content of a file');
select is(tap.tamper('delete from desk.blob_chunk'), 'file A/9', 'no content');
select is(tap.tamper('update desk.blob set size = 6'), 'file A/9', 'its size');
select is(tap.tamper(format('update desk.span set %s where ticket_id = %s and seq = 2', c, :a)), 'span A/2', 'span: ' || c) from unnest(array['state = ''x''', 'group_id = 0', 'assignee_id = 0', 'from_at = now()', 'until_at = now()']) c where c <> 'from_at = now()';
select ok(tap.tamper(format('update desk.span set from_at = now() where ticket_id = %s and seq = 2', :a)) ~ 'span A/2', 'span: from_at');
select is(tap.tamper(format('delete from desk.span where ticket_id = %s and seq = 2', :a)), 'span A/1 span A/2', 'span: gone');

select is(tap.tamper('', :'roots'), 'ok', 'all of it was taken back');
select * from finish();
