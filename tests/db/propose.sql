-- What a ticket is proposed to be: the shape of the answer, who is answered, what is learnt and what is not.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('q_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
insert into desk.category(name) values ('Printers'), ('Mail');
create function tap.learn() returns int language plpgsql as $$
declare n int := 0;
begin
  while (select tap.as_person('t_agent', 'select desk.learn()'))::boolean loop n := n + 1; if n > 100 then raise 'it does not end'; end if; end loop;
  return n;
end $$;
create function tap.propose(p_login text, p_ticket bigint, p_given jsonb default '{}') returns jsonb language sql as $$ select tap.as_person(p_login, format('select desk.propose(%s, %L)', p_ticket, p_given))::jsonb $$;
create function tap.field(p jsonb, p_field text) returns jsonb language sql as $$ select f from jsonb_array_elements(p->'fields') f where f->>'field' = p_field $$;
create function tap.words(p jsonb, p_field text) returns text language sql as $$ select string_agg(c->>'label', ',' order by n) from jsonb_array_elements(tap.field(p, p_field)->'choices') with ordinality u(c, n) $$;
create function tap.sure(p jsonb, p_field text) returns numeric language sql as $$ select (tap.field(p, p_field) #>> '{choices,0,confidence}')::numeric $$;
-- a ticket that went all its way
create function tap.past(p_subject text, p_requester text, p_category text, p_group text) returns bigint language plpgsql as $$
declare v bigint := tap.do_create('t_agent', jsonb_build_object('subject', p_subject, 'requester', p_requester));
begin
  perform tap.do_act('t_agent', v, 'assign', jsonb_build_object('group', p_group));
  perform tap.do_act('t_lead', v, 'take');
  perform tap.do_act('t_lead', v, 'resolve', jsonb_build_object('category', p_category, 'code', 'fixed', 'body', 'done'));
  return v;
end $$;
-- a desk without a past
select tap.do_create('t_agent', '{"subject": "the first", "requester": "t_caller"}') as t0 \gset
select tap.learn();
\o
select is((select string_agg(f->>'field', ' ') from jsonb_array_elements(tap.propose('t_agent', :t0)->'fields') f), 'category impact urgency group assignee', 'the fields');
select is(tap.words(tap.propose('t_agent', :t0), 'category'), 'General,Printers,Mail', 'a desk without a past proposes what there is');
select cmp_ok(tap.sure(tap.propose('t_agent', :t0), f), '<=', 0.34, f || ': and knows that it does not know') from unnest('{category,impact,urgency,group}'::text[]) f;
select is(tap.field(tap.propose('t_agent', :t0), 'impact') #>> '{choices,0,id}', '3', 'the impact it has comes first');
select is(tap.field(tap.propose('t_agent', :t0), 'assignee')->'choices', '[]', 'nobody by name');
select is(tap.propose('t_agent', :t0) #>> '{model,learnt_from}', '0', 'learnt from nothing');

-- three tickets
\o /dev/null
select tap.past('the printer is jammed', 't_caller', 'Printers', 'Network') from generate_series(1, 3);
select tap.learn();
select tap.do_create('t_agent', '{"subject": "again the printer", "requester": "t_caller"}') as t1 \gset
\o
select is(tap.propose('t_agent', :t1) #>> '{model,learnt_from}', '3', 'learnt from three');
select is(split_part(tap.words(tap.propose('t_agent', :t1), f), ',', 1), v, f || ' of those before') from (values ('category', 'Printers'), ('group', 'Network')) x(f, v);
select cmp_ok(tap.sure(tap.propose('t_agent', :t1), f), '<', 0.5, f || ': three are no certainty') from unnest('{category,group}'::text[]) f;
select is(tap.propose(l, :t1), null, l || ' is told nothing') from unnest('{t_caller,q_org,t_admin,t_beta}'::text[]) l;
select is(tap.as_person('t_agent', format('select count(*) from desk.propose_many(array[%s, 0, null, %1$s])', :t1)), '2', 'several at once, those that are there');
select is((select array_agg(distinct o.id) from jsonb_array_elements(tap.propose('t_agent', :t1)->'duplicates') d, lateral (select (d->>'id')::bigint) o(id)),
  (select array_agg(t.id order by t.id) from desk.ticket t where t.subject = 'the printer is jammed'), 'what may be the same');
select is((tap.propose('t_agent', :t1) #>> '{duplicates,0,why}'), 'same requester; words: printer, the', 'and why');

-- more of them: two kinds of trouble, two groups, one person who does one of them
\o /dev/null
select tap.past('printer ' || w || ' jammed', 't_caller', 'Printers', 'Network'), tap.past('outlook ' || w || ' cannot send', 't_lead', 'Mail', 'Network') from unnest('{does,paper,is,hp,again,floor,two}'::text[]) w;
select tap.past('文件无法打印', 't_beta', 'Printers', 'Network'), tap.past('邮件发送失败', 't_beta', 'Mail', 'Network') from generate_series(1, 6);
select tap.learn();
select tap.do_create('t_agent', '{"subject": "outlook is down", "requester": "t_beta"}') as t2 \gset
select tap.do_create('t_agent', '{"subject": "打印机无法打印文件", "requester": "t_beta"}') as t3 \gset
\o
select is(split_part(tap.words(tap.propose('t_agent', t), 'category'), ',', 1), c, c || ' by its words') from (values (:t1, 'Printers'), (:t2, 'Mail'), (:t3, 'Printers')) x(t, c);
select is(tap.field(tap.propose('t_agent', :t2), 'category') #>> '{choices,0,basis}', '7 of 7 with the word "outlook"', 'the reason is told');
select is(tap.words(tap.propose('t_agent', :t2), 'assignee'), 't_lead', 'who did all of them');
select is(tap.propose('t_agent', :t3)::text, tap.propose('t_agent', :t3)::text, 'the same question, the same answer');
select is_empty($$ select f->>'field' from jsonb_array_elements(tap.propose('t_agent', (select max(id) from desk.ticket))->'fields') f
  where (select sum((c->>'confidence')::numeric) from jsonb_array_elements(f->'choices') c) > 1.01 $$, 'confidences are shares of one');

-- a value somebody has chosen comes first, and what is given changes the rest
select is(split_part(tap.words(tap.propose('t_agent', :t2, '{"category": "x"}'), 'group'), ',', 1), 'Network', 'nonsense that is given is nothing');
select tap.do_act('t_agent', :t2, 'edit', '{"category": "General"}') \g /dev/null
select is(tap.words(tap.propose('t_agent', :t2), 'category'), 'General,Mail,Printers', 'the category it has');
select is(tap.field(tap.propose('t_agent', :t2), 'category') #>> '{choices,0,basis}', 'as it is', 'as it is');

-- what cannot be chosen is not proposed
update desk.category set active = false where name = 'Mail';
select is(split_part(tap.words(tap.propose('t_agent', :t2), 'category'), ',', 2), 'Printers', 'a category that is no more');
update desk.category set active = true where name = 'Mail';
update desk.support_group set active = false where name = 'Network';
select is(tap.words(tap.propose('t_agent', :t1), 'group'), 'Service desk', 'a group that is no more');
update desk.support_group set active = true, org_id = (select id from desk.org where name = 'Beta') where name = 'Network';
select is(tap.words(tap.propose('t_agent', :t1), 'group'), 'Service desk', 'a group that serves others');
update desk.support_group set org_id = null where name = 'Network';
update desk.person set active = false where login = 't_lead';
select is(tap.words(tap.propose('t_agent', :t2), 'assignee'), null, 'a person who left');
update desk.person set active = true where login = 't_lead';
delete from desk.group_member where person_id = tap.person('t_lead');
select is(tap.words(tap.propose('t_agent', :t2), 'assignee'), null, 'a person who is in the group no more');
insert into desk.group_member select id, tap.person('t_lead') from desk.support_group where name = 'Network';
insert into desk.absence(person_id, from_at, until_at, by_id) select tap.person('t_lead'), desk.now() - interval '1 hour', desk.now() + interval '1 day', tap.person('t_lead');
select is(tap.words(tap.propose('t_agent', :t2), 'assignee'), null, 'a person who is away');
delete from desk.absence;

-- restricted tickets: not learnt from, unlearnt, not shown
create function tap.count(p_word text) returns bigint language sql as $$
  select coalesce(max(c.total), 0) from desk.propose_count c where c.run = 0 and c.key = hashint8extended(desk.propose_key('incident', 'word', p_word), 1) $$;
select is(tap.count('outlook'), 7::bigint, 'counted');
select tap.do_act('t_lead', (select max(id) from desk.ticket where subject = 'outlook floor cannot send'), 'restrict', '{"people": "t_lead"}') \g /dev/null
select tap.learn() \g /dev/null
select is(tap.count('outlook'), 6::bigint, 'a ticket that is restricted counts no more');
select is(tap.count('floor'), 1::bigint, 'nor does any of its words');
select tap.past('secretword of the board', 't_lead', 'Mail', 'Network') as r1 \gset
select tap.do_act('t_lead', :r1, 'restrict', '{"people": "t_lead"}') \g /dev/null
select tap.learn() \g /dev/null
select is(tap.count('secretword'), 0::bigint, 'nor one that was so before it was learnt');
select tap.do_create('t_agent', '{"subject": "secretword of the board", "requester": "t_lead"}') as t4 \gset
select unalike(tap.propose('t_agent', :t4)::text, '%"id": ' || :r1 || ',%', 'it is nobody''s duplicate');
select unalike(tap.propose('t_lead', :t4)::text, '%"id": ' || :r1 || ',%', 'not even for who may open it');
select tap.do_act('t_lead', :t4, 'restrict', '{"people": "t_lead"}') \g /dev/null
select is(tap.propose('t_agent', :t4), null, 'of a restricted ticket others are told nothing');
select isnt(tap.propose('t_lead', :t4), null, 'those who may open it are');
select unalike(tap.propose('t_lead', :t4)::text, '%secretword%', 'without a look at its text');

-- undone and changed acts
select tap.past('keyboard broken', 't_caller', 'Printers', 'Network') as u1, gen_random_uuid() as op \gset
select tap.learn() \g /dev/null
select is(tap.count('keyboard'), 1::bigint, 'a ticket that is done');
select tap.as_person('t_lead', format('select desk.act(%s, ''reopen'', ''{"reason": "again"}'', null, %L)', :u1, :'op')) \g /dev/null
select tap.learn() \g /dev/null
select is(tap.count('keyboard'), 0::bigint, 'is not learnt from when it is open again');
select tap.as_person('t_lead', format('select desk.undo(%L, gen_random_uuid())', :'op')) \g /dev/null
select tap.learn() \g /dev/null
select is(tap.count('keyboard'), 1::bigint, 'and is when that is undone');
select tap.do_act('t_lead', :u1, 'edit', '{"category": "Mail"}') \g /dev/null
select tap.learn() \g /dev/null
select is((select c.labels from desk.propose_count c where c.run = 0 and c.key = hashint8extended(desk.propose_key('incident', 'word', 'keyboard'), 1)),
  (select array[id::bigint] from desk.category where name = 'Mail'), 'a correction afterwards counts');
select is_empty($$ select key from desk.propose_count where ns @> '{0}' or total <> (select sum(n) from unnest(ns) n) or cardinality(ns) <> cardinality(labels) $$, 'the counts add up');
select tap.do_create('t_agent', '{"subject": "withdrawn thing", "requester": "t_caller"}') as c1 \gset
select tap.do_act('t_agent', :c1, 'cancel', '{"reason": "withdrawn"}') \g /dev/null
select tap.learn() \g /dev/null
select is(tap.count('withdrawn'), 0::bigint, 'nothing is learnt from what was cancelled');

-- counting all anew gives the same counts, in any order
create table tap.before as select key, labels, ns, total from desk.propose_count where run = 0;
delete from desk.propose_count; delete from desk.propose_learnt; update desk.propose_state set learnt = 0, below = null, x = '0';
select tap.learn() \g /dev/null
select results_eq('select key, labels, ns, total from desk.propose_count where run = 0 order by key', 'select * from tap.before order by key', 'counted anew, the counts are the same');
-- only so many are kept
update desk.propose_state set window_size = 10;
select tap.learn() \g /dev/null
select is((select count(*) from desk.propose_learnt where run = 0), 10::bigint, 'the oldest are forgotten');
select is((select max(total)::bigint from desk.propose_count), 10::bigint, 'with what they counted');
update desk.propose_state set window_size = 100000;

-- hostile texts are words
select ok(tap.propose('t_agent', tap.do_create('t_agent', jsonb_build_object('subject', x, 'requester', 't_caller', 'body', repeat(x || ' ', 3000)))) is not null, 'text: ' || left(x, 20))
  from unnest(array[$q$'; drop table desk.ticket; --$q$, $q$a\'b\\'c & ! | ( ) :* <-> '''$q$, '%s %I %L %%', '{"a": [1', repeat('x', 200), E'\u202e\u200b \u0627\u0644', '👩‍👩‍👧 💥', '$1 $$ \\', '文', '.', $q$C:\Users$q$, $q$c:\o'brien\a\\b$q$]) x;
select ok(tap.propose('t_agent', tap.do_create('t_agent', jsonb_build_object('subject', 'x', 'requester', 't_caller'))) is not null, 'a subject of one letter');

-- parents: a major incident about the same service
\o /dev/null
insert into desk.service(name) values ('Intranet');
select tap.do_create('t_agent', '{"subject": "intranet does not answer", "requester": "t_caller", "service": "Intranet"}') as m1 \gset
select tap.do_act('t_lead', :m1, 'propose_major', '{"body": "all are cut off"}'), tap.do_act('t_lead', :m1, 'accept_major', '{"commander": "t_lead"}');
select tap.do_create('t_agent', '{"subject": "no intranet here", "requester": "t_beta", "service": "Intranet"}') as m2 \gset
\o
select is(tap.propose('t_agent', :m2) #>> '{parents,0,id}', :'m1', 'a major incident it may belong to');
select is(tap.propose('t_agent', :m2) #>> '{parents,0,why}', 'major incident; same service; words: intranet', 'and why');
select is(tap.propose('q_org', :m2)->'parents', '[]', 'not for who does not see that one');
-- years between them are as good as never, and no error
update desk.ticket set opened_at = '1999-01-01' where id = :m1;
select is(tap.propose('t_agent', :m2)->'parents', '[]', 'nor of another century');
select isnt(tap.propose('t_agent', :m1), null, 'which is proposed something itself');
-- evidence of the strongest kind, much of it, against a value: confidences are numbers
insert into desk.propose_weight select 0, 'incident', f, g, w, 100 from generate_series(1, 5) f, unnest('{f,t}'::boolean[]) g, unnest('{word,requester,channel,org_id,opened_by,service}'::text[]) w on conflict (run, kind, field, given, feature) do update set weight = 100;
update desk.propose_count set ns = array(select n * 40000000 / greatest(1, total) from unnest(ns) n), total = 40000000 where run = 0 and key not in (select hashint8extended(desk.propose_key('incident', '', ''), f) from generate_series(1, 5) f);
select isnt(tap.propose('t_agent', :m2), null, 'even so');
select isnt(tap.propose('q_org', :m2), null, 'who sees his own');
select unalike(tap.propose('q_org', :m2)::text, '% of %', 'numbers of all tickets are for those who see all');
select is(tap.try(l, 'select desk.learn()') in ('true', 'false'), true, 'time to learn is for whoever looks: ' || l) from unnest('{t_caller,t_agent}'::text[]) l;
select * from finish();
