/* file/change: what two states make of a path. */
#include "config.h"

#include "file/change.h"

#include "file/state.h"
#include "base/buf.h"
#include "unit/unit.h"

/* Every field has something else in it, so that only what a row says can make a difference. */
static struct file_state
state(enum file_type type)
{
	return (struct file_state){
		.type = type, .mode = 0644, .uid = 5, .gid = 6, .size_bytes = 7, .mtime_ns = 8,
		.ctime_ns = 9, .dev = 10, .ino = 11, .nlink = 1, .rdev = type == FILE_CHAR ? 0x103 : 0,
	};
}

enum change {
	NOTHING, CONTENT, TARGET, RDEV, MODE, UID, GID, MTIME, IFLAGS, IDENTITY
};

static char there[] = "there", elsewhere[] = "elsewhere";

static void
change(struct file_state *s, enum change what)
{
	switch (what) {
	case NOTHING:
	case CONTENT:
		break;
	case TARGET:
		s->target = elsewhere;
		break;
	case RDEV:
		s->rdev = 0x105;
		break;
	case MODE:
		s->mode = 04755;
		break;
	case UID:
		s->uid++;
		break;
	case GID:
		s->gid++;
		break;
	case MTIME:
		s->mtime_ns++;
		break;
	case IFLAGS:
		s->iflags = 0x20;
		break;
	case IDENTITY:
		s->ctime_ns++;
		s->dev++;
		s->ino++;
		s->nlink++;
		break;
	}
}

static const struct {
	enum file_type before, after;
	enum change what;
	enum change_class want;
	unsigned differs;
} pairs[] = {
	{ FILE_ABSENT, FILE_REGULAR, NOTHING, CHANGE_CREATED, 0 },
	{ FILE_ABSENT, FILE_DIRECTORY, NOTHING, CHANGE_CREATED, 0 },
	{ FILE_REGULAR, FILE_ABSENT, NOTHING, CHANGE_DELETED, 0 },
	{ FILE_SYMLINK, FILE_ABSENT, NOTHING, CHANGE_DELETED, 0 },
	{ FILE_ABSENT, FILE_ABSENT, NOTHING, CHANGE_TRANSIENT, 0 },

	{ FILE_REGULAR, FILE_REGULAR, NOTHING, CHANGE_UNCHANGED, 0 },
	{ FILE_REGULAR, FILE_REGULAR, CONTENT, CHANGE_MODIFIED, DIFFERS_CONTENT },
	{ FILE_REGULAR, FILE_REGULAR, MODE, CHANGE_ATTRIBUTES, DIFFERS_MODE },
	{ FILE_REGULAR, FILE_REGULAR, UID, CHANGE_ATTRIBUTES, DIFFERS_OWNER },
	{ FILE_REGULAR, FILE_REGULAR, GID, CHANGE_ATTRIBUTES, DIFFERS_OWNER },
	{ FILE_REGULAR, FILE_REGULAR, MTIME, CHANGE_ATTRIBUTES, DIFFERS_MTIME },
	{ FILE_REGULAR, FILE_REGULAR, IFLAGS, CHANGE_ATTRIBUTES, DIFFERS_FLAGS },
	{ FILE_REGULAR, FILE_REGULAR, IDENTITY, CHANGE_UNCHANGED, 0 },

	{ FILE_DIRECTORY, FILE_DIRECTORY, NOTHING, CHANGE_UNCHANGED, 0 },
	{ FILE_DIRECTORY, FILE_DIRECTORY, MTIME, CHANGE_UNCHANGED, 0 },	/* it follows the names */
	{ FILE_DIRECTORY, FILE_DIRECTORY, CONTENT, CHANGE_UNCHANGED, 0 },
	{ FILE_DIRECTORY, FILE_DIRECTORY, MODE, CHANGE_ATTRIBUTES, DIFFERS_MODE },
	{ FILE_DIRECTORY, FILE_DIRECTORY, GID, CHANGE_ATTRIBUTES, DIFFERS_OWNER },
	{ FILE_DIRECTORY, FILE_DIRECTORY, IFLAGS, CHANGE_ATTRIBUTES, DIFFERS_FLAGS },
	{ FILE_DIRECTORY, FILE_DIRECTORY, IDENTITY, CHANGE_UNCHANGED, 0 },

	{ FILE_SYMLINK, FILE_SYMLINK, NOTHING, CHANGE_UNCHANGED, 0 },
	{ FILE_SYMLINK, FILE_SYMLINK, TARGET, CHANGE_MODIFIED, DIFFERS_TARGET },
	{ FILE_SYMLINK, FILE_SYMLINK, MTIME, CHANGE_ATTRIBUTES, DIFFERS_MTIME },
	{ FILE_SYMLINK, FILE_SYMLINK, UID, CHANGE_ATTRIBUTES, DIFFERS_OWNER },

	/* their mtime follows what goes through them */
	{ FILE_FIFO, FILE_FIFO, MTIME, CHANGE_UNCHANGED, 0 },
	{ FILE_SOCKET, FILE_SOCKET, MTIME, CHANGE_UNCHANGED, 0 },
	{ FILE_CHAR, FILE_CHAR, MTIME, CHANGE_UNCHANGED, 0 },
	{ FILE_BLOCK, FILE_BLOCK, MTIME, CHANGE_UNCHANGED, 0 },
	{ FILE_FIFO, FILE_FIFO, MODE, CHANGE_ATTRIBUTES, DIFFERS_MODE },
	{ FILE_CHAR, FILE_CHAR, RDEV, CHANGE_MODIFIED, DIFFERS_TYPE },	/* another device altogether */

	/* one word says it; the content of another type is not compared */
	{ FILE_REGULAR, FILE_DIRECTORY, CONTENT, CHANGE_MODIFIED, DIFFERS_TYPE },
	{ FILE_REGULAR, FILE_SYMLINK, CONTENT, CHANGE_MODIFIED, DIFFERS_TYPE },
	{ FILE_SYMLINK, FILE_REGULAR, MODE, CHANGE_MODIFIED, DIFFERS_TYPE | DIFFERS_MODE },
	{ FILE_FIFO, FILE_SOCKET, MTIME, CHANGE_MODIFIED, DIFFERS_TYPE },
};

START_TEST(two_states_make_a_class)
{
	struct file_state before = state(pairs[_i].before);
	struct file_state after = state(pairs[_i].after);
	unsigned differs = 12345;

	if (before.type == FILE_SYMLINK)
		before.target = there;
	if (after.type == FILE_SYMLINK)
		after.target = there;
	change(&after, pairs[_i].what);
	ck_assert_int_eq(change_classify(&before, &after, pairs[_i].what == CONTENT ? CONTENT_DIFFERS : CONTENT_SAME,
					 &differs),
			 pairs[_i].want);
	ck_assert_uint_eq(differs, pairs[_i].differs);
}
END_TEST

START_TEST(several_differences_are_all_told)
{
	struct file_state before = state(FILE_REGULAR);
	struct file_state after = state(FILE_REGULAR);
	unsigned differs;
	char text[64];

	change(&after, MODE);
	change(&after, GID);
	change(&after, MTIME);
	change(&after, IFLAGS);
	ck_assert_int_eq(change_classify(&before, &after, CONTENT_DIFFERS, &differs), CHANGE_MODIFIED);
	ck_assert_str_eq(change_differs_text(differs, text), "content,mode,owner,mtime,flags");
	ck_assert_int_eq(change_classify(&before, &after, CONTENT_SAME, &differs), CHANGE_ATTRIBUTES);
	ck_assert_str_eq(change_differs_text(differs, text), "mode,owner,mtime,flags");
}
END_TEST

#define ACCESS "system.posix_acl_access"
#define DEFAULT "system.posix_acl_default"

/* Names in order, each with a value; NULL ends a side. */
static const struct {
	const char *before[4][2], *after[4][2];
	unsigned differs;
} attributes[] = {
	{ { { NULL } }, { { NULL } }, 0 },
	{ { { "user.a", "1" } }, { { "user.a", "1" } }, 0 },
	{ { { "user.a", "1" } }, { { "user.a", "2" } }, DIFFERS_XATTR },
	{ { { "user.a", "1" } }, { { "user.b", "1" } }, DIFFERS_XATTR },
	{ { { "user.a", "1" } }, { { "user.a", "11" } }, DIFFERS_XATTR },
	{ { { "user.a", "" } }, { { NULL } }, DIFFERS_XATTR },
	{ { { NULL } }, { { "user.a", "1" } }, DIFFERS_XATTR },
	{ { { "user.a", "1" } }, { { "user.a", "1" }, { "user.b", "1" } }, DIFFERS_XATTR },
	{ { { NULL } }, { { "security.capability", "x" } }, DIFFERS_XATTR },
	/* an ACL is no other attribute, wherever it stands */
	{ { { NULL } }, { { ACCESS, "x" } }, DIFFERS_ACL },
	{ { { DEFAULT, "x" } }, { { NULL } }, DIFFERS_ACL },
	{ { { ACCESS, "x" } }, { { ACCESS, "y" } }, DIFFERS_ACL },
	{ { { ACCESS, "x" } }, { { DEFAULT, "x" } }, DIFFERS_ACL },
	{ { { ACCESS, "x" }, { "user.a", "1" } }, { { ACCESS, "x" }, { "user.a", "1" } }, 0 },
	{ { { ACCESS, "x" }, { "user.a", "1" } }, { { ACCESS, "y" }, { "user.a", "1" } }, DIFFERS_ACL },
	{ { { ACCESS, "x" }, { "user.a", "1" } }, { { ACCESS, "x" }, { "user.a", "2" } }, DIFFERS_XATTR },
	{ { { ACCESS, "x" }, { "user.a", "1" } }, { { NULL } }, DIFFERS_XATTR | DIFFERS_ACL },
	{ { { "security.x", "1" }, { ACCESS, "x" } }, { { ACCESS, "x" } }, DIFFERS_XATTR },
};

static void
pack(struct file_state *s, const char *const list[4][2], struct buf *block)
{
	for (int i = 0; i < 4 && list[i][0]; i++) {
		uint32_t len = (uint32_t)strlen(list[i][1]);

		buf_add(block, list[i][0], strlen(list[i][0]) + 1);
		buf_add(block, &len, sizeof(len));
		buf_add(block, list[i][1], len);
	}
	s->xattrs = block->len ? block->data : NULL;
	s->xattrs_len = block->len;
}

START_TEST(an_acl_is_told_apart_from_other_attributes)
{
	struct file_state before = state(FILE_REGULAR);
	struct file_state after = state(FILE_REGULAR);
	struct buf a = BUF_INIT, b = BUF_INIT;
	unsigned differs;

	pack(&before, attributes[_i].before, &a);
	pack(&after, attributes[_i].after, &b);
	ck_assert_int_eq(change_classify(&before, &after, CONTENT_SAME, &differs),
			 attributes[_i].differs ? CHANGE_ATTRIBUTES : CHANGE_UNCHANGED);
	ck_assert_uint_eq(differs, attributes[_i].differs);
	/* of directories too */
	before.type = after.type = FILE_DIRECTORY;
	change_classify(&before, &after, CONTENT_SAME, &differs);
	ck_assert_uint_eq(differs, attributes[_i].differs);
	buf_release(&a);
	buf_release(&b);
}
END_TEST

START_TEST(words_come_in_one_order_and_fit)
{
	char text[64];

	ck_assert_str_eq(change_differs_text((1u << DIFFERS_BITS) - 1, text),
			 "content,type,target,mode,owner,mtime,xattr,acl,flags");
	ck_assert_str_eq(change_differs_text(DIFFERS_ACL | DIFFERS_TYPE, text), "type,acl");
	ck_assert_ptr_null(change_differs_text(0, text));
}
END_TEST

static const struct {
	int64_t size_a, size_b;
	int digest_a, digest_b;		/* first byte; -1: not read */
	enum content want;
} contents[] = {
	{ 1, 1, 7, 7, CONTENT_SAME },
	{ 1, 1, 7, 8, CONTENT_DIFFERS },
	{ 1, 1, 7, -1, CONTENT_UNKNOWN },
	{ 1, 1, -1, -1, CONTENT_UNKNOWN },
	{ 1, 2, -1, -1, CONTENT_DIFFERS },	/* no need to read either */
	{ 1, 2, 7, 7, CONTENT_DIFFERS },
};

static struct file_state
content_of(int64_t size, int digest)
{
	struct file_state s = { .type = FILE_REGULAR, .size_bytes = size, .has_digest = digest >= 0 };

	if (digest >= 0)
		s.digest.bytes[0] = (unsigned char)digest;
	return s;
}

START_TEST(contents_are_told_by_size_and_digest)
{
	struct file_state a = content_of(contents[_i].size_a, contents[_i].digest_a);
	struct file_state b = content_of(contents[_i].size_b, contents[_i].digest_b);

	ck_assert_int_eq(change_content(&a, &b), contents[_i].want);
	ck_assert_int_eq(change_content(&b, &a), contents[_i].want);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("change_classify");

	tcase_add_loop_test(tc, two_states_make_a_class, 0, ARRAY_SIZE(pairs));
	tcase_add_loop_test(tc, contents_are_told_by_size_and_digest, 0, ARRAY_SIZE(contents));
	tcase_add_test(tc, several_differences_are_all_told);
	tcase_add_loop_test(tc, an_acl_is_told_apart_from_other_attributes, 0, ARRAY_SIZE(attributes));
	tcase_add_test(tc, words_come_in_one_order_and_fit);
	return unit_run("change_classify", tc);
}
