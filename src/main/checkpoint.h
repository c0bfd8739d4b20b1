/*
 * Check-points of the audit trail: its head, signed (Ed25519) with a key derived from the office's key file, written to
 * DIR/outbox once a day so that it can be kept outside the machine. Whoever alters the trail and holds only the database
 * cannot make a check-point; whoever holds the key file as well is caught by the copy that left the machine before.
 *
 * The file has three lines: "SEQ:HEX", "key PUBLIC-HEX", "signature HEX". The first line alone is a head as well.
 */
#ifndef MAIN_CHECKPOINT_H
#define MAIN_CHECKPOINT_H

#include "auth/office.h"
#include "db/audit.h"

void checkpoint_put(struct buf *b, const struct office *o, const struct audit_head *head);
/* A head, or a whole check-point, as it was kept. ERR_SYNTAX when it is neither; ERR_CORRUPT when the signature is not this
 * office's over this head. */
MUST_USE int checkpoint_read(const struct office *o, struct str text, struct audit_head *ret);

#endif
