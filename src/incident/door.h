/*
 * The way in for reports: addresses (a door per company and per unit), the stamp of a form, taking a report, and following it by a code.
 *
 * A door's secret is a digest of the office's key and a salt: the database holds the salt and a hash, so that a copy of it opens
 * nothing, and the lead can print the poster again. A stamp is time, door and a nonce under the office's key: it shows that a form is ours,
 * when it was given out, and that the same form sent twice is one report. The code by which a report is followed is made of that
 * nonce; only its keyed hash is stored.
 */
#ifndef INCIDENT_DOOR_H
#define INCIDENT_DOOR_H

#include "auth/office.h"
#include "incident/photo.h"
#include "register/register.h"

#define LIMIT_DOORS 200            /* open at a time */
#define LIMIT_TOLD 2000            /* characters of a report, and of what is added */
#define LIMIT_ADDED 10             /* times that a reporter may add something */
#define LIMIT_PHOTOS 3             /* of one report, with what is added */
#define LIMIT_DOOR_PHOTOS (200u << 20) /* bytes of photos of reports of one door that nobody has sorted yet */
#define STAMP_MIN_MS INT64_C(3000)
#define STAMP_MAX_MS INT64_C(43200000) /* 12 hours */

/* ---- doors ---- */

struct door {
	int64_t id, unit_id;           /* unit 0: the whole company */
	int64_t made_at, ended_at;     /* ended 0: open */
	int64_t waiting, reports;      /* not sorted yet; all */
	struct str unit, made_by;
	struct str secret;
};
/* Open doors, that of the company first, and units that have none (id 0), by name. For who has NEED_LINKS. */
MUST_USE int door_list(struct db_conn *c, struct arena *a, const uint8_t key[32], struct door **ret, size_t *ret_n);
MUST_USE int door_get(struct db_conn *c, struct arena *a, const uint8_t key[32], int64_t id, struct door *ret);
/* The open door of a secret; ERR_NOT_FOUND alike for one that never was and one that ended. */
MUST_USE int door_find(struct db_conn *c, struct arena *a, struct str secret, struct door *ret);
/* Within a write; want NEED_LINKS and OP_UPDATE on reports of the unit (ERR_DENIED); recorded in the trail.
 * make: the unit's door, another one when there is one: that ends. ERR_NOT_FOUND: no such unit; ERR_LIMIT. */
MUST_USE int door_make(struct reg_ctx *ctx, int64_t unit_id, int64_t *ret_id);
MUST_USE int door_end(struct reg_ctx *ctx, int64_t id);

/* ---- stamps ---- */

enum stamp_state { STAMP_GOOD, STAMP_FORGED, STAMP_EARLY, STAMP_OLD };
struct stamp {
	int64_t at, door_id;           /* door 0: the page of the code */
	uint8_t nonce[16];
};
struct str stamp_make(struct arena *a, const uint8_t key[32], int64_t door_id);
enum stamp_state stamp_read(const uint8_t key[32], struct str text, struct stamp *ret);

/* ---- reports ---- */

enum taken {
	TAKEN_NEW,
	TAKEN_AGAIN,   /* this form was sent already, with the same words */
	TAKEN_OTHER,   /* this form was sent already, with other words: they were not taken */
	TAKEN_SLOW,    /* too often: wait_ms */
	TAKEN_FULL,    /* too many wait to be sorted */
	TAKEN_PHOTO,   /* the photos that wait are too many: it goes without */
	TAKEN_UNKNOWN, /* no report of this code: wrong, empty, or one that is no more */
};
struct told {
	struct stamp stamp;
	struct str secret, address;    /* address: for slowing only */
	struct str what, happened_on, place, reporter;
	int64_t kind;                  /* 0: not said */
	struct str photo;              /* cleaned; empty: none */
	enum photo_kind photo_kind;
	/* Filled: */
	enum taken taken;
	int64_t wait_ms, record_id;
	struct str code;               /* TAKEN_NEW, TAKEN_AGAIN, TAKEN_OTHER */
};
/* Within a write. ERR_NOT_FOUND: the door is closed. ERR_INVALID: the register refuses a value. */
MUST_USE int report_take(struct db_conn *writer, struct arena *a, const uint8_t key[32], struct told *t);

/* ---- following ---- */

struct followed {
	int64_t record_id, state, photos, added;
	struct str reported_on, what, answer;
	bool open;                     /* may be added to */
	struct { int64_t at; struct str text; } addition[LIMIT_ADDED];
	size_t additions;
};
/* Within a write, since it counts: the report of a code, as typed. That there is none is no error, so that the attempt stays counted: TAKEN_UNKNOWN
 * in *ret_taken; TAKEN_SLOW for right and wrong codes alike when it was tried too often. */
MUST_USE int report_follow(struct db_conn *writer, struct arena *a, const uint8_t key[32], struct str code, struct str address, enum taken *ret_taken,
                           int64_t *ret_wait_ms, struct followed *ret);
/* Within a write: a sentence, a photo or both. The same form twice adds once. TAKEN_FULL: as often as may be; TAKEN_PHOTO: as many photos. */
MUST_USE int report_add(struct db_conn *writer, struct arena *a, const uint8_t key[32], struct str code, struct told *t);

/* Who writes what strangers tell. */
struct principal report_writer(void);

#endif
