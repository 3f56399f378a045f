/*
 * A seccomp filter with a listener: another thread answers a call in its caller's place, before our tracer could see
 * it.  What that thread does itself is in the record.
 */
#include "tracee.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>

static sem_t ready;
static int listener = -1;

static void
setup(void)
{
}

static void *
caller(void *arg)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdirat, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog prog = { sizeof(program) / sizeof(*program), program };

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
	sem_post(&ready);
	if (listener >= 0 && must(syscall(SYS_mkdirat, AT_FDCWD, "asked-for", 0755)) != 42)
		exit(99);
	return arg;
}

static void
story(void)
{
	char request[1024] __attribute__((aligned(8))) = "";
	char answer[1024] __attribute__((aligned(8))) = "";
	struct seccomp_notif *asked = (struct seccomp_notif *)request;
	struct seccomp_notif_resp *told = (struct seccomp_notif_resp *)answer;
	pthread_t thread;

	sem_init(&ready, 0, 0);
	if (pthread_create(&thread, NULL, caller, NULL) != 0)
		exit(99);
	sem_wait(&ready);
	if (listener < 0)
		skip("no seccomp listener here");
	must(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, asked));
	did(syscall(SYS_mkdirat, AT_FDCWD, "answered-with", 0755), "mkdir", NULL, NULL, "answered-with");
	told->id = asked->id;
	told->val = 42;
	must(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, told));
	pthread_join(thread, NULL);
}
