/* What of a run a person should look at. */
#include "config.h"

#include "cmd/session/summary_looks.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"
#include "record/notable.h"

enum { LOOKS_SHOWN = 8 };

/* A subject: what is in one directory and is to be looked at for the same reasons. */
struct summary_look {
	size_t rank;		/* the lower the graver */
	int64_t count;
	char *path;		/* the first in byte order */
	UT_hash_handle hh;
	size_t reasons_len;
	char key[];		/* the reasons, then the directory */
};

/*
 * What an object may do whoever uses it (set-id bits, capabilities) comes before what others make of a file by its name;
 * these as they stand in the table.
 */
static size_t
rank_reason(const char *reason)
{
	size_t rank = 2 * notable_table_len;

	for (size_t i = 0; i < notable_table_len; i++) {
		const struct notable_row *row = &notable_table[i];

		if (strcmp(row->reason, reason) == 0 || (row->gone && strcmp(row->gone, reason) == 0)) {
			size_t at = row->test ? i : notable_table_len + i;

			rank = at < rank ? at : rank;
		}
	}
	return rank;
}

void
summary_looks_note(struct summary_looks *l, const char *path, const char *const *reasons, size_t n)
{
	struct buf key = BUF_INIT;
	struct summary_look *look = NULL;
	size_t reasons_len;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++)
		buf_addf(&key, "%s%s", i ? ", " : "", reasons[i]);
	reasons_len = key.len;
	buf_add(&key, path, path_dir_len(path));
	HASH_FIND(hh, l->hash, key.data, key.len, look);
	if (!look) {
		look = xcalloc(1, sizeof(*look) + key.len + 1);
		memcpy(look->key, key.data, key.len);
		look->reasons_len = reasons_len;
		look->path = xstrdup(path);
		look->rank = rank_reason(reasons[0]);
		for (size_t i = 1; i < n; i++) {
			size_t rank = rank_reason(reasons[i]);

			look->rank = rank < look->rank ? rank : look->rank;
		}
		HASH_ADD_KEYPTR(hh, l->hash, look->key, key.len, look);
	}
	look->count++;
	buf_release(&key);
}

static int
graver_first(const struct summary_look *a, const struct summary_look *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return strcmp(a->path, b->path);
}

void
summary_looks_each(struct summary_looks *l, void (*line)(void *context, const char *words), void *context)
{
	struct buf words = BUF_INIT;
	unsigned all, shown = 0;

	HASH_SORT(l->hash, graver_first);
	all = HASH_COUNT(l->hash);
	for (const struct summary_look *look = l->hash; look && shown < LOOKS_SHOWN; look = look->hh.next, shown++) {
		quote_shell(&words, look->path, strlen(look->path));
		if (look->count > 1)
			buf_addf(&words, " and %lld more there", (long long)look->count - 1);
		buf_addf(&words, ": %.*s", (int)look->reasons_len, look->key);
		line(context, words.data);
		buf_reset(&words);
	}
	if (all > shown) {
		buf_addf(&words, "and %u more", all - shown);
		line(context, words.data);
	}
	buf_release(&words);
}

void
summary_looks_release(struct summary_looks *l)
{
	struct summary_look *look, *next;

	HASH_ITER(hh, l->hash, look, next) {
		HASH_DEL(l->hash, look);
		free(look->path);
		free(look);
	}
}
