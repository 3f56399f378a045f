# shellcheck shell=sh
# shellcheck disable=SC2154 # $fault and $scenario are the sweep's
# The commands that the sweep (sweep.sh) makes fail.  For each scenario X:
#
#   prepare_X   once, in $PLACE: the states that begin_X starts from
#   begin_X     the first state, and the command with $fault, empty for none; $PLACE/report is faultat's
#   judge_X     what became of it: $outcome, or bad WHY
#
# Outcomes: right (as without the fault), blind (it says that it has not seen all), refused (a message and the status
# for a failure, and nothing was done), interrupted (the run is), again (a second call brought it to the right end).

# with_fault CMD...: its standard output and error in $PLACE/rows and $PLACE/err, how it ended in $ended.  They go
# through pipes, so that no file of them is part of what is recorded.
with_fault() {
	rm -f "$PLACE/counts"
	case $fault in
	'') set -- -e LD_PRELOAD="$LIB/nomem.so" -e NOMEM="$PLACE/counts" "$@" ;;
	*:malloc:* | *:vfs:*)
		at=${fault%:*}
		case $fault in
		*:malloc:*) which=NOMEM_AT ;;
		*) which=BADVFS_AT ;;
		esac
		set -- -e LD_PRELOAD="$LIB/nomem.so" -e NOMEM="$PLACE/counts" -e "$which=${at%%:*}:${at##*:}" "$@"
		;;
	*) set -- "$fault" "$@" ;;
	esac
	{ "$LIB/faultat" -t "$FAULTS_SECONDS" "$@" </dev/null 3>"$PLACE/report" 2>&4 | cat >"$PLACE/rows"; } 4>&1 | cat >"$PLACE/err"
	how_ended
	[ -n "$ended" ] || grep -q '^hang' "$PLACE/report" || broken "faultat"
	[ ! -s "$PLACE/counts" ] || od -An -v -tu4 "$PLACE/counts" |
		awk '{ for (i = 1; i <= NF; i++) {
			n++
			if (n == 2 && $i) print "reached"
			if (n > 2 && $i) print n < 19 ? "memory" : "vfs", (n - 3) % 16, $i
		} }' >>"$PLACE/report"
}

how_ended() {
	ended=$(sed -n -E '/^(exit|signal) /p' "$PLACE/report")
}

first_tree() {
	mkdir "$PLACE/first"
	(
		cd "$PLACE/first" || exit 99
		for file in changed moved removed appended; do
			echo "$file" >"$file"
		done
		mkdir directory
		echo inner >directory/inner
		ln appended linked
		touch -d '2019-05-06 07:08:09.123456789' changed removed directory
	) || broken "the first tree"
}

changer='echo new >changed; mv moved elsewhere; rm removed; mkdir made; (echo x >made/file); chmod 700 appended
	/bin/cp changed made/copy; ln -s made link; echo more >>appended; mv directory carried
	touch -d "2021-02-03 04:05:06" changed appended; exit 7'

# tree_is NAME: the tree is as $PLACE/NAME.state says.
tree_is() {
	take_state now
	cmp -s "$PLACE/$1.state" "$PLACE/now.state"
}

# take_state NAME: uninstall leaves directories the times that it gives them.
take_state() {
	snapshot "$PLACE/taken" "$TREE"
	if [ "$scenario" = uninstall ]; then grep -v '^mtime ' "$PLACE/taken"; else cat "$PLACE/taken"; fi >"$PLACE/$1.state"
}

put_tree() {
	rm -rf "$TREE"
	cp -a "$PLACE/$1" "$TREE" || broken "cp"
}

put_history() {
	rm -rf "$PLACE/history"
	if [ $# -gt 0 ]; then cp -a "$PLACE/$1" "$PLACE/history" || broken "cp"; fi
}

history_is_whole() {
	[ -s "$WRITETRACE_DB" ] || return 0
	said=$(sqlite3 -batch "$WRITETRACE_DB" 'PRAGMA integrity_check; PRAGMA foreign_key_check' 2>&1)
	[ "$said" = ok ] || bad "the history is damaged: $said"
}

# Where no write(2) can be done nothing can be said either.
has_message() {
	case $fault in
	*:write:*+:*) ;;
	*) grep -q '^writetrace: ' "$PLACE/err" ;;
	esac
}

# --- run ---

prepare_run() {
	first_tree
	put_tree first
	take_state first
	"$WALK" "$TREE" >"$PLACE/before"
}

begin_run() {
	put_tree first
	put_history
	cd "$TREE" || exit 99
	with_fault "$WRITETRACE" run --pre-images=all -- sh -c "$changer"
}

# What the history says of run 1: $state and $blind; empty where there is none.
look_at_run() {
	state=
	blind=
	[ -s "$WRITETRACE_DB" ] || return 0
	IFS='	' read -r state blind <<-END
		$(sql 'SELECT state, n_blind_spots FROM runs WHERE id = 1' 2>/dev/null)
	END
}

# Whether `changes` of run 1 is what the walker saw.
changes_are_true() {
	sql "SELECT change, hex(path), differs FROM changes WHERE run_id = 1
		AND change IN ('created', 'deleted', 'modified', 'attributes')" |
		"$WALK" --actual "$TREE" >"$PLACE/got"
	cmp -s "$PLACE/expected" "$PLACE/got"
}

# The record as it stands: right, blind, or a false claim.
judge_record() {
	if changes_are_true; then
		:
	elif [ "$blind" -gt 0 ]; then
		outcome=blind
	else
		bad "changes (+) are not what the walker saw (-)"
		diff -U0 "$PLACE/expected" "$PLACE/got" | sed -n '3,$ s/^/    /p'
	fi
	if grep -q 'record *exact' "$PLACE/err" && { [ "$blind" -ne 0 ] || [ "$outcome" = FAILED ]; }; then
		bad "it says that the record is exact"
	fi
	status=0
	"$WRITETRACE" undo --force 1 >"$PLACE/rows" 2>"$PLACE/tally" </dev/null || status=$?
	if [ "$status" -eq 0 ] && tree_is first; then
		:
	elif [ "$blind" -gt 0 ]; then
		outcome=blind
	else
		bad "undo of it: exit status $status"
		diff -U0 "$PLACE/first.state" "$PLACE/now.state" | sed -n '3,$ s/^/    /p'
	fi
	history_is_whole
}

judge_run() {
	judge_traced 'exit 7'
}

# judge_traced ENDED: a run or attachment; without a fault it ends so.
judge_traced() {
	outcome=right
	"$WALK" "$TREE" >"$PLACE/after"
	"$WALK" --compare "$PLACE/before" "$PLACE/after" >"$PLACE/expected"
	history_is_whole
	look_at_run
	case $ended:$fault in
	"$1":*) [ "$state" = complete ] || bad "$1, and the run is ${state:-not there}" ;;
	'exit 125':* | 'exit 126':*)
		has_message || bad "no message"
		outcome=failed
		;;
	*:GONE) ;;
	*) bad "it ended with $ended" ;;
	esac
	case $state in
	running)
		"$WRITETRACE" name 1 found >"$PLACE/tally" 2>&1 || bad "nobody can take it up"
		look_at_run
		[ "$state" = interrupted ] || bad "it is $state, and nobody records it"
		;;
	esac
	if [ "$state" = interrupted ] && [ "$outcome" != FAILED ]; then outcome=interrupted; fi
	if [ -n "$state" ]; then
		judge_record
	elif [ "$scenario:$outcome" = attach:failed ] && ! grep -q ': attached to ' "$PLACE/err"; then
		outcome=refused		# and what it did is nobody's to record
	elif [ -s "$PLACE/expected" ]; then
		bad "what was done is in no record"
	elif [ "$outcome" = failed ]; then
		outcome=refused
	fi
}

# --- undo and uninstall ---

# Undo knows what was only moved by its inode number: the run is made anew each time.
make_run() {
	put_tree first
	put_history
	made=0
	(cd "$TREE" && "$WRITETRACE" run -q --pre-images=all -- sh -c "$changer" </dev/null) >"$PLACE/err" 2>&1 || made=$?
	[ "$made" -eq 7 ] || broken "the run itself: $(cat "$PLACE/err")"
	cd / || exit 99
}

# What becomes of it without a fault.
prepare_back() {
	first_tree
	put_tree first
	take_state first
	make_run
	back_status=0
	"$WRITETRACE" "$1" 1 >"$PLACE/rows" 2>"$PLACE/err" </dev/null || back_status=$?
	take_state back
	back_state=$(sql 'SELECT state FROM runs WHERE id = 1')
	[ "$back_status" -le 1 ] || broken "$1: exit status $back_status"
}

prepare_undo() {
	prepare_back undo
	[ "$back_status" -eq 0 ] || broken "undo: exit status $back_status"
	cmp -s "$PLACE/first.state" "$PLACE/back.state" || broken "undo"
}

prepare_uninstall() {
	prepare_back uninstall
}

begin_back() {
	make_run
	with_fault "$WRITETRACE" "$1" 1
}

begin_undo() {
	begin_back undo
}

begin_uninstall() {
	begin_back uninstall
}

# judge_back COMMAND: it is at its end, or says why not; a second call brings all to the same end.
judge_back() {
	outcome=right
	history_is_whole
	case $ended in
	"exit $back_status")
		if tree_is back && [ "$(sql 'SELECT state FROM runs WHERE id = 1')" = "$back_state" ]; then
			:
		elif [ "$back_status" -eq 0 ]; then
			bad "exit status 0, and it is not at its end"
		fi
		;;
	'exit 1') outcome=refused ;;
	'exit 2')
		has_message || bad "no message"
		outcome=refused
		;;
	*) bad "it ended with $ended" ;;
	esac
	status=0
	"$WRITETRACE" "$1" 1 >"$PLACE/rows" 2>"$PLACE/tally" </dev/null || status=$?
	if [ "$status" -ne "$back_status" ] || ! tree_is back; then
		bad "the second call: exit status $status"
		diff -U0 "$PLACE/back.state" "$PLACE/now.state" | sed -n '3,$ s/^/    /p'
	fi
	[ "$(sql 'SELECT state FROM runs WHERE id = 1')" = "$back_state" ] || bad "the run is not $back_state"
	history_is_whole
	[ -z "$(find "$TREE" -name '.writetrace-*')" ] || bad "something is left over"
	if [ "$outcome" = refused ]; then outcome=again; fi
}

judge_undo() {
	judge_back undo
}

judge_uninstall() {
	judge_back uninstall
}

# --- attach ---

prepare_attach() {
	prepare_run
	mkfifo "$PLACE/gate" || broken "mkfifo"
}

# What is attached to waits until it is traced, or attach has failed; then it goes on in any case.  The gate is held open
# for both directions, so that nobody who opens it waits for the other (fifo(7)), and nobody has to be killed: where many
# processes come and go, a number that was waited for is soon somebody else's.
begin_attach() {
	put_tree first
	put_history
	cd "$TREE" || exit 99
	: >"$PLACE/err"
	exec 9<>"$PLACE/gate"
	sh -c "read -r go <'$PLACE/gate'; $changer" 9>&- &
	attached=$!
	with_fault "$WRITETRACE" attach -p "$attached" 9>&- &
	injector=$!
	until grep -q ': attached to ' "$PLACE/err" || ! kill -0 "$injector" 2>/dev/null ||
		grep -q -E '^(exit|signal|hang)' "$PLACE/report" 2>/dev/null; do
		sleep 0.02
	done
	echo go >&9
	attached_status=0
	wait "$attached" || attached_status=$?
	wait "$injector"
	exec 9>&-
	how_ended
}

judge_attach() {
	judge_traced 'exit 0'
	[ "$attached_status" -eq 7 ] || [ "${fault##*:}" = GONE ] || bad "what was attached to ended with $attached_status"
}

# --- export, import, prune ---

# Two runs, the second one on top of the first, and all that the views tell of them.
prepare_history() {
	first_tree
	put_tree first
	(
		cd "$TREE" && "$WRITETRACE" run -q --pre-images=all -- sh -c "$changer"
		"$WRITETRACE" run -q --pre-images=all -- sh -c 'echo newer >changed; rm linked appended; mkdir again'
	) >"$PLACE/err" 2>&1 </dev/null || broken "the runs: $(cat "$PLACE/err")"
	cp -a "$PLACE/history" "$PLACE/recorded" || broken "cp"
	"$WRITETRACE" export --all --pre-images -o "$PLACE/whole" >"$PLACE/rows" 2>&1 || broken "export: $(cat "$PLACE/rows")"
	cd / || exit 99
	tell_history >"$PLACE/recorded.told"
	put_history
	"$WRITETRACE" import "$PLACE/whole" >"$PLACE/rows" 2>&1 || broken "import: $(cat "$PLACE/rows")"
	tell_history >"$PLACE/imported.told"
}

# What a history holds, and that the contents which it says are kept are there.
tell_history() {
	[ -s "$WRITETRACE_DB" ] || return 0
	sql 'SELECT uuid, name, kind, state, command, n_created, n_modified, n_attributes, n_deleted, n_blind_spots,
			bytes_kept FROM runs ORDER BY uuid;
		SELECT uuid, change, hex(path), differs, mode_before, mode_after, sha256_before, sha256_after, old_content
			FROM changes JOIN runs ON runs.id = run_id ORDER BY uuid, path;
		SELECT uuid, operation, hex(path), flags, error, count FROM writes JOIN runs ON runs.id = run_id
			ORDER BY uuid, path, operation, flags, error, count' 2>&1
	sql "SELECT run_id, path FROM changes WHERE old_content = 'kept' ORDER BY run_id, path" |
		while IFS='	' read -r run path; do
			"$WRITETRACE" cat "$run" "$path" 2>&1 || echo "no content of $path"
		done
}

history_tells() {
	tell_history >"$PLACE/told"
	cmp -s "$PLACE/$1.told" "$PLACE/told"
}

# judge_done: whether it is done, or said why not; then $outcome is refused.
judge_done() {
	outcome=right
	history_is_whole
	case $ended in
	'exit 0') ;;
	'exit 2')
		has_message || bad "no message"
		outcome=refused
		;;
	*) bad "it ended with $ended" ;;
	esac
}

prepare_export() {
	prepare_history
}

begin_export() {
	put_history recorded
	rm -f "$PLACE/out"
	with_fault "$WRITETRACE" export --all --pre-images -o "$PLACE/out"
}

judge_export() {
	judge_done
	history_tells recorded || bad "the history is not what it was"
	if [ "$outcome" = refused ] && ! [ -e "$PLACE/out" ]; then return; fi
	put_history
	"$WRITETRACE" import "$PLACE/out" >"$PLACE/rows" 2>"$PLACE/tally" </dev/null
	if history_tells imported; then
		:
	elif [ "$outcome" = refused ] && ! [ -s "$WRITETRACE_DB" ]; then
		:
	else
		bad "what was exported is not the history"
		diff -U0 "$PLACE/imported.told" "$PLACE/told" | sed -n '3,$ s/^/    /p'
	fi
}

prepare_import() {
	prepare_history
}

begin_import() {
	put_history
	with_fault "$WRITETRACE" import "$PLACE/whole"
}

judge_import() {
	judge_done
	if [ "$outcome" = right ] && ! history_tells imported; then
		bad "what was imported is not what is in the file"
		diff -U0 "$PLACE/imported.told" "$PLACE/told" | sed -n '3,$ s/^/    /p'
	fi
	"$WRITETRACE" import "$PLACE/whole" >"$PLACE/rows" 2>"$PLACE/tally" </dev/null || bad "the second call: exit status $?"
	if ! history_tells imported; then
		bad "after the second call: what was imported is not what is in the file"
		diff -U0 "$PLACE/imported.told" "$PLACE/told" | sed -n '3,$ s/^/    /p'
	fi
	history_is_whole
	if [ "$outcome" = refused ]; then outcome=again; fi
}

prepare_prune() {
	prepare_history
	put_history recorded
	"$WRITETRACE" prune 1 >"$PLACE/rows" 2>&1 || broken "prune: $(cat "$PLACE/rows")"
	tell_history >"$PLACE/pruned.told"
	find "$PLACE/history" -path '*.objects/*' -type f | sort >"$PLACE/pruned.objects"
}

begin_prune() {
	put_history recorded
	with_fault "$WRITETRACE" prune 1
}

judge_prune() {
	judge_done
	history_tells pruned || history_tells recorded || bad "neither what was nor what shall be"
	if [ "$outcome" = right ] && ! history_tells pruned; then bad "exit status 0, and the run is still there"; fi
	"$WRITETRACE" prune 2 -n >"$PLACE/rows" 2>"$PLACE/tally" </dev/null || bad "the next call: exit status $?"
	"$WRITETRACE" prune 1 >"$PLACE/rows" 2>"$PLACE/tally" </dev/null
	history_tells pruned || bad "after the second call: the run is still there"
	"$WRITETRACE" prune --keep=1 >"$PLACE/rows" 2>"$PLACE/tally" </dev/null
	find "$PLACE/history" -path '*.objects/*' -type f | sort | cmp -s - "$PLACE/pruned.objects" || bad "contents without a run"
	history_is_whole
	if [ "$outcome" = refused ]; then outcome=again; fi
}
