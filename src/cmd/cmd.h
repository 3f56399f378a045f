/* What a subcommand is, and what it is given to work with. */
#ifndef WT_CMD_CMD_H
#define WT_CMD_CMD_H

#include <stddef.h>

#include "base/err.h"
#include "cmd/opts.h"
#include "store/store.h"

enum cmd_needs {
	CMD_DB_READ = 1 << 0,		/* the history, opened for reading */
	CMD_DB_WRITE = 1 << 1,		/* the history, opened for writing; it must be there */
	CMD_OPTIONS_FIRST = 1 << 2,	/* options end at the first word that is not one */
	CMD_RAW_ARGS = 1 << 3,		/* and at the first option that is not ours */
	CMD_RUNS_COMMAND = 1 << 4,	/* ends as a command does: its own failures are 125 */
	CMD_HIDDEN = 1 << 5,		/* for programs, not for people: no list of commands has it */
	CMD_PATHS_BEHIND = 1 << 6,	/* the words behind "--" are PATHs: options.behind, no operands */
};

/* What a person comes for: the parts of the list of commands. */
enum cmd_group { GROUP_RECORD, GROUP_LOOK, GROUP_TAKE_BACK, GROUP_KEEP, GROUP_COUNT };

/* Exit statuses. */
enum {
	EXIT_DONE = 0,
	EXIT_DIFFERENT = 1,	/* a difference, a conflict, or nothing found */
	EXIT_FAILED = 2,	/* wrong usage, or the work could not be done */
	EXIT_RUN_FAILED = 125,
	EXIT_NOT_EXECUTABLE = 126,	/* COMMAND is there */
	EXIT_NOT_FOUND = 127,
};

/* Sets of enum format, for struct cmd. */
#define FORMATS(f) (1U << (f))
#define FORMATS_ROWS (FORMATS(FORMAT_TEXT) | FORMATS(FORMAT_JSON) | FORMATS(FORMAT_NDJSON) | FORMATS(FORMAT_CSV))
#define FORMATS_PATHS (FORMATS_ROWS | FORMATS(FORMAT_NULL))

struct cmd_context {
	const struct cmd *cmd;
	char *history;		/* absolute; NULL for commands without --db */
	struct store *store;	/* NULL unless cmd->needs has CMD_DB_READ or CMD_DB_WRITE */
	int argc;		/* operands */
	char **argv;		/* ended by NULL */
	struct options opt;
	struct err err;
};

struct cmd {
	const char *name;
	const char *summary;	/* one line, for lists of commands */
	const char *usage;	/* what follows "writetrace " */
	enum cmd_group group;
	unsigned needs;		/* enum cmd_needs */
	unsigned formats;	/* what --format may be; the first of enum format is the default */
	int min_args, max_args;	/* operands; max_args -1: any number */
	enum opt_id options[24];/* ended by OPT_END */

	/* The exit status; -1 where ctx->err says what failed: main() prints it. */
	int (*main)(struct cmd_context *ctx);
};

#endif
