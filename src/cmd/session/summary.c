/* The summary of a run: a class with few paths by its paths, else by its places. */
#include "config.h"

#include "cmd/session/summary.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/quote.h"
#include "cmd/session/summary_looks.h"
#include "cmd/session/summary_places.h"
#include "cmd/ui/output.h"
#include "cmd/ui/text.h"

enum { PATHS_SHOWN = 3, KEPT_BYTES_UNSAID = 64 << 20, LABEL_WIDTH = 10 };

struct class_notes {
	char *paths[PATHS_SHOWN];	/* quoted */
	struct summary_places places;	/* with the bytes of created files */
};

struct summary {
	struct class_notes classes[CHANGE_COUNT];
	struct summary_looks looks;
	const struct service *service;	/* the last that was asked to act; NULL: none */
	char *directory, *home;
	struct summary_bases bases;
};

struct summary *
summary_new(const char *directory)
{
	const char *home = getenv("HOME");
	struct summary *s = xcalloc(1, sizeof(*s));

	s->directory = xstrdup(directory);
	s->home = home ? xstrdup(home) : NULL;
	s->bases = summary_places_bases(s->directory, s->home);
	return s;
}

static void
release_class(struct class_notes *n)
{
	for (int i = 0; i < PATHS_SHOWN; i++)
		free(n->paths[i]);
	summary_places_release(&n->places);
}

void
summary_free(struct summary *s)
{
	if (!s)
		return;
	for (int i = 0; i < CHANGE_COUNT; i++)
		release_class(&s->classes[i]);
	summary_looks_release(&s->looks);
	free(s->directory);
	free(s->home);
	free(s);
}

void
summary_look(struct summary *s, const char *path, const char *reason)
{
	summary_looks_note(&s->looks, path, reason);
}

void
summary_row(struct summary *s, const char *path, const struct row_change *row)
{
	struct class_notes *n = &s->classes[row->class];
	const struct file_state *now = row->after;
	bool is_new = row->after->type == FILE_REGULAR && row->before->type == FILE_ABSENT;
	struct buf quoted = BUF_INIT;

	if (now->type == FILE_ABSENT)
		now = row->before;
	if (n->places.count < PATHS_SHOWN) {
		text_add_path(&quoted, path, state_type_names[now->type], NULL);
		n->paths[n->places.count] = buf_detach(&quoted);
	}
	summary_places_note(&n->places, &s->bases, path, now->type == FILE_DIRECTORY, is_new ? row->after->size_bytes : 0);
}

void
summary_connection(struct summary *s, const struct connection *c, int error)
{
	if (c->service && error == 0)
		s->service = c->service;
}

/* A few by their names; their size stands once, behind the last. */
static void
add_few_paths(struct buf *out, const struct class_notes *n)
{
	for (int i = 0; i < n->places.count; i++)
		buf_addf(out, "%s%s", i ? "  " : "", n->paths[i]);
	if (n->places.bytes == 0)
		return;
	buf_addstr(out, " (");
	text_add_size(out, n->places.bytes);
	buf_addch(out, ')');
}

/* What a line is about, to the column where its words begin. */
static void
add_label(struct buf *out, bool colored, enum style style, const char *label)
{
	int blanks = LABEL_WIDTH - (int)strlen(label);

	buf_addstr(out, "  ");
	output_add_styled(out, colored, style, label);
	buf_addf(out, "%*s", blanks > 2 ? blanks : 2, "");
}

static void
add_class(struct buf *out, bool colored, enum change_class class, struct class_notes *n, const struct summary_bases *bases)
{
	if (n->places.count == 0)
		return;
	add_label(out, colored, output_change_style(class), change_names[class]);
	if (n->places.count > PATHS_SHOWN)
		summary_places_add(out, &n->places, bases);
	else
		add_few_paths(out, n);
	buf_addch(out, '\n');
}

static bool
has_changed_anything(const struct tally_sheet *t)
{
	return t->count[CHANGE_CREATED] || t->count[CHANGE_MODIFIED] || t->count[CHANGE_ATTRIBUTES] ||
	       t->count[CHANGE_DELETED];
}

static void
add_first_line(struct buf *out, const struct summary_run *run, const struct tally_sheet *t)
{
	double seconds = (double)(t->ended_ns - run->started_ns) / (double)NS_PER_SECOND;

	buf_addf(out, "writetrace: run %lld", (long long)run->id);
	if (run->name) {
		buf_addstr(out, " (");
		quote_shell(out, run->name, strlen(run->name));
		buf_addch(out, ')');
	}
	buf_addstr(out, ": ");
	if (run->state == RUN_INTERRUPTED) {
		buf_addstr(out, "interrupted");
	} else if (t->exit_signal) {
		buf_addstr(out, "killed by ");
		text_add_signal(out, t->exit_signal);
	} else if (t->exit_status < 0) {
		buf_addstr(out, run->let_go ? "let go on untraced" : "ended");
	} else {
		buf_addf(out, "exit %d", t->exit_status);
	}
	buf_addf(out, " after %.1f s: ", seconds);
	if (!has_changed_anything(t)) {
		buf_addstr(out, "no changes\n");
		return;
	}
	buf_addf(out, "%lld created, %lld modified, %lld with new attributes, %lld deleted\n",
		 (long long)t->count[CHANGE_CREATED], (long long)t->count[CHANGE_MODIFIED],
		 (long long)t->count[CHANGE_ATTRIBUTES], (long long)t->count[CHANGE_DELETED]);
}

struct look_lines {
	struct buf *out;
	bool colored;
};

static void
add_look(void *context, const char *words)
{
	const struct look_lines *lines = context;

	add_label(lines->out, lines->colored, STYLE_BOLD, "look at");
	buf_addf(lines->out, "%s\n", words);
}

/*
 * With its subject: "1 blind spot: sh opened the device …".  That a service was asked is about the service, whoever
 * asked; that nobody watched who was asked (--no-net) is about no process.
 */
static void
add_only_blind_spot(struct buf *out, const struct summary *s, const struct ledger *l, const struct blind_spot *b)
{
	const struct image *i = ledger_image(l, b->image);
	const struct image *exec = i ? ledger_image(l, i->program_image) : NULL;

	buf_addstr(out, "1 blind spot: ");
	if (b->kind == BLIND_SERVICE && b->image != 0 && s->service) {
		buf_addf(out, "%s was asked to act, its writes%s are not in this record", s->service->name,
			 s->service->n_places > 0 ? " elsewhere than in its own places" : "");
		return;
	}
	if (exec && exec->program) {
		quote_message(out, exec->program, strlen(exec->program));
		buf_addch(out, ' ');
	}
	quote_message(out, b->detail, strlen(b->detail));
}

static void
add_advice(struct buf *out, size_t n, const struct summary_run *run)
{
	buf_addf(out, "%zu blind spots: writetrace show %lld -s", n, (long long)run->id);
	text_add_db_option(out, run->db);
}

/* What a person may want to do with the run; where nothing has changed there is nothing but to look. */
static void
add_next(struct buf *out, const struct summary_run *run, const struct tally_sheet *tally)
{
	static const struct {
		const char *command, *options;
		bool takes_back;
	} ways[] = {
		{ "show", "", false }, { "undo", "", true }, { "manifest", " --format=sh", true },
	};
	bool can_take_back = has_changed_anything(tally) && !(run->attached && tally->n_kept == 0);

	add_label(out, false, STYLE_NONE, "next");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (ways[i].takes_back && !can_take_back)
			continue;
		buf_addf(out, "%swritetrace %s %lld%s", i ? "    " : "", ways[i].command, (long long)run->id,
			 ways[i].options);
		text_add_db_option(out, run->db);
	}
	buf_addch(out, '\n');
}

static void
add_left(struct buf *out, const struct summary_run *run)
{
	if (!run->left)
		return;
	add_label(out, run->colored, STYLE_BOLD, "running");
	buf_addf(out, "%s; what is written from now on is not in this record\n", run->left);
}

/* The sentence on all that was attached to and let go (trace/attach_span.h); NULL: there is none. */
static const struct blind_spot *
find_span(const struct summary_run *run, const struct ledger *l)
{
	for (size_t i = l->n_blinds; run->attached && i > 0; i--) {
		if (l->blinds[i - 1]->image == 0 && l->blinds[i - 1]->kind == BLIND_UNTRACED)
			return l->blinds[i - 1];
	}
	return NULL;
}

static void
add_span(struct buf *out, const struct blind_spot *span, size_t n_others, const struct summary_run *run)
{
	quote_message(out, span->detail, strlen(span->detail));
	if (n_others == 0)
		return;
	buf_addf(out, "; %zu blind spot%s more: writetrace show %lld -s", n_others, n_others == 1 ? "" : "s",
		 (long long)run->id);
	text_add_db_option(out, run->db);
}

static void
add_verdict(struct buf *out, const struct summary *s, const struct summary_run *run, const struct ledger *l)
{
	const struct blind_spot *span = find_span(run, l);

	add_label(out, run->colored, l->n_blinds > 0 ? STYLE_BOLD : STYLE_NONE, "record");
	if (span)
		add_span(out, span, l->n_blinds - 1, run);
	else if (l->n_blinds == 0)
		buf_addstr(out, "exact");
	else if (l->n_blinds == 1)
		add_only_blind_spot(out, s, l, l->blinds[0]);
	else
		add_advice(out, l->n_blinds, run);
	buf_addch(out, '\n');
}

/*
 * An ordinary user's programs gain no privilege (trace/filter.h), and those whose purpose that is have failed: root's
 * tracer lets them have it.
 */
static void
add_way_to_privilege(struct buf *out, const struct ledger *l)
{
	static const char *const givers[] = { "sudo", "su", "doas", "pkexec", "run0" };

	for (size_t i = 0; i < l->n_blinds; i++) {
		const struct image *image = ledger_image(l, l->blinds[i]->image);
		const char *program = image && image->program ? image->program : "";
		const char *name = strrchr(program, '/') ? strrchr(program, '/') + 1 : program;

		for (size_t k = 0; l->blinds[i]->kind == BLIND_SET_ID && k < ARRAY_SIZE(givers); k++) {
			if (strcmp(name, givers[k]) != 0)
				continue;
			add_label(out, false, STYLE_NONE, "privilege");
			buf_addf(out, "%s has it only where root traces: sudo writetrace run -u \"$USER\" -- COMMAND\n", name);
			return;
		}
	}
}

/* Where much disk space is taken that nobody has asked for. */
static void
add_kept(struct buf *out, const struct tally_sheet *t)
{
	if (t->bytes_kept <= KEPT_BYTES_UNSAID)
		return;
	add_label(out, false, STYLE_NONE, "kept");
	buf_addf(out, "%lld content%s, ", (long long)t->n_kept, t->n_kept == 1 ? "" : "s");
	text_add_size(out, t->bytes_kept);
	buf_addch(out, '\n');
}

/* What a program may have failed for, and how it could have had it. */
static void
add_refused(struct buf *out, const struct summary_run *run, const struct ledger *l)
{
	const struct path_entry *ring = ledger_find_path(l, io_uring_path);

	if (run->refused > 0) {
		add_label(out, run->colored, STYLE_BOLD, "refused");
		text_add_count(out, (int64_t)run->refused, "attempt", "attempts");
		buf_addf(out, " to change something outside of what is allowed: writetrace show %lld --all", (long long)run->id);
		text_add_db_option(out, run->db);
		buf_addch(out, '\n');
	}
	if (!ring || ring->touched)
		return;
	add_label(out, false, STYLE_NONE, "refused");
	buf_addstr(out, "io_uring, as by a kernel without it; --io-uring=allow lets it through, as a blind spot\n");
}

void
summary_print(struct summary *s, const struct summary_run *run, const struct tally_sheet *tally,
	      const struct ledger *l)
{
	static const enum change_class shown[] = {
		CHANGE_CREATED, CHANGE_MODIFIED, CHANGE_ATTRIBUTES, CHANGE_DELETED,
	};
	struct buf out = BUF_INIT;
	struct look_lines looks = { &out, run->colored };

	add_first_line(&out, run, tally);
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		add_class(&out, run->colored, shown[i], &s->classes[shown[i]], &s->bases);
	add_kept(&out, tally);
	add_refused(&out, run, l);
	summary_looks_each(&s->looks, add_look, &looks);
	add_left(&out, run);
	if (has_changed_anything(tally) || l->n_blinds > 0)
		add_verdict(&out, s, run, l);
	add_way_to_privilege(&out, l);
	if (has_changed_anything(tally) || l->n_blinds > 0)
		add_next(&out, run, tally);
	(void)!io_write_full(STDERR_FILENO, out.data, out.len);
	buf_release(&out);
}
