-- Redaction takes a text out of everything the database holds, wherever acts have carried it, and leaves the proof whole.
\ir rulebook.inc
select no_plan();
create function tap.verify() returns jsonb language sql as $$ select tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb $$;
-- Tables that still hold this, as a dump of the database would; contents of files as text.
create function tap.left(p_needle text) returns text language plpgsql as $$
declare t regclass; n bigint; r text := '';
begin
  for t in select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind = 'r' order by c.relname loop
    execute format('select count(*) from %s x where x::text like %L or x::text like %L', t, '%' || p_needle || '%', '%' || encode(convert_to(p_needle, 'UTF8'), 'hex') || '%') into n;
    if n > 0 then r := concat_ws(' ', nullif(r, ''), t::text); end if;
  end loop;
  return r;
end $$;
create function tap.redact(p_id bigint, p_event int) returns jsonb language sql as $$
  select tap.do_act('t_lead', p_id, 'redact', jsonb_build_object('event', p_event, 'reason', 'personal data')) $$;
create function tap.seq_of(p_id bigint, p_like text) returns int language sql as $$
  select min(x.seq) from desk.event_text x where x.ticket_id = p_id and (x.body like p_like or x.changes::text like p_like) $$;
\o /dev/null
-- what an attacker would try with a short text: everything that was asked, hashed again
create function tap.guessed(p_id bigint, p_verb text, p_fields jsonb) returns bigint language sql as $$
  select count(*) from desk.op o where o.request_hash = desk.request_hash(p_id::text, p_verb, p_fields::text, null::text) $$;
\o
-- a description with a password in it, edited away by a helpful agent before the lead hears of it
select tap.do_create('t_agent', '{"subject": "hunter1 my password", "requester": "t_caller", "category": "General", "body": "my password is hunter1"}') as a \gset
\o /dev/null
select tap.do_act('t_agent', :a, 'edit', '{"description": "my password is ...", "subject": "a password"}');
select tap.do_act('t_agent', :a, 'edit', '{"description": "my password is hunter1"}');
select tap.do_act('t_agent', :a, 'edit', '{"description": "no password"}');
insert into desk.my_draft(person_id, ticket_id, kind, host, body) values (tap.person('t_agent'), :a, 'reply', 'h', 'yes, hunter1');
\o
select is(tap.left('hunter1'), 'desk.event_text_p0 desk.my_draft', 'where a text of the first event has got to');
select is(tap.as_person('t_lead', 'select count(*) from desk.search(''hunter1'')'), '1', 'and search finds it');
select tap.redact(:a, 1) \g /dev/null
select is(tap.left('hunter1'), '', 'redacting the first event takes it out of all of them');
select is((select body from desk.ticket_text where id = :a), 'no password', 'what was written instead stays');
select is((select subject from desk.ticket where id = :a), 'a password', 'the new subject too');
select is(tap.verify()->'problems', '[]', 'the proof holds');
select is(tap.as_person('t_lead', 'select count(*) from desk.search(''hunter1'')'), '0', 'search does not find it');
select is(tap.as_person('t_lead', 'select count(*) from desk.search(''"a password"'')'), '1', 'but the rest');

-- the description as it stands, and back to it
select tap.do_create('t_agent', '{"subject": "b", "requester": "t_caller", "category": "General", "body": "hunter2"}') as b \gset
\o /dev/null
select tap.do_act('t_agent', :b, 'edit', '{"description": "other"}');
select tap.do_act('t_agent', :b, 'edit', '{"description": "hunter2"}');
select tap.redact(:b, tap.seq_of(:b, '%other", "hunter2%'));
\o
select is(tap.left('hunter2'), '', 'an edit back to the first text takes that too');
select is((select body from desk.ticket_text where id = :b), '[redacted]', 'the ticket says so');
select is(tap.verify()->'problems', '[]', 'the proof holds');

-- a note: short, so that a hash of it would be as good as the text
select tap.do_act('t_agent', :b, 'note', '{"body": "pin hunter0"}') \g /dev/null
select is(tap.guessed(:b, 'note', '{"body": "pin hunter0"}'), 1::bigint, 'the operation could be found by guessing');
select op as note_op from desk.event where ticket_id = :b and seq = tap.seq_of(:b, 'pin%') \gset
select tap.redact(:b, tap.seq_of(:b, 'pin%')) \g /dev/null
select is(tap.guessed(:b, 'note', '{"body": "pin hunter0"}'), 0::bigint, 'not any more');
select is(tap.left('hunter0'), '', 'nor is the text anywhere');
select is(tap.act('t_agent', :b, 'note', '{"body": "pin hunter0"}', null, :'note_op')->'error'->>'id', 'op_reused', 'a very late resend does nothing');
select is(tap.left('hunter0'), '', 'and leaves nothing');

-- a resolution goes down to the children, and so does its redaction
select tap.do_create('t_agent', '{"subject": "parent", "requester": "t_caller", "category": "General"}') as p \gset
select tap.do_create('t_agent', '{"subject": "child one", "requester": "t_caller", "category": "General"}') as c1 \gset
select tap.do_create('t_agent', '{"subject": "child two", "requester": "t_beta", "category": "General"}') as c2 \gset
\o /dev/null
select tap.do_act('t_agent', c, 'link', format('{"type": "parent", "to": %s}', :p)::jsonb) from unnest(array[:c1, :c2]) c;
select tap.do_act('t_agent', :p, 'take');
select tap.do_act('t_agent', :p, 'resolve', '{"code": "fixed", "body": "set it to hunter3"}');
select tap.do_act('t_agent', :c2, 'unlink', format('{"type": "parent", "to": %s}', :p)::jsonb);
\o
select is((select count(*) from desk.event_text where body = 'set it to hunter3'), 3::bigint, 'a resolution of the parent is written three times');
select tap.redact(:p, tap.seq_of(:p, 'set it%')) \g /dev/null
select is(tap.left('hunter3'), '', 'redacted once, it is gone from all, also from one that is no child any more');
select is((select string_agg(e.verb || ' ' || e.channel, ',' order by e.ticket_id) from desk.event e join desk.ticket t on t.id = e.ticket_id and t.last_seq = e.seq where t.id in (:c1, :c2)), 'redact parent,redact parent', 'each says so in its journal');
select is(tap.verify()->'problems', '[]', 'the proof holds');
-- of a child only itself
select tap.do_act('t_agent', :p, 'reopen', '{"reason": "again"}') \g /dev/null
select tap.do_act('t_agent', :p, 'resolve', '{"code": "fixed", "body": "hunter4"}') \g /dev/null
select tap.redact(:c1, tap.seq_of(:c1, 'hunter4')) \g /dev/null
select is((select string_agg(ticket_id::text, ' ') from desk.event_text where body = 'hunter4'), :'p', 'redacting the child leaves the parent');

-- files
select tap.as_person('t_agent', $$ select desk.blob_put(sha256('hunter5'), 0, 'hunter5', true) $$) \g /dev/null
select tap.do_act('t_agent', x, 'attach', jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', 'hunter5.txt', 'sha256', encode(sha256('hunter5'), 'hex'))))) from unnest(array[:a, :b]) x \g /dev/null
select tap.redact(:a, tap.seq_of(:a, '%hunter5%')) \g /dev/null
select is((select jsonb_path_query_first(tap.show('t_lead', :a)->'events', '$[*].changes.attachments[1]')), '["[redacted]"]', 'the timeline says what it was');
select is((select count(*) from desk.blob_chunk), 1::bigint, 'a file that another ticket has stays for that');
select tap.redact(:b, tap.seq_of(:b, '%hunter5%')) \g /dev/null
select is(tap.left('hunter5'), '', 'with the last one it goes, name and content');
select is(tap.left(encode(sha256('hunter5'), 'hex')), '', 'and its hash');
select is(tap.verify()->'problems', '[]', 'the proof holds');

-- what an import brought: values nobody has a field for, in every version of the record; its number stays
select tap.as_person('t_admin', $$ select desk.import_begin('src', 'f', sha256('f')) $$) as file \gset
select tap.as_person('t_admin', format($$ select desk.import_history('src', %s, '[
  {"line": 1, "ext_id": "X1", "ext_version": "0", "hash": "00", "at": "2024-01-01T00:00:00Z", "fields": {"subject": "imported", "body": "text"}, "custom": {"mobile": "hunter6", "count": 5, "colour": "red"}},
  {"line": 2, "ext_id": "X1", "ext_version": "1", "hash": "01", "at": "2024-01-02T00:00:00Z", "fields": {"subject": "imported"}, "custom": {"mobile": "hunter6", "count": 5, "colour": "blue"}}]') $$, :file)) \g /dev/null
select id as x from desk.ticket where external = 'X1' \gset
select is(tap.left('hunter6'), 'desk.event_text_p0 desk.ticket_p0', 'custom values stand in both versions and in the ticket');
select tap.redact(:x, 1) \g /dev/null
select is(tap.left('hunter6'), '', 'and go from all');
select is((select external || ' ' || (custom->>'colour') || ' ' || (custom->>'mobile') from desk.ticket where id = :x), 'X1 blue [redacted]', 'the number of the source stays, and what came later');
select is(tap.verify()->'problems', '[]', 'the proof holds');

-- restricted, typed and other texts
select tap.do_create('t_lead', '{"subject": "hunter7", "requester": "t_caller", "category": "General", "symptom": "hunter7s"}') as r \gset
\o /dev/null
select tap.do_act('t_lead', :r, 'restrict');
select tap.do_act('t_lead', :r, 'take');
select tap.do_act('t_lead', :r, 'edit', '{"priority": 1, "reason": "hunter7 reason"}');
select tap.do_act('t_lead', :r, 'hold', '{"reason": "supplier", "ref": "hunter7 ref", "until": "+1d"}');
select tap.redact(:r, n) from unnest(array[1, 4, 5]) n;
\o
select is(tap.left('hunter7'), '', 'subject, typed field, reason and reference of a restricted ticket');
select is(tap.show('t_lead', :r)->>'subject', '[redacted]', 'its subject says so');
select is(tap.verify()->'problems', '[]', 'the proof holds');
-- what must not be possible
select is(tap.why(tap.act('t_lead', :r, 'redact', '{"event": 6, "reason": "x"}')), 'input no_such_event event', 'a redaction cannot be redacted');
select is(tap.why(tap.act('t_lead', :r, 'redact', '{"event": 1}')), 'input field_required reason', 'nor without a reason');
select is(tap.why(tap.act('t_agent', :a, 'redact', '{"event": 1, "reason": "x"}')), 'denied role_denied', 'nor by an agent');
select is((tap.verify()->>'redacted')::int, (select count(*)::int from desk.event_text where salt is null), 'the proof counts what is redacted');
select * from finish();
