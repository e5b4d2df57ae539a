-- Items as of any instant: random histories of fields and links against a model that copies everything after each step.
\ir people.inc
select no_plan();
\o /dev/null
select setseed(0.42);
update desk.clock set frozen_at = '2026-01-01 00:00Z';
create table tap.snap(step int, at timestamptz, base text, seen jsonb);      -- the model: what show said of everything then
create function tap.world() returns jsonb language sql as $$
  select coalesce(jsonb_object_agg(c.ident, desk.ci_doc(c) || jsonb_build_object('out', (select coalesce(jsonb_agg(l.type || ' ' || o.ident order by l.type, o.ident), '[]') from desk.ci_link l join desk.ci o on o.id = l.to_id
    where l.from_id = c.id and l.until is null))), '{}') from desk.ci c $$;
create function tap.was(p_at timestamptz, p_seq bigint) returns jsonb language sql as $$
  select coalesce(jsonb_object_agg(c.ident, d || jsonb_build_object('out', (select coalesce(jsonb_agg(e->>'type' || ' ' || (e->>'ci') order by e->>'type', e->>'ci'), '[]')
    from jsonb_array_elements(desk.ci_links_at(c.id, true, p_at, p_seq, null, 1, 1000)) e))), '{}') from desk.ci c, lateral desk.ci_doc_at(c.id, p_at, p_seq) d where d is not null $$;
create function tap.step(i int) returns void language plpgsql as $$
declare a text := 'server:s' || floor(random() * 6); b text := 'server:s' || floor(random() * 6); t text := (array['depends_on', 'provides', 'recommends'])[1 + floor(random() * 3)]; r int := floor(random() * 10);
begin
  if r = 0 then perform desk.ci_set(null, jsonb_build_object('class', 'server', 'name', substr(a, 8), 'cpus', i), p_new => true);
  elsif r < 4 then perform desk.ci_set(a, jsonb_build_object((array['cpus', 'os', 'place', 'criticality'])[1 + floor(random() * 4)], case when random() < 0.2 then null else 1 + floor(random() * 4) end), (array['manual', 'scan'])[1 + floor(random() * 2)]);
  elsif r = 4 then perform desk.ci_set(a, jsonb_build_object('redundancy', jsonb_build_object(t, floor(random() * 3))));
  elsif r = 5 then perform desk.ci_set(a, jsonb_build_object('lifecycle', (array['maintenance', 'production', 'retired'])[1 + floor(random() * 3)]));
  elsif r < 8 then perform desk.ci_link_set(a, t, b);
  else perform desk.ci_link_set(x.src, x.type, x.dst, false) from (select f.ident as src, l.type, o.ident as dst from desk.ci_link l join desk.ci f on f.id = l.from_id join desk.ci o on o.id = l.to_id
    where l.until is null order by random() limit 1) x;
  end if;
end $$;
insert into desk.ci(name, class) values ('s0', 'server');                      -- one that never went through the door
do $$ begin
  for i in 1 .. 110 loop
    if random() < 0.6 then update desk.clock set frozen_at = frozen_at + floor(random() * 90) * interval '1 second'; end if;
    perform tap.step(i);
    if i % 11 = 0 then
      perform desk.ci_baseline_set('b' || i);
      insert into tap.snap select i, null, 'b' || i, tap.world();
    end if;
    -- an instant is what stood at its end: the last step of it counts
    delete from tap.snap s where s.base is null and s.at = (select date_trunc('second', desk.now()));
    insert into tap.snap select i, date_trunc('second', desk.now()), null, tap.world();
  end loop;
end $$;
\o
select cmp_ok((select count(*) from desk.ci_version), '>', 20::bigint, 'a history'); select cmp_ok((select count(*) from desk.ci_link where until is not null), '>', 5::bigint, 'of links, too');
select is_empty($$ select s.step, s.at from tap.snap s where s.base is null and tap.was(s.at, null) is distinct from s.seen $$, 'every instant is what it was');
select is_empty($$ select s.step, s.base from tap.snap s join desk.ci_baseline b on b.name = s.base where tap.was(b.at, b.seq) is distinct from s.seen $$, 'every baseline too, whatever came after it in the same moment');
select is(tap.was('infinity', null), tap.world(), 'and now');
-- the difference of any two is that of the two worlds
create function tap.apart(a jsonb, b jsonb) returns jsonb language sql as $$
  select jsonb_build_object('items', (select count(*) from jsonb_object_keys(a || b) k where (a->k) - 'out' is distinct from (b->k) - 'out'),
    'added', (select count(*) from jsonb_object_keys(b) k, jsonb_array_elements(b->k->'out') e where not coalesce(a->k->'out' @> jsonb_build_array(e), false)),
    'ended', (select count(*) from jsonb_object_keys(a) k, jsonb_array_elements(a->k->'out') e where not coalesce(b->k->'out' @> jsonb_build_array(e), false))) $$;
select is_empty($$ select x.step, y.step, d, tap.apart(x.seen, y.seen) from tap.snap x, tap.snap y, lateral (select desk.ci_diff_all(coalesce(x.base, x.at::text), coalesce(y.base, y.at::text)) as d) d
  where (x.step * 7 + y.step * 3) % 11 = 0 and x.step % 5 = 0 and tap.apart(x.seen, y.seen) <> jsonb_build_object('items', jsonb_array_length(d->'items'), 'added', d->'links_added', 'ended', d->'links_ended') $$, 'differences are those of the model');
select is_empty($$ select c.ident from desk.ci c where desk.ci_doc(c) is distinct from (select v.row from desk.ci_version v where v.ci_id = c.id order by v.version desc limit 1) and c.version > 0 $$, 'the last version is the item');
select is_empty($$ select v.ci_id, v.version from desk.ci_version v join desk.ci_version w on w.ci_id = v.ci_id and w.version = v.version + 1
  where desk.ci_changes(v.row, w.row) is distinct from w.changes or w.at < v.at or w.seq <= v.seq $$, 'each version is the one before it and its changes');
select * from finish();
