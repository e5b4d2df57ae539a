-- Reading items: one whole, as it is or as it was; what is different between two points of time; health; baselines.
--
-- A point of time is (at, seq): versions and links written at or before at, with seq or less. Now is ('infinity', all); an instant is (at, all); a
-- baseline is the instant it was taken at and the seq of that moment, which tells apart what a clock that stands still cannot.
reset role; set local role desk_owner;
create table desk.ci_baseline(
  name  text primary key check (name ~ '\S' and length(name) <= 80 and name !~ '[[:cntrl:]]'),
  at    timestamptz not null,
  seq   bigint not null,
  by_id int not null,
  note  text);
alter table desk.ci_baseline enable row level security;
create policy api on desk.ci_baseline to desk_api using (true) with check (true);
create policy reader on desk.ci_baseline for select to desk_person using ((select desk.i_am_staff()));
grant select, insert, delete on desk.ci_baseline to desk_api;
grant select on desk.ci_baseline to desk_person;

reset role; set local role desk_api;
-- The item as it was; null: there was none. An item that never went through the door has been what it is for ever.
create function desk.ci_doc_at(p_ci bigint, p_at timestamptz, p_seq bigint) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare c desk.ci;
begin
  if p_at = 'infinity' and p_seq is null then
    select * into c from desk.ci x where x.id = p_ci;
    return case when c.id is not null then desk.ci_doc(c) end;
  end if;
  return coalesce((select v.row from desk.ci_version v where v.ci_id = p_ci and v.at <= p_at and (p_seq is null or v.seq <= p_seq) order by v.version desc limit 1),
    (select desk.ci_doc(x) from desk.ci x where x.id = p_ci and x.version = 0));
end $$;

-- Its links then, both ways, in the order of type and ident; at most p_limit each way.
create function desk.ci_links_at(p_ci bigint, p_out boolean, p_at timestamptz, p_seq bigint, p_orgs int[], p_me int, p_limit int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp set jit = off as $$
begin
  return (with l as materialized (
      select k.type, case when p_out then k.to_id else k.from_id end as other, k.since, k.source from desk.ci_link k
       where k.from_id = p_ci and p_out and k.until is null and k.since <= p_at and (p_seq is null or k.seq <= p_seq)
      union all select k.type, k.from_id, k.since, k.source from desk.ci_link k
       where k.to_id = p_ci and not p_out and k.until is null and k.since <= p_at and (p_seq is null or k.seq <= p_seq)
      union all select k.type, k.to_id, k.since, k.source from desk.ci_link k
       where k.from_id = p_ci and p_out and k.until is not null and (p_at < 'infinity' or p_seq is not null) and k.since <= p_at and (p_seq is null or k.seq <= p_seq)
         and (k.until > p_at or k.until_seq > p_seq)
      union all select k.type, k.from_id, k.since, k.source from desk.ci_link k
       where k.to_id = p_ci and not p_out and k.until is not null and (p_at < 'infinity' or p_seq is not null) and k.since <= p_at and (p_seq is null or k.seq <= p_seq)
         and (k.until > p_at or k.until_seq > p_seq)),
    s as (select l.*, c.ident, c.name, c.class from l join desk.ci c on c.id = l.other where p_orgs is null or c.org_id is null or c.org_id = any (p_orgs) or c.owner_id = p_me)
    select coalesce(jsonb_agg(jsonb_build_object('type', x.type, 'ci', x.ident, 'name', x.name, 'class', x.class, 'since', desk.iso(x.since), 'source', x.source) order by x.type, x.ident), '[]')
      from (select * from s order by s.type, s.ident limit p_limit) x);
end $$;

-- How many days without a report make an item of each class stale.
create function desk.ci_stale_days(p_class text) returns int language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select k.stale_days::int from desk.ci_line l join desk.ci_class k on k.class = l.up where l.class = p_class and k.stale_days is not null order by l.dist limit 1), 60) $$;

-- Others that are the same by a key of their class. Where a key of higher standing is there on both sides and differs, they are two.
create function desk.ci_twins(c desk.ci) returns bigint[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare f jsonb := c.attrs || jsonb_build_object('name', c.name, 'place', c.place); v bigint[] := '{}'; k record; v_ids bigint[]; v_part text; v_above text[] := '{}'; v_kin text[];
begin
  v_kin := array(select l.class from desk.ci_line l where l.up = c.class union select l.up from desk.ci_line l where l.class = c.class);
  for k in select y.parts from desk.ci_key y where y.class = desk.ci_key_class(c.class) order by y.pos loop
    v_ids := null;
    foreach v_part in array k.parts loop
      if v_part like '@%' then
        v_ids := array(select distinct o.from_id from desk.ci_link o where o.type = substr(v_part, 2) and o.until is null and (v_ids is null or o.from_id = any (v_ids))
          and o.to_id in (select g.to_id from desk.ci_link g where g.from_id = c.id and g.type = substr(v_part, 2) and g.until is null));
      elsif coalesce(f->>v_part, '') = '' then v_ids := '{}';
      elsif v_ids is not null then
        v_ids := array(select x.id from desk.ci x where x.id = any (v_ids) and lower(case v_part when 'name' then x.name when 'place' then x.place else x.attrs->>v_part end) = lower(f->>v_part));
      elsif v_part = 'name' then v_ids := array(select x.id from desk.ci x where lower(x.name) = lower(c.name) limit 1000);
      elsif v_part = 'place' then v_ids := array(select x.id from desk.ci x where x.class = any (v_kin) and lower(x.place) = lower(c.place));
      else v_ids := array(select x.id from desk.ci x where x.attrs @> jsonb_build_object(v_part, c.attrs->v_part));
      end if;
      exit when v_ids = '{}';
    end loop;
    v := v || array(select x.id from desk.ci x where x.id = any (v_ids) and x.id <> c.id and x.active and x.class = any (v_kin)
      and not exists (select from unnest(v_above) p where f->>p <> '' and x.attrs->>p <> '' and lower(x.attrs->>p) <> lower(f->>p)));
    if cardinality(k.parts) = 1 and k.parts[1] <> 'name' then v_above := v_above || k.parts; end if;
  end loop;
  return array(select distinct x from unnest(v) x order by x);
end $$;

-- What is wrong with an item: [{problem, ...}] of stale, gone, orphan, duplicate, required, recommended; and a score, 100 when nothing is.
create function desk.ci_health(c desk.ci, p_now timestamptz) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v jsonb := '[]'; v_at timestamptz; v_days int; v_line text; r record; v_list text[]; v_ids bigint[]; v_alone boolean;
begin
  if not c.active then return jsonb_build_object('score', null, 'problems', v); end if;
  select max(x.at) into v_at from desk.ci_report x where x.ci_id = c.id and x.gone_at is null;
  v_days := desk.ci_stale_days(c.class);
  if v_at < p_now - v_days * interval '1 day' then v := v || jsonb_build_object('problem', 'stale', 'since', desk.iso(v_at + v_days * interval '1 day'), 'days', v_days); end if;
  for r in select x.source, x.gone_at from desk.ci_report x where x.ci_id = c.id and x.gone_at is not null order by x.source loop
    v := v || jsonb_build_object('problem', 'gone', 'source', r.source, 'since', desk.iso(r.gone_at));
  end loop;
  select k.parent_link into v_line from desk.ci_line l join desk.ci_class k on k.class = l.up where l.class = c.class and k.parent_link is not null order by l.dist limit 1;
  v_alone := not exists (select from desk.ci_link l where l.from_id = c.id and l.until is null and (v_line is null or l.type = v_line))
    and (v_line is not null or not exists (select from desk.ci_link l where l.to_id = c.id and l.until is null));
  if v_alone then
    v := v || jsonb_strip_nulls(jsonb_build_object('problem', 'orphan', 'link', v_line));
  end if;
  v_ids := desk.ci_twins(c);
  if desk.ci_orgs() is not null and desk.ci_me() > 1 then v_ids := array(select x.id from desk.ci x where x.id = any (v_ids) and desk.ci_seen(x, desk.ci_me())); end if;
  if v_ids <> '{}' then v := v || jsonb_build_object('problem', 'duplicate', 'of', (select jsonb_agg(x.ident order by x.ident) from desk.ci x where x.id = any (v_ids[1:20]))); end if;
  v_list := array(select a.attr from desk.ci_class_attr a where a.class = c.class and a.required and coalesce(c.attrs->>a.attr, '') = '' order by a.sort, a.attr);
  if v_list <> '{}' then v := v || jsonb_build_object('problem', 'required', 'attributes', v_list); end if;
  v_list := array(select a.attr from desk.ci_class_attr a where a.class = c.class and a.recommended and not a.required and coalesce(c.attrs->>a.attr, '') = '' order by a.sort, a.attr);
  if v_list <> '{}' then v := v || jsonb_build_object('problem', 'recommended', 'attributes', v_list); end if;
  return jsonb_build_object('score', 100 - (select least(100, coalesce(sum(case x->>'problem' when 'recommended' then 10 when 'orphan' then 15 else 25 end), 0)) from jsonb_array_elements(v) x), 'problems', v);
end $$;

-- An instant as typed; null: none. 'now' is now.
create function desk.ci_point(p_text text, p_me int) returns timestamptz language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_text is null or lower(btrim(p_text)) = 'now' then return 'infinity'; end if;
  return desk.parse_time(p_text, (select p.zone from desk.person p where p.id = p_me));
end $$;

-- The fields of an item for people and programs: names for ids, attributes in a set of their own.
create function desk.ci_public(d jsonb) returns jsonb language sql stable as $$
  select jsonb_build_object('name', d->'name', 'class', d->'class', 'description', d->'description', 'org', desk.ci_say('org', d->'org'), 'service', desk.ci_say('service', d->'service'),
    'owner', desk.ci_say('owner', d->'owner'), 'group', desk.ci_say('group', d->'group'), 'place', d->'place', 'environment', d->'environment', 'lifecycle', d->'lifecycle', 'op_state', d->'op_state',
    'criticality', d->'criticality', 'redundancy', coalesce(d->'redundancy', '{}'), 'attributes', d - desk.ci_fields()) $$;

-- One item whole: {ok, ci} or a refusal. p_at: as it was then.
create function desk.ci_show(p_ci text, p_at text default null, p_links int default 200) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v jsonb; c desk.ci; d jsonb; v_at timestamptz; v_now timestamptz := desk.now(); v_orgs int[] := desk.ci_orgs(); n int := greatest(1, least(coalesce(p_links, 200), 10000)); v_staff boolean;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  v := desk.ci_find(p_ci, me);
  if v->>'ok' <> 'true' then return v; end if;
  select * into c from desk.ci x where x.id = (v->>'id')::bigint;
  v_at := desk.ci_point(p_at, me);
  if v_at is null then return desk.refuse('bad_time', 'input', 'at', jsonb_build_object('value', left(p_at, 80))); end if;
  v_staff := coalesce(desk.i_am_staff(), me = 1);
  if me = 1 then v_orgs := null; end if;
  -- whose it was before is no business of who has it now
  if v_at < 'infinity' and not v_staff then return desk.refuse('ci_role', 'denied', 'at', jsonb_build_object('ci', c.ident)); end if;
  d := desk.ci_doc_at(c.id, v_at, null);
  if d is null then return desk.refuse('ci_not_yet', 'notfound', 'at', jsonb_build_object('ci', c.ident, 'value', p_at)); end if;
  v := jsonb_build_object('id', c.ident, 'key', c.id, 'line', (select jsonb_agg(l.up order by l.dist desc) from desk.ci_line l where l.class = d->>'class')) || desk.ci_public(d)
    || jsonb_build_object('at', desk.iso(nullif(v_at, 'infinity')),
      'version', case when v_at = 'infinity' then c.version else (select max(x.version) from desk.ci_version x where x.ci_id = c.id and x.at <= v_at) end,
      'links', jsonb_build_object('out', desk.ci_links_at(c.id, true, v_at, null, v_orgs, me, n), 'in', desk.ci_links_at(c.id, false, v_at, null, v_orgs, me, n)));
  if v_at < 'infinity' or not v_staff then return jsonb_build_object('ok', true, 'ci', v); end if;
  return jsonb_build_object('ok', true, 'ci', v || jsonb_build_object(
    'active', c.active, 'state', desk.ci_state_now(c.id), 'health', desk.ci_health(c, v_now),
    'reports', (select coalesce(jsonb_agg(jsonb_build_object('source', r.source, 'id', r.ext_id, 'at', desk.iso(r.at), 'gone_at', desk.iso(r.gone_at),
        'differs', (select coalesce(jsonb_object_agg(k.key, desk.ci_say(k.key, k.value)), '{}') from jsonb_each(r.said) k where coalesce(nullif(k.value, 'null'), '""') <> coalesce(d->k.key, '""') and k.key <> 'redundancy'))
        order by r.at desc, r.source), '[]') from desk.ci_report r where r.ci_id = c.id),
    'history', (select coalesce(jsonb_agg(jsonb_build_object('version', x.version, 'at', desk.iso(x.at), 'by', desk.name_of('person', to_jsonb(x.by_id)), 'source', x.source, 'op', x.op,
        'changes', desk.ci_words(x.changes)) order by x.version desc), '[]') from (select * from desk.ci_version h where h.ci_id = c.id order by h.version desc limit 100) x)));
end $$;

-- ---- what is different ----------------------------------------------------------------------------------------------------------------
-- One item between two instants; links as {type, ci, direction, did}.
create function desk.ci_diff(p_ci text, p_from text, p_to text default null) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v jsonb; c desk.ci; a timestamptz; b timestamptz; v_orgs int[] := desk.ci_orgs(); d1 jsonb; d2 jsonb;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not coalesce(desk.i_am_staff() or me = 1, false) then return desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', left(p_ci, 80))); end if;
  v := desk.ci_find(p_ci, me);
  if v->>'ok' <> 'true' then return v; end if;
  select * into c from desk.ci x where x.id = (v->>'id')::bigint;
  a := desk.ci_point(p_from, me); b := desk.ci_point(p_to, me);
  if a is null then return desk.refuse('bad_time', 'input', 'from', jsonb_build_object('value', left(p_from, 80))); end if;
  if b is null then return desk.refuse('bad_time', 'input', 'to', jsonb_build_object('value', left(p_to, 80))); end if;
  if me = 1 then v_orgs := null; end if;
  d1 := coalesce(desk.ci_doc_at(c.id, a, null), '{}'); d2 := coalesce(desk.ci_doc_at(c.id, b, null), '{}');
  return jsonb_build_object('ok', true, 'id', c.ident, 'from', desk.iso(nullif(a, 'infinity')), 'to', desk.iso(nullif(b, 'infinity')), 'there', jsonb_build_array(d1 <> '{}', d2 <> '{}'),
    'changes', (select coalesce(jsonb_agg(jsonb_build_object('field', k.key, 'from', k.value->0, 'to', k.value->1) order by k.key), '[]') from jsonb_each(desk.ci_words(desk.ci_changes(d1, d2))) k),
    'links', (with l as (
        select k.type, true as out, k.to_id as other, k.since, k.until from desk.ci_link k where k.from_id = c.id union all select k.type, false, k.from_id, k.since, k.until from desk.ci_link k where k.to_id = c.id),
      s as (select l.type, l.out, l.other, bool_or(l.since <= a and coalesce(l.until > a, true)) as was, bool_or(l.since <= b and coalesce(l.until > b, true)) as is_now from l group by 1, 2, 3)
      select coalesce(jsonb_agg(jsonb_build_object('type', s.type, 'direction', case when s.out then 'out' else 'in' end, 'ci', o.ident, 'did', case when s.is_now then 'added' else 'ended' end)
          order by not s.out, s.type, o.ident), '[]')
        from s join desk.ci o on o.id = s.other where s.was <> s.is_now and (v_orgs is null or o.org_id is null or o.org_id = any (v_orgs) or o.owner_id = me)));
end $$;

-- Takes a baseline: a name for all items and links as they are now.
create function desk.ci_baseline_set(p_name text, p_note text default null, p_drop boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v_name text := btrim(p_name); b desk.ci_baseline;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not (me = 1 or desk.has_role('agent', 'lead', 'process_owner', 'admin')) or (p_drop and not desk.ci_declares(me)) then return desk.refuse('ci_role', 'denied', 'baseline'); end if;
  if coalesce(v_name !~ '^[^[:cntrl:]]{1,80}$', true) then return desk.refuse('ci_baseline_name', 'input', 'baseline', jsonb_build_object('value', left(p_name, 80))); end if;
  if not p_drop and desk.unseen(v_name, true) is not null then return desk.unseen_refusal('baseline', v_name, true); end if;
  if p_drop then
    delete from desk.ci_baseline x where x.name = v_name returning * into b;
    if b.name is null then return desk.refuse('ci_no_baseline', 'notfound', 'baseline', jsonb_build_object('value', v_name, 'near', (select coalesce(jsonb_agg(x.name order by x.at desc), '[]') from desk.ci_baseline x))); end if;
    perform desk.ci_noted(me, 'baseline', v_name, to_jsonb(b), null);
    return jsonb_build_object('ok', true, 'baseline', v_name, 'dropped', true);
  end if;
  perform pg_advisory_xact_lock(7205759, 42);           -- what is being written is in it whole
  if exists (select from desk.ci_baseline x where x.name = v_name) then return desk.refuse('name_taken', 'state', 'baseline', jsonb_build_object('value', v_name)); end if;
  insert into desk.ci_baseline(name, at, seq, by_id, note) values (v_name, date_trunc('second', desk.now()), nextval('desk.ci_seq'), me, p_note) returning * into b;
  perform desk.ci_noted(me, 'baseline', v_name, null, jsonb_build_object('at', desk.iso(b.at), 'note', p_note));
  return jsonb_build_object('ok', true, 'baseline', b.name, 'at', desk.iso(b.at));
end $$;
create function desk.ci_baseline_list() returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if not coalesce(desk.i_am_staff(), false) then return '[]'; end if;
  return (select coalesce(jsonb_agg(jsonb_build_object('baseline', b.name, 'at', desk.iso(b.at), 'by', desk.name_of('person', to_jsonb(b.by_id)), 'note', b.note) order by b.at desc, b.seq desc), '[]') from desk.ci_baseline b);
end $$;

-- The point of time of a baseline, of an instant, or of now.
create function desk.ci_point_of(p_text text, p_me int, out at timestamptz, out seq bigint) language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  select b.at, b.seq into at, seq from desk.ci_baseline b where b.name = btrim(p_text);
  if at is null then at := desk.ci_point(p_text, p_me); end if;
end $$;

-- Everything between two points (baselines, instants, now): {ok, from, to, counts, items, links, more}. p_limit rows of each.
create function desk.ci_diff_all(p_from text, p_to text default 'now', p_limit int default 1000) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off as $$
declare me int := desk.ci_me(); a record; b record; v_orgs int[] := desk.ci_orgs(); v_turn boolean; t1 timestamptz; s1 bigint; t2 timestamptz; s2 bigint; n int := greatest(0, least(coalesce(p_limit, 1000), 100000)); v_items jsonb; v_links jsonb;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not coalesce(desk.i_am_staff() or me = 1, false) then return desk.refuse('ci_role', 'denied', 'baseline'); end if;
  select * into a from desk.ci_point_of(p_from, me); select * into b from desk.ci_point_of(p_to, me);
  if a.at is null or b.at is null then
    return desk.refuse('ci_no_baseline', 'notfound', 'baseline', jsonb_build_object('value', left(case when a.at is null then p_from else p_to end, 80),
      'near', (select coalesce(jsonb_agg(x.name order by x.at desc), '[]') from desk.ci_baseline x)));
  end if;
  if me = 1 then v_orgs := null; end if;
  -- what differs has a version or an end of a link between the two, whichever is the earlier
  v_turn := (b.at, coalesce(b.seq, 9223372036854775807)) < (a.at, coalesce(a.seq, 9223372036854775807));
  t1 := case when v_turn then b.at else a.at end; s1 := coalesce(case when v_turn then b.seq else a.seq end, 9223372036854775807);
  t2 := case when v_turn then a.at else b.at end; s2 := coalesce(case when v_turn then a.seq else b.seq end, 9223372036854775807);
  with v as materialized (select distinct x.ci_id from desk.ci_version x where x.at >= t1 and x.at <= t2 and x.seq <= s2 and not (x.at <= t1 and x.seq <= s1)),
    d as materialized (select c.ident, desk.ci_doc_at(c.id, a.at, coalesce(a.seq, 9223372036854775807)) as old, desk.ci_doc_at(c.id, b.at, coalesce(b.seq, 9223372036854775807)) as new from v join desk.ci c on c.id = v.ci_id
        where v_orgs is null or c.org_id is null or c.org_id = any (v_orgs) or c.owner_id = me),
    f as (select d.*, case when d.old is null then 'added' when d.new is null then 'removed' when d.old->>'lifecycle' <> d.new->>'lifecycle' and not (select s.active from desk.ci_state s where s.state = d.new->>'lifecycle') then 'retired' else 'changed' end as did
        from d where d.old is distinct from d.new)
    select jsonb_build_object('added', count(*) filter (where f.did = 'added'), 'removed', count(*) filter (where f.did = 'removed'), 'retired', count(*) filter (where f.did = 'retired'), 'changed', count(*) filter (where f.did = 'changed'),
      'items', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', x.ident, 'did', x.did, 'class', coalesce(x.new, x.old)->>'class', 'changes', case when x.did in ('changed', 'retired') then desk.ci_words(desk.ci_changes(x.old, x.new)) end)) order by x.ident), '[]')
        from (select * from f order by f.ident limit n) x)) into v_items from f;
  with l as materialized (select k.from_id, k.type, k.to_id, (k.since <= a.at and k.seq <= coalesce(a.seq, k.seq) and (k.until is null or k.until > a.at or k.until_seq > a.seq)) as was,
        (k.since <= b.at and k.seq <= coalesce(b.seq, k.seq) and (k.until is null or k.until > b.at or k.until_seq > b.seq)) as is_now
      from desk.ci_link k where (k.since >= t1 and k.since <= t2 and k.seq <= s2) or (k.until >= t1 and k.until <= t2 and k.until_seq <= s2)),
    g as (select l.from_id, l.type, l.to_id, bool_or(coalesce(l.was, false)) as was, bool_or(coalesce(l.is_now, false)) as is_now from l group by 1, 2, 3),
    f as (select x.ident as src, g.type, y.ident as dst, case when g.is_now then 'added' else 'ended' end as did from g join desk.ci x on x.id = g.from_id join desk.ci y on y.id = g.to_id
       where g.was <> g.is_now and (v_orgs is null or ((x.org_id is null or x.org_id = any (v_orgs)) and (y.org_id is null or y.org_id = any (v_orgs)))))
    select jsonb_build_object('links_added', count(*) filter (where f.did = 'added'), 'links_ended', count(*) filter (where f.did = 'ended'),
      'links', (select coalesce(jsonb_agg(jsonb_build_object('source', x.src, 'type', x.type, 'target', x.dst, 'did', x.did) order by x.src, x.type, x.dst), '[]') from (select * from f order by 1, 2, 3 limit n) x)) into v_links from f;
  return jsonb_build_object('ok', true, 'from', coalesce(desk.iso(nullif(a.at, 'infinity')), 'now'), 'to', coalesce(desk.iso(nullif(b.at, 'infinity')), 'now')) || v_items || v_links;
end $$;

-- ---- the state an item is in ----------------------------------------------------------------------------------------------------------
-- Items that suffer from an incident somewhere: derived each time, as impact is (0043_impact.sql), with redundancy.
create function desk.ci_warned() returns bigint[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_front bigint[]; v_seen bigint[]; v_out bigint[] := '{}'; v_plus text[]; v_minus text[]; r record;
begin
  v_front := array(select c.id from desk.ci c where c.op_state = 'incident' and c.active);
  if v_front = '{}' then return v_front; end if;
  v_plus := desk.ci_impact_types(null, 1); v_minus := desk.ci_impact_types(null, -1);
  v_seen := v_front || array(select c.id from desk.ci c where not c.active);
  loop
    select s.ids into r from desk.ci_step(v_front, v_seen, false, v_plus, v_minus) s;
    exit when coalesce(r.ids, '{}') = '{}';
    v_out := v_out || r.ids; v_seen := v_seen || r.ids; v_front := r.ids;
  end loop;
  return v_out;
end $$;

-- {state, because: items with an incident that it leans on}. An own incident or warning counts first.
create function desk.ci_state_now(p_ci bigint) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_own text; v_front bigint[] := array[p_ci]; v_seen bigint[]; v_bad bigint[] := '{}'; v_plus text[]; v_minus text[]; r record;
begin
  select c.op_state into v_own from desk.ci c where c.id = p_ci;
  if v_own = 'operational' and exists (select from desk.ci c where c.op_state = 'incident' and c.active and c.id <> p_ci) then
    v_plus := desk.ci_impact_types(null, 1); v_minus := desk.ci_impact_types(null, -1);
    v_seen := v_front || array(select c.id from desk.ci c where not c.active);
    loop
      select s.ids into r from desk.ci_step(v_front, v_seen, true, v_plus, v_minus) s;
      exit when coalesce(r.ids, '{}') = '{}';
      v_bad := v_bad || array(select c.id from desk.ci c where c.op_state = 'incident' and c.id = any (r.ids));
      v_seen := v_seen || r.ids; v_front := r.ids;
    end loop;
    -- what is redundant may still work
    if v_bad <> '{}' and exists (select from desk.ci_redundancy) and not p_ci = any (desk.ci_warned()) then v_bad := '{}'; end if;
    if v_bad <> '{}' then
      return jsonb_build_object('state', 'warning', 'because', (select coalesce(jsonb_agg(c.ident order by c.ident), '[]') from desk.ci c where c.id = any (v_bad[1:20]) and (desk.ci_orgs() is null or desk.ci_seen(c, desk.ci_me()))));
    end if;
  end if;
  return jsonb_build_object('state', v_own, 'because', '[]'::jsonb);
end $$;

revoke execute on function desk.ci_doc_at(bigint, timestamptz, bigint), desk.ci_links_at(bigint, boolean, timestamptz, bigint, int[], int, int), desk.ci_stale_days(text), desk.ci_twins(desk.ci),
  desk.ci_health(desk.ci, timestamptz), desk.ci_point(text, int), desk.ci_public(jsonb), desk.ci_show(text, text, int), desk.ci_diff(text, text, text), desk.ci_baseline_set(text, text, boolean),
  desk.ci_baseline_list(), desk.ci_point_of(text, int), desk.ci_diff_all(text, text, int), desk.ci_warned(), desk.ci_state_now(bigint) from public;
grant execute on function desk.ci_show(text, text, int), desk.ci_diff(text, text, text), desk.ci_baseline_set(text, text, boolean), desk.ci_baseline_list(), desk.ci_diff_all(text, text, int) to desk_person;
reset role; set local role desk_owner;
create index ci_link_since_key on desk.ci_link(since);
create index ci_link_until_key on desk.ci_link(until) where until is not null;
