/* Random names that are the same nowhere else (RFC 9562, version 4). */
#ifndef WT_BASE_UUID_H
#define WT_BASE_UUID_H

enum { UUID_TEXT = 36 };	/* digits and hyphens, without the NUL */

/*
 * A new one, in lower case.  Where the kernel has no random bytes to give (it is just being started, or a filter
 * refuses getrandom(2) and /dev/urandom is not there) it is made of the time, the process and where that lies in memory.
 */
void uuid_make(char out[UUID_TEXT + 1]);

#endif
