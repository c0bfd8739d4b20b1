/*
 * The audit trail: one chain per database. An entry is canonical bytes of our own encoding; its hash is
 * BLAKE2b-256(previous hash, bytes). Entries are appended only inside db_write() and sealed in the order of the batch;
 * triggers refuse UPDATE and DELETE. Whoever holds the file can cut its tail, so the head (sequence and hash) leaves the
 * machine and verification is given it back.
 *
 * Canonical bytes: one byte 1 (the form's version), then the fields in the order of struct audit_entry, integers as 8
 * bytes big-endian, strings as 4-byte big-endian length and bytes; changes as count (an integer), then field name, one
 * byte of flags (1 has_before, 2 has_after), before, after for each. A blank value has length 0. Nothing behind it.
 */
#ifndef DB_AUDIT_H
#define DB_AUDIT_H

#include "db/db.h"

enum audit_kind { /* stored: never renumber */
	AUDIT_CREATE = 1, AUDIT_UPDATE, AUDIT_ARCHIVE, AUDIT_RESTORE, AUDIT_MERGE, AUDIT_LINK, AUDIT_UNLINK, AUDIT_COMMENT,
	AUDIT_ATTACH, AUDIT_DETACH, AUDIT_RECOMPUTE, AUDIT_IMPORT, AUDIT_IMPORT_DROP, AUDIT_EXPORT, AUDIT_SIGN_IN,
	AUDIT_SIGN_IN_FAILED, AUDIT_SIGN_OUT, AUDIT_REFUSED, AUDIT_ACCOUNT, AUDIT_GRANT, AUDIT_TOKEN, AUDIT_PERSONAL_LINK,
	AUDIT_SETTING, AUDIT_BACKUP, AUDIT_RESTORE_BACKUP, AUDIT_CHECKPOINT, AUDIT_CLOCK, AUDIT_ERASE, AUDIT_APPROVAL, AUDIT_FREEZE,
	AUDIT__N
};

/* One changed field. A secret's values are replaced by a keyed digest before they come here. */
struct audit_change {
	struct str field;
	bool has_before, has_after; /* false: was or is blank (unknown) */
	struct str before, after;
};

struct audit_entry {
	int64_t seq;          /* given by audit_append() */
	int64_t at;           /* UTC ms; given by audit_append() */
	enum audit_kind kind;
	struct str actor;     /* "account:12", "token:3", "link:7", "operator", "system" */
	struct str actor_name; /* as shown at that time */
	struct str address;   /* where from; may be empty */
	struct str reg;       /* register's name or "" */
	int64_t record_id;    /* 0 when none */
	int64_t revision;
	struct str subject;   /* the record's code and title at that time, or what was refused, exported ... */
	struct str reason;    /* given by the person, or the import's file; may be empty */
	const struct audit_change *change;
	size_t changes;
};

struct audit_head {
	int64_t seq;
	uint8_t hash[32];
};

/* Appends within the current write; fills seq and at. */
MUST_USE int audit_append(struct db_conn *writer, struct audit_entry *e);
MUST_USE int audit_head(struct db_conn *c, struct audit_head *ret); /* seq 0 and zeros for an empty trail */
/* Text form "SEQ:HEX", as printed, mailed and given to --against. */
void audit_head_put(struct buf *b, const struct audit_head *h);
MUST_USE int audit_head_parse(struct str s, struct audit_head *ret);

/* The canonical bytes of an entry, appended to b, and back: strings borrow from body, changes lie in the arena. Only what
 * audit_encode() could have written decodes; anything else is ERR_SYNTAX. */
void audit_encode(struct buf *b, const struct audit_entry *e);
MUST_USE int audit_decode(struct str body, struct arena *a, struct audit_entry *ret);

struct audit_verdict {
	int64_t entries;       /* checked */
	int64_t first_bad;     /* sequence of the first bad entry, 0 when none */
	struct note why;       /* what is wrong with it: changed, missing, out of order, behind the kept head */
	struct audit_head head;
};
/* Walks the whole trail; against (may be NULL) is a head kept outside. 0 when it could be walked: see the verdict. */
MUST_USE int audit_verify(struct db_conn *c, const struct audit_head *against, struct audit_verdict *ret);

/* Newest first, for the pages; filters of 0 / empty mean any. at most limit entries with seq < before_seq (0: newest). */
struct audit_filter {
	struct str reg;
	int64_t record_id;
	struct str actor;
	enum audit_kind kind;
	int64_t from_ms, until_ms;
	int64_t before_seq;
	size_t limit;
};
MUST_USE int audit_list(struct db_conn *c, struct arena *a, const struct audit_filter *f, struct audit_entry **ret,
                        size_t *ret_n);

/* Its own tables, part of migration 1: */
extern const char audit_schema[];

#endif
