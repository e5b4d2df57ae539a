-- One ranked search over tickets, their timeline, articles and configuration items (desk.find, desk.find_page).
--
-- Forms of a word (crash, crashes, crashed, crashing) are looked up by expansion of the query, not by stems in the lexemes: the forms
-- that an English word can have are made by rule (those that the stemmer of the server brings to the same stem) and taken from the
-- words that were counted. A look-up of a form that nobody wrote costs some microseconds, a stem in each lexeme list would cost every
-- act, half an index more and a rewriting of every row there is; and what was written a moment ago, or a year before, is found alike.
--
-- How often a word stands in the texts is asked from the statistics the server keeps anyhow. What is frequent is never read whole: of
-- it the newest texts are looked at, and the answer says that there was more.
create table desk.find_word(
  word text collate "C" primary key,        -- a lexeme of desk.lexemes
  stem text collate "C",                    -- null: not an English word
  mask int,                                 -- letters in it, for misspellings; null: no word somebody misspells
  n    int not null);                       -- in how many of the texts that were counted
comment on table desk.find_word is 'Words of the texts that were counted, for misspellings, rarer forms and weights: a sample of the past, and what is new';
create index find_word_stem_key on desk.find_word(stem) where stem is not null;
create table desk.find_state(
  one  boolean primary key default true check (one),
  docs bigint not null default 0,           -- texts counted
  hi   bigint not null,                     -- every ticket above is still to be counted
  lo   bigint not null,                     -- those from here down are sampled, newest first
  log  bigint not null default 0,           -- of desk.article_log: what was done to articles after this
  ci   bigint not null default 0);          -- every item above is still to be counted
alter table desk.find_word enable row level security;
alter table desk.find_state enable row level security;
create policy api on desk.find_word to desk_api using (true) with check (true);
create policy api on desk.find_state to desk_api using (true) with check (true);
grant select, insert, update, delete on desk.find_word, desk.find_state to desk_api;
insert into desk.find_state(hi, lo) select coalesce(max(id), 0), coalesce(max(id), 0) from desk.ticket_text;

-- What those may find who see one organisation or group alone is walked from the newest: a frequent word must not cost them the whole index.
create index ticket_org_id_key on desk.ticket(org_id, id);
create index ticket_group_id_key on desk.ticket(group_id, id);

reset role; set local role desk_api;

-- ---- what is looked for ------------------------------------------------------------------------------------------------
create function desk.find_stem(w text) returns text language sql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
  select case when w ~ '^[a-z]{3,32}$' then (ts_lexize('english_stem', w))[1] end $$;

-- The forms of an English word, itself first.
create function desk.find_forms(w text) returns text[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare s text := desk.find_stem(w); v text[]; r text;
begin
  if s is null then return array[w]; end if;
  r := regexp_replace(s, '[iye]$', '');
  select array_agg(distinct f.f) into v
    from (select b.b || e.e as f from unnest(array[w, s, r, r || 'y', s || right(s, 1)]) b(b),
          unnest('{"",s,es,ed,d,ing,ings,er,ers,r,rs,or,ors,ion,ions,ation,ations,ment,ments,able,ly,al,ate,ated,ating,y,e,ies,ied}'::text[]) e(e)) f
   where f.f <> w and length(f.f) <= 64 and (ts_lexize('english_stem', f.f))[1] = s;
  return array[w] || coalesce(v, '{}') || array(select x.word from desk.find_word x where x.stem = s and x.word <> w and x.word <> all (coalesce(v, '{}')) order by x.n desc limit 20);
end $$;

create function desk.find_quote(w text) returns text language sql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
  select '''' || replace(replace(w, '\', '\\'), '''', '''''') || '''' $$;
create function desk.find_escape(w text) returns text language sql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
  select regexp_replace(w, '([]*+?.^$(){}|\\[])', '\\\1', 'g') $$;

-- One of these words, as a regular expression that takes what they begin with together: a server tries a text with it once per branch.
create function desk.find_one_of(v text[]) returns text language sql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
  select '(?:' || string_agg(desk.find_escape(p.p) || case when p.n = 1 then desk.find_escape(p.one) else '(?:' || p.ends || ')' end, '|') || ')'
    from (select left(x.x, l.l) as p, count(*) as n, min(substr(x.x, l.l + 1)) as one, string_agg(desk.find_escape(substr(x.x, l.l + 1)), '|' order by length(x.x) desc, x.x) as ends
            from (select greatest(min(length(y.y)), 1) as l from unnest(v) y(y)) l, unnest(v) x(x) group by 1) p $$;

create function desk.find_any(q tsquery[]) returns tsquery language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare v tsquery := q[1]; i int;
begin
  for i in 2 .. cardinality(q) loop v := v || q[i]; end loop;
  return v;
end $$;

-- The terms of a query. word: as typed, folded; q: any form of it; exact: the form typed; rx: what of a folded text it matches; small: a word
-- like "the", wanted only where nothing else is; plain: a word that may be misspelt. pieces: to be looked for literally; said: those of
-- them that stood in quotation marks, which are wanted always, and quoted their terms. often: what of
-- q may be frequent: the server guesses for each form that it does not know as much as for one that is not there.
create type desk.find_query as (word text[], q tsquery[], exact tsquery[], rx text[], small boolean[], plain boolean[], pieces text[], said text[], quoted boolean[], often tsquery[]);
create function desk.find_parse(p_query text) returns desk.find_query language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  r desk.find_query; m text[]; piece text; run text; w text; v text[]; t text; i int; v_words text[] := '{}'; v_said boolean[] := '{}'; s text := desk.fold(left(p_query, 500)); v_often tsquery[]; v_last boolean := p_query !~ '["\s]\s*$';
begin
  r.word := '{}'; r.q := '{}'; r.exact := '{}'; r.rx := '{}'; r.small := '{}'; r.plain := '{}'; r.pieces := '{}'; r.said := '{}'; r.quoted := '{}'; r.often := '{}';
  for m in select x from regexp_matches(s, '"([^"]*)"|([^"\s]+)', 'g') x loop
    piece := coalesce(m[1], m[2]);
    if m[1] ~ '\S' then r.said := r.said || regexp_replace(btrim(piece), '\s+', ' ', 'g'); end if;
    for run in select x[1] from regexp_matches(piece, desk.unspaced(), 'g') x loop
      if m[1] is null and length(run) > 2 then r.pieces := r.pieces || run; end if;
      for i in 1 .. greatest(length(run) - 1, 1) loop
        w := substr(run, i, 2);
        continue when w = any (r.word) or cardinality(r.word) >= 32;
        t := desk.find_quote(w) || case when length(w) = 1 then ':*' else '' end;
        r.word := r.word || w; r.q := r.q || t::tsquery; r.exact := r.exact || t::tsquery; r.often := r.often || t::tsquery; r.rx := r.rx || w; r.small := r.small || false; r.plain := r.plain || false; r.quoted := r.quoted || (m[1] is not null);
      end loop;
    end loop;
    v := array(select left(x[1], 64) from regexp_matches(regexp_replace(piece, desk.unspaced(), ' ', 'g'), '[[:alnum:]]+(?:[-._/:@\\+#]+[[:alnum:]]+)*', 'g') x);
    v_words := v_words || v; v_said := v_said || array_fill(m[1] is not null, array[cardinality(v)]);
  end loop;
  for i in 1 .. least(cardinality(v_words), 32) loop
    w := v_words[i];
    continue when w = any (r.word);
    v := case when v_said[i] or w ~ '[^a-z]' then array[w] else desk.find_forms(w) end;
    t := (select string_agg(desk.find_quote(x), '|') from unnest(v) x);
    r.exact := r.exact || (desk.find_quote(w) || case when w ~ '[^[:alnum:]]' then ':*' else '' end)::tsquery;
    if w ~ '[^[:alnum:]]' then t := t || ':*';
    elsif v_last and i = cardinality(v_words) and not v_said[i] then t := t || '|' || desk.find_quote(w) || ':*'; end if;
    r.word := r.word || w; r.q := r.q || t::tsquery;
    v_often := case when v_last and i = cardinality(v_words) and not v_said[i] then array[(desk.find_quote(w) || ':*')::tsquery] else array[r.exact[cardinality(r.exact)]]
      || array(select desk.find_quote(x.word)::tsquery from desk.find_word x, desk.find_state z where x.word = any (v) and x.word <> w and x.n > z.docs / 2000) end;
    r.often := r.often || desk.find_any(v_often);
    r.rx := r.rx || (case when w ~ '^[a-z0-9]' then '(?<![a-z0-9])' else '' end || '(?:' || desk.find_one_of(v) || case when v_last and i = cardinality(v_words) and not v_said[i] then '|' || desk.find_escape(w) || '[[:alnum:]]*' else '' end || ')' || case when w ~ '[^[:alnum:]]' then '' else '(?![a-z0-9])' end);
    r.small := r.small || (not v_said[i] and ts_lexize('english_stem', w) = '{}' and not (v_last and i = cardinality(v_words)));
    r.quoted := r.quoted || v_said[i];
    r.plain := r.plain || (not v_said[i] and w ~ '^[[:alpha:]]{4,32}$');
  end loop;
  r.pieces := r.said || r.pieces;
  if not false = any (r.small) then r.small := array_fill(false, array[cardinality(r.small)]); end if;
  return r;
end $$;

-- p_often: only those forms of a word that may be frequent.
-- All terms; or, p_any, all that were quoted and one of the others. not_these: of the others, those left out.
create function desk.find_join(f desk.find_query, p_any boolean, not_these boolean[], p_often boolean default false) returns tsquery language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare v_all tsquery; v_any tsquery; i int;
begin
  for i in 1 .. coalesce(cardinality(f.q), 0) loop
    if p_often then f.q[i] := f.often[i]; end if;
    if f.small[i] then continue;
    elsif f.quoted[i] or not p_any then v_all := case when v_all is null then f.q[i] else v_all && f.q[i] end;
    elsif not not_these[i] then v_any := case when v_any is null then f.q[i] else v_any || f.q[i] end; end if;
  end loop;
  return case when not p_any then v_all when v_any is null then null when v_all is null then v_any else v_all && v_any end;
end $$;

-- Pieces as regular expressions, and whether a text holds all of them: whatever its case, however wide its blanks. (Of a long text that costs
-- less than to make it of one case and of single blanks.)
create function desk.find_pieces(pieces text[]) returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select array(select replace(desk.find_escape(p), ' ', '\s+') from unnest(pieces) p) $$;
create function desk.find_has(t text, pieces text[]) returns boolean language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare s text := case when octet_length(t) = length(t) then t else desk.fold(coalesce(t, '')) end; p text;
begin
  foreach p in array pieces loop
    if s !~* p then return false; end if;
  end loop;
  return true;
end $$;

-- ---- candidates ----------------------------------------------------------------------------------------------------------
-- How many rows the server thinks hold something, of how many. Statistics know frequent words well. least: the share of tickets that the rarest of
-- several terms stands in, all of which are wanted; else 0.
-- few: the rarest of many terms, by which the index is asked; what it gives is tried with all of them.
create type desk.find_guess as (t float8, e float8, t_all float8, e_all float8, least float8, few tsquery);
create function desk.find_guesses(q tsquery[]) returns desk.find_guess[] language plpgsql volatile -- explain asks for it
  set search_path = pg_catalog, pg_temp as $$
declare g desk.find_guess; r desk.find_guess[] := '{}'; v json; x tsquery;
begin
  select greatest(sum(c.reltuples) filter (where i.inhparent = 'desk.ticket_text'::regclass), 1), greatest(sum(c.reltuples) filter (where i.inhparent = 'desk.event_text'::regclass), 1)
    into g.t_all, g.e_all from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent in ('desk.ticket_text'::regclass, 'desk.event_text'::regclass);
  g.least := 0;
  foreach x in array q loop
    execute format('explain (format json) select from desk.ticket_text x where x.tsv @@ %L::tsquery', x) into v;
    g.t := (v->0->'Plan'->>'Plan Rows')::float8;
    execute format('explain (format json) select from desk.event_text x where x.tsv @@ %L::tsquery', x) into v;
    g.e := (v->0->'Plan'->>'Plan Rows')::float8;
    r := r || g;
  end loop;
  return r;
end $$;

-- What is frequent is not read whole.
create function desk.find_frequent(g desk.find_guess) returns boolean language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select g.t > 4000 and g.t / g.t_all > 0.01 or g.e > 8000 and g.e / g.e_all > 0.01 $$;

-- The guess for what desk.find_join makes of the terms, from the guesses for each (as the server puts them together).
create function desk.find_expect(f desk.find_query, v desk.find_guess[], p_any boolean, not_these boolean[]) returns desk.find_guess language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare g desk.find_guess; t float8; e float8; at float8 := 1; ae float8 := 1; ot float8 := 1; oe float8 := 1; n int := 0; x int;
begin
  for i in 1 .. coalesce(cardinality(f.q), 0) loop
    continue when f.small[i];
    g := v[i]; t := least(g.t / g.t_all, 1); e := least(g.e / g.e_all, 1);
    if f.quoted[i] or not p_any then at := at * t; ae := ae * e;
    elsif not not_these[i] then ot := ot * (1 - t); oe := oe * (1 - e); n := n + 1; end if;
  end loop;
  if n > 0 then at := at * (1 - ot); ae := ae * (1 - oe); end if;
  g.t := at * g.t_all; g.e := ae * g.e_all; g.least := 0; g.few := null;
  if not p_any and cardinality(f.q) > 1 then
    for i in 1 .. cardinality(f.q) loop
      if not f.small[i] then g.least := case when g.least = 0 then v[i].t / v[i].t_all else least(g.least, v[i].t / v[i].t_all) end; end if;
    end loop;
    n := 0; t := g.t_all;
    for x in select k.i from generate_subscripts(f.q, 1) k(i) where not f.small[k.i] order by v[k.i].t, k.i loop
      g.few := case when n = 0 then f.q[x] else g.few && f.q[x] end;
      n := n + 1; t := t * v[x].t / v[x].t_all;
      exit when n >= 4 and t < 20;
    end loop;
  end if;
  return g;
end $$;

-- A text that matches and that the caller may read: a ticket's own (seq 0) or one of its events.
create type desk.find_text as (id bigint, seq int, tsv tsvector);

-- For those who see everything but what is restricted. p_often: what of q is read where there is much of it. (The server takes forms that nobody
-- wrote for frequent ones, and would rather read all that is new than look them up.) Of a phrase the newest texts that hold its words are read, as far as some thousand.
create function desk.find_texts_all(q tsquery, p_often tsquery, g desk.find_guess, pieces text[], out hits desk.find_text[], out capped boolean) language plpgsql stable
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_custom_plan as $$
declare v desk.find_text[]; v_top bigint; n int; v_read int := case when pieces = '{}' then 3000 else 2500 end; v_some bigint; v_all boolean := false; v_few tsquery := coalesce(g.few, q);
begin
  capped := false; hits := '{}';
  select max(x.id) into v_top from desk.ticket_text x;
  -- frequent, or made of nothing but frequent words, whose lists it costs more to join: the newest
  if g.t > 4000 and g.t / g.t_all > 0.01 or g.least > 0.03 and g.least * g.t_all > 20000 then
    v_all := g.least * g.t_all > 50000;       -- the shortest list is long: then what is new, further back
    n := least(greatest(500 * g.t_all / g.t, 1000), case when v_all then 40000 else 12000 end)::int;
    select array_agg(row(x.id, 0, x.tsv)::desk.find_text) into v from (
      select x.id, x.tsv from (select w.id, w.tsv, w.body from desk.ticket_text w order by w.id desc limit n offset 0) x
       where x.tsv @@ q and x.id not in (select r.id from desk.ticket r where r.restricted)
         and (pieces = '{}' or desk.find_has(concat_ws(E'\n', (select t.subject from desk.ticket t where t.id = x.id), x.body), pieces)) limit 800) x;
    if cardinality(v) >= 20 or v_all then hits := coalesce(v, '{}'); capped := true; end if;
  end if;
  if not capped then
    -- in between: as many of the newest as a bitmap of ids costs little; rare: all
    n := case when g.t > 2000 then least(500 * g.t_all / g.t, v_top - 1) else 0 end;
    loop
      select array_agg(row(x.id, 0, x.tsv)::desk.find_text) filter (where pieces = '{}' or desk.find_has(concat_ws(E'\n', (select t.subject from desk.ticket t where t.id = x.id), x.body), pieces)), count(*) into v, v_some from (
        (select x.id, x.tsv, x.body from desk.ticket_text x
          where n > 0 and x.tsv @@ p_often and x.id > v_top - n and x.id not in (select r.id from desk.ticket r where r.restricted) limit v_read)
        union all
        (select x.id, x.tsv, x.body from (select y.id, y.tsv, y.body from desk.ticket_text y where n = 0 and y.tsv @@ v_few offset 0) x
          where x.tsv @@ q and x.id not in (select r.id from desk.ticket r where r.restricted) limit v_read)) x;
      exit when n = 0 or cardinality(v) >= 20 or v_some = v_read;
      n := case when pieces = '{}' or n * 16.0 >= v_top then 0 else n * 16 end;
    end loop;
    hits := coalesce(v, '{}'); capped := n > 0 or v_some = v_read;
  end if;
  v := null;
  if g.e > 8000 and g.e / g.e_all > 0.01 or v_all or g.least > 0.03 and cardinality(hits) > 200 then
    n := least(greatest(300 * g.e_all / g.e, 1000), case when cardinality(hits) > 200 then 4000 else 10000 end)::int;
    select array_agg(row(x.ticket_id, x.seq, x.tsv)::desk.find_text) into v from (
      select x.ticket_id, x.seq, x.tsv from (select w.ticket_id, w.seq, w.tsv, w.body from desk.event_text w order by w.ticket_id desc, w.seq desc limit n offset 0) x
       where x.tsv @@ q and x.ticket_id not in (select r.id from desk.ticket r where r.restricted) and (pieces = '{}' or desk.find_has(x.body, pieces)) limit 600) x;
    if cardinality(v) >= 20 or v_all then capped := true; v := coalesce(v, '{}'); else v := null; end if;
  end if;
  if v is null then
    n := case when g.e > 3000 then least(500 * g.e_all / g.e * g.t_all / g.e_all, v_top - 1) else 0 end;
    loop
      select array_agg(row(x.ticket_id, x.seq, x.tsv)::desk.find_text) filter (where pieces = '{}' or desk.find_has(x.body, pieces)), count(*) into v, v_some from (
        (select x.ticket_id, x.seq, x.tsv, x.body from desk.event_text x
          where n > 0 and x.tsv @@ p_often and x.ticket_id > v_top - n and x.ticket_id not in (select r.id from desk.ticket r where r.restricted) limit v_read)
        union all
        (select x.ticket_id, x.seq, x.tsv, x.body from (select y.ticket_id, y.seq, y.tsv, y.body from desk.event_text y where n = 0 and y.tsv @@ v_few offset 0) x
          where x.tsv @@ q and x.ticket_id not in (select r.id from desk.ticket r where r.restricted) limit v_read)) x;
      exit when n = 0 or cardinality(v) >= 20 or v_some = v_read;
      n := case when pieces = '{}' or n * 16.0 >= v_top then 0 else n * 16 end;
    end loop;
    capped := capped or n > 0 or v_some = v_read;
  end if;
  hits := hits || coalesce(v, '{}');
end $$;

-- For those who see some organisations, groups, or what is their own: at most p_most of each kind. What few rows hold is found by the index; what many hold is looked
-- for in the newest tickets they see, however few those are among all.
create function desk.find_texts_some(q tsquery, g desk.find_guess, pieces text[], p_most int, out hits desk.find_text[], out capped boolean) language plpgsql stable
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set plan_cache_mode = force_generic_plan as $$
declare
  v_few tsquery := coalesce(g.few, q); own int := desk.me_own(); orgs int[] := desk.scope_orgs(); groups int[] := desk.scope_groups(); pairs bigint[] := desk.scope_pairs(); v_ids bigint[]; v_last bigint; n int;
begin
  capped := false; hits := '{}';
  if g.t <= 4000 and g.e <= 8000 and (g.least <= 0.03 or g.least * g.t_all <= 20000) then
    select array_agg(x) into hits from (
      select row(t.id, 0, x.tsv)::desk.find_text as x from (select y.id, y.tsv, y.body from desk.ticket_text y where y.tsv @@ v_few limit 12000) x join desk.ticket t on t.id = x.id
       where x.tsv @@ q and not t.restricted and (t.org_id = any (orgs) or t.group_id = any (groups) or ((t.org_id::bigint << 32) | t.group_id) = any (pairs) or t.requester_id = own or t.opened_by = own)
         and (pieces = '{}' or desk.find_has(concat_ws(E'\n', t.subject, x.body), pieces))
      union all
      select row(x.ticket_id, x.seq, x.tsv)::desk.find_text from (select y.ticket_id, y.seq, y.tsv, y.body from desk.event_text y where y.tsv @@ v_few limit 12000) x join desk.ticket t on t.id = x.ticket_id
       where x.tsv @@ q and not t.restricted and (t.org_id = any (orgs) or t.group_id = any (groups) or ((t.org_id::bigint << 32) | t.group_id) = any (pairs)
            or ((t.requester_id = own or t.opened_by = own) and (select e.visibility from desk.event e where e.ticket_id = x.ticket_id and e.seq = x.seq) = 2))
         and (pieces = '{}' or desk.find_has(x.body, pieces)) limit coalesce(p_most, 4000)) s;
    hits := coalesce(hits, '{}'); capped := cardinality(hits) >= 4000;
    return;
  end if;
  foreach n in array '{500,3000}'::int[] loop
    select array_agg(s.id order by s.id desc) into v_ids from (select distinct u.id from (
        select x.id from unnest(orgs) o(o), lateral (select t.id from desk.ticket t where t.org_id = o.o and (v_last is null or t.id < v_last) order by t.id desc limit n) x
        union all select x.id from unnest(groups) o(o), lateral (select t.id from desk.ticket t where t.group_id = o.o and (v_last is null or t.id < v_last) order by t.id desc limit n) x
        union all select x.id from unnest(pairs) o(o), lateral (select t.id from desk.ticket t where t.group_id = (o.o & 4294967295)::int and t.org_id = (o.o >> 32)::int and (v_last is null or t.id < v_last) order by t.id desc limit n) x
        union all (select t.id from desk.ticket t where t.requester_id = own and (v_last is null or t.id < v_last) order by t.id desc limit n)
        union all (select t.id from desk.ticket t where t.opened_by = own and (v_last is null or t.id < v_last) order by t.id desc limit n)) u order by u.id desc limit n) s;
    hits := hits || array(select x from (
      select row(t.id, 0, x.tsv)::desk.find_text as x from (select y.id, y.tsv, y.body from unnest(v_ids) i(id) join desk.ticket_text y on y.id = i.id where y.tsv @@ q offset 0) x join desk.ticket t on t.id = x.id
       where not t.restricted and (pieces = '{}' or desk.find_has(concat_ws(E'\n', t.subject, x.body), pieces))
      union all
      select row(x.ticket_id, x.seq, x.tsv)::desk.find_text from (select y.ticket_id, y.seq, y.tsv, y.body from unnest(v_ids) i(id) join desk.event_text y on y.ticket_id = i.id where y.tsv @@ q offset 0) x
          join desk.ticket t on t.id = x.ticket_id
       where not t.restricted and (t.org_id = any (orgs) or t.group_id = any (groups) or ((t.org_id::bigint << 32) | t.group_id) = any (pairs)
            or ((t.requester_id = own or t.opened_by = own) and (select e.visibility from desk.event e where e.ticket_id = x.ticket_id and e.seq = x.seq) = 2))
         and (pieces = '{}' or desk.find_has(x.body, pieces)) limit p_most) s);
    capped := coalesce(cardinality(v_ids), 0) = n;
    exit when not capped or cardinality(hits) >= least(p_most, 40);
    v_last := v_ids[n];
  end loop;
end $$;

-- ---- excerpts --------------------------------------------------------------------------------------------------------------
-- Markdown without its marks, for excerpts.
create function desk.find_plain(t text) returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select regexp_replace(regexp_replace(regexp_replace(t, '^\s{0,3}(?:#{1,6}\s+|>\s?|```.*$|[-*+]\s+|\|?[-:| ]{3,}\|?$)', '', 'gn'), '!?\[([^]]*)\]\([^)]*\)', '\1', 'g'), '\*\*|__|`', '', 'g') $$;

-- Where a text matches, in one go: begin and length in characters, the first p_most.
create function desk.find_spots(t text, rx text, p_most int) returns table(at int, len int) language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select (1 + sum(length(s.s) + length(m.m[1])) over (order by m.n) - length(m.m[1]))::int, length(m.m[1])
    from regexp_matches(t, rx, 'g') with ordinality m(m, n) join regexp_split_to_table(t, rx) with ordinality s(s, n) on s.n = m.n order by m.n limit p_most $$;

-- About 200 characters of a text from where most of what was looked for stands together: {excerpt, marks: [[begin, length] ...]} in characters.
create function desk.find_excerpt(t text, rx text) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare s text; f text; v_at int[] := '{}'; p int; i int; v_from int := 1; n int; v_marks jsonb; v_before text; x text;
begin
  s := btrim(regexp_replace(regexp_replace(left(coalesce(t, ''), 60000), '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]', '', 'g'), '\s+', ' ', 'g'));
  f := desk.fold(s);
  if length(f) <> length(s) then
    s := normalize(s, NFKC); f := lower(s);
    if length(f) <> length(s) then s := f; end if;
  end if;
  if rx is not null then
    v_at := array(select o.at from desk.find_spots(f, rx, 24) o order by o.at);
    select a.a into v_from from unnest(v_at) with ordinality a(a, n) order by (select count(*) from unnest(v_at) b where b between a.a and a.a + 150) desc, a.n limit 1;
    v_from := coalesce(v_from, 1);
  end if;
  p := v_from;
  v_from := greatest(p - 50, 1);
  if p <= 60 then v_from := 1;
  else
    x := substr(s, v_from, p - v_from);
    i := position(' ' in x);
    if i > 0 then v_from := v_from + i; end if;
    while v_from > 1 and substr(s, v_from, 1) ~ '[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]' loop v_from := v_from - 1; end loop;
  end if;
  v_before := case when v_from > 1 then '…' else '' end;
  n := 200;
  if length(s) - v_from + 1 > n then
    x := substr(s, v_from, n);
    i := length(x) - length(substring(x from '[^ ]*$'));      -- not within a word, if it is none without blanks
    if i > 150 then n := i - 1; end if;
    while n < 240 and substr(s, v_from + n, 1) ~ '[\u0300-\u036f\u1ab0-\u1aff\u20d0-\u20ff\u200d\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]' loop n := n + 1; end loop;
  end if;
  x := substr(s, v_from, n);
  if v_at <> '{}' then          -- what touches is one mark
    select jsonb_agg(jsonb_build_array(k.at, k.len) order by k.at) into v_marks from (
      select min(o.at) - 1 + length(v_before) as at, sum(o.len) as len from (
        select r.at, r.len, sum(r.first) over (order by r.at) as run from (
          select o.at, o.len, (lag(o.at + o.len) over (order by o.at) is distinct from o.at)::int as first from desk.find_spots(substr(f, v_from, n), rx, 40) o) r) o group by o.run) k;
  end if;
  return jsonb_build_object('excerpt', v_before || x || case when v_from + n <= length(s) then '…' else '' end, 'marks', coalesce(v_marks, '[]'));
end $$;

-- ---- ranking ---------------------------------------------------------------------------------------------------------------
-- type: ticket (seq > 0: this event of it), article, ci. key: id of the ticket, the article, the item.
create type desk.find_hit as (type text, key bigint, seq int, tsv tsvector);

create function desk.ci_tsv(p_ident text, p_name text, p_class text, p_description text, p_attrs jsonb, p_place text, p_environment text) returns tsvector language plpgsql immutable parallel safe
  security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$  -- definer: the owner of the table builds the index
begin
  return desk.tsv(p_ident || E'\n' || p_name || E'\n' || p_class, coalesce(p_description, '') || E'\n' || coalesce(p_place, '') || E'\n' || coalesce(p_environment, '') || E'\n'
    || coalesce((select string_agg(a.value, E'\n') from jsonb_each_text(p_attrs) a), ''));
end $$;
grant execute on function desk.ci_tsv(text, text, text, text, jsonb, text, text) to desk_owner;
reset role; set local role desk_owner;
create index ci_tsv_key on desk.ci using gin (desk.ci_tsv(ident, name, class, description, attrs, place, environment));
reset role; set local role desk_api;

-- The items that match and that the caller may see, as far as the first p_most; of many the ones of which there is least to say, whose words weigh most.
create function desk.find_cis(q tsquery, pieces text[], p_me int, p_most int) returns setof desk.find_hit language sql stable rows 100
  set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select 'ci', c.id, 0, desk.ci_tsv(c.ident, c.name, c.class, c.description, c.attrs, c.place, c.environment) from (
    select y.* from (
      select x.* from desk.ci x, (select desk.ci_orgs() as orgs offset 0) o where desk.ci_tsv(x.ident, x.name, x.class, x.description, x.attrs, x.place, x.environment) @@ q
         and (o.orgs is null or (x.org_id is null and o.orgs <> '{}') or x.org_id = any (o.orgs) or x.owner_id = p_me) limit 1500) y
     where pieces = '{}' or desk.find_has(concat_ws(E'\n', y.ident, y.name, y.description, y.place, y.attrs::text), pieces)
     order by length(y.name) + length(y.ident) + octet_length(y.description) + octet_length(y.attrs::text), y.id limit p_most) c
   where desk.ci_seen(c::desk.ci, p_me) $$;

-- The articles that match and that the caller may read: what is published and holds.
create function desk.find_articles(q tsquery, pieces text[], p_me int, p_most int) returns setof desk.find_hit language sql stable rows 100
  set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
  select 'article', v.article_id, 0, v.tsv from desk.kb_sight(p_me) s,
    lateral (select x.* from desk.article_version x join desk.article a on a.id = x.article_id and a.published_id = x.id where x.tsv is not null and x.tsv @@ q
       and desk.article_live(a, s.today) and desk.article_judge(a, s) limit p_most) v
   where (pieces = '{}' or desk.find_has(concat_ws(E'\n', v.title, v.body, v.symptom, v.cause, v.resolution), pieces)) $$;

-- Everything that matches q and may be read; capped: there is more.
create function desk.find_hits(q tsquery, p_often tsquery, g desk.find_guess, pieces text[], p_types text[], p_me int, out hits desk.find_hit[], out capped boolean) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v record; n int;
begin
  pieces := desk.find_pieces(pieces);
  hits := '{}'; capped := false;
  if q is null then return; end if;
  if 'ticket' = any (p_types) then
    if desk.scope_all() then v := desk.find_texts_all(q, p_often, g, pieces); else v := desk.find_texts_some(q, g, pieces, null); end if;
    hits := array(select row('ticket', x.id, x.seq, x.tsv)::desk.find_hit from unnest(v.hits) x);
    capped := v.capped;
  end if;
  if 'article' = any (p_types) then
    n := cardinality(hits);
    hits := hits || array(select x from desk.find_articles(q, pieces, p_me, 2000) x);
    capped := capped or cardinality(hits) - n >= 2000;
  end if;
  if 'ci' = any (p_types) then
    n := cardinality(hits);
    hits := hits || array(select x from desk.find_cis(q, pieces, p_me, 150) x);
    capped := capped or cardinality(hits) - n >= 150;
  end if;
end $$;

-- Scores: for each term its weight by rarity (BM25 with the length of the text), more for the form typed than for another one, as much again
-- when it stands in the title, half more when they are the title; what is open or new counts a little more. What the terms of a ticket's texts and events say is put together.
create function desk.find_rank(f desk.find_query, p_guess desk.find_guess[], hits desk.find_hit[], p_capped boolean, p_now timestamptz, p_most int)
  returns table(type text, key bigint, seq int, score float8) language plpgsql stable rows 50 set search_path = pg_catalog, pg_temp as $$
declare v_idf float8[] := '{}'; g desk.find_guess; i int; v_n float8; v_df float8; v_docs bigint; v_most int := greatest(1200 / greatest(cardinality(f.q), 3), p_most, 100);
begin
  v_n := cardinality(hits);
  if p_capped and cardinality(f.q) > 1 then
    select s.docs into v_docs from desk.find_state s;
    for i in 1 .. cardinality(f.q) loop
      g := p_guess[i];
      v_n := greatest(g.t_all + g.e_all, 1000); v_df := g.t + g.e;
      if v_docs > 1000 and f.word[i] ~ '^[[:alnum:]]+$' then
        v_df := least(v_df, v_n / v_docs * coalesce((select sum(w.n) from desk.find_word w where w.word = f.word[i]), 1));
      end if;
      v_idf := v_idf || ln(1 + v_n / (v_df + 1));
    end loop;
  else
    select array_agg(ln(1 + (v_n + 10) / (k.n + 1.0)) order by k.i) into v_idf
      from (select t.i, count(h.key) as n from generate_subscripts(f.q, 1) t(i) left join unnest(hits) h on h.tsv @@ f.q[t.i] group by t.i) k;
  end if;
  return query
    with m as (
      select h.type, h.key, h.seq, t.i, t.idf * case when h.tsv @@ t.exact then 1.0 else 0.8 end * case when h.seq > 0 then 0.7 else 1.0 end
             * 2.2 / (1 + 1.2 * (0.3 + 0.7 * length(h.tsv) / case h.type when 'article' then 250.0 when 'ci' then 20.0 else case when h.seq > 0 then 30.0 else 60.0 end end)) as s
        from unnest(hits) h cross join unnest(f.q, f.exact, v_idf) with ordinality t(q, exact, idf, i) where h.tsv @@ t.q),
    k as materialized (
      select b.type, b.key, sum(b.s) as s from (select m.type, m.key, m.i, max(m.s) as s from m group by 1, 2, 3) b group by 1, 2 order by 3 desc, 2 desc limit v_most),
    e as (select distinct on (m.type, m.key) m.type, m.key, m.seq from (select x.type, x.key, x.seq, sum(x.s) as s from m x join k using (type, key) group by 1, 2, 3) m order by m.type, m.key, m.s desc, m.seq),
    l as (
      select k.*, x.title, x.at, x.live from k cross join lateral (
        select t.subject as title, t.updated_at as at, t.phase < 3 as live from desk.ticket t where k.type = 'ticket' and t.id = k.key
        union all select v.title, v.at, true from desk.article a join desk.article_version v on v.id = a.published_id where k.type = 'article' and a.id = k.key
        union all select c.name || ' ' || c.ident, null, c.active from desk.ci c where k.type = 'ci' and c.id = k.key) x)
    select l.type, l.key, e.seq,
           (l.s + coalesce((select sum(v_idf[t.i]) from generate_subscripts(f.q, 1) t(i) where desk.fold(l.title) ~ f.rx[t.i]), 0))
             * case when desk.fold(l.title) = array_to_string(f.word, ' ') then 1.5 else 1.0 end * case when l.live then 1.1 else 1.0 end * (1 + 0.25 * exp(-least(greatest(extract(epoch from p_now - l.at) / 86400, 0), 3650) / 90)::float8)
      from l join e on e.type = l.type and e.key = l.key order by 4 desc, l.key desc limit p_most;
  return;
end $$;

-- What is named exactly: numbers of tickets (here and in the system they came from), idents and names of items.
create function desk.find_exact(p_query text, p_types text[], p_me int) returns table(type text, key bigint) language sql stable rows 5 set search_path = pg_catalog, pg_temp as $$
  select 'ticket', t.id from desk.ticket t
   where 'ticket' = any (p_types) and (t.number = upper(btrim(p_query)) or t.external = btrim(p_query)) and not t.restricted and desk.can_see(t.id, p_me)
  union all
  select 'article', a.id from desk.article a, desk.kb_sight(p_me) s
   where 'article' = any (p_types) and a.number = case when btrim(p_query) ~* '^kb' then desk.kb_number(p_query) end and desk.article_live(a, s.today) and desk.article_judge(a, s)
  union all
  (select 'ci', c.id from desk.ci c where 'ci' = any (p_types) and (lower(c.ident) = lower(btrim(p_query)) or lower(c.name) = lower(btrim(p_query))) and desk.ci_seen(c, p_me) order by c.id limit 20) $$;

-- ---- misspellings ------------------------------------------------------------------------------------------------------------
-- Letters of a word as bits: words that differ in one letter differ in two bits at most.
create function desk.find_mask(w text) returns int language sql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
  select coalesce(bit_or(1 << (ascii(c) % 31)), 0) from unnest(string_to_array(w, null)) c $$;

-- Letters to change, add, drop or swap with the next to come from one word to the other; p_most + 1 where it is more.
create function desk.find_distance(a text, b text, p_most int) returns int language plpgsql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
declare x text[] := string_to_array(a, null); y text[] := string_to_array(b, null); m int := cardinality(x); n int := cardinality(y); p int[]; c int[]; o int[]; i int; j int; v int; v_least int;
begin
  if abs(m - n) > p_most then return p_most + 1; end if;
  while m > 0 and n > 0 and x[m] = y[n] loop m := m - 1; n := n - 1; end loop;      -- what they end and begin with alike
  i := 0;
  while i < least(m, n) and x[i + 1] = y[i + 1] loop i := i + 1; end loop;
  if i > 0 then x := x[i + 1:m]; y := y[i + 1:n]; m := m - i; n := n - i; end if;
  if m = 0 or n = 0 then return greatest(m, n); end if;
  c := array(select g from generate_series(0, n) g);
  for i in 1 .. m loop
    o := p; p := c; c := array[i]; v_least := i;
    for j in 1 .. n loop
      v := least(p[j + 1] + 1, c[j] + 1, p[j] + case when x[i] = y[j] then 0 else 1 end);
      if i > 1 and j > 1 and x[i] = y[j - 1] and x[i - 1] = y[j] then v := least(v, o[j - 1] + 1); end if;
      c := c || v;
      if v < v_least then v_least := v; end if;
    end loop;
    if v_least > p_most then return p_most + 1; end if;
  end loop;
  return c[n + 1];
end $$;

-- Words like this one, the nearest and most frequent first: of what was counted, and of the newest texts that were not yet.
create function desk.find_alike(w text) returns setof text language plpgsql stable rows 5 set search_path = pg_catalog, pg_temp as $$
declare v_mask bit(32) := desk.find_mask(w)::bit(32); v_least int := length(w) - 2; v_most int := length(w) + 2; v_far int := case when length(w) > 5 then 2 else 1 end;
begin
  return query
  with s as (select f.hi from desk.find_state f),
  fresh as materialized (
    select x.word, count(*)::int as n from (
      (select unnest(tsvector_to_array(t.tsv)) as word from (select y.tsv from desk.ticket_text y where y.id > (select hi from s) and y.id not in (select r.id from desk.ticket r where r.restricted) order by y.id desc limit 300) t)
      union all
      (select unnest(tsvector_to_array(v.tsv)) from (select distinct l.article_id from (select z.article_id from desk.article_log z, desk.find_state f where z.id > f.log order by z.id desc limit 5000) l limit 2000) l
         join desk.article a on a.id = l.article_id join desk.article_version v on v.id = a.published_id)
      union all
      (select unnest(desk.lexemes(c.name)) from (select z.name from desk.ci z, desk.find_state f where z.id > f.ci order by z.id desc limit 1000) c)
      union all
      (select unnest(tsvector_to_array(t.tsv)) from (select y.tsv from desk.event_text y where y.ticket_id > (select hi from s) and y.ticket_id not in (select r.id from desk.ticket r where r.restricted) order by y.ticket_id desc limit 300) t)) x
     where length(x.word) between v_least and v_most group by 1),
  near as (
    select z.word, max(z.n) as n, min(bit_count(z.mask::bit(32) # v_mask)) as bits from (
      select k.word, k.mask, k.n from desk.find_word k where k.mask is not null and length(k.word) between v_least and v_most and bit_count(k.mask::bit(32) # v_mask) <= 4
      union all
      select v.word, desk.find_mask(v.word), v.n from fresh v where v.word ~ '^[[:alpha:]]{3,32}$' and not exists (select from desk.find_word k where k.word = v.word and k.mask is not null)) z
     where z.word <> w group by 1 order by 3, 2 desc limit 150)
  select d.word from (select n.word, n.n, desk.find_distance(n.word, w, v_far) as d from near n where n.bits <= 4) d
   where d.d <= v_far order by d.d, left(d.word, 1) <> left(w, 1), d.n desc, d.word limit 6;
end $$;

-- Whether there is anything with this that may be read; for who sees all without reading it.
create function desk.find_there(q tsquery, g desk.find_guess, p_types text[], p_me int) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare v_types text[] := p_types;
begin
  if 'ticket' = any (p_types) and desk.scope_all() then
    if g.t > 4000 and g.t / g.t_all > 0.01 or exists (select from desk.ticket_text x where x.tsv @@ q and x.id not in (select r.id from desk.ticket r where r.restricted))
      or exists (select from desk.event_text x where x.tsv @@ q and x.ticket_id not in (select r.id from desk.ticket r where r.restricted)) then return true; end if;
    v_types := array_remove(v_types, 'ticket');
  elsif 'ticket' = any (p_types) then
    if (desk.find_texts_some(q, g, '{}', 1)).hits <> '{}' then return true; end if;
    v_types := array_remove(v_types, 'ticket');
  end if;
  return (desk.find_hits(q, q, g, '{}', v_types, p_me)).hits <> '{}';
end $$;

-- ---- counting words -----------------------------------------------------------------------------------------------------------
-- The next few texts: what is new first, then a sample of what was there before, from the newest back; false: nothing to do. Words of restricted
-- tickets are not counted. Called beside the tick, in short transactions.
create function desk.find_learn() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare s desk.find_state; v_from bigint; v_to bigint; v tsvector[]; v_cis bigint[]; v_log bigint; v_articles bigint[];
begin
  if not pg_try_advisory_xact_lock(7205759, 45) then return false; end if;
  select * into s from desk.find_state;
  select max(x.id) into v_to from (select t.id from desk.ticket_text t where t.id > s.hi order by t.id limit 250) x;
  if v_to is not null then v_from := s.hi;
  elsif s.lo > 0 and s.docs < 100000 then
    v_to := s.lo; v_from := greatest(s.lo - 250, 0);
  end if;
  v_cis := array(select c.id from desk.ci c where c.id > s.ci order by c.id limit 250);
  select max(l.id), array_agg(distinct l.article_id) into v_log, v_articles from (select x.id, x.article_id from desk.article_log x where x.id > s.log order by x.id limit 250) l;
  if v_to is null and v_cis = '{}' and v_log is null then return false; end if;
  v := array(select t.tsv from desk.ticket_text t where t.id > v_from and t.id <= v_to and t.tsv is not null and t.id not in (select r.id from desk.ticket r where r.restricted)
    union all select t.tsv from desk.event_text t where t.ticket_id > v_from and t.ticket_id <= v_to and t.tsv is not null and t.ticket_id not in (select r.id from desk.ticket r where r.restricted)
    union all select desk.ci_tsv(c.ident, c.name, c.class, c.description, c.attrs, c.place, c.environment) from desk.ci c where c.id = any (v_cis)
    union all select x.tsv from desk.article a join desk.article_version x on x.id = a.published_id where a.id = any (v_articles) and x.tsv is not null);
  insert into desk.find_word as k (word, stem, mask, n)
    select w.word, case when w.word ~ '^[a-z]{3,32}$' then desk.find_stem(w.word) end, case when w.word ~ '^[[:alpha:]]{3,32}$' and w.word !~ desk.unspaced() then desk.find_mask(w.word) end, w.n
      from (select l.word, count(*)::int as n from unnest(v) d(d), unnest(tsvector_to_array(d.d)) l(word)
             where length(l.word) <= 32 and l.word ~ '^[[:alpha:]]' group by 1) w order by w.word
    on conflict (word) do update set n = k.n + excluded.n;
  update desk.find_state x set docs = x.docs + cardinality(v), hi = greatest(x.hi, v_to), lo = case when v_to <= x.hi then v_from else x.lo end,
    log = greatest(x.log, v_log), ci = greatest(x.ci, v_cis[cardinality(v_cis)]);
  return true;
end $$;

-- ---- the search ---------------------------------------------------------------------------------------------------------------
-- {hits: [{type, id, title, score, excerpt, marks, key, seq, state, live}], capped, relaxed, instead}. capped: of what is frequent only the
-- newest was ranked. relaxed: nothing holds all words, these hold some. instead: the query that was looked for, if a word was misspelt.
create function desk.find_page(p_query text, p_types text[], p_limit int) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
declare
  v_me int := desk.me(); v_now timestamptz := desk.now(); f desk.find_query; g desk.find_guess[]; h record; v_types text[]; v_limit int := least(greatest(coalesce(p_limit, 20), 1), 200);
  v_instead text; v_relaxed boolean := false; i int; w text; v_rx text; r jsonb; v_often boolean[] := '{}'; v_text text; v_tried int := 0; e desk.find_guess;
begin
  if v_me is null then return null; end if;
  v_types := array(select distinct case x when 'tickets' then 'ticket' when 'event' then 'ticket' when 'articles' then 'article' when 'cis' then 'ci' else x end from unnest(coalesce(nullif(p_types, '{}'), '{ticket,article,ci}')) x);
  f := desk.find_parse(coalesce(p_query, ''));
  g := desk.find_guesses(f.often);
  h := desk.find_hits(desk.find_join(f, false, null), desk.find_join(f, false, null, true), desk.find_expect(f, g, false, null), f.pieces, v_types, v_me);
  if h.hits = '{}' and cardinality(f.q) > 0 then
    -- a word that stands in nothing one may read is looked for in another spelling that does
    v_text := desk.fold(left(p_query, 500));
    for i in 1 .. cardinality(f.q) loop
      continue when not f.plain[i] or f.small[i];
      e := g[i];
      continue when e.t > 4000 or e.e > 8000;      -- known to everybody
      if cardinality(f.q) > 1 then          -- one word alone was just looked for
        continue when desk.find_there(f.q[i], e, v_types, v_me);
      end if;
      v_tried := v_tried + 1;
      exit when v_tried > 4;      -- a text that is all unknown words is no misspelling
      for w in select a from desk.find_alike(f.word[i]) a loop
        if desk.find_there(desk.find_quote(w)::tsquery, (desk.find_guesses(array[desk.find_quote(w)::tsquery]))[1], v_types, v_me) then
          v_text := regexp_replace(v_text, '(?<![[:alnum:]])' || f.word[i] || '(?![[:alnum:]])', w); v_instead := v_text;
          exit;
        end if;
      end loop;
    end loop;
    if v_instead is not null then
      f := desk.find_parse(v_instead);
      g := desk.find_guesses(f.often);
      h := desk.find_hits(desk.find_join(f, false, null), desk.find_join(f, false, null, true), desk.find_expect(f, g, false, null), f.pieces, v_types, v_me);
    end if;
    if h.hits = '{}' and cardinality(f.q) > 1 then
      -- some of the words: those that are not frequent, unless all are
      for i in 1 .. cardinality(f.q) loop
        v_often := v_often || desk.find_frequent(g[i]);
      end loop;
      h := desk.find_hits(desk.find_join(f, true, v_often), desk.find_join(f, true, v_often, true), desk.find_expect(f, g, true, v_often), f.said, v_types, v_me);
      if h.hits = '{}' and true = any (v_often) then
        v_often := array_fill(false, array[cardinality(f.q)]); h := desk.find_hits(desk.find_join(f, true, v_often), desk.find_join(f, true, v_often, true), desk.find_expect(f, g, true, v_often), f.said, v_types, v_me);
      end if;
      v_relaxed := h.hits <> '{}';
    end if;
  end if;
  v_rx := (select string_agg(x, '|') from (select unnest(f.rx) as x, unnest(f.small) as s) y where not s);
  if not v_relaxed and f.pieces <> '{}' then v_rx := (select string_agg(desk.find_escape(p), '|' order by length(p) desc) from unnest(f.pieces) p) || '|' || v_rx; end if;
  with exact as materialized (select x.type, x.key, 0 as seq, 1000.0::float8 as score from desk.find_exact(p_query, v_types, v_me) x),
  page as (
    select u.* from (select * from exact union all select k.* from desk.find_rank(f, g, h.hits, h.capped, v_now, v_limit) k where not exists (select from exact x where x.type = k.type and x.key = k.key)) u
     order by u.score desc, u.type, u.key desc limit v_limit),
  told as materialized (      -- an excerpt is made once
    select p.*, x.id, x.title, x.state, x.live, desk.find_excerpt(x.body, v_rx) as cut from page p cross join lateral (
      select t.number as id, t.subject as title, t.state, t.phase < 3 as live, case when p.seq = 0 then b.body else (select y.body from desk.event_text y where y.ticket_id = p.key and y.seq = p.seq) end as body
        from desk.ticket t left join desk.ticket_text b on b.id = t.id where p.type = 'ticket' and t.id = p.key
      union all
      select a.number, v.title, v.state, true, desk.find_plain(concat_ws(E'\n', v.symptom, v.body, v.cause, v.resolution)) from desk.article a join desk.article_version v on v.id = a.published_id where p.type = 'article' and a.id = p.key
      union all
      select c.ident, c.name, c.lifecycle, c.active, concat_ws('; ', c.class, nullif(c.description, ''), nullif(c.place, ''), (select string_agg(a.key || ' ' || a.value, ', ' order by a.key) from jsonb_each_text(c.attrs) a where a.value <> ''))
        from desk.ci c where p.type = 'ci' and c.id = p.key) x)
  select jsonb_agg(jsonb_build_object('type', t.type, 'id', t.id, 'title', t.title, 'score', round(t.score::numeric, 3), 'excerpt', t.cut->>'excerpt', 'marks', t.cut->'marks', 'key', t.key, 'seq', t.seq, 'state', t.state,
      'live', t.live) order by t.score desc, t.type, t.key desc) into r from told t;
  return jsonb_build_object('hits', coalesce(r, '[]'), 'capped', h.capped, 'relaxed', v_relaxed, 'instead', v_instead);
end $$;

-- The same as rows.
create function desk.find(p_query text, p_types text[], p_limit int) returns table(type text, id text, title text, score float8, excerpt text) language sql stable rows 20
  set search_path = pg_catalog, pg_temp as $$
  select h->>'type', h->>'id', h->>'title', (h->>'score')::float8, h->>'excerpt' from jsonb_array_elements(desk.find_page(p_query, p_types, p_limit)->'hits') h $$;

revoke execute on function desk.find_stem(text), desk.find_forms(text), desk.find_quote(text), desk.find_escape(text), desk.find_parse(text), desk.find_one_of(text[]), desk.find_join(desk.find_query, boolean, boolean[], boolean),
  desk.find_pieces(text[]), desk.find_has(text, text[]), desk.find_guesses(tsquery[]), desk.find_frequent(desk.find_guess), desk.find_expect(desk.find_query, desk.find_guess[], boolean, boolean[]), desk.find_any(tsquery[]), desk.find_texts_all(tsquery, tsquery, desk.find_guess, text[]), desk.find_texts_some(tsquery, desk.find_guess, text[], int), desk.find_spots(text, text, int), desk.find_plain(text), desk.find_excerpt(text, text),
  desk.ci_tsv(text, text, text, text, jsonb, text, text), desk.find_articles(tsquery, text[], int, int), desk.find_cis(tsquery, text[], int, int), desk.find_hits(tsquery, tsquery, desk.find_guess, text[], text[], int),
  desk.find_rank(desk.find_query, desk.find_guess[], desk.find_hit[], boolean, timestamptz, int), desk.find_exact(text, text[], int), desk.find_mask(text), desk.find_distance(text, text, int), desk.find_alike(text), desk.find_there(tsquery, desk.find_guess, text[], int),
  desk.find_learn(), desk.find_page(text, text[], int), desk.find(text, text[], int) from public;
grant execute on function desk.find(text, text[], int), desk.find_page(text, text[], int), desk.find_learn() to desk_person;
