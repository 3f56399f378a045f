# Turn a text into a C file that defines it as a string: awk -v name=NAME -v header=HEADER -f literal.awk -f this TEXT
# Any awk will do.

FNR == 1 {
	print "/* Made from " FILENAME " by build-aux/embed-text.awk: change that, not this. */"
	print "#include \"config.h\""
	print ""
	print "#include \"" header "\""
	print ""
	print "const char " name "[] ="
}

{
	print "\t" literal($0)
}

END {
	print "\t;"
}
