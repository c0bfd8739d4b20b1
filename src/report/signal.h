/*
 * The signal (信号): 赤, 黄, 青, 灰 for each area of the office, worst-of with its reasons. Rooms above declare their areas by
 * a table, since report/ must not see them. An area looks at its rows with the principal's visibility and says, in any
 * order, what it found; the worst finding is the area's colour. Order: red, yellow, grey, green. What is not known is grey
 * at least, and an area may make it yellow or red by a rule of its own; an area without a finding is grey.
 *
 * At the end of a month the signal of the whole company is kept for good (frozen): colour, reasons as sentences in both
 * languages, and figures. A month is frozen once, whatever happens afterwards. A month-end that was missed (no server
 * ran) is caught up with what is found then, and is marked as late.
 */
#ifndef REPORT_SIGNAL_H
#define REPORT_SIGNAL_H

#include "auth/auth.h"
#include "auth/office.h"
#include "html/html.h"

#define SIGNAL_AREAS 16
#define SIGNAL_REASONS 16
#define SIGNAL_FIGURES 48
#define SIGNAL_LATE_HOURS 24   /* frozen later than this after the month's end is late */

struct signal_reason {
	enum tone tone;
	struct note why;             /* rule, figures and the setting that was used */
	struct str text;             /* instead of why, of a frozen one */
	struct str path;             /* to the rows; may be empty */
	int64_t rows;                /* how many that list has; negative: the path leads to no list of them */
};
struct signal_figure {
	const char *key;             /* for comparing month with month: never renamed */
	msg_id label;              /* MSG_NONE: kept, not shown by itself */
	struct str text;             /* the label of a frozen one, instead */
	int64_t value;               /* negative: not known */
	struct str path;             /* to a list of exactly so many rows; may be empty */
	enum tone tone;              /* when the value is not 0 */
	bool yen;                    /* an amount: the path leads to what it was made of, not to so many rows */
};
struct signal {
	enum tone tone;              /* set by signal_load() */
	struct signal_reason reason[SIGNAL_REASONS]; size_t reasons; /* worst first after signal_load() */
	struct signal_figure figure[SIGNAL_FIGURES]; size_t figures;
};

struct signal_area {
	const char *name;            /* "risk": kept in frozen months, never renamed */
	struct label label;
	const char *path;            /* the area's page */
	const char *reg;             /* who may read this register sees the area */
	int (*load)(struct db_conn *c, struct arena *a, const struct principal *p, struct signal *ret);
};

/* Once at start-up; the table must stay valid. At most SIGNAL_AREAS. */
void signal_declare(const struct signal_area *areas, size_t n);
size_t signal_area_count(void);
const struct signal_area *signal_area_at(size_t i);

/* For areas. Beyond the limits nothing is added; the worst is still kept. path leads to a list of exactly as many rows as
 * the first number of why says (none said: 0), for the principal whose signal it is; signal_add_page() is for a page that
 * is no such list. */
void signal_add(struct signal *s, enum tone tone, struct note why, struct str path);
void signal_add_page(struct signal *s, enum tone tone, struct note why, struct str path);
void signal_add_figure(struct signal *s, const char *key, msg_id label, int64_t value, struct str path, enum tone tone);
void signal_add_yen(struct signal *s, const char *key, msg_id label, int64_t value, struct str path);
int64_t signal_value(const struct signal *s, const char *key); /* -1 when there is none, or it is not known */

enum tone signal_worse(enum tone a, enum tone b);

/* May this principal see the area at all? */
bool signal_may(const struct principal *p, const struct signal_area *area);
/* The area as it is now, over the rows that p may see. */
MUST_USE int signal_load(struct db_conn *c, struct arena *a, const struct principal *p, const struct signal_area *area, struct signal *ret);
/* "・..." line by line, those of the worst colour first. */
struct str signal_reasons(struct arena *a, enum lang lang, const struct signal *s);

/* ---- months (report/month.c) ---- */

struct month {
	int year, month;
};
MUST_USE int month_parse(struct str s, struct month *ret); /* YYYY-MM of 2000 to 2199; ERR_SYNTAX */
struct str month_str(struct arena *a, struct month m);
struct month month_add(struct month m, int months);
struct month month_of(struct date d);
int64_t month_end(struct month m); /* the first instant after it, in the company's zone */

struct frozen {
	struct month month;
	int64_t at;
	bool late;
	size_t areas;
	const char *name[SIGNAL_AREAS];
	struct label label[SIGNAL_AREAS]; /* as it was */
	struct signal signal[SIGNAL_AREAS];
	enum tone tone;              /* worst of all */
};
/* Frozen months speak of the whole company: only who may see every unit gets them. */
bool month_may(const struct principal *p);
/* The frozen month, with the areas that p may read; ERR_NOT_FOUND when it is not frozen or not for p. */
MUST_USE int month_load(struct db_conn *c, struct arena *a, const struct principal *p, struct month m, enum lang lang, struct frozen *ret);
/* Is there a frozen month for this principal? */
bool month_there(struct db_conn *c, struct arena *a, const struct principal *p, struct month m);
/* Freezes every month-end that has passed and is not frozen, oldest first; *ret_frozen (may be NULL) how many. Idempotent.
 * For the job of every minute. Not within a write. */
MUST_USE int month_freeze_due(struct db *db, int *ret_frozen);
/* The same within a write that is under way, at the instant of the clock: for the demo. */
MUST_USE int month_freeze_in(struct db_conn *writer, struct arena *a, int *ret_frozen);

extern const char report_schema[];

/* Brings the worst reason to the front and takes its colour; an area that said nothing is grey. signal_load() does it. */
void signal_settle(struct signal *s);
/* The named areas (NULL-terminated) that the principal may see, one below the other: for the pages of a room. */
void signal_put_areas(struct html *h, struct db_conn *c, const struct principal *p, const char *const *names);
/* A light with its reasons, each leading to its rows, and figures. */
void signal_put(struct html *h, struct label label, const struct signal *s);
/* The part of Today: a light for each area, its reasons, three months. */
void signal_today(struct html *h, struct http_req *req, struct db_conn *c);

#endif
