-- Full text: lexemes in plain SQL, so that a stock server finds Latin words, host names, numbers and text without
-- blanks (Chinese, Japanese, Korean, Thai ...) in the same index.
reset role; set local role desk_api;

-- Scripts written without blanks: they are cut into pairs of characters.
create function desk.unspaced() returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+' $$;

-- What is compared: lower case, one form for full-width, half-width and composed characters.
create function desk.fold(t text) returns text language plpgsql immutable parallel safe strict as $$
begin
  if octet_length(t) = length(t) then return lower(t); end if;
  return lower(normalize(t, NFKC));
end $$;

-- The lexemes of a text. Unspaced runs: every pair, and the last character alone, so that a prefix look-up of one
-- character finds it anywhere. Words: each, and for names with separators (hosts, paths, numbers) every tail that begins
-- at a separator, so that "example.com" finds srv.example.com; words are cut at 64 characters.
create function desk.lexemes(t text) returns text[] language plpgsql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
declare s text := desk.fold(left(t, 150000)); v text[]; w text[];
begin
  if octet_length(s) > length(s) then
    select array_agg(substr(m[1], i, 2)) into v
      from regexp_matches(s, desk.unspaced(), 'g') m, generate_series(1, length(m[1])) i where length(m[1]) <= 100;
    select v || array_agg(c) into v           -- substr counts from the start each time: not for long runs
      from regexp_matches(s, desk.unspaced(), 'g') m,
           lateral (select r.c || lead(r.c, 1, '') over (order by n) as c from unnest(string_to_array(m[1], null)) with ordinality r(c, n)) k
     where length(m[1]) > 100;
    s := regexp_replace(s, desk.unspaced(), ' ', 'g');
  end if;
  select array_agg(left(m[1], 64)) into w from regexp_matches(s, '[[:alnum:]]+', 'g') m;
  v := v || w;
  if s ~ '[[:alnum:]][-._/:@\\+#]+[[:alnum:]]' then
    select array_agg(left(substr(m[1], p.at), 64)) into w
      from regexp_matches(s, '[[:alnum:]]+(?:[-._/:@\\+#]+[[:alnum:]]+)+', 'g') m,
           lateral (select 1 as at union all
                    select k.at from (select regexp_instr(m[1], '[-._/:@\\+#][[:alnum:]]', 1, n) + 1 as at from generate_series(1, 7) n) k
                     where k.at > 1) p;
    v := v || w;
  end if;
  if length(t) > 20000 then           -- a tsvector holds less than 1 MB
    return coalesce((select array_agg(l) from (select l, sum(octet_length(l) + 4) over (order by l) as used
      from (select distinct l from unnest(v) l) d) k where used < 900000), '{}');
  end if;
  return coalesce((select array_agg(distinct l) from unnest(v) l), '{}');
end $$;

-- What ticket_text.tsv and event_text.tsv hold; null = nothing to find.
create function desk.tsv(subject text, body text) returns tsvector language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(subject, '') = '' and coalesce(body, '') = '' then return null; end if;
  return array_to_tsvector(desk.lexemes(concat_ws(E'\n', subject, body)));
end $$;

-- ---- looking for words ------------------------------------------------------------------------------------------------
-- A query is words and "phrases", all of which must stand in one text: a ticket's subject and body, or one event. The last word may be
-- the beginning of one, names with separators always. pieces: what pairs of characters cannot prove, to be looked for literally.
create function desk.search_terms(p_query text, out q tsquery, out pieces text[]) language plpgsql immutable parallel safe
  set search_path = pg_catalog, pg_temp as $$
declare m text[]; piece text; run text; w text; terms text[] := '{}'; words text[] := '{}'; is_last boolean;
begin
  pieces := '{}';
  for m in select r from regexp_matches(desk.fold(left(p_query, 500)), '"([^"]*)"|([^"\s]+)', 'g') r loop
    piece := coalesce(m[1], m[2]);
    if m[1] ~ '\S' then pieces := pieces || btrim(piece); end if;
    for run in select r[1] from regexp_matches(piece, desk.unspaced(), 'g') r loop
      if length(run) = 1 then terms := terms || (quote_literal(run) || ':*');
      else
        terms := terms || array(select quote_literal(substr(run, i, 2)) from generate_series(1, length(run) - 1) i);
        if length(run) > 2 then pieces := pieces || run; end if;
      end if;
    end loop;
    words := words || array(select r[1] from regexp_matches(regexp_replace(piece, desk.unspaced(), ' ', 'g'),
                                                           '[[:alnum:]]+(?:[-._/:@\\+#]+[[:alnum:]]+)*', 'g') r);
  end loop;
  for i in 1 .. cardinality(words) loop
    w := left(words[i], 64);
    is_last := i = cardinality(words) and p_query !~ '"\s*$';
    terms := terms || ('''' || replace(w, '\', '\\') || '''' || case when is_last or w ~ '[^[:alnum:]]' then ':*' else '' end);
  end loop;
  if cardinality(terms) > 0 then q := array_to_string(terms, ' & ')::tsquery; end if;
end $$;

create function desk.has_pieces(t text, pieces text[]) returns boolean language plpgsql immutable parallel safe as $$
declare s text := desk.fold(t); p text;
begin
  foreach p in array pieces loop
    if position(p in s) = 0 then return false; end if;
  end loop;
  return true;
end $$;

-- Ids of the tickets the caller may see that hold the words (desk.search_terms) or have this number. Not limited; restricted
-- tickets are never found, and text a requester may not read does not find his ticket. The operators of full text are not leakproof
-- and could use no index under row-level security: hence a function that judges sight by itself.
create function desk.search(p_query text) returns setof bigint language plpgsql stable security definer rows 1000
  set search_path = pg_catalog, pg_temp as $$
declare
  q tsquery; pieces text[]; me int := desk.me(); own int := desk.me_own(); everything boolean := desk.scope_all();
  orgs int[] := desk.scope_orgs(); groups int[] := desk.scope_groups(); pairs bigint[] := desk.scope_pairs(); num text := upper(btrim(p_query));
begin
  if me is null then return; end if;
  select t.q, t.pieces into q, pieces from desk.search_terms(p_query) t;
  if q is null then return; end if;
  if everything and pieces = '{}' then      -- the common case: no look at the header
    return query
      select x.id from desk.ticket_text x where x.tsv @@ q and x.id not in (select r.id from desk.ticket r where r.restricted)
      union
      select x.ticket_id from desk.event_text x where x.tsv @@ q and x.ticket_id not in (select r.id from desk.ticket r where r.restricted)
      union
      select t.id from desk.ticket t where (t.number = num or t.external = btrim(p_query)) and not t.restricted;
    return;
  end if;
  return query
    select t.id from desk.ticket_text x join desk.ticket t on t.id = x.id
     where x.tsv @@ q and not t.restricted and (pieces = '{}' or desk.has_pieces(concat_ws(E'\n', t.subject, x.body), pieces))
       and (everything or t.org_id = any(orgs) or t.group_id = any(groups) or ((t.org_id::bigint << 32) | t.group_id) = any(pairs)
            or t.requester_id = own or t.opened_by = own)
    union
    select t.id from desk.event_text x join desk.event e on e.ticket_id = x.ticket_id and e.seq = x.seq join desk.ticket t on t.id = x.ticket_id
     where x.tsv @@ q and not t.restricted and (pieces = '{}' or desk.has_pieces(x.body, pieces))
       and (everything or t.org_id = any(orgs) or t.group_id = any(groups) or ((t.org_id::bigint << 32) | t.group_id) = any(pairs)
            or (e.visibility = 2 and (t.requester_id = own or t.opened_by = own)))
    union
    select t.id from desk.ticket t where (t.number = num or t.external = btrim(p_query)) and not t.restricted
       and (everything or t.org_id = any(orgs) or t.group_id = any(groups) or ((t.org_id::bigint << 32) | t.group_id) = any(pairs)
            or t.requester_id = own or t.opened_by = own);
end $$;

-- The first p_limit of them behind p_after, in order of id. For those who see everything: what many tickets hold fills a page from
-- the next 10,000 of them, and what few hold is soon found by the index. An estimate would have to know how words go together.
create function desk.search_page(p_query text, p_after bigint, p_limit int) returns setof bigint language plpgsql stable security definer rows 50
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare q tsquery; pieces text[]; num text := upper(btrim(p_query)); v_last bigint; v_ids bigint[];
begin
  select t.q, t.pieces into q, pieces from desk.search_terms(p_query) t;
  if q is null then return; end if;
  if desk.scope_all() then
    select x.id into v_last from desk.ticket_text x where x.id > p_after order by x.id offset 9999 limit 1;
    select array_agg(u.id order by u.id) into v_ids from (
      (select x.id from (select w.id, w.body, w.tsv from desk.ticket_text w where w.id > p_after and w.id <= v_last order by w.id offset 0) x
        where x.tsv @@ q and x.id not in (select r.id from desk.ticket r where r.restricted)
          and (pieces = '{}' or desk.has_pieces(concat_ws(E'\n', (select t.subject from desk.ticket t where t.id = x.id), x.body), pieces))
        order by x.id limit p_limit)
      union
      select t.id from desk.ticket t where (t.number = num or t.external = btrim(p_query)) and not t.restricted and t.id > p_after and t.id <= v_last) u(id);
    if cardinality(v_ids) >= p_limit then
      -- events are asked only up to where the page ends
      return query select u.id from (
        select unnest(v_ids)
        union
        select x.ticket_id from desk.event_text x join desk.ticket t on t.id = x.ticket_id
         where x.tsv @@ q and x.ticket_id > p_after and x.ticket_id <= v_ids[p_limit] and not t.restricted
           and (pieces = '{}' or desk.has_pieces(x.body, pieces))) u(id) order by u.id limit p_limit;
      return;
    end if;
  end if;
  return query select s from desk.search(p_query) s where s > p_after order by s limit p_limit;
end $$;
revoke execute on function desk.search(text), desk.search_page(text, bigint, int) from public;
grant execute on function desk.search(text), desk.search_page(text, bigint, int) to desk_person;
