/* Devices, by their numbers. */
#include "config.h"

#include "file/device.h"

#include <sys/sysmacros.h>

#include "base/mem.h"

/* Character devices that keep nothing (Documentation/admin-guide/devices.txt): a minor of -1 means all. */
static const struct {
	unsigned major;
	int minor;
} harmless[] = {
	{ 1, 3 },	/* null */
	{ 1, 5 },	/* zero */
	{ 1, 7 },	/* full */
	{ 1, 8 },	/* random */
	{ 1, 9 },	/* urandom */
	{ 5, 0 },	/* tty */
	{ 5, 1 },	/* console */
	{ 5, 2 },	/* ptmx */
	{ 136, -1 }, { 137, -1 }, { 138, -1 }, { 139, -1 },	/* pts */
	{ 140, -1 }, { 141, -1 }, { 142, -1 }, { 143, -1 },
};

bool
device_keeps_nothing(const struct stat *st)
{
	if (!S_ISCHR(st->st_mode))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		if (harmless[i].major == major(st->st_rdev) &&
		    (harmless[i].minor < 0 || (unsigned)harmless[i].minor == minor(st->st_rdev)))
			return true;
	}
	return false;
}
