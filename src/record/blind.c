/* Blind spots that a call's target gives rise to. */
#include "config.h"

#include "record/blind.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "file/device.h"
#include "file/fskind.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "mount/remote.h"

/* A sentence about a path; its subject is the process. */
static void
tell(const struct event_sink *sink, uint32_t image, enum blind_kind kind, const char *before,
     const char *path, const char *behind)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, before);
	quote_shell(&detail, path, strlen(path));
	buf_addstr(&detail, behind);
	sink->blind(sink->context, image, kind, detail.data);
	buf_release(&detail);
}

/* Settings of the kernel take effect at once and are kept by nobody; those of a process end with it. */
static bool
is_kernel_setting(const struct remote_mounts *remote, const struct target *t)
{
	enum fskind kind;
	int fd;

	if (fskind_known(t->st.st_dev, &kind) && kind != FS_KERNEL && kind != FS_PROC)
		return false;
	fd = remote_covers(remote, t->path) ? -1 : open(t->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return false;
	kind = fskind_of(fd, t->st.st_dev);
	close(fd);
	return kind == FS_KERNEL || (kind == FS_PROC && strncmp(t->path, "/proc/sys/", 10) == 0);
}

static void
of_opened(const struct event_sink *sink, const struct remote_mounts *remote, uint32_t image, const struct target *t)
{
	if ((S_ISCHR(t->st.st_mode) || S_ISBLK(t->st.st_mode)) && !device_keeps_nothing(&t->st))
		tell(sink, image, BLIND_DEVICE, "opened the device ", t->path,
		     " for writing; what that did is not in this record");
	else if (S_ISREG(t->st.st_mode) && t->sight == TARGET_RESOLVED && is_kernel_setting(remote, t))
		tell(sink, image, BLIND_KERNEL_SETTING, "set ", t->path,
		     " in the kernel; what that did is not in this record");
}

/* Once a process: the text is the same each time. */
static const char closed_text[] =
	"does not let itself be looked into (it is not dumpable); the directories of its relative paths are "
	"those that it was last known to be in";

/* What is told of a target that was seen so, around its path.  What is mounted where is told by the call itself. */
static const struct {
	enum blind_kind kind;
	const char *before;	/* NULL: nothing */
	const char *behind;
} sights[TARGET_SIGHT_COUNT] = {
	[TARGET_UNKNOWN] = { BLIND_PATH, "named ", ", which could not be found on the file system as we see it; what "
			     "happened to it is not in `changes`" },
	[TARGET_HIDDEN] = { BLIND_PATH, "used ", " in a directory that is closed to us (Permission denied); what "
			    "happened to it is not in `changes`" },
	[TARGET_UNSEEN] = { BLIND_PATH, "used ", ", which could not be looked at; what happened to it is not in "
			    "`changes`" },
	[TARGET_UNANSWERED] = { BLIND_MOUNT, "used ", " on a mount that is served by another process, which did not "
				"answer in time; what happened to it is not in `changes`" },
};

/* Once for each mount and process, whatever they call what is there: those names are in `writes`. */
static void
of_foreign(const struct event_sink *sink, uint32_t image, const struct target *t)
{
	dev_t dev = t->st.st_nlink > 0 ? t->st.st_dev : t->dir_dev;
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "used a mount that it alone sees, or that came with the run");
	if (dev != 0)
		buf_addf(&detail, " (device %u:%u)", major(dev), minor(dev));
	buf_addstr(&detail, "; what happened there is not in `changes`, and in `writes` as it named it");
	sink->blind(sink->context, image, BLIND_MOUNT, detail.data);
	buf_release(&detail);
}

static void
of_sight(const struct event_sink *sink, uint32_t image, const struct call *c, const struct target *t)
{
	if (t->sight == TARGET_FOREIGN) {
		/* what is mounted where nobody else sees it changes no file */
		if (c->op != OP_MOUNT)
			of_foreign(sink, image, t);
		return;
	}
	if (c->arrived && t->sight == TARGET_UNANSWERED)
		tell(sink, image, BLIND_MOUNT, "received an open file, ", t->path,
		     ", on a mount that is served by another process; what happened to it is not in `changes`");
	else if (sights[t->sight].before)
		tell(sink, image, sights[t->sight].kind, sights[t->sight].before, t->path, sights[t->sight].behind);
}

void
blind_of_call(const struct event_sink *sink, const struct remote_mounts *remote, uint32_t image, const struct call *c)
{
	if (c->opened.sight == TARGET_UNANSWERED && c->target[0].sight != TARGET_UNANSWERED)
		of_sight(sink, image, c, &c->opened);
	if (c->opened.path && c->writes_content)
		of_opened(sink, remote, image, &c->opened);
	for (unsigned i = 0; i < c->n_targets; i++) {
		const struct target *t = &c->target[i];

		if (t->closed && t->sight < TARGET_UNSEEN)
			sink->blind(sink->context, image, BLIND_PATH, closed_text);
		else if (t->sight >= TARGET_UNSEEN || i > 0 || c->opened.sight != TARGET_RESOLVED)
			of_sight(sink, image, c, t);
	}
}

void
blind_race(const struct event_sink *sink, uint32_t image, const char *opened, const char *expected)
{
	struct buf detail = BUF_INIT;

	buf_addstr(&detail, "opened ");
	quote_shell(&detail, opened, strlen(opened));
	buf_addstr(&detail, " where ");
	quote_shell(&detail, expected, strlen(expected));
	buf_addstr(&detail, " was expected; what is known of it is its state after that");
	sink->blind(sink->context, image, BLIND_RACE, detail.data);
	buf_release(&detail);
}
