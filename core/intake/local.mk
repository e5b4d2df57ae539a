# sources of core/intake: append with +=, one file a line
libsvcdesk_a_SOURCES += core/intake/csv.c core/intake/csv.h
libsvcdesk_a_SOURCES += core/intake/import.c core/intake/intake.h
libsvcdesk_a_SOURCES += core/intake/json.c core/intake/json.h
libsvcdesk_a_SOURCES += core/intake/names.c core/intake/names.h
libsvcdesk_a_SOURCES += core/intake/report.c
libsvcdesk_a_SOURCES += core/intake/servicenow.c core/intake/servicenow.h
libsvcdesk_a_SOURCES += core/intake/sha256.c core/intake/sha256.h
