libsvcdesk_a_SOURCES += core/text/utf8.c core/text/utf8.h core/text/clean.c core/text/grapheme.c core/text/ambiguous.h \
	core/text/wrap.c core/text/fold.c include/svcdesk/text.h
