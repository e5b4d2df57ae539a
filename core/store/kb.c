#include "config.h"
#include "svcdesk/kb.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"

#define ELEMENTS(a, j, n, ptr) ((n) = (int)json_array_size(j), (ptr) = sd_arena_alloc((a), ((size_t)(n) + 1) * sizeof *(ptr)))

const char *sd_kb_field_name(enum sd_kb_field f)
{
	static const char *const names[SD_KB_FIELDS] = {"type", "audience", "groups", "org", "owner", "group", "ci_class", "product",
		"category", "tags", "valid_to", "confidence", "language", "source", "licence"};

	return names[f];
}

const char *sd_kb_text_name(enum sd_kb_text t)
{
	static const char *const names[SD_KB_TEXTS] = {"title", "symptom", "cause", "resolution", "body"};

	return names[t];
}

struct sd_kb_list *sd_kb_list_parse(const char *json, struct sd_err *err)
{
	json_t *j = json_loads(json ? json : "", 0, NULL);
	struct sd_arena *a;
	struct sd_kb_list *l;

	if (!json_is_array(j)) {
		json_decref(j);
		sd_err_set(err, SD_ERR_INTERNAL, "bad_answer", "desk.kb_list: not an array");
		return NULL;
	}
	a = sd_arena_new();
	l = sd_arena_alloc(a, sizeof *l);
	l->arena = a;
	ELEMENTS(a, j, l->n, l->v);
	for (int i = 0; i < l->n; i++) {
		const json_t *e = json_array_get(j, (size_t)i);

		l->v[i] = (struct sd_kb_row){.number = store_text(a, e, "number"),
			.title = store_text(a, e, "title"),
			.state = store_text(a, e, "state"),
			.version = store_text(a, e, "version"),
			.type = store_text(a, e, "type"),
			.audience = store_text(a, e, "audience"),
			.owner = store_text(a, e, "owner"),
			.valid_to = store_text(a, e, "valid_to"),
			.used = (int)store_int(e, "used"),
			.helpful = (int)store_int(e, "helpful"),
			.unhelpful = (int)store_int(e, "unhelpful"),
			.feedback = (int)store_int(e, "open_feedback")};
	}
	json_decref(j);
	return l;
}

void sd_kb_list_free(struct sd_kb_list *l)
{
	if (l)
		sd_arena_free(l->arena);
}

/* An array of words as one, with commas between. */
static char *joined(struct sd_arena *a, const json_t *array)
{
	struct sd_words w = store_words(a, array);
	struct sd_str s = {0};
	char *out;

	for (int i = 0; i < w.n; i++)
		sd_str_addf(&s, "%s%s", i ? ", " : "", w.w[i]);
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

static void read_work(struct sd_arena *a, struct sd_kb *k, const json_t *j)
{
	const json_t *versions = json_object_get(j, "versions"), *steps = json_object_get(j, "verbs");

	ELEMENTS(a, versions, k->nversions, k->versions);
	for (int i = 0; i < k->nversions; i++) {
		const json_t *e = json_array_get(versions, (size_t)i);

		k->versions[i] = (struct sd_kb_version){store_text(a, e, "version"), store_text(a, e, "state"),
			store_text(a, e, "author"), store_text(a, e, "note"), store_time(e, "at")};
	}
	ELEMENTS(a, steps, k->nsteps, k->steps);
	for (int i = 0; i < k->nsteps; i++) {
		const json_t *e = json_array_get(steps, (size_t)i);

		k->steps[i] = (struct sd_kb_step){store_text(a, e, "verb"), store_text(a, e, "to"), store_bool(e, "reason")};
	}
}

static void read_use(struct sd_arena *a, struct sd_kb *k, const json_t *j)
{
	const json_t *files = json_object_get(j, "files"), *said = json_object_get(j, "feedback"),
				 *uses = json_object_get(j, "tickets"), *checks = json_object_get(j, "checks");

	ELEMENTS(a, files, k->nfiles, k->files);
	for (int i = 0; i < k->nfiles; i++) {
		const json_t *e = json_array_get(files, (size_t)i);

		k->files[i] = (struct sd_kb_file){store_int(e, "id"), store_int(e, "size"), store_text(a, e, "name")};
	}
	ELEMENTS(a, said, k->nsaid, k->said);
	for (int i = 0; i < k->nsaid; i++) {
		const json_t *e = json_array_get(said, (size_t)i);

		k->said[i] = (struct sd_kb_said){store_int(e, "id"), store_text(a, e, "person"), store_text(a, e, "comment"),
			store_text(a, e, "answer"), store_text(a, e, "version"), store_bool(e, "helpful"), store_bool(e, "open"),
			store_time(e, "at")};
	}
	ELEMENTS(a, checks, k->nchecks, k->checks);
	for (int i = 0; i < k->nchecks; i++) {
		const json_t *e = json_array_get(checks, (size_t)i), *yes = json_object_get(e, "yes");

		k->checks[i] = (struct sd_kb_check){
			store_text(a, e, "question"), (int)store_int(e, "weight"), json_is_boolean(yes) ? json_is_true(yes) : -1};
	}
	ELEMENTS(a, uses, k->nuses, k->uses);
	for (int i = 0; i < k->nuses; i++) {
		const json_t *e = json_array_get(uses, (size_t)i);

		k->uses[i] = (struct sd_kb_use){store_text(a, e, "number"), store_text(a, e, "subject"), store_text(a, e, "how")};
	}
}

struct sd_kb *sd_kb_parse(const char *json, struct sd_err *err)
{
	json_t *j = store_object(json, "desk.kb_show", err);
	struct sd_arena *a;
	struct sd_kb *k;

	if (!j)
		return NULL;
	a = sd_arena_new();
	k = sd_arena_alloc(a, sizeof *k);
	*k = (struct sd_kb){.arena = a,
		.number = store_text(a, j, "number"),
		.version = store_text(a, j, "version"),
		.state = store_text(a, j, "state"),
		.published = store_text(a, j, "published"),
		.latest = store_text(a, j, "latest"),
		.author = store_text(a, j, "author"),
		.note = store_text(a, j, "note"),
		.reason = store_text(a, j, "reason"),
		.publish_at = store_text(a, j, "publish_at"),
		.path = store_text(a, j, "path"),
		.at = store_time(j, "at"),
		.live = store_bool(j, "live"),
		.used = (int)store_int(j, "used"),
		.opened = (int)store_int(j, "opened"),
		.dismissed = (int)store_int(j, "dismissed"),
		.helpful = (int)store_int(j, "helpful"),
		.unhelpful = (int)store_int(j, "unhelpful"),
		.quality = json_is_number(json_object_get(j, "quality")) ? (int)store_int(j, "quality") : -1};
	for (int i = 0; i < SD_KB_TEXTS; i++)
		k->text[i] = i == SD_KB_TITLE ? store_text(a, j, "title") : store_text_block(a, j, sd_kb_text_name((enum sd_kb_text)i));
	for (int i = 0; i < SD_KB_FIELDS; i++) {
		const json_t *v = json_object_get(j, sd_kb_field_name((enum sd_kb_field)i));

		k->field[i] = json_is_array(v) ? joined(a, v) : store_text(a, j, sd_kb_field_name((enum sd_kb_field)i));
	}
	read_work(a, k, j);
	read_use(a, k, j);
	json_decref(j);
	return k;
}

void sd_kb_free(struct sd_kb *a)
{
	if (a)
		sd_arena_free(a->arena);
}

void sd_kb_markdown(const struct sd_kb *a, struct sd_str *out)
{
	const char *titles[SD_KB_TEXTS] = {"", _("Symptom"), _("Cause"), _("Resolution"), ""};

	for (int i = SD_KB_SYMPTOM; i <= SD_KB_RESOLUTION; i++)
		if (*a->text[i])
			sd_str_addf(out, "## %s\n\n%s\n\n", titles[i], a->text[i]);
	sd_str_add(out, a->text[SD_KB_BODY]);
}

/* ---- what is typed ---- */
static bool is_filter(const char *word, size_t n)
{
	static const char *const keys[] = {"state", "type", "audience", "owner", "group", "org", "tag", "ci_class", "product",
		"category", "confidence", "language", "valid_before", "feedback", "mine"};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (strlen(keys[i]) == n && !strncmp(keys[i], word, n))
			return true;
	return false;
}

char *sd_kb_filter(struct sd_arena *a, const char *typed, const char *me)
{
	json_t *j = json_object();
	struct sd_str text = {0};
	char *dump, *out;

	while (*typed) {
		size_t n = strcspn(typed, " "), colon = strcspn(typed, ":");

		if (colon < n && colon + 1 < n && is_filter(typed, colon)) {
			const char *key = sd_arena_strndup(a, typed, colon), *value = sd_arena_strndup(a, typed + colon + 1, n - colon - 1);

			json_object_set_new(j, key, json_string(!strcmp(key, "owner") && !strcmp(value, "me") ? me : value));
		} else if (n && !(colon + 1 == n && is_filter(typed, colon))) { /* a key without its value yet says nothing */
			sd_str_addf(&text, "%s%.*s", text.len ? " " : "", (int)n, typed);
		}
		typed += n;
		typed += strspn(typed, " ");
	}
	if (text.len)
		json_object_set_new(j, "text", json_string(text.data));
	dump = json_dumps(j, JSON_COMPACT);
	out = sd_arena_strdup(a, dump ? dump : "{}");
	free(dump);
	json_decref(j);
	sd_str_free(&text);
	return out;
}

char *sd_kb_number(struct sd_arena *a, const char *word)
{
	size_t n;

	word += strspn(word, " #[");
	if (tolower((unsigned char)word[0]) != 'k' || tolower((unsigned char)word[1]) != 'b')
		return NULL;
	word += 2;
	n = strspn(word, "0123456789");
	if (!n || n > 15 || word[n + strspn(word + n, " ]")])
		return NULL;
	while (n > 7 && *word == '0')
		word++, n--;
	return sd_arena_printf(a, "KB%.*s%.*s", n < 7 ? (int)(7 - n) : 0, "0000000", (int)n, word);
}
