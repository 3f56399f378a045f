/* record/notable_words, record/cron_words: what the change of a text is told as. */
#include "config.h"

#include "record/cron_words.h"
#include "record/notable_words.h"

#include "unit/unit.h"

static const struct {
	const char *line, *want;	/* NULL: no job */
} jobs[] = {
	{ "17 3 * * * root acme", "at 03:17 daily" },
	{ "  17\t3 * * *  acme", "at 03:17 daily" },
	{ "* * * * * root acme", "every minute" },
	{ "*/5 * * * * root acme", "every 5 minutes" },
	{ "9 * * * * root acme", "at minute 9 hourly" },
	{ "0 */6 * * * root acme", "at minute 0 every 6 hours" },
	{ "30 6 * * 1 root acme", "at 06:30 on Mondays" },
	{ "30 6 * * sun root acme", "at 06:30 on Sundays" },
	{ "30 6 * * 7 root acme", "at 06:30 on Sundays" },
	{ "0 0 1 * * root acme", "at 00:00 on day 1 of each month" },
	{ "0 0 24 12 * root acme", "at 00:00 on 24/12 yearly" },
	{ "0 9 * * 1-5 root acme", "(0 9 * * 1-5)" },
	{ "5,35 8-18/2 * jan,jul mon root acme", "(5,35 8-18/2 * jan,jul mon)" },
	{ "61 3 * * * root acme", "(61 3 * * *)" },
	{ "@reboot root acme", "at every boot" },
	{ "@daily root acme", "daily" },
	{ "@never root acme", NULL },
	{ "# 17 3 * * * root acme", NULL },
	{ "SHELL=/bin/sh", NULL },
	{ "MAILTO = a b c d e f", NULL },
	{ "17 3 * * *", NULL },
	{ "17 3 * *", NULL },
	{ "", NULL },
	{ "17 3 * * \x1b[2J root", NULL },
};

START_TEST(jobs_are_told_by_their_times)
{
	struct buf got = BUF_INIT;
	bool is_job = cron_words_add(&got, jobs[_i].line, strlen(jobs[_i].line));

	ck_assert_msg(is_job == (jobs[_i].want != NULL), "%s", jobs[_i].line);
	ck_assert_msg(strcmp(got.data, jobs[_i].want ? jobs[_i].want : "") == 0, "%s: '%s'", jobs[_i].line, got.data);
	buf_release(&got);
}
END_TEST

#define PASSWD "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n"
#define GROUP "root:x:0:\nsudo:x:27:ann\n"
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI"

static const struct {
	notable_words *words;
	const char *path, *before, *after, *want;
} texts[] = {
	{ notable_words_accounts, "/etc/passwd", PASSWD, PASSWD "acme:x:999:999::/:/bin/false\n", "user acme added" },
	{ notable_words_accounts, "/etc/passwd", PASSWD, PASSWD "acme:x:0:0::/:/bin/sh", "user acme added, with root's number" },
	{ notable_words_accounts, "/etc/passwd", PASSWD, "ann:x:0:0::/home/ann:/bin/sh\nroot:x:0:0:root:/root:/bin/sh\n",
	  "user ann given root's number" },
	{ notable_words_accounts, "/etc/passwd", PASSWD, "root:x:0:0:root:/root:/bin/bash\n", "user root changed, user ann removed" },
	{ notable_words_accounts, "/etc/passwd", PASSWD, "root::0:0:root:/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n",
	  "password of root changed" },
	{ notable_words_accounts, "/etc/passwd", "", "a:x:1:\nb:x:2:\nc:x:3:\nd:x:4:\ne:x:5:\n",
	  "user a added, user b added, user c added and 2 more" },
	{ notable_words_accounts, "/etc/passwd", PASSWD, PASSWD, "" },
	{ notable_words_accounts, "/etc/passwd", PASSWD, PASSWD "\n:::\nno colon\n", "" },
	{ notable_words_accounts, "/etc/passwd", PASSWD, PASSWD "a\x1b[2J:x:1:\n", "user a\\033[2J added" },
	{ notable_words_passwords, "/etc/shadow", "root:!:1::\n", "root:$6$x:2::\nacme:!:2::\n", "password of root changed" },
	{ notable_words_passwords, "/etc/shadow", "root:!:1::\n", "root:!:1::\nacme:!:2::\n", "" },
	{ notable_words_groups, "/etc/group", GROUP, "root:x:0:\nsudo:x:27:ann,acme\nacme:x:999:\n",
	  "group acme added, acme added to group sudo" },
	{ notable_words_groups, "/etc/group", GROUP, "root:x:0:\nsudo:x:27:\n", "ann removed from group sudo" },
	{ notable_words_groups, "/etc/group", GROUP, "root:x:0:\nsudo:x:0:ann\n", "number of group sudo changed" },
	{ notable_words_groups, "/etc/group", GROUP, "root:x:0:\nsudo:x\n", "number of group sudo changed, ann removed from group sudo" },
	{ notable_words_sudo, "/etc/sudoers.d/acme", "", "# acme\n\nacme ALL=(ALL) NOPASSWD: ALL\n",
	  "who may act as root: acme ALL=(ALL) NOPASSWD: ALL" },
	{ notable_words_sudo, "/etc/sudoers", "a ALL=ALL\n", "a ALL=ALL\nb ALL=ALL\nc ALL=ALL\n",
	  "who may act as root: b ALL=ALL and 1 more" },
	{ notable_words_sudo, "/etc/sudoers", "a ALL=ALL\n", "", "" },
	{ notable_words_preload, "/etc/ld.so.preload", "", "/usr/lib/acme.so\n", "loaded into every program: /usr/lib/acme.so" },
	{ notable_words_login_keys, "/root/.ssh/authorized_keys", KEY " ann@home\n", KEY " ann@home\n" KEY "x bob at work\n",
	  "who may log in by ssh: key of bob at work added" },
	{ notable_words_login_keys, "/root/.ssh/authorized_keys", "", "command=\"a b\" " KEY "\n", "who may log in by ssh: key added" },
	{ notable_words_login_keys, "/root/.ssh/authorized_keys", "", "key\n#" KEY "\n", "" },
	{ notable_words_cron, "/etc/cron.d/acme", "", "SHELL=/bin/sh\n17 3 * * * root acme\n", "run by cron at 03:17 daily" },
	{ notable_words_cron, "/etc/crontab", "* * * * * root old\n", "* * * * * root old\n@daily root a\n@weekly root b\n",
	  "run by cron daily and 1 more" },
	{ notable_words_cron, "/etc/cron.weekly/acme", "", "#!/bin/sh\n", "run by cron weekly" },
	{ notable_words_cron, "/etc/cron.d/acme", "", "nothing\n", "" },
	{ notable_words_unit, "/etc/systemd/system/acme.service", "", "[Service]\nExecStart = no\nExecStart=/opt/acme/acmed -f\n",
	  "systemd unit, runs /opt/acme/acmed -f" },
	{ notable_words_timer, "/etc/systemd/system/acme.timer", "", "[Timer]\nOnCalendar=*-*-* 03:17\n", "systemd timer: *-*-* 03:17" },
	{ notable_words_timer, "/etc/systemd/system/acme.timer", "", "[Timer]\nOnBootSec=5min\nOnUnitActiveSec=1h\n",
	  "systemd timer: every 1h" },
	{ notable_words_timer, "/etc/systemd/system/acme.timer", "", "[Timer]\nOnBootSec=5min\n", "systemd timer: after boot, 5min" },
	{ notable_words_autostart, "/etc/xdg/autostart/a.desktop", "", "[Desktop Entry]\nExec=acme --tray\n",
	  "started with a user's desktop: acme --tray" },
};

START_TEST(texts_are_told_by_what_is_other)
{
	const struct notable_texts t = { texts[_i].path, texts[_i].before, texts[_i].after };
	struct buf got = BUF_INIT;

	texts[_i].words(&t, &got);
	ck_assert_msg(strcmp(got.data, texts[_i].want) == 0, "'%s' instead of '%s'", got.data, texts[_i].want);
	buf_release(&got);
}
END_TEST

START_TEST(long_texts_are_cut_between_characters)
{
	char text[200];
	struct buf got = BUF_INIT;

	memset(text, 'a', sizeof(text));
	memcpy(text + 79, "\xc3\xa4", 2);
	notable_words_quote(&got, text, sizeof(text));
	ck_assert_uint_eq(got.len, 79 + 3);
	ck_assert_str_eq(got.data + 78, "a...");
	buf_release(&got);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("notable_words");

	tcase_add_loop_test(tc, jobs_are_told_by_their_times, 0, sizeof(jobs) / sizeof(jobs[0]));
	tcase_add_loop_test(tc, texts_are_told_by_what_is_other, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tc, long_texts_are_cut_between_characters);
	return unit_run("notable_words", tc);
}
