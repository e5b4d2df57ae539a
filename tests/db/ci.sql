-- Configuration items: classes and typed attributes, the door, links, health, sources, audit, baselines, unplanned changes, impact of new tickets.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('c_beta', '{agent}', p_org => 'Beta', p_home => 'Beta');
select tap.add('c_owner', '{process_owner}');
update desk.clock set frozen_at = '2026-03-01 08:00Z';
create function tap.later(p interval) returns void language sql as $$ update desk.clock set frozen_at = frozen_at + p $$;
create function tap.set(p_login text, p_ci text, p jsonb, p_new boolean default false, p_source text default 'manual', p_version int default null) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.ci_set(%L, %L, %L, %L, %L)', p_ci, p, p_source, p_version, p_new))::jsonb $$;
create function tap.link(p_login text, a text, t text, b text, p_on boolean default true) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.ci_link_set(%L, %L, %L, %L)', a, t, b, p_on))::jsonb $$;
create function tap.ci(p_login text, p_ci text, p_at text default null) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.ci_show(%L, %L)', p_ci, p_at))::jsonb->'ci' $$;
create function tap.ids(p_login text, q text) returns text language sql as $$
  select coalesce((select string_agg(e->>'id', ' ') from jsonb_array_elements(r->'items') e), r->'error'->>'id', '') from (select tap.as_person(p_login, format('select desk.ci_list(%L)', q))::jsonb as r) x $$;
create function tap.owner(q text) returns jsonb language sql as $$ select tap.as_person('c_owner', q)::jsonb $$;
\o

-- ---- classes and attributes ----
select is(tap.why(tap.as_person(l, q)::jsonb), 'denied ci_role ' || f, l || ' declares nothing: ' || f) from unnest(array['t_agent', 't_lead', 't_caller', 't_auditor']) l,
  (values ('class', 'select desk.ci_class_set(''pump'', ''{}'')'), ('class', 'select desk.ci_attr_set(''server'', ''x'', ''{}'')'), ('type', 'select desk.ci_link_type_set(''feeds'', ''{}'')')) q(f, q);
select is(tap.owner($$ select desk.ci_class_set('pump', '{"parent": "hardware", "stale_days": "30", "keys": [["serial"], ["@located_in", "name"]], "parent_link": "located_in"}') $$)->'class'->>'parent', 'hardware', 'a class is data');
select is(tap.why(tap.owner($$ select desk.ci_class_set('hardware', '{"parent": "pump"}') $$)), 'input ci_circle parent', 'no class above itself');
select is(tap.why(tap.owner(format('select desk.ci_class_set(%L, ''{}'')', n))), 'input ci_word class', 'no class ' || left(n, 8)) from unnest(array['', 'Pümp', '1st', 'a b', repeat('x', 61)]) n;
select is(tap.why(tap.owner($$ select desk.ci_class_set('x', '{"parent": "nope"}') $$)), 'input ci_class class', 'no parent that is not there');
select is(tap.why(tap.owner($$ select desk.ci_class_set('x', '{"keys": [["colour"]]}') $$)), 'input ci_key_part keys', 'a key is of what there is');
select is(tap.why(tap.owner(format('select desk.ci_attr_set(''pump'', %L, %L)', a, o))), 'ok', 'attribute ' || a) from (values ('pressure', '{"type": "number", "required": true}'), ('kind', '{"choices": ["Wet", "dry"], "recommended": true}'),
  ('stages', '{"type": "int"}'), ('filled', '{"type": "date"}'), ('on_line', '{"type": "bool"}'), ('net', '{"type": "ip"}'), ('feeds_from', '{"type": "ref", "ref": "hardware"}'), ('seen_by', '{"noise": true}')) x(a, o);
select is(tap.why(tap.owner(format('select desk.ci_attr_set(''pump'', %L, ''{}'')', a))), 'input ci_word attr', 'an item has ' || a || ' by itself') from unnest(array['name', 'lifecycle', 'owner', 'id', 'links']) a;
select is((select string_agg(a.attr, ',' order by a.attr) from desk.ci_class_attr a where a.class = 'pump' and a.declared <> 'pump'), 'asset_tag,bought,ip,last_seen,mac,model,serial,vendor,warranty_until', 'the rest is inherited');

-- ---- values: which item, which attribute, what is allowed ----
select is(tap.set('t_agent', null, '{"class": "datacentre", "name": "hall 1"}', true)->>'ci', 'datacentre:hall 1', 'an item is called by class and name');
select is(tap.why(tap.set('t_agent', null, '{"class": "pump", "name": "p1"}', true)), 'input ci_required pressure', 'what is required');
select is(tap.set('t_agent', null, '{"class": "pump", "name": "p1", "pressure": "2.50", "kind": "WET", "net": "10.0.0.1, 2001:DB8::/32", "on_line": "yes", "stages": "+3", "filled": "2026-02-28"}', true)->>'did', 'added', 'made');
select is(tap.ci('t_agent', 'p1')->'attributes', '{"net": "10.0.0.1 2001:db8::/32", "kind": "Wet", "on_line": true, "stages": 3, "filled": "2026-02-28", "pressure": 2.50}', 'values as they are kept');
select is(r->'error'->>'text', t, 'refused: ' || k) from (values ('pressure', '"high"', 'pump:p1: pressure is a number such as 12.5, not high'), ('stages', '"1.5"', 'pump:p1: stages is a whole number, not 1.5'),
    ('kind', '"damp"', 'pump:p1: kind is one of Wet, dry, not damp'), ('filled', '"2026-02-30"', 'pump:p1: filled is a date such as 2026-12-31, not 2026-02-30'), ('on_line', '"perhaps"', 'pump:p1: on_line is yes or no, not perhaps'),
    ('net', '"10.0.0.999"', 'pump:p1: net is addresses or networks such as 10.2.1.70 2620:0:861::/64, not 10.0.0.999'), ('feeds_from', '"datacentre:hall 1"', 'pump:p1: feeds_from names an item of class hardware by its ident; datacentre:hall 1 is none'),
    ('lifecycle', '"gone"', 'pump:p1: lifecycle is one of planned, build, stock, production, maintenance, retired, disposed, not gone'), ('criticality', '7', 'pump:p1: criticality is one of 1, 2, 3, 4, vital, high, medium, minor, not 7'),
    ('group', '"Nobody"', 'pump:p1: there is no group Nobody; near: -'), ('owner', '"No One"', 'pump:p1: nobody is called No One, or several are; write the login'),
    ('redundancy', '{"depends_on": "some"}', 'pump:p1: redundancy says of how many items a link needs, such as depends_on=2 (0 takes it away), not {"depends_on": "some"}')) x(k, v, t),
  lateral (select tap.set('t_agent', 'p1', jsonb_build_object(k, v::jsonb)) as r) r;
select matches(tap.set('t_agent', 'p1', '{"colour": "red"}')->'error'->>'text', '^pump:p1: class pump has no attribute colour; it has .*pressure', 'an attribute that is not there');
select is(tap.why(tap.set('t_agent', 'p1', '{"pressure": ""}')), 'input ci_required pressure', 'what is required is not taken away');
select is(tap.why(tap.set('t_agent', 'p1', '{"class": "server"}')), 'input ci_class_leaves class', 'a class without these attributes is not taken on');
select is(tap.why(tap.set('t_agent', null, '{"class": "pump", "name": "p1", "pressure": 1}', true)), 'state ci_exists ci', 'once');
select is(tap.why(tap.owner($$ select desk.ci_attr_set('pump', 'kind', '{"type": "int"}') $$)), 'state ci_attr_kept type', 'a type must fit what there is');
select is(tap.why(tap.owner($$ select desk.ci_attr_set('pump', 'kind', '{"drop": true}') $$)), 'state ci_attr_used attr', 'nor is it taken from under a value');
-- lifecycle
select is(tap.why(tap.set('t_agent', 'p1', '{"lifecycle": "disposed"}')), 'state ci_step lifecycle', 'step by step');
select is(tap.set('t_agent', 'p1', '{"lifecycle": "maintenance"}')->>'did', 'changed', 'a step that is there');
select is(tap.why(tap.set('t_agent', 'p1', '{"lifecycle": "production"}', p_version => 1)), 'conflict ci_version version', 'only at the version that was seen');
select is(tap.set('t_agent', 'p1', '{"lifecycle": "production"}', p_version => 2)->>'version', '3', 'as it is now');

-- ---- who ----
select is(tap.why(tap.set(l, 'p1', '{"place": "x"}')), w, l || ' changes it: ' || w) from (values ('t_caller', 'denied ci_role ci'), ('t_auditor', 'denied ci_role ci'), ('c_beta', 'denied ci_role ci'), ('t_lead', 'ok'), ('c_owner', 'ok'), ('t_admin', 'ok')) x(l, w);
select is(tap.set('t_admin', null, '{"class": "server", "name": "acme-1", "org": "Acme", "owner": "t_caller"}', true)->>'did', 'added', 'of an organisation');
select is(tap.set('c_beta', null, '{"class": "server", "name": "beta-1", "org": "Beta"}', true)->>'did', 'added', 'by an agent of it');
select is(tap.why(tap.set('c_beta', null, '{"class": "server", "name": "beta-2", "org": "Acme"}', true)), 'denied ci_role ci', 'not for another one');
select is(tap.why(tap.as_person('c_beta', 'select desk.ci_show(''acme-1'')')::jsonb), 'notfound no_ci ci', 'nor does he know of it');
select is(tap.ids('c_beta', 'class:server'), 'server:beta-1', 'in lists'); select is(tap.ids('t_agent', 'class:server'), 'server:acme-1 server:beta-1', 'staff of all see all');
select is(tap.ids('t_caller', ''), 'server:acme-1', 'somebody his own'); select is(tap.ids('t_beta', ''), '', 'or none');
select is(tap.ci('t_caller', 'acme-1') ? 'history', false, 'without what is for staff');
select is(tap.as_person('t_caller', 'select count(*) from desk.ci_class'), '0', 'classes are for staff');

-- ---- links ----
select is(tap.link('t_agent', 'p1', 'located_in', 'hall 1')->>'did', 'added', 'linked'); select is(tap.link('t_agent', 'p1', 'located_in', 'hall 1')->>'did', 'same', 'once');
select is(tap.why(tap.link('t_agent', 'p1', 'located_in', 'p1')), 'input ci_self target', 'not with itself');
select is(tap.why(tap.link('t_agent', 'p1', 'hangs_on', 'hall 1')), 'input ci_link_type type', 'by a type there is');
select is(tap.why(tap.owner($$ select desk.ci_link_type_set('feeds', '{"impact": -1, "pairs": [["pump", "hardware"]]}') $$)), 'ok', 'a type of its own, for pairs of classes');
select is(tap.why(tap.link('t_agent', 'hall 1', 'feeds', 'p1')), 'input ci_pair type', 'no other pair');
select is(tap.link('t_agent', 'p1', 'feeds', 'acme-1')->>'did', 'added', 'a class below counts'); select is(tap.link('t_agent', 'acme-1', 'depends_on', 'p1')->>'did', 'added', 'cycles are legal');
select is(tap.why(tap.link('t_agent', 'p1', 'depends_on', 'acme-1', false)), 'notfound ci_no_link type', 'what is not there does not end');
select is(tap.why(tap.link('c_beta', 'p1', 'feeds', 'beta-1')), 'denied ci_role ci', 'by those who may change the first one');
select is((select count(*) from jsonb_array_elements(tap.ci('c_beta', 'p1')->'links'->'out')), 1::bigint, 'the other end must be seen');

-- ---- an incident warns what leans on it, derived ----
select is(tap.set('t_agent', 'p1', '{"op_state": "incident"}')->>'did', 'changed', 'an incident');
select is(tap.ci('t_agent', 'acme-1')->'state', '{"state": "warning", "because": ["pump:p1"]}', 'warns'); select is(tap.ci('t_agent', 'acme-1')->>'op_state', 'operational', 'and is not written down');
select is(tap.ids('t_agent', 'state:warning'), 'server:acme-1', 'in lists, too'); select is(tap.ids('t_agent', 'state:incident'), 'pump:p1', 'beside its cause');
select is(tap.set('t_agent', null, '{"class": "pump", "name": "p2", "pressure": 1}', true)->>'did', 'added', 'a second pump');
select is(tap.link('t_agent', 'acme-1', 'depends_on', 'p2')->>'did', 'added', 'serves it too'); select is(tap.link('t_agent', 'p1', 'feeds', 'acme-1', false)->>'did', 'ended', 'alike');
select is(tap.ci('t_agent', 'acme-1')->'state'->>'state', 'warning', 'without a rule one is enough');
select is(tap.set('t_agent', 'acme-1', '{"redundancy": {"depends_on": 1}}')->'changes', '{"redundancy": [null, {"depends_on": 1}]}', 'one of two will do');
select is(tap.ci('t_agent', 'acme-1')->'state'->>'state', 'operational', 'so it is not warned');
select is(tap.set('t_agent', 'p2', '{"op_state": "incident"}')->>'did', 'changed', 'until both fail'); select is(tap.ci('t_agent', 'acme-1')->'state'->'because', '["pump:p1", "pump:p2"]', 'because of both');
select is(tap.set('t_agent', 'acme-1', '{"redundancy": {"depends_on": 0}}')->'changes', '{"redundancy": [{"depends_on": 1}, null]}', 'a rule is taken away');
select is(tap.why(tap.set('t_agent', p, '{"op_state": "operational"}')), 'ok', p || ' works again') from unnest(array['p1', 'p2']) p;

-- ---- sources: identification, ranks, reported values ----
create function tap.say(p_source text, p_rows jsonb) returns text language sql as $$
  select string_agg(r.did || coalesce(':' || r.ident, '') || coalesce('!' || (r.refusal->>'id'), '') || coalesce(' kept ' || (select string_agg(k, ',' order by k) from jsonb_object_keys(r.kept) k), ''), '; ' order by r.n)
    from desk.ci_reconcile((select id from desk.person where login = 'c_owner'), p_source, p_rows) r $$;
select is(tap.say('scan', '[{"n": 1, "id": "A7", "fields": {"class": "server", "name": "s1", "serial": "SN1", "cpus": "4"}}]'), 'added:A7', 'a source has its own id');
select is(tap.say('scan', '[{"n": 1, "id": "A7", "fields": {"class": "server", "name": "s1-new", "cpus": "8"}}]'), 'changed:A7', 'by which it knows it again');
select is(tap.say('hr', '[{"n": 1, "id": "h/1", "fields": {"class": "hardware", "name": "other", "serial": "SN1", "owner": "t_caller"}}]'), 'changed:A7', 'another source by the serial number, of a class above');
select is(tap.ci('t_agent', 'A7')->>'class', 'server', 'what knows less of it does not make it less');
select is(tap.say('scan', '[{"n": 1, "id": "A7", "fields": {"class": "server"}}, {"n": 2, "id": "A8", "fields": {"class": "server", "name": "s1-new"}}, {"n": 3, "id": "A8", "fields": {"class": "server"}}]'),
  'same:A7; added:A8; refused:A8!ci_twice', 'two ids of one source are two items, one id twice is told');
select is(tap.say('cmdb', '[{"n": 1, "id": "z", "fields": {"class": "server", "name": "other"}}]'), 'same:A7', 'by name');
select is(tap.say('cmdb', '[{"n": 1, "id": "z2", "fields": {"class": "server", "name": "other", "serial": "SN9"}}]'), 'added:z2', 'not by name where the serial numbers differ');
select is(tap.say('old', '[{"n": 1, "id": "y", "fields": {"class": "server", "name": "other"}}]'), 'refused:y!ci_several', 'nor where it could be several');
select is(tap.set('t_agent', 'A7', '{"cpus": 16}')->'changes', '{"cpus": [8, 16]}', 'by hand');
select is(tap.say('scan', '[{"n": 1, "id": "A7", "fields": {"cpus": 32, "os": "debian"}}]'), 'changed:A7 kept cpus', 'stands above what is imported');
select is((select e->'differs'->'cpus' from jsonb_array_elements(tap.ci('t_agent', 'A7')->'reports') e where e->>'source' = 'scan'), '32', 'the value that lost is kept as reported');
select is(tap.as_person('t_agent', 'select desk.ci_release(''A7'', ''cpus'')')::jsonb->'changes', '{"cpus": [16, 32]}', 'released it is what the source says');
-- an empty field of a file
select is(tap.say('scan', '[{"n": 1, "id": "A7", "fields": {"os": "bsd", "model": "R640"}}]'), 'changed:A7', 'a source says a model');
select is(tap.say('hr', '[{"n": 1, "id": "h/1", "fields": {"class": "hardware", "model": null}}]'), 'same:A7', 'what another one leaves empty says nothing');
select is(tap.say('hr', '[{"n": 1, "id": "h/1", "fields": {"model": "R740"}}]'), 'changed:A7', 'a value does');
select is(tap.say('scan', '[{"n": 1, "id": "A7", "fields": {"os": ""}}]'), 'changed:A7', 'its own value it takes away');
select is(tap.ci('t_agent', 'A7')->'attributes'->>'os', null, 'so that there is none');
select is(tap.say('hr', '[{"n": 1, "id": "h/1", "fields": {"model": ""}}]'), 'changed:A7', 'what it said and says no more');
select is(tap.ci('t_agent', 'A7')->'attributes'->>'model', 'R640', 'is what the other one says');
select is(tap.set('t_agent', 'A7', '{"model": null}')->'changes', '{"model": ["R640", null]}', 'who empties it by hand means it');
select is(tap.say('scan', '[{"n": 1, "id": "A7", "fields": {"model": "R640"}}]'), 'same:A7 kept model', 'and that stands above files');
select is(tap.owner($$ select desk.ci_rank_set('hardware', 'owner', 'hr', 5) $$)->>'rank', '5', 'a rank for one attribute');
select is(tap.set('t_agent', 'A7', '{"owner": "t_lead"}')->'kept', '{"owner": ["t_lead", "t_caller"]}', 'stands above the hand');
select is(tap.why(tap.as_person('t_agent', $$ select desk.ci_rank_set('hardware', 'owner', 'hr', 1) $$)::jsonb), 'denied ci_role class', 'which agents do not give');
select is(tap.say('scan', '[{"n": 1, "id": "", "fields": {"name": "x"}}, {"n": 2, "id": "q", "fields": {"class": "rocket"}}, {"n": 3, "id": "q2", "fields": {"class": "server", "cpus": "many"}}, {"n": 4, "id": "q3", "fields": {"class": "server"}}]'),
  'refused!field_required; refused:q!ci_class; refused:q2!ci_value_int; added:q3', 'a bad row is left out with its reason, the others go in');

-- ---- queries ----
select is(tap.ids('t_agent', q), w, q) from (values ('class:pump', 'pump:p1 pump:p2'), ('pressure>2', 'pump:p1'), ('pressure:1..2', 'pump:p2'), ('kind:wet', 'pump:p1'), ('-kind:any class:pump', 'pump:p2'), ('located_in:"hall 1"', 'pump:p1'),
  ('by_located_in:any', 'datacentre:hall 1'), ('class:pump (pressure<2 or stages:3)', 'pump:p1 pump:p2'), ('orphan class:pump', 'pump:p2'), ('nonsense:1', 'ci_query_field'), ('pressure>high', 'ci_query_value'), ('class:pump or', 'ci_query_form'), ('(', 'ci_query_form'),
  ('class:nope', 'ci_query_value'), ('name:x'' or true --', ''), ('"x'' or true --"', ''), ('owner:t_caller class:hardware', 'A7 server:acme-1'), ('source:hr', 'A7')) x(q, w);

-- ---- history ----
select tap.later('1 day') \g /dev/null
select is(tap.set('t_agent', 'p1', '{"name": "pump one", "stages": 4}')->>'did', 'changed', 'a day later');
select is(tap.why(tap.link('t_agent', 'p1', 'located_in', 'hall 1', false)), 'notfound no_ci ci', 'the old name is no name any more');
select is(tap.link('t_agent', 'pump:p1', 'located_in', 'hall 1', false)->>'did', 'ended', 'the ident stays');
select is(tap.ci('t_agent', 'pump:p1', '2026-03-01 12:00Z')->>'name', 'p1', 'as it was'); select is(tap.ci('t_agent', 'pump:p1', '2026-03-01T12:00Z')->'links'->'out'->0->>'ci', 'datacentre:hall 1', 'with the links it had');
select is(tap.ci('t_agent', 'pump:p1')->'links'->'out', '[]', 'not those of now');
select is(tap.why(tap.as_person('t_agent', 'select desk.ci_show(''pump:p1'', ''2026-01-01'')')::jsonb), 'notfound ci_not_yet at', 'before it was made'); select is(tap.why(tap.as_person('t_agent', 'select desk.ci_show(''pump:p1'', ''some day'')')::jsonb), 'input bad_time at', 'no time');
select is(tap.as_person('t_agent', 'select desk.ci_diff(''pump:p1'', ''2026-03-01 12:00Z'')')::jsonb - '{ok,from,to,there}'::text[], '{"id": "pump:p1", "changes": [{"field": "name", "from": "p1", "to": "pump one"}, {"field": "stages", "from": 3, "to": 4}],
  "links": [{"type": "located_in", "direction": "out", "ci": "datacentre:hall 1", "did": "ended"}]}', 'what is different');
-- baselines of a clock that stands still
select is(tap.as_person('t_agent', 'select desk.ci_baseline_set(''one'')')::jsonb->>'ok', 'true', 'a baseline');
select is(tap.why(tap.as_person('t_agent', 'select desk.ci_baseline_set(''one'')')::jsonb), 'state name_taken baseline', 'once'); select is(tap.why(tap.as_person('t_caller', 'select desk.ci_baseline_set(''x'')')::jsonb), 'denied ci_role baseline', 'by staff');
select is(tap.set('t_agent', 'p2', '{"stages": 9}')->>'did', 'changed', 'changed in the same moment'); select is(tap.set('t_agent', null, '{"class": "pump", "name": "p3", "pressure": 3}', true)->>'did', 'added', 'made');
select is(tap.link('t_agent', 'p3', 'located_in', 'hall 1')->>'did', 'added', 'and linked');
select is(tap.as_person('t_agent', 'select desk.ci_baseline_set(''two'')')::jsonb->>'ok', 'true', 'another one'); select is(tap.set('t_agent', 'p3', '{"lifecycle": "retired"}')->>'did', 'changed', 'retired');
select is(d - '{ok,from,to,items,links}'::text[], w::jsonb, l) from (values ('one', 'two', '{"added": 1, "changed": 1, "removed": 0, "retired": 0, "links_added": 1, "links_ended": 0}', 'from one to the other'), ('two', 'one', '{"added": 0, "changed": 1, "removed": 1, "retired": 0, "links_added": 0, "links_ended": 1}', 'and back'),
  ('two', 'now', '{"added": 0, "changed": 0, "removed": 0, "retired": 1, "links_added": 0, "links_ended": 0}', 'to now'), ('2026-02-01', '2026-03-01 12:00Z', '{"added": 9, "changed": 0, "removed": 0, "retired": 0, "links_added": 3, "links_ended": 0}', 'between two instants'), ('two', 'two', '{"added": 0, "changed": 0, "removed": 0, "retired": 0, "links_added": 0, "links_ended": 0}', 'nothing')) x(a, b, w, l),
  lateral (select tap.as_person('t_agent', format('select desk.ci_diff_all(%L, %L)', a, b))::jsonb as d) d;
select is(tap.why(tap.as_person('t_agent', 'select desk.ci_diff_all(''three'')')::jsonb), 'notfound ci_no_baseline baseline', 'a baseline there is not');
select is((select count(*) from jsonb_array_elements(tap.as_person('c_beta', 'select desk.ci_diff_all(''2026-02-01'')')::jsonb->'items') e where e->>'id' = 'server:acme-1'), 0::bigint, 'nobody is told of what he does not see');

-- ---- health and audit ----
select is(tap.ids('t_agent', 'stale'), '', 'nothing is stale'); select tap.later('31 days') \g /dev/null
select is(tap.ids('t_agent', 'stale'), 'pump:p1 pump:p2', 'a class has its own days'); select is(tap.ci('t_agent', 'p2')->'health'->'problems'->0->>'problem', 'stale', 'an item says so');
select is(tap.set('t_agent', 'p2', '{}')->>'did', 'same', 'confirmed'); select is(tap.ids('t_agent', 'stale'), 'pump:p1', 'it is not stale');
select is(tap.as_person('t_agent', 'select desk.ci_duplicates()')::jsonb, '[]', 'no two are the same');
select is(tap.say('file', '[{"n": 1, "id": "d1", "fields": {"class": "role", "name": "web"}}, {"n": 2, "id": "d2", "fields": {"class": "role", "name": "Web"}}]'), 'added:d1; added:d2', 'of one source two of a name');
select is(tap.as_person('t_agent', 'select desk.ci_duplicates()')::jsonb, '[{"key": "name", "items": ["d1", "d2"]}]', 'are the same to the desk'); select is(tap.ids('t_agent', 'duplicate'), 'd1 d2', 'by a query'); select is(tap.ci('t_agent', 'd1')->'health'->'problems' @> '[{"problem": "duplicate", "of": ["d2"]}]', true, 'and by themselves');
select is(tap.owner($$ select desk.ci_rule_set('unkinded', 'class:pump kind:none', 'a pump of no kind') $$)->>'rule', 'unkinded', 'a rule is a query');
select is(tap.why(tap.owner($$ select desk.ci_rule_set('odd', 'class:pump "; drop table"') $$)), 'ok', 'words are words'); select is(tap.why(tap.owner($$ select desk.ci_rule_set('bad2', 'nope:x') $$)), 'input ci_query_field query', 'that must hold together');
select is(tap.why(tap.as_person('t_agent', $$ select desk.ci_rule_set('mine', 'stale') $$)::jsonb), 'denied ci_role rule', 'agents keep none');
select is((select e->>'items' from jsonb_array_elements(tap.as_person('t_agent', 'select desk.ci_audit()')::jsonb->'rules') e where e->>'rule' = 'unkinded'), '1', 'counted'); select is(tap.as_person('t_agent', 'select desk.ci_audit(''unkinded'')')::jsonb->'items'->0->>'id', 'pump:p2', 'listed');
select cmp_ok((tap.as_person('t_agent', 'select desk.ci_audit()')::jsonb->'health'->>'score')::numeric, '<', 100::numeric, 'a score');

-- ---- unplanned changes ----
\o /dev/null
delete from desk.ci_drift;
\o
select is(tap.set('t_agent', 'p2', '{"seen_by": "x"}')->>'did', 'changed', 'noise'); select is(tap.set('t_agent', 'p2', '{"op_state": "incident"}')->>'did', 'changed', 'an incident is no change'); select is(tap.set('t_agent', 'd1', '{"lifecycle": "maintenance", "description": "x"}')->>'did', 'changed', 'another one');
select tap.as_person('t_agent', 'select desk.ci_watch()') \g /dev/null
select is((select string_agg(e->>'ci' || (e->'changes')::text, ' ') from jsonb_array_elements(tap.as_person('t_agent', 'select desk.ci_unplanned()')::jsonb->'changes') e), 'd1{"lifecycle": ["production", "maintenance"]}', 'one change nobody announced');
select is(tap.set('t_agent', 'd1', '{"lifecycle": "production", "place": "attic"}')->>'did', 'changed', 'and on'); select tap.as_person('t_agent', 'select desk.ci_watch()'), tap.as_person('t_agent', 'select desk.ci_watch()') \g /dev/null
select is((select string_agg((e->'changes')::text, ' ') from jsonb_array_elements(tap.as_person('t_agent', 'select desk.ci_unplanned()')::jsonb->'changes') e), '{"place": [null, "attic"], "lifecycle": ["production", "production"]}', 'is told once, with what was before and after');
select tap.later('2 days') \g /dev/null
select is(tap.set('t_agent', 'd1', '{"place": "cellar"}')->>'did', 'changed', 'days later'); select tap.as_person('t_agent', 'select desk.ci_watch()') \g /dev/null
select is(jsonb_array_length(tap.as_person('t_agent', 'select desk.ci_unplanned()')::jsonb->'changes'), 2, 'is another one');
update desk.setting set value = '["incident"]' where key = 'ci.change_kinds';
select is(tap.why(tap.new('t_agent', '{"subject": "move it", "ci": "d1"}')), 'ok', 'a ticket that names it'); select is(tap.set('t_agent', 'd1', '{"place": "roof"}')->>'did', 'changed', 'covers'); select tap.as_person('t_agent', 'select desk.ci_watch()') \g /dev/null
select is((select string_agg(d.state, ',' order by d.id) from desk.ci_drift d), 'unplanned,unplanned,planned', 'what comes after it');
select is(tap.why(tap.as_person('t_agent', format('select desk.ci_unplanned_set(%s, ''accepted'', '''')', (select min(id) from desk.ci_drift)))::jsonb), 'input field_required reason', 'not without a reason');
select is(tap.as_person('t_agent', format('select desk.ci_unplanned_set(%s, ''accepted'', ''was me'')', (select min(id) from desk.ci_drift)))::jsonb->>'state', 'accepted', 'settled'); select is(tap.ids('t_agent', 'unplanned'), 'd1', 'the other one stays');

-- ---- criticality is the impact of a ticket whose writer gives none ----
select is(tap.set('t_agent', 'd1', '{"criticality": "vital"}')->>'did', 'changed', 'vital'); select is(tap.set('t_agent', 'd2', '{"criticality": 4}')->>'did', 'changed', 'minor');
select is((select t.impact || ' ' || t.priority from tap.row((tap.new('t_agent', f::jsonb)->>'id')::bigint) t), w, f) from (values ('{"subject": "a", "ci": "d1"}', '1 3'), ('{"subject": "b", "ci": "d1", "impact": 2}', '2 4'), ('{"subject": "c", "ci": "d2"}', '3 5'), ('{"subject": "d", "ci": "pump:p1"}', '3 5'), ('{"subject": "e"}', '3 5')) x(f, w);
select is((select e->'changes'->'reason'->>1 from jsonb_array_elements(tap.show('t_agent', (select max(t.id) from desk.ticket t where t.subject = 'a'))->'events') e where e->>'verb' = 'create'), 'd1: criticality 1, impact 1', 'and the event says why');
-- a name of several in a ticket
select is(tap.why(tap.new('t_agent', '{"subject": "x", "ci": "web"}')), 'input ambiguous_ci ci', 'a name of several is refused'); select is(tap.new('t_agent', '{"subject": "x", "ci": "web"}')->'error'->'args'->'near', '["d1", "d2"]', 'and lists them'); select is(tap.why(tap.new('t_agent', '{"subject": "x", "ci": "d2"}')), 'ok', 'an ident is one');
select * from finish();
