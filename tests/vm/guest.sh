#!/bin/bash
# guest.sh: the first process of a machine that check-vm.sh boots: runs the tests that the second disk names, prints a
# line for each ("@@ PASS seconds NAME") and the end of the log of one that fails, and ends the machine.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8

mount_kernel_file_systems() {
	mount -t proc proc /proc
	mount -t sysfs sysfs /sys
	mount -t devtmpfs devtmpfs /dev
	mkdir -p /dev/pts /dev/shm /dev/mqueue
	mount -t devpts devpts /dev/pts
	mount -t tmpfs -o mode=1777 tmpfs /dev/shm
	mount -t mqueue mqueue /dev/mqueue
	mount -t tmpfs tmpfs /run
	mount -t cgroup2 cgroup2 /sys/fs/cgroup
	ln -sf /proc/self/fd /dev/fd
	ln -sf /proc/self/fd/0 /dev/stdin
	ln -sf /proc/self/fd/1 /dev/stdout
	ln -sf /proc/self/fd/2 /dev/stderr
}

# Where the tests do their work; over an overlay all that is not below /proc, /sys, /dev and /run is in it.
make_place() {
	case $place in
	ext4) ;;
	tmpfs) mount -t tmpfs -o mode=1777 tmpfs /tmp ;;
	xfs) mkfs.xfs -q -f /dev/vdc && mount /dev/vdc /tmp ;;
	btrfs) mkfs.btrfs -q -f /dev/vdc && mount /dev/vdc /tmp ;;
	overlay)
		mkdir /run/o && mount -t tmpfs tmpfs /run/o && mkdir /run/o/{upper,work,root} &&
			mount -t overlay -o lowerdir=/,upperdir=/run/o/upper,workdir=/run/o/work overlay /run/o/root &&
			for dir in proc sys dev; do mount --rbind "/$dir" "/run/o/root/$dir"; done &&
			mount -t tmpfs tmpfs /run/o/root/run	# ours would lead to the overlay by another name
		root=/run/o/root
		;;
	*) false ;;
	esac
}

as_user() { # as_user COMMAND
	chroot "${root:-/}" su "$user" -c "cd /home/tester/source && $1"
}

# A test alone, so that its line comes when it has ended.
run_test() {
	local started=$SECONDS log=$root/home/tester/source/${1%.test}.log result
	as_user "make check TESTS=$1" >/run/make.out 2>&1
	result=$(sed -n 's/^:test-result: \([A-Z]*\).*/\1/p' "${log%.log}.trs")
	[ "${result:-ERROR}" = PASS ] || tail -n 60 "$log"
	[ -n "$result" ] || tail -n 20 /run/make.out
	echo "@@ ${result:-ERROR} $((SECONDS - started)) $1"
}

root='' user=root place=ext4 yama='' tests=''
mount_kernel_file_systems
for module in loop overlay fuse xfs btrfs; do modprobe -q "$module"; done
mount -o remount,rw /
chmod 1777 /tmp
ip link set lo up
eval "$(cat /dev/vdb)"
echo "@@ begin $(uname -r) $(nproc) processors, $user, $place"
[ -z "$yama" ] || echo "$yama" >/proc/sys/kernel/yama/ptrace_scope
make_place || echo "@@ ERROR 0 $place cannot be had"
chmod 1777 "$root/tmp"
export TEST_SECONDS=3000
[ "$tests" != 'all ' ] || tests=$(as_user "make -s print-tests")
for test in $tests; do
	run_test "$test"
done
echo "@@ end"
sync
echo o >/proc/sysrq-trigger
sleep 60
