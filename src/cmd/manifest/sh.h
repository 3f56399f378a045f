/* manifest --format=sh: a script that removes what the runs created. */
#ifndef WT_CMD_MANIFEST_SH_H
#define WT_CMD_MANIFEST_SH_H

#include <stdio.h>

#include "base/err.h"
#include "cmd/manifest/list.h"

/* 0, or -1 with e set.  What cannot be written to out is found out by who closes it. */
int manifest_sh(const struct manifest_list *l, FILE *out, struct err *e);

/* The fixed part of the shell script, made of manifest.sh. */
extern const char manifest_sh_text[];

#endif
