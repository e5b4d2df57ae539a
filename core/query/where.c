/* What must hold, as SQL over desk.ticket t. Rules that keep the indexes in use:
 * phases, states and levels stand as literals (the partial indexes say phase < 3); people and groups are sub-selections without
 * reference to t, evaluated once; everything kept in rows of its own is `t.id in (...)`. */
#include <ctype.h>
#include <string.h>

#include "core/query/build.h"

static const char *lower_eq(struct build *b, const char *col, const char *text)
{
	return sd_arena_printf(b->a, "lower(%s) = lower($%d::text)", col, build_param(b, text));
}

/* ---- state ---- */

static int phases_of(const struct query_node *n, bool *only)
{
	static const struct {
		const char *word;
		int phases;
	} words[] = {{"open", 1 | 2}, {"active", 1}, {"waiting", 2}, {"done", 4}};
	int set = 0;
	*only = true;
	for (size_t i = 0; i < n->nvalue; i++) {
		int p = 0;
		for (size_t k = 0; k < sizeof words / sizeof *words; k++)
			if (strcmp(n->value[i].text, words[k].word) == 0)
				p = words[k].phases;
		if (!p)
			*only = false;
		set |= p;
	}
	return set;
}

static void phases(struct build *b, int set)
{
	static const char *const sql[] = {
		"false", "t.phase = 1", "t.phase = 2", "t.phase < 3", "t.phase = 3", "t.phase <> 2", "t.phase > 1", "true"};
	SQL(b, "%s", sql[set]);
}

static bool phase_word(const char *s)
{
	return strcmp(s, "open") == 0 || strcmp(s, "active") == 0 || strcmp(s, "waiting") == 0 || strcmp(s, "done") == 0;
}

static void words_in(struct build *b, const struct query_node *n, const char *col)
{
	int k = 0;
	SQL(b, "%s in (", col);
	for (size_t i = 0; i < n->nvalue; i++)
		if (n->field->type != QUERY_STATE || !phase_word(n->value[i].text))
			SQL(b, "%s'%s'", k++ ? ", " : "", n->value[i].text);
	SQL(b, ")");
}

static void state(struct build *b, const struct query_node *n)
{
	bool only;
	int set = phases_of(n, &only);
	if (set) {
		phases(b, set);
		if (only)
			return;
		SQL(b, " or ");
	}
	words_in(b, n, n->field->col);
}

/* ---- numbers ---- */

static void integer(struct build *b, const struct query_node *n, const char *col)
{
	int singles = 0;
	const char * or = "";
	if (n->op != QUERY_EQ) {
		SQL(b, "%s %s %lld", col, query_op_word(n->op), (long long)n->value[0].lo);
		return;
	}
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		if (v->none || v->any)
			SQL(b, "%s%s is %snull", or, col, v->any ? "not " : "");
		else if (v->range)
			SQL(b, "%s%s between %lld and %lld", or, col, (long long)v->lo, (long long)v->hi);
		else
			singles++;
		if (v->none || v->any || v->range)
			or = " or ";
	}
	if (!singles)
		return;
	SQL(b, singles == 1 ? "%s%s = " : "%s%s in (", or, col);
	int k = 0;
	for (size_t i = 0; i < n->nvalue; i++)
		if (n->value[i].is_int && !n->value[i].range)
			SQL(b, "%s%lld", k++ ? ", " : "", (long long)n->value[i].lo);
	if (singles > 1)
		SQL(b, ")");
}

/* ---- names that stand for ids ---- */

static void person_ids(struct build *b, const char *name)
{
	SQL(b, "select p.id from desk.person p where p.login = $%d::text or %s", build_param(b, name), lower_eq(b, "p.name", name));
}

/* "Parent / Child" from the leaf upwards, and whatever lies below it. */
static void category_ids(struct build *b, const char *path)
{
	char *copy = sd_arena_strdup(b->a, path);
	const char *join = "", *where = lower_eq(b, "c0.name", path);
	int level = 0;
	if (strchr(path, '/')) {
		const char *parts = "";
		for (char *slash; copy; level++) {
			slash = strrchr(copy, '/');
			char *part = slash ? slash + 1 : copy;
			part += strspn(part, " ");
			for (size_t len = strlen(part); len && part[len - 1] == ' ';)
				part[--len] = '\0';
			const char *col = sd_arena_printf(b->a, "c%d.name", level);
			parts = sd_arena_printf(b->a, "%s%s%s", parts, level ? " and " : "", lower_eq(b, col, part));
			if (level)
				join = sd_arena_printf(
					b->a, "%s left join desk.category c%d on c%d.id = c%d.parent_id", join, level, level, level - 1);
			if (slash)
				*slash = '\0';
			else
				copy = NULL;
		}
		where = sd_arena_printf(b->a, "%s or (%s)", where, parts);
	}
	SQL(b,
		"with recursive r(id) as (select c0.id from desk.category c0%s where %s union "
		"select k.id from desk.category k join r on k.parent_id = r.id) select r.id from r",
		join, where);
}

static void named_ids(struct build *b, const char *table, const char *name)
{
	SQL(b, "select n.id from desk.%s n where %s", table, lower_eq(b, "n.name", name));
}

static const char *table_of(enum query_type type)
{
	switch (type) {
	case QUERY_GROUP:
		return "support_group";
	case QUERY_SERVICE:
		return "service";
	case QUERY_CI:
		return "ci";
	default:
		return "org";
	}
}

static void ids_of(struct build *b, const struct query_field *f, const char *name)
{
	if (f->type == QUERY_PERSON && strcmp(name, "@me") == 0)
		SQL(b, "select desk.me()");
	else if (f->type == QUERY_GROUP && strcmp(name, "@mygroups") == 0)
		SQL(b, "select unnest(desk.my_groups())");
	else if (f->type == QUERY_PERSON)
		person_ids(b, name);
	else if (f->type == QUERY_CATEGORY)
		category_ids(b, name);
	else if (f->type == QUERY_TICKET)
		SQL(b, "select n.id from desk.ticket n where n.number = $%d::text", build_param(b, name));
	else
		named_ids(b, table_of(f->type), name);
}

/* One id at most: compared with =, an index on (column, sort) then gives the order too. */
static bool single(const struct query_field *f, const char *name)
{
	return (f->type == QUERY_PERSON && strcmp(name, "@me") == 0) || (f->type == QUERY_GROUP && *name != '@');
}

static void reference(struct build *b, const struct query_node *n, const char *col)
{
	const struct query_field *f = n->field;
	const char *first = NULL;
	const char * or = "";
	size_t names = 0;
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		if (v->none || v->any) {
			if (f->flags & QUERY_ZERO)
				SQL(b, "%s%s %s 0", or, col, v->none ? "=" : "<>");
			else
				SQL(b, "%s%s is %snull", or, col, v->none ? "" : "not ");
			or = " or ";
		} else if (names++ == 0) {
			first = v->text;
		}
	}
	if (!names)
		return;
	bool one = names == 1 && single(f, first);
	/* Of many tickets a person has asked for few. The planner takes any list for ten common values and would walk the whole table
	 * in its order to find them: they are found by their index first. */
	bool few = !one && (strcmp(col, "t.requester_id") == 0 || strcmp(col, "t.opened_by") == 0);
	if (few)
		SQL(b, "%st.id = any(array(select r.id from desk.ticket r where r.%s = any(array(", or, col + 2);
	else
		SQL(b, one ? "%s%s = (" : "%s%s = any(array(", or, col);
	for (size_t i = 0, k = 0; i < n->nvalue; i++) {
		if (n->value[i].none || n->value[i].any)
			continue;
		SQL(b, k++ ? " union (" : "(");
		ids_of(b, f, n->value[i].text);
		if (one && f->type == QUERY_GROUP) /* names differ in case only by accident; take the exact one */
			SQL(b, " order by n.name = $%d::text desc limit 1", build_param(b, n->value[i].text));
		SQL(b, ")");
	}
	SQL(b, one ? ")" : few ? "))))" : "))");
}

static struct query_node names_only(const struct query_node *n, struct build *b)
{
	struct query_node copy = *n;
	copy.value = sd_arena_alloc(b->a, (n->nvalue + 1) * sizeof *copy.value);
	copy.nvalue = 0;
	for (size_t i = 0; i < n->nvalue; i++)
		if (!n->value[i].none && !n->value[i].any)
			copy.value[copy.nvalue++] = n->value[i];
	return copy;
}

/* Rows beside the ticket: watchers, tags. `none` and `any` ask whether there is a row at all. */
static void beside(struct build *b, const struct query_node *n, const char *table)
{
	struct query_node names = names_only(n, b);
	const char * or = "";
	for (size_t i = 0; i < n->nvalue; i++)
		if (n->value[i].none || n->value[i].any) {
			SQL(b, "%s%s exists (select from desk.%s e where e.ticket_id = t.id)", or, n->value[i].none ? "not" : "", table);
			or = " or ";
		}
	if (!names.nvalue)
		return;
	SQL(b, "%st.id in (select e.ticket_id from desk.%s e where ", or, table);
	if (n->field->type == QUERY_PERSON) {
		reference(b, &names, "e.person_id");
	} else {
		for (size_t i = 0; i < names.nvalue; i++)
			SQL(b, "%se.tag = $%d::text", i ? " or " : "", build_param(b, names.value[i].text));
	}
	SQL(b, ")");
}

/* The CI of the ticket itself, or one of those it touches. */
static void ci(struct build *b, const struct query_node *n, const char *col)
{
	struct query_node names = names_only(n, b);
	reference(b, n, col);
	if (!names.nvalue || n->field->extra)
		return;
	SQL(b, " or t.id in (select e.ticket_id from desk.ticket_ci e where e.role <> 'not_impacted' and ");
	reference(b, &names, "e.ci_id");
	SQL(b, ")");
}

static void exact(struct build *b, const struct query_node *n, const char *col)
{
	for (size_t i = 0; i < n->nvalue; i++) {
		const struct query_value *v = &n->value[i];
		SQL(b, "%s%s ", i ? " or " : "", col);
		if (v->none || v->any)
			SQL(b, v->none ? "is null" : "is not null");
		else
			SQL(b, "= $%d::text", build_param(b, v->text));
	}
}

/* ---- free text ---- */

/* "INC100042": people paste a number where they would type a word. */
static bool looks_like_number(const struct query_value *v)
{
	size_t letters = 0, rest;
	while (isalpha((unsigned char)v->text[letters]))
		letters++;
	rest = strspn(v->text + letters, "0123456789");
	return !v->phrase && letters >= 2 && letters <= 5 && rest >= 3 && v->text[letters + rest] == '\0';
}

static void search(struct build *b, const char *text)
{
	if (b->text_limit > 0)
		SQL(b, "t.id in (select s.id from desk.search_page($%d::text, $%d::bigint, %d) s(id))", build_param(b, text),
			build_param(b, b->text_after), b->text_limit);
	else
		SQL(b, "t.id in (select s.id from desk.search($%d::text) s(id))", build_param(b, text));
}

static const char *search_term(struct build *b, const struct query_value *v)
{
	return v->phrase ? sd_arena_printf(b->a, "\"%s\"", v->text) : v->text;
}

static void text(struct build *b, const struct query_node *n)
{
	const struct query_value *v = &n->value[0];
	if (looks_like_number(v)) {
		char *number = sd_arena_strdup(b->a, v->text);
		for (char *c = number; *c; c++)
			*c = (char)toupper((unsigned char)*c);
		int p = build_param(b, number);
		SQL(b, "t.number = $%d::text or t.external = $%d::text or ", p, p);
	}
	search(b, search_term(b, v));
}

/* The search finds the candidates by its index; it looks at bodies and events too. */
static void subject(struct build *b, const struct query_node *n, const char *col)
{
	for (size_t i = 0; i < n->nvalue; i++) {
		int p = build_param(b, n->value[i].text);
		SQL(b, "%s(", i ? " or " : "");
		search(b, n->value[i].text);
		SQL(b, " and strpos(lower(normalize(%s, NFKC)), lower(normalize($%d::text, NFKC))) > 0)", col, p);
	}
}

/* ---- the tree ---- */

static void typed(struct build *b, const struct query_node *n)
{
	const char *col = n->field->col;
	switch (n->field->type) {
	case QUERY_STATE:
		state(b, n);
		break;
	case QUERY_KIND:
		words_in(b, n, col);
		break;
	case QUERY_LEVEL:
	case QUERY_INT:
		integer(b, n, col);
		break;
	case QUERY_TIME:
		build_time(b, n, col);
		break;
	case QUERY_BOOL:
		SQL(b, n->value[0].lo || n->nvalue > 1 ? "%s" : "not %s", n->nvalue > 1 ? "true" : col);
		break;
	case QUERY_TAG:
		beside(b, n, "ticket_tag");
		break;
	case QUERY_TEXT:
		text(b, n);
		break;
	case QUERY_SUBJECT:
		subject(b, n, col);
		break;
	case QUERY_CI:
		ci(b, n, col);
		break;
	case QUERY_PERSON:
		if (strcmp(col, "watcher") == 0) {
			beside(b, n, "watcher");
			break;
		}
		/* fall through */
	case QUERY_GROUP:
	case QUERY_CATEGORY:
	case QUERY_SERVICE:
	case QUERY_ORG:
	case QUERY_TICKET:
		reference(b, n, col);
		break;
	case QUERY_BREACHED:
	case QUERY_SLA:
	case QUERY_LEFT:
	case QUERY_CLOCK:
	case QUERY_RISK:
		build_clock(b, n);
		break;
	case QUERY_METRIC:
		for (size_t i = 0; i < n->nvalue; i++)
			SQL(b, "%st.id in (select m.id from desk.metric_tickets($%d::text) m(id))", i ? " or " : "",
				build_param(b, n->value[i].text));
		break;
	case QUERY_NUMBER:
	case QUERY_WORD:
		exact(b, n, col);
		break;
	}
}

static void leaf(struct build *b, const struct query_node *n)
{
	if (!n->field->extra) {
		typed(b, n);
		return;
	}
	struct query_node copy = *n;
	for (const struct query_field *f = n->field; f; f = f->also) {
		copy.field = f;
		SQL(b, "%st.id in (select x.id from %s x where ", f == n->field ? "" : " or ", f->extra->table);
		typed(b, &copy);
		SQL(b, ")");
	}
}

static bool plain_text(const struct query_node *n)
{
	return n->type == QUERY_LEAF && n->field->type == QUERY_TEXT && !looks_like_number(&n->value[0]);
}

bool build_only_words(const struct query_node *n)
{
	if (n->type != QUERY_AND)
		return plain_text(n);
	for (size_t i = 0; i < n->nkid; i++)
		if (!plain_text(n->kid[i]))
			return false;
	return n->nkid > 0;
}

bool build_phase_known(const struct query_node *n)
{
	bool only;
	if (n->type == QUERY_AND) {
		for (size_t i = 0; i < n->nkid; i++)
			if (build_phase_known(n->kid[i]))
				return true;
		return false;
	}
	if (n->type == QUERY_NOT)
		return build_phase_known(n->kid[0]) && n->kid[0]->type == QUERY_LEAF && n->kid[0]->nvalue == 1 &&
			   n->kid[0]->field->type == QUERY_STATE;
	if (n->type == QUERY_LEAF && query_is_untriaged(n->field))
		return n->nvalue == 1 && n->value->lo;
	if (n->type != QUERY_LEAF || n->field->type != QUERY_STATE)
		return false;
	int set = phases_of(n, &only);
	return only && (set == 3 || set == 1 || set == 2 || set == 4);
}

/* Words side by side go to the search as one query. */
static void conjunction(struct build *b, const struct query_node *n)
{
	struct sd_str words = {0};
	const char *and = "";
	for (size_t i = 0; i < n->nkid; i++) {
		if (plain_text(n->kid[i])) {
			sd_str_addf(&words, "%s%s", words.len ? " " : "", search_term(b, &n->kid[i]->value[0]));
			continue;
		}
		SQL(b, "%s", and);
		build_where(b, n->kid[i]);
		and = " and ";
	}
	if (words.len) {
		SQL(b, "%s", and);
		search(b, sd_arena_strdup(b->a, words.data));
	}
	sd_str_free(&words);
}

/* Not: a missing value does not have the value, so null counts as "no". */
static void negation(struct build *b, const struct query_node *kid)
{
	bool only = false;
	if (kid->type == QUERY_LEAF && kid->field->type == QUERY_STATE) {
		int set = phases_of(kid, &only);
		if (only) {
			phases(b, 7 & ~set);
			return;
		}
	}
	build_where(b, kid);
	SQL(b, " is not true");
}

void build_where(struct build *b, const struct query_node *n)
{
	SQL(b, "(");
	switch (n->type) {
	case QUERY_AND:
		conjunction(b, n);
		break;
	case QUERY_OR:
		for (size_t i = 0; i < n->nkid; i++) {
			SQL(b, i ? " or " : "");
			build_where(b, n->kid[i]);
		}
		break;
	case QUERY_NOT:
		negation(b, n->kid[0]);
		break;
	case QUERY_LEAF:
		leaf(b, n);
		break;
	}
	SQL(b, ")");
}
