-- Proposals for one ticket, as consoles ask for them. desk.propose(ticket, given) and desk.propose_many(tickets) answer, for staff who see the
-- ticket (others: null):
--   {ticket, number, version, model: {name, version, learnt_from, until},
--    fields: [{field, current, model, choices: [{value, id, label, confidence, basis, why: {feature, word, n, of}}]}],
--    duplicates: [{id, number, subject, state, score, why, reasons, opened_at}], parents: [the same, and children]}
-- value is what desk.act takes. given: {"category": name or id, "group": name or id}, values somebody has chosen: the others are ranked as they fit these.
-- The model behind it may change; the answer keeps its shape, and model.name and model.version say what made it; a field has a model of its own where
-- it is one learnt as in 0047, and not_used {name, version, better} where such a one was worse than another on its back-test.
-- Numbers in a basis are of all tickets of the desk: they are told to those who see all, others read the kind of evidence only.
reset role; set local role desk_api;

-- ---- what may be chosen ---------------------------------------------------------------------------------------------------
-- The word for a value that can be chosen for this ticket now; null: it cannot. p_team: who can be
-- given a ticket of the group now.
create function desk.propose_word(t desk.ticket, p_field int, p_id bigint, p_team int[]) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return case p_field
    when 1 then (select coalesce(p.name || ' / ', '') || c.name from desk.category c left join desk.category p on p.id = c.parent_id where c.id = p_id and c.active and coalesce(p.active, true))
    when 4 then (select g.name from desk.support_group g where g.id = p_id and g.active and g.id <> 0 and (g.org_id is null or g.org_id = t.org_id))
    when 5 then (select coalesce(p.login, p.name) from desk.person p where p.id = p_id and p.active and p.id = any (p_team)
                   and (not t.restricted or exists (select from desk.ticket_access a where a.ticket_id = t.id and a.person_id = p.id)))
    else case when p_id between 1 and 3 then p_id::text end end;
end $$;

-- Why, in words: what speaks most for a value.
create function desk.propose_basis(p_feature text, p_word text, p_n int, p_total int, p_counts boolean) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when p_feature is null then 'nothing like it so far' when p_feature = 'now' then 'as it is'
    else case when p_counts then format('%s of %s ', p_n, p_total) else 'often so ' end || case p_feature
      when '' then 'here' when 'word' then format('with the word "%s"', p_word) when 'requester' then 'from the same requester' when 'opened_by' then 'opened by the same person'
      when 'org_id' then 'from the same organisation' when 'channel' then 'by the same channel' when 'ci' then 'about the same device' when 'service' then 'about the same service'
      when 'category' then 'of this category' when 'group' then 'of this group' else 'with the same ' || replace(replace(p_feature, 'custom.', ''), '_', ' ') end end $$;

create type desk.propose_choice as (id bigint, word text, confidence float8, why desk.propose_why);
create type desk.propose_row as (field int, choice desk.propose_choice);

-- The choices for one field, best first: what can be chosen of what the model ranks (p_ranked, in its order); before it the current value where somebody
-- has set one; and, while little is learnt, what was never used.
create function desk.propose_choices(t desk.ticket, p_item desk.propose_item, p_field int, p_ranked desk.propose_choice[], p_team int[], p_learnt bigint, p_all boolean)
  returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now bigint := case p_field when 1 then t.category_id when 4 then nullif(t.group_id, 0) when 5 then nullif(t.assignee_id, 0) end; -- impact and urgency always have one
  v_level int := case p_field when 2 then t.impact when 3 then t.urgency end;
  c desk.propose_choice; v desk.propose_choice[] := '{}'; v_gone float8 := 0; v_sum float8 := 0; v_few int;
begin
  foreach c in array p_ranked loop
    exit when cardinality(v) >= 12;
    continue when p_field in (2, 3) and c.confidence < 0.05 and v <> '{}';  -- there are three: what is next to impossible is left out
    c.word := desk.propose_word(t, p_field, c.id, p_team);
    if c.word is null then v_gone := v_gone + c.confidence;
    else v := v || c; v_sum := v_sum + c.confidence; end if;
  end loop;
  for i in 1 .. cardinality(v) loop         -- what cannot be chosen cannot be it
    v[i].confidence := v[i].confidence * (v_sum + v_gone) / greatest(v_sum, 0.000001);
  end loop;
  if p_learnt < 50 and p_field < 5 and cardinality(v) < 9 then
    v_few := case p_field when 1 then (select count(*) from desk.category x where x.active) when 4 then (select count(*) from desk.support_group x where x.active) else 3 end;
    v := v || array(
      select row(x.id, x.word, greatest(0, 1 - v_sum - v_gone) / (v_few + 1), null)::desk.propose_choice from (
        select n.id, n.sort, desk.propose_word(t, p_field, n.id, p_team) as word from (
          select y.id::bigint as id, 0 as sort from desk.category y where p_field = 1 union all select y.id, 0 from desk.support_group y where p_field = 4
          union all select l, abs(l - v_level) from generate_series(1, 3) l where p_field in (2, 3)) n
         where n.id not in (select (w).id from unnest(v) w) order by n.sort, n.id limit 100) x
       where x.word is not null order by x.sort, x.id limit 9 - cardinality(v));
  end if;
  if v_now is not null then
    c := null;
    select u.* into c from unnest(v) u where u.id = v_now;
    v := row(v_now, desk.name_of(case p_field when 1 then 'category' when 4 then 'group' else 'person' end, to_jsonb(v_now)) #>> '{}', coalesce(c.confidence, 0), row('now', 0, null, null)::desk.propose_why)::desk.propose_choice
         || array(select row(u.id, u.word, u.confidence, u.why)::desk.propose_choice from unnest(v) with ordinality u(id, word, confidence, why, n) where u.id <> v_now order by u.n);
  end if;
  return (
    select coalesce(jsonb_agg(jsonb_build_object('value', case when p_field in (2, 3) then to_jsonb(u.id) else to_jsonb(u.word) end, 'id', u.id, 'label', u.word,
        'confidence', round(least(u.confidence, 0.99)::numeric, 3), 'basis', desk.propose_basis((u.why).feature, w.word, (u.why).n, (u.why).total, p_all),
        'why', jsonb_strip_nulls(jsonb_build_object('feature', (u.why).feature, 'word', w.word, 'n', case when p_all then (u.why).n end, 'of', case when p_all then (u.why).total end))) order by u.n), '[]')
      from unnest(v) with ordinality u(id, word, confidence, why, n)
      left join lateral (select max(x.x) as word from unnest(p_item.words) x(x) where (u.why).feature = 'word' and desk.propose_key(t.kind, 'word', x.x) = (u.why).key) w on true
     where u.n <= 9);
end $$;

-- The id of a value somebody has chosen: an id or a name; null: it is none.
create function desk.propose_given(p_type text, p_value jsonb, p_me int) returns bigint language sql stable set search_path = pg_catalog, pg_temp as $$
  select nullif(case jsonb_typeof(p_value) when 'number' then desk.ref_id(p_type, null, case when p_value::text ~ '^\d{1,9}$' then (p_value::text)::bigint end, p_me)
    when 'string' then desk.ref_id(p_type, p_value #>> '{}', null, p_me) end, -1) $$;

-- ---- the answer -----------------------------------------------------------------------------------------------------------
create function desk.propose_answer(t desk.ticket, p_given jsonb, p_me int, p_now timestamptz) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare m desk.propose_model; s desk.propose_state; v_item desk.propose_item := desk.propose_now(t); v_all boolean := desk.scope_all(); v_fields jsonb := '[]'; v_rows desk.propose_row[];
  v_known boolean; v_ids jsonb := '{}'; v_choices jsonb; v_shown bigint[]; v_sure float8 := 1; v_team int[] := '{}';
begin
  select * into m from desk.propose_model x where x.active order by x.name limit 1;
  select * into s from desk.propose_state x where x.run = 0;
  v_item.labels[1] := coalesce(desk.propose_given('category', p_given->'category', p_me), v_item.labels[1]);
  v_item.labels[4] := coalesce(desk.propose_given('group', p_given->'group', p_me), v_item.labels[4]);
  v_known := v_item.labels[1] is not null;
  for i in 1 .. 5 loop
    if i = 5 then
      v_item.labels[1] := coalesce(v_item.labels[1], (v_ids->>'1')::bigint);
      if v_item.labels[4] is null then v_item.labels[4] := (v_ids->>'4')::bigint; v_sure := coalesce((v_ids->>'sure')::float8, 0); end if;
      v_team := array(select x.person_id from desk.team_at(v_item.labels[4]::int, p_now) x where x.on_duty and not x.away);
    end if;
    if i in (1, 5) then                     -- all but the person at once
      v_rows := array(select row(r.field, row(r.label, null, r.confidence * v_sure, row(r.feature, r.key, r.n, r.total)))::desk.propose_row
        from desk.propose_rank(m.name, 0, t.kind, v_item, case i when 1 then '{1,2,3,4}'::int[] else '{5}' end, v_known) r order by r.field, r.confidence desc, r.label);
    end if;
    if i = 1 or (i < 5 and not v_known) then v_rows := desk.propose_learnt_rows(t.id, i, v_rows); end if;
    v_choices := desk.propose_choices(t, v_item, i, array(select r.choice from unnest(v_rows) with ordinality r(field, choice, n) where r.field = i order by r.n limit 40), v_team, s.learnt, v_all);
    -- a person only where it is clear who
    if i = 5 and t.assignee_id = 0 and coalesce((v_choices #>> '{0,confidence}')::float8, 0) < 0.5 then v_choices := '[]'; end if;
    v_ids := v_ids || jsonb_build_object(i, v_choices #> '{0,id}') || case i when 4 then jsonb_build_object('sure', v_choices #> '{0,confidence}') else '{}' end;
    v_fields := v_fields || (jsonb_build_object('field', (desk.propose_fields())[i],
      'current', case i when 1 then desk.name_of('category', to_jsonb(t.category_id)) when 2 then to_jsonb(t.impact) when 3 then to_jsonb(t.urgency) when 4 then desk.name_of('group', to_jsonb(t.group_id)) else desk.name_of('person', to_jsonb(t.assignee_id)) end,
      'choices', v_choices) || case when i < 5 then desk.propose_learnt_said(t, i, i = 1 or not v_known) else '{}' end);
    if i in (1, 4) then                     -- the order of what comes after them, for a list to pick from
      v_shown := array(select (x->>'id')::bigint from jsonb_array_elements(v_choices) x);
      v_fields := jsonb_set(v_fields, array['-1', 'more'], to_jsonb(array(
        select (r.choice).id from unnest(v_rows) with ordinality r(field, choice, n) where r.field = i and (r.choice).id <> all (v_shown) order by r.n limit 100)));
    end if;
  end loop;
  return jsonb_build_object('ticket', t.id, 'number', t.number, 'version', t.version,
    'model', jsonb_build_object('name', m.name, 'version', m.version, 'learnt_from', s.learnt, 'until', desk.iso(s.until)),
    'fields', v_fields) || desk.propose_alike(t, v_item.words, p_me, p_now);
end $$;

create function desk.propose(p_ticket bigint, p_given jsonb default '{}') returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); t desk.ticket;
begin
  if v_me is null or not desk.i_am_staff() or not desk.can_see(p_ticket, v_me) then return null; end if;
  select * into t from desk.ticket x where x.id = p_ticket;
  if t.kind <> all (desk.propose_kinds()) then return null; end if;
  return desk.propose_answer(t, coalesce(p_given, '{}'), v_me, desk.now());
end $$;

-- Those of several tickets, in their order, to read ahead; at most 50.
create function desk.propose_many(p_tickets bigint[]) returns setof jsonb language sql stable security definer rows 10
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
  select p.j from unnest(p_tickets[1:50]) with ordinality u(id, n) cross join lateral (select desk.propose(u.id) as j offset 0) p where p.j is not null order by u.n $$;

revoke execute on function desk.propose_word(desk.ticket, int, bigint, int[]), desk.propose_basis(text, text, int, int, boolean),
  desk.propose_choices(desk.ticket, desk.propose_item, int, desk.propose_choice[], int[], bigint, boolean), desk.propose_given(text, jsonb, int), desk.propose_answer(desk.ticket, jsonb, int, timestamptz),
  desk.propose(bigint, jsonb), desk.propose_many(bigint[]) from public;
grant execute on function desk.propose(bigint, jsonb), desk.propose_many(bigint[]) to desk_person;
