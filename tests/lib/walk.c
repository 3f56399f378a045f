/*
 * The independent witness of the end-to-end tests: a snapshot of a tree, and the difference of two.
 *
 *   walk DIR...                     write a snapshot of all that is at and below each DIR
 *   walk --compare BEFORE AFTER     print what `changes` must say between two snapshots
 *   walk --actual [DIR...]          bring rows of `changes` (change, hex(path), differs) into the same text,
 *                                   those at or below one of the DIRs (all without DIR)
 *   walk --writes DIR               bring rows of `writes` (operation, flags, error, hex(path)) into the text
 *                                   that the programs in tests/tracees print, paths relative to DIR
 *
 * It shares no code with writetrace, on purpose: both would have the same faults.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

_Noreturn void
walk_broken(const char *what)
{
	fprintf(stderr, "walk: %s: %s\n", what, strerror(errno));
	exit(STATUS_BROKEN);
}

void *
walk_grow(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		walk_broken("realloc");
	return p;
}

void
walk_put_escaped(FILE *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c > ' ' && c < 0x7f && c != '\\')
			putc(c, out);
		else
			fprintf(out, "\\%03o", c);
	}
}

char *
walk_unescaped(const char *s)
{
	char *raw = walk_grow(NULL, strlen(s) + 1);
	size_t n = 0;

	while (*s) {
		if (*s == '\\') {
			raw[n++] = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 + (s[3] - '0'));
			s += 4;
		} else {
			raw[n++] = *s++;
		}
	}
	raw[n] = '\0';
	return raw;
}

void
walk_split(char *line, char **field, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		field[i] = strsep(&line, "\t\n");
		if (!field[i]) {
			fprintf(stderr, "walk: a line with too few fields\n");
			exit(STATUS_BROKEN);
		}
	}
}

int
main(int argc, char **argv)
{
	int status;

	if (argc == 4 && strcmp(argv[1], "--compare") == 0)
		status = walk_compare(argv[2], argv[3]);
	else if (argc >= 2 && strcmp(argv[1], "--actual") == 0)
		status = walk_actual(argv + 2);
	else if (argc == 3 && strcmp(argv[1], "--writes") == 0)
		status = walk_writes(argv[2]);
	else if (argc >= 2 && argv[1][0] != '-')
		status = walk_take(argv + 1);
	else {
		fprintf(stderr, "usage: walk DIR... | --compare BEFORE AFTER | --actual [DIR...] | --writes DIR\n");
		return STATUS_BROKEN;
	}
	if (fflush(stdout) != 0 || ferror(stdout))
		walk_broken("standard output");
	return status;
}
