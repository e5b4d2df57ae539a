-- Problem hints: what begins one, what joins it, what leaves it, who sees it.
\ir rulebook.inc
select no_plan();
\o /dev/null
update desk.clock set frozen_at = '2026-03-30 10:00+00';
select tap.add('h_ann', '{agent}'), tap.add('h_far', '{agent}', p_org => 'Acme', p_group => 'Network');
insert into desk.category(name) values ('Mail'), ('Wifi'), ('Network');
insert into desk.ci(name, class) values ('srv-mail-1', 'server'), ('srv-web-1', 'server');
create function tap.mk(p jsonb, p_login text default 't_agent') returns bigint language sql as $$ select tap.do_create(p_login, p) $$;
-- until there is nothing left to do: how many batches it took
create function tap.settle() returns int language plpgsql as $$
declare n int := 0;
begin
  while tap.as_person('h_ann', 'select desk.hint_step()')::boolean loop n := n + 1; end loop;
  return n;
end $$;
create function tap.seen(p_login text default 'h_ann', p_all boolean default false) returns text language sql as $$
  select coalesce(string_agg(concat_ws(' ', h->>'tickets', coalesce(h->>'ci', h->>'category'), (select string_agg(m->>'number', ',' order by m->>'number') from jsonb_array_elements(h->'members') m)), '; ' order by h->>'id'), 'none')
    from jsonb_array_elements(tap.as_person(p_login, format('select desk.hints(null, %L)', p_all))::jsonb) h $$;
create function tap.no(p bigint) returns text language sql as $$ select number from desk.ticket where id = p $$;
\o
select is(tap.seen(), 'none', 'a desk without tickets has none');
-- thirty others, so that rare words are rare
select tap.mk(jsonb_build_object('subject', s, 'category', 'Mail')) from (values ('printer on floor 4 has no toner'), ('new starter needs a laptop by monday'), ('calendar invitations show the wrong hour'), ('cannot book the meeting room'),
  ('holiday form does not save'), ('the projector stays black'), ('phone has no dial tone'), ('a parcel is missing'), ('please reset my password'), ('monitor flickers'), ('badge does not open the gate'), ('excel opens very slowly')) v(s) \g /dev/null
select tap.mk('{"subject": "Outlook hangs while synchronising the shared mailbox", "category": "Mail"}') as a,
       tap.mk('{"subject": "shared mailbox: outlook hangs when synchronising", "category": "Mail"}') as b \gset
select is(tap.settle() > 0, true, 'the desk goes through what there is');
select is(tap.seen(), 'none', 'two are chance');
select tap.mk('{"subject": "Synchronising hangs in Outlook, shared mailbox", "category": "Mail"}') as c \gset
select tap.settle() \g /dev/null
select is(tap.seen(), format('3 Mail %s,%s,%s', tap.no(:a), tap.no(:b), tap.no(:c)), 'three are a hint, with its members');
select tap.mk('{"subject": "Outlook hangs synchronising a shared mailbox", "category": "Wifi"}') as d \gset
select tap.settle() \g /dev/null
select is((tap.seen() ~ tap.no(:d)), false, 'the same words in another category say nothing');
select tap.act('t_agent', :d, 'edit', '{"category": "Mail"}') \g /dev/null
select tap.settle() \g /dev/null
select is(tap.seen(), format('4 Mail %s,%s,%s,%s', tap.no(:a), tap.no(:b), tap.no(:c), tap.no(:d)), 'corrected, it joins');
select is(tap.seen('h_far'), 'none', 'who sees none of them sees no hint');
select is(tap.try('t_caller', 'select desk.hints()'), null, 'a requester is told nothing');
-- what leaves
select tap.act('t_agent', :d, 'cancel', '{"reason": "withdrawn"}') as r \gset
select is(tap.why(:'r'), 'ok', 'cancelled');
select tap.settle() \g /dev/null
select is(tap.seen(), format('3 Mail %s,%s,%s', tap.no(:a), tap.no(:b), tap.no(:c)), 'what is cancelled goes');
-- on one device less likeness is enough, and other words are none
select tap.mk('{"subject": "web shop answers 502 since noon", "ci": "srv-web-1"}') as e, tap.mk('{"subject": "502 from the web shop at checkout", "ci": "srv-web-1"}') as f,
  tap.mk('{"subject": "customers get 502 in the web shop", "ci": "srv-web-1"}') as g, tap.mk('{"subject": "certificate expires soon", "ci": "srv-web-1"}') as h \gset
select tap.settle() \g /dev/null
select is(tap.seen(), format('3 Mail %s,%s,%s; 3 srv-web-1 %s,%s,%s', tap.no(:a), tap.no(:b), tap.no(:c), tap.no(:e), tap.no(:f), tap.no(:g)), 'a hint of a device');
select is(tap.try('h_ann', 'insert into desk.hint(made_at) values (now())'), '42501', 'nobody writes the tables');
-- dismissed, and back
select is(tap.why(tap.as_person('h_ann', 'select desk.hint_set(0, ''dismissed'')')::jsonb), 'notfound hint_unknown', 'one that is not there');
select is(tap.as_person('h_ann', format('select desk.hint_set(%s, ''dismissed'', ''known'')', (select min(id) from desk.hint)))::jsonb->>'reason', 'known', 'dismissed with a reason');
select is(tap.seen(), format('3 srv-web-1 %s,%s,%s', tap.no(:e), tap.no(:f), tap.no(:g)), 'and not proposed again');
select matches(tap.seen('h_ann', true), 'Mail', 'but listed with all');
-- restricted ones are never told of
select tap.act('t_lead', :e, 'restrict', '{}') as r \gset
select tap.settle() \g /dev/null
select is(tap.seen(), 'none', 'a restricted ticket goes at once');
-- thirty days later
update desk.clock set frozen_at = '2026-05-30 10:00+00';
select is(tap.seen('h_ann', true), 'none', 'what is older than thirty days is no hint any more');
select tap.settle() \g /dev/null
select is((select (select count(*) from desk.hint_item) + (select count(*) from desk.hint) + (select count(*) from desk.hint_word)), 0::bigint, 'and is not kept');
-- a desk with nothing else in it: likeness does not wait for a hundred other tickets, nor end where most of the tickets are the storm
select tap.mk('{"subject": "财务系统登录很慢", "category": "Mail"}') as i, tap.mk('{"subject": "登录财务系统非常慢", "category": "Mail"}') as j, tap.mk('{"subject": "财务系统今天登录慢", "category": "Mail"}') as k,
  tap.mk('{"subject": "Keyboard of the reception is broken", "ci": "srv-mail-1"}') as l, tap.mk('{"subject": "Please install a licence of Photoshop", "ci": "srv-mail-1"}') as m,
  tap.mk('{"subject": "Door of the tape library jammed", "ci": "srv-mail-1"}') as n \gset
select tap.settle() \g /dev/null
select is(tap.seen(), format('3 Mail %s,%s,%s', tap.no(:i), tap.no(:j), tap.no(:k)), 'three that say the same in other words of Chinese, and no three that say different things of one device');
select tap.mk(jsonb_build_object('subject', 'Wireless network drops out in building ' || b, 'category', 'Wifi')) from unnest('{A3,B4,C5,D6,E7,F8,G9,H1}'::text[]) b \g /dev/null
select tap.settle() \g /dev/null
select matches(tap.seen(), '8 Wifi', 'eight alike among six others are one hint of eight');
select tap.mk(jsonb_build_object('subject', s, 'category', 'Network')) from unnest('{無線LANが繋がらない,会議室で無線LANに繋がらない,無線LANが突然繋がらなくなった}'::text[]) s \g /dev/null
select tap.mk(jsonb_build_object('subject', s, 'ci', 'srv-mail-1')) from unnest('{硬盘快要满了请处理一下,请问能否更换键盘了,网页打开很慢了请处理}'::text[]) s \g /dev/null
select tap.settle() \g /dev/null
select matches(tap.seen(), '3 Network', 'endings and small words of Japanese and Chinese do not hide what is the same');
select doesnt_match(tap.seen(), 'srv-mail-1', 'nor make alike what is not');
select * from finish();
