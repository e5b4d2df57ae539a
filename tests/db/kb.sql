-- The knowledge base: versions, edits that meet, states, feedback, links with tickets, and who sees what, against every role.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('k_ann', '{agent}'), tap.add('k_bob', '{agent}'), tap.add('k_po', '{process_owner}'), tap.add('k_lead', '{agent,lead}', p_group => 'Network'),
  tap.add('k_beta', '{agent}', p_org => 'Beta', p_home => 'Beta'), tap.add('k_off', '{agent}'), tap.add('k_worker', '{worker}');
insert into desk.group_member select g.id, p.id, p.login = 'k_lead' from desk.support_group g, desk.person p where g.name = 'Network' and p.login in ('k_lead', 'k_bob');
update desk.person set active = false where login = 'k_off';
create function tap.call(p_login text, p_call text, variadic p text[] default '{}') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.%s(%s)', p_call, (select string_agg(quote_nullable(x), ', ' order by n) from unnest(p) with ordinality u(x, n))))::jsonb $$;
create function tap.save(p_login text, p_number text, p_fields jsonb, p_base text default null) returns jsonb language sql as $$
  select tap.call(p_login, 'kb_save', p_number, p_fields::text, p_base, gen_random_uuid()::text) $$;
create function tap.step(p_login text, p_number text, p_verb text, p_args jsonb default '{}') returns text language sql as $$
  select case when (r->>'ok')::boolean then concat_ws(' ', r->>'version', r->>'state') else tap.why(r) end from tap.call(p_login, 'kb_state', p_number, p_verb, p_args::text, gen_random_uuid()::text) r $$;
create function tap.sees(p_login text, p_number text) returns boolean language sql as $$ select tap.call(p_login, 'kb_show', p_number) is not null $$;
\o

-- ---- versions and edits that meet ----------------------------------------------------------------------------------------------
select is(tap.save('k_ann', null, '{"title": "Printer", "body": "one\n\ntwo\n\nthree\n"}') - 'op', '{"ok": true, "number": "KB0000001", "version": "1.0", "state": "draft", "changed": ["title", "body"], "merged": false, "replay": false}', 'a new article is a draft 1.0');
select is(tap.save('k_bob', 'kb1', '{"body": "ONE\n\ntwo\n\nthree\n"}', '1.0')->>'version', '1.1', 'each change is a version');
select is(tap.save('k_ann', '1', '{"title": "Printer", "body": "one\n\ntwo\n\nTHREE\n"}', '1.0')->>'version', '1.2', 'different places merge');
select is(tap.call('k_ann', 'kb_show', 'KB1', 'latest')->>'body', E'ONE\n\ntwo\n\nTHREE\n', 'both changes are in it');
select is(tap.call('k_ann', 'kb_show', 'KB1', '1.0')->>'body', E'one\n\ntwo\n\nthree\n', 'what was saved stays as it was');
create temp table clash as select tap.save('k_ann', '1', '{"body": "Eins\n\ntwo\n\nthree\n"}', '1.0') as r;
select is(tap.why(r), 'conflict kb_conflict body', 'the same place does not merge') from clash;
select is((r->'error'->'args') - 'at' - 'conflicts', '{"field": "body", "base": "one\n\ntwo\n\nthree\n", "theirs": "ONE\n\ntwo\n\nTHREE\n", "mine": "Eins\n\ntwo\n\nthree\n", "version": "1.2", "saw": "1.0", "by": "k_ann"}', 'the refusal holds all three texts') from clash;
select is(tap.save('k_ann', '1', '{"body": "Eins\n\ntwo\n\nTHREE\n"}', '1.2')->>'version', '1.3', 'said again on that version it is saved');
select is(tap.save('k_ann', '1', '{"body": "Eins\n\ntwo\n\nTHREE\n"}', '1.3')->>'version', '1.3', 'nothing new makes no version');
select is(tap.save('k_bob', '1', '{"tags": "Print, hp ,print", "valid_to": "2030-01-31", "owner": "k_bob"}')->'changed', '["tags", "owner", "valid_to"]', 'tags, owner and validity change without one');
select is((select latest.v from (select major || '.' || minor v from desk.article_version order by id desc limit 1) latest), '1.3', 'no version');
select is((select x->'changes' from jsonb_array_elements(tap.call('k_ann', 'kb_history', '1')) x where x->>'what' = 'set'), '{"tags": [[], ["hp", "print"]], "owner": ["k_ann", "k_bob"], "valid_to": [null, "2030-01-31"]}', 'but a line in the journal');
select is(tap.why(tap.save('k_ann', '1', f)), w, f::text) from (values ('{"title": " "}'::jsonb, 'input field_required title'), ('{"valid_to": "soon"}', 'input kb_date valid_to'), ('{"valid_to": "2026-02-31"}', 'input kb_date valid_to'),
  ('{"owner": "nobody"}', 'input kb_name owner'), ('{"owner": "t_caller"}', 'input kb_name owner'), ('{"audience": "all"}', 'input bad_choice audience'), ('{"colour": "red"}', 'input kb_field colour'),
  ('{"audience": "group"}', 'input kb_groups groups'), ('{"language": "12"}', 'input kb_language language'), ('[1]', 'input bad_fields')) x(f, w);
select is(tap.why(tap.save('t_auditor', '1', '{"body": "x"}')), 'denied role_denied', 'an auditor reads only');
select is(tap.why(tap.save('t_caller', null, '{"title": "x"}')), 'denied role_denied', 'a requester writes none');
select is(tap.why(tap.save('t_caller', '1', '{"title": "x"}')), 'notfound no_article number', 'and does not learn that one is there');
select is(tap.call('k_ann', 'kb_save', null, '{"title": "Once"}', null, '00000000-0000-4000-8000-000000000001')->>'number', tap.call('k_ann', 'kb_save', null, '{"title": "Once"}', null, '00000000-0000-4000-8000-000000000001')->>'number', 'the same operation again makes no second article');
select is(tap.why(tap.call('k_ann', 'kb_save', null, '{"title": "Other"}', null, '00000000-0000-4000-8000-000000000001')), 'conflict op_reused op', 'nor another one');
-- three texts into one: what one side did to a paragraph the other left alone is there, whoever is called mine
select setseed(0.44);
create temp table texts as select n, array(select p || ' ' || n from generate_series(1, 6) p) as base,
    array(select case when random() < 0.2 then p || ' mine ' || n when random() < 0.1 then p || ' ' || n || E'\n\nnew of mine' else p || ' ' || n end from generate_series(1, 6) p) as a,
    array(select case when random() < 0.2 then p || ' theirs ' || n when random() < 0.1 then '' else p || ' ' || n end from generate_series(1, 6) p) as b from generate_series(1, 300) n;
create function tap.joined(p text[]) returns text language sql as $$ select array_to_string(array(select x from unnest(p) x where x <> ''), E'\n\n') $$;
create temp table merges as select t.*, tap.joined(base) as o, tap.joined(a) as ta, tap.joined(b) as tb, x.text as ab, x.clash as ab_clash, y.text as ba, y.clash as ba_clash
  from texts t, desk.merge3(tap.joined(base), tap.joined(b), tap.joined(a)) x, desk.merge3(tap.joined(base), tap.joined(a), tap.joined(b)) y;
select is_empty('select * from merges where ab_clash <> ba_clash or ab is distinct from ba', 'a merge does not depend on who comes first');
select is_empty($$ select n from merges where not ab_clash and exists (select from unnest(base, a, b) x(o, a, b) where o = b and a <> o and a ~ '^\d mine' and position(a in ab) = 0) $$, 'what only I changed is in it');
select is_empty($$ select n from merges where not ab_clash and exists (select from unnest(base, a, b) x(o, a, b) where o = a and b like '% theirs %' and position(b in ab) = 0) $$, 'what only they changed too');
select is_empty($$ select n from merges where not ab_clash and exists (select from unnest(base, a, b) x(o, a, b) where o = a and b = '' and E'\n\n' || ab || E'\n\n' like E'%\n\n' || o || E'\n\n%') $$, 'what they took out is out');
select is_empty($$ select n from merges where not ab_clash and exists (select from unnest(base, a, b) x(o, a, b) where a <> o and b <> o and a <> b and a like '% mine %' and b like '% theirs %') $$, 'one paragraph changed by both is always refused');
select cmp_ok((select count(*) from merges where not ab_clash and ta <> o and tb <> o and ta <> tb), '>', 60::bigint, 'many were joined');
select is((select m.text from desk.merge3('a', 'a', 'b') m), 'b', 'who is alone to change is right');
select is((select m.clash from desk.merge3('', 'x', 'y') m), true, 'two first texts clash');
select is((select m.text from desk.merge3(E'a\n\n```\n\nx\n\n```\n\nb', E'A\n\n```\n\nx\n\n```\n\nb', E'a\n\n```\n\ny\n\n```\n\nb') m), E'A\n\n```\n\ny\n\n```\n\nb', 'a block of code is one paragraph');

-- ---- the states ------------------------------------------------------------------------------------------------------------------
select is(tap.step('k_ann', '1', 'publish'), 'state kb_review', 'nobody publishes a draft past the review');
select is(tap.step('k_ann', '1', 'submit'), '1.3 review', 'an author submits');
select is(tap.step('k_ann', '1', 'approve'), 'denied role_denied', 'an agent approves nothing of others');
select is(tap.step('k_bob', '1', 'approve'), 'denied kb_own', 'the owner wrote on it: somebody else approves');
select is(tap.step('k_po', '1', 'reject'), 'input field_required reason', 'who rejects says why');
select is(tap.step('k_po', '1', 'reject', '{"reason": "no steps"}'), '1.3 draft', 'then it is a draft again');
select is(tap.call('k_ann', 'kb_show', '1', 'latest')->>'reason', 'no steps', 'with the reason');
select is(tap.step('k_ann', '1', 'submit') || ' / ' || tap.step('k_po', '1', 'approve'), '1.3 review / 1.3 published', 'somebody else approves');
select is(tap.save('k_ann', '1', '{"body": "two"}')->>'version', '2.0', 'what is written on a published version begins the next edition');
select is(tap.step('k_ann', '1', 'submit') || ' / ' || tap.step('k_po', '1', 'approve', '{"at": "+2d"}'), '2.0 review / 2.0 scheduled', 'publishing can wait for its time');
select is(tap.call('k_ann', 'kb_show', '1')->>'version', '1.3', 'until then readers have the former one');
update desk.clock set frozen_at = clock_timestamp() + interval '3 days';
select is((tap.as_person('k_ann', 'select desk.tick()')::jsonb->>'articles')::int, 1, 'the tick publishes what is due');
select is((select string_agg(major || '.' || minor || ' ' || state, ', ' order by id) from desk.article_version where article_id = 1), '1.0 outdated, 1.1 outdated, 1.2 outdated, 1.3 outdated, 2.0 published', 'and the former one is outdated');
select is((tap.as_person('k_ann', 'select desk.tick()')::jsonb->>'articles')::int, 0, 'once');
select is(tap.step('k_ann', '1', 'retire'), 'input field_required reason', 'who retires says why');
select is(tap.step('k_po', '1', 'retire', '{"reason": "gone"}'), '2.0 pending_retirement', 'a retirement is asked for');
select ok(tap.sees('k_ann', '1'), 'and it is read until it is approved');
select is(tap.step('k_po', '1', 'approve'), 'denied kb_own', 'by somebody else');
select is(tap.step('k_bob', '1', 'approve') || ' / ' || tap.step('k_bob', '1', 'approve'), '2.0 retired / state kb_state', 'the owner');
select is(tap.call('k_ann', 'kb_show', '1', 'published'), null, 'nothing is published');
select is(tap.why(tap.call('k_ann', 'kb_approval', 'none')), 'denied role_denied', 'an agent does not do away with approval');
select is(tap.call('k_po', 'kb_approval', 'none')->>'approval', 'none', 'a process owner may');
select is(tap.save('k_po', null, '{"title": "Alone", "body": "x"}')->>'number' || ' ' || tap.step('k_po', '3', 'publish'), 'KB0000003 1.0 published', 'then who wrote it may publish it');
select is(tap.call('t_admin', 'kb_approval', 'other')->>'approval', 'other', 'an administrator too');
select is(tap.save('k_ann', null, '{"title": "Known", "type": "known error", "symptom": "s"}')->>'number' || ' ' || tap.step('k_ann', '4', 'submit'), 'KB0000004 state kb_incomplete cause', 'a known error says what, why and what to do');
select is_empty($$ select t.from_state, t.verb from desk.article_transition t where t.to_state not in (select from_state from desk.article_transition) $$, 'no step leads nowhere');

-- ---- who sees what -----------------------------------------------------------------------------------------------------------------
create function tap.published(p_fields jsonb) returns text language plpgsql as $$
declare n text := tap.save('k_po', null, '{"body": "zebra text"}' || p_fields)->>'number';
begin
  perform tap.call('k_po', 'kb_approval', 'none'); perform tap.step('k_po', n, 'publish'); perform tap.call('k_po', 'kb_approval', 'other');
  return n;
end $$;
create temp table kb as select * from (values ('public', tap.published('{"title": "p", "audience": "public"}')), ('acme', tap.published('{"title": "pa", "audience": "public", "org": "Acme"}')),
  ('beta', tap.published('{"title": "pb", "audience": "public", "org": "Beta"}')), ('internal', tap.published('{"title": "i", "audience": "internal"}')),
  ('inbeta', tap.published('{"title": "ib", "audience": "internal", "org": "Beta"}')), ('group', tap.published('{"title": "g", "audience": "group", "groups": "Network"}')),
  ('draft', tap.save('k_po', null, '{"title": "d", "audience": "public"}')->>'number'), ('past', tap.published('{"title": "old", "audience": "public", "valid_to": "2020-01-01"}'))) x(what, number);
grant select on kb to public;
create temp table sees as select l.login, string_agg(k.what, ' ' order by k.number) filter (where tap.sees(l.login, k.number)) as by_show,
    tap.as_person(l.login, 'select string_agg(k.what, '' '' order by k.number) from desk.kb_list() x join kb k using (number)') as by_list,
    tap.as_person(l.login, 'select string_agg(k.what, '' '' order by k.number) from desk.article x join kb k using (number)') as by_table,
    tap.as_person(l.login, 'select string_agg(distinct k.what, '' '') from desk.article_version v join desk.article x on x.id = v.article_id join kb k using (number)') as by_version
  from (values ('k_ann'), ('k_bob'), ('k_po'), ('k_beta'), ('t_auditor'), ('t_admin'), ('t_caller'), ('t_beta'), ('k_worker'), ('k_off')) l(login), kb k group by l.login;
select is(s.by_show, w.v, w.login || ' reads') from sees s join (values ('k_ann', 'public acme beta internal inbeta draft past'), ('k_bob', 'public acme beta internal inbeta group draft past'),
  ('k_po', 'public acme beta internal inbeta group draft past'), ('k_beta', 'public beta internal inbeta draft past'), ('t_auditor', 'public acme beta internal inbeta draft past'),
  ('t_admin', 'public acme beta internal inbeta draft past'), ('t_caller', 'public acme'), ('t_beta', 'public beta'), ('k_worker', null), ('k_off', null)) w(login, v) using (login);
select is_empty('select login, by_show, by_list from sees where by_show is distinct from by_list', 'lists show the same');
select is_empty('select login, by_show, by_table from sees where by_show is distinct from by_table', 'and so does the table');
select is((select by_version from sees where login = 't_caller'), 'acme public', 'a requester has versions of those alone');
select is((select count(*) from kb where tap.as_person('t_caller', format('select count(*) from desk.article_version v join desk.article a on a.id = v.article_id where a.number = %L', number)) > '1'), 0::bigint, 'and of those what is published');
-- files, tags, feedback, journal, counts: the same judge
select number as g from kb where what = 'group' \gset
select number as p from kb where what = 'public' \gset
select encode(sha256('secret plan'), 'hex') as sha \gset
select tap.as_person('k_bob', format('select desk.blob_put(sha256(%L::bytea), 0, %L::bytea, true)', 'secret plan', 'secret plan')) \g /dev/null
select is(tap.call('k_bob', 'kb_attach', :'g', jsonb_build_object('name', 'plan.txt', 'sha256', :'sha')::text)->>'name', 'plan.txt', 'a file is attached');
select is(tap.call('k_bob', 'kb_show', :'g')->'files'->0->>'name', 'plan.txt', 'and shown');
select is(tap.as_person('k_bob', 'select convert_from(desk.kb_file_get(1, 0), ''UTF8'')'), 'secret plan', 'who sees the article has its content');
select is(tap.as_person(l, 'select desk.kb_file_get(1, 0)'), null, l || ' has not') from unnest('{k_ann,t_caller,t_auditor,k_off}'::text[]) l;
select is(tap.try('k_ann', 'select count(*) from desk.article_file'), '42501', 'nobody reads the table');
select is(tap.why(tap.call('k_ann', 'kb_detach', '1')), 'notfound no_kb_file file', 'nor takes it away');
select is(tap.save('k_bob', :'g', '{"tags": "hushhush"}')->>'ok', 'true', 'a tag');
select is(tap.as_person('k_ann', 'select count(*) from desk.article_tag where tag = ''hushhush'''), '0', 'of what one does not see is not there');
select is(tap.call('k_ann', 'kb_history', :'g'), null, 'nor is the journal');
select is(tap.call('t_caller', 'kb_history', :'p'), null, 'which is for staff');
select is(tap.call('t_caller', 'kb_show', :'p') ?| '{owner,tickets,versions,feedback,author,note,path,used,group}', false, 'a requester is told nothing of who keeps it and where it was used');
select is(tap.why(tap.call('k_ann', 'kb_feedback', :'g', 'false', 'x')), 'notfound no_article number', 'what one does not see one does not judge');
select is(tap.call('t_caller', 'kb_feedback', :'p', 'false', 'step 2 fails')->>'task', 'true', 'a requester''s no is a task');
select is(tap.call('t_caller', 'kb_feedback', :'p', 'true', 'now it works')->>'id', '1', 'said again it is corrected');
select is(tap.as_person('k_po', 'select string_agg(concat_ws('' '', number, reason, excerpt, unread), '','') from desk.inbox()'), :'p' || ' feedback now it works t', 'in the inbox of the owner');
select is(tap.as_person('k_po', 'select unread from desk.inbox_count()'), '1', 'and counted');
select is(tap.as_person('k_po', format('select desk.inbox_mark(array[%L])', :'p' || '.1')), '1', 'it can be marked');
select is(tap.as_person('k_po', 'select unread from desk.inbox_count()'), '0', 'read');
select is(tap.call('k_po', 'kb_feedback_answer', '1', 'corrected')->>'ok', 'true', 'and answered');
select is(tap.call('k_po', 'kb_feedback_list')::text, '[]', 'then nothing is open');
select is(tap.why(tap.call('t_caller', 'kb_feedback_answer', '1', 'x')), 'notfound no_feedback id', 'requesters answer none');
select is(tap.call('k_ann', 'kb_check', :'p', '{"findable": true, "complete": false}')->>'quality', '30', 'the checklist weighs');
-- validity
select is(tap.save('k_po', :'p', jsonb_build_object('valid_to', (current_date + 20)::text))->>'ok', 'true', 'in some weeks it ends');
select is((tap.as_person('k_ann', 'select desk.tick()')::jsonb->>'articles')::int, 1, 'its owner is told');
select is((tap.as_person('k_ann', 'select desk.tick()')::jsonb->>'articles')::int, 0, 'once');
select is(tap.as_person('k_po', 'select string_agg(reason, '','') from desk.inbox() where unread'), 'expires', 'in the inbox');
update desk.clock set frozen_at = clock_timestamp() + interval '30 days';
select is(tap.sees('t_caller', :'p') || ' ' || tap.sees('k_ann', :'p'), 'false true', 'past its time it is for staff alone');

-- ---- on tickets ----------------------------------------------------------------------------------------------------------------------
select tap.do_create('t_caller', '{"subject": "zebra"}') as t \gset
select number as a from kb where what = 'acme' \gset
select is(tap.why(tap.act('k_bob', :t, 'article', jsonb_build_object('add', :'a' || ',' || :'g'))), 'ok', 'articles are linked by an act');
select is(tap.why(tap.act('k_ann', :t, 'article', jsonb_build_object('add', :'g'))), 'notfound no_article add', 'not those one does not see');
select is(tap.why(tap.act('t_caller', :t, 'article', jsonb_build_object('add', :'a'))), 'denied role_denied', 'not by requesters');
select is((select string_agg(x->>'number', ' ') from jsonb_array_elements(tap.show('k_bob', :t)->'articles') x), :'a' || ' ' || :'g', 'the ticket shows them');
select is((select string_agg(x->>'number', ' ') from jsonb_array_elements(tap.show(l, :t)->'articles') x), :'a', l || ' sees only the public one') from unnest('{k_ann,t_caller}'::text[]) l;
select is(tap.call('k_bob', 'kb_quote', :'t', :'a')->>'title', tap.call('k_bob', 'kb_show', :'a')->>'title', 'what the requester may read can be quoted to him');
select is(tap.why(tap.call('k_bob', 'kb_quote', :'t', :'g')), 'denied kb_hidden', 'what he may not read is not');
select is(tap.why(tap.call('k_ann', 'kb_quote', :'t', :'g')), 'notfound no_article number', 'who does not see it himself is not told that it is there');
select is(tap.why(tap.call('k_bob', 'kb_quote', :'t', k.number)), 'denied kb_hidden', 'nor is what is ' || k.what) from kb k where k.what in ('draft', 'past', 'internal', 'beta');
select is(tap.why(tap.call('k_bob', 'kb_quote', '0', :'a')), 'notfound not_found', 'there is a ticket to it');
select is(tap.show('k_ann', :t)->'events'->-1->'changes'->'articles', jsonb_build_array('[]'::jsonb, jsonb_build_array(:'a' || ' 1.0', '?')), 'in the journal too');
select is((select x->>'number' from jsonb_array_elements(tap.call('k_bob', 'kb_show', :'g')->'tickets') x), (select number from desk.ticket where id = :t), 'the article shows the ticket');
select is(tap.as_person('k_ann', 'select count(*) from desk.article_link') || tap.as_person('k_bob', 'select count(*) from desk.article_link') || tap.as_person('t_caller', 'select count(*) from desk.article_link'), '120', 'links are read by who sees both');
select is(tap.why(tap.as_person('k_bob', format('select desk.undo(%L, gen_random_uuid())', (select op from desk.event where ticket_id = :t order by seq desc limit 1)))::jsonb), 'ok', 'undone');
select is(tap.show('k_bob', :t)->'articles', '[]', 'they are gone');
select is(tap.why(tap.as_person('k_bob', format('select desk.undo(%L, gen_random_uuid())', (select op from desk.event where ticket_id = :t order by seq desc limit 1)))::jsonb), 'ok', 'undone again');
select is((select array_agg(seq) from desk.article_link where ticket_id = :t), '{2,2}', 'they are back as they were');
select is(tap.why(tap.act('k_bob', :t, 'article', jsonb_build_object('add', :'a', 'how', 'applied'))) || ' ' || tap.why(tap.act('k_bob', :t, 'article', jsonb_build_object('remove', :'g'))), 'ok ok', 'applied, and the other taken off');
select is(tap.call('k_ann', 'kb_show', :'a')->>'used', '1', 'the use is counted');
select is_empty('select * from desk.audit_sets()', 'links are what the journal says');
select tap.do_act('k_bob', :t, 'restrict', '{"people": "k_bob"}') \g /dev/null
select is((tap.call('k_ann', 'kb_show', :'a')->>'used') || (tap.call('k_ann', 'kb_show', :'a')->>'tickets'), '0[]', 'of restricted tickets nothing is told');
select is(tap.as_person('k_bob', 'select count(*) from desk.article_link'), '0', 'nor by the table');
select is(tap.try('k_po', 'update desk.article set audience = ''public'''), '42501', 'nobody writes the tables');
select is(tap.try('k_po', 'select count(*) from desk.article_log'), '42501', 'nor reads the journal there');
select throws_ok('set local role desk_api; delete from desk.article_log', '42501', null, 'which not even the rulebook shortens');
reset role;
select * from finish();
