/* Steps of a hand-over: for the pages of this room and its tests. */
#ifndef ORG_HAND_OVER_H
#define ORG_HAND_OVER_H

#include "org/org.h"

/* Registers whose rows belong to a unit. */
size_t org_owning_registers(const struct reg **ret, size_t max);
/* As org_hand_over(), for at most limit rows: *ret_moved 0 says that nothing is left. Called in small writes for a unit that
 * owns much, so that nobody waits; a hand-over that was broken off goes on where it stopped. */
MUST_USE int org_hand_over_some(struct reg_ctx *ctx, int64_t from_unit, int64_t to_unit, struct str reason, size_t limit,
                                int64_t *ret_moved, struct note *ret_why);
/* Ends a unit: its sub-units go below the successor, the date and the successor are kept on it, and it is archived. Within
 * a write. Refusals as of reg_write(), said in *ret_why. */
MUST_USE int org_unit_close(struct reg_ctx *ctx, int64_t unit_id, int64_t successor, struct str abolished_on, struct str reason,
                            struct note *ret_why);

#endif
