/* Fuzz the commands that read: on a history that was tampered with each must end, with a message where it cannot go on. */
#include "config.h"

#include <unistd.h>

#include "base/mem.h"
#include "forged.h"

enum { WORDS_MAX = 8, COMMANDS_AT_ONCE = 4 };

/* TREE stands for the directory that the history speaks of, OUT for a file to be written. */
static const char *const commands[][WORDS_MAX] = {
	{ "list" },
	{ "list", "--format=json" },
	{ "list", "--format=csv" },
	{ "show", "1" },
	{ "show", "app" },
	{ "show", "1", "--all" },
	{ "show", "2", "--all", "--format=json" },
	{ "show", "3" },
	{ "show", "1", "--processes" },
	{ "show", "1", "--processes", "--format=ndjson" },
	{ "show", "1", "--connections" },
	{ "show", "2", "--diff" },
	{ "show", "last", "-s" },
	{ "show", "h:app" },
	{ "cat", "1", "TREE/l" },
	{ "cat", "2", "TREE/a" },
	{ "who", "TREE" },
	{ "who", "/etc/passwd", "--format=json" },
	{ "who", "TREE/b" },
	{ "diff", "1", "2" },
	{ "diff", "1", "2", "--root=TREE", "--root=/", "--format=csv" },
	{ "manifest", "app" },
	{ "manifest", "1", "2", "--format=null" },
	{ "manifest", "1", "2", "--all", "--format=json" },
	{ "manifest", "1", "2", "--all", "--format=mtree" },
	{ "manifest", "1", "2", "--all", "--format=sha256sum" },
	{ "manifest", "1", "2", "--format=sh" },
	{ "manifest", "1", "--root=TREE", "--format=sh" },
	{ "manifest", "1", "--root=TREE", "--format=mtree", "--type=file,directory" },
	{ "verify", "1", "2" },
	{ "verify", "app", "--format=json" },
	{ "verify", "1", "--root=TREE" },
	{ "undo", "--dry-run", "1", "2" },
	{ "undo", "--dry-run", "app", "--force" },
	{ "undo", "--dry-run", "3", "--format=ndjson" },
	{ "uninstall", "--dry-run", "1", "2" },
	{ "uninstall", "--dry-run", "app", "--force", "--format=json" },
	{ "prune", "--dry-run", "--all" },
	{ "prune", "--dry-run", "--older-than=1", "--keep=1" },
	{ "prune", "--dry-run", "--max-size=1" },
	{ "export", "--all", "-o", "OUT" },
	{ "export", "1", "--pre-images", "--no-args", "-o", "OUT" },
	{ "export", "--all", "--format=ndjson", "-o", "OUT" },
	{ "export", "--all", "--format=postgresql", "-o", "OUT" },
	{ "__complete", "--", "show", "" },
	{ "__complete", "--", "cat", "1", "" },
};

static void
run_one(const char *history, const char *const command[])
{
	const char *words[WORDS_MAX + 1] = { NULL };
	char *out = xasprintf("%s/out", fuzz_scratch());
	char *made[WORDS_MAX] = { NULL };

	unlink(out);
	for (int i = 0; i < WORDS_MAX && command[i]; i++) {
		const char *tree = strstr(command[i], "TREE");

		if (tree)
			made[i] = xasprintf("%.*s%s/tree%s", (int)(tree - command[i]), command[i], fuzz_scratch(), tree + 4);
		words[i] = strcmp(command[i], "OUT") == 0 ? out : made[i] ? made[i] : command[i];
	}
	forged_command(history, words);
	for (int i = 0; i < WORDS_MAX; i++)
		free(made[i]);
	free(out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	char *file = xasprintf("%s/forged.db", fuzz_scratch());
	uint8_t first = input_byte(&in);

	forged_write(file, &in);
	/* neighbours in the table are much alike */
	for (size_t i = 0; i < COMMANDS_AT_ONCE; i++)
		run_one(file, commands[(first + i * 11) % ARRAY_SIZE(commands)]);
	unlink(file);
	free(file);
	return 0;
}
