-- Assignment rules as people meet them: written, listed, tried on tickets of the past, explained. See 0038_assign.sql.
reset role; set local role desk_api;

-- ---- writing rules -----------------------------------------------------------------------------------------------------------
create function desk.assign_rule_json(r desk.assign_rule) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('rule', r.name, 'query', r.query, 'kinds', to_jsonb(r.kinds), 'group', (select g.name from desk.support_group g where g.id = r.group_id),
    'skill', (select k.name from desk.skill k where k.id = r.skill_id), 'level', r.skill_level, 'method', r.method, 'person', desk.short_name(r.person_id),
    'weights', to_jsonb(r.weights), 'capacity', r.capacity, 'wait', r.wait) $$;

-- Who writes a rule: the leads of its group; one for every group, those who lead all, and administrators.
create function desk.assign_may(p_me int, p_group int) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now();
begin
  if p_group is not null then return desk.leads(p_me, p_group); end if;
  return exists (select from desk.person_role r where r.person_id = p_me and r.valid_from <= v_now and v_now < r.valid_to
    and (r.role = 'admin' or (r.role = 'lead' and r.group_id is null and r.org_id is null)));
end $$;
create function desk.assign_denied(p_me int, p_name text) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform desk.log_denied(p_me, null, 'assign rule');
  return desk.refuse('assign_role', 'denied', 'rule', jsonb_build_object('value', left(coalesce(p_name, '-'), 80)));
end $$;

-- Whether a tree asks for whoever looks: a rule is looked at by nobody.
create function desk.tree_asks(n jsonb) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select jsonb_path_exists(n, '$.** ? (@ == "@me" || @ == "@mygroups")') $$;

-- A rule from what was written; keys that are not there stay as they are in o (a new rule: defaults).
create function desk.assign_rule_read(p jsonb, o desk.assign_rule, out r desk.assign_rule, out error jsonb) language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare s text; m text[]; w smallint[]; i int; x text;
begin
  r := o;
  r.name := btrim(coalesce(p->>'new_name', p->>'rule', o.name));
  if coalesce(r.name, '') = '' or length(r.name) > 60 or r.name ~ '[[:cntrl:]]' then error := desk.refuse('assign_name', 'input', 'rule', desk.rota_args(r.name, p->'line')); return; end if;
  if p ? 'query' then
    r.query := btrim(coalesce(p->>'query', ''));
    if length(r.query) > 4000 or length((p->'tree')::text) > 60000 then error := desk.refuse('assign_query', 'input', 'query', desk.rota_args(r.query, p->'line')); return; end if; -- each new ticket is held against it
    r.tree := nullif(p->'tree', 'null'); r.zone := coalesce(p->>'zone', r.zone, desk.zone());
    if (r.query = '') <> (r.tree is null) then error := desk.refuse('assign_query', 'input', 'query', desk.rota_args(r.query, p->'line')); return; end if;
    if desk.tree_asks(r.tree) then error := desk.refuse('assign_me', 'input', 'query', desk.rota_args(r.query, p->'line')); return; end if;
    begin
      perform desk.match_node(t, r.tree, 1, true, r.zone, desk.now()) from (select null::desk.ticket as t) n where r.tree is not null;
    exception when invalid_parameter_value or data_exception or program_limit_exceeded then error := desk.refuse('assign_query', 'input', 'query', desk.rota_args(r.query, p->'line')); return;
    end;
  end if;
  if r.query is null then error := desk.refuse('assign_query', 'input', 'query', desk.rota_args('', p->'line')); return; end if;
  r.zone := coalesce(r.zone, desk.zone());
  if p ? 'kinds' then
    s := case jsonb_typeof(p->'kinds') when 'array' then (select string_agg(e, ',') from jsonb_array_elements_text(p->'kinds') e) else p->>'kinds' end;
    r.kinds := null;
    foreach x in array regexp_split_to_array(btrim(coalesce(s, '')), '[\s,]+') loop
      continue when x in ('', '*', 'any');
      if not exists (select from desk.kind k where k.kind = lower(x)) then
        error := desk.refuse('policy_choice', 'input', 'kinds', desk.policy_args(x, p->'line', (select string_agg(k.kind, ', ' order by k.kind) from desk.kind k))); return;
      end if;
      r.kinds := r.kinds || lower(x);
    end loop;
  end if;
  if p ? 'group' then
    r.group_id := null;
    if coalesce(btrim(p->>'group'), '') not in ('', '*', 'any') then
      r.group_id := nullif(desk.group_named(p->>'group'), 0);
      if r.group_id is null then error := desk.refuse('rota_group', 'input', 'group', desk.rota_args(p->>'group', p->'line')); return; end if;
    end if;
  end if;
  if p ? 'skill' then
    m := regexp_match(btrim(coalesce(p->>'skill', '')), '^(.*?)\s*(?:>=\s*(\d))?$');
    r.skill_id := null; r.skill_level := m[2]::smallint;
    if coalesce(m[1], '') not in ('', '-', 'none') then
      select k.id into r.skill_id from desk.skill k where lower(k.name) = lower(m[1]);
      if r.skill_id is null then error := desk.refuse('no_skill', 'input', 'skill', desk.rota_args(m[1], p->'line')); return; end if;
    end if;
    if p->>'level' is not null and r.skill_level is null then r.skill_level := case when p->>'level' ~ '^[1-5]$' then (p->>'level')::smallint else 0 end; end if;
    if r.skill_level not between 1 and 5 then error := desk.refuse('out_of_range', 'input', 'level', jsonb_build_object('value', coalesce(p->>'level', m[2]), 'min', 1, 'max', 5)); return; end if;
    if r.skill_id is null then r.skill_level := null; end if;
  end if;
  if p ? 'method' then r.method := replace(lower(btrim(coalesce(p->>'method', ''))), ' ', '_'); end if;
  r.method := coalesce(r.method, 'round_robin');
  if r.method not in ('round_robin', 'least_loaded', 'group_only', 'fixed') then
    error := desk.refuse('policy_choice', 'input', 'method', desk.policy_args(r.method, p->'line', 'round_robin, least_loaded, fixed, group_only')); return;
  end if;
  if p ? 'person' then
    r.person_id := null;
    if coalesce(btrim(p->>'person'), '') <> '' then
      r.person_id := nullif(desk.staff_id(p->>'person'), 0);
      if r.person_id is null then error := desk.refuse('rota_person', 'input', 'person', desk.rota_args(p->>'person', p->'line')); return; end if;
    end if;
  end if;
  if r.method <> 'fixed' then r.person_id := null;
  elsif r.person_id is null then error := desk.refuse('assign_fixed', 'input', 'person', desk.rota_args(r.name, p->'line')); return;
  elsif r.group_id is not null and not desk.is_member(r.group_id, r.person_id) then
    error := desk.refuse('not_member', 'input', 'person', jsonb_build_object('person', desk.short_name(r.person_id), 'group', desk.name_of('group', to_jsonb(r.group_id)))); return;
  end if;
  if r.method = 'group_only' and r.group_id is null then error := desk.refuse('assign_nothing', 'input', 'group', desk.rota_args(r.name, p->'line')); return; end if;
  if p ? 'weights' then
    s := case jsonb_typeof(p->'weights') when 'array' then (select string_agg(e, ',' order by n) from jsonb_array_elements_text(p->'weights') with ordinality q(e, n)) else btrim(p->>'weights') end;
    w := null;
    if coalesce(s, '') not in ('', '-', 'none') then
      if s !~ '^\s*\d{1,3}(\s*[,\s]\s*\d{1,3}){4}\s*$' then error := desk.refuse('assign_weights', 'input', 'weights', desk.rota_args(s, p->'line')); return; end if;
      w := regexp_split_to_array(btrim(s), '\s*[,\s]\s*')::smallint[];
    end if;
    r.weights := w;
  end if;
  if p ? 'capacity' then
    s := btrim(coalesce(p->>'capacity', ''));
    if s in ('', '-', 'none') then r.capacity := null;
    elsif s !~ '^\d{1,6}$' or s::int not between 1 and 100000 then error := desk.refuse('out_of_range', 'input', 'capacity', jsonb_build_object('value', left(s, 20), 'min', 1, 'max', 100000)); return;
    else r.capacity := s::int; end if;
  end if;
  if p ? 'wait' then
    if lower(coalesce(p->>'wait', 'no')) not in ('yes', 'no', 'on', 'off', 'true', 'false') then
      error := desk.refuse('policy_choice', 'input', 'wait', desk.policy_args(p->>'wait', p->'line', 'yes, no')); return;
    end if;
    r.wait := lower(coalesce(p->>'wait', 'no')) in ('yes', 'on', 'true');
  end if;
end $$;

-- {"rule", "query", "tree", "zone", "kinds", "group", "skill", "method", "person", "weights", "capacity", "wait", "new_name", "line"}: makes the
-- rule (disabled, the last), or changes what is named of it. p_new: yes only if there is none, no only if there is. Saying the same
-- again changes nothing.
create function desk.assign_rule_save(p jsonb, p_new boolean default null, p_dry boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); o desk.assign_rule; r desk.assign_rule; x record; v_name text := btrim(p->>'rule'); v_changed boolean;
begin
  if v_me is null or not desk.i_am_staff() then return desk.refuse('not_a_person', 'denied'); end if;
  if jsonb_typeof(p) is distinct from 'object' then return desk.refuse('bad_fields', 'input', 'rule'); end if;
  perform pg_advisory_xact_lock(hashtextextended('svcdesk.assign', 0));
  select * into o from desk.assign_rule k where lower(k.name) = lower(v_name);
  if o.id is null and p_new is false then return desk.refuse('no_rule', 'notfound', 'rule', desk.rota_args(v_name, p->'line')); end if;
  if o.id is not null and (p_new or (lower(p->>'new_name') <> lower(o.name) and exists (select from desk.assign_rule k where lower(k.name) = lower(btrim(p->>'new_name'))))) then
    return desk.refuse('assign_there', 'conflict', 'rule', desk.rota_args(coalesce(p->>'new_name', v_name), p->'line'));
  end if;
  x := desk.assign_rule_read(p, o);
  if x.error is not null then return x.error; end if;
  r := x.r;
  if not desk.assign_may(v_me, r.group_id) or (o.id is not null and not desk.assign_may(v_me, o.group_id)) then return desk.assign_denied(v_me, r.name); end if;
  v_changed := o.id is null or desk.assign_rule_json(o) <> desk.assign_rule_json(r) or o.tree is distinct from r.tree or o.zone <> r.zone;
  if v_changed and not coalesce(p_dry, false) then
    if o.id is null then
      insert into desk.assign_rule(name, sort, query, tree, zone, kinds, group_id, skill_id, skill_level, method, person_id, weights, capacity, wait)
        values (r.name, (select coalesce(max(k.sort), 0) + 10 from desk.assign_rule k), r.query, r.tree, r.zone, r.kinds, r.group_id, r.skill_id, r.skill_level, r.method, r.person_id,
          r.weights, r.capacity, coalesce(r.wait, false)) returning * into r;
      insert into desk.assign_turn(rule_id) values (r.id);
    else
      update desk.assign_rule k set name = r.name, query = r.query, tree = r.tree, zone = r.zone, kinds = r.kinds, group_id = r.group_id, skill_id = r.skill_id, skill_level = r.skill_level,
        method = r.method, person_id = r.person_id, weights = r.weights, capacity = r.capacity, wait = r.wait, version = k.version + 1 where k.id = o.id returning * into r;
    end if;
    perform desk.rota_note(v_me, v_now, 'rule', r.name, r.group_id, null, case when o.id is not null then desk.assign_rule_json(o) || jsonb_build_object('version', o.version) end,
      desk.assign_rule_json(r) || jsonb_build_object('version', r.version));
  end if;
  return desk.assign_rule_json(r) || jsonb_build_object('ok', true, 'changed', v_changed, 'version', coalesce(r.version, 1), 'enabled', coalesce(r.enabled, false), 'dry_run', coalesce(p_dry, false));
end $$;

-- Turns a rule on or off. One that was never tried on tickets of the past as it is now is turned on only if that is said (p_anyway).
create function desk.assign_rule_enable(p_name text, p_on boolean, p_anyway boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); r desk.assign_rule;
begin
  if v_me is null or not desk.i_am_staff() then return desk.refuse('not_a_person', 'denied'); end if;
  select * into r from desk.assign_rule k where lower(k.name) = lower(btrim(p_name)) for no key update;
  if r.id is null then return desk.refuse('no_rule', 'notfound', 'rule', desk.rota_args(p_name, null)); end if;
  if not desk.assign_may(v_me, r.group_id) then return desk.assign_denied(v_me, r.name); end if;
  if p_on and not r.enabled and r.simulated <> r.version and not coalesce(p_anyway, false) then
    return desk.refuse('assign_untried', 'state', 'rule', desk.rota_args(r.name, null));
  end if;
  if r.enabled <> p_on then
    update desk.assign_rule k set enabled = p_on where k.id = r.id;
    if not p_on then delete from desk.assign_wait w where w.rule_id = r.id; end if;
    perform desk.rota_note(v_me, desk.now(), 'rule', r.name, r.group_id, null, jsonb_build_object('enabled', r.enabled), jsonb_build_object('enabled', p_on));
  end if;
  return jsonb_build_object('ok', true, 'rule', r.name, 'enabled', p_on, 'changed', r.enabled <> p_on, 'simulated', r.simulated = r.version);
end $$;

-- Puts a rule at a place, 1 the first.
create function desk.assign_rule_order(p_name text, p_place int) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); r desk.assign_rule; v_was int; v_n int;
begin
  if v_me is null or not desk.i_am_staff() then return desk.refuse('not_a_person', 'denied'); end if;
  perform pg_advisory_xact_lock(hashtextextended('svcdesk.assign', 0));
  select * into r from desk.assign_rule k where lower(k.name) = lower(btrim(p_name));
  if r.id is null then return desk.refuse('no_rule', 'notfound', 'rule', desk.rota_args(p_name, null)); end if;
  if not desk.assign_may(v_me, r.group_id) then return desk.assign_denied(v_me, r.name); end if;
  select count(*), count(*) filter (where (k.sort, k.id) <= (r.sort, r.id)) into v_n, v_was from desk.assign_rule k;
  if coalesce(p_place, 0) not between 1 and v_n then return desk.refuse('out_of_range', 'input', 'place', jsonb_build_object('value', p_place, 'min', 1, 'max', v_n)); end if;
  if p_place <> v_was then
    update desk.assign_rule k set sort = y.n * 10 from (
      select q.id, row_number() over (order by case when q.id = r.id then p_place * 2 + case when p_place > v_was then 1 else -1 end else q.was * 2 end) as n
        from (select a.id, row_number() over (order by a.sort, a.id) as was from desk.assign_rule a) q) y where k.id = y.id and k.sort <> y.n * 10;
    perform desk.rota_note(v_me, desk.now(), 'rule', r.name, r.group_id, null, jsonb_build_object('place', v_was), jsonb_build_object('place', p_place));
  end if;
  return jsonb_build_object('ok', true, 'rule', r.name, 'place', p_place, 'changed', p_place <> v_was);
end $$;

create function desk.assign_rule_drop(p_name text) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); r desk.assign_rule;
begin
  if v_me is null or not desk.i_am_staff() then return desk.refuse('not_a_person', 'denied'); end if;
  select * into r from desk.assign_rule k where lower(k.name) = lower(btrim(p_name)) for update;
  if r.id is null then return desk.refuse('no_rule', 'notfound', 'rule', desk.rota_args(p_name, null)); end if;
  if not desk.assign_may(v_me, r.group_id) then return desk.assign_denied(v_me, r.name); end if;
  delete from desk.assign_rule k where k.id = r.id;
  perform desk.rota_note(v_me, desk.now(), 'rule', r.name, r.group_id, null, desk.assign_rule_json(r) || jsonb_build_object('version', r.version, 'enabled', r.enabled), null);
  return jsonb_build_object('ok', true, 'rule', r.name);
end $$;

-- The rules in their order, or one of them; with what they did in the last 7 days (undone ones do not count) and who waits, of the tickets that the caller
-- sees: a rule may ask for words he cannot read. For staff.
create function desk.assign_rule_list(p_name text default null) returns setof jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); v_all boolean := desk.scope_all();
begin
  if desk.i_am_staff() is not true then return; end if;
  return query select desk.assign_rule_json(r) || jsonb_build_object('place', q.place, 'enabled', r.enabled, 'version', r.version, 'simulated', r.simulated = r.version, 'mine', desk.assign_may(v_me, r.group_id),
      'week', (select count(*) from desk.assign_hit h join desk.ticket t on t.id = h.ticket_id where h.rule_id = r.id and h.at > v_now - interval '7 days' and not desk.event_voided(h.ticket_id, h.seq)
         and case when v_all and not t.restricted then true else desk.can_see(t.id, v_me) end),
      'waiting', (select count(*) from desk.assign_wait w join desk.ticket t on t.id = w.ticket_id where w.rule_id = r.id
         and case when v_all and not t.restricted then true else desk.can_see(t.id, v_me) end))
    from (select k.id, row_number() over (order by k.sort, k.id) as place from desk.assign_rule k) q join desk.assign_rule r on r.id = q.id
   where p_name is null or lower(r.name) = lower(btrim(p_name)) order by q.place;
end $$;

-- ---- trying a rule ---------------------------------------------------------------------------------------------------------
-- The header of a ticket as it was after one of its events.
create function desk.ticket_at(t desk.ticket, p_seq int) returns desk.ticket language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare c jsonb;
begin
  if p_seq >= t.last_seq then return t; end if;
  select jsonb_object_agg(y.key, jsonb_build_array(y.old)) into c from (
    select distinct on (k.key) k.key, k.value->0 as old from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq cross join lateral jsonb_each(x.changes) k
     where e.ticket_id = t.id and e.seq > p_seq and not e.late and jsonb_typeof(k.value) = 'array' and k.key <> all (desk.set_keys()) and k.key not in ('reason', 'minutes', 'rule', 'attachments', 'redacted')
     order by k.key, e.seq) y;
  if c is not null then t := jsonb_populate_record(t, desk.undo_cols(t, c)); end if;
  select s.phase into t.phase from desk.kind_state s where s.kind = t.kind and s.state = t.state;
  return t;
end $$;

-- When the rules would have been asked about a ticket, with the ticket as it was, but without a person: when it was opened and whenever it
-- was triaged or came to another group. What was closed already when it came from another system counts as new then.
create function desk.assign_moments(t desk.ticket) returns table(at timestamptz, head desk.ticket) language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare e record;
begin
  for e in select v.seq, v.at as e_at, v.verb from desk.event v join desk.event_text x on x.ticket_id = v.ticket_id and x.seq = v.seq
      where v.ticket_id = t.id and not v.late and v.voids is null and (v.seq = 1 or x.changes ? 'group' or v.verb = 'triage') and not (v.actor_id = 1 and v.channel = 'rule')
        and not desk.event_voided(v.ticket_id, v.seq) order by v.seq limit 6 loop
    at := e.e_at; head := desk.ticket_at(t, e.seq); head.assignee_id := 0;
    if head.phase = 3 then
      continue when e.seq > 1;
      select k.initial into head.state from desk.kind k where k.kind = t.kind;
      head.phase := 1; head.resolved_at := null; head.closed_at := null;
    end if;
    return next;
  end loop;
end $$;

-- What a rule would have done with tickets of the past: those in p_ids, or the last p_last that the caller sees. p: {"rule": NAME} or a whole rule
-- that is not there yet (then it comes last). Writes nothing on tickets. Rota and absences are those of the time; skills and who
-- belongs to the group those of today; loads begin with what is open now apart from these tickets, and each ticket weighs on whom the
-- rule gives it to until it was really resolved; turns begin where they stand. Ends after some seconds, and says so (partial).
create function desk.assign_simulate(p jsonb, p_ids bigint[] default null, p_last int default 200) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_me int := desk.me(); r desk.assign_rule; o desk.assign_rule; x record; m record; k record; t desk.ticket; h desk.ticket; v_ids bigint[]; v_last int := least(greatest(coalesce(p_last, 200), 1), 2000);
  v_earlier desk.assign_rule[] := '{}'; v_loads jsonb := '{}'; v_turns jsonb; v_turn bigint; v_start timestamptz := clock_timestamp(); v_partial boolean := false; v_known int[] := '{}';
  n_matched int := 0; n_earlier int := 0; n_group int := 0; n_person int := 0; n_given int := 0; n_looked int := 0; v_nobody jsonb := '{}'; v_people jsonb := '{}'; v_same jsonb := '{}'; v_examples jsonb := '[]'; v_all jsonb := '[]';
  q_at timestamptz[] := '{}'; q_id bigint[] := '{}'; q_head desk.ticket[] := '{}'; i int; j int; b_at timestamptz[] := '{}'; b_person int[] := '{}'; b_weight int[] := '{}'; v_id bigint; w int;
begin
  if v_me is null or not desk.i_am_staff() then return desk.refuse('not_a_person', 'denied'); end if;
  if jsonb_typeof(p) is distinct from 'object' then return desk.refuse('bad_fields', 'input', 'rule'); end if;
  if cardinality(p_ids) > 2000 then return desk.refuse('too_many', 'input', 'ids', '{"max": 2000}'); end if;
  select * into o from desk.assign_rule a where lower(a.name) = lower(btrim(p->>'rule'));
  if p - 'rule' = '{}' then
    if o.id is null then return desk.refuse('no_rule', 'notfound', 'rule', desk.rota_args(p->>'rule', null)); end if;
    r := o;
  else
    x := desk.assign_rule_read(p, o);
    if x.error is not null then return x.error; end if;
    r := x.r;
  end if;
  select coalesce(array_agg(a order by a.sort, a.id), '{}') into v_earlier from desk.assign_rule a where a.enabled and a.id is distinct from r.id and (r.id is null or (a.sort, a.id) < (r.sort, r.id));
  -- what the caller sees, the last first
  if p_ids is null then
    select array_agg(y.id) into v_ids from (select a.id from (select z.* from desk.ticket z order by z.opened_at desc, z.id desc limit v_last * 20) a
      where desk.who(v_me, a.id, a.org_id, a.group_id, a.requester_id, a.opened_by, a.assignee_id, a.restricted) @> '{sees,staff}' limit v_last) y;
  else
    select array_agg(a.id) into v_ids from desk.ticket a where a.id = any (p_ids) and desk.who(v_me, a.id, a.org_id, a.group_id, a.requester_id, a.opened_by, a.assignee_id, a.restricted) @> '{sees,staff}';
  end if;
  -- the moment at which each would have been this rule's
  foreach v_id in array coalesce(v_ids, '{}') loop
    if clock_timestamp() > v_start + interval '5 seconds' then v_partial := true; exit; end if;
    n_looked := n_looked + 1;
    select * into t from desk.ticket a where a.id = v_id;
    for m in select * from desk.assign_moments(t) loop
      h := m.head;
      j := 0;
      for i in 1 .. cardinality(v_earlier) loop
        if desk.assign_verdict(v_earlier[i], h, m.at) is null then j := i; exit; end if;
      end loop;
      if j > 0 then
        if desk.assign_verdict(r, h, m.at) is null then n_earlier := n_earlier + 1; end if;
        exit;                               -- an earlier rule has it from here on
      end if;
      if desk.assign_verdict(r, h, m.at) is null then
        if h.group_id = 0 then h.group_id := r.group_id; end if;
        i := cardinality(q_id) + 1;
        q_at[i] := m.at; q_id[i] := v_id; q_head[i] := h;
        exit;
      end if;
    end loop;
  end loop;
  n_matched := cardinality(q_id);
  select coalesce(jsonb_object_agg(s.person_id, s.turn), '{}'), coalesce((select u.n from desk.assign_turn u where u.rule_id = r.id), 0) into v_turns, v_turn from desk.assign_share s where s.rule_id = r.id;
  for k in select u.n, u.id, u.at from unnest(q_id, q_at) with ordinality u(id, at, n) order by u.at, u.id loop
    if clock_timestamp() > v_start + interval '10 seconds' then v_partial := true; exit; end if;
    select * into t from desk.ticket a where a.id = k.id;
    h := q_head[k.n];
    if r.method = 'least_loaded' or r.capacity is not null then
      if h.group_id <> all (v_known) then   -- what people of the group have besides
        v_known := v_known || h.group_id;
        select v_loads || coalesce(jsonb_object_agg(g.person_id, (select coalesce(sum(coalesce(r.weights[a.priority], 1)), 0) from desk.ticket a where a.assignee_id = g.person_id and a.phase < 3 and not a.restricted and a.id <> all (q_id))), '{}')
          into v_loads from desk.group_member g where g.group_id = h.group_id and not v_loads ? g.person_id::text;
      end if;
      for i in 1 .. cardinality(b_at) loop  -- resolved since
        continue when b_at[i] is null or b_at[i] > k.at;
        v_loads := v_loads || jsonb_build_object(b_person[i]::text, (v_loads->>b_person[i]::text)::bigint - b_weight[i]);
        b_at[i] := null;
      end loop;
      if cardinality(b_at) > 50 then
        select coalesce(array_agg(u.a), '{}'), coalesce(array_agg(u.p), '{}'), coalesce(array_agg(u.w), '{}') into b_at, b_person, b_weight from unnest(b_at, b_person, b_weight) u(a, p, w) where u.a is not null;
      end if;
    end if;
    x := desk.assign_pick(r, h, k.at, false, v_loads, v_turns);
    if x.person is not null then
      n_given := n_given + 1; v_turn := v_turn + 1;
      v_turns := v_turns || jsonb_build_object(x.person::text, v_turn);
      v_people := v_people || jsonb_build_object(x.person::text, coalesce((v_people->>x.person::text)::int, 0) + 1);
      if v_loads ? x.person::text and not h.restricted then
        w := coalesce(r.weights[h.priority], 1);
        v_loads := v_loads || jsonb_build_object(x.person::text, (v_loads->>x.person::text)::bigint + w);
        if coalesce(t.resolved_at, t.closed_at) is not null then
          i := cardinality(b_at) + 1; b_at[i] := coalesce(t.resolved_at, t.closed_at); b_person[i] := x.person; b_weight[i] := w;
        end if;
      end if;
      if x.person = t.assignee_id then
        n_person := n_person + 1;
        v_same := v_same || jsonb_build_object(x.person::text, coalesce((v_same->>x.person::text)::int, 0) + 1);
      end if;
    else v_nobody := v_nobody || jsonb_build_object(x.why, coalesce((v_nobody->>x.why)::int, 0) + 1); end if;
    if h.group_id = t.group_id then n_group := n_group + 1; end if;
    v_all := v_all || jsonb_build_array(jsonb_build_object('number', t.number, 'at', desk.iso(k.at), 'why', x.why, 'group', h.group_id, 'person', x.person, 'real_group', nullif(t.group_id, 0), 'real_person', nullif(t.assignee_id, 0)));
  end loop;
  select coalesce(jsonb_agg(y.e || jsonb_build_object('group', desk.name_of('group', y.e->'group'), 'person', desk.short_name((y.e->>'person')::int),
      'real_group', desk.name_of('group', y.e->'real_group'), 'real_person', desk.short_name((y.e->>'real_person')::int)) order by y.n desc), '[]')
    into v_examples from jsonb_array_elements(v_all) with ordinality y(e, n) where p ? 'all' or y.n > jsonb_array_length(v_all) - 10;
  if o.id is not null and p - 'rule' - 'all' = '{}' and desk.assign_may(v_me, o.group_id) then update desk.assign_rule a set simulated = a.version where a.id = o.id and a.simulated <> a.version; end if;
  return jsonb_build_object('ok', true, 'rule', r.name, 'version', coalesce(r.version, 0), 'looked', n_looked, 'partial', v_partial, 'matched', n_matched, 'earlier', n_earlier, 'given', n_given, 'group_same', n_group, 'person_same', n_person,
    'nobody', v_nobody, 'people', (select coalesce(jsonb_agg(jsonb_build_object('person', desk.short_name(u.key::int), 'n', u.value, 'same', coalesce((v_same->>u.key)::int, 0)) order by u.value::int desc, u.key::int), '[]')
      from jsonb_each(v_people) u), 'examples', v_examples);
end $$;

-- Why a ticket went to whom, and to whom it would go if it had no person now: what rules did to it, and each rule with its verdict: fits,
-- off (it would fit, but is turned off), kind, group, no_group, serves, query, error, later (an earlier one decides).
create function desk.assign_explain(p_ticket bigint) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); t desk.ticket; h desk.ticket; v_who text[]; r desk.assign_rule; v text; k record; x jsonb; v_rules jsonb := '[]'; v_done boolean := false; v_now timestamptz := desk.now(); n int := 0;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  select * into t from desk.ticket x where x.id = p_ticket;
  if t.id is null then return desk.refuse('not_found', 'notfound'); end if;
  v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
  if not 'sees' = any (v_who) or not 'staff' = any (v_who) then
    if t.restricted then perform desk.log_denied(v_me, t.id, 'assign explain'); end if;
    return desk.refuse('not_found', 'notfound');
  end if;
  if t.restricted then perform desk.log_opened(v_me, t.id, 'assign explain'); end if;
  h := t; h.assignee_id := 0;
  for r in select x.* from desk.assign_rule x order by x.sort, x.id loop
    n := n + 1; v := desk.assign_verdict(r, h, v_now);
    if v is null then v := case when not r.enabled then 'off' when v_done then 'later' else 'fits' end; end if;
    x := '{}';
    if v in ('fits', 'off') then
      h.group_id := case when t.group_id = 0 then r.group_id else t.group_id end;
      k := desk.assign_pick(r, h, v_now, false, null, null);
      x := jsonb_build_object('would', desk.rule_said(desk.assign_why(r, k.person, k.why, k.people)));
      h.group_id := t.group_id;
    end if;
    v_rules := v_rules || jsonb_build_array(x || jsonb_build_object('place', n, 'rule', r.name, 'enabled', r.enabled, 'query', r.query, 'verdict', v,
      'group', (select g.name from desk.support_group g where g.id = coalesce(r.group_id, nullif(t.group_id, 0)))));
    if v = 'fits' then v_done := true; end if;
  end loop;
  return jsonb_build_object('ok', true, 'number', t.number, 'state', t.state, 'group', desk.name_of('group', to_jsonb(t.group_id)), 'assignee', desk.short_name(nullif(t.assignee_id, 0)),
    'did', (select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'at', desk.iso(e.at), 'undone', desk.event_voided(e.ticket_id, e.seq), 'rule', desk.rule_said(x.changes->'rule'->1)) order by e.seq), '[]')
      from desk.assign_hit a join desk.event e on e.ticket_id = a.ticket_id and e.seq = a.seq join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq where a.ticket_id = t.id),
    'waits', (select jsonb_build_object('rule', a.name, 'since', desk.iso(w.since)) from desk.assign_wait w join desk.assign_rule a on a.id = w.rule_id where w.ticket_id = t.id), 'rules', v_rules);
end $$;

-- ---- giving work by hand ---------------------------------------------------------------------------------------------------
-- As desk.find_member of 0004_read.sql, with what each has open and whether he is there: on, off, away; without a group: away or nothing.
create function desk.find_assignee(p_text text, p_group text, p_limit int default 20) returns table(id bigint, name text, hint text, open bigint, duty text, until timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_group int := coalesce((select g.id from desk.support_group g where coalesce(p_group, '') <> '' and (g.id::text = p_group or lower(g.name) = lower(btrim(p_group))) limit 1), 0); v_now timestamptz := desk.now();
begin
  return query
    with f as materialized (select m.id, m.name, m.hint from desk.find_member(p_text, p_group, p_limit) m),
    d as materialized (select x.person_id, x.on_duty, x.until_at from desk.team_at(v_group, v_now) x where v_group > 0)
    select f.id, f.name, f.hint, desk.load_of(f.id::int, null), case when a.until_at is not null then 'away' when d.on_duty then 'on' when d.person_id is not null then 'off' else '' end, coalesce(a.until_at, d.until_at)
      from f left join d on d.person_id = f.id left join lateral (select max(b.until_at) as until_at from desk.absence b where b.person_id = f.id and b.ended_at is null and b.from_at <= v_now and v_now < b.until_at) a on true
     order by lower(f.name), f.id;
end $$;

-- The page of the console: the week that holds p_day (the present one without) from its Monday in the zone of who asks, absences from now on,
-- the rules.
create function desk.rota_page(p_day text default null) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_zone text := coalesce((select x.zone from desk.person x where x.id = desk.me()), desk.zone()); v_from timestamptz; v_day date;
begin
  if desk.i_am_staff() is not true then return desk.refuse('not_a_person', 'denied'); end if;
  v_day := coalesce(desk.rota_day(p_day, null), (desk.now() at time zone v_zone)::date);
  v_from := desk.wall_at(date_trunc('week', v_day::timestamp), v_zone);
  return jsonb_build_object('now', desk.iso(desk.now()), 'from', desk.iso(v_from), 'week', desk.rota_week(v_from, 7, null),
    'absences', (select coalesce(jsonb_agg(a), '[]') from desk.absence_list(null, desk.now() + interval '60 days', null) a),
    'rules', (select coalesce(jsonb_agg(r), '[]') from desk.assign_rule_list(null) r));
end $$;
grant execute on function desk.rota_page(text) to desk_person;

grant execute on function desk.assign_rule_save(jsonb, boolean, boolean), desk.assign_rule_enable(text, boolean, boolean), desk.assign_rule_order(text, int), desk.assign_rule_drop(text),
  desk.assign_rule_list(text), desk.assign_simulate(jsonb, bigint[], int), desk.assign_explain(bigint), desk.find_assignee(text, text, int) to desk_person;
revoke execute on function desk.assign_rule_json(desk.assign_rule), desk.assign_may(int, int), desk.assign_denied(int, text), desk.tree_asks(jsonb),
  desk.assign_rule_read(jsonb, desk.assign_rule), desk.ticket_at(desk.ticket, int), desk.assign_moments(desk.ticket) from public;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
field.*.rule         | Rule | 规则
error.assign_role    | the rule {value} is written by the leads of its group and administrators; one for every group by those who lead all | 规则 {value} 由其组的组长和管理员编写；面向所有组的规则由负责所有组的组长编写
error.assign_name    | a rule has a name of 1 to 60 characters, not {value} | 规则名称为 1 到 60 个字符，而不是 {value}
error.assign_query   | {value} is no query for a rule; write such as query = category:Network priority:1..2 (empty: every ticket) | {value} 不是规则可用的查询；请写例如 query = category:Network priority:1..2（空：所有工单）
error.assign_me      | {value}: nobody looks at a rule, so @me and @mygroups mean nothing in it; write a login or a group | {value}：规则没有查看者，@me 和 @mygroups 没有意义；请写登录名或组名
error.assign_fixed   | the method fixed needs person = the one who gets the tickets of {value} | 方法 fixed 需要 person = 得到 {value} 工单的人
error.assign_nothing | the rule {value} would do nothing: with method group_only it needs a group | 规则 {value} 什么也不做：方法为 group_only 时需要组
error.assign_weights | weights are five numbers for P1 to P5, such as 8,4,2,1,1, not {value} | weights 是 P1 到 P5 的五个数，例如 8,4,2,1,1，而不是 {value}
error.assign_there   | there is a rule {value} already; give this one another name, or edit that one | 规则 {value} 已存在；请另取名称或编辑那一条
error.assign_untried | {value} was never tried as it is now; run svcdesk assign simulate "{value}" first, or say --yes | {value} 的当前内容从未模拟过；请先运行 svcdesk assign simulate "{value}"，或加 --yes
error.no_rule        | there is no rule {value}; svcdesk assign list names them | 没有规则 {value}；svcdesk assign list 可列出
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
