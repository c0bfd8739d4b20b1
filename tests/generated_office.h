/*
 * What the generated tests share: an office served over a real socket with the guard in front, one account and API token per
 * built-in access role, and sample rows made from the descriptions alone. A failure ends the test and names register and field.
 */
#ifndef TESTS_GENERATED_OFFICE_H
#define TESTS_GENERATED_OFFICE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>

#include "tests/generated.h"

#include "http/test_client.h"
#include "register/row_json.h"

#define PROBE "\"><script>'&"

extern struct office *office;
extern struct arena *mem;
extern int64_t unit;                       /* that the contact's and the clerk's grants hold for; 0 when no register is of units */
extern int64_t unit_below, unit_elsewhere; /* below it, and beside it */
struct someone {
	int64_t account;
	struct str cookie, csrf, token;
};
/* One account per built-in access role; the clerk has a custom one: everything in every register but to settle, comment and
 * read what is private. */
enum { AS_CLERK = ROLE__BUILTIN, AS__N };
#define CLERK_OPS (OP_READ | OP_CREATE | OP_UPDATE | OP_ARCHIVE | OP_EXPORT | OP_IMPORT)
extern struct someone role[AS__N];
extern const char *const role_name[AS__N];
/* That the request answered last ran, those of its writes included. */
unsigned statements_of_last(void);

/* Every route that is served; NULL-terminated. */
const struct route *const *generated_routes_all(const size_t **ret_counts);

/* ---- talking to the server ---- */

struct sent {
	const char *method;
	struct str path;
	int as;                    /* enum access_role or AS_CLERK; -1: nobody */
	const char *type;
	struct str body;
	const char *header;        /* further lines with their ends; may be NULL */
};
/* A reply in the arena. Below /api/ with the role's token, elsewhere with its session. */
struct reply send_it(struct sent s);
struct reply get(int as, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct reply api(const char *method, struct str path, int as, struct str json, const char *header);
struct reply post(struct str path, int as, struct str form); /* with the token against forgery */
struct str api_path(const struct reg *r, int64_t id);        /* id 0: the register */
struct str page_path(const struct reg *r, int64_t id, const char *rest);
struct str encoded(struct str s);

#define WANT(r, want, ...) want_status((r), (want), __LINE__, __VA_ARGS__)
void want_status(struct reply r, int want, int line, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
json_t *parsed(const struct reply *r);
int64_t json_number(json_t *object, const char *key);
struct str etag_of(int64_t revision);

/* ---- sample rows ---- */

struct sample {
	const struct reg *reg;
	int seed;
	int64_t id, revision;
	struct str code;
	struct value v[LIMIT_FIELDS]; /* known: given */
};
bool plain_input(const struct reg *r, const struct field *d); /* anybody who may write the register may write it */
bool is_text(const struct field *d);
int64_t row_of_register(const struct reg *r);                 /* the id of a live row; 0 while that is being made */
struct value sample_value(const struct field *d, int at, int seed);
struct sample sample_new(const struct reg *r);
void put_member(struct json *j, const struct field *d, const struct value *v);
struct str json_of(const struct sample *s, int without, const char *more); /* without one field; with one member more */
/* Creates the row as the lead; values that a rule of the room refuses are left out. */
struct sample make(const struct reg *r);
struct sample make_in(const struct reg *r, int64_t unit_id);  /* where the register has an owner field */
/* As somebody, without what is refused and not required. False, with the last answer, when it cannot be made. */
bool try_make(int as, const struct reg *r, int64_t unit_id, struct sample *ret, struct reply *ret_last);

/* ---- looking at rows ---- */

bool may(const struct reg *r, uint32_t ops);                  /* of the lead */
void same_value(const struct sample *s, size_t i, json_t *row);
int changeable(const struct sample *s);                       /* a field that can have another value without touching a key */
struct str other_value(const struct sample *s, int at, struct value *ret); /* as JSON */
struct str form_field(const struct reg *r, int at, const struct value *v);
bool listed(const struct reg *r, const char *query, int64_t id);
void escaped(const struct reg *r, struct reply a, const char *what);

#define EACH_REGISTER(r) \
	for (size_t reg_i = 0; reg_i < reg_count(); reg_i++) \
		for (const struct reg *r = reg_at(reg_i); r && (r->access.ops[ROLE_LEAD] & (OP_READ | OP_CREATE)) == (OP_READ | OP_CREATE); r = NULL)

#endif
