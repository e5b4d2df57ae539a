#include "svcdesk/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
	enum sd_err_class cls;
	const char *word;
	int exit_code;
} classes[] = {
	{SD_ERR_NONE, "none", 0},
	{SD_ERR_INPUT, "input", 2},
	{SD_ERR_DENIED, "denied", 4},
	{SD_ERR_CONFLICT, "conflict", 5},
	{SD_ERR_STATE, "state", 5},
	{SD_ERR_NOT_FOUND, "notfound", 3},
	{SD_ERR_TIMEOUT, "timeout", 1},
	{SD_ERR_CONNECTION, "connection", 6},
	{SD_ERR_INTERNAL, "internal", 1},
};

void sd_err_set(struct sd_err *err, enum sd_err_class cls, const char *id, const char *fmt, ...)
{
	memset(err, 0, sizeof *err);
	err->cls = cls;
	snprintf(err->id, sizeof err->id, "%s", id);
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(err->text, sizeof err->text, fmt, ap);
	va_end(ap);
}

void sd_err_clear(struct sd_err *err)
{
	memset(err, 0, sizeof *err);
}

const char *sd_err_class_word(enum sd_err_class cls)
{
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (classes[i].cls == cls)
			return classes[i].word;
	return "internal";
}

enum sd_err_class sd_err_class_of(const char *word)
{
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (strcmp(classes[i].word, word) == 0)
			return classes[i].cls;
	return SD_ERR_INTERNAL;
}

int sd_err_exit_code(const struct sd_err *err)
{
	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
		if (classes[i].cls == err->cls)
			return classes[i].exit_code;
	return 1;
}
