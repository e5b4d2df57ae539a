-- What the import of any table needs beside desk.import_history: what a map may name, and which rows were held already.
reset role; set local role desk_api;

-- {"kinds": [...], "fields": {NAME: {"type", "choices", "must"}}, "states": [...], "verbs": [...]} of a kind; without fields when there
-- is no such kind. must: no ticket is without it. Admins only, as all of the import.
create function desk.import_fields(p_kind text) returns jsonb language plpgsql stable security definer set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  perform desk.need_admin();
  return jsonb_build_object('kinds', (select jsonb_agg(k.kind order by k.kind) from desk.kind k),
    'fields', (select jsonb_object_agg(i.key, jsonb_build_object('type', i.type, 'choices', f.choices,
        'must', i.store = 'ticket' and i.type not in ('person', 'group') and i.col <> 'due_at' and exists (select from pg_attribute a
          where a.attrelid = 'desk.ticket'::regclass and a.attname = i.col and a.attnotnull))) from desk.import_keys(p_kind) i
      left join desk.field f on f.kind = p_kind and f.field = i.name where i.key not in ('custom') and exists (select from desk.kind k where k.kind = p_kind)),
    'states', (select jsonb_agg(s.state order by s.sort) from desk.kind_state s where s.kind = p_kind),
    'verbs', (select jsonb_agg(v.verb order by v.verb) from desk.verb v where v.kind = p_kind));
end $$;

-- How many lines of a batch have no entry that is new: all of theirs are held already or stand in the batch before. One row of a
-- file can give several entries, and the answer of desk.import_history counts those. As it was when the statement began.
create function desk.import_known(p_source text, p_batch jsonb) returns bigint language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on as $$
begin
  perform desk.need_admin();
  return (select count(*) from (
    select x.line from (
      select b.line, exists (select from desk.external_ref r where r.source = p_source and r.ext_id = b.ext_id and r.ext_version = b.ext_version
                              and r.content_hash = decode(b.hash, 'hex'))
             or row_number() over (partition by b.ext_id, b.ext_version, b.hash order by b.line) > 1 as known
        from jsonb_to_recordset(p_batch) b(line bigint, ext_id text, ext_version text, hash text)) x
     group by x.line having bool_and(x.known)) y);
end $$;

revoke execute on function desk.import_fields(text), desk.import_known(text, jsonb) from public;
grant execute on function desk.import_fields(text), desk.import_known(text, jsonb) to desk_admin;
