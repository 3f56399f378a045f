/* The sockets that a run makes and the addresses that it asks for, counted, on their way to the history. */
#ifndef WT_RECORD_CONNECTIONS_H
#define WT_RECORD_CONNECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "event.h"
#include "store/store.h"

struct connection_row;

/* Part of a ledger; plain data of connections.c.  Zeros before the first. */
struct connections {
	struct connection_row *by_key;
	struct connection_row **list;	/* in the order in which they were met */
	size_t n;
	size_t stored;		/* of these the history has rows: the first so many */
	size_t *changed;	/* of the stored ones, those with new counts */
	size_t n_changed;
};

void connections_release(struct connections *all);

/* Count one.  Returns true where it is new. */
bool connections_count(struct connections *all, uint32_t image, const struct connection *c, int error, int64_t now_ns);

/* Whether the history lacks something. */
bool connections_pending(const struct connections *all);

/*
 * Write what is pending, inside a transaction of the caller's, at most max rows; process finds the row of an
 * image.  0, or -1 with e set.  connections_committed() is to follow, or connections_rolled_back().
 */
typedef int connections_process_fn(void *context, uint32_t image, int64_t *process_id, struct err *e);
int connections_write(struct connections *all, struct store *s, int64_t run_id, size_t max,
		      connections_process_fn *process, void *context, struct err *e);
void connections_committed(struct connections *all);
void connections_rolled_back(struct connections *all);

/*
 * Of a dead run the history has the first so many already, and knows better how often they came.
 * 0, or -1 with e set.
 */
int connections_skip_stored(struct connections *all, struct store *s, int64_t run_id, struct err *e);

#endif
