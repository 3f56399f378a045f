/* Files on mounts that somebody else serves. */
#include "config.h"

#include "mount/remote_look.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file/copy.h"
#include "file/identity.h"
#include "file/state.h"
#include "file/state_pack.h"
#include "file/open.h"
#include "base/helper.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

/* Whether the copy is whole. */
static bool
copy_to(int content_fd, int fd, const struct sight *sight)
{
	int from = content_fd >= 0 && sight->state.type == FILE_REGULAR ? state_open(fd) : -1;
	struct err e;
	bool whole;

	if (from < 0)
		return false;
	whole = copy_content(from, content_fd, sight->st.st_size, &e) == 0 &&
		ftruncate(content_fd, sight->st.st_size) == 0;
	close(from);
	return whole;
}

static void
pack_seen_state(struct buf *out, const struct file_state *s)
{
	state_pack(out, s);
	pack_u64(out, (uint64_t)s->birth);
	pack_u32(out, s->unread);
	pack_bytes(out, s->has_digest ? s->digest.bytes : NULL, DIGEST_SIZE);
}

static void
take_seen_state(struct packed *seen, struct file_state *out)
{
	const void *digest;
	size_t len;

	state_pack_take(seen, out);
	out->birth = (int64_t)pack_take_u64(seen);
	out->unread = (uint16_t)pack_take_u32(seen);
	digest = pack_take_bytes(seen, &len);
	out->has_digest = digest && len == DIGEST_SIZE;
	if (out->has_digest)
		memcpy(out->digest.bytes, digest, DIGEST_SIZE);
}

/* A file's stat, or no bytes where there is nothing; then the rest of the sight. */
void
remote_look_pack(struct buf *out, int fd, int content_fd)
{
	struct sight sight = { .content_fd = content_fd };

	if (fd < 0 || identity_stat(fd, &sight.st, &sight.state.birth) < 0) {
		pack_bytes(out, NULL, 0);
		return;
	}
	state_of(fd, &sight.st, sight.state.birth, &sight.state);
	pack_bytes(out, &sight.st, sizeof(sight.st));
	pack_u32(out, fskind_of(fd, sight.st.st_dev));
	pack_u32(out, copy_to(content_fd, fd, &sight));
	pack_seen_state(out, &sight.state);
	state_release(&sight.state);
}

struct sight *
remote_look_take(struct packed *seen, int content_fd)
{
	size_t len;
	const void *st = pack_take_bytes(seen, &len);
	struct sight *sight;

	if (!st || len != sizeof(sight->st))
		return NULL;
	sight = xcalloc(1, sizeof(*sight));
	memcpy(&sight->st, st, len);
	sight->kind = (enum fskind)pack_take_u32(seen);
	sight->content_fd = pack_take_u32(seen) ? content_fd : -1;
	take_seen_state(seen, &sight->state);
	fskind_note(sight->st.st_dev, sight->kind);
	return sight;
}

void
remote_look_free(struct sight *sight)
{
	if (!sight)
		return;
	state_release(&sight->state);
	free(sight);
}

/* --- after the run --- */

/* In the helper. */
static void
look_at_path(void *context, struct buf *out)
{
	const char *path = context;
	struct digester *digester = digest_new();
	struct file_state state = { .type = FILE_ABSENT };
	int dir_fd, fd = -1;
	struct err e;

	dir_fd = open_canonical_parent(path);
	if (dir_fd >= 0)
		state_at(dir_fd, *path_name(path) ? path_name(path) : ".", &state, &fd);
	pack_u32(out, fd < 0 ? (uint32_t)errno : 0);
	if (fd >= 0 && state.type == FILE_REGULAR)
		(void)state_digest(fd, digester, &state, &e);
	pack_seen_state(out, &state);
}

static int
read_look(const struct buf *text, struct file_state *out)
{
	struct packed seen = { .bytes = text->data, .len = text->len };
	int error = (int)pack_take_u32(&seen);

	take_seen_state(&seen, out);
	if (seen.bad)
		error = EIO;
	errno = error;
	return error == 0 || io_means_absent(error) ? 0 : -1;
}

int
remote_look(struct remote_mounts *r, const char *path, struct file_state *out)
{
	struct buf text = BUF_INIT;
	char *copy;
	int rc;

	memset(out, 0, sizeof(*out));
	if (remote_is_silent(r, path)) {
		errno = ETIMEDOUT;
		return -1;
	}
	copy = xstrdup(path);
	rc = helper_run(look_at_path, copy, NULL, 0, &text);
	free(copy);
	if (rc == 0)
		rc = read_look(&text, out);
	else if (errno == ETIMEDOUT)
		remote_note_silent(r, path);
	buf_release(&text);
	return rc;
}
