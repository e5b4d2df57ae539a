/* Where links of articles lead, what is copied, and what an article is to the ticket one came from. */
#include "config.h"
#include "tui/app/kb.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "core/base/i18n.h"
#include "core/store/json.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "tui/app/act.h"
#include "tui/app/ci.h"
#include "tui/pane/kb.h"

/* ---- copying ---- */
static void copy(const struct model *m, const char *label, const char *text, struct effects *fx)
{
	const char **params = sd_arena_alloc(fx->arena, 2 * sizeof *params);
	struct fx *f;

	if (m->env.cfg && !strcmp(sd_cfg_text(m->env.cfg, "clipboard"), "none")) {
		fx_toast(fx, EL_WARN, "%s", text);
		return;
	}
	params[0] = sd_arena_strdup(fx->arena, label);
	f = fx_add(fx, FX_COPY);
	f->params = params;
	f->nparams = 2;
	f->text = sd_arena_strdup(fx->arena, text);
}

void kb_copy_what(struct model *m, int what, struct effects *fx)
{
	struct kb *k = kb_pane(m);
	const char *code = kb_code(k);
	const struct sd_md_link *l = kb_link(k, k->link);
	struct sd_str s = {0};

	if (what < 0 && code)
		copy(m, _("Code"), code, fx);
	else if (what == 0)
		copy(m, _("Number"), k->number, fx);
	else if (what == 1 && l)
		copy(m, _("Link"), l->target, fx);
	else if (what == 2) {
		sd_str_addf(&s, "# %s\n\n", k->a->text[SD_KB_TITLE]);
		sd_kb_markdown(k->a, &s);
		copy(m, k->number, s.data, fx);
	}
	sd_str_free(&s);
}

/* ---- links ---- */
/* What a link says at its end: KB0000012 of svcdesk:Desk/KB0000012, kb:12, /manual/KB0000012. */
static const char *last_word(const char *target)
{
	const char *slash = strrchr(target, '/'), *colon = strrchr(target, ':');
	const char *at = slash && (!colon || slash > colon) ? slash : colon;

	return at ? at + 1 : target;
}

static bool is_ticket(const struct model *m, const char *word)
{
	for (int i = 0; m->meta && i < m->meta->nkinds; i++) {
		size_t n = strlen(m->meta->kinds[i].prefix);

		if (n && !strncasecmp(m->meta->kinds[i].prefix, word, n) && word[n] && strspn(word + n, "0123456789") == strlen(word + n))
			return true;
	}
	return false;
}

/* scheme: of letters, before anything else. */
static bool has_scheme(const char *target)
{
	size_t n = strspn(target, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+.-");

	return n > 1 && target[n] == ':';
}

/* A path as the folder it was written in makes it whole: "../x.md" in "a/b/c.md" is "a/x.md". */
static char *whole_path(struct sd_arena *a, const char *in, const char *target)
{
	const char *slash = strrchr(in, '/');
	struct sd_str s = {0};
	size_t n = strcspn(target, "#?");
	char *out;

	if (*target == '/' && n) {
		target++;
		n--;
	} else if (slash) {
		sd_str_addn(&s, in, (size_t)(slash - in));
	}
	while (n) {
		const char *end = memchr(target, '/', n);
		size_t part = end ? (size_t)(end - target) : n;

		if (part == 2 && !memcmp(target, "..", 2)) {
			while (s.len && s.data[s.len - 1] != '/')
				s.len--;
			s.len -= s.len > 0;
			if (s.data)
				s.data[s.len] = '\0';
		} else if (part && !(part == 1 && *target == '.')) {
			sd_str_addf(&s, "%s%.*s", s.len ? "/" : "", (int)part, target);
		}
		n -= part + (end ? 1 : 0);
		target += part + (end ? 1 : 0);
	}
	out = sd_arena_strdup(a, s.data ? s.data : "");
	sd_str_free(&s);
	return out;
}

/* Another page of the folder it was imported from. */
static void find_page(struct model *m, const char *target, struct effects *fx)
{
	const struct sd_kb *a = kb_pane(m)->a;
	const char *path = whole_path(fx->arena, a->path, target), *slash = strrchr(path, '/');
	const char *params[] = {a->number, path, slash ? slash + 1 : path};

	snprintf(kb_pane(m)->wanted, sizeof kb_pane(m)->wanted, "%s", target);
	fx_query(fx, (struct req){REQ_KB, 0, KB_DO_FIND, 0}, FX_ASIDE,
		"select null, null, null, null, (select o.number from desk.article a join desk.article o on o.path_root = a.path_root "
		"and (o.path = $2 or o.path = $3 or right(o.path, length($3) + 1) = '/' || $3) where a.number = $1 and $3 <> '' "
		"order by o.path = $2 desc, o.id limit 1)",
		3, params);
}

void kb_found(struct model *m, const char *number, struct effects *fx)
{
	struct kb *k = kb_pane(m);

	if (number)
		kb_open_article(m, sd_arena_strdup(fx->arena, number), NULL, fx);
	else
		copy(m, k->wanted, k->wanted, fx);
}

/* Nothing outside is opened but by the program that the option names, and that gets the link as one word, not a line. */
static void leave_house(struct model *m, const char *target, struct effects *fx)
{
	const char *program = m->env.cfg ? sd_cfg_text(m->env.cfg, "browser") : "";
	bool web = !strncasecmp(target, "http://", 7) || !strncasecmp(target, "https://", 8);

	if (*program && web && !m->env.restricted)
		fx_add(fx, FX_BROWSE)->text = sd_arena_strdup(fx->arena, target);
	else
		copy(m, target, target, fx);
}

void kb_follow(struct model *m, int n, struct effects *fx)
{
	struct kb *k = kb_pane(m);
	const struct sd_md_link *l = kb_article(k) ? kb_link(k, n ? n : k->link) : NULL;
	const char *word, *number;

	if (!l) {
		if (n)
			fx_toast(fx, EL_WARN, _("There is no link with the number %d"), n);
		else
			fx_toast(fx, EL_DIM, "%s", _("No link is chosen: Tab chooses one, its number follows it"));
		return;
	}
	word = last_word(l->target);
	number = sd_kb_number(fx->arena, word);
	if (!number && !strncasecmp(l->target, "kb:", 3) && strspn(word, "0123456789") == strlen(word))
		number = sd_kb_number(fx->arena, sd_arena_printf(fx->arena, "KB%s", word));
	if (number) {
		kb_open_article(m, number, NULL, fx);
	} else if (*l->target == '#') {
		if (!kb_anchor(k, l->target + 1))
			fx_toast(fx, EL_WARN, _("There is no heading %s in this article"), l->target + 1);
	} else if (is_ticket(m, word)) {
		jump_to(m, sd_arena_strdup(fx->arena, word), fx);
	} else if (!strncasecmp(l->target, "ci:", 3) && l->target[3]) {
		ci_open_named(sd_arena_strdup(fx->arena, l->target + 3), fx);
	} else if (has_scheme(l->target) || !*k->a->path) {
		leave_house(m, l->target, fx);
	} else {
		find_page(m, l->target, fx);
	}
}

void kb_link_command(struct model *m, const char *rest, struct effects *fx)
{
	const char *why = kb_reads_off(m);
	long n = strtol(rest, NULL, 10);

	if (why)
		fx_toast(fx, EL_WARN, _("Not possible: %s"), why);
	else
		kb_follow(m, n > 0 && n < 100000 ? (int)n : -1, fx);
}

/* ---- the ticket one came from ---- */
static struct target ticket_of(const struct kb *k)
{
	return (struct target){.id = k->ticket,
		.number = k->ticket_number,
		.kind = k->ticket_kind,
		.state = k->ticket_state,
		.version = k->ticket_version};
}

void kb_to_ticket(struct model *m, struct effects *fx)
{
	struct kb *k = kb_pane(m);
	struct target t = ticket_of(k);

	if (!sd_kind_verb(sd_meta_kind(m->meta, t.kind), "article")) {
		fx_toast(fx, EL_WARN, "%s", _("Tickets of this kind have no articles"));
		return;
	}
	act_send_fields(m, &t, "article", sd_arena_printf(fx->arena, "{\"add\":\"%s\"}", kb_here(k)), fx);
}

/* The desk is asked first: only it knows what the requester may read. */
void kb_quote(struct model *m, struct effects *fx)
{
	struct kb *k = kb_pane(m);
	char id[24];
	const char *params[] = {id, kb_here(k)};

	if (!sd_kind_verb(sd_meta_kind(m->meta, k->ticket_kind), "reply")) {
		fx_toast(fx, EL_WARN, "%s", _("Nobody can be answered here"));
		return;
	}
	snprintf(id, sizeof id, "%" PRId64, k->ticket);
	fx_query(fx, (struct req){REQ_KB, 0, KB_DO_QUOTE, 0}, 0,
		"select r->'error'->>'id', r->'error'->>'args', r->'error'->>'text', r->'error'->>'field', r::text "
		"from desk.kb_quote($1::bigint, $2) r",
		2, params);
}

static void quoted_lines(struct sd_str *s, const char *text)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		sd_str_addf(s, n ? "> %.*s\n" : ">\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
}

void kb_quoted(struct model *m, const char *json, struct effects *fx)
{
	struct kb *k = kb_pane(m);
	struct target t = ticket_of(k);
	const struct sd_verb *v = sd_kind_verb(sd_meta_kind(m->meta, t.kind), "reply");
	struct sd_err err = {0};
	struct sd_kb *a = v && t.id ? sd_kb_parse(json, &err) : NULL;
	struct sd_str text = {0}, body = {0};
	struct act_form *f;

	if (!a)
		return;
	f = act_form_new(m, &t, v, NULL, 0);
	act_form_open(m, f);
	sd_kb_markdown(a, &body);
	sd_str_addf(&text, "%s%s", form_value(&f->form, "body"), *form_value(&f->form, "body") ? "\n" : "");
	sd_str_addf(&text, _("From our article %s, %s:\n"), a->number, a->text[SD_KB_TITLE]);
	quoted_lines(&text, body.data ? body.data : "");
	sd_str_addc(&text, '\n');
	form_set(&f->form, "body", text.data, NULL);
	form_focus(&f->form, "body");
	act_form_edited(m, f, fx);
	sd_str_free(&text);
	sd_str_free(&body);
	sd_kb_free(a);
}
