/* The sink of the tracer's events. */
#include "config.h"

#include "record/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file/identity.h"
#include "mount/remote_look.h"
#include "record/blind.h"
#include "record/call_effect.h"
#include "record/flush.h"
#include "record/journal_entries.h"
#include "record/served.h"
#include "record/watched_look.h"
#include "record/prestate.h"
#include "record/refuge.h"
#include "objects/objects_dir.h"
#include "record/target_object.h"
#include "record/tree_move.h"
#include "file/open.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "base/uuid.h"

struct recorder {
	struct store *store;
	int64_t run_id;
	struct ledger ledger;
	struct journal *journal;
	struct refuge refuge;
	struct prestate pre;
	struct recorder_options options;
	struct event_sink sink;
	struct watched_limits watched, served;
	bool journal_failed;	/* said once */
	bool store_failed;
};

void
recorder_secure(struct recorder *r)
{
	struct err e;

	if (journal_flush(r->journal, &e) == 0 || r->journal_failed)
		return;
	r->journal_failed = true;
	err_print(&e);
}

static void
on_process_start(void *context, const struct process_start *p)
{
	struct recorder *r = context;
	struct process_start kept = *p;

	if (r->options.no_args && kept.command)
		kept.command = kept.program;
	ledger_add_image(&r->ledger, &kept);
	settling_start(&r->pre.settling, &r->ledger, r->ledger.n_images);
	journal_write(r->journal, &(struct journal_entry){ JOURNAL_IMAGE, .image = kept });
}

static void
on_blind(void *context, uint32_t image, enum blind_kind kind, const char *detail)
{
	struct recorder *r = context;

	prestate_blind(&r->pre, image, kind, detail);
}

/* What was met before any such call is known as it was, and what was at stake is kept. */
static void
on_doubt(void *context, const char *path)
{
	struct recorder *r = context;
	const struct path_entry *p = ledger_find_path(&r->ledger, path);

	if (p && p->met_late)
		prestate_doubt(&r->pre, path);
}

/* A call that is told of when it has been made: what was there before it is known if the run had met it by then. */
static void
enter_late(struct recorder *r, struct call *c)
{
	for (unsigned i = 0; i < c->n_targets; i++) {
		struct target *t = &c->target[i];
		bool known = ledger_find_path(&r->ledger, t->path) != NULL;
		struct path_entry *p;

		if (op_changes_names[c->op])
			prestate_parent(&r->pre, t);
		p = prestate_path(&r->pre, t);
		if (p && !known)
			p->met_late = true;
		if (p && !p->untracked && i == 0 && c->writes_content)
			prestate_too_late(&r->pre, t, true);
	}
	recorder_secure(r);
}

/* By a call that has opened it, or a descriptor that came: what is at p may be written to from now on. */
static void
note_opened(struct recorder *r, uint32_t image, const struct call *c, struct path_entry *p)
{
	/* of a name that is too long for the kernel to tell, what has been opened is known all the same */
	const struct target *t = c->opened.path || c->opened.st.st_nlink > 0 ? &c->opened : &c->target[0];
	bool may_be_mapped = c->flag_set != FLAGS_OPEN || (c->flags & O_ACCMODE) == O_RDWR;

	if (c->op == OP_OPEN || c->op == OP_CREATE || c->op == OP_INHERITED)
		settling_open(&r->pre.settling, &r->ledger, image, p, &t->st, may_be_mapped);
	else
		settling_touch(&r->pre.settling, p);
}

static void
enter_call(void *context, uint32_t image, struct call *c)
{
	struct recorder *r = context;
	const struct target *losing = call_effect_loses_name(c);
	struct path_entry *known = c->arrived ? ledger_find_path(&r->ledger, c->target[0].path) : NULL;
	const char *threat;

	r->pre.missed = 0;
	if (c->connection) {
		served_look(&r->pre, &r->served, c->connection, image);
		recorder_secure(r);
		return;
	}
	threat = refuge_threat(&r->refuge, c);
	if (threat)
		(void)refuge_take(&r->refuge, threat);
	if (c->arrived && known) {
		note_opened(r, image, c, known);
		if (known->before)
			known->before->altered = true;
		c->n_targets = 0;
		return;
	}
	if (c->late) {
		enter_late(r, c);
		return;
	}
	for (unsigned i = 0; i < c->n_targets; i++) {
		struct target *t = &c->target[i];
		struct path_entry *p;

		if (op_changes_names[c->op])
			prestate_parent(&r->pre, t);
		p = prestate_path(&r->pre, t);
		if (!p || p->untracked)
			continue;
		settling_expect(&r->pre.settling, &r->ledger, image, p);
		if (call_effect_on_overlay(t))
			c->notes |= NOTE_OVERLAY << i;
		if (!op_changes_names[c->op] && prestate_alter(&r->pre, t))
			c->notes |= NOTE_ALTERS << i;
		if ((i == 0 && c->writes_content && !call_effect_only_creates(c)) || (t == losing && call_effect_was_last_name(t))) {
			if (prestate_content(&r->pre, t))
				c->notes |= NOTE_AT_STAKE << i;
		} else if (t == losing && (c->notes & (NOTE_OVERLAY << i))) {
			prestate_keep(&r->pre, t);
		} else if (t == losing || (c->notes & (NOTE_OVERLAY << i))) {
			prestate_last_look(&r->pre, p, t);
		}
	}
	if (losing && !call_effect_was_last_name(losing))
		r->ledger.names_lost = true;
	if (c->whole_tree && c->op == OP_RMDIR && c->target[0].sight == TARGET_RESOLVED)
		tree_move_going(&r->pre, c->target[0].path, image);
	call_effect_foresee(&r->pre, c);
	recorder_secure(r);
}

static void
forget_sights(struct target *t)
{
	remote_look_free(t->seen);
	remote_look_free(t->dir_seen);
	t->seen = t->dir_seen = NULL;
}

static void
on_enter(void *context, uint32_t image, struct call *c)
{
	struct recorder *r = context;
	struct packed seen = { .bytes = c->seen, .len = c->seen_len };
	unsigned n = c->seen ? c->n_targets : 0;	/* not all of them may be of interest afterwards */

	for (unsigned i = 0; i < n; i++) {
		c->target[i].dir_seen = remote_look_take(&seen, -1);
		c->target[i].seen = remote_look_take(&seen, c->content_fd);
		if (c->target[i].seen)
			c->target[i].birth = c->target[i].seen->state.birth;
	}
	creations_begin(&r->pre.creations, c);
	enter_call(context, image, c);
	creations_enter(&r->pre.creations, image, c);
	for (unsigned i = 0; i < n; i++)
		forget_sights(&c->target[i]);
}

/*
 * What was opened, by its path: -1 where that leads to something else by now.  Somebody may have put a symbolic link in the
 * place of a directory on the way: nothing of what that leads to belongs to what was opened.
 */
static int
open_same(const struct remote_mounts *remote, const struct target *opened)
{
	int fd = remote_open(remote, opened->path, O_PATH);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || st.st_dev != opened->st.st_dev || st.st_ino != opened->st.st_ino))
		io_close(&fd);
	return fd;
}

/* In a helper, of targets that are not ours to touch. */
static void
on_look(void *context, struct call *c, bool leaving, struct buf *out)
{
	const struct target *losing = call_effect_loses_name(c);
	const bool want_content[2] = {
		c->writes_content || losing == &c->target[0], losing == &c->target[1],
	};
	int fd;

	(void)context;
	if (!leaving) {
		for (unsigned i = 0; i < c->n_targets; i++) {
			remote_look_pack(out, c->target[i].dir_fd, -1);
			remote_look_pack(out, c->target[i].fd, want_content[i] ? c->content_fd : -1);
		}
		return;
	}
	if (c->opened.path) {
		fd = c->opened.sight == TARGET_RESOLVED ? open_same(NULL, &c->opened) : -1;
		remote_look_pack(out, fd, c->writes_content ? c->content_fd : -1);
		io_close(&fd);
		return;
	}
	tree_move_pack(out, c->target[1].path);
	if (c->op == OP_EXCHANGE)
		tree_move_pack(out, c->target[0].path);
}

/* Beside the history, where the store of contents has to have room as well. */
static int
on_scratch(void *context)
{
	const struct recorder *r = context;
	char *dir = xstrndup(store_path(r->store), path_dir_len(store_path(r->store)));
	int fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	free(dir);
	return fd >= 0 ? fd : memfd_create("content", MFD_CLOEXEC);
}

/* The caller opened it for the command: a log, say, which an undo of what the command did is to leave alone. */
static void
note_caller_log(struct recorder *r, struct path_entry *p)
{
	if (p->caller_log || p->untracked)
		return;
	p->caller_log = true;
	journal_write(r->journal, &(struct journal_entry){ JOURNAL_CALLER_LOG, .caller_log = { p->number } });
}

static void
tell_opened(const struct recorder *r, uint32_t image, const struct call *c, const struct path_entry *p)
{
	const struct image *i = ledger_image(&r->ledger, image);
	const struct image *exec = i ? ledger_image(&r->ledger, i->program_image) : NULL;

	if (r->options.opened && (c->op == OP_OPEN || c->op == OP_CREATE || c->op == OP_INHERITED))
		r->options.opened(r->options.context, p->path, exec ? exec->program : NULL);
}

/* Count the call on one path; a success makes the path one that the run has touched. */
static void
count_access(struct recorder *r, uint32_t image, const struct call *c, struct path_entry *p, int64_t now_ns)
{
	bool first = !p->touched && c->error == 0;
	bool is_new = ledger_count(&r->ledger, p, image, c->op, c->flag_set, c->flags, c->error, now_ns);
	bool new_owner = c->error == 0 && p->last_image != image;

	if (c->error == 0) {
		p->touched = true;
		p->last_image = image;
		note_opened(r, image, c, p);
		tell_opened(r, image, c, p);
	}
	if (c->standard)
		note_caller_log(r, p);
	if (is_new || new_owner) {
		journal_write(r->journal, &(struct journal_entry){
			JOURNAL_ACCESS,
			.access = { p->number, image, c->op, c->flag_set, c->flags, c->error, now_ns },
		});
	}
	if (first && r->options.first_write)
		r->options.first_write(r->options.context, p->path, c->op);
}

/* By its birth, where that is told: whether what was opened has been made since the call went on; is_older: or before. */
static bool
is_newborn(const struct call *c)
{
	return c->since_ns != 0 && c->opened.birth > 0 && c->opened.birth >= c->since_ns;
}

static bool
is_older(const struct call *c)
{
	return c->since_ns != 0 && c->opened.birth > 0 && c->opened.birth < c->since_ns;
}

/* A name where nothing was may be that of a file that somebody has moved there since. */
static bool
is_expected(const struct recorder *r, const struct call *c)
{
	const struct target *expected = &c->target[0];

	if (expected->st.st_nlink == 0)		/* it was to be created */
		return strcmp(c->opened.path, expected->path) == 0 && !is_older(c) &&
		       !target_object_known(&r->ledger, &c->opened);
	return identity_same(&c->opened.st, &expected->st) && identity_same_birth(c->opened.birth, expected->birth);
}

/* What was opened where another was expected, and was not looked at before; where it is not known, it counts for that. */
static void
tell_other_opened(struct recorder *r, uint32_t image, const struct call *c)
{
	bool known = ledger_find_path(&r->ledger, c->opened.path) != NULL;

	blind_race(&r->sink, image, c->opened.path, c->target[0].path);
	prestate_doubt(&r->pre, known ? c->opened.path : c->target[0].path);
}

/* Overlayfs gives another number when it copies up what is there: not to what was not, nor one that is known already. */
static bool
is_renumbered(const struct recorder *r, const struct call *c)
{
	const struct target *expected = &c->target[0];
	const struct object *known = target_object_known(&r->ledger, &c->opened);

	return call_effect_on_overlay(&c->opened) && strcmp(c->opened.path, expected->path) == 0 &&
	       expected->st.st_nlink > 0 && (!known || known == target_object_known(&r->ledger, expected));
}

/*
 * What was really opened is not what was looked at before: somebody moved a name in between or exchanged
 * the argument, or the file system gave the object another number when it was first written (overlayfs).
 */
static struct path_entry *
account_for_opened(struct recorder *r, uint32_t image, struct call *c)
{
	struct target *opened = &c->opened;
	struct path_entry *p = ledger_find_path(&r->ledger, opened->path);
	struct packed seen = { .bytes = c->seen, .len = c->seen_len };
	bool is_new = p == NULL;

	if (c->seen)
		opened->seen = remote_look_take(&seen, c->content_fd);
	else
		opened->fd = open_same(r->pre.remote, opened);
	if (p && is_renumbered(r, c))
		return p;
	if (opened->fd < 0 && !c->seen) {
		/* gone by now: a lock, say, that another call of the run has removed; what was there before is known, or nothing */
		if (!target_object_known(&r->ledger, opened) && !is_newborn(c))
			tell_other_opened(r, image, c);
		return p ? p : ledger_find_path(&r->ledger, c->target[0].path);
	}
	p = prestate_path(&r->pre, opened);
	/* of what the call has made it is known that it was not there; of what was there the content is still there, or not */
	if (p && is_new && p->before && call_effect_truncates(c))
		tell_other_opened(r, image, c);
	/* what the call has made has no content from before; what another call has put at stake is kept already */
	if (p && !p->untracked && c->writes_content)
		prestate_too_late(&r->pre, opened, call_effect_truncates(c));
	return p;
}

/* The entry that an open's success counts for. */
static struct path_entry *
opened_entry(struct recorder *r, uint32_t image, struct call *c)
{
	struct path_entry *p = ledger_find_path(&r->ledger, c->target[0].path);
	bool unnamed = c->flag_set == FLAGS_OPEN && (c->flags & O_TMPFILE) == O_TMPFILE;

	/* of what gave no answer before it is not known what it was: an answer now is too late for `changes` */
	if (c->error != 0 || unnamed || !c->opened.path || c->opened.sight != TARGET_RESOLVED ||
	    c->target[0].sight >= TARGET_UNSEEN)
		return p;
	if (c->target[0].sight != TARGET_RESOLVED || !is_expected(r, c)) {
		p = account_for_opened(r, image, c);
		forget_sights(&c->opened);
		io_close(&c->opened.fd);
	}
	return p;
}

/* The history's own files are none of the run's paths; that the run has had its hands in them is said. */
static void
tell_own(struct recorder *r, uint32_t image, const char *path)
{
	struct buf detail = BUF_INIT;

	if (!prestate_is_own(&r->pre, path))
		return;
	buf_addstr(&detail, "used ");
	quote_shell(&detail, path, strlen(path));
	buf_addstr(&detail, ", which belongs to the history itself: what it did there is not in this record, and may have "
		   "changed what is");
	on_blind(r, image, BLIND_PATH, detail.data);
	buf_release(&detail);
}

static void
count_connection(struct recorder *r, uint32_t image, const struct call *c, int64_t now_ns)
{
	if (!connections_count(&r->ledger.connections, image, c->connection, c->error, now_ns))
		return;
	journal_write(r->journal, &(struct journal_entry){
		JOURNAL_CONNECTION, .connection = { image, *c->connection, c->error, now_ns },
	});
	/* nothing else says that it was asked for: no state before, no object after */
	recorder_secure(r);
	if (r->options.connected)
		r->options.connected(r->options.context, c->connection, c->error);
}

/* What the call may have changed shows by other names of it too. */
static void
touch_objects(struct recorder *r, const struct call *c)
{
	for (unsigned i = 0; i < c->n_targets; i++)
		settling_touch_object(&r->pre.settling, &r->ledger, &c->target[i].st);
	if (c->opened.path)
		settling_touch_object(&r->pre.settling, &r->ledger, &c->opened.st);
}

/* What a call that does more than names does to what is there; an open of a new name has found nothing. */
static void
note_altered(struct recorder *r, const struct call *c)
{
	bool success = c->error == 0 && !op_changes_names[c->op];

	for (unsigned i = 0; i < c->n_targets; i++) {
		if (success || (c->notes & (NOTE_ALTERS << i)))
			prestate_altered(&r->pre, &c->target[i], c->notes & (NOTE_ALTERS << i), success);
	}
	if (success && c->opened.path)
		prestate_altered(&r->pre, &c->opened, false, true);
}

/* By another call it may have been seen: of this one it is not known what it has done there. */
static void
doubt_unseen(struct recorder *r, const struct call *c)
{
	for (unsigned i = 0; i < c->n_targets; i++) {
		if (c->target[i].sight >= TARGET_HIDDEN)
			prestate_doubt(&r->pre, c->target[i].path);
	}
}

/* By the names that it was entered with, whatever it has led to. */
static void
note_returned(struct recorder *r, uint32_t image, const struct call *c)
{
	for (unsigned i = 0; !c->late && !c->connection && i < c->n_targets; i++) {
		struct path_entry *p = ledger_find_path(&r->ledger, c->target[i].path);

		if (p)
			settling_returned(&r->pre.settling, &r->ledger, image, p, c->error != 0);
	}
}

static void
leave_call(struct recorder *r, uint32_t image, struct call *c)
{
	int64_t now_ns = clock_now_ns();

	for (unsigned i = 0; i < c->n_targets; i++) {
		if (c->notes & (NOTE_AT_STAKE << i))
			prestate_settle(&r->pre, &c->target[i], c->error == 0);
	}
	note_altered(r, c);
	note_returned(r, image, c);
	if (c->error == EFAULT)
		return;		/* the path was not readable for the kernel: nothing was named */
	if (c->connection) {
		count_connection(r, image, c, now_ns);
		return;
	}
	for (unsigned i = 0; i < c->n_targets; i++) {
		struct path_entry *p = i == 0 && c->n_targets == 1
			? opened_entry(r, image, c) : ledger_find_path(&r->ledger, c->target[i].path);

		if (p)
			count_access(r, image, c, p, now_ns);
		else if (c->error == 0 && (c->target[i].sight == TARGET_RESOLVED || c->target[i].sight == TARGET_COVERED))
			tell_own(r, image, c->target[i].path);
	}
	if (c->error == 0) {
		touch_objects(r, c);
		if (!c->late)
			call_effect_follow(&r->pre, c, image);
		blind_of_call(&r->sink, r->pre.remote, image, c);
		doubt_unseen(r, c);
	}
	/* later ones carry it along, the next tick at the latest */
}

static void
on_leave(void *context, uint32_t image, struct call *c)
{
	struct recorder *r = context;

	creations_leave(&r->pre.creations, c);
	if (c->error == 0)
		creations_note(&r->pre.creations, c);
	leave_call(r, image, c);
	creations_done(&r->pre.creations);
}

/* A lock that somebody else holds on the history never holds a tracee: it is tried again. */
static bool
on_tick(void *context)
{
	struct recorder *r = context;
	bool again = settling_tick(&r->pre.settling, &r->ledger, r->pre.remote);
	struct err e;

	recorder_secure(r);
	if (flush_rows(&r->ledger, r->store, r->run_id, &e) == 0)
		return again;
	if (e.code != ERR_BUSY && !r->store_failed) {
		r->store_failed = true;
		err_message("cannot write history %s: %s; it is tried again", store_path(r->store), e.text);
	}
	return true;
}

static void
on_process_end(void *context, uint32_t image, int status, int64_t ended_ns)
{
	struct recorder *r = context;

	ledger_end_image(&r->ledger, image, status, ended_ns);
	creations_forget(&r->pre.creations, image);
	settling_end(&r->pre.settling, &r->ledger, r->pre.remote, image);
	if (WIFSIGNALED(status) && WCOREDUMP(status))
		on_blind(r, image, BLIND_CORE_DUMP,
			 "dumped core; the dump is written by the kernel, not by a call in this record");
	journal_write(r->journal, &(struct journal_entry){ JOURNAL_END, .end = { image, status, ended_ns } });
	/* whoever began it may ask for it at once */
	if (joined_end(&r->ledger, image, status, ended_ns))
		(void)on_tick(r);
}

/* A process that is one already is part of the record all the same. */
static int64_t
on_join(void *context, uint32_t image, const char *name, bool enter)
{
	struct recorder *r = context;
	char uuid[UUID_TEXT + 1];
	struct err unsaid;

	if (name && run_check_name(name, &unsaid) < 0)
		return 0;
	uuid_make(uuid);
	if (enter && joined_add(&r->ledger, image, name, uuid)) {
		journal_write(r->journal, &(struct journal_entry){ JOURNAL_JOINED, .joined = { image, name, uuid } });
		recorder_secure(r);
	}
	return r->run_id;
}

int
recorder_begin(struct recorder **out, struct store *store, const struct run_start *start,
	       const struct recorder_options *options, struct err *e)
{
	struct recorder *r = xcalloc(1, sizeof(*r));

	r->store = store;
	r->options = *options;
	ledger_init(&r->ledger);
	r->ledger.started_ns = start->started_ns;
	r->sink = (struct event_sink){
		.context = r,
		.process_start = on_process_start,
		.process_end = on_process_end,
		.enter = on_enter,
		.leave = on_leave,
		.look = on_look,
		.scratch = on_scratch,
		.blind = on_blind, .doubt = on_doubt,
		.join = on_join,
		.tick = on_tick,
	};
	if (journal_create(&r->journal, store_path(store), start->uuid, options->pre_images.durable, e) < 0 ||
	    (journal_write(r->journal, &(struct journal_entry){ JOURNAL_RUN, .run = *start }),
	     journal_flush(r->journal, e)) < 0 ||
	    run_insert(store, start, &r->run_id, e) < 0) {
		journal_close(r->journal, true);
		r->journal = NULL;
		recorder_free(r);
		return -1;
	}
	r->refuge = (struct refuge){
		.history = store_path(store), .uuid = xstrdup(start->uuid), .journal = r->journal,
		.store = objects_new(store_path(store), options->pre_images.durable),
	};
	r->pre = (struct prestate){
		.ledger = &r->ledger, .journal = r->journal, .history = store_path(store),
		.remote = options->remote,
		.settling = { .journal = r->journal },
		.contents = {
			.rules = options->pre_images,
			.refuge = &r->refuge,
			.store = r->refuge.store,
			.digester = digest_new(),
		},
	};
	r->watched = (struct watched_limits){ options->watch_bytes, watched_look_all_bytes(options->watch_bytes), 0, 0 };
	r->served = served_limits();
	store_busy_timeout(store, 0);
	store_fold_aside(store);
	*out = r;
	return 0;
}

void
recorder_discard(struct recorder *r)
{
	struct err e;

	store_busy_timeout(r->store, 10000);
	if (run_discard(r->store, r->run_id, &e) < 0)
		err_print(&e);
	journal_close(r->journal, true);
	r->journal = NULL;
	recorder_free(r);
}

const struct event_sink *
recorder_sink(struct recorder *r)
{
	return &r->sink;
}

void
recorder_meet(struct recorder *r, const struct target *t)
{
	(void)prestate_path(&r->pre, t);
}

void
recorder_watch(struct recorder *r, const char *path)
{
	watched_look(&r->pre, &r->watched, path, "watch", 0);
	recorder_secure(r);
}

int
recorder_missed(const struct recorder *r)
{
	return r->pre.missed;
}

int64_t
recorder_run_id(const struct recorder *r)
{
	return r->run_id;
}

const struct ledger *
recorder_ledger(const struct recorder *r)
{
	return &r->ledger;
}

void
recorder_command_ended(struct recorder *r, int status, int64_t ended_ns)
{
	r->ledger.command_ended = true;
	r->ledger.command_status = status;
	r->ledger.command_ended_ns = ended_ns;
	journal_write(r->journal, &(struct journal_entry){
		JOURNAL_COMMAND_ENDED, .command_ended = { status, ended_ns },
	});
}

/* Of what could not be taken along when the history seemed to go nothing is kept. */
static void
note_lost(struct recorder *r)
{
	for (uint32_t i = 0; r->refuge.n_lost > 0 && i < r->ledger.n_objects; i++) {
		struct object *o = r->ledger.object_list[i];

		if (o->fate != FATE_KEPT || objects_dir_has(store_path(r->store), &o->state.digest))
			continue;
		o->fate = FATE_NOT_WRITTEN;
		o->fate_error = ENOENT;
	}
}

int
recorder_finish(struct recorder *r, enum run_state state, struct tally_sheet *sheet, struct err *e)
{
	struct finish f = {
		.store = r->store, .run_id = r->run_id, .ended_ns = clock_now_ns(),
		.find_links = r->options.find_links, .whole = r->options.whole,
		.packages = r->options.packages, .contents = &r->pre.contents, .row = r->options.row, .look = r->options.look,
		.summarize = r->options.summarize, .late = r->options.late, .context = r->options.context,
	};

	recorder_secure(r);
	store_busy_timeout(r->store, 60000);
	if (store_check_place(r->store, e) < 0 || refuge_return(&r->refuge, e) < 0)
		return -1;
	note_lost(r);
	if (finish_run(&r->ledger, &f, state, sheet, e) < 0) {
		/* SQLite's reasons name no file */
		if (e->code != ERR_SYSTEM)
			err_prefix(e, "cannot write history %s", store_path(r->store));
		return -1;
	}
	journal_close(r->journal, true);
	r->journal = NULL;
	return 0;
}

int
recorder_save(struct recorder *r, char **file, char **contents, struct err *e)
{
	struct err unsaid;

	*file = NULL;
	*contents = refuge_leave_contents(&r->refuge, store_check_place(r->store, &unsaid) == 0);
	return journal_keep(r->journal, file, e);
}

void
recorder_free(struct recorder *r)
{
	if (!r)
		return;
	journal_close(r->journal, false);
	digest_free(r->pre.contents.digester);
	objects_free(r->pre.contents.store);
	refuge_release(&r->refuge);
	ledger_release(&r->ledger);
	creations_release(&r->pre.creations);
	settling_release(&r->pre.settling);
	free(r);
}
