#!/bin/sh
# history.sh: how long people wait for an answer from a history of ten million changes over a thousand runs.  Started
# by "make bench-history", in the build directory.  The last run is a real one of twenty files, so that there is something
# on the disk to verify.
#
#   BENCH_RUNS     how many runs, 1000 by default
#   BENCH_ROWS     changes of each, 10000 by default
#   BENCH_ROUNDS   how often each question is asked, 9 by default
#   BENCH_SCRATCH  a directory with room for 3 GB, /var/tmp by default
#   BENCH_HISTORY  a history that an earlier call has kept; the first call with a name makes it

set -u
export LC_ALL=C
runs=${BENCH_RUNS:-1000}
rows=${BENCH_ROWS:-10000}
rounds=${BENCH_ROUNDS:-9}
tools=$PWD/tests/bench
writetrace=$PWD/writetrace
sql=${srcdir:-.}/tests/bench/history.sql

fail() { # fail REASON
	echo "bench-history: $1" >&2
	exit 1
}

scratch=$(mktemp -d "${BENCH_SCRATCH:-/var/tmp}/bench.XXXXXX") || fail 'there is nowhere to write'
trap 'rm -rf "$scratch"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
history=${BENCH_HISTORY:-$scratch/history.db}

# What was on the disk at the end of the small run is there still while it is asked about.
fill() {
	"$writetrace" run -q --db "$history" -- true || fail 'cannot record'
	sed "s/@RUNS@/$runs/g; s/@ROWS@/$rows/g" "$sql" | sqlite3 -bail "$history" >"$scratch/output" ||
		fail 'cannot fill the history'
}

[ -e "$history" ] || fill
mkdir "$scratch/small" || exit 1
# shellcheck disable=SC2016
(cd "$scratch/small" && "$writetrace" run -q --name small --db "$history" -- \
	sh -c 'i=0; while [ $i -lt 20 ]; do echo $i >file-$i; i=$((i + 1)); done') || fail 'cannot record'

size=$(stat -c %s "$history")
all=$(sqlite3 -readonly "$history" 'SELECT sum(n_created + n_modified) FROM run')
path=$(sqlite3 -readonly "$history" "SELECT path FROM path WHERE id = (SELECT min(id) FROM path
	WHERE path GLOB '/usr/share/package-0/*') + $runs * $rows / 8")
dir=${path%/*}
now=$(sqlite3 -readonly "$history" "SELECT max(id) FROM run")

median() { # median COLUMN: of seconds, as milliseconds
	cut -d' ' -f"$1" "$scratch/times" | sort -n | awk '{ v[NR] = $1 } END { printf "%.1f", 1000 * v[int((NR + 1) / 2)] }'
}

# Milliseconds, the median of some calls; what it prints goes to a file, so that this counts too.
ask() { # ask WORDS...
	round=0
	: >"$scratch/times"
	while [ "$round" -lt "$rounds" ]; do
		"$tools/measure" "$scratch/line" "$writetrace" "$@" --db "$history" >"$scratch/output" 2>"$scratch/errors" ||
			fail "writetrace $*: $(cat "$scratch/errors")"
		cat "$scratch/line" >>"$scratch/times"
		round=$((round + 1))
	done
	printf '%8s ms %8s of a processor %8d lines   writetrace %s\n' "$(median 1)" "$(median 2)" \
		"$(wc -l <"$scratch/output")" "$*"
}

echo "Linux $(uname -r), $(nproc) processors; $("$writetrace" --version); SQLite $(sqlite3 --version | cut -d' ' -f1)"
echo "$all changes, $size bytes, $((size / all)) bytes for each; medians of $rounds calls; load $(cut -d' ' -f1-3 /proc/loadavg)"
ask --version
ask who "$path"
ask who "$dir"
ask list
ask show
ask show -s "$((now / 2))"
ask show "$((now / 2))"
ask verify "$now"
ask manifest "$now"
ask undo -n "$now"
ask uninstall -n "$now"
