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

-- A clock as text, for a console that counts it down by itself: version of the calendar, target in seconds, metric, due, or where it is not known
-- started, pauses.
create function desk.clock_mark(c desk.sla_clock) returns text language sql stable as $$
  select c.calendar_version || '|' || c.target_s || '|' || c.metric || '|' || case when c.due_at is null then '|' || c.started_at::text else c.due_at::text || '|' end
        || case when c.pause_from = '{}' then '|{}|{}' else '|' || c.pause_from::text || '|' || c.pause_until::text end $$;

-- The clock of each ticket that is due first of those of what was promised to the customer and have not stopped; one that stands still
-- comes behind those that run. As the caller may see; for a whole page at once, its plan kept.
create function desk.clock_marks(p_tickets bigint[]) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  return (select jsonb_object_agg(x.ticket_id, x.mark) from (
    select distinct on (c.ticket_id) c.ticket_id, c.calendar_version || '|' || c.target_s || '|' || c.metric || '|' || case when c.due_at is null then '|' || c.started_at::text else c.due_at::text || '|' end
        || case when c.pause_from = '{}' then '|{}|{}' else '|' || c.pause_from::text || '|' || c.pause_until::text end as mark
      from desk.sla_clock c where c.ticket_id = any (p_tickets) and c.stopped_at is null and c.cancelled_at is null and c.type = 'sla'
     order by c.ticket_id, c.due_at, c.id) x);
end $$;
revoke execute on function desk.clock_mark(desk.sla_clock), desk.clock_marks(bigint[]) from public;
grant execute on function desk.clock_marks(bigint[]) to desk_person;

-- The clocks of a ticket for who may see it, those that have not stopped first; of those that were cancelled none. What runs inside the desk
-- and with suppliers is for those who handle it.
create function desk.show_clocks(t desk.ticket) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_staff boolean;
begin
  if not exists (select from desk.sla_clock c where c.ticket_id = t.id) then return '[]'; end if;
  v_staff := 'staff' = any (desk.who(desk.me(), t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted));
  return (select coalesce(jsonb_agg(jsonb_build_object('metric', n.metric, 'sla_type', n.sla_type, 'group', g.name, 'cycle', n.cycle, 'state', n.state, 'open', n.open,
      'target_minutes', desk.sla_minutes(n.target_s), 'elapsed_minutes', desk.sla_minutes(n.elapsed_s), 'percent', round(n.elapsed_s * 100.0 / n.target_s, 1),
      'started_at', desk.iso(n.started_at), 'due_at', desk.iso(n.due_at), 'stopped_at', desk.iso(n.stopped_at), 'breached_at', desk.iso(n.breached_at),
      'countdown', case when n.open then desk.clock_mark(c) end) order by n.open desc, n.sla_type <> 'sla', n.due_at, n.clock_id), '[]')
    from desk.clock_now n join desk.sla_clock c on c.id = n.clock_id left join desk.support_group g on g.id = nullif(c.group_id, 0)
   where n.ticket_id = t.id and n.state <> 'cancelled' and (v_staff or n.sla_type = 'sla'));
end $$;
revoke execute on function desk.show_clocks(desk.ticket) from public;

-- ---- the words about clocks in desk.matches ------------------------------------------------------------------------------------------
-- One node of a query whose field is breached, clock, sla or left; the same as core/query/clocks.c writes for lists. What a reader does
-- not see of clocks (those of restricted tickets, those between groups) is not there for him.
create function desk.match_clock(t desk.ticket, n jsonb, p_internal boolean, p_now timestamptz) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v jsonb; c desk.sla_clock; v_used bigint; v_field text := n->>'field'; v_op text := n->>'op'; v_any boolean; m bigint;
begin
  if v_field in ('sla', 'left') then
    select x.* into c from desk.sla_clock x where x.ticket_id = t.id and x.stopped_at is null and x.cancelled_at is null and x.type = 'sla' and not t.restricted
     order by x.due_at, x.id limit 1;
    v_used := desk.clock_elapsed(c.calendar_version, c.started_at, p_now, c.pause_from, c.pause_until);
    m := case v_field when 'sla' then v_used * 100 else c.target_s - v_used end;    -- what is compared: hundredths, or seconds left
  end if;
  for v in select x from jsonb_array_elements(n->'value') x loop
    v_any := jsonb_typeof(v) = 'object' and coalesce((v->>'any')::boolean, false);
    if v_field = 'breached' then
      if jsonb_typeof(v) = 'boolean' and v::boolean = exists (select from desk.sla_clock x where x.ticket_id = t.id and x.type = 'sla' and x.cancelled_at is null
           and x.due_at < coalesce(x.stopped_at, p_now) and not t.restricted) then return true; end if;
      if jsonb_typeof(v) = 'string' and exists (select from desk.sla_clock x where x.ticket_id = t.id and x.metric = v #>> '{}' and x.cancelled_at is null
           and x.due_at < coalesce(x.stopped_at, p_now) and not t.restricted and (x.type = 'sla' or p_internal)) then return true; end if;
    elsif v_field = 'clock' then
      if (v <> 'null') = exists (select from desk.sla_clock x where x.ticket_id = t.id and x.stopped_at is null and x.cancelled_at is null
           and not t.restricted and (x.type = 'sla' or p_internal) and (v = 'null' or v_any or x.metric = v #>> '{}')) then return true; end if;
    elsif v = 'null' or v_any then
      if v_any = (c.id is not null) then return true; end if;
    elsif jsonb_typeof(v) = 'string' then
      if c.pause_from <> '{}' and c.pause_until[cardinality(c.pause_until)] is null then return true; end if;
    elsif desk.match_int(m, v_op, case when v_field = 'left' then v when jsonb_typeof(v) = 'array'
            then jsonb_build_array((v->>0)::bigint * c.target_s, (v->>1)::bigint * c.target_s) else to_jsonb((v #>> '{}')::bigint * c.target_s) end) then
      return true;
    end if;
  end loop;
  return false;
end $$;
revoke execute on function desk.match_clock(desk.ticket, jsonb, boolean, timestamptz) from public;

reset role; set local role desk_owner;
-- What was stopped too late: few of all clocks, and what the word breached asks for.
create index sla_clock_late_key on desk.sla_clock(ticket_id) where due_at < stopped_at and cancelled_at is null;
