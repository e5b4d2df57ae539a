\ir clock.inc
set statement_timeout = 0;
select tap.add('p_org', '{agent}', p_org => 'Beta', p_home => 'Beta');
select tap.add('p_group', '{agent}', p_group => 'Network');
select tap.add('p_pair', '{agent}', p_org => 'Beta', p_group => 'Network');
select tap.add('p_owner', '{process_owner}');
select tap.add('p_worker', '{worker}');
select tap.add('p_off', '{agent,lead,auditor,admin}');
create role p_stranger login; grant desk_agent, desk_auditor, desk_admin to p_stranger;
update desk.person set active = false where login = 'p_off';
select pg_get_function_identity_arguments(p.oid), p.proname from pg_proc p where p.pronamespace='desk'::regnamespace and p.prosecdef and has_function_privilege('t_caller', p.oid, 'execute') \g /dev/null
-- definers by hostile args
create function tap.lit(p_type text, k int) returns text language sql as $$
 select case when k = 0 then 'null::' || p_type else
   case when p_type ~ '\[\]$' then case k when 1 then quote_literal('{}') || '::' || p_type when 2 then case when p_type ~ 'int|numeric|bool' then quote_literal('{NULL,1,1,0}') else quote_literal('{NULL}') end || '::' || p_type
          when 3 then case p_type when 'text[]' then $q$'{"'';drop","\\\\","%s","x"}'::text[]$q$ when 'bigint[]' then '''{9223372036854775807,-9223372036854775808}''::bigint[]' when 'integer[]' then '''{2147483647,-2147483648}''::int[]' when 'jsonb[]' then $q$array['1','[]','null','"x"','{}']::jsonb[]$q$ when 'timestamp with time zone[]' then '''{infinity,-infinity}''::timestamptz[]' else 'null::' || p_type end else 'null::' || p_type end
   when p_type = 'text' then (array[$q$''$q$, $q$'''; drop table desk.ticket; --\'$q$, $q$repeat('x', 100000)$q$, $q$'%s%L%I\\'$q$, $q$'0001..9999'$q$])[k] || '::text'
   when p_type in ('integer','bigint','smallint') then (array['0','-1',case p_type when 'integer' then '2147483647' when 'smallint' then '32767' else '9223372036854775807' end,'1',case p_type when 'integer' then '(-2147483648)' when 'smallint' then '(-32768)' else '(-9223372036854775807-1)' end])[k] || '::' || p_type
   when p_type = 'boolean' then (array['true','false','true','false','true'])[k]
   when p_type = 'jsonb' then (array[$q$'null'$q$, $q$'[]'$q$, $q$'{"a":1e300,"agreements":{},"parts":5,"groups":[null,{},"x"],"metrics":{"a":1},"filter":[]}'$q$, $q$'"x"'$q$, $q$'{"service":["x"],"ticket":{},"kind":null,"from":"9999-12-31T00:00:00Z"}'$q$])[k] || '::jsonb'
   when p_type = 'timestamp with time zone' then (array['''infinity''','''-infinity''','''0001-01-01''','''294000-01-01''','''2026-06-01'''])[k] || '::timestamptz'
   when p_type = 'timestamp without time zone' then (array['''infinity''','''-infinity''','''0001-01-01''','''290000-01-01''','''2026-06-01'''])[k] || '::timestamp'
   when p_type = 'date' then (array['''infinity''','''-infinity''','''0001-01-01''','''290000-01-01''','''2026-06-01'''])[k] || '::date'
   when p_type = 'uuid' then 'gen_random_uuid()'
   else 'null::' || p_type end end $$;
create table tap.res(login text, f text, call text, out text, ms numeric);
create function tap.attack(p_login text, p_pat text) returns void language plpgsql as $$
declare r record; k int; v text; q text; t0 timestamptz; ms numeric; st text;
begin
  for r in select p.oid, p.proname, p.prosrc, array(select format_type(x,null) from unnest(p.proargtypes) x) as ty, p.prorettype::regtype::text as rt from pg_proc p where p.pronamespace = 'desk'::regnamespace and has_function_privilege(p_login, p.oid, 'execute') and p.proname ~ p_pat and p.prokind='f' and p.proname not in ('tick') order by 2 loop
    for k in 0 .. 5 loop
      q := format('select count(*) || '' '' || left(coalesce(string_agg(x::text, '',''), ''''), 300) from desk.%I(%s) x', r.proname, array_to_string(array(select tap.lit(y, k) from unnest(r.ty) y), ', '));
      t0 := clock_timestamp();
      execute format('set session authorization %I', p_login);
      perform set_config('statement_timeout', '8000', true);
      begin
        execute q into v;
      exception when query_canceled then v := 'TIMEOUT'; when others then v := 'ERR ' || sqlstate || ' ' || left(sqlerrm, 150);
      end;
      reset session authorization;
      ms := round(extract(epoch from clock_timestamp() - t0) * 1000);
      insert into tap.res values (p_login, r.proname, left(q, 400), v, ms);
      exit when cardinality(r.ty) = 0;
    end loop;
  end loop;
end $$;
\o
