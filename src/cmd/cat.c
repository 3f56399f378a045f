/* cat: the content that a path had before runs, or that they left. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "history/old_content.h"
#include "history/runs_as_one.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/ui/output.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/run_title.h"
#include "cmd/ui/typed_path.h"

static int cat_main(struct cmd_context *ctx);

const struct cmd cmd_cat = {
	.name = "cat",
	.group = GROUP_LOOK,
	.summary = "print the content that a path had before a run, or that the run left",
	.usage = "cat [OPTION...] RUN... PATH",
	.needs = CMD_DB_READ,
	.min_args = 2,
	.max_args = -1,
	.options = { OPT_LEFT, OPT_OUTPUT, OPT_DB },
	.main = cat_main,
};

enum { CHUNK = 256 * 1024 };

/* The row of the path as it was typed, or of what it leads to: of the first run that has one, with --left of the last. */
static int
find_state(struct cmd_context *ctx, const struct run_ids *ids, struct state_row *row)
{
	struct buf title = BUF_INIT;
	char *path, *target;
	int found;

	if (typed_path(ctx->argv[ctx->argc - 1], &path, &ctx->err) < 0)
		return -1;
	found = runs_as_one_row_at(ctx->store, ids->v, ids->n, path, ctx->opt.left, row, &ctx->err);
	target = found == 0 ? typed_path_target(path) : NULL;
	if (target)
		found = runs_as_one_row_at(ctx->store, ids->v, ids->n, target, ctx->opt.left, row, &ctx->err);
	if (found == 0 && run_title_add(&title, ctx->store, ids->v, ids->n, &ctx->err) == 0)
		err_set(&ctx->err, ERR_NOT_FOUND, "%s did nothing to %s", title.data, path);
	buf_release(&title);
	free(target);
	free(path);
	return found > 0 ? 0 : -1;
}

/* What was written so far is out; that it is not what it should be is known at the end alone. */
static int
print_chunks(const struct old_content_source *b, struct digester *d, FILE *out, struct digest *digest, struct err *e)
{
	char *chunk = xmalloc(CHUNK);
	ssize_t n;

	while ((n = read(b->fd, chunk, CHUNK)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		digest_add(d, chunk, (size_t)n);
		if (fwrite(chunk, 1, (size_t)n, out) != (size_t)n)
			break;		/* whoever closes it says so */
	}
	free(chunk);
	digest_finish(d, digest);
	return n < 0 ? err_system(e, "cannot read content") : 0;
}

static int
print_content(struct cmd_context *ctx, const struct state_row *row)
{
	struct old_content_source b = OLD_CONTENT_INIT;
	struct digester *d = digest_new();
	struct output out = { 0 };
	struct digest digest;
	int rc;

	rc = (ctx->opt.left ? old_content_open_left : old_content_open)(&b, ctx->store, row, d, &ctx->err);
	if (rc == 0)
		rc = output_open(&out, &ctx->opt, &ctx->err);
	if (rc == 0)
		rc = print_chunks(&b, d, out.f, &digest, &ctx->err);
	if (rc == 0 && b.has_digest && !ferror(out.f) && !digest_equal(&b.digest, &digest))
		rc = old_content_damaged(&b, ctx->store, row, &ctx->err);
	if (output_close(&out, rc < 0 ? NULL : &ctx->err) < 0)
		rc = -1;
	digest_free(d);
	old_content_release(&b);
	return rc;
}

static int
cat_main(struct cmd_context *ctx)
{
	struct state_row row = { 0 };
	struct run_ids ids;
	int rc = run_arg_all(ctx->store, ctx->argv, (size_t)ctx->argc - 1, NULL, &ids, &ctx->err);

	if (rc == 0)
		rc = run_arg_ask(ctx->store, ids.v, ids.n, &ctx->err);
	if (rc == 0)
		rc = find_state(ctx, &ids, &row);
	if (rc == 0)
		rc = print_content(ctx, &row);
	query_state_release(&row);
	run_arg_ids_release(&ids);
	return rc < 0 ? -1 : EXIT_DONE;
}
