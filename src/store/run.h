/* The rows of `run`: made at a run's start, filled in at its end. */
#ifndef WT_STORE_RUN_H
#define WT_STORE_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

enum run_kind { RUN_KIND_RUN, RUN_KIND_ATTACH, RUN_KIND_UNDO, RUN_KIND_UNINSTALL, RUN_KIND_COUNT };
/* The first is that of a run that has not ended. */
enum run_state {
	RUN_RUNNING, RUN_COMPLETE, RUN_INTERRUPTED, RUN_UNINSTALLED, RUN_UNDONE, RUN_PARTLY_UNDONE, RUN_STATE_COUNT
};

/* As in `runs.kind` and `runs.state`. */
extern const char *const run_kind_names[RUN_KIND_COUNT];
extern const char *const run_state_names[RUN_STATE_COUNT];

/* What the word (or NULL) stands for; the enum's count where it is none of them. */
enum run_kind run_kind_named(const char *word);
enum run_state run_state_named(const char *word);

/* What is known of a run when it starts.  Strings are borrowed. */
struct run_start {
	const char *uuid;
	const char *name;	/* NULL for none */
	enum run_kind kind;
	const int64_t *of_run;	/* the runs that an undo or uninstall takes back */
	size_t n_of_run;
	const char *host;
	const char *login;
	const char *directory;
	const char *command;	/* quoted */
	int64_t started_ns;
	int64_t tracer_pid;
};

/* What is known when it has ended. */
struct run_end {
	int64_t ended_ns;
	int exit_status;	/* -1: died by exit_signal, or nobody knows */
	int exit_signal;	/* 0: none */
	enum run_state state;	/* complete, interrupted */
	int64_t n_created, n_modified, n_attributes, n_deleted;
	int64_t n_blind_spots;
	int64_t bytes_kept;
};

/* Whether a run may have this name.  0, or -1 with e set to the reason. */
int run_check_name(const char *name, struct err *e);

/* Insert a run in state running; *id is its number.  0, or -1 with e set. */
int run_insert(struct store *s, const struct run_start *start, int64_t *id, struct err *e);

/* Its number by its uuid: 1, 0 if there is none, -1 with e set. */
int run_by_uuid(struct store *s, const char *uuid, int64_t *id, struct err *e);

/* Whether it has not ended: 1 or 0, also where there is no such run; -1 with e set. */
int run_is_running(struct store *s, int64_t id, struct err *e);

int run_finish(struct store *s, int64_t id, const struct run_end *end, struct err *e);

/* Note that nobody saw it end: its states after are those found later.  0, or -1 with e set. */
int run_mark_unseen(struct store *s, int64_t id, struct err *e);

/* A run that was begun within another one, and is part of that one's record. */
struct run_joined {
	const char *uuid;
	const char *name;	/* NULL for none */
	int64_t of_run;		/* the other; what else there is to say of it stands there */
	int64_t image;		/* the process image of it that joined, counted from 1; in the history already */
	int64_t ended_ns;	/* 0: nobody saw it end */
	int exit_status;	/* as in struct run_end */
	int exit_signal;
};

/* Its row, in one transaction or none.  Repeats without harm. */
int run_insert_joined(struct store *s, const struct run_joined *joined, struct err *e);

/* Count the changes of all that joined a run: those that their processes were the last to make. */
int run_count_joined(struct store *s, int64_t of_run, struct err *e);

/* Take back a run that never began; its number is given to the next one. */
int run_discard(struct store *s, int64_t id, struct err *e);

/* Give a run a name; NULL takes it away. */
int run_rename(struct store *s, int64_t id, const char *name, struct err *e);

#endif
