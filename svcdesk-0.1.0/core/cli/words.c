/* Words of the desk as people read them: labels of kinds, states, verbs and fields, and the names of what commands tell. Programs
 * read --json, --csv or --plain, where words stay as they are. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/locale.h"
#include "svcdesk/meta.h"

const struct sd_meta *cli_meta(struct cli *c)
{
	const char *params[] = {sd_locale_language()};
	struct sd_err ignored;
	char *text;
	if (!c->meta && !c->meta_asked && c->conn) {
		c->meta_asked = true;
		text = cli_value(c, &ignored, "select desk.meta($1)", 1, params);
		c->meta = text ? sd_meta_parse(text, &ignored) : NULL;
	}
	return c->meta;
}

const char *cli_label(struct cli *c, const char *kind, const char *field, const char *word)
{
	const struct sd_meta *m = cli_meta(c);
	const struct sd_kind *k = sd_meta_kind(m, strcmp(field, "kind") == 0 ? word : kind);
	const struct sd_field *f = sd_kind_field(k, field);
	if (strcmp(field, "state") == 0)
		return sd_meta_state(m, kind, word);
	if (strcmp(field, "channel") == 0)
		return sd_meta_channel(m, word);
	if (strcmp(field, "kind") == 0)
		return k ? k->label : word;
	return f && strcmp(f->type, "choice") == 0 ? sd_meta_choice(m, kind, field, word) : word;
}

const char *cli_name(const char *key)
{
	/* What whoami, kind, user and tick tell; English shows the keys of the JSON themselves. */
	static const char *const keys[] = {N_("id"), N_("org"), N_("vip"), N_("name"), N_("zone"), N_("email"), N_("login"),
		N_("roles"), N_("group"), N_("groups"), N_("scopes"), N_("language"), N_("superuser"), N_("sees"), N_("verbs"),
		N_("active"), N_("prefix"), N_("label"), N_("initial"), N_("phase"), N_("field"), N_("type"), N_("choices"),
		N_("editable"), N_("verb"), N_("from"), N_("to"), N_("required"), N_("states"), N_("fields"), N_("transitions"), N_("ok"),
		N_("ops"), N_("busy"), N_("more"), N_("board"), N_("seals"), N_("refused"), N_("resumed"), N_("rotated"),
		N_("partitions"), N_("epoch_raised"), N_("kind"), N_("state"), N_("closed")};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strcmp(keys[i], key) == 0)
			return _(keys[i]);
	return key;
}
