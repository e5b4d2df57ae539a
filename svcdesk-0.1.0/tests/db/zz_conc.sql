\ir clock.inc
select tap.policy('{"agreements": [{"name": "all", "type": "sla", "targets": [{"metric": "resolution", "minutes": "1"},{"metric": "response", "minutes": "1"}]}]}');
select tap.do_create('t_agent', jsonb_build_object('subject', 's'||i, 'requester','t_caller','group','Network')) from generate_series(1,6) i;
