/* manifest: what runs created and left behind, in byte order. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cmd/cmd.h"
#include "cmd/manifest/list.h"
#include "cmd/manifest/mtree.h"
#include "cmd/manifest/sh.h"
#include "cmd/manifest/sums.h"
#include "cmd/ui/listing.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/typed_path.h"
#include "cmd/ui/text.h"
#include "event.h"
#include "store/query_change.h"
#include "store/query_run.h"

static int manifest_main(struct cmd_context *ctx);

const struct cmd cmd_manifest = {
	.name = "manifest",
	.group = GROUP_LOOK,
	.summary = "list what runs created and left behind (--all: also what they modified)",
	.usage = "manifest [OPTION...] [RUN...]",
	.needs = CMD_DB_READ,
	.formats = FORMATS_PATHS | FORMATS(FORMAT_LIST) | FORMATS(FORMAT_SH) | FORMATS(FORMAT_MTREE) |
		   FORMATS(FORMAT_SHA256SUM),
	.max_args = -1,
	.options = { OPT_ALL, OPT_TYPE, OPT_ROOT, OPT_SINCE, OPT_FORMAT, OPT_NULL, OPT_OUTPUT, OPT_ONLY, OPT_EXCEPT,
		     OPT_DB },
	.main = manifest_main,
};

/* What several runs did to one path, being gathered: its state before the first and after the last. */
struct manifest {
	struct cmd_context *ctx;
	struct run_ids runs;
	struct manifest_choice choice;
	struct row_copy kept[2];	/* the path so far is in kept[at] */
	int at;
	bool any;			/* there is such a path */
	bool several;			/* more than one run changed it */
	bool rewritten;			/* one of them its content, its target or its type */
	struct listing listing;
};

static bool
columns_differ(const struct row *r, const char *before, const char *after)
{
	const char *x = row_text(r, before), *y = row_text(r, after);

	return x && y ? strcmp(x, y) != 0 : x || y;
}

/* Whether the path is another file than before the first run, by what is known of its content. */
static bool
is_modified(const struct manifest *m, const struct row *r)
{
	if (!m->several)
		return m->rewritten;
	if (columns_differ(r, "target_before", "target_after") || columns_differ(r, "size_before", "size_after"))
		return true;
	if (row_is_null(r, "sha256_before") || row_is_null(r, "sha256_after"))
		return m->rewritten;
	return columns_differ(r, "sha256_before", "sha256_after");
}

/* In what a path differs after several runs: none of them knows. */
static void
add_differing(struct buf *words, const struct row *r)
{
	static const struct {
		const char *before, *after, *word;
	} rows[] = {
		{ "sha256_before", "sha256_after", "content" },
		{ "target_before", "target_after", "target" },
		{ "mode_before", "mode_after", "mode" },
		{ "uid_before", "uid_after", "owner" },
		{ "gid_before", "gid_after", "owner" },
		{ "mtime_before", "mtime_after", "mtime" },
	};
	const char *last = "";

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].word == last || !columns_differ(r, rows[i].before, rows[i].after))
			continue;
		buf_addf(words, "%s%s", words->len > 0 ? "," : "", rows[i].word);
		last = rows[i].word;
	}
}

static void
put_path(struct manifest *m, const struct row *r)
{
	struct buf line = BUF_INIT;

	if (!m->listing.text) {
		printer_row(&m->listing.printer, r);
		return;
	}
	text_add_path(&line, row_text(r, "path"), row_text(r, "type"), row_text(r, "target_after"));
	buf_addch(&line, '\n');
	fwrite(line.data, 1, line.len, m->listing.out.f);
	buf_release(&line);
}

/*
 * Below a root, the name from there.  Without anything before it a list of bare names could be taken for something
 * else: rsync has comments, and xargs gives options to whom it calls.
 */
static void
name_below(const struct manifest *m, struct row *r, struct buf *name)
{
	const char *root = m->choice.root;
	const char *below = row_text(r, "path") + strlen(root) + (root[1] ? 1 : 0);

	if (m->ctx->opt.format == FORMAT_NULL && strchr("#;-", below[0]))
		buf_addstr(name, "./");
	buf_addstr(name, below);
	row_set(r, "path", name->data);
}

/* The gathered path is complete: is it an entry? */
static void
finish_path(struct manifest *m)
{
	struct row *r = &m->kept[m->at].r;
	struct buf differs = BUF_INIT, name = BUF_INIT;
	bool created = row_is_null(r, "mode_before");

	if (!m->any || row_is_null(r, "mode_after") || !manifest_wants(&m->choice, row_text(r, "path"), row_text(r, "type")))
		return;
	if (!created && !(m->ctx->opt.all && is_modified(m, r)))
		return;
	row_set(r, "change", created ? "created" : "modified");
	if (m->several) {
		if (!created)
			add_differing(&differs, r);
		row_set(r, "differs", differs.len > 0 ? differs.data : NULL);
	}
	if (m->choice.root)
		name_below(m, r, &name);
	put_path(m, r);
	buf_release(&name);
	buf_release(&differs);
}

/* What was before the first run: these columns of the first row outlive the others. */
static bool
is_of_first(const char *name)
{
	size_t len = strlen(name);

	return (len > 7 && strcmp(name + len - 7, "_before") == 0) ||
	       strcmp(name, "renamed_from") == 0 || strcmp(name, "old_content") == 0;
}

static void
gather_row(struct manifest *m, struct row *row)
{
	const struct row *kept = &m->kept[m->at].r;
	const char *path = row_text(row, "path");
	enum change_class class = row_change_class(row);
	bool same = m->any && path && row_text(kept, "path") && strcmp(path, row_text(kept, "path")) == 0;

	if (!same)
		finish_path(m);
	for (size_t i = 0; same && i < row->n; i++) {
		if (is_of_first(row->f[i].name))
			row->f[i] = kept->f[i];
	}
	m->at = 1 - m->at;
	row_keep(&m->kept[m->at], row);
	m->rewritten = (same && m->rewritten) || (class != CHANGE_ATTRIBUTES && class != CHANGE_UNCHANGED);
	m->several = same;
	m->any = true;
}

static int
gather_all(struct manifest *m, struct cursor *c, struct err *e)
{
	struct row row;
	int more;

	while ((more = cursor_next(c, e)) > 0) {
		row_load(&row, c);
		gather_row(m, &row);
	}
	if (more == 0)
		finish_path(m);
	return more;
}

static int
print_paths(struct manifest *m, struct err *e)
{
	bool brief = m->listing.text || m->listing.format == FORMAT_NULL;
	struct row names;
	struct cursor *c;
	int rc;

	if (query_changes_of(m->ctx->store, m->runs.v, m->runs.n, brief ? COLUMNS_BRIEF : COLUMNS_ALL, &c, e) < 0)
		return -1;
	row_names(&names, c);
	listing_names(&m->listing, &names);
	rc = gather_all(m, c, e);
	cursor_close(c);
	return rc;
}

/* The formats that are made of the whole list at once; else rows are written as they come. */
static int
print_list(struct manifest *m, struct err *e)
{
	static int (*const formats[FORMAT_COUNT])(const struct manifest_list *, FILE *, struct err *) = {
		[FORMAT_SH] = manifest_sh,
		[FORMAT_MTREE] = manifest_mtree,
		[FORMAT_SHA256SUM] = manifest_sha256sum,
	};
	const struct options *o = &m->ctx->opt;
	struct manifest_list list;
	int rc;

	if (!formats[o->format])
		return print_paths(m, e);
	/* what was there before is not for a script to remove, whatever is listed */
	rc = manifest_gather(m->ctx->store, &m->runs, &m->choice, o->all && o->format != FORMAT_SH, &list, e);
	if (rc == 0)
		rc = formats[o->format](&list, m->listing.out.f, e);
	manifest_list_release(&list);
	return rc;
}

static int
parse_types(struct manifest *m, const char *list, struct err *e)
{
	while (list && *list) {
		size_t len = strcspn(list, ",");
		int t = FILE_REGULAR;

		while (t < FILE_TYPE_COUNT && (strlen(state_type_names[t]) != len ||
					       strncmp(state_type_names[t], list, len) != 0))
			t++;
		if (t == FILE_TYPE_COUNT)
			return err_set(e, ERR_USAGE, "manifest: there is no type '%.*s'; "
				       "see: writetrace help manifest", (int)len, list);
		m->choice.types |= 1U << t;
		list += len + (list[len] == ',');
	}
	return 0;
}

/* What a run leaves is known when it has ended: an empty list of one that runs would be a lie. */
static int
warn_of_unfinished(struct manifest *m, struct err *e)
{
	for (size_t i = 0; i < m->runs.n; i++) {
		struct run_row run;
		int found = query_run(m->ctx->store, m->runs.v[i], &run, e);

		if (found > 0 && run.state == RUN_RUNNING)
			err_message("run %lld has not ended, or its record is not complete: "
				    "what it left is not in this list", (long long)run.id);
		query_run_release(&run);
		if (found < 0)
			return -1;
	}
	return 0;
}

static int
manifest_print(struct manifest *m, struct err *e)
{
	const struct options *o = &m->ctx->opt;

	if (parse_types(m, o->type, e) < 0 || typed_path_only_root(m->ctx->cmd->name, &o->root, &m->choice.root, e) < 0)
		return -1;
	if (run_arg_all(m->ctx->store, m->ctx->argv, (size_t)m->ctx->argc, o->since, &m->runs, e) < 0 ||
	    warn_of_unfinished(m, e) < 0 || listing_open(&m->listing, o, e) < 0)
		return -1;
	return listing_close(&m->listing, print_list(m, e), e);
}

static int
manifest_main(struct cmd_context *ctx)
{
	struct manifest m = { .ctx = ctx, .choice.options = &ctx->opt };
	int rc = manifest_print(&m, &ctx->err);

	row_copy_release(&m.kept[0]);
	row_copy_release(&m.kept[1]);
	run_arg_ids_release(&m.runs);
	free(m.choice.root);
	return rc < 0 ? -1 : EXIT_DONE;
}
