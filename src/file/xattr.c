/* Extended attributes as one block. */
#include "config.h"

#include "file/xattr.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/buf.h"
#include "base/mem.h"

/* Where extended attributes are: an O_PATH descriptor has them by its link alone. */
struct attributed {
	int opened;		/* -1: there is none to be read */
	char link[32];
};

static int
compare_attributes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names as an array into list, sorted: file systems give them in any order. */
static size_t
sort_attributes(char *list, size_t len, const char ***names)
{
	size_t n = 0;

	*names = xcalloc(len / 2 + 1, sizeof(**names));
	for (char *p = list; p < list + len; p += strlen(p) + 1)
		(*names)[n++] = p;
	qsort(*names, n, sizeof(**names), compare_attributes);
	return n;
}

static ssize_t
list_attributes(const struct attributed *a, char *list, size_t size)
{
	return a->opened >= 0 ? flistxattr(a->opened, list, size) : listxattr(a->link, list, size);
}

/* 0, or an errno. */
static int
pack_attribute(const struct attributed *a, const char *name, struct buf *out)
{
	char value[65536];	/* XATTR_SIZE_MAX */
	ssize_t len = a->opened >= 0 ? fgetxattr(a->opened, name, value, sizeof(value))
				     : getxattr(a->link, name, value, sizeof(value));
	uint32_t value_len;

	if (len < 0)
		return errno;
	value_len = (uint32_t)len;
	buf_add(out, name, strlen(name) + 1);
	buf_add(out, &value_len, sizeof(value_len));
	buf_add(out, value, value_len);
	return 0;
}

void *
xattr_pack(int fd, int opened, size_t *len, int *error)
{
	struct attributed a = { .opened = opened };
	struct buf out = BUF_INIT;
	const char **names;
	char small[256];
	char *list = small;
	ssize_t size;
	size_t n;

	*len = 0;
	*error = 0;
	if (opened < 0)
		snprintf(a.link, sizeof(a.link), "/proc/self/fd/%d", fd);
	size = list_attributes(&a, small, sizeof(small));
	if (size < 0 && errno == ERANGE) {
		list = xmalloc(65536);	/* XATTR_LIST_MAX */
		size = list_attributes(&a, list, 65536);
	}
	if (size < 0)
		*error = errno;
	if (size > 0) {
		n = sort_attributes(list, (size_t)size, &names);
		for (size_t i = 0; i < n; i++) {
			int failed = pack_attribute(&a, names[i], &out);

			*error = failed ? failed : *error;
		}
		free(names);
	}
	if (list != small)
		free(list);
	if (out.len == 0) {
		buf_release(&out);
		return NULL;
	}
	*len = out.len;
	return buf_detach(&out);
}

bool
xattr_next(const void *block, size_t block_len, size_t *at, const char **name,
	   const void **value, size_t *value_len)
{
	size_t left = block_len - *at;
	size_t name_len;
	const char *p;
	uint32_t len;

	if (left == 0)
		return false;
	p = (const char *)block + *at;
	name_len = strnlen(p, left);
	if (name_len + 1 + sizeof(len) > left)
		return false;
	memcpy(&len, p + name_len + 1, sizeof(len));
	if (len > left - name_len - 1 - sizeof(len))
		return false;
	*name = p;
	*value = p + name_len + 1 + sizeof(len);
	*value_len = len;
	*at += name_len + 1 + sizeof(len) + len;
	return true;
}

bool
xattr_is_acl(const char *name)
{
	return strcmp(name, "system.posix_acl_access") == 0 ||
	       strcmp(name, "system.posix_acl_default") == 0;
}
