/* --only and --except. */
#include "config.h"

#include "cmd/ui/filter.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/quote.h"
#include "cmd/ui/typed_path.h"
#include "store/glob.h"

/* One word of the options. */
struct filter_glob {
	const char *word;	/* as it was typed; borrowed */
	char *glob;		/* of absolute paths */
	char *real;		/* the same through the symbolic links that are there now; NULL: none are, or it has a * */
	bool met;
};

struct path_filter {
	struct filter_globs {
		struct filter_glob *v;
		size_t n;
	} only, except;
};

static int
absolute_glob(const char *word, char **out, struct err *e)
{
	struct buf glob = BUF_INIT;
	char *cwd;

	if (word[0] == '/' || word[0] == '*') {
		*out = xstrdup(word);
		return 0;
	}
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return err_system(e, "cannot tell what %s is: the working directory", word);
	if (strcmp(cwd, "/") != 0)
		glob_add_literal(&glob, cwd);
	typed_path_add(&glob, word);
	if (glob.len == 0)
		buf_addch(&glob, '/');
	free(cwd);
	*out = buf_detach(&glob);
	return 0;
}

static int
read_glob(struct filter_glob *g, const char *option, const char *word, struct err *e)
{
	struct buf real = BUF_INIT;
	char *path;

	if (!*word)
		return err_set(e, ERR_USAGE, "--%s has an empty word", option);
	g->word = word;
	if (absolute_glob(word, &g->glob, e) < 0)
		return -1;
	if (word[strcspn(word, "*?[")])
		return 0;
	if (typed_path(word, &path, e) < 0)
		return -1;
	glob_add_literal(&real, path);
	free(path);
	g->real = buf_detach(&real);
	return 0;
}

static int
read_globs(struct filter_globs *globs, const char *option, const struct strings *words, struct err *e)
{
	globs->v = xcalloc(words->n + 1, sizeof(*globs->v));
	for (; globs->n < words->n; globs->n++) {
		if (read_glob(&globs->v[globs->n], option, words->v[globs->n], e) < 0)
			return -1;
	}
	return 0;
}

int
filter_read(struct options *o, struct err *e)
{
	if (o->only.n == 0 && o->except.n == 0)
		return 0;
	o->filter = xcalloc(1, sizeof(*o->filter));
	if (read_globs(&o->filter->only, "only", &o->only, e) < 0)
		return -1;
	return read_globs(&o->filter->except, "except", &o->except, e);
}

static void
release_globs(struct filter_globs *globs)
{
	for (size_t i = 0; globs->v && i <= globs->n; i++) {
		free(globs->v[i].glob);
		free(globs->v[i].real);
	}
	free(globs->v);
}

void
filter_release(struct options *o)
{
	if (!o->filter)
		return;
	release_globs(&o->filter->only);
	release_globs(&o->filter->except);
	free(o->filter);
	o->filter = NULL;
}

/* All are asked, so that none is said to match nothing that another one stands in front of. */
static bool
any_matches(const struct filter_globs *globs, const char *path)
{
	bool any = false;

	for (size_t i = 0; i < globs->n; i++) {
		struct filter_glob *g = &globs->v[i];

		if (any && g->met)
			continue;
		if (glob_matches(g->glob, path) || (g->real && glob_matches(g->real, path)))
			any = g->met = true;
	}
	return any;
}

bool
filter_excepts(const struct options *o, const char *path)
{
	return o->filter && any_matches(&o->filter->except, path);
}

bool
filter_passes(const struct options *o, const char *path)
{
	bool excepted;

	if (!path)
		return false;
	excepted = filter_excepts(o, path);
	if (o->filter && o->filter->only.n > 0 && !any_matches(&o->filter->only, path))
		return false;
	return !excepted;
}

static void
say_unmet_globs(const char *option, const struct filter_globs *globs)
{
	for (size_t i = 0; i < globs->n; i++) {
		if (!globs->v[i].met)
			err_message("--%s=%s matches nothing", option, globs->v[i].word);
	}
}

void
filter_say_unmet(const struct options *o)
{
	if (!o->filter)
		return;
	say_unmet_globs("only", &o->filter->only);
	say_unmet_globs("except", &o->filter->except);
}

static void
add_globs(struct buf *out, const char *option, const struct filter_globs *globs)
{
	for (size_t i = 0; i < globs->n; i++) {
		char *word = xasprintf("--%s=%s", option, globs->v[i].glob);

		buf_addch(out, ' ');
		quote_shell(out, word, strlen(word));
		free(word);
	}
}

void
filter_add_options(struct buf *out, const struct options *o)
{
	if (!o->filter)
		return;
	add_globs(out, "only", &o->filter->only);
	add_globs(out, "except", &o->filter->except);
}
