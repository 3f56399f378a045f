/* Registers by the name of what they hold. */
#define _GNU_SOURCE
#include "registers.h"

#include <elf.h>
#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#if defined(__x86_64__)

unsigned long long *
number_of(struct user_regs_struct *regs)
{
	return &regs->orig_rax;
}

unsigned long long *
result_of(struct user_regs_struct *regs)
{
	return &regs->rax;
}

unsigned long long *
argument_of(struct user_regs_struct *regs, int i)
{
	unsigned long long *const args[] = { &regs->rdi, &regs->rsi, &regs->rdx };

	return args[i];
}

#elif defined(__aarch64__)

unsigned long long *
number_of(struct user_regs_struct *regs)
{
	return &regs->regs[8];
}

unsigned long long *
result_of(struct user_regs_struct *regs)
{
	return &regs->regs[0];
}

unsigned long long *
argument_of(struct user_regs_struct *regs, int i)
{
	return &regs->regs[i];
}

#else
#error "faultat.c does not know where this processor has a system call's number"
#endif

void
get_registers(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec io = { regs, sizeof(*regs) };

	if (ptrace(PTRACE_GETREGSET, pid, (void *)NT_PRSTATUS, &io) < 0 && errno != ESRCH)
		broken("ptrace");
}

void
set_registers(pid_t pid, struct user_regs_struct *regs)
{
	struct iovec io = { regs, sizeof(*regs) };

	if (ptrace(PTRACE_SETREGSET, pid, (void *)NT_PRSTATUS, &io) < 0 && errno != ESRCH)
		broken("ptrace");
}

void
skip_call(pid_t pid, struct user_regs_struct *regs)
{
	*number_of(regs) = (unsigned long long)-1;
#ifdef __aarch64__
	int none = -1;
	struct iovec io = { &none, sizeof(none) };

	if (ptrace(PTRACE_SETREGSET, pid, (void *)NT_ARM_SYSTEM_CALL, &io) < 0 && errno != ESRCH)
		broken("ptrace");
#endif
	set_registers(pid, regs);
}
