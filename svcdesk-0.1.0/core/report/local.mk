# sources of core/report: append with +=, one file a line
libsvcdesk_a_SOURCES += core/report/doc.h core/report/svg.h
libsvcdesk_a_SOURCES += core/report/doc.c
libsvcdesk_a_SOURCES += core/report/html.c
libsvcdesk_a_SOURCES += core/report/markdown.c
libsvcdesk_a_SOURCES += core/report/svg.c
libsvcdesk_a_SOURCES += core/report/style.c
