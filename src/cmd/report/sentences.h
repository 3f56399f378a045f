/* What a report says in words, for HTML and Markdown alike. */
#ifndef WT_CMD_REPORT_SENTENCES_H
#define WT_CMD_REPORT_SENTENCES_H

#include <stdint.h>

#include "base/buf.h"
#include "cmd/report/story.h"

/* How the format that is written has a stranger's text stand out in a sentence of ours. */
typedef void sentence_code(struct buf *out, const char *text);

/* The command, or as much of it as a heading takes; of several runs how many they are.  As it is: nothing is escaped. */
void sentence_add_short_command(struct buf *out, const struct story *s);

/* Who ran what, where, when and how it ended. */
void sentence_add_run(struct buf *out, const struct run_row *r, sentence_code *code);

/* What the runs did to files. */
void sentence_add_changes(struct buf *out, const struct story *s);

/* Whether the record is whole: true where it is, and the words say so either way. */
bool sentence_add_verdict(struct buf *out, const struct story *s);

/* What of the state before is kept, and what that is good for. */
void sentence_add_kept(struct buf *out, const struct story *s);

/* The command that takes the runs back; false, and nothing is added, where there is none to give. */
bool sentence_add_undo(struct buf *out, const struct story *s);

/* A number with commas between its thousands. */
void sentence_add_number(struct buf *out, int64_t n);
void sentence_add_count(struct buf *out, int64_t n, const char *one, const char *several);

/* An errno's name as a few words; the name itself where there are none. */
const char *sentence_error(const char *name);

/* The mode and the size that a path has now, or had where it is gone. */
const struct file_state *sentence_side(const struct path_change *p);

#endif
