\ir clock.inc
\set ON_ERROR_STOP 0
\o /dev/null
insert into desk.service(name) values ('Mail');
select tap.at('2026-06-01 08:00Z');
select tap.policy('{"agreements": [{"name": "all", "type": "sla", "targets": [{"metric": "resolution", "minutes": "600"}]}]}');
select tap.do_create('t_agent', '{"subject": "m", "requester": "t_caller", "group": "Network", "category": "General"}') as m \gset
\o
\pset format unaligned
\pset tuples_only on
-- warnings twice; rates
select tap.at('2026-06-01 17:00Z');
select tap.tick()->'warned', tap.tick()->'warned', count(*) from desk.sla_warning;
-- hostile queries
select f, v, tap.try('t_agent', format('select desk.matches(%L, %s)', jsonb_build_object('field', f, 'op', '>', 'value', jsonb_build_array(v::jsonb)), :m)) from unnest('{sla,left,breached,clock,metric,due}'::text[]) f, unnest(array['9223372036854775807','1e300','-1','"x"','null','{}','[1,2]','[9223372036854775807,1]','{"any":5}','true','[]', '[null,null]','"backlog@0001..9999"','"opened@0001..9999@group=#99999999999"', '"backlog@group=x@y@@@"']) v
 where tap.try('t_agent', format('select desk.matches(%L, %s)', jsonb_build_object('field', f, 'op', '>', 'value', jsonb_build_array(v::jsonb)), :m)) ~ '^[0-9A-Z]{5}$';
select w, tap.try('t_agent', format('select count(*) from desk.metric_tickets(%L)', w)) from unnest(array['backlog@'||repeat('@met',10000), 'opened@0001-01-01T00:00..9999-01-01T00:00', 'opened@9999w','stale@0001-01-01', 'at_risk@0001-01-01','breached_open@9999-01-01', 'opened@priority=x','opened@priority=99999999999','opened@group='||repeat('a',100000), 'mttr@2026-06@met', 'opened@infinity','opened@2026-13','opened@2026-00','opened@0000','opened@99999','backlog@294276-01-01T00:00', 'opened@kind='''||'; select 1--', 'backlog@2026-06-01T99:99']) w;
select p, tap.try('t_agent', format('select desk.period(%L)', p)) from unnest('{9999-W53,9999-W54,0001-W01,2026-W00,2026-02-30,..,2026..,..2026,2026-10..2026-09,24h..7d,1T1,infinity,epoch T1:1,2026-10-05T12:00..infinity,99999999-01-01T00:00,now..now,this-year,LAST YEAR,２０２６}'::text[]) p;
