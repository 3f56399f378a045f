/* What is there now at each path that is to be taken back. */
#include "config.h"

#include "undo/survey.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <linux/fs.h>

#include "file/change.h"
#include "file/dir_cache.h"
#include "file/fskind.h"
#include "file/metadata.h"
#include "file/compare.h"
#include "file/identity.h"
#include "file/state.h"
#include "objects/objects_dir.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/number.h"
#include "base/path.h"

enum { DEPTH_MAX = 64 };	/* of what is looked into to name one thing that a directory holds */

/* After the last record of a run that nobody saw end its own last calls may still have gone on. */
#define GRACE_NS (2 * NS_PER_SECOND)

#define COUNTING (DIFFERS_CONTENT | DIFFERS_TYPE | DIFFERS_TARGET)

struct surveyor {
	struct undo_paths *b;
	const struct survey *s;
	struct digester *digester;
	struct dir_cache dirs;
	struct dir_cache rights;	/* whose rights are in writable */
	int writable;			/* errno: names in rights may not be changed; 0: they may */
};

static bool
is_unseen(const struct survey *s, int64_t run)
{
	for (size_t i = 0; i < s->n_unseen; i++) {
		if (s->unseen[i] == run)
			return true;
	}
	return false;
}

/*
 * Where the content was not read, and of directories, it has to be the same object.  Any file can be given any size and
 * time: whoever may write to the directory could put one there that is not his, and have us make it his.
 */
static bool
is_another(const struct file_state *now, const struct file_state *then)
{
	bool unread = then->type == FILE_DIRECTORY || (then->type == FILE_REGULAR && !then->has_digest);

	return now->type != then->type || (unread && !identity_known_again(now, then));
}

/* Whether two states hold the same content, target and type; with an unreadable content they do not. */
static bool
holds_state(struct surveyor *sv, struct present *now, const struct file_state *then)
{
	enum change_class class;
	unsigned differs;
	struct err e;

	if (then->type == FILE_ABSENT || now->state.type == FILE_ABSENT)
		return then->type == now->state.type;
	if (then->type == FILE_REGULAR && is_another(&now->state, then))
		return false;
	return compare_state(now, then, sv->digester, &class, &differs, &e) == 0 && !(differs & COUNTING);
}

/* --- what may not be touched --- */

/* A directory of our own that our own rights do not let us change: it is opened for the steps, and closed again. */
static bool
is_closed_own(const struct file_state *dir)
{
	return geteuid() != 0 && dir->type == FILE_DIRECTORY && dir->uid == geteuid() && (dir->mode & 0300) != 0300;
}

static int
may_write(int fd)
{
	struct stat st;
	int why;

	/* AT_EACCESS: by the rights that calls have; EROFS is told of root as well */
	if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) == 0)
		return 0;
	why = errno;
	/* one's own is opened first */
	if (why == EACCES && fstat(fd, &st) == 0 && st.st_uid == geteuid())
		return 0;
	/* an immutable directory: root takes the flag off first */
	return why == EPERM && geteuid() == 0 ? 0 : why;
}

/* Whether names in the directory of a path may be changed: 0, or an errno. */
static int
directory_denies(struct surveyor *sv, const char *path)
{
	int fd;

	if (sv->rights.dir && strlen(sv->rights.dir) == path_dir_len(path) &&
	    strncmp(sv->rights.dir, path, path_dir_len(path)) == 0)
		return sv->writable;
	fd = dir_cache_of(&sv->rights, path);
	/* one that is not there yet will be ours */
	sv->writable = fd >= 0 ? may_write(fd) : 0;
	return sv->writable;
}

/* A sticky directory lets only owners take names away (inode(7)). */
static int
sticky_denies(struct surveyor *sv, const struct undo_path *p)
{
	int fd = dir_cache_of(&sv->rights, p->path);
	struct stat st;

	if (geteuid() == 0 || p->now.state.type == FILE_ABSENT || fd < 0 || fstat(fd, &st) < 0 || !(st.st_mode & S_ISVTX))
		return 0;
	return st.st_uid == geteuid() || p->now.state.uid == geteuid() ? 0 : EPERM;
}

/* Of the mount that it is on itself: what is mounted there may be writable where the directory that holds it is not. */
static bool
is_read_only(int fd)
{
	struct statvfs fs;

	return fstatvfs(fd, &fs) == 0 && (fs.f_flag & ST_RDONLY);
}

/* What something is mounted on can neither be replaced nor removed, as long as it is. */
static bool
is_mount_point(int fd)
{
	struct statx sx;

	return fd >= 0 && statx(fd, "", AT_EMPTY_PATH, 0, &sx) == 0 && (sx.stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

/* Only owners change attributes; a directory that stays a directory changes in no other way. */
static int
denial_of(struct surveyor *sv, const struct undo_path *p, int fd)
{
	const struct file_state *before = &p->history.before;
	bool in_place = before->type != FILE_ABSENT && p->now.state.type == before->type &&
			(!p->history.lost || p->now.is_back || before->type == FILE_DIRECTORY);
	int why;

	if (in_place && is_read_only(fd))
		return EROFS;
	if (in_place)
		return geteuid() == 0 || p->now.state.uid == geteuid() ? 0 : EPERM;
	why = directory_denies(sv, p->path);
	if (why == 0 && is_mount_point(fd))
		why = EBUSY;
	return why ? why : sticky_denies(sv, p);
}

/*
 * Immutable or append-only, and not so as the runs left it.  Of a directory that they did not meet its ctime tells: a
 * flag that was set since has set it as well.
 */
static bool
is_frozen_since(const struct undo_path *p)
{
	const uint32_t frozen = FS_IMMUTABLE_FL | FS_APPEND_FL;

	if (p->history.ours_alone)
		return (p->now.state.iflags & frozen) && p->now.state.ctime_ns > p->history.left_ended_ns;
	return p->history.left.type != FILE_ABSENT && (p->now.state.iflags & ~p->history.left.iflags & frozen);
}

/* --- what directories hold --- */

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, sorted; how many.  Each and the array are for the caller to free. */
static size_t
names_in(int dir_fd, char ***out)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	size_t n = 0;

	*out = NULL;
	if (!d)
		io_close(&fd);
	while (d && (entry = readdir(d))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		*LIST_ADD(*out, n) = xstrdup(entry->d_name);
	}
	if (d)
		closedir(d);
	if (n > 0)
		qsort(*out, n, sizeof(**out), by_name);
	return n;
}

static void
free_names(char **names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* The first thing in what a directory holds, named from there: a file where there is one. */
static char *
first_thing_in(int dir_fd, const char *name, int depth)
{
	int fd = openat(dir_fd, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	char **names = NULL;
	char *rest, *found;
	size_t n;

	if (fd < 0)
		return xstrdup(name);
	n = depth < DEPTH_MAX ? names_in(fd, &names) : 0;
	if (n > 0) {
		rest = first_thing_in(fd, names[0], depth + 1);
		found = path_join(name, rest);
		free(rest);
	} else {
		found = xasprintf("%s/", name);
	}
	free_names(names, n);
	close(fd);
	return found;
}

static bool
is_known(const struct undo_paths *b, const char *path)
{
	int i = paths_find(b, path);

	return i != NO_PATH && !b->path[i].history.ours_alone;
}

/* The first name in a directory that none of the runs knows. */
static char *
find_foreign(const struct undo_paths *b, const char *dir, int fd)
{
	char **names;
	size_t n = names_in(fd, &names);
	char *found = NULL;

	for (size_t i = 0; i < n && !found; i++) {
		char *path = path_join(dir, names[i]);

		if (!is_known(b, path))
			found = first_thing_in(fd, names[i], 0);
		free(path);
	}
	free_names(names, n);
	return found;
}

/* --- one path --- */

static bool
may_have_to_go(const struct undo_path *p)
{
	return p->now.state.type == FILE_DIRECTORY && p->history.left.type == FILE_DIRECTORY &&
	       p->history.before.type != FILE_DIRECTORY;
}

/*
 * A directory that somebody put where one was before the runs does not get that one's owner and mode, nor does a file of
 * which only size and time tell that it is as it was.
 */
static bool
would_give_away(const struct file_state *now, const struct file_state *before)
{
	bool unproven = (before->type == FILE_DIRECTORY && is_another(now, before)) ||
			(before->type == FILE_REGULAR && !before->has_digest);

	return unproven && (metadata_differs(before, now) & ~(unsigned)DIFFERS_MTIME) != 0;
}

/* A file that is not as the runs left it, and that others can have changed: by no wish does it get root's rights. */
static bool
is_others_work(const struct undo_path *p)
{
	const struct file_state *now = &p->now.state;

	return p->now.edited && geteuid() == 0 && now->type == FILE_REGULAR &&
	       (now->uid != 0 || (now->mode & (S_IWGRP | S_IWOTH)) != 0 || now->xattrs);
}

static void
judge_path(struct surveyor *sv, struct undo_path *p, struct present *now)
{
	bool created = p->history.before.type == FILE_ABSENT;

	if (p->history.ours_alone)
		return;
	if (!p->history.parent_only && (created || p->history.lost || p->history.before.type != FILE_DIRECTORY))
		p->now.edited = !holds_state(sv, now, &p->history.left);
	else if (!p->history.parent_only)
		p->now.edited = is_another(&now->state, &p->history.left);
	if (p->history.lost)
		p->now.is_back = holds_state(sv, now, &p->history.before) &&
				 !would_give_away(&now->state, &p->history.before);
}

/* What a run did not have to keep, since an equal file was there, another one may have kept. */
static bool
is_in_store(const struct survey *s, const struct undo_path *p)
{
	const struct file_state *before = &p->history.before;

	return p->history.lost && !p->history.has_old && before->type == FILE_REGULAR && before->has_digest &&
	       objects_dir_has(s->history, &before->digest);
}

static bool
is_own_output(const struct survey *s, const struct file_state *now)
{
	for (size_t i = 0; i < s->n_own; i++) {
		if (now->type == FILE_REGULAR && s->own[i].st_dev == now->dev && s->own[i].st_ino == now->ino)
			return true;
	}
	return false;
}

static bool
is_linked_on_overlay(const struct undo_path *p, int dir_fd)
{
	const struct file_state *before = &p->history.before;

	return before->type != FILE_ABSENT && before->type != FILE_DIRECTORY && before->nlink > 1 && dir_fd >= 0 &&
	       fskind_of(dir_fd, fskind_dev(dir_fd)) == FS_OVERLAY;
}

static void
survey_path(struct surveyor *sv, struct undo_path *p)
{
	struct present now = PRESENT_INIT;
	struct err e;
	int64_t limit = number_add(p->history.left_ended_ns, GRACE_NS);
	int dir_fd = dir_cache_of(&sv->dirs, p->path);

	p->now.on_overlay = is_linked_on_overlay(p, dir_fd);
	if (compare_look(&now, dir_fd, path_name(p->path), &e) < 0) {
		p->now.error = e.sys;
	} else {
		judge_path(sv, p, &now);
		p->now.edited |= p->history.disturbed && !p->now.is_back && now.state.type != FILE_ABSENT;
		p->now.state = now.state;
		memset(&now.state, 0, sizeof(now.state));
		if (may_have_to_go(p))
			p->now.foreign = find_foreign(sv->b, p->path, now.fd);
		p->now.late_change = is_unseen(sv->s, p->history.left_by) && !p->history.leftover &&
				     p->now.state.type != FILE_ABSENT && p->now.state.type != FILE_DIRECTORY &&
				     (p->now.state.ctime_ns > limit || p->now.state.mtime_ns > limit);
		p->now.others_work = is_others_work(p);
		p->now.denied = denial_of(sv, p, now.fd);
		p->now.frozen = is_frozen_since(p);
		p->now.closed = is_closed_own(&p->now.state);
		p->now.own_output = is_own_output(sv->s, &p->now.state);
		p->now.in_store = is_in_store(sv->s, p);
	}
	compare_release(&now);
}

void
survey_make(struct undo_paths *b, const struct survey *s)
{
	struct surveyor sv = {
		.b = b, .s = s, .digester = digest_new(), .dirs = DIR_CACHE_INIT, .rights = DIR_CACHE_INIT,
	};

	for (int i = 0; i < b->n; i++) {
		struct undo_path *p = &b->path[i];

		p->now.wanted = !s->wanted || s->wanted(s->context, p->path);
		p->now.excepted = s->excepted && s->excepted(s->context, p->path);
		if (!paths_is_settled(p))
			survey_path(&sv, p);
		if (s->progress)
			s->progress(s->context, i + 1, b->n);
	}
	dir_cache_release(&sv.dirs);
	dir_cache_release(&sv.rights);
	digest_free(sv.digester);
}
