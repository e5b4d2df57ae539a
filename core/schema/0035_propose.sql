-- What a ticket that came in is likely to be: category, impact, urgency, group and assignee as the desk's own past says, each with a confidence.
--
-- What is learnt: tickets that are done (phase 3, not cancelled, never restricted ones), their values as they ended and, as evidence, what was known
-- when they were opened: who asked, who opened it, organisation, channel, service, device, fields of the kind, custom fields, words of the text.
-- Kept are counts only, how often a value went with a piece of evidence; the last 100,000 tickets count, and what changes in them (reopened, restricted,
-- corrected, undone) is counted anew. A batch beside the tick does it (desk.learn); acts pay nothing.
--
-- How a value is ranked ("pool"): ln(how frequent it is) + the sum over the evidence of weight * ln(1 + n / (5 * frequency)), n: how often it went with
-- this evidence. The weights, one a kind of evidence, are learnt as well, by a step against the error on each ticket before it is counted, so that
-- evidence which only repeats other evidence weighs little and a confidence is what it says. Of the words the eight that tell most count.
-- On two public logs this was better than the nearest neighbours and than a plain product of the same frequencies, and far better calibrated.
reset role; set local role desk_owner;

create table desk.propose_count(
  run    int not null,                      -- 0: what the desk has learnt; others belong to a trial (0035c)
  key    bigint not null,                   -- desk.propose_key of the evidence, hashed with the number of the field
  labels bigint[] not null,                 -- the values that went with it
  ns     int[] not null,                    -- how often each
  total  int not null,
  primary key (run, key));
comment on table desk.propose_count is 'How often values of tickets went with what was known when they were opened';
create table desk.propose_weight(
  run int not null, kind text not null, field smallint not null, given boolean not null, feature text not null, weight float8 not null,
  primary key (run, kind, field, given, feature));
comment on table desk.propose_weight is 'What each kind of evidence weighs; given: the category is known';
create table desk.propose_learnt(
  run int not null, ticket_id bigint not null, kind text not null, labels bigint[] not null, keys bigint[] not null, words bigint[] not null,
  primary key (run, ticket_id));
comment on table desk.propose_learnt is 'What was counted of a ticket, to take it back when the ticket changes';
create table desk.propose_state(
  run    int primary key,
  learnt bigint not null default 0,         -- tickets that are counted
  until  timestamptz,                       -- the latest of them was done then
  epoch  smallint not null default 0, x xid8 not null default '0', -- events before this have been looked at
  below  bigint,                            -- tickets from this id on have been looked at as the desk began to learn; null: it has not begun
  window_size int not null default 100000);
insert into desk.propose_state(run) values (0);
create table desk.propose_model(
  name text primary key, version int not null, active boolean not null default false,
  rank regproc not null);                   -- (run, kind, item, fields, given) -> rows of field, label, confidence, feature, key, n, total
comment on table desk.propose_model is 'The ways to rank values; the active one answers desk.propose';
do $$
declare t text;
begin
  foreach t in array array['propose_count', 'propose_weight', 'propose_learnt', 'propose_state', 'propose_model'] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
  end loop;
end $$;

reset role; set local role desk_api;

-- ---- evidence --------------------------------------------------------------------------------------------------------
-- A ticket as the model sees it. labels: category, impact, urgency, group, assignee (null: not known, or not to be learnt).
create type desk.propose_item as (ticket_id bigint, kind text, labels bigint[], feats text[], keys bigint[], words text[]);

-- The piece of evidence that speaks most for a value.
create type desk.propose_why as (feature text, key bigint, n int, total int);

create function desk.propose_fields() returns text[] language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select '{category,impact,urgency,group,assignee}'::text[] $$;

create function desk.propose_key(p_kind text, p_feature text, p_value text) returns bigint language sql immutable parallel safe as $$
  select hashtextextended(concat_ws(chr(31), p_kind, p_feature, p_value), 0) $$;

-- The kinds that have what is proposed.
create function desk.propose_kinds() returns text[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(f.kind order by f.kind), '{}') from desk.field f where f.field = 'category' and exists (select from desk.field g where g.kind = f.kind and g.field = 'group') $$;

-- Evidence from the values of a ticket by field: what is proposed is none, nor what tells it (a subcategory), nor what only the end of a ticket knows.
create function desk.propose_item_of(p_id bigint, p_kind text, f jsonb, p_text text, p_labels bigint[]) returns desk.propose_item language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare r desk.propose_item; v_subject text := coalesce(f->>'subject', '');
begin
  r.ticket_id := p_id; r.kind := p_kind; r.labels := p_labels;
  select coalesce(array_agg(e.feature order by e.feature), '{}'), coalesce(array_agg(desk.propose_key(p_kind, e.feature, e.value) order by e.feature), '{}') into r.feats, r.keys from (
    select k.key as feature, f->>k.key as value from unnest('{requester,opened_by,org_id,channel}'::text[]) k(key)
    union all
    select d.field, lower(btrim(f->>d.field)) from desk.field d
     where d.kind = p_kind and d.editable and d.type in ('text', 'choice', 'bool', 'int', 'person', 'service', 'ci') and f ? d.field
       and d.field not in ('subject', 'requester', 'subcategory') and d.field <> all (desk.propose_fields()) and jsonb_typeof(f->d.field) in ('string', 'number', 'boolean')
    union all
    (select 'custom.' || c.key, lower(btrim(c.value #>> '{}')) from jsonb_each(case jsonb_typeof(f->'custom') when 'object' then f->'custom' else '{}' end) c
      where jsonb_typeof(c.value) in ('string', 'number', 'boolean') and length(c.key) <= 60 and c.key !~* '^(resol|clos|solution|solv|knowledge|made_sla|subcat)' order by c.key limit 20)) e
   where e.value <> '' and e.value <> '0' and length(e.value) <= 80 and e.value !~ '^\d{4}-\d\d-\d\d';
  select coalesce(array_agg(w.w order by w.w), '{}') into r.words from (
    select l.w from (select unnest(desk.lexemes(v_subject || E'\n' || left(coalesce(p_text, ''), 2000)))) l(w)
     where length(l.w) between 2 and 40 and l.w !~ '^\d+$' order by hashtextextended(l.w, 0) limit 60) w;
  return r;
end $$;

-- A ticket as it was when it was opened, by its first event; null: nothing is known of that any more.
create function desk.propose_opened(p_id bigint, p_kind text, p_labels bigint[]) returns desk.propose_item language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare f jsonb; v_body text;
begin
  select (select jsonb_object_agg(k.key, k.value->1) from jsonb_each(x.changes) k where jsonb_typeof(k.value) = 'array'), x.body into f, v_body
    from desk.event_text x where x.ticket_id = p_id and x.seq = 1 and jsonb_typeof(x.changes) = 'object';
  if f is null then return null; end if;
  return desk.propose_item_of(p_id, p_kind, f, v_body, p_labels);
end $$;

-- A ticket as it is now; of a restricted one no text.
create function desk.propose_now(t desk.ticket) returns desk.propose_item language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare f jsonb := desk.import_current(t) || jsonb_build_object('org_id', t.org_id); v_text text;
begin
  if t.restricted then f := f - 'subject';
  else select x.body into v_text from desk.ticket_text x where x.id = t.id; end if;
  return desk.propose_item_of(t.id, t.kind, f, v_text, array[t.category_id, t.impact, t.urgency, nullif(t.group_id, 0), nullif(t.assignee_id, 0)]::bigint[]);
end $$;

-- What is to be learnt of tickets as they stand: those that are not done have nothing.
create function desk.propose_done(p_ids bigint[]) returns desk.propose_item[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(i.i), '{}') from (
    select coalesce(case when t.phase = 3 and t.state <> 'cancelled' and not t.restricted and t.kind = any (desk.propose_kinds())
             then desk.propose_opened(t.id, t.kind, array[t.category_id, t.impact, t.urgency, nullif(t.group_id, 0), nullif(t.assignee_id, 0)]::bigint[]) end,
           row(t.id, t.kind, null, null, null, null)::desk.propose_item) as i
      from desk.ticket t where t.id = any (p_ids) order by t.id) i $$;

-- ---- what the evidence says -----------------------------------------------------------------------------------------------
-- For each item, field and value: one row a piece of evidence, with its logarithm v; feature '' is how frequent the value is at all.
create function desk.propose_hits(p_run int, p_kind text, p_items desk.propose_item[], p_fields int[], p_given boolean)
  returns table(item bigint, field int, feature text, key bigint, label bigint, n int, total int, v float8) language plpgsql stable rows 1000
  set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_mergejoin = off as $$
begin
  return query
    with i as materialized (select u.n, u.labels, u.feats, u.keys, u.words from unnest(p_items) with ordinality u(ticket_id, kind, labels, feats, keys, words, n)),
    e as materialized (
      select i.n as item, f.f as field, k.feature, k.key from i cross join unnest(p_fields) f(f) cross join lateral (
        select u.a as feature, u.b as key from unnest(i.feats, i.keys) u(a, b)
        union all select 'word', desk.propose_key(p_kind, 'word', w) from unnest(i.words) w where f.f < 5
        union all select 'category', desk.propose_key(p_kind, 'category', i.labels[1]::text) where (p_given or f.f = 5) and f.f > 1 and i.labels[1] is not null
        union all select 'group', desk.propose_key(p_kind, 'group', i.labels[4]::text) where f.f = 5 and i.labels[4] is not null
        union all select '', desk.propose_key(p_kind, '', '')) k),
    c as materialized (
      select k.item, k.field, k.feature, k.key, u.label, u.n, k.total, case when k.feature = '' then (u.n + 5.0::float8 / (cardinality(k.labels) + 1)) / (k.total + 5.0::float8) end as p
        from (select e.*, c.labels, c.ns, c.total from e join desk.propose_count c on c.run = p_run and c.key = hashint8extended(e.key, e.field)) k cross join lateral unnest(k.labels, k.ns) u(label, n)),
    r as materialized ( -- the frequency of each value beside each row by a window: no plan can go wrong over it
      select q.*, q.n + 5 * q.p as m from (
        select c.item, c.field, c.feature, c.key, c.label, c.n, c.total, max(c.p) over (partition by c.item, c.field, c.label) as p from c) q where q.p is not null),
    w as (                                  -- how much each word tells, the best eight
      select q.*, dense_rank() over (partition by q.item, q.field, q.feature order by q.tells desc, q.key) as best from (
        select r.*, case when r.feature = 'word' then r.total / (r.total + 5.0::float8) * (sum(r.m / (r.total + 5) * ln(r.m / (r.total + 5) / r.p)) over k + greatest(0, 1 - sum(r.m) over k / (r.total + 5)) * ln(5.0::float8 / (r.total + 5))) end as tells
          from r where r.feature <> '' window k as (partition by r.item, r.field, r.key)) q)
    select r.item, r.field, r.feature, r.key, r.label, r.n, r.total, ln(r.p) from r where r.feature = ''
    union all
    select w.item, w.field, w.feature, w.key, w.label, w.n, w.total, ln(1 + w.n / (5 * w.p)) from w where w.feature <> 'word' or w.best <= 8;
end $$;

create function desk.propose_weight_of(p_feature text) returns float8 language sql immutable as $$
  select case p_feature when '' then 1 when 'word' then 0.5 else 0.6 end::float8 $$;

-- The model "pool": values of one item, with a confidence that leaves room for what was never seen and is low while little is learnt.
create function desk.propose_pool(p_run int, p_kind text, p_item desk.propose_item, p_fields int[], p_given boolean)
  returns table(field int, label bigint, confidence float8, feature text, key bigint, n int, total int) language plpgsql stable rows 100
  set search_path = pg_catalog, pg_temp as $$
begin
  return query
    with h as materialized (
      select h.field, h.label, h.feature, h.key, h.n, h.total, h.v, h.v * coalesce(w.weight, desk.propose_weight_of(h.feature)) as wv,
             (h.v - ln((h.total + 5) / 5.0::float8)) * coalesce(w.weight, desk.propose_weight_of(h.feature)) as lift
        from desk.propose_hits(p_run, p_kind, array[p_item], p_fields, p_given) h
        left join desk.propose_weight w on w.run = p_run and w.kind = p_kind and w.field = h.field and w.given = (p_given and h.field > 1) and w.feature = h.feature),
    s as (
      select h.field, h.label, sum(h.wv) as s, max(h.total) filter (where h.feature = '') as known,
             (array_agg(row(h.feature, h.key, h.n, h.total)::desk.propose_why order by (h.feature <> '') desc, h.lift desc, h.feature in ('channel', 'org_id', 'opened_by'), h.n desc, h.key))[1] as why
        from h group by h.field, h.label),
    m as (select s.*, max(s.s) over f as top, count(*) over f as labels from s window f as (partition by s.field)),
    e as (select m.*, exp(greatest(m.s - m.top, -500)) as x, exp(greatest(-500, ln(5.0 / ((m.known + 5.0) * (m.labels + 1))) - m.top)) as new from m) -- exp of less is an error
    select e.field, e.label, (e.x / (sum(e.x) over f + e.new) * e.known / (e.known + 5.0))::float8, (e.why).feature, (e.why).key, (e.why).n, (e.why).total
      from e window f as (partition by e.field);
end $$;

-- Two to compare with: what is most frequent, and what is most frequent with this requester.
create function desk.propose_frequent(p_run int, p_kind text, p_item desk.propose_item, p_fields int[], p_given boolean)
  returns table(field int, label bigint, confidence float8, feature text, key bigint, n int, total int) language sql stable rows 100
  set search_path = pg_catalog, pg_temp as $$
  select f.f, u.label, u.n / (c.total + 5.0)::float8, '', c.key, u.n, c.total
    from unnest(p_fields) f(f) join desk.propose_count c on c.run = p_run and c.key = hashint8extended(desk.propose_key(p_kind, '', ''), f.f) cross join lateral unnest(c.labels, c.ns) u(label, n) $$;
create function desk.propose_requester(p_run int, p_kind text, p_item desk.propose_item, p_fields int[], p_given boolean)
  returns table(field int, label bigint, confidence float8, feature text, key bigint, n int, total int) language sql stable rows 100
  set search_path = pg_catalog, pg_temp as $$
  select p.field, p.label, (coalesce(u.n, 0) + p.confidence) / (coalesce(c.total, 0) + 1), case when c.key is null then '' else 'requester' end, p.key, coalesce(u.n, p.n), coalesce(c.total, p.total)
    from desk.propose_frequent(p_run, p_kind, p_item, p_fields, p_given) p
    left join desk.propose_count c on c.run = p_run and c.key = hashint8extended(p_item.keys[array_position(p_item.feats, 'requester')], p.field)
    left join lateral unnest(c.labels, c.ns) u(label, n) on u.label = p.label $$;

-- ---- learning --------------------------------------------------------------------------------------------------------------
-- What an item counts: keys of evidence with the field and its value.
create function desk.propose_counts(p_kind text, p_labels bigint[], p_keys bigint[], p_words bigint[]) returns table(key bigint, label bigint) language sql immutable rows 100
  set search_path = pg_catalog, pg_temp as $$
  select hashint8extended(k.key, f.f), p_labels[f.f] from generate_series(1, 5) f(f) cross join lateral (
    select unnest(p_keys) as key union all select unnest(p_words) where f.f < 5 union all select desk.propose_key(p_kind, '', '')
    union all select desk.propose_key(p_kind, 'category', p_labels[1]::text) where f.f > 1 and p_labels[1] is not null
    union all select desk.propose_key(p_kind, 'group', p_labels[4]::text) where f.f = 5 and p_labels[4] is not null) k
   where p_labels[f.f] is not null $$;

-- One step of the weights against the error on these items, which are not counted yet.
create function desk.propose_steps(p_run int, p_kind text, p_items desk.propose_item[], p_rate float8) returns setof desk.propose_weight language sql stable
  set search_path = pg_catalog, pg_temp as $$
  with g as (select * from (values (false, '{1,2,3,4}'::int[]), (true, '{2,3,4,5}')) g(given, fields)),
  h as materialized (
    select g.given, h.*, (p_items[h.item]).labels[h.field] as truth, coalesce(w.weight, desk.propose_weight_of(h.feature)) as weight
      from g cross join lateral desk.propose_hits(p_run, p_kind, p_items, g.fields, g.given) h
      left join desk.propose_weight w on w.run = p_run and w.kind = p_kind and w.field = h.field and w.given = g.given and w.feature = h.feature),
  s as (select h.*, sum(h.weight * h.v) over (partition by h.given, h.item, h.field, h.label) as s from h),
  m as (select s.*, max(s.s) over f as top, bool_or(s.label = s.truth) over f as seen from s window f as (partition by s.given, s.item, s.field)),
  p as (select m.*, exp(greatest(m.s - m.top, -500)) / sum(exp(greatest(m.s - m.top, -500))) filter (where m.feature = '') over (partition by m.given, m.item, m.field) as p from m where m.seen),
  d as (
    select p.given, p.field, p.feature, p.weight, p.item, p.key, sum(p.v * ((p.label = p.truth)::int - p.p)) as d
      from p where p.feature <> '' group by 1, 2, 3, 4, 5, 6)
  select p_run, p_kind, d.field::smallint, d.given, d.feature, greatest(0, least(3, d.weight + p_rate * sum(greatest(-3, least(3, d.d)))))
    from d group by d.field, d.given, d.feature, d.weight $$;

-- Counts these items as they are now, in place of what was counted of them. All is worked out before anything is written: whoever follows the feed
-- waits for those that have written.
create function desk.propose_apply(p_run int, p_items desk.propose_item[], p_until timestamptz) returns void language plpgsql
  set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare v_old desk.propose_learnt[]; v_new desk.propose_learnt[]; v_rows desk.propose_count[]; v_gone bigint[]; v_steps desk.propose_weight[] := '{}'; v_known bigint; k text; v_more desk.propose_weight[];
begin
  select coalesce(array_agg(l), '{}') into v_old from desk.propose_learnt l where l.run = p_run and l.ticket_id in (select i.ticket_id from unnest(p_items) i);
  select coalesce(array_agg(n), '{}') into v_new from (
    select row(p_run, i.ticket_id, i.kind, i.labels, i.keys, array(select desk.propose_key(i.kind, 'word', w) from unnest(i.words) w))::desk.propose_learnt as n from unnest(p_items) i where i.labels is not null) q;
  select coalesce(array_agg(o) filter (where n is null), '{}'), coalesce(array_agg(n) filter (where o is null), '{}') into v_old, v_new
    from unnest(v_old) o full join unnest(v_new) n on n = o;
  if v_old = '{}' and v_new = '{}' then return; end if;
  select s.learnt into v_known from desk.propose_state s where s.run = p_run;
  if v_known >= 50 then
    for k in select distinct n.kind from unnest(v_new) n loop
      select coalesce(array_agg(s), '{}') into v_more from desk.propose_steps(p_run, k, array(
        select q.i from (select i, row_number() over (order by i.ticket_id) as r from unnest(p_items) i
          where i.kind = k and i.labels is not null and i.ticket_id in (select n.ticket_id from unnest(v_new) n) and i.ticket_id not in (select o.ticket_id from unnest(v_old) o)) q where q.r % 8 = 1), 0.012) s;
      v_steps := v_steps || v_more;
    end loop;
  end if;
  with d as materialized (
    select q.key, q.label, sum(q.n)::int as n from (
      select c.key, c.label, -1 as n from unnest(v_old) o cross join lateral desk.propose_counts(o.kind, o.labels, o.keys, o.words) c
      union all select c.key, c.label, 1 from unnest(v_new) o cross join lateral desk.propose_counts(o.kind, o.labels, o.keys, o.words) c) q
     group by q.key, q.label having sum(q.n) <> 0),
  m as (
    select q.key, q.label, sum(q.n)::int as n from (
      select d.key, d.label, d.n from d
      union all select c.key, u.label, u.n from desk.propose_count c cross join lateral unnest(c.labels, c.ns) u(label, n)
                 where c.run = p_run and c.key in (select d.key from d)) q group by q.key, q.label)
  select coalesce(array_agg(row(p_run, r.key, r.labels, r.ns, r.total)::desk.propose_count) filter (where r.total > 0), '{}'), coalesce(array_agg(r.key) filter (where r.total is null), '{}')
    into v_rows, v_gone from (
      select m.key, array_agg(m.label order by m.label) filter (where m.n > 0) as labels, array_agg(m.n order by m.label) filter (where m.n > 0) as ns, sum(m.n) filter (where m.n > 0) as total
        from m group by m.key) r;
  insert into desk.propose_count select * from unnest(v_rows) on conflict (run, key) do update set labels = excluded.labels, ns = excluded.ns, total = excluded.total;
  delete from desk.propose_count c where c.run = p_run and c.key = any (v_gone);
  delete from desk.propose_learnt l where l.run = p_run and l.ticket_id in (select o.ticket_id from unnest(v_old) o);
  insert into desk.propose_learnt select * from unnest(v_new);
  insert into desk.propose_weight select * from unnest(v_steps) on conflict (run, kind, field, given, feature) do update set weight = excluded.weight;
  update desk.propose_state s set learnt = s.learnt + cardinality(v_new) - cardinality(v_old), until = greatest(s.until, p_until) where s.run = p_run;
end $$;

-- Learns a batch; true: there is more. First what changed since the last time, in the order of transactions that are over, then, as long as the desk has
-- not looked at all its past, the tickets before those it has looked at. One at a time does it, beside desk.tick and never within it.
create function desk.learn() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare s desk.propose_state; v_ids bigint[]; v_last xid8; v_last_epoch smallint; v_old bigint[]; v_top xid8 := pg_snapshot_xmin(pg_current_snapshot()); v_epoch smallint := desk.epoch();
begin
  if not pg_try_advisory_xact_lock(7205759, 35) then return false; end if;
  select * into s from desk.propose_state x where x.run = 0;
  if s.below is null then                   -- from now on forwards, and backwards from here
    update desk.propose_state x set below = coalesce((select max(t.id) from desk.ticket t), 0) + 1, epoch = v_epoch, x = (v_top::text::numeric - 1)::text::xid8 where x.run = 0;
    return true;
  end if;
  select array_agg(distinct q.ticket_id), (array_agg(q.x order by q.epoch desc, q.x desc))[1], max(q.epoch) into v_ids, v_last, v_last_epoch from (
    select e.ticket_id, e.epoch, e.x from desk.event e where (e.epoch, e.x) > (s.epoch, s.x) and (e.epoch, e.x) < (v_epoch, v_top)
     order by e.epoch, e.x fetch first 250 rows with ties) q;
  if v_ids is not null then
    update desk.propose_state x set epoch = v_last_epoch, x = v_last where x.run = 0;
    perform desk.propose_apply(0, desk.propose_done(v_ids), (select max(t.resolved_at) from desk.ticket t where t.id = any (v_ids)));
  elsif s.below > 0 and s.learnt < s.window_size then
    v_ids := array(select t.id from desk.ticket t where t.id < s.below order by t.id desc limit 100);
    update desk.propose_state x set below = coalesce(v_ids[cardinality(v_ids)], 0) where x.run = 0;
    perform desk.propose_apply(0, desk.propose_done(v_ids), (select max(t.resolved_at) from desk.ticket t where t.id = any (v_ids)));
    return v_ids <> '{}';
  elsif s.learnt > s.window_size then       -- the oldest are forgotten
    v_old := array(select l.ticket_id from desk.propose_learnt l where l.run = 0 order by l.ticket_id limit least(100, s.learnt - s.window_size));
    perform desk.propose_apply(0, array(select row(i, '', null, null, null, null)::desk.propose_item from unnest(v_old) i), null);
  else
    perform desk.trial_drop(t.run) from desk.propose_trial t where t.at < desk.now() - interval '1 day'; -- broken off
    return false;
  end if;
  return true;
end $$;

insert into desk.propose_model(name, version, active, rank) values
  ('pool', 1, true, 'desk.propose_pool'), ('frequent', 1, false, 'desk.propose_frequent'), ('requester', 1, false, 'desk.propose_requester');

-- Values of an item as a model ranks them.
create function desk.propose_rank(p_model text, p_run int, p_kind text, p_item desk.propose_item, p_fields int[], p_given boolean)
  returns table(field int, label bigint, confidence float8, feature text, key bigint, n int, total int) language plpgsql stable rows 100 set search_path = pg_catalog, pg_temp as $$
declare v_rank regproc := (select m.rank from desk.propose_model m where m.name = p_model);
begin
  if v_rank is null then raise invalid_parameter_value using message = 'no model ' || coalesce(p_model, '(null)'); end if;
  return query execute format('select * from %s($1, $2, $3, $4, $5)', v_rank) using p_run, p_kind, p_item, p_fields, p_given;
end $$;

revoke execute on function desk.propose_fields(), desk.propose_key(text, text, text), desk.propose_kinds(), desk.propose_item_of(bigint, text, jsonb, text, bigint[]), desk.propose_opened(bigint, text, bigint[]),
  desk.propose_now(desk.ticket), desk.propose_done(bigint[]), desk.propose_hits(int, text, desk.propose_item[], int[], boolean), desk.propose_weight_of(text),
  desk.propose_pool(int, text, desk.propose_item, int[], boolean), desk.propose_frequent(int, text, desk.propose_item, int[], boolean), desk.propose_requester(int, text, desk.propose_item, int[], boolean),
  desk.propose_counts(text, bigint[], bigint[], bigint[]), desk.propose_steps(int, text, desk.propose_item[], float8), desk.propose_apply(int, desk.propose_item[], timestamptz), desk.learn(),
  desk.propose_rank(text, int, text, desk.propose_item, int[], boolean) from public;
grant execute on function desk.learn() to desk_person;
