/* Socket addresses as people write them. */
#include "config.h"

#include "trace/decode/sockaddr.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/mem.h"

/* What a family's own function adds to: the address is empty, and there is no port. */
typedef void family_fn(const unsigned char *bytes, size_t len, bool local_names, struct buf *out,
		       struct sockaddr_text *text);

static void
inet_text(const unsigned char *bytes, size_t len, bool local_names, struct buf *out, struct sockaddr_text *text)
{
	struct sockaddr_in in;
	char dotted[INET_ADDRSTRLEN] = "";

	(void)len;
	(void)local_names;
	memcpy(&in, bytes, sizeof(in));
	inet_ntop(AF_INET, &in.sin_addr, dotted, sizeof(dotted));
	buf_addstr(out, dotted);
	text->port = ntohs(in.sin_port);
}

/* The scope is optional, and for link-local addresses alone (ipv6(7)). */
static void
inet6_text(const unsigned char *bytes, size_t len, bool local_names, struct buf *out, struct sockaddr_text *text)
{
	struct sockaddr_in6 in = { 0 };
	char words[INET6_ADDRSTRLEN] = "";
	char name[IF_NAMESIZE];

	memcpy(&in, bytes, len < sizeof(in) ? len : sizeof(in));
	if (len < sizeof(in))
		in.sin6_scope_id = 0;
	inet_ntop(AF_INET6, &in.sin6_addr, words, sizeof(words));
	buf_addstr(out, words);
	text->port = ntohs(in.sin6_port);
	if (in.sin6_scope_id == 0)
		return;
	if (local_names && if_indextoname(in.sin6_scope_id, name))
		buf_addf(out, "%%%s", name);
	else
		buf_addf(out, "%%%u", in.sin6_scope_id);
}

static void
unix_text(const unsigned char *bytes, size_t len, bool local_names, struct buf *out, struct sockaddr_text *text)
{
	size_t head = offsetof(struct sockaddr_un, sun_path);
	const unsigned char *name = bytes + head;
	size_t n = len - head;

	(void)local_names;
	if (n > sizeof(((struct sockaddr_un *)0)->sun_path))
		n = sizeof(((struct sockaddr_un *)0)->sun_path);
	if (n > 0 && name[0] != '\0') {
		buf_add(out, name, strnlen((const char *)name, n));
		text->is_path = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		buf_addch(out, name[i] ? (char)name[i] : '@');
}

static void
netlink_text(const unsigned char *bytes, size_t len, bool local_names, struct buf *out, struct sockaddr_text *text)
{
	struct sockaddr_nl nl;

	(void)len;
	(void)local_names;
	(void)text;
	memcpy(&nl, bytes, sizeof(nl));
	buf_addf(out, "%u", nl.nl_pid);
}

static void
vsock_text(const unsigned char *bytes, size_t len, bool local_names, struct buf *out, struct sockaddr_text *text)
{
	struct sockaddr_vm vm;

	(void)len;
	(void)local_names;
	memcpy(&vm, bytes, sizeof(vm));
	buf_addf(out, "%u", vm.svm_cid);
	/* 32 bits; VMADDR_PORT_ANY would be -1 */
	text->port = vm.svm_port <= INT32_MAX ? (int)vm.svm_port : -1;
}

/* From which length on the kernel takes an address as one of the family. */
static const struct {
	int family;
	size_t least;
	family_fn *add;
} families[] = {
	{ AF_INET, sizeof(struct sockaddr_in), inet_text },
	{ AF_INET6, offsetof(struct sockaddr_in6, sin6_scope_id), inet6_text },
	{ AF_UNIX, offsetof(struct sockaddr_un, sun_path), unix_text },
	{ AF_NETLINK, sizeof(struct sockaddr_nl), netlink_text },
	{ AF_VSOCK, sizeof(struct sockaddr_vm), vsock_text },
};

static void
add_hexadecimal(const unsigned char *bytes, size_t len, struct buf *out)
{
	buf_addstr(out, len > 0 ? "0x" : "");
	for (size_t i = 0; i < len; i++)
		buf_addf(out, "%02x", bytes[i]);
}

int
sockaddr_text(const void *bytes, size_t len, bool local_names, struct sockaddr_text *out)
{
	struct buf address = BUF_INIT;
	sa_family_t family;
	size_t i = 0;

	if (len < sizeof(family))
		return -1;
	memcpy(&family, bytes, sizeof(family));
	*out = (struct sockaddr_text){ .family = family, .port = -1 };
	while (i < ARRAY_SIZE(families) && (families[i].family != family || len < families[i].least))
		i++;
	if (i < ARRAY_SIZE(families))
		families[i].add(bytes, len, local_names, &address, out);
	else if (family != AF_UNSPEC)
		add_hexadecimal((const unsigned char *)bytes + sizeof(family), len - sizeof(family), &address);
	out->address = buf_detach(&address);
	return 0;
}
