-- Every refusal, kind, state, verb, field and choice has its words in every language.
\ir rulebook.inc
select no_plan();
create view tap.used as
  select distinct p.proname, m[1] as id from pg_proc p, regexp_matches(p.prosrc, 'refuse\(''([a-z0-9_]+)''', 'g') m where p.pronamespace = 'desk'::regnamespace;
select cmp_ok((select count(distinct id) from tap.used), '>', 40::bigint, 'refusals were found in the functions');
select is_empty($$ select p.proname from pg_proc p, regexp_matches(p.prosrc, '[^_a-z]refuse\((?!'')', 'g') m
  where p.pronamespace = 'desk'::regnamespace $$, 'each refusal names its id literally');
select is_empty($$ select u.proname, u.id, l from tap.used u, unnest(array['en', 'zh_CN']) l
  where not exists (select from desk.label x where x.key = 'error.' || u.id and x.lang = l) $$, 'each has its words in both languages');
select is_empty($$ select x.key from desk.label x where x.lang = 'en' and x.key like 'error.%'
  and substr(x.key, 7) not in (select id from tap.used) $$, 'no words for refusals that are never given');
select is_empty($$ select x.key, l from (select distinct key from desk.label) x, (select distinct lang as l from desk.label) y
  where not exists (select from desk.label z where z.key = x.key and z.lang = y.l) $$, 'no label lacks a language');
select is_empty($$ select key, lang from desk.label where btrim(text) = '' or text <> btrim(text) $$, 'none is empty or ragged');
select is_empty($$ select key from desk.label where lang = 'zh_CN' and text !~ '[\u4e00-\u9fff]' $$, 'the Chinese ones are Chinese');
select is_empty($$ select key from desk.label where lang = 'en' and text ~ '[\u4e00-\u9fff]' $$, 'the English ones are not');
select is_empty($$ select key from (select key, lang, array(select m[1] from regexp_matches(text, '\{([a-z]+)\}', 'g') m order by 1) as p from desk.label) x
  group by key having count(distinct p) > 1 $$, 'placeholders are the same in every language');
select is_empty($$ select k.kind, p from desk.kind k, desk.kind_problems(k.kind) p $$, 'every kind is complete');
select is_empty($$ select r from unnest(array['requester', 'opener', 'assignee', 'agent', 'lead', 'process_owner', 'auditor', 'admin', 'worker', 'system']) r
  where not exists (select from desk.label where key = 'role.' || r) $$, 'roles have names');
select isnt_empty($$ select from desk.verb_param a, unnest(a.choices) c where a.verb = 'link' and a.param = 'type' $$, 'links have types');
select is_empty($$ select distinct a.kind, c || b, l from desk.verb_param a, unnest(a.choices) c, unnest(array['', '.back']) b, unnest(array['en', 'zh_CN']) l
  where a.verb = 'link' and a.param = 'type' and not exists (select from desk.label x where x.key = 'link.' || c || b and x.lang = l) $$,
  'links have names, read from either end');
select is_empty($$ select k, l from unnest(array['channel.console', 'channel.cli', 'channel.phone', 'channel.mail', 'channel.portal', 'channel.api',
  'channel.import', 'channel.tick', 'channel.parent', 'channel.sample', 'phase.1', 'phase.2', 'phase.3', 'visibility.internal', 'visibility.public']) k,
  unnest(array['en', 'zh_CN']) l where not exists (select from desk.label x where x.key = k and x.lang = l) $$, 'channels, phases and visibilities have names');
-- placeholders are filled
select is(tap.act('t_agent', 99, 'take')->'error'->>'text', 'no such ticket, or not for you to see; check the number', 'the text of a refusal is English');
select unalike(tap.new('t_agent', '{"subject": "x", "impact": "7"}')->'error'->>'text', '%{%', 'its placeholders are filled');
select alike(tap.new('t_agent', '{"subject": "x", "impact": "7"}')->'error'->>'text', '%1, 2, 3%', 'with what is allowed');
select is(tap.new('t_agent', '{"subject": "x", "group": "Netwrk"}')->'error'->>'text', 'no group Netwrk; near it: Network', 'an unknown name brings those like it');
select is(tap.new('t_agent', '{"subject": "x", "group": "Quux"}')->'error'->>'text', 'no group Quux; near it: -', 'or none');
select is(tap.as_person('t_agent', $$ select desk.meta('zh_CN')->'labels'->>'error.not_found' $$), '没有此工单，或您无权查看；请核对编号', 'meta gives them');
select is(tap.as_person('t_agent', $$ select desk.meta('xx')->'labels'->>'error.not_found' $$), 'no such ticket, or not for you to see; check the number', 'an unknown language is English');
select * from finish();
