/* The numbered migrations, whose SQL lies in main/migrations/ and is compiled in. */
#ifndef MAIN_MIGRATIONS_H
#define MAIN_MIGRATIONS_H

#include "db/db.h"

extern const struct db_migration migrations[];
extern const size_t migration_count;

/* The schema as the descriptions of all rooms want it: printed by `ishigaki schema`, compared with the migrations by a
 * test. */
void schema_put(struct buf *b);

#endif
