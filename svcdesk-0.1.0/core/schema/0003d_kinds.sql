-- The rulebook, fourth part: installing a kind, and the words every kind shares.
reset role;
set local role desk_api;

-- A text for people: the first of these keys that has one in this language, else in English, else null.
create function desk.label_of(p_lang text, variadic p_keys text[]) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  select l.text from unnest(p_keys) with ordinality k(key, n) join desk.label l on l.key = k.key and l.lang in (p_lang, 'en')
   order by l.lang <> p_lang, k.n limit 1 $$;

-- What is wrong with the rows of a kind; no row = nothing.
create function desk.kind_problems(p_kind text) returns setof text language sql stable set search_path = pg_catalog, pg_temp as $$
  with k as (select * from desk.kind where kind = p_kind),
  langs as (select distinct lang from desk.label),
  need as (
    select array['kind.' || p_kind] as keys
    union all select array['state.' || p_kind || '.' || s.state, 'state.*.' || s.state] from desk.kind_state s where s.kind = p_kind
    union all select array['verb.' || p_kind || '.' || v.verb, 'verb.*.' || v.verb] from desk.verb v where v.kind = p_kind
    union all select array['field.' || p_kind || '.' || f.field, 'field.*.' || f.field] from desk.field f where f.kind = p_kind
    union all select array['param.' || p_kind || '.' || a.verb || '.' || a.param, 'param.*.' || a.verb || '.' || a.param, 'param.*.*.' || a.param,
                           'field.' || p_kind || '.' || coalesce(a.field, '?'), 'field.*.' || coalesce(a.field, '?')] from desk.verb_param a where a.kind = p_kind
    union all select array['choice.' || p_kind || '.' || f.field || '.' || c, 'choice.' || f.field || '.' || c]
      from desk.field f, unnest(f.choices) c where f.kind = p_kind and f.type = 'choice'
    union all select array['choice.' || p_kind || '.' || coalesce(a.field, a.param) || '.' || c, 'choice.' || coalesce(a.field, a.param) || '.' || c]
      from desk.verb_param a, unnest(a.choices) c where a.kind = p_kind and a.type = 'choice')
  select 'no kind ' || p_kind where not exists (select from k)
  union all select 'no state ' || k.initial from k where not exists (select from desk.kind_state s where s.kind = p_kind and s.state = k.initial)
  union all select 'no verb create' where not exists (select from desk.verb v where v.kind = p_kind and v.verb = 'create')
  union all select distinct 'no state ' || t.to_state from desk.transition t where t.kind = p_kind and t.to_state <> '='
      and not exists (select from desk.kind_state s where s.kind = p_kind and s.state = t.to_state)
  union all select 'verb without transition: ' || v.verb from desk.verb v where v.kind = p_kind and v.verb <> 'create'
      and not exists (select from desk.transition t where t.kind = p_kind and t.verb = v.verb)
  union all select 'unknown role ' || r from desk.transition t, unnest(t.roles) r where t.kind = p_kind
      and r not in ('requester', 'opener', 'assignee', 'agent', 'lead', 'process_owner', 'auditor', 'admin', 'worker', 'system')
  union all select 'no column for field ' || f.field from desk.field f, k where f.kind = p_kind and not exists (
      select from pg_attribute a where a.attname = f.col and a.attnum > 0 and not a.attisdropped and a.attrelid =
        case f.store when 'ticket' then 'desk.ticket'::regclass when 'text' then 'desk.ticket_text'::regclass else k.typed_table end)
  union all select 'parameter of an unknown field: ' || a.verb || ' ' || a.param from desk.verb_param a where a.kind = p_kind and a.field is not null
      and not exists (select from desk.field f where f.kind = p_kind and f.field = a.field)
  union all select 'no key column id in ' || k.typed_table from k where not exists (
      select from pg_attribute a where a.attrelid = k.typed_table and a.attname = 'id')
  union all select format('no label in %s: %s', langs.lang, need.keys[1]) from need, langs
      where not exists (select from desk.label l where l.key = any (need.keys) and l.lang = langs.lang) $$;

-- Makes a kind ready after its rows were written (again after they were changed): row-level security of its typed table, base
-- fields, parameters of verb edit, the static writer and reader of its typed row, and the dispatchers of all kinds.
-- For migrations: runs as the migrating superuser, who changes into the roles that must own what is made.
create function desk.kind_install(p_kind text) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_role text := current_user; v_table regclass; v_bad text; f regprocedure;
begin
  select k.typed_table into v_table from desk.kind k where k.kind = p_kind;
  -- a file need not know which role owns what: its table and its functions get their owners here
  execute 'reset role';
  if v_table is not null then execute format('alter table %s owner to desk_owner', v_table); end if;
  for f in select distinct x.f from desk.transition t, lateral (values (t.guard), (t.side_effect)) x(f) join pg_proc p on p.oid = x.f
            where t.kind = p_kind and p.proowner <> 'desk_api'::regrole loop
    execute format('alter function %s owner to desk_api', f);
    execute format('revoke execute on function %s from public', f);
  end loop;
  execute 'set local role desk_owner';
  insert into desk.field(kind, field, store, col, type, choices, editable, sort)
    select p_kind, b.field, 'ticket', b.col, b.type, b.choices, false, 0 from (values
      ('subject', 'subject', 'text', null::text[]), ('requester', 'requester_id', 'person', null), ('group', 'group_id', 'group', null),
      ('assignee', 'assignee_id', 'person', null), ('service', 'service_id', 'service', null), ('category', 'category_id', 'category', null),
      ('ci', 'ci_id', 'ci', null), ('impact', 'impact', 'level', '{1,2,3}'), ('urgency', 'urgency', 'level', '{1,2,3}'),
      ('priority', 'priority', 'level', '{1,2,3,4,5}')) b(field, col, type, choices)
    on conflict do nothing;
  insert into desk.verb_param(kind, verb, param, field, type, choices, ask, initial, sort)
    select p_kind, 'edit', f.field, f.field, f.type, f.choices, 1, '=', f.sort from desk.field f
     where f.kind = p_kind and f.editable and exists (select from desk.verb v where v.kind = p_kind and v.verb = 'edit')
    on conflict do nothing;
  select string_agg(p, '; ') into v_bad from desk.kind_problems(p_kind) p;
  if v_bad is not null then raise exception 'kind %: %', p_kind, v_bad; end if;
  execute format('alter table %s enable row level security', v_table);
  execute format('grant select, insert, update, delete on %s to desk_api', v_table);
  execute format('grant select on %s to desk_person', v_table);
  execute format('drop policy if exists api on %s', v_table);
  execute format('create policy api on %s to desk_api using (true) with check (true)', v_table);
  execute format('drop policy if exists reader on %s', v_table);
  execute format('create policy reader on %1$s for select to desk_person using (exists (
    select from desk.ticket t where t.id = %1$s.id and not t.restricted))', v_table);
  execute 'set local role desk_api';
  perform desk.kind_generate(p_kind, v_table);
  perform desk.dispatch_generate();
  execute format('set local role %I', v_role);
end $$;
grant execute on function desk.kind_install(text), desk.kind_problems(text) to desk_owner;

create function desk.kind_generate(p_kind text, p_table regclass) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_cols text := ''; v_values text := ''; v_sets text := ''; v_json text := ''; f record;
begin
  for f in select d.field, d.col, format_type(a.atttypid, a.atttypmod) as type, coalesce(pg_get_expr(x.adbin, x.adrelid), 'null') as def, a.atttypid
      from desk.field d join pg_attribute a on a.attrelid = p_table and a.attname = d.col
      left join pg_attrdef x on x.adrelid = a.attrelid and x.adnum = a.attnum
     where d.kind = p_kind and d.store = 'typed' order by d.sort, d.field loop
    v_cols := v_cols || format(', %I', f.col);
    v_values := v_values || format(E',\n      case when p ? %1$L then (p->>%1$L)::%2$s else %3$s end', f.col, f.type, f.def);
    v_sets := v_sets || format(E'%4$s\n      %1$I = case when p ? %2$L then (p->>%2$L)::%3$s else x.%1$I end', f.col, f.col, f.type, case when v_sets = '' then '' else ',' end);
    v_json := v_json || format(', %L, %s', f.field, case when f.atttypid = 'timestamptz'::regtype then format('desk.iso(x.%I)', f.col) else format('x.%I', f.col) end);
  end loop;
  execute format($f$create or replace function desk.write_%1$s(p_id bigint, p jsonb, p_new boolean) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $g$
begin
  if p_new then
    insert into %2$s(id%3$s) values (p_id%4$s);
  %5$s
  end if;
end $g$ $f$, p_kind, p_table, v_cols, v_values, case when v_sets = '' then '' else format(E'else\n    update %s x set%s\n     where x.id = p_id;', p_table, v_sets) end);
  execute format($f$create or replace function desk.json_%1$s(p_id bigint) returns jsonb language sql stable
  set search_path = pg_catalog, pg_temp as $g$ select jsonb_build_object(%2$s) from %3$s x where x.id = p_id $g$ $f$, p_kind, substr(v_json, 3), p_table);
end $$;

-- One static function over all kinds for each thing act must call by name.
create function desk.dispatch_generate() returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare v_write text; v_json text; v_guard text; v_effect text;
begin
  select coalesce(string_agg(format('when %L then perform desk.write_%s(p_id, p, p_new);', k.kind, k.kind), E'\n  ' order by k.kind), ''),
         coalesce(string_agg(format('when %L then desk.json_%s(p_id)', k.kind, k.kind), ' ' order by k.kind), '')
    into v_write, v_json from desk.kind k where to_regprocedure(format('desk.write_%s(bigint, jsonb, boolean)', k.kind)) is not null;
  execute format($f$create or replace function desk.typed_write(p_kind text, p_id bigint, p jsonb, p_new boolean) returns void language plpgsql
  set search_path = pg_catalog, pg_temp as $g$
begin
  case p_kind
  %s
  end case;
end $g$ $f$, v_write);
  execute format($f$create or replace function desk.typed_json(p_kind text, p_id bigint) returns jsonb language sql stable
  set search_path = pg_catalog, pg_temp as $g$ select case p_kind %s end $g$ $f$, v_json);
  select coalesce(string_agg(distinct format('when %L::regprocedure then return %s(t, a, p_me);', g.p, g.p::regproc), E'\n  '), '') into v_guard
    from (select distinct x.guard::regprocedure::text as t, x.guard as p from desk.transition x where x.guard is not null) g;
  select coalesce(string_agg(distinct format('when %L::regprocedure then return %s(t, a, p_me);', g.p, g.p::regproc), E'\n  '), '') into v_effect
    from (select distinct x.side_effect as p from desk.transition x where x.side_effect is not null) g;
  execute format($f$create or replace function desk.run_guard(p_fn regprocedure, t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql stable as $g$
begin
  case p_fn
  %s
  end case;
end $g$ $f$, coalesce(nullif(v_guard, ''), 'when 0 then null;'));
  execute format($f$create or replace function desk.run_effect(p_fn regprocedure, t desk.ticket, a jsonb, p_me int) returns jsonb language plpgsql as $g$
begin
  case p_fn
  %s
  end case;
end $g$ $f$, coalesce(nullif(v_effect, ''), 'when 0 then null;'));
end $$;
