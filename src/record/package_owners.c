/* Which packages of this machine paths belong to now. */
#include "config.h"

#include "record/package_owners.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/helper.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/program.h"
#include "record/package_question.h"
#include "record/package_system.h"

enum {
	FEW_NAMES = 1000,	/* are arguments of the program; of more it is asked for all that it has */
	FEW_BYTES = 64 << 10,
	FEW_OF_RPM = 64,	/* for each it prints the whole package's list */
};

/* --- the programs --- */

/* What root asks is what the machine's packages put there; the words are to be the untranslated ones. */
static const char root_dirs[] = "/usr/bin:/bin:/usr/sbin:/sbin";
static char *const root_environment[] = {
	(char *)"PATH=/usr/bin:/bin:/usr/sbin:/sbin", (char *)"LC_ALL=C", (char *)"HOME=/", NULL
};

static char *
find_manager(const char *name)
{
	const char *dirs = geteuid() == 0 ? NULL : getenv("PATH");

	return program_find_in(name, dirs ? dirs : root_dirs);
}

/* A program whose standard output is read. */
struct manager_output {
	pid_t pid;
	FILE *out;
};

/* 0, or an errno. */
static int
spawn_manager(pid_t *pid, const char *program, char *const *argv, int out)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	if (geteuid() != 0)
		setenv("LC_ALL", "C", 1);
	rc = posix_spawn(pid, program, &files, &attr, argv, geteuid() == 0 ? root_environment : environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return rc;
}

/* 0, or -1. */
static int
ask_begin(struct manager_output *a, const char *program, char *const *argv)
{
	int ends[2];
	int rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	rc = spawn_manager(&a->pid, program, argv, ends[1]);
	close(ends[1]);
	a->out = rc == 0 ? fdopen(ends[0], "r") : NULL;
	if (a->out)
		return 0;
	close(ends[0]);
	return -1;
}

/* 0, or -1 where it did not come to its end: with which status is its own way to say that it did not find all. */
static int
ask_end(struct manager_output *a)
{
	int status;

	fclose(a->out);
	while (waitpid(a->pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -1;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) < 126 ? 0 : -1;
}

/* --- what they print --- */

struct inquiry {
	struct package_question q;
	char *package;		/* whose list follows; NULL: none */
};

typedef void line_reader(struct inquiry *i, char *line);

/* "A, B: /PATH"; lines of diversions have blanks where names are. */
static void
read_dpkg_line(struct inquiry *i, char *line)
{
	char *path = strstr(line, ": /");

	if (!path)
		return;
	*path = '\0';
	for (char *name = line; name; ) {
		char *next = strstr(name, ", ");
		size_t len = next ? (size_t)(next - name) : strlen(name);

		package_question_note(&i->q, path + 2, name, len);
		name = next ? next + 2 : NULL;
	}
}

/* "diversion of /A to /B by PACKAGE", "local diversion of /A to /B"; a name with " to " or " by " in it is not known. */
static void
read_diversion_line(struct inquiry *i, char *line)
{
	static const char of[] = "diversion of ", local[] = "local ";
	bool is_local = strncmp(line, local, strlen(local)) == 0;
	char *from = line + (is_local ? strlen(local) : 0);
	char *to = strstr(from, " to /"), *by = to ? strstr(to, " by ") : NULL;

	if (!to || strncmp(from, of, strlen(of)) != 0 || (!by && !is_local))
		return;
	*to = '\0';
	if (by)
		*by = '\0';
	package_question_divert(&i->q, from + strlen(of), to + strlen(" to "), is_local ? NULL : by + strlen(" by "));
}

/* "PACKAGE/PATH": no package's name has a slash. */
static void
read_rpm_line(struct inquiry *i, char *line)
{
	char *path = strchr(line, '/');

	if (path)
		package_question_note(&i->q, path, line, (size_t)(path - line));
}

/* "PACKAGE /PATH", of directories with a slash at the end. */
static void
read_pacman_line(struct inquiry *i, char *line)
{
	char *path = strchr(line, ' ');
	size_t len = strlen(line);

	if (!path || path[1] != '/')
		return;
	if (line[len - 1] == '/' && line + len > path + 2)
		line[len - 1] = '\0';
	package_question_note(&i->q, path + 1, line, (size_t)(path - line));
}

/* NAME-VERSION-rRELEASE */
static size_t
apk_name_len(const char *text, size_t len)
{
	for (int dashes = 0; len > 0 && dashes < 2; len--)
		dashes += text[len - 1] == '-';
	return len;
}

/* "PACKAGE-VERSION contains:", then its names without the first slash, to an empty line. */
static void
read_apk_line(struct inquiry *i, char *line)
{
	static const char contains[] = " contains:";
	size_t len = strlen(line), end = strlen(contains);
	struct buf name = BUF_INIT;

	if (len == 0) {
		free(i->package);
		i->package = NULL;
	} else if (!i->package && len > end && strcmp(line + len - end, contains) == 0) {
		i->package = xstrndup(line, apk_name_len(line, len - end));
	} else if (i->package) {
		buf_addf(&name, "/%s", line);
		package_question_note(&i->q, name.data, i->package, strlen(i->package));
		buf_release(&name);
	}
}

/* 0, or -1 where the program could not be asked. */
static int
ask_manager(struct inquiry *i, const char *name, char *const *argv, line_reader *read_line)
{
	char *program = find_manager(name);
	struct manager_output a;
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	/* a database of packages can be there without who made it, as in a container's image */
	if (!program)
		return errno == ENOENT ? 0 : -1;
	if (ask_begin(&a, program, argv) < 0) {
		free(program);
		return -1;
	}
	free(program);
	while ((len = getline(&line, &room, a.out)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		read_line(i, line);
	}
	free(line);
	return ask_end(&a);
}

/* --- the systems --- */

/* Words of a command, and its end. */
struct manager_words {
	char **v;
	size_t n;
};

static void
add_manager_word(struct manager_words *w, const char *word)
{
	*LIST_ADD(w->v, w->n) = (char *)(uintptr_t)word;
}

static void
add_manager_words(struct manager_words *w, const char *const *words)
{
	for (size_t i = 0; words[i]; i++)
		add_manager_word(w, words[i]);
}

/* Whether the names can be given one by one, as no patterns. */
static bool
are_few(const struct package_question *q, size_t max)
{
	size_t bytes = 0;

	if (q->n_names > max)
		return false;
	for (size_t i = 0; i < q->n_names; i++) {
		bytes += strlen(q->names[i].text) + 1;
		if (strpbrk(q->names[i].text, "*?[\\"))
			return false;
	}
	return bytes <= FEW_BYTES;
}

static void
add_question_names(struct manager_words *w, const struct package_question *q)
{
	for (size_t i = 0; i < q->n_names; i++)
		add_manager_word(w, q->names[i].text);
}

static int
ask_words(struct inquiry *i, struct manager_words *w, line_reader *read_line)
{
	int rc;

	add_manager_word(w, NULL);
	rc = ask_manager(i, w->v[0], w->v, read_line);
	free(w->v);
	return rc;
}

static int
ask_dpkg(struct inquiry *i)
{
	struct manager_words w = { NULL, 0 };

	add_manager_words(&w, (const char *const[]){ "dpkg-query", "-S", "--", NULL });
	if (are_few(&i->q, FEW_NAMES))
		add_question_names(&w, &i->q);
	else
		add_manager_word(&w, "/*");
	return ask_words(i, &w, read_dpkg_line);
}

static int
ask_rpm(struct inquiry *i)
{
	bool few = are_few(&i->q, FEW_OF_RPM);
	struct manager_words w = { NULL, 0 };

	add_manager_words(&w, (const char *const[]){ "rpm", few ? "-qf" : "-qa", NULL });
	add_manager_words(&w, (const char *const[]){ "--qf", "[%{=NAME}%{FILENAMES}\\n]", NULL });
	if (few)
		add_question_names(&w, &i->q);
	return ask_words(i, &w, read_rpm_line);
}

static int
ask_pacman(struct inquiry *i)
{
	struct manager_words w = { NULL, 0 };

	add_manager_words(&w, (const char *const[]){ "pacman", "-Ql", NULL });
	return ask_words(i, &w, read_pacman_line);
}

struct apk_packages {
	struct inquiry i;
	struct manager_words words;
};

/* A name of an installed package. */
static void
read_apk_package(struct inquiry *i, char *line)
{
	struct apk_packages *all = (struct apk_packages *)(void *)i;

	if (line[0] && line[0] != '-')
		add_manager_word(&all->words, xstrdup(line));
}

/* It prints the lists of packages that it is told. */
static int
ask_apk(struct inquiry *i)
{
	struct apk_packages all = { .words = { NULL, 0 } };
	struct manager_words list = { NULL, 0 };
	int rc;

	add_manager_words(&list, (const char *const[]){ "apk", "info", NULL });
	add_manager_words(&all.words, (const char *const[]){ "apk", "info", "-L", NULL });
	rc = ask_words(&all.i, &list, read_apk_package);
	if (rc < 0)
		return -1;
	return ask_words(i, &all.words, read_apk_line);
}

static int (*const ask_system[PACKAGE_SYSTEMS])(struct inquiry *i) = {
	[PACKAGES_DPKG] = ask_dpkg,
	[PACKAGES_RPM] = ask_rpm,
	[PACKAGES_PACMAN] = ask_pacman,
	[PACKAGES_APK] = ask_apk,
};

/* --- links to directories --- */

struct links {
	struct package_link *v;
	size_t n;
};

static void
add_link(struct links *l, const char *link)
{
	char *target = realpath(link, NULL);

	if (target && strcmp(target, link) != 0 && strcmp(target, "/") != 0)
		*LIST_ADD(l->v, l->n) = (struct package_link){ xstrdup(link), target };
	else
		free(target);
}

/* Those of the root, as /bin is one since the merge with /usr, and a few others that distributions have made. */
static void
read_links(struct links *l)
{
	static const char *const others[] = { "/usr/sbin", "/usr/lib64", "/var/run", "/var/lock", "/var/mail" };
	DIR *root = opendir("/");
	const struct dirent *d;

	while (root && (d = readdir(root))) {
		char *path = d->d_type == DT_LNK ? xasprintf("/%s", d->d_name) : NULL;

		if (path)
			add_link(l, path);
		free(path);
	}
	if (root)
		closedir(root);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		add_link(l, others[i]);
}

/* --- in a process of its own, for a database may be where nobody answers --- */

static void
add_answers(struct buf *out, const struct package_question *q)
{
	for (size_t i = 0; i < q->n_paths; i++) {
		const struct package_answer *a = &q->answers[i];

		if (a->n == 0)
			continue;
		buf_addf(out, "%zu ", i);
		for (size_t k = 0; k < a->n && k < PACKAGE_OWNERS_NAMED; k++)
			buf_addf(out, "%s%s", k ? ", " : "", a->names[k]);
		if (a->n > PACKAGE_OWNERS_NAMED)
			buf_addf(out, " and %zu more", a->n - PACKAGE_OWNERS_NAMED);
		buf_addch(out, '\n');
	}
}

struct asked_paths {
	const char *const *paths;
	size_t n;
};

/* The answers, then an empty line, which says that all could be asked. */
static void
ask_all(void *context, struct buf *out)
{
	const struct asked_paths *asked = context;
	struct inquiry i = { .package = NULL };
	struct links links = { NULL, 0 };
	char *list[] = { (char *)"dpkg-divert", (char *)"--list", NULL };
	int rc = 0;

	(void)!chdir("/");
	package_question_init(&i.q, asked->paths, asked->n);
	if (package_system_is_here(PACKAGES_DPKG))
		rc = ask_manager(&i, list[0], list, read_diversion_line);
	read_links(&links);
	package_question_complete(&i.q, links.v, links.n);
	for (int s = 0; s < PACKAGE_SYSTEMS && i.q.n_names > 0; s++) {
		if (package_system_is_here((enum package_system)s) && ask_system[s](&i) < 0)
			rc = -1;
	}
	add_answers(out, &i.q);
	if (rc == 0)
		buf_addch(out, '\n');
}

/* --- who asks --- */

struct package_owner {
	const char *path;	/* borrowed of paths */
	char *names;		/* owned */
};

struct package_owners {
	struct package_owner *v;	/* sorted by path */
	size_t n;
	char **paths;
	size_t n_paths;
};

static int
compare_owners(const void *a, const void *b)
{
	return strcmp(((const struct package_owner *)a)->path, ((const struct package_owner *)b)->path);
}

static int
compare_owner_path(const void *key, const void *element)
{
	return strcmp(key, ((const struct package_owner *)element)->path);
}

/* Whether the answer came to its end. */
static bool
read_answers(struct package_owners *o, char *text)
{
	for (char *line = text; *line; ) {
		char *end = strchr(line, '\n'), *names;
		size_t at;

		if (end == line)
			return true;
		at = strtoull(line, &names, 10);
		if (!end || *names != ' ' || at >= o->n_paths)
			return false;
		*end = '\0';
		*LIST_ADD(o->v, o->n) = (struct package_owner){ o->paths[at], xstrdup(names + 1) };
		line = end + 1;
	}
	return false;
}

struct package_owners *
package_owners_ask(const char *const *paths, size_t n, struct err *e)
{
	struct package_owners *o = xcalloc(1, sizeof(*o));
	struct asked_paths asked = { paths, n };
	struct buf answer = BUF_INIT;
	bool whole;

	for (size_t i = 0; i < n; i++)
		*LIST_ADD(o->paths, o->n_paths) = xstrdup(paths[i]);
	whole = n == 0;
	errno = 0;
	if (n > 0 && helper_run(ask_all, &asked, NULL, 0, &answer) == 0)
		whole = read_answers(o, answer.data);
	if (o->n > 0)
		qsort(o->v, o->n, sizeof(*o->v), compare_owners);
	buf_release(&answer);
	if (whole)
		return o;
	if (errno == 0)
		err_set(e, ERR_SYSTEM, "the package manager did not say which packages paths belong to");
	else
		err_system(e, "cannot ask the package manager which packages paths belong to");
	package_owners_free(o);
	return NULL;
}

void
package_owners_free(struct package_owners *o)
{
	if (!o)
		return;
	for (size_t i = 0; i < o->n; i++)
		free(o->v[i].names);
	for (size_t i = 0; i < o->n_paths; i++)
		free(o->paths[i]);
	free(o->v);
	free(o->paths);
	free(o);
}

const char *
package_owners_of(const struct package_owners *o, const char *path)
{
	size_t at;

	if (!list_find(path, o->v, o->n, sizeof(*o->v), compare_owner_path, &at))
		return NULL;
	return o->v[at].names;
}
