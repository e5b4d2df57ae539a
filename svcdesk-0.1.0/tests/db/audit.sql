-- The proof of the journal: a desk at work verifies; tampering in four ways is found; redaction keeps the proof.
\ir people.inc
select plan(37);

create function tap.verify(p_roots jsonb default null) returns jsonb language sql as $$
  select tap.as_person('t_auditor', format('select desk.audit_verify(%L)', p_roots))::jsonb $$;
create function tap.kinds(v jsonb) returns text language sql as $$
  select string_agg(distinct p->>'kind', ' ' order by p->>'kind') from jsonb_array_elements(v->'problems') p $$;

-- a desk at work
select tap.do_create('t_agent', '{"subject": "VPN drops every hour", "requester": "t_caller", "category": "General", "body": "since monday"}') as a \gset
select tap.do_create('t_caller', '{"subject": "Printer jam"}') as b \gset
select tap.do_create('t_agent', '{"subject": "Phone dead", "requester": "t_beta", "impact": 1, "urgency": 1, "category": "General"}') as c \gset
\o /dev/null
select tap.do_act('t_agent', :a, 'take');
select tap.do_act('t_agent', :a, 'note', '{"body": "the password is hunter2"}');
select tap.do_act('t_agent', :a, 'tag', '{"add": "vpn vip"}');
select tap.do_act('t_agent', :a, 'tag', '{"remove": "vip"}');
select tap.do_act('t_agent', :a, 'link', format('{"type": "related", "to": %s}', :b)::jsonb);
select tap.do_act('t_agent', :a, 'watch', '{"person": "t_lead"}');
select tap.do_act('t_agent', :a, 'time', '{"minutes": 15}');
select tap.do_act('t_agent', :a, 'hold', '{"reason": "requester", "until": "+1d", "body": "which network?"}');
select tap.do_act('t_caller', :a, 'reply', '{"body": "at home"}');
select tap.do_act('t_agent', :a, 'edit', '{"impact": 1, "subject": "VPN drops each hour"}');
select tap.do_act('t_agent', :a, 'resolve', '{"code": "fixed", "body": "new router"}');
select tap.do_act('t_caller', :a, 'reopen', '{"reason": "again"}');
select tap.do_act('t_agent', :b, 'assign', '{"group": "Network", "assignee": "t_lead"}');
select tap.do_act('t_agent', :c, 'take');
select tap.do_act('t_agent', :c, 'restrict', '{"people": "t_lead"}');
select tap.do_act('t_agent', :c, 'edit', '{"subject": "Phone of the board dead"}');
select tap.do_act('t_agent', :c, 'note', '{"body": "secret"}');
select tap.do_act('t_agent', :b, 'cancel', '{"reason": "withdrawn"}');
\o

select is(tap.verify() - 'events', '{"ok": true, "count": 0, "rooted": false, "tickets": 3, "problems": [], "redacted": 0}', 'a desk at work verifies');
select is((tap.verify()->>'events')::bigint, (select count(*) from desk.event), 'every event is counted');
select throws_ok($$ select tap.as_person('t_agent', 'select desk.audit_verify()') $$, '42501', null, 'an agent may not verify');
select throws_ok($$ select tap.as_person('t_lead', 'select * from desk.audit_roots()') $$, '42501', null, 'a lead may not read roots');
select lives_ok($$ select tap.as_person('t_admin', 'select desk.audit_verify()') $$, 'an admin may');

-- seals
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is((select sum(n) from desk.seal), (select count(*)::numeric from desk.event), 'the tick seals every event');
select is((tap.as_person('t_agent', 'select desk.tick()')::jsonb)->>'seals', '0', 'and nothing twice');
select tap.do_act('t_agent', :b, 'note', '{"body": "one more"}') \g /dev/null
select tap.as_person('t_auditor', 'select jsonb_agg(r) from desk.audit_roots() r') as roots \gset
select is(jsonb_array_length(:'roots'), 2, 'asking for roots seals what is new');
select is(tap.verify(:'roots')->>'rooted', 'true', 'with roots the answer says so');
select is(tap.verify(:'roots')->>'ok', 'true', 'and is ok');
select is(tap.kinds(tap.verify(jsonb_set(:'roots', '{0,root}', '"00"'))), 'root_differs', 'another root is a problem');
select is(tap.kinds(tap.verify(:'roots'::jsonb || '[{"batch": 99, "root": "00"}]')), 'root_missing', 'so is a seal that is gone');

-- 1: one row changed
begin;
update desk.event_text set body = 'nothing here' where ticket_id = :a and body like 'the password%';
select is(tap.kinds(tap.verify()), 'content', 'way 1: a changed text is found');
rollback;
begin;
update desk.event set actor_id = (select id from desk.person where login = 't_lead') where ticket_id = :a and seq = 3;
select is(tap.kinds(tap.verify()), 'chain', 'a changed event is found');
rollback;
begin;
delete from desk.event_text where ticket_id = :a and seq = 3;
select is(tap.kinds(tap.verify()), 'text_missing', 'a text that is gone is found');
rollback;
begin;
delete from desk.event where ticket_id = :a and seq = 3;
select ok(tap.kinds(tap.verify()) ~ 'chain.* gap', 'an event gone from the middle is found');
rollback;

-- 2: the newest deleted
begin;
delete from desk.event_text x using desk.ticket t where t.id = :b and x.ticket_id = t.id and x.seq = t.last_seq;
delete from desk.event x using desk.ticket t where t.id = :b and x.ticket_id = t.id and x.seq = t.last_seq;
select ok(tap.kinds(tap.verify()) ~ 'head.* seal_root', 'way 2: a newest event that is gone is found');
update desk.ticket t set (last_seq, last_hash, version, updated_at) = (select e.seq, e.hash, e.seq, e.at from desk.event e where e.ticket_id = t.id order by e.seq desc limit 1)
 where t.id = :b;
select is(tap.kinds(tap.verify()), 'event_missing seal_root', 'also when the ticket was made to fit');
rollback;

-- 3: only the record changed
begin;
update desk.ticket set priority = 1, group_id = 0 where id = :b;
select is(tap.kinds(tap.verify()), 'ticket:group_id,priority', 'way 3: a changed ticket is found, with its columns');
rollback;
begin;
update desk.incident set made_sla = true where id = :b;
select is(tap.kinds(tap.verify()), 'incident:made_sla', 'so is its typed row');
rollback;
begin;
insert into desk.ticket_tag values (:b, 'x'); delete from desk.ticket_tag where ticket_id = :a;
delete from desk.watcher where ticket_id = :a; delete from desk.ticket_link; update desk.time_entry set minutes = 60;
delete from desk.ticket_access where ticket_id = :c and person_id = (select id from desk.person where login = 't_lead');
select is(tap.kinds(tap.verify()), 'access links minutes tags watchers', 'so are tags, watchers, links, access and time');
rollback;
begin;
update desk.span set assignee_id = 0 where ticket_id = :a and seq = 2;
select is(tap.kinds(tap.verify()), 'span', 'so are spans');
rollback;
begin;
update desk.ticket_text set body = 'since tuesday' where id = :a;
update desk.ticket_text set subject = 'Phone' where id = :c;
select is(tap.kinds(tap.verify()), 'body subject', 'so are texts, restricted ones too');
rollback;
begin;
delete from desk.ticket where id = :b;
select ok(tap.kinds(tap.verify()) ~ 'ticket_missing', 'so is a ticket that is gone');
rollback;

-- 4: everything rewritten: a state that fits in itself, but not the exported roots
begin;
update desk.event_text set body = 'nothing here' where ticket_id = :a and body like 'the password%';
do $$
declare r record; prev bytea; tid bigint; s record; above bytea;
begin
  for r in select e.*, x.salt, x.changes, x.body from desk.event e join desk.event_text x using (ticket_id, seq) order by e.ticket_id, e.seq loop
    if r.ticket_id is distinct from tid then prev := null; tid := r.ticket_id; end if;
    update desk.event e set content = desk.content_hash(r.salt, r.changes, r.body) where e.ticket_id = r.ticket_id and e.seq = r.seq;
    update desk.event e set hash = desk.event_hash(prev, e) where e.ticket_id = r.ticket_id and e.seq = r.seq returning e.hash into prev;
    update desk.ticket t set last_hash = prev where t.id = r.ticket_id;
  end loop;
  for s in select * from desk.seal order by batch loop
    update desk.seal z set prev = above, root = sha256(coalesce(above, '') || convert_to(z.n::text, 'UTF8') || (select string_agg(e.hash, ''::bytea order by e.x, e.ticket_id, e.seq)
      from desk.event e where e.epoch = z.epoch and e.x >= z.x_from and e.x < z.x_to)) where z.batch = s.batch returning z.root into above;
  end loop;
end $$;
select is(tap.verify() - 'events', '{"ok": true, "count": 0, "rooted": false, "tickets": 3, "problems": [], "redacted": 0}', 'way 4: a rewritten journal fits in itself, and the answer says it is not rooted');
select is(tap.kinds(tap.verify(:'roots')), 'root_differs', 'the roots kept elsewhere find it');
rollback;

-- redaction
insert into desk.my_draft(person_id, ticket_id, kind, host, body) select id, :a, 'note', 'h', 'hunter2' from desk.person where login = 't_agent';
select tap.do_act('t_agent', :a, 'edit', '{"subject": "VPN hunter3"}') \g /dev/null
select tap.do_act('t_agent', :a, 'edit', '{"subject": "VPN drops"}') \g /dev/null
select tap.do_act('t_agent', :a, 'tag', '{"add": "hunter4"}') \g /dev/null
select seq as note from desk.event_text where ticket_id = :a and body like 'the password%' \gset
select seq as subj from desk.event_text where ticket_id = :a and changes->'subject'->>1 = 'VPN hunter3' \gset
select seq as tagged from desk.event_text where ticket_id = :a and changes->'tags'->1 ? 'hunter4' \gset
select is((tap.as_person('t_agent', format('select desk.act(%s, ''redact'', ''{"event": %s, "reason": "password"}'', null, gen_random_uuid())', :a, :note))::jsonb)->'error'->>'class',
  'denied', 'an agent may not redact');
select tap.do_act('t_lead', :a, 'redact', format('{"event": %s, "reason": "a password"}', :note)::jsonb) \g /dev/null
select tap.do_act('t_lead', :a, 'redact', format('{"event": %s, "reason": "a password"}', :subj)::jsonb) \g /dev/null
select tap.do_act('t_lead', :a, 'redact', format('{"event": %s, "reason": "a password"}', :tagged)::jsonb) \g /dev/null
select is(tap.verify()->>'problems', '[]', 'a redacted desk verifies');
select is(tap.verify()->>'redacted', '4', 'and says how much is redacted: the events named, and the one that repeats a text');
select is((select count(*)::int from desk.event_text x where x::text like '%hunter%') + (select count(*)::int from desk.ticket_text x where x::text like '%hunter%')
  + (select count(*)::int from desk.ticket x where x::text like '%hunter%') + (select count(*)::int from desk.my_draft x where x::text like '%hunter%')
  + (select count(*)::int from desk.ticket_tag x where x::text like '%hunter%') + (select count(*)::int from desk.op x where x::text like '%hunter%'), 0, 'nothing of it is left');
select is((select subject from desk.ticket where id = :a), 'VPN drops', 'what is not of it stays');
select is(tap.as_person('t_agent', 'select count(*) from desk.search(''hunter2'')'), '0', 'nor does search find it');
begin;
update desk.event_text set changes = jsonb_set(coalesce(changes, '{}'), '{priority}', '[3, 1]') where ticket_id = :a and seq = :note;
select ok(tap.kinds(tap.verify()) ~ 'redacted_unvouched', 'what is left of a redacted event cannot be changed unseen');
rollback;
begin;
update desk.event_text set salt = null, body = null where ticket_id = :b and seq = (select last_seq from desk.ticket where id = :b);
select is(tap.kinds(tap.verify()), 'redacted_unvouched', 'a text taken away without a redact event is found');
rollback;
-- the text of the first event is the ticket's own
select tap.do_act('t_lead', :a, 'redact', '{"event": 1, "reason": "personal data"}') \g /dev/null
select ok(not exists (select from desk.ticket_text where id = :a and (body is not null or tsv @@ 'monday')), 'redacting the first event empties the text of the ticket');
select is(tap.verify()->>'problems', '[]', 'and verifies');
select is(tap.as_person('t_agent', format('select desk.show(%s)->''events''->0->>''redacted''', :a)), 'true', 'the ticket shows it as redacted');
select * from finish();
