/* Assertions for programmer errors: kept in release builds. Nothing that a peer
 * sends can reach one. */
#ifndef SL_BASE_ASSERT_H
#define SL_BASE_ASSERT_H

/* Print where and what to standard error, then abort. Never returns. */
_Noreturn void sl_assert_failed(const char *file, int line, const char *what);

#define SL_ASSERT(condition) ((condition) ? (void)0 : sl_assert_failed(__FILE__, __LINE__, #condition))

/* A compile-time check of a platform assumption. */
#define SL_STATIC_ASSERT(condition, text) _Static_assert(condition, text)

SL_STATIC_ASSERT(sizeof(long long) == 8 && (-1 >> 1) == -1, "two's complement, 64-bit long long");

#endif
