/* package: what runs created and left, as an archive or a package. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#ifdef HAVE_LIBARCHIVE
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "cmd/package/contents.h"
#include "cmd/package/deb.h"
#include "cmd/package/library.h"
#include "cmd/package/naming.h"
#include "cmd/package/tar.h"
#include "cmd/ui/new_file.h"
#include "cmd/ui/run_arg.h"
#include "cmd/ui/text.h"
#include "cmd/ui/typed_path.h"
#endif

static int package_main(struct cmd_context *ctx);

const struct cmd cmd_package = {
	.name = "package",
	.group = GROUP_LOOK,
	.summary = "make an archive of what runs created and left",
	.usage = "package [OPTION...] RUN...",
	.needs = CMD_DB_READ,
	.formats = FORMATS(FORMAT_TAR) | FORMATS(FORMAT_DEB),
	.min_args = 1,
	.max_args = -1,
	.options = { OPT_FORMAT, OPT_OUTPUT, OPT_PACKAGE_NAME, OPT_PACKAGE_VERSION, OPT_RELEASE, OPT_MAINTAINER,
		     OPT_DESCRIPTION, OPT_DEPENDS, OPT_SECTION, OPT_ROOT, OPT_FORCE, OPT_QUIET, OPT_ONLY, OPT_EXCEPT, OPT_DB },
	.main = package_main,
};

#ifdef HAVE_LIBARCHIVE

struct packaging {
	struct cmd_context *ctx;
	struct run_ids runs;
	char *root;
	struct contents contents;
	struct naming naming;
	struct library library;
	int64_t newest_ns;
	struct deb deb;
};

/* Times after that which reproducible-builds.org asks for are taken for it. */
static int
read_epoch(struct packaging *p, struct err *e)
{
	const char *text = getenv("SOURCE_DATE_EPOCH");
	char *end;
	long long seconds;

	p->newest_ns = INT64_MAX;
	if (!text || !*text)
		return 0;
	seconds = strtoll(text, &end, 10);
	if (*end || seconds < 0 || seconds >= INT64_MAX / NS_PER_SECOND)
		return err_set(e, ERR_USAGE, "SOURCE_DATE_EPOCH is '%s' and should be seconds since 1970", text);
	p->newest_ns = seconds * NS_PER_SECOND;
	return 0;
}

static int
write_tar(struct packaging *p, int fd, const char *name, struct err *e)
{
	struct tar_wishes wishes = { .newest_ns = p->newest_ns };
	struct tar t;
	int rc;

	if (!tar_filter_of(name, &wishes.filter))
		wishes.filter = TAR_PLAIN;
	rc = tar_begin(&t, &p->library, &wishes, fd, e);
	if (rc == 0)
		rc = tar_put_contents(&t, &p->contents, e);
	if (rc == 0)
		rc = tar_end(&t, e);
	tar_release(&t);
	return rc;
}

static int
write_archive(struct packaging *p, int fd, const char *name, struct err *e)
{
	return p->ctx->opt.format == FORMAT_DEB ? deb_write(&p->deb, fd, e) : write_tar(p, fd, name, e);
}

/* What is no file, as a pipe or a device, is written to as it is. */
static bool
is_stream(const char *name)
{
	struct stat st;

	return strcmp(name, "-") == 0 || (stat(name, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

static int
write_stream(struct packaging *p, const char *name, struct err *e)
{
	bool is_stdout = strcmp(name, "-") == 0;
	int fd = is_stdout ? STDOUT_FILENO : open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	int rc;

	if (fd < 0)
		return err_system(e, "cannot write %s", name);
	if (isatty(fd))
		rc = err_set(e, ERR_USAGE, "package: an archive is not for a terminal; give it a name: -o FILE");
	else
		rc = write_archive(p, fd, name, e);
	if (!is_stdout)
		close(fd);
	return rc;
}

static void
say_made(const struct packaging *p, const char *name)
{
	struct buf line = BUF_INIT;

	if (p->ctx->opt.quiet)
		return;
	text_add_quoted(&line, name);
	buf_addstr(&line, ": ");
	text_add_count(&line, (int64_t)p->contents.n, "path", "paths");
	err_message("%s", line.data);
	buf_release(&line);
}

/* As each format's own tools call it. */
static char *
default_file(const struct packaging *p)
{
	const struct naming *n = &p->naming;

	if (p->ctx->opt.format == FORMAT_DEB)
		return xasprintf("%s_%s-%s_%s.deb", n->name, n->version, p->deb.control.release, p->deb.control.architecture);
	return xasprintf("%s-%s.tar.gz", n->name, n->version);
}

static int
write_package(struct packaging *p, struct err *e)
{
	struct new_file file = NEW_FILE_INIT;
	char *made = p->ctx->opt.output ? NULL : default_file(p);
	const char *name = made ? made : p->ctx->opt.output;
	int rc;

	if (is_stream(name)) {
		rc = write_stream(p, name, e);
	} else {
		rc = new_file_begin_over(&file, name, e);
		if (rc == 0)
			rc = write_archive(p, file.fd, name, e);
		if (rc == 0)
			rc = new_file_end(&file, e);
		new_file_release(&file);
	}
	if (rc == 0)
		say_made(p, name);
	free(made);
	return rc;
}

static int
gather_contents(struct packaging *p, struct err *e)
{
	struct cmd_context *ctx = p->ctx;

	if (run_arg_all(ctx->store, ctx->argv, (size_t)ctx->argc, NULL, &p->runs, e) < 0)
		return -1;
	for (size_t i = 0; i < p->runs.n; i++) {
		if (run_arg_ended(ctx->store, p->runs.v[i], e) < 0)
			return -1;
	}
	p->contents.options = &ctx->opt;
	p->contents.with_parents = ctx->opt.format == FORMAT_DEB;
	p->contents.root = p->root ? p->root : "/";
	if (contents_gather(&p->contents, ctx->store, &p->runs, e) < 0)
		return -1;
	if (p->contents.n == 0 && p->contents.n_different == 0)
		return err_set(e, ERR_NOT_FOUND, "package: the runs created nothing that could be in a package%s",
			       p->root ? " below that directory" : "");
	return 0;
}

/* What was staged by somebody who is not root is root's where it is installed.  As make_package(). */
static int
prepare_deb(struct packaging *p, struct err *e)
{
	const struct options *o = &p->ctx->opt;
	struct stat st;

	if (deb_refused(&p->contents) > 0)
		return 1;
	p->deb = (struct deb){
		.library = &p->library,
		.contents = &p->contents,
		.wishes = { .filter = TAR_XZ, .gnu = true, .newest_ns = p->newest_ns,
			    .made_ns = p->newest_ns < p->naming.ended_ns ? p->newest_ns : p->naming.ended_ns },
		.control = {
			.name = p->naming.name, .version = p->naming.version, .release = o->release ? o->release : "1",
			.depends = o->depends, .maintainer = o->maintainer, .section = o->section,
			.description = o->description, .command = p->naming.command,
		},
	};
	if (strspn(p->deb.control.release, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+~") !=
	    strlen(p->deb.control.release))
		return err_set(e, ERR_USAGE, "package: '%s' is no release: letters, digits, ., + and ~", p->deb.control.release);
	if (p->root && stat(p->root, &st) == 0) {
		p->deb.wishes.uid = st.st_uid;
		p->deb.wishes.gid = st.st_gid;
	}
	return deb_look(&p->deb, e);
}

/* 0, 1 where something is not as it was left, -1 with e set. */
static int
make_package(struct packaging *p, struct err *e)
{
	struct cmd_context *ctx = p->ctx;
	int rc;

	if (read_epoch(p, e) < 0 || typed_path_only_root(ctx->cmd->name, &ctx->opt.root, &p->root, e) < 0 ||
	    library_open(&p->library, e) < 0 || gather_contents(p, e) < 0)
		return -1;
	if (p->contents.n_different > 0 && !ctx->opt.force) {
		err_message("no package is made of what is not as the runs left it; --force takes it as it is");
		return 1;
	}
	if (naming_of(&p->naming, ctx->store, &p->runs, &ctx->opt, e) < 0)
		return -1;
	rc = ctx->opt.format == FORMAT_DEB ? prepare_deb(p, e) : 0;
	if (rc > 0)
		return 1;
	if (rc == 0)
		rc = write_package(p, e);
	if (rc < 0 && e->code == ERR_CONFLICT) {
		err_print(e);
		return 1;
	}
	return rc;
}

static int
package_main(struct cmd_context *ctx)
{
	struct packaging p = { .ctx = ctx };
	int rc = make_package(&p, &ctx->err);

	contents_release(&p.contents);
	naming_release(&p.naming);
	free((char *)(uintptr_t)p.deb.control.libraries);
	library_close(&p.library);
	run_arg_ids_release(&p.runs);
	free(p.root);
	return rc < 0 ? -1 : rc > 0 ? EXIT_DIFFERENT : EXIT_DONE;
}

#else

static int
package_main(struct cmd_context *ctx)
{
	return err_set(&ctx->err, ERR_NOT_FOUND, "this writetrace was built without libarchive, which writes packages");
}

#endif
