/* --allow and --allow-from: the places where a command may change something. */
#include "config.h"

#include "cmd/ui/place_arg.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "cmd/ui/typed_path.h"

enum { LIST_SIZE_MAX = 16 << 20 };

static void
add_path_place(struct places *out, char *path)
{
	struct stat st;

	places_add(out, path, false)->stays = lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int
add_plain_place(struct places *out, const char *word, struct err *e)
{
	char *path, *target;

	if (typed_path(word, &path, e) < 0)
		return -1;
	add_path_place(out, path);
	target = typed_path_target(path);
	if (target)
		add_path_place(out, target);
	return 0;
}

/* The directories before its first star are looked up as of any path; what follows has no place of its own. */
static int
add_glob_place(struct places *out, const char *word, struct err *e)
{
	size_t literal = places_literal_len(word), dir_len = literal;
	struct buf glob = BUF_INIT;
	char *dir, *path;

	if (*word == '*') {
		places_add(out, xstrdup(word), true);
		return 0;
	}
	while (dir_len > 0 && word[dir_len - 1] != '/')
		dir_len--;
	dir = dir_len > 0 ? xstrndup(word, dir_len) : xstrdup(".");
	if (typed_path_root(dir, &path, e) < 0) {
		free(dir);
		return -1;
	}
	buf_addf(&glob, "%s/%s", path[1] ? path : "", word + dir_len);
	while (glob.len > 1 && glob.data[glob.len - 1] == '/')
		buf_truncate(&glob, glob.len - 1);
	places_add(out, buf_detach(&glob), true);
	free(path);
	free(dir);
	return 0;
}

static int
add_place_word(struct places *out, const char *word, struct err *e)
{
	struct stat st;

	if (!*word)
		return err_set(e, ERR_USAGE, "--allow needs a directory, a file or a GLOB, and has an empty word");
	if (word[places_literal_len(word)] && lstat(word, &st) < 0)
		return add_glob_place(out, word, e);
	return add_plain_place(out, word, e);
}

/* A place a line; what begins with # is a comment, and so is an empty line. */
static int
add_place_lines(struct places *out, char *text, struct err *e)
{
	char *next;

	for (char *line = text; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (*line && *line != '#' && add_place_word(out, line, e) < 0)
			return -1;
	}
	return 0;
}

static int
add_place_file(struct places *out, const char *name, struct err *e)
{
	struct buf text = BUF_INIT;
	int rc;

	if (io_read_file(name, &text, LIST_SIZE_MAX) < 0) {
		rc = err_system(e, "cannot read the places of --allow-from=%s", name);
	} else if (text.len > 0 && memchr(text.data, '\0', text.len)) {
		rc = err_set(e, ERR_INPUT, "the file of --allow-from=%s is no text: it holds a NUL", name);
	} else {
		rc = text.len > 0 ? add_place_lines(out, text.data, e) : 0;
	}
	buf_release(&text);
	return rc;
}

int
place_arg_all(const struct options *o, struct places *out, struct err *e)
{
	for (size_t i = 0; i < o->allow.n; i++) {
		if (add_place_word(out, o->allow.v[i], e) < 0)
			return -1;
	}
	for (size_t i = 0; i < o->allow_from.n; i++) {
		if (add_place_file(out, o->allow_from.v[i], e) < 0)
			return -1;
	}
	return 0;
}
