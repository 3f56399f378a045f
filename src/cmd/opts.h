/* The options of all commands: one table, from which they are parsed, explained and completed. */
#ifndef WT_CMD_OPTS_H
#define WT_CMD_OPTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct cmd;
struct path_filter;

enum opt_id {
	OPT_END,		/* ends a command's list */
	OPT_ACCEPT,
	OPT_ALL,
	OPT_ALL_KINDS,		/* --all of list */
	OPT_ALL_RUNS,		/* --all of export */
	OPT_ALL_UNNAMED,	/* --all of prune */
	OPT_ALLOW,
	OPT_ALLOW_FROM,
	OPT_ATTACH_CONTENTS,	/* --pre-images of attach */
	OPT_BEFORE_CONNECT,
	OPT_BEFORE_TIMEOUT,
	OPT_CHILDREN,
	OPT_COLOR,
	OPT_CONNECTIONS,
	OPT_CONTENTS_ONLY,	/* --pre-images of prune */
	OPT_DAEMONS,
	OPT_DB,
	OPT_DEPENDS,
	OPT_DESCRIPTION,
	OPT_DIFF,
	OPT_DRY_RUN,
	OPT_DURABLE,
	OPT_EXCEPT,
	OPT_FORCE,
	OPT_FORMAT,
	OPT_FIND_LINKS,
	OPT_FOR,
	OPT_HELP,		/* every command's, without being listed, as OPT_VERSION is */
	OPT_IO_URING,
	OPT_KEEP,
	OPT_KIND,
	OPT_LAST,
	OPT_LEFT,
	OPT_LIVE,
	OPT_MAINTAINER,
	OPT_MAX_SIZE,
	OPT_MERGE,
	OPT_NAME,
	OPT_NAMES,		/* --name of list */
	OPT_NO_ARGS,
	OPT_NO_FILTER,
	OPT_NO_NET,
	OPT_NULL,
	OPT_OLDER_THAN,
	OPT_ONE_CPU,
	OPT_ONLY,
	OPT_OUTPUT,
	OPT_OWNERS,
	OPT_PACKAGE_NAME,	/* --name of package */
	OPT_PACKAGE_VERSION,	/* --version of package, which says what is packaged */
	OPT_PID,
	OPT_PRE_IMAGES,
	OPT_PROCESSES,
	OPT_QUIET,
	OPT_RELEASE,
	OPT_ROOT,
	OPT_SECTION,
	OPT_SHA256,
	OPT_SINCE,
	OPT_STRICT,
	OPT_SUMMARY,
	OPT_TYPE,
	OPT_UNIT,
	OPT_USER,
	OPT_VERBOSE,
	OPT_VERSION,
	OPT_WATCH,
	OPT_WATCH_KEEP,
	OPT_WITH_CONTENTS,	/* --pre-images of export */
	OPT_COUNT
};

enum format {
	FORMAT_TEXT, FORMAT_LIST, FORMAT_HISTORY, FORMAT_JSON, FORMAT_NDJSON, FORMAT_CSV, FORMAT_NULL,
	FORMAT_SH, FORMAT_MTREE, FORMAT_SHA256SUM, FORMAT_POSTGRESQL,
	FORMAT_HTML, FORMAT_MARKDOWN, FORMAT_TAR, FORMAT_DEB,
	FORMAT_COUNT
};
enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum io_uring { IO_URING_REFUSE, IO_URING_ALLOW };
enum daemons { DAEMONS_WAIT, DAEMONS_FOLLOW, DAEMONS_KILL, DAEMONS_RELEASE, DAEMONS_LEAVE };

/* The names of enum format, as --format takes them. */
extern const char *const format_names[FORMAT_COUNT + 1];

/* What a repeated option was given, in order.  The strings are borrowed from argv. */
struct strings {
	const char **v;
	size_t n;
};

/* The parsed values; zeros where an option was not given.  Strings are borrowed from argv. */
struct options {
	bool given[OPT_COUNT];
	bool accept, all, children, connections, contents_only, diff, dry_run, durable, find_links, force;
	bool help, left, live, merge, no_args, no_filter, no_net, one_cpu, owners, processes, quiet, strict, summary, verbose;
	bool version;
	bool with_contents;
	int color;		/* enum color */
	int daemons;		/* enum daemons */
	int io_uring;		/* enum io_uring */
	int format;		/* enum format */
	const char *before_connect, *before_timeout, *db, *for_seconds, *keep, *kind, *last, *max_size;
	const char *name, *older_than, *output, *package_version, *depends, *description, *maintainer, *release, *section;
	const char *pre_images, *sha256, *since, *type, *unit, *user, *watch_keep;
	struct strings allow, allow_from, except, only, pid, root, watch;
	struct path_filter *filter;	/* what --only and --except mean (ui/filter.h); NULL: neither was given */
	struct strings behind;	/* what stood behind "--", of commands with CMD_PATHS_BEHIND */
};

/* A row of the table. */
struct opt_desc {
	const char *long_name;
	const char *arg;	/* its argument's name, or its choices; NULL: takes none */
	const char *help;	/* one line */
	char letter;		/* 0: none */
	unsigned char kind;	/* enum opt_kind in opts.c */
	unsigned char value;	/* the choice that an option without an argument stands for */
	unsigned short at;	/* the member of struct options */
	const char *const *choices;
};

/* Indexed by enum opt_id. */
extern const struct opt_desc opt_table[OPT_COUNT];

/* Whether cmd takes the option. */
bool opts_takes(const struct cmd *cmd, enum opt_id id);

/*
 * Parse argv (argv[0] is the command's name) by cmd's list.  *first is the index of the first operand;
 * operands may have been moved behind the options, unless cmd wants options to end at the first operand.  Of a command
 * with CMD_PATHS_BEHIND the words behind "--" are no operands.
 * Returns 0, or -1 with e set to ERR_USAGE.  opts_release() in either case.
 */
int opts_parse(const struct cmd *cmd, int argc, char **argv, struct options *o, int *first, struct err *e);
void opts_release(struct options *o);

#endif
