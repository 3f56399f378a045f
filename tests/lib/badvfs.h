/* SQLite's VFS with a fault in it; for nomem.c. */
#ifndef WT_TESTS_BADVFS_H
#define WT_TESTS_BADVFS_H

/* From now on it is SQLite's default. */
void badvfs_register(void);

/* Whether what is asked now is refused. */
int badvfs_fails(void);

#endif
