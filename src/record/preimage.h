/*
 * Pre-images: a content that a call may lose is put in the store of objects before the call goes on, once for
 * each object and run, or it is noted why not.
 */
#ifndef WT_RECORD_PREIMAGE_H
#define WT_RECORD_PREIMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "record/ledger.h"
#include "objects/objects.h"
#include "base/digest.h"
#include "base/err.h"

enum preimage_mode {
	PREIMAGE_DEFAULT,	/* files up to PREIMAGE_DEFAULT_BYTES */
	PREIMAGE_NONE,
	PREIMAGE_UP_TO,		/* files up to limit_bytes */
	PREIMAGE_ALL,
};

#define PREIMAGE_DEFAULT_BYTES (256LL << 20)

/* What is kept; zeros are the default. */
struct preimage_rules {
	enum preimage_mode mode;
	int64_t limit_bytes;
	bool durable;		/* on the disk before the call goes on, and the journal with it */
};

/* Whether a content of that length may be kept. */
bool preimage_allows(const struct preimage_rules *rules, int64_t size_bytes);

/* "none", "all", or a size (base/number.h).  0, or -1 with e set to ERR_USAGE. */
int preimage_parse(const char *text, struct preimage_rules *rules, struct err *e);

struct refuge;

struct preimages {
	struct preimage_rules rules;
	struct refuge *refuge;		/* where to go on when the store is gone; NULL: nowhere */
	struct objects *store;
	struct digester *digester;
};

/*
 * Read the content of the regular file at a target, and keep it as the rules say: sets o's
 * fate, its digest as far as it could be read, and its size and mtime where somebody that is not in the
 * record has written it since o was first met.
 */
void preimage_take(struct preimages *p, struct object *o, const struct target *t);

/*
 * The content is met only when it has been opened: it is taken now, for nothing has been written yet; or it was lost with
 * that (is_gone).
 */
void preimage_too_late(struct preimages *p, struct object *o, const struct target *t, bool is_gone);

/* It is read to be compared, and not kept.  Whether it could be: o has its digest then. */
bool preimage_read(struct preimages *p, struct object *o, const struct target *t);

/* What was taken is of no use, or must be taken anew. */
void preimage_drop(struct preimages *p, struct object *o);

/*
 * Say why the content of what path was, o, is not kept: a blind spot for each path, but one for all where none
 * is wanted.
 */
void preimage_tell(struct ledger *l, const struct object *o, const char *path);

#endif
