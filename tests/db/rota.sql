-- Skills, rotas, swaps and absences: who is on duty when, over midnight and changes of the clocks, who writes and who reads what.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('d_ann', '{agent}'), tap.add('d_bob', '{agent}'), tap.add('d_eva', '{agent}'), tap.add('d_lead', '{agent,lead}', p_group => 'Network'), tap.add('d_desk', '{agent,lead}', p_group => 'Service desk');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Network' and p.login in ('d_ann', 'd_bob', 'd_eva', 'd_lead');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Service desk' and p.login = 'd_desk';
select id as net from desk.support_group where name = 'Network' \gset
create function tap.call(p_login text, p_call text, variadic p text[] default '{}') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.%s(%s)', p_call, (select string_agg(quote_nullable(x), ', ' order by n) from unnest(p) with ordinality u(x, n))))::jsonb $$;
-- who is on duty then: logins, by a wall time in a zone or an instant
create function tap.duty(p_at timestamptz) returns text language sql as $$
  select coalesce(tap.as_person('t_agent', format('select string_agg(p.login, '' '' order by p.login) from desk.on_duty(%s, %L) d join desk.person p on p.id = d.person_id',
    (select id from desk.support_group where name = 'Network'), p_at)), '') $$;
create function tap.rota(p_login text, p_shifts text[], p_more jsonb default '{}') returns jsonb language sql as $$
  select tap.call(p_login, 'rota_save', jsonb_build_object('rotas', jsonb_build_array(jsonb_build_object('rota', 'Net', 'group', 'Network', 'zone', 'Europe/Berlin', 'shifts', to_jsonb(p_shifts)) || p_more))::text) $$;
\o

-- ---- rights --------------------------------------------------------------------------------------------------------------
select is(tap.duty('2026-03-02 10:00+01'), 'd_ann d_bob d_eva d_lead t_agent t_lead', 'a group without a rota is always on duty');
select is(tap.why(tap.rota('d_ann', '{mon-fri 08:00-17:00 d_ann}')), 'denied rota_role group', 'an agent writes no rota');
select is(tap.why(tap.rota('d_desk', '{mon-fri 08:00-17:00 d_ann}')), 'denied rota_role group', 'nor the lead of another group');
select is(tap.why(tap.rota('t_caller', '{mon-fri 08:00-17:00 d_ann}')), 'denied rota_role group', 'nor a requester');
select is((select count(*) from desk.rota), 0::bigint, 'nothing was written');
select is(tap.why(tap.rota('d_lead', '{mon-fri 08:00-17:00 d_ann}')), 'ok', 'the lead of the group does');
select is(tap.why(tap.rota('t_admin', '{mon-fri 08:00-17:00 d_ann, "sat 9:00-12:00 d_bob"}')), 'ok', 'and an administrator');
select is((select array_agg((l.new->>'version')::int order by l.id) from desk.rota_log l where l.what = 'rota'), '{1,2}', 'each change is in the journal with what was before and after');
select is((select l.old->'shifts' from desk.rota_log l where l.what = 'rota' order by id desc limit 1), '["mon-fri 08:00-17:00 d_ann"]', 'from ... to');
select is(tap.rota('d_lead', '{mon-fri 08:00-17:00 d_ann, "sat  9:00-12:00 d_bob"}')->'rotas'->0->>'changed', 'false', 'saying the same again changes nothing');
select is((select count(*) from desk.rota_log), 2::bigint, 'and writes nothing');
select is(tap.as_person('t_caller', 'select count(*) from desk.rota_list()'), '0', 'requesters see none');
select is(tap.as_person('t_caller', format('select count(*) from desk.on_duty(%s, now())', :net)), '0', 'nor who is on duty');
select is(tap.try('t_agent', 'update desk.rota set zone = ''UTC'''), '42501', 'nobody writes the tables');
select is(tap.try('t_agent', 'select count(*) from desk.absence'), '42501', 'nor reads absences there');
select is(tap.try('t_agent', 'select count(*) from desk.rota_log'), '42501', 'nor the journal');

-- ---- what is wrong with a rota ---------------------------------------------------------------------------------------------
select is(tap.why(tap.rota('d_lead', array[x])), w, x) from (values
  ('mon-fri 08:00 d_ann', 'input rota_line shift'), ('mon-fry 08:00-17:00 d_ann', 'input rota_days shift'), ('mon-fri 08:00-25:00 d_ann', 'input rota_time shift'),
  ('mon 24:00-08:00 d_ann', 'input rota_time shift'), ('mon 08:00-17:00 nobody_here', 'input rota_person shift'), ('mon 08:00-17:00 t_caller', 'input not_member shift'),
  ('mon 08:00-17:00 t_auditor', 'input not_member shift'), ('mon 08:00-17:00 d_desk', 'input not_member shift'), ('daily 00:00-24:00 turns d_ann, d_bob', 'input rota_line shift'),
  ('daily 00:00-24:00 turns d_ann every 0d from 2026-01-05', 'input rota_turn shift'), ('daily 00:00-24:00 turns d_ann every 1w from 2026-02-30', 'input rota_date from'),
  ('', 'input rota_line shift'), (E'mon 08:00-17:00 d_ann; drop table x', 'input rota_person shift')) v(x, w);
select is(tap.why(tap.rota('d_lead', '{daily 00:00-24:00 d_ann}', x)), w, x::text) from (values
  ('{"zone": "Mars/Base"}'::jsonb, 'input calendar_zone zone'), ('{"from": "soon"}', 'input rota_date from'), ('{"from": "2026-02-01", "until": "2026-01-01"}', 'input rota_date until'),
  ('{"group": "Nowhere"}', 'input rota_group group'), ('{"rota": "  "}', 'input rota_name rota'), ('{"shifts": []}', 'input rota_empty shift'), ('{"shifts": "x"}', 'input rota_empty shift')) v(x, w);
select is(tap.why(tap.call('d_lead', 'rota_save', x)), 'input rota_nothing', x) from unnest('{"{}","{\"rotas\": []}","{\"rotas\": 3}"}'::text[]) x;
select is((select version from desk.rota), 2, 'all of it changed nothing');

-- ---- days, midnight, validity ------------------------------------------------------------------------------------------------
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  ('2026-03-02 07:59:59+01', ''), ('2026-03-02 08:00+01', 'd_ann'), ('2026-03-02 16:59:59+01', 'd_ann'), ('2026-03-02 17:00+01', ''),
  ('2026-03-07 08:30+01', ''), ('2026-03-07 09:00+01', 'd_bob'), ('2026-03-08 10:00+01', '')) v(x, w);
select tap.rota('d_lead', '{sat 22:00-06:00 d_ann, fri-mon 06:00-07:00 d_bob}', '{"from": "2026-03-14", "until": "2026-03-28"}') \g /dev/null
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  ('2026-03-07 23:00+01', ''), ('2026-03-14 21:59+01', ''), ('2026-03-14 22:00+01', 'd_ann'), ('2026-03-15 05:59+01', 'd_ann'), ('2026-03-15 06:00+01', 'd_bob'), ('2026-03-16 06:30+01', 'd_bob'), ('2026-03-17 06:30+01', ''),
  ('2026-03-20 06:30+01', 'd_bob'),
  -- the night in which the clocks go forward, on the last valid day: it ends at six of the new time
  ('2026-03-28 22:00+01', 'd_ann'), ('2026-03-29 05:59+02', 'd_ann'), ('2026-03-29 06:00+02', ''), ('2026-03-29 23:00+02', '')) v(x, w);
select tap.rota('d_lead', '{sat 22:00-06:00 d_ann}') \g /dev/null
select is((select d.until_at - d.from_at from desk.duty(:net, '2026-03-28 23:00+01', '2026-03-28 23:30+01') d), interval '7 hours', 'that night has seven hours');
select is((select d.until_at - d.from_at from desk.duty(:net, '2026-10-24 23:00+02', '2026-10-24 23:30+02') d), interval '9 hours', 'the one in autumn nine');
select is((select d.until_at - d.from_at from desk.duty(:net, '2026-06-06 23:00+02', '2026-06-06 23:30+02') d), interval '8 hours', 'others eight');
select tap.rota('d_lead', '{sun 02:00-03:00 d_ann}') \g /dev/null
select is((select count(*) from desk.duty(:net, '2026-03-29 00:00+01', '2026-03-29 06:00+02')), 0::bigint, 'an hour that does not come is nobody''s');
select is((select array_agg(d.until_at - d.from_at) from desk.duty(:net, '2026-10-25 00:00+02', '2026-10-25 06:00+01') d), '{02:00:00}', 'one that comes twice is two');
select tap.rota('d_lead', '{daily 08:00-08:00 d_ann}') \g /dev/null
select is(tap.duty('2026-03-04 08:00+01') || tap.duty('2026-03-04 07:59+01'), 'd_annd_ann', 'from eight to eight is a day');

-- ---- turns ---------------------------------------------------------------------------------------------------------------
select tap.rota('d_lead', '{"daily 00:00-24:00 turns d_ann, d_bob, d_eva every 1w from 2026-03-02 09:00"}') \g /dev/null
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  ('2026-03-02 08:59+01', 'd_eva'), ('2026-03-02 09:00+01', 'd_ann'), ('2026-03-09 08:59+01', 'd_ann'), ('2026-03-09 09:00+01', 'd_bob'), ('2026-03-16 12:00+01', 'd_eva'), ('2026-03-23 12:00+01', 'd_ann'),
  -- handed over at nine of the wall clock, in summer too
  ('2026-03-30 08:59+02', 'd_ann'), ('2026-03-30 09:00+02', 'd_bob'), ('2026-02-23 08:59+01', 'd_bob'), ('2026-02-23 09:00+01', 'd_eva')) v(x, w);
select tap.rota('d_lead', '{"mon-fri 17:00-08:00 turns d_ann, d_bob every 1d from 2026-10-24 02:30"}') \g /dev/null
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  ('2026-10-24 02:00+02', 'd_bob'), ('2026-10-24 03:00+02', 'd_ann'), ('2026-10-24 09:00+02', ''), ('2026-10-26 18:00+01', 'd_ann'), ('2026-10-27 02:00+01', 'd_ann'), ('2026-10-27 02:30+01', 'd_bob')) v(x, w);
select tap.rota('d_lead', '{"daily 00:00-24:00 turns d_ann, d_bob every 1d from 2026-10-24 02:30"}') \g /dev/null
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  -- the hand-over is in the hour that comes twice: at its first coming, and not back again
  ('2026-10-25 02:29+02', 'd_ann'), ('2026-10-25 02:30+02', 'd_bob'), ('2026-10-25 02:15+01', 'd_bob'), ('2026-10-25 02:45+01', 'd_bob'), ('2026-10-26 02:29+01', 'd_bob'), ('2026-10-26 02:30+01', 'd_ann')) v(x, w);
-- every instant belongs to exactly one of them, whatever the zone and the hand-over
create function tap.one(p_zone text, p_every text, p_at text) returns bigint language plpgsql as $$
declare n bigint;
begin
  perform tap.rota('d_lead', array[format('daily 00:00-24:00 turns d_ann, d_bob, d_eva every %s from 2026-01-01 %s', p_every, p_at)], jsonb_build_object('zone', p_zone));
  select count(*) into n from generate_series(timestamptz '2026-01-01 00:00+00', '2026-12-31 00:00+00', interval '7 hours 13 minutes') g
   where (select count(*) from desk.duty((select id from desk.support_group where name = 'Network'), g, g + interval '1 microsecond')) <> 1;
  return n;
end $$;
select is(tap.one(z, e, a), 0::bigint, format('%s, every %s, %s: always one on duty', z, e, a)) from (values ('Europe/Berlin', '1d', '02:30'), ('Australia/Lord_Howe', '1w', '02:00'), ('Asia/Kathmandu', '3d', '23:59'), ('America/St_Johns', '1d', '00:30')) v(z, e, a);

-- ---- swaps ---------------------------------------------------------------------------------------------------------------
select tap.rota('d_lead', '{mon-fri 08:00-16:00 d_ann, mon-fri 16:00-00:00 d_bob}') \g /dev/null
select is(tap.why(tap.call('d_ann', 'rota_swap_add', '{"group": "Network", "from": "2026-03-03 12:00+01", "until": "2026-03-04 20:00+01", "off": "d_ann", "on": "d_eva"}')), 'denied rota_role group', 'a swap is written by the lead');
select tap.call('d_lead', 'rota_swap_add', '{"group": "Network", "from": "2026-03-03 12:00+01", "until": "2026-03-04 20:00+01", "off": "d_ann", "on": "d_eva", "note": "dentist"}')->>'swap' as swap \gset
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  ('2026-03-03 11:59+01', 'd_ann'), ('2026-03-03 12:00+01', 'd_eva'), ('2026-03-03 17:00+01', 'd_bob'), ('2026-03-04 08:00+01', 'd_eva'), ('2026-03-04 19:00+01', 'd_bob'), ('2026-03-05 08:00+01', 'd_ann')) v(x, w);
select tap.call('d_lead', 'rota_swap_add', '{"group": "Network", "from": "2026-03-04 10:00+01", "until": "2026-03-04 12:00+01", "off": "d_eva"}'),
  tap.call('d_lead', 'rota_swap_add', '{"group": "Network", "from": "2026-03-08 10:00+01", "until": "2026-03-08 12:00+01", "on": "d_bob"}') \g /dev/null
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  ('2026-03-04 09:59+01', 'd_eva'), ('2026-03-04 10:00+01', ''), ('2026-03-04 12:00+01', 'd_eva'), ('2026-03-08 11:00+01', 'd_bob'), ('2026-03-08 12:00+01', '')) v(x, w);
select is(tap.why(tap.call('d_lead', 'rota_swap_add', x)), w, x) from (values
  ('{"group": "Network", "from": "2026-03-03", "until": "2026-03-04"}', 'input swap_nobody on'), ('{"group": "Network", "from": "2026-03-03", "until": "2026-03-01", "on": "d_bob"}', 'input rota_when until'),
  ('{"group": "Network", "from": "x", "until": "2026-03-01", "on": "d_bob"}', 'input rota_when from'), ('{"group": "Network", "from": "2026-03-03", "until": "2026-03-04", "on": "d_desk"}', 'input not_member on'),
  ('{"group": "Network", "from": "2026-03-03", "until": "2026-03-04", "off": "d_bob", "on": "d_bob"}', 'input swap_nobody on')) v(x, w);
select is(tap.why(tap.call('d_ann', 'rota_swap_end', :'swap')), 'denied rota_role group', 'who may not write it cannot take it back');
select is(tap.why(tap.call('d_lead', 'rota_swap_end', :'swap')), 'ok', 'the lead takes it back');
select is(tap.duty('2026-03-03 13:00+01'), 'd_ann', 'and the rota is as it was');
select is(tap.why(tap.call('d_lead', 'rota_swap_end', :'swap')), 'notfound no_swap swap', 'once');

-- ---- absences --------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.call('d_bob', 'absence_add', '{"person": "d_ann", "from": "2026-03-03", "until": "2026-03-03"}')), 'denied absence_role person', 'a colleague enters no absence of another');
select is(tap.why(tap.call('t_caller', 'absence_add', '{"from": "2026-03-03", "until": "2026-03-03"}')), 'denied not_a_person', 'nor a requester one');
select tap.call('d_ann', 'absence_add', '{"from": "2026-03-05 09:00+01", "until": "2026-03-06 09:00+01", "reason": "surgery"}')->>'absence' as a1 \gset
select is(tap.why(tap.call('d_lead', 'absence_add', '{"person": "d_ann", "from": "2026-03-05", "until": "2026-03-05", "reason": "as she said", "private": "no"}')), 'ok', 'the lead does, over one that is there');
select is(tap.duty(x::timestamptz), w, x || ': ' || w) from (values
  ('2026-03-05 08:30+01', ''), ('2026-03-05 10:00+01', ''), ('2026-03-06 08:30+01', ''), ('2026-03-06 09:00+01', 'd_ann')) v(x, w);
select is(tap.as_person(who, 'select string_agg(coalesce(a->>''reason'', ''-''), '', '' order by a->>''reason'') from desk.absence_list(''2026-03-01'') a'), w, who || ' reads') from (values
  ('d_ann', 'as she said, surgery'), ('d_lead', 'as she said, surgery'), ('t_lead', 'as she said, surgery'), ('t_admin', 'as she said, surgery'), ('d_bob', 'as she said, -'), ('d_desk', 'as she said, -'), ('t_auditor', 'as she said, -'), ('t_caller', null)) v(who, w);
select is_empty($$ select from desk.rota_log l where l.old::text ~ 'surgery' or l.new::text ~ 'surgery' $$, 'no reason is in the journal');
select is(tap.as_person('d_bob', 'select count(*) from desk.rota_history(''absence'')'), '0', 'whose journal is for the person');
select is(tap.as_person('d_lead', 'select count(*) from desk.rota_history(''absence'')'), '2', 'and the lead');
select is(tap.as_person('d_bob', 'select count(*) from desk.rota_week(''2026-03-02'', 7, ''Network'') w where w::text ~ ''surgery'''), '0', 'nor is it in the week of others');
select is(tap.why(tap.call('d_bob', 'absence_end', :'a1')), 'denied absence_role person', 'others do not end it');
select is(tap.why(tap.call('d_ann', 'absence_end', :'a1')), 'ok', 'she does');
select is(tap.duty('2026-03-06 08:30+01'), 'd_ann', 'and is there again');
select is(tap.why(tap.call('d_ann', 'absence_add', x)), w, x) from (values
  ('{"from": "2026-03-05", "until": "2026-03-04"}', 'input rota_when until'), ('{"from": "2026-02-30", "until": "2026-03-04"}', 'input rota_when from'), ('{"from": "now", "until": "2026-13-01"}', 'input rota_when until'),
  ('{"from": "2026-03-05", "until": "2026-03-06", "private": "maybe"}', 'input bad_value private')) v(x, w);
-- who is not there any more has no duty either
update desk.person set active = false where login = 'd_ann';
select is(tap.duty('2026-03-09 10:00+01'), '', 'somebody disabled is not on duty');
update desk.person set active = true where login = 'd_ann';
delete from desk.group_member m using desk.person p where p.id = m.person_id and p.login = 'd_ann';
select is(tap.duty('2026-03-09 10:00+01'), '', 'nor is who left the group');

-- ---- skills ----------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.call('d_bob', 'skill_set', 'd_bob', 'wifi')), 'denied skill_role person', 'nobody gives himself a skill');
select is(tap.why(tap.call('d_lead', 'skill_set', 'd_bob', 'WiFi', '3')), 'ok', 'the lead does');
select is(tap.why(tap.call('d_lead', 'skill_set', 'd_eva', 'wifi')), 'ok', 'a name has no case');
select is(tap.as_person('d_bob', 'select string_agg(s::text, '';'') from desk.skill_list() s'), '{"skill": "WiFi", "people": [{"level": 3, "person": "d_bob"}, {"level": null, "person": "d_eva"}]}', 'staff read them');
select is(tap.why(tap.call('d_lead', 'skill_set', 'd_eva', 'wifi', null, 'true')), 'ok', 'taken away');
select is(tap.why(tap.call('d_lead', 'skill_set', 'd_bob', x, l)), w, x || coalesce(l, '')) from (values ('a,b', null, 'input skill_name skill'), ('', null, 'input skill_name skill'), ('wifi', '9', 'input out_of_range level')) v(x, l, w);
select is((select array_agg(coalesce(l.old->>'level', '-') || '>' || coalesce(l.new->>'level', '-') order by l.id) from desk.rota_log l where l.what = 'skill'), '{->3,->-,->-}', 'each change is in the journal');

-- erased: nothing is said of the person any more, and of a person of the same name as a group no more than that
select tap.add('network', '{agent}') \g /dev/null
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Network' and p.login = 'network';
select tap.call('d_lead', 'rota_save', '{"rotas": [{"rota": "Names", "group": "Network", "zone": "UTC", "shifts": ["daily 00:00-24:00 turns network, d_bob, Network every 1w from 2026-01-05 09:00", "sat,sun 08:00-09:00 D_Bob"]}]}') \g /dev/null
select tap.call('t_admin', 'person_erase', tap.person('network')::text, 'asked') \g /dev/null
select tap.call('t_admin', 'person_erase', tap.person('d_bob')::text, 'asked') \g /dev/null
select is((select count(*) from desk.person_skill), 0::bigint, 'who is erased has no skill');
select is((select string_agg(s.line, '; ') from desk.rota_shift s where s.line ~* 'd_bob'), null, 'and stands in no rota by his name');
select is((select count(*) from desk.rota_log l where l.old::text ~* 'd_bob' or l.new::text ~* 'd_bob'), 0::bigint, 'nor in its journal');
select is(l.new->>'group' || ': ' || regexp_replace(l.new->>'shifts', 'person \d+', 'person', 'g'), 'Network: ["daily 00:00-24:00 turns person, person, person every 1w from 2026-01-05 09:00", "sat,sun 08:00-09:00 person"]', 'whole names only') from desk.rota_log l where l.name = 'Names';
select isnt((select count(*) from desk.rota_log l where l.old::text ~ 'person \d+' or l.new::text ~ 'person \d+'), 0::bigint, 'where it says who as elsewhere');
select is_empty($$ select s.line from desk.rota_shift s cross join lateral desk.rota_shift_read(s.line, (select r.group_id from desk.rota r where r.id = s.rota_id)) x where x.error #>> '{error,id}' in ('rota_line', 'rota_days', 'rota_time', 'rota_turn') $$, 'the lines are lines');
select is((select count(*) from desk.absence a join desk.person p on p.id = a.person_id where p.erased_at is not null), 0::bigint, 'and no absence');
-- a rota is dropped and stays for the past
select is(tap.as_person('t_agent', format('select jsonb_path_exists(desk.rota_week(%L, 7, ''*''), ''$.groups[*].duty[*]'')', t)), 'false', 'no end is waited for: ' || t) from unnest('{infinity,-infinity}'::text[]) t;
select tap.call('d_lead', 'rota_drop', 'Names') \g /dev/null
select is(tap.why(tap.call('d_desk', 'rota_drop', 'Net')), 'denied rota_role group', 'not by the lead of another group');
select is(tap.why(tap.call('d_lead', 'rota_drop', 'net')), 'ok', 'by its lead');
select is(tap.duty('2026-03-09 10:00+01'), 'd_eva d_lead t_agent t_lead', 'without a rota everybody is there');
select * from finish();
