/* What is said of a record that the history could not take. */
#include "config.h"

#include "cmd/session/saved_journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/quote.h"
#include "cmd/ui/text.h"

void
saved_journal_say(struct recorder *r, const struct options *opt)
{
	long long id = recorder_run_id(r);
	struct buf line = BUF_INIT;
	struct err e = { 0 };
	char *file;

	if (recorder_save(r, &file, &e) < 0) {
		err_message("what was recorded of run %lld is lost, no file can be made for it: %s", id, e.text);
		return;
	}
	quote_shell(&line, file, strlen(file));
	text_add_db_option(&line, opt->db);
	err_message("what was recorded of run %lld is kept in a file; to take it in: writetrace import %s", id,
		    line.data);
	buf_release(&line);
	free(file);
}
