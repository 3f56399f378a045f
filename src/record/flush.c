/* From the ledger to the history while a run goes on: images, tallies, connections, blind spots. */
#include "config.h"

#include "record/flush.h"

#include <stdlib.h>

#include "record/words.h"
#include "store/rows.h"

enum { TRANSACTION_ROWS = 5000 };	/* so that nobody else waits long */

/* Parents come first: their numbers are lower. */
int
flush_image(struct ledger *l, struct store *s, int64_t run_id, uint32_t number, int64_t *row_id, struct err *e)
{
	struct image *i = ledger_image(l, number);
	struct row_process row;

	*row_id = 0;
	if (!i)
		return 0;
	if (i->row_id != 0 && !i->dirty) {
		*row_id = i->row_id;
		return 0;
	}
	row = (struct row_process){
		.run_id = run_id, .seq = number, .pid = i->pid,
		.program = i->program, .command = i->command, .directory = i->directory,
		.started_ns = i->started_ns, .ended_ns = i->ended_ns,
		.exit_status = i->exit_status, .exit_signal = i->exit_signal,
	};
	/* one that is not dirty has its row, with its parent in it: a look at all that are above it may have no end */
	if (i->dirty && i->parent != 0 && flush_image(l, s, run_id, i->parent, &row.parent_id, e) < 0)
		return -1;
	if (i->dirty && i->program_image != number &&
	    flush_image(l, s, run_id, i->program_image, &row.image_id, e) < 0)
		return -1;
	if (row_process(s, &row, &i->row_id, e) < 0)
		return -1;
	i->dirty = false;
	*row_id = i->row_id;
	return 0;
}

static int
tally_row(struct ledger *l, struct store *s, int64_t run_id, const struct tally *t, struct err *e)
{
	struct row_access row = {
		.run_id = run_id,
		.op = op_names[t->op],
		.flags = l->flags[t->flags].text,
		.error = t->error ? words_error(t->error) : NULL,
		.count = t->count,
		.first_ns = t->first_ns,
		.last_ns = t->last_ns,
		.replayed = l->replayed,
	};

	if (t->path->row_id == 0 && row_path(s, t->path->path, &t->path->row_id, e) < 0)
		return -1;
	row.path_id = t->path->row_id;
	if (flush_image(l, s, run_id, t->image, &row.process_id, e) < 0)
		return -1;
	return row_access(s, &row, e);
}

/* Images and blind spots: few, and wanted by the other rows. */
static int
write_few(struct ledger *l, struct store *s, int64_t run_id, struct err *e)
{
	int64_t row_id;

	for (size_t i = 0; i < l->n_dirty_images; i++) {
		if (flush_image(l, s, run_id, l->dirty_images[i], &row_id, e) < 0)
			return -1;
	}
	for (size_t i = l->blinds_stored; i < l->n_blinds; i++) {
		const struct blind_spot *b = l->blinds[i];

		if (flush_image(l, s, run_id, b->image, &row_id, e) < 0 ||
		    row_blind_spot(s, run_id, (int64_t)i + 1, row_id, blind_names[b->kind], b->detail, e) < 0)
			return -1;
	}
	return 0;
}

static int
write_tallies(struct ledger *l, struct store *s, int64_t run_id, size_t from, size_t to, struct err *e)
{
	for (size_t i = from; i < to; i++) {
		/* 0: stored by an earlier transaction, after which a later one failed */
		if (l->pending[i]->count > 0 && tally_row(l, s, run_id, l->pending[i], e) < 0)
			return -1;
	}
	return 0;
}

struct whose_row {
	struct ledger *ledger;
	struct store *store;
	int64_t run_id;
};

static int
process_row(void *context, uint32_t image, int64_t *row_id, struct err *e)
{
	const struct whose_row *w = context;

	return flush_image(w->ledger, w->store, w->run_id, image, row_id, e);
}

static int
write_connections(struct ledger *l, struct store *s, int64_t run_id, struct err *e)
{
	struct whose_row w = { l, s, run_id };

	return connections_write(&l->connections, s, run_id, TRANSACTION_ROWS, process_row, &w, e);
}

/* The long texts of an image are needed once; its program's name is wanted for messages. */
static void
images_stored(struct ledger *l)
{
	for (size_t i = 0; i < l->n_dirty_images; i++) {
		struct image *image = ledger_image(l, l->dirty_images[i]);

		free(image->command);
		image->command = NULL;
	}
	l->n_dirty_images = 0;
	l->blinds_stored = l->n_blinds;
}

static void
rolled_back(struct ledger *l, struct store *s)
{
	store_rollback(s);
	ledger_forget_rows(l);
	connections_rolled_back(&l->connections);
	for (size_t i = 0; i < l->n_dirty_images; i++)
		ledger_image(l, l->dirty_images[i])->dirty = true;
}

int
flush_rows(struct ledger *l, struct store *s, int64_t run_id, struct err *e)
{
	size_t from = 0;

	if (l->n_dirty_images == 0 && l->n_pending == 0 && l->blinds_stored == l->n_blinds &&
	    !connections_pending(&l->connections) && l->joined.n_ended == 0)
		return 0;
	do {
		size_t to = l->n_pending - from > TRANSACTION_ROWS ? from + TRANSACTION_ROWS : l->n_pending;

		if (store_begin(s, e) < 0)
			return -1;
		if (write_few(l, s, run_id, e) < 0 || write_tallies(l, s, run_id, from, to, e) < 0 ||
		    write_connections(l, s, run_id, e) < 0 || joined_flush(l, s, run_id, false, e) < 0 ||
		    store_commit(s, e) < 0) {
			rolled_back(l, s);
			return -1;
		}
		images_stored(l);
		connections_committed(&l->connections);
		for (; from < to; from++)
			l->pending[from]->count = 0;
	} while (from < l->n_pending || connections_pending(&l->connections));
	ledger_tallies_stored(l);
	return 0;
}
