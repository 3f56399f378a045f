/* help, and the --help of every command: made from the tables, so that it cannot say anything else than they do. */
#include "config.h"

#include "cmd/help.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "cmd/table.h"

static int help_main(struct cmd_context *ctx);

const struct cmd cmd_help = {
	.name = "help",
	.group = GROUP_KEEP,
	.summary = "list the commands, or explain one",
	.usage = "help [COMMAND]",
	.max_args = 1,
	.main = help_main,
};

/* Where the explanations of options begin. */
enum { HELP_COLUMN = 30 };

static const char *const group_titles[GROUP_COUNT] = {
	[GROUP_RECORD] = "Record",
	[GROUP_LOOK] = "Look",
	[GROUP_TAKE_BACK] = "Take back",
	[GROUP_KEEP] = "Keep",
};

static void
list_group(FILE *out, enum cmd_group group)
{
	fprintf(out, "\n%s\n", group_titles[group]);
	for (const struct cmd *const *c = cmd_table; *c; c++) {
		if ((*c)->group == group && !((*c)->needs & CMD_HIDDEN))
			fprintf(out, "  %-10s %s\n", (*c)->name, (*c)->summary);
	}
}

void
help_overview(FILE *out)
{
	fputs("Usage: writetrace COMMAND [OPTION...] [ARG...]\n"
	      "       writetrace -- PROGRAM [ARG...]     the same as writetrace run -- PROGRAM [ARG...]\n"
	      "\n"
	      "Records every change that a command makes to files.\n", out);
	for (int group = 0; group < GROUP_COUNT; group++)
		list_group(out, (enum cmd_group)group);
	fputs("\n"
	      "writetrace help COMMAND explains one of them; the manual is writetrace(1).\n", out);
}

/* The argument as --help shows it; of --format what this command can do. */
static void
add_argument(struct buf *line, const struct cmd *cmd, enum opt_id id)
{
	const char *between = "=";

	if (id != OPT_FORMAT) {
		buf_addf(line, "=%s", opt_table[id].arg);
		return;
	}
	for (int f = 0; f < FORMAT_COUNT; f++) {
		if (!(cmd->formats & FORMATS(f)))
			continue;
		buf_addf(line, "%s%s", between, format_names[f]);
		between = "|";
	}
}

static void
print_option(FILE *out, const struct cmd *cmd, enum opt_id id)
{
	const struct opt_desc *d = &opt_table[id];
	struct buf line = BUF_INIT;

	if (d->letter)
		buf_addf(&line, "  -%c, --%s", d->letter, d->long_name);
	else
		buf_addf(&line, "      --%s", d->long_name);
	if (d->arg)
		add_argument(&line, cmd, id);
	if (line.len + 2 > HELP_COLUMN)
		fprintf(out, "%s\n%*s%s\n", line.data, HELP_COLUMN, "", d->help);
	else
		fprintf(out, "%-*s%s\n", HELP_COLUMN, line.data, d->help);
	buf_release(&line);
}

void
help_command(const struct cmd *cmd, FILE *out)
{
	fprintf(out, "Usage: writetrace %s\n\n%s.\n\nOptions:\n", cmd->usage, cmd->summary);
	for (int id = OPT_END + 1; id < OPT_COUNT; id++) {
		if (opts_takes(cmd, (enum opt_id)id))
			print_option(out, cmd, (enum opt_id)id);
	}
}

static int
help_main(struct cmd_context *ctx)
{
	const struct cmd *cmd;

	if (ctx->argc == 0) {
		help_overview(stdout);
		return EXIT_DONE;
	}
	cmd = table_find(ctx->argv[0]);
	if (!cmd) {
		cmd = table_nearest(ctx->argv[0]);
		if (cmd)
			return err_set(&ctx->err, ERR_USAGE, "unknown command '%s'; did you mean: writetrace help %s",
				       ctx->argv[0], cmd->name);
		return err_set(&ctx->err, ERR_USAGE, "unknown command '%s'; "
			       "writetrace help lists the commands", ctx->argv[0]);
	}
	help_command(cmd, stdout);
	return EXIT_DONE;
}
