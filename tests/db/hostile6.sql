-- What somebody could try who means harm with items, articles, matches and what is learnt: those who see a part only, who may only read, texts
-- that are made to take long, words that pass for others.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('x_beta', '{agent}', p_org => 'Beta', p_home => 'Beta'), tap.add('x_owner', '{process_owner}'), tap.add('x_part', '{process_owner}', p_org => 'Beta', p_home => 'Beta'),
  tap.add('x_gone', '{agent}');
create function tap.call(p_login text, p_call text, variadic p text[] default '{}') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select to_jsonb(desk.%s(%s))', p_call, (select string_agg(quote_nullable(x), ', ' order by n) from unnest(p) with ordinality u(x, n))))::jsonb $$;
create function tap.new_ci(p_login text, p jsonb, p_source text default 'manual') returns jsonb language sql as $$ select tap.as_person(p_login, format('select desk.ci_set(null, %L, %L, null, true)', p, p_source))::jsonb $$;
create function tap.ids(p_login text, q text) returns text language sql as $$
  select coalesce((select string_agg(e->>'id', ' ') from jsonb_array_elements(r->'items') e), r->'error'->>'id', '') from (select tap.call(p_login, 'ci_list', q) as r) x $$;
select tap.new_ci('t_agent', p) from unnest(array['{"class": "server", "name": "vault", "serial": "S1", "org": "Acme"}', '{"class": "laptop", "name": "lap", "org": "Beta", "owner": "x_gone"}',
  '{"class": "server", "name": "front", "org": "Beta"}', '{"class": "server", "name": "twin", "serial": "S2", "org": "Acme"}']::jsonb[]) p;
-- by the side of the door, as a merge of two desks would leave it
insert into desk.ci(ident, name, class, org_id, attrs) select 'server:twin-b', 'other', 'server', id, '{"serial": "S2"}' from desk.org where name = 'Beta';
select tap.call('t_agent', 'ci_link_set', a, t, b) from (values ('front', 'depends_on', 'vault'), ('lap', 'depends_on', 'vault')) x(a, t, b);
select tap.as_person('t_agent', $$ select desk.ci_set('lap', '{"owner": "t_beta"}') $$);
\o

-- ---- items: what lies beyond a link, a key, a name, a day -------------------------------------------------------------------------------
select is(tap.ids('t_agent', 'depends_on:*vault*'), 'laptop:lap server:front', 'who sees both ends asks for one by the other');
select is(tap.ids(l, q), '', l || ' does not by ' || q) from unnest('{x_beta,t_beta}'::text[]) l, unnest('{depends_on:*vault*,depends_on:any,links>=1,links:1..9}'::text[]) q;
select is(tap.ids('x_beta', 'depends_on:none'), 'laptop:lap server:front server:twin-b', 'for him there is none');
select is(tap.ids('t_agent', q), w, q) from (values ('criticality:9', 'ci_query_value'), ('criticality:١', 'ci_query_value'), ('version:x', 'ci_query_value'), ('links:x', 'ci_query_value'),
  ('name:"\'' or 1=1 --"', ''), ('missing:"x'') or true --"', ''), ('class:"'' or 1"', 'ci_query_value'), (repeat('(', 3000), 'ci_query_form')) x(q, w);
select is(tap.call('t_agent', 'ci_show', 'server:twin-b')->'ci'->'health' @> '{"problems": [{"problem": "duplicate", "of": ["server:twin"]}]}', true, 'a duplicate is told');
select unalike(tap.call('x_beta', 'ci_show', 'server:twin-b')::text, '%server:twin"%', 'but not to who does not see it');
select is(tap.new_ci(l, '{"class": "server", "name": "mine", "serial": "S1", "org": "Beta"}', 'scan')->'error'->'args'->>'ci', w, l || ' gives the serial number of another item') from (values ('t_agent', 'server:vault'), ('x_beta', 'server:mine')) x(l, w);
select is(tap.new_ci('x_beta', '{"class": "server", "name": "third", "serial": "S2", "org": "Beta"}', 'scan')->'error'->'args', '{"ci": "server:third", "field": "ci"}', 'nor are those listed that it could be');
select is(tap.why(tap.call('t_beta', 'ci_show', 'lap', null, '5')), 'ok', 'who has an item reads of it');
select is(tap.why(tap.call('t_beta', 'ci_show', 'lap', '2020-01-01', '5')), 'denied ci_role at', 'not whose it was before');
select is(tap.why(tap.call('t_beta', 'ci_diff', 'lap', '2020-01-01', 'now')), 'denied ci_role ci', 'nor what changed');
select unalike(tap.call('t_beta', 'ci_pane_page', format('{"ci": %s}', (select id from desk.ci where name = 'lap')))::text, '%x_gone%', 'nor on its page');
select is(tap.as_person('t_beta', q), '0', q) from unnest('{"select count(*) from desk.ci_version","select count(*) from desk.ci_report","select count(*) from desk.ci_drift","select count(*) from desk.ci_redundancy"}'::text[]) q;
\o /dev/null
update desk.ci_version set at = at - interval '2 days'; select desk.ci_watch();
\o
select matches(tap.call('t_agent', 'ci_unplanned')::text, 'depends_on > server:vault', 'an unplanned link');
select is((select string_agg(k, ',') from jsonb_array_elements(tap.call('x_beta', 'ci_unplanned', 'front')->'changes') c, jsonb_object_keys(c->'changes') k), null, 'its other end is not told to who does not see it');
select is(tap.as_person('x_beta', 'select count(*) from desk.ci_drift'), '0', 'nor in the row');
\o /dev/null
insert into desk.service(name) values ('Lockbox');
select tap.as_person('t_agent', $$ select desk.ci_set('lap', '{"service": "Lockbox"}') $$);
insert into desk.outage(service_id, kind, from_at, until_at, note, created_at, created_by) select id, 'planned', desk.now() + interval '1 hour', desk.now() + interval '2 hours', 'the vault is moved', desk.now(), 1 from desk.service where name = 'Lockbox';
create function tap.outage(p_login text) returns jsonb language sql as $$
  select c - 'id' - 'at' - 'until' from jsonb_array_elements(tap.call(p_login, 'ci_reach', (select id::text from desk.ci where name = 'lap'))->'changes'->'list') c where c->>'what' = 'outage' $$;
\o
select is(tap.outage(l), jsonb_build_object('what', 'outage', 'service', 'Lockbox', 'note', n), 'a planned outage on the way of an impact: ' || l) from (values ('t_agent', 'the vault is moved'), ('t_beta', null)) x(l, n);
select is(tap.why(tap.as_person('x_part', $$ select desk.ci_import_begin('cmdb', '{}', 'x', '[]') $$)::jsonb), 'denied ci_import_role', 'who sees a part does not say what is gone of all');

-- ---- articles ------------------------------------------------------------------------------------------------------------------------------
\o /dev/null
update desk.setting set value = '"other"' where key = 'kb.approval';
create function tap.file(p_login text, f jsonb, p_publish boolean default false) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.kb_import(''docs'', %L, %L)->''files''->0', jsonb_build_array(jsonb_build_object('path', 'a.md', 'fields', f)), p_publish))::jsonb $$;
select tap.file('t_lead', '{"title": "Vault", "body": "how the quokka is opened", "resolution": "turn it twice"}', true);
\o
select is(tap.file('t_agent', '{"title": "Vault", "body": "how the quokka is opened", "resolution": "turn it twice", "audience": "public"}')->'error'->>'id', 'role_denied', 'an import publishes nothing to others that its writer could not');
select is(tap.call('t_caller', 'kb_show', 'kb1'), null, 'it is not public');
select is(tap.call('t_lead', 'kb_save', '1', '{"body": "whatever comes to my mind"}')->>'version', '2.0', 'a draft by hand');
select is(tap.file('t_lead', '{"title": "Vault", "body": "how the quokka is opened", "resolution": "turn it twice"}', true)->>'published', 'false', 'is not published by the next import without a review');
select is(tap.call('t_agent', 'kb_show', 'kb1')->>'body', 'how the quokka is opened', 'what was published stays');
-- who wrote it and what was noted
select tap.as_person('t_lead', $$ select desk.kb_save(null, '{"title": "Open to all", "body": "the quokka", "note": "because ann forgot it", "audience": "public"}') $$) \g /dev/null
select tap.as_person('t_lead', $$ select desk.kb_state('kb2', 'submit') $$), tap.as_person('t_admin', $$ select desk.kb_state('kb2', 'approve') $$) \g /dev/null
select is(tap.try('t_caller', 'select count(*) from desk.article_version where title = ''Open to all'''), '1', 'a public article');
select is(tap.try('t_caller', format('select %s from desk.article_version', c)), '42501', 'not: ' || c) from unnest('{note,reason,author_id,approver_id}'::text[]) c;
-- names go with the person
select tap.as_person('t_lead', $$ select desk.kb_save('kb2', '{"owner": "x_gone"}') $$) \g /dev/null
select matches(tap.call('t_lead', 'kb_history', 'kb2')::text, 'x_gone', 'the journal says who became the owner');
select tap.as_person('t_admin', format('select desk.person_erase(%s, ''asked for'')', tap.person('x_gone'))) \g /dev/null
select unalike(tap.call('t_lead', 'kb_history', 'kb2')::text, '%x_gone%', 'no more when he is erased');
select is((select count(*) from desk.article_log l where to_jsonb(l)::text ilike '%x_gone%'), 0::bigint, 'nor in the row');
select is((select count(*) from (select to_jsonb(v) as j from desk.ci_version v union all select to_jsonb(r) from desk.ci_report r union all select to_jsonb(d) from desk.ci_drift d union all select to_jsonb(g) from desk.ci_log g) x
  where x.j::text ilike '%x_gone%'), 0::bigint, 'nor anywhere among the items');
select is(tap.as_person('t_agent', format('select count(*) from desk.kb_list(%L)', f)), w, f) from (values ('{"valid_before": "2026-13-45"}', '2'), ('{"valid_before": "2026-01-01"}', '0'), ('{"tag": [[1]], "text": "\\"}', '0')) x(f, w);
-- texts that are long
select set_config('statement_timeout', '20s', false) \g /dev/null
select is(cardinality(desk.match_words_of(repeat('打印', 75000))), 149999, 'a text without a blank is read once');
select is(desk.match_words_of('打 印机x 打印机'), '{打,印机,打印,印机,x}', 'pairs of each run');
select is(m.text, repeat(E'a\n', 200000) || 'mine', 'many lines') from desk.merge3(repeat(E'a\n', 200000) || 'base', repeat(E'a\n', 200000) || 'base', repeat(E'a\n', 200000) || 'mine') m;
create temp table long as select string_agg('p' || i, E'\n\n' order by i) as o, string_agg('p' || i || case when i = 3 then 'x' else '' end, E'\n\n' order by i) as a,
  string_agg('p' || i || case when i = 29990 then 'y' else '' end, E'\n\n' order by i) as b from generate_series(1, 30000) i;
select is(m.text, replace(l.a, 'p29990', 'p29990y'), 'many paragraphs') from long l, desk.merge3(l.o, l.a, l.b) m;
select is(m.clash, true, 'one of many lines, changed by both') from desk.merge3(repeat(E'a\n', 200000) || 'b', repeat(E'a\n', 200000) || 'c', repeat(E'a\n', 200000) || 'd') m;
reset statement_timeout;

-- ---- fault matching ------------------------------------------------------------------------------------------------------------------------------
\o /dev/null
create function tap.why_of(p_login text, f jsonb) returns jsonb language sql as $$ select tap.as_person(p_login, format('select why from desk.match(''quokka'', %L, 5) where id = ''KB0000002''', f))::jsonb $$;
select tap.do_create('t_agent', '{"subject": "locked", "requester": "t_beta", "ci": "server:vault"}') as t1, tap.do_create('t_agent', '{"subject": "locked too", "requester": "t_caller"}') as t2 \gset
select tap.as_person('t_agent', format('select desk.match_use(%s, ''article'', ''KB0000002'', ''applied'')', :t1));
\o
select is(tap.why_of('t_agent', '{"ci": "server:vault"}')->>'for', '6', 'what helped with an item is told');
select is(tap.why_of('x_beta', '{"ci": "server:vault"}')->>'for', '0', 'to who sees the item');
select tap.do_act('t_lead', :t1, 'restrict', '{"people": "t_lead"}') \g /dev/null
select is(tap.why_of('t_agent', '{"ci": "server:vault"}')->>'used', null, 'not of a ticket that is restricted since');
select is(tap.why(tap.as_person('t_auditor', format('select desk.match_use(%s, ''article'', ''KB0000002'', %L)', :t2, h))::jsonb), w, 'an auditor: ' || h)
  from (values ('opened', 'ok'), ('dismissed', 'denied role_denied'), ('restored', 'denied role_denied'), ('applied', 'denied role_denied')) x(h, w);
select tap.as_person('t_lead', $$ select desk.kb_save('kb2', '{"org": "Beta"}') $$) \g /dev/null
select is(tap.as_person('t_agent', format('select desk.match_use(%s, ''article'', ''KB0000002'', ''opened'')->>''public''', :t2)), 'false', 'public for another customer is not public for this requester');
select is(tap.as_person('t_agent', format('select desk.match_open(''article'', ''KB0000002'', %s)->>''public''', x)), w, 'nor as it is opened for ' || coalesce(x, 'nobody')) from (values (:'t2', 'false'), ('null', 'true')) x(x, w);
select is(tap.as_person('t_auditor', 'select desk.hint_set(1, ''dismissed'')->''error''->>''id'''), 'role_denied', 'who only reads dismisses no hint');

-- ---- a search that many hidden texts would fill -----------------------------------------------------------------------------------------------------
insert into desk.article(id, number, audience, made_at, changed_at) select 5000 + i, 'KB' || lpad((5000 + i)::text, 7, '0'), case i when 2100 then 'public' else 'internal' end, desk.now(), desk.now() from generate_series(1, 2100) i;
insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at, tsv) select 5000 + i, 5000 + i, 1, 0, 'published', 'wombat ' || i, '', 1, desk.now(), desk.tsv('wombat ' || i, '') from generate_series(1, 2100) i;
alter table desk.article disable trigger match_article;
update desk.article set published_id = id, latest_id = id where id > 5000;
alter table desk.article enable trigger match_article;
select is(tap.as_person('t_caller', 'select string_agg(id, '' '') from desk.find(''wombat'', ''{articles}'', 5)'), 'KB0007100', 'what one may read is found behind what one may not');
select is(tap.as_person('t_caller', 'select desk.find_page(''wombat'', ''{articles}'', 5)->>''capped'''), 'false', 'and nothing says that there is more');

-- matching, too: many articles and tickets that say it better, of which one sees none
\o /dev/null
insert into desk.article(id, number, audience, made_at, changed_at) select 9000 + i, 'KB' || lpad((9000 + i)::text, 7, '0'), case i when 400 then 'public' else 'internal' end, desk.now(), desk.now() from generate_series(1, 400) i;
insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at) select 9000 + i, 9000 + i, 1, 0, 'published', case i when 400 then 'one of many' else 'numbat numbat' end, 'numbat' || case i when 400 then repeat(' other words', 30) else '' end, 1, desk.now() from generate_series(1, 400) i;
update desk.article set published_id = id, latest_id = id where id > 9000;
create function tap.solved(p_who text, p_body text) returns void language plpgsql as $$
declare t bigint := tap.do_create('t_agent', jsonb_build_object('subject', 'dugong ' || p_body, 'requester', p_who, 'category', 'General'));
begin perform tap.do_act('t_agent', t, 'take'), tap.do_act('t_agent', t, 'resolve', '{"code": "fixed", "body": "done"}'); end $$;
select tap.solved('t_beta', 'sometimes');
select tap.solved('t_caller', 'dugong') from generate_series(1, 90);
\o
select is(tap.as_person('t_caller', 'select string_agg(id, '' '') from desk.match(''numbat'', ''{}'', 5)'), 'KB0009400', 'the article one may read is behind many that one may not');
select is(tap.as_person('x_beta', 'select count(*) from desk.match(''dugong'', ''{}'', 5) where type = ''ticket'''), '1', 'and the ticket');

-- ---- functions that run as their owner ---------------------------------------------------------------------------------------------------------------
select is_empty($$ select p.proname from pg_proc p where p.pronamespace = 'desk'::regnamespace and p.prosecdef and not coalesce(array_to_string(p.proconfig, ',') like '%search_path=pg_catalog, pg_temp%', false) $$, 'all have a search path of their own');
select finish();
