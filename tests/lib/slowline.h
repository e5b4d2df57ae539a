/* A slow line: a port on loopback in front of another one. Everything arrives so many milliseconds later, in both directions and
 * always the same, so that what is counted does not hang on the machine's mood. It can stall, be cut, and counts its bytes. */
#ifndef TESTS_LIB_SLOWLINE_H
#define TESTS_LIB_SLOWLINE_H

#include <stdbool.h>

struct slowline;

/* In front of 127.0.0.1:port; each direction takes delay_ms. NULL: it cannot be made. */
struct slowline *slowline_start(int port, int delay_ms);
void slowline_free(struct slowline *s); /* cuts what is open; NULL is fine */
int slowline_port(const struct slowline *s);

/* Nothing passes until it may again; then all of it at once, in order. Nobody is told. */
void slowline_stall(struct slowline *s, bool on);
/* Every connection is closed on both sides, at once. New ones may come. */
void slowline_cut(struct slowline *s);

struct slowline_count {
	long up, down; /* bytes from the client, and to it, since the mark */
	long trips;    /* how often the client spoke, the answer to what it had said before having come back meanwhile */
};
void slowline_mark(struct slowline *s);
struct slowline_count slowline_count(const struct slowline *s);

#endif
