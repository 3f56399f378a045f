/* record/notable_match: each row of the table by a name that it is made for, and what is near to one and none. */
#include "config.h"

#include "record/notable_match.h"

#include "file/change.h"
#include "base/buf.h"
#include "base/path.h"
#include "unit/unit.h"

/* What is there after the change. */
enum kind { PLAIN, LINK, DIRECTORY, SET_USER_ROOT, SET_USER, SET_BOTH, SET_GROUP, LOCKING, CAPABLE, OPEN_FILE, OPEN_LINK,
	    OPEN_DIRECTORY, STICKY, GROUP_DIRECTORY, RIGHTS };

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
	[RIGHTS] = { .type = FILE_DIRECTORY, .mode = 0755, .uid = 1001 },
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
	{ "/", RIGHTS, "who may change what is in it" },
	{ "/home/ann", RIGHTS, "who may change what is in it" },
	{ "/root/.ssh", RIGHTS, "who may change what is in it" },
	{ "/srv/ann/.gnupg", RIGHTS, "who may change what is in it" },
	{ "/etc/ssh", RIGHTS, "who may change what is in it" },
	{ "/etc/ssl/private", RIGHTS, "who may change what is in it" },
	{ "/etc/pki/tls/private", RIGHTS, "who may change what is in it" },
	{ "/etc/sudoers.d", RIGHTS, "who may change what is in it" },
	{ "/etc/sudoers", PLAIN, "who may act as root" },
	{ "/etc/sudoers.d/app", PLAIN, "who may act as root" },
	{ "/usr/local/etc/sudoersapp", PLAIN, "who may act as root" },
	{ "/etc/doas.conf", PLAIN, "who may act as root" },
	{ "/etc/doas.d/app", PLAIN, "who may act as root" },
	{ "/etc/pam.conf", PLAIN, "how users are authenticated" },
	{ "/etc/pam.d/app", PLAIN, "how users are authenticated" },
	{ "/usr/lib/pam.d/app", PLAIN, "how users are authenticated" },
	{ "/usr/share/pam-configs/app", PLAIN, "how users are authenticated" },
	{ "/etc/security/app", PLAIN, "how users are authenticated" },
	{ "/etc/login.defs", PLAIN, "how users are authenticated" },
	{ "/lib/app/security/pam_app.so", PLAIN, "how users are authenticated" },
	{ "/lib/security/pam_app.so", PLAIN, "how users are authenticated" },
	{ "/lib64/security/pam_app.so", PLAIN, "how users are authenticated" },
	{ "/usr/lib/app/security/pam_app.so", PLAIN, "how users are authenticated" },
	{ "/usr/lib/security/pam_app.so", PLAIN, "how users are authenticated" },
	{ "/usr/lib64/security/pam_app.so", PLAIN, "how users are authenticated" },
	{ "/home/ann/.ssh/authorized_keysapp", PLAIN, "who may log in by ssh" },
	{ "/root/.rhosts", PLAIN, "who may log in by ssh" },
	{ "/srv/ann/.shosts", PLAIN, "who may log in by ssh" },
	{ "/etc/ssh/authorized_keysapp", PLAIN, "who may log in by ssh" },
	{ "/etc/hosts.equiv", PLAIN, "who may log in by ssh" },
	{ "/etc/ssh/sshd_config", PLAIN, "how ssh lets people in" },
	{ "/etc/ssh/sshd_config.d/app", PLAIN, "how ssh lets people in" },
	{ "/etc/ssh/ssh_host_app", PLAIN, "how ssh lets people in" },
	{ "/etc/ssh/sshrc", PLAIN, "how ssh lets people in" },
	{ "/etc/profile", PLAIN, "read by every login shell" },
	{ "/etc/profile.d/app", PLAIN, "read by every login shell" },
	{ "/etc/bash.bashrc", PLAIN, "read by every interactive bash" },
	{ "/etc/bashrc", PLAIN, "read by every interactive bash" },
	{ "/etc/bash/app", PLAIN, "read by every interactive bash" },
	{ "/etc/bash_completion.d/app", PLAIN, "read by every interactive bash" },
	{ "/etc/zsh/app", PLAIN, "read by every zsh" },
	{ "/etc/zshenv", PLAIN, "read by every zsh" },
	{ "/etc/zprofile", PLAIN, "read by every zsh" },
	{ "/etc/zshrc", PLAIN, "read by every zsh" },
	{ "/etc/zlogin", PLAIN, "read by every zsh" },
	{ "/etc/csh.app", PLAIN, "read by every csh" },
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
	{ "/home/ann/.ssh/rc", PLAIN, "read by a user's shells" },
	{ "/root/.config/fish/config.fish", PLAIN, "read by a user's shells" },
	{ "/srv/ann/.config/fish/conf.d/app", PLAIN, "read by a user's shells" },
	{ "/home/ann/.config/environment.d/app", PLAIN, "read by a user's shells" },
	{ "/etc/crontab", PLAIN, "run by cron" },
	{ "/etc/anacrontab", PLAIN, "run by cron" },
	{ "/etc/cron.d/app", PLAIN, "run by cron" },
	{ "/etc/cron.hourly/app", PLAIN, "run by cron" },
	{ "/etc/cron.daily/app", PLAIN, "run by cron" },
	{ "/etc/cron.weekly/app", PLAIN, "run by cron" },
	{ "/etc/cron.monthly/app", PLAIN, "run by cron" },
	{ "/etc/cron.yearly/app", PLAIN, "run by cron" },
	{ "/etc/periodic/app", PLAIN, "run by cron" },
	{ "/etc/crontabs/app", PLAIN, "run by cron" },
	{ "/var/spool/cron/atjobs/app", PLAIN, "run once by at" },
	{ "/var/spool/at/app", PLAIN, "run once by at" },
	{ "/var/spool/cron/app", PLAIN, "run by cron" },
	{ "/etc/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/usr/lib/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/lib/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/usr/local/lib/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/run/systemd/system/app.timer", PLAIN, "systemd timer" },
	{ "/etc/systemd/system/app.wants/app", PLAIN, "systemd unit, enabled" },
	{ "/etc/systemd/system/app.requires/app", PLAIN, "systemd unit, enabled" },
	{ "/etc/systemd/system/app", PLAIN, "systemd unit" },
	{ "/usr/lib/systemd/system/app", PLAIN, "systemd unit" },
	{ "/lib/systemd/system/app", PLAIN, "systemd unit" },
	{ "/usr/local/lib/systemd/system/app", PLAIN, "systemd unit" },
	{ "/run/systemd/system/app", PLAIN, "systemd unit" },
	{ "/usr/lib/systemd/system-preset/app", PLAIN, "systemd unit" },
	{ "/etc/systemd/user/app", PLAIN, "systemd unit of users" },
	{ "/usr/lib/systemd/user/app", PLAIN, "systemd unit of users" },
	{ "/lib/systemd/user/app", PLAIN, "systemd unit of users" },
	{ "/usr/local/lib/systemd/user/app", PLAIN, "systemd unit of users" },
	{ "/root/.config/systemd/user/app", PLAIN, "systemd unit of users" },
	{ "/srv/ann/.local/share/systemd/user/app", PLAIN, "systemd unit of users" },
	{ "/etc/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/usr/lib/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/lib/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/usr/local/lib/systemd/system-generators/app", PLAIN, "run by systemd when it starts" },
	{ "/etc/init.d/app", PLAIN, "init script" },
	{ "/etc/rc3.d/app", PLAIN, "init script, run when the machine starts or stops" },
	{ "/etc/rc.d/app", PLAIN, "init script" },
	{ "/etc/rc.local", PLAIN, "init script" },
	{ "/etc/inittab", PLAIN, "init script" },
	{ "/etc/init/app", PLAIN, "init script" },
	{ "/etc/local.d/app", PLAIN, "init script" },
	{ "/etc/runlevels/app", PLAIN, "init script" },
	{ "/etc/sv/app", PLAIN, "init script" },
	{ "/etc/xinetd.d/app", PLAIN, "init script" },
	{ "/etc/inetd.conf", PLAIN, "init script" },
	{ "/etc/NetworkManager/dispatcher.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/NetworkManager/dispatcher.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/networkd-dispatcher/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/networkd-dispatcher/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/network/if-app.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/ppp/ip-app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/ppp/ipv6-app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/dhcp/apphooksapp", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/dhcpcd.apphookapp", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/resolvconf/updateapp", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/ca-certificates/update.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/kernel/app.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/kernel/install.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/initramfs-tools/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/share/initramfs-tools/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/dracut/modules.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/update-motd.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/acpi/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/apm/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/pm/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/libvirt/hooks/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/logrotate.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/systemd/system-sleep/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/lib/systemd/system-sleep/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/systemd/system-shutdown/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/lib/systemd/system-shutdown/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/tmpfiles.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/tmpfiles.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/sysusers.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/sysusers.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/binfmt.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/lib/binfmt.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/dpkg/dpkg.cfg.d/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/usr/share/libalpm/hooks/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/pacman.d/hooks/app", PLAIN, "run or obeyed by root when something happens" },
	{ "/etc/ld.so.preload", PLAIN, "loaded into every program" },
	{ "/etc/ld.so.conf", PLAIN, "where programs find their libraries" },
	{ "/etc/ld.so.conf.d/app", PLAIN, "where programs find their libraries" },
	{ "/etc/ld-musl-app.path", PLAIN, "where programs find their libraries" },
	{ "/etc/polkit-1/app", PLAIN, "what users may do without being root (polkit)" },
	{ "/usr/share/polkit-1/app", PLAIN, "what users may do without being root (polkit)" },
	{ "/usr/lib/polkit-1/app", PLAIN, "what users may do without being root (polkit)" },
	{ "/var/lib/polkit-1/app", PLAIN, "what users may do without being root (polkit)" },
	{ "/etc/apparmor.d/app", PLAIN, "how programs are confined" },
	{ "/etc/selinux/app", PLAIN, "how programs are confined" },
	{ "/usr/share/selinux/app", PLAIN, "how programs are confined" },
	{ "/etc/dbus-1/app", PLAIN, "D-Bus service, or who may use one" },
	{ "/usr/share/dbus-1/system.d/app", PLAIN, "D-Bus service, or who may use one" },
	{ "/usr/share/dbus-1/system-services/app", PLAIN, "D-Bus service, or who may use one" },
	{ "/usr/share/dbus-1/services/app", PLAIN, "D-Bus service, or who may use one" },
	{ "/usr/share/dbus-1/session.d/app", PLAIN, "D-Bus service, or who may use one" },
	{ "/home/ann/.local/share/dbus-1/services/app", PLAIN, "D-Bus service, or who may use one" },
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
	{ "/etc/dkms/app", PLAIN, "which kernel modules are loaded, and how" },
	{ "/lib/modules/app", PLAIN, "kernel modules" },
	{ "/usr/lib/modules/app", PLAIN, "kernel modules" },
	{ "/etc/sysctl.conf", PLAIN, "settings of the kernel" },
	{ "/etc/sysctl.d/app", PLAIN, "settings of the kernel" },
	{ "/usr/lib/sysctl.d/app", PLAIN, "settings of the kernel" },
	{ "/lib/sysctl.d/app", PLAIN, "settings of the kernel" },
	{ "/run/sysctl.d/app", PLAIN, "settings of the kernel" },
	{ "/boot/app", PLAIN, "how the machine starts" },
	{ "/efi/app", PLAIN, "how the machine starts" },
	{ "/etc/grub.d/app", PLAIN, "how the machine starts" },
	{ "/etc/default/grubapp", PLAIN, "how the machine starts" },
	{ "/etc/kernel/cmdline", PLAIN, "how the machine starts" },
	{ "/etc/lilo.conf", PLAIN, "how the machine starts" },
	{ "/etc/fstab", PLAIN, "what is mounted when the machine starts" },
	{ "/etc/crypttab", PLAIN, "what is mounted when the machine starts" },
	{ "/etc/auto.app", PLAIN, "what is mounted when the machine starts" },
	{ "/etc/exports", PLAIN, "what is mounted when the machine starts" },
	{ "/etc/exports.d/app", PLAIN, "what is mounted when the machine starts" },
	{ "/etc/ssl/certs/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/ssl/cert.pem", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/ca-certificates.conf", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/ca-certificates/app", PLAIN, "certificate authorities that are trusted" },
	{ "/usr/share/ca-certificates/app", PLAIN, "certificate authorities that are trusted" },
	{ "/usr/local/share/ca-certificates/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/pki/ca-trust/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/pki/tls/certs/app", PLAIN, "certificate authorities that are trusted" },
	{ "/usr/share/pki/app", PLAIN, "certificate authorities that are trusted" },
	{ "/root/.pki/nssdb/app", PLAIN, "certificate authorities that are trusted" },
	{ "/etc/apt/sources.list", PLAIN, "where packages come from" },
	{ "/etc/apt/sources.list.d/app", PLAIN, "where packages come from" },
	{ "/etc/apt/preferences", PLAIN, "where packages come from" },
	{ "/etc/apt/preferences.d/app", PLAIN, "where packages come from" },
	{ "/etc/apt/apt.conf", PLAIN, "where packages come from" },
	{ "/etc/apt/apt.conf.d/app", PLAIN, "where packages come from" },
	{ "/etc/apt/auth.confapp", PLAIN, "where packages come from" },
	{ "/etc/yum.conf", PLAIN, "where packages come from" },
	{ "/etc/yum.repos.d/app", PLAIN, "where packages come from" },
	{ "/etc/dnf/app", PLAIN, "where packages come from" },
	{ "/etc/zypp/app", PLAIN, "where packages come from" },
	{ "/etc/pacman.conf", PLAIN, "where packages come from" },
	{ "/etc/pacman.d/mirrorlistapp", PLAIN, "where packages come from" },
	{ "/etc/apk/repositories", PLAIN, "where packages come from" },
	{ "/etc/pip.conf", PLAIN, "where packages come from" },
	{ "/etc/npmrc", PLAIN, "where packages come from" },
	{ "/srv/ann/.pip/pip.conf", PLAIN, "where packages come from" },
	{ "/home/ann/.config/pip/pip.conf", PLAIN, "where packages come from" },
	{ "/etc/apt/trusted.gpg", PLAIN, "keys that packages are trusted by" },
	{ "/etc/apt/trusted.gpg.d/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/apt/keyrings/app", PLAIN, "keys that packages are trusted by" },
	{ "/usr/share/keyrings/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/pki/rpm-gpg/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/pacman.d/gnupg/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/apk/keys/app", PLAIN, "keys that packages are trusted by" },
	{ "/etc/hosts", PLAIN, "how names are resolved" },
	{ "/etc/resolv.conf", PLAIN, "how names are resolved" },
	{ "/etc/nsswitch.conf", PLAIN, "how names are resolved" },
	{ "/etc/host.conf", PLAIN, "how names are resolved" },
	{ "/etc/gai.conf", PLAIN, "how names are resolved" },
	{ "/etc/resolvconf/app", PLAIN, "how names are resolved" },
	{ "/etc/systemd/resolved.confapp", PLAIN, "how names are resolved" },
	{ "/etc/systemd/network/app", PLAIN, "how names are resolved" },
	{ "/usr/lib/app/libnss_app.soapp", PLAIN, "how names are resolved" },
	{ "/lib/app/libnss_app.soapp", PLAIN, "how names are resolved" },
	{ "/etc/nftables.conf", PLAIN, "what the firewall lets through" },
	{ "/etc/nftables/app", PLAIN, "what the firewall lets through" },
	{ "/etc/iptablesapp", PLAIN, "what the firewall lets through" },
	{ "/etc/sysconfig/iptablesapp", PLAIN, "what the firewall lets through" },
	{ "/etc/sysconfig/ip6tablesapp", PLAIN, "what the firewall lets through" },
	{ "/etc/sysconfig/nftablesapp", PLAIN, "what the firewall lets through" },
	{ "/etc/ufw/app", PLAIN, "what the firewall lets through" },
	{ "/etc/firewalld/app", PLAIN, "what the firewall lets through" },
	{ "/usr/lib/firewalld/app", PLAIN, "what the firewall lets through" },
	{ "/etc/shorewall/app", PLAIN, "what the firewall lets through" },
	{ "/etc/hosts.allow", PLAIN, "what the firewall lets through" },
	{ "/etc/hosts.deny", PLAIN, "what the firewall lets through" },
	{ "/etc/xdg/autostart/app", PLAIN, "started with a user's desktop" },
	{ "/usr/share/gnome/autostart/app", PLAIN, "started with a user's desktop" },
	{ "/etc/X11/Xsession.d/app", PLAIN, "started with a user's desktop" },
	{ "/etc/X11/xinit/app", PLAIN, "started with a user's desktop" },
	{ "/root/.config/autostart/app", PLAIN, "started with a user's desktop" },
	{ "/srv/ann/.config/autostart-scripts/app", PLAIN, "started with a user's desktop" },
	{ "/home/ann/.config/plasma-workspace/env/app", PLAIN, "started with a user's desktop" },
	{ "/root/.xinitrc", PLAIN, "started with a user's desktop" },
	{ "/srv/ann/.xprofile", PLAIN, "started with a user's desktop" },
	{ "/home/ann/.xsessionapp", PLAIN, "started with a user's desktop" },
	{ "/root/.Xsession", PLAIN, "started with a user's desktop" },
	{ "/srv/work/.git/hooks/app", PLAIN, "run by git, or says what git runs" },
	{ "/srv/work/.git/config", PLAIN, "run by git, or says what git runs" },
	{ "/etc/gitconfig", PLAIN, "run by git, or says what git runs" },
	{ "/srv/ann/.gitconfig", PLAIN, "run by git, or says what git runs" },
	{ "/home/ann/.config/git/config", PLAIN, "run by git, or says what git runs" },
	{ "/root/.config/git/hooks/app", PLAIN, "run by git, or says what git runs" },
	{ "/srv/ann/.netrc", PLAIN, "credentials" },
	{ "/home/ann/.git-credentials", PLAIN, "credentials" },
	{ "/root/.config/git/credentials", PLAIN, "credentials" },
	{ "/srv/ann/.npmrc", PLAIN, "credentials" },
	{ "/home/ann/.yarnrcapp", PLAIN, "credentials" },
	{ "/root/.pypirc", PLAIN, "credentials" },
	{ "/srv/ann/.aws/credentials", PLAIN, "credentials" },
	{ "/home/ann/.aws/config", PLAIN, "credentials" },
	{ "/root/.azure/msal_token_cacheapp", PLAIN, "credentials" },
	{ "/srv/ann/.config/gcloud/app.db", PLAIN, "credentials" },
	{ "/home/ann/.config/gcloud/appcredentialsapp", PLAIN, "credentials" },
	{ "/root/.docker/config.json", PLAIN, "credentials" },
	{ "/srv/ann/.config/containers/auth.json", PLAIN, "credentials" },
	{ "/home/ann/.kube/config", PLAIN, "credentials" },
	{ "/root/.config/gh/hosts.yml", PLAIN, "credentials" },
	{ "/srv/ann/.config/hub", PLAIN, "credentials" },
	{ "/home/ann/.config/glab-cli/app", PLAIN, "credentials" },
	{ "/root/.cargo/credentialsapp", PLAIN, "credentials" },
	{ "/srv/ann/.gem/credentials", PLAIN, "credentials" },
	{ "/home/ann/.m2/settingsapp.xml", PLAIN, "credentials" },
	{ "/root/.gradle/gradle.properties", PLAIN, "credentials" },
	{ "/srv/ann/.pgpass", PLAIN, "credentials" },
	{ "/home/ann/.my.cnf", PLAIN, "credentials" },
	{ "/root/.mylogin.cnf", PLAIN, "credentials" },
	{ "/srv/ann/.s3cfg", PLAIN, "credentials" },
	{ "/home/ann/.boto", PLAIN, "credentials" },
	{ "/root/.vault-token", PLAIN, "credentials" },
	{ "/srv/ann/.terraformrc", PLAIN, "credentials" },
	{ "/home/ann/.terraform.d/credentialsapp", PLAIN, "credentials" },
	{ "/root/.config/rclone/rclone.conf", PLAIN, "credentials" },
	{ "/srv/ann/.password-store/app", PLAIN, "credentials" },
	{ "/home/ann/.local/share/keyrings/app", PLAIN, "credentials" },
	{ "/root/.ssh/id_app", PLAIN, "credentials" },
	{ "/srv/ann/.gnupg/private-keys-v1.d/app", PLAIN, "credentials" },
	{ "/home/ann/.gnupg/secring.gpg", PLAIN, "credentials" },
	{ "/etc/ssl/private/app", PLAIN, "credentials" },
	{ "/etc/krb5.keytab", PLAIN, "credentials" },
	{ "/etc/pki/tls/private/app", PLAIN, "credentials" },
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
	{ "/srv/etc/passwd", PLAIN, NULL },		/* no root of anything */
	{ "/tmp/stage/etc/cron.d/app", PLAIN, NULL },
	{ "/tmp/stage/root/.bashrc", PLAIN, NULL },
	{ "/srv/work/.git/hooks/pre-push.sample", PLAIN, NULL },
	{ "/srv/work/git/hooks/pre-push", PLAIN, NULL },
	{ "/", DIRECTORY, NULL },
	{ "/home/ann", DIRECTORY, NULL },
	{ "/home/ann/src", RIGHTS, NULL },
	{ "/home/ann/src/.bashrc", PLAIN, NULL },
	{ "/home/.bashrc", PLAIN, NULL },
	{ "/homes/ann/.bashrc", PLAIN, NULL },
	{ "/home/ann/.bashrc.d", PLAIN, NULL },
	{ "/home/ann/.ssh/config", PLAIN, NULL },
	{ "/.bashrc", PLAIN, NULL },
	{ "/nobody/.bashrc", PLAIN, NULL },
};

static struct notable_matcher *matcher;

static void
make_matcher(void)
{
	FILE *f;

	unit_enter_scratch();
	f = fopen("passwd", "w");
	ck_assert_ptr_nonnull(f);
	fputs("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nbroken\n"
	      "ann:x:1001:1001:Ann:/srv/ann:/bin/sh\nrelative:x:1:1::home:/bin/sh\n", f);
	fclose(f);
	matcher = notable_matcher_new("passwd", "/var/bob", NULL);
	unit_leave_scratch();
}

static void
free_matcher(void)
{
	notable_matcher_free(matcher);
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
	if (kind == RIGHTS && class != CHANGE_CREATED)
		row.before = &states[DIRECTORY];
	return row;
}

/* The reasons for a look, "; " between them. */
static void
add_reasons(struct notable_matcher *n, const char *path, const struct row_change *row, struct buf *out)
{
	struct notable_hit hits[NOTABLE_HITS_MAX];
	size_t found = notable_match(n, path, row, hits);

	for (size_t i = 0; i < found; i++)
		buf_addf(out, "%s%s", i > 0 ? "; " : "", notable_kinds[hits[i].subject].reason);
}

static void
expect(const char *path, const struct row_change *row, const char *want)
{
	struct buf got = BUF_INIT;

	add_reasons(matcher, path, row, &got);
	ck_assert_msg(strcmp(got.data, want ? want : "") == 0, "%s (%s): '%s' instead of '%s'", path, change_names[row->class],
		      got.data, want ? want : "");
	buf_release(&got);
}

/* Other rights are what a directory had not. */
static bool
may_be(enum change_class class, enum kind kind, const char *path)
{
	if (class == CHANGE_CREATED)
		return kind != RIGHTS && !strstr(path, "/.git/config");
	return true;
}

START_TEST(what_is_left_changed_is_told)
{
	static const enum change_class classes[] = { CHANGE_CREATED, CHANGE_MODIFIED, CHANGE_ATTRIBUTES };

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(cases); j++) {
			struct row_change row = change(classes[i], cases[j].kind);

			if (may_be(classes[i], cases[j].kind, cases[j].path))
				expect(cases[j].path, &row, cases[j].want);
		}
	}
}
END_TEST

START_TEST(what_is_left_as_it_was_is_not)
{
	static const enum change_class classes[] = { CHANGE_UNCHANGED, CHANGE_TRANSIENT, CHANGE_PARENT };

	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		for (size_t j = 0; j < ARRAY_SIZE(cases); j++) {
			struct row_change row = change(classes[i], cases[j].kind);

			expect(cases[j].path, &row, NULL);
		}
	}
}
END_TEST

/* A row is told from all others by its glob without the stars, which one of the cases has. */
static void
expect_case(const struct notable_rule *row)
{
	size_t i = 0, cut;
	char part[128];

	ck_assert(row->glob || row->test);
	if (!row->glob || row->subject == NOTABLE_NOTHING)
		return;
	ck_assert_msg(row->glob[0] == '/' || strcmp(row->glob, "~") == 0 || strncmp(row->glob + 1, "/.", 2) == 0,
		      "in homes, and anywhere, only what is hidden is looked for: %s", row->glob);
	ck_assert_msg(row->glob[0] != '/' || (row->glob[1] != '*' && row->glob[1] != '?'), "that byte is compared first: %s",
		      row->glob);
	cut = strcspn(row->glob + 1, "*?");
	snprintf(part, sizeof(part), "%.*s", (int)cut, row->glob + 1);
	while (i < ARRAY_SIZE(cases) && !(strstr(cases[i].path, part) && cases[i].want &&
					  strstr(cases[i].want, notable_kinds[row->subject].reason)))
		i++;
	ck_assert_msg(i < ARRAY_SIZE(cases), "no case for row %td, %s", row - notable_table, row->glob);
}

START_TEST(every_row_has_a_case)
{
	for (size_t i = 0; i < notable_table_len; i++)
		expect_case(&notable_table[i]);
}
END_TEST

/* The same names, gone: where that is worth a look. */
static const struct {
	const char *path;
	const char *want;
} deleted[] = {
	{ "/etc/passwd", "user accounts" },
	{ "/etc/shadow", "passwords" },
	{ "/etc/group", "groups of users" },
	{ "/etc/sudoers", "who may act as root" },
	{ "/etc/pam.d/sshd", "how users are authenticated" },
	{ "/etc/ld.so.preload", "loaded into every program" },
	{ "/etc/ld.so.conf", "where programs find their libraries" },
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
	struct notable_matcher *n = notable_matcher_new("/nowhere/passwd", NULL, NULL);
	struct notable_hit hits[NOTABLE_HITS_MAX];

	ck_assert_uint_eq(notable_match(n, "/root/.profile", &row, hits), 1);
	ck_assert_uint_eq(notable_match(n, "/home/x/.profile", &row, hits), 1);
	ck_assert_uint_eq(notable_match(n, "/srv/ann/.profile", &row, hits), 0);
	notable_matcher_free(n);
}
END_TEST

static void
make_dirs(const char *const *names)
{
	for (; *names; names++)
		ck_assert_msg(mkdir(*names, 0755) == 0, "%s", *names);
}

/* Below what looks like a root all is looked for as in our own. */
START_TEST(other_roots_are_known_by_what_is_in_them)
{
	static const char *const dirs[] = {
		"stage", "stage/etc", "stage/usr", "source", "source/etc", "source/src", "whole", "whole/etc", "whole/usr",
		"whole/var", "whole/data", "prefix", "prefix/etc", "prefix/share", NULL
	};
	static const struct {
		const char *path, *want;
	} below[] = {
		{ "stage/etc/cron.d/app", "run by cron" },
		{ "stage/root/.bashrc", "read by a user's shells" },
		{ "stage/home/x/.ssh/authorized_keys", "who may log in by ssh" },
		{ "stage/usr/lib/systemd/system/app.service", "systemd unit" },
		{ "stage/srv/ann/.bashrc", "" },		/* a home of ours, not of theirs */
		{ "whole/etc/passwd", "user accounts" },
		{ "source/etc/cron.d/app", "" },
		{ "prefix/etc/cron.d/app", "" },
		{ "gone/etc/cron.d/app", "" },
	};
	struct row_change row = change(CHANGE_CREATED, PLAIN);
	struct buf got = BUF_INIT;
	char *here;

	unit_enter_scratch();
	make_dirs(dirs);
	here = realpath(".", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		char *path = path_join(here, below[i].path);

		buf_reset(&got);
		add_reasons(matcher, path, &row, &got);
		ck_assert_msg(strcmp(got.data, below[i].want) == 0, "%s: '%s'", below[i].path, got.data);
		free(path);
	}
	buf_release(&got);
	free(here);
	unit_leave_scratch();
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("notable");

	tcase_add_checked_fixture(tc, make_matcher, free_matcher);
	tcase_add_test(tc, what_is_left_changed_is_told);
	tcase_add_test(tc, what_is_left_as_it_was_is_not);
	tcase_add_test(tc, every_row_has_a_case);
	tcase_add_loop_test(tc, what_is_gone_is_told_where_that_matters, 0, ARRAY_SIZE(deleted));
	tcase_add_test(tc, nobody_is_asked_for_homes_where_there_are_none);
	tcase_add_test(tc, other_roots_are_known_by_what_is_in_them);
	return unit_run("notable", tc);
}
