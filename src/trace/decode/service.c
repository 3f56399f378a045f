/*
 * Services that write on behalf of those who ask them, by the sockets that they listen on.  Who only answers
 * (the resolver, user databases) or only logs is not among them.
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

const char *
service_at(const char *address)
{
	for (size_t i = 0; i < ARRAY_SIZE(services); i++) {
		if (fnmatch(services[i].glob, address, 0) == 0)
			return services[i].name;
	}
	return NULL;
}
