/*
 * Run a command and say on the file named first how it ended: "exit N" or "signal N".  A shell's $? cannot tell
 * a death by signal from an exit with 128 and something.
 *
 *   wstatus FILE COMMAND [ARG...]
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	const struct rlimit no_core = { 0, 0 };
	FILE *out;
	pid_t pid;
	int status;

	if (argc < 3 || !(out = fopen(argv[1], "w")))
		return 99;
	setrlimit(RLIMIT_CORE, &no_core);
	pid = fork();
	if (pid == 0) {
		execvp(argv[2], argv + 2);
		_exit(99);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return 99;
	if (WIFSIGNALED(status))
		fprintf(out, "signal %d\n", WTERMSIG(status));
	else
		fprintf(out, "exit %d\n", WEXITSTATUS(status));
	return fclose(out) == 0 ? 0 : 99;
}
