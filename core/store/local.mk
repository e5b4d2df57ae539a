# sources of core/store: append with +=, one file a line
libsvcdesk_a_SOURCES += include/svcdesk/meta.h include/svcdesk/ticket.h include/svcdesk/draft.h
libsvcdesk_a_SOURCES += core/store/json.c core/store/json.h
libsvcdesk_a_SOURCES += core/store/meta.c
libsvcdesk_a_SOURCES += core/store/row.c
libsvcdesk_a_SOURCES += core/store/ticket.c
libsvcdesk_a_SOURCES += core/store/draft.c
libsvcdesk_a_SOURCES += core/store/file.c include/svcdesk/file.h
