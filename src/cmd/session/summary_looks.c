/* What of a run a person should look at. */
#include "config.h"

#include "cmd/session/summary_looks.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/quote.h"

enum { LOOKS_SHOWN = 8 };

/* A subject: what is in one directory and is to be looked at for the same reason. */
struct summary_look {
	int64_t count;
	char *path;		/* the first in byte order */
	UT_hash_handle hh;
	size_t reason_len;
	char key[];		/* the reason, then the directory */
};

void
summary_looks_note(struct summary_looks *l, const char *path, const char *reason)
{
	struct buf key = BUF_INIT;
	struct summary_look *look = NULL;

	buf_addstr(&key, reason);
	buf_add(&key, path, path_dir_len(path));
	HASH_FIND(hh, l->hash, key.data, key.len, look);
	if (!look) {
		look = xcalloc(1, sizeof(*look) + key.len + 1);
		memcpy(look->key, key.data, key.len);
		look->reason_len = strlen(reason);
		look->path = xstrdup(path);
		HASH_ADD_KEYPTR(hh, l->hash, look->key, key.len, look);
	}
	look->count++;
	buf_release(&key);
}

void
summary_looks_each(struct summary_looks *l, void (*line)(void *context, const char *words), void *context)
{
	struct buf words = BUF_INIT;
	unsigned all = HASH_COUNT(l->hash), shown = 0;

	for (const struct summary_look *look = l->hash; look && shown < LOOKS_SHOWN; look = look->hh.next, shown++) {
		quote_shell(&words, look->path, strlen(look->path));
		if (look->count > 1)
			buf_addf(&words, " and %lld more there", (long long)look->count - 1);
		buf_addf(&words, ": %.*s", (int)look->reason_len, look->key);
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
