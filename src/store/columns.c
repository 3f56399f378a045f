/* The columns of a run's rows. */
#include "config.h"

#include "store/columns.h"

#include <assert.h>
#include <string.h>

#include "base/digest.h"
#include "base/mem.h"
#include "file/change.h"
#include "file/state.h"
#include "store/rows.h"
#include "store/run.h"

/* Longer texts and blobs than these are in no history that this program made. */
enum {
	WORD_MAX = 4096,
	PATH_BYTES_MAX = 1 << 20,
	TEXT_MAX = 16 << 20,
	XATTRS_MAX = 32 << 20,
};

static const char *const actions[] = { "remove", "rmdir", "restore", "keep" };

#define REQUIRED(column, k) { .name = column, .kind = (k) }
#define OPTIONAL(column, k) { .name = column, .kind = (k), .may_be_null = true }
#define NUMBER(column, low, high) { .name = column, .kind = COLUMN_INT, .min = (low), .max = (high) }
#define NUMBER_OR_NULL(column, low, high) \
	{ .name = column, .kind = COLUMN_INT, .may_be_null = true, .min = (low), .max = (high) }
#define TIME(column) NUMBER(column, INT64_MIN, INT64_MAX)
#define TIME_OR_NULL(column) NUMBER_OR_NULL(column, INT64_MIN, INT64_MAX)
#define TALLY(column) NUMBER(column, 0, INT64_MAX)
#define TEXT(column, limit) { .name = column, .kind = COLUMN_TEXT, .max = (limit) }
#define TEXT_OR_NULL(column, limit) { .name = column, .kind = COLUMN_TEXT, .may_be_null = true, .max = (limit) }
/* Of a list of words those from first on. */
#define CHOICE(column, list, first) \
	{ .name = column, .kind = COLUMN_CHOICE, .choices = &(list)[first], .max = ARRAY_SIZE(list) - (first) }
#define CHOICE_OR_NULL(column, list, first) \
	{ .name = column, .kind = COLUMN_CHOICE, .may_be_null = true, .choices = &(list)[first], \
	  .max = ARRAY_SIZE(list) - (first) }
/* A number that came with a later version than its table, from low on. */
#define NUMBER_SINCE(version, column, low, high) \
	{ .name = column, .kind = COLUMN_INT, .may_be_null = true, .min = (low), .max = (high), .since = (version) }
/* Both sides of a change. */
#define SIDES_NUMBER(column, suffix, low, high) \
	NUMBER_OR_NULL(column "_before" suffix, low, high), NUMBER_OR_NULL(column "_after" suffix, low, high)

static const struct table_column run_columns[] = {
	REQUIRED("id", COLUMN_RUN),
	REQUIRED("uuid", COLUMN_UUID),
	OPTIONAL("name", COLUMN_NAME),
	CHOICE("kind", run_kind_names, 0),
	TEXT("host", WORD_MAX),
	TEXT("login", WORD_MAX),
	TEXT("directory", PATH_BYTES_MAX),
	{ .name = "command", .kind = COLUMN_RUN_COMMAND, .max = TEXT_MAX },
	TIME("started_ns"),
	TIME_OR_NULL("ended_ns"),
	NUMBER_OR_NULL("exit_status", 0, 255),
	NUMBER_OR_NULL("exit_signal", 1, 255),
	CHOICE("state", run_state_names, RUN_RUNNING + 1),
	NUMBER("tracer_pid", 0, INT32_MAX),
	TIME_OR_NULL("imported_ns"),
	TALLY("n_created"),
	TALLY("n_modified"),
	TALLY("n_attributes"),
	TALLY("n_deleted"),
	TALLY("n_blind_spots"),
	TALLY("bytes_kept"),
	CHOICE_OR_NULL("state_left", run_state_names, RUN_RUNNING + 1),
	NUMBER_SINCE(6, "n_kept_back", 0, INT64_MAX),
};

static const struct table_column of_run_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
	NUMBER("seq", 0, INT64_MAX),
	REQUIRED("of_run_id", COLUMN_OTHER_RUN),
	NUMBER_SINCE(9, "image_seq", 1, INT64_MAX),
};

static const struct table_column unseen_end_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
};

static const struct table_column process_columns[] = {
	REQUIRED("id", COLUMN_OWN_ID),
	REQUIRED("run_id", COLUMN_RUN),
	NUMBER("seq", 1, INT64_MAX),
	OPTIONAL("parent_id", COLUMN_PROCESS),
	NUMBER("pid", 0, INT32_MAX),
	OPTIONAL("image_id", COLUMN_PROCESS),
	TEXT_OR_NULL("program", PATH_BYTES_MAX),
	{ .name = "command", .kind = COLUMN_COMMAND, .may_be_null = true, .max = TEXT_MAX },
	TEXT_OR_NULL("directory", PATH_BYTES_MAX),
	TIME("started_ns"),
	TIME_OR_NULL("ended_ns"),
	NUMBER_OR_NULL("exit_status", 0, 255),
	NUMBER_OR_NULL("exit_signal", 1, 255),
};

static const struct table_column access_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
	REQUIRED("path_id", COLUMN_GIVEN_PATH),
	REQUIRED("process_id", COLUMN_PROCESS),
	REQUIRED("op_id", COLUMN_OPERATION),
	REQUIRED("flags_id", COLUMN_WORD),
	REQUIRED("error_id", COLUMN_WORD),
	NUMBER("count", 0, INT64_MAX),
	TIME("first_ns"),
	TIME("last_ns"),
};

static const struct table_column change_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
	REQUIRED("path_id", COLUMN_PATH),
	CHOICE("class", change_names, 0),
	TEXT_OR_NULL("differs", WORD_MAX),
	OPTIONAL("renamed_from_id", COLUMN_PATH),
	OPTIONAL("process_id", COLUMN_PROCESS),
	CHOICE_OR_NULL("old_content", row_old_content_names, OLD_NOT_NEEDED + 1),
	CHOICE_OR_NULL("type_before", state_type_names, FILE_ABSENT + 1),
	CHOICE_OR_NULL("type_after", state_type_names, FILE_ABSENT + 1),
	SIDES_NUMBER("size", "", 0, INT64_MAX),
	SIDES_NUMBER("mode", "", 0, 07777),
	SIDES_NUMBER("uid", "", 0, UINT32_MAX),
	SIDES_NUMBER("gid", "", 0, UINT32_MAX),
	SIDES_NUMBER("mtime", "_ns", INT64_MIN, INT64_MAX),
	TEXT_OR_NULL("target_before", PATH_BYTES_MAX),
	TEXT_OR_NULL("target_after", PATH_BYTES_MAX),
	OPTIONAL("sha256_before", COLUMN_DIGEST),
	OPTIONAL("sha256_after", COLUMN_DIGEST),
	{ .name = "xattrs_before", .kind = COLUMN_BLOB, .may_be_null = true, .max = XATTRS_MAX },
	{ .name = "xattrs_after", .kind = COLUMN_BLOB, .may_be_null = true, .max = XATTRS_MAX },
	SIDES_NUMBER("iflags", "", 0, UINT32_MAX),
	SIDES_NUMBER("dev", "", INT64_MIN, INT64_MAX),
	SIDES_NUMBER("ino", "", INT64_MIN, INT64_MAX),
	SIDES_NUMBER("nlink", "", 0, INT64_MAX),
	SIDES_NUMBER("rdev", "", INT64_MIN, INT64_MAX),
	NUMBER_SINCE(6, "birth_before", INT64_MIN, INT64_MAX),
	NUMBER_SINCE(6, "birth_after", INT64_MIN, INT64_MAX),
	NUMBER_SINCE(6, "ctime_after_ns", INT64_MIN, INT64_MAX),
	{ .name = "disturbed", .kind = COLUMN_CHOICE, .may_be_null = true, .choices = &change_disturbed_names[1],
	  .max = ARRAY_SIZE(change_disturbed_names) - 1, .since = 6 },
	NUMBER_SINCE(6, "caller_log", 1, 1),
	NUMBER_SINCE(6, "doubtful", 1, 1),
	{ .name = "via", .kind = COLUMN_TEXT, .may_be_null = true, .max = WORD_MAX, .since = 7 },
	NUMBER_SINCE(8, "left_kept", 1, 1),
};

static const struct table_column connection_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
	REQUIRED("process_id", COLUMN_PROCESS),
	TEXT("family", WORD_MAX),
	TEXT("type", WORD_MAX),
	TEXT("protocol", WORD_MAX),
	TEXT_OR_NULL("address", WORD_MAX),
	NUMBER_OR_NULL("port", 0, 65535),
	TEXT_OR_NULL("error", WORD_MAX),
	NUMBER("count", 0, INT64_MAX),
	TIME("first_ns"),
};

static const struct table_column blind_spot_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
	NUMBER("seq", 1, INT64_MAX),
	OPTIONAL("process_id", COLUMN_PROCESS),
	TEXT("kind", WORD_MAX),		/* the history's own constraint knows which there are */
	TEXT("detail", TEXT_MAX),
};

static const struct table_column notable_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
	REQUIRED("path_id", COLUMN_PATH),
	TEXT("reason", WORD_MAX),
	NUMBER_SINCE(11, "rank", 0, INT64_MAX),
};

static const struct table_column outcome_columns[] = {
	REQUIRED("run_id", COLUMN_RUN),
	REQUIRED("path_id", COLUMN_PATH),
	CHOICE("action", actions, 0),
	TEXT_OR_NULL("reason", TEXT_MAX),
};

#define TABLE(name, since, columns) { name, since, columns, ARRAY_SIZE(columns) }

const struct table tables[TABLE_COUNT] = {
	[TABLE_RUN] = TABLE("run", 4, run_columns),
	[TABLE_PROCESS] = TABLE("process", 4, process_columns),
	TABLE("access", 4, access_columns),
	TABLE("change", 4, change_columns),
	TABLE("connection", 4, connection_columns),
	TABLE("blind_spot", 4, blind_spot_columns),
	TABLE("notable_path", 4, notable_columns),
	TABLE("of_run", 5, of_run_columns),
	TABLE("outcome", 4, outcome_columns),
	TABLE("unseen_end", 5, unseen_end_columns),
};

/* Parts, since SQLite has a limit for a blob; where a file has holes there are none. */
const char tables_contents_sql[] =
	"CREATE TABLE content (            -- old contents, by their SHA-256\n"
	"	id     INTEGER PRIMARY KEY,\n"
	"	sha256 BLOB NOT NULL UNIQUE,\n"
	"	size   INTEGER NOT NULL    -- bytes\n"
	") STRICT;\n"
	"CREATE TABLE content_part (       -- what lies between parts is zeros\n"
	"	content_id INTEGER NOT NULL REFERENCES content,\n"
	"	at         INTEGER NOT NULL,\n"
	"	bytes      BLOB NOT NULL,\n"
	"	PRIMARY KEY (content_id, at)\n"
	") STRICT, WITHOUT ROWID;\n";

static void
add_names(struct buf *out, const struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		buf_addf(out, "%s%s", i ? ", " : "", t->columns[i].name);
}

void
table_add_select(struct buf *out, const struct table *t)
{
	buf_addstr(out, "SELECT ");
	add_names(out, t);
	buf_addf(out, " FROM %s", t->name);
}

void
table_add_insert(struct buf *out, const struct table *t)
{
	buf_addf(out, "INSERT INTO %s (", t->name);
	add_names(out, t);
	buf_addstr(out, ") VALUES (");
	for (size_t i = 0; i < t->n; i++)
		buf_addf(out, "%s?%zu", i ? ", " : "", i + 1);
	buf_addch(out, ')');
}

size_t
table_column_at(const struct table *t, const char *name)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strcmp(t->columns[i].name, name) == 0)
			return i;
	}
	assert(!"a column that is not there");
	return 0;
}
