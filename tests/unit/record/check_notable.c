/* record/notable: each row of the table by a name that it is made for, and what is near to one and none. */
#include "config.h"

#include "record/notable.h"

#include "file/change.h"
#include "base/buf.h"
#include "unit/history.h"

/* What is there after the change. */
enum kind { PLAIN, LINK, DIRECTORY, SET_USER_ROOT, SET_USER, SET_BOTH, SET_GROUP, LOCKING, CAPABLE, OPEN_FILE, OPEN_LINK,
	    OPEN_DIRECTORY, STICKY, GROUP_DIRECTORY };

/* As xattr_pack() lays it out: name, NUL, length in host order, value. */
static const char capability[] = "security.capability\0\4\0\0\0abcd";
static const char acl[] = "system.posix_acl_access\0\4\0\0\0abcd";

static const struct file_state states[] = {
	[PLAIN] = { .type = FILE_REGULAR, .mode = 0644, .xattrs = (void *)(uintptr_t)acl, .xattrs_len = sizeof(acl) - 1 },
	[LINK] = { .type = FILE_SYMLINK, .mode = 0777 },
	[DIRECTORY] = { .type = FILE_DIRECTORY, .mode = 0755 },
	[SET_USER_ROOT] = { .type = FILE_REGULAR, .mode = 04755 },
	[SET_USER] = { .type = FILE_REGULAR, .mode = 04755, .uid = 1000 },
	[SET_BOTH] = { .type = FILE_REGULAR, .mode = 06755 },
	[SET_GROUP] = { .type = FILE_REGULAR, .mode = 02755 },
	[LOCKING] = { .type = FILE_REGULAR, .mode = 02644 },
	[CAPABLE] = { .type = FILE_REGULAR, .mode = 0755, .xattrs = (void *)(uintptr_t)capability,
		      .xattrs_len = sizeof(capability) - 1 },
	[OPEN_FILE] = { .type = FILE_REGULAR, .mode = 0666 },
	[OPEN_LINK] = { .type = FILE_SYMLINK, .mode = 0777 },
	[OPEN_DIRECTORY] = { .type = FILE_DIRECTORY, .mode = 0777 },
	[STICKY] = { .type = FILE_DIRECTORY, .mode = 01777 },
	[GROUP_DIRECTORY] = { .type = FILE_DIRECTORY, .mode = 02775 },
};

static const struct {
	const char *path;
	enum kind kind;
	const char *want;	/* the reasons, "; " between them; NULL: none */
} cases[] = {
	{ "/etc/passwd", PLAIN, "user accounts" },
	{ "/etc/shadow", PLAIN, "passwords" },
	{ "/etc/group", PLAIN, "groups of users" },
	{ "/etc/gshadow", PLAIN, "passwords" },
	{ "/etc/sudoers", PLAIN, "who may act as root" },
	{ "/etc/sudoers.d/app", PLAIN, "who may act as root" },
	{ "/usr/local/etc/sudoers", PLAIN, "who may act as root" },
	{ "/etc/doas.conf", PLAIN, "who may act as root" },
	{ "/etc/doas.d/app", PLAIN, "who may act as root" },
	{ "/etc/pam.conf", PLAIN, "how users are authenticated" },
	{ "/etc/pam.d/sshd", PLAIN, "how users are authenticated" },
	{ "/usr/lib/pam.d/sshd", PLAIN, "how users are authenticated" },
	{ "/etc/security/limits.d/x.conf", PLAIN, "how users are authenticated" },
	{ "/lib/x86_64-linux-gnu/security/pam_evil.so", PLAIN, "how users are authenticated" },
	{ "/lib/security/pam_evil.so", PLAIN, "how users are authenticated" },
	{ "/lib64/security/pam_evil.so", PLAIN, "how users are authenticated" },
	{ "/usr/lib/x86_64-linux-gnu/security/pam_evil.so", PLAIN, "how users are authenticated" },
	{ "/usr/lib/security/pam_evil.so", PLAIN, "how users are authenticated" },
	{ "/usr/lib64/security/pam_evil.so", PLAIN, "how users are authenticated" },
	{ "/root/.ssh/authorized_keys2", PLAIN, "who may log in by ssh" },
	{ "/etc/ssh/authorized_keys.d/ann", PLAIN, "who may log in by ssh" },
	{ "/etc/profile", PLAIN, "read by every login shell" },
	{ "/etc/profile.d/app", PLAIN, "read by every login shell" },
	{ "/etc/bash.bashrc", PLAIN, "read by every interactive bash" },
	{ "/etc/bashrc", PLAIN, "read by every interactive bash" },
	{ "/etc/bash/app", PLAIN, "read by every interactive bash" },
	{ "/etc/zsh/app", PLAIN, "read by every zsh" },
	{ "/etc/zshenv", PLAIN, "read by every zsh" },
	{ "/etc/zprofile", PLAIN, "read by every zsh" },
	{ "/etc/zshrc", PLAIN, "read by every zsh" },
	{ "/etc/zlogin", PLAIN, "read by every zsh" },
	{ "/etc/csh.cshrc", PLAIN, "read by every csh" },
	{ "/etc/csh/app", PLAIN, "read by every csh" },
	{ "/etc/fish/app", PLAIN, "read by every fish" },
	{ "/usr/share/fish/vendor_conf.d/app", PLAIN, "read by every fish" },
	{ "/etc/environment", PLAIN, "environment of all users" },
	{ "/etc/environment.d/app", PLAIN, "environment of all users" },
	{ "/usr/lib/environment.d/app", PLAIN, "environment of all users" },
	{ "/etc/skel/app", PLAIN, "copied into the home of each new user" },
	{ "/home/ann/.profile", PLAIN, "read by a user's shells" },
	{ "/root/.bash_profile", PLAIN, "read by a user's shells" },
	{ "/srv/ann/.bash_login", PLAIN, "read by a user's shells" },
	{ "/home/ann/.bash_logout", PLAIN, "read by a user's shells" },
	{ "/root/.bashrc", PLAIN, "read by a user's shells" },
	{ "/srv/ann/.bash_aliases", PLAIN, "read by a user's shells" },
	{ "/home/ann/.zshenv", PLAIN, "read by a user's shells" },
	{ "/root/.zprofile", PLAIN, "read by a user's shells" },
	{ "/srv/ann/.zshrc", PLAIN, "read by a user's shells" },
	{ "/home/ann/.zlogin", PLAIN, "read by a user's shells" },
	{ "/root/.zlogout", PLAIN, "read by a user's shells" },
	{ "/srv/ann/.cshrc", PLAIN, "read by a user's shells" },
	{ "/home/ann/.tcshrc", PLAIN, "read by a user's shells" },
	{ "/root/.login", PLAIN, "read by a user's shells" },
	{ "/srv/ann/.kshrc", PLAIN, "read by a user's shells" },
	{ "/home/ann/.config/fish/config.fish", PLAIN, "read by a user's shells" },
	{ "/root/.config/fish/conf.d/app", PLAIN, "read by a user's shells" },
	{ "/srv/ann/.config/environment.d/app", PLAIN, "read by a user's shells" },
	{ "/etc/crontab", PLAIN, "run by cron" },
	{ "/etc/anacrontab", PLAIN, "run by cron" },
	{ "/etc/cron.d/app", PLAIN, "run by cron" },
	{ "/etc/cron.hourly/app", PLAIN, "run by cron" },
	{ "/etc/cron.daily/app", PLAIN, "run by cron" },
	{ "/etc/cron.weekly/app", PLAIN, "run by cron" },
	{ "/etc/cron.monthly/app", PLAIN, "run by cron" },
	{ "/etc/cron.yearly/app", PLAIN, "run by cron" },
	{ "/etc/periodic/daily/x", PLAIN, "run by cron" },
	{ "/etc/crontabs/app", PLAIN, "run by cron" },
	{ "/var/spool/cron/crontabs/root", PLAIN, "run by cron" },
	{ "/etc/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/usr/lib/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/lib/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/usr/local/lib/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/run/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/etc/systemd/system/multi-user.target.wants/app.service", PLAIN, "systemd unit" },
	{ "/usr/lib/systemd/system/app.service", PLAIN, "systemd unit" },
	{ "/lib/systemd/system/app.service", PLAIN, "systemd unit" },
	{ "/usr/local/lib/systemd/system/app.service", PLAIN, "systemd unit" },
	{ "/run/systemd/system/app.service", PLAIN, "systemd unit" },
	{ "/etc/systemd/user/app.socket", PLAIN, "systemd unit of users" },
	{ "/usr/lib/systemd/user/app.socket", PLAIN, "systemd unit of users" },
	{ "/lib/systemd/user/app.socket", PLAIN, "systemd unit of users" },
	{ "/usr/local/lib/systemd/user/app.socket", PLAIN, "systemd unit of users" },
	{ "/root/.config/systemd/user/app.socket", PLAIN, "systemd unit of users" },
	{ "/srv/ann/.local/share/systemd/user/app.socket", PLAIN, "systemd unit of users" },
	{ "/etc/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/usr/lib/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/lib/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/usr/local/lib/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/etc/init.d/app", PLAIN, "init script" },
	{ "/etc/rc3.d/S01app", PLAIN, "init script" },
	{ "/etc/rc.d/app", PLAIN, "init script" },
	{ "/etc/rc.local", PLAIN, "init script" },
	{ "/etc/inittab", PLAIN, "init script" },
	{ "/etc/init/app", PLAIN, "init script" },
	{ "/etc/local.d/app", PLAIN, "init script" },
	{ "/etc/runlevels/app", PLAIN, "init script" },
	{ "/etc/sv/app", PLAIN, "init script" },
	{ "/etc/ld.so.preload", PLAIN, "loaded into every program" },
	{ "/etc/ld.so.conf", PLAIN, "where programs find their libraries" },
	{ "/etc/ld.so.conf.d/app", PLAIN, "where programs find their libraries" },
	{ "/etc/ld-musl-x86_64.path", PLAIN, "where programs find their libraries" },
	{ "/etc/udev/rules.d/app", PLAIN, "rules for devices (udev)" },
	{ "/usr/lib/udev/rules.d/app", PLAIN, "rules for devices (udev)" },
	{ "/lib/udev/rules.d/app", PLAIN, "rules for devices (udev)" },
	{ "/usr/local/lib/udev/rules.d/app", PLAIN, "rules for devices (udev)" },
	{ "/run/udev/rules.d/app", PLAIN, "rules for devices (udev)" },
	{ "/etc/modprobe.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/usr/lib/modprobe.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/lib/modprobe.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/usr/local/lib/modprobe.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/run/modprobe.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/etc/modprobe.conf", PLAIN, "which kernel modules are loaded, and how" },
	{ "/etc/modules", PLAIN, "which kernel modules are loaded, and how" },
	{ "/etc/modules-load.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/usr/lib/modules-load.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/lib/modules-load.d/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/etc/ssl/certs/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/ssl/cert.pem", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/ca-certificates.conf", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/ca-certificates/app", PLAIN, "certificate authorities that are trusted" },
	{ "/usr/share/ca-certificates/app", PLAIN, "certificate authorities that are trusted" },
	{ "/usr/local/share/ca-certificates/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/pki/ca-trust/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/pki/tls/certs/app", PLAIN, "certificate authorities that are trusted" },
	{ "/usr/share/pki/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/apt/sources.list", PLAIN, "where packages come from" },
	{ "/etc/apt/sources.list.d/app", PLAIN, "where packages come from" },
	{ "/etc/apt/preferences", PLAIN, "where packages come from" },
	{ "/etc/apt/preferences.d/app", PLAIN, "where packages come from" },
	{ "/etc/apt/apt.conf", PLAIN, "where packages come from" },
	{ "/etc/apt/apt.conf.d/app", PLAIN, "where packages come from" },
	{ "/etc/yum.conf", PLAIN, "where packages come from" },
	{ "/etc/yum.repos.d/app", PLAIN, "where packages come from" },
	{ "/etc/dnf/app", PLAIN, "where packages come from" },
	{ "/etc/zypp/app", PLAIN, "where packages come from" },
	{ "/etc/pacman.conf", PLAIN, "where packages come from" },
	{ "/etc/pacman.d/mirrorlist", PLAIN, "where packages come from" },
	{ "/etc/apk/repositories", PLAIN, "where packages come from" },
	{ "/etc/apt/trusted.gpg", PLAIN, "keys that packages are trusted by" },
	{ "/etc/apt/trusted.gpg.d/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/apt/keyrings/app", PLAIN, "keys that packages are trusted by" },
	{ "/usr/share/keyrings/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/pki/rpm-gpg/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/pacman.d/gnupg/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/apk/keys/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/cron.d/app", LINK, "run by cron" },
	{ "/usr/bin/app", SET_USER_ROOT, "set-user-ID root" },
	{ "/usr/bin/app", SET_USER, "set-user-ID" },
	{ "/usr/bin/app", SET_GROUP, "set-group-ID" },
	{ "/usr/bin/app", SET_BOTH, "set-user-ID root; set-group-ID" },
	{ "/usr/bin/app", CAPABLE, "file capabilities" },
	{ "/tmp/stage/usr/bin/app", SET_USER_ROOT, "set-user-ID root" },
	{ "/etc/cron.daily/app", SET_USER_ROOT, "run by cron; set-user-ID root" },
	{ "/etc/cron.daily/app", OPEN_FILE, "run by cron; world-writable" },
	{ "/srv/shared", OPEN_DIRECTORY, "world-writable, not sticky" },
	/* what is near, and none of it */
	{ "/usr/bin/app", PLAIN, NULL },
	{ "/usr/bin/app", LOCKING, NULL },
	{ "/usr/bin/app", OPEN_LINK, NULL },
	{ "/srv/shared", STICKY, NULL },
	{ "/srv/shared", GROUP_DIRECTORY, NULL },
	{ "/etc/cron.d", DIRECTORY, NULL },
	{ "/etc/cron.d/sub", DIRECTORY, NULL },
	{ "/etc/cron.data/x", PLAIN, NULL },
	{ "/etc/passwd-", PLAIN, NULL },
	{ "/etc/passwd/x", PLAIN, NULL },
	{ "/etc/rc10.d/x", PLAIN, NULL },
	{ "/srv/etc/passwd", PLAIN, NULL },
	{ "/tmp/stage/etc/cron.d/app", PLAIN, NULL },	/* not where it works */
	{ "/tmp/stage/root/.bashrc", PLAIN, NULL },
	{ "/home/ann/src/.bashrc", PLAIN, NULL },
	{ "/home/.bashrc", PLAIN, NULL },
	{ "/homes/ann/.bashrc", PLAIN, NULL },
	{ "/home/ann/.bashrc.d", PLAIN, NULL },
	{ "/home/ann/.ssh/config", PLAIN, NULL },
	{ "/.bashrc", PLAIN, NULL },
	{ "/nobody/.bashrc", PLAIN, NULL },
};

static struct notable *
make(void)
{
	struct notable *n;
	FILE *f;

	unit_enter_scratch();
	f = fopen("passwd", "w");
	ck_assert_ptr_nonnull(f);
	fputs("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nbroken\n"
	      "ann:x:1001:1001:Ann:/srv/ann:/bin/sh\nrelative:x:1:1::home:/bin/sh\n", f);
	fclose(f);
	n = notable_new("passwd", "/var/bob");
	unit_leave_scratch();
	return n;
}

static struct row_change
change(enum change_class class, enum kind kind)
{
	static const struct file_state absent = { .type = FILE_ABSENT };
	struct row_change row = { .class = class, .before = &states[kind], .after = &states[kind] };

	if (class == CHANGE_CREATED)
		row.before = &absent;
	if (class == CHANGE_DELETED)
		row.after = &absent;
	return row;
}

static void
expect(const char *path, const struct row_change *row, const char *want)
{
	const char *reasons[NOTABLE_REASONS_MAX];
	struct notable *n = make();
	struct buf got = BUF_INIT;
	size_t found = notable_reasons(n, path, row, reasons);

	for (size_t i = 0; i < found; i++)
		buf_addf(&got, "%s%s", i > 0 ? "; " : "", reasons[i]);
	ck_assert_msg(strcmp(got.data, want ? want : "") == 0, "%s (%s): '%s' instead of '%s'", path, change_names[row->class],
		      got.data, want ? want : "");
	buf_release(&got);
	notable_free(n);
}

START_TEST(what_is_left_changed_is_told)
{
	static const enum change_class classes[] = { CHANGE_CREATED, CHANGE_MODIFIED, CHANGE_ATTRIBUTES };

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		struct row_change row = change(classes[i], cases[_i].kind);

		expect(cases[_i].path, &row, cases[_i].want);
	}
}
END_TEST

START_TEST(what_is_left_as_it_was_is_not)
{
	static const enum change_class classes[] = { CHANGE_UNCHANGED, CHANGE_TRANSIENT, CHANGE_PARENT };

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		struct row_change row = change(classes[i], cases[_i].kind);

		expect(cases[_i].path, &row, NULL);
	}
}
END_TEST

/* Where a row is the one that tells of a case: of names the first. */
static bool
is_of_row(const struct notable *n, size_t row, size_t i)
{
	struct row_change created = change(CHANGE_CREATED, cases[i].kind);

	if (!cases[i].want || !notable_reason(n, &notable_table[row], cases[i].path, &created))
		return false;
	for (size_t k = 0; notable_table[row].glob && k < row; k++) {
		if (notable_table[k].glob && notable_reason(n, &notable_table[k], cases[i].path, &created))
			return false;
	}
	return true;
}

START_TEST(every_row_has_a_case)
{
	const struct notable_row *row = &notable_table[_i];
	struct notable *n = make();
	size_t i = 0;

	while (i < ARRAY_SIZE(cases) && !is_of_row(n, (size_t)_i, i))
		i++;
	ck_assert_msg(i < ARRAY_SIZE(cases), "no case for row %d, %s", _i, row->glob ? row->glob : row->reason);
	ck_assert(!row->glob != !row->test);
	ck_assert_msg(!row->glob || row->glob[0] == '/' || strncmp(row->glob, "~/.", 3) == 0,
		      "in homes only what is hidden is looked for: %s", row->glob);
	ck_assert_msg(!row->glob || (row->glob[1] != '*' && row->glob[1] != '?'), "that byte is compared first: %s",
		      row->glob);
	notable_free(n);
}
END_TEST

/* The same names, gone: where that is worth a look. */
static const struct {
	const char *path;
	const char *want;
} deleted[] = {
	{ "/etc/passwd", "user accounts, deleted" },
	{ "/etc/shadow", "passwords, deleted" },
	{ "/etc/group", "groups of users, deleted" },
	{ "/etc/sudoers", "who may act as root, deleted" },
	{ "/etc/pam.d/sshd", "how users are authenticated, deleted" },
	{ "/etc/ld.so.preload", "loaded into every program, deleted" },
	{ "/etc/ld.so.conf", "where programs find their libraries, deleted" },
	{ "/etc/cron.d/app", NULL },
	{ "/usr/bin/app", NULL },
};

START_TEST(what_is_gone_is_told_where_that_matters)
{
	struct row_change row = change(CHANGE_DELETED, PLAIN);

	expect(deleted[_i].path, &row, deleted[_i].want);
}
END_TEST

START_TEST(nobody_is_asked_for_homes_where_there_are_none)
{
	struct row_change row = change(CHANGE_CREATED, PLAIN);
	const char *reasons[NOTABLE_REASONS_MAX];
	struct notable *n = notable_new("/nowhere/passwd", NULL);

	ck_assert_uint_eq(notable_reasons(n, "/root/.profile", &row, reasons), 1);
	ck_assert_uint_eq(notable_reasons(n, "/home/x/.profile", &row, reasons), 1);
	ck_assert_uint_eq(notable_reasons(n, "/srv/ann/.profile", &row, reasons), 0);
	notable_free(n);
}
END_TEST

START_TEST(reasons_are_in_the_history_once)
{
	struct row_change row = change(CHANGE_CREATED, SET_BOTH);
	const char *reasons[NOTABLE_REASONS_MAX];
	struct notable *n = make();
	size_t n_reasons = notable_reasons(n, "/etc/cron.d/x", &row, reasons);
	struct err e = { 0 };
	struct store *s;

	unit_enter_scratch();
	history_make("INSERT INTO run (id, uuid, kind, host, login, directory, command, started_ns, state, tracer_pid)"
		     " VALUES (3, 'u', 'run', 'h', 'l', '/', 'c', 1, 'running', 1);"
		     "INSERT INTO path (id, path) VALUES (7, '/etc/cron.d/x')");
	s = history_open(STORE_WRITE);
	row.run_id = 3;
	row.path_id = 7;
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(store_begin(s, &e), 0);
		ck_assert_msg(notable_record(s, &row, reasons, n_reasons, &e) == 0, "%s", e.text);
		ck_assert_int_eq(store_commit(s, &e), 0);
	}
	store_close(s);
	ck_assert_int_eq(history_ask("SELECT count(*) FROM notable WHERE run_id = 3 AND path = '/etc/cron.d/x'"), 3);
	unit_leave_scratch();
	notable_free(n);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("notable");

	tcase_add_loop_test(tc, what_is_left_changed_is_told, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, what_is_left_as_it_was_is_not, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, every_row_has_a_case, 0, (int)notable_table_len);
	tcase_add_loop_test(tc, what_is_gone_is_told_where_that_matters, 0, ARRAY_SIZE(deleted));
	tcase_add_test(tc, nobody_is_asked_for_homes_where_there_are_none);
	tcase_add_test(tc, reasons_are_in_the_history_once);
	return unit_run("notable", tc);
}
