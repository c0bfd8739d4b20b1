/* What the demo company consists of: constant tables for main/demo.c, all of it made up. Days count back from today. */
#ifndef MAIN_DEMO_DATA_H
#define MAIN_DEMO_DATA_H

#include <stddef.h>

#define DEMO_COMPANY "見本通販株式会社"
#define DEMO_FIRST_DAY 92 /* the history begins so many days before today */

/* Who did it: accounts, in the order of demo_people[]. */
enum demo_who { WHO_ADMIN, WHO_LEAD, WHO_CONTACT, WHO_EXECUTIVE, WHO_AUDITOR, WHO__N };

enum demo_unit {
	UNIT_COMPANY, UNIT_PLANNING, UNIT_AFFAIRS, UNIT_GENERAL, UNIT_STAFF, UNIT_ACCOUNTS, UNIT_SALES, UNIT_ORDERS, UNIT_GOODS,
	UNIT_LOGISTICS, UNIT_WAREHOUSE, UNIT_SYSTEMS, UNIT_PROMOTION, UNIT__N
};
struct demo_unit_row {
	const char *name;
	int parent;            /* enum demo_unit, -1 for the company */
	const char *kind;      /* as files write it */
	const char *head;      /* a person's name */
	const char *contact;   /* or NULL */
};
extern const struct demo_unit_row demo_units[UNIT__N];

/* People with a name of their own, and groups whose names are counted: 見本 太郎01, 例示 花子02 ... */
struct demo_person_row {
	int unit;
	const char *kind;
	const char *name, *kana;  /* NULL: a group */
	const char *job;
	int count;                /* of a group; 1 otherwise */
	int joined, left;         /* months before today, days before today; left 0: still here */
};
extern const struct demo_person_row demo_persons[];
extern const size_t demo_person_rows;

enum demo_place {
	AT_DESK, AT_LAPTOP, AT_PHONE, AT_FILES, AT_CABINET, AT_SAFE, AT_SHOP, AT_GROUPWARE, AT_BACKUP, AT_HANDY, AT__N
};
struct demo_place_row {
	const char *name, *kind; /* kind NULL: not decided yet */
	const char *outside;     /* yes, no, or NULL: unknown */
	const char *location, *note;
};
extern const struct demo_place_row demo_places[AT__N];

struct demo_asset_row {
	const char *category, *name, *scope;
	int unit, place;
	const char *custodian;   /* or NULL */
	const char *personal;    /* three of y, n, ?: personal, special care, My Number */
	int subjects;            /* 0: not known */
	const char *rating;      /* three of 0, 1, 2, -: confidentiality, integrity, availability */
	const char *retention;   /* or NULL */
	int registered;          /* months before today */
	char stage;              /* 1-6, - */
	char control;            /* 1-3, 9, - */
	char confirmed;          /* a: 58 days ago, b: 28, c: 10, t: today, o: longer than a year ago, -: never */
};
extern const struct demo_asset_row demo_assets[];
extern const size_t demo_asset_count;

/* Answers to the questionnaires, by the order in which the product ships them. */
struct demo_threat_row {
	int day;
	int kind, nth;           /* the kind of place, and the which of its threats, from 1 */
	const char *applicable, *frequency, *note;
};
extern const struct demo_threat_row demo_threats[];
extern const size_t demo_threat_count;
struct demo_check_row {
	int day;
	int number;
	const char *answer, *note; /* note may be NULL: as it stands */
};
extern const struct demo_check_row demo_checks[];
extern const size_t demo_check_count;

/* Single changes of rows that exist, with who and why. */
enum demo_kind { ON_ASSET, ON_PLACE, ON_UNIT, ON_PERSON };
struct demo_change_row {
	int day;
	enum demo_who who;
	enum demo_kind kind;
	const char *title;
	const char *set[3][2];   /* field and text; {NULL, NULL} behind the last */
	const char *reason;
};
extern const struct demo_change_row demo_changes[];
extern const size_t demo_change_count;

/* Approvals: asked for, given, sent back. cost -1: not given. */
enum demo_act { DEMO_SUBMIT, DEMO_APPROVE, DEMO_SEND_BACK };
struct demo_approval_row {
	int day;
	enum demo_who who;
	enum demo_act act;
	const char *asset, *text;
	long long cost;
	const char *treatment; /* where asset is NULL: by its control */
};
extern const struct demo_approval_row demo_approvals[];
extern const size_t demo_approval_count;

struct demo_comment_row {
	int day;
	enum demo_who who;
	const char *asset, *text;
};
extern const struct demo_comment_row demo_comments[];
extern const size_t demo_comment_count;

#endif
