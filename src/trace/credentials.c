/* Becoming another user. */
#include "config.h"

#include "trace/credentials.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

struct credentials {
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	int n_groups;
	char *name, *home, *shell;
};

static struct passwd *
find_user(const char *user)
{
	struct passwd *pw;
	char *end;
	unsigned long uid;

	errno = 0;
	pw = getpwnam(user);
	if (pw || !isdigit((unsigned char)user[0]))
		return pw;
	uid = strtoul(user, &end, 10);
	return *end == '\0' && uid < (uid_t)-1 ? getpwuid((uid_t)uid) : NULL;
}

struct credentials *
credentials_of(const char *user, struct err *e)
{
	struct passwd *pw = find_user(user);
	struct credentials *c;
	int n = 0;

	if (!pw) {
		err_set(e, ERR_NOT_FOUND, "there is no user '%s'", user);
		return NULL;
	}
	c = xcalloc(1, sizeof(*c));
	c->uid = pw->pw_uid;
	c->gid = pw->pw_gid;
	c->name = xstrdup(pw->pw_name);
	c->home = xstrdup(pw->pw_dir);
	c->shell = xstrdup(pw->pw_shell[0] ? pw->pw_shell : "/bin/sh");
	getgrouplist(c->name, c->gid, NULL, &n);
	c->groups = xcalloc((size_t)n + 1, sizeof(*c->groups));
	if (getgrouplist(c->name, c->gid, c->groups, &n) < 0)
		n = 0;
	c->n_groups = n;
	return c;
}

void
credentials_free(struct credentials *c)
{
	if (!c)
		return;
	free(c->groups);
	free(c->name);
	free(c->home);
	free(c->shell);
	free(c);
}

int
credentials_take(const struct credentials *c)
{
	if (setgroups((size_t)c->n_groups, c->groups) < 0 || setgid(c->gid) < 0 || setuid(c->uid) < 0)
		return -1;
	if (setenv("HOME", c->home, 1) < 0 || setenv("USER", c->name, 1) < 0 ||
	    setenv("LOGNAME", c->name, 1) < 0 || setenv("SHELL", c->shell, 1) < 0)
		return -1;
	return 0;
}
