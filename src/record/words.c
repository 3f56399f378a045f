/* Flags, errors, families, types and protocols of sockets as words. */
#include "config.h"

#include "record/words.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/in.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/xattr.h>

#include "base/mem.h"

/* glibc has 0 for what 64-bit programs need not say; 32-bit ones do (asm/fcntl.h). */
#if O_LARGEFILE != 0
#define RAW_O_LARGEFILE O_LARGEFILE
#elif defined(__aarch64__)
#define RAW_O_LARGEFILE 0400000
#else
#define RAW_O_LARGEFILE 0100000
#endif

struct flag_name {
	uint64_t bits;		/* several bits are one name where they only mean something together */
	const char *name;
};

/* In strace's order; a name of several bits stands before those of its parts. */
static const struct flag_name open_names[] = {
	{ O_CREAT, "O_CREAT" },
	{ O_EXCL, "O_EXCL" },
	{ O_NOCTTY, "O_NOCTTY" },
	{ O_TRUNC, "O_TRUNC" },
	{ O_APPEND, "O_APPEND" },
	{ O_NONBLOCK, "O_NONBLOCK" },
	{ O_SYNC, "O_SYNC" },
	{ O_DSYNC, "O_DSYNC" },
	{ O_DIRECT, "O_DIRECT" },
	{ RAW_O_LARGEFILE, "O_LARGEFILE" },
	{ O_NOFOLLOW, "O_NOFOLLOW" },
	{ O_NOATIME, "O_NOATIME" },
	{ O_CLOEXEC, "O_CLOEXEC" },
	{ O_PATH, "O_PATH" },
	{ O_TMPFILE, "O_TMPFILE" },
	{ O_DIRECTORY, "O_DIRECTORY" },
	{ O_SYNC & ~O_DSYNC, "__O_SYNC" },
	{ O_TMPFILE & ~O_DIRECTORY, "__O_TMPFILE" },
	{ O_ASYNC, "FASYNC" },
	{ 0, NULL },
};

static const struct flag_name rename_names[] = {
	{ RENAME_NOREPLACE, "RENAME_NOREPLACE" },
	{ RENAME_EXCHANGE, "RENAME_EXCHANGE" },
	{ RENAME_WHITEOUT, "RENAME_WHITEOUT" },
	{ 0, NULL },
};

static const struct flag_name at_names[] = {
	{ AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW" },
	{ AT_REMOVEDIR, "AT_REMOVEDIR" },
	{ AT_SYMLINK_FOLLOW, "AT_SYMLINK_FOLLOW" },
	{ AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT" },
	{ AT_EMPTY_PATH, "AT_EMPTY_PATH" },
	{ 0x8000, "AT_RECURSIVE" },	/* linux/fcntl.h */
	{ 0, NULL },
};

static const struct flag_name xattr_names[] = {
	{ XATTR_CREATE, "XATTR_CREATE" },
	{ XATTR_REPLACE, "XATTR_REPLACE" },
	{ 0, NULL },
};

static const struct flag_name mount_names[] = {
	{ MS_RDONLY, "MS_RDONLY" },
	{ MS_NOSUID, "MS_NOSUID" },
	{ MS_NODEV, "MS_NODEV" },
	{ MS_NOEXEC, "MS_NOEXEC" },
	{ MS_SYNCHRONOUS, "MS_SYNCHRONOUS" },
	{ MS_REMOUNT, "MS_REMOUNT" },
	{ MS_MANDLOCK, "MS_MANDLOCK" },
	{ MS_DIRSYNC, "MS_DIRSYNC" },
	{ MS_NOATIME, "MS_NOATIME" },
	{ MS_NODIRATIME, "MS_NODIRATIME" },
	{ MS_BIND, "MS_BIND" },
	{ MS_MOVE, "MS_MOVE" },
	{ MS_REC, "MS_REC" },
	{ MS_SILENT, "MS_SILENT" },
	{ MS_POSIXACL, "MS_POSIXACL" },
	{ MS_UNBINDABLE, "MS_UNBINDABLE" },
	{ MS_PRIVATE, "MS_PRIVATE" },
	{ MS_SLAVE, "MS_SLAVE" },
	{ MS_SHARED, "MS_SHARED" },
	{ MS_RELATIME, "MS_RELATIME" },
	{ MS_STRICTATIME, "MS_STRICTATIME" },
	{ MS_LAZYTIME, "MS_LAZYTIME" },
	{ 0, NULL },
};

static const struct flag_name umount_names[] = {
	{ MNT_FORCE, "MNT_FORCE" },
	{ MNT_DETACH, "MNT_DETACH" },
	{ MNT_EXPIRE, "MNT_EXPIRE" },
	{ UMOUNT_NOFOLLOW, "UMOUNT_NOFOLLOW" },
	{ 0, NULL },
};

/* linux/mount.h, which cannot stand beside sys/mount.h in older C libraries */
static const struct flag_name move_mount_names[] = {
	{ 0x001, "MOVE_MOUNT_F_SYMLINKS" },
	{ 0x002, "MOVE_MOUNT_F_AUTOMOUNTS" },
	{ 0x004, "MOVE_MOUNT_F_EMPTY_PATH" },
	{ 0x010, "MOVE_MOUNT_T_SYMLINKS" },
	{ 0x020, "MOVE_MOUNT_T_AUTOMOUNTS" },
	{ 0x040, "MOVE_MOUNT_T_EMPTY_PATH" },
	{ 0x100, "MOVE_MOUNT_SET_GROUP" },
	{ 0x200, "MOVE_MOUNT_BENEATH" },
	{ 0, NULL },
};

static const struct flag_name open_tree_names[] = {
	{ 0x1, "OPEN_TREE_CLONE" },
	{ O_CLOEXEC, "OPEN_TREE_CLOEXEC" },
	{ AT_SYMLINK_NOFOLLOW, "AT_SYMLINK_NOFOLLOW" },
	{ AT_NO_AUTOMOUNT, "AT_NO_AUTOMOUNT" },
	{ AT_EMPTY_PATH, "AT_EMPTY_PATH" },
	{ 0x8000, "AT_RECURSIVE" },
	{ 0, NULL },
};

static const struct flag_name none[] = {
	{ 0, NULL },
};

static const struct flag_name *const names_of[FLAGS_COUNT] = {
	[FLAGS_NONE] = none,
	[FLAGS_OPEN] = open_names,
	[FLAGS_RENAME] = rename_names,
	[FLAGS_AT] = at_names,
	[FLAGS_XATTR] = xattr_names,
	[FLAGS_MOUNT] = mount_names,
	[FLAGS_UMOUNT] = umount_names,
	[FLAGS_MOVE_MOUNT] = move_mount_names,
	[FLAGS_OPEN_TREE] = open_tree_names,
};

static void
add_flag_name(struct buf *out, size_t start, const char *name)
{
	if (out->len > start)
		buf_addch(out, '|');
	buf_addstr(out, name);
}

/* The access mode is a number, not bits: 3 is a mode of its own. */
static uint64_t
add_access_mode(struct buf *out, size_t start, uint64_t flags)
{
	static const char *const modes[] = { "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE" };

	add_flag_name(out, start, modes[flags & O_ACCMODE]);
	return flags & ~(uint64_t)O_ACCMODE;
}

void
words_flags(enum flag_set set, uint64_t flags, struct buf *out)
{
	size_t start = out->len;
	char hex[32];

	if (set == FLAGS_NONE)
		return;
	if (set == FLAGS_OPEN)
		flags = add_access_mode(out, start, flags);
	for (const struct flag_name *f = names_of[set]; f->name; f++) {
		if ((flags & f->bits) != f->bits)
			continue;
		add_flag_name(out, start, f->name);
		flags &= ~f->bits;
	}
	if (flags != 0) {
		snprintf(hex, sizeof(hex), "%#llx", (unsigned long long)flags);
		add_flag_name(out, start, hex);
	}
	if (out->len == start)
		buf_addch(out, '0');
}

const char *
words_error(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : "EUNKNOWN";
}

struct socket_word {
	int number;
	const char *word;
};

#define NAME(constant) { constant, #constant }

/* clang-format off */
static const struct socket_word families[] = {
	NAME(AF_UNSPEC), NAME(AF_UNIX), NAME(AF_INET), NAME(AF_AX25), NAME(AF_IPX), NAME(AF_APPLETALK),
	NAME(AF_NETROM), NAME(AF_BRIDGE), NAME(AF_ATMPVC), NAME(AF_X25), NAME(AF_INET6), NAME(AF_ROSE),
	NAME(AF_DECnet), NAME(AF_NETBEUI), NAME(AF_SECURITY), NAME(AF_KEY), NAME(AF_NETLINK), NAME(AF_PACKET),
	NAME(AF_ASH), NAME(AF_ECONET), NAME(AF_ATMSVC), NAME(AF_RDS), NAME(AF_SNA), NAME(AF_IRDA),
	NAME(AF_PPPOX), NAME(AF_WANPIPE), NAME(AF_LLC), NAME(AF_IB), NAME(AF_MPLS), NAME(AF_CAN), NAME(AF_TIPC),
	NAME(AF_BLUETOOTH), NAME(AF_IUCV), NAME(AF_RXRPC), NAME(AF_ISDN), NAME(AF_PHONET), NAME(AF_IEEE802154),
	NAME(AF_CAIF), NAME(AF_ALG), NAME(AF_NFC), NAME(AF_VSOCK), NAME(AF_KCM), NAME(AF_QIPCRTR), NAME(AF_SMC),
	NAME(AF_XDP), { 45, "AF_MCTP" },
};

static const struct socket_word types[] = {
	NAME(SOCK_STREAM), NAME(SOCK_DGRAM), NAME(SOCK_RAW), NAME(SOCK_RDM), NAME(SOCK_SEQPACKET),
	NAME(SOCK_DCCP), NAME(SOCK_PACKET),
};

static const struct socket_word inet_protocols[] = {
	NAME(IPPROTO_IP), NAME(IPPROTO_ICMP), NAME(IPPROTO_IGMP), NAME(IPPROTO_IPIP), NAME(IPPROTO_TCP),
	NAME(IPPROTO_EGP), NAME(IPPROTO_PUP), NAME(IPPROTO_UDP), NAME(IPPROTO_IDP), NAME(IPPROTO_TP),
	NAME(IPPROTO_DCCP), NAME(IPPROTO_IPV6), NAME(IPPROTO_RSVP), NAME(IPPROTO_GRE), NAME(IPPROTO_ESP),
	NAME(IPPROTO_AH), { 58, "IPPROTO_ICMPV6" }, NAME(IPPROTO_MTP), NAME(IPPROTO_BEETPH),
	NAME(IPPROTO_ENCAP), NAME(IPPROTO_PIM), NAME(IPPROTO_COMP), { 115, "IPPROTO_L2TP" }, NAME(IPPROTO_SCTP),
	NAME(IPPROTO_UDPLITE), NAME(IPPROTO_MPLS), { 143, "IPPROTO_ETHERNET" }, NAME(IPPROTO_RAW),
	{ 262, "IPPROTO_MPTCP" },
};

static const struct socket_word netlink_protocols[] = {
	NAME(NETLINK_ROUTE), { 1, "NETLINK_UNUSED" }, NAME(NETLINK_USERSOCK), NAME(NETLINK_FIREWALL),
	NAME(NETLINK_SOCK_DIAG), NAME(NETLINK_NFLOG), NAME(NETLINK_XFRM), NAME(NETLINK_SELINUX),
	NAME(NETLINK_ISCSI), NAME(NETLINK_AUDIT), NAME(NETLINK_FIB_LOOKUP), NAME(NETLINK_CONNECTOR),
	NAME(NETLINK_NETFILTER), NAME(NETLINK_IP6_FW), NAME(NETLINK_DNRTMSG), NAME(NETLINK_KOBJECT_UEVENT),
	NAME(NETLINK_GENERIC), NAME(NETLINK_SCSITRANSPORT), NAME(NETLINK_ECRYPTFS), NAME(NETLINK_RDMA),
	NAME(NETLINK_CRYPTO), NAME(NETLINK_SMC),
};
/* clang-format on */

static void
add_word(struct buf *out, const struct socket_word *names, size_t n, int number)
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
	add_word(out, families, ARRAY_SIZE(families), family);
}

void
words_type(struct buf *out, int type)
{
	add_word(out, types, ARRAY_SIZE(types), type);
}

void
words_protocol(struct buf *out, int family, int protocol)
{
	switch (family) {
	case AF_UNSPEC:		/* dissolves a connection of a socket that is most often of these */
		if (protocol == 0) {
			add_word(out, NULL, 0, protocol);
			break;
		}
		/* fall through */
	case AF_INET:
	case AF_INET6:
		add_word(out, inet_protocols, ARRAY_SIZE(inet_protocols), protocol);
		break;
	case AF_NETLINK:
		add_word(out, netlink_protocols, ARRAY_SIZE(netlink_protocols), protocol);
		break;
	default:
		add_word(out, NULL, 0, protocol);
	}
}
