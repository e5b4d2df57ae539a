-- What a ticket is proposed to be: the shape of the answer, who is answered.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('q_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
insert into desk.category(name) values ('Printers'), ('Mail');
select tap.do_act('t_agent', x.id, 'assign', '{"group": "Network"}')
  from generate_series(1, 6) g, lateral (select tap.do_create('t_agent', '{"subject": "the printer is jammed", "requester": "t_caller", "category": "Printers"}') as id) x;
select tap.do_create('t_agent', '{"subject": "again the printer", "requester": "t_caller"}') as t1 \gset
create function tap.propose(p_login text, p_ticket bigint) returns jsonb language sql as $$ select tap.as_person(p_login, format('select desk.propose(%s)', p_ticket))::jsonb $$;
\o
select is((select string_agg(f->>'field', ' ') from jsonb_array_elements(tap.propose('t_agent', :t1)->'fields') f), 'category impact urgency group assignee', 'the fields');
select is(tap.propose('t_agent', :t1) #>> '{fields,0,choices,0,value}', 'Printers', 'the category of those before');
select is(tap.propose('t_agent', :t1) #>> '{fields,3,choices,0,value}', 'Network', 'their group');
select is(tap.propose(l, :t1), null, l || ' is told nothing') from unnest('{t_caller,q_org,t_admin}'::text[]) l;
select is(tap.as_person('t_agent', format('select count(*) from desk.propose_many(array[%s, 0, null, %1$s])', :t1)), '2', 'several at once, those that are there');
select * from finish();
