-- Using the knowledge base: the steps of a version, feedback, files, the checklist, links with tickets, what time brings, whole folders.
reset role; set local role desk_api;

-- ---- the states ------------------------------------------------------------------------------------------------------------------
-- Why an article is not complete enough to be read by others; null: it is. A known error says its symptom, cause and resolution.
create function desk.kb_incomplete(a desk.article, v desk.article_version) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_missing text[] := array(select f from (values ('body', v.body, true), ('symptom', v.symptom, a.type = 'known_error'), ('cause', v.cause, a.type = 'known_error'),
    ('resolution', v.resolution, a.type = 'known_error')) x(f, text, wanted) where x.wanted and coalesce(x.text, '') !~ '\S');
begin
  if a.type <> 'known_error' and concat(v.symptom, v.cause, v.resolution) ~ '\S' then v_missing := array_remove(v_missing, 'body'); end if;
  if a.type = 'known_error' then v_missing := array_remove(v_missing, 'body'); end if;
  if cardinality(v_missing) = 0 then return null; end if;
  return desk.refuse('kb_incomplete', 'state', v_missing[1], jsonb_build_object('number', a.number, 'missing', to_jsonb(v_missing)));
end $$;

-- The version a step is meant for, where none was named: the latest, else what is published, else what was retired last.
create function desk.kb_meant(a desk.article, p_verb text) returns desk.article_version language sql stable set search_path = pg_catalog, pg_temp as $$
  select v.* from desk.article_version v where v.article_id = a.id and v.state <> 'outdated'
   order by exists (select from desk.article_transition t where t.from_state = v.state and t.verb = p_verb) desc, v.id = a.latest_id desc, v.id desc limit 1 $$;

-- One step, on an article that is locked. Refusals are values; nothing is written before the last of them.
create function desk.kb_step(a desk.article, v desk.article_version, p_verb text, p_args jsonb, p_me int, p_now timestamptz, p_op uuid) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare t desk.article_transition; w text[] := desk.kb_who(a, v, p_me); r jsonb; v_reason text := nullif(btrim(coalesce(p_args->>'reason', '')), ''); v_at timestamptz; v_to text;
begin
  select x.* into t from desk.article_transition x where x.from_state = v.state and x.verb = p_verb;
  if t.verb is null then
    return desk.refuse('kb_state', 'state', null, jsonb_build_object('verb', left(coalesce(p_verb, ''), 40), 'number', a.number, 'state', v.state, 'possible',
      coalesce((select jsonb_agg(x->>'verb') from jsonb_array_elements(desk.kb_verbs(a, v, p_me)) x), '[]')));
  end if;
  if not t.roles && w then return desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', p_verb, 'roles', t.roles)); end if;
  r := coalesce(desk.kb_other_refusal(t, v, p_me), case when t.verb in ('submit', 'publish') then desk.kb_incomplete(a, v) end);
  if r is not null then return r; end if;
  if t.reason and v_reason is null then return desk.refuse('field_required', 'input', 'reason', jsonb_build_object('verb', p_verb)); end if;
  if length(v_reason) > 2000 then return desk.refuse('too_long', 'input', 'reason', '{"max": 2000}'); end if;
  v_to := t.to_state;
  if coalesce(p_args->>'at', '') <> '' then
    if t.to_state <> 'published' or v.state not in ('draft', 'review', 'scheduled') then return desk.refuse('kb_no_time', 'input', 'at', jsonb_build_object('verb', p_verb)); end if;
    v_at := desk.parse_time(p_args->>'at', (select p.zone from desk.person p where p.id = p_me));
    if v_at is null then return desk.refuse('bad_time', 'input', 'at', jsonb_build_object('value', left(p_args->>'at', 60))); end if;
    if v_at > p_now then v_to := 'scheduled'; end if;
  end if;
  update desk.article_version x set publish_at = v_at, reason = coalesce(v_reason, x.reason),
    asked_id = case when p_verb in ('submit', 'retire') and v_to <> 'retired' then p_me else x.asked_id end,
    approver_id = case when v_to in ('published', 'scheduled', 'retired') and p_me > 1 and p_verb <> 'reject' then p_me else x.approver_id end,
    approved_at = case when v_to in ('published', 'scheduled', 'retired') and p_me > 1 and p_verb <> 'reject' then p_now else x.approved_at end where x.id = v.id;
  perform desk.kb_move(a, v, v_to, p_now);
  perform desk.kb_note(a.id, v.id, p_me, p_now, p_op, p_verb, jsonb_build_object('state', jsonb_build_array(v.state, v_to))
    || case when v_to = 'scheduled' then jsonb_build_object('publish_at', jsonb_build_array(null, desk.iso(v_at))) else '{}' end, v_reason);
  return jsonb_build_object('ok', true, 'number', a.number, 'version', desk.version_word(v), 'state', v_to, 'op', p_op, 'replay', false)
    || case when v_to = 'scheduled' then jsonb_build_object('publish_at', desk.iso(v_at)) else '{}' end;
end $$;

-- Moves a version of an article by a verb of desk.article_transition. p_args: version (else desk.kb_meant), reason, at (publishes then).
create function desk.kb_state(p_number text, p_verb text, p_args jsonb default '{}', p_op uuid default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_me int := desk.me(); v_now timestamptz := desk.now(); v_op uuid := coalesce(p_op, gen_random_uuid()); s desk.kb_sight; a desk.article; v desk.article_version; r jsonb;
  v_hash bytea := desk.request_hash('kb_state', p_number, p_verb, p_args::text);
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  perform pg_advisory_xact_lock(hashtextextended(v_op::text, 44));     -- the same sent twice: the second waits for the answer of the first
  r := desk.replay(v_op, 0, v_me, v_hash);
  if r is not null then return r; end if;
  s := desk.kb_sight(v_me);
  a := desk.article_of(p_number, s);
  if not desk.article_staffed(a, s) then return desk.refuse('no_article', 'notfound', 'number', jsonb_build_object('value', left(p_number, 40))); end if;
  select x.* into a from desk.article x where x.id = a.id for update;
  v := case when coalesce(p_args->>'version', '') = '' then desk.kb_meant(a, p_verb) else desk.version_of(a, p_args->>'version', s) end;
  if v.id is null then return desk.refuse('kb_version', 'input', 'version', jsonb_build_object('value', left(p_args->>'version', 20), 'number', a.number)); end if;
  r := desk.kb_step(a, v, p_verb, coalesce(p_args, '{}'), v_me, v_now, v_op);
  if (r->>'ok')::boolean then insert into desk.op(op_id, part, actor_id, request_hash, result) values (v_op, 0, v_me, v_hash, r); end if;
  return r;
end $$;

-- Whether somebody else than the authors has to approve: 'other' or 'none'. Null asks only.
create function desk.kb_approval(p_value text default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  if desk.me() is null then return desk.refuse('not_a_person', 'denied'); end if;
  if p_value is not null then
    if not desk.has_role('process_owner', 'admin') then return desk.refuse('role_denied', 'denied', null, '{"verb": "approval", "roles": ["process_owner", "admin"]}'); end if;
    if p_value not in ('other', 'none') then return desk.refuse('bad_choice', 'input', 'approval', jsonb_build_object('value', left(p_value, 40), 'allowed', '["other", "none"]'::jsonb)); end if;
    update desk.setting x set value = to_jsonb(p_value) where x.key = 'kb.approval';
  end if;
  return jsonb_build_object('ok', true, 'approval', (select x.value from desk.setting x where x.key = 'kb.approval'));
end $$;

-- ---- the checklist ---------------------------------------------------------------------------------------------------------------
-- Answers of the checklist for a version: {question: true, false or null}.
create function desk.kb_check(p_number text, p_answers jsonb, p_version text default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); s desk.kb_sight := desk.kb_sight(v_me); a desk.article := desk.article_of(p_number, s); v desk.article_version; k record;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.article_staffed(a, s) then return desk.refuse('no_article', 'notfound', 'number', jsonb_build_object('value', left(p_number, 40))); end if;
  v := desk.version_of(a, coalesce(p_version, 'latest'), s);
  if v.id is null then return desk.refuse('kb_version', 'input', 'version', jsonb_build_object('value', left(p_version, 20), 'number', a.number)); end if;
  if not desk.kb_who(a, v, v_me) @> '{writer}' then return desk.refuse('role_denied', 'denied', null, '{"verb": "check", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
  if jsonb_typeof(p_answers) is distinct from 'object' then return desk.refuse('bad_fields', 'input'); end if;
  for k in select x.key, x.value from jsonb_each(p_answers) x loop
    if not exists (select from desk.kb_question q where q.question = k.key) then
      return desk.refuse('bad_choice', 'input', 'question', jsonb_build_object('value', left(k.key, 40), 'allowed', (select jsonb_agg(q.question order by q.sort) from desk.kb_question q)));
    end if;
    if jsonb_typeof(k.value) not in ('boolean', 'null') then return desk.refuse('bad_value', 'input', left(k.key, 40), jsonb_build_object('value', left(k.value::text, 40), 'type', 'bool')); end if;
  end loop;
  perform from desk.article x where x.id = a.id for update;      -- two who answer at once
  delete from desk.article_check c where c.version_id = v.id and p_answers ? c.question;
  insert into desk.article_check select v.id, x.key, x.value::text::boolean, v_me, v_now from jsonb_each(p_answers) x where x.value <> 'null'
    on conflict (version_id, question) do update set yes = excluded.yes, by_id = excluded.by_id, at = excluded.at;
  perform desk.kb_note(a.id, v.id, v_me, v_now, null, 'check', (select jsonb_object_agg(x.key, jsonb_build_array(null, x.value)) from jsonb_each(p_answers) x));
  return jsonb_build_object('ok', true, 'number', a.number, 'version', desk.version_word(v), 'quality', desk.kb_quality(v.id));
end $$;

-- ---- feedback ----------------------------------------------------------------------------------------------------------------------
-- Whose task feedback and warnings are: the owner, else who leads the owning group, else nobody.
create function desk.kb_keepers(a desk.article) returns int[] language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select array[p.id] from desk.person p where p.id = a.owner_id and p.active),
    (select array_agg(m.person_id order by m.person_id) from desk.group_member m join desk.person p on p.id = m.person_id and p.active where m.group_id = a.group_id and m.lead), '{}') $$;

-- What a reader says: helpful or not, and why. Words, and a "no", become a task of the owner. One of a kind: who says it again corrects it.
create function desk.kb_feedback(p_number text, p_helpful boolean, p_comment text default null, p_op uuid default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_me int := desk.me(); v_now timestamptz := desk.now(); v_op uuid := coalesce(p_op, gen_random_uuid()); s desk.kb_sight; a desk.article; v desk.article_version; r jsonb;
  v_comment text := nullif(btrim(p_comment, E' \t\r\n'), ''); v_owner int; v_id bigint; v_hash bytea := desk.request_hash('kb_feedback', p_number, p_helpful::text, p_comment);
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  perform pg_advisory_xact_lock(hashtextextended(v_op::text, 44));     -- the same sent twice: the second waits for the answer of the first
  r := desk.replay(v_op, 0, v_me, v_hash);
  if r is not null then return r; end if;
  if p_helpful is null then return desk.refuse('field_required', 'input', 'helpful', '{"verb": "feedback"}'); end if;
  if length(v_comment) > 4000 then return desk.refuse('too_long', 'input', 'comment', '{"max": 4000}'); end if;
  s := desk.kb_sight(v_me);
  a := desk.article_of(p_number, s);
  v := desk.version_of(a, null, s);
  if v.id is null then return desk.refuse('no_article', 'notfound', 'number', jsonb_build_object('value', left(p_number, 40))); end if;
  perform from desk.article x where x.id = a.id for update;
  if v_comment is not null or not p_helpful then v_owner := (desk.kb_keepers(a))[1]; end if;
  if v_owner = v_me then v_owner := null; end if;      -- nobody has a task of himself
  select f.id into v_id from desk.article_feedback f where f.article_id = a.id and f.version = desk.version_word(v) and f.person_id = v_me and f.answered_at is null;
  if found then
    update desk.article_feedback f set helpful = p_helpful, comment = v_comment, owner_id = v_owner, at = v_now where f.id = v_id;
  else
    insert into desk.article_feedback(article_id, version, person_id, at, helpful, comment, owner_id) values (a.id, desk.version_word(v), v_me, v_now, p_helpful, v_comment, v_owner) returning id into v_id;
  end if;
  perform desk.kb_note(a.id, v.id, v_me, v_now, v_op, 'feedback', jsonb_build_object('helpful', jsonb_build_array(null, p_helpful)), v_comment);
  r := jsonb_build_object('ok', true, 'number', a.number, 'version', desk.version_word(v), 'id', v_id, 'helpful', p_helpful, 'task', v_owner is not null, 'op', v_op, 'replay', false);
  insert into desk.op(op_id, part, actor_id, request_hash, result) values (v_op, 0, v_me, v_hash, r);
  return r;
end $$;

create function desk.kb_feedback_answer(p_id bigint, p_answer text) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); s desk.kb_sight := desk.kb_sight(v_me); a desk.article; f desk.article_feedback; v_answer text := nullif(btrim(p_answer, E' \t\r\n'), '');
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  select x.* into f from desk.article_feedback x where x.id = p_id for update;
  select x.* into a from desk.article x where x.id = f.article_id;
  if not desk.article_staffed(a, s) then return desk.refuse('no_feedback', 'notfound', 'id', jsonb_build_object('value', p_id)); end if;
  if not desk.kb_who(a, null, v_me) @> '{writer}' then return desk.refuse('role_denied', 'denied', null, '{"verb": "answer", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
  if v_answer is null then return desk.refuse('field_required', 'input', 'answer', '{"verb": "answer"}'); end if;
  if length(v_answer) > 4000 then return desk.refuse('too_long', 'input', 'answer', '{"max": 4000}'); end if;
  update desk.article_feedback x set answer = v_answer, answered_at = v_now, answered_by = v_me where x.id = p_id;
  perform desk.kb_note(a.id, null, v_me, v_now, null, 'answer', jsonb_build_object('feedback', jsonb_build_array(null, p_id)), v_answer);
  return jsonb_build_object('ok', true, 'number', a.number, 'id', p_id, 'answer', v_answer);
end $$;

-- Feedback on articles the caller works with; p_open: what waits for an answer; p_mine: his tasks.
create function desk.kb_feedback_list(p_number text default null, p_open boolean default true, p_mine boolean default false) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); s desk.kb_sight := desk.kb_sight(v_me);
begin
  if v_me is null then return null; end if;
  return (select coalesce(jsonb_agg(x.j order by x.id desc), '[]') from (
    select f.id, jsonb_build_object('id', f.id, 'number', a.number, 'title', v.title, 'version', f.version, 'at', desk.iso(f.at), 'person', desk.name_of('person', to_jsonb(f.person_id)),
        'helpful', f.helpful, 'comment', f.comment, 'owner', desk.name_of('person', to_jsonb(f.owner_id)), 'open', f.owner_id is not null and f.answered_at is null,
        'answer', f.answer, 'answered_by', desk.name_of('person', to_jsonb(f.answered_by)), 'answered_at', desk.iso(f.answered_at)) as j
      from desk.article_feedback f join desk.article a on a.id = f.article_id join desk.article_version v on v.id = coalesce(a.published_id, a.latest_id)
     where (p_number is null or a.number = desk.kb_number(p_number)) and desk.article_staffed(a, s)
       and (not coalesce(p_open, true) or f.owner_id is not null and f.answered_at is null) and (not coalesce(p_mine, false) or f.owner_id = v_me)
     order by f.id desc limit 1000) x);
end $$;

-- ---- files ----------------------------------------------------------------------------------------------------------------------------
-- A file that was sent whole with desk.blob_put becomes one of the article's. p_file: {name, media_type, sha256}.
create function desk.kb_attach(p_number text, p_file jsonb) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); s desk.kb_sight := desk.kb_sight(v_me); a desk.article := desk.article_of(p_number, s); f jsonb; v_id bigint; v_sha bytea;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.article_staffed(a, s) then return desk.refuse('no_article', 'notfound', 'number', jsonb_build_object('value', left(p_number, 40))); end if;
  if not desk.kb_who(a, null, v_me) @> '{writer}' then return desk.refuse('role_denied', 'denied', null, '{"verb": "attach", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
  f := desk.files_of('file', p_file, v_me);
  if jsonb_typeof(f) <> 'array' then return case when f ? 'ok' then f else desk.refuse('field_required', 'input', 'file', '{"verb": "attach"}') end; end if;
  f := f->0;
  v_sha := decode(f->>'sha256', 'hex');
  update desk.article_file x set removed_at = v_now where x.article_id = a.id and x.name = f->>'name' and x.removed_at is null;   -- a file of that name is replaced
  insert into desk.article_file(article_id, name, media_type, size, sha256, by_id, at) values (a.id, f->>'name', f->>'media_type', (f->>'size')::bigint, v_sha, v_me, v_now) returning id into v_id;
  insert into desk.article_file_chunk select v_id, c.n, c.data from desk.blob_chunk c where c.sha256 = v_sha;
  update desk.article x set changed_at = v_now where x.id = a.id;
  perform desk.kb_note(a.id, null, v_me, v_now, null, 'attach', jsonb_build_object('file', jsonb_build_array(null, f->>'name')));
  return jsonb_build_object('ok', true, 'number', a.number, 'id', v_id, 'name', f->>'name', 'size', f->'size');
end $$;

create function desk.kb_detach(p_file bigint) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); s desk.kb_sight := desk.kb_sight(v_me); a desk.article; f desk.article_file;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  select x.* into f from desk.article_file x where x.id = p_file and x.removed_at is null;
  select x.* into a from desk.article x where x.id = f.article_id;
  if not desk.article_staffed(a, s) then return desk.refuse('no_kb_file', 'notfound', 'file', jsonb_build_object('value', p_file)); end if;
  if not desk.kb_who(a, null, v_me) @> '{writer}' then return desk.refuse('role_denied', 'denied', null, '{"verb": "detach", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
  update desk.article_file x set removed_at = v_now where x.id = p_file;
  delete from desk.article_file_chunk c where c.file_id = p_file;
  perform desk.kb_note(a.id, null, v_me, v_now, null, 'detach', jsonb_build_object('file', jsonb_build_array(f.name, null)));
  return jsonb_build_object('ok', true, 'number', a.number, 'id', p_file, 'name', f.name);
end $$;

-- Chunk n (from 0) of a file of an article one may see; null when there is none, or none to be seen.
create function desk.kb_file_get(p_file bigint, p_n int) returns bytea language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); a desk.article; f desk.article_file;
begin
  select x.* into f from desk.article_file x where x.id = p_file and x.removed_at is null;
  select x.* into a from desk.article x where x.id = f.article_id;
  if v_me is null or not desk.article_judge(a, desk.kb_sight(v_me)) then return null; end if;
  return coalesce((select c.data from desk.article_file_chunk c where c.file_id = p_file and c.n = p_n), case when f.size = 0 then ''::bytea end);
end $$;

revoke execute on function desk.kb_incomplete(desk.article, desk.article_version), desk.kb_meant(desk.article, text),
  desk.kb_step(desk.article, desk.article_version, text, jsonb, int, timestamptz, uuid), desk.kb_keepers(desk.article) from public;
grant execute on function desk.kb_state(text, text, jsonb, uuid), desk.kb_approval(text), desk.kb_check(text, jsonb, text), desk.kb_feedback(text, boolean, text, uuid),
  desk.kb_feedback_answer(bigint, text), desk.kb_feedback_list(text, boolean, boolean), desk.kb_attach(text, jsonb), desk.kb_detach(bigint), desk.kb_file_get(bigint, int) to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
error.kb_state      | {verb} is not possible for {number} in state {state}; possible: {possible} | {number} 处于 {state} 状态，不能执行 {verb}；可执行：{possible}
error.kb_incomplete | article {number} is not complete: {missing} is empty | 文章 {number} 不完整：{missing} 为空
error.kb_no_time    | {verb} has no time; only what is to be published does | {verb} 不能指定时间，只有发布可以
error.no_feedback   | there is no feedback {value}, or none for you to see | 没有反馈 {value}，或您无权查看
error.no_kb_file    | there is no file {value} of an article, or none for you to see | 没有文章附件 {value}，或您无权查看
kb.verb.feedback | feedback | 反馈
kb.verb.answer | answered feedback | 答复反馈
kb.verb.attach | attached a file | 添加附件
kb.verb.detach | removed a file | 移除附件
kb.verb.check | checklist | 检查清单
kb.verb.import | imported | 导入
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
