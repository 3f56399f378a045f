/* Which programs led to a process. */
#include "config.h"

#include "cmd/ui/ancestry.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/ui/text.h"
#include "store/query_change.h"

struct chain {
	int64_t process_id;
	char *text;
	UT_hash_handle hh;
};

struct ancestry {
	struct store *store;
	struct chain *chains;
};

struct ancestry *
ancestry_new(struct store *s)
{
	struct ancestry *a = xcalloc(1, sizeof(*a));

	a->store = s;
	return a;
}

/* The last link by its whole command, the others by the names of their programs. */
static void
add_link(struct buf *out, const char *program, const char *command, bool last)
{
	if (out->len > 0)
		buf_addstr(out, " -> ");
	if (last && command)
		buf_addstr(out, command);
	else
		text_add_quoted(out, program ? path_name(program) : "?");
}

/* A copy that a fork made is the program that forked: it is no link of its own. */
static int
add_chain(struct buf *out, struct cursor *c, struct err *e)
{
	char *program = NULL, *command = NULL;
	bool any = false;
	int more;

	while ((more = cursor_next(c, e)) > 0) {
		const char *text;

		if (any && cursor_int(c, 2))
			continue;
		if (any)
			add_link(out, program, command, false);
		free(program);
		free(command);
		text = cursor_text(c, 0, NULL);
		program = text ? xstrdup(text) : NULL;
		text = cursor_text(c, 1, NULL);
		command = text ? xstrdup(text) : NULL;
		any = true;
	}
	if (any)
		add_link(out, program, command, true);
	free(program);
	free(command);
	return more;
}

const char *
ancestry_of(struct ancestry *a, int64_t process_id, struct err *e)
{
	struct buf text = BUF_INIT;
	struct chain *chain = NULL;
	struct cursor *c;
	int rc;

	HASH_FIND(hh, a->chains, &process_id, sizeof(process_id), chain);
	if (chain)
		return chain->text;
	if (query_ancestors(a->store, process_id, &c, e) < 0)
		return NULL;
	rc = add_chain(&text, c, e);
	cursor_close(c);
	if (rc < 0) {
		buf_release(&text);
		return NULL;
	}
	chain = xcalloc(1, sizeof(*chain));
	chain->process_id = process_id;
	chain->text = buf_detach(&text);
	HASH_ADD(hh, a->chains, process_id, sizeof(chain->process_id), chain);
	return chain->text;
}

void
ancestry_free(struct ancestry *a)
{
	struct chain *chain, *next;

	if (!a)
		return;
	HASH_ITER(hh, a->chains, chain, next) {
		HASH_DEL(a->chains, chain);
		free(chain->text);
		free(chain);
	}
	free(a);
}
