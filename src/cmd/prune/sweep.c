/* Kept contents that no run needs any more. */
#include "config.h"

#include "cmd/prune/sweep.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "objects/objects_dir.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/mem.h"
#include "store/prune.h"

struct sole_contents {
	struct digest *v;
	size_t n;
};

int
sweep_begin(struct sweep *w, struct store *s, bool dry, struct err *e)
{
	int64_t oldest_ns;
	int found;

	*w = (struct sweep){ .store = s, .dry = dry, .bound_ns = clock_now_ns() };
	found = prune_oldest_running(s, &oldest_ns, e);
	if (found > 0 && oldest_ns < w->bound_ns)
		w->bound_ns = oldest_ns;
	return found < 0 ? -1 : 0;
}

/* 1 where it is gone, or would be; 0 where it stays; -1 with e set. */
static int
take_object_away(struct sweep *w, const struct digest *d, int64_t used_ns, int64_t disk_bytes, struct err *e)
{
	if (used_ns >= w->bound_ns)
		return 0;
	if (!w->dry && objects_dir_remove(store_path(w->store), d, w->bound_ns) < 0) {
		if (errno == EBUSY || errno == ENOENT)
			return 0;	/* put once more meanwhile; or another prune was there */
		return err_system(e, "cannot remove an old content from %s.objects", store_path(w->store));
	}
	w->n_removed++;
	w->bytes_removed += disk_bytes;
	return 1;
}

static int
sweep_object(void *context, const struct objects_entry *entry)
{
	struct sweep *w = context;
	int kept = prune_is_kept(w->store, &entry->digest, w->err);
	int gone = kept == 0 ? take_object_away(w, &entry->digest, entry->used_ns, entry->disk_bytes, w->err) : 0;

	if (gone == 0)
		w->bytes_left += entry->disk_bytes;
	return kept < 0 || gone < 0 ? -1 : 0;
}

int
sweep_all(struct sweep *w, struct err *e)
{
	w->err = e;
	w->bytes_left = 0;
	if (!w->dry && objects_dir_clear_up(store_path(w->store), e) < 0)
		return -1;
	return objects_dir_walk(store_path(w->store), sweep_object, w, e);
}

int
sweep_sole_contents_of(struct sole_contents **out, struct store *s, int64_t run_id, struct err *e)
{
	struct sole_contents *sole;
	struct digest d;
	struct cursor *c;
	int more;

	if (prune_sole_contents(s, run_id, &c, e) < 0)
		return -1;
	sole = xcalloc(1, sizeof(*sole));
	while ((more = cursor_next(c, e)) > 0) {
		if (!prune_digest(c, &d))
			continue;
		*LIST_ADD(sole->v, sole->n) = d;
	}
	cursor_close(c);
	if (more < 0) {
		sweep_sole_contents_free(sole);
		return -1;
	}
	*out = sole;
	return 0;
}

int
sweep_sole(struct sweep *w, const struct sole_contents *sole, struct err *e)
{
	for (size_t i = 0; i < sole->n; i++) {
		int fd = objects_dir_get(store_path(w->store), &sole->v[i]);
		struct stat st;
		int64_t disk_bytes;
		int gone;

		if (fd < 0)
			continue;	/* it is not there: nothing to take away */
		gone = fstat(fd, &st);
		close(fd);
		if (gone < 0)
			continue;
		disk_bytes = (int64_t)st.st_blocks * 512;
		gone = take_object_away(w, &sole->v[i], clock_ns(st.st_mtim), disk_bytes, e);
		if (gone < 0)
			return -1;
		if (gone > 0)
			w->bytes_left -= disk_bytes;
	}
	return 0;
}

void
sweep_sole_contents_free(struct sole_contents *sole)
{
	if (!sole)
		return;
	free(sole->v);
	free(sole);
}
