/* When cron runs a line of a crontab(5), in words. */
#ifndef WT_RECORD_CRON_WORDS_H
#define WT_RECORD_CRON_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/*
 * Add "at 03:17 daily", "every 5 minutes", "at every boot", or the fields themselves where no words are shorter.  Whether
 * the line is of a job; else nothing is added.
 */
bool cron_words_add(struct buf *out, const char *line, size_t len);

#endif
