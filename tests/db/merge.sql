-- Two people at one ticket: what merges, what is refused and with what, whose words are shown before others go out.
--   every verb against every verb, from every state, both on the same version: nothing the first did is undone unseen by the second;
--   random edits on random older versions: refused with exactly the fields that clash, and what was answered ok is what stands in the end.
-- SEED and ROUNDS as in the other tests.
\ir undo.inc
select no_plan();
set statement_timeout = 0;
\set seed ''
\set rounds ''
\getenv seed SEED
\getenv rounds ROUNDS
select coalesce(nullif(:'seed', ''), '1')::numeric as seed, greatest(coalesce(nullif(:'rounds', ''), '1')::int, 1) as n \gset
\echo '# seed ':seed', rounds ':n
\o /dev/null
select setseed((:seed % 1000003)::float8 / 1000003);
update desk.clock set frozen_at = '2026-06-01 08:00:00+00';
insert into desk.category(name) values ('Printing');
insert into desk.group_member(group_id, person_id) select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login in ('t_agent', 't_lead');
create function tap.later(p_seconds int) returns void language sql as $$ update desk.clock set frozen_at = frozen_at + p_seconds * interval '1 second' $$;
create function tap.ver(p_id bigint) returns int language sql as $$ select version from desk.ticket where id = p_id $$;
-- the fields a refusal names, with what each said
create function tap.clash(p jsonb) returns text language sql as $$
  select string_agg(format('%s %s>%s|%s %s', c->>'field', coalesce(c->>'base', '-'), coalesce(c->>'theirs', '-'), coalesce(c->>'mine', '-'), c->>'by'), ', ' order by n)
    from jsonb_array_elements(p->'error'->'args'->'conflicts') with ordinality x(c, n) $$;
\o

-- ---- fields --------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "One", "category": "General", "requester": "t_caller"}') as a \gset
select tap.do_act('t_agent', :a, 'edit', '{"impact": 1, "subject": "Theirs", "symptom": "smoke"}') \g /dev/null
select tap.later(8) \g /dev/null
select tap.act('t_lead', :a, 'edit', '{"impact": 2, "subject": "Mine", "symptom": "smoke", "subcategory": "x"}', 1) as r \gset
select is(tap.why(:'r'), 'conflict field_conflict subject', 'the same fields clash');
select is(tap.clash(:'r'), 'subject One>Theirs|Mine t_agent, impact 3>1|2 t_agent', 'all of them in one answer, and no other');
select is(:'r'::jsonb->'error'->'args'->>'seconds', '8', 'it says how long ago');
select is((:'r'::jsonb->'error'->'args'->>'version')::int, tap.ver(:a), 'and which version it would be done on');
select is((select count(*) from desk.event where ticket_id = :a), 2::bigint, 'nothing of it was done');
select is(tap.why(tap.act('t_lead', :a, 'edit', '{"impact": 2, "subject": "Mine", "subcategory": "x"}', tap.ver(:a))), 'ok', 'on what was seen it is done');
select is(tap.why(tap.act('t_agent', :a, 'edit', '{"vendor_ref": "V1"}', 1)), 'ok', 'another field merges, however old');
select is(tap.why(tap.act('t_agent', :a, 'edit', '{"subject": "Mine", "impact": 2}', 1)), 'ok', 'the same values are none');
-- whose they were is said by number, not by name: two people may have the same
select is(:'r'::jsonb #>> '{error,args,conflicts,0,own}', 'false', 'another one''s change is not one''s own');
select is(tap.act('t_agent', :a, 'edit', '{"symptom": "fire", "impact": 3}', 1) #>> '{error,args,conflicts,0,own}', 'false', 'nor where others came behind one''s own');
-- over several versions, and what was undone
select tap.do_create('t_agent', '{"subject": "Own", "category": "General"}') as o \gset
select tap.do_act('t_agent', :o, 'edit', '{"symptom": "one"}') \g /dev/null
select is(tap.act('t_agent', :o, 'edit', '{"symptom": "two"}', 1) #>> '{error,args,conflicts,0,own}', 'true', 'one''s own change says so');
select tap.do_create('t_agent', '{"subject": "Two", "category": "General"}') as b \gset
select tap.do_act('t_agent', :b, 'edit', '{"symptom": "one"}') \g /dev/null
select tap.do_act('t_lead', :b, 'edit', '{"symptom": "two"}')->>'op' as op \gset
select is(tap.clash(tap.act('t_agent', :b, 'edit', '{"symptom": "mine"}', 1)), 'symptom ->two|mine t_lead', 'the last of several counts');
select tap.do_act('t_lead', :b, 'undo', jsonb_build_object('op', :'op')) \g /dev/null
select is(tap.clash(tap.act('t_agent', :b, 'edit', '{"symptom": "mine"}', 1)), 'symptom ->one|mine t_agent', 'undone: the one before, by who did it');
select is(tap.why(tap.act('t_agent', :b, 'edit', '{"symptom": "mine"}', 2)), 'ok', 'who saw that meets nothing new');
select tap.do_create('t_agent', '{"subject": "Three", "category": "General"}') as c \gset
select tap.do_act('t_lead', :c, 'edit', '{"symptom": "two"}') \g /dev/null
select tap.do_act('t_lead', :c, 'undo') \g /dev/null
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"symptom": "mine"}', 1)), 'ok', 'a change that was taken back is no conflict');
-- long text, and what was redacted
select tap.do_act('t_lead', :c, 'edit', '{"description": "line 1\nline 2"}') \g /dev/null
select is(tap.act('t_agent', :c, 'edit', '{"description": "other"}', 1)->'error'->'args'->'conflicts'->0->>'theirs', E'line 1\nline 2', 'a long text comes whole');
select tap.ver(:c) as v \gset
insert into desk.person_role(person_id, role, group_id) select p.id, 'lead', g.id from desk.person p, desk.support_group g where p.login = 't_lead' and g.name = 'Network' on conflict do nothing;
select is(tap.why(tap.act('t_lead', :c, 'redact', jsonb_build_object('event', (select max(seq) from desk.event where ticket_id = :c), 'reason', 'privacy'))), 'ok', 'redacted');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"description": "line 1\nline 2"}', :v)), 'conflict field_conflict description', 'a redacted text does not come back unseen');
select is(tap.why(tap.act('t_agent', :c, 'edit', '{"vendor_ref": "9"}', :v)), 'ok', 'other fields do not care');
-- a priority set by hand is not computed away
select tap.do_create('t_agent', '{"subject": "Four", "category": "General"}') as d \gset
select tap.do_act('t_lead', :d, 'edit', '{"priority": 1, "reason": "board"}') \g /dev/null
select is(tap.clash(tap.act('t_agent', :d, 'edit', '{"urgency": 1}', 1)), 'priority 5>1|3 t_lead', 'against an urgency it would be');
select tap.do_create('t_agent', '{"subject": "Five", "category": "General"}') as d \gset
select tap.do_act('t_lead', :d, 'edit', '{"impact": 1}') \g /dev/null
select is(tap.why(tap.act('t_agent', :d, 'edit', '{"urgency": 1}', 1)) || (tap.row(:d)).priority, 'ok1', 'impact and urgency of two people make one priority');

-- ---- states and hands ----------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Six", "category": "General", "group": "Network"}') as e \gset
select tap.do_act('t_agent', :e, 'take') \g /dev/null
select is(tap.clash(tap.act('t_lead', :e, 'take', '{}', 1)), 'assignee ->t_agent|t_lead t_agent', 'who took it first is named to the second');
select tap.ver(:e) as v \gset
select tap.do_act('t_agent', :e, 'resolve', '{"code": "fixed", "body": "done by one"}') \g /dev/null
select tap.act('t_lead', :e, 'resolve', '{"code": "workaround", "body": "done by two"}', :v) as r \gset
select is(tap.clash(:'r'), 'state in_progress>resolved|resolved t_agent', 'two resolve at once: the second learns it');
select is(:'r'::jsonb->'error'->'args'->>'off', 'true', 'and that it is not possible any more');
select is(:'r'::jsonb->'error'->'args'->'crossed'->0->>'text', 'done by one', 'with what the first one wrote');
select is(tap.clash(tap.act('t_lead', :e, 'hold', '{"reason": "supplier", "ref": "x", "until": "+1d"}', :v)), 'state in_progress>resolved|on_hold t_agent', 'a hold against it');
select is(tap.why(tap.act('t_lead', :e, 'hold', '{"reason": "supplier", "ref": "x", "until": "+1d"}', tap.ver(:e))), 'state wrong_state', 'who has seen the state is told what is possible');
select is(tap.why(tap.act('t_lead', :e, 'edit', '{"symptom": "s"}', :v)), 'ok', 'a field merges into a resolved ticket');
select tap.do_create('t_agent', '{"subject": "Seven", "category": "General", "group": "Network"}') as g \gset
select tap.do_act('t_agent', :g, 'take') \g /dev/null
select tap.ver(:g) as v \gset
select tap.do_act('t_agent', :g, 'hold', '{"reason": "supplier", "ref": "x", "until": "+1d"}') \g /dev/null
select is(tap.clash(tap.act('t_lead', :g, 'resolve', '{"code": "fixed", "body": "b"}', :v)), 'state in_progress>on_hold|resolved t_agent', 'resolve against a hold');
select tap.do_act('t_agent', :g, 'resume') \g /dev/null
select is(tap.why(tap.act('t_lead', :g, 'resolve', '{"code": "fixed", "body": "b"}', :v)), 'ok', 'held and resumed: it is as it was seen');
-- the owner changes while somebody writes
select tap.do_create('t_agent', '{"subject": "Eight", "category": "General", "group": "Network", "requester": "t_caller"}') as h \gset
select tap.do_act('t_agent', :h, 'take') \g /dev/null
select tap.ver(:h) as v \gset
select tap.do_act('t_lead', :h, 'edit', '{"category": "Printing"}') \g /dev/null
select is(tap.why(tap.act('t_agent', :h, 'reply', '{"body": "still mine"}', :v)), 'ok', 'a reply minds no field');
select is(tap.why(tap.act('t_lead', :h, 'assign', '{"group": "Service desk"}', :v)), 'ok', 'a group against a category');
select is(tap.clash(tap.act('t_agent', :h, 'assign', '{"assignee": "t_agent"}', :v)), 'group Network>Service desk|Network t_lead', 'who is named was meant for the group that was seen');
select is(tap.why(tap.act('t_agent', :h, 'tag', '{"add": "x"}', :v)), 'ok', 'a tag minds nothing');

-- ---- sets ----------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Nine", "category": "General"}') as s \gset
select tap.do_act('t_agent', :s, 'tag', '{"add": ["a", "b"]}') \g /dev/null
select tap.ver(:s) as v \gset
select tap.do_act('t_agent', :s, 'tag', '{"add": ["c"], "remove": ["a"]}') \g /dev/null
select is(tap.why(tap.act('t_lead', :s, 'tag', '{"add": ["d"], "remove": ["b"]}', :v)), 'ok', 'other tags merge');
select is(tap.why(tap.act('t_lead', :s, 'tag', '{"add": ["c"], "remove": ["a"]}', :v)), 'ok', 'the same again is none');
select is(tap.clash(tap.act('t_lead', :s, 'tag', '{"add": ["a"]}', :v)), 'tags a>-|a t_agent', 'what another took away');
select is(tap.clash(tap.act('t_lead', :s, 'tag', '{"remove": ["c"]}', :v)), 'tags ->c|- t_agent', 'what another put there');
select is((select array_agg(tag order by tag) from desk.ticket_tag where ticket_id = :s), '{c,d}', 'both have what they wanted');

-- ---- words ---------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Ten", "category": "General", "group": "Network", "requester": "t_caller"}') as w \gset
select tap.do_act('t_agent', :w, 'take') \g /dev/null
select tap.ver(:w) as v \gset
select tap.do_act('t_agent', :w, 'reply', '{"body": "first"}') \g /dev/null
select is(tap.why(tap.act('t_agent', :w, 'reply', '{"body": "again"}', :v)), 'ok', 'never one''s own words');
select tap.later(8) \g /dev/null
select tap.act('t_lead', :w, 'reply', '{"body": "crossing"}', :v) as r \gset
select is(tap.why(:'r'), 'conflict reply_crossed body', 'a colleague spoke meanwhile');
select is((:'r'::jsonb->'error'->'args') - '{at,crossed}'::text[], jsonb_build_object('by', 't_agent', 'seq', tap.ver(:w), 'text', 'again', 'seconds', 8, 'files', null, 'undone', false, 'n', 2, 'version', tap.ver(:w), 'field', 'body'), 'with the last of it');
select is((select string_agg(c->>'text', '/') from jsonb_array_elements(:'r'::jsonb->'error'->'args'->'crossed') c), 'first/again', 'and all, in order');
select is(tap.why(tap.act('t_lead', :w, 'note', '{"body": "internal"}', :v)), 'ok', 'a note crosses with nothing');
select is(tap.why(tap.act('t_lead', :w, 'reply', '{"body": "crossing"}', (:'r'::jsonb->'error'->'args'->>'version')::int)), 'ok', 'who has read it sends it, over notes written since');
select tap.ver(:w) as v \gset
select is(tap.why(tap.act('t_caller', :w, 'reply', '{"body": "it works again"}')), 'ok', 'the requester speaks');
select is(tap.why(tap.act('t_agent', :w, 'resolve', '{"code": "fixed", "body": "done"}', :v)), 'conflict reply_crossed body', 'against the text of a resolution');
select is(tap.why(tap.act('t_agent', :w, 'hold', '{"reason": "requester", "until": "+1d", "body": "which one?"}', :v)), 'conflict reply_crossed body', 'and a question');
select is(tap.why(tap.act('t_agent', :w, 'hold', '{"reason": "supplier", "ref": "x", "until": "+1d", "body": "internal"}', :v)), 'ok', 'a wait for others asks nobody');
select tap.do_act('t_agent', :w, 'resume') \g /dev/null
select tap.do_act('t_agent', :w, 'resolve', '{"code": "fixed", "body": "done"}') \g /dev/null
select tap.ver(:w) as v \gset
select is(tap.why(tap.act('t_caller', :w, 'reply', '{"body": "no, again"}')), 'ok', 'the requester again');
select is(tap.why(tap.act('t_lead', :w, 'close', '{"reason": "done", "body": "closed"}', :v)), 'conflict reply_crossed body', 'against the text of a close');
select is(tap.why(tap.act('t_lead', :w, 'close', '{"reason": "done"}', :v)), 'ok', 'a close without words says nothing');
-- files
select tap.do_create('t_agent', '{"subject": "Eleven", "category": "General", "group": "Network", "requester": "t_caller"}') as f \gset
select tap.as_person('t_caller', $$select desk.blob_put(sha256('x'), 0, 'x', true)$$), tap.as_person('t_lead', $$select desk.blob_put(sha256('x'), 0, 'x', true)$$) \g /dev/null
select jsonb_build_object('file', jsonb_build_array(jsonb_build_object('name', 'x.txt', 'media_type', 'text/plain', 'sha256', encode(sha256('x'), 'hex')))) as file \gset
select is(tap.why(tap.act('t_caller', :f, 'attach', :'file')), 'ok', 'a file of the requester');
select tap.act('t_agent', :f, 'reply', '{"body": "please send a file"}', 1) as r \gset
select is(tap.why(:'r') || (:'r'::jsonb->'error'->'args'->>'files'), 'conflict reply_crossed body["x.txt"]', 'is said as well');
select is(tap.why(tap.act('t_lead', :f, 'attach', :'file', 1)), 'ok', 'a file for colleagues is not');
select is(tap.why(tap.act('t_lead', :f, 'attach', :'file'::jsonb || '{"public": true}', 1)), 'conflict reply_crossed body', 'one for the requester is');
select is(tap.why(tap.act('t_agent', :f, 'reply', '{"body": "x"}', tap.ver(:f))), 'ok', 'seen');

-- ---- a look while one still writes ---------------------------------------------------------------------------------------------
create function tap.look(p_login text, p_id bigint, p_verb text, p_fields jsonb, p_version int) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.look(%L, %L, %L, %L)', p_id, p_verb, p_fields, p_version))::jsonb $$;
select tap.do_create('t_agent', '{"subject": "Look", "category": "General", "group": "Network", "requester": "t_caller"}') as l \gset
select tap.do_act('t_agent', :l, 'edit', '{"impact": 1}'), tap.do_act('t_agent', :l, 'reply', '{"body": "words"}') \g /dev/null
select tap.look('t_lead', :l, 'edit', '{"impact": 2}', 1) as r \gset
select is(tap.clash(:'r'), 'impact 3>1|2 t_agent', 'what the act would be refused with');
select is((select string_agg(c->>'field', ' ') from jsonb_array_elements(:'r'::jsonb->'changed') c), 'impact priority', 'what changed');
select is(:'r'::jsonb->'said'->0->>'text', 'words', 'what was said');
select is(tap.look('t_lead', :l, 'edit', '{"impact": 1}', 1)->'error', 'null', 'an act that would be done');
select is(tap.look('t_lead', :l, 'reply', null, 1)->'error', 'null', 'without fields nothing is judged');
select is(tap.look('t_agent', :l, 'reply', null, 1) - 'version'::text, '{"ok": true, "said": [], "error": null, "changed": []}', 'of what one did oneself nothing');
select is(tap.why(tap.look('t_lead', :l, 'edit', '{}', 99)), 'input bad_version version', 'a version that never was');
select is((tap.look('t_caller', :l, 'reply', '{"body": "x"}', 1)->'changed')::text || (tap.look('t_caller', :l, 'reply', '{"body": "x"}', 1)->'error'->>'id'), '[]reply_crossed', 'a requester sees what is said to him, and no more');
select is(tap.why(tap.look('t_beta', :l, 'reply', null, 1)), 'notfound not_found', 'who does not see the ticket: nothing');
select tap.do_act('t_lead', :l, 'restrict') \g /dev/null
select is(tap.why(tap.look('t_agent', :l, 'reply', null, 1)), 'notfound not_found', 'nor who is not named');
select is(tap.why(tap.act('t_agent', :l, 'edit', '{"impact": 2}', 1)), 'notfound not_found', 'and no conflict tells him anything');
select tap.look('t_lead', :l, 'reply', null, 1) \g /dev/null
select is((select count(*) from desk.access_log where ticket_id = :l and what = 'opened' and detail = 'look' and person_id = tap.person('t_lead')), 1::bigint, 'a look at a restricted one is written down');
-- who did what inside is not told to the requester
select tap.do_create('t_agent', '{"subject": "Inside", "category": "General", "group": "Network", "requester": "t_caller"}') as i \gset
select tap.do_act('t_agent', :i, 'take') \g /dev/null
select is(tap.clash(tap.act('t_caller', :i, 'cancel', '{"reason": "withdrawn"}', 1)), 'state new>in_progress|cancelled ', 'only what he sees anyway');

-- ---- every verb against every verb -------------------------------------------------------------------------------------------
\o /dev/null
create table tap.deed(verb text, n int, fields jsonb);
insert into tap.deed select v, row_number() over (), f::jsonb from (values ('take', '{}'), ('start', '{}'), ('assign', '{"group": "Service desk"}'), ('assign', '{"assignee": "t_lead"}'), ('assign', '{"assignee": ""}'),
  ('edit', '{"impact": 1}'), ('edit', '{"urgency": 1}'), ('edit', '{"priority": 1, "reason": "x"}'), ('edit', '{"subject": "S", "description": "D"}'), ('edit', '{"symptom": "smoke"}'), ('edit', '{"requester": "t_caller"}'),
  ('edit', '{"category": "Printing"}'), ('hold', '{"reason": "supplier", "ref": "r", "until": "+1d"}'), ('hold', '{"reason": "requester", "until": "+2d", "body": "?"}'), ('resume', '{}'),
  ('resolve', '{"code": "fixed", "body": "r", "category": "General"}'), ('resolve', '{"code": "workaround", "body": "s", "category": "Printing"}'), ('close', '{"reason": "c", "body": "c"}'), ('close', '{"reason": "c"}'),
  ('reopen', '{"reason": "o"}'), ('cancel', '{"reason": "test"}'), ('reply', '{"body": "p"}'), ('note', '{"body": "n"}'), ('tag', '{"add": "t"}'), ('tag', '{"remove": "u"}'), ('watch', '{}'), ('unwatch', '{}'),
  ('time', '{"minutes": 5}'), ('undo', '{}')) d(v, f);
create function tap.stands(p_id bigint) returns jsonb language sql as $$
  select to_jsonb(t) - '{version,last_seq,last_hash,updated_at,acknowledged_at,reassignments,reopens,resolved_at,closed_at,due_at,phase,org_id,priority_reason}'::text[] || desk.typed_json(t.kind, t.id)
    || jsonb_build_object('body', x.body, 't', exists (select from desk.ticket_tag g where g.ticket_id = t.id and g.tag = 't'), 'u', exists (select from desk.ticket_tag g where g.ticket_id = t.id and g.tag = 'u'))
    || coalesce((select jsonb_object_agg('w' || w.person_id, true) from desk.watcher w where w.ticket_id = t.id), '{}')
    from desk.ticket t join desk.ticket_text x on x.id = t.id where t.id = p_id $$;
-- One pair from one state: what was wrong with it, null if nothing.
create function tap.pair(p_state text, a tap.deed, b tap.deed) returns text language plpgsql as $$
declare v_id bigint := tap.do_create('t_agent', '{"subject": "P", "category": "General", "group": "Network"}'); v int; s0 jsonb; s1 jsonb; s2 jsonb; ra jsonb; rb jsonb; k text; n int;
begin
  perform tap.do_act('t_agent', v_id, 'tag', '{"add": "u"}');
  if p_state <> 'new' then perform tap.do_act('t_agent', v_id, 'take'); end if;
  if p_state = 'on_hold' then perform tap.do_act('t_agent', v_id, 'hold', '{"reason": "supplier", "ref": "q", "until": "+3d"}');
  elsif p_state = 'resolved' then perform tap.do_act('t_agent', v_id, 'resolve', '{"code": "fixed", "body": "first", "category": "General"}'); end if;
  v := tap.ver(v_id); s0 := tap.stands(v_id);
  ra := tap.act('t_agent', v_id, a.verb, a.fields, v);
  if not (ra->>'ok')::boolean then return null; end if;
  s1 := tap.stands(v_id); n := tap.ver(v_id);
  rb := tap.act('t_lead', v_id, b.verb, b.fields, v);
  s2 := tap.stands(v_id);
  if (rb->>'ok')::boolean then
    for k in select j.key from jsonb_each(s0 || s1) j where s1->j.key is distinct from s0->j.key loop
      -- derived from both; or asked for by undo, which judges by itself
      continue when k = 'priority' and s1->k is distinct from s2->k and not (a.fields ? 'priority');
      continue when b.verb = 'undo';
      if s2->k is distinct from s1->k then return format('%s: %s %s, then %s %s turned %s from %s to %s', p_state, a.verb, a.fields, b.verb, b.fields, k, s1->k, s2->k); end if;
    end loop;
    if (select count(*) from desk.event where ticket_id = v_id) <> tap.ver(v_id) then return 'versions do not count events'; end if;
  else
    if s2 <> s1 or tap.ver(v_id) <> n then return format('%s: %s, then refused %s wrote', p_state, a.verb, b.verb); end if;
    if b.verb = 'undo' then return null; end if;
    -- on the state that was seen it would have been possible: then it is told as what others did
    if rb->'error'->>'id' = 'wrong_state' and exists (select from desk.transition where kind = 'incident' and from_state = s0->>'state' and verb = b.verb) then
      return format('%s: %s, then %s: %s', p_state, a.verb, b.verb, rb->'error'->>'text');
    end if;
    if rb->'error'->>'id' in ('field_conflict', 'reply_crossed') and (rb->'error'->'args'->>'version')::int <> n then return 'not the present version'; end if;
    if rb->'error'->>'id' in ('field_conflict', 'reply_crossed') and not coalesce((rb->'error'->'args'->>'off')::boolean, false) then
      rb := tap.act('t_lead', v_id, b.verb, b.fields, n);
      if rb->'error'->>'class' = 'conflict' then return format('%s: %s, then %s: seen and refused again: %s', p_state, a.verb, b.verb, rb); end if;
    end if;
  end if;
  return null;
end $$;
\o
select is((select string_agg(x, E'\n') from (select tap.pair(s, a, b) as x from unnest('{new,in_progress,on_hold,resolved}'::text[]) s, tap.deed a, tap.deed b where s = 'in_progress' or :n > 1 or random() < 0.2) p where x is not null), null, 'every verb against every verb, from four states');

-- ---- random edits on random versions -------------------------------------------------------------------------------------------
\o /dev/null
create function tap.pick(variadic p text[]) returns text language sql volatile as $$ select p[1 + floor(random() * cardinality(p))::int] $$;
create function tap.model(p_id bigint) returns jsonb language sql as $$
  select jsonb_build_object('subject', t.subject, 'impact', t.impact, 'urgency', t.urgency, 'symptom', i.symptom, 'vendor_ref', i.vendor_ref, 'description', x.body, 'category', c.name)
    from desk.ticket t join desk.incident i on i.id = t.id join desk.ticket_text x on x.id = t.id left join desk.category c on c.id = t.category_id where t.id = p_id $$;
-- One ticket, many acts; what was wrong, null if nothing. Each act names some version there was; what must happen is told by the versions alone.
create function tap.storm(p_acts int) returns text language plpgsql as $$
declare v_id bigint := tap.do_create('t_agent', '{"subject": "Storm", "category": "General", "impact": 3, "urgency": 3}'); h jsonb[]; f jsonb; r jsonb; v int; k text; v_login text; want text; have text; m jsonb;
begin
  h := array[tap.model(v_id)];
  for i in 1 .. p_acts loop
    v := greatest(1, cardinality(h) - floor(random() * random() * 12)::int);
    v_login := tap.pick('t_agent', 't_lead');
    if random() < 0.12 then
      r := tap.act(v_login, v_id, 'undo', '{}', v);
    elsif random() < 0.15 then
      r := tap.act(v_login, v_id, tap.pick('note', 'note', 'tag'), '{}', v);
      r := tap.act(v_login, v_id, 'note', '{"body": "n"}', v);
      if not (r->>'ok')::boolean then return format('a note was refused: %s', r); end if;
    else
      f := '{}';
      for j in 1 .. 1 + floor(random() * 3)::int loop
        k := tap.pick('subject', 'impact', 'urgency', 'symptom', 'vendor_ref', 'description', 'category');
        f := f || jsonb_build_object(k, case k when 'impact' then to_jsonb(tap.pick('1', '2', '3')::int) when 'urgency' then to_jsonb(tap.pick('1', '2', '3')::int)
          when 'category' then to_jsonb(tap.pick('General', 'Printing')) when 'subject' then to_jsonb(tap.pick('A', 'B', 'C')) else coalesce(to_jsonb(tap.pick('a', 'b', 'c', null)), 'null') end);
      end loop;
      r := tap.act(v_login, v_id, 'edit', f, v);
      select string_agg(e.key, ' ' order by e.key) into want from jsonb_each(f) e
       where h[v]->e.key is distinct from h[cardinality(h)]->e.key and e.value is distinct from h[cardinality(h)]->e.key;
      select string_agg(c->>'field', ' ' order by c->>'field') into have from jsonb_array_elements(r->'error'->'args'->'conflicts') c;
      if want is distinct from have then return format('version %s of %s, %s: clashes should be %s, are %s', v, cardinality(h), f, want, r); end if;
      if have is not null and exists (select from jsonb_array_elements(r->'error'->'args'->'conflicts') c
           where c->'base' is distinct from h[v]->(c->>'field') or c->'theirs' is distinct from h[cardinality(h)]->(c->>'field') or c->'mine' is distinct from f->(c->>'field')) then
        return format('version %s of %s, %s: not what was, is and was wanted: %s', v, cardinality(h), f, r);
      end if;
      m := h[cardinality(h)] || case when want is null then f else '{}' end;
      if tap.model(v_id) <> m then return format('%s on version %s left %s instead of %s', f, v, tap.model(v_id), m); end if;
    end if;
    while cardinality(h) < tap.ver(v_id) loop h := h || tap.model(v_id); end loop;
  end loop;
  -- the journal, read from the start, comes to the fields
  select jsonb_object_agg(q.key, q.value) into m from (
    select distinct on (k.key) k.key, k.value->1 as value from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq cross join lateral jsonb_each(x.changes) k
     where e.ticket_id = v_id order by k.key, e.seq desc) q;
  if exists (select from jsonb_each(tap.model(v_id)) t where t.key not in ('category') and coalesce(m->t.key, 'null') <> t.value) then
    return format('the journal says %s, the ticket %s', m, tap.model(v_id));
  end if;
  return null;
end $$;
\o
select is((select string_agg(x, E'\n') from (select tap.storm(60) as x from generate_series(1, 4 * :n)) s where x is not null), null, 'random edits on random versions');
select * from finish();
