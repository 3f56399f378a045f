/* What is said of a record that the history could not take. */
#include "config.h"

#include "cmd/session/saved_journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/quote.h"
#include "cmd/ui/text.h"

void
saved_journal_name(const char *which, const char *file, const char *contents, const struct options *opt)
{
	struct buf line = BUF_INIT;

	if (contents) {
		quote_shell(&line, contents, strlen(contents));
		err_message("the old contents of %s are in %s, which import takes as well", which, line.data);
		buf_reset(&line);
	}
	quote_shell(&line, file, strlen(file));
	text_add_db_option(&line, opt->db);
	err_message("what was recorded of %s is kept in a file; to take it in: writetrace import %s", which, line.data);
	buf_release(&line);
}

void
saved_journal_say(struct recorder *r, const struct options *opt)
{
	char *which = xasprintf("run %lld", (long long)recorder_run_id(r));
	char *file, *contents;
	struct err e = { 0 };

	if (recorder_save(r, &file, &contents, &e) == 0)
		saved_journal_name(which, file, contents, opt);
	else
		err_message("what was recorded of %s is lost, no file can be made for it: %s", which, e.text);
	free(contents);
	free(file);
	free(which);
}
