/* Two states of a path make a change. */
#include "config.h"

#include "file/change.h"

#include <stdbool.h>
#include <string.h>

#include "file/state.h"
#include "file/xattr.h"

const char *const change_disturbed_names[DISTURBED_COUNT] = {
	[DISTURBED_BEFORE] = "before",
	[DISTURBED_AFTER] = "after",
	[DISTURBED_BEFORE | DISTURBED_AFTER] = "before,after",
};

const char *const change_names[CHANGE_COUNT] = {
	[CHANGE_CREATED] = "created",
	[CHANGE_DELETED] = "deleted",
	[CHANGE_MODIFIED] = "modified",
	[CHANGE_ATTRIBUTES] = "attributes",
	[CHANGE_UNCHANGED] = "unchanged",
	[CHANGE_TRANSIENT] = "transient",
	[CHANGE_PARENT] = "parent",
};

static const char *const words[DIFFERS_BITS] = {
	"content", "type", "target", "mode", "owner", "mtime", "xattr", "acl", "flags",
};

/* Whether both have the same attributes of one kind: ACLs, or the others.  The blocks are sorted. */
static bool
same_xattrs(const struct file_state *a, const struct file_state *b, bool acls)
{
	size_t at_a = 0, at_b = 0;

	for (;;) {
		const char *name_a = NULL, *name_b = NULL;
		const void *value_a, *value_b;
		size_t len_a = 0, len_b = 0;
		bool more_a, more_b;

		do
			more_a = xattr_next(a->xattrs, a->xattrs_len, &at_a, &name_a, &value_a, &len_a);
		while (more_a && xattr_is_acl(name_a) != acls);
		do
			more_b = xattr_next(b->xattrs, b->xattrs_len, &at_b, &name_b, &value_b, &len_b);
		while (more_b && xattr_is_acl(name_b) != acls);
		if (!more_a || !more_b)
			return more_a == more_b;
		if (strcmp(name_a, name_b) != 0 || len_a != len_b || memcmp(value_a, value_b, len_a) != 0)
			return false;
	}
}

/* A directory's mtime follows its names; what devices, FIFOs and sockets carry through does not count. */
static bool
mtime_counts(enum file_type type)
{
	return type == FILE_REGULAR || type == FILE_SYMLINK;
}

static bool
same_target(const struct file_state *a, const struct file_state *b)
{
	return strcmp(a->target ? a->target : "", b->target ? b->target : "") == 0;
}

static unsigned
what_differs(const struct file_state *a, const struct file_state *b, enum content content)
{
	unsigned differs = 0;

	if (a->type != b->type || a->rdev != b->rdev)
		differs |= DIFFERS_TYPE;
	else if (a->type == FILE_REGULAR && content == CONTENT_DIFFERS)
		differs |= DIFFERS_CONTENT;
	else if (a->type == FILE_SYMLINK && !same_target(a, b))
		differs |= DIFFERS_TARGET;
	if (a->mode != b->mode)
		differs |= DIFFERS_MODE;
	if (a->uid != b->uid || a->gid != b->gid)
		differs |= DIFFERS_OWNER;
	if (mtime_counts(a->type) && mtime_counts(b->type) && a->mtime_ns != b->mtime_ns)
		differs |= DIFFERS_MTIME;
	if (!same_xattrs(a, b, false))
		differs |= DIFFERS_XATTR;
	if (!same_xattrs(a, b, true))
		differs |= DIFFERS_ACL;
	if (a->iflags != b->iflags)
		differs |= DIFFERS_FLAGS;
	return differs;
}

enum content
change_content(const struct file_state *a, const struct file_state *b)
{
	if (a->size_bytes != b->size_bytes)
		return CONTENT_DIFFERS;
	if (!a->has_digest || !b->has_digest)
		return CONTENT_UNKNOWN;
	return digest_equal(&a->digest, &b->digest) ? CONTENT_SAME : CONTENT_DIFFERS;
}

enum change_class
change_classify(const struct file_state *before, const struct file_state *after, enum content content,
		unsigned *differs)
{
	*differs = 0;
	if (before->type == FILE_ABSENT)
		return after->type == FILE_ABSENT ? CHANGE_TRANSIENT : CHANGE_CREATED;
	if (after->type == FILE_ABSENT)
		return CHANGE_DELETED;
	*differs = what_differs(before, after, content);
	if (*differs & (DIFFERS_CONTENT | DIFFERS_TYPE | DIFFERS_TARGET))
		return CHANGE_MODIFIED;
	return *differs ? CHANGE_ATTRIBUTES : CHANGE_UNCHANGED;
}

const char *
change_differs_text(unsigned differs, char buf[64])
{
	buf[0] = '\0';
	for (unsigned i = 0; i < DIFFERS_BITS; i++) {
		if (!(differs & (1u << i)))
			continue;
		if (buf[0])
			strcat(buf, ",");
		strcat(buf, words[i]);
	}
	return buf[0] ? buf : NULL;
}
