-- Impact: what suffers when an item fails (down), what it needs (up), over the links that hold now.
--
-- Which end of a link suffers is said by its type (desk.ci_link_type.impact: 1 the source when the target fails, -1 the target when the
-- source fails, 0 neither). The search goes level by level, so that an item stands at the least depth it can be reached in; cycles end
-- it like anything seen before. Down, an item with a rule (desk.ci_redundancy) fails by links of that type only once fewer of those it is
-- served by than it needs still work: those that failed on the way count as down, and are counted anew at each level. Up, all that could be
-- leant on is listed, redundant or not. Items that are retired or disposed of neither suffer nor serve. What somebody may not see is
-- gone through, as it fails like the rest, but is neither listed nor counted.
--
-- Each level is one statement over arrays, planned for their lengths: a recursive query knows no depth and cannot count what still works.
reset role; set local role desk_owner;
create index ci_inactive_key on desk.ci(id) where not active;
create index ticket_open_ci_key on desk.ticket(ci_id) where ci_id is not null and phase < 3;

reset role; set local role desk_api;

-- The level after p_front, of what is not in p_seen, and for each one of p_front that leads there. p_seen holds p_front and what is out of
-- use. p_plus, p_minus: types by which the source, the target suffers. Written so that it is done in the same way whatever the statistics
-- say, which there are none of after an import: links by index, what was seen in a hash. (An array of a variable is searched from end to
-- end by = any.)
create function desk.ci_step(p_front bigint[], p_seen bigint[], p_up boolean, p_plus text[], p_minus text[], out ids bigint[], out vias bigint[]) language plpgsql stable
  set search_path = pg_catalog, pg_temp set jit = off set work_mem = '32MB' as $$
declare
  v_edges text;
  v_part constant text := 'select l.*, u.i as v from unnest($1) u(i) cross join lateral (
    select l.%1$s as i, l.type as t from desk.ci_link l where l.%2$s = u.i and l.until is null and l.type = any ($%3$s) offset 0) l';
begin
  v_edges := concat_ws(' union all ',
    case when cardinality(p_plus) > 0 then format(v_part, case when p_up then 'to_id' else 'from_id' end, case when p_up then 'from_id' else 'to_id' end, 3) end,
    case when cardinality(p_minus) > 0 then format(v_part, case when p_up then 'from_id' else 'to_id' end, case when p_up then 'to_id' else 'from_id' end, 4) end);
  if v_edges = '' then return; end if;
  if not p_up and exists (select from desk.ci_redundancy) then
    v_edges := format($q$select e.i, e.v from (select x.i, x.t, min(x.v) as v from (%s) x group by 1, 2) e left join desk.ci_redundancy r on r.ci_id = e.i and r.type = e.t
      where r.ci_id is null or r.needs > case when e.t = any ($3)
          then (select count(*) from desk.ci_link k where k.from_id = e.i and k.type = e.t and k.until is null and k.to_id not in (select unnest($2)))
          else (select count(*) from desk.ci_link k where k.to_id = e.i and k.type = e.t and k.until is null and k.from_id not in (select unnest($2))) end$q$, v_edges);
  end if;
  execute format('select array_agg(x.i), array_agg(x.v) from (select e.i, min(e.v) as v from (%s) e group by 1) x', v_edges) into ids, vias using p_front, p_seen, p_plus, p_minus;
  -- few are held against what was seen one by one: a hash of it for each level would make a long way cost the square of its length
  if cardinality(ids) <= 64 then
    select array_agg(x.i), array_agg(x.v) into ids, vias from unnest(ids, vias) x(i, v) where x.i <> all ((select p_seen)::bigint[]);
  else
    execute 'select array_agg(x.i), array_agg(x.v) from unnest($1, $2) x(i, v) where x.i not in (select unnest($3))' into ids, vias using ids, vias, p_seen;
  end if;
end $$;

-- Types in use for a search: null: all that carry something.
create function desk.ci_impact_types(p_types text[], p_impact int) returns text[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(t.type), '{}') from desk.ci_link_type t where t.impact = p_impact and (p_types is null or t.type = any (p_types)) $$;

-- All of the way, a row for each level, in which arrays of the same length: the items, and for each one of the level before that leads
-- there. p_stop: no further than the level with which there are so many that the one who asks may see.
create function desk.ci_levels(p_ci bigint, p_direction text, p_types text[], p_depth int, p_stop bigint default null) returns table(depth int, ids bigint[], vias bigint[])
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_up boolean := p_direction = 'up'; v_plus text[] := desk.ci_impact_types(p_types, 1); v_minus text[] := desk.ci_impact_types(p_types, -1);
  v_seen bigint[] := array[p_ci] || array(select c.id from desk.ci c where not c.active and c.id <> p_ci); v_found bigint := 0;
begin
  if p_direction is null or p_direction not in ('up', 'down') then raise exception 'a direction is up or down, not %', left(p_direction, 40) using errcode = 'invalid_parameter_value'; end if;
  depth := 0; ids := array[p_ci];
  while (depth < p_depth or p_depth is null) and (v_found < p_stop or p_stop is null) loop
    select s.ids, s.vias into ids, vias from desk.ci_step(ids, v_seen, v_up, v_plus, v_minus) s;
    exit when ids is null;
    depth := depth + 1; v_seen := v_seen || ids;
    if p_stop is not null then v_found := v_found + desk.ci_visible_some(ids, p_stop - v_found); end if;
    return next;
  end loop;
end $$;

-- Of these those that the one who asks may see: who sees all is not asked for each.
create function desk.ci_visible(p_ids bigint[]) returns bigint[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_orgs int[] := desk.ci_orgs(); v_me int := desk.me();
begin
  if v_orgs is null then return p_ids; end if;
  return (select coalesce(array_agg(c.id), '{}') from unnest(p_ids) u(i) join desk.ci c on c.id = u.i
           where (c.org_id is null and v_orgs <> '{}') or c.org_id = any (v_orgs) or c.owner_id = v_me);
end $$;

-- How many of these he may see; it is enough to know that there are p_most.
create function desk.ci_visible_some(p_ids bigint[], p_most bigint) returns bigint language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare n bigint := 0; i int := 1; v_size constant int := 5000;
begin
  if desk.ci_orgs() is null then return cardinality(p_ids); end if;
  while n < p_most and i <= cardinality(p_ids) loop
    n := n + cardinality(desk.ci_visible(p_ids[i:i + v_size - 1]));
    i := i + v_size;
  end loop;
  return n;
end $$;

-- Nearest first, then by ident; the item itself is not among them. via: one of the level before that leads there, null when it may not be
-- seen. Of a level of which only a small part is asked for, the items are read in the order of their idents until there are enough: how many of it
-- may be seen is guessed from the first few, which are in no order. Nothing is read of levels beyond the limit.
create function desk.ci_impact(p_ci bigint, p_direction text default 'down', p_types text[] default null, p_depth int default null, p_limit int default null)
  returns table(id bigint, ident text, name text, class text, depth int, via bigint) language plpgsql stable security definer rows 1000
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off set work_mem = '32MB' as $$
declare
  v_orgs int[] := desk.ci_orgs(); v_me int := desk.me(); v_left bigint := p_limit; v_rows bigint; v record; v_sample bigint[]; v_part float8;
  v_see constant text := '($4 is null or (%1$s.org_id is null and $4 <> ''{}'') or %1$s.org_id = any ($4) or %1$s.owner_id = $5)';
  v_cols constant text := 'r.id, r.ident, r.name, r.class, $6, ' || case when v_orgs is null then 'r.v' else format('(select u.id from desk.ci u where u.id = r.v and %s)', format(v_see, 'u')) end;
begin
  if desk.ci_visible(array[p_ci]) = '{}' then return; end if;
  for v in select * from desk.ci_levels(p_ci, p_direction, p_types, p_depth, p_limit) loop
    exit when v_left <= 0;
    v_sample := v.ids[1:200];
    v_part := cardinality(desk.ci_visible(v_sample))::float8 / cardinality(v_sample);
    return query execute format(case when v_left * 4 < cardinality(v.ids) * v_part then $q$
        with c as (select c.id, c.ident, c.name, c.class from desk.ci c where (c.id in (select unnest($1))) is not false and %s order by c.ident limit $3)
        select %s from (select c.*, x.v from c join unnest($1, $2) x(i, v) on x.i = c.id order by c.ident) r$q$
      else $q$
        select %2$s from (select c.id, c.ident, c.name, c.class, x.v from unnest($1, $2) x(i, v) join desk.ci c on c.id = x.i where %1$s order by c.ident limit $3) r$q$ end, format(v_see, 'c'), v_cols)
      using v.ids, v.vias, v_left, v_orgs, v_me, v.depth;
    get diagnostics v_rows = row_count;
    v_left := v_left - v_rows;
  end loop;
end $$;

-- How many that is without a limit.
create function desk.ci_impact_count(p_ci bigint, p_direction text default 'down', p_types text[] default null, p_depth int default null) returns bigint
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if desk.ci_visible(array[p_ci]) = '{}' then return 0; end if;
  return (select coalesce(sum(cardinality(desk.ci_visible(l.ids))), 0) from desk.ci_levels(p_ci, p_direction, p_types, p_depth) l);
end $$;
revoke execute on function desk.ci_step(bigint[], bigint[], boolean, text[], text[]), desk.ci_impact_types(text[], int), desk.ci_levels(bigint, text, text[], int, bigint),
  desk.ci_visible(bigint[]), desk.ci_visible_some(bigint[], bigint), desk.ci_impact(bigint, text, text[], int, int), desk.ci_impact_count(bigint, text, text[], int) from public;
grant execute on function desk.ci_impact(bigint, text, text[], int, int), desk.ci_impact_count(bigint, text, text[], int) to desk_person;
