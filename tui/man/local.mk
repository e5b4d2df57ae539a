# manual pages, made from templates and the tables of the program
noinst_PROGRAMS += tui/man/pages
tui_man_pages_SOURCES = tui/man/pages.c
tui_man_pages_LDADD = libtui.a libsvcdesk.a $(PQ_LIBS) $(NCURSES_LIBS) $(JANSSON_LIBS) $(UTF8PROC_LIBS) $(INIH_LIBS) $(LZMA_LIBS) $(LTLIBINTL)
pages = tui/man/svcdesk.1 tui/man/svcdesk.5 tui/man/svcdesk-config.5 tui/man/svcdesk-query.7 tui/man/svcdesk-backup.7 tui/man/svcdesk-import.5 tui/man/svcdesk-calendar.5 tui/man/svcdesk-policy.5 tui/man/svcdesk-wall.5 tui/man/svcdesk-keys.7 tui/man/svcdesk-metrics.7 tui/man/svcdesk-report.7 tui/man/svcdesk-outage.7 tui/man/svcdesk-assign.7 tui/man/svcdesk-triage.7 tui/man/svcdesk-match.7 tui/man/svcdesk-search.7 tui/man/svcdesk-cmdb.7 tui/man/svcdesk-kb.7 tui/man/svcdesk-predict.7
man_MANS += $(pages)
CLEANFILES += $(pages)
EXTRA_DIST += tui/man/svcdesk-predict.7.in tui/man/svcdesk-kb.7.in tui/man/svcdesk-cmdb.7.in tui/man/svcdesk-search.7.in tui/man/svcdesk-match.7.in tui/man/svcdesk-triage.7.in tui/man/svcdesk-assign.7.in tui/man/svcdesk-report.7.in tui/man/svcdesk-outage.7.in tui/man/svcdesk-metrics.7.in tui/man/svcdesk-wall.5.in tui/man/svcdesk-backup.7.in tui/man/svcdesk-import.5.in tui/man/svcdesk-calendar.5.in
EXTRA_DIST += tui/man/svcdesk-policy.5.in
EXTRA_DIST += tui/man/svcdesk.1.in tui/man/svcdesk-config.5.in tui/man/svcdesk-query.7.in tui/man/svcdesk-keys.7.in
tui/man/svcdesk.1: tui/man/svcdesk.1.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk.1.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-query.7: tui/man/svcdesk-query.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-query.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-keys.7: tui/man/svcdesk-keys.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-keys.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-config.5: tui/man/svcdesk-config.5.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-config.5.in >$@.tmp && mv $@.tmp $@
# the name it had before
tui/man/svcdesk.5:
	$(AM_V_GEN)printf '.so man5/svcdesk-config.5\n' >$@
tui/man/svcdesk-backup.7: tui/man/svcdesk-backup.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-backup.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-import.5: tui/man/svcdesk-import.5.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-import.5.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-wall.5: tui/man/svcdesk-wall.5.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-wall.5.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-calendar.5: tui/man/svcdesk-calendar.5.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-calendar.5.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-metrics.7: tui/man/svcdesk-metrics.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-metrics.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-report.7: tui/man/svcdesk-report.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-report.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-triage.7: tui/man/svcdesk-triage.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-triage.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-outage.7: tui/man/svcdesk-outage.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-outage.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-policy.5: tui/man/svcdesk-policy.5.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-policy.5.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-assign.7: tui/man/svcdesk-assign.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-assign.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-search.7: tui/man/svcdesk-search.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-search.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-kb.7: tui/man/svcdesk-kb.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-kb.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-predict.7: tui/man/svcdesk-predict.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-predict.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-match.7: tui/man/svcdesk-match.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-match.7.in >$@.tmp && mv $@.tmp $@
tui/man/svcdesk-cmdb.7: tui/man/svcdesk-cmdb.7.in tui/man/pages$(EXEEXT)
	$(AM_V_GEN)tui/man/pages$(EXEEXT) <$(srcdir)/tui/man/svcdesk-cmdb.7.in >$@.tmp && mv $@.tmp $@
