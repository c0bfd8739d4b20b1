/* The user manual: docs/manual/<name>.md, compiled in, shown at /help/<name>. */
#ifndef MAIN_MANUAL_H
#define MAIN_MANUAL_H

#include "base/arena.h"
#include "base/msg.h"

struct manual_page {
	const char *name;
	struct label title;
	const char *text, *end;
};
extern const struct manual_page manual_pages[];
extern const size_t manual_count;
const struct manual_page *manual_find(struct str name);
/* The text below its title, with headings one level up: the page around it has the title and shifts headings by two. */
struct str manual_text(struct arena *a, const struct manual_page *m);

#endif
