/* The demo company's risk assessments of every method, its risks, weaknesses, a STRIDE sheet and an attack tree. */
#ifndef MAIN_DEMO_RISK_H
#define MAIN_DEMO_RISK_H

#include "register/register.h"

/* Writes them as ctx->by, who may write everything; units, people and assets must be there. Within a write. */
MUST_USE int demo_risks(struct reg_ctx *ctx, struct date today);

#endif
