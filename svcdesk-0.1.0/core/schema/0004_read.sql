-- Reading: the row of a list, one ticket whole, what the desk is made of, pickers.
-- Lists are plain SELECTs under row-level security; a whole ticket comes from a function, which logs when it is restricted.
reset role;
set local role desk_api;

-- Names come from scalar sub-selects, not joins: a page of 50 costs 50 look-ups whatever the planner thinks of row-level
-- security, planning is short, and columns nobody asks for cost nothing.
create view desk.ticket_row with (security_invoker = true) as
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
             t.assignee_id = (select desk.me())) as unread
  from desk.ticket t;
grant select on desk.ticket_row to desk_person;

create function desk.ticket_id(p_number text) returns bigint language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare v bigint; v_me int := desk.me();
begin
  if v_me is null then return null; end if;
  v := desk.ticket_by_number(p_number, v_me);
  if v is null then
    perform desk.log_denied(v_me, t.id, 'number') from desk.ticket t
      where t.restricted and (t.number = upper(btrim(p_number)) or t.external = btrim(p_number));
  end if;
  return v;
end $$;
grant execute on function desk.ticket_id(text) to desk_person;

-- ---- one ticket ------------------------------------------------------------------------------------------------------
-- The words of one value of the journal, for this reader: names for ids, no number of a ticket he cannot see.
create function desk.render_value(p_type text, v jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb := '[]'; e jsonb;
begin
  if v is null or v = 'null' then return 'null'; end if;
  if jsonb_typeof(v) = 'array' then
    for e in select x from jsonb_array_elements(v) x loop
      r := r || coalesce(case p_type
        when 'links' then to_jsonb((e->>'type') || ' ' || coalesce((desk.render_value('ticket', e->'to', p_me)) #>> '{}', '?'))
        when 'cis' then desk.name_of('ci', e->'ci')
        when 'people' then desk.name_of('person', e)
        when 'files' then coalesce(e->'name', to_jsonb(desk.redacted()))
        when 'events' then e->'event'
        else e end, 'null');
    end loop;
    return r;
  end if;
  if p_type = 'ticket' then return case when desk.can_see((v #>> '{}')::bigint, p_me) then desk.name_of('ticket', v) else to_jsonb('?'::text) end; end if;
  return desk.name_of(p_type, v);
end $$;

create function desk.render_changes(p_kind text, p jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare c record; r jsonb := '{}'; v_type text;
begin
  for c in select k.key, k.value, f.type from jsonb_each(coalesce(p, '{}')) k left join desk.field f on f.kind = p_kind and f.field = k.key loop
    v_type := case c.key when 'opened_by' then 'person' when 'org_id' then 'org' when 'parent_id' then 'ticket' when 'links' then 'links'
      when 'cis' then 'cis' when 'watchers' then 'people' when 'access' then 'people' when 'attachments' then 'files' when 'redacted' then 'events'
      else coalesce(c.type, '') end;
    continue when c.key = 'desk_id';
    if v_type in ('person', 'group', 'service', 'ci', 'category', 'org', 'ticket', 'links', 'cis', 'people', 'files', 'events') then
      c.value := jsonb_build_array(case when c.value->0 <> 'null' then desk.render_value(v_type, c.value->0, p_me) end,
        case when c.value->1 <> 'null' then desk.render_value(v_type, c.value->1, p_me) end);
    end if;
    r := r || jsonb_build_object(case c.key when 'org_id' then 'org' when 'parent_id' then 'parent' else c.key end, c.value);
  end loop;
  return r;
end $$;

-- What one may do now: every verb of the kind, with the reason where it is not possible.
create function desk.verbs_of(t desk.ticket, p_who text[]) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(case
      when x.verb is null then jsonb_build_object('verb', v.verb, 'ok', false, 'why',
        desk.refuse('not_in_state', 'state', null, jsonb_build_object('verb', v.verb, 'state', t.state))->'error')
      when not x.roles && p_who then jsonb_build_object('verb', v.verb, 'ok', false, 'why',
        desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', v.verb, 'roles', x.roles))->'error')
      else jsonb_build_object('verb', v.verb, 'ok', true, 'why', null) end order by v.sort, v.verb), '[]')
    from desk.verb v left join desk.transition x on x.kind = v.kind and x.verb = v.verb and x.from_state = t.state
   where v.kind = t.kind and v.verb <> 'create');
end $$;

create function desk.show_events(t desk.ticket, p_staff boolean, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('seq', e.seq, 'at', desk.iso(e.at), 'recorded_at', desk.iso(e.recorded_at),
      'actor', coalesce(a.login, a.name), 'on_behalf', coalesce(b.login, b.name), 'channel', e.channel, 'verb', e.verb,
      'changes', desk.render_changes(t.kind, x.changes, p_me), 'text', x.body,
      'visibility', case e.visibility when 2 then 'public' else 'internal' end, 'op', e.op, 'late', e.late, 'voids', e.voids,
      'redacted', x.salt is null) order by e.at, e.seq), '[]')
    from desk.event e left join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
      left join desk.person a on a.id = nullif(e.actor_id, 0) left join desk.person b on b.id = e.on_behalf_id
   where e.ticket_id = t.id and (p_staff or e.visibility = 2));
end $$;

create function desk.show_header(t desk.ticket) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  return (select jsonb_build_object('id', r.id, 'number', r.number, 'kind', r.kind, 'state', r.state, 'phase', r.phase, 'priority', r.priority,
      'impact', r.impact, 'urgency', r.urgency, 'subject', t.subject, 'requester', r.requester, 'requester_id', r.requester_id,
      'requester_name', p.name, 'vip', p.vip, 'group', r."group", 'group_id', r.group_id, 'assignee', r.assignee, 'assignee_id', r.assignee_id,
      'category', r.category, 'service', r.service, 'ci', r.ci, 'opened_at', desk.iso(r.opened_at), 'updated_at', desk.iso(r.updated_at),
      'resolved_at', desk.iso(r.resolved_at), 'closed_at', desk.iso(r.closed_at), 'due_at', desk.iso(r.due_at))
    || jsonb_build_object('reassignments', r.reassignments, 'reopens', r.reopens, 'version', r.version, 'org', r.org, 'org_id', r.org_id,
      'channel', r.channel, 'hold_reason', r.hold_reason, 'hold_until', desk.iso(r.hold_until), 'hold_ref', r.hold_ref,
      'resolution_code', r.resolution_code, 'cancel_reason', r.cancel_reason, 'external', r.external, 'restricted', r.restricted,
      'acknowledged_at', desk.iso(t.acknowledged_at), 'priority_reason', t.priority_reason, 'opened_by', desk.name_of('person', to_jsonb(t.opened_by)),
      'last_seq', r.last_seq, 'unread', r.unread, 'custom', t.custom)
    from desk.ticket_row r left join desk.person p on p.id = r.requester_id where r.id = t.id);
end $$;

-- Generic plans: every look-up inside is by key.
create function desk.show(p_id bigint) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
declare v_me int := desk.me(); t desk.ticket; v_who text[]; v_staff boolean; v jsonb; v_body text;
begin
  select x.* into t from desk.ticket x where x.id = p_id;
  if not found or v_me is null then return null; end if;
  v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
  if not 'sees' = any (v_who) then
    if t.restricted then perform desk.log_denied(v_me, t.id, 'show'); end if;
    return null;
  end if;
  if t.restricted then
    perform desk.log_opened(v_me, t.id, null);
  end if;
  v_staff := 'staff' = any (v_who);
  select coalesce(case when t.restricted then x.subject end, t.subject), x.body into t.subject, v_body from desk.ticket_text x where x.id = t.id;
  v := coalesce(desk.typed_json(t.kind, t.id), '{}');
  v := v || (select coalesce(jsonb_object_agg(f.field, desk.render_value(f.type, v->f.field, v_me)), '{}') from desk.field f
              where f.kind = t.kind and f.store = 'typed' and f.type in ('person', 'group', 'service', 'ci', 'category', 'ticket'))
         || desk.show_header(t);
  return v || jsonb_build_object('body', v_body, 'parent', desk.render_value('ticket', to_jsonb(t.parent_id), v_me),
    'tags', (select coalesce(jsonb_agg(x.tag order by x.tag), '[]') from desk.ticket_tag x where x.ticket_id = t.id),
    'links', (select coalesce(jsonb_agg(jsonb_build_object('type', l.type, 'direction', l.dir, 'number', o.number,
          'subject', o.subject, 'state', o.state) order by l.dir, l.type, o.id), '[]')
        from (select k.type, 'to' as dir, k.to_id as id from desk.ticket_link k where k.from_id = t.id
              union all select k.type, 'from', k.from_id from desk.ticket_link k where k.to_id = t.id) l
        join desk.ticket o on o.id = l.id where desk.can_see(o.id, v_me)),
    'cis', (select coalesce(jsonb_agg(jsonb_build_object('name', c.name, 'class', c.class, 'role', x.role) order by c.name), '[]')
        from desk.ticket_ci x join desk.ci c on c.id = x.ci_id where x.ticket_id = t.id),
    'watchers', (select coalesce(jsonb_agg(desk.name_of('person', to_jsonb(x.person_id)) order by x.person_id), '[]') from desk.watcher x
        where x.ticket_id = t.id and (v_staff or x.person_id = v_me)),
    'access', case when t.restricted then (select coalesce(jsonb_agg(desk.name_of('person', to_jsonb(x.person_id)) order by x.person_id), '[]')
        from desk.ticket_access x where x.ticket_id = t.id) else '[]' end,
    'attachments', (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'name', x.name, 'media_type', x.media_type, 'size', x.size,
          'event', x.seq) order by x.id), '[]')
        from desk.attachment x join desk.event e on e.ticket_id = x.ticket_id and e.seq = x.seq where x.ticket_id = t.id and (v_staff or e.visibility = 2)),
    'minutes', case when v_staff then (select coalesce(sum(x.minutes), 0) from desk.time_entry x where x.ticket_id = t.id) end,
    'verbs', desk.verbs_of(t, v_who), 'events', desk.show_events(t, v_staff, v_me));
end $$;

-- The one door to a restricted ticket; the same as show.
create function desk.open_restricted(p_id bigint) returns jsonb language sql set search_path = pg_catalog, pg_temp as $$ select desk.show(p_id) $$;
grant execute on function desk.show(bigint), desk.open_restricted(bigint) to desk_person;

-- ---- what the desk is made of ----------------------------------------------------------------------------------------
create function desk.kind_meta(k desk.kind, p_lang text) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('kind', k.kind, 'prefix', k.prefix, 'label', desk.label_of(p_lang, 'kind.' || k.kind), 'initial', k.initial,
    'table', k.typed_table::text,
    'states', (select jsonb_agg(jsonb_build_object('state', s.state, 'phase', s.phase,
        'label', desk.label_of(p_lang, 'state.' || k.kind || '.' || s.state, 'state.*.' || s.state)) order by s.sort) from desk.kind_state s where s.kind = k.kind),
    'fields', (select jsonb_agg(jsonb_build_object('field', f.field, 'type', f.type, 'store', f.store, 'col', f.col,
        'table', case f.store when 'typed' then k.typed_table::text when 'text' then 'desk.ticket_text' else 'desk.ticket' end,
        'choices', f.choices, 'editable', f.editable, 'sort', f.sort, 'list_sort', f.list_sort, 'list_width', f.list_width,
        'label', desk.label_of(p_lang, 'field.' || k.kind || '.' || f.field, 'field.*.' || f.field)) order by f.sort, f.field)
      from desk.field f where f.kind = k.kind),
    'verbs', (select jsonb_agg(jsonb_build_object('verb', v.verb, 'key', v.key, 'body', v.body, 'visibility', v.visibility, 'menu', v.menu,
        'label', desk.label_of(p_lang, 'verb.' || k.kind || '.' || v.verb, 'verb.*.' || v.verb),
        'params', (select coalesce(jsonb_agg(jsonb_build_object('param', a.param, 'field', a.field, 'type', a.type, 'choices', coalesce(a.choices, f.choices),
            'ask', a.ask, 'initial', a.initial, 'label', desk.label_of(p_lang, 'param.' || k.kind || '.' || a.verb || '.' || a.param,
              'field.' || k.kind || '.' || a.field, 'param.*.' || a.verb || '.' || a.param, 'param.*.*.' || a.param,
              'field.' || k.kind || '.' || a.param, 'field.*.' || coalesce(a.field, a.param))) order by a.sort, a.param), '[]')
          from desk.verb_param a left join desk.field f on f.kind = a.kind and f.field = a.field where a.kind = k.kind and a.verb = v.verb)
        ) order by v.sort) from desk.verb v where v.kind = k.kind),
    'transitions', (select coalesce(jsonb_agg(jsonb_build_object('from', x.from_state, 'verb', x.verb, 'to', x.to_state, 'roles', x.roles,
        'required', (select coalesce(jsonb_agg(r order by r), '[]') from (select a.param as r from desk.verb_param a where a.kind = x.kind and a.verb = x.verb and a.ask = 2
            union all select 'body' where v.body = 2) q)) order by s.sort, v.sort), '[]')
      from desk.transition x join desk.verb v on v.kind = x.kind and v.verb = x.verb join desk.kind_state s on s.kind = x.kind and s.state = x.from_state
     where x.kind = k.kind)) $$;

create function desk.kind_list(p_lang text default 'en') returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'prefix', k.prefix, 'label', desk.label_of(p_lang, 'kind.' || k.kind),
    'initial', k.initial) order by k.sort, k.kind), '[]') from desk.kind k where desk.me() is not null $$;

create function desk.kind_json(p_kind text, p_lang text default 'en') returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select m || jsonb_build_object('states', (select jsonb_agg(s.v || jsonb_build_object('phase',
      (array['open', 'waiting', 'done'])[(s.v->>'phase')::int]) order by s.n) from jsonb_array_elements(m->'states') with ordinality s(v, n)))
    from desk.kind k, desk.kind_meta(k, p_lang) m where k.kind = p_kind and desk.me() is not null $$;

create function desk.whoami() returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce((select jsonb_build_object('id', p.id, 'login', p.login, 'name', p.name, 'email', p.email,
    'roles', (select coalesce(jsonb_agg(distinct r.role), '[]') from desk.my_role() r),
    'scopes', (select coalesce(jsonb_agg(jsonb_build_object('role', r.role, 'org', so.name, 'group', sg.name) order by r.role, so.name, sg.name), '[]')
        from desk.my_role() r left join desk.org so on so.id = r.org_id left join desk.support_group sg on sg.id = r.group_id),
    'groups', (select coalesce(jsonb_agg(jsonb_build_object('id', g.id, 'name', g.name, 'lead', m.lead) order by g.name), '[]')
        from desk.group_member m join desk.support_group g on g.id = m.group_id where m.person_id = p.id),
    'language', p.language, 'zone', p.zone, 'org', o.name, 'vip', p.vip,
    'superuser', (select r.rolsuper from pg_roles r where r.rolname = session_user))
    from desk.person p join desk.org o on o.id = p.org_id where p.id = desk.me()), desk.refuse('not_a_person', 'denied')) $$;

create function desk.meta(p_lang text) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare v_me jsonb := case when desk.me() is not null then desk.whoami() end; v_lang text := coalesce(p_lang, 'en'); v_labels jsonb; v_cursor record;
begin
  if v_me is null then return null; end if;
  if not exists (select from desk.label l where l.lang = v_lang) then v_lang := 'en'; end if;
  select jsonb_object_agg(x.key, x.text) into v_labels from (
    select distinct on (l.key) l.key, l.text from desk.label l where l.lang in (v_lang, 'en') order by l.key, l.lang <> v_lang) x;
  select c.* into v_cursor from desk.feed_cursor() c;
  return jsonb_build_object('me', v_me,
    'desk', jsonb_build_object('id', (select s.value from desk.setting s where s.key = 'desk.id'), 'name', (select s.value from desk.setting s where s.key = 'desk.name'),
      'sample', (select s.value from desk.setting s where s.key = 'desk.sample'), 'frozen', (select c.frozen_at is not null from desk.clock c)),
    'kinds', (select coalesce(jsonb_agg(desk.kind_meta(k, v_lang) order by k.sort, k.kind), '[]') from desk.kind k),
    'labels', v_labels, 'cursor', jsonb_build_object('epoch', v_cursor.epoch, 'x', v_cursor.x, 'seq', v_cursor.seq),
    'now', desk.iso(desk.now()));
end $$;
grant execute on function desk.kind_list(text), desk.kind_json(text, text), desk.whoami(), desk.meta(text) to desk_person;

-- ---- pickers: a prefix, at most 20 rows, never the whole table -----------------------------------------------------------
create function desk.like_prefix(p text) returns text language sql immutable set search_path = pg_catalog, pg_temp
  as $$ select regexp_replace(lower(btrim(coalesce(p, ''))), '([\\%_])', '\\\1', 'g') || '%' $$;

-- A name is found by its first word or its last. Staff find everybody; others only themselves.
create function desk.find_person(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare v text := desk.like_prefix(p_text); v_me int := desk.me(); v_n int := greatest(0, least(coalesce(p_limit, 20), 20)); v_digits text;
begin
  if not desk.has_role('agent', 'lead', 'process_owner', 'auditor', 'admin') then
    return query select p.id::bigint, p.name, coalesce(p.login, '') from desk.person p
      where p.id = v_me and (lower(p.name) like v or lower(p.login) like v);
    return;
  end if;
  -- the end of a telephone number, however it is written
  if p_text !~ '[[:alpha:]]' and length(regexp_replace(p_text, '\D', '', 'g')) >= 3 then
    v_digits := reverse(regexp_replace(p_text, '\D', '', 'g')) || '%';
  end if;
  return query
    select q.id::bigint, q.name, concat_ws(' · ', q.login, o.name, q.phone, case when q.vip then 'VIP' end,
           (select min(c.name) from desk.ci c where c.owner_id = q.id and c.active and lower(c.name) like v and v <> '%'))
      from (select distinct on (lower(z.name), z.id) z.* from (
              (select p.* from desk.person p where lower(p.name) like v and p.active order by lower(p.name) limit v_n)
              union all (select p.* from desk.person p where lower(regexp_replace(p.name, '^(.*) (\S+)$', '\2 \1')) like v and p.active and v <> '%'
                          order by lower(regexp_replace(p.name, '^(.*) (\S+)$', '\2 \1')) limit v_n)
              union all (select p.* from desk.person p where v_digits is not null and reverse(regexp_replace(p.phone, '\D', '', 'g')) like v_digits and p.active
                          order by reverse(regexp_replace(p.phone, '\D', '', 'g')) limit v_n)
              union all (select p.* from desk.person p where p.login like v and p.active order by p.login limit v_n)
              union all (select p.* from desk.person p where p.phone like v and p.active and v <> '%' order by p.phone limit v_n)
              union all (select p.* from desk.person p where lower(p.email) like v and p.active and v <> '%' order by lower(p.email) limit v_n)
              -- who calls about a device is found by it
              union all (select p.* from desk.ci c join desk.person p on p.id = c.owner_id
                          where lower(c.name) like v and c.active and p.active and v <> '%' order by lower(c.name) limit v_n)) z
             order by lower(z.name), z.id limit v_n) q
      join desk.org o on o.id = q.org_id order by lower(q.name), q.id;
end $$;

-- Who can be given work: members of a group (by id or name; of any group when there is none). Without a text everybody of it.
create function desk.find_member(p_text text, p_group text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select p.id::bigint, p.name, concat_ws(' · ', p.login, string_agg(g.name, ', ' order by g.name))
    from desk.group_member m join desk.support_group g on g.id = m.group_id join desk.person p on p.id = m.person_id
   where desk.has_role('agent', 'lead', 'process_owner', 'auditor', 'admin') and p.active and g.active and desk.org_known(g.org_id, desk.me())
     and (coalesce(p_group, '') = '' or g.id::text = p_group or lower(g.name) = lower(btrim(p_group)))
     and (lower(p.name) like desk.like_prefix(p_text) or p.login like desk.like_prefix(p_text)
          or lower(regexp_replace(p.name, '^(.*) (\S+)$', '\2 \1')) like desk.like_prefix(p_text))
   group by p.id order by lower(p.name), p.id limit greatest(0, least(coalesce(p_limit, 20), 20)) $$;

create function desk.find_group(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select g.id::bigint, g.name, coalesce((select o.name from desk.org o where o.id = g.org_id), '')
    from desk.support_group g where g.active and desk.me() is not null and desk.org_known(g.org_id, desk.me())
     and (lower(g.name) like desk.like_prefix(p_text) or lower(g.name) like '% ' || desk.like_prefix(p_text))
   order by lower(g.name) limit greatest(0, least(coalesce(p_limit, 20), 20)) $$;

create function desk.find_category(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id::bigint, coalesce(p.name || ' / ', '') || c.name, ''
    from desk.category c left join desk.category p on p.id = c.parent_id
   where c.active and desk.me() is not null
     and (lower(c.name) like desk.like_prefix(p_text) or lower(p.name || ' / ' || c.name) like desk.like_prefix(p_text))
   order by lower(coalesce(p.name || ' / ', '') || c.name) limit greatest(0, least(coalesce(p_limit, 20), 20)) $$;

create function desk.find_service(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select s.id::bigint, s.name, coalesce((select o.name from desk.org o where o.id = s.org_id), '')
    from desk.service s where s.active and desk.me() is not null and desk.org_known(s.org_id, desk.me())
     and (lower(s.name) like desk.like_prefix(p_text) or lower(s.name) like '% ' || desk.like_prefix(p_text))
   order by lower(s.name) limit greatest(0, least(coalesce(p_limit, 20), 20)) $$;

create function desk.find_ci(p_text text, p_limit int default 20) returns table(id bigint, name text, hint text)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.id, c.name, concat_ws(' · ', c.class, c.place, (select p.name from desk.person p where p.id = c.owner_id))
    from desk.ci c where c.active and lower(c.name) like desk.like_prefix(p_text) and desk.ci_seen(c, desk.me())
   order by lower(c.name) limit greatest(0, least(coalesce(p_limit, 20), 20)) $$;

-- Who is calling: the person, the devices, what is open and what was last.
create function desk.caller_card(p_person int) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare v_me int := desk.me(); v jsonb;
begin
  if v_me is null or (p_person <> v_me and not desk.has_role('agent', 'lead', 'process_owner', 'auditor')) then return null; end if;
  select jsonb_build_object('person', jsonb_build_object('id', p.id, 'login', p.login, 'name', p.name, 'email', p.email, 'phone', p.phone,
      'place', p.place, 'vip', p.vip, 'org', o.name, 'language', p.language, 'active', p.active))
    into v from desk.person p join desk.org o on o.id = p.org_id where p.id = p_person and p.id > 1;
  if v is null then return null; end if;
  return v || jsonb_build_object(
    'devices', (select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'name', c.name, 'class', c.class, 'place', c.place) order by c.name), '[]')
      from desk.ci c where c.owner_id = p_person and c.active and desk.ci_seen(c, v_me)),
    'open', (select coalesce(jsonb_agg(b.j order by b.id desc), '[]') from (
      select t.id, desk.brief(t) as j from desk.ticket t where t.requester_id = p_person and t.phase < 3 and desk.can_see(t.id, v_me) order by t.id desc limit 20) b),
    'recent', (select coalesce(jsonb_agg(b.j order by b.id desc), '[]') from (
      select t.id, desk.brief(t) as j from desk.ticket t where t.requester_id = p_person and desk.can_see(t.id, v_me) order by t.id desc limit 10) b));
end $$;
create function desk.brief(t desk.ticket) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('id', t.id, 'number', t.number, 'state', t.state, 'priority', t.priority, 'subject', t.subject, 'opened_at', desk.iso(t.opened_at)) $$;

grant execute on function desk.find_person(text, int), desk.find_group(text, int), desk.find_category(text, int), desk.find_service(text, int),
  desk.find_ci(text, int), desk.find_member(text, text, int), desk.caller_card(int) to desk_person;
