/* Where rows go: standard output or -o FILE, and whether a person looks at it. */
#ifndef WT_CMD_UI_OUTPUT_H
#define WT_CMD_UI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/opts.h"
#include "file/change.h"

enum style { STYLE_NONE, STYLE_GREEN, STYLE_YELLOW, STYLE_RED, STYLE_BOLD };

struct output {
	FILE *f;
	const char *name;	/* of the file; NULL: standard output */
	bool colored;
	bool terminal;		/* a person's, who may be led by what is written there */
	int width;		/* of the terminal; 0: it is none */
};

/* Whether f is to be coloured, by --color, NO_COLOR and what f is. */
bool output_color_wanted(enum color color, FILE *f);

/*
 * *f is standard output for the format that is asked for: of one that gives bytes as they are, a stream that makes them visible
 * (visible.h) where it is a terminal.  Such a one is not stdout, and is to be closed.
 */
void output_stdout(FILE **f, const struct options *o);

/* Open what -o and --color ask for.  0, or -1 with e set. */
int output_open(struct output *out, const struct options *o, struct err *e);

/* 0, or -1 with e set where not all could be written. */
int output_close(struct output *out, struct err *e);

/* Begin and end a style, where there are colours. */
void output_style(const struct output *out, enum style style);
void output_plain(const struct output *out, enum style style);

/* Add a text in a style, where there are colours. */
void output_add_styled(struct buf *out, bool colored, enum style style, const char *text);

/* The style of a class of change; STYLE_NONE for CHANGE_COUNT. */
enum style output_change_style(enum change_class class);

#endif
