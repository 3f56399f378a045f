/* libarchive, loaded where an archive is made: a command that only records does not pay for it. */
#ifndef WT_CMD_PACKAGE_LIBRARY_H
#define WT_CMD_PACKAGE_LIBRARY_H

#include <archive.h>
#include <archive_entry.h>

#include "base/err.h"

/* What is used of it; each is a member of struct library that is called like the function. */
#define LIBRARY_FUNCTIONS(FUNCTION) \
	FUNCTION(archive_entry_acl_add_entry) \
	FUNCTION(archive_entry_free) \
	FUNCTION(archive_entry_new) \
	FUNCTION(archive_entry_set_filetype) \
	FUNCTION(archive_entry_set_gid) \
	FUNCTION(archive_entry_set_gname) \
	FUNCTION(archive_entry_set_hardlink) \
	FUNCTION(archive_entry_set_mtime) \
	FUNCTION(archive_entry_set_pathname) \
	FUNCTION(archive_entry_set_perm) \
	FUNCTION(archive_entry_set_rdevmajor) \
	FUNCTION(archive_entry_set_rdevminor) \
	FUNCTION(archive_entry_set_size) \
	FUNCTION(archive_entry_set_symlink) \
	FUNCTION(archive_entry_set_uid) \
	FUNCTION(archive_entry_set_uname) \
	FUNCTION(archive_entry_sparse_add_entry) \
	FUNCTION(archive_entry_xattr_add_entry) \
	FUNCTION(archive_error_string) \
	FUNCTION(archive_write_add_filter_bzip2) \
	FUNCTION(archive_write_add_filter_gzip) \
	FUNCTION(archive_write_add_filter_lz4) \
	FUNCTION(archive_write_add_filter_xz) \
	FUNCTION(archive_write_add_filter_zstd) \
	FUNCTION(archive_write_close) \
	FUNCTION(archive_write_data) \
	FUNCTION(archive_write_free) \
	FUNCTION(archive_write_header) \
	FUNCTION(archive_write_new) \
	FUNCTION(archive_write_open_fd) \
	FUNCTION(archive_write_set_bytes_in_last_block) \
	FUNCTION(archive_write_set_filter_option) \
	FUNCTION(archive_write_set_format_ar_bsd) \
	FUNCTION(archive_write_set_format_gnutar) \
	FUNCTION(archive_write_set_format_pax) \
	/* end */

#define LIBRARY_MEMBER(name) __typeof__(name) *name;

struct library {
	void *handle;		/* NULL: not loaded */
	LIBRARY_FUNCTIONS(LIBRARY_MEMBER)
};

/* 0, or -1 with e set.  library_close() in either case. */
int library_open(struct library *l, struct err *e);
void library_close(struct library *l);

#endif
