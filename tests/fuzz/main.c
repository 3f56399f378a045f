/*
 * In libFuzzer's place where it is not there: give a target each file named, or each of those in the directories named,
 * in byte order; by default those of its own corpus, $SRCDIR/tests/fuzz/corpus/NAME.
 */
#include "config.h"

#include <dirent.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/path.h"
#include "fuzz.h"

enum { INPUT_MAX = 1 << 20 };

static size_t n_inputs;

/* From memory of exactly its size, so that a sanitizer sees a byte too far. */
static void
give_file(const char *path)
{
	struct buf content = BUF_INIT;
	uint8_t *bytes;
	size_t len;

	fuzz_check(io_read_file(path, &content, INPUT_MAX) == 0);
	len = content.len;
	bytes = xmemdup(content.data, len);
	buf_release(&content);
	LLVMFuzzerTestOneInput(bytes, len);
	free(bytes);
	n_inputs++;
}

static void
give(const char *path)
{
	struct dirent **names;
	struct stat st;
	int n;

	fuzz_check(stat(path, &st) == 0);
	if (!S_ISDIR(st.st_mode)) {
		give_file(path);
		return;
	}
	n = scandir(path, &names, NULL, alphasort);
	fuzz_check(n >= 0);
	for (int i = 0; i < n; i++) {
		char *file = path_join(path, names[i]->d_name);

		if (names[i]->d_name[0] != '.')
			give_file(file);
		free(file);
		free(names[i]);
	}
	free(names);
}

int
main(int argc, char **argv)
{
	const char *srcdir = getenv("SRCDIR");
	char *own = xasprintf("%s/tests/fuzz/corpus/%s", srcdir ? srcdir : ".", path_name(argv[0]));

	for (int i = 1; i < argc; i++)
		give(argv[i]);
	if (argc < 2)
		give(own);
	free(own);
	printf("%zu inputs\n", n_inputs);
	return n_inputs > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
