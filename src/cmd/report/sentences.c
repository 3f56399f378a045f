/* What a report says in words. */
#include "config.h"

#include "cmd/report/sentences.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/number.h"
#include "cmd/ui/text.h"

/* A heading takes only so much. */
enum { SENTENCE_COMMAND_MAX = 90 };

void
sentence_add_short_command(struct buf *out, const struct story *s)
{
	const char *command = s->runs[0].command;
	size_t len = strlen(command);

	if (s->n_runs > 1) {
		buf_addf(out, "%zu runs", s->n_runs);
		return;
	}
	buf_add(out, command, len <= SENTENCE_COMMAND_MAX ? len : SENTENCE_COMMAND_MAX);
	/* not within a character */
	while (len > SENTENCE_COMMAND_MAX && out->len > 0 && ((unsigned char)out->data[out->len - 1] & 0x80))
		buf_truncate(out, out->len - 1);
	if (len > SENTENCE_COMMAND_MAX)
		buf_addstr(out, "...");
}

void
sentence_add_number(struct buf *out, int64_t n)
{
	char digits[32];
	int len = snprintf(digits, sizeof(digits), "%" PRId64, n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-')
			buf_addch(out, ',');
		buf_addch(out, digits[i]);
	}
}

void
sentence_add_count(struct buf *out, int64_t n, const char *one, const char *several)
{
	sentence_add_number(out, n);
	buf_addf(out, " %s", n == 1 ? one : several);
}

const char *
sentence_error(const char *name)
{
	static const struct {
		const char *name, *words;
	} rows[] = {
		{ "EACCES", "permission denied" },
		{ "EPERM", "not permitted" },
		{ "EROFS", "read-only file system" },
		{ "EBUSY", "in use" },
		{ "ETXTBSY", "a program that is running" },
		{ "ENOSPC", "no space left" },
		{ "EDQUOT", "over quota" },
		{ "EFBIG", "too large" },
		{ "EIO", "input or output error" },
		{ "ENOMEM", "no memory left" },
		{ "ENOSYS", "no such system call" },
		{ "ECONNREFUSED", "nobody listens there" },
		{ "EHOSTUNREACH", "no way to the host" },
		{ "ENETUNREACH", "no way to the network" },
		{ "ETIMEDOUT", "no answer" },
		{ "EINPROGRESS", "begun, outcome not known" },
		{ "ENOENT", "not there" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].words;
	}
	return name;
}

const struct file_state *
sentence_side(const struct path_change *p)
{
	return p->after.type == FILE_ABSENT ? &p->before : &p->after;
}

static void
add_duration(struct buf *out, int64_t ns)
{
	int64_t seconds = ns / NS_PER_SECOND;

	if (seconds < 90)
		buf_addf(out, "%.1f seconds", (double)ns / (double)NS_PER_SECOND);
	else if (seconds < 7200)
		buf_addf(out, "%" PRId64 " min %" PRId64 " s", seconds / 60, seconds % 60);
	else
		buf_addf(out, "%" PRId64 " h %" PRId64 " min", seconds / 3600, seconds / 60 % 60);
}

static void
add_ending(struct buf *out, const struct run_row *r)
{
	if (r->exit_signal > 0) {
		buf_addstr(out, "was killed by ");
		text_add_signal(out, r->exit_signal);
	} else if (r->exit_status > 0) {
		buf_addf(out, "failed with exit status %d", r->exit_status);
	} else if (r->exit_status == 0) {
		buf_addstr(out, "ended well");
	} else {
		buf_addstr(out, "ended, nobody knows how");
	}
}

/* What was done with the run since. */
static void
add_since(struct buf *out, const struct run_row *r)
{
	switch (r->state) {
	case RUN_RUNNING:
	case RUN_COMPLETE:
	case RUN_STATE_COUNT:
		break;
	case RUN_INTERRUPTED:
		buf_addstr(out, " The recording was interrupted.");
		break;
	case RUN_UNDONE:
		buf_addstr(out, " All of it has been put back since.");
		break;
	case RUN_UNINSTALLED:
		buf_addstr(out, " What it created has been removed since.");
		break;
	case RUN_PARTLY_UNDONE:
		buf_addstr(out, " A part of it has been taken back since.");
		break;
	}
}

void
sentence_add_run(struct buf *out, const struct run_row *r, sentence_code *code)
{
	code(out, r->login);
	buf_addstr(out, r->kind == RUN_KIND_ATTACH ? " watched " : " ran ");
	code(out, r->command);
	buf_addstr(out, " in ");
	code(out, r->directory);
	buf_addstr(out, " on ");
	code(out, r->host);
	buf_addstr(out, ", on ");
	text_add_local_time(out, r->started_ns, "%Y-%m-%d at %H:%M %Z");
	buf_addstr(out, ". It ");
	if (r->ended_ns) {
		buf_addstr(out, "took ");
		add_duration(out, number_subtract(r->ended_ns, r->started_ns));
		buf_addstr(out, " and ");
	}
	add_ending(out, r);
	buf_addch(out, '.');
	add_since(out, r);
}

static void
add_created(struct buf *out, const struct story *s)
{
	int64_t files = s->n_created[FILE_REGULAR], dirs = s->n_created[FILE_DIRECTORY];
	int64_t others = s->n[CHANGE_CREATED] - files - dirs;
	bool links = others == s->n_created[FILE_SYMLINK];

	buf_addstr(out, "created ");
	if (files > 0 || (dirs == 0 && others == 0))
		sentence_add_count(out, files, "file", "files");
	if (dirs > 0) {
		buf_addstr(out, files > 0 && others > 0 ? ", " : files > 0 ? " and " : "");
		sentence_add_count(out, dirs, "directory", "directories");
	}
	if (others > 0) {
		buf_addstr(out, files > 0 || dirs > 0 ? " and " : "");
		sentence_add_count(out, others, links ? "symbolic link" : "other name", links ? "symbolic links" : "other names");
	}
}

void
sentence_add_changes(struct buf *out, const struct story *s)
{
	static const struct {
		enum change_class class;
		const char *verb, *one, *several;
	} rows[] = {
		{ CHANGE_MODIFIED, "modified", "existing file", "existing files" },
		{ CHANGE_ATTRIBUTES, "changed only mode, owner or times of", "path", "paths" },
		{ CHANGE_DELETED, "deleted", "path", "paths" },
	};
	size_t left = 0;

	buf_addstr(out, s->n_runs > 1 ? "Together they " : "It ");
	if (s->n_paths == 0) {
		buf_addstr(out, "left every file as it was.");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		left += s->n[rows[i].class] > 0;
	if (s->n[CHANGE_CREATED] > 0)
		add_created(out, s);
	for (size_t i = 0, nth = s->n[CHANGE_CREATED] > 0; i < ARRAY_SIZE(rows); i++) {
		int64_t n = s->n[rows[i].class];

		if (n == 0)
			continue;
		buf_addstr(out, nth == 0 ? "" : left == 1 ? ", and " : ", ");
		buf_addf(out, "%s ", rows[i].verb);
		sentence_add_count(out, n, rows[i].one, rows[i].several);
		nth = 1;
		left--;
	}
	if (s->bytes_more == 0) {
		buf_addch(out, '.');
		return;
	}
	buf_addstr(out, ": ");
	text_add_size(out, s->bytes_more);
	buf_addf(out, " %s on disk.", s->bytes_more > 0 ? "more" : "less");
}

bool
sentence_add_verdict(struct buf *out, const struct story *s)
{
	bool interrupted = false;

	for (size_t i = 0; i < s->n_runs; i++)
		interrupted = interrupted || s->runs[i].state == RUN_INTERRUPTED;
	if (interrupted)
		buf_addstr(out, "The recording was interrupted: what came after that is not in this list. ");
	if (s->blind.n_all > 0) {
		sentence_add_count(out, s->blind.n_all, "thing", "things");
		buf_addstr(out, " could not be seen, so this list may lack something:");
	} else if (!interrupted) {
		buf_addstr(out, "Every change that the command and all the programs it started made to files was seen. "
			   "This list is complete.");
	}
	return s->blind.n_all == 0 && !interrupted;
}

void
sentence_add_kept(struct buf *out, const struct story *s)
{
	if (s->n_kept == 0 && s->n_not_kept == 0) {
		buf_addstr(out, "No old content had to be kept: nothing that was there was overwritten or deleted.");
		return;
	}
	if (s->n_kept > 0) {
		buf_addstr(out, "The old content of ");
		sentence_add_count(out, s->n_kept, "file", "files");
		buf_addstr(out, " was kept (");
		text_add_size(out, s->bytes_kept);
		buf_addch(out, ')');
	}
	if (s->n_not_kept == 0) {
		buf_addstr(out, ": all that was overwritten or deleted can be put back.");
		return;
	}
	buf_addstr(out, s->n_kept > 0 ? "; that of " : "The old content of ");
	sentence_add_count(out, s->n_not_kept, "path", "paths");
	buf_addstr(out, s->n_kept > 0 ? " was not, and cannot be put back." : " was not kept, and cannot be put back.");
}

bool
sentence_add_undo(struct buf *out, const struct story *s)
{
	bool any = false;

	if (!story_is_ours(s))
		return false;
	for (size_t i = 0; i < s->n_runs; i++)
		any = any || (s->runs[i].state != RUN_UNDONE && s->runs[i].state != RUN_UNINSTALLED);
	if (!any)
		return false;
	buf_addf(out, "%swritetrace undo", geteuid() == 0 ? "sudo " : "");
	for (size_t i = 0; i < s->n_runs; i++)
		buf_addf(out, " %" PRId64, s->runs[i].id);
	text_add_db_option(out, s->opt->db);
	return true;
}
