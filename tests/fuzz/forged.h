/* A history as nobody but an enemy, or a bad disk, would have it, made after what an input says. */
#ifndef WT_TESTS_FORGED_H
#define WT_TESTS_FORGED_H

#include "fuzz.h"

/*
 * Write a history to file: a small sound one in which bytes, values or rows have been changed as the input says.  What
 * it takes of the input it takes; the rest is the caller's.
 */
void forged_write(const char *file, struct input *in);

/*
 * Run a command as main() does, on the history, without a word to be seen.  words ends with NULL.  Returns its status,
 * 2 where it has failed.
 */
int forged_command(const char *history, const char *const words[]);

#endif
