#include "config.h"
#include "tui/pane/clock_words.h"

#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "svcdesk/mem.h"

struct word {
	const char *word, *text;
};

static const char *among(const struct word *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(words[i].word, word))
			return _(words[i].text);
	return word;
}

const char *clock_metric(const char *metric)
{
	static const struct word words[] = {{"response", N_("Response")}, {"update", N_("Update")},
		{"resolution", N_("Resolution time")}, {"ola", N_("OLA")}, {"uc", N_("Supplier")}};

	return among(words, sizeof words / sizeof *words, metric);
}

const char *clock_state(const char *state)
{
	static const struct word words[] = {{"running", N_("running")}, {"paused", N_("paused")}, {"met", N_("met")},
		{"breached", N_("breached")}, {"cancelled", N_("cancelled")}};

	return among(words, sizeof words / sizeof *words, state);
}

const char *clock_reason(const char *reason)
{
	static const struct word words[] = {{"superseded", N_("superseded by another target")},
		{"not_resolved", N_("ended without being resolved")}, {"no_response", N_("ended without a response")},
		{"requester", N_("on hold for the requester")}, {"change", N_("on hold for a change")},
		{"problem", N_("on hold for a problem")}, {"supplier", N_("on hold for the supplier")},
		{"scheduled", N_("on hold for scheduled work")}, {"on_hold", N_("on hold")},
		{"awaiting_approval", N_("awaiting approval")}, {"duplicate", N_("duplicate")}, {"withdrawn", N_("withdrawn")}};

	return among(words, sizeof words / sizeof *words, reason);
}

const char *clock_minutes(struct sd_arena *a, double minutes)
{
	long m = labs((long)minutes); /* whole ones: what has begun is not over */

	return sd_arena_printf(a, "%s%ld:%02ld", minutes <= -1 ? "-" : "", m / 60, m % 60);
}

enum element clock_element(enum sd_sla_level level)
{
	static const enum element elements[] = {EL_NORMAL, EL_SLA_OK, EL_SLA_HALF, EL_SLA_LATE, EL_SLA_BREACHED, EL_SLA_PAUSED};

	return elements[level];
}

const char *clock_glyph(enum sd_sla_level level, bool paused)
{
	return level == SD_SLA_NONE ? " " : glyph((enum glyph)(GL_SLA_OK + (paused ? SD_SLA_PAUSED : level) - SD_SLA_OK));
}
