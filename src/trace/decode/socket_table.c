/* Tables of sockets (proc(5), /proc/net/tcp, udp, unix), line by line. */
#include "config.h"

#include "trace/decode/socket_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/list.h"
#include "base/mem.h"
#include "base/path.h"

enum {
	TABLE_MAX = 64 << 20,
	STATE_LISTEN = 0x0a,		/* TCP_LISTEN (include/net/tcp_states.h) */
	FLAG_ACCEPTS = 0x10000,		/* __SO_ACCEPTCON (include/uapi/linux/net.h) */
};

void
socket_table_release(struct socket_list *l)
{
	free(l->ino);
	*l = (struct socket_list){ NULL, 0, -1 };
}

static void
list_socket(struct socket_list *l, unsigned long ino, long user)
{
	/* a connection that nobody has accepted yet has no number */
	if (ino == 0)
		return;
	*LIST_ADD(l->ino, l->n) = (ino_t)ino;
	l->user = user;
}

static bool
read_table(pid_t tid, const char *name, struct buf *out)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/net/%s", (int)tid, name);
	return io_read_file(path, out, TABLE_MAX) == 0;
}

/* An address as these tables write it: words of the machine's own byte order, ":", the port. */
static bool
read_address(const char *text, bool is_6, struct peer *out)
{
	unsigned words[4] = { 0 };
	unsigned port;
	int n = is_6 ? sscanf(text, "%8x%8x%8x%8x:%4x", &words[0], &words[1], &words[2], &words[3], &port)
		     : sscanf(text, "%8x:%4x", &words[0], &port);

	if (n != (is_6 ? 5 : 2))
		return false;
	memset(out, 0, sizeof(*out));
	if (is_6) {
		memcpy(out->address, words, sizeof(out->address));
	} else {
		out->address[10] = out->address[11] = 0xff;
		memcpy(out->address + 12, words, sizeof(words[0]));
	}
	out->port = (int)port;
	return true;
}

/* A line of tcp, tcp6, udp, udp6: "sl: local remote st tx:rx tr:when retrnsmt uid timeout inode ..." */
struct inet_line {
	struct peer local, remote;
	unsigned state;
	unsigned long ino;
	long user;
};

static bool
read_inet_line(const char *line, bool is_6, struct inet_line *out)
{
	char local[48], remote[48];

	return sscanf(line, "%*s %47s %47s %x %*s %*s %*s %ld %*s %lu", local, remote, &out->state, &out->user,
		      &out->ino) == 5 &&
	       read_address(local, is_6, &out->local) && read_address(remote, is_6, &out->remote);
}

/* Add the sockets of one table at this address: those with exactly that one to exact, those that take any to any. */
static void
search_inet(pid_t tid, const char *name, bool is_6, bool listening, const struct peer *at, struct socket_list *exact,
	    struct socket_list *any)
{
	static const unsigned char none[16], mapped[16] = { [10] = 0xff, [11] = 0xff };
	struct buf table = BUF_INIT;
	struct inet_line l;

	if (!read_table(tid, name, &table)) {
		buf_release(&table);
		return;
	}
	for (const char *line = strchr(table.data, '\n'); line; line = strchr(line + 1, '\n')) {
		if (!read_inet_line(line + 1, is_6, &l) || l.local.port != at->port ||
		    (listening && l.state != STATE_LISTEN))
			continue;
		if (memcmp(l.local.address, at->address, sizeof(at->address)) == 0)
			list_socket(exact, l.ino, l.user);
		else if (memcmp(l.local.address, is_6 ? none : mapped, sizeof(none)) == 0)
			list_socket(any, l.ino, l.user);
	}
	buf_release(&table);
}

void
socket_table_at(pid_t tid, int type, const struct peer *at, struct socket_list *out)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	static const char *const names[2][2] = { { "udp", "udp6" }, { "tcp", "tcp6" } };
	bool is_stream = type == SOCK_STREAM;
	bool is_4 = memcmp(at->address, mapped, sizeof(mapped)) == 0;
	struct socket_list any = { NULL, 0, -1 };

	*out = any;
	/* sockets of IPv6 take IPv4 as well (ipv6(7), IPV6_V6ONLY) */
	if (is_4)
		search_inet(tid, names[is_stream][0], false, is_stream, at, out, &any);
	search_inet(tid, names[is_stream][1], true, is_stream, at, out, &any);
	if (out->n == 0) {
		socket_table_release(out);
		*out = any;
	} else {
		socket_table_release(&any);
	}
}

bool
socket_table_remote(pid_t tid, ino_t ino, struct peer *out)
{
	static const struct {
		const char *name;
		bool is_6;
	} tables[] = { { "tcp", false }, { "tcp6", true } };
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(tables) && !found; i++) {
		struct buf table = BUF_INIT;
		const char *line = read_table(tid, tables[i].name, &table) ? strchr(table.data, '\n') : NULL;
		struct inet_line l;

		for (; line && !found; line = strchr(line + 1, '\n')) {
			found = read_inet_line(line + 1, tables[i].is_6, &l) && l.ino == ino;
			if (found)
				*out = l.remote;
		}
		buf_release(&table);
	}
	return found;
}

/* A line of unix: "num: refcount protocol flags type st inode path". */
static const char *
read_unix_line(char *line, int type, unsigned long *ino)
{
	unsigned flags, found;
	int at = 0;

	if (sscanf(line, "%*s %*s %*s %x %x %*s %lu %n", &flags, &found, ino, &at) < 3 || at == 0 ||
	    (int)found != type || (type != SOCK_DGRAM && !(flags & FLAG_ACCEPTS)))
		return NULL;
	return line + at;
}

void
socket_table_named(pid_t tid, int type, const char *address, struct socket_list *out)
{
	struct socket_list alike = { NULL, 0, -1 };
	struct buf table = BUF_INIT;
	char *line, *rest = NULL;
	unsigned long ino;

	*out = alike;
	line = read_table(tid, "unix", &table) ? strtok_r(table.data, "\n", &rest) : NULL;
	for (; line; line = strtok_r(NULL, "\n", &rest)) {
		const char *name = read_unix_line(line, type, &ino);

		if (name && strcmp(name, address) == 0)
			list_socket(out, ino, -1);
		else if (name && address[0] == '/' && name[0] != '@' && strcmp(path_name(name), path_name(address)) == 0)
			list_socket(&alike, ino, -1);
	}
	buf_release(&table);
	if (out->n == 0)
		*out = alike;
	else
		socket_table_release(&alike);
}
