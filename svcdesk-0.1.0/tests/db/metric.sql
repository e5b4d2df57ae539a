-- Metrics on a small desk where every figure can be worked out by hand; metric_random.sql does it on many generated histories.
\ir undo.inc
select no_plan();
create function tap.fig(p_login text, p_id text, p_period text default '2030-06', p_by text default null, p_filter text default '{}') returns text language sql as $$
  select tap.as_person(p_login, format('select string_agg(concat_ws('' '', g.label, coalesce(trim_scale(g.value)::text, ''null''), g.n), ''; '' order by g.ord)
    from (select desk.period(%L) as r offset 0) p, desk.metric_get(%L, lower(p.r), upper(p.r), %L, %L) with ordinality g(key, label, value, n, p50, p90, business, ord)',
    p_period, p_id, p_by, p_filter)) $$;
create function tap.at(p timestamptz) returns void language sql as $$ update desk.clock set frozen_at = p $$;

-- ---- periods
select is(desk.period('2026-10'), tstzrange('2026-10-01Z', '2026-11-01Z'), 'a month');
select is(desk.period('2026-W53'), tstzrange('2026-12-28Z', '2027-01-04Z'), 'the last week of a long year');
select is(desk.period('2027-W53'), null, 'a short one has none');
select is(desk.period('2026-10-01..2026-10-15'), tstzrange('2026-10-01Z', '2026-10-16Z'), 'a range holds its last day');
select is(desk.period('2025-12..2026-W02'), tstzrange('2025-12-01Z', '2026-01-12Z'), 'of any words');
select is(desk.period('2026-Q4'), tstzrange('2026-10-01Z', '2027-01-01Z'), 'a quarter');
select is(desk.period('2026-10-05T12:00'), tstzrange('2026-10-05 12:00Z', '2026-10-05 12:00Z', '[]'), 'an instant');
select is(desk.period('2026-10-05T12:00+02:00..2026-10-05 18:30Z'), tstzrange('2026-10-05 10:00Z', '2026-10-05 18:30Z'), 'from one to another');
select is(desk.period('2024-02-29'), tstzrange('2024-02-29Z', '2024-03-01Z'), 'a day');
select is(desk.period(w), null, 'no period: ' || w) from unnest(array['2026-13', '2026-02-30', '2025-02-29', '2026-W00', '2026-10-02..2026-10-01', '0d', '', 'soon', '2026-10..', '..2026', '2026-10-05T25:00', '2026-10-05T12:00..2026-10-05T11:00', '2026-10-05T12:00..']) w;
update desk.setting set value = '"Europe/Berlin"' where key = 'desk.zone';
select is(desk.period('2026-10'), tstzrange('2026-09-30 22:00Z', '2026-10-31 23:00Z'), 'in the zone of the desk, over the change of the clocks');
select is((select count(*)::int from desk.metric_buckets('2026-10-24 22:00Z', '2026-10-25 23:00Z', 'hour', 'Europe/Berlin')), 24, 'hours of a day by the name they have');
update desk.setting set value = '"UTC"' where key = 'desk.zone';

-- ---- a month of work
\o /dev/null
select tap.at('2030-06-03 08:00Z');
select tap.do_create('t_agent', '{"subject": "quick", "requester": "t_caller", "category": "General", "impact": "1", "urgency": "1"}') as a \gset
select tap.do_create('t_agent', '{"subject": "asked", "requester": "t_beta", "category": "General"}') as b \gset
select tap.do_create('t_agent', '{"subject": "moved", "requester": "t_caller", "category": "General", "group": "Network"}') as c \gset
select tap.do_create('t_agent', '{"subject": "dropped", "requester": "t_caller", "category": "General"}') as d \gset
select tap.do_create('t_agent', '{"subject": "secret", "requester": "t_caller", "category": "General"}') as e \gset
select tap.do_create('t_agent', '{"subject": "left", "requester": "t_caller", "category": "General"}') as f \gset
select tap.do_act('t_lead', :e, 'restrict', '{"people": "t_lead"}');
select tap.at('2030-06-03 08:10Z');
select tap.do_act('t_agent', x, 'take') from unnest(array[:a, :b, :d]::bigint[]) x;
select tap.at('2030-06-03 09:00Z');
select tap.do_act('t_agent', :a, 'resolve', '{"code": "fixed", "body": "done"}');
select tap.do_act('t_agent', :b, 'hold', '{"reason": "requester", "until": "2030-06-10T08:00:00Z", "body": "which one?"}');
select tap.do_act('t_agent', :d, 'cancel', '{"reason": "withdrawn"}');
select tap.at('2030-06-04 09:00Z');
select tap.do_act('t_beta', :b, 'reply', '{"body": "this one"}');
select tap.do_act('t_agent', :b, 'hold', '{"reason": "supplier", "ref": "V1", "until": "2030-06-10T08:00:00Z"}');
select tap.at('2030-06-04 10:00Z');
select tap.do_act('t_agent', :b, 'resolve', '{"code": "fixed", "body": "done"}');
select tap.do_act('t_agent', :c, 'take');
select tap.do_act('t_agent', :c, 'resolve', '{"code": "fixed", "body": "done"}');
select tap.at('2030-06-05 08:00Z');
select tap.do_act('t_caller', :c, 'reopen', '{"reason": "again", "body": "again"}');
select tap.at('2030-06-06 08:00Z');
\o
select is(tap.fig('t_agent', 'opened'), '4 4', 'opened: neither the cancelled nor the restricted one');
select is(tap.fig('t_lead', 'opened'), '4 4', 'nor for who may open it');
select is(tap.fig('t_agent', 'resolved'), '2 2', 'resolved: the reopened one not now');
select is(tap.fig('t_agent', 'net_flow'), '2 6', 'net flow');
select is(tap.fig('t_agent', 'mtta'), '526.667 3', 'accepted after 10, 10 and 1560 minutes');
select is(tap.fig('t_agent', 'mttr'), '90 2', '60 minutes; 1560 less a day with the requester, the supplier counts');
select is(tap.fig('t_agent', 'fcr'), '50 2', 'the first one at once');
select is(tap.fig('t_agent', 'reopen_rate'), '0 2', 'none of the resolved was reopened');
select is(tap.fig('t_agent', 'backlog'), '2 2', 'two are open');
select is(tap.fig('t_agent', 'backlog', '2030-06-03'), '3 3', 'at the end of the third: three');
select is(tap.fig('t_agent', 'backlog', '2030-06-02'), '0 0', 'before: none, and none is a number');
select is(tap.fig('t_agent', 'backlog', '2030-06-02..2030-06-07', 'day'), '2030-06-02 0 0; 2030-06-03 3 3; 2030-06-04 1 1; 2030-06-05 2 2; 2030-06-06 2 2; 2030-06-07 null 0', 'day by day, and nothing of what is to come');
select is(tap.fig('t_agent', 'backlog_age'), '3 2', 'three days old');
select is(tap.fig('t_agent', 'opened', '2030-06', 'priority'), 'P1 1 1; P5 3 3', 'by priority');
select is(tap.fig('t_agent', 'opened', '2030-06', 'customer'), 'Acme 3 3; Beta 1 1', 'by customer');
select is(tap.fig('t_agent', 'opened', '2030-06', 'service'), 'none 4 4', 'without a service');
select is(tap.fig('t_agent', 'resolved', '2030-06-03..2030-06-05', 'day'), '2030-06-03 1 1; 2030-06-04 1 1; 2030-06-05 0 0', 'a day without any is 0');
select is(tap.fig('t_agent', 'mttr', '2030-06-03..2030-06-05', 'day'), '2030-06-03 60 1; 2030-06-04 120 1; 2030-06-05 null 0', 'a mean of nothing is nothing');
select is(tap.fig('t_agent', 'mttr', '2029'), 'null 0', 'so it is in an empty period');
select is(tap.fig('t_agent', 'opened', '2030-06', null, '{"priority": [1, 2]}'), '1 1', 'filtered by priority');
select is(tap.fig('t_agent', 'opened', '2030-06', null, '{"customer": "beta"}'), '1 1', 'by a name');
select is(tap.fig('t_agent', 'opened', '2030-06', null, '{"service": "none", "category": "general", "kind": "incident"}'), '4 4', 'by several');
select is(tap.fig('t_agent', 'opened', '2030-06', null, '{"group": "nobody has this"}'), '0 0', 'by a name that is none');
select is(tap.fig('t_agent', 'opened', '2030-06', null, '{"tree": {"field": "reopens", "op": ">", "value": [0]}}'), '1 1', 'by a query');
select is(tap.fig('t_beta', 'opened'), '1 1', 'a requester counts his own');
select is(tap.fig('t_beta', 'backlog', '2030-06-03'), '1 1', 'of then, too');

-- what is undone has not been
\o /dev/null
select tap.at('2030-06-06 08:05Z');
select tap.do_act('t_agent', :f, 'take');
select gen_random_uuid() as o \gset
select tap.act('t_agent', :f, 'resolve', '{"code": "fixed", "body": "done"}', null, :'o');
select tap.at('2030-06-06 08:10Z');
\o
select is(tap.fig('t_agent', 'resolved'), '3 3', 'resolved');
select is(tap.why(tap.act('t_agent', :f, 'undo', jsonb_build_object('op', :'o'))), 'ok', 'and taken back');
select is(tap.fig('t_agent', 'resolved'), '2 2', 'it is not resolved');
select tap.at('2030-06-06 09:00Z') \g /dev/null
select is((select count(*)::int from desk.metric_backlog('2030-06-06 08:07Z')), 2, 'and was open all the time');

-- ---- one answer for programs
select is(tap.as_person('t_agent', $$ select desk.metric_json('mttr', '2030-06-04', 'priority', '2030-06-03') $$)::jsonb,
  '{"id": "mttr", "name": "MTTR", "unit": "minutes", "direction": "down", "period": {"text": "2030-06-04", "from": "2030-06-04T00:00:00Z", "to": "2030-06-05T00:00:00Z"},
    "value": 120, "n": 1, "p50": 120, "p90": 120, "target": 30, "ok": false, "by": "priority",
    "business": null, "rows": [{"key": "5", "label": "P5", "value": 120, "n": 1, "p50": 120, "p90": 120, "business": null, "before": null, "before_n": 0, "difference": null}],
    "compare": {"period": {"text": "2030-06-03", "from": "2030-06-03T00:00:00Z", "to": "2030-06-04T00:00:00Z"}, "value": 60.000, "n": 1, "p50": 60.000, "p90": 60.000,
      "difference": 60.000, "percent": 100.000, "better": false}}'::jsonb, 'metric_json');
select is(tap.as_person('t_agent', $$ select desk.metric_json('backlog', 'now')->'value' $$), '2', 'now');
select is(tap.try('t_agent', 'select ' || q), '22023', q) from unnest(array['desk.metric_json(''nothing'', ''2030'')', 'desk.metric_json(''mttr'', ''soon'')', 'desk.metric_json(''mttr'', ''2030'', ''colour'')',
  'desk.metric_json(''mttr'', ''2030'', null, ''soon'')', 'desk.metric_json(''mttr'', ''2030'', null, null, ''{"colour": 1}'')']) q;

-- ---- the registry is whole
select is_empty($$ select m.id from desk.metric m, unnest(array['.name', '.definition']) w, unnest(array['en', 'zh_CN']) l
  where not exists (select from desk.label x where x.key = 'metric.' || m.id || w and x.lang = l) $$, 'every metric has a name and a definition');
select is_empty($$ select m.id from desk.metric m where m.view is not null and m.view::text <> 'desk.metric_' || m.id $$, 'the view is named like its metric');
select is_empty($$ select m.id, c from desk.metric m, unnest('{ticket_id,at,value,weight,kind,org_id,group_id,service_id,category_id,ci_id,priority,assignee_id}'::text[]) c
  where m.view is not null and not exists (select from pg_attribute a where a.attrelid = m.view and a.attname = c) $$, 'every view has the columns of a fact');
select is_empty($$ select m.id, b, tap.try('t_agent', format('select count(*) from desk.metric_get(%L, ''2030-06-01'', ''2030-06-10'', %L)', m.id, b)) from desk.metric m, unnest(desk.metric_bys()) b
  where m.agg <> 'share' and tap.try('t_agent', format('select count(*) from desk.metric_get(%L, ''2030-06-01'', ''2030-06-10'', %L)', m.id, b)) !~ '^\d{1,3}$' $$, 'every metric by everything');
select * from finish();
