/* AArch64 with Arm: registers through register sets; the call's number has one of its own. */
#include "config.h"

#ifdef __aarch64__
#include "trace/arch.h"

#include <elf.h>
#include <errno.h>
#include <linux/audit.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

const struct abi_desc abis[ABI_COUNT] = {
	[ABI_NATIVE] = { AUDIT_ARCH_AARCH64, SCMP_ARCH_AARCH64, 0x7fffffff },
	[ABI_COMPAT] = { AUDIT_ARCH_ARM, SCMP_ARCH_ARM, 0x000f0000 },
};

/*
 * A 64-bit tracee has 31 registers of 8 bytes, a 32-bit one 18 of 4; the kernel tells which by the
 * length that it fills in (ptrace(2), PTRACE_GETREGSET).  Arguments and result are r0 to r6 of either.
 */
static int
set_register(pid_t tid, unsigned index, uint64_t value)
{
	unsigned char regs[34 * 8];
	struct iovec io = { regs, sizeof(regs) };
	uint32_t narrow = (uint32_t)value;

	if (ptrace(PTRACE_GETREGSET, tid, NT_PRSTATUS, &io) < 0)
		return -1;
	if (io.iov_len <= 18 * 4)
		memcpy(regs + index * 4, &narrow, sizeof(narrow));
	else
		memcpy(regs + index * 8, &value, sizeof(value));
	return ptrace(PTRACE_SETREGSET, tid, NT_PRSTATUS, &io) < 0 ? -1 : 0;
}

int
arch_set_argument(pid_t tid, enum abi abi, unsigned index, uint64_t value)
{
	(void)abi;
	return set_register(tid, index, value);
}

int
arch_skip_call(pid_t tid, int error)
{
	int number = -1;
	struct iovec io = { &number, sizeof(number) };

	if (ptrace(PTRACE_SETREGSET, tid, NT_ARM_SYSTEM_CALL, &io) < 0)
		return -1;
	return arch_set_result(tid, error);
}

int
arch_set_result(pid_t tid, int error)
{
	return set_register(tid, 0, (uint64_t)-(int64_t)error);
}
/* The kernel has settled what becomes of the call before the stop (do_signal() in arch/arm64/kernel/signal.c). */
bool
arch_was_interrupted(pid_t tid, uint64_t *number)
{
	(void)tid;
	(void)number;
	return false;
}

int
arch_restart_call(pid_t tid)
{
	(void)tid;
	errno = ENOSYS;
	return -1;
}
#else
typedef int arch_aarch64_is_for_aarch64_only;
#endif
