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
    'n', s.n, 'root', encode(s.root, 'hex'), 'at', s.at) from desk.seal s order by s.batch;
end $$;
revoke execute on function desk.audit_roots() from public;
grant execute on function desk.audit_roots() to desk_auditor, desk_admin;

-- ---- proof ---------------------------------------------------------------------------------------------------------
-- Each desk.audit_* check below gives rows (ticket, seq, kind) for what does not fit. They are STABLE, so that all of them
-- see one snapshot and desks at work can be verified; hashes are written out because a call a row would cost more than the hash.

create type desk.audit_problem as (ticket_id bigint, seq int, kind text);

-- What is left of a redacted text, as its redact event vouches for it.
create function desk.kept_hash(changes jsonb, body text) returns text
  language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
  select encode(sha256(convert_to(coalesce(changes::text, '') || chr(31) || coalesce(body, ''), 'UTF8')), 'hex') $$;

-- Every event: number without gap, hash over its row and the hash before, hash over its text. Redacted texts must be named,
-- with what was left of them, by a redact event (the last one counts).
create function desk.audit_chain() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp
  set timezone = 'UTC' as $$
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
  select coalesce(e.ticket_id, x.ticket_id), coalesce(e.seq, x.seq), p.kind
    from e full join desk.event_text x on x.ticket_id = e.ticket_id and x.seq = e.seq,
    lateral (
      select 'text_without_event' as kind where e.seq is null
      union all select 'gap' where e.seq <> coalesce(e.prev_seq, 0) + 1
      union all select 'chain' where e.hash <> sha256(coalesce(e.prev, '') || e.content || convert_to(concat_ws('|', e.ticket_id, e.seq,
          (extract(epoch from e.at) * 1000000)::bigint, (extract(epoch from e.recorded_at) * 1000000)::bigint,
          e.actor_id, coalesce(e.on_behalf_id, 0), e.channel, e.verb, e.visibility, e.op, coalesce(e.voids, 0), e.late,
          e.epoch, e.x, e.recorded_by), 'UTF8'))
      union all select 'text_missing' where x.seq is null
      union all select 'content' where x.salt is not null
          and e.content <> sha256(x.salt || convert_to(coalesce(x.changes::text, '') || chr(31) || coalesce(x.body, ''), 'UTF8'))
      union all select 'redacted_unvouched' where e.seq is not null and x.seq is not null and x.salt is null
          and not exists (select from vouched v where v.ticket_id = e.ticket_id and v.seq = e.seq
                             and v.kept = encode(sha256(convert_to(coalesce(x.changes::text, '') || chr(31) || coalesce(x.body, ''), 'UTF8')), 'hex'))
    ) p $$;

-- The ticket knows the last link of its chain, and every chain has its ticket.
create function desk.audit_heads() returns setof desk.audit_problem language sql stable set search_path = pg_catalog, pg_temp as $$
  with e as (select distinct on (e.ticket_id) e.ticket_id, e.seq, e.hash from desk.event e order by e.ticket_id, e.seq desc)
  select coalesce(t.id, e.ticket_id), coalesce(e.seq, t.last_seq),
         case when t.id is null then 'ticket_missing' when e.seq is null then 'journal_missing' else 'head' end
    from desk.ticket t full join e on e.ticket_id = t.id
   where t.id is null or e.seq is null or t.last_seq <> e.seq or t.last_hash is distinct from e.hash $$;

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
