-- What is done with a match: it was opened, applied, dismissed (not proposed for this ticket again), or that is taken back.
reset role; set local role desk_api;

-- What of an article goes into the solution of a ticket: its resolution, else the section of its text that says what to do, else all of its text.
create function desk.match_remedy(v desk.article_version) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select left(btrim(coalesce(nullif(btrim(v.resolution), ''),
    nullif(btrim(regexp_replace((regexp_match(E'\n' || v.body, '\n#{1,6}[ \t]+(?:mitigation|resolution|remediation|solution|workaround|fix|how to fix|steps|procedure|what to do|步骤|操作|处理|解决|解決)[^\n]*\n(.*)$', 'i'))[1],
      '(^|\n)#{1,3}[ \t].*$', ''), E' \n'), ''), btrim(regexp_replace(v.body, '^\s*#[ \t][^\n]*', ''), E' \n'))), 8000) $$;

-- One match of a ticket whole: {type, id, title, version, text, remedy, public: of an article, whoever asks may read it}; null: it is not there for the caller.
-- public: it may be read by the requester of p_ticket (null: by requesters at all), whom a solution taken from it is sent to.
create function desk.match_open(p_type text, p_id text, p_ticket bigint default null) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); s desk.kb_sight := desk.kb_sight(v_me); a desk.article; v desk.article_version; t desk.ticket;
begin
  if p_type = 'article' then
    a := desk.article_of(p_id, s);
    select x.* into v from desk.article_version x where x.id = a.published_id;
    if v.id is null then return null; end if;
    return jsonb_build_object('type', 'article', 'id', a.number, 'title', v.title, 'version', desk.version_word(v), 'text', v.body, 'remedy', desk.match_remedy(v),
      'public', case when p_ticket is null then a.audience = 'public' else desk.can_see(p_ticket, v_me)
        and coalesce(desk.article_judge(a, desk.kb_sight((select x.requester_id from desk.ticket x where x.id = p_ticket))), false) end);
  end if;
  select x.* into t from desk.ticket x where x.number = upper(btrim(p_id));
  if t.id is null or t.restricted or not desk.i_am_staff() or not desk.can_see(t.id, v_me) then return null; end if;
  return jsonb_build_object('type', 'ticket', 'id', t.number, 'title', t.subject, 'text', (select x.body from desk.ticket_text x where x.id = t.id), 'remedy', desk.match_solution(t.id));
end $$;

-- Counts what was done: how is opened, applied, dismissed, or restored (no longer dismissed). {ok, remedy, public: an article who asks may read} or
-- a refusal.
create function desk.match_use(p_ticket bigint, p_type text, p_id text, p_how text) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare v_me int := desk.me(); v_now timestamptz := desk.now(); s desk.kb_sight := desk.kb_sight(v_me); a desk.article; v desk.article_version; t desk.ticket; o desk.ticket; r jsonb; v_who text[];
begin
  if v_me is null then return null; end if;
  select x.* into o from desk.ticket x where x.id = p_ticket;
  v_who := desk.who(v_me, o.id, o.org_id, o.group_id, o.requester_id, o.opened_by, o.assignee_id, o.restricted);
  if o.id is null or not v_who @> '{sees,staff}' then return desk.refuse('not_found', 'missing', 'ticket', '{}'); end if;
  if p_how is null or p_how not in ('opened', 'applied', 'dismissed', 'restored') then return desk.refuse('bad_value', 'input', 'how', jsonb_build_object('value', p_how, 'field', 'how', 'type', 'opened, applied, dismissed, restored')); end if;
  -- who only reads takes nothing away from others
  if p_how <> 'opened' and not v_who && '{agent,lead,process_owner,system}' then return desk.refuse('role_denied', 'denied', null, jsonb_build_object('verb', p_how, 'roles', '["agent", "lead", "process_owner"]'::jsonb)); end if;
  if p_type = 'article' then
    a := desk.article_of(p_id, s);
    select x.* into v from desk.article_version x where x.id = a.published_id;
    if v.id is null then return desk.refuse('not_found', 'missing', 'article', '{}'); end if;
    if p_how = 'restored' then delete from desk.article_link k where k.ticket_id = p_ticket and k.article_id = a.id and k.how = 'dismissed';
    elsif p_how = 'applied' then              -- an act of the ticket's journal, that is undone like others
      if not exists (select from desk.article_link k where k.ticket_id = p_ticket and k.article_id = a.id and k.how = 'applied') then
        r := desk.act_as(v_me, p_ticket, 'article', jsonb_build_object('add', a.number, 'how', 'applied'), null, gen_random_uuid(), 'api');
        if not (r->>'ok')::boolean then return r; end if;
      end if;
    else
      insert into desk.article_link(ticket_id, article_id, version, how, person_id, at) values (p_ticket, a.id, desk.version_word(v), p_how, v_me, v_now)
        on conflict (ticket_id, article_id, how) do update set version = excluded.version, person_id = excluded.person_id, at = excluded.at;
    end if;
    return jsonb_build_object('ok', true, 'remedy', desk.match_remedy(v), 'public', desk.article_judge(a, desk.kb_sight(o.requester_id)));
  end if;
  select x.* into t from desk.ticket x where x.number = upper(btrim(p_id));
  if t.id is null or t.restricted or not desk.can_see(t.id, v_me) then return desk.refuse('not_found', 'missing', 'ticket', '{}'); end if;
  if p_how = 'restored' then delete from desk.match_case k where k.ticket_id = p_ticket and k.other_id = t.id and k.how = 'dismissed';
  else
    insert into desk.match_case values (p_ticket, t.id, p_how, v_me, v_now) on conflict (ticket_id, other_id, how) do update set person_id = excluded.person_id, at = excluded.at;
  end if;
  return jsonb_build_object('ok', true, 'remedy', desk.match_solution(t.id));
end $$;
revoke execute on function desk.match_remedy(desk.article_version), desk.match_open(text, text, bigint), desk.match_use(bigint, text, text, text) from public;
grant execute on function desk.match_open(text, text, bigint), desk.match_use(bigint, text, text, text) to desk_person;
