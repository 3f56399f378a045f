#!/bin/sh
# fuzz.sh DIR TARGET[:RUNS]...: each target of DIR for FUZZ_SECONDS (60 by default), or for RUNS inputs where these take
# less, from its corpus in the source tree; what is found new is kept in DIR/corpus, what fails in DIR/found.
# FUZZ_SEED: libFuzzer's seed; 0, the default, is any.  With a seed, RUNS and no DIR/corpus it tries the same each time,
# where addresses can be the same too (setarch -R).
set -u
dir=$(cd "$1" && pwd) || exit 1
shift
SRCDIR=$(cd "${SRCDIR:-.}" && pwd) || exit 1
: "${FUZZ_SECONDS:=60}" "${FUZZ_SEED:=0}"
status=0

for target; do
	runs=${target#*:}
	same=
	if [ "$runs" = "$target" ]; then
		runs=-1
	elif setarch -R true 2>/dev/null; then
		same='setarch -R'
	fi
	target=${target%%:*}
	mkdir -p "$dir/corpus/$target" "$dir/found"
	echo "== $target"
	# shellcheck disable=SC2086 # words
	UBSAN_OPTIONS=print_stacktrace=1 $same "$dir/$target" ${same:+-reload=0 -entropic=0} \
		-max_total_time="$FUZZ_SECONDS" -runs="$runs" -seed="$FUZZ_SEED" -timeout=20 -max_len=4096 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$dir/found/$target-" \
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
