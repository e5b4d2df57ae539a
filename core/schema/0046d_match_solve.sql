-- A ticket is solved with what was proposed for it: the article or the solved ticket is named in the act itself ("using"), so that it is
-- counted when the solution is sent and not before. A ticket that nobody has begun is begun on the way, where its rulebook has an act for
-- that. All of it is one operation: done whole or not at all, and undone as one.
reset role; set local role desk_api;

-- Counts what helped; a refusal, or null.
create function desk.solve_using(p_me int, t desk.ticket, u jsonb, p_op uuid, p_channel text) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare r jsonb; o desk.ticket; s desk.kb_sight; a desk.article;
begin
  if u->>'type' = 'article' then
    s := desk.kb_sight(p_me);
    a := desk.article_of(u->>'id', s);
    if a.id is null or a.published_id is null then return desk.refuse('no_article', 'notfound', 'using', jsonb_build_object('value', left(u->>'id', 40))); end if;
    if exists (select from desk.article_link k where k.ticket_id = t.id and k.article_id = a.id and k.how = 'applied') then return null; end if;
    r := desk.act_locked(p_me, t, 'article', jsonb_build_object('add', a.number, 'how', 'applied'), null, p_op, p_channel);
    return case when not (r->>'ok')::boolean then r end;
  end if;
  if u->>'type' is distinct from 'ticket' then return desk.refuse('bad_value', 'input', 'using', jsonb_build_object('value', left(u->>'type', 40), 'field', 'using', 'type', 'article, ticket')); end if;
  select x.* into o from desk.ticket x where x.number = upper(btrim(u->>'id'));
  if o.id is null or o.restricted or not desk.can_see(o.id, p_me) then return desk.refuse('not_found', 'notfound', 'using'); end if;
  insert into desk.match_case values (t.id, o.id, 'applied', p_me, desk.now(), t.last_seq) on conflict (ticket_id, other_id, how) do update set person_id = excluded.person_id, at = excluded.at, seq = excluded.seq;
  return null;
end $$;

-- The act that leads from the state of a ticket to one it can be solved in; null: none is needed, or there is none.
create function desk.solve_begins(t desk.ticket) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select x.verb from desk.transition x join desk.transition y on y.kind = x.kind and y.from_state = x.to_state and y.verb = 'resolve'
   where x.kind = t.kind and x.from_state = t.state and x.verb in ('start', 'take')
     and not exists (select from desk.transition z where z.kind = t.kind and z.from_state = t.state and z.verb = 'resolve')
   order by x.verb limit 1 $$;

create function desk.solve_as(p_me int, p_id bigint, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_hash bytea := desk.request_hash(p_id::text, 'resolve', p_fields::text, p_version::text); r jsonb; t desk.ticket; v_begin text; v_version int := p_version;
begin
  r := desk.replay(p_op, 0, p_me, v_hash);
  if r is not null then return r; end if;
  if not desk.can_see(p_id, p_me) then return desk.act_as(p_me, p_id, 'resolve', p_fields - 'using', p_version, p_op, p_channel); end if; -- refused there
  perform from desk.ticket x where x.id = p_id or x.parent_id = p_id order by x.id for update;
  r := desk.replay(p_op, 0, p_me, v_hash);
  if r is not null then return r; end if;
  begin
    select x.* into t from desk.ticket x where x.id = p_id;
    v_begin := desk.solve_begins(t);
    if v_begin is not null then
      r := desk.act_locked(p_me, t, v_begin, '{}', v_version, p_op, p_channel);
      if not (r->>'ok')::boolean then raise exception using errcode = 'DK001'; end if;
      v_version := null;
    end if;
    select x.* into t from desk.ticket x where x.id = p_id;
    r := desk.act_locked(p_me, t, 'resolve', p_fields - 'using', v_version, p_op, p_channel);
    if not (r->>'ok')::boolean then raise exception using errcode = 'DK001'; end if;
    select x.* into t from desk.ticket x where x.id = p_id;
    r := desk.solve_using(p_me, t, p_fields->'using', p_op, p_channel);
    if r is not null then raise exception using errcode = 'DK001'; end if;
    select x.* into t from desk.ticket x where x.id = p_id;
    r := desk.act_answer(t, p_op);
    insert into desk.op(op_id, part, actor_id, request_hash, result) values (p_op, 0, p_me, v_hash, r);
  exception when sqlstate 'DK001' then return r;
  end;
  return r;
end $$;

-- As in 0003b_acts.sql, with that.
create or replace function desk.act(p_id bigint, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text default 'api') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me();
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_channel !~ '^[a-z][a-z0-9_-]{0,19}$' or coalesce(p_channel in ('import', 'parent', 'tick'), true) then return desk.bad_channel(p_channel); end if;
  if p_verb = 'resolve' and jsonb_typeof(p_fields->'using') = 'object' then
    return desk.solve_as(v_me, p_id, p_fields, p_version, coalesce(p_op, gen_random_uuid()), p_channel);
  end if;
  return desk.act_as(v_me, p_id, p_verb, p_fields, p_version, coalesce(p_op, gen_random_uuid()), p_channel);
end $$;

revoke execute on function desk.solve_using(int, desk.ticket, jsonb, uuid, text), desk.solve_begins(desk.ticket), desk.solve_as(int, bigint, jsonb, int, uuid, text) from public;
