/* A child that does what may never end. */
#include "config.h"

#include "base/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/processor.h"

enum { RESULT_MAX = 1 << 30, LOOK_MS = 250, KEPT_MAX = 8 };

/* Nothing of ours is held by one that hangs: no lock, no pipe, no mount. */
static void __attribute__((noreturn))
help(helper_fn *work, void *context, int result_fd, int end_fd, const int *keep, size_t n_keep, pid_t parent)
{
	struct buf out = BUF_INIT;
	int kept[KEPT_MAX + 2];

	for (size_t i = 0; i < n_keep; i++)
		kept[i] = keep[i];
	kept[n_keep] = result_fd;
	kept[n_keep + 1] = end_fd;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	processor_ordinary(0);
	io_close_from(STDERR_FILENO + 1, kept, n_keep + 2);
	work(context, &out);
	_exit(io_pwrite_full(result_fd, out.data, out.len, 0) < 0);
}

/* The number behind a word in one of the helper's files; false where it is not to be had. */
static bool
read_number(pid_t pid, const char *file, const char *word, uint64_t *n)
{
	struct buf text = BUF_INIT;
	const char *at = NULL;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	if (io_read_file(path, &text, 65536) == 0)
		at = strstr(text.data, word);
	if (at)
		*n = strtoull(at + strlen(word), NULL, 10);
	buf_release(&text);
	return at != NULL;
}

/* What grows while it reads: bytes, or where that is closed to us, who are not dumpable, how often it had to wait. */
static uint64_t
progress_of(pid_t pid)
{
	uint64_t n = 0;

	if (!read_number(pid, "io", "rchar:", &n))
		(void)read_number(pid, "status", "\nvoluntary_ctxt_switches:", &n);
	return n;
}

static void
close_helper(struct helper *h)
{
	io_close(&h->result_fd);
	io_close(&h->end_fd);
	h->pid = 0;
}

int
helper_start(struct helper *h, helper_fn *work, void *context, const int *keep, size_t n_keep)
{
	pid_t parent = getpid();
	int ends[2] = { -1, -1 };
	int saved;

	*h = (struct helper)HELPER_INIT;
	h->pid = -1;
	if (n_keep > KEPT_MAX)
		errno = EINVAL;
	else if ((h->result_fd = memfd_create("result", MFD_CLOEXEC)) >= 0 && pipe2(ends, O_CLOEXEC) == 0)
		h->pid = fork();
	if (h->pid == 0)
		help(work, context, h->result_fd, ends[1], keep, n_keep, parent);
	saved = errno;
	io_close(&ends[1]);
	h->end_fd = ends[0];
	h->deadline_ns = clock_monotonic_ns() + HELPER_SECONDS * NS_PER_SECOND;
	if (h->pid > 0)
		return 0;
	close_helper(h);
	errno = saved;
	return -1;
}

bool
helper_is_late(struct helper *h)
{
	int64_t now = clock_monotonic_ns();
	uint64_t n;

	if (now < h->deadline_ns)
		return false;
	n = progress_of(h->pid);
	if (n <= h->progress)
		return true;
	h->progress = n;
	h->deadline_ns = now + HELPER_SECONDS * NS_PER_SECOND;
	return false;
}

int
helper_take(struct helper *h, int status, struct buf *out)
{
	int rc = -1;

	if (status == 0 && lseek(h->result_fd, 0, SEEK_SET) == 0)
		rc = io_read_all(h->result_fd, out, RESULT_MAX);
	close_helper(h);
	if (rc < 0)
		errno = EIO;
	return rc;
}

void
helper_drop(struct helper *h)
{
	if (h->pid > 0)
		kill(h->pid, SIGKILL);
	close_helper(h);
}

int
helper_run(helper_fn *work, void *context, const int *keep, size_t n_keep, struct buf *out)
{
	struct helper h;
	int status;

	if (helper_start(&h, work, context, keep, n_keep) < 0)
		return -1;
	for (;;) {
		struct pollfd p = { .fd = h.end_fd, .events = POLLIN };

		if (poll(&p, 1, LOOK_MS) > 0)
			break;
		if (helper_is_late(&h)) {
			helper_drop(&h);
			errno = ETIMEDOUT;
			return -1;
		}
	}
	while (waitpid(h.pid, &status, 0) < 0) {
		status = -1;
		if (errno != EINTR)
			break;
	}
	return helper_take(&h, status, out);
}
