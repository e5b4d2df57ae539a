\ir clock.inc
\set ON_ERROR_STOP 0
\o /dev/null
select tap.at('2026-06-01 08:00Z');
select tap.do_create('t_agent', '{"subject": "m", "requester": "t_caller", "group": "Network", "category": "General"}') as m \gset
select tap.do_act('t_agent', :m, 'take');
select tap.do_act('t_agent', :m, 'resolve', '{"code": "fixed", "body": "done"}');
select tap.do_act('t_caller', :m, 'rate', '{"score":"1"}');
select tap.do_act('t_lead', :m, 'close', '{"reason":"x"}');
select tap.do_act('t_lead', :m, 'restrict', '{"people": "t_lead"}');
\o
\pset tuples_only on
select l, m.id, tap.try(l, format('select value || '' '' || n from desk.metric_get(%L,''2026-06-01'',''2026-07-01'')', m.id)) from desk.metric m, unnest('{t_lead,t_agent}'::text[]) l where m.id ~ 'csat|dsat|opened|fcr' order by 2,1;
