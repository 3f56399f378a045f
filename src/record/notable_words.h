/* What has happened to a file that a person should look at, in a few words. */
#ifndef WT_RECORD_NOTABLE_WORDS_H
#define WT_RECORD_NOTABLE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* What was in the file and what is in it; "" for what was not there. */
struct notable_texts {
	const char *path;		/* below its root */
	const char *before, *after;
};

/* Add words for it; nothing where there is nothing to be said beyond what the file is. */
typedef void notable_words(const struct notable_texts *t, struct buf *out);

/* passwd(5): "user acme added" */
void notable_words_accounts(const struct notable_texts *t, struct buf *out);
/* shadow(5): "password of root changed"; those of new users are no news */
void notable_words_passwords(const struct notable_texts *t, struct buf *out);
/* group(5): "acme added to group docker" */
void notable_words_groups(const struct notable_texts *t, struct buf *out);
/* sudoers(5): the first new rule */
void notable_words_sudo(const struct notable_texts *t, struct buf *out);
/* ld.so(8): the first new library */
void notable_words_preload(const struct notable_texts *t, struct buf *out);
/* sshd(8): whose keys are new */
void notable_words_login_keys(const struct notable_texts *t, struct buf *out);
/* crontab(5): "run by cron at 03:17 daily" */
void notable_words_cron(const struct notable_texts *t, struct buf *out);
/* systemd.service(5): what it runs */
void notable_words_unit(const struct notable_texts *t, struct buf *out);
/* systemd.timer(5): when */
void notable_words_timer(const struct notable_texts *t, struct buf *out);
/* the desktop entry's command */
void notable_words_autostart(const struct notable_texts *t, struct buf *out);

/* Text of a file as words of ours: on one line, at most so long, with nothing in it that a terminal would obey. */
void notable_words_quote(struct buf *out, const char *text, size_t len);

#endif
