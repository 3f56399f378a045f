/* Questions about runs. */
#ifndef WT_STORE_QUERY_RUN_H
#define WT_STORE_QUERY_RUN_H

#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/cursor.h"
#include "store/run.h"

/* What the history knows of a run.  Strings are owned. */
struct run_row {
	int64_t id;
	char *name;		/* NULL: none */
	enum run_kind kind;
	enum run_state state;
	char *uuid, *host, *login, *directory, *command;
	int64_t started_ns;
	int64_t ended_ns;	/* 0: not ended */
	int exit_status;	/* -1: none */
	int exit_signal;	/* 0: none */
	int64_t tracer_pid;
	int64_t n_created, n_modified, n_attributes, n_deleted, n_blind_spots;
	int64_t bytes_kept;
	int64_t imported_ns;	/* 0: made here */
	int64_t n_kept_back;	/* of a run that is partly undone */
};

/* 1, 0 if there is no such run, -1 with e set.  query_run_release() in either case. */
int query_run(struct store *s, int64_t id, struct run_row *out, struct err *e);
void query_run_release(struct run_row *r);

/* Rows of the view runs: all of them, oldest first, or one. */
int query_runs(struct store *s, struct cursor **out, struct err *e);
/* Those alone of some kinds (words of runs.kind with commas between), with names like a GLOB, the newest of them; NULL, -1: all. */
int query_runs_like(struct store *s, const char *kinds, const char *names, int64_t newest, struct cursor **out, struct err *e);
int query_runs_row(struct store *s, int64_t id, struct cursor **out, struct err *e);

/* Each of these: 1 with *id set, 0 if there is none, -1 with e set. */
int query_run_exists(struct store *s, int64_t id, struct err *e);
/* The newest that run or attach made here. */
int query_run_last(struct store *s, int64_t *id, struct err *e);

/*
 * The numbers, ascending, of the runs that run and attach made here, from first to last, and that began at since_ns or
 * later.  0, or -1 with e set.
 */
int query_runs_between(struct store *s, int64_t first, int64_t last, int64_t since_ns, struct cursor **out,
		       struct err *e);

/*
 * The newest of them that has not been undone, nor, where also_uninstalled, uninstalled: 1 with *id set, 0 where there
 * is none, -1 with e set.
 */
int query_run_standing(struct store *s, bool also_uninstalled, int64_t *id, struct err *e);
/* The newest undo or uninstall that took the run back. */
int query_run_taken_back_by(struct store *s, int64_t run_id, int64_t *id, struct err *e);

/* The run whose record a run is part of, since it was begun within that.  1, 0 if it has its own, -1 with e set. */
int query_run_joined(struct store *s, int64_t run_id, int64_t *of_run, struct err *e);

/* How many of a run's paths its last undo kept, where it is partly undone. */
int query_run_kept_back(struct store *s, int64_t run_id, int64_t *n, struct err *e);

/* How many processes of a run were refused what is called so in `writes`.  0, or -1 with e set. */
int query_run_refused(struct store *s, int64_t run_id, const char *path, int64_t *n, struct err *e);

/*
 * All runs of a name, the newest first (column 0 is the id): those made here, or where host is not NULL
 * those imported from it.
 */
int query_runs_named(struct store *s, const char *host, const char *name, struct cursor **out, struct err *e);

#endif
