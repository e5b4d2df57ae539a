libsvcdesk_a_SOURCES += core/base/err.c include/svcdesk/err.h core/base/i18n.h
libsvcdesk_a_SOURCES += core/base/env.c core/base/env.h
