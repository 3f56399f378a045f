/* Arrays that grow, and lookup in sorted ones. */
#include "config.h"

#include "base/list.h"

#include <string.h>

#include "base/mem.h"

void *
list_grow(void *array, size_t n, size_t size)
{
	if (n != 0 && (n & (n - 1)) != 0)
		return array;
	return xrealloc(array, (n ? 2 * n : 1) * size);
}

bool
list_find(const void *key, const void *array, size_t n, size_t size,
	  int (*compare)(const void *key, const void *element), size_t *at)
{
	const char *base = array;
	size_t low = 0;
	size_t high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(key, base + middle * size) > 0)
			low = middle + 1;
		else
			high = middle;
	}
	*at = low;
	return low < n && compare(key, base + low * size) == 0;
}

void *
list_insert(void *array, size_t n, size_t size, size_t at, const void *element)
{
	char *base = list_grow(array, n, size);

	memmove(base + (at + 1) * size, base + at * size, (n - at) * size);
	memcpy(base + at * size, element, size);
	return base;
}
