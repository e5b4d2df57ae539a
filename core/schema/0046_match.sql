-- Fault matching: which articles and which solved tickets help with a fault, by its text and by what is known of the ticket.
--
-- Articles are ranked by their text with an index of their own (BM25 over words, parts of names and pairs of neighbouring words; long
-- saturation and nearly full normalisation by length: found on public runbooks, see svcdesk-match(7)), and by what was applied before:
-- which article solved tickets with this device, class, service, category, impact and urgency. The second is a chain of back-offs: each
-- narrower kind of evidence takes over as far as it has seen enough, and what is older counts less (half of it after 60 days).
-- Solved tickets are found by the rarest words of the text; how rare a word is the statistics of the server say.
reset role; set local role desk_owner;

-- The index of what is published: how often a term (hashed) stands in an article. pair: two neighbours.
create table desk.match_doc(
  article_id bigint primary key references desk.article on delete cascade,
  version_id bigint not null, words int not null, pairs int not null);
create table desk.match_posting(
  term bigint not null, article_id bigint not null references desk.match_doc on delete cascade, tf smallint not null, primary key (term, article_id) include (tf));
create index match_posting_article_key on desk.match_posting(article_id);
comment on table desk.match_posting is 'Words and pairs of words of published articles, for fault matching';

-- What applied articles teach: one row a use and kind of evidence.
create table desk.match_use(
  level smallint not null, key bigint not null, at timestamptz not null, article_id bigint not null references desk.article on delete cascade, ticket_id bigint not null);
create index match_use_key on desk.match_use(key, at desc) include (article_id, level);
create index match_use_ticket_key on desk.match_use(ticket_id, article_id);
comment on table desk.match_use is 'Which article was applied to tickets with this device, class, service, category ...';

-- What was done with solved tickets that were proposed for a ticket; articles have desk.article_link for it.
create table desk.match_case(
  ticket_id bigint not null, other_id bigint not null, how text not null check (how in ('applied', 'dismissed', 'opened')), person_id int not null references desk.person,
  at timestamptz not null, seq int, primary key (ticket_id, other_id, how));   -- seq: of the act that solved with it
comment on table desk.match_case is 'Solved tickets that were opened, applied or dismissed as proposals for a ticket';
do $$
declare t text;
begin
  foreach t in array array['match_doc', 'match_posting', 'match_use', 'match_case'] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
  end loop;
end $$;
-- Without what an undo took back, as desk.event_effective.
create view desk.match_case_effective with (security_invoker) as
  select c.* from desk.match_case c where c.seq is null or not exists (
    select from desk.event v where v.ticket_id = c.ticket_id and v.voids = c.seq and not desk.event_voided(v.ticket_id, v.seq));
grant select on desk.match_case_effective to desk_api;

reset role; set local role desk_api;

-- ---- words -----------------------------------------------------------------------------------------------------------------
-- The words of a text in their order: stems; of a name with separators the whole, its parts, and the parts of parts written LikeThis; of a
-- script without blanks each pair of characters. Words like "the" are left out.
create function desk.match_words_of(t text) returns text[] language plpgsql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
declare s text := t; v text[]; w text[];
begin
  if octet_length(s) > length(s) then
    s := normalize(s, NFKC);
    -- (a run is not carried along with each of its characters: it may be the whole of an article)
    select array_agg(k.c order by k.r, k.n) into v from (
      select m.r, c.n, case when c.n = 1 and c.d is null then c.c else c.c || c.d end as c
        from regexp_matches(lower(s), desk.unspaced(), 'g') with ordinality m(m, r)
        cross join lateral (select u.n, u.c, lead(u.c) over (order by u.n) as d from unnest(string_to_array(m.m[1], null)) with ordinality u(c, n)) c) k where k.c is not null;
    s := regexp_replace(s, desk.unspaced(), ' ', 'g');
  end if;
  select array_agg(q.w order by q.n, q.p, q.k) into w from (
    select g.n, 0::bigint as p, 0::bigint as k, left(lower(g.m[1]), 64) as w from regexp_matches(s, '[[:alnum:]]+(?:[-._:/@]+[[:alnum:]]+)*', 'g') with ordinality g(m, n) where g.m[1] ~ '[^[:alnum:]]'
    union all
    select g.n, p.p, c.k, case when x.w ~ '^[a-z]+$' then (ts_lexize('pg_catalog.english_stem', x.w))[1] else x.w end
      from regexp_matches(s, '[[:alnum:]]+(?:[-._:/@]+[[:alnum:]]+)*', 'g') with ordinality g(m, n)
      cross join lateral regexp_split_to_table(g.m[1], '[^[:alnum:]]+') with ordinality p(w, p)
      cross join lateral (select p.w as w, 0::bigint as k where p.w !~ '[a-z0-9][A-Z]|[A-Z][A-Z][a-z]' or length(p.w) > 64 union all select p.w, 0 where p.w ~ '[a-z0-9][A-Z]|[A-Z][A-Z][a-z]' and length(p.w) <= 64
        union all select y.w, y.k from regexp_split_to_table(regexp_replace(regexp_replace(p.w, '([a-z0-9])([A-Z])', '\1 \2', 'g'), '([A-Z])([A-Z][a-z])', '\1 \2', 'g'), ' ') with ordinality y(w, k)
          where p.w ~ '[a-z0-9][A-Z]|[A-Z][A-Z][a-z]' and length(p.w) <= 64) c
      cross join lateral (select left(lower(c.w), 64) as w) x) q
   where q.w is not null;
  return coalesce(v, '{}') || coalesce(w, '{}');
end $$;

create function desk.match_terms(p_words text[], out term bigint, out pair boolean, out n int) returns setof record language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp as $$
  select q.term, q.pair, count(*)::int from (
    select hashtextextended(w.w, 46) as term, false as pair from unnest(p_words) w(w)
    union all
    select hashtextextended(p_words[i] || ' ' || p_words[i + 1], 47), true from generate_series(1, cardinality(p_words) - 1) i) q group by q.term, q.pair $$;

-- ---- the index of articles ---------------------------------------------------------------------------------------------------
create function desk.match_index(p_article bigint) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v desk.article_version; w text[];
begin
  select x.* into v from desk.article a join desk.article_version x on x.id = a.published_id where a.id = p_article;
  delete from desk.match_doc d where d.article_id = p_article;
  if v.id is null then return; end if;
  w := desk.match_words_of(left(concat_ws(E'\n', v.title, v.title, v.body, v.symptom, v.cause, v.resolution), 150000));
  insert into desk.match_doc values (p_article, v.id, cardinality(w), greatest(cardinality(w) - 1, 0));
  insert into desk.match_posting select t.term, p_article, least(t.n, 30000) from desk.match_terms(w) t;
end $$;
create function desk.match_article() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  perform desk.match_index(new.id);
  return null;
end $$;

-- ---- what was applied ----------------------------------------------------------------------------------------------------------
-- Kinds of evidence from wide to narrow; m: so many uses must have been seen that it counts half.
create function desk.match_keys(f jsonb, out level smallint, out key bigint, out m float8) returns setof record language sql immutable parallel safe
  set search_path = pg_catalog, pg_temp as $$
  select l.level::smallint, hashtextextended(l.level || chr(31) || coalesce((select string_agg(lower(btrim(f->>k.k)), chr(31) order by k.n) from unnest(l.fields) with ordinality k(k, n)), ''), 46), l.m
    from (values (0, '{}'::text[], 1.0::float8), (1, '{ci_class,category}', 5), (2, '{ci_class,category,impact,urgency}', 5), (3, '{service}', 20), (4, '{service,category}', 12),
      (5, '{service,category,impact,urgency}', 0.5), (6, '{ci}', 4), (7, '{ci,category}', 2), (8, '{ci,category,impact,urgency}', 0.5), (9, '{error_code}', 2), (10, '{alert}', 2), (11, '{alert,ci}', 1)) l(level, fields, m)
   where not exists (select from unnest(l.fields) k where coalesce(btrim(f->>k), '') = '') $$;

-- How likely each article is by what was applied before p_now to tickets like this, of which the last 2,000 of each kind count. p_orgs: only what was
-- learnt from tickets of these customers is told; null: all.
create function desk.match_learnt(f jsonb, p_now timestamptz, p_orgs int[] default null) returns table(article_id bigint, p float8, level int, n int) language plpgsql stable rows 200
  set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  return query
    with k as materialized (select * from desk.match_keys(f)),
    u as materialized (
      select k.level, k.m, x.article_id, sum(exp(greatest(extract(epoch from x.at - p_now)::float8, -630720000) / 86400 / 60 * ln(2.0::float8))) as w, count(*) as n
        from k cross join lateral (select y.article_id, y.at, y.ticket_id from desk.match_use y where y.key = k.key and y.at <= p_now
          and y.ticket_id not in (select r.id from desk.ticket r where r.restricted) order by y.at desc limit 2000) x
       where p_orgs is null or exists (select from desk.ticket t where t.id = x.ticket_id and t.org_id = any (p_orgs))
       group by k.level, k.m, x.article_id),
    l as (select u.level, sum(u.w) as w, sum(u.w) / (sum(u.w) + u.m) as take from u group by u.level, u.m having sum(u.w) > 0),
    c as (select a.level, a.w, a.take * coalesce((select exp(sum(ln(greatest(1 - b.take, 1e-9)))) from l b where b.level > a.level), 1) as share from l a)
    select u.article_id, sum(c.share * u.w / c.w), max(u.level)::int, (array_agg(u.n order by u.level desc))[1]::int
      from u join c on c.level = u.level group by u.article_id order by 2 desc limit 300;
end $$;

-- What is known of a ticket in words. No text of it.
create function desk.match_fields(t desk.ticket) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_strip_nulls(jsonb_build_object('ci', c.ident, 'ci_class', c.class, 'service', s.name, 'category', g.name, 'impact', t.impact::text, 'urgency', t.urgency::text,
      'alert', coalesce(t.custom->>'alert', t.custom->>'alert_name', t.custom->>'alertname'), 'error_code', coalesce(t.custom->>'error_code', t.custom->>'code')))
    from (select 1) one left join desk.ci c on c.id = t.ci_id left join desk.service s on s.id = t.service_id
    left join lateral (select coalesce(p.name || ' / ', '') || x.name as name from desk.category x left join desk.category p on p.id = x.parent_id where x.id = t.category_id) g on true $$;

-- Counts a use; what was counted of this article for this ticket before is replaced.
create function desk.match_count(p_ticket bigint, p_article bigint, f jsonb, p_at timestamptz) returns void language sql set search_path = pg_catalog, pg_temp as $$
  delete from desk.match_use u where u.ticket_id = p_ticket and u.article_id = p_article;
  insert into desk.match_use(level, key, at, article_id, ticket_id) select k.level, k.key, p_at, p_article, p_ticket from desk.match_keys(f) k where p_at is not null $$;
create function desk.match_linked() returns trigger language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if tg_op <> 'INSERT' and old.how = 'applied' then perform desk.match_count(old.ticket_id, old.article_id, '{}', null); end if;
  if tg_op <> 'DELETE' and new.how = 'applied' then
    perform desk.match_count(new.ticket_id, new.article_id, desk.match_fields(t), new.at) from desk.ticket t where t.id = new.ticket_id and not t.restricted;
  end if;
  return null;
end $$;

-- ---- ranking -----------------------------------------------------------------------------------------------------------------
-- Articles by their text alone. Rare terms come first, as long as they stand in few enough articles together. The score is BM25; best: what
-- the terms of the query could reach. The first p_most. What who asks may not read counts nowhere, not in how rare a word is either: else
-- scores would say which words stand in it.
create function desk.match_text(p_words text[], p_most int, p_sight desk.kb_sight) returns table(article_id bigint, score float8, best float8) language plpgsql stable rows 200
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off set plan_cache_mode = force_custom_plan as $$
declare v_docs float8; v_words float8; v_pairs float8; v_hidden bigint[];
begin
  if p_sight.staff then v_hidden := array(select a.id from desk.article a where (a.audience = 'group' or a.org_id is not null and p_sight.orgs is not null) and a.published_id is not null and not desk.article_judge(a, p_sight));
  else v_hidden := array(select a.id from desk.article a where a.published_id is not null and not (a.audience = 'public' and (a.valid_to is null or a.valid_to >= p_sight.today) and (a.org_id is null or a.org_id = p_sight.home)));
  end if;
  select count(*), greatest(avg(d.words), 1), greatest(avg(d.pairs), 1) into v_docs, v_words, v_pairs from desk.match_doc d where d.article_id not in (select unnest(v_hidden));
  return query
    with q as materialized (
      select t.term, t.pair, t.n, (select count(*) from (select from desk.match_posting p where p.term = t.term and p.article_id not in (select unnest(v_hidden)) limit 5000) x) as df from desk.match_terms(p_words) t),
    r as materialized (
      select k.term, k.pair, case when k.pair then 0.4 else 1 end * k.n * power(ln(1 + (v_docs - least(k.df, v_docs) + 0.5) / (k.df + 0.5)), 0.8) as w from (
        select q.*, sum(q.df) over (order by q.df, q.pair, q.term) as used from q where q.df > 0) k where k.used <= 60000),
    b as (select sum(x.w) as w from (select r.w from r where not r.pair order by r.w desc limit 24) x),
    s as (
      select p.article_id, sum(r.w * p.tf * 6 / (p.tf + 5 * (0.08 + 0.92 * case when r.pair then d.pairs / v_pairs else d.words / v_words end))) as s
        from r join desk.match_posting p on p.term = r.term join desk.match_doc d on d.article_id = p.article_id where p.article_id not in (select unnest(v_hidden)) group by p.article_id)
    select s.article_id, s.s, b.w from s, b order by s.s desc limit p_most;
end $$;

-- In how many texts the server thinks a word stands (volatile: EXPLAIN is not for others).
create function desk.match_guess(p_word text) returns float8 language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare v json;
begin
  execute format('explain (format json) select from desk.ticket_text x where x.tsv @@ %L::tsquery', desk.match_quote(p_word)) into v;
  return (v->0->'Plan'->>'Plan Rows')::float8;
end $$;
create function desk.match_quote(w text) returns text language sql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
  select '''' || replace(replace(w, '\', '\\'), '''', '''''') || '''' $$;

-- Solved tickets that share the rarest words of a text, and the last of this device, as far as the person sees them. Restricted ones never.
create function desk.match_tickets(p_text text, f jsonb, p_limit int, p_me int, p_not bigint)
  returns table(ticket_id bigint, score float8, words text[]) language plpgsql stable rows 20
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off set plan_cache_mode = force_custom_plan as $$
declare v_all float8; v_words text[]; v_idf float8[]; v_some text[]; v_sum float8; v_near bigint[]; v_ci bigint := (select c.id from desk.ci c where c.ident = f->>'ci'); c record; n int := 0;
  v_see boolean := desk.scope_all(); own int := desk.me_own(); orgs int[] := desk.scope_orgs(); groups int[] := desk.scope_groups(); pairs bigint[] := desk.scope_pairs();
begin
  select greatest(sum(x.reltuples), 100) into v_all from pg_catalog.pg_inherits i join pg_catalog.pg_class x on x.oid = i.inhrelid where i.inhparent = 'desk.ticket_text'::regclass;
  with w as materialized (
    select l.l as w from unnest(desk.lexemes(left(p_text, 4000))) l(l)
     where (length(l.l) > 2 or l.l !~ '^[a-z0-9]*$') and ts_lexize('pg_catalog.english_stem', l.l) is distinct from '{}' order by length(l.l) desc, l.l limit 60),
  g as materialized (select w.w, desk.match_guess(w.w) as df from w),
  k as (select g.*, row_number() over (order by g.df, length(g.w) desc, g.w) as n, sum(g.df) over (order by g.df, length(g.w) desc, g.w) as used from g)
  select array_agg(k.w order by k.n) filter (where k.n <= 14 and k.used <= 9000), array_agg(ln(1 + v_all / (k.df + 1)) order by k.n) filter (where k.n <= 14 and k.used <= 9000),
      array_agg(k.w order by k.n) filter (where k.n <= 4), sum(ln(1 + v_all / (k.df + 1))) filter (where k.n <= 14) into v_words, v_idf, v_some, v_sum from k;
  if v_words is not null then
    v_near := array(select u.id from (
      select x.id, sum(w.idf) as s from unnest(v_words, v_idf) w(w, idf) cross join lateral (select y.id from desk.ticket_text y where y.tsv @@ desk.match_quote(w.w)::tsquery limit 9000) x
         -- (who sees a part only: of that part)
        where v_see or exists (select from desk.ticket t where t.id = x.id
          and (t.org_id = any (orgs) or t.group_id = any (groups) or ((t.org_id::bigint << 32) | t.group_id) = any (pairs) or t.requester_id = own or t.opened_by = own))
       group by x.id order by 2 desc, x.id desc limit 80) u);
  elsif cardinality(v_some) > 1 then        -- only frequent words: what holds the rarest of them together
    v_near := array(select y.id from desk.ticket_text y where y.tsv @@ (select string_agg(desk.match_quote(w), ' & ')::tsquery from unnest(v_some) w(w)) limit 500);
    v_words := v_some; v_idf := array_fill(v_sum / greatest(cardinality(v_some), 1), array[cardinality(v_some)]);
  end if;
  if v_ci is not null then
    v_near := coalesce(v_near, '{}') || array(select t.id from desk.ticket t where t.ci_id = v_ci and t.phase = 3 order by t.id desc limit 20);
  end if;
  for c in
    select t.id, least(0.95, 0.8 * coalesce(m.s, 0) / greatest(v_sum, 1) + case when t.ci_id = v_ci then 0.12 else 0 end + case when f->>'category' is not null and lower(g.name) = lower(regexp_replace(f->>'category', '^.* / ', '')) then 0.05 else 0 end
        + case when lower(s.name) = lower(f->>'service') then 0.03 else 0 end) as score, m.words
      from unnest((select array_agg(distinct x) from unnest(v_near) x)) n(id) join desk.ticket t on t.id = n.id left join desk.ticket_text x on x.id = t.id
      left join desk.category g on g.id = t.category_id left join desk.service s on s.id = t.service_id
      cross join lateral (select tsvector_to_array(x.tsv) as a offset 0) l
      cross join lateral (select sum(w.idf) as s, array_agg(w.w order by w.idf desc, w.w) as words from unnest(v_words, v_idf) w(w, idf) where w.w = any (l.a)) m
     where t.phase = 3 and t.resolved_at is not null and t.state <> 'cancelled' and not t.restricted and t.id is distinct from p_not
       and (p_not is null or not exists (select from desk.match_case d where d.ticket_id = p_not and d.other_id = t.id and d.how = 'dismissed'))
     order by 2 desc, t.resolved_at desc, t.id desc
  loop
    continue when c.score < 0.1 or not desk.can_see(c.id, p_me);
    ticket_id := c.id; score := c.score; words := c.words[1:4]; n := n + 1;
    return next;
    exit when n >= p_limit;
  end loop;
end $$;

-- ---- the answer ----------------------------------------------------------------------------------------------------------------
-- Prose of an article or an event, short.
create function desk.match_excerpt(t text) returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select left(btrim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(left(coalesce(t, ''), 4000), E'^---\n.*?\n---\n', ''), E'(^|\n)#+ [^\n]*', E'\n', 'g'), '[*`]|<[^>]*>', '', 'g'), '\s+', ' ', 'g')), 240) $$;

-- The text of a solution: the last that was said as the ticket was solved.
create function desk.match_solution(p_ticket bigint) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select x.body from desk.event_effective e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
   where e.ticket_id = p_ticket and e.verb = 'resolve' and x.body ~ '\S' order by e.seq desc limit 1 $$;

create function desk.match_rows(p_text text, f jsonb, p_limit int, p_me int, p_now timestamptz, p_not bigint)
  returns table(type text, id text, title text, score float8, excerpt text, why jsonb) language plpgsql stable rows 10 set search_path = pg_catalog, pg_temp as $$
declare s desk.kb_sight := desk.kb_sight(p_me); v_text text := left(coalesce(p_text, ''), 12000); v_words text[]; v_class text := lower(f->>'ci_class');
begin
  if s.person is null then return; end if;
  v_words := (desk.match_words_of(v_text || E'\n' || repeat(concat_ws(E'\n', f->>'alert', f->>'error_code', ' ') || E'\n', 3)))[1:700];
  return query
    with t as materialized (select x.article_id, x.score / (x.score + greatest(x.best, 1)) as a from desk.match_text(v_words, 300, s) x),
    l as materialized (select x.* from desk.match_learnt(f, p_now, s.orgs) x where s.staff),
    m as materialized (
      select x.id, l.n, l.level, t.a, power(coalesce(l.p, 0), 1.5) as p,   -- of what was applied before less is right than its share
          power(t.a, 1 / (1 + 0.25 * coalesce(lower(x.ci_class) = v_class, false)::int + 0.15 * coalesce(lower(x.product) = lower(f->>'service'), false)::int)) as b
        from (select t.article_id from t union select l.article_id from l) u join desk.article x on x.id = u.article_id and x.published_id is not null
        left join t on t.article_id = x.id left join l on l.article_id = x.id
       where desk.article_live(x, s.today) and desk.article_judge(x, s)
         and (p_not is null or not exists (select from desk.article_link k where k.ticket_id = p_not and k.article_id = x.id and k.how = 'dismissed'))),
    -- how likely each is the right one by its text: against the best ten, and against none of them being it
    e as materialized (select m.*, coalesce(exp(4 * (ln(greatest(m.b, 1e-6) / greatest(1 - m.b, 1e-6)) - 1)), 0) as e from m),
    c as materialized (
      select x.id, x.number, v.title, v.body, v.symptom, r.n, r.level, x.ci_class, r.a, r.score
        from (select e.*, 1 - (1 - e.e / (1 + (select sum(k.e) from (select y.e from e y order by y.e desc limit 10) k))) * (1 - e.p) as score from e order by score desc, e.id limit p_limit) r
        join desk.article x on x.id = r.id join desk.article_version v on v.id = x.published_id)
    select q.* from (
      select 'article'::text, c.number, c.title, round(c.score::numeric, 6)::float8, desk.match_excerpt(coalesce(c.symptom, c.body)),
          jsonb_strip_nulls(jsonb_build_object('text', round(c.a::numeric, 3), 'used', c.n, 'for', c.level, 'class', case when lower(c.ci_class) = v_class then c.ci_class end)) from c
      union all
      select 'ticket', k.number, k.subject, round(m.score::numeric, 6)::float8, desk.match_excerpt(coalesce(desk.match_solution(k.id), (select x.body from desk.ticket_text x where x.id = k.id))),
          jsonb_strip_nulls(jsonb_build_object('words', to_jsonb(m.words))) from desk.match_tickets(concat_ws(E'\n', v_text, f->>'alert', f->>'error_code'), f, p_limit, p_me, p_not) m join desk.ticket k on k.id = m.ticket_id where s.staff) q(type, id, title, score, excerpt, why)
     order by q.score desc, q.type, q.id limit p_limit;
end $$;

-- What helps with this fault. p_fields: ci, ci_class, service, category, impact, urgency, alert, error_code, in words. Articles the caller may read; for staff
-- solved tickets as well.
create function desk.match(p_text text, p_fields jsonb default '{}', p_limit int default 10)
  returns table(type text, id text, title text, score float8, excerpt text, why jsonb) language plpgsql stable security definer rows 10
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); f jsonb := case when jsonb_typeof(p_fields) = 'object' then p_fields else '{}' end;
begin
  if v_me is null then return; end if;
  if f->>'ci' is not null then
    f := (select jsonb_build_object('ci_class', c.class) || f || jsonb_build_object('ci', c.ident) from desk.ci c where desk.i_am_staff() and desk.ci_seen(c, v_me) and (c.ident = f->>'ci' or lower(c.name) = lower(f->>'ci')) order by c.ident = f->>'ci' desc, c.id limit 1);
    f := coalesce(f, p_fields - 'ci');       -- what is not there for the caller teaches him nothing
  end if;
  if coalesce(p_text, '') !~ '\S' and coalesce(f, '{}') = '{}' then return; end if; -- nothing was asked
  return query select * from desk.match_rows(p_text, f, greatest(1, least(coalesce(p_limit, 10), 100)), v_me, desk.now(), null);
end $$;

-- The same for a ticket, for staff who see it; of a restricted one the text is not used. What was dismissed is left out.
create function desk.match_ticket(p_ticket bigint, p_limit int default 10)
  returns table(type text, id text, title text, score float8, excerpt text, why jsonb) language plpgsql stable security definer rows 10
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); t desk.ticket;
begin
  if v_me is null then return; end if;
  select * into t from desk.ticket x where x.id = p_ticket;
  -- staff of this ticket: who is staff elsewhere and asked here reads as who asks
  if t.id is null or not desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted) @> '{sees,staff}' then return; end if;
  return query select * from desk.match_rows(case when not t.restricted then concat_ws(E'\n', t.subject, t.subject, (select x.body from desk.ticket_text x where x.id = t.id)) end,
    desk.match_fields(t), greatest(1, least(coalesce(p_limit, 10), 100)), v_me, desk.now(), p_ticket);
end $$;

revoke execute on function desk.match_words_of(text), desk.match_terms(text[]), desk.match_index(bigint), desk.match_article(), desk.match_keys(jsonb), desk.match_learnt(jsonb, timestamptz, int[]), desk.match_fields(desk.ticket),
  desk.match_count(bigint, bigint, jsonb, timestamptz), desk.match_linked(), desk.match_text(text[], int, desk.kb_sight), desk.match_guess(text), desk.match_quote(text), desk.match_tickets(text, jsonb, int, int, bigint), desk.match_excerpt(text),
  desk.match_solution(bigint), desk.match_rows(text, jsonb, int, int, timestamptz, bigint), desk.match(text, jsonb, int), desk.match_ticket(bigint, int) from public;
grant execute on function desk.match(text, jsonb, int), desk.match_ticket(bigint, int) to desk_person;
grant execute on function desk.match_article(), desk.match_linked() to desk_owner; -- who makes the triggers


reset role; set local role desk_owner;
create index if not exists ticket_ci_id_key on desk.ticket(ci_id, id) where ci_id is not null;
create trigger match_article after insert or update of published_id on desk.article for each row execute function desk.match_article();
create trigger match_linked after insert or update or delete on desk.article_link for each row execute function desk.match_linked();
