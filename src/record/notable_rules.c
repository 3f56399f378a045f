/* What of a run's changes a person should look at: the table. */
#include "config.h"

#include "record/notable_rules.h"

#include <string.h>
#include <sys/stat.h>

#include "file/xattr.h"
#include "base/mem.h"

static bool
is_set_user_root(const struct row_change *c)
{
	const struct file_state *s = c->after;

	return s->type == FILE_REGULAR && (s->mode & S_ISUID) && s->uid == 0;
}

static bool
is_set_user(const struct row_change *c)
{
	const struct file_state *s = c->after;

	return s->type == FILE_REGULAR && (s->mode & S_ISUID) && s->uid != 0;
}

/* Without the right to execute it once meant mandatory locking. */
static bool
is_set_group(const struct row_change *c)
{
	const struct file_state *s = c->after;

	return s->type == FILE_REGULAR && (s->mode & S_ISGID) && (s->mode & S_IXGRP);
}

static bool
has_capabilities(const struct row_change *c)
{
	const struct file_state *s = c->after;
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
is_writable_file(const struct row_change *c)
{
	return c->after->type == FILE_REGULAR && (c->after->mode & S_IWOTH);
}

static bool
is_writable_directory(const struct row_change *c)
{
	const struct file_state *s = c->after;

	return s->type == FILE_DIRECTORY && (s->mode & S_IWOTH) && !(s->mode & S_ISVTX);
}

/* Of a directory that was there before. */
static bool
has_other_rights(const struct row_change *c)
{
	const struct file_state *a = c->before, *b = c->after;

	return a->type == FILE_DIRECTORY && (a->mode != b->mode || a->uid != b->uid || a->gid != b->gid);
}

/* What a clone makes is as git makes it. */
static bool
was_there(const struct row_change *c)
{
	return c->before->type != FILE_ABSENT;
}

const struct notable_kind notable_kinds[NOTABLE_SUBJECTS] = {
	[NOTABLE_SET_USER_ROOT] = { .reason = "set-user-ID root" },
	[NOTABLE_SET_USER] = { .reason = "set-user-ID" },
	[NOTABLE_SET_GROUP] = { .reason = "set-group-ID" },
	[NOTABLE_CAPABILITIES] = { .reason = "file capabilities" },
	[NOTABLE_OPEN_FILE] = { .reason = "world-writable" },
	[NOTABLE_OPEN_DIRECTORY] = { .reason = "world-writable, not sticky" },
	[NOTABLE_RIGHTS] = { .reason = "who may change what is in it" },
	[NOTABLE_ACCOUNTS] = { .reason = "user accounts", .gone = true, .group = NOTABLE_OF_ACCOUNTS,
		.words = notable_words_accounts },
	[NOTABLE_PASSWORDS] = { .reason = "passwords", .gone = true, .group = NOTABLE_OF_ACCOUNTS,
		.words = notable_words_passwords },
	[NOTABLE_GROUPS] = { .reason = "groups of users", .gone = true, .group = NOTABLE_OF_ACCOUNTS,
		.words = notable_words_groups },
	[NOTABLE_SUDO] = { .reason = "who may act as root", .gone = true, .words = notable_words_sudo },
	[NOTABLE_PAM] = { .reason = "how users are authenticated", .gone = true },
	[NOTABLE_PRELOAD] = { .reason = "loaded into every program", .gone = true, .words = notable_words_preload },
	[NOTABLE_LOGIN_KEYS] = { .reason = "who may log in by ssh", .words = notable_words_login_keys },
	[NOTABLE_SSHD] = { .reason = "how ssh lets people in", .gone = true, .group = NOTABLE_OF_SUBJECT },
	[NOTABLE_LOGIN_SHELL] = { .reason = "read by every login shell" },
	[NOTABLE_BASH] = { .reason = "read by every interactive bash" },
	[NOTABLE_ZSH] = { .reason = "read by every zsh" },
	[NOTABLE_CSH] = { .reason = "read by every csh" },
	[NOTABLE_FISH] = { .reason = "read by every fish" },
	[NOTABLE_ENVIRONMENT] = { .reason = "environment of all users" },
	[NOTABLE_SKELETON] = { .reason = "copied into the home of each new user" },
	[NOTABLE_USERS_SHELL] = { .reason = "read by a user's shells" },
	[NOTABLE_CRON] = { .reason = "run by cron", .words = notable_words_cron },
	[NOTABLE_AT] = { .reason = "run once by at" },
	[NOTABLE_TIMER] = { .reason = "systemd timer", .group = NOTABLE_OF_NAME, .words = notable_words_timer },
	[NOTABLE_UNIT] = { .reason = "systemd unit", .group = NOTABLE_OF_NAME, .words = notable_words_unit },
	[NOTABLE_UNIT_LINK] = { .reason = "systemd unit, enabled", .group = NOTABLE_OF_NAME, .joined = "enabled" },
	[NOTABLE_USER_UNIT] = { .reason = "systemd unit of users" },
	[NOTABLE_GENERATOR] = { .reason = "run by systemd when it starts" },
	[NOTABLE_INIT] = { .reason = "init script", .group = NOTABLE_OF_NAME },
	[NOTABLE_INIT_LINK] = { .reason = "init script, run when the machine starts or stops",
		.group = NOTABLE_OF_NAME, .joined = "run when the machine starts or stops" },
	[NOTABLE_HOOK] = { .reason = "run or obeyed by root when something happens" },
	[NOTABLE_LIBRARIES] = { .reason = "where programs find their libraries", .gone = true },
	[NOTABLE_POLKIT] = { .reason = "what users may do without being root (polkit)", .gone = true },
	[NOTABLE_CONFINEMENT] = { .reason = "how programs are confined", .gone = true },
	[NOTABLE_BUS] = { .reason = "D-Bus service, or who may use one" },
	[NOTABLE_UDEV] = { .reason = "rules for devices (udev)" },
	[NOTABLE_MODULES] = { .reason = "which kernel modules are loaded, and how" },
	[NOTABLE_MODULE] = { .reason = "kernel modules", .group = NOTABLE_OF_SUBJECT },
	[NOTABLE_KERNEL] = { .reason = "settings of the kernel" },
	[NOTABLE_BOOT] = { .reason = "how the machine starts", .gone = true, .group = NOTABLE_OF_SUBJECT },
	[NOTABLE_MOUNTS] = { .reason = "what is mounted when the machine starts", .gone = true },
	[NOTABLE_TRUST] = { .reason = "certificate authorities that are trusted", .group = NOTABLE_OF_SUBJECT },
	[NOTABLE_SOURCES] = { .reason = "where packages come from" },
	[NOTABLE_PACKAGE_KEYS] = { .reason = "keys that packages are trusted by" },
	[NOTABLE_NAMES] = { .reason = "how names are resolved" },
	[NOTABLE_FIREWALL] = { .reason = "what the firewall lets through", .gone = true },
	[NOTABLE_AUTOSTART] = { .reason = "started with a user's desktop", .words = notable_words_autostart },
	[NOTABLE_GIT] = { .reason = "run by git, or says what git runs" },
	[NOTABLE_CREDENTIALS] = { .reason = "credentials" },
	[NOTABLE_SHADOW] = { .reason = "found in place of a program of the system" },
	[NOTABLE_PACKAGE] = { .reason = "of a package" },
};

#define FILE_AT(glob, subject) { (glob), NOTABLE_##subject, NULL, false }
#define TESTED_AT(glob, subject, test) { (glob), NOTABLE_##subject, (test), false }
#define DIRECTORY_AT(glob, subject, test) { (glob), NOTABLE_##subject, (test), true }
#define ANYWHERE(subject, test) { NULL, NOTABLE_##subject, (test), false }

/* The more special name first. */
const struct notable_rule notable_table[] = {
	FILE_AT("/etc/passwd", ACCOUNTS),
	FILE_AT("/etc/shadow", PASSWORDS),
	FILE_AT("/etc/group", GROUPS),
	FILE_AT("/etc/gshadow", PASSWORDS),

	DIRECTORY_AT("/", RIGHTS, has_other_rights),
	DIRECTORY_AT("~", RIGHTS, has_other_rights),
	DIRECTORY_AT("~/.ssh", RIGHTS, has_other_rights),
	DIRECTORY_AT("~/.gnupg", RIGHTS, has_other_rights),
	DIRECTORY_AT("/etc/ssh", RIGHTS, has_other_rights),
	DIRECTORY_AT("/etc/ssl/private", RIGHTS, has_other_rights),
	DIRECTORY_AT("/etc/pki/tls/private", RIGHTS, has_other_rights),
	DIRECTORY_AT("/etc/sudoers.d", RIGHTS, has_other_rights),

	FILE_AT("/etc/sudoers", SUDO),
	FILE_AT("/etc/sudoers.d/*", SUDO),
	FILE_AT("/usr/local/etc/sudoers*", SUDO),
	FILE_AT("/etc/doas.conf", SUDO),
	FILE_AT("/etc/doas.d/*", SUDO),

	FILE_AT("/etc/pam.conf", PAM),
	FILE_AT("/etc/pam.d/*", PAM),
	FILE_AT("/usr/lib/pam.d/*", PAM),
	FILE_AT("/usr/share/pam-configs/*", PAM),
	FILE_AT("/etc/security/*", PAM),
	FILE_AT("/etc/login.defs", PAM),
	FILE_AT("/lib/*/security/pam_*.so", PAM),
	FILE_AT("/lib/security/pam_*.so", PAM),
	FILE_AT("/lib64/security/pam_*.so", PAM),
	FILE_AT("/usr/lib/*/security/pam_*.so", PAM),
	FILE_AT("/usr/lib/security/pam_*.so", PAM),
	FILE_AT("/usr/lib64/security/pam_*.so", PAM),

	FILE_AT("~/.ssh/authorized_keys*", LOGIN_KEYS),
	FILE_AT("~/.rhosts", LOGIN_KEYS),
	FILE_AT("~/.shosts", LOGIN_KEYS),
	FILE_AT("/etc/ssh/authorized_keys*", LOGIN_KEYS),
	FILE_AT("/etc/hosts.equiv", LOGIN_KEYS),
	FILE_AT("/etc/ssh/sshd_config", SSHD),
	FILE_AT("/etc/ssh/sshd_config.d/*", SSHD),
	FILE_AT("/etc/ssh/ssh_host_*", SSHD),
	FILE_AT("/etc/ssh/sshrc", SSHD),

	FILE_AT("/etc/profile", LOGIN_SHELL),
	FILE_AT("/etc/profile.d/*", LOGIN_SHELL),
	FILE_AT("/etc/bash.bashrc", BASH),
	FILE_AT("/etc/bashrc", BASH),
	FILE_AT("/etc/bash/*", BASH),
	FILE_AT("/etc/bash_completion.d/*", BASH),
	FILE_AT("/etc/zsh/*", ZSH),
	FILE_AT("/etc/zshenv", ZSH),
	FILE_AT("/etc/zprofile", ZSH),
	FILE_AT("/etc/zshrc", ZSH),
	FILE_AT("/etc/zlogin", ZSH),
	FILE_AT("/etc/csh.*", CSH),
	FILE_AT("/etc/csh/*", CSH),
	FILE_AT("/etc/fish/*", FISH),
	FILE_AT("/usr/share/fish/vendor_conf.d/*", FISH),
	FILE_AT("/etc/environment", ENVIRONMENT),
	FILE_AT("/etc/environment.d/*", ENVIRONMENT),
	FILE_AT("/usr/lib/environment.d/*", ENVIRONMENT),
	FILE_AT("/etc/skel/*", SKELETON),
	FILE_AT("~/.profile", USERS_SHELL),
	FILE_AT("~/.bash_profile", USERS_SHELL),
	FILE_AT("~/.bash_login", USERS_SHELL),
	FILE_AT("~/.bash_logout", USERS_SHELL),
	FILE_AT("~/.bashrc", USERS_SHELL),
	FILE_AT("~/.bash_aliases", USERS_SHELL),
	FILE_AT("~/.zshenv", USERS_SHELL),
	FILE_AT("~/.zprofile", USERS_SHELL),
	FILE_AT("~/.zshrc", USERS_SHELL),
	FILE_AT("~/.zlogin", USERS_SHELL),
	FILE_AT("~/.zlogout", USERS_SHELL),
	FILE_AT("~/.cshrc", USERS_SHELL),
	FILE_AT("~/.tcshrc", USERS_SHELL),
	FILE_AT("~/.login", USERS_SHELL),
	FILE_AT("~/.kshrc", USERS_SHELL),
	FILE_AT("~/.ssh/rc", USERS_SHELL),
	FILE_AT("~/.config/fish/config.fish", USERS_SHELL),
	FILE_AT("~/.config/fish/conf.d/*", USERS_SHELL),
	FILE_AT("~/.config/environment.d/*", USERS_SHELL),

	FILE_AT("/etc/crontab", CRON),
	FILE_AT("/etc/anacrontab", CRON),
	FILE_AT("/etc/cron.d/*", CRON),
	FILE_AT("/etc/cron.hourly/*", CRON),
	FILE_AT("/etc/cron.daily/*", CRON),
	FILE_AT("/etc/cron.weekly/*", CRON),
	FILE_AT("/etc/cron.monthly/*", CRON),
	FILE_AT("/etc/cron.yearly/*", CRON),
	FILE_AT("/etc/periodic/*", CRON),
	FILE_AT("/etc/crontabs/*", CRON),
	FILE_AT("/var/spool/cron/atjobs/*", AT),
	FILE_AT("/var/spool/at/*", AT),
	FILE_AT("/var/spool/cron/*", CRON),

	FILE_AT("/etc/systemd/system/*.timer", TIMER),
	FILE_AT("/usr/lib/systemd/system/*.timer", TIMER),
	FILE_AT("/lib/systemd/system/*.timer", TIMER),
	FILE_AT("/usr/local/lib/systemd/system/*.timer", TIMER),
	FILE_AT("/run/systemd/system/*.timer", TIMER),
	FILE_AT("/etc/systemd/system/*.wants/*", UNIT_LINK),
	FILE_AT("/etc/systemd/system/*.requires/*", UNIT_LINK),
	FILE_AT("/etc/systemd/system/*", UNIT),
	FILE_AT("/usr/lib/systemd/system/*", UNIT),
	FILE_AT("/lib/systemd/system/*", UNIT),
	FILE_AT("/usr/local/lib/systemd/system/*", UNIT),
	FILE_AT("/run/systemd/system/*", UNIT),
	FILE_AT("/usr/lib/systemd/system-preset/*", UNIT),
	FILE_AT("/etc/systemd/user/*", USER_UNIT),
	FILE_AT("/usr/lib/systemd/user/*", USER_UNIT),
	FILE_AT("/lib/systemd/user/*", USER_UNIT),
	FILE_AT("/usr/local/lib/systemd/user/*", USER_UNIT),
	FILE_AT("~/.config/systemd/user/*", USER_UNIT),
	FILE_AT("~/.local/share/systemd/user/*", USER_UNIT),
	FILE_AT("/etc/systemd/system-generators/*", GENERATOR),
	FILE_AT("/usr/lib/systemd/system-generators/*", GENERATOR),
	FILE_AT("/lib/systemd/system-generators/*", GENERATOR),
	FILE_AT("/usr/local/lib/systemd/system-generators/*", GENERATOR),

	FILE_AT("/etc/init.d/*", INIT),
	FILE_AT("/etc/rc?.d/*", INIT_LINK),
	FILE_AT("/etc/rc.d/*", INIT),
	FILE_AT("/etc/rc.local", INIT),
	FILE_AT("/etc/inittab", INIT),
	FILE_AT("/etc/init/*", INIT),
	FILE_AT("/etc/local.d/*", INIT),
	FILE_AT("/etc/runlevels/*", INIT),
	FILE_AT("/etc/sv/*", INIT),
	FILE_AT("/etc/xinetd.d/*", INIT),
	FILE_AT("/etc/inetd.conf", INIT),

	FILE_AT("/etc/NetworkManager/dispatcher.d/*", HOOK),
	FILE_AT("/usr/lib/NetworkManager/dispatcher.d/*", HOOK),
	FILE_AT("/etc/networkd-dispatcher/*", HOOK),
	FILE_AT("/usr/lib/networkd-dispatcher/*", HOOK),
	FILE_AT("/etc/network/if-*.d/*", HOOK),
	FILE_AT("/etc/ppp/ip-*", HOOK),
	FILE_AT("/etc/ppp/ipv6-*", HOOK),
	FILE_AT("/etc/dhcp/*hooks*", HOOK),
	FILE_AT("/etc/dhcpcd.*hook*", HOOK),
	FILE_AT("/etc/resolvconf/update*", HOOK),
	FILE_AT("/etc/ca-certificates/update.d/*", HOOK),
	FILE_AT("/etc/kernel/*.d/*", HOOK),
	FILE_AT("/usr/lib/kernel/install.d/*", HOOK),
	FILE_AT("/etc/initramfs-tools/*", HOOK),
	FILE_AT("/usr/share/initramfs-tools/*", HOOK),
	FILE_AT("/usr/lib/dracut/modules.d/*", HOOK),
	FILE_AT("/etc/update-motd.d/*", HOOK),
	FILE_AT("/etc/acpi/*", HOOK),
	FILE_AT("/etc/apm/*", HOOK),
	FILE_AT("/etc/pm/*", HOOK),
	FILE_AT("/etc/libvirt/hooks/*", HOOK),
	FILE_AT("/etc/logrotate.d/*", HOOK),
	FILE_AT("/usr/lib/systemd/system-sleep/*", HOOK),
	FILE_AT("/lib/systemd/system-sleep/*", HOOK),
	FILE_AT("/usr/lib/systemd/system-shutdown/*", HOOK),
	FILE_AT("/lib/systemd/system-shutdown/*", HOOK),
	FILE_AT("/etc/tmpfiles.d/*", HOOK),
	FILE_AT("/usr/lib/tmpfiles.d/*", HOOK),
	FILE_AT("/etc/sysusers.d/*", HOOK),
	FILE_AT("/usr/lib/sysusers.d/*", HOOK),
	FILE_AT("/etc/binfmt.d/*", HOOK),
	FILE_AT("/usr/lib/binfmt.d/*", HOOK),
	FILE_AT("/etc/dpkg/dpkg.cfg.d/*", HOOK),
	FILE_AT("/usr/share/libalpm/hooks/*", HOOK),
	FILE_AT("/etc/pacman.d/hooks/*", HOOK),

	FILE_AT("/etc/ld.so.preload", PRELOAD),
	FILE_AT("/etc/ld.so.conf", LIBRARIES),
	FILE_AT("/etc/ld.so.conf.d/*", LIBRARIES),
	FILE_AT("/etc/ld-musl-*.path", LIBRARIES),

	FILE_AT("/etc/polkit-1/*", POLKIT),
	FILE_AT("/usr/share/polkit-1/*", POLKIT),
	FILE_AT("/usr/lib/polkit-1/*", POLKIT),
	FILE_AT("/var/lib/polkit-1/*", POLKIT),
	FILE_AT("/etc/apparmor.d/*", CONFINEMENT),
	FILE_AT("/etc/selinux/*", CONFINEMENT),
	FILE_AT("/usr/share/selinux/*", CONFINEMENT),
	FILE_AT("/etc/dbus-1/*", BUS),
	FILE_AT("/usr/share/dbus-1/system.d/*", BUS),
	FILE_AT("/usr/share/dbus-1/system-services/*", BUS),
	FILE_AT("/usr/share/dbus-1/services/*", BUS),
	FILE_AT("/usr/share/dbus-1/session.d/*", BUS),
	FILE_AT("~/.local/share/dbus-1/services/*", BUS),

	FILE_AT("/etc/udev/rules.d/*", UDEV),
	FILE_AT("/usr/lib/udev/rules.d/*", UDEV),
	FILE_AT("/lib/udev/rules.d/*", UDEV),
	FILE_AT("/usr/local/lib/udev/rules.d/*", UDEV),
	FILE_AT("/run/udev/rules.d/*", UDEV),

	FILE_AT("/etc/modprobe.d/*", MODULES),
	FILE_AT("/usr/lib/modprobe.d/*", MODULES),
	FILE_AT("/lib/modprobe.d/*", MODULES),
	FILE_AT("/usr/local/lib/modprobe.d/*", MODULES),
	FILE_AT("/run/modprobe.d/*", MODULES),
	FILE_AT("/etc/modprobe.conf", MODULES),
	FILE_AT("/etc/modules", MODULES),
	FILE_AT("/etc/modules-load.d/*", MODULES),
	FILE_AT("/usr/lib/modules-load.d/*", MODULES),
	FILE_AT("/lib/modules-load.d/*", MODULES),
	FILE_AT("/etc/dkms/*", MODULES),
	FILE_AT("/lib/modules/*", MODULE),
	FILE_AT("/usr/lib/modules/*", MODULE),
	FILE_AT("/etc/sysctl.conf", KERNEL),
	FILE_AT("/etc/sysctl.d/*", KERNEL),
	FILE_AT("/usr/lib/sysctl.d/*", KERNEL),
	FILE_AT("/lib/sysctl.d/*", KERNEL),
	FILE_AT("/run/sysctl.d/*", KERNEL),
	FILE_AT("/boot/*", BOOT),
	FILE_AT("/efi/*", BOOT),
	FILE_AT("/etc/grub.d/*", BOOT),
	FILE_AT("/etc/default/grub*", BOOT),
	FILE_AT("/etc/kernel/cmdline", BOOT),
	FILE_AT("/etc/lilo.conf", BOOT),
	FILE_AT("/etc/fstab", MOUNTS),
	FILE_AT("/etc/crypttab", MOUNTS),
	FILE_AT("/etc/auto.*", MOUNTS),
	FILE_AT("/etc/exports", MOUNTS),
	FILE_AT("/etc/exports.d/*", MOUNTS),

	FILE_AT("/etc/ssl/certs/*", TRUST),
	FILE_AT("/etc/ssl/cert.pem", TRUST),
	FILE_AT("/etc/ca-certificates.conf", TRUST),
	FILE_AT("/etc/ca-certificates/*", TRUST),
	FILE_AT("/usr/share/ca-certificates/*", TRUST),
	FILE_AT("/usr/local/share/ca-certificates/*", TRUST),
	FILE_AT("/etc/pki/ca-trust/*", TRUST),
	FILE_AT("/etc/pki/tls/certs/*", TRUST),
	FILE_AT("/usr/share/pki/*", TRUST),
	FILE_AT("~/.pki/nssdb/*", TRUST),

	FILE_AT("/etc/apt/sources.list", SOURCES),
	FILE_AT("/etc/apt/sources.list.d/*", SOURCES),
	FILE_AT("/etc/apt/preferences", SOURCES),
	FILE_AT("/etc/apt/preferences.d/*", SOURCES),
	FILE_AT("/etc/apt/apt.conf", SOURCES),
	FILE_AT("/etc/apt/apt.conf.d/*", SOURCES),
	FILE_AT("/etc/apt/auth.conf*", SOURCES),
	FILE_AT("/etc/yum.conf", SOURCES),
	FILE_AT("/etc/yum.repos.d/*", SOURCES),
	FILE_AT("/etc/dnf/*", SOURCES),
	FILE_AT("/etc/zypp/*", SOURCES),
	FILE_AT("/etc/pacman.conf", SOURCES),
	FILE_AT("/etc/pacman.d/mirrorlist*", SOURCES),
	FILE_AT("/etc/apk/repositories", SOURCES),
	FILE_AT("/etc/pip.conf", SOURCES),
	FILE_AT("/etc/npmrc", SOURCES),
	FILE_AT("~/.pip/pip.conf", SOURCES),
	FILE_AT("~/.config/pip/pip.conf", SOURCES),
	FILE_AT("/etc/apt/trusted.gpg", PACKAGE_KEYS),
	FILE_AT("/etc/apt/trusted.gpg.d/*", PACKAGE_KEYS),
	FILE_AT("/etc/apt/keyrings/*", PACKAGE_KEYS),
	FILE_AT("/usr/share/keyrings/*", PACKAGE_KEYS),
	FILE_AT("/etc/pki/rpm-gpg/*", PACKAGE_KEYS),
	FILE_AT("/etc/pacman.d/gnupg/*", PACKAGE_KEYS),
	FILE_AT("/etc/apk/keys/*", PACKAGE_KEYS),

	FILE_AT("/etc/hosts", NAMES),
	FILE_AT("/etc/resolv.conf", NAMES),
	FILE_AT("/etc/nsswitch.conf", NAMES),
	FILE_AT("/etc/host.conf", NAMES),
	FILE_AT("/etc/gai.conf", NAMES),
	FILE_AT("/etc/resolvconf/*", NAMES),
	FILE_AT("/etc/systemd/resolved.conf*", NAMES),
	FILE_AT("/etc/systemd/network/*", NAMES),
	FILE_AT("/usr/lib/*/libnss_*.so*", NAMES),
	FILE_AT("/lib/*/libnss_*.so*", NAMES),
	FILE_AT("/etc/nftables.conf", FIREWALL),
	FILE_AT("/etc/nftables/*", FIREWALL),
	FILE_AT("/etc/iptables*", FIREWALL),
	FILE_AT("/etc/sysconfig/iptables*", FIREWALL),
	FILE_AT("/etc/sysconfig/ip6tables*", FIREWALL),
	FILE_AT("/etc/sysconfig/nftables*", FIREWALL),
	FILE_AT("/etc/ufw/*", FIREWALL),
	FILE_AT("/etc/firewalld/*", FIREWALL),
	FILE_AT("/usr/lib/firewalld/*", FIREWALL),
	FILE_AT("/etc/shorewall/*", FIREWALL),
	FILE_AT("/etc/hosts.allow", FIREWALL),
	FILE_AT("/etc/hosts.deny", FIREWALL),

	FILE_AT("/etc/xdg/autostart/*", AUTOSTART),
	FILE_AT("/usr/share/gnome/autostart/*", AUTOSTART),
	FILE_AT("/etc/X11/Xsession.d/*", AUTOSTART),
	FILE_AT("/etc/X11/xinit/*", AUTOSTART),
	FILE_AT("~/.config/autostart/*", AUTOSTART),
	FILE_AT("~/.config/autostart-scripts/*", AUTOSTART),
	FILE_AT("~/.config/plasma-workspace/env/*", AUTOSTART),
	FILE_AT("~/.xinitrc", AUTOSTART),
	FILE_AT("~/.xprofile", AUTOSTART),
	FILE_AT("~/.xsession*", AUTOSTART),
	FILE_AT("~/.Xsession", AUTOSTART),

	FILE_AT("*/.git/hooks/*.sample", NOTHING),
	FILE_AT("*/.git/hooks/*", GIT),
	TESTED_AT("*/.git/config", GIT, was_there),
	FILE_AT("/etc/gitconfig", GIT),
	FILE_AT("~/.gitconfig", GIT),
	FILE_AT("~/.config/git/config", GIT),
	FILE_AT("~/.config/git/hooks/*", GIT),

	FILE_AT("~/.netrc", CREDENTIALS),
	FILE_AT("~/.git-credentials", CREDENTIALS),
	FILE_AT("~/.config/git/credentials", CREDENTIALS),
	FILE_AT("~/.npmrc", CREDENTIALS),
	FILE_AT("~/.yarnrc*", CREDENTIALS),
	FILE_AT("~/.pypirc", CREDENTIALS),
	FILE_AT("~/.aws/credentials", CREDENTIALS),
	FILE_AT("~/.aws/config", CREDENTIALS),
	FILE_AT("~/.azure/msal_token_cache*", CREDENTIALS),
	FILE_AT("~/.config/gcloud/*.db", CREDENTIALS),
	FILE_AT("~/.config/gcloud/*credentials*", CREDENTIALS),
	FILE_AT("~/.docker/config.json", CREDENTIALS),
	FILE_AT("~/.config/containers/auth.json", CREDENTIALS),
	FILE_AT("~/.kube/config", CREDENTIALS),
	FILE_AT("~/.config/gh/hosts.yml", CREDENTIALS),
	FILE_AT("~/.config/hub", CREDENTIALS),
	FILE_AT("~/.config/glab-cli/*", CREDENTIALS),
	FILE_AT("~/.cargo/credentials*", CREDENTIALS),
	FILE_AT("~/.gem/credentials", CREDENTIALS),
	FILE_AT("~/.m2/settings*.xml", CREDENTIALS),
	FILE_AT("~/.gradle/gradle.properties", CREDENTIALS),
	FILE_AT("~/.pgpass", CREDENTIALS),
	FILE_AT("~/.my.cnf", CREDENTIALS),
	FILE_AT("~/.mylogin.cnf", CREDENTIALS),
	FILE_AT("~/.s3cfg", CREDENTIALS),
	FILE_AT("~/.boto", CREDENTIALS),
	FILE_AT("~/.vault-token", CREDENTIALS),
	FILE_AT("~/.terraformrc", CREDENTIALS),
	FILE_AT("~/.terraform.d/credentials*", CREDENTIALS),
	FILE_AT("~/.config/rclone/rclone.conf", CREDENTIALS),
	FILE_AT("~/.password-store/*", CREDENTIALS),
	FILE_AT("~/.local/share/keyrings/*", CREDENTIALS),
	FILE_AT("~/.ssh/id_*", CREDENTIALS),
	FILE_AT("~/.gnupg/private-keys-v1.d/*", CREDENTIALS),
	FILE_AT("~/.gnupg/secring.gpg", CREDENTIALS),
	FILE_AT("/etc/ssl/private/*", CREDENTIALS),
	FILE_AT("/etc/krb5.keytab", CREDENTIALS),
	FILE_AT("/etc/pki/tls/private/*", CREDENTIALS),

	ANYWHERE(SET_USER_ROOT, is_set_user_root),
	ANYWHERE(SET_USER, is_set_user),
	ANYWHERE(SET_GROUP, is_set_group),
	ANYWHERE(CAPABILITIES, has_capabilities),
	ANYWHERE(OPEN_FILE, is_writable_file),
	ANYWHERE(OPEN_DIRECTORY, is_writable_directory),
};

const size_t notable_table_len = ARRAY_SIZE(notable_table);
