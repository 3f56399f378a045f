/* base/quote: compared with ls, and read back by sh and bash. */
#include "config.h"

#include "base/quote.h"

#include <locale.h>

#include "base/utf8.h"
#include "unit/unit.h"

/* As `ls --quoting-style=shell-escape` of coreutils prints them in a UTF-8 locale. */
static const struct {
	const char *bytes, *want;
} quoted[] = {
	{ "", "''" },
	{ "plain", "plain" },
	{ "a-b_c.d+e,f@g%h:i/j", "a-b_c.d+e,f@g%h:i/j" },
	{ "a b", "'a b'" },
	{ "it's", "\"it's\"" },
	{ "it's a $", "'it'\\''s a $'" },
	{ "\"", "'\"'" },
	{ "a\nb", "'a'$'\\n''b'" },
	{ "\t", "''$'\\t'" },
	{ "\033[31mred", "''$'\\033''[31mred'" },
	{ "\\", "'\\'" },
	{ "$HOME", "'$HOME'" },
	{ "`id`", "'`id`'" },
	{ "a*", "'a*'" },
	{ "~", "'~'" },
	{ "a~", "a~" },
	{ "#x", "'#x'" },
	{ "x#", "x#" },
	{ "{", "'{'" },
	{ "{}", "{}" },
	{ "a=b", "'a=b'" },
	{ "na\xc3\xafve", "na\xc3\xafve" },
	{ "\xff", "''$'\\377'" },
	{ "a\xc3", "'a'$'\\303'" },
	{ "\xc2\x9b", "''$'\\302\\233'" },		/* C1: a terminal may obey */
	{ "\xe2\x80\xae", "''$'\\342\\200\\256'" },	/* turns the direction of text */
};

START_TEST(quotes_as_ls_does)
{
	struct buf out = BUF_INIT;

	quote_shell(&out, quoted[_i].bytes, strlen(quoted[_i].bytes));
	ck_assert_str_eq(out.data, quoted[_i].want);
	buf_release(&out);
}
END_TEST

/* Ask a shell to print the word that it reads, and compare. */
static void
read_back(const char *shell, const char *bytes)
{
	struct buf script = BUF_INIT;
	char got[512];
	size_t n;
	FILE *f;

	buf_addf(&script, "exec %s <<'END_OF_SCRIPT'\nprintf %%s ", shell);
	quote_words(&script, bytes, strlen(bytes) + 1);
	buf_addstr(&script, "\nEND_OF_SCRIPT\n");
	f = popen(script.data, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(got, 1, sizeof(got) - 1, f);
	got[n] = '\0';
	ck_assert_int_eq(pclose(f), 0);
	ck_assert_str_eq(got, bytes);
	buf_release(&script);
}

/* $'…' is not every sh's; what needs none is. */
START_TEST(a_shell_reads_it_back)
{
	if (!strstr(quoted[_i].want, "$'"))
		read_back("sh", quoted[_i].bytes);
	if (access("/bin/bash", X_OK) == 0)
		read_back("/bin/bash", quoted[_i].bytes);
}
END_TEST

/* A command's words are what a shell reads; of bare braces bash and zsh would make several. */
static const struct {
	const char *bytes, *want;
} braced[] = {
	{ "{a,b}", "'{a,b}'" },
	{ "x{1..3}y", "'x{1..3}y'" },
	{ "{,}", "'{,}'" },
	{ "it's{a,b}", "\"it's{a,b}\"" },
	{ "{}", "{}" },
	{ "a,{b}", "a,{b}" },
	{ "s,a,b,", "s,a,b," },
};

START_TEST(braces_in_a_command_stay_one_word)
{
	char *const argv[] = { (char *)braced[_i].bytes, NULL };
	struct buf out = BUF_INIT;

	quote_argv(&out, argv);
	ck_assert_str_eq(out.data, braced[_i].want);
	buf_release(&out);
	if (access("/bin/bash", X_OK) == 0)
		read_back("/bin/bash", braced[_i].bytes);
}
END_TEST

/* Every byte there is, in every company: a shell without $'...' must read the words of quote_posix(). */
static void
read_back_posix(const char *shell, const char *bytes, size_t len)
{
	struct buf word = BUF_INIT, script = BUF_INIT;
	bool used[256] = { false };
	char got[1024];
	size_t n;
	FILE *f;

	quote_posix(&word, bytes, len, used);
	ck_assert(utf8_valid(word.data, word.len));
	for (size_t i = 0; i < word.len; i++)
		ck_assert_int_ge((unsigned char)word.data[i], 0x20);
	buf_addf(&script, "exec %s <<'END_OF_SCRIPT'\nset -u; LC_ALL=C; export LC_ALL\n", shell);
	for (int c = 0; c < 256; c++) {
		if (used[c])
			buf_addf(&script, "x%03o=$(printf '\\%03o.') x%03o=${x%03o%%.}\n", c, c, c, c);
	}
	buf_addf(&script, "printf %%s %s\nEND_OF_SCRIPT\n", word.data);
	f = popen(script.data, "r");
	ck_assert_ptr_nonnull(f);
	n = fread(got, 1, sizeof(got), f);
	ck_assert_int_eq(pclose(f), 0);
	ck_assert_uint_eq(n, len);
	ck_assert_int_eq(memcmp(got, bytes, len), 0);
	buf_release(&word);
	buf_release(&script);
}

START_TEST(every_posix_shell_reads_every_byte)
{
	static const char *const shells[] = { "/bin/sh", "/bin/dash", "/bin/bash" };
	char bytes[256];

	for (int c = 1; c < 256; c++)
		bytes[c - 1] = (char)c;
	for (size_t i = 0; i < ARRAY_SIZE(shells); i++) {
		if (access(shells[i], X_OK) < 0)
			continue;
		read_back_posix(shells[i], bytes, 255);
		for (size_t k = 0; k < ARRAY_SIZE(quoted); k++)
			read_back_posix(shells[i], quoted[k].bytes, strlen(quoted[k].bytes));
		read_back_posix(shells[i], "\n\n", 2);
		read_back_posix(shells[i], "'\n'", 3);
	}
}
END_TEST

/* The name goes through a real ls, where there is one that knows the style and the locale. */
START_TEST(ls_itself_agrees)
{
	const char *bytes = quoted[_i].bytes;
	struct buf mine = BUF_INIT;
	char got[512] = "";
	FILE *f;

	/* what only terminals mind, ls leaves alone: it is not its business there */
	if (!*bytes || strchr(bytes, '/') || strcmp(bytes, "\xe2\x80\xae") == 0)
		return;
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return;
	unit_enter_scratch();
	f = fopen(bytes, "w");
	ck_assert_ptr_nonnull(f);
	fclose(f);
	f = popen("LC_ALL=C.UTF-8 ls --quoting-style=shell-escape 2>/dev/null", "r");
	ck_assert_ptr_nonnull(f);
	if (fgets(got, sizeof(got), f)) {
		got[strcspn(got, "\n")] = '\0';
		quote_shell(&mine, bytes, strlen(bytes));
		ck_assert_str_eq(mine.data, got);
	}
	pclose(f);
	buf_release(&mine);
	unit_leave_scratch();
}
END_TEST

START_TEST(argv_and_blocks_of_words_are_quoted_alike)
{
	char *const argv[] = { (char[]){ "cp" }, (char[]){ "a b" }, (char[]){ "" }, NULL };
	struct buf a = BUF_INIT, b = BUF_INIT;

	quote_argv(&a, argv);
	ck_assert_str_eq(a.data, "cp 'a b' ''");
	quote_words(&b, "cp\0a b\0", 8);
	ck_assert_str_eq(b.data, "cp 'a b' ''");
	buf_release(&a);
	buf_release(&b);
}
END_TEST

/* The first word comes back from any line of words. */
START_TEST(the_first_word_of_a_quoted_line_is_found)
{
	static const char *const words[] = {
		"cp", "", "a b", "it's", "it's \"both\"", "back\\slash", "new\nline", "'", "\033[0m \377'", "$x", "\\' ",
	};
	char *const argv[] = { (char *)(uintptr_t)words[_i], (char[]){ "secret 'x'" }, NULL };
	char *const first[] = { argv[0], NULL };
	struct buf line = BUF_INIT, word = BUF_INIT;

	quote_argv(&line, argv);
	quote_argv(&word, first);
	ck_assert_uint_eq(quote_word_len(line.data), word.len);
	ck_assert_uint_eq(quote_word_len(word.data), word.len);
	buf_release(&line);
	buf_release(&word);
}
END_TEST

START_TEST(what_is_not_quoted_to_its_end_is_one_word)
{
	static const char *const lines[] = { "'a b", "\"a b", "$'a\\'", "a\\", "$", "\"a\\" };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		ck_assert_uint_eq(quote_word_len(lines[i]), strlen(lines[i]));
}
END_TEST

START_TEST(messages_keep_text_and_escape_the_rest)
{
	struct buf out = BUF_INIT;

	quote_message(&out, "it's \xc3\xa4 \033[0m\xff\n", 14);
	ck_assert_str_eq(out.data, "it's \xc3\xa4 \\033[0m\\377\\012");
	ck_assert(utf8_valid(out.data, out.len));
	buf_release(&out);
}
END_TEST

/* As SQLite's json_quote() writes them. */
static const struct {
	const char *bytes;
	size_t len;
	const char *want;
} json[] = {
	{ "", 0, "\"\"" },
	{ "plain /", 7, "\"plain /\"" },
	{ "\"\\'", 3, "\"\\\"\\\\'\"" },
	{ "\0\001\a\037", 4, "\"\\u0000\\u0001\\u0007\\u001f\"" },
	{ "\b\t\n\v\f\r\016", 7, "\"\\b\\t\\n\\u000b\\f\\r\\u000e\"" },
	{ "\177", 1, "\"\\u007f\"" },
	{ "\xc3\xa4\xf0\x9f\x98\x80", 6, "\"\xc3\xa4\xf0\x9f\x98\x80\"" },
	/* what would not be seen, or obeyed, has the digits of the same value: as JSON allows, not as SQLite does */
	{ "\xe2\x80\xa8\xe2\x80\xa9", 6, "\"\\u2028\\u2029\"" },
	{ "\xc2\x9b\xc2\xad\xe3\x85\xa4", 7, "\"\\u009b\\u00ad\\u3164\"" },
	{ "\xf3\xa0\x81\x81", 4, "\"\\udb40\\udc41\"" },
	{ "a\xff\xc3", 3, "\"a\xef\xbf\xbd\xef\xbf\xbd\"" },
	{ "\xe2\x80x", 3, "\"\xef\xbf\xbd\xef\xbf\xbdx\"" },
	{ "\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },	/* a surrogate */
};

/* Of each range of what is not to be shown the first and the last, and what stands beside them. */
static const struct {
	const char *bytes, *message;
} shown[] = {
	{ "\xc2\xac", "\xc2\xac" }, { "\xc2\xad", "\\302\\255" }, { "\xc2\xae", "\xc2\xae" },
	{ "\x7f", "\\177" }, { "\xc2\x80", "\\302\\200" }, { "\xc2\x9f", "\\302\\237" }, { "\xc2\xa0", "\xc2\xa0" },
	{ "\xcd\x8f", "\\315\\217" }, { "\xe1\x85\x9f", "\\341\\205\\237" }, { "\xe1\x85\xa1", "\xe1\x85\xa1" },
	{ "\xe2\x80\x8a", "\xe2\x80\x8a" }, { "\xe2\x80\x8b", "\\342\\200\\213" },
	{ "\xe2\x80\x8f", "\\342\\200\\217" }, { "\xe2\x80\x90", "\xe2\x80\x90" },
	{ "\xe2\x81\xa0", "\\342\\201\\240" }, { "\xe2\x81\xb0", "\xe2\x81\xb0" },
	{ "\xe3\x85\xa4", "\\343\\205\\244" }, { "\xef\xb8\x8f", "\\357\\270\\217" },
	{ "\xef\xbb\xbf", "\\357\\273\\277" }, { "\xef\xbe\xa0", "\\357\\276\\240" },
	{ "\xf3\xa0\x80\x81", "\\363\\240\\200\\201" }, { "\xf3\xa0\x87\xaf", "\\363\\240\\207\\257" },
	{ "\xf3\xa1\x80\x80", "\xf3\xa1\x80\x80" },
};

START_TEST(what_cannot_be_seen_is_escaped)
{
	struct buf out = BUF_INIT;

	quote_message(&out, shown[_i].bytes, strlen(shown[_i].bytes));
	ck_assert_str_eq(out.data, shown[_i].message);
	buf_release(&out);
}
END_TEST

START_TEST(lines_keep_their_ends)
{
	static const char lines[] = "a\tb\nc\r\nd\re\033[m\n\xe2\x80\x8b";
	struct buf out = BUF_INIT;

	quote_lines(&out, lines, strlen(lines));
	ck_assert_str_eq(out.data, "a\tb\nc\r\nd\\015e\\033[m\n\\342\\200\\213");
	buf_reset(&out);
	quote_lines(&out, "a\0b", 3);
	ck_assert_str_eq(out.data, "a\\000b");
	buf_release(&out);
}
END_TEST

START_TEST(json_strings_hold_any_bytes)
{
	struct buf out = BUF_INIT;

	quote_json(&out, json[_i].bytes, json[_i].len);
	ck_assert_str_eq(out.data, json[_i].want);
	buf_release(&out);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("quote");

	tcase_add_loop_test(tc, quotes_as_ls_does, 0, ARRAY_SIZE(quoted));
	tcase_add_loop_test(tc, a_shell_reads_it_back, 0, ARRAY_SIZE(quoted));
	tcase_add_loop_test(tc, braces_in_a_command_stay_one_word, 0, ARRAY_SIZE(braced));
	tcase_add_loop_test(tc, ls_itself_agrees, 0, ARRAY_SIZE(quoted));
	tcase_add_test(tc, every_posix_shell_reads_every_byte);
	tcase_add_test(tc, argv_and_blocks_of_words_are_quoted_alike);
	tcase_add_loop_test(tc, the_first_word_of_a_quoted_line_is_found, 0, 11);
	tcase_add_test(tc, what_is_not_quoted_to_its_end_is_one_word);
	tcase_add_test(tc, messages_keep_text_and_escape_the_rest);
	tcase_add_loop_test(tc, what_cannot_be_seen_is_escaped, 0, ARRAY_SIZE(shown));
	tcase_add_test(tc, lines_keep_their_ends);
	tcase_add_loop_test(tc, json_strings_hold_any_bytes, 0, ARRAY_SIZE(json));
	return unit_run("quote", tc);
}
