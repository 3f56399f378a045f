/* Numbers that may be any. */
#include "config.h"

#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int64_t
number_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (!__builtin_add_overflow(a, b, &sum))
		return sum;
	return a < 0 ? INT64_MIN : INT64_MAX;
}

int64_t
number_subtract(int64_t a, int64_t b)
{
	int64_t difference;

	if (!__builtin_sub_overflow(a, b, &difference))
		return difference;
	return a < 0 ? INT64_MIN : INT64_MAX;
}

int
number_parse_size(const char *text, int64_t *bytes)
{
	static const char letters[] = "KMGTPE";
	char *unit;
	const char *letter;
	int64_t base = 1024;
	long long n;

	if (!isdigit((unsigned char)text[0]))
		return -1;
	errno = 0;
	n = strtoll(text, &unit, 10);
	if (errno != 0)
		return -1;
	*bytes = n;
	if (*unit == '\0')
		return 0;
	letter = strchr(letters, *unit == 'k' ? 'K' : *unit);
	if (!letter)
		return -1;
	if (strcmp(unit + 1, "B") == 0)
		base = 1000;
	else if (unit[1] != '\0' && strcmp(unit + 1, "iB") != 0)
		return -1;
	for (const char *l = letters; l <= letter; l++) {
		if (__builtin_mul_overflow(*bytes, base, bytes))
			return -1;
	}
	return 0;
}

int
number_parse(const char *text, int64_t limit, int64_t *out)
{
	char *end;

	errno = 0;
	*out = isdigit((unsigned char)text[0]) ? strtoll(text, &end, 10) : -1;
	return *out < 0 || errno != 0 || *end != '\0' || *out > limit ? -1 : 0;
}
