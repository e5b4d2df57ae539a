-- What the console's CMDB reads, each opening in one call: a window of the list, the page of an item, what an item touches.
--
-- They answer with what the one who asks may see (desk.ci_orgs, and desk.can_see for tickets), so nothing of what is hidden is counted or named.
reset role; set local role desk_owner;
create index ci_pane_key on desk.ci((lower(name) collate "C"), id);

reset role; set local role desk_api;
-- A class and those below it.
create function desk.ci_pane_below(p_class text) returns text[] language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive k as (select p_class as class union select c.class from k join desk.ci_class c on c.parent = k.class)
  select array_agg(k.class) from k $$;

-- A class and those above it, the nearest first.
create function desk.ci_pane_above(p_class text) returns table(class text, dist int) language sql stable set search_path = pg_catalog, pg_temp as $$
  with recursive k as (select c.class, c.parent, 0 as dist from desk.ci_class c where c.class = p_class
    union select c.class, c.parent, k.dist + 1 from k join desk.ci_class c on c.class = k.parent where k.dist < 50)
  select k.class, k.dist from k order by k.dist $$;

-- After so many days without a report an item of this class is stale.
create function desk.ci_pane_days(p_class text) returns int language sql stable set search_path = pg_catalog, pg_temp as $$
  select c.stale_days::int from desk.ci_pane_above(p_class) k join desk.ci_class c on c.class = k.class where c.stale_days is not null order by k.dist limit 1 $$;

-- Tickets that name an item. What of them is open, and changes from seven days ago to seven days ahead.
create function desk.ci_pane_tickets(p_ids bigint[], p_now timestamptz, p_all boolean) returns table(ci bigint, id bigint, change boolean) language sql stable
  set search_path = pg_catalog, pg_temp as $$
  with i as materialized (select u.id from unnest(p_ids) u(id)),
    t as (select t.ci_id as ci, t as ticket from i join desk.ticket t on t.ci_id = i.id where t.phase < 3 or p_all
          or (t.kind = 'change' and t.opened_at > p_now - interval '7 days')
      union all select x.ci_id, t from i join desk.ticket_ci x on x.ci_id = i.id join desk.ticket t on t.id = x.ticket_id and t.ci_id is distinct from i.id
        where t.phase < 3 or p_all or (t.kind = 'change' and t.opened_at > p_now - interval '7 days'))
  select t.ci, (t.ticket).id, (t.ticket).kind = 'change' from t where desk.can_see((t.ticket).id, desk.me()) $$;

create function desk.ci_pane_ticket(p_id bigint, p_ci bigint) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('id', t.id, 'ci', p_ci, 'number', t.number, 'kind', t.kind, 'state', t.state, 'subject', t.subject, 'priority', t.priority, 'at', desk.iso(t.opened_at))
    from desk.ticket t where t.id = p_id $$;

-- An item as a row; open and changes are added by who has counted them. p_days: after so many without a report it is stale.
create function desk.ci_pane_node(c desk.ci, p_days int, p_now timestamptz) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('id', c.id, 'ident', c.ident, 'name', c.name, 'class', c.class, 'lifecycle', c.lifecycle, 'op', c.op_state, 'crit', c.criticality,
    'group', (select g.name from desk.support_group g where g.id = c.group_id),
    'stale', coalesce((select max(r.at) from desk.ci_report r where r.ci_id = c.id) < p_now - make_interval(days => p_days), false)) $$;

-- May it be seen by the one who asks?
create function desk.ci_pane_seen(p_ci bigint) returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select desk.ci_seen(c, desk.me()) from desk.ci c where c.id = p_ci), false) $$;

-- ---- the list --------------------------------------------------------------------------------------------------------------------
-- Is it a query (svcdesk-cmdb(7)), or words to look for? What stands in an ident is no query: idents have signs of their own.
create function desk.ci_pane_asks(p_q text) returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select (p_q ~ '[:<>=()"]' or exists (select from regexp_split_to_table(lower(btrim(p_q)), '\s+') w where w ~ '^[-!].'
      or w = any ('{or,and,not,stale,gone,orphan,duplicate,incomplete,unplanned,retired,disposed}'::text[])))
    and not exists (select from desk.ci c where strpos(lower(c.ident), lower(btrim(p_q))) > 0 and desk.ci_seen(c, desk.me())) $$;

-- p: q (words that must all be in name, ident, class or attributes; or a query as ci list takes it), class, and where: key and id (the window round that row), last, or pos.
-- error: what stands against the query.
create function desk.ci_pane_list(p jsonb) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on set jit = off as $$
declare
  v_me int := desk.me(); v_now timestamptz := desk.now(); v_orgs int[] := desk.ci_orgs(); v_limit int := greatest(1, least(coalesce((p->>'limit')::int, 400), 1000));
  v_words text[] := array(select w from regexp_split_to_table(lower(btrim(left(coalesce(p->>'q', ''), 200))), '\s+') w where w <> '' limit 8);
  v_class text := coalesce(p->>'class', ''); v_key text := coalesce(p->>'key', ''); v_id bigint := coalesce((p->>'id')::bigint, 0);
  v_where text := 'true'; v_total bigint; v_before bigint; v_out jsonb; v_ids bigint[]; v_all bigint[]; v_seen text; v_hits text; w jsonb := '{}';
begin
  if v_me is null then return null; end if;
  v_seen := case when v_orgs is null then 'true' else '((c.org_id is null and $1 <> ''{}'') or c.org_id = any ($1) or c.owner_id = $2)' end;
  if v_class <> '' then v_where := 'c.class = any ($3)'; end if;
  if desk.ci_pane_asks(p->>'q') then
    w := desk.ci_where(p->>'q', v_now, v_me);
    v_words := '{}';
    v_where := v_where || ' and ' || case when w->>'ok' <> 'true' then 'false' else (w->>'sql') || case when (w->>'all')::boolean then '' else ' and c.active' end end;
  end if;
  for i in 1 .. cardinality(v_words) loop
    v_where := v_where || format(' and (strpos(lower(c.name), $4[%1$s]) > 0 or strpos(lower(c.ident), $4[%1$s]) > 0 or strpos(c.class, $4[%1$s]) > 0 or strpos(lower(c.attrs::text), $4[%1$s]) > 0)', i);
  end loop;
  -- what is looked for is read once; all of it is counted, and read from the nearer end of an index
  v_hits := case when v_where = 'true' then 'select c.id, lower(c.name) collate "C" as k from desk.ci c where ' || v_seen
    else format('with h as materialized (select c.id, lower(c.name) collate "C" as k from desk.ci c where %s and %s) select * from h', v_seen, v_where) end;
  if v_where <> 'true' or v_key <> '' then
    execute format('select count(*), count(*) filter (where (x.k, x.id) < ($5, $6)), case when $7 then array_agg(x.id order by x.k, x.id) end from (%s) x', v_hits)
      into v_total, v_before, v_all using v_orgs, v_me, desk.ci_pane_below(v_class), v_words, v_key, v_id, v_where <> 'true';
  else
    execute 'select count(*) from desk.ci c where ' || v_seen into v_total using v_orgs, v_me;
  end if;
  v_before := greatest(0, case when (p->>'last')::boolean then v_total - v_limit when coalesce((p->>'pos')::bigint, 0) > 0 then least((p->>'pos')::bigint - 1 - v_limit / 2, v_total - v_limit)
    when v_key <> '' then v_before - v_limit / 2 else 0 end);
  if v_where <> 'true' then v_ids := v_all[v_before + 1 : v_before + v_limit];
  elsif v_before > v_total / 2 then
    execute format('select array_agg(x.id order by x.n desc) from (select y.id, row_number() over () as n from (%s order by 2 desc, 1 desc offset $3 limit $4) y) x', v_hits)
      into v_ids using v_orgs, v_me, greatest(0, v_total - v_before - v_limit), least(v_limit, v_total - v_before);
  else
    execute format('select array_agg(x.id) from (%s order by 2, 1 offset $3 limit $4) x', v_hits) into v_ids using v_orgs, v_me, v_before, v_limit;
  end if;
  with k as materialized (select x.class, desk.ci_pane_days(x.class) as days from (select distinct c.class from desk.ci c where c.id = any (v_ids)) x)
  select coalesce(jsonb_agg(desk.ci_pane_node(c, k.days, v_now) || jsonb_build_object('key', lower(c.name) collate "C", 'open', coalesce(t.n, 0)) order by u.n), '[]') into v_out
    from unnest(v_ids) with ordinality u(id, n) join desk.ci c on c.id = u.id join k on k.class = c.class
      left join (select x.ci, count(*) as n from desk.ci_pane_tickets(v_ids, v_now, false) x where not x.change group by x.ci) t on t.ci = u.id;
  return jsonb_build_object('rows', v_out, 'before', v_before, 'total', v_total, 'any', v_total > 0 or exists (select from desk.ci c where desk.ci_seen(c, v_me)),
    'classes', (select coalesce(jsonb_agg(jsonb_build_object('id', k.class, 'label', k.class, 'n', k.n) order by k.class), '[]')
      from (select r.class, coalesce(sum(n.n), 0) as n from desk.ci_class r left join (select c.class, count(*) as n from desk.ci c group by 1) n on n.class = any (desk.ci_pane_below(r.class))
        where v_orgs is null group by r.class having sum(n.n) > 0
        union all select c.class, count(*) from desk.ci c where v_orgs is not null and desk.ci_seen(c, v_me) group by 1) k))
    || case when w->>'ok' = 'false' then jsonb_build_object('error', w->'error') else '{}' end;
end $$;

-- By some letters: names and idents that begin so, then those in which they stand, then those that hold them one after the other.
create function desk.ci_pick(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text) language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off as $$
declare
  v_me int := desk.me(); n int := greatest(0, least(coalesce(p_limit, 20), 20)); s text := lower(btrim(left(coalesce(p_text, ''), 100)));
  v_loose text; v_ids bigint[];
begin
  if v_me is null then return; end if;
  v_ids := array(select f.id from desk.find_ci(p_text, n) f);
  if cardinality(v_ids) < n and s <> '' then
    v_ids := v_ids || array(select c.id from desk.ci c where c.active and (strpos(lower(c.name), s) > 0 or strpos(lower(c.ident), s) > 0) and not c.id = any (v_ids)
      and desk.ci_seen(c, v_me) order by length(c.name), lower(c.name), c.id limit n - cardinality(v_ids));
  end if;
  if cardinality(v_ids) < n and length(s) between 2 and 40 then
    v_loose := '%' || (select string_agg(desk.like_prefix(x), '') from regexp_split_to_table(regexp_replace(s, '\s+', '', 'g'), '') x);
    v_ids := v_ids || array(select c.id from desk.ci c where c.active and (lower(c.name) like v_loose or lower(c.ident) like v_loose) and not c.id = any (v_ids)
      and desk.ci_seen(c, v_me) order by length(c.name), lower(c.name), c.id limit n - cardinality(v_ids));
  end if;
  return query select c.id, coalesce(desk.ci_word(c.id), c.name), concat_ws(' · ', c.class, c.place, (select q.name from desk.person q where q.id = c.owner_id))
    from unnest(v_ids) with ordinality u(id, n) join desk.ci c on c.id = u.id order by u.n;
end $$;

-- ---- the page ----------------------------------------------------------------------------------------------------------------------
create function desk.ci_pane_fields(c desk.ci) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v jsonb := '[]'; a record;
begin
  select jsonb_agg(f.j order by f.n) into v from (values
    (1, jsonb_build_object('name', 'ident', 'value', c.ident)), (2, jsonb_build_object('name', 'name', 'value', c.name, 'edit', true, 'required', true)), (3, jsonb_build_object('name', 'class', 'type', 'class', 'value', c.class, 'edit', true, 'required', true)),
    (4, jsonb_build_object('name', 'description', 'value', c.description, 'edit', true)),
    (5, jsonb_build_object('name', 'lifecycle', 'value', c.lifecycle, 'edit', true, 'required', true, 'choices', (select jsonb_agg(s.state order by s.sort) from desk.ci_state s
      where s.state = c.lifecycle or exists (select from desk.ci_state_step x where x.from_state = c.lifecycle and x.to_state = s.state)))),
    (6, jsonb_build_object('name', 'op_state', 'value', c.op_state, 'edit', true, 'required', true, 'choices', '["operational", "warning", "incident"]'::jsonb)),
    (7, jsonb_build_object('name', 'criticality', 'value', c.criticality, 'edit', true, 'choices', '["1", "2", "3", "4"]'::jsonb)),
    (8, jsonb_build_object('name', 'owner', 'type', 'person', 'edit', true, 'value', (select q.name from desk.person q where q.id = c.owner_id))),
    (9, jsonb_build_object('name', 'group', 'type', 'group', 'edit', true, 'value', (select g.name from desk.support_group g where g.id = c.group_id))),
    (10, jsonb_build_object('name', 'service', 'type', 'service', 'edit', true, 'value', (select s.name from desk.service s where s.id = c.service_id))),
    (11, jsonb_build_object('name', 'org', 'value', (select o.name from desk.org o where o.id = c.org_id))),
    (12, jsonb_build_object('name', 'environment', 'value', c.environment, 'edit', true)), (13, jsonb_build_object('name', 'place', 'value', c.place, 'edit', true)),
    (14, jsonb_build_object('name', 'reported_at', 'value', (select desk.iso(max(r.at)) from desk.ci_report r where r.ci_id = c.id))),
    (15, jsonb_build_object('name', 'source', 'value', (select string_agg(r.source, ', ' order by r.source) from desk.ci_report r where r.ci_id = c.id))),
    (16, jsonb_build_object('name', 'version', 'value', nullif(c.version, 0))),
    (17, jsonb_build_object('name', 'redundancy', 'type', 'needs', 'edit', true, 'value', (select string_agg(r.type || '=' || r.needs, ', ' order by r.type) from desk.ci_redundancy r where r.ci_id = c.id)))) f(n, j);
  for a in select distinct on (t.attr) t.* from desk.ci_pane_above(c.class) k join desk.ci_attr t on t.class = k.class order by t.attr, k.dist loop
    v := v || jsonb_build_object('name', a.attr, 'label', a.attr, 'type', a.type, 'choices', to_jsonb(a.choices), 'value', c.attrs->a.attr, 'declared', true, 'edit', true,
      'required', a.required, 'missing', (a.required or a.recommended) and not c.attrs ? a.attr, 'sort', a.sort);
  end loop;
  return (select jsonb_agg(x.j order by (x.j->'declared')::text nulls first, coalesce((x.j->>'sort')::int, 0), x.n) from jsonb_array_elements(v) with ordinality x(j, n))
    || coalesce((select jsonb_agg(jsonb_build_object('name', e.key, 'label', e.key, 'value', e.value, 'declared', true) order by e.key) from jsonb_each(c.attrs) e
         where not exists (select from jsonb_array_elements(v) x where x->>'name' = e.key and (x->>'declared')::boolean)), '[]');
end $$;

-- The current links of an item, both ways.
create function desk.ci_pane_links(p_ci bigint) returns table(other bigint, type text, incoming boolean) language sql stable set search_path = pg_catalog, pg_temp as $$
  select l.to_id, l.type, false from desk.ci_link l where l.from_id = p_ci and l.until is null
  union all select l.from_id, l.type, true from desk.ci_link l where l.to_id = p_ci and l.until is null $$;

-- Those whose other end is seen; p_limit: of each type and direction, 0 all.
create function desk.ci_pane_links_json(p_ci bigint, p_limit int, p_now timestamptz) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  with l as materialized (select x.other, x.type, x.incoming, row_number() over (partition by x.type, x.incoming order by lower(c.name) collate "C", c.id) as nth
      from desk.ci_pane_links(p_ci) x join desk.ci c on c.id = x.other where (select desk.ci_all()) or desk.ci_seen(c, desk.me())),
    s as materialized (select * from l where p_limit = 0 or l.nth <= p_limit),
    k as materialized (select x.class, desk.ci_pane_days(x.class) as days from (select distinct c.class from s join desk.ci c on c.id = s.other) x),
    t as materialized (select x.ci, count(*) filter (where not x.change) as open, count(*) filter (where x.change) as changes
      from desk.ci_pane_tickets(array(select distinct s.other from s), p_now, false) x group by x.ci)
  select jsonb_build_object('count', (select count(*) from l),
    'links', (select coalesce(jsonb_agg(desk.ci_pane_node(c, k.days, p_now) || jsonb_build_object('type', s.type, 'in', s.incoming, 'open', t.open, 'changes', t.changes) order by s.type, s.incoming, s.nth), '[]')
      from s join desk.ci c on c.id = s.other join k on k.class = c.class left join t on t.ci = s.other),
    'groups', (select coalesce(jsonb_agg(jsonb_build_object('id', g.type || case when g.incoming then '<' else '>' end, 'label', g.type, 'n', g.n) order by g.incoming, g.type), '[]')
      from (select l.type, l.incoming, count(*) as n from l group by 1, 2) g)) $$;

create function desk.ci_pane_near(p jsonb) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on set jit = off as $$
begin
  if not desk.ci_pane_seen((p->>'ci')::bigint) then return null; end if;
  return desk.ci_pane_links_json((p->>'ci')::bigint, coalesce((p->>'limit')::int, 100), desk.now()) - 'groups';
end $$;

-- Versions, the newest first, with names where a row has ids.
create function desk.ci_pane_versions(p_ci bigint, p_limit int) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('version', v.version, 'at', desk.iso(v.at), 'source', v.source, 'op', v.op,
      'by', (select coalesce(q.login, q.name) from desk.person q where q.id = v.by_id), 'changed', (select string_agg(k, ', ' order by k) from jsonb_object_keys(nullif(v.changes, 'null')) k),
      'row', v.row || coalesce((select jsonb_object_agg(e.key, desk.name_of(case e.key when 'owner' then 'person' else e.key end, e.value)) from jsonb_each(v.row) e
        where e.key = any ('{org,service,owner,group}'::text[]) and jsonb_typeof(e.value) = 'number'), '{}')) order by v.version desc), '[]')
    from (select * from desk.ci_version x where x.ci_id = p_ci order by x.version desc limit p_limit) v $$;

create function desk.ci_pane_page(p jsonb) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on set jit = off as $$
declare c desk.ci; v_now timestamptz := desk.now(); v_me int := desk.me(); v_limit int := coalesce((p->>'limit')::int, 200); v_may boolean; v_links jsonb; v_tickets jsonb;
begin
  select x.* into c from desk.ci x where x.id = (p->>'ci')::bigint;
  if c.id is null or v_me is null or not coalesce(desk.ci_seen(c, v_me), false) then return null; end if;
  v_may := desk.ci_may(c.org_id, v_me);
  v_links := desk.ci_pane_links_json(c.id, v_limit, v_now);
  -- the newest of each: an item may have had many thousands
  select jsonb_build_object('open', coalesce(jsonb_agg(x.j order by x.id desc) filter (where x.phase < 3 and x.kind <> 'change'), '[]'),
      'changes', coalesce(jsonb_agg(x.j order by x.id desc) filter (where x.kind = 'change' and (x.phase < 3 or x.opened_at > v_now - interval '7 days')), '[]'),
      'other', coalesce(jsonb_agg(x.j order by x.id desc) filter (where x.phase >= 3 and not (x.kind = 'change' and x.opened_at > v_now - interval '7 days')), '[]')) into v_tickets
    from (select t.id, t.phase, t.kind, t.opened_at, desk.ci_pane_ticket(t.id, c.id) as j from desk.ticket t
           where t.id in ((select i.id from desk.ticket i where i.ci_id = c.id order by i.id desc limit 200) union (select i.id from desk.ticket i where i.ci_id = c.id and i.phase < 3 limit 200)
               union (select i.ticket_id from desk.ticket_ci i where i.ci_id = c.id order by i.ticket_id desc limit 200)) and desk.can_see(t.id, v_me)) x;
  return v_tickets || jsonb_build_object('ci', desk.ci_pane_node(c, desk.ci_pane_days(c.class), v_now), 'may', v_may, 'version', c.version, 'fields', desk.ci_pane_fields(c),
    'links', v_links->'links', 'groups', v_links->'groups', 'versions', case when desk.i_am_staff() then desk.ci_pane_versions(c.id, case when v_limit > 200 then 10000 else 50 end) else '[]' end,
    'versions_all', case when desk.i_am_staff() then (select count(*) from desk.ci_version x where x.ci_id = c.id) else 0 end, 'link_types', (select coalesce(jsonb_agg(t.type order by t.type), '[]') from desk.ci_link_type t));
end $$;

-- ---- an impact -----------------------------------------------------------------------------------------------------------------------
-- Over which types of links; null: all that carry an impact. And what lies on the way: services, customers ('*': every one), open tickets and what changed or will change within seven days (desk.ci_reach).
create function desk.ci_pane_types(p jsonb) returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(p->'types') = 'array' then array(select x from jsonb_array_elements_text(p->'types') x) end $$;
create function desk.ci_pane_among(p_ci bigint, p_up boolean, p_types text[], p_depth int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb := desk.ci_reach(p_ci, case when p_up then 'up' else 'down' end, p_types, p_depth, 7, 500);
begin
  return jsonb_build_object('count', r->'count',
    'services', (select coalesce(jsonb_agg(jsonb_build_object('id', x.name, 'label', x.name) order by x.d, lower(x.name)), '[]')
      from (select y->>'name' as name, min((y->>'depth')::int) as d from jsonb_array_elements(r->'services' || (r->'items')) y group by 1) x),
    'customers', case when (r->>'all_customers')::boolean then '[{"id": "*", "label": "*"}]' else '[]'::jsonb end
      || (select coalesce(jsonb_agg(jsonb_build_object('id', x->>'name', 'label', x->>'name')), '[]') from jsonb_array_elements(r->'customers') x),
    'open', (select coalesce(jsonb_agg(x - 'ci'), '[]') from jsonb_array_elements(r->'tickets'->'list') x where x->>'kind' <> 'change'),
    'changes', (select coalesce(jsonb_agg(case x->>'what' when 'ticket' then x || '{"kind": "change"}' when 'outage' then x || jsonb_build_object('kind', 'outage', 'number', x->>'service', 'subject', x->>'note')
      else x || jsonb_build_object('kind', 'record', 'number', x->>'ci') end - 'ci'), '[]') from jsonb_array_elements(r->'changes'->'list') x));
end $$;

-- The items of a ticket that one may see, the one it is about first.
create function desk.ci_pane_of_ticket(p_ticket bigint) returns bigint[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select array_agg(x.id order by x.n, x.name, x.id) from (
    select c.id, 0 as n, c.name from desk.ticket t join desk.ci c on c.id = t.ci_id where t.id = p_ticket and desk.ci_seen(c, desk.me())
    union all select c.id, 1, c.name from desk.ticket_ci x join desk.ticket t on t.id = x.ticket_id join desk.ci c on c.id = x.ci_id
      where x.ticket_id = p_ticket and x.ci_id is distinct from t.ci_id and desk.ci_seen(c, desk.me())) x
   where desk.can_see(p_ticket, desk.me()) $$;

-- p: ci, or ticket and nth of its items; up, depth (99: all the way), types (of links; without: all), limit. count -1: there are more than limit (desk.ci_pane_reach counts them).
create function desk.ci_pane_impact(p jsonb) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on set jit = off as $$
declare
  v_ci bigint := nullif((p->>'ci')::bigint, 0); v_ticket bigint := nullif((p->>'ticket')::bigint, 0); v_cis bigint[]; v_nth int := coalesce((p->>'nth')::int, 0); v_now timestamptz := desk.now();
  v_limit int := greatest(1, least(coalesce((p->>'limit')::int, 1000), 1000000)); v_depth int := nullif(coalesce((p->>'depth')::int, 99), 99); v_nodes jsonb; v_count int; v_head jsonb;
begin
  if desk.me() is null then return null; end if;
  v_cis := coalesce(desk.ci_pane_of_ticket(v_ticket), '{}');
  v_ci := coalesce(v_ci, v_cis[v_nth + 1]);
  v_nth := coalesce(array_position(v_cis, v_ci) - 1, 0);
  v_head := jsonb_build_object('ticket', v_ticket, 'number', (select t.number from desk.ticket t where t.id = v_ticket and desk.can_see(t.id, desk.me())), 'nth', v_nth,
    'cis', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'label', c.name) order by array_position(v_cis, c.id)), '[]') from desk.ci c where c.id = any (v_cis)),
    'types', (select coalesce(jsonb_agg(jsonb_build_object('id', x.type, 'label', x.type) order by x.type), '[]') from desk.ci_link_type x where x.impact <> 0));
  if v_ci is null or not desk.ci_pane_seen(v_ci) then return v_head || '{"nodes": [], "count": 0}'; end if;
  with i as materialized (select x.id, x.depth, x.via, row_number() over () as n from desk.ci_impact(v_ci, case when (p->>'up')::boolean then 'up' else 'down' end, desk.ci_pane_types(p), v_depth, v_limit + 1) x),
    s as materialized (select * from i where i.n <= v_limit),
    k as materialized (select x.class, desk.ci_pane_days(x.class) as days from (select distinct c.class from s join desk.ci c on c.id = s.id) x),
    t as materialized (select x.ci, count(*) filter (where not x.change) as open, count(*) filter (where x.change) as changes
      from desk.ci_pane_tickets(array(select s.id from s), v_now, false) x group by x.ci)
  select (select count(*) from i), (select coalesce(jsonb_agg(desk.ci_pane_node(c, k.days, v_now)
      || jsonb_build_object('depth', s.depth, 'via', s.via, 'open', t.open, 'changes', t.changes) order by s.n), '[]')
    from s join desk.ci c on c.id = s.id join k on k.class = c.class left join t on t.ci = s.id) into v_count, v_nodes;
  return v_head || jsonb_build_object('nodes', v_nodes, 'count', case when v_count > v_limit then -1 else v_count end,
      'ci', (select desk.ci_pane_node(c, desk.ci_pane_days(c.class), v_now) || (select jsonb_build_object('open', count(*) filter (where not x.change), 'changes', count(*) filter (where x.change))
        from desk.ci_pane_tickets(array[v_ci], v_now, false) x) from desk.ci c where c.id = v_ci))
    || case when v_count > v_limit then '{}' else desk.ci_pane_among(v_ci, coalesce((p->>'up')::boolean, false), desk.ci_pane_types(p), v_depth) - 'count' end;  -- of many it comes with their number
end $$;

-- The same to its end, without the items.
create function desk.ci_pane_reach(p jsonb) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on set jit = off as $$
begin
  if not desk.ci_pane_seen((p->>'ci')::bigint) then return null; end if;
  return desk.ci_pane_among((p->>'ci')::bigint, coalesce((p->>'up')::boolean, false), desk.ci_pane_types(p), nullif(coalesce((p->>'depth')::int, 99), 99));
end $$;

-- ---- changing one: by its id, with the refusals of desk.ci_set and desk.ci_link_set ---------------------------------------------------
-- "depends_on=2, provides=1" as ci_set takes it; what is not mentioned any more is taken away.
create function desk.ci_pane_needs(p_ci bigint, p_said jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select jsonb_object_agg(r.type, '0') from desk.ci_redundancy r where r.ci_id = p_ci), '{}')
    || coalesce((select jsonb_object_agg(btrim(split_part(w, '=', 1)), btrim(split_part(w, '=', 2))) from regexp_split_to_table(p_said #>> '{}', '[,;\s]+') w where w <> ''), '{}') $$;

-- The newest version is taken back: the item is as it was before, in a version of its own; refused when p_version is not the newest any more. What was
-- said by hand first in that version is not said by hand any more: sources are believed again as before.
create function desk.ci_pane_undo(p_ci bigint, p_ident text, p_version int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare a desk.ci_version; b desk.ci_version; f jsonb; r jsonb;
begin
  select * into b from desk.ci_version v where v.ci_id = p_ci and v.version = p_version;
  select * into a from desk.ci_version v where v.ci_id = p_ci and v.version = p_version - 1;
  if a.ci_id is null or b.ci_id is null then return desk.refuse('ci_first', 'state', 'version', jsonb_build_object('ci', p_ident)); end if;
  select jsonb_object_agg(k.key, case when k.key = 'redundancy' then
      coalesce((select jsonb_object_agg(x, 0) from jsonb_object_keys(nullif(b.row->'redundancy', 'null')) x), '{}') || coalesce(a.row->'redundancy', '{}')
      else k.value->0 end) into f from jsonb_each(desk.ci_changes(a.row, b.row)) k;
  r := desk.ci_set(p_ident, coalesce(f, '{}'), 'manual', p_version);
  if r->>'ok' = 'true' and b.source = 'manual' then
    update desk.ci_report x set said = x.said - array(select k from jsonb_object_keys(f) k
        where not exists (select from desk.ci_version v where v.ci_id = p_ci and v.version < p_version and v.source = 'manual' and (v.op = 'create' and v.at > '-infinity' or v.changes ? k)))
      where x.ci_id = p_ci and x.source = 'manual';
  end if;
  return r;
end $$;

-- p: ci and fields (with version: only if it still has that one), ci and undo: the version to be taken back, or ci and link: type, other (an id, or what it is called), in, end; or new (what it is to be called, "" by its name) and fields.
create function desk.ci_pane_set(p jsonb) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_me int := desk.me(); v_this text; v_other text; l jsonb := p->'link'; v_in boolean := coalesce((l->>'in')::boolean, false); f jsonb := p->'fields';
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p ? 'new' then return desk.ci_set(nullif(btrim(p->>'new'), ''), f, 'manual', null, true); end if;
  select c.ident into v_this from desk.ci c where c.id = (p->>'ci')::bigint and desk.ci_seen(c, v_me);
  if v_this is null then return desk.refuse('no_ci', 'notfound', 'ci', jsonb_build_object('value', p->>'ci')); end if;
  if p ? 'undo' then return desk.ci_pane_undo((p->>'ci')::bigint, v_this, (p->>'undo')::int); end if;
  if l is null then
    if f ? 'redundancy' then f := f || jsonb_build_object('redundancy', desk.ci_pane_needs((p->>'ci')::bigint, f->'redundancy')); end if;
    return desk.ci_set(v_this, f, 'manual', (p->>'version')::int);
  end if;
  v_other := l->>'other';
  if jsonb_typeof(l->'other') = 'number' then
    select c.ident into v_other from desk.ci c where c.id = (l->>'other')::bigint and desk.ci_seen(c, v_me);
    if v_other is null then return desk.refuse('no_ci', 'notfound', 'to', jsonb_build_object('value', l->>'other')); end if;
  end if;
  return desk.ci_link_set(case when v_in then v_other else v_this end, l->>'type', case when v_in then v_this else v_other end, not coalesce((l->>'end')::boolean, false));
end $$;

revoke execute on function desk.ci_pane_below(text), desk.ci_pane_above(text), desk.ci_pane_days(text), desk.ci_pane_tickets(bigint[], timestamptz, boolean), desk.ci_pane_ticket(bigint, bigint),
  desk.ci_pane_node(desk.ci, int, timestamptz), desk.ci_pane_seen(bigint), desk.ci_pane_asks(text), desk.ci_pane_undo(bigint, text, int), desk.ci_pane_list(jsonb), desk.ci_pick(text, int), desk.ci_pane_fields(desk.ci), desk.ci_pane_links(bigint),
  desk.ci_pane_links_json(bigint, int, timestamptz), desk.ci_pane_near(jsonb), desk.ci_pane_versions(bigint, int), desk.ci_pane_page(jsonb), desk.ci_pane_types(jsonb), desk.ci_pane_among(bigint, boolean, text[], int), desk.ci_pane_needs(bigint, jsonb),
  desk.ci_pane_of_ticket(bigint), desk.ci_pane_impact(jsonb), desk.ci_pane_reach(jsonb), desk.ci_pane_set(jsonb) from public;
grant execute on function desk.ci_pane_list(jsonb), desk.ci_pick(text, int), desk.ci_pane_near(jsonb), desk.ci_pane_page(jsonb), desk.ci_pane_impact(jsonb), desk.ci_pane_reach(jsonb), desk.ci_pane_set(jsonb) to desk_person;
