/* Text files that were changed since the runs. */
#include "config.h"

#include "undo/merge.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/io.h"
#include "base/program.h"
#include "file/state.h"
#include "objects/objects_dir.h"
#include "undo/line_merge.h"
#include "undo/place.h"

enum {
	CONTENT_MAX = 1 << 20,	/* of each of the three */
	RESULT_MAX = 4 * CONTENT_MAX,
	DIFF3_CONFLICTS = 1,	/* diff3(1) */
};

/* One file at three times. */
struct merge_texts {
	struct buf before, left, now;
};

static int
text_file(const struct buf *text)
{
	int fd = memfd_create("writetrace-merge", 0);

	if (fd >= 0 && (io_write_full(fd, text->data, text->len) < 0 || lseek(fd, 0, SEEK_SET) < 0))
		io_close(&fd);
	return fd;
}

int
merge_open(const struct undo_path *p)
{
	return text_file(&p->now.merged);
}

/* --- the three texts --- */

static bool
read_content(int fd, struct buf *out, struct digest *found)
{
	bool whole = fd >= 0 && io_read_all(fd, out, CONTENT_MAX) == 0;

	io_close(&fd);
	if (whole)
		digest_bytes(out->data, out->len, found);
	return whole;
}

/* What is at fd, if it is what the digest says. */
static bool
read_text(int fd, const struct digest *expected, struct buf *out)
{
	struct digest found;

	return read_content(fd, out, &found) && digest_equal(&found, expected);
}

/* Where its size alone said that it is another one it has not been read before. */
static bool
read_now(struct undo_path *p, struct buf *out)
{
	struct file_state *now = &p->now.state;
	struct digest found;
	struct place at;
	int fd = place_open_seen(&at, p->path, now) == 0 ? state_open(at.fd) : -1;
	bool read = read_content(fd, out, &found) && place_look_again(&at) == 0 && place_check(&at, now) == 0 &&
		    (!now->has_digest || digest_equal(&found, &now->digest));

	place_close(&at);
	if (read) {
		now->digest = found;
		now->has_digest = true;
	}
	return read;
}

static bool
read_left(const struct undo_path *p, const char *history, const struct buf *now, struct buf *out)
{
	if (!digest_equal(&p->history.left.digest, &p->now.state.digest))
		return read_text(objects_dir_get(history, &p->history.left.digest), &p->history.left.digest, out);
	buf_add(out, now->data, now->len);
	return true;
}

static bool
is_text(const struct buf *b)
{
	return !memchr(b->data, '\0', b->len);
}

static enum undo_merge
read_texts(struct undo_path *p, const char *history, struct merge_texts *t)
{
	if (!read_now(p, &t->now))
		return MERGE_FAILED;
	if (!read_text(objects_dir_get(history, &p->history.before.digest), &p->history.before.digest, &t->before) ||
	    !read_left(p, history, &t->now, &t->left))
		return MERGE_NO_CONTENT;
	return is_text(&t->now) && is_text(&t->before) && is_text(&t->left) ? MERGE_CLEAN : MERGE_NOT_TEXT;
}

/* --- diff3 --- */

/* The texts are files that nobody else can change, which the child inherits and reads by their names in /proc/self/fd. */
static int
spawn_diff3(const int fds[3], int out_fd, pid_t *pid)
{
	static char program[] = "diff3", merge[] = "-m", end[] = "--";
	char names[3][32];
	char *argv[] = { program, merge, end, names[0], names[1], names[2], NULL };
	posix_spawn_file_actions_t actions;
	int rc;

	for (int i = 0; i < 3; i++)
		snprintf(names[i], sizeof(names[i]), "/proc/self/fd/%d", fds[i]);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out_fd, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	rc = posix_spawnp(pid, program, &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return rc == 0 ? 0 : -1;
}

/* Its exit status; -1: it did not come to one. */
static int
run_diff3(const int fds[3], struct buf *out)
{
	int ends[2] = { -1, -1 };
	int status, rc = -1;
	pid_t pid;

	signal(SIGCHLD, SIG_DFL);	/* inherited otherwise, it would leave nothing to wait for */
	if (pipe2(ends, O_CLOEXEC) == 0 && spawn_diff3(fds, ends[1], &pid) == 0) {
		io_close(&ends[1]);
		rc = io_read_all(ends[0], out, RESULT_MAX);
		io_close(&ends[0]);
		while (waitpid(pid, &status, 0) < 0) {
			if (errno != EINTR) {
				rc = -1;
				break;
			}
		}
		if (rc == 0)
			rc = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	io_close(&ends[0]);
	io_close(&ends[1]);
	return rc;
}

static enum undo_merge
merge_by_diff3(const struct merge_texts *t, struct buf *out)
{
	int fds[3] = { text_file(&t->now), text_file(&t->left), text_file(&t->before) };
	int rc = fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0 ? run_diff3(fds, out) : -1;

	for (int i = 0; i < 3; i++)
		io_close(&fds[i]);
	return rc == 0 ? MERGE_CLEAN : rc == DIFF3_CONFLICTS ? MERGE_CONFLICT : MERGE_FAILED;
}

/* Files of lines are tried line by line where diff3 is not there, or takes lines beside each other for a conflict. */
static enum undo_merge
merge_texts(const char *path, bool have_diff3, const struct merge_texts *t, struct buf *out)
{
	enum undo_merge merge = have_diff3 ? merge_by_diff3(t, out) : MERGE_NO_PROGRAM;
	bool keyed;

	if (merge == MERGE_CLEAN || !line_merge_knows(path, &keyed))
		return merge;
	buf_reset(out);
	return line_merge(&t->before, &t->left, &t->now, keyed, out) ? MERGE_CLEAN : MERGE_CONFLICT;
}

/* --- one path --- */

static bool
is_candidate(const struct undo_path *p)
{
	const struct file_state *before = &p->history.before, *left = &p->history.left, *now = &p->now.state;

	return p->now.wanted && !paths_is_settled(p) && !p->now.error && !p->now.frozen && p->history.lost &&
	       p->history.origin == NO_PATH && !p->now.is_back &&
	       (p->now.edited || p->history.held_by || p->now.late_change) &&
	       before->type == FILE_REGULAR && left->type == FILE_REGULAR && now->type == FILE_REGULAR &&
	       before->has_digest && left->has_digest && before->nlink <= 1 && now->nlink == 1;
}

/*
 * The metadata of what is there now, but for what the runs had changed and nobody else has since; all of it where
 * somebody who does not have the old rights may have written the content.
 */
static void
note_state(struct undo_path *p)
{
	const struct file_state *before = &p->history.before, *left = &p->history.left, *now = &p->now.state;
	struct file_state *merged = &p->now.merged_state;

	state_copy(merged, now);
	merged->mtime_ns = clock_now_ns();
	merged->size_bytes = (int64_t)p->now.merged.len;
	digest_bytes(p->now.merged.data, p->now.merged.len, &merged->digest);
	if (p->now.others_work)
		return;
	merged->mode = now->mode == left->mode ? before->mode : now->mode;
	merged->uid = now->uid == left->uid ? before->uid : now->uid;
	merged->gid = now->gid == left->gid ? before->gid : now->gid;
}

static void
merge_path(struct undo_path *p, const char *history, bool have_diff3)
{
	struct merge_texts t = { BUF_INIT, BUF_INIT, BUF_INIT };

	p->now.merge = read_texts(p, history, &t);
	if (p->now.merge == MERGE_CLEAN)
		p->now.merge = merge_texts(p->path, have_diff3, &t, &p->now.merged);
	if (p->now.merge == MERGE_CLEAN)
		note_state(p);
	buf_release(&t.before);
	buf_release(&t.left);
	buf_release(&t.now);
}

void
merge_find(struct undo_paths *b, const char *history)
{
	char *program = program_find("diff3");

	for (int i = 0; i < b->n; i++) {
		if (is_candidate(&b->path[i]))
			merge_path(&b->path[i], history, program != NULL);
	}
	free(program);
}
