# shellcheck shell=sh
# For tests of undo and uninstall: whole states of the tree, and what must be true of them.  Behind e2e.sh.

# snapshot FILE [DIR...]: all that an undo gives back: the walker's fields but for inode numbers, the mtimes of
# directories to the nanosecond, and which names are one object.
snapshot() {
	snapshot=$1
	shift
	[ $# -gt 0 ] || set -- "$TREE"
	{
		"$WALK" "$@" | cut -f 1-11,13 | sort
		find "$@" -type d -printf 'mtime %p %T@\n' | sort
		find "$@" ! -type d -links +1 -printf '%D:%i %p\n' | sort -k 1,1 -k 2 |
			awk '{ key = $1; sub(/^[^ ]* /, ""); if (key != last) printf "\nlinks"; printf " %s", $0; last = key }
				END { printf "\n" }' | sort
	} >"$snapshot" || broken "snapshot"
}

# same_state WHAT EXPECTED GOT
same_state() {
	cmp -s "$2" "$3" && return 0
	fail "$1: not the same"
	diff -U0 "$2" "$3" | sed -n '3,$ s/^/    /p' | head -n 30
	return 1
}

# recorded CMD...: run it; its output goes through pipes, so that no file of it is part of the run.
recorded() {
	{
		{
			# shellcheck disable=SC2086 # words
			"$WRITETRACE" run -q ${RUN_OPTIONS-} -- "$@" </dev/null 3>&-
			echo $? >&3
		} 2>&1 | cat >"$SCRATCH/out"
	} 3>"$SCRATCH/status"
	status=$(cat "$SCRATCH/status")
}

# taken COMMAND ARG...: undo or uninstall; the rows in $SCRATCH/rows, the tally in $SCRATCH/tally, $status.
taken() {
	status=0
	"$WRITETRACE" "$@" >"$SCRATCH/rows" 2>"$SCRATCH/tally" </dev/null || status=$?
}

show_taken() {
	sed 's/^/    /' "$SCRATCH/rows" "$SCRATCH/tally" | head -n 40
}

newest() {
	sql "SELECT max(id) FROM runs"
}

# there_and_back WHAT [DIR...]: the newest run is undone, done again by undoing that, and undone once more; each
# time the state must be the one that was before, or after, to the last nanosecond.  $SCRATCH/first was taken before
# the run; the state after it is as it is now.
there_and_back() {
	what=$1
	shift
	snapshot "$SCRATCH/second" "$@"
	taken undo "$(newest)"
	[ "$status" -eq 0 ] || { fail "$what: undo: exit status $status"; show_taken; }
	snapshot "$SCRATCH/now" "$@"
	same_state "$what: undone" "$SCRATCH/first" "$SCRATCH/now" || { show_taken; return 1; }
	[ "$(sql "SELECT state FROM runs WHERE id = (SELECT of_run FROM runs WHERE id = $(newest))")" = undone ] ||
		[ "$(sql "SELECT kind FROM runs WHERE id = $(newest)")" != undo ] || fail "$what: its state is not undone"
	[ "$(sql "SELECT kind FROM runs WHERE id = $(newest)")" = undo ] || return 0
	taken undo "$(newest)"
	[ "$status" -eq 0 ] || { fail "$what: undo of the undo: exit status $status"; show_taken; }
	snapshot "$SCRATCH/now" "$@"
	same_state "$what: done again" "$SCRATCH/second" "$SCRATCH/now" || show_taken
	taken undo "$(newest)"
	snapshot "$SCRATCH/now" "$@"
	same_state "$what: undone again" "$SCRATCH/first" "$SCRATCH/now" || show_taken
}
