#!/bin/sh
# many.sh: what a run of very many files takes.  Started by "make bench-many", in the build directory.
#
# For 10 000, 100 000 and 1 000 000 files, first made and then opened for writing once more: microseconds for each of
# them until COMMAND has ended and after it (the closing phase: states, contents, rows), the recorder's processor time
# in both, its memory for each path without the path's own bytes, what is in the history for each, and the time that
# find and sha256sum take for the same files.
#
#   BENCH_FILES    how many, '10000 100000 1000000' by default
#   BENCH_SCRATCH  a directory on a tmpfs, /dev/shm by default

set -u
export LC_ALL=C
tools=$PWD/tests/bench
writetrace=$PWD/writetrace

fail() { # fail REASON
	echo "bench-many: $1" >&2
	exit 1
}

scratch=$(mktemp -d "${BENCH_SCRATCH:-/dev/shm}/bench.XXXXXX") || fail 'there is nowhere to write'
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
[ "$(stat -f -c %T "$scratch")" = tmpfs ] || echo "bench-many: $scratch is on no tmpfs: its times count too" >&2

# The recorder's last line in usage is that of the process with the most memory: the front has little.
run() { # run WHAT N
	rm -rf "$scratch/history" && mkdir "$scratch/history" || exit 1
	: >"$scratch/usage"
	: >"$scratch/marks"
	(cd "$scratch/work" && exec "$tools/measure" "$scratch/line" \
		env LD_PRELOAD="$tools/own_usage.so" BENCH_USAGE="$scratch/usage" \
		"$writetrace" run -q --db "$scratch/history/h.db" -- "$tools/many" "$1" "$2" "$scratch/marks") ||
		fail "many $1 $2 failed"
	(cd "$scratch/work" && "$tools/measure" "$scratch/sums" find . -type f -exec sha256sum {} +) >"$scratch/output" ||
		fail 'sha256sum failed'
	seconds=$(sqlite3 -readonly "$scratch/history/h.db" 'SELECT (ended_ns - started_ns) / 1e9 FROM run')
	size=$(stat -c %s "$scratch/history/h.db")
	sort -k2n "$scratch/usage" | awk -v what="$1" -v n="$2" -v line="$(cat "$scratch/line")" -v size="$size" \
		-v sums="$(cat "$scratch/sums")" -v seconds="$seconds" -v marks="$(tr '\n' ' ' <"$scratch/marks")" '
		{ cpu = $1; peak = $2 }
		END {
			split(line, l, " "); split(sums, s, " "); split(marks, m, " ")
			printf "%-6s %8d %8.1f %8.1f %8.1f %8.1f %10.1f %10.1f %8.0f %8.0f\n", what, n, seconds * 1e6 / n,
			       m[4] / 1e3 / n, (l[1] - seconds) * 1e6 / n, cpu * 1e6 / n - m[4] / 1e3 / n, s[1] * 1e6 / n,
			       s[2] * 1e6 / n, ((peak - m[2]) * 1024 - m[6]) / n, size / n
		}'
}

echo "Linux $(uname -r), $(nproc) processors; $("$writetrace" --version); load $(cut -d' ' -f1-3 /proc/loadavg)"
echo 'microseconds for each file; bytes for each path: of memory, without the path itself; of the history'
printf '%-6s %8s %8s %8s %8s %8s %10s %10s %8s %8s\n' \
	'' files run own closing own sha256sum own memory history
for n in ${BENCH_FILES:-10000 100000 1000000}; do
	rm -rf "$scratch/work" && mkdir "$scratch/work" || exit 1
	run new "$n"
	run again "$n"
done
