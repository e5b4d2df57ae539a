/* One thread, one poll() loop. Callbacks may add and remove watches and timers, also their own, at any time. */
#ifndef SVCDESK_LOOP_H
#define SVCDESK_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct sd_loop;

enum { SD_LOOP_READ = 1, SD_LOOP_WRITE = 2, SD_LOOP_HANGUP = 4 };

struct sd_loop *sd_loop_new(void);    /* never NULL; the caller frees it */
void sd_loop_free(struct sd_loop *l); /* timers and watches go, signals are given back to who had them; NULL is fine */

/* Watches fd for events (READ|WRITE); the callback gets what is ready (HANGUP too). Returns an id > 0. */
int sd_loop_fd(struct sd_loop *l, int fd, int events, void (*fn)(void *arg, int ready), void *arg);
void sd_loop_fd_set(struct sd_loop *l, int id, int fd, int events); /* other events, or another fd */
void sd_loop_fd_remove(struct sd_loop *l, int id);

/* Calls fn once after ms of monotonic time. Returns an id > 0. Cancelling an id that has fired is harmless. */
int sd_loop_timer(struct sd_loop *l, int64_t ms, void (*fn)(void *arg), void *arg);
void sd_loop_timer_cancel(struct sd_loop *l, int id);

/* Delivers signal signo as an ordinary callback through a self-pipe. */
void sd_loop_signal(struct sd_loop *l, int signo, void (*fn)(void *arg, int signo), void *arg);

/* Called once at the end of every turn, before poll: where pending output is flushed. */
void sd_loop_before_poll(struct sd_loop *l, void (*fn)(void *arg), void *arg);

/* One turn: waits at most max_ms (-1: as long as it takes), runs what is ready. */
void sd_loop_turn(struct sd_loop *l, int64_t max_ms);
void sd_loop_run(struct sd_loop *l); /* turns until sd_loop_stop */
void sd_loop_stop(struct sd_loop *l);

#endif
