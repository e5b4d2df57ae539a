#include "config.h"
#include "tui/app/actions.h"

#include <string.h>
#include "core/base/i18n.h"
#include "tui/app/model.h"
#include "tui/app/bulk.h"
#include "tui/app/ci.h"
#include "tui/app/explain.h"
#include "tui/app/kb.h"
#include "tui/app/match.h"
#include "tui/app/outbox.h"
#include "tui/app/triage.h"
#include "tui/app/undo.h"
#include "tui/app/warroom.h"

static const char *needs_ticket(const struct model *m)
{
	return model_target(m).id || bulk_wanted(m) ? NULL : _("no ticket is selected");
}

static const char *needs_host(const struct model *m)
{
	return m->env.restricted ? _("this console has the desk alone: no files and no shell of its host") : NULL;
}

static const char *needs_attachment(const struct model *m)
{
	const struct sd_ticket *t = m->detail->ticket;

	if (m->env.restricted)
		return needs_host(m);
	return t && t->nattachments ? NULL : _("this ticket has no attachment");
}

static const char *needs_marks(const struct model *m)
{
	return bulk_wanted(m) ? NULL : _("nothing is marked");
}

static const char *needs_search(const struct model *m)
{
	return *m->search ? NULL : _("nothing is being searched for: / starts");
}

static const char *needs_line(const struct model *m)
{
	return m->conn == CONN_READY && m->meta ? NULL : _("there is no connection");
}

/* What waits for the line is taken back without one. */
static const char *undo_off(const struct model *m)
{
	return outbox_last(m) ? NULL : needs_line(m);
}

static const char *may_open(const struct model *m)
{
	const char *why = needs_line(m);

	return why ? why : sd_meta_may_create(m->meta) ? NULL : _("your role opens no tickets");
}

static const char *update_off(const struct model *m)
{
	return warroom_off(m, "update");
}

static const char *accept_off(const struct model *m)
{
	return warroom_off(m, "accept_major");
}

static const char *reject_off(const struct model *m)
{
	const char *why = warroom_off(m, "reject_major");

	return why && !warroom_off(m, "demote_major") ? NULL : why;
}

static const char *roles_off(const struct model *m)
{
	return warroom_off(m, "major_roles");
}

static const char *resolve_off(const struct model *m)
{
	return warroom_off(m, "resolve");
}

static const char *report_off(const struct model *m)
{
	return warroom_off(m, "report");
}

static const char *close_off(const struct model *m)
{
	return warroom_off(m, "close");
}

/* There keys that move go from ticket to ticket. */
#define MOTION CTX_ALL & ~CTX_TRIAGE, SEC_MOVE, 0

const struct action_def actions[] = {
	{ACT_DOWN, "down", "j Down", MOTION, N_("down"), N_("One line down; a number before it goes so many"), NULL},
	{ACT_UP, "up", "k Up", MOTION, N_("up"), N_("One line up"), NULL},
	{ACT_TOP, "top", "g,g Home", MOTION, N_("first"), N_("To the first line; with a number to that line"), NULL},
	{ACT_BOTTOM, "bottom", "G End", MOTION, N_("last"), N_("To the last line; with a number to that line"), NULL},
	{ACT_HALF_DOWN, "half-down", "Ctrl-d", MOTION, N_("half page down"), N_("Half a page down"), NULL},
	{ACT_HALF_UP, "half-up", "Ctrl-u", MOTION, N_("half page up"), N_("Half a page up"), NULL},
	{ACT_PAGE_DOWN, "page-down", "Ctrl-f PgDn", MOTION, N_("page down"), N_("A page down"), NULL},
	{ACT_PAGE_UP, "page-up", "Ctrl-b PgUp", MOTION, N_("page up"), N_("A page up"), NULL},
	{ACT_HIGH, "high", "H", MOTION, N_("top of window"), N_("To the highest line seen"), NULL},
	{ACT_MIDDLE, "middle", "M", MOTION, N_("middle of window"), N_("To the middle line seen"), NULL},
	{ACT_LOW, "low", "L", MOTION, N_("bottom of window"), N_("To the lowest line seen"), NULL},
	{ACT_CENTER, "center", "z,z", MOTION, N_("centre"), N_("Scroll the current line to the middle"), NULL},
	{ACT_SCROLL_TOP, "scroll-top", "z,t", MOTION, N_("line to top"), N_("Scroll the current line to the top"), NULL},
	{ACT_SCROLL_BOTTOM, "scroll-bottom", "z,b", MOTION, N_("line to bottom"), N_("Scroll the current line to the bottom"), NULL},
	{ACT_LINE_DOWN, "line-down", "Ctrl-e", MOTION, N_("scroll down"), N_("Scroll one line without moving"), NULL},
	{ACT_LINE_UP, "line-up", "Ctrl-y", MOTION, N_("scroll up"), N_("Scroll one line back without moving"), NULL},

	{ACT_OPEN, "open", "Enter", CTX_VIEWS | CTX_QUEUE | CTX_INBOX | CTX_FIGURES | CTX_WARROOM | CTX_ITEMS | CTX_KB, SEC_LIST, 1,
		N_("open"), N_("Open the view, the ticket or the item under the cursor"), NULL},
	{ACT_BACK, "back", "Esc q Ctrl-c", CTX_ALL, SEC_PANES, 0, N_("back"),
		N_("Close one thing: search, ticket, full screen, filter; at last the program (q asks)"), NULL},
	{ACT_SEARCH, "search", "/", CTX_ALL & ~CTX_TRIAGE, SEC_LIST, 7, N_("search"), N_("Search in what is loaded here"), NULL},
	{ACT_SEARCH_NEXT, "search-next", "n", CTX_SEARCH, SEC_LIST, 0, N_("next match"),
		N_("To the next match, while a search is on"), needs_search},
	{ACT_SEARCH_PREV, "search-previous", "N", CTX_SEARCH, SEC_LIST, 0, N_("previous match"),
		N_("To the match before, while a search is on"), needs_search},
	{ACT_FILTER, "filter", "& f", CTX_VIEWS | CTX_QUEUE, SEC_LIST, 6, N_("filter"),
		N_("Show only what a query matches: priority<=2 group:network \"disk full\""), needs_line},
	{ACT_SORT, "sort", "S", CTX_QUEUE, SEC_LIST, 0, N_("sort"), N_("Next order: number, opened, updated, due, priority"),
		needs_line},
	{ACT_REVERSE, "reverse", "I", CTX_QUEUE, SEC_LIST, 0, N_("reverse"), N_("Turn the order round"), needs_line},
	{ACT_NEW_ROWS, "new-rows", "+", CTX_TICKET, SEC_LIST, 0, N_("new rows"),
		N_("Lets in what came meanwhile and goes to the first of it"), NULL},
	{ACT_MARK, "mark", "Space", CTX_QUEUE, SEC_LIST, 0, N_("mark"),
		N_("Mark the ticket, or not, and go on; a number before it marks so many"), NULL},
	{ACT_RANGE, "range", "v", CTX_QUEUE, SEC_LIST, 0, N_("range"),
		N_("A range from here to the cursor; v or Space marks it, an act takes it, Esc gives it up"), NULL},
	{ACT_MARK_ALL, "mark-all", "*", CTX_QUEUE, SEC_LIST, 0, N_("mark all"),
		N_("Mark all tickets of the view that match the filter, loaded or not"), NULL},
	{ACT_UNMARK, "unmark", "U", CTX_QUEUE, SEC_LIST, 0, N_("unmark"), N_("Take all marks away"), needs_marks},
	{ACT_REFRESH, "refresh", "F5", CTX_TICKET | CTX_INBOX | CTX_FIGURES | CTX_WARROOM | CTX_TRIAGE | CTX_ITEMS | CTX_KB, SEC_LIST,
		0, N_("read again"), N_("Read the list or the ticket again; it follows changes by itself"), needs_line},

	{ACT_NEXT_TICKET, "next-ticket", "J Ctrl-n", CTX_TICKET | CTX_INBOX, SEC_TICKET, 0, N_("next ticket"),
		N_("The next ticket of the queue, from the ticket too"), NULL},
	{ACT_PREV_TICKET, "previous-ticket", "K Ctrl-p", CTX_TICKET | CTX_INBOX, SEC_TICKET, 0, N_("previous ticket"),
		N_("The ticket before, from the ticket too"), NULL},
	{ACT_TIMELINE, "timeline", "v", CTX_DETAIL, SEC_TICKET, 5, N_("timeline"),
		N_("Timeline: changes folded, people, public, changes, everything"), NULL},
	{ACT_FOLD, "fold", "Enter Space", CTX_DETAIL, SEC_TICKET, 0, N_("fold"),
		N_("Fold or unfold changes; on a number go to its ticket, on a file save it"), NULL},
	{ACT_FOLD_ALL, "fold-all", "z,a", CTX_DETAIL, SEC_TICKET, 0, N_("fold all"), N_("Fold or unfold all changes"), NULL},
	{ACT_FOLD_QUOTES, "fold-quotes", "z,q", CTX_DETAIL, SEC_TICKET, 0, N_("fold quotes"),
		N_("Show or hide quoted lines and signatures"), NULL},
	{ACT_UNREAD, "unread", "g,u", CTX_DETAIL, SEC_TICKET, 0, N_("first unread"),
		N_("To the first event that was new when you opened the ticket"), needs_ticket},
	{ACT_QUOTE, "quote", ">", CTX_DETAIL, SEC_TICKET, 0, N_("quote"),
		N_("Reply with what stands at the cursor quoted; what is internal goes into a note"), needs_ticket},
	{ACT_BESIDE, "beside", "O", CTX_TICKET, SEC_TICKET, 0, N_("beside"),
		N_("Keep this ticket open beside the one that follows the queue; Tab goes there, Esc there closes it"), needs_ticket},
	{ACT_EXPLAIN, "explain", "e", CTX_TICKET | CTX_INBOX | CTX_WARROOM, SEC_TICKET, 0, N_("explain"),
		N_("Why its clocks stand where they stand: target and rule, calendar, pauses and who made them"), explain_off},
	{ACT_MATCH, "match", "F", CTX_TICKET | CTX_TRIAGE, SEC_TICKET, 0, N_("what helps"),
		N_("Articles and solved tickets that may help: Enter reads one, a applies it, x dismisses it"), match_off},
	{ACT_MENU, "acts", "m", CTX_TICKET | CTX_WARROOM | CTX_TRIAGE, SEC_TICKET, 3, N_("acts"),
		N_("Everything that can be done with this ticket now, and why not"), needs_ticket},
	{ACT_NEW, "new", "C", CTX_ALL & ~CTX_ITEMS, SEC_TICKET, 4, N_("new"),
		N_("A new ticket, beginning with who calls; :new complaint for another kind"), may_open},
	{ACT_SAVE, "save-attachment", "S", CTX_DETAIL, SEC_TICKET, 0, N_("save"), N_("Save an attachment to a file"),
		needs_attachment},
	{ACT_DRAFTS, "drafts", "g,d", CTX_ALL, SEC_TICKET, 0, N_("drafts"),
		N_("What was typed and not sent: open it, or throw it away"), needs_line},
	{ACT_OUTBOX, "unsent", "g,q", CTX_ALL, SEC_TICKET, 0, N_("unsent"),
		N_("Acts that wait for the line or for you: open the ticket, send again, take back"), NULL},
	{ACT_FIND, "search-all", "g,/", CTX_ALL, SEC_LIST, 0, N_("search all"),
		N_("Search tickets and their timeline, articles and configuration items as you type"), NULL},
	{ACT_INBOX, "inbox", "g,i", CTX_ALL, SEC_LIST, 0, N_("inbox"),
		N_("What concerns you: assigned, named, answered, follow-ups, handovers to sign"), needs_line},
	{ACT_INBOX_READ, "inbox-read", "Space", CTX_INBOX, SEC_LIST, 2, N_("read or not"),
		N_("Mark the item read, or unread again, and go on"), needs_line},
	{ACT_INBOX_ALL, "inbox-read-all", "*", CTX_INBOX, SEC_LIST, 3, N_("all read"), N_("Mark everything in the inbox read"),
		needs_line},
	{ACT_INBOX_UNREAD, "inbox-unread", "f", CTX_INBOX, SEC_LIST, 4, N_("unread only"), N_("Only what is unread, and back"),
		needs_line},
	{ACT_HANDOVER, "handover", "g,h", CTX_ALL, SEC_TICKET, 0, N_("handover"),
		N_("Write the handover of your shift; another of the group signs it"), may_open},
	{ACT_COPY, "copy", "y", CTX_PANES | CTX_ITEMS, SEC_TICKET, 0, N_("copy"),
		N_("Copy number, link, a field, the row, the table or the text to the clipboard"), NULL},
	{ACT_UNDO, "undo", "u", CTX_TICKET | CTX_TRIAGE, SEC_TICKET, 0, N_("undo"), N_("Take back what you did last"), undo_off},
	{ACT_REDO, "redo", "Ctrl-r", CTX_TICKET | CTX_TRIAGE, SEC_TICKET, 0, N_("redo"), N_("Do again what you undid last"),
		needs_line},
	{ACT_UNDO_LIST, "undo-list", "g,U", CTX_ALL, SEC_TICKET, 0, N_("undo list"),
		N_("What you did in the last minutes: Enter undoes one, or does it again"), needs_line},
	{ACT_FAILED, "failed", "g,F", CTX_ALL, SEC_TICKET, 0, N_("failed"),
		N_("The tickets on which the last act on many failed, with the reason"), bulk_failed_off},
	{ACT_REPEAT, "repeat", ".", CTX_TICKET, SEC_TICKET, 0, N_("repeat"),
		N_("The last act once more, here or on the marked tickets; a text is asked for anew"), repeat_off},
	{ACT_JUMP, "jump", "#", CTX_ALL, SEC_TICKET, 0, N_("number"), N_("To a ticket by its number"), needs_line},

	{ACT_DASHBOARD, "dashboard", "g,b", CTX_ALL, SEC_FIGURES, 0, N_("dashboard"),
		N_("The figures of the desk: at risk, breached, attainment, trends; :dashboard 2026-10 shows another period"),
		needs_line},
	{ACT_ANALYSIS, "analysis", "g,a", CTX_ALL, SEC_FIGURES, 0, N_("analysis"),
		N_("What causes the most tickets, and what changed against another period"), needs_line},
	{ACT_HINTS, "hints", "g,f", CTX_ALL, SEC_FIGURES, 0, N_("hints"),
		N_("Similar incidents that may have one cause: Enter lists the tickets, x dismisses, u takes that back"), needs_line},
	{ACT_SERVICES, "services", "g,s", CTX_ALL, SEC_FIGURES, 0, N_("services"),
		N_("How the services stand, their availability, error budgets and outages; :services 2026-10 shows another period"),
		needs_line},
	{ACT_ROTA, "rota", "g,r", CTX_ALL, SEC_FIGURES, 0, N_("rota"),
		N_("Who is on duty this week, who is away, and the rules by which new tickets are given out"), needs_line},
	{ACT_RULE_TRY, "try-rule", "s", CTX_ROTA, SEC_FIGURES, 5, N_("try it"),
		N_("What this rule would have done with the last tickets"), needs_line},
	{ACT_RULE_SWITCH, "switch-rule", "x", CTX_ROTA, SEC_FIGURES, 6, N_("on, off"), N_("Turn this rule on, or off"), needs_line},
	{ACT_RULE_FORCE, "switch-rule-untried", "X", CTX_ROTA, SEC_FIGURES, 0, N_("on untried"),
		N_("Turn this rule on though it was never tried as it is now"), needs_line},
	{ACT_RULE_UP, "rule-up", "K", CTX_ROTA, SEC_FIGURES, 0, N_("up"), N_("This rule before the one above it"), needs_line},
	{ACT_RULE_DOWN, "rule-down", "J", CTX_ROTA, SEC_FIGURES, 0, N_("down"), N_("This rule behind the one below it"), needs_line},
	{ACT_RULE_EDIT, "edit-rule", "E", CTX_ROTA, SEC_FIGURES, 7, N_("edit"), N_("Change this rule"), needs_line},
	{ACT_RULE_NEW, "new-rule", "a", CTX_ROTA, SEC_FIGURES, 8, N_("new rule"), N_("Write a rule"), needs_line},
	{ACT_ROTA_ABSENCE, "absence", "A", CTX_ROTA, SEC_FIGURES, 9, N_("absence"),
		N_("Say that you are away, or one of your people"), needs_line},
	{ACT_ROTA_END, "end-absence", "D", CTX_ROTA, SEC_FIGURES, 0, N_("take back"), N_("Take the absence under the cursor back"),
		needs_line},
	{ACT_OUTAGE, "outage", "g,o", CTX_ALL, SEC_FIGURES, 0, N_("outage"),
		N_("Record an outage of a service, with the ticket under the cursor"), needs_line},
	{ACT_OUTAGE_HERE, "record-outage", "o", CTX_SERVICES, SEC_FIGURES, 5, N_("outage"),
		N_("Record an outage of this service; on an outage: correct it"), needs_line},
	{ACT_OUTAGE_END, "end-outage", "x", CTX_SERVICES, SEC_FIGURES, 6, N_("end it"), N_("End the outage that goes on here"),
		needs_line},
	{ACT_OUTAGE_CANCEL, "cancel-outage", "D", CTX_SERVICES, SEC_FIGURES, 7, N_("never was"),
		N_("This outage never was: it stays on record and counts nowhere"), needs_line},
	{ACT_FIGURE_LEFT, "figure-left", "h Left", CTX_FIGURES, SEC_FIGURES, 0, N_("left"), N_("To the figure at the left"), NULL},
	{ACT_FIGURE_RIGHT, "figure-right", "l Right", CTX_FIGURES, SEC_FIGURES, 0, N_("right"), N_("To the figure at the right"),
		NULL},
	{ACT_FIGURE_NEXT, "next-figure", "Tab", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("next figure"),
		N_("To the next figure"), NULL},
	{ACT_FIGURE_PREV, "previous-figure", "Shift-Tab", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure before"),
		N_("To the figure before"), NULL},
	{ACT_FIGURE_1, "figure-1", "1", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 1"),
		N_("The tickets of the figure numbered 1; 2 to 9 the others"), NULL},
	{ACT_FIGURE_2, "figure-2", "2", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 2"), N_("The tickets of figure 2"),
		NULL},
	{ACT_FIGURE_3, "figure-3", "3", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 3"), N_("The tickets of figure 3"),
		NULL},
	{ACT_FIGURE_4, "figure-4", "4", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 4"), N_("The tickets of figure 4"),
		NULL},
	{ACT_FIGURE_5, "figure-5", "5", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 5"), N_("The tickets of figure 5"),
		NULL},
	{ACT_FIGURE_6, "figure-6", "6", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 6"), N_("The tickets of figure 6"),
		NULL},
	{ACT_FIGURE_7, "figure-7", "7", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 7"), N_("The tickets of figure 7"),
		NULL},
	{ACT_FIGURE_8, "figure-8", "8", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 8"), N_("The tickets of figure 8"),
		NULL},
	{ACT_FIGURE_9, "figure-9", "9", CTX_FIGURES | CTX_WARROOM, SEC_FIGURES, 0, N_("figure 9"), N_("The tickets of figure 9"),
		NULL},
	{ACT_PERIOD_EARLIER, "earlier-period", "p", CTX_FIGURES, SEC_FIGURES, 2, N_("period before"),
		N_("The period before this one"), needs_line},
	{ACT_PERIOD_LATER, "later-period", "P", CTX_FIGURES, SEC_FIGURES, 3, N_("period after"), N_("The period after this one"),
		needs_line},
	{ACT_PERIOD, "choose-period", "e", CTX_FIGURES, SEC_FIGURES, 4, N_("period"),
		N_("Type a period: 2026-10, 2026-W41, 2026-10-05, 2026-10-01..2026-10-15, last-month, 7d"), needs_line},
	{ACT_BREAKDOWN, "breakdown", "b", CTX_DASHBOARD | CTX_ANALYSIS, SEC_FIGURES, 5, N_("breakdown"),
		N_("Told apart by the next thing: priority, group, service ..."), needs_line},
	{ACT_GRAIN, "grain", "t", CTX_DASHBOARD, SEC_FIGURES, 6, N_("days or weeks"), N_("The trends by days, weeks or months"),
		needs_line},
	{ACT_KINDS, "kinds", "i", CTX_ANALYSIS, SEC_FIGURES, 6, N_("kinds"), N_("Incidents and complaints, or one of them"),
		needs_line},
	{ACT_COMPARE, "choose-comparison", "c", CTX_ANALYSIS, SEC_FIGURES, 7, N_("compare"),
		N_("Type the period that stands beside this one"), needs_line},

	{ACT_WARROOM, "war-room", "g,w", CTX_ALL, SEC_MAJOR, 0, N_("war room"),
		N_("The war room of the major incident at the cursor, or of the one that goes on; else the list of them"), needs_line},
	{ACT_ROOM_UPDATE, "room-update", "u", CTX_WARROOM, SEC_MAJOR, 2, N_("update"),
		N_("Write a status update: for the requesters, or for those inside; the next one is due from then on"), update_off},
	{ACT_ROOM_ADOPT, "room-adopt", "a", CTX_WARROOM, SEC_MAJOR, 4, N_("adopt"),
		N_("The tickets marked in the queue become children; without marks: to the queue, to mark some"), roles_off},
	{ACT_ROOM_ACCEPT, "room-accept", "!", CTX_WARROOM, SEC_MAJOR, 2, N_("accept"),
		N_("Accept the candidate as a major incident and name its commander"), accept_off},
	{ACT_ROOM_REJECT, "room-reject", "x", CTX_WARROOM, SEC_MAJOR, 7, N_("reject, demote"),
		N_("It is no major incident, or none any more, and why"), reject_off},
	{ACT_ROOM_ROLES, "room-roles", "o", CTX_WARROOM, SEC_MAJOR, 4, N_("roles"),
		N_("Who commands, communicates, keeps the record"), roles_off},
	{ACT_ROOM_NOTE, "room-note", "N", CTX_WARROOM, SEC_MAJOR, 3, N_("note"), N_("A note into the timeline"), needs_ticket},
	{ACT_ROOM_RESOLVE, "room-resolve", "r", CTX_WARROOM, SEC_MAJOR, 5, N_("resolve"),
		N_("Resolve it; its children follow, and the report is begun"), resolve_off},
	{ACT_ROOM_REPORT, "room-report", "w", CTX_WARROOM, SEC_MAJOR, 6, N_("report"),
		N_("Write the post-incident report; what the journal knows stands there already"), report_off},
	{ACT_ROOM_CLOSE, "room-close", "c", CTX_WARROOM, SEC_MAJOR, 7, N_("close"), N_("Close it, once its report is written"),
		close_off},
	{ACT_ROOM_TICKET, "room-ticket", "t", CTX_WARROOM, SEC_MAJOR, 7, N_("ticket"), N_("The ticket itself, with all its fields"),
		needs_ticket},

	{ACT_TRIAGE, "triage-mode", "T g,t", CTX_ALL & ~CTX_TRIAGE, SEC_TRIAGE, 0, N_("triage"),
		N_("Triage what came in, one ticket after the other, with what it is likely to be"), triage_open_off},
	{ACT_TRIAGE_ACCEPT, "triage-accept", "Enter", CTX_TRIAGE, SEC_TRIAGE, 1, N_("accept"),
		N_("Accept everything as it stands there, and on to the next; asks for category or group where nothing is known"),
		triage_off},
	{ACT_TRIAGE_1, "proposal-1", "1", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 1"),
		N_("Take the proposal numbered 1 instead, or give it back; 2 to 9 the others"), triage_off},
	{ACT_TRIAGE_2, "proposal-2", "2", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 2"), N_("Take proposal 2"), triage_off},
	{ACT_TRIAGE_3, "proposal-3", "3", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 3"), N_("Take proposal 3"), triage_off},
	{ACT_TRIAGE_4, "proposal-4", "4", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 4"), N_("Take proposal 4"), triage_off},
	{ACT_TRIAGE_5, "proposal-5", "5", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 5"), N_("Take proposal 5"), triage_off},
	{ACT_TRIAGE_6, "proposal-6", "6", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 6"), N_("Take proposal 6"), triage_off},
	{ACT_TRIAGE_7, "proposal-7", "7", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 7"), N_("Take proposal 7"), triage_off},
	{ACT_TRIAGE_8, "proposal-8", "8", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 8"), N_("Take proposal 8"), triage_off},
	{ACT_TRIAGE_9, "proposal-9", "9", CTX_TRIAGE, SEC_TRIAGE, 0, N_("proposal 9"), N_("Take proposal 9"), triage_off},
	{ACT_TRIAGE_CATEGORY, "pick-category", "c", CTX_TRIAGE, SEC_TRIAGE, 0, N_("category"),
		N_("Pick the category: its first letters, then Enter"), triage_off},
	{ACT_TRIAGE_IMPACT, "pick-impact", "i", CTX_TRIAGE, SEC_TRIAGE, 0, N_("impact"), N_("Pick the impact: 1, 2 or 3"),
		triage_off},
	{ACT_TRIAGE_URGENCY, "pick-urgency", "y", CTX_TRIAGE, SEC_TRIAGE, 0, N_("urgency"), N_("Pick the urgency: 1, 2 or 3"),
		triage_off},
	{ACT_TRIAGE_GROUP, "pick-group", "t", CTX_TRIAGE, SEC_TRIAGE, 0, N_("group"), N_("Pick the group (team)"), triage_off},
	{ACT_TRIAGE_ASSIGNEE, "pick-assignee", "a", CTX_TRIAGE, SEC_TRIAGE, 0, N_("assignee"), N_("Pick who is to work on it"),
		triage_off},
	{ACT_TRIAGE_SKIP, "triage-skip", "s j", CTX_TRIAGE, SEC_TRIAGE, 1, N_("skip"),
		N_("Leave it untriaged; it comes again at the end"), triage_off},
	{ACT_TRIAGE_BACK, "triage-back", "k", CTX_TRIAGE, SEC_TRIAGE, 0, N_("ticket before"), N_("Back to the ticket before"), NULL},
	{ACT_TRIAGE_DUPLICATE, "triage-duplicate", "d", CTX_TRIAGE, SEC_TRIAGE, 2, N_("duplicate"),
		N_("It is the same as the ticket marked below, or as the first one there: cancelled as its duplicate"), triage_off},
	{ACT_TRIAGE_CHILD, "triage-child", "p", CTX_TRIAGE, SEC_TRIAGE, 0, N_("child"),
		N_("Make it a child of the ticket marked below, or of the first parent there, when it is accepted; again: not"),
		triage_off},
	{ACT_TRIAGE_NEAR, "next-like-it", "Tab", CTX_TRIAGE, SEC_TRIAGE, 0, N_("next like it"),
		N_("Mark the next ticket that is like it"), triage_off},
	{ACT_TRIAGE_NEAR_BACK, "previous-like-it", "Shift-Tab", CTX_TRIAGE, SEC_TRIAGE, 0, N_("like it before"),
		N_("Mark the one before"), triage_off},
	{ACT_TRIAGE_NOT_OURS, "triage-not-ours", "x", CTX_TRIAGE, SEC_TRIAGE, 2, N_("not ours"),
		N_("Nothing for this desk: cancels it and tells the requester why; to another group it goes with t"), triage_off},
	{ACT_TRIAGE_ASK, "triage-ask", "n", CTX_TRIAGE, SEC_TRIAGE, 2, N_("needs info"),
		N_("Ask the requester and wait; with the answer it comes here again"), triage_off},
	{ACT_TRIAGE_DOWN, "triage-read-on", "Space PgDn Down", CTX_TRIAGE, SEC_TRIAGE, 0, N_("read on"),
		N_("Scroll the text of the ticket"), NULL},
	{ACT_TRIAGE_UP, "triage-read-back", "PgUp Up", CTX_TRIAGE, SEC_TRIAGE, 0, N_("read back"), N_("Scroll it back"), NULL},
	{ACT_TRIAGE_OPEN, "triage-open", "o", CTX_TRIAGE, SEC_TRIAGE, 5, N_("whole ticket"),
		N_("The ticket itself with all its fields; Esc comes back"), triage_off},
	{ACT_TRIAGE_REPLY, "triage-reply", "R", CTX_TRIAGE, SEC_TRIAGE, 0, N_("reply"), N_("Write to the requester; it stays here"),
		triage_off},
	{ACT_TRIAGE_NOTE, "triage-note", "N", CTX_TRIAGE, SEC_TRIAGE, 0, N_("note"), N_("A note; it stays here"), triage_off},

	{ACT_CMDB, "cmdb", "g,c", CTX_ALL, SEC_CMDB, 0, N_("CMDB"),
		N_("The configuration items: / searches in name, ident, class and attributes; :cmdb mail begins with a search"),
		needs_line},
	{ACT_CI_IMPACT, "impact", "D", CTX_TICKET | CTX_INBOX | CTX_WARROOM | CTX_TRIAGE | CTX_ITEMS, SEC_CMDB, 5, N_("touches"),
		N_("What suffers if this item, or the one of the ticket, fails: services, customers, tickets and changes on the way"),
		ci_here_off},
	{ACT_CI_TURN, "turn-impact", "Tab", CTX_IMPACT, SEC_CMDB, 2, N_("turn round"),
		N_("What it needs instead of what needs it, and back"), needs_line},
	{ACT_CI_DEEPER, "deeper", "+", CTX_IMPACT, SEC_CMDB, 4, N_("deeper"), N_("One step further"), needs_line},
	{ACT_CI_SHALLOWER, "less-deep", "-", CTX_IMPACT, SEC_CMDB, 5, N_("less deep"), N_("One step less far"), needs_line},
	{ACT_CI_DEPTH_1, "depth-1", "1", CTX_IMPACT, SEC_CMDB, 0, N_("one step"), N_("Only one step; 2 to 9 so many, 0 all the way"),
		needs_line},
	{ACT_CI_DEPTH_2, "depth-2", "2", CTX_IMPACT, SEC_CMDB, 0, N_("two steps"), N_("Two steps"), needs_line},
	{ACT_CI_DEPTH_3, "depth-3", "3", CTX_IMPACT, SEC_CMDB, 0, N_("three steps"), N_("Three steps"), needs_line},
	{ACT_CI_DEPTH_4, "depth-4", "4", CTX_IMPACT, SEC_CMDB, 0, N_("four steps"), N_("Four steps"), needs_line},
	{ACT_CI_DEPTH_5, "depth-5", "5", CTX_IMPACT, SEC_CMDB, 0, N_("five steps"), N_("Five steps"), needs_line},
	{ACT_CI_DEPTH_6, "depth-6", "6", CTX_IMPACT, SEC_CMDB, 0, N_("six steps"), N_("Six steps"), needs_line},
	{ACT_CI_DEPTH_7, "depth-7", "7", CTX_IMPACT, SEC_CMDB, 0, N_("seven steps"), N_("Seven steps"), needs_line},
	{ACT_CI_DEPTH_8, "depth-8", "8", CTX_IMPACT, SEC_CMDB, 0, N_("eight steps"), N_("Eight steps"), needs_line},
	{ACT_CI_DEPTH_9, "depth-9", "9", CTX_IMPACT, SEC_CMDB, 0, N_("nine steps"), N_("Nine steps"), needs_line},
	{ACT_CI_DEPTH_ALL, "depth-all", "0", CTX_IMPACT, SEC_CMDB, 0, N_("all the way"), N_("As far as it goes"), needs_line},
	{ACT_CI_TYPES, "link-types", "f", CTX_IMPACT, SEC_CMDB, 3, N_("link types"),
		N_("Over which types of links: only one, or without some"), needs_line},
	{ACT_CI_NEXT, "next-item", "J", CTX_IMPACT, SEC_CMDB, 0, N_("next item"), N_("The next item of the ticket one came from"),
		needs_line},
	{ACT_CI_PREV, "previous-item", "K", CTX_IMPACT, SEC_CMDB, 0, N_("item before"), N_("The item before of that ticket"),
		needs_line},
	{ACT_CI_FOLD, "unfold", "Space", CTX_CI | CTX_IMPACT, SEC_CMDB, 0, N_("unfold"),
		N_("Unfold or fold what is below; on a version: mark it, two are compared"), NULL},
	{ACT_CI_UNFOLD, "unfold-here", "l Right", CTX_CI | CTX_IMPACT, SEC_CMDB, 0, N_("unfold"), N_("Unfold what is below"), NULL},
	{ACT_CI_CLOSE, "fold-here", "h Left", CTX_CI | CTX_IMPACT, SEC_CMDB, 0, N_("fold"),
		N_("Fold it, or to the line it stands below"), NULL},
	{ACT_CI_CLASS, "item-class", "f", CTX_CMDB, SEC_CMDB, 2, N_("class"), N_("Only the items of a class and of those below it"),
		needs_line},
	{ACT_CI_PICK, "pick-item", "p", CTX_ITEMS, SEC_CMDB, 0, N_("go to"), N_("To an item by some letters of its name"),
		needs_line},
	{ACT_CI_TICKET, "ticket-of-item", "C", CTX_ITEMS, SEC_CMDB, 5, N_("new ticket"), N_("A new ticket with this item filled in"),
		may_open},
	{ACT_CI_PUT, "put-on-ticket", "i", CTX_ITEMS, SEC_CMDB, 0, N_("onto the ticket"),
		N_("This item onto the ticket one came from"), ci_put_off},
	{ACT_CI_EDIT, "edit-item", "E", CTX_ITEMS, SEC_CMDB, 6, N_("edit"), N_("Change the fields of this item"), ci_edit_off},
	{ACT_CI_NEW, "new-item", "a", CTX_CMDB, SEC_CMDB, 6, N_("new item"), N_("Record a new item"), needs_line},
	{ACT_CI_DIFF, "compare-times", "d", CTX_CI, SEC_CMDB, 7, N_("two times"),
		N_("What is different between two times: fields and links"), needs_line},
	{ACT_CI_LINK, "link-item", "a", CTX_CI, SEC_CMDB, 0, N_("link"), N_("Link this item with another one"), ci_edit_off},
	{ACT_CI_UNLINK, "unlink-item", "x", CTX_CI, SEC_CMDB, 0, N_("unlink"), N_("End the link under the cursor; asks first"),
		ci_edit_off},
	{ACT_CI_UNDO, "undo-item", "U", CTX_CI, SEC_CMDB, 0, N_("take back"),
		N_("Take back the last change of this item, or the link one made or ended; asks first"), ci_edit_off},

	{ACT_KB, "knowledge", "g,k", CTX_ALL, SEC_KB, 0, N_("knowledge base"),
		N_("The articles of the knowledge base: read, write, approve; :kb NUMBER opens one"), needs_line},
	{ACT_KB_LINK_NEXT, "next-link", "Tab", CTX_KB, SEC_KB, 2, N_("next link"), N_("Choose the next link; Enter follows it"),
		kb_reads_off},
	{ACT_KB_LINK_PREV, "previous-link", "Shift-Tab", CTX_KB, SEC_KB, 0, N_("link before"), N_("Choose the link before"), NULL},
	{ACT_KB_BACK, "article-back", "h Left", CTX_KB, SEC_KB, 0, N_("article before"),
		N_("Back to the article a link led away from"), NULL},
	{ACT_KB_FORTH, "article-forth", "l Right", CTX_KB, SEC_KB, 0, N_("article after"), N_("And forth again"), NULL},
	{ACT_KB_LINK_1, "link-1", "1", CTX_KB, SEC_KB, 0, N_("link 1"),
		N_("Follow the link numbered 1; 2 to 9 the others, Tab and Enter any"), kb_reads_off},
	{ACT_KB_LINK_2, "link-2", "2", CTX_KB, SEC_KB, 0, N_("link 2"), N_("Follow link 2"), kb_reads_off},
	{ACT_KB_LINK_3, "link-3", "3", CTX_KB, SEC_KB, 0, N_("link 3"), N_("Follow link 3"), kb_reads_off},
	{ACT_KB_LINK_4, "link-4", "4", CTX_KB, SEC_KB, 0, N_("link 4"), N_("Follow link 4"), kb_reads_off},
	{ACT_KB_LINK_5, "link-5", "5", CTX_KB, SEC_KB, 0, N_("link 5"), N_("Follow link 5"), kb_reads_off},
	{ACT_KB_LINK_6, "link-6", "6", CTX_KB, SEC_KB, 0, N_("link 6"), N_("Follow link 6"), kb_reads_off},
	{ACT_KB_LINK_7, "link-7", "7", CTX_KB, SEC_KB, 0, N_("link 7"), N_("Follow link 7"), kb_reads_off},
	{ACT_KB_LINK_8, "link-8", "8", CTX_KB, SEC_KB, 0, N_("link 8"), N_("Follow link 8"), kb_reads_off},
	{ACT_KB_LINK_9, "link-9", "9", CTX_KB, SEC_KB, 0, N_("link 9"), N_("Follow link 9"), kb_reads_off},
	{ACT_KB_OUTLINE, "outline", "o", CTX_KB, SEC_KB, 5, N_("outline"), N_("The headings of the article: Enter goes to one"),
		kb_reads_off},
	{ACT_KB_FILTER, "articles-filter", "& f", CTX_KB, SEC_KB, 3, N_("filter"),
		N_("Show only articles that match as you type: words, state:draft, owner:me, tag:vpn, audience:public"), needs_line},
	{ACT_KB_STATES, "article-states", "s", CTX_KB, SEC_KB, 0, N_("states"),
		N_("Only drafts, then what is in review, published, retired; then all again"), needs_line},
	{ACT_KB_VERSIONS, "versions", "v", CTX_KB, SEC_KB, 6, N_("versions"), N_("Its versions: Enter shows one"), kb_reads_off},
	{ACT_KB_DIFF, "compare-versions", "d", CTX_KB, SEC_KB, 0, N_("difference"),
		N_("What differs between this version and another, line by line; again: back to the text"), kb_reads_off},
	{ACT_KB_NEW, "new-article", "a", CTX_KB, SEC_KB, 3, N_("write"), N_("Write a new article"), kb_writes_off},
	{ACT_KB_EDIT, "edit-article", "e", CTX_KB, SEC_KB, 2, N_("edit"),
		N_("Edit the article, its text in your editor; it becomes a new draft"), kb_edit_off},
	{ACT_KB_FIELDS, "article-fields", "E", CTX_KB, SEC_KB, 0, N_("fields"),
		N_("Readers, owner, tags, validity and what else is said about it, without a new version"), kb_edit_off},
	{ACT_KB_STEPS, "article-steps", "m", CTX_KB, SEC_KB, 3, N_("steps"), N_("What can be done with this version now"),
		kb_reads_off},
	{ACT_KB_SUBMIT, "submit-article", "S", CTX_KB, SEC_KB, 0, N_("submit"), N_("Ask for its review"), kb_edit_off},
	{ACT_KB_APPROVE, "approve-article", "A", CTX_KB, SEC_KB, 0, N_("approve"),
		N_("Approve what somebody else has submitted, now or for a time"), kb_edit_off},
	{ACT_KB_REJECT, "reject-article", "R", CTX_KB, SEC_KB, 0, N_("reject"), N_("Give it back, and say why"), kb_edit_off},
	{ACT_KB_PUBLISH, "publish-article", "P", CTX_KB, SEC_KB, 0, N_("publish"), N_("Publish it, now or at a time"), kb_edit_off},
	{ACT_KB_RETIRE, "retire-article", "X", CTX_KB, SEC_KB, 0, N_("retire"), N_("Retire it, and say why"), kb_edit_off},
	{ACT_KB_FEEDBACK, "article-feedback", "+", CTX_KB, SEC_KB, 0, N_("helped or not"),
		N_("Say whether it helped, with a comment: its owner gets that as a task"), kb_reads_off},
	{ACT_KB_ATTACH, "attach-to-article", "u", CTX_KB, SEC_KB, 0, N_("attach"), N_("Attach a file to the article"), kb_attach_off},
	{ACT_KB_FILES, "article-files", "U", CTX_KB, SEC_KB, 0, N_("files"), N_("Its attachments: Enter saves one, x removes it"),
		kb_files_off},
	{ACT_KB_CHECK, "article-checklist", "c", CTX_KB, SEC_KB, 0, N_("checklist"),
		N_("Answer the checklist for this version: how good it is in per cent"), kb_edit_off},
	{ACT_KB_ANSWER, "answer-reader", "r", CTX_KB, SEC_KB, 0, N_("answer"), N_("Answer what readers said and what waits for it"),
		kb_answer_off},
	{ACT_KB_TICKET, "link-article", "t", CTX_KB, SEC_KB, 0, N_("to the ticket"),
		N_("Link the article with the ticket you came from"), kb_ticket_off},
	{ACT_KB_QUOTE, "quote-article", ">", CTX_KB, SEC_KB, 0, N_("quote"),
		N_("Reply to the ticket you came from with the article quoted, if its requester may read it"), kb_ticket_off},
	{ACT_KB_COPY, "copy-article", "y", CTX_KB, SEC_KB, 0, N_("copy"),
		N_("Copy the code at the cursor; else number, link or the whole text"), kb_reads_off},

	{ACT_PANE_NEXT, "next-pane", "Tab", CTX_PANES, SEC_PANES, 2, N_("pane"), N_("To the next pane"), NULL},
	{ACT_PANE_PREV, "previous-pane", "Shift-Tab", CTX_PANES, SEC_PANES, 0, N_("pane before"), N_("To the pane before"), NULL},
	{ACT_PANE_LEFT, "left", "h Left", CTX_PANES, SEC_PANES, 0, N_("left"), N_("To the pane at the left: views, queue, ticket"),
		NULL},
	{ACT_PANE_RIGHT, "right", "l Right", CTX_PANES, SEC_PANES, 0, N_("right"), N_("To the pane at the right"), NULL},
	{ACT_PANE_1, "views", "Alt-1", CTX_ALL, SEC_PANES, 0, N_("views"), N_("To the views"), NULL},
	{ACT_PANE_2, "queue", "Alt-2", CTX_ALL, SEC_PANES, 0, N_("queue"), N_("To the queue"), NULL},
	{ACT_PANE_3, "ticket", "Alt-3", CTX_ALL, SEC_PANES, 0, N_("ticket"), N_("To the ticket"), NULL},
	{ACT_PANE_4, "messages", "Alt-4 g,m", CTX_ALL, SEC_PANES, 0, N_("messages"), N_("To the messages of this session"), NULL},
	{ACT_ZOOM, "zoom", "Z F11", CTX_ALL, SEC_PANES, 0, N_("full screen"), N_("This pane on the full screen, and back"), NULL},
	{ACT_VIEW_1, "view-1", "g,1", CTX_ALL, SEC_LIST, 0, N_("view 1"), N_("Show view 1; g 2 to g 9 the others"), NULL},
	{ACT_VIEW_2, "view-2", "g,2", CTX_ALL, SEC_LIST, 0, N_("view 2"), N_("Show view 2"), NULL},
	{ACT_VIEW_3, "view-3", "g,3", CTX_ALL, SEC_LIST, 0, N_("view 3"), N_("Show view 3"), NULL},
	{ACT_VIEW_4, "view-4", "g,4", CTX_ALL, SEC_LIST, 0, N_("view 4"), N_("Show view 4"), NULL},
	{ACT_VIEW_5, "view-5", "g,5", CTX_ALL, SEC_LIST, 0, N_("view 5"), N_("Show view 5"), NULL},
	{ACT_VIEW_6, "view-6", "g,6", CTX_ALL, SEC_LIST, 0, N_("view 6"), N_("Show view 6"), NULL},
	{ACT_VIEW_7, "view-7", "g,7", CTX_ALL, SEC_LIST, 0, N_("view 7"), N_("Show view 7"), NULL},
	{ACT_VIEW_8, "view-8", "g,8", CTX_ALL, SEC_LIST, 0, N_("view 8"), N_("Show view 8"), NULL},
	{ACT_VIEW_9, "view-9", "g,9", CTX_ALL, SEC_LIST, 0, N_("view 9"), N_("Show view 9"), NULL},
	{ACT_VIEW_NEXT, "next-view", "g,n", CTX_ALL, SEC_LIST, 0, N_("next view"), N_("Show the next view"), NULL},
	{ACT_VIEW_PREV, "previous-view", "g,p", CTX_ALL, SEC_LIST, 0, N_("view before"), N_("Show the view before"), NULL},
	{ACT_VIEW_LAST, "last-view", "-", CTX_ALL & ~CTX_IMPACT, SEC_LIST, 0, N_("last"),
		N_("Back to the view, or after a link to the ticket, shown before"), NULL},

	{ACT_PLACE_BACK, "place-back", "[ Alt-Left", CTX_ALL, SEC_LIST, 0, N_("place before"),
		N_("Back to the list or ticket one was at before; a number goes so many"), NULL},
	{ACT_PLACE_FORTH, "place-forth", "] Alt-Right", CTX_ALL, SEC_LIST, 0, N_("place after"), N_("And forth again"), NULL},
	{ACT_VIEW_NEW, "new-view", "a", CTX_VIEWS, SEC_LIST, 3, N_("keep"), N_("Keep what the queue shows as a view"), needs_line},
	{ACT_VIEW_EDIT, "change-view", "e", CTX_VIEWS, SEC_LIST, 4, N_("edit"), N_("Change the query of the view under the cursor"),
		needs_line},
	{ACT_VIEW_RENAME, "name-view", "r", CTX_VIEWS, SEC_LIST, 5, N_("rename"), N_("Give the view under the cursor another name"),
		needs_line},
	{ACT_VIEW_DELETE, "remove-view", "D", CTX_VIEWS, SEC_LIST, 6, N_("delete"),
		N_("Delete the view under the cursor, or hide one every console has; u brings it back"), needs_line},
	{ACT_VIEW_DOWN, "view-down", "J", CTX_VIEWS, SEC_LIST, 0, N_("view down"), N_("The view under the cursor one place down"),
		needs_line},
	{ACT_VIEW_UP, "view-up", "K", CTX_VIEWS, SEC_LIST, 0, N_("view up"), N_("The view under the cursor one place up"),
		needs_line},
	{ACT_VIEW_UNDO, "undo-view", "u", CTX_VIEWS, SEC_LIST, 0, N_("undo"), N_("Take the last change to the views back"),
		needs_line},

	{ACT_PALETTE, "palette", ":", CTX_ALL, SEC_PROGRAM, 8, N_("command"),
		N_("Any action, view, act or ticket number by name; Tab completes"), NULL},
	{ACT_HELP, "help", "? F1", CTX_ALL, SEC_PROGRAM, 9, N_("help"), N_("The keys of this pane"), NULL},
	{ACT_BARE, "bare", "B", CTX_PANES, SEC_PROGRAM, 0, N_("bare"),
		N_("The ticket or the list as plain text, for the terminal's own selection; Esc comes back"), NULL},
	{ACT_WALL, "wall", "W", CTX_ALL, SEC_PROGRAM, 0, N_("wallboard"),
		N_("The wallboard on the full screen; a digit leads to the tickets of a figure, Esc comes back"), needs_line},
	{ACT_MOUSE, "mouse", "Alt-m F8", CTX_ALL, SEC_PROGRAM, 0, N_("mouse"),
		N_("Leave the mouse to the terminal, and take it again; with Shift held it always selects there"), NULL},
	{ACT_LOCK, "lock", "g,l", CTX_ALL, SEC_PROGRAM, 0, N_("lock"), N_("Hide everything until you unlock it"), NULL},
	{ACT_REDRAW, "redraw", "Ctrl-l", CTX_ALL, SEC_PROGRAM, 0, N_("redraw"), N_("Paint the whole screen anew"), NULL},
	{ACT_SUSPEND, "suspend", "Ctrl-z", CTX_ALL, SEC_PROGRAM, 0, N_("suspend"), N_("Back to the shell; fg returns"), needs_host},
	{ACT_QUIT, "quit", "Q", CTX_ALL, SEC_PROGRAM, 0, N_("quit"), N_("Leave svcdesk; drafts are kept"), NULL},
};
const size_t actions_n = sizeof actions / sizeof *actions;

const struct action_def *action_get(enum action id)
{
	for (size_t i = 0; i < actions_n; i++)
		if (actions[i].id == id)
			return &actions[i];
	return NULL;
}

const struct action_def *action_find(const char *name)
{
	for (size_t i = 0; i < actions_n; i++)
		if (!strcmp(actions[i].name, name))
			return &actions[i];
	return NULL;
}

const char *section_label(enum section s)
{
	static const char *const labels[SECTIONS] = {N_("Moving"), N_("Ticket"), N_("Lists and views"), N_("Figures"),
		N_("Major incidents"), N_("Triage"), N_("CMDB"), N_("Knowledge base"), N_("Panes"), N_("Program")};

	return _(labels[s]);
}
