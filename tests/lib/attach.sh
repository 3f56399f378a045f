# shellcheck shell=sh
# For the tests of attach: a writer that obeys through FIFOs, and an attach beside it.  After e2e.sh.
#
#   start_writer PROGRAM   in $TREE, its process in $writer; its threads are ready.  $UNDER is put before it: then that
#                          process is the one that $UNDER starts
#   order WORDS...           it has done what it was told (tests/tracees/attach-writer.c)
#   start_attach ARG...      in the background, in $front; its run in $run; from now on nothing is missed
#   end_attach SIGNAL        in $status how it ended

# It was to go on, whatever was done to it.
writer_gone() {
	status=0
	wait "$writer" || status=$?
	fail "the writer is gone, with $status: $(cat "$SCRATCH/writer-err")"
	exit 1
}

# A line from the writer.
hear() {
	IFS= read -r heard <&8 || writer_gone
}

# tell WORDS...: without waiting until it is done.
tell() {
	(echo "$*" >&7) 2>/dev/null || writer_gone
}

start_writer() {
	mkfifo "$SCRATCH/orders" "$SCRATCH/answers" || broken "mkfifo"
	# shellcheck disable=SC2086 # words
	${UNDER-} "$TRACEES/$1" "$TREE" <"$SCRATCH/orders" >"$SCRATCH/answers" 2>"$SCRATCH/writer-err" 8>&- &
	writer=$!
	exec 7>"$SCRATCH/orders" 8<"$SCRATCH/answers"
	rm "$SCRATCH/orders" "$SCRATCH/answers"
	for _ in 0 1 2 3; do
		hear
	done
}

order() {
	tell "$@"
	hear
	said="$*"
	[ "$heard" = "done ${said##* }" ] || fail "the writer was told: $*, and said: $heard"
}

# It ends, well.
end_writer() {
	exec 7>&-
	status=0
	wait "$writer" || status=$?
	exec 8<&-
	[ "$status" -eq 0 ] || fail "the writer ended with $status: $(cat "$SCRATCH/writer-err")"
}

# A background job of a script ignores SIGINT; env starts it with the default.
start_attach() {
	: >"$SCRATCH/err"
	env --default-signal=HUP,INT,QUIT,TERM "$WRITETRACE" attach "$@" </dev/null >"$SCRATCH/out" 2>"$SCRATCH/err" 7>&- 8>&- &
	front=$!
	tries=2400
	while :; do
		gone=$(has_ended "$front")
		grep -q '^writetrace: run [0-9]*: attached to ' "$SCRATCH/err" && break
		tries=$((tries - 1))
		if [ "$tries" -eq 0 ] || [ "$gone" ]; then
			fail "attach $*: $(cat "$SCRATCH/err")"
			return 1
		fi
		sleep 0.05
	done
	# shellcheck disable=SC2034 # for the test
	run=$(sed -n 's/^writetrace: run \([0-9]*\): attached to .*/\1/p' "$SCRATCH/err")
}

# wait_attach: it ends by itself.
wait_attach() {
	status=0
	wait "$front" || status=$?
}

end_attach() {
	kill "-$1" "$front"
	wait_attach
}

tracer_of() {
	sed -n 's/^TracerPid:[[:blank:]]*//p' "/proc/$1/status"
}

# What a thread that goes on untraced never has: a tracer.
untraced() {
	for task in "/proc/$1"/task/*; do
		tracer=$(sed -n 's/^TracerPid:[[:blank:]]*//p' "$task/status" 2>/dev/null)
		[ "${tracer:-0}" = 0 ] || fail "$2: thread ${task##*/} is still traced, by $tracer"
	done
}

# Every thread waits for orders.  The end of a tracer that can do nothing about it makes calls fail with EINTR that know
# no restart, where they have just been entered; in the middle of one nobody is disturbed.
waits() {
	for task in "/proc/$writer"/task/*; do
		[ "$(state_of "$writer/task/${task##*/}")" = S ] || return 0
	done
	echo yes
}

until_it_waits() {
	until_is "the writer" yes waits
}
