-- What a new ticket is like when nobody says: its impact is that of the item it names, else the least (0042j_ci_impact.sql).
update desk.verb_param set initial = null where verb = 'create' and param = 'impact';
