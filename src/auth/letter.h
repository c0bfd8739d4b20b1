/* Letters with a secret link, for rooms above: there is no mail yet, so a letter is shown once, printed, or laid into the outbox. */
#ifndef AUTH_LETTER_H
#define AUTH_LETTER_H

#include "auth/office.h"

/* "https://host/path" of a path of this site: by the public URL, or by the host the request names. */
struct str letter_url(struct http_req *req, struct str path);
/* A link as a QR code. */
void letter_qr_put(struct html *h, struct str url);
/* Writes text as outbox/<time>-<kind>-<id>.txt of the data folder, readable by the owner only. kind is a word of ours. 0 or ERR_IO. */
MUST_USE int letter_write(struct http_req *req, const char *kind, int64_t id, struct str text);

#endif
