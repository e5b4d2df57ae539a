-- What a ticket or a clock names cannot be taken away, though no act asks whether it is there; what nothing names can.
\ir rulebook.inc
select no_plan();
\o /dev/null
insert into desk.service(name) values ('Mail');
insert into desk.ci(name) values ('printer-1');
select tap.do_create('t_agent', '{"subject": "It is broken", "requester": "t_caller", "group": "Network", "assignee": "t_agent", "category": "General", "service": "Mail", "ci": "printer-1"}') as id \gset
\o
create function tap.taken_away(p_table text, p_key text) returns text language plpgsql as $$
declare n int;
begin
  execute format('delete from desk.%I x where x.%I = $1::%s', p_table, case p_table when 'kind' then 'kind' else 'id' end, case p_table when 'kind' then 'text' else 'bigint' end) using p_key;
  get diagnostics n = row_count;
  raise exception using errcode = 'DK001', message = n::text;
exception when sqlstate 'DK001' then return sqlerrm;
  when foreign_key_violation then return 'used';
end $$;
select is(tap.taken_away(k.name, k.key), 'used', k.what) from desk.ticket t, lateral (values ('person', t.requester_id::text, 'the caller'), ('person', t.opened_by::text, 'who opened it'),
  ('person', t.assignee_id::text, 'who has it'), ('support_group', t.group_id::text, 'the group'), ('service', t.service_id::text, 'the service'), ('category', t.category_id::text, 'the category'),
  ('ci', t.ci_id::text, 'the configuration item'), ('org', t.org_id::text, 'the organisation'), ('kind', t.kind, 'the kind')) k(name, key, what) where t.id = :id;
select throws_ok(format('update desk.service set id = 90002 where id = %s', (select service_id from desk.ticket where id = :id)), '23503', null, 'nor does it get another number');
select lives_ok(format('update desk.service set id = id, name = name where id = %s', (select service_id from desk.ticket where id = :id)), 'the same one is none');
insert into desk.service(id, name) values (90001, 'Unused');
insert into desk.category(id, name) values (90001, 'Unused');
select is(tap.taken_away('service', '90001'), '1', 'a service that nothing names goes');
select is(tap.taken_away('category', '90001'), '1', 'a category too');
-- one that comes later and is forgotten: each column of a ticket that names a record of another table
select is_empty($$ select a.attname from pg_attribute a where a.attrelid = 'desk.ticket'::regclass and a.attname ~ '(^kind|_id|_by)$' and a.attname not in ('desk_id', 'parent_id')
  and not exists (select from pg_trigger g where g.tgname = 'still_used' and encode(g.tgargs, 'escape') ~ ('ticket\.' || a.attname || '\\000')) $$, 'every one is watched');
select is_empty($$ select c.name from unnest('{target_id,contract_id,calendar_version}'::text[]) c(name)
  where not exists (select from pg_trigger g where g.tgname = 'still_used' and encode(g.tgargs, 'escape') ~ ('sla_clock\.' || c.name || '\\000')) $$, 'those of clocks too');
select * from finish();
