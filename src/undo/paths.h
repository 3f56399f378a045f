/*
 * What undo and uninstall work on: each path that the runs to be taken back met, in three states.
 *
 *     paths     rows of all those runs -> a path's state before the first and as the last one left it
 *     survey    the state now, and whether it still is what was left
 *     plan      what is to be done with each path, and in which order: pure
 *     steps     does it, each step recorded before it is done
 */
#ifndef WT_UNDO_PATHS_H
#define WT_UNDO_PATHS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "event.h"
#include "store/store.h"

enum { NO_PATH = -1 };

/* What becomes of a path. */
enum undo_action {
	UNDO_NOTHING,		/* it is in the state that is wanted */
	UNDO_STAYS,		/* it existed before: an uninstall leaves it */
	UNDO_REMOVE,		/* whatever is no directory */
	UNDO_RMDIR,
	UNDO_MKDIR,
	UNDO_MOVE,		/* from where the object is now */
	UNDO_PUT,		/* made anew: from its pre-image, or from what is known of it */
	UNDO_LINK,		/* to another name that it shared its object with */
	UNDO_ATTRIBUTES,	/* mode, owner, times, extended attributes, inode flags alone */
	UNDO_MERGE,		/* what the runs changed in it is taken out, what others changed stays */
	UNDO_KEEP,		/* left as it is, against the wish, for a reason */
	UNDO_ACTION_COUNT
};

enum keep_reason {
	KEEP_NO_REASON,
	KEEP_EDITED,		/* another content, target or type than the runs left */
	KEEP_LATER_RUN,		/* a later run wrote it */
	KEEP_GONE,		/* somebody has removed what was to be changed back */
	KEEP_THERE_AGAIN,	/* somebody has put something where the run had left nothing */
	KEEP_LATE_CHANGE,	/* changed after the last record of a run whose end nobody saw */
	KEEP_NO_PRE_IMAGE,	/* the old content was not kept */
	KEEP_WAS_ELSEWHERE,	/* the runs moved it here; it existed before */
	KEEP_BLOCKED,		/* the directory that it belongs into cannot be put back */
	KEEP_NOT_EMPTY,		/* a directory that holds something */
	KEEP_ERROR,		/* the system refuses */
	KEEP_FROZEN,		/* somebody has made it, or the directory that holds it, immutable or append-only */
	KEEP_IN_USE,		/* a running process writes to it, or may at any moment */
	KEEP_PACKAGE,		/* of a package that its manager still has as installed */
	KEEP_OTHER_NAMES,	/* nothing more to be done here, but there are names that are out of reach */
	KEEP_DOUBT,		/* a blind spot is about it: what the runs did to it is not certain */
	KEEP_CONFLICT,		/* others have changed the same lines */
	KEEP_REASON_COUNT
};

/* What came of taking the runs' changes out of a text that others have changed since. */
enum undo_merge {
	MERGE_NOT_TRIED,
	MERGE_CLEAN,
	MERGE_CONFLICT,
	MERGE_NO_PROGRAM,	/* diff3 is not there */
	MERGE_NO_CONTENT,	/* what it held before, or as it was left, was not kept */
	MERGE_NOT_TEXT,
	MERGE_FAILED,
};

/* Each phase writes its own part and reads those before it. */
struct undo_path {
	char *path;
	int64_t path_id;
	struct {				/* what the runs did: paths.c; held_by: undo.c */
		struct file_state before;	/* before the first of the runs; has_digest: of the content then */
		struct file_state left;		/* as the last of them left it */
		int64_t left_by;		/* the run that left it so */
		int64_t left_ended_ns;		/* when that run ended; ours_alone: the first of those that left names in it */
		bool disturbed;		/* somebody else changed it after the last of the runs did: what is there is theirs */
		bool doubtful;		/* a blind spot of the runs is about it */
		bool lost;		/* it existed, and left holds another content, target or type */
		bool has_old;		/* its old content is in the pre-image store by before.digest … */
		bool no_old;		/* … or was needed, and not kept */
		int64_t old_run;	/* the run that says so */
		bool parent_only;	/* met as the directory of a name alone */
		bool settled;		/* nothing is to be done: an earlier undo saw to it */
		bool ours_alone;	/* no run met it: the directory of a name that they did meet; before and left are
					   those of earlier undos */
		bool leftover;		/* a name that an interrupted undo had made for itself */
		int origin;		/* where what was left here was before the first run; NO_PATH: nowhere else */
		int64_t held_by;	/* a later run that wrote it; 0: none */
		char *held_by_name;	/* that run's name; NULL: none */
	} history;
	struct {				/* what is there: survey.c; changed_elsewhere: siblings.c */
		struct file_state state;	/* act.c notes the mtime that it gives other names of one object */
		int error;		/* errno: it cannot be looked at; 0: state says what is there */
		bool edited;		/* state is not what was left, by content, target or type */
		bool others_work;	/* edited, or perhaps so, by somebody who may not have the rights that it had */
		int64_t used_by;	/* a process that has it open for writing; 0: none is known */
		char *used_by_program;	/* that process's program; NULL: none */
		bool is_back;		/* state has the content, target and type of before */
		bool late_change;
		bool own_output;	/* our output goes there: nothing is to be done */
		bool frozen;		/* immutable or append-only, which the runs did not leave so */
		bool in_store;		/* the old content is in the pre-image store, for whatever run's sake */
		bool closed;		/* a directory of our own without write permission for us */
		bool on_overlay;	/* asked only of what had several names */
		bool changed_elsewhere;	/* a name that no run met is now another file; of one path an object */
		int denied;		/* errno: the directory or the object may not be changed by us; 0: it may */
		char *foreign;		/* of a directory: the first name below it that is none of these paths; NULL */
		bool wanted;		/* it is among the chosen, or sources.c found that one of those needs it */
		bool excepted;		/* it never is */
		enum undo_merge merge;	/* merge.c; MERGE_CLEAN: the content, and the state that goes with it */
		struct buf merged;
		struct file_state merged_state;
	} now;
	struct {				/* what is to be done: plan.c; a step that fails makes it a KEEP */
		enum undo_action action;
		enum keep_reason reason;
		int error;		/* KEEP_ERROR: errno */
		/*
		 * UNDO_MOVE, UNDO_LINK: the path to take it from; UNDO_PUT: the path whose content is copied, NO_PATH:
		 * the store has it; KEEP_*: which other
		 */
		int source;
		int unreached;		/* names of what was here that no run met, and that this leaves as they are */
		int moved_to;		/* the path with UNDO_MOVE that takes the object from here; NO_PATH: none */
		bool is_copied;		/* the source of some UNDO_PUT: it is read before it goes */
		bool stash;		/* its object is taken aside first: the way has to be cleared */
		bool clear_first;	/* what is here must go before anything can be put here */
		bool busy;		/* of a directory: names in it change */
		char *detail;		/* KEEP_NOT_EMPTY: what it holds */
		enum undo_action left_out;	/* what --only and --except leave undone; UNDO_NOTHING: nothing */
	} plan;
	struct {				/* what has been done: steps.c */
		bool completed;
		ino_t made_ino;		/* of the directory that was made here, or what was put here; 0: nothing was */
		char *at;		/* where its object has been taken aside to; NULL: it is at path */
	} done;
};

struct undo_paths {
	struct undo_path *path;		/* in byte order */
	int n;
};

/* As in `outcomes.action`. */
extern const char *const undo_action_names[UNDO_ACTION_COUNT];

/* Whether there is nothing to be done, whatever the states are. */
static inline bool
paths_is_settled(const struct undo_path *p)
{
	return p->history.settled || p->now.own_output;
}

/* The index of a path, or NO_PATH. */
int paths_find(const struct undo_paths *b, const char *path);

/* The index of the directory that holds the path, or NO_PATH. */
int paths_parent(const struct undo_paths *b, const char *path);

/* The names that undo gives to what it takes aside or has not yet put in place begin so. */
extern const char paths_temporary[];

/* Whose rows are taken. */
struct paths_runs {
	const int64_t *ids;	/* the runs, and earlier undos of them */
	size_t n;
	const int64_t *undos;	/* those of them that are undos: what they did is taken as the others' */
	size_t n_undos;
	const int64_t *wider;	/* undos that also took back runs that are not among these: what they did stays so */
	size_t n_wider;
};

/* Fill out with the paths that the runs met.  paths_release() in either case.  0, or -1 with e set. */
int paths_load(struct undo_paths *out, struct store *s, const struct paths_runs *runs, struct err *e);

/* One more behind the others; valid until the next.  paths_sort() when all are there. */
struct undo_path *paths_add(struct undo_paths *b, const char *path);

/* Before the plan is made: indexes of other paths move with them. */
void paths_sort(struct undo_paths *b);

void paths_release(struct undo_paths *b);

#endif
