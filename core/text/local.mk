libsvcdesk_a_SOURCES += core/text/utf8.c core/text/utf8.h core/text/clean.c core/text/grapheme.c core/text/ambiguous.h \
	core/text/wrap.c core/text/fold.c core/text/markdown.c core/text/markdown_source.c core/text/markdown_wrap.c \
	core/text/markdown_layout.c core/text/markdown_table.c core/text/markdown_int.h include/svcdesk/markdown.h include/svcdesk/text.h
