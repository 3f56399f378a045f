/* Blind spots that a call's target gives rise to. */
#include "config.h"

#include "audit/blind.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "audit/fskind.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"

/* Character devices that keep nothing (Documentation/admin-guide/devices.txt): a minor of -1 means all. */
static const struct {
	unsigned major;
	int minor;
} harmless[] = {
	{ 1, 3 },	/* null */
	{ 1, 5 },	/* zero */
	{ 1, 7 },	/* full */
	{ 1, 8 },	/* random */
	{ 1, 9 },	/* urandom */
	{ 5, 0 },	/* tty */
	{ 5, 1 },	/* console */
	{ 5, 2 },	/* ptmx */
	{ 136, -1 }, { 137, -1 }, { 138, -1 }, { 139, -1 },	/* pts */
	{ 140, -1 }, { 141, -1 }, { 142, -1 }, { 143, -1 },
};

static bool
is_harmless(const struct stat *st)
{
	if (!S_ISCHR(st->st_mode))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		if (harmless[i].major == major(st->st_rdev) &&
		    (harmless[i].minor < 0 || (unsigned)harmless[i].minor == minor(st->st_rdev)))
			return true;
	}
	return false;
}

static void __attribute__((format(printf, 5, 6)))
tell(const struct event_sink *sink, uint32_t image, enum blind_kind kind, const char *path, const char *fmt, ...)
{
	struct buf quoted = BUF_INIT;
	struct buf detail = BUF_INIT;
	va_list ap;

	quote_shell(&quoted, path, strlen(path));
	buf_addf(&detail, "%s ", quoted.data);
	va_start(ap, fmt);
	buf_vaddf(&detail, fmt, ap);
	va_end(ap);
	sink->blind(sink->context, image, kind, detail.data);
	buf_release(&quoted);
	buf_release(&detail);
}

/* Settings of the kernel take effect at once and are kept by nobody; those of a process end with it. */
static bool
is_kernel_setting(const struct target *t)
{
	int fd = open(t->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	enum fskind kind;

	if (fd < 0)
		return false;
	kind = fskind_of(fd, t->st.st_dev);
	close(fd);
	return kind == FS_KERNEL || (kind == FS_PROC && strncmp(t->path, "/proc/sys/", 10) == 0);
}

static void
of_opened(const struct event_sink *sink, uint32_t image, const struct target *t)
{
	if ((S_ISCHR(t->st.st_mode) || S_ISBLK(t->st.st_mode)) && !is_harmless(&t->st))
		tell(sink, image, BLIND_DEVICE, t->path,
		     "is a device that was opened for writing; what that did is not in this record");
	else if (S_ISREG(t->st.st_mode) && t->resolved && is_kernel_setting(t))
		tell(sink, image, BLIND_KERNEL_SETTING, t->path,
		     "sets something in the kernel; what that did is not in this record");
}

/* Once a process: the text is the same each time. */
static const char closed_text[] =
	"does not let itself be looked into (it is not dumpable); the directories of its relative paths are "
	"those that it was last known to be in";

void
blind_of_call(const struct event_sink *sink, uint32_t image, const struct call *c)
{
	if (c->opened.path && c->writes_content)
		of_opened(sink, image, &c->opened);
	for (unsigned i = 0; i < c->n_targets; i++) {
		const struct target *t = &c->target[i];

		if (t->closed) {
			sink->blind(sink->context, image, BLIND_PATH, closed_text);
			continue;
		}
		if (t->resolved || t->anonymous || (i == 0 && c->opened.resolved))
			continue;
		if (t->foreign)
			tell(sink, image, BLIND_MOUNT, t->path,
			     "is on a mount that only the process sees; what happened to it is not in `changes`");
		else
			tell(sink, image, BLIND_PATH, t->path,
			     "could not be found on the file system as we see it; "
			     "what happened to it is not in `changes`");
	}
}

void
blind_race(const struct event_sink *sink, uint32_t image, const char *opened, const char *expected)
{
	struct buf other = BUF_INIT;

	quote_shell(&other, expected, strlen(expected));
	tell(sink, image, BLIND_RACE, opened,
	     "was opened where %s was expected; its state is that after it was opened", other.data);
	buf_release(&other);
}
