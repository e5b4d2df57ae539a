\ir clock.inc
\set ON_ERROR_STOP 0
\o /dev/null
select tap.add('p_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
select tap.add('p_group', '{agent}', p_group => 'Network');
select tap.add('p_pair', '{agent}', p_org => 'Beta', p_group => 'Network');
select tap.add('p_owner', '{process_owner}');
select tap.add('p_worker', '{worker}');
select tap.add('p_off', '{agent,lead,auditor,admin}');
select tap.add('p_acme', '{agent}', p_org => 'Acme');
create role p_stranger login; grant desk_agent, desk_auditor, desk_admin to p_stranger;
update desk.person set active = false where login = 'p_off';
insert into desk.support_group(name, org_id) select 'SECRETGROUP' || name, id from desk.org where name in ('Acme', 'Beta');
insert into desk.service(name, org_id) values ('Mail', null), ('SECRETSVC', (select id from desk.org where name = 'Beta'));
select tap.at('2026-06-01 08:00Z');
select tap.calendar('SECRETCAL', 'UTC', tap.week('08:00-18:00'));
select tap.policy('{"agreements": [{"name": "SECRETOLA", "type": "ola", "targets": [{"metric": "ola", "minutes": "10"}]}, {"name": "all", "type": "sla", "targets": [{"metric": "resolution", "minutes": "60"}]}, {"name":"SECRETSLA","type":"sla","targets": [{"metric": "resolution", "minutes": "60"}],"contracts":[{"customer":"Beta"}]}]}');
select tap.as_person('p_owner', $$select desk.service_depend('Mail','SECRETSVC')$$);
select tap.as_person('p_owner', $$select desk.service_set('Mail','{"groups":"SECRETGROUPBeta"}')$$);
select tap.do_create('t_agent', '{"subject": "AAone", "requester": "t_caller", "group": "Network", "category": "General", "service":"Mail","impact":1,"urgency":1}') as t1,
 tap.do_create('t_agent', '{"subject": "SECRETBETA", "requester": "t_beta", "category": "General", "group":"SECRETGROUPBeta","service":"SECRETSVC","impact":1,"urgency":1}') as t2,
 tap.do_create('t_agent', '{"subject": "SECRETRESTR", "requester": "t_caller", "category": "General", "group":"Network","service":"Mail","impact":1,"urgency":1}') as t3 \gset
select tap.as_person('t_lead', $$select desk.outage_add('{"service":"SECRETSVC","note":"SECRETNOTE","from":"2026-06-01T07:00:00Z"}')$$);
select tap.as_person('t_lead', format($$select desk.outage_add('{"service":"Mail","ticket":"%s","note":"SECRETNOTE2","from":"2026-06-01T07:00:00Z"}')$$, (select number from desk.ticket where id=:t3)));
select tap.do_act('t_lead', x, 'accept_major', '{}') from unnest(array[:t1,:t2,:t3]::bigint[]) x;
select tap.do_act('t_lead', :t3, 'restrict', '{"people": "t_lead"}');
select tap.at('2026-06-01 10:30Z');
select tap.as_person('t_lead', format('select desk.presence(%L, %s, ''writing'')', gen_random_uuid(), :t3));
select tap.as_person('t_caller', format('select desk.presence(%L, %s, ''writing'')', gen_random_uuid(), :t1));
select tap.do_act('t_agent', :t2, 'take');
select tap.do_act('t_agent', :t2, 'resolve', '{"code":"fixed","body":"SECRETBODY"}');
select tap.tick();
create table tap.q(n int generated always as identity, q text);
grant select on tap.q to public;
insert into tap.q(q) select format('select desk.%s', f) from unnest(array['wall()', $$dash('2026-06')$$, $$dashboard('{"period":"2026-06"}')$$, $$analysis('2026-06','2026-05','category')$$, $$analysis('2026-06','2026-05','customer')$$, $$analysis('2026-06','2026-05','service')$$,
 $$service_page('2026-06')$$, 'service_list()', 'outage_list()', 'outage_show(1)', 'outage_show(2)', $$outage_find('SECRETSVC','2026-06')$$, $$availability_get('SECRETSVC','2026-06')$$,$$availability_get(null,'2026-06')$$, $$service_named('SECRETSVC')$$, $$report_customer('Beta')$$, $$report_majors('2026-06-01','2026-07-01',null)$$, $$report_breaches('2026-06-01','2026-07-01',null)$$, $$report_oldest('2026-07-01','{}')$$, $$report_outages('2026-06-01','2026-07-01',null)$$, 'major_list()', 'measured_since()']) f;
insert into tap.q(q) select format('select jsonb_agg(x) from desk.%s x', f) from unnest(array['present()', 'wall_clocks()', 'sla_policy_list()', 'sla_policy_list(''SECRETSLA'')','wall_services(array(select id from desk.service))', 'restricted_ids()']) f;
insert into tap.q(q) select format('select jsonb_agg(x) from desk.metric_get(%L, ''2026-06-01'', ''2026-07-01'', %L) x', m, b) from desk.metric, lateral (values (id)) v(m), unnest('{customer,group,service,assignee}'::text[]) b where agg <> 'share';
insert into tap.q(q) select format('select desk.sla_explain(%s)', t.id) from desk.ticket t union all select format('select desk.show(%s)', t.id) from desk.ticket t;
insert into tap.q(q) select format('select jsonb_agg(to_jsonb(x)) from desk.%I x', c.relname) from pg_class c where c.relnamespace='desk'::regnamespace and c.relkind in ('r','v') and c.relname !~ '_p(\d+|default)$|^(event|ticket_text|label|op|setting)';
\o
select tap.try(l, 'select 1') , l from unnest('{t_caller,t_beta,p_org,p_group,p_pair,p_worker,p_off,p_stranger,t_admin,p_acme,t_auditor}'::text[]) l \g /dev/null
create table tap.out(l text, q text, v text);
insert into tap.out select l, q, tap.try(l, q) from tap.q, unnest('{t_caller,p_group,p_acme,p_worker,p_off,p_stranger,t_admin}'::text[]) l;
\pset format unaligned
\pset tuples_only on
\echo == errors
select l, q, v from tap.out where v ~ '^[0-9A-Z]{5}$' and v not in ('42501','22023') limit 20;
\echo == secrets
select l, left(q,120), string_agg(distinct m[1], ' ') from tap.out, regexp_matches(v, 'SECRET[A-Za-z0-9]*', 'g') m where not (l in ('p_group','p_acme','t_admin') and m[1] ~ 'SECRET(OLA|SLA|CAL|GROUP|SVC|NOTE)') group by 1,2 order by 1,2;
\echo == off/stranger/worker
select l, left(q,120), left(v,200) from tap.out where l in ('p_off','p_stranger') and v is not null and v !~ '^(42501|\[\]|null|0)?$' and v !~ 'not_a_person|^22023' and q !~ 'schema_migration';
\echo == staff view of group/acme wall
