-- The inbox: who is told of what, mentions, follow-ups, marks; and that it tells nobody of what he may not see.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('i_two', '{agent}');
select tap.add('i_net', '{agent}', p_group => 'Network');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p
  where (g.name, p.login) in (('Network', 'i_two'), ('Network', 'i_net'), ('Service desk', 'i_two'));
insert into desk.support_group(name) values ('网络组'), ('Net');
insert into desk.group_member select g.id, p.id from desk.support_group g, desk.person p where g.name = '网络组' and p.login = 't_lead';
-- reason:event of each item, newest event first
create function tap.box(p_login text, p_ticket bigint default null, p_unread boolean default false) returns text language sql as $$
  select tap.as_person(p_login, format('select string_agg(reason || '':'' || seq, '' '' order by ticket_id, seq) from desk.inbox(1000, null, %L) where ticket_id = coalesce(%L, ticket_id)', p_unread, p_ticket)) $$;
create function tap.body(p text) returns jsonb language sql as $$ select jsonb_build_object('body', p) $$;
create function tap.unread(p_login text) returns int language sql as $$ select tap.as_person(p_login, 'select unread from desk.inbox_count()')::int $$;
create function tap.named(p text) returns text language sql as $$
  select string_agg(coalesce(p.login, '#' || g.name), ' ' order by coalesce(p.login, '#' || g.name)) from desk.mentions_in($1) m left join desk.person p on p.id = nullif(m.person_id, 0)
    left join desk.support_group g on g.id = nullif(m.group_id, 0) $$;
\o

-- ---- who is named ----------------------------------------------------------------------------------------------------
select is(tap.named(x.body), x.who, x.body) from (values
  ('@t_lead look', 't_lead'), ('please look, @T_Lead.', 't_lead'), ('(@t_lead, @t_agent)', 't_agent t_lead'), ('请@t_lead看一下', 't_lead'), ('@t_lead@t_agent', 't_lead'),
  ('mail bob@t_lead', null), ('bob+x@t_lead.example', null), ('https://example.org/@t_lead', null), ('`@t_lead`', null), (E'```\n@t_lead\n```', null),
  (E'```\n@t_lead', null), (E'> @t_lead wrote\nyes', null), (E'yes\n  > @t_lead', null), (E'> quoted\n@t_agent', 't_agent'), ('@nobody_there', null), ('@', null), ('@@t_lead', null),
  ('@service-desk please', '#Service desk'), ('@Service-Desk', '#Service desk'), ('@network.', '#Network'), ('@networks', null), ('@net and @network', '#Net #Network'),
  ('请@网络组处理', '#网络组'), ('@t_lead-', 't_lead'), ('@t_lead @t_lead', 't_lead'), ('a @t_lead: b', 't_lead'), ('', null)) x(body, who);
select is_empty($$ select from desk.mentions_in(null) $$, 'no text names nobody');

-- ---- a ticket of mine --------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Mail is slow", "requester": "t_caller", "group": "Network"}') as a \gset
select is(tap.box('t_lead'), null, 'nothing concerns me yet');
select tap.do_act('t_agent', :a, 'assign', '{"assignee": "t_lead"}') \g /dev/null
select is(tap.box('t_lead'), 'assigned:2', 'assigned to me by another');
select is(tap.box('t_agent'), null, 'what I did myself is no news to me');
select tap.do_act('t_lead', :a, 'take') \g /dev/null
select tap.do_act('t_caller', :a, 'reply', tap.body('It is worse now')) \g /dev/null
select is(tap.box('t_lead'), 'assigned:2 reply:4', 'the requester replied');
select is(tap.as_person('t_lead', 'select array[item, number, subject, reason, actor, excerpt, kind, state, priority::text, unread::text]::text from desk.inbox(1)')::text[],
  array['INC' || 100000 + :a || '.4', 'INC' || 100000 + :a, 'Mail is slow', 'reply', 't_caller', 'It is worse now', 'incident', 'in_progress', '5', 'true'], 'an item');
select tap.do_act('i_two', :a, 'note', tap.body('inside')), tap.do_act('t_caller', :a, 'reply', tap.body(E'> quoted\n\n  two   blanks\nand more')) \g /dev/null
select is(tap.as_person('t_lead', 'select excerpt from desk.inbox(1)'), 'two blanks', 'the excerpt is the first line that is not quoted');
select is(tap.box('t_lead'), 'assigned:2 reply:4 reply:6', 'a note of a colleague is none');
select tap.do_act('t_agent', :a, 'edit', '{"priority": 1, "reason": "many"}') \g /dev/null
select is(tap.as_person('t_lead', 'select reason || '' '' || excerpt from desk.inbox(1)'), 'priority P5 -> P1', 'more urgent');
select tap.do_act('t_agent', :a, 'edit', '{"priority": 4, "reason": "few"}') \g /dev/null
select is(tap.box('t_lead'), 'assigned:2 reply:4 reply:6 priority:7', 'less urgent is none');
select tap.do_act('t_agent', :a, 'resolve', '{"code": "fixed", "category": "General", "body": "done"}') \g /dev/null
select is(tap.box('t_lead', p_unread => true), 'assigned:2 reply:4 reply:6 priority:7 resolved:9', 'somebody else resolved it');
select tap.do_act('t_caller', :a, 'reply', tap.body('thanks')) \g /dev/null
select tap.do_act('t_caller', :a, 'reopen', '{"reason": "no"}') \g /dev/null
select is(tap.box('t_lead'), 'assigned:2 reply:4 reply:6 priority:7 resolved:9 reply:10 reopened:11', 'a reply to the resolved one, reopened');
select is(tap.unread('t_lead'), 7, 'all of it is unread');
-- the requester follows his own
select is(tap.box('t_caller'), 'resolved:9', 'the requester: what is public and by others');
select tap.do_act('t_lead', :a, 'hold', '{"reason": "requester", "until": "+2d", "body": "which printer?"}') \g /dev/null
select is(tap.box('t_caller'), 'resolved:9 answer:12', 'he is asked');
select is(tap.as_person('t_caller', 'select subject || ''/'' || actor || ''/'' || excerpt from desk.inbox(1)'), 'Mail is slow/t_lead/which printer?', 'who asks what');
select is(tap.box('t_beta'), null, 'another requester knows nothing of it');

-- ---- read and unread ---------------------------------------------------------------------------------------------------
select is(tap.try('t_lead', format('insert into desk.my_read values (desk.me(), %s, 6)', :a)), 'done', 'the ticket was read up to event 6');
select is(tap.box('t_lead', p_unread => true), 'priority:7 resolved:9 reply:10 reopened:11', 'so are its items');
select is(tap.as_person('t_lead', format($$ select desk.inbox_mark('{INC%s.9,INC%s.99,nonsense,INC1.1}') $$, 100000 + :a, 100000 + :a)), '1', 'one marked read');
select is(tap.as_person('t_lead', format($$ select desk.inbox_mark('{INC%s.9}') $$, 100000 + :a)), '0', 'again changes nothing');
select is(tap.as_person('t_lead', format($$ select desk.inbox_mark('{INC%s.4}', false) $$, 100000 + :a)), '1', 'one marked unread, though the ticket was read');
select is(tap.box('t_lead', p_unread => true), 'reply:4 priority:7 reply:10 reopened:11', 'marks stand over the read mark');
select is(tap.as_person('t_agent', format($$ select desk.inbox_mark('{INC%s.7}') $$, 100000 + :a)), '0', 'nobody marks for another');
select is(tap.as_person('t_lead', 'select desk.inbox_mark(null)'), '4', 'all read');
select is(tap.unread('t_lead'), 0, 'nothing is unread');
select is(tap.box('t_lead'), 'assigned:2 reply:4 reply:6 priority:7 resolved:9 reply:10 reopened:11', 'it stays in the list');
select is(tap.try('t_agent', 'select count(*) from desk.my_inbox'), '0', 'the marks of another are not to be seen');
select is(tap.try('t_agent', format('insert into desk.my_inbox values (%s, %s, 1, true)', tap.person('t_lead'), :a)), '42501', 'nor made');
select is(tap.try('t_agent', 'select count(*) from desk.mention'), '42501', 'who was named is read through the inbox alone');
-- pages
select is(tap.as_person('t_lead', 'select string_agg(a.item, '' '') from (select * from desk.inbox(3)) a'),
  tap.as_person('t_lead', 'select string_agg(a.item, '' '') from (select * from desk.inbox(100) limit 3) a'), 'the first page');
select is(tap.as_person('t_lead', 'with recursive p(n, cursor, items) as (select 0, null::text, array[]::text[] union all
    select n + 1, x.c, p.items || x.i from p, lateral (select min(q.cursor) filter (where q.n = q.all) as c, array_agg(q.item order by q.n) as i from (
      select b.*, row_number() over () as n, count(*) over () as all from desk.inbox(2, p.cursor) b) q) x where x.i is not null and n < 10)
  select items from p order by n desc limit 1'), tap.as_person('t_lead', 'select array_agg(item) from desk.inbox(100)'), 'pages by the cursor give every item once');

-- ---- mentions ------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Printer", "requester": "t_beta", "body": "@t_lead knows it"}') as b \gset
select is(tap.box('t_lead', :b), 'mention:1', 'named in the description');
select tap.do_act('t_agent', :b, 'note', tap.body('@i_two and @network, see bob@t_lead')),
  tap.do_act('t_agent', :b, 'note', tap.body('@t_beta @t_caller')), tap.do_act('t_agent', :b, 'reply', tap.body('@t_beta here')) \g /dev/null
select is(tap.box('i_two', :b), 'mention:2', 'a person and a group in one text: one item');
select is(tap.box('t_lead', :b), 'mention:1 mention:2', 'a member of the group');
select is(tap.box('t_agent', :b), null, 'not who wrote it');
select is(tap.box('i_net', :b), null, 'a member who may not see the ticket is told nothing');
select is(tap.box('t_beta', :b), 'mention:4', 'a requester is told of what is public');
select is(tap.box('t_caller', :b), null, 'who has no part in the ticket is not');
select tap.do_act('t_lead', :b, 'redact', '{"event": 2, "reason": "x"}') \g /dev/null
select is(tap.as_person('i_two', 'select coalesce(excerpt, ''-'') from desk.inbox(1)'), '-', 'a redacted text is not quoted');
select tap.do_act('t_lead', :b, 'restrict', '{"people": "i_two"}') \g /dev/null
select is(tap.box('i_two', :b), 'mention:2', 'restricted: who is named in it is still told');
select is(tap.as_person('i_two', format('select subject || coalesce(excerpt, ''-'') from desk.inbox(100) where ticket_id = %s', :b)), '-', 'but neither subject nor text');
select is(tap.box('t_beta', :b), null, 'and nobody else');

-- ---- watching --------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Switch", "requester": "t_caller"}') as c \gset
select tap.do_act('t_lead', :c, 'watch'), tap.do_act('t_agent', :c, 'take') \g /dev/null
select tap.do_act('t_caller', :c, 'reply', tap.body('and?')) \g /dev/null
select tap.do_act('t_agent', :c, 'cancel', '{"reason": "test"}') \g /dev/null
select is(tap.box('t_lead', :c), 'reply:4 resolved:5', 'a watched ticket: the requester replied, it came to an end');
select is(tap.box('i_two', :c), null, 'who does not watch it is told nothing');

-- ---- undone ------------------------------------------------------------------------------------------------------------------
select tap.do_create('t_agent', '{"subject": "Undone", "requester": "t_caller"}') as d \gset
select tap.do_act('t_agent', :d, 'assign', '{"group": "Network", "assignee": "t_lead"}'), tap.do_act('t_agent', :d, 'edit', '{"priority": 2, "reason": "x"}') \g /dev/null
select is(tap.box('t_lead', :d), 'assigned:2 priority:3', 'before');
select tap.do_act('t_agent', :d, 'undo') \g /dev/null
select is(tap.box('t_lead', :d), 'assigned:2', 'what was taken back is no news, nor that it was');
select tap.do_act('t_agent', :d, 'undo', jsonb_build_object('op', e.op)) from desk.event e where e.ticket_id = :d and e.verb = 'undo' \g /dev/null
select is(tap.box('t_lead', :d), 'assigned:2 priority:3', 'done again it is');

-- ---- follow-ups ------------------------------------------------------------------------------------------------------------
select is(tap.why(tap.as_person('t_lead', format('select desk.follow_up(%s, desk.now() - interval ''1 second'')', :a))::jsonb), 'input time_past when', 'not in the past');
select is(tap.why(tap.as_person('t_lead', format('select desk.follow_up(%s, null)', :a))::jsonb), 'input field_required when', 'when');
select is(tap.why(tap.as_person('t_beta', format('select desk.follow_up(%s, desk.now() + interval ''1 hour'')', :a))::jsonb), 'notfound not_found', 'only on a ticket one sees');
select is(tap.why(tap.as_person('t_lead', format('select desk.follow_up(%s, desk.now() + interval ''1 hour'', %L)', :a, repeat('x', 1001)))::jsonb), 'input too_long text', 'a short text');
select tap.as_person('t_lead', format('select desk.follow_up(%s, desk.now() + interval ''1 hour'', E''call \n back'')', :a))::jsonb as f \gset
select is(:'f'::jsonb - 'due_at', jsonb_build_object('ok', true, 'item', 'INC' || 100000 + :a || '.f1', 'number', 'INC' || 100000 + :a, 'text', 'call   back'), 'made');
select is(tap.box('t_lead', :a), 'assigned:2 reply:4 reply:6 priority:7 resolved:9 reply:10 reopened:11', 'it is not due yet');
select isnt(tap.as_person('t_lead', 'select next_at from desk.inbox_count()'), null, 'the count says when to look again');
select is(tap.try('t_agent', 'select count(*) from desk.my_follow_up'), '0', 'the reminder of another is not to be seen');
select is((select count(*) from desk.event where ticket_id = :a and seq > 12), 0::bigint, 'nor in the journal');
update desk.clock set frozen_at = clock_timestamp() + interval '3 hours';
select is(tap.box('t_lead', :a, true), 'follow_up:-1', 'due');
select is(tap.as_person('t_lead', 'select item || '' '' || excerpt from desk.inbox(1)'), 'INC' || 100000 + :a || '.f1 call   back', 'named by its number');
select is(tap.as_person('t_lead', format($$ select desk.inbox_mark('{INC%s.f1}') $$, 100000 + :a)), '1', 'done');
select is(tap.box('t_lead', :a, true), null, 'and nothing more');
select is(tap.as_person('t_lead', 'select count(*) from desk.my_follow_up where done_at is not null'), '1', 'it is kept as done');
select tap.as_person('t_lead', format('select desk.follow_up(%s, desk.now() + interval ''1 year'')', :a)) \g /dev/null
select is(tap.as_person('t_agent', format($$ select desk.inbox_mark('{INC%s.f2}') $$, 100000 + :a)), '0', 'nobody drops the reminder of another');
select is(tap.as_person('t_lead', format($$ select desk.inbox_mark('{INC%s.f2}') $$, 100000 + :a)), '1', 'one that is not due yet can be dropped by its name');
-- what was put aside comes back by itself
update desk.clock set frozen_at = clock_timestamp() + interval '3 days';
select tap.as_person('t_agent', 'select desk.tick()') \g /dev/null
select is(tap.box('t_lead', :a, true), 'woke:13', 'the wait is over');
-- and everything ends
update desk.clock set frozen_at = clock_timestamp() + interval '40 days';
select is(tap.box('t_lead'), null, 'after thirty days the inbox forgets');
update desk.clock set frozen_at = null;

-- ---- what is asked of it ------------------------------------------------------------------------------------------------------
select is(tap.as_person('t_admin', 'select count(*) from desk.inbox()'), '0', 'who has no tickets has an empty inbox');
select is(tap.as_person('t_lead', 'select count(*) from desk.inbox(-5)'), '0', 'no items asked for');
select isnt(tap.as_person('t_lead', 'select count(*) from desk.inbox(100, ''nonsense'')'), '0', 'a cursor that is none is the beginning');
select is(tap.as_person('t_agent', 'select string_agg(name, '' '') from desk.find_mention(''t_'')'), 't_agent t_lead', 'names that can be typed after an @');
select is(tap.as_person('t_agent', 'select string_agg(name, '' '') from desk.find_mention(''net'')'), 'net network', 'groups too');
select is(tap.as_person('t_caller', 'select count(*) from desk.find_mention('''')'), '0', 'a requester is not told who works here');

-- ---- watching by program -----------------------------------------------------------------------------------------------------
select x from desk.event where ticket_id = :c and seq = 4 \gset
select is(tap.as_person('t_agent', format('select visible || '' '' || (events->0->>''verb'') || '' '' || (events->0->>''actor'') from desk.events_at(1, ''{%s}'', ''{%s}'')', :c, :x)), 'true reply t_caller', 'the events of a change');
select is(tap.as_person('t_beta', format('select visible || '' '' || events::text from desk.events_at(1, ''{%s}'', ''{%s}'')', :c, :x)), 'false []', 'nothing of what one may not see');
select is(tap.as_person('t_caller', format('select count(*) from desk.event e, desk.events_at(1, array[%s], array[e.x::text]) v where e.ticket_id = %s and v.events <> ''[]''', :c, :c)),
  (select count(*)::text from desk.event where ticket_id = :c and visibility = 2), 'a requester: the public ones');
select is(tap.as_person('i_two', format('select visible || '' '' || events::text from desk.event e, desk.events_at(1, ''{%s}'', array[e.x::text]) v limit 1', :b)), 'true []', 'restricted: that it is there, no event');
select is(tap.as_person('t_agent', format('select string_agg(v.last::text, '' '' order by e.seq) from desk.event e, desk.events_at(1, array[%s], array[e.x::text]) v where e.ticket_id = %s', :c, :c)),
  'false false false false true', 'which one was the last');
select is(tap.as_person('t_agent', 'select count(*) from desk.events_at(1, array(select generate_series(1, 501)::bigint), null)'), '0', 'no more than a feed holds');
select is(tap.as_person('t_agent', format('select string_agg(event->>''seq'', '' '') from desk.events_since(''{%s}'', ''-infinity'', 1, ''9000000000'')', :c)), '1 2 3 4 5', 'from the beginning');
select is(tap.as_person('t_agent', format('select string_agg(event->>''seq'', '' '') from desk.events_since(''{%s}'', ''-infinity'', 1, ''%s'')', :c, :x)), '1 2 3', 'before a cursor');
select is(tap.as_person('t_caller', format('select string_agg(event->>''verb'', '' '') from desk.events_since(''{%s,%s}'', ''-infinity'', 1, ''9000000000'')', :c, :b)), 'create reply cancel', 'a requester: the public ones of what is his');
-- ---- after a change: counted only if it concerns one -------------------------------------------------------------------
create function tap.counted(p_login text, p_ticket bigint) returns text language sql as $$
  select tap.as_person(p_login, format('select count(*) || '' '' || coalesce(min(unread) = (select unread from desk.inbox_count()), true) from desk.inbox_recount(''{%s}''::bigint[])', p_ticket)) $$;
select tap.do_create('t_agent', '{"subject": "Of others", "requester": "t_caller"}') as o \gset
select is(tap.counted('i_net', :o), '0 true', 'a ticket of others');
select is(tap.counted('t_caller', :o), '1 true', 'one''s own');
select tap.do_act('t_agent', :o, 'note', tap.body('@i_net look')) \g /dev/null
select is(tap.counted('i_net', :o), '1 true', 'one that names the person');
select tap.do_create('t_agent', '{"subject": "For all", "requester": "t_caller"}') as p \gset
select tap.do_act('t_agent', :p, 'note', tap.body('@network look')) \g /dev/null
select is(tap.counted('i_net', :p), '1 true', 'or a group of the person');
select tap.do_create('t_agent', '{"subject": "Given", "requester": "t_caller", "group": "Network"}') as q \gset
select is(tap.counted('i_two', :q), '0 true', 'not assigned');
select tap.do_act('t_agent', :q, 'assign', '{"assignee": "i_two"}') \g /dev/null
select is(tap.counted('i_two', :q), '1 true', 'assigned');
select tap.do_act('t_agent', :q, 'assign', '{"assignee": "i_net"}') \g /dev/null
select is(tap.counted('i_two', :q), '1 true', 'and given to another one: there is less in the inbox');
select is(tap.as_person('i_net', 'select count(*) from desk.inbox_recount(null)'), '0', 'nothing changed');
select * from finish();
