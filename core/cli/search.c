/* svcdesk search: one ranked search over tickets and their timeline, articles and configuration items. */
#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/cli/cli.h"
#include "svcdesk/text.h"

static const char sql[] =
	"select p || jsonb_build_object('hits', (select coalesce(jsonb_agg(h.v - '{key,seq,live}'::text[] order by h.n), '[]') from "
	"jsonb_array_elements(p->'hits') with ordinality h(v, n))) from desk.find_page($1, $2::text[], $3::int) p";

/* The types of --in as an array of the database; NULL and err for a word that is none. */
static const char *types(struct cli *c, struct sd_err *err)
{
	static const char *const words[] = {"tickets", "articles", "cis"};
	const char *in = cli_get(c, "in");
	struct sd_str out = {0};
	const char *done;

	sd_str_add(&out, "{");
	for (const char *p = in ? in : ""; *p;) {
		size_t n = strcspn(p, ","), i;

		for (i = 0; i < sizeof words / sizeof *words; i++)
			if (strlen(words[i]) == n && strncmp(p, words[i], n) == 0)
				break;
		if (i == sizeof words / sizeof *words) {
			sd_err_set(
				err, SD_ERR_INPUT, "usage", _("--in takes tickets, articles, cis or several with commas; not %.*s"), (int)n, p);
			sd_str_free(&out);
			return NULL;
		}
		sd_str_addf(&out, "%s%s", out.len > 1 ? "," : "", words[i]);
		p += n + (p[n] == ',');
	}
	sd_str_add(&out, "}");
	done = sd_arena_strdup(c->a, out.data);
	sd_str_free(&out);
	return done;
}

/* Whether character n of the excerpt is where a mark begins (or, with end, where one has ended). */
static bool mark_at(const json_t *marks, json_int_t n, bool end)
{
	size_t i;
	json_t *m;

	json_array_foreach((json_t *)(uintptr_t)marks, i, m)
	{
		json_int_t from = json_integer_value(json_array_get(m, 0));

		if (n == from + (end ? json_integer_value(json_array_get(m, 1)) : 0))
			return true;
	}
	return false;
}

/* The excerpt with what matched between guillemets. */
static const char *marked(struct cli *c, const json_t *hit)
{
	const json_t *marks = json_object_get(hit, "marks");
	const char *s = cli_word(hit, "excerpt"), *done;
	struct sd_str out = {0};
	json_int_t n = 0;

	sd_str_addn(&out, "", 0);
	for (; *s; n++) {
		size_t len = 1;

		while (((unsigned char)s[len] & 0xC0) == 0x80)
			len++;
		if (mark_at(marks, n, true))
			sd_str_add(&out, "»");
		if (mark_at(marks, n, false))
			sd_str_add(&out, "«");
		sd_str_addn(&out, s, len);
		s += len;
	}
	if (mark_at(marks, n, true))
		sd_str_add(&out, "»");
	done = sd_arena_strdup(c->a, out.data);
	sd_str_free(&out);
	return done;
}

/* What people must know of the answer, on stderr: it is no hit. */
static void say_how(const json_t *page)
{
	const char *instead = cli_word(page, "instead");

	if (*instead) {
		struct sd_str s = {0};

		sd_text_clean(&s, instead, strlen(instead), SD_CLEAN_LINE);
		fprintf(stderr, _("nothing was found like this; searched for %s instead\n"), s.data);
		sd_str_free(&s);
	}
	if (json_is_true(json_object_get(page, "relaxed")))
		fputs(_("nothing holds all of it; these hold some of it\n"), stderr);
	if (json_is_true(json_object_get(page, "capped")))
		fputs(_("many match: the best of the newest of them; another word narrows it\n"), stderr);
}

static void print_hits(struct cli *c, const json_t *hits)
{
	size_t i;
	json_t *h;

	json_array_foreach((json_t *)(uintptr_t)hits, i, h)
	{
		const char *excerpt = marked(c, h);

		cli_print_clean(c, sd_arena_printf(c->a, "%s  %s\n", cli_word(h, "id"), cli_word(h, "title")));
		if (*excerpt)
			cli_print_clean(c, sd_arena_printf(c->a, "    %s\n", excerpt));
	}
}

int cli_search(struct cli *c)
{
	struct sd_err err = {0};
	long limit = 20;
	const char *in = types(c, &err);
	json_t *page = NULL;
	const json_t *hits;

	if (in && cli_number(c, "limit", 1, 200, &limit, &err) && cli_connect(c, &err) && cli_is_person(c, &err)) {
		const char *params[] = {cli_rest(c, 0), in, sd_arena_printf(c->a, "%ld", limit)};

		page = cli_json(c, &err, sql, 3, params);
	}
	if (!page)
		return cli_fail(c, &err);
	hits = json_object_get(page, "hits");
	if (c->json)
		cli_print_json(c, hits);
	else
		print_hits(c, hits);
	if (!c->json)
		say_how(page);
	json_decref(page);
	return cli_done(c, 0);
}
