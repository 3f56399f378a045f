#!/bin/sh
# fuzz.sh DIR TARGET...: each target of DIR for FUZZ_SECONDS (60 by default), from its corpus in the source tree; what
# is found new is kept in DIR/corpus, what fails in DIR/found.  FUZZ_SEED: libFuzzer's seed; 0, the default, is any.
set -u
dir=$(cd "$1" && pwd) || exit 1
shift
SRCDIR=$(cd "${SRCDIR:-.}" && pwd) || exit 1
: "${FUZZ_SECONDS:=60}" "${FUZZ_SEED:=0}"
status=0

for target; do
	mkdir -p "$dir/corpus/$target" "$dir/found"
	echo "== $target"
	UBSAN_OPTIONS=print_stacktrace=1 "$dir/$target" -max_total_time="$FUZZ_SECONDS" -seed="$FUZZ_SEED" -timeout=20 \
		-max_len=4096 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$dir/found/$target-" \
		"$dir/corpus/$target" "$SRCDIR/tests/fuzz/corpus/$target" >"$dir/$target.log" 2>&1 || {
		status=1
		echo "FAILED: $target, see $dir/$target.log"
		tail -n 60 "$dir/$target.log"
		continue
	}
	grep -E '^(Done|stat::number_of_executed_units|stat::average_exec_per_sec)' "$dir/$target.log"
	grep -E 'cov: ' "$dir/$target.log" | tail -n 1
done
exit $status
