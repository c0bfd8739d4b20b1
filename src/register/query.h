/*
 * The one read path. A query names fields by index; the principal's row visibility is part of the SQL; the order is by
 * one field and the id, and pages continue by key (cursor), never by offset.
 */
#ifndef REGISTER_QUERY_H
#define REGISTER_QUERY_H

#include "http/http.h"
#include "register/register.h"

enum filter_kind {
	FILTER_IN,      /* any of the values; an unknown value among them matches blanks */
	FILTER_RANGE,   /* from..until of numbers or dates, either end open; with blank also what is blank */
	FILTER_EMPTY,   /* blank */
	FILTER_MINE,    /* a person field is the principal's person, a unit field one of the principal's units */
	FILTER_BELOW,   /* a unit field: this unit or any below it */
};
struct filter {
	int field;
	enum filter_kind kind;
	struct value *value; size_t values;
	struct value from, until;
	bool blank;
};

enum sort_special {
	SORT_DEFAULT = -1, /* the register's default field */
	SORT_NEWEST = -2,  /* newest first */
	SORT_OLDEST = -3,  /* in the order in which the rows came; not together with a search */
};

struct query {
	const struct reg_view *view;
	const struct principal *by;
	enum op op;                      /* OP_READ, or OP_EXPORT ... */
	bool archived;                   /* archived rows instead of live ones */
	struct filter filter[24]; size_t filters;
	struct str search;               /* as typed */
	int sort;                        /* field index, or enum sort_special */
	bool descending;
	struct str cursor;               /* where the page starts, opaque; empty: the first page */
	size_t limit;                    /* at most LIMIT_PAGE_ROWS; 0 means 50 */
	const int64_t *ids; size_t id_count; /* only these rows (a selection) */
	const bool *columns;             /* by view index: fields to read; NULL: all readable ones */
	bool count;                      /* also count, capped at LIMIT_COUNT */
};

struct listing {
	struct row *row; size_t rows;
	struct str next;                 /* cursor of the next page, empty at the end */
	int64_t count;                   /* with query.count; -1 otherwise */
	bool count_capped;               /* there are more than count */
	bool bounded;                    /* the search looked at a bounded number of rows only and says so */
};

MUST_USE int reg_list(struct db_conn *c, struct arena *a, const struct query *q, struct listing *ret);
/* One row, archived or not, if the principal may read it; ERR_NOT_FOUND otherwise. Fields the principal may not read are
 * unknown in it. */
MUST_USE int reg_get(struct db_conn *c, struct arena *a, const struct principal *p, const struct reg_view *view, int64_t id,
                     struct row *ret);
/* For every row in order, in constant memory: each() gets a row that is valid until it returns; negative stops. */
MUST_USE int reg_each(struct db_conn *c, const struct query *q, int (*each)(void *ctx, const struct row *row), void *ctx);
/* Begins a statement in q: "SELECT <what> FROM <table> t WHERE ..." over the live rows of t that the principal may read,
 * without what an import has not decided yet. Conditions may follow (" AND t.state = 1"); nothing is there to read for who
 * has no right. For figures and signals. what is a constant. */
void reg_select(struct sql *q, struct arena *a, const struct principal *p, const struct reg *r, const char *what);
/* The live rows that name this row of a register in a field, newest first: each() is called for every field, of any register, that the
 * principal may read, that wanted() takes (NULL: all) and that names it, with a listing of one to limit rows; negative stops.
 * count: the listing is counted too. */
struct referring {
	const struct reg *target;
	int64_t id;
	size_t limit;
	bool count;
	bool (*wanted)(const struct field *f);
	int (*each)(void *ctx, const struct reg_view *view, int field, const struct listing *l);
	void *ctx;
};
MUST_USE int reg_referring(struct db_conn *c, struct arena *a, const struct principal *p, const struct referring *x);
/* The statement reg_list() would run: for tests that look at its plan. */
MUST_USE int reg_list_sql(struct arena *a, const struct query *q, struct sql *ret);
/* May this principal read / write this field of rows it may read / write? */
bool reg_field_readable(const struct principal *p, const struct reg *r, const struct field *f);
bool reg_field_writable(const struct principal *p, const struct reg *r, const struct field *f);

/*
 * Query strings of lists, the API, exports and saved views, one grammar:
 *	<field>=a&<field>=b   any of (keys, ids or names)    <field>=-   blank     <field>=mine   mine
 *	<field>.from= .until= range, with <field>=- or blank      <field>.below=unit id
 *	id=1&id=2 only these rows   q= search   sort=field or sort=-field (sort=id: oldest first, -id: newest)   cursor=   limit=   archived=1   columns=a,b,c
 * ERR_INVALID with *ret_why naming the parameter.
 */
MUST_USE int query_from_request(struct http_req *req, struct db_conn *c, const struct reg_view *view, struct query *ret,
                                struct note *ret_why);
/* Is this parameter part of the grammar for the register? For the route's params_of. */
const struct param *query_param(const struct reg *r, struct str name);
/* The query as a query string, with one thing changed. */
void query_put(struct buf *b, const struct query *q, bool with_cursor);

/* Search index, kept by reg_write(): one FTS table per register with searchable fields. */
void search_schema(struct buf *b, const struct reg *r);
MUST_USE int search_update(struct db_conn *writer, struct arena *a, const struct reg *r, int64_t id, const struct row *before,
                           const struct row *after);
/* Rows of every register the principal may read: for the search page. At most limit a register. */
struct hit {
	const struct reg *reg;
	int64_t id;
	struct str code, title;
};
MUST_USE int search_everywhere(struct db_conn *c, struct arena *a, const struct principal *p, struct str q, size_t limit,
                               struct hit **ret, size_t *ret_n);

#endif
