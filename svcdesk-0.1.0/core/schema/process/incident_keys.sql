-- The key e explains the clocks of a ticket, whatever its kind; what is edited is edited with E.
update desk.verb set key = 'E' where verb = 'edit' and key = 'e';
