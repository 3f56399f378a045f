/*
 * What a run has met, in memory: each distinct path with the object that it named before the run, process
 * images, tallies of calls, blind spots.  The same functions fill it from a live run (recorder.c) and from
 * a dead run's journal (replay.c).
 */
#ifndef WT_RECORD_LEDGER_H
#define WT_RECORD_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uthash.h>

#include "record/connections.h"
#include "record/joined.h"
#include "record/watched.h"
#include "event.h"

struct path_entry;

/* What became of a content that a call could lose.  Numbers are in journals: add at the end. */
enum fate {
	FATE_UNTOUCHED,		/* no call could, so far */
	FATE_KEPT,		/* it is in the store, under state.digest */
	FATE_NOT_WANTED,	/* --pre-images=none */
	FATE_TOO_BIG,
	FATE_NO_ROOM,
	FATE_UNREADABLE,	/* fate_error says why */
	FATE_NOT_WRITTEN,	/* to the store, as fate_error says */
	FATE_RACE,		/* it changed while it was read, or was met only after the call */
	FATE_COUNT
};

struct object_key {
	uint64_t dev;
	uint64_t ino;		/* of objects that are there at one time */
};

/* Another number of an object: overlayfs gives a new one when it copies a file up. */
struct object_alias {
	struct object_key key;
	struct object *object;
	struct object_alias *next;	/* of the same object */
	UT_hash_handle hh;
};

/* A file system object that existed before the run, by the state it had then. */
struct object {
	struct object_key key;
	uint32_t number;	/* counts objects from 1 */
	bool forgotten;		/* its last name went: the key may mean another object by now */
	bool at_risk;		/* its content may have changed, or is gone */
	bool confirmed;		/* at risk by a call that succeeded; else only by calls on their way */
	bool lost_name;		/* found at the end: a name that it had is no longer its own */
	bool needed;		/* found at the end: a row refers to the content that was kept */
	uint8_t fate;		/* enum fate */
	bool young;		/* made after the run had begun, as the writable layer of an overlay tells: state.birth does elsewhere */
	bool altered;		/* a call has changed more of it than its names, or may have */
	uint16_t in_flight;	/* calls on their way that can lose its content; never too few */
	uint16_t altering;	/* calls on their way that can change more of it than its names; never too few */
	int fate_error;		/* an errno; 0: none */
	struct file_state state;
	struct path_entry *origin;	/* the name it was first met by: where it was before the run */
	struct path_entry *place;	/* where it is now, as far as is known */
	struct object_alias *aliases;
	UT_hash_handle hh;
};

/* A call of one process image on one path, counted. */
struct tally {
	struct tally *next;	/* of the same path */
	struct path_entry *path;
	uint32_t image;
	uint16_t op;
	uint16_t error;
	uint32_t flags;		/* an index into ledger.flags */
	uint32_t count;		/* since the last hand-over to the history */
	int64_t first_ns, last_ns;
};

struct settled;
struct held_file;
struct linked;

struct path_entry {
	struct object *before;	/* NULL: the path was absent */
	struct tally *tallies;
	int64_t row_id;		/* in the history; 0: not there yet */
	uint32_t number;	/* counts paths from 1 */
	uint32_t last_image;	/* the last to change it; 0: none */
	uint32_t under_way;	/* calls on it that have gone on and have not been told of again */
	bool touched;		/* a call succeeded on it */
	bool untracked;		/* for `writes` alone: no file, or not in our view */
	bool settling;		/* it waits for being settled (settling.h) */
	bool caller_log;	/* the command's own standard output or error went there */
	bool met_late;		/* by a call that had been made already: its state before is a guess */
	bool doubtful;		/* a blind spot is about it: what is known of it may not be true */
	const char *via;	/* through whom the change came where no process of the run made it; of ledger.places */
	uint32_t moved;		/* a directory's name: the number of the last move that had to do with it; 0: none */
	struct settled *settled;	/* what the run has left there; NULL: not known.  Owned. */
	struct linked *linked;	/* the object that was settled there, where that had several names; NULL: it had not */
	struct held_file *held;	/* by whom it may still be written to; NULL: by nobody */
	UT_hash_handle hh;
	char path[];
};

struct image {
	uint32_t parent;
	uint32_t program_image;	/* whose program and command these are; itself after an exec */
	pid_t pid;
	char *program, *command, *directory;	/* of an exec; NULL otherwise; command also once handed over */
	int64_t started_ns, ended_ns;		/* 0: still running */
	int exit_status, exit_signal;		/* -1, 0: none */
	int64_t row_id;
	bool dirty;		/* the history has not got it as it is */
	struct held_file **held;	/* what it may write to by descriptors; owned, they are not */
	size_t n_held;
	struct path_entry **under_way;	/* what its calls that have gone on are about, once for each; owned, they are not */
	size_t n_under_way;
};

struct blind_spot {
	UT_hash_handle hh;
	uint32_t image;		/* from here on it is the key of the hash */
	uint32_t kind;		/* enum blind_kind */
	char detail[];
};

struct flag_text {
	enum flag_set set;
	uint64_t flags;
	char *text;		/* NULL for FLAGS_NONE */
};

struct ledger {
	struct path_entry *paths;	/* hash by name */
	struct path_entry **path_list;	/* by number - 1 */
	uint32_t n_paths;
	struct object *objects;		/* hash by key, without forgotten ones */
	struct object **object_list;	/* by number - 1 */
	uint32_t n_objects;
	struct object_alias *aliases;	/* hash by key */
	bool names_lost;		/* some file may have lost one of several names */
	struct image *images;		/* by number - 1 */
	uint32_t n_images;
	uint32_t *dirty_images;
	size_t n_dirty_images;
	struct tally **pending;		/* tallies since the last hand-over */
	size_t n_pending;
	struct blind_spot **blinds;	/* in the order in which they came */
	struct blind_spot *blind_hash;
	size_t n_blinds;
	size_t blinds_stored;
	struct flag_text *flags;
	uint32_t n_flags;
	struct connections connections;
	struct watched_places places;
	struct joined_runs joined;
	int64_t started_ns;		/* the run's */
	uint32_t mounts;		/* how often it has mounted or unmounted something */
	uint32_t moves;			/* how often it has moved a directory */
	struct linked *linked;		/* hash by key: objects of several names that were settled (settling.h) */
	bool replayed;			/* from a journal: counts are in the history already */
	bool command_ended;
	int command_status;		/* as waitpid() gives it */
	int64_t command_ended_ns;
};

void ledger_init(struct ledger *l);
void ledger_release(struct ledger *l);

struct path_entry *ledger_find_path(const struct ledger *l, const char *path);
/* The same for the first len bytes. */
struct path_entry *ledger_find_name(const struct ledger *l, const char *path, size_t len);
/* A new path; before is NULL where it was absent.  It becomes the object's origin if it has none. */
struct path_entry *ledger_add_path(struct ledger *l, const char *path, struct object *before, bool untracked);

/* An entry that was for `writes` alone is one for `changes` from now on. */
void ledger_track_path(struct path_entry *p, struct object *before);

/* NULL also where the number is known, but as another object's; a birth that is not known is taken for any. */
struct object *ledger_find_object(const struct ledger *l, uint64_t dev, uint64_t ino, int64_t birth);
/* The object is known by this number as well, unless another one is. */
void ledger_alias_object(struct ledger *l, struct object *o, uint64_t dev, uint64_t ino);
/* A new object; takes what state owns.  Another one of that number is forgotten: it is gone. */
struct object *ledger_add_object(struct ledger *l, const struct file_state *state);
void ledger_forget_object(struct ledger *l, struct object *o);

/* A new image with the next number; strings are copied. */
struct image *ledger_add_image(struct ledger *l, const struct process_start *p);
void ledger_end_image(struct ledger *l, uint32_t number, int status, int64_t ended_ns);
struct image *ledger_image(const struct ledger *l, uint32_t number);

/* Count a call.  Returns true where the tally is new since the last hand-over. */
bool ledger_count(struct ledger *l, struct path_entry *p, uint32_t image, enum op op,
		  enum flag_set set, uint64_t flags, int error, int64_t now_ns);

/* Forget all tallies: the history has them. */
void ledger_tallies_stored(struct ledger *l);

/* All row ids are void: the transaction in which they were given was rolled back. */
void ledger_forget_rows(struct ledger *l);

#endif
