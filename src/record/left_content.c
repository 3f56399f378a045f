/* What a run left of text files, kept. */
#include "config.h"

#include "record/left_content.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "mount/remote.h"

enum {
	LEFT_BYTES_MAX = 1 << 20,
	NEW_MAX = 1000,		/* of files that were not there before */
	HEAD_BYTES = 8000,	/* a text has no NUL in it, as git(1) tells one */
};

static bool
is_wanted(const struct left_contents *k, const struct outcome *o)
{
	const struct file_state *s = o->after;

	if (!k->contents || !o->path || s->type != FILE_REGULAR || !s->has_digest || s->size_bytes == 0 ||
	    s->size_bytes > LEFT_BYTES_MAX || !preimage_allows(&k->contents->rules, s->size_bytes) || o->caller_log)
		return false;
	if (o->class == CHANGE_CREATED)
		return !o->from && k->n_new < NEW_MAX;
	return o->class == CHANGE_MODIFIED && (o->differs & (DIFFERS_CONTENT | DIFFERS_TYPE));
}

static bool
is_text(int fd)
{
	char head[HEAD_BYTES];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	return n > 0 && !memchr(head, '\0', (size_t)n);
}

static bool
is_as_seen(int fd, const struct file_state *s)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_dev == s->dev && st.st_ino == s->ino &&
	       st.st_size == s->size_bytes && clock_ns(st.st_mtim) == s->mtime_ns;
}

bool
left_content_keep(struct left_contents *k, const struct outcome *o)
{
	struct digest digest;
	struct err unsaid;
	bool kept = false;
	int fd;

	if (!is_wanted(k, o))
		return false;
	fd = remote_open(k->remote, o->path->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0 && is_as_seen(fd, o->after) && is_text(fd) &&
	    objects_put(k->contents->store, fd, &digest, NULL, &unsaid) == 0) {
		kept = digest_equal(&digest, &o->after->digest);
		if (!kept)
			objects_drop(k->contents->store, &digest);
	}
	io_close(&fd);
	k->n_new += kept && o->class == CHANGE_CREATED;
	return kept;
}
