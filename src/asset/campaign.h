/*
 * Asset reviews (棚卸し): every unit says of each of its rows whether it is as it stands, by a personal link, until a day. The
 * campaign is a register, so that it has a history; what the units answer is kept in tables of its own: an answer is
 * evidence of a moment, nobody edits it as a row, and there is one for every row of every campaign. What an answer changes
 * (the date of confirmation) goes through reg_write() like everything else.
 *
 * A campaign has a part per unit that owns rows of the chosen ledgers, and a part has an item per row, at most
 * LIMIT_LINK_ITEMS: more cannot stand behind one link, and the part says how many were left out.
 */
#ifndef ASSET_CAMPAIGN_H
#define ASSET_CAMPAIGN_H

#include "auth/office.h"
#include "register/register.h"
#include "report/signal.h"

extern const struct reg reg_campaign;
extern const char campaign_schema[];

enum campaign_state { CAMPAIGN_DRAFT = 1, CAMPAIGN_RUNNING, CAMPAIGN_CLOSED };
/* Stored: never renumber. */
enum campaign_answer { ANSWER_NONE, ANSWER_SAME, ANSWER_CHANGED, ANSWER_GONE };

struct campaign_part {
	int64_t id, campaign_id, unit_id, link_id;
	int64_t issued, issued_at;      /* how often a link was made, and when last */
	int64_t opened_at;              /* of the last link; 0: not yet */
	int64_t left_out;
	int64_t items, done, gone, found;
	struct str unit, contact;       /* contact empty: the unit names none, or not the reader's to see */
	int64_t contact_id;
};
/* The parts of a campaign, by the unit's name; at most 1,000. The campaign must be visible to the reader. */
MUST_USE int campaign_parts(struct db_conn *c, struct arena *a, const struct principal *p, int64_t campaign_id,
                            struct campaign_part **ret, size_t *ret_n);
/* The running part that a personal link opens; ERR_NOT_FOUND. */
MUST_USE int campaign_part_of_link(struct db_conn *c, struct arena *a, int64_t link_id, struct campaign_part *ret);

/* The running part that the principal answers for: that of a personal link, or one of a unit of an account's own grants; of
 * several, that named (part_id), that with the row (record_id), the first that owes answers. ERR_NOT_FOUND. */
MUST_USE int campaign_part_to_answer(struct db_conn *c, struct arena *a, const struct principal *p, int64_t part_id, int64_t record_id,
                                     struct campaign_part *ret);

/*
 * Within a write. All three want OP_UPDATE on the campaign (ERR_DENIED, ERR_NOT_FOUND) and ERR_CONFLICT tells that its state
 * does not allow it.
 * start: makes parts and items of the rows as they are now. ERR_INVALID when there are none.
 * issue: a new link for one part; the last one ends. Wants NEED_LINKS and OP_UPDATE on the unit's rows.
 * close: ends every link; answers stay.
 */
MUST_USE int campaign_start(struct reg_ctx *ctx, int64_t campaign_id);
MUST_USE int campaign_issue(struct reg_ctx *ctx, int64_t campaign_id, int64_t part_id, struct str name, struct str *ret_secret);
MUST_USE int campaign_close(struct reg_ctx *ctx, int64_t campaign_id);

/*
 * Within a write, by a personal link, or by an account of the unit that may update the row: the answer to one item of its own
 * running part; ERR_NOT_FOUND for anything else.
 * ANSWER_SAME sets the row's date of confirmation; ERR_INVALID when the row needs a correction first. ANSWER_GONE wants a
 * reason (ERR_RANGE). Answering again replaces the answer.
 */
MUST_USE int campaign_answer(struct reg_ctx *ctx, int64_t record_id, enum campaign_answer answer, struct str reason);
/* A row that the ledgers lack, as told by the unit. At most 100 a part (ERR_LIMIT); ERR_RANGE without a name or with a
 * ledger that the campaign does not ask about. */
MUST_USE int campaign_found(struct reg_ctx *ctx, struct str reg, struct str name, struct str note);
/* Of the part named, where the principal answers for several. */
MUST_USE int campaign_found_in(struct reg_ctx *ctx, int64_t part_id, struct str reg, struct str name, struct str note);

/* SQL: answered, and where a change was announced, changed. k is the item, r the row's record. */
#define CAMPAIGN_IS_DONE "(k.answer IN (1, 3) OR (k.answer = 2 AND r.revision > k.revision))"

/* Units that owe answers to a running review; those of them past its due date; rows called gone that are still live; things
 * missing from a ledger that it still lacks (asset/standing.c). Of units that the principal is for. */
enum standing { STANDING_OPEN, STANDING_LATE, STANDING_GONE, STANDING_MISSING };
#define STANDINGS 4
MUST_USE int standing_count(struct db_conn *c, struct arena *a, const struct principal *p, enum standing which, int64_t *ret);
/* A page with exactly these. */
struct str standing_path(enum standing which);
/* The part of the asset area's signal, for who may read reviews. */
MUST_USE int standing_signal(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);
void standing_today(struct html *h, struct http_req *req, struct db_conn *c);

/* The line of an answer in a row's history (register/history.h). */
bool campaign_say(struct arena *a, enum lang lang, struct str name, struct str recorded, struct str *ret_label, struct str *ret_text);

/* Is this ledger asked about? registers: the campaign's field. */
bool campaign_asks(int64_t registers, const struct reg *r);

/* Content of the campaign's page, and the pages themselves (asset/campaign_pages.c, asset/review_page.c). */
void campaign_detail(struct html *h, struct http_req *req, struct db_conn *c, const struct row *row);
http_handler campaign_start_do, campaign_issue_do, campaign_close_do, review_page, review_answer_do, review_found_do, standing_page;

#endif
