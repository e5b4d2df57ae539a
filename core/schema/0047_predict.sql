-- Predictions that are learnt in C (core/predict) from the desk's own past, kept as rows and worked out here: a model is, for each feature of a
-- ticket as it was opened, one number a label; scores are their sum, chances the softmax of slope * scores. What a feature is: core/predict/predict.h;
-- desk.predict_features says the same of a ticket as core/predict/feature.c.
--
-- Which fields: what the first event of a ticket says of who asked, who opened it, organisation, channel, service, device, editable fields of its
-- kind and custom fields; hour and weekday it was opened; subject and text. For the risk of a breach also category, impact, urgency, priority, group and
-- assignee as they were set then. Nothing that later events wrote.
reset role; set local role desk_owner;

create table desk.predict_model(
  name      text not null,
  version   int not null,
  base      int not null,                   -- the version that was learnt from nothing, which this one went on from; itself
  at        timestamptz not null,           -- learnt then,
  until     timestamptz,                    -- from tickets opened up to here
  rows      int not null,                   -- of the base and all since
  slope     float8 not null,
  labels    bigint[] not null,              -- ids; of a breach 0 and 1
  features  int not null,                   -- of the base, or those that this version wrote anew
  seconds   float8 not null,
  mix       float8 not null,                -- share of the counts
  scale     float8 not null,                -- what a count of the base is worth by now
  prior     real[] not null,                -- how frequent labels are
  experts   real[] not null,                -- what counts weigh: five a kind of feature, by how often it was seen
  how       jsonb not null,
  backtest  jsonb not null,                 -- on tickets that were learnt after they had been asked
  used      boolean not null,               -- false: a baseline was better
  state     jsonb,                          -- what training goes on from; of the newest alone
  primary key (name, version));
comment on table desk.predict_model is 'Models that were learnt: when, from how much, how good they were on later tickets';
-- A version writes what it changed; the row that counts is the newest from the base to the version that is asked. What lies beyond the newest
-- version of a model was left by training that was broken off.
create table desk.predict_weight(
  name text not null, feature text collate "C" not null, version int not null,
  kind smallint not null,                   -- 0: always there, 1-4 of a text, 5 on: a field or a pair of them
  idf real not null,
  steps real not null,                      -- how far the regression went here
  total real not null,                      -- how often it was seen
  lin real[] not null,                      -- for each label, times the value of the feature; none: 0
  place smallint[] not null, n real[] not null, -- labels it was seen with, and how often
  primary key (name, feature, version));
alter table desk.predict_weight alter column lin set storage external, alter column n set storage external;
comment on table desk.predict_weight is 'What a feature says for each label';
create table desk.predict_learnt(
  name text not null, ticket_id bigint not null, version int not null, label bigint not null, primary key (name, ticket_id, version));
comment on table desk.predict_learnt is 'Tickets that were learnt and what as, so that none is learnt twice';
create table desk.ticket_risk(
  ticket_id bigint primary key,
  risk      smallint not null check (risk between 0 and 100), -- percent
  version   int not null,
  at        timestamptz not null,
  reasons   jsonb not null);
comment on table desk.ticket_risk is 'How likely open tickets are to miss what was promised, by what was known when they were opened';
create index ticket_risk_risk_key on desk.ticket_risk(risk);
create index ticket_risk_version_key on desk.ticket_risk(version);
do $$
declare t text;
begin
  foreach t in array array['predict_model', 'predict_weight', 'predict_learnt', 'ticket_risk'] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
  end loop;
end $$;
-- the risk of a ticket is for those who work on it
grant select on desk.ticket_risk to desk_person;
create policy reader on desk.ticket_risk for select to desk_person using ((select desk.i_am_staff()) and exists (select from desk.ticket t where t.id = ticket_id and not t.restricted));
insert into desk.label(key, lang, text) values
  ('error.predict_model', 'en', 'There is no model {model}; there are category, group, impact, urgency, breach'),
  ('error.predict_model', 'zh_CN', '没有模型 {model}；可用的有 category、group、impact、urgency、breach'),
  ('error.predict_busy', 'en', 'Somebody else is at the training of models: try again in some minutes'),
  ('error.predict_busy', 'zh_CN', '别人正在训练模型：请几分钟后再试'),
  ('error.predict_scope', 'en', 'Models are trained and judged by those who see all tickets'),
  ('error.predict_scope', 'zh_CN', '只有能看到全部工单的人才能训练和评判模型');

reset role; set local role desk_api;

create function desk.predict_names() returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{category,group,impact,urgency,breach}'::text[] $$;
create function desk.predict_may() returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when desk.me() is null then coalesce((select r.rolsuper from pg_roles r where r.rolname = session_user), false) else desk.scope_all() and desk.has_role('lead', 'process_owner', 'worker', 'admin') end $$;

-- As sd_text_fold does it: compatibility forms and case, without what has no width.
create function desk.predict_fold(p text) returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select replace(translate(lower(normalize(p, NFKC)), U&'\03C2\00AD\200B\200C\200D\200E\200F\2060\FE0E\FE0F\FEFF', U&'\03C3'), U&'\00DF', 'ss') $$;

-- ---- tickets as they were opened ---------------------------------------------------------------------------------------------
-- Of tickets that are not restricted: text, and names and values of fields, by name. p_model breach: with what only counts there.
create function desk.predict_items(p_ids bigint[], p_model text) returns table(id bigint, txt text, names text[], vals text[]) language sql stable rows 100
  set search_path = pg_catalog, pg_temp as $$
  with k as materialized (
    select d.kind, d.field from desk.field d where d.editable and d.type in ('text', 'choice', 'bool', 'int', 'person', 'service', 'ci')
       and d.field not in ('subject', 'requester', 'subcategory', 'category', 'impact', 'urgency', 'priority', 'group', 'assignee', 'made_sla')
    union all select d.kind, u.f from desk.kind d cross join unnest('{requester,opened_by,org_id,channel}'::text[]) u(f)
    union all select d.kind, u.f from desk.kind d cross join unnest('{category,subcategory,impact,urgency,priority,group,assignee}'::text[]) u(f) where p_model = 'breach'),
  a as materialized (select k.kind, array_agg(distinct k.field) as fields from k group by k.kind)
  select t.id, left(coalesce(x.changes #>> '{subject,1}', '') || E'\n' || coalesce(x.body, ''), 4000), f.names, f.vals
    from desk.ticket t join desk.event_text x on x.ticket_id = t.id and x.seq = 1 and jsonb_typeof(x.changes) = 'object' join a on a.kind = t.kind
   cross join lateral (
     select coalesce(array_agg(v.name order by v.name collate "C"), '{}') as names, coalesce(array_agg(v.value order by v.name collate "C"), '{}') as vals from (
       select q.name, left(regexp_replace(btrim(desk.predict_fold(q.value), E' \t\r\n'), '[ \t\r\n]+', ' ', 'g'), 80) as value from (
         select c.key as name, c.value->>1 as value from jsonb_each(x.changes) c where c.key = any (a.fields) and jsonb_typeof(c.value) = 'array' and jsonb_typeof(c.value->1) in ('string', 'number', 'boolean')
         union all
         (select 'custom.' || u.key, u.value #>> '{}' from jsonb_each(case jsonb_typeof(x.changes #> '{custom,1}') when 'object' then x.changes #> '{custom,1}' else '{}' end) u
           where jsonb_typeof(u.value) in ('string', 'number', 'boolean') and length(u.key) <= 60 and u.key !~* '^(resol|clos|solution|solv|knowledge|made_sla|subcat)' order by u.key limit 10)
         union all select 'kind', t.kind
         union all select 'opened.hour', extract(hour from t.opened_at at time zone 'UTC')::text
         union all select 'opened.weekday', extract(dow from t.opened_at at time zone 'UTC')::text) q
        where length(q.value) <= 80 and q.value !~ '^\d{4}-\d\d-\d\d') v
      where v.value not in ('', '0') or v.name like 'opened.%') f
   where t.id = any (p_ids) and not t.restricted $$;

-- What was right in the end; null: not known, or not to be learnt. lead: minutes from the opening to the first breach.
create function desk.predict_truth(p_ids bigint[], p_model text) returns table(id bigint, label bigint, lead int) language plpgsql stable rows 100
  set search_path = pg_catalog, pg_temp as $$
begin
  return query
    select t.id, case p_model when 'category' then t.category_id when 'group' then nullif(t.group_id, 0) when 'impact' then t.impact when 'urgency' then t.urgency
        else coalesce(c.missed, (not (desk.typed_json(t.kind, t.id)->>'made_sla')::boolean)::int) end::bigint, c.lead
      from desk.ticket t left join lateral (
        select bool_or(coalesce(x.due_at < x.stopped_at, false))::int as missed, (min(extract(epoch from x.due_at - t.opened_at) / 60) filter (where x.due_at < x.stopped_at))::int as lead
          from desk.sla_clock x where p_model = 'breach' and x.ticket_id = t.id and x.type = 'sla' and x.cancelled_at is null) c on true
     where t.id = any (p_ids) and t.phase = 3 and t.state <> 'cancelled' and not t.restricted;
end $$;

-- ---- features and scores ----------------------------------------------------------------------------------------------------------
-- typ: 1 words, 2 pairs of them, 3 letters, 4 first words, 5 fields, 6 pairs of fields, 0 what is always there.
create function desk.predict_features(p_text text, p_names text[], p_vals text[]) returns table(feature text, typ int, tf int) language sql immutable rows 200
  set search_path = pg_catalog, pg_temp as $$
  with w as materialized (
    select q.w, q.n, lag(q.w) over (order by q.n) as before from (
      select r.m[1] as w, row_number() over (order by r.o) as n
        from regexp_matches(desk.predict_fold(p_text), '[0-9a-z_\u00C0-\u1FFF\u2070-\u2E7F]+|[\u2E80-\U0010FFFF]', 'g') with ordinality r(m, o) where length(r.m[1]) <= 40) q where q.n <= 300),
  f as materialized (select u.a || '=' || u.b as v, u.n from unnest(p_names, p_vals) with ordinality u(a, b, n))
  select '1', 0, 1
  union all select 'w ' || w.w, 1, count(*)::int from w group by w.w
  union all select 'b ' || w.before || ' ' || w.w, 2, count(*)::int from w where w.before is not null group by w.before, w.w
  union all select 'c ' || substr(w.w, i, 3), 3, count(*)::int from w cross join lateral generate_series(1, length(w.w) - 2) i where length(w.w) > 3 group by substr(w.w, i, 3)
  union all select 'p ' || w.w, 4, count(*)::int from w where w.n <= 12 group by w.w
  union all select 'f ' || f.v, 5, 1 from f
  union all select 'x ' || f.v || '&' || g.v, 6, 1 from f join f g on g.n > f.n where cardinality(p_names) <= 24 $$;

-- What each feature of a ticket adds to the score of each label (by its place in the labels of the model).
create function desk.predict_parts(m desk.predict_model, p_text text, p_names text[], p_vals text[]) returns table(feature text, typ int, place bigint, part float8) language plpgsql stable rows 1000
  set search_path = pg_catalog, pg_temp set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare v_experts real[] := m.experts; v_prior real[] := m.prior;
begin
  return query
    with f as materialized (
      -- each feature by its key, also of a model that has just been stored and of which the server knows nothing
      select f.feature, f.typ, (1 + ln(f.tf)) * w.idf as v, w.lin, w.place, w.n, v_experts[w.kind * 5 + case when w.total * m.scale < 2 then 1 when w.total * m.scale < 5 then 2
          when w.total * m.scale < 20 then 3 when w.total * m.scale < 100 then 4 else 5 end]::float8 as expert
        from desk.predict_features(p_text, p_names, p_vals) f
        cross join lateral (select x.kind, x.idf, x.total, x.lin, x.place, x.n from desk.predict_weight x where x.name = m.name and x.feature = f.feature and x.version between m.base and m.version
          order by x.version desc limit 1) w),
    n as (
      select f.*, case when f.typ between 1 and 4 then f.v * (array[0.9, 0.4, 0.5, 0.5])[f.typ]::float8 / sqrt(sum(f.v * f.v) over (partition by f.typ))
                    when f.typ = 6 then 2 / sqrt(count(*) over (partition by f.typ)) else 1 end as value from f)
    select n.feature, n.typ, u.o, n.value * (1 - m.mix) * u.l from n cross join lateral unnest(n.lin) with ordinality u(l, o) where m.mix < 1
    union all select n.feature, n.typ, u.p, m.mix * n.expert * ln(1 + u.n * m.scale / (5 * v_prior[u.p]))
      from n cross join lateral unnest(n.place, n.n) u(p, n) where m.mix > 0 and n.typ > 0 and n.expert > 0
    union all select '1', 0, u.o, m.mix * ln(u.p::float8) from unnest(v_prior) with ordinality u(p, o);
end $$;

-- How sure the newest version of a model is of each label.
create function desk.predict_scores(p_name text, p_text text, p_names text[], p_vals text[]) returns table(label bigint, confidence float8) language plpgsql stable rows 20
  set search_path = pg_catalog, pg_temp as $$
declare m desk.predict_model;
begin
  select * into m from desk.predict_model x where x.name = p_name order by x.version desc limit 1;
  return query
    with s as (select p.place, sum(p.part) * m.slope as s from desk.predict_parts(m, p_text, p_names, p_vals) p group by p.place),
    e as (select s.place, exp(greatest(-500, s.s - max(s.s) over ())) as x from s)
    select m.labels[e.place], e.x / sum(e.x) over () from e;
end $$;

-- ---- proposals (0035b) ------------------------------------------------------------------------------------------------------------------
create function desk.predict_newest(p_name text) returns desk.predict_model language sql stable set search_path = pg_catalog, pg_temp as $$
  select x from desk.predict_model x where x.name = p_name order by x.version desc limit 1 $$;

-- The ranked values of a ticket with those of one field as the learnt model ranks them, where it is in use: its confidence, and what the counts say for them.
create function desk.propose_learnt_rows(p_id bigint, p_field int, p_rows desk.propose_row[]) returns desk.propose_row[] language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_name text := (desk.propose_fields())[p_field]; m desk.predict_model := desk.predict_newest(v_name); i record;
begin
  if not coalesce(m.used, false) then return p_rows; end if;
  select * into i from desk.predict_items(array[p_id], v_name) x;
  if i.id is null then return p_rows; end if;
  return array(select row(u.field, u.choice)::desk.propose_row from unnest(p_rows) with ordinality u(field, choice, n) where u.field <> p_field order by u.n)
    || array(select row(p_field, row(s.label, null, s.confidence, (p.choice).why)::desk.propose_choice)::desk.propose_row
        from (select * from desk.predict_scores(v_name, i.txt, i.names, i.vals) x order by x.confidence desc, x.label limit 100) s
        left join unnest(p_rows) p(field, choice) on p.field = p_field and (p.choice).id = s.label order by s.confidence desc, s.label);
end $$;

-- What is said beside the field: the model that ranked it, or the one that was learnt and is worse than another.
create function desk.propose_learnt_said(t desk.ticket, p_field int, p_asked boolean) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare m desk.predict_model := desk.predict_newest((desk.propose_fields())[p_field]); v jsonb;
begin
  if m.name is null then return '{}'; end if;
  v := jsonb_build_object('name', 'learnt', 'version', m.version);
  -- top1: how often its first was right on later tickets, or that of what was better
  if not m.used then
    return jsonb_build_object('not_used', jsonb_strip_nulls(v || jsonb_build_object('better', m.backtest->'better', 'top1', m.backtest->'baselines'->(m.backtest->>'better')->'top1', 'own', m.backtest->'top1')));
  end if;
  return case when p_asked and not t.restricted then jsonb_build_object('model', jsonb_strip_nulls(v || jsonb_build_object('top1', m.backtest->'top1', 'n', m.backtest->'n'))) else '{}' end;
end $$;

-- ---- risk of open tickets -----------------------------------------------------------------------------------------------------------
create function desk.risk_of(p_id bigint, m desk.predict_model) returns desk.ticket_risk language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare i record; r desk.ticket_risk; v_yes int := array_position(m.labels, 1); v float8; v_why jsonb;
begin
  select * into i from desk.predict_items(array[p_id], 'breach') x;
  if i.id is null or v_yes is null then return null; end if;
  with p as materialized (select q.feature, q.typ, sum(case when q.place = v_yes then q.part else -q.part end) as part from desk.predict_parts(m, i.txt, i.names, i.vals) q group by q.feature, q.typ),
  w as (select p.feature, p.part from p where p.typ in (1, 5) and p.part > 0 order by p.part desc, p.feature limit 3)
  select sum(p.part) * m.slope, (select coalesce(jsonb_agg(jsonb_build_object('feature', substr(w.feature, 3), 'adds', round(w.part::numeric, 2)) order by w.part desc), '[]') from w) into v, v_why from p;
  r.ticket_id := p_id; r.version := m.version; r.at := desk.now(); r.reasons := v_why;
  r.risk := round(100 / (1 + exp(greatest(-500, least(500, -v)))));
  return r;
end $$;

-- One small batch beside the tick: open tickets that have no risk by the present model or one of a day ago, and those that are open no more. true: there is more.
create function desk.risk_step() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare m desk.predict_model; v_rows desk.ticket_risk[]; v_gone bigint[];
begin
  if not pg_try_advisory_xact_lock(7205759, 47) then return false; end if;
  select * into m from desk.predict_model x where x.name = 'breach' order by x.version desc limit 1;
  v_gone := array(select r.ticket_id from desk.ticket_risk r where not coalesce(m.used, false) or exists (
    select from desk.ticket t where t.id = r.ticket_id and (t.phase = 3 or t.restricted)) limit 250);
  if v_gone <> '{}' then delete from desk.ticket_risk r where r.ticket_id = any (v_gone); return true; end if;
  if not coalesce(m.used, false) then return false; end if;
  v_rows := array(select r from (
      select t.id from desk.ticket t where t.phase < 3 and not t.restricted and t.kind = any (desk.propose_kinds())
         and not exists (select from desk.ticket_risk r where r.ticket_id = t.id and r.version between m.base and m.version and r.at > m.at - interval '1 day')
         and exists (select from desk.event_text x where x.ticket_id = t.id and x.seq = 1 and jsonb_typeof(x.changes) = 'object') order by t.id limit 50) o
    cross join lateral desk.risk_of(o.id, m) r where r.ticket_id is not null);
  if v_rows = '{}' then return false; end if;
  insert into desk.ticket_risk select * from unnest(v_rows) on conflict (ticket_id) do update
    set risk = excluded.risk, version = excluded.version, at = excluded.at, reasons = excluded.reasons;
  return true;
end $$;

-- ---- training ----------------------------------------------------------------------------------------------------------------------
create function desk.predict_must() returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not desk.predict_may() then raise insufficient_privilege; end if;
end $$;

-- Tickets that something happened to since (epoch, x), in transactions that are over before p_until, are done, and were not learnt as they are now.
create function desk.predict_news(p_name text, p_since jsonb, p_until jsonb) returns bigint[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare m desk.predict_model := desk.predict_newest(p_name); v bigint[];
begin
  v := array(select distinct e.ticket_id from desk.event e where (e.epoch, e.x) > ((p_since->>'epoch')::smallint, (p_since->>'x')::xid8) and (e.epoch, e.x) < ((p_until->>'epoch')::smallint, (p_until->>'x')::xid8));
  return array(select y.id from desk.predict_truth(v, p_name) y join desk.ticket t on t.id = y.id and t.kind = any (desk.propose_kinds())
    where y.label is not null and exists (select from desk.event_text x where x.ticket_id = y.id and x.seq = 1 and jsonb_typeof(x.changes) = 'object')
      and y.label is distinct from (select l.label from desk.predict_learnt l where l.name = p_name and l.ticket_id = y.id and l.version between m.base and m.version order by l.version desc limit 1));
end $$;

create function desk.predict_horizon() returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('epoch', desk.epoch(), 'x', pg_snapshot_xmin(pg_current_snapshot())::text) $$;

-- Whether it is worth to begin, for the loop beside the tick: something may have been learnt since the last time, and nobody has looked within the hour.
create function desk.predict_due() returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare n text; m desk.predict_model;
begin
  if not desk.predict_may() then return false; end if;
  foreach n in array desk.predict_names() loop
    continue when exists (select from desk.lease l where l.name = 'predict.' || n and l.until > clock_timestamp());
    m := desk.predict_newest(n);
    if m.name is null then
      if (select count(*) from (select from desk.ticket t where t.phase = 3 limit 100) q) = 100 then return true; end if;
    elsif m.state is null or exists (select from desk.event e where (e.epoch, e.x) > ((m.state #>> '{cursor,epoch}')::smallint, (m.state #>> '{cursor,x}')::xid8)) then return true;
    end if;
  end loop;
  return false;
end $$;

-- Begins the training of a model, for who may: {mode, why, version, base, from or since, until, model}. mode full: from nothing, and why (asked,
-- first, format, growth: half as much again has come, drift or baseline: it does worse than it did, or than a baseline); more: it goes on from what
-- is stored; none: there is nothing new. null: it is not due. p_force: in any case. The lock lasts until predict_finish or the end of the session.
create function desk.predict_begin(p_name text, p_force boolean, p_full boolean, p_format int) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare m desk.predict_model; v_from timestamptz; v_until jsonb := desk.predict_horizon(); v_why text; v_news int := 0; v jsonb;
begin
  if desk.me() is null and not desk.predict_may() then return null; end if;
  if not desk.predict_may() then return case when p_force then desk.refuse('predict_scope', 'denied') end; end if;
  if p_name is null or p_name <> all (desk.predict_names()) then return desk.refuse('predict_model', 'input', null, jsonb_build_object('model', coalesce(p_name, ''))); end if;
  if not p_force and exists (select from desk.lease l where l.name = 'predict.' || p_name and l.until > clock_timestamp()) then return null; end if;
  if not pg_try_advisory_lock(7205759, 48) then return case when p_force then desk.refuse('predict_busy', 'conflict') end; end if;
  -- not asked again within the hour
  insert into desk.lease values ('predict.' || p_name, session_user, 0, clock_timestamp() + interval '1 hour') on conflict (name) do update set until = excluded.until;
  m := desk.predict_newest(p_name);
  v_why := case when m.name is null then 'first' when p_full then 'asked' when m.state is null or (m.state->>'format')::int is distinct from p_format then 'format' else m.state->>'full' end;
  if v_why is null then
    v_news := cardinality(desk.predict_news(p_name, m.state->'cursor', v_until));
    if v_news = 0 then
      perform pg_advisory_unlock(7205759, 48);
      return case when p_force then jsonb_build_object('mode', 'none', 'version', m.version) end;
    end if;
    if m.rows + v_news > (m.state->>'base_rows')::int * 1.5 then v_why := 'growth'; end if;
  end if;
  v := jsonb_build_object('version', coalesce(m.version, 0) + 1, 'until', v_until, 'news', v_news);
  if v_why is null then
    return v || jsonb_build_object('mode', 'more', 'since', m.state->'cursor', 'base', m.base, 'from', '-infinity', 'model', to_jsonb(m) - 'state' - 'backtest', 'state', m.state);
  end if;
  -- the last 100,000 that are done, from their first on
  select t.opened_at into v_from from desk.ticket t where t.phase = 3 and t.kind = any (desk.propose_kinds()) order by t.opened_at desc offset 99999 limit 1;
  return v || jsonb_build_object('mode', 'full', 'why', v_why, 'base', coalesce(m.version, 0) + 1, 'from', coalesce(v_from, '-infinity'));
end $$;

-- The next tickets to learn from, in the order they were opened. p_since, p_until: those alone that are news.
create function desk.predict_rows(p_name text, p_at timestamptz, p_id bigint, p_n int, p_since jsonb, p_until jsonb) returns table(at timestamptz, id bigint, label bigint, lead int, txt text, names text[], vals text[])
  language plpgsql stable security definer rows 1000 set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v bigint[];
begin
  if not desk.predict_may() then return; end if;
  if p_since is null then
    v := array(select t.id from desk.ticket t where (t.opened_at, t.id) > (p_at, p_id) order by t.opened_at, t.id limit p_n);
  else
    v := desk.predict_news(p_name, p_since, p_until);
    v := array(select t.id from desk.ticket t where t.id = any (v) and (t.opened_at, t.id) > (p_at, p_id) order by t.opened_at, t.id limit p_n);
  end if;
  return query
    select t.opened_at, t.id, y.label, y.lead, i.txt, i.names, i.vals from unnest(v) u(i) join desk.ticket t on t.id = u.i
      left join desk.predict_truth(v, p_name) y on y.id = t.id and t.kind = any (desk.propose_kinds())
      left join desk.predict_items(v, p_name) i on i.id = t.id and y.label is not null
     order by t.opened_at, t.id;
end $$;

-- What is stored of features, by their place in the list.
create function desk.predict_weights(p_name text, p_features text[]) returns table(i bigint, kind int, idf real, steps real, total real, lin real[], place smallint[], n real[]) language plpgsql stable security definer rows 1000
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off as $$
declare m desk.predict_model;
begin
  if not desk.predict_may() then return; end if;
  m := desk.predict_newest(p_name);
  return query select u.o, w.kind::int, w.idf, w.steps, w.total, w.lin, w.place, w.n from unnest(p_features) with ordinality u(f, o) cross join lateral (
    select x.* from desk.predict_weight x where x.name = p_name and x.feature = u.f and x.version between m.base and m.version order by x.version desc limit 1) w order by u.o;
end $$;

-- Some features of a version. p_lin: p_k numbers each, one after the other; p_from: where the counts of each begin in p_place and p_n, and where those of
-- the last end. As SQL: a slice of an array that comes from outside is cut out where it lies.
create function desk.predict_store(p_name text, p_version int, p_features text[], p_kind smallint[], p_idf real[], p_steps real[], p_total real[], p_k int, p_lin real[], p_from int[], p_place smallint[], p_n real[])
  returns void language sql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
  select desk.predict_must();
  insert into desk.predict_weight select p_name, u.f, p_version, u.kind, u.idf, u.steps, u.total, p_lin[(u.o - 1) * p_k + 1 : u.o * p_k],
      p_place[p_from[u.o] + 1 : p_from[u.o + 1]], p_n[p_from[u.o] + 1 : p_from[u.o + 1]]
    from unnest(p_features, p_kind, p_idf, p_steps, p_total) with ordinality u(f, kind, idf, steps, total, o) where u.f is not null
    on conflict (name, feature, version) do nothing $$;

create function desk.predict_saw(p_name text, p_version int, p_ids bigint[], p_labels bigint[]) returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  perform desk.predict_must();
  insert into desk.predict_learnt select p_name, u.i, p_version, u.l from unnest(p_ids, p_labels) u(i, l) on conflict do nothing;
end $$;

-- The model is whole: it takes the place of the one before. The lock ends.
create function desk.predict_finish(p_name text, p_version int, m jsonb) returns void language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  perform desk.predict_must();
  if m is not null then
    insert into desk.predict_model
      select p_name, p_version, (m->>'base')::int, desk.now(), (m->>'until')::timestamptz, (m->>'rows')::int, (m->>'slope')::float8, array(select x::bigint from jsonb_array_elements_text(m->'labels') x),
        (m->>'features')::int, (m->>'seconds')::float8, (m->>'mix')::float8, (m->>'scale')::float8, array(select x::real from jsonb_array_elements_text(m->'prior') x),
        array(select x::real from jsonb_array_elements_text(m->'experts') x), m->'how', m->'backtest', (m->>'used')::boolean, m->'state';
    update desk.predict_model x set state = null where x.name = p_name and x.version < p_version and x.state is not null;
  end if;
  perform pg_advisory_unlock(7205759, 48);
end $$;

-- Sweeps up what no version needs any more, some features or tickets at a time: from where to go on, null at the end.
create function desk.predict_sweep(p_name text, p_after text) returns text language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare m desk.predict_model; v text;
begin
  perform desk.predict_must();
  m := desk.predict_newest(p_name);
  with q as materialized (select w.feature, w.version from desk.predict_weight w where w.name = p_name and w.feature > p_after order by w.feature fetch first 1000 rows with ties),
  d as (delete from desk.predict_weight w using (select q.feature, q.version, max(q.version) filter (where q.version <= m.version) over (partition by q.feature) as top from q) r
    where w.name = p_name and w.feature = r.feature and w.version = r.version and (m.name is null or r.version > m.version or r.version < m.base or r.version < r.top))
  select max(q.feature) into v from q;
  return v;
end $$;
create function desk.predict_sweep_tickets(p_name text, p_after bigint) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare m desk.predict_model; v bigint;
begin
  perform desk.predict_must();
  m := desk.predict_newest(p_name);
  with q as materialized (select l.ticket_id, l.version from desk.predict_learnt l where l.name = p_name and l.ticket_id > p_after order by l.ticket_id fetch first 5000 rows with ties),
  d as (delete from desk.predict_learnt l using (select q.ticket_id, q.version, max(q.version) filter (where q.version <= m.version) over (partition by q.ticket_id) as top from q) r
    where l.name = p_name and l.ticket_id = r.ticket_id and l.version = r.version and (m.name is null or r.version > m.version or r.version < m.base or r.version < r.top))
  select max(q.ticket_id) into v from q;
  return v;
end $$;

-- ---- reading -----------------------------------------------------------------------------------------------------------------------
create function desk.predict_list(p_name text, p_all boolean) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if not (desk.predict_may() or desk.me() is not null) then return null; end if;
  if not (desk.predict_may() or desk.i_am_staff()) then return desk.refuse('predict_scope', 'denied'); end if;
  if p_name is not null and p_name <> all (desk.predict_names()) then return desk.refuse('predict_model', 'input', null, jsonb_build_object('model', p_name)); end if;
  return (select coalesce(jsonb_agg(jsonb_build_object('model', m.name, 'version', m.version, 'at', desk.iso(m.at), 'until', desk.iso(m.until), 'tickets', m.rows, 'labels', cardinality(m.labels),
      'features', m.features, 'seconds', m.seconds, 'used', m.used, 'how', m.how, 'backtest', m.backtest) order by array_position(desk.predict_names(), m.name), m.version desc), '[]')
    from desk.predict_model m where (p_name is null or m.name = p_name) and (p_all or m.version = (select max(x.version) from desk.predict_model x where x.name = m.name)));
end $$;

-- The risk of a ticket for who may see it and works at the desk: {risk, version, at, reasons, warned, came}: of those that were warned of in the
-- back-test so many came true. null: there is none.
create function desk.risk(p_ticket bigint) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if desk.me() is null or not desk.i_am_staff() or not desk.can_see(p_ticket, desk.me()) then return null; end if;
  return (select jsonb_build_object('risk', r.risk, 'version', r.version, 'at', desk.iso(r.at), 'model', m.name, 'auc', m.backtest->'auc', 'warned', m.backtest->'warning', 'reasons', r.reasons)
    from desk.ticket_risk r join desk.ticket t on t.id = r.ticket_id and not t.restricted join desk.predict_model m on m.name = 'breach' and m.version = r.version where r.ticket_id = p_ticket);
end $$;

-- The words of a reason: names in place of numbers.
create function desk.risk_word(p_feature text) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare f text := split_part(p_feature, '=', 1); v text := substr(p_feature, length(split_part(p_feature, '=', 1)) + 2);
begin
  if v !~ '^\d{1,9}$' or f not in ('requester', 'opened_by', 'assignee', 'group', 'category') then return p_feature; end if;
  return f || '=' || coalesce(desk.name_of(case when f in ('group', 'category') then f else 'person' end, to_jsonb(v::int)) #>> '{}', v);
end $$;

-- For desk.show, to staff who see the ticket: {risk, risk_came, risk_why}; risk_came: of a hundred that were warned of at this risk on the back-test so many came.
create function desk.show_risk(p_id bigint) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce((select jsonb_build_object('risk', r.risk, 'risk_came', (
      select round((w->>'precision')::numeric * 100)::int from jsonb_array_elements(m.backtest->'warning') w where (w->>'percent')::int <= r.risk and (w->>'warned')::int > 0 order by (w->>'percent')::int desc limit 1),
      'risk_why', (select string_agg(desk.risk_word(x->>'feature'), ', ' order by n) from jsonb_array_elements(r.reasons) with ordinality u(x, n)))
    from desk.ticket_risk r join desk.predict_model m on m.name = 'breach' and m.version = r.version where r.ticket_id = p_id), '{}');
end $$;

-- For the wall: of warnings at this risk on the back-test so many of a hundred came true; null: nothing is predicted, or not for the reader.
create function desk.predict_came(p_percent int) returns int language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if desk.me() is null or not desk.i_am_staff() then return null; end if;
  return (select round((w->>'precision')::numeric * 100) from desk.predict_newest('breach') m, jsonb_array_elements(m.backtest->'warning') w where m.used and (w->>'percent')::int = p_percent);
end $$;
-- Open tickets the reader sees that are likely to miss what was promised and have not yet: {n, percent, came}.
create function desk.wall_predicted(p_groups int[]) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_came int := desk.predict_came(50);
begin
  if v_came is null then return null; end if;
  return jsonb_build_object('percent', 50, 'came', v_came, 'n', (
    select count(*) from desk.ticket_risk r join desk.ticket t on t.id = r.ticket_id where r.risk >= 50 and t.phase < 3 and not t.restricted and (p_groups is null or t.group_id = any (p_groups))
       and not exists (select from desk.sla_clock c where c.ticket_id = t.id and c.type = 'sla' and c.cancelled_at is null and c.due_at < coalesce(c.stopped_at, desk.now()))));
end $$;

-- as in 0024_wall.sql, with what is predicted
create or replace function desk.wall(p jsonb default '{}') returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  v_me int := desk.me(); v_lang text := coalesce(p->>'lang', 'en'); v_parts jsonb := coalesce(p->'parts', '["live", "slow"]'); v_groups int[]; v_unknown jsonb := '[]';
  v_out jsonb;
begin
  if v_me is null then return null; end if;
  if jsonb_typeof(p->'groups') = 'array' and jsonb_array_length(p->'groups') > 0 then
    select coalesce(array_agg(g.id) filter (where g.id is not null), '{}'), coalesce(jsonb_agg(x) filter (where g.id is null), '[]') into v_groups, v_unknown
      from jsonb_array_elements_text(p->'groups') x left join desk.support_group g on lower(g.name) = lower(x) and g.id > 0;
  end if;
  v_out := jsonb_build_object('now', desk.iso(desk.now()), 'frozen', (select c.frozen_at is not null from desk.clock c), 'standby', pg_is_in_recovery(), 'zone', desk.zone(),
    'desk', (select s.value #>> '{}' from desk.setting s where s.key = 'desk.name'), 'unknown_groups', v_unknown);
  if v_parts ? 'live' then v_out := v_out || jsonb_build_object('live', desk.wall_live(v_groups) || jsonb_build_object('predicted', desk.wall_predicted(v_groups))); end if;
  if v_parts ? 'slow' then v_out := v_out || jsonb_build_object('slow', desk.wall_slow(v_groups, v_lang, p->'metrics')); end if;
  return v_out;
end $$;

-- How likely each value is for a ticket as it was opened, by every model that was learnt.
create function desk.predict_explain(p_ticket bigint) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare i record; n text; v jsonb := '[]'; m desk.predict_model; t desk.ticket;
begin
  if desk.me() is null or not desk.i_am_staff() or not desk.can_see(p_ticket, desk.me()) then return null; end if;
  select * into t from desk.ticket x where x.id = p_ticket;
  foreach n in array desk.predict_names() loop
    select * into m from desk.predict_model x where x.name = n order by x.version desc limit 1;
    continue when m.name is null;
    select * into i from desk.predict_items(array[p_ticket], n) x;
    continue when i.id is null;
    v := v || jsonb_build_object('model', n, 'version', m.version, 'used', m.used, 'choices', (
      select coalesce(jsonb_agg(jsonb_build_object('id', s.label, 'label', case n when 'category' then desk.name_of('category', to_jsonb(s.label)) #>> '{}' when 'group' then (select g.name from desk.support_group g where g.id = s.label and desk.org_known(g.org_id, desk.me()))
          when 'breach' then case s.label when 1 then 'breach' else 'in time' end else s.label::text end, 'confidence', round(s.confidence::numeric, 3)) order by s.confidence desc), '[]')
        from (select * from desk.predict_scores(n, i.txt, i.names, i.vals) x order by x.confidence desc, x.label limit 3) s));
  end loop;
  return jsonb_build_object('number', t.number, 'risk', desk.risk(p_ticket), 'models', v);
end $$;

-- ---- the word risk in desk.matches ----------------------------------------------------------------------------------------------------
create function desk.match_risk(t desk.ticket, n jsonb, p_internal boolean) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v jsonb; r smallint;
begin
  if p_internal and not t.restricted then select x.risk into r from desk.ticket_risk x where x.ticket_id = t.id; end if;
  for v in select x from jsonb_array_elements(n->'value') x loop
    if v = 'null' then
      if r is null then return true; end if;
    elsif jsonb_typeof(v) = 'object' then
      if r is not null then return true; end if;
    elsif desk.match_int(r, n->>'op', v) then return true;
    end if;
  end loop;
  return false;
end $$;

-- as in 0036_triage.sql, and the word risk
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
    if n->>'field' = 'risk' and not jsonb_path_exists(n->'value', '$[*] ? (@.type() == "string")') then return coalesce(desk.match_risk(t, n, p_internal), false); end if;
    if n->>'field' = 'untriaged' then
      return exists (select from jsonb_array_elements_text(n->'value') x where desk.is_untriaged(t) = x::boolean);
    end if;
    for k in select x from jsonb_array_elements(n->'value') x loop
      if coalesce(desk.match_value(t, n->>'field', n->>'op', k, p_me, p_internal, p_zone, p_now), false) then return true; end if;
    end loop;
    return false;
  end if;
  raise exception 'desk.matches: this is no node of a query: %', left(n::text, 200) using errcode = 'invalid_parameter_value';
end $$;

revoke execute on function desk.predict_names(), desk.predict_may(), desk.predict_fold(text), desk.predict_items(bigint[], text), desk.predict_truth(bigint[], text), desk.predict_features(text, text[], text[]),
  desk.predict_parts(desk.predict_model, text, text[], text[]), desk.predict_scores(text, text, text[], text[]), desk.predict_newest(text), desk.propose_learnt_rows(bigint, int, desk.propose_row[]),
  desk.propose_learnt_said(desk.ticket, int, boolean), desk.risk_of(bigint, desk.predict_model), desk.risk_step(), desk.predict_must(), desk.predict_news(text, jsonb, jsonb), desk.predict_horizon(),
  desk.predict_due(), desk.predict_begin(text, boolean, boolean, int), desk.predict_rows(text, timestamptz, bigint, int, jsonb, jsonb), desk.predict_weights(text, text[]),
  desk.predict_store(text, int, text[], smallint[], real[], real[], real[], int, real[], int[], smallint[], real[]), desk.predict_saw(text, int, bigint[], bigint[]),
  desk.predict_finish(text, int, jsonb), desk.predict_sweep(text, text), desk.predict_sweep_tickets(text, bigint), desk.predict_list(text, boolean),
  desk.risk(bigint), desk.risk_word(text), desk.show_risk(bigint), desk.predict_came(int), desk.wall_predicted(int[]), desk.predict_explain(bigint), desk.match_risk(desk.ticket, jsonb, boolean) from public;
grant execute on function desk.risk_step(), desk.predict_due(), desk.predict_begin(text, boolean, boolean, int), desk.predict_rows(text, timestamptz, bigint, int, jsonb, jsonb), desk.predict_weights(text, text[]),
  desk.predict_store(text, int, text[], smallint[], real[], real[], real[], int, real[], int[], smallint[], real[]), desk.predict_saw(text, int, bigint[], bigint[]),
  desk.predict_finish(text, int, jsonb), desk.predict_sweep(text, text), desk.predict_sweep_tickets(text, bigint), desk.predict_list(text, boolean),
  desk.risk(bigint), desk.predict_came(int), desk.wall_predicted(int[]), desk.predict_explain(bigint) to desk_person;
