-- Shift handover: who writes, who signs, what it says, and that lists of work stay free of it.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('h_two', '{agent}'), tap.add('h_out', '{agent}');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Network' and p.login = 'h_two';
create function tap.begin(p_login text, p_group text default null, p_since timestamptz default null, p_lang text default 'en') returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.handover_begin(%L, %L, %L)', p_group, p_since, p_lang))::jsonb $$;
create function tap.write(p_login text, p_more jsonb default '{}') returns jsonb language sql as $$
  select tap.new(p_login, '{"group": "Network", "subject": "Night", "body": "quiet"}'::jsonb || p_more, p_kind => 'handover') $$;
create function tap.part(p jsonb, p_part text) returns text language sql as $$
  select string_agg(t->>'subject', ' ') from jsonb_array_elements(p->'facts'->p_part->'tickets') t $$;
create function tap.waits(p_login text) returns text language sql as $$
  select tap.as_person(p_login, 'select string_agg(number, '' '' order by number) from desk.inbox(100, null, true) where reason = ''handover''') $$;
\o
-- a desk whose clock stands: the day before, then the shift
update desk.clock set frozen_at = '2026-03-01 00:00Z';
\o /dev/null
select tap.do_create('t_agent', '{"subject": "old", "group": "Network"}') as t_old, tap.do_create('t_agent', '{"subject": "other", "group": "Service desk"}') as t_other \gset
select tap.do_create('t_agent', '{"subject": "secret", "group": "Network"}') as t_secret, tap.do_create('t_agent', '{"subject": "again", "group": "Network"}') as t_again \gset
select tap.do_act('t_lead', :t_secret, 'restrict'), tap.do_act('t_agent', :t_again, 'take'), tap.do_act('t_agent', :t_again, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}');
update desk.clock set frozen_at = '2026-03-02 08:00Z';
select tap.do_create('t_agent', '{"subject": "hot", "group": "Network", "impact": 1, "urgency": 1}') as t_hot, tap.do_create('t_agent', '{"subject": "solved", "group": "Network"}') as t_done,
  tap.do_create('t_agent', '{"subject": "waits", "group": "Network"}') as t_wait, tap.do_create('t_agent', '{"subject": "undone", "group": "Network"}') as t_undone \gset
update desk.person set vip = true where login = 't_caller';
select tap.do_create('t_agent', '{"subject": "vip", "group": "Network", "requester": "t_caller"}') as t_vip \gset
select tap.do_act('t_agent', :t_done, 'take'), tap.do_act('t_agent', :t_done, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}');
select tap.do_act('t_agent', :t_undone, 'take');
select tap.do_act('t_agent', :t_undone, 'resolve', '{"code": "fixed", "category": "General", "body": "x"}') as r \gset
select tap.do_act('t_agent', :t_wait, 'take'), tap.do_act('t_agent', :t_wait, 'hold', '{"reason": "scheduled", "until": "+1d"}');
select tap.do_act('t_agent', :t_other, 'assign', '{"group": "Network"}'), tap.do_act('t_lead', :t_again, 'reopen', '{"reason": "x"}');
select tap.as_person('t_agent', format('select desk.follow_up(%s, desk.now() + interval ''5 hours'', ''ring the vendor'')', :t_old));
select tap.do_act('t_agent', :t_undone, 'undo');
update desk.clock set frozen_at = '2026-03-02 12:00Z';
\o

-- ---- what it says ------------------------------------------------------------------------------------------------------
select tap.begin('t_agent') as f \gset
select is(:'f'::jsonb - array['facts', 'body'], '{"ok": true, "group": "Network", "from": "2026-03-02T04:00:00Z", "until": "2026-03-02T12:00:00Z", "subject": "Network: 03-02 04:00 - 03-02 12:00"}',
  'my group, the last eight hours');
select is(tap.part(:'f', 'opened'), 'hot solved waits undone vip', 'opened');
select is(tap.part(:'f', 'came'), 'other', 'came from another group');
select is(tap.part(:'f', 'resolved'), 'solved', 'resolved; what was undone is not');
select is(tap.part(:'f', 'reopened'), 'again', 'reopened; an undo is none');
select is(tap.part(:'f', 'hot'), 'hot vip', 'hot: priority 1 or 2, or a VIP asks');
select is(tap.part(:'f', 'wakes'), 'waits', 'wakes next');
select is(tap.part(:'f', 'unassigned'), 'old other hot vip', 'nobody''s, the oldest first');
select is(tap.part(:'f', 'oldest'), 'old other again hot waits', 'the five oldest');
select is(:'f'::jsonb->'facts'->'follow_ups', jsonb_build_array(jsonb_build_object('number', 'INC' || 100000 + :t_old, 'due_at', '2026-03-02T13:00:00Z', 'text', 'ring the vendor')), 'my follow-ups');
select unalike(:'f'::text, '%secret%', 'a restricted ticket is not in it');
select alike(:'f'::jsonb->>'body', E'Open now: 7\n\nHot: urgent, due soon or a VIP asks: 2\n- INC% P1 New: hot\n- INC% P5 New VIP: vip\n\nOpened in this shift: 5\n%Notes:', 'the text');
select alike(:'f'::jsonb->>'body', '%On hold, comes back: 1%P5 On hold, t_agent, 03-03 08:00: waits%', 'with who has it, and when');
select alike(tap.begin('t_agent', p_lang => 'zh_CN')->>'body', E'当前未结：7\n\n紧要%P1 新建: hot%说明：', 'in Chinese');
select is(tap.part(tap.begin('t_agent', 'Network', '2026-02-28 00:00Z'), 'opened'), 'hot old other again solved waits undone vip', 'since a time one chooses');
select is(tap.begin('h_two')->'facts'->'follow_ups', '[]', 'the follow-ups of another stay his');
update desk.setting set value = '2' where key = 'handover.list';
select alike(tap.begin('t_agent')->>'body', E'%Opened in this shift: 5\n- %\n- %\n- ...\n\n%', 'long parts are cut, and say so');
select is(tap.why(tap.begin('h_out')), 'denied handover_no_group group', 'who is in no group');
select is(tap.why(tap.begin('h_out', 'Network')), 'denied handover_member group', 'nor in this one');
select is(tap.why(tap.begin('t_agent', 'Netwrk')), 'input unknown_group group', 'a group that is none');
select is(tap.why(tap.begin('t_agent', null, '2027-01-01')), 'input handover_times from', 'a shift yet to come');
select is(tap.why(tap.begin('t_caller', 'Network')), 'denied handover_member group', 'a requester');

-- ---- writing -------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.write('h_out')), 'denied handover_member group', 'only a member writes');
select is((select count(*) from desk.access_log where what = 'denied' and person_id = tap.person('h_out') and detail = 'create'), 1::bigint, 'the attempt is on record');
select is(tap.why(tap.write('t_caller')), 'denied field_denied group', 'no requester');
select is(tap.why(tap.write('t_agent', '{"from": "2026-03-03"}')), 'input handover_times from', 'it ends before it begins');
select is(tap.why(tap.write('t_agent', '{"body": " "}')), 'input field_required body', 'something must stand in it');
select tap.write('t_agent', jsonb_build_object('from', :'f'::jsonb->'from', 'until', :'f'::jsonb->'until', 'facts', (:'f'::jsonb->'facts')::text, 'body', 'as generated, edited')) as r \gset
select :'r'::jsonb->>'id' as h \gset
select is(:'r'::jsonb->>'number', 'SHO' || 100000 + :h, 'written');
select is((tap.show('h_two', :h)->>'facts')::jsonb, :'f'::jsonb->'facts', 'the facts are kept with it');
select is(tap.show('h_two', :h)->>'body', 'as generated, edited', 'so is the text');
select is(tap.show('t_caller', :h), null, 'not for requesters');
select is((tap.row(:h)).phase, 3::smallint, 'it is no open work');
select is(tap.waits('h_two'), 'SHO' || 100000 + :h, 'the group is asked to sign');
select is(tap.waits('t_agent'), null, 'not who wrote it');
select is(tap.waits('h_out'), null, 'nor others');
select is(tap.try('h_two', format('insert into desk.my_read values (desk.me(), %s, 9)', :h)), 'done', 'to have read it');
select is(tap.waits('h_two'), 'SHO' || 100000 + :h, 'is not to have signed it');
select is(tap.as_person('h_two', 'select desk.handover_last()'), 'SHO' || 100000 + :h, 'the last one');
select is(tap.as_person('h_out', 'select desk.handover_last()'), null, 'of one''s groups');
select is(tap.begin('h_two')->>'from', '2026-03-02T04:00:00Z', 'an unsigned one does not move the next shift');

-- ---- signing -------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.act('t_agent', :h, 'sign')), 'denied handover_own', 'not by who wrote it');
select is(tap.why(tap.act('h_out', :h, 'sign')), 'denied handover_member', 'nor by another group');
select is(tap.why(tap.act('t_auditor', :h, 'sign')), 'denied role_denied', 'nor by who only looks on');
select is(tap.why(tap.act('h_two', :h, 'dispute')), 'input field_required body', 'who disputes it says why');
select is(tap.why(tap.act('h_two', :h, 'dispute', '{"body": "the switch is not in it"}')), 'ok', 'disputed');
select is((tap.row(:h)).phase, 1::smallint, 'now it is work');
select is(tap.waits('t_lead'), null, 'and waits for who wrote it');
select is(tap.why(tap.act('t_agent', :h, 'note', '{"body": "the switch waits for a part"}')), 'ok', 'who adds to it');
select is(tap.why(tap.act('h_two', :h, 'sign', '{"body": "taken over"}')), 'ok', 'signed by another member');
select row_eq(format($$ select signed_by, signed_at from desk.handover where id = %s $$, :h), row(tap.person('h_two'), '2026-03-02 12:00Z'::timestamptz), 'by whom and when');
select is(tap.show('h_two', :h)->>'signed_by', 'h_two', 'as one reads it');
select is(tap.why(tap.act('t_lead', :h, v)), 'state wrong_state', 'signed: no ' || v) from unnest(array['sign', 'dispute', 'withdraw']) v;
select is(tap.why(tap.act('t_agent', :h, 'edit', '{"subject": "x"}')), 'input unknown_verb', 'what it says cannot be changed');
select is(tap.why(tap.act('t_agent', :h, 'note', '{"body": "later"}')), 'ok', 'notes go on');
select is(tap.try('h_two', format('update desk.handover set signed_by = null where id = %s', :h)), '42501', 'nor behind the rulebook');
select is(tap.begin('h_two')->'error'->>'id', 'handover_times', 'the next shift begins where this one ended');
update desk.clock set frozen_at = '2026-03-02 20:00Z';
select is(tap.begin('h_two')->>'from', '2026-03-02T12:00:00Z', 'with the end of the one that was signed');
select is(tap.part(tap.begin('h_two'), 'opened'), null, 'a quiet shift');
-- a signature in error is taken back
select tap.write('t_agent')->>'id' as h4 \gset
select tap.do_act('h_two', :h4, 'sign'), tap.do_act('h_two', :h4, 'undo') \g /dev/null
select row_eq(format($$ select t.state, h.signed_by, h.signed_at from desk.ticket t join desk.handover h on h.id = t.id where t.id = %s $$, :h4), row('written'::text, null::int, null::timestamptz), 'a signature undone');
select is(tap.waits('h_two'), 'SHO' || 100000 + :h4, 'then it waits again');
select tap.do_act('t_agent', :h4, 'withdraw') \g /dev/null
-- a lead may sign his own; one that is wrong is taken back
select tap.write('t_lead')->>'id' as h2 \gset
select is(tap.why(tap.act('t_lead', :h2, 'sign')), 'ok', 'a lead signs his own');
select tap.write('t_agent')->>'id' as h3 \gset
select is(tap.why(tap.act('h_two', :h3, 'withdraw')), 'denied role_denied', 'only who wrote it takes it back');
select is(tap.why(tap.act('t_agent', :h3, 'withdraw')), 'ok', 'or a lead');
select is(tap.waits('h_two'), null, 'then nobody is asked to sign it');
-- the proof
select is(tap.as_person('t_auditor', 'select desk.audit_verify()')::jsonb->'ok', 'true', 'journal and record agree');
select is_empty($$ select p from desk.kind_problems('handover') p $$, 'the kind is complete');
select * from finish();
