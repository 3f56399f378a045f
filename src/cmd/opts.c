/* The table of options, and its use: parsing. */
#include "config.h"

#include "cmd/opts.h"

#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "cmd/cmd.h"

enum opt_kind {
	KIND_FLAG,		/* bool */
	KIND_STRING,		/* const char * */
	KIND_LIST,		/* struct strings */
	KIND_CHOICE,		/* int, an index of choices */
};

const char *const format_names[FORMAT_COUNT + 1] = {
	[FORMAT_TEXT] = "text",
	[FORMAT_LIST] = "list",
	[FORMAT_HISTORY] = "history",
	[FORMAT_JSON] = "json",
	[FORMAT_NDJSON] = "ndjson",
	[FORMAT_CSV] = "csv",
	[FORMAT_NULL] = "null",
	[FORMAT_SH] = "sh",
	[FORMAT_MTREE] = "mtree",
	[FORMAT_SHA256SUM] = "sha256sum",
	[FORMAT_POSTGRESQL] = "postgresql",
	[FORMAT_HTML] = "html",
	[FORMAT_MARKDOWN] = "markdown",
	[FORMAT_TAR] = "tar",
	[FORMAT_DEB] = "deb",
};

static const char *const color_names[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
	NULL
};

static const char *const io_uring_names[] = { "refuse", "allow", NULL };

static const char *const daemons_names[] = {
	[DAEMONS_WAIT] = "wait",
	[DAEMONS_FOLLOW] = "follow",
	[DAEMONS_KILL] = "kill",
	[DAEMONS_RELEASE] = "release",
	[DAEMONS_LEAVE] = "leave",
	NULL
};

#define AT(member) .at = offsetof(struct options, member)
#define FLAG(member) .kind = KIND_FLAG, AT(member)
#define STRING(member) .kind = KIND_STRING, AT(member)
#define LIST(member) .kind = KIND_LIST, AT(member)
#define CHOICE(member, names) .kind = KIND_CHOICE, AT(member), .choices = (names)

/* clang-format off */
const struct opt_desc opt_table[OPT_COUNT] = {
	[OPT_ACCEPT] = { "accept", NULL, "let what is kept stay as it is: the runs count as taken back", FLAG(accept) },
	[OPT_ALL] = { "all", NULL, "also what is left out otherwise", FLAG(all) },
	[OPT_ALL_UNNAMED] = { "all", NULL, "all runs that have no name", FLAG(all) },
	[OPT_ALL_RUNS] = { "all", NULL, "all runs of the history", FLAG(all) },
	[OPT_ALL_KINDS] = { "all", NULL, "also what undo and uninstall did", FLAG(all) },
	[OPT_ALLOW] = { "allow", "PLACE", "a directory, a file or a GLOB where something may be changed", LIST(allow) },
	[OPT_ALLOW_FROM] = { "allow-from", "FILE", "the same, a PLACE a line; # begins a comment", LIST(allow_from) },
	[OPT_ATTACH_CONTENTS] = { "pre-images", "none|SIZE|all", "keep old contents of files up to SIZE (none)",
				  STRING(pre_images) },
	[OPT_BEFORE_CONNECT] = { "before-connect", "PROGRAM", "run PROGRAM ADDRESS PORT first; connect if it exits 0",
				 STRING(before_connect) },
	[OPT_BEFORE_TIMEOUT] = { "before-connect-timeout", "SECONDS", "refuse where PROGRAM takes longer (30)",
				 STRING(before_timeout) },
	[OPT_CHILDREN] = { "children", NULL, "also all that descends from them now", FLAG(children) },
	[OPT_COLOR] = { "color", "auto|always|never", "colours (auto: on terminals, without NO_COLOR)",
			CHOICE(color, color_names) },
	[OPT_CONNECTIONS] = { "connections", NULL, "addresses connected to; with --all also sockets made", FLAG(connections) },
	[OPT_CONTENTS_ONLY] = { "pre-images", NULL, "only the old contents that the runs keep", FLAG(contents_only) },
	[OPT_DAEMONS] = { "daemons", "wait|leave|follow|kill|release", "what becomes of processes that outlive COMMAND",
			  CHOICE(daemons, daemons_names) },
	[OPT_DB] = { "db", "FILE", "the history to use", STRING(db) },
	[OPT_DEPENDS] = { "depends", "PACKAGES", "what else it needs, beside the libraries of its programs", STRING(depends) },
	[OPT_DESCRIPTION] = { "description", "TEXT", "what it is, in a line; more lines may follow", STRING(description) },
	[OPT_DIFF] = { "diff", NULL, "unified diffs of the text files that the run modified", FLAG(diff) },
	[OPT_DRY_RUN] = { "dry-run", NULL, "do nothing, say what would be done", .letter = 'n', FLAG(dry_run) },
	[OPT_DURABLE] = { "durable", NULL, "old contents and the journal are on the disk before each change (slower)",
			  FLAG(durable) },
	[OPT_EXCEPT] = { "except", "GLOB", "not these paths; a directory means all below it", LIST(except) },
	[OPT_FORCE] = { "force", NULL, "also where others have changed something since", FLAG(force) },
	[OPT_FORMAT] = { "format", "FORMAT", "how rows are written", CHOICE(format, format_names) },
	[OPT_HELP] = { "help", NULL, "explain the command", .letter = 'h', FLAG(help) },
	[OPT_MERGE] = { "merge", NULL, "of texts that others changed since take out what the runs changed (diff3)",
			FLAG(merge) },
	[OPT_NAME] = { "name", "NAME", "a name for the run, to be used instead of its number", STRING(name) },
	[OPT_NAMES] = { "name", "GLOB", "only runs whose names are like it", STRING(name) },
	[OPT_FIND_LINKS] = { "find-links", NULL, "seek the other names of changed hard links on their whole mount",
			     FLAG(find_links) },
	[OPT_FOR] = { "for", "SECONDS", "let go after so long (a decimal fraction may be given)", STRING(for_seconds) },
	[OPT_IO_URING] = { "io-uring", "refuse|allow", "whether rings are let through, as a blind spot",
			   CHOICE(io_uring, io_uring_names) },
	[OPT_KEEP] = { "keep", "N", "of the runs that have no name all but the newest N", STRING(keep) },
	[OPT_KIND] = { "kind", "KIND,...", "only these: run attach undo uninstall (run,attach)", STRING(kind) },
	[OPT_LAST] = { "last", "N", "only the newest N", STRING(last) },
	[OPT_LEFT] = { "left", NULL, "the content that the run left, not the one before", FLAG(left) },
	[OPT_LIVE] = { "live", NULL, "meanwhile a table on the terminal: who writes how much where", FLAG(live) },
	[OPT_MAINTAINER] = { "maintainer", "WHO", "whose package it is: NAME <MAIL>", STRING(maintainer) },
	[OPT_MAX_SIZE] = { "max-size", "SIZE", "old contents, the oldest first, until the others take no more than SIZE",
			   STRING(max_size) },
	[OPT_NO_ARGS] = { "no-args", NULL, "keep the names of programs without their arguments", FLAG(no_args) },
	[OPT_NO_FILTER] = { "no-filter", NULL, "trace without the seccomp filter (slower)", FLAG(no_filter) },
	[OPT_NO_NET] = { "no-net", NULL, "do not watch sockets and connections", FLAG(no_net) },
	[OPT_NULL] = { "null", NULL, "the same as --format=null", .letter = 'z',
		       CHOICE(format, format_names), .value = FORMAT_NULL },
	[OPT_OLDER_THAN] = { "older-than", "DAYS", "runs that have no name and ended more than DAYS ago",
			     STRING(older_than) },
	[OPT_ONE_CPU] = { "one-cpu", NULL, "keep COMMAND and its tracer on one processor (often faster, not for make -j)",
			  FLAG(one_cpu) },
	[OPT_ONLY] = { "only", "GLOB", "only these paths; a directory means all below it", LIST(only) },
	[OPT_OUTPUT] = { "output", "FILE", "write the rows, or paths, to FILE (-: standard output)", .letter = 'o',
			 STRING(output) },
	[OPT_OWNERS] = { "owners", NULL, "which package of this machine each path belongs to now", FLAG(owners) },
	[OPT_PACKAGE_NAME] = { "name", "NAME", "what the package is called (as the run is)", STRING(name) },
	[OPT_PACKAGE_VERSION] = { "version", "VERSION", "its version (that in the run's name, or the run's day)",
				  STRING(package_version) },
	[OPT_PID] = { "pid", "PID", "a process, or several with commas or blanks between", .letter = 'p', LIST(pid) },
	[OPT_PRE_IMAGES] = { "pre-images", "none|SIZE|all", "keep old contents of files up to SIZE (256M)",
			     STRING(pre_images) },
	[OPT_PROCESSES] = { "processes", NULL, "the tree of processes", FLAG(processes) },
	[OPT_QUIET] = { "quiet", NULL, "no summary", .letter = 'q', FLAG(quiet) },
	[OPT_RELEASE] = { "release", "N", "which package of that version it is (1)", STRING(release) },
	[OPT_ROOT] = { "root", "DIR", "what lies below DIR, by names relative to it", LIST(root) },
	[OPT_SHA256] = { "sha256", "HEX", "who made or replaced files with this content, instead of PATH", STRING(sha256) },
	[OPT_SECTION] = { "section", "NAME", "the section of the distribution that it would be in (misc)", STRING(section) },
	[OPT_SINCE] = { "since", "TIME", "the runs that began since (2026-11-21, '2026-11-21 23:39', yesterday, 3d, 2h)",
			STRING(since) },
	[OPT_STRICT] = { "strict", NULL, "fail (125) if all went well but the record has blind spots, or something was refused",
			 FLAG(strict) },
	[OPT_SUMMARY] = { "summary", NULL, "the head alone, no rows", .letter = 's', FLAG(summary) },
	[OPT_TYPE] = { "type", "TYPE,...", "only these: file directory symlink fifo socket char block",
		       STRING(type) },
	[OPT_UNIT] = { "unit", "NAME", "all processes of a systemd unit, as it grows", STRING(unit) },
	[OPT_USER] = { "user", "USER", "run COMMAND as USER", .letter = 'u', STRING(user) },
	[OPT_VERBOSE] = { "verbose", NULL, "print each path and connection when it is first met", .letter = 'v',
			  FLAG(verbose) },
	[OPT_VERSION] = { "version", NULL, "print the version", .letter = 'V', FLAG(version) },
	[OPT_WATCH] = { "watch", "DIR", "record what differs in DIR after COMMAND, whoever changed it", LIST(watch) },
	[OPT_WATCH_KEEP] = { "watch-keep", "SIZE", "keep old contents of watched files up to SIZE (1M), 16 times that in all",
			     STRING(watch_keep) },
	[OPT_WITH_CONTENTS] = { "pre-images", NULL, "also the old contents that the runs keep",
				FLAG(with_contents) },
};
/* clang-format on */

/* Pairs that cannot both be meant. */
static const struct {
	enum opt_id a, b;
} contradictions[] = {
	{ OPT_QUIET, OPT_VERBOSE },
	{ OPT_NO_NET, OPT_BEFORE_CONNECT },
	{ OPT_PID, OPT_UNIT },
	{ OPT_LIVE, OPT_VERBOSE },
	{ OPT_SUMMARY, OPT_ALL },
	{ OPT_SUMMARY, OPT_PROCESSES },
	{ OPT_SUMMARY, OPT_CONNECTIONS },
	{ OPT_SUMMARY, OPT_NULL },
	{ OPT_PROCESSES, OPT_CONNECTIONS },
	{ OPT_DIFF, OPT_SUMMARY },
	{ OPT_DIFF, OPT_ALL },
	{ OPT_DIFF, OPT_PROCESSES },
	{ OPT_DIFF, OPT_CONNECTIONS },
};

/* getopt's value for an option: past every letter; and for an operand, of a command with CMD_PATHS_BEHIND. */
enum { OPT_VALUE = 256, OPERAND_VALUE = 1 };

bool
opts_takes(const struct cmd *cmd, enum opt_id id)
{
	if (id == OPT_HELP)
		return true;
	/* of a package it is the package's */
	if (id == OPT_VERSION)
		return !opts_takes(cmd, OPT_PACKAGE_VERSION);
	for (const enum opt_id *p = cmd->options; *p != OPT_END; p++) {
		if (*p == id)
			return true;
	}
	return false;
}

/* An option as a person would type it. */
static const char *
option_name(enum opt_id id, char room[32])
{
	const struct opt_desc *d = &opt_table[id];
	struct buf name = BUF_INIT;

	if (d->letter)
		buf_addf(&name, "-%c", d->letter);
	else
		buf_addf(&name, "--%s", d->long_name);
	room[0] = '\0';
	strncat(room, name.data, 31);
	buf_release(&name);
	return room;
}

/* Whether an option of a command may have this one of its choices. */
static bool
may_be(const struct cmd *cmd, enum opt_id id, int choice)
{
	return id != OPT_FORMAT || (cmd->formats & FORMATS(choice));
}

static int
refuse_value(const struct cmd *cmd, enum opt_id id, const char *word, struct err *e)
{
	const struct opt_desc *d = &opt_table[id];
	struct nearest near;
	struct buf all = BUF_INIT;

	nearest_begin(&near, word);
	for (int i = 0; d->choices[i]; i++) {
		if (!may_be(cmd, id, i))
			continue;
		buf_addf(&all, "%s%s", all.len > 0 ? ", " : "", d->choices[i]);
		nearest_try(&near, d->choices[i]);
	}
	if (near.name)
		buf_addf(&all, "; did you mean: --%s=%s", d->long_name, near.name);
	err_set(e, ERR_USAGE, "%s cannot do --%s=%s, but these: %s", cmd->name, d->long_name, word, all.data);
	buf_release(&all);
	return -1;
}

static int
choose_value(const struct cmd *cmd, enum opt_id id, const char *word, struct options *o, struct err *e)
{
	const struct opt_desc *d = &opt_table[id];
	int *value = (int *)((char *)o + d->at);
	int n = 0;

	while (d->choices[n] && strcmp(d->choices[n], word) != 0)
		n++;
	if (!d->choices[n] || !may_be(cmd, id, n))
		return refuse_value(cmd, id, word, e);
	if (id == OPT_FORMAT && o->given[OPT_NULL] && n != FORMAT_NULL)
		return err_set(e, ERR_USAGE, "-z and --format=%s contradict each other", word);
	*value = n;
	return 0;
}

static int
apply_option(const struct cmd *cmd, enum opt_id id, const char *arg, struct options *o, struct err *e)
{
	const struct opt_desc *d = &opt_table[id];
	char *member = (char *)o + d->at;
	struct strings *list;

	switch ((enum opt_kind)d->kind) {
	case KIND_FLAG:
		*(bool *)member = true;
		break;
	case KIND_STRING:
		*(const char **)member = arg;
		break;
	case KIND_LIST:
		list = (struct strings *)(void *)member;
		*LIST_ADD(list->v, list->n) = arg;
		break;
	case KIND_CHOICE:
		if (id == OPT_NULL && o->given[OPT_FORMAT] && o->format != FORMAT_NULL)
			return err_set(e, ERR_USAGE, "--format=%s and -z contradict each other",
				       format_names[o->format]);
		if (choose_value(cmd, id, arg ? arg : d->choices[d->value], o, e) < 0)
			return -1;
		break;
	}
	o->given[id] = true;
	return 0;
}

/* getopt's tables for one command. */
struct getopt_tables {
	struct option longs[OPT_COUNT + 1];
	char letters[3 * OPT_COUNT + 4];
};

static void
make_tables(const struct cmd *cmd, struct getopt_tables *t)
{
	char *letter = t->letters;
	size_t n = 0;

	if (cmd->needs & (CMD_OPTIONS_FIRST | CMD_RAW_ARGS))
		*letter++ = '+';
	else if (cmd->needs & CMD_PATHS_BEHIND)
		*letter++ = '-';	/* operands are returned too, in order: what "--" stands between is not lost */
	*letter++ = ':';	/* tell a missing argument from an unknown option */
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		const struct opt_desc *d = &opt_table[id];

		if (!opts_takes(cmd, (enum opt_id)id))
			continue;
		t->longs[n].name = d->long_name;
		t->longs[n].has_arg = d->arg ? required_argument : no_argument;
		t->longs[n++].val = OPT_VALUE + id;
		if (d->letter) {
			*letter++ = d->letter;
			if (d->arg)
				*letter++ = ':';
		}
	}
}

/* The option that getopt's value or letter stands for; OPT_END if there is none. */
static enum opt_id
option_id(int value)
{
	if (value > OPT_VALUE && value < OPT_VALUE + OPT_COUNT)
		return (enum opt_id)(value - OPT_VALUE);
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		if (opt_table[id].letter && opt_table[id].letter == value)
			return (enum opt_id)id;
	}
	return OPT_END;
}

static int
refuse_word(const struct cmd *cmd, const char *word, struct err *e)
{
	char *name = xstrndup(word + 2, strcspn(word + 2, "="));
	struct nearest near;

	nearest_begin(&near, name);
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		if (opts_takes(cmd, (enum opt_id)id))
			nearest_try(&near, opt_table[id].long_name);
	}
	if (near.name)
		err_set(e, ERR_USAGE, "%s: unknown option --%s; did you mean: --%s", cmd->name, name, near.name);
	else
		err_set(e, ERR_USAGE, "%s: unknown option --%s; see: writetrace help %s", cmd->name, name, cmd->name);
	free(name);
	return -1;
}

static int
refuse_option(const struct cmd *cmd, int got, const char *word, struct err *e)
{
	enum opt_id id = option_id(optopt);
	char name[32];

	if (got == ':')
		return err_set(e, ERR_USAGE, "%s: option %s needs an argument (%s)", cmd->name,
			       option_name(id, name), opt_table[id].arg);
	if (optopt >= OPT_VALUE)
		return err_set(e, ERR_USAGE, "%s: option --%s takes no argument", cmd->name,
			       opt_table[id].long_name);
	if (optopt != 0)
		return err_set(e, ERR_USAGE, "%s: unknown option -%c; see: writetrace help %s",
			       cmd->name, optopt, cmd->name);
	return refuse_word(cmd, word, e);
}

static int
check_contradictions(const struct options *o, struct err *e)
{
	char a[32], b[32];

	for (size_t i = 0; i < ARRAY_SIZE(contradictions); i++) {
		if (o->given[contradictions[i].a] && o->given[contradictions[i].b])
			return err_set(e, ERR_USAGE, "%s and %s contradict each other",
				       option_name(contradictions[i].a, a),
				       option_name(contradictions[i].b, b));
	}
	return 0;
}

/* How many words of argv are ours where the others go to another program as they are. */
static int
count_own_words(int argc, char **argv, const struct getopt_tables *t)
{
	int i = 1;

	if (argc > 1 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "-V") == 0))
		return 2;
	while (i < argc && strncmp(argv[i], "--", 2) == 0) {
		const struct option *o = t->longs;
		size_t len = strcspn(argv[i] + 2, "=");

		if (argv[i][2] == '\0')
			return i + 1;
		while (o->name && (strlen(o->name) != len || strncmp(o->name, argv[i] + 2, len) != 0))
			o++;
		if (!o->name)
			break;
		i += o->has_arg == required_argument && argv[i][2 + len] != '=' ? 2 : 1;
	}
	return i < argc ? i : argc;
}

static enum format
default_format(const struct cmd *cmd)
{
	int f = FORMAT_TEXT;

	while (f < FORMAT_COUNT - 1 && !(cmd->formats & FORMATS(f)))
		f++;
	return cmd->formats ? (enum format)f : FORMAT_TEXT;
}

/* Operands were taken out of the words before "--": they come last, and what stood behind it is put aside. */
static int
part_operands(struct strings *operands, struct options *o, int argc, char **argv)
{
	int first = argc - (int)operands->n;

	for (int i = optind; i < argc; i++)
		*LIST_ADD(o->behind.v, o->behind.n) = argv[i];
	for (size_t i = 0; i < operands->n; i++)
		argv[first + (int)i] = (char *)(uintptr_t)operands->v[i];
	return first;
}

int
opts_parse(const struct cmd *cmd, int argc, char **argv, struct options *o, int *first, struct err *e)
{
	struct getopt_tables t = { 0 };
	struct strings operands = { NULL, 0 };
	int own, got, rc = 0;

	memset(o, 0, sizeof(*o));
	o->format = default_format(cmd);
	make_tables(cmd, &t);
	own = cmd->needs & CMD_RAW_ARGS ? count_own_words(argc, argv, &t) : argc;
	opterr = 0;
	optind = 0;		/* glibc: begin anew */
	while (rc == 0 && (got = getopt_long(own, argv, t.letters, t.longs, NULL)) != -1) {
		if (got == '?' || got == ':')
			rc = refuse_option(cmd, got, argv[optind - 1], e);
		else if (got == OPERAND_VALUE)
			*LIST_ADD(operands.v, operands.n) = optarg;
		else
			rc = apply_option(cmd, option_id(got), optarg, o, e);
	}
	*first = cmd->needs & CMD_PATHS_BEHIND && rc == 0 ? part_operands(&operands, o, argc, argv) : optind;
	free(operands.v);
	return rc < 0 ? -1 : check_contradictions(o, e);
}

void
opts_release(struct options *o)
{
	free(o->allow.v);
	free(o->allow_from.v);
	free(o->behind.v);
	free(o->except.v);
	free(o->only.v);
	free(o->pid.v);
	free(o->root.v);
	free(o->watch.v);
	o->allow = o->allow_from = o->behind = o->except = o->only = o->pid = o->root = o->watch = (struct strings){ NULL, 0 };
}
