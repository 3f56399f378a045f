/* A descriptor that several hold: closed when the last of them has given it back. */
#ifndef WT_BASE_SHARED_FD_H
#define WT_BASE_SHARED_FD_H

struct shared_fd {
	int fd;
	unsigned users;
};

/* One user, the caller; takes fd over. */
struct shared_fd *shared_fd_new(int fd);

/* One user more. */
struct shared_fd *shared_fd_share(struct shared_fd *s);

/* One user less; NULL is taken. */
void shared_fd_drop(struct shared_fd *s);

#endif
