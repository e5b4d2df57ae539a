-- Random acts of random people on a small desk with families, restricted tickets and two organisations:
--   the same act on many tickets does what as many single acts do, in every row it leaves and every answer it gives;
--   whatever was done in a row is undone in the order backwards, and redone, to exactly what it was.
-- SEED and ROUNDS as in the other tests.
\ir undo.inc
select no_plan();
set statement_timeout = 0;
\set seed ''
\set rounds ''
\getenv seed SEED
\getenv rounds ROUNDS
select coalesce(nullif(:'seed', ''), '1')::numeric as seed, greatest(coalesce(nullif(:'rounds', ''), '1')::int, 1) * 6 as n \gset
\echo '# seed ':seed', rounds ':n
\o /dev/null
select setseed((:seed % 1000003)::float8 / 1000003);
update desk.clock set frozen_at = '2026-06-01 08:00:00+00';
insert into desk.service(name) values ('Mail');
insert into desk.ci(name) values ('srv-1'), ('srv-2');
select tap.add('t_other', '{agent}', 'Acme'), tap.add('t_narrow', '{agent}', null, 'Network');
insert into desk.group_member(group_id, person_id, lead) select g.id, p.id, false from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login in ('t_agent', 't_other')
  union all select g.id, p.id, false from desk.support_group g, desk.person p where g.name = 'Network' and p.login = 't_narrow';

create function tap.pick(variadic p text[]) returns text language sql volatile as $$ select p[1 + floor(random() * cardinality(p))::int] $$;
create function tap.number_of(p_id bigint) returns text language sql as $$ select number from desk.ticket where id = p_id $$;
-- One act somebody might try. Verbs of the whole table; values right and wrong.
create function tap.some_act(p_ids bigint[], out login text, out verb text, out fields jsonb) language plpgsql as $$
declare v_to text := tap.number_of(p_ids[1 + floor(random() * cardinality(p_ids))::int]);
begin
  login := tap.pick('t_agent', 't_agent', 't_agent', 't_lead', 't_lead', 't_other', 't_narrow', 't_caller');
  verb := tap.pick('take', 'take', 'assign', 'assign', 'start', 'edit', 'edit', 'edit', 'hold', 'hold', 'resume', 'resolve', 'resolve', 'close', 'reopen', 'cancel', 'note', 'tag', 'tag', 'ci', 'watch',
    'unwatch', 'time', 'link', 'unlink', 'restrict', 'unrestrict', 'reply', 'dance', 'create');
  fields := case verb
    when 'assign' then jsonb_strip_nulls(jsonb_build_object('group', tap.pick('Network', 'Service desk', null), 'assignee', tap.pick('t_agent', 't_lead', 't_other', '', null), 'reason', tap.pick('because', null)))
    when 'edit' then jsonb_strip_nulls(jsonb_build_object('impact', tap.pick('1', '2', null), 'urgency', tap.pick('1', '3', null), 'symptom', tap.pick('smoke', '', null), 'subject', tap.pick('Another', null, null),
      'description', tap.pick('Longer', null), 'requester', tap.pick('t_beta', 't_caller', null, null, null), 'priority', tap.pick('1', null, null), 'reason', tap.pick('board', null), 'service', tap.pick('mail', '', null)))
    when 'hold' then jsonb_strip_nulls(jsonb_build_object('reason', tap.pick('requester', 'supplier', 'scheduled', 'rain'), 'until', tap.pick('+1d', '+1d', null), 'ref', tap.pick('S-1', null), 'body', tap.pick('which?', null)))
    when 'resolve' then jsonb_strip_nulls(jsonb_build_object('code', tap.pick('fixed', 'workaround', 'magic', null), 'category', tap.pick('General', 'General', null), 'body', tap.pick('done', 'done', null)))
    when 'close' then jsonb_strip_nulls(jsonb_build_object('reason', tap.pick('sure', null)))
    when 'reopen' then '{"reason": "again"}'
    when 'cancel' then jsonb_strip_nulls(jsonb_build_object('reason', tap.pick('test', 'duplicate'), 'to', tap.pick(v_to, null)))
    when 'note' then '{"body": "psst"}' when 'reply' then '{"body": "hello"}'
    when 'tag' then jsonb_strip_nulls(jsonb_build_object('add', tap.pick('a b', 'c', null), 'remove', tap.pick('a', 'b c', null)))
    when 'ci' then jsonb_strip_nulls(jsonb_build_object('add', tap.pick('srv-1', 'srv-1, srv-2', null), 'remove', tap.pick('srv-2', null)))
    when 'watch' then jsonb_strip_nulls(jsonb_build_object('person', tap.pick('t_lead', null)))
    when 'time' then jsonb_build_object('minutes', tap.pick('5', '0', '30'))
    when 'link' then jsonb_build_object('type', tap.pick('parent', 'parent', 'related', 'duplicate_of'), 'to', v_to)
    when 'unlink' then jsonb_build_object('type', tap.pick('parent', 'related'), 'to', v_to)
    when 'restrict' then jsonb_strip_nulls(jsonb_build_object('people', tap.pick('t_lead', null)))
    else '{}' end;
end $$;
create function tap.some_ids(p_ids bigint[]) returns bigint[] language sql volatile as $$
  select array_agg(x order by random()) from (select x from unnest(p_ids) x where random() < 0.5 union all select p_ids[1] where random() < 0.2 union all select 99999 where random() < 0.2) s $$;
-- Everything, journal and versions too, without what differs from call to call: operation, salt, hashes, transaction, times of recording.
create function tap.all_of() returns jsonb language sql as $$
  select jsonb_build_object(
    'tickets', (select jsonb_object_agg(t.id, tap.snap(t.id) || jsonb_build_object('version', t.version, 'last_seq', t.last_seq, 'updated_at', t.updated_at)) from desk.ticket t),
    'events', (select jsonb_agg(to_jsonb(e) - array['op', 'recorded_at', 'recorded_by', 'x', 'content', 'hash'] || jsonb_build_object('changes', x.changes, 'body', x.body, 'tsv', x.tsv) order by e.ticket_id, e.seq)
      from desk.event e join desk.event_text x using (ticket_id, seq)),
    'spans', (select jsonb_agg(to_jsonb(s) order by s.ticket_id, s.seq) from desk.span s),
    'heard', (select jsonb_object_agg(o, n) from (select l.org_id || ' ' || l.ticket_id as o, count(*) as n from desk.change_log_0 l group by 1) q),
    'links', (select jsonb_agg(to_jsonb(l) order by l.from_id, l.type, l.to_id) from desk.ticket_link l),
    'denied', (select count(*) from desk.access_log)) $$;
create function tap.answer(r jsonb) returns jsonb language sql as $$
  select case when (r->>'ok')::boolean then jsonb_build_object('ok', true, 'id', r->'id', 'number', r->'number', 'version', r->'version', 'seq', r->'seq', 'state', r->'state') else r->'error' end $$;

-- One round: in bulk and taken back, one by one and kept. 'ok', or what differs.
create function tap.bulk_round(p_ids bigint[]) returns text language plpgsql as $$
declare a record := tap.some_act(p_ids); v_ids bigint[] := coalesce(tap.some_ids(p_ids), '{}'); many jsonb; single jsonb; r jsonb; v_id bigint; v_answers jsonb; v_singles jsonb := '[]'; v_what text;
begin
  v_what := format('%s %s %s %s', a.login, a.verb, a.fields, v_ids);
  begin
    r := tap.as_person(a.login, format('select desk.act_many(%L, %L, %L, gen_random_uuid())', v_ids, a.verb, a.fields))::jsonb;
    select coalesce(jsonb_agg(tap.answer(v) order by n), '[]') into v_answers from jsonb_array_elements(r->'results') with ordinality q(v, n);
    many := tap.all_of();
    raise exception using errcode = 'TB001';
  exception when sqlstate 'TB001' then null;
  end;
  foreach v_id in array v_ids loop
    v_singles := v_singles || jsonb_build_array(tap.answer(tap.act(a.login, v_id, a.verb, a.fields)));
  end loop;
  single := tap.all_of();
  if v_answers <> v_singles then return format('%s: answers %s and %s', v_what, v_answers, v_singles); end if;
  if many is distinct from single then
    return format('%s: %s', v_what, (select string_agg(x.key || ' ' || case x.key when 'tickets' then tap.diff(x.value, y.value) else left(x.value::text || ' -> ' || y.value, 2000) end, '; ')
      from jsonb_each(many) x join jsonb_each(single) y using (key) where x.value is distinct from y.value));
  end if;
  return 'ok';
end $$;

create function tap.snaps() returns jsonb language sql as $$ select jsonb_object_agg(t.id, tap.snap(t.id)) from desk.ticket t $$;
create function tap.snap_diff(a jsonb, b jsonb) returns text language sql as $$
  select left(string_agg(x.key || ' ' || tap.diff(x.value, y.value), '; '), 2000) from jsonb_each(a) x join jsonb_each(b) y using (key) where x.value <> y.value $$;
-- Some acts in a row, single and in bulk, then all of them undone backwards, redone, undone again.
create function tap.undo_round(p_ids bigint[]) returns text language plpgsql as $$
declare a record; r jsonb; v_before jsonb := tap.snaps(); v_after jsonb; v_ops uuid[] := '{}'; v_logins text[] := '{}'; v_op uuid; i int; v_what text := ''; v_new uuid[]; k int; v_ids bigint[];
begin
  for i in 1 .. 1 + floor(random() * 7)::int loop
    a := tap.some_act(p_ids); v_op := gen_random_uuid();
    continue when a.verb = 'reply';         -- is never undone
    if random() < 0.3 then
      v_ids := coalesce(tap.some_ids(p_ids), '{}');
      r := tap.as_person(a.login, format('select desk.act_many(%L, %L, %L, %L)', v_ids, a.verb, a.fields, v_op))::jsonb;
      v_what := v_what || format('; %s %s %s %s', a.login, a.verb, a.fields, v_ids);
    else
      v_ids := array[p_ids[1 + floor(random() * cardinality(p_ids))::int]];
      r := tap.act(a.login, v_ids[1], a.verb, a.fields, null, v_op);
      v_what := v_what || format('; %s %s %s %s %s', a.login, a.verb, a.fields, v_ids, r->>'ok');
    end if;
    if exists (select from desk.event e where e.op = v_op) then
      v_ops := v_op || v_ops; v_logins := a.login || v_logins;
    end if;
  end loop;
  v_after := tap.snaps();
  for k in 1 .. 3 loop
    v_new := '{}';
    for i in 1 .. cardinality(v_ops) loop
      v_op := gen_random_uuid();
      r := tap.undo(v_logins[i], v_ops[i], v_op);
      if not (r->>'ok')::boolean or exists (select from jsonb_array_elements(r->'results') v where not (v->>'ok')::boolean) then
        return format('step %s, undo of %s by %s: %s; acts%s', k, v_ops[i], v_logins[i], left(r::text, 600), v_what);
      end if;
      v_new := v_op || v_new;
    end loop;
    v_ops := v_new;
    select array_agg(l order by n desc) into v_logins from unnest(v_logins) with ordinality q(l, n);
    if tap.snaps() <> (case k when 2 then v_after else v_before end) then
      return format('step %s left %s; acts%s', k, tap.snap_diff(case k when 2 then v_after else v_before end, tap.snaps()), v_what);
    end if;
  end loop;
  return 'ok';
end $$;

select array_agg(tap.do_create('t_agent', jsonb_build_object('subject', 'T' || i, 'requester', case when i % 5 = 0 then 't_beta' else 't_caller' end,
  'category', case when i % 2 = 0 then 'General' else null end, 'body', 'text ' || i))) as ids from generate_series(1, 12) i \gset
select tap.do_act('t_agent', (:'ids'::bigint[])[i], 'link', jsonb_build_object('type', 'parent', 'to', (:'ids'::bigint[])[1])) from generate_series(2, 4) i;
select tap.do_act('t_agent', (:'ids'::bigint[])[5], 'restrict', '{"people": "t_lead"}');
\o
select is((select string_agg(i || ': ' || r, e'\n') from (select i, tap.undo_round(:'ids') as r from generate_series(1, :n) i) x where r <> 'ok'), null, 'acts in a row, undone and redone');
select is((select string_agg(i || ': ' || r, e'\n') from (select i, tap.bulk_round(:'ids') as r from generate_series(1, :n * 4) i) x where r <> 'ok'), null, 'in bulk as one by one');
select is((select string_agg(i || ': ' || r, e'\n') from (select i, tap.undo_round(:'ids') as r from generate_series(1, :n) i) x where r <> 'ok'), null, 'undone and redone where much has happened');
select cmp_ok((select count(distinct verb) from desk.event), '>', 15::bigint, 'most verbs took part');
select is(tap.verify(), '[]', 'the journal verifies');
select * from finish();
