/* trace/decode/sockaddr: addresses as people write them, whatever length they claim to have. */
#include "config.h"

#include "trace/decode/sockaddr.h"

#include <arpa/inet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>

#include "unit/unit.h"

/* In memory that ends where the address does, so that a checker sees each byte too far. */
static void
expect(const void *bytes, size_t len, bool local, int family, const char *address, int port, bool is_path)
{
	struct sockaddr_text text;
	char *exact = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(exact);
	memcpy(exact, bytes, len);
	ck_assert_int_eq(sockaddr_text(exact, len, local, &text), 0);
	ck_assert_int_eq(text.family, family);
	ck_assert_str_eq(text.address, address);
	ck_assert_int_eq(text.port, port);
	ck_assert_int_eq(text.is_path, is_path);
	free(text.address);
	free(exact);
}

START_TEST(inet)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(65535), .sin_addr.s_addr = htonl(0x7f000001) };

	expect(&in, sizeof(in), true, AF_INET, "127.0.0.1", 65535, false);
	in.sin_addr.s_addr = 0;
	in.sin_port = 0;
	expect(&in, sizeof(in), true, AF_INET, "0.0.0.0", 0, false);
	in.sin_addr.s_addr = 0xffffffff;
	expect(&in, sizeof(in), true, AF_INET, "255.255.255.255", 0, false);
	/* the kernel wants all 16 bytes */
	expect(&in, 4, true, AF_INET, "0x0000", -1, false);
	expect(&in, 15, true, AF_INET, "0x0000ffffffff00000000000000", -1, false);
	expect(&in, 2, true, AF_INET, "", -1, false);
}
END_TEST

START_TEST(inet_longer)
{
	char bytes[SOCKADDR_MAX];
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(80), .sin_addr.s_addr = htonl(0x0a000001) };

	memset(bytes, 0xff, sizeof(bytes));
	memcpy(bytes, &in, sizeof(in));
	expect(bytes, sizeof(bytes), true, AF_INET, "10.0.0.1", 80, false);
}
END_TEST

START_TEST(inet6)
{
	struct sockaddr_in6 in = { .sin6_family = AF_INET6, .sin6_port = htons(443), .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	char name[IF_NAMESIZE], wanted[64];

	expect(&in, sizeof(in), true, AF_INET6, "::1", 443, false);
	ck_assert_int_eq(inet_pton(AF_INET6, "fe80::1", &in.sin6_addr), 1);
	in.sin6_scope_id = 1;
	expect(&in, sizeof(in), false, AF_INET6, "fe80::1%1", 443, false);
	if (if_indextoname(1, name)) {
		snprintf(wanted, sizeof(wanted), "fe80::1%%%s", name);
		expect(&in, sizeof(in), true, AF_INET6, wanted, 443, false);
	}
	in.sin6_scope_id = UINT32_MAX;
	expect(&in, sizeof(in), true, AF_INET6, "fe80::1%4294967295", 443, false);
	/* as RFC 2133 had it: without a scope; one that is cut off is none */
	expect(&in, 24, true, AF_INET6, "fe80::1", 443, false);
	expect(&in, 27, true, AF_INET6, "fe80::1", 443, false);
	expect(&in, 3, true, AF_INET6, "0x01", -1, false);
}
END_TEST

START_TEST(unix_paths)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t head = offsetof(struct sockaddr_un, sun_path);
	char bytes[SOCKADDR_MAX], wanted[sizeof(un.sun_path) + 1];

	expect(&un, head, true, AF_UNIX, "", -1, false);
	strcpy(un.sun_path, "/run/x");
	expect(&un, sizeof(un), true, AF_UNIX, "/run/x", -1, true);
	expect(&un, head + 6, true, AF_UNIX, "/run/x", -1, true);
	expect(&un, head + 3, true, AF_UNIX, "/ru", -1, true);
	strcpy(un.sun_path, "a\n\xff");
	expect(&un, sizeof(un), true, AF_UNIX, "a\n\xff", -1, true);
	/* no NUL at all */
	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, &un.sun_family, sizeof(un.sun_family));
	memset(wanted, 'x', sizeof(un.sun_path));
	wanted[sizeof(un.sun_path)] = '\0';
	expect(bytes, sizeof(un), true, AF_UNIX, wanted, -1, true);
	expect(bytes, sizeof(bytes), true, AF_UNIX, wanted, -1, true);
}
END_TEST

START_TEST(unix_abstract)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	size_t head = offsetof(struct sockaddr_un, sun_path);

	memcpy(un.sun_path, "\0name", 5);
	expect(&un, head + 5, true, AF_UNIX, "@name", -1, false);
	expect(&un, head + 7, true, AF_UNIX, "@name@@", -1, false);
	expect(&un, head + 1, true, AF_UNIX, "@", -1, false);
	memcpy(un.sun_path, "\0a\0b\x1b", 5);
	expect(&un, head + 5, true, AF_UNIX, "@a@b\x1b", -1, false);
}
END_TEST

START_TEST(others)
{
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK, .nl_pid = 4000000000U, .nl_groups = 1 };
	struct sockaddr_vm vm = { .svm_family = AF_VSOCK, .svm_cid = 2, .svm_port = 1024 };
	const unsigned char none[] = { 0, 0, 1, 2, 3 };
	unsigned char foreign[] = { 0xff, 0x7f, 0x00, 0xab };

	expect(&nl, sizeof(nl), true, AF_NETLINK, "4000000000", -1, false);
	expect(&nl, sizeof(nl) - 1, true, AF_NETLINK, "0x000000286bee010000", -1, false);
	expect(&vm, sizeof(vm), true, AF_VSOCK, "2", 1024, false);
	vm.svm_port = VMADDR_PORT_ANY;
	expect(&vm, sizeof(vm), true, AF_VSOCK, "2", -1, false);
	expect(none, sizeof(none), true, AF_UNSPEC, "", -1, false);
	expect(foreign, sizeof(foreign), true, 0x7fff, "0x00ab", -1, false);
	expect(foreign, 2, true, 0x7fff, "", -1, false);
}
END_TEST

START_TEST(too_short)
{
	struct sockaddr_text text;

	ck_assert_int_eq(sockaddr_text("", 0, true, &text), -1);
	ck_assert_int_eq(sockaddr_text("\2", 1, true, &text), -1);
}
END_TEST

/* Every family at every length: nothing is read behind the end, and there is always an address. */
START_TEST(all_lengths)
{
	for (unsigned family = 0; family < 64; family++) {
		for (size_t len = 2; len <= SOCKADDR_MAX; len++) {
			struct sockaddr_text text;
			unsigned char *bytes = malloc(len);

			ck_assert_ptr_nonnull(bytes);
			memset(bytes, 0xee, len);
			bytes[0] = (unsigned char)family;
			bytes[1] = 0;
			ck_assert_int_eq(sockaddr_text(bytes, len, false, &text), 0);
			ck_assert_ptr_nonnull(text.address);
			free(text.address);
			free(bytes);
		}
	}
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("sockaddr");

	tcase_add_test(tc, inet);
	tcase_add_test(tc, inet_longer);
	tcase_add_test(tc, inet6);
	tcase_add_test(tc, unix_paths);
	tcase_add_test(tc, unix_abstract);
	tcase_add_test(tc, others);
	tcase_add_test(tc, too_short);
	tcase_add_test(tc, all_lengths);
	return unit_run("sockaddr", tc);
}
