-- What stands in an inbox that is no ticket: changes nobody announced, rules that are broken, hints of problems. Who is told, once, and of nothing he does not see.
\ir rulebook.inc
select no_plan();
\o /dev/null
update desk.clock set frozen_at = '2026-03-30 10:00+00';
select tap.add('i_ann', '{agent}'), tap.add('i_lead', '{lead}'), tap.add('i_owner', '{process_owner}'), tap.add('i_far', '{agent,lead}', p_org => 'Beta', p_home => 'Beta'), tap.add('i_keeper', '{agent}');
insert into desk.group_member(group_id, person_id) select g.id, p.id from desk.support_group g, desk.person p where g.name = 'Network' and p.login in ('i_ann', 'i_far');
create function tap.inbox(p_login text) returns text language sql as $$
  select tap.as_person(p_login, 'select coalesce(string_agg(concat_ws('' '', reason, number, excerpt), ''; '' order by reason, number), ''none'') from desk.inbox() where unread and kind in (''ci'', ''rule'', ''hint'')') $$;
create function tap.watch() returns void language plpgsql as $$
begin
  for i in 1 .. 12 loop perform tap.as_person('t_agent', 'select desk.ci_watch()'); end loop;
  while tap.as_person('t_agent', 'select desk.hint_step()')::boolean loop end loop;
end $$;
create function tap.set(p_login text, p_ci text, p jsonb, p_new boolean default false) returns jsonb language sql as $$
  select tap.as_person(p_login, format('select desk.ci_set(%L, %L, ''manual'', null, %L)', p_ci, p, p_new))::jsonb $$;
select tap.set('t_agent', null, '{"class": "server", "name": "mail1", "lifecycle": "production", "group": "Network", "org": "Acme"}', true), tap.set('t_agent', null, '{"class": "server", "name": "lone", "lifecycle": "production"}', true),
  tap.set('t_agent', null, '{"class": "server", "name": "kept", "lifecycle": "production", "owner": "i_keeper"}', true);
select tap.watch();
delete from desk.ci_rule_count;
update desk.clock set frozen_at = frozen_at + interval '2 days';
\o

-- ---- changes without a change ticket ----
select is(tap.set('t_agent', c, '{"vendor": "Quux"}')->>'did', 'changed', c) from unnest(array['mail1', 'lone', 'kept']) c;
select tap.watch() \g /dev/null
delete from desk.ci_rule_count;
select is(tap.inbox('i_ann'), 'unplanned server:mail1 vendor: - -> Quux', 'the group of the item is told what changed');
select is(tap.inbox('i_keeper'), 'unplanned server:kept vendor: - -> Quux', 'and the owner of one');
select is(tap.inbox('i_owner'), 'unplanned server:lone vendor: - -> Quux', 'of one nobody answers for the process owner');
select is(tap.inbox(l), 'none', l || ' is not told') from unnest(array['t_agent', 't_caller', 'i_far', 'i_lead']) l;
select is(tap.as_person('i_ann', 'select unread from desk.inbox_count()'), '1', 'it is counted');
select tap.watch() \g /dev/null
delete from desk.ci_rule_count;
select is(tap.as_person('i_ann', 'select desk.inbox_mark(array(select item from desk.inbox()))'), '1', 'marked');
select is(tap.inbox('i_ann'), 'none', 'dismissed');
select is(tap.as_person('i_ann', 'select count(*) from desk.inbox() where kind = ''ci'' and not unread'), '1', 'and still to be read');
select is(tap.as_person('i_keeper', format('select desk.ci_unplanned_set(%s, ''accepted'', ''known'')', (select d.id from desk.ci_drift d join desk.ci c on c.id = d.ci_id where c.name = 'kept' and d.state = 'unplanned')))::jsonb->>'ok', 'true', 'judged');
select is(tap.as_person('i_keeper', 'select count(*) from desk.inbox() where kind = ''ci'''), '0', 'what is judged waits no more');

-- ---- rules ----
insert into desk.ci_rule(name, query, description) values ('no-serial', 'class:hardware serial:none', 'hardware without a serial number');
select tap.watch() \g /dev/null
delete from desk.ci_rule_count where rule <> 'no-serial';
select is(tap.inbox('i_ann'), 'audit no-serial 1', 'how many items of his group break it');
select is(tap.inbox('i_far'), 'none', 'of another organisation nothing');
select tap.as_person('i_ann', 'select desk.inbox_mark(null)') \g /dev/null
update desk.clock set frozen_at = frozen_at + interval '2 hours';
select tap.watch() \g /dev/null
delete from desk.ci_rule_count where rule <> 'no-serial';
select is(tap.inbox('i_ann'), 'none', 'the same again is no news');
select tap.set('t_agent', null, '{"class": "server", "name": "mail2", "lifecycle": "production", "group": "Network", "org": "Acme"}', true) \g /dev/null
update desk.clock set frozen_at = frozen_at + interval '1 day';
select tap.watch() \g /dev/null
delete from desk.ci_rule_count where rule <> 'no-serial';
select is(tap.inbox('i_ann'), 'audit no-serial 2', 'more of them are');
select tap.set('t_agent', c, '{"serial": "1"}') from unnest(array['mail1', 'mail2']) c \g /dev/null
update desk.clock set frozen_at = frozen_at + interval '2 hours';
select tap.watch() \g /dev/null
select is((select count(*) from desk.ci_rule_count where rule = 'no-serial' and group_id <> 0), 0::bigint, 'mended');

-- ---- hints ----
delete from desk.ci_drift; delete from desk.ci_rule_count;
insert into desk.category(name) values ('Mail');
select tap.do_create('t_agent', jsonb_build_object('subject', s, 'category', 'Mail')) from (values ('printer on floor 4 has no toner'), ('new starter needs a laptop by monday'), ('calendar invitations show the wrong hour'), ('cannot book the meeting room'),
  ('holiday form does not save'), ('the projector stays black'), ('phone has no dial tone'), ('a parcel is missing'), ('please reset my password'), ('monitor flickers'), ('badge does not open the gate'), ('excel opens very slowly'),
  ('Outlook hangs while synchronising the shared mailbox'), ('shared mailbox: outlook hangs when synchronising'), ('Synchronising hangs in Outlook, shared mailbox')) v(s) \g /dev/null
select tap.watch() \g /dev/null
delete from desk.ci_rule_count;
select is(tap.inbox(l), 'hint hint Mail', l || ' manages problems and is told') from unnest(array['i_lead', 'i_owner']) l;
select is(tap.inbox(l), 'none', l || ' is not') from unnest(array['i_ann', 'i_far', 't_caller']) l;
select tap.as_person('i_lead', 'select desk.inbox_mark(null)') \g /dev/null
select tap.do_create('t_agent', '{"subject": "Outlook hangs synchronising a shared mailbox", "category": "Mail"}') \g /dev/null
select tap.watch() \g /dev/null
delete from desk.ci_rule_count;
select is(tap.inbox('i_lead'), 'none', 'a hint that grows is told once');
select is(tap.as_person('i_ann', format('select desk.hint_set(%s, ''dismissed'', ''known'')', (select max(id) from desk.hint)))::jsonb->>'state', 'dismissed', 'dismissed');
select is(tap.inbox('i_owner'), 'none', 'by one for all');
select * from finish();
