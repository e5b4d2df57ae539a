-- Articles on the tickets of every kind that has tags. The verb is in 0044d_kb_ticket.sql.
reset role; set local role desk_owner;
select desk.article_install(k.kind) from desk.kind k;
reset role; set local role desk_api;
select desk.dispatch_generate();
