#!/bin/bash
# asks.sh: within what check-system.sh has booted.  Each case is recorded, undone and compared with what was there before.
set -u
cd /root || exit 1
export WRITETRACE_DB=/run/h.db HOME=/root
writetrace=/dev/self/writetrace
failures=0

# All that systemd and those behind the bus may write, by content and metadata but for times and directories' sizes.
state() {
	(cd / && find etc usr/lib/systemd var/lib/systemd -xdev \( -type f -o -type l -o -type d \) ! -path 'var/lib/systemd/timers*' \
		! -path etc/ld.so.cache ! -path 'var/lib/systemd/random-seed' -printf '%p %y %m %U %G %l\n' | sort
	find etc var/lib/systemd/linger -xdev -type f -exec sha256sum {} + 2>/dev/null | sort -k 2)
}

# asks NAME WANTED COMMAND: COMMAND's run has the rows WANTED (CHANGE PATH VIA), and undo brings back what was there.
asks() {
	local got
	state >/run/before
	"$writetrace" run -q --name "$1" -- bash -ec "$3" >/run/out 2>&1 </dev/null || {
		printf 'FAIL: %s: %s\n' "$1" "$(tail -n 3 /run/out)"
		failures=$((failures + 1))
		return
	}
	got=$("$writetrace" sql -noheader -separator ' ' "SELECT change, path, coalesce(via, '-') FROM changes WHERE run_id = (SELECT max(id) FROM runs)
		AND change <> 'unchanged' AND path NOT GLOB '/run/*' AND path NOT GLOB '/tmp/*'
		AND (path NOT GLOB '/var/*' OR path GLOB '/var/lib/systemd/linger*') AND change <> 'transient' ORDER BY path")
	if [ "$got" != "$2" ]; then
		printf 'FAIL: %s: rows\n%s\n' "$1" "$(diff <(printf '%s\n' "$2") <(printf '%s\n' "$got"))"
		failures=$((failures + 1))
	fi
	"$writetrace" undo -q "$1" >/run/out 2>&1 || {
		printf 'FAIL: %s: undo: %s\n' "$1" "$(cat /run/out)"
		failures=$((failures + 1))
	}
	systemctl daemon-reload
	state >/run/after
	if ! diff /run/before /run/after >/run/out; then
		printf 'FAIL: %s: undone\n%s\n' "$1" "$(head -n 20 /run/out)"
		failures=$((failures + 1))
	else
		printf 'ok: %s\n' "$1"
	fi
}

unit='printf "[Unit]\nDescription=%s\n[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n" hello'
etc=/etc/systemd/system
wants=$etc/multi-user.target.wants
eval "$unit" >$etc/old.service
systemctl daemon-reload && systemctl enable -q old.service

asks enable "created $etc/hello.service -
created $wants/hello.service systemd" "$unit >$etc/hello.service; systemctl daemon-reload; systemctl enable --now hello; systemctl stop hello"
# A package's daemon, as its maintainer's scripts enable and start it.
mkdir -p /run/deb/DEBIAN /run/deb/lib/systemd/system
eval "$unit" >/run/deb/lib/systemd/system/packed.service
printf 'Package: packed\nVersion: 1\nArchitecture: all\nMaintainer: nobody <nobody@example.org>\nDescription: a daemon\n' \
	>/run/deb/DEBIAN/control
printf '#!/bin/sh\nset -e\ndeb-systemd-helper enable packed.service\nsystemctl daemon-reload\ndeb-systemd-invoke start packed.service\n' \
	>/run/deb/DEBIAN/postinst
chmod 755 /run/deb/DEBIAN/postinst
if command -v dpkg-deb deb-systemd-invoke >/dev/null && dpkg-deb -b /run/deb /run/packed.deb >/dev/null; then
	asks package "created $wants/packed.service -
created $(realpath /lib)/systemd/system/packed.service -" "dpkg -i /run/packed.deb; systemctl stop packed"
fi
asks disable "deleted $wants/old.service systemd" "systemctl disable old"
asks mask "created $etc/nobody.service systemd" "systemctl mask nobody.service"
asks set-default "created $etc/default.target systemd" "systemctl set-default rescue.target"
asks edit "created $etc/old.service.d -
created $etc/old.service.d/override.conf -" \
	"printf '#!/bin/sh\nprintf \"[Service]\\\\nNice=5\\\\n\" >\"\$1\"\n' >/run/editor; chmod +x /run/editor; SYSTEMD_EDITOR=/run/editor script -qec 'systemctl edit old.service' /dev/null"
asks set-property "created $etc.control systemd
created $etc.control/old.service.d systemd
created $etc.control/old.service.d/50-CPUWeight.conf systemd" "systemctl set-property old.service CPUWeight=50"
asks hostname "$([ -e /etc/hostname ] && echo modified || echo created) /etc/hostname hostnamed" "hostnamectl hostname elsewhere"
asks timezone "modified /etc/localtime timedated" "timedatectl set-timezone Europe/Berlin"
asks linger "created /var/lib/systemd/linger/root logind" "loginctl enable-linger root"

printf '%d failures\n' "$failures"
[ "$failures" -eq 0 ]
