/* What the files of the read path share; nobody outside of it includes this. */
#ifndef REGISTER_QUERY_INTERNAL_H
#define REGISTER_QUERY_INTERNAL_H

#include "register/engine.h"
#include "register/query.h"

/* ---- cursors ---- */

/* The place of a row in an order: its sort value (none in the order by id) and its id. */
struct key {
	struct value v;
	int64_t id;
	bool reread;            /* the value is too long for a cursor: it is read again from the row */
};
/* What a cursor is good for: a cursor of another register, order or state of rows is refused. */
struct cursor_of {
	const struct reg *reg;
	const struct field *sort; /* NULL: by id */
	bool descending, archived;
};
void cursor_put(struct buf *b, const struct cursor_of *of, const struct key *k);
/* ERR_SYNTAX for anything that cursor_put() did not write for the same order. Texts are copied into the arena. */
MUST_USE int cursor_parse(struct arena *a, const struct cursor_of *of, struct str s, struct key *ret);

/* ---- fields ---- */

bool field_is_range(const struct field *f);     /* has an order that a range makes sense in */
bool field_is_searchable(const struct field *f); /* in the search index */
/* Can the order be by this field? One of FIELD_SORT, kept in a column of its own, not a reference. */
bool field_is_sortable(const struct reg_view *v, int field);
/* Read with OP_PRIVATE only. */
bool field_is_private(const struct field *f);
/* Is there an index (of the description's) that begins with both? in_order: rows with one value of the first lie in it in the order of
 * a list by the second, which is that of the second and the id: nothing else of the index comes between. */
bool field_pair_indexed(const struct reg *r, const struct field *first_field, const struct field *second_field, bool in_order);

/* ---- plans ---- */

enum source {
	/* In order, row by row, from where the cursor stands; at most cap rows are looked at: */
	BY_SORT,            /* the index of the sort field: known values, then blanks */
	BY_PAIR,            /* the index (filter, sort) at one value of the filter */
	BY_ID,              /* newest first */
	BY_SEARCH,          /* hits of the search, newest first */
	/* All rows of a small set, sorted in memory: */
	GATHER_IDS, GATHER_SEARCH, GATHER_FILTER, GATHER_UNITS,
	GATHER_ARCHIVED,    /* the newest of the archived rows, at most cap */
};
enum segment { SEGMENT_KNOWN, SEGMENT_BLANK, SEGMENT_ALL };

struct plan {
	const struct query *q;
	const struct reg_view *view;
	const struct reg *reg;
	struct arena *arena;
	int number;
	int sort;                /* view index; -1: by id */
	bool descending;
	bool continued;
	struct key at;
	enum source source;
	int by, with;            /* the filter that the source is built on, and a second one of the same index; or -1 */
	bool nothing;            /* the search holds nothing that could be found */
	bool restricted, private_rows, own;
	struct str match;        /* for the search index; empty without a search */
	int64_t cap;             /* rows of the source that are looked at */
	bool unbounded;          /* no cap */
	bool used[LIMIT_FIELDS]; /* columns that conditions look at */
};
/* Chooses how to run the query. c NULL: without looking at the data (the set is taken to be large). unbounded: no cap. */
MUST_USE int plan_make(struct db_conn *c, struct arena *a, const struct query *q, bool unbounded, struct plan *ret);
/* The statement for up to n rows of a segment: id, sort value (if any). after NULL: from its beginning. */
void plan_page(const struct plan *p, struct sql *s, enum segment segment, const struct key *after, int64_t n);
/* The cap-th row behind `after`, if the source has as many: where the looking stopped. */
void plan_stop(const struct plan *p, struct sql *s, enum segment segment, const struct key *after);
/* The plan by which the rows are counted: no order is asked for, so a single condition is counted in its own index. */
struct plan plan_for_count(const struct plan *page);
/* How many rows there are, at most LIMIT_COUNT + 1; looks at cap rows when they are filtered. */
void plan_count(const struct plan *p, struct sql *s);
bool plan_in_order(const struct plan *p);   /* BY_...: pages continue from the key */
bool plan_filtered(const struct plan *p);   /* conditions are checked row by row behind the source */
struct cursor_of plan_cursor(const struct plan *p);
const struct field *plan_sort_field(const struct plan *p); /* NULL: by id */

/* Conditions, as " AND ..." behind others, on the columns of alias. */
void plan_put_visible(struct sql *s, const struct plan *p, const char *alias);
void plan_put_filter(struct sql *s, const struct plan *p, const struct filter *f, const char *alias);
void plan_put_search_table(struct sql *s, const struct plan *p);
/* One value of a column: rows with it lie together in an index, in the order of what follows there. */
bool plan_is_point(const struct plan *p, const struct filter *f);
/* Has an index that finds its rows: a field that lists are filtered or sorted by, in a column of its own. */
bool plan_is_indexed(const struct plan *p, const struct filter *f);
/* Is the filter a range of the index that gives the order, so that the source gives nothing else? */
bool plan_in_sort_range(const struct plan *p, const struct filter *f);
/* Two filters at one value each that have an index together: a cell of a heat map. */
bool plan_find_pair(const struct plan *p, int *ret_by, int *ret_with);

/* ---- rows ---- */

/*
 * Reads the rows of these ids, in this order, into ret[0..*ret_n): ids that are not there any more are left out. The
 * caller has checked that they may be read, in the same snapshot. want (by view index) NULL: all fields; those that the
 * principal may not read stay unknown either way.
 */
MUST_USE int rows_load(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg_view *view,
                       const bool *want, const int64_t *id, size_t n, struct row *ret, size_t *ret_n);

/* ---- search ---- */

bool search_has(const struct reg *r); /* has a search index */
/* The row whose code somebody typed into a search ("AST-0012", also in small or full-width letters), whoever may see it: the
 * index of words does not hold codes. ERR_NOT_FOUND: no code, or of no row. ERR_DB. */
MUST_USE int search_code(struct db_conn *c, struct arena *a, struct str text, struct str *ret_register, int64_t *ret_id);
/* A row when the search has more hits than the set that another order sorts may hold. */
void search_full(const struct plan *p, struct sql *s);

/*
 * Work of one list page (about 10 ms of CPU each): rows looked at in an index that carries all that is asked, rows looked
 * at in the order of their ids, hits looked at, rows fetched here and there; and hits that another order may sort.
 */
#define QUERY_SCAN_CARRIED 20000
#define QUERY_SCAN_IDS 10000
#define QUERY_SCAN_HITS 8000
#define QUERY_SCAN_ROWS 4000
#define QUERY_SORT_HITS 10000
/* A set of so many rows is rather gathered and sorted than looked for in order: when the order's index carries the one
 * condition there is, and else. */
#define QUERY_GATHER_CARRIED 600
/* Fewer are gathered in any case; more of a table so small may be met sooner in order. */
#define QUERY_GATHER_FEW 150
#define QUERY_SMALL_TABLE 5000
#define QUERY_GATHER_ROWS 2500
/* Rows of one round of reg_each(). */
#define QUERY_EACH_ROWS 500

#endif
