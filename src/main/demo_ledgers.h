/* The demo company's devices, applications, cloud services and the accounts on them, and its duty holders. */
#ifndef MAIN_DEMO_LEDGERS_H
#define MAIN_DEMO_LEDGERS_H

#include "register/register.h"

/* Writes them as ctx->by; units, people and duties of the demo company must be there. Within a write. */
MUST_USE int demo_ledgers(struct reg_ctx *ctx, struct date today);

/* A running review of the devices, half done. As ctx->by, who may run reviews; after demo_ledgers(). Within a write. */
MUST_USE int demo_review(struct reg_ctx *ctx, struct date today);

#endif
