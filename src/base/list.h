/* Arrays that grow, and lookup in sorted ones. */
#ifndef WT_BASE_LIST_H
#define WT_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Room for one more element behind the n that an array has.  It doubles: only at powers of two is it made longer,
 * so that no capacity has to be kept.  Begin with NULL and 0; the array is the caller's to free.
 */
void *list_grow(void *array, size_t n, size_t size);

/* A pointer to one more element, not initialised, behind the n that array has; both are variables, n is counted up. */
#define LIST_ADD(array, n) ((array) = list_grow((array), (size_t)(n), sizeof(*(array))), &(array)[(n)++])

/*
 * Whether a sorted array of n elements has one for which compare(key, element) is 0; *at is the first such, or where
 * one would have to be put in.
 */
bool list_find(const void *key, const void *array, size_t n, size_t size,
	       int (*compare)(const void *key, const void *element), size_t *at);

/* Put an element into an array at a place that list_find() gave; returns the array, which may have moved. */
void *list_insert(void *array, size_t n, size_t size, size_t at, const void *element);

#endif
