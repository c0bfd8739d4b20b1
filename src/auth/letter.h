/* Letters with a secret link, for rooms above: a letter is shown once, printed, laid into the outbox, or goes by mail. */
#ifndef AUTH_LETTER_H
#define AUTH_LETTER_H

#include "auth/office.h"

/* "https://host/path" of a path of this site: by the public URL, or by the host the request names. */
struct str letter_url(struct http_req *req, struct str path);
/* A link as a QR code. */
void letter_qr_put(struct html *h, struct str url);
/* Writes text as outbox/<time>-<kind>-<id>.txt of the data folder, readable by the owner only. kind is a word of ours. 0 or ERR_IO. */
MUST_USE int letter_write(struct http_req *req, const char *kind, int64_t id, struct str text);
/* Within a write: the letter goes by mail to the person. ERR_NOT_FOUND where no mail is set up or the person has no address: then
 * nothing is done, and the other ways remain. *ret_to is the address. */
MUST_USE int letter_mail(struct http_req *req, struct db_conn *writer, const char *kind, int64_t person_id, struct str name, enum lang lang, struct str subject,
                         struct str text, struct str *ret_to);

#endif
