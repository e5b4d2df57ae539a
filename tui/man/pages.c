/* Makes a manual page: copies a template from standard input and puts the tables of the program where it says @commands@ and so
 * on, so that the pages cannot differ from what the program takes. Run by make; not installed. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/cli/cli.h"
#include "core/schema/schema.h"
#include "svcdesk/cfg.h"
#include "svcdesk/query.h"
#include "tui/app/actions.h"
#include "tui/app/keymap.h"
#include "tui/app/userkeys.h"
#include "tui/surface/surface.h"
#include "tui/wall/layout.h"

/* Text for roff: no line becomes a request, no backslash an escape, and a hyphen stays one that can be copied. */
static void put(const char *text)
{
	for (bool start = true; *text; text++) {
		if (start && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		start = *text == '\n';
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
	}
}

static void entry(const char *word, const char *arg, const char *help)
{
	fputs(".TP\n\\fB", stdout);
	put(word);
	fputs("\\fR", stdout);
	if (arg && *arg) {
		fputs(" \\fI", stdout);
		put(arg);
		fputs("\\fR", stdout);
	}
	putchar('\n');
	put(help);
	putchar('\n');
}

static void options(const struct cli_opt *o)
{
	char name[64];
	for (; o && o->name; o++) {
		snprintf(name, sizeof name, "--%s", o->name);
		entry(name, o->arg, o->help);
	}
}

static void commands(void)
{
	const struct cli_command *k;
	for (size_t i = 0; (k = cli_command_at(i)); i++) {
		fputs(".SS \"svcdesk ", stdout);
		put(k->words);
		printf("%s", *k->synopsis ? " " : "");
		put(k->synopsis);
		fputs("\"\n.nf\n", stdout); /* the lines of the help are kept: examples stand among them */
		put(k->help);
		fputs("\n.fi\n", stdout);
		options(k->opts);
	}
}

static void keys(void)
{
	struct keymap km;
	char buf[128], where[64];
	keymap_init(&km);
	for (int s = 0; s < SECTIONS; s++) {
		printf(".SS \"%s\"\n", section_label((enum section)s));
		for (size_t i = 0; i < actions_n; i++)
			if ((int)actions[i].section == s) {
				entry(keymap_keys(&km, (int)actions[i].id, false, buf, sizeof buf), actions[i].name, actions[i].help);
				if (*contexts_name(actions[i].contexts, where, sizeof where))
					printf("(%s)\n", where);
			}
	}
	keymap_free(&km);
}

static void palette(void)
{
	const char *name, *help;
	for (size_t i = 0; (name = command_word(i, &help)) != NULL; i++)
		entry(name, NULL, help);
}

static void config(void)
{
	for (size_t i = 0; i < sd_cfg_options_n; i++) {
		const struct sd_cfg_option *o = &sd_cfg_options[i];
		char text[512];
		snprintf(text, sizeof text, "%s%s%s%s%s", o->help, *o->initial ? " (default: " : "", o->initial, *o->initial ? ")" : "",
			sd_cfg_live(o->name) ? ". :set changes it at once" : "");
		entry(o->name, NULL, text);
	}
}

/* Every field has a line here: a new one without it stops the build. */
static void fields(void)
{
	static const struct {
		const char *name, *alias, *help;
	} said[] = {{"number", NULL, "the number of a ticket, here or in the system it came from"},
		{"kind", NULL, "kind of the record: incident"}, {"state", NULL, "state, or phase; see STATES"},
		{"priority", "prio", "1 to 5"}, {"impact", NULL, "1 to 3"}, {"urgency", NULL, "1 to 3"},
		{"requester", "caller", "who needs it"}, {"opener", NULL, "who opened it"}, {"group", NULL, "the group that has it"},
		{"assignee", NULL, "who works on it"}, {"category", NULL, "category, with those below it"}, {"service", NULL, "service"},
		{"ci", NULL, "configuration item"}, {"org", NULL, "organisation"}, {"opened", "created", "when it was opened"},
		{"updated", NULL, "when it was changed last"}, {"due", NULL, "when it must be done"},
		{"resolved", NULL, "when it was resolved"}, {"closed", NULL, "when it was closed"},
		{"hold_until", NULL, "when the waiting ends"}, {"hold", "hold_reason", "what it waits for"},
		{"hold_ref", NULL, "the change, problem or supplier's number it waits for"},
		{"code", "resolution_code", "how it was resolved"}, {"cancel_reason", NULL, "why it was cancelled"},
		{"major", NULL, "major incident: candidate, accepted, rejected, demoted"}, {"tag", NULL, "a tag"},
		{"channel", NULL, "how it came in"}, {"external", NULL, "its number in the system it came from"},
		{"watcher", NULL, "who watches it"}, {"restricted", NULL, "yes or no"},
		{"reassignments", NULL, "how often it changed hands"}, {"reopens", NULL, "how often it came back"},
		{"version", NULL, "how often it was changed, and once"},
		{"untriaged", NULL, "new, and it has no group or no category yet; see TRIAGE"},
		{"breached", NULL, "what was promised was missed; see CLOCKS"},
		{"sla", NULL, "part of the time used of the clock that is due first; see CLOCKS"},
		{"left", NULL, "open time left of it; see CLOCKS"}, {"clock", NULL, "a clock that has not stopped; see CLOCKS"},
		{"risk", NULL, "how likely what was promised is missed, in percent (risk>70%); see svcdesk-predict(7)"},
		{"metric", NULL, "what a figure counts; see FIGURES"}, {"subject", NULL, "words in the subject"},
		{"text", NULL, "words in subject, description and what was written"}, {"sort", NULL, "the order; see ORDER"}};
	for (const char *const *f = sd_query_fields(); *f; f++) {
		size_t i = 0, n = sizeof said / sizeof *said;
		while (i < n && strcmp(said[i].name, *f) != 0)
			i++;
		if (i == n) {
			fprintf(stderr, "tui/man/pages.c: what is the field %s?\n", *f);
			exit(1);
		}
		entry(*f, said[i].alias, said[i].help);
	}
}

/* Shown in the page; a test runs each of them. */
static void examples(void)
{
	static const struct {
		const char *query, *help;
	} list[] = {{"assignee:@me state:open sort:due", "my work, what is due first"},
		{"@mygroups assignee:none state:open", "what nobody in my groups has taken"},
		{"state:open prio<=2 updated>4h", "urgent, and nobody has touched it for four hours"}, {"due<0 state:open", "overdue"},
		{"due:now..+4h state:open sort:due", "due within four hours, the overdue left out"},
		{"state:open breached sort:due", "what was promised for them was missed"},
		{"untriaged sort:opened", "what came in and is to be triaged"},
		{"sla>=75% due>now sort:due", "at risk: three quarters of the time are used"},
		{"left<2h state:open", "less than two open hours are left, nights and weekends not counted"},
		{"breached:response opened:2026-01", "answered too late, of one month"},
		{"state:waiting hold_until<1d", "what wakes within a day"}, {"state:resolved resolved:today", "resolved today"},
		{"opened:2026-01-05..2026-01-09", "opened in that week, both days counted"},
		{"opened>=2026-01 opened<2026-04 -state:open", "a quarter's tickets that are done"},
		{"printer \"paper jam\"", "the word, and the two words together"},
		{"vpn or \"remote access\" state:open", "or binds weaker: any vpn, or an open one with remote access"},
		{"(vpn or \"remote access\") state:open", "open ones with either"},
		{"-assignee:@me !state:done", "not mine and not done"},
		{"not (prio:3..5 or tag:vip) state:open", "neither of low priority nor of a VIP"},
		{"group:\"Service desk\",none state:new", "new, with the service desk or with nobody"},
		{"category:General impact:1 urgency!=3", "a category with all below it"},
		{"reassignments>=3 sort:-reassignments", "passed around"}, {"code:fixed,workaround closed<30d", "how it was resolved"},
		{"channel:phone,cli requester:@me", "how it came in, and from whom"},
		{"watcher:@me external:any", "watched by me, from another system"}, {"INC100001", "a number, as it was pasted"},
		{"subject:headset restricted:no sort:opened", "words of the subject alone"}};
	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		entry(list[i].query, NULL, list[i].help);
}

static void sorts(void)
{
	static const char *const help[SD_SORTS] = {[SD_SORT_NUMBER] = "by number",
		[SD_SORT_OPENED] = "the newest first",
		[SD_SORT_UPDATED] = "the last changed first",
		[SD_SORT_DUE] = "what is due soonest first",
		[SD_SORT_PRIORITY] = "the most important first"};
	for (int s = 0; s < SD_SORTS; s++)
		entry(sd_query_sort_word((enum sd_query_sort)s), NULL, help[s]);
}

static void views(void)
{
	for (size_t i = 0; i < sd_views_n; i++)
		entry(sd_views[i].label, NULL, sd_views[i].query);
}

static void elements(void)
{
	for (int e = 0; e < EL_COUNT; e++) {
		put(element_name((enum element)e));
		fputs(e + 1 < EL_COUNT ? ",\n" : "\n", stdout);
	}
}

/* The literal of SQL that begins behind its quotation mark at s, into buf; where it ends. */
static const char *literal(const char *s, char *buf, size_t size)
{
	size_t n = 0;
	for (; *s && (*s != '\'' || s[1] == '\''); s++) {
		if (*s == '\'')
			s++;
		if (n + 1 < size)
			buf[n++] = *s;
	}
	buf[n] = 0;
	return s;
}

/* The names and definitions of the registry, as the schema has them. */
static void metrics(void)
{
	static const char name[] = "('metric.", defined[] = ".definition', 'en', '", named[] = ".name', 'en', '";
	for (size_t i = 0; i < schema_files_n; i++)
		for (const char *s = schema_files[i].sql; (s = strstr(s, name)) != NULL;) {
			char id[64], title[200] = "", what[600] = "", key[128];
			s += sizeof name - 1;
			size_t n = strspn(s, "abcdefghijklmnopqrstuvwxyz_");
			snprintf(id, sizeof id, "%.*s", (int)n, s);
			s += n;
			if (strncmp(s, named, sizeof named - 1) != 0)
				continue;
			s = literal(s + sizeof named - 1, title, sizeof title);
			snprintf(key, sizeof key, "%s%s%s", name, id, defined);
			const char *d = strstr(s, key);
			if (d)
				literal(d + strlen(key), what, sizeof what);
			fputs(".TP\n\\fB", stdout);
			put(id);
			fputs("\\fR (", stdout);
			put(title);
			fputs(")\n", stdout);
			put(what);
			putchar('\n');
		}
}

static void text(const char *s)
{
	put(s);
}

static void wall_words(const struct wall_word *w)
{
	for (; w->name; w++)
		entry(w->name, w->value, w->help);
}

static void wall_settings_part(void)
{
	wall_words(wall_settings);
}

static void wall_pages_part(void)
{
	wall_words(wall_page_settings);
}

static void wall_options_part(void)
{
	wall_words(wall_options);
}

/* Each widget with the options it takes besides its title. */
static void wall_widgets_part(void)
{
	for (int i = 0; i < WALL_KINDS; i++) {
		char help[400];
		size_t n = (size_t)snprintf(help, sizeof help, "%s", wall_kinds[i].help);
		for (const struct wall_word *w = wall_options; w->name; w++)
			if (w->bit & wall_kinds[i].options && n < sizeof help)
				n += (size_t)snprintf(help + n, sizeof help - n, "; %s", w->name);
		entry(wall_kinds[i].name, NULL, help);
	}
}

int main(void)
{
	static const struct {
		const char *mark;
		void (*make)(void);
		const char *text;
	} parts[] = {{"@commands@\n", commands, NULL}, {"@keys@\n", keys, NULL}, {"@palette@\n", palette, NULL},
		{"@config@\n", config, NULL}, {"@fields@\n", fields, NULL}, {"@metrics@\n", metrics, NULL},
		{"@examples@\n", examples, NULL}, {"@sorts@\n", sorts, NULL}, {"@views@\n", views, NULL},
		{"@elements@\n", elements, NULL}, {"@wall-settings@\n", wall_settings_part, NULL},
		{"@wall-pages@\n", wall_pages_part, NULL}, {"@wall-options@\n", wall_options_part, NULL},
		{"@wall-widgets@\n", wall_widgets_part, NULL}, {"@version@", NULL, PACKAGE_VERSION}, {"@pkgdatadir@", NULL, PKGDATADIR},
		{"@sysconfdir@", NULL, SYSCONFDIR}};
	char line[1024];
	while (fgets(line, sizeof line, stdin)) {
		const char *at = line, *mark;
		if (strcmp(line, "@options@\n") == 0) {
			options(cli_common_opts);
			continue;
		}
		while ((mark = strchr(at, '@')) != NULL) {
			size_t i = 0, n = sizeof parts / sizeof *parts;
			while (i < n && strncmp(mark, parts[i].mark, strlen(parts[i].mark)) != 0)
				i++;
			fwrite(at, 1, (size_t)(mark - at) + (i == n), stdout);
			at = mark + (i == n ? 1 : strlen(parts[i].mark));
			if (i < n && parts[i].make)
				parts[i].make();
			else if (i < n)
				text(parts[i].text);
		}
		fputs(at, stdout);
	}
	return ferror(stdout) || fflush(stdout) != 0;
}
