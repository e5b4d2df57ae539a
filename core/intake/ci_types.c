/* What classes a file of items has, what each of its columns is called there and of what type it looks. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/intake/ci.h"
#include "core/intake/json.h"
#include "svcdesk/mem.h"

enum { T_INT = 1, T_BOOL = 2, T_DATE = 4, T_IP = 8, T_ALL = 15 };

/* Fields of every item (desk.ci_fields), and words that no attribute may have (desk.ci_reserved). */
static const char *const fields[] = {"name", "class", "description", "org", "service", "owner", "group", "place", "environment",
	"lifecycle", "op_state", "criticality", "redundancy"};
static const char *const reserved[] = {"id", "ident", "ci", "ci_id", "type", "active", "version", "stale", "attrs", "source",
	"target", "health", "is", "line", "links"};

static bool among(const char *const *list, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

bool ci_is_field(const char *key)
{
	return among(fields, sizeof fields / sizeof *fields, key);
}

/* A number that is kept as it stands: none with a 0 in front, which is a code. */
static bool is_int(const char *v)
{
	const char *p = *v == '-' ? v + 1 : v;
	size_t n = strspn(p, "0123456789");

	return n > 0 && n <= 15 && !p[n] && (*p != '0' || n == 1) && (p == v || *p != '0');
}

static bool is_bool(const char *v)
{
	return strcasecmp(v, "true") == 0 || strcasecmp(v, "false") == 0 || strcasecmp(v, "yes") == 0 || strcasecmp(v, "no") == 0;
}

static bool is_date(const char *v)
{
	static const char form[] = "0000-00-00";
	int month, day;

	for (int i = 0; i < 10; i++)
		if (form[i] == '0' ? v[i] < '0' || v[i] > '9' : v[i] != form[i])
			return false;
	month = (v[5] - '0') * 10 + v[6] - '0';
	day = (v[8] - '0') * 10 + v[9] - '0';
	return !v[10] && month >= 1 && month <= 12 && day >= 1 &&
		   day <= 28 + 3 * (month != 2) - (month == 4 || month == 6 || month == 9 || month == 11);
}

/* One address or several with blanks between. */
static bool is_ip(const char *v)
{
	char one[64];

	while (*v) {
		unsigned char out[16];
		size_t n = strcspn(v, " ");
		if (n == 0 || n >= sizeof one)
			return false;
		memcpy(one, v, n);
		one[n] = 0;
		if (inet_pton(AF_INET, one, out) != 1 && inet_pton(AF_INET6, one, out) != 1)
			return false;
		v += n;
		v += strspn(v, " ");
	}
	return true;
}

static unsigned char types_of(const char *v, unsigned char still)
{
	unsigned char t = 0;

	if ((still & T_INT) && is_int(v))
		t |= T_INT;
	if ((still & T_BOOL) && is_bool(v))
		t |= T_BOOL;
	if ((still & T_DATE) && is_date(v))
		t |= T_DATE;
	if ((still & T_IP) && is_ip(v))
		t |= T_IP;
	return t;
}

struct ci_class *ci_class_of(const struct ci_classes *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->k[i].name, name) == 0)
			return &all->k[i];
	return NULL;
}

static struct ci_class *class_new(struct ci_classes *all, const struct ci_sheet *s, const char *name, long line)
{
	struct ci_class *k = SD_PUSH(all->k, all->n, all->cap);
	size_t n = (size_t)s->n_column;

	*k = (struct ci_class){.name = name, .line = line};
	k->attr = sd_arena_alloc(s->a, n * sizeof *k->attr);
	k->fits = sd_arena_alloc(s->a, n);
	k->value = sd_arena_alloc(s->a, n * sizeof *k->value);
	k->declared = sd_arena_alloc(s->a, n * sizeof *k->declared);
	memset(k->fits, T_ALL, n);
	return k;
}

/* Whether a column holds an attribute: not what stands for itself. */
static bool is_attr(const struct ci_sheet *s, int i)
{
	return s->key[i] && i != s->at[CI_ID] && i != s->at[CI_CLASS] && i != s->at[CI_NAME] && !ci_is_field(s->key[i]);
}

void ci_classes_of(struct ci_classes *all, struct ci_sheet *s)
{
	struct ci_class *k = NULL;

	*all = (struct ci_classes){.a = s->a};
	for (size_t r = 0; s->at[CI_CLASS] >= 0 && r < s->n; r++) {
		const char *name = s->row[r].cell[s->at[CI_CLASS]];
		if (!*name)
			continue;
		if (!k || strcmp(k->name, name) != 0)
			k = ci_class_of(all, name);
		if (!k)
			k = class_new(all, s, name, s->row[r].line);
		for (int i = 0; i < s->n_column; i++) {
			const char *v = s->row[r].cell[i];
			if (!*v || !is_attr(s, i))
				continue;
			k->value[i] = true;
			k->fits[i] = types_of(v, k->fits[i]);
		}
	}
}

void ci_class_declared(struct ci_classes *all, const struct ci_sheet *s, const char *name, const char *attr)
{
	struct ci_class *k = ci_class_of(all, name);
	size_t len = strlen(attr);

	for (int i = 0; k && i < s->n_column; i++) {
		if (!is_attr(s, i))
			continue;
		size_t n = strlen(s->key[i]);
		bool same = strcmp(s->key[i], attr) == 0;
		bool beside = len == n + 1 && attr[n] == '_' && strncmp(s->key[i], attr, n) == 0 &&
					  among(reserved, sizeof reserved / sizeof *reserved, s->key[i]);
		if (!same && !(beside && !k->declared[i]))
			continue;
		k->declared[i] = true;
		k->attr[i] = sd_arena_strdup(s->a, attr);
	}
}

void ci_classes_name(struct ci_classes *all, const struct ci_sheet *s, struct ci_problems *problems)
{
	bool told[1024] = {false};

	for (size_t c = 0; c < all->n; c++) {
		struct ci_class *k = &all->k[c];
		for (int i = 0; i < s->n_column && i < 1024; i++) {
			if (k->declared[i] || !k->value[i])
				continue;
			k->attr[i] = s->key[i];
			if (!among(reserved, sizeof reserved / sizeof *reserved, s->key[i]))
				continue;
			k->attr[i] = sd_arena_printf(s->a, "%s_", s->key[i]);
			if (!told[i])
				ci_problem(problems, s->path, 1, i + 1, s->title[i], "",
					_("%s is a word of the desk; the values are kept as attribute %s"), s->key[i], k->attr[i]);
			told[i] = true;
		}
	}
}

/* A version is a text, whatever it looks like today. */
static const char *type_of(const char *attr, unsigned char fits)
{
	if (strstr(attr, "version") || strstr(attr, "serial") || strstr(attr, "tag"))
		return "text";
	return fits & T_INT ? "int" : fits & T_BOOL ? "bool" : fits & T_DATE ? "date" : fits & T_IP ? "ip" : "text";
}

void ci_classes_json(const struct ci_classes *all, const struct ci_sheet *s, struct sd_str *out)
{
	sd_str_addc(out, '[');
	for (size_t c = 0; c < all->n; c++) {
		const struct ci_class *k = &all->k[c];
		bool first = true;
		sd_str_addf(out, "%s{\"class\":\"%s\",\"attrs\":{", c ? "," : "", k->name); /* words: nothing to quote */
		for (int i = 0; i < s->n_column; i++) {
			if (!k->attr[i] || k->declared[i])
				continue;
			sd_str_addf(out, "%s\"%s\":\"%s\"", first ? "" : ",", k->attr[i], type_of(k->attr[i], k->fits[i]));
			first = false;
		}
		sd_str_add(out, "}}");
	}
	sd_str_addc(out, ']');
}

/* Whether it pages somebody: yes is vital, no takes that back. */
static void criticality(const struct ci_sheet *s, const struct ci_row *row, struct sd_str *out)
{
	const char *v = s->at[CI_CRITICAL] >= 0 ? row->cell[s->at[CI_CRITICAL]] : "";

	for (int i = 0; i < s->n_column; i++)
		if (s->key[i] && strcmp(s->key[i], "criticality") == 0)
			return;
	if (s->at[CI_CRITICAL] >= 0)
		sd_str_addf(out, ",\"criticality\":%s",
			strcasecmp(v, "yes") == 0 || strcasecmp(v, "true") == 0 || strcmp(v, "1") == 0 ? "1" : "null");
}

/* TYPE=NEEDS with blanks or commas between, as the object the desk takes; what is not so is left to the desk to refuse. */
static void redundancy(const char *v, struct sd_str *out)
{
	struct sd_str o = {0};

	sd_str_addc(&o, '{');
	for (const char *p = v; *p;) {
		size_t n = strcspn(p, " ,;"), word = strcspn(p, "= ,;");
		if (n && word < n && strspn(p + word + 1, "0123456789") >= n - word - 1 && n - word > 1) {
			sd_str_addc(&o, ',');
			if (o.data[1] == ',')
				o.len--;
			intake_json_text(&o, p, word);
			sd_str_addc(&o, ':');
			sd_str_addn(&o, p + word + 1, n - word - 1);
		} else if (n) {
			sd_str_free(&o);
			intake_json_text(out, v, strlen(v));
			return;
		}
		p += n;
		p += strspn(p, " ,;");
	}
	sd_str_addf(out, "%s}", o.data);
	sd_str_free(&o);
}

static void one_field(const struct ci_sheet *s, const struct ci_class *k, const struct ci_row *row, int i, struct sd_str *out)
{
	const char *v = row->cell[i], *key = s->key[i];
	bool attr = is_attr(s, i);

	if (i == s->at[CI_ID] || !key || (attr && k && !k->attr[i]) || (attr && !k && !*v))
		return;
	if (i == s->at[CI_CLASS])
		key = "class";
	else if (attr && k)
		key = k->attr[i];
	/* without a value the desk keeps its own */
	if (!*v && (strcmp(key, "name") == 0 || strcmp(key, "class") == 0 || strcmp(key, "lifecycle") == 0 ||
				   strcmp(key, "op_state") == 0 || strcmp(key, "redundancy") == 0))
		return;
	intake_json_key(out, key);
	if (strcmp(key, "redundancy") == 0)
		redundancy(v, out);
	else if (*v)
		intake_json_text(out, v, strlen(v));
	else
		sd_str_add(out, "null");
}

void ci_row_json(const struct ci_classes *all, const struct ci_sheet *s, const struct ci_row *row, struct sd_str *out)
{
	const struct ci_class *k = s->at[CI_CLASS] >= 0 ? ci_class_of(all, row->cell[s->at[CI_CLASS]]) : NULL;

	sd_str_addf(out, "{\"n\":%ld,\"id\":", row->line);
	intake_json_text(out, row->cell[s->at[CI_ID]], strlen(row->cell[s->at[CI_ID]]));
	sd_str_add(out, ",\"fields\":{");
	size_t from = out->len;
	for (int i = 0; i < s->n_column; i++)
		one_field(s, k, row, i, out);
	criticality(s, row, out);
	intake_json_close(out, from);
	sd_str_addc(out, '}');
}

int ci_column_of(const struct ci_classes *all, const struct ci_sheet *s, const char *class_name, const char *field)
{
	const struct ci_class *k = ci_class_of(all, class_name);

	if (strcmp(field, "id") == 0)
		return s->at[CI_ID];
	if (strcmp(field, "class") == 0)
		return s->at[CI_CLASS];
	for (int i = 0; i < s->n_column; i++)
		if (s->key[i] && (strcmp(s->key[i], field) == 0 || (k && k->attr[i] && strcmp(k->attr[i], field) == 0)))
			return i;
	return -1;
}
