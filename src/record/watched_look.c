/* The look at a place before others may change what is in it. */
#include "config.h"

#include "record/watched_look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "file/identity.h"
#include "file/tree_walk.h"
#include "mount/remote.h"
#include "record/journal_entries.h"

enum { FILES_IN_ALL = 16 };

enum { NAMES_AT_ONCE = 4096 };	/* in memory twice until the journal has them */

struct watched_walk {
	struct prestate *ps;
	struct watched_limits *limits;
	struct watched_place *place;
	int64_t until_ns;	/* monotonic; 0: no limit */
};

int64_t
watched_look_all_bytes(int64_t file_bytes)
{
	return file_bytes > INT64_MAX / FILES_IN_ALL ? INT64_MAX : file_bytes * FILES_IN_ALL;
}

/* The content is kept as if a call were about to change it. */
static void
keep_content(const struct watched_walk *k, struct target *t, struct watched_name *name)
{
	struct object o = { .state = name->state };

	preimage_take(&k->ps->contents, &o, t);
	name->state = o.state;
	name->fate = o.fate;
	name->fate_error = o.fate_error;
	name->whole = o.state.has_digest;
	k->limits->used_bytes += o.state.size_bytes;
}

static bool
is_small(const struct watched_walk *k, const struct stat *st)
{
	return st->st_size <= k->limits->file_bytes && st->st_size <= k->limits->all_bytes - k->limits->used_bytes;
}

/* All that can be known of it.  False where it is not there any more. */
static bool
look_closely(const struct watched_walk *k, const struct tree_name *n, struct watched_name *name)
{
	struct target t = TARGET_INIT;

	t.fd = openat(n->dir_fd, n->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (t.fd < 0 || identity_stat(t.fd, &t.st, &t.birth) < 0) {
		io_close(&t.fd);
		return false;
	}
	t.sight = TARGET_RESOLVED;
	state_of(t.fd, &t.st, t.birth, &name->state);
	name->whole = true;
	if (S_ISREG(t.st.st_mode) && is_small(k, &t.st))
		keep_content(k, &t, name);
	else if (S_ISREG(t.st.st_mode))
		name->whole = false;
	io_close(&t.fd);
	return true;
}

static void
keep_name(const struct watched_walk *k, struct watched_name *name)
{
	struct err unsaid;

	watched_add_name(k->place, name);
	journal_write(k->ps->journal, &(struct journal_entry){ JOURNAL_SEEN, .seen = *name });
	if (k->place->n_names % NAMES_AT_ONCE == 0)
		(void)journal_flush(k->ps->journal, &unsaid);	/* recorder_secure() says what keeps it from being written */
}

static void
tell_unlooked(const struct watched_walk *k, const char *before, const char *path, int error)
{
	prestate_tell_kind(k->ps, k->place->image, k->place->image != 0 ? BLIND_SERVICE : BLIND_PATH, before, path,
			   " could not be looked at before others may have changed it: what they do there is not in this "
			   "record", error);
}

static enum tree_walk_next
look_at(void *context, const struct tree_name *n)
{
	struct watched_walk *k = context;
	struct watched_name name = { .path = n->path, .closed = n->error != 0 };

	if (k->until_ns != 0 && clock_monotonic_ns() > k->until_ns) {
		k->place->cut = true;
		return TREE_WALK_STOP;
	}
	if (S_ISREG(n->st.st_mode) && !is_small(k, &n->st)) {
		state_of_stat(&n->st, &name.state);
		name.state.birth = n->birth;
	} else if (!look_closely(k, n, &name)) {
		return TREE_WALK_PAST;
	}
	if (n->error != 0 && n->error != EXDEV)
		tell_unlooked(k, "what is in ", n->path, n->error);
	keep_name(k, &name);
	state_release(&name.state);
	return n->error ? TREE_WALK_PAST : TREE_WALK_ON;
}

/* What is the history's own is none of the run's, and no server of a mount is waited for. */
static bool
look_past(void *context, const char *path)
{
	const struct watched_walk *k = context;

	return prestate_is_own(k->ps, path) || remote_covers(k->ps->remote, path);
}

/* The directory that holds the place has other times when that comes or goes. */
static void
look_at_parent(struct prestate *ps, const char *path, int dir_fd)
{
	struct target t = { .path = xstrdup(path), .sight = TARGET_RESOLVED, .fd = -1, .dir_fd = dir_fd };

	if (dir_fd >= 0 && *path_name(path))
		prestate_parent(ps, &t);
	free(t.path);
}

void
watched_look(struct prestate *ps, struct watched_limits *limits, const char *path, const char *via, uint32_t image)
{
	struct watched_walk k = { .ps = ps, .limits = limits };
	const struct tree_walk walk = { look_at, look_past, &k };
	int dir_fd = remote_open_parent(ps->remote, path);
	const char *name = *path_name(path) ? path_name(path) : ".";

	if (limits->within_ns != 0)
		k.until_ns = clock_monotonic_ns() + limits->within_ns;
	look_at_parent(ps, path, dir_fd);
	k.place = watched_add(&ps->ledger->places, path, via, image);
	journal_write(ps->journal, &(struct journal_entry){ JOURNAL_LOOK, .look = { path, via, image } });
	if ((dir_fd < 0 && !io_means_absent(errno)) ||
	    (dir_fd >= 0 && tree_walk(dir_fd, name, path, &walk) < 0)) {
		tell_unlooked(&k, "", path, errno);
		io_close(&dir_fd);
		return;
	}
	io_close(&dir_fd);
	k.place->complete = true;
	journal_write(ps->journal, &(struct journal_entry){ JOURNAL_LOOKED, .looked = { k.place->cut } });
}
