-- What the console's CMDB reads: windows of the list, the page, neighbours, impact of a ticket; nothing of what one may not see.
\ir people.inc
select plan(70);
create function tap.j(p_login text, p_function text, p jsonb default '{}') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.%I(%L)', p_function, p))::jsonb $$;
create function tap.ci(p_ident text) returns bigint language sql as $$ select id from desk.ci where ident = p_ident $$;
create function tap.names(p jsonb) returns text language sql as $$ select string_agg(x->>'name', ' ' order by n) from jsonb_array_elements(p) with ordinality y(x, n) $$;
-- an agent who serves Beta alone
create role t_served login;
insert into desk.person(login, name, org_id) select 't_served', 'Served', id from desk.org where name = 'Beta';
insert into desk.person_role(person_id, role, org_id) select p.id, 'agent', p.org_id from desk.person p where p.login = 't_served';
grant desk_agent to t_served;

insert into desk.ci(ident, name, class, attrs, org_id, criticality, owner_id) values
  ('server:a', 'a', 'server', '{"os": "Debian 12", "serial": "X1"}', null, 1, null), ('server:b', 'b', 'server', '{"os": "Debian 11"}', null, null, null),
  ('cluster:c', '集群', 'cluster', '{}', null, null, null), ('business_service:mail', 'Mail', 'business_service', '{}', null, 1, null),
  ('server:acme', 'acme only', 'server', '{}', (select id from desk.org where name = 'Acme'), null, null),
  ('laptop:mine', 'lap', 'laptop', '{}', null, null, (select id from desk.person where login = 't_caller')), ('server:hostile', E'\x1b[31mx', 'server', '{}', null, null, null);
insert into desk.ci(name, class) select 'n' || lpad(i::text, 4, '0'), 'network' from generate_series(1, 1200) i;
insert into desk.ci_link(from_id, type, to_id, since) select tap.ci(f), t, tap.ci(x), desk.now() from (values ('server:b', 'depends_on', 'server:a'), ('cluster:c', 'depends_on', 'server:b'),
  ('server:a', 'depends_on', 'cluster:c'), ('cluster:c', 'provides', 'business_service:mail'), ('server:acme', 'depends_on', 'server:a'), ('server:a', 'owned_by', 'server:hostile')) v(f, t, x);

-- ---- the list
select is((tap.j('t_agent', 'ci_pane_list')->>'total')::int, 1207, 'all of it is counted');
select is(jsonb_array_length(tap.j('t_agent', 'ci_pane_list', '{"limit": 400}')->'rows'), 400, 'a window is read');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"limit": 2, "q": "debian"}')->'rows'), 'a b', 'words are looked for in attributes');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "DEBIAN x1"}')->'rows'), 'a', 'all of them, whatever their letters');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "群"}')->'rows'), '集群', 'a single Chinese character');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "business_service:"}')->'rows'), 'Mail', 'in the ident');
select is((tap.j('t_agent', 'ci_pane_list', '{"q": "%"}')->>'total')::int, 0, 'a sign is a sign');
select is((tap.j('t_agent', 'ci_pane_list', '{"class": "hardware"}')->>'total')::int, 5, 'a class has those below it');
select is(tap.j('t_agent', 'ci_pane_list', '{"last": true, "limit": 3}')->'before', '1204', 'the end is one call away');
select is(tap.j('t_agent', 'ci_pane_list', '{"pos": 600, "limit": 10}')->'before', '594', 'and so is a row by its number');
select is(tap.j('t_agent', 'ci_pane_list', jsonb_build_object('key', r->>'key', 'id', r->'id', 'limit', 10))->'rows'->5->'id', r->'id', 'a window stands round its row')
  from (select tap.j('t_agent', 'ci_pane_list', '{"pos": 900}')->'rows'->200 as r) x;
select is(tap.j('t_agent', 'ci_pane_list', '{"q": "nothing like it"}') - 'classes', '{"any": true, "rows": [], "total": 0, "before": 0}', 'nothing fits, but there is something');

-- ---- who sees what
select is((tap.j('t_served', 'ci_pane_list')->>'total')::int, 1206, 'items of a customer one does not serve are not counted');
select is(tap.j('t_caller', 'ci_pane_list')->'total', '1', 'a requester has his own');
select is(tap.j('t_caller', 'ci_pane_list')->'classes', '[{"n": 1, "id": "laptop", "label": "laptop"}]', 'and learns of no classes');
select is(tap.j('t_served', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:acme'))), null, 'no page of a hidden one');
select is(tap.names(tap.j('t_served', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:a')))->'links'), E'集群 b \x1b[31mx', 'no link to it');
select is(tap.j('t_served', 'ci_pane_near', jsonb_build_object('ci', tap.ci('server:a')))->'count', '3', 'and it is not counted there');
select is(tap.names(tap.j('t_served', 'ci_pane_impact', jsonb_build_object('ci', tap.ci('server:a')))->'nodes'), 'b 集群 Mail', 'nor does it suffer');
select is(tap.names(tap.j('t_agent', 'ci_pane_impact', jsonb_build_object('ci', tap.ci('server:a')))->'nodes'), 'acme only b 集群 Mail', 'where it is seen it does');
select is(tap.as_person('t_served', 'select string_agg(name, '','') from desk.ci_pick(''acme'')'), null, 'nor is it offered');

-- ---- the page
select is((select f->>'value' from jsonb_array_elements(tap.j('t_agent', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:a')))->'fields') f where f->>'name' = 'os'), 'Debian 12', 'attributes of its class');
select is((select f->'choices' from jsonb_array_elements(tap.j('t_agent', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:a')))->'fields') f where f->>'name' = 'lifecycle'),
  '["stock", "production", "maintenance", "retired"]', 'the states it may go to');
select is(tap.j('t_agent', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:a')))->'may', 'true', 'an agent may change it');
select is(tap.j('t_auditor', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:a')))->'may', 'false', 'an auditor looks on');
select is((tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:a'), 'version', 0, 'fields', '{"os": "Debian 13", "group": "Network"}'::jsonb))->>'ok'), 'true', 'fields are changed');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:a'), 'version', 0, 'fields', '{"os": "x"}'::jsonb))->'error'->>'id', 'ci_version', 'not over what was not seen');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:a'), 'fields', '{"lifecycle": "planned"}'::jsonb))->'error'->>'id', 'ci_step', 'with the refusals of the command');
select is(tap.j('t_auditor', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:a'), 'fields', '{"os": "x"}'::jsonb))->'error'->>'class', 'denied', 'not by who may not');
select is(tap.j('t_served', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:acme'), 'fields', '{"os": "x"}'::jsonb))->'error'->>'id', 'no_ci', 'and there is no hidden one');
select is((select v->'row'->>'group' || ' ' || (v->>'by') from jsonb_array_elements(tap.j('t_agent', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:a')))->'versions') v limit 1), 'Network t_agent', 'versions say names and who');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:b'), 'link', jsonb_build_object('type', 'depends_on', 'other', tap.ci('laptop:mine'), 'in', true)))->>'ok', 'true', 'a link from the other end');
select is(exists (select from desk.ci_link l where l.from_id = tap.ci('laptop:mine') and l.to_id = tap.ci('server:b') and l.until is null), true, 'stands there');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:b'), 'link', jsonb_build_object('type', 'depends_on', 'other', tap.ci('laptop:mine'), 'in', true, 'end', true)))->>'ok', 'true', 'and is ended');

-- ---- class, redundancy and new items
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:b'), 'fields', jsonb_build_object('redundancy', 'depends_on=1 provides = 2')))->'error'->>'field', 'redundancy', 'what is none is refused');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:b'), 'fields', jsonb_build_object('redundancy', 'depends_on=1, provides=2')))->>'ok', 'true', 'of how many it needs, as one writes it');
select is((select string_agg(type || needs, ' ' order by type) from desk.ci_redundancy where ci_id = tap.ci('server:b')), 'depends_on1 provides2', 'stands there');
select is((select x->>'value' from jsonb_array_elements(tap.j('t_agent', 'ci_pane_page', jsonb_build_object('ci', tap.ci('server:b')))->'fields') x where x->>'name' = 'redundancy'), 'depends_on=1, provides=2', 'and is shown so');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:b'), 'fields', jsonb_build_object('redundancy', 'depends_on=1')))->>'ok', 'true', 'what is left out');
select is((select string_agg(type || needs, ' ' order by type) from desk.ci_redundancy where ci_id = tap.ci('server:b')), 'depends_on1', 'is taken away');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:b'), 'fields', '{"redundancy": null}'::jsonb))->>'ok', 'true', 'an empty field');
select is((select count(*) from desk.ci_redundancy where ci_id = tap.ci('server:b'))::int, 0, 'takes all of it away');
select tap.j('t_agent', 'ci_pane_set', '{"new": "", "fields": {"class": "network", "name": "sw-9"}}')->>'id' as made \gset
select is((select c.class || ' ' || c.name from desk.ci c where c.id = :made), 'network sw-9', 'a new item is recorded');
select is(tap.j('t_caller', 'ci_pane_set', '{"new": "", "fields": {"class": "network", "name": "sw-10"}}')->'error'->>'id', 'ci_role', 'not by a requester');

-- ---- a query where words are taken
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "server os:debian*"}')->'rows'), 'a b', 'the query language of the list of the command');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "class:server -os:any", "limit": 5}')->'rows'), E'\x1b[31mx acme only', 'with its nots');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "os:debian*", "class": "cluster"}')->'rows'), null, 'within the class that was chosen');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "criticality<=1 or cluster"}')->'rows'), 'a Mail 集群', 'in the order of the list');
select is(j->'error'->>'id' || ' ' || (j->>'total') || ' ' || (j->>'any'), 'ci_query_field 0 true', 'what it does not know it says')
  from (select tap.j('t_agent', 'ci_pane_list', '{"q": "colour:red"}') as j) x;
select is(tap.j('t_agent', 'ci_pane_list', '{"q": "(server"}')->'error'->>'id', 'ci_query_form', 'and what is not finished');
select is(tap.j('t_agent', 'ci_pane_list', '{"q": "server"}')->'error', null, 'words are none');
select is(tap.names(tap.j('t_agent', 'ci_pane_list', '{"q": "server:a"}')->'rows'), 'a acme only', 'nor is an ident');
select is(tap.j('t_served', 'ci_pane_list', '{"q": "class:server"}')->>'total', '3', 'items of a customer one does not serve are not found');
select is(tap.j('t_caller', 'ci_pane_list', '{"q": "class:ci"}')->>'total', '1', 'nor by a requester');

-- ---- a change is taken back
create function tap.undo(p_login text, p_ident text) returns jsonb language sql as $$
  select tap.j(p_login, 'ci_pane_set', jsonb_build_object('ci', tap.ci(p_ident), 'undo', (select version from desk.ci where id = tap.ci(p_ident)))) $$;
select desk.ci_reconcile(1, 'estate', '[{"n": 1, "id": "server:u", "fields": {"class": "server", "os": "Debian 11"}}]') \g /dev/null
select tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:u'), 'fields', '{"os": "Debian 13", "group": "Network", "redundancy": "depends_on=2", "criticality": 2}'::jsonb)) \g /dev/null
select is(tap.undo('t_auditor', 'server:u')->'error'->>'class', 'denied', 'not by who may not change it');
select is(tap.undo('t_agent', 'server:u')->>'did', 'changed', 'a change is taken back');
select is((select concat_ws(' ', c.version, c.attrs->>'os', c.group_id, c.criticality, (select count(*) from desk.ci_redundancy r where r.ci_id = c.id)) from desk.ci c where c.ident = 'server:u'), '3 Debian 11 0',
  'all of it, as a version of its own');
select is((desk.ci_reconcile(1, 'estate', '[{"n": 1, "id": "server:u", "fields": {"class": "server", "os": "Debian 12"}}]')).did, 'changed', 'the source is believed again');
select is(tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:u'), 'undo', 3))->'error'->>'id', 'ci_version', 'not what was changed since');
select tap.j('t_agent', 'ci_pane_set', jsonb_build_object('ci', tap.ci('server:u'), 'fields', '{"lifecycle": "retired"}'::jsonb)) \g /dev/null
select is(tap.undo('t_agent', 'server:u')->>'did', 'changed', 'an item retired by mistake');
select is((select active from desk.ci where ident = 'server:u'), true, 'is there again');
select is(tap.undo('t_agent', 'server:hostile')->'error'->>'id', 'ci_first', 'before the first version there is nothing');

-- ---- an impact of a ticket
select tap.do_create('t_agent', '{"subject": "down", "group": "Network", "ci": "server:a"}') as t1 \gset
select tap.do_act('t_agent', :t1, 'ci', '{"add": "cluster:c"}') \g /dev/null
select tap.do_create('t_lead', '{"subject": "secret", "group": "Network", "ci": "server:b"}') as t2 \gset
select tap.do_act('t_lead', :t2, 'restrict', '{"people": "t_lead"}') \g /dev/null
select is(j->'ci'->>'name' || ' ' || jsonb_array_length(j->'cis') || ' ' || (j->>'number'), 'a 2 ' || (select number from desk.ticket where id = :t1), 'the item it is about first')
  from (select tap.j('t_agent', 'ci_pane_impact', jsonb_build_object('ticket', :t1)) as j) x;
select is(tap.j('t_agent', 'ci_pane_impact', jsonb_build_object('ticket', :t1, 'nth', 1))->'ci'->>'name', '集群', 'and the other one key away');
select is(j->'services'->0->>'label' || ' ' || jsonb_array_length(j->'open'), 'Mail 1', 'services, and open tickets without the restricted one')
  from (select tap.j('t_agent', 'ci_pane_impact', jsonb_build_object('ticket', :t1)) as j) x;
select is(jsonb_array_length(tap.j('t_lead', 'ci_pane_impact', jsonb_build_object('ticket', :t1))->'open'), 2, 'who may see that one sees it');
select is(tap.j('t_agent', 'ci_pane_impact', jsonb_build_object('ticket', :t2))->'cis', '[]', 'of a restricted ticket nothing is told');
select is(tap.j('t_agent', 'ci_pane_impact', jsonb_build_object('ci', tap.ci('server:a'), 'limit', 1))->'count', '-1', 'more than were asked for are said to be there');
select is(tap.j('t_agent', 'ci_pane_reach', jsonb_build_object('ci', tap.ci('server:a')))->'count', '4', 'and counted');
select is(tap.j('t_agent', 'ci_pane_impact', jsonb_build_object('ci', tap.ci('server:a'), 'types', '["provides"]'::jsonb))->'count', '0', 'over one type of links alone');
select * from finish();
