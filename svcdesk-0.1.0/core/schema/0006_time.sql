-- What time brings: the tick, the desk's own clock, partitions made ahead, the change log and its feed.
-- Technical time (leases, rotation, expiry) is clock_timestamp(); what a ticket is due for is desk.now().

create index op_at_key on desk.op using brin (at);

-- The one function of the table owner: making a partition needs ownership. No arguments, callable only from the tick.
-- Ids fill ranges of 2^24; the next range is made when 3/4 of the present one are used.
create function desk.make_partitions() returns int language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare width constant bigint := 16777216; top bigint; n bigint; t text; made int := 0;
begin
  select coalesce(max(k.id), 0) into top from desk.ticket k;
  n := (top + width / 4) / width;
  if to_regclass(format('desk.ticket_p%s', n)) is not null then return 0; end if;
  foreach t in array array['ticket', 'ticket_text', 'event', 'event_text'] loop
    execute format('create table desk.%I partition of desk.%I for values from (%s) to (%s) %s', t || '_p' || n, t, n * width, (n + 1) * width,
      case t when 'ticket' then 'with (fillfactor = 85)' else '' end);
    execute format('alter table desk.%I enable row level security', t || '_p' || n);
    made := made + 1;
  end loop;
  return made;
end $$;
revoke execute on function desk.make_partitions() from public;
grant execute on function desk.make_partitions() to desk_api;

reset role; set local role desk_api;

-- ---- the feed --------------------------------------------------------------------------------------------------------

-- Raises the epoch when the transaction counter of the cluster has gone back behind what the journal holds (dump and
-- restore): a visible row of another transaction can have no number that the snapshot has not reached.
create function desk.epoch_check() returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
declare e smallint; back boolean;
begin
  select c.feed_epoch into e from desk.clock c;
  select greatest((select max(l.x) from desk.change_log_0 l where l.epoch = e and l.x <> me.x),
                  (select max(l.x) from desk.change_log_1 l where l.epoch = e and l.x <> me.x),
                  (select max(l.x) from desk.change_log_2 l where l.epoch = e and l.x <> me.x),
                  (select max(v.x) from desk.event v where v.epoch = e and v.x <> me.x)) >= pg_snapshot_xmax(me.snap)
         or greatest((select s.x_to from desk.seal s where s.epoch = e order by s.batch desc limit 1),
                     (select s.lost_x from desk.change_slot s where s.lost_epoch = e)) > pg_snapshot_xmax(me.snap)
    into back from (select pg_current_snapshot() as snap, coalesce(pg_current_xact_id_if_assigned(), '0') as x) me;
  if back then
    update desk.clock c set feed_epoch = e + 1 where c.feed_epoch = e;  -- one of many at once raises it, the others wait and see
  end if;
  return coalesce(back, false);
end $$;

-- The epoch an event is written under. A session outlives no restore, so it looks only once.
create function desk.epoch() returns smallint language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if current_setting('desk.epoch_checked', true) is distinct from 'on' then
    perform desk.epoch_check();
    perform set_config('desk.epoch_checked', 'on', false);
  end if;
  return (select c.feed_epoch from desk.clock c);
end $$;
revoke execute on function desk.epoch_check(), desk.epoch() from public;

-- Where a reader begins. Take it before loading what it shall keep up to date.
create function desk.feed_cursor() returns table(epoch int, x text, seq bigint, lost boolean) language sql stable
  set search_path = pg_catalog, pg_temp as $$
  select c.feed_epoch::int, pg_snapshot_xmin(pg_current_snapshot())::text, 0::bigint, false from desk.clock c $$;

-- Changes behind the cursor, oldest first, at most 500: ask again at once after a full answer. Each row is the next cursor.
-- ticket_id null: the cursor is older than what is kept, load everything anew. ticket_id 0: nothing for you, go on from here.
-- Only what lies below the snapshot horizon is given, so that no transaction can commit behind the cursor.
create function desk.feed(p_epoch int, p_x text, p_seq bigint) returns table(epoch int, x text, seq bigint, ticket_id bigint)
  language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  x0 xid8; ep smallint; lost_ep smallint; lost_to xid8; n bigint;
begin
  select c.feed_epoch, s.lost_epoch, s.lost_x into ep, lost_ep, lost_to from desk.clock c, desk.change_slot s;
  if not found then return; end if;
  if p_x ~ '^[0-9]{1,19}$' then x0 := p_x::xid8; end if;
  if x0 is null or p_epoch is distinct from ep or (lost_ep = ep and x0 < lost_to) or x0 > pg_snapshot_xmax(pg_current_snapshot()) then
    return query select ep::int, horizon::text, 0::bigint, null::bigint;
    return;
  end if;
  return query
    select c.epoch::int, c.x::text, c.seq, c.ticket_id from (
      (select l.* from desk.change_log_0 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon order by l.epoch, l.x, l.seq limit 500)
      union all
      (select l.* from desk.change_log_1 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon order by l.epoch, l.x, l.seq limit 500)
      union all
      (select l.* from desk.change_log_2 l where l.epoch = ep and (l.x, l.seq) > (x0, p_seq) and l.x < horizon order by l.epoch, l.x, l.seq limit 500)) c
    order by c.epoch, c.x, c.seq limit 500;   -- qualified: the output column x is text and sorts 1000 before 999
  get diagnostics n = row_count;
  if n = 0 and (horizon::text)::numeric - p_x::numeric > 1000 then
    return query select ep::int, horizon::text, 0::bigint, 0::bigint;
  end if;
end $$;
grant execute on function desk.feed_cursor(), desk.feed(int, text, bigint) to desk_person;

-- ---- the tick --------------------------------------------------------------------------------------------------------

create function desk.setting_int(p_key text, p_default int) returns int language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce((select (s.value #>> '{}')::int from desk.setting s where s.key = p_key), p_default) $$;
revoke execute on function desk.setting_int(text, int) from public;

-- Three tables in turn: the one written, the one before, and the oldest, which is emptied and written next. feed.hours are kept.
create function desk.tick_rotate() returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s desk.change_slot; next smallint; e smallint; m xid8;
begin
  select c.* into s from desk.change_slot c for update;
  if clock_timestamp() < s.since + desk.setting_int('feed.hours', 48) * interval '1 hour' / 2 then return false; end if;
  next := (s.slot + 1) % 3;
  execute format('select l.epoch, l.x from desk.change_log_%s l order by l.epoch desc, l.x desc limit 1', next) into e, m;
  execute format('truncate desk.change_log_%s', next);
  update desk.change_slot set slot = next, since = clock_timestamp(),
    lost_epoch = coalesce(e, s.lost_epoch), lost_x = coalesce(desk.xid_next(m), s.lost_x);
  return true;
exception when lock_not_available then return false;  -- the next tick tries again
end $$;

create function desk.tick_partitions() returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  return desk.make_partitions();
exception when lock_not_available then return 0;
end $$;

-- What an operation answered is kept for a while, that it was done for longer; a file that was sent waits a day to be attached.
create function desk.tick_ops() returns int language plpgsql set search_path = pg_catalog, pg_temp as $$
declare n int; m int; v_idle bytea[];
begin
  if not exists (select from desk.lease l where l.name = 'ops' and l.until > clock_timestamp()) then
    insert into desk.lease values ('ops', session_user, 1, clock_timestamp() + interval '1 hour')
      on conflict (name) do update set holder = excluded.holder, epoch = lease.epoch + 1, until = excluded.until;
    delete from desk.op o where o.at < clock_timestamp() - desk.setting_int('op.row_days', 400) * interval '1 day';
    get diagnostics n = row_count;
    update desk.op o set result = null where o.result is not null and o.at < clock_timestamp() - desk.setting_int('op.result_days', 30) * interval '1 day';
    get diagnostics m = row_count;
    -- uploads that nobody attached
    delete from desk.blob_upload x where x.at < clock_timestamp() - interval '1 day';
    select array_agg(b.sha256) into v_idle from (select b.sha256 from desk.blob b where not exists (select from desk.attachment a where a.sha256 = b.sha256)
      and not exists (select from desk.blob_upload x where x.sha256 = b.sha256) for update skip locked) b;
    delete from desk.blob_chunk c where c.sha256 = any (v_idle);
    delete from desk.blob b where b.sha256 = any (v_idle);
  end if;
  return coalesce(n, 0) + coalesce(m, 0);
end $$;

-- One row for wall screens: what is open, by group, state and priority.
create function desk.tick_board() returns boolean language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from desk.board b where b.name = 'open' and b.as_of > clock_timestamp() - interval '1 second') then return false; end if;
  insert into desk.board(name, as_of, data)
    select 'open', clock_timestamp(), jsonb_build_object(
      'now', desk.now(), 'open', coalesce(sum(g.n), 0), 'unassigned', coalesce(sum(g.n) filter (where g.assignee = 0), 0),
      'waiting', coalesce(sum(g.n) filter (where g.phase = 2), 0), 'restricted', coalesce(sum(g.r), 0),
      'groups', coalesce((select jsonb_agg(to_jsonb(x)) from (
         select s.name as "group", h.state, h.priority, sum(h.n) as n from desk.open_count() h join desk.support_group s on s.id = h.group_id
          group by s.name, h.state, h.priority order by 1, 2, 3) x), '[]'))
      from desk.open_count() g
    on conflict (name) do update set as_of = excluded.as_of, data = excluded.data;
  return true;
end $$;
create function desk.open_count() returns table(group_id int, state text, phase smallint, priority smallint, assignee int, n bigint, r bigint)
  language sql stable set search_path = pg_catalog, pg_temp as $$
  select t.group_id, t.state, t.phase, t.priority, least(t.assignee_id, 1), count(*), count(*) filter (where t.restricted)
    from desk.ticket t where t.phase < 3 group by 1, 2, 3, 4, 5 $$;

-- Resolved tickets close after autoclose.days from the time they were resolved; those put aside until a day come back.
-- One whose resolution came with an import closes that long after the import: until then its source may go on with it, and a
-- close made here would be newer than what the next file says. (Nothing comes after the sample.)
-- One act each, by the desk itself (person 1), refused ones are passed over and counted.
create function desk.tick_acts(p_limit int) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare due record; res jsonb; closed int := 0; resumed int := 0; refused int := 0; seen int := 0;
begin
  for due in
    (select t.id, 'close' as verb, t.resolved_at as at from desk.ticket t
      where t.state = 'resolved' and t.resolved_at <= desk.now() - desk.setting_int('autoclose.days', 5) * interval '1 day'
        and exists (select from desk.transition r where r.kind = t.kind and r.from_state = t.state and r.verb = 'close' and 'system' = any(r.roles))
        and not exists (select from desk.external_ref x join desk.import_file f on f.id = x.file_id
                         where x.ticket_id = t.id and x.source <> 'sample' and f.started_at > desk.now() - desk.setting_int('autoclose.days', 5) * interval '1 day'))
    union all
    (select t.id, 'resume', t.hold_until from desk.ticket t
      where t.phase = 2 and t.hold_until is not null and t.hold_until <= desk.now()
        and exists (select from desk.transition r where r.kind = t.kind and r.from_state = t.state and r.verb = 'resume' and 'system' = any(r.roles)))
    order by at, id limit p_limit
  loop
    seen := seen + 1;
    perform from desk.ticket t where t.id = due.id for update skip locked;  -- somebody is at it: the next tick sees
    continue when not found;
    res := desk.act_as(1, due.id, due.verb, '{}', null, gen_random_uuid(), 'tick');
    if not (res->>'ok')::boolean then refused := refused + 1;
    elsif due.verb = 'close' then closed := closed + 1;
    else resumed := resumed + 1; end if;
  end loop;
  return jsonb_build_object('closed', closed, 'resumed', resumed, 'refused', refused, 'more', seen = p_limit and closed + resumed > 0);
end $$;

-- Does what is due; every console calls it, any number at once: they take turns on the lease row and find nothing left.
create function desk.tick() returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '3s' as $$
declare raised boolean; res jsonb;
begin
  begin
    insert into desk.lease values ('tick', session_user, 0, '-infinity') on conflict do nothing;
    update desk.lease l set holder = session_user, epoch = l.epoch + 1, until = clock_timestamp() where l.name = 'tick';
  exception when lock_not_available then
    return '{"ok": true, "busy": true, "more": false}';
  end;
  raised := desk.epoch_check();
  res := desk.tick_acts(2000);
  return jsonb_build_object('ok', true, 'busy', false, 'epoch_raised', raised, 'seals', desk.seal_complete(),
    'rotated', desk.tick_rotate(), 'partitions', desk.tick_partitions(), 'ops', desk.tick_ops(), 'board', desk.tick_board()) || res;
end $$;
revoke execute on function desk.tick(), desk.tick_acts(int), desk.tick_rotate(), desk.tick_partitions(), desk.tick_ops(), desk.tick_board(), desk.open_count() from public;
grant execute on function desk.tick() to desk_person;

-- Only a desk made with a clock of its own moves by hand, and only forwards.
create function desk.clock_advance(p_by interval) returns timestamptz language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare t timestamptz;
begin
  if desk.me() is null then raise insufficient_privilege using message = 'not a person of this desk'; end if;
  if p_by is null or p_by < interval '0' then raise invalid_parameter_value using message = 'the clock goes only forwards'; end if;
  update desk.clock c set frozen_at = c.frozen_at + p_by where c.frozen_at is not null returning c.frozen_at into t;
  if t is null then
    raise object_not_in_prerequisite_state using message = 'the clock of this desk is the real one; only one made with svcdesk demo --clock can be advanced';
  end if;
  return t;
end $$;
revoke execute on function desk.clock_advance(interval) from public;
grant execute on function desk.clock_advance(interval) to desk_person;
