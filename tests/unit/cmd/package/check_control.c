/* cmd/package/control and naming: what a Debian package says of itself. */
#include "config.h"

#include "cmd/package/control.h"

#include <elf.h>

#include "cmd/package/naming.h"
#include "unit/unit.h"

static struct control
a_control(void)
{
	return (struct control){ .name = "hello", .version = "1.0", .release = "2", .architecture = "amd64",
				 .maintainer = "Jane <jane@example.org>", .command = "make install", .installed_kib = 7 };
}

START_TEST(all_fields_are_there)
{
	struct control c = a_control();
	struct buf out = BUF_INIT;
	struct err e = { 0 };

	c.libraries = "libc6 (>= 2.34)";
	c.depends = "perl";
	c.section = "utils";
	c.description = "says hello\nIt does.\n\nOften.";
	ck_assert_int_eq(control_add(&out, &c, &e), 0);
	ck_assert_str_eq(out.data, "Package: hello\nVersion: 1.0-2\nArchitecture: amd64\nMaintainer: Jane <jane@example.org>\n"
			 "Installed-Size: 7\nDepends: libc6 (>= 2.34), perl\nSection: utils\nPriority: optional\n"
			 "Description: says hello\n It does.\n .\n Often.\n");
	buf_release(&out);
}
END_TEST

START_TEST(a_command_line_cannot_make_fields)
{
	struct control c = a_control();
	struct buf out = BUF_INIT;
	struct err e = { 0 };

	c.command = "sh -c 'a\nEssential: yes\033[31m\377'";
	ck_assert_int_eq(control_add(&out, &c, &e), 0);
	ck_assert_ptr_null(strstr(out.data, "\nEssential"));
	ck_assert_ptr_null(strchr(out.data, '\033'));
	ck_assert_ptr_null(strchr(out.data, 0xff));
	ck_assert_ptr_null(strstr(out.data, "Depends"));
	buf_release(&out);
}
END_TEST

START_TEST(a_field_is_one_line)
{
	struct control c = a_control();
	struct buf out = BUF_INIT;
	struct err e = { 0 };

	c.depends = "a\nEssential: yes";
	ck_assert_int_eq(control_add(&out, &c, &e), -1);
	ck_assert_int_eq(e.code, ERR_USAGE);
	c = a_control();
	c.section = "";
	ck_assert_int_eq(control_add(&out, &c, &e), -1);
	buf_release(&out);
}
END_TEST

static const struct {
	unsigned char class, data, low, high;
	const char *name;
} heads[] = {
	{ ELFCLASS64, ELFDATA2LSB, EM_X86_64, 0, "amd64" },
	{ ELFCLASS32, ELFDATA2LSB, EM_386, 0, "i386" },
	{ ELFCLASS64, ELFDATA2LSB, EM_AARCH64, 0, "arm64" },
	{ ELFCLASS64, ELFDATA2MSB, 0, EM_S390, "s390x" },
	{ ELFCLASS64, ELFDATA2LSB, 0xff, 0xff, NULL },
};

START_TEST(a_machine_has_debians_name)
{
	unsigned char bytes[20] = ELFMAG;

	bytes[EI_CLASS] = heads[_i].class;
	bytes[EI_DATA] = heads[_i].data;
	bytes[18] = heads[_i].low;
	bytes[19] = heads[_i].high;
	ck_assert_pstr_eq(control_machine(bytes, sizeof(bytes)), heads[_i].name);
	ck_assert_ptr_null(control_machine(bytes, 19));
	bytes[0] = '#';
	ck_assert_ptr_null(control_machine(bytes, sizeof(bytes)));
}
END_TEST

static const struct {
	const char *text, *name, *version;
} names[] = {
	{ "hello-2.12", "hello", "2.12" },
	{ "hello", "hello", NULL },
	{ "My App-1.0~rc1", "my-app", "1.0~rc1" },
	{ "lib-x", "lib-x", NULL },
	{ "a", NULL, NULL },
	{ "-2", NULL, NULL },
};

START_TEST(a_name_has_its_version_behind_it)
{
	struct naming n = { .name = NULL };

	naming_split(&n, names[_i].text);
	ck_assert_pstr_eq(n.name, names[_i].name);
	ck_assert_pstr_eq(n.version, names[_i].version);
	naming_release(&n);
}
END_TEST

int
main(void)
{
	TCase *tc = tcase_create("control");

	tcase_add_test(tc, all_fields_are_there);
	tcase_add_test(tc, a_command_line_cannot_make_fields);
	tcase_add_test(tc, a_field_is_one_line);
	tcase_add_loop_test(tc, a_machine_has_debians_name, 0, ARRAY_SIZE(heads));
	tcase_add_loop_test(tc, a_name_has_its_version_behind_it, 0, ARRAY_SIZE(names));
	return unit_run("control", tc);
}
