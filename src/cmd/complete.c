/*
 * __complete: what may stand for the last of some words, for the shells' completions.
 *
 * The first line says what kind it is: "words" (a line each follows: the word, a tab, its description), "files",
 * "directories", "users", or "program N": from the Nth word on they are another program's command line.  All of it
 * comes from the tables that --help is made of, and names of runs from the history.
 */
#include "config.h"

#include <ctype.h>
#include <dirent.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "cmd/cmd.h"
#include "cmd/history.h"
#include "cmd/table.h"
#include "cmd/ui/row.h"
#include "event.h"
#include "store/query_run.h"

static int complete_main(struct cmd_context *ctx);

const struct cmd cmd_complete = {
	.name = "__complete",
	.summary = "print what may stand for the last WORD (for the shells' completions)",
	.usage = "__complete -- WORD...",
	.needs = CMD_HIDDEN | CMD_OPTIONS_FIRST,
	.min_args = 1,
	.max_args = -1,
	.main = complete_main,
};

/* How many runs are offered by number where nothing is typed. */
enum { NEWEST_SHOWN = 20 };

struct completion {
	char **words;		/* without the program's own name; the last is the one in question */
	int n;
	const struct cmd *cmd;
	enum opt_id pending;	/* the option whose argument is the word in question; OPT_END: none */
	int n_operands;		/* before it */
	int first_operand;	/* its index; 0: none */
	bool only_operands;	/* no option any more */
	const char *db;		/* NULL: as without --db */
};

/* A name that somebody else's history has may be no line of its own, or more than a terminal should get. */
static bool
is_plain(const char *word)
{
	struct buf quoted = BUF_INIT;
	bool plain;

	quote_message(&quoted, word, strlen(word));
	plain = strcmp(quoted.data, word) == 0;
	buf_release(&quoted);
	return plain;
}

static void
put_word(const char *typed, const char *prefix, const char *word, const char *description)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s%s", prefix, word);
	if (strncmp(line.data, typed, strlen(typed)) == 0 && is_plain(word)) {
		buf_addch(&line, '\t');
		quote_message(&line, description, strlen(description));
		puts(line.data);
	}
	buf_release(&line);
}

/* --- runs --- */

static void
put_run_word(const char *typed, const struct row *r, bool number)
{
	const char *name = row_text(r, "name");
	const char *host = row_text(r, "host");
	const char *command = row_text(r, "command");
	bool imported = row_text(r, "imported") != NULL;
	struct buf word = BUF_INIT, description = BUF_INIT;

	buf_addf(&description, "run %" PRId64 ": %s", row_int(r, "id"), command ? command : "");
	if (number)
		buf_addf(&word, "%" PRId64, row_int(r, "id"));
	else if (name)
		buf_addf(&word, "%s%s%s", imported && host ? host : "", imported && host ? ":" : "", name);
	if (word.len > 0)
		put_word(typed, "", word.data, description.data);
	buf_release(&word);
	buf_release(&description);
}

/* Which of the runs are offered by number: a few, unless a number is being typed. */
static void
put_runs_of(struct store *s, const char *typed, bool numbers)
{
	bool digits = isdigit((unsigned char)typed[0]);
	struct row r;
	struct cursor *c;
	int64_t newest = 0;

	if (query_run_last(s, &newest, NULL) < 0 || query_runs(s, &c, NULL) < 0)
		return;
	while (cursor_next(c, NULL) > 0) {
		row_load(&r, c);
		put_run_word(typed, &r, false);
		if (numbers && (digits || row_int(&r, "id") > newest - NEWEST_SHOWN))
			put_run_word(typed, &r, true);
	}
	cursor_close(c);
}

/* A history that cannot be read offers nothing; this is no place to say so. */
static void
put_runs(const struct completion *c, const char *typed, bool numbers)
{
	struct store *s = NULL;
	char *history = NULL;
	struct err unsaid;

	puts("words");
	if (numbers)
		put_word(typed, "", "last", "the newest run");
	if (history_find(c->db, &history, &unsaid) == 0 && store_open(&s, history, STORE_READ, &unsaid) == 0)
		put_runs_of(s, typed, numbers);
	store_close(s);
	free(history);
}

/* --- arguments of options --- */

static void
put_choices(const struct completion *c, enum opt_id id, const char *prefix, const char *typed)
{
	const struct opt_desc *d = &opt_table[id];

	puts("words");
	for (int i = 0; d->choices[i]; i++) {
		if (id != OPT_FORMAT || c->cmd->formats & FORMATS(i))
			put_word(typed, prefix, d->choices[i], "");
	}
}

/* A list with commas: what stands before the last comma is given. */
static void
put_types(const char *prefix, const char *typed)
{
	const char *comma = strrchr(typed, ',');
	struct buf given = BUF_INIT;

	buf_addstr(&given, prefix);
	if (comma)
		buf_add(&given, typed + strlen(prefix), (size_t)(comma + 1 - typed) - strlen(prefix));
	puts("words");
	for (int t = 0; t < FILE_TYPE_COUNT; t++) {
		if (state_type_names[t])
			put_word(typed, given.data, state_type_names[t], "");
	}
	buf_release(&given);
}

/* Choices that the argument's name lists without a table behind them; what is in capitals is no word. */
static void
put_listed(const char *list, const char *prefix, const char *typed)
{
	puts("words");
	while (*list) {
		size_t len = strcspn(list, "|");
		char *word = xstrndup(list, len);

		if (islower((unsigned char)word[0]))
			put_word(typed, prefix, word, "");
		free(word);
		list += len + (list[len] == '|');
	}
}

static void
put_process(const char *prefix, const char *typed, const char *pid)
{
	char *path = xasprintf("/proc/%s/comm", pid);
	struct buf name = BUF_INIT;

	if (io_read_file(path, &name, 4096) == 0) {
		buf_truncate(&name, strcspn(name.data, "\n"));
		put_word(typed, prefix, pid, name.data);
	}
	buf_release(&name);
	free(path);
}

/* Those that may be traced: one's own, or all. */
static void
put_processes(const char *prefix, const char *typed)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;
	struct stat st;

	puts("words");
	while (proc && (d = readdir(proc))) {
		if (isdigit((unsigned char)d->d_name[0]) && fstatat(dirfd(proc), d->d_name, &st, 0) == 0 &&
		    (geteuid() == 0 || st.st_uid == geteuid()))
			put_process(prefix, typed, d->d_name);
	}
	if (proc)
		closedir(proc);
}

static void
put_nothing(void)
{
	puts("words");
}

/* typed begins with prefix, which is the option with its "=" or nothing. */
static void
put_argument(const struct completion *c, enum opt_id id, const char *prefix, const char *typed)
{
	static const struct {
		const char *arg, *kind;
	} kinds[] = {
		{ "FILE", "files" },
		{ "GLOB", "files" },
		{ "PLACE", "files" },
		{ "PROGRAM", "files" },
		{ "DIR", "directories" },
		{ "USER", "users" },
	};
	const struct opt_desc *d = &opt_table[id];

	if (d->choices) {
		put_choices(c, id, prefix, typed);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(d->arg, kinds[i].arg) == 0) {
			puts(kinds[i].kind);
			return;
		}
	}
	if (id == OPT_TYPE)
		put_types(prefix, typed);
	else if (id == OPT_PID)
		put_processes(prefix, typed);
	else if (strchr(d->arg, '|'))
		put_listed(d->arg, prefix, typed);
	else if (id == OPT_NAME && !*prefix)
		put_runs(c, typed, false);
	else
		put_nothing();
}

/* --- options --- */

static enum opt_id
long_option(const struct cmd *cmd, const char *name, size_t len)
{
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		const char *known = opt_table[id].long_name;

		if (opts_takes(cmd, (enum opt_id)id) && strlen(known) == len && strncmp(known, name, len) == 0)
			return (enum opt_id)id;
	}
	return OPT_END;
}

static enum opt_id
letter_option(const struct cmd *cmd, char letter)
{
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		if (opt_table[id].letter == letter && opts_takes(cmd, (enum opt_id)id))
			return (enum opt_id)id;
	}
	return OPT_END;
}

static void
put_options(const struct completion *c, const char *typed)
{
	puts("words");
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		const struct opt_desc *d = &opt_table[id];
		struct buf name = BUF_INIT;

		if (!opts_takes(c->cmd, (enum opt_id)id))
			continue;
		buf_addf(&name, "--%s%s", d->long_name, d->arg ? "=" : "");
		put_word(typed, "", name.data, d->help);
		buf_reset(&name);
		buf_addf(&name, "-%c", d->letter);
		if (d->letter)
			put_word(typed, "", name.data, d->help);
		buf_release(&name);
	}
}

/* --- operands --- */

/*
 * The word that the usage has for an operand: those in capitals, without the options in brackets, the last of
 * which stands for all that follow.
 */
static const char *
operand_name(const struct cmd *cmd, int at, char room[16])
{
	const char *p = cmd->usage;
	int seen = 0;

	room[0] = '\0';
	while (*p) {
		size_t len = strcspn(p, " ");
		const char *word = p + strspn(p, "[");
		size_t letters = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

		if (letters > 0 && letters < 16 && strncmp(word, "OPTION", 6) != 0 && seen <= at) {
			memcpy(room, word, letters);
			room[letters] = '\0';
			seen++;
		}
		p += len + (p[len] == ' ');
	}
	return room;
}

static void
put_commands(const char *typed)
{
	puts("words");
	for (const struct cmd *const *cmd = cmd_table; *cmd; cmd++) {
		if (!((*cmd)->needs & CMD_HIDDEN))
			put_word(typed, "", (*cmd)->name, (*cmd)->summary);
	}
}

static void
put_operand(const struct completion *c, const char *typed)
{
	char room[16];
	const char *name = operand_name(c->cmd, c->n_operands, room);

	if (c->cmd->needs & CMD_PATHS_BEHIND)
		name = c->only_operands ? "PATH" : "RUN";
	if (c->cmd->needs & CMD_RUNS_COMMAND && c->cmd->needs & CMD_OPTIONS_FIRST)
		printf("program %d\n", c->first_operand > 0 ? c->first_operand : c->n - 1);
	else if (strcmp(name, "RUN") == 0)
		put_runs(c, typed, true);
	else if (strcmp(name, "PATH") == 0 || strcmp(name, "FILE") == 0)
		puts("files");
	else if (strcmp(name, "COMMAND") == 0)
		put_commands(typed);
	else
		put_nothing();
}

/* --- the words before --- */

static void
note_value(struct completion *c, enum opt_id id, const char *value)
{
	if (id == OPT_DB)
		c->db = value;
}

static void
read_long(struct completion *c, const char *word)
{
	size_t len = strcspn(word, "=");
	enum opt_id id = long_option(c->cmd, word, len);

	if (id == OPT_END || !opt_table[id].arg)
		return;
	if (word[len] == '=')
		note_value(c, id, word + len + 1);
	else
		c->pending = id;
}

/* Several letters in one word; the argument of one is what follows it there, or the next word. */
static void
read_letters(struct completion *c, const char *letters)
{
	for (; *letters; letters++) {
		enum opt_id id = letter_option(c->cmd, *letters);

		if (id == OPT_END || !opt_table[id].arg)
			continue;
		if (!letters[1])
			c->pending = id;
		return;
	}
}

static void
note_word(struct completion *c, int at)
{
	const char *word = c->words[at];

	if (c->pending != OPT_END) {
		note_value(c, c->pending, word);
		c->pending = OPT_END;
	} else if (!c->only_operands && strcmp(word, "--") == 0) {
		c->only_operands = true;
	} else if (!c->only_operands && strncmp(word, "--", 2) == 0) {
		read_long(c, word + 2);
	} else if (!c->only_operands && word[0] == '-' && word[1]) {
		read_letters(c, word + 1);
	} else {
		if (c->n_operands++ == 0)
			c->first_operand = at;
		if (c->cmd->needs & (CMD_OPTIONS_FIRST | CMD_RAW_ARGS))
			c->only_operands = true;
	}
}

static void
put_last(struct completion *c)
{
	char *typed = c->words[c->n - 1];
	size_t len = strcspn(typed, "=");
	enum opt_id id;

	for (int i = 1; i < c->n - 1; i++)
		note_word(c, i);
	if (c->pending != OPT_END) {
		put_argument(c, c->pending, "", typed);
	} else if (c->only_operands || typed[0] != '-') {
		put_operand(c, typed);
	} else if (strncmp(typed, "--", 2) == 0 && typed[len] == '=') {
		char *prefix = xstrndup(typed, len + 1);

		id = long_option(c->cmd, typed + 2, len - 2);
		if (id != OPT_END && opt_table[id].arg)
			put_argument(c, id, prefix, typed);
		else
			put_nothing();
		free(prefix);
	} else {
		put_options(c, typed);
	}
}

static int
complete_main(struct cmd_context *ctx)
{
	struct completion c = { .words = ctx->argv, .n = ctx->argc, .pending = OPT_END };

	if (c.n == 1) {
		put_commands(c.words[0]);
		put_word(c.words[0], "", "--help", "list the commands");
		put_word(c.words[0], "", "--version", "print the version");
		return EXIT_DONE;
	}
	if (strcmp(c.words[0], "--") == 0) {
		puts("program 1");
		return EXIT_DONE;
	}
	c.cmd = table_find(c.words[0]);
	if (c.cmd)
		put_last(&c);
	else
		put_nothing();
	return EXIT_DONE;
}
