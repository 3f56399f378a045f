/* cat: the content that a path had before a run, or that the run left. */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "history/old_content.h"
#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/ui/output.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/typed_path.h"

static int cat_main(struct cmd_context *ctx);

const struct cmd cmd_cat = {
	.name = "cat",
	.group = GROUP_LOOK,
	.summary = "print the content that a path had before a run, or that the run left",
	.usage = "cat [OPTION...] RUN PATH",
	.needs = CMD_DB_READ,
	.min_args = 2,
	.max_args = 2,
	.options = { OPT_LEFT, OPT_OUTPUT, OPT_DB },
	.main = cat_main,
};

enum { CHUNK = 256 * 1024 };

/* The row of the path as it was typed, or of what it leads to. */
static int
find_state(struct cmd_context *ctx, int64_t run_id, struct state_row *row)
{
	char *path, *target;
	int found;

	if (typed_path(ctx->argv[1], &path, &ctx->err) < 0)
		return -1;
	found = query_state_of_path(ctx->store, run_id, path, row, &ctx->err);
	target = found == 0 ? typed_path_target(path) : NULL;
	if (target)
		found = query_state_of_path(ctx->store, run_id, target, row, &ctx->err);
	if (found == 0)
		err_set(&ctx->err, ERR_NOT_FOUND, "run %lld did nothing to %s", (long long)run_id, path);
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
	int64_t run_id;
	int rc;

	if (run_arg_one(ctx->store, ctx->argv[0], &run_id, &ctx->err) < 0 ||
	    run_arg_ended(ctx->store, run_id, &ctx->err) < 0 || find_state(ctx, run_id, &row) < 0)
		return -1;
	rc = print_content(ctx, &row);
	query_state_release(&row);
	return rc < 0 ? -1 : EXIT_DONE;
}
