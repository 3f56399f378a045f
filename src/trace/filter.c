/*
 * The filter: libseccomp's for every call that it knows, and a short program of our own for the numbers
 * that its version does not (they are the same in every ABI) and for calls newer than our table.
 */
#include "config.h"

#include "trace/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/ipc.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/mem.h"
#include "trace/join.h"
#include "trace/syscalls.h"

enum { NEW_CALLS_MAX = 128 };

struct filter {
	scmp_filter_ctx scmp;
	struct filter_options options;
	struct sock_fprog program;	/* what libseccomp has made of scmp; filter is owned */
	struct sock_filter code[NEW_CALLS_MAX];
	unsigned short code_len;
};

/* The kernel looks at the lower half of these arguments alone; so must the test (upper bits may be set). */
static int
rule_bits(scmp_filter_ctx ctx, uint32_t action, int number, unsigned arg, uint32_t mask, uint32_t value)
{
	struct scmp_arg_cmp cmp = SCMP_CMP(arg, SCMP_CMP_MASKED_EQ, mask, value);

	return seccomp_rule_add_array(ctx, action, number, 1, &cmp);
}

static int
rules_for_bits(scmp_filter_ctx ctx, uint32_t action, int number, unsigned arg, uint32_t bits)
{
	int rc = 0;

	for (uint32_t bit = 1; rc == 0 && bit != 0; bit <<= 1) {
		if (bits & bit)
			rc = rule_bits(ctx, action, number, arg, bit, bit);
	}
	return rc;
}

/* One rule for each value that the argument may have. */
static int
rules_for_values(scmp_filter_ctx ctx, uint32_t action, int number, unsigned arg, const uint32_t *values, size_t n)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = rule_bits(ctx, action, number, arg, 0xffffffff, values[i]);
	return rc;
}

static int
rules_for_ioctl(const struct filter *f, uint32_t trace, int number)
{
	int rc = rules_for_values(f->scmp, trace, number, 1, ioctl_commands, ioctl_commands_len);

	if (rc == 0 && f->options.refuse_typing)
		rc = rules_for_values(f->scmp, SCMP_ACT_ERRNO(EPERM), number, 1, ioctl_typing, ioctl_typing_len);
	return rc;
}

/* The rules of one row.  number may be one of libseccomp's stand-ins for calls of the other ABI alone. */
static int
add_row(const struct filter *f, const struct syscall_desc *d, int number)
{
	scmp_filter_ctx ctx = f->scmp;
	static const uint32_t requests[] = { PTRACE_TRACEME, PTRACE_ATTACH, PTRACE_SEIZE };
	static const uint32_t options[] = { PR_SET_SECCOMP, JOIN_OPTION };
	const uint32_t trace = SCMP_ACT_TRACE(FILTER_DATA);

	switch (d->stop) {
	case STOP_NET:
		if (f->options.leave_out_net)
			break;
		return seccomp_rule_add(ctx, trace, number, 0);
	case STOP_ALWAYS:
		return seccomp_rule_add(ctx, trace, number, 0);
	case STOP_OPEN_FLAGS:
		return rules_for_bits(ctx, trace, number, (unsigned)d->flags, OPEN_WRITE_BITS);
	case STOP_IOCTL:
		return rules_for_ioctl(f, trace, number);
	case STOP_CLONE_BITS:
		return rules_for_bits(ctx, trace, number, (unsigned)d->flags,
				      CLONE_UNTRACED | CLONE_NEWNS);
	case STOP_PTRACE:
		return rules_for_values(ctx, trace, number, 0, requests, ARRAY_SIZE(requests));
	case STOP_IPC:
		return rule_bits(ctx, trace, number, 0, 0xffff, MSGGET);
	case STOP_PRCTL:
		return rules_for_values(ctx, trace, number, 0, options, ARRAY_SIZE(options));
	case STOP_DENY:
		return seccomp_rule_add(ctx, f->options.allow_io_uring ? trace : SCMP_ACT_ERRNO(ENOSYS), number, 0);
	case STOP_NEVER:
	case STOP_NET_ADDRESS:	/* emit_network() */
	case STOP_NET_OUTCOME:
		break;
	}
	return 0;
}

static int
build_scmp(struct filter *f)
{
	int rc = 0;

	f->scmp = seccomp_init(SCMP_ACT_ALLOW);
	if (!f->scmp)
		return -ENOMEM;
	for (unsigned abi = 0; rc == 0 && abi < ABI_COUNT; abi++) {
		rc = seccomp_arch_add(f->scmp, abis[abi].scmp_arch);
		if (rc == -EEXIST)
			rc = 0;
	}
	/* its default for other ABIs (x32) is to kill */
	if (rc == 0)
		rc = seccomp_attr_set(f->scmp, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS));
	/* a binary tree instead of a list; older libraries do without */
	(void)seccomp_attr_set(f->scmp, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	for (size_t i = 0; rc == 0 && i < syscall_table_len; i++) {
		int number = seccomp_syscall_resolve_name(syscall_table[i].name);

		if (number != __NR_SCMP_ERROR)
			rc = add_row(f, &syscall_table[i], number);
	}
	return rc;
}

static void
emit(struct filter *f, struct sock_filter op)
{
	f->code[f->code_len++] = op;
}

/* sendto(2) with an address, a pointer: either half of the argument tells. */
static void
emit_sendto(struct filter *f, uint32_t number)
{
	const uint32_t address = offsetof(struct seccomp_data, args[4]);

	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 6));
	emit(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, address));
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2));
	emit(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, address + 4));
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_DATA));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

/* getsockopt(2) that asks how a connection has ended; of both arguments the kernel takes the lower half. */
static void
emit_getsockopt(struct filter *f, uint32_t number)
{
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 6));
	emit(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])));
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOL_SOCKET, 0, 3));
	emit(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])));
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SO_ERROR, 0, 1));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_DATA));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

/* The same two by i386's socketcall(2), whose arguments lie in memory. */
static void
emit_socketcall(struct filter *f, uint32_t number)
{
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 5));
	emit(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])));
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_SENDTO, 1, 0));
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_GETSOCKOPT, 0, 1));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRACE | FILTER_DATA));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

/*
 * Calls of which the arguments tell whether they are about connections.  libseccomp would test socketcall's
 * registers, which mean nothing there.
 */
static void
emit_network(struct filter *f, enum abi abi)
{
	static const struct {
		const char *name;
		void (*emit)(struct filter *f, uint32_t number);
	} rows[] = {
		{ "sendto", emit_sendto },
		{ "getsockopt", emit_getsockopt },
		{ "socketcall", emit_socketcall },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows) && !f->options.leave_out_net; i++) {
		int number = syscalls_number(syscalls_by_name(rows[i].name), abi);

		if (number >= 0)
			rows[i].emit(f, (uint32_t)number);
	}
}

/* For one ABI: the rows that libseccomp does not know, then everything above our newest. */
static void
emit_abi(struct filter *f, const struct abi_desc *abi)
{
	const uint32_t trace = SECCOMP_RET_TRACE | FILTER_DATA;

	for (size_t i = 0; i < syscall_table_len; i++) {
		const struct syscall_desc *d = &syscall_table[i];

		if (seccomp_syscall_resolve_name(d->name) != __NR_SCMP_ERROR)
			continue;
		emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)d->number, 0, 1));
		emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, trace));
	}
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, SYSCALL_NEWEST, 0, 2));
	emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, abi->number_limit, 1, 0));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, trace));
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

static void
build_own(struct filter *f)
{
	for (unsigned abi = 0; abi < ABI_COUNT; abi++) {
		unsigned short skip;

		emit(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						     offsetof(struct seccomp_data, arch)));
		skip = f->code_len;
		emit(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, abis[abi].audit_arch, 0, 0));
		emit(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						     offsetof(struct seccomp_data, nr)));
		emit_network(f, (enum abi)abi);
		emit_abi(f, &abis[abi]);
		f->code[skip].jf = (unsigned char)(f->code_len - skip - 1);
	}
	emit(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
}

/*
 * Have libseccomp make its program, which takes three times as long as all the rest: once, and not while others wait.
 * It writes it to a descriptor: that of a socket, which takes it whole or not at all, and knows of no RLIMIT_FSIZE.
 */
static int
export_scmp(struct filter *f)
{
	const size_t room = BPF_MAXINSNS * sizeof(struct sock_filter);
	int ends[2];
	ssize_t n;
	int rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
		return -errno;
	f->program.filter = xmalloc(room);
	rc = seccomp_export_bpf(f->scmp, ends[0]);
	n = rc == 0 ? read(ends[1], f->program.filter, room) : 0;
	if (rc == 0 && n <= 0)
		rc = n < 0 ? -errno : -EINVAL;
	f->program.len = rc == 0 ? (unsigned short)((size_t)n / sizeof(struct sock_filter)) : 0;
	close(ends[0]);
	close(ends[1]);
	return rc;
}

struct filter *
filter_new(const struct filter_options *options, struct err *e)
{
	struct filter *f = xcalloc(1, sizeof(*f));
	int rc;

	syscalls_init();
	f->options = *options;
	rc = build_scmp(f);
	if (rc == 0)
		rc = export_scmp(f);
	if (rc < 0) {
		errno = -rc;
		err_system(e, "cannot build the seccomp filter");
		filter_free(f);
		return NULL;
	}
	build_own(f);
	return f;
}

void
filter_free(struct filter *f)
{
	if (!f)
		return;
	if (f->scmp)
		seccomp_release(f->scmp);
	free(f->program.filter);
	free(f);
}

static int
load_both(const struct filter *f, int no_new_privs)
{
	const struct sock_fprog own = { f->code_len, (struct sock_filter *)f->code };

	if (no_new_privs && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &f->program) < 0)
		return -1;
	return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &own);
}

int
filter_load(const struct filter *f, int *no_new_privs)
{
	*no_new_privs = 0;
	if (load_both(f, 0) == 0)
		return 0;
	*no_new_privs = 1;
	return load_both(f, 1);
}
