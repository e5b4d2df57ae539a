#include "core/store/reason.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/mem.h"

static const char *feature_text(struct sd_arena *a, const struct sd_meta *meta, const char *feature, const json_t *why)
{
	static const struct {
		const char *feature, *text;
	} known[] = {{"", N_("frequent here")}, {"requester", N_("the same requester")},
		{"opened_by", N_("opened by the same person")}, {"org_id", N_("the same organisation")},
		{"channel", N_("the same channel")}, {"ci", N_("the same device")}, {"service", N_("the same service")},
		{"category", N_("the same category")}, {"group", N_("the same group")}, {"now", N_("as it is")}};
	const char *name = strncmp(feature, "custom.", 7) == 0 ? feature + 7 : feature, *label;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (strcmp(known[i].feature, feature) == 0)
			return _(known[i].text);
	if (strcmp(feature, "word") == 0)
		return sd_arena_printf(a, _("the word \"%s\""), store_text(a, why, "word"));
	label = sd_meta_label(meta, sd_arena_printf(a, "field.*.%s", name));
	return sd_arena_printf(a, _("the same %s"), label && *label ? label : store_line(a, name));
}

const char *store_basis(struct sd_arena *a, const struct sd_meta *meta, const json_t *choice)
{
	const json_t *why = json_object_get(choice, "why");
	const char *feature = json_string_value(json_object_get(why, "feature")), *text;

	if (!feature)
		return _("nothing like it so far");
	text = feature_text(a, meta, feature, why);
	if (!json_is_integer(json_object_get(why, "n")) || strcmp(feature, "now") == 0)
		return text;
	return sd_arena_printf(a, _("%s: %lld of %lld"), text, (long long)store_int(why, "n"), (long long)store_int(why, "of"));
}

const char *store_alike(struct sd_arena *a, const json_t *near)
{
	static const struct {
		const char *key, *text;
	} known[] = {{"requester", N_("the same requester")}, {"ci", N_("the same device")}, {"service", N_("the same service")}};
	const json_t *r = json_object_get(near, "reasons"), *words = json_object_get(r, "words"), *w;
	struct sd_str s = {0};
	size_t i;

	if (store_bool(r, "major"))
		sd_str_add(&s, _("major incident"));
	if (store_int(r, "children") > 0)
		sd_str_addf(&s, _("%s%lld under it"), s.len ? "; " : "", (long long)store_int(r, "children"));
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (store_bool(r, known[i].key))
			sd_str_addf(&s, "%s%s", s.len ? "; " : "", _(known[i].text));
	json_array_foreach((json_t *)(uintptr_t)words, i, w) sd_str_addf(&s, "%s%s",
		i       ? ", "
		: s.len ? "; "
				: "",
		store_line(a, json_string_value(w)));
	char *text = s.len ? sd_arena_strndup(a, s.data, s.len) : store_text(a, near, "why");
	sd_str_free(&s);
	return text;
}
