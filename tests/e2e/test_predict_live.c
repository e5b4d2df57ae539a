/* What the database says by the rows of a model is what the model says in C, whatever the text. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/predict/inner.h"
#include "core/predict/live.h"
#include "core/predict/predict.h"
#include "svcdesk/db.h"
#include "svcdesk/err.h"

static const char *const words[] = {"Drucker", "printer", "STRASSE", "Straße", "ΣΊΣΥΦΟΣ", "中文", "打印机", "日本語", "ｆｕｌｌ",
	"ﬁle", "x1_y", "E-4711", "don't", "a\xcc\x88rger", "zero\xe2\x80\x8bwidth", "\xf0\x9f\x98\x80", "<b>", "\"quoted\\", "{1,2}",
	"NULL", "the", "VPN", "mail", "42", "soft\xc2\xadhyphen", "Ünïcode", "—", "한국어",
	"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuv"};
enum { WORDS = sizeof words / sizeof *words, ROWS = 400, ASKED = 120, FIELDS = 3, LABELS = 4 };

/* A row of the world; its label follows from one of its words most of the time. */
static struct predict_field field[FIELDS];
static char body[4096];
static const char *row(uint64_t *state)
{
	static const char *const label[LABELS] = {"11", "22", "33", "44"}, *const name[FIELDS] = {"channel", "custom.ä b", "kind"},
							 *const value[] = {"email", "caller 7", "größe", "a=b&c", ""};
	uint32_t n = random_next(state) % 12, last = 0;
	*body = '\0';
	for (uint32_t i = 0; i < n; i++) {
		last = random_next(state) % WORDS;
		strcat(body, words[last]);
		strcat(body, random_next(state) % 4 ? " " : "\n");
	}
	for (int i = 0; i < FIELDS; i++)
		field[i] = (struct predict_field){name[i], value[random_next(state) % 5]};
	return label[random_next(state) % 4 ? last % LABELS : random_next(state) % LABELS];
}

/* What the database holds likely: {label: confidence}. */
static json_t *by_rows(struct sd_conn *c)
{
	struct sd_err err;
	json_t *names = json_array(), *values = json_array();
	for (int i = 0; i < FIELDS; i++) {
		if (!*field[i].value)
			continue;
		json_array_append_new(names, json_string(field[i].name));
		json_array_append_new(values, json_string(field[i].value));
	}
	char *n = json_dumps(names, 0), *v = json_dumps(values, 0);
	const char *params[] = {body, n, v};
	/* values as desk.predict_items gives them */
	struct sd_result *r = sd_conn_query(c,
		"select jsonb_object_agg(s.label, s.confidence) from desk.predict_scores('urgency', $1, "
		"array(select jsonb_array_elements_text($2::jsonb)), "
		"array(select desk.predict_fold(x) from jsonb_array_elements_text($3::jsonb) x)) s",
		3, params, &err);
	if (!r)
		fail_msg("%s", err.text);
	json_t *j = json_loads(sd_result_get(r, 0, 0), 0, NULL);
	sd_result_free(r);
	free(n);
	free(v);
	json_decref(names);
	json_decref(values);
	return j;
}

static void keep(struct sd_conn *c, const struct predict_model *m)
{
	struct sd_err err;
	json_t *j = predict_live_describe(m);
	json_object_update_new(j, json_pack("{s:i,s:s,s:i,s:i,s:f,s:{},s:{},s:b}", "base", 1, "until", "now", "rows", ROWS,
								  "features", 1, "seconds", 0.0, "how", "backtest", "used", 1));
	char *text = json_dumps(j, 0);
	const char *params[] = {text};
	struct sd_result *r = sd_conn_query(c, "select desk.predict_finish('urgency', 1, $1::jsonb)", 1, params, &err);
	if (!r)
		fail_msg("%s", err.text);
	sd_result_free(r);
	free(text);
	json_decref(j);
}

static void test_same_numbers(void **state)
{
	(void)state;
	struct sd_err err;
	struct predict_set *s = predict_set_new();
	struct sd_conn *c = sd_conn_open(desk_dba(), &err);
	uint64_t random = 17;
	double p[LABELS], worst = 0;
	assert_non_null(c);
	for (int i = 0; i < ROWS; i++) {
		const char *label = row(&random);
		predict_set_add(s, body, field, FIELDS, label);
	}
	struct predict_model *m = predict_train(s);
	assert_int_equal(predict_labels(m), LABELS);
	assert_true(predict_live_store(c, "urgency", "1", m, NULL, &err));
	keep(c, m);
	for (int i = 0; i < ASKED; i++) {
		row(&random);
		json_t *j = by_rows(c);
		predict_ask(m, body, field, FIELDS, p);
		assert_int_equal(json_object_size(j), LABELS);
		for (size_t k = 0; k < LABELS; k++) {
			double off = fabs(json_number_value(json_object_get(j, predict_label(m, k))) - p[k]);
			if (off > 1e-4)
				fail_msg("%s: %.6f, by the rows %.6f: %s", predict_label(m, k), p[k],
					json_number_value(json_object_get(j, predict_label(m, k))), body);
			worst = off > worst ? off : worst;
		}
		json_decref(j);
	}
	print_message("# %d texts, furthest apart %.2g\n", ASKED, worst);
	sd_conn_close(c);
	predict_model_free(m);
	predict_set_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_numbers)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
