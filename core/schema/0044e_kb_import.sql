-- Whole folders of articles: each file is an article, known again by the folder's name and its path. What was changed here since the last
-- import stays: a file that has changed too is merged with it, and named where both changed the same place.
reset role; set local role desk_api;

-- Values of a file with those left out that this desk knows nobody and nothing of: the owner as it was written becomes a tag. A refusal that
-- is none of those is given as it is. {"values", "warnings": [text]}
create function desk.kb_import_values(p_fields jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare f jsonb := p_fields; v jsonb; v_bad text; v_warn jsonb := '[]'; v_tags jsonb;
begin
  if f ? 'owner' and (desk.ref_id('person', f->>'owner', null, p_me) is null or desk.ref_id('person', f->>'owner', null, p_me) = -1) and desk.ref_id('group', f->>'owner', null, p_me) > 0 then
    f := f - 'owner' || jsonb_build_object('group', f->'owner');     -- a team owns it
  end if;
  for i in 1 .. 8 loop
    v := desk.kb_values(f, p_me);
    exit when not v ? 'ok';
    v_bad := v->'error'->>'field';
    if v->'error'->>'id' not in ('kb_name', 'kb_date', 'kb_language', 'bad_choice') or not f ? v_bad then return v; end if;
    v_warn := v_warn || case when v_bad = 'owner' then to_jsonb(format('owner: %s is nobody of this desk, kept as a tag', f->>'owner')) else v->'error'->'text' end;
    if v_bad = 'owner' then
      v_tags := case jsonb_typeof(f->'tags') when 'array' then f->'tags' when 'string' then to_jsonb(string_to_array(f->>'tags', ',')) else '[]' end;
      f := f || jsonb_build_object('tags', v_tags || jsonb_build_array(left(f->>'owner', 60)));
    end if;
    f := f - v_bad;
  end loop;
  return jsonb_build_object('values', v, 'warnings', v_warn);
end $$;

-- One file: {path, fields, draft: it is not to be published}. {path, number, status: added, changed, unchanged, conflict or refused, published, warnings, error}
create function desk.kb_import_one(p_root text, p_row jsonb, p_publish boolean, p_dry boolean, p_me int, p_now timestamptz, p_op uuid) returns jsonb language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare
  v_path text := p_row->>'path'; v_hash bytea := sha256(convert_to((p_row->'fields')::text, 'UTF8')); f jsonb; r jsonb; a desk.article; n desk.article; l desk.article_version; b desk.article_version;
  v desk.article_version; v_text jsonb; v_file jsonb; v_status text := 'unchanged'; w record; v_row jsonb; v_tags jsonb; v_said jsonb; v_warn jsonb := '[]'; v_done boolean := false; s desk.kb_sight;
begin
  select x.* into a from desk.article x where x.path_root = p_root and x.path = v_path for update;
  if a.id is not null and not desk.article_staffed(a, desk.kb_sight(p_me)) then
    return jsonb_build_object('path', v_path, 'status', 'refused', 'warnings', '[]'::jsonb, 'error', desk.refuse('kb_path', 'denied', 'path', jsonb_build_object('value', v_path))->'error');
  end if;
  if a.import_hash is distinct from v_hash then
    f := desk.kb_import_values(p_row->'fields', p_me);
    if f ? 'ok' then return jsonb_build_object('path', v_path, 'status', 'refused', 'warnings', '[]'::jsonb, 'error', f->'error'); end if;
    v_warn := f->'warnings'; f := f->'values';
    v_text := coalesce(f->'text', '{}'); v_row := f->'row'; v_tags := nullif(f->'tags', 'null');
    v_said := v_row || case when v_tags is not null then jsonb_build_object('tags', v_tags) else '{}' end;
  end if;
  if a.id is null then
    v_status := 'added';
    a.audience := 'internal'; a.type := 'howto'; a.confidence := 'unchecked'; a.groups := '{}'; a.made_at := p_now; a.changed_at := p_now;
    a := jsonb_populate_record(a, f->'row');
    if a.audience = 'group' and a.groups = '{}' and a.group_id is null then r := desk.refuse('kb_groups', 'input', 'groups'); end if;
    if not desk.kb_who(a, null, p_me) @> '{writer}' then r := desk.refuse('role_denied', 'denied', null, '{"verb": "import", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
    if r is not null then return jsonb_build_object('path', v_path, 'status', 'refused', 'warnings', v_warn, 'error', r->'error'); end if;
    if p_dry then                          -- it has no number yet
      a.number := v_path;
      v := jsonb_populate_record(null::desk.article_version, v_text || '{"state": "draft"}');
    else
      a.id := nextval(pg_get_serial_sequence('desk.article', 'id')); a.number := 'KB' || lpad(a.id::text, greatest(7, length(a.id::text)), '0'); a.path := v_path; a.path_root := p_root;
      insert into desk.article overriding system value values (a.*);
      insert into desk.article_tag select a.id, t from jsonb_array_elements_text(coalesce(nullif(f->'tags', 'null'), '[]')) t;
      v := desk.kb_version_write(a, null, v_text, null, p_me, p_now);
      update desk.article x set imported_id = v.id, import_hash = v_hash, import_row = v_said where x.id = a.id;
      perform desk.kb_note(a.id, v.id, p_me, p_now, p_op, 'import', jsonb_build_object('path', jsonb_build_array(null, v_path)));
      a.latest_id := v.id;
    end if;
  else
    if not desk.kb_who(a, null, p_me) @> '{writer}' then
      return jsonb_build_object('path', v_path, 'status', 'refused', 'warnings', v_warn, 'error', desk.refuse('role_denied', 'denied', null, '{"verb": "import", "roles": ["agent", "lead", "process_owner", "admin"]}')->'error');
    end if;
    select x.* into l from desk.article_version x where x.id = a.latest_id;
    v := l;
    if a.import_hash is distinct from v_hash then
      select x.* into b from desk.article_version x where x.id = a.imported_id;
      if a.import_text is not null then b := jsonb_populate_record(b, a.import_text); end if;
      v_file := v_text;
      if b.id <> l.id or a.import_text is not null then
        select m.text, m.refusal into v_text, r from desk.kb_merge(b, l, v_text) m;
        if r is not null then return jsonb_build_object('path', v_path, 'number', a.number, 'status', 'conflict', 'warnings', v_warn, 'error', r->'error'); end if;
      end if;
      -- what was set here since stays, unless the file says something new of it
      select m.row_new, m.tags, m.refusal into v_row, v_tags, r from desk.kb_row_merge(a, coalesce(a.import_row, '{}'), v_row, v_tags) m;
      if r is not null then return jsonb_build_object('path', v_path, 'number', a.number, 'status', 'conflict', 'warnings', v_warn, 'error', r->'error'); end if;
      n := jsonb_populate_record(a, v_row);
      -- as in desk.kb_save: who reads what is published is for those who publish
      if a.published_id is not null and (n.audience, n.groups, n.org_id) is distinct from (a.audience, a.groups, a.org_id)
         and not desk.kb_who(a, l, p_me) && '{owner,lead,process_owner,admin}' then
        return jsonb_build_object('path', v_path, 'number', a.number, 'status', 'refused', 'warnings', v_warn,
          'error', desk.refuse('role_denied', 'denied', 'audience', '{"verb": "import", "roles": ["owner", "lead", "process_owner", "admin"]}')->'error');
      end if;
      if n.audience = 'group' and n.groups = '{}' and n.group_id is null then
        return jsonb_build_object('path', v_path, 'number', a.number, 'status', 'refused', 'warnings', v_warn, 'error', desk.refuse('kb_groups', 'input', 'groups')->'error');
      end if;
      v_status := 'changed';
      if not p_dry then
        select x.* into w from desk.kb_row_write(a, v_row, v_tags, p_now) x;
        n := w.n;
        if cardinality(desk.kb_changed(l, v_text)) > 0 then
          v := desk.kb_version_write(n, l, v_text, b.id, p_me, p_now);
          n.latest_id := v.id;
        elsif w.changes = '{}' then v_status := 'unchanged'; end if;
        update desk.article x set imported_id = v.id, import_text = case when cardinality(desk.kb_changed(v, v_file)) > 0 then v_file end, import_hash = v_hash,
          import_row = coalesce(a.import_row, '{}') || v_said where x.id = a.id;
        if v_status = 'changed' then perform desk.kb_note(a.id, v.id, p_me, p_now, p_op, 'import', w.changes); end if;
        a := n;
      else
        if cardinality(desk.kb_changed(l, v_text)) > 0 then v := jsonb_populate_record(l, v_text || '{"state": "draft"}');
        elsif not exists (select from jsonb_each(v_row) k where to_jsonb(a)->k.key is distinct from to_jsonb(n)->k.key) then v_status := 'unchanged'; end if;
        a := n;
      end if;
    end if;
  end if;
  -- a draft that somebody wrote here waits for its review: only what an import wrote is published by one
  if p_publish and not coalesce((p_row->>'draft')::boolean, false) and v.state in ('draft', 'review', 'scheduled')
     and not (l.state in ('draft', 'review', 'scheduled') and (l.id <> coalesce(b.id, a.imported_id) or a.import_text is not null)) is true then
    r := desk.kb_incomplete(a, v);
    if r is not null then v_warn := v_warn || (r->'error'->'text');
    else
      v_done := true;
      if v_status = 'unchanged' then v_status := 'changed'; end if;
      if not p_dry then
        select x.* into a from desk.article x where x.id = a.id;
        update desk.article_version x set approver_id = p_me, approved_at = p_now where x.id = v.id;
        perform desk.kb_move(a, v, 'published', p_now);
        perform desk.kb_note(a.id, v.id, p_me, p_now, p_op, 'publish', jsonb_build_object('state', jsonb_build_array(v.state, 'published')));
      end if;
    end if;
  end if;
  return jsonb_build_object('path', v_path, 'number', case when a.id is not null then a.number end, 'status', v_status, 'published', v_done, 'warnings', v_warn);
end $$;

-- A part of a folder: at most 250 files in one transaction, each on its own. p_publish: what is a draft is published without a review, which
-- leads, process owners and administrators may for what comes from such a place; p_dry: nothing is written.
create function desk.kb_import(p_root text, p_rows jsonb, p_publish boolean default false, p_dry boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); v_op uuid := gen_random_uuid(); k jsonb; v_all jsonb[] := '{}';
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.has_role('agent', 'lead', 'process_owner', 'admin') then return desk.refuse('role_denied', 'denied', null, '{"verb": "import", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
  if coalesce(p_publish, false) and not desk.has_role('lead', 'process_owner', 'admin') and (select s.value <> '"none"' from desk.setting s where s.key = 'kb.approval') then
    return desk.refuse('role_denied', 'denied', null, '{"verb": "import --publish", "roles": ["lead", "process_owner", "admin"]}');
  end if;
  if coalesce(length(p_root), 0) not between 1 and 200 or jsonb_typeof(p_rows) is distinct from 'array' or jsonb_array_length(p_rows) > 250 then return desk.refuse('bad_fields', 'input'); end if;
  perform pg_advisory_xact_lock(7205761, hashtext(p_root));     -- another import of this folder is waited for
  for k in select x from jsonb_array_elements(p_rows) x loop
    if jsonb_typeof(k->'path') is distinct from 'string' or jsonb_typeof(k->'fields') is distinct from 'object' or length(k->>'path') not between 1 and 1000 then return desk.refuse('bad_fields', 'input'); end if;
    v_all := v_all || desk.kb_import_one(p_root, k, coalesce(p_publish, false), coalesce(p_dry, false), v_me, v_now, v_op);
  end loop;
  return jsonb_build_object('ok', true, 'files', to_jsonb(v_all));
end $$;

-- Articles of that folder whose files are no more among these: [{number, path, title}]. They stay as they are; what is gone is retired by hand.
create function desk.kb_import_gone(p_root text, p_paths jsonb) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); s desk.kb_sight := desk.kb_sight(v_me);
begin
  if v_me is null then return null; end if;
  return (select coalesce(jsonb_agg(jsonb_build_object('number', a.number, 'path', a.path, 'title', v.title, 'state', v.state) order by a.path), '[]')
    from desk.article a join desk.article_version v on v.id = a.latest_id
      left join (select distinct p from jsonb_array_elements_text(p_paths) p) x on x.p = a.path where a.path_root = p_root and x.p is null and v.state <> 'retired' and desk.article_staffed(a, s));
end $$;
revoke execute on function desk.kb_import_values(jsonb, int), desk.kb_import_one(text, jsonb, boolean, boolean, int, timestamptz, uuid) from public;
grant execute on function desk.kb_import(text, jsonb, boolean, boolean), desk.kb_import_gone(text, jsonb) to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text) values
  ('error.kb_path', 'en', '{value} belongs to an article that you may not change'),
  ('error.kb_path', 'zh_CN', '{value} 属于您无权修改的文章');
