/*
 * Names and other text of strangers in HTML, JSON and Markdown.  First each is made visible (quote_message()): controls,
 * what turns the direction of text and bytes that are not UTF-8 stand as \ooo, the same in every format.  Then nothing
 * of it means anything to the format.
 */
#ifndef WT_CMD_REPORT_MARKUP_H
#define WT_CMD_REPORT_MARKUP_H

#include <stddef.h>

#include "base/buf.h"

/* As text or in a double-quoted attribute of HTML.  NULL: nothing. */
void markup_add_html(struct buf *out, const char *text);
void markup_add_html_bytes(struct buf *out, const char *bytes, size_t len);
/* The same of a line of a text, in which tabs stay. */
void markup_add_html_line(struct buf *out, const char *line, size_t len);

/* A string of JSON, in its quotes, that may stand in a script element of HTML. */
void markup_add_json(struct buf *out, const char *text);

/* Running text of Markdown, and a span of code. */
void markup_add_markdown(struct buf *out, const char *text);
void markup_add_markdown_code(struct buf *out, const char *text);

#endif
