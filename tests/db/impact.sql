-- Impact: which end of a link suffers, depth, cycles, redundancy, what is out of use and what somebody may not see; and against a slow and
-- simple computation over random graphs.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('i_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
create function tap.ci(p_ident text, p_org text default null) returns void language sql as $$
  insert into desk.ci(ident, name, class, org_id) values (p_ident, p_ident, 'server', (select id from desk.org where name = p_org)) $$;
create function tap.link(p_from text, p_type text, p_to text) returns void language sql as $$
  insert into desk.ci_link(from_id, type, to_id, since) select f.id, p_type, t.id, desk.now() from desk.ci f, desk.ci t where f.ident = p_from and t.ident = p_to $$;
create function tap.impact(p_ident text, p_rest text default '', p_login text default 't_agent') returns text language sql as $$
  select tap.as_person(p_login, format('select string_agg(ident || '':'' || depth, '' '' order by n)
    from desk.ci_impact((select id from desk.ci where ident = %L)%s) with ordinality x(id, ident, name, class, depth, via, n)', p_ident, p_rest)) $$;

-- service -> endpoint <- server -> room; the server has a role, which includes a program and belongs to a team; a name points to the service
select tap.ci(x) from unnest('{service,endpoint,server,room,role,program,team,name,cluster,package,source,wish,rival}'::text[]) x;
select tap.link(a, b, c) from (values ('service', 'depends_on', 'endpoint'), ('server', 'provides', 'endpoint'), ('server', 'located_in', 'room'), ('server', 'runs_role', 'role'),
  ('role', 'includes', 'program'), ('role', 'owned_by', 'team'), ('service', 'published_as', 'name'), ('server', 'member_of', 'cluster'), ('program', 'requires', 'package'),
  ('package', 'built_from', 'source'), ('program', 'recommends', 'wish'), ('program', 'breaks', 'rival'), ('program', 'conflicts_with', 'rival')) x(a, b, c);
\o
select is(tap.impact('room'), 'server:1 cluster:2 endpoint:2 service:3 name:4', 'a room fails: the servers in it, what they make up and provide, who depends on that, the name of it');
select is(tap.impact('program'), 'role:1 server:2 cluster:3 endpoint:3 service:4 name:5', 'a program fails');
select is(tap.impact('name', ', ''up'''), 'service:1 endpoint:2 server:3 role:4 room:4 program:5 package:6', 'what a name needs');
select is(tap.impact('team') || tap.impact('source') || tap.impact('wish') || tap.impact('rival'), null, 'owners, sources, wishes and rivals carry nothing');
select is(tap.impact('role', ', ''up'''), 'program:1 package:2', 'nor the other way');
select is(tap.impact('room', ', ''down'', ''{located_in,provides}'''), 'server:1 endpoint:2', 'only these types');
select is(tap.impact('role', ', ''up'', ''{owned_by}'''), null, 'a type that carries nothing carries nothing when named');
select is(tap.impact('room', ', p_depth => 2'), 'server:1 cluster:2 endpoint:2', 'to a depth');
select is(tap.impact('room', ', p_depth => 0'), null, 'of nothing');
select is(tap.impact('room', ', p_limit => 2'), 'server:1 cluster:2', 'the nearest first, then by ident');
select is(tap.as_person('t_agent', 'select desk.ci_impact_count(c.id) || '' '' || desk.ci_impact_count(c.id, ''down'', null, 2) from desk.ci c where ident = ''room'''), '5 3', 'and how many there are without a limit');
select is(tap.as_person('t_agent', 'select string_agg(i.ident || ''<'' || v.ident, '' '' order by i.depth, i.ident) from desk.ci_impact((select id from desk.ci where ident = ''room'')) i join desk.ci v on v.id = i.via'),
  'server<room cluster<server endpoint<server service<endpoint name<service', 'each with one that leads there');
select is(tap.try('t_agent', 'select desk.ci_impact_count(1, ''sideways'')'), '22023', 'a direction is up or down');
update desk.ci_link set until = desk.now(), until_seq = 1 where type = 'provides';
select is(tap.impact('room'), 'server:1 cluster:2', 'a link that ended');
update desk.ci_link set until = null, until_seq = null;
update desk.ci set active = false where ident = 'endpoint';
select is(tap.impact('room') || ' ' || tap.impact('service', ', ''up''') is null, true, 'what is out of use neither suffers nor serves');
select is(tap.impact('endpoint'), 'service:1 name:2', 'asked for by itself it is an item like another');
update desk.ci set active = true;

-- ---- cycles ---------------------------------------------------------------------------------------------------------------
select tap.ci(x), tap.ci('far') from unnest('{c1}'::text[]) x \g /dev/null
select tap.ci(x) from unnest('{c2,c3}'::text[]) x \g /dev/null
select tap.link('c1', 'depends_on', 'c2'), tap.link('c2', 'depends_on', 'c3'), tap.link('c3', 'depends_on', 'c1'), tap.link('far', 'depends_on', 'c3') \g /dev/null
select is(tap.impact('c1') || ' / ' || tap.impact('c1', ', ''up'''), 'c3:1 c2:2 far:2 / c2:1 c3:2', 'a cycle ends where it began');

-- ---- redundancy -------------------------------------------------------------------------------------------------------------
select tap.ci(x) from unnest('{front,s1,s2,s3,rack1,rack2,power}'::text[]) x \g /dev/null
select tap.link('front', 'depends_on', x) from unnest('{s1,s2,s3}'::text[]) x \g /dev/null
select tap.link('s1', 'located_in', 'rack1'), tap.link('s2', 'located_in', 'rack1'), tap.link('s3', 'located_in', 'rack2'), tap.link('rack1', 'depends_on', 'power') \g /dev/null
select is(tap.impact('s1') || ' ' || tap.impact('rack1'), 'front:1 s1:1 s2:1 front:2', 'without a rule one is enough');
insert into desk.ci_redundancy select id, 'depends_on', 2 from desk.ci where ident = 'front';
select is(tap.impact('s1'), null, 'two of three still work');
select is(tap.impact('rack1'), 's1:1 s2:1 front:2', 'one of three is too few');
update desk.ci_redundancy set needs = 1;
select is(tap.impact('rack1'), 's1:1 s2:1', 'one is enough now');
select tap.link('s3', 'requires', 's1') \g /dev/null
select is(tap.impact('rack1'), 's1:1 s2:1 s3:2 front:3', 'the last one falls later');
select is(tap.impact('power'), 'rack1:1 s1:2 s2:2 s3:3 front:4', 'from further away');
select is(tap.impact('rack1', ', p_depth => 2'), 's1:1 s2:1 s3:2', 'to a depth at which it stands');
select is(tap.impact('front', ', ''up'''), 's1:1 s2:1 s3:1 rack1:2 rack2:2 power:3', 'what it leans on is all of it');
select tap.link('front', 'requires', 's1') \g /dev/null
select is(tap.impact('s1'), 'front:1 s3:1', 'another type of link has no rule');
delete from desk.ci_link where type = 'requires';
update desk.ci set active = false where ident = 's3';
select is(tap.impact('rack1'), 's1:1 s2:1 front:2', 'what is out of use does not keep it up');
select tap.ci(x) from unnest('{pool,m1,m2}'::text[]) x \g /dev/null
select tap.link(x, 'member_of', 'pool') from unnest('{m1,m2}'::text[]) x \g /dev/null
insert into desk.ci_redundancy select id, 'member_of', 1 from desk.ci where ident = 'pool';
select is(tap.impact('m1'), null, 'members of a pool, where the target suffers');
update desk.ci_redundancy set needs = 2 where type = 'member_of';
select is(tap.impact('m1'), 'pool:1', 'all are needed');

-- ---- sight --------------------------------------------------------------------------------------------------------------------
select tap.ci('base', 'Beta'), tap.ci('hidden', 'Acme'), tap.ci('seen', 'Beta') \g /dev/null
select tap.link('hidden', 'depends_on', 'base'), tap.link('seen', 'depends_on', 'hidden') \g /dev/null
select is(tap.impact('base') || ' ' || tap.as_person('t_agent', 'select desk.ci_impact_count(id) from desk.ci where ident = ''base'''), 'hidden:1 seen:2 2', 'who sees all');
select is(tap.impact('base', '', 'i_org') || ' ' || tap.as_person('i_org', 'select desk.ci_impact_count(id) from desk.ci where ident = ''base'''), 'seen:2 1', 'who serves one customer: it suffers through what he does not see');
select is(tap.as_person('i_org', 'select count(*) from desk.ci_impact((select id from desk.ci where ident = ''base'')) where via is not null'), '0', 'nor is that named');
select is(tap.impact('base', ', p_limit => 1', 'i_org'), 'seen:2', 'the limit is one of what he sees');
select id as hidden from desk.ci where ident = 'hidden' \gset
select is(tap.as_person('i_org', format('select count(*) + desk.ci_impact_count(%s) from desk.ci_impact(%1$s)', :hidden)), '0', 'asked for what he does not see');
select is(tap.as_person('t_caller', format('select count(*) + desk.ci_impact_count(%s) from desk.ci_impact(%1$s)', :hidden)), '0', 'a requester');

-- ---- random graphs ----------------------------------------------------------------------------------------------------------------
-- All that is down after each round, straight from the words: an item is down if by some type one of those it is served by is, and, with a
-- rule, fewer than it needs are up.
create function tap.slow(p_ci bigint, p_up boolean, p_types text[], p_depth int) returns text language plpgsql as $$
declare down bigint[] := array[p_ci]; more bigint[]; d int := 0; v text := '';
begin
  create temp table if not exists served(item bigint, type text, by bigint);
  truncate served;
  insert into served select case t.impact when 1 then l.from_id else l.to_id end, l.type, case t.impact when 1 then l.to_id else l.from_id end
    from desk.ci_link l join desk.ci_link_type t using (type) where t.impact <> 0 and l.until is null and (p_types is null or l.type = any (p_types));
  while d < p_depth loop
    d := d + 1;
    if p_up then select array_agg(c.id) into more from desk.ci c where c.active and c.id <> all (down) and exists (select from served s where s.by = c.id and s.item = any (down));
    else
      select array_agg(c.id) into more from desk.ci c where c.active and c.id <> all (down) and exists (
        select from served s where s.item = c.id and s.by = any (down)
         and (select count(*) from served o join desk.ci b on b.id = o.by where o.item = c.id and o.type = s.type and b.active and b.id <> all (down))
           < coalesce((select r.needs from desk.ci_redundancy r where r.ci_id = c.id and r.type = s.type), 32767));
    end if;
    exit when more is null;
    select concat_ws(' ', nullif(v, ''), string_agg(c.ident || ':' || d, ' ' order by c.ident)) into v from desk.ci c where c.id = any (more);
    down := down || more;
  end loop;
  return nullif(v, '');
end $$;
create function tap.random_graphs(p_n int) returns text language plpgsql as $$
declare bad text; g int; v_types text[] := '{depends_on,requires,provides,member_of,located_in,owned_by,breaks}'; c record;
begin
  for g in 1 .. p_n loop
    delete from desk.ci_link; delete from desk.ci_redundancy; delete from desk.ci;
    perform tap.ci('n' || lpad(i::text, 2, '0')) from generate_series(1, 14) i;
    insert into desk.ci_link(from_id, type, to_id, since) select distinct on (a.id, t, b.id) a.id, t, b.id, desk.now()
      from generate_series(1, 10 + g % 30) k, lateral (select id from desk.ci order by random() + k limit 1) a, lateral (select id from desk.ci where id <> a.id order by random() + k limit 1) b,
        lateral (select x from unnest(v_types) x order by random() + k limit 1) x(t);
    insert into desk.ci_redundancy select id, t, 1 + floor(random() * 3) from desk.ci, unnest(v_types) t where random() < 0.15 * (g % 3);
    update desk.ci set active = false where random() < 0.05;
    for c in select id, ident, d, u, t, k from desk.ci, (values (null::int), (1), (3)) d(d), (values ('up'), ('down')) u(u), (values (null::text[]), ('{depends_on,provides,owned_by}')) t(t),
        (values (null::int), (3)) k(k) where random() < 0.3 loop
      select format('%s %s %s %s', c.ident, c.u, c.t, c.d) into bad
        where tap.impact(c.ident, format(', %L, %L, %L, %L', c.u, c.t, c.d, c.k))
          is distinct from (select array_to_string((string_to_array(s, ' '))[:coalesce(c.k, 1000)], ' ') from tap.slow(c.id, c.u = 'up', c.t, coalesce(c.d, 1000)) s);
      if bad is not null then return bad || ': ' || (select string_agg(concat_ws(' ', a.ident, l.type, b.ident), ', ') from desk.ci_link l join desk.ci a on a.id = from_id join desk.ci b on b.id = to_id); end if;
    end loop;
  end loop;
  return 'ok';
end $$;
select setseed(0.6) \g /dev/null
select is(tap.random_graphs(30), 'ok', 'as a slow and simple computation has it');
select * from finish();
