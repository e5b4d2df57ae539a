-- The one door for configuration items: what somebody or a source says of items becomes a plan, and the plan is done.
--
-- A source says fields of items it has its own ids for. An item is known again by that id, by its ident, then by the keys of its class in their
-- order; a key of higher standing that both have and that differs rules out the lower ones, and two ids of one source are two items. Each value
-- is checked by the type of its attribute; a row with one that does not hold is refused whole, and says which item, which attribute, what is
-- allowed. Of a field that several sources speak of, the one of the best rank is believed, among equals the last; the others' values are kept
-- as reported (desk.ci_report). A field that a source leaves empty takes away what the source itself said, not what another one says of it.
-- Not for people: desk.ci_set and what imports call look at who is asking.
reset role; set local role desk_owner;

-- One row of a plan. old and new: the item as fields (references as ids), null where there is none.
create type desk.ci_plan as (n int, ext_id text, id bigint, ident text, old jsonb, new jsonb, said jsonb, kept jsonb, refusal jsonb);

-- What happened to items that serve somebody, to be held against change tickets (0042f_ci_drift.sql).
create table desk.ci_drift(
  id      bigint generated always as identity primary key,
  ci_id   bigint not null references desk.ci,
  at      timestamptz not null,
  by_id   int not null,
  source  text not null,
  changes jsonb not null,                                -- {field: [before, after]}, links as {"TYPE > IDENT": [null, IDENT]}
  state   text not null default 'new' check (state in ('new', 'planned', 'unplanned', 'accepted', 'reverted')),
  ticket_id bigint,                                      -- the change that covers it, or that was raised for it
  judged_at timestamptz,
  by_judge  int,
  reason  text);
create index ci_drift_new_key on desk.ci_drift(id) where state = 'new';
create index ci_drift_open_key on desk.ci_drift(at) where state = 'unplanned';
create index ci_drift_ci_key on desk.ci_drift(ci_id, at);
alter table desk.ci_drift enable row level security;
create policy api on desk.ci_drift to desk_api using (true) with check (true);
grant select, insert, update, delete on desk.ci_drift to desk_api;
grant select on desk.ci_drift to desk_person;
-- of links it names the other ends: who does not see all asks desk.ci_unplanned
create policy reader on desk.ci_drift for select to desk_person using ((select desk.i_am_staff()) and (select desk.ci_all()));
grant usage on all sequences in schema desk to desk_api;

reset role; set local role desk_api;
-- An item as fields: what versions keep and comparisons compare. References are ids; what is not there is left out.
create function desk.ci_doc(c desk.ci) returns jsonb language sql stable as $$
  select jsonb_strip_nulls(jsonb_build_object('name', c.name, 'class', c.class, 'description', c.description, 'org', c.org_id, 'service', c.service_id, 'owner', c.owner_id, 'group', c.group_id,
    'place', c.place, 'environment', c.environment, 'lifecycle', c.lifecycle, 'op_state', c.op_state, 'criticality', c.criticality,
    'redundancy', (select jsonb_object_agg(r.type, r.needs) from desk.ci_redundancy r where r.ci_id = c.id))) || c.attrs $$;

-- One field of an item, or an attribute of its class, as it is kept. SQL null: unknown or not of its kind; desk.ci_bad says why.
create function desk.ci_field(p_class text, p_key text, p_value jsonb, p_me int) returns jsonb language plpgsql stable as $$
declare s text := btrim(p_value #>> '{}', E' \t\r\n'); v bigint; a record; e record; v_out jsonb := '{}';
begin
  if p_key = 'redundancy' then
    if jsonb_typeof(p_value) <> 'object' then return null; end if;
    for e in select * from jsonb_each(p_value) loop
      if not exists (select from desk.ci_link_type t where t.type = e.key) or coalesce(e.value #>> '{}', '0') !~ '^\d{1,4}$' then return null; end if;
      v_out := v_out || jsonb_build_object(e.key, nullif((e.value #>> '{}')::int, 0));
    end loop;
    return v_out;
  end if;
  if coalesce(s, '') = '' then
    return case when p_key = any ('{name,class,lifecycle,op_state}'::text[]) then null
      when p_key = any (desk.ci_fields()) or exists (select from desk.ci_class_attr x where x.class = p_class and x.attr = p_key) then 'null'::jsonb end;
  end if;
  if p_key = any ('{org,service,owner,group}'::text[]) then
    if jsonb_typeof(p_value) = 'number' and s !~ '^\d{1,9}$' then return null; end if;
    case p_key
    when 'org' then select min(o.id) into v from desk.org o where o.active and case jsonb_typeof(p_value) when 'number' then o.id = s::int else lower(o.name) = lower(s) end;
    when 'owner' then v := desk.ref_id('person', s, case jsonb_typeof(p_value) when 'number' then s::bigint end, p_me);
    else v := desk.ref_id(p_key, s, case jsonb_typeof(p_value) when 'number' then s::bigint end, p_me);
    end case;
    return case when v > 0 then to_jsonb(v) end;
  end if;
  case p_key
  when 'name' then return case when length(s) <= 200 and s !~ '[\x01-\x1f\x7f]' and desk.unseen(s, true) is null then to_jsonb(s) end;
  when 'place', 'environment' then return case when length(s) <= 200 and s !~ '[\x01-\x1f\x7f]' and desk.unseen(s, true) is null then to_jsonb(s) end;
  when 'description' then return case when length(s) <= 4000 and desk.unseen(s, true) is null then to_jsonb(s) end;
  when 'class' then return (select to_jsonb(k.class) from desk.ci_class k where k.class = lower(s));
  when 'lifecycle' then return (select to_jsonb(t.state) from desk.ci_state t where t.state = lower(s));
  when 'op_state' then return case when lower(s) in ('operational', 'warning', 'incident') then to_jsonb(lower(s)) end;
  when 'criticality' then
    return case when s ~ '^[1-4]$' then to_jsonb(s::int) else to_jsonb(array_position('{vital,high,medium,minor}'::text[], lower(s))) end;
  else
    select x.type, x.choices, x.ref_class into a from desk.ci_class_attr x where x.class = p_class and x.attr = p_key;
    if not found then return null; end if;
    if a.type = 'ref' then
      return (select to_jsonb(c.ident) from desk.ci c where (c.ident = s or (lower(c.name) = lower(s) and not exists (select from desk.ci o where o.ident = s)))
        and (a.ref_class is null or exists (select from desk.ci_line l where l.class = c.class and l.up = a.ref_class)) and desk.ci_seen(c, p_me) order by c.ident = s desc, c.id limit 1);
    end if;
    return desk.ci_value(a.type, a.choices, p_value);
  end case;
end $$;

-- Why a field was not taken.
create function desk.ci_bad(p_ci text, p_class text, p_key text, p_value jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare a record; v jsonb := jsonb_build_object('ci', p_ci, 'attr', p_key, 'value', left(p_value #>> '{}', 80));
begin
  if (p_key = any ('{name,place,environment,description}'::text[]) or exists (select from desk.ci_class_attr x where x.class = p_class and x.attr = p_key and x.type = 'text'))
     and desk.unseen(p_value #>> '{}', true) is not null then
    return desk.unseen_refusal(p_key, p_value #>> '{}', true);
  end if;
  case p_key
  when 'name', 'place', 'environment' then return desk.refuse('ci_value_line', 'input', p_key, v);
  when 'class' then return desk.ci_no_class(p_value #>> '{}');
  when 'lifecycle' then return desk.refuse('ci_value_choice', 'input', p_key, v || jsonb_build_object('allowed', (select jsonb_agg(t.state order by t.sort) from desk.ci_state t)));
  when 'op_state' then return desk.refuse('ci_value_choice', 'input', p_key, v || '{"allowed": ["operational", "warning", "incident"]}');
  when 'criticality' then return desk.refuse('ci_value_choice', 'input', p_key, v || '{"allowed": ["1", "2", "3", "4", "vital", "high", "medium", "minor"]}');
  when 'redundancy' then return desk.refuse('ci_value_needs', 'input', p_key, v);
  when 'org' then return desk.refuse('ci_value_org', 'input', p_key, v);
  when 'service' then return desk.refuse('ci_value_service', 'input', p_key, v || jsonb_build_object('near', coalesce(desk.near_names(p_key, p_value #>> '{}'), '[]')));
  when 'group' then return desk.refuse('ci_value_group', 'input', p_key, v || jsonb_build_object('near', coalesce(desk.near_names(p_key, p_value #>> '{}'), '[]')));
  when 'owner' then return desk.refuse('ci_value_owner', 'input', p_key, v);
  when 'description' then return desk.refuse('ci_value_text', 'input', p_key, v);
  else
    select x.type, x.choices, x.ref_class into a from desk.ci_class_attr x where x.class = p_class and x.attr = p_key;
    if not found then return desk.ci_no_attr(p_ci, p_class, p_key); end if;
    case a.type
    when 'int' then return desk.refuse('ci_value_int', 'input', p_key, v);
    when 'number' then return desk.refuse('ci_value_number', 'input', p_key, v);
    when 'bool' then return desk.refuse('ci_value_bool', 'input', p_key, v);
    when 'date' then return desk.refuse('ci_value_date', 'input', p_key, v);
    when 'ip' then return desk.refuse('ci_value_ip', 'input', p_key, v);
    when 'choice' then return desk.refuse('ci_value_choice', 'input', p_key, v || jsonb_build_object('allowed', a.choices));
    when 'ref' then return desk.refuse('ci_value_ref', 'input', p_key, v || jsonb_build_object('class', coalesce(a.ref_class, 'ci')));
    else return desk.refuse('ci_value_text', 'input', p_key, v);
    end case;
  end case;
end $$;

-- The items that are the one a source means: none, one, or several that cannot be told apart. f: fields as said; p_key: the class whose keys these
-- have (desk.ci_key_class); p_kin: the classes above and below their own. Both are the same for all rows of a class.
create function desk.ci_identify(p_source text, p_ext_id text, p_class text, f jsonb, p_key text, p_kin text[]) returns bigint[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k record; v_ids bigint[]; v_part text; v_value text; v_first boolean; v_above text[] := '{}'; v_far text[];
begin
  for k in select y.parts from desk.ci_key y where y.class = p_key order by y.pos loop
    if exists (select from unnest(k.parts) p where coalesce(btrim(f->>p), '') = '') then continue; end if;
    v_ids := null; v_first := true;
    foreach v_part in array k.parts loop
      v_value := btrim(f->>v_part);
      if v_first then
        -- each branch by its index
        if v_part = 'name' then v_ids := array(select c.id from desk.ci c where lower(c.name) = lower(v_value) limit 1000);
        elsif v_part = 'place' then v_ids := array(select c.id from desk.ci c where c.class = any (p_kin) and lower(c.place) = lower(v_value));
        elsif v_part like '@%' then v_ids := array(select g.from_id from desk.ci_link g join desk.ci t on t.id = g.to_id where t.ident = v_value and g.type = substr(v_part, 2) and g.until is null);
        else v_ids := array(select c.id from desk.ci c where c.attrs @> jsonb_build_object(v_part, v_value) or c.attrs @> jsonb_build_object(v_part, desk.ci_field(p_class, v_part, f->v_part, 1)));
        end if;
        v_first := false;
      else
        v_ids := array(select c.id from unnest(v_ids) u join desk.ci c on c.id = u where case when v_part = 'name' then lower(c.name) = lower(v_value)
          when v_part = 'place' then lower(c.place) = lower(v_value)
          when v_part like '@%' then exists (select from desk.ci_link g join desk.ci t on t.id = g.to_id where g.from_id = c.id and g.until is null and g.type = substr(v_part, 2) and t.ident = v_value)
          else lower(c.attrs->>v_part) = lower(v_value) end);
      end if;
      exit when v_ids = '{}';
    end loop;
    v_far := v_above;
    v_ids := array(select c.id from unnest(v_ids) u join desk.ci c on c.id = u where c.class = any (p_kin)
      and not exists (select from desk.ci_report r where r.ci_id = c.id and r.source = p_source and r.ext_id <> p_ext_id and r.gone_at is null)
      and not exists (select from unnest(v_far) p where coalesce(btrim(f->>p), '') <> '' and c.attrs->>p <> '' and lower(c.attrs->>p) <> lower(btrim(f->>p))) order by c.id);
    if v_ids <> '{}' then return v_ids; end if;
    if cardinality(k.parts) = 1 and k.parts[1] <> 'name' then v_above := v_above || k.parts; end if;
  end loop;
  return '{}';
end $$;

-- How much a source is believed of a field: of the nearest class, named before '*'.
create function desk.ci_rank_of(p_class text, p_key text, p_source text) returns int language sql stable as $$
  select coalesce((select r.rank from desk.ci_line l join desk.ci_rank r on r.class = l.up where l.class = p_class and r.source = p_source and r.attr in (p_key, '*')
    order by l.dist, r.attr = '*' limit 1), 100) $$;

create function desk.ci_changes(p_old jsonb, p_new jsonb) returns jsonb language sql immutable as $$
  select jsonb_object_agg(coalesce(o.key, n.key), jsonb_build_array(o.value, n.value)) from jsonb_each(p_old) o full join jsonb_each(p_new) n on n.key = o.key
   where o.value is distinct from n.value $$;

-- An ident without the class before it.
create function desk.ci_bare(p_ident text, p_class text) returns text language sql immutable as $$
  select case when starts_with(p_ident, p_class || ':') then substr(p_ident, length(p_class) + 2) else p_ident end $$;

-- The first half of a plan: which item each row means. Rows are {n, id: what the source calls it, fields: {class, name, ...}}.
create function desk.ci_match_rows(p_source text, p_rows jsonb) returns desk.ci_plan[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (with r as materialized (
      select (x->>'n')::int as n, nullif(btrim(x->>'id'), '') as ext, x->'fields' as f, lower(btrim(x->'fields'->>'class')) as class,
          coalesce(nullif(btrim(x->'fields'->>'name'), ''), desk.ci_bare(btrim(x->>'id'), lower(btrim(x->'fields'->>'class')))) as name
        from jsonb_array_elements(p_rows) x),
    k as materialized (  -- the parts of keys besides the name, by class
      select c.class, c.key, array(select distinct p from desk.ci_key y, unnest(y.parts) p where y.class = c.key and p <> 'name') as parts,
          array(select l.class from desk.ci_line l where l.up = c.class union select l.up from desk.ci_line l where l.class = c.class) as kin
        from (select d.class, desk.ci_key_class(d.class) as key from (select distinct r.class from r) d) c where exists (select from desk.ci_class z where z.class = c.class)),
    m as (
      select r.n, r.ext, coalesce(r.reported, r.named) as id, r.class, r.f, r.name,
          case when r.reported is null and r.named is null and k.class is not null and (exists (select from desk.ci s where lower(s.name) = lower(r.name))
              or exists (select from unnest(k.parts) p where r.f->>p <> ''))
            then desk.ci_identify(p_source, coalesce(r.ext, ''), r.class, r.f || jsonb_build_object('name', r.name), k.key, k.kin) end as ids
        -- each by its index: a source that is new stands in no statistics, and a join believes that it has said one thing or none
        from (select x.*, (select p.ci_id from desk.ci_report p where p.source = p_source and p.ext_id = x.ext) as reported, (select i.id from desk.ci i where i.ident = x.ext) as named from r x) r
          left join k on k.class = r.class)
    select array_agg(row(m.n, coalesce(m.ext, m.class || ':' || m.name), coalesce(m.id, case when cardinality(m.ids) = 1 then m.ids[1] end), null, null, null, null, null,
        case when m.id is null and desk.unseen(m.ext) is not null then desk.unseen_refusal('id', m.ext) when cardinality(m.ids) > 1 then desk.refuse('ci_several', 'input', 'id', jsonb_build_object('value', coalesce(m.ext, m.name),
          'near', (select jsonb_agg(c.ident order by c.ident) from desk.ci c where c.id = any (m.ids[1:8])))) end)::desk.ci_plan order by m.n) from m);
end $$;

-- The plan: every row with what the item was and becomes, or why not. p_how: 'new' refuses what is there, 'set' what is not, 'both' neither.
create function desk.ci_make_plan(p_me int, p_source text, p_rows jsonb, p_how text) returns desk.ci_plan[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v desk.ci_plan[];
begin
  v := desk.ci_match_rows(p_source, p_rows);
  return (with r as materialized (
      select p.n, p.ext_id as ext, p.id, coalesce(c.ident, p.ext_id) as ident, case when c.id is not null then desk.ci_doc(c) end as old, c.org_id, x.f - 'id' as f, p.refusal,
          -- a source that knows less of it, a class above its own, does not make it less
          case when exists (select from desk.ci_line l where l.class = c.class and l.up = lower(btrim(x.f->>'class'))) then c.class else coalesce(nullif(lower(btrim(x.f->>'class')), ''), c.class, '') end as class, row_number() over (partition by coalesce(p.id::text, p.ext_id) order by p.n) as nth
        from unnest(v) p join (select (e->>'n')::int as n, e->'fields' as f from jsonb_array_elements(p_rows) e) y on y.n = p.n
        -- what is new and has no name is called as its ident without the class
        cross join lateral (select case when p.id is null and p.ext_id is not null and y.f->>'class' is not null and not y.f ? 'name'
          then jsonb_build_object('name', desk.ci_bare(p.ext_id, lower(btrim(y.f->>'class')))) else '{}' end || y.f as f) x
        left join desk.ci c on c.id = p.id),
    a as materialized (select * from desk.ci_class_attr),
    -- most values are words of ASCII as they are kept already: what desk.ci_value and desk.ci_field would give, for the others each once
    e as materialized (select k.n, k.class, k.key, k.value, jsonb_typeof(k.value) = 'string' and k.s ~ '^[!-~]([ -~]*[!-~])?$' collate "C"
          and case when a.type = 'text' then length(k.s) <= 4000 else k.key = 'name' and length(k.s) <= 200 end as plain
        from (select r.n, r.class, k.key, k.value, k.value #>> '{}' as s from r, jsonb_each(r.f) k where k.key not like '@%') k left join a on a.class = k.class and a.attr = k.key),
    w as materialized (select d.class, d.key, d.value, case when a.type is null or a.type = 'ref' then desk.ci_field(d.class, d.key, d.value, p_me)
          else desk.ci_value(a.type, a.choices, d.value) end as kept
        from (select distinct e.class, e.key, e.value from e where e.plain is not true) d left join a on a.class = d.class and a.attr = d.key),
    s as materialized (select v.n, jsonb_object_agg(v.key, v.kept) as said, min(v.key) filter (where v.kept is null) as bad
        from (select e.n, e.key, e.value as kept from e where e.plain
          union all select e.n, e.key, w.kept from e join w on w.class = e.class and w.key = e.key and w.value = e.value where e.plain is not true) v group by v.n),
    o as materialized (select r.n, r.class, k.key, rp.source, rp.at, rp.gone_at, rp.said->k.key as value, s.said->k.key = 'null' as empty from r join desk.ci_report rp on rp.ci_id = r.id and rp.source <> p_source
        join s on s.n = r.n, jsonb_object_keys(s.said) k(key) where rp.said ? k.key),
    g as materialized (select q.class, q.key, q.source, desk.ci_rank_of(q.class, q.key, q.source) as theirs, desk.ci_rank_of(q.class, q.key, p_source) as mine
        from (select distinct o.class, o.key, o.source from o) q),
    lost as (select o.n, array_agg(distinct o.key) as keys from o join g on g.class = o.class and g.key = o.key and g.source = o.source
      where g.theirs < g.mine and (o.value <> 'null' or o.source = 'manual') group by o.n),
    -- an empty field of a file says nothing: what another source still says of it stands. A person who empties a field means it.
    others as (select distinct on (o.n, o.key) o.n, o.key, o.value from o join g on g.class = o.class and g.key = o.key and g.source = o.source
      where o.empty and p_source <> 'manual' and o.value <> 'null' and o.gone_at is null and o.key not in ('class', 'redundancy') order by o.n, o.key, g.theirs, o.at desc, o.source),
    filled as (select others.n, jsonb_object_agg(others.key, others.value) as said from others group by others.n),
    t as materialized (select r.n, r.ext, r.id, r.ident, r.old, r.org_id, r.f, r.refusal, r.class, r.nth, coalesce(s.said, '{}') as said, s.bad, lost.keys,
        jsonb_strip_nulls(coalesce(r.old, '{"lifecycle": "production", "op_state": "operational"}') || ((coalesce(s.said, '{}') || coalesce(filled.said, '{}')) - coalesce(lost.keys, '{}')) || case when r.id is not null and s.said ? 'class' and s.bad is null and not 'class' = any (coalesce(lost.keys, '{}')) then jsonb_build_object('class', r.class) else '{}' end
          || case when s.said ? 'redundancy' then jsonb_build_object('redundancy', nullif(jsonb_strip_nulls(coalesce(r.old->'redundancy', '{}') || coalesce(nullif(s.said->'redundancy', 'null'), '{}')), '{}')) else '{}' end) as new
        from r left join s on s.n = r.n left join lost on lost.n = r.n left join filled on filled.n = r.n),
    z as materialized (select k.class, array(select a.attr from a where a.class = k.class and a.required) as required, array(select a.attr from a where a.class = k.class and a.type = 'ref') as refs from desk.ci_class k),
    y as materialized (select q.org, desk.ci_may(nullif(q.org, 0), p_me) as may from (select coalesce(t.org_id, 0) as org from t union select coalesce((t.new->>'org')::int, 0) from t) q)
    select array_agg(row(t.n, t.ext, t.id, t.ident, t.old, t.new, t.said,
        (select jsonb_object_agg(k, jsonb_build_array(t.said->k, t.new->k)) from unnest(t.keys) k where coalesce(nullif(t.said->k, 'null'), '""') <> coalesce(t.new->k, '""')),
        -- what can be seen to hold is not asked
        case when t.refusal is not null then t.refusal
          when t.nth = 1 and t.bad is null and m.may and w.may and z.class is not null and case when t.id is null then p_how <> 'set' and t.ext ~ '^[^\x01-\x1f\x7f]{1,200}$' and t.new->>'name' <> ''
              else p_how <> 'new' and t.old->>'class' = t.class and t.old->>'lifecycle' = t.new->>'lifecycle' end and t.new ?& z.required and not t.new ?| z.refs
              and (t.id is null or t.old->'org' is not distinct from t.new->'org') then null
          else desk.ci_refusal(p_me, p_how, t.id, t.ident, t.class, t.old, t.new, t.said, t.bad, t.f, t.nth, m.may and w.may) end)::desk.ci_plan order by t.n)
      from t left join z on z.class = t.class join y m on m.org = coalesce(case when t.id is null then (t.new->>'org')::int else t.org_id end, 0) join y w on w.org = coalesce((t.new->>'org')::int, 0));
end $$;

-- An attribute names an item to everybody who sees who has it: so it may name items of the same customer only, or of none. {attribute, item, other}
-- that would not be so, the item being one that the given one names or one that names it; {}: all is well.
create function desk.ci_beyond(p_ident text, p_new jsonb, p_moved boolean) returns text[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v text[]; v_org int := (p_new->>'org')::int;
begin
  select array[a.attr, c.ident, p_ident] into v from desk.ci_class_attr a join desk.ci c on c.ident = p_new->>a.attr
   where a.class = p_new->>'class' and a.type = 'ref' and c.org_id is not null and c.org_id is distinct from v_org order by a.attr limit 1;
  if v is null and p_moved and v_org is not null then
    select array['org', p_ident, c.ident] into v from (select distinct a.attr from desk.ci_attr a where a.type = 'ref') a join desk.ci c on c.attrs @> jsonb_build_object(a.attr, p_ident)
      where c.org_id is distinct from v_org order by c.ident limit 1;
  end if;
  return coalesce(v, '{}');
end $$;

-- What stands against a row of a plan; null: nothing.
create function desk.ci_refusal(p_me int, p_how text, p_id bigint, p_ident text, p_class text, p_old jsonb, p_new jsonb, p_said jsonb, p_bad text, f jsonb, p_nth bigint, p_may boolean) returns jsonb
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v text[];
begin
  if p_nth > 1 then return desk.refuse('ci_twice', 'input', 'id', jsonb_build_object('ci', p_ident)); end if;
  if p_id is null then
    if p_how = 'set' then return desk.refuse('no_ci', 'notfound', 'ci', jsonb_build_object('value', left(p_ident, 80))); end if;
    if coalesce(p_class, '') = '' then return desk.refuse('field_required', 'input', 'class', jsonb_build_object('verb', 'ci new')); end if;
    if coalesce(p_ident !~ '^[^\x01-\x1f\x7f]{1,200}$', true) then return desk.refuse('ci_ident', 'input', 'id', jsonb_build_object('value', left(p_ident, 80))); end if;
  elsif p_how = 'new' then return desk.refuse('ci_exists', 'state', 'ci', jsonb_build_object('ci', p_ident));
  end if;
  if not exists (select from desk.ci_class k where k.class = p_class) then return desk.ci_no_class(p_class); end if;
  if p_bad is not null then return desk.ci_bad(p_ident, p_class, p_bad, f->p_bad); end if;
  if not p_may then return desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', p_ident)); end if;
  if p_old = p_new then return null; end if;
  if coalesce(p_new->>'name', '') = '' then return desk.refuse('field_required', 'input', 'name', jsonb_build_object('verb', 'ci new')); end if;
  if p_old->>'class' <> p_new->>'class' then
    v := array(select k from jsonb_object_keys(p_new) k where not k = any (desk.ci_fields()) and not exists (select from desk.ci_class_attr a where a.class = p_new->>'class' and a.attr = k) order by k);
    if v <> '{}' then return desk.refuse('ci_class_leaves', 'input', 'class', jsonb_build_object('ci', p_ident, 'value', p_new->>'class', 'near', v)); end if;
  end if;
  v := array(select a.attr from desk.ci_class_attr a where a.class = p_new->>'class' and a.required and not p_new ? a.attr and (p_old is null or p_old ? a.attr or p_said ? a.attr) order by a.sort, a.attr);
  if v <> '{}' then return desk.refuse('ci_required', 'input', v[1], jsonb_build_object('ci', p_ident, 'class', p_new->>'class', 'value', v)); end if;
  v := desk.ci_beyond(p_ident, p_new, p_old->'org' is distinct from p_new->'org');
  if v <> '{}' then return desk.refuse('ci_beyond', 'input', v[1], jsonb_build_object('ci', p_ident, 'attr', v[1], 'value', v[2], 'other', v[3])); end if;
  if p_old->>'lifecycle' <> p_new->>'lifecycle' and not exists (select from desk.ci_state_step x where x.from_state = p_old->>'lifecycle' and x.to_state = p_new->>'lifecycle') then
    return desk.refuse('ci_step', 'state', 'lifecycle', jsonb_build_object('ci', p_ident, 'value', p_new->>'lifecycle', 'from', p_old->>'lifecycle',
      'allowed', (select coalesce(jsonb_agg(x.to_state order by x.to_state), '[]') from desk.ci_state_step x where x.from_state = p_old->>'lifecycle')));
  end if;
  return null;
end $$;

-- Does a plan: items, versions, redundancy, reports, what is to be held against changes. Rows with a refusal are left out. Gives the plan with the
-- ids of what was made.
create function desk.ci_do(p_me int, p_source text, p_plan desk.ci_plan[]) returns desk.ci_plan[] language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := date_trunc('second', desk.now()); v desk.ci_plan[];  -- a time copied from a history finds it
begin
  perform pg_advisory_xact_lock_shared(7205759, 42);   -- a baseline waits for what is under way
  with i as (
    insert into desk.ci(ident, name, class, description, org_id, service_id, owner_id, group_id, place, environment, lifecycle, op_state, criticality, attrs, active, version)
      select p.ident, p.new->>'name', p.new->>'class', p.new->>'description', (p.new->>'org')::int, (p.new->>'service')::int, (p.new->>'owner')::int, (p.new->>'group')::int, p.new->>'place',
          p.new->>'environment', p.new->>'lifecycle', p.new->>'op_state', (p.new->>'criticality')::smallint, p.new - desk.ci_fields(), t.active, 1
        from unnest(p_plan) p join desk.ci_state t on t.state = p.new->>'lifecycle' where p.id is null and p.refusal is null order by p.n
      on conflict (ident) do nothing returning id, ident)
  select array_agg(row(p.n, p.ext_id, coalesce(p.id, i.id), p.ident, p.old, p.new, p.said, p.kept,
      coalesce(p.refusal, case when p.id is null and i.id is null then desk.refuse('ci_exists', 'state', 'ci', jsonb_build_object('ci', p.ident)) end))::desk.ci_plan order by p.n)
    into v from unnest(p_plan) p left join i on i.ident = p.ident and p.id is null and p.refusal is null;
  -- an item that never went through the door has had what it has for ever
  insert into desk.ci_version(ci_id, version, at, by_id, source, op, row)
    select c.id, 1, '-infinity', 1, 'manual', 'create', p.old from unnest(v) p join desk.ci c on c.id = p.id where p.refusal is null and p.old <> p.new and c.version = 0;
  update desk.ci c set name = p.new->>'name', class = p.new->>'class', description = p.new->>'description', org_id = (p.new->>'org')::int, service_id = (p.new->>'service')::int,
      owner_id = (p.new->>'owner')::int, group_id = (p.new->>'group')::int, place = p.new->>'place', environment = p.new->>'environment', lifecycle = p.new->>'lifecycle', op_state = p.new->>'op_state',
      criticality = (p.new->>'criticality')::smallint, attrs = p.new - desk.ci_fields(), active = t.active, version = greatest(c.version, 1) + 1
    from unnest(v) p, desk.ci_state t where c.id = p.id and p.refusal is null and p.old <> p.new and t.state = p.new->>'lifecycle';
  insert into desk.ci_version(ci_id, version, at, by_id, source, op, changes, row)
    select c.id, c.version, greatest(v_now, l.at), p_me, p_source, case when p.old is null then 'create' when not c.active and p.old->>'lifecycle' <> p.new->>'lifecycle' then 'retire' else 'set' end,
        case when p.old is not null then desk.ci_changes(p.old, p.new) end, p.new
      from unnest(v) p join desk.ci c on c.id = p.id left join desk.ci_version l on l.ci_id = c.id and l.version = c.version - 1 where p.refusal is null and p.old is distinct from p.new order by p.n;
  delete from desk.ci_redundancy r using unnest(v) p where r.ci_id = p.id and p.refusal is null and p.old is distinct from p.new and not coalesce(p.new->'redundancy', '{}') ? r.type;
  insert into desk.ci_redundancy(ci_id, type, needs) select p.id, k.key, (k.value #>> '{}')::smallint from unnest(v) p, jsonb_each(p.new->'redundancy') k
    where p.refusal is null and p.old is distinct from p.new on conflict (ci_id, type) do update set needs = excluded.needs;
  insert into desk.ci_report as r(ci_id, source, ext_id, at, said) select p.id, p_source, p.ext_id, v_now, p.said from unnest(v) p where p.refusal is null
    on conflict (ci_id, source) do update set at = excluded.at, gone_at = null, ext_id = excluded.ext_id, said = r.said || excluded.said;
  insert into desk.ci_drift(ci_id, at, by_id, source, changes)
    select p.id, v_now, p_me, p_source, desk.ci_changes(p.old, p.new) from unnest(v) p join desk.ci_state t on t.state = p.old->>'lifecycle'
     where p.refusal is null and p.old <> p.new and t.live order by p.n;
  return v;
end $$;

-- What a source reports of many items, at most some thousand rows a call: rows {n, id, fields: {class, name, ...}} as they were read. The caller
-- has looked at who is asking. did: added, changed, same, refused. p_dry: only the plan.
create function desk.ci_reconcile(p_me int, p_source text, p_rows jsonb, p_how text default 'both', p_dry boolean default false)
  returns table(n int, id bigint, ident text, did text, changes jsonb, kept jsonb, refusal jsonb) language plpgsql set search_path = pg_catalog, pg_temp set jit = off set enable_mergejoin = off as $$
declare v desk.ci_plan[];
begin
  perform pg_advisory_xact_lock_shared(7205759, 42);
  v := desk.ci_make_plan(p_me, p_source, p_rows, p_how);
  if not p_dry then
    -- what changes is held, and is what the plan says it was; what stays as it is keeps nobody waiting
    perform from desk.ci c where c.id in (select p.id from unnest(v) p where p.old <> p.new) order by c.id for no key update;
    if found and exists (select from unnest(v) p join desk.ci c on c.id = p.id where p.old <> p.new and desk.ci_doc(c) <> p.old) then
      perform from desk.ci c where c.id in (select p.id from unnest(v) p) order by c.id for no key update;
      v := desk.ci_make_plan(p_me, p_source, p_rows, p_how);
    end if;
    v := desk.ci_do(p_me, p_source, v);
  end if;
  return query select p.n, p.id, p.ident, case when p.refusal is not null then 'refused' when p.old is null then 'added' when p.old <> p.new then 'changed' else 'same' end,
    case when p.old <> p.new and p.refusal is null then desk.ci_changes(p.old, p.new) end, p.kept, p.refusal->'error' from unnest(v) p order by p.n;
end $$;

-- The item a person means: by ident, or by name where one has it. {ok, id} or a refusal. p_any: retired ones, too.
create function desk.ci_find(p_text text, p_me int, p_any boolean default true) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v bigint[]; s text := btrim(coalesce(p_text, ''));
begin
  v := array(select c.id from desk.ci c where c.ident = s and desk.ci_seen(c, p_me));
  if v = '{}' then v := array(select c.id from desk.ci c where lower(c.ident) = lower(s) and desk.ci_seen(c, p_me)); end if;
  if v = '{}' then v := array(select c.id from desk.ci c where lower(c.name) = lower(s) and c.active and desk.ci_seen(c, p_me) limit 20); end if;
  if v = '{}' and p_any then v := array(select c.id from desk.ci c where lower(c.name) = lower(s) and desk.ci_seen(c, p_me) limit 20); end if;
  if cardinality(v) = 1 then return jsonb_build_object('ok', true, 'id', v[1]); end if;
  if v = '{}' then
    return desk.refuse('no_ci', 'notfound', 'ci', jsonb_strip_nulls(jsonb_build_object('value', left(s, 80), 'near', (select jsonb_agg(f.name) from desk.find_ci(left(s, 3), 5) f))));
  end if;
  return desk.refuse('ambiguous_ci', 'input', 'ci', jsonb_build_object('value', left(s, 80), 'near', (select jsonb_agg(c.ident order by c.ident) from desk.ci c where c.id = any (v))));
end $$;

-- Makes an item (p_new; p_ident may be null: class:name) or changes one. p_fields: {field or attribute: value}; null or "" takes a value away.
-- p_version: only if it has that version. Gives {ok, ci, id, version, did, changes, kept}, or a refusal.
create function desk.ci_set(p_ident text, p_fields jsonb, p_source text default 'manual', p_version int default null, p_new boolean default false) returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v_source text := desk.ci_source(p_source); v jsonb; r record; v_now int;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not coalesce(desk.i_am_staff() or me = 1, false) then return desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', left(p_ident, 80))); end if;
  if v_source is null then return desk.refuse('ci_source', 'input', 'source', jsonb_build_object('value', left(p_source, 80))); end if;
  if coalesce(jsonb_typeof(p_fields) <> 'object', true) then return desk.refuse('bad_fields', 'input', 'fields'); end if;
  perform pg_advisory_xact_lock_shared(7205759, 42);   -- before any row: who waits for a baseline holds none that an import wants
  if not p_new then
    v := desk.ci_find(p_ident, me);
    if v->>'ok' <> 'true' then return v; end if;
    select c.ident, c.version into r from desk.ci c where c.id = (v->>'id')::bigint for no key update;
    if p_version is not null and r.version <> p_version then
      return desk.refuse('ci_version', 'conflict', 'version', jsonb_build_object('ci', r.ident, 'value', p_version, 'current', r.version));
    end if;
    p_ident := r.ident;
  end if;
  select * into r from desk.ci_reconcile(me, v_source, jsonb_build_array(jsonb_build_object('n', 1, 'id', p_ident, 'fields', p_fields)), case when p_new then 'new' else 'set' end);
  -- what stands against it may not be for his eyes: nothing of it is named
  if p_new and r.refusal is not null and desk.ci_orgs() is not null and me > 1 and r.refusal->>'id' in ('ci_exists', 'ci_several')
     and (r.id is null or not coalesce((select desk.ci_seen(c, me) from desk.ci c where c.id = r.id), false)) then
    return desk.refuse('ci_exists', 'state', 'ci', jsonb_build_object('ci', left(coalesce(p_ident, concat_ws(':', p_fields->>'class', p_fields->>'name')), 200)));
  end if;
  if r.refusal is not null then return jsonb_build_object('ok', false, 'error', r.refusal); end if;
  select c.version into v_now from desk.ci c where c.id = r.id;
  return jsonb_build_object('ok', true, 'ci', r.ident, 'id', r.id, 'version', v_now, 'did', r.did, 'changes', desk.ci_words(r.changes), 'kept', desk.ci_words(r.kept));
end $$;

-- Names in the place of ids, in {field: [a, b]} or {field: value}.
create function desk.ci_say(p_key text, v jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when p_key in ('org', 'service', 'group') then desk.name_of(p_key, v) when p_key = 'owner' then desk.name_of('person', v) else v end $$;
create function desk.ci_words(p jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_object_agg(e.key, case jsonb_typeof(e.value) when 'array' then (select jsonb_agg(desk.ci_say(e.key, x.v) order by x.o) from jsonb_array_elements(e.value) with ordinality x(v, o))
    else desk.ci_say(e.key, e.value) end) from jsonb_each(p) e $$;

-- A source says nothing of a field any more (by hand: what was set stands no longer above the others): what the best of the others reports takes its
-- place; with none left the value stays.
create function desk.ci_release(p_ci text, p_attr text, p_source text default 'manual') returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v jsonb; c desk.ci; r desk.ci_report; k record; v_changes jsonb; v_attr text := lower(btrim(p_attr));
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  v := desk.ci_find(p_ci, me);
  if v->>'ok' <> 'true' then return v; end if;
  perform pg_advisory_xact_lock_shared(7205759, 42);
  select * into c from desk.ci x where x.id = (v->>'id')::bigint for no key update;
  if not desk.ci_may(c.org_id, me) then return desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', c.ident)); end if;
  update desk.ci_report x set said = x.said - v_attr where x.ci_id = c.id and x.source = p_source and x.said ? v_attr;
  if not found then return desk.refuse('ci_not_said', 'notfound', 'attr', jsonb_build_object('ci', c.ident, 'value', left(p_attr, 60), 'source', left(p_source, 80))); end if;
  select x.* into r from desk.ci_report x where x.ci_id = c.id and x.said ? v_attr and x.gone_at is null order by x.said->v_attr = 'null', desk.ci_rank_of(c.class, v_attr, x.source), x.at desc, x.source limit 1;
  if r.ci_id is not null then
    select * into k from desk.ci_reconcile(me, r.source, jsonb_build_array(jsonb_build_object('n', 1, 'id', c.ident, 'fields', jsonb_build_object(v_attr, r.said->v_attr))), 'set');
    if k.refusal is not null then return jsonb_build_object('ok', false, 'error', k.refusal); end if;
    v_changes := k.changes;
    update desk.ci_report x set at = r.at, ext_id = r.ext_id where x.ci_id = c.id and x.source = r.source;   -- it has not spoken now
  end if;
  return jsonb_build_object('ok', true, 'ci', c.ident, 'version', (select x.version from desk.ci x where x.id = c.id), 'changes', desk.ci_words(v_changes));
end $$;

revoke execute on function desk.ci_bare(text, text), desk.ci_beyond(text, jsonb, boolean), desk.ci_doc(desk.ci), desk.ci_field(text, text, jsonb, int), desk.ci_bad(text, text, text, jsonb), desk.ci_identify(text, text, text, jsonb, text, text[]), desk.ci_rank_of(text, text, text),
  desk.ci_changes(jsonb, jsonb), desk.ci_match_rows(text, jsonb), desk.ci_make_plan(int, text, jsonb, text), desk.ci_refusal(int, text, bigint, text, text, jsonb, jsonb, jsonb, text, jsonb, bigint, boolean),
  desk.ci_do(int, text, desk.ci_plan[]), desk.ci_reconcile(int, text, jsonb, text, boolean), desk.ci_find(text, int, boolean), desk.ci_set(text, jsonb, text, int, boolean), desk.ci_release(text, text, text), desk.ci_words(jsonb),
  desk.ci_say(text, jsonb) from public;
grant execute on function desk.ci_set(text, jsonb, text, int, boolean), desk.ci_release(text, text, text) to desk_person;
