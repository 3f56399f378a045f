/*
 * What the fuzz targets share: the entry that libFuzzer calls (or main.c, where clang is not there), taking values
 * from an input, and scratch places.
 */
#ifndef WT_TESTS_FUZZ_H
#define WT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold of every input; aborts, so that the input is kept. */
#define fuzz_check(what)                                                                \
	do {                                                                            \
		if (!(what)) {                                                          \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
			abort();                                                        \
		}                                                                       \
	} while (0)

/* What is left of an input. */
struct input {
	const uint8_t *at;
	size_t left;
};

/* The next byte; 0 at the end. */
static inline uint8_t
input_byte(struct input *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

/* At most max bytes, as many as a byte in front of them says; *len is how many there are.  Borrowed. */
static inline const char *
input_bytes(struct input *in, size_t max, size_t *len)
{
	const char *bytes;

	*len = input_byte(in);
	if (*len > max)
		*len = max;
	if (*len > in->left)
		*len = in->left;
	bytes = (const char *)in->at;
	in->at += *len;
	in->left -= *len;
	return bytes;
}

/* An integer: small ones in a byte, the extremes, or eight bytes as they are. */
static inline int64_t
input_int(struct input *in)
{
	static const int64_t extremes[] = { INT64_MIN, INT64_MIN + 1, INT32_MIN, -2, -1, INT32_MAX, UINT32_MAX,
					    (int64_t)UINT32_MAX + 1, INT64_MAX - 1, INT64_MAX };
	uint8_t how = input_byte(in);
	uint64_t value = 0;

	if (how < 200)
		return how;
	if (how < 200 + sizeof(extremes) / sizeof(extremes[0]))
		return extremes[how - 200];
	for (int i = 0; i < 8; i++)
		value = value << 8 | input_byte(in);
	return (int64_t)value;
}

/* A directory in memory where there is one, made once and removed when the process ends; without a slash. */
const char *fuzz_scratch(void);

/* Write a file whole, from nothing. */
void fuzz_write(const char *path, const void *bytes, size_t len);

#endif
