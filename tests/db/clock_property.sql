-- Random acts, single and in bulk, undone and redone, while definitions change: the clocks the acts left are those that the journal gives.
-- SEED and ROUNDS as in the other tests.
\ir clock.inc
select no_plan();
set statement_timeout = 0;
\set seed ''
\set rounds ''
\getenv seed SEED
\getenv rounds ROUNDS
select coalesce(nullif(:'seed', ''), '1')::numeric as seed, greatest(coalesce(nullif(:'rounds', ''), '1')::int, 1) * 150 as n \gset
\echo '# seed ':seed', rounds ':n
\o /dev/null
select setseed((:seed % 1000003)::float8 / 1000003);
select tap.at('2026-06-01 08:00:00+00');
insert into desk.service(name) values ('Mail'), ('Web');
insert into desk.group_member(group_id, person_id, lead) select g.id, p.id, false from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login = 't_agent';
select tap.add('t_worker', '{worker}');
select tap.calendar('office', 'Europe/Berlin', tap.week('08:00-18:00')), tap.calendar('lunch', 'UTC', '{"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "wed": [["22:00", "04:00"]], "sat": [["00:00", "24:00"]]}');
create function tap.pick(variadic p text[]) returns text language sql volatile as $$ select p[1 + floor(random() * cardinality(p))::int] $$;
create function tap.targets() returns jsonb language sql volatile as $$
  select jsonb_build_array(jsonb_build_object('metric', 'response', 'minutes', tap.pick('30', '60'), 'stop_on', tap.pick('reply', 'accept', 'assign'), 'calendar', tap.pick('office', 'lunch')),
    jsonb_build_object('metric', 'resolution', 'minutes', '480', 'calendar', 'office', 'reopen', tap.pick('resume', 'continue', 'cycle')),
    jsonb_build_object('metric', 'resolution', 'minutes', '120', 'priority', 1, 'calendar', 'lunch', 'pauses', '["requester", "supplier"]'::jsonb, 'reopen', tap.pick('resume', 'continue', 'cycle')),
    jsonb_build_object('metric', 'resolution', 'minutes', '240', 'priority', 3, 'calendar', 'office'),
    jsonb_build_object('metric', 'update', 'minutes', '90', 'mode', tap.pick('A', 'B'), 'calendar', 'office'),
    jsonb_build_object('metric', 'update', 'minutes', '30', 'mode', 'A', 'major', true)) $$;
create function tap.some_policy() returns jsonb language sql volatile as $$
  select tap.policy(jsonb_build_object('agreements', jsonb_build_array(
    jsonb_build_object('name', 'standard', 'type', 'sla', 'targets', tap.targets()),
    jsonb_build_object('name', 'gold', 'type', 'sla', 'targets', tap.targets(), 'contracts', jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('customer', tap.pick('Beta', null, null), 'service', 'Mail')))),
    jsonb_build_object('name', 'inside', 'type', 'ola', 'targets', jsonb_build_array(jsonb_build_object('metric', 'ola', 'minutes', tap.pick('60', '90'), 'calendar', 'office', 'reopen', tap.pick('resume', 'continue', 'cycle')),
      jsonb_build_object('metric', 'ola', 'minutes', '30', 'group', 'Network', 'priority', 1))),
    jsonb_build_object('name', 'S-1', 'type', 'uc', 'targets', jsonb_build_array(jsonb_build_object('metric', 'uc', 'minutes', '600', 'calendar', 'lunch')))))) $$;
create function tap.some_act() returns record language plpgsql volatile as $$
declare login text; verb text; fields jsonb;
begin
  login := tap.pick('t_agent', 't_agent', 't_lead', 't_caller', 't_lead');
  verb := tap.pick('take', 'assign', 'assign', 'start', 'edit', 'edit', 'take', 'start', 'hold', 'hold', 'hold', 'hold', 'resume', 'resume', 'resolve', 'resolve', 'reopen', 'reopen', 'reopen', 'reply', 'reply', 'reply', 'note');
  if random() < 0.02 then verb := tap.pick('cancel', 'close'); end if;
  fields := case verb
    when 'assign' then jsonb_strip_nulls(jsonb_build_object('group', tap.pick('Network', 'Service desk', null), 'assignee', tap.pick('t_agent', 't_lead', '', null), 'reason', 'because'))
    when 'edit' then jsonb_strip_nulls(jsonb_build_object('impact', tap.pick('1', '2', null), 'urgency', tap.pick('1', '3', null), 'requester', tap.pick('t_beta', 't_caller', null, null), 'service', tap.pick('mail', 'web', '', null)))
    when 'hold' then jsonb_strip_nulls(jsonb_build_object('reason', tap.pick('requester', 'supplier', 'scheduled'), 'until', '+90d', 'ref', tap.pick('S-1', 'S-2'), 'body', 'which?'))
    when 'resolve' then jsonb_build_object('code', 'fixed', 'category', 'General', 'body', 'done') when 'reopen' then '{"reason": "again"}'
    when 'close' then '{"reason": "sure"}' when 'cancel' then '{"reason": "test"}' when 'note' then '{"body": "psst"}' when 'reply' then '{"body": "hello"}' when 'tag' then '{"add": "x"}' else '{}' end;
  return (login, verb, fields);
end $$;
-- One act, of one or of some, sometimes undone and redone; then time passes.
create function tap.some_new(i int) returns bigint language sql volatile as $$
  select tap.do_create('t_agent', jsonb_build_object('subject', 'T' || i, 'requester', case when i % 5 = 0 then 't_beta' else 't_caller' end, 'service', case when i % 3 = 0 then 'mail' end,
    'group', case when i % 2 = 0 then 'Network' end, 'impact', 1 + i % 3, 'body', 'text ' || i)) $$;
create function tap.round() returns text language plpgsql as $$
declare p_ids bigint[]; login text; verb text; fields jsonb; v_op uuid := gen_random_uuid(); u uuid := gen_random_uuid(); v_ids bigint[]; v text; i int;
begin
  if random() < 0.03 then perform tap.some_policy(); end if;
  if random() < 0.06 then perform tap.some_new((random() * 30)::int); end if;
  p_ids := array(select t.id from desk.ticket t order by t.id desc limit 8);
  select x.a, x.b, x.c into login, verb, fields from tap.some_act() x(a text, b text, c jsonb);
  v_ids := array(select x from unnest(p_ids) x where random() < case when random() < 0.3 then 0.5 else 0.1 end);
  if random() < 0.05 then                   -- a major incident: what its verbs will do
    verb := 'major';
    select desk.store_act(t, jsonb_populate_record(t, jsonb_build_object('major', tap.pick('accepted', 'rejected', 'candidate'))), 'edit', 1, 'api', v_op, desk.now(), 1::smallint, '{}', null) is null
      into v from desk.ticket t where t.id = p_ids[1 + floor(random() * cardinality(p_ids))::int] and t.phase < 3;
  elsif random() < 0.3 then perform tap.as_person(login, format('select desk.act_many(%L, %L, %L, %L)', v_ids, verb, fields, v_op));
  elsif v_ids[1] is not null then
    v_ids := v_ids[1:1];
    perform tap.act(login, v_ids[1], verb, fields, null, v_op);
  end if;
  v := tap.drift(p_ids);
  if v <> 'ok' then return format('%s %s %s %s: %s', login, verb, fields, v_ids, v); end if;
  if random() < 0.3 and verb <> 'major' then
    for i in 1 .. 2 loop
      perform tap.undo(login, v_op, u);
      v := tap.drift(p_ids);
      if v <> 'ok' then return format('%s of %s %s %s %s: %s', case i when 1 then 'undo' else 'redo' end, login, verb, fields, v_ids, v); end if;
      exit when random() < 0.5;
      v_op := u; u := gen_random_uuid();
    end loop;
  end if;
  perform tap.at(desk.now() + (random() * random() * random() * 4000)::int * interval '1 minute' + (random() * 60)::int * interval '1 second');
  return 'ok';
end $$;
select tap.some_policy();
select array_agg(tap.some_new(i)) as ids from generate_series(1, 8) i \gset
\o
select is(tap.drift(:'ids'), 'ok', 'new tickets');
select is((select string_agg(i || ': ' || r, e'\n') from (select i, tap.round() as r from generate_series(1, :n) i) x where r <> 'ok'), null, 'act by act as from the journal');
select cmp_ok((select count(distinct metric) from desk.sla_clock), '>=', 4::bigint, 'kinds of clocks took part');
select cmp_ok((select count(*) from desk.sla_clock where cancel_reason = 'superseded'), '>', 0::bigint, 'some were superseded');
select cmp_ok((select count(*) from desk.clock_now where state = 'breached'), '>', 3::bigint, 'some breached');
select is(tap.verify(), '[]', 'the journal verifies');
select * from finish();
