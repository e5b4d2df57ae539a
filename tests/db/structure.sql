-- How the schema is built: search paths, owners, grants, row-level security. Holds for every file, later ones too.
\ir people.inc
select no_plan();
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace
  and not coalesce(p.proconfig, '{}') @> array['search_path=pg_catalog, pg_temp'] $$, 'every function pins its search path');
select is_empty($$ select p.oid::regprocedure from pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
  where p.pronamespace = 'desk'::regnamespace and a.grantee = 0 $$, 'no function is for everybody');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace and p.prosecdef
  and p.proowner not in ('desk_api'::regrole, 'desk_provision'::regrole) and p.proname <> 'make_partitions' $$, 'no definer function belongs to the owner of the tables');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('v', 'm')
  and not coalesce(c.reloptions, '{}') @> array['security_invoker=true'] $$, 'every view asks as its reader');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') and not c.relrowsecurity $$,
  'row-level security on every table and partition');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relforcerowsecurity $$, 'forced on none');
select is_empty($$ select c.oid::regclass, a.grantee::regrole from pg_class c, aclexplode(c.relacl) a
  where c.relispartition and c.relnamespace = 'desk'::regnamespace and a.grantee <> c.relowner $$, 'partitions have no grants');
select is_empty($$ select c.oid::regclass from pg_class c join pg_policy p on p.polrelid = c.oid where c.relispartition and c.relnamespace = 'desk'::regnamespace $$, 'and no policies');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p')
  and c.relowner <> 'desk_owner'::regrole $$, 'every table belongs to desk_owner');
select is_empty($$ select r.rolname from pg_roles r where r.rolname ~ '^desk_' and (r.rolsuper or r.rolbypassrls or r.rolcanlogin or r.rolreplication
  or (r.rolcreaterole and r.rolname <> 'desk_provision')) $$, 'the roles of the desk have no powers of the cluster');
select is_empty($$ select m.roleid::regrole, m.member::regrole from pg_auth_members m where m.roleid in ('desk_owner'::regrole, 'desk_api'::regrole, 'desk_provision'::regrole)
  and m.member::regrole::text ~ '^(t_|desk_)' $$, 'nobody is a member of those who own things');
select is_empty($$ select c.oid::regclass, a.privilege_type from pg_class c, aclexplode(c.relacl) a
  where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p', 'v') and a.privilege_type <> 'SELECT'
    and a.grantee not in ('desk_owner'::regrole, 'desk_api'::regrole, 'desk_provision'::regrole) and c.relowner <> a.grantee and c.relname !~ '^my_' $$, 'people may write only what is theirs');
select is_empty($$ select c.oid::regclass, a.privilege_type from pg_class c, aclexplode(c.relacl) a where c.relname in ('event', 'seal', 'access_log')
  and c.relnamespace = 'desk'::regnamespace and a.grantee = 'desk_api'::regrole and a.privilege_type not in ('SELECT', 'INSERT') $$, 'the journal is append only for the rulebook too');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace and has_function_privilege('desk_person', p.oid, 'execute')
  and p.proname ~ '^(act_as|act_locked|act_by|create_as|create_resolved|journal_append|store_act|cascade|typed_write|text_write|write_|effect_|guard_|run_|log_denied|replay|kind_install|kind_generate|dispatch|seal|epoch|tick_|make_|feed_note|who$|can_see)' $$,
  'the inner functions of the rulebook are not for people');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace = 'desk'::regnamespace and has_function_privilege('desk_person', p.oid, 'execute')
  and p.provolatile = 'v' and not p.prosecdef and p.prolang <> (select oid from pg_language where lanname = 'sql') $$, 'what people call and changes something runs as its owner');
-- the two judges agree: policies for SELECT, desk.can_see inside the rulebook
select is_empty($$ select c.relname from pg_class c where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'api') and c.relname <> 'schema_migration' $$, 'the rulebook reads and writes every table');
select * from finish();
