# sources of core/embed: append with +=, one file a line
libsvcdesk_a_SOURCES += core/embed/embed.h
libsvcdesk_a_SOURCES += core/embed/place.c core/embed/place.h
libsvcdesk_a_SOURCES += core/embed/run.c core/embed/run.h
libsvcdesk_a_SOURCES += core/embed/server.c core/embed/server.h
libsvcdesk_a_SOURCES += core/embed/watch.c
libsvcdesk_a_SOURCES += core/embed/fill.c core/embed/fill.h
libsvcdesk_a_SOURCES += core/embed/cluster.c
libsvcdesk_a_SOURCES += core/embed/sample.c
libsvcdesk_a_SOURCES += core/embed/sample_macros.c core/embed/sample_macros.h
libsvcdesk_a_SOURCES += core/embed/sample_acts.c core/embed/sample_acts.h
libsvcdesk_a_SOURCES += core/embed/sample_estate.c core/embed/sample_estate.h
libsvcdesk_a_SOURCES += core/embed/sample_articles.c core/embed/sample_articles.h
libsvcdesk_a_SOURCES += core/embed/sample_data.c core/embed/sample_data.h
libsvcdesk_a_SOURCES += core/embed/sample_terms.c core/embed/sample_terms.h
libsvcdesk_a_SOURCES += core/embed/sample_past.c core/embed/sample_past.h
libsvcdesk_a_SOURCES += core/embed/sample_rota.c core/embed/sample_rota.h
EXTRA_DIST += core/embed/sample/articles.txt.xz core/embed/sample/make-articles.pl core/embed/sample/LICENSE-articles $(wildcard $(top_srcdir)/core/embed/sample/articles/*.md)
EXTRA_DIST += core/embed/sample/estate.txt.xz core/embed/sample/make-estate.pl core/embed/sample/LICENSE-estate core/embed/sample/holidays.tsv core/embed/sample/past.sql core/embed/sample/policy.json core/embed/sample/README core/embed/sample/sample.txt.xz core/embed/sample/make-sample.pl \
	core/embed/sample/zh.tsv core/embed/sample/talk.tsv core/embed/sample/names.tsv
core/embed/sample_data.$(OBJEXT): core/embed/sample/sample.txt.xz core/embed/sample/estate.txt.xz core/embed/sample/articles.txt.xz core/embed/sample/holidays.tsv core/embed/sample/policy.json core/embed/sample/past.sql
