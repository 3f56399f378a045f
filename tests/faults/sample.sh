#!/bin/sh
# A sample of the faults of `make check-faults`: the same ones each time, one in a hundred and more, so that it takes a
# minute or two.  attach is left out: when it makes which call depends on when its tracees stop, so that the same fault
# is another one each time.
: "${SRCDIR:=.}"

# The memory that a sanitizer takes for itself is not ours to refuse.
if nm -D "${WRITETRACE:-./writetrace}" 2>/dev/null | grep -q -E '__(asan|ubsan)_'; then
	echo "skipped: calls of a sanitizer's own would be made to fail"
	exit 77
fi
FAULTS_EVERY=${FAULTS_EVERY-181} exec sh "$SRCDIR/tests/faults/sweep.sh" run undo uninstall export import prune
