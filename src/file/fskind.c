/* Which file systems hold files whose changes count. */
#include "config.h"

#include "file/fskind.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "base/list.h"
#include "base/mem.h"

/* statfs(2) and linux/magic.h. */
static const struct {
	unsigned long magic;
	enum fskind kind;
} kinds[] = {
	{ 0x9fa0, FS_PROC },
	{ 0x62656572, FS_KERNEL },	/* sysfs */
	{ 0x27e0eb, FS_KERNEL },	/* cgroup */
	{ 0x63677270, FS_KERNEL },	/* cgroup2 */
	{ 0x1cd1, FS_NONE },		/* devpts */
	{ 0x19800202, FS_NONE },		/* mqueue */
	{ 0x74726163, FS_KERNEL },	/* tracefs */
	{ 0x64626720, FS_KERNEL },	/* debugfs */
	{ 0x73636673, FS_KERNEL },	/* securityfs */
	{ 0x62656570, FS_KERNEL },	/* configfs */
	{ 0xcafe4a11, FS_KERNEL },	/* bpf */
	{ 0xf97cff8c, FS_KERNEL },	/* selinux */
	{ 0x43415d53, FS_KERNEL },	/* smack */
	{ 0x42494e4d, FS_KERNEL },	/* binfmt_misc */
	{ 0x6165676c, FS_KERNEL },	/* pstore */
	{ 0xde5e81e4, FS_KERNEL },	/* efivarfs */
	{ 0x65735543, FS_KERNEL },	/* fusectl */
	{ 0x50495045, FS_NONE },	/* pipefs */
	{ 0x534f434b, FS_NONE },	/* sockfs */
	{ 0x09041934, FS_NONE },	/* anon_inode */
	{ 0x6e736673, FS_NONE },	/* nsfs */
	{ 0x50494446, FS_NONE },	/* pidfs */
	{ 0x794c7630, FS_OVERLAY },
};

/* A cache: what a file system is does not change while anybody has it in hands.  Threads ask as well (end_state.h). */
static pthread_mutex_t known_lock = PTHREAD_MUTEX_INITIALIZER;
static struct known {
	dev_t dev;
	enum fskind kind;
} *known;
static size_t n_known;

/* False where there is no answer. */
static bool
fskind_by_magic(int fd, enum fskind *kind)
{
	struct statfs fs;

	*kind = FS_FILES;
	if (fstatfs(fd, &fs) < 0)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (kinds[i].magic == (unsigned long)fs.f_type)
			*kind = kinds[i].kind;
	}
	return true;
}

/* With the lock held. */
static const struct known *
known_find(dev_t dev)
{
	for (size_t i = 0; i < n_known; i++) {
		if (known[i].dev == dev)
			return &known[i];
	}
	return NULL;
}

bool
fskind_known(dev_t dev, enum fskind *kind)
{
	const struct known *k;

	pthread_mutex_lock(&known_lock);
	k = known_find(dev);
	if (k)
		*kind = k->kind;
	pthread_mutex_unlock(&known_lock);
	return k != NULL;
}

enum fskind
fskind_of(int fd, dev_t dev)
{
	enum fskind kind;

	if (fskind_known(dev, &kind) || !fskind_by_magic(fd, &kind))
		return kind;
	fskind_note(dev, kind);
	return kind;
}

void
fskind_note(dev_t dev, enum fskind kind)
{
	pthread_mutex_lock(&known_lock);
	if (!known_find(dev))
		*LIST_ADD(known, n_known) = (struct known){ dev, kind };
	pthread_mutex_unlock(&known_lock);
}

dev_t
fskind_dev(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_dev : 0;
}

bool
fskind_counts(enum fskind kind)
{
	return kind == FS_FILES || kind == FS_OVERLAY;
}
