/*
 * A small file system in memory, served through /dev/fuse (linux/fuse.h), for what must not be touched by who
 * traces.
 *
 *   fuse POINT [LOG [hang]]
 *
 * Mounts itself at POINT, tells its pid on standard output once it serves, and goes on until it is unmounted.
 * Before each answer to a lookup or a read it writes who asks, a pid a line, to LOG, which it opens anew each time: if
 * this server is traced, that is a call that stops. With hang, nobody gets an answer from the first lookup on
 * until SIGUSR1 comes.  Nothing is ever cached. 77: this machine cannot do it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { NODES = 64, CONTENT_MAX = 65536, REQUEST_MAX = 1 << 18, WRITE_MAX = 1 << 17 };

struct node {
	bool used;		/* it has a name, or somebody has it open */
	uint64_t parent;	/* 0: it has no name any more */
	char name[256];
	uint32_t mode, uid, gid, nlink;
	struct timespec atime, mtime, ctime;
	size_t len;
	char *content;		/* CONTENT_MAX bytes */
};

/* Node numbers are indices; 1 is the root (FUSE_ROOT_ID). */
static struct node nodes[NODES];
static int device;
static const char *log_name;
static volatile sig_atomic_t hangs;

static void
go_on(int signal)
{
	(void)signal;
	hangs = false;
}

static void
answer(uint64_t unique, int error, const void *body, size_t len)
{
	struct fuse_out_header head = {
		.len = (uint32_t)(sizeof(head) + (error ? 0 : len)), .error = -error, .unique = unique,
	};
	struct iovec parts[2] = { { &head, sizeof(head) }, { (void *)(uintptr_t)body, len } };

	(void)!writev(device, parts, error || len == 0 ? 1 : 2);	/* the asker may be gone */
}

static uint64_t
find(uint64_t parent, const char *name)
{
	for (uint64_t i = 2; i < NODES; i++) {
		if (nodes[i].used && nodes[i].parent == parent && strcmp(nodes[i].name, name) == 0)
			return i;
	}
	return 0;
}

static struct timespec
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return t;
}

static uint64_t
make(uint64_t parent, const char *name, uint32_t mode, const struct fuse_in_header *in)
{
	for (uint64_t i = 1; i < NODES; i++) {
		struct node *n = &nodes[i];

		if (n->used)
			continue;
		*n = (struct node){ .used = true, .parent = parent, .mode = mode, .nlink = S_ISDIR(mode) ? 2 : 1 };
		snprintf(n->name, sizeof(n->name), "%s", name);
		if (in) {
			n->uid = in->uid;
			n->gid = in->gid;
		}
		n->atime = n->mtime = n->ctime = now();
		n->content = calloc(1, CONTENT_MAX);
		if (parent)
			nodes[parent].mtime = nodes[parent].ctime = n->mtime;
		return i;
	}
	return 0;
}

static void
fill(uint64_t id, struct fuse_attr *a)
{
	const struct node *n = &nodes[id];

	*a = (struct fuse_attr){
		.ino = id, .size = n->len, .blocks = (n->len + 511) / 512, .blksize = 4096,
		.atime = (uint64_t)n->atime.tv_sec, .atimensec = (uint32_t)n->atime.tv_nsec,
		.mtime = (uint64_t)n->mtime.tv_sec, .mtimensec = (uint32_t)n->mtime.tv_nsec,
		.ctime = (uint64_t)n->ctime.tv_sec, .ctimensec = (uint32_t)n->ctime.tv_nsec,
		.mode = n->mode, .nlink = n->nlink, .uid = n->uid, .gid = n->gid,
	};
}

static void
answer_entry(uint64_t unique, uint64_t id, int error)
{
	struct fuse_entry_out out = { .nodeid = id };

	if (id == 0) {
		answer(unique, error, NULL, 0);
		return;
	}
	fill(id, &out.attr);
	answer(unique, 0, &out, sizeof(out));
}

static void
answer_attr(uint64_t unique, uint64_t id)
{
	struct fuse_attr_out out = { .attr_valid = 0 };

	fill(id, &out.attr);
	answer(unique, 0, &out, sizeof(out));
}

static void
on_init(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_init_in *asked = body;
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION, .minor = asked->minor < 31 ? asked->minor : 31,
		.max_write = WRITE_MAX, .max_background = 16, .congestion_threshold = 12, .flags = FUSE_ATOMIC_O_TRUNC,
	};

	answer(in->unique, 0, &out, sizeof(out));
}

/* Who asks is written down, and has to wait where nobody gets an answer. */
static void
note_asker(const struct fuse_in_header *in)
{
	char line[32];
	int len = snprintf(line, sizeof(line), "%u\n", in->pid);
	int fd = log_name ? open(log_name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;

	if (fd >= 0) {
		(void)!write(fd, line, (size_t)len);
		close(fd);
	}
	while (hangs)
		(void)poll(NULL, 0, 50);
}

static void
on_lookup(const struct fuse_in_header *in, const void *body)
{
	note_asker(in);
	answer_entry(in->unique, find(in->nodeid, body), ENOENT);
}

static void
on_setattr(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_setattr_in *s = body;
	struct node *n = &nodes[in->nodeid];

	n->ctime = now();
	if (s->valid & FATTR_MODE)
		n->mode = (n->mode & S_IFMT) | (s->mode & 07777);
	if (s->valid & FATTR_UID)
		n->uid = s->uid;
	if (s->valid & FATTR_GID)
		n->gid = s->gid;
	if ((s->valid & FATTR_SIZE) && s->size <= CONTENT_MAX) {
		if (s->size < n->len)
			memset(n->content + s->size, 0, n->len - s->size);
		n->len = s->size;
		n->mtime = n->ctime;
	}
	if (s->valid & FATTR_MTIME)
		n->mtime = (struct timespec){ (time_t)s->mtime, (long)s->mtimensec };
	if (s->valid & FATTR_MTIME_NOW)
		n->mtime = n->ctime;
	answer_attr(in->unique, in->nodeid);
}

static void
on_open(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_open_in *asked = body;
	struct fuse_open_out out = { .open_flags = FOPEN_DIRECT_IO };

	if (in->opcode == FUSE_OPENDIR)
		out.open_flags = 0;
	if (in->opcode == FUSE_OPEN && (asked->flags & O_TRUNC)) {
		nodes[in->nodeid].len = 0;
		nodes[in->nodeid].mtime = nodes[in->nodeid].ctime = now();
	}
	answer(in->unique, 0, &out, sizeof(out));
}

static void
on_create(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_create_in *asked = body;
	struct {
		struct fuse_entry_out entry;
		struct fuse_open_out open;
	} out = { .open = { .open_flags = FOPEN_DIRECT_IO } };
	uint64_t id = make(in->nodeid, (const char *)(asked + 1), S_IFREG | (asked->mode & 07777), in);

	if (id == 0) {
		answer(in->unique, ENOSPC, NULL, 0);
		return;
	}
	out.entry.nodeid = id;
	fill(id, &out.entry.attr);
	answer(in->unique, 0, &out, sizeof(out));
}

static void
on_make(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_mkdir_in *dir = body;
	const struct fuse_mknod_in *node = body;
	bool is_dir = in->opcode == FUSE_MKDIR;

	answer_entry(in->unique, make(in->nodeid, is_dir ? (const char *)(dir + 1) : (const char *)(node + 1),
				      is_dir ? S_IFDIR | (dir->mode & 07777) : node->mode, in), ENOSPC);
}

static void
on_read(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_read_in *asked = body;
	const struct node *n = &nodes[in->nodeid];
	size_t left = asked->offset < n->len ? n->len - asked->offset : 0;

	note_asker(in);
	answer(in->unique, 0, n->content + (left ? asked->offset : 0), left < asked->size ? left : asked->size);
}

static void
on_write(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_write_in *asked = body;
	struct node *n = &nodes[in->nodeid];
	struct fuse_write_out out = { .size = asked->size };

	if (asked->offset + asked->size > CONTENT_MAX) {
		answer(in->unique, ENOSPC, NULL, 0);
		return;
	}
	memcpy(n->content + asked->offset, asked + 1, asked->size);
	if (n->len < asked->offset + asked->size)
		n->len = asked->offset + asked->size;
	n->mtime = n->ctime = now();
	answer(in->unique, 0, &out, sizeof(out));
}

static bool
is_empty(uint64_t dir)
{
	for (uint64_t i = 2; i < NODES; i++) {
		if (nodes[i].used && nodes[i].parent == dir)
			return false;
	}
	return true;
}

/* Numbers are not given twice: what has lost its name is only out of reach. */
static void
lose_name(uint64_t id)
{
	nodes[nodes[id].parent].mtime = nodes[nodes[id].parent].ctime = now();
	nodes[id].parent = 0;
	nodes[id].nlink = 0;
	nodes[id].ctime = now();
}

static void
on_remove(const struct fuse_in_header *in, const void *body)
{
	uint64_t id = find(in->nodeid, body);
	int error = id == 0 ? ENOENT : in->opcode == FUSE_RMDIR && !is_empty(id) ? ENOTEMPTY : 0;

	if (!error)
		lose_name(id);
	answer(in->unique, error, NULL, 0);
}

static void
on_rename(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_rename_in *old = body;
	const struct fuse_rename2_in *new = body;
	const char *from = in->opcode == FUSE_RENAME ? (const char *)(old + 1) : (const char *)(new + 1);
	const char *to = from + strlen(from) + 1;
	uint64_t dir = in->opcode == FUSE_RENAME ? old->newdir : new->newdir;
	uint64_t id = find(in->nodeid, from), there = find(dir, to);

	/* that nothing is there (RENAME_NOREPLACE) the kernel sees itself */
	if (in->opcode == FUSE_RENAME2 && (new->flags & ~1U)) {
		answer(in->unique, EINVAL, NULL, 0);
		return;
	}
	if (there && there != id)
		lose_name(there);
	nodes[in->nodeid].mtime = nodes[dir].mtime = now();
	nodes[id].parent = dir;
	snprintf(nodes[id].name, sizeof(nodes[id].name), "%s", to);
	answer(in->unique, 0, NULL, 0);
}

static void
on_readdir(const struct fuse_in_header *in, const void *body)
{
	const struct fuse_read_in *asked = body;
	char out[8192];
	size_t len = 0;

	for (uint64_t i = asked->offset < 2 ? 2 : asked->offset; i < NODES; i++) {
		struct fuse_dirent entry = { .ino = i, .off = i + 1, .type = nodes[i].mode >> 12 };
		size_t size;

		if (!nodes[i].used || nodes[i].parent != in->nodeid)
			continue;
		entry.namelen = (uint32_t)strlen(nodes[i].name);
		size = FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET + entry.namelen);
		if (len + size > asked->size || len + size > sizeof(out))
			break;
		memset(out + len, 0, size);
		memcpy(out + len, &entry, FUSE_NAME_OFFSET);
		memcpy(out + len + FUSE_NAME_OFFSET, nodes[i].name, entry.namelen);
		len += size;
	}
	answer(in->unique, 0, out, len);
}

static void
on_getattr(const struct fuse_in_header *in, const void *body)
{
	(void)body;
	answer_attr(in->unique, in->nodeid);
}

static void
on_statfs(const struct fuse_in_header *in, const void *body)
{
	struct fuse_statfs_out out = { .st = { .bsize = 4096, .namelen = 255, .frsize = 4096 } };

	(void)body;
	answer(in->unique, 0, &out, sizeof(out));
}

static void
on_well(const struct fuse_in_header *in, const void *body)
{
	(void)body;
	answer(in->unique, 0, NULL, 0);
}

static void
on_forget(const struct fuse_in_header *in, const void *body)
{
	(void)in;		/* takes no answer */
	(void)body;
}

static void (*const handlers[])(const struct fuse_in_header *in, const void *body) = {
	[FUSE_INIT] = on_init,
	[FUSE_LOOKUP] = on_lookup,
	[FUSE_FORGET] = on_forget,
	[FUSE_BATCH_FORGET] = on_forget,
	[FUSE_INTERRUPT] = on_forget,
	[FUSE_GETATTR] = on_getattr,
	[FUSE_SETATTR] = on_setattr,
	[FUSE_MKNOD] = on_make,
	[FUSE_MKDIR] = on_make,
	[FUSE_UNLINK] = on_remove,
	[FUSE_RMDIR] = on_remove,
	[FUSE_RENAME] = on_rename,
	[FUSE_RENAME2] = on_rename,
	[FUSE_OPEN] = on_open,
	[FUSE_OPENDIR] = on_open,
	[FUSE_READ] = on_read,
	[FUSE_WRITE] = on_write,
	[FUSE_CREATE] = on_create,
	[FUSE_READDIR] = on_readdir,
	[FUSE_STATFS] = on_statfs,
	[FUSE_RELEASE] = on_well,
	[FUSE_RELEASEDIR] = on_well,
	[FUSE_FLUSH] = on_well,
	[FUSE_FSYNC] = on_well,
	[FUSE_DESTROY] = on_well,
};

static void
serve(void)
{
	static char request[REQUEST_MAX] __attribute__((aligned(8)));
	const struct fuse_in_header *in = (const void *)request;

	for (;;) {
		ssize_t n = read(device, request, sizeof(request));

		if (n < 0 && (errno == EINTR || errno == ENOENT))
			continue;	/* ENOENT: the asker was killed first */
		if (n < (ssize_t)sizeof(*in))
			return;		/* unmounted */
		if (in->opcode < sizeof(handlers) / sizeof(*handlers) && handlers[in->opcode])
			handlers[in->opcode](in, in + 1);
		else
			answer(in->unique, ENOSYS, NULL, 0);
	}
}

int
main(int argc, char **argv)
{
	char options[128];

	if (argc < 2)
		return 99;
	log_name = argc > 2 && argv[2][0] ? argv[2] : NULL;
	hangs = argc > 3;
	signal(SIGUSR1, go_on);
	device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	if (device < 0) {
		perror("/dev/fuse");
		return 77;
	}
	make(0, "", S_IFDIR | 0755, NULL);
	snprintf(options, sizeof(options), "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other", device);
	if (mount("fuse", argv[1], "fuse", MS_NOSUID | MS_NODEV, options) < 0) {
		perror("mount");
		return 77;
	}
	printf("%d\n", (int)getpid());
	fclose(stdout);
	serve();
	return 0;
}
