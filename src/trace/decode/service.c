/*
 * Services by the addresses at which they are asked: those that write on behalf of others, and where; and those that only
 * answer (the resolver, user databases), log, or show.
 */
#include "config.h"

#include "trace/decode/service.h"

#include <fnmatch.h>
#include <stddef.h>

#include "base/mem.h"

/* What is enabled, masked or overridden. */
#define OF_SYSTEMD \
	{ "systemd", "/etc/systemd" }, \
	{ "systemd", "/etc/xdg/systemd" }, \
	{ "systemd", "/etc/machine-id" }, \
	{ "systemd", "/run/systemd/system" }

#define OF_USER_SYSTEMD \
	{ "the user's systemd", "~/.config/systemd" }

static const struct service_place of_systemd[] = { OF_SYSTEMD };

/* Whoever is asked over the bus is known to the bus alone. */
static const struct service_place of_bus[] = {
	OF_SYSTEMD,
	{ "hostnamed", "/etc/hostname" },
	{ "hostnamed", "/etc/machine-info" },
	{ "timedated", "/etc/localtime" },
	{ "timedated", "/etc/timezone" },
	{ "timedated", "/etc/adjtime" },
	{ "localed", "/etc/locale.conf" },
	{ "localed", "/etc/default/locale" },
	{ "localed", "/etc/vconsole.conf" },
	{ "localed", "/etc/default/keyboard" },
	{ "localed", "/etc/X11/xorg.conf.d" },
	{ "logind", "/var/lib/systemd/linger" },
	{ "accounts-daemon", "/var/lib/AccountsService" },
	{ "NetworkManager", "/etc/NetworkManager" },
	{ "firewalld", "/etc/firewalld" },
	{ "polkit", "/etc/polkit-1" },
	{ "flatpak", "/var/lib/flatpak/exports" },
};

static const struct service_place of_cups[] = { { "cups", "/etc/cups" } };

static const struct service_place of_snapd[] = {
	{ "snapd", "/etc/systemd/system" },
	{ "snapd", "/etc/udev/rules.d" },
	{ "snapd", "/var/lib/snapd/desktop" },
	{ "snapd", "/var/lib/snapd/apparmor" },
};

static const struct service_place of_user_systemd[] = { OF_USER_SYSTEMD };

static const struct service_place of_user_bus[] = {
	OF_USER_SYSTEMD,
	{ "dconf", "~/.config/dconf" },
};

/*
 * Globs as fnmatch(3) has them, where "*" also matches "/".  Where there are no places, what is written is much, or held in
 * the service's memory too, so that nobody else can put it back.
 */
#define TELLS(glob, name) { glob, { name, NULL, 0 } }
#define LOOKS(glob, name, places) { glob, { name, places, ARRAY_SIZE(places) } }
static const struct {
	const char *glob;
	struct service service;
} services[] = {
	LOOKS("/run/systemd/private", "systemd", of_systemd),
	LOOKS("/run/systemd/io.system*", "systemd", of_systemd),
	TELLS("/run/systemd/machine/*", "systemd-machined"),
	TELLS("/run/systemd/portable/*", "systemd-portabled"),
	LOOKS("/run/user/*/systemd/private", "the user's systemd", of_user_systemd),
	LOOKS("/run/user/*/systemd/io.system*", "the user's systemd", of_user_systemd),
	TELLS("/run/udev/control", "udev"),
	LOOKS("/run/dbus/*", "D-Bus", of_bus),
	LOOKS("/run/user/*/bus", "the user's D-Bus", of_user_bus),
	LOOKS("/run/user/*/dbus-*", "the user's D-Bus", of_user_bus),
	LOOKS("/tmp/dbus-*", "D-Bus", of_bus),
	LOOKS("@/tmp/dbus-*", "D-Bus", of_bus),
	LOOKS("@/org/freedesktop/*", "D-Bus", of_bus),
	LOOKS("@*/bus/systemd*", "systemd", of_systemd),
	TELLS("/run/docker.sock", "dockerd"),
	TELLS("/run/docker/*", "dockerd"),
	TELLS("/run/user/*/docker.sock", "the user's dockerd"),
	TELLS("/run/containerd/*", "containerd"),
	TELLS("@/containerd-shim/*", "containerd"),
	TELLS("/run/user/*/containerd*", "the user's containerd"),
	TELLS("/run/buildkit/*", "buildkitd"),
	TELLS("/run/crio/*", "cri-o"),
	TELLS("/run/podman/*", "podman"),
	TELLS("/run/user/*/podman/*", "the user's podman"),
	TELLS("/var/lib/lxd/unix.socket", "lxd"),
	TELLS("/var/lib/incus/unix.socket", "incus"),
	TELLS("/var/snap/lxd/*/unix.socket", "lxd"),
	TELLS("/run/libvirt/*", "libvirtd"),
	LOOKS("/run/snapd.socket", "snapd", of_snapd),
	LOOKS("/run/snapd-snap.socket", "snapd", of_snapd),
	TELLS("/run/packagekit*", "packagekit"),
	TELLS("/run/supervisor*.sock", "supervisord"),
	TELLS("/run/cron*", "cron"),
	TELLS("/run/fcron*", "fcron"),
	TELLS("/run/atd*", "atd"),
	LOOKS("/run/cups/*", "cups", of_cups),
	TELLS("/run/NetworkManager/private*", "NetworkManager"),
	TELLS("*/S.gpg-agent*", "gpg-agent"),
	TELLS("/tmp/tmux-*", "tmux"),
	TELLS("/run/screen/*", "screen"),
	TELLS("/run/postgresql/.s.PGSQL.*", "PostgreSQL"),
	TELLS("/tmp/.s.PGSQL.*", "PostgreSQL"),
	TELLS("/run/mysqld/*.sock", "mysqld"),
	TELLS("/run/redis/*", "redis"),
};

/* Whom a program asks that wants to know, to tell or to show something: as above. */
static const char *const harmless[] = {
	/* names of hosts and users */
	"/run/nscd/socket",
	"/var/run/nscd/socket",
	"/run/nslcd/socket",
	"/run/systemd/resolve/*",
	"/run/systemd/userdb/*",
	"/var/lib/sss/pipes/*",
	"/run/avahi-daemon/socket",
	"/run/samba/winbindd/*",
	"/var/lib/samba/winbindd_privileged/*",
	/* logs, and what a service says of itself */
	"/dev/log",
	"/run/systemd/journal/*",
	"/run/systemd/notify",
	"/run/user/*/systemd/notify",
	/* displays and sound */
	"/tmp/.X11-unix/*",
	"@/tmp/.X11-unix/*",
	"/run/user/*/wayland-*",
	"/run/user/*/pulse/native",
	"/run/user/*/pipewire-*",
	"/run/pulse/native",
	"/tmp/pulse-*/native",
	"/run/user/*/at-spi/*",
};

/* Ports of this machine with the same: domain, syslog, and the displays that ssh forwards (X11: 6000 and up). */
static const struct {
	int first, last;
} harmless_ports[] = { { 53, 53 }, { 514, 514 }, { 6000, 6063 } };

/* Whoever reads there reads no orders: the tokens that processes of make share out. */
static const char *const harmless_fifos[] = { "*/GMfifo[0-9]*" };

static bool
is_among(const char *name, const char *const *globs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fnmatch(globs[i], name, 0) == 0)
			return true;
	}
	return false;
}

bool
service_is_harmless(const char *address)
{
	return is_among(address, harmless, ARRAY_SIZE(harmless));
}

bool
service_is_harmless_port(int port)
{
	for (size_t i = 0; i < ARRAY_SIZE(harmless_ports); i++) {
		if (port >= harmless_ports[i].first && port <= harmless_ports[i].last)
			return true;
	}
	return false;
}

bool
service_is_harmless_fifo(const char *path)
{
	return is_among(path, harmless_fifos, ARRAY_SIZE(harmless_fifos));
}

const struct service *
service_at(const char *address)
{
	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		if (fnmatch(services[i].glob, address, 0) == 0)
			return &services[i].service;
	}
	return NULL;
}
