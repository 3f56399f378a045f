/* What is said of a record that the history could not take. */
#ifndef WT_CMD_SESSION_SAVED_JOURNAL_H
#define WT_CMD_SESSION_SAVED_JOURNAL_H

#include "record/recorder.h"
#include "cmd/opts.h"

/*
 * Say that file has what was recorded of a run, which is called so, and contents (NULL: none) its old contents, and how to
 * take both in.
 */
void saved_journal_name(const char *which, const char *file, const char *contents, const struct options *opt);

/* Behind a recorder_finish() that failed: see to it that a file has it, and say which, or that none has. */
void saved_journal_say(struct recorder *r, const struct options *opt);

#endif
