\ir zz_attack.sql
select tap.do_create('t_agent', '{"subject": "one", "requester": "t_caller", "group": "Network", "body": "text of one"}') as t1 \g /dev/null
\set pat '^(calendar|bt_|clock|sla|metric|pareto|dash|analysis|period|wall|present|presence|outage|service|availab|measured|report|open_spans|restricted|rate|rating|major|backlog|zone|query_quote|match)'
\pset format unaligned
\pset tuples_only on
\o /tmp/wt/rev-sec-calls.sql
select format('\echo CALL %s %s' || e'\n' || 'select count(*) || '' '' || left(coalesce(string_agg(x::text, '',''), ''''), 200) from desk.%I(%s) x;', p.proname, k, p.proname, array_to_string(array(select tap.lit(format_type(y,null), k) from unnest(p.proargtypes) y), ', '))
 from pg_proc p, generate_series(0,5) k where p.pronamespace = 'desk'::regnamespace and has_function_privilege(:'who', p.oid, 'execute') and p.proname ~ :'pat' and p.prokind='f' and (k = 0 or p.pronargs > 0) order by p.proname, k;
\o
\c - :who
set statement_timeout = '2s';
\set ON_ERROR_STOP 0
\timing on
\i /tmp/wt/rev-sec-calls.sql
