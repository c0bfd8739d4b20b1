/* Imports that pages started: they run on a thread of their own, one after the other, and can be left. Nobody outside of
 * the import's pages includes this. */
#ifndef REGISTER_IMPORT_JOB_H
#define REGISTER_IMPORT_JOB_H

#include "auth/office.h"
#include "register/import.h"

#define IMPORT_JOBS 16                      /* kept at once; the oldest that rests makes room */
#define IMPORT_JOB_LIFE_MS (24LL * 3600 * 1000)

enum import_job_state { IMPORT_JOB_CHECKING, IMPORT_JOB_READY, IMPORT_JOB_RUNNING, IMPORT_JOB_DONE, IMPORT_JOB_FAILED };

struct import_job {
	char token[33];
	const struct reg *reg;
	struct arena *keep;                 /* lives as long as the job */
	struct arena *work;                 /* of the last report */
	struct principal by;
	struct str file_name, path, refused_path;
	enum import_job_state state;
	int64_t at, done, total;
	struct import_report report;
	bool dry;                           /* the report is one of a dry run */
	bool interrupted;                   /* taken up again after a restart in the middle of the import itself */
	/* The choices of the next run: */
	struct import_plan *plan;           /* in keep; NULL: as found */
	ptrdiff_t sheet;
	bool strict, take_good_rows;
};

/* Keeps the uploaded file, and in the database that it is there, and starts the dry run. ERR_BUSY when IMPORT_JOBS imports are at work, ERR_IO. */
MUST_USE int import_job_new(struct office *o, const struct principal *by, const struct reg *reg, struct str file_name, struct str data,
                            struct str *ret_token, struct arena *a);
/* The job of that token, if it is this principal's and this register's; locked until import_job_give(). NULL without one. */
struct import_job *import_job_take(const struct principal *by, const struct reg *reg, struct str token);
void import_job_give(void);
/* Runs it again, dry or not, with the choices in it; the job is taken. */
void import_job_start(struct import_job *j, bool dry);
/* Forgets it and its files; the job is taken and rests. */
void import_job_forget(struct import_job *j);
/* What the database knows of a job, also when it is no longer in memory. */
enum import_stored_state { IMPORT_STORED_UPLOADED, IMPORT_STORED_RUNNING, IMPORT_STORED_DONE };
struct import_stored {
	enum import_stored_state state;
	int64_t at;
	struct str file_name, text;         /* text: of the result */
	struct str path, refused_path;      /* in the arena; the files may be gone */
};
/* ERR_NOT_FOUND also when it is somebody else's or another register's. */
MUST_USE int import_job_stored(struct office *o, struct db_conn *c, struct arena *a, const struct principal *by, const struct reg *reg,
                               struct str token, struct import_stored *ret);
/* Forgets what the database knows of one that has no result. It waits for the writer: no job is taken. */
void import_job_unstore(struct office *o, struct arena *a, struct str token);
/* Takes a job up again of which the decision or the end was lost with the server: a dry run of the file that was kept. Fine when
 * it is in memory already. ERR_NOT_FOUND when the file is gone, ERR_BUSY. */
MUST_USE int import_job_revive(struct office *o, const struct principal *by, const struct reg *reg, struct str token,
                               const struct import_stored *stored);

#endif
