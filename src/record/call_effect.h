/*
 * What a call does to names and objects: as far as its own record tells, and what follows from its success, for objects
 * go where their names go.
 */
#ifndef WT_RECORD_CALL_EFFECT_H
#define WT_RECORD_CALL_EFFECT_H

#include "record/prestate.h"

/* What is there already stays as it is: O_CREAT | O_EXCL. */
bool call_effect_only_creates(const struct call *c);
/* Whether it is an open that empties what is there; creat(2) has no flags, and always does. */
bool call_effect_truncates(const struct call *c);

/* The target whose object the call takes a name from, or NULL. */
const struct target *call_effect_loses_name(const struct call *c);

/* Whether target i is a directory that gets another name. */
bool call_effect_moves_directory(const struct call *c, unsigned i);

/* Two names of one object that is there. */
bool call_effect_same_object(const struct target *a, const struct target *b);

/* Whether a name that goes was the last one: then nothing leads to its content any more. */
bool call_effect_was_last_name(const struct target *t);

bool call_effect_on_overlay(const struct target *t);

/* What is found out at a call's entry and wanted at its end: struct call.notes, a bit for each target or a number. */
enum {
	NOTE_AT_STAKE = 1 << 0,	/* prestate_settle() wants to hear of the outcome */
	NOTE_OVERLAY = 1 << 2,
	NOTE_ALTERS = 1 << 4,	/* prestate_altered() does */
	NOTE_CREATION = 1 << 6,	/* from here on: its place among the creations, counted from 1 */
};

/* Before the call goes on: where it is to move a directory, the journal says so. */
void call_effect_foresee(struct prestate *ps, const struct call *c);

/* The call has succeeded and its caller is held. */
void call_effect_follow(struct prestate *ps, const struct call *c, uint32_t image);

#endif
