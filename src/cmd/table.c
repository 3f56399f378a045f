/* The list of subcommands, and what is said of a word that is none. */
#include "config.h"

#include "cmd/table.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/quote.h"
#include "cmd/cmd.h"

extern const struct cmd cmd_attach, cmd_cat, cmd_check, cmd_complete, cmd_db, cmd_diff, cmd_end, cmd_export, cmd_help,
	cmd_import, cmd_left, cmd_list, cmd_manifest, cmd_name, cmd_package, cmd_prune, cmd_report, cmd_run, cmd_show, cmd_sql, cmd_undo,
	cmd_uninstall, cmd_verify, cmd_who;

/* By name. */
const struct cmd *const cmd_table[] = {
	&cmd_complete,
	&cmd_left,
	&cmd_attach,
	&cmd_cat,
	&cmd_check,
	&cmd_db,
	&cmd_diff,
	&cmd_end,
	&cmd_export,
	&cmd_help,
	&cmd_import,
	&cmd_list,
	&cmd_manifest,
	&cmd_name,
	&cmd_package,
	&cmd_prune,
	&cmd_report,
	&cmd_run,
	&cmd_show,
	&cmd_sql,
	&cmd_undo,
	&cmd_uninstall,
	&cmd_verify,
	&cmd_who,
	NULL
};

const struct cmd *
table_find(const char *name)
{
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		if (strcmp((*c)->name, name) == 0)
			return *c;
	}
	return NULL;
}

const struct cmd *
table_nearest(const char *word)
{
	struct nearest near;

	nearest_begin(&near, word);
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		if (!((*c)->needs & CMD_HIDDEN))
			nearest_try(&near, (*c)->name);
	}
	return near.name ? table_find(near.name) : NULL;
}

static bool
is_executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

/* Whether the word can only be meant as a program: the shell would have found it, or it is a path. */
static bool
is_program(const char *word)
{
	const char *dirs = getenv("PATH");
	bool found = false;

	if (strchr(word, '/'))
		return true;
	while (dirs && *word && !found) {
		size_t len = strcspn(dirs, ":");
		char *path = xasprintf("%.*s/%s", len ? (int)len : 1, len ? dirs : ".", word);

		found = is_executable(path);
		free(path);
		dirs = dirs[len] ? dirs + len + 1 : NULL;
	}
	return found;
}

int
table_unknown(char *const argv[], struct err *e)
{
	const struct cmd *near = table_nearest(argv[0]);
	struct buf line = BUF_INIT;

	if (is_program(argv[0])) {
		quote_argv(&line, argv);
		err_set(e, ERR_USAGE, "unknown command '%s'; did you mean: writetrace run -- %s",
			argv[0], line.data);
	} else if (near) {
		err_set(e, ERR_USAGE, "unknown command '%s'; did you mean: writetrace %s",
			argv[0], near->name);
	} else {
		err_set(e, ERR_USAGE, "unknown command '%s'; writetrace help lists the commands", argv[0]);
	}
	buf_release(&line);
	return -1;
}
