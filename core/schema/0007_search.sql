-- Full text: lexemes in plain SQL, so that a stock server finds Latin words, host names, numbers and text without
-- blanks (Chinese, Japanese, Korean, Thai ...) in the same index.
reset role; set local role desk_api;

-- Scripts written without blanks: they are cut into pairs of characters.
create function desk.unspaced() returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+' $$;

-- What is compared: lower case, one form for full-width, half-width and composed characters.
create function desk.fold(t text) returns text language plpgsql immutable parallel safe strict set search_path = pg_catalog, pg_temp as $$
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
grant execute on function desk.lexemes(text), desk.fold(text), desk.tsv(text, text) to desk_person;
