/* The table of commands: the knowledge base. */
#include "core/base/i18n.h"
#include "core/cli/commands.h"

static const struct cli_opt kb_import_opts[] = {{"publish", NULL, N_("publish what is added or changed, without a review")},
	{"audience", "A", N_("for whom, where the file does not say: public, internal or group")},
	{"root", "NAME", N_("the name by which the folder is known again; its own unless one is given")},
	{"dry-run", NULL, N_("only say what would happen")}, {"json", NULL, N_("the report as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt kb_list_opts[] = {
	{"limit", "N", N_("at most N articles; 100 unless said")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt kb_version_opts[] = {
	{"version", "V", N_("this version: 1.2, latest or published")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt kb_edit_opts[] = {{"body", "TEXT", N_("the text in Markdown; - reads standard input")},
	{"file", "FILE", N_("the whole article as the editor shows it; - reads standard input")},
	{"base", "V", N_("the version you began with: what others changed since is joined, or refused")},
	{"op", "UUID", N_("operation id: the same one again does nothing twice and gives the first answer")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt kb_step_opts[] = {{"version", "V", N_("this version, where several could be meant")},
	{"reason", "TEXT", N_("why")}, {"at", "TIME", N_("publish then: 2026-12-01 08:00, +2d")},
	{"op", "UUID", N_("operation id: the same one again does nothing twice and gives the first answer")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt kb_feedback_opts[] = {{"all", NULL, N_("answered ones too")},
	{"answer", "TEXT", N_("answer the feedback with this number")},
	{"op", "UUID", N_("operation id: the same one again does nothing twice and gives the first answer")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt kb_save_opts[] = {
	{"to", "PATH", N_("a file that is not there yet, or a folder")}, {"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};
static const struct cli_opt kb_link_opts[] = {{"applied", NULL, N_("the article solved the ticket")},
	{"op", "UUID", N_("operation id: the same one again does nothing twice and gives the first answer")},
	{"json", NULL, N_("as JSON")}, {NULL, NULL, NULL}};

const struct cli_command cli_commands_kb[] = {
	{"kb import", "DIR",
		N_("Import a folder of Markdown files as articles\n"
		   "Front matter (YAML or TOML) gives title, owner, audience, tags and others; svcdesk-kb(7). Files are known again by "
		   "their\n"
		   "path: the same again changes nothing, a changed one becomes a new version. For example:\n"
		   "  svcdesk kb import ./runbooks --audience internal --publish"),
		kb_import_opts, "agent, lead, process_owner, admin", 1, 1, cli_kb_import},
	{"kb list", "[WORD] [FIELD=VALUE ...]",
		N_("List articles, those changed last first\n"
		   "By state, type, audience, owner, group, tag, ci_class, product, category, language, mine=true, feedback=open, or a "
		   "word of\n"
		   "the title. svcdesk search finds them by their text."),
		kb_list_opts, NULL, 0, -1, cli_kb_list},
	{"kb show", "ARTICLE", N_("Show an article\nWhat is published; to staff the latest version where nothing is."),
		kb_version_opts, NULL, 1, 1, cli_kb_show},
	{"kb new", "[FIELD=VALUE ...]",
		N_("Write an article\n"
		   "Without fields the editor opens (option editor, VISUAL or EDITOR). Fields are those of its front matter. For "
		   "example:\n"
		   "  svcdesk kb new title='Printer says PC LOAD LETTER' type=known_error --body -"),
		kb_edit_opts, "agent, lead, process_owner, admin", 0, -1, cli_kb_new},
	{"kb edit", "ARTICLE [FIELD=VALUE ...]",
		N_("Change an article\n"
		   "Without fields the editor opens. Words make a new draft, other fields do not. What others saved meanwhile is joined\n"
		   "paragraph by paragraph; where both changed the same one nothing is saved and a file with both texts is left."),
		kb_edit_opts, "agent, lead, process_owner, admin", 1, -1, cli_kb_edit},
	{"kb submit", "ARTICLE", N_("Ask for the review of a draft"), kb_step_opts, NULL, 1, 1, cli_kb_step},
	{"kb approve", "ARTICLE", N_("Approve what is in review, or a retirement that was asked for"), kb_step_opts,
		"lead, process_owner, admin", 1, 1, cli_kb_step},
	{"kb reject", "ARTICLE", N_("Send a version back to its author, or refuse a retirement; with --reason"), kb_step_opts,
		"lead, process_owner, admin", 1, 1, cli_kb_step},
	{"kb withdraw", "ARTICLE", N_("Take a version back from review or schedule"), kb_step_opts, NULL, 1, 1, cli_kb_step},
	{"kb publish", "ARTICLE", N_("Publish a version, now or with --at then"), kb_step_opts, NULL, 1, 1, cli_kb_step},
	{"kb retire", "ARTICLE", N_("Ask that an article be read no more; with --reason\nSomebody else approves it."), kb_step_opts,
		NULL, 1, 1, cli_kb_step},
	{"kb restore", "ARTICLE", N_("Publish again what was retired; with --reason"), kb_step_opts, "lead, process_owner, admin", 1,
		1, cli_kb_step},
	{"kb approval", "[other|none]", N_("Show or set whether somebody else than the authors has to approve"), cli_json_opts,
		"process_owner, admin", 0, 1, cli_kb_approval},
	{"kb check", "ARTICLE QUESTION=yes|no|- ...", N_("Answer the quality checklist of a version"), kb_version_opts, NULL, 2, -1,
		cli_kb_check},
	{"kb diff", "ARTICLE [V [W]]",
		N_("Show what changed from one version to another\nWithout versions: the latest against what it was written on."),
		cli_json_opts, NULL, 1, 3, cli_kb_diff},
	{"kb history", "ARTICLE", N_("Show who did what with an article, the newest first"), cli_json_opts, NULL, 1, 1,
		cli_kb_history},
	{"kb feedback", "[ARTICLE [yes|no [COMMENT]]]",
		N_("Say whether an article helped, list what was said, or answer it\n"
		   "Words and a \"no\" become a task of the owner. For example:\n"
		   "  svcdesk kb feedback KB0000012 no 'step 3 needs root'"),
		kb_feedback_opts, NULL, 0, -1, cli_kb_feedback},
	{"kb attach", "ARTICLE FILE ...", N_("Attach files to an article; one of the same name is replaced"), cli_json_opts, NULL, 2,
		-1, cli_kb_attach},
	{"kb save", "ARTICLE FILE", N_("Save a file of an article"), kb_save_opts, NULL, 2, 2, cli_kb_save},
	{"kb link", "ARTICLE TICKET", N_("Link an article to a ticket, or say that it solved it"), kb_link_opts, NULL, 2, 2,
		cli_kb_link},
	{"kb unlink", "ARTICLE TICKET", N_("Take an article off a ticket"), kb_link_opts, NULL, 2, 2, cli_kb_link},
	{NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};
