/* Times, sizes, signals and names as people read them. */
#ifndef WT_CMD_UI_TEXT_H
#define WT_CMD_UI_TEXT_H

#include <stdint.h>

#include "base/buf.h"

/* A size in binary units: 512 bytes, 42.6 KiB, 88.1 MiB.  Negative sizes as their amount. */
void text_add_size(struct buf *out, int64_t bytes);

/* A number and what it counts. */
void text_add_count(struct buf *out, int64_t n, const char *one, const char *several);

/* Write a time as the views have modification times: UTC, nine digits behind the point. */
void text_view_time(int64_t ns, char out[48]);

/* Local time, in strftime's format. */
void text_add_local_time(struct buf *out, int64_t ns, const char *format);

/* The same from a view's text, which is UTC; "-" for NULL, the text quoted where it is no time. */
void text_add_view_time(struct buf *out, const char *text, const char *format);

/* SIGTERM; "signal 70" for one without a name. */
void text_add_signal(struct buf *out, int number);

/* A path: quoted, with "/" behind a directory's and " -> target" behind a symlink's. */
void text_add_path(struct buf *out, const char *path, const char *type, const char *target);

/* quote_shell() and quote_message() of a string; "-" for NULL. */
void text_add_quoted(struct buf *out, const char *text);
void text_add_message(struct buf *out, const char *text);

/* The word of a run's state, and of one that is partly undone how many paths were kept back. */
void text_add_run_state(struct buf *out, const char *state, int64_t n_kept_back);

/* Behind a command line that is advised: the history, where it was given as an option (NULL: it was not). */
void text_add_db_option(struct buf *out, const char *db);

#endif
