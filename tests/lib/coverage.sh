#!/bin/sh
# coverage.sh SRCDIR: what the objects of a build with --enable-coverage, here, have counted: each file of src/ that has
# less than COVERAGE_FILE percent (85 by default) of its lines executed, and the sum.  Fails below COVERAGE_TOTAL (90).
set -u
SRCDIR=$1
: "${COVERAGE_FILE:=85}" "${COVERAGE_TOTAL:=90}"

# By the notes of the compiler, which are there also of what was never executed.
find src -name '*.gcno' | sort | xargs gcov -n -r -s "$(cd "$SRCDIR" && pwd)" 2>/dev/null | awk '
	/^File / {
		file = substr($0, 7, length($0) - 7)
		sub(/^.*\/src\//, "src/", file)
	}
	/^Lines executed:/ && file ~ /^src\/.*\.c$/ {
		split($0, part, /[:% ]+/)
		lines[file] = part[5]
		executed[file] = part[3] * part[5] / 100
	}
	/^Lines executed:|^No executable/ { file = "" }
	END {
		for (file in lines)
			printf "%.2f %d %s\n", 100 * executed[file] / lines[file], lines[file], file
	}' | sort -n | awk -v bar="$COVERAGE_FILE" -v total="$COVERAGE_TOTAL" '
	$1 < bar { printf "%6.2f %% of %4d lines  %s\n", $1, $2, $3 }
	{ files++; lines += $2; executed += $1 * $2 / 100 }
	END {
		printf "%.1f %% of %d lines in %d files of src/\n", lines ? 100 * executed / lines : 0, lines, files
		exit !(lines > 0 && 100 * executed >= total * lines)
	}'
