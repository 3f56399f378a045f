/* Short texts that many rows share, each stored once. */
#include "config.h"

#include "store/word.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/mem.h"
#include "store/store_impl.h"

struct known_word {
	int64_t id;
	UT_hash_handle hh;
	char text[];
};

int
word_id(struct store *s, const char *text, int64_t *id, struct err *e)
{
	static const char find_sql[] = "SELECT id FROM word WHERE word = ?1";
	static const char add_sql[] = "INSERT INTO word (word) VALUES (?1) RETURNING id";
	struct known_word *w = NULL;
	int found;

	*id = 0;
	if (!text)
		return 0;
	HASH_FIND_STR(s->words, text, w);
	if (w) {
		*id = w->id;
		return 0;
	}
	found = STORE_FIND_INT(s, id, e, find_sql, STMT_TEXT(text));
	if (found == 0)
		found = STORE_FIND_INT(s, id, e, add_sql, STMT_TEXT(text));
	if (found < 0)
		return -1;
	w = xcalloc(1, sizeof(*w) + strlen(text) + 1);
	w->id = *id;
	memcpy(w->text, text, strlen(text) + 1);
	HASH_ADD_STR(s->words, text, w);
	return 0;
}

void
word_forget_all(struct store *s)
{
	struct known_word *w, *next;

	HASH_ITER(hh, s->words, w, next) {
		HASH_DEL(s->words, w);
		free(w);
	}
}
