-- What one does not see one neither locks nor asks about: acts, changes told to programs that watch, and queries judged ticket by ticket.
reset role; set local role desk_api;

-- ---- locks ---------------------------------------------------------------------------------------------------------------
-- Of these tickets those a person may act on at all: what he sees, and for an undo what he did a while ago and sent out of his sight.
-- Asked before any of them is locked: else who may see none of them could stop the work of all by leaving a transaction open.
create function desk.lockable(p_me int, p_ids bigint[], p_verb text) returns bigint[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(array_agg(t.id), '{}') from desk.ticket t where t.id = any (p_ids)
    and ('sees' = any (desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted))
      or (p_verb = 'undo' and exists (select from desk.event e where e.ticket_id = t.id and e.actor_id = p_me
            and e.at >= desk.now() - desk.undo_minutes() * interval '1 minute'))));
end $$;
revoke execute on function desk.lockable(int, bigint[], text) from public;

-- As in 0010_undo.sql, behind that question.
create or replace function desk.act_as(p_actor int, p_id bigint, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb
  language plpgsql as $$
declare t desk.ticket; r jsonb; v_hash bytea := desk.request_hash(p_id::text, p_verb, p_fields::text, p_version::text);
begin
  if desk.lockable(p_actor, array[p_id], p_verb) = '{}' then
    r := desk.replay(p_op, 0, p_actor, v_hash);
    if r is not null then return r; end if;
    perform desk.log_denied(p_actor, x.id, p_verb) from desk.ticket x where x.id = p_id and x.restricted;
    return desk.refuse('not_found', 'notfound');
  end if;
  if p_verb = 'undo' then return desk.undo_act(p_actor, p_id, p_fields, p_version, p_op, p_channel); end if;
  if exists (select from desk.ticket x where x.parent_id = p_id) then
    perform from desk.ticket x where x.id = p_id or x.parent_id = p_id order by x.id for update;
  end if;
  select x.* into t from desk.ticket x where x.id = p_id for update;
  r := desk.replay(p_op, 0, p_actor, v_hash);
  if r is not null then return r; end if;
  if t.id is null then return desk.refuse('not_found', 'notfound'); end if;
  r := desk.act_locked(p_actor, t, p_verb, p_fields, p_version, p_op, p_channel);
  if (r->>'ok')::boolean then
    insert into desk.op(op_id, part, actor_id, request_hash, result) values (p_op, 0, p_actor, v_hash, r);
  end if;
  return r;
end $$;

-- As in 0015_acts.sql, behind that question.
create or replace function desk.act_many(p_ids bigint[], p_verb text, p_fields jsonb, p_op uuid, p_part int default 0, p_channel text default 'api') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_me int := desk.me(); v_op uuid := coalesce(p_op, gen_random_uuid()); v_part int := coalesce(p_part, 0); v_hash bytea := desk.request_hash(p_ids::text, p_verb, p_fields::text);
  v record; t desk.ticket; n desk.ticket; e desk.event; pl record; r jsonb; c jsonb; k text; i int; v_now timestamptz; v_epoch smallint; v_x xid8 := pg_current_xact_id();
  v_mine bigint[]; v_parents bigint[]; v_twice boolean; v_rules desk.act_rule[]; tr desk.act_rule; v_params jsonb := '{}'; v_keys text[] := '{}'; v_whos text[] := '{}'; v_who text[];
  v_salt bytea; v_body text; v_tsv tsvector; v_all jsonb[] := '{}'; v_n desk.ticket[] := '{}'; v_e desk.event[] := '{}'; v_t desk.event_text[] := '{}'; v_s desk.span[] := '{}';
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_channel !~ '^[a-z][a-z0-9_-]{0,19}$' or coalesce(p_channel in ('import', 'parent', 'tick'), true) then return desk.bad_channel(p_channel); end if;
  if cardinality(p_ids) > 250 then return desk.refuse('too_many', 'input', 'ids', '{"max": 250}'); end if;
  v_mine := desk.lockable(v_me, p_ids, p_verb);
  if p_verb = 'undo' then perform desk.undo_lock(v_mine); end if;
  perform from desk.ticket x where x.id = any (v_mine) or x.parent_id = any (v_mine) order by x.id for update;
  insert into desk.op(op_id, part, actor_id, request_hash) values (v_op, v_part, v_me, v_hash) on conflict do nothing;
  if not found then return desk.replay(v_op, v_part, v_me, v_hash); end if;
  v_now := desk.now(); v_epoch := desk.epoch();
  select coalesce(array_agg(distinct x.parent_id), '{}') into v_parents from desk.ticket x where x.parent_id = any (p_ids);
  select count(*) <> count(distinct u) into v_twice from unnest(p_ids) u;
  select coalesce(array_agg(row(x.kind, x.from_state, x.to_state, x.roles, x.guard, x.side_effect, b.visibility, b.body)::desk.act_rule), '{}') into v_rules
    from desk.transition x join desk.verb b on b.kind = x.kind and b.verb = x.verb where x.verb = p_verb;
  for v in select u.id, x as row from unnest(p_ids) with ordinality u(id, o) left join desk.ticket x on x.id = u.id order by u.o loop
    t := v.row;
    -- an act before this one may have run down to it
    if t.parent_id is not null or v_twice or p_verb = 'undo' then select x.* into t from desk.ticket x where x.id = v.id; end if;
    if t.id is null or t.id <> all (v_mine) then
      if t.restricted then perform desk.log_denied(v_me, t.id, p_verb); end if;
      r := desk.refuse('not_found', 'notfound');
    elsif p_verb = 'undo' then r := desk.undo_locked(v_me, t, p_fields, null, v_op, p_channel);
    else
      if t.restricted then v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
      else                                  -- what I am to it hangs on these alone
        k := concat_ws('|', t.org_id, t.group_id, t.requester_id = v_me, t.opened_by = v_me, t.assignee_id = v_me);
        i := array_position(v_keys, k);
        if i is null then
          v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
          v_keys := v_keys || k; v_whos := v_whos || array_to_string(v_who, ' ');
        else v_who := string_to_array(v_whos[i], ' '); end if;
      end if;
      if tr.kind is distinct from t.kind or tr.state is distinct from t.state then
        tr := null;
        for i in 1 .. cardinality(v_rules) loop
          if v_rules[i].kind = t.kind and v_rules[i].state = t.state then tr := v_rules[i]; exit; end if;
        end loop;
        -- what was typed means the same for each ticket of a kind, unless the answer depends on the ticket
        if tr.kind is not null and not v_params ? t.kind then
          n := null;
          c := desk.take_params(t.kind, p_verb, coalesce(p_fields, '{}'), tr.body, v_me, n);
          v_params := v_params || jsonb_build_object(t.kind, case when not c ? 'ok' then c end);
        end if;
      end if;
      pl := desk.act_plan(v_me, t, v_who, tr, p_verb, p_fields, null, v_now, nullif(v_params->t.kind, 'null'));
      r := pl.r;
      if r is null then
        t := pl.t; n := pl.n;
        if v_twice or t.parent_id is not null or t.id = any (v_parents) or t.restricted or n.restricted or n.subject <> t.subject or n.org_id <> t.org_id or n.parent_id is not null
           or pl.copies is not null or not (coalesce(tr.guard = any (desk.act_own()), true) and coalesce(tr.side_effect = any (desk.act_own()), true)) then
          r := desk.act_finish(v_me, t, n, p_verb, pl.changes, pl.body, pl.visibility, pl.copies, v_who, v_op, p_channel, v_now);
        else
          c := desk.header_changes(t, n) || pl.changes;
          if c = '{}' and pl.body is null then r := desk.act_answer(t, v_op);
          else
            v_salt := uuid_send(gen_random_uuid());
            e := row(t.id, t.last_seq + 1, v_now, clock_timestamp(), v_me, null, session_user, p_channel, p_verb, pl.visibility, v_op, null,
              false, v_epoch, v_x, sha256(v_salt || convert_to(c::text || chr(31) || coalesce(pl.body, ''), 'UTF8')), null)::desk.event;
            e.hash := desk.event_hash(t.last_hash, e);
            if pl.body is distinct from v_body then v_body := pl.body; v_tsv := case when v_body is not null then desk.tsv(null, v_body) end; end if;
            n.last_seq := e.seq; n.last_hash := e.hash; n.version := t.version + 1; n.updated_at := v_now;
            i := cardinality(v_n) + 1;
            v_n[i] := n; v_e[i] := e; v_t[i] := row(e.ticket_id, e.seq, v_salt, c, pl.body, v_tsv)::desk.event_text;
            if c ?| array['state', 'group', 'assignee'] then
              v_s[cardinality(v_s) + 1] := row(n.id, n.last_seq, n.state, n.group_id, n.assignee_id, v_now, null)::desk.span;
            end if;
            r := desk.act_answer(n, v_op);
          end if;
        end if;
      end if;
    end if;
    if r->'error'->>'class' is distinct from 'notfound' then r := r || jsonb_build_object('id', v.id, 'number', t.number);
    else r := r || jsonb_build_object('id', v.id); end if;
    v_all[cardinality(v_all) + 1] := r;
  end loop;
  if cardinality(v_n) > 0 then perform desk.store_many(v_n, v_e, v_t, v_s); end if;
  r := jsonb_build_object('ok', true, 'op', v_op, 'replay', false, 'results', to_jsonb(v_all));
  update desk.op o set result = r where o.op_id = v_op and o.part = v_part;
  return r;
end $$;

-- As in 0010_undo.sql, but that all of the unit is locked: a child may have left its family since.
create or replace function desk.undo_unit(p_me int, p_ids bigint[], p_seqs int[], p_op uuid, p_channel text) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare r jsonb; v_field text;
begin
  perform from desk.ticket k where k.id = any (p_ids) order by k.id for update;
  r := desk.undo_refusal(p_me, p_ids, p_seqs);
  if r is not null then
    if r->'error'->>'class' in ('denied', 'notfound') then
      perform desk.log_denied(p_me, k.id, 'undo') from desk.ticket k where k.id = any (p_ids) and (k.restricted or r->'error'->>'class' = 'denied') limit 1;
    end if;
    return r;
  end if;
  select min(f.field) into v_field from unnest(p_ids, p_seqs) p(id, seq) join desk.event_text x on x.ticket_id = p.id and x.seq = p.seq
    join desk.ticket k on k.id = p.id join desk.field f on f.kind = k.kind and f.store = 'typed' and x.changes ? f.field;
  if v_field is null then
    perform desk.undo_apply(p_me, p_ids, p_seqs, p_op, p_channel);
    return null;
  end if;
  begin                                     -- the constraints of a typed row can still refuse: another column moved on
    perform desk.undo_apply(p_me, p_ids, p_seqs, p_op, p_channel);
  exception when integrity_constraint_violation or data_exception then
    return desk.refuse('value_refused', 'input', v_field);
  end;
  return null;
end $$;

-- ---- sight ---------------------------------------------------------------------------------------------------------------
-- As in 0013_inbox.sql, but that of a ticket out of sight it is not told whether it is there, nor when it was changed.
create or replace function desk.events_at(p_epoch int, p_ids bigint[], p_xs text[]) returns table(n int, visible boolean, last boolean, events jsonb)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); t desk.ticket; v_who text[];
begin
  if v_me is null or cardinality(p_ids) > 500 then return; end if;
  for i in 1 .. coalesce(cardinality(p_ids), 0) loop
    n := i; visible := false; last := true; events := '[]';
    continue when p_xs[i] is null or p_xs[i] !~ '^[0-9]{1,19}$';
    select k.* into t from desk.ticket k where k.id = p_ids[i];
    if found then
      v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
      visible := 'sees' = any (v_who);
      last := not visible or exists (select from desk.event e where e.ticket_id = t.id and e.seq = t.last_seq and e.epoch = p_epoch and e.x <= p_xs[i]::xid8);
      if visible and not t.restricted then
        select coalesce(jsonb_agg(desk.watch_event(t, e, c.changes, v_me) order by e.seq), '[]') into events
          from desk.event e join desk.event_text c on c.ticket_id = e.ticket_id and c.seq = e.seq
         where e.ticket_id = t.id and e.epoch = p_epoch and e.x = p_xs[i]::xid8 and ('staff' = any (v_who) or e.visibility = 2);
      end if;
    end if;
    return next;
  end loop;
end $$;

-- As in 0019_matches.sql, but that it knows no more than a list does: who watches a ticket is known to those who work on it, and of
-- a restricted one nothing beside its header.
create or replace function desk.match_value(t desk.ticket, p_field text, p_op text, v jsonb, p_me int, p_internal boolean, p_zone text, p_now timestamptz) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare s text := v #>> '{}'; none boolean := v = 'null'; any_ boolean := coalesce((v->>'any')::boolean, false) and jsonb_typeof(v) = 'object'; w text; f desk.field; x jsonb;
begin
  case p_field
  when 'number' then return t.number = s;
  when 'kind' then return t.kind = s;
  when 'state' then
    return case s when 'open' then t.phase < 3 when 'active' then t.phase = 1 when 'waiting' then t.phase = 2 when 'done' then t.phase = 3 else t.state = s end;
  when 'priority' then return desk.match_int(t.priority, p_op, v);
  when 'impact' then return desk.match_int(t.impact, p_op, v);
  when 'urgency' then return desk.match_int(t.urgency, p_op, v);
  when 'reassignments' then return desk.match_int(t.reassignments, p_op, v);
  when 'reopens' then return desk.match_int(t.reopens, p_op, v);
  when 'version' then return desk.match_int(t.version, p_op, v);
  when 'restricted' then return t.restricted = s::boolean;
  when 'requester' then return desk.match_person(t.requester_id, s, p_me);
  when 'opener' then return desk.match_person(t.opened_by, s, p_me);
  when 'assignee' then return case when none then t.assignee_id = 0 when any_ then t.assignee_id <> 0 else desk.match_person(t.assignee_id, s, p_me) end;
  when 'group' then return case when none then t.group_id = 0 when any_ then t.group_id <> 0 else desk.match_group(t.group_id, s, p_me) end;
  when 'category' then return case when none then t.category_id is null when any_ then t.category_id is not null else desk.match_category(t.category_id, s) end;
  when 'service' then return case when none then t.service_id is null when any_ then t.service_id is not null
    else exists (select from desk.service n where n.id = t.service_id and lower(n.name) = lower(s)) end;
  when 'ci' then return case when none then t.ci_id is null when any_ then t.ci_id is not null
    else exists (select from desk.ci n where lower(n.name) = lower(s) and (n.id = t.ci_id
      or exists (select from desk.ticket_ci e where e.ticket_id = t.id and e.ci_id = n.id and e.role <> 'not_impacted' and not t.restricted))) end;
  when 'org' then return exists (select from desk.org n where n.id = t.org_id and lower(n.name) = lower(s));
  when 'opened' then return desk.match_time(t.opened_at, p_op, v, false, p_zone, p_now);
  when 'updated' then return desk.match_time(t.updated_at, p_op, v, false, p_zone, p_now);
  when 'due' then return case when none then t.due_at = 'infinity' when any_ then t.due_at < 'infinity'
    else t.due_at < 'infinity' and desk.match_time(t.due_at, p_op, v, true, p_zone, p_now) end;
  when 'resolved' then return case when none then t.resolved_at is null when any_ then t.resolved_at is not null else desk.match_time(t.resolved_at, p_op, v, false, p_zone, p_now) end;
  when 'closed' then return case when none then t.closed_at is null when any_ then t.closed_at is not null else desk.match_time(t.closed_at, p_op, v, false, p_zone, p_now) end;
  when 'hold_until' then return case when none then t.hold_until is null when any_ then t.hold_until is not null else desk.match_time(t.hold_until, p_op, v, true, p_zone, p_now) end;
  when 'hold', 'hold_ref', 'code', 'cancel_reason', 'channel', 'external' then
    w := case p_field when 'hold' then t.hold_reason when 'hold_ref' then t.hold_ref when 'code' then t.resolution_code when 'cancel_reason' then t.cancel_reason
      when 'channel' then t.channel else t.external end;
    return case when none then w is null when any_ then w is not null else w = s end;
  when 'tag' then return case when none or any_ then any_ = exists (select from desk.ticket_tag e where e.ticket_id = t.id and not t.restricted)
    else exists (select from desk.ticket_tag e where e.ticket_id = t.id and e.tag = s and not t.restricted) end;
  when 'watcher' then return case when none or any_ then any_ = exists (select from desk.watcher e where e.ticket_id = t.id and ((p_internal and not t.restricted) or e.person_id = p_me))
    else exists (select from desk.watcher e where e.ticket_id = t.id and desk.match_person(e.person_id, s, p_me) and ((p_internal and not t.restricted) or e.person_id = p_me)) end;
  when 'subject' then return desk.match_words(t, s, p_internal) and strpos(lower(normalize(t.subject, NFKC)), lower(normalize(s, NFKC))) > 0;
  when 'text' then
    w := desk.match_term(v);
    if w is null then return t.number = upper(s) or coalesce(t.external = upper(s), false) or desk.match_words(t, s, p_internal); end if;
    return desk.match_words(t, w, p_internal);
  else
    select * into f from desk.field c where c.kind = t.kind and c.field = p_field and c.store = 'typed';
    if not found then
      if exists (select from desk.field c where c.field = p_field and c.store = 'typed') then return false; end if; -- of another kind
      raise exception 'desk.matches: there is no field %', p_field using errcode = 'invalid_parameter_value';
    end if;
    x := case when not t.restricted then nullif(desk.typed_json(t.kind, t.id)->p_field, 'null') end;
    if none or any_ then return any_ = (x is not null); end if;
    return case f.type when 'int' then desk.match_int((x #>> '{}')::bigint, p_op, v) when 'level' then desk.match_int((x #>> '{}')::bigint, p_op, v)
      when 'bool' then (x #>> '{}')::boolean = s::boolean when 'time' then desk.match_time((x #>> '{}')::timestamptz, p_op, v, true, p_zone, p_now)
      when 'person' then desk.match_person((x #>> '{}')::int, s, p_me) when 'group' then desk.match_group((x #>> '{}')::int, s, p_me)
      when 'category' then desk.match_category((x #>> '{}')::int, s) else x #>> '{}' = s end;
  end case;
end $$;

-- As in 0013_inbox.sql; a reminder for never is refused.
create or replace function desk.follow_up(p_ticket bigint, p_due timestamptz, p_text text default '') returns jsonb
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_id int; v_text text := btrim(regexp_replace(coalesce(p_text, ''), '[\x01-\x1f\x7f]+', ' ', 'g'));
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.can_see(p_ticket, v_me) then return desk.refuse('not_found', 'notfound'); end if;
  if p_due is null then return desk.refuse('field_required', 'input', 'when', '{"verb": "follow-up"}'); end if;
  if p_due = 'infinity' then return desk.refuse('bad_time', 'input', 'when', jsonb_build_object('value', p_due)); end if;
  if p_due <= desk.now() then return desk.refuse('time_past', 'input', 'when', jsonb_build_object('value', desk.iso(p_due))); end if;
  if length(v_text) > 1000 then return desk.refuse('too_long', 'input', 'text', jsonb_build_object('max', 1000)); end if;
  insert into desk.my_follow_up(person_id, ticket_id, due_at, text) values (v_me, p_ticket, p_due, v_text) returning id into v_id;
  return jsonb_build_object('ok', true, 'item', (select desk.inbox_word(t.number, -v_id) from desk.ticket t where t.id = p_ticket),
    'number', (select t.number from desk.ticket t where t.id = p_ticket), 'due_at', desk.iso(p_due), 'text', v_text);
end $$;

-- As in 0012_drafts.sql, with the leads that the views of groups have: who leads for one customer leads no group of all customers, who
-- leads the group by his membership does.
create or replace function desk.macro_groups(p_lead boolean) returns setof int language sql stable security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
  select g.id from desk.support_group g
   where g.active and g.id > 0 and desk.i_am_staff()
     and (exists (select from desk.group_member m where m.group_id = g.id and m.person_id = desk.me() and (m.lead or not p_lead))
       or exists (select from desk.my_role() r where r.role = 'lead' and (r.group_id = g.id or (r.group_id is null
                    and (r.org_id is null or r.org_id = g.org_id))))) $$;
