-- The pages of figures of the console: the dashboard, and the analysis of what causes most, each in one round trip. The figures are those of
-- desk.metric_get: the same facts, the same filters; metric:WORD lists the tickets behind them.
reset role; set local role desk_api;

-- ---- a metric as a page has it -------------------------------------------------------------------------------------------
-- The figures of desk.metric_get for several breakdowns at once (p_by of a row: null for all together), in one walk over the facts, and how
-- many tickets are behind each: those that count, and of a ratio those that do not count in full (metric:ID@missed).
create function desk.metric_figures(p_id text, p_from timestamptz, p_to timestamptz, p_bys text[] default '{}', p_filter jsonb default '{}')
  returns table("by" text, key text, value numeric, n bigint, tickets bigint, missed bigint, p50 numeric, p90 numeric) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare m desk.metric; v_source text; v_keys text; v_sets text; v_by text; v_key text;
begin
  select * into m from desk.metric x where x.id = p_id;
  if not found then raise exception 'there is no metric %', p_id using errcode = 'invalid_parameter_value'; end if;
  if p_bys = '{}' and m.rolled is not null and m.id <> 'net_flow' and m.id !~ '_attainment$' then  -- a ticket counts once there: what is summed up serves
    return query select null::text, null::text, g.value, g.n, g.n, case m.agg when 'ratio' then round(g.n * (100 - coalesce(g.value, 0)) / 100)::bigint else 0 end, g.p50, g.p90
      from desk.metric_get(p_id, p_from, p_to, null, p_filter) g;
    return;
  end if;
  select coalesce(string_agg(format(', %s as k%s', desk.metric_key(b, desk.zone()), i), '' order by i), ''), coalesce(string_agg(format(', (k%s)', i), '' order by i), ''),
         coalesce('case ' || string_agg(format('when grouping(k%s) = 0 then %L', i, b), ' ' order by i) || ' end', 'null::text'),
         coalesce('case ' || string_agg(format('when grouping(k%s) = 0 then k%s', i, i), ' ' order by i) || ' end', 'null::text')
    into v_keys, v_sets, v_by, v_key from unnest(p_bys) with ordinality u(b, i);
  v_source := case when m.view is not null then format('%s f where f.at >= %L and f.at < %L', m.view, p_from, p_to)
    else format('%s(%L) f where true', m.level, case when p_to < desk.now() then p_to end) end;
  return query execute format('select %s, %s, round(%s, 3), count(g.value), count(distinct g.ticket_id), count(distinct g.ticket_id) filter (where g.missed), round(%s, 3), round(%s, 3)
      from (select f.ticket_id, f.value, f.weight, %s as missed%s from %s and %s) g group by grouping sets (()%s)', v_by, v_key,
    case m.agg when 'sum' then 'coalesce(sum(g.value), 0)' when 'ratio' then '100 * sum(g.value) / nullif(sum(g.weight), 0)' else 'sum(g.value) / nullif(sum(g.weight), 0)' end,
    case when m.agg = 'mean' then '(percentile_cont(0.5) within group (order by g.value::float8))::numeric' else 'null::numeric' end,
    case when m.agg = 'mean' then '(percentile_cont(0.9) within group (order by g.value::float8))::numeric' else 'null::numeric' end,
    case m.agg when 'ratio' then 'f.value < f.weight' else 'false' end, v_keys, v_source, desk.metric_where(p_filter), v_sets);
end $$;

-- ---- periods beside each other ---------------------------------------------------------------------------------------------
-- A period as the shortest word for it, the ones before and after it, and what it spans. before and after are null where the word moves
-- with the time (7d) or is an instant.
create function desk.period_json(p text) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r tstzrange := desk.period(p); z text := desk.zone(); a timestamp; b timestamp; v_step interval; v_text text := btrim(p);
begin
  if r is null then raise exception 'this is no period: %', p using errcode = 'invalid_parameter_value'; end if;
  a := lower(r) at time zone z; b := upper(r) at time zone z;
  if a = date_trunc('day', a) and b = date_trunc('day', b) and b > a then
    v_step := case when a = date_trunc('month', a) and b = a + interval '1 month' then interval '1 month' when b = a + interval '1 day' then interval '1 day'
      when a = date_trunc('week', a) and b = a + interval '7 days' then interval '7 days' when a = date_trunc('quarter', a) and b = a + interval '3 months' then interval '3 months'
      when a = date_trunc('year', a) and b = a + interval '1 year' then interval '1 year' else b - a end;
    v_text := desk.period_text(a, b);
  end if;
  return jsonb_build_object('text', v_text, 'from', desk.iso(lower(r)), 'to', desk.iso(upper(r)), 'before', case when a - timestamp '0001-01-01' >= v_step then desk.period_text(a - v_step, a) end,
    'after', case when b at time zone z <= desk.now() then desk.period_text(b, b + v_step) end);
end $$;
create function desk.period_text(a timestamp, b timestamp) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when a is null then null when b = a + interval '1 day' then to_char(a, 'YYYY-MM-DD')
    when a = date_trunc('month', a) and b = a + interval '1 month' then to_char(a, 'YYYY-MM')
    when a = date_trunc('week', a) and b = a + interval '7 days' then to_char(a, 'IYYY-"W"IW')
    when a = date_trunc('quarter', a) and b = a + interval '3 months' then to_char(a, 'YYYY-"Q"Q')
    when a = date_trunc('year', a) and b = a + interval '1 year' then to_char(a, 'YYYY')
    else to_char(a, 'YYYY-MM-DD') || '..' || to_char(b - interval '1 day', 'YYYY-MM-DD') end $$;

-- ---- the dashboard ---------------------------------------------------------------------------------------------------------
-- Tickets of a level with the clock of each that runs out first, at most 40: {tickets, query, rows: [{ticket_id, number, subject, priority, metric, left_s, open, days}]}: open: it counts down; days: its calendar
-- is never closed.
create function desk.dash_clocks(p_level text, p_now timestamptz) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_ids bigint[] := array(select desk.metric_tickets(p_level)); v_rows jsonb;
begin
  select coalesce(jsonb_agg(jsonb_build_object('ticket_id', x.ticket_id, 'number', x.number, 'subject', x.subject, 'priority', x.priority, 'metric', x.metric,
      'left_s', desk.bt_between(x.calendar_version, p_now, x.due_at) - desk.bt_between(x.calendar_version, x.due_at, p_now),
      'open', not x.stands and desk.bt_between(x.calendar_version, p_now, p_now + interval '1 second') > 0,
      'days', desk.bt_between(x.calendar_version, p_now, p_now + interval '7 days') = 604800) order by x.due_at, x.number), '[]') into v_rows
    from (select d.*, t.number, t.subject, t.priority from (
      select e.* from (
        select distinct on (c.ticket_id) c.ticket_id, c.metric, c.due_at, c.calendar_version, c.stands
          from (select k.ticket_id, k.metric, k.due_at, k.calendar_version, cardinality(k.pause_from) > 0 and k.pause_until[cardinality(k.pause_until)] is null as stands
                  from desk.sla_clock k where k.stopped_at is null and k.cancelled_at is null and k.due_at is not null and (k.due_at < p_now or k.risk_at <= p_now) offset 0) c
         where c.ticket_id in (select unnest(v_ids))  -- the clocks that run are few, and read once
         order by c.ticket_id, c.due_at) e order by e.due_at, e.ticket_id limit 40) d join desk.ticket t on t.id = d.ticket_id) x;
  return jsonb_build_object('tickets', cardinality(v_ids), 'query', format('metric:%s sort:due', p_level), 'rows', v_rows);
end $$;

-- Attainment of the four kinds of clocks: {all: {response: {value, tickets, missed, target}, ...}, priority: [{key, label, response: {...}, ...}], group, service, org}.
create function desk.dash_shares(p_from timestamptz, p_to timestamptz) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_bys text[] := '{priority,group,service,org}'; v_out jsonb;
begin
  with g as (
    select c.clock, f.*, m.target, case when f.by is not null then f.key end as k
      from unnest(array['response', 'resolution', 'ola', 'uc']) c(clock) join desk.metric m on m.id = c.clock || '_attainment'
      cross join lateral desk.metric_figures(m.id, p_from, p_to, v_bys) f),
  r as (
    select g.by, g.k, sum(g.tickets) as tickets, jsonb_object_agg(g.clock, jsonb_build_object('value', g.value, 'tickets', g.tickets, 'missed', g.missed)) as cells
      from g where g.by is not null group by 1, 2),
  l as (
    select r.*, coalesce(case r.by when 'priority' then 'P' || r.k when 'group' then (select x.name from desk.support_group x where x.id::text = r.k)
        when 'service' then (select x.name from desk.service x where x.id::text = r.k) else (select x.name from desk.org x where x.id::text = r.k) end, r.k) as label from r)
  select jsonb_build_object('all', coalesce((select jsonb_object_agg(g.clock, jsonb_build_object('value', g.value, 'tickets', g.tickets, 'missed', g.missed, 'target', g.target)) from g where g.by is null), '{}'))
      || coalesce((select jsonb_object_agg(t.by, t.rows) from (
           select l.by, jsonb_agg(jsonb_build_object('key', l.k, 'label', l.label) || l.cells order by case when l.by = 'priority' then l.k end, l.tickets desc, l.label) as rows from l group by 1) t), '{}')
    into v_out;
  return v_out;
end $$;

-- How the period went: {by, rows: [{key, opened, resolved, backlog, resolution_attainment, mttr}]}. Days, weeks and months are whole
-- ones, also where the period begins or ends inside; a long period has no more than 100 of them.
create function desk.dash_trend(p_from timestamptz, p_to timestamptz, p_grain text, p_now timestamptz) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_from timestamptz; v_to timestamptz; z text := desk.zone(); v_rows jsonb; v_span interval := case p_grain when 'day' then interval '100 days' when 'week' then interval '700 days' else interval '3000 days' end;
begin
  v_from := date_trunc(p_grain, greatest(p_from, p_to - v_span) at time zone z) at time zone z;
  v_to := least((date_trunc(p_grain, (p_to - interval '1 microsecond') at time zone z) + ('1 ' || p_grain)::interval) at time zone z, greatest(p_now, v_from));
  select coalesce(jsonb_agg(jsonb_build_object('key', t.key) || t.cells order by t.key), '[]') into v_rows from (
    select g.key, jsonb_object_agg(g.id, g.value) as cells from (
      select m.id, x.key, x.value from unnest(array['opened', 'resolved', 'resolution_attainment', 'mttr']) m(id) cross join lateral desk.metric_get(m.id, v_from, v_to, p_grain) x
      union all select 'backlog', b.key, b.n from desk.backlog_trend(v_from, v_to, p_grain) b) g group by 1) t;
  return jsonb_build_object('by', p_grain, 'rows', v_rows);
end $$;

-- Everything the dashboard shows of a period ('': this month), in one answer. p_grain: day, week or month, of the trends.
create function desk.dash(p_period text default '', p_grain text default 'day') returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := date_trunc('second', desk.now()); v_period jsonb := desk.period_json(coalesce(nullif(btrim(p_period), ''), 'this-month')); v_from timestamptz := (v_period->>'from')::timestamptz;
  v_to timestamptz := (v_period->>'to')::timestamptz; w text := v_period->>'text'; v_metrics jsonb; v_risk jsonb; v_breached jsonb; o record;
begin
  if p_grain <> all (array['day', 'week', 'month']) then raise exception 'day, week or month, not %', p_grain using errcode = 'invalid_parameter_value'; end if;
  if v_from = v_to then raise exception 'an instant is no period: %', p_period using errcode = 'invalid_parameter_value'; end if;
  v_risk := desk.dash_clocks('at_risk', v_now); v_breached := desk.dash_clocks('breached_open', v_now);
  with b as materialized (select t.assignee_id, t.phase, t.major, t.opened_at from desk.ticket t where t.phase < 3 and not t.restricted),  -- those of desk.metric_backlog(null)
  bounds as (select x.*, v_now - x.hi * interval '1 day' as after, case when x.lo > 0 then v_now - x.lo * interval '1 day' end as upto
               from (values ('0-1', 0, 2), ('2-3', 2, 4), ('4-7', 4, 8), ('8-14', 8, 15), ('15-30', 15, 31), ('>30', 31, null)) x(key, lo, hi)),
  ages as (select a.lo, jsonb_build_object('key', a.key, 'query', concat_ws(' ', 'metric:backlog', 'opened>' || desk.iso(a.after), 'opened<=' || desk.iso(a.upto)),
             'value', (select count(*) from b where (a.after is null or b.opened_at > a.after) and (a.upto is null or b.opened_at <= a.upto))) as age from bounds a)
  select count(*) as n, count(*) filter (where b.assignee_id = 0) as unassigned, count(*) filter (where b.phase = 2) as hold, count(*) filter (where b.major = 'accepted') as major,
         (select jsonb_agg(g.age order by g.lo) from ages g) as ages into o from b;
  select jsonb_agg(jsonb_build_object('id', m.id, 'name', coalesce((select l.text from desk.label l where l.key = 'metric.' || m.id || '.name' and l.lang = 'en'), m.id), 'unit', m.unit,
      'direction', m.direction, 'target', m.target, 'value', f.value, 'p50', f.p50, 'p90', f.p90, 'tickets', f.tickets, 'missed', f.missed) order by m.sort) into v_metrics
    from desk.metric m cross join lateral desk.metric_figures(m.id, v_from, v_to) f
   where m.agg <> 'share' and m.id <> all (array['availability', 'net_flow', 'at_risk', 'breached_open', 'response_attainment', 'resolution_attainment', 'ola_attainment', 'uc_attainment']);
  return jsonb_build_object('now', desk.iso(v_now), 'period', v_period, 'agreements', exists (select from desk.sla_clock) or exists (select from desk.contract k where k.ended_at = 'infinity'), 'tickets', exists (select from desk.ticket),
    'tiles', jsonb_build_array(
      jsonb_build_object('id', 'open', 'value', o.n, 'query', 'metric:backlog'),
      jsonb_build_object('id', 'unassigned', 'value', o.unassigned, 'query', 'metric:backlog@assignee=none'),
      jsonb_build_object('id', 'at_risk', 'value', v_risk->'tickets', 'query', v_risk->'query'),
      jsonb_build_object('id', 'breached', 'value', v_breached->'tickets', 'query', v_breached->'query'),
      jsonb_build_object('id', 'major', 'value', o.major, 'query', 'metric:backlog@major=yes'),
      jsonb_build_object('id', 'hold', 'value', o.hold, 'query', 'metric:backlog state:waiting')),
    'at_risk', v_risk, 'breached', v_breached, 'attainment', desk.dash_shares(v_from, v_to), 'metrics', v_metrics,
    'trend', desk.dash_trend(v_from, v_to, p_grain, v_now), 'ages', o.ages);
end $$;

-- ---- the analysis ----------------------------------------------------------------------------------------------------------
-- desk.pareto as a page has it: of this month and against the period before unless others are asked for, of incidents and complaints (both) or one
-- of them. Added: now, periods with their neighbours, how many there were in all (total, before; those with nothing behind p_by, too) with their queries, and
-- beside each row the query for its tickets in the other period.
create function desk.analysis(p_period text default '', p_compare text default '', p_by text default 'service', p_kinds text default 'both', p_lang text default 'en')
  returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_period jsonb := desk.period_json(coalesce(nullif(btrim(p_period), ''), 'this-month')); w text := v_period->>'text'; v_other text := coalesce(nullif(btrim(p_compare), ''), v_period->>'before');
  v_compare jsonb := case when v_other is not null then desk.period_json(v_other) end; c text := v_compare->>'text'; v_filter jsonb; v_out jsonb; v_total record; v_before bigint;
begin
  v_filter := jsonb_build_object('kind', case p_kinds when 'both' then '["incident", "complaint"]'::jsonb when 'incident' then '["incident"]' when 'complaint' then '["complaint"]' end);
  if v_filter->'kind' = 'null' then raise exception 'both, incident or complaint, not %', p_kinds using errcode = 'invalid_parameter_value'; end if;
  v_out := desk.pareto(w, p_by, v_filter, c, p_lang);
  select * into v_total from desk.metric_get('opened', (v_period->>'from')::timestamptz, (v_period->>'to')::timestamptz, null, v_filter);
  if c is not null then select g.n into v_before from desk.metric_get('opened', (v_compare->>'from')::timestamptz, (v_compare->>'to')::timestamptz, null, v_filter) g; end if;
  return v_out || jsonb_build_object('now', desk.iso(desk.now()), 'kinds', p_kinds, 'period', (v_out->'period') || v_period, 'total', v_total.n,
    'total_query', 'metric:opened@' || w || desk.metric_filter_query(v_filter),
    'rows', (select coalesce(jsonb_agg(r || jsonb_build_object('word', x.word, 'before_query', 'metric:opened@' || c || x.word)), '[]')
               from (select e.r, e.nth, substr(e.r->>'query', length('metric:opened@' || w) + 1) as word from jsonb_array_elements(v_out->'rows') with ordinality e(r, nth) where e.nth <= 200 order by e.nth) x))
    || case when c is null then '{}' else jsonb_build_object('before', v_before, 'before_query', 'metric:opened@' || c || desk.metric_filter_query(v_filter), 'compare', (v_out->'compare') || jsonb_build_object('period', v_compare)) end;
end $$;

revoke execute on function desk.metric_figures(text, timestamptz, timestamptz, text[], jsonb), desk.period_json(text), desk.period_text(timestamp, timestamp),
  desk.dash_clocks(text, timestamptz), desk.dash_shares(timestamptz, timestamptz), desk.dash_trend(timestamptz, timestamptz, text, timestamptz), desk.dash(text, text),
  desk.analysis(text, text, text, text, text) from public;
-- These ask as their caller, who sees figures of the tickets that he may see.
grant execute on function desk.metric_figures(text, timestamptz, timestamptz, text[], jsonb), desk.period_json(text), desk.period_text(timestamp, timestamp),
  desk.dash_clocks(text, timestamptz), desk.dash_shares(timestamptz, timestamptz), desk.dash_trend(timestamptz, timestamptz, text, timestamptz), desk.dash(text, text),
  desk.analysis(text, text, text, text, text) to desk_person;
