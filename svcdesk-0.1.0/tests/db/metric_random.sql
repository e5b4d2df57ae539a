-- Figures of random histories against a slow computation from the journal alone: acts, undo, redo, reopening, restriction, imports; for people who see
-- everything, one customer, one group, or their own; counted from the views, from batches, and from batches after what lay in them was changed.
\ir undo.inc
select no_plan();
\o /dev/null
select setseed(0.2026);
select tap.add('r_org', '{agent}', p_org => 'Beta', p_home => 'Beta'), tap.add('r_group', '{agent}', p_group => 'Network'), tap.add('r_two', '{agent,lead}');
insert into desk.group_member(group_id, person_id) select g.id, p.id from desk.support_group g, desk.person p where p.login in ('t_agent', 'r_two', 't_lead') on conflict do nothing;
insert into desk.service(name) values ('Mail'), ('Print');
update desk.setting set value = '"Europe/Berlin"' where key = 'desk.zone';
create function tap.at(p timestamptz) returns void language sql as $$ update desk.clock set frozen_at = p $$;
create function tap.pick(p text[]) returns text language sql volatile as $$ select p[1 + floor(random() * cardinality(p))::int] $$;
create table tap.op(ticket_id bigint, op uuid, login text, at timestamptz);

-- One random thing that somebody does; refusals are part of life.
create function tap.something() returns void language plpgsql as $$
declare v_id bigint; v_op uuid := gen_random_uuid(); v_login text := tap.pick('{t_agent,t_agent,r_two,t_lead}'); t desk.ticket; v_verb text; f jsonb := '{}'; r jsonb;
begin
  if random() < 0.16 then
    perform tap.as_person(v_login, format('select desk.create(''incident'', %L, gen_random_uuid())', jsonb_strip_nulls(jsonb_build_object('subject', 'x', 'category', 'General', 'impact', tap.pick('{1,2,3}'),
      'urgency', tap.pick('{1,2,3}'), 'requester', tap.pick('{t_caller,t_beta,t_lead}'), 'group', nullif(tap.pick('{Network,Service desk,-}'), '-'), 'service', nullif(tap.pick('{Mail,Print,-}'), '-')))));
    return;
  end if;
  select x.* into t from desk.ticket x where x.state <> 'closed' or random() < 0.1 order by (x.phase = 3) and random() < 0.6, random() limit 1;
  if not found then return; end if;
  v_verb := case t.state when 'new' then tap.pick('{take,assign,start,edit,cancel,note,take,start}') when 'assigned' then tap.pick('{take,start,assign,edit}')
    when 'in_progress' then tap.pick('{hold,resolve,resolve,assign,edit,note,restrict}') when 'on_hold' then tap.pick('{resume,resolve,assign,edit}')
    when 'resolved' then tap.pick('{close,reopen,edit,note,restrict}') else tap.pick('{note,restrict,unrestrict}') end;
  f := case v_verb when 'assign' then jsonb_build_object('group', tap.pick('{Network,Service desk}'), 'reason', 'because')
    when 'edit' then case when random() < 0.5 then jsonb_build_object('impact', tap.pick('{1,2,3}')) else jsonb_build_object('service', tap.pick('{Mail,Print}')) end
    when 'cancel' then '{"reason": "withdrawn"}' when 'note' then '{"body": "n"}' when 'resolve' then '{"code": "fixed", "body": "d"}' when 'close' then '{"reason": "r"}'
    when 'reopen' then '{"reason": "r", "body": "b"}' when 'restrict' then '{"people": "t_lead"}'
    when 'hold' then jsonb_build_object('reason', tap.pick('{requester,supplier,scheduled,problem}'), 'ref', 'R', 'until', '2031-01-01T00:00:00Z', 'body', 'b') else '{}' end;
  r := tap.act(v_login, t.id, v_verb, f, null, v_op);
  if (r->>'ok')::boolean then insert into tap.op values (t.id, v_op, v_login, desk.now()); end if;
end $$;
create function tap.days(p_from timestamptz, p_n int) returns void language plpgsql as $$
declare u record; v_op uuid;
begin
  for i in 1 .. p_n loop
    perform tap.at(p_from + i * interval '17 minutes 13 seconds' + floor(random() * 300) * interval '1 second');
    perform tap.something();
    -- and takes it back, or the taking back
    for k in 1 .. floor(random() * random() * 4)::int loop
      update desk.clock set frozen_at = frozen_at + interval '70 seconds';
      select * into u from tap.op o order by o.at desc limit 1;
      exit when not found;
      v_op := gen_random_uuid();
      if (tap.act(u.login, u.ticket_id, 'undo', jsonb_build_object('op', u.op), null, v_op)->>'ok')::boolean then insert into tap.op values (u.ticket_id, v_op, u.login, desk.now()); end if;
    end loop;
  end loop;
end $$;
-- an imported log: every row a version
create function tap.log(p_from timestamptz, p_n int, p_name text) returns void language plpgsql as $$
declare v_batch jsonb := '[]'; v_at timestamptz; i int; k int; v_state text; line int := 0; v_open timestamptz; v_reopens int; f jsonb;
begin
  for i in 1 .. p_n loop
    v_open := p_from + floor(random() * 4 * 86400) * interval '1 second'; v_at := v_open; v_reopens := 0;
    for k in 0 .. 1 + floor(random() * 5)::int loop
      v_state := case when k = 0 then tap.pick('{new,in_progress,resolved}') else tap.pick('{in_progress,on_hold,on_hold,resolved,closed}') end;
      if v_state = 'in_progress' and k > 2 then v_reopens := v_reopens + 1; end if;
      f := jsonb_build_object('state', v_state, 'opened_at', desk.iso(v_open), 'priority', tap.pick('{1,2,3}'), 'group', tap.pick('{Network,Service desk}'), 'reopens', v_reopens::text, 'requester', tap.pick('{t_caller,t_beta}'),
        'hold_reason', case when v_state = 'on_hold' then tap.pick('{requester,supplier}') end, 'resolved_at', case when v_state in ('resolved', 'closed') and random() < 0.9 then desk.iso(v_at - interval '1 minute') end);
      line := line + 1;
      v_batch := v_batch || jsonb_build_object('line', line, 'ext_id', p_name || i, 'ext_version', k::text, 'at', desk.iso(v_at), 'hash', encode(sha256(convert_to(p_name || i || k || f::text, 'UTF8')), 'hex'), 'fields', f);
      v_at := v_at + (1 + floor(random() * 90000)) * interval '1 second';
    end loop;
  end loop;
  perform tap.as_person('t_admin', format('select desk.import_history(''src'', %s, %L)', tap.as_person('t_admin', format('select desk.import_begin(''src'', %L, '''')', p_name)), v_batch));
end $$;

-- ---- the slow computation: the journal read from its end, what an undo names taken out, then from its beginning
create function tap.counts(p_ticket bigint) returns int[] language plpgsql as $$
declare e record; v_out int[] := '{}'; v_gone int[] := '{}';
begin
  for e in select seq, voids from desk.event where ticket_id = p_ticket order by seq desc loop
    continue when e.seq = any (v_gone);
    if e.voids is not null then v_gone := v_gone || e.voids; else v_out := v_out || e.seq; end if;
  end loop;
  return v_out;
end $$;
create table tap.fact(metric text, ticket_id bigint, at timestamptz, value numeric, org_id int, group_id int, priority int, requester int);
create table tap.level(ticket_id bigint, lo timestamptz, hi timestamptz, org_id int, group_id int, requester int);
create function tap.recount() returns void language plpgsql as $$
declare t desk.ticket; e record; cur jsonb; v_phase int; v_waited boolean; v_pause numeric; v_since timestamptz; v_open timestamptz; v_reason text; v_holds jsonb; h record;
begin
  delete from tap.fact; delete from tap.level;
  for t in select * from desk.ticket where not restricted loop
    cur := '{}'; v_waited := false; v_open := null; v_holds := '[]'; v_since := null; v_reason := null;
    for e in select v.seq, v.at, x.changes from desk.event v join desk.event_text x using (ticket_id, seq)
        where v.ticket_id = t.id and v.seq = any (tap.counts(t.id)) and not v.late order by v.seq loop
      cur := cur || coalesce((select jsonb_object_agg(k.key, k.value->1) from jsonb_each(e.changes) k), '{}');
      v_phase := (select s.phase from desk.kind_state s where s.kind = 'incident' and s.state = cur->>'state');
      v_waited := v_waited or v_phase = 2;
      if v_phase < 3 and v_open is null then v_open := e.at; end if;
      if v_phase = 3 and v_open is not null then insert into tap.level values (t.id, v_open, e.at, t.org_id, t.group_id, t.requester_id); v_open := null; end if;
      if (cur->>'hold_reason') is distinct from v_reason then
        if v_reason in ('requester', 'scheduled') then v_holds := v_holds || jsonb_build_array(jsonb_build_array(v_since, e.at)); end if;
        v_reason := cur->>'hold_reason'; v_since := e.at;
      end if;
    end loop;
    if v_open is not null then insert into tap.level values (t.id, v_open, 'infinity', t.org_id, t.group_id, t.requester_id); end if;
    continue when cur->>'state' = 'cancelled';
    insert into tap.fact select m, t.id, at, v, t.org_id, coalesce((cur->>'group')::int, 0), (cur->>'priority')::int, t.requester_id from (values
      ('opened', (cur->>'opened_at')::timestamptz, 1::numeric), ('mtta', (cur->>'acknowledged_at')::timestamptz, extract(epoch from (cur->>'acknowledged_at')::timestamptz - (cur->>'opened_at')::timestamptz) / 60)) x(m, at, v) where at is not null;
    continue when v_phase < 3 or cur->>'resolved_at' is null;
    v_pause := 0;
    for h in select greatest((x->>0)::timestamptz, (cur->>'opened_at')::timestamptz) as lo, least((x->>1)::timestamptz, (cur->>'resolved_at')::timestamptz) as hi from jsonb_array_elements(v_holds) x loop
      if h.hi > h.lo then v_pause := v_pause + extract(epoch from h.hi - h.lo) / 60; end if;
    end loop;
    insert into tap.fact select m, t.id, (cur->>'resolved_at')::timestamptz, v, t.org_id, coalesce((cur->>'group')::int, 0), (cur->>'priority')::int, t.requester_id from (values ('resolved', 1::numeric),
      ('mttr', extract(epoch from (cur->>'resolved_at')::timestamptz - (cur->>'opened_at')::timestamptz) / 60 - v_pause), ('reopen_rate', (coalesce((cur->>'reopens')::int, 0) > 0)::int::numeric),
      ('hop_rate', coalesce((cur->>'reassignments')::int, 0)::numeric), ('first_assignment', (coalesce((cur->>'reassignments')::int, 0) = 0)::int::numeric),
      ('fcr', (coalesce((cur->>'reassignments')::int, 0) = 0 and coalesce((cur->>'reopens')::int, 0) = 0 and not v_waited)::int::numeric)) x(m, v);
  end loop;
end $$;
create table tap.who(login text, sees text);
insert into tap.who values ('t_agent', 'true'), ('t_lead', 'true'), ('r_org', 'x.org_id = (select id from desk.org where name = ''Beta'')'), ('r_group', 'x.group_id = (select id from desk.support_group where name = ''Network'')'),
  ('t_caller', 'x.requester = (select id from desk.person where login = ''t_caller'')');
create function tap.slow(p_sees text, p_metric text, p_from timestamptz, p_to timestamptz, p_by text) returns text language plpgsql as $$
declare v text; m desk.metric;
begin
  select * into m from desk.metric where id = p_metric;
  execute format($q$select string_agg(concat_ws(' ', k, coalesce(trim_scale(round(v, 3))::text, 'null'), n, trim_scale(round(p50::numeric, 3))), '; ' order by k)
    from (select %s as k, %s as v, count(*) as n, %s as p50 from tap.fact x where x.metric = %L and x.at >= %L and x.at < %L and %s group by 1) y$q$,
    case p_by when 'priority' then 'x.priority::text' when 'group' then 'coalesce(nullif(x.group_id, 0)::text, ''none'')' when 'customer' then 'x.org_id::text'
      when 'day' then 'to_char(x.at at time zone ''Europe/Berlin'', ''YYYY-MM-DD'')' else '''all''' end,
    case m.agg when 'sum' then 'sum(x.value)' when 'ratio' then '100 * avg(x.value)' else 'avg(x.value)' end,
    case when m.agg = 'mean' then 'percentile_cont(0.5) within group (order by x.value::float8)' else 'null::float8' end, p_metric, p_from, p_to, p_sees) into v;
  return coalesce(v, '');
end $$;
create function tap.fast(p_login text, p_metric text, p_from timestamptz, p_to timestamptz, p_by text) returns text language sql as $$
  select coalesce(tap.as_person(p_login, format($q$select string_agg(concat_ws(' ', coalesce(g.key, 'all'), coalesce(g.value::text, 'null'), g.n, g.p50), '; ' order by coalesce(g.key, 'all') collate "C")
    from desk.metric_get(%L, %L, %L, %L) g where g.n > 0$q$, p_metric, p_from, p_to, p_by)), '') $$;
-- what differs, over many periods
create function tap.differs() returns setof text language plpgsql as $$
declare w record; m text; b text; lo timestamptz; hi timestamptz; a text; s text; i int;
begin
  perform tap.recount();
  for w in select * from tap.who loop
    -- who only asks does not read what was done inside, and so not that it was undone: of him what stands in the header
    foreach m in array case w.login when 't_caller' then '{opened,resolved,mtta,reopen_rate,hop_rate,first_assignment}' else '{opened,resolved,mtta,mttr,reopen_rate,hop_rate,first_assignment,fcr}' end::text[] loop
      foreach b in array array[null, 'priority', 'group', 'customer', 'day'] loop
        for i in 1 .. 2 loop
          lo := case i when 1 then '2030-05-19 22:00Z'::timestamptz else '2030-05-25Z'::timestamptz + floor(random() * 900000) * interval '1 second' end;
          hi := case i when 1 then '2030-06-30 22:00Z'::timestamptz else lo + floor(random() * 700000) * interval '1 second' end;
          a := tap.fast(w.login, m, lo, hi, b); s := tap.slow(w.sees, m, lo, hi, b);
          if a is distinct from s then return next concat_ws(' ', w.login, m, 'by', b, lo, hi, e'\n fast:', a, e'\n slow:', s); end if;
        end loop;
      end loop;
    end loop;
    continue when w.login = 't_caller';
    -- the backlog at instants, and day by day; whose it is by group is a matter of today for those who see a group
    for i in 1 .. 4 loop
      lo := '2030-05-25Z'::timestamptz + floor(random() * 1500000) * interval '1 second';
      execute format('select count(*)::text from tap.level x where x.lo <= %L and x.hi > %L and %s', least(lo, desk.now()), least(lo, desk.now()), w.sees) into s;
      a := tap.as_person(w.login, format('select value from desk.metric_get(''backlog'', %L, %L)', lo, lo));
      if a is distinct from s then return next concat_ws(' ', w.login, 'backlog at', lo, a, s); end if;
    end loop;
    select string_agg(d.value::text, ' ' order by d.key), string_agg(t.value::text, ' ' order by d.key) into a, s
      from (select x->>'key' as key, x->'value' as value from jsonb_array_elements(tap.as_person(w.login, 'select jsonb_agg(jsonb_build_object(''key'', g.key, ''value'', g.value)) from desk.metric_get(''backlog'', ''2030-05-22 22:00Z'', ''2030-06-30 22:00Z'', ''day'') g')::jsonb) x) d
      join (select x->>'key' as key, x->'value' as value from jsonb_array_elements(tap.as_person(w.login, 'select jsonb_agg(jsonb_build_object(''key'', b.key, ''value'', case when b.from_at < desk.now() then (select value from desk.metric_get(''backlog'', b.until_at, b.until_at)) end))
          from desk.metric_buckets(''2030-05-22 22:00Z'', ''2030-06-30 22:00Z'', ''day'', ''Europe/Berlin'') b')::jsonb) x) t on t.key = d.key;
    if a is distinct from s then return next concat_ws(' ', w.login, e'backlog by day\n', a, e'\n', s); end if;
  end loop;
end $$;
select tap.log('2030-05-20Z', 30, 'A');
select tap.days('2030-06-01Z', 420);
select tap.at('2030-06-06 21:00Z');
\o
select cmp_ok((select count(*)::int from desk.event where voids is not null), '>', 5, 'things were undone');
select cmp_ok((select count(*)::int from desk.ticket where reopens > 0), '>', 5, 'and reopened');
select cmp_ok((select count(*)::int from desk.ticket where restricted), '>', 0, 'and restricted');
select is_empty('select * from tap.differs()', 'from the views');
do $$ begin while desk.metric_roll_next() loop null; end loop; end $$;
select is(desk.metric_roll_next(), false, 'everything is summed up');
select cmp_ok((select count(*)::int from desk.metric_batch), '>', 5, 'in a batch a day');
select is((select count(*)::int from desk.metric_dirty), 0, 'without marks');
select is_empty('select * from tap.differs()', 'from batches');
select is(tap.as_person(l, format('select (desk.metric_rolled(m, ''2030-05-01'', ''2030-07-01'', null, ''{}'')).facts is not null from desk.metric m where m.id = %L', m)), (l = 't_agent')::text, l || ': batches or not: ' || m)
  from unnest('{t_agent,r_org,t_caller}'::text[]) l, unnest('{mttr,resolution_attainment}'::text[]) m;
select tap.days('2030-06-06 21:00Z', 250) \g /dev/null
select tap.log('2030-05-24Z', 15, 'B') \g /dev/null
select is((select count(*)::int from desk.metric_dirty) > 0, true, 'what was summed up has changed');
select is_empty('select * from tap.differs()', 'from batches with marks');
do $$ begin while desk.metric_roll_next() loop null; end loop; end $$;
select is(desk.metric_roll_next(), false, 'summed up anew');
select is((select count(*)::int from desk.metric_dirty), 0, 'no marks are left');
select is_empty('select * from tap.differs()', 'from new batches');
update desk.setting set value = '"UTC"' where key = 'desk.zone';
select is(desk.metric_batches(), '{}', 'in another zone days are other days');
select * from finish();
