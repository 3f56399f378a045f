#!/bin/sh
# parallel.sh: whether runs that record into one history at once slow each other.  Started by "make bench-parallel", in the
# build directory.  Eight commands at once, each of which makes some thousand files: alone, each recorded into a
# history of its own, and all into one; in turn, round by round, so that a busy machine is so for all three.
#
#   BENCH_ROUNDS   how many rounds count, 5 by default; one before them does not
#   BENCH_FILES    how many files each, 2000 by default
#   BENCH_SCRATCH  a directory on a tmpfs, /dev/shm by default

set -u
export LC_ALL=C
rounds=${BENCH_ROUNDS:-5}
files=${BENCH_FILES:-2000}
tools=$PWD/tests/bench
writetrace=$PWD/writetrace

fail() { # fail REASON
	echo "bench-parallel: $1" >&2
	exit 1
}

scratch=$(mktemp -d "${BENCH_SCRATCH:-/dev/shm}/bench.XXXXXX") || fail 'there is nowhere to write'
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# What is measured: eight at once, until the last has ended.
cat >"$scratch/eight" <<'END'
way=$1 scratch=$2 writetrace=$3 load=$4 files=$5
jobs=
for i in 1 2 3 4 5 6 7 8; do
	case $way in
	bare) under= ;;
	own) under="$writetrace run -q --db $scratch/history/$i.db --" ;;
	one) under="$writetrace run -q --db $scratch/history/h.db --" ;;
	esac
	(cd "$scratch/work/$i" && exec $under "$load" openwrite "$files") &
	jobs="$jobs $!"
done
for job in $jobs; do
	wait "$job" || exit 1
done
END

measure() { # measure WAY: a line of seconds and seconds of processor time
	rm -rf "$scratch/work" "$scratch/history"
	mkdir -p "$scratch/history"
	for i in 1 2 3 4 5 6 7 8; do
		mkdir -p "$scratch/work/$i"
	done
	"$tools/measure" "$scratch/line" sh "$scratch/eight" "$1" "$scratch" "$writetrace" "$tools/load" "$files" ||
		fail "$1 failed"
	echo "$1 $(cat "$scratch/line")"
	[ "$1" != one ] || [ "$(sqlite3 -readonly "$scratch/history/h.db" "SELECT count(*) FROM changes
		WHERE change = 'created' AND type = 'file'")" -eq $((8 * files)) ] || fail 'rows are missing'
}

echo "Linux $(uname -r), $(nproc) processors; $("$writetrace" --version); load $(cut -d' ' -f1-3 /proc/loadavg)"
round=0
while [ "$round" -le "$rounds" ]; do
	for way in bare own one; do
		measure "$way" >"$scratch/result" || exit 1
		[ "$round" -eq 0 ] || sed "s/^/$round /" "$scratch/result" >>"$scratch/results"
	done
	round=$((round + 1))
done
awk '
function sort(a, n,  i, j, t) {
	for (i = 2; i <= n; i++)
		for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
}
function ratio(v, a, b,  r, list) {
	for (r = 1; r <= last; r++)
		list[r] = v[a, r] / v[b, r]
	sort(list, last)
	return sprintf("%.2f (%.2f-%.2f)", list[int((last + 1) / 2)], list[1], list[last])
}
{ wall[$2, $1] = $3; cpu[$2, $1] = $4; last = $1 }
END {
	printf "one history to eight: %s of the time, %s of the processor time\n", ratio(wall, "one", "own"), ratio(cpu, "one", "own")
	printf "one history to bare: %s of the time, %s of the processor time\n", ratio(wall, "one", "bare"), ratio(cpu, "one", "bare")
}' "$scratch/results"
