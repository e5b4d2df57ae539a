-- The rulebook, third part: guards and side effects, to be named by transitions of any kind.
--   guard(ticket, args, person)  null = allowed, else the refusal
--   effect(ticket, args, person) {column of desk.ticket: value}, besides "state" (another state than the transition says),
--     "@changes" (journal entries of sets it has written itself), "@visibility" and "@body" of the event
-- args: the values of the verb's parameters, "body", and _who (what the person is to the ticket), _at (time of the act),
-- _fields (values by field), _to (the state the transition leads to), _verb. The ticket is as it was before the act.
reset role;
set local role desk_api;

create function desk.is_member(p_group int, p_person int) returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select exists (select from desk.group_member m where m.group_id = p_group and m.person_id = p_person) $$;

create function desk.at_of(p_args jsonb) returns timestamptz language sql stable set search_path = pg_catalog, pg_temp
  as $$ select date_trunc('second', (p_args->>'_at')::timestamptz) $$;

-- Whether this person may hold work of this group: a member if there is a group, staff if there is none.
create function desk.assignee_refusal(p_group int, p_assignee int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_assignee = 0 then return null; end if;
  if p_group <> 0 then
    if desk.is_member(p_group, p_assignee) then return null; end if;
    return desk.refuse('not_member', 'input', 'assignee', jsonb_build_object('person', desk.name_of('person', to_jsonb(p_assignee)),
      'group', desk.name_of('group', to_jsonb(p_group))));
  end if;
  if exists (select from desk.group_member m where m.person_id = p_assignee)
     or exists (select from desk.person_role r where r.person_id = p_assignee and r.role in ('agent', 'lead', 'process_owner')) then return null; end if;
  return desk.refuse('not_staff', 'input', 'assignee', jsonb_build_object('person', desk.name_of('person', to_jsonb(p_assignee))));
end $$;

-- What ends a wait, as columns.
create function desk.no_hold() returns jsonb language sql immutable set search_path = pg_catalog, pg_temp
  as $$ select '{"hold_reason": null, "hold_until": null, "hold_ref": null}'::jsonb $$;

-- ---- whose work it is --------------------------------------------------------------------------------------------
-- Takes it to oneself and starts. The group becomes one of mine when there is none or I am not in it: an assignee is a
-- member of the group.
create function desk.effect_take(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_group int := t.group_id;
begin
  if v_group = 0 or not desk.is_member(v_group, p_me) then
    select m.group_id into v_group from desk.group_member m join desk.support_group g on g.id = m.group_id
     where m.person_id = p_me and g.active and (g.org_id is null or g.org_id = t.org_id) order by g.org_id nulls last, m.group_id limit 1;
    v_group := coalesce(v_group, t.group_id);
  end if;
  return desk.no_hold() || jsonb_build_object('assignee_id', p_me, 'group_id', v_group, 'acknowledged_at', coalesce(t.acknowledged_at, desk.at_of(a)),
    'reassignments', t.reassignments + ((t.assignee_id not in (0, p_me)) or (t.group_id not in (0, v_group)))::int);
end $$;

-- The group and assignee an assign leads to: a person who is not in the new group is let go.
create function desk.assign_target(t desk.ticket, a jsonb, out p_group int, out p_assignee int) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
begin
  p_group := case when a ? 'group' then coalesce((a->>'group')::int, 0) else t.group_id end;
  p_assignee := case when a ? 'assignee' then coalesce((a->>'assignee')::int, 0) else t.assignee_id end;
  if not a ? 'assignee' and p_group <> t.group_id and p_group <> 0 and p_assignee <> 0 and not desk.is_member(p_group, p_assignee) then
    p_assignee := 0;
  end if;
end $$;

create function desk.guard_assign(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare g record; r jsonb;
begin
  if not a ?| array['group', 'assignee'] then return desk.refuse('field_required', 'input', 'assignee', '{"verb": "assign"}'); end if;
  g := desk.assign_target(t, a);
  if g.p_group = 0 and g.p_assignee = 0 and a->>'_to' <> '=' then
    return desk.refuse('field_required', 'input', case when a ? 'group' then 'group' else 'assignee' end, '{"verb": "assign"}');
  end if;
  r := desk.assignee_refusal(g.p_group, g.p_assignee);
  if r is not null then return r; end if;
  if t.restricted and g.p_assignee not in (0, t.assignee_id)
     and not exists (select from desk.ticket_access x where x.ticket_id = t.id and x.person_id = g.p_assignee) then
    return desk.refuse('not_named', 'state', 'assignee', jsonb_build_object('person', desk.name_of('person', to_jsonb(g.p_assignee))));
  end if;
  if t.reassignments >= 2 and coalesce(a->>'reason', '') = ''
     and ((t.group_id not in (0, g.p_group)) or (t.assignee_id not in (0, g.p_assignee))) then
    return desk.refuse('field_required', 'input', 'reason', '{"verb": "assign"}');
  end if;
  return null;
end $$;

create function desk.effect_assign(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare g record := desk.assign_target(t, a);
begin
  return jsonb_build_object('group_id', g.p_group, 'assignee_id', g.p_assignee,
    'reassignments', t.reassignments + ((t.group_id not in (0, g.p_group)) or (t.assignee_id not in (0, g.p_assignee)))::int);
end $$;

create function desk.effect_start(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return case when t.assignee_id = 0 and p_me > 1 then desk.effect_take(t, a, p_me) else '{}' end
    || jsonb_build_object('acknowledged_at', coalesce(t.acknowledged_at, desk.at_of(a)));
end $$;

-- ---- fields --------------------------------------------------------------------------------------------------------
create function desk.guard_edit(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if a->'_fields' = '{}' then
    return desk.refuse('nothing_to_edit', 'input', null, jsonb_build_object('allowed',
      (select jsonb_agg(f.field order by f.sort, f.field) from desk.field f where f.kind = t.kind and f.editable)));
  end if;
  if a->'_fields' ? 'priority' and (a->'_fields'->>'priority')::int <> t.priority and coalesce(a->>'reason', '') = '' then
    return desk.refuse('field_required', 'input', 'reason', '{"verb": "edit"}');
  end if;
  -- the ticket goes to the organisation of its requester: only who could have opened it there may send it there
  if (a->'_fields'->>'requester')::int <> t.requester_id and not exists (select from desk.person p join desk.person_role r on r.person_id = p_me
        and r.role in ('agent', 'lead', 'process_owner') and (r.org_id is null or r.org_id = p.org_id), desk.now() n
      where p.id = (a->'_fields'->>'requester')::int and r.valid_from <= n and n < r.valid_to) then
    return desk.refuse('requester_elsewhere', 'denied', 'requester', jsonb_build_object('person', desk.name_of('person', a->'_fields'->'requester')));
  end if;
  return null;
end $$;

create function desk.effect_edit(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if a->'_fields' ? 'priority' and (a->'_fields'->>'priority')::int <> t.priority then
    return jsonb_build_object('priority_reason', a->>'reason');
  end if;
  return '{}';
end $$;

-- ---- waiting ---------------------------------------------------------------------------------------------------------
create function desk.guard_hold(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if a->>'reason' = 'requester' and not a ? 'body' then return desk.refuse('field_required', 'input', 'body', '{"verb": "hold"}'); end if;
  if a->>'reason' in ('change', 'problem', 'supplier') and coalesce(a->>'ref', '') = '' then
    return desk.refuse('field_required', 'input', 'ref', '{"verb": "hold"}');
  end if;
  if (a->>'until')::timestamptz <= (a->>'_at')::timestamptz then
    return desk.refuse('time_past', 'input', 'until', jsonb_build_object('value', a->>'until'));
  end if;
  return null;
end $$;

-- Asking the requester is public: otherwise nobody would know what is asked.
create function desk.effect_hold(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return case when a->>'reason' = 'requester' then '{"@visibility": 2}'::jsonb else '{}' end;
end $$;

create function desk.effect_resume(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp
  as $$ begin return desk.no_hold(); end $$;

-- A requester's reply ends the wait by itself: to where the transition "resume" leads.
create function desk.effect_reply(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_to text;
begin
  if t.phase = 2 and t.requester_id = p_me then
    select x.to_state into v_to from desk.transition x where x.kind = t.kind and x.from_state = t.state and x.verb = 'resume';
    if v_to <> '=' then return desk.no_hold() || jsonb_build_object('state', v_to); end if;
  end if;
  return '{}';
end $$;

-- ---- the end -----------------------------------------------------------------------------------------------------------
create function desk.effect_resolve(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return desk.no_hold() || jsonb_build_object('resolved_at', desk.at_of(a), 'acknowledged_at', coalesce(t.acknowledged_at, desk.at_of(a)));
end $$;

-- Requester and lead just close it; an agent says why he does not wait.
create function desk.guard_close(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if a->'_who' ?| array['requester', 'lead', 'system'] or coalesce(a->>'reason', '') <> '' then return null; end if;
  return desk.refuse('field_required', 'input', 'reason', '{"verb": "close"}');
end $$;

create function desk.effect_close(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp
  as $$ begin return jsonb_build_object('closed_at', desk.at_of(a)); end $$;

create function desk.effect_reopen(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return jsonb_build_object('reopens', t.reopens + 1, 'resolved_at', null, 'resolution_code', null);
end $$;

create function desk.guard_cancel(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if a->>'reason' = 'duplicate' then
    if coalesce(a->>'to', '') = '' then return desk.refuse('field_required', 'input', 'to', '{"verb": "cancel"}'); end if;
    return desk.link_refusal(t, 'duplicate_of', (a->>'to')::bigint);
  end if;
  return null;
end $$;

create function desk.effect_cancel(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return desk.no_hold() || jsonb_build_object('closed_at', desk.at_of(a))
    || case when a->>'reason' = 'duplicate' then desk.link_add(t, 'duplicate_of', (a->>'to')::bigint, a) else '{}' end;
end $$;

-- ---- links ---------------------------------------------------------------------------------------------------------------
-- Families are two generations: a parent has no parent, so a cascade ends.
create function desk.link_refusal(t desk.ticket, p_type text, p_to bigint) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare o desk.ticket;
begin
  if p_to = t.id then return desk.refuse('link_self', 'input', 'to'); end if;
  select x.* into o from desk.ticket x where x.id = p_to;
  if p_type = 'parent' then
    if o.parent_id is not null then return desk.refuse('parent_is_child', 'state', 'to', jsonb_build_object('number', o.number)); end if;
    if exists (select from desk.ticket x where x.parent_id = t.id) then return desk.refuse('parent_has_children', 'state', 'to', jsonb_build_object('number', t.number)); end if;
    if t.parent_id is not null and t.parent_id <> p_to then return desk.refuse('has_parent', 'state', 'to', jsonb_build_object('number', t.number)); end if;
  elsif p_type = 'duplicate_of' then
    if exists (select from desk.ticket_link l where l.from_id = p_to and l.type = 'duplicate_of' and l.to_id = t.id) then
      return desk.refuse('link_circle', 'state', 'to', jsonb_build_object('number', o.number));
    end if;
  end if;
  return null;
end $$;

create function desk.link_add(t desk.ticket, p_type text, p_to bigint, a jsonb) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into desk.ticket_link(from_id, type, to_id, seq, at) values (t.id, p_type, p_to, t.last_seq + 1, (a->>'_at')::timestamptz) on conflict do nothing;
  if not found then return '{}'; end if;
  return jsonb_build_object('@changes', jsonb_build_object('links', jsonb_build_array('[]'::jsonb, jsonb_build_array(jsonb_build_object('type', p_type, 'to', p_to)))))
    || case when p_type = 'parent' then jsonb_build_object('parent_id', p_to) else '{}' end;
end $$;

create function desk.guard_link(t desk.ticket, a jsonb, p_me int) returns jsonb language sql stable set search_path = pg_catalog, pg_temp
  as $$ select desk.link_refusal(t, a->>'type', (a->>'to')::bigint) $$;
create function desk.effect_link(t desk.ticket, a jsonb, p_me int) returns jsonb language sql set search_path = pg_catalog, pg_temp
  as $$ select desk.link_add(t, a->>'type', (a->>'to')::bigint, a) $$;

create function desk.guard_unlink(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from desk.ticket_link l where l.from_id = t.id and l.type = a->>'type' and l.to_id = (a->>'to')::bigint) then return null; end if;
  return desk.refuse('no_such_link', 'input', 'to', jsonb_build_object('type', a->>'type'));
end $$;
create function desk.effect_unlink(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from desk.ticket_link l where l.from_id = t.id and l.type = a->>'type' and l.to_id = (a->>'to')::bigint;
  return jsonb_build_object('@changes', jsonb_build_object('links', jsonb_build_array(jsonb_build_array(
      jsonb_build_object('type', a->>'type', 'to', (a->>'to')::bigint)), '[]'::jsonb)))
    || case when a->>'type' = 'parent' then '{"parent_id": null}'::jsonb else '{}' end;
end $$;

-- ---- sets: tags, configuration items, watchers ---------------------------------------------------------------------
-- The journal entry of a set, nothing if nothing moved.
create function desk.set_change(p_key text, p_gone jsonb, p_new jsonb) returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when coalesce(p_gone, '[]') = '[]' and coalesce(p_new, '[]') = '[]' then '{}'::jsonb
    else jsonb_build_object('@changes', jsonb_build_object(p_key, jsonb_build_array(coalesce(p_gone, '[]'), coalesce(p_new, '[]')))) end $$;

create function desk.guard_add_remove(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce(a->'add', '[]') in ('[]', 'null') and coalesce(a->'remove', '[]') in ('[]', 'null') then return desk.refuse('field_required', 'input', 'add', jsonb_build_object('verb', a->'_verb')); end if;
  return null;
end $$;

create function desk.effect_tag(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_gone jsonb; v_new jsonb;
begin
  with d as (delete from desk.ticket_tag g where g.ticket_id = t.id
    and g.tag in (select jsonb_array_elements_text(a->'remove')) and not coalesce(a->'add', '[]') ? g.tag returning g.tag)
  select jsonb_agg(d.tag order by d.tag) into v_gone from d;
  with i as (insert into desk.ticket_tag(ticket_id, tag) select distinct t.id, x from jsonb_array_elements_text(a->'add') x on conflict do nothing returning tag)
  select jsonb_agg(i.tag order by i.tag) into v_new from i;
  return desk.set_change('tags', v_gone, v_new);
end $$;

create function desk.effect_ci(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_gone jsonb; v_new jsonb;
begin
  with d as (delete from desk.ticket_ci g where g.ticket_id = t.id and coalesce(a->'remove', '[]') @> to_jsonb(g.ci_id)
    and not coalesce(a->'add', '[]') @> to_jsonb(g.ci_id) returning g.ci_id, g.role)
  select jsonb_agg(jsonb_build_object('ci', d.ci_id, 'role', d.role) order by d.ci_id) into v_gone from d;
  with i as (insert into desk.ticket_ci(ticket_id, ci_id) select distinct t.id, x::bigint from jsonb_array_elements_text(a->'add') x
    on conflict do nothing returning ci_id, role)
  select jsonb_agg(jsonb_build_object('ci', i.ci_id, 'role', i.role) order by i.ci_id) into v_new from i;
  return desk.set_change('cis', v_gone, v_new);
end $$;

create function desk.guard_watch(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if coalesce((a->>'person')::int, p_me) <> p_me and not a->'_who' ? 'staff' then return desk.refuse('field_denied', 'denied', 'person', '{"verb": "watch"}'); end if;
  return null;
end $$;
create function desk.effect_watch(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_person int := coalesce((a->>'person')::int, p_me);
begin
  insert into desk.watcher(ticket_id, person_id) values (t.id, v_person) on conflict do nothing;
  return case when found then desk.set_change('watchers', '[]', jsonb_build_array(v_person)) else '{}' end;
end $$;
create function desk.effect_unwatch(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_person int := coalesce((a->>'person')::int, p_me);
begin
  delete from desk.watcher w where w.ticket_id = t.id and w.person_id = v_person;
  return case when found then desk.set_change('watchers', jsonb_build_array(v_person), '[]') else '{}' end;
end $$;

-- ---- time and files --------------------------------------------------------------------------------------------------
create function desk.guard_time(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if (a->>'minutes')::int between 1 and 100000 then return null; end if;
  return desk.refuse('out_of_range', 'input', 'minutes', jsonb_build_object('value', a->'minutes', 'min', 1, 'max', 100000));
end $$;
create function desk.effect_time(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into desk.time_entry(ticket_id, seq, person_id, minutes) values (t.id, t.last_seq + 1, p_me, (a->>'minutes')::int);
  return jsonb_build_object('@changes', jsonb_build_object('minutes', jsonb_build_array(null, a->'minutes')));
end $$;

-- A file attached by staff without public=yes is internal; what a requester attaches he can see.
create function desk.effect_attach(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v jsonb;
begin
  with i as (
    insert into desk.attachment(ticket_id, seq, name, media_type, size, sha256)
      select t.id, t.last_seq + 1, f->>'name', f->>'media_type', (f->>'size')::bigint, decode(f->>'sha256', 'hex')
        from jsonb_array_elements(a->'file') f returning *)
  select jsonb_agg(jsonb_build_object('id', i.id, 'name', i.name, 'media_type', i.media_type, 'size', i.size,
    'sha256', encode(i.sha256, 'hex')) order by i.id) into v from i;
  return jsonb_build_object('@changes', jsonb_build_object('attachments', jsonb_build_array(null, v)),
    '@visibility', case when a->>'public' = 'true' or not a->'_who' ? 'staff' then 2 else 1 end);
end $$;

-- ---- who may open it ---------------------------------------------------------------------------------------------------
-- Names exactly these people and oneself; again = a new list.
create function desk.effect_restrict(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_people jsonb := coalesce(nullif(a->'people', 'null'), '[]') || to_jsonb(p_me); v_gone jsonb; v_new jsonb;
begin
  with d as (delete from desk.ticket_access x where x.ticket_id = t.id and not v_people @> to_jsonb(x.person_id) returning x.person_id)
  select jsonb_agg(d.person_id order by d.person_id) into v_gone from d;
  with i as (insert into desk.ticket_access(ticket_id, person_id) select distinct t.id, x::int from jsonb_array_elements_text(v_people) x
    on conflict do nothing returning person_id)
  select jsonb_agg(i.person_id order by i.person_id) into v_new from i;
  return desk.set_change('access', v_gone, v_new) || '{"restricted": true}';
end $$;
create function desk.effect_unrestrict(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_gone jsonb;
begin
  with d as (delete from desk.ticket_access x where x.ticket_id = t.id returning x.person_id)
  select jsonb_agg(d.person_id order by d.person_id) into v_gone from d;
  return desk.set_change('access', v_gone, '[]') || '{"restricted": false}';
end $$;

-- The effect itself is desk.effect_redact of the journal.
create function desk.guard_redact(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from desk.event e where e.ticket_id = t.id and e.seq = (a->>'event')::int and e.verb <> 'redact') then return null; end if;
  return desk.refuse('no_such_event', 'input', 'event', jsonb_build_object('value', a->'event'));
end $$;

-- ---- contents of files ---------------------------------------------------------------------------------------------------
-- Chunk n (from 0; 262144 bytes, the last one what is left) of the content with this hash. In order, by one person; with the
-- last one the whole is checked against its hash and becomes the desk's, unless the desk has it already.
create function desk.blob_put(p_sha256 bytea, p_n int, p_data bytea, p_last boolean) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v_max bigint; v_next int; v_chunk constant int := 262144;
begin
  if v_me is null or not desk.has_role('requester', 'agent', 'lead', 'process_owner') then return desk.refuse('not_a_person', 'denied'); end if;
  select (s.value #>> '{}')::bigint into v_max from desk.setting s where s.key = 'attachment.max_bytes';
  if length(p_sha256) is distinct from 32 or p_n is null or p_n < 0 or p_last is null or p_data is null
     or length(p_data) > v_chunk or (not p_last and length(p_data) < v_chunk) then
    return desk.refuse('bad_value', 'input', 'file', jsonb_build_object('value', p_n, 'type', 'chunk'));
  end if;
  if p_n::bigint * v_chunk + length(p_data) > v_max then return desk.refuse('file_too_big', 'input', 'file', jsonb_build_object('max', v_max)); end if;
  insert into desk.blob_upload(sha256, person_id) values (p_sha256, v_me) on conflict do nothing;
  select x.next into v_next from desk.blob_upload x where x.sha256 = p_sha256 and x.person_id = v_me for update;
  if p_n = 0 then
    delete from desk.blob_upload_chunk c where c.sha256 = p_sha256 and c.person_id = v_me;
  elsif p_n <> v_next then
    return desk.refuse('bad_value', 'input', 'file', jsonb_build_object('value', p_n, 'type', 'chunk'));
  end if;
  insert into desk.blob_upload_chunk(sha256, person_id, n, data) values (p_sha256, v_me, p_n, p_data);
  if p_last and sha256((select string_agg(c.data, ''::bytea order by c.n) from desk.blob_upload_chunk c
      where c.sha256 = p_sha256 and c.person_id = v_me)) <> p_sha256 then
    delete from desk.blob_upload x where x.sha256 = p_sha256 and x.person_id = v_me;
    return desk.refuse('file_damaged', 'input', 'file');
  end if;
  update desk.blob_upload x set next = p_n + 1, done = p_last, at = clock_timestamp() where x.sha256 = p_sha256 and x.person_id = v_me;
  if p_last then
    insert into desk.blob(sha256, size) values (p_sha256, p_n::bigint * v_chunk + length(p_data)) on conflict do nothing;
    if found then
      insert into desk.blob_chunk(sha256, n, data)
        select c.sha256, c.n, c.data from desk.blob_upload_chunk c where c.sha256 = p_sha256 and c.person_id = v_me;
    end if;
    delete from desk.blob_upload_chunk c where c.sha256 = p_sha256 and c.person_id = v_me;
  end if;
  return jsonb_build_object('ok', true, 'done', p_last);
end $$;

-- Chunk n of an attachment one may see; null when there is none, or none to be seen.
create function desk.blob_get(p_attachment bigint, p_n int) returns bytea language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); x record; v_who text[]; v bytea;
begin
  select t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted, a.sha256, e.visibility into x
    from desk.attachment a join desk.ticket t on t.id = a.ticket_id join desk.event e on e.ticket_id = a.ticket_id and e.seq = a.seq
   where a.id = p_attachment;
  if v_me is null or not found then return null; end if;
  v_who := desk.who(v_me, x.id, x.org_id, x.group_id, x.requester_id, x.opened_by, x.assignee_id, x.restricted);
  if not 'sees' = any (v_who) then
    if x.restricted then perform desk.log_denied(v_me, x.id, 'attachment'); end if;
    return null;
  end if;
  if x.visibility <> 2 and not 'staff' = any (v_who) then return null; end if;
  -- one row for a file, not one for each chunk of it
  if x.restricted and (p_n = 0 or not exists (select from desk.access_log l where l.ticket_id = x.id and l.person_id = v_me
      and l.what = 'opened' and l.detail = 'attachment' and l.at > clock_timestamp() - interval '10 minutes')) then
    perform desk.log_opened(v_me, x.id, 'attachment');
  end if;
  select c.data into v from desk.blob_chunk c where c.sha256 = x.sha256 and c.n = p_n;
  return v;
end $$;
grant execute on function desk.blob_put(bytea, int, bytea, boolean), desk.blob_get(bigint, int) to desk_person;
