/* A line to the database that is listened to: a socket in front of the server's, whose child process passes everything on and
 * notes which statements the program sends and how often it must wait for an answer before it can go on. */
#ifndef TESTS_LIB_WIRE_H
#define TESTS_LIB_WIRE_H

#include <stdbool.h>

struct wire;

/* uri: of the server, with host=FOLDER (a socket). Each answer is held back for delay_ms: at least a millisecond or two, so that
 * one pipeline sent in several pieces does not look like several waits. NULL: it cannot be made. */
struct wire *wire_start(const char *uri, int delay_ms);
void wire_free(struct wire *w);             /* NULL is fine */
const char *wire_uri(const struct wire *w); /* the same database through this line */

/* What the line does not let through from now on: answers, which are kept until they may pass again, or also what is asked, which
 * then is lost. */
enum wire_block { WIRE_OPEN, WIRE_NO_ANSWERS, WIRE_NO_REQUESTS };
void wire_block(struct wire *w, enum wire_block what);

void wire_mark(struct wire *w); /* what follows counts from here */
/* Round trips since the mark in which a statement went that none of the words of skip (ends with NULL) stands in: their number.
 * A round trip is what a connection sends until it has heard an answer. text: their statements, a line a round trip, malloc'ed;
 * may be NULL. */
int wire_trips(struct wire *w, const char *const *skip, char **text);

#endif
