/* What a call does to names and objects, as far as its own record tells. */
#include "config.h"

#include "record/call_facts.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "file/fskind.h"

bool
call_effect_changes_names(enum op op)
{
	switch (op) {
	case OP_CREATE:
	case OP_RENAME:
	case OP_EXCHANGE:
	case OP_UNLINK:
	case OP_LINK:
	case OP_SYMLINK:
	case OP_MKDIR:
	case OP_RMDIR:
	case OP_MKNOD:
	case OP_BIND:
		return true;
	case OP_OPEN:
	case OP_TRUNCATE:
	case OP_CHMOD:
	case OP_CHOWN:
	case OP_UTIME:
	case OP_XATTR:
	case OP_FLAGS:
	case OP_MOUNT:
	case OP_INHERITED:
	case OP_COUNT:
		break;
	}
	return false;
}

bool
call_effect_same_object(const struct target *a, const struct target *b)
{
	return a->st.st_nlink > 0 && b->st.st_nlink > 0 && a->st.st_dev == b->st.st_dev &&
	       a->st.st_ino == b->st.st_ino;
}

bool
call_effect_only_creates(const struct call *c)
{
	return c->flag_set == FLAGS_OPEN && (c->flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL);
}

const struct target *
call_effect_loses_name(const struct call *c)
{
	const struct target *t = NULL;

	if (c->op == OP_UNLINK || c->op == OP_RMDIR)
		t = &c->target[0];
	else if (c->op == OP_RENAME && !(c->flag_set == FLAGS_RENAME && (c->flags & RENAME_NOREPLACE)) &&
		 !call_effect_same_object(&c->target[0], &c->target[1]))
		t = &c->target[1];
	return t && t->st.st_nlink > 0 ? t : NULL;
}

bool
call_effect_was_last_name(const struct target *t)
{
	return S_ISDIR(t->st.st_mode) || t->st.st_nlink == 1;
}

bool
call_effect_moves_directory(const struct call *c, unsigned i)
{
	return (c->op == OP_RENAME || c->op == OP_EXCHANGE) && S_ISDIR(c->target[i].st.st_mode) &&
	       c->target[i].st.st_nlink > 0;
}

bool
call_effect_on_overlay(const struct target *t)
{
	return t->fd >= 0 && fskind_of(t->fd, t->st.st_dev) == FS_OVERLAY;
}
