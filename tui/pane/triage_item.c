/* One ticket that is to be triaged: what is known of it, what is proposed for its fields, what was chosen. */
#include "config.h"
#include "tui/pane/triage.h"

#include <inttypes.h>
#include <string.h>
#include "core/store/json.h"
#include "core/store/reason.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

#define ELEMENTS(a, j, n, ptr) ((n) = (int)json_array_size(j), (ptr) = sd_arena_alloc((a), ((size_t)(n) + 1) * sizeof *(ptr)))

enum { CHOICES_MAX = 9 };
static const char *const names[TRIAGE_FIELDS] = {"category", "impact", "urgency", "group", "assignee"};
/* How many digits a field gets at first; what is left over goes to the first fields that have more. */
static const int quota[TRIAGE_FIELDS] = {4, 0, 0, 4, 1};

static double real(const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : 0;
}

static bool is_level(enum triage_field_id f)
{
	return f == TRIAGE_IMPACT || f == TRIAGE_URGENCY;
}

/* ---- reading ---- */
static void read_near(struct sd_arena *a, struct triage_near *out, const json_t *j, bool parent)
{
	*out = (struct triage_near){.id = store_int(j, "id"),
		.number = store_text(a, j, "number"),
		.subject = store_text(a, j, "subject"),
		.state = store_text(a, j, "state"),
		.why = store_alike(a, j),
		.score = real(j, "score"),
		.parent = parent};
}

static void read_choices(struct sd_arena *a, struct triage_field *f, const json_t *choices)
{
	size_t i;
	const json_t *j;

	f->choice = sd_arena_alloc(a, (CHOICES_MAX + 1) * sizeof *f->choice);
	json_array_foreach(choices, i, j)
	{
		struct triage_choice c = {.id = store_int(j, "id"),
			.value = store_text(a, j, "value"),
			.label = store_text(a, j, "label"),
			.basis = store_text(a, j, "basis"),
			.confidence = real(j, "confidence")};

		if (f->n == CHOICES_MAX || !*c.value || c.id <= 0)
			continue;
		c.confidence = c.confidence < 0 ? 0 : c.confidence > 1 ? 1 : c.confidence;
		if (!*c.label)
			c.label = c.value;
		f->choice[f->n++] = c;
	}
}

static void read_more(struct sd_arena *a, struct triage_field *f, const json_t *more)
{
	int64_t *id = NULL;

	ELEMENTS(a, more, f->nmore, id);
	for (int i = 0; i < f->nmore; i++)
		id[i] = json_integer_value(json_array_get(more, (size_t)i));
	f->more = id;
}

/* What stands there first: what somebody has said already; else the best proposal. Levels always have a value, that of nobody
 * having thought about it: there the proposal goes before, if it is sure. Whose work it is, is only proposed where that is. */
static int first_of(const struct triage_field *f, enum triage_field_id id)
{
	bool sure = f->n && f->choice[0].confidence >= TRIAGE_SURE;

	if (!f->n || (*f->current && (!is_level(id) || !sure)) || (id == TRIAGE_ASSIGNEE && !sure))
		return TRIAGE_NONE;
	return is_level(id) && f->choice[0].id == f->current_id ? TRIAGE_NONE : 0;
}

static void read_model(struct sd_arena *a, struct triage_field *f, const json_t *field)
{
	const json_t *unused = json_object_get(field, "not_used"), *m = unused ? unused : json_object_get(field, "model"), *top;

	if (!json_is_object(m))
		return;
	f->model = store_text(a, m, "name");
	f->version = (int)store_int(m, "version");
	f->better = unused ? store_text(a, m, "better") : "";
	top = json_object_get(m, "top1");
	f->hit = json_is_number(top) ? (int)(json_number_value(top) * 100 + 0.5) : -1;
}

static void read_field(struct triage_item *it, enum triage_field_id id, const json_t *doc, const json_t *fields)
{
	struct triage_field *f = &it->field[id];
	size_t i;
	const json_t *j;

	f->name = names[id];
	f->model = f->better = "";
	f->hit = -1;
	f->current = store_text(it->arena, doc, f->name);
	f->current_id = store_int(doc, is_level(id) ? f->name : sd_arena_printf(it->arena, "%s_id", f->name));
	json_array_foreach(fields, i, j)
	{
		const char *name = json_string_value(json_object_get(j, "field"));

		if (!name || strcmp(name, f->name) != 0)
			continue;
		read_choices(it->arena, f, json_object_get(j, "choices"));
		read_more(it->arena, f, json_object_get(j, "more"));
		read_model(it->arena, f, j);
		break;
	}
	f->first = f->taken = first_of(f, id);
}

/* Worth a digit: another one than what stands there, and not next to impossible. */
static bool worth(const struct triage_field *f, int i)
{
	return i != f->first && f->choice[i].id != f->current_id && f->choice[i].confidence >= 0.005;
}

/* Proposals beside the one that stands there, by digits: in the order they are drawn, so that they are read from top to bottom.
 */
static void number(struct triage_item *it)
{
	int give[TRIAGE_FIELDS] = {0}, left = TRIAGE_DIGITS, digit = 0;

	for (int pass = 0; pass < 2; pass++) {
		for (int f = 0; f < TRIAGE_FIELDS; f++) {
			int others = 0, most;

			for (int i = 0; i < it->field[f].n; i++)
				others += worth(&it->field[f], i);
			most = pass || others < quota[f] ? others : quota[f];
			if (most - give[f] > left)
				most = give[f] + left;
			left -= most - give[f];
			give[f] = most;
		}
	}
	for (int f = 0; f < TRIAGE_FIELDS; f++)
		for (int i = 0; i < it->field[f].n && give[f]; i++)
			if (worth(&it->field[f], i)) {
				it->field[f].choice[i].digit = ++digit;
				give[f]--;
			}
}

static void read_others(struct triage_item *it, const json_t *j, const json_t *propose)
{
	const json_t *dup = json_object_get(propose, "duplicates"), *par = json_object_get(propose, "parents"),
				 *open = json_object_get(json_object_get(j, "card"), "open"), *files = json_object_get(j, "attachments");
	int n = (int)json_array_size(dup), k = (int)json_array_size(par), all;
	const char **names_of;

	it->near = sd_arena_alloc(it->arena, (size_t)(n + k + 1) * sizeof *it->near);
	for (int i = 0; i < n; i++)
		read_near(it->arena, &it->near[it->nnear++], json_array_get(dup, (size_t)i), false);
	for (int i = 0; i < k; i++)
		read_near(it->arena, &it->near[it->nnear++], json_array_get(par, (size_t)i), true);
	ELEMENTS(it->arena, open, all, it->open);
	for (int i = 0; i < all; i++)
		if (store_int(json_array_get(open, (size_t)i), "id") != it->id)
			read_near(it->arena, &it->open[it->nopen++], json_array_get(open, (size_t)i), false);
	ELEMENTS(it->arena, files, it->nattachments, names_of);
	for (int i = 0; i < it->nattachments; i++)
		names_of[i] = store_line(it->arena, json_string_value(json_array_get(files, (size_t)i)));
	it->attachment = names_of;
}

static struct triage_item *read_item(const json_t *j)
{
	struct sd_arena *a = sd_arena_new();
	struct triage_item *it = sd_arena_alloc(a, sizeof *it);
	const json_t *propose = json_object_get(j, "propose"), *person = json_object_get(json_object_get(j, "card"), "person");

	*it = (struct triage_item){.arena = a,
		.id = store_int(j, "id"),
		.version = (int)store_int(j, "version"),
		.untriaged = store_bool(j, "untriaged"),
		.restricted = store_bool(j, "restricted"),
		.number = store_text(a, j, "number"),
		.kind = store_text(a, j, "kind"),
		.state = store_text(a, j, "state"),
		.subject = store_text(a, j, "subject"),
		.body = store_text_block(a, j, "body"),
		.channel = store_text(a, j, "channel"),
		.org = store_text(a, j, "org"),
		.service = store_text(a, j, "service"),
		.ci = store_text(a, j, "ci"),
		.parent = store_text(a, j, "parent"),
		.ask = store_text_block(a, j, "ask"),
		.not_ours = store_text_block(a, j, "not_ours"),
		.last_by = store_text(a, json_object_get(j, "last"), "by"),
		.opened = store_time(j, "opened_at"),
		.child = TRIAGE_NONE,
		.why = ""};
	it->name = store_text(a, person, "name");
	it->login = store_text(a, person, "login");
	it->place = store_text(a, person, "place");
	it->phone = store_text(a, person, "phone");
	it->vip = store_bool(person, "vip");
	if (!*it->name)
		it->name = store_text(a, j, "requester");
	for (int f = 0; f < TRIAGE_FIELDS; f++)
		read_field(it, (enum triage_field_id)f, j, json_object_get(propose, "fields"));
	read_others(it, j, propose);
	number(it);
	return it;
}

struct triage_item *triage_item_parse(const char *json)
{
	struct sd_err err = {0};
	json_t *j = store_object(json, "desk.triage_ticket", &err);
	struct triage_item *it = j && store_int(j, "id") > 0 ? read_item(j) : NULL;

	json_decref(j);
	return it;
}

void triage_item_free(struct triage_item *it)
{
	if (it)
		sd_arena_free(it->arena);
}

/* ---- values ---- */
int64_t triage_id(const struct triage_item *it, enum triage_field_id id)
{
	const struct triage_field *f = &it->field[id];

	return f->taken >= 0 ? f->choice[f->taken].id : f->taken == TRIAGE_OWN ? f->own_id : f->current_id;
}

const char *triage_value(const struct triage_item *it, enum triage_field_id id)
{
	const struct triage_field *f = &it->field[id];

	return f->taken >= 0 ? f->choice[f->taken].value : f->taken == TRIAGE_OWN ? f->own : f->current;
}

const char *triage_label(const struct triage_item *it, enum triage_field_id id)
{
	const struct triage_field *f = &it->field[id];

	return f->taken >= 0 ? f->choice[f->taken].label : triage_value(it, id);
}

double triage_confidence(const struct triage_item *it, enum triage_field_id id)
{
	const struct triage_field *f = &it->field[id];

	return f->taken >= 0 && f->taken == f->first ? f->choice[f->taken].confidence : -1;
}

bool triage_doubt(const struct triage_item *it, enum triage_field_id id)
{
	double c = triage_confidence(it, id);

	return c >= 0 && c < TRIAGE_SURE;
}

bool triage_digit(struct triage_item *it, int digit)
{
	for (int f = 0; f < TRIAGE_FIELDS; f++)
		for (int i = 0; i < it->field[f].n; i++)
			if (it->field[f].choice[i].digit == digit) {
				it->field[f].taken = it->field[f].taken == i ? it->field[f].first : i;
				return true;
			}
	return false;
}

void triage_set(struct triage_item *it, enum triage_field_id id, int64_t value_id, const char *value)
{
	struct triage_field *f = &it->field[id];

	for (int i = 0; i < f->n; i++)
		if (f->choice[i].id == value_id) {
			f->taken = i;
			return;
		}
	f->taken = value_id && value_id == f->current_id ? TRIAGE_NONE : TRIAGE_OWN;
	f->own_id = value_id;
	f->own = sd_arena_strdup(it->arena, value);
}

enum triage_field_id triage_missing(const struct triage_item *it)
{
	if (!*triage_value(it, TRIAGE_CATEGORY))
		return TRIAGE_CATEGORY;
	return *triage_value(it, TRIAGE_GROUP) ? TRIAGE_FIELDS : TRIAGE_GROUP;
}

void triage_item_keep(struct triage_item *it, const struct triage_item *old)
{
	for (int f = 0; f < TRIAGE_FIELDS; f++)
		if (old->field[f].taken != old->field[f].first)
			triage_set(
				it, (enum triage_field_id)f, triage_id(old, (enum triage_field_id)f), triage_value(old, (enum triage_field_id)f));
	for (int i = 0; i < it->nnear; i++) {
		if (old->child >= 0 && it->near[i].id == old->near[old->child].id)
			it->child = i;
		if (old->nnear && it->near[i].id == old->near[old->at].id)
			it->at = i;
	}
	it->st = old->st;
	it->why = sd_arena_strdup(it->arena, old->why);
	it->skipped = old->skipped;
	it->keys = old->keys;
	it->since = old->since;
	it->spent = old->spent;
	it->counted = old->counted;
	it->keys_done = old->keys_done;
	it->spent_done = old->spent_done;
}

/* What is as it was stays out: what somebody else has changed there meanwhile merges. */
void triage_fields(const struct triage_item *it, struct sd_str *out)
{
	const char *comma = "";

	sd_str_add(out, "{");
	for (int f = 0; f < TRIAGE_FIELDS; f++) {
		int64_t id = triage_id(it, (enum triage_field_id)f);

		if (id == it->field[f].current_id)
			continue;
		if (id)
			sd_str_addf(out, "%s\"%s\":%" PRId64, comma, names[f], id);
		else
			sd_str_addf(out, "%s\"%s\":null", comma, names[f]);
		comma = ",";
	}
	if (it->child >= 0)
		sd_str_addf(out, "%s\"parent\":%" PRId64, comma, it->near[it->child].id);
	sd_str_add(out, "}");
}
