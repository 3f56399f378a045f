/*
 * Services by the addresses at which they are asked: those that write on behalf of others, and those that only answer
 * (the resolver, user databases), log, or show.
 */
#include "config.h"

#include "trace/decode/service.h"

#include <fnmatch.h>
#include <stddef.h>

#include "base/mem.h"

/* Globs as fnmatch(3) has them, where "*" also matches "/". */
static const struct {
	const char *glob;
	const char *name;
} services[] = {
	{ "/run/systemd/private", "systemd" },
	{ "/run/systemd/io.system*", "systemd" },
	{ "/run/systemd/machine/*", "systemd-machined" },
	{ "/run/systemd/portable/*", "systemd-portabled" },
	{ "/run/user/*/systemd/private", "the user's systemd" },
	{ "/run/user/*/systemd/io.system*", "the user's systemd" },
	{ "/run/udev/control", "udev" },
	{ "/run/dbus/*", "D-Bus" },
	{ "/run/user/*/bus", "the user's D-Bus" },
	{ "/run/user/*/dbus-*", "the user's D-Bus" },
	{ "/tmp/dbus-*", "D-Bus" },
	{ "@/tmp/dbus-*", "D-Bus" },
	{ "@/org/freedesktop/*", "D-Bus" },
	{ "@*/bus/systemd*", "systemd" },
	{ "/run/docker.sock", "dockerd" },
	{ "/run/docker/*", "dockerd" },
	{ "/run/user/*/docker.sock", "the user's dockerd" },
	{ "/run/containerd/*", "containerd" },
	{ "@/containerd-shim/*", "containerd" },
	{ "/run/user/*/containerd*", "the user's containerd" },
	{ "/run/buildkit/*", "buildkitd" },
	{ "/run/crio/*", "cri-o" },
	{ "/run/podman/*", "podman" },
	{ "/run/user/*/podman/*", "the user's podman" },
	{ "/var/lib/lxd/unix.socket", "lxd" },
	{ "/var/lib/incus/unix.socket", "incus" },
	{ "/var/snap/lxd/*/unix.socket", "lxd" },
	{ "/run/libvirt/*", "libvirtd" },
	{ "/run/snapd.socket", "snapd" },
	{ "/run/snapd-snap.socket", "snapd" },
	{ "/run/packagekit*", "packagekit" },
	{ "/run/supervisor*.sock", "supervisord" },
	{ "/run/cron*", "cron" },
	{ "/run/fcron*", "fcron" },
	{ "/run/atd*", "atd" },
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

const char *
service_at(const char *address)
{
	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		if (fnmatch(services[i].glob, address, 0) == 0)
			return services[i].name;
	}
	return NULL;
}
