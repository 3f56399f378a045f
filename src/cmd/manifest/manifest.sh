# usage: sh FILE [-n] [-f] [DIR]
#
#   -n, or DRYRUN=1 in the environment: only print what would be done
#   -f, or FORCE=1: also remove what has been changed since
#   DIR: look for all of it below DIR, not where it was recorded
#
# What is not as the runs left it is kept and named, as are directories that are not empty.  What is gone is no fault.
# Exit status: 0, or 1 where something was kept, or 2.

set -u
locale=${LC_ALL:-${LC_CTYPE:-${LANG:-C}}}
LC_ALL=C
export LC_ALL
unset CDPATH
script=${0##*/}
dry=${DRYRUN-} force=${FORCE-}
root=		# without a slash at its end
here=		# the directory that we are in, without a slash at its end
inside=		# not empty: we are in it indeed
number=0	# it, among the directories that are to go; 0: it is none of them
claimed=	# why nothing of what follows is to be removed
taken=0		# how many of its entries have gone, or would
n_files=0 n_directories=0 n_kept=0

complain() {
	printf '%s\n' "$script: $*" >&2
}

while [ $# -gt 0 ]; do
	case $1 in
	-n | --dry-run) dry=1 ;;
	-f | --force) force=1 ;;
	--) shift; break ;;
	-*) complain "unknown option $1; usage: sh $script [-n] [-f] [DIR]"; exit 2 ;;
	*) break ;;
	esac
	shift
done
[ $# -le 1 ] || { complain "usage: sh $script [-n] [-f] [DIR]"; exit 2; }
[ $# -eq 0 ] || place=$1
[ "$dry" != 0 ] || dry=
[ "$force" != 0 ] || force=
for tool in sha256sum readlink stat rm rmdir; do
	command -v "$tool" >/dev/null || { complain "needs $tool"; exit 2; }
done

# show PATH [DIR]: $shown is the path as ls quotes it, PATH being below DIR; no terminal must obey a name.
show() {
	shown=$1
	case $1 in
	*[!A-Za-z0-9_./+,:@%-]*)
		shown=$(cd "${2:-.}" && LC_ALL=$locale ls -d --quoting-style=shell-escape -- "$1" 2>/dev/null) ||
			shown=$(printf '%s' "$1" | tr '\001-\037\177-\377' '?') ;;
	esac
}

gone() {
	[ ! -e "./$1" ] && [ ! -L "./$1" ]
}

is_directory() {
	[ -d "./$1" ] && [ ! -L "./$1" ]
}

# keep NAME REASON
keep() {
	n_kept=$((n_kept + 1))
	show "$here/$1"
	is_directory "$1" && shown=$shown/
	printf '%s\n' "keep    $shown  ($2)"
}

# refuse REASON: nothing is done in this directory
refuse() {
	inside=
	n_kept=$((n_kept + 1))
	show "${here:-/}"
	printf '%s\n' "keep    $shown/  ($1)"
}

# begin DIR: what was recorded lies below it
begin() {
	root=$1
	if [ "${place+given}" ]; then
		case $place in
		/*) ;;
		*) place=./$place ;;
		esac
		cd -P "$place" || exit 2
		root=$PWD
	fi
	case $root in
	/ | //) root= ;;
	esac
}

# go DIR: to the directory $here.  cd -P leaves in PWD what pwd -P would print: after a link it would be elsewhere.
go() {
	[ "$inside" ] || return 0
	if cd -P "$1" 2>/dev/null; then
		[ "$PWD" = "${here:-/}" ] || { show "$PWD"; refuse "leads to $shown now"; }
		return 0
	fi
	inside=
	if [ -e "$1" ] || [ -L "$1" ]; then
		refuse "cannot be entered"
		return 0
	fi
	above=$1
	while [ ! -d "${above:-/}" ]; do
		case $above in
		*/*) above=${above%/*} ;;
		*) return 0 ;;
		esac
	done
	[ -x "${above:-/}" ] || refuse "cannot be entered"
}

# leave: the directory that we are in has had its turn
leave() {
	[ ! "$dry" ] || [ "$number" -eq 0 ] || eval "taken_$number=\$taken"
	taken=0
}

# enter NUMBER PART...: a directory below the root; the parts are its name, cut where it is too long for one call
enter() {
	leave
	number=$1 here=$root inside=1
	shift
	go "${root:-/}"
	for part; do
		here=$here/$part
		go "./$part"
	done
}

# every FIRST STEP N PREFIX: $list is shell text that names these of N positional parameters.  Building an array by
# set -- would copy all of it each time.
every() {
	list='' i=$1
	while [ "$i" -le "$3" ]; do
		list="$list \"$4\${$i}\""
		i=$((i + $2))
	done
}

# claim REASON: what follows stays, unless that is forced; '' ends it
claim() {
	claimed=$1
}

# remove NAME...: what may go
remove() {
	[ $# -gt 0 ] || return 0
	if [ "$dry" ]; then
		for name; do
			show "$here/$name"
			printf '%s\n' "remove  $shown"
		done
		n_files=$((n_files + $#)) taken=$((taken + $#))
		return 0
	fi
	every 1 1 $# ./
	eval "rm -f -- $list"
	for name; do
		if gone "$name"; then
			n_files=$((n_files + 1))
		else
			keep "$name" "cannot be removed"
		fi
	done
}

# is LETTER NAME: it is of the type that test(1) has this letter for
is() {
	if [ -L "./$2" ]; then
		[ "$1" = L ]
		return
	fi
	case $1 in
	f) [ -f "./$2" ] ;;
	p) [ -p "./$2" ] ;;
	S) [ -S "./$2" ] ;;
	b) [ -b "./$2" ] ;;
	c) [ -c "./$2" ] ;;
	*) false ;;
	esac
}

# fits LETTER NAME: there is something that may be removed if it is still what it was
fits() {
	gone "$2" && return 1
	if is_directory "$2"; then
		keep "$2" "is a directory now"
		return 1
	fi
	[ ! "$force" ] || return 0
	if [ "$claimed" ]; then
		keep "$2" "$claimed"
		return 1
	fi
	is "$1" "$2" && return 0
	keep "$2" "is of another type now"
	return 1
}

# each TEST LETTER WHAT NAME...: remove those that are still WHAT by the test
each() {
	test=$1 letter=$2
	shift 2
	n=$#
	while [ "$n" -gt 0 ]; do
		if fits "$letter" "$2"; then
			if [ "$force" ] || "$test" "$1" "$2"; then
				set -- "$@" "$2"
			else
				keep "$2" "edited since"
			fi
		fi
		shift 2
		n=$((n - 2))
	done
	remove "$@"
}

# has_sums SHA256 NAME...: the contents of files are these, all of them
has_sums() {
	while [ $# -gt 0 ]; do
		printf '%s\n' "$1  ./$2"
		shift 2
	done | sha256sum -c >/dev/null 2>&1
}

# has_sum SHA256 NAME: the same for a name that sha256sum would escape
has_sum() {
	[ "$({ sha256sum <"./$2"; } 2>/dev/null)" = "$1  -" ]
}

# leads TARGET NAME
leads() {
	[ "$(readlink -n -- "./$2" 2>/dev/null; echo .)" = "$1." ]
}

# targets_sum TARGET NAME...: prints the digest of all targets, each with a NUL behind
targets_sum() (
	every 2 2 $# ./
	eval "readlink -z -- $list" 2>/dev/null | sha256sum
)

# is_device MAJOR:MINOR NAME, in hexadecimal
is_device() {
	[ "$(stat -c %t:%T -- "./$2" 2>/dev/null)" = "$1" ]
}

# is_untouched 'SIZE MTIME' NAME: for what could not be read
is_untouched() {
	[ "$(stat -c '%s %.9Y' -- "./$2" 2>/dev/null)" = "$1" ]
}

# all_are LETTER NAME...: nothing of them is gone, of another type or claimed, without a word
all_are() {
	[ ! "$claimed" ] || return 1
	letter=$1
	shift
	while [ $# -gt 0 ]; do
		is "$letter" "$2" || return 1
		shift 2
	done
}

# seconds WHAT NAME...: remove the names
seconds() {
	every 2 2 $# ''
	eval "remove $list"
}

# files SHA256 NAME...: regular files; where one of them is not as it was they are looked at one by one
files() {
	[ "$inside" ] || return 0
	if all_are f "$@" && has_sums "$@"; then
		seconds "$@"
	else
		each has_sums f "$@"
	fi
}

# odd_files SHA256 NAME...
odd_files() {
	[ ! "$inside" ] || each has_sum f "$@"
}

# unread_files 'SIZE MTIME' NAME...
unread_files() {
	[ ! "$inside" ] || each is_untouched f "$@"
}

# links SHA256 TARGET NAME...: symbolic links; the digest is that of all targets
links() {
	[ "$inside" ] || return 0
	sum=$1
	shift
	if all_are L "$@" && [ "$(targets_sum "$@")" = "$sum  -" ]; then
		seconds "$@"
	else
		each leads L "$@"
	fi
}

# devices LETTER MAJOR:MINOR NAME...
devices() {
	[ ! "$inside" ] || each is_device "$@"
}

# others LETTER NAME...: what has neither content nor target
others() {
	[ "$inside" ] || return 0
	letter=$1
	shift
	n=$#
	while [ "$n" -gt 0 ]; do
		fits "$letter" "$1" && set -- "$@" "$1"
		shift
		n=$((n - 1))
	done
	remove "$@"
}

# stays REASON NAME...: what is not ours to remove
stays() {
	[ "$inside" ] || return 0
	reason=$1
	shift
	for name; do
		gone "$name" || keep "$name" "$reason"
	done
}

# is_empty NUMBER NAME: a directory, or it would be but for the -n; what is still in it is named
is_empty() {
	count=0 less=0 first=''
	for entry in "./$2"/* "./$2"/.[!.]* "./$2"/..?*; do
		gone "$entry" && continue
		count=$((count + 1))
		[ "$first" ] || first=${entry##*/}
		[ "$dry" ] || break
	done
	[ ! "$dry" ] || eval "less=\${taken_$1:-0}; unset taken_$1"
	count=$((count - less))
	[ "$count" -gt 0 ] || return 0
	if [ "$less" -eq 0 ]; then
		show "$first" "./$2"
		keep "$2" "not empty: $shown"
	else
		keep "$2" "not empty: $count more in it"
	fi
	return 1
}

# directories NUMBER NAME...: what is in them has had its turn
directories() {
	[ "$inside" ] || return 0
	n=$#
	while [ "$n" -gt 0 ]; do
		if gone "$2"; then
			:
		elif ! is_directory "$2"; then
			keep "$2" "is no directory now"
		elif [ "$claimed" ] && [ ! "$force" ]; then
			keep "$2" "$claimed"
		elif is_empty "$1" "$2"; then
			set -- "$@" "./$2"
		fi
		shift 2
		n=$((n - 2))
	done
	[ $# -gt 0 ] || return 0
	[ "$dry" ] || rmdir -- "$@"
	for name; do
		if [ "$dry" ]; then
			show "$here/${name#./}"
			printf '%s\n' "rmdir   $shown/"
			taken=$((taken + 1))
		elif ! gone "$name"; then
			keep "${name#./}" "cannot be removed"
			continue
		fi
		n_directories=$((n_directories + 1))
	done
}

# plural N ONE MANY: adds to $tally
plural() {
	if [ "$1" -eq 1 ]; then
		tally="$tally $1 $2"
	else
		tally="$tally $1 $3"
	fi
}

# finish N: N paths were there before; they stay as they are
finish() {
	leave
	if [ "$dry" ]; then
		tally="would remove" left=keep
	else
		tally=removed left=kept
	fi
	plural "$n_files" file files
	tally="$tally and"
	plural "$n_directories" directory directories
	tally="$tally, $left $n_kept"
	if [ "$1" -gt 0 ]; then
		tally="$tally;"
		plural "$1" "path that existed before stays" "paths that existed before stay"
	fi
	complain "$tally${dry:+ (nothing done: dry run)}"
	[ "$n_kept" -eq 0 ]
	exit
}
