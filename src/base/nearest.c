/* Slips of the fingers. */
#include "config.h"

#include "base/nearest.h"

#include <string.h>

/* What is longer than this is no slip of the fingers. */
enum { WORD_MAX = 24 };

/*
 * How many letters must be added, removed, replaced or swapped with their neighbour to make b of a, both
 * at most WORD_MAX long.  The rows of the usual table, of which only the last three are needed.
 */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t rows[3][WORD_MAX + 1];
	size_t *before = rows[0], *above = rows[1], *row = rows[2];
	size_t len_a = strlen(a), len_b = strlen(b);

	for (size_t k = 0; k <= len_b; k++)
		above[k] = k;
	for (size_t i = 1; i <= len_a; i++) {
		size_t *spare = before;

		row[0] = i;
		for (size_t k = 1; k <= len_b; k++) {
			size_t best = above[k - 1] + (a[i - 1] != b[k - 1]);

			if (above[k] + 1 < best)
				best = above[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1] &&
			    before[k - 2] + 1 < best)
				best = before[k - 2] + 1;
			row[k] = best;
		}
		before = above;
		above = row;
		row = spare;
	}
	return above[len_b];
}

void
nearest_begin(struct nearest *n, const char *word)
{
	n->word = word;
	n->name = NULL;
	n->least = strlen(word) < 6 ? 2 : 3;
}

void
nearest_try(struct nearest *n, const char *name)
{
	size_t len = strlen(n->word), d;

	if (len < 2 || len > WORD_MAX || strlen(name) > WORD_MAX)
		return;
	d = edit_distance(n->word, name);
	if (d < n->least) {
		n->least = d;
		n->name = name;
	}
}
