-- Histories of other systems. The door of its own beside create and act: times are the source's, nothing is guarded, no clock
-- starts and nobody is told; what the rulebook would have refused is kept and counted. Admins only.
--
-- desk.import_history(source, file, batch): batch is an array of entries, one a version of a record; those of one record
-- belong into one batch. They are applied in the order of `at`, version, line, and each gives exactly one event:
--   {"line": 2, "ext_id": "INC0000045", "ext_version": "0", "hash": "<hex>", "at": "2016-02-29T01:23:00Z", "actor": "name" or null,
--    "verb", "body", "visibility" (optional), "fields": {...}, "custom": {...} (optional)}
-- fields: the record after this version, by field name (or header column: opened_at, reassignments ...; body). An absent key keeps its
-- value, null clears it (a field no ticket can be without keeps its value, and that is a problem of the line). People, groups,
-- services, configuration items and categories ("A / B" or ["A", "B"]) stand as names and are made if unknown. An entry with (source, ext_id, ext_version, hash) known is skipped. An entry older than what its
-- ticket already holds becomes a `late` event: its changes hold the row ({KEY: [null, value]}), the ticket stays as it is.
-- The answer: {rows, rows_skipped, tickets_created, tickets_updated, events_created, transitions_unusual, problems: [{line, reason}]}
reset role; set local role desk_api;

create function desk.need_admin() returns int language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  -- A superuser of the database could do it anyway: so the first admin of a desk is made.
  if desk.me() is null and (select r.rolsuper from pg_roles r where r.rolname = session_user) then return 1; end if;
  if desk.me() is null or not desk.has_role('admin') then raise insufficient_privilege using message = 'only an admin may do this'; end if;
  return desk.me();
end $$;
revoke execute on function desk.need_admin() from public;

create function desk.import_begin(p_source text, p_name text, p_sha256 bytea) returns int language plpgsql security definer
  set search_path = pg_catalog, pg_temp as $$
declare v int;
begin
  insert into desk.import_file(source, name, sha256, by_id, started_at) values (p_source, p_name, p_sha256, desk.need_admin(), desk.now()) returning id into v;
  return v;
end $$;

create function desk.import_end(p_file int, p_report jsonb) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform desk.need_admin();
  update desk.import_file f set finished_at = desk.now(), report = p_report where f.id = p_file;
end $$;

-- What may stand in fields: the fields of the kind, the header columns a source can know, and "body" for the kind's text.
-- name is the key of the journal.
create function desk.import_keys(p_kind text) returns table(key text, name text, type text, store text, col text) language sql stable rows 40
  set search_path = pg_catalog, pg_temp as $$
  select f.field, f.field, f.type, f.store, f.col from desk.field f where f.kind = p_kind
  union all
  select 'body', f.field, f.type, f.store, f.col from desk.field f where f.kind = p_kind and f.store = 'text' and f.col = 'body' and f.field <> 'body'
  union all
  select h.key, h.key, h.type, 'ticket', h.col from (values
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
declare missing text[];
begin
  return query select distinct on (n) n, p.id from unnest(p_names) n join desk.person p on p.login = n or (lower(p.name) = lower(n) and p.name = n)
                order by n, p.login is distinct from n, not p.active, p.id;
  select array_agg(n) into missing from unnest(p_names) n
   where not exists (select from desk.person p where p.login = n or (lower(p.name) = lower(n) and p.name = n));
  return query insert into desk.person(name, org_id) select n, p_org from unnest(missing) n returning person.name, person.id;
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

-- All names of a batch at once: pairs of type and name as it stands in the batch; gives their ids.
create function desk.import_names(p_types text[], p_names text[], p_org int) returns table(type text, name text, id bigint) language plpgsql rows 300
  set search_path = pg_catalog, pg_temp set enable_nestloop = on set enable_seqscan = off as $$
declare t record; path text[];
begin
  for t in select u.type, array_agg(u.name) as names from unnest(p_types, p_names) u(type, name) group by u.type loop
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
  select jsonb_build_object('body', x.body, 'subject', x.subject) into txt from desk.ticket_text x where x.id = t.id;
  if t.restricted then head := head || jsonb_build_object('subject', txt->'subject'); end if;
  return (select jsonb_object_agg(k.key, case
            when k.store = 'text' then coalesce(txt->k.col, 'null')
            when k.store = 'ticket' and k.type in ('person', 'group') and k.key <> 'opened_by' and head->>k.col = '0' then 'null'
            when k.store = 'ticket' and head->>k.col = 'infinity' then 'null'
            when k.store = 'ticket' and k.type = 'time' then coalesce(to_jsonb(desk.iso((head->>k.col)::timestamptz)), 'null')
            when k.store = 'ticket' then head->k.col else coalesce(typed->k.col, 'null') end)
          from desk.import_keys(t.kind) k where k.key = k.name);
end $$;

create function desk.typed_key(rel regclass) returns name language sql stable set search_path = pg_catalog, pg_temp as $$
  select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
   where i.indrelid = rel and i.indisprimary $$;

-- The rows of a batch in the order they apply, known ones left out. norm: the keys that differ from the row before (all of
-- them for a ticket that is here already), values as the journal keeps them; ch: the same as changes, for new tickets;
-- bad: keys nobody knows, words nobody knows.
create function desk.import_rows(p_source text, p_kind text, p_batch jsonb, p_org int)
  returns table(n bigint, line bigint, ext_id text, ext_version text, hash bytea, at timestamptz, actor_id int, verb text, body text,
                visibility smallint, norm jsonb, ch jsonb, given text[], bad text[], ticket_id bigint, salt bytea)
  language sql set search_path = pg_catalog, pg_temp set timezone = 'UTC' set enable_nestloop = off as $$  -- the planner cannot count a batch
  with keys as materialized (
    select k.*, k.store = 'ticket' and k.type not in ('person', 'group') and k.col <> 'due_at' and exists (select from pg_attribute a
             where a.attrelid = 'desk.ticket'::regclass and a.attname = k.col and a.attnotnull) as must
      from desk.import_keys(p_kind) k),
  raw as materialized (
    select b.line, b.ext_id, b.ext_version, b.at, b.actor, b.verb, b.body, b.visibility, b.custom, coalesce(b.fields, '{}') as f, decode(b.hash, 'hex') as h,
           case when b.ext_version ~ '^[0-9]{1,18}$' then b.ext_version::bigint end as ver
      from jsonb_to_recordset(p_batch) b(line bigint, ext_id text, ext_version text, hash text, at timestamptz, actor text, verb text,
                                         body text, visibility smallint, fields jsonb, custom jsonb)),
  here as materialized (
    select i.ext_id, (select r.ticket_id from desk.external_ref r where r.source = p_source and r.ext_id = i.ext_id limit 1) as ticket_id
      from (select distinct raw.ext_id from raw) i),
  fresh as materialized (
    select row_number() over (order by d.ext_id, d.at, d.ver, d.ext_version, d.line) as n, d.*,
           lag(d.f) over w as prev, lag(d.custom) over w as prev_custom
      from (select distinct on (raw.ext_id, raw.ext_version, raw.h) raw.*, here.ticket_id
              from raw left join here using (ext_id)
             where here.ticket_id is null or (select r.seq from desk.external_ref r where r.source = p_source and r.ext_id = raw.ext_id
               and r.ext_version = raw.ext_version and r.content_hash = raw.h limit 1) is null
             order by raw.ext_id, raw.ext_version, raw.h, raw.line) d
      window w as (partition by d.ext_id order by d.at, d.ver, d.ext_version, d.line)),
  chg as materialized (
    select e.n, e.ext_id, e.born, coalesce(k.name, e.key) as key, e.value, e.value #>> '{}' as word, k.type,
           coalesce(k.must, false) and coalesce(e.value #>> '{}', '') = '' as missing from (
        select f.n, f.ext_id, f.ticket_id is null as born, e.key, e.value from fresh f cross join lateral jsonb_each(f.f) e
         where f.prev is null or f.ticket_id is not null or f.prev->e.key is distinct from e.value
        union all
        select f.n, f.ext_id, f.ticket_id is null, 'custom', f.custom from fresh f
         where f.custom is not null and (f.prev is null or f.ticket_id is not null or f.custom is distinct from f.prev_custom)) e
      left join keys k on k.key = e.key),
  names as materialized (
    select m.* from (
      select array_agg(w.type) as types, array_agg(w.word) as words from (
        select distinct c.type, c.word from chg c where c.type in ('person', 'group', 'category', 'service', 'ci') and c.word <> ''
        union select 'person', f.actor from fresh f where f.actor <> '') w) a, lateral desk.import_names(a.types, a.words, p_org) m),
  val as (
    select c.n, c.ext_id, c.born, c.key,
        case when coalesce(c.word, '') = '' and c.key = 'opened_by' then '0'  -- no null: the journal would take the actor for it
          when c.word is null or c.word = '' and c.type not in ('text', 'multiline') then 'null'
          when c.type in ('person', 'group', 'category', 'service', 'ci') then to_jsonb(m.id)
          when c.type in ('int', 'level') then to_jsonb(c.word::int)
          when c.type = 'time' then to_jsonb(to_char(c.word::timestamptz, 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))  -- the zone here is UTC
          when c.type = 'bool' then to_jsonb(c.word::boolean)
          when c.type = 'state' then to_jsonb(s.state)     -- no such state: null, no JSON
          when c.type = 'json' then c.value
          else to_jsonb(c.word) end as v
      from chg c left join names m on m.type = c.type and m.name = c.word
      left join desk.kind_state s on s.kind = p_kind and s.state = c.word and c.type = 'state'
     where c.type is not null and not c.missing),
  pair as (
    select v.*, lag(v.v) over (partition by v.ext_id, v.key order by v.n) as o from val v where v.v is not null),
  norm as (
    select p.n, jsonb_object_agg(p.key, p.v) as norm,
           jsonb_object_agg(p.key, jsonb_build_array(p.o, p.v)) filter (where p.born and p.v is distinct from coalesce(p.o, 'null')) as ch
      from pair p group by p.n),
  bad as (
    select c.n, array_agg(case when c.type is null then 'unknown field ' || c.key when c.missing then 'no value for ' || c.key
        else 'unknown state ' || c.word end) as bad from chg c
     where c.type is null or c.missing or (c.type = 'state' and c.word not in (select s.state from desk.kind_state s where s.kind = p_kind)) group by c.n)
  select f.n, f.line, f.ext_id, f.ext_version, f.h, f.at, coalesce(a.id, 0)::int, f.verb, f.body, f.visibility,
         coalesce(o.norm, '{}'), coalesce(o.ch, '{}'), f.given, b.bad, f.ticket_id, uuid_send(gen_random_uuid())
    from (select y.n, y.line, y.ext_id, y.ext_version, y.h, y.at, y.actor, y.verb, y.body, y.visibility, y.ticket_id,
            array(select k from unnest('{hold_reason,hold_until,hold_ref,resolved_at,closed_at,resolution_code}'::text[]) k where y.f ? k) as given from fresh y) f
      left join norm o using (n) left join bad b using (n) left join names a on a.type = 'person' and a.name = f.actor
   order by f.n $$;

-- Fields that follow from a step when the row does not mention them; {} if there are none.
create function desk.import_implied(p_from int, p_to int, p_state text, p_at timestamptz, given text[], cur jsonb) returns jsonb language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare v jsonb := '{}'; k text;
begin
  foreach k in array case when p_from = 2 and p_to <> 2 then array['hold_reason', 'hold_until', 'hold_ref']
                          when p_from = 3 and p_to < 3 then array['resolved_at', 'closed_at', 'resolution_code'] else '{}' end loop
    if not k = any(given) and cur->>k is not null then v := v || jsonb_build_object(k, null); end if;
  end loop;
  if p_state = 'resolved' and not 'resolved_at' = any(given) then v := v || jsonb_build_object('resolved_at', desk.iso(p_at)); end if;
  if p_state = 'closed' and not 'closed_at' = any(given) then v := v || jsonb_build_object('closed_at', desk.iso(p_at)); end if;
  return v;
end $$;

create function desk.import_apply(p_source text, p_file int, p_kind text, p_batch jsonb, p_by int, p_dry boolean) returns jsonb
  language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  k desk.kind; org int; r record; t desk.ticket; cur jsonb; ch jsonb; blank jsonb; text_key text; v text; prev_id text := null; id bigint; seq int; h bytea; c bytea;
  acts int; last_at timestamptz; last_ver bigint; ver bigint; late boolean; born boolean; own boolean; moved boolean; more jsonb; s0 text; s1 text; ph0 int; ph1 int;
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
  select coalesce(min(f.key), 'body') into text_key from desk.import_keys(p_kind) f where f.store = 'text' and f.col = 'body' and f.key = f.name;
  blank := jsonb_build_object('state', k.initial, 'impact', 3, 'urgency', 3, 'channel', 'import', 'requester', 0);
  insert into desk.lease values ('import', login, 1, 'infinity') on conflict (name) do update set holder = excluded.holder, epoch = lease.epoch + 1;

  for r in select * from desk.import_rows(p_source, p_kind, p_batch, org) loop
    if r.ext_id is distinct from prev_id then
      if prev_id is not null then
        t_id := t_id || id; t_cur := t_cur || cur; t_seq := t_seq || seq; t_hash := t_hash || h; t_acts := t_acts || acts; t_at := t_at || last_at; t_born := t_born || born;
      end if;
      prev_id := r.ext_id; born := r.ticket_id is null; own := false;
      if born then
        if p_dry then id := fresh_n; fresh_n := fresh_n - 1; else id := nextval('desk.ticket_id_seq'); end if;
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
        r.norm := desk.import_implied((phases->>k.initial)::int, (phases->>s1)::int, s1, r.at, r.given, '{}') || r.norm;
        cur := blank || jsonb_build_object('subject', r.ext_id, 'opened_at', desk.iso(r.at), 'opened_by', r.actor_id) || jsonb_strip_nulls(r.norm - 'custom');
        if r.norm ? 'custom' then cur := cur || jsonb_build_object('custom', r.norm->'custom'); end if;
        if not cur ? 'priority' then
          cur := cur || jsonb_build_object('priority', coalesce((select m.priority from desk.priority_matrix m where m.kind in (p_kind, '*')
            and m.impact = (cur->>'impact')::int and m.urgency = (cur->>'urgency')::int order by m.kind = '*' limit 1), 5));
        end if;
        cur := cur || jsonb_build_object('kind', p_kind, 'number', k.prefix || (100000 + id), 'external', r.ext_id,
          'org_id', coalesce((select p.org_id from desk.person p where p.id = (cur->>'requester')::int and p.id > 1), org));
        select jsonb_object_agg(f.key, jsonb_build_array(null, f.value)) into ch from jsonb_each(cur - text_key) f;
        v := 'create'; moved := true;
        if s1 <> k.initial then unusual := unusual + 1; end if;
      else
        if s1 <> s0 then
          ph0 := (phases->>s0)::int; ph1 := (phases->>s1)::int;
          -- what belongs to a hold or an end goes with it, unless the source speaks of it
          more := desk.import_implied(ph0, ph1, s1, r.at, r.given, cur);
          if more <> '{}' then r.norm := more || r.norm; own := true; end if;
        end if;
        if born and not own then
          ch := r.ch;                       -- no value but the source's so far: already compared with the row before
        else
          select jsonb_object_agg(f.key, jsonb_build_array(cur->f.key, f.value)) into ch from jsonb_each(r.norm) f
           where f.value is distinct from coalesce(cur->f.key, 'null');
        end if;
        ch := coalesce(ch, '{}');
        moved := ch ?| array['group', 'assignee'];
        v := r.verb;
        if v is null then
          v := case when s0 = s1 then case when moved then 'assign' else 'edit' end
            when ph0 = 3 and ph1 < 3 then 'reopen' when s1 = 'in_progress' then case when ph0 = 2 then 'resume' else 'start' end
            when s1 = 'assigned' then 'assign' when ph1 = 2 then 'hold' when s1 = 'resolved' then 'resolve' when s1 = 'closed' then 'close'
            when s1 = 'cancelled' then 'cancel' else 'edit' end;
        end if;
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
    if v = 'create' and seq = 1 then r.body := coalesce(cur->>text_key, r.body); cur := cur || jsonb_build_object(text_key, r.body); end if;
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
  perform desk.import_tickets(k, text_key, t_id, t_cur, t_seq, t_hash, t_acts, t_at, t_born);
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

-- Writes headers, typed rows, texts and the change log of a batch. p_cur: the values by key; header columns that have another
-- name than their key are added under it, and jsonb_populate_record takes what is a column.
create function desk.import_tickets(k desk.kind, p_text text, p_id bigint[], p_cur jsonb[], p_seq int[], p_hash bytea[], p_acts int[], p_at timestamptz[], p_born boolean[])
  returns void language plpgsql set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
  base jsonb := (desk.column_defaults('desk.ticket') || '{"due_at": "infinity", "requester_id": 0}') - array['id', 'last_seq', 'last_hash', 'version', 'updated_at']; row jsonb; cols text; sets text; slot int; n_typed int;
  key name := desk.typed_key(k.typed_table); from_keys text[]; to_cols text[]; phases jsonb; w desk.ticket; r record; new desk.ticket[] := '{}'; old desk.ticket[] := '{}';
begin
  select array_agg(i.key), array_agg(i.col) into from_keys, to_cols from desk.import_keys(k.kind) i where i.store = 'ticket' and i.key = i.name and i.key <> i.col;
  select jsonb_object_agg(s.state, s.phase) into phases from desk.kind_state s where s.kind = k.kind;
  for r in select * from unnest(p_id, p_cur, p_seq, p_hash, p_acts, p_at, p_born) u(id, cur, seq, hash, acts, at, born) loop
    row := '{}';
    for i in 1 .. cardinality(from_keys) loop
      if r.cur->>from_keys[i] is not null then row := jsonb_set(row, to_cols[i:i], r.cur->from_keys[i]); end if;
    end loop;
    w := jsonb_populate_record(w, base || jsonb_strip_nulls(r.cur - 'custom') || row || jsonb_build_object('phase', phases->(r.cur->>'state'),
      'custom', coalesce(nullif(r.cur->'custom', 'null'), '{}')));
    w.id := r.id; w.last_seq := r.seq; w.last_hash := r.hash; w.version := r.acts; w.updated_at := r.at;
    if r.born then new := new || w; else old := old || w; end if;
  end loop;
  insert into desk.ticket select (u).* from unnest(new) u;
  if cardinality(old) > 0 then
    select string_agg(format('%1$I = w.%1$I', a.attname), ', ') into sets from pg_attribute a
     where a.attrelid = 'desk.ticket'::regclass and a.attnum > 0 and not a.attisdropped
       and a.attname not in ('id', 'number', 'kind', 'desk_id', 'org_id', 'restricted', 'parent_id', 'external', 'subject');
    execute format('update desk.ticket t set %s, subject = case when t.restricted then %L else w.subject end from unnest($1) w where t.id = w.id', sets, '') using old;
  end if;
  insert into desk.ticket_text(id, body, tsv)
    select u.id, u.cur->>p_text, desk.tsv(u.cur->>'subject', u.cur->>p_text) from unnest(p_id, p_cur) u(id, cur)
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
    select $2, nextval(''desk.change_seq''), t.org_id, t.id from unnest($1) i(id) join desk.ticket t on t.id = i.id', slot) using p_id, desk.epoch();
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
  desk.import_people(text[], int), desk.import_category(text[]), desk.import_names(text[], text[], int), desk.import_implied(int, int, text, timestamptz, text[], jsonb), desk.import_current(desk.ticket), desk.typed_key(regclass),
  desk.import_rows(text, text, jsonb, int), 
  desk.import_apply(text, int, text, jsonb, int, boolean),
  desk.import_tickets(desk.kind, text, bigint[], jsonb[], int[], bytea[], int[], timestamptz[], boolean[]) from public;
grant execute on function desk.import_begin(text, text, bytea), desk.import_end(int, jsonb), desk.import_history(text, int, jsonb) to desk_admin;
