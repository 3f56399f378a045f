#!/bin/bash
# check-vm.sh TARBALL: make check, or parts of it, on other kernels: each is booted under qemu over a Debian of its own.
#
#   VM_KERNELS  packages of kernels, by default linux-image-cloud-amd64 linux-image-amd64; any that the machine's
#               package sources have
#   VM_CPUS     1 4                        VM_USERS   root tester
#   VM_PLACES   ext4 tmpfs xfs btrfs: what /tmp is, where tests do their work; overlay: the root itself is one
#   VM_YAMA     0 to 3, where it is not what the kernel begins with
#   VM_PART     smoke (the default; tests/vm/smoke), all, or the names of tests
#   VM_SECONDS  how long one machine may take, 3600 by default; what has not ended then is "lost"
#   VM_DIR      where images, logs and the table are, ./vm by default; the Debian there is made once
#
# A machine is booted for each kernel, number of processors, user and place.  Without KVM a test takes 30 to 50 times
# as long, and a whole make check an evening: choose.  It needs root, for debootstrap.
set -u
export LC_ALL=C.UTF-8

here=$(cd "$(dirname "$0")" && pwd) || exit 1
tarball=$(realpath "$1") || exit 1
dir=${VM_DIR:-vm}

fail() {
	printf 'check-vm: %s\n' "$*" >&2
	exit 1
}

need() { # need COMMAND PACKAGE
	command -v "$1" >/dev/null || fail "no $1; Debian's package $2 has it"
}

# The Debian: debootstrap's, and in it what the README's command installs.
make_root() {
	local site suite
	[ -e root/ready ] && return
	# shellcheck disable=SC2016 # apt-get's own names
	site=$(apt-get indextargets --format '$(SITE)' "Created-By: Packages" | head -n 1)
	suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	echo "check-vm: a Debian $suite"
	rm -rf root
	debootstrap --variant=minbase --include=busybox-static,kmod,iproute2,xfsprogs,btrfs-progs,procps,ca-certificates \
		"$suite" root "$site" >debootstrap.log 2>&1 || fail "debootstrap: see $dir/debootstrap.log"
	chroot root useradd -m -s /bin/bash tester || fail "no user in the Debian"
	: >root/ready
}

# The tree is built there, by the user who runs the tests too.
build() {
	rm -rf root/home/tester/source
	mkdir root/home/tester/source
	tar -xf "$tarball" -C root/home/tester/source --strip-components=1 || fail "cannot unpack $tarball"
	cp "$here/guest.sh" root/guest.sh || fail "cannot copy guest.sh"
	cp /etc/resolv.conf root/etc/resolv.conf
	mount -t proc proc root/proc || fail "cannot mount $dir/root/proc"
	# shellcheck disable=SC2016 # the words are for the shells there
	chroot root bash -c 'cd /home/tester/source && ./bootstrap --install-deps && chown -R tester: . &&
		su tester -c "./configure --enable-werror && make -j$(nproc) && make -j$(nproc) check TESTS="' >build.log 2>&1
	local status=$?
	umount root/proc
	[ "$status" -eq 0 ] || fail "the tree does not build: see $dir/build.log"
}

# kernels/PACKAGE/{vmlinuz,lib}; what a package of a kernel's name only depends on is that kernel.
kernel() { # kernel PACKAGE
	local real
	[ -e "kernels/$1/vmlinuz" ] && return
	mkdir -p "kernels/$1"
	real=$(apt-cache depends "$1" | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
	(cd "kernels/$1" && apt-get -qq -o APT::Sandbox::User=root download "${real:-$1}" && dpkg-deb -x ./*.deb . && rm ./*.deb &&
		ln -s boot/vmlinuz-* vmlinuz) || fail "cannot get the kernel $1"
}

# Only what mounts the root.  Modules that are built in are no files.
initrd() { # initrd VERSION
	rm -rf initrd.d
	mkdir -p initrd.d/{bin,dev,proc,mnt,modules} && cp root/bin/busybox initrd.d/bin/ || return
	local n=100 module path name
	for module in virtio_pci virtio_blk ext4; do
		while read -r path; do
			name=$(basename "$path")
			[ -z "$(find initrd.d/modules -name "*-$name")" ] || continue
			cp "root/$path" "initrd.d/modules/$n-$name" || return
			n=$((n + 1))
		done < <(chroot root modprobe -S "$1" --show-depends "$module" | sed -n 's/^insmod \([^ ]*\).*/\1/p')
	done
	cat >initrd.d/init <<-'END'
		#!/bin/busybox sh
		/bin/busybox mount -t proc proc /proc
		/bin/busybox mount -t devtmpfs devtmpfs /dev
		for module in /modules/*; do /bin/busybox insmod "$module"; done
		/bin/busybox mount -t ext4 /dev/vda /mnt
		exec /bin/busybox switch_root /mnt /bin/bash /guest.sh
	END
	chmod +x initrd.d/init
	(cd initrd.d && find . | ../root/bin/busybox cpio -o -H newc 2>/dev/null | gzip) >initrd && rm -rf initrd.d
}

# The root's image, with the modules of one kernel; a machine writes to a copy that goes with it.
image() { # image PACKAGE
	local version
	rm -rf root/lib/modules image
	mkdir -p root/lib/modules
	cp -a "kernels/$1"/lib/modules/* root/lib/modules/ || fail "no modules of $1"
	version=$(ls root/lib/modules)
	chroot root depmod "$version" || fail "depmod of $1"
	initrd "$version" || fail "no initrd for $1"
	truncate -s 8G image
	mke2fs -q -t ext4 -d root image || fail "no image"
}

tests() {
	case ${VM_PART:-smoke} in
	smoke) grep -v '^#' "$here/smoke" ;;
	all) echo all ;;
	*) printf '%s\n' "$VM_PART" ;;
	esac
}

# boot PACKAGE CPUS USER PLACE: one machine, one line of the table.
boot() {
	local name=$1-$2-$3-$4${VM_YAMA:+-yama$VM_YAMA} acceleration=tcg,thread=multi started=$SECONDS
	[ -w /dev/kvm ] && acceleration=kvm
	rm -f scratch && truncate -s 6G scratch
	{ printf 'user=%s\nplace=%s\nyama=%s\ntests="%s"\n' "$3" "$4" "${VM_YAMA:-}" "$(tests | tr '\n' ' ')"
	  head -c 65536 /dev/zero | tr '\0' '\n'; } >job
	truncate -s 128K job
	timeout "${VM_SECONDS:-3600}" qemu-system-x86_64 -accel "$acceleration" -cpu max -smp "$2" -m "${VM_MEMORY:-4G}" \
		-nographic -no-reboot -net none -kernel "kernels/$1/vmlinuz" -initrd initrd \
		-append 'console=ttyS0 quiet panic=-1' -drive file=image,if=virtio,format=raw,snapshot=on \
		-drive file=job,if=virtio,format=raw,readonly=on -drive file=scratch,if=virtio,format=raw \
		</dev/null 2>&1 | tr -d '\r' >"logs/$name"
	awk -v name="$name" -v seconds=$((SECONDS - started)) '
		$1 == "@@" && $2 != "end" && $2 != "begin" { n[$2]++ }
		$1 == "@@" && $2 == "begin" { kernel = $3 }
		$1 == "@@" && $2 == "end" { ended = 1 }
		END { printf "%-48s %-24s %4d passed %3d failed %3d skipped %s %6d s\n", name, kernel, n["PASS"],
			n["FAIL"] + n["ERROR"], n["SKIP"], ended ? "" : "lost", seconds }' "logs/$name" | tee -a table
	grep -E '^@@ (FAIL|ERROR)' "logs/$name"
}

[ "$(id -u)" -eq 0 ] || fail "must be root"
need qemu-system-x86_64 qemu-system-x86
need debootstrap debootstrap
mkdir -p "$dir/logs" "$dir/kernels" || exit 1
cd "$dir" || exit 1
: >table
make_root
build
for package in ${VM_KERNELS:-linux-image-cloud-amd64 linux-image-amd64}; do
	kernel "$package"
	image "$package"
	for cpus in ${VM_CPUS:-1 4}; do
		for user in ${VM_USERS:-root tester}; do
			for place in ${VM_PLACES:-ext4}; do
				boot "$package" "$cpus" "$user" "$place"
			done
		done
	done
done
rm -f image initrd job scratch
! grep -qE ' lost |[1-9][0-9]* failed| 0 passed' table
