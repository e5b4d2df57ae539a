-- What lies on the way of an impact: services, customers, tickets, changes; of what the one who asks may see.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('i_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
create function tap.reach(p_login text, p_ident text, p_rest text default '') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.ci_reach(%s%s)', (select id from desk.ci where ident = p_ident), p_rest))::jsonb $$;
create function tap.names(p jsonb, p_key text) returns text language sql as $$ select string_agg(x->>p_key, ' ' order by n) from jsonb_array_elements(p) with ordinality x(x, n) $$;
insert into desk.service(name) values ('Mail'), ('Portal'), ('Aside');
insert into desk.service_link(parent_id, child_id) select p.id, c.id from desk.service p, desk.service c where p.name = 'Portal' and c.name = 'Mail';
insert into desk.ci(ident, name, class, org_id, service_id, owner_id)
  select i, i, c, (select id from desk.org where name = o), (select id from desk.service where name = s), (select id from desk.person where login = p)
    from (values ('host', 'server', null, null, null), ('app', 'application', null, 'Mail', null), ('shop', 'business_service', 'Beta', null, null), ('desk', 'laptop', 'Acme', null, 't_caller'), ('far', 'server', null, 'Aside', null)) x(i, c, o, s, p);
insert into desk.ci_link(from_id, type, to_id, since) select f.id, 'depends_on', t.id, desk.now() from (values ('app', 'host'), ('shop', 'app'), ('desk', 'app')) x(f, t) join desk.ci f on f.ident = x.f join desk.ci t on t.ident = x.t;
select tap.do_create('t_agent', '{"subject": "own", "category": "General", "ci": "host"}') as own, tap.do_create('t_agent', '{"subject": "near", "requester": "t_beta", "category": "General", "ci": "shop"}') as near,
  tap.do_create('t_agent', '{"subject": "aside", "category": "General", "ci": "far"}') as aside, tap.do_create('t_agent', '{"subject": "done", "category": "General", "ci": "host"}') as done,
  tap.do_create('t_agent', '{"subject": "secret", "requester": "t_caller", "category": "General", "ci": "app"}') as secret \gset
select tap.do_act('t_lead', :secret, 'restrict', '{"people": "t_lead"}'), tap.do_act('t_agent', :done, 'take'), tap.do_act('t_agent', :done, 'resolve', '{"code": "fixed", "body": "x"}');
insert into desk.outage(service_id, kind, from_at, until_at, created_at, created_by) select id, 'planned', desk.now() + d, desk.now() + d + interval '1 hour', desk.now(), 1
  from desk.service, unnest('{3 days,20 days}'::interval[]) d where name in ('Mail', 'Aside');
select desk.ci_set('host', '{"place": "rack 3"}') \g /dev/null
\o
select is(tap.names(tap.reach('t_agent', 'host')->'services', 'name'), 'Mail Portal', 'services of what is reached, and what depends on these');
select is(tap.names(tap.reach('t_agent', 'host')->'items', 'ident'), 'shop', 'business services among the items');
select is(tap.names(tap.reach('t_agent', 'host')->'customers', 'name'), 'Acme Beta', 'whose they are');
select is(tap.reach('t_agent', 'host')->>'people', '1', 'and who uses them');
select is(tap.reach('t_agent', 'host')->>'count', '3', 'how many suffer');
select is(tap.names(tap.reach('t_agent', 'host')->'tickets'->'list', 'subject'), 'own near', 'open tickets on the way, the nearest first; restricted ones are for those who are named');
select is(tap.reach('t_agent', 'host')->'tickets'->>'count', '2', 'nor counted');
select is(tap.names(tap.reach('t_lead', 'host')->'tickets'->'list', 'subject'), 'own  near', 'who is named has it counted, without its subject');
select is(tap.names(tap.reach('t_agent', 'host', ', ''down'', null, 1')->'tickets'->'list', 'subject'), 'own', 'to a depth');
select is(tap.names(tap.reach('t_agent', 'shop', ', ''up''')->'tickets'->'list', 'subject'), 'near own', 'on the way up');
select is(tap.names(tap.reach('t_agent', 'shop', ', ''up''')->'services', 'name'), 'Mail', 'up: what it needs, not what needs that');
select is(tap.names(tap.reach('t_agent', 'host')->'changes'->'list', 'what'), 'outage record', 'changes within seven days: planned outages of services reached, changed records');
select is(tap.names(tap.reach('t_agent', 'host', ', p_days => 30')->'changes'->'list', 'what'), 'outage outage record', 'within more');
select is(tap.names(tap.reach('i_org', 'host')->'tickets'->'list', 'subject') || ' ' || (tap.reach('i_org', 'host')->>'count'), 'near 2', 'who serves one customer: of what he sees');
select is(tap.names(tap.reach('i_org', 'host')->'customers', 'name'), 'Beta', 'and that one');
select is(tap.try('t_caller', format('select desk.ci_reach(%s)', (select id from desk.ci where ident = 'host'))), null, 'a requester is told nothing of it');
select * from finish();
