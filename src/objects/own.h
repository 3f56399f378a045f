/* What one run has put into the store of old contents: how often it refers to each, and which are its alone. */
#ifndef WT_OBJECTS_OWN_H
#define WT_OBJECTS_OWN_H

#include <stdint.h>
#include <uthash.h>

#include "base/digest.h"

struct own {
	struct digest digest;
	unsigned uses;
	int64_t stamp_ns;	/* the mtime that we gave what we brought; 0: it is not ours alone */
	UT_hash_handle hh;
};

/* Zeros are an empty one. */
struct own_list {
	struct own *hash;
};

void own_release(struct own_list *l);

/* NULL where the run has not put it, or has taken it back. */
struct own *own_find(const struct own_list *l, const struct digest *d);

/* One use more, the first one where it is not there yet; stamp_ns is what the object has from now on. */
void own_add(struct own_list *l, const struct digest *d, int64_t stamp_ns);
void own_forget(struct own_list *l, struct own *w);

#endif
