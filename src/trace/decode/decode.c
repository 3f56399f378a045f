/* What the decoders have in common. */
#include "config.h"

#include "trace/decode/decode.h"

#include <errno.h>
#include <fcntl.h>

#include "trace/memory.h"

enum decision
decode_call(struct tracee *t, struct call *call)
{
	const struct syscall_desc *d = t->desc;

	*call = (struct call){
		.op = d->op,
		.flag_set = d->flag_set,
		.target = { TARGET_INIT, TARGET_INIT },
		.opened = TARGET_INIT,
	};
	return d->decode ? d->decode(t, d, call) : DECIDE_PASS;
}

int
decode_dirfd(const struct tracee *t, int index)
{
	return index < 0 ? AT_FDCWD : (int)(uint32_t)t->args[index];
}

bool
decode_raw(struct tracee *t, uint64_t addr, char raw[DECODE_RAW])
{
	ssize_t len = memory_string(&t->memory, addr, raw, PATH_MAX);

	if (len < 0 && errno != ENAMETOOLONG)
		return false;
	if (len < 0)
		raw[PATH_MAX] = '\0';	/* too long for the kernel: recorded as given, as far as it goes */
	return true;
}
