# sources of core/db: append with +=, one file a line
libsvcdesk_a_SOURCES += core/db/pg.c core/db/pg.h
libsvcdesk_a_SOURCES += core/db/hosts.c
libsvcdesk_a_SOURCES += core/db/conn.c
libsvcdesk_a_SOURCES += core/db/schema.c
libsvcdesk_a_SOURCES += core/db/target.c
libsvcdesk_a_SOURCES += core/db/async.c core/db/async.h core/db/prepared.c core/db/prepared.h
libsvcdesk_a_SOURCES += core/db/async_conn.c
