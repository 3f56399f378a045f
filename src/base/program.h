/* Where a program is. */
#ifndef WT_BASE_PROGRAM_H
#define WT_BASE_PROGRAM_H

/*
 * Look for a program as execvp(3) does: by its path, or in the directories of PATH.  Returns what is to be
 * executed, for the caller to free, or NULL with errno: ENOENT, EACCES where something is there that cannot be
 * executed, or what kept us from looking.
 */
char *program_find(const char *name);

/* The same in these directories, separated by colons. */
char *program_find_in(const char *name, const char *dirs);

#endif
