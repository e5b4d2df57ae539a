# sources of core/embed: append with +=, one file a line
libsvcdesk_a_SOURCES += core/embed/embed.h
