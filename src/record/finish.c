/* The closing phase of a run. */
#include "config.h"

#include "record/finish.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "record/end_state.h"
#include "record/flush.h"
#include "record/hard_links.h"
#include "record/left_content.h"
#include "record/notable.h"
#include "record/outcome.h"
#include "record/watched_compare.h"
#include "file/state.h"
#include "base/mem.h"
#include "store/run.h"
#include "mount/remote.h"

enum { BATCH = 1000 };	/* paths: looked at, then written in one transaction */

static const struct file_state absent = { .type = FILE_ABSENT };

struct closing {
	struct ledger *ledger;
	const struct finish *f;
	struct notables *notables;
	struct path_entry *late;	/* whose state is taken last */
	bool summarized;		/* what the summary tells has been told */
	bool late_untouched;		/* but what the summary writes is all that has happened to it */
	struct end_states *looks;
	struct outcomes outcomes;
	struct left_contents left;
	const struct notable_look *look_list;
	size_t n_looks;
};

static int
path_row_id(struct store *s, struct path_entry *p, int64_t *id, struct err *e)
{
	*id = 0;
	if (!p)
		return 0;
	if (p->row_id == 0 && row_path(s, p->path, &p->row_id, e) < 0)
		return -1;
	*id = p->row_id;
	return 0;
}

static int
write_row(struct closing *c, const struct outcome *o, struct tally_sheet *sheet, struct err *e)
{
	struct path_entry *p = o->path;
	char text[64];
	struct row_change row = {
		.run_id = c->f->run_id,
		.class = o->class,
		.differs = change_differs_text(o->differs, text),
		.old_content = o->old_content,
		.disturbed = o->disturbed,
		.caller_log = o->caller_log,
		.doubtful = o->doubtful,
		.left_kept = o->left_kept,
		.via = p->via,
		.before = p->before ? &p->before->state : &absent,
		.after = o->after,
	};

	if (flush_image(c->ledger, c->f->store, c->f->run_id, p->last_image, &row.process_id, e) < 0 ||
	    path_row_id(c->f->store, p, &row.path_id, e) < 0 ||
	    path_row_id(c->f->store, o->from, &row.renamed_from_id, e) < 0 ||
	    row_change(c->f->store, &row, e) < 0)
		return -1;
	sheet->count[o->class]++;
	/* the late one has been told of before it was summed up */
	if (p == c->late && c->summarized)
		return 0;
	notable_note(c->notables, p, &row);
	if (c->f->row)
		c->f->row(c->f->context, p->path, &row);
	return 0;
}

/* Short: others wait for the history meanwhile. */
static int
write_rows(struct closing *c, const struct outcome *list, size_t n, struct tally_sheet *sheet, struct err *e)
{
	int rc = 0;

	if (store_begin(c->f->store, e) < 0)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (list[i].path)
			rc = write_row(c, &list[i], sheet, e);
	}
	if (rc == 0)
		rc = store_commit(c->f->store, e);
	if (rc < 0)
		store_rollback(c->f->store);
	return rc;
}

static void
release_states(struct end_state *after, size_t n)
{
	for (size_t i = 0; i < n; i++)
		state_release(&after[i].state);
}

static void
keep_left(struct closing *c, struct outcome *o)
{
	o->left_kept = left_content_keep(&c->left, o);
	if (o->left_kept)
		outcome_count_kept(&c->outcomes, &o->after->digest, o->after->size_bytes);
}

/* What has been looked at: compared, its text kept, written, released. */
static int
close_batch(struct closing *c, struct path_entry **paths, struct end_state *after, size_t n, struct tally_sheet *sheet,
	    struct err *e)
{
	struct outcome *list = xcalloc(n, sizeof(*list));
	int rc;

	for (size_t i = 0; i < n; i++) {
		outcome_of(&c->outcomes, paths[i], &after[i], &list[i]);
		keep_left(c, &list[i]);
	}
	rc = write_rows(c, list, n, sheet, e);
	release_states(after, n);
	free(list);
	return rc;
}

static int
compare_entries(const void *a, const void *b)
{
	return strcmp((*(struct path_entry *const *)a)->path, (*(struct path_entry *const *)b)->path);
}

/* Set the entries of the next batch, and have it looked at. */
static size_t
begin_batch(struct closing *c, struct path_entry **paths, size_t left, struct end_state *batch)
{
	size_t n = left < BATCH ? left : BATCH;

	for (size_t i = 0; i < n; i++)
		batch[i] = (struct end_state){ .entry = paths[i] };
	end_state_begin(c->looks, batch, n);
	return n;
}

/* While the rows of one batch are written the next one is looked at. */
static int
close_all(struct closing *c, struct path_entry **sorted, size_t n, struct tally_sheet *sheet, struct err *e)
{
	struct end_state *batch = xcalloc(BATCH, sizeof(*batch)), *next = xcalloc(BATCH, sizeof(*next));
	size_t at = 0, len = begin_batch(c, sorted, n, batch);
	int rc = 0;

	while (rc == 0 && len > 0) {
		struct end_state *looked = batch;
		size_t next_len;

		end_state_end(c->looks);
		next_len = begin_batch(c, sorted + at + len, n - at - len, next);
		rc = close_batch(c, sorted + at, looked, len, sheet, e);
		at += len;
		len = next_len;
		batch = next;
		next = looked;
	}
	end_state_end(c->looks);	/* of what was begun before a failure */
	release_states(batch, len);
	free(batch);
	free(next);
	return rc;
}

/* The path of the file that our own words go to, if the run has met it. */
static struct path_entry *
find_late(const struct ledger *l, const struct stat *late)
{
	const struct object *o = late ? ledger_find_object(l, late->st_dev, late->st_ino, 0) : NULL;

	return o && o->place && !o->place->untracked ? o->place : NULL;
}

/* What all rows have given to look at. */
static void
tell_looks(struct closing *c)
{
	c->look_list = notable_looks(c->notables, c->f->packages, &c->n_looks);
	for (size_t i = 0; c->f->look && i < c->n_looks; i++)
		c->f->look(c->f->context, c->look_list[i].path->path, c->look_list[i].reason);
}

/* Short, as write_rows(). */
static int
write_looks(struct closing *c, size_t from, size_t to, struct err *e)
{
	int rc = 0;

	if (store_begin(c->f->store, e) < 0)
		return -1;
	for (size_t i = from; rc == 0 && i < to; i++) {
		const struct notable_look *look = &c->look_list[i];
		int64_t path_id;

		rc = path_row_id(c->f->store, look->path, &path_id, e);
		if (rc == 0)
			rc = row_notable(c->f->store, c->f->run_id, path_id, look->reason, look->rank, e);
	}
	if (rc == 0)
		rc = store_commit(c->f->store, e);
	if (rc < 0)
		store_rollback(c->f->store);
	return rc;
}

static int
write_all_looks(struct closing *c, struct err *e)
{
	for (size_t i = 0; i < c->n_looks; i += BATCH) {
		if (write_looks(c, i, c->n_looks - i > BATCH ? i + BATCH : c->n_looks, e) < 0)
			return -1;
	}
	return 0;
}

/*
 * The file that the summary goes to is one of the run's: its state is taken after the summary, which has to come before
 * the run's end is in the history.  What the summary itself writes there is none of the command's changes.
 */
static void
summarize_late(struct closing *c, struct tally_sheet *sheet)
{
	struct end_state now = { .entry = c->late };
	struct row_change row = { .run_id = c->f->run_id };
	struct outcome o;

	sheet->n_kept = c->outcomes.n_kept;
	sheet->bytes_kept = c->outcomes.bytes_kept;
	sheet->blind_spots = (int64_t)c->ledger->n_blinds;
	end_state_look(c->looks, &now);
	outcome_of(&c->outcomes, c->late, &now, &o);
	c->late_untouched = o.path && o.class == CHANGE_UNCHANGED;
	row.class = o.class;
	row.before = c->late->before ? &c->late->before->state : &absent;
	row.after = &now.state;
	if (o.path)
		notable_note(c->notables, c->late, &row);
	if (c->f->row && o.path)
		c->f->row(c->f->context, c->late->path, &row);
	tell_looks(c);
	c->summarized = true;
	sheet->count[row.class] += o.path != NULL;
	c->f->summarize(c->f->context, sheet);
	sheet->count[row.class] -= o.path != NULL;
	state_release(&now.state);
}

static int
close_late(struct closing *c, struct tally_sheet *sheet, struct err *e)
{
	struct end_state after = { .entry = c->late };

	if (!c->late)
		return 0;
	if (c->late_untouched)
		state_copy(&after.state, &c->late->before->state);
	else
		end_state_look(c->looks, &after);
	return close_batch(c, &c->late, &after, 1, sheet, e);
}

/* What was kept for a call that failed, or that changed nothing in the end. */
static void
drop_unneeded(const struct ledger *l, struct preimages *contents)
{
	for (uint32_t i = 0; i < l->n_objects; i++) {
		if (!l->object_list[i]->needed)
			preimage_drop(contents, l->object_list[i]);
	}
}

/* The paths that are to have rows, in byte order; an array for the caller to free. */
static struct path_entry **
sort_paths(const struct closing *c, size_t *n)
{
	const struct ledger *l = c->ledger;
	struct path_entry **sorted = xmalloc((l->n_paths + 1) * sizeof(struct path_entry *));

	*n = 0;
	for (uint32_t i = 0; i < l->n_paths; i++) {
		if (!l->path_list[i]->untracked && l->path_list[i] != c->late)
			sorted[(*n)++] = l->path_list[i];
	}
	qsort(sorted, *n, sizeof(struct path_entry *), compare_entries);
	return sorted;
}

/* Whether what keeps us from looking is a fault that may be over the next time, and no refusal. */
static bool
may_pass(int error)
{
	return error != 0 && error != EACCES && error != EPERM && error != EREMOTE_MOUNT && error != ETIMEDOUT;
}

static int
finish_changes(struct ledger *l, struct remote_mounts *remote, const struct finish *f, struct tally_sheet *sheet, bool *summarized, struct err *e)
{
	struct closing c = { .ledger = l, .f = f, .late = find_late(l, f->late) };
	size_t n;
	struct path_entry **sorted = sort_paths(&c, &n);
	int rc;

	c.looks = end_state_new(l, remote, n, f->so_far);
	outcome_init(&c.outcomes, l, remote, c.looks);
	c.outcomes.so_far = f->so_far;
	c.left = (struct left_contents){ .contents = f->contents, .remote = remote };
	c.notables = notable_new(store_path(f->store), remote);
	rc = close_all(&c, sorted, n, sheet, e);
	*summarized = rc == 0 && f->summarize && c.late;
	if (*summarized)
		summarize_late(&c, sheet);
	if (rc == 0)
		rc = close_late(&c, sheet, e);
	if (rc == 0 && !c.summarized)
		tell_looks(&c);
	if (rc == 0)
		rc = write_all_looks(&c, e);
	sheet->n_kept = c.outcomes.n_kept;
	sheet->bytes_kept = c.outcomes.bytes_kept;
	if (rc == 0 && f->whole && may_pass(c.outcomes.hidden)) {
		errno = c.outcomes.hidden;
		rc = err_system(e, "the record is not complete: something could not be looked at again");
	}
	outcome_release(&c.outcomes);
	notable_free(c.notables);
	end_state_free(c.looks);
	free(sorted);
	return rc;
}

static void
fill_exit(const struct ledger *l, struct tally_sheet *sheet)
{
	sheet->exit_status = -1;
	sheet->exit_signal = 0;
	if (!l->command_ended)
		return;
	if (WIFEXITED(l->command_status))
		sheet->exit_status = WEXITSTATUS(l->command_status);
	if (WIFSIGNALED(l->command_status))
		sheet->exit_signal = WTERMSIG(l->command_status);
}

/* Which of the changes are theirs is known by now. */
static int
finish_joined(struct ledger *l, const struct finish *f, struct err *e)
{
	if (l->joined.n == 0)
		return 0;
	return joined_flush(l, f->store, f->run_id, true, e) < 0 ? -1 : run_count_joined(f->store, f->run_id, e);
}

static int
finish_with(struct ledger *l, struct remote_mounts *remote, const struct finish *f, enum run_state state,
	    struct tally_sheet *sheet, struct err *e)
{
	struct run_end end = { .state = state };
	bool summarized;

	memset(sheet, 0, sizeof(*sheet));
	fill_exit(l, sheet);
	sheet->ended_ns = f->ended_ns;
	hard_links_seek(l, remote, store_path(f->store), f->find_links);
	/* what others do in watched places is told at the end */
	if (!f->so_far)
		watched_compare(l, remote, store_path(f->store), f->contents);
	if (flush_rows(l, f->store, f->run_id, e) < 0 || finish_changes(l, remote, f, sheet, &summarized, e) < 0 ||
	    flush_rows(l, f->store, f->run_id, e) < 0 || finish_joined(l, f, e) < 0)
		return -1;
	sheet->blind_spots = (int64_t)l->n_blinds;
	end.ended_ns = sheet->ended_ns;
	end.exit_status = sheet->exit_status;
	end.exit_signal = sheet->exit_signal;
	end.n_created = sheet->count[CHANGE_CREATED];
	end.n_modified = sheet->count[CHANGE_MODIFIED];
	end.n_attributes = sheet->count[CHANGE_ATTRIBUTES];
	end.n_deleted = sheet->count[CHANGE_DELETED];
	end.n_blind_spots = sheet->blind_spots;
	end.bytes_kept = sheet->bytes_kept;
	if (run_finish(f->store, f->run_id, &end, e) < 0)
		return -1;
	if (f->summarize && !summarized)
		f->summarize(f->context, sheet);
	if (f->contents)
		drop_unneeded(l, f->contents);
	return 0;
}

int
finish_run(struct ledger *l, const struct finish *f, enum run_state state, struct tally_sheet *sheet,
	   struct err *e)
{
	struct remote_mounts *remote = remote_new();
	int rc;

	remote_refresh(remote);
	rc = finish_with(l, remote, f, state, sheet, e);
	remote_free(remote);
	return rc;
}
