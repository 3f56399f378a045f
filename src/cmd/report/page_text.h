/* The page that a report is: page.html, page.css and page.js beside this, put into C when the program is built. */
#ifndef WT_CMD_REPORT_PAGE_TEXT_H
#define WT_CMD_REPORT_PAGE_TEXT_H

/* What stands in {{braces}} is a part of page.c's table. */
extern const char page_html_text[];
extern const char page_css_text[];
extern const char page_js_text[];

#endif
