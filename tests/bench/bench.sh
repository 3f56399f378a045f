#!/bin/sh
# bench.sh: how long commands take under writetrace, under strace and under a tracer that does nothing, against how
# long they take alone.  Started by "make bench", in the build directory.  All ways take their turn in each round, so
# that a machine that is busy with other things is so for all of them; what is compared is of the same round.
#
#   BENCH_ROUNDS     how many rounds count, 5 by default; one before them does not
#   BENCH_WORKLOADS  which ones, by default all
#   BENCH_SCALE      how large, in percent of what is written below
#   BENCH_SCRATCH    a directory on a tmpfs, /dev/shm by default
#   BENCH_BEFORE     another writetrace, an earlier one for example, that takes its turn too

set -u
export LC_ALL=C
rounds=${BENCH_ROUNDS:-5}
scale=${BENCH_SCALE:-100}
all='readheavy syscalls forkstorm openwrite rewrite threads untar configure build install'
workloads=${BENCH_WORKLOADS:-$all}
tools=$PWD/tests/bench
writetrace=$PWD/writetrace
before=${BENCH_BEFORE:-}
builddir=$PWD

skip() { # skip REASON
	echo "bench: $1" >&2
	exit 77
}

fail() { # fail REASON
	echo "bench: $1" >&2
	exit 1
}

strace --seccomp-bpf -f -o /dev/null true 2>/dev/null || skip 'there is no strace with --seccomp-bpf'
scratch=$(mktemp -d "${BENCH_SCRATCH:-/dev/shm}/bench.XXXXXX") || skip 'there is nowhere to write'
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
[ "$(stat -f -c %T "$scratch")" = tmpfs ] || echo "bench: $scratch is on no tmpfs: its times count too" >&2
calls=$("$tools/calls") || exit 1

# What the workloads need is made once, in $scratch/things; each measured run begins with an empty directory, work.
# The project's own tree is what a tarball has: a checkout may be configured in place.

things=$scratch/things
work=$scratch/work
mkdir "$things"

of() { # of NUMBER: so many, at this scale
	echo $(($1 * scale / 100))
}

wants() { # wants WORKLOAD
	case " $workloads " in *" $1 "*) return 0 ;; esac
	return 1
}

make_tar() {
	mkdir "$things/tree" && (cd "$things/tree" && "$tools/load" openwrite "$(of 10000)") &&
		tar -cf "$things/tree.tar" -C "$things/tree" . && rm -rf "$things/tree"
}

make_source() {
	make -s -C "$builddir" distdir distdir="$things/source" >/dev/null 2>&1
}

make_configured() {
	mkdir "$work" && (cd "$work" && ../things/source/configure -q >/dev/null) && mv "$work" "$things/configured"
}

# 1200 files of 1 to 40 KiB in 40 directories, with one install(1) for each, as makefiles do that go through their
# headers in a loop.
make_installable() {
	mkdir "$things/wares" && (
		cd "$things/wares" && i=0
		while [ "$i" -lt 40 ]; do
			mkdir "dir-$i" && j=0
			while [ "$j" -lt "$(of 30)" ]; do
				seq $(((i * 311 + j * 173) % 8000 + 200)) >"dir-$i/file-$j.h"
				j=$((j + 1))
			done
			i=$((i + 1))
		done
		# shellcheck disable=SC2016
		printf 'install:\n\t@%s %s %s\n' \
			'for d in dir-*; do install -d "$(DESTDIR)/$$d" || exit 1;' \
			'for f in $$d/*; do install -c -m 644 $$f "$(DESTDIR)/$$f" || exit 1; done;' 'done' >Makefile
	)
}

unset MAKEFLAGS MFLAGS MAKELEVEL
! wants untar || make_tar || fail 'cannot make a tree to unpack'
! wants configure && ! wants build || make_source || fail 'cannot copy the source'
! wants build || make_configured || fail 'cannot configure the source'
! wants install || make_installable || fail 'cannot make what is to be installed'

command_of() { # command_of WORKLOAD: what is run in $work
	case $1 in
	openwrite) echo "$tools/load openwrite $(of 20000)" ;;
	rewrite) echo "$tools/load rewrite $(of 50000)" ;;
	readheavy) echo "$tools/load readheavy $(of 200000)" ;;
	syscalls) echo "$tools/load syscalls $(of 2000000)" ;;
	forkstorm) echo "$tools/load forkstorm $(of 3000)" ;;
	threads) echo "$tools/load threads $(of 5000)" ;;
	untar) echo 'tar -xf ../things/tree.tar' ;;
	configure) echo '../things/source/configure -q' ;;
	build) echo 'make -s -j2' ;;
	install) echo "make -s -C ../things/wares install DESTDIR=$work" ;;
	*) fail "there is no workload $1" ;;
	esac
}

prepare() { # prepare WORKLOAD
	rm -rf "$work" "$scratch/history" || exit 1
	if [ "$1" = build ]; then
		cp -a "$things/configured" "$work"
	else
		mkdir "$work"
	fi
	mkdir "$scratch/history"
	: >"$scratch/usage"
	rm -f "$scratch/stops"
}

# A line for each run: workload, way, round, seconds, all processor time, the tracer's, its peak memory, stops.
run() { # run WORKLOAD WAY ROUND
	prepare "$1"
	command=$(command_of "$1") || exit 1
	under=
	tracer="env LD_PRELOAD=$tools/own_usage.so BENCH_USAGE=$scratch/usage"
	case $2 in
	writetrace) under="$tracer $writetrace run -q --db $scratch/history/h.db --" ;;
	before) under="$tracer $before run -q --db $scratch/history/h.db --" ;;
	strace) under="$tracer strace -f --seccomp-bpf -o $scratch/history/strace.out -e trace=$calls" ;;
	null) under="$tools/null_tracer $scratch/stops" ;;
	exits) under="$tools/null_tracer -x $scratch/stops" ;;
	esac
	# shellcheck disable=SC2086
	(cd "$work" && "$tools/measure" "$scratch/line" $under $command) >"$scratch/output" 2>&1 || {
		cat "$scratch/output"
		fail "$1 failed: $under $command"
	}
	! grep -q '^strace: .*seccomp' "$scratch/output" || fail 'strace goes without its filter'
	read -r wall cpu _ <"$scratch/line"
	stops=$(cat "$scratch/stops" 2>/dev/null || echo 0)
	awk -v head="$1 $2 $3 $wall $cpu" -v stops="$stops" \
		'{ cpu += $1; if ($2 > peak) peak = $2 } END { printf "%s %.6f %d %d\n", head, cpu, peak, stops }' \
		"$scratch/usage" >>"$scratch/results"
}

# What stopping alone costs is measured everywhere, with the calls' exits where there is much writing.
ways_of() { # ways_of WORKLOAD
	case $1 in
	openwrite | rewrite | untar | threads) echo bare writetrace ${before:+before} strace null exits ;;
	*) echo bare writetrace ${before:+before} strace null ;;
	esac
}

report() { # report WORKLOAD
	awk -v workload="$1" -v before="$before" '
	function sort(a, n,  i, j, t) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
	}
	# of the values of a over those of b, round by round: median (min-max)
	function ratio(what, a, b,  n, r, list) {
		n = 0
		for (r = 1; r <= last; r++)
			if (((what, a, r) in v) && ((what, b, r) in v) && v[what, b, r] > 0)
				list[++n] = v[what, a, r] / v[what, b, r]
		if (n == 0)
			return "-"
		sort(list, n)
		return sprintf("%.2f (%.2f-%.2f)", middle(list, n), list[1], list[n])
	}
	function middle(list, n) {
		return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
	}
	function median(what, way,  n, r, list) {
		n = 0
		for (r = 1; r <= last; r++)
			if ((what, way, r) in v)
				list[++n] = v[what, way, r]
		sort(list, n)
		return n ? middle(list, n) : 0
	}
	$1 == workload {
		if ($3 > last) last = $3
		v["wall", $2, $3] = $4; v["cpu", $2, $3] = $5; v["own", $2, $3] = $6; v["peak", $2, $3] = $7
		if ($2 == "null") stops = $8
	}
	END {
		printf "%-10s %7.2f  %-18s %-18s %-18s %-18s %-18s %-18s %-18s %6.2f %6.2f %6.1f %8d", workload,
		       median("wall", "bare"), ratio("wall", "writetrace", "bare"), ratio("wall", "strace", "bare"),
		       ratio("wall", "null", "bare"), ratio("wall", "writetrace", "strace"),
		       ratio("wall", "writetrace", "null"),
		       ratio("wall", "writetrace", "exits"), ratio("cpu", "writetrace", "bare"),
		       median("own", "writetrace"), median("own", "strace"), median("peak", "writetrace") / 1024, stops
		if (before)
			printf "  %-18s %-18s %-18s", ratio("wall", "before", "bare"), ratio("wall", "writetrace", "before"),
			       ratio("own", "writetrace", "before")
		print ""
	}' "$scratch/results"
}

load() {
	cut -d' ' -f1-3 /proc/loadavg
}

echo "Linux $(uname -r), $(nproc) processors, $(uname -m); $("$writetrace" --version); $(strace --version | sed 1q)"
echo "$rounds rounds; medians of ratios within a round (minimum-maximum); load at the start: $(load)"
echo 'bare: seconds alone.  w/b, s/b, n/b: writetrace, strace, null tracer against bare; w/s, w/n: writetrace against them;'
echo 'w/x: against a null tracer that also stops at the exits of calls.'
echo 'cpu: processor time of all, writetrace against bare.  own: seconds of processor time that the tracers took themselves.'
[ -z "$before" ] || echo "p: $("$before" --version) before; own-w/p: of the tracers' own processor time."
printf '%-10s %7s  %-18s %-18s %-18s %-18s %-18s %-18s %-18s %6s %6s %6s %8s' \
	workload bare w/b s/b n/b w/s w/n w/x cpu own-w own-s MiB stops
[ -z "$before" ] || printf '  %-18s %-18s %-18s' p/b w/p own-w/p
echo
for workload in $workloads; do
	round=0
	while [ "$round" -le "$rounds" ]; do
		for way in $(ways_of "$workload"); do
			run "$workload" "$way" "$round"
		done
		round=$((round + 1))
	done
	report "$workload"
done
echo "load at the end: $(load)"
