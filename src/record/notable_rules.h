/* What of a run's changes a person should look at: one table of names and tests.  No score, no verdict. */
#ifndef WT_RECORD_NOTABLE_RULES_H
#define WT_RECORD_NOTABLE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "record/notable_words.h"
#include "store/rows.h"

/* The gravest first. */
enum notable_subject {
	NOTABLE_SET_USER_ROOT,
	NOTABLE_SET_USER,
	NOTABLE_SET_GROUP,
	NOTABLE_CAPABILITIES,
	NOTABLE_OPEN_FILE,
	NOTABLE_OPEN_DIRECTORY,
	NOTABLE_RIGHTS,			/* owner or mode of a directory that all that is in it depends on */
	NOTABLE_ACCOUNTS,
	NOTABLE_PASSWORDS,
	NOTABLE_GROUPS,
	NOTABLE_SUDO,
	NOTABLE_PAM,
	NOTABLE_PRELOAD,
	NOTABLE_LOGIN_KEYS,
	NOTABLE_SSHD,
	NOTABLE_LOGIN_SHELL,
	NOTABLE_BASH,
	NOTABLE_ZSH,
	NOTABLE_CSH,
	NOTABLE_FISH,
	NOTABLE_ENVIRONMENT,
	NOTABLE_SKELETON,
	NOTABLE_USERS_SHELL,
	NOTABLE_CRON,
	NOTABLE_AT,
	NOTABLE_TIMER,
	NOTABLE_UNIT,
	NOTABLE_UNIT_LINK,
	NOTABLE_USER_UNIT,
	NOTABLE_GENERATOR,
	NOTABLE_INIT,
	NOTABLE_INIT_LINK,
	NOTABLE_HOOK,
	NOTABLE_LIBRARIES,
	NOTABLE_POLKIT,
	NOTABLE_CONFINEMENT,
	NOTABLE_BUS,
	NOTABLE_UDEV,
	NOTABLE_MODULES,
	NOTABLE_MODULE,
	NOTABLE_KERNEL,
	NOTABLE_BOOT,
	NOTABLE_MOUNTS,
	NOTABLE_TRUST,
	NOTABLE_SOURCES,
	NOTABLE_PACKAGE_KEYS,
	NOTABLE_NAMES,
	NOTABLE_FIREWALL,
	NOTABLE_AUTOSTART,
	NOTABLE_GIT,
	NOTABLE_CREDENTIALS,
	NOTABLE_SHADOW,			/* a program found in place of one of the system's */
	NOTABLE_PACKAGE,		/* a package's file */
	NOTABLE_SUBJECTS,
	NOTABLE_NOTHING			/* a name that looks like one of these and is none */
};

/* What belongs together is told once. */
enum notable_group {
	NOTABLE_ALONE,
	NOTABLE_OF_ACCOUNTS,
	NOTABLE_OF_SUBJECT,		/* all files of the subject */
	NOTABLE_OF_NAME,		/* what has the file's name, wherever it is */
};

struct notable_kind {
	const char *reason;
	bool gone;			/* it matters as well that it was deleted */
	enum notable_group group;
	const char *joined;		/* what it adds to what another one of its group says; NULL: its own words */
	notable_words *words;		/* says more of it; NULL: there is no more to be said */
};

/* By enum notable_subject. */
extern const struct notable_kind notable_kinds[NOTABLE_SUBJECTS];

/* A row of the table. */
struct notable_rule {
	/*
	 * Below a root: "*" stands for any bytes, slashes too; "~/." for what is hidden in the home of any user, "~" for a
	 * home itself; a star in front of "/." for any directory.  NULL: all paths.
	 */
	const char *glob;
	enum notable_subject subject;
	/* NULL: no matter what it is; never asked of what is gone */
	bool (*test)(const struct row_change *change);
	bool directory;			/* about directories, and nothing else; else about anything else, if it has a glob */
};

extern const struct notable_rule notable_table[];
extern const size_t notable_table_len;

#endif
