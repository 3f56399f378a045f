/*
 * RUN as an argument: a number, a name, HOST:NAME of imported runs, or last; where several may stand also 12-15, which
 * means those of them that run and attach made here.
 */
#ifndef WT_CMD_UI_RUN_ARG_H
#define WT_CMD_UI_RUN_ARG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "cmd/ui/row.h"
#include "store/run.h"
#include "store/store.h"

/* Run numbers, each once, ascending.  Owned. */
struct run_ids {
	int64_t *v;
	size_t n;
};

/* Whether a word can be a name only: it is no number, and not last. */
bool run_arg_is_name(const char *word);

/* Whether no run has such a name: where paths may follow runs, it is one. */
bool run_arg_is_path(struct store *s, const char *word);

/* The run that a word means, of several with a name the newest; NULL means last.  0, or -1 with e set. */
int run_arg_one(struct store *s, const char *word, int64_t *id, struct err *e);

/*
 * All runs that the words mean, and where since is given (a typed time) those that run and attach began here since then;
 * without either the last.  run_arg_ids_release() in either case.
 */
int run_arg_all(struct store *s, char *const words[], size_t n, const char *since, struct run_ids *out,
		struct err *e);

/* The same, but of several with one name the newest. */
int run_arg_newest(struct store *s, char *const words[], size_t n, const char *since, struct run_ids *out,
		   struct err *e);
/* Add one more. */
void run_arg_ids_add(struct run_ids *ids, int64_t id);
void run_arg_ids_release(struct run_ids *ids);

/* Whether the tracer of a run whose state is running has gone: what is left of it is its journal, unlocked. */
bool run_arg_is_dead(const struct store *s, enum run_state state, const char *uuid);

/*
 * What a run left is known when it has ended, or what it has done so far has been loaded (record/running.h): 0, or -1 with
 * e set where neither is so, or its record is not complete.
 */
int run_arg_ended(struct store *s, int64_t id, struct err *e);

/* Load it of those among the runs that go on; the store knows of these runs alone then.  0, or -1 with e set as above. */
int run_arg_ask(struct store *s, const int64_t *ids, size_t n, struct err *e);

/*
 * For printer_cursor() over the view runs, with the store as context: a run whose tracer has gone is shown as interrupted,
 * one that goes on as running.
 */
bool run_arg_show_state(struct row *r, void *store);

#endif
