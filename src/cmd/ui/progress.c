/* How far a long work has come. */
#include "config.h"

#include "cmd/ui/progress.h"

#include <string.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"

enum { DELAY_MS = 1000, INTERVAL_MS = 100, BAR_WIDTH = 40 };

#define NS_PER_MS INT64_C(1000000)

bool
progress_possible(bool quiet)
{
	const char *term = getenv("TERM");

	return !quiet && isatty(STDERR_FILENO) && !(term && strcmp(term, "dumb") == 0);
}

void
progress_begin(struct progress *p, const char *what, int64_t total, bool quiet)
{
	*p = (struct progress){
		.what = what,
		.total = total,
		.next_ns = clock_monotonic_ns() + DELAY_MS * NS_PER_MS,
		.wanted = total > 0 && progress_possible(quiet),
	};
}

/* A shell's background job that wrote to its terminal could be stopped for it (SIGTTOU). */
static bool
in_foreground(void)
{
	return tcgetpgrp(STDERR_FILENO) == getpgrp();
}

/* How wide the bar can be beside the other words; 0: there is no room for one. */
static int
bar_width(const char *what)
{
	struct winsize size;
	int room;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return BAR_WIDTH;
	room = size.ws_col - (int)strlen("writetrace:   []") - (int)strlen(what) - (int)strlen("100% ");
	if (room < 1)
		return 0;
	return room < BAR_WIDTH ? room : BAR_WIDTH;
}

/* The cursor is left at the head of the line: whatever is printed after an interrupt stands there. */
static void
draw_bar(struct progress *p)
{
	int64_t done = p->done < p->total ? p->done : p->total;
	int width = bar_width(p->what);
	struct buf line = BUF_INIT;

	buf_addf(&line, "\r\033[Kwritetrace: %s %3d%%", p->what, (int)((double)done * 100 / (double)p->total));
	if (width > 0) {
		int full = (int)((double)done * width / (double)p->total);

		buf_addstr(&line, " [");
		for (int i = 0; i < width; i++)
			buf_addch(&line, i < full ? '#' : '.');
		buf_addch(&line, ']');
	}
	buf_addch(&line, '\r');
	(void)!io_write_full(STDERR_FILENO, line.data, line.len);
	buf_release(&line);
	p->shown = true;
}

void
progress_set(struct progress *p, int64_t done)
{
	int64_t now_ns;

	p->done = done;
	if (!p->wanted)
		return;
	now_ns = clock_monotonic_ns();
	if (now_ns < p->next_ns)
		return;
	p->next_ns = now_ns + INTERVAL_MS * NS_PER_MS;
	if (in_foreground())
		draw_bar(p);
}

void
progress_add(void *progress, size_t amount)
{
	struct progress *p = progress;

	progress_set(p, p->done + (int64_t)amount);
}

void
progress_clear(struct progress *p)
{
	static const char clear[] = "\r\033[K";

	if (!p->shown)
		return;
	p->shown = false;
	(void)!io_write_full(STDERR_FILENO, clear, sizeof(clear) - 1);
}
