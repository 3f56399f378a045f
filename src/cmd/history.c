/* Which history a command works on. */
#include "config.h"

#include "cmd/history.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "cmd/cmd.h"

const char history_of_root[] = "/var/lib/writetrace/history.db";

static const char *
home_directory(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home && home[0] == '/')
		return home;
	pw = getpwuid(getuid());
	return pw && pw->pw_dir && pw->pw_dir[0] == '/' ? pw->pw_dir : NULL;
}

static int
history_of_user(char **out, struct err *e)
{
	const char *state = getenv("XDG_STATE_HOME");
	const char *home;

	/* the XDG base directory specification: a relative path is to be ignored */
	if (state && state[0] == '/') {
		*out = xasprintf("%s/writetrace/history.db", state);
		return 0;
	}
	home = home_directory();
	if (!home)
		return err_set(e, ERR_USAGE, "cannot tell where the history is: HOME is not set; "
			       "give --db=FILE or set WRITETRACE_DB");
	*out = xasprintf("%s/.local/state/writetrace/history.db", home);
	return 0;
}

/* The history is opened and looked at by processes with other working directories. */
static int
make_absolute(const char *path, char **out, struct err *e)
{
	char *cwd;

	if (path[0] == '/') {
		*out = xstrdup(path);
		return 0;
	}
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return err_system(e, "cannot find history %s: the working directory", path);
	*out = path_join(cwd, path);
	free(cwd);
	return 0;
}

int
history_find(const char *db, char **out, struct err *e)
{
	const char *from_environment = getenv("WRITETRACE_DB");

	if (db && !*db)
		return err_set(e, ERR_USAGE, "--db: the name of the history is empty");
	if (db)
		return make_absolute(db, out, e);
	if (from_environment && *from_environment)
		return make_absolute(from_environment, out, e);
	if (geteuid() == 0) {
		*out = xstrdup(history_of_root);
		return 0;
	}
	return history_of_user(out, e);
}

static void
add_hint(struct err *e, const char *hint)
{
	size_t len = strlen(e->text);

	if (len + strlen(hint) < sizeof(e->text))
		strcpy(e->text + len, hint);
}

/* What is in a directory of mode 0700 cannot be seen; that the directory is there tells enough. */
static bool
may_be_in_roots(const char *history)
{
	return geteuid() != 0 && strcmp(history, history_of_root) != 0 &&
	       (access(history_of_root, F_OK) == 0 || errno == EACCES);
}

/* Whether it could not be made or written where it is by default. */
static bool
has_no_place(const struct err *e, const char *db, const char *history)
{
	const char *from_environment = getenv("WRITETRACE_DB");

	return e->code == ERR_SYSTEM && !db && !(from_environment && *from_environment) &&
	       (e->sys == EROFS || e->sys == EACCES || e->sys == ENOTDIR) &&
	       (strstr(e->text, history) || strstr(e->text, " for the history: "));
}

void
history_hint(struct err *e, const char *db, const char *history)
{
	char hint[sizeof(history_of_root) + 64];

	snprintf(hint, sizeof(hint), "; root has a history of its own, %s: try with sudo", history_of_root);
	if (e->code == ERR_NOT_FOUND && may_be_in_roots(history))
		add_hint(e, hint);
	else if (has_no_place(e, db, history))
		add_hint(e, "; --db=FILE or WRITETRACE_DB puts it elsewhere");
}
