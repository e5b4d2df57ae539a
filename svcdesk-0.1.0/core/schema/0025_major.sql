-- Major incidents: an incident that stops many. desk.ticket.major says where it stands:
--
--   (null) -> candidate -> accepted -> demoted        candidate -> rejected
--
-- Who proposes: any agent, or a rule of desk.major_rule, whoever wrote what made it true; who decides: team leads and process owners.
-- Rules are looked at when a ticket is opened or changed (desk.act_plan, desk.create_as), when it gets another child or duplicate
-- (desk.link_add), and by the tick for what came otherwise. A rule that proposed a ticket once does not propose it again.
-- An accepted one has an update clock (agreement 1, "Major incident"), is closed by no timer and by no requester, and only after its
-- report. Fields and verbs: process/incident_major.sql.
reset role; set local role desk_owner;

create table desk.major_rule(
  rule     text primary key check (rule in ('priority', 'service', 'vip', 'children')),
  active   boolean not null default true,
  priority smallint check (priority between 1 and 5), -- this priority or a higher one
  n        int check (n > 0),                         -- children and duplicates ...
  minutes  int check (minutes > 0),                   -- ... within so many minutes
  sort     smallint not null,
  check ((rule = 'children') = (n is not null and minutes is not null)), check (rule = 'children' or priority is not null));
comment on table desk.major_rule is 'When the desk proposes an incident as a major one by itself';
insert into desk.major_rule(rule, priority, n, minutes, sort) values
  ('priority', 1, null, null, 1), ('service', 2, null, null, 2), ('vip', 2, null, null, 3), ('children', null, 5, 30, 4);
alter table desk.service add column vip boolean not null default false;
comment on column desk.service.vip is 'A service whose failure is proposed as a major incident';

alter table desk.major_rule enable row level security;
grant select, update on desk.major_rule to desk_api;
grant select on desk.major_rule to desk_person;
create policy api on desk.major_rule to desk_api using (true) with check (true);
create policy reader on desk.major_rule for select to desk_person using ((select desk.me()) is not null);
create index ticket_major_key on desk.ticket(id) where major is not null;
create index ticket_link_at_key on desk.ticket_link(at) where type in ('parent', 'duplicate_of');

-- The agreement every desk begins with: an accepted major incident has an update every 30 minutes, day and night, whatever it waits for.
-- It holds beside the agreement of the customer, where that one promises no updates for major incidents.
insert into desk.sla(id, name, type) values (1, 'Major incident', 'sla');
insert into desk.sla_version(sla_id, version, by_id) values (1, 1, 1);
insert into desk.sla_target(sla_id, version, metric, major, minutes, calendar_id, pauses_major, mode) values (1, 1, 'update', true, 30, 1, false, 'A');

reset role; set local role desk_api;

-- ---- rules ------------------------------------------------------------------------------------------------------------
-- Children and duplicates a ticket got since.
create function desk.major_children(p_id bigint, p_since timestamptz) returns bigint language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select count(distinct l.from_id) from desk.ticket_link l where l.to_id = p_id and l.type in ('parent', 'duplicate_of') and l.at > p_since);
end $$;

-- The rule that makes a major candidate of a ticket as it is in n; null: none, or it proposed this one before.
create function desk.major_rule_of(n desk.ticket, p_at timestamptz) returns text language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r desk.major_rule;
begin
  if n.kind <> 'incident' or n.phase = 3 or n.major in ('candidate', 'accepted') then return null; end if;
  for r in select x.* from desk.major_rule x where x.active order by x.sort loop
    continue when n.priority > r.priority;
    continue when not case r.rule when 'priority' then true
      when 'vip' then exists (select from desk.person p where p.id = n.requester_id and p.vip)
      when 'service' then exists (select from desk.service s where s.id = n.service_id and s.vip)
      else n.id is not null and desk.major_children(n.id, p_at - r.minutes * interval '1 minute') >= r.n end;
    continue when n.id is not null and exists (select from desk.event_effective e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
      where e.ticket_id = n.id and x.changes->'major_rule'->>1 = r.rule);
    return r.rule;
  end loop;
  return null;
end $$;

-- Proposes a ticket by what the rules say now: an event of the desk itself. Whoever works on it now is not waited for.
create function desk.major_propose(p_id bigint, p_at timestamptz) returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
declare t desk.ticket; n desk.ticket; v_rule text; v_old jsonb; r desk.major_rule;
begin
  select x.* into t from desk.ticket x where x.id = p_id for update skip locked;
  if not found then return false; end if;
  v_rule := desk.major_rule_of(t, p_at);
  if v_rule is null then return false; end if;
  if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
  select x.* into r from desk.major_rule x where x.rule = v_rule;
  v_old := desk.typed_json(t.kind, t.id)->'major_rule';
  perform desk.typed_write(t.kind, t.id, jsonb_build_object('major_rule', v_rule), false);
  n := t; n.major := 'candidate';
  perform desk.store_act(t, n, 'propose_major', 1, 'rule', gen_random_uuid(), p_at, 1::smallint,
    case when v_old is distinct from to_jsonb(v_rule) then jsonb_build_object('major_rule', jsonb_build_array(v_old, v_rule)) else '{}' end
      || jsonb_build_object('reason', jsonb_build_array(null, case v_rule
        when 'children' then format('%s >= %s / %s min', desk.major_children(t.id, p_at - r.minutes * interval '1 minute'), r.n, r.minutes)
        else format('P%s <= P%s', t.priority, r.priority) end)), null);
  return true;
end $$;

-- What no act of the rulebook brought: people, services and rules that changed, undone acts, children that came while somebody worked on
-- the parent. What was imported is history; the last day is looked at.
create function desk.tick_major(p_at timestamptz) returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_id bigint; v int := 0;
begin
  for v_id in
    select t.id from desk.major_rule r join desk.ticket t on t.phase < 3 and t.priority <= r.priority and t.kind = 'incident'
        and (t.major is null or t.major in ('rejected', 'demoted')) and t.external is null and t.opened_at > p_at - interval '1 day'
      left join desk.person p on p.id = t.requester_id left join desk.service s on s.id = t.service_id
     where r.active and case r.rule when 'priority' then true when 'vip' then p.vip when 'service' then coalesce(s.vip, false) else false end
    union
    select l.to_id from desk.major_rule r join desk.ticket_link l on l.type in ('parent', 'duplicate_of') and l.at > p_at - r.minutes * interval '1 minute'
     where r.active and r.rule = 'children' group by l.to_id, r.n having count(distinct l.from_id) >= r.n
    limit 100
  loop
    v := v + desk.major_propose(v_id, p_at)::int;
  end loop;
  return v;
end $$;

-- ---- where the rulebook asks ----------------------------------------------------------------------------------------
-- As in 0010_acts.sql; the rules for major incidents are looked at where an act changed what they look at.
create or replace function desk.act_plan(p_me int, inout t desk.ticket, p_who text[], tr desk.act_rule, p_verb text, p_fields jsonb, p_version int, p_now timestamptz,
    p_params jsonb, out r jsonb, out n desk.ticket, out changes jsonb, out body text, out visibility smallint, out copies jsonb)
  language plpgsql as $$
declare
  p jsonb := p_params; a jsonb; eff jsonb := '{}'; v_old jsonb; v_rule text;
begin
  changes := '{}';
  if not 'sees' = any (p_who) then
    if t.restricted then perform desk.log_denied(p_me, t.id, p_verb); end if;
    r := desk.refuse('not_found', 'notfound');
    return;
  end if;
  if tr.kind is null then r := desk.verb_refusal(t, p_verb, p_who); return; end if;
  if not tr.roles && p_who then
    perform desk.log_denied(p_me, t.id, p_verb);
    r := desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', p_verb, 'roles', tr.roles));
    return;
  end if;
  if p is null then
    p := desk.take_params(t.kind, p_verb, coalesce(p_fields, '{}'), tr.body, p_me, t);
    if p ? 'ok' then r := p; return; end if;
  end if;
  if p_version <> t.version then
    r := desk.merge_check(t, p_version, p->'fields', tr.to_state <> '=' or p->'fields' ?| array['group', 'assignee'], tr.to_state,
      case p_verb when 'take' then p_me end);
    if r is not null then return; end if;
  end if;
  if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
  if tr.guard is not null or tr.side_effect is not null then
    a := p->'args' || jsonb_build_object('_who', p_who, '_at', p_now, '_fields', p->'fields', '_to', tr.to_state, '_verb', p_verb);
    if tr.guard is not null then
      r := desk.run_guard(tr.guard, t, a, p_me);
      if r is not null then return; end if;
    end if;
  end if;
  -- the typed row first: only its own constraints can still refuse
  if p->'typed' <> '{}' then
    v_old := desk.typed_json(t.kind, t.id);
    begin
      perform desk.typed_write(t.kind, t.id, p->'typed', false);
    exception when integrity_constraint_violation or data_exception then
      r := desk.refuse('value_refused', 'input', (select k from jsonb_object_keys(p->'typed') k limit 1));
      return;
    end;
    select coalesce(jsonb_object_agg(f.field, jsonb_build_array(v_old->f.field, p->'fields'->f.field)), '{}') into changes
      from desk.field f where f.kind = t.kind and f.store = 'typed' and p->'fields' ? f.field and v_old->f.field is distinct from p->'fields'->f.field;
  end if;
  if tr.side_effect is not null then
    eff := coalesce(desk.run_effect(tr.side_effect, t, a, p_me), '{}');
    if eff ? '@changes' then changes := changes || (eff->'@changes'); end if;
    if eff ? 'redacted' then                -- the redaction has changed the record itself
      changes := changes || jsonb_build_object('redacted', jsonb_build_array(null, eff->'redacted'));
      copies := nullif(eff->'copies', '[]');
      select x.* into t from desk.ticket x where x.id = t.id;
      if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
      eff := eff - 'redacted' - 'copies';
    end if;
  end if;
  if p->'text' <> '{}' then changes := changes || desk.text_write(t.id, t.kind, t.subject, p->'text'); end if;
  if p->'args' ? 'reason' and not p->'fields' ? 'cancel_reason' and not p->'fields' ? 'hold_reason' and p->'args'->'reason' <> 'null' then
    changes := changes || jsonb_build_object('reason', jsonb_build_array(null, p->'args'->'reason'));
  end if;
  n := t;
  if p->'cols' <> '{}' or eff <> '{}' then n := jsonb_populate_record(t, p->'cols' || eff); end if;
  if tr.to_state <> '=' and not eff ? 'state' then n.state := tr.to_state; end if;
  if n.state <> t.state then select s.phase into n.phase from desk.kind_state s where s.kind = n.kind and s.state = n.state; end if;
  if (n.impact <> t.impact or n.urgency <> t.urgency) and not p->'cols' ? 'priority' then
    n.priority := desk.priority_of(n.kind, n.impact, n.urgency); n.priority_reason := null;
  end if;
  if n.requester_id <> t.requester_id then select x.org_id into n.org_id from desk.person x where x.id = n.requester_id; end if;
  if n.kind = 'incident' and n.phase < 3 and (n.major is null or n.major in ('rejected', 'demoted')) and p_verb not in ('reject_major', 'demote_major')
     and (n.priority < t.priority or n.requester_id <> t.requester_id or n.service_id is distinct from t.service_id or t.phase = 3) then
    v_rule := desk.major_rule_of(n, p_now);
    if v_rule is not null then
      n.major := 'candidate';
      changes := changes || jsonb_build_object('major_rule', jsonb_build_array(desk.typed_json(t.kind, t.id)->'major_rule', v_rule));
      perform desk.typed_write(t.kind, t.id, jsonb_build_object('major_rule', v_rule), false);
    end if;
  end if;
  visibility := coalesce((eff->>'@visibility')::smallint, tr.visibility);
  body := coalesce(eff->>'@body', p->'args'->>'body');
end $$;

-- As in 0003c_effects.sql; children and duplicates make a candidate of their parent.
create or replace function desk.link_add(t desk.ticket, p_type text, p_to bigint, a jsonb) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into desk.ticket_link(from_id, type, to_id, seq, at) values (t.id, p_type, p_to, t.last_seq + 1, (a->>'_at')::timestamptz) on conflict do nothing;
  if not found then return '{}'; end if;
  if p_type in ('parent', 'duplicate_of') and exists (select from desk.major_rule r where r.rule = 'children' and r.active) then
    perform desk.major_propose(p_to, (a->>'_at')::timestamptz);
  end if;
  return jsonb_build_object('@changes', jsonb_build_object('links', jsonb_build_array('[]'::jsonb, jsonb_build_array(jsonb_build_object('type', p_type, 'to', p_to)))))
    || case when p_type = 'parent' then jsonb_build_object('parent_id', p_to) else '{}' end;
end $$;

-- ---- the end of a major incident ----------------------------------------------------------------------------------------
create function desk.major_staff(a jsonb) returns boolean language sql immutable set search_path = pg_catalog, pg_temp as $$
  select a->'_who' ?| array['agent', 'lead', 'process_owner'] $$;

-- As in 0003c_effects.sql. An accepted major incident: not by a timer, not by the requester, not without its report.
create or replace function desk.guard_close(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if t.major = 'accepted' then
    if not desk.major_staff(a) then return desk.refuse('major_not_yours', 'denied', null, '{"verb": "close"}'); end if;
    if desk.typed_json(t.kind, t.id)->>'reported_at' is null then return desk.refuse('major_no_report', 'state', 'report', jsonb_build_object('number', t.number)); end if;
  end if;
  if a->'_who' ?| array['requester', 'lead', 'system'] or coalesce(a->>'reason', '') <> '' then return null; end if;
  return desk.refuse('field_required', 'input', 'reason', '{"verb": "close"}');
end $$;

create or replace function desk.guard_cancel(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if t.major = 'accepted' then
    if not desk.major_staff(a) then return desk.refuse('major_not_yours', 'denied', null, '{"verb": "cancel"}'); end if;
    return desk.refuse('major_demote_first', 'state', null, jsonb_build_object('number', t.number));
  end if;
  if a->>'reason' = 'duplicate' then
    if coalesce(a->>'to', '') = '' then return desk.refuse('field_required', 'input', 'to', '{"verb": "cancel"}'); end if;
    return desk.link_refusal(t, 'duplicate_of', (a->>'to')::bigint);
  end if;
  return null;
end $$;

-- As in 0003c_effects.sql; of a major incident the report is begun: what the journal knows stands in it already, as long as nobody has
-- written it.
create or replace function desk.effect_resolve(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v jsonb; v_old jsonb; d jsonb;
begin
  v := desk.no_hold() || jsonb_build_object('resolved_at', desk.at_of(a), 'acknowledged_at', coalesce(t.acknowledged_at, desk.at_of(a)));
  if t.major = 'accepted' then
    v_old := desk.typed_json(t.kind, t.id);
    if v_old->>'reported_at' is null then
      t.resolved_at := desk.at_of(a);
      d := desk.major_draft(t, p_me, a->>'body');
      d := jsonb_build_object('report_summary', d->'summary', 'report_timeline', d->'timeline');
      perform desk.typed_write(t.kind, t.id, d, false);
      v := v || jsonb_build_object('@changes', (select jsonb_object_agg(k, jsonb_build_array(v_old->k, x)) from jsonb_each(d) e(k, x) where x is distinct from v_old->k));
    end if;
  end if;
  return v;
end $$;

-- ---- the report ------------------------------------------------------------------------------------------------------------
-- A first text of the report, out of the journal, in the language and zone of who will write on: {"summary", "timeline"}. Only what the
-- requester may read too is told in words: the report is for everybody who sees the ticket.
create function desk.major_draft(t desk.ticket, p_me int, p_solution text default null) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_lang text; v_zone text; v_lines text; v_n int; v_orgs int; v_services text;
begin
  select coalesce(p.language, 'en'), coalesce(p.zone, 'UTC') into v_lang, v_zone from desk.person p where p.id = p_me;
  select string_agg(to_char(e.at at time zone v_zone, 'YYYY-MM-DD HH24:MI') || '  ' || coalesce(a.name, '-') || '  '
           || coalesce(desk.label_of(v_lang, 'verb.' || t.kind || '.' || e.verb, 'verb.*.' || e.verb), e.verb)
           || case when e.visibility = 2 and x.body is not null then ': ' || coalesce(desk.excerpt(x.body), '') else '' end, E'\n' order by e.at, e.seq)
    into v_lines from desk.event_effective e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq left join desk.person a on a.id = e.actor_id
   where e.ticket_id = t.id and (x.changes ?| array['state', 'major', 'priority', 'group', 'commander'] or (e.visibility = 2 and x.body is not null));
  if p_solution is not null then
    v_lines := concat_ws(E'\n', v_lines, to_char(t.resolved_at at time zone v_zone, 'YYYY-MM-DD HH24:MI') || '  ' || (select p.name from desk.person p where p.id = p_me) || '  '
      || coalesce(desk.label_of(v_lang, 'verb.' || t.kind || '.resolve', 'verb.*.resolve'), 'resolve') || ': ' || coalesce(desk.excerpt(p_solution), ''));
  end if;
  -- of customers only how many: the one who asked reads it too, and knows no others
  select count(*), count(distinct c.org_id), string_agg(distinct s.name, ', ' order by s.name) filter (where s.org_id is null or s.org_id = t.org_id) into v_n, v_orgs, v_services
    from desk.ticket c left join desk.service s on s.id = c.service_id where (c.id = t.id or c.parent_id = t.id) and not c.restricted;
  return jsonb_build_object('timeline', v_lines, 'summary', concat_ws(E'\n', t.subject,
    replace(replace(replace(desk.label_of(v_lang, 'major.times'), '{from}', to_char(t.opened_at at time zone v_zone, 'YYYY-MM-DD HH24:MI')),
      '{until}', coalesce(to_char(t.resolved_at at time zone v_zone, 'YYYY-MM-DD HH24:MI'), '-')),
      '{minutes}', coalesce((extract(epoch from t.resolved_at - t.opened_at)::bigint / 60)::text, '-')),
    replace(replace(replace(desk.label_of(v_lang, 'major.affected'), '{n}', (v_n - 1)::text), '{customers}', v_orgs::text), '{services}', coalesce(v_services, '-')),
    desk.excerpt(p_solution)));
end $$;

create function desk.effect_major_report(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_old jsonb := desk.typed_json(t.kind, t.id); v_at text := desk.iso(desk.at_of(a));
begin
  perform desk.typed_write(t.kind, t.id, jsonb_build_object('reported_at', v_at, 'reported_by', p_me), false);
  return jsonb_build_object('@changes', jsonb_build_object('reported_at', jsonb_build_array(v_old->'reported_at', v_at))
    || case when v_old->'reported_by' is distinct from to_jsonb(p_me) then jsonb_build_object('reported_by', jsonb_build_array(v_old->'reported_by', p_me)) else '{}' end);
end $$;

-- ---- proposing and deciding -----------------------------------------------------------------------------------------------
-- Why a verb is not for a ticket that stands where it does as a major incident; null: it is, or is none of these verbs.
create function desk.major_off(t desk.ticket, p_verb text) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if (p_verb = 'propose_major' and t.major in ('candidate', 'accepted')) or (p_verb = 'accept_major' and t.major = 'accepted') then
    return desk.refuse('major_already', 'state', 'major', jsonb_build_object('number', t.number, 'major', t.major));
  elsif p_verb = 'reject_major' and t.major is distinct from 'candidate' then
    return desk.refuse('major_not_candidate', 'state', 'major', jsonb_build_object('number', t.number));
  elsif (p_verb in ('demote_major', 'update', 'major_roles') and t.major is distinct from 'accepted')
     or (p_verb = 'report' and coalesce(t.major not in ('accepted', 'demoted'), true)) then
    return desk.refuse('major_not_accepted', 'state', null, jsonb_build_object('number', t.number, 'verb', p_verb));
  end if;
  return null;
end $$;
create function desk.guard_major(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return desk.major_off(t, a->>'_verb');
end $$;

create function desk.guard_major_propose(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb := desk.major_off(t, a->>'_verb');
begin
  -- what was decided against needs a reason to come back
  if r is null and t.major is not null and coalesce(a->>'reason', '') = '' then return desk.refuse('field_required', 'input', 'reason', '{"verb": "propose_major"}'); end if;
  return r;
end $$;
create function desk.effect_major_propose(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_old jsonb := desk.typed_json(t.kind, t.id)->'major_rule';
begin
  if v_old = '"person"' then return '{"major": "candidate"}'; end if;
  perform desk.typed_write(t.kind, t.id, '{"major_rule": "person"}', false);
  return jsonb_build_object('major', 'candidate', '@changes', jsonb_build_object('major_rule', jsonb_build_array(v_old, 'person')));
end $$;

-- The people who lead it work at the desk.
create function desk.major_roles_refusal(a jsonb) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k text;
begin
  foreach k in array array['commander', 'communications', 'scribe'] loop
    if coalesce(a->k, 'null') <> 'null' and not exists (select from desk.person_role r where r.person_id = (a->>k)::int and r.role in ('agent', 'lead', 'process_owner')) then
      return desk.refuse('major_role_staff', 'input', k, jsonb_build_object('person', desk.name_of('person', a->k)));
    end if;
  end loop;
  return null;
end $$;
create function desk.guard_major_accept(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce(desk.major_off(t, a->>'_verb'), desk.major_roles_refusal(a));
end $$;
create function desk.effect_major_accept(t desk.ticket, a jsonb, p_me int) returns jsonb language sql set search_path = pg_catalog, pg_temp as $$
  select '{"major": "accepted"}'::jsonb $$;
create function desk.effect_major_reject(t desk.ticket, a jsonb, p_me int) returns jsonb language sql set search_path = pg_catalog, pg_temp as $$
  select '{"major": "rejected"}'::jsonb $$;
create function desk.effect_major_demote(t desk.ticket, a jsonb, p_me int) returns jsonb language sql set search_path = pg_catalog, pg_temp as $$
  select '{"major": "demoted"}'::jsonb $$;

create function desk.guard_major_roles(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb := desk.major_off(t, a->>'_verb');
begin
  if r is not null then return r; end if;
  if not a ?| array['commander', 'communications', 'scribe'] then return desk.refuse('field_required', 'input', 'commander', '{"verb": "major_roles"}'); end if;
  if a ? 'commander' and a->'commander' = 'null' then return desk.refuse('field_required', 'input', 'commander', '{"verb": "major_roles"}'); end if;
  return desk.major_roles_refusal(a);
end $$;

-- ---- the status for those who wait ------------------------------------------------------------------------------------------
-- Public, it also reaches those whose tickets hang on this one: as an update in each open child.
create function desk.effect_major_update(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare c desk.ticket; v_op uuid := gen_random_uuid();
begin
  if a->>'public' = 'false' then return '{"@visibility": 1}'; end if;
  if a->>'children' is distinct from 'false' then
    for c in select x.* from desk.ticket x where x.parent_id = t.id and x.kind = t.kind and x.phase < 3 order by x.id loop
      if c.restricted then select x.subject into c.subject from desk.ticket_text x where x.id = c.id; end if;
      perform desk.store_act(c, c, 'update', p_me, 'parent', v_op, (a->>'_at')::timestamptz, 2::smallint, '{}', a->>'body');
    end loop;
  end if;
  return '{"@visibility": 2}';
end $$;

-- ---- time ---------------------------------------------------------------------------------------------------------------
-- As in 0006_time.sql; majors are not closed by time, and candidates are looked for.
create or replace function desk.tick_acts(p_limit int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare due record; res jsonb; closed int := 0; resumed int := 0; refused int := 0; seen int := 0; proposed int := desk.tick_major(desk.now());
begin
  for due in
    (select t.id, 'close' as verb, t.resolved_at as at from desk.ticket t
      where t.state = 'resolved' and t.major is distinct from 'accepted' and t.resolved_at <= desk.now() - desk.setting_int('autoclose.days', 5) * interval '1 day'
        and exists (select from desk.transition r where r.kind = t.kind and r.from_state = t.state and r.verb = 'close' and 'system' = any(r.roles))
        and not exists (select from desk.external_ref x join desk.import_file f on f.id = x.file_id
                         where x.ticket_id = t.id and x.source <> 'sample' and f.started_at > desk.now() - desk.setting_int('autoclose.days', 5) * interval '1 day'))
    union all
    (select t.id, 'resume', t.hold_until from desk.ticket t
      where t.phase = 2 and t.hold_until is not null and t.hold_until <= desk.now()
        and exists (select from desk.transition r where r.kind = t.kind and r.from_state = t.state and r.verb = 'resume' and 'system' = any(r.roles)))
    order by at, id limit p_limit
  loop
    seen := seen + 1;
    perform from desk.ticket t where t.id = due.id for update skip locked;  -- somebody is at it: the next tick sees
    continue when not found;
    res := desk.act_as(1, due.id, due.verb, '{}', null, gen_random_uuid(), 'tick');
    if not (res->>'ok')::boolean then refused := refused + 1;
    elsif due.verb = 'close' then closed := closed + 1;
    else resumed := resumed + 1; end if;
  end loop;
  return jsonb_build_object('closed', closed, 'resumed', resumed, 'refused', refused, 'proposed', proposed, 'more', seen = p_limit and closed + resumed > 0);
end $$;

-- ---- bulk: these guards and effects, too, look at their own ticket only --------------------------------------------------------
create or replace function desk.act_own() returns regprocedure[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select array(select ('desk.' || f || '(desk.ticket,jsonb,int)')::regprocedure from unnest('{guard_assign,guard_edit,guard_hold,guard_close,guard_cancel,guard_add_remove,guard_watch,guard_time,guard_major,guard_major_propose,guard_major_accept,guard_major_roles,effect_take,effect_assign,effect_start,effect_edit,effect_hold,effect_resume,effect_reply,effect_resolve,effect_close,effect_reopen,effect_cancel,effect_tag,effect_ci,effect_watch,effect_unwatch,effect_time,effect_major_propose,effect_major_accept,effect_major_reject,effect_major_demote}'::text[]) f) $$;

-- What one may do now, as in 0011_undo.sql: what is only for major incidents is offered for those alone.
create or replace function desk.verbs_of(t desk.ticket, p_who text[]) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_undo jsonb := desk.undo_now(desk.me(), t);
begin
  return (select coalesce(jsonb_agg(case
      when v.verb = 'undo' then jsonb_build_object('verb', v.verb, 'ok', v_undo is null, 'why', v_undo)
      when x.verb is null then jsonb_build_object('verb', v.verb, 'ok', false, 'why',
        desk.refuse('not_in_state', 'state', null, jsonb_build_object('verb', v.verb, 'state', t.state))->'error')
      when not x.roles && p_who then jsonb_build_object('verb', v.verb, 'ok', false, 'why',
        desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', v.verb, 'roles', x.roles))->'error')
      when m.off is not null then jsonb_build_object('verb', v.verb, 'ok', false, 'why', m.off->'error')
      else jsonb_build_object('verb', v.verb, 'ok', true, 'why', null) end order by v.sort, v.verb), '[]')
    from desk.verb v left join desk.transition x on x.kind = v.kind and x.verb = v.verb and x.from_state = t.state
      cross join lateral (select desk.major_off(t, v.verb) as off) m
   where v.kind = t.kind and v.verb <> 'create');
end $$;

-- ---- the query language: as in 0018_matches.sql, with major:accepted ----------------------------------------------------------
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
  when 'hold', 'hold_ref', 'code', 'cancel_reason', 'major', 'channel', 'external' then
    w := case p_field when 'hold' then t.hold_reason when 'hold_ref' then t.hold_ref when 'code' then t.resolution_code when 'cancel_reason' then t.cancel_reason when 'major' then t.major
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

-- As in 0004_read.sql, with where it stands as a major incident.
create or replace view desk.ticket_row with (security_invoker = true) as
  select t.id, t.number, t.kind, t.state, t.phase, t.priority, t.impact, t.urgency, t.subject,
    (select coalesce(p.login, p.name) from desk.person p where p.id = t.requester_id and p.id <> 0) as requester, nullif(t.requester_id, 0) as requester_id,
    (select g.name from desk.support_group g where g.id = t.group_id and g.id <> 0) as "group", nullif(t.group_id, 0) as group_id,
    (select coalesce(p.login, p.name) from desk.person p where p.id = t.assignee_id and p.id <> 0) as assignee,
    nullif(t.assignee_id, 0) as assignee_id,
    (select coalesce(cp.name || ' / ', '') || c.name from desk.category c left join desk.category cp on cp.id = c.parent_id
      where c.id = t.category_id) as category,
    (select s.name from desk.service s where s.id = t.service_id) as service, (select c.name from desk.ci c where c.id = t.ci_id) as ci,
    t.opened_at, t.updated_at, t.resolved_at, t.closed_at, case when isfinite(t.due_at) then t.due_at end as due_at,
    t.reassignments, t.reopens, t.version, t.restricted, t.channel, t.external, t.hold_reason, t.hold_until, t.hold_ref, t.resolution_code,
    t.cancel_reason, (select o.name from desk.org o where o.id = t.org_id) as org, t.org_id, t.last_seq,
    coalesce((select array_agg(x.tag order by x.tag) from desk.ticket_tag x where x.ticket_id = t.id), '{}') as tags,
    coalesce((select t.last_seq > m.seq from desk.my_read m where m.ticket_id = t.id and m.person_id = (select desk.me())),
             t.assignee_id = (select desk.me())) as unread, t.major
  from desk.ticket t;

-- ---- the war room ------------------------------------------------------------------------------------------------------
-- The update clock of a major incident: {"state", "due_at", "minutes", "since", "breaches"}; null: it has none.
create function desk.major_clock(p_id bigint) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select jsonb_build_object('state', c.state, 'due_at', desk.iso(c.due_at), 'minutes', c.target_s / 60, 'since', desk.iso(c.started_at), 'open', c.open,
      'breaches', (select count(*) from desk.clock_now b where b.ticket_id = p_id and b.metric = 'update' and b.breached_at is not null and not b.superseded))
    from desk.clock_now c where c.ticket_id = p_id and c.metric = 'update' and not c.superseded order by c.open desc, c.cycle desc, c.clock_id desc limit 1);
end $$;

create function desk.major_people(p_id bigint) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v jsonb := desk.typed_json('incident', p_id);
begin
  return jsonb_build_object('commander', desk.name_of('person', v->'commander'), 'communications', desk.name_of('person', v->'communications'),
    'scribe', desk.name_of('person', v->'scribe'), 'rule', v->'major_rule', 'reported_at', v->'reported_at');
end $$;

-- Everything of one major incident: what desk.show gives, and under "room" what hangs on it. Restricted children are counted, not shown.
create function desk.war_room(p_id bigint) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v jsonb := desk.show(p_id); v_kind text := v->>'kind';
begin
  if v is null or v = 'null' then return null; end if;
  return v || jsonb_build_object('room', jsonb_build_object('now', desk.iso(desk.now()), 'update', desk.major_clock(p_id),
    'accepted_at', (select desk.iso(max(e.at)) from desk.event_effective e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
                     where e.ticket_id = p_id and x.changes->'major'->>1 = 'accepted'),
    'children', (select coalesce(jsonb_agg(c.j order by c.phase, c.priority, c.id), '[]') from (
        select t.id, t.phase, t.priority, jsonb_build_object('id', t.id, 'number', t.number, 'state', t.state, 'phase', t.phase, 'priority', t.priority, 'subject', t.subject,
            'assignee', (select coalesce(p.login, p.name) from desk.person p where p.id = t.assignee_id and p.id <> 0), 'org', o.name) as j
          from desk.ticket t join desk.org o on o.id = t.org_id where t.parent_id = p_id and not t.restricted and desk.can_see(t.id, v_me)
         order by t.phase, t.priority, t.id limit 500) c),
    'states', (select coalesce(jsonb_agg(jsonb_build_object('state', s.state, 'n', s.n) order by s.sort), '[]') from (
        select t.state, k.sort, count(*) as n from desk.ticket t join desk.kind_state k on k.kind = t.kind and k.state = t.state
         where t.parent_id = p_id and not t.restricted and desk.can_see(t.id, v_me) group by t.state, k.sort) s),
    'services', (select coalesce(jsonb_agg(distinct s.name), '[]') from desk.ticket t join desk.service s on s.id = t.service_id where (t.id = p_id or t.parent_id = p_id) and desk.can_see(t.id, v_me)),
    'customers', (select coalesce(jsonb_agg(distinct o.name), '[]') from desk.ticket t join desk.org o on o.id = t.org_id where (t.id = p_id or t.parent_id = p_id) and desk.can_see(t.id, v_me)),
    'items', (select coalesce(jsonb_agg(distinct c.name), '[]') from desk.ci c where c.id in (
        select t.ci_id from desk.ticket t where (t.id = p_id or t.parent_id = p_id) and desk.can_see(t.id, v_me)
        union select x.ci_id from desk.ticket_ci x join desk.ticket t on t.id = x.ticket_id where (t.id = p_id or t.parent_id = p_id) and desk.can_see(t.id, v_me))),
    'present', (select coalesce(jsonb_agg(to_jsonb(q)), '[]') from desk.present(p_id) q),
    'draft', case when desk.i_am_staff() and v->>'major' is not null then desk.major_draft((select t from desk.ticket t where t.id = p_id), v_me) end));
end $$;

-- Major incidents one sees: what is to be decided, what goes on, what waits for its report; with p_all those that are over, too.
create function desk.major_list(p_all boolean default false) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me();
begin
  if v_me is null then return '[]'; end if;
  return (select coalesce(jsonb_agg(x.j order by x.n, x.priority, x.id desc), '[]') from (
    select case t.major when 'accepted' then 1 when 'candidate' then 2 else 3 end as n, t.priority, t.id,
           jsonb_build_object('id', t.id, 'number', t.number, 'major', t.major, 'state', t.state, 'priority', t.priority, 'subject', t.subject, 'opened_at', desk.iso(t.opened_at),
             'resolved_at', desk.iso(t.resolved_at), 'service', (select s.name from desk.service s where s.id = t.service_id),
             'group', (select g.name from desk.support_group g where g.id = t.group_id and g.id <> 0), 'update', case when t.major = 'accepted' then desk.major_clock(t.id) end,
             'children', (select count(*) from desk.ticket c where c.parent_id = t.id and not c.restricted and desk.can_see(c.id, v_me))) || desk.major_people(t.id) as j
      from desk.ticket t where t.major is not null and not t.restricted and desk.can_see(t.id, v_me)
       and (coalesce(p_all, false) or (t.major = 'candidate' and t.phase < 3) or (t.major = 'accepted' and t.state <> 'closed'))
     order by t.id desc limit 500) x);
end $$;

-- The rules; with a rule and fields it is changed first, by process owners and administrators.
create function desk.major_rule_set(p_rule text default null, p_fields jsonb default '{}') returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); k text; v jsonb; r desk.major_rule; n desk.major_rule;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_rule is not null then
    if not desk.has_role('process_owner', 'admin') then
      perform desk.log_denied(v_me, null, 'major_rule');
      return desk.refuse('role_denied', 'denied', null, '{"verb": "major_rule", "roles": ["process_owner", "admin"]}');
    end if;
    select x.* into r from desk.major_rule x where x.rule = p_rule for update;
    if not found then
      return desk.refuse('bad_choice', 'input', 'rule', jsonb_build_object('value', left(p_rule, 80), 'allowed', (select jsonb_agg(x.rule order by x.sort) from desk.major_rule x)));
    end if;
    n := r;
    for k, v in select * from jsonb_each(p_fields) loop
      if k not in ('active', 'priority', 'n', 'minutes') or (k = 'priority' and r.priority is null) or (k in ('n', 'minutes') and r.n is null) then
        return desk.refuse('unknown_field', 'input', k, jsonb_build_object('verb', p_rule, 'allowed', case when r.n is null then '["active", "priority"]'::jsonb else '["active", "n", "minutes"]' end));
      end if;
      v := desk.value_of(case k when 'active' then 'bool' when 'priority' then 'level' else 'int' end, k, array['1', '2', '3', '4', '5'], v, v_me);
      if jsonb_typeof(v) = 'object' then return v; end if;
      if v = 'null' then return desk.refuse('field_required', 'input', k, jsonb_build_object('verb', p_rule)); end if;
      if k in ('n', 'minutes') and (v #>> '{}')::int not between 1 and 100000 then
        return desk.refuse('out_of_range', 'input', k, jsonb_build_object('value', v, 'min', 1, 'max', 100000));
      end if;
      n := jsonb_populate_record(n, jsonb_build_object(k, v));
    end loop;
    update desk.major_rule x set active = n.active, priority = n.priority, n = n.n, minutes = n.minutes where x.rule = p_rule;
  end if;
  return jsonb_build_object('ok', true, 'rules', (select jsonb_agg(to_jsonb(x) - 'sort' order by x.sort) from desk.major_rule x));
end $$;
grant execute on function desk.war_room(bigint), desk.major_list(boolean), desk.major_rule_set(text, jsonb) to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
channel.rule                | rule of the desk | 服务台规则
major.times                 | From {from} until {until}: {minutes} minutes | 自 {from} 至 {until}：共 {minutes} 分钟
major.affected              | Affected: {services}. Customers: {customers}. Further tickets: {n} | 受影响的服务：{services}；客户：{customers}；关联工单：{n}
error.major_already         | {number} is {major} already | {number} 已是 {major} 状态
error.major_not_candidate   | {number} is no candidate for a major incident | {number} 不是重大事件候选
error.major_not_accepted    | {number} is no accepted major incident: {verb} is for those | {number} 不是已确认的重大事件，不能执行 {verb}
error.major_not_yours       | a major incident is ended by those who handle it: {verb} is not for the requester | 重大事件由处理人员结束，请求人不能执行 {verb}
error.major_no_report       | {number} is closed after its report: write it with the verb report | 须先用动作 report 填写报告，才能关闭 {number}
error.major_demote_first    | {number} is an accepted major incident: demote it before it is cancelled | {number} 是已确认的重大事件：取消前请先降级
error.major_role_staff      | {person} does not work at the desk and cannot be {field} | {person} 不是服务台人员，不能担任 {field}
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line <> '';
