# Turn sql/schema.sql, sql/views.sql and the steps sql/migrations/NNNN-name.sql with their NNNN-name.read.sql, in any
# order, into the C file that src/store/schema.h declares: awk -f literal.awk -f this FILE...  Any awk will do.  A gap in
# the numbers or a file with another name ends in an error: a step that is silently left out would be found only in
# somebody's history.

function fail(message)
{
	print "embed-sql.awk: " message > "/dev/stderr"
	failed = 1
	exit 1
}

FNR == 1 {
	if (FILENAME ~ /(^|\/)views\.sql$/) {
		current = "views"
	} else if (FILENAME ~ /(^|\/)schema\.sql$/) {
		current = "schema"
	} else if (FILENAME ~ /(^|\/)[0-9][0-9][0-9][0-9]-[^\/]*\.read\.sql$/) {
		base = FILENAME
		sub(/^.*\//, "", base)
		current = substr(base, 1, 4) + 0 " read"
	} else if (FILENAME ~ /(^|\/)[0-9][0-9][0-9][0-9]-[^\/]*\.sql$/) {
		base = FILENAME
		sub(/^.*\//, "", base)
		current = substr(base, 1, 4) + 0
		if (current in name)
			fail(FILENAME ": there are two migrations with this number")
		name[current] = substr(base, 6, length(base) - 9)
		if (!first || current < first)
			first = current
		if (current > last)
			last = current
	} else {
		fail(FILENAME ": the name is none of NNNN-name.sql, NNNN-name.read.sql, schema.sql, views.sql")
	}
}

{
	text[current] = text[current] "\n\t  " literal($0)
}

END {
	if (failed)
		exit 1
	if (!("views" in text))
		fail("there is no views.sql, or it is empty")
	if (!("schema" in text))
		fail("there is no schema.sql, or it is empty")
	print "/* Made from sql/ by build-aux/embed-sql.awk: change the SQL, not this. */"
	print ""
	print "#include \"config.h\""
	print ""
	print "#include <stddef.h>"
	print ""
	print "#include \"store/schema.h\""
	print ""
	print "const struct schema_step schema_migrations[] = {"
	for (version = first; version <= last; version++) {
		if (!(version in name) || !((version " read") in text))
			fail(sprintf("migration %04d is missing, or what readers have for it", version))
		printf "\t{ %d, \"%s\",%s,%s },\n", version, name[version], text[version], text[version " read"]
	}
	print "\t{ 0, NULL, NULL, NULL },"
	print "};"
	print ""
	print "const char schema_sql[] =" text["schema"] ";"
	print ""
	print "const char schema_views_sql[] =" text["views"] ";"
}
