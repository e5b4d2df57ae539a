-- How agreements are written and read. A policy is the content of a file: calendars, agreements with their targets, and for whom they hold.
--   {"calendars": [{"name", "spec", "line"}],
--    "agreements": [{"name", "type", "line",
--       "targets": [{"metric", "kind", "priority", "group", "major", "minutes", "calendar", "warn", "stop_on", "pauses", "pauses_major",
--                    "mode", "reopen", "line"}],
--       "contracts": [{"customer", "service", "from", "to", "line"}]}]}
-- Names stand for what they name; line is where it stands in the file and comes back in a refusal. An agreement without contracts holds
-- for everybody. Adding what is there already changes nothing; anything else makes a new version.
reset role; set local role desk_api;

create function desk.policy_args(p_value text, p_line jsonb, p_allowed text default null) returns jsonb language sql immutable
  set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('value', left(coalesce(p_value, '-'), 80), 'line', coalesce(p_line, 'null'), 'allowed', coalesce(p_allowed, '')) $$;

-- One target as a row, or what is wrong with it.
create function desk.policy_target(p jsonb, p_type text, out g desk.sla_target, out error jsonb) language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare v_line jsonb := p->'line'; w text; v_words text[];
begin
  g.metric := p->>'metric';
  if g.metric is null or g.metric <> all (case p_type when 'sla' then array['response', 'update', 'resolution'] when 'ola' then array['ola'] else array['uc'] end) then
    error := desk.refuse('policy_metric', 'input', 'metric', desk.policy_args(g.metric, v_line, case p_type when 'sla' then 'response, update, resolution' when 'ola' then 'ola' else 'uc' end)); return;
  end if;
  if p->>'kind' is not null then
    select k.kind into g.kind from desk.kind k where k.kind = p->>'kind';
    if g.kind is null then
      error := desk.refuse('policy_choice', 'input', 'kind', desk.policy_args(p->>'kind', v_line, (select string_agg(k.kind, ', ' order by k.kind) from desk.kind k))); return;
    end if;
  end if;
  if p->>'priority' is not null then
    if p->>'priority' !~ '^[1-5]$' then error := desk.refuse('policy_choice', 'input', 'priority', desk.policy_args(p->>'priority', v_line, 'P1 .. P5, any')); return; end if;
    g.priority := p->>'priority';
  end if;
  if p->>'group' is not null then
    select s.id into g.group_id from desk.support_group s where lower(s.name) = lower(btrim(p->>'group')) and s.id > 0 and s.active;
    if g.group_id is null then error := desk.refuse('policy_unknown', 'input', 'group', desk.policy_args(p->>'group', v_line)); return; end if;
  end if;
  if jsonb_typeof(p->'major') not in ('boolean', 'null') then error := desk.refuse('policy_choice', 'input', 'major', desk.policy_args(p->>'major', v_line, 'yes, no')); return; end if;
  g.major := p->>'major';
  if coalesce(p->>'minutes', '') !~ '^\d{1,7}$' or (p->>'minutes')::int not between 1 and 5256000 then
    error := desk.refuse('policy_minutes', 'input', coalesce(p->>'key', 'minutes'), desk.policy_args(p->>'minutes', v_line)); return;
  end if;
  g.minutes := p->>'minutes';
  select c.id into g.calendar_id from desk.calendar c where lower(c.name) = lower(coalesce(btrim(p->>'calendar'), '24x7'));
  if g.calendar_id is null then
    error := desk.refuse('policy_calendar', 'input', 'calendar', desk.policy_args(p->>'calendar', v_line, (select string_agg(c.name, ', ' order by c.name) from desk.calendar c))); return;
  end if;
  g.warn := '{50,75,100}';
  if p ? 'warn' then
    if jsonb_typeof(p->'warn') <> 'array' or exists (select from jsonb_array_elements(p->'warn') x where x #>> '{}' !~ '^\d{1,3}$' or (x #>> '{}')::int not between 1 and 500)
       or jsonb_array_length(p->'warn') > 20 then
      error := desk.refuse('policy_warn', 'input', 'warn', desk.policy_args(p->>'warn', v_line)); return;
    end if;
    g.warn := array(select distinct x::smallint from jsonb_array_elements_text(p->'warn') x order by 1);
  end if;
  if p->>'stop_on' is not null and (g.metric <> 'response' or p->>'stop_on' not in ('reply', 'accept', 'assign')) then
    error := desk.refuse('policy_choice', 'input', 'stop', desk.policy_args(p->>'stop_on', v_line, case g.metric when 'response' then 'reply, accept, assign' else 'resolved_at' end)); return;
  end if;
  g.stop_on := case g.metric when 'response' then coalesce(p->>'stop_on', 'reply') end;
  if p->>'mode' is not null and (g.metric <> 'update' or upper(p->>'mode') not in ('A', 'B')) then
    error := desk.refuse('policy_choice', 'input', 'mode', desk.policy_args(p->>'mode', v_line, case g.metric when 'update' then 'A, B' else '-' end)); return;
  end if;
  g.mode := case g.metric when 'update' then upper(coalesce(p->>'mode', 'A')) end;
  g.reopen := coalesce(p->>'reopen', 'resume');
  if g.reopen not in ('resume', 'continue', 'cycle') then error := desk.refuse('policy_choice', 'input', 'reopen', desk.policy_args(g.reopen, v_line, 'resume, continue, cycle')); return; end if;
  -- the defaults of each metric
  g.pauses := case g.metric when 'response' then '{awaiting_approval}' when 'update' then '{on_hold,awaiting_approval}' when 'uc' then '{}' else '{awaiting_approval,requester,scheduled}' end;
  if p ? 'pauses' then
    select array_agg(distinct c) into v_words from desk.field x, unnest(x.choices) c where x.field = 'hold_reason';
    v_words := v_words || array(select distinct s.state from desk.kind_state s where s.phase < 3) || '{awaiting_approval}'::text[];
    for w in select jsonb_array_elements_text(p->'pauses') loop
      if w <> all (v_words) then
        error := desk.refuse('policy_choice', 'input', 'pause', desk.policy_args(w, v_line, (select string_agg(x, ', ' order by x) from unnest(v_words) x) || ', never')); return;
      end if;
    end loop;
    g.pauses := array(select distinct x from jsonb_array_elements_text(p->'pauses') x order by 1);
  end if;
  g.pauses_major := coalesce((p->>'pauses_major')::boolean, g.metric <> 'update');
end $$;

-- Two sets of targets that say the same. Ids and versions aside.
create function desk.policy_targets(p_sla int, p_version int) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select coalesce(jsonb_agg(to_jsonb(t) - array['id', 'sla_id', 'version'] order by t.metric, t.kind, t.priority, t.group_id, t.major), '[]') from desk.sla_target t
   where t.sla_id = p_sla and t.version = p_version $$;

create function desk.policy_agreement(p_me int, p jsonb, p_now timestamptz) returns jsonb language plpgsql set search_path = pg_catalog, pg_temp as $$
declare s desk.sla; r record; x jsonb; v_targets desk.sla_target[] := '{}'; n int := 0; v_name text := btrim(p->>'name'); v_new int; v_changed boolean; v_old jsonb; v_stamp timestamptz := clock_timestamp();
begin
  if coalesce(v_name, '') = '' or length(v_name) > 200 or v_name ~ '[[:cntrl:]]' then return desk.refuse('policy_name', 'input', 'name', desk.policy_args(v_name, p->'line')); end if;
  if coalesce(p->>'type', '') not in ('sla', 'ola', 'uc') then return desk.refuse('policy_choice', 'input', 'type', desk.policy_args(p->>'type', p->'line', 'sla, ola, uc')); end if;
  if jsonb_array_length(coalesce(p->'targets', '[]')) = 0 then return desk.refuse('policy_empty', 'input', 'name', desk.policy_args(v_name, p->'line')); end if;
  for x in select e from jsonb_array_elements(p->'targets') e loop
    r := desk.policy_target(x, p->>'type');
    if r.error is not null then return r.error; end if;
    for i in 1 .. n loop
      if ((r.g).metric, (r.g).kind, (r.g).priority, (r.g).group_id, (r.g).major) is not distinct from
         (v_targets[i].metric, v_targets[i].kind, v_targets[i].priority, v_targets[i].group_id, v_targets[i].major) then
        return desk.refuse('policy_twice', 'input', (r.g).metric, desk.policy_args(coalesce('P' || (r.g).priority, 'any'), x->'line'));
      end if;
    end loop;
    n := n + 1; v_targets[n] := r.g;
  end loop;
  perform pg_advisory_xact_lock(hashtextextended('svcdesk.sla', 0));
  select * into s from desk.sla a where lower(a.name) = lower(v_name);
  if found and s.type <> p->>'type' then return desk.refuse('policy_type', 'input', 'type', desk.policy_args(v_name, p->'line', s.type)); end if;
  if s.id is null then insert into desk.sla(name, type, version) values (v_name, p->>'type', 0) returning * into s; end if;
  v_old := desk.policy_targets(s.id, s.version); v_new := s.version + 1;
  insert into desk.sla_version(sla_id, version, made_at, by_id, note) values (s.id, v_new, v_stamp, p_me, nullif(btrim(left(p->>'note', 500)), ''));
  insert into desk.sla_target(sla_id, version, metric, kind, priority, group_id, major, minutes, calendar_id, warn, stop_on, pauses, pauses_major, mode, reopen)
    select s.id, v_new, t.metric, t.kind, t.priority, t.group_id, t.major, t.minutes, t.calendar_id, t.warn, t.stop_on, t.pauses, t.pauses_major, t.mode, t.reopen from unnest(v_targets) t;
  v_changed := desk.policy_targets(s.id, v_new) <> v_old;
  if v_changed then
    update desk.sla_version v set ended_at = v_stamp where v.sla_id = s.id and v.version = s.version;
    update desk.sla a set version = v_new where a.id = s.id;
    insert into desk.sla_change(at, by_id, what, detail) values (p_now, p_me, 'agreement', jsonb_build_object('agreement', s.name, 'type', s.type, 'version', v_new,
      'targets', desk.policy_targets(s.id, v_new)));
  else
    delete from desk.sla_target t where t.sla_id = s.id and t.version = v_new;
    delete from desk.sla_version v where v.sla_id = s.id and v.version = v_new;
  end if;
  r := desk.policy_contracts(p_me, s, coalesce(p->'contracts', '[{}]'), p_now);
  if r.error is not null then return r.error; end if;
  return jsonb_build_object('agreement', s.name, 'type', s.type, 'version', case when v_changed then v_new else s.version end, 'targets', n,
    'changed', v_changed, 'contracts_changed', r.changed > 0, 'replaces', r.replaced);
end $$;

-- For whom an agreement holds. One that held for the same customer and service before ends; what is not named any more ends too.
create function desk.policy_contracts(p_me int, s desk.sla, p jsonb, p_now timestamptz, out changed int, out replaced jsonb, out error jsonb) language plpgsql
  set search_path = pg_catalog, pg_temp as $$
declare x jsonb; v_org int; v_service int; v_from timestamptz; v_to timestamptz; c desk.contract; v_keep int[] := '{}'; v_stamp timestamptz := clock_timestamp();
begin
  changed := 0; replaced := '[]';
  for x in select e from jsonb_array_elements(p) e loop
    v_org := null; v_service := null; v_from := '-infinity'; v_to := 'infinity';
    if coalesce(x->>'customer', '*') <> '*' then
      select o.id into v_org from desk.org o where lower(o.name) = lower(btrim(x->>'customer')) and o.id > 0;
      if v_org is null then error := desk.refuse('policy_unknown', 'input', 'customer', desk.policy_args(x->>'customer', x->'line')); return; end if;
    end if;
    if coalesce(x->>'service', '*') <> '*' then
      select v.id into v_service from desk.service v where lower(v.name) = lower(btrim(x->>'service'));
      if v_service is null then error := desk.refuse('policy_unknown', 'input', 'service', desk.policy_args(x->>'service', x->'line')); return; end if;
    end if;
    if x->>'from' is not null then v_from := desk.parse_time(x->>'from', null); end if;
    if x->>'to' is not null then v_to := desk.parse_time(x->>'to', null); end if;
    if v_from is null or v_to is null or v_to <= v_from then
      error := desk.refuse('policy_range', 'input', case when v_from is null then 'from' else 'to' end, desk.policy_args(coalesce(case when v_from is null then x->>'from' end, x->>'to', x->>'from'), x->'line')); return;
    end if;
    select k.* into c from desk.contract k where k.type = s.type and k.sla_id = s.id and k.org_id is not distinct from v_org and k.service_id is not distinct from v_service
       and k.valid_from = v_from and k.valid_to = v_to and k.ended_at = 'infinity';
    if found then v_keep := v_keep || c.id; continue; end if;
    for c in select k.* from desk.contract k where k.type = s.type and k.org_id is not distinct from v_org and k.service_id is not distinct from v_service
        and k.valid_from < v_to and v_from < k.valid_to and k.ended_at = 'infinity' and k.id <> all (v_keep) loop
      if c.sla_id <> s.id then replaced := replaced || to_jsonb((select a.name from desk.sla a where a.id = c.sla_id)); end if;
      perform desk.contract_end(p_me, c, p_now, v_stamp);
    end loop;
    insert into desk.contract(type, org_id, service_id, sla_id, valid_from, valid_to, made_at, by_id) values (s.type, v_org, v_service, s.id, v_from, v_to, v_stamp, p_me) returning * into c;
    v_keep := v_keep || c.id; changed := changed + 1;
    insert into desk.sla_change(at, by_id, what, detail) values (p_now, p_me, 'contract', desk.contract_json(c));
  end loop;
  for c in select k.* from desk.contract k where k.sla_id = s.id and k.ended_at = 'infinity' and k.id <> all (v_keep) loop
    perform desk.contract_end(p_me, c, p_now, v_stamp);
    changed := changed + 1;
  end loop;
end $$;

create function desk.contract_json(c desk.contract) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  select jsonb_build_object('id', c.id, 'agreement', (select a.name from desk.sla a where a.id = c.sla_id), 'type', c.type, 'customer', (select o.name from desk.org o where o.id = c.org_id),
    'service', (select v.name from desk.service v where v.id = c.service_id), 'from', desk.iso(c.valid_from), 'to', desk.iso(c.valid_to)) $$;

create function desk.contract_end(p_me int, c desk.contract, p_now timestamptz, p_stamp timestamptz) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  update desk.contract k set ended_at = p_stamp where k.id = c.id;
  insert into desk.sla_change(at, by_id, what, detail) values (p_now, p_me, 'contract_end', desk.contract_json(c));
end $$;

-- Writes a policy, all of it or nothing. p_dry: only says what it would do.
create function desk.sla_policy_add(p jsonb, p_dry boolean default false) returns jsonb language plpgsql security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
declare v_me int := desk.me(); x jsonb; r jsonb; v_cals jsonb := '[]'; v_slas jsonb := '[]'; v_now timestamptz := desk.now();
begin
  if v_me is null then return desk.refuse('not_a_person', 'denied'); end if;
  if not desk.calendar_may_write(v_me) then return desk.refuse('policy_role', 'denied'); end if;
  if jsonb_typeof(p) is distinct from 'object' or jsonb_array_length(coalesce(p->'agreements', '[]')) + jsonb_array_length(coalesce(p->'calendars', '[]')) = 0 then
    return desk.refuse('policy_nothing', 'input');
  end if;
  begin
    for x in select e from jsonb_array_elements(coalesce(p->'calendars', '[]')) e loop
      r := desk.calendar_put(v_me, x->>'name', x->'spec', x->>'note', null);
      if not (r->>'ok')::boolean then
        r := jsonb_set(r, '{error,args}', r->'error'->'args' || jsonb_build_object('line', x->'line'));
        raise exception using errcode = 'DK001';
      end if;
      v_cals := v_cals || jsonb_build_object('calendar', r->'calendar', 'version', r->'version', 'changed', not (r->>'unchanged')::boolean);
    end loop;
    for x in select e from jsonb_array_elements(coalesce(p->'agreements', '[]')) e loop
      r := desk.policy_agreement(v_me, x, v_now);
      if r ? 'error' then raise exception using errcode = 'DK001'; end if;
      v_slas := v_slas || r;
    end loop;
    r := jsonb_build_object('ok', true, 'dry_run', coalesce(p_dry, false), 'calendars', v_cals, 'agreements', v_slas);
    if coalesce(p_dry, false) then raise exception using errcode = 'DK001'; end if;
  exception when sqlstate 'DK001' then null;
  end;
  return r;
end $$;

-- The agreements as they are, or one of them with all its versions. For staff.
create function desk.sla_policy_list(p_name text default null) returns setof jsonb language plpgsql stable security definer
  set search_path = pg_catalog, pg_temp set standard_conforming_strings = on set timezone = 'UTC' as $$
begin
  if desk.i_am_staff() is not true then return; end if;
  return query select jsonb_build_object('agreement', s.name, 'type', s.type, 'version', s.version, 'made_at', desk.iso(v.made_at),
      'by', desk.name_of('person', to_jsonb(v.by_id)), 'note', v.note,
      'contracts', (select coalesce(jsonb_agg(desk.contract_json(c) - array['agreement', 'type', 'id'] order by c.org_id nulls first, c.service_id nulls first, c.valid_from), '[]')
                      from desk.contract c where c.sla_id = s.id and c.ended_at = 'infinity'),
      'targets', (select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('metric', t.metric, 'kind', t.kind, 'priority', t.priority,
                      'group', (select g.name from desk.support_group g where g.id = t.group_id), 'major', t.major, 'minutes', t.minutes,
                      'calendar', (select c.name from desk.calendar c where c.id = t.calendar_id), 'warn', to_jsonb(t.warn), 'stop', coalesce(t.stop_on, case t.metric when 'resolution' then 'resolved_at' end),
                      'pause', to_jsonb(t.pauses), 'pause_major', t.pauses_major, 'mode', t.mode, 'reopen', t.reopen))
                      order by t.metric, t.kind nulls first, t.group_id nulls first, t.major nulls first, t.priority nulls last), '[]')
                    from desk.sla_target t where t.sla_id = s.id and t.version = s.version),
      'clocks', (select count(*) from desk.sla_clock c join desk.sla_target t on t.id = c.target_id where t.sla_id = s.id and c.stopped_at is null and c.cancelled_at is null))
    || case when p_name is null then '{}' else jsonb_build_object('versions', (select jsonb_agg(jsonb_build_object('version', w.version, 'made_at', desk.iso(w.made_at),
         'ended_at', desk.iso(w.ended_at), 'by', desk.name_of('person', to_jsonb(w.by_id)), 'note', w.note) order by w.version) from desk.sla_version w where w.sla_id = s.id),
         'history', (select coalesce(jsonb_agg(jsonb_build_object('at', desk.iso(h.at), 'by', desk.name_of('person', to_jsonb(h.by_id)), 'what', h.what, 'detail', h.detail) order by h.id), '[]')
           from desk.sla_change h where h.detail->>'agreement' = s.name)) end
    from desk.sla s join desk.sla_version v on v.sla_id = s.id and v.version = s.version
   where p_name is null or lower(s.name) = lower(btrim(p_name)) order by s.type <> 'sla', s.type, s.name;
end $$;
grant execute on function desk.sla_policy_add(jsonb, boolean), desk.sla_policy_list(text) to desk_person;

reset role; set local role desk_owner;
insert into desk.label(key, lang, text)
  select w[1], l.lang, l.text
    from regexp_split_to_table($w$
error.policy_role     | agreements are written by process owners and administrators | 协议由流程负责人和管理员编写
error.policy_nothing  | a policy defines at least one agreement or calendar | 策略至少要定义一个协议或日历
error.policy_name     | an agreement has a name of 1 to 200 characters, not {value} | 协议名称为 1 到 200 个字符，而不是 {value}
error.policy_type     | {value} is there already as {allowed}; give this one another name | {value} 已作为 {allowed} 存在；请为此协议另取名称
error.policy_empty    | the agreement {value} has no target; give it a section such as [resolution] with P1 = 4:00 | 协议 {value} 没有目标；请加上一节，例如 [resolution]，写 P1 = 4:00
error.policy_metric   | {value} is no target of such an agreement; write one of {allowed} | {value} 不是此类协议的目标；可用：{allowed}
error.policy_choice   | {field}: {value} is not known; write one of {allowed} | {field}：不认识 {value}；可用：{allowed}
error.policy_unknown  | {field}: there is no {value} on this desk; make it first or correct the name | {field}：本服务台没有 {value}；请先新建或更正名称
error.policy_minutes  | {field}: {value} is no time; write minutes (240) or hours and minutes (4:00) of open time, from 1 minute to 10 years | {field}：{value} 不是时长；请写开放时间的分钟数（240）或时:分（4:00），1 分钟到 10 年
error.policy_calendar | there is no calendar {value}; write a section [calendar {value}], or one of {allowed} | 没有日历 {value}；请写 [calendar {value}] 一节，或用：{allowed}
error.policy_warn     | warn: {value} is no list of percents; write such as 50, 75, 100 | warn：{value} 不是百分比列表；请写例如 50, 75, 100
error.policy_twice    | {field} {value} is promised twice for the same tickets; keep one of them | {field} {value} 对同样的工单承诺了两次；请只保留一个
error.policy_range    | {field}: {value} is no date after from; write 2026-12-31 | {field}：{value} 不是 from 之后的日期；请写 2026-12-31
$w$, E'\n') line, regexp_split_to_array(line, '\s+\|\s+') w, lateral (values ('en', w[2]), ('zh_CN', w[3])) l(lang, text)
   where line ~ '\S';
