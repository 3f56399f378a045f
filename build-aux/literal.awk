# For the scripts that turn a text into C.

# One line as one C string literal.  "?" is escaped where two of them could begin a trigraph.
function literal(line)
{
	gsub(/\\/, "&&", line)
	gsub(/"/, "\\\"", line)
	gsub(/\t/, "\\t", line)
	gsub(/\?/, "\\?", line)
	return "\"" line "\\n\""
}
