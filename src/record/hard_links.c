/* The other names of files with several hard links. */
#include "config.h"

#include "record/hard_links.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/ledger_blind.h"
#include "mount/remote_look.h"
#include "file/change.h"
#include "file/fskind.h"
#include "file/identity.h"
#include "record/prestate.h"
#include "record/target_object.h"
#include "file/state.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "mount/remote.h"

/* An object of which some names are not known. */
struct wanted {
	struct object *object;
	nlink_t missing;
	ino_t number;		/* the object's */
	UT_hash_handle hh;	/* by the object's address */
	UT_hash_handle by_number;
};

/* A directory that has been looked through. */
struct visited {
	UT_hash_handle hh;
	char path[];
};

struct link_search {
	struct prestate ps;
	struct wanted *wanted;
	struct wanted *numbers;		/* the same */
	struct visited *visited;
	struct visited *walked;		/* those with all below them on their device */
};

static void
want_object(struct link_search *s, struct object *o)
{
	struct wanted *w = NULL;

	if (o->state.nlink < 2 || o->state.type == FILE_DIRECTORY)
		return;
	HASH_FIND_PTR(s->wanted, &o, w);
	if (w)
		return;
	w = xcalloc(1, sizeof(*w));
	w->object = o;
	w->missing = o->state.nlink;
	w->number = (ino_t)o->key.ino;
	HASH_ADD_PTR(s->wanted, object, w);
	HASH_ADD(by_number, s->numbers, number, sizeof(w->number), w);
}

static void
count_name(struct link_search *s, struct object *o)
{
	struct wanted *w = NULL;

	HASH_FIND_PTR(s->wanted, &o, w);
	if (w && w->missing > 0)
		w->missing--;
}

static void
collect_wanted(struct link_search *s)
{
	const struct ledger *l = s->ps.ledger;
	struct wanted *w, *next;

	for (uint32_t i = 0; i < l->n_objects; i++) {
		if (l->object_list[i]->at_risk)
			want_object(s, l->object_list[i]);
	}
	for (uint32_t i = 0; i < l->n_paths; i++) {
		if ((l->path_list[i]->touched || l->replayed) && l->path_list[i]->before)
			want_object(s, l->path_list[i]->before);
	}
	for (uint32_t i = 0; i < l->n_paths; i++) {
		if (l->path_list[i]->before)
			count_name(s, l->path_list[i]->before);
	}
	HASH_ITER(hh, s->wanted, w, next) {
		if (w->missing == 0) {
			HASH_DELETE(by_number, s->numbers, w);
			HASH_DEL(s->wanted, w);
			free(w);
		}
	}
}

/* A name of a wanted object that the run did not use. */
static void
meet_name(struct link_search *s, const char *dir, int dirfd, const char *name)
{
	struct target t = TARGET_INIT;
	struct wanted *w = NULL;
	struct object *o;

	t.fd = openat(dirfd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (t.fd < 0)
		return;
	o = identity_stat(t.fd, &t.st, &t.birth) == 0 ? target_object_known(s->ps.ledger, &t) : NULL;
	if (o)
		HASH_FIND_PTR(s->wanted, &o, w);
	t.path = path_join(dir, name);
	t.sight = TARGET_RESOLVED;
	if (w && !ledger_find_path(s->ps.ledger, t.path) && prestate_path(&s->ps, &t) && w->missing > 0)
		w->missing--;
	free(t.path);
	io_close(&t.fd);
}

static bool
is_wanted_number(const struct link_search *s, ino_t ino)
{
	const struct wanted *w = NULL;

	HASH_FIND(by_number, s->numbers, &ino, sizeof(ino), w);
	return w != NULL;
}

/* For hard_links_walk(). */
static bool
seen_name(void *context, const char *dir, int dirfd, const struct dirent *d)
{
	if (is_wanted_number(context, d->d_ino))
		meet_name(context, dir, dirfd, d->d_name);
	return false;
}

/* Whether it is the first time. */
static bool
note_visit(struct visited **list, const char *path)
{
	struct visited *v = NULL;

	HASH_FIND_STR(*list, path, v);
	if (v)
		return false;
	v = xcalloc(1, sizeof(*v) + strlen(path) + 1);
	strcpy(v->path, path);
	HASH_ADD_STR(*list, path, v);
	return true;
}

static void
search_directory(struct link_search *s, const char *path)
{
	const struct dirent *d;
	DIR *dir;
	int fd;

	if (!note_visit(&s->visited, path))
		return;
	fd = remote_open(s->ps.remote, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	dir = fd >= 0 ? fdopendir(fd) : NULL;
	if (!dir) {
		io_close(&fd);
		return;
	}
	while ((d = readdir(dir)))
		(void)seen_name(s, path, dirfd(dir), d);
	closedir(dir);
}

static void
search_parent(struct link_search *s, const char *path)
{
	char *dir = xstrndup(path, path_dir_len(path));

	if (dir[0] == '/')
		search_directory(s, dir);
	free(dir);
}

static void
search_near_paths(struct link_search *s)
{
	const struct ledger *l = s->ps.ledger;
	uint32_t n = l->n_paths;	/* what is found needs no look of its own */

	for (uint32_t i = 0; i < n; i++)
		search_parent(s, l->path_list[i]->path);
	for (uint32_t i = 0; i < l->n_images; i++) {
		if (l->images[i].directory)
			search_directory(s, l->images[i].directory);
	}
}

static char *
top_on(const char *path, dev_t device)
{
	char *dir = xstrndup(path, path_dir_len(path));
	char *top = NULL;
	struct stat st;

	for (;;) {
		if (lstat(dir, &st) == 0 && st.st_dev == device) {
			free(top);
			top = xstrdup(dir);
		} else if (top) {
			break;
		}
		if (strcmp(dir, "/") == 0)
			break;
		dir[path_dir_len(dir)] = '\0';
	}
	free(dir);
	return top;
}

/* The device of the overlay that the nearest directory on the way to a path is on; 0 where it is on none. */
static dev_t
overlay_around(const char *path)
{
	char *dir = xstrndup(path, path_dir_len(path));
	dev_t device;
	int fd;

	while ((fd = open(dir, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) < 0 && strcmp(dir, "/") != 0)
		dir[path_dir_len(dir)] = '\0';
	free(dir);
	device = fskind_dev(fd);
	if (device != 0 && fskind_of(fd, device) != FS_OVERLAY)
		device = 0;
	io_close(&fd);
	return device;
}

char *
hard_links_top(const char *path, dev_t *device)
{
	char *top = top_on(path, *device);

	if (top)
		return top;
	*device = overlay_around(path);
	return *device != 0 ? top_on(path, *device) : NULL;
}

static bool
is_directory_on(int dirfd, const struct dirent *d, dev_t device)
{
	struct stat st;

	return (d->d_type == DT_DIR || d->d_type == DT_UNKNOWN) &&
	       fstatat(dirfd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) && st.st_dev == device;
}

bool
hard_links_walk(const struct remote_mounts *remote, const char *path, dev_t device, hard_links_name_fn *name, void *context)
{
	int fd = remote_open(remote, path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *d;
	bool enough = false;

	if (!dir)
		io_close(&fd);
	while (dir && !enough && (d = readdir(dir))) {
		char *below;

		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		enough = name(context, path, dirfd(dir), d);
		if (enough || !is_directory_on(dirfd(dir), d, device))
			continue;
		below = path_join(path, d->d_name);
		enough = hard_links_walk(remote, below, device, name, context);
		free(below);
	}
	if (dir)
		closedir(dir);
	return enough;
}

static void
search_mount(struct link_search *s, const struct object *o)
{
	dev_t device = (dev_t)o->key.dev;
	char *top = o->origin ? hard_links_top(o->origin->path, &device) : NULL;

	if (top && note_visit(&s->walked, top))
		(void)hard_links_walk(s->ps.remote, top, device, seen_name, s);
	free(top);
}

static void
search_mounts_of_wanted(struct link_search *s)
{
	const struct wanted *w;

	for (w = s->wanted; w; w = w->hh.next) {
		if (w->missing > 0)
			search_mount(s, w->object);
	}
}

/* Whether the object is now otherwise than it was, by the name that is left of it. */
static bool
has_changed(const struct link_search *s, const struct object *o)
{
	struct file_state now;
	unsigned differs;
	bool changed = true;
	int fd;

	if (o->forgotten || !o->place)
		return false;		/* its last name is gone: there is no other */
	if (remote_covers(s->ps.remote, o->place->path))
		return true;		/* as far as we know */
	state_at(AT_FDCWD, o->place->path, &now, &fd);
	if (now.unread || (fd < 0 && !io_means_absent(errno)))
		changed = true;		/* as far as we know */
	else if (now.type == FILE_ABSENT || now.ino != o->key.ino ||
		 !identity_same_birth(now.birth, o->state.birth))
		changed = o->at_risk;	/* that name is gone: what else was done cannot be seen by it */
	else {
		changed = now.ctime_ns != o->state.ctime_ns && o->at_risk &&
			  (now.mtime_ns != o->state.mtime_ns || now.size_bytes != o->state.size_bytes);
		if (change_classify(&o->state, &now, CONTENT_SAME, &differs) != CHANGE_UNCHANGED)
			changed = true;
	}
	state_release(&now);
	io_close(&fd);
	return changed;
}

static void
report_missing(struct link_search *s)
{
	const struct wanted *w;

	for (w = s->wanted; w; w = w->hh.next) {
		const char *path = w->object->origin ? w->object->origin->path : "?";
		struct buf detail = BUF_INIT;

		if (w->missing == 0 || !has_changed(s, w->object))
			continue;
		quote_shell(&detail, path, strlen(path));
		buf_addf(&detail, " has %lu more names that the run did not use; they have changed with it, "
			 "where they are is not known", (unsigned long)w->missing);
		ledger_add_blind(s->ps.ledger, 0, BLIND_HARD_LINK, detail.data);
		buf_release(&detail);
	}
}

static void
forget_visits(struct visited **list)
{
	struct visited *v, *next;

	HASH_ITER(hh, *list, v, next) {
		HASH_DEL(*list, v);
		free(v);
	}
}

static void
search_release(struct link_search *s)
{
	struct wanted *w, *next_w;

	HASH_CLEAR(by_number, s->numbers);
	HASH_ITER(hh, s->wanted, w, next_w) {
		HASH_DEL(s->wanted, w);
		free(w);
	}
	forget_visits(&s->visited);
	forget_visits(&s->walked);
}

/* The object that is at a path now; false where that cannot be told. */
static bool
object_at(struct ledger *l, struct remote_mounts *remote, const char *path, struct object **now)
{
	struct file_state there = { .type = FILE_ABSENT };
	struct stat st;
	int64_t birth;
	int fd;

	*now = NULL;
	if (remote_covers(remote, path)) {
		bool told = remote_look(remote, path, &there) == 0;

		if (told && there.type != FILE_ABSENT)
			*now = ledger_find_object(l, there.dev, there.ino, there.birth);
		state_release(&there);
		return told;
	}
	fd = remote_open(remote, path, O_PATH);
	if (fd < 0)
		return io_means_absent(errno);
	if (identity_stat(fd, &st, &birth) < 0) {
		io_close(&fd);
		return false;
	}
	*now = ledger_find_object(l, st.st_dev, st.st_ino, birth);
	io_close(&fd);
	return true;
}

static void
tell_unseen_name(struct ledger *l, const char *path, int error)
{
	struct buf detail = BUF_INIT;

	if (error == EACCES || error == EPERM || error == EREMOTE_MOUNT || error == ETIMEDOUT)
		return;		/* that is told where its row would be */
	quote_shell(&detail, path, strlen(path));
	buf_addf(&detail, " could not be looked at after the run (%s): which file it is a name of is not in this record",
		 strerror(error));
	ledger_add_blind(l, 0, BLIND_HARD_LINK, detail.data);
	buf_release(&detail);
}

/* Which of the names that the run has met an object has now; whether it lost one that it had. */
static void
look_at_name(struct ledger *l, struct remote_mounts *remote, struct path_entry *p)
{
	struct object *now;

	if (!object_at(l, remote, p->path, &now)) {
		tell_unseen_name(l, p->path, errno);
		return;
	}
	if (now && now->state.type != FILE_DIRECTORY)
		now->place = p;
	if (p->before && p->touched && p->before != now)
		p->before->lost_name = true;
}

void
hard_links_seek(struct ledger *l, struct remote_mounts *remote, const char *history, bool whole_mount)
{
	struct link_search s = { .ps = { .ledger = l, .history = history, .remote = remote } };

	collect_wanted(&s);
	if (s.wanted) {
		search_near_paths(&s);
		if (whole_mount)
			search_mounts_of_wanted(&s);
		report_missing(&s);
	}
	search_release(&s);
	for (uint32_t i = 0; l->names_lost && i < l->n_paths; i++) {
		if (!l->path_list[i]->untracked)
			look_at_name(l, remote, l->path_list[i]);
	}
}
