/* predict eval on tables, without a desk: its contract, and files that are not what they should be. */
#include "tests/e2e/desk.h"
#include "tests/lib/testlib.h"

#include <stdlib.h>
#include <string.h>

#include "svcdesk/mem.h"

static json_t *eval(int status, const char *rest, const char *train, const char *test)
{
	char *a = desk_file("train.csv", train, strlen(train)), *b = desk_file("test.csv", test, strlen(test));
	const struct run *r = desk_run(NULL, NULL, "predict eval --train %s --test %s %s --json", a, b, rest);
	assert_int_equal(r->status, status);
	free(a);
	free(b);
	return desk_json(r);
}

static void test_contract(void **state)
{
	(void)state;
	struct sd_str train = {0}, test = {0};
	sd_str_add(&train, "\xef\xbb\xbftext,place,sla\r\n");
	sd_str_add(&test, "sla,place,text\n");
	for (int i = 0; i < 200; i++)
		sd_str_addf(&train, "\"the %s, \"\"again\"\"\",p%d,%s\r\n", i % 3 ? "mail" : "printer", i % 5, i % 3 ? "yes" : "no");
	for (int i = 0; i < 40; i++)
		sd_str_addf(&test, "%s,p%d,%s once more\n", i == 7 ? "never" : i % 3 ? "yes" : "no", i % 4, i % 3 ? "mail" : "printer");
	sd_str_add(&test, ",p1,nobody knows\n");
	json_t *j = eval(0, "--text text --fields place --label sla", train.data, test.data);
	assert_int_equal(number(j, "n"), 40);
	assert_int_equal(number(j, "unseen"), 1);
	assert_int_equal(number(j, "unlabelled"), 1);
	assert_true(json_number_value(at(j, "top1")) > 0.97);
	assert_true(json_number_value(at(j, "auc")) > 0.99);
	assert_true(json_number_value(at(j, "baseline.top1")) < 0.7);
	assert_int_equal(json_array_size(at(j, "classes")), 2);
	assert_string_equal(text(eval(2, "--text nothing --label sla", train.data, test.data), "error.id"), "predict_column");
	assert_string_equal(text(eval(2, "--label sla", train.data, test.data), "error.id"), "predict_eval");
	assert_string_equal(text(eval(2, "--text text --label sla", "text,sla\n", test.data), "error.id"), "predict_empty");
	assert_string_equal(text(eval(2, "--text text --label sla", "", test.data), "error.id"), "predict_csv");
	sd_str_free(&train);
	sd_str_free(&test);
}

static void test_roles(void **state)
{
	(void)state;
	desk_ok(NULL, "user add anna --role agent --group 'Service desk'");
	desk_ok(NULL, "user add rosa");
	assert_int_equal(json_array_size(desk_ok("anna", "predict list")), 0);
	desk_refused("anna", 4, "predict_scope", "predict train");
	desk_refused("rosa", 4, "predict_scope", "predict backtest");
	desk_refused("anna", 2, "predict_model", "predict list weather");
	desk_refused("anna", 3, "not_found", "predict explain INC999999");
	assert_int_equal(json_array_size(desk_ok("anna", "ticket list risk>70%%")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_contract), cmocka_unit_test(test_roles)};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, desk_start, desk_stop);
}
