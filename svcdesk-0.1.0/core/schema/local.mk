# The SQL files become one C file: a binary can always make or upgrade its own database.
SCHEMA_SQL = $(wildcard $(top_srcdir)/core/schema/*.sql $(top_srcdir)/core/schema/process/*.sql)
libsvcdesk_a_SOURCES += core/schema/schema.h
nodist_libsvcdesk_a_SOURCES = core/schema/embedded.c
CLEANFILES += core/schema/embedded.c
EXTRA_DIST += core/schema/embed-sql $(SCHEMA_SQL)
core/schema/embedded.c: $(SCHEMA_SQL) $(top_srcdir)/core/schema/embed-sql
	$(AM_V_GEN)$(MKDIR_P) core/schema && sh $(top_srcdir)/core/schema/embed-sql $(top_srcdir)/core/schema >$@.tmp && mv $@.tmp $@
