/*
 * Connections to 127.0.0.1 for run --before-connect; what became of each is printed as a word, a line each.
 *
 *   connect-asked plain PORT...         one after the other
 *   connect-asked threads PORT...       all at once, a thread each; the lines come in any order
 *   connect-asked race PORT OTHER       once the file "asked" is there, the address is exchanged and "changed" made
 *   connect-asked race-begun PORT OTHER the same, not waiting for the connection
 *   connect-asked restart PORT          a signal interrupts it, whose handler lets it be restarted; then "restarted"
 *                                       is made
 *   connect-asked signal PORT           once "asked" is there a signal is sent to the waiting thread; its handler
 *                                       prints
 *   connect-asked exec PORT             once "asked" is there another thread executes "plain" without ports
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address = { .sin_family = AF_INET };
static char *const *words;
static pthread_t first;

static void
say(const char *word)
{
	char line[64];
	int len = snprintf(line, sizeof(line), "%s\n", word);

	if (write(STDOUT_FILENO, line, (size_t)len) != len)
		_exit(99);
}

static void
make(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT, 0644);

	if (fd < 0 || close(fd) < 0)
		_exit(99);
}

static void
await(const char *name)
{
	while (access(name, F_OK) != 0)
		usleep(1000);
}

static void
aim(struct sockaddr_in *in, const char *port)
{
	in->sin_family = AF_INET;
	in->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in->sin_port = htons((uint16_t)atoi(port));
}

static void
tell(int rc)
{
	say(rc == 0			? "connected"
	    : errno == ECONNREFUSED	? "ECONNREFUSED"
	    : errno == EINPROGRESS	? "EINPROGRESS"
	    : errno == EINTR		? "EINTR"
					: strerror(errno));
}

static void *
connect_to(void *port)
{
	struct sockaddr_in in;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		_exit(99);
	aim(&in, port);
	tell(connect(fd, (struct sockaddr *)&in, sizeof(in)));
	return NULL;
}

static void
plain(void)
{
	for (char *const *port = words; *port; port++)
		connect_to(*port);
}

static void
threads(void)
{
	pthread_t all[16];
	int n = 0;

	for (; n < 16 && words[n]; n++)
		pthread_create(&all[n], NULL, connect_to, words[n]);
	while (n > 0)
		pthread_join(all[--n], NULL);
}

static void *
exchange(void *port)
{
	await("asked");
	aim(&address, port);
	make("changed");
	return NULL;
}

static void
race_with(int flags)
{
	pthread_t other;
	int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
	struct sockaddr_in peer;
	socklen_t len = sizeof(peer);

	aim(&address, words[0]);
	pthread_create(&other, NULL, exchange, words[1]);
	tell(connect(fd, (struct sockaddr *)&address, sizeof(address)));
	say(getpeername(fd, (struct sockaddr *)&peer, &len) == 0 ? "has a peer" : "has no peer");
	pthread_join(other, NULL);
}

static void
race(void)
{
	race_with(0);
}

static void
race_begun(void)
{
	race_with(SOCK_NONBLOCK);
}

static void
on_alarm(int signal)
{
	(void)signal;
	make("restarted");
}

static void
restart(void)
{
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	struct sockaddr_in in;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	sigaction(SIGALRM, &action, NULL);
	aim(&in, words[0]);
	alarm(1);
	tell(connect(fd, (struct sockaddr *)&in, sizeof(in)));
}

static void
on_usr1(int signal)
{
	(void)signal;
	say("signal");
}

static void *
send_signal(void *nothing)
{
	(void)nothing;
	await("asked");
	pthread_kill(first, SIGUSR1);
	make("changed");
	return NULL;
}

static void
signalled(void)
{
	struct sigaction action = { .sa_handler = on_usr1, .sa_flags = SA_RESTART };
	pthread_t other;

	sigaction(SIGUSR1, &action, NULL);
	pthread_create(&other, NULL, send_signal, NULL);
	connect_to(words[0]);
	pthread_join(other, NULL);
}

static void *
become_another(void *nothing)
{
	(void)nothing;
	await("asked");
	say("executed");
	execl("/proc/self/exe", "connect-asked", "plain", NULL);
	_exit(99);
}

static void
executed(void)
{
	pthread_t other;

	pthread_create(&other, NULL, become_another, NULL);
	connect_to(words[0]);
	pthread_join(other, NULL);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*story)(void);
	} stories[] = {
		{ "plain", plain },	{ "threads", threads },	  { "race", race },	{ "race-begun", race_begun },
		{ "restart", restart }, { "signal", signalled }, { "exec", executed },
	};

	words = argv + 2;
	first = pthread_self();
	for (size_t i = 0; argc >= 2 && i < sizeof(stories) / sizeof(*stories); i++) {
		if (strcmp(stories[i].name, argv[1]) == 0) {
			stories[i].story();
			return 0;
		}
	}
	return 99;
}
