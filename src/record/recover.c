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

#include "record/journal.h"
#include "record/ledger.h"
#include "objects/objects.h"
#include "record/prestate.h"
#include "record/tree_move.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "store/run.h"

#define DEATHS_NS (30 * NS_PER_SECOND)

const char replay_unseen[] = "nobody saw this run end: the states after it are those found later";

/* A directory that was about to be moved when all ended; whether it was, the file system tells. */
struct unfinished_move {
	bool there;
	bool exchange;
	char *from, *to;
};

struct replay {
	struct journal_reader *reader;
	struct ledger ledger;
	const char *history;
	struct unfinished_move move;
	char *uuid;
	bool attached;		/* what it traced does not end with its tracer */
};

static void
apply_run(struct replay *r)
{
	const char *uuid = journal_take_string(r->reader);
	const char *name = journal_take_string(r->reader);
	const char *kind = journal_take_string(r->reader);

	(void)name;
	free(r->uuid);
	r->uuid = uuid ? xstrdup(uuid) : NULL;
	r->attached = kind && strcmp(kind, "attach") == 0;
}

static void
apply_image(struct replay *r)
{
	struct process_start p = { 0 };

	p.image = r->ledger.n_images + 1;
	p.parent_image = journal_take_u32(r->reader);
	p.pid = (pid_t)journal_take_u32(r->reader);
	p.is_exec = journal_take_u32(r->reader);
	p.program = journal_take_string(r->reader);
	p.command = journal_take_string(r->reader);
	p.directory = journal_take_string(r->reader);
	p.started_ns = (int64_t)journal_take_u64(r->reader);
	if (p.parent_image < p.image)
		ledger_add_image(&r->ledger, &p);
}

static void
apply_end(struct replay *r)
{
	uint32_t image = journal_take_u32(r->reader);
	int status = (int)journal_take_u32(r->reader);

	ledger_end_image(&r->ledger, image, status, (int64_t)journal_take_u64(r->reader));
}

static struct object *
take_object(struct replay *r)
{
	uint32_t number = journal_take_u32(r->reader);

	return number > 0 && number <= r->ledger.n_objects ? r->ledger.object_list[number - 1] : NULL;
}

static struct path_entry *
take_path(struct replay *r)
{
	uint32_t number = journal_take_u32(r->reader);

	return number > 0 && number <= r->ledger.n_paths ? r->ledger.path_list[number - 1] : NULL;
}

static void
apply_object(struct replay *r)
{
	struct file_state state;

	journal_take_state(r->reader, &state);
	ledger_add_object(&r->ledger, &state);
}

static void
apply_content(struct replay *r)
{
	struct object *o = take_object(r);
	bool at_risk = journal_take_u32(r->reader);
	size_t len;
	const void *digest = journal_take_bytes(r->reader, &len);

	if (!o)
		return;
	o->state.has_digest = digest && len == DIGEST_SIZE;
	o->at_risk = at_risk;
	if (o->state.has_digest)
		memcpy(o->state.digest.bytes, digest, DIGEST_SIZE);
}

static void
apply_forget(struct replay *r)
{
	struct object *o = take_object(r);

	if (o)
		ledger_forget_object(&r->ledger, o);
}

static void
apply_path(struct replay *r)
{
	const char *path = journal_take_string(r->reader);
	struct object *before = take_object(r);
	bool untracked = journal_take_u32(r->reader);

	struct path_entry *p = path ? ledger_find_path(&r->ledger, path) : NULL;

	if (path && !p)
		ledger_add_path(&r->ledger, path, before, untracked);
	else if (p && p->untracked && !untracked)
		ledger_track_path(p, before);
}

static void
apply_access(struct replay *r)
{
	struct path_entry *p = take_path(r);
	uint32_t image = journal_take_u32(r->reader);
	uint32_t op = journal_take_u32(r->reader);
	uint32_t set = journal_take_u32(r->reader);
	uint64_t flags = journal_take_u64(r->reader);
	uint32_t error = journal_take_u32(r->reader);
	int64_t when_ns = (int64_t)journal_take_u64(r->reader);

	if (!p || !ledger_image(&r->ledger, image) || op >= OP_COUNT || set >= FLAGS_COUNT || error > 4095)
		return;
	ledger_count(&r->ledger, p, image, (enum op)op, (enum flag_set)set, flags, (int)error, when_ns);
	if (error == 0) {
		p->touched = true;
		p->last_image = image;
	}
}

static void
apply_blind(struct replay *r)
{
	uint32_t image = journal_take_u32(r->reader);
	uint32_t kind = journal_take_u32(r->reader);
	const char *detail = journal_take_string(r->reader);

	if (kind < BLIND_COUNT && detail)
		ledger_add_blind(&r->ledger, image, (enum blind_kind)kind, detail);
}

static void
forget_move(struct replay *r)
{
	free(r->move.from);
	free(r->move.to);
	r->move = (struct unfinished_move){ 0 };
}

static void
apply_move(struct replay *r)
{
	bool exchange = journal_take_u32(r->reader);
	const char *from = journal_take_string(r->reader);
	const char *to = journal_take_string(r->reader);

	forget_move(r);
	if (!from || !to)
		return;
	r->move = (struct unfinished_move){ true, exchange, xstrdup(from), xstrdup(to) };
}

static void
apply_command_ended(struct replay *r)
{
	r->ledger.command_ended = true;
	r->ledger.command_status = (int)journal_take_u32(r->reader);
	r->ledger.command_ended_ns = (int64_t)journal_take_u64(r->reader);
}

static void
apply_place(struct replay *r)
{
	struct object *o = take_object(r);
	struct path_entry *p = take_path(r);

	if (o && p)
		o->place = p;
}

static void
apply_connection(struct replay *r)
{
	struct connection c;
	uint32_t image;
	int64_t first_ns;
	int error;

	if (!connection_from_journal(r->reader, &image, &c, &error, &first_ns))
		return;
	if (ledger_image(&r->ledger, image))
		connections_count(&r->ledger.connections, NULL, image, &c, error, first_ns);
	free(c.address);
}

/* The store may have lost what a crash of the machine had not let it write. */
static bool
is_in_store(const struct replay *r, const struct file_state *s)
{
	int fd = s->has_digest ? objects_dir_get(r->history, &s->digest) : -1;
	struct stat st;
	bool is = fd >= 0 && fstat(fd, &st) == 0 && st.st_size == s->size_bytes;

	io_close(&fd);
	return is;
}

static void
apply_fate(struct replay *r)
{
	struct object *o = take_object(r);
	uint32_t fate = journal_take_u32(r->reader);
	uint32_t error = journal_take_u32(r->reader);
	int64_t size_bytes = (int64_t)journal_take_u64(r->reader);
	int64_t mtime_ns = (int64_t)journal_take_u64(r->reader);
	bool whole = journal_take_u32(r->reader);

	if (!o || fate >= FATE_COUNT || error > 4095 || !whole)
		return;
	o->fate = (uint8_t)fate;
	o->fate_error = (int)error;
	o->state.size_bytes = size_bytes;
	o->state.mtime_ns = mtime_ns;
	/* whether the call succeeded nobody knows */
	o->confirmed = o->at_risk;
	if (fate == FATE_KEPT && !is_in_store(r, &o->state)) {
		o->fate = FATE_NOT_WRITTEN;
		o->fate_error = EIO;
	}
}

static void
apply_alias(struct replay *r)
{
	struct object *o = take_object(r);
	uint64_t dev = journal_take_u64(r->reader);

	if (o)
		ledger_alias_object(&r->ledger, o, dev, journal_take_u64(r->reader));
}

static void (*const apply[])(struct replay *r) = {
	[JOURNAL_RUN] = apply_run,
	[JOURNAL_IMAGE] = apply_image,
	[JOURNAL_END] = apply_end,
	[JOURNAL_OBJECT] = apply_object,
	[JOURNAL_CONTENT] = apply_content,
	[JOURNAL_FORGET] = apply_forget,
	[JOURNAL_PATH] = apply_path,
	[JOURNAL_ACCESS] = apply_access,
	[JOURNAL_BLIND] = apply_blind,
	[JOURNAL_MOVE] = apply_move,
	[JOURNAL_MOVED] = forget_move,
	[JOURNAL_COMMAND_ENDED] = apply_command_ended,
	[JOURNAL_PLACE] = apply_place,
	[JOURNAL_CONNECTION] = apply_connection,
	[JOURNAL_FATE] = apply_fate,
	[JOURNAL_ALIAS] = apply_alias,
};

static void
read_all(struct replay *r)
{
	enum journal_type type;

	while (journal_next(r->reader, &type) > 0) {
		if ((size_t)type < ARRAY_SIZE(apply) && apply[type])
			apply[type](r);
	}
}

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
		tree_move_exchanged(&ps, m->from, m->to, 0);
	else
		tree_move_moved(&ps, m->from, m->to, 0);
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
	if (l->n_images == 0)	/* it died before it could write down whom it had taken hold of */
		ledger_add_blind(l, 0, BLIND_UNTRACED, let_go_untraced);
	for (uint32_t i = 0; i < l->n_images; i++) {
		if (l->images[i].ended_ns == 0)
			ledger_add_blind(l, i + 1, BLIND_UNTRACED, let_go_untraced);
	}
}

static int
replay_read(struct replay *r, struct store *s, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
	    struct err *e)
{
	struct finish f = { .store = s, .ended_ns = journal_last_ns(r->reader) };
	struct tally_sheet own;
	int found, running;

	read_all(r);
	r->ledger.replayed = true;
	r->ledger.names_lost = true;	/* it may be so */
	found = r->uuid ? run_by_uuid(s, r->uuid, &f.run_id, e) : 0;
	if (found <= 0)
		return found;	/* died before the run had a row: nothing had been executed */
	if (run_id)
		*run_id = f.run_id;
	running = run_is_running(s, f.run_id, e);
	if (running <= 0)
		/* died between its last row and the removal of the journal: what is found now is not what it left */
		return running < 0 ? -1 : REPLAY_ENDED;
	if (connections_skip_stored(&r->ledger.connections, s, f.run_id, e) < 0)
		return -1;
	if (r->attached)
		note_let_go(&r->ledger);
	else if (at_once)
		await_deaths(&r->ledger);
	if (!at_once)
		ledger_add_blind(&r->ledger, 0, BLIND_RACE,
				 replay_unseen);
	finish_move(r, store_path(s));
	return finish_run(&r->ledger, &f, "interrupted", sheet ? sheet : &own, e);
}

int
recover_file(struct store *s, const char *file, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
	     struct err *e)
{
	struct replay r = { .history = store_path(s) };
	int rc;

	if (journal_open(&r.reader, file, e) < 0)
		return -1;
	ledger_init(&r.ledger);
	rc = replay_read(&r, s, at_once, run_id, sheet, e);
	forget_move(&r);
	free(r.uuid);
	journal_reader_close(r.reader, rc >= 0);
	ledger_release(&r.ledger);
	return rc;
}

int
recover_run(struct store *s, const char *uuid, bool at_once, int64_t *run_id, struct tally_sheet *sheet,
	    struct err *e)
{
	char *file = journal_name(store_path(s), uuid);
	int rc = recover_file(s, file, at_once, run_id, sheet, e);

	free(file);
	return rc;
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
