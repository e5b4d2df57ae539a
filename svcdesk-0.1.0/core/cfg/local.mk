# sources of core/cfg: append with +=, one file a line
libsvcdesk_a_SOURCES += include/svcdesk/cfg.h
libsvcdesk_a_SOURCES += core/cfg/cfg.c
