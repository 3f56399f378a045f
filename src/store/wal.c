/* The write-ahead log of a history, read without SQLite. */
#include "config.h"

#include "store/wal.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

enum {
	WAL_HEAD = 32,		/* magic, version, page size, sequence, two salts, two sums of the 24 bytes before */
	FRAME_HEAD = 24,	/* page, pages after this commit or 0, two salts, two sums of 8 bytes and the page */
	SUMMED_HEAD = 24,
	SUMMED_FRAME = 8,
	PAGE_MAX = 65536,
};

#define WAL_MAGIC 0x377f0682U	/* sums of words in little-endian order; one more: big-endian */
#define WAL_VERSION 3007000U

struct wal {
	int fd;
	bool big_endian;	/* its sums' words */
	uint32_t page_size;
	uint32_t sum[2];	/* up to what was read last */
	unsigned char head[WAL_HEAD];
	unsigned char *frame;	/* its head, and its page */
};

struct frame {
	uint32_t page;		/* from 1 on */
	uint32_t n_pages;	/* of the database, where this is a commit's last; else 0 */
};

static uint32_t
number_at(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static uint32_t
word_at(const struct wal *w, const unsigned char *p)
{
	return w->big_endian ? number_at(p) : (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 | p[0];
}

static void
add_sum(struct wal *w, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i += 8) {
		w->sum[0] += word_at(w, bytes + i) + w->sum[1];
		w->sum[1] += word_at(w, bytes + i + 4) + w->sum[0];
	}
}

static bool
has_sum(const struct wal *w, const unsigned char *p)
{
	return number_at(p) == w->sum[0] && number_at(p + 4) == w->sum[1];
}

/* Go to the first frame: 1, 0 where it is no log, -1 with errno. */
static int
begin_frames(struct wal *w)
{
	ssize_t n;

	if (lseek(w->fd, 0, SEEK_SET) < 0 || (n = io_read_full(w->fd, w->head, WAL_HEAD)) < 0)
		return -1;
	if (n < WAL_HEAD || (number_at(w->head) & ~1U) != WAL_MAGIC || number_at(w->head + 4) != WAL_VERSION)
		return 0;
	w->big_endian = number_at(w->head) & 1;
	w->page_size = number_at(w->head + 8);
	w->sum[0] = w->sum[1] = 0;
	add_sum(w, w->head, SUMMED_HEAD);
	return w->page_size >= 512 && w->page_size <= PAGE_MAX && (w->page_size & (w->page_size - 1)) == 0 &&
	       has_sum(w, w->head + SUMMED_HEAD);
}

/* The next frame: 1, 0 at the end of what is valid, -1 with errno. */
static int
next_frame(struct wal *w, struct frame *f)
{
	size_t size = (size_t)FRAME_HEAD + w->page_size;
	ssize_t n = io_read_full(w->fd, w->frame, size);

	if (n < (ssize_t)size)
		return n < 0 ? -1 : 0;
	f->page = number_at(w->frame);
	f->n_pages = number_at(w->frame + 4);
	add_sum(w, w->frame, SUMMED_FRAME);
	add_sum(w, w->frame + FRAME_HEAD, w->page_size);
	/* the salts are the head's: a frame of an earlier round has others */
	return f->page > 0 && memcmp(w->frame + SUMMED_FRAME, w->head + 16, 8) == 0 && has_sum(w, w->frame + 16);
}

/* How many frames have been committed, and how long the database then is: 0, or -1 with errno. */
static int
find_last_commit(struct wal *w, uint64_t *n_frames, uint32_t *n_pages)
{
	struct frame f;
	uint64_t n = 0;
	int more = begin_frames(w);

	*n_frames = 0;
	*n_pages = 0;
	while (more > 0 && (more = next_frame(w, &f)) > 0) {
		n++;
		if (f.n_pages == 0)
			continue;
		*n_frames = n;
		*n_pages = f.n_pages;
	}
	return more;
}

static int
write_pages(struct wal *w, int db_fd, uint64_t n_frames, uint32_t n_pages)
{
	struct frame f;
	int more = begin_frames(w);

	for (uint64_t i = 0; more > 0 && i < n_frames && (more = next_frame(w, &f)) > 0; i++) {
		off_t at = (off_t)(f.page - 1) * w->page_size;

		if (f.page <= n_pages && io_pwrite_full(db_fd, w->frame + FRAME_HEAD, w->page_size, at) < 0)
			return -1;
	}
	return more < 0 ? -1 : ftruncate(db_fd, (off_t)n_pages * w->page_size);
}

int
wal_apply(int wal_fd, int db_fd, struct err *e)
{
	struct wal w = { .fd = wal_fd, .frame = xmalloc(FRAME_HEAD + PAGE_MAX) };
	uint64_t n_frames;
	uint32_t n_pages;
	int rc = find_last_commit(&w, &n_frames, &n_pages);

	if (rc == 0 && n_frames > 0)
		rc = write_pages(&w, db_fd, n_frames, n_pages);
	if (rc < 0)
		err_system(e, "cannot copy its write-ahead log");
	free(w.frame);
	return rc;
}
