/* The page of one row, and what hangs on it. */
#ifndef REGISTER_PAGE_DETAIL_H
#define REGISTER_PAGE_DETAIL_H

#include "register/page_common.h"

http_handler page_detail, page_history, page_archive, page_restore, page_undo, page_merge, page_merge_save, page_erase,
	page_erase_save;
http_handler page_comment, page_comment_remove, page_attach, page_attachment, page_detach, page_link_add, page_link_remove;
http_handler page_bulk;

/* Sections of the detail page, each a card of its own. */
void links_section(struct face *f, const struct row *row);
void referring_section(struct face *f, const struct row *row);
void comments_section(struct face *f, const struct row *row);
void attachments_section(struct face *f, const struct row *row);
/* The newest entries, with a link to all of them. */
void history_section(struct face *f, const struct row *row, size_t limit);

void section_begin(struct html *h, msg_id title, const char *id);
void section_end(struct html *h);

#endif
