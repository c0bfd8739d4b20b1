/* What main/ says on Today: the first steps of a young office, and a department contact's own rows. */
#ifndef MAIN_GUIDE_H
#define MAIN_GUIDE_H

/* Hands Today its parts, those of the rooms included; once, at start-up. */
void guide_declare(void);

#endif
