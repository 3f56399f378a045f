/*
 * libarchive, loaded when it is wanted.  One format of one command uses it; linked, it and the dozen libraries that it
 * needs in turn would be loaded and relocated at every start, which takes longer than all else that a short run does.
 */
#ifndef WT_CMD_MANIFEST_LIBARCHIVE_H
#define WT_CMD_MANIFEST_LIBARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"

/* What we use of it. */
#define LIBARCHIVE_FUNCTIONS(F) \
	F(archive_entry_clear) \
	F(archive_entry_free) \
	F(archive_entry_new) \
	F(archive_entry_set_filetype) \
	F(archive_entry_set_gid) \
	F(archive_entry_set_gname) \
	F(archive_entry_set_mtime) \
	F(archive_entry_set_pathname) \
	F(archive_entry_set_perm) \
	F(archive_entry_set_rdev) \
	F(archive_entry_set_size) \
	F(archive_entry_set_symlink) \
	F(archive_entry_set_uid) \
	F(archive_error_string) \
	F(archive_write_close) \
	F(archive_write_free) \
	F(archive_write_header) \
	F(archive_write_new) \
	F(archive_write_open) \
	F(archive_write_set_format_mtree) \
	F(archive_write_set_options)

struct libarchive {
#define LIBARCHIVE_MEMBER(name) __typeof__(name) *name;
	LIBARCHIVE_FUNCTIONS(LIBARCHIVE_MEMBER)
#undef LIBARCHIVE_MEMBER
};

/* Its functions, loaded once for the life of the process; NULL with e set where it is not there, or not whole. */
const struct libarchive *libarchive_load(struct err *e);

#endif
