-- What articles do for the desk: how much sooner tickets are solved with one, and how many are. A use that was undone is no link any more.
reset role; set local role desk_owner;

-- Minutes of a ticket to which an article was applied, less the mean of those of its kind and category without one: the mix of categories tells no
-- lie. A category that has no ticket without one compares with nothing.
create view desk.metric_knowledge_effect with (security_invoker = true) as
  with used as materialized (select distinct l.ticket_id from desk.article_link l where l.how = 'applied'),
  own as (
    select t.* from desk.metric_ticket t join used u on u.ticket_id = t.id where t.phase = 3 and t.resolved_at is not null and t.category_id is not null),
  without as (
    select t.kind, t.category_id, avg(extract(epoch from t.resolved_at - t.opened_at) / 60) as minutes from desk.metric_ticket t
     where t.phase = 3 and t.resolved_at is not null and t.category_id in (select o.category_id from own o) and t.id not in (select u.ticket_id from used u) group by t.kind, t.category_id)
  select t.id as ticket_id, t.resolved_at as at, extract(epoch from t.resolved_at - t.opened_at) / 60 - w.minutes as value, 1::numeric as weight, t.kind, t.org_id, t.group_id, t.service_id,
         t.category_id, t.ci_id, t.priority, t.assignee_id
    from own t join without w on w.kind = t.kind and w.category_id = t.category_id;

-- Solved tickets that have an article, of those that were solved.
create view desk.metric_article_rate with (security_invoker = true) as
  select t.id as ticket_id, t.resolved_at as at, exists (select from desk.article_link l where l.ticket_id = t.id and l.how in ('applied', 'linked'))::int::numeric as value, 1::numeric as weight, t.kind,
         t.org_id, t.group_id, t.service_id, t.category_id, t.ci_id, t.priority, t.assignee_id
    from desk.metric_ticket t where t.phase = 3 and t.resolved_at is not null;
grant select on desk.metric_knowledge_effect, desk.metric_article_rate to desk_person;

insert into desk.metric(id, unit, direction, owner, target, agg, view, level, business, sort) values
  ('knowledge_effect', 'minutes', 'down', 'process_owner', 0, 'mean', 'desk.metric_knowledge_effect', null, false, 60),
  ('article_rate', 'percent', 'up', 'process_owner', 60, 'ratio', 'desk.metric_article_rate', null, false, 61) on conflict (id) do nothing;
insert into desk.label(key, lang, text) values
  ('metric.knowledge_effect.name', 'en', 'Effect of articles'), ('metric.knowledge_effect.name', 'zh_CN', '知识效果'),
  ('metric.knowledge_effect.definition', 'en', 'Minutes from opening to resolution of tickets to which an article was applied, less the mean of those of their kind and category without one: below zero is sooner'),
  ('metric.knowledge_effect.definition', 'zh_CN', '采用了文章的工单从打开到解决的分钟数，减去同类型同类别中未采用文章的平均值：小于零表示更快'),
  ('metric.article_rate.name', 'en', 'Solved with an article'), ('metric.article_rate.name', 'zh_CN', '使用文章解决的比例'),
  ('metric.article_rate.definition', 'en', 'Tickets resolved in the period that have an article, applied or linked'), ('metric.article_rate.definition', 'zh_CN', '期间内解决且采用或关联了文章的工单比例')
  on conflict (key, lang) do nothing;

reset role; set local role desk_api;
-- The same by category, with medians beside the means: {category, with: {n, mean, median}, without: {n, mean, median}}, most uses first. Reads what was
-- solved in the period in the categories where an article was used. Asks as its caller.
create function desk.knowledge_effect(p_from timestamptz, p_to timestamptz) returns jsonb language sql stable set search_path = pg_catalog, pg_temp as $$
  with u as materialized (
    select x.id, x.category_id from (select distinct l.ticket_id from desk.article_link l where l.how = 'applied') l join desk.metric_ticket x on x.id = l.ticket_id
     where x.phase = 3 and x.resolved_at >= p_from and x.resolved_at < p_to and x.category_id is not null),
  t as (
    select x.category_id, x.id in (select u.id from u) as used, (extract(epoch from x.resolved_at - x.opened_at) / 60)::float8 as minutes from desk.metric_ticket x
     where x.phase = 3 and x.resolved_at >= p_from and x.resolved_at < p_to and x.category_id in (select u.category_id from u)),
  c as (
    select t.category_id, t.used, count(*) as n, round(avg(t.minutes)::numeric, 1) as mean, round((percentile_cont(0.5) within group (order by t.minutes))::numeric, 1) as median from t group by t.category_id, t.used)
  select coalesce(jsonb_agg(jsonb_build_object('category', g.name, 'with', jsonb_build_object('n', a.n, 'mean', a.mean, 'median', a.median),
      'without', case when b.n > 0 then jsonb_build_object('n', b.n, 'mean', b.mean, 'median', b.median) end) order by a.n desc, g.name), '[]')
    from c a left join c b on b.category_id = a.category_id and not b.used join desk.category g on g.id = a.category_id where a.used $$;
revoke execute on function desk.knowledge_effect(timestamptz, timestamptz) from public;
grant execute on function desk.knowledge_effect(timestamptz, timestamptz) to desk_person;
