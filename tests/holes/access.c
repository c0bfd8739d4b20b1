/* wrap: auth_visible */
#include "auth/auth.h"

void __wrap_auth_visible(struct sql *q, const struct principal *p, int reg, enum op op, const char *alias);
void __wrap_auth_visible(struct sql *q, const struct principal *p, int reg, enum op op, const char *alias)
{
	(void)q, (void)p, (void)reg, (void)op, (void)alias;
}
