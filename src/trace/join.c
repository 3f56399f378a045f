/* Asking the tracer of the run that this process belongs to. */
#include "config.h"

#include "trace/join.h"

#include <sys/prctl.h>

int
join_ask(const char *name, bool enter)
{
	return prctl(JOIN_OPTION, name, enter, 0, 0);
}
