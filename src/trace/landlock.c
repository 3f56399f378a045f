/* The kernel's own guard of a process and its descendants. */
#include "config.h"

#include "trace/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"

/* Landlock's interface (landlock(7)); the numbers are the same for every ABI, and headers may be older than the kernel. */
enum { CALL_CREATE_RULESET = 444, CALL_ADD_RULE = 445, CALL_RESTRICT_SELF = 446 };
enum { RULE_PATH_BENEATH = 1, VERSION_ASKED = 1 };
enum { ABI_REFER = 2, ABI_TRUNCATE = 3 };

enum {
	RIGHT_WRITE_FILE = 1 << 1,
	RIGHTS_OF_NAMES = 0x1ff0,	/* REMOVE_DIR, REMOVE_FILE, MAKE_* of all seven types */
	RIGHT_REFER = 1 << 13,
	RIGHT_TRUNCATE = 1 << 14,
	RIGHTS_OF_FILES = RIGHT_WRITE_FILE | RIGHT_TRUNCATE,
};

struct beneath {
	uint64_t rights;
	int32_t parent_fd;
} __attribute__((packed));

static const char *const harmless_places[] = {
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/console", "/dev/ptmx",
	"/dev/pts", "/proc",
};

/* The object itself.  What is not there, or closed to us, needs no rule. */
static int
add_rule(int ruleset, const char *path, int follow, uint64_t rights)
{
	struct beneath rule = { .rights = rights };
	struct stat st;
	int rc = 0;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC | follow);
	if (rule.parent_fd < 0)
		return 0;
	if (fstat(rule.parent_fd, &st) < 0)
		rc = -1;
	if (rc == 0 && !S_ISDIR(st.st_mode))
		rule.rights &= RIGHTS_OF_FILES;
	if (rc == 0 && (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode) || S_ISCHR(st.st_mode)))
		rc = (int)syscall(CALL_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
	close(rule.parent_fd);
	return rc;
}

static bool
is_directory_now(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* The nearest directory that holds all that the place may become. */
static int
add_place_rule(int ruleset, const struct allowed_place *p, uint64_t rights)
{
	size_t len = p->is_glob ? places_literal_len(p->path) : strlen(p->path);
	char *dir = xstrndup(p->path, len);
	int rc;

	if (p->is_glob || !is_directory_now(dir)) {
		do {
			char *slash = strrchr(dir, '/');

			if (!slash || slash == dir) {
				strcpy(dir, "/");
				break;
			}
			*slash = '\0';
		} while (!is_directory_now(dir));
	}
	rc = add_rule(ruleset, dir, O_NOFOLLOW, rights);
	free(dir);
	return rc;
}

static int
add_rules(int ruleset, const struct places *places, uint64_t rights)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < places->n; i++)
		rc = add_place_rule(ruleset, &places->v[i], rights);
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(harmless_places); i++)
		rc = add_rule(ruleset, harmless_places[i], 0, rights & RIGHTS_OF_FILES);
	for (int fd = STDIN_FILENO; rc == 0 && fd <= STDERR_FILENO; fd++) {
		int flags = fcntl(fd, F_GETFL);
		char *path = xasprintf("/proc/self/fd/%d", fd);
		struct stat st;

		if (flags >= 0 && (flags & O_ACCMODE) != O_RDONLY && fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
			rc = add_rule(ruleset, path, 0, rights & RIGHTS_OF_FILES);
		free(path);
	}
	return rc;
}

static int
restrict_self(int ruleset)
{
	if (syscall(CALL_RESTRICT_SELF, ruleset, 0) == 0)
		return 0;
	if (errno != EPERM || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return (int)syscall(CALL_RESTRICT_SELF, ruleset, 0);
}

int
landlock_confine(const struct places *places)
{
	uint64_t rights = RIGHT_WRITE_FILE | RIGHTS_OF_NAMES | RIGHT_REFER;
	long abi = syscall(CALL_CREATE_RULESET, NULL, 0, VERSION_ASKED);
	int ruleset, rc;

	if (abi < ABI_REFER)
		return 0;
	if (abi >= ABI_TRUNCATE)
		rights |= RIGHT_TRUNCATE;
	ruleset = (int)syscall(CALL_CREATE_RULESET, &rights, sizeof(rights), 0);
	if (ruleset < 0)
		return -1;
	rc = add_rules(ruleset, places, rights);
	if (rc == 0)
		rc = restrict_self(ruleset);
	io_close(&ruleset);
	return rc;
}
