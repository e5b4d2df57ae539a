libsvcdesk_a_SOURCES += core/loop/loop.c include/svcdesk/loop.h
