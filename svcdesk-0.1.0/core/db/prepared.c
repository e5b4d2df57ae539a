#include "core/db/prepared.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"

static struct prepared_entry *find(struct prepared *p, const char *sql)
{
	for (int i = 0; i < PREPARED_MAX; i++)
		if (p->entry[i].sql && strcmp(p->entry[i].sql, sql) == 0)
			return &p->entry[i];
	return NULL;
}

/* A free place, or that of the text not used for the longest time. */
static struct prepared_entry *place(struct prepared *p, int *gone)
{
	struct prepared_entry *oldest = &p->entry[0];
	for (int i = 0; i < PREPARED_MAX; i++) {
		if (!p->entry[i].sql)
			return &p->entry[i];
		if (p->entry[i].used < oldest->used)
			oldest = &p->entry[i];
	}
	*gone = oldest->name;
	free(oldest->sql);
	*oldest = (struct prepared_entry){0};
	return oldest;
}

const char *prepared_name(struct prepared *p, const char *sql, int nparams, char buf[16], bool *prepare, int *gone)
{
	*prepare = false;
	*gone = 0;
	if (nparams > 0)
		return NULL;
	struct prepared_entry *e = find(p, sql);
	if (!e) {
		e = place(p, gone);
		e->sql = sd_strdup(sql);
		e->used = ++p->clock;
		return NULL;
	}
	e->used = ++p->clock;
	if (!e->name) {
		e->name = ++p->last_name;
		*prepare = true;
	}
	snprintf(buf, 16, "svc%d", e->name);
	return buf;
}

void prepared_lost(struct prepared *p, const char *sql)
{
	struct prepared_entry *e = find(p, sql);
	if (e)
		e->name = 0;
}

void prepared_reset(struct prepared *p)
{
	for (int i = 0; i < PREPARED_MAX; i++)
		free(p->entry[i].sql);
	*p = (struct prepared){0};
}
