/*
 * Settings: typed, described, audited, kept in one table, setting(key, number, text), that set-based derivations read too:
 * (SELECT number FROM setting WHERE key = '...'). number holds integers, yes/no (1, 0) and choices, text holds texts; the
 * other column is NULL.
 */
#ifndef REGISTER_SETTING_H
#define REGISTER_SETTING_H

#include "register/register.h"

struct setting {
	const char *key;              /* "risk.band_high" */
	struct label label, hint, section;
	enum field_type type;         /* FIELD_INTEGER, FIELD_TEXT, FIELD_YES_NO, FIELD_CHOICE */
	int64_t min, max, value;      /* default value */
	const char *text;             /* default of a text */
	const struct choice *choice; size_t choices;
	bool recompute;               /* a change recomputes derived values; a preview says what would move */
	uint32_t need;                /* enum need */
};

/* Remembers the rooms' tables; called once at start-up. */
void setting_declare(const struct setting *const *tables, const size_t *counts, size_t n);
/* Writes rows for settings that the database does not have yet, so that SQL can read every one. Within a write. */
MUST_USE int setting_seed(struct db_conn *writer, struct arena *a);
size_t setting_count(void);
const struct setting *setting_at(size_t i);
const struct setting *setting_find(struct str key);
int64_t setting_i64(struct db_conn *c, const char *key);
struct str setting_str(struct db_conn *c, struct arena *a, const char *key);
/* Within a write: checks (ERR_NOT_FOUND, ERR_DENIED, ERR_INVALID with *ret_why), writes, records; recomputes where the
 * setting says so. A value that stands already changes nothing. *ret_moved counts rows. */
MUST_USE int setting_write(struct reg_ctx *ctx, struct str key, struct str value, struct note *ret_why, int64_t *ret_moved);
/* Several at once: all or none, and one re-computation, so that *ret_moved counts each row once. */
MUST_USE int setting_write_many(struct reg_ctx *ctx, const struct str *keys, const struct str *values, size_t n, struct note *ret_why,
                                int64_t *ret_moved);
/* What would move if the settings were these: one write that is undone again, whatever happens. Not within a write. The
 * same refusals as setting_write(). look (may be NULL) is called meanwhile, as if it were so; what moved is in re-computations
 * after that id. A negative enum err of its own is returned. */
typedef int setting_look_fn(struct db_conn *c, void *arg, int64_t after);
MUST_USE int setting_preview(struct db *db, struct reg_ctx *ctx, const struct str *keys, const struct str *values, size_t n,
                             setting_look_fn *look, void *arg, int64_t *ret_moved, struct note *ret_why);

#endif
