/* Memory: arenas by lifetime, a growing string, a growing vector. Out of memory ends the program through sd_oom(). */
#ifndef SVCDESK_MEM_H
#define SVCDESK_MEM_H

#include <stdarg.h>
#include <stddef.h>

struct sd_arena; /* freed as a whole; not thread safe */

struct sd_arena *sd_arena_new(void);                                 /* never NULL; the caller frees it */
void sd_arena_free(struct sd_arena *a);                              /* NULL is fine */
void sd_arena_reset(struct sd_arena *a);                             /* forgets everything, keeps the first block */
void *sd_arena_alloc(struct sd_arena *a, size_t size);               /* zeroed, aligned for any type, never NULL */
char *sd_arena_strdup(struct sd_arena *a, const char *s);            /* NULL in, NULL out */
char *sd_arena_strndup(struct sd_arena *a, const char *s, size_t n); /* at most n bytes, NUL added */
/* As sprintf, into the arena. */
char *sd_arena_printf(struct sd_arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Growing byte string; data is always NUL terminated once anything was appended. Zero-initialise: struct sd_str s = {0}. */
struct sd_str {
	char *data;
	size_t len, cap;
};
void sd_str_free(struct sd_str *s);  /* leaves it zeroed */
void sd_str_reset(struct sd_str *s); /* len 0, keeps the memory */
void sd_str_add(struct sd_str *s, const char *text);
void sd_str_addn(struct sd_str *s, const char *bytes, size_t n);
void sd_str_addc(struct sd_str *s, char c);
void sd_str_addf(struct sd_str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char *sd_str_take(struct sd_str *s); /* the malloc'ed text ("" if empty); the caller frees it; s is zeroed */

/* malloc family that never returns NULL. */
void *sd_malloc(size_t n);
void *sd_calloc(size_t n, size_t size);
void *sd_realloc(void *p, size_t n);
char *sd_strdup(const char *s);

/* Gives what is free back to the system, where that can be done: a start leaves as much behind as stays in use. */
void sd_mem_trim(void);

/* What to do before the program ends for lack of memory (save drafts, restore the terminal). */
void sd_oom_hook(void (*fn)(void *), void *arg);
_Noreturn void sd_oom(void);

/* Grows a (pointer, count, capacity) triple by one and yields the new last element's address. */
#define SD_PUSH(ptr, n, cap)                                                                                                     \
	((n) == (cap) ? ((cap) = (cap) ? (cap)*2 : 8, (ptr) = sd_realloc((ptr), (cap) * sizeof *(ptr))) : (ptr), &(ptr)[(n)++])

#endif
