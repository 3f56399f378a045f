/* Files on mounts that somebody else serves. */
#include "config.h"

#include "mount/remote_look.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/copy.h"
#include "file/state.h"
#include "file/open.h"
#include "base/clock.h"
#include "base/helper.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "mount/remote.h"

/* --- stand-ins --- */

static struct stand_in {
	int fd;
	struct sight sight;	/* its state is owned */
} *stand_ins;
static size_t n_stand_ins;

const struct sight *
afar_sight(int fd)
{
	for (size_t i = n_stand_ins; i > 0; i--) {
		if (stand_ins[i - 1].fd == fd)
			return &stand_ins[i - 1].sight;
	}
	return NULL;
}

static int
stand_in(const struct sight *sight, int content_fd)
{
	int fd = sight->has_content ? fcntl(content_fd, F_DUPFD_CLOEXEC, 0) : open("/", O_PATH | O_CLOEXEC);

	if (fd < 0)
		return -1;
	stand_ins = xrealloc(stand_ins, (n_stand_ins + 1) * sizeof(*stand_ins));
	stand_ins[n_stand_ins].fd = fd;
	stand_ins[n_stand_ins].sight = *sight;
	n_stand_ins++;
	return fd;
}

void
afar_forget(void)
{
	for (size_t i = 0; i < n_stand_ins; i++)
		state_release(&stand_ins[i].sight.state);
	n_stand_ins = 0;
}

/* --- what is packed: whether there is anything, the sight as it is, its target, its attributes --- */

static void
copy_to(int content_fd, int fd, struct sight *sight)
{
	int from = content_fd >= 0 && sight->state.type == FILE_REGULAR ? state_open(fd) : -1;
	struct err e;

	if (from < 0)
		return;
	sight->has_content = copy_content(from, content_fd, sight->st.st_size, &e) == 0 &&
			     ftruncate(content_fd, sight->st.st_size) == 0;
	close(from);
}

static int64_t
born(int fd)
{
	struct statx sx;

	if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &sx) < 0 || !(sx.stx_mask & STATX_BTIME))
		return 0;
	return sx.stx_btime.tv_sec * NS_PER_SECOND + sx.stx_btime.tv_nsec;
}

static void
pack_state(struct buf *out, const struct sight *sight)
{
	size_t target_len = sight->state.target ? strlen(sight->state.target) + 1 : 0;

	buf_addch(out, true);
	buf_add(out, sight, sizeof(*sight));
	buf_add(out, &target_len, sizeof(target_len));
	buf_add(out, sight->state.target, target_len);
	buf_add(out, sight->state.xattrs, sight->state.xattrs_len);
}

void
afar_pack(struct buf *out, int fd, int content_fd)
{
	struct sight sight = { .born_ns = 0 };

	if (fd < 0 || fstat(fd, &sight.st) < 0) {
		buf_addch(out, false);
		return;
	}
	sight.kind = fskind_of(fd, sight.st.st_dev);
	sight.born_ns = born(fd);
	state_of(fd, &sight.st, &sight.state);
	copy_to(content_fd, fd, &sight);
	pack_state(out, &sight);
	state_release(&sight.state);
}

struct cursor {
	const char *bytes;
	size_t len;
	size_t *at;
};

/* The next n bytes; NULL where there are not so many. */
static const void *
take(struct cursor *c, size_t n)
{
	const char *p = c->bytes + *c->at;

	if (n > c->len - *c->at)
		return NULL;
	*c->at += n;
	return p;
}

/* False where there is nothing. */
static bool
unpack(struct cursor *c, struct sight *sight)
{
	const char *there = take(c, 1);
	const void *bytes = there && *there ? take(c, sizeof(*sight)) : NULL;
	size_t target_len = 0;
	const void *p;

	if (!bytes)
		return false;
	memcpy(sight, bytes, sizeof(*sight));
	p = take(c, sizeof(target_len));
	if (p)
		memcpy(&target_len, p, sizeof(target_len));
	p = take(c, target_len);
	sight->state.target = p && target_len > 0 ? xstrndup(p, target_len - 1) : NULL;
	p = take(c, sight->state.xattrs_len);
	sight->state.xattrs = p && sight->state.xattrs_len > 0 ? xmemdup(p, sight->state.xattrs_len) : NULL;
	return true;
}

int
afar_take(const void *seen, size_t len, size_t *at, int content_fd)
{
	struct cursor c = { seen, len, at };
	struct sight sight;
	int fd;

	if (!unpack(&c, &sight))
		return -1;
	sight.has_content &= content_fd >= 0;
	fd = stand_in(&sight, content_fd);
	if (fd < 0)
		state_release(&sight.state);
	return fd;
}

void
afar_pack_targets(struct buf *out, const struct call *c, const bool want_content[2])
{
	for (unsigned i = 0; i < c->n_targets; i++) {
		afar_pack(out, c->target[i].dir_fd, -1);
		afar_pack(out, c->target[i].fd, want_content[i] ? c->content_fd : -1);
	}
}

void
afar_take_targets(struct call *c)
{
	size_t at = 0;

	for (unsigned i = 0; i < c->n_targets; i++) {
		c->target[i].dir_fd = afar_take(c->seen, c->seen_len, &at, -1);
		c->target[i].fd = afar_take(c->seen, c->seen_len, &at, c->content_fd);
	}
}

/* --- after the run --- */

/* Mount points from which no answer came. */
static char **silent;
static size_t n_silent;

static bool
is_silent(const char *path)
{
	for (size_t i = 0; i < n_silent; i++) {
		if (path_is_under(path, silent[i]))
			return true;
	}
	return false;
}

static void
note_silent(const char *path)
{
	const char *point = remote_point(path);

	if (!point)
		return;
	silent = xrealloc(silent, (n_silent + 1) * sizeof(*silent));
	silent[n_silent++] = xstrdup(point);
}

static void
look_near(void *context, struct buf *out)
{
	const char *path = context;
	struct digester *digester = digest_new();
	struct sight sight = { .born_ns = 0 };
	int dir_fd, fd = -1, error;
	struct err e;

	remote_guard(false);
	dir_fd = open_canonical_parent(path);
	if (dir_fd >= 0)
		state_at(dir_fd, *path_name(path) ? path_name(path) : ".", &sight.state, &fd);
	error = fd < 0 ? errno : 0;
	buf_add(out, &error, sizeof(error));
	if (fd >= 0 && sight.state.type == FILE_REGULAR)
		(void)state_digest(fd, digester, &sight.state, &e);
	pack_state(out, &sight);
}

static int
read_look(const struct buf *text, struct file_state *out)
{
	size_t at = 0;
	struct cursor c = { text->data, text->len, &at };
	const void *p = take(&c, sizeof(int));
	struct sight sight;
	int error = EIO;

	if (p)
		memcpy(&error, p, sizeof(error));
	if (p && unpack(&c, &sight))
		*out = sight.state;
	errno = error;
	return error == 0 || error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG ? 0 : -1;
}

int
afar_look(const char *path, struct file_state *out)
{
	struct buf text = BUF_INIT;
	char *copy;
	int rc;

	memset(out, 0, sizeof(*out));
	if (is_silent(path)) {
		errno = ETIMEDOUT;
		return -1;
	}
	copy = xstrdup(path);
	rc = helper_run(look_near, copy, NULL, 0, &text);
	free(copy);
	if (rc == 0)
		rc = read_look(&text, out);
	else if (errno == ETIMEDOUT)
		note_silent(path);
	buf_release(&text);
	return rc;
}
