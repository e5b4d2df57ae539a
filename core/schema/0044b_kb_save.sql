-- Writing the knowledge base: saving a version, edits that meet, the states of 0044_kb.sql.
reset role; set local role desk_api;

-- ---- three texts into one ------------------------------------------------------------------------------------------------------
-- Paragraphs: what stands between blank lines, a fenced block of code being one; the blank lines stay with the one before.
create function desk.paragraphs(t text) returns text[] language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare v_line text; v_out text[] := '{}'; v_now text[] := '{}'; v_blank boolean := false; v_fence text;
begin
  if coalesce(t, '') = '' then return '{}'; end if;
  foreach v_line in array regexp_split_to_array(replace(t, E'\r\n', E'\n'), E'\n') loop
    if v_blank and v_line ~ '\S' and v_fence is null then v_out := v_out || (array_to_string(v_now, E'\n') || E'\n'); v_now := '{}'; v_blank := false; end if;
    if v_fence is not null then
      if v_line ~ ('^\s*' || v_fence) then v_fence := null; end if;
    elsif v_line ~ '^\s*(```|~~~)' then v_fence := substring(v_line from '^\s*(```|~~~)');
    elsif v_line !~ '\S' and v_now <> '{}' then v_blank := true;
    end if;
    v_now := v_now || v_line;
  end loop;
  if array_to_string(v_now, E'\n') <> '' then v_out := v_out || array_to_string(v_now, E'\n'); end if;   -- the last line had no break of its own
  return v_out;
end $$;

-- For each piece of a the place in b of what it became unchanged; 0: nowhere. The longest common row of pieces; where both are too long
-- for that (or nothing is alike) only what they begin and end with alike.
create function desk.pieces_in(a text[], b text[]) returns int[] language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare n int := cardinality(a); m int := cardinality(b); head int := 0; tail int := 0; r int[] := array_fill(0, array[greatest(n, 1)]); l int[]; w int; i int; j int;
begin
  while head < n and head < m and a[head + 1] = b[head + 1] loop head := head + 1; r[head] := head; end loop;
  while tail < n - head and tail < m - head and a[n - tail] = b[m - tail] loop r[n - tail] := m - tail; tail := tail + 1; end loop;
  n := n - head - tail; m := m - head - tail;
  if n = 0 or m = 0 or n::bigint * m > 250000 then return r; end if;
  w := m + 1;
  l := array_fill(0, array[(n + 1) * w]);   -- l[i * w + j + 1]: longest row of a behind i and b behind j
  for i in reverse n - 1 .. 0 loop
    for j in reverse m - 1 .. 0 loop
      if a[head + i + 1] = b[head + j + 1] then l[i * w + j + 1] := l[(i + 1) * w + j + 2] + 1;
      else l[i * w + j + 1] := greatest(l[(i + 1) * w + j + 1], l[i * w + j + 2]); end if;
    end loop;
  end loop;
  i := 0; j := 0;
  while i < n and j < m loop
    if a[head + i + 1] = b[head + j + 1] then r[head + i + 1] := head + j + 1; i := i + 1; j := j + 1;
    elsif l[(i + 1) * w + j + 1] >= l[i * w + j + 2] then i := i + 1;
    else j := j + 1; end if;
  end loop;
  return r;
end $$;

-- What two made of one text, joined by paragraphs; clash: both changed the same place differently, then text is null.
create function desk.merge3(p_base text, p_theirs text, p_mine text, out text text, out clash boolean) language plpgsql immutable parallel safe
  set search_path = pg_catalog, pg_temp as $$
declare
  o text[]; a text[]; b text[]; ia int[]; ib int[]; n int; i int := 1; j int := 1; k int := 1; e int; po text[]; pa text[]; pb text[]; v text[] := '{}'; v_ja int; v_jb int;
begin
  clash := false;
  if p_mine is not distinct from p_theirs or p_mine is not distinct from p_base then text := p_theirs; return; end if;
  if p_theirs is not distinct from p_base then text := p_mine; return; end if;
  -- an end without a break is no difference
  o := desk.paragraphs(rtrim(p_base, E'\n ') || E'\n\n'); a := desk.paragraphs(rtrim(p_theirs, E'\n ') || E'\n\n'); b := desk.paragraphs(rtrim(p_mine, E'\n ') || E'\n\n');
  if coalesce(p_base, '') = '' then o := '{}'; end if;
  ia := desk.pieces_in(o, a); ib := desk.pieces_in(o, b); n := cardinality(o);
  while i <= n + 1 loop
    e := i;                                 -- the next piece that all three have
    while e <= n and (ia[e] = 0 or ib[e] = 0) loop e := e + 1; end loop;
    v_ja := case when e <= n then ia[e] else cardinality(a) + 1 end;
    v_jb := case when e <= n then ib[e] else cardinality(b) + 1 end;
    if i = e and j = v_ja and k = v_jb then     -- nothing between: the usual case of long texts, of which each slice is a copy
      if e <= n then v := v || o[e]; end if;
      i := e + 1; j := v_ja + 1; k := v_jb + 1;
      continue;
    end if;
    po := o[i:e - 1]; pa := a[j:v_ja - 1]; pb := b[k:v_jb - 1];
    if pa = pb or pb = po then v := v || pa;
    elsif pa = po then v := v || pb;
    elsif cardinality(pa) = cardinality(po) and cardinality(pb) = cardinality(po) then
      for x in 1 .. cardinality(po) loop      -- neighbours, each changed by one of them
        if po[x] = pa[x] or pa[x] = pb[x] then v := v || pb[x];
        elsif po[x] = pb[x] then v := v || pa[x];
        else clash := true; text := null; return;
        end if;
      end loop;
    else clash := true; text := null; return;
    end if;
    if e <= n then v := v || o[e]; end if;
    i := e + 1; j := v_ja + 1; k := v_jb + 1;
  end loop;
  text := rtrim(array_to_string(v, ''), E'\n');
  if p_theirs like E'%\n' or p_mine like E'%\n' then text := text || E'\n'; end if;
end $$;

-- ---- who may ---------------------------------------------------------------------------------------------------------------------
-- What somebody is to an article and one of its versions: the roles of desk.article_transition.
create function desk.kb_who(a desk.article, v desk.article_version, p_me int) returns text[] language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_now timestamptz := desk.now(); w text[];
begin
  if p_me = 1 then return '{system}'; end if;
  select coalesce(array_agg(distinct r.role) filter (where r.role in ('agent', 'process_owner', 'admin') and r.group_id is null and (r.org_id is null or r.org_id = a.org_id)), '{}') into w
    from desk.person_role r where r.person_id = p_me and r.valid_from <= v_now and v_now < r.valid_to;
  if not exists (select from desk.person_role r where r.person_id = p_me and r.valid_from <= v_now and v_now < r.valid_to
      and r.role in ('agent', 'lead', 'process_owner', 'admin') and (r.org_id is null or a.org_id is null or r.org_id = a.org_id)) then return '{}'; end if;
  w := w || 'writer'::text;
  if a.owner_id = p_me then w := w || 'owner'::text; end if;
  if v.author_id = p_me then w := w || 'author'::text; end if;
  if exists (select from desk.group_member m where m.group_id = a.group_id and m.person_id = p_me) then w := w || 'group'::text; end if;
  if (case when a.group_id is null then exists (select from desk.person_role r where r.person_id = p_me and r.role = 'lead' and r.group_id is null
        and r.valid_from <= v_now and v_now < r.valid_to and (r.org_id is null or r.org_id = a.org_id))
      else desk.leads(p_me, a.group_id) end) then w := w || 'lead'::text; end if;
  return w;
end $$;

-- Why a step that somebody else than the authors has to do, or that is for desks without approval only, is not open; null: it is.
create function desk.kb_other_refusal(t desk.article_transition, v desk.article_version, p_me int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v_none boolean := coalesce((select s.value = '"none"' from desk.setting s where s.key = 'kb.approval'), false);
begin
  if t.alone and not v_none then return desk.refuse('kb_review', 'state', null, jsonb_build_object('verb', t.verb)); end if;
  if not t.other or v_none or p_me = 1 then return null; end if;
  -- of an edition nobody who wrote on it; of a retirement not who asked for it
  if (case when v.state in ('pending_retirement', 'retired') then v.asked_id = p_me
      else exists (select from desk.article_version x where x.article_id = v.article_id and x.major = v.major and x.minor <= v.minor and x.author_id = p_me) end) then
    return desk.refuse('kb_own', 'denied', null, jsonb_build_object('verb', t.verb));
  end if;
  return null;
end $$;

-- What somebody may do with a version now: [{verb, to, reason: asks for one}].
create function desk.kb_verbs(a desk.article, v desk.article_version, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare w text[] := desk.kb_who(a, v, p_me);
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('verb', t.verb, 'to', t.to_state, 'reason', t.reason) order by t.sort), '[]')
    from desk.article_transition t where t.from_state = v.state and t.roles && w and desk.kb_other_refusal(t, v, p_me) is null);
end $$;

create function desk.kb_note(p_article bigint, p_version bigint, p_me int, p_now timestamptz, p_op uuid, p_what text, p_changes jsonb default null, p_reason text default null)
  returns void language sql set search_path = pg_catalog, pg_temp as $$
  insert into desk.article_log(article_id, version_id, at, by_id, op, what, changes, reason) values (p_article, p_version, p_now, p_me, p_op, p_what, nullif(p_changes, '{}'), p_reason) $$;

-- ---- values ------------------------------------------------------------------------------------------------------------------------
-- A word of several, null where it is none of them.
create function desk.kb_one_of(p_value text, p_all text[]) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select x from unnest(p_all) x where x = translate(lower(btrim(p_value)), ' -', '__') $$;

-- What was given for an article as columns: {"text": {title, body ...}, "row": {column: value}, "tags": [..]}, or a refusal. Only what was given.
create function desk.kb_values(p_fields jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k record; v_text jsonb := '{}'; v_row jsonb := '{}'; v_tags jsonb; s text; n bigint; e text; v_ids int[]; v_words text[]; v_bad jsonb;
begin
  if jsonb_typeof(p_fields) is distinct from 'object' then return desk.refuse('bad_fields', 'input'); end if;
  for k in select x.key, x.value from jsonb_each(p_fields) x loop
    continue when k.key = 'was' and jsonb_typeof(k.value) = 'object';     -- what their writer saw: desk.kb_row_seen
    s := case when jsonb_typeof(k.value) in ('string', 'number', 'boolean') then nullif(btrim(k.value #>> '{}', E' \t\r\n'), '') end;
    if jsonb_typeof(k.value) = 'object' or jsonb_typeof(k.value) = 'array' and k.key not in ('groups', 'tags') then
      return desk.refuse('bad_value', 'input', k.key, jsonb_build_object('value', left(k.value::text, 80), 'type', 'text'));
    end if;
    v_bad := case when k.key in ('title', 'product', 'ci_class', 'language', 'source', 'licence') then desk.unseen_refusal(k.key, s, true)
      when k.key = 'tags' then desk.unseen_refusal('tags', k.value #>> '{}') end;
    if v_bad is not null then return v_bad; end if;
    case
    when k.key = 'title' then
      s := btrim(regexp_replace(coalesce(s, ''), '[\x01-\x1f\x7f\s]+', ' ', 'g'));
      if s = '' then return desk.refuse('field_required', 'input', 'title', '{"verb": "save"}'); end if;
      if length(s) > 300 then return desk.refuse('too_long', 'input', 'title', '{"max": 300}'); end if;
      v_text := v_text || jsonb_build_object('title', s);
    when k.key in ('body', 'symptom', 'cause', 'resolution', 'note') then
      if k.key = 'body' then s := replace(coalesce(k.value #>> '{}', ''), E'\r\n', E'\n'); end if;
      if length(s) > 1000000 then return desk.refuse('too_long', 'input', k.key, '{"max": 1000000}'); end if;
      v_text := v_text || jsonb_build_object(k.key, s);
    when k.key in ('type', 'audience', 'confidence') then
      v_words := case k.key when 'type' then array['howto', 'known_error', 'runbook', 'policy'] when 'audience' then array['public', 'internal', 'group']
        else array['in_work', 'unchecked', 'validated', 'archived'] end;
      if desk.kb_one_of(coalesce(s, ''), v_words) is null then
        return desk.refuse('bad_choice', 'input', k.key, jsonb_build_object('value', left(coalesce(s, ''), 80), 'allowed', to_jsonb(v_words)));
      end if;
      v_row := v_row || jsonb_build_object(k.key, desk.kb_one_of(s, v_words));
    when k.key in ('owner', 'group', 'category') then
      n := null;
      if s is not null then
        n := desk.ref_id(case k.key when 'owner' then 'person' else k.key end, s, case when jsonb_typeof(k.value) = 'number' and s ~ '^\d{1,18}$' then s::bigint end, p_me);  -- a number is an id
        if n is null or n = -1 or k.key = 'owner' and not desk.is_staff(n::int) then return desk.refuse('kb_name', 'input', k.key, jsonb_build_object('value', left(s, 80))); end if;
      end if;
      v_row := v_row || jsonb_build_object(k.key || '_id', n);
    when k.key = 'org' then
      n := null;
      if s is not null then
        select o.id into n from desk.org o where lower(o.name) = lower(s) and o.id > 0 and o.active;
        if n is null then return desk.refuse('kb_name', 'input', 'org', jsonb_build_object('value', left(s, 80))); end if;
      end if;
      v_row := v_row || jsonb_build_object('org_id', n);
    when k.key = 'groups' then
      v_ids := '{}';
      for e in select btrim(x) from jsonb_array_elements_text(case jsonb_typeof(k.value) when 'array' then k.value else to_jsonb(string_to_array(coalesce(s, ''), ',')) end) x loop
        continue when coalesce(e, '') = '';
        n := desk.ref_id('group', e, null, p_me);
        if n is null or n = -1 then return desk.refuse('kb_name', 'input', 'groups', jsonb_build_object('value', left(e, 80))); end if;
        if not n = any (v_ids) then v_ids := v_ids || n::int; end if;
      end loop;
      v_row := v_row || jsonb_build_object('groups', to_jsonb(array(select x from unnest(v_ids) x order by x)));
    when k.key = 'tags' then
      select coalesce(jsonb_agg(distinct t), '[]') into v_tags from (select lower(btrim(regexp_replace(x, '[\x01-\x20\x7f]+', ' ', 'g'))) as t
        from jsonb_array_elements_text(case jsonb_typeof(k.value) when 'array' then k.value else to_jsonb(string_to_array(coalesce(s, ''), ',')) end) x) y where t <> '';
      select t into e from jsonb_array_elements_text(v_tags) t where length(t) > 60 limit 1;
      if e is not null then return desk.refuse('too_long', 'input', 'tags', '{"max": 60}'); end if;
    when k.key = 'valid_to' then
      if s is not null and (s !~ '^\d{4}-\d\d-\d\d$' or desk.parse_time(s, 'UTC') is null) then
        return desk.refuse('kb_date', 'input', k.key, jsonb_build_object('value', left(s, 80)));
      end if;
      v_row := v_row || jsonb_build_object('valid_to', s);
    when k.key in ('ci_class', 'product', 'language', 'source', 'licence') then
      s := nullif(btrim(regexp_replace(s, '[\x01-\x1f\x7f\s]+', ' ', 'g')), '');
      n := (array[60, 120, 20, 500, 500])[array_position(array['ci_class', 'product', 'language', 'source', 'licence'], k.key)];
      if length(s) > n then return desk.refuse('too_long', 'input', k.key, jsonb_build_object('max', n)); end if;
      if k.key = 'language' and s !~ '^[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*$' then return desk.refuse('kb_language', 'input', k.key, jsonb_build_object('value', s)); end if;
      v_row := v_row || jsonb_build_object(k.key, s);
    else return desk.refuse('kb_field', 'input', left(k.key, 40), jsonb_build_object('allowed', '["title", "body", "symptom", "cause", "resolution", "note", "type", "audience", "groups",
      "org", "owner", "group", "ci_class", "product", "category", "tags", "valid_to", "confidence", "language", "source", "licence"]'::jsonb));
    end case;
  end loop;
  return jsonb_build_object('text', v_text, 'row', v_row, 'tags', v_tags);
end $$;

-- ---- saving --------------------------------------------------------------------------------------------------------------------------
-- Columns beside the content, as they shall be; and what changed, for the journal: {field: [old, new]} with names for ids, of people the ids (desk.kb_history says
-- how they are called).
create function desk.kb_row_write(a desk.article, p_row jsonb, p_tags jsonb, p_now timestamptz, out n desk.article, out changes jsonb) language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare o jsonb := to_jsonb(a); k record; v_old jsonb; v_type text;
begin
  n := jsonb_populate_record(a, p_row);
  changes := '{}';
  for k in select x.key, to_jsonb(n)->x.key as value from jsonb_each(p_row) x loop
    continue when o->k.key is not distinct from k.value;
    v_type := case k.key when 'owner_id' then 'person' when 'group_id' then 'group' when 'org_id' then 'org' when 'category_id' then 'category' end;
    changes := changes || jsonb_build_object(regexp_replace(k.key, '_id$', ''), case
      when v_type = 'person' then jsonb_build_array(o->k.key, k.value)
      when v_type is not null then jsonb_build_array(desk.name_of(v_type, o->k.key), desk.name_of(v_type, k.value))
      when k.key = 'groups' then jsonb_build_array((select coalesce(jsonb_agg(g.name order by g.name), '[]') from desk.support_group g where g.id = any (a.groups)),
        (select coalesce(jsonb_agg(g.name order by g.name), '[]') from desk.support_group g where g.id = any (n.groups)))
      else jsonb_build_array(o->k.key, k.value) end);
  end loop;
  if p_tags is not null then
    select coalesce(jsonb_agg(t.tag order by t.tag), '[]') into v_old from desk.article_tag t where t.article_id = a.id;
    if v_old <> p_tags then
      delete from desk.article_tag t where t.article_id = a.id and not p_tags ? t.tag;
      insert into desk.article_tag select a.id, t from jsonb_array_elements_text(p_tags) t on conflict do nothing;
      changes := changes || jsonb_build_object('tags', jsonb_build_array(v_old, p_tags));
    end if;
  end if;
  if changes <> '{}' then
    n.changed_at := p_now;
    update desk.article x set type = n.type, audience = n.audience, groups = n.groups, org_id = n.org_id, owner_id = n.owner_id, group_id = n.group_id, ci_class = n.ci_class,
      product = n.product, category_id = n.category_id, confidence = n.confidence, valid_to = n.valid_to, language = n.language, source = n.source, licence = n.licence,
      changed_at = n.changed_at where x.id = a.id;
  end if;
end $$;

-- What the writer of fields beside the content saw of them, {field: value} in the words of desk.kb_show, as desk.kb_values gives it; what cannot be
-- read back (somebody who is gone) is left out.
create function desk.kb_row_seen(p_was jsonb, p_me int) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k record; f jsonb; v jsonb := '{}';
begin
  if jsonb_typeof(p_was) is distinct from 'object' then return v; end if;
  for k in select x.key, x.value from jsonb_each(p_was) x loop
    f := desk.kb_values(jsonb_build_object(k.key, k.value), p_me);
    continue when f ? 'ok';
    v := v || (f->'row') || case when jsonb_typeof(f->'tags') = 'array' then jsonb_build_object('tags', f->'tags') else '{}' end;
  end loop;
  return v;
end $$;

-- A value beside the content in words.
create function desk.kb_row_word(p_key text, v jsonb) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select case when p_key = 'groups' then (select string_agg(g.name, ', ' order by g.name) from desk.support_group g where v @> to_jsonb(g.id))
    when p_key in ('owner_id', 'group_id', 'org_id', 'category_id') then desk.name_of(case p_key when 'owner_id' then 'person' else regexp_replace(p_key, '_id$', '') end, v) #>> '{}'
    else v #>> '{}' end $$;

-- Fields beside the content as somebody wants them who saw p_seen: what others changed meanwhile and he did not stays as it is, tags of both are
-- joined, and of what both changed differently the refusal tells. ({column: value} may have more columns than he changed: those of a whole file.)
create function desk.kb_row_merge(a desk.article, p_seen jsonb, inout row_new jsonb, inout tags jsonb, out refusal jsonb) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare o jsonb := to_jsonb(a); k record; v_all jsonb := '[]'; v_now jsonb; r record; l desk.article_version;
begin
  for k in select x.key, x.value from jsonb_each(row_new) x where p_seen ? x.key loop
    if p_seen->k.key = k.value then row_new := row_new - k.key;
    elsif o->k.key is distinct from p_seen->k.key and o->k.key is distinct from k.value then
      v_all := v_all || jsonb_build_object('field', regexp_replace(k.key, '_id$', ''), 'base', desk.kb_row_word(k.key, p_seen->k.key), 'theirs', desk.kb_row_word(k.key, o->k.key), 'mine', desk.kb_row_word(k.key, k.value));
    end if;
  end loop;
  if jsonb_typeof(tags) = 'array' and p_seen ? 'tags' then
    select coalesce(jsonb_agg(t.tag order by t.tag), '[]') into v_now from desk.article_tag t where t.article_id = a.id;
    tags := (select coalesce(jsonb_agg(distinct x.t), '[]') from (select t from jsonb_array_elements_text(v_now) t where tags ? t or not p_seen->'tags' ? t
      union select t from jsonb_array_elements_text(tags) t where not p_seen->'tags' ? t) x);
  end if;
  if v_all = '[]' then return; end if;
  select x.* into l from desk.article_version x where x.id = a.latest_id;
  select x.at, x.by_id into r from desk.article_log x where x.article_id = a.id and x.changes ? (v_all->0->>'field') order by x.id desc limit 1;
  refusal := desk.refuse('kb_conflict', 'conflict', v_all->0->>'field', jsonb_build_object('conflicts', v_all, 'version', desk.version_word(l), 'saw', desk.version_word(l),
    'by', desk.name_of('person', to_jsonb(coalesce(r.by_id, l.author_id))), 'at', desk.iso(coalesce(r.at, a.changed_at))) || ((v_all->0) - 'field'));
end $$;

-- A version of a state goes to another; the article follows: at most one is published, the former one is outdated.
create function desk.kb_move(a desk.article, v desk.article_version, p_to text, p_now timestamptz) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $$
begin
  if p_to = 'published' and a.published_id is distinct from v.id then
    update desk.article_version x set state = 'outdated', tsv = null where x.article_id = a.id and x.id <> v.id and x.state in ('published', 'pending_retirement', 'retired');
  end if;
  update desk.article_version x set state = p_to, tsv = case when p_to in ('published', 'pending_retirement')
      then desk.tsv(concat_ws(' ', x.title, a.product, a.ci_class), concat_ws(E'\n', x.body, x.symptom, x.cause, x.resolution)) end,
    publish_at = case when p_to in ('scheduled', 'published') then x.publish_at end where x.id = v.id;
  update desk.article x set changed_at = p_now,
    published_id = case when p_to in ('published', 'pending_retirement') then v.id when x.published_id = v.id then null else x.published_id end where x.id = a.id;
end $$;

-- The next version of an article that is locked, from these words over the latest one; what was a draft or asked for review is outdated by it.
create function desk.kb_version_write(a desk.article, l desk.article_version, p_text jsonb, p_base bigint, p_me int, p_now timestamptz) returns desk.article_version
  language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v desk.article_version; v_same boolean := l.id is not null and l.state in ('draft', 'review', 'scheduled');
begin
  insert into desk.article_version(article_id, major, minor, state, title, body, symptom, cause, resolution, author_id, at, base_id, note)
    values (a.id, case when l.id is null then 1 when v_same then l.major else l.major + 1 end, case when v_same then l.minor + 1 else 0 end, 'draft',
      case when p_text ? 'title' then p_text->>'title' else l.title end, case when p_text ? 'body' then p_text->>'body' else coalesce(l.body, '') end,
      case when p_text ? 'symptom' then p_text->>'symptom' else l.symptom end, case when p_text ? 'cause' then p_text->>'cause' else l.cause end,
      case when p_text ? 'resolution' then p_text->>'resolution' else l.resolution end, p_me, p_now, p_base, p_text->>'note')
    returning * into v;
  if v_same then update desk.article_version x set state = 'outdated', publish_at = null where x.id = l.id; end if;
  update desk.article x set latest_id = v.id, changed_at = p_now where x.id = a.id;
  return v;
end $$;

-- What of the given words differs from a version.
create function desk.kb_changed(l desk.article_version, p_text jsonb) returns text[] language sql immutable set search_path = pg_catalog, pg_temp as $$
  select coalesce(array_agg(k.key order by array_position(array['title', 'body', 'symptom', 'cause', 'resolution'], k.key)), '{}') from jsonb_each(p_text) k
   where k.key <> 'note' and (to_jsonb(l)->>k.key) is distinct from (k.value #>> '{}') $$;

-- Mine and what others saved since the version I began with. text: the words to save; or refusal with each place that clashes.
create function desk.kb_merge(b desk.article_version, l desk.article_version, p_text jsonb, out text jsonb, out refusal jsonb) language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare k text; v_base text; v_theirs text; v_mine text; m record; v_all jsonb := '[]'; v_first jsonb;
begin
  text := p_text;
  foreach k in array desk.kb_changed(b, p_text) loop
    v_base := to_jsonb(b)->>k; v_theirs := to_jsonb(l)->>k; v_mine := p_text->>k;
    continue when v_theirs is not distinct from v_base;
    if k = 'title' then select v_mine as text, v_mine is distinct from v_theirs as clash into m;
    else select x.text, x.clash into m from desk.merge3(v_base, v_theirs, v_mine) x; end if;
    if m.clash then
      v_all := v_all || jsonb_build_object('field', k, 'base', v_base, 'theirs', v_theirs, 'mine', v_mine);
    else text := text || jsonb_build_object(k, m.text); end if;
  end loop;
  -- what I left alone is as the others have it
  text := text - array(select x.key from jsonb_each(p_text) x where x.key <> 'note' and not x.key = any (desk.kb_changed(b, p_text)));
  if v_all = '[]' then return; end if;
  v_first := v_all->0;
  refusal := desk.refuse('kb_conflict', 'conflict', v_first->>'field', jsonb_build_object('conflicts', v_all, 'version', desk.version_word(l), 'saw', desk.version_word(b),
    'by', desk.name_of('person', to_jsonb(l.author_id)), 'at', desk.iso(l.at)) || (v_first - 'field'));
end $$;

-- Writes an article: a new one (p_number null), or words and fields of one that is there. p_base: the version its writer had before him
-- (null: the latest). p_fields.was: what he saw of the fields beside the content, so that others' changes of them meanwhile are seen. Words make a new draft, other fields only a line in the journal; what is as it was makes neither.
-- {ok, number, version, state, changed: [fields], merged: others' changes since are in it, op, replay}
create function desk.kb_save(p_number text, p_fields jsonb, p_base text default null, p_op uuid default null) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare
  v_me int := desk.me(); v_now timestamptz := desk.now(); v_op uuid := coalesce(p_op, gen_random_uuid()); r jsonb; f jsonb; s desk.kb_sight; a desk.article; n desk.article;
  l desk.article_version; b desk.article_version; v_text jsonb; v_changed text[]; v_changes jsonb; v_merged boolean := false; w record; v_row jsonb; v_tags jsonb;
  v_hash bytea := desk.request_hash('kb_save', p_number, p_fields::text, p_base);
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  perform pg_advisory_xact_lock(hashtextextended(v_op::text, 44));     -- the same sent twice: the second waits for the answer of the first
  r := desk.replay(v_op, 0, v_me, v_hash);
  if r is not null then return r; end if;
  f := desk.kb_values(p_fields, v_me);
  if f ? 'ok' then return f; end if;
  s := desk.kb_sight(v_me);
  v_text := coalesce(f->'text', '{}');
  if p_number is null then
    a.audience := 'internal'; a.type := 'howto'; a.confidence := 'unchecked'; a.groups := '{}'; a.made_at := v_now; a.changed_at := v_now;
    a := jsonb_populate_record(a, jsonb_build_object('owner_id', v_me) || (f->'row'));
    if not desk.kb_who(a, null, v_me) @> '{writer}' then return desk.refuse('role_denied', 'denied', null, '{"verb": "new", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
    if not v_text ? 'title' then return desk.refuse('field_required', 'input', 'title', '{"verb": "new"}'); end if;
    if a.audience = 'group' and a.groups = '{}' and a.group_id is null then return desk.refuse('kb_groups', 'input', 'groups'); end if;
    a.id := nextval(pg_get_serial_sequence('desk.article', 'id')); a.number := 'KB' || lpad(a.id::text, greatest(7, length(a.id::text)), '0');
    insert into desk.article overriding system value values (a.*);
    insert into desk.article_tag select a.id, t from jsonb_array_elements_text(coalesce(nullif(f->'tags', 'null'), '[]')) t;
    b := desk.kb_version_write(a, null, v_text, null, v_me, v_now);
    perform desk.kb_note(a.id, b.id, v_me, v_now, v_op, 'new', null, v_text->>'note');
    r := jsonb_build_object('ok', true, 'number', a.number, 'version', desk.version_word(b), 'state', b.state, 'changed', to_jsonb(desk.kb_changed(null, v_text)), 'merged', false,
      'op', v_op, 'replay', false);
  else
    a := desk.article_of(p_number, s);
    if not desk.article_staffed(a, s) then return desk.refuse('no_article', 'notfound', 'number', jsonb_build_object('value', left(p_number, 40))); end if;
    select x.* into a from desk.article x where x.id = a.id for update;
    select x.* into l from desk.article_version x where x.id = a.latest_id;
    if not desk.kb_who(a, l, v_me) @> '{writer}' then return desk.refuse('role_denied', 'denied', null, '{"verb": "edit", "roles": ["agent", "lead", "process_owner", "admin"]}'); end if;
    b := case when p_base is null then l else desk.version_of(a, p_base, s) end;
    if b.id is null then return desk.refuse('kb_version', 'input', 'version', jsonb_build_object('value', left(p_base, 20), 'number', a.number)); end if;
    if b.id <> l.id and v_text <> '{}' then
      select m.text, m.refusal into v_text, r from desk.kb_merge(b, l, v_text) m;
      if r is not null then return r; end if;
      v_merged := true;
    end if;
    v_changed := desk.kb_changed(l, v_text);
    select m.row_new, m.tags, m.refusal into v_row, v_tags, r from desk.kb_row_merge(a, desk.kb_row_seen(p_fields->'was', v_me), f->'row', nullif(f->'tags', 'null')) m;
    if r is not null then return r; end if;
    n := jsonb_populate_record(a, v_row);
    if n.audience = 'group' and n.groups = '{}' and n.group_id is null then return desk.refuse('kb_groups', 'input', 'groups'); end if;
    -- who reads what is published is for those who publish
    if a.published_id is not null and (n.audience, n.groups, n.org_id) is distinct from (a.audience, a.groups, a.org_id)
       and not desk.kb_who(a, l, v_me) && '{owner,lead,process_owner,admin}' then
      return desk.refuse('role_denied', 'denied', 'audience', '{"verb": "edit", "roles": ["owner", "lead", "process_owner", "admin"]}');
    end if;
    select x.* into w from desk.kb_row_write(a, v_row, v_tags, v_now) x;
    n := w.n; v_changes := w.changes;
    if v_changes <> '{}' then perform desk.kb_note(a.id, null, v_me, v_now, v_op, 'set', v_changes); end if;
    if cardinality(v_changed) > 0 then
      b := desk.kb_version_write(n, l, v_text, b.id, v_me, v_now);
      perform desk.kb_note(a.id, b.id, v_me, v_now, v_op, 'edit', jsonb_build_object('version', jsonb_build_array(desk.version_word(l), desk.version_word(b))), v_text->>'note');
    else b := l; v_merged := false; end if;
    r := jsonb_build_object('ok', true, 'number', a.number, 'version', desk.version_word(b), 'state', b.state,
      'changed', to_jsonb(v_changed || array(select jsonb_object_keys(v_changes))), 'merged', v_merged, 'op', v_op, 'replay', false);
  end if;
  insert into desk.op(op_id, part, actor_id, request_hash, result) values (v_op, 0, v_me, v_hash, r);
  return r;
end $$;
grant execute on function desk.kb_save(text, jsonb, text, uuid) to desk_person;

revoke execute on function desk.paragraphs(text), desk.pieces_in(text[], text[]), desk.merge3(text, text, text), desk.kb_who(desk.article, desk.article_version, int),
  desk.kb_other_refusal(desk.article_transition, desk.article_version, int), desk.kb_verbs(desk.article, desk.article_version, int),
  desk.kb_note(bigint, bigint, int, timestamptz, uuid, text, jsonb, text), desk.kb_one_of(text, text[]), desk.kb_values(jsonb, int),
  desk.kb_row_write(desk.article, jsonb, jsonb, timestamptz), desk.kb_row_seen(jsonb, int), desk.kb_row_word(text, jsonb), desk.kb_row_merge(desk.article, jsonb, jsonb, jsonb), desk.kb_move(desk.article, desk.article_version, text, timestamptz),
  desk.kb_version_write(desk.article, desk.article_version, jsonb, bigint, int, timestamptz), desk.kb_changed(desk.article_version, jsonb),
  desk.kb_merge(desk.article_version, desk.article_version, jsonb) from public;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
error.no_article    | there is no article {value}, or none for you to see; svcdesk kb list names them | 没有文章 {value}，或您无权查看；svcdesk kb list 可列出
error.kb_version    | article {number} has no version {value}; svcdesk kb history {number} names them | 文章 {number} 没有版本 {value}；svcdesk kb history {number} 可列出
error.kb_name       | {field}: nothing of that name, or several: {value} | {field}：没有此名称，或有多个同名：{value}
error.kb_date       | {field}: {value} is no date; write 2026-12-31 | {field}：{value} 不是日期；请写 2026-12-31
error.kb_language   | {value} is no language; write en, zh_CN or pt-BR | {value} 不是语言；请写 en、zh_CN 或 pt-BR
error.kb_field      | an article has no field {field}; it has {allowed} | 文章没有字段 {field}；可用字段：{allowed}
error.kb_groups     | an article for groups names at least one: groups=... or group=... | 面向组的文章须至少给出一个组：groups=... 或 group=...
error.kb_review     | {verb} needs a review at this desk: submit it, and somebody else approves it | 本服务台执行 {verb} 需先评审：请提交，由他人批准
error.kb_own        | {verb} is for somebody who did not write or ask for it; ask a colleague | {verb} 须由非作者、非申请人执行；请交给同事
error.kb_conflict   | {by} changed {field} meanwhile in version {version}: nothing was saved. Join both texts and save again on version {version} | {by} 已在版本 {version} 中修改 {field}，未保存：请合并两份文本，再基于版本 {version} 保存
kb.state.draft | draft | 草稿
kb.state.review | in review | 评审中
kb.state.scheduled | scheduled | 已排期
kb.state.published | published | 已发布
kb.state.pending_retirement | to be retired | 待下架
kb.state.retired | retired | 已下架
kb.state.outdated | outdated | 已过时
kb.type.howto | how-to | 操作指南
kb.type.known_error | known error | 已知错误
kb.type.runbook | runbook | 运行手册
kb.type.policy | policy | 政策
kb.audience.public | public | 公开
kb.audience.internal | internal | 内部
kb.audience.group | groups | 指定组
kb.confidence.in_work | in work | 编写中
kb.confidence.unchecked | not validated | 未验证
kb.confidence.validated | validated | 已验证
kb.confidence.archived | archived | 已归档
kb.verb.new | written | 新建
kb.verb.edit | edited | 编辑
kb.verb.set | fields changed | 修改字段
kb.verb.submit | submit | 提交评审
kb.verb.approve | approve | 批准
kb.verb.reject | reject | 退回
kb.verb.withdraw | withdraw | 撤回
kb.verb.publish | publish | 发布
kb.verb.retire | retire | 下架
kb.verb.restore | restore | 恢复
kb.check.findable | title and words are those that are searched for | 标题和用词便于搜索
kb.check.complete | symptom, cause and resolution are there | 现象、原因和解决办法齐全
kb.check.tried | the steps were tried | 步骤已经试过
kb.check.clear | understood by who does not know the system | 不熟悉系统的人也能看懂
kb.check.current | names and versions are those in use | 名称和版本均为现用
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
