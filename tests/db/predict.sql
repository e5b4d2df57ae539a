-- Predictions: what is read of a ticket, what scores are, who sees the risk of a breach, the word risk.
\ir rulebook.inc
select no_plan();
\o /dev/null
select tap.add('p_far', '{agent}', p_org => 'Beta', p_home => 'Beta');
select tap.do_create('t_agent', '{"subject": "The Drucker, drücker X1 中文 x1", "requester": "t_caller", "body": "red lamp"}') as a \gset
select tap.do_create('t_agent', '{"subject": "quiet", "requester": "t_caller"}') as b \gset
create function tap.features(p_like text) returns text language sql as $$
  select string_agg(f.feature, ',' order by f.feature collate "C") from desk.predict_items(array[(select min(t.id) from desk.ticket t where t.subject like 'The %')], 'breach') i
   cross join lateral desk.predict_features(i.txt, i.names, i.vals) f where f.feature like p_like $$;
\o
select is(tap.features('w %'), 'w drucker,w drücker,w lamp,w red,w the,w x1,w 中,w 文', 'words: folded, ideographs one by one');
select is(tap.features('b x1%') || ',' || tap.features('b 中%'), 'b x1 red,b x1 中,b 中 文', 'pairs of words in their order');
select is(tap.features('c dr%'), 'c dru,c drü', 'letters');
select matches(tap.features('f %'), 'f channel=.*f kind=incident.*f opened.hour=\d+,f opened.weekday=\d.*f requester=', 'fields');
select doesnt_match((select string_agg(n, ' ') from desk.predict_items(array[:a], 'category') i cross join unnest(i.names) n), '(^| )(category|group|impact|urgency|assignee)( |$)', 'what is to be predicted is no evidence');
-- a model by hand: "red" speaks for a breach
\o /dev/null
-- a model of which this matters: half of its scores are counts
create function tap.model(p_name text, p_version int, p_labels bigint[], p_backtest jsonb, p_used boolean) returns void language sql as $$
  insert into desk.predict_model values (p_name, p_version, p_version, desk.now(), desk.now(), 100, 1, p_labels, 2, 0, 0.5, 0.5, array_fill(1.0::real / cardinality(p_labels), array[cardinality(p_labels)]), array_fill(1::real, array[50]), '{}', p_backtest, p_used, null) $$;
select tap.model('breach', 1, '{0,1}', '{"auc": 0.8}', true);
insert into desk.predict_weight values ('breach', '1', 1, 0, 1, 0, 9, '{0,-2}', '{}', '{}'), ('breach', 'w red', 1, 1, 1, 0, 9, '{0,10}', '{}', '{}'), ('breach', 'f kind=incident', 1, 5, 1, 0, 9, '{}', '{2}', '{4}'),
  ('breach', 'w red', 2, 1, 1, 0, 9, '{0,-9}', '{}', '{}'); -- of a version that is not whole: nobody sees it
select tap.as_person('t_agent', 'select desk.risk_step()');
\o
select is((select r.risk::int from desk.ticket_risk r where r.ticket_id = :a), round(100 / (1 + exp(1 - 0.9 * 5 - ln(1.8) / 2)))::int, 'a risk is the softmax of the sum');
select is((select r.risk::int from desk.ticket_risk r where r.ticket_id = :b), round(100 / (1 + exp(1 - ln(1.8) / 2)))::int, 'of each open ticket');
select is((tap.as_person('t_agent', format('select desk.risk(%s)', :a))::jsonb) #>> '{reasons,0,feature}', 'red', 'with its reasons');
select is(tap.as_person('t_caller', format('select desk.risk(%s)', :a)), null, 'not for who asked');
select is(tap.as_person('t_caller', 'select count(*) from desk.ticket_risk'), '0', 'nor by reading');
select is(tap.as_person('p_far', 'select count(*) from desk.ticket_risk'), '0', 'nor for who does not see the ticket');
select is(tap.as_person('t_agent', 'select count(*) from desk.ticket_risk'), '2', 'but for who works on it');
select is(tap.as_person('t_agent', format('select desk.predict_explain(%s)', :a))::jsonb #>> '{models,0,model}', 'breach', 'each model says how likely each value is');
select is(tap.as_person(l, format('select desk.predict_explain(%s)', :a)), null, 'but not ' || l) from unnest('{t_caller,p_far}'::text[]) l;
create function tap.risky(p_login text, p_op text, p_value text, p_ticket bigint) returns text language sql as $$
  select tap.as_person(p_login, format('select desk.matches(%L, %s)', format('{"field": "risk", "op": "%s", "value": [%s]}', p_op, p_value), p_ticket)) $$;
select is(tap.risky('t_agent', '>', '70', :a) || tap.risky('t_agent', '>', '70', :b) || tap.risky('t_agent', '=', '[30, 40]', :b) || tap.risky('t_agent', '=', 'null', :a), 'truefalsetruefalse', 'the word risk');
select is(tap.risky('t_caller', '>', '0', :a) || tap.risky('t_caller', '=', 'null', :a), 'falsetrue', 'says nothing to who asked');
-- who trains
select is(tap.why(tap.as_person('t_agent', 'select desk.predict_begin(''breach'', true, false, 1)')::jsonb), 'denied predict_scope', 'an agent trains nothing');
select is(tap.as_person('t_agent', 'select desk.predict_begin(''breach'', false, false, 1)'), null, 'nor by the tick');
select is(tap.as_person('t_agent', 'select count(*) from desk.predict_rows(''breach'', ''-infinity'', 0, 10, null, null)'), '0', 'nor reads the past in one go');
select is(tap.try('t_agent', 'select desk.predict_store(''breach'', 1, ''{x}'', ''{1}'', ''{1}'', ''{1}'', ''{1}'', 2, ''{0,9}'', ''{0,0}'', ''{}'', ''{}'')'), '42501', 'nor writes weights');
select is(tap.try('t_agent', 'select desk.predict_saw(''breach'', 1, ''{1}'', ''{1}'')'), '42501', 'nor what was learnt');
select is(tap.try('t_agent', 'select desk.predict_finish(''breach'', 9, null)'), '42501', 'nor ends what another does');
select is(tap.as_person('t_agent', 'select desk.predict_due()'), 'false', 'and for an agent nothing is due');
select is(tap.as_person('t_agent', 'select count(*) from desk.predict_weights(''breach'', ''{w red}'')'), '0', 'nor reads weights');
select is(tap.try('t_agent', 'delete from desk.ticket_risk'), '42501', 'nor risks');
-- the wall counts those that are warned of, and says what such warnings are worth
update desk.predict_model set backtest = '{"auc": 0.8, "warning": [{"percent": 50, "warned": 10, "precision": 0.81}]}';
select is((tap.as_person('t_agent', 'select desk.wall(''{"parts": ["live"]}'')'))::jsonb #> '{live,predicted}', format('{"n": %s, "came": 81, "percent": 50}', (select count(*) from desk.ticket_risk r where r.risk >= 50))::jsonb, 'the wall counts');
select is((tap.as_person('t_caller', 'select desk.wall(''{"parts": ["live"]}'')'))::jsonb #> '{live,predicted}', 'null', 'not for who asks');
-- what a ticket shows of its risk
select is((tap.as_person('t_agent', format('select desk.show(%s)', :a))::jsonb) ->> 'risk_why', 'red, kind=incident', 'a ticket shows why');
select is((tap.as_person('t_caller', format('select desk.show(%s)', :a))::jsonb) ? 'risk', false, 'not to who asked for it');
-- a learnt model ranks what is proposed, one that is worse than another says so
\o /dev/null
insert into desk.category(name) values ('Lamps');
select c.id as lamps from desk.category c where c.name = 'Lamps' \gset
select tap.model('category', 3, array[:lamps]::bigint[], '{"better": null, "top1": 0.86, "n": 20}', true),
  tap.model('group', 2, '{2}', '{"better": "pool", "top1": 0.5, "baselines": {"pool": {"top1": 0.62}}}', false);
insert into desk.predict_weight values ('category', '1', 3, 0, 1, 0, 9, '{1}', '{}', '{}');
create function tap.proposed(p_ticket bigint, p_field text) returns jsonb language sql as $$
  select f from jsonb_array_elements(tap.as_person('t_agent', format('select desk.propose(%s)', p_ticket))::jsonb->'fields') f where f->>'field' = p_field $$;
\o
select is(tap.proposed(:a, 'category') #>> '{choices,0,label}', 'Lamps', 'a learnt model ranks');
select is(tap.proposed(:a, 'category')->'model', '{"name": "learnt", "version": 3, "top1": 0.86, "n": 20}', 'and is named, with how often it was right');
select is(tap.proposed(:a, 'group')->'not_used', '{"name": "learnt", "version": 2, "better": "pool", "top1": 0.62, "own": 0.5}', 'a worse one is not used and says so');
select is(tap.proposed(:a, 'impact') ?| '{model,not_used}', false, 'nothing is said where nothing was learnt');
-- a model that is not used any more leaves nothing behind
\o /dev/null
update desk.predict_model set used = false;
select tap.as_person('t_agent', 'select desk.risk_step()');
\o
select is((select count(*) from desk.ticket_risk), 0::bigint, 'a model worse than its baseline warns of nothing');
select * from finish();
