/* show --processes: the process images of a run as a tree. */
#include "config.h"

#include "cmd/show/processes.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/list.h"
#include "base/mem.h"
#include "cmd/ui/columns.h"
#include "cmd/ui/row.h"
#include "cmd/ui/text.h"
#include "store/query_change.h"

static const struct column columns[] = {
	{ "PID", true, 0 },
	{ "EXIT", true, 0 },
	{ "SECONDS", true, 0 },
	{ "COMMAND", false, 0 },
};

/* A node; the nodes are in the order of their ids, and refer to each other by index, -1 being none. */
struct node {
	int64_t id, parent_id;
	int64_t pid;
	long parent;		/* the image that forked, or for an exec the image before */
	long shown_parent;	/* the node that this one hangs on */
	long child, last_child, next;
	bool replaced;		/* a fork's copy that went on to execute something: that is shown in its place */
	char *exit, *seconds, *command;
};

struct tree {
	struct node *v;
	size_t n;
};

static char *
cell_exit(const struct row *r)
{
	struct buf b = BUF_INIT;

	if (row_int(r, "exit_signal") > 0)
		text_add_signal(&b, (int)row_int(r, "exit_signal"));
	else
		text_add_message(&b, row_text(r, "exit_status"));
	return buf_detach(&b);
}

/* The command, or the program where arguments are not recorded. */
static char *
cell_command(const struct row *r)
{
	struct buf b = BUF_INIT;

	if (row_text(r, "command"))
		text_add_message(&b, row_text(r, "command"));
	else
		text_add_quoted(&b, row_text(r, "program"));
	return buf_detach(&b);
}

static void
add_node(struct tree *t, const struct row *r)
{
	struct node *n = LIST_ADD(t->v, t->n);

	memset(n, 0, sizeof(*n));
	n->id = row_int(r, "id");
	n->parent_id = row_int(r, "parent_id");
	n->pid = row_int(r, "pid");
	n->parent = n->shown_parent = n->child = n->last_child = n->next = -1;
	n->exit = cell_exit(r);
	n->command = cell_command(r);
	n->seconds = row_text(r, "seconds") ? xasprintf("%.1f", strtod(row_text(r, "seconds"), NULL))
					       : xstrdup("-");
}

static int
compare_id_to_node(const void *key, const void *element)
{
	int64_t id = *(const int64_t *)key, other = ((const struct node *)element)->id;

	return (id > other) - (id < other);
}

/* The index of an id; -1 if it is not among them. */
static long
node_find(const struct tree *t, int64_t id)
{
	size_t at;

	return list_find(&id, t->v, t->n, sizeof(*t->v), compare_id_to_node, &at) ? (long)at : -1;
}

/* The row of a fork says what its parent's does: where an exec followed, only the exec's is worth a line. */
static void
find_replaced(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct node *n = &t->v[i];
		struct node *before = n->parent >= 0 ? &t->v[n->parent] : NULL;

		if (before && before->pid == n->pid && before->parent >= 0 &&
		    t->v[before->parent].pid != before->pid)
			before->replaced = true;
	}
}

/*
 * What a process executes next stands under what it executed before, at the same depth; what hangs on a
 * replaced copy goes to its parent.
 */
static void
find_shown_parents(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct node *n = &t->v[i];
		const struct node *p = n->parent >= 0 ? &t->v[n->parent] : NULL;

		if (p)
			n->shown_parent = p->replaced || p->pid == n->pid ? p->shown_parent : n->parent;
	}
}

static void
link_nodes(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		long p = node_find(t, t->v[i].parent_id);

		/* a damaged history could make circles; a parent is always recorded before its children */
		t->v[i].parent = p >= 0 && (size_t)p < i ? p : -1;
	}
	find_replaced(t);
	find_shown_parents(t);
	for (size_t i = 0; i < t->n; i++) {
		long p = t->v[i].shown_parent;

		if (t->v[i].replaced || p < 0)
			continue;
		if (t->v[p].child < 0)
			t->v[p].child = (long)i;
		else
			t->v[t->v[p].last_child].next = (long)i;
		t->v[p].last_child = (long)i;
	}
}

/* The lines in front of a node, from the outside in: whether an ancestor has further siblings. */
static void
put_branches(const struct tree *t, struct buf *line, long at)
{
	struct buf back = BUF_INIT;

	for (long p = t->v[at].shown_parent; p >= 0 && t->v[p].shown_parent >= 0; p = t->v[p].shown_parent)
		buf_addch(&back, t->v[p].next >= 0 ? '|' : ' ');
	for (size_t i = back.len; i > 0; i--)
		buf_addf(line, " %c  ", back.data[i - 1]);
	if (t->v[at].shown_parent >= 0)
		buf_addstr(line, " \\_ ");
	buf_release(&back);
}

static void
add_node_line(struct columns *out, const struct tree *t, long at)
{
	const struct node *n = &t->v[at];
	struct buf line = BUF_INIT;

	put_branches(t, &line, at);
	buf_addstr(&line, n->command);
	columns_add_int(out, n->pid, STYLE_NONE);
	columns_add(out, n->exit, STYLE_NONE);
	columns_add(out, n->seconds, STYLE_NONE);
	columns_add(out, line.data, STYLE_NONE);
	buf_release(&line);
}

/* Depth first, without recursion: a chain of execs can be of any length. */
static void
add_lines(struct columns *out, const struct tree *t, long root)
{
	long at = root;

	for (;;) {
		add_node_line(out, t, at);
		if (t->v[at].child >= 0) {
			at = t->v[at].child;
			continue;
		}
		while (at != root && t->v[at].next < 0)
			at = t->v[at].shown_parent;
		if (at == root)
			return;
		at = t->v[at].next;
	}
}

static void
release_tree(struct tree *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].exit);
		free(t->v[i].seconds);
		free(t->v[i].command);
	}
	free(t->v);
}

static int
load_nodes(struct tree *t, struct cursor *c, struct err *e)
{
	struct row r;
	int more;

	while ((more = cursor_next(c, e)) > 0) {
		row_load(&r, c);
		add_node(t, &r);
	}
	return more;
}

int
show_processes(struct show *s, struct err *e)
{
	struct tree t = { 0 };
	struct columns out;
	struct cursor *c;
	int rc;

	if (query_processes_timed(s->store, s->run.id, &c, e) < 0)
		return -1;
	columns_init(&out, columns, ARRAY_SIZE(columns));
	rc = load_nodes(&t, c, e);
	if (rc == 0) {
		link_nodes(&t);
		for (size_t i = 0; i < t.n; i++) {
			if (!t.v[i].replaced && t.v[i].shown_parent < 0)
				add_lines(&out, &t, (long)i);
		}
		columns_print(&out, &s->out, true);
	}
	columns_release(&out);
	release_tree(&t);
	cursor_close(c);
	return rc;
}
