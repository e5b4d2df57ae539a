-- A plan made while a set was still empty reads the whole table, and is kept while a bulk act fills it: ten thousand tags took as
-- many readings. These look up by key, whatever the table was like when the session began.
reset role; set local role desk_api;
alter function desk.effect_tag(desk.ticket, jsonb, int) set enable_seqscan = off;
alter function desk.effect_ci(desk.ticket, jsonb, int) set enable_seqscan = off;
alter function desk.effect_watch(desk.ticket, jsonb, int) set enable_seqscan = off;
alter function desk.effect_unwatch(desk.ticket, jsonb, int) set enable_seqscan = off;
alter function desk.undo_set(desk.ticket, text, jsonb, timestamptz) set enable_seqscan = off;
