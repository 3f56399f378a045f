/* What a run's row begins with. */
#include "config.h"

#include "cmd/session/run_start.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/uuid.h"

/* The user who is responsible: sudo's caller where there is one. */
static char *
login_name(void)
{
	const char *sudo = getenv("SUDO_USER");
	const struct passwd *pw;

	if (sudo && *sudo && getuid() == 0)
		return xstrdup(sudo);
	pw = getpwuid(getuid());
	return pw ? xstrdup(pw->pw_name) : xasprintf("%u", (unsigned)getuid());
}

void
run_start_fill(struct identity *id, enum run_kind kind, const char *name, char *command)
{
	char host[256] = "";
	char *cwd = getcwd(NULL, 0);

	memset(id, 0, sizeof(*id));
	uuid_make(id->uuid);
	gethostname(host, sizeof(host) - 1);
	id->host = xstrdup(host);
	id->login = login_name();
	id->directory = cwd ? cwd : xstrdup("?");
	id->command = command;
	id->start = (struct run_start){
		.uuid = id->uuid,
		.name = name,
		.kind = kind,
		.host = id->host,
		.login = id->login,
		.directory = id->directory,
		.command = id->command,
		.started_ns = clock_now_ns(),
		.tracer_pid = getpid(),
	};
}

void
run_start_release(struct identity *id)
{
	free(id->host);
	free(id->login);
	free(id->directory);
	free(id->command);
	memset(id, 0, sizeof(*id));
}
