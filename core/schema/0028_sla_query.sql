-- Clocks where tickets are listed, looked for and shown: what a console needs to count down by itself, and the words of the query
-- language about clocks.
reset role; set local role desk_api;

-- The open stretches of versions of calendars, for a copy that is only displayed: in microseconds since 1970, ascending, cut at both ends.
-- Staff know them all; others those of clocks on tickets of their own.
create function desk.open_spans(p_versions int[], p_from timestamptz, p_until timestamptz) returns table(version int, lo bigint, hi bigint, spans text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_staff boolean := desk.i_am_staff(); a timestamptz := greatest(p_from, '1970-01-01 00:00+00'); b timestamptz := least(p_until, a + interval '10 years');
begin
  if v_me is null then return; end if;
  for version in select v.id from desk.calendar_version v where v.id = any (p_versions[1:100]) and v.calendar_id is not null and (v_staff or exists (
      select from desk.ticket t join desk.sla_clock c on c.ticket_id = t.id
       where (t.requester_id = v_me or t.opened_by = v_me) and not t.restricted and c.calendar_version = v.id and c.type = 'sla')) order by v.id loop
    lo := extract(epoch from a) * 1000000; hi := extract(epoch from b) * 1000000;
    spans := (select coalesce(array_agg(x.at order by x.at), '{}')::text
                from unnest(desk.calendar_open(version, a, b)) r, lateral (values ((extract(epoch from lower(r)) * 1000000)::bigint), ((extract(epoch from upper(r)) * 1000000)::bigint)) x(at));
    return next;
  end loop;
end $$;
revoke execute on function desk.open_spans(int[], timestamptz, timestamptz) from public;
grant execute on function desk.open_spans(int[], timestamptz, timestamptz) to desk_person;

-- The clock of each ticket that is due first of those of what was promised to the customer and have not stopped; one that stands still
-- comes behind those that run. As text, for a console that counts it down by itself: version of the calendar, target in seconds, metric,
-- due, started, pauses. As the caller may see; for a whole page at once, its plan kept.
create function desk.clock_marks(p_tickets bigint[]) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return (select jsonb_object_agg(x.ticket_id, x.mark) from (
    select distinct on (c.ticket_id) c.ticket_id, c.calendar_version || '|' || c.target_s || '|' || c.metric || '|' || coalesce(c.due_at::text, '') || '|'
        || c.started_at::text || '|' || c.pause_from::text || '|' || c.pause_until::text as mark
      from desk.sla_clock c where c.ticket_id = any (p_tickets) and c.stopped_at is null and c.cancelled_at is null and c.type = 'sla'
     order by c.ticket_id, c.due_at, c.id) x);
end $$;
revoke execute on function desk.clock_marks(bigint[]) from public;
grant execute on function desk.clock_marks(bigint[]) to desk_person;
