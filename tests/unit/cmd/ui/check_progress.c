/* cmd/ui/progress: what a person at a terminal sees of a long work. */
#include "config.h"

#include "cmd/ui/progress.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>

#include "unit/unit.h"

static int master;
static struct progress p;

/* A terminal of our own as standard error, in a session of our own.  Each test's process has a group of its own. */
static void
make_terminal(void)
{
	int slave;

	master = posix_openpt(O_RDWR | O_NOCTTY);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0 || setsid() < 0)
		_exit(99);
	slave = open(ptsname(master), O_RDWR);
	if (slave < 0 || ioctl(slave, TIOCSCTTY, 0) < 0 || dup2(slave, STDERR_FILENO) < 0)
		_exit(99);
	setenv("TERM", "xterm", 1);
}

static void
begin(void)
{
	signal(SIGTTOU, SIG_IGN);
	ck_assert_int_eq(tcsetpgrp(STDERR_FILENO, getpgrp()), 0);
}

/* What has been printed since the last time. */
static const char *
printed(void)
{
	static char text[4096];
	struct pollfd fd = { .fd = master, .events = POLLIN };
	size_t len = 0;

	while (poll(&fd, 1, 0) > 0) {
		ssize_t n = read(master, text + len, sizeof(text) - 1 - len);

		if (n <= 0)
			break;
		len += (size_t)n;
	}
	text[len] = '\0';
	return text;
}

START_TEST(nothing_is_shown_of_a_short_work)
{
	progress_begin(&p, "working", 100, false);
	progress_add(&p, 50);
	progress_clear(&p);
	ck_assert_str_eq(printed(), "");
}
END_TEST

START_TEST(a_long_one_has_a_line_that_goes_away)
{
	const char *text;

	progress_begin(&p, "working", 100, false);
	p.next_ns = 0;
	progress_add(&p, 50);
	text = printed();
	ck_assert_ptr_nonnull(strstr(text, "writetrace: working  50% [####################...................."));
	ck_assert_int_eq(text[strlen(text) - 1], '\r');
	progress_add(&p, 10);
	ck_assert_str_eq(printed(), "");	/* not at each step */
	progress_clear(&p);
	ck_assert_str_eq(printed(), "\r\033[K");
	progress_clear(&p);
	ck_assert_str_eq(printed(), "");
	p.next_ns = 0;
	progress_set(&p, 1000);			/* more than was thought */
	ck_assert_ptr_nonnull(strstr(printed(), "100%"));
}
END_TEST

START_TEST(it_fits_the_terminal)
{
	struct winsize size = { .ws_row = 24, .ws_col = 30 };

	ck_assert_int_eq(ioctl(master, TIOCSWINSZ, &size), 0);
	progress_begin(&p, "working", 100, false);
	p.next_ns = 0;
	progress_set(&p, 100);
	ck_assert_ptr_nonnull(strstr(printed(), "working 100% [##]\r"));
}
END_TEST

START_TEST(quiet_dumb_and_empty_works_show_nothing)
{
	progress_begin(&p, "working", 100, true);
	p.next_ns = 0;
	progress_set(&p, 50);
	progress_begin(&p, "working", 0, false);
	p.next_ns = 0;
	progress_set(&p, 50);
	setenv("TERM", "dumb", 1);
	progress_begin(&p, "working", 100, false);
	p.next_ns = 0;
	progress_set(&p, 50);
	ck_assert_str_eq(printed(), "");
}
END_TEST

START_TEST(a_background_job_shows_nothing)
{
	pid_t child = fork();

	ck_assert_int_ge(child, 0);
	if (child == 0) {
		setpgid(0, 0);
		progress_begin(&p, "working", 100, false);
		p.next_ns = 0;
		progress_set(&p, 50);
		_exit(p.shown ? 1 : 0);
	}
	ck_assert_int_eq(waitpid(child, &(int){ 0 }, 0), child);
	ck_assert_str_eq(printed(), "");
}
END_TEST

START_TEST(no_terminal_no_progress)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	ck_assert_int_eq(dup2(fd, STDERR_FILENO), STDERR_FILENO);
	close(fd);
	ck_assert(!progress_possible(false));
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("progress");
	int status = 0;
	pid_t child = fork();

	if (child > 0)
		return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : 99;
	if (child < 0)
		return 99;
	make_terminal();
	tcase_add_checked_fixture(tc, begin, NULL);
	tcase_add_test(tc, nothing_is_shown_of_a_short_work);
	tcase_add_test(tc, a_long_one_has_a_line_that_goes_away);
	tcase_add_test(tc, it_fits_the_terminal);
	tcase_add_test(tc, quiet_dumb_and_empty_works_show_nothing);
	tcase_add_test(tc, a_background_job_shows_nothing);
	tcase_add_test(tc, no_terminal_no_progress);
	return unit_run("progress", tc);
}
