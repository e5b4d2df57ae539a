-- Fault matching: what is found, who is told what, what is learnt of use, what is dismissed.
\ir rulebook.inc
select no_plan();
\o /dev/null
insert into desk.support_group(name) values ('Quokka');
create function tap.art(p_id bigint, p_title text, p_body text, p_audience text default 'internal', p_class text default null) returns void language sql as $$
  insert into desk.article(id, number, audience, ci_class, made_at, changed_at, group_id) values (p_id, 'KB' || lpad(p_id::text, 7, '0'), p_audience, p_class, desk.now(), desk.now(), (select g.id from desk.support_group g where g.name = 'Quokka'));
  insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at) values (p_id, p_id, 1, 0, 'published', p_title, p_body, 1, desk.now());
  update desk.article set published_id = p_id, latest_id = p_id where id = p_id $$;
create function tap.match(p_login text, p_text text, p_fields jsonb default '{}') returns text language sql as $$
  select tap.as_person(p_login, format('select coalesce(string_agg(id, '' '' order by n), '''') from desk.match(%L, %L, 5) with ordinality m(type, id, title, score, excerpt, why, n)', p_text, p_fields)) $$;
create function tap.match_ticket(p_login text, p_ticket bigint) returns text language sql as $$
  select tap.as_person(p_login, format('select coalesce(string_agg(id, '' '' order by n), '''') from desk.match_ticket(%s, 5) with ordinality m(type, id, title, score, excerpt, why, n)', p_ticket)) $$;
create function tap.solved(p_subject text, p_body text, p_how text) returns bigint language plpgsql as $$
declare v bigint := tap.do_create('t_agent', jsonb_build_object('subject', p_subject, 'body', p_body, 'requester', 't_caller'));
begin
  perform tap.do_act('t_agent', v, 'assign', '{"group": "Network"}');
  perform tap.do_act('t_lead', v, 'take');
  perform tap.do_act('t_lead', v, 'resolve', jsonb_build_object('category', 'General', 'code', 'fixed', 'body', p_how));
  return v;
end $$;
select tap.art(9001, 'KubePodCrashLooping', E'## Meaning\n\nA pod restarts again and again.\n\n## Mitigation\n\nRead its log and mend the **image**.\n\n## Notes\nnone', 'public');
select tap.art(9002, 'NodeFilesystemFull', E'The disk of a node is full: df, then remove old logs.');
select tap.art(9003, 'Secret of the team', E'The pod restarts again and again because of the quokka.', 'group');
select tap.art(9004, '打印机无法打印', E'重启打印服务 spooler。', 'public');
\o

select is(desk.match_words_of('the KubePodCrashLooping at srv1.example.com, kube_pod_x'), '{kubepodcrashloop,kube,pod,crash,loop,srv1.example.com,srv1,exampl,com,kube_pod_x,kube,pod,x}', 'words of a text');
select is(desk.match_words_of('打印机 A'), '{打印,印机}', 'of Chinese each pair; "a" is left out') ;
select is(split_part(tap.match('t_agent', 'Alert KubePodCrashLooping fired for api-7f'), ' ', 1), 'KB0009001', 'by the name of the alert');
select is(split_part(tap.match('t_agent', 'pods are restarting'), ' ', 1), 'KB0009001', 'by other forms of its words');
select is(split_part(tap.match('t_agent', 'something fires', '{"alert": "NodeFilesystemFull"}'), ' ', 1), 'KB0009002', 'by a field');
select is(split_part(tap.match('t_agent', '打印机坏了'), ' ', 1), 'KB0009004', 'in Chinese');
select is(tap.match('t_agent', ''), '', 'nothing said, nothing found');
select is(tap.match('t_agent', E'''; \\ & | ! :* <-> <script> \x07 %s'), '', 'what looks like code finds nothing and breaks nothing');

-- who is told what
select is(tap.match('t_caller', 'pods restart quokka disk of a node'), 'KB0009001', 'who asks gets public articles alone');
select doesnt_match(tap.match('t_agent', 'quokka pods restart'), 'KB0009003', 'an article of a group is not for others');

-- solved tickets
\o /dev/null
select tap.solved('Zebra scanner frozen', 'the zebra scanner at dock 7 does not react', 'Held the trigger for ten seconds') as s1 \gset
select tap.solved('Zebra scanner frozen, secret', 'the zebra scanner again', 'hidden words') as s2 \gset
select number as n1 from desk.ticket where id = :s1 \gset
select number as n2 from desk.ticket where id = :s2 \gset
update desk.ticket set restricted = true where id = :s2;
select tap.do_create('t_agent', '{"subject": "zebra scanner frozen again", "requester": "t_caller"}') as t1 \gset
analyze desk.ticket_text;
\o
select matches(tap.match_ticket('t_agent', :t1), :'n1', 'a solved ticket with the same words');
select doesnt_match(tap.match_ticket('t_agent', :t1), :'n2', 'a restricted one never');
select is(tap.match_ticket('t_caller', :t1), '', 'no ticket for who asks');
select is(tap.match('t_caller', 'zebra scanner frozen'), '', 'nor by text');
select is(tap.as_person('t_agent', format('select excerpt from desk.match_ticket(%s) where id = %L', :t1, :'n1')), 'Held the trigger for ten seconds', 'its excerpt is how it was solved');
select is(tap.as_person('t_agent', format('select desk.match_open(''ticket'', %L)', :'n2')), null, 'a restricted one is not opened');
select is(tap.as_person('t_agent', format('select desk.match_open(''ticket'', %L)->>''remedy''', :'n1')), 'Held the trigger for ten seconds', 'what solved it');
select is(tap.as_person('t_agent', 'select desk.match_open(''article'', ''KB0009001'')->>''remedy'''), 'Read its log and mend the **image**.', 'what an article says to do');
select is(tap.as_person('t_agent', 'select desk.match_open(''article'', ''KB0009004'')->>''remedy'''), '重启打印服务 spooler。', 'one without such a section gives all of its text');
select is(tap.as_person('t_caller', 'select desk.match_open(''article'', ''KB0009002'')'), null, 'an internal one is not opened by who asks');

-- dismissed: for this ticket alone, and back
\o /dev/null
select tap.as_person('t_agent', format('select desk.match_use(%s, ''ticket'', %L, ''dismissed'')', :t1, :'n1'));
\o
select doesnt_match(tap.match_ticket('t_agent', :t1), :'n1', 'dismissed');
select matches(tap.match('t_agent', 'zebra scanner frozen'), :'n1', 'for this ticket alone');
\o /dev/null
select tap.as_person('t_agent', format('select desk.match_use(%s, ''ticket'', %L, ''restored'')', :t1, :'n1'));
\o
select matches(tap.match_ticket('t_agent', :t1), :'n1', 'taken back');
select is(tap.as_person('t_caller', format('select desk.match_use(%s, ''article'', ''KB0009001'', ''dismissed'') #>> ''{error,id}''', :t1)), 'not_found', 'who asks counts nothing');
select is(tap.as_person('t_agent', format('select desk.match_use(%s, ''article'', ''KB0009003'', ''applied'') #>> ''{error,id}''', :t1)), 'not_found', 'nor is counted what one does not see');
select is(tap.as_person('t_agent', format('select desk.match_use(%s, ''article'', ''KB0009001'', ''x'') #>> ''{error,id}''', :t1)), 'bad_value', 'nor what is none');

-- learning: what was applied to tickets of this category comes first where the text says nothing
\o /dev/null
update desk.ticket set category_id = (select id from desk.category where name = 'General') where id = :t1;
select tap.as_person('t_agent', format('select desk.match_use(%s, ''article'', ''KB0009002'', ''applied'')', :t1));
\o
select is(tap.match('t_agent', '', '{"category": "General"}'), 'KB0009002', 'learnt');
select is((select count(*)::int from desk.match_use where ticket_id = :t1), (select count(*)::int from desk.ticket t, desk.match_keys(desk.match_fields(t)) where t.id = :t1), 'once a kind of evidence');
select is(tap.match('t_caller', '', '{"category": "General"}'), '', 'what was learnt is for staff');
\o /dev/null
delete from desk.article_link where ticket_id = :t1;
\o
select is((select count(*)::int from desk.match_use where ticket_id = :t1), 0, 'what is taken back is forgotten');

-- what articles do: the ticket with one took an hour, those of its category without one two and four
\o /dev/null
delete from desk.match_use;
update desk.ticket set category_id = (select id from desk.category where name = 'General'), opened_at = resolved_at - interval '4 hours' where id = :s1;
select tap.solved('another one', 'with an article', 'as it says there') as s3, tap.solved('one more', 'without', 'somehow') as s4 \gset
update desk.ticket set opened_at = resolved_at - interval '1 hour' where id = :s3;
update desk.ticket set opened_at = resolved_at - interval '2 hours' where id = :s4;
insert into desk.article_link(ticket_id, article_id, version, how, person_id, at) values (:s3, 9002, '1.0', 'applied', 1, desk.now());
\o
select is(tap.as_person('t_agent', 'select round(sum(value) / sum(weight)) from desk.metric_knowledge_effect'), '-120', 'two hours sooner than the mean of its category');
select is(tap.as_person('t_agent', 'select round(100 * sum(value) / sum(weight)) from desk.metric_article_rate'), '33', 'one of three had an article');
select is(tap.as_person('t_agent', 'select desk.knowledge_effect(''-infinity'', ''infinity'')')::jsonb #>> '{0,without,median}', '180.0', 'the median beside the mean, by category');
select is(tap.as_person('t_caller', 'select count(*) from desk.metric_knowledge_effect'), '0', 'who asks knows nothing of it');
select is(tap.match('t_agent', E' \n'), '', 'nothing said, nothing proposed, whatever was learnt');
select * from finish();
