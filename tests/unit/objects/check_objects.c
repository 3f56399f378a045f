/* objects/objects: what is put is there under its digest, private, once; what goes is nobody's. */
#include "config.h"

#include "objects/objects.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/io.h"
#include "objects/objects_dir.h"
#include "unit/unit.h"

static struct err e;
static struct objects *store;

static void
begin(void)
{
	unit_enter_scratch();
	memset(&e, 0, sizeof(e));
	store = objects_new("h", false);
}

static void
end(void)
{
	objects_free(store);
	unit_leave_scratch();
}

/* A file of len bytes, each of them c. */
static int
make_file(const char *name, char c, size_t len)
{
	char *bytes = xmalloc(len + 1);
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);

	ck_assert_int_ge(fd, 0);
	memset(bytes, c, len);
	ck_assert_int_eq(io_write_full(fd, bytes, len), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	free(bytes);
	return fd;
}

static struct digest
put(struct objects *o, int fd, int64_t want_size)
{
	struct digest d;
	int64_t size = -1;

	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	ck_assert_msg(objects_put(o, fd, &d, &size, &e) == 0, "%s", e.text);
	ck_assert_int_eq(size, want_size);
	return d;
}

static struct digest
put_bytes(struct objects *o, char c, size_t len)
{
	int fd = make_file("f", c, len);
	struct digest d = put(o, fd, (int64_t)len);

	close(fd);
	return d;
}

static void
object_stat(const struct digest *d, struct stat *st)
{
	int fd = objects_dir_get("h", d);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(fstat(fd, st), 0);
	close(fd);
}

/* The object's own digest is its name, also in the file system. */
static void
assert_true_to_name(const struct digest *d)
{
	struct digester *digester = digest_new();
	int fd = objects_dir_get("h", d);
	char hex[2 * DIGEST_SIZE + 1];
	char path[128];
	struct digest found;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(digest_fd(digester, fd, &found, NULL, &e), 0);
	ck_assert(digest_equal(d, &found));
	digest_hex(d, hex);
	snprintf(path, sizeof(path), "h.objects/%.2s/%s", hex, hex + 2);
	ck_assert_int_eq(access(path, R_OK), 0);
	close(fd);
	digest_free(digester);
}

static int
count_one(void *context, const struct objects_entry *entry)
{
	ck_assert(objects_dir_has("h", &entry->digest));
	++*(int *)context;
	return 0;
}

static int
count(void)
{
	int n = 0;

	ck_assert_msg(objects_dir_walk("h", count_one, &n, &e) == 0, "%s", e.text);
	return n;
}

static int
stop_at_once(void *context, const struct objects_entry *entry)
{
	(void)context;
	return entry->size_bytes == 5 ? 7 : 8;
}

static const size_t sizes[] = { 0, 1, 65536, 65537, 300000 };

START_TEST(content_of_any_size_is_kept_under_its_digest)
{
	struct digest d = put_bytes(store, 'x', sizes[_i]);
	struct stat st;

	assert_true_to_name(&d);
	object_stat(&d, &st);
	ck_assert_int_eq(st.st_size, (off_t)sizes[_i]);
}
END_TEST

START_TEST(same_content_is_stored_once)
{
	struct digest first = put_bytes(store, 'x', sizes[_i]);
	struct stat before, after;
	struct digest second;

	object_stat(&first, &before);
	second = put_bytes(store, 'x', sizes[_i]);
	object_stat(&second, &after);
	ck_assert(digest_equal(&first, &second));
	ck_assert_int_eq(before.st_ino, after.st_ino);
	ck_assert_int_eq(count(), 1);
}
END_TEST

START_TEST(nothing_is_made_before_it_is_needed)
{
	struct digest d = { { 1 } };

	ck_assert_int_eq(access("h.objects", F_OK), -1);
	ck_assert_int_eq(count(), 0);
	ck_assert(!objects_dir_has("h", &d));
	ck_assert_int_eq(objects_dir_get("h", &d), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(objects_dir_remove("h", &d, INT64_MAX), -1);
	ck_assert_int_eq(errno, ENOENT);
	objects_drop(store, &d);
}
END_TEST

START_TEST(modes_are_private_whatever_the_umask)
{
	static const mode_t masks[] = { 0, 0777 };
	struct digest d;
	struct stat st;
	char path[128], hex[2 * DIGEST_SIZE + 1];
	mode_t old;
	int fd = make_file("f", 'x', 10);

	old = umask(masks[_i]);
	d = put(store, fd, 10);
	umask(old);
	close(fd);
	object_stat(&d, &st);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(stat("h.objects", &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0700);
	digest_hex(&d, hex);
	snprintf(path, sizeof(path), "h.objects/%.2s", hex);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0700);
}
END_TEST

START_TEST(sparse_files_stay_sparse)
{
	int fd = make_file("f", 'x', 4096);
	struct stat was, is;
	struct digest d;

	ck_assert_int_eq(pwrite(fd, "middle", 6, 20 << 20), 6);
	ck_assert_int_eq(ftruncate(fd, 40 << 20), 0);
	ck_assert_int_eq(fstat(fd, &was), 0);
	d = put(store, fd, 40 << 20);
	close(fd);
	assert_true_to_name(&d);
	object_stat(&d, &is);
	ck_assert_int_eq(is.st_size, was.st_size);
	ck_assert_int_le(is.st_blocks, was.st_blocks + 64);
}
END_TEST

START_TEST(what_is_dropped_goes_with_its_last_use)
{
	struct digest d = put_bytes(store, 'x', 10);

	put_bytes(store, 'x', 10);
	objects_drop(store, &d);
	ck_assert(objects_dir_has("h", &d));
	objects_drop(store, &d);
	ck_assert(!objects_dir_has("h", &d));
	objects_drop(store, &d);
	d = put_bytes(store, 'x', 10);
	assert_true_to_name(&d);
}
END_TEST

START_TEST(what_another_run_uses_is_not_dropped)
{
	struct objects *other = objects_new("h", false);
	struct digest d = put_bytes(store, 'x', sizes[_i]);

	put_bytes(other, 'x', sizes[_i]);
	objects_drop(store, &d);
	assert_true_to_name(&d);
	objects_drop(other, &d);	/* nor what another has brought */
	assert_true_to_name(&d);
	objects_free(other);
}
END_TEST

START_TEST(what_was_used_lately_is_not_removed)
{
	int64_t start_ns = clock_now_ns();
	struct digest d = put_bytes(store, 'x', 10);

	ck_assert_int_eq(objects_dir_remove("h", &d, start_ns), -1);
	ck_assert_int_eq(errno, EBUSY);
	ck_assert(objects_dir_has("h", &d));
	ck_assert_int_eq(objects_dir_remove("h", &d, clock_now_ns() + NS_PER_SECOND), 0);
	ck_assert(!objects_dir_has("h", &d));
	ck_assert_int_eq(objects_dir_remove("h", &d, INT64_MAX), -1);
	ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(an_object_cut_short_is_made_anew)
{
	struct objects *other = objects_new("h", true);
	struct digest d = put_bytes(store, 'x', sizes[_i]);
	char hex[2 * DIGEST_SIZE + 1];
	char path[128];

	digest_hex(&d, hex);
	snprintf(path, sizeof(path), "h.objects/%.2s/%s", hex, hex + 2);
	ck_assert_int_eq(truncate(path, sizes[_i] ? 0 : 1), 0);
	put_bytes(other, 'x', sizes[_i]);
	assert_true_to_name(&d);
	objects_free(other);
}
END_TEST

START_TEST(walk_tells_sizes_and_ends_when_told)
{
	put_bytes(store, 'x', 5);
	put_bytes(store, 'y', 6);
	ck_assert_int_eq(close(open("h.objects/README", O_WRONLY | O_CREAT, 0600)), 0);
	ck_assert_int_eq(mkdir("h.objects/zz", 0700), 0);
	ck_assert_int_eq(count(), 2);
	ck_assert_int_ge(objects_dir_walk("h", stop_at_once, NULL, &e), 7);
}
END_TEST

START_TEST(left_over_copies_are_cleared_but_not_those_in_the_making)
{
	int fd;

	put_bytes(store, 'x', 5);
	ck_assert_int_eq(close(open("h.objects/new-1-1-1", O_WRONLY | O_CREAT, 0600)), 0);
	fd = open("h.objects/new-2-2-2", O_WRONLY | O_CREAT, 0600);
	ck_assert_int_eq(flock(fd, LOCK_EX), 0);
	objects_free(store);
	store = objects_new("h", false);
	put_bytes(store, 'y', 5);
	ck_assert_int_eq(access("h.objects/new-1-1-1", F_OK), -1);
	ck_assert_int_eq(access("h.objects/new-2-2-2", F_OK), 0);
	ck_assert_int_eq(count(), 2);
	close(fd);
}
END_TEST

START_TEST(a_store_that_others_may_write_to_is_refused)
{
	int fd = make_file("f", 'x', 10);
	struct digest d;

	ck_assert_int_eq(mkdir("h.objects", 0700), 0);
	ck_assert_int_eq(chmod("h.objects", 0777), 0);
	ck_assert_int_eq(objects_put(store, fd, &d, NULL, &e), -1);
	ck_assert_int_eq(e.code, ERR_SYSTEM);
	ck_assert_int_eq(rmdir("h.objects"), 0);
	ck_assert_int_eq(mkdir("elsewhere", 0700), 0);
	ck_assert_int_eq(symlink("elsewhere", "h.objects"), 0);
	ck_assert_int_eq(objects_put(store, fd, &d, NULL, &e), -1);
	ck_assert_int_eq(e.code, ERR_SYSTEM);
	close(fd);
}
END_TEST

START_TEST(a_store_goes_on_elsewhere_with_all_that_was_put)
{
	struct digest small = put_bytes(store, 's', 10), large = put_bytes(store, 'l', 300000);
	struct digest dropped = put_bytes(store, 'd', 20), later;
	char name[OBJECTS_NAME_LEN + 1];
	unsigned n_lost = 9;

	put_bytes(store, 's', 10);
	objects_drop(store, &dropped);
	ck_assert(objects_are_at(store, "h"));
	objects_dir_name(&small, name);
	ck_assert(objects_own_name(store, name));
	objects_dir_name(&dropped, name);
	ck_assert(!objects_own_name(store, name));
	ck_assert(!objects_own_name(store, "new-1-2-3"));

	ck_assert_int_eq(objects_move(store, "no-such-directory/x", &n_lost, &e), -1);
	ck_assert(objects_are_at(store, "h"));
	ck_assert_msg(objects_move(store, "away", &n_lost, &e) == 0, "%s", e.text);
	ck_assert_uint_eq(n_lost, 0);
	ck_assert(objects_are_at(store, "away"));
	objects_dir_remove_all("h");
	ck_assert_int_eq(access("h.objects", F_OK), -1);
	later = put_bytes(store, 'n', 30);
	ck_assert(objects_dir_has("away", &small) && objects_dir_has("away", &large) && objects_dir_has("away", &later));
	ck_assert(!objects_dir_has("away", &dropped));

	/* each use counts as before */
	objects_drop(store, &small);
	ck_assert(objects_dir_has("away", &small));
	ck_assert_int_eq(objects_move(store, "h", &n_lost, &e), 0);
	assert_true_to_name(&small);
	assert_true_to_name(&large);
	objects_drop(store, &small);
	ck_assert(!objects_dir_has("h", &small));
}
END_TEST

START_TEST(what_was_removed_meanwhile_is_lost)
{
	struct digest gone = put_bytes(store, 'g', 10), stays = put_bytes(store, 's', 10);
	unsigned n_lost = 0;

	ck_assert_int_eq(objects_dir_remove("h", &gone, INT64_MAX), 0);
	ck_assert_int_eq(objects_move(store, "away", &n_lost, &e), 0);
	ck_assert_uint_eq(n_lost, 1);
	ck_assert(objects_dir_has("away", &stays) && !objects_dir_has("away", &gone));
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("objects");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_loop_test(tc, content_of_any_size_is_kept_under_its_digest, 0, ARRAY_SIZE(sizes));
	tcase_add_loop_test(tc, same_content_is_stored_once, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, nothing_is_made_before_it_is_needed);
	tcase_add_loop_test(tc, modes_are_private_whatever_the_umask, 0, 2);
	tcase_add_test(tc, sparse_files_stay_sparse);
	tcase_add_test(tc, what_is_dropped_goes_with_its_last_use);
	tcase_add_loop_test(tc, what_another_run_uses_is_not_dropped, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, what_was_used_lately_is_not_removed);
	tcase_add_loop_test(tc, an_object_cut_short_is_made_anew, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, walk_tells_sizes_and_ends_when_told);
	tcase_add_test(tc, left_over_copies_are_cleared_but_not_those_in_the_making);
	tcase_add_test(tc, a_store_that_others_may_write_to_is_refused);
	tcase_add_test(tc, a_store_goes_on_elsewhere_with_all_that_was_put);
	tcase_add_test(tc, what_was_removed_meanwhile_is_lost);
	return unit_run("objects", tc);
}
