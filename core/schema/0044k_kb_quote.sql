-- An article in a reply to a requester: only what he may read himself goes out, and only as it is published.
reset role; set local role desk_api;

-- What of an article may stand in words to the requester of a ticket: {ok, number, version, title, body, symptom, cause, resolution}, or the
-- refusal. Judged by desk.article_judge for the caller and for the requester.
create function desk.kb_quote(p_ticket bigint, p_number text) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); a desk.article; v desk.article_version; v_requester int;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  a := desk.article_of(p_number, desk.kb_sight(v_me));
  if a.id is null then return desk.refuse('no_article', 'notfound', 'number', jsonb_build_object('value', left(p_number, 40))); end if;
  select t.requester_id into v_requester from desk.ticket t where t.id = p_ticket and desk.can_see(t.id, v_me);
  if not found then return desk.refuse('not_found', 'notfound'); end if;
  if a.published_id is null or v_requester is null or not desk.article_judge(a, desk.kb_sight(v_requester)) then
    return desk.refuse('kb_hidden', 'denied', null, jsonb_build_object('number', a.number));
  end if;
  select x.* into v from desk.article_version x where x.id = a.published_id;
  return jsonb_build_object('ok', true, 'number', a.number) || desk.version_json(v, false);
end $$;
grant execute on function desk.kb_quote(bigint, text) to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select btrim(w[1]), l.lang, l.text
    from regexp_split_to_table($w$
error.kb_hidden | the requester may not read {number}: nothing of it goes into a reply. Write it in your own words, or into a note | 报告人无权阅读 {number}，其内容不能写入回复：请用自己的话写，或写成备注
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
