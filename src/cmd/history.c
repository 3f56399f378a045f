/* Which history a command works on. */
#include "config.h"

#include "cmd/history.h"

#include <errno.h>
#include <pwd.h>
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

void
history_hint(struct err *e, const char *history)
{
	size_t len = strlen(e->text);

	if (e->code != ERR_NOT_FOUND || geteuid() == 0 || strcmp(history, history_of_root) == 0)
		return;
	/* what is in a directory of mode 0700 cannot be seen; that the directory is there tells enough */
	if (access(history_of_root, F_OK) < 0 && errno != EACCES)
		return;
	if (len + sizeof(history_of_root) + 64 < sizeof(e->text))
		strcat(strcat(strcat(e->text + len, "; root has a history of its own, "), history_of_root),
		       ": try with sudo");
}
