/* Journals that are given by name. */
#include "config.h"

#include "record/adopt.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/journal.h"
#include "record/recover.h"
#include "base/mem.h"
#include "store/run.h"

/* The journal's first record. */
struct first {
	char *uuid, *name, *kind, *host, *login, *directory, *command;
	int64_t started_ns, tracer_pid;
};

static void
first_release(struct first *f)
{
	free(f->uuid);
	free(f->name);
	free(f->kind);
	free(f->host);
	free(f->login);
	free(f->directory);
	free(f->command);
}

static char *
take(struct journal_reader *r)
{
	const char *text = journal_take_string(r);

	return text ? xstrdup(text) : NULL;
}

/* In the order in which they were written. */
static bool
take_first(struct journal_reader *r, struct first *f)
{
	enum journal_type type;

	if (journal_next(r, &type) == 0 || type != JOURNAL_RUN)
		return false;
	f->uuid = take(r);
	f->name = take(r);
	f->kind = take(r);
	f->host = take(r);
	f->login = take(r);
	f->directory = take(r);
	f->command = take(r);
	f->started_ns = (int64_t)journal_take_u64(r);
	f->tracer_pid = (int64_t)journal_take_u64(r);
	return !journal_reader_bad(r) && f->uuid && f->kind && f->host && f->login && f->directory && f->command &&
	       strlen(f->uuid) == 36 && strspn(f->uuid, "0123456789abcdef-") == 36;
}

static int
read_first(const char *file, struct first *f, struct err *e)
{
	struct journal_reader *r;
	bool ok;

	memset(f, 0, sizeof(*f));
	if (journal_open(&r, file, e) < 0)
		return -1;
	ok = take_first(r, f);
	journal_reader_close(r, false);
	return ok ? 0 : err_set(e, ERR_INPUT, "cannot import %s: the journal does not say of which run it is", file);
}

/* What a journal says is looked up and kept with the rights of who reads it: nobody else may have written it. */
static int
check_owner(const char *file, struct err *e)
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
adopt_check(const char *file, struct err *e)
{
	char here[256] = "";
	struct first f;
	int rc = check_owner(file, e);

	if (rc < 0)
		return -1;
	rc = read_first(file, &f, e);
	gethostname(here, sizeof(here) - 1);
	if (rc == 0 && strcmp(f.host, here) != 0)
		rc = err_set(e, ERR_INPUT, "cannot import %s: what the run left can be looked up only where it was made, "
			     "on %s; import it there, and export the run", file, f.host);
	first_release(&f);
	return rc;
}

/* 1: the run is known and complete, 0: it is there to be replayed, -1 with e set. */
static int
make_known(struct store *s, const struct first *f, int64_t *run_id, struct err *e)
{
	const struct run_start start = {
		.uuid = f->uuid, .name = f->name, .kind = f->kind, .host = f->host, .login = f->login,
		.directory = f->directory, .command = f->command, .started_ns = f->started_ns,
		.tracer_pid = f->tracer_pid,
	};
	int found = run_by_uuid(s, f->uuid, run_id, e);
	int running;

	if (found <= 0)
		return found < 0 ? -1 : run_insert(s, &start, run_id, e);
	running = run_is_running(s, *run_id, e);
	/* the lock is on the run's own journal: this may be a copy */
	if (running > 0 && journal_is_live(store_path(s), f->uuid))
		return err_set(e, ERR_BUSY, "the run of this journal is still going on");
	return running < 0 ? -1 : !running;
}

int
adopt_journal(struct store *s, const char *file, int (*check_name)(const char *name, struct err *e), int64_t *run_id,
	      bool *here, struct err *e)
{
	struct first f;
	int rc = read_first(file, &f, e);

	if (rc == 0 && f.name && check_name(f.name, e) < 0)
		rc = err_prefix(e, "cannot import %s", file);
	if (rc == 0) {
		rc = make_known(s, &f, run_id, e);
		if (rc < 0)
			err_prefix(e, "cannot import %s", file);
	}
	*here = rc > 0;
	if (rc == 0)
		rc = recover_file(s, file, false, run_id, NULL, e);
	first_release(&f);
	return rc < 0 ? -1 : 0;
}
