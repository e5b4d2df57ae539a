-- tests/bench/match.sql: the tools of tests/bench/match. Runs as the superuser of a throw-away desk.
create schema bench;
create table bench.raw(path text, body text);
create table bench.article(i int primary key, path text, name text, title text, body text, meaning text, given boolean);
create table bench.query(way text, i int, t text, ok text[], fields jsonb);
create table bench.baseline(way text, i int, got text[]);
create table bench.got(way text, i int, got text[], score float8[]);

-- An article cut in two: its Meaning (with what stands beneath it) and the rest. A "#" in a fence is no heading.
create function bench.cut(t text, out title text, out meaning text, out rest text) language plpgsql as $$
declare l text; fence boolean := false; front boolean := false; n int := 0; lvl int; v_in int := 0; v_meaning text[] := '{}'; v_rest text[] := '{}';
begin
  foreach l in array string_to_array(replace(t, E'\r', ''), E'\n') loop
    n := n + 1;
    if n = 1 and l = '---' then front := true; continue; end if;
    if front then
      if l = '---' then front := false; end if;
      title := coalesce(title, nullif(btrim(substring(l from '^title:\s*(.*)$'), ' "'), ''));
      continue;
    end if;
    if l ~ '^\s*```' then fence := not fence; end if;
    lvl := case when not fence then length(substring(l from '^(#{1,6})\s')) end;
    if lvl = 1 then title := coalesce(title, nullif(btrim(substring(l from '^#\s+(.*)$')), '')); end if;
    if v_in > 0 and lvl <= v_in then v_in := 0; end if;
    if v_in = 0 and v_meaning = '{}' and l ~* '^#{1,6}\s+meaning\y' then v_in := lvl; v_meaning := array['']; continue; end if;
    if v_in > 0 then v_meaning := v_meaning || l; else v_rest := v_rest || l; end if;
  end loop;
  meaning := case when v_meaning <> '{}' then array_to_string(v_meaning, E'\n') end;
  rest := array_to_string(v_rest, E'\n');
end $$;

-- Without the name of the alert, as it is written; p_apart: and where its words stand apart ("Kube Pod Crash Looping").
create function bench.unname(t text, p_name text, p_apart boolean) returns text language sql immutable as $$
  select case when p_apart then regexp_replace(s.s, regexp_replace(regexp_replace(p_name, '([a-z0-9])([A-Z])', '\1[\\s_-]*\2', 'g'), '([A-Z])([A-Z][a-z])', '\1[\\s_-]*\2', 'g'), ' ', 'gi') else s.s end
    from (select regexp_replace(t, p_name, ' ', 'gi') as s) s $$;

create function bench.words(t text) returns setof text language sql immutable as $$ select m[1] from regexp_matches(lower(t), '[a-z0-9]+', 'g') m $$;

-- Plain BM25 (k1 1.2, b 0.75, every word of the query as often as it stands there) over the same articles and queries.
create function bench.bm25(p_way text) returns void language plpgsql as $$
begin
  create temp table d as select a.i, w.w, count(*) as tf from bench.article a cross join lateral bench.words(a.title || E'\n' || a.body) w(w) group by a.i, w.w;
  create temp table l as select d.i, sum(d.tf)::float8 as n from d group by d.i;
  create temp table f as select d.w, ln(1 + ((select count(*) from bench.article) - count(*) + 0.5) / (count(*) + 0.5)) as idf from d group by d.w;
  create index on d(w);
  analyze d; analyze l; analyze f;
  insert into bench.baseline
    select p_way, s.i, array_agg('KB' || lpad((100000 + s.a)::text, 7, '0') order by s.s desc, s.a) from (
      select q.i, d.i as a, sum(q.n * f.idf * d.tf * 2.2 / (d.tf + 1.2 * (0.25 + 0.75 * l.n / (select avg(n) from l)))) as s,
             row_number() over (partition by q.i order by sum(q.n * f.idf * d.tf * 2.2 / (d.tf + 1.2 * (0.25 + 0.75 * l.n / (select avg(n) from l)))) desc, d.i) as r
        from (select x.i, w.w, count(*) as n from bench.query x cross join lateral bench.words(x.t) w(w) where x.way = p_way group by x.i, w.w) q
        join d on d.w = q.w join l on l.i = d.i join f on f.w = q.w group by q.i, d.i) s where s.r <= 10 group by s.i;
  drop table d, l, f;
end $$;

-- Articles as published ones, through the tables that publishing writes.
create function bench.publish() returns void language sql as $$
  insert into desk.article(id, number, audience, made_at, changed_at) select 100000 + a.i, 'KB' || lpad((100000 + a.i)::text, 7, '0'), 'internal', desk.now(), desk.now() from bench.article a;
  insert into desk.article_version(id, article_id, major, minor, state, title, body, author_id, at)
    select 100000 + a.i, 100000 + a.i, 1, 0, 'published', left(a.title, 300), a.body, 1, desk.now() from bench.article a;
  update desk.article set published_id = id, latest_id = id where id >= 100000 and published_id is null $$;
create function bench.clear() returns void language sql as $$
  delete from desk.match_use; update desk.article set published_id = null, latest_id = null where id >= 100000;
  delete from desk.article_version where article_id >= 100000; delete from desk.article where id >= 100000; truncate bench.article, bench.query, bench.baseline $$;

-- Truth (a) of one way to hide the name.
create function bench.articles(p_way text, p_apart boolean) returns void language plpgsql as $$
begin
  perform bench.clear();
  insert into bench.article select row_number() over (order by r.path), r.path, regexp_replace(r.path, '^.*/|\.md$', '', 'g'),
      coalesce(nullif(btrim(case when r.path ~ 'runbooks/' and r.path !~ '_index.md$' then bench.unname(c.title, n.name, p_apart) else c.title end), ''), '-'),
      case when r.path ~ 'runbooks/' and r.path !~ '_index.md$' then bench.unname(case when c.meaning is null then c.rest else c.rest end, n.name, p_apart) else r.body end,
      case when r.path ~ 'runbooks/' and r.path !~ '_index.md$' then bench.unname(c.meaning, n.name, p_apart) end
    from bench.raw r cross join lateral bench.cut(r.body) c cross join lateral (select regexp_replace(regexp_replace(r.path, '^.*/|\.md$', '', 'g'), '([^[:alnum:]])', '\\\1', 'g') as name) n;
  perform bench.publish();
  insert into bench.query select p_way, a.i, a.meaning, (select array_agg('KB' || lpad((100000 + b.i)::text, 7, '0')) from bench.article b where lower(b.name) = lower(a.name)), '{}'
    from bench.article a where a.meaning is not null;
  perform bench.bm25(p_way);
end $$;

-- ---- truth (b) -----------------------------------------------------------------------------------------------------------------
create table bench.incident(ci_name_aff text, ci_type_aff text, ci_subtype_aff text, service_component_wbs_aff text, incident_id text, status text, impact text, urgency text, priority text,
  category text, km_number text, alert_status text, x_reassignments text, open_time text, reopen_time text, resolved_time text, close_time text, handle_time_hours text, closure_code text,
  x_related_interactions text, related_interaction text, x_related_incidents text, x_related_changes text, related_change text, ci_name_cby text, ci_type_cby text, ci_subtype_cby text,
  servicecomp_wbs_cby text);

-- The first 80 % by time are learnt, each at the time it was opened; the articles are their KM numbers. What is used of an incident is what whoever
-- opens one fills in: the device affected, its subtype and service component, category, impact and urgency.
create function bench.history() returns void language plpgsql as $$
declare v_cut bigint; v_at timestamptz;
begin
  perform bench.clear();
  create temp table t as select row_number() over (order by open_time, incident_id) as n, km_number as km, open_time::timestamp at time zone 'UTC' as at,
      jsonb_build_object('ci', ci_name_aff, 'ci_class', ci_subtype_aff, 'service', service_component_wbs_aff, 'category', category, 'impact', impact, 'urgency', urgency) as f from bench.incident where km_number <> '';
  v_cut := (select count(*) * 8 / 10 from t);
  insert into desk.ci(name, class) select distinct t.f->>'ci', 'hardware' from t where t.f->>'ci' <> '';   -- of an item that is not there nothing is told
  update t set f = t.f || jsonb_build_object('ci', c.ident) from desk.ci c where c.name = t.f->>'ci';
  insert into bench.article select row_number() over (order by km), km, km, km, 'Article ' || km, null from (select distinct km from t) k;
  perform bench.publish();
  perform desk.match_count(t.n, 100000 + a.i, t.f, t.at) from t join bench.article a on a.name = t.km where t.n <= v_cut;
  insert into bench.query select 'km', t.n, '', array['KB' || lpad((100000 + a.i)::text, 7, '0')], t.f from t join bench.article a on a.name = t.km where t.n > v_cut;
  -- the baseline: the most frequent of device and category, then of the service component, then of the subtype
  insert into bench.baseline
    select 'km', x.i, (array_agg('KB' || lpad((100000 + a.i)::text, 7, '0') order by x.lvl, x.c desc, x.km))[1:10] from (
      select distinct on (q.i, k.km) q.i, k.km, k.lvl, k.c from (select t.n as i, t.f from t where t.n > v_cut) q
        cross join lateral (
          select t.km, 1 as lvl, count(*) as c from t where t.n <= v_cut and t.f->>'ci' = q.f->>'ci' and t.f->>'category' = q.f->>'category' group by t.km
          union all select t.km, 2, count(*) from t where t.n <= v_cut and t.f->>'service' = q.f->>'service' group by t.km
          union all select t.km, 3, count(*) from t where t.n <= v_cut and t.f->>'ci_class' = q.f->>'ci_class' group by t.km) k
       order by q.i, k.km, k.lvl) x join bench.article a on a.name = x.km group by x.i;
  v_at := (select max(t.at) from t where t.n <= v_cut);
  update desk.clock set frozen_at = v_at;
  drop table t;
end $$;

-- How often the right one is the first, among three, among ten. exact: that very article; else one of the same name.
create function bench.hits(p_got text[], p_ok text[], out top1 int, out top3 int, out top10 int) language sql immutable as $$
  select (p_got[1:1] && p_ok)::int, (p_got[1:3] && p_ok)::int, (p_got[1:10] && p_ok)::int $$;
-- How often the first is right where its score lies, among the queries and as many whose right article is not there: then the next one stands
-- first, and it is none.
create function bench.strength(p_same boolean) returns table(word text, n bigint, said numeric, is numeric) language sql as $$
  with a as (
    select g.score[1] as score, g.got[1] = any (q.ok) as good from (select x.way, x.i, case when p_same then x.ok else array['KB' || lpad((100000 + x.i)::text, 7, '0')] end as ok from bench.query x) q join bench.got g using (way, i)
    union all
    select (select max(u.score) / greatest(1 - coalesce(sum(u.gone), 0), 1e-6) from (select case when not u.id = any (q.ok) then u.score end as score, case when u.id = any (q.ok) then u.score end as gone from unnest(g.got, g.score) u(id, score)) u), false
      from bench.query q join bench.got g using (way, i) where q.way <> 'km')
  select case when a.score >= 0.6 then 'strong, 0.60 and more' when a.score >= 0.3 then 'likely, 0.30 and more' when a.score >= 0.15 then 'weak, 0.15 and more' else 'not shown unless asked' end, count(*), round(avg(a.score)::numeric, 2), round(avg(a.good::int), 2)
    from a where a.score is not null group by 1 order by 3 desc $$;
grant usage on schema bench to public;
grant select on bench.query to public;
