/* What the writers of the export's formats share. */
#ifndef REGISTER_EXPORT_INTERNAL_H
#define REGISTER_EXPORT_INTERNAL_H

#include "register/export.h"
#include "register/query_internal.h"

struct exporter {
	const struct export_options *o;
	const struct reg_view *view;
	struct arena *arena;             /* for what lives as long as the export */
	struct query query;              /* as it runs */
	int column[LIMIT_FIELDS];        /* view indexes, in order */
	size_t columns;
	struct export_result *result;
	/* Bytes on their way out: */
	struct buf out;
};

#define EXPORT_PIECE (256u << 10)        /* written at once */

/* Writes what has gathered, when it is enough or at the end. ERR_IO. */
MUST_USE int exporter_flush(struct exporter *x, bool all);
/* Writes all of n bytes. ERR_IO. */
MUST_USE int exporter_write(int fd, const char *p, size_t n);

MUST_USE int export_csv(struct db_conn *c, struct exporter *x);
MUST_USE int export_xlsx(struct db_conn *c, struct exporter *x);
MUST_USE int export_jsonl(struct db_conn *c, struct exporter *x);

#endif
