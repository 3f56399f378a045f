#!/bin/sh
# crowd.sh: what an open for writing costs while many other processes of the run do nothing.  Started by
# "make bench-crowd", in the build directory.  Alone, under writetrace and under strace, in turn, round by round.
#
#   BENCH_ROUNDS   how many rounds count, 5 by default
#   BENCH_IDLE     how many do nothing, '1 100 1000 4000' by default
#   BENCH_FILES    how many opens are measured, 3000 by default
#   BENCH_WRITETRACE  another program than the one built here
#   BENCH_SCRATCH  a directory on a tmpfs, /dev/shm by default

set -u
export LC_ALL=C
rounds=${BENCH_ROUNDS:-5}
opens=${BENCH_FILES:-3000}
tools=$PWD/tests/bench
writetrace=${BENCH_WRITETRACE:-$PWD/writetrace}

fail() { # fail REASON
	echo "bench-crowd: $1" >&2
	exit 1
}

scratch=$(mktemp -d "${BENCH_SCRATCH:-/dev/shm}/bench.XXXXXX") || fail 'there is nowhere to write'
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

ways='bare writetrace'
strace --seccomp-bpf -f -o /dev/null true 2>/dev/null && ways="$ways strace"

measure() { # measure WAY IDLE: what crowd.c says
	rm -rf "$scratch/work"
	mkdir "$scratch/work"
	case $1 in
	bare) under= ;;
	writetrace) under="$writetrace run -q --db $scratch/work/h.db --" ;;
	strace) under="strace -f --seccomp-bpf -e trace=open,openat,creat -o $scratch/work/strace.out" ;;
	esac
	# shellcheck disable=SC2086
	(cd "$scratch/work" && $under "$tools/crowd" "$2" "$opens") || fail "$1 failed"
}

echo "Linux $(uname -r), $(nproc) processors; $("$writetrace" --version); load $(cut -d' ' -f1-3 /proc/loadavg)"
echo 'microseconds for an open and a close: a tenth is faster than, median, processor time of the tracer;'
echo 'each the median of the rounds (minimum-maximum)'
for idle in ${BENCH_IDLE:-1 100 1000 4000}; do
	round=0
	while [ "$round" -lt "$rounds" ]; do
		for way in $ways; do
			us=$(measure "$way" "$idle") || exit 1
			echo "$idle $way $us" >>"$scratch/results"
		done
		round=$((round + 1))
	done
	for way in $ways; do
		awk -v idle="$idle" -v way="$way" '
			function spread(a, n,  i, j, t) {
				for (i = 2; i <= n; i++)
					for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
				return sprintf("%8.1f (%.1f-%.1f)", a[int((n + 1) / 2)], a[1], a[n])
			}
			$1 == idle && $2 == way { tenth[++n] = $3; half[n] = $4; own[n] = $5 }
			END { printf "%6d idle  %-10s %-26s %-26s %s\n", idle, way, spread(tenth, n), spread(half, n), spread(own, n) }
		' "$scratch/results"
	done
done
