\ir clock.inc
\set ON_ERROR_STOP 0
\o /dev/null
select tap.add('h_owner', '{process_owner}');
insert into desk.service(name) values ('Mail');
select tap.at('2026-06-01 08:00Z');
select tap.do_create('t_agent', '{"subject": "m", "requester": "t_caller", "group": "Network", "category": "General", "impact": "1", "urgency": "1"}') as m,
  tap.do_create('t_agent', '{"subject": "c1", "requester": "t_beta", "group": "Service desk", "category": "General"}') as c1 \gset
\o
\pset format unaligned
\pset tuples_only on
select gen_random_uuid() as o1, gen_random_uuid() as o2, gen_random_uuid() as o3 \gset
select left(tap.act('t_lead', :m, 'accept_major', '{"commander": "t_lead"}', null, :'o1')::text, 200);
select left(tap.act('t_lead', :m, 'accept_major', '{"commander": "t_lead"}', null, :'o1')::text, 200);
select left(tap.act('t_agent', :c1, 'link', format('{"type": "parent", "to": %s}', :m)::jsonb, null, :'o2')::text,100);
select left(tap.act('t_lead', :m, 'update', '{"body": "news", "children": "true"}')::text, 300);
select left(tap.as_person('t_lead', format('select desk.undo(%L, %L)', :'o1', :'o3')), 400);
select major, parent_id, due_at from desk.ticket;
select tap.drift(array[:m,:c1]), tap.clocks(:m), tap.verify();
-- rate
select tap.do_act('t_agent', :c1, 'take') \g /dev/null
select left(tap.act('t_agent', :c1, 'resolve', '{"code": "fixed", "body": "done"}')::text,100);
select left(tap.act('t_caller', :c1, 'rate', '{"score":"5"}')::text,100), left(tap.act('t_agent', :c1, 'rate', '{"score":"5"}')::text,100);
select left(tap.act('t_beta', :c1, 'rate', '{"score":"1","body":"x"}', null, :'o2')::text,150);
select left(tap.act('t_beta', :c1, 'rate', '{"score":"1"}', null, :'o3')::text,150);
select gen_random_uuid() as o4 \gset
select left(tap.act('t_beta', :c1, 'rate', '{"score":"1"}', null, :'o4')::text,150), left(tap.act('t_beta', :c1, 'rate', '{"score":"1"}', null, :'o4')::text,150), left(tap.act('t_beta', :c1, 'rate', '{"score":"4"}', null, :'o4')::text,150);
select left(tap.act('t_beta', :c1, 'rate', jsonb_build_object('score', s))::text,150) from unnest('{0,6,-1,5.5,NaN,1e1}'::text[]) s;
select left(tap.act('t_beta', :c1, 'rate', jsonb_build_object('score', s))::text,150) from unnest('{[1],{},null,true,1e400,3}'::text[]) x, lateral (select case when x = '{}' then '{}'::jsonb when x='[1]' then '[1]' when x='null' then 'null' when x='true' then 'true' when x='3' then '3' else '1e300' end as s) y;
select * from desk.rating;
select tap.verify();
-- outages
select tap.as_person('h_owner', format('select desk.outage_add(%L,%L)', '{"service":"Mail","note":"=x"}', :'o4'))::text;
select left(tap.as_person('h_owner', format('select desk.outage_add(%L,%L)', '{"service":"Mail","note":"=x"}', :'o4')),120);
select left(tap.as_person('t_lead', format('select desk.outage_add(%L,%L)', '{"service":"Mail","note":"=x"}', :'o4')),120);
select left(tap.as_person('h_owner', format('select desk.outage_act(1,''change'',%L,%L)', jsonb_build_object('reason', E'\x1b[31m' || repeat('y', 3000000), 'weight','0.25'), gen_random_uuid())),200);
select length(reason), left(reason,6) from desk.outage_log;
select tap.try('h_owner', format('select desk.outage_act(1,''change'',%L,null)', '{"weight":"0.3"}')), tap.try('h_owner','select desk.outage_add(''{"service":"Mail"}'', null)'), tap.try('h_owner','select desk.outage_add(''{"service":"Mail"}'', gen_random_uuid(), null)');
select tap.try('h_owner', format('select desk.outage_add(%L)', jsonb_build_object('service', 'Mail', k, v))) from unnest('{kind,from,until,ticket,note,weight,reason,version,service}'::text[]) k, unnest(array['[]','{}','null','1e300','true','"\\\\"']::jsonb[]) v where tap.try('h_owner', format('select desk.outage_add(%L)', jsonb_build_object('service', 'Mail', k, v))) ~ '^[0-9A-Z]{5}$';
