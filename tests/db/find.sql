-- One ranked search over tickets, their timeline, articles and items: what finds what, in which order, and for whom.
\ir people.inc
select no_plan();
create function tap.finds(p_login text, q text, p_types text[] default null) returns text language sql as $$
  select tap.as_person(p_login, format('select string_agg(title, '', '' order by score desc) from desk.find(%L, %L, 20)', q, p_types)) $$;
create function tap.page(p_login text, q text) returns jsonb language sql as $$ select tap.as_person(p_login, format('select desk.find_page(%L, null, 20)', q))::jsonb $$;
create function tap.article(p_title text, p_body text, p_audience text, p_org text default null, p_group text default null) returns text language plpgsql as $$
declare v bigint; w bigint; n text;
begin
  n := 'KB' || lpad((select count(*) + 1 from desk.article)::text, 7, '0');
  insert into desk.article(number, audience, org_id, group_id, made_at, changed_at) values (n, p_audience, (select o.id from desk.org o where o.name = p_org), (select g.id from desk.support_group g where g.name = p_group), desk.now(), desk.now()) returning id into v;
  insert into desk.article_version(article_id, major, minor, state, title, body, author_id, at, tsv) values (v, 1, 0, 'published', p_title, p_body, 1, desk.now(), desk.tsv(p_title, p_body)) returning id into w;
  update desk.article a set published_id = w, latest_id = w where a.id = v;
  insert into desk.article_log(article_id, version_id, at, by_id, what) values (v, w, desk.now(), 1, 'publish');
  return n;
end $$;

select tap.do_create('t_agent', '{"subject": "Outlook crashes on start", "requester": "t_caller", "category": "General", "body": "It crashed twice, error 0x80070005 on srv-db01.example.com after KB4012598"}') as a \gset
select tap.do_create('t_agent', '{"subject": "Printer of the third floor", "requester": "t_beta", "category": "General", "body": "companies printing, \"paper jam\" again, ORA-00600 and E_FAIL. The jam is paper."}') as b \gset
select tap.do_create('t_agent', '{"subject": "打印机无法连接网络", "requester": "t_caller", "category": "General", "body": "三楼的打印机"}') as c \gset
select tap.do_create('t_agent', '{"subject": "board matter", "requester": "t_lead", "category": "General", "body": "the zanzibar printer of the board"}') as d \gset
select tap.do_create('t_agent', '{"subject": "パスワードを忘れた", "requester": "t_caller", "category": "General", "body": "비밀번호 재설정"}') as e \gset
select tap.do_act('t_agent', :a, 'note', '{"body": "the mailbox was crashing the toaster"}') \g /dev/null
select tap.do_act('t_agent', :a, 'reply', '{"body": "please restart the machine"}') \g /dev/null
select tap.do_act('t_agent', :d, 'restrict', '{"people": "t_agent"}') \g /dev/null
select tap.article('Crash dumps and what they say', E'# Crash\nWhen a program is crashing, **look** at the [dump](http://x).', 'public') as k1 \gset
select tap.article('Printer queue', 'how agents empty the queue of a printer', 'internal') as k2 \gset
select tap.article('Beta only', 'the printer at Beta', 'public', 'Beta') as k3 \gset
select tap.article('Group only', 'the printer of the network people', 'group', null, 'Network') as k4 \gset
insert into desk.ci(name, class, ident, description) values ('mw1001', 'server', 'server:mw1001', 'web server for wikis, prints nothing');
insert into desk.ci(name, class, ident, org_id) values ('mw2001', 'server', 'server:mw2001', (select id from desk.org where name = 'Beta'));

-- words
select is(tap.finds('t_agent', w, '{tickets}'), 'Outlook crashes on start', 'forms of a word: ' || w) from unnest('{crash,crashes,crashed,crashing,CRASH}'::text[]) w;
select is(tap.finds('t_agent', w, '{articles}'), 'Crash dumps and what they say', 'in articles too: ' || w) from unnest('{crash,crashes,crashed,crashing,dump}'::text[]) w;
select is(tap.finds('t_agent', 'company', '{tickets}'), 'Printer of the third floor', 'company is companies');
select matches(tap.finds('t_agent', 'printer floor third', '{tickets}'), '^Printer of the third floor$', 'all words, in any order');
select is(tap.page('t_agent', 'prin flo')->>'relaxed', 'true', 'only the last word may be a beginning');
select is(tap.finds('t_agent', 'printer flo', '{tickets}'), 'Printer of the third floor', 'as here');
select is(tap.finds('t_agent', '"paper jam"'), 'Printer of the third floor', 'a phrase');
select is(tap.finds('t_agent', '"jam paper"'), null, 'not in this order');
select is(tap.page('t_agent', 'outlook toaster')->'relaxed', 'true', 'no text holds both words: those that hold one, and that is said');
select is(tap.finds('t_agent', 'outlook toaster', '{tickets}'), 'Outlook crashes on start', 'they are found');
select is(tap.page('t_agent', 'outlok')->>'instead', 'outlook', 'a misspelt word is looked for as it should be');
select is(tap.finds('t_agent', 'outlok', '{tickets}'), 'Outlook crashes on start', 'and found');
select is(tap.page('t_agent', 'pritner floor')->>'instead', 'printer floor', 'two letters changed places');
select is(tap.page('t_agent', 'qqqqqqq')->'hits', '[]', 'what is like nothing finds nothing');
select is(tap.page('t_agent', 'zanzibor')->>'instead', null, 'no word of a restricted ticket is proposed');
select is(tap.finds('t_agent', w, '{tickets}'), 'Outlook crashes on start', 'whole tokens and their parts: ' || w)
  from unnest('{0x80070005,0X80070005,KB4012598,srv-db01.example.com,srv-db01,db01.example.com,example.com,db01,srv}'::text[]) w;
select is(tap.finds('t_agent', w, '{tickets}'), 'Printer of the third floor', 'codes: ' || w) from unnest('{ORA-00600,ora-00600,00600,E_FAIL,e_fail}'::text[]) w;
select is(tap.finds('t_agent', w, '{tickets}'), '打印机无法连接网络', 'Chinese: ' || w) from unnest(array['打印机', '打', '印', '机', '络', '网络', '打印机 三楼', '"无法连接"']) w;
select is(tap.finds('t_agent', w, '{tickets}'), 'パスワードを忘れた', 'Japanese and Korean: ' || w) from unnest('{パスワード,ﾊﾟｽﾜｰﾄﾞ,忘,비밀번호,재,밀}'::text[]) w;
select is(tap.finds('t_agent', 'ＯＵＴＬＯＯＫ', '{tickets}'), 'Outlook crashes on start', 'full width');
select is(tap.page('t_agent', '打印机突然坏了')->'relaxed', 'true', 'Chinese that stands nowhere as a whole: by its parts');
-- exactly named
select is((select h->>'title' from jsonb_array_elements(tap.page('t_agent', 'inc' || (100000 + :b))->'hits') h limit 1), 'Printer of the third floor', 'a number of a ticket');
select is(tap.page('t_agent', 'server:mw1001')->'hits'->0->>'id', 'server:mw1001', 'an ident');
select is(tap.page('t_agent', 'mw1001')->'hits'->0->>'id', 'server:mw1001', 'a name');
select is(tap.page('t_agent', :'k1')->'hits'->0->>'type', 'article', 'a number of an article');
select is(tap.page('t_agent', 'kb' || ltrim(substr(:'k1', 3), '0'))->'hits'->0->>'id', :'k1', 'and as one says it');
-- order, excerpts
select is((select string_agg(h->>'type', ' ') from jsonb_array_elements(tap.page('t_agent', 'printer queue')->'hits') h), 'article', 'an article by its title');
select is(tap.page('t_agent', 'mailbox')->'hits'->0->>'excerpt', 'the mailbox was crashing the toaster', 'an event counts as its ticket, with its text');
select is(tap.page('t_agent', 'mailbox')->'hits'->0->'marks', '[[4, 7]]', 'what matched is marked');
select is(tap.page('t_agent', '打印机')->'hits'->0->'marks', '[[3, 3]]', 'pairs that touch are one mark');
select is(desk.find_excerpt(repeat('lorem ipsum ', 40) || 'needle here ' || repeat('dolor sit ', 40), 'needle')->'marks'->0->>1, '6', 'cut from where it stands');
select matches(desk.find_excerpt(repeat('lorem ipsum ', 40) || 'needle here ' || repeat('dolor sit ', 40), 'needle')->>'excerpt', '^….*needle here.*…$', 'with dots at both ends');
select is(desk.find_excerpt(E'a\x1b[31mb\u202ec\n\nd', null)->>'excerpt', 'a[31mbc d', 'without what moves a terminal');
select tap.article('fold lines', 'short', 'internal'), tap.article('fold', 'a command that wraps each line of a file or of its input so that it is no wider than is wanted, with blanks or without', 'internal') \g /dev/null
select is(tap.page('t_agent', 'fold')->'hits'->0->>'title', 'fold', 'what is called just so comes before what is called so, too');
-- the same transaction
begin;
set local session authorization t_agent;
select desk.create('incident', '{"subject": "a brandnewword", "category": "General"}', gen_random_uuid())->>'ok' as ok \gset
select is((select count(*) from desk.find('brandnewwords', null, 5)), 1::bigint, 'found in the transaction that wrote it');
rollback;

-- for nobody more than they may read
select is(tap.finds('t_agent', 'zanzibar'), null, 'a restricted ticket is never found');
select is(tap.page('t_agent', 'INC' || (100000 + :d))->'hits', '[]', 'not by its number');
select is(tap.finds('t_lead', 'board'), null, 'for nobody');
select is(tap.finds('t_caller', 'crash', '{tickets}'), 'Outlook crashes on start', 'a requester finds what is his');
select is(tap.finds('t_caller', 'toaster'), null, 'no internal note');
select is(tap.finds('t_caller', 'restart'), 'Outlook crashes on start', 'a public answer');
select is(tap.finds('t_caller', 'printer', '{tickets}'), null, 'nor what others asked');
select is(tap.page('t_caller', 'toastr')->>'instead', null, 'nor is a word of a note proposed to him');
select is(tap.finds('t_caller', 'printer', '{articles}'), null, 'no internal article, none of another customer');
select is(tap.finds('t_beta', 'printer', '{articles}'), 'Beta only', 'his own');
select is(tap.finds('t_caller', 'crash', '{articles}'), 'Crash dumps and what they say', 'and what is for all');
select is(tap.finds('t_auditor', 'people', '{articles}'), null, 'an article of a group is for the group');
select is(tap.finds('t_agent', 'people', '{articles}'), 'Group only', 'as here');
select is(tap.finds('t_caller', 'mw1001'), null, 'a requester finds no items of others');
select is(tap.page('t_caller', :'k2')->'hits', '[]', 'no number of an article he may not read');
select is(tap.finds('t_admin', 'printer', '{tickets}'), null, 'an administrator alone reads no tickets');
update desk.article set valid_to = '2001-01-01' where number = :'k1';
select is(tap.finds('t_agent', 'crash', '{articles}'), null, 'what holds no more is not found');
update desk.person_role set org_id = (select id from desk.org where name = 'Beta') where role = 'agent' and person_id = (select id from desk.person where login = 't_agent');
update desk.ticket set opened_by = 0;
select is(tap.finds('t_agent', 'printer', '{tickets}'), 'Printer of the third floor', 'an agent of one organisation');
select is(tap.finds('t_agent', 'outlook', '{tickets}'), null, 'and not of another');
select is(tap.finds('t_agent', 'mw2001', '{cis}'), 'mw2001', 'items of it');
update desk.person_role set org_id = null, group_id = (select id from desk.support_group where name = 'Network') where role = 'agent' and person_id = (select id from desk.person where login = 't_agent');
update desk.ticket set group_id = (select id from desk.support_group where name = 'Network') where id = :c;
select is(tap.finds('t_agent', '打印机', '{tickets}'), '打印机无法连接网络', 'an agent of one group');
select is(tap.finds('t_agent', 'printer', '{tickets}'), null, 'and not of another');
select is(tap.as_person('t_agent', 'select desk.find_learn()'), 'true', 'words are counted beside the tick');
select is((select count(*) from desk.find_word where word = 'zanzibar'), 0::bigint, 'not those of restricted tickets');
select cmp_ok((select n from desk.find_word where word = 'printer'), '>', 2, 'the others are');
-- every text is found by each of its words and by each of its characters, whatever they are made of
create table tap.written as select setseed(0.45) is null as x, t.n, string_agg(w.w, case when random() < 0.2 then E'\n' else ' ' end) as t
  from generate_series(1, 150) t(n), lateral (select (array['crash','crashed','companies','running','studies','Outlook','0x80070005','ORA-00600','E_FAIL','KB4012598','srv-db01.example.com','10.0.0.1','a/b\c','C++','naïve','Ünïcode','ＦＵＬＬ','ﬁle','it''s',
    '打印机','无法连接','网络','龍','パスワード','ﾊﾟｽﾜｰﾄﾞ','を忘れた','비밀번호','재설정','한','ไทย','x','the','ΑΒΓ','привет','𠀀𠀁','日本語text混在'])[1 + floor(random() * 36 + 0 * t.n * i)::int] as w from generate_series(1, 12) i) w group by t.n;
select is_empty($$ select distinct w from tap.written, regexp_split_to_table(t, '\s+') w where w ~ '[[:alnum:]]' and not desk.tsv(null, t) @@ desk.find_join(desk.find_parse(w || ' '), false, null) $$, 'each word');
select is_empty($$ select distinct c from tap.written, regexp_matches(t, desk.unspaced(), 'g') m, unnest(string_to_array(m[1], null)) c where not desk.tsv(null, t) @@ desk.find_join(desk.find_parse(c), false, null) $$, 'each single character without blanks');
select is_empty($$ select distinct w from tap.written, regexp_split_to_table(t, '\s+') w where w ~ '[[:alnum:]]{2}' and not desk.tsv(null, t) @@ desk.find_join(desk.find_parse('"' || w || '"'), false, null) $$, 'each word in quotation marks');
select is_empty($$ select a, b from unnest(array['crash crashes crashed crashing', 'company companies', 'install installs installed installing installation installations', 'stop stops stopped stopping', 'study studies studied studying',
    'configure configured configuring configures', 'reset resets resetting', 'printer printers', 'connect connected connecting connection connections', 'fail failed failing fails', 'update updates updated updating']) g,
  string_to_table(g, ' ') a, string_to_table(g, ' ') b where not desk.tsv(null, a) @@ desk.find_join(desk.find_parse(b || ' '), false, null) $$, 'each form of a word by each other one');
-- hostile queries
select lives_ok(format('select desk.find_page(%L, null, 5)', q), 'no query is an error') from unnest(array['''', '\', '":*', '&|!', '(', E'a\\:b', 'a''b', '"', '""', 'x & y', '[', '*', 'a{9', repeat('a.', 300), repeat('打', 400), repeat('word ', 200), E'a\\', '(?i)', '"["', '"a  (b"']) q;
select * from finish();
