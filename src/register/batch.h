/*
 * Import batches: large imports never hold others up. Rows go in, in small background writes, with their batch's number
 * and are invisible while batch(state) is pending; one last transaction makes the batch visible or drops it. Changes to
 * rows that exist already wait in batch_change and are applied in the same last transaction when they are few
 * (LIMIT_IMPORT_CHUNK), otherwise rolled forward in small writes right after it; a restart resumes, and reg_write() applies
 * a row's waiting change before anything else happens to that row. What a dropped batch left behind is removed in small
 * writes; a batch found pending without its job at start-up is dropped.
 */
#ifndef REGISTER_BATCH_H
#define REGISTER_BATCH_H

#include "register/register.h"

enum batch_state { BATCH_PENDING, BATCH_APPLYING, BATCH_DONE, BATCH_DROPPING, BATCH_DROPPED };

/* SQL that keeps rows of pending and dropped batches out, for alias: " AND alias.batch NOT IN (...)". */
void batch_visible(struct sql *q, const char *alias);

MUST_USE int batch_begin(struct reg_ctx *ctx, struct str file_name, int64_t *ret_batch);   /* within a write */
/* Keeps a change of an existing row for the end; compares nothing yet. Within a write. */
MUST_USE int batch_defer(struct reg_ctx *ctx, int64_t batch, const struct change *change, int64_t seen_revision);
/* Makes everything visible and applies deferred changes, in as many background writes as needed. ERR_CONFLICT when a row
 * with a deferred change was changed meanwhile (all or none: the batch is then dropped by the caller). */
MUST_USE int batch_commit(struct db *db, struct reg_ctx *ctx, int64_t batch);
/* The same; the entry of the trail names the register and holds the counts as changes. */
MUST_USE int batch_commit_noted(struct db *db, struct reg_ctx *ctx, int64_t batch, struct str reg, const struct audit_change *counts,
                                size_t n);
MUST_USE int batch_drop(struct db *db, struct reg_ctx *ctx, int64_t batch);
/* At start-up: finishes what was decided, drops what was not. */
MUST_USE int batch_recover(struct db *db, struct reg_ctx *ctx);

#endif
