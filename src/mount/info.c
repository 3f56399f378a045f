/* Mountinfo, line by line. */
#include "config.h"

#include "mount/info.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/io.h"

enum { MOUNTINFO_MAX = 64 << 20 };

static unsigned
octal(char digit)
{
	return (unsigned char)digit & 7;
}

/* \040 and the like, in place. */
static void
unescape(char *s)
{
	char *to = s;

	for (const char *from = s; *from; to++) {
		if (from[0] == '\\' && from[1] >= '0' && from[1] <= '3' && from[2] && from[3]) {
			*to = (char)(octal(from[1]) << 6 | octal(from[2]) << 3 | octal(from[3]));
			from += 4;
		} else {
			*to = *from++;
		}
	}
	*to = '\0';
}

char *
mount_info_read(pid_t pid, struct buf *text)
{
	char path[64] = "/proc/self/mountinfo";

	if (pid != 0)
		snprintf(path, sizeof(path), "/proc/%d/mountinfo", (int)pid);
	return io_read_file(path, text, MOUNTINFO_MAX) == 0 ? text->data : NULL;
}

bool
mount_info_next(char **next, struct mount *m)
{
	char *line = *next;
	char *end, *rest = NULL;
	const char *id;

	if (!line || *line == '\0')
		return false;
	end = strchr(line, '\n');
	*next = end ? end + 1 : NULL;
	if (end)
		*end = '\0';
	id = strtok_r(line, " ", &rest);
	(void)strtok_r(NULL, " ", &rest);	/* the parent's id */
	m->device = strtok_r(NULL, " ", &rest);
	m->root = strtok_r(NULL, " ", &rest);
	m->point = strtok_r(NULL, " ", &rest);
	if (!m->point)
		return false;
	m->id = strtoull(id, NULL, 10);
	m->options = strtok_r(NULL, " ", &rest);
	/* fields that may be there or not, and a dash behind them */
	do
		m->type = strtok_r(NULL, " ", &rest);
	while (m->type && strcmp(m->type, "-") != 0);
	m->type = m->type ? strtok_r(NULL, " ", &rest) : NULL;
	if (!m->type)
		return false;
	unescape(m->root);
	unescape(m->point);
	return true;
}
