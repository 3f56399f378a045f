/* Families, types and protocols of sockets as words. */
#include "config.h"

#include "record/net_words.h"

#include <linux/in.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <sys/socket.h>

#include "base/mem.h"

struct name {
	int number;
	const char *word;
};

#define NAME(constant) { constant, #constant }

/* clang-format off */
static const struct name families[] = {
	NAME(AF_UNSPEC), NAME(AF_UNIX), NAME(AF_INET), NAME(AF_AX25), NAME(AF_IPX), NAME(AF_APPLETALK),
	NAME(AF_NETROM), NAME(AF_BRIDGE), NAME(AF_ATMPVC), NAME(AF_X25), NAME(AF_INET6), NAME(AF_ROSE),
	NAME(AF_DECnet), NAME(AF_NETBEUI), NAME(AF_SECURITY), NAME(AF_KEY), NAME(AF_NETLINK), NAME(AF_PACKET),
	NAME(AF_ASH), NAME(AF_ECONET), NAME(AF_ATMSVC), NAME(AF_RDS), NAME(AF_SNA), NAME(AF_IRDA),
	NAME(AF_PPPOX), NAME(AF_WANPIPE), NAME(AF_LLC), NAME(AF_IB), NAME(AF_MPLS), NAME(AF_CAN), NAME(AF_TIPC),
	NAME(AF_BLUETOOTH), NAME(AF_IUCV), NAME(AF_RXRPC), NAME(AF_ISDN), NAME(AF_PHONET), NAME(AF_IEEE802154),
	NAME(AF_CAIF), NAME(AF_ALG), NAME(AF_NFC), NAME(AF_VSOCK), NAME(AF_KCM), NAME(AF_QIPCRTR), NAME(AF_SMC),
	NAME(AF_XDP), { 45, "AF_MCTP" },
};

static const struct name types[] = {
	NAME(SOCK_STREAM), NAME(SOCK_DGRAM), NAME(SOCK_RAW), NAME(SOCK_RDM), NAME(SOCK_SEQPACKET),
	NAME(SOCK_DCCP), NAME(SOCK_PACKET),
};

static const struct name inet_protocols[] = {
	NAME(IPPROTO_IP), NAME(IPPROTO_ICMP), NAME(IPPROTO_IGMP), NAME(IPPROTO_IPIP), NAME(IPPROTO_TCP),
	NAME(IPPROTO_EGP), NAME(IPPROTO_PUP), NAME(IPPROTO_UDP), NAME(IPPROTO_IDP), NAME(IPPROTO_TP),
	NAME(IPPROTO_DCCP), NAME(IPPROTO_IPV6), NAME(IPPROTO_RSVP), NAME(IPPROTO_GRE), NAME(IPPROTO_ESP),
	NAME(IPPROTO_AH), { 58, "IPPROTO_ICMPV6" }, NAME(IPPROTO_MTP), NAME(IPPROTO_BEETPH),
	NAME(IPPROTO_ENCAP), NAME(IPPROTO_PIM), NAME(IPPROTO_COMP), { 115, "IPPROTO_L2TP" }, NAME(IPPROTO_SCTP),
	NAME(IPPROTO_UDPLITE), NAME(IPPROTO_MPLS), { 143, "IPPROTO_ETHERNET" }, NAME(IPPROTO_RAW),
	{ 262, "IPPROTO_MPTCP" },
};

static const struct name netlink_protocols[] = {
	NAME(NETLINK_ROUTE), { 1, "NETLINK_UNUSED" }, NAME(NETLINK_USERSOCK), NAME(NETLINK_FIREWALL),
	NAME(NETLINK_SOCK_DIAG), NAME(NETLINK_NFLOG), NAME(NETLINK_XFRM), NAME(NETLINK_SELINUX),
	NAME(NETLINK_ISCSI), NAME(NETLINK_AUDIT), NAME(NETLINK_FIB_LOOKUP), NAME(NETLINK_CONNECTOR),
	NAME(NETLINK_NETFILTER), NAME(NETLINK_IP6_FW), NAME(NETLINK_DNRTMSG), NAME(NETLINK_KOBJECT_UEVENT),
	NAME(NETLINK_GENERIC), NAME(NETLINK_SCSITRANSPORT), NAME(NETLINK_ECRYPTFS), NAME(NETLINK_RDMA),
	NAME(NETLINK_CRYPTO), NAME(NETLINK_SMC),
};
/* clang-format on */

static void
add(struct buf *out, const struct name *names, size_t n, int number)
{
	for (size_t i = 0; i < n; i++) {
		if (names[i].number == number) {
			buf_addstr(out, names[i].word);
			return;
		}
	}
	if (number < 0)
		buf_addch(out, '?');
	else
		buf_addf(out, "%d", number);
}

void
words_family(struct buf *out, int family)
{
	add(out, families, ARRAY_SIZE(families), family);
}

void
words_type(struct buf *out, int type)
{
	add(out, types, ARRAY_SIZE(types), type);
}

void
words_protocol(struct buf *out, int family, int protocol)
{
	switch (family) {
	case AF_UNSPEC:		/* dissolves a connection of a socket that is most often of these */
		if (protocol == 0) {
			add(out, NULL, 0, protocol);
			break;
		}
		/* fall through */
	case AF_INET:
	case AF_INET6:
		add(out, inet_protocols, ARRAY_SIZE(inet_protocols), protocol);
		break;
	case AF_NETLINK:
		add(out, netlink_protocols, ARRAY_SIZE(netlink_protocols), protocol);
		break;
	default:
		add(out, NULL, 0, protocol);
	}
}
