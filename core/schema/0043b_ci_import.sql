-- Imports of items and links: what one source holds of an estate, whole. The program sends both files in parts and then ends the import, all in
-- one transaction: an import that was cut off has left nothing, and a dry run is an import that is taken back. Readers of the feed do not wait
-- for it as they do for others that write: it changes no ticket, and commits only when that holds. What it finds as it was it does not lock.
--
-- Items go through desk.ci_reconcile like everything a source says. What the source named before and names no more is marked (desk.ci_report.gone_at,
-- desk.ci_link.until) and stays; it comes back by being named again. Only what this source said is marked: other sources' items and links, and
-- those of people, are not its business.
reset role; set local role desk_owner;
create table desk.ci_import(
  id     int generated always as identity primary key,
  source text not null,
  at     timestamptz not null,
  by_id  int not null,
  files  jsonb not null,                       -- names as given
  report jsonb);                               -- counts
create index ci_import_source_key on desk.ci_import(source, id);
comment on table desk.ci_import is 'Imports of configuration items that were carried out';
-- What the files of an import in progress name. Never seen by others: gone at its end, and with it.
create unlogged table desk.ci_stage(import_id int not null, ci_id bigint not null);
create unlogged table desk.ci_stage_link(import_id int not null, line int not null, from_ext text not null, type text not null, to_ext text not null);
-- Items are never deleted by the desk: what their going would leave behind is looked for when one goes, not by each of the links of an estate.
alter table desk.ci_link drop constraint ci_link_from_id_fkey, drop constraint ci_link_to_id_fkey;
create trigger still_linked before delete or update of id on desk.ci for each row execute function desk.still_used('ci_link.from_id', 'ci_link.to_id');
create index ci_link_source_key on desk.ci_link(source) where until is null;
do $$
declare t text;
begin
  foreach t in array '{ci_import,ci_stage,ci_stage_link}'::text[] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
  end loop;
end $$;
create policy reader on desk.ci_import for select to desk_person using ((select desk.i_am_staff()));
grant select on desk.ci_import to desk_person;

insert into desk.label(key, lang, text) values
  ('error.ci_import_role', 'en', 'only process owners and administrators import configuration items'),
  ('error.ci_import_role', 'zh_CN', '只有流程负责人和管理员可以导入配置项'),
  ('error.ci_import_busy', 'en', 'another import of the source {source} is under way; wait until it has ended'),
  ('error.ci_import_busy', 'zh_CN', '来源 {source} 的另一次导入正在进行；请等它结束'),
  ('error.ci_import_none', 'en', 'this import was not begun here'),
  ('error.ci_import_none', 'zh_CN', '此次导入不是在这里开始的');

reset role; set local role desk_api;

-- Which source a file comes from that names none: the one most of its items, or most of whose items are in the file; else a new one called p_name.
create function desk.ci_source_of(p_exts text[], p_name text) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v text; v_base text := coalesce(desk.ci_source(left(regexp_replace(p_name, '[^[:alnum:]_.:/@+ -]|^[^[:alnum:]]+', '', 'g'), 60)), 'file'); n int := 1;
begin
  select x.source into v from (
      select r.source, count(*) as n from unnest(p_exts) e join desk.ci_report r on r.ext_id = e where r.source <> 'manual' group by 1) x
   where x.n * 2 >= least(cardinality(p_exts), (select count(*) from desk.ci_report r where r.source = x.source and r.gone_at is null))
   order by x.n desc, x.source limit 1;
  if v is not null then return v; end if;
  -- a file without items says nothing of itself
  if coalesce(cardinality(p_exts), 0) = 0 then
    select min(r.source) into v from desk.ci_report r where r.source <> 'manual' having count(distinct r.source) = 1;
    if v is not null then return v; end if;
  end if;
  v := v_base;
  while v = 'manual' or exists (select from desk.ci_report r where r.source = v) loop n := n + 1; v := v_base || '-' || n; end loop;
  return v;
end $$;

-- Begins an import; p_source null: found out by what the file names. Gives {ok, import, source, new}.
create function desk.ci_import_begin(p_source text, p_exts text[], p_name text, p_files jsonb) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v_source text; v int;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  -- an import says what vanished of all a source has: that is for who sees all of it
  if not desk.ci_declares(me) or not (me = 1 or desk.ci_all()) then return desk.refuse('ci_import_role', 'denied'); end if;
  if p_source is null then v_source := desk.ci_source_of(p_exts, p_name); else v_source := desk.ci_source(p_source); end if;
  if v_source is null then return desk.refuse('ci_source', 'input', 'source', jsonb_build_object('value', left(p_source, 80))); end if;
  if not pg_try_advisory_xact_lock(7205760, hashtext(v_source)) then return desk.refuse('ci_import_busy', 'conflict', 'source', jsonb_build_object('source', v_source)); end if;
  perform pg_advisory_xact_lock(7205759, 4203);        -- imports of other sources are waited for: two that name the same items in another order would stand in each other's way
  lock table desk.ci_stage in row exclusive mode;   -- by this others know an import: see desk.feed_horizon
  insert into desk.ci_import(source, at, by_id, files) values (v_source, desk.now(), me, coalesce(p_files, '{}')) returning id into v;
  return jsonb_build_object('ok', true, 'import', v, 'source', v_source, 'new', not exists (select from desk.ci_report r where r.source = v_source));
end $$;

-- The import that this transaction has begun; null: none.
create function desk.ci_import_own(p_import int) returns desk.ci_import language sql stable set search_path = pg_catalog, pg_temp as $$
  select i from desk.ci_import i where i.id = p_import and i.by_id = desk.ci_me() and i.report is null and i.xmin::text = (pg_current_xact_id()::text::numeric % 4294967296)::text $$;

create function desk.ci_import_no() returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return case when desk.ci_me() is null then desk.refuse('not_a_person', 'denied') else desk.refuse('ci_import_none', 'state') end;
end $$;

-- Declares what the files need: p_classes [{class, attrs: {attr: type}}], p_types [type]. Gives {ok, classes: [made], attributes: [{class, attr, type}],
-- types: [made], refused: [{class, error}]}.
create function desk.ci_import_declare(p_import int, p_classes jsonb, p_types text[]) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare i desk.ci_import := desk.ci_import_own(p_import); x jsonb; r jsonb; v_classes jsonb := '[]'; v_attrs jsonb := '[]'; v_refused jsonb := '[]'; v_types text[];
begin
  if i.id is null then return desk.ci_import_no(); end if;
  for x in select e from jsonb_array_elements(p_classes) e order by e->>'class' loop
    r := desk.ci_declare(i.by_id, x->>'class', x->'attrs');
    if r->>'ok' <> 'true' then v_refused := v_refused || jsonb_build_array(jsonb_build_object('class', x->>'class', 'error', r->'error')); continue; end if;
    if r->>'class' is not null then v_classes := v_classes || jsonb_build_array(r->'class'); end if;
    v_attrs := v_attrs || (select coalesce(jsonb_agg(jsonb_build_object('class', x->>'class', 'attr', a, 'type', (select y.type from desk.ci_attr y where y.class = x->>'class' and y.attr = a)) order by a), '[]')
      from jsonb_array_elements_text(r->'attrs') a);
  end loop;
  with n as (insert into desk.ci_link_type(type, impact, by_import) select distinct t, 0, true from unnest(p_types) t where t ~ '^[a-z][a-z0-9_]{0,59}$' on conflict do nothing returning type)
    select array_agg(n.type order by n.type) into v_types from n;
  return jsonb_build_object('ok', true, 'classes', v_classes, 'attributes', v_attrs, 'types', coalesce(to_jsonb(v_types), '[]'), 'refused', v_refused);
end $$;

-- Items: rows {n, id, fields}, some thousand a call; n is the line. Gives {ok, added, changed, returned, unchanged, items: [{n, op, id, changes, kept}],
-- refused: [{n, error}]}: items without those that are as they were.
create function desk.ci_import_items(p_import int, p_rows jsonb) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off as $$
declare i desk.ci_import := desk.ci_import_own(p_import); v_gone bigint[]; r jsonb;
begin
  if i.id is null then return desk.ci_import_no(); end if;
  -- each by its index, as in desk.ci_match_rows
  v_gone := array(select g.id from (select (select p.ci_id from desk.ci_report p where p.source = i.source and p.ext_id = x->>'id' and p.gone_at is not null) as id from jsonb_array_elements(p_rows) x) g where g.id is not null);
  with q as materialized (select * from desk.ci_reconcile(i.by_id, i.source, p_rows)),
    -- of what is new and has no class nothing can be said
    d as materialized (select * from q union all
      select (x->>'n')::int, null, x->>'id', 'refused', null, null, desk.refuse('field_required', 'input', 'class', '{"verb": "ci import"}')->'error'
        from jsonb_array_elements(p_rows) x where not exists (select from q where q.n = (x->>'n')::int)),
    s as (insert into desk.ci_stage(import_id, ci_id) select p_import, d.id from d where d.id is not null),
    o as (select d.*, case when d.did = 'same' and d.id = any (v_gone) or d.did = 'changed' and d.id = any (v_gone) then 'returned' when d.did = 'same' then 'unchanged' else d.did end as op from d)
  select jsonb_build_object('ok', true, 'added', count(*) filter (where o.op = 'added'), 'changed', count(*) filter (where o.op = 'changed'),
      'returned', count(*) filter (where o.op = 'returned'), 'unchanged', count(*) filter (where o.op = 'unchanged'),
      'items', coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('n', o.n, 'op', o.op, 'id', o.ident)) || jsonb_build_object('changes', desk.ci_words(o.changes), 'kept', desk.ci_words(o.kept)) order by o.n)
        filter (where o.op in ('added', 'changed', 'returned') or (o.op = 'unchanged' and o.kept is not null)), '[]'),
      'refused', coalesce(jsonb_agg(jsonb_build_object('n', o.n, 'error', o.refusal) order by o.n) filter (where o.op = 'refused'), '[]'))
    into r from o;
  return r;
end $$;

-- Items that rows name which the program has left out: they have not vanished.
create function desk.ci_import_seen(p_import int, p_exts text[]) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare i desk.ci_import := desk.ci_import_own(p_import);
begin
  if i.id is null then return desk.ci_import_no(); end if;
  insert into desk.ci_stage(import_id, ci_id) select p_import, g.id from (select (select p.ci_id from desk.ci_report p where p.source = i.source and p.ext_id = e) as id from unnest(p_exts) e) g where g.id is not null;
  return jsonb_build_object('ok', true);
end $$;

-- Links: line, source, type and target of each row.
create function desk.ci_import_links(p_import int, p_lines int[], p_from text[], p_type text[], p_to text[]) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare i desk.ci_import := desk.ci_import_own(p_import);
begin
  if i.id is null then return desk.ci_import_no(); end if;
  insert into desk.ci_stage_link(import_id, line, from_ext, type, to_ext) select p_import, l, f, t, o from unnest(p_lines, p_from, p_type, p_to) x(l, f, t, o);
  return jsonb_build_object('ok', true);
end $$;

-- The rest: what this source names no more, and all links at once. p_links: there was a file of them; p_known: the source spoke before; p_complete: every row of the file of items
-- could be read, so that what is not in it is not there. Lists have at most p_cap entries. Gives {ok, vanished, items, relations: {added, changed,
-- returned, vanished, unchanged, items: [{op, source, type, target}]}, refused: [{n, why: source|target|self|pair|denied|twice, first}]}.
create function desk.ci_import_end(p_import int, p_links boolean, p_known boolean, p_complete boolean, p_links_complete boolean, p_cap int) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off set work_mem = '64MB' set enable_nestloop = off set enable_mergejoin = off as $$
declare i desk.ci_import := desk.ci_import_own(p_import); v_now timestamptz := desk.now(); v_gone bigint[] := '{}'; v_links jsonb; v_refused jsonb := '[]'; r jsonb;
begin
  if i.id is null then return desk.ci_import_no(); end if;
  perform pg_advisory_xact_lock_shared(7205759, 42);   -- a baseline waits for what is under way
  if p_complete then
    with g as (update desk.ci_report p set gone_at = v_now where p.source = i.source and p.gone_at is null
        and not exists (select from desk.ci_stage s where s.import_id = p_import and s.ci_id = p.ci_id) returning p.ci_id)
      select coalesce(array_agg(g.ci_id), '{}') into v_gone from g;
  end if;
  if p_links then
    with y as materialized (select x.org_id, desk.ci_may(x.org_id, i.by_id) as may from (select distinct c.org_id from desk.ci c) x),
      n as materialized (   -- the words of the file: the source's own for an item, else its ident, unless the source has just ceased to name it
        select w.ext, w.id, c.class, y.may from (
            select p.ext_id as ext, p.ci_id as id from desk.ci_report p where p.source = i.source and p.gone_at is null
            union all
            select c.ident, c.id from desk.ci c
             where not exists (select from desk.ci_report p where p.source = i.source and p.ext_id = c.ident and p.gone_at is null)
               and (exists (select from desk.ci_report p where p.ci_id = c.id and p.gone_at is null) or not exists (select from desk.ci_report p where p.ci_id = c.id and p.source = i.source))) w
          join desk.ci c on c.id = w.id join y on coalesce(y.org_id, 0) = coalesce(c.org_id, 0)),
      k as materialized (select distinct p.type, f.class as from_class, t.class as to_class from desk.ci_pair p join desk.ci_line f on f.up = p.from_class join desk.ci_line t on t.up = p.to_class),
      kt as materialized (select distinct p.type from desk.ci_pair p),
      -- rows as ids: the words are read again for the few that are told
      f as materialized (
        select s.line, s.type, a.id as from_id, b.id as to_id, case when a.id is null then 'source' when b.id is null then 'target' when a.id = b.id then 'self'
            when kt.type is not null and k.type is null then 'pair' when not a.may then 'denied' end as why
          from desk.ci_stage_link s left join n a on a.ext = s.from_ext left join n b on b.ext = s.to_ext
          left join kt on kt.type = s.type left join k on k.type = s.type and k.from_class = a.class and k.to_class = b.class
         where s.import_id = p_import),
      u as materialized (select f.from_id, f.type, f.to_id, min(f.line) as line, count(*) as n from f where f.why is null group by 1, 2, 3),
      o as materialized (   -- what holds, by whom it was said
        select u.from_id, u.type, u.to_id, u.line, l.id as link, case when l.id is not null then 'unchanged' when q.from_id is not null then 'returned' else 'added' end as op
          from u left join desk.ci_link l on l.from_id = u.from_id and l.type = u.type and l.to_id = u.to_id and l.until is null
          left join (select distinct x.from_id, x.type, x.to_id from desk.ci_link x where x.source = i.source and x.until is not null) q on q.from_id = u.from_id and q.type = u.type and q.to_id = u.to_id),
      made as (insert into desk.ci_link(from_id, type, to_id, source, since, by_id) select o.from_id, o.type, o.to_id, i.source, v_now, i.by_id from o where o.link is null order by o.line),
      ended as (update desk.ci_link l set until = greatest(v_now, l.since), until_seq = nextval('desk.ci_seq'), ended_by = i.by_id
        where p_links_complete and l.source = i.source and l.until is null and not exists (select from o where o.link = l.id)
        returning l.from_id, l.type, l.to_id),
      t as (   -- what was done, with words: of the first ones of each kind, all where it is held against changes
        select o.op, o.from_id, s.from_ext, o.type, s.to_ext, o.line from (select x.*, row_number() over (partition by x.op order by x.line) as nth from o x where x.link is null) o
          join desk.ci_stage_link s on s.import_id = p_import and s.line = o.line where p_known or o.nth <= p_cap
        union all select 'vanished', x.from_id, a.ident, x.type, b.ident, 0 from ended x join desk.ci a on a.id = x.from_id join desk.ci b on b.id = x.to_id),
      -- what a source says for the first time is no change of what it speaks of
      d as (insert into desk.ci_drift(ci_id, at, by_id, source, changes)
        select t.from_id, v_now, i.by_id, i.source, jsonb_object_agg(t.type || ' > ' || t.to_ext, case t.op when 'vanished' then jsonb_build_array(t.to_ext, null) else jsonb_build_array(null, t.to_ext) end)
          from t join desk.ci c on c.id = t.from_id join desk.ci_state z on z.state = c.lifecycle and z.live where p_known group by t.from_id),
      v as (select t.*, row_number() over (partition by t.op order by t.line, t.from_ext, t.type, t.to_ext) as nth from t),
      g as (   -- a link that stands in the file twice counts where it stands first
        select f.line, f.why, null::int as first from f where f.why is not null
        union all select f.line, 'twice', u.line from u join f on f.from_id = u.from_id and f.type = u.type and f.to_id = u.to_id and f.why is null and f.line > u.line where u.n > 1)
      select (select jsonb_build_object('added', count(*) filter (where o.op = 'added'), 'changed', 0, 'returned', count(*) filter (where o.op = 'returned'),
                'vanished', (select count(*) from ended), 'unchanged', count(*) filter (where o.op = 'unchanged')) from o)
          || jsonb_build_object('items', (select coalesce(jsonb_agg(jsonb_build_object('op', v.op, 'source', v.from_ext, 'type', v.type, 'target', v.to_ext) order by v.op, v.nth), '[]') from v where v.nth <= p_cap)),
        (select coalesce(jsonb_agg(jsonb_build_object('n', g.line, 'why', g.why, 'first', g.first) order by g.line), '[]') from (select * from g order by g.line limit 100000) g)
      into v_links, v_refused;
  end if;
  delete from desk.ci_stage s where s.import_id = p_import;
  delete from desk.ci_stage_link s where s.import_id = p_import;
  r := jsonb_build_object('ok', true, 'vanished', cardinality(v_gone),
    'items', (select coalesce(jsonb_agg(x.ident order by x.ident), '[]') from (select c.ident from unnest(v_gone) u(id) join desk.ci c on c.id = u.id order by c.ident limit p_cap) x),
    'relations', v_links, 'refused', v_refused);
  update desk.ci_import p set report = (r - 'items' - 'refused') || jsonb_build_object('relations', v_links - 'items') where p.id = p_import;
  return r;
end $$;

revoke execute on function desk.ci_source_of(text[], text), desk.ci_import_begin(text, text[], text, jsonb), desk.ci_import_own(int), desk.ci_import_no(), desk.ci_import_declare(int, jsonb, text[]), desk.ci_import_items(int, jsonb), desk.ci_import_seen(int, text[]),
  desk.ci_import_links(int, int[], text[], text[], text[]), desk.ci_import_end(int, boolean, boolean, boolean, boolean, int) from public;
grant execute on function desk.ci_import_begin(text, text[], text, jsonb), desk.ci_import_declare(int, jsonb, text[]), desk.ci_import_items(int, jsonb), desk.ci_import_seen(int, text[]), desk.ci_import_links(int, int[], text[], text[], text[]),
  desk.ci_import_end(int, boolean, boolean, boolean, boolean, int) to desk_person;

-- ---- the feed while an import is under way ------------------------------------------------------------------------------------
-- Nothing of an import stands in the log of changes, so its transaction may be passed by: it is one that holds the table of what imports name,
-- which only these functions can lock. What else is done in such a transaction is not committed.
create function desk.ci_import_alone() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on
  set enable_seqscan = off as $$
declare v smallint := (select c.feed_epoch from desk.clock c); x0 xid8 := pg_current_xact_id();
begin
  if exists (select from desk.change_log_0 l where l.epoch = v and l.x = x0) or exists (select from desk.change_log_1 l where l.epoch = v and l.x = x0)
     or exists (select from desk.change_log_2 l where l.epoch = v and l.x = x0) then
    raise exception 'an import of items shares its transaction with nothing that changes tickets: end it first' using errcode = 'invalid_transaction_state';
  end if;
  return null;
end $$;

-- How far nothing can be committed any more that a reader of the feed has to see.
create function desk.feed_horizon(s pg_snapshot) returns xid8 language sql stable set search_path = pg_catalog, pg_temp as $$
  with l as materialized (select k.pid, k.locktype, k.transactionid, k.relation, k.database, k.mode from pg_locks k where k.granted and k.locktype in ('transactionid', 'relation'))
    select coalesce(min(x), pg_snapshot_xmax(s)) from pg_snapshot_xip(s) x where not exists (
      select from l t join l r on r.pid = t.pid and r.locktype = 'relation' and r.relation = 'desk.ci_stage'::regclass and r.mode = 'RowExclusiveLock'
          and r.database = (select d.oid from pg_database d where d.datname = current_database())
       where t.locktype = 'transactionid' and t.mode = 'ExclusiveLock' and t.transactionid = x::xid) $$;

-- The feed as in 0041_feed.sql; where it has nothing to give and somebody is writing, imports are passed by.
create or replace function desk.feed(p_epoch int, p_x text, p_seq bigint) returns table(epoch int, x text, seq bigint, ticket_id bigint)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set enable_seqscan = off set enable_bitmapscan = off as $$
declare
  s pg_snapshot := pg_current_snapshot(); horizon xid8 := pg_snapshot_xmin(s); v_last xid8;
  x0 xid8; ep smallint; lost_ep smallint; lost_to xid8; n bigint := 0; v_all boolean; v_orgs int[];
begin
  select c.feed_epoch, k.lost_epoch, k.lost_x into ep, lost_ep, lost_to from desk.clock c, desk.change_slot k;
  if not found or desk.me() is null then return; end if;
  if p_x ~ '^[0-9]{1,19}$' then x0 := p_x::xid8; end if;
  if x0 is null or p_epoch is distinct from ep or (lost_ep = ep and x0 < lost_to) or x0 > pg_snapshot_xmax(s) then
    return query select ep::int, horizon::text, 0::bigint, null::bigint;
    return;
  end if;
  loop
    if x0 < horizon and (exists (select from desk.change_log_0 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon)
        or exists (select from desk.change_log_1 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon)
        or exists (select from desk.change_log_2 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon)) then
      if v_all is null then v_all := desk.feed_all(); end if;
      if not v_all then v_orgs := desk.feed_orgs(); end if;
      return query
        select c.epoch::int, c.x::text, c.seq, c.ticket_id from (
          (select l.* from desk.change_log_0 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon and (v_all or l.org_id = any (v_orgs)) order by l.epoch, l.x, l.seq limit 500)
          union all
          (select l.* from desk.change_log_1 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon and (v_all or l.org_id = any (v_orgs)) order by l.epoch, l.x, l.seq limit 500)
          union all
          (select l.* from desk.change_log_2 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon and (v_all or l.org_id = any (v_orgs)) order by l.epoch, l.x, l.seq limit 500)) c
        order by c.epoch, c.x, c.seq limit 500;   -- qualified: the output column x is text and sorts 1000 before 999
      get diagnostics n = row_count;
    end if;
    exit when n > 0 or v_last is not null or horizon = pg_snapshot_xmax(s);
    v_last := horizon;
    horizon := desk.feed_horizon(s);
    exit when horizon = v_last;
  end loop;
  if n = 0 and (horizon::text)::numeric - p_x::numeric > 1000 then
    return query select ep::int, horizon::text, 0::bigint, 0::bigint;
  end if;
end $$;
revoke execute on function desk.ci_import_alone(), desk.feed_horizon(pg_snapshot) from public;
grant execute on function desk.ci_import_alone() to desk_owner;   -- who makes the trigger
reset role; set local role desk_owner;
create constraint trigger alone after insert on desk.ci_import deferrable initially deferred for each row execute function desk.ci_import_alone();
reset role; set local role desk_api;
