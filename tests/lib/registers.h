/* The registers of a process that is stopped at a system call, for faultat.c. */
#ifndef WT_TESTS_REGISTERS_H
#define WT_TESTS_REGISTERS_H

#include <sys/types.h>
#include <sys/user.h>

unsigned long long *number_of(struct user_regs_struct *regs);
unsigned long long *result_of(struct user_regs_struct *regs);
/* i: 0 to 2 */
unsigned long long *argument_of(struct user_regs_struct *regs, int i);

/* What a process that was killed meanwhile had is all 0, and can be set to anything. */
void get_registers(pid_t pid, struct user_regs_struct *regs);
void set_registers(pid_t pid, struct user_regs_struct *regs);

/* At the entry of a call: it is not done. */
void skip_call(pid_t pid, struct user_regs_struct *regs);

/* Ends the program with 99. */
void broken(const char *what) __attribute__((noreturn));

#endif
