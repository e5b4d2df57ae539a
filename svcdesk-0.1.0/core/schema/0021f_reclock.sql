-- Reclock: clocks anew, by the definitions and calendars of now. Nothing does that by itself: a change of a definition leaves what runs
-- as it is. Each run is on record with its reason, and what it changed is kept; a run that was killed goes on where it was.
reset role; set local role desk_owner;
create table desk.sla_reclock(
  id          int generated always as identity primary key,
  at          timestamptz not null,
  by_id       int not null,
  reason      text,
  query       text not null,
  as_of       timestamptz not null,           -- definitions of all its parts
  lanes       int not null check (lanes between 1 and 16),
  upto        bigint[] not null,              -- last ticket done in each lane
  tickets     bigint not null default 0, made bigint not null default 0, moved bigint not null default 0, gone bigint not null default 0,
  finished_at timestamptz);
comment on table desk.sla_reclock is 'Runs of reclock and how far they are';
create table desk.sla_clock_was(reclock_id int not null references desk.sla_reclock, clock desk.sla_clock not null);
comment on table desk.sla_clock_was is 'Clocks as they were before a reclock changed them';
create index sla_clock_was_ticket_key on desk.sla_clock_was(((clock).ticket_id));
alter table desk.sla_reclock enable row level security;
alter table desk.sla_clock_was enable row level security;
grant select, insert, update on desk.sla_reclock to desk_api;
grant select, insert on desk.sla_clock_was to desk_api;
grant usage on sequence desk.sla_reclock_id_seq to desk_api;
create policy api on desk.sla_reclock to desk_api using (true) with check (true);
create policy api on desk.sla_clock_was to desk_api using (true) with check (true);
grant select on desk.sla_reclock to desk_person;
create policy reader on desk.sla_reclock for select to desk_person using ((select desk.i_am_staff()));
reset role; set local role desk_api;

-- Begins a run, or finds the unfinished one of the same query. p_fresh: begins one in any case.
create function desk.sla_reclock_begin(p_query text, p_reason text, p_lanes int, p_fresh boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
declare v_me int := desk.me(); r desk.sla_reclock; v_new boolean := false;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.calendar_may_write(v_me) then return desk.refuse('reclock_role', 'denied'); end if;
  perform pg_advisory_xact_lock(hashtextextended('svcdesk.sla', 1));
  select x.* into r from desk.sla_reclock x where x.finished_at is null and x.query = coalesce(p_query, '') and not coalesce(p_fresh, false) order by x.id desc limit 1;
  if not found then
    v_new := true;
    insert into desk.sla_reclock(at, by_id, reason, query, as_of, lanes, upto) values (desk.now(), v_me, nullif(btrim(left(p_reason, 500)), ''), coalesce(p_query, ''), clock_timestamp(),
        greatest(1, least(coalesce(p_lanes, 1), 16)), array_fill(0::bigint, array[greatest(1, least(coalesce(p_lanes, 1), 16))])) returning * into r;
    insert into desk.sla_change(at, by_id, what, detail) values (r.at, v_me, 'reclock', jsonb_build_object('reclock', r.id, 'query', r.query, 'reason', r.reason));
    perform desk.calendar_cover(desk.calendar_current(g.calendar_id), t.lo, t.hi + interval '1 year') from (select distinct x.calendar_id from desk.sla_target x) g,
      (select min(k.opened_at) as lo, max(k.updated_at) as hi from desk.ticket k) t where t.lo is not null;
  end if;
  return jsonb_build_object('ok', true, 'reclock', r.id, 'resumed', not v_new, 'lanes', r.lanes, 'upto', to_jsonb(r.upto), 'tickets', r.tickets, 'at', desk.iso(r.at));
end $$;

-- One part of a lane: these tickets, in the order of their ids, behind what the lane has done. Only those are locked meanwhile.
-- p_dry: counts and takes it back.
create function desk.sla_reclock_part(p_run int, p_lane int, p_ids bigint[], p_dry boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
declare v_me int := desk.me(); r desk.sla_reclock; v_ids bigint[]; n record;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.calendar_may_write(v_me) then return desk.refuse('reclock_role', 'denied'); end if;
  if cardinality(p_ids) > 2000 then return desk.refuse('too_many', 'input', 'ids', '{"max": 2000}'); end if;
  select x.* into r from desk.sla_reclock x where x.id = p_run;
  if p_dry then r.as_of := clock_timestamp();
  elsif r.id is null or r.finished_at is not null or p_lane is null or p_lane not between 1 and r.lanes then return desk.refuse('reclock_none', 'notfound', null, jsonb_build_object('value', p_run)); end if;
  v_ids := array(select x from unnest(p_ids) x where p_dry or x > r.upto[p_lane] order by 1);
  begin
    perform from desk.ticket t where t.id = any (v_ids) order by t.id for update;
    n := desk.sla_replay(v_ids, 'infinity', r.as_of, case when not p_dry then p_run end);
    if p_dry then raise exception using errcode = 'DK001'; end if;
    perform desk.sla_due_write(v_ids);
    update desk.sla_reclock x set upto[p_lane] = greatest(x.upto[p_lane], v_ids[cardinality(v_ids)]), tickets = x.tickets + cardinality(v_ids), made = x.made + n.made,
      moved = x.moved + n.moved, gone = x.gone + n.gone where x.id = p_run and v_ids <> '{}';
  exception when sqlstate 'DK001' then null;
  end;
  return jsonb_build_object('ok', true, 'tickets', coalesce(cardinality(v_ids), 0), 'made', n.made, 'moved', n.moved, 'gone', n.gone);
end $$;

create function desk.sla_reclock_end(p_run int) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
declare v_me int := desk.me(); r desk.sla_reclock;
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.calendar_may_write(v_me) then return desk.refuse('reclock_role', 'denied'); end if;
  update desk.sla_reclock x set finished_at = desk.now() where x.id = p_run and x.finished_at is null returning * into r;
  if r.id is null then return desk.refuse('reclock_none', 'notfound', null, jsonb_build_object('value', p_run)); end if;
  insert into desk.sla_change(at, by_id, what, detail) values (r.finished_at, v_me, 'reclock', jsonb_build_object('reclock', r.id, 'query', r.query, 'reason', r.reason, 'finished', true,
    'tickets', r.tickets, 'made', r.made, 'moved', r.moved, 'gone', r.gone));
  return jsonb_build_object('ok', true, 'reclock', r.id, 'tickets', r.tickets, 'made', r.made, 'moved', r.moved, 'gone', r.gone);
end $$;
grant execute on function desk.sla_reclock_begin(text, text, int, boolean), desk.sla_reclock_part(int, int, bigint[], boolean), desk.sla_reclock_end(int) to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
error.reclock_role | clocks are made anew by process owners and administrators | 只有流程负责人和管理员可以重新计时
error.reclock_none | there is no unfinished reclock {value}; begin a new one | 没有未完成的重新计时 {value}；请新开始一次
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
