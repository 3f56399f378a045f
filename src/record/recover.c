/* Dead runs, from their journals. */
#include "config.h"

#include "record/recover.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "record/ledger_blind.h"
#include "record/journal_entries.h"
#include "record/prestate.h"
#include "record/replay.h"
#include "objects/objects.h"
#include "objects/objects_dir.h"
#include "record/tree_move.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "store/run.h"

#define DEATHS_NS (30 * NS_PER_SECOND)

/* Whether the object that path named before is now at other. */
static bool
is_now_at(const struct replay *r, const char *path, const char *other)
{
	const struct path_entry *p = ledger_find_path(&r->ledger, path);
	struct stat st;

	return p && p->before && lstat(other, &st) == 0 && st.st_dev == p->before->key.dev &&
	       st.st_ino == p->before->key.ino;
}

static void
finish_move(struct replay *r, const char *history)
{
	struct prestate ps = { .ledger = &r->ledger, .history = history };
	const struct unfinished_move *m = &r->move;

	if (!m->there || !is_now_at(r, m->from, m->to))
		return;
	if (m->exchange)
		tree_move_exchanged(&ps, m->from, m->to, 0, NULL);
	else
		tree_move_moved(&ps, m->from, m->to, 0, NULL);
	settling_release(&ps.settling);
	creations_release(&ps.creations);
}

static bool
is_running(pid_t pid)
{
	struct buf stat = BUF_INIT;
	char path[64];
	const char *state = NULL;
	bool alive;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (io_read_file(path, &stat, 65536) == 0)
		state = strrchr(stat.data, ')');
	alive = state && state[1] == ' ' && state[2] != 'Z' && state[2] != 'X';
	buf_release(&stat);
	return alive;
}

/*
 * The kernel kills the tracees when their tracer dies; the last instructions of one may still be under way, or a call
 * that only the disk can end.
 */
static void
await_deaths(const struct ledger *l)
{
	const struct timespec pause = { 0, 5000000 };
	const int64_t limit_ns = clock_monotonic_ns() + DEATHS_NS;

	while (clock_monotonic_ns() < limit_ns) {
		bool all_gone = true;

		for (uint32_t i = 0; i < l->n_images && all_gone; i++)
			all_gone = l->images[i].ended_ns != 0 || !is_running(l->images[i].pid);
		if (all_gone)
			return;
		nanosleep(&pause, NULL);
	}
}

/* The kernel lets those go whose tracer dies without PTRACE_O_EXITKILL; whether they had ended then nobody knows. */
static void
note_let_go(struct ledger *l)
{
	bool may_go_on = l->n_images == 0;	/* it died before it could write down whom it had taken hold of */

	for (uint32_t i = 0; i < l->n_images; i++)
		may_go_on |= l->images[i].ended_ns == 0;
	if (may_go_on)
		ledger_add_blind(l, 0, BLIND_UNTRACED, "until the recorder died, and let go on untraced; what was done "
				 "from then on, and before to files that were open then, is not in this record");
}

/* What it left may have been changed before it is looked at now: undo wants to know, and people. */
static int
note_unseen(struct ledger *l, struct store *s, int64_t run_id, struct err *e)
{
	ledger_add_blind(l, 0, BLIND_RACE, "nobody saw this run end: the states after it are those found later");
	return run_mark_unseen(s, run_id, e);
}

static int
close_run(struct replay *r, struct store *s, int64_t ended_ns, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
	  struct err *e)
{
	struct finish f = { .store = s, .ended_ns = ended_ns, .packages = at_once };
	struct tally_sheet own;
	int found, running;

	found = r->uuid ? run_by_uuid(s, r->uuid, &f.run_id, e) : 0;
	if (found <= 0)
		return found;	/* died before the run had a row: nothing had been executed */
	if (run_id)
		*run_id = f.run_id;
	running = run_is_running(s, f.run_id, e);
	if (running <= 0)
		/* died between its last row and the removal of the journal: what is found now is not what it left */
		return running < 0 ? -1 : RECOVER_ENDED;
	if (connections_skip_stored(&r->ledger.connections, s, f.run_id, e) < 0)
		return -1;
	if (r->attached)
		note_let_go(&r->ledger);
	else if (at_once)
		await_deaths(&r->ledger);
	if (!at_once && note_unseen(&r->ledger, s, f.run_id, e) < 0)
		return -1;
	finish_move(r, store_path(s));
	return finish_run(&r->ledger, &f, RUN_INTERRUPTED, sheet ? sheet : &own, e);
}

/* Where old contents lie beside a journal that is given: its base, or NULL. */
static char *
base_with_contents(const char *file)
{
	char *base = journal_base_of(file);
	char *dir = base ? xasprintf("%s.objects", base) : NULL;
	struct stat st;

	/* those of a history are its own */
	if (base && (lstat(dir, &st) < 0 || !S_ISDIR(st.st_mode) || lstat(base, &st) == 0)) {
		free(base);
		base = NULL;
	}
	free(dir);
	return base;
}

struct contents_taken {
	const char *base;
	struct objects *to;
	struct err *e;
};

/* Each is put under the digest of what it holds, whatever its name says. */
static int
take_content(void *context, const struct objects_entry *entry)
{
	const struct contents_taken *t = context;
	int fd = objects_dir_get(t->base, &entry->digest);
	struct digest found;
	int rc;

	if (fd < 0)
		return 0;
	rc = objects_put(t->to, fd, &found, NULL, t->e);
	close(fd);
	return rc;
}

/* They are on the disk before the others may go. */
static int
take_contents(struct store *s, const char *base, struct err *e)
{
	struct contents_taken t = { base, objects_new(store_path(s), true), e };
	int rc = objects_dir_clear_up(base, e);

	if (rc == 0)
		rc = objects_dir_walk(base, take_content, &t, e);
	objects_free(t.to);
	return rc;
}

int
recover_file(struct store *s, const char *file, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
	     struct err *e)
{
	struct journal_reader *reader;
	struct replay r;
	char *base;
	int rc;

	if (journal_open(&reader, file, e) < 0)
		return -1;
	base = base_with_contents(file);
	rc = base ? take_contents(s, base, e) : 0;
	if (rc == 0) {
		replay_init(&r, store_path(s));
		replay_journal(&r, reader);
		rc = close_run(&r, s, journal_last_ns(reader), at_once, run_id, sheet, e);
		replay_release(&r);
	}
	journal_reader_close(reader, rc >= 0);
	if (rc >= 0 && base)
		objects_dir_remove_all(base);
	free(base);
	return rc;
}

/* What a run that went on elsewhere has left beside the history: only its beginning. */
static void
remove_beginning(struct store *s, const char *uuid)
{
	char *file = journal_name(store_path(s), uuid);
	struct journal_reader *reader;
	struct err unsaid;

	if (journal_open(&reader, file, &unsaid) == 0)
		journal_reader_close(reader, true);
	free(file);
}

/* Its tracer may have died after the removal of its journal: then all of it is in the history. */
static bool
has_ended(struct store *s, const char *uuid, int64_t *run_id)
{
	struct err unsaid;
	int64_t id;

	if (run_by_uuid(s, uuid, &id, &unsaid) <= 0 || run_is_running(s, id, &unsaid) != 0)
		return false;
	if (run_id)
		*run_id = id;
	return true;
}

int
recover_run(struct store *s, const char *uuid, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
	    struct err *e)
{
	int64_t id;
	char *away = run_by_uuid(s, uuid, &id, e) > 0 ? journal_find_away(uuid) : NULL;
	char *file = away ? away : journal_name(store_path(s), uuid);
	int rc = recover_file(s, file, at_once, run_id, sheet, e);

	if (rc >= 0 && away)
		remove_beginning(s, uuid);
	free(file);
	return rc < 0 && e->code == ERR_NOT_FOUND && has_ended(s, uuid, run_id) ? RECOVER_ENDED : rc;
}

void
recover_all(struct store *s)
{
	char *dir = xasprintf("%s.journal", store_path(s));
	struct err unsafe = { 0 };
	const struct dirent *entry;
	DIR *d = NULL;

	if (journal_check_directory(store_path(s), &unsafe) < 0)
		err_print(&unsafe);
	else
		d = opendir(dir);
	while (d && (entry = readdir(d))) {
		struct err e = { 0 };

		if (entry->d_name[0] == '.')
			continue;
		if (recover_run(s, entry->d_name, false, NULL, NULL, &e) < 0 && e.code != ERR_BUSY &&
		    e.code != ERR_NOT_FOUND)
			err_print(&e);
	}
	if (d)
		closedir(d);
	free(dir);
}

/* --- journals that are given by name --- */

static char *
copy_text(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

/* What a journal says first, with strings of its own. */
static bool
first_entry_copy(struct journal_reader *r, struct run_start *run)
{
	struct journal_entry e;

	if (journal_read(r, &e) == 0 || e.type != JOURNAL_RUN)
		return false;
	*run = e.run;
	run->uuid = copy_text(run->uuid);
	run->name = copy_text(run->name);
	run->host = copy_text(run->host);
	run->login = copy_text(run->login);
	run->directory = copy_text(run->directory);
	run->command = copy_text(run->command);
	return !e.bad && run->uuid && run->kind < RUN_KIND_COUNT && run->host && run->login && run->directory &&
	       run->command && strlen(run->uuid) == 36 && strspn(run->uuid, "0123456789abcdef-") == 36;
}

static void
first_entry_release(struct run_start *run)
{
	const char *const owned[] = {
		run->uuid, run->name, run->host, run->login, run->directory, run->command,
	};

	for (size_t i = 0; i < ARRAY_SIZE(owned); i++)
		free((char *)(uintptr_t)owned[i]);
}

static int
read_first_entry(const char *file, struct run_start *run, struct err *e)
{
	struct journal_reader *r;
	bool ok;

	memset(run, 0, sizeof(*run));
	if (journal_open(&r, file, e) < 0)
		return -1;
	ok = first_entry_copy(r, run);
	journal_reader_close(r, false);
	return ok ? 0 : err_set(e, ERR_INPUT, "cannot import %s: the journal does not say of which run it is", file);
}

/* What a journal says is looked up and kept with the rights of who reads it: nobody else may have written it. */
static int
check_journal_owner(const char *file, struct err *e)
{
	struct stat st;

	if (lstat(file, &st) < 0)
		return err_system(e, "cannot import %s", file);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "cannot import %s: it is no regular file", file);
	if (st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return err_set(e, ERR_INPUT, "cannot import %s: a journal is taken from its owner alone, and this one "
			       "is user %u's or may be written by others", file, (unsigned)st.st_uid);
	return 0;
}

int
recover_check_given(const char *file, struct err *e)
{
	char here[256] = "";
	struct run_start run;
	int rc = check_journal_owner(file, e);

	if (rc < 0)
		return -1;
	rc = read_first_entry(file, &run, e);
	gethostname(here, sizeof(here) - 1);
	if (rc == 0 && strcmp(run.host, here) != 0)
		rc = err_set(e, ERR_INPUT, "cannot import %s: what the run left can be looked up only where it was made, "
			     "on %s; import it there, and export the run", file, run.host);
	first_entry_release(&run);
	return rc;
}

/* 1: the run is known and complete, 0: it is there to be replayed, -1 with e set. */
static int
make_known(struct store *s, const struct run_start *run, int64_t *run_id, struct err *e)
{
	int found = run_by_uuid(s, run->uuid, run_id, e);
	int running;

	if (found <= 0)
		return found < 0 ? -1 : run_insert(s, run, run_id, e);
	running = run_is_running(s, *run_id, e);
	/* the lock is on the run's own journal: this may be a copy */
	if (running > 0 && journal_is_live(store_path(s), run->uuid))
		return err_set(e, ERR_BUSY, "the run of this journal is still going on");
	return running < 0 ? -1 : !running;
}

int
recover_given(struct store *s, const char *file, int (*check_name)(const char *name, struct err *e), int64_t *run_id,
	      bool *here, struct err *e)
{
	struct run_start run;
	int rc = read_first_entry(file, &run, e);

	if (rc == 0 && run.name && check_name(run.name, e) < 0)
		rc = err_prefix(e, "cannot import %s", file);
	if (rc == 0) {
		rc = make_known(s, &run, run_id, e);
		if (rc < 0)
			err_prefix(e, "cannot import %s", file);
	}
	*here = rc > 0;
	if (rc == 0)
		rc = recover_file(s, file, false, run_id, NULL, e);
	if (rc == 0)
		remove_beginning(s, run.uuid);
	first_entry_release(&run);
	return rc < 0 ? -1 : 0;
}
