#!/bin/sh
# A sample of the faults that `make check-faults` has come: one in some hundreds.
: "${SRCDIR:=.}"

# The memory that a sanitizer takes for itself is not ours to refuse.
if nm -D "${WRITETRACE:-./writetrace}" 2>/dev/null | grep -q -E '__(asan|ubsan)_'; then
	echo "skipped: calls of a sanitizer's own would be made to fail"
	exit 77
fi
FAULTS_EVERY=${FAULTS_EVERY-251} FAULTS_JOBS=1 exec sh "$SRCDIR/tests/faults/sweep.sh" \
	run undo uninstall export import prune
