#!/bin/sh
# start.sh PROGRAM [ARG...]: start a test (tests/local.mk), so that it cannot wait for ever and begins with signals as
# a terminal has them: nohup(1) and a shell's "&" leave some ignored, and an ignored signal stays so in all descendants.
# The last lines of what is printed say how long it took: by the clock, and below it the processor time, of this shell
# and of what it waited for, as times(1p) prints it.  ("$(times)" would be that of another process.)
#
#   TEST_SECONDS  how long a test may take, 1200 by default; what takes longer is killed and has failed

# shellcheck disable=SC2016 # for the inner shell
set -- timeout -k 10 "${TEST_SECONDS:-1200}" sh -c '
	now() { read -r up _ </proc/uptime && up=${up%.*}${up#*.}; }
	now; started=$up
	"$@"
	status=$?
	now; took=$((up - started))
	printf "took %d.%02d s\n" $((took / 100)) $((took % 100))
	times
	exit $status
' sh "$@"
if env --default-signal=HUP,INT,QUIT,TERM true 2>/dev/null; then
	set -- env --default-signal=HUP,INT,QUIT,TERM "$@"
fi
exec "$@"
