/* trace/syscalls: numbers and rows, in both ABIs. */
#include "config.h"

#include "trace/syscalls.h"

#include <seccomp.h>
#include <sys/syscall.h>

#include "unit/unit.h"

/* Those of the second part are not there on every machine, or in older headers. */
static const struct {
	const char *name;
	int number;
} headers[] = {
	{ "openat", SYS_openat },
	{ "openat2", SYS_openat2 },
	{ "open_by_handle_at", SYS_open_by_handle_at },
	{ "renameat2", SYS_renameat2 },
	{ "linkat", SYS_linkat },
	{ "symlinkat", SYS_symlinkat },
	{ "unlinkat", SYS_unlinkat },
	{ "mkdirat", SYS_mkdirat },
	{ "mknodat", SYS_mknodat },
	{ "bind", SYS_bind },
	{ "truncate", SYS_truncate },
	{ "acct", SYS_acct },
	{ "swapon", SYS_swapon },
	{ "fanotify_init", SYS_fanotify_init },
	{ "process_vm_writev", SYS_process_vm_writev },
	{ "request_key", SYS_request_key },
	{ "fsmount", SYS_fsmount },
	{ "mq_open", SYS_mq_open },
	{ "msgget", SYS_msgget },
	{ "fchmod", SYS_fchmod },
	{ "fchmodat", SYS_fchmodat },
	{ "fchown", SYS_fchown },
	{ "fchownat", SYS_fchownat },
	{ "utimensat", SYS_utimensat },
	{ "setxattr", SYS_setxattr },
	{ "lsetxattr", SYS_lsetxattr },
	{ "fsetxattr", SYS_fsetxattr },
	{ "removexattr", SYS_removexattr },
	{ "lremovexattr", SYS_lremovexattr },
	{ "fremovexattr", SYS_fremovexattr },
	{ "ioctl", SYS_ioctl },
	{ "clone", SYS_clone },
	{ "clone3", SYS_clone3 },
	{ "chroot", SYS_chroot },
	{ "pivot_root", SYS_pivot_root },
	{ "unshare", SYS_unshare },
	{ "setns", SYS_setns },
	{ "io_uring_setup", SYS_io_uring_setup },
	{ "io_uring_enter", SYS_io_uring_enter },
	{ "io_uring_register", SYS_io_uring_register },
#ifdef SYS_open
	{ "open", SYS_open },
#endif
#ifdef SYS_creat
	{ "creat", SYS_creat },
#endif
#ifdef SYS_rename
	{ "rename", SYS_rename },
#endif
#ifdef SYS_renameat
	{ "renameat", SYS_renameat },
#endif
#ifdef SYS_link
	{ "link", SYS_link },
#endif
#ifdef SYS_symlink
	{ "symlink", SYS_symlink },
#endif
#ifdef SYS_unlink
	{ "unlink", SYS_unlink },
#endif
#ifdef SYS_rmdir
	{ "rmdir", SYS_rmdir },
#endif
#ifdef SYS_mkdir
	{ "mkdir", SYS_mkdir },
#endif
#ifdef SYS_mknod
	{ "mknod", SYS_mknod },
#endif
#ifdef SYS_chmod
	{ "chmod", SYS_chmod },
#endif
#ifdef SYS_fchmodat2
	{ "fchmodat2", SYS_fchmodat2 },
#endif
#ifdef SYS_chown
	{ "chown", SYS_chown },
#endif
#ifdef SYS_lchown
	{ "lchown", SYS_lchown },
#endif
#ifdef SYS_utime
	{ "utime", SYS_utime },
#endif
#ifdef SYS_utimes
	{ "utimes", SYS_utimes },
#endif
#ifdef SYS_futimesat
	{ "futimesat", SYS_futimesat },
#endif
#ifdef SYS_setxattrat
	{ "setxattrat", SYS_setxattrat },
#endif
#ifdef SYS_removexattrat
	{ "removexattrat", SYS_removexattrat },
#endif
#ifdef SYS_file_setattr
	{ "file_setattr", SYS_file_setattr },
#endif
};

static const struct syscall_desc *
row(const char *name)
{
	for (size_t i = 0; i < syscall_table_len; i++) {
		if (strcmp(syscall_table[i].name, name) == 0)
			return &syscall_table[i];
	}
	return NULL;
}

START_TEST(the_native_numbers_are_those_of_the_system_headers)
{
	const struct syscall_desc *d = row(headers[_i].name);

	ck_assert_msg(d != NULL, "%s has no row", headers[_i].name);
	ck_assert_msg(syscalls_number(d, ABI_NATIVE) == headers[_i].number, "%s: %d, not %d", headers[_i].name,
		      syscalls_number(d, ABI_NATIVE), headers[_i].number);
	ck_assert_ptr_eq(syscalls_find(ABI_NATIVE, (uint64_t)headers[_i].number), d);
}
END_TEST

/* i386 and Arm (EABI): arch/x86/entry/syscalls/syscall_32.tbl, arch/arm/tools/syscall.tbl. */
static const struct {
	const char *name;
	int i386, arm;
} compat[] = {
	{ "open", 5, 5 },
	{ "openat", 295, 322 },
	{ "creat", 8, 8 },
	{ "rename", 38, 38 },
	{ "unlink", 10, 10 },
	{ "socketcall", 102, -1 },		/* Arm's EABI has none */
	{ "truncate64", 193, 193 },
	{ "chown", 182, 182 },
	{ "chown32", 212, 212 },
	{ "lchown", 16, 16 },
	{ "lchown32", 198, 198 },
	{ "fchown32", 207, 207 },
	{ "utime", 30, -1 },
	{ "utimensat", 320, 348 },
	{ "utimensat_time64", 412, 412 },
	{ "openat2", 437, 437 },
	{ "clone3", 435, 435 },
	{ "fchmodat2", 452, 452 },
	{ "setxattrat", 463, 463 },
	{ "file_setattr", 469, 469 },
	{ "ioctl", 54, 54 },
};

START_TEST(the_compat_numbers_are_those_of_the_kernel)
{
#ifdef __aarch64__
	int want = compat[_i].arm;
#else
	int want = compat[_i].i386;
#endif

	ck_assert_msg(syscalls_number(row(compat[_i].name), ABI_COMPAT) == want, "%s: %d, not %d", compat[_i].name,
		      syscalls_number(row(compat[_i].name), ABI_COMPAT), want);
}
END_TEST

START_TEST(calls_of_the_other_abi_have_no_number)
{
	ck_assert_int_eq(syscalls_number(row("chown32"), ABI_NATIVE), -1);
	ck_assert_int_eq(syscalls_number(row("socketcall"), ABI_NATIVE), -1);
	ck_assert_int_eq(syscalls_number(row("utimensat_time64"), ABI_NATIVE), -1);
	ck_assert_int_eq(syscalls_number(row("truncate64"), ABI_NATIVE), -1);
}
END_TEST

/* Whether one of the machines that we know has it; libseccomp tells of all, wherever it is. */
static bool
has_a_number(const struct syscall_desc *d)
{
	static const uint32_t machines[] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_AARCH64, SCMP_ARCH_ARM };

	for (size_t i = 0; i < ARRAY_SIZE(machines); i++)
		if (seccomp_syscall_resolve_name_arch(machines[i], d->name) >= 0)
			return true;
	return d->number > 0;
}

START_TEST(every_row_is_found_by_its_number)
{
	const struct syscall_desc *d = &syscall_table[_i];

	for (int abi = 0; abi < ABI_COUNT; abi++) {
		int number = syscalls_number(d, (enum abi)abi);

		if (number < 0)
			continue;
		ck_assert_msg(syscalls_find((enum abi)abi, (uint64_t)number) == d, "%s", d->name);
		ck_assert_int_le(number, SYSCALL_NEWEST);
		ck_assert_uint_lt((unsigned)number, abis[abi].number_limit);
	}
	ck_assert_msg(has_a_number(d), "%s has a number nowhere", d->name);
}
END_TEST

/* libseccomp may be older than the call: the row then knows it by itself, and both agree where both know. */
START_TEST(a_row_with_a_number_needs_no_libseccomp)
{
	const struct syscall_desc *d = &syscall_table[_i];

	if (d->number == 0)
		return;
	for (int abi = 0; abi < ABI_COUNT; abi++) {
		int known = seccomp_syscall_resolve_name_arch(abis[abi].scmp_arch, d->name);

		ck_assert_int_eq(syscalls_number(d, (enum abi)abi), d->number);
		if (known >= 0)
			ck_assert_int_eq(known, d->number);
	}
}
END_TEST

static const uint64_t unknown[] = {
	SYS_read, SYS_write, SYS_close, SYS_getpid, SYS_exit_group,
	SYSCALL_NEWEST + 1, 511, 512, 513, 0x40000002, 0x7fffffff, 0xffffffff,
	UINT64_C(0x100000002), UINT64_MAX,
};

START_TEST(what_is_not_in_the_table_is_not_found)
{
	ck_assert_ptr_null(syscalls_find(ABI_NATIVE, unknown[_i]));
	if (unknown[_i] > 450)
		ck_assert_ptr_null(syscalls_find(ABI_COMPAT, unknown[_i]));
}
END_TEST

/* No argument index may lie outside of the six, and what is said of arguments must fit together. */
START_TEST(rows_are_well_formed)
{
	const struct syscall_desc *d = &syscall_table[_i];

	for (int i = 0; i < 2; i++) {
		ck_assert_int_ge(d->path[i], -1);
		ck_assert_int_lt(d->path[i], 6);
		ck_assert_int_ge(d->dirfd[i], -1);
		ck_assert_int_lt(d->dirfd[i], 6);
		if (d->dirfd[i] >= 0 && d->path[i] >= 0)
			ck_assert_int_ne(d->dirfd[i], d->path[i]);
	}
	ck_assert_int_ge(d->flags, -1);
	ck_assert_int_lt(d->flags, 6);
	if (d->flag_set != FLAGS_NONE)
		ck_assert_msg(d->flags >= 0, "%s has flags, but no argument for them", d->name);
	if (d->how & (HOW_AT_FOLLOW | HOW_AT_NOFOLLOW | HOW_AT_EMPTY))
		ck_assert_msg(d->flag_set == FLAGS_AT || d->flag_set == FLAGS_OPEN_TREE, "%s obeys AT_ flags, but has none", d->name);
	ck_assert_msg(d->decode != NULL, "%s", d->name);
	for (int j = 0; j < _i; j++)
		ck_assert_str_ne(d->name, syscall_table[j].name);
}
END_TEST

START_TEST(architectures_are_told_by_their_audit_number)
{
	for (int abi = 0; abi < ABI_COUNT; abi++)
		ck_assert_int_eq(arch_abi_of(abis[abi].audit_arch), abi);
	ck_assert_int_eq(arch_abi_of(0), ABI_COUNT);
	ck_assert_int_eq(arch_abi_of(0xffffffff), ABI_COUNT);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("systable");

	syscalls_init();
	tcase_add_loop_test(tc, the_native_numbers_are_those_of_the_system_headers, 0, ARRAY_SIZE(headers));
	tcase_add_loop_test(tc, the_compat_numbers_are_those_of_the_kernel, 0, ARRAY_SIZE(compat));
	tcase_add_test(tc, calls_of_the_other_abi_have_no_number);
	tcase_add_loop_test(tc, every_row_is_found_by_its_number, 0, (int)syscall_table_len);
	tcase_add_loop_test(tc, a_row_with_a_number_needs_no_libseccomp, 0, (int)syscall_table_len);
	tcase_add_loop_test(tc, what_is_not_in_the_table_is_not_found, 0, ARRAY_SIZE(unknown));
	tcase_add_loop_test(tc, rows_are_well_formed, 0, (int)syscall_table_len);
	tcase_add_test(tc, architectures_are_told_by_their_audit_number);
	return unit_run("systable", tc);
}
