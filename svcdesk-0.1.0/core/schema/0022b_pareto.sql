-- From the facts of 0022_metric.sql to what dashboard, wallboard and reports show: the tickets behind a number, Pareto, and how the backlog
-- went. Beside every number stands the query that lists its tickets, exactly them.
reset role; set local role desk_api;

-- ---- from a number to its tickets --------------------------------------------------------------------------------------
-- A name as it stands in a query (sd_query_quote in C).
create function desk.query_quote(p text) returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select case when p ~ '^[^[:space:](),"\\@][^[:space:](),"\\]*$' and p not in ('none', 'any', 'or', 'and') then p
    else '"' || replace(replace(p, '\', '\\'), '"', '\"') || '"' end $$;

-- The word of metric:WORD in a query: ID, ID@PERIOD, with @met or @missed (of a ratio: those that count in full, or do not), with @FIELD=NAME as a
-- filter. Without a period a level is that of now, others are of this month. Null: it is none of these.
create function desk.metric_word(p text, out id text, out lo timestamptz, out hi timestamptz, out hit numeric, out filter jsonb) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare w text; v_level boolean; r tstzrange; x text[] := string_to_array(p, '@'); v_field text;
begin
  select m.id, m.level is not null into id, v_level from desk.metric m where m.id = x[1] and m.agg <> 'share';
  if not found then return; end if;
  r := case when v_level then tstzrange('infinity', 'infinity', '[]') else desk.period('this-month') end;
  filter := '{}';
  foreach w in array x[2:] loop
    v_field := substring(w from '^([a-z]+)=');
    if w in ('met', 'missed') then hit := (w = 'met')::int;
    elsif v_field in ('priority', 'group', 'service', 'customer', 'org', 'category', 'ci', 'kind', 'assignee') then -- #12: the id, for names that do not fit in here
      filter := filter || jsonb_build_object(v_field, case when w ~ '=#[0-9]{1,9}$' then to_jsonb(substr(w, length(v_field) + 3)::int) else to_jsonb(substr(w, length(v_field) + 2)) end);
    elsif w in ('major=yes', 'major=no') then filter := filter || jsonb_build_object('major', w = 'major=yes');
    else
      r := case when w = 'now' then tstzrange('infinity', 'infinity', '[]') else desk.period(w) end;
      if r is null then id := null; return; end if;
    end if;
  end loop;
  lo := lower(r); hi := upper(r);
end $$;

-- The tickets that the word counts; none when it is no word.
create function desk.metric_tickets(p text) returns setof bigint language plpgsql stable rows 500 set search_path = pg_catalog, pg_temp as $$
declare w record; m desk.metric;
begin
  w := desk.metric_word(p);
  if w.id is null then return; end if;
  select * into m from desk.metric x where x.id = w.id;
  return query execute format('select distinct f.ticket_id from %s f where %s and %s and f.ticket_id is not null and %s',
    case when m.view is not null then m.view::text else format('%s(%L)', m.level, case when w.hi < desk.now() then w.hi end) end,
    case when m.view is not null then format('f.at >= %L and f.at < %L', w.lo, w.hi) else 'true' end,
    case w.hit when 1 then 'f.value = f.weight' when 0 then 'f.value < f.weight' else 'true' end, desk.metric_where(w.filter));
end $$;

-- Whether the word counts a ticket, for who reads what is inside (p_internal) or not: desk.matches sees everything, lists ask as their reader. What
-- runs between groups and with suppliers, and what only internal entries tell, is not there for others.
create function desk.match_metric(t desk.ticket, p text, p_internal boolean, p_now timestamptz) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_id text := split_part(p, '@', 1); v_breached boolean; v_risk boolean;
begin
  if not p_internal and v_id in ('at_risk', 'breached_open') then
    select bool_or(c.due_at < p_now), bool_or(c.risk_at <= p_now) into v_breached, v_risk from desk.sla_clock c
     where c.ticket_id = t.id and c.type = 'sla' and c.stopped_at is null and c.cancelled_at is null and t.phase < 3 and not t.restricted;
    return p = v_id and coalesce(case v_id when 'at_risk' then v_risk and not v_breached else v_breached end, false);
  end if;
  if not p_internal and (v_id in ('ola_attainment', 'uc_attainment', 'dsat_recovery') or (v_id = 'stale' and p like '%@%')) then return false; end if;
  return exists (select from desk.metric_tickets(p) m where m = t.id);
end $$;
revoke execute on function desk.match_metric(desk.ticket, text, boolean, timestamptz) from public;

-- As in 0018_matches.sql, with metric:WORD.
create or replace function desk.match_node(t desk.ticket, n jsonb, p_me int, p_internal boolean, p_zone text, p_now timestamptz) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k jsonb; words text := '';
begin
  if n ? 'and' then
    for k in select x from jsonb_array_elements(n->'and') x loop
      -- words side by side stand in one text
      if k->>'field' = 'text' and desk.match_term(k->'value'->0) is not null then words := concat_ws(' ', nullif(words, ''), desk.match_term(k->'value'->0));
      elsif not desk.match_node(t, k, p_me, p_internal, p_zone, p_now) then return false; end if;
    end loop;
    return words = '' or desk.match_words(t, words, p_internal);
  elsif n ? 'or' then
    for k in select x from jsonb_array_elements(n->'or') x loop
      if desk.match_node(t, k, p_me, p_internal, p_zone, p_now) then return true; end if;
    end loop;
    return false;
  elsif n ? 'not' then return not desk.match_node(t, n->'not', p_me, p_internal, p_zone, p_now);
  elsif n ? 'field' then
    if not coalesce(n->>'op' in ('=', '<', '<=', '>', '>='), false) then
      raise exception 'desk.matches: there is no operator %', n->>'op' using errcode = 'invalid_parameter_value';
    end if;
    if n->>'field' = 'metric' then
      return exists (select from jsonb_array_elements_text(n->'value') x where desk.match_metric(t, x, p_internal, p_now));
    end if;
    if n->>'field' in ('breached', 'clock', 'sla', 'left') then return coalesce(desk.match_clock(t, n, p_internal, p_now), false); end if;
    for k in select x from jsonb_array_elements(n->'value') x loop
      if coalesce(desk.match_value(t, n->>'field', n->>'op', k, p_me, p_internal, p_zone, p_now), false) then return true; end if;
    end loop;
    return false;
  end if;
  raise exception 'desk.matches: this is no node of a query: %', left(n::text, 200) using errcode = 'invalid_parameter_value';
end $$;

-- A filter of figures as words of a query.
create function desk.metric_filter_query(p_filter jsonb) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(string_agg(case when e.key = 'text' then ' ' || (e.value #>> '{}') else ' ' || case e.key when 'customer' then 'org' else e.key end || ':' || (
      select string_agg(case when x #>> '{}' = 'none' then 'none' else desk.query_quote(x #>> '{}') end, ',') from jsonb_array_elements(case jsonb_typeof(e.value) when 'array' then e.value
        else jsonb_build_array(e.value) end) x) end, '' order by e.key), '')
    from jsonb_each(coalesce(p_filter, '{}')) e where e.key in ('text', 'priority', 'kind', 'org', 'customer', 'group', 'service', 'category', 'ci', 'assignee') $$;

-- A key of figures told apart as a word of a query; a category without those below it.
create function desk.metric_key_query(p_by text, p_key text, p_label text) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v text;
begin
  if p_by in ('priority', 'kind') then return p_by || ':' || p_key; end if;
  if p_key = 'none' then return p_by || ':none'; end if;
  if p_by = 'cause' then return split_part(p_key, '=', 1) || ':' || desk.query_quote(split_part(p_key, '=', 2)); end if;
  if p_by = 'assignee' then
    select coalesce(g.login, g.name) into p_label from desk.person g where g.id::text = p_key;
  elsif p_by = 'category' then
    select ' -category:' || string_agg(desk.query_quote(concat_ws(' / ', p_label, k.name)), ',' order by k.name) into v from desk.category k where k.parent_id::text = p_key;
  end if;
  return case p_by when 'customer' then 'org' else p_by end || ':' || desk.query_quote(p_label) || coalesce(v, '');
end $$;

-- ---- Pareto ------------------------------------------------------------------------------------------------------------
create function desk.pareto_bys() returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{service,ci,category,cause,customer,org,group,kind,priority}'::text[] $$;

-- The tickets opened from p_from to before p_to, counted by what stands behind p_by; those with nothing there under "none". A ticket counts for
-- each configuration item it touches. cause: the cause a kind asks for (complaints), else the resolution code: keys cause=..., code=...
create function desk.pareto_count(p_from timestamptz, p_to timestamptz, p_by text, p_filter jsonb default '{}') returns table(key text, n bigint) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_key text; v_join text := '';
begin
  if p_by <> all (desk.pareto_bys()) or p_by is null then raise exception 'desk.pareto: nothing is counted by %', p_by using errcode = 'invalid_parameter_value'; end if;
  if p_by = 'ci' then
    v_key := 'coalesce(c.id::text, ''none'')';
    v_join := 'left join lateral (select f.ci_id as id where f.ci_id is not null
      union select e.ci_id from desk.ticket_ci e where e.ticket_id = f.ticket_id and e.role <> ''not_impacted'') c on true';
  elsif p_by = 'cause' then
    select format('coalesce(%s(select ''code='' || t.resolution_code from desk.ticket t where t.id = f.ticket_id), ''none'')', coalesce(string_agg(format(
        '(select ''cause='' || y.%I from %s y where y.%I = f.ticket_id), ', d.col, k.typed_table, (select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
           where i.indrelid = k.typed_table and i.indisprimary)), '' order by k.sort), '')) into v_key
      from desk.field d join desk.kind k on k.kind = d.kind where d.field = 'cause' and d.store = 'typed';
  else v_key := desk.metric_key(p_by, 'UTC');
  end if;
  return query execute format('select %s, count(*) from desk.metric_opened f %s where f.at >= %L and f.at < %L and %s group by 1', v_key, v_join, p_from, p_to, desk.metric_where(p_filter));
end $$;

create function desk.pareto_label(p_by text, p_key text, p_lang text) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v text;
begin
  if p_key = 'none' then return 'none'; end if;
  if p_by = 'cause' then
    select l.text into v from desk.label l
     where l.key = case split_part(p_key, '=', 1) when 'code' then 'choice.resolution_code.' else 'choice.cause.' end || split_part(p_key, '=', 2) and l.lang in (p_lang, 'en') order by l.lang = 'en' limit 1;
    return coalesce(v, split_part(p_key, '=', 2));
  end if;
  execute format('select %s from (select %L::text as key) a', desk.metric_label(p_by), p_key) into v;
  return coalesce(v, p_key);
end $$;

-- Causes of work by weight (n of configuration items counts a ticket for each it touches; then there is no query of the whole): {by, period {text, from, to, days}, n, without, set, share, rate, rows, compare}. n: tickets with something behind p_by;
-- without: those with nothing there, which are not in the shares. set: how many rows make 80 % (in_set), share: of the first row. Rates are
-- tickets a day of the period that has passed, so that periods of different length can be compared. rows: {rank, key, label, n, share,
-- cumulative, in_set, rate, query, before_n, before_rate, difference, percent, better}; rows that only the other period has come last.
create function desk.pareto(p_period text, p_by text, p_filter jsonb default '{}', p_compare text default null, p_lang text default 'en') returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare r tstzrange := desk.period(p_period); c tstzrange := desk.period(p_compare); v_days numeric; v_cdays numeric; v_now timestamptz := desk.now(); v_out jsonb;
begin
  if r is null or (p_compare is not null and c is null) then
    raise exception 'this is no period: %', case when r is null then p_period else p_compare end using errcode = 'invalid_parameter_value';
  end if;
  v_days := greatest(extract(epoch from least(upper(r), greatest(v_now, lower(r))) - lower(r)) / 86400, 0);
  v_cdays := greatest(extract(epoch from least(upper(c), greatest(v_now, lower(c))) - lower(c)) / 86400, 0);
  with a as materialized (select * from desk.pareto_count(lower(r), upper(r), p_by, p_filter)),
  b as materialized (select * from desk.pareto_count(lower(c), upper(c), p_by, p_filter) where p_compare is not null),
  k as materialized (
    select coalesce(a.key, b.key) as key, coalesce(a.n, 0) as n, coalesce(b.n, 0) as before, desk.pareto_label(p_by, coalesce(a.key, b.key), p_lang) as label from a full join b using (key)),
  o as materialized (
    select k.*, row_number() over w as rank, sum(k.n) over w as upto, sum(k.n) over () as total from k where k.key <> 'none'
    window w as (order by k.n desc, k.before desc, k.label, k.key rows unbounded preceding)),
  f as (select o.*, trim_scale(round(o.n / nullif(v_days, 0), 3)) as rate, trim_scale(round(o.before / nullif(v_cdays, 0), 3)) as before_rate, o.n > 0 and o.upto - o.n < 0.8 * o.total as in_set from o)
  select jsonb_build_object('by', p_by, 'period', jsonb_build_object('text', p_period, 'from', desk.iso(lower(r)), 'to', desk.iso(upper(r)), 'days', trim_scale(round(v_days, 3))),
      'n', coalesce((select sum(f.n) from f), 0), 'without', coalesce((select k.n from k where k.key = 'none'), 0), 'set', (select count(*) from f where f.in_set),
      'share', (select trim_scale(round(100.0 * f.n / nullif(f.total, 0), 3)) from f where f.rank = 1), 'rate', trim_scale(round((select sum(f.n) from f) / nullif(v_days, 0), 3)),
      'query', case when p_by <> 'ci' then 'metric:opened@' || p_period || case when p_by in ('service', 'category', 'group') then format(' -%s:none', p_by)
          when p_by = 'cause' then case when exists (select from desk.field x where x.field = 'cause' and x.store = 'typed') then ' (cause:any or code:any)' else ' code:any' end
          else '' end || desk.metric_filter_query(p_filter) end,
      'rows', coalesce((select jsonb_agg(jsonb_build_object('rank', f.rank, 'key', f.key, 'label', f.label, 'n', f.n, 'share', trim_scale(round(100.0 * f.n / nullif(f.total, 0), 3)),
          'cumulative', trim_scale(round(100.0 * f.upto / nullif(f.total, 0), 3)), 'in_set', f.in_set, 'rate', f.rate,
          'query', 'metric:opened@' || p_period || ' ' || desk.metric_key_query(p_by, f.key, f.label) || desk.metric_filter_query(p_filter))
        || case when p_compare is null then '{}' else jsonb_build_object('before_n', f.before, 'before_rate', f.before_rate, 'difference', trim_scale(f.rate - f.before_rate),
          'percent', trim_scale(round(100 * (f.rate - f.before_rate) / nullif(f.before_rate, 0), 3)),
          'better', case when f.rate = f.before_rate then null else f.rate < f.before_rate end) end order by f.rank) from f), '[]'))
    into v_out;
  if p_compare is not null then
    v_out := v_out || jsonb_build_object('compare', (select jsonb_build_object('period', jsonb_build_object('text', p_compare, 'from', desk.iso(lower(c)), 'to', desk.iso(upper(c)), 'days', trim_scale(round(v_cdays, 3))),
        'n', s.n, 'rate', trim_scale(round(s.n / nullif(v_cdays, 0), 3)), 'difference', trim_scale(round(v.n / nullif(v_days, 0), 3) - round(s.n / nullif(v_cdays, 0), 3)),
        'percent', trim_scale(round(100 * (v.n / nullif(v_days, 0) - s.n / nullif(v_cdays, 0)) / nullif(s.n / nullif(v_cdays, 0), 0), 3)),
        'better', case when v.n / nullif(v_days, 0) = s.n / nullif(v_cdays, 0) then null else v.n / nullif(v_days, 0) < s.n / nullif(v_cdays, 0) end)
      from (select coalesce(sum(x.n), 0) as n from desk.pareto_count(lower(c), upper(c), p_by, p_filter) x where x.key <> 'none') s, (select (v_out->>'n')::numeric as n) v));
  end if;
  return v_out;
end $$;

-- The backlog at the end of each day ... of a time (of what is to come: now): the same numbers as desk.metric_backlog of each end, found once, from what
-- is open now back through the comings and goings since. Tickets in batches (0022c_roll.sql) have theirs summed up.
create function desk.backlog_trend(p_from timestamptz, p_to timestamptz, p_by text, p_filter jsonb default '{}') returns table(key text, n bigint) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_zone text := desk.zone(); v_days date[] := '{}'; v_live bigint[] := '{}';
begin
  if coalesce(p_filter, '{}') = '{}' and p_by in ('day', 'week', 'month') and (p_to >= desk.now() or date_trunc('day', p_to at time zone v_zone) at time zone v_zone = p_to) and desk.scope_all() then
    v_days := desk.metric_batches();
    if v_days <> '{}' then
      v_live := desk.metric_live(v_days, true, p_from, 'infinity') || array(select t.id from desk.ticket t where t.phase = 3 and t.resolved_at is null and t.updated_at >= p_from)
        || array(select t.id from desk.ticket t where t.phase = 3 and t.updated_at >= p_from and t.resolved_at + interval '0' < p_from
             and not exists (select from unnest(v_days) d where d = (t.resolved_at at time zone v_zone)::date));  -- by the index of updated_at
      if cardinality(v_live) > 200000 then v_days := '{}'; end if;  -- little is summed up yet
    end if;
  end if;
  return query execute format($q$
    with b as materialized (select x.key, x.until_at, (x.until_at at time zone $4)::date - 1 as day from desk.metric_buckets($1, $2, $3, $4) x),
    f as materialized (
      select f.id, f.kind, f.phase from (select t.id, t.id as ticket_id, t.kind, t.phase, t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id
          from desk.ticket t where not t.restricted and t.updated_at >= $1 %2$s) f where %1$s),
    gone as materialized (  -- the spans that undone acts began, and undos: few, by their index
      select v.ticket_id, v.voids as seq from desk.event v where v.voids is not null and not desk.event_voided(v.ticket_id, v.seq)
      union select u.ticket_id, u.seq from desk.event u where u.voids is not null),
    h as (
      select s.from_at, s.open, lag(s.open, 1, 0) over (partition by s.ticket_id order by s.seq) as before
        from (select s.ticket_id, s.seq, s.from_at, case when f.kind || ' ' || s.state = any ($7) then 1 else 0 end as open from f join desk.span s on s.ticket_id = f.id
            left join gone g on g.ticket_id = s.ticket_id and g.seq = s.seq where g.seq is null) s),
    d as materialized (select h.from_at, h.open - h.before as step from h where h.open <> h.before and h.from_at >= $1)
    select b.key, (select count(*) from (select t.*, t.id as ticket_id from desk.ticket t where t.phase < 3 and not t.restricted) f where %1$s)
      - coalesce((select sum(d.step) from d where d.from_at > b.until_at), 0)::bigint
      + coalesce((select sum(r.n) from desk.metric_roll r where r.metric = 'backlog' and r.dim = '' and r.day = b.day and r.batch = any ($6)), 0)::bigint from b$q$, desk.metric_where(p_filter),
      case when v_days <> '{}' then 'and t.id = any ($5)' else '' end)
    using p_from, p_to, p_by, v_zone, v_live, v_days, array(select k.kind || ' ' || k.state from desk.kind_state k where k.phase < 3);
end $$;

revoke execute on function desk.query_quote(text), desk.metric_word(text), desk.metric_tickets(text), desk.metric_filter_query(jsonb), desk.metric_key_query(text, text, text),
  desk.pareto_bys(), desk.pareto_count(timestamptz, timestamptz, text, jsonb), desk.pareto_label(text, text, text), desk.pareto(text, text, jsonb, text, text), desk.backlog_trend(timestamptz, timestamptz, text, jsonb) from public;
grant execute on function desk.query_quote(text), desk.metric_word(text), desk.metric_tickets(text), desk.metric_filter_query(jsonb), desk.metric_key_query(text, text, text),
  desk.pareto_bys(), desk.pareto_count(timestamptz, timestamptz, text, jsonb), desk.pareto_label(text, text, text), desk.pareto(text, text, jsonb, text, text), desk.backlog_trend(timestamptz, timestamptz, text, jsonb) to desk_person;
