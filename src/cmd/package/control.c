/* The control data of a Debian package. */
#include "config.h"

#include "cmd/package/control.h"

#include <elf.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/utf8.h"

static const struct {
	unsigned machine;
	unsigned char class, data;
	const char *name;
} machines[] = {
	{ EM_X86_64, ELFCLASS64, ELFDATA2LSB, "amd64" },
	{ EM_X86_64, ELFCLASS32, ELFDATA2LSB, "x32" },
	{ EM_386, ELFCLASS32, ELFDATA2LSB, "i386" },
	{ EM_AARCH64, ELFCLASS64, ELFDATA2LSB, "arm64" },
	{ EM_ARM, ELFCLASS32, ELFDATA2LSB, "armhf" },
	{ EM_RISCV, ELFCLASS64, ELFDATA2LSB, "riscv64" },
	{ EM_PPC64, ELFCLASS64, ELFDATA2LSB, "ppc64el" },
	{ EM_S390, ELFCLASS64, ELFDATA2MSB, "s390x" },
};

const char *
control_machine(const unsigned char *bytes, size_t len)
{
	bool big;
	unsigned machine;

	if (len < 20 || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return NULL;
	big = bytes[EI_DATA] == ELFDATA2MSB;
	machine = big ? bytes[18] << 8 | bytes[19] : bytes[19] << 8 | bytes[18];
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		if (machines[i].machine == machine && machines[i].class == bytes[EI_CLASS] &&
		    machines[i].data == bytes[EI_DATA])
			return machines[i].name;
	}
	return NULL;
}

static int
add_field(struct buf *out, const char *field, const char *value, struct err *e)
{
	for (const char *p = value; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(e, ERR_USAGE, "package: %s is one line, without control characters", field);
	}
	if (!*value)
		return err_set(e, ERR_USAGE, "package: %s is empty", field);
	buf_addf(out, "%s: %s\n", field, value);
	return 0;
}

/* Debian's own variables for who makes packages; a mail address that is nobody's where they say nothing. */
static char *
find_maintainer(const char *maintainer)
{
	const char *name = getenv("DEBFULLNAME"), *mail = getenv("DEBEMAIL");

	if (maintainer)
		return xstrdup(maintainer);
	return xasprintf("%s <%s>", name && *name ? name : "Unknown", mail && *mail ? mail : "unknown@example.org");
}

static int
add_maintainer(struct buf *out, const char *maintainer, struct err *e)
{
	char *who = find_maintainer(maintainer);
	int rc = add_field(out, "Maintainer", who, e);

	free(who);
	return rc;
}

void
control_add_changelog(struct buf *out, const struct control *c, int64_t made_ns)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	struct timespec ts = clock_timespec(made_ns);
	char *who = find_maintainer(c->maintainer);
	struct tm tm = { 0 };

	gmtime_r(&ts.tv_sec, &tm);
	buf_addf(out, "%s (%s-%s) unstable; urgency=medium\n\n  * Made by writetrace from what a command installed.\n\n"
		 " -- %s  %s, %02d %s %d %02d:%02d:%02d +0000\n", c->name, c->version, c->release, who, days[tm.tm_wday],
		 tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	free(who);
}

/* What a command line says, in no more than is read at a glance, and without what a field cannot hold. */
static void
add_command(struct buf *out, const char *command, size_t most)
{
	struct buf text = BUF_INIT;

	utf8_scrub(&text, command, strlen(command));
	for (size_t i = 0; i < text.len && i < most; i++) {
		if ((unsigned char)text.data[i] >= 0x80 && i + 4 > most)
			break;
		buf_addch(out, (unsigned char)text.data[i] < ' ' || text.data[i] == 0x7f ? ' ' : text.data[i]);
	}
	buf_release(&text);
}

/* The first line is the synopsis; an empty one of the others is a point. */
static void
add_description(struct buf *out, const struct control *c)
{
	const char *line = c->description;
	size_t len;

	buf_addstr(out, "Description: ");
	if (!line) {
		buf_addstr(out, "files installed by ");
		add_command(out, c->command, 50);
	} else {
		len = strcspn(line, "\n");
		buf_add(out, line, len);
		line = line[len] ? line + len + 1 : NULL;
	}
	buf_addch(out, '\n');
	if (!line || !*line) {
		buf_addstr(out, " Made by writetrace from what this command left on the disk:\n .\n   ");
		add_command(out, c->command, 400);
		buf_addch(out, '\n');
		return;
	}
	for (; line && *line; line = line[len] ? line + len + 1 : NULL) {
		len = strcspn(line, "\n");
		buf_addf(out, " %.*s\n", len ? (int)len : 1, len ? line : ".");
	}
}

static int
add_depends(struct buf *out, const struct control *c, struct err *e)
{
	bool libraries = c->libraries && *c->libraries, depends = c->depends && *c->depends;
	char *all;
	int rc;

	if (!libraries && !depends)
		return 0;
	all = xasprintf("%s%s%s", libraries ? c->libraries : "", libraries && depends ? ", " : "", depends ? c->depends : "");
	rc = add_field(out, "Depends", all, e);
	free(all);
	return rc;
}

int
control_add(struct buf *out, const struct control *c, struct err *e)
{
	char *version = xasprintf("%s-%s", c->version, c->release);
	int rc = add_field(out, "Package", c->name, e);

	if (rc == 0)
		rc = add_field(out, "Version", version, e);
	free(version);
	if (rc < 0 || add_field(out, "Architecture", c->architecture, e) < 0 ||
	    add_maintainer(out, c->maintainer, e) < 0)
		return -1;
	buf_addf(out, "Installed-Size: %" PRId64 "\n", c->installed_kib);
	if (add_depends(out, c, e) < 0 || add_field(out, "Section", c->section ? c->section : "misc", e) < 0)
		return -1;
	buf_addstr(out, "Priority: optional\n");
	add_description(out, c);
	return 0;
}
