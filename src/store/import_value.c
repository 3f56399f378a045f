/* The values of a stranger's file: nothing is taken for granted, not even what STRICT would promise. */
#include "config.h"

#include "store/import_value.h"

#include <string.h>

#include "base/digest.h"
#include "store/stmt.h"

enum { UUID_LEN = 36, NAME_BYTES_MAX = 4096 };

const char *
import_text(sqlite3_stmt *row, int at, size_t max)
{
	const char *text;
	size_t len;

	if (sqlite3_column_type(row, at) != SQLITE_TEXT)
		return NULL;
	text = (const char *)sqlite3_column_text(row, at);
	len = (size_t)sqlite3_column_bytes(row, at);
	return text && len <= max && strlen(text) == len ? text : NULL;
}

static bool
fits_id(const struct table_column *column, sqlite3_stmt *row, int at)
{
	(void)column;
	return sqlite3_column_type(row, at) == SQLITE_INTEGER && sqlite3_column_int64(row, at) >= 0;
}

/* It becomes the name of a file: nothing but lower-case digits in five groups. */
static bool
fits_uuid(const struct table_column *column, sqlite3_stmt *row, int at)
{
	const char *text = import_text(row, at, UUID_LEN);

	(void)column;
	if (!text || strlen(text) != UUID_LEN)
		return false;
	for (int i = 0; i < UUID_LEN; i++) {
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? text[i] != '-' : !strchr("0123456789abcdef", text[i]))
			return false;
	}
	return true;
}

/* Whether a run may be called so is for the caller to ask. */
static bool
fits_name(const struct table_column *column, sqlite3_stmt *row, int at)
{
	(void)column;
	return import_text(row, at, NAME_BYTES_MAX) != NULL;
}

static bool
fits_choice(const struct table_column *column, sqlite3_stmt *row, int at)
{
	return stmt_word(import_text(row, at, 64), column->choices, (size_t)column->max) < (size_t)column->max;
}

static bool
fits_text(const struct table_column *column, sqlite3_stmt *row, int at)
{
	return import_text(row, at, (size_t)column->max) != NULL;
}

static bool
fits_int(const struct table_column *column, sqlite3_stmt *row, int at)
{
	int64_t value = sqlite3_column_int64(row, at);

	return sqlite3_column_type(row, at) == SQLITE_INTEGER && value >= column->min && value <= column->max;
}

static bool
fits_digest(const struct table_column *column, sqlite3_stmt *row, int at)
{
	(void)column;
	return sqlite3_column_type(row, at) == SQLITE_BLOB && sqlite3_column_bytes(row, at) == DIGEST_SIZE;
}

static bool
fits_blob(const struct table_column *column, sqlite3_stmt *row, int at)
{
	return sqlite3_column_type(row, at) == SQLITE_BLOB && sqlite3_column_bytes(row, at) <= column->max;
}

static bool (*const fits[])(const struct table_column *column, sqlite3_stmt *row, int at) = {
	[COLUMN_RUN] = fits_id,
	[COLUMN_OWN_ID] = fits_id,
	[COLUMN_PROCESS] = fits_id,
	[COLUMN_PATH] = fits_id,
	[COLUMN_GIVEN_PATH] = fits_id,
	[COLUMN_OPERATION] = fits_id,
	[COLUMN_WORD] = fits_id,
	[COLUMN_OTHER_RUN] = fits_id,
	[COLUMN_UUID] = fits_uuid,
	[COLUMN_NAME] = fits_name,
	[COLUMN_CHOICE] = fits_choice,
	[COLUMN_TEXT] = fits_text,
	[COLUMN_RUN_COMMAND] = fits_text,
	[COLUMN_COMMAND] = fits_text,
	[COLUMN_INT] = fits_int,
	[COLUMN_DIGEST] = fits_digest,
	[COLUMN_BLOB] = fits_blob,
};

bool
import_value_fits(const struct table_column *column, sqlite3_stmt *row, int at)
{
	if (sqlite3_column_type(row, at) == SQLITE_NULL)
		return column->may_be_null;
	return fits[column->kind](column, row, at);
}
