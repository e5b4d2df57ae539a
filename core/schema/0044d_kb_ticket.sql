-- Articles on tickets: a verb of its own in the ticket's journal, undone like a tag; and what of the knowledge base stands in an inbox.
reset role; set local role desk_api;

-- ---- the verb ------------------------------------------------------------------------------------------------------------------------
-- The articles a text names (numbers with commas) that a person sees; refusal of the first that he does not.
create function desk.articles_named(p_text text, p_me int, out ids bigint[], out refusal jsonb) language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare n text; a desk.article; s desk.kb_sight := desk.kb_sight(p_me);
begin
  ids := '{}';
  for n in select x from regexp_split_to_table(btrim(coalesce(p_text, '')), '[,\s]+') x where x <> '' limit 50 loop
    a := desk.article_of(n, s);
    if a.id is null then refusal := desk.refuse('no_article', 'notfound', 'add', jsonb_build_object('value', left(n, 40))); return; end if;
    if not a.id = any (ids) then ids := ids || a.id; end if;
  end loop;
end $$;

create function desk.guard_article(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare r jsonb;
begin
  if coalesce(a->>'add', '') = '' and coalesce(a->>'remove', '') = '' then return desk.refuse('field_required', 'input', 'add', jsonb_build_object('verb', a->'_verb')); end if;
  select coalesce(x.refusal, y.refusal) into r from desk.articles_named(a->>'add', p_me) x, desk.articles_named(a->>'remove', p_me) y;
  return r;
end $$;

-- In the journal an article is {"article", "version", "how"}, an element of the set "articles".
create function desk.effect_article(t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_gone jsonb; v_new jsonb; v_how text := coalesce(a->>'how', 'linked'); v_add bigint[]; v_remove bigint[]; v_at timestamptz := desk.at_of(a);
begin
  select x.ids into v_add from desk.articles_named(a->>'add', p_me) x;
  select x.ids into v_remove from desk.articles_named(a->>'remove', p_me) x;
  with d as (delete from desk.article_link l where l.ticket_id = t.id and l.article_id = any (v_remove) and not l.article_id = any (v_add) and l.how in ('linked', 'applied')
    returning l.article_id, l.version, l.how)
  select jsonb_agg(jsonb_build_object('article', d.article_id, 'version', d.version, 'how', d.how) order by d.article_id, d.how) into v_gone from d;
  with i as (insert into desk.article_link(ticket_id, article_id, version, how, person_id, at, seq)
      select t.id, r.id, desk.version_word(v), v_how, p_me, v_at, t.last_seq + 1 from unnest(v_add) x(id) join desk.article r on r.id = x.id
        join desk.article_version v on v.id = coalesce(r.published_id, r.latest_id)
    on conflict (ticket_id, article_id, how) do nothing returning article_id, version, how)
  select jsonb_agg(jsonb_build_object('article', i.article_id, 'version', i.version, 'how', i.how) order by i.article_id) into v_new from i;
  return desk.set_change('articles', v_gone, v_new);
end $$;

create function desk.article_install(p_kind text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from desk.transition x where x.kind = p_kind and x.verb = 'tag') then return; end if;
  insert into desk.verb(kind, verb, sort, key, visibility, body, menu) values (p_kind, 'article', 16, null, 1, 0, false) on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, type, choices, ask, initial, sort) values (p_kind, 'article', 'add', 'text', null, 1, null, 1),
    (p_kind, 'article', 'remove', 'text', null, 1, null, 2), (p_kind, 'article', 'how', 'choice', '{linked,applied}', 0, null, 3) on conflict do nothing;
  insert into desk.transition(kind, from_state, verb, to_state, roles, guard, side_effect)
    select p_kind, x.from_state, 'article', '=', '{agent,lead,process_owner}', 'desk.guard_article(desk.ticket,jsonb,int)', 'desk.effect_article(desk.ticket,jsonb,int)'
      from desk.transition x where x.kind = p_kind and x.verb = 'tag' on conflict do nothing;
end $$;

-- ---- undo, proof, words: as in 0026_rate.sql and 0038_assign.sql, with articles --------------------------------------------------------
create or replace function desk.set_keys() returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select '{tags,cis,watchers,access,links,rating,articles}'::text[] $$;

-- Elements of the set as links again: by whom they were first, and at which event, is in the journal.
create function desk.articles_back(t desk.ticket, p_gone jsonb, p_new jsonb, p_at timestamptz) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  delete from desk.article_link l where l.ticket_id = t.id
    and exists (select from jsonb_array_elements(p_gone) o where (o->>'article')::bigint = l.article_id and o->>'how' = l.how);
  insert into desk.article_link(ticket_id, article_id, version, how, person_id, at, seq)
    select t.id, (o->>'article')::bigint, o->>'version', o->>'how', e.actor_id, e.at, e.seq
      from jsonb_array_elements(p_new) o cross join lateral (select v.actor_id, v.at, v.seq from desk.event v join desk.event_text x on x.ticket_id = v.ticket_id and x.seq = v.seq
        where v.ticket_id = t.id and x.changes->'articles'->1 @> jsonb_build_array(o) order by v.seq limit 1) e on conflict do nothing;
end $$;

create or replace function desk.undo_set(t desk.ticket, p_key text, v jsonb, p_at timestamptz) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
begin
  case p_key
  when 'tags' then
    delete from desk.ticket_tag g where g.ticket_id = t.id and v->1 ? g.tag;
    insert into desk.ticket_tag(ticket_id, tag) select t.id, o from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'cis' then
    delete from desk.ticket_ci g where g.ticket_id = t.id and g.ci_id in (select (o->>'ci')::bigint from jsonb_array_elements(v->1) o);
    insert into desk.ticket_ci(ticket_id, ci_id, role) select t.id, (o->>'ci')::bigint, o->>'role' from jsonb_array_elements(v->0) o on conflict do nothing;
  when 'watchers' then
    delete from desk.watcher g where g.ticket_id = t.id and v->1 @> to_jsonb(g.person_id);
    insert into desk.watcher(ticket_id, person_id) select t.id, o::int from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'access' then
    delete from desk.ticket_access g where g.ticket_id = t.id and v->1 @> to_jsonb(g.person_id);
    insert into desk.ticket_access(ticket_id, person_id) select t.id, o::int from jsonb_array_elements_text(v->0) o on conflict do nothing;
  when 'links' then
    delete from desk.ticket_link g where g.from_id = t.id
      and exists (select from jsonb_array_elements(v->1) o where o->>'type' = g.type and (o->>'to')::bigint = g.to_id);
    insert into desk.ticket_link(from_id, type, to_id, seq, at)
      select t.id, o->>'type', (o->>'to')::bigint, t.last_seq + 1, p_at from jsonb_array_elements(v->0) o on conflict do nothing;
  when 'rating' then perform desk.rating_back(t, v->0);
  when 'articles' then perform desk.articles_back(t, v->1, v->0, p_at);
  end case;
  return jsonb_build_object(p_key, jsonb_build_array(v->1, v->0));
end $$;

create or replace function desk.audit_sets() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with c as (
    select e.ticket_id, e.seq, e.at, e.actor_id, e.voids, k.key, k.value as v
      from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq, jsonb_each(x.changes) k
     where not e.late and x.changes ?| array['tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments', 'rating', 'articles']
       and k.key in ('tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments', 'rating', 'articles')),
  ops as (
    select c.ticket_id, c.seq, c.at, c.key, d.gain, el.v
      from c, (values (false, 0), (true, 1)) d(gain, i),
           lateral jsonb_array_elements(case jsonb_typeof(c.v->d.i) when 'array' then c.v->d.i else '[]' end) el(v)
     where c.key in ('tags', 'links', 'cis', 'watchers', 'access', 'rating', 'articles')),
  want as (
    select l.ticket_id, l.key, case l.key when 'links' then l.v || jsonb_build_object('seq', l.seq, 'at', l.at) else l.v end as v from (
      select distinct on (o.ticket_id, o.key, o.v) o.* from ops o order by o.ticket_id, o.key, o.v, o.seq desc, o.gain desc) l where l.gain
    union all select c.ticket_id, c.key, jsonb_build_array(c.seq, c.v->1, c.actor_id) from c where c.key = 'minutes' and c.voids is null
      and not exists (select from desk.event u where u.ticket_id = c.ticket_id and u.voids = c.seq and not desk.event_voided(u.ticket_id, u.seq))
    union all select c.ticket_id, c.key, jsonb_build_array(c.seq) || case when el.v ? 'name'
        then jsonb_build_array(el.v->'id', el.v->'name', el.v->'media_type', el.v->'size', el.v->'sha256')
        else jsonb_build_array(el.v->'id', desk.redacted(), 'application/octet-stream', 0, null) end
      from c, lateral jsonb_array_elements(case jsonb_typeof(c.v->1) when 'array' then c.v->1 else '[]' end) el(v) where c.key = 'attachments'),
  have as (
    select g.ticket_id, 'tags' as key, to_jsonb(g.tag) as v from desk.ticket_tag g
    union all select l.from_id, 'links', jsonb_build_object('type', l.type, 'to', l.to_id, 'seq', l.seq, 'at', l.at) from desk.ticket_link l
    union all select i.ticket_id, 'cis', jsonb_build_object('ci', i.ci_id, 'role', i.role) from desk.ticket_ci i
    union all select w.ticket_id, 'watchers', to_jsonb(w.person_id) from desk.watcher w
    union all select a.ticket_id, 'access', to_jsonb(a.person_id) from desk.ticket_access a
    union all select r.ticket_id, 'rating', to_jsonb(r.score) from desk.rating r
    union all select k.ticket_id, 'articles', jsonb_build_object('article', k.article_id, 'version', k.version, 'how', k.how) from desk.article_link k where k.how in ('linked', 'applied') and k.seq is not null
    union all select m.ticket_id, 'minutes', jsonb_build_array(m.seq, m.minutes, m.person_id) from desk.time_entry m
    union all select f.ticket_id, 'attachments', jsonb_build_array(f.seq, f.id, f.name, f.media_type, f.size, encode(f.sha256, 'hex'))
      from desk.attachment f)
  select distinct coalesce(w.ticket_id, h.ticket_id), null::int, coalesce(w.key, h.key)
    from want w full join have h on h.ticket_id = w.ticket_id and h.key = w.key and h.v = w.v
   where w.ticket_id is null or h.ticket_id is null $$;

-- The articles of a journal value for this reader: number and version, "?" for what he does not see.
create function desk.articles_said(p jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare s desk.kb_sight := desk.kb_sight(p_me);
begin
  return (select coalesce(jsonb_agg(case when desk.article_judge(a, s) then a.number || ' ' || (o.v->>'version') else '?' end order by o.n), '[]')
    from jsonb_array_elements(case jsonb_typeof(p) when 'array' then p else '[]' end) with ordinality o(v, n) left join desk.article a on a.id = (o.v->>'article')::bigint);
end $$;
create or replace function desk.render_changes(p_kind text, p jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare c record; r jsonb := '{}'; v_type text;
begin
  for c in select k.key, k.value, f.type from jsonb_each(coalesce(p, '{}')) k left join desk.field f on f.kind = p_kind and f.field = k.key loop
    v_type := case c.key when 'opened_by' then 'person' when 'org_id' then 'org' when 'parent_id' then 'ticket' when 'links' then 'links'
      when 'cis' then 'cis' when 'watchers' then 'people' when 'access' then 'people' when 'attachments' then 'files' when 'redacted' then 'events'
      else coalesce(c.type, '') end;
    continue when c.key = 'desk_id';
    if c.key = 'rule' then c.value := jsonb_build_array(null, desk.rule_said(c.value->1));
    elsif c.key = 'articles' then c.value := jsonb_build_array(desk.articles_said(c.value->0, p_me), desk.articles_said(c.value->1, p_me)); end if;
    if v_type in ('person', 'group', 'service', 'ci', 'category', 'org', 'ticket', 'links', 'cis', 'people', 'files', 'events') then
      c.value := jsonb_build_array(case when c.value->0 <> 'null' then desk.render_value(v_type, c.value->0, p_me) end,
        case when c.value->1 <> 'null' then desk.render_value(v_type, c.value->1, p_me) end);
    end if;
    r := r || jsonb_build_object(case c.key when 'org_id' then 'org' when 'parent_id' then 'parent' else c.key end, c.value);
  end loop;
  return r;
end $$;

-- As in 0004_read.sql, with the articles of the ticket that its reader may see.
create or replace function desk.show(p_id bigint) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set plan_cache_mode = force_generic_plan as $$
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
  if v_staff and not t.restricted and t.phase < 3 then v := v || desk.show_risk(t.id); end if;
  return v || jsonb_build_object('body', v_body, 'parent', desk.render_value('ticket', to_jsonb(t.parent_id), v_me),
    'tags', (select coalesce(jsonb_agg(x.tag order by x.tag), '[]') from desk.ticket_tag x where x.ticket_id = t.id),
    'links', (select coalesce(jsonb_agg(jsonb_build_object('type', l.type, 'direction', l.dir, 'number', o.number,
          'subject', o.subject, 'state', o.state) order by l.dir, l.type, o.id), '[]')
        from (select k.type, 'to' as dir, k.to_id as id from desk.ticket_link k where k.from_id = t.id
              union all select k.type, 'from', k.from_id from desk.ticket_link k where k.to_id = t.id) l
        join desk.ticket o on o.id = l.id where desk.can_see(o.id, v_me)),
    'articles', case when exists (select from desk.article_link k where k.ticket_id = t.id and k.how in ('applied', 'linked'))
        then desk.ticket_articles(t.id, desk.kb_sight(v_me)) else '[]' end,
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

-- ---- what time brings ---------------------------------------------------------------------------------------------------------------------
-- Publishes what is due, and tells the keepers of what loses its validity within kb.warn_days; a few at a time.
create function desk.tick_kb(p_limit int) returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now(); v_today date := (v_now at time zone 'UTC')::date; d record; a desk.article; v desk.article_version; r jsonb; n int := 0; k int;
begin
  for d in select x.id, x.article_id from desk.article_version x where x.state = 'scheduled' and x.publish_at <= v_now order by x.publish_at, x.id limit p_limit loop
    select x.* into a from desk.article x where x.id = d.article_id for update skip locked;
    continue when not found;
    select x.* into v from desk.article_version x where x.id = d.id;
    r := desk.kb_step(a, v, 'publish', '{}', 1, v_now, gen_random_uuid());
    -- it was complete when it was approved; should that be no more, its author has it back instead of it being tried for ever
    if not (r->>'ok')::boolean then perform desk.kb_move(a, v, 'draft', v_now); perform desk.kb_note(a.id, v.id, 1, v_now, null, 'withdraw', null, r->'error'->>'text'); end if;
    n := n + 1;
  end loop;
  insert into desk.article_warning(article_id, valid_to, person_id, at)
    select w.id, w.valid_to, p.id, v_now from (
      select x.*, x as whole from desk.article x where x.published_id is not null and x.valid_to between v_today and v_today + desk.setting_int('kb.warn_days', 30)
         and not exists (select from desk.article_warning o where o.article_id = x.id and o.valid_to = x.valid_to) order by x.valid_to, x.id limit p_limit - n) w
      cross join lateral unnest(case when desk.kb_keepers(w.whole) = '{}' then '{0}' else desk.kb_keepers(w.whole) end) p(id) on conflict do nothing;
  get diagnostics k = row_count;
  return n + k;
end $$;

-- As in 0038_assign.sql, with the knowledge base.
create or replace function desk.tick() returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' set lock_timeout = '3s' as $$
declare raised boolean; res jsonb; v_warned int; v_given int; v_kb int;
begin
  begin
    perform from desk.lease l where l.name = 'tick' for update;   -- who waits here has no number yet that readers of the feed wait for
    if not found then insert into desk.lease values ('tick', session_user, 0, '-infinity') on conflict do nothing; end if;
    update desk.lease l set holder = session_user, epoch = l.epoch + 1, until = clock_timestamp() where l.name = 'tick';
  exception when lock_not_available then
    return '{"ok": true, "busy": true, "more": false}';
  end;
  raised := desk.epoch_check();
  v_warned := desk.tick_warnings(2000);    -- before what ends or wakes by itself: what ran until now had its level
  res := desk.tick_acts(250);              -- few at a time: who follows the feed waits for the end of a transaction
  v_given := desk.tick_assign(250);
  v_kb := desk.tick_kb(250);
  return jsonb_build_object('ok', true, 'busy', false, 'epoch_raised', raised, 'seals', desk.seal_complete(),
    'rotated', desk.tick_rotate(), 'partitions', desk.tick_partitions(), 'ops', desk.tick_ops(), 'board', desk.tick_board(),
    'calendars', desk.tick_calendars(), 'warned', v_warned, 'assigned', v_given, 'articles', v_kb)
    || res || jsonb_build_object('more', (res->>'more')::boolean or v_warned = 2000 or v_given = 250 or v_kb >= 250);
end $$;

-- ---- the inbox: as in 0014_inbox.sql and 0021e_warn.sql, with articles and what else is no ticket (desk.inbox_beside, 0048_hints.sql) --------------------------------------------------------------------
-- What of the knowledge base waits for me: feedback on what I keep, versions I may approve, articles about to lose their validity. ticket_id
-- is the article's id below zero; seq: a feedback's id, below zero a version's, below -1000000000 a warning's.
create function desk.kb_inbox(p_me int) returns table(ticket_id bigint, seq int, number text, subject text, state text, reason text, actor_id int, at timestamptz, excerpt text, unread boolean)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_since timestamptz := desk.now() - desk.setting_int('inbox.days', 30) * interval '1 day'; s desk.kb_sight;
begin
  if not desk.is_staff(p_me) then return; end if;
  s := desk.kb_sight(p_me);
  return query
    select -a.id, i.seq, a.number, v.title, v.state, i.reason, i.actor_id, i.at, i.excerpt, case when i.done then false else not coalesce(m.read, false) end
      from (select f.article_id, f.id::int as seq, 'feedback' as reason, f.person_id as actor_id, f.at, coalesce(desk.excerpt(f.comment), case when f.helpful then '+' else '-' end) as excerpt,
              f.answered_at is not null as done from desk.article_feedback f where f.owner_id = p_me and f.at >= v_since
            union all
            select v.article_id, (-v.id)::int, 'review', v.asked_id, coalesce((select max(l.at) from desk.article_log l where l.version_id = v.id and l.what in ('submit', 'retire')), v.at),
              desk.excerpt(v.note), false
              from desk.article_version v join desk.article a on a.id = v.article_id
             where v.state in ('review', 'pending_retirement') and v.asked_id is distinct from p_me
               and exists (select from jsonb_array_elements(desk.kb_verbs(a, v, p_me)) x where x->>'verb' = 'approve')
               and (a.owner_id = p_me or a.group_id = any (s.groups) or (a.owner_id is null or a.owner_id = v.author_id) and a.group_id is null)
            union all
            select w.article_id, (-1000000000 - w.id)::int, 'expires', 1, w.at, w.valid_to::text, false from desk.article_warning w join desk.article a on a.id = w.article_id and a.valid_to = w.valid_to
             where w.person_id = p_me and w.at >= v_since) i
      join desk.article a on a.id = i.article_id join desk.article_version v on v.id = coalesce(a.published_id, a.latest_id)
      left join desk.my_inbox m on m.person_id = p_me and m.ticket_id = -a.id and m.seq = i.seq
     where desk.article_staffed(a, s);
end $$;

create or replace function desk.inbox(p_limit int default 100, p_after text default null, p_unread boolean default false)
  returns table(item text, cursor text, ticket_id bigint, seq int, number text, kind text, subject text, state text, priority smallint, reason text,
    actor text, at timestamptz, excerpt text, unread boolean)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_at timestamptz; v_id bigint; v_seq int;
begin
  if v_me is null then return; end if;
  if p_after ~ '^\d{1,17}:-?\d{1,18}:-?\d{1,10}$' then
    v_at := timestamptz 'epoch' + split_part(p_after, ':', 1)::bigint * interval '1 microsecond';
    v_id := split_part(p_after, ':', 2); v_seq := split_part(p_after, ':', 3);
  end if;
  return query
    select desk.inbox_word(i.number, i.seq), (extract(epoch from i.at) * 1000000)::bigint || ':' || i.ticket_id || ':' || i.seq,
      i.ticket_id, i.seq, i.number, i.kind, i.subject, i.state, i.priority, i.reason, coalesce(p.login, p.name), i.at, i.excerpt, i.unread
      from (select x.ticket_id, x.seq, t.number, t.kind, t.subject, t.state, t.priority, x.reason, x.actor_id, x.at, x.excerpt, x.unread
              from desk.inbox_items(v_me) x join desk.ticket t on t.id = x.ticket_id
            union all select x.ticket_id, x.seq, x.number, x.kind, x.subject, x.state, null, x.reason, x.actor_id, x.at, x.excerpt, x.unread from desk.inbox_beside(v_me) x) i
      left join desk.person p on p.id = i.actor_id
     where (v_at is null or (i.at, i.ticket_id, i.seq) < (v_at, v_id, v_seq)) and (i.unread or not coalesce(p_unread, false))
     order by i.at desc, i.ticket_id desc, i.seq desc limit greatest(0, least(coalesce(p_limit, 100), 1000));
end $$;

create or replace function desk.inbox_count() returns table(unread int, next_at timestamptz)
  language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me();
begin
  if v_me is null then return; end if;
  select count(*) into unread from desk.inbox_items(v_me) i where i.unread;
  unread := unread + (select count(*) from desk.inbox_beside(v_me) i where i.unread);
  select min(f.due_at) into next_at from desk.my_follow_up f where f.person_id = v_me and f.done_at is null and f.due_at > desk.now();
  return next;
end $$;

create or replace function desk.inbox_mark(p_items text[], p_read boolean default true) returns int
  language plpgsql security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_n int := 0; n int; i record;
begin
  if v_me is null then return 0; end if;
  for i in select x.ticket_id, x.seq from desk.inbox_items(v_me) x join desk.ticket t on t.id = x.ticket_id
            where x.unread = coalesce(p_read, true) and (p_items is null or desk.inbox_word(t.number, x.seq) = any (p_items))
           union all select x.ticket_id, x.seq from desk.inbox_beside(v_me) x
            where x.unread = coalesce(p_read, true) and (p_items is null or desk.inbox_word(x.number, x.seq) = any (p_items)) loop
    v_n := v_n + 1;
    if i.ticket_id > 0 and i.seq between -1000000000 and -1 then
      update desk.my_follow_up f set done_at = case when coalesce(p_read, true) then clock_timestamp() end where f.id = -i.seq;
    else
      insert into desk.my_inbox(person_id, ticket_id, seq, read) values (v_me, i.ticket_id, i.seq, coalesce(p_read, true))
        on conflict (person_id, ticket_id, seq) do update set read = excluded.read, at = excluded.at;
    end if;
  end loop;
  if coalesce(p_read, true) then            -- one that is named is done before it is due
    update desk.my_follow_up f set done_at = clock_timestamp() from desk.ticket t
     where f.person_id = v_me and f.done_at is null and t.id = f.ticket_id and desk.inbox_word(t.number, -f.id) = any (p_items);
    get diagnostics n = row_count;
    v_n := v_n + n;
  end if;
  delete from desk.my_inbox x where x.person_id = v_me and x.at < clock_timestamp() - interval '1 year';
  return v_n;
end $$;

revoke execute on function desk.articles_named(text, int), desk.guard_article(desk.ticket, jsonb, int), desk.effect_article(desk.ticket, jsonb, int), desk.article_install(text),
  desk.articles_back(desk.ticket, jsonb, jsonb, timestamptz), desk.articles_said(jsonb, int), desk.tick_kb(int), desk.kb_inbox(int) from public;
grant execute on function desk.article_install(text) to desk_owner;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
verb.*.article | Link articles | 关联文章
param.*.article.add | Articles to link | 要关联的文章
param.*.article.remove | Articles to take off | 要取消关联的文章
param.*.article.how | How | 方式
choice.how.linked | linked | 关联
choice.how.applied | applied | 采用
field.*.articles | Articles | 文章
inbox.feedback | feedback on your article | 您的文章有反馈
inbox.review | to be approved | 待批准
inbox.expires | loses its validity | 即将失效
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
