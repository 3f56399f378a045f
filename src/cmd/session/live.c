/* attach --live: positions in fdinfo tell how much has been written through a descriptor, as an estimate. */
#include "config.h"

#include "cmd/session/live.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kcmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <uthash.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/quote.h"
#include "cmd/ui/columns.h"
#include "cmd/ui/text.h"
#include "trace/path/proc.h"

/* Of the terminal's lines those that are not rows; of its columns those that are not the path's. */
enum { OTHER_LINES = 4, OTHER_COLUMNS = 42, PATH_COLUMNS_MIN = 20 };

struct live_row {
	UT_hash_handle hh;
	char *path, *program;
	unsigned long opens;
	int64_t bytes;
};

struct live_file {
	UT_hash_handle hh;
	struct live_key {
		pid_t pid;
		int fd;
	} key;
	struct live_row *row;
	int64_t position;
	bool shared;		/* with another one, whose position it is */
	unsigned round;
};

struct live_process {
	UT_hash_handle hh;
	pid_t pid;
	char *program;
	int64_t written;	/* of /proc/PID/io when it was looked at last */
	unsigned round;
};

struct live {
	int fd;
	int64_t drawn_ns;	/* monotonic */
	unsigned round;
	struct live_row *rows;
	struct live_file *files;
	struct live_process *processes;
	struct proc_dirs dirs;
	int64_t written;	/* by all processes, to whatever */
};

struct live *
live_new(void)
{
	int fd = isatty(STDOUT_FILENO) ? open("/proc/self/fd/1", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
	struct live *l;

	if (fd < 0)
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->fd = fd;
	return l;
}

int
live_fd(const struct live *l)
{
	return l ? l->fd : -1;
}

static struct live_row *
row_of(struct live *l, const char *path)
{
	struct live_row *row;

	HASH_FIND_STR(l->rows, path, row);
	if (row)
		return row;
	row = xcalloc(1, sizeof(*row));
	row->path = xstrdup(path);
	HASH_ADD_KEYPTR(hh, l->rows, row->path, strlen(row->path), row);
	return row;
}

static void
set_program(struct live_row *row, const char *program)
{
	if (row->program && strcmp(row->program, program) == 0)
		return;
	free(row->program);
	row->program = xstrdup(program);
}

void
live_opened(struct live *l, const char *path, const char *program)
{
	struct live_row *row = row_of(l, path);

	row->opens++;
	set_program(row, program ? program : "?");
}

/* A number behind a field's name in an entry of /proc; -1: none. */
static int64_t
read_number(pid_t pid, const char *entry, const char *field)
{
	struct buf text = BUF_INIT;
	const char *at = NULL;
	int64_t value = -1;
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, entry);
	if (io_read_file(path, &text, 65536) == 0)
		at = strstr(text.data, field);
	if (at)
		value = strtoll(at + strlen(field), NULL, 10);
	buf_release(&text);
	return value;
}

/* One that a child has inherited has the same position (kcmp(2)). */
static bool
is_shared(const struct live *l, const struct live_file *f)
{
	struct live_file *other, *next;

	HASH_ITER(hh, l->files, other, next) {
		if (other != f && other->row == f->row && !other->shared &&
		    syscall(SYS_kcmp, other->key.pid, f->key.pid, KCMP_FILE, other->key.fd, f->key.fd) == 0)
			return true;
	}
	return false;
}

static void
drop_file(struct live *l, struct live_file *f)
{
	struct live_file *other, *next;

	HASH_DEL(l->files, f);
	HASH_ITER(hh, l->files, other, next) {
		if (other->row == f->row && !f->shared && other->shared)
			other->round = 0;	/* whose position it is has to be asked again */
	}
	free(f);
}

/* Of one that appends, and of all that were open at the beginning, what was written before the first look is not counted. */
static void
look_at_file(struct live *l, const struct live_process *p, int fd, const char *path)
{
	struct live_key key = { p->pid, fd };
	struct live_file *f;
	char entry[32];
	int64_t position;
	long flags = proc_fd_flags(p->pid, fd);

	snprintf(entry, sizeof(entry), "fdinfo/%d", fd);
	position = read_number(p->pid, entry, "pos:");
	HASH_FIND(hh, l->files, &key, sizeof(key), f);
	if (f && (f->round == 0 || strcmp(f->row->path, path) != 0)) {
		drop_file(l, f);
		f = NULL;
	}
	if (!f) {
		f = xcalloc(1, sizeof(*f));
		f->key = key;
		f->row = row_of(l, path);
		f->shared = is_shared(l, f);
		f->position = l->round == 1 || flags < 0 || (flags & O_APPEND) ? position : 0;
		HASH_ADD(hh, l->files, key, sizeof(f->key), f);
	}
	f->round = l->round;
	if (!f->shared && position > f->position) {
		f->row->bytes += position - f->position;
		set_program(f->row, p->program);
	}
	f->position = position;
}

static void
look_at_files(struct live *l, const struct live_process *p)
{
	struct buf path = BUF_INIT;
	const struct dirent *d;
	char name[64];
	DIR *dir;

	snprintf(name, sizeof(name), "/proc/%d/fd", (int)p->pid);
	dir = opendir(name);
	while (dir && (d = readdir(dir))) {
		if (!isdigit((unsigned char)d->d_name[0]) || !proc_fd_writes(&l->dirs, p->pid, atoi(d->d_name)))
			continue;
		buf_reset(&path);
		if (io_readlink(dirfd(dir), d->d_name, &path) == 0 && path.data[0] == '/' &&
		    strncmp(path.data, "/dev/", 5) != 0 && strncmp(path.data, "/memfd:", 7) != 0)
			look_at_file(l, p, atoi(d->d_name), path.data);
	}
	if (dir)
		closedir(dir);
	buf_release(&path);
}

static void
look_at_process(void *context, pid_t pid)
{
	struct live *l = context;
	struct live_process *p;
	int64_t written = read_number(pid, "io", "wchar:");

	HASH_FIND(hh, l->processes, &pid, sizeof(pid), p);
	if (!p) {
		p = xcalloc(1, sizeof(*p));
		p->pid = pid;
		p->program = proc_program(pid, PROC_RUNNING);
		p->written = l->round == 1 ? written : 0;
		HASH_ADD(hh, l->processes, pid, sizeof(p->pid), p);
	}
	p->round = l->round;
	if (written > p->written)
		l->written += written - p->written;
	p->written = written;
	look_at_files(l, p);
	proc_dir_forget(&l->dirs, pid);
}

static void
forget_process(struct live *l, struct live_process *p)
{
	HASH_DEL(l->processes, p);
	free(p->program);
	free(p);
}

static void
forget_gone(struct live *l)
{
	struct live_file *f, *next_file;
	struct live_process *p, *next;

	HASH_ITER(hh, l->files, f, next_file) {
		if (f->round != l->round && f->round != 0)
			drop_file(l, f);
	}
	HASH_ITER(hh, l->processes, p, next) {
		if (p->round != l->round)
			forget_process(l, p);
	}
}

static int
by_bytes(const struct live_row *a, const struct live_row *b)
{
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return a->opens != b->opens ? (a->opens > b->opens ? -1 : 1) : strcmp(a->path, b->path);
}

/* Of a path that is too long its end. */
static void
add_path_cell(struct buf *out, const char *path, int width)
{
	struct buf quoted = BUF_INIT;
	const char *at;

	quote_shell(&quoted, path, strlen(path));
	at = quoted.data;
	if (columns_text_width(at) > width) {
		while (*at && columns_text_width(at) > width - 1)
			at++;
		while ((*at & 0xc0) == 0x80)
			at++;
		buf_addch(out, '<');
		width--;
	}
	buf_addf(out, "%s%*s", at, width - columns_text_width(at), "");
	buf_release(&quoted);
}

static void
add_row(struct buf *out, const struct live_row *row, int width)
{
	struct buf size = BUF_INIT, by = BUF_INIT;

	text_add_size(&size, row->bytes);
	quote_message(&by, row->program ? row->program : "?", strlen(row->program ? row->program : "?"));
	add_path_cell(out, row->path, width);
	buf_addf(out, "  %7lu  %13s  %.14s\r\n", row->opens, size.data, by.data);
	buf_release(&size);
	buf_release(&by);
}

/* What does not fit in the terminal's buffer is left out until the next time. */
static void
draw(struct live *l)
{
	struct winsize w = { .ws_row = 24, .ws_col = 80 };
	struct buf out = BUF_INIT;
	const struct live_row *row;
	int left, width;

	if (ioctl(l->fd, TIOCGWINSZ, &w) < 0 || w.ws_row == 0 || w.ws_col == 0)
		w = (struct winsize){ .ws_row = 24, .ws_col = 80 };
	left = w.ws_row > OTHER_LINES ? w.ws_row - OTHER_LINES : 1;
	width = w.ws_col > OTHER_COLUMNS + PATH_COLUMNS_MIN ? w.ws_col - OTHER_COLUMNS : PATH_COLUMNS_MIN;
	HASH_SORT(l->rows, by_bytes);
	buf_addf(&out, "\033[H\033[J%-*s  %7s  %13s  %s\r\n", width, "PATH", "OPENS", "BYTES WRITTEN", "BY");
	for (row = l->rows; row && left > 0; row = row->hh.next, left--)
		add_row(&out, row, width);
	buf_addstr(&out, "bytes are an estimate, by positions in open files; all wrote ");
	text_add_size(&out, l->written);
	buf_addstr(&out, ",\r\npipes and sockets included\r\n");
	(void)!write(l->fd, out.data, out.len);
	buf_release(&out);
}

void
live_refresh(struct live *l, struct tracer *tr, bool last)
{
	int64_t now = clock_monotonic_ns();

	if (!last && l->round > 0 && now - l->drawn_ns < NS_PER_SECOND)
		return;
	l->drawn_ns = now;
	l->round++;
	tracer_each_process(tr, look_at_process, l);
	if (!last)
		forget_gone(l);
	draw(l);
}

void
live_free(struct live *l)
{
	struct live_file *f, *next_file;
	struct live_process *p, *next;
	struct live_row *row, *next_row;

	if (!l)
		return;
	HASH_ITER(hh, l->files, f, next_file) {
		HASH_DEL(l->files, f);
		free(f);
	}
	HASH_ITER(hh, l->processes, p, next)
		forget_process(l, p);
	HASH_ITER(hh, l->rows, row, next_row) {
		HASH_DEL(l->rows, row);
		free(row->path);
		free(row->program);
		free(row);
	}
	close(l->fd);
	free(l);
}
