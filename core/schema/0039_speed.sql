-- What an act costs the server: fewer statements, none planned anew, nothing looked up twice, no row locked that nobody takes away.
-- An act is a few hundred expressions; each is made ready anew in each transaction, so what is not asked counts more than how it is asked.
reset role; set local role desk_owner;

-- People, groups, services ... are never deleted by the desk, they become inactive: that a reference holds was asked again by every act, with a
-- lock on the row that all writers want. What may not go is watched where it would go, or get another number.
create function desk.still_used() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_key text := case tg_table_name when 'kind' then to_jsonb(old)->>'kind' else to_jsonb(old)->>'id' end; v_column text; v_used boolean;
begin
  if tg_op = 'UPDATE' and v_key = (case tg_table_name when 'kind' then to_jsonb(new)->>'kind' else to_jsonb(new)->>'id' end) then return new; end if;
  foreach v_column in array tg_argv loop
    execute format('select exists (select from desk.%I where %I = $1::%s)', split_part(v_column, '.', 1), split_part(v_column, '.', 2),
      case tg_table_name when 'kind' then 'text' else 'bigint' end) into v_used using v_key;
    if v_used then
      raise exception 'desk.% %: still used by desk.%', tg_table_name, v_key, v_column using errcode = 'foreign_key_violation';
    end if;
  end loop;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
revoke execute on function desk.still_used() from public;
alter table desk.ticket drop constraint ticket_kind_fkey, drop constraint ticket_org_id_fkey, drop constraint ticket_requester_id_fkey, drop constraint ticket_opened_by_fkey,
  drop constraint ticket_group_id_fkey, drop constraint ticket_assignee_id_fkey, drop constraint ticket_service_id_fkey, drop constraint ticket_category_id_fkey, drop constraint ticket_ci_id_fkey;
alter table desk.sla_clock drop constraint sla_clock_target_id_fkey, drop constraint sla_clock_contract_id_fkey, drop constraint sla_clock_calendar_version_fkey;
create trigger still_used before delete or update of kind on desk.kind for each row execute function desk.still_used('ticket.kind');
create trigger still_used before delete or update of id on desk.org for each row execute function desk.still_used('ticket.org_id');
create trigger still_used before delete or update of id on desk.person for each row execute function desk.still_used('ticket.requester_id', 'ticket.opened_by', 'ticket.assignee_id');
create trigger still_used before delete or update of id on desk.support_group for each row execute function desk.still_used('ticket.group_id');
create trigger still_used before delete or update of id on desk.service for each row execute function desk.still_used('ticket.service_id');
create trigger still_used before delete or update of id on desk.category for each row execute function desk.still_used('ticket.category_id');
create trigger still_used before delete or update of id on desk.ci for each row execute function desk.still_used('ticket.ci_id');
create trigger still_used before delete or update of id on desk.sla_target for each row execute function desk.still_used('sla_clock.target_id');
create trigger still_used before delete or update of id on desk.contract for each row execute function desk.still_used('sla_clock.contract_id');
create trigger still_used before delete or update of id on desk.calendar_version for each row when (old.calendar_id is not null) execute function desk.still_used('sla_clock.calendar_version');

-- A condition of a trigger is read from its text by every statement that changes the table, for each row's sake or not: short for the open tickets.
drop trigger metric_touch_update on desk.ticket;
create trigger metric_touch_update after update on desk.ticket for each row when (old.phase = 3 or new.phase = 3) execute function desk.metric_touch_ticket();

-- put into the expression that asks for it, as those below
create or replace function desk.event_hash(prev bytea, e desk.event) returns bytea language sql stable parallel safe as $$
  select sha256(coalesce(prev, '') || e.content || convert_to(concat_ws('|', e.ticket_id, e.seq,
    (extract(epoch from e.at) * 1000000)::bigint, (extract(epoch from e.recorded_at) * 1000000)::bigint,
    e.actor_id, coalesce(e.on_behalf_id, 0), e.channel, e.verb, e.visibility, e.op, coalesce(e.voids, 0), e.late,
    e.epoch, e.x, e.recorded_by), 'UTF8')) $$;

reset role; set local role desk_api;
create or replace function desk.metric_touch_ticket() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' then
    -- what no figure counts
    if (old.phase, old.state = 'cancelled', old.kind, old.org_id, old.group_id, old.assignee_id, old.service_id, old.category_id, old.ci_id, old.priority, old.restricted, old.opened_at,
          old.acknowledged_at, old.resolved_at, old.reassignments, old.reopens)
        is not distinct from (new.phase, new.state = 'cancelled', new.kind, new.org_id, new.group_id, new.assignee_id, new.service_id, new.category_id, new.ci_id, new.priority, new.restricted,
          new.opened_at, new.acknowledged_at, new.resolved_at, new.reassignments, new.reopens) then return null; end if;
    if old.phase = 3 then perform desk.metric_mark(old.resolved_at); end if;
    if old.phase = 3 and new.phase = 3 and old.resolved_at = new.resolved_at then return null; end if;
  end if;
  if new.phase = 3 then perform desk.metric_mark(new.resolved_at); end if;
  return null;
end $$;

-- ---- what is one expression is put into the expression that asks for it -------------------------------------------------
create or replace function desk.request_hash(variadic p text[]) returns bytea language sql stable as $$
  select sha256(convert_to(array_to_string(p, chr(31), ''), 'UTF8')) $$;
create or replace function desk.act_answer(n desk.ticket, p_op uuid) returns jsonb language sql stable as $$
  select jsonb_build_object('ok', true, 'id', n.id, 'number', n.number, 'version', n.version, 'seq', n.last_seq, 'state', n.state, 'op', p_op, 'replay', false) $$;
create or replace function desk.sla_moves(c jsonb, p_visibility smallint, p_text boolean, p_voids int) returns boolean language sql immutable as $$
  -- what an undo takes back stands in its changes, turned round; words leave none
  select (p_voids is not null and (p_visibility = 2 or c = '{}')) or (p_text and p_visibility = 2)
    or c ?| '{state,group,assignee,hold_reason,hold_ref,priority,service,org_id,major,acknowledged_at,resolved_at,cancel_reason}'::text[] $$;
create or replace function desk.sla_again(t desk.ticket, n desk.ticket, p_voids int) returns boolean language sql immutable as $$
  select p_voids is not null or (t.phase = 3 and n.phase < 3) $$;
create or replace function desk.sla_fact_of(t desk.ticket, p_seq int, p_at timestamptz, p_said text, p_floor timestamptz) returns desk.sla_fact language sql stable as $$
  select row(t.id, p_seq, date_trunc('second', p_at), t.kind, t.opened_at, 'infinity', p_floor, t.state, t.phase, t.hold_reason, t.hold_ref, t.org_id, t.service_id,
    t.priority, coalesce(t.major = 'accepted', false), t.group_id, t.assignee_id, t.acknowledged_at, t.resolved_at, t.cancel_reason, p_said)::desk.sla_fact $$;

-- ---- one act ------------------------------------------------------------------------------------------------------------
create or replace function desk.act_as(p_actor int, p_id bigint, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb
  language plpgsql as $$
declare t desk.ticket; o desk.ticket; r jsonb; v_who text[]; v_hash bytea := desk.request_hash(p_id::text, p_verb, p_fields::text, p_version::text);
begin
  -- nobody waits for a row he may not see
  select x.* into o from desk.ticket x where x.id = p_id;
  if o.id is not null then v_who := desk.who(p_actor, o.id, o.org_id, o.group_id, o.requester_id, o.opened_by, o.assignee_id, o.restricted); end if;
  if 'sees' = any (v_who) is not true and desk.lockable(p_actor, array[p_id], p_verb) = '{}' then
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
  if exists (select from desk.op x where x.op_id = p_op) then
    r := desk.replay(p_op, 0, p_actor, v_hash);
    if r is not null then return r; end if;
  end if;
  if t.id is null then return desk.refuse('not_found', 'notfound'); end if;
  -- somebody else may have moved it before it was locked
  if t.restricted or o is distinct from t then v_who := desk.who(p_actor, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted); end if;
  r := desk.act_known(p_actor, t, v_who, p_verb, p_fields, p_version, p_op, p_channel);
  if (r->>'ok')::boolean then
    insert into desk.op(op_id, part, actor_id, request_hash, result) values (p_op, 0, p_actor, v_hash, r);
  end if;
  return r;
end $$;

-- One act on a ticket that is locked, children too, by somebody of whom it is known what he is to it.
create function desk.act_known(p_me int, t desk.ticket, p_who text[], p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb language plpgsql as $$
declare tr desk.act_rule; v_now timestamptz := desk.now(); pl record;
begin
  select x.kind, x.from_state, x.to_state, x.roles, x.guard, x.side_effect, v.visibility, v.body into tr
    from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb
   where x.kind = t.kind and x.from_state = t.state and x.verb = p_verb;
  pl := desk.act_plan(p_me, t, p_who, tr, p_verb, p_fields, p_version, v_now, null);
  if pl.r is not null then return pl.r; end if;
  return desk.act_finish(p_me, pl.t, pl.n, p_verb, pl.changes, pl.body, pl.visibility, pl.copies, p_who, p_op, p_channel, v_now);
end $$;
create or replace function desk.act_locked(p_me int, t desk.ticket, p_verb text, p_fields jsonb, p_version int, p_op uuid, p_channel text) returns jsonb language plpgsql as $$
begin
  return desk.act_known(p_me, t, desk.who(p_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted), p_verb, p_fields, p_version, p_op, p_channel);
end $$;
revoke execute on function desk.act_known(int, desk.ticket, text[], text, jsonb, int, uuid, text) from public;

create or replace function desk.journal_append(t desk.ticket, p_verb text, p_actor int, p_on_behalf int, p_channel text, p_op uuid, p_at timestamptz, p_visibility smallint, p_changes jsonb,
    p_body text, p_late boolean default false, p_voids int default null) returns desk.event language plpgsql as $$
declare e desk.event; v_salt bytea := uuid_send(gen_random_uuid()); v_slot smallint; v_epoch smallint;
begin
  if current_setting('desk.epoch_checked', true) is distinct from 'on' then perform desk.epoch(); end if;
  select s.slot, c.feed_epoch into v_slot, v_epoch from desk.change_slot s, desk.clock c;
  -- one expression in the order of the columns: as many assignments would each cost as much
  e := row(t.id, t.last_seq + 1, p_at, clock_timestamp(), p_actor, p_on_behalf, session_user, p_channel, p_verb, p_visibility, p_op, p_voids,
    p_late, v_epoch, pg_current_xact_id(), sha256(v_salt || convert_to(coalesce(p_changes::text, '') || chr(31) || coalesce(p_body, ''), 'UTF8')), null)::desk.event;
  e.hash := desk.event_hash(t.last_hash, e);
  insert into desk.event values (e.*);
  if p_body is null then
    insert into desk.event_text(ticket_id, seq, salt, changes) values (e.ticket_id, e.seq, v_salt, p_changes);
  else
    insert into desk.event_text(ticket_id, seq, salt, changes, body, tsv) values (e.ticket_id, e.seq, v_salt, p_changes, p_body, desk.tsv(null, p_body));
  end if;
  case v_slot
  when 0 then insert into desk.change_log_0(epoch, x, seq, org_id, ticket_id) values (e.epoch, e.x, nextval('desk.change_seq'), t.org_id, t.id);
  when 1 then insert into desk.change_log_1(epoch, x, seq, org_id, ticket_id) values (e.epoch, e.x, nextval('desk.change_seq'), t.org_id, t.id);
  else insert into desk.change_log_2(epoch, x, seq, org_id, ticket_id) values (e.epoch, e.x, nextval('desk.change_seq'), t.org_id, t.id);
  end case;
  return e;
end $$;

create or replace function desk.store_act(t desk.ticket, n desk.ticket, p_verb text, p_actor int, p_channel text, p_op uuid, p_at timestamptz, p_visibility smallint, p_changes jsonb,
    p_body text, p_voids int default null) returns desk.ticket language plpgsql as $$
declare c jsonb := p_changes; e desk.event; v_subject text := n.subject; v_same boolean := n is not distinct from t;
begin
  if not v_same then c := desk.header_changes(t, n) || p_changes; end if;
  if c = '{}' and p_body is null and p_voids is null then return t; end if;
  e := desk.journal_append(n, p_verb, p_actor, null, p_channel, p_op, p_at, p_visibility, c, p_body, false, p_voids);
  if desk.sla_moves(c, case p_verb when 'update' then 2::smallint else p_visibility end, p_body is not null, p_voids) then n.due_at := desk.sla_act(t, n, e, c, p_body is not null); end if;
  if v_same then null;
  elsif n.restricted or t.restricted then
    update desk.ticket_text x set subject = case when n.restricted then n.subject end,
      tsv = case when n.subject <> t.subject then desk.tsv(n.subject, x.body) else x.tsv end where x.id = n.id;
    if n.restricted then v_subject := ''; end if;
  elsif n.subject <> t.subject then
    update desk.ticket_text x set tsv = desk.tsv(n.subject, x.body) where x.id = n.id;
  end if;
  n.last_seq := e.seq; n.last_hash := e.hash; n.version := t.version + 1; n.updated_at := p_at;
  if v_same then                            -- words, tags ...: the rest stays as it is
    update desk.ticket x set updated_at = n.updated_at, due_at = n.due_at, version = n.version, last_seq = n.last_seq, last_hash = n.last_hash where x.id = n.id;
    return n;
  end if;
  update desk.ticket x set state = n.state, phase = n.phase, org_id = n.org_id, requester_id = n.requester_id, subject = v_subject,
    group_id = n.group_id, assignee_id = n.assignee_id, service_id = n.service_id, category_id = n.category_id, ci_id = n.ci_id,
    impact = n.impact, urgency = n.urgency, priority = n.priority, priority_reason = n.priority_reason, parent_id = n.parent_id,
    restricted = n.restricted, updated_at = n.updated_at, due_at = n.due_at, acknowledged_at = n.acknowledged_at,
    resolved_at = n.resolved_at, closed_at = n.closed_at, hold_reason = n.hold_reason, hold_until = n.hold_until, hold_ref = n.hold_ref,
    resolution_code = n.resolution_code, cancel_reason = n.cancel_reason, reassignments = n.reassignments, reopens = n.reopens,
    external = n.external, version = n.version, last_seq = n.last_seq, last_hash = n.last_hash, custom = n.custom,
    major = n.major
   where x.id = n.id;
  if c ?| array['state', 'group', 'assignee', 'hold_reason'] then
    update desk.span s set until_at = p_at where s.ticket_id = n.id and s.until_at is null;
    insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at, hold_reason)
      values (n.id, n.last_seq, n.state, n.group_id, n.assignee_id, p_at, n.hold_reason);
  end if;
  if n.org_id <> t.org_id then              -- the organisation it left must see it go
    t.last_seq := n.last_seq;
    perform desk.feed_note(t.org_id, t.id, e.epoch);
  end if;
  return n;
end $$;

-- ---- small things that every act passes ------------------------------------------------------------------------------------
-- A function in SQL that is not put into the expression that calls it is planned anew by each call: as plpgsql it is planned once a session.
create or replace function desk.is_member(p_group int, p_person int) returns boolean language plpgsql stable as $$
begin
  return exists (select from desk.group_member m where m.group_id = p_group and m.person_id = p_person);
end $$;
create or replace function desk.set_change(p_key text, p_gone jsonb, p_new jsonb) returns jsonb language sql stable as $$
  select case when coalesce(p_gone, '[]') = '[]' and coalesce(p_new, '[]') = '[]' then '{}'::jsonb
    else jsonb_build_object('@changes', jsonb_build_object(p_key, jsonb_build_array(coalesce(p_gone, '[]'), coalesce(p_new, '[]')))) end $$;
create or replace function desk.can_see(p_ticket bigint, p_person int) returns boolean language plpgsql stable as $$
begin
  return coalesce((select desk.who(p_person, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted) @> array['sees'] from desk.ticket t where t.id = p_ticket
    and exists (select from desk.person p where p.id = p_person and (p.active or p.id = 1))), false);
end $$;
-- To set a search path costs as much as a small statement. These are called by the rulebook alone and run with that of the function people called.
do $$
declare f regprocedure;
begin
  for f in select p.oid from pg_proc p where p.pronamespace = 'desk'::regnamespace and p.proname = any ('{no_hold,at_of,guard_edit,guard_assign,guard_add_remove,guard_hold,guard_close,
      effect_edit,effect_reply,effect_take,effect_assign,effect_tag,effect_start,effect_hold,effect_resume,effect_resolve,effect_close,assign_target,assignee_refusal,ref_id,major_rule_of,
      major_children,cascade,tsv,lexemes,clock_settle,clock_at,bt_add_us,bt_between_us,bt_us}'::text[]) loop
    execute format('alter function %s reset search_path', f);
  end loop;
end $$;
