/* What a command may change (--allow): the tracer's judgement of a call. */
#ifndef WT_TRACE_ALLOW_H
#define WT_TRACE_ALLOW_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/places.h"
#include "event.h"

struct allow {
	const struct places *places;	/* borrowed */
	struct allowed_object {
		dev_t dev;
		ino_t ino;
	} standard[3];			/* files that COMMAND's standard input, output and error lead to; zeros: none */
};

/* places stays the caller's; standard input, output and error are still those that COMMAND is to have. */
void allow_init(struct allow *a, const struct places *places);

/*
 * Whether a call may go on: it changes nothing but what is at the places, or it will fail by itself, as it changes
 * nothing then.  Of a call that has been made already (call->late): whether it might have gone on.
 */
bool allow_lets(const struct allow *a, const struct call *call);

/* Whether a success has opened something where it may. */
bool allow_lets_opened(const struct allow *a, const struct call *call);

#endif
