-- The audit of the CMDB: rules kept as queries, figures of its health, and changes that nobody announced.
--
-- What changes on an item that serves somebody (desk.ci_drift, written by the door) is held beside the tick against the change tickets that named
-- the item and were open at that time. What none covers is unplanned: one row, which later changes of the same item join for some hours, listed until
-- somebody says what it was. Attributes that are noise, and the fields of ci.unplanned.ignore, are left out.
-- A ticket covers a change when its kind is one of ci.change_kinds: the change process needs only to install its kind, and may replace
-- desk.ci_unplanned_raise() to open a ticket for what was found.
reset role; set local role desk_owner;
insert into desk.setting values ('ci.change_kinds', '["change"]'), ('ci.unplanned.ignore', '["op_state", "description"]'), ('ci.unplanned.hours', '24') on conflict do nothing;

create table desk.ci_rule(
  name        text primary key check (name ~ '^[a-z0-9][a-z0-9_-]{0,59}$'),
  query       text not null check (length(query) <= 2000),   -- the items that break the rule
  description text,
  aspect      text not null default 'compliance' check (aspect in ('correctness', 'completeness', 'compliance')),
  by_id       int not null default 1,
  at          timestamptz);
alter table desk.ci_rule enable row level security;
create policy api on desk.ci_rule to desk_api using (true) with check (true);
create policy reader on desk.ci_rule for select to desk_person using ((select desk.i_am_staff()));
grant select, insert, update, delete on desk.ci_rule to desk_api;
grant select on desk.ci_rule to desk_person;
insert into desk.ci_rule(name, query, description, aspect) values
  ('stale', 'stale', 'no source has spoken of it for longer than its class allows', 'correctness'),
  ('gone', 'gone', 'a source that knew it names it no more', 'correctness'),
  ('duplicate', 'duplicate', 'another item has the same key', 'correctness'),
  ('orphan', 'orphan', 'linked with nothing, or without what it belongs to', 'correctness'),
  ('required', 'incomplete', 'an attribute that its class requires is missing', 'completeness'),
  ('recommended', 'missing:recommended -incomplete', 'an attribute that its class recommends is missing', 'completeness'),
  ('vital-without-owner', 'criticality:vital owner:none group:none', 'vital, and nobody answers for it', 'compliance'),
  ('unplanned', 'unplanned', 'changed without a change ticket', 'compliance');

-- How many items break a rule, of whom answers for them (0: nobody), as counted beside the tick; grew_at: when there were more than before.
create table desk.ci_rule_count(
  rule      text not null references desk.ci_rule on delete cascade,
  person_id int not null, group_id int not null, org_id int not null,
  items     int not null, grew_at timestamptz not null,
  primary key (rule, person_id, group_id, org_id));
create table desk.ci_rule_counted(rule text primary key references desk.ci_rule on delete cascade, at timestamptz not null);
do $$
declare t text;
begin
  foreach t in array array['ci_rule_count', 'ci_rule_counted'] loop
    execute format('alter table desk.%I enable row level security', t);
    execute format('grant select, insert, update, delete on desk.%I to desk_api', t);
    execute format('create policy api on desk.%I to desk_api using (true) with check (true)', t);
  end loop;
end $$;

reset role; set local role desk_api;
create function desk.ci_rule_set(p_name text, p_query text, p_description text default null, p_drop boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v_name text := lower(btrim(p_name)); v_old jsonb; w jsonb;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.ci_declares(me) then return desk.refuse('ci_role', 'denied', 'rule'); end if;
  select to_jsonb(r) into v_old from desk.ci_rule r where r.name = v_name;
  if p_drop then
    if v_old is null then return desk.refuse('ci_no_rule', 'notfound', 'rule', jsonb_build_object('value', left(p_name, 80), 'near', (select coalesce(jsonb_agg(r.name order by r.name), '[]') from desk.ci_rule r))); end if;
    delete from desk.ci_rule r where r.name = v_name;
    perform desk.ci_noted(me, 'rule', v_name, v_old, null);
    return jsonb_build_object('ok', true, 'rule', v_name, 'dropped', true);
  end if;
  if coalesce(v_name !~ '^[a-z0-9][a-z0-9_-]{0,59}$', true) then return desk.refuse('ci_rule_name', 'input', 'rule', jsonb_build_object('value', left(p_name, 80))); end if;
  if coalesce(btrim(p_query), '') = '' or length(p_query) > 2000 then return desk.refuse('field_required', 'input', 'query', '{"verb": "ci audit"}'); end if;
  w := desk.ci_where(p_query, desk.now(), me);
  if w->>'ok' <> 'true' then return w; end if;
  insert into desk.ci_rule as r(name, query, description, by_id, at) values (v_name, btrim(p_query), p_description, me, desk.now())
    on conflict (name) do update set query = excluded.query, description = coalesce(excluded.description, r.description), by_id = me, at = excluded.at;
  perform desk.ci_noted(me, 'rule', v_name, v_old, (select to_jsonb(r) from desk.ci_rule r where r.name = v_name));
  return jsonb_build_object('ok', true, 'rule', v_name, 'query', btrim(p_query));
end $$;

-- All rules with how many items of those one sees break them, and the health of the CMDB in per cent: of each aspect the share of items that break no
-- rule of it, together weighted 40, 30, 30. p_rule: the items that break this one.
create function desk.ci_audit(p_rule text default null, p_limit int default 200) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off as $$
declare me int := desk.ci_me(); r desk.ci_rule; v jsonb; v_rules jsonb := '[]'; v_total bigint; v_orgs int[] := desk.ci_orgs(); v_sight text; w jsonb; n bigint; v_now timestamptz := desk.now(); v_bad text; v_aspect text; v_health jsonb := '{}';
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not coalesce(desk.i_am_staff() or me = 1, false) then return desk.refuse('ci_role', 'denied', 'rule'); end if;
  if p_rule is not null then
    select * into r from desk.ci_rule x where x.name = lower(btrim(p_rule));
    if r.name is null then return desk.refuse('ci_no_rule', 'notfound', 'rule', jsonb_build_object('value', left(p_rule, 80), 'near', (select coalesce(jsonb_agg(x.name order by x.name), '[]') from desk.ci_rule x))); end if;
    v := desk.ci_list(r.query, p_limit);
    if v->>'ok' <> 'true' then return v; end if;
    return jsonb_build_object('ok', true, 'rule', r.name, 'query', r.query, 'description', r.description) || (v - 'ok');
  end if;
  v_sight := case when v_orgs is null or me = 1 then 'true' else format('(c.org_id is null or c.org_id = any (%L::int[]) or c.owner_id = %s)', v_orgs, me) end;
  execute format('select count(*) from desk.ci c where c.active and %s', v_sight) into v_total;
  foreach v_aspect in array '{correctness,completeness,compliance}'::text[] loop
    v_bad := null;
    for r in select * from desk.ci_rule x where x.aspect = v_aspect order by x.name loop
      w := desk.ci_where(r.query, v_now, me);
      if w->>'ok' = 'true' then
        execute format('select count(*) from desk.ci c where %s and %s and %s', v_sight, case when (w->>'all')::boolean then 'true' else 'c.active' end, w->>'sql') into n;
        if r.name <> 'recommended' then v_bad := concat_ws(' or ', v_bad, w->>'sql'); end if;
      end if;
      v_rules := v_rules || jsonb_build_object('rule', r.name, 'aspect', r.aspect, 'items', case when w->>'ok' = 'true' then n end, 'query', r.query, 'description', r.description, 'error', w->'error'->>'text');
    end loop;
    n := 0;
    if v_bad is not null then execute format('select count(*) from desk.ci c where c.active and %s and (%s)', v_sight, v_bad) into n; end if;
    v_health := v_health || jsonb_build_object(v_aspect, case when v_total > 0 then round(100 * (v_total - n)::numeric / v_total, 1) end);
  end loop;
  return jsonb_build_object('ok', true, 'items', v_total, 'health', v_health || jsonb_build_object('score',
    round(0.4 * (v_health->>'correctness')::numeric + 0.3 * (v_health->>'completeness')::numeric + 0.3 * (v_health->>'compliance')::numeric, 1)), 'rules', v_rules);
end $$;

-- ---- unplanned changes ----------------------------------------------------------------------------------------------------------------
-- Opens something for changes that were found unplanned. Without a change process their rows are all there is; one replaces this.
create function desk.ci_unplanned_raise(p_drifts bigint[]) returns void language plpgsql as $$ begin return; end $$;

-- The change ticket that named this item and was open at that time; null: none.
create function desk.ci_cover(p_ci bigint, p_at timestamptz) returns bigint language sql stable as $$
  select t.id from (select k.id from desk.ticket k where k.ci_id = p_ci union select x.ticket_id from desk.ticket_ci x where x.ci_id = p_ci and x.role <> 'not_impacted') n join desk.ticket t on t.id = n.id
   where t.kind in (select jsonb_array_elements_text(s.value) from desk.setting s where s.key = 'ci.change_kinds') and t.opened_at <= p_at and coalesce(t.closed_at, 'infinity') >= p_at and t.state <> 'cancelled'
   order by t.id desc limit 1 $$;

-- Counts who answers for what breaks a rule: one rule a call, the one that was counted longest ago, each once an hour. What grows is told at most
-- once a day. Unplanned changes are told of one by one instead.
create function desk.ci_rule_step(p_now timestamptz) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r desk.ci_rule; w jsonb;
begin
  select x.* into r from desk.ci_rule x left join desk.ci_rule_counted d on d.rule = x.name
   where x.name <> 'unplanned' and (d.at is null or d.at <= p_now - interval '1 hour' or d.at < x.at) order by d.at nulls first, x.name limit 1;
  if r.name is null then return; end if;
  insert into desk.ci_rule_counted as d(rule, at) values (r.name, p_now) on conflict (rule) do update set at = excluded.at;
  w := desk.ci_where(r.query, p_now, 1);
  if w->>'ok' is distinct from 'true' then delete from desk.ci_rule_count x where x.rule = r.name; return; end if;
  execute format('with n as (select coalesce(c.owner_id, 0) as p, coalesce(c.group_id, 0) as g, coalesce(c.org_id, 0) as o, count(*)::int as n from desk.ci c where %s and %s group by 1, 2, 3),
      gone as (delete from desk.ci_rule_count x where x.rule = $1 and not exists (select from n where (n.p, n.g, n.o) = (x.person_id, x.group_id, x.org_id)))
    insert into desk.ci_rule_count as x select $1, n.*, $2 from n on conflict (rule, person_id, group_id, org_id) do update set items = excluded.items,
      grew_at = case when excluded.items > x.items and x.grew_at <= $2 - interval ''1 day'' then $2 else x.grew_at end',
    case when (w->>'all')::boolean then 'true' else 'c.active' end, w->>'sql') using r.name, p_now;
end $$;

-- Judges what is new, at most 250 changes a call. Gives whether there is more.
create function desk.ci_watch() returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set jit = off as $$
declare v_now timestamptz := desk.now(); d record; v_left jsonb; v_ticket bigint; v_open bigint; n int := 0; v_raised bigint[] := '{}'; v_ignore text[]; v_hours int := desk.setting_int('ci.unplanned.hours', 24);
begin
  if not pg_try_advisory_xact_lock(7205759, 4202) then return false; end if;
  v_ignore := array(select jsonb_array_elements_text(s.value) from desk.setting s where s.key = 'ci.unplanned.ignore');
  for d in select x.*, c.class, (select h.at from desk.ci_version h where h.ci_id = x.ci_id and h.version = 1) as made_at from desk.ci_drift x join desk.ci c on c.id = x.ci_id where x.state = 'new' order by x.id limit 250 loop
    n := n + 1;
    if d.at < d.made_at + interval '1 hour' then  -- what has just been made is being linked up
      d.changes := coalesce((select jsonb_object_agg(k.key, k.value) from jsonb_each(d.changes) k where strpos(k.key, ' > ') = 0), '{}');
    end if;
    v_left := d.changes - v_ignore - array(select a.attr from desk.ci_class_attr a where a.class = d.class and a.noise);
    if v_left = '{}' then delete from desk.ci_drift x where x.id = d.id; continue; end if;
    v_ticket := desk.ci_cover(d.ci_id, d.at);
    if v_ticket is not null then
      update desk.ci_drift x set state = 'planned', ticket_id = v_ticket, judged_at = v_now where x.id = d.id;
      continue;
    end if;
    select x.id into v_open from desk.ci_drift x where x.ci_id = d.ci_id and x.state = 'unplanned' and x.at > d.at - v_hours * interval '1 hour' and x.at <= d.at order by x.id limit 1;
    if v_open is not null then
      -- what was before the first change is kept, what is after the last
      update desk.ci_drift x set changes = x.changes || (select jsonb_object_agg(k.key, case when x.changes ? k.key then jsonb_build_array(x.changes->k.key->0, k.value->1) else k.value end) from jsonb_each(v_left) k)
        where x.id = v_open;
      delete from desk.ci_drift x where x.id = d.id;
    else
      update desk.ci_drift x set state = 'unplanned', changes = v_left, judged_at = v_now where x.id = d.id;
      v_raised := v_raised || d.id;
    end if;
  end loop;
  if v_raised <> '{}' then perform desk.ci_unplanned_raise(v_raised); end if;
  if n < 250 then perform desk.ci_rule_step(v_now); end if;
  return n = 250;
end $$;

-- Unplanned changes that one sees, the newest first: those open, or (p_all) judged ones and those a ticket covers, too.
create function desk.ci_unplanned(p_ci text default null, p_all boolean default false, p_limit int default 200) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); v jsonb; v_orgs int[] := desk.ci_orgs(); v_ci bigint;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not coalesce(desk.i_am_staff() or me = 1, false) then return desk.refuse('ci_role', 'denied', 'ci', '{}'); end if;
  if p_ci is not null then
    v := desk.ci_find(p_ci, me);
    if v->>'ok' <> 'true' then return v; end if;
    v_ci := (v->>'id')::bigint;
  end if;
  if me = 1 then v_orgs := null; end if;
  return jsonb_build_object('ok', true, 'changes', (select coalesce(jsonb_agg(jsonb_build_object('change', q.id, 'ci', q.ident, 'class', q.class, 'at', desk.iso(q.at), 'by', desk.name_of('person', to_jsonb(q.by_id)), 'source', q.source,
      'state', q.state, 'group', desk.name_of('group', to_jsonb(q.group_id)), 'owner', desk.name_of('person', to_jsonb(q.owner_id)), 'changes', coalesce(desk.ci_words(case when v_orgs is null then q.changes else q.changes - q.hidden end), '{}'),
      'ticket', case when desk.can_see(q.ticket_id, me) then desk.name_of('ticket', to_jsonb(q.ticket_id)) end, 'reason', q.reason) order by q.at desc, q.id desc), '[]')
    from (select d.*, c.ident, c.class, c.group_id, c.owner_id,
          -- links to what he does not see
          case when v_orgs is not null then array(select k.key from jsonb_each(d.changes) k where strpos(k.key, ' > ') > 0
            and not exists (select from desk.ci o where o.ident = coalesce(k.value->>1, k.value->>0) and (o.org_id is null or o.org_id = any (v_orgs)))) end as hidden
        from desk.ci_drift d join desk.ci c on c.id = d.ci_id
       where (d.state = 'unplanned' or (p_all and d.state <> 'new')) and (v_ci is null or d.ci_id = v_ci) and (v_orgs is null or c.org_id is null or c.org_id = any (v_orgs))
       order by d.at desc, d.id desc limit greatest(1, least(coalesce(p_limit, 200), 10000))) q));
end $$;

-- Says what an unplanned change was: accepted (it stands), or reverted. p_ticket: the ticket it belongs to.
create function desk.ci_unplanned_set(p_change bigint, p_state text, p_reason text, p_ticket text default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare me int := desk.ci_me(); d record; v_ticket bigint;
begin
  if me is null then return desk.refuse('not_a_person', 'denied'); end if;
  select x.*, c.ident, c.org_id, desk.ci_seen(c, me) as seen into d from desk.ci_drift x join desk.ci c on c.id = x.ci_id where x.id = p_change and x.state not in ('new', 'planned');
  if d.id is null or not d.seen then return desk.refuse('ci_no_change', 'notfound', 'change', jsonb_build_object('value', p_change)); end if;
  if not desk.ci_may(d.org_id, me) then return desk.refuse('ci_role', 'denied', 'ci', jsonb_build_object('ci', d.ident)); end if;
  if coalesce(p_state not in ('accepted', 'reverted', 'unplanned'), true) then
    return desk.refuse('bad_choice', 'input', 'state', jsonb_build_object('value', left(p_state, 80), 'allowed', '{accepted,reverted,unplanned}'::text[]));
  end if;
  if coalesce(btrim(p_reason), '') = '' then return desk.refuse('field_required', 'input', 'reason', '{"verb": "ci unplanned"}'); end if;
  if p_ticket is not null then
    v_ticket := desk.ticket_by_number(p_ticket, me);
    if v_ticket is null then return desk.refuse('unknown_ticket', 'notfound', 'ticket', jsonb_build_object('value', left(p_ticket, 80))); end if;
  end if;
  update desk.ci_drift x set state = p_state, reason = left(btrim(p_reason), 1000), by_judge = me, judged_at = desk.now(), ticket_id = coalesce(v_ticket, x.ticket_id) where x.id = p_change;
  return jsonb_build_object('ok', true, 'change', p_change, 'ci', d.ident, 'state', p_state);
end $$;

revoke execute on function desk.ci_rule_set(text, text, text, boolean), desk.ci_audit(text, int), desk.ci_unplanned_raise(bigint[]), desk.ci_cover(bigint, timestamptz), desk.ci_rule_step(timestamptz), desk.ci_watch(),
  desk.ci_unplanned(text, boolean, int), desk.ci_unplanned_set(bigint, text, text, text) from public;
grant execute on function desk.ci_rule_set(text, text, text, boolean), desk.ci_audit(text, int), desk.ci_watch(), desk.ci_unplanned(text, boolean, int), desk.ci_unplanned_set(bigint, text, text, text) to desk_person;
