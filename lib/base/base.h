/* lib/base/base.h
 * The words every other file uses: string views, attributes, cleanup. Floor 0: includes nothing of
 * ours.
 *
 * Thread: any. Nothing here has state.
 */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MUST_USE                     __attribute__((warn_unused_result))
#define NORETURN                     __attribute__((noreturn))
#define PRINTF(fmt_at, args_at)      __attribute__((format(printf, fmt_at, args_at)))
#define CLEANUP(fn)                  __attribute__((cleanup(fn)))
#define LIKELY(x)                    __builtin_expect(!!(x), 1)
#define UNLIKELY(x)                  __builtin_expect(!!(x), 0)
#define ARRAY_LEN(a)                 (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(ptr, type, mem) ((type *)((char *)(ptr)-offsetof(type, mem)))

/* A view of bytes that somebody else owns. Not NUL-terminated unless its maker says so; may hold
 * NUL. */
struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_FMT      "%.*s"
#define STR_ARG(s)   (int)(s).n, (s).p

static inline struct str str_of(const char *cstr)
{
	return (struct str){cstr, cstr ? strlen(cstr) : 0};
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_is(struct str a, const char *cstr)
{
	return str_eq(a, str_of(cstr));
}

/* Byte order; a prefix sorts first. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
/* Offset of the first occurrence, or -1. */
ptrdiff_t str_find(struct str s, char c);
struct str str_trim(struct str s); /* spaces and tabs at both ends */
/* Cuts at the first `sep`: *head before it, *rest behind it (empty and p == NULL when there was
 * none). False when s was exhausted (p == NULL). Usage: while (str_cut(&rest, ',', &head)). */
bool str_cut(struct str *rest, char sep, struct str *head);
uint64_t str_hash(struct str s); /* FNV-1a 64, not for hostile tables above thousands of keys */
