/* Words of clocks for people. */
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/sla.h"
#include "svcdesk/mem.h"

const char *sla_word(const char *word)
{
	static const struct {
		const char *word, *text;
	} words[] = {
		{"response", N_("response")},
		{"update", N_("update")},
		{"resolution", N_("resolution")},
		{"ola", N_("OLA")},
		{"uc", N_("supplier")},
		{"running", N_("running")},
		{"paused", N_("paused")},
		{"met", N_("met")},
		{"breached", N_("breached")},
		{"cancelled", N_("cancelled")},
		{"closed", N_("closed")},
		{"superseded", N_("superseded by another target")},
		{"not_resolved", N_("ended without being resolved")},
		{"no_response", N_("ended without a response")},
		{"resolved", N_("resolved")},
		{"requester", N_("on hold for the requester")},
		{"change", N_("on hold for a change")},
		{"problem", N_("on hold for a problem")},
		{"supplier", N_("on hold for the supplier")},
		{"scheduled", N_("on hold for scheduled work")},
		{"on_hold", N_("on hold")},
		{"awaiting_approval", N_("awaiting approval")},
		{"duplicate", N_("duplicate")},
		{"withdrawn", N_("withdrawn")},
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i].word, word) == 0)
			return _(words[i].text);
	return word;
}

const char *sla_hours(struct sd_arena *a, double minutes)
{
	long m = (long)(minutes + (minutes < 0 ? -0.5 : 0.5)), whole = labs(m);

	return sd_arena_printf(a, "%s%ld:%02ld", m < 0 ? "-" : "", whole / 60, whole % 60);
}
