/* Runs that go on, from their journals. */
#include "config.h"

#include "record/running.h"

#include <stdlib.h>

#include "base/list.h"
#include "record/finish.h"
#include "record/replay.h"
#include "store/interim.h"
#include "store/query_run.h"

/* What has been read of them; ids and replays stand side by side. */
struct running {
	int64_t *ids;
	struct replay *replays;
	size_t n, n_replays;
};

/* Where no file has several names none can have lost one: then nobody has to look at all that the run has met. */
static bool
has_several_names(const struct ledger *l)
{
	for (uint32_t i = 0; i < l->n_objects; i++) {
		if (l->object_list[i]->state.nlink > 1 && l->object_list[i]->state.type != FILE_DIRECTORY)
			return true;
	}
	return false;
}

static void
read_one(struct running *all, struct store *s, const struct run_row *run)
{
	struct journal_reader *reader;
	struct replay r;
	struct err unsaid;

	if (journal_open_running(&reader, store_path(s), run->uuid, &unsaid) < 0)
		return;
	replay_init(&r, store_path(s));
	replay_journal(&r, reader);
	journal_reader_close(reader, false);
	r.ledger.names_lost = has_several_names(&r.ledger);
	*LIST_ADD(all->ids, all->n) = run->id;
	*LIST_ADD(all->replays, all->n_replays) = r;
}

static int
read_journals(struct running *all, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	int found = 0;

	for (size_t i = 0; found >= 0 && i < n; i++) {
		struct run_row run;

		found = query_run(s, ids[i], &run, e);
		if (found > 0 && run.state == RUN_RUNNING && run.imported_ns == 0)
			read_one(all, s, &run);
		query_run_release(&run);
	}
	return found < 0 ? -1 : 0;
}

/* The history has images and calls itself: those that changes are owed to alone get rows. */
static int
write_one(struct replay *r, struct store *s, int64_t run_id, struct err *e)
{
	const struct finish f = { .store = s, .run_id = run_id, .so_far = true };
	struct ledger *l = &r->ledger;
	struct tally_sheet sheet;

	if (connections_skip_stored(&l->connections, s, run_id, e) < 0)
		return -1;
	ledger_tallies_stored(l);
	l->n_dirty_images = 0;
	return finish_run(l, &f, RUN_COMPLETE, &sheet, e);
}

static int
write_rows_of(const struct running *all, struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	const struct interim_runs runs = { all->ids, all->n, ids, n };
	int rc = interim_begin(s, &runs, e);

	for (size_t i = 0; rc == 0 && i < all->n; i++)
		rc = write_one(&all->replays[i], s, all->ids[i], e);
	return interim_end(s, rc < 0 ? NULL : e) < 0 ? -1 : rc;
}

int
running_load(struct store *s, const int64_t *ids, size_t n, struct err *e)
{
	struct running all = { .n = 0 };
	int rc = read_journals(&all, s, ids, n, e);

	if (rc == 0 && all.n > 0)
		rc = write_rows_of(&all, s, ids, n, e);
	for (size_t i = 0; i < all.n_replays; i++)
		replay_release(&all.replays[i]);
	free(all.replays);
	free(all.ids);
	return rc;
}
