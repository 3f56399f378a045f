/* The machine: its two system call ABIs and the registers that hold a call. */
#ifndef WT_TRACE_ARCH_H
#define WT_TRACE_ARCH_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum abi {
	ABI_NATIVE,		/* x86-64, AArch64 */
	ABI_COMPAT,		/* i386, Arm */
	ABI_COUNT
};

struct abi_desc {
	uint32_t audit_arch;	/* AUDIT_ARCH_*, as PTRACE_GET_SYSCALL_INFO and seccomp give it */
	uint32_t scmp_arch;	/* SCMP_ARCH_* */
	uint32_t number_limit;	/* numbers from here on are not ordinary calls (x32, Arm's private ones) */
};

extern const struct abi_desc abis[ABI_COUNT];

/* ABI_COUNT for an architecture that is none of this machine's. */
enum abi arch_abi_of(uint32_t audit_arch);

/*
 * Of a tracee that PTRACE_INTERRUPT has stopped: whether that has made a call return EINTR, and which.  The kernel
 * is to enter it again instead, unless a signal's handler runs first.  False where that cannot be had.
 */
bool arch_was_interrupted(pid_t tid, uint64_t *number);
int arch_restart_call(pid_t tid);

/* Of a tracee at a call's entry stop.  0, or -1 with errno. */
int arch_set_argument(pid_t tid, enum abi abi, unsigned index, uint64_t value);
/* Keep the call from happening and let it return -error. */
int arch_skip_call(pid_t tid, int error);
/* At its exit stop: let it return -error. */
int arch_set_result(pid_t tid, int error);

#endif
