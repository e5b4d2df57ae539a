-- Views of groups: leads write them, members see them, nobody else knows of them.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('v_lead', '{agent}'), tap.add('v_member', '{agent}'), tap.add('v_other', '{agent}'), tap.add('v_off', '{agent,lead}');
select tap.add('v_scope', '{lead}', p_group => 'Network');
insert into desk.group_member select g.id, tap.person('v_lead'), true from desk.support_group g where g.name = 'Network';
insert into desk.group_member select g.id, tap.person('v_member'), false from desk.support_group g where g.name = 'Network';
insert into desk.group_member select g.id, tap.person('v_member'), true from desk.support_group g where g.name = 'Service desk';
update desk.person set active = false where login = 'v_off';
select id as network from desk.support_group where name = 'Network' \gset
select id as service from desk.support_group where name = 'Service desk' \gset
\o
select is(tap.try('v_lead', format('insert into desk.group_view(group_id, name, query) values (%s, ''hot'', ''prio<=2'')', :network)), 'done', 'a lead writes a view');
select is(tap.try('v_lead', format('insert into desk.group_view(group_id, name, query) values (%s, ''x'', ''y'')', :service)), '42501', 'not for another group');
select is(tap.try('v_member', format('insert into desk.group_view(group_id, name, query) values (%s, ''x'', ''y'')', :network)), '42501', 'a member does not');
select is(tap.try('v_member', format('insert into desk.group_view(group_id, name, query) values (%s, ''own'', ''y'')', :service)), 'done', 'but where he leads');
select is(tap.try('v_scope', format('insert into desk.group_view(group_id, name, query) values (%s, ''by role'', ''y'')', :network)), 'done', 'the role of a lead of the group is enough');
select is(tap.try('v_scope', format('insert into desk.group_view(group_id, name, query) values (%s, ''x'', ''y'')', :service)), '42501', 'for its groups');
select is(tap.try('t_admin', format('insert into desk.group_view(group_id, name, query) values (%s, ''by admin'', ''y'')', :service)), 'done', 'an administrator for any');
select is(tap.as_person(l, 'select string_agg(name, '','' order by name) from desk.group_view'), w, l || ' sees') from (values
  ('v_lead', 'by role,hot'), ('v_member', 'by admin,by role,hot,own'), ('v_other', null), ('v_scope', 'by role,hot'), ('t_caller', null), ('v_off', null)) x(l, w);
select is(tap.try('v_member', 'update desk.group_view set query = ''x'''), 'done', 'a member changes what he leads');
select is((select string_agg(name, ',' order by name) from desk.group_view where query = 'x'), 'by admin,own', 'and nothing else');
select is(tap.try('v_member', 'delete from desk.group_view where name = ''hot'''), 'done', 'nor deletes he another');
select is((select count(*) from desk.group_view where name = 'hot'), 1::bigint, 'it is still there');
select is(tap.try('v_lead', format('update desk.group_view set group_id = %s where name = ''hot''', :service)), '42501', 'a view is not given to a group one does not lead');
select is(tap.try('v_lead', format('insert into desk.group_view(group_id, name, query) values (%s, '' '', ''y'')', :network)), '23514', 'a view has a name');
select is(tap.try('v_lead', 'insert into desk.my_view(person_id, name, query) values (desk.me(), repeat(''x'', 61), ''y'')'), '23514', 'and no endless one');
select is(tap.try('v_lead', 'update desk.group_view set columns = array_fill(''subject''::text, array[1000]) where name = ''hot'''), '23514', 'nor columns without end, which every console of the group would load');
select is(tap.try('v_lead', 'update desk.group_view set columns = ''{number,subject:60}'' where name = ''hot'''), 'done', 'a few are well');
select is(tap.try('v_lead', 'delete from desk.group_view where name = ''hot'''), 'done', 'a lead deletes it');
select is((select count(*) from desk.group_view where name = 'hot'), 0::bigint, 'it is gone');
select * from finish();
