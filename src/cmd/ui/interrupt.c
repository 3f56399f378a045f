/* Signals that end a command. */
#include "config.h"

#include "cmd/ui/interrupt.h"

#include <signal.h>
#include <stddef.h>

#include "base/mem.h"

void
interrupt_catch(void (*handler)(int number))
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART }, old;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(numbers[i], &sa, NULL);
	}
}
