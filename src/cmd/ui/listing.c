/* Rows as a command was told to show them. */
#include "config.h"

#include "cmd/ui/listing.h"

int
listing_open(struct listing *l, const struct options *o, struct err *e)
{
	l->format = (enum format)o->format;
	l->text = l->format == FORMAT_TEXT || l->format == FORMAT_LIST;
	return output_open(&l->out, o, e);
}

void
listing_columns(struct listing *l, const struct column *column, size_t n, bool cut)
{
	if (!l->text)
		return;
	columns_init(&l->table, column, n);
	l->cut = cut;
}

void
listing_names(struct listing *l, const struct row *names)
{
	if (!l->text && !l->printer.out)
		printer_begin(&l->printer, l->out.f, l->format, names);
}

int
listing_close(struct listing *l, int rc, struct err *e)
{
	if (rc == 0 && l->printer.out)
		printer_end(&l->printer);
	if (rc == 0 && l->table.column)
		columns_print(&l->table, &l->out, l->cut);
	printer_release(&l->printer);
	columns_release(&l->table);
	return output_close(&l->out, rc < 0 ? NULL : e) < 0 ? -1 : rc;
}
