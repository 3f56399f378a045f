/* Opening a history with the right rights and settings, and its transactions. */
#include "config.h"

#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "store/fold.h"
#include "store/functions.h"
#include "store/owner.h"
#include "store/schema.h"
#include "store/shape.h"
#include "store/store_impl.h"
#include "store/vfs.h"
#include "store/word.h"

enum { BUSY_TIMEOUT_MS = 10000, PAUSE_MS = 2 };

static const char immutable[] = "immutable=1";

/* mkdir -p, each new directory 0700 whatever the umask says (it can only take bits away). */
static int
make_directories(const char *path, struct err *e)
{
	char *dir = xstrndup(path, path_dir_len(path));
	int rc = 0;

	for (char *p = dir + 1; rc == 0 && dir[0] == '/'; p++) {
		char c = *p;

		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(dir, 0700) < 0 && errno != EEXIST)
			rc = err_system(e, "cannot make directory %s for the history", dir);
		*p = c;
		if (c == '\0')
			break;
	}
	free(dir);
	return rc;
}

/* SQLite gives the -wal and -shm the main file's mode, so that making it 0600 settles all three. */
static int
make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0)
		return errno == EEXIST ? 0 : err_system(e, "cannot create history %s", path);
	if (fchmod(fd, 0600) < 0) {
		err_system(e, "cannot create history %s", path);
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

/* SQLite would say no more than that it is no database, and wait for a writer of a FIFO. */
static int
check_type(const char *path, struct err *e)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return err_system(e, "cannot open history %s", path);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return err_system(e, "cannot open history %s", path);
	}
	return S_ISREG(st.st_mode) ? 0
		: err_set(e, ERR_INPUT, "cannot open history %s: it is no regular file", path);
}

/* SQLite says only that it cannot: the system's own reason tells more. */
static int
check_access(const char *path, enum store_mode mode, struct err *e)
{
	if (eaccess(path, R_OK) < 0)
		return err_system(e, "cannot read history %s", path);
	if (mode != STORE_READ && eaccess(path, W_OK) < 0)
		return err_system(e, "cannot write history %s", path);
	return 0;
}

static int
prepare_file(const char *path, enum store_mode mode, struct err *e)
{
	if (access(path, F_OK) == 0) {
		if (check_type(path, e) < 0 || check_access(path, mode, e) < 0)
			return -1;
		return mode == STORE_READ ? 0 : owner_check(path, e);
	}
	if (errno == ENOENT && mode != STORE_WRITE && mode != STORE_RECORD)
		return err_set(e, ERR_NOT_FOUND, "there is no history %s", path);
	if (errno != ENOENT)
		return err_system(e, "cannot open history %s", path);
	if (owner_check(path, e) < 0 || make_directories(path, e) < 0)
		return -1;
	return make_file(path, e);
}

/* Every byte that could mean something in a URI is escaped. */
char *
store_uri(const char *path, const char *how)
{
	static const char digits[] = "0123456789ABCDEF";
	struct buf uri = BUF_INIT;

	buf_addstr(&uri, "file:");
	for (const unsigned char *p = (const unsigned char *)path; *p; p++) {
		if (*p == '/' || (*p >= '0' && *p <= '9') || (*p >= 'a' && *p <= 'z') ||
		    (*p >= 'A' && *p <= 'Z')) {
			buf_addch(&uri, (char)*p);
			continue;
		}
		buf_addch(&uri, '%');
		buf_addch(&uri, digits[*p >> 4]);
		buf_addch(&uri, digits[*p & 15]);
	}
	buf_addf(&uri, "?%s", how);
	return buf_detach(&uri);
}

/*
 * What a database can make its reader do is kept to nothing: it may have come from anywhere.  None of its own triggers
 * and views is ever used; temporary views, which are ours, are not meant.
 */
void
store_harden(sqlite3 *db)
{
	static const struct {
		int what, value;
	} settings[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		sqlite3_db_config(db, settings[i].what, settings[i].value, (int *)NULL);
	/* a file that is cut off while it is mapped would end us */
	sqlite3_exec(db, "PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0", NULL, NULL, NULL);
	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
}

static int
open_history(struct store *s, const char *name, int flags, struct err *e)
{
	bool has_contents;

	/* a connection is used by one thread alone, and SQLite's own count of its memory by nobody: no locks for these */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);	/* without effect once SQLite is in use */
	if (sqlite3_open_v2(name, &s->db, flags | SQLITE_OPEN_NOMUTEX, vfs_name()) != SQLITE_OK) {
		stmt_error(s->db, e);
		return err_prefix(e, "cannot open history %s", s->path);
	}
	store_harden(s->db);
	if (functions_add(s->db, e) < 0)
		return err_prefix(e, "cannot open history %s", s->path);
	if (schema_check(s->db, s->path, &s->version, e) < 0)
		return -1;
	if (s->version > 0 && shape_check(s->db, s->version, &has_contents, e) < 0)
		return err_prefix(e, "cannot open history %s", s->path);
	return 0;
}

int
store_exec(struct store *s, const char *sql, struct err *e)
{
	return sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : stmt_error(s->db, e);
}

/* Whether a -wal with something in it lies beside the history: it was not closed, or is being written. */
static bool
has_wal(const char *path)
{
	char *wal = xasprintf("%s-wal", path);
	struct stat st;
	bool has = stat(wal, &st) == 0 && st.st_size > 0;

	free(wal);
	return has;
}

static bool
is_ours(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_uid == geteuid() && access(path, W_OK) == 0;
}

static int
open_immutable(struct store *s, struct err *e)
{
	char *uri = store_uri(s->real, immutable);
	int rc = open_history(s, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, e);

	free(uri);
	s->immutable = true;
	return rc;
}

/* The -shm is read too, not written: it is somebody else's. */
static int
open_beside_writers(struct store *s, struct err *e)
{
	char *uri = store_uri(s->real, "readonly_shm=1");
	int rc = open_history(s, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, e);

	free(uri);
	return rc;
}

/* Whether it is the writing that failed, of what a reader can do without. */
static bool
is_unwritable(int error, const char *path)
{
	return (error & 0xff) == SQLITE_CANTOPEN || (error & 0xff) == SQLITE_READONLY ||
	       (error == SQLITE_IOERR_SHMSIZE && !has_wal(path));
}

/*
 * A reader of a history in WAL mode shares the -shm with writers.  Of our own history the last one to leave
 * removes it (which SQLite does for those alone that may write); beside somebody else's, or where nothing
 * can be written, nothing may be left: without a -wal nobody is writing, and the file is as it will stay.
 */
static int
open_in_place(struct store *s, struct err *e)
{
	struct err first = { 0 };

	if (is_ours(s->real)) {
		if (open_history(s, s->real, SQLITE_OPEN_READWRITE, &first) == 0)
			return 0;
	} else if (!has_wal(s->real)) {
		return open_immutable(s, e);
	} else if (open_beside_writers(s, &first) == 0) {
		return 0;
	}
	if (first.code != ERR_DB || !is_unwritable(first.sys, s->real)) {
		*e = first;
		return -1;
	}
	sqlite3_close(s->db);
	s->db = NULL;
	return open_immutable(s, e);
}

static int
open_snapshot(struct store *s, struct err *e)
{
	char *name = vfs_fd_name(s->snapshot.fd);
	int rc = open_history(s, name, SQLITE_OPEN_READONLY, e);

	free(name);
	return rc;
}

static int
open_read(struct store *s, struct err *e)
{
	int taken = snapshot_take(s->path, &s->snapshot, &s->real, e);

	if (taken < 0)
		return err_prefix(e, "cannot read history %s", s->path);
	return taken ? open_snapshot(s, e) : open_in_place(s, e);
}

/*
 * Where SQLite cannot use a write-ahead log it goes on without.  It does not wait for who writes at this moment, since
 * that may be one who wants the log as well, and would wait for us.
 */
static int
want_wal(struct store *s, struct err *e)
{
	static const char sql[] = "PRAGMA journal_mode = WAL";
	sqlite3_stmt *stmt = stmt_get(&s->stmts, s->db, sql, e);
	int64_t until_ns = clock_monotonic_ns() + BUSY_TIMEOUT_MS * (NS_PER_SECOND / 1000);

	while (stmt) {
		int rc = sqlite3_step(stmt);
		const char *mode = rc == SQLITE_ROW ? stmt_column_text(stmt, 0) : NULL;

		s->wal = mode && strcmp(mode, "wal") == 0;
		sqlite3_reset(stmt);
		if ((rc & 0xff) != SQLITE_BUSY)
			return 0;
		if (clock_monotonic_ns() > until_ns)
			return stmt_error(s->db, e);
		sqlite3_sleep(PAUSE_MS);
	}
	return -1;
}

static int
open_write(struct store *s, struct err *e)
{
	struct stat st;

	if (stat(s->path, &st) < 0)
		return err_system(e, "cannot open history %s", s->path);
	s->dev = st.st_dev;
	s->ino = st.st_ino;
	if (open_history(s, s->path, SQLITE_OPEN_READWRITE, e) < 0)
		return -1;
	if (sqlite3_db_readonly(s->db, "main") == 1)
		return err_set(e, ERR_SYSTEM, "cannot write history %s: it is read-only", s->path);
	/* The journal covers what a crash of the machine can take between two checkpoints. */
	if (want_wal(s, e) < 0 ||
	    store_exec(s, "PRAGMA synchronous = NORMAL", e) < 0)
		return err_prefix(e, "cannot write history %s", s->path);
	/* a step that makes a table anew drops the old one: what refers to that must not go along */
	if (schema_migrate(s->db, s->path, e) < 0)
		return -1;
	if (store_exec(s, "PRAGMA foreign_keys = ON", e) < 0)
		return err_prefix(e, "cannot write history %s", s->path);
	s->version = schema_newest();
	return 0;
}

/* The views that questions are asked of: not what the file has by their names.  Readers write nothing else. */
static int
make_own_views(struct store *s, enum store_mode mode, struct err *e)
{
	if (schema_stand_in(s->db, s->version, e) < 0 || schema_own_views(s->db, e) < 0)
		return err_prefix(e, "cannot open history %s", s->path);
	return mode == STORE_READ ? store_exec(s, "PRAGMA query_only = ON", e) : 0;
}

int
store_open(struct store **out, const char *path, enum store_mode mode, struct err *e)
{
	struct store *s = xcalloc(1, sizeof(*s));
	int rc;

	s->path = xstrdup(path);
	s->snapshot = (struct snapshot)SNAPSHOT_INIT;
	rc = prepare_file(path, mode, e);
	if (rc == 0)
		rc = mode == STORE_READ ? open_read(s, e) : open_write(s, e);
	if (rc == 0 && s->version == 0)
		rc = err_set(e, ERR_INPUT, "cannot open history %s: it is empty", path);
	if (rc == 0 && mode != STORE_RECORD)
		rc = make_own_views(s, mode, e);
	if (rc < 0) {
		store_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

void
store_close(struct store *s)
{
	if (!s)
		return;
	fold_free(s->fold);
	word_forget_all(s);
	stmt_cache_release(&s->stmts);
	sqlite3_close(s->db);
	snapshot_release(&s->snapshot);
	free(s->interim);
	free(s->real);
	free(s->path);
	free(s);
}

int
store_check_place(const struct store *s, struct err *e)
{
	struct stat st;
	bool is_there = stat(s->path, &st) == 0;

	if (!is_there && !io_means_absent(errno))
		return err_system(e, "cannot write history %s", s->path);
	if (is_there && st.st_dev == s->dev && st.st_ino == s->ino)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "cannot write history %s: it was removed or replaced while the run went on",
		       s->path);
}

const char *
store_path(const struct store *s)
{
	return s->path;
}

bool
store_is_wal(const struct store *s)
{
	return s->wal;
}

char *
store_readable_name(const struct store *s)
{
	return s->immutable ? store_uri(s->real, immutable) : xstrdup(s->real);
}

int
store_snapshot_fd(const struct store *s)
{
	return s->snapshot.fd;
}

const struct rights *
store_rights(const struct store *s)
{
	return s->snapshot.rights;
}

void
store_busy_timeout(struct store *s, int milliseconds)
{
	vfs_hurry(milliseconds == 0);
	sqlite3_busy_timeout(s->db, milliseconds);
}

void
store_fold_aside(struct store *s)
{
	if (s->wal && !s->fold)
		s->fold = fold_new(s->db, s->path);
}

int
store_begin(struct store *s, struct err *e)
{
	static const char sql[] = "BEGIN IMMEDIATE";
	static const char interim_sql[] = "BEGIN";	/* would lock the history as well */
	sqlite3_stmt *stmt = stmt_get(&s->stmts, s->db, s->interim ? interim_sql : sql, e);

	return stmt ? stmt_done(stmt, e) : -1;
}

int
store_commit(struct store *s, struct err *e)
{
	static const char sql[] = "COMMIT";
	sqlite3_stmt *stmt = stmt_get(&s->stmts, s->db, sql, e);

	return stmt ? stmt_done(stmt, e) : -1;
}

void
store_rollback(struct store *s)
{
	word_forget_all(s);
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}
