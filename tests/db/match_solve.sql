-- Solving with what was proposed: one operation, from any state that leads there, undone as one.
\ir rulebook.inc
select no_plan();
\o /dev/null
insert into desk.support_group(name) values ('Quokka');
insert into desk.article(id, number, audience, group_id, made_at, changed_at)
  select i, 'KB000' || i, case i when 9001 then 'public' else 'group' end, g.id, desk.now(), desk.now() from unnest(array[9001, 9002]) i, desk.support_group g where g.name = 'Quokka';
insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at) select i, i, 1, 0, 'published', 'T', 'B', 1, desk.now() from unnest(array[9001, 9002]) i;
update desk.article set published_id = id, latest_id = id;
create function tap.using(p_ticket bigint, p_type text, p_id text, p_op uuid default gen_random_uuid(), p_version int default null) returns jsonb language sql as $$
  select tap.act('t_agent', p_ticket, 'resolve', jsonb_build_object('category', 'General', 'code', 'fixed', 'body', 'as it says', 'using', jsonb_build_object('type', p_type, 'id', p_id)), p_version, p_op) $$;
create function tap.verbs(p_ticket bigint) returns text language sql as $$
  select string_agg(verb, ' ' order by seq) from desk.event where ticket_id = p_ticket $$;
create function tap.of(p_ticket bigint, out state text, out assignee int, out articles text) language sql as $$
  select t.state, t.assignee_id, (select string_agg(l.how, ',') from desk.article_link l where l.ticket_id = t.id) from desk.ticket t where t.id = p_ticket $$;
select tap.do_create('t_agent', '{"subject": "an alert", "requester": "t_caller"}') as t1, tap.do_create('t_agent', '{"subject": "another", "requester": "t_caller"}') as t2,
  tap.do_create('t_agent', '{"subject": "begun", "requester": "t_caller"}') as t3 \gset
select tap.do_act('t_agent', :t3, 'take');
select version as v1 from desk.ticket where id = :t1 \gset
select number as n2 from desk.ticket where id = :t2 \gset
select id as agent from desk.person where login = 't_agent' \gset
\o

select is(tap.using(:t1, 'article', 'KB0009002') #>> '{error,id}', 'no_article', 'with what one may not read nothing is solved');
select is(tap.verbs(:t1), 'create', 'and nothing of it was done');
select is(tap.using(:t1, 'table', 'x') #>> '{error,field}', 'using', 'nor with something else');
select is(tap.using(:t1, 'article', 'KB0009001', '00000000-0000-4000-8000-000000000001', :v1)->>'state', 'resolved', 'a fresh ticket is solved');
select is(tap.verbs(:t1), 'create start resolve article', 'begun, solved and linked');
select is((select count(distinct e.op)::int from desk.event e where e.ticket_id = :t1 and e.seq > 1), 1, 'in one operation');
select is(tap.of(:t1)::text, format('(resolved,%s,applied)', :agent), 'by whoever did it');
select is(tap.using(:t1, 'article', 'KB0009001', '00000000-0000-4000-8000-000000000001', :v1)->>'replay', 'true', 'sent twice it happens once');
select is(tap.as_person('t_agent', 'select desk.undo(''00000000-0000-4000-8000-000000000001'', gen_random_uuid()) #>> ''{results,0,ok}'''), 'true', 'undone');
select is(tap.of(:t1)::text, '(new,0,)', 'as one: as it was before');
select is(tap.using(:t3, 'ticket', :'n2')->>'state', 'resolved', 'one that is begun, with another ticket');
select is(tap.verbs(:t3), 'create take resolve', 'has nothing to begin');
select is((select how from desk.match_case where ticket_id = :t3), 'applied', 'and that is counted');
select is((select how from desk.match_case_effective where ticket_id = :t3), 'applied', 'as long as it stands');
select is((select count(*)::int from desk.match_use where ticket_id = :t1) + (select count(*)::int from desk.article_link where ticket_id = :t1 and how = 'applied'), 0, 'of what was undone no use is counted or learnt');
select is(tap.as_person('t_agent', 'select desk.kb_show(''KB0009001'')->>''used'''), '0', 'nor shown with the article');
select tap.using(:t1, 'article', 'KB0009001', '00000000-0000-4000-8000-000000000002') \g /dev/null
select is(tap.as_person('t_agent', 'select desk.kb_show(''KB0009001'')->>''used'''), '1', 'done once more it is');
select is((select count(*) > 0 from desk.match_use where ticket_id = :t1), true, 'and teaches');
select op from desk.event where ticket_id = :t3 and verb = 'resolve' \gset
select is(tap.as_person('t_agent', format('select desk.undo(%L, ''00000000-0000-4000-8000-000000000003'') #>> ''{results,0,ok}''', :'op')), 'true', 'the other one is undone');
select is((select count(*)::int from desk.match_case_effective where ticket_id = :t3), 0, 'and not counted');
select is(tap.as_person('t_agent', 'select desk.undo(''00000000-0000-4000-8000-000000000003'', gen_random_uuid()) #>> ''{results,0,ok}'''), 'true', 'done again');
select is((select count(*)::int from desk.match_case_effective where ticket_id = :t3), 1, 'it counts again');
select is(tap.using(:t3, 'article', 'KB0009001') #>> '{error,class}', 'state', 'what is solved is not solved again');
select is(tap.act('t_caller', :t2, 'resolve', '{"using": {"type": "article", "id": "KB0009001"}, "body": "x"}') #>> '{error,class}', 'denied', 'who asks solves nothing with it');
select * from finish();
