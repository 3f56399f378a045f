/*
 * The arguments of calls lie on pages that a thread of the same process serves by userfaultfd(2), and before it does it
 * makes a call that stops.  With SERVED_MEMORY=late a page is not served to who asks for it first, but to the second: the
 * kernel itself, which makes the call.
 */
#include "tracee.h"
#include <linux/openat2.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

enum { PATH_PAGE, HOW_PAGE, NAME_PAGE, ADDRESS_PAGE, PAGES };

static char *pages;	/* not there, until they are served */
static char *contents;
static size_t page_size;
static int faults, late;

static void
setup(void)
{
}

static void *
serve(void *arg)
{
	unsigned asked[PAGES] = { 0 };
	struct uffd_msg m;

	while (read(faults, &m, sizeof(m)) == (ssize_t)sizeof(m)) {
		size_t at = (size_t)(m.arg.pagefault.address - (uintptr_t)pages) / page_size;
		struct uffdio_copy copy = {
			.dst = (uintptr_t)pages + at * page_size, .src = (uintptr_t)contents + at * page_size, .len = page_size,
		};

		if (asked[at]++ == 0 && late)
			continue;
		must(close((int)must(syscall(SYS_openat, AT_FDCWD, "log", O_WRONLY | O_CREAT, 0644))));
		(void)ioctl(faults, UFFDIO_COPY, &copy);
	}
	return arg;
}

static void
serve_pages(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;

	page_size = (size_t)sysconf(_SC_PAGESIZE);
	faults = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	if (faults < 0 || ioctl(faults, UFFDIO_API, &api) < 0)
		exit(77);
	contents = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pages = mmap(NULL, PAGES * page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	range.range.start = (uintptr_t)pages;
	range.range.len = PAGES * page_size;
	must(ioctl(faults, UFFDIO_REGISTER, &range));
	if (pthread_create(&thread, NULL, serve, NULL) != 0)
		exit(99);
}

static void
story(void)
{
	const struct open_how how = { .flags = O_WRONLY | O_CREAT, .mode = 0644 };
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "socket" };

	late = getenv("SERVED_MEMORY") != NULL;
	serve_pages();
	strcpy(contents + PATH_PAGE * page_size, "made");
	memcpy(contents + HOW_PAGE * page_size, &how, sizeof(how));
	strcpy(contents + NAME_PAGE * page_size, "opened");
	memcpy(contents + ADDRESS_PAGE * page_size, &address, sizeof(address));

	row("create", "O_WRONLY|O_CREAT", NULL, "log");
	must(syscall(SYS_mkdirat, AT_FDCWD, pages + PATH_PAGE * page_size, 0755));
	row("mkdir", NULL, NULL, "made");
	if (late)
		return;
	row("open", "O_WRONLY|O_CREAT", NULL, "log");
	must(close((int)must(syscall(SYS_openat2, AT_FDCWD, pages + NAME_PAGE * page_size, pages + HOW_PAGE * page_size,
				     sizeof(how)))));
	row("create", "O_WRONLY|O_CREAT", NULL, "opened");
	must(bind((int)must(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
		  (const struct sockaddr *)(const void *)(pages + ADDRESS_PAGE * page_size), sizeof(address)));
	row("bind", NULL, NULL, "socket");
}
