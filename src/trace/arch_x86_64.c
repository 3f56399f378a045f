/* x86-64 with i386: registers through PTRACE_POKEUSER. */
#include "config.h"

#ifdef __x86_64__
#include "trace/arch.h"

#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/user.h>

const struct abi_desc abis[ABI_COUNT] = {
	[ABI_NATIVE] = { AUDIT_ARCH_X86_64, SCMP_ARCH_X86_64, 0x40000000 },
	[ABI_COMPAT] = { AUDIT_ARCH_I386, SCMP_ARCH_X86, 0x7fffffff },
};

static const size_t argument_offset[ABI_COUNT][6] = {
	[ABI_NATIVE] = {
		offsetof(struct user_regs_struct, rdi), offsetof(struct user_regs_struct, rsi),
		offsetof(struct user_regs_struct, rdx), offsetof(struct user_regs_struct, r10),
		offsetof(struct user_regs_struct, r8), offsetof(struct user_regs_struct, r9),
	},
	[ABI_COMPAT] = {
		offsetof(struct user_regs_struct, rbx), offsetof(struct user_regs_struct, rcx),
		offsetof(struct user_regs_struct, rdx), offsetof(struct user_regs_struct, rsi),
		offsetof(struct user_regs_struct, rdi), offsetof(struct user_regs_struct, rbp),
	},
};

static int
set_register(pid_t tid, size_t offset, uint64_t value)
{
	return ptrace(PTRACE_POKEUSER, tid, (void *)offset, (void *)value) < 0 ? -1 : 0;
}

int
arch_set_argument(pid_t tid, enum abi abi, unsigned index, uint64_t value)
{
	return set_register(tid, argument_offset[abi][index], value);
}

int
arch_skip_call(pid_t tid, int error)
{
	if (set_register(tid, offsetof(struct user_regs_struct, orig_rax), (uint64_t)-1) < 0)
		return -1;
	return arch_set_result(tid, error);
}

int
arch_set_result(pid_t tid, int error)
{
	return set_register(tid, offsetof(struct user_regs_struct, rax), (uint64_t)-(int64_t)error);
}
bool
arch_was_interrupted(pid_t tid, uint64_t *number)
{
	long nr, result;

	errno = 0;
	nr = ptrace(PTRACE_PEEKUSER, tid, offsetof(struct user_regs_struct, orig_rax), 0);
	result = ptrace(PTRACE_PEEKUSER, tid, offsetof(struct user_regs_struct, rax), 0);
	if (errno != 0)
		return false;
	*number = (uint32_t)nr;
	return (int)nr >= 0 && (int)result == -EINTR;
}

/*
 * What the kernel looks at when the stop is over (arch_do_signal_or_restart() in arch/x86/kernel/signal.c): this
 * result makes it enter the call again, or return EINTR to one that a handler has run in.
 */
int
arch_restart_call(pid_t tid)
{
	static const int ERESTARTNOHAND = 514;	/* include/linux/errno.h */

	return arch_set_result(tid, ERESTARTNOHAND);
}
#else
typedef int arch_x86_64_is_for_x86_64_only;
#endif
