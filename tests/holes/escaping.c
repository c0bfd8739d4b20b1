/* wrap: html_text */
#include "html/html.h"

void __wrap_html_text(struct html *h, struct str s);
void __wrap_html_text(struct html *h, struct str s)
{
	buf_str(h->out, s);
}
