/* A run within a run. */
#include "config.h"

#include "cmd/session/joining.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cmd/session/front.h"
#include "cmd/ui/text.h"
#include "trace/join.h"

/* What only who traces could keep.  The other options say how a record is made, and it is being made. */
static const struct {
	enum opt_id id;
	const char *name;
} promises[] = {
	{ OPT_ALLOW, "--allow" }, { OPT_ALLOW_FROM, "--allow-from" }, { OPT_BEFORE_CONNECT, "--before-connect" },
	{ OPT_NO_ARGS, "--no-args" }, { OPT_OUTPUT, "-o" }, { OPT_STRICT, "--strict" }, { OPT_USER, "-u" },
	{ OPT_WATCH, "--watch" },
};

static int
check_promises(const struct options *opt, struct err *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(promises); i++) {
		if (opt->given[promises[i].id])
			return err_set(e, ERR_USAGE, "run: %s cannot be kept here, within a run that traces this process "
				       "already: it is to be given to that one, or left out", promises[i].name);
	}
	return 0;
}

static void
tell_joined(const struct options *opt, int outer)
{
	struct buf line = BUF_INIT;

	if (opt->quiet)
		return;
	buf_addf(&line, "run %d traces this already: the command joins its record", outer);
	if (opt->name) {
		buf_addstr(&line, " as ");
		text_add_quoted(&line, opt->name);
	}
	if (opt->db)
		buf_addstr(&line, ", in that one's history");
	err_message("%s", line.data);
	buf_release(&line);
}

int
joining_run(char *const argv[], const struct options *opt, struct err *e)
{
	int outer = join_ask(NULL, false);

	if (outer < 0 && errno == EPERM) {
		if (check_promises(opt, e) < 0)
			return -1;
		if (!opt->quiet)
			err_message("another user's run traces this already: the command is part of its record, where nothing "
				    "tells it from the rest");
	} else if (outer <= 0) {
		return 0;
	} else {
		if (check_promises(opt, e) < 0)
			return -1;
		if (join_ask(opt->name, true) < 0)
			return err_system(e, "cannot join the record of run %d", outer);
		tell_joined(opt, outer);
	}
	execvp(argv[0], argv);
	return front_cannot_execute(argv[0], errno);
}
