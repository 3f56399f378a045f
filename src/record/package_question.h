/* Which packages paths belong to: what is asked for, by every name that a package may know it by, and what is answered. */
#ifndef WT_RECORD_PACKAGE_QUESTION_H
#define WT_RECORD_PACKAGE_QUESTION_H

#include <stddef.h>

/* A name that an asked path has in a package's list. */
struct package_name {
	char *text;			/* owned */
	size_t path;			/* which of the asked ones */
	const struct package_diversion *diverted;	/* the package's file is not here, or this is where it has gone to */
	int is_target;			/* the latter */
};

/* dpkg-divert(1): the file of every package but one is unpacked elsewhere. */
struct package_diversion {
	char *from, *to;		/* owned */
	char *package;			/* whose file it makes room for; NULL: nobody's (local).  Owned. */
};

enum { PACKAGE_OWNERS_NAMED = 3 };

/* Whom an asked path belongs to: directories may belong to thousands. */
struct package_answer {
	char *names[PACKAGE_OWNERS_NAMED];	/* owned */
	size_t n;				/* more than are named, where they are too many */
};

struct package_question {
	const char *const *paths;	/* canonical; borrowed */
	size_t n_paths;
	struct package_answer *answers;	/* by path */
	struct package_diversion **diversions;
	size_t n_diversions;
	struct package_name *names;	/* sorted by text once they are complete */
	size_t n_names;
};

void package_question_init(struct package_question *q, const char *const *paths, size_t n);
void package_question_release(struct package_question *q);

/* Note a diversion; package may be NULL. */
void package_question_divert(struct package_question *q, const char *from, const char *to, const char *package);

/*
 * A link to a directory, by its place and by where it leads: packages may know what is below by the link's name (/bin of
 * /usr/bin).
 */
struct package_link {
	const char *link, *target;
};

/* All that packages may know the paths by: call it once, when all diversions are known. */
void package_question_complete(struct package_question *q, const struct package_link *links, size_t n);

/* A package has a file of that name: note it where somebody asks for it.  Names that no package can have are left out. */
void package_question_note(struct package_question *q, const char *name, const char *package, size_t package_len);

#endif
