# shellcheck shell=sh
# What every end-to-end test starts with: a scratch place, a history of its own, and statements about files and rows.
#
#   . "${SRCDIR:-.}/tests/lib/e2e.sh"
#
# From the environment (tests/local.mk sets them; by hand, run a test in the build directory):
#   WRITETRACE  the program                SRCDIR   the source tree
#   WALK        the program beside this    TRACEES  the directory of the built tracees
#
# A statement that does not hold prints why and is counted, and the test goes on; it ends with 1 then.
# 77 is a skip, 99 a test that is broken itself.

: "${SRCDIR:=.}"
SRCDIR=$(cd "$SRCDIR" && pwd)
: "${WRITETRACE:=$PWD/writetrace}"
: "${TRACEES:=$PWD/tests/tracees}"
: "${WALK:=$PWD/tests/lib/walk}"
LIB=${WALK%/*}

LC_ALL=C TZ=UTC NO_COLOR=1
export LC_ALL TZ NO_COLOR SRCDIR WRITETRACE TRACEES WALK LIB
unset XDG_STATE_HOME SUDO_USER SUDO_UID SUDO_GID SUDO_COMMAND MAKEFLAGS MFLAGS MAKELEVEL GIT_DIR CDPATH
umask 022

# --- ends ---

failures=0
skipped=

fail() {
	echo "FAILED: $*"
	failures=$((failures + 1))
}

skip() {
	echo "skipped: $*"
	exit 77
}

# One case of several cannot be tried here; the test itself goes on.
skip_case() {
	echo "skipped in part: $*"
	skipped=$skipped.
}

broken() {
	echo "broken test: $*"
	exit 99
}

# Nothing may stay, not even what is mounted, immutable or unreadable.
clean_up() {
	status=$?
	trap - EXIT
	cd / || exit 99
	awk -v dir="$SCRATCH/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r |
	while IFS= read -r place; do
		umount "$place"
	done
	if command -v chattr >/dev/null; then
		chattr -R -f -i -a "$SCRATCH" 2>/dev/null
	fi
	rm -rf "$SCRATCH" 2>/dev/null || {
		find "$SCRATCH" -type d ! -perm -u=rwx -exec chmod u+rwx {} + 2>/dev/null
		rm -rf "$SCRATCH"
	}
	if [ "$status" -eq 0 ] && [ "$failures" -gt 0 ]; then
		echo "$failures of the statements failed"
		status=1
	fi
	exit "$status"
}

# --- the scratch place: a tree to change, a home, a place for temporary files, the history ---

SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/wt-e2e.XXXXXX") || exit 99
SCRATCH=$(cd "$SCRATCH" && pwd -P)
trap clean_up EXIT
trap 'exit 99' HUP INT TERM
TREE=$SCRATCH/tree
HOME=$SCRATCH/home
TMPDIR=$SCRATCH/tmp
WRITETRACE_DB=$SCRATCH/history/history.db
export HOME TMPDIR WRITETRACE_DB
mkdir "$TREE" "$HOME" "$TMPDIR" || exit 99
cd "$TREE" || exit 99

# --- what a test needs ---

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "needs root"
}

need_user() {
	[ "$(id -u)" -ne 0 ] || skip "root may do that"
}

need_cmd() {
	for cmd; do
		command -v "$cmd" >/dev/null || skip "no $cmd here"
	done
}

have() {
	command -v "$1" >/dev/null
}

# The scratch place is on overlayfs, where any change may give a file another number: all are read at their first.
is_overlay() {
	[ "$(stat -f -c %T "$SCRATCH")" = overlayfs ]
}

[ -x "$WALK" ] || broken "no $WALK (make check builds it)"

# --- the history ---

# The last one who had the history open may be folding its log in.
sql() {
	sqlite3 -cmd '.timeout 60000' -batch -bail -separator "$(printf '\t')" "$WRITETRACE_DB" "$1"
}

last_run() {
	sql "SELECT max(id) FROM runs WHERE kind IN ('run', 'attach')"
}

# expect_rows SQL EXPECTED: the query's answer, columns separated by TAB, a row a line.
expect_rows() {
	got=$(sql "$1" 2>&1)
	expect_text "$1" "$got" "$2"
}

# expect_text WHAT GOT EXPECTED
expect_text() {
	[ "$2" = "$3" ] && return 0
	fail "$1"
	printf '%s\n' "$3" >"$SCRATCH/expected"
	printf '%s\n' "$2" >"$SCRATCH/got"
	diff -u "$SCRATCH/expected" "$SCRATCH/got" | sed 's/^/    /'
	return 1
}

# --- running under trace ---

walk_all() {
	"$WALK" "$TREE" "$HOME" "$TMPDIR" || broken "walk"
}

# traced CMD...: the exit status in $status, the output in $SCRATCH/out and $SCRATCH/err.
# More options of run stand in $RUN_OPTIONS.
traced() {
	status=0
	# shellcheck disable=SC2086 # words
	"$WRITETRACE" run -q ${RUN_OPTIONS-} -- "$@" </dev/null >"$SCRATCH/out" 2>"$SCRATCH/err" || status=$?
}

# state_of PID: the letter of proc(5); nothing where there is no such process any more.
state_of() {
	sed -n 's/^State:[[:blank:]]*\(.\).*/\1/p' "/proc/$1/status" 2>/dev/null
}

# until_is WHAT ANSWER COMMAND: the command prints that.  The limit is for what never comes.
until_is() {
	tries=2400
	until [ "$($3)" = "$2" ]; do
		tries=$((tries - 1))
		[ "$tries" -gt 0 ] || {
			fail "$1: $3 does not say $2"
			exit 1
		}
		sleep 0.05
	done
}

# until_state PID LETTER
until_state() {
	until_is "process $1" "$2" "state_of $1"
}

# until_gone PID: it has ended, whether or not somebody has asked how; what it held is free.
has_ended() {
	case $(state_of "$1") in
	'' | Z | X) echo yes ;;
	esac
}

until_gone() {
	until_is "process $1" yes "has_ended $1"
}

# kill_both FRONT TRACER: neither of writetrace's two processes sees the other's end.  $status is the front's.
kill_both() {
	for one; do
		kill -STOP "$one"
	done
	for one; do
		until_state "$one" T
	done
	kill -KILL "$@"
	status=0
	wait "$1" 2>/dev/null || status=$?
	until_gone "$2"
}

# The changes of RUN must be what the walker saw between $SCRATCH/before and now, no more and no less.
# What the run changed outside of the walked places can only be its own output.
same_as_walker() {
	walk_all >"$SCRATCH/after"
	"$WALK" --compare "$SCRATCH/before" "$SCRATCH/after" >"$SCRATCH/expected" || broken "walk --compare"
	sql "SELECT change, hex(path), differs FROM changes WHERE run_id = $1
		AND change IN ('created', 'deleted', 'modified', 'attributes')
		AND path NOT IN ('$SCRATCH/out', '$SCRATCH/err')" >"$SCRATCH/rows" || {
		fail "$2: no changes to be had from the history"
		return 1
	}
	"$WALK" --actual <"$SCRATCH/rows" >"$SCRATCH/got" || broken "walk --actual"
	cmp -s "$SCRATCH/expected" "$SCRATCH/got" && return 0
	fail "$2: changes (+) are not what the walker saw (-)"
	diff -U0 "$SCRATCH/expected" "$SCRATCH/got" | sed -n '3,$ s/^/    /p' | head -n 40
	return 1
}

# run_traced CMD...: changes must be exact; the exit status is in $status.
run_traced() {
	walk_all >"$SCRATCH/before"
	traced "$@"
	case $status in
	125)
		fail "$*: exit status 125"
		sed 's/^/    /' "$SCRATCH/err"
		return 1
		;;
	esac
	same_as_walker "$(last_run)" "$*"
}

# same_writes FILE DIR: the rows of `writes` of the last run at and below DIR are those that FILE lists.
# Those of mounts only where it lists any.
same_writes() {
	others=inherited
	grep -q '^mount	' "$1" || others="inherited', 'mount"
	sql "SELECT operation, flags, error, hex(path) FROM writes WHERE run_id = $(last_run)
		AND operation NOT IN ('$others')" >"$SCRATCH/rows"
	"$WALK" --writes "$2" <"$SCRATCH/rows" | sort -u >"$SCRATCH/got"
	sort -u "$1" >"$SCRATCH/expected"
	# what a filter around us refuses, as those of containers do, never stops; of a kernel without the call it would
	if grep -q '^Seccomp:[[:blank:]]*[12]' /proc/self/status; then
		for rows in got expected; do
			grep -v '	ENOSYS	' "$SCRATCH/$rows" >"$SCRATCH/some"
			mv "$SCRATCH/some" "$SCRATCH/$rows"
		done
	fi
	cmp -s "$SCRATCH/expected" "$SCRATCH/got" && return 0
	fail "${2##*/}: writes (+) are not what the program did (-)"
	diff -U0 "$SCRATCH/expected" "$SCRATCH/got" | sed -n '3,$ s/^/    /p' | head -n 40
	return 1
}

# can_run TRACEE: it was built, and if it is a 32-bit program such run here; otherwise it is left out.
# A tracee that is told nothing ends with 99.
can_run() {
	if [ ! -x "$TRACEES/$1" ]; then
		skip_case "$1 was not built"
		return 1
	fi
	case $1 in
	*32)
		answered=0
		env "$TRACEES/$1" >/dev/null 2>&1 || answered=$?
		[ "$answered" -eq 99 ] && return 0
		skip_case "$1: 32-bit programs do not run here"
		return 1
		;;
	esac
}

# run_tracee NAME: in a directory of its own, against the walker.  False where it was not to be had, or failed.
run_tracee() {
	dir=$TREE/$1
	mkdir "$dir"
	can_run "$1" || return 1
	setup=0
	"$TRACEES/$1" "$dir" setup || setup=$?
	case $setup in
	0) ;;
	77) skip_case "$1"; return 1 ;;
	*) broken "$1 setup: exit status $setup" ;;
	esac
	run_traced "$TRACEES/$1" "$dir"
	case $status in
	0) return 0 ;;
	77) skip_case "$1: $(cat "$SCRATCH/err")" ;;
	*)
		fail "$1: exit status $status"
		sed 's/^/    /' "$SCRATCH/err"
		;;
	esac
	return 1
}

# run_tracees NAME...: each also against what it says that it did.
run_tracees() {
	tried=0
	for tracee; do
		run_tracee "$tracee" || continue
		same_writes "$SCRATCH/out" "$TREE/$tracee"
		tried=$((tried + 1))
	done
	[ "$tried" -gt 0 ] || [ "$failures" -gt 0 ] || skip "no case can be tried here"
}

# --- refusals ---

# must_fail STATUS CMD...: exactly that status (so no death by signal), and a message.
must_fail() {
	wanted=$1
	shift
	status=0
	"$@" </dev/null >"$SCRATCH/out" 2>"$SCRATCH/err" || status=$?
	if [ "$status" -ne "$wanted" ]; then
		fail "$*: exit status $status instead of $wanted"
		sed 's/^/    /' "$SCRATCH/err"
	fi
	grep -q '^writetrace: ' "$SCRATCH/err" || {
		fail "$*: no message"
		sed 's/^/    /' "$SCRATCH/err"
	}
}

# says WORDS...: each stands on the standard error of the last command.
says() {
	for word; do
		grep -q -F -e "$word" "$SCRATCH/err" || {
			fail "standard error does not say: $word"
			sed 's/^/    /' "$SCRATCH/err"
		}
	done
}

# prints CMD...: standard output is what stands on standard input.
prints() {
	got=$("$@" </dev/null 2>"$SCRATCH/err")
	expect_text "$*" "$got" "$(cat)"
}

# matches WHAT FILE REGEX...: each extended regular expression matches a line of the file.
matches() {
	what=$1
	file=$2
	shift 2
	for regex; do
		grep -q -E -e "$regex" "$file" || {
			fail "$what: no line like: $regex"
			sed 's/^/    /' "$file"
		}
	done
}

# is_json FILE: by a parser that takes nothing but JSON.
is_json() {
	[ "$(sqlite3 -batch :memory: "SELECT json_valid(CAST(readfile('$1') AS TEXT))")" = 1 ] || {
		fail "not JSON: $1"
		head -c 500 "$1"
	}
	if have jq; then
		jq -e . "$1" >/dev/null || fail "jq does not take $1"
	fi
}
