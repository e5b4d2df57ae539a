/* The knowledge base of the sample desk. */
#ifndef CORE_EMBED_SAMPLE_ARTICLES_H
#define CORE_EMBED_SAMPLE_ARTICLES_H

#include <stdbool.h>

struct sd_conn;
struct sd_err;

/* Imports the articles, takes some of them through the states as the people of the sample do, and says which of them solved
 * tickets of its history. dba: the superuser's session; uri_of: how the others sign in, malloc'ed. */
bool sample_articles(struct sd_conn *dba, char *(*uri_of)(void *arg, const char *login), void *arg, struct sd_err *err);

#endif
