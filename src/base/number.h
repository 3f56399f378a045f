/* Numbers that may be any: as people write them, and as they come from a file. */
#ifndef WT_BASE_NUMBER_H
#define WT_BASE_NUMBER_H

#include <stdint.h>

/* What does not fit stays at the end of the range. */
int64_t number_add(int64_t a, int64_t b);
int64_t number_subtract(int64_t a, int64_t b);

/*
 * A size: digits, then nothing or a unit as coreutils take them: K M G T P E, or KiB and so on, are powers of 1024; KB
 * and so on powers of 1000.  0, or -1 where the text is no size or the size fits in no int64_t.
 */
int number_parse_size(const char *text, int64_t *bytes);

/* Digits and nothing else, for a number from 0 to limit.  0, or -1 where the text is none. */
int number_parse(const char *text, int64_t limit, int64_t *out);

#endif
