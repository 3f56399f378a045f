/* Sizes as people write them. */
#ifndef WT_BASE_SIZE_H
#define WT_BASE_SIZE_H

#include <stdint.h>

/*
 * Digits, then nothing or a unit as coreutils take them: K M G T P E, or KiB and so on, are powers of 1024; KB
 * and so on powers of 1000.  0, or -1 where the text is no size or the size fits in no int64_t.
 */
int size_parse(const char *text, int64_t *bytes);

#endif
