-- Histories of other systems. The door of its own beside create and act: times are the source's, nothing is guarded, no clock
-- starts and nobody is told; what the rulebook would have refused is kept and counted. Admins only.
--
-- desk.import_history(source, file, batch): batch is an array of entries, one a version of a record; those of one record
-- belong into one batch. They are applied in the order of `at`, version, line, and each gives exactly one event:
--   {"line": 2, "ext_id": "INC0000045", "ext_version": "0", "hash": "<hex>", "at": "2016-02-29T01:23:00Z", "actor": "name" or null,
--    "verb", "body", "visibility" (optional), "fields": {...}, "custom": {...} (optional)}
-- fields: the record after this version, by field name (or header column: opened_at, reassignments ...). An absent key keeps its
-- value, null clears it. People, groups, services, configuration items and categories ("A / B" or ["A", "B"]) stand as names and
-- are made if unknown. An entry with (source, ext_id, ext_version, hash) known is skipped. An entry older than what its
-- ticket already holds becomes a `late` event: its changes hold the row ({KEY: [null, value]}), the ticket stays as it is.
-- The answer: {rows, rows_skipped, tickets_created, tickets_updated, events_created, transitions_unusual, problems: [{line, reason}]}
reset role; set local role desk_api;

create function desk.need_admin() returns int language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if desk.me() is null or not desk.has_role('admin') then raise insufficient_privilege using message = 'only an admin may do this'; end if;
  return desk.me();
end $$;
revoke execute on function desk.need_admin() from public;

create function desk.import_begin(p_source text, p_name text, p_sha256 bytea) returns int language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare v int;
begin
  insert into desk.import_file(source, name, sha256, by_id) values (p_source, p_name, p_sha256, desk.need_admin()) returning id into v;
  return v;
end $$;

create function desk.import_end(p_file int, p_report jsonb) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform desk.need_admin();
  update desk.import_file f set finished_at = clock_timestamp(), report = p_report where f.id = p_file;
end $$;

-- What may stand in fields: the fields of the kind, and the header columns a source can know.
create function desk.import_keys(p_kind text) returns table(key text, type text, store text, col text) language sql stable
  set search_path = pg_catalog, pg_temp as $$
  select f.field, f.type, f.store, f.col from desk.field f where f.kind = p_kind
  union all
  select h.key, h.type, 'ticket', h.col from (values
      ('state', 'state', 'state'), ('requester', 'person', 'requester_id'), ('opened_by', 'person', 'opened_by'), ('group', 'group', 'group_id'),
      ('assignee', 'person', 'assignee_id'), ('service', 'service', 'service_id'), ('category', 'category', 'category_id'), ('ci', 'ci', 'ci_id'),
      ('subject', 'text', 'subject'), ('impact', 'level', 'impact'), ('urgency', 'level', 'urgency'), ('priority', 'level', 'priority'),
      ('channel', 'text', 'channel'), ('opened_at', 'time', 'opened_at'), ('acknowledged_at', 'time', 'acknowledged_at'),
      ('resolved_at', 'time', 'resolved_at'), ('closed_at', 'time', 'closed_at'), ('due_at', 'time', 'due_at'),
      ('hold_reason', 'text', 'hold_reason'), ('hold_until', 'time', 'hold_until'), ('hold_ref', 'text', 'hold_ref'),
      ('resolution_code', 'text', 'resolution_code'), ('cancel_reason', 'text', 'cancel_reason'), ('priority_reason', 'text', 'priority_reason'),
      ('reassignments', 'int', 'reassignments'), ('reopens', 'int', 'reopens'), ('custom', 'json', 'custom')) h(key, type, col)
   where not exists (select from desk.field f where f.kind = p_kind and f.field = h.key) $$;

-- Ids of the names of one type, made where unknown. Names are as the source writes them.
create function desk.import_people(p_names text[], p_org int) returns table(name text, id int) language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  insert into desk.person(name, org_id)
    select n, p_org from unnest(p_names) n
     where not exists (select from desk.person p where lower(p.name) = lower(n) and p.name = n)
       and not exists (select from desk.person p where p.login = n);
  return query select n, (select p.id from desk.person p where (lower(p.name) = lower(n) and p.name = n) or p.login = n
                           order by p.login is distinct from n, not p.active, p.id limit 1) from unnest(p_names) n;
end $$;

create function desk.import_category(p_path text[]) returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v int; parent int; n text;
begin
  foreach n in array p_path loop
    select c.id into v from desk.category c where c.parent_id is not distinct from parent and c.name = n;
    if v is null then insert into desk.category(parent_id, name) values (parent, n) returning id into v; end if;
    parent := v; v := null;
  end loop;
  return parent;
end $$;

-- All names of a batch at once: (type, name as it stands in the batch, id).
create function desk.import_names(p_kind text, p_batch jsonb, p_org int) returns table(type text, name text, id bigint) language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare t record; path text[];
begin
  for t in
    select u.type, array_agg(u.name) as names from (
      select k.type, f.value #>> '{}' as name from jsonb_array_elements(p_batch) b, jsonb_each(b.value->'fields') f
        join desk.import_keys(p_kind) k on k.key = f.key and k.type in ('person', 'group', 'category', 'service', 'ci')
       where jsonb_typeof(f.value) <> 'null'
      union
      select 'person', b.value->>'actor' from jsonb_array_elements(p_batch) b where b.value->>'actor' is not null) u
     where u.name <> '' group by u.type
  loop
    if t.type = 'person' then
      return query select 'person', p.name, p.id::bigint from desk.import_people(t.names, p_org) p;
    elsif t.type = 'group' then
      insert into desk.support_group(name) select n from unnest(t.names) n on conflict do nothing;
      return query select 'group', g.name, g.id::bigint from desk.support_group g where g.name = any(t.names);
    elsif t.type = 'service' then
      insert into desk.service(name) select n from unnest(t.names) n on conflict do nothing;
      return query select 'service', s.name, s.id::bigint from desk.service s where s.name = any(t.names);
    elsif t.type = 'ci' then
      insert into desk.ci(name) select n from unnest(t.names) n on conflict do nothing;
      return query select 'ci', c.name, c.id from desk.ci c where c.name = any(t.names);
    else
      for i in 1 .. cardinality(t.names) loop
        path := case when t.names[i] like '[%' then array(select jsonb_array_elements_text(t.names[i]::jsonb)) else string_to_array(t.names[i], ' / ') end;
        return query select 'category', t.names[i], desk.import_category(path)::bigint;
      end loop;
    end if;
  end loop;
end $$;

-- The values a ticket holds now, by key: what the next row of the source is compared with.
create function desk.import_current(t desk.ticket) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare typed jsonb; rel regclass; head jsonb := to_jsonb(t); txt jsonb;
begin
  select k.typed_table into rel from desk.kind k where k.kind = t.kind;
  execute format('select to_jsonb(y) from %s y where y.%I = $1', rel, desk.typed_key(rel)) into typed using t.id;
  select jsonb_build_object('body', x.body) || case when t.restricted then jsonb_build_object('subject', x.subject) else '{}' end into txt
    from desk.ticket_text x where x.id = t.id;
  return (select jsonb_object_agg(k.key, case
            when k.store = 'text' then txt->k.col
            when k.store = 'ticket' and k.type in ('person', 'group') and head->k.col = '0' then 'null'
            when k.store = 'ticket' and head->>k.col = 'infinity' then 'null'
            when k.store = 'ticket' then head->k.col else coalesce(typed->k.col, 'null') end)
          from desk.import_keys(t.kind) k) || coalesce(txt - 'body', '{}');
end $$;

create function desk.typed_key(rel regclass) returns name language sql stable set search_path = pg_catalog, pg_temp as $$
  select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
   where i.indrelid = rel and i.indisprimary $$;

-- The verb of a step nobody named.
create function desk.import_verb(p_from text, p_to text, p_from_phase int, p_to_phase int, p_moved boolean) returns text language sql immutable
  set search_path = pg_catalog, pg_temp as $$
  select case
    when p_from = p_to then case when p_moved then 'assign' else 'edit' end
    when p_from_phase = 3 and p_to_phase < 3 then 'reopen'
    when p_to = 'in_progress' then case when p_from_phase = 2 then 'resume' else 'start' end
    when p_to = 'assigned' then 'assign'
    when p_to_phase = 2 then 'hold'
    when p_to = 'resolved' then 'resolve'
    when p_to = 'closed' then 'close'
    when p_to = 'cancelled' then 'cancel'
    else 'edit' end $$;

-- The rows of a batch in the order they apply, known ones left out. norm: the keys that differ from the row before (all of
-- them for a ticket that is here already), values as the journal keeps them; bad: keys nobody knows, words nobody knows.
create function desk.import_rows(p_source text, p_kind text, p_batch jsonb, p_org int)
  returns table(n bigint, line bigint, ext_id text, ext_version text, hash bytea, at timestamptz, actor_id int, verb text, body text,
                visibility smallint, norm jsonb, given text[], bad text[], ticket_id bigint, salt bytea)
  language sql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
  with keys as materialized (select * from desk.import_keys(p_kind)),
  names as materialized (select * from desk.import_names(p_kind, p_batch, p_org)),
  raw as materialized (
    select b.*, decode(b.hash, 'hex') as h,
           coalesce(b.fields, '{}') || case when b.custom is null then '{}' else jsonb_build_object('custom', b.custom) end as f
      from jsonb_to_recordset(p_batch) b(line bigint, ext_id text, ext_version text, hash text, at timestamptz, actor text, verb text,
                                         body text, visibility smallint, fields jsonb, custom jsonb)),
  here as materialized (
    select i.ext_id, (select r.ticket_id from desk.external_ref r where r.source = p_source and r.ext_id = i.ext_id limit 1) as ticket_id
      from (select distinct raw.ext_id from raw) i),
  fresh as materialized (
    select row_number() over (order by d.ext_id, d.at, d.ver, d.ext_version, d.line) as n, d.*,
           lag(d.f) over (partition by d.ext_id order by d.at, d.ver, d.ext_version, d.line) as prev
      from (select distinct on (raw.ext_id, raw.ext_version, raw.h) raw.*, here.ticket_id,
                   case when raw.ext_version ~ '^[0-9]{1,18}$' then raw.ext_version::bigint end as ver
              from raw left join here using (ext_id)
             where here.ticket_id is null or not exists (select from desk.external_ref r
               where r.source = p_source and r.ext_id = raw.ext_id and r.ext_version = raw.ext_version and r.content_hash = raw.h)
             order by raw.ext_id, raw.ext_version, raw.h, raw.line) d),
  norm as (
    select f.n,
      jsonb_object_agg(e.key, case
          when jsonb_typeof(e.value) = 'null' or (e.value #>> '{}') = '' and k.type <> 'text' then 'null'
          when k.type in ('person', 'group', 'category', 'service', 'ci') then to_jsonb(m.id)
          when k.type in ('int', 'level') then to_jsonb((e.value #>> '{}')::int)
          when k.type = 'time' then to_jsonb(desk.iso((e.value #>> '{}')::timestamptz))
          when k.type = 'bool' then to_jsonb((e.value #>> '{}')::boolean)
          when k.type = 'json' then e.value
          else to_jsonb(e.value #>> '{}') end)
        filter (where k.key is not null and (k.type <> 'state' or s.state is not null)) as norm,
      array_agg(case when k.key is null then 'unknown field ' || e.key else 'unknown state ' || (e.value #>> '{}') end)
        filter (where k.key is null or (k.type = 'state' and s.state is null)) as bad
      from fresh f cross join lateral jsonb_each(f.f) e
      left join keys k on k.key = e.key
      left join names m on m.type = k.type and m.name = e.value #>> '{}'
      left join desk.kind_state s on k.type = 'state' and s.kind = p_kind and s.state = e.value #>> '{}'
     where f.prev is null or f.ticket_id is not null or f.prev->e.key is distinct from e.value
     group by f.n)
  select f.n, f.line, f.ext_id, f.ext_version, f.h, f.at, coalesce(a.id, 0)::int, f.verb, f.body, f.visibility,
         coalesce(o.norm, '{}'), array(select jsonb_object_keys(f.f)), o.bad, f.ticket_id, uuid_send(gen_random_uuid())
    from fresh f left join norm o using (n) left join names a on a.type = 'person' and a.name = f.actor
   order by f.n $$;

create function desk.import_apply(p_source text, p_file int, p_kind text, p_batch jsonb, p_by int, p_dry boolean) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  k desk.kind; org int; r record; t desk.ticket; cur jsonb; ch jsonb; first jsonb; born_with jsonb; v text; prev_id text := null; id bigint; seq int; h bytea; c bytea;
  acts int; last_at timestamptz; last_ver bigint; ver bigint; late boolean; born boolean; moved boolean; s0 text; s1 text; ph0 int; ph1 int;
  phases jsonb; steps text[]; vis jsonb; stamp timestamptz := clock_timestamp(); stamp_us bigint := (extract(epoch from stamp) * 1000000)::bigint;
  ep smallint := desk.epoch(); xid xid8 := pg_current_xact_id(); op uuid := gen_random_uuid(); login text := session_user; tail text;
  problems jsonb := '[]'; unusual int := 0; fresh_n int := -1;
  -- events
  e_id bigint[] := '{}'; e_seq int[] := '{}'; e_at timestamptz[] := '{}'; e_actor int[] := '{}'; e_verb text[] := '{}'; e_vis smallint[] := '{}';
  e_late boolean[] := '{}'; e_content bytea[] := '{}'; e_hash bytea[] := '{}'; e_salt bytea[] := '{}'; e_changes jsonb[] := '{}'; e_body text[] := '{}';
  x_id text[] := '{}'; x_ver text[] := '{}'; x_hash bytea[] := '{}';
  -- spans
  s_id bigint[] := '{}'; s_seq int[] := '{}'; s_cur jsonb[] := '{}'; s_at timestamptz[] := '{}';
  -- tickets
  t_id bigint[] := '{}'; t_cur jsonb[] := '{}'; t_seq int[] := '{}'; t_hash bytea[] := '{}'; t_acts int[] := '{}'; t_at timestamptz[] := '{}'; t_born boolean[] := '{}';
begin
  select * into k from desk.kind d where d.kind = p_kind;
  if not found then raise invalid_parameter_value using message = 'no kind ' || coalesce(p_kind, '(null)'); end if;
  select p.org_id into org from desk.person p where p.id = p_by;
  select jsonb_object_agg(s.state, s.phase) into phases from desk.kind_state s where s.kind = p_kind;
  select array_agg(w.from_state || '|' || w.verb || '|' || case w.to_state when '=' then w.from_state else w.to_state end) into steps
    from desk.transition w where w.kind = p_kind;
  select jsonb_object_agg(w.verb, w.visibility) into vis from desk.verb w where w.kind = p_kind;
  insert into desk.lease values ('import', login, 1, 'infinity') on conflict (name) do update set holder = excluded.holder, epoch = lease.epoch + 1;

  for r in select * from desk.import_rows(p_source, p_kind, p_batch, org) loop
    if r.ext_id is distinct from prev_id then
      if prev_id is not null then
        t_id := t_id || id; t_cur := t_cur || cur; t_seq := t_seq || seq; t_hash := t_hash || h; t_acts := t_acts || acts; t_at := t_at || last_at; t_born := t_born || born;
      end if;
      prev_id := r.ext_id; born := r.ticket_id is null;
      if born then
        if p_dry then id := fresh_n; fresh_n := fresh_n - 1; else id := desk.next_ticket_id(); end if;
        cur := '{}'; seq := 0; h := null; acts := 0; last_at := null; last_ver := null;
      else
        select * into t from desk.ticket y where y.id = r.ticket_id for update;
        id := t.id; cur := desk.import_current(t); seq := t.last_seq; h := t.last_hash; acts := t.version; last_at := t.updated_at;
        select max(f.ext_version::bigint) into last_ver from desk.external_ref f join desk.event e on e.ticket_id = f.ticket_id and e.seq = f.seq
         where f.ticket_id = t.id and e.at = t.updated_at and not e.late and f.ext_version ~ '^[0-9]{1,18}$';
      end if;
    end if;
    for i in 1 .. coalesce(cardinality(r.bad), 0) loop
      problems := problems || jsonb_build_object('line', r.line, 'reason', r.bad[i]);
    end loop;
    ver := case when r.ext_version ~ '^[0-9]{1,18}$' then r.ext_version::bigint end;
    late := not born and (r.at < last_at or (r.at = last_at and ver < last_ver));
    seq := seq + 1; moved := false;
    if late then
      select jsonb_object_agg(f.key, jsonb_build_array(null, f.value)) into ch from jsonb_each(r.norm) f;
      v := coalesce(r.verb, 'edit');
    else
      s0 := cur->>'state'; s1 := coalesce(r.norm->>'state', s0);
      if s0 is null then                    -- the first row of a new ticket
        s1 := coalesce(s1, k.initial);
        first := desk.import_first(k, r.norm, r.ext_id, r.at, r.actor_id);
        cur := first - 'kind';
        born_with := jsonb_build_object('kind', p_kind, 'number', desk.number_of(k.prefix, id), 'external', r.ext_id,
          'org_id', coalesce((select p.org_id from desk.person p where p.id = (cur->>'requester')::int and p.id > 1), org));
        cur := cur || jsonb_build_object('+', born_with);
        first := first || born_with;
        select jsonb_object_agg(f.key, jsonb_build_array(null, f.value)) into ch from jsonb_each(first - 'body') f where jsonb_typeof(f.value) <> 'null';
        v := 'create'; moved := true;
        if s1 <> k.initial then unusual := unusual + 1; end if;
      else
        if s1 <> s0 then
          ph0 := (phases->>s0)::int; ph1 := (phases->>s1)::int;
          if ph0 = 2 and ph1 <> 2 then      -- what belongs to a hold ends with it, unless the source says otherwise
            r.norm := jsonb_build_object('hold_reason', null, 'hold_until', null, 'hold_ref', null) || r.norm;
          end if;
          if s1 = 'resolved' and not 'resolved_at' = any(r.given) then r.norm := r.norm || jsonb_build_object('resolved_at', desk.iso(r.at)); end if;
          if s1 = 'closed' and not 'closed_at' = any(r.given) then r.norm := r.norm || jsonb_build_object('closed_at', desk.iso(r.at)); end if;
          if ph0 = 3 and ph1 < 3 then r.norm := jsonb_build_object('resolved_at', null, 'closed_at', null) || r.norm; end if;
        end if;
        select jsonb_object_agg(f.key, jsonb_build_array(cur->f.key, f.value)) into ch from jsonb_each(r.norm) f
         where f.value is distinct from coalesce(cur->f.key, 'null');
        ch := coalesce(ch, '{}');
        moved := ch ?| array['group', 'assignee'];
        v := coalesce(r.verb, desk.import_verb(s0, s1, ph0, ph1, moved));
        if s1 <> s0 then
          moved := true;
          if not (s0 || '|' || v || '|' || s1) = any(steps) then unusual := unusual + 1; end if;
        end if;
        cur := cur || r.norm;
      end if;
      acts := acts + 1; last_at := r.at; last_ver := ver;
      if moved then s_id := s_id || id; s_seq := s_seq || seq; s_cur := s_cur || jsonb_build_object('s', s1, 'g', cur->'group', 'a', cur->'assignee'); s_at := s_at || r.at; end if;
    end if;
    ch := coalesce(ch, '{}');
    if v = 'create' then r.body := coalesce(cur->>'body', r.body); cur := cur || jsonb_build_object('body', r.body); end if;
    r.visibility := coalesce(r.visibility, (vis->>v)::smallint, 1);
    c := sha256(r.salt || convert_to(ch::text || chr(31) || coalesce(r.body, ''), 'UTF8'));
    tail := concat_ws('|', id, seq, (extract(epoch from r.at) * 1000000)::bigint, stamp_us, r.actor_id, 0, 'import', v, r.visibility, op, 0, late, ep, xid, login);
    h := sha256(coalesce(h, '') || c || convert_to(tail, 'UTF8'));
    e_id := e_id || id; e_seq := e_seq || seq; e_at := e_at || r.at; e_actor := e_actor || r.actor_id; e_verb := e_verb || v; e_vis := e_vis || r.visibility;
    e_late := e_late || late; e_content := e_content || c; e_hash := e_hash || h; e_salt := e_salt || r.salt; e_changes := e_changes || ch; e_body := e_body || r.body;
    x_id := x_id || r.ext_id; x_ver := x_ver || r.ext_version; x_hash := x_hash || r.hash;
  end loop;
  if prev_id is not null then
    t_id := t_id || id; t_cur := t_cur || cur; t_seq := t_seq || seq; t_hash := t_hash || h; t_acts := t_acts || acts; t_at := t_at || last_at; t_born := t_born || born;
  end if;

  insert into desk.event(ticket_id, seq, at, recorded_at, actor_id, channel, verb, visibility, op, late, epoch, x, content, hash)
    select u.id, u.seq, u.at, stamp, u.actor, 'import', u.verb, u.vis, op, u.late, ep, xid, u.content, u.hash
      from unnest(e_id, e_seq, e_at, e_actor, e_verb, e_vis, e_late, e_content, e_hash) u(id, seq, at, actor, verb, vis, late, content, hash);
  insert into desk.event_text(ticket_id, seq, salt, changes, body, tsv)
    select u.id, u.seq, u.salt, u.ch, u.body, case when u.seq > 1 then desk.tsv(null, u.body) end
      from unnest(e_id, e_seq, e_salt, e_changes, e_body) u(id, seq, salt, ch, body);
  insert into desk.external_ref(source, ext_id, ext_version, content_hash, ticket_id, seq, file_id)
    select p_source, u.x, u.ver, u.hash, u.id, u.seq, p_file from unnest(x_id, x_ver, x_hash, e_id, e_seq) u(x, ver, hash, id, seq);
  perform desk.import_tickets(k, t_id, t_cur, t_seq, t_hash, t_acts, t_at, t_born);
  update desk.span s set until_at = u.at from (select w.id, min(w.seq) as seq, min(w.at) as at from unnest(s_id, s_seq, s_at) w(id, seq, at) group by w.id) u
    where s.ticket_id = u.id and s.until_at is null and s.seq < u.seq;
  insert into desk.span(ticket_id, seq, state, group_id, assignee_id, from_at, until_at)
    select u.id, u.seq, u.c->>'s', coalesce((u.c->>'g')::int, 0), coalesce((u.c->>'a')::int, 0), u.at,
           lead(u.at) over (partition by u.id order by u.seq)
      from unnest(s_id, s_seq, s_cur, s_at) u(id, seq, c, at);
  return jsonb_build_object('rows', jsonb_array_length(p_batch), 'rows_skipped', jsonb_array_length(p_batch) - cardinality(e_id),
    'tickets_created', (select count(*) from unnest(t_born) b(y) where y), 'tickets_updated', (select count(*) from unnest(t_born) b(y) where not y),
    'events_created', cardinality(e_id), 'transitions_unusual', unusual, 'problems', problems);
end $$;

-- What a new ticket starts with, by key: the row, and what a ticket must have.
create function desk.import_first(k desk.kind, norm jsonb, p_ext text, p_at timestamptz, p_actor int) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare v jsonb := jsonb_strip_nulls(norm - 'custom');
begin
  v := jsonb_build_object('kind', k.kind, 'state', k.initial, 'subject', p_ext, 'impact', 3, 'urgency', 3, 'opened_at', desk.iso(p_at), 'opened_by', p_actor, 'channel', 'import',
                          'requester', 0) || v;
  if not v ? 'priority' then
    v := v || jsonb_build_object('priority', coalesce((select m.priority from desk.priority_matrix m where m.kind in (k.kind, '*')
      and m.impact = (v->>'impact')::int and m.urgency = (v->>'urgency')::int order by m.kind = '*' limit 1), 5));
  end if;
  if norm ? 'custom' then v := v || jsonb_build_object('custom', norm->'custom'); end if;
  return v;
end $$;

-- Writes headers, typed rows, texts and the change log of a batch.
create function desk.import_tickets(k desk.kind, p_id bigint[], p_cur jsonb[], p_seq int[], p_hash bytea[], p_acts int[], p_at timestamptz[], p_born boolean[])
  returns void language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare base jsonb := desk.column_defaults('desk.ticket'); cols text; sets text; slot int; key name := desk.typed_key(k.typed_table); n_typed int;
begin
  select string_agg(quote_ident(a.attname), ', '), string_agg(format('%1$I = w.%1$I', a.attname), ', ')
           filter (where a.attname not in ('id', 'number', 'kind', 'desk_id', 'org_id', 'restricted', 'parent_id', 'external', 'subject')) into cols, sets
    from pg_attribute a where a.attrelid = 'desk.ticket'::regclass and a.attnum > 0 and not a.attisdropped;
  execute format($q$
    with w as materialized (
      select y.*, u.born, u.cur->>'subject' as new_subject from unnest($1, $2, $3, $4, $5, $6, $7) u(id, cur, seq, hash, acts, at, born),
        lateral (select jsonb_object_agg(i.col, u.cur->i.key) filter (where jsonb_typeof(u.cur->i.key) <> 'null') as c
                   from desk.import_keys($8) i where i.store = 'ticket' and u.cur ? i.key) m,
        lateral jsonb_populate_record(null::desk.ticket, $9 || m.c || coalesce(u.cur->'+', '{}') || jsonb_build_object('id', u.id, 'last_seq', u.seq, 'last_hash', u.hash, 'version', u.acts, 'updated_at', u.at,
            'phase', (select s.phase from desk.kind_state s where s.kind = $8 and s.state = u.cur->>'state'))) y),
    ins as (insert into desk.ticket(%1$s) select %1$s from w where w.born)
    update desk.ticket t set %2$s, subject = case when t.restricted then '' else w.new_subject end from w where t.id = w.id and not w.born $q$, cols, sets)
    using p_id, p_cur, p_seq, p_hash, p_acts, p_at, p_born, k.kind, base || '{"due_at": "infinity", "requester_id": 0}';
  insert into desk.ticket_text(id, body, tsv)
    select u.id, u.cur->>'body', desk.tsv(u.cur->>'subject', u.cur->>'body') from unnest(p_id, p_cur) u(id, cur)
    on conflict (id) do update set body = excluded.body, tsv = excluded.tsv, subject = case when ticket_text.subject is not null then
      (select y.cur->>'subject' from unnest(p_id, p_cur) y(id, cur) where y.id = ticket_text.id) end;
  select string_agg(quote_ident(f.col), ', '), string_agg(format('%1$I = excluded.%1$I', f.col), ', '), count(*) into cols, sets, n_typed
    from desk.field f where f.kind = k.kind and f.store = 'typed';
  execute format($q$insert into %1$s(%2$I %3$s) select y.%2$I %4$s from unnest($1, $2) u(id, cur),
      lateral (select coalesce(jsonb_object_agg(f.col, u.cur->f.field), '{}') as c from desk.field f where f.kind = $3 and f.store = 'typed' and u.cur ? f.field) m,
      lateral jsonb_populate_record(null::%1$s, $4 || jsonb_strip_nulls(m.c) || jsonb_build_object(%2$L, u.id)) y
    on conflict (%2$I) do %5$s$q$, k.typed_table, key, ', ' || cols, (select string_agg(format(', y.%I', f.col), '') from desk.field f where f.kind = k.kind and f.store = 'typed'),
      case when n_typed > 0 then 'update set ' || sets else 'nothing' end)
    using p_id, p_cur, k.kind, desk.column_defaults(k.typed_table);
  select c.slot into slot from desk.change_slot c;
  execute format('insert into desk.change_log_%s(epoch, seq, org_id, ticket_id)
    select $2, nextval(''desk.change_seq''), t.org_id, t.id from desk.ticket t where t.id = any($1)', slot) using p_id, desk.epoch();
end $$;

create function desk.import_history(p_source text, p_file int, p_batch jsonb) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare res jsonb; who int := desk.need_admin(); kind text := coalesce(p_batch->0->>'kind', 'incident'); file int;
begin
  if jsonb_typeof(p_batch) is distinct from 'array' then raise invalid_parameter_value using message = 'a batch is an array of entries'; end if;
  if p_file is not null then
    return desk.import_apply(p_source, p_file, kind, p_batch, who, false);
  end if;
  begin                                     -- the dry run does the same and takes it back
    insert into desk.import_file(source, name, sha256, by_id) values (p_source, 'dry run', '', who) returning id into file;
    res := desk.import_apply(p_source, file, kind, p_batch, who, true);
    raise sqlstate 'DRY00';
  exception when sqlstate 'DRY00' then return res;
  end;
end $$;

revoke execute on function desk.import_begin(text, text, bytea), desk.import_end(int, jsonb), desk.import_history(text, int, jsonb), desk.import_keys(text),
  desk.import_people(text[], int), desk.import_category(text[]), desk.import_names(text, jsonb, int), desk.import_current(desk.ticket), desk.typed_key(regclass),
  desk.import_verb(text, text, int, int, boolean), desk.import_rows(text, text, jsonb, int), desk.import_first(desk.kind, jsonb, text, timestamptz, int),
  desk.import_apply(text, int, text, jsonb, int, boolean),
  desk.import_tickets(desk.kind, bigint[], jsonb[], int[], bytea[], int[], timestamptz[], boolean[]) from public;
grant execute on function desk.import_begin(text, text, bytea), desk.import_end(int, jsonb), desk.import_history(text, int, jsonb) to desk_admin;
