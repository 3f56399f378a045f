/* The blind spots of a run in memory: each once, in the order in which they came. */
#include "config.h"

#include "record/ledger_blind.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"

/* Not yet in the ledger. */
static struct blind_spot *
new_blind(uint32_t image, enum blind_kind kind, const char *detail)
{
	size_t len = strlen(detail) + 1;
	struct blind_spot *b = xcalloc(1, sizeof(*b) + len);

	b->image = image;
	b->kind = kind;
	memcpy(b->detail, detail, len);
	return b;
}

static unsigned
blind_key_len(const struct blind_spot *b)
{
	return (unsigned)(offsetof(struct blind_spot, detail) - offsetof(struct blind_spot, image) + strlen(b->detail));
}

bool
ledger_add_blind(struct ledger *l, uint32_t image, enum blind_kind kind, const char *detail)
{
	struct blind_spot *b = new_blind(image, kind, detail), *same = NULL;

	HASH_FIND(hh, l->blind_hash, &b->image, blind_key_len(b), same);
	free(b);
	if (!same)
		ledger_append_blind(l, image, kind, detail);
	return !same;
}

void
ledger_append_blind(struct ledger *l, uint32_t image, enum blind_kind kind, const char *detail)
{
	struct blind_spot *b = new_blind(image, kind, detail);

	*LIST_ADD(l->blinds, l->n_blinds) = b;
	HASH_ADD_KEYPTR(hh, l->blind_hash, &b->image, blind_key_len(b), b);
}

void
ledger_release_blinds(struct ledger *l)
{
	HASH_CLEAR(hh, l->blind_hash);
	for (size_t i = 0; i < l->n_blinds; i++)
		free(l->blinds[i]);
	free(l->blinds);
	l->blinds = NULL;
	l->n_blinds = 0;
}
