/*
 * The digest (お知らせ): once a working day, to each person, what waits for them: their tasks that are due or late, those they stand
 * in for, those of their unit or of everybody when nothing moves, approvals and how long they have waited. One a day and person, kept
 * as a notice in the product and sent by mail where mail is set up and the person has an address. Nothing waits: no digest.
 *
 * What an account gets is what it may see; a person without an account gets only tasks of which they are owner or deputy, with a
 * personal link that opens exactly those. Nobody's digest holds another person's items unless they may see them in the product.
 */
#ifndef WORK_DIGEST_H
#define WORK_DIGEST_H

#include "register/register.h"
#include "register/setting.h"

#define LIMIT_DIGEST_LINES 20  /* of one section; that there are more is said */

extern const struct setting work_settings[];
extern const size_t work_setting_count;

/*
 * Makes the digests of today that are not made yet, when the hour has come and it is no day off. Holds the lease "digest"; another
 * holder's makes it do nothing. public_url: of the product, for links; empty: without. *ret_made counts those with something to tell.
 * Not within a write.
 */
MUST_USE int digest_round(struct db *db, const uint8_t key[32], struct str public_url, int64_t *ret_made);

/* Within a write: the links to tasks that digests gave this person end. */
MUST_USE int digest_links_end(struct db_conn *writer, struct arena *a, int64_t person);

/* Within a write: takes or renews a lease until ms from now, unless another holder has it: ERR_BUSY. */
MUST_USE int lease_take(struct db_conn *writer, struct arena *a, const char *name, struct str holder, int64_t ms);

/*
 * What rooms above have to say in a digest: the table is set once at start-up and must stay valid. A part counts what waits for the
 * principal, an account's, and says it in one line with the path of a page; *ret_n 0: nothing is said.
 */
struct digest_part {
	int (*load)(struct db_conn *c, struct arena *a, const struct principal *p, int64_t *ret_n, struct note *ret_say, struct str *ret_path);
};
void digest_declare(const struct digest_part *const *parts, size_t n);

/* On Today: the newest notices that the reader has not marked as read. */
void notice_inbox(struct html *h, struct http_req *req, struct db_conn *c);
extern const struct route notice_routes[];
extern const size_t notice_route_count;

#endif
