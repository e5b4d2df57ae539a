/* What an act that named an older version was refused with, in full: every field that clashes, and what was said meanwhile. */
#include <string.h>
#include <unistd.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/conflict.h"
#include "svcdesk/text.h"

void cli_conflict_keep(struct cli *c, const json_t *error)
{
	const json_t *args = json_object_get(error, "args");
	const char *id = json_string_value(json_object_get(error, "id"));
	json_decref(c->conflict);
	c->conflict = NULL;
	if (!id || (strcmp(id, "field_conflict") != 0 && strcmp(id, "reply_crossed") != 0))
		return;
	static const char *const kept[] = {"version", "conflicts", "crossed", "off", "possible"};
	c->conflict = json_object();
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (json_object_get(args, kept[i]))
			json_object_set(c->conflict, kept[i], json_object_get(args, kept[i]));
}

static void tell(struct cli *c, const char *line)
{
	struct sd_str s = {0};
	sd_text_clean(&s, line, strlen(line), SD_CLEAN_BLOCK);
	fprintf(stderr, "%s\n", s.data ? s.data : "");
	sd_str_free(&s);
	(void)c;
}

static const char *value(const char *text)
{
	return *text ? text : _("(empty)");
}

void cli_conflict_tell(struct cli *c)
{
	char *text = c->conflict && isatty(STDERR_FILENO) ? json_dumps(c->conflict, JSON_COMPACT) : NULL;
	struct sd_conflict *k = text ? sd_conflict_parse("", text) : NULL;
	free(text);
	for (int i = 0; k && i < k->nclashes; i++) {
		const struct sd_clash *x = &k->clashes[i];
		tell(c, sd_arena_printf(c->a, _("  %s: was %s; %s made it %s; you wanted %s"), x->field, value(x->base), x->by,
					value(x->theirs), value(x->mine)));
	}
	for (int i = 0; k && i < k->nsaid; i++) {
		const struct sd_said *w = &k->said[i];
		tell(c, sd_arena_printf(c->a, _("  %s wrote (event %d):\n%s"), w->by, w->seq, *w->text ? w->text : w->files));
	}
	sd_conflict_free(k);
}
