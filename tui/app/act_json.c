/* What a form holds, as the JSON the rulebook takes. */
#include "config.h"
#include "tui/app/act.h"

#include <stdlib.h>
#include <string.h>
#include <jansson.h>
#include "core/base/i18n.h"
#include "svcdesk/err.h"
#include "svcdesk/mem.h"
#include "svcdesk/when.h"

static char *dumped(struct sd_arena *a, json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT), *copy = sd_arena_strdup(a, text ? text : "{}");

	free(text);
	json_decref(j);
	return copy;
}

/* Files separated by blanks or commas become [{name, media_type, sha256}]; their contents are sent before the act. */
static json_t *file_list(struct model *m, const char *paths, struct effects *fx, struct sd_err *err)
{
	json_t *files = json_array();

	while (*paths) {
		size_t n = strcspn(paths, " ,");
		struct sd_file f;

		if (n && !(m->env.file && m->env.file(m->env.arg, sd_arena_strndup(fx->arena, paths, n), &f, fx->arena, err))) {
			json_decref(files);
			return NULL;
		}
		if (n) {
			fx_add(fx, FX_UPLOAD)->text = f.path;
			json_array_append_new(
				files, json_pack("{s:s,s:s,s:s}", "name", f.name, "media_type", f.media_type, "sha256", f.sha256));
		}
		paths += n;
		paths += strspn(paths, " ,");
	}
	return files;
}

char *act_json(struct model *m, const struct sd_verb *v, const struct preset *p, int n, struct effects *fx)
{
	json_t *j = json_object();
	struct sd_err err = {0};

	for (int i = 0; i < n; i++) {
		const struct sd_param *param = sd_verb_param(v, p[i].name);
		json_t *value = *p[i].value ? json_string(p[i].value) : json_null();

		if (param && !strcmp(param->type, "files")) {
			json_decref(value);
			value = file_list(m, p[i].value, fx, &err);
		}
		if (!value) {
			fx_toast(fx, EL_ERROR, "%s", err.text);
			json_decref(j);
			return NULL;
		}
		json_object_set_new(j, p[i].name, value);
	}
	return dumped(fx->arena, j);
}

char *act_json_wordless(const char *fields)
{
	json_t *j = json_loads(fields, 0, NULL);
	char *text;

	json_object_del(j, "body");
	text = json_dumps(j, JSON_COMPACT);
	json_decref(j);
	return text ? text : sd_strdup("{}");
}

static const struct form_field *field_of(const struct act_form *f, const char *name)
{
	for (size_t i = 0; i < f->form.nfields; i++)
		if (!strcmp(f->form.field[i].name, name))
			return &f->form.field[i];
	return NULL;
}

/* One field into j. False: it cannot be understood; the form says so. */
static bool put_field(struct model *m, struct act_form *f, struct effects *fx, const struct act_field *af, json_t *j)
{
	struct sd_arena *a = fx->arena;
	struct sd_err err = {0};
	json_t *files;
	const char *name = af->param->param, *value = form_value(&f->form, name);
	const struct form_field *field = field_of(f, name);
	sd_time at;

	if (!value || !field || (!strcmp(value, af->initial) && af->param->ask < 2 && !strcmp(af->param->initial, "=")))
		return true; /* not asked, or left as it was */
	if (!*value) {
		if (*af->initial && !strcmp(af->param->initial, "="))
			json_object_set_new(j, name, json_null());
		return true;
	}
	if (!strcmp(af->param->type, "files")) {
		files = file_list(m, value, fx, &err);
		if (!files) {
			form_error(&f->form, name, err.text);
			return false;
		}
		json_object_set_new(j, name, files);
		return true;
	}
	if (!strcmp(af->param->type, "time")) {
		if (!sd_when_parse(a, value, m->session.now, m->session.zone, &at)) {
			form_error(&f->form, name, _("not a time: write \"tomorrow 09:00\", \"+4h\", \"fri 14:30\" or \"2026-12-01 10:00\""));
			return false;
		}
		json_object_set_new(j, name, json_string(sd_time_iso(a, at)));
	} else if (field->picked && !strcmp(field->picked, value) && strspn(value, "0123456789") == strlen(value)) {
		json_object_set_new(j, name, json_integer(strtoll(value, NULL, 10))); /* a row picked by its id */
	} else {
		json_object_set_new(j, name, json_string(value));
	}
	return true;
}

static json_t *fields_object(struct model *m, struct act_form *f, struct effects *fx)
{
	json_t *j = json_object();
	const char *body = form_value(&f->form, "body");

	for (int i = 0; i < f->nfields; i++) {
		if (!put_field(m, f, fx, &f->fields[i], j)) {
			json_decref(j);
			return NULL;
		}
	}
	if (body && *body)
		json_object_set_new(j, "body", json_string(body));
	return j;
}

char *act_form_json(struct model *m, struct act_form *f, struct effects *fx)
{
	json_t *j = fields_object(m, f, fx);

	if (j && f->using_id)
		json_object_set_new(j, "using", json_pack("{s:s, s:s}", "type", f->using_type, "id", f->using_id));
	return j ? dumped(fx->arena, j) : NULL;
}

/* A new ticket; solved on the phone, it is resolved in the same operation. */
char *new_json(struct model *m, struct act_form *f, struct effects *fx)
{
	json_t *j = fields_object(m, f, fx), *resolve;
	const char *code = form_value(&f->form, "solved_code"), *text = form_value(&f->form, "solved_body");

	if (!j)
		return NULL;
	if (f->solved) {
		resolve = json_object();
		if (code && *code)
			json_object_set_new(resolve, "code", json_string(code));
		json_object_set_new(resolve, "body", json_string(text ? text : ""));
		json_object_set_new(j, "resolve", resolve);
	}
	return dumped(fx->arena, j);
}
