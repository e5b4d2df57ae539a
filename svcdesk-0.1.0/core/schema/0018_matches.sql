-- desk.matches(tree, ticket): whether a query as the client parses it (the canonical JSON tree of core/query) holds for one ticket.
-- Stored rules keep text and tree; lists compile the same tree to SQL, and a test holds both against each other. The set of fields
-- and operators is closed: an unknown one is an error, never a silent "no".
reset role; set local role desk_api;

-- What a time of a query says: from when, to when (not included where whole), and whether it is an age without a direction.
create function desk.query_when(p text, p_zone text, p_now timestamptz, out lo timestamptz, out hi timestamptz, out whole boolean, out ago interval)
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare v_day timestamp; v_unit text; m text[]; v_span interval;
begin
  whole := false;
  if p ~ '^\d{4}(-\d\d(-\d\d)?)?$' then
    v_unit := case length(p) when 4 then 'year' when 7 then 'month' else 'day' end;
    v_day := rpad(p, 10, '-01-01')::date;
  elsif p in ('today', 'yesterday', 'tomorrow') then
    v_unit := 'day';
    v_day := date_trunc('day', p_now at time zone p_zone) + case p when 'yesterday' then interval '-1 day' when 'tomorrow' then interval '1 day' else interval '0' end;
  end if;
  if v_unit is not null then
    lo := v_day at time zone p_zone; hi := (v_day + ('1 ' || v_unit)::interval) at time zone p_zone; whole := true;
    return;
  end if;
  if p = 'now' then lo := p_now; hi := p_now; return; end if;
  m := regexp_match(p, '^([-+]?)(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$');
  if m is not null and p ~ '\d' then
    v_span := make_interval(secs => coalesce(m[2]::numeric, 0) * 604800 + coalesce(m[3]::numeric, 0) * 86400 + coalesce(m[4]::numeric, 0) * 3600
      + coalesce(m[5]::numeric, 0) * 60 + coalesce(m[6]::numeric, 0));
    if m[1] = '' then ago := v_span;
    else lo := case m[1] when '-' then p_now - v_span else p_now + v_span end; hi := lo; end if;
    return;
  end if;
  lo := case when p ~ '(Z|[-+]\d\d(:?\d\d)?)$' and p ~ 'T' then p::timestamptz else p::timestamp at time zone p_zone end;
  hi := lo;
end $$;

create function desk.match_time(p_at timestamptz, p_op text, v jsonb, p_future boolean, p_zone text, p_now timestamptz) returns boolean
  language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare a record; b record; s text := v #>> '{}'; l text; r text; x timestamptz; op text := p_op;
begin
  if position('..' in s) > 0 then
    l := split_part(s, '..', 1); r := split_part(s, '..', 2);
    if l <> '' then a := desk.query_when(l, p_zone, p_now); end if;
    if r <> '' then b := desk.query_when(r, p_zone, p_now); end if;
    if l <> '' and r <> '' and a.ago is not null and b.ago is not null and not p_future then
      return p_at >= p_now - b.ago and p_at <= p_now - a.ago;      -- ages run backwards
    end if;
    return (l = '' or p_at >= coalesce(a.lo, case when p_future then p_now + a.ago else p_now - a.ago end))
       and (r = '' or case when b.whole then p_at < b.hi else p_at <= coalesce(b.hi, case when p_future then p_now + b.ago else p_now - b.ago end) end);
  end if;
  a := desk.query_when(s, p_zone, p_now);
  if a.ago is not null then
    if p_future then x := p_now + a.ago;
    else
      x := p_now - a.ago;                                          -- younger than 2d = after two days ago
      op := case p_op when '<' then '>' when '<=' then '>=' when '>' then '<' when '>=' then '<=' else p_op end;
    end if;
    a.lo := x; a.hi := x;
  end if;
  return case op when '<' then p_at < a.lo when '<=' then case when a.whole then p_at < a.hi else p_at <= a.hi end
    when '>' then case when a.whole then p_at >= a.hi else p_at > a.hi end when '>=' then p_at >= a.lo
    else case when a.whole then p_at >= a.lo and p_at < a.hi else p_at = a.lo end end;
end $$;

create function desk.match_int(p bigint, p_op text, v jsonb) returns boolean language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
  if jsonb_typeof(v) = 'array' then return p between (v->>0)::bigint and (v->>1)::bigint; end if;
  return case p_op when '<' then p < (v #>> '{}')::bigint when '<=' then p <= (v #>> '{}')::bigint when '>' then p > (v #>> '{}')::bigint
    when '>=' then p >= (v #>> '{}')::bigint else p = (v #>> '{}')::bigint end;
end $$;

-- Whether a name of a query stands for this id.
create function desk.match_person(p_id int, p_name text, p_me int) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_name = '@me' then return p_id = p_me; end if;
  return exists (select from desk.person p where p.id = p_id and (p.login = p_name or lower(p.name) = lower(p_name)));
end $$;
create function desk.match_group(p_id int, p_name text, p_me int) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if p_name = '@mygroups' then return exists (select from desk.group_member m where m.group_id = p_id and m.person_id = p_me); end if;
  return p_id = (select g.id from desk.support_group g where lower(g.name) = lower(p_name) order by g.name = p_name desc limit 1);
end $$;
-- "Parent / Child" from the leaf upwards; what lies below a category belongs to it.
create function desk.match_category(p_id int, p_path text) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_up int := p_id; v_at int; v_parts text[] := array(select btrim(x, ' ') from unnest(string_to_array(p_path, '/')) x); c desk.category; v_ok boolean;
begin
  while v_up is not null loop
    select * into c from desk.category x where x.id = v_up;
    if lower(c.name) = lower(p_path) then return true; end if;
    v_ok := cardinality(v_parts) > 1; v_at := v_up;
    for i in reverse cardinality(v_parts) .. 1 loop
      exit when not v_ok;
      v_ok := coalesce((select lower(x.name) = lower(v_parts[i]) from desk.category x where x.id = v_at), false);
      v_at := (select x.parent_id from desk.category x where x.id = v_at);
    end loop;
    if v_ok then return true; end if;
    v_up := c.parent_id;
  end loop;
  return false;
end $$;

-- Words in one text of the ticket: subject and description, or one event the person may read.
create function desk.match_words(t desk.ticket, p_query text, p_internal boolean) returns boolean language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare q tsquery; pieces text[];
begin
  if t.restricted then return false; end if;
  select x.q, x.pieces into q, pieces from desk.search_terms(p_query) x;
  if q is null then return false; end if;
  return t.number = upper(btrim(p_query)) or coalesce(t.external = btrim(p_query), false)
    or exists (select from desk.ticket_text x where x.id = t.id and x.tsv @@ q and (pieces = '{}' or desk.has_pieces(concat_ws(E'\n', t.subject, x.body), pieces)))
    or exists (select from desk.event_text x join desk.event e on e.ticket_id = x.ticket_id and e.seq = x.seq where x.ticket_id = t.id
                and (p_internal or e.visibility = 2) and x.tsv @@ q and (pieces = '{}' or desk.has_pieces(x.body, pieces)));
end $$;

-- A word of free text as the search takes it; null: it looks like a number of a ticket, which is asked for by itself.
create function desk.match_term(v jsonb) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(v) = 'object' then '"' || (v->>'phrase') || '"' when v #>> '{}' ~ '^[A-Za-z]{2,5}[0-9]{3,}$' then null else v #>> '{}' end $$;

-- One value of one field. null in the column is "does not have it". It knows no more than a list does: who watches a ticket is known to
-- those who work on it, and of a restricted one nothing beside its header.
create function desk.match_value(t desk.ticket, p_field text, p_op text, v jsonb, p_me int, p_internal boolean, p_zone text, p_now timestamptz) returns boolean
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
  when 'hold', 'hold_ref', 'code', 'cancel_reason', 'channel', 'external' then
    w := case p_field when 'hold' then t.hold_reason when 'hold_ref' then t.hold_ref when 'code' then t.resolution_code when 'cancel_reason' then t.cancel_reason
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

create function desk.match_node(t desk.ticket, n jsonb, p_me int, p_internal boolean, p_zone text, p_now timestamptz) returns boolean
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare k jsonb; words text := '';
begin
  if n ? 'and' then
    for k in select x from jsonb_array_elements(n->'and') x loop
      -- words side by side stand in one text
      if k->>'field' = 'text' and desk.match_term(k->'value'->0) is not null then words := concat_ws(' ', nullif(words, ''), desk.match_term(k->'value'->0));
      elsif not desk.match_node(t, k, p_me, p_internal, p_zone, p_now) then return false; end if;
    end loop;
    return words = '' or desk.match_words(t, words, p_internal);
  elsif n ? 'or' then
    for k in select x from jsonb_array_elements(n->'or') x loop
      if desk.match_node(t, k, p_me, p_internal, p_zone, p_now) then return true; end if;
    end loop;
    return false;
  elsif n ? 'not' then return not desk.match_node(t, n->'not', p_me, p_internal, p_zone, p_now);
  elsif n ? 'field' then
    if not coalesce(n->>'op' in ('=', '<', '<=', '>', '>='), false) then
      raise exception 'desk.matches: there is no operator %', n->>'op' using errcode = 'invalid_parameter_value';
    end if;
    for k in select x from jsonb_array_elements(n->'value') x loop
      if coalesce(desk.match_value(t, n->>'field', n->>'op', k, p_me, p_internal, p_zone, p_now), false) then return true; end if;
    end loop;
    return false;
  end if;
  raise exception 'desk.matches: this is no node of a query: %', left(n::text, 200) using errcode = 'invalid_parameter_value';
end $$;

-- For who asks: a ticket that he may not see matches nothing. "@me" is who asks, and days begin in p_zone. null: every ticket.
create function desk.matches(p_tree jsonb, p_ticket bigint, p_zone text default 'UTC') returns boolean language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
declare t desk.ticket; v_me int := desk.me(); v_who text[];
begin
  select * into t from desk.ticket x where x.id = p_ticket;
  if not found or v_me is null then return false; end if;
  v_who := desk.who(v_me, t.id, t.org_id, t.group_id, t.requester_id, t.opened_by, t.assignee_id, t.restricted);
  if not 'sees' = any (v_who) then return false; end if;
  return p_tree is null or p_tree = 'null' or desk.match_node(t, p_tree, v_me, 'staff' = any (v_who), p_zone, desk.now());
end $$;
revoke execute on function desk.query_when(text, text, timestamptz), desk.match_time(timestamptz, text, jsonb, boolean, text, timestamptz), desk.match_int(bigint, text, jsonb),
  desk.match_person(int, text, int), desk.match_group(int, text, int), desk.match_category(int, text), desk.match_words(desk.ticket, text, boolean), desk.match_term(jsonb),
  desk.match_value(desk.ticket, text, text, jsonb, int, boolean, text, timestamptz), desk.match_node(desk.ticket, jsonb, int, boolean, text, timestamptz),
  desk.matches(jsonb, bigint, text) from public;
grant execute on function desk.matches(jsonb, bigint, text) to desk_person;
