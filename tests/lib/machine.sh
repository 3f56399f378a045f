# shellcheck shell=sh
# A machine of one's own for a test that needs /etc, /opt, /usr/bin and the like: mounts and a host name that only it
# sees.  To stand at its head:
#
#   . "${SRCDIR:-.}/tests/lib/machine.sh"	# before e2e.sh
#   ...
#   make_machine				# after it
#
# The test is begun anew in namespaces of its own.  What it leaves there is gone with them.

if [ "$(id -u)" -ne 0 ]; then
	echo "skipped: needs root"
	exit 77
fi
if [ -z "${IN_MACHINE-}" ]; then
	unshare -m -u --propagation private sh -c 'mount -t tmpfs none /mnt' 2>/dev/null || {
		echo "skipped: no mount namespaces here"
		exit 77
	}
	IN_MACHINE=1 exec unshare -m -u --propagation private sh "$0" "$@"
fi
unset IN_MACHINE

make_machine() {
	hostname web1 || broken "hostname"
	mount -t tmpfs none /mnt || broken "mount /mnt"
	mkdir /mnt/etc /mnt/etc/cron.d /mnt/etc/profile.d /mnt/bin /mnt/root || broken "/mnt"
	for name in passwd group; do
		printf 'root:x:0:0:root:/root:/bin/sh\n' | cut -d : -f "$([ $name = passwd ] && echo 1-7 || echo 1-4)" >/mnt/etc/$name
	done
	for name in ld.so.cache ld.so.conf ld.so.conf.d alternatives localtime; do
		[ ! -e "/etc/$name" ] || cp -a "/etc/$name" /mnt/etc || broken "/etc/$name"
	done
	for place in /etc /root; do
		mount --bind "/mnt$place" "$place" || broken "mount $place"
	done
	for place in /opt /usr/local /run; do
		mount -t tmpfs none "$place" || broken "mount $place"
	done
	mount --bind /usr/bin /mnt/bin || broken "mount /mnt/bin"
	PATH=/mnt/bin:/usr/sbin:/bin:/sbin
	mount -t tmpfs none /usr/bin || broken "mount /usr/bin"
	ln -s /mnt/bin/* /usr/bin || broken "/usr/bin"
	PATH=/usr/bin:/usr/sbin:/bin:/sbin
	HOME=/root
	for program in "$WRITETRACE" sqlite3; do
		"$program" --version >/dev/null || skip "$program does not work without what is in /usr/local"
	done
	cd /root || broken "/root"
}
