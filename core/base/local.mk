libsvcdesk_a_SOURCES += core/base/err.c include/svcdesk/err.h core/base/i18n.h
