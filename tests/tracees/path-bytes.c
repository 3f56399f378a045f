/* Paths at every alignment, at the end of a page, with every kind of byte, and of the greatest length. */
#include "tracee.h"
#include <sys/mman.h>

static const char *const odd[] = {
	"new\nline", "tab\there", "escape\033[31m", "quote'\"`$", "back\\slash", " leading", "trailing ", "-dash",
	"\001\002\177", "caf\303\251", "\377\376 no UTF-8", "\355\240\200 surrogate", "*?[glob]", "~", "a;rm -rf b",
};

static void
setup(void)
{
	must(mkdir("deep", 0755));
}

static void
touch(const char *at, const char *name)
{
	must(close((int)did(syscall(SYS_openat, AT_FDCWD, at, O_WRONLY | O_CREAT, 0644), "create", "O_WRONLY|O_CREAT",
			    NULL, name)));
}

static void
every_alignment(void)
{
	static char buf[64] __attribute__((aligned(8)));

	for (size_t shift = 0; shift < 16; shift++) {
		char name[32];

		for (size_t len = 1; len <= 9; len += 4) {
			snprintf(name, sizeof(name), "%c%.*s", (int)('a' + shift), (int)len, "123456789");
			memset(buf, 'Z', sizeof(buf));
			strcpy(buf + shift, name);
			touch(buf + shift, name);
		}
	}
}

/* The last byte of the string is the last of a page, and the next one is not there. */
static void
end_of_page(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (two == MAP_FAILED)
		exit(99);
	must(munmap(two + page, page));
	for (size_t len = 1; len <= 20; len++) {
		char name[32];

		snprintf(name, sizeof(name), "%.*s", (int)len, "page-end-page-end-page-end");
		memcpy(two + page - len - 1, name, len + 1);
		touch(two + page - len - 1, name);
	}
	/* Without its NUL the string goes on into nothing. */
	memcpy(two + page - 4, "nope", 4);
	ended(syscall(SYS_openat, AT_FDCWD, two + page - 4, O_WRONLY | O_CREAT, 0644), "EFAULT", "no end");
}

/* A string over a page's border, both pages there. */
static void
across_pages(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (two == MAP_FAILED)
		exit(99);
	strcpy(two + page - 5, "over-the-border");
	must(mprotect(two, 2 * page, PROT_READ));
	touch(two + page - 5, "over-the-border");
}

/* 4095 bytes of "deep/././" and a name: the greatest length that the kernel takes. */
static void
greatest_length(void)
{
	static char path[PATH_MAX + 1];
	size_t at = 5;

	strcpy(path, "deep/");
	while (at + 2 < PATH_MAX - 1 - 6) {
		memcpy(path + at, "./", 2);
		at += 2;
	}
	memset(path + at, 'z', PATH_MAX - 1 - at);
	if (strlen(path) != PATH_MAX - 1)
		exit(99);
	char name[PATH_MAX];

	snprintf(name, sizeof(name), "deep/%s", path + at);
	touch(path, name);
}

static void
story(void)
{
	every_alignment();
	end_of_page();
	across_pages();
	greatest_length();
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		touch(odd[i], odd[i]);
}
