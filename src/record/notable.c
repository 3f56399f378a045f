/* What a person should look at. */
#include "config.h"

#include "record/notable.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file/change.h"
#include "file/state.h"
#include "file/xattr.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

static bool
is_set_user_root(const struct file_state *s)
{
	return s->type == FILE_REGULAR && (s->mode & S_ISUID) && s->uid == 0;
}

static bool
is_set_user(const struct file_state *s)
{
	return s->type == FILE_REGULAR && (s->mode & S_ISUID) && s->uid != 0;
}

/* Without the right to execute it once meant mandatory locking. */
static bool
is_set_group(const struct file_state *s)
{
	return s->type == FILE_REGULAR && (s->mode & S_ISGID) && (s->mode & S_IXGRP);
}

static bool
has_capabilities(const struct file_state *s)
{
	const char *name;
	const void *value;
	size_t at = 0, len;

	while (xattr_next(s->xattrs, s->xattrs_len, &at, &name, &value, &len)) {
		if (strcmp(name, "security.capability") == 0)
			return true;
	}
	return false;
}

static bool
is_writable_file(const struct file_state *s)
{
	return s->type == FILE_REGULAR && (s->mode & S_IWOTH);
}

static bool
is_writable_directory(const struct file_state *s)
{
	return s->type == FILE_DIRECTORY && (s->mode & S_IWOTH) && !(s->mode & S_ISVTX);
}

#define GONE(reason) (reason), reason ", deleted"

#define ACCOUNTS GONE("user accounts")
#define PASSWORDS GONE("passwords")
#define GROUPS GONE("groups of users")
#define SUDO GONE("who may act as root")
#define PAM GONE("how users are authenticated")
#define SSH "who may log in by ssh", NULL
#define LOGIN_SHELL "read by every login shell", NULL
#define USERS_SHELL "read by a user's shells", NULL
#define BASH "read by every interactive bash", NULL
#define ZSH "read by every zsh", NULL
#define CSH "read by every csh", NULL
#define FISH "read by every fish", NULL
#define ENVIRONMENT "environment of all users", NULL
#define SKELETON "copied into the home of each new user", NULL
#define CRON "run by cron", NULL
#define UNIT "systemd unit", NULL
#define TIMER "systemd timer", NULL
#define GENERATOR "run by systemd when it starts", NULL
#define USER_UNIT "systemd unit of users", NULL
#define INIT "init script", NULL
#define PRELOAD GONE("loaded into every program")
#define LIBRARIES GONE("where programs find their libraries")
#define UDEV "rules for devices (udev)", NULL
#define MODULES "which kernel modules are loaded, and how", NULL
#define TRUST "certificate authorities that are trusted", NULL
#define SOURCES "where packages come from", NULL
#define KEYS "keys that packages are trusted by", NULL

/* The more special name first. */
const struct notable_row notable_table[] = {
	{ "/etc/passwd", NULL, ACCOUNTS },
	{ "/etc/shadow", NULL, PASSWORDS },
	{ "/etc/group", NULL, GROUPS },
	{ "/etc/gshadow", NULL, PASSWORDS },

	{ "/etc/sudoers", NULL, SUDO },
	{ "/etc/sudoers.d/*", NULL, SUDO },
	{ "/usr/local/etc/sudoers*", NULL, SUDO },
	{ "/etc/doas.conf", NULL, SUDO },
	{ "/etc/doas.d/*", NULL, SUDO },

	{ "/etc/pam.conf", NULL, PAM },
	{ "/etc/pam.d/*", NULL, PAM },
	{ "/usr/lib/pam.d/*", NULL, PAM },
	{ "/etc/security/*", NULL, PAM },
	{ "/lib/*/security/pam_*.so", NULL, PAM },
	{ "/lib/security/pam_*.so", NULL, PAM },
	{ "/lib64/security/pam_*.so", NULL, PAM },
	{ "/usr/lib/*/security/pam_*.so", NULL, PAM },
	{ "/usr/lib/security/pam_*.so", NULL, PAM },
	{ "/usr/lib64/security/pam_*.so", NULL, PAM },

	{ "~/.ssh/authorized_keys*", NULL, SSH },
	{ "/etc/ssh/authorized_keys*", NULL, SSH },

	{ "/etc/profile", NULL, LOGIN_SHELL },
	{ "/etc/profile.d/*", NULL, LOGIN_SHELL },
	{ "/etc/bash.bashrc", NULL, BASH },
	{ "/etc/bashrc", NULL, BASH },
	{ "/etc/bash/*", NULL, BASH },
	{ "/etc/zsh/*", NULL, ZSH },
	{ "/etc/zshenv", NULL, ZSH },
	{ "/etc/zprofile", NULL, ZSH },
	{ "/etc/zshrc", NULL, ZSH },
	{ "/etc/zlogin", NULL, ZSH },
	{ "/etc/csh.*", NULL, CSH },
	{ "/etc/csh/*", NULL, CSH },
	{ "/etc/fish/*", NULL, FISH },
	{ "/usr/share/fish/vendor_conf.d/*", NULL, FISH },
	{ "/etc/environment", NULL, ENVIRONMENT },
	{ "/etc/environment.d/*", NULL, ENVIRONMENT },
	{ "/usr/lib/environment.d/*", NULL, ENVIRONMENT },
	{ "/etc/skel/*", NULL, SKELETON },
	{ "~/.profile", NULL, USERS_SHELL },
	{ "~/.bash_profile", NULL, USERS_SHELL },
	{ "~/.bash_login", NULL, USERS_SHELL },
	{ "~/.bash_logout", NULL, USERS_SHELL },
	{ "~/.bashrc", NULL, USERS_SHELL },
	{ "~/.bash_aliases", NULL, USERS_SHELL },
	{ "~/.zshenv", NULL, USERS_SHELL },
	{ "~/.zprofile", NULL, USERS_SHELL },
	{ "~/.zshrc", NULL, USERS_SHELL },
	{ "~/.zlogin", NULL, USERS_SHELL },
	{ "~/.zlogout", NULL, USERS_SHELL },
	{ "~/.cshrc", NULL, USERS_SHELL },
	{ "~/.tcshrc", NULL, USERS_SHELL },
	{ "~/.login", NULL, USERS_SHELL },
	{ "~/.kshrc", NULL, USERS_SHELL },
	{ "~/.config/fish/config.fish", NULL, USERS_SHELL },
	{ "~/.config/fish/conf.d/*", NULL, USERS_SHELL },
	{ "~/.config/environment.d/*", NULL, USERS_SHELL },

	{ "/etc/crontab", NULL, CRON },
	{ "/etc/anacrontab", NULL, CRON },
	{ "/etc/cron.d/*", NULL, CRON },
	{ "/etc/cron.hourly/*", NULL, CRON },
	{ "/etc/cron.daily/*", NULL, CRON },
	{ "/etc/cron.weekly/*", NULL, CRON },
	{ "/etc/cron.monthly/*", NULL, CRON },
	{ "/etc/cron.yearly/*", NULL, CRON },
	{ "/etc/periodic/*", NULL, CRON },
	{ "/etc/crontabs/*", NULL, CRON },
	{ "/var/spool/cron/*", NULL, CRON },

	{ "/etc/systemd/system/*.timer", NULL, TIMER },
	{ "/usr/lib/systemd/system/*.timer", NULL, TIMER },
	{ "/lib/systemd/system/*.timer", NULL, TIMER },
	{ "/usr/local/lib/systemd/system/*.timer", NULL, TIMER },
	{ "/run/systemd/system/*.timer", NULL, TIMER },
	{ "/etc/systemd/system/*", NULL, UNIT },
	{ "/usr/lib/systemd/system/*", NULL, UNIT },
	{ "/lib/systemd/system/*", NULL, UNIT },
	{ "/usr/local/lib/systemd/system/*", NULL, UNIT },
	{ "/run/systemd/system/*", NULL, UNIT },
	{ "/etc/systemd/user/*", NULL, USER_UNIT },
	{ "/usr/lib/systemd/user/*", NULL, USER_UNIT },
	{ "/lib/systemd/user/*", NULL, USER_UNIT },
	{ "/usr/local/lib/systemd/user/*", NULL, USER_UNIT },
	{ "~/.config/systemd/user/*", NULL, USER_UNIT },
	{ "~/.local/share/systemd/user/*", NULL, USER_UNIT },
	{ "/etc/systemd/system-generators/*", NULL, GENERATOR },
	{ "/usr/lib/systemd/system-generators/*", NULL, GENERATOR },
	{ "/lib/systemd/system-generators/*", NULL, GENERATOR },
	{ "/usr/local/lib/systemd/system-generators/*", NULL, GENERATOR },

	{ "/etc/init.d/*", NULL, INIT },
	{ "/etc/rc?.d/*", NULL, INIT },
	{ "/etc/rc.d/*", NULL, INIT },
	{ "/etc/rc.local", NULL, INIT },
	{ "/etc/inittab", NULL, INIT },
	{ "/etc/init/*", NULL, INIT },
	{ "/etc/local.d/*", NULL, INIT },
	{ "/etc/runlevels/*", NULL, INIT },
	{ "/etc/sv/*", NULL, INIT },

	{ "/etc/ld.so.preload", NULL, PRELOAD },
	{ "/etc/ld.so.conf", NULL, LIBRARIES },
	{ "/etc/ld.so.conf.d/*", NULL, LIBRARIES },
	{ "/etc/ld-musl-*.path", NULL, LIBRARIES },

	{ "/etc/udev/rules.d/*", NULL, UDEV },
	{ "/usr/lib/udev/rules.d/*", NULL, UDEV },
	{ "/lib/udev/rules.d/*", NULL, UDEV },
	{ "/usr/local/lib/udev/rules.d/*", NULL, UDEV },
	{ "/run/udev/rules.d/*", NULL, UDEV },

	{ "/etc/modprobe.d/*", NULL, MODULES },
	{ "/usr/lib/modprobe.d/*", NULL, MODULES },
	{ "/lib/modprobe.d/*", NULL, MODULES },
	{ "/usr/local/lib/modprobe.d/*", NULL, MODULES },
	{ "/run/modprobe.d/*", NULL, MODULES },
	{ "/etc/modprobe.conf", NULL, MODULES },
	{ "/etc/modules", NULL, MODULES },
	{ "/etc/modules-load.d/*", NULL, MODULES },
	{ "/usr/lib/modules-load.d/*", NULL, MODULES },
	{ "/lib/modules-load.d/*", NULL, MODULES },

	{ "/etc/ssl/certs/*", NULL, TRUST },
	{ "/etc/ssl/cert.pem", NULL, TRUST },
	{ "/etc/ca-certificates.conf", NULL, TRUST },
	{ "/etc/ca-certificates/*", NULL, TRUST },
	{ "/usr/share/ca-certificates/*", NULL, TRUST },
	{ "/usr/local/share/ca-certificates/*", NULL, TRUST },
	{ "/etc/pki/ca-trust/*", NULL, TRUST },
	{ "/etc/pki/tls/certs/*", NULL, TRUST },
	{ "/usr/share/pki/*", NULL, TRUST },

	{ "/etc/apt/sources.list", NULL, SOURCES },
	{ "/etc/apt/sources.list.d/*", NULL, SOURCES },
	{ "/etc/apt/preferences", NULL, SOURCES },
	{ "/etc/apt/preferences.d/*", NULL, SOURCES },
	{ "/etc/apt/apt.conf", NULL, SOURCES },
	{ "/etc/apt/apt.conf.d/*", NULL, SOURCES },
	{ "/etc/yum.conf", NULL, SOURCES },
	{ "/etc/yum.repos.d/*", NULL, SOURCES },
	{ "/etc/dnf/*", NULL, SOURCES },
	{ "/etc/zypp/*", NULL, SOURCES },
	{ "/etc/pacman.conf", NULL, SOURCES },
	{ "/etc/pacman.d/mirrorlist*", NULL, SOURCES },
	{ "/etc/apk/repositories", NULL, SOURCES },
	{ "/etc/apt/trusted.gpg", NULL, KEYS },
	{ "/etc/apt/trusted.gpg.d/*", NULL, KEYS },
	{ "/etc/apt/keyrings/*", NULL, KEYS },
	{ "/usr/share/keyrings/*", NULL, KEYS },
	{ "/etc/pki/rpm-gpg/*", NULL, KEYS },
	{ "/etc/pacman.d/gnupg/*", NULL, KEYS },
	{ "/etc/apk/keys/*", NULL, KEYS },

	{ NULL, is_set_user_root, "set-user-ID root", NULL },
	{ NULL, is_set_user, "set-user-ID", NULL },
	{ NULL, is_set_group, "set-group-ID", NULL },
	{ NULL, has_capabilities, "file capabilities", NULL },
	{ NULL, is_writable_file, "world-writable", NULL },
	{ NULL, is_writable_directory, "world-writable, not sticky", NULL },
};

const size_t notable_table_len = ARRAY_SIZE(notable_table);

/* --- homes --- */

struct notable {
	char **homes;
	size_t n_homes;
	/* Of each row's glob the byte that tells most, '~' for homes, 0 where it has none: a run may have millions of paths. */
	char tells[ARRAY_SIZE(notable_table)];
};

static void
add_home(struct notable *n, const char *home)
{
	if (!home || !path_is_canonical(home) || !home[1])
		return;
	*LIST_ADD(n->homes, n->n_homes) = xstrdup(home);
}

struct notable *
notable_new(const char *passwd, const char *home)
{
	struct notable *n = xcalloc(1, sizeof(*n));
	FILE *f = passwd ? fopen(passwd, "re") : NULL;
	struct passwd *p;

	for (size_t i = 0; i < ARRAY_SIZE(notable_table); i++) {
		const char *glob = notable_table[i].glob;

		if (glob)
			n->tells[i] = glob[0] == '~' ? '~' : glob[1];
	}
	add_home(n, "/root");
	add_home(n, home);
	/* the file, and no service: who is asked for all users may answer late, or never */
	while (f && (p = fgetpwent(f)))
		add_home(n, p->pw_dir);
	if (f)
		fclose(f);
	return n;
}

void
notable_free(struct notable *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->n_homes; i++)
		free(n->homes[i]);
	free(n->homes);
	free(n);
}

static bool
is_home(const struct notable *n, const char *path, size_t len)
{
	static const char common[] = "/home/";
	size_t prefix = strlen(common);

	if (len > prefix && strncmp(path, common, prefix) == 0 && !memchr(path + prefix, '/', len - prefix))
		return true;
	for (size_t i = 0; i < n->n_homes; i++) {
		if (strncmp(n->homes[i], path, len) == 0 && n->homes[i][len] == '\0')
			return true;
	}
	return false;
}

/* --- matching --- */

/* "*" and "?" alone.  On a mismatch the last star takes one byte more. */
static bool
matches(const char *glob, const char *text)
{
	const char *star = NULL, *retry = NULL;

	while (*text) {
		if (*glob == '*') {
			star = ++glob;
			retry = text;
		} else if (*glob == *text || *glob == '?') {
			glob++;
			text++;
		} else if (star) {
			glob = star;
			text = ++retry;
		} else {
			return false;
		}
	}
	while (*glob == '*')
		glob++;
	return *glob == '\0';
}

/* What is looked for in homes is hidden: only there a home can end. */
static bool
matches_in_home(const struct notable *n, const char *glob, const char *path)
{
	for (const char *at = strstr(path, "/."); at; at = strstr(at + 1, "/.")) {
		if (matches(glob, at + 1) && is_home(n, path, (size_t)(at - path)))
			return true;
	}
	return false;
}

/* A path that is asked about against each row: what needs to be found out once. */
struct question {
	const char *path;
	const struct file_state *state;
	bool deleted;
	bool hidden;		/* something on the way is, and a home may end there */
};

static struct question
question_about(const char *path, const struct row_change *change)
{
	bool deleted = change->class == CHANGE_DELETED;

	return (struct question){ path, deleted ? change->before : change->after, deleted, strstr(path, "/.") };
}

static const char *
row_reason(const struct notable *n, const struct notable_row *row, const struct question *q)
{
	if (q->deleted && !row->gone)
		return NULL;
	if (row->test && !row->test(q->state))
		return NULL;
	if (row->glob && q->state->type == FILE_DIRECTORY)
		return NULL;
	if (row->glob && row->glob[0] == '~' && (!q->hidden || !matches_in_home(n, row->glob + 2, q->path)))
		return NULL;
	if (row->glob && row->glob[0] != '~' && !matches(row->glob, q->path))
		return NULL;
	return q->deleted ? row->gone : row->reason;
}

const char *
notable_reason(const struct notable *n, const struct notable_row *row, const char *path,
	       const struct row_change *change)
{
	const struct question q = question_about(path, change);

	return row_reason(n, row, &q);
}

size_t
notable_reasons(const struct notable *n, const char *path, const struct row_change *change,
		const char *reasons[NOTABLE_REASONS_MAX])
{
	const struct question q = question_about(path, change);
	bool named = false;
	size_t found = 0;

	if (change->class >= CHANGE_UNCHANGED)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(notable_table) && found < NOTABLE_REASONS_MAX; i++) {
		const struct notable_row *row = &notable_table[i];
		const char *reason;

		if (n->tells[i] && n->tells[i] != path[1] && (n->tells[i] != '~' || !q.hidden))
			continue;
		reason = row->glob && named ? NULL : row_reason(n, row, &q);
		if (!reason)
			continue;
		reasons[found++] = reason;
		named = named || row->glob;
	}
	return found;
}

int
notable_record(struct store *s, const struct row_change *change, const char *const *reasons, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (row_notable(s, change->run_id, change->path_id, reasons[i], e) < 0)
			return -1;
	}
	return 0;
}
