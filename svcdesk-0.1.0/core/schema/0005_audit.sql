-- Seals, proof and redaction of the journal.
--
-- What an event's `changes` must hold, so that every record can be rebuilt from its journal alone (desk.audit_verify does):
--   {KEY: [old, new]}, null = no value. KEY is a desk.field name of the kind, else a column of desk.ticket (acknowledged_at,
--   reassignments, parent_id ...), else one of the keys of sets below; any other key (reason ...) is kept and not replayed.
--   References are ids, times are what to_jsonb(timestamptz) gives, "nobody" and "no group" are null, no due time is null.
--   Every column written by an act is in its changes, with these exceptions, which follow from the event itself:
--     phase (from state), updated_at (= at), version (+1 an event that is not late), last_seq, last_hash;
--     and for the first event of a ticket: opened_at = at, opened_by = actor, channel = channel, unless its changes say otherwise.
--   The first event has "kind", "number", "state" and "org_id" in its changes; columns at their default need not be named.
--   Subject and body: key "subject"; the text of the first event is the ticket's body, unless a later event has a key "body".
--   Sets: {KEY: [[removed ...], [added ...]]}
--     "tags": words; "watchers", "access": person ids; "cis": {"ci": ID, "role": WORD};
--     "links": {"type": T, "to": TICKET_ID} in the journal of the ticket the link goes out from.
--   "minutes": [null, N] is one row of desk.time_entry; "attachments": [null, [{"id": ..., "name": ..., ...}]].
--   A `late` event changes no current field, a voiding event carries the changes that take the other back.
--   desk.span has one row for each event, not late, with state, group or assignee in its changes (the first one included).
reset role; set local role desk_api;

-- ---- seals ---------------------------------------------------------------------------------------------------------

create function desk.xid_next(x xid8) returns xid8 language sql immutable strict set search_path = pg_catalog, pg_temp as $$
  select ((x::text)::numeric + 1)::text::xid8 $$;

-- Seals what is complete: every event whose transaction lies below the snapshot horizon, in intervals [x_from, x_to) of one
-- epoch. root = sha256(previous root, number of events, their hashes in the order x, ticket, seq). The events of an epoch that
-- is over are all complete. Callers hold the lease of the tick or the lock below: two sealers never see the same last seal.
create function desk.seal_complete() returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  chunk constant int := 200000;             -- events in one seal, unless one transaction wrote more
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  last desk.seal; now_epoch smallint; ep smallint; lo xid8; hi xid8; cut xid8; n bigint; hashes bytea; done int := 0;
begin
  select c.feed_epoch into now_epoch from desk.clock c for update;
  select s.* into last from desk.seal s order by s.batch desc limit 1;
  for ep in select distinct v.e from (select coalesce(last.epoch, 1::smallint) as e union all
      select generate_series(coalesce(last.epoch, 1), now_epoch)::smallint) v order by v.e loop
    lo := case when last.epoch = ep then last.x_to else '0'::xid8 end;
    loop
      if ep = now_epoch then hi := horizon;
      else select desk.xid_next(max(e.x)) into hi from desk.event e where e.epoch = ep; end if;
      exit when hi is null or hi <= lo;
      select e.x into cut from desk.event e where e.epoch = ep and e.x >= lo and e.x < hi order by e.x offset chunk limit 1;
      if cut is not null then               -- a transaction is never split
        hi := cut;
        if not exists (select from desk.event e where e.epoch = ep and e.x >= lo and e.x < cut) then hi := desk.xid_next(cut); end if;
      end if;
      select count(*), string_agg(e.hash, ''::bytea order by e.x, e.ticket_id, e.seq) into n, hashes
        from desk.event e where e.epoch = ep and e.x >= lo and e.x < hi;
      exit when n = 0;
      insert into desk.seal(batch, epoch, x_from, x_to, n, root, prev)
        values (coalesce(last.batch, 0) + 1, ep, lo, hi, n,
                sha256(coalesce(last.root, '') || convert_to(n::text, 'UTF8') || hashes), last.root)
        returning * into last;
      lo := last.x_to; done := done + 1;
    end loop;
  end loop;
  return done;
end $$;
revoke execute on function desk.seal_complete(), desk.xid_next(xid8) from public;

create function desk.need_auditor() returns void language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from desk.person_role r where r.person_id = desk.me() and r.role in ('auditor', 'admin')
                  and desk.now() >= r.valid_from and desk.now() < r.valid_to) then
    raise insufficient_privilege using message = 'only an auditor or an admin may do this';
  end if;
end $$;
revoke execute on function desk.need_auditor() from public;

-- The sealed roots, to be kept where the owner of this database cannot reach them. Seals first what can be sealed.
create function desk.audit_roots() returns setof jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
begin
  perform desk.need_auditor();
  perform desk.seal_complete();
  return query select jsonb_build_object('batch', s.batch, 'epoch', s.epoch, 'x_from', s.x_from::text, 'x_to', s.x_to::text,
    'n', s.n, 'root', encode(s.root, 'hex'), 'at', desk.iso(s.at)) from desk.seal s order by s.batch;
end $$;
revoke execute on function desk.audit_roots() from public;
grant execute on function desk.audit_roots() to desk_auditor, desk_admin;

-- ---- proof ---------------------------------------------------------------------------------------------------------
-- Each desk.audit_* check below gives rows (ticket, seq, kind) for what does not fit. They are STABLE, so that all of them
-- see one snapshot and desks at work can be verified; hashes are written out because a call a row would cost more than the hash.

create type desk.audit_problem as (ticket_id bigint, seq int, kind text);

-- What stands for a redacted text.
create function desk.redacted() returns text language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$ select '[redacted]' $$;

-- What is left of a redacted text, as its redact event vouches for it.
create function desk.kept_hash(changes jsonb, body text) returns text
  language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(coalesce(changes::text, '') || chr(31) || coalesce(body, ''), 'UTF8')), 'hex') $$;

-- Every event: number without gap, hash over its row and the hash before, hash over its text. Redacted texts must be named,
-- with what was left of them, by a redact event (the last one counts).
create function desk.audit_chain() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' set enable_nestloop = off as $$
  with e as (
    select e.*, lag(e.hash) over w as prev, lag(e.seq) over w as prev_seq from desk.event e
    window w as (partition by e.ticket_id order by e.seq)),
  vouched as (
    select distinct on (r.ticket_id, r.seq) r.ticket_id, r.seq, r.kept
      from (select e.ticket_id, (k.v->>'event')::int as seq, k.v->>'kept' as kept, e.seq as by_seq
              from desk.event e join desk.event_text x using (ticket_id, seq),
                   lateral jsonb_array_elements(case jsonb_typeof(x.changes->'redacted'->1) when 'array' then x.changes->'redacted'->1 else '[]' end) k(v)
             where e.verb = 'redact') r
     order by r.ticket_id, r.seq, r.by_seq desc)
  select coalesce(e.ticket_id, x.ticket_id), coalesce(p.seq, e.seq, x.seq), p.kind
    from e full join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
      left join vouched v on v.ticket_id = x.ticket_id and v.seq = x.seq,
    lateral (
      select 'text_without_event' as kind, null::int as seq where e.seq is null
      union all select 'gap', coalesce(e.prev_seq, 0) + 1 where e.seq <> coalesce(e.prev_seq, 0) + 1
      union all select 'chain', null where e.hash <> sha256(coalesce(e.prev, '') || e.content || convert_to(concat_ws('|', e.ticket_id, e.seq,
          (extract(epoch from e.at) * 1000000)::bigint, (extract(epoch from e.recorded_at) * 1000000)::bigint,
          e.actor_id, coalesce(e.on_behalf_id, 0), e.channel, e.verb, e.visibility, e.op, coalesce(e.voids, 0), e.late,
          e.epoch, e.x, e.recorded_by), 'UTF8'))
      union all select 'text_missing', null where x.seq is null
      union all select 'content', null where x.salt is not null
          and e.content <> sha256(x.salt || convert_to(coalesce(x.changes::text, '') || chr(31) || coalesce(x.body, ''), 'UTF8'))
      union all select 'redacted_unvouched', null where e.seq is not null and x.seq is not null and x.salt is null
          and v.kept is distinct from desk.kept_hash(x.changes, x.body)
    ) p $$;

-- The ticket knows the last link of its chain, and every chain and every text has its ticket.
create function desk.audit_heads() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with e as (select distinct on (e.ticket_id) e.ticket_id, e.seq, e.hash from desk.event e order by e.ticket_id, e.seq desc)
  select coalesce(t.id, e.ticket_id), greatest(e.seq, t.last_seq),
         case when t.id is null then 'ticket_missing' when e.seq is null then 'journal_missing' else 'head' end
    from desk.ticket t full join e on e.ticket_id = t.id
   where t.id is null or e.seq is null or t.last_seq <> e.seq or t.last_hash is distinct from e.hash
  union all
  select x.id, null, 'text_without_ticket' from desk.ticket_text x left join desk.ticket t on t.id = x.id where t.id is null $$;

-- What was answered or imported is in the journal, and what is there was asked for: names the event where seals only know that
-- one is missing. Answers are dropped after a while, operations later; events older than the oldest operation are not looked at.
create function desk.audit_ops() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with said as (
    select (a.r->>'id')::bigint as ticket_id, (a.r->>'seq')::int as seq from (
      select o.result as r from desk.op o where o.result ? 'seq'
      union all select r.v from desk.op o, lateral jsonb_array_elements(o.result->'results') r(v) where jsonb_typeof(o.result->'results') = 'array' and r.v ? 'seq') a
    union select x.ticket_id, x.seq from desk.external_ref x)
  select s.ticket_id, s.seq, 'event_missing' from said s left join desk.event e on e.ticket_id = s.ticket_id and e.seq = s.seq where e.seq is null
  union all
  select e.ticket_id, e.seq, 'op_missing' from desk.event e left join (select distinct o.op_id from desk.op o) o on o.op_id = e.op
   where o.op_id is null and e.channel <> 'import' and e.recorded_at > (select min(p.at) from desk.op p) + interval '1 hour' $$;

-- Seals follow each other without gap, hold what they held when they were made, and every event below the last one is in one.
-- p_roots: what audit_roots gave earlier; problems of seals carry the number of the seal as seq.
create function desk.audit_seals(p_roots jsonb) returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp as $$
  with s as (
    select s.*, lag(s.root) over w as p_root, lag(s.batch) over w as p_batch, lag(s.epoch) over w as p_epoch, lag(s.x_to) over w as p_to
      from desk.seal s window w as (order by s.batch)),
  m as (                                    -- events fall to the last seal that begins at or before them
    select v.*, max(v.batch) over (order by v.epoch, v.x, v.is_event rows unbounded preceding) as in_batch
      from (select s.epoch, s.x_from as x, false as is_event, s.batch, null::bigint as ticket_id, null::int as seq, null::bytea as hash from desk.seal s
            union all
            select e.epoch, e.x, true, null, e.ticket_id, e.seq, e.hash from desk.event e) v),
  ev as (
    select m.*, m.in_batch is not null and m.epoch = s.epoch and m.x < s.x_to as sealed
      from m left join desk.seal s on s.batch = m.in_batch where m.is_event),
  sum as (
    select ev.in_batch as batch, count(*) as n, string_agg(ev.hash, ''::bytea order by ev.x, ev.ticket_id, ev.seq) as hashes
      from ev where ev.sealed group by ev.in_batch),
  top as (select s.epoch, s.x_to from desk.seal s order by s.batch desc limit 1),
  r as (select (k.v->>'batch')::bigint as batch, k.v->>'root' as root from jsonb_array_elements(coalesce(p_roots, '[]')) k(v))
  select null::bigint, s.batch::int, p.kind from s left join sum u using (batch), lateral (
      select 'seal_root' as kind where s.n is distinct from coalesce(u.n, 0)
          or s.root <> sha256(coalesce(s.p_root, '') || convert_to(coalesce(u.n, 0)::text, 'UTF8') || coalesce(u.hashes, ''))
      union all select 'seal_chain' where s.batch <> coalesce(s.p_batch, 0) + 1 or s.prev is distinct from s.p_root
          or s.x_from <> case when s.p_epoch = s.epoch then s.p_to else '0'::xid8 end or s.p_epoch > s.epoch or s.x_to <= s.x_from) p
  union all
  select ev.ticket_id, ev.seq, 'unsealed' from ev, top where not ev.sealed
     and (ev.epoch < top.epoch or (ev.epoch = top.epoch and ev.x < top.x_to))
  union all
  select null, r.batch::int, case when s.batch is null then 'root_missing' else 'root_differs' end
    from r left join desk.seal s using (batch) where s.batch is null or encode(s.root, 'hex') is distinct from lower(r.root) $$;

-- ---- replay ----------------------------------------------------------------------------------------------------------

-- A column without a word in the journal has its default.
create function desk.column_defaults(rel regclass) returns jsonb language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare a record; v jsonb; res jsonb := '{}';
begin
  for a in select t.attname, pg_get_expr(d.adbin, d.adrelid) as expr from pg_attribute t
      left join pg_attrdef d on d.adrelid = t.attrelid and d.adnum = t.attnum
     where t.attrelid = rel and t.attnum > 0 and not t.attisdropped loop
    v := 'null';
    if a.expr is not null then execute 'select to_jsonb(' || a.expr || ')' into v; end if;
    res := res || jsonb_build_object(a.attname, v);
  end loop;
  return res;
end $$;

-- Names of the columns that differ, for the report: header:state,group_id
create function desk.differing(what text, a jsonb, b jsonb) returns text language sql immutable set search_path = pg_catalog, pg_temp as $$
  select what || ':' || string_agg(coalesce(x.key, y.key), ',' order by coalesce(x.key, y.key))
    from jsonb_each(a) x full join jsonb_each(b) y on x.key = y.key where x.value is distinct from y.value $$;

-- The last value the journal gives to each key, for the tickets that have one of p_keys (null: all). The rows come in the order
-- of seq, and jsonb_object_agg keeps the last value of a key; a hash aggregate could spill and lose that order.
create function desk.audit_values(p_from bigint, p_to bigint, p_keys text[] default null) returns table(ticket_id bigint, vals jsonb) language sql stable
  set search_path = pg_catalog, pg_temp set enable_hashagg = off set enable_nestloop = off as $$
  select c.ticket_id, jsonb_object_agg(c.key, c.v) from (
    select e.ticket_id, k.key, k.value->1 as v
      from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq, jsonb_each(x.changes) k
     where not e.late and e.ticket_id >= p_from and e.ticket_id < p_to and x.changes <> '{}' and (p_keys is null or x.changes ?| p_keys)
     order by e.ticket_id, e.seq) c
   group by c.ticket_id $$;

-- Header, subject and body of the tickets in a range against their journal.
create function desk.audit_header(p_from bigint, p_to bigint) returns setof desk.audit_problem language sql stable
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' set enable_nestloop = off as $$
  with base as materialized (select desk.column_defaults('desk.ticket') - array['id', 'last_seq', 'last_hash'] || '{"due_at": "infinity", "requester_id": 0}' as d),
  renamed as materialized (         -- header fields whose column has another name
    select f.kind, array_agg(f.field) as keys, array_agg(f.col) as cols from desk.field f where f.store = 'ticket' and f.field <> f.col group by f.kind),
  bodied as materialized (select f.kind, min(f.field) as key from desk.field f where f.store = 'text' and f.col = 'body' group by f.kind),
  phases as materialized (select s.kind, jsonb_object_agg(s.state, s.phase) as p from desk.kind_state s group by s.kind),
  tail as (select e.ticket_id, count(*) filter (where not e.late) as acts, max(e.seq) filter (where not e.late) as last
             from desk.event e where e.ticket_id >= p_from and e.ticket_id < p_to group by e.ticket_id),
  r as materialized (
    select t, tt, y.body as first_body, v.vals, b.key as body_key,
      jsonb_populate_record(t, base.d
        || jsonb_build_object('opened_at', e1.at, 'opened_by', e1.actor_id, 'channel', e1.channel, 'version', tail.acts, 'updated_at', el.at)
        || jsonb_strip_nulls(v.vals - 'custom')
        || coalesce((select jsonb_object_agg(u.col, v.vals->u.key) from unnest(n.keys, n.cols) u(key, col) where v.vals->>u.key is not null), '{}')
        || jsonb_build_object('custom', coalesce(nullif(v.vals->'custom', 'null'), '{}'), 'phase', ph.p->(v.vals->>'state'))) as want
      from desk.ticket t cross join base
      join tail on tail.ticket_id = t.id
      left join desk.ticket_text tt on tt.id = t.id and tt.id >= p_from and tt.id < p_to
      left join desk.audit_values(p_from, p_to) v on v.ticket_id = t.id
      left join renamed n on n.kind = v.vals->>'kind'
      left join bodied b on b.kind = v.vals->>'kind'
      left join phases ph on ph.kind = v.vals->>'kind'
      left join desk.event e1 on e1.ticket_id = t.id and e1.seq = 1 and e1.ticket_id >= p_from and e1.ticket_id < p_to
      left join desk.event_text y on y.ticket_id = t.id and y.seq = 1 and y.ticket_id >= p_from and y.ticket_id < p_to
      left join desk.event el on el.ticket_id = t.id and el.seq = tail.last and el.ticket_id >= p_from and el.ticket_id < p_to
     where t.id >= p_from and t.id < p_to),
  n as materialized (
    select r.*, case when (r.want).restricted then jsonb_populate_record(r.want, '{"subject": ""}') else r.want end as head from r)
  select (n.t).id, null::int, p.kind from n, lateral (
    select desk.differing('ticket', to_jsonb(n.t), to_jsonb(n.head)) as kind where n.t is distinct from n.head
    union all select 'subject' where (n.want).restricted and (n.tt).subject is distinct from (n.want).subject
    union all select 'body' where (n.tt).body is distinct from case when n.vals ? n.body_key then n.vals->>n.body_key else n.first_body end) p $$;

-- The typed row of each ticket.
create function desk.audit_typed(p_from bigint, p_to bigint) returns setof desk.audit_problem language plpgsql stable
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' set enable_nestloop = off as $$
declare k desk.kind; pk name; cols jsonb; fields text[]; names text[];
begin
  for k in select * from desk.kind loop
    select a.attname into pk from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
     where i.indrelid = k.typed_table and i.indisprimary;
    select array_agg(f.field), array_agg(f.col) into fields, names from desk.field f where f.kind = k.kind and f.store = 'typed';
    select coalesce(jsonb_object_agg(d.key, d.value), '{}') into cols from jsonb_each(desk.column_defaults(k.typed_table)) d where d.key = any(names);
    return query execute format($q$
      with r as materialized (
        select t.id, y.%2$I is not null as there, y, jsonb_populate_record(y, $1 || coalesce((select jsonb_object_agg(u.col, v.vals->u.key)
                 from unnest($5, $6) u(key, col) where v.vals->>u.key is not null), '{}')) as want
          from desk.ticket t left join %1$s y on y.%2$I = t.id left join desk.audit_values($2, $3, $5) v on v.ticket_id = t.id
         where t.kind = $4 and t.id >= $2 and t.id < $3)
      select r.id, null::int, case when r.there then desk.differing($4, to_jsonb(r.y), to_jsonb(r.want)) else 'typed_missing' end
        from r where not r.there or r.y is distinct from r.want
      union all
      select y.%2$I, null, $4 || '_without_ticket' from %1$s y left join desk.ticket t on t.id = y.%2$I and t.kind = $4
        where y.%2$I >= $2 and y.%2$I < $3 and t.id is null $q$, k.typed_table, pk) using cols, p_from, p_to, k.kind, coalesce(fields, '{}'), names;
  end loop;
end $$;

-- Tags, links, configuration items, watchers, access, time and attachments, whole rows. Of a redacted attachment only the id is known.
create function desk.audit_sets() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with c as (
    select e.ticket_id, e.seq, e.at, e.actor_id, k.key, k.value as v
      from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq, jsonb_each(x.changes) k
     where not e.late and x.changes ?| array['tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments']
       and k.key in ('tags', 'links', 'cis', 'watchers', 'access', 'minutes', 'attachments')),
  ops as (
    select c.ticket_id, c.seq, c.at, c.key, d.gain, el.v
      from c, (values (false, 0), (true, 1)) d(gain, i),
           lateral jsonb_array_elements(case jsonb_typeof(c.v->d.i) when 'array' then c.v->d.i else '[]' end) el(v)
     where c.key in ('tags', 'links', 'cis', 'watchers', 'access')),
  want as (
    select l.ticket_id, l.key, case l.key when 'links' then l.v || jsonb_build_object('seq', l.seq, 'at', l.at) else l.v end as v from (
      select distinct on (o.ticket_id, o.key, o.v) o.* from ops o order by o.ticket_id, o.key, o.v, o.seq desc, o.gain desc) l where l.gain
    union all select c.ticket_id, c.key, jsonb_build_array(c.seq, c.v->1, c.actor_id) from c where c.key = 'minutes'
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
    union all select m.ticket_id, 'minutes', jsonb_build_array(m.seq, m.minutes, m.person_id) from desk.time_entry m
    union all select f.ticket_id, 'attachments', jsonb_build_array(f.seq, f.id, f.name, f.media_type, f.size, encode(f.sha256, 'hex'))
      from desk.attachment f)
  select distinct coalesce(w.ticket_id, h.ticket_id), null::int, coalesce(w.key, h.key)
    from want w full join have h on h.ticket_id = w.ticket_id and h.key = w.key and h.v = w.v
   where w.ticket_id is null or h.ticket_id is null $$;

-- The content of a file is what its hash says.
create function desk.audit_files() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp as $$
  select a.ticket_id, a.seq, 'file' from desk.attachment a
   where a.sha256 is not null and a.sha256 not in (
     select b.sha256 from desk.blob b join desk.blob_chunk c on c.sha256 = b.sha256 group by b.sha256
     having sha256(string_agg(c.data, ''::bytea order by c.n)) = b.sha256 and sum(length(c.data)) = b.size) $$;

-- One span for each event that moves state, group or assignee, each ending where the next begins.
create function desk.audit_spans() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp set enable_nestloop = off as $$
  with e as (
    select e.ticket_id, e.seq, e.at, x.changes from desk.event e join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq
     where not e.late and (x.changes ? 'state' or x.changes ? 'group' or x.changes ? 'assignee')),
  s as (
    select s.*, lag(s.state) over w as p_state, lag(s.group_id) over w as p_group, lag(s.assignee_id) over w as p_assignee,
           lead(s.from_at) over w as next_at
      from desk.span s window w as (partition by s.ticket_id order by s.seq))
  select coalesce(e.ticket_id, s.ticket_id), coalesce(e.seq, s.seq), 'span'
    from e full join s on s.ticket_id = e.ticket_id and s.seq = e.seq
   where e.seq is null or s.seq is null or s.from_at <> e.at or s.until_at is distinct from s.next_at
      or s.state is distinct from case when e.changes ? 'state' then e.changes->'state'->>1 else s.p_state end
      or s.group_id is distinct from case when e.changes ? 'group' then coalesce((e.changes->'group'->>1)::int, 0) else coalesce(s.p_group, 0) end
      or s.assignee_id is distinct from case when e.changes ? 'assignee' then coalesce((e.changes->'assignee'->>1)::int, 0) else coalesce(s.p_assignee, 0) end $$;

-- A value nobody can read (only tampering makes one) must not end the proof: the range is halved until its ticket is found.
create function desk.audit_replay(p_from bigint, p_to bigint) returns setof desk.audit_problem language plpgsql stable
  set search_path = pg_catalog, pg_temp as $$
declare mid bigint := p_from + (p_to - p_from) / 2; found desk.audit_problem[];
begin
  begin
    select array_agg(p) into found from (select * from desk.audit_header(p_from, p_to)
      union all select * from desk.audit_typed(p_from, p_to)) p;
    return query select * from unnest(found);
    return;
  exception when data_exception or integrity_constraint_violation or syntax_error_or_access_rule_violation then null;
  end;
  if p_to - p_from <= 1 then
    return next row(p_from, null, 'unreadable')::desk.audit_problem;
  else
    return query select * from desk.audit_replay(p_from, mid) union all select * from desk.audit_replay(mid, p_to);
  end if;
end $$;

create function desk.audit_verify(p_roots jsonb default null) returns jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set work_mem = '128MB' set jit = off as $$
declare
  shown constant int := 1000;               -- problems named; all are counted
  step constant bigint := 50000; far constant bigint := 2305843009213693952;
  found desk.audit_problem[] := '{}'; part desk.audit_problem[]; events bigint; tickets bigint; redacted bigint; top bigint; lo bigint;
begin
  perform desk.need_auditor();
  if p_roots is not null and jsonb_typeof(p_roots) <> 'array' then
    raise invalid_parameter_value using message = 'roots must be an array of what audit roots gave';
  end if;
  select count(*) into events from desk.event;
  select count(*), coalesce(max(t.id), 0) into tickets, top from desk.ticket t;
  select count(*) into redacted from desk.event_text x where x.salt is null;
  select array_agg(p) into part from (select * from desk.audit_chain() union all select * from desk.audit_heads()
    union all select * from desk.audit_seals(p_roots) union all select * from desk.audit_files()) p;
  found := found || part;
  begin
    select array_agg(p) into part from (select * from desk.audit_sets() union all select * from desk.audit_spans() union all select * from desk.audit_ops()) p;
  exception when data_exception then part := array[row(null, null, 'unreadable_sets')::desk.audit_problem];
  end;
  found := found || part;
  for lo in select generate_series(0, top, step) loop     -- the first and the last part hold what has strayed outside, too
    select array_agg(p) into part from desk.audit_replay(case when lo = 0 then -far else lo end, case when lo + step > top then far else lo + step end) p;
    found := found || part;
  end loop;
  return jsonb_build_object('ok', cardinality(found) = 0, 'rooted', coalesce(jsonb_array_length(p_roots), 0) > 0,
    'events', events, 'tickets', tickets, 'redacted', redacted, 'count', cardinality(found),
    'problems', coalesce((select jsonb_agg(jsonb_build_object('number', k.number, 'seq', k.seq, 'kind', k.kind))
      from (select coalesce(t.number, x.changes->'number'->>1, '#' || p.ticket_id) as number, p.seq, p.kind from unnest(found) p
               left join desk.ticket t on t.id = p.ticket_id left join desk.event_text x on x.ticket_id = p.ticket_id and x.seq = 1
             order by p.ticket_id, p.seq, p.kind limit shown) k), '[]'));
end $$;
revoke execute on function desk.audit_verify(jsonb), desk.audit_chain(), desk.audit_heads(), desk.audit_seals(jsonb), desk.audit_values(bigint, bigint, text[]),
  desk.audit_header(bigint, bigint), desk.audit_typed(bigint, bigint), desk.audit_sets(), desk.audit_files(), desk.audit_ops(), desk.audit_spans(),
  desk.audit_replay(bigint, bigint),
  desk.column_defaults(regclass) from public;
grant execute on function desk.audit_verify(jsonb) to desk_auditor, desk_admin;

-- ---- redaction -------------------------------------------------------------------------------------------------------
-- A redacted event keeps what is no text (states, groups, people, numbers), so that its ticket can still be rebuilt; each
-- text in it becomes "[redacted]". Its salt is gone, so its content cannot be checked any more: the redact event carries a
-- hash of what was left, and the chain covers that.

create function desk.is_text_key(p_kind text, p_key text) returns boolean language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(
    (select f.type in ('text', 'multiline') from desk.field f where f.kind = p_kind and f.field = p_key),
    (select a.atttypid = 'text'::regtype and p_key not in ('number', 'kind', 'state', 'channel', 'external', 'hold_reason', 'cancel_reason', 'resolution_code')
       from pg_attribute a where a.attrelid = 'desk.ticket'::regclass and a.attname = p_key and a.attnum > 0),
    p_key not in ('links', 'cis', 'watchers', 'access', 'minutes', 'redacted')) $$;

create function desk.redact_value(v jsonb) returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when coalesce(jsonb_typeof(v), 'null') in ('null', 'boolean') then coalesce(v, 'null') else to_jsonb(desk.redacted()) end $$;

-- A custom object without those of its values that stand in gone under the same name.
create function desk.redact_custom(v jsonb, gone jsonb) returns jsonb language sql immutable set search_path = pg_catalog, pg_temp as $$
  select case when jsonb_typeof(v) = 'object'
    then (select coalesce(jsonb_object_agg(e.key, case when gone->e.key = e.value then desk.redact_value(e.value) else e.value end), '{}') from jsonb_each(v) e)
    else v end $$;

-- The changes of a redacted event. Words of tags go; of attachments only the ids stay, of custom values only the names.
create function desk.redact_changes(p_kind text, c jsonb) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_object_agg(k.key, case
      when k.key = 'tags' then '[[], []]'
      when k.key = 'custom' then jsonb_build_array(desk.redact_custom(k.value->0, k.value->0), desk.redact_custom(k.value->1, k.value->1))
      when k.key = 'attachments' and jsonb_typeof(k.value->1) = 'array' then jsonb_build_array(null,
        (select coalesce(jsonb_agg(jsonb_build_object('id', a.v->'id')), '[]') from jsonb_array_elements(k.value->1) a(v)))
      when desk.is_text_key(p_kind, k.key) then jsonb_build_array(desk.redact_value(k.value->0), desk.redact_value(k.value->1))
      else k.value end)
    from jsonb_each(c) k $$;

-- The changes of another event of the ticket without the texts (gone), tags (words) and custom values that the redacted one brought.
create function desk.redact_repeats(c jsonb, gone jsonb, words jsonb, custom jsonb) returns jsonb language plpgsql immutable
  set search_path = pg_catalog, pg_temp as $$
declare k record;
begin
  for k in select * from jsonb_each(gone) loop
    if c->k.key->0 = k.value then c := jsonb_set(c, array[k.key, '0'], to_jsonb(desk.redacted())); end if;
    if c->k.key->1 = k.value then c := jsonb_set(c, array[k.key, '1'], to_jsonb(desk.redacted())); end if;
  end loop;
  if c ? 'tags' and words <> '[]' then
    c := c || jsonb_build_object('tags', (select jsonb_agg((select coalesce(jsonb_agg(e.value), '[]')
      from jsonb_array_elements(s.value) e where not words @> jsonb_build_array(e.value)) order by s.ord)
      from jsonb_array_elements(c->'tags') with ordinality s(value, ord)));
  end if;
  if c ? 'custom' then
    c := c || jsonb_build_object('custom', jsonb_build_array(desk.redact_custom(c->'custom'->0, custom), desk.redact_custom(c->'custom'->1, custom)));
  end if;
  return c;
end $$;

-- The side effect of verb redact. p holds event (its number) and reason; null if there is no such event. Gives
-- {"redacted": [{event, kept}], "copies": [[ticket, event]]}: the first is what the event of the act keeps in its changes as
-- "redacted": [null, [...]], the second are the events of children that a cascade gave the same text.
-- A text that other events of the ticket hold as old or new value of the same field goes there too.
create function desk.effect_redact(t desk.ticket, p jsonb, who int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  n int := nullif(regexp_replace(coalesce(p->>'event', ''), '[^0-9]', '', 'g'), '')::int;
  src desk.event_text; gone jsonb := '{}'; words jsonb; custom jsonb; hit record; res jsonb := '[]'; c jsonb; v_body text; body_key text; copies jsonb;
  ops uuid[];
begin
  select x.* into src from desk.event_text x where x.ticket_id = t.id and x.seq = n;
  if not found then return null; end if;
  select f.field into body_key from desk.field f where f.kind = t.kind and f.store = 'text' and f.col = 'body' order by f.field limit 1;
  select coalesce(jsonb_object_agg(v.key, v.value->1), '{}') into gone from jsonb_each(coalesce(src.changes, '{}')) v
   where desk.is_text_key(t.kind, v.key) and v.key not in ('tags', 'attachments')
     and jsonb_typeof(v.value->1) = 'string' and v.value->1 <> to_jsonb(desk.redacted());
  if n = 1 and src.body is not null and body_key is not null then gone := gone || jsonb_build_object(body_key, src.body); end if;
  words := coalesce(src.changes->'tags'->1, '[]');
  custom := coalesce(src.changes->'custom'->1, '{}');
  select jsonb_agg(jsonb_build_array(e.ticket_id, e.seq) order by e.ticket_id, e.seq), array_agg(distinct o.op) || (select y.op from desk.event y where y.ticket_id = t.id and y.seq = n)
    into copies, ops
    from desk.event o join desk.event e on e.epoch = o.epoch and e.x = o.x and e.op = o.op and e.ticket_id <> o.ticket_id and e.channel = 'parent'
      join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq and x.body = src.body
   where o.ticket_id = t.id and o.seq = n and o.channel <> 'parent';
  -- the event itself, then others that repeat one of its texts
  update desk.event_text x set salt = null, changes = desk.redact_changes(t.kind, x.changes), body = null, tsv = null
   where x.ticket_id = t.id and x.seq = n returning x.changes into c;
  res := res || jsonb_build_object('event', n, 'kept', desk.kept_hash(c, null));
  for hit in select x.seq, x.changes, x.body, e.op from desk.event_text x join desk.event e on e.ticket_id = x.ticket_id and e.seq = x.seq
      where x.ticket_id = t.id and x.seq <> n loop
    c := desk.redact_repeats(hit.changes, gone, words, custom);
    v_body := case when hit.seq = 1 and hit.body = gone->>body_key then null else hit.body end;
    continue when c is not distinct from hit.changes and v_body is not distinct from hit.body;
    update desk.event_text x set salt = null, changes = c, body = v_body, tsv = case when v_body is not null then x.tsv end where x.ticket_id = t.id and x.seq = hit.seq;
    res := res || jsonb_build_object('event', hit.seq, 'kept', desk.kept_hash(c, v_body));
    ops := ops || hit.op;
  end loop;
  -- by the hash of what was asked a short text could be guessed
  update desk.op o set request_hash = sha256(uuid_send(gen_random_uuid())), result = null where o.op_id = any (ops);
  perform desk.redact_record(t, n, gone, words, custom, body_key);
  return jsonb_build_object('redacted', res, 'copies', coalesce(copies, '[]'));
end $$;

-- The ticket as it stands now, without what was redacted: header, text, typed row, tags, drafts, files.
create function desk.redact_record(t desk.ticket, n int, gone jsonb, words jsonb, p_custom jsonb, body_key text) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare k record; typed regclass; pk name; shas bytea[];
begin
  select d.typed_table into typed from desk.kind d where d.kind = t.kind;
  pk := desk.typed_key(typed);
  for k in select coalesce(f.col, g.key) as col, coalesce(f.store, 'ticket') as store, g.value #>> '{}' as v
      from jsonb_each(gone) g left join desk.field f on f.kind = t.kind and f.field = g.key
     where (f.store is distinct from 'text' or f.col <> 'body')
       and (f.field is not null or exists (select from pg_attribute a where a.attrelid = 'desk.ticket'::regclass and a.attname = g.key)) loop
    execute format('update %s set %I = $1 where %I = $2 and %I = $3',
        case k.store when 'ticket' then 'desk.ticket'::regclass when 'text' then 'desk.ticket_text'::regclass else typed end,
        k.col, case k.store when 'typed' then pk else 'id' end, k.col) using desk.redacted(), t.id, k.v;
    if k.col = 'subject' then
      update desk.ticket_text x set subject = desk.redacted() where x.id = t.id and x.subject = k.v;
    end if;
  end loop;
  if gone ? body_key then                   -- what the journal now says it is
    update desk.ticket_text x set body = (select y.changes->body_key->>1 from desk.event e join desk.event_text y on y.ticket_id = e.ticket_id and y.seq = e.seq
        where e.ticket_id = t.id and not e.late and y.changes ? body_key order by e.seq desc limit 1)
     where x.id = t.id and x.body = gone->>body_key;
  end if;
  update desk.ticket x set custom = desk.redact_custom(x.custom, p_custom) where x.id = t.id and x.custom <> '{}';
  update desk.ticket_text x set tsv = desk.tsv(coalesce(x.subject, (select y.subject from desk.ticket y where y.id = t.id)), x.body) where x.id = t.id;
  delete from desk.ticket_tag g where g.ticket_id = t.id and words @> to_jsonb(array[g.tag]);
  delete from desk.my_draft d where d.ticket_id = t.id;
  select array_agg(a.sha256) into shas from desk.attachment a where a.ticket_id = t.id and a.seq = n;
  update desk.attachment a set name = desk.redacted(), media_type = 'application/octet-stream', size = 0, sha256 = null
   where a.ticket_id = t.id and a.seq = n;
  delete from desk.blob_upload u where u.sha256 = any (shas) and not exists (select from desk.attachment a where a.sha256 = u.sha256);
  delete from desk.blob_chunk b where b.sha256 = any (shas) and not exists (select from desk.attachment a where a.sha256 = b.sha256);
  delete from desk.blob b where b.sha256 = any (shas) and not exists (select from desk.attachment a where a.sha256 = b.sha256);
end $$;

-- Copies of a redacted text in other tickets: each with a redact event of its own.
create function desk.redact_copies(copies jsonb, p_actor int, p_op uuid, p_at timestamptz, p_changes jsonb) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare k record; t desk.ticket; eff jsonb; v_vis smallint;
begin
  perform from desk.ticket x where x.id in (select (e.v->>0)::bigint from jsonb_array_elements(copies) e(v)) order by x.id for update;
  for k in select (e.v->>0)::bigint as id, (e.v->>1)::int as seq from jsonb_array_elements(copies) e(v) order by 1, 2 loop
    select x.* into t from desk.ticket x where x.id = k.id;
    eff := desk.effect_redact(t, jsonb_build_object('event', k.seq), p_actor);
    select x.* into t from desk.ticket x where x.id = k.id;
    if t.restricted then select x.subject into t.subject from desk.ticket_text x where x.id = t.id; end if;
    select v.visibility into v_vis from desk.verb v where v.kind = t.kind and v.verb = 'redact';
    perform desk.store_act(t, t, 'redact', p_actor, 'parent', p_op, p_at, coalesce(v_vis, 1::smallint),
      p_changes || jsonb_build_object('redacted', jsonb_build_array(null, eff->'redacted')), null);
  end loop;
end $$;
