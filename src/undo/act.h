/*
 * What the steps are made of: single calls, each told to the record before it is done, when what it would lose
 * is kept, and when its outcome is known.
 */
#ifndef WT_UNDO_ACT_H
#define WT_UNDO_ACT_H

#include "undo/hold.h"
#include "undo/place.h"
#include "undo/steps.h"

/*
 * Tell of a call on one place or two (b may be NULL).  0; act_end() afterwards, with what it returned and errno.
 * Or -1 with errno: the states before it cannot be recorded, and it must not be made.
 */
int act_begin(const struct steps *s, struct call *c, enum op op, const struct place *a, const struct place *b);

/* 0, or -1 with errno as rc and errno were. */
int act_end(const struct steps *s, struct call *c, int rc);

/* Give what is at a place the metadata of a state.  only: a set of DIFFERS_*.  0, or -1 with errno. */
int act_metadata(const struct steps *s, const struct place *at, const struct file_state *want, unsigned only);

/*
 * All metadata, to what is held.  Who has opened it for writing meanwhile does not write to what root has given away: then
 * it is taken back.  0, or -1 with errno.
 */
int act_give(const struct steps *s, struct hold *h, const struct place *at, const struct file_state *want);

/* Rename one place onto another, which must be as it was seen when it was opened.  0, or -1 with errno. */
int act_move(const struct steps *s, const struct place *from, const struct place *to);

/* Let two places that both hold something change what they hold.  0, or -1 with errno. */
int act_exchange(const struct steps *s, const struct place *a, const struct place *b);

/* Give the object that a place holds a second name.  0, or -1 with errno. */
int act_link(const struct steps *s, const struct place *from, const struct place *to);

/*
 * One of several names is about to go: the others are told to the record, so that an undo of this finds what to
 * link the name to again.
 */
void act_meet_others(const struct steps *s, const struct place *p);

/* Paths by the objects that are there now: made once, for many steps; b is borrowed. */
struct other_names *act_other_names_new(struct undo_paths *b);
void act_other_names_free(struct other_names *names);

#endif
