/* SQLite's own way to the system, but for how it waits. */
#include "config.h"

#include "store/vfs.h"

#include <sqlite3.h>
#include <stddef.h>

static const char name[] = "writetrace";

/*
 * The whole process's, as SQLite's own list of such ways is: a connection finds its way in it by name.  A process that
 * holds tracees has one history open to write to, and that one says whether to hurry.
 */
static sqlite3_vfs *below;
static sqlite3_vfs ours;
static bool hurried;

/* The caller counts how often it has asked, not how long it has slept. */
static int
on_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	return hurried ? 0 : below->xSleep(below, microseconds);
}

const char *
vfs_name(void)
{
	if (below)
		return name;
	below = sqlite3_vfs_find(NULL);
	if (!below)
		return NULL;
	ours = *below;
	ours.zName = name;
	ours.pNext = NULL;
	ours.xSleep = on_sleep;
	if (sqlite3_vfs_register(&ours, 0) == SQLITE_OK)
		return name;
	below = NULL;
	return NULL;
}

void
vfs_hurry(bool hurry)
{
	hurried = hurry;
}
