# sources of core/embed: append with +=, one file a line
libsvcdesk_a_SOURCES += core/embed/embed.h
libsvcdesk_a_SOURCES += core/embed/place.c core/embed/place.h
libsvcdesk_a_SOURCES += core/embed/run.c core/embed/run.h
libsvcdesk_a_SOURCES += core/embed/server.c core/embed/server.h
libsvcdesk_a_SOURCES += core/embed/watch.c
libsvcdesk_a_SOURCES += core/embed/fill.c core/embed/fill.h
libsvcdesk_a_SOURCES += core/embed/cluster.c
