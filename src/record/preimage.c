/* Pre-images: contents that a call may lose. */
#include "config.h"

#include "record/preimage.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/ledger_blind.h"
#include "record/refuge.h"
#include "record/target_object.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/quote.h"
#include "base/number.h"

int
preimage_parse(const char *text, struct preimage_rules *rules, struct err *e)
{
	if (strcmp(text, "none") == 0)
		rules->mode = PREIMAGE_NONE;
	else if (strcmp(text, "all") == 0)
		rules->mode = PREIMAGE_ALL;
	else if (number_parse_size(text, &rules->limit_bytes) == 0)
		rules->mode = PREIMAGE_UP_TO;
	else
		return err_set(e, ERR_USAGE, "--pre-images takes none, all or a size such as 64M, not %s", text);
	return 0;
}

static bool
is_too_big(const struct preimage_rules *rules, int64_t size_bytes)
{
	switch (rules->mode) {
	case PREIMAGE_DEFAULT:
		return size_bytes > PREIMAGE_DEFAULT_BYTES;
	case PREIMAGE_UP_TO:
		return size_bytes > rules->limit_bytes;
	case PREIMAGE_NONE:
	case PREIMAGE_ALL:
		break;
	}
	return false;
}

bool
preimage_allows(const struct preimage_rules *rules, int64_t size_bytes)
{
	return rules->mode != PREIMAGE_NONE && !is_too_big(rules, size_bytes);
}

/* As far as clocks and sizes tell. */
static bool
same_clocks(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && clock_ns(a->st_mtim) == clock_ns(b->st_mtim) &&
	       clock_ns(a->st_ctim) == clock_ns(b->st_ctim);
}

static void
set_fate(struct object *o, enum fate fate, int error)
{
	o->fate = fate;
	o->fate_error = error;
}

static enum fate
fate_of_error(int error)
{
	return error == ENOSPC || error == EDQUOT ? FATE_NO_ROOM : FATE_NOT_WRITTEN;
}

/* Not kept; what it was is told by its digest all the same. */
static void
read_only(struct preimages *p, struct object *o, int opened)
{
	struct err e;

	o->state.has_digest = lseek(opened, 0, SEEK_SET) == 0 &&
			      digest_fd(p->digester, opened, &o->state.digest, NULL, &e) == 0;
}

/* The store may have been removed by somebody whom we do not see. */
static int
put_somewhere(struct preimages *p, int opened, struct digest *digest, struct err *e)
{
	if (objects_put(p->store, opened, digest, NULL, e) == 0)
		return 0;
	if (!p->refuge || !(io_means_absent(e->sys) || e->sys == ESTALE) || refuge_take(p->refuge, NULL) < 0)
		return -1;
	if (lseek(opened, 0, SEEK_SET) < 0)
		return err_system(e, "cannot read content");
	return objects_put(p->store, opened, digest, NULL, e);
}

/*
 * Put it in the store, read from where it is at: 0; -1 where it changed meanwhile, and where it could not be put: see the
 * fate.  before: as it is.
 */
static int
try_to_keep(struct preimages *p, struct object *o, int opened, const struct stat *before)
{
	struct digest digest;
	struct err e = { 0 };
	struct stat after;

	if (put_somewhere(p, opened, &digest, &e) < 0) {
		set_fate(o, fate_of_error(e.sys), e.sys);
		return -1;
	}
	if (fstat(opened, &after) < 0 || !same_clocks(before, &after)) {
		objects_drop(p->store, &digest);
		set_fate(o, FATE_RACE, 0);
		return -1;
	}
	o->state.digest = digest;
	o->state.has_digest = true;
	set_fate(o, FATE_KEPT, 0);
	return 0;
}

/* Somebody that is not in the record wrote it after it was first met: what the run can lose is what is there. */
static void
catch_up(struct object *o, const struct stat *st)
{
	if (o->state.size_bytes == st->st_size)
		return;
	o->state.size_bytes = st->st_size;
	o->state.mtime_ns = clock_ns(st->st_mtim);
}

static void
keep_again(struct preimages *p, struct object *o, int opened)
{
	struct stat st;

	if (fstat(opened, &st) < 0 || lseek(opened, 0, SEEK_SET) < 0)
		set_fate(o, FATE_UNREADABLE, errno);
	else
		(void)try_to_keep(p, o, opened, &st);
}

/* It has just been opened. */
static void
take_opened(struct preimages *p, struct object *o, int opened)
{
	struct stat st;

	if (fstat(opened, &st) < 0) {
		set_fate(o, FATE_UNREADABLE, errno);
		return;
	}
	catch_up(o, &st);
	if (p->rules.mode == PREIMAGE_NONE)
		set_fate(o, FATE_NOT_WANTED, 0);
	else if (is_too_big(&p->rules, st.st_size))
		set_fate(o, FATE_TOO_BIG, 0);
	else if (try_to_keep(p, o, opened, &st) < 0 && o->fate == FATE_RACE)
		keep_again(p, o, opened);
	if (o->fate != FATE_KEPT && o->fate != FATE_RACE)
		read_only(p, o, opened);
}

void
preimage_take(struct preimages *p, struct object *o, const struct target *t)
{
	int opened = target_object_open(t);

	o->state.has_digest = false;
	if (opened < 0) {
		set_fate(o, FATE_UNREADABLE, errno);
		return;
	}
	take_opened(p, o, opened);
	close(opened);
}

void
preimage_too_late(struct preimages *p, struct object *o, const struct target *t, bool is_gone)
{
	o->state.has_digest = false;
	set_fate(o, FATE_RACE, 0);
	if (!is_gone)
		preimage_take(p, o, t);
}

bool
preimage_read(struct preimages *p, struct object *o, const struct target *t)
{
	int opened = target_object_open(t);

	if (opened < 0)
		return false;
	read_only(p, o, opened);
	close(opened);
	return o->state.has_digest;
}

void
preimage_drop(struct preimages *p, struct object *o)
{
	if (o->fate == FATE_KEPT)
		objects_drop(p->store, &o->state.digest);
	set_fate(o, FATE_UNTOUCHED, 0);
}

static void
add_reason(struct buf *out, const struct object *o)
{
	switch ((enum fate)o->fate) {
	case FATE_TOO_BIG:
		buf_addf(out, " was not kept: it has %lld bytes, more than --pre-images allows",
			 (long long)o->state.size_bytes);
		break;
	case FATE_NO_ROOM:
		buf_addstr(out, " was not kept: there is no room for it where the history is");
		break;
	case FATE_UNREADABLE:
		buf_addf(out, " was not kept: it could not be read (%s)", strerror(o->fate_error));
		break;
	case FATE_NOT_WRITTEN:
		buf_addf(out, " was not kept: it could not be copied to where the history is (%s)",
			 strerror(o->fate_error));
		break;
	case FATE_RACE:
		buf_addstr(out, " was not kept: it changed while it was read, or before it could be");
		break;
	case FATE_UNTOUCHED:
		buf_addstr(out, " was not kept: it went by no call in this record");
		break;
	case FATE_KEPT:
		buf_addstr(out, " was kept, and is gone from where the history is");
		break;
	case FATE_NOT_WANTED:
	case FATE_COUNT:
		break;
	}
}

void
preimage_tell(struct ledger *l, const struct object *o, const char *path)
{
	struct buf detail = BUF_INIT;

	if (o->fate == FATE_NOT_WANTED) {
		ledger_add_blind(l, 0, BLIND_PRE_IMAGE, "no old content was kept: --pre-images=none");
		return;
	}
	buf_addstr(&detail, "the old content of ");
	quote_shell(&detail, path, strlen(path));
	add_reason(&detail, o);
	ledger_append_blind(l, 0, o->fate == FATE_RACE ? BLIND_RACE : BLIND_PRE_IMAGE, detail.data);
	buf_release(&detail);
}
