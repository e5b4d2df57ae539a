-- The knowledge base: versions, edits that meet, states, and who sees what, against every role.
\ir rulebook.inc
select no_plan();
\o /dev/null
create function tap.call(p_login text, p_call text, variadic p text[] default '{}') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.%s(%s)', p_call, (select string_agg(quote_nullable(x), ', ' order by n) from unnest(p) with ordinality u(x, n))))::jsonb $$;
create function tap.save(p_login text, p_number text, p_fields jsonb, p_base text default null) returns jsonb language sql as $$
  select tap.call(p_login, 'kb_save', p_number, p_fields::text, p_base, gen_random_uuid()::text) $$;
\o
select is(tap.save('t_agent', null, '{"title": "Printer", "body": "one\n\ntwo\n\nthree\n"}') - 'op', '{"ok": true, "number": "KB0000001", "version": "1.0", "state": "draft", "changed": ["title", "body"], "merged": false, "replay": false}', 'a new article is a draft 1.0');
select is(tap.save('t_lead', 'kb1', '{"body": "ONE\n\ntwo\n\nthree\n"}', '1.0')->>'version', '1.1', 'each change is a version');
select is(tap.save('t_agent', '1', '{"title": "Printer", "body": "one\n\ntwo\n\nTHREE\n"}', '1.0')->>'version', '1.2', 'different places merge');
select is(tap.call('t_agent', 'kb_show', 'KB1', 'latest')->>'body', E'ONE\n\ntwo\n\nTHREE\n', 'both changes are in it');
select is(tap.why(tap.save('t_agent', '1', '{"body": "Eins\n\ntwo\n\nthree\n"}', '1.0')), 'conflict kb_conflict body', 'the same place does not');
select is(tap.call('t_caller', 'kb_show', 'KB1'), null, 'a requester sees no draft');
select is(tap.as_person('t_agent', 'select count(*) from desk.kb_list()'), '1', 'staff list it');
select is(tap.as_person('t_caller', 'select count(*) from desk.kb_list()'), '0', 'requesters do not');
select is(tap.as_person('t_agent', 'select count(*) from desk.article_version'), '3', 'versions may be read');
select * from finish();
