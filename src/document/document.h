/*
 * Rules and documents (文書): what the company has written down, in five tiers and three kinds, and its numbered revisions.
 * One revision of a document is in force; the rule stands in revision_check(), and an index keeps it. A revision comes into force
 * when it was approved by the approval room and its day has come; the former one is superseded and stays readable.
 *
 * The document is readable by everybody with a right to the register, and with it the text in force and the superseded ones, unless
 * the document is classified as restricted. Drafts belong to the unit that owns the document.
 */
#ifndef DOCUMENT_DOCUMENT_H
#define DOCUMENT_DOCUMENT_H

#include "register/register.h"
#include "work/approval.h"
#include "work/work.h"

extern const struct reg reg_document;
extern const struct reg reg_revision;
extern const struct reg reg_revision_reason; /* why a document should be revised */
extern const struct reg reg_rule_review;     /* what a rule says, what is done, what it should say */
extern const struct reg reg_nda;

extern const struct route document_routes[];
extern const size_t document_route_count;
/* Beside the registers' own tables: the index that keeps one revision in force. */
extern const char document_schema[];

enum revision_state { REVISION_DRAFT = 1, REVISION_IN_FORCE, REVISION_SUPERSEDED }; /* stored: never renumber */
enum document_class { DOCUMENT_PUBLIC = 1, DOCUMENT_INTERNAL, DOCUMENT_RESTRICTED };

/* ---- revisions ---- */

/*
 * Within a write: an approved draft whose day has come is in force from now on, and the one before it is superseded. ERR_NOT_FOUND;
 * ERR_CONFLICT when it is no draft any more; ERR_INVALID with *ret_why when it is not approved as it stands, or its day lies ahead.
 */
MUST_USE int revision_put_in_force(struct reg_ctx *ctx, int64_t id, struct note *ret_why);
#define LIMIT_REVISION_ROUND 100
/* The same for every draft whose day has come and that is approved; *ret_n counts them. Not within a write. */
MUST_USE int revision_round(struct db *db, const uint8_t *key, int64_t *ret_n);

/* The steps of approval of a revision by its document's tier: what holds while the office has written no route for revisions. */
MUST_USE int revision_route(struct db_conn *c, struct arena *a, int64_t revision_id, struct approval_step *ret, size_t *ret_n);

/* A revision as it is read: the text and what its cover says. */
struct document_text {
	int64_t id, document_id, number, state;
	struct str document_code, document_number, title, unit, text, reason, effective_on, ended_on, author, approver, scope, audience;
	int64_t tier, kind, classification, retention;
};
/* The one rule of who reads which text. ERR_NOT_FOUND for one that is not there or not theirs. */
MUST_USE int document_text_get(struct db_conn *c, struct arena *a, const struct principal *p, int64_t revision_id, struct document_text *ret);
/* The revision before this one by number that the principal may read, or 0. */
MUST_USE int document_text_before(struct db_conn *c, struct arena *a, const struct principal *p, const struct document_text *t, int64_t *ret);
/* The words of a state together with its approval: 下書き, 審査中, 施行中, 旧版. */
msg_id revision_word(int64_t state, const struct approval_mark *m, enum tone *ret_tone);

void document_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
void document_list(struct html *h, struct http_req *req, struct db_conn *c);
void revision_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
/* A document's and a revision's label of a choice field's number; empty when it is none. */
struct str document_word(const char *field, int64_t number, enum lang lang);

/* ---- pages (reader.c, starter.c) ---- */

void document_text_page(struct http_req *req);
void document_compare_page(struct http_req *req);
void document_public_page(struct http_req *req);
void document_starter_page(struct http_req *req);
void document_starter_do(struct http_req *req);

/* ---- the starter set (starter.c) ---- */

struct starter { const char *number, *title, *tier, *kind, *classification, *audience, *text; };
extern const struct starter starters[];
extern const size_t starter_count;
/* Within a write: the documents of the set that the office does not have by number, each with a first draft that takes effect on a
 * day; what is there stays. *ret_made counts them. */
MUST_USE int document_starter_make(struct reg_ctx *ctx, int64_t unit_id, struct date effective_on, int64_t *ret_made);

#endif
