/* Which reports there are, and what stands in each. */
#include "core/cli/report.h"

#include "core/base/i18n.h"

#define BREACHES                                                                                                                 \
	{                                                                                                                            \
		"breaches", N_("Breaches"), N_("Clocks that ran out in the period"), FROM_BREACHES, NULL, NULL, REPORT_NO_CHART,         \
			N_("Late: minutes of open time past the due time, until the clock stopped or now. The newest hundred.")              \
	}
#define BREACH_CAUSES                                                                                                            \
	{                                                                                                                            \
		"breach-causes", N_("Breaches"), N_("Why they ran out"), FROM_BREACH_CAUSES, NULL, NULL, REPORT_PARETO, NULL             \
	}
#define OUTAGES                                                                                                                  \
	{                                                                                                                            \
		"outages", N_("Availability"), N_("Outages"), FROM_OUTAGES, NULL, NULL, REPORT_NO_CHART,                                 \
			N_("Minutes are those within the agreed service time.")                                                              \
	}
#define AVAILABILITY                                                                                                             \
	{                                                                                                                            \
		"availability", N_("Availability"), N_("Services: availability and error budget left"), FROM_AVAILABILITY, NULL, NULL,   \
			REPORT_BUDGET,                                                                                                       \
			N_("(agreed time - unplanned outages within it) / agreed time: overlaps count once, planned outages are taken out, " \
			   "and a "                                                                                                          \
			   "service suffers the outages of what it depends on. Minutes, in the zone of each service.")                       \
	}
#define MAJORS                                                                                                                   \
	{                                                                                                                            \
		"majors", N_("Major incidents"), N_("Major incidents"), FROM_MAJORS, NULL, NULL, REPORT_NO_CHART, NULL                   \
	}
#define BY(id, section, title, metrics, by, chart)                                                                               \
	{                                                                                                                            \
		id, section, title, FROM_BY, metrics, by, chart, NULL                                                                    \
	}

static const struct report_part monthly[] = {{"glance", N_("At a glance"), N_("At a glance"), FROM_GLANCE,
												 "response_attainment resolution_attainment availability csat opened resolved "
												 "backlog mttr mtta fcr reopen_rate complaints",
												 NULL, REPORT_TILES, NULL},
	BY("sla-priority", N_("Service levels"), N_("Resolved in time, by priority"), "resolution_attainment", "priority",
		REPORT_BARS),
	BY("response-priority", N_("Service levels"), N_("Answered in time, by priority"), "response_attainment", "priority",
		REPORT_BARS),
	BY("sla-service", N_("Service levels"), N_("In time, by service"), "resolution_attainment response_attainment", "service",
		REPORT_NO_CHART),
	BY("times-priority", N_("Service levels"), N_("Times, by priority"), "mtta mttr", "priority", REPORT_NO_CHART), AVAILABILITY,
	OUTAGES,
	BY("volume", N_("Volumes"), N_("Opened, resolved and open, day by day"), "opened resolved backlog", "time", REPORT_LINES),
	BY("volume-kind", N_("Volumes"), N_("By kind"), "opened resolved backlog", "kind", REPORT_NO_CHART),
	BY("volume-priority", N_("Volumes"), N_("By priority"), "opened resolved backlog", "priority", REPORT_NO_CHART),
	{"causes", N_("Top causes"), N_("Tickets opened, by category"), FROM_PARETO, NULL, "category", REPORT_PARETO, NULL},
	{"causes-service", N_("Top causes"), N_("Tickets opened, by service"), FROM_PARETO, NULL, "service", REPORT_NO_CHART, NULL},
	MAJORS, {"complaints", N_("Complaints"), N_("Complaints"), FROM_PARETO, "complaint", "cause", REPORT_PARETO, NULL},
	{"csat", N_("Satisfaction"), N_("Satisfaction"), FROM_GLANCE, "csat csat_response dsat_recovery", NULL, REPORT_TILES, NULL},
	{"scores", N_("Satisfaction"), N_("Ratings"), FROM_SCORES, NULL, NULL, REPORT_BARS, NULL},
	BY("trend", N_("Trend"), N_("Opened and resolved"), "opened resolved backlog", "trend", REPORT_LINES),
	BY("trend-quality", N_("Trend"), N_("Quality"), "resolution_attainment availability csat", "trend", REPORT_LINES),
	BY("trend-times", N_("Trend"), N_("Times"), "mttr mtta", "trend", REPORT_NO_CHART),
	{"actions", N_("Actions"), N_("What the figures call for"), FROM_ACTIONS,
		"response_attainment resolution_attainment availability csat mttr mtta fcr reopen_rate", NULL, REPORT_NO_CHART, NULL},
	{NULL, NULL, NULL, FROM_GLANCE, NULL, NULL, REPORT_NO_CHART, NULL}};

static const struct report_part weekly[] = {
	{"glance", N_("At a glance"), N_("At a glance"), FROM_GLANCE,
		"backlog backlog_age stale at_risk breached_open opened resolved resolution_attainment", NULL, REPORT_TILES, NULL},
	BY("backlog-group", N_("Backlog"), N_("By group"), "backlog backlog_age stale at_risk breached_open", "group", REPORT_BARS),
	BY("backlog-priority", N_("Backlog"), N_("By priority"), "backlog backlog_age breached_open", "priority", REPORT_NO_CHART),
	{"ages", N_("Backlog"), N_("Age in days"), FROM_AGES, NULL, NULL, REPORT_BARS, NULL},
	{"oldest", N_("Backlog"), N_("Open the longest"), FROM_OLDEST, NULL, NULL, REPORT_NO_CHART, NULL},
	BY("flow", N_("Flow"), N_("Opened, resolved and open, day by day"), "opened resolved backlog", "time", REPORT_LINES),
	BREACH_CAUSES, BREACHES,
	{"breach-categories", N_("Top causes"), N_("Tickets opened, by category"), FROM_PARETO, NULL, "category", REPORT_PARETO,
		NULL},
	BY("trend", N_("Trend"), N_("Thirteen weeks"), "opened resolved backlog", "trend", REPORT_LINES),
	{NULL, NULL, NULL, FROM_GLANCE, NULL, NULL, REPORT_NO_CHART, NULL}};

static const struct report_part daily[] = {
	{"glance", N_("At a glance"), N_("At a glance"), FROM_GLANCE,
		"opened resolved net_flow backlog at_risk breached_open mtta csat", NULL, REPORT_TILES, NULL},
	MAJORS, OUTAGES, BREACHES,
	BY("groups", N_("Groups"), N_("By group"), "opened resolved backlog breached_open", "group", REPORT_NO_CHART),
	BY("flow", N_("Flow"), N_("Opened and resolved, hour by hour"), "opened resolved", "time", REPORT_LINES),
	{"oldest", N_("Backlog"), N_("Open the longest"), FROM_OLDEST, NULL, NULL, REPORT_NO_CHART, NULL},
	{NULL, NULL, NULL, FROM_GLANCE, NULL, NULL, REPORT_NO_CHART, NULL}};

static const struct report_part sla[] = {
	{"glance", N_("At a glance"), N_("At a glance"), FROM_GLANCE,
		"response_attainment resolution_attainment ola_attainment uc_attainment breached_open at_risk", NULL, REPORT_TILES, NULL},
	BY("resolution-priority", N_("Resolution"), N_("By priority"), "resolution_attainment", "priority", REPORT_BARS),
	BY("resolution-group", N_("Resolution"), N_("By group"), "resolution_attainment", "group", REPORT_BARS),
	BY("resolution-service", N_("Resolution"), N_("By service"), "resolution_attainment", "service", REPORT_NO_CHART),
	BY("resolution-customer", N_("Resolution"), N_("By customer"), "resolution_attainment", "customer", REPORT_NO_CHART),
	BY("response-priority", N_("Response"), N_("By priority"), "response_attainment", "priority", REPORT_BARS),
	BY("response-group", N_("Response"), N_("By group"), "response_attainment", "group", REPORT_NO_CHART),
	BY("ola-group", N_("Groups and suppliers"), N_("Operational levels (OLA), by group"), "ola_attainment", "group", REPORT_BARS),
	BY("uc-group", N_("Groups and suppliers"), N_("Supplier contracts (UC), by group"), "uc_attainment", "group",
		REPORT_NO_CHART),
	BREACH_CAUSES, BREACHES,
	BY("trend", N_("Trend"), N_("Trend"), "resolution_attainment response_attainment ola_attainment", "trend", REPORT_LINES),
	{NULL, NULL, NULL, FROM_GLANCE, NULL, NULL, REPORT_NO_CHART, NULL}};

static const struct report_part availability[] = {
	{"glance", N_("At a glance"), N_("At a glance"), FROM_GLANCE, "availability", NULL, REPORT_TILES, NULL}, AVAILABILITY,
	OUTAGES, BY("daily", N_("Course"), N_("Course"), "availability", "time", REPORT_NO_CHART),
	BY("trend", N_("Trend"), N_("Trend"), "availability", "trend", REPORT_LINES),
	{NULL, NULL, NULL, FROM_GLANCE, NULL, NULL, REPORT_NO_CHART, NULL}};

#define PARETO(by, title)                                                                                                        \
	{                                                                                                                            \
		by, N_("Tickets opened"), title, FROM_PARETO, NULL, by, REPORT_PARETO, NULL                                              \
	}
static const struct report_part pareto[] = {PARETO("category", N_("By category")), PARETO("service", N_("By service")),
	PARETO("ci", N_("By configuration item")), PARETO("customer", N_("By customer")), PARETO("group", N_("By group")),
	{"complaints", N_("Complaints"), N_("Complaints"), FROM_PARETO, "complaint", "cause", REPORT_PARETO, NULL}, BREACH_CAUSES,
	{NULL, NULL, NULL, FROM_GLANCE, NULL, NULL, REPORT_NO_CHART, NULL}};

const struct report_kind report_kinds[] = {
	{"monthly", N_("Service report"),
		N_("service levels, availability, volumes, causes, major incidents, complaints, satisfaction, trend"), "last-month",
		monthly},
	{"weekly", N_("Backlog and breach review"), N_("what is open and for how long, which clocks ran out and why"), "last-week",
		weekly},
	{"daily", N_("Daily brief"), N_("what came, what went, what is late"), "yesterday", daily},
	{"sla", N_("Service level attainment"), N_("response, resolution, OLA and UC by priority, group, service and customer"),
		"last-month", sla},
	{"availability", N_("Availability report"), N_("availability, error budgets, MTBF, MTRS and outages of services"),
		"last-month", availability},
	{"pareto", N_("Pareto analysis"), N_("what causes most: categories, services, items, customers, groups, complaints"),
		"last-month", pareto},
	{NULL, NULL, NULL, NULL, NULL}};
