/* What the machines have in common. */
#include "config.h"

#include "trace/arch.h"

enum abi
arch_abi_of(uint32_t audit_arch)
{
	unsigned abi = 0;

	while (abi < ABI_COUNT && abis[abi].audit_arch != audit_arch)
		abi++;
	return (enum abi)abi;
}
