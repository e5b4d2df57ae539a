-- When a ticket was read: "new since 10:42". One value for the rows that are there already, which are not rewritten.
alter table desk.my_read add column at timestamptz not null default now();
