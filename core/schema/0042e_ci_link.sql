-- Links between items: made and ended, never changed; each holds from since until until.
reset role; set local role desk_owner;
alter table desk.ci_link add constraint ci_link_ends_check check (from_id <> to_id);

reset role; set local role desk_api;
-- Types of links that a file needs and that nobody has declared: they carry no impact. Gives those made, or a refusal.
create function desk.ci_type_declare(p_me int, p_types text[]) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_new text[]; v_bad text;
begin
  v_new := array(select distinct t from unnest(p_types) t where not exists (select from desk.ci_link_type k where k.type = t) order by t);
  if v_new = '{}' then return '{"ok": true, "types": []}'; end if;
  select t into v_bad from unnest(v_new) t where t !~ '^[a-z][a-z0-9_]{0,59}$' limit 1;
  if v_bad is not null then return desk.refuse('ci_word', 'input', 'type', jsonb_build_object('value', left(v_bad, 80))); end if;
  if not desk.ci_declares(p_me) then return desk.refuse('ci_role', 'denied', 'type'); end if;
  insert into desk.ci_link_type(type, impact, by_import) select t, 0, true from unnest(v_new) t on conflict do nothing;
  perform desk.ci_noted(p_me, 'link_type', t, null, '{"by_import": true}') from unnest(v_new) t;
  return jsonb_build_object('ok', true, 'types', v_new);
end $$;

-- Whether a link of this type may lead from one class to another.
create function desk.ci_pair_ok(p_type text, p_from text, p_to text) returns boolean language sql stable as $$
  select not exists (select from desk.ci_pair p where p.type = p_type) or exists (select from desk.ci_pair p join desk.ci_line a on a.up = p.from_class join desk.ci_line b on b.up = p.to_class
    where p.type = p_type and a.class = p_from and b.class = p_to) $$;

-- Makes the links of a source, some thousand rows a call: {n, from, type, to}, ends by ident or by what the source calls them. The caller has
-- looked at who is asking. did: added, same, refused. p_drift: what is new is a change of the items (false: the source speaks for the first time).
create function desk.ci_relink(p_me int, p_source text, p_rows jsonb, p_drift boolean default true) returns table(n int, id bigint, did text, refusal jsonb) language plpgsql
  set search_path = pg_catalog, pg_temp set jit = off as $$
#variable_conflict use_column
declare v_now timestamptz := date_trunc('second', desk.now());
begin
  perform pg_advisory_xact_lock_shared(7205759, 42);
  return query with r as materialized (
      select (x->>'n')::int as n, btrim(x->>'from') as src, lower(btrim(x->>'type')) as type, btrim(x->>'to') as dst from jsonb_array_elements(p_rows) x),
    m as materialized (
      select r.n, r.src, r.type, r.dst, coalesce(f.id, fr.ci_id) as from_id, coalesce(t.id, tr.ci_id) as to_id, k.type as known
        from r left join desk.ci f on f.ident = r.src left join desk.ci_report fr on fr.source = p_source and fr.ext_id = r.src and f.id is null
          left join desk.ci t on t.ident = r.dst left join desk.ci_report tr on tr.source = p_source and tr.ext_id = r.dst and t.id is null
          left join desk.ci_link_type k on k.type = r.type),
    c as materialized (select m.*, a.class as from_class, b.class as to_class, a.ident as from_ident, b.ident as to_ident, a.org_id, s.live, row_number() over (partition by m.from_id, m.type, m.to_id order by m.n) as nth
        from m left join desk.ci a on a.id = m.from_id left join desk.ci b on b.id = m.to_id left join desk.ci_state s on s.state = a.lifecycle),
    p as materialized (select q.*, desk.ci_pair_ok(q.type, q.from_class, q.to_class) as ok from (select distinct c.type, c.from_class, c.to_class from c where c.known is not null) q),
    y as materialized (select q.org_id, desk.ci_may(q.org_id, p_me) as may from (select distinct c.org_id from c where c.from_id is not null) q),
    v as materialized (select c.*, case
        when c.known is null then desk.ci_no_type(coalesce(c.type, ''))
        when c.from_id is null then desk.refuse('no_ci', 'input', 'source', jsonb_build_object('value', left(c.src, 80)))
        when c.to_id is null then desk.refuse('no_ci', 'input', 'target', jsonb_build_object('value', left(c.dst, 80)))
        when c.from_id = c.to_id then desk.refuse('ci_self', 'input', 'target', jsonb_build_object('ci', c.from_ident, 'type', c.type))
        when not p.ok then desk.refuse('ci_pair', 'input', 'type', jsonb_build_object('type', c.type, 'from', c.from_class, 'to', c.to_class, 'ci', c.from_ident,
          'allowed', (select jsonb_agg(z.from_class || ' > ' || z.to_class order by 1) from desk.ci_pair z where z.type = c.type)))
        when not y.may then desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', c.from_ident)) end as refusal
        from c left join p on p.type = c.type and p.from_class = c.from_class and p.to_class = c.to_class left join y on y.org_id is not distinct from c.org_id),
    i as (insert into desk.ci_link(from_id, type, to_id, source, since, by_id) select v.from_id, v.type, v.to_id, p_source, v_now, p_me from v where v.refusal is null and v.nth = 1 order by v.n
        on conflict (from_id, type, to_id) where until is null do nothing returning id, from_id, type, to_id),
    d as (insert into desk.ci_drift(ci_id, at, by_id, source, changes) select v.from_id, v_now, p_me, p_source, jsonb_object_agg(v.type || ' > ' || v.to_ident, jsonb_build_array(null, v.to_ident))
        from v join i on i.from_id = v.from_id and i.type = v.type and i.to_id = v.to_id where p_drift and v.live and v.nth = 1 group by v.from_id)
    select v.n, i.id, case when v.refusal is not null then 'refused' when v.nth = 1 and i.id is not null then 'added' else 'same' end, v.refusal->'error'
      from v left join i on i.from_id = v.from_id and i.type = v.type and i.to_id = v.to_id and v.refusal is null order by v.n;
end $$;

-- Ends links; gives how many held until now.
create function desk.ci_link_end(p_me int, p_source text, p_ids bigint[], p_drift boolean default true) returns int language plpgsql set search_path = pg_catalog, pg_temp set jit = off as $$
declare v_now timestamptz := date_trunc('second', desk.now()); n int;
begin
  perform pg_advisory_xact_lock_shared(7205759, 42);
  with u as (update desk.ci_link l set until = greatest(v_now, l.since), until_seq = nextval('desk.ci_seq'), ended_by = p_me where l.id = any (p_ids) and l.until is null returning l.from_id, l.type, l.to_id),
    d as (insert into desk.ci_drift(ci_id, at, by_id, source, changes) select u.from_id, v_now, p_me, p_source, jsonb_object_agg(u.type || ' > ' || b.ident, jsonb_build_array(b.ident, null))
        from u join desk.ci a on a.id = u.from_id join desk.ci b on b.id = u.to_id join desk.ci_state s on s.state = a.lifecycle where p_drift and s.live group by u.from_id)
    select count(*) into n from u;
  return n;
end $$;

-- One link, by a person: made, or (p_on false) ended. Ends by ident or name.
create function desk.ci_link_set(p_from text, p_type text, p_to text, p_on boolean default true, p_source text default 'manual') returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v_source text := desk.ci_source(p_source); v jsonb; a desk.ci; b desk.ci; v_type text := lower(btrim(p_type)); v_link bigint; r record;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not coalesce(desk.i_am_staff() or me = 1, false) then return desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', left(p_from, 80))); end if;
  if v_source is null then return desk.refuse('ci_source', 'input', 'source', jsonb_build_object('value', left(p_source, 80))); end if;
  v := desk.ci_find(p_from, me);
  if v->>'ok' <> 'true' then return v; end if;
  select * into a from desk.ci c where c.id = (v->>'id')::bigint;
  v := desk.ci_find(p_to, me);
  if v->>'ok' <> 'true' then return v; end if;
  select * into b from desk.ci c where c.id = (v->>'id')::bigint;
  if p_on then
    select * into r from desk.ci_relink(me, v_source, jsonb_build_array(jsonb_build_object('n', 1, 'from', a.ident, 'type', v_type, 'to', b.ident)));
    if r.refusal is not null then return jsonb_build_object('ok', false, 'error', r.refusal); end if;
    return jsonb_build_object('ok', true, 'from', a.ident, 'type', v_type, 'to', b.ident, 'did', r.did);
  end if;
  if not desk.ci_may(a.org_id, me) then return desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', a.ident)); end if;
  select l.id into v_link from desk.ci_link l where l.from_id = a.id and l.type = v_type and l.to_id = b.id and l.until is null;
  if v_link is null then
    return desk.refuse('ci_no_link', 'notfound', 'type', jsonb_build_object('from', a.ident, 'type', left(v_type, 60), 'to', b.ident,
      'near', (select coalesce(jsonb_agg(x.w), '[]') from (select l.type || ' ' || c.ident as w from desk.ci_link l join desk.ci c on c.id = l.to_id where l.from_id = a.id and l.until is null order by 1 limit 8) x)));
  end if;
  perform desk.ci_link_end(me, v_source, array[v_link]);
  return jsonb_build_object('ok', true, 'from', a.ident, 'type', v_type, 'to', b.ident, 'did', 'ended');
end $$;

revoke execute on function desk.ci_type_declare(int, text[]), desk.ci_pair_ok(text, text, text), desk.ci_relink(int, text, jsonb, boolean), desk.ci_link_end(int, text, bigint[], boolean),
  desk.ci_link_set(text, text, text, boolean, text) from public;
grant execute on function desk.ci_link_set(text, text, text, boolean, text) to desk_person;
