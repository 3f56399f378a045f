/* What an attachment has not seen, in one sentence. */
#include "config.h"

#include "trace/attach_span.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/quote.h"
#include "trace/path/proc.h"

/* So many programs stand in the sentence by their names. */
enum { PROGRAMS_NAMED = 4 };

struct span_program {
	char *name;
	unsigned n;		/* processes of it that had files open */
};

void
attach_span_begin(struct tracer *tr)
{
	tr->span.began_ns = clock_now_ns();
}

void
attach_span_note(const struct tracee *t)
{
	struct attach_span *s = &t->tracer->span;
	char *name = proc_program(t->process->pid, PROC_RUNNING);

	for (size_t i = 0; i < s->n_programs; i++) {
		if (strcmp(s->programs[i].name, name) != 0)
			continue;
		s->programs[i].n++;
		free(name);
		return;
	}
	*LIST_ADD(s->programs, s->n_programs) = (struct span_program){ name, 1 };
}

static void
add_time(struct buf *out, int64_t ns)
{
	struct timespec ts = clock_timespec(ns);
	char text[16] = "";
	struct tm tm;

	if (gmtime_r(&ts.tv_sec, &tm))
		strftime(text, sizeof(text), "%H:%M:%S", &tm);
	buf_addstr(out, text);
}

static void
add_programs(struct buf *out, const struct attach_span *s)
{
	unsigned others = 0;

	for (size_t i = 0; i < s->n_programs; i++) {
		if (i >= PROGRAMS_NAMED) {
			others += s->programs[i].n;
			continue;
		}
		buf_addf(out, "%s%u ", i ? ", " : "; ", s->programs[i].n);
		quote_message(out, s->programs[i].name, strlen(s->programs[i].name));
	}
	if (others > 0)
		buf_addf(out, " and %u others", others);
	if (s->n_programs > 0)
		buf_addstr(out, " had files open for writing before");
}

void
attach_span_tell(struct tracer *tr, bool let_go)
{
	struct attach_span *s = &tr->span;
	struct buf text = BUF_INIT;

	if (s->told || s->began_ns == 0 || (!let_go && s->n_programs == 0))
		return;
	s->told = true;
	buf_addstr(&text, "from ");
	add_time(&text, s->began_ns);
	buf_addstr(&text, " to ");
	add_time(&text, clock_now_ns());
	buf_addstr(&text, let_go ? " UTC, then let go on untraced" : " UTC, to its end");
	add_programs(&text, s);
	tr->sink->blind(tr->sink->context, 0, let_go ? BLIND_UNTRACED : BLIND_PRE_IMAGE, text.data);
	buf_release(&text);
}

void
attach_span_release(struct attach_span *s)
{
	for (size_t i = 0; i < s->n_programs; i++)
		free(s->programs[i].name);
	free(s->programs);
}
