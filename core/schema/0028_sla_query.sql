-- Clocks where tickets are listed, looked for and shown: what a console needs to count down by itself, and the words of the query
-- language about clocks.
reset role; set local role desk_api;

-- The open stretches of versions of calendars, for a copy that is only displayed: in microseconds since 1970, ascending, cut at both ends.
create function desk.open_spans(p_versions int[], p_from timestamptz, p_until timestamptz) returns table(version int, lo bigint, hi bigint, spans text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare a timestamptz := greatest(p_from, '1970-01-01 00:00+00'); b timestamptz := least(p_until, a + interval '10 years');
begin
  if not desk.i_am_staff() then return; end if;
  for version in select v.id from desk.calendar_version v where v.id = any (p_versions[1:100]) and v.calendar_id is not null order by v.id loop
    lo := extract(epoch from a) * 1000000; hi := extract(epoch from b) * 1000000;
    spans := (select coalesce(array_agg(x.at order by x.at), '{}')::text
                from unnest(desk.calendar_open(version, a, b)) r, lateral (values ((extract(epoch from lower(r)) * 1000000)::bigint), ((extract(epoch from upper(r)) * 1000000)::bigint)) x(at));
    return next;
  end loop;
end $$;
revoke execute on function desk.open_spans(int[], timestamptz, timestamptz) from public;
grant execute on function desk.open_spans(int[], timestamptz, timestamptz) to desk_person;
