-- What an import of items reads: each row by its index, also of a source that no statistics know yet.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('i_owner', '{process_owner}');
-- The items of an estate in calls of 100; how many reports were read by an index for them. (So small a table is also read whole.)
create function tap.reads() returns bigint language sql as $$ select s.idx_tup_fetch from pg_stat_xact_user_tables s where s.relid = 'desk.ci_report'::regclass $$;
create function tap.import(p_source text, p_items int, p_version text, out did jsonb, out read bigint) language plpgsql as $$
declare v int; r jsonb; v_before bigint; n int[] := '{0,0,0,0}';
begin
  r := tap.as_person('i_owner', format('select desk.ci_import_begin(%L, ''{}'', ''x'', ''{}'')', p_source))::jsonb;
  v := (r->>'import')::int;
  v_before := tap.reads();
  for k in 0 .. p_items / 100 - 1 loop
    r := tap.as_person('i_owner', format('select desk.ci_import_items(%s, %L)', v, (select jsonb_agg(jsonb_build_object('n', i, 'id', 'e:' || i, 'fields', jsonb_build_object('class', 'package', 'version', p_version)))
      from generate_series(k * 100 + 1, k * 100 + 100) i)))::jsonb;
    n := array[n[1] + (r->>'added')::int, n[2] + (r->>'changed')::int, n[3] + (r->>'returned')::int, n[4] + (r->>'unchanged')::int];
  end loop;
  read := tap.reads() - v_before;
  r := tap.as_person('i_owner', format('select desk.ci_import_end(%s, false, true, true, true, 10)', v))::jsonb;
  did := jsonb_build_object('added', n[1], 'changed', n[2], 'returned', n[3], 'unchanged', n[4], 'vanished', (r->>'vanished')::int);
end $$;
create table tap.seen as select 'first' as what, * from tap.import('one', 2000, '1');
analyze desk.ci, desk.ci_report;
insert into tap.seen select 'second', * from tap.import('two', 2000, '1');
insert into tap.seen select 'changed', * from tap.import('two', 2000, '2');
insert into tap.seen select 'gone', * from tap.import('two', 0, '');
insert into tap.seen select 'back', * from tap.import('two', 2000, '2');
\o
select is((select did from tap.seen where what = w), d::jsonb, 'what was done: ' || w) from (values
  ('first', '{"added": 2000, "changed": 0, "returned": 0, "unchanged": 0, "vanished": 0}'), ('second', '{"added": 0, "changed": 0, "returned": 0, "unchanged": 2000, "vanished": 0}'),
  ('changed', '{"added": 0, "changed": 2000, "returned": 0, "unchanged": 0, "vanished": 0}'), ('gone', '{"added": 0, "changed": 0, "returned": 0, "unchanged": 0, "vanished": 2000}'),
  ('back', '{"added": 0, "changed": 0, "returned": 2000, "unchanged": 0, "vanished": 0}')) x(w, d);
select cmp_ok(s.read, '<=', 2000 * 12::bigint, 'how many reports are read for an item does not grow with how many there are: ' || s.what) from tap.seen s where s.what <> 'gone';
select * from finish();
