/* Arithmetic with numbers that come from a file and may be any: what does not fit stays at the end of the range. */
#ifndef WT_BASE_NUMBER_H
#define WT_BASE_NUMBER_H

#include <stdint.h>

static inline int64_t
number_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return a < 0 ? INT64_MIN : INT64_MAX;
}

static inline int64_t
number_subtract(int64_t a, int64_t b)
{
	int64_t difference;

	if (!__builtin_sub_overflow(a, b, &difference))
		return difference;
	return a < 0 ? INT64_MIN : INT64_MAX;
}

#endif
