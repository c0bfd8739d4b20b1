/* Tables: each register's own, printed from its description, and the engine's. */
#include "register/engine.h"

/*
 * setting.number and setting.text are what set-based derivations read: (SELECT number FROM setting WHERE key = '...').
 * moved.before and after keep values as they are stored in the register's column.
 */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
const char register_schema[] =
	"CREATE TABLE record (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\tregister TEXT NOT NULL,\n"
	"\tunit_id INTEGER NOT NULL DEFAULT 0,\n"
	"\trevision INTEGER NOT NULL DEFAULT 1 CHECK (revision > 0),\n"
	"\tstate INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1)),\n"
	"\tcode TEXT NOT NULL UNIQUE,\n"
	"\tcreated_at INTEGER NOT NULL,\n"
	"\tcreated_by TEXT NOT NULL,\n"
	"\tupdated_at INTEGER NOT NULL,\n"
	"\tupdated_by TEXT NOT NULL,\n"
	"\tmerged_into INTEGER REFERENCES record(id)\n"
	") STRICT;\n"
	"CREATE INDEX record_merged_into ON record(merged_into) WHERE merged_into IS NOT NULL;\n"
	"CREATE TABLE record_counter (\n"
	"\tregister TEXT PRIMARY KEY,\n"
	"\tlast INTEGER NOT NULL\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE batch (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\tstate INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),\n"
	"\tfile_name TEXT NOT NULL,\n"
	"\tcreated_at INTEGER NOT NULL,\n"
	"\tby_kind INTEGER NOT NULL,\n"
	"\tby_id INTEGER NOT NULL,\n"
	"\tby_account INTEGER NOT NULL,\n"
	"\tby_name TEXT NOT NULL,\n"
	"\tby_address TEXT NOT NULL\n"
	") STRICT;\n"
	"CREATE INDEX batch_state ON batch(state) WHERE state IN (0, 1, 3);\n"
	"CREATE TABLE batch_change (\n"
	"\tid INTEGER PRIMARY KEY,\n"
	"\tbatch INTEGER NOT NULL REFERENCES batch(id),\n"
	"\trecord_id INTEGER NOT NULL REFERENCES record(id),\n"
	"\tseen_revision INTEGER NOT NULL,\n"
	"\treason TEXT NOT NULL,\n"
	"\tcontent TEXT NOT NULL\n"
	") STRICT;\n"
	"CREATE INDEX batch_change_batch ON batch_change(batch, id);\n"
	"CREATE INDEX batch_change_record ON batch_change(record_id);\n"
	"CREATE TABLE recompute (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\tat INTEGER NOT NULL,\n"
	"\tregister TEXT NOT NULL,\n"
	"\tmoved_rows INTEGER NOT NULL,\n"
	"\twhy TEXT NOT NULL\n"
	") STRICT;\n"
	"CREATE INDEX recompute_register ON recompute(register, at);\n"
	"CREATE TABLE moved (\n"
	"\trecompute_id INTEGER NOT NULL REFERENCES recompute(id),\n"
	"\trecord_id INTEGER NOT NULL,\n"
	"\tfield TEXT NOT NULL,\n"
	"\tbefore ANY,\n"
	"\tafter ANY,\n"
	"\tPRIMARY KEY (recompute_id, field, record_id)\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE derive_work (\n"
	"\tid INTEGER PRIMARY KEY,\n"
	"\tv0 ANY, v1 ANY, v2 ANY, v3 ANY, v4 ANY, v5 ANY, v6 ANY, v7 ANY,\n"
	"\tv8 ANY, v9 ANY, v10 ANY, v11 ANY, v12 ANY, v13 ANY, v14 ANY, v15 ANY\n"
	") STRICT;\n"
	"CREATE TABLE own_field (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\tregister TEXT NOT NULL,\n"
	"\tname TEXT NOT NULL,\n"
	"\ttype INTEGER NOT NULL,\n"
	"\tlabel_ja TEXT NOT NULL,\n"
	"\tlabel_en TEXT NOT NULL,\n"
	"\tdecimals INTEGER NOT NULL DEFAULT 0,\n"
	"\tretired INTEGER NOT NULL DEFAULT 0 CHECK (retired IN (0, 1)),\n"
	"\tUNIQUE (register, name)\n"
	") STRICT;\n"
	"CREATE TABLE own_choice (\n"
	"\tfield_id INTEGER NOT NULL REFERENCES own_field(id),\n"
	"\tnumber INTEGER NOT NULL,\n"
	"\tlabel_ja TEXT NOT NULL,\n"
	"\tlabel_en TEXT NOT NULL,\n"
	"\tPRIMARY KEY (field_id, number)\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE link (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\tkind TEXT NOT NULL,\n"
	"\tfrom_id INTEGER NOT NULL REFERENCES record(id),\n"
	"\tto_id INTEGER NOT NULL REFERENCES record(id),\n"
	"\tcreated_at INTEGER NOT NULL,\n"
	"\tcreated_by TEXT NOT NULL,\n"
	"\tUNIQUE (kind, from_id, to_id)\n"
	") STRICT;\n"
	"CREATE INDEX link_from ON link(from_id, kind);\n"
	"CREATE INDEX link_to ON link(to_id, kind);\n"
	"CREATE TABLE remark_comment (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\trecord_id INTEGER NOT NULL REFERENCES record(id),\n"
	"\tat INTEGER NOT NULL,\n"
	"\tactor TEXT NOT NULL,\n"
	"\tactor_name TEXT NOT NULL,\n"
	"\ttext TEXT NOT NULL\n"
	") STRICT;\n"
	"CREATE INDEX remark_comment_record ON remark_comment(record_id, id);\n"
	"CREATE TABLE remark_attachment (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\trecord_id INTEGER NOT NULL REFERENCES record(id),\n"
	"\tat INTEGER NOT NULL,\n"
	"\tactor TEXT NOT NULL,\n"
	"\tactor_name TEXT NOT NULL,\n"
	"\tname TEXT NOT NULL,\n"
	"\ttype TEXT NOT NULL,\n"
	"\tsize INTEGER NOT NULL,\n"
	"\thash TEXT NOT NULL\n"
	") STRICT;\n"
	"CREATE INDEX remark_attachment_record ON remark_attachment(record_id, id);\n"
	"CREATE TABLE remark_chunk (\n"
	"\tattachment_id INTEGER NOT NULL REFERENCES remark_attachment(id),\n"
	"\tpiece INTEGER NOT NULL,\n"
	"\tbytes BLOB NOT NULL,\n"
	"\tPRIMARY KEY (attachment_id, piece)\n"
	") STRICT;\n"
	"CREATE TABLE saved_view (\n"
	"\tid INTEGER PRIMARY KEY AUTOINCREMENT,\n"
	"\tregister TEXT NOT NULL,\n"
	"\taccount_id INTEGER NOT NULL,\n"
	"\tshared INTEGER NOT NULL CHECK (shared IN (0, 1)),\n"
	"\tname TEXT NOT NULL,\n"
	"\tquery TEXT NOT NULL,\n"
	"\tcreated_at INTEGER NOT NULL,\n"
	"\tUNIQUE (register, account_id, name)\n"
	") STRICT;\n"
	"CREATE TABLE draft (\n"
	"\towner TEXT NOT NULL,\n"
	"\tform TEXT NOT NULL,\n"
	"\tat INTEGER NOT NULL,\n"
	"\tcontent TEXT NOT NULL,\n"
	"\tPRIMARY KEY (owner, form)\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE INDEX draft_at ON draft(at);\n"
	"CREATE TABLE setting (\n"
	"\tkey TEXT PRIMARY KEY,\n"
	"\tnumber INTEGER,\n"
	"\ttext TEXT\n"
	") STRICT, WITHOUT ROWID;\n";
#pragma GCC diagnostic pop

/* ---- a register's table ---- */

static void put_between(struct buf *b, const char *what, int64_t min, int64_t max)
{
	buf_printf(b, " CHECK (%s BETWEEN ", what);
	buf_i64(b, min);
	buf_lit(b, " AND ");
	buf_i64(b, max);
	buf_lit(b, ")");
}

/* The numbers as ranges: for a list of more than two SQLite builds a table of its own each time that it checks a row. */
static void put_choices(struct buf *b, const struct field *f)
{
	uint64_t among = 0; /* numbers are below 64, as declare.c demands */
	for (size_t i = 0; i < f->choices; i++)
		among |= (uint64_t)1 << f->choice[i].number;
	buf_lit(b, " CHECK (");
	for (int from = 0, to; from < 64; from = to + 1) {
		for (to = from; to < 64 && among >> to & 1; to++)
			;
		if (to == from)
			continue;
		buf_printf(b, "%s%s BETWEEN %d AND %d", among & (((uint64_t)1 << from) - 1) ? " OR " : "", f->name, from, to - 1);
	}
	buf_lit(b, ")");
}

static void put_check(struct buf *b, const struct field *f)
{
	char what[80];
	int64_t mask = 0;
	switch (f->type) {
	case FIELD_TEXT:
	case FIELD_LONG_TEXT:
	case FIELD_URL:
		snprintf(what, sizeof what, "length(%s)", f->name);
		int64_t max = f->max ? f->max : f->type == FIELD_LONG_TEXT ? LIMIT_LONG_TEXT : f->type == FIELD_URL ? LIMIT_URL_FIELD : LIMIT_TEXT;
		put_between(b, what, 1, max);
		break;
	case FIELD_DATE:
		buf_printf(b, " CHECK (%s GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]')", f->name);
		break;
	case FIELD_INTEGER:
	case FIELD_DECIMAL:
	case FIELD_MONEY:
		if (f->min || f->max)
			put_between(b, f->name, f->min, f->max);
		break;
	case FIELD_SCALE:
		put_between(b, f->name, f->min, f->max);
		break;
	case FIELD_CHOICE:
		put_choices(b, f);
		break;
	case FIELD_MULTI:
		for (size_t i = 0; i < f->choices; i++)
			mask |= (int64_t)1 << f->choice[i].number;
		put_between(b, f->name, 1, mask);
		break;
	case FIELD_YES_NO:
		buf_printf(b, " CHECK (%s IN (0, 1))", f->name);
		break;
	case FIELD_REFERENCE:
	case FIELD_PERSON:
	case FIELD_UNIT:
		/* The target is checked by the writer: a foreign key here would make the removal of a dropped batch
		 * search every register. */
		break;
	}
}

void reg_schema(struct buf *b, const struct reg *r)
{
	buf_printf(b, "CREATE TABLE %s (\n", r->table);
	buf_lit(b, "\tid INTEGER PRIMARY KEY REFERENCES record(id),\n"
	           "\tunit_id INTEGER NOT NULL DEFAULT 0,\n"
	           "\tarchived INTEGER NOT NULL DEFAULT 0 CHECK (archived IN (0, 1)),\n"
	           "\tbatch INTEGER NOT NULL DEFAULT 0,\n"
	           "\tmatch_key TEXT,\n"
	           "\town TEXT NOT NULL DEFAULT '{}'");
	for (size_t i = 0; i < r->fields; i++) {
		const struct field *f = &r->field[i];
		buf_printf(b, ",\n\t%s %s", f->name, field_is_text(f) ? "TEXT" : "INTEGER");
		put_check(b, f);
	}
	buf_lit(b, "\n) STRICT;\n");
	buf_printf(b, "CREATE UNIQUE INDEX %s_key ON %s(match_key) WHERE archived = 0;\n", r->table, r->table);
	buf_printf(b, "CREATE INDEX %s_archived ON %s(id) WHERE archived = 1;\n", r->table, r->table);
	buf_printf(b, "CREATE INDEX %s_batch ON %s(batch, id) WHERE batch <> 0;\n", r->table, r->table);
	struct reg_indexes list;
	indexes_of(r, &list);
	for (size_t i = 0; i < list.n; i++) {
		index_put(b, r, &list.index[i]);
		buf_lit(b, ";\n");
	}
}
