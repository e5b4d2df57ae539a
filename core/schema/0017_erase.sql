-- Who is erased leaves nothing personal: no draft, no texts, views, settings or read marks.
reset role;
grant select, delete on desk.my_draft, desk.my_macro, desk.my_view, desk.my_read, desk.my_setting to desk_provision;
do $$
declare t text;
begin
  foreach t in array array['my_draft', 'my_macro', 'my_view', 'my_read', 'my_setting'] loop
    execute format('create policy provision on desk.%I to desk_provision using (true)', t);
  end loop;
end $$;
set local role desk_provision;
create or replace function desk.person_erase(p_person int, p_reason text) returns jsonb language plpgsql security definer set search_path = pg_catalog, pg_temp
  set standard_conforming_strings = on as $$
declare me int := desk.need_admin(); p desk.person;
begin
  select * into p from desk.person x where x.id = p_person for update;
  if p.id is null or p.id <= 1 then return desk.refuse('no_such_login', 'notfound', 'person', jsonb_build_object('value', p_person)); end if;
  if p.id = me then return desk.refuse('not_yourself', 'state', 'person', '{}'); end if;
  if coalesce(btrim(p_reason), '') = '' then
    return desk.refuse('field_required', 'input', 'reason', '{"verb": "erase"}');
  end if;
  if p.login is not null and exists (select from pg_roles r where r.rolname = p.login and not r.rolsuper) then
    execute format('alter role %I nologin', p.login);
  end if;
  update desk.person x set active = false where x.id = p.id;
  delete from desk.person_role r where r.person_id = p.id;
  delete from desk.group_member g where g.person_id = p.id;
  delete from desk.my_draft x where x.person_id = p.id;
  delete from desk.my_macro x where x.person_id = p.id;
  delete from desk.my_view x where x.person_id = p.id;
  delete from desk.my_read x where x.person_id = p.id;
  delete from desk.my_setting x where x.person_id = p.id;
  update desk.person x set login = null, name = 'person ' || p.id, email = null, phone = null, place = null, vip = false, language = null, zone = null,
    erased_at = clock_timestamp() where x.id = p.id;
  insert into desk.people_log(by_id, person_id, what, detail) values (me, p.id, 'erase', jsonb_build_object('reason', p_reason));
  return jsonb_build_object('ok', true, 'id', p.id);
end $$;
reset role;
