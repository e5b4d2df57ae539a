-- Metrics whose facts came after the registry: how content requesters are (0026_rate.sql).
reset role; set local role desk_owner;
insert into desk.metric(id, unit, direction, owner, target, agg, view, level, business, sort) values
  ('csat', 'percent', 'up', 'process_owner', 85, 'ratio', 'desk.metric_csat', null, false, 50),
  ('csat_response', 'percent', 'up', 'lead', 30, 'ratio', 'desk.metric_csat_response', null, false, 51),
  ('dsat_recovery', 'percent', 'up', 'lead', 90, 'ratio', 'desk.metric_dsat_recovery', null, false, 52) on conflict (id) do nothing;
insert into desk.label(key, lang, text) values
  ('metric.csat.name', 'en', 'CSAT'), ('metric.csat.name', 'zh_CN', '客户满意度（CSAT）'),
  ('metric.csat.definition', 'en', 'Sum of the scores given in the period, of the highest that could have been given (5 each)'),
  ('metric.csat.definition', 'zh_CN', '期间内给出的评分之和占最高可能评分之和（每次 5 分）的比例'),
  ('metric.csat_response.name', 'en', 'CSAT answers'), ('metric.csat_response.name', 'zh_CN', '满意度回复率'),
  ('metric.csat_response.definition', 'en', 'Rated tickets, of those of a requester that were closed in the period'), ('metric.csat_response.definition', 'zh_CN', '期间内关闭且有请求人的工单中已评价的比例'),
  ('metric.dsat_recovery.name', 'en', 'Low scores taken up'), ('metric.dsat_recovery.name', 'zh_CN', '低分跟进率'),
  ('metric.dsat_recovery.definition', 'en', 'Low scores of the period after which somebody of the desk did something within a day'), ('metric.dsat_recovery.definition', 'zh_CN', '期间内的低分评价中一天内有人跟进的比例')
  on conflict (key, lang) do nothing;
