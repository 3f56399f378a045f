#!/bin/sh
# start.sh PROGRAM [ARG...]: start a test (tests/local.mk), so that it cannot wait for ever and begins with signals as
# a terminal has them: nohup(1) and a shell's "&" leave some ignored, and an ignored signal stays so in all descendants.
#
#   TEST_SECONDS  how long a test may take, 1200 by default; what takes longer is killed and has failed

set -- timeout -k 10 "${TEST_SECONDS:-1200}" "$@"
if env --default-signal=HUP,INT,QUIT,TERM true 2>/dev/null; then
	set -- env --default-signal=HUP,INT,QUIT,TERM "$@"
fi
exec "$@"
