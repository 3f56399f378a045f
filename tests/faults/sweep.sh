#!/bin/sh
# Whatever call of writetrace's own fails: no crash, no hang, nobody left behind, no damage, no false claim.
#
#   sweep.sh SCENARIO...      each fault of `plausible` at each call that the scenario's command makes
#
#   FAULTS_EVERY=K            only every K-th fault, for a bounded time
#   FAULTS_MEMORY=K           of the allocations only every K-th; 20.  They are the call malloc, what SQLite asks of its
#                             VFS is the call vfs: FAULTS_ONLY=:vfs:
#   FAULTS_ONLY=REGEX         only those like it: FAULTS_ONLY='^1:openat:12:EIO$'
#   FAULTS_JOBS=N             how many at once; as many as there are processors
#   FAULTS_SECONDS=N          after which a command hangs; 120
#   FAULTS_LOG=FILE           a line for each fault: scenario, fault, outcome
#
# A table says what became of all of them; each that was not borne is told.  Built programs: see tests/lib/e2e.sh.
# shellcheck source=tests/lib/e2e.sh
. "${SRCDIR:-.}/tests/lib/e2e.sh"
# shellcheck source=tests/lib/undo.sh
. "$SRCDIR/tests/lib/undo.sh"
# shellcheck source=tests/faults/scenarios.sh
. "$SRCDIR/tests/faults/scenarios.sh"

HERE=$SRCDIR/tests/faults
: "${FAULTS_EVERY:=1}" "${FAULTS_MEMORY:=20}" "${FAULTS_ONLY:=.}" "${FAULTS_JOBS:=$(nproc)}" "${FAULTS_SECONDS:=120}"
if [ -n "${FAULTS_LOG-}" ]; then : >"$FAULTS_LOG"; fi

# What the scenario's command calls, times what can go wrong with each: PROCESS:CALL:N:FAULT.
list_faults() {
	awk 'FNR == NR { if ($0 !~ /^#/) for (i = 2; i <= NF; i++) plausible[$1] = plausible[$1] " " $i; next }
		$1 == "call" {
			n = split(plausible[$3], names, " ")
			for (i = 1; i <= n; i++) for (at = 1; at <= $4; at++) {
				name = names[i]
				print $2 ":" $3 ":" at (sub(/\+/, "", name) ? "+" : "") ":" name
			}
		}
		$1 == "memory" { for (at = 1; at <= $3; at += every) print $2 ":malloc:" at ":ENOMEM" }
		$1 == "vfs" { for (at = 1; at <= $3; at++) print $2 ":vfs:" at ":REFUSED" }' \
		every="$FAULTS_MEMORY" "$HERE/plausible" "$1"
}

# every K: one line in K, the same ones however many there are of the others.
every() {
	awk -v every="$1" 'BEGIN { for (i = 32; i < 127; i++) code[sprintf("%c", i)] = i }
		{ hash = 0; for (i = 1; i <= length($0); i++) hash = (hash * 31 + code[substr($0, i, 1)]) % 1000003 }
		(hash * hash + hash) % 1000003 % every == 0'
}

# bad WHAT: this fault was not borne.
bad() {
	outcome=FAILED
	fail "$scenario $fault: $*"
	for said in report err rows tally; do
		if [ -s "$PLACE/$said" ]; then sed "s/^/    $said: /" "$PLACE/$said" | head -n 12; fi
	done
}

one_fault() {
	outcome=
	failed_before=$failures
	rm -f "$PLACE/report" "$PLACE/err" "$PLACE/rows" "$PLACE/tally"
	"begin_$scenario"
	if ! grep -q -x reached "$PLACE/report"; then
		"judge_$scenario"
		outcome=${outcome:-right}
		[ "$outcome" = FAILED ] || outcome=unreached
	elif grep -q -E '^(hang|late)' "$PLACE/report"; then
		bad "hangs"
	else
		"judge_$scenario"
	fi
	[ "$failures" -eq "$failed_before" ] || outcome=FAILED
	echo "$scenario $fault ${outcome:-none}" >>"$PLACE/log"
}

# in_place NUMBER: each worker has a place of its own.
in_place() {
	PLACE=$SCRATCH/$scenario.$1
	TREE=$PLACE/tree
	WRITETRACE_DB=$PLACE/history/history.db
	export WRITETRACE_DB
	mkdir "$PLACE" || broken "mkdir $PLACE"
	: >"$PLACE/log"
	"prepare_$scenario"
}

# Without a fault all is right, and the calls are counted.
count_calls() {
	fault=
	"begin_$scenario"
	"judge_$scenario"
	[ "$outcome" = right ] || broken "$scenario goes wrong without a fault: $outcome"
}

# share NUMBER: its share of the faults.
share() {
	while read -r fault; do
		one_fault
	done <"$SCRATCH/list.$1"
	[ "$failures" -eq 0 ]
	exit
}

sweep() {
	scenario=$1
	(in_place count && count_calls) || exit 99
	list_faults "$SCRATCH/$scenario.count/report" | grep -E -e "$FAULTS_ONLY" | grep -v -e "$not_ours" |
		every "$FAULTS_EVERY" >"$SCRATCH/list"
	split -n "r/$FAULTS_JOBS" -a 2 -d "$SCRATCH/list" "$SCRATCH/list."
	workers=
	for list in "$SCRATCH"/list.[0-9]*; do
		(
			trap - EXIT
			in_place "${list##*.}"
			share "${list##*.}"
		) &
		workers="$workers $!"
	done
	for worker in $workers; do
		wait "$worker" || failures=$((failures + 1))
	done
	cat "$SCRATCH/$scenario".[0-9]*/log >"$SCRATCH/log"
	tried=$(wc -l <"$SCRATCH/log")
	listed=$(wc -l <"$SCRATCH/list")
	if [ "$tried" -eq 0 ] || [ "$tried" -ne "$listed" ]; then
		fail "$scenario: $tried of $listed faults were tried"
	fi
	if [ -n "${FAULTS_LOG-}" ]; then cat "$SCRATCH/log" >>"$FAULTS_LOG"; fi
	table <"$SCRATCH/log"
	rm -rf "$SCRATCH/$scenario".*
}

# How many faults of each kind, and what became of them.
table() {
	awk '{ split($2, f, ":"); if (f[3] ~ /\+/) f[4] = f[4] "+"; n[f[2] " " f[4]]++; o[f[2] " " f[4] " " $3]++; seen[$3]++; all++ }
		END {
			line = sprintf("%-8s %-17s %-7s %6s", "", "call", "fault", "number")
			for (w in seen) { order[++k] = w; line = line sprintf(" %11s", w) }
			print line
			for (c in n) {
				split(c, p, " ")
				line = sprintf("%-8s %-17s %-7s %6d", "", p[1], p[2], n[c])
				for (i = 1; i <= k; i++) line = line sprintf(" %11s", o[c " " order[i]] ? o[c " " order[i]] : "-")
				print line | "sort"
			}
			close("sort")
			line = sprintf("%-8s %-17s %-7s %6d", "", "all", "", all)
			for (i = 1; i <= k; i++) line = line sprintf(" %11d", seen[order[i]])
			print line
		}' | sed "s/^        /$(printf '%-8s' "$scenario" | cut -c 1-8)/"
}

[ $# -gt 0 ] || broken "which scenario?"
"$LIB/faultat" true 3>/dev/null >/dev/null 2>&1 || skip "cannot trace here"
# What an ordinary user has no right to see is left out of the record without a word.
not_ours='^$'
[ "$(id -u)" -eq 0 ] || not_ours=:EACCES
for name; do
	sweep "$name"
done
[ "$failures" -eq 0 ]
