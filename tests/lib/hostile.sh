# shellcheck shell=sh
# A tree whose names are as hostile as names can be: sh hostile.sh DIR.  All types that the caller may make; no socket.
set -e
cd "$1"
nl='
'
bytes=$(printf '\001\033[31m\177\377\376\303.')
mkdir -p -- sub 'a b/c' './-d/e*' "${nl}x${nl}" "dir$nl" deep/x/y/z empty "\$(touch gone)" 'it'\''s "q"' "..."
name() {
	printf '%s' "$1" >"./$1"
}
# shellcheck disable=SC1003,SC2016 # as they are
for n in '' ' ' '  ' '#x' '*' '-' '--' '-rf' '..hidden' '.hidden' '~' '[a]' 'abc' '?' '{a,b}' '|' '&' ';' '<' '>' '`id`' \
	"\$HOME" "\${x}" '\' 'a\' '\n' "'" "''" '"' '!' '%s%n' '=' "a$nl" "${nl}" "$nl$nl" "a${nl}b" "$bytes" "ä€😀" "a	b" \
	"$(printf 'cr\r')" "$(printf '\r.')" "$(printf '\302\233\342\200\256.')" "$(printf '\303(')"; do
	[ -z "$n" ] || name "$n"
done
(cd -- './-d/e*' && name '[x]' && name '*')
(cd -- "dir$nl" && name "in$nl")
(cd -- "\$(touch gone)" && name 'it`s')
(cd 'it'\''s "q"' && name '"; rm -rf .; "')
echo >deep/x/y/z/old
touch -d '1960-01-01 00:00:00.5' deep/x/y/z/old
ln deep/x/y/z/old deep/hard
: >nothing
ln -s "to$nl$nl" link1
ln -s /etc/passwd link2
ln -s 'a b' "l$nl"
ln -s -- -n ./-l
ln -s '' link3 2>/dev/null || :
mkfifo "fifo$nl"
chmod 000 nothing
chmod 1777 empty
if [ "$(id -u)" -eq 0 ]; then
	mknod char c 1 3
	mknod "block$nl" b 7 299
	chmod 4755 "it's \"q\""
fi
