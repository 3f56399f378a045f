/* trace/recheck: a link on the way is exchanged between our look and the kernel's; the tracee is this very process. */
#include "config.h"

#include "trace/recheck.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "trace/call.h"
#include "trace/syscalls.h"
#include "unit/unit.h"

static const struct tracer_options options = { .filter = true };
static struct tracer *tracer;
static struct process process;
static struct tracee *tracee;

/* What was told, in order. */
static struct told {
	enum op op;
	int error;
	bool late;
	char path[2][PATH_MAX];
} told[8];
static unsigned n_told;
static unsigned n_races;
static char race[3 * PATH_MAX];

static void
on_enter(void *context, uint32_t image, struct call *call)
{
	(void)context;
	(void)image;
	(void)call;
}

static void
on_leave(void *context, uint32_t image, struct call *call)
{
	struct told *l = &told[n_told++];

	(void)context;
	(void)image;
	l->op = call->op;
	l->error = call->error;
	l->late = call->late;
	for (unsigned i = 0; i < call->n_targets; i++)
		snprintf(l->path[i], sizeof(l->path[i]), "%s", call->target[i].path);
}

static void
on_blind(void *context, uint32_t image, enum blind_kind kind, const char *text)
{
	(void)context;
	(void)image;
	ck_assert_int_eq(kind, BLIND_RACE);
	snprintf(race, sizeof(race), "%s", text);
	n_races++;
}

static const struct event_sink sink = { .enter = on_enter, .leave = on_leave, .blind = on_blind };

static void
put(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* Files must not have been changed in the tick of the clock in which the call is made. */
static void
until_next_tick(const char *name)
{
	struct timespec now;
	struct stat st;

	ck_assert_int_eq(stat(name, &st), 0);
	do {
		clock_gettime(CLOCK_REALTIME_COARSE, &now);
	} while (now.tv_sec == st.st_ctim.tv_sec && now.tv_nsec <= st.st_ctim.tv_nsec);
}

static void
begin(void)
{
	signal(SIGALRM, SIG_IGN);	/* the tracer's tick; Check would take it for the end of the test's time */
	unit_enter_scratch();
	ck_assert_int_eq(mkdir("d1", 0755), 0);
	ck_assert_int_eq(mkdir("d2", 0755), 0);
	ck_assert_int_eq(mkdir("z", 0755), 0);
	ck_assert_int_eq(mkdir("d1/sub", 0755), 0);
	ck_assert_int_eq(mkdir("d2/sub", 0755), 0);
	put("d1/f", "first");
	put("d2/f", "second");
	put("z/source", "source");
	ck_assert_int_eq(symlink("d1", "cur"), 0);
	until_next_tick("z/source");
	tracer = tracer_new(NULL, &options);
	tracer->sink = &sink;
	process = (struct process){ .pid = getpid(), .image = 7, .mem_fd = -1 };
	tracee = tracee_add(tracer, getpid(), &process, TRACEE_RUNNING);
	n_told = n_races = 0;
	race[0] = '\0';
}

static void
end(void)
{
	process.threads = 2;	/* it is not the tracer's to free */
	tracer_free(tracer);
	unit_leave_scratch();
}

static void
switch_to(const char *dir)
{
	ck_assert_int_eq(symlink(dir, "new"), 0);
	ck_assert_int_eq(rename("new", "cur"), 0);
}

struct argument {
	const char *text;
	long number;
};

static const struct story {
	const char *call;
	struct argument args[5];
	enum op op;
	bool is_known;		/* what it was about can be told from what it has left */
	const char *name[2];	/* below "cur/", or from here with a slash */
} stories[] = {
	{ "renameat", { { 0, AT_FDCWD }, { "cur/f", 0 }, { 0, AT_FDCWD }, { "z/new", 0 } }, OP_RENAME, true, { "f", "z/new" } },
	{ "renameat", { { 0, AT_FDCWD }, { "cur/sub", 0 }, { 0, AT_FDCWD }, { "z/new", 0 } }, OP_RENAME, true,
	  { "sub", "z/new" } },
	{ "renameat", { { 0, AT_FDCWD }, { "z/source", 0 }, { 0, AT_FDCWD }, { "cur/f", 0 } }, OP_RENAME, false,
	  { "z/source", "f" } },
	{ "unlinkat", { { 0, AT_FDCWD }, { "cur/f", 0 }, { 0, 0 } }, OP_UNLINK, false, { "f", NULL } },
	{ "unlinkat", { { 0, AT_FDCWD }, { "cur/sub", 0 }, { 0, AT_REMOVEDIR } }, OP_RMDIR, false, { "sub", NULL } },
	{ "mkdirat", { { 0, AT_FDCWD }, { "cur/new", 0 }, { 0, 0755 } }, OP_MKDIR, true, { "new", NULL } },
	{ "mknodat", { { 0, AT_FDCWD }, { "cur/new", 0 }, { 0, S_IFIFO | 0644 } }, OP_MKNOD, true, { "new", NULL } },
	{ "symlinkat", { { "x", 0 }, { 0, AT_FDCWD }, { "cur/new", 0 } }, OP_SYMLINK, true, { "new", NULL } },
	{ "linkat", { { 0, AT_FDCWD }, { "z/source", 0 }, { 0, AT_FDCWD }, { "cur/new", 0 } }, OP_LINK, true,
	  { "z/source", "new" } },
	{ "linkat", { { 0, AT_FDCWD }, { "cur/f", 0 }, { 0, AT_FDCWD }, { "z/new", 0 } }, OP_LINK, true, { "f", "z/new" } },
	{ "fchmodat", { { 0, AT_FDCWD }, { "cur/f", 0 }, { 0, 0600 } }, OP_CHMOD, false, { "f", NULL } },
	{ "fchownat", { { 0, AT_FDCWD }, { "cur/f", 0 }, { 0, -1 }, { 0, -1 } }, OP_CHOWN, false, { "f", NULL } },
	{ "utimensat", { { 0, AT_FDCWD }, { "cur/f", 0 }, { 0, 0 }, { 0, 0 } }, OP_UTIME, false, { "f", NULL } },
	{ "truncate", { { "cur/f", 0 }, { 0, 1 } }, OP_TRUNCATE, false, { "f", NULL } },
	{ "setxattr", { { "cur/f", 0 }, { "user.mark", 0 }, { "x", 0 }, { 0, 1 }, { 0, 0 } }, OP_XATTR, false, { "f", NULL } },
};

/* Of the last story: where a file system has none there is nothing to look at. */
static bool
has_attributes(const struct story *s)
{
	static const char probe[] = "d1/sub";

	if (s->op != OP_XATTR || setxattr(probe, "user.probe", "x", 1, 0) == 0)
		return true;
	fprintf(stderr, "%s: not done: the file system has no extended attributes\n", s->call);
	return false;
}

static long
argument_of(const struct argument *a)
{
	return a->text ? (long)(intptr_t)a->text : a->number;
}

static long
number_of(const struct story *s)
{
	return syscalls_number(syscalls_by_name(s->call), ABI_NATIVE);
}

static void
enter(const struct story *s)
{
	struct __ptrace_syscall_info info = {
		.arch = abis[ABI_NATIVE].audit_arch, .entry = { .nr = (uint64_t)number_of(s) },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(s->args); i++)
		info.entry.args[i] = (uint64_t)argument_of(&s->args[i]);
	call_enter(tracee, &info);
	ck_assert(tracee->in_call);
}

static void
make_call(const struct story *s)
{
	const struct argument *a = s->args;

	ck_assert_int_eq(syscall(number_of(s), argument_of(&a[0]), argument_of(&a[1]), argument_of(&a[2]),
				 argument_of(&a[3]), argument_of(&a[4])), 0);
}

/* The last that was told is this call on what lies below dir. */
static void
check_told(const struct story *s, unsigned which, const char *dir, int error)
{
	char path[2 * PATH_MAX];

	ck_assert_uint_gt(n_told, which);
	ck_assert_int_eq(told[which].op, s->op);
	ck_assert_int_eq(told[which].error, error);
	for (unsigned i = 0; i < 2 && s->name[i]; i++) {
		bool below = !strchr(s->name[i], '/');

		snprintf(path, sizeof(path), "%s/%s%s%s", unit_dir, below ? dir : "", below ? "/" : "", s->name[i]);
		ck_assert_str_eq(told[which].path[i], path);
	}
}

static void
check_race(const struct story *s, const char *dir)
{
	char path[2 * PATH_MAX];

	for (unsigned i = 0; i < 2 && s->name[i]; i++) {
		bool below = !strchr(s->name[i], '/');

		snprintf(path, sizeof(path), "%s/%s%s%s", unit_dir, below ? dir : "", below ? "/" : "", s->name[i]);
		ck_assert_ptr_nonnull(strstr(race, path));
	}
}

START_TEST(what_was_looked_at_is_what_is_told)
{
	if (!has_attributes(&stories[_i]))
		return;
	enter(&stories[_i]);
	make_call(&stories[_i]);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_told, 1);
	check_told(&stories[_i], 0, "d1", 0);
	ck_assert_uint_eq(n_races, 0);
}
END_TEST

START_TEST(what_the_way_leads_to_by_now_is_told)
{
	const struct story *s = &stories[_i];

	if (!has_attributes(s))
		return;
	enter(s);
	switch_to("d2");
	make_call(s);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_told, 2);
	check_told(s, 0, "d1", EFAULT);
	check_told(s, 1, "d2", 0);
	ck_assert(told[1].late != s->is_known);
	ck_assert_uint_eq(n_races, s->is_known ? 0 : 1);
	if (!s->is_known) {
		check_race(s, "d1");
		check_race(s, "d2");
	}
}
END_TEST

START_TEST(where_the_way_leads_back_it_is_a_race)
{
	const struct story *s = &stories[_i];

	if (!has_attributes(s))
		return;
	enter(s);
	switch_to("d2");
	make_call(s);
	switch_to("d1");
	call_leave(tracee, 0, false);
	check_told(s, 0, "d1", EFAULT);
	ck_assert_uint_eq(n_races, 1);
	check_race(s, "d1");
}
END_TEST

static const struct story make_lock = { "symlinkat", { { "x", 0 }, { 0, AT_FDCWD }, { "z/lock", 0 } }, OP_SYMLINK, true,
					 { "z/lock", NULL } };
static const struct story change_lock = { "fchmodat", { { 0, AT_FDCWD }, { "z/lock", 0 }, { 0, 0600 } }, OP_CHMOD, false,
					   { "z/lock", NULL } };

/* Another tracee that is in the middle of a call on z/lock. */
static void
begin_other(enum op op)
{
	static struct process other;
	struct tracee *t;

	other = (struct process){ .pid = 1, .threads = 1, .image = 8, .mem_fd = -1 };
	t = tracee_add(tracer, 1, &other, TRACEE_RUNNING);
	t->call = (struct call){ .op = op, .n_targets = 1, .target = { TARGET_INIT, TARGET_INIT }, .opened = TARGET_INIT };
	t->call.target[0].path = xstrdup(told[0].path[0][0] ? told[0].path[0] : tracee->call.target[0].path);
	t->recording = t->in_call = true;
	tracer->in_flight++;
}

START_TEST(a_lock_that_another_call_of_the_run_removes_is_no_race)
{
	enter(&make_lock);
	make_call(&make_lock);
	begin_other(OP_UNLINK);
	ck_assert_int_eq(unlink("z/lock"), 0);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 0);
	check_told(&make_lock, 0, "", 0);
}
END_TEST

START_TEST(one_that_somebody_else_removes_is)
{
	enter(&make_lock);
	make_call(&make_lock);
	ck_assert_int_eq(unlink("z/lock"), 0);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 1);
}
END_TEST

START_TEST(a_success_on_what_was_thought_absent_is_a_race)
{
	enter(&change_lock);
	put("z/lock", "");
	make_call(&change_lock);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 1);
	check_race(&change_lock, "");
}
END_TEST

START_TEST(unless_another_call_of_the_run_may_have_made_it)
{
	enter(&change_lock);
	begin_other(OP_CREATE);
	put("z/lock", "");
	make_call(&change_lock);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 0);
	check_told(&change_lock, 0, "", 0);
}
END_TEST

/* Nothing is done then, to nothing. */
START_TEST(to_set_no_time_shows_nowhere)
{
	static const struct timespec omit[2] = { { 0, UTIME_OMIT }, { 0, UTIME_OMIT } };
	struct story s = { "utimensat", { { 0, AT_FDCWD }, { "d1/f", 0 }, { (const char *)omit, 0 }, { 0, 0 } }, OP_UTIME,
			   false, { "d1/f", NULL } };

	enter(&s);
	make_call(&s);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 0);
}
END_TEST

START_TEST(to_set_the_same_length_shows_nowhere)
{
	struct story s = { "truncate", { { "d1/f", 0 }, { 0, 5 } }, OP_TRUNCATE, false, { "d1/f", NULL } };

	enter(&s);
	make_call(&s);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 0);
}
END_TEST

START_TEST(to_set_the_same_attribute_shows_nowhere)
{
	struct story s = stories[ARRAY_SIZE(stories) - 1];

	if (!has_attributes(&s))
		return;
	s.args[0].text = "d1/f";
	ck_assert_int_eq(setxattr("d1/f", "user.mark", "x", 1, 0), 0);
	until_next_tick("d1/f");
	enter(&s);
	make_call(&s);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 0);
}
END_TEST

static void
enter_call(const char *name, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	struct __ptrace_syscall_info info = {
		.arch = abis[ABI_NATIVE].audit_arch,
		.entry = { .nr = (uint64_t)syscalls_number(syscalls_by_name(name), ABI_NATIVE), .args = { a, b, c, d } },
	};

	call_enter(tracee, &info);
}

#define ADDRESS(x) ((uint64_t)(uintptr_t)(x))

/* The kernel has read other flags than we have. */
static const struct {
	uint64_t flags;
	int told;
} openings[] = {
	{ O_RDONLY, 0 },
	{ O_WRONLY, 1 },
	{ O_RDWR | O_TRUNC, 1 },
	{ O_RDONLY | O_TRUNC, 1 },
};

START_TEST(an_open_is_known_by_its_descriptor)
{
	struct open_how how = { .flags = O_RDONLY };
	int64_t fd;

	enter_call("openat2", (uint64_t)AT_FDCWD, ADDRESS("d1/f"), ADDRESS(&how), sizeof(how));
	ck_assert(tracee->in_call);
	how.flags = openings[_i].flags;
	fd = syscall(SYS_openat2, AT_FDCWD, "d1/f", &how, sizeof(how));
	if (fd < 0 && errno == ENOSYS)
		return;
	ck_assert_int_ge(fd, 0);
	how.flags = O_RDONLY;
	call_leave(tracee, fd, false);
	ck_assert_uint_eq(n_told, openings[_i].told);
	ck_assert_uint_eq(n_races, openings[_i].told);
	if (openings[_i].told)
		ck_assert_ptr_nonnull(strstr(race, "/d1/f"));
	close((int)fd);
}
END_TEST

/* Its path lies on a page that is mapped when the call has gone on. */
START_TEST(a_success_of_what_could_not_be_read_is_told)
{
	long size = sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(page, MAP_FAILED);
	process.mem_fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	ck_assert_int_ge(process.mem_fd, 0);
	ck_assert_int_eq(munmap(page, (size_t)size), 0);
	enter_call("unlinkat", (uint64_t)AT_FDCWD, ADDRESS(page), 0, 0);
	ck_assert(tracee->in_call);
	ck_assert_ptr_eq(mmap(page, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), page);
	strcpy(page, "d1/f");
	ck_assert_int_eq(unlinkat(AT_FDCWD, page, 0), 0);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_races, 1);
	ck_assert_ptr_nonnull(strstr(race, "/d1/f"));
	close(process.mem_fd);
	process.mem_fd = -1;
}
END_TEST

START_TEST(arguments_that_are_gone_leave_a_race)
{
	long size = sysconf(_SC_PAGESIZE);
	char *page = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	ck_assert_ptr_ne(page, MAP_FAILED);
	strcpy(page, "d1/f");
	enter_call("unlinkat", (uint64_t)AT_FDCWD, ADDRESS(page), 0, 0);
	ck_assert_int_eq(munmap(page, (size_t)size), 0);
	ck_assert_int_eq(unlinkat(AT_FDCWD, "d2/f", 0), 0);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_told, 1);
	ck_assert_uint_eq(n_races, 1);
	ck_assert_ptr_nonnull(strstr(race, "/d1/f"));
}
END_TEST

/* A socket is called by what it was bound to, whatever the address said when it was looked at. */
START_TEST(a_socket_is_known_by_its_own_name)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = { 0, 'x' } };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_int_ge(fd, 0);
	enter_call("bind", (uint64_t)fd, ADDRESS(&un), sizeof(un), 0);
	ck_assert(tracee->in_call);
	strcpy(un.sun_path, "z/socket");
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	call_leave(tracee, 0, false);
	ck_assert_uint_eq(n_told, 1);
	ck_assert_int_eq(told[0].op, OP_BIND);
	ck_assert_ptr_nonnull(strstr(told[0].path[0], "/z/socket"));
	ck_assert_uint_eq(n_races, 0);
	close(fd);
}
END_TEST

/* What they do is decided by memory that the kernel reads later than we do. */
START_TEST(nothing_passes_because_of_what_memory_says)
{
	struct { uint64_t words[8]; } nothing = { { 0 } };

	enter_call(_i == 0 ? "clone3" : "recvmsg", ADDRESS(&nothing), ADDRESS(&nothing), sizeof(nothing), 0);
	ck_assert(tracee->in_call);
	tracee_end_call(tracee);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("recheck");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, what_was_looked_at_is_what_is_told, 0, ARRAY_SIZE(stories));
	tcase_add_loop_test(tc, what_the_way_leads_to_by_now_is_told, 0, ARRAY_SIZE(stories));
	tcase_add_loop_test(tc, where_the_way_leads_back_it_is_a_race, 0, ARRAY_SIZE(stories));
	tcase_add_test(tc, a_lock_that_another_call_of_the_run_removes_is_no_race);
	tcase_add_test(tc, one_that_somebody_else_removes_is);
	tcase_add_test(tc, a_success_on_what_was_thought_absent_is_a_race);
	tcase_add_test(tc, unless_another_call_of_the_run_may_have_made_it);
	tcase_add_test(tc, to_set_no_time_shows_nowhere);
	tcase_add_test(tc, to_set_the_same_length_shows_nowhere);
	tcase_add_test(tc, to_set_the_same_attribute_shows_nowhere);
	tcase_add_loop_test(tc, an_open_is_known_by_its_descriptor, 0, ARRAY_SIZE(openings));
	tcase_add_test(tc, a_success_of_what_could_not_be_read_is_told);
	tcase_add_test(tc, arguments_that_are_gone_leave_a_race);
	tcase_add_test(tc, a_socket_is_known_by_its_own_name);
	tcase_add_loop_test(tc, nothing_passes_because_of_what_memory_says, 0, 2);
	return unit_run("recheck", tc);
}
