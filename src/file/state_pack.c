/* A file's state as bytes: the fields in one order, written and read.  The order is the journal's format. */
#include "config.h"

#include "file/state_pack.h"

#include <string.h>

#include "base/mem.h"

void
state_pack(struct buf *out, const struct file_state *s)
{
	pack_u32(out, s->type);
	pack_u32(out, s->mode);
	pack_u32(out, s->uid);
	pack_u32(out, s->gid);
	pack_u64(out, (uint64_t)s->size_bytes);
	pack_u64(out, (uint64_t)s->mtime_ns);
	pack_u64(out, (uint64_t)s->ctime_ns);
	pack_u64(out, s->dev);
	pack_u64(out, s->ino);
	pack_u64(out, s->nlink);
	pack_u64(out, s->rdev);
	pack_u32(out, s->iflags);
	pack_string(out, s->target);
	pack_bytes(out, s->xattrs, s->xattrs_len);
}

void
state_pack_take(struct packed *p, struct file_state *out)
{
	uint32_t type = pack_take_u32(p);
	const void *xattrs;
	const char *target;

	memset(out, 0, sizeof(*out));
	out->type = type < FILE_TYPE_COUNT ? (enum file_type)type : FILE_ABSENT;
	out->mode = pack_take_u32(p);
	out->uid = pack_take_u32(p);
	out->gid = pack_take_u32(p);
	out->size_bytes = (int64_t)pack_take_u64(p);
	out->mtime_ns = (int64_t)pack_take_u64(p);
	out->ctime_ns = (int64_t)pack_take_u64(p);
	out->dev = pack_take_u64(p);
	out->ino = pack_take_u64(p);
	out->nlink = pack_take_u64(p);
	out->rdev = pack_take_u64(p);
	out->iflags = pack_take_u32(p);
	target = pack_take_string(p);
	if (target)
		out->target = xstrdup(target);
	xattrs = pack_take_bytes(p, &out->xattrs_len);
	if (xattrs)
		out->xattrs = xmemdup(xattrs, out->xattrs_len);
}
