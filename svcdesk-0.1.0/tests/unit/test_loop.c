/* The loop: timers in order, watches, signals, and callbacks that add and remove while it runs. */
#include "tests/lib/testlib.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "svcdesk/loop.h"
#include "svcdesk/mem.h"

/* What happened, as letters. */
struct trace {
	struct sd_loop *l;
	struct sd_str s;
	int fd[2], id, other;
	int times;
};

static struct trace trace_new(void)
{
	struct trace t = {.l = sd_loop_new()};
	sd_str_addn(&t.s, "", 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, t.fd), 0);
	return t;
}

static void trace_free(struct trace *t)
{
	sd_loop_free(t->l);
	sd_str_free(&t->s);
	close(t->fd[0]);
	close(t->fd[1]);
}

/* One letter per callback, each with its own function so that the order shows. */
#define LETTER(name, c)                                                                                                          \
	static void name(void *arg)                                                                                                  \
	{                                                                                                                            \
		sd_str_addc(&((struct trace *)arg)->s, c);                                                                               \
	}
LETTER(say_a, 'a')
LETTER(say_b, 'b')
LETTER(say_c, 'c')
LETTER(say_flush, '.')

static void stop(void *arg)
{
	struct trace *t = arg;
	sd_str_addc(&t->s, '!');
	sd_loop_stop(t->l);
}

static void timers_fire_in_order(void **state)
{
	(void)state;
	struct trace t = trace_new();
	sd_loop_timer(t.l, 20, stop, &t);
	sd_loop_timer(t.l, 10, say_c, &t);
	sd_loop_timer(t.l, 0, say_a, &t);
	sd_loop_timer(t.l, 0, say_b, &t);
	sd_loop_timer(t.l, -5, say_c, &t);
	int gone = sd_loop_timer(t.l, 5, say_a, &t);
	sd_loop_timer_cancel(t.l, gone);
	sd_loop_timer_cancel(t.l, gone);
	sd_loop_timer_cancel(t.l, 0);
	sd_loop_timer_cancel(t.l, 12345);
	sd_loop_run(t.l);
	assert_string_equal(t.s.data, "abcc!");
	trace_free(&t);
}

static void again(void *arg)
{
	struct trace *t = arg;
	sd_str_addc(&t->s, 'r');
	if (++t->times < 3)
		sd_loop_timer(t->l, 0, again, t);
}

static void a_timer_set_by_a_timer_waits_a_turn(void **state)
{
	(void)state;
	struct trace t = trace_new();
	sd_loop_timer(t.l, 0, again, &t);
	sd_loop_timer(t.l, 0, say_a, &t);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "ra");
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "rar");
	sd_loop_turn(t.l, 0);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "rarr");
	trace_free(&t);
}

static void cancel_other(void *arg)
{
	struct trace *t = arg;
	sd_str_addc(&t->s, 'x');
	sd_loop_timer_cancel(t->l, t->other);
	sd_loop_timer_cancel(t->l, t->id); /* itself, already fired */
	for (int i = 0; i < 100; i++)      /* moves the array under the loop's feet */
		sd_loop_timer(t->l, 1000000, say_c, t);
}

static void a_timer_may_cancel_one_that_is_due(void **state)
{
	(void)state;
	struct trace t = trace_new();
	t.id = sd_loop_timer(t.l, 0, cancel_other, &t);
	t.other = sd_loop_timer(t.l, 0, say_a, &t);
	sd_loop_timer(t.l, 0, say_b, &t);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "xb");
	trace_free(&t);
}

static void many_timers(void **state)
{
	(void)state;
	struct trace t = trace_new();
	struct rng r = rng_new(3);
	int *id = sd_calloc(500, sizeof *id), left = 500;
	for (int i = 0; i < 500; i++)
		id[i] = sd_loop_timer(t.l, 0, say_a, &t);
	for (int i = 0; i < 500; i++)
		if (rng_below(&r, 3) == 0) {
			sd_loop_timer_cancel(t.l, id[i]);
			left--;
		}
	sd_loop_turn(t.l, 0);
	assert_int_equal(t.s.len, left);
	free(id);
	trace_free(&t);
}

static void on_read(void *arg, int ready)
{
	struct trace *t = arg;
	char buf[16];
	assert_true(ready & SD_LOOP_READ);
	ssize_t n = read(t->fd[0], buf, sizeof buf);
	if (n > 0)
		sd_str_addn(&t->s, buf, (size_t)n);
	if (ready & SD_LOOP_HANGUP)
		sd_str_addc(&t->s, 'H');
}

static void watches_tell_what_is_ready(void **state)
{
	(void)state;
	struct trace t = trace_new();
	t.id = sd_loop_fd(t.l, t.fd[0], SD_LOOP_READ, on_read, &t);
	assert_true(t.id > 0);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "");
	assert_int_equal(write(t.fd[1], "k", 1), 1);
	sd_loop_turn(t.l, -1);
	assert_string_equal(t.s.data, "k");
	sd_loop_fd_set(t.l, t.id, t.fd[0], 0); /* nothing wanted: nothing told, and a hang-up does not spin */
	assert_int_equal(write(t.fd[1], "m", 1), 1);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "k");
	sd_loop_fd_set(t.l, t.id, t.fd[0], SD_LOOP_READ);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "km");
	assert_int_equal(shutdown(t.fd[1], SHUT_RDWR), 0);
	sd_loop_turn(t.l, -1);
	assert_string_equal(t.s.data, "kmH");
	sd_loop_fd_remove(t.l, t.id);
	sd_loop_fd_remove(t.l, t.id);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "kmH");
	trace_free(&t);
}

static void on_write(void *arg, int ready)
{
	struct trace *t = arg;
	assert_int_equal(ready, SD_LOOP_WRITE);
	sd_str_addc(&t->s, 'w');
	sd_loop_fd_remove(t->l, t->id); /* itself */
}

static void writable(void **state)
{
	(void)state;
	struct trace t = trace_new();
	t.id = sd_loop_fd(t.l, t.fd[0], SD_LOOP_WRITE, on_write, &t);
	sd_loop_turn(t.l, -1);
	sd_loop_turn(t.l, 0);
	assert_string_equal(t.s.data, "w");
	trace_free(&t);
}

static void never(void *arg, int ready)
{
	(void)arg;
	(void)ready;
	fail_msg("a removed watch was called");
}

static void remove_other(void *arg, int ready)
{
	struct trace *t = arg;
	(void)ready;
	sd_str_addc(&t->s, 'o');
	sd_loop_fd_remove(t->l, t->other);
	sd_loop_fd_remove(t->l, t->id);
	/* another one on the same descriptor, added while the old readiness is being told: it must wait for the next poll */
	for (int i = 0; i < 50; i++)
		sd_loop_fd(t->l, -1, SD_LOOP_READ, never, t);
	t->id = sd_loop_fd(t->l, t->fd[0], SD_LOOP_READ, on_read, t);
}

static void removing_while_iterating(void **state)
{
	(void)state;
	struct trace t = trace_new();
	t.id = sd_loop_fd(t.l, t.fd[0], SD_LOOP_READ, remove_other, &t);
	t.other = sd_loop_fd(t.l, t.fd[0], SD_LOOP_READ, never, &t);
	assert_int_equal(write(t.fd[1], "z", 1), 1);
	sd_loop_turn(t.l, -1);
	assert_string_equal(t.s.data, "o");
	sd_loop_turn(t.l, -1);
	assert_string_equal(t.s.data, "oz");
	trace_free(&t);
}

static void move_other(void *arg, int ready)
{
	struct trace *t = arg;
	(void)ready;
	char c;
	assert_int_equal(read(t->fd[0], &c, 1), 1);
	sd_loop_fd_set(t->l, t->other, t->fd[1], SD_LOOP_READ); /* poll said nothing about this one */
}

static void a_moved_watch_is_not_told_old_news(void **state)
{
	(void)state;
	struct trace t = trace_new();
	sd_loop_fd(t.l, t.fd[0], SD_LOOP_READ, move_other, &t);
	t.other = sd_loop_fd(t.l, t.fd[0], SD_LOOP_READ, never, &t);
	assert_int_equal(write(t.fd[1], "z", 1), 1);
	sd_loop_turn(t.l, -1);
	sd_loop_turn(t.l, 0);
	trace_free(&t);
}

static void on_usr(void *arg, int signo)
{
	sd_str_addf(&((struct trace *)arg)->s, "[%d]", signo == SIGUSR1 ? 1 : 2);
}

static void signals_are_callbacks(void **state)
{
	(void)state;
	struct trace t = trace_new();
	sd_loop_signal(t.l, SIGUSR1, on_usr, &t);
	sd_loop_signal(t.l, SIGUSR2, on_usr, &t);
	sd_loop_timer(t.l, 0, say_a, &t);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGUSR2);
	assert_string_equal(t.s.data, ""); /* nothing runs in the handler */
	sd_loop_turn(t.l, -1);
	assert_string_equal(t.s.data, "[1][2]a");
	for (int i = 0; i < 100000; i++) /* more than a pipe holds: neither blocks nor is lost */
		raise(SIGUSR2);
	raise(SIGUSR1);
	sd_str_reset(&t.s);
	while (!strstr(t.s.data, "[1]"))
		sd_loop_turn(t.l, -1);
	trace_free(&t);
	/* a freed loop leaves signals as they were */
	struct sigaction sa;
	assert_int_equal(sigaction(SIGUSR1, NULL, &sa), 0);
	assert_true(sa.sa_handler == SIG_DFL);
}

static void flush_comes_before_each_wait(void **state)
{
	(void)state;
	struct trace t = trace_new();
	sd_loop_before_poll(t.l, say_flush, &t);
	sd_loop_timer(t.l, 0, say_a, &t);
	sd_loop_timer(t.l, 1, stop, &t);
	sd_loop_turn(t.l, 0);
	assert_memory_equal(t.s.data, ".a", 2);
	sd_loop_run(t.l);
	assert_string_equal(t.s.data + t.s.len - 2, "!."); /* what the last callback queued goes out too */
	trace_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(timers_fire_in_order),
		cmocka_unit_test(a_timer_set_by_a_timer_waits_a_turn),
		cmocka_unit_test(a_timer_may_cancel_one_that_is_due),
		cmocka_unit_test(many_timers),
		cmocka_unit_test(watches_tell_what_is_ready),
		cmocka_unit_test(writable),
		cmocka_unit_test(removing_while_iterating),
		cmocka_unit_test(a_moved_watch_is_not_told_old_news),
		cmocka_unit_test(signals_are_callbacks),
		cmocka_unit_test(flush_comes_before_each_wait),
	};
	return TEST_MAIN(tests);
}
