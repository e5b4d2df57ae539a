libsvcdesk_a_SOURCES += core/base/err.c include/svcdesk/err.h core/base/i18n.h \
	core/base/mem.c core/base/arena.c core/base/str.c include/svcdesk/mem.h \
	core/base/uuid.c include/svcdesk/uuid.h \
	core/base/env.c include/svcdesk/env.h \
	core/base/data.c include/svcdesk/data.h \
	core/base/log.c include/svcdesk/log.h \
	core/base/restrict.c include/svcdesk/restrict.h \
	core/base/locale.c include/svcdesk/locale.h \
	core/base/when.c include/svcdesk/when.h \
	core/base/clock.c core/base/zone.c core/base/zone.h include/svcdesk/clock.h
