-- What the months before the sample's present left besides its incidents: outages, complaints, how content people were. Run once by the
-- superuser behind the histories. What people said then is said then: the desk's clock stands at each day in turn, and goes on
-- afterwards as it did.
set timezone = 'UTC';
set standard_conforming_strings = on;
-- everybody may ask the desk for something
insert into desk.person_role(person_id, role)
  select p.id, 'requester' from desk.person p where p.id > 1 and p.login is null and not exists (select from desk.person_role r where r.person_id = p.id);

-- ---- outages: service, kind, how many days ago, at which hour, minutes, weight, note -------------------------------------------
do $$
declare
  o record; r jsonb; v_now timestamptz := desk.now(); v_from timestamptz; v_until timestamptz;
  v_by int := (select p.id from desk.person p where p.login = 'lead');
begin
  for o in select * from (values
    ('E-mail and calendar', 'unplanned', 118, 7.5, 95, null, 'Mail store full after a failed backup'),
    ('Wi-Fi and LAN', 'unplanned', 109, 13.2, 40, null, 'Core switch of Leeds restarted by itself'),
    ('ERP', 'planned', 103, 20.0, 180, null, 'Quarterly update'),
    ('Remote access', 'unplanned', 97, 6.1, 130, null, 'Certificate of the gateway had run out'),
    ('Printing', 'degraded', 90, 9.0, 300, 0.3, 'Print queue slow, jobs came late'),
    ('Identity and access', 'unplanned', 82, 8.4, 25, null, 'One directory host did not answer'),
    ('E-mail and calendar', 'planned', 75, 19.0, 120, null, 'Move to new storage'),
    ('CRM', 'unplanned', 68, 10.3, 210, null, 'Release rolled back'),
    ('File storage', 'degraded', 61, 11.0, 420, 0.5, 'One controller out of service'),
    ('Video meetings', 'unplanned', 55, 14.0, 65, null, 'Provider outage'),
    ('ERP', 'unplanned', 48, 9.6, 155, null, 'Database log full at month-end'),
    ('Wi-Fi and LAN', 'planned', 41, 21.0, 240, null, 'New switches in Rotterdam'),
    ('Telephony', 'unplanned', 34, 12.0, 45, null, 'Trunk of the carrier down'),
    ('E-mail and calendar', 'degraded', 27, 8.0, 260, 0.4, 'Search and delivery slow'),
    ('HR and payroll', 'unplanned', 22, 15.5, 90, null, 'Interface to the bank refused files'),
    ('Identity and access', 'unplanned', 16, 7.8, 55, null, 'Sign-in refused after a change of policy'),
    ('ERP', 'planned', 12, 20.0, 150, null, 'Security update'),
    ('Remote access', 'degraded', 6, 7.0, 190, 0.5, 'Only one of two gateways'),
    ('Printing', 'unplanned', 2, 10.2, 75, null, 'Print server out of memory'),
    ('ERP', 'planned', -3, 20.0, 120, null, 'Update of the tax tables')) x(service, kind, ago, hour, minutes, weight, note)
  loop
    v_from := date_trunc('day', v_now) - o.ago * interval '1 day' + o.hour * interval '1 hour';
    v_until := v_from + o.minutes * interval '1 minute';
    r := desk.outage_add_as(v_by, jsonb_strip_nulls(jsonb_build_object('service', o.service, 'kind', o.kind, 'from', desk.iso(v_from), 'until', desk.iso(v_until),
      'weight', o.weight::text, 'note', o.note)), gen_random_uuid(), 'sample', greatest(least(v_now, v_until), least(v_from, v_now)));
    if not (r->>'ok')::boolean then raise exception 'outage refused: %', r; end if;
  end loop;
  -- one that goes on
  r := desk.outage_add_as(v_by, jsonb_build_object('service', 'Video meetings', 'kind', 'degraded', 'weight', '0.4', 'from', desk.iso(v_now - interval '100 minutes'),
    'note', 'Sound drops in large meetings; the provider is looking'), gen_random_uuid(), 'sample', v_now);
  if not (r->>'ok')::boolean then raise exception 'outage refused: %', r; end if;
end $$;

-- ---- how content people were, and complaints ------------------------------------------------------------------------------------
do $$
declare
  v_frozen timestamptz := (select c.frozen_at from desk.clock c); v_now timestamptz := desk.now(); v_at timestamptz; x record; r jsonb; v_id bigint;
  v_lead int := (select p.id from desk.person p where p.login = 'lead'); v_agent int := (select p.id from desk.person p where p.login = 'agent');
begin
  for v_at in select least(d, v_now - interval '1 minute') from generate_series(date_trunc('day', v_now) - interval '150 days' + interval '17 hours', v_now + interval '23 hours', interval '1 day') d loop
    update desk.clock set frozen_at = v_at;
    for x in
      select t.id, t.requester_id, t.kind, h.h % 20 as mood, h.h / 20 % 5 as word
        from desk.ticket t, lateral (select abs(hashtext(t.number)) / 12 as h) h
       where t.kind = 'incident' and not t.restricted and t.phase = 3 and t.state <> 'cancelled' and t.requester_id > 1 and abs(hashtext(t.number)) % 12 = 0
         and coalesce(t.closed_at, t.resolved_at) > v_at - interval '1 day' and coalesce(t.closed_at, t.resolved_at) <= v_at and t.updated_at <= v_at
       order by t.id
    loop
      r := desk.act_as(x.requester_id, x.id, 'rate', jsonb_strip_nulls(jsonb_build_object('score',
        case when x.mood < 10 then 5 when x.mood < 15 then 4 when x.mood < 17 then 3 when x.mood < 19 then 2 else 1 end,
        'body', case when x.word > 1 then null when x.mood < 10 then 'Quick and friendly, thank you' when x.mood < 15 then 'Works again'
          when x.mood < 17 then 'It took a while' when x.mood < 19 then 'I had to ask three times' else 'It happened again the next day' end)), null, gen_random_uuid(), 'portal');
      if not (r->>'ok')::boolean then raise exception 'rating refused: %', r; end if;
    end loop;
  end loop;
  for x in select * from (values
      (92, 'Waited two days for a laptop', 'Workplace', 'waiting', 'explained', 'A word in time would have been enough'),
      (71, 'Mail lost during the move', 'E-mail and calendar', 'quality', 'remedied', 'The mails back'),
      (52, 'Release rolled back without a word', 'CRM', 'communication', 'remedied', 'A warning before'),
      (31, 'The same printer for the fourth time', 'Printing', 'recurring', 'compensated', 'Another printer'),
      (19, 'Payroll interface down at month-end', 'HR and payroll', 'availability', 'remedied', 'Never at month-end'),
      (9, 'ticket closed and nothing solved', 'Identity and access', 'not_solved', 'remedied', 'Somebody who looks'),
      (3, 'VPN drops every morning', 'Remote access', 'recurring', null, 'A line that holds'),
      (0, 'Nobody answers the telephone', 'Workplace', 'waiting', null, 'An answer')) c(ago, subject, service, cause, code, wanted) loop
    v_at := v_now - x.ago * interval '1 day' - interval '3 hours';
    update desk.clock set frozen_at = v_at;
    r := desk.create_as((select p.id from desk.person p join desk.person_role q on q.person_id = p.id where p.login is null and q.role = 'requester' and p.org_id in (1, 2)
        order by md5(p.name || x.ago) limit 1), 'complaint', jsonb_build_object('subject', x.subject, 'service', x.service, 'cause', x.cause, 'wanted', x.wanted), gen_random_uuid(), 'mail');
    if not (r->>'ok')::boolean then raise exception 'complaint refused: %', r; end if;
    v_id := (r->>'id')::bigint;
    continue when x.ago = 0;
    update desk.clock set frozen_at = v_at + interval '40 minutes';
    r := desk.act_as(v_lead, v_id, 'assign', '{"group": "Service desk", "assignee": "@me"}', null, gen_random_uuid(), 'console');
    if (r->>'ok')::boolean then r := desk.act_as(v_lead, v_id, 'take', '{}', null, gen_random_uuid(), 'console'); end if;
    continue when x.code is null;
    update desk.clock set frozen_at = v_at + interval '26 hours';
    r := desk.act_as(v_lead, v_id, 'resolve', jsonb_build_object('code', x.code, 'cause', x.cause, 'action', 'Talked to the people concerned, agreed what changes',
      'body', 'We are sorry for this. We have spoken with you about what happened and what we do so that it does not come back.'), null, gen_random_uuid(), 'console');
    if not (r->>'ok')::boolean then raise exception 'complaint not resolved: %', r; end if;
  end loop;
  update desk.clock set frozen_at = v_frozen;
end $$;

-- ---- major incidents: one of three weeks ago with all that belongs to it, one that waits for somebody to decide ------------------
do $$
declare
  v_frozen timestamptz := (select c.frozen_at from desk.clock c); v_now timestamptz := desk.now(); v_at timestamptz := date_trunc('day', desk.now()) - interval '23 days' + interval '7 hours 50 minutes';
  v_lead int := (select p.id from desk.person p where p.login = 'lead'); v_id bigint; s record; r jsonb;
  v_agent int := (select p.id from desk.person p where p.login = 'agent');
  v_who text[] := (select array_agg(q.name order by q.k) from (select p.name, md5(p.name) as k from desk.person p where p.login is null and p.org_id in (1, 2) and not p.vip and p.id > 100 and not exists
    (select from desk.group_member m where m.person_id = p.id) order by 2 limit 6) q);
begin
  update desk.clock set frozen_at = v_at;
  r := desk.create_as(v_agent, 'incident', jsonb_build_object('requester', v_who[1]) || '{"subject": "Nobody can sign in this morning", "service": "Identity and access", "category": "Access / Account and password", "group": "Identity and access",
    "impact": "1", "urgency": "1", "body": "Since about a quarter to eight every sign-in is refused, on notebooks and in the web. The whole floor stands still."}', gen_random_uuid(), 'phone');
  if not (r->>'ok')::boolean then raise exception 'major incident refused: %', r; end if;
  v_id := (r->>'id')::bigint;
  for s in select * from (values
      (4, 'accept_major', '{"commander": "lead", "communications": "agent", "reason": "Both customers, no way round"}'),
      (5, 'assign', '{"assignee": "lead", "group": "Service desk"}'), (6, 'take', '{}'),
      (9, 'child', 'Sign-in refused in Leeds'), (12, 'child', 'Web mail asks for the password again and again'), (15, 'child', 'VPN refuses my password'), (17, 'child', 'ERP: user unknown'),
      (22, 'update', '{"body": "Sign-in is refused everywhere since 07:45. We take back the policy that was set this night; next word in half an hour."}'),
      (48, 'update', '{"body": "The policy is back as it was on the first host; Leeds can sign in again. The others follow."}'),
      (71, 'update', '{"body": "Everybody can sign in again. We watch it for half an hour."}'),
      (102, 'resolve', '{"code": "fixed", "body": "A policy that was set in the night refused every account without a second factor. It was taken back; sign-in works everywhere."}'),
      (1560, 'report', '{"summary": "Nobody could sign in from 07:45 to 08:52: two customers, some 600 people.", "timeline": "07:45 policy in force; 07:50 first call; 07:54 major incident; 08:12 cause known; 08:38 first host; 08:52 all hosts; 09:32 resolved", "cause": "A policy for second factors was set for all accounts instead of a group of twenty.", "well": "Everybody knew who leads; updates came in time.", "badly": "The change was made at night and nobody looked at it in the morning.", "actions": "Policies of sign-in need a second pair of eyes (Ingrid Solheim, next week)."}'),
      (1570, 'close', '{}')) x(min, verb, args) order by min loop
    v_at := date_trunc('day', v_now) - interval '23 days' + interval '7 hours 50 minutes' + s.min * interval '1 minute';
    update desk.clock set frozen_at = v_at;
    if s.verb = 'child' then
      r := desk.create_as(v_agent, 'incident', jsonb_build_object('requester', v_who[2 + s.min % 5], 'subject', s.args, 'service', 'Identity and access', 'category', 'Access / Account and password', 'group', 'Service desk',
        'impact', '3', 'urgency', '2'), gen_random_uuid(), 'phone');
      if (r->>'ok')::boolean then
        r := desk.act_as(v_lead, (r->>'id')::bigint, 'link', jsonb_build_object('type', 'parent', 'to', (select t.number from desk.ticket t where t.id = v_id)), null, gen_random_uuid(), 'console');
      end if;
    else
      r := desk.act_as(v_lead, v_id, s.verb, s.args::jsonb, null, gen_random_uuid(), 'console');
    end if;
    if not (r->>'ok')::boolean then raise exception 'major incident: % refused: %', s.verb, r; end if;
  end loop;
  update desk.clock set frozen_at = v_now - interval '25 minutes';
  r := desk.create_as(v_agent, 'incident', jsonb_build_object('requester', v_who[3]) || '{"subject": "ERP does not answer, orders stand still", "service": "ERP", "category": "Business applications / ERP", "group": "ERP applications",
    "impact": "1", "urgency": "1", "body": "Nobody in dispatch gets past the start page since half an hour. Two lorries wait."}', gen_random_uuid(), 'phone');
  if not (r->>'ok')::boolean then raise exception 'candidate refused: %', r; end if;
  update desk.clock set frozen_at = v_frozen;
end $$;

-- ---- what came in this morning and nobody has looked at yet: for the triage mode ---------------------------------------------
do $$
declare v_frozen timestamptz := (select c.frozen_at from desk.clock c); v_now timestamptz := desk.now(); x record; r jsonb; v_who text[]; v_cn text[];
begin
  select array_agg(p.id::text order by md5(p.name)) into v_who from (select p.id, p.name from desk.person p where p.login is null and p.org_id in (1, 2) and p.id > 100 and p.name !~ '[一-龥]'
    and not exists (select from desk.group_member m where m.person_id = p.id) order by md5(p.name || 'morning') limit 20) p;
  select array_agg(p.id::text order by md5(p.name)) into v_cn from (select p.id, p.name from desk.person p where p.login is null and p.id > 100 and p.name ~ '[一-龥]'
    and not exists (select from desk.group_member m where m.person_id = p.id) order by md5(p.name || 'morning') limit 5) p;
  for x in select * from (values
      (176, 'portal', 1, null, 'Laptop runs very slow since the update', 'Since the update of last night my laptop needs ten minutes to start, and every window hangs. I have restarted it twice.'),
      (163, 'phone', 2, null, 'Can not change my password', 'The page says that the new password is not accepted. I have tried four different ones; my old one ends today.'),
      (151, 'mail', 3, null, 'Main printer on floor 2: paper jam', 'The main printer shows a paper jam, but there is no paper in it. Thirty people print there.'),
      (139, 'portal', 4, 'ERP', 'Oracle: absence leave can not be entered', 'The form for annual leave says that the end date is wrong. It is not: I want to be away from Monday to Friday.'),
      (127, 'mail', 5, 'E-mail and calendar', 'Mailbox full, can not send any more', 'Outlook says that my mailbox is full. Please make it larger; I need the old mails for the audit.'),
      (116, 'portal', 6, null, 'Laptop keyboard problems: two keys do nothing', 'The keys e and 3 do nothing since this morning. With another keyboard it works.'),
      (104, 'phone', 7, null, 'Access card does not open the side door', 'My card opens the main door, not the side door of the warehouse. It did yesterday.'),
      (91, 'portal', 1, null, 'Laptop runs very slow', 'I have written this already, but nobody has answered: it needs ten minutes to start.'),
      (78, 'mail', 8, null, 'Time sheet of last week is not approved', 'My time sheet stands in the list of my old manager, who has left. Who approves it?'),
      (64, 'phone', 9, 'ERP', 'ERP does not answer', 'I get no further than the start page. My colleague has the same. The orders of today can not be printed.'),
      (52, 'portal', 10, null, 'Second monitor stays dark', 'The second monitor is not found any more since I was moved to another desk. The cable is in.'),
      (41, 'mail', 11, 'Remote access', 'VPN refuses my password', 'At home VPN refuses my password, in the office it works. I am at home until Friday.'),
      (33, 'phone', 0, null, '笔记本频繁蓝屏重启', '从今天早上开始笔记本每半小时就蓝屏重启一次，正在写的文件丢失了。'),
      (24, 'portal', 0, null, '公共邮箱无法发送邮件', '用公共邮箱发送邮件时提示没有权限，昨天还可以。'),
      (11, 'portal', 12, null, 'New phone for a colleague who begins on Monday', 'A new colleague begins on Monday and needs a mobile phone with the mail on it.')) m(ago, channel, who, service, subject, body)
  loop
    update desk.clock set frozen_at = v_now - x.ago * interval '1 minute';
    r := desk.create_as(coalesce(case when x.who = 0 then v_cn[1 + x.ago % cardinality(v_cn)] else v_who[x.who] end, v_who[1])::int, 'incident',
      jsonb_strip_nulls(jsonb_build_object('subject', x.subject, 'body', x.body, 'service', x.service)), gen_random_uuid(), x.channel);
    if not (r->>'ok')::boolean then raise exception 'intake refused: %', r; end if;
  end loop;
  update desk.clock set frozen_at = v_frozen;
end $$;
