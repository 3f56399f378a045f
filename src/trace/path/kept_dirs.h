/*
 * Directories that paths have led to lately, kept open: most calls are about a name in the directory that the call before
 * was about.  Nothing is believed because it was true before: at each use the kernel is asked where the tracee's way leads
 * by now, which must be the very directory that is held, and what that is called by now.
 */
#ifndef WT_TRACE_PATH_KEPT_DIRS_H
#define WT_TRACE_PATH_KEPT_DIRS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct shared_fd;
struct target;
struct whose;

/* Which directory one is: one that is held or in use keeps its number. */
struct kept_place {
	dev_t dev;
	ino_t ino;
	uint64_t mount;		/* 0: not known */
};

/* Begins as zeroes. */
struct kept_dirs {
	bool resting;			/* a mount may be on its way: what is kept would hold it up */
	bool any;			/* something is kept, and has to be forgotten when some time has passed */
	uint64_t held_mount;		/* one beside our root's that is held by a process of ours all along; 0: none */
	unsigned long look;		/* counts the stops: what a way leads to is asked for once in each */
	struct kept_dir {
		uint64_t met;		/* of a way that was gone lately: its hash; only one that is gone again is kept */
		unsigned strikes;	/* how often that one could not be kept, or led elsewhere */
		char *way;		/* from the tracee's /proc entry, or from the root; NULL: none is kept here */
		char *path;		/* canonical */
		bool by_links;		/* the way there goes by symbolic links, or by ".." */
		struct shared_fd *dir;	/* O_PATH */
		struct kept_place place;	/* dir's */
		struct kept_place start;	/* that of the directory from which the way leads on; zeroes: of the root, or dir itself */
		unsigned long led, called;	/* the stops in which it was last led to, and called so */
	} kept[16];
};

/*
 * What raw is about to mean, as resolve_path() has it, for a way that it could take without care (LOOKUP_*).  False, and
 * out is as it was, where no directory is kept, or it is not where the way leads, or the last component leads on.
 */
bool kept_dirs_resolve(const struct whose *w, int dirfd, const char *raw, unsigned how, struct target *out);

/*
 * The same path has been resolved otherwise: keep its directory, the second time.  A directory is kept only on a mount
 * that a process of ours holds in any case, our root's or held_mount: who unmounts another, traced or not, and by whatever
 * way, does not find it busy for us.
 */
void kept_dirs_note(const struct whose *w, int dirfd, const char *raw);

/* Another stop: whatever was looked at before may be otherwise. */
void kept_dirs_begin(struct kept_dirs *k);

/* A mount or a directory may be another soon, or some time has passed. */
void kept_dirs_forget(struct kept_dirs *k);

/*
 * A symbolic link may be another soon.  It cannot be in the place of a directory on a way without links: that would have to
 * be moved away first, or be empty.
 */
void kept_dirs_forget_linked(struct kept_dirs *k);

/* This directory is about to be removed: who watches it is told when nobody holds it any more (inotify(7)). */
void kept_dirs_let_go(struct kept_dirs *k, dev_t dev, ino_t ino);

/* The mount that path is on; 0: not known. */
uint64_t kept_dirs_mount_of(const char *path);

#endif
