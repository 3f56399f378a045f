/* The sockets that a run makes and the addresses that it asks for. */
#include "config.h"

#include "record/connections.h"

#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "record/words.h"
#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"
#include "store/rows.h"

struct connection_row {
	struct connection is;
	uint32_t image;
	int error;
	int64_t count;		/* since the last hand-over */
	int64_t first_ns;
	int64_t row_id;		/* in the history; 0: not there yet */
	bool in_changed;
	bool in_transaction;	/* written, not yet committed */
	size_t number;		/* its place in the list */
	UT_hash_handle hh;
	size_t key_len;
	char key[];
};

void
connections_release(struct connections *all)
{
	HASH_CLEAR(hh, all->by_key);
	for (size_t i = 0; i < all->n; i++) {
		free(all->list[i]->is.address);
		free(all->list[i]);
	}
	free(all->list);
	free(all->changed);
	memset(all, 0, sizeof(*all));
}

/* What tells a row from another, in a block of bytes. */
static void
add_connection_key(struct buf *key, uint32_t image, const struct connection *c, int error)
{
	const int32_t numbers[] = { (int32_t)image, c->family, c->type, c->protocol, c->port, error, c->address != NULL };

	buf_add(key, numbers, sizeof(numbers));
	if (c->address)
		buf_addstr(key, c->address);
}

static struct connection_row *
connection_by_key(const struct connections *all, const struct buf *key)
{
	struct connection_row *r = NULL;

	HASH_FIND(hh, all->by_key, key->data, key->len, r);
	return r;
}

/* A new one, in the list; the caller fills it. */
static struct connection_row *
new_connection(struct connections *all, const struct buf *key, const struct connection *c)
{
	struct connection_row *r = xcalloc(1, sizeof(*r) + key->len);

	r->is = *c;
	r->is.address = c->address ? xstrdup(c->address) : NULL;
	r->key_len = key->len;
	memcpy(r->key, key->data, key->len);
	r->number = all->n;
	*LIST_ADD(all->list, all->n) = r;
	return r;
}

static void
note_changed(struct connections *all, struct connection_row *r)
{
	if (r->number >= all->stored || r->in_changed)
		return;
	r->in_changed = true;
	*LIST_ADD(all->changed, all->n_changed) = r->number;
}

bool
connections_count(struct connections *all, uint32_t image, const struct connection *c, int error, int64_t now_ns)
{
	struct connection_row *r;
	struct buf key = BUF_INIT;
	bool is_new;

	add_connection_key(&key, image, c, error);
	r = connection_by_key(all, &key);
	is_new = !r;
	if (is_new) {
		r = new_connection(all, &key, c);
		r->image = image;
		r->error = error;
		r->first_ns = now_ns;
		HASH_ADD_KEYPTR(hh, all->by_key, r->key, r->key_len, r);
	}
	buf_release(&key);
	r->count++;
	note_changed(all, r);
	return is_new;
}

bool
connections_pending(const struct connections *all)
{
	return all->stored < all->n || all->n_changed > 0;
}

static int
insert_connection(struct connection_row *r, struct store *s, int64_t run_id, int64_t process_id, struct err *e)
{
	struct buf family = BUF_INIT, type = BUF_INIT, protocol = BUF_INIT;
	struct row_connection row = {
		.run_id = run_id, .process_id = process_id, .address = r->is.address, .port = r->is.port,
		.error = r->error ? words_error(r->error) : NULL, .count = r->count, .first_ns = r->first_ns,
	};
	int rc;

	words_family(&family, r->is.family);
	words_type(&type, r->is.type);
	words_protocol(&protocol, r->is.family, r->is.protocol);
	row.family = family.data;
	row.type = type.data;
	row.protocol = protocol.data;
	rc = row_connection(s, &row, &r->row_id, e);
	buf_release(&family);
	buf_release(&type);
	buf_release(&protocol);
	return rc;
}

int
connections_write(struct connections *all, struct store *s, int64_t run_id, size_t max,
		  connections_process_fn *process, void *context, struct err *e)
{
	for (size_t i = 0; i < all->n_changed && max > 0; i++, max--) {
		struct connection_row *r = all->list[all->changed[i]];

		if (row_connection_count(s, r->row_id, r->count, e) < 0)
			return -1;
		r->in_transaction = true;
	}
	for (size_t i = all->stored; i < all->n && max > 0; i++, max--) {
		struct connection_row *r = all->list[i];
		int64_t process_id;

		if (process(context, r->image, &process_id, e) < 0 ||
		    insert_connection(r, s, run_id, process_id, e) < 0)
			return -1;
		r->in_transaction = true;
	}
	return 0;
}

static void
row_committed(struct connection_row *r)
{
	r->count = 0;
	r->in_transaction = false;
}

void
connections_committed(struct connections *all)
{
	size_t left = 0;

	for (size_t i = 0; i < all->n_changed; i++) {
		struct connection_row *r = all->list[all->changed[i]];

		if (!r->in_transaction) {
			all->changed[left++] = all->changed[i];
			continue;
		}
		row_committed(r);
		r->in_changed = false;
	}
	all->n_changed = left;
	while (all->stored < all->n && all->list[all->stored]->in_transaction)
		row_committed(all->list[all->stored++]);
}

void
connections_rolled_back(struct connections *all)
{
	for (size_t i = 0; i < all->n_changed; i++)
		all->list[all->changed[i]]->in_transaction = false;
	for (size_t i = all->stored; i < all->n; i++) {
		all->list[i]->in_transaction = false;
		all->list[i]->row_id = 0;
	}
}

/* Rows are written in the order of the list, so that the history has its beginning. */
int
connections_skip_stored(struct connections *all, struct store *s, int64_t run_id, struct err *e)
{
	int64_t n;

	if (row_connections_stored(s, run_id, &n, e) < 0)
		return -1;
	all->stored = (uint64_t)n < all->n ? (size_t)n : all->n;
	return 0;
}
