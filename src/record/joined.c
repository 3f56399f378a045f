/* Runs that were begun within this one. */
#include "config.h"

#include "record/joined.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/list.h"
#include "base/mem.h"
#include "record/flush.h"
#include "record/ledger.h"
#include "store/run.h"

/* A number may come again when a process has ended. */
static struct joined_run *
joined_going_on(const struct joined_runs *j, pid_t pid)
{
	for (size_t i = 0; i < j->n; i++) {
		if (j->list[i].pid == pid && j->list[i].ended_ns == 0)
			return &j->list[i];
	}
	return NULL;
}

bool
joined_add(struct ledger *l, uint32_t image, const char *name, const char *uuid)
{
	const struct image *i = ledger_image(l, image);
	struct joined_run *j;

	if (!i || strlen(uuid) != UUID_TEXT || joined_going_on(&l->joined, i->pid))
		return false;
	j = LIST_ADD(l->joined.list, l->joined.n);
	*j = (struct joined_run){ .image = image, .pid = i->pid, .name = name ? xstrdup(name) : NULL };
	memcpy(j->uuid, uuid, sizeof(j->uuid));
	return true;
}

bool
joined_end(struct ledger *l, uint32_t image, int status, int64_t ended_ns)
{
	const struct image *i = ledger_image(l, image);
	struct joined_run *j = i ? joined_going_on(&l->joined, i->pid) : NULL;

	if (!j || ended_ns == 0)
		return false;
	j->ended_ns = ended_ns;
	j->status = status;
	l->joined.n_ended++;
	return true;
}

static int
joined_row(struct ledger *l, struct store *s, int64_t run_id, const struct joined_run *j, struct err *e)
{
	struct run_joined row = {
		.uuid = j->uuid, .name = j->name, .of_run = run_id, .image = j->image, .ended_ns = j->ended_ns,
		.exit_status = j->ended_ns != 0 && WIFEXITED(j->status) ? WEXITSTATUS(j->status) : -1,
		.exit_signal = j->ended_ns != 0 && WIFSIGNALED(j->status) ? WTERMSIG(j->status) : 0,
	};
	int64_t process_id;

	return flush_image(l, s, run_id, j->image, &process_id, e) < 0 ? -1 : run_insert_joined(s, &row, e);
}

int
joined_flush(struct ledger *l, struct store *s, int64_t run_id, bool all, struct err *e)
{
	for (size_t i = 0; i < l->joined.n; i++) {
		struct joined_run *j = &l->joined.list[i];

		if (j->stored || (j->ended_ns == 0 && !all))
			continue;
		if (joined_row(l, s, run_id, j, e) < 0)
			return -1;
		j->stored = true;
	}
	l->joined.n_ended = 0;
	return 0;
}

void
joined_release(struct joined_runs *j)
{
	for (size_t i = 0; i < j->n; i++)
		free(j->list[i].name);
	free(j->list);
	*j = (struct joined_runs){ NULL, 0, 0 };
}
