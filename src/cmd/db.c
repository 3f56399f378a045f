/* db: print the path of the history in use. */
#include "config.h"

#include <stdio.h>

#include "cmd/cmd.h"

static int db_main(struct cmd_context *ctx);

const struct cmd cmd_db = {
	.name = "db",
	.group = GROUP_KEEP,
	.summary = "print the path of the history in use",
	.usage = "db [--db=FILE]",
	.options = { OPT_DB },
	.main = db_main,
};

/* The bytes as they are: this is made for sqlite3 "$(writetrace db)". */
static int
db_main(struct cmd_context *ctx)
{
	puts(ctx->history);
	return EXIT_DONE;
}
