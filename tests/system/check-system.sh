#!/bin/bash
# check-system.sh WRITETRACE: what a real systemd changes for a command is in the record, and undo takes it back.
#
# Boots this machine's systemd over a copy of its root (an overlay in memory) in namespaces of their own, and asks it as
# installers do.  It needs root, systemd, unshare and setpriv; what is missing is said, with the status 77.
#
# systemd lacks the rights that are not confined to namespaces: timedated would otherwise set the machine's clock, which the
# kernel moves by the first time zone that it is told (settimeofday(2)).
set -u
export LC_ALL=C.UTF-8

skip() {
	printf 'check-system: skipped: %s\n' "$*"
	exit 77
}

writetrace=$(realpath "${1:?the program}") || exit 1
[ "$(id -u)" -eq 0 ] || skip "needs root"
for program in unshare setpriv nsenter systemctl dbus-daemon; do
	command -v $program >/dev/null || skip "no $program"
done
[ -x /lib/systemd/systemd ] || skip "no systemd"
here=$(cd "$(dirname "$0")" && pwd) || exit 1
dir=$(mktemp -d) || exit 1
outer=

end() {
	[ -z "$outer" ] || kill -KILL -- "-$outer" 2>/dev/null
	{ wait; } 2>/dev/null
	rm -rf "$dir"
}
trap end EXIT

# The namespaces end with their first process, which is systemd.
# shellcheck disable=SC2016 # for the inner shell
boot='
set -e
mount -t tmpfs -o size=2G tmpfs "$1"
mkdir "$1/upper" "$1/work" "$1/all"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" overlay "$1/all"
cd "$1/all"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,bind,ro proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
	: >dev/$device
	mount --bind /dev/$device dev/$device
done
mkdir dev/shm dev/pts dev/self
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
mount --bind "$2" dev/self
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs tmpfs tmp
: >etc/machine-id
rm -f etc/resolv.conf
mkdir old
pivot_root . old
umount -l /old
export container=other PATH=/usr/sbin:/usr/bin:/sbin:/bin
exec setpriv --bounding-set "$3" /lib/systemd/systemd --unit=multi-user.target --log-target=null --show-status=0
'
without=-sys_time,-sys_module,-sys_rawio,-sys_boot,-syslog,-wake_alarm,-block_suspend
mkdir "$dir/root" "$dir/self"
cp "$writetrace" "$dir/self/writetrace" && cp "$here/asks.sh" "$dir/self/asks.sh" || exit 1
set -m
unshare -m -u -i -n -p -f -C --kill-child --propagation private sh -c "$boot" sh "$dir/root" "$dir/self" $without </dev/null >"$dir/boot.out" 2>&1 &
outer=$!
set +m

pid=
for ((i = 0; i < 300; i++)); do
	kill -0 "$outer" 2>/dev/null || skip "systemd does not start here: $(tail -n 1 "$dir/boot.out")"
	pid=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null)
	pid=${pid%% *}
	# what it answers when it has started, though a unit may have failed
	if [ -n "$pid" ] && [ "$(readlink "/proc/$pid/exe")" = "$(realpath /lib/systemd/systemd)" ]; then
		case $(nsenter -t "$pid" -a systemctl is-system-running 2>/dev/null) in
		running | degraded) break ;;
		esac
	fi
	sleep 0.1
done
((i < 300)) || skip "systemd does not come up here within half a minute"
nsenter -t "$pid" -a setpriv --bounding-set $without bash /dev/self/asks.sh
