-- Looking for words, in one index for all scripts, and for nobody more than they may read.
\ir people.inc
select plan(44);
create function tap.finds(p_login text, q text) returns text language sql as $$
  select tap.as_person(p_login, format('select string_agg(t.subject, '', '' order by t.id) from (select s as id from desk.search(%L) s) i join desk.ticket t using (id)', q)) $$;

select is(desk.lexemes('打印机 Srv-12.Example.com'), '{12,12.example.com,com,example,example.com,srv,srv-12.example.com,印机,打印,机}', 'pairs of characters, words, and tails of names');
select is(desk.lexemes('ＡＢＣ １２３'), desk.lexemes('abc 123'), 'full width is the same');
select is(desk.tsv(null, null), null, 'no text, nothing to index');
select lives_ok($$ select desk.tsv('x', (select string_agg(md5(i::text), '/') from generate_series(1, 20000) i)) $$, 'a very long text of different words can be stored');
select lives_ok($$ select desk.tsv('x', (select string_agg(chr(19968 + (i * 7919) % 20000), '') from generate_series(1, 100000) i)) $$, 'so can one without blanks');
select lives_ok($$ select desk.search_terms(q) from unnest(array['''', '\', '":*', '&|!', '(', E'a\\:b', 'a''b', '"', '""', 'x & y', repeat('a.', 300)]) q $$, 'no query is an error');

select tap.do_create('t_agent', '{"subject": "disk full", "requester": "t_caller", "category": "General", "body": "server srv-12.example.com has no space left"}') as a \gset
select tap.do_create('t_agent', '{"subject": "full disk on laptop", "requester": "t_beta", "category": "General"}') as b \gset
select tap.do_create('t_agent', '{"subject": "打印机无法连接网络", "requester": "t_caller", "category": "General", "body": "三楼的打印机"}') as c \gset
select tap.do_create('t_agent', '{"subject": "board matter", "requester": "t_lead", "category": "General", "body": "disk of the board"}') as d \gset
select tap.do_create('t_agent', '{"subject": "open", "requester": "t_caller", "category": "General"}') as e \gset
select tap.do_act('t_agent', :a, 'note', '{"body": "mailbox of the printer team"}') \g /dev/null
select tap.do_act('t_agent', :a, 'reply', '{"body": "please restart 机打印刷"}') \g /dev/null
select tap.do_act('t_agent', :d, 'restrict', '{"people": "t_agent"}') \g /dev/null
select tap.do_act('t_agent', :d, 'note', '{"body": "confidential disk"}') \g /dev/null

select is(tap.finds('t_agent', 'disk full'), 'disk full, full disk on laptop', 'all words, in any order');
select is(tap.finds('t_agent', '"disk full"'), 'disk full', 'a phrase');
select is(tap.finds('t_agent', 'full lap'), 'full disk on laptop', 'the last word may be a beginning');
select is(tap.finds('t_agent', 'lap full'), null, 'only the last');
select is(tap.finds('t_agent', 'laptop  FULL'), 'full disk on laptop', 'upper case does not matter');
select is(tap.finds('t_agent', 'disk space'), 'disk full', 'subject and body are one text');
select is(tap.finds('t_agent', 'disk mailbox'), null, 'an event is another');
select is(tap.finds('t_agent', 'srv-12'), 'disk full', 'a host by its name');
select is(tap.finds('t_agent', 'example.com'), 'disk full', 'by its domain');
select is(tap.finds('t_agent', 'srv-12.example.com space'), 'disk full', 'in full');
select is(tap.finds('t_agent', 'example.co no'), 'disk full', 'with a word behind it');
select is(tap.finds('t_agent', 'srv-13'), null, 'not another');
select is(tap.finds('t_agent', '打印机'), '打印机无法连接网络', 'Chinese words');
select is(tap.finds('t_agent', '打印'), 'disk full, 打印机无法连接网络', 'of two characters');
select is(tap.finds('t_agent', '印'), 'disk full, 打印机无法连接网络', 'one character, in the middle');
select is(tap.finds('t_agent', '络'), '打印机无法连接网络', 'or at the end');
select is(tap.finds('t_agent', '机打印'), 'disk full', 'pairs that stand apart are no match: looked for literally');
select is(tap.finds('t_agent', '打印机 三楼'), '打印机无法连接网络', 'several words');
select is(tap.finds('t_agent', '网络 打印机 x'), null, 'all of them');
select is(tap.finds('t_agent', 'INC' || (100000 + :b)), 'full disk on laptop', 'a number finds its ticket');
select is(tap.finds('t_agent', ''), null, 'nothing finds nothing');
select is(tap.finds('t_agent', '...'), null, 'nor does punctuation');

-- for nobody more than they may read
select is(tap.finds('t_caller', 'disk'), 'disk full', 'a requester finds their own');
select is(tap.finds('t_beta', 'disk'), 'full disk on laptop', 'and not those of others');
select is(tap.finds('t_caller', 'restart'), 'disk full', 'a public text finds it');
select is(tap.finds('t_caller', 'mailbox'), null, 'an internal note does not');
select is(tap.finds('t_agent', 'mailbox'), 'disk full', 'for an agent it does');
select is(tap.finds('t_caller', 'INC' || (100000 + :b)), null, 'nor does a number of others');
select is(tap.as_person('t_agent', 'select count(*) from desk.search(''board'')'), '0', 'a restricted ticket is never found');
select is(tap.as_person('t_agent', 'select count(*) from desk.search(''confidential'')'), '0', 'not by its events');
select is(tap.as_person('t_agent', format('select count(*) from desk.search(%L)', 'INC' || (100000 + :d))), '0', 'not by its number');
select is(tap.as_person('t_admin', 'select count(*) from desk.search(''disk'')'), '0', 'an admin alone reads no tickets');
update desk.person_role set org_id = (select id from desk.org where name = 'Beta') where role = 'agent' and person_id = (select id from desk.person where login = 't_agent');
select is(tap.finds('t_agent', 'disk'), 'disk full, full disk on laptop', 'an agent of one organisation finds what is there, and what they opened');
update desk.ticket set opened_by = 0 where id = :a;
select is(tap.finds('t_agent', 'disk'), 'full disk on laptop', 'and nothing else');
-- ---- a page of what is found: the same tickets, in order, whichever way they were looked for
insert into desk.ticket_text(id, body, tsv) select 2000000 + i, 'the grommet ' || i || case when i > 12000 then ' sprocket' else '' end,
    desk.tsv(null, 'the grommet ' || i || case when i > 12000 then ' sprocket' else '' end) from generate_series(1, 13000) i;
insert into desk.ticket select (jsonb_populate_record(null::desk.ticket, to_jsonb(t) || jsonb_build_object('id', 2000000 + i, 'number', 'INC' || 2100000 + i))).*
  from generate_series(1, 13000) i, (select x.* from desk.ticket x where not x.restricted order by x.id limit 1) t;
create function tap.pages(p_login text, q text, p_from bigint) returns text language sql as $$
  select tap.as_person(p_login, format('select array(select desk.search_page(%1$L, %2$s, 20))::text = array(select s from desk.search(%1$L) s where s > %2$s order by s limit 20)::text', q, p_from)) $$;
select is(tap.pages('t_lead', 'grommet', 2000100), 'true', 'words that many tickets hold: a page from the next tickets');
select is(tap.pages('t_lead', 'sprocket', 0), 'true', 'words far away from where the page begins');
select is(tap.pages('t_lead', '"grommet 77"', 0), 'true', 'a phrase');
select is(tap.pages('t_agent', 'grommet', 0), 'true', 'for one who sees only a part');
select * from finish();
