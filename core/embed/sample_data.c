/* The packed sample, carried inside the program so that it is there before and after an installation. */
#include "core/embed/sample_data.h"

#include <string.h>

#include "svcdesk/mem.h"

#define EMBED(name, file)                                                                                                        \
	__asm__(".section .rodata\n"                                                                                                 \
			".balign 16\n"                                                                                                       \
			"embed_sample_" name "_begin:\n"                                                                                     \
			".incbin \"" SRCDIR "/core/embed/sample/" file "\"\n"                                                                \
			"embed_sample_" name "_end:\n"                                                                                       \
			".byte 0\n"                                                                                                          \
			".previous\n")
EMBED("data", "sample.txt.xz");
EMBED("estate", "estate.txt.xz");
EMBED("articles", "articles.txt.xz");
EMBED("holidays", "holidays.tsv");
EMBED("policy", "policy.json");
EMBED("past", "past.sql");

extern const unsigned char begin_[] __asm__("embed_sample_data_begin");
extern const unsigned char end_[] __asm__("embed_sample_data_end");
extern const unsigned char estate_begin_[] __asm__("embed_sample_estate_begin");
extern const unsigned char estate_end_[] __asm__("embed_sample_estate_end");
extern const unsigned char articles_begin_[] __asm__("embed_sample_articles_begin");
extern const unsigned char articles_end_[] __asm__("embed_sample_articles_end");
extern const char holidays_begin_[] __asm__("embed_sample_holidays_begin");
extern const char holidays_end_[] __asm__("embed_sample_holidays_end");
extern const char policy_begin_[] __asm__("embed_sample_policy_begin");
extern const char policy_end_[] __asm__("embed_sample_policy_end");
extern const char past_begin_[] __asm__("embed_sample_past_begin");
extern const char past_end_[] __asm__("embed_sample_past_end");

const unsigned char *embed_sample_packed(size_t *n)
{
	*n = (size_t)(end_ - begin_);
	return begin_;
}

const unsigned char *embed_estate_packed(size_t *n)
{
	*n = (size_t)(estate_end_ - estate_begin_);
	return estate_begin_;
}

const unsigned char *embed_articles_packed(size_t *n)
{
	*n = (size_t)(articles_end_ - articles_begin_);
	return articles_begin_;
}

char *embed_sample_text(enum embed_text which)
{
	const char *const begin[] = {holidays_begin_, policy_begin_, past_begin_}, *const end[] = {
																				   holidays_end_, policy_end_, past_end_};
	size_t n = (size_t)(end[which] - begin[which]);
	char *text = sd_malloc(n + 1);

	memcpy(text, begin[which], n);
	text[n] = '\0';
	return text;
}
