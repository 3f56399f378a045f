/* What the machine must have for anything to be traced, and what it may lack. */
#include "config.h"

#include "cmd/session/needs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/io.h"

#ifndef AT_HANDLE_FID
#define AT_HANDLE_FID 0x200		/* linux/fcntl.h */
#endif

/* One thing that not all have.  The programs that use it find out for themselves, by the same answers. */
struct probe {
	const char *what;
	const char *since;		/* the kernel's version */
	bool (*is_here)(void);
	const char *otherwise;		/* what follows from its absence */
};

static int
open_root(uint64_t resolve)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = resolve };

	return (int)syscall(SYS_openat2, AT_FDCWD, "/", &how, sizeof(how));
}

static bool
has_openat2(void)
{
	int fd = open_root(0);
	bool here = fd >= 0;

	io_close(&fd);
	return here;
}

/* EAGAIN: understood, and the kernel would have had to ask somebody. */
static bool
has_cached_lookup(void)
{
	int fd = open_root(RESOLVE_CACHED);
	bool here = fd >= 0 || errno == EAGAIN;

	io_close(&fd);
	return here;
}

static bool
has_pidfd_getfd(void)
{
	int pidfd = (int)syscall(SYS_pidfd_open, getpid(), 0);
	int fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, pidfd, 0);
	bool here = fd >= 0;

	io_close(&fd);
	io_close(&pidfd);
	return here;
}

/* PIDFD_THREAD is O_EXCL (include/uapi/linux/pidfd.h). */
static bool
has_thread_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, gettid(), O_EXCL);
	bool here = fd >= 0;

	io_close(&fd);
	return here;
}

static bool
has_mount_ids(void)
{
	struct statx sx;

	return statx(AT_FDCWD, "/", AT_NO_AUTOMOUNT, STATX_MNT_ID, &sx) == 0 && (sx.stx_mask & STATX_MNT_ID);
}

/* There is no room for one: EOVERFLOW where the kind of handle is known. */
static bool
has_identifying_handles(void)
{
	struct file_handle none = { .handle_bytes = 0 };
	int mount_id;

	return name_to_handle_at(AT_FDCWD, "/", &none, &mount_id, AT_HANDLE_FID) == 0 || errno == EOVERFLOW;
}

/* The size of the directory is the number, never nothing: some descriptors are always open. */
static bool
has_descriptor_counts(void)
{
	struct stat st;

	return stat("/proc/self/fd", &st) == 0 && st.st_size > 0;
}

static const struct probe probes[] = {
	{ "openat2", "5.6", has_openat2, "nothing can be traced" },
	{ "pidfd_getfd", "5.6", has_pidfd_getfd,
	  "what a tracee's socket leads to is not always known: more blind spots" },
	{ "statx with mount numbers", "5.8", has_mount_ids,
	  "whose mount a file is on is read from /proc/PID/fdinfo: slower" },
	{ "openat2 with RESOLVE_CACHED", "5.12", has_cached_lookup,
	  "beside network and FUSE mounts paths are walked a directory at a time: slower" },
	{ "sizes of /proc/PID/fd", "6.2", has_descriptor_counts,
	  "the descriptors of a process are counted one by one: slower" },
	{ "handles that identify", "6.5", has_identifying_handles,
	  "beside network and FUSE mounts each descriptor's mount is read from /proc: slower" },
	{ "pidfds of threads", "6.9", has_thread_pidfd,
	  "the sockets of a thread with descriptors of its own are taken from its process, where they are the same" },
};

void
needs_describe(FILE *out)
{
	struct utsname name;

	if (uname(&name) == 0)
		fprintf(out, "%s %s, %s\n", name.sysname, name.release, name.machine);
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		bool here = probes[i].is_here();

		fprintf(out, "%-3s  %s (Linux %s)%s%s\n", here ? "yes" : "no", probes[i].what, probes[i].since,
			here ? "" : ": ", here ? "" : probes[i].otherwise);
	}
}

int
needs_check(struct err *e)
{
	int fd;

	if (access("/proc/self/fd", F_OK) < 0)
		return err_set(e, ERR_SYSTEM, "%s", "/proc is not mounted here; without it nothing can be known of what a "
			       "command does");
	fd = open_root(0);
	if (fd >= 0)
		return close(fd);
	if (errno == ENOSYS || errno == EPERM)
		return err_set(e, ERR_SYSTEM, "%s", "openat2(2) is not to be had here: the kernel is older than Linux 5.6, or a "
			       "container's seccomp profile forbids it");
	return err_system(e, "cannot open /");
}
