/* Places for what has none of its own: in $TMPDIR, /var/tmp or /tmp, the first that can be trusted and used. */
#ifndef WT_FILE_TEMPORARY_H
#define WT_FILE_TEMPORARY_H

#include "base/err.h"

/* A file without a name, open for reading and writing, 0600.  -1 with e set. */
int temporary_file(struct err *e);

/* The same in a given directory.  -1 with errno. */
int temporary_file_in(const char *dir);

/* A new directory of mode 0700, "PLACE/writetrace-XXXXXX"; its path is the caller's to free.  NULL with e set. */
char *temporary_directory(struct err *e);

/* The Nth place, 0 the first; NULL past the last.  A string for the caller to free. */
char *temporary_place(unsigned n);

#endif
