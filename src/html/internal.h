/* Shared inside the room only: constants of this room that are strings at run time, and the tones' words. */
#ifndef HTML_INTERNAL_H
#define HTML_INTERNAL_H

#include "html/html.h"

/* Unescaped: only for constants compiled into this room (tone names, built-in icons), never for anything from outside. */
void html_constant(struct html *h, const char *z);

struct str html_grouped(struct html *h, int64_t v); /* as html_i64() writes it, for a message's argument */

const char *tone_class(enum tone t);  /* "tone-red" */
msg_id tone_word(enum tone t);      /* "red (act now)" */
msg_id tone_signal(enum tone t);    /* "Red" */
/* The tone's shape, so that nobody needs to see the colour: a character, hidden from screen readers. */
void html_tone_mark(struct html *h, enum tone t);

/* Made from web/ at build time (web/embed.mjs). Icons are the inner elements of a 24x24 outline. */
struct asset_icon {
	const char *name, *svg;
};
extern const struct asset_file asset_table[];
extern const size_t asset_count;
extern const struct asset_icon asset_icons[]; /* sorted by name */
extern const size_t asset_icon_count;

#endif
