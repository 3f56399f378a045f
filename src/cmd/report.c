/* report: what runs did, as one page for people, or as Markdown for a ticket. */
#include "config.h"

#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/report/markdown.h"
#include "cmd/report/page.h"
#include "cmd/report/story.h"
#include "cmd/ui/output.h"
#include "cmd/ui/run_arg.h"

static int report_main(struct cmd_context *ctx);

const struct cmd cmd_report = {
	.name = "report",
	.group = GROUP_LOOK,
	.summary = "write a page about runs, for those who would rather look than read",
	.usage = "report [OPTION...] [RUN...]",
	.needs = CMD_DB_READ,
	.formats = FORMATS(FORMAT_HTML) | FORMATS(FORMAT_MARKDOWN),
	.max_args = -1,
	.options = { OPT_FORMAT, OPT_OUTPUT, OPT_ONLY, OPT_EXCEPT, OPT_SINCE, OPT_DB },
	.main = report_main,
};

static int
check_report_options(const struct options *o, struct err *e)
{
	if (!o->output && o->format == FORMAT_HTML && isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, "report: a page is for a file: writetrace report -o report.html");
	return 0;
}

static int
put_story(const struct cmd_context *ctx, const struct story *s, struct err *e)
{
	struct output out;
	int rc;

	if (output_open(&out, &ctx->opt, e) < 0)
		return -1;
	rc = ctx->opt.format == FORMAT_MARKDOWN ? markdown_put(s, out.f, e) : page_put(s, out.f, e);
	if (output_close(&out, rc < 0 ? NULL : e) < 0)
		rc = -1;
	return rc;
}

static int
report_main(struct cmd_context *ctx)
{
	struct story s = { .store = ctx->store, .opt = &ctx->opt };
	int rc = check_report_options(&ctx->opt, &ctx->err);

	if (rc == 0)
		rc = run_arg_all(ctx->store, ctx->argv, (size_t)ctx->argc, ctx->opt.since, &s.ids, &ctx->err);
	if (rc == 0)
		rc = story_gather(&s, &ctx->err);
	if (rc == 0)
		rc = put_story(ctx, &s, &ctx->err);
	story_release(&s);
	run_arg_ids_release(&s.ids);
	if (rc < 0)
		return -1;
	return rc > 0 ? EXIT_FAILED : EXIT_DONE;
}
