/* Devices, by their numbers. */
#ifndef WT_FILE_DEVICE_H
#define WT_FILE_DEVICE_H

#include <stdbool.h>
#include <sys/stat.h>

/* Whether it is a character device that keeps nothing of what is written to it. */
bool device_keeps_nothing(const struct stat *st);

#endif
