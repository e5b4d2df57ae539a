-- The preview of an act on many tickets: the same rulebook, taken back.
reset role; set local role desk_api;

-- What act_many would do, without doing it: it is done, looked at and taken back. {"ok": true, "results": [{id, number, ok, state, changes | error}],
-- "others": tickets that it would run down to}. What would be denied is logged like what was.
create function desk.act_preview(p_ids bigint[], p_verb text, p_fields jsonb) returns jsonb language plpgsql
  security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_op uuid := gen_random_uuid(); r jsonb; v_all jsonb := '[]'; v_others int := 0;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  begin
    r := desk.act_many(p_ids, p_verb, p_fields, v_op, 0, 'api');
    if (r->>'ok')::boolean then
      select coalesce(jsonb_agg(case when not (q.v->>'ok')::boolean then q.v else jsonb_build_object('id', q.v->'id', 'number', q.v->'number', 'ok', true, 'state', q.v->'state',
          'changes', desk.render_changes(t.kind, y.changes, v_me)) end order by q.n), '[]') into v_all
        from jsonb_array_elements(r->'results') with ordinality q(v, n)
        left join desk.event e on e.ticket_id = (q.v->>'id')::bigint and e.seq = (q.v->>'seq')::int and e.op = v_op
        left join desk.event_text y on y.ticket_id = e.ticket_id and y.seq = e.seq left join desk.ticket t on t.id = e.ticket_id;
      select count(distinct e.ticket_id) into v_others from desk.event e
       where e.epoch = desk.epoch() and e.x = pg_current_xact_id() and e.op = v_op and e.ticket_id <> all (p_ids);
    end if;
    raise exception using errcode = 'DK001';
  exception when sqlstate 'DK001' then null;
  end;
  if not (r->>'ok')::boolean then return r; end if;
  perform desk.log_denied(v_me, t.id, p_verb) from jsonb_array_elements(v_all) v join desk.ticket t on t.id = (v->>'id')::bigint
    where v->'error'->>'class' = 'denied' or (v->'error'->>'class' = 'notfound' and t.restricted);
  return jsonb_build_object('ok', true, 'results', v_all, 'others', v_others);
end $$;
grant execute on function desk.act_preview(bigint[], text, jsonb) to desk_person;

-- As at the end of 0009_people.sql, for what came since.
reset role;
do $$
declare f regprocedure;
begin
  for f in select p.oid from pg_proc p where p.pronamespace = 'desk'::regnamespace and p.prosecdef
      and not coalesce(p.proconfig, '{}') @> array['standard_conforming_strings=on'] and p.proname ~ '^import_' loop
    execute format('alter function %s set standard_conforming_strings = on', f);
  end loop;
end $$;
