/* Opening a company's data directory: lock, key, database, migrations, registers. Used by `serve` and by every local
 * command. */
#ifndef MAIN_OPEN_H
#define MAIN_OPEN_H

#include "auth/office.h"

struct config {
	struct str listen;              /* "127.0.0.1:8420" */
	struct str public_url;
	struct str trusted_proxies[8];
	size_t proxies;
	int64_t backup_keep_days;       /* 0 means no scheduled backups */
	bool plain_lan;
};
/* The configuration in the named file, or, where named is empty, in DATA_DIR/ishigaki.conf: "key = value" lines, # begins a
 * comment; a missing file gives the defaults unless it was named (ERR_NOT_FOUND). ERR_INVALID names the line. */
MUST_USE int config_read(struct arena *a, struct str data_dir, struct str named, struct config *ret, struct note *ret_why);

struct opened; /* an open office and what must be released with it */

enum open_mode {
	OPEN_EXISTING,  /* ERR_NOT_FOUND without a database */
	OPEN_CREATE,    /* makes directory and database; ERR_EXISTS when there is one */
};
/* Takes the directory's lock (ERR_BUSY while a server or command holds it). Migrates, with a backup before. ERR_DENIED to root
 * in somebody else's directory: what it made there, its owner's server could not open any more. */
MUST_USE int office_open(struct str data_dir, enum open_mode mode, struct opened **ret, struct note *ret_why);
struct office *opened_office(struct opened *o);
void office_close(struct opened *o);

/* Registers, settings, layouts: once per process; die() with the place of a wrong description. */
void office_declare(void);

/* The path of the control socket of a data directory. */
struct str office_socket(struct arena *a, struct str data_dir);
/* Text of a setting kept for the installation itself ("office.company" ...). */
struct str office_path(struct arena *a, const struct office *o, const char *name);

/* Backup into DIR/backups/<kind>-<date-time>.db; *ret_path (may be NULL) its path. */
MUST_USE int office_backup(struct office *o, struct arena *a, const char *kind, struct str *ret_path);

/* Whether a migrated database is of this key: 0, ERR_DENIED for another's, ERR_NOT_FOUND while it was never opened with one. */
MUST_USE int office_key_fits(struct db_conn *c, struct arena *a, const uint8_t key[32]);
/* The key of a data directory; ERR_NOT_FOUND where there is none, ERR_CORRUPT for a file that is none. */
MUST_USE int office_key_read(struct arena *a, struct str dir, uint8_t key[32]);

#endif
