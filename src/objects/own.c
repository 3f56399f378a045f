/* What one run has put into the store of old contents. */
#include "config.h"

#include "objects/own.h"

#include <stdlib.h>

#include "base/mem.h"

void
own_release(struct own_list *l)
{
	struct own *w, *next;

	HASH_ITER(hh, l->hash, w, next)
		own_forget(l, w);
}

struct own *
own_find(const struct own_list *l, const struct digest *d)
{
	struct own *w = NULL;

	HASH_FIND(hh, l->hash, d, sizeof(*d), w);
	return w;
}

void
own_add(struct own_list *l, const struct digest *d, int64_t stamp_ns)
{
	struct own *w = own_find(l, d);

	if (!w) {
		w = xcalloc(1, sizeof(*w));
		w->digest = *d;
		HASH_ADD(hh, l->hash, digest, sizeof(w->digest), w);
	}
	w->uses++;
	w->stamp_ns = stamp_ns;
}

void
own_forget(struct own_list *l, struct own *w)
{
	HASH_DEL(l->hash, w);
	free(w);
}
