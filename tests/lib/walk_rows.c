/* The walker: bringing rows of the history into the text of a comparison, or of the tracees. */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "walk.h"

static char *
from_hex(const char *hex)
{
	size_t len = strlen(hex) / 2;
	char *raw = walk_grow(NULL, len + 1);

	for (size_t i = 0; i < len; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		raw[i] = (char)strtoul(digits, NULL, 16);
	}
	raw[len] = '\0';
	return raw;
}

/* What follows "DIR/" in a path at or below DIR: "." for DIR itself, NULL for a path elsewhere. */
static const char *
below(const char *path, const char *dir)
{
	size_t len = strlen(dir);

	if (strncmp(path, dir, len) != 0)
		return NULL;
	if (path[len] == '\0')
		return ".";
	return path[len] == '/' ? path + len + 1 : NULL;
}

struct row {
	char *path;	/* owned */
	char *line;	/* owned; the words point into it */
	char *word[4];
};

static int
by_row_path(const void *a, const void *b)
{
	return strcmp(((const struct row *)a)->path, ((const struct row *)b)->path);
}

int
walk_actual(char **dirs)
{
	struct row *rows = NULL;
	size_t count = 0;

	for (;;) {
		struct row r = { NULL, NULL, { NULL } };
		size_t size = 0;
		bool wanted = *dirs == NULL;

		if (getline(&r.line, &size, stdin) < 0) {
			free(r.line);
			break;
		}
		walk_split(r.line, r.word, 3);
		r.path = from_hex(r.word[1]);
		for (char **dir = dirs; *dir; dir++)
			wanted = wanted || below(r.path, *dir);
		if (!wanted) {
			free(r.path);
			free(r.line);
			continue;
		}
		rows = walk_grow(rows, (count + 1) * sizeof(*rows));
		rows[count++] = r;
	}
	if (count > 0)
		qsort(rows, count, sizeof(*rows), by_row_path);
	for (size_t i = 0; i < count; i++) {
		const char *change = rows[i].word[0];
		const char *differs = rows[i].word[2];

		if (strcmp(change, "created") == 0 || strcmp(change, "deleted") == 0 || !*differs)
			differs = "-";
		else if (strstr(differs, "type"))
			differs = "type";
		printf("%s\t", change);
		walk_put_escaped(stdout, rows[i].path, strlen(rows[i].path));
		printf("\t%s\n", differs);
		free(rows[i].path);
		free(rows[i].line);
	}
	free(rows);
	return 0;
}

/* "#1234 (deleted)": how procfs names an O_TMPFILE file that has no name yet. */
static bool
is_nameless(const char *path)
{
	const char *name = strrchr(path, '/');

	return name && name[1] == '#' && strcmp(name + 2 + strspn(name + 2, "0123456789"), " (deleted)") == 0;
}

/*
 * A path that is absolute but not below DIR is not the tracee's business (its standard output, say); one that is
 * relative was recorded as it was given.  No flags and flags of 0 are the same to the tracees.
 */
int
walk_writes(const char *dir)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) >= 0) {
		char *word[4];
		char *path;
		const char *rest;

		walk_split(line, word, 4);
		path = from_hex(word[3]);
		rest = *path == '/' ? below(path, dir) : path;
		if (rest && !is_nameless(path)) {
			bool plain = !*word[1] || strcmp(word[1], "0") == 0;

			printf("%s\t%s\t%s\t", word[0], plain ? "-" : word[1], *word[2] ? word[2] : "-");
			walk_put_escaped(stdout, rest, strlen(rest));
			putchar('\n');
		}
		free(path);
	}
	free(line);
	return 0;
}
