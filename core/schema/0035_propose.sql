-- What a ticket that came in is likely to be: category, impact, urgency, group and assignee as the desk's own past says, each with a confidence;
-- tickets that may be the same one, and majors, problems and parents it may belong to.
--
-- desk.propose(ticket) and desk.propose_many(tickets) answer, for staff who see the ticket (others: null):
--   {ticket, number, version, model: {name, version, learnt_from, until},
--    fields: [{field, current, choices: [{value, id, label, confidence, basis}]}], duplicates: [{id, number, subject, state, score, why, opened_at}], parents: [...]}
-- value is the word desk.act takes. The model behind it may change; the answer keeps its shape, and model.name and model.version say what made it.
reset role; set local role desk_api;

-- Words for one value of a field, for those who may take it; null: it cannot be chosen any more.
create function desk.propose_word(p_field text, p_id bigint) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return case p_field
    when 'category' then (select coalesce(p.name || ' / ', '') || c.name from desk.category c left join desk.category p on p.id = c.parent_id where c.id = p_id and c.active and coalesce(p.active, true))
    when 'group' then (select g.name from desk.support_group g where g.id = p_id and g.active)
    when 'assignee' then (select coalesce(p.login, p.name) from desk.person p where p.id = p_id and p.active)
    else p_id::text end;
end $$;

create function desk.propose_field(t desk.ticket, p_field text) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_choices jsonb; v_current jsonb;
begin
  v_current := case p_field when 'category' then to_jsonb(t.category_id) when 'group' then to_jsonb(nullif(t.group_id, 0)) when 'assignee' then to_jsonb(nullif(t.assignee_id, 0))
    when 'impact' then to_jsonb(t.impact) else to_jsonb(t.urgency) end;
  with past as materialized (
      select p.id, p.requester_id, case p_field when 'category' then p.category_id::bigint when 'group' then nullif(p.group_id, 0)::bigint when 'assignee' then nullif(p.assignee_id, 0)::bigint
               when 'impact' then p.impact::bigint else p.urgency::bigint end as v, p.group_id, p.state
        from (select * from (select x.* from desk.ticket x where x.opened_at < t.opened_at order by x.opened_at desc, x.id desc limit 300) a
              union select * from (select x.* from desk.ticket x where x.requester_id = t.requester_id and x.id < t.id order by x.id desc limit 50) b) p
       where p.kind = t.kind and not p.restricted and p.state not in ('cancelled', 'new') and p.id <> t.id),
    n as (select p.v, count(*) filter (where p.requester_id = t.requester_id) as own, sum(case when p.requester_id = t.requester_id then 8 else 1 end)::float8 as w
            from past p where p.v is not null group by p.v),
    s as (select n.*, n.w / (sum(n.w) over () + 4) as c, sum(n.own) over () as owns, desk.propose_word(p_field, n.v) as word from n)
  select coalesce(jsonb_agg(jsonb_build_object('value', case when p_field in ('impact', 'urgency') then to_jsonb(b.v) else to_jsonb(b.word) end, 'id', b.v, 'label', b.word, 'confidence', round(b.c::numeric, 3),
      'basis', case when b.own > 0 then format('%s of %s from the same requester', b.own, b.owns) else 'frequent here' end) order by b.c desc, b.v), '[]')
    into v_choices from (select s.* from s where s.word is not null order by s.c desc, s.v limit 9) b;
  return jsonb_build_object('field', p_field, 'current', v_current, 'choices', v_choices);
end $$;

create function desk.propose(p_ticket bigint) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); t desk.ticket; v_fields jsonb := '[]'; f text;
begin
  if v_me is null or not desk.i_am_staff() or not desk.can_see(p_ticket, v_me) then return null; end if;
  select * into t from desk.ticket x where x.id = p_ticket;
  foreach f in array array['category', 'impact', 'urgency', 'group', 'assignee'] loop
    if exists (select from desk.field x where x.kind = t.kind and x.field = f) then v_fields := v_fields || desk.propose_field(t, f); end if;
  end loop;
  return jsonb_build_object('ticket', t.id, 'number', t.number, 'version', t.version,
    'model', jsonb_build_object('name', 'frequency', 'version', 0, 'learnt_from', 0, 'until', desk.iso(desk.now())),
    'fields', v_fields, 'duplicates', '[]'::jsonb, 'parents', '[]'::jsonb);
end $$;

-- Those of several tickets, in their order, to read ahead; at most 50.
create function desk.propose_many(p_tickets bigint[]) returns setof jsonb language sql stable security definer rows 10
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
  select p.j from unnest(p_tickets[1:50]) with ordinality u(id, n) cross join lateral (select desk.propose(u.id) as j) p where p.j is not null order by u.n $$;

revoke execute on function desk.propose_word(text, bigint), desk.propose_field(desk.ticket, text), desk.propose(bigint), desk.propose_many(bigint[]) from public;
grant execute on function desk.propose(bigint), desk.propose_many(bigint[]) to desk_person;
