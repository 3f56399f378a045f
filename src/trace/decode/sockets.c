/* Socket calls: descriptors that arrive, and i386's one entry for all of them. */
#include "config.h"

#include "trace/decode/sockets.h"

#include <linux/net.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "trace/inherited.h"
#include "trace/memory.h"
#include "trace/tracer.h"

enum {
	CONTROL_MAX = 1 << 16,		/* more than the kernel passes on at once (SCM_MAX_FD is 253) */
	MESSAGES_MAX = 1024,		/* UIO_MAXIOV: what recvmmsg(2) takes */
};

/* Where fields lie in the tracee's struct msghdr and mmsghdr: pointers and size_t are its words. */
struct layout {
	size_t word;
	size_t control, control_len;
	size_t mmsg_size;
	size_t cmsg_align;
};

static const struct layout layouts[ABI_COUNT] = {
	[ABI_NATIVE] = { 8, 32, 40, 64, 8 },
	[ABI_COMPAT] = { 4, 16, 20, 32, 4 },
};

static bool
read_word(struct tracee *t, uint64_t addr, uint64_t *value)
{
	*value = 0;		/* both machines are little-endian */
	return memory_bytes(&t->memory, addr, value, layouts[t->abi].word) == 0;
}

/* The arguments lie in memory; put them where the call itself would have them.  0, or -1. */
static int
socketcall_args(struct tracee *t, unsigned n)
{
	uint32_t args[6];

	if (memory_bytes(&t->memory, t->args[1], args, n * sizeof(args[0])) < 0)
		return -1;
	for (unsigned i = 0; i < n; i++)
		t->args[i] = args[i];
	return 0;
}

enum decision
decode_socketcall(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	static const struct {
		unsigned number;
		unsigned args;
		const char *name;
	} rows[] = {
		{ SYS_SOCKET, 3, "socket" },
		{ SYS_BIND, 3, "bind" },
		{ SYS_CONNECT, 3, "connect" },
		{ SYS_SENDTO, 6, "sendto" },
		{ SYS_GETSOCKOPT, 5, "getsockopt" },
		{ SYS_RECVMSG, 3, "recvmsg" },
		{ SYS_RECVMMSG, 5, "recvmmsg" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].number != t->args[0])
			continue;
		if (socketcall_args(t, rows[i].args) < 0)
			return DECIDE_PASS;
		/* from here on it is that call, under its own row */
		t->desc = syscalls_by_name(rows[i].name);
		call->op = t->desc->op;
		return t->desc->decode(t, t->desc, call);
	}
	(void)d;
	return DECIDE_PASS;
}

/* The number of messages that the call receives at most. */
static uint64_t
message_count(const struct tracee *t)
{
	bool many = strncmp(t->desc->name, "recvmmsg", 8) == 0;

	return !many ? 1 : t->args[2] < MESSAGES_MAX ? t->args[2] : MESSAGES_MAX;
}

/*
 * Where there is room for control data descriptors can arrive (unix(7), SCM_RIGHTS).  Where that is lies in memory, which
 * the kernel reads later than we do: how many descriptors there are is counted.
 */
enum decision
decode_recvmsg(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)d;
	(void)call;
	t->descriptors = proc_fd_count(&t->tracer->view.dirs, t->tid);
	return DECIDE_OUTCOME;
}

/* The descriptors of one control message whose payload lies at data. */
static void
take_rights(struct tracee *t, const char *data, size_t len)
{
	t->descriptors += (int64_t)(len / sizeof(int));
	for (size_t at = 0; at + sizeof(int) <= len; at += sizeof(int)) {
		int fd;

		memcpy(&fd, data + at, sizeof(fd));
		inherited_report_fd(t, fd);
	}
}

/* Walk the control messages as the tracee's own CMSG_NXTHDR would (cmsg(3)). */
static void
take_control(struct tracee *t, uint64_t addr, uint64_t len)
{
	const struct layout *l = &layouts[t->abi];
	size_t head = l->word + 2 * sizeof(int);
	char *control;
	size_t at = 0;

	if (len < head || len > CONTROL_MAX)
		return;
	control = xmalloc((size_t)len);
	while (memory_bytes(&t->memory, addr, control, (size_t)len) == 0 && len - at >= head) {
		uint64_t size = 0;
		int level, type;

		memcpy(&size, control + at, l->word);
		memcpy(&level, control + at + l->word, sizeof(level));
		memcpy(&type, control + at + l->word + sizeof(level), sizeof(type));
		if (size < head || size > len - at)
			break;
		if (level == SOL_SOCKET && type == SCM_RIGHTS)
			take_rights(t, control + at + head, (size_t)size - head);
		size = (size + l->cmsg_align - 1) & ~(uint64_t)(l->cmsg_align - 1);
		if (size >= len - at)
			break;
		at += (size_t)size;
	}
	free(control);
}

void
decode_received(struct tracee *t, int64_t result)
{
	const struct layout *l = &layouts[t->abi];
	uint64_t n = message_count(t);

	if (n != 1 && (uint64_t)result < n)
		n = (uint64_t)result;
	for (uint64_t i = 0; i < n; i++) {
		uint64_t head = t->args[1] + i * l->mmsg_size;
		uint64_t control, len;

		if (read_word(t, head + l->control, &control) && read_word(t, head + l->control_len, &len) &&
		    control != 0)
			take_control(t, control, len);
	}
	/* more than the control data tells of: by another thread, or by control data that is not there any more */
	if (proc_fd_count(&t->tracer->view.dirs, t->tid) > t->descriptors)
		inherited_report(t, true);
}

enum decision
decode_pidfd_getfd(struct tracee *t, const struct syscall_desc *d, struct call *call)
{
	(void)t;
	(void)d;
	(void)call;
	return DECIDE_OUTCOME;
}

void
decode_got_descriptor(struct tracee *t, int64_t result)
{
	inherited_report_fd(t, (int)result);
}
