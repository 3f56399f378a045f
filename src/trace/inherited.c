/* Files that a tracee has open for writing from before. */
#include "config.h"

#include "trace/inherited.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/io.h"
#include "trace/call.h"
#include "trace/errand.h"
#include "mount/remote.h"
#include "trace/path/target.h"

/*
 * At the start a helper can be waited for: COMMAND alone is held, and serves nobody yet.  Later who sent the
 * descriptor may well be who serves the file, and nothing is known of it.
 */
static void
look_closer(const struct tracee *t, int fd, bool arrived, struct call *call,
	    struct buf *text)
{
	struct call seen;

	call->target[0].sight = TARGET_UNANSWERED;
	if (arrived || errand_descriptor(t, fd, &seen, text) != ERRAND_ANSWERED)
		return;
	target_release(&call->target[0]);
	call->target[0] = seen.target[0];
	call->seen = seen.seen;
	call->seen_len = seen.seen_len;
	call->content_fd = seen.content_fd;
}

static bool
report_one(const struct tracee *t, int fd, bool arrived)
{
	struct call call = {
		.op = OP_INHERITED, .flag_set = FLAGS_OPEN, .writes_content = true, .arrived = arrived, .n_targets = 1,
		.target = { TARGET_INIT, TARGET_INIT }, .opened = TARGET_INIT,
	};
	struct whose w = tracee_whose(t);
	struct buf text = BUF_INIT;
	long flags = proc_fd_flags(t->tid, fd);
	bool reported = false;

	if (flags < 0 || (flags & O_PATH) || (flags & O_ACCMODE) == O_RDONLY)
		return false;
	call.flags = (uint64_t)flags;
	call.standard = !arrived && fd <= 2;
	if (!resolve_fd(&w, fd, &call.target[0]))
		return false;
	if (call.target[0].path && strcmp(call.target[0].path, io_uring_path) == 0)
		tracee_tell_blind(t, BLIND_IO_URING, "has an io_uring from elsewhere; what it writes through it is not in "
				  "this record");
	if (call.target[0].sight == TARGET_REMOTE)
		look_closer(t, fd, arrived, &call, &text);
	if (call.target[0].sight == TARGET_UNANSWERED || S_ISREG(call.target[0].st.st_mode) || S_ISBLK(call.target[0].st.st_mode)) {
		tracee_tell_enter(t, &call);
		reported = call.n_targets > 0;
		tracee_tell_leave(t, &call);
	}
	call_release(&call);
	buf_release(&text);
	return reported;
}

bool
inherited_report(const struct tracee *t, bool arrived)
{
	bool any = false;
	const struct dirent *d;
	char path[64];
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)t->tid);
	dir = opendir(path);
	if (!dir)
		return false;
	while ((d = readdir(dir))) {
		if (d->d_name[0] != '.')
			any |= report_one(t, atoi(d->d_name), arrived);
	}
	closedir(dir);
	return any;
}

void
inherited_report_fd(const struct tracee *t, int fd)
{
	report_one(t, fd, true);
}

bool
inherited_report_object(const struct tracee *t, int fd)
{
	struct call call = {
		.op = OP_INHERITED, .flag_set = FLAGS_NONE, .writes_content = true, .arrived = true, .n_targets = 1,
		.target = { TARGET_INIT, TARGET_INIT }, .opened = TARGET_INIT,
	};
	struct whose w = tracee_whose(t);
	bool is_new = false;

	resolve_adopt(&w, fd, &call.target[0]);
	if (call.target[0].path && call.target[0].sight != TARGET_ANONYMOUS && S_ISREG(call.target[0].st.st_mode)) {
		tracee_tell_enter(t, &call);
		is_new = call.n_targets > 0;
		tracee_tell_leave(t, &call);
	}
	call_release(&call);
	return is_new;
}
