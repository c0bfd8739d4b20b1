/* What the office does by the clock: the daily backup with retention, the audit trail's head for outside. */
#ifndef MAIN_JOBS_H
#define MAIN_JOBS_H

#include "main/open.h"

struct jobs;
struct jobs *jobs_start(struct office *o, const struct config *config);
void jobs_stop(struct jobs *j);
/* One round, as the thread makes it every minute: tests call it with the clock set. */
void jobs_round(struct office *o, int64_t backup_keep_days);

#endif
