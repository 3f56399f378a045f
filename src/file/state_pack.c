/* File states in journal records: the fields in one order, written and read. */
#include "config.h"

#include "file/state_pack.h"

#include <string.h>

#include "base/mem.h"

void
state_to_journal(const struct file_state *s, struct journal *j)
{
	journal_u32(j, s->type);
	journal_u32(j, s->mode);
	journal_u32(j, s->uid);
	journal_u32(j, s->gid);
	journal_u64(j, (uint64_t)s->size_bytes);
	journal_u64(j, (uint64_t)s->mtime_ns);
	journal_u64(j, (uint64_t)s->ctime_ns);
	journal_u64(j, s->dev);
	journal_u64(j, s->ino);
	journal_u64(j, s->nlink);
	journal_u64(j, s->rdev);
	journal_u32(j, s->iflags);
	journal_string(j, s->target);
	journal_bytes(j, s->xattrs, s->xattrs_len);
}

void
state_from_journal(struct journal_reader *r, struct file_state *out)
{
	uint32_t type = journal_take_u32(r);
	const void *xattrs;
	const char *target;

	memset(out, 0, sizeof(*out));
	out->type = type < FILE_TYPE_COUNT ? (enum file_type)type : FILE_ABSENT;
	out->mode = journal_take_u32(r);
	out->uid = journal_take_u32(r);
	out->gid = journal_take_u32(r);
	out->size_bytes = (int64_t)journal_take_u64(r);
	out->mtime_ns = (int64_t)journal_take_u64(r);
	out->ctime_ns = (int64_t)journal_take_u64(r);
	out->dev = journal_take_u64(r);
	out->ino = journal_take_u64(r);
	out->nlink = journal_take_u64(r);
	out->rdev = journal_take_u64(r);
	out->iflags = journal_take_u32(r);
	target = journal_take_string(r);
	if (target)
		out->target = xstrdup(target);
	xattrs = journal_take_bytes(r, &out->xattrs_len);
	if (xattrs)
		out->xattrs = xmemdup(xattrs, out->xattrs_len);
}
